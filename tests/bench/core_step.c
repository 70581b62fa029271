/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `core_step N`: N ticks of the core with two sources and two profiles, temperatures that wander
 * and duties that follow. Prints the steps a second; bench.py counts its instructions.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/fan.h"

static struct fc_config make_config(void)
{
    static const struct fc_curve cool = {.n_points = 2, .point = {{50000, 30}, {83000, 100}}};
    static const struct fc_curve quiet = {.n_points = 2, .point = {{68000, 20}, {83000, 100}}};
    struct fc_config cfg = {
        .n_sources = 2,
        .required = {FC_REQUIRED_ALWAYS, FC_REQUIRED_ONCE_SEEN},
        .n_profiles = 2,
        .occupied_profile = 1,
        .ceiling_mc = 83000,
        .resume_below_mc = 75000,
        .resume_stable_ms = 120000,
        .max_read_failures = 3,
        .min_duty_pct = 10,
        .hysteresis_mc = 3000,
        .min_step_pct = 3,
        .manual_revert_ms = 3600000,
        .setpoint_stale_ms = 1800000,
        .setpoint_grace_ms = 300000,
        .door_hold_ms = 900000,
    };

    for (int p = 0; p < 2; p++) {
        cfg.profile[p].n_groups = 1;
        cfg.profile[p].group[0].has_source[0] = 1;
        cfg.profile[p].group[0].has_source[1] = 1;
        cfg.profile[p].group[0].curve = p == 0 ? cool : quiet;
    }
    return cfg;
}

static uint64_t nanoseconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int main(int argc, char **argv)
{
    const struct fc_config cfg = make_config();
    uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 3000000;
    struct fc_fan_in in = {.is_bus_ok = 1, .ask = {.is_ha_ok = 1}};
    struct fc_fan_out out;
    struct fc_fan fan;
    uint64_t sets = 0;
    uint64_t began;
    uint32_t wander = 1;

    if (fc_config_validate(&cfg) != FC_OK)
        return 1;
    fc_fan_init(&fan);
    began = nanoseconds();
    for (uint64_t i = 0; i < n; i++) {
        wander = wander * 1664525u + 1013904223u;
        in.now_ms += 15000;
        in.temp[0][0].has = 1;
        in.temp[0][0].temp_mc = 55000 + (int32_t)(wander >> 20) * 5;
        in.temp[1][0].has = 1;
        in.temp[1][0].temp_mc = in.temp[0][0].temp_mc - 2000;
        in.ask.door = (wander >> 10) % 64 == 0 ? FC_DOOR_OPEN : FC_DOOR_CLOSED;
        fc_fan_step(&fan, &cfg, &in, &out);
        fc_fan_commit(&fan, &cfg, &out.write, FC_RESULT_ACCEPTED);
        sets += out.write.action == FC_ACTION_SET;
    }
    printf("%.0f steps/s, %" PRIu64 " sets in %" PRIu64 " steps\n",
           (double)n * 1e9 / (double)(nanoseconds() - began), sets, n);
    return 0;
}
