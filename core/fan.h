/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later
 *
 * One server's fans: the room where all others meet, and the interface of libfancurve.
 *
 * Use, once a period:
 *
 *     fill a struct fc_fan_in with the clock, what was read and what is asked
 *     fc_fan_step(&fan, &cfg, &in, &out);
 *     do out.write on the machine: set a duty, release the fans, or nothing
 *     fc_fan_commit(&fan, &cfg, &out.write, what the machine said to it);
 *
 * Every function is total: it can not fail, blocks never, and allocates nothing. A dead sensor is
 * an input, not an error. Structs belong to the caller and must not overlap; the configuration
 * must have been accepted by fc_config_validate().
 *
 *   START --good reading--> RUN <----------------------------------------+
 *     |                      |- any temp >= ceiling --> CEILING --cool---+
 *     |                      |- failed readings ------> BLIND --a good --+
 *     |                      |- setpoint stale -------> GRACE -> ORPHANED-+ a fresh setpoint
 *     |                      +- mode firmware --------> RESTING --other mode-+
 *     +------- stop, from everywhere -------> STOPPED (for ever)
 *
 * RUN and GRACE want the fans for us, the others for the firmware (CEILING wants them for us where
 * the configuration meets the ceiling with full fans). While the firmware should have the fans and
 * is not known to, every step asks for a release.
 */
#ifndef FC_FAN_H
#define FC_FAN_H

#include <stdint.h>

#include "core/config.h"
#include "core/request.h"
#include "core/safety.h"
#include "core/source.h"

#define FC_STATE_LIST(X)                                                                           \
    X(FC_STATE_START, "start")                                                                     \
    X(FC_STATE_RUN, "run")                                                                         \
    X(FC_STATE_CEILING, "ceiling")                                                                 \
    X(FC_STATE_BLIND, "blind")                                                                     \
    X(FC_STATE_GRACE, "grace")                                                                     \
    X(FC_STATE_ORPHANED, "orphaned")                                                               \
    X(FC_STATE_RESTING, "resting")                                                                 \
    X(FC_STATE_STOPPED, "stopped")

#define FC_REASON_LIST(X)                                                                          \
    X(FC_REASON_FIRST, "first")   /* the first duty since the firmware had the fans */             \
    X(FC_REASON_STEADY, "steady") /* the demand is what is applied */                              \
    X(FC_REASON_RISE, "rise")                                                                      \
    X(FC_REASON_EASE, "ease")                                                                      \
    X(FC_REASON_HYSTERESIS, "hysteresis") /* would ease, but not enough yet */                     \
    X(FC_REASON_MIN_STEP, "min_step")     /* would change, but by too little */                    \
    X(FC_REASON_MANUAL, "manual")                                                                  \
    X(FC_REASON_EXTERNAL, "external")                                                              \
    X(FC_REASON_STALE, "stale")             /* the setpoint is stale: holding */                   \
    X(FC_REASON_READ_FAILED, "read_failed") /* this reading failed: nothing changes */             \
    X(FC_REASON_BLIND, "blind")             /* too many failed */                                  \
    X(FC_REASON_CEILING, "ceiling")         /* too hot */                                          \
    X(FC_REASON_RECOVERING, "recovering")   /* cool again, but not for long enough */              \
    X(FC_REASON_FIRMWARE, "firmware")       /* asked for */                                        \
    X(FC_REASON_LOCKED, "locked")                                                                  \
    X(FC_REASON_ORPHANED, "orphaned") /* the setpoint is gone */                                   \
    X(FC_REASON_STOP, "stop")

#define FC_ACTION_LIST(X)                                                                          \
    X(FC_ACTION_HOLD, "hold")                                                                      \
    X(FC_ACTION_SET, "set")                                                                        \
    X(FC_ACTION_RELEASE, "release")

#define FC_WORD_ENUM(name, text) name,
enum fc_state { FC_STATE_LIST(FC_WORD_ENUM) };
enum fc_reason { FC_REASON_LIST(FC_WORD_ENUM) };
enum fc_action { FC_ACTION_LIST(FC_WORD_ENUM) };
#undef FC_WORD_ENUM

/* Who owns the fans, as far as the machine confirmed it. Nothing can be read back. */
enum fc_owner { FC_OWNER_UNKNOWN, FC_OWNER_FIRMWARE, FC_OWNER_US };

/* What the machine said to a write. */
enum fc_result {
    FC_RESULT_ACCEPTED,
    FC_RESULT_REFUSED,    /* it answered no: nothing changed */
    FC_RESULT_UNANSWERED, /* it did not answer: it may have done it */
};

/* One write for the machine. */
struct fc_write {
    enum fc_action action;
    int32_t duty_pct; /* FC_ACTION_SET: min_duty_pct..100; else 0 */
};

/* Everything that one tick knows. Any bytes are legal. */
struct fc_fan_in {
    uint64_t now_ms; /* monotonic; a jump back counts as no time at all */
    struct fc_temp temp[FC_SOURCES_MAX][FC_SENSORS_MAX];
    uint8_t is_bus_ok; /* 0: nothing in temp is believed */
    uint8_t is_stop;   /* hand the fans back and never take them again */
    struct fc_ask ask;
    /* Read-outs that no rule of today looks at; laws and checks to come will. */
    uint8_t has_rpm[FC_FANS_MAX];
    int32_t rpm[FC_FANS_MAX];
    uint8_t has_inlet;
    int32_t inlet_mc;
    uint8_t has_package;
    int32_t package_mw;
};

struct fc_fan_out {
    struct fc_write write;
    enum fc_state state;
    enum fc_reason reason;
    uint8_t wants_firmware; /* the firmware should own the fans */
    uint8_t has_demand;     /* a source of the profile that rules is valid, whoever decides */
    int32_t demand_pct;     /* meaningful where has_demand */
    uint8_t winner;         /* index of the source that called for it; likewise */
    uint8_t profile;        /* the profile that rules, or would */
    uint8_t is_occupied;
};

/* State. Every field belongs to core; read it, never write it. */
struct fc_fan {
    struct fc_safety safety;
    struct fc_request request;
    struct fc_belief belief; /* the last tick's */
    struct fc_seen seen;
    uint64_t last_ms;
    int32_t duty_pct; /* the last duty that the machine accepted; meaningful where has_duty */
    uint8_t has_duty;
    uint8_t has_ticked; /* last_ms means something */
    enum fc_owner owner;
    enum fc_state state;
};

/* How the indices of an old configuration map to those of a new one. FC_SOURCES_MAX and
 * FC_PROFILES_MAX stand for "none": a new source, a profile that is gone. */
struct fc_remap {
    uint8_t source_was[FC_SOURCES_MAX];   /* new index -> old index */
    uint8_t profile_now[FC_PROFILES_MAX]; /* old index -> new index */
};

/* Nothing applied, the owner unknown, state START. */
void fc_fan_init(struct fc_fan *fan);

/* One tick: take the readings and the requests in, decide. */
void fc_fan_step(struct fc_fan *fan, const struct fc_config *cfg, const struct fc_fan_in *in,
                 struct fc_fan_out *out);

/* Between ticks: decide again on the last tick's reading, because something was asked. Only
 * now_ms, is_stop and ask are looked at. Clocks advance, failures are not counted; if the last
 * reading failed, what is asked is taken in and waits. */
void fc_fan_command(struct fc_fan *fan, const struct fc_config *cfg, const struct fc_fan_in *in,
                    struct fc_fan_out *out);

/* What became of a write. Also for a release that the worker or a guard made by itself. May come
 * late and after other steps, as long as writes are committed in the order they were made. */
void fc_fan_commit(struct fc_fan *fan, const struct fc_config *cfg, const struct fc_write *write,
                   enum fc_result result);

/* From now on cfg, already validated, replaces the configuration used so far. A duty below the new
 * floor counts as the floor and is written by the next step; a count past its new limit acts on
 * the next failed reading; a mode whose profile is gone becomes auto. */
void fc_fan_retune(struct fc_fan *fan, const struct fc_config *cfg, const struct fc_remap *map);

/* The map of a tuning that keeps sources and profiles where they are. */
struct fc_remap fc_remap_identity(void);

/* A hand-back is wanted and not yet accepted: a problem to show until it is. */
uint8_t fc_fan_is_releasing(const struct fc_fan *fan, const struct fc_config *cfg);

/* Static, lower case, never NULL. */
const char *fc_state_str(enum fc_state state);
const char *fc_reason_str(enum fc_reason reason);
const char *fc_action_str(enum fc_action action);

#endif
