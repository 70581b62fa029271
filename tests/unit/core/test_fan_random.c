/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random bytes as inputs, answers, commands and new configurations, from a printed seed (SEED=n
 * replays it). Only what must hold whatever happens is asserted.
 */
#include "tests/unit/core/cases.h"

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "core/fan.h"

enum { LIVES = 400, TICKS_A_LIFE = 400 };

#define HOLDS(what)                                                                                \
    do {                                                                                           \
        if (!(what))                                                                               \
            fail_msg("SEED=%llu: life %u, step %u: not so: %s", (unsigned long long)seed, life,    \
                     step, #what);                                                                 \
    } while (0)

static uint64_t seed;
static uint64_t dice;
static uint32_t life, step;

/* splitmix64: any seed is a good one. */
static uint64_t roll(void)
{
    uint64_t z = (dice += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t below(uint32_t n)
{
    return (uint32_t)(roll() >> 32) % n;
}

/* Any of the first n words of an enum. */
#define WORD(type, n) ((type)(uint32_t){below(n)})

static int32_t between(int32_t low, int32_t high)
{
    return low + (int32_t)below((uint32_t)(high - low) + 1);
}

static void fill(void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = (uint8_t)roll();
}

/* ---- a legal configuration ---- */

static void draw_group(struct fc_group *group, uint32_t n_sources)
{
    int32_t temp_mc = between(20000, 70000);
    int32_t duty_pct = between(0, 50);

    memset(group, 0, sizeof(*group));
    for (uint32_t i = 0; i < n_sources; i++)
        group->has_source[i] = (uint8_t)below(2);
    group->has_source[below(n_sources)] = 1;
    group->curve.n_points = below(4) + 1;
    for (uint32_t k = 0; k < group->curve.n_points; k++) {
        group->curve.point[k].temp_mc = temp_mc;
        group->curve.point[k].duty_pct = duty_pct;
        temp_mc += between(1, 30000);
        duty_pct = between(duty_pct, 100);
    }
}

static struct fc_config draw_config(void)
{
    struct fc_config cfg = defaults_config();

    cfg.n_sources = below(FC_SOURCES_MAX) + 1;
    cfg.n_profiles = below(FC_PROFILES_MAX) + 1;
    for (uint32_t i = 0; i < cfg.n_sources; i++)
        cfg.required[i] = WORD(enum fc_required, 3);
    for (uint32_t p = 0; p < cfg.n_profiles; p++) {
        cfg.profile[p].n_groups = below(3) + 1;
        for (uint32_t g = 0; g < cfg.profile[p].n_groups; g++)
            draw_group(&cfg.profile[p].group[g], cfg.n_sources);
    }
    cfg.occupied_profile = below(cfg.n_profiles);
    cfg.empty_profile = below(cfg.n_profiles);
    cfg.ceiling_action = WORD(enum fc_ceiling_action, 2);
    cfg.max_read_failures = below(5) + 1;
    cfg.min_duty_pct = below(3) == 0 ? between(0, 100) : 10;
    cfg.bias_pct = below(3) == 0 ? between(-100, 100) : 0;
    cfg.hysteresis_mc = between(0, FC_HYSTERESIS_MAX_MC);
    cfg.min_step_pct = between(0, 10);
    cfg.output_deadband_pct = below(3) == 0 ? between(0, 20) : 0;
    cfg.resume_stable_ms = below(3) * 60000;
    assert_int_equal(fc_config_validate(&cfg), FC_OK);
    return cfg;
}

/* ---- what the test remembers by itself ---- */

struct witness {
    uint8_t is_seen[FC_SOURCES_MAX];
    uint32_t failures; /* in a row */
    bool is_failed, is_hot, is_stopped;
};

static bool is_valid(const struct fc_fan_in *in, uint32_t i, bool *is_hot, int32_t ceiling_mc)
{
    bool found = false;

    for (uint32_t k = 0; in->is_bus_ok && k < FC_SENSORS_MAX; k++) {
        const struct fc_temp *temp = &in->temp[i][k];

        if (!temp->has || temp->temp_mc < 0 || temp->temp_mc > 125000)
            continue;
        found = true;
        *is_hot = *is_hot || temp->temp_mc >= ceiling_mc;
    }
    return found;
}

static bool profile_sees(const struct fc_profile *profile, const bool valid[FC_SOURCES_MAX])
{
    bool found = false;

    for (uint32_t g = 0; g < profile->n_groups; g++) {
        for (uint32_t i = 0; i < FC_SOURCES_MAX; i++)
            found = found || (profile->group[g].has_source[i] && valid[i]);
    }
    return found;
}

static void witness_tick(struct witness *w, const struct fc_config *cfg, const struct fc_fan_in *in)
{
    bool valid[FC_SOURCES_MAX] = {false};

    w->is_failed = false;
    w->is_hot = false;
    for (uint32_t i = 0; i < cfg->n_sources; i++) {
        valid[i] = is_valid(in, i, &w->is_hot, cfg->ceiling_mc);
        w->is_seen[i] = w->is_seen[i] || valid[i];
        if (!valid[i] && (cfg->required[i] == FC_REQUIRED_ALWAYS ||
                          (cfg->required[i] == FC_REQUIRED_ONCE_SEEN && w->is_seen[i])))
            w->is_failed = true;
    }
    for (uint32_t p = 0; p < cfg->n_profiles; p++)
        w->is_failed = w->is_failed || !profile_sees(&cfg->profile[p], valid);
    w->failures = w->is_failed ? w->failures + 1 : 0;
}

/* ---- what must hold ---- */

static void check_ranges(const struct fc_fan *fan, const struct fc_config *cfg,
                         const struct fc_fan_out *out)
{
    HOLDS(strcmp(fc_state_str(out->state), "unknown") != 0);
    HOLDS(strcmp(fc_reason_str(out->reason), "unknown") != 0);
    HOLDS(strcmp(fc_action_str(out->write.action), "unknown") != 0);
    if (out->write.action == FC_ACTION_SET)
        HOLDS(out->write.duty_pct >= cfg->min_duty_pct && out->write.duty_pct <= 100);
    else
        HOLDS(out->write.duty_pct == 0);
    HOLDS(out->profile < cfg->n_profiles);
    HOLDS(!out->has_demand || out->winner < cfg->n_sources);
    HOLDS(out->demand_pct >= cfg->min_duty_pct && out->demand_pct <= 100);
    HOLDS(!fan->has_duty || (fan->duty_pct >= cfg->min_duty_pct && fan->duty_pct <= 100));
    HOLDS(fan->owner != FC_OWNER_FIRMWARE || !fan->has_duty);
    HOLDS(fan->safety.failures <= cfg->max_read_failures);
}

static void check_decision(const struct fc_fan *fan, const struct fc_config *cfg,
                           const struct witness *w, const struct fc_fan_out *out)
{
    bool is_set = out->write.action == FC_ACTION_SET;
    bool is_full = cfg->ceiling_action == FC_CEILING_FULL;

    HOLDS(!w->is_stopped || (!is_set && out->state == FC_STATE_STOPPED));
    HOLDS(!is_set || w->failures < cfg->max_read_failures);
    HOLDS(!is_set || !w->is_hot || (is_full && out->write.duty_pct == 100));
    HOLDS(!is_set || !w->is_failed || (is_full && out->write.duty_pct == 100));
    HOLDS(!is_set || !out->wants_firmware);
    HOLDS((out->write.action == FC_ACTION_RELEASE) ==
          (out->wants_firmware && fan->owner != FC_OWNER_FIRMWARE));
    if (!out->wants_firmware && !w->is_failed && !is_set)
        HOLDS(fan->owner == FC_OWNER_US && fan->has_duty);
    if (w->failures >= cfg->max_read_failures || (w->is_hot && !is_full))
        HOLDS(out->wants_firmware);
}

/* ---- a life ---- */

static void draw_input(struct fc_fan_in *in, const struct fc_config *cfg, uint64_t *now_ms)
{
    uint64_t bytes_ms;
    bool is_sane = below(8) != 0;

    fill(in, sizeof(*in));
    bytes_ms = in->now_ms;
    *now_ms += below(40000);
    in->now_ms = below(50) == 0 ? bytes_ms : *now_ms;
    in->is_stop = below(300) == 0;
    in->is_bus_ok = below(12) != 0;
    for (uint32_t i = 0; is_sane && i < FC_SOURCES_MAX; i++) {
        for (uint32_t k = 0; k < FC_SENSORS_MAX; k++) {
            in->temp[i][k].has = k == 0 ? below(30) != 0 : below(2) != 0;
            in->temp[i][k].temp_mc = below(150) == 0 ? cfg->ceiling_mc + between(-1, 1000)
                                                     : between(20000, cfg->ceiling_mc - 9000);
        }
    }
    in->ask.mode = below(4) == 0 ? in->ask.mode : WORD(enum fc_mode, 5);
    in->ask.has_mode = below(10) == 0;
}

static void retune(struct fc_fan *fan, struct fc_config *cfg, struct witness *w)
{
    const struct witness old = *w;
    struct fc_remap map;

    *cfg = draw_config();
    fill(&map, sizeof(map));
    for (uint32_t i = 0; i < FC_SOURCES_MAX; i++)
        map.source_was[i] %= FC_SOURCES_MAX + 1;
    fc_fan_retune(fan, cfg, &map);
    for (uint32_t i = 0; i < FC_SOURCES_MAX; i++) {
        uint32_t was = map.source_was[i];

        w->is_seen[i] = i < cfg->n_sources && was < FC_SOURCES_MAX ? old.is_seen[was] : 0;
    }
    HOLDS(!old.is_failed || fan->belief.is_failed);
    HOLDS(!fan->has_duty || fan->duty_pct >= cfg->min_duty_pct);
    w->is_failed = fan->belief.is_failed;
    w->is_hot = fan->belief.has_hottest && fan->belief.hottest_mc >= cfg->ceiling_mc;
    w->failures = fan->safety.failures;
}

/* Mostly the answer to this write; at times a guard's own release. */
static void answer(struct fc_fan *fan, const struct fc_config *cfg, const struct fc_write *write)
{
    static const struct fc_write release = {.action = FC_ACTION_RELEASE};
    enum fc_result result = FC_RESULT_ACCEPTED;

    if (below(5) == 0)
        result = below(20) == 0 ? WORD(enum fc_result, UINT32_MAX) : WORD(enum fc_result, 3);
    fc_fan_commit(fan, cfg, write, result);
    if (below(40) == 0)
        fc_fan_commit(fan, cfg, &release, FC_RESULT_ACCEPTED);
}

static void live(void)
{
    struct fc_config cfg = draw_config();
    struct witness w = {.is_failed = true};
    uint64_t now_ms = below(2) ? (UINT64_C(1) << 32) - 3000 : roll();
    struct fc_fan fan;

    fc_fan_init(&fan);
    for (step = 0; step < TICKS_A_LIFE; step++) {
        struct fc_fan_in in;
        struct fc_fan_out out;

        if (below(60) == 0)
            retune(&fan, &cfg, &w);
        draw_input(&in, &cfg, &now_ms);
        w.is_stopped = w.is_stopped || in.is_stop;
        if (below(6) == 0) {
            fc_fan_command(&fan, &cfg, &in, &out);
        } else {
            witness_tick(&w, &cfg, &in);
            fc_fan_step(&fan, &cfg, &in, &out);
        }
        check_ranges(&fan, &cfg, &out);
        check_decision(&fan, &cfg, &w, &out);
        answer(&fan, &cfg, &out.write);
        HOLDS(!out.wants_firmware || fan.owner == FC_OWNER_FIRMWARE ||
              fc_fan_is_releasing(&fan, &cfg));
    }
}

static void test_lives(void **state)
{
    (void)state;
    for (life = 0; life < LIVES; life++) {
        dice = seed + life;
        live();
    }
}

/* Any bytes as a configuration: a verdict, and an accepted one can be lived with. */
static void test_any_config(void **state)
{
    (void)state;
    for (life = 0; life < 20000; life++) {
        struct fc_config cfg = defaults_config();
        size_t at = below((uint32_t)sizeof(cfg) - 8);
        struct fc_fan_in in;
        struct fc_fan_out out;
        struct fc_fan fan;

        fill((uint8_t *)&cfg + at, below(8) + 1);
        if (fc_config_validate(&cfg) != FC_OK)
            continue;
        fc_fan_init(&fan);
        fill(&in, sizeof(in));
        in.is_bus_ok = 1;
        in.temp[CPU1][0].has = 1;
        in.temp[CPU1][0].temp_mc = between(0, 90000);
        for (step = 0; step < 2; step++) {
            fc_fan_step(&fan, &cfg, &in, &out);
            check_ranges(&fan, &cfg, &out);
            fc_fan_commit(&fan, &cfg, &out.write, FC_RESULT_ACCEPTED);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lives),
        cmocka_unit_test(test_any_config),
    };
    const char *given = getenv("SEED");

    seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    dice = seed;
    print_message("SEED=%llu replays this run\n", (unsigned long long)seed);
    return cmocka_run_group_tests_name("fan, random", tests, NULL, NULL);
}
