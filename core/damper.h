/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later
 *
 * Room damper: from the duty wanted and the duty applied to the duty to write.
 *
 *   duty
 *    100 |            .--       a rise follows the curve at once;
 *        |      ->   / /
 *        |          / /  <-     an easing waits until the curve, taken hysteresis_mc
 *     30 |  -------'-'          hotter, is still below the present duty
 *        +---------------- temperature
 *
 * A change of less than min_step_pct is not made, unless it goes exactly to an end of the profile.
 */
#ifndef FC_DAMPER_H
#define FC_DAMPER_H

#include <stdint.h>

#include "core/config.h"
#include "core/source.h"

enum fc_damping {
    FC_DAMPING_FIRST,      /* nothing was applied: the demand */
    FC_DAMPING_STEADY,     /* the demand is what is applied */
    FC_DAMPING_RISE,       /* up to the demand */
    FC_DAMPING_EASE,       /* down to the demand */
    FC_DAMPING_HYSTERESIS, /* would ease, but not enough yet */
    FC_DAMPING_MIN_STEP,   /* would change, but by too little */
};

struct fc_damped {
    int32_t duty_pct; /* the demand, or the present duty */
    enum fc_damping damping;
};

/* Law linear. want_pct is the demand of profile p at the believed temperatures, duty_pct the
 * applied duty where has_duty. */
struct fc_damped fc_damper_linear(const struct fc_config *cfg, uint32_t p,
                                  const struct fc_belief *belief, int32_t want_pct,
                                  uint8_t has_duty, int32_t duty_pct);

/* For setpoints computed elsewhere: the minimum step alone, with min_duty_pct and 100 always
 * within reach. want_pct is bounded already. */
struct fc_damped fc_damper_external(const struct fc_config *cfg, int32_t want_pct, uint8_t has_duty,
                                    int32_t duty_pct);

#endif
