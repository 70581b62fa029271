/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stories of fc_fan_command(): deciding again between ticks. The temperatures of a command's row
 * must not matter, so they are hot ones.
 */
#include "tests/unit/core/story.h"

#define COMMAND(at, action, pct, state, reason, ...)                                               \
    TICK(at, 124000, 124000, action, pct, state, reason, .is_command = 1, __VA_ARGS__)

static void test_at_once(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
        COMMAND(100, SET, 20, RUN, MANUAL, ASK_MANUAL(20)),
        COMMAND(200, RELEASE, 0, RESTING, FIRMWARE, ASK_MODE(FIRMWARE), REFUSED),
        COMMAND(300, RELEASE, 0, RESTING, FIRMWARE, ASK_NOTHING),
        COMMAND(400, SET, 51, RUN, FIRST, ASK_MODE(AUTO)),
        COMMAND(500, HOLD, 0, RUN, LOCKED, ASK_LOCK(1)),
        TICK(15000, 70000, 57000, HOLD, 0, RUN, LOCKED, ASK_NOTHING),
        COMMAND(15100, SET, 72, RUN, RISE, ASK_LOCK(0)),
        COMMAND(15200, RELEASE, 0, STOPPED, STOP, ASK_NOTHING, .is_stop = 1),
        COMMAND(15300, HOLD, 0, STOPPED, STOP, ASK_MANUAL(50)),
        TICK(30000, 60000, 57000, HOLD, 0, STOPPED, STOP, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

/* The failure count does not advance, and what is asked waits for a good reading. */
static void test_waits_on_a_failed_reading(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
        TICK(15000, GONE, 57000, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
        COMMAND(15100, HOLD, 0, RUN, READ_FAILED, ASK_MANUAL(20)),
        COMMAND(15200, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
        COMMAND(15300, HOLD, 0, RUN, READ_FAILED, ASK_MODE(FIRMWARE)),
        COMMAND(15400, HOLD, 0, RUN, READ_FAILED, ASK_MODE(MANUAL)),
        TICK(30000, GONE, 57000, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
        COMMAND(30100, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
        TICK(45000, 60000, 57000, SET, 20, RUN, MANUAL, ASK_NOTHING),
        TICK(60000, GONE, 57000, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
        TICK(75000, GONE, 57000, HOLD, 0, RUN, READ_FAILED, ASK_NOTHING),
        TICK(90000, GONE, 57000, RELEASE, 0, BLIND, BLIND, ASK_NOTHING, REFUSED),
        COMMAND(90100, RELEASE, 0, BLIND, BLIND, ASK_MANUAL(100)),
        COMMAND(90200, HOLD, 0, BLIND, BLIND, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

static void test_before_the_first_tick(void **state)
{
    static const struct story_row rows[] = {
        COMMAND(0, RELEASE, 0, START, READ_FAILED, ASK_MANUAL(20)),
        COMMAND(100, HOLD, 0, START, READ_FAILED, ASK_NOTHING),
        COMMAND(200, HOLD, 0, START, READ_FAILED, ASK_NOTHING),
        COMMAND(300, HOLD, 0, START, READ_FAILED, ASK_NOTHING),
        TICK(400, 60000, 57000, SET, 20, RUN, MANUAL, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

/* The clocks of manual and grace advance on commands, and count each millisecond once. */
static void test_clocks(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 60000, 57000, SET, 20, RUN, MANUAL, ASK_MANUAL(20)),
        COMMAND(1800000, HOLD, 0, RUN, MANUAL, ASK_NOTHING),
        COMMAND(3599999, HOLD, 0, RUN, MANUAL, ASK_NOTHING),
        COMMAND(3600000, SET, 51, RUN, RISE, ASK_NOTHING),
        COMMAND(3600000, HOLD, 0, GRACE, STALE, ASK_MODE(EXTERNAL)),
        COMMAND(3899999, HOLD, 0, GRACE, STALE, ASK_NOTHING),
        TICK(3899999, 60000, 57000, HOLD, 0, GRACE, STALE, ASK_NOTHING),
        COMMAND(3900000, RELEASE, 0, ORPHANED, ORPHANED, ASK_NOTHING),
        COMMAND(3900001, SET, 40, RUN, EXTERNAL, ASK_EXTERNAL(40, 0)),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

static void test_recovery_clock(void **state)
{
    static const struct story_row rows[] = {
        TICK(0, 83000, 57000, RELEASE, 0, CEILING, CEILING, ASK_NOTHING),
        COMMAND(15000, HOLD, 0, CEILING, CEILING, ASK_NOTHING),
        TICK(30000, 60000, 57000, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        COMMAND(40000, HOLD, 0, CEILING, RECOVERING, ASK_MANUAL(20)),
        TICK(60000, 60000, 57000, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(90000, 60000, 57000, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(120000, 60000, 57000, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(149999, 60000, 57000, HOLD, 0, CEILING, RECOVERING, ASK_NOTHING),
        TICK(150000, 60000, 57000, SET, 20, RUN, MANUAL, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    TELL(&cfg, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_once),
        cmocka_unit_test(test_waits_on_a_failed_reading),
        cmocka_unit_test(test_before_the_first_tick),
        cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_recovery_clock),
    };

    return cmocka_run_group_tests_name("fan, command", tests, NULL, NULL);
}
