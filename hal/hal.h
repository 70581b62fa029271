/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The contract between the program and one machine: its temperatures, its other read-outs and its
 * fans. Every driver (ipmi over the network or /dev/ipmi0, the simulated board) fills this table.
 *
 * A driver never exits, sleeps, prints, retries for ever, or gives out a value past its age. What
 * could not be read is an error code, never 0 degrees. Its functions are called by one thread at a
 * time. The table is const and has no empty slot.
 *
 * Life of a handle:
 *
 *     hal_X_create() -> [closed] --open()--> [open] --read() set_duty() release()-->
 *                          ^                    |
 *                          +------ close() -----+       any state --destroy()--> gone
 *
 * After an error for which hal_is_bus_error() is true the link is lost: the caller closes and opens
 * again, with a back-off of its own. The others (no reading, no or more than one such sensor, a
 * malformed answer, privilege, unsupported, busy, refused) concern one sensor or one command while
 * the machine still talks.
 */
#ifndef HAL_H
#define HAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum {
    HAL_CHANNELS_MAX =
        64,             /* sensors of one machine: 8 sources x 4, 16 fans, inlet, exhaust, power */
    HAL_TEXT_MAX = 160, /* bytes of a text for people, with its end */
};

/* What a channel measures, and so the unit of its value. */
enum hal_quantity {
    HAL_TEMP_MC,  /* milli-degrees C */
    HAL_FAN_RPM,  /* revolutions a minute */
    HAL_POWER_MW, /* milli-watts */
};

/* How a sensor is found. */
enum hal_sensor_kind {
    HAL_IPMI_ENTITY, /* entity id and instance, of the right quantity: must be unique */
    HAL_IPMI_NUMBER, /* sensor number, from this machine's own sensor records */
};

/* One channel of a handle: channel k reads sensor k of the list given at creation. */
struct hal_sensor {
    enum hal_quantity quantity;
    enum hal_sensor_kind kind;
    uint8_t entity;   /* HAL_IPMI_ENTITY: 3 is a processor, 7 the system board */
    uint8_t instance; /* HAL_IPMI_ENTITY */
    uint8_t number;   /* HAL_IPMI_NUMBER */
};

struct hal_ops {
    const char *name; /* the driver's name in the configuration */

    /* Connect. Blocks for at most the driver's time-out a step. FC_OK on an open handle too. A
     * sensor that this machine does not have is no reason to fail: read() says so. */
    enum fc_err (*open)(void *ctx);

    /* One reading of one channel, in its quantity's unit; *value is written only on FC_OK.
     * One transaction on the bus, and at most the driver's time-out.
     * FC_ERR_NO_READING: the link works, the sensor has nothing to say. FC_ERR_NO_SENSOR and
     * FC_ERR_AMBIGUOUS: no transaction was made; last_text() names what was looked for. */
    enum fc_err (*read)(void *ctx, unsigned channel, int32_t *value);

    /* All fans to duty_pct, 0..100, and out of the firmware's hands. FC_OK only when the machine
     * accepted all of it. Where it accepted the first half alone, the driver has tried to give the
     * fans back before it returns. */
    enum fc_err (*set_duty)(void *ctx, int32_t duty_pct);

    /* The fans back to the firmware. Safe to call at any time and twice. FC_OK only when the
     * machine accepted it. */
    enum fc_err (*release)(void *ctx);

    /* End the session, so that the machine does not have to wait for it to age out. Blocks for at
     * most the driver's time-out. Does not release the fans. Safe on a closed handle. */
    void (*close)(void *ctx);

    /* What the last error was about, for people: one line without control characters, owned by the
     * handle, valid until the next call. Empty if there is nothing to add to fc_err_str(). */
    const char *(*last_text)(void *ctx);

    /* close() and free. ctx is gone after it. */
    void (*destroy)(void *ctx);
};

struct hal {
    const struct hal_ops *ops;
    void *ctx;
};

/* Does this error mean that the link is gone (true), or only that this command or this sensor
 * failed while the machine still talks (false)? FC_OK is false. */
bool hal_is_bus_error(enum fc_err err);

/* Did the machine answer that it did not do what was asked (true), or may it have done it all the
 * same: no answer, or half of one? FC_OK is false. */
bool hal_is_refusal(enum fc_err err);

/* What the owner can do about an error: one sentence, static, never NULL, empty for FC_OK. */
const char *hal_advice(enum fc_err err);

#endif
