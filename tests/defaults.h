/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The configuration that tests and measurements of core start from: two sources and the profiles
 * cool and quiet, with every default of the schema.
 */
#ifndef TESTS_DEFAULTS_H
#define TESTS_DEFAULTS_H

#include "core/config.h"

enum {
    CPU1 = 0, /* indices of the sources */
    CPU2 = 1,
    COOL = 0, /* indices of the profiles */
    QUIET = 1,
};

static inline struct fc_config defaults_config(void)
{
    static const struct fc_curve cool = {.n_points = 2, .point = {{50000, 30}, {83000, 100}}};
    static const struct fc_curve quiet = {.n_points = 2, .point = {{68000, 20}, {83000, 100}}};
    struct fc_config cfg = {
        .n_sources = 2,
        .required = {FC_REQUIRED_ALWAYS, FC_REQUIRED_ONCE_SEEN},
        .n_profiles = 2,
        .occupied_profile = QUIET,
        .empty_profile = COOL,
        .law = FC_LAW_LINEAR,
        .ceiling_action = FC_CEILING_FIRMWARE,
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

    for (uint32_t p = 0; p < cfg.n_profiles; p++) {
        cfg.profile[p].n_groups = 1;
        cfg.profile[p].group[0].has_source[CPU1] = 1;
        cfg.profile[p].group[0].has_source[CPU2] = 1;
        cfg.profile[p].group[0].curve = p == QUIET ? quiet : cool;
    }
    return cfg;
}

#endif
