/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A new configuration under a living state: the state's invariant holds again at once.
 */
#include "tests/unit/core/story.h"

enum { NEW = FC_SOURCES_MAX, IS_GONE = FC_PROFILES_MAX };

#define GO_ON(fan, cfg, rows) story_go_on((fan), (cfg), (rows), COUNT_OF(rows), 0)

static struct fc_fan fresh(void)
{
    struct fc_fan fan;

    fc_fan_init(&fan);
    return fan;
}

static void retune(struct fc_fan *fan, const struct fc_config *cfg)
{
    const struct fc_remap map = fc_remap_identity();

    assert_int_equal(fc_config_validate(cfg), FC_OK);
    fc_fan_retune(fan, cfg, &map);
}

static void test_identity(void **state)
{
    const struct fc_remap map = fc_remap_identity();

    (void)state;
    for (uint32_t i = 0; i < FC_SOURCES_MAX; i++)
        assert_int_equal(map.source_was[i], i);
    for (uint32_t i = 0; i < FC_PROFILES_MAX; i++)
        assert_int_equal(map.profile_now[i], i);
}

static void test_nothing_new(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 20, RUN, MANUAL, ASK_MANUAL(20)),
        TICK(15000, GONE, 57000, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();
    struct fc_fan fan = fresh();
    struct fc_fan before;

    (void)state;
    GO_ON(&fan, &cfg, rows);
    before = fan;
    retune(&fan, &cfg);
    assert_memory_equal(&fan.safety, &before.safety, sizeof(fan.safety));
    assert_memory_equal(&fan.seen, &before.seen, sizeof(fan.seen));
    assert_int_equal(fan.request.mode, before.request.mode);
    assert_int_equal(fan.request.manual_ms, before.request.manual_ms);
    assert_int_equal(fan.duty_pct, 20);
    assert_int_equal(fan.owner, FC_OWNER_US);
    assert_int_equal(fan.belief.is_failed, 1);
}

static void test_floor_rises(void **state)
{
    static const struct story_row before[] = {
        TICK(0, 60000, 57000, SET, 20, RUN, MANUAL, ASK_MANUAL(20)),
        TICK(15000, 60000, 57000, HOLD, 0, GRACE, STALE, ASK_MODE(EXTERNAL)),
    };
    static const struct story_row after[] = {
        TICK(15000, GONE, 57000, HOLD, 0, GRACE, READ_FAILED, ASK_NOTHING),
        TICK(30000, 60000, 57000, SET, 35, GRACE, STALE, ASK_NOTHING, REFUSED),
        TICK(45000, 60000, 57000, SET, 35, RUN, LOCKED, ASK_LOCK(1)),
        TICK(60000, 60000, 57000, HOLD, 0, RUN, LOCKED, ASK_NOTHING),
    };
    struct fc_config cfg = defaults_config();
    struct fc_fan fan = fresh();

    (void)state;
    GO_ON(&fan, &cfg, before);
    cfg.min_duty_pct = 35;
    retune(&fan, &cfg);
    assert_int_equal(fan.duty_pct, 35);
    GO_ON(&fan, &cfg, after);
}

/* A floor at or under the duty, and a floor with no duty, change nothing. */
static void test_floor_elsewhere(void **state)
{
    static const struct story_row before[] = {
        TICK(0, 60000, 57000, SET, 20, RUN, MANUAL, ASK_MANUAL(20)),
    };
    struct fc_config cfg = defaults_config();
    struct fc_fan fan = fresh();

    (void)state;
    cfg.min_duty_pct = 99;
    retune(&fan, &cfg);
    assert_int_equal(fan.has_duty, 0);
    cfg.min_duty_pct = 10;
    GO_ON(&fan, &cfg, before);
    cfg.min_duty_pct = 20;
    retune(&fan, &cfg);
    assert_int_equal(fan.owner, FC_OWNER_US);
    assert_int_equal(fan.duty_pct, 20);
    cfg.min_duty_pct = 21;
    retune(&fan, &cfg);
    assert_int_equal(fan.owner, FC_OWNER_UNKNOWN);
    assert_int_equal(fan.duty_pct, 21);
}

static void test_limit_falls(void **state)
{
    static const struct story_row before[] = {
        TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
        TICK(15000, GONE, 57000, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
        TICK(30000, GONE, 57000, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
    };
    static const struct story_row blind[] = {
        TICK(30100, 60000, 57000, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING, .is_command = 1),
        TICK(45000, GONE, 57000, RELEASE, 0, BLIND, BLIND, ASK_NOTHING),
    };
    static const struct story_row good[] = {
        TICK(45000, 60000, 57000, HOLD, 0, RUN, STEADY, ASK_NOTHING),
        TICK(60000, GONE, 57000, RELEASE, 0, BLIND, BLIND, ASK_NOTHING),
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    for (uint32_t limit = 1; limit <= 3; limit++) {
        struct fc_fan fan = fresh();

        cfg.max_read_failures = 3;
        GO_ON(&fan, &cfg, before);
        cfg.max_read_failures = limit;
        retune(&fan, &cfg);
        GO_ON(&fan, &cfg, blind);
    }
    {
        struct fc_fan fan = fresh();

        cfg.max_read_failures = 3;
        GO_ON(&fan, &cfg, before);
        cfg.max_read_failures = 1;
        retune(&fan, &cfg);
        GO_ON(&fan, &cfg, good);
    }
}

static void test_limit_changes_while_blind(void **state)
{
    static const struct story_row before[] = {
        TICK(0, GONE, GONE, RELEASE, 0, START, READ_FAILED, ASK_NOTHING),
        TICK(15000, GONE, GONE, HOLD, 0, START, READ_FAILED, ASK_NOTHING),
        TICK(30000, GONE, GONE, HOLD, 0, BLIND, BLIND, ASK_NOTHING),
    };
    static const struct story_row fewer[] = {
        TICK(45000, GONE, GONE, HOLD, 0, BLIND, BLIND, ASK_NOTHING, .is_command = 1),
        TICK(45000, GONE, GONE, HOLD, 0, BLIND, BLIND, ASK_NOTHING),
    };
    static const struct story_row more[] = {
        TICK(60000, GONE, GONE, HOLD, 0, BLIND, READ_FAILED, ASK_NOTHING),
        TICK(75000, 60000, GONE, SET, 51, RUN, FIRST, ASK_NOTHING),
    };
    struct fc_config cfg = defaults_config();
    struct fc_fan fan = fresh();

    (void)state;
    GO_ON(&fan, &cfg, before);
    cfg.max_read_failures = 1;
    retune(&fan, &cfg);
    assert_int_equal(fan.safety.failures, 1);
    GO_ON(&fan, &cfg, fewer);
    cfg.max_read_failures = 9;
    retune(&fan, &cfg);
    GO_ON(&fan, &cfg, more);
}

/* New numbers hold for the reading that is there. */
static void test_ceiling_falls(void **state)
{
    static const struct story_row before[] = {
        TICK(0, 70000, 57000, SET, 72, RUN, FIRST, ASK_NOTHING),
    };
    static const struct story_row after[] = {
        TICK(100, GONE, GONE, RELEASE, 0, CEILING, CEILING, ASK_NOTHING, .is_command = 1),
    };
    static const struct story_row full[] = {
        TICK(200, GONE, GONE, SET, 100, CEILING, CEILING, ASK_NOTHING, .is_command = 1),
    };
    struct fc_config cfg = defaults_config();
    struct fc_fan fan = fresh();

    (void)state;
    GO_ON(&fan, &cfg, before);
    cfg.ceiling_mc = 70000;
    cfg.resume_below_mc = 60000;
    retune(&fan, &cfg);
    GO_ON(&fan, &cfg, after);
    cfg.ceiling_action = FC_CEILING_FULL;
    retune(&fan, &cfg);
    GO_ON(&fan, &cfg, full);
}

/* The sources change places: beliefs and what was seen move with them. */
static void test_sources_move(void **state)
{
    static const struct story_row before[] = {
        TICK(0, 60000, 70000, SET, 72, RUN, FIRST, ASK_NOTHING),
    };
    struct fc_remap map = fc_remap_identity();
    struct fc_config cfg = defaults_config();
    struct fc_fan fan = fresh();

    (void)state;
    GO_ON(&fan, &cfg, before);
    map.source_was[CPU1] = CPU2;
    map.source_was[CPU2] = CPU1;
    fc_fan_retune(&fan, &cfg, &map);
    assert_int_equal(fan.belief.temp_mc[CPU1], 70000);
    assert_int_equal(fan.belief.temp_mc[CPU2], 60000);
    assert_int_equal(fan.belief.hottest, CPU1);
    assert_int_equal(fan.belief.is_failed, 0);
    assert_int_equal(fan.seen.is_seen[CPU1] && fan.seen.is_seen[CPU2], 1);
}

/* A new source was never seen and has no reading yet; the old one beside it keeps its own. */
static void test_sources_come_and_go(void **state)
{
    static const struct story_row before[] = {
        TICK(0, 60000, 70000, SET, 72, RUN, FIRST, ASK_NOTHING),
    };
    static const struct story_row after[] = {
        TICK(15000, 60000, GONE, HOLD, 0, RUN, HYSTERESIS, ASK_NOTHING),
    };
    struct fc_remap map = fc_remap_identity();
    struct fc_config cfg = defaults_config();
    struct fc_fan fan = fresh();

    (void)state;
    cfg.hysteresis_mc = 20000;
    GO_ON(&fan, &cfg, before);
    map.source_was[CPU2] = NEW;
    fc_fan_retune(&fan, &cfg, &map);
    assert_int_equal(fan.belief.is_valid[CPU2], 0);
    assert_int_equal(fan.belief.temp_mc[CPU2], 0);
    assert_int_equal(fan.seen.is_seen[CPU2], 0);
    assert_int_equal(fan.belief.is_failed, 0);
    assert_int_equal(fan.belief.hottest_mc, 60000);
    GO_ON(&fan, &cfg, after);

    map.source_was[CPU1] = NEW;
    fc_fan_retune(&fan, &cfg, &map);
    assert_int_equal(fan.belief.is_failed, 1);
    assert_int_equal(fan.belief.has_hottest, 0);
}

/* What lies beyond the new number of sources is forgotten. */
static void test_fewer_sources(void **state)
{
    static const struct story_row before[] = {
        TICK(0, 60000, 70000, SET, 72, RUN, FIRST, ASK_NOTHING),
    };
    struct fc_config cfg = defaults_config();
    struct fc_fan fan = fresh();

    (void)state;
    GO_ON(&fan, &cfg, before);
    cfg.n_sources = 1;
    for (uint32_t p = 0; p < cfg.n_profiles; p++)
        cfg.profile[p].group[0].has_source[CPU2] = 0;
    retune(&fan, &cfg);
    assert_int_equal(fan.belief.is_valid[CPU2], 0);
    assert_int_equal(fan.seen.is_seen[CPU2], 0);
    assert_int_equal(fan.belief.hottest_mc, 60000);
}

static void test_profiles_move(void **state)
{
    static const struct {
        const char *name;
        uint8_t profile, profile_now;
        enum fc_mode want_mode;
        uint8_t want_profile;
    } rows[] = {
        {"stays", QUIET, QUIET, FC_MODE_PROFILE, QUIET},
        {"moves", QUIET, COOL, FC_MODE_PROFILE, COOL},
        {"is gone", QUIET, IS_GONE, FC_MODE_AUTO, 0},
        {"is past the last one", QUIET, 2, FC_MODE_AUTO, 0},
        {"largest byte", QUIET, 255, FC_MODE_AUTO, 0},
        {"corrupt index", FC_PROFILES_MAX, QUIET, FC_MODE_AUTO, 0},
        {"corrupt largest index", 255, QUIET, FC_MODE_AUTO, 0},
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fc_remap map = fc_remap_identity();
        struct fc_fan fan = fresh();

        fan.request.mode = FC_MODE_PROFILE;
        fan.request.profile = rows[i].profile;
        map.profile_now[QUIET] = rows[i].profile_now;
        fc_fan_retune(&fan, &cfg, &map);
        EXPECT(rows[i].name, fan.request.mode, rows[i].want_mode);
        EXPECT(rows[i].name, fan.request.profile, rows[i].want_profile);
    }
}

static void test_other_modes_stay(void **state)
{
    static const enum fc_mode modes[] = {FC_MODE_AUTO, FC_MODE_MANUAL, FC_MODE_EXTERNAL,
                                         FC_MODE_FIRMWARE};
    const struct fc_config cfg = defaults_config();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        struct fc_remap map = fc_remap_identity();
        struct fc_fan fan = fresh();

        memset(map.profile_now, IS_GONE, sizeof(map.profile_now));
        fan.request.mode = modes[i];
        fc_fan_retune(&fan, &cfg, &map);
        assert_int_equal(fan.request.mode, modes[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_nothing_new),
        cmocka_unit_test(test_floor_rises),
        cmocka_unit_test(test_floor_elsewhere),
        cmocka_unit_test(test_limit_falls),
        cmocka_unit_test(test_limit_changes_while_blind),
        cmocka_unit_test(test_ceiling_falls),
        cmocka_unit_test(test_sources_move),
        cmocka_unit_test(test_sources_come_and_go),
        cmocka_unit_test(test_fewer_sources),
        cmocka_unit_test(test_profiles_move),
        cmocka_unit_test(test_other_modes_stay),
    };

    return cmocka_run_group_tests_name("fan, retune", tests, NULL, NULL);
}
