/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later */
#include "core/safety.h"

#include <stdbool.h>

static bool fc_is_at_ceiling(const struct fc_config *cfg, const struct fc_belief *belief)
{
    return belief->has_hottest && belief->hottest_mc >= cfg->ceiling_mc;
}

static bool fc_is_cool(const struct fc_config *cfg, const struct fc_belief *belief)
{
    return !belief->is_failed && belief->has_hottest && belief->hottest_mc < cfg->resume_below_mc;
}

static uint32_t fc_count_failures(const struct fc_config *cfg, uint32_t failures, uint8_t is_failed)
{
    if (!is_failed)
        return 0;
    return failures < cfg->max_read_failures ? failures + 1 : failures;
}

/* The recovery clock after this reading. It starts at 0 on the first cool one. */
static uint32_t fc_cooling_ms(const struct fc_safety *safety, uint64_t elapsed_ms)
{
    uint32_t credit = FC_RECOVERY_CREDIT_MAX_MS;

    if (!safety->is_cooling)
        return 0;
    if (elapsed_ms < credit)
        credit = (uint32_t)elapsed_ms;
    if (safety->cooling_ms > FC_SPAN_MAX_MS - credit)
        return FC_SPAN_MAX_MS;
    return safety->cooling_ms + credit;
}

static void fc_watch_ceiling(struct fc_safety *safety, const struct fc_config *cfg,
                             const struct fc_belief *belief, uint64_t elapsed_ms)
{
    if (fc_is_at_ceiling(cfg, belief))
        safety->is_hot = 1;
    if (safety->is_hot && fc_is_cool(cfg, belief)) {
        safety->cooling_ms = fc_cooling_ms(safety, elapsed_ms);
        safety->is_cooling = 1;
        if (safety->cooling_ms < cfg->resume_stable_ms)
            return;
        safety->is_hot = 0;
    }
    safety->is_cooling = 0;
    safety->cooling_ms = 0;
}

enum fc_verdict fc_safety_step(struct fc_safety *safety, const struct fc_config *cfg,
                               const struct fc_belief *belief, uint64_t elapsed_ms, uint8_t is_tick,
                               uint8_t is_stop)
{
    bool is_blind;

    if (is_stop)
        safety->is_stopped = 1;
    if (is_tick)
        safety->failures = fc_count_failures(cfg, safety->failures, belief->is_failed);
    fc_watch_ceiling(safety, cfg, belief, elapsed_ms);

    is_blind = safety->failures >= cfg->max_read_failures;
    if (safety->is_stopped)
        return FC_VERDICT_STOPPED;
    if (is_blind && cfg->ceiling_action == FC_CEILING_FULL)
        return FC_VERDICT_BLIND;
    if (safety->is_hot)
        return FC_VERDICT_CEILING;
    if (is_blind)
        return FC_VERDICT_BLIND;
    return belief->is_failed ? FC_VERDICT_FAILED : FC_VERDICT_CLEAR;
}
