/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of a server's HAL channels: which sensor each one reads, and what for. Whoever opens the
 * machine and whoever uses its readings make the same list from the same configuration.
 */
#ifndef FC_HOST_CHANNELS_H
#define FC_HOST_CHANNELS_H

#include "host/config.h"

enum channel_role { CHANNEL_SOURCE, CHANNEL_FAN, CHANNEL_INLET, CHANNEL_EXHAUST, CHANNEL_POWER };

struct channel {
    enum channel_role role;
    uint32_t index;  /* of the source or the fan */
    uint32_t sensor; /* CHANNEL_SOURCE: which of the source's sensors */
};

struct channels {
    uint32_t n;
    struct channel channel[HAL_CHANNELS_MAX];
    struct hal_sensor sensor[HAL_CHANNELS_MAX];
};

struct channels channels_of(const struct config_server *server);

#endif
