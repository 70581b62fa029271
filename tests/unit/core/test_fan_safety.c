/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stories of what goes before every wish: stop, ceiling, blind, failed readings.
 */
#include "tests/unit/core/story.h"

static void test_start(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, GONE, GONE, RELEASE, 0, START, READ_FAILED, ASK_NOTHING, REFUSED),
        TICK(15000, GONE, GONE, RELEASE, 0, START, READ_FAILED, ASK_NOTHING),
        TICK(30000, GONE, GONE, HOLD, 0, BLIND, BLIND, ASK_NOTHING),
        TICK(45000, 60000, GONE, SET, 51, RUN, FIRST, ASK_NOTHING),
        TICK(60000, 60000, GONE, HOLD, 0, RUN, STEADY, ASK_NOTHING),
        TICK(60000, 60000, 57000, HOLD, 0, RUN, STEADY, ASK_NOTHING),
        TICK(75000, 60000, GONE, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

static void test_failed_readings(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
        TICK(15000, GONE, 40000, HOLD, 0, RUN, READ_FAILED, ASK_MANUAL(70)),
        TICK(30000, 60000, 57000, SET, 70, RUN, MANUAL, ASK_NOTHING),
        TICK(45000, 255000, 57000, HOLD, 0, RUN, READ_FAILED, ASK_MODE(FIRMWARE)),
        TICK(60000, -1000, 57000, HOLD, 0, RUN, READ_FAILED, ASK_MODE(AUTO)),
        TICK(75000, 60000, 57000, RELEASE, 0, BLIND, BLIND, ASK_NOTHING, REFUSED, .is_bus_down = 1),
        TICK(90000, 60000, 57000, RELEASE, 0, BLIND, BLIND, ASK_NOTHING, UNANSWERED,
             .is_bus_down = 1),
        TICK(105000, 60000, 57000, RELEASE, 0, BLIND, BLIND, ASK_NOTHING, .is_bus_down = 1),
        TICK(120000, 60000, 57000, HOLD, 0, BLIND, BLIND, ASK_NOTHING, .is_bus_down = 1),
        TICK(135000, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

/* A write that is due is not made on a failed reading, but a hand-back that is due is. */
static void test_failed_reading_writes_nothing(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING, REFUSED),
        TICK(15000, GONE, 57000, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
        TICK(30000, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
        TICK(45000, 60000, 57000, RELEASE, 0, RESTING, FIRMWARE, ASK_MODE(FIRMWARE), REFUSED),
        TICK(60000, GONE, 57000, RELEASE, 0, RESTING, READ_FAILED, ASK_NOTHING, REFUSED),
        TICK(75000, GONE, 57000, RELEASE, 0, RESTING, READ_FAILED, ASK_MODE(AUTO)),
        TICK(90000, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

static void test_ceiling(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 82999, 57000, SET, 100, RUN, FIRST, ASK_NOTHING),
        TICK(15000, 60000, 83000, RELEASE, 0, CEILING, CEILING, ASK_MANUAL(20), REFUSED),
        TICK(30000, 60000, 75000, RELEASE, 0, CEILING, CEILING, ASK_NOTHING),
        TICK(45000, 60000, 74999, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(9000000, 60000, 74999, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(8000000, 60000, 74999, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(8030000, 60000, 74999, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(8060000, 60000, 74999, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(8089999, 60000, 74999, HOLD, 0, CEILING, RECOVERING, ASK_MODE(AUTO)),
        TICK(8090000, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
        TICK(9000000, GONE, 83000, RELEASE, 0, CEILING, CEILING, ASK_NOTHING),
        TICK(9015000, GONE, 60000, HOLD, 0, CEILING, CEILING, ASK_NOTHING),
        TICK(9030000, GONE, 60000, HOLD, 0, CEILING, CEILING, ASK_NOTHING),
        TICK(9045000, 60000, 60000, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(9060000, GONE, 60000, HOLD, 0, CEILING, CEILING, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

static void test_ceiling_before_the_first_good_reading(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, GONE, 83000, RELEASE, 0, CEILING, CEILING, ASK_NOTHING),
        TICK(15000, GONE, 82999, HOLD, 0, CEILING, CEILING, ASK_NOTHING),
        TICK(30000, GONE, GONE, HOLD, 0, CEILING, CEILING, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

static void test_full_fans_at_the_ceiling(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
        TICK(15000, 83000, 57000, SET, 100, CEILING, CEILING, ASK_MANUAL(20), REFUSED),
        TICK(30000, GONE, 57000, SET, 100, CEILING, CEILING, ASK_MODE(FIRMWARE)),
        TICK(45000, GONE, 83000, HOLD, 0, CEILING, CEILING, ASK_MODE(AUTO)),
        TICK(60000, GONE, 83000, RELEASE, 0, BLIND, BLIND, ASK_NOTHING),
        TICK(75000, 60000, 57000, SET, 100, CEILING, RECOVERING, ASK_NOTHING),
        TICK(105000, 60000, 57000, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(135000, 60000, 57000, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(165000, 60000, 57000, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(195000, 60000, 57000, SET, 51, RUN, EASE, ASK_NOTHING),
        TICK(210000, GONE, 57000, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
        TICK(225000, GONE, 83000, SET, 100, CEILING, CEILING, ASK_NOTHING),
        TICK(240000, 83000, 83000, RELEASE, 0, STOPPED, STOP, ASK_NOTHING, .is_stop = 1),
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    cfg.ceiling_action = FC_CEILING_FULL;
    TELL(&cfg, rows);
}

static void test_stop(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
        TICK(15000, 60000, 57000, RELEASE, 0, STOPPED, STOP, ASK_LOCK(1), REFUSED, .is_stop = 1),
        TICK(30000, 90000, 57000, RELEASE, 0, STOPPED, STOP, ASK_MANUAL(60), UNANSWERED),
        TICK(45000, GONE, 57000, RELEASE, 0, STOPPED, STOP, ASK_NOTHING),
        TICK(60000, 60000, 57000, HOLD, 0, STOPPED, STOP, ASK_EXTERNAL(50, 0)),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

static void test_stop_first_of_all(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, RELEASE, 0, STOPPED, STOP, ASK_NOTHING, .is_stop = 1),
        TICK(15000, 60000, 57000, HOLD, 0, STOPPED, STOP, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_failed_readings),
        cmocka_unit_test(test_failed_reading_writes_nothing),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_ceiling_before_the_first_good_reading),
        cmocka_unit_test(test_full_fans_at_the_ceiling),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_stop_first_of_all),
    };

    return cmocka_run_group_tests_name("fan, safety", tests, NULL, NULL);
}
