/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later */
#include "core/demand.h"

#include "core/number.h"

/* part / whole of rise, rounded half up. 0 <= part <= whole <= 250000 and 0 <= rise <= 100, so
 * that 32 bits hold every product: a small processor needs no library for it. */
static int32_t fc_share(int32_t part, int32_t whole, int32_t rise)
{
    return (2 * part * rise + whole) / (2 * whole);
}

/* How many points lie at or below temp_mc: 0 is left of the curve, n_points right of it. */
static uint32_t fc_curve_segment(const struct fc_curve *curve, int32_t temp_mc)
{
    uint32_t i = 0;

    while (i < curve->n_points && curve->point[i].temp_mc <= temp_mc)
        i++;
    return i;
}

int32_t fc_curve_eval(const struct fc_curve *curve, int32_t temp_mc)
{
    uint32_t i = fc_curve_segment(curve, temp_mc);
    const struct fc_point *left;
    const struct fc_point *right;

    if (i == 0)
        return curve->point[0].duty_pct;
    if (i == curve->n_points)
        return curve->point[i - 1].duty_pct;
    left = &curve->point[i - 1];
    right = &curve->point[i];
    return left->duty_pct + fc_share(temp_mc - left->temp_mc, right->temp_mc - left->temp_mc,
                                     right->duty_pct - left->duty_pct);
}

static int32_t fc_bounded(const struct fc_config *cfg, int32_t curve_pct)
{
    return fc_clamp(curve_pct + cfg->bias_pct, cfg->min_duty_pct, FC_DUTY_MAX_PCT);
}

struct fc_demand fc_demand_of(const struct fc_config *cfg, uint32_t p,
                              const struct fc_belief *belief, int32_t add_mc)
{
    const struct fc_profile *profile = &cfg->profile[p];
    struct fc_demand demand = {.duty_pct = cfg->min_duty_pct};

    for (uint32_t g = 0; g < profile->n_groups; g++) {
        const struct fc_group *group = &profile->group[g];

        for (uint32_t i = 0; i < cfg->n_sources; i++) {
            int32_t want;

            if (!group->has_source[i] || !belief->is_valid[i])
                continue;
            want = fc_bounded(cfg, fc_curve_eval(&group->curve, belief->temp_mc[i] + add_mc));
            if (demand.has_winner && want <= demand.duty_pct)
                continue;
            demand.duty_pct = want;
            demand.winner = (uint8_t)i;
            demand.has_winner = 1;
        }
    }
    return demand;
}

int32_t fc_demand_floor_pct(const struct fc_config *cfg, uint32_t p)
{
    const struct fc_profile *profile = &cfg->profile[p];
    int32_t most = 0;

    for (uint32_t g = 0; g < profile->n_groups; g++) {
        int32_t first = profile->group[g].curve.point[0].duty_pct;

        most = first > most ? first : most;
    }
    return fc_bounded(cfg, most);
}

int32_t fc_demand_top_pct(const struct fc_config *cfg, uint32_t p)
{
    const struct fc_profile *profile = &cfg->profile[p];
    int32_t most = 0;

    for (uint32_t g = 0; g < profile->n_groups; g++) {
        const struct fc_curve *curve = &profile->group[g].curve;
        int32_t last = curve->point[curve->n_points - 1].duty_pct;

        most = last > most ? last : most;
    }
    return fc_bounded(cfg, most);
}
