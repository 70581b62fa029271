/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later */
#include "core/request.h"

#include <stdbool.h>

#include "core/number.h"

/* Any word that is not a mode, and any profile that does not exist, is auto. */
static enum fc_mode fc_mode_known(enum fc_mode mode, uint8_t profile, uint32_t n_profiles)
{
    switch (mode) {
    case FC_MODE_PROFILE:
        return profile < n_profiles ? FC_MODE_PROFILE : FC_MODE_AUTO;
    case FC_MODE_MANUAL:
    case FC_MODE_EXTERNAL:
    case FC_MODE_FIRMWARE:
        return mode;
    case FC_MODE_AUTO:
        return FC_MODE_AUTO;
    }
    return FC_MODE_AUTO;
}

/* The clock of the mode manual counts from the tick that entered it. */
static void fc_take_mode(struct fc_request *request, const struct fc_config *cfg,
                         const struct fc_ask *ask, uint64_t elapsed_ms)
{
    enum fc_mode mode = request->mode;

    if (ask->is_ha_ok && ask->has_mode) {
        mode = fc_mode_known(ask->mode, ask->profile, cfg->n_profiles);
        request->profile = mode == FC_MODE_PROFILE ? ask->profile : 0;
    }
    if (mode == FC_MODE_MANUAL && request->mode == FC_MODE_MANUAL)
        request->manual_ms = fc_add_sat(request->manual_ms, elapsed_ms);
    else
        request->manual_ms = 0;
    request->mode = mode;
}

static void fc_take_numbers(struct fc_request *request, const struct fc_config *cfg,
                            const struct fc_ask *ask)
{
    request->is_setpoint_fresh = 0;
    if (!ask->is_ha_ok)
        return;
    if (ask->has_manual) {
        request->has_manual = 1;
        request->manual_pct = ask->manual_pct;
    }
    if (ask->has_lock)
        request->is_locked = ask->is_locked;
    if (ask->has_setpoint && ask->has_setpoint_age &&
        ask->setpoint_age_ms <= (int64_t)cfg->setpoint_stale_ms) {
        request->is_setpoint_fresh = 1;
        request->setpoint_pct = ask->setpoint_pct;
    }
}

static bool fc_door_says_occupied(const struct fc_config *cfg, const struct fc_ask *ask,
                                  bool last_verdict)
{
    if (ask->door == FC_DOOR_OPEN)
        return true;
    if (ask->has_door_age)
        return ask->door_age_ms < (int64_t)cfg->door_hold_ms;
    return ask->door == FC_DOOR_CLOSED ? false : last_verdict;
}

static void fc_take_presence(struct fc_request *request, const struct fc_config *cfg,
                             const struct fc_ask *ask)
{
    if (!ask->is_ha_ok)
        return;
    if (ask->has_presence)
        request->presence = ask->presence;
    switch (request->presence) {
    case FC_PRESENCE_OCCUPIED:
        request->is_occupied = 1;
        return;
    case FC_PRESENCE_EMPTY:
        request->is_occupied = 0;
        return;
    case FC_PRESENCE_AUTO:
        break;
    }
    request->is_occupied = fc_door_says_occupied(cfg, ask, request->is_occupied);
}

static void fc_run_grace(struct fc_request *request, uint64_t elapsed_ms)
{
    if (request->mode != FC_MODE_EXTERNAL || request->is_setpoint_fresh) {
        request->is_grace_running = 0;
        request->grace_ms = 0;
        return;
    }
    if (request->is_grace_running)
        request->grace_ms = fc_add_sat(request->grace_ms, elapsed_ms);
    request->is_grace_running = 1;
}

void fc_request_take(struct fc_request *request, const struct fc_config *cfg,
                     const struct fc_ask *ask, uint64_t elapsed_ms)
{
    fc_take_mode(request, cfg, ask, elapsed_ms);
    fc_take_numbers(request, cfg, ask);
    fc_take_presence(request, cfg, ask);
    fc_run_grace(request, elapsed_ms);
}

uint32_t fc_request_profile(const struct fc_request *request, const struct fc_config *cfg)
{
    if (request->mode == FC_MODE_PROFILE)
        return request->profile;
    return request->is_occupied ? cfg->occupied_profile : cfg->empty_profile;
}

uint8_t fc_request_is_manual(const struct fc_request *request, const struct fc_config *cfg)
{
    if (request->mode != FC_MODE_MANUAL || !request->has_manual)
        return 0;
    return cfg->manual_revert_ms == 0 || request->manual_ms < cfg->manual_revert_ms;
}

static struct fc_choice fc_choose_external(const struct fc_request *request,
                                           const struct fc_config *cfg, uint8_t has_duty)
{
    struct fc_choice choice = {.decider = FC_DECIDER_EXTERNAL, .pct = request->setpoint_pct};

    if (request->is_setpoint_fresh)
        return choice;
    choice.decider = has_duty && request->grace_ms < cfg->setpoint_grace_ms ? FC_DECIDER_GRACE
                                                                            : FC_DECIDER_ORPHANED;
    return choice;
}

struct fc_choice fc_request_choose(const struct fc_request *request, const struct fc_config *cfg,
                                   uint8_t has_duty)
{
    struct fc_choice choice = {.decider = FC_DECIDER_PROFILE};

    if (request->mode == FC_MODE_FIRMWARE) {
        choice.decider = FC_DECIDER_FIRMWARE;
        return choice;
    }
    if (request->is_locked && has_duty) {
        choice.decider = FC_DECIDER_LOCK;
        return choice;
    }
    if (request->mode == FC_MODE_EXTERNAL)
        return fc_choose_external(request, cfg, has_duty);
    if (fc_request_is_manual(request, cfg)) {
        choice.decider = FC_DECIDER_MANUAL;
        choice.pct = request->manual_pct;
        return choice;
    }
    return choice;
}
