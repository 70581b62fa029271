/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later
 *
 * Room request: what people and Home Assistant ask, and so who decides this tick.
 *
 * What is not given stays as last known, with one exception: an external setpoint that is not
 * given, or whose age is not, is stale at once. At the start the mode is auto and nobody is there.
 *
 *   firmware > lock > external > manual > profile        the first that applies decides
 *
 *   external:  fresh --stale--> GRACE --setpoint_grace--> ORPHANED
 *                ^---------- a fresh setpoint ---------------|
 */
#ifndef FC_REQUEST_H
#define FC_REQUEST_H

#include <stdint.h>

#include "core/config.h"

enum fc_mode {
    FC_MODE_AUTO, /* the profile that presence calls for */
    FC_MODE_PROFILE,
    FC_MODE_MANUAL,
    FC_MODE_EXTERNAL,
    FC_MODE_FIRMWARE,
};

enum fc_presence {
    FC_PRESENCE_AUTO, /* the door decides */
    FC_PRESENCE_OCCUPIED,
    FC_PRESENCE_EMPTY,
};

enum fc_door { FC_DOOR_UNKNOWN, FC_DOOR_CLOSED, FC_DOOR_OPEN };

/* What is asked on this tick. Each value counts only where its has_ flag is set, and none of them
 * while is_ha_ok is 0. Percentages are whole and rounded half up where they came in; any size is
 * legal and is bounded here. An age below 0 means just now. */
struct fc_ask {
    uint8_t is_ha_ok;
    uint8_t has_mode;
    enum fc_mode mode;
    uint8_t profile; /* index, with FC_MODE_PROFILE; one that does not exist acts as auto */
    uint8_t has_manual;
    int32_t manual_pct;
    uint8_t has_lock;
    uint8_t is_locked;
    uint8_t has_presence;
    enum fc_presence presence;
    enum fc_door door;
    uint8_t has_door_age;
    int64_t door_age_ms; /* rounded down: an age just under the hold is still under it */
    uint8_t has_setpoint;
    int32_t setpoint_pct;
    uint8_t has_setpoint_age;
    int64_t setpoint_age_ms; /* rounded up: an age just past the limit is past it */
};

/* State. Belongs to request.c. */
struct fc_request {
    uint64_t manual_ms; /* since the mode manual was entered */
    uint64_t grace_ms;  /* since the first tick that was both external and stale */
    enum fc_mode mode;
    enum fc_presence presence;
    uint8_t profile;
    uint8_t has_manual;
    int32_t manual_pct;
    int32_t setpoint_pct;
    uint8_t is_setpoint_fresh; /* on this tick */
    uint8_t is_grace_running;
    uint8_t is_locked;
    uint8_t is_occupied; /* the last verdict */
};

enum fc_decider {
    FC_DECIDER_PROFILE, /* fc_request_profile() */
    FC_DECIDER_MANUAL,
    FC_DECIDER_EXTERNAL,
    FC_DECIDER_GRACE,    /* hold the present duty: the setpoint is stale, but not for long */
    FC_DECIDER_ORPHANED, /* the setpoint is gone: the firmware */
    FC_DECIDER_LOCK,     /* hold the present duty, without expiry */
    FC_DECIDER_FIRMWARE,
};

/* Who decides, and with what. */
struct fc_choice {
    enum fc_decider decider;
    int32_t pct; /* FC_DECIDER_MANUAL, FC_DECIDER_EXTERNAL: as asked, not yet bounded */
};

/* Take in what is asked and advance the clocks by elapsed_ms, whoever decides in the end. */
void fc_request_take(struct fc_request *request, const struct fc_config *cfg,
                     const struct fc_ask *ask, uint64_t elapsed_ms);

/* Who decides. has_duty: a duty of ours is applied, so that there is something to hold. */
struct fc_choice fc_request_choose(const struct fc_request *request, const struct fc_config *cfg,
                                   uint8_t has_duty);

/* The profile that rules when a profile decides: by name, or by presence. */
uint32_t fc_request_profile(const struct fc_request *request, const struct fc_config *cfg);

/* Is the mode manual in force: entered, not expired, and a number was given? */
uint8_t fc_request_is_manual(const struct fc_request *request, const struct fc_config *cfg);

#endif
