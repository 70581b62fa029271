/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later */
#include "core/source.h"

#include <stdbool.h>

static bool fc_temp_is_valid(const struct fc_temp *t)
{
    return t->has && t->temp_mc >= FC_TEMP_VALID_MIN_MC && t->temp_mc <= FC_TEMP_VALID_MAX_MC;
}

static void fc_source_hottest_sensor(const struct fc_temp sensor[FC_SENSORS_MAX], uint8_t *is_valid,
                                     int32_t *temp_mc)
{
    for (uint32_t k = 0; k < FC_SENSORS_MAX; k++) {
        if (!fc_temp_is_valid(&sensor[k]))
            continue;
        if (!*is_valid || sensor[k].temp_mc > *temp_mc)
            *temp_mc = sensor[k].temp_mc;
        *is_valid = 1;
    }
}

static bool fc_source_is_required(enum fc_required required, uint8_t is_seen)
{
    switch (required) {
    case FC_REQUIRED_ALWAYS:
        return true;
    case FC_REQUIRED_ONCE_SEEN:
        return is_seen;
    case FC_REQUIRED_NEVER:
        return false;
    }
    return true; /* a corrupt word is no reason to look away */
}

static bool fc_profile_can_see(const struct fc_profile *profile, const struct fc_belief *belief)
{
    for (uint32_t g = 0; g < profile->n_groups; g++) {
        for (uint32_t i = 0; i < FC_SOURCES_MAX; i++) {
            if (profile->group[g].has_source[i] && belief->is_valid[i])
                return true;
        }
    }
    return false;
}

static bool fc_reading_failed(const struct fc_config *cfg, const struct fc_belief *belief,
                              const struct fc_seen *seen)
{
    for (uint32_t i = 0; i < cfg->n_sources; i++) {
        if (!belief->is_valid[i] && fc_source_is_required(cfg->required[i], seen->is_seen[i]))
            return true;
    }
    for (uint32_t p = 0; p < cfg->n_profiles; p++) {
        if (!fc_profile_can_see(&cfg->profile[p], belief))
            return true;
    }
    return false;
}

void fc_source_judge(const struct fc_config *cfg, struct fc_belief *belief,
                     const struct fc_seen *seen)
{
    belief->has_hottest = 0;
    belief->hottest = 0;
    belief->hottest_mc = 0;
    for (uint32_t i = 0; i < cfg->n_sources; i++) {
        if (!belief->is_valid[i])
            continue;
        if (belief->has_hottest && belief->temp_mc[i] <= belief->hottest_mc)
            continue;
        belief->has_hottest = 1;
        belief->hottest = (uint8_t)i;
        belief->hottest_mc = belief->temp_mc[i];
    }
    belief->is_failed = fc_reading_failed(cfg, belief, seen);
}

struct fc_belief fc_source_believe(const struct fc_config *cfg,
                                   const struct fc_temp temp[FC_SOURCES_MAX][FC_SENSORS_MAX],
                                   uint8_t is_bus_ok, struct fc_seen *seen)
{
    struct fc_belief belief = {.is_failed = 1};

    if (!is_bus_ok)
        return belief;
    for (uint32_t i = 0; i < cfg->n_sources; i++) {
        fc_source_hottest_sensor(temp[i], &belief.is_valid[i], &belief.temp_mc[i]);
        if (belief.is_valid[i])
            seen->is_seen[i] = 1;
    }
    fc_source_judge(cfg, &belief, seen);
    return belief;
}
