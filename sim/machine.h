/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole simulated server: the plant, the day that it lives through, and its sensors. Shared by
 * the simulated board (hal.h) and the simulated BMC (IPMI).
 */
#ifndef SIM_MACHINE_H
#define SIM_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/plant.h"
#include "sim/profile.h"
#include "sim/r730.h"

/* A plain value without pointers: it can be copied and stored. The fields up to the plant may be
 * written at any time. */
struct sim_machine {
    uint64_t seed;
    enum sim_load load;
    enum sim_inlet inlet;
    bool has_load; /* load_fixed instead of the day's load */
    bool has_inlet;
    double load_fixed;    /* 0..1 */
    double inlet_fixed_c; /* any */
    struct sim_plant plant;
    double hottest_c; /* the highest true CPU temperature since the start */
};

/* A machine that has stood at its load and inlet of 00:00 for an hour; the firmware has its fans.
 */
void sim_machine_init(struct sim_machine *machine, uint64_t seed, enum sim_load load,
                      enum sim_inlet inlet);

/* The same machine from its start again, with the load and inlet that the fields ask for now. */
void sim_machine_settle(struct sim_machine *machine);

/* The machine at at_ms virtual milliseconds after its start; an earlier time than it has reached
 * changes nothing. After a gap of more than a week, the last week of it is lived through. */
void sim_machine_advance(struct sim_machine *machine, uint64_t at_ms);

/* What a sensor reports now, as the byte on the bus. */
uint8_t sim_machine_raw(const struct sim_machine *machine, enum sim_r730 row);

/* The duty that the fans were last told by whoever owns them, whole percent, the first fan's. */
int32_t sim_machine_duty_pct(const struct sim_machine *machine);

#endif
