/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the machine's answers make of the owner and the applied duty.
 */
#include "tests/unit/core/story.h"

enum { NONE = -1 }; /* no duty applied */

#define WRITE_SET(pct)                                                                             \
    {                                                                                              \
        FC_ACTION_SET, (pct)                                                                       \
    }
#define WRITE_RELEASE                                                                              \
    {                                                                                              \
        FC_ACTION_RELEASE, 0                                                                       \
    }
#define WRITE_HOLD                                                                                 \
    {                                                                                              \
        FC_ACTION_HOLD, 0                                                                          \
    }
#define UNKNOWN  FC_OWNER_UNKNOWN
#define FIRMWARE FC_OWNER_FIRMWARE
#define US       FC_OWNER_US
#define YES      FC_RESULT_ACCEPTED
#define NO       FC_RESULT_REFUSED
#define SILENT   FC_RESULT_UNANSWERED

static void test_answers(void **state)
{
    static const struct {
        const char *name;
        enum fc_owner owner;
        int32_t duty_pct;
        struct fc_write write;
        enum fc_result result;
        enum fc_owner want_owner;
        int32_t want_pct;
    } rows[] = {
        {"taken", UNKNOWN, NONE, WRITE_SET(40), YES, US, 40},
        {"taken from the firmware", FIRMWARE, NONE, WRITE_SET(40), YES, US, 40},
        {"changed", US, 30, WRITE_SET(40), YES, US, 40},
        {"set refused, owner unknown", UNKNOWN, NONE, WRITE_SET(40), NO, UNKNOWN, NONE},
        {"set refused, the firmware's", FIRMWARE, NONE, WRITE_SET(40), NO, UNKNOWN, NONE},
        {"set refused, ours", US, 30, WRITE_SET(40), NO, US, 30},
        {"set unanswered, owner unknown", UNKNOWN, 30, WRITE_SET(40), SILENT, UNKNOWN, 30},
        {"set unanswered, the firmware's", FIRMWARE, NONE, WRITE_SET(40), SILENT, UNKNOWN, NONE},
        {"set unanswered, ours", US, 30, WRITE_SET(40), SILENT, US, 30},
        {"given back", US, 30, WRITE_RELEASE, YES, FIRMWARE, NONE},
        {"given back, owner unknown", UNKNOWN, NONE, WRITE_RELEASE, YES, FIRMWARE, NONE},
        {"given back twice", FIRMWARE, NONE, WRITE_RELEASE, YES, FIRMWARE, NONE},
        {"release refused, ours", US, 30, WRITE_RELEASE, NO, US, 30},
        {"release refused, owner unknown", UNKNOWN, NONE, WRITE_RELEASE, NO, UNKNOWN, NONE},
        {"release refused, the firmware's", FIRMWARE, NONE, WRITE_RELEASE, NO, FIRMWARE, NONE},
        {"release unanswered, ours", US, 30, WRITE_RELEASE, SILENT, UNKNOWN, 30},
        {"release unanswered, unknown", UNKNOWN, 30, WRITE_RELEASE, SILENT, UNKNOWN, 30},
        {"release unanswered, the firmware's", FIRMWARE, NONE, WRITE_RELEASE, SILENT, FIRMWARE,
         NONE},
        {"no such answer to a release", US, 30, WRITE_RELEASE, (enum fc_result)9, US, 30},
        {"no such answer to a set", US, 30, WRITE_SET(40), (enum fc_result)9, US, 30},
        {"hold accepted", US, 30, WRITE_HOLD, YES, US, 30},
        {"hold refused", FIRMWARE, NONE, WRITE_HOLD, NO, FIRMWARE, NONE},
        {"no such action", US, 30, {(enum fc_action)9, 40}, YES, US, 30},
        {"the floor exactly", US, 30, WRITE_SET(10), YES, US, 10},
        {"below the floor counts as the floor", US, 30, WRITE_SET(9), YES, UNKNOWN, 10},
        {"smallest number", US, 30, WRITE_SET(INT32_MIN), YES, UNKNOWN, 10},
        {"one above the top", US, 30, WRITE_SET(101), YES, US, 100},
        {"largest number", US, 30, WRITE_SET(INT32_MAX), YES, US, 100},
    };
    const struct fc_config cfg = defaults_config();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fc_fan fan;

        fc_fan_init(&fan);
        fan.owner = rows[i].owner;
        fan.has_duty = rows[i].duty_pct != NONE;
        fan.duty_pct = fan.has_duty ? rows[i].duty_pct : 0;
        fc_fan_commit(&fan, &cfg, &rows[i].write, rows[i].result);
        EXPECT(rows[i].name, fan.owner, rows[i].want_owner);
        EXPECT(rows[i].name, fan.has_duty ? fan.duty_pct : NONE, rows[i].want_pct);
    }
}

static const struct story_row started[] = {
    TICK(0, 60000, 57000, SET, 51, RUN, FIRST, ASK_NOTHING),
};
static const struct fc_write release = WRITE_RELEASE;

/* The worker or the guard gave the fans back by itself: the next tick takes them again. */
static void test_released_by_itself(void **state)
{
    static const struct story_row after[] = {
        TICK(15000, 57000, 57000, SET, 45, RUN, FIRST, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();
    struct fc_fan fan;

    (void)state;
    fc_fan_init(&fan);
    story_go_on(&fan, &cfg, started, COUNT_OF(started), 0);
    fc_fan_commit(&fan, &cfg, &release, FC_RESULT_ACCEPTED);
    assert_int_equal(fan.has_duty, 0);
    story_go_on(&fan, &cfg, after, COUNT_OF(after), 0);
}

/* ... and a locked or stale duty is gone with it. */
static void test_released_by_itself_in_grace(void **state)
{
    static const struct story_row grace[] = {
        TICK(15000, 60000, 57000, HOLD, 0, GRACE, STALE, ASK_MODE(EXTERNAL)),
    };
    static const struct story_row after[] = {
        TICK(30000, 60000, 57000, HOLD, 0, ORPHANED, ORPHANED, ASK_NOTHING),
        TICK(45000, 60000, 57000, HOLD, 0, ORPHANED, ORPHANED, ASK_LOCK(1)),
        TICK(60000, 60000, 57000, SET, 51, RUN, FIRST, ASK_MODE(AUTO)),
        TICK(75000, 60000, 57000, HOLD, 0, RUN, LOCKED, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();
    struct fc_fan fan;

    (void)state;
    fc_fan_init(&fan);
    story_go_on(&fan, &cfg, started, COUNT_OF(started), 0);
    story_go_on(&fan, &cfg, grace, COUNT_OF(grace), 0);
    fc_fan_commit(&fan, &cfg, &release, FC_RESULT_ACCEPTED);
    story_go_on(&fan, &cfg, after, COUNT_OF(after), 0);
}

/* An unanswered hand-back: nobody knows who has the fans, so a held duty is written again. */
static void test_lock_with_unknown_owner(void **state)
{
    static const struct story_row after[] = {
        TICK(15000, 60000, 57000, RELEASE, 0, RESTING, FIRMWARE, ASK_MODE(FIRMWARE), UNANSWERED),
        TICK(
            30000, 60000, 57000, SET, 51, RUN, LOCKED,
            .ask =
                {.is_ha_ok = 1, .has_mode = 1, .mode = FC_MODE_AUTO, .has_lock = 1, .is_locked = 1},
            REFUSED),
        TICK(45000, 40000, 40000, SET, 51, RUN, LOCKED, ASK_NOTHING),
        TICK(60000, 40000, 40000, HOLD, 0, RUN, LOCKED, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();
    struct fc_fan fan;

    (void)state;
    fc_fan_init(&fan);
    story_go_on(&fan, &cfg, started, COUNT_OF(started), 0);
    story_go_on(&fan, &cfg, after, COUNT_OF(after), 0);
}

/* Answers that come after other steps, in the order of their writes. */
static void test_late(void **state)
{
    static const struct fc_write set = WRITE_SET(51);
    static const struct story_row hot[] = {
        TICK(15000, 90000, 57000, RELEASE, 0, CEILING, CEILING, ASK_NOTHING, UNANSWERED),
    };
    static const struct story_row still_hot[] = {
        TICK(30000, 90000, 57000, RELEASE, 0, CEILING, CEILING, ASK_NOTHING, UNANSWERED),
        TICK(45000, 90000, 57000, RELEASE, 0, CEILING, CEILING, ASK_NOTHING),
        TICK(60000, 90000, 57000, HOLD, 0, CEILING, CEILING, ASK_NOTHING),
    };
    const struct fc_config cfg = defaults_config();
    struct fc_fan fan;

    (void)state;
    fc_fan_init(&fan);
    story_go_on(&fan, &cfg, hot, COUNT_OF(hot), 0);
    fc_fan_commit(&fan, &cfg, &set, FC_RESULT_ACCEPTED);
    assert_int_equal(fc_fan_is_releasing(&fan, &cfg), 1);
    story_go_on(&fan, &cfg, still_hot, COUNT_OF(still_hot), 0);
    fc_fan_commit(&fan, &cfg, &set, FC_RESULT_ACCEPTED);
    assert_int_equal(fc_fan_is_releasing(&fan, &cfg), 1);
    fc_fan_commit(&fan, &cfg, &release, FC_RESULT_ACCEPTED);
    assert_int_equal(fc_fan_is_releasing(&fan, &cfg), 0);
}

/* A corrupt state gives the fans back. */
static void test_corrupt_state(void **state)
{
    const struct fc_config cfg = defaults_config();
    const struct story_row row = {.cpu1_mc = GONE, .cpu2_mc = GONE};
    const struct fc_fan_in in = story_input(&row, 0);
    struct fc_fan_out out;
    struct fc_fan fan;

    (void)state;
    fc_fan_init(&fan);
    fan.state = (enum fc_state)99;
    fan.owner = US;
    assert_int_equal(fc_fan_is_releasing(&fan, &cfg), 1);
    fc_fan_step(&fan, &cfg, &in, &out);
    assert_int_equal(out.write.action, FC_ACTION_RELEASE);
    assert_int_equal(out.wants_firmware, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_released_by_itself),
        cmocka_unit_test(test_released_by_itself_in_grace),
        cmocka_unit_test(test_lock_with_unknown_owner),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_corrupt_state),
    };

    return cmocka_run_group_tests_name("fan, commit", tests, NULL, NULL);
}
