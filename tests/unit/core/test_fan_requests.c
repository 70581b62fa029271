/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stories of who decides on a good and cool reading, and of damping.
 */
#include "tests/unit/core/story.h"

static void test_damping(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
        TICK(15000, 61000, 57000, HOLD, 0, RUN, MIN_STEP, ASK_NOTHING),
        TICK(30000, 62000, 57000, SET, 55, RUN, RISE, ASK_NOTHING, REFUSED),
        TICK(45000, 62000, 57000, SET, 55, RUN, RISE, ASK_NOTHING, UNANSWERED),
        TICK(60000, 62000, 57000, SET, 55, RUN, RISE, ASK_NOTHING),
        TICK(75000, 62000, 57000, HOLD, 0, RUN, STEADY, ASK_NOTHING),
        TICK(90000, 59000, 57000, HOLD, 0, RUN, HYSTERESIS, ASK_NOTHING),
        TICK(105000, 57000, 57000, SET, 45, RUN, EASE, ASK_NOTHING),
        TICK(120000, 57000, 57000, SET, 20, RUN, EASE, ASK_DOOR(OPEN)),
        TICK(135000, 57000, 57000, HOLD, 0, RUN, STEADY, ASK_AWAY),
        TICK(150000, 57000, 57000, SET, 45, RUN, RISE, ASK_DOOR(CLOSED)),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

static void test_manual(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_MODE(MANUAL)),
        TICK(1000, 60000, 57000, SET, 52, RUN, MANUAL, ASK_MANUAL(52)),
        TICK(2000, 60000, 57000, SET, 10, RUN, MANUAL, ASK_MANUAL(9)),
        TICK(3000, 60000, 57000, SET, 100, RUN, MANUAL, ASK_MANUAL(101)),
        TICK(4000, 60000, 57000, SET, 10, RUN, MANUAL, ASK_MANUAL(INT32_MIN)),
        TICK(5000, 60000, 57000, SET, 100, RUN, MANUAL, ASK_MANUAL(INT32_MAX)),
        TICK(4000, 60000, 57000, SET, 25, RUN, MANUAL, ASK_MANUAL(25)),
        TICK(3598999, 60000, 57000, HOLD, 0, RUN, MANUAL, ASK_AWAY),
        TICK(3599000, 60000, 57000, SET, 51, RUN, RISE, ASK_AWAY),
        TICK(3600000, 60000, 57000, HOLD, 0, RUN, STEADY, ASK_MANUAL(30)),
        TICK(3601000, 60000, 57000, HOLD, 0, RUN, STEADY, ASK_MODE(AUTO)),
        TICK(3602000, 60000, 57000, SET, 30, RUN, MANUAL, ASK_MODE(MANUAL)),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

static void test_external(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 40, RUN, EXTERNAL, ASK_EXTERNAL(40, 1800)),
        TICK(15000, 60000, 57000, HOLD, 0, RUN, MIN_STEP, ASK_EXTERNAL(42, 0)),
        TICK(30000, 60000, 57000, SET, 43, RUN, EXTERNAL, ASK_EXTERNAL(43, -5)),
        TICK(45000, 60000, 57000, SET, 10, RUN, EXTERNAL, ASK_EXTERNAL(-7, 0)),
        TICK(60000, 60000, 57000, SET, 12, RUN, MANUAL, ASK_MANUAL(12)),
        TICK(75000, 60000, 57000, SET, 10, RUN, EXTERNAL, ASK_EXTERNAL(10, 0)),
        TICK(90000, 60000, 57000, SET, 100, RUN, EXTERNAL, ASK_EXTERNAL(250, 0)),
        TICK(105000, 60000, 57000, HOLD, 0, GRACE, STALE, ASK_EXTERNAL(40, 1801)),
        TICK(120000, GONE, 57000, HOLD, 0, GRACE, READ_FAILED, ASK_NOTHING),
        TICK(404999, 60000, 57000, HOLD, 0, GRACE, STALE, ASK_AWAY),
        TICK(405000, 60000, 57000, RELEASE, 0, ORPHANED, ORPHANED, ASK_AWAY, REFUSED),
        TICK(420000, GONE, 57000, RELEASE, 0, ORPHANED, READ_FAILED, ASK_AWAY),
        TICK(435000, 60000, 57000, HOLD, 0, ORPHANED, ORPHANED, ASK_AWAY),
        TICK(450000, 60000, 57000, SET, 41, RUN, EXTERNAL, ASK_EXTERNAL(41, 0)),
        TICK(465000, 60000, 57000, RELEASE, 0, RESTING, FIRMWARE, ASK_MODE(FIRMWARE)),
        TICK(480000, 60000, 57000, HOLD, 0, ORPHANED, ORPHANED, ASK_MODE(EXTERNAL)),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

/* The grace runs through a ceiling and is over after it. */
static void test_grace_runs_on(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 40, RUN, EXTERNAL, ASK_EXTERNAL(40, 0)),
        TICK(15000, 60000, 57000, HOLD, 0, GRACE, STALE, ASK_NOTHING),
        TICK(30000, 83000, 57000, SET, 100, CEILING, CEILING, ASK_NOTHING),
        TICK(300000, 60000, 57000, HOLD, 0, GRACE, STALE, ASK_NOTHING),
        TICK(315000, 60000, 57000, RELEASE, 0, ORPHANED, ORPHANED, ASK_NOTHING),
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    cfg.ceiling_action = FC_CEILING_FULL;
    cfg.resume_stable_ms = 0;
    TELL(&cfg, rows);
}

static void test_lock(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_LOCK(1), REFUSED),
        TICK(15000, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
        TICK(30000, 80000, 57000, HOLD, 0, RUN, LOCKED, ASK_NOTHING),
        TICK(9000000, 40000, 57000, HOLD, 0, RUN, LOCKED, ASK_MANUAL(20)),
        TICK(9015000, 83000, 57000, RELEASE, 0, CEILING, CEILING, ASK_NOTHING),
        TICK(9030000, 60000, 57000, SET, 20, RUN, MANUAL, ASK_NOTHING),
        TICK(9045000, 60000, 57000, HOLD, 0, RUN, LOCKED, ASK_MANUAL(30)),
        TICK(9060000, 60000, 57000, RELEASE, 0, RESTING, FIRMWARE, ASK_MODE(FIRMWARE)),
        TICK(9075000, 60000, 57000, HOLD, 0, RESTING, FIRMWARE, ASK_LOCK(0)),
        TICK(9090000, 60000, 57000, SET, 30, RUN, MANUAL, ASK_MODE(MANUAL)),
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    cfg.resume_stable_ms = 0;
    TELL(&cfg, rows);
}

static void test_profile_by_name(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 20, RUN, FIRST,
             .ask = {.is_ha_ok = 1, .has_mode = 1, .mode = FC_MODE_PROFILE, .profile = QUIET}),
        TICK(15000, 60000, 57000, SET, 51, RUN, RISE,
             .ask = {.is_ha_ok = 1,
                     .has_mode = 1,
                     .mode = FC_MODE_PROFILE,
                     .profile = COOL,
                     .door = FC_DOOR_OPEN}),
        TICK(30000, 60000, 57000, SET, 20, RUN, EASE, ASK_MODE(AUTO)),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

/* What people look at: the demand and its source, whoever decides. */
static void test_described(void **state)
{
    const struct fc_config cfg = defaults_config();
    const struct story_row row = {.cpu1_mc = 57000, .cpu2_mc = 60000, ASK_MANUAL(33)};
    const struct fc_fan_in in = story_input(&row, 5);
    struct fc_fan fan;
    struct fc_fan_out out;

    (void)state;
    fc_fan_init(&fan);
    fc_fan_step(&fan, &cfg, &in, &out);
    assert_int_equal(out.write.duty_pct, 33);
    assert_int_equal(out.has_demand, 1);
    assert_int_equal(out.demand_pct, 51);
    assert_int_equal(out.winner, CPU2);
    assert_int_equal(out.profile, COOL);
    assert_int_equal(out.is_occupied, 0);
    assert_int_equal(out.wants_firmware, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damping),   cmocka_unit_test(test_manual),
        cmocka_unit_test(test_external),  cmocka_unit_test(test_grace_runs_on),
        cmocka_unit_test(test_lock),      cmocka_unit_test(test_profile_by_name),
        cmocka_unit_test(test_described),
    };

    return cmocka_run_group_tests_name("fan, requests", tests, NULL, NULL);
}
