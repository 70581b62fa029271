/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/channels.h"

_Static_assert(FC_SOURCES_MAX *FC_SENSORS_MAX + FC_FANS_MAX + 3 <= HAL_CHANNELS_MAX,
               "every sensor that a configuration can name has a channel");

static void add(struct channels *channels, const struct hal_sensor *sensor, enum channel_role role,
                uint32_t index, uint32_t k)
{
    struct channel channel = {.role = role, .index = index, .sensor = k};

    channels->channel[channels->n] = channel;
    channels->sensor[channels->n] = *sensor;
    channels->n++;
}

struct channels channels_of(const struct config_server *server)
{
    struct channels channels = {.n = 0};

    for (uint32_t i = 0; i < server->n_sources; i++) {
        for (uint32_t k = 0; k < server->source[i].n_sensors; k++)
            add(&channels, &server->source[i].sensor[k], CHANNEL_SOURCE, i, k);
    }
    for (uint32_t i = 0; i < server->n_fans; i++)
        add(&channels, &server->fan[i], CHANNEL_FAN, i, 0);
    if (server->has_inlet)
        add(&channels, &server->inlet, CHANNEL_INLET, 0, 0);
    if (server->has_exhaust)
        add(&channels, &server->exhaust, CHANNEL_EXHAUST, 0, 0);
    if (server->has_power)
        add(&channels, &server->power, CHANNEL_POWER, 0, 0);
    return channels;
}
