/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later */
#include "core/damper.h"

#include <stdbool.h>

#include "core/demand.h"

static bool fc_may_ease(const struct fc_config *cfg, uint32_t p, const struct fc_belief *belief,
                        int32_t want_pct, int32_t duty_pct)
{
    if (cfg->output_deadband_pct > 0)
        return duty_pct - want_pct >= cfg->output_deadband_pct ||
               want_pct == fc_demand_floor_pct(cfg, p);
    return fc_demand_of(cfg, p, belief, cfg->hysteresis_mc).duty_pct < duty_pct;
}

static struct fc_damped fc_first_or_steady(int32_t want_pct, uint8_t has_duty)
{
    struct fc_damped damped = {.duty_pct = want_pct, .damping = FC_DAMPING_STEADY};

    if (!has_duty)
        damped.damping = FC_DAMPING_FIRST;
    return damped;
}

/* The change from duty_pct to want_pct, if it is large enough or ends on a reachable end. */
static struct fc_damped fc_step_to(int32_t want_pct, int32_t duty_pct, int32_t min_step_pct,
                                   bool is_end)
{
    struct fc_damped damped = {.duty_pct = want_pct};
    int32_t change = want_pct > duty_pct ? want_pct - duty_pct : duty_pct - want_pct;

    damped.damping = want_pct > duty_pct ? FC_DAMPING_RISE : FC_DAMPING_EASE;
    if (change < min_step_pct && !is_end) {
        damped.damping = FC_DAMPING_MIN_STEP;
        damped.duty_pct = duty_pct;
    }
    return damped;
}

struct fc_damped fc_damper_linear(const struct fc_config *cfg, uint32_t p,
                                  const struct fc_belief *belief, int32_t want_pct,
                                  uint8_t has_duty, int32_t duty_pct)
{
    struct fc_damped kept = {.duty_pct = duty_pct, .damping = FC_DAMPING_HYSTERESIS};
    bool is_end;

    if (!has_duty || want_pct == duty_pct)
        return fc_first_or_steady(want_pct, has_duty);
    if (want_pct < duty_pct && !fc_may_ease(cfg, p, belief, want_pct, duty_pct))
        return kept;
    is_end = want_pct == fc_demand_floor_pct(cfg, p) || want_pct == fc_demand_top_pct(cfg, p);
    return fc_step_to(want_pct, duty_pct, cfg->min_step_pct, is_end);
}

struct fc_damped fc_damper_external(const struct fc_config *cfg, int32_t want_pct, uint8_t has_duty,
                                    int32_t duty_pct)
{
    bool is_end = want_pct == cfg->min_duty_pct || want_pct == FC_DUTY_MAX_PCT;

    if (!has_duty || want_pct == duty_pct)
        return fc_first_or_steady(want_pct, has_duty);
    return fc_step_to(want_pct, duty_pct, cfg->min_step_pct, is_end);
}
