/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to hal/ipmi*.c: what stands behind a handle of the ipmi driver.
 */
#ifndef HAL_IPMI_HANDLE_H
#define HAL_IPMI_HANDLE_H

#include "hal/dell.h"
#include "hal/ipmi_link.h"
#include "hal/ipmi_sdr.h"
#include "hal/ipmi_sensor.h"

struct hal_channel {
    struct hal_sensor sensor; /* as configured */
    enum fc_err err;          /* FC_OK: found on this machine, and then: */
    struct hal_record record;
    char text[HAL_TEXT_MAX]; /* else why not, for people */
};

struct hal_handle {
    struct hal_link link;
    struct hal_dell dell;
    struct hal_sdr sdr;
    char *sdr_cache_path;
    bool is_ready; /* the session is open and the channels are resolved */
    unsigned n_channels;
    struct hal_channel channel[HAL_CHANNELS_MAX];
};

/* The session alone, without a look at the sensors. FC_OK if it is open. */
FC_MUST_CHECK enum fc_err hal_handle_connect(struct hal_handle *h);

/* NULL: a handle of another driver. */
struct hal_handle *hal_handle_of(struct hal *h);

#endif
