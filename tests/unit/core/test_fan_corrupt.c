/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Memory that broke: words that no room gives. The switches behind them end with the safe answer,
 * and only from inside can they be asked, so fan.c is compiled into this program.
 */
#include "tests/unit/core/story.h"

/* A room that gives a word of its own choice, or the real answer. */
static enum fc_decider forged = FC_DECIDER_PROFILE;
static struct fc_choice choose(const struct fc_request *request, const struct fc_config *cfg,
                               uint8_t has_duty);

#define fc_request_choose choose
#include "core/fan.c" /* NOLINT(bugprone-suspicious-include): see above */
#undef fc_request_choose

static struct fc_choice choose(const struct fc_request *request, const struct fc_config *cfg,
                               uint8_t has_duty)
{
    struct fc_choice choice = fc_request_choose(request, cfg, has_duty);

    if (forged != FC_DECIDER_PROFILE)
        choice.decider = forged;
    return choice;
}

static const struct story_row warm = {.cpu1_mc = 60000, .cpu2_mc = 57000};

static void test_no_such_decider(void **state)
{
    const struct fc_config cfg = defaults_config();
    const struct fc_fan_in in = story_input(&warm, 0);
    struct fc_fan_out out;
    struct fc_fan fan;

    (void)state;
    fc_fan_init(&fan);
    forged = (enum fc_decider)99;
    fc_fan_step(&fan, &cfg, &in, &out);
    forged = FC_DECIDER_PROFILE;
    assert_int_equal(out.write.action, FC_ACTION_RELEASE);
    assert_int_equal(out.state, FC_STATE_BLIND);
    fc_fan_commit(&fan, &cfg, &out.write, FC_RESULT_ACCEPTED);
    fc_fan_step(&fan, &cfg, &in, &out);
    assert_int_equal(out.write.duty_pct, 51);
}

static void test_no_such_verdict(void **state)
{
    const struct fc_config cfg = defaults_config();
    struct fc_decision decision;
    struct fc_fan fan;

    (void)state;
    fc_fan_init(&fan);
    decision = fc_decide(&fan, &cfg, (enum fc_verdict)99, 51);
    assert_int_equal(decision.state, FC_STATE_BLIND);
    assert_false(decision.has_duty);
}

static void test_no_such_damping(void **state)
{
    (void)state;
    assert_int_equal(fc_reason_of((enum fc_damping)99), FC_REASON_STEADY);
}

/* An owner that has no duty is nobody: what is decided is written. */
static void test_owner_without_a_duty(void **state)
{
    const struct fc_config cfg = defaults_config();
    const struct fc_fan_in in = story_input(&warm, 0);
    struct fc_fan_out out;
    struct fc_fan fan;

    (void)state;
    fc_fan_init(&fan);
    fan.owner = FC_OWNER_US;
    fan.duty_pct = 51;
    fc_fan_step(&fan, &cfg, &in, &out);
    assert_int_equal(out.write.action, FC_ACTION_SET);
    assert_int_equal(out.write.duty_pct, 51);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_such_decider),
        cmocka_unit_test(test_no_such_verdict),
        cmocka_unit_test(test_no_such_damping),
        cmocka_unit_test(test_owner_without_a_duty),
    };

    return cmocka_run_group_tests_name("fan, corrupt", tests, NULL, NULL);
}
