/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later
 *
 * What the owner wants of one server's fans, in the units that the step works in.
 *
 * The caller owns the struct and keeps it unchanged while it is in use; core never copies it.
 * fc_config_validate() is called once, and from then on every step relies on what it found:
 * nothing below is checked a second time.
 */
#ifndef FC_CONFIG_H
#define FC_CONFIG_H

#include <stdint.h>

#include "core/err.h"

enum {
    FC_SOURCES_MAX = 8,  /* heat sources of a server */
    FC_SENSORS_MAX = 4,  /* sensors of one source; the hottest valid one is believed */
    FC_PROFILES_MAX = 8, /* profiles of a server */
    FC_GROUPS_MAX = 8,   /* curves of one profile */
    FC_POINTS_MAX = 16,  /* points of one curve */
    FC_FANS_MAX = 16,    /* fans whose speed is read */

    FC_TEMP_VALID_MIN_MC = 0,      /* a reading outside of these two is no reading: 255 and -1 */
    FC_TEMP_VALID_MAX_MC = 125000, /* are what a BMC says when it does not know */
    FC_POINT_MIN_MC = -50000,
    FC_POINT_MAX_MC = 200000,
    FC_HYSTERESIS_MAX_MC = 20000,
    FC_READ_FAILURES_MAX = 100,
    FC_BIAS_MAX_PCT = 100,
    FC_DUTY_MAX_PCT = 100,
    FC_SPAN_MAX_MS = 604800000, /* a week: no time-out of this program is sensibly longer */
};

/* One corner of a curve: at temp_mc milli-degrees C the fans turn at duty_pct whole percent. */
struct fc_point {
    int32_t temp_mc;  /* FC_POINT_MIN_MC..FC_POINT_MAX_MC */
    int32_t duty_pct; /* 0..100 */
};

/* Straight lines between its points, flat outside of them.
 *
 *   duty        .----------
 *              /
 *         ----'               temperatures rise strictly, duties never fall
 *          temperature
 */
struct fc_curve {
    uint32_t n_points; /* 1..FC_POINTS_MAX */
    struct fc_point point[FC_POINTS_MAX];
};

/* A curve and the sources it holds for. Flags are bytes, 0 or not 0, here and in every struct of
 * core: any bytes are then a legal value, for a fuzzer and for a proof. */
struct fc_group {
    uint8_t has_source[FC_SOURCES_MAX]; /* at least one of the configured sources */
    struct fc_curve curve;
};

struct fc_profile {
    uint32_t n_groups; /* 1..FC_GROUPS_MAX */
    struct fc_group group[FC_GROUPS_MAX];
};

enum fc_required {
    FC_REQUIRED_ALWAYS,    /* no valid temperature: the reading fails */
    FC_REQUIRED_ONCE_SEEN, /* may be absent (an empty socket), but not once it was ever valid */
    FC_REQUIRED_NEVER,     /* lost, it just drops out */
};

enum fc_law {
    FC_LAW_LINEAR, /* the curves, eased with a hysteresis and a minimum step */
};

enum fc_ceiling_action {
    FC_CEILING_FIRMWARE, /* at the ceiling the firmware gets the fans */
    FC_CEILING_FULL,     /* at the ceiling the fans are held at 100 % */
};

struct fc_config {
    uint32_t n_sources; /* 1..FC_SOURCES_MAX */
    enum fc_required required[FC_SOURCES_MAX];
    uint32_t n_profiles; /* 1..FC_PROFILES_MAX */
    struct fc_profile profile[FC_PROFILES_MAX];
    uint32_t occupied_profile; /* index of the profile that `auto` takes while somebody is there */
    uint32_t empty_profile;    /* ... and while nobody is */

    enum fc_law law;
    enum fc_ceiling_action ceiling_action;
    int32_t ceiling_mc;          /* > resume_below_mc, at most FC_TEMP_VALID_MAX_MC */
    int32_t resume_below_mc;     /* > 0 */
    uint32_t resume_stable_ms;   /* 0..FC_SPAN_MAX_MS */
    uint32_t max_read_failures;  /* 1..FC_READ_FAILURES_MAX; this one hands the fans back */
    int32_t min_duty_pct;        /* 0..100; bounds every duty ever written */
    int32_t bias_pct;            /* -100..100, added to every curve */
    int32_t hysteresis_mc;       /* a difference, 0..FC_HYSTERESIS_MAX_MC; 0: off */
    int32_t output_deadband_pct; /* 0..100; above 0 it replaces the hysteresis */
    int32_t min_step_pct;        /* 0..100; smaller changes are not made; 0: off */
    uint32_t manual_revert_ms;   /* 0..FC_SPAN_MAX_MS; 0: manual never expires */
    uint32_t setpoint_stale_ms;  /* 0..FC_SPAN_MAX_MS; an older external setpoint is stale */
    uint32_t setpoint_grace_ms;  /* 0..FC_SPAN_MAX_MS; how long a stale one holds the duty */
    uint32_t door_hold_ms;       /* 0..FC_SPAN_MAX_MS; occupied this long after the door moved */
};

/* FC_OK if and only if every field is in the range given above; else FC_ERR_CONFIG. Says nothing
 * of where the fault is: the loader that knows lines and keys reports its own. */
FC_MUST_CHECK enum fc_err fc_config_validate(const struct fc_config *cfg);

#endif
