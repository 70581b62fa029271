/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later
 *
 * Room demand: from believed temperatures and a profile's curves to the duty that they call for.
 *
 * duty = round half up (curve + bias), bounded to min_duty_pct..100. The largest over all valid
 * sources of all curves wins.
 */
#ifndef FC_DEMAND_H
#define FC_DEMAND_H

#include <stdint.h>

#include "core/config.h"
#include "core/source.h"

struct fc_demand {
    int32_t duty_pct; /* min_duty_pct..100 */
    uint8_t winner;   /* the source that called for it; the first of equals */
    uint8_t has_winner;
};

/* The curve at temp_mc in whole percent, rounded half up; flat outside the points. */
int32_t fc_curve_eval(const struct fc_curve *curve, int32_t temp_mc);

/* What profile p calls for with every temperature hotter by add_mc, 0..FC_HYSTERESIS_MAX_MC. With
 * no valid source at all: min_duty_pct and no winner. */
struct fc_demand fc_demand_of(const struct fc_config *cfg, uint32_t p,
                              const struct fc_belief *belief, int32_t add_mc);

/* The profile's ends: the largest of its curves' first duties, and of their last, with bias and
 * bounds. Damping always lets a change reach them. */
int32_t fc_demand_floor_pct(const struct fc_config *cfg, uint32_t p);
int32_t fc_demand_top_pct(const struct fc_config *cfg, uint32_t p);

#endif
