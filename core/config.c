/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later */
#include "core/config.h"

#include <stdbool.h>

static bool fc_point_ok(const struct fc_point *p)
{
    return p->temp_mc >= FC_POINT_MIN_MC && p->temp_mc <= FC_POINT_MAX_MC && p->duty_pct >= 0 &&
           p->duty_pct <= FC_DUTY_MAX_PCT;
}

static bool fc_curve_ok(const struct fc_curve *curve)
{
    if (curve->n_points < 1 || curve->n_points > FC_POINTS_MAX)
        return false;
    for (uint32_t i = 0; i < curve->n_points; i++) {
        if (!fc_point_ok(&curve->point[i]))
            return false;
        if (i > 0 && (curve->point[i].temp_mc <= curve->point[i - 1].temp_mc ||
                      curve->point[i].duty_pct < curve->point[i - 1].duty_pct))
            return false;
    }
    return true;
}

static bool fc_group_ok(const struct fc_group *group, uint32_t n_sources)
{
    bool has_any = false;

    for (uint32_t i = 0; i < FC_SOURCES_MAX; i++) {
        if (!group->has_source[i])
            continue;
        if (i >= n_sources)
            return false;
        has_any = true;
    }
    return has_any && fc_curve_ok(&group->curve);
}

static bool fc_profile_ok(const struct fc_profile *profile, uint32_t n_sources)
{
    if (profile->n_groups < 1 || profile->n_groups > FC_GROUPS_MAX)
        return false;
    for (uint32_t i = 0; i < profile->n_groups; i++) {
        if (!fc_group_ok(&profile->group[i], n_sources))
            return false;
    }
    return true;
}

static bool fc_sources_ok(const struct fc_config *cfg)
{
    if (cfg->n_sources < 1 || cfg->n_sources > FC_SOURCES_MAX)
        return false;
    for (uint32_t i = 0; i < cfg->n_sources; i++) {
        if (cfg->required[i] != FC_REQUIRED_ALWAYS && cfg->required[i] != FC_REQUIRED_ONCE_SEEN &&
            cfg->required[i] != FC_REQUIRED_NEVER)
            return false;
    }
    return true;
}

static bool fc_profiles_ok(const struct fc_config *cfg)
{
    if (cfg->n_profiles < 1 || cfg->n_profiles > FC_PROFILES_MAX)
        return false;
    for (uint32_t i = 0; i < cfg->n_profiles; i++) {
        if (!fc_profile_ok(&cfg->profile[i], cfg->n_sources))
            return false;
    }
    return cfg->occupied_profile < cfg->n_profiles && cfg->empty_profile < cfg->n_profiles;
}

static bool fc_safety_ok(const struct fc_config *cfg)
{
    if (cfg->ceiling_action != FC_CEILING_FIRMWARE && cfg->ceiling_action != FC_CEILING_FULL)
        return false;
    return cfg->ceiling_mc <= FC_TEMP_VALID_MAX_MC && cfg->resume_below_mc > 0 &&
           cfg->resume_below_mc < cfg->ceiling_mc && cfg->resume_stable_ms <= FC_SPAN_MAX_MS &&
           cfg->max_read_failures >= 1 && cfg->max_read_failures <= FC_READ_FAILURES_MAX;
}

static bool fc_in_range(int32_t value, int32_t low, int32_t high)
{
    return value >= low && value <= high;
}

static bool fc_damping_ok(const struct fc_config *cfg)
{
    return cfg->law == FC_LAW_LINEAR && fc_in_range(cfg->min_duty_pct, 0, FC_DUTY_MAX_PCT) &&
           fc_in_range(cfg->bias_pct, -FC_BIAS_MAX_PCT, FC_BIAS_MAX_PCT) &&
           fc_in_range(cfg->hysteresis_mc, 0, FC_HYSTERESIS_MAX_MC) &&
           fc_in_range(cfg->output_deadband_pct, 0, FC_DUTY_MAX_PCT) &&
           fc_in_range(cfg->min_step_pct, 0, FC_DUTY_MAX_PCT);
}

static bool fc_spans_ok(const struct fc_config *cfg)
{
    return cfg->manual_revert_ms <= FC_SPAN_MAX_MS && cfg->setpoint_stale_ms <= FC_SPAN_MAX_MS &&
           cfg->setpoint_grace_ms <= FC_SPAN_MAX_MS && cfg->door_hold_ms <= FC_SPAN_MAX_MS;
}

enum fc_err fc_config_validate(const struct fc_config *cfg)
{
    if (fc_sources_ok(cfg) && fc_profiles_ok(cfg) && fc_safety_ok(cfg) && fc_damping_ok(cfg) &&
        fc_spans_ok(cfg))
        return FC_OK;
    return FC_ERR_CONFIG;
}
