/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The driver `sim`: an R730 that exists only as numbers, behind the contract of hal.h.
 *
 * The machine lives from the handle's creation to its end, whether the handle is open or closed.
 * Before each operation it is advanced to what the clock says; no operation blocks. Sensors have
 * the numbers, entities and resolution of the real machine's BMC (r730.h).
 *
 * Nothing here may be shared between threads, except that the clock may be of the caller's making.
 */
#ifndef SIM_BOARD_H
#define SIM_BOARD_H

#include <stdint.h>

#include "hal/hal.h"
#include "sim/machine.h"
#include "sim/r730.h"

struct sim_board_cfg {
    uint64_t seed;
    enum sim_load load;
    enum sim_inlet inlet;

    /* The board's time in virtual milliseconds, already scaled by the caller; it may start
     * anywhere, since the board's own day starts at 00:00 when the handle is made. clock_ctx is the
     * caller's and must outlive the handle. */
    uint64_t (*now_ms)(void *ctx);
    void *clock_ctx;
};

/* Everything that can go wrong, in one place: a test resets it by assignment, and any bytes are
 * legal. Flags are 0 or not 0. All zero: nothing is wrong. */
struct sim_knobs {
    uint8_t is_dead;             /* the BMC answers nothing: FC_ERR_TIMEOUT, and the link is lost */
    uint8_t refuses_set;         /* set_duty: FC_ERR_REFUSED, nothing happens */
    uint8_t refuses_release;     /* release: FC_ERR_REFUSED, nothing happens */
    uint8_t loses_set_reply;     /* set_duty is done, and FC_ERR_TIMEOUT */
    uint8_t loses_release_reply; /* release is done, and FC_ERR_TIMEOUT */
    uint8_t forgets_manual;      /* sets are accepted, and the firmware has the fans */
    uint8_t is_unavailable[SIM_R730_SENSORS]; /* by row of r730.h: FC_ERR_NO_READING */
    uint8_t is_frozen[SIM_R730_SENSORS];      /* the value of the first read since then, for ever */
    uint8_t is_stuck[SIM_FANS];               /* a fan that has stopped */
    /* Share of reads that fail with FC_ERR_NO_READING; a real BMC: some 1000. */
    uint32_t read_failure_ppm;
    /* Operations are counted from 1 (open, read, set_duty, release): from fail_from on, fail_count
     * of them find a dead BMC. 0: none. */
    uint32_t fail_from;
    uint32_t fail_count;
};

/* A new machine, settled at its first minute's load and inlet, its fans with the firmware; closed.
 * The sensors are copied. FC_ERR_RANGE: more than HAL_CHANNELS_MAX sensors, a load or inlet that is
 * none, or no clock. FC_ERR_MEMORY. out->ops->destroy() ends it.
 *
 * open() answers FC_OK, or FC_ERR_TIMEOUT from a dead BMC. A read of a sensor that this machine
 * does not have is FC_ERR_NO_SENSOR; one that fits two, FC_ERR_AMBIGUOUS. On a closed handle every
 * operation but open() is FC_ERR_CLOSED. set_duty out of 0..100 is FC_ERR_RANGE. */
FC_MUST_CHECK enum fc_err sim_board_create(const struct sim_board_cfg *cfg,
                                           const struct hal_sensor *sensors, unsigned n_sensors,
                                           struct hal *out);

/* For tests, with a handle of sim_board_create(). Both belong to the handle. The machine is as of
 * the last operation; sim_board_advance() brings it to now. */
struct sim_knobs *sim_board_knobs(const struct hal *hal);
struct sim_machine *sim_board_machine(const struct hal *hal);
void sim_board_advance(const struct hal *hal);

/* How many operations (open, read, set_duty, release) were asked of it. */
uint32_t sim_board_operations(const struct hal *hal);

#endif
