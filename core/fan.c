/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later */
#include "core/fan.h"

#include <stdbool.h>

#include "core/damper.h"
#include "core/demand.h"
#include "core/number.h"

/* What one step concluded, before anyone asks who owns the fans. Without a duty: hand back if the
 * state wants the firmware, else leave everything as it is. */
struct fc_decision {
    enum fc_state state;
    enum fc_reason reason;
    bool has_duty;
    int32_t duty_pct;
};

static bool fc_wants_firmware(enum fc_state state, const struct fc_config *cfg)
{
    switch (state) {
    case FC_STATE_RUN:
    case FC_STATE_GRACE:
        return false;
    case FC_STATE_CEILING:
        return cfg->ceiling_action != FC_CEILING_FULL;
    case FC_STATE_START:
    case FC_STATE_BLIND:
    case FC_STATE_ORPHANED:
    case FC_STATE_RESTING:
    case FC_STATE_STOPPED:
        return true;
    }
    return true; /* a corrupt state hands back */
}

static enum fc_reason fc_reason_of(enum fc_damping damping)
{
    switch (damping) {
    case FC_DAMPING_FIRST:
        return FC_REASON_FIRST;
    case FC_DAMPING_STEADY:
        return FC_REASON_STEADY;
    case FC_DAMPING_RISE:
        return FC_REASON_RISE;
    case FC_DAMPING_EASE:
        return FC_REASON_EASE;
    case FC_DAMPING_HYSTERESIS:
        return FC_REASON_HYSTERESIS;
    case FC_DAMPING_MIN_STEP:
        return FC_REASON_MIN_STEP;
    }
    return FC_REASON_STEADY;
}

static struct fc_decision fc_hand_back(enum fc_state state, enum fc_reason reason)
{
    struct fc_decision decision = {.state = state, .reason = reason};

    return decision;
}

static struct fc_decision fc_keep_at(enum fc_state state, enum fc_reason reason, int32_t duty_pct)
{
    struct fc_decision decision = {
        .state = state, .reason = reason, .has_duty = true, .duty_pct = duty_pct};

    return decision;
}

static struct fc_decision fc_decide_external(const struct fc_fan *fan, const struct fc_config *cfg,
                                             int32_t setpoint_pct)
{
    int32_t want_pct = fc_clamp(setpoint_pct, cfg->min_duty_pct, FC_DUTY_MAX_PCT);
    struct fc_damped damped = fc_damper_external(cfg, want_pct, fan->has_duty, fan->duty_pct);
    enum fc_reason reason =
        damped.damping == FC_DAMPING_MIN_STEP ? FC_REASON_MIN_STEP : FC_REASON_EXTERNAL;

    return fc_keep_at(FC_STATE_RUN, reason, damped.duty_pct);
}

static struct fc_decision fc_decide_profile(const struct fc_fan *fan, const struct fc_config *cfg,
                                            int32_t want_pct)
{
    struct fc_damped damped =
        fc_damper_linear(cfg, fc_request_profile(&fan->request, cfg), &fan->belief, want_pct,
                         fan->has_duty, fan->duty_pct);

    return fc_keep_at(FC_STATE_RUN, fc_reason_of(damped.damping), damped.duty_pct);
}

/* On a good and cool reading the requests decide. demand_pct: what the profile that rules calls
 * for. */
static struct fc_decision fc_decide_request(const struct fc_fan *fan, const struct fc_config *cfg,
                                            int32_t demand_pct)
{
    struct fc_choice choice = fc_request_choose(&fan->request, cfg, fan->has_duty);

    switch (choice.decider) {
    case FC_DECIDER_FIRMWARE:
        return fc_hand_back(FC_STATE_RESTING, FC_REASON_FIRMWARE);
    case FC_DECIDER_ORPHANED:
        return fc_hand_back(FC_STATE_ORPHANED, FC_REASON_ORPHANED);
    case FC_DECIDER_GRACE:
        return fc_keep_at(FC_STATE_GRACE, FC_REASON_STALE, fan->duty_pct);
    case FC_DECIDER_LOCK:
        return fc_keep_at(FC_STATE_RUN, FC_REASON_LOCKED, fan->duty_pct);
    case FC_DECIDER_MANUAL:
        return fc_keep_at(FC_STATE_RUN, FC_REASON_MANUAL,
                          fc_clamp(choice.pct, cfg->min_duty_pct, FC_DUTY_MAX_PCT));
    case FC_DECIDER_EXTERNAL:
        return fc_decide_external(fan, cfg, choice.pct);
    case FC_DECIDER_PROFILE:
        return fc_decide_profile(fan, cfg, demand_pct);
    }
    return fc_hand_back(FC_STATE_BLIND, FC_REASON_BLIND);
}

static struct fc_decision fc_decide_ceiling(const struct fc_fan *fan, const struct fc_config *cfg)
{
    enum fc_reason reason = fan->safety.is_cooling ? FC_REASON_RECOVERING : FC_REASON_CEILING;

    if (cfg->ceiling_action == FC_CEILING_FULL)
        return fc_keep_at(FC_STATE_CEILING, reason, FC_DUTY_MAX_PCT);
    return fc_hand_back(FC_STATE_CEILING, reason);
}

static struct fc_decision fc_decide(const struct fc_fan *fan, const struct fc_config *cfg,
                                    enum fc_verdict verdict, int32_t demand_pct)
{
    switch (verdict) {
    case FC_VERDICT_STOPPED:
        return fc_hand_back(FC_STATE_STOPPED, FC_REASON_STOP);
    case FC_VERDICT_CEILING:
        return fc_decide_ceiling(fan, cfg);
    case FC_VERDICT_BLIND:
        return fc_hand_back(FC_STATE_BLIND, FC_REASON_BLIND);
    case FC_VERDICT_FAILED:
        return fc_hand_back(fan->state, FC_REASON_READ_FAILED);
    case FC_VERDICT_CLEAR:
        return fc_decide_request(fan, cfg, demand_pct);
    }
    return fc_hand_back(FC_STATE_BLIND, FC_REASON_BLIND);
}

static struct fc_write fc_write_for(const struct fc_fan *fan, const struct fc_decision *decision,
                                    bool wants_firmware)
{
    struct fc_write write = {.action = FC_ACTION_HOLD};

    if (wants_firmware) {
        if (fan->owner != FC_OWNER_FIRMWARE)
            write.action = FC_ACTION_RELEASE;
        return write;
    }
    if (!decision->has_duty)
        return write;
    if (fan->owner == FC_OWNER_US && fan->has_duty && fan->duty_pct == decision->duty_pct)
        return write;
    write.action = FC_ACTION_SET;
    write.duty_pct = decision->duty_pct;
    return write;
}

static void fc_conclude(struct fc_fan *fan, const struct fc_config *cfg, const struct fc_fan_in *in,
                        uint8_t is_tick, struct fc_fan_out *out)
{
    uint64_t elapsed_ms = fan->has_ticked ? fc_elapsed_ms(fan->last_ms, in->now_ms) : 0;
    struct fc_decision decision;
    struct fc_demand demand;
    enum fc_verdict verdict;
    uint32_t profile;

    fan->last_ms = in->now_ms;
    fan->has_ticked = 1;
    verdict = fc_safety_step(&fan->safety, cfg, &fan->belief, elapsed_ms, is_tick, in->is_stop);
    fc_request_take(&fan->request, cfg, &in->ask, elapsed_ms);
    profile = fc_request_profile(&fan->request, cfg);
    demand = fc_demand_of(cfg, profile, &fan->belief, 0);
    decision = fc_decide(fan, cfg, verdict, demand.duty_pct);

    fan->state = decision.state;
    out->state = decision.state;
    out->reason = decision.reason;
    out->wants_firmware = fc_wants_firmware(decision.state, cfg);
    out->write = fc_write_for(fan, &decision, out->wants_firmware);
    out->profile = (uint8_t)profile;
    out->is_occupied = fan->request.is_occupied;
    out->has_demand = demand.has_winner;
    out->demand_pct = demand.duty_pct;
    out->winner = demand.winner;
}

void fc_fan_step(struct fc_fan *fan, const struct fc_config *cfg, const struct fc_fan_in *in,
                 struct fc_fan_out *out)
{
    fan->belief = fc_source_believe(cfg, in->temp, in->is_bus_ok, &fan->seen);
    fc_conclude(fan, cfg, in, 1, out);
}

void fc_fan_command(struct fc_fan *fan, const struct fc_config *cfg, const struct fc_fan_in *in,
                    struct fc_fan_out *out)
{
    fc_conclude(fan, cfg, in, 0, out);
}

/* The invariant: an applied duty is never below the floor. One that is counts as the floor, and the
 * owner as unknown, so that the next step writes it. */
static void fc_raise_to_floor(struct fc_fan *fan, const struct fc_config *cfg)
{
    if (!fan->has_duty || fan->duty_pct >= cfg->min_duty_pct)
        return;
    fan->duty_pct = cfg->min_duty_pct;
    fan->owner = FC_OWNER_UNKNOWN;
}

static void fc_commit_set(struct fc_fan *fan, const struct fc_config *cfg, int32_t duty_pct,
                          enum fc_result result)
{
    if (result == FC_RESULT_ACCEPTED) {
        fan->owner = FC_OWNER_US;
        fan->has_duty = 1;
        fan->duty_pct = fc_clamp(duty_pct, 0, FC_DUTY_MAX_PCT);
        fc_raise_to_floor(fan, cfg);
        return;
    }
    if (fan->owner == FC_OWNER_FIRMWARE)
        fan->owner = FC_OWNER_UNKNOWN;
}

static void fc_commit_release(struct fc_fan *fan, enum fc_result result)
{
    switch (result) {
    case FC_RESULT_ACCEPTED:
        fan->owner = FC_OWNER_FIRMWARE;
        fan->has_duty = 0;
        fan->duty_pct = 0;
        return;
    case FC_RESULT_UNANSWERED:
        if (fan->owner == FC_OWNER_US)
            fan->owner = FC_OWNER_UNKNOWN;
        return;
    case FC_RESULT_REFUSED:
        return;
    }
}

void fc_fan_commit(struct fc_fan *fan, const struct fc_config *cfg, const struct fc_write *write,
                   enum fc_result result)
{
    switch (write->action) {
    case FC_ACTION_SET:
        fc_commit_set(fan, cfg, write->duty_pct, result);
        return;
    case FC_ACTION_RELEASE:
        fc_commit_release(fan, result);
        return;
    case FC_ACTION_HOLD:
        return;
    }
}

static void fc_remap_sources(struct fc_fan *fan, const struct fc_config *cfg,
                             const struct fc_remap *map)
{
    const struct fc_belief old = fan->belief;
    const struct fc_seen old_seen = fan->seen;

    for (uint32_t i = 0; i < FC_SOURCES_MAX; i++) {
        uint32_t was = map->source_was[i];
        bool is_kept = i < cfg->n_sources && was < FC_SOURCES_MAX;

        fan->belief.is_valid[i] = is_kept ? old.is_valid[was] : 0;
        fan->belief.temp_mc[i] = is_kept ? old.temp_mc[was] : 0;
        fan->seen.is_seen[i] = is_kept ? old_seen.is_seen[was] : 0;
    }
    fc_source_judge(cfg, &fan->belief, &fan->seen);
    if (old.is_failed)
        fan->belief.is_failed = 1;
}

static void fc_remap_profile(struct fc_request *request, const struct fc_config *cfg,
                             const struct fc_remap *map)
{
    if (request->mode != FC_MODE_PROFILE)
        return;
    request->profile =
        request->profile < FC_PROFILES_MAX ? map->profile_now[request->profile] : FC_PROFILES_MAX;
    if (request->profile < cfg->n_profiles)
        return;
    request->mode = FC_MODE_AUTO;
    request->profile = 0;
}

void fc_fan_retune(struct fc_fan *fan, const struct fc_config *cfg, const struct fc_remap *map)
{
    /* One short of the limit while we hold the fans: the next failed reading reaches it. */
    uint32_t most =
        fc_wants_firmware(fan->state, cfg) ? cfg->max_read_failures : cfg->max_read_failures - 1;

    fc_remap_sources(fan, cfg, map);
    fc_remap_profile(&fan->request, cfg, map);
    fc_raise_to_floor(fan, cfg);
    if (fan->safety.failures > most)
        fan->safety.failures = most;
}

struct fc_remap fc_remap_identity(void)
{
    struct fc_remap map = {.source_was = {0}};

    for (uint32_t i = 0; i < FC_SOURCES_MAX; i++)
        map.source_was[i] = (uint8_t)i;
    for (uint32_t i = 0; i < FC_PROFILES_MAX; i++)
        map.profile_now[i] = (uint8_t)i;
    return map;
}

uint8_t fc_fan_is_releasing(const struct fc_fan *fan, const struct fc_config *cfg)
{
    return fc_wants_firmware(fan->state, cfg) && fan->owner != FC_OWNER_FIRMWARE;
}

void fc_fan_init(struct fc_fan *fan)
{
    static const struct fc_fan fresh = {
        .belief = {.is_failed = 1},
        .owner = FC_OWNER_UNKNOWN,
        .state = FC_STATE_START,
    };

    *fan = fresh;
}

#define FC_WORD_CASE(name, text)                                                                   \
    case name:                                                                                     \
        return text;

const char *fc_state_str(enum fc_state state)
{
    switch (state) {
        FC_STATE_LIST(FC_WORD_CASE)
    }
    return "unknown";
}

const char *fc_reason_str(enum fc_reason reason)
{
    switch (reason) {
        FC_REASON_LIST(FC_WORD_CASE)
    }
    return "unknown";
}

const char *fc_action_str(enum fc_action action)
{
    switch (action) {
        FC_ACTION_LIST(FC_WORD_CASE)
    }
    return "unknown";
}
