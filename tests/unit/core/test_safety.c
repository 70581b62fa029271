/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/core/cases.h"

#include "core/safety.h"

enum { GONE = INT32_MIN };

/* One call: the hottest believed temperature (GONE: none), whether the reading failed, the time
 * since the last call; then what has to come of it. */
struct call {
    const char *name;
    int32_t hottest_mc;
    uint8_t is_failed;
    uint64_t elapsed_ms;
    uint8_t is_command, is_stop;
    enum fc_verdict want;
    uint32_t want_failures, want_cooling_ms;
};

#define CLEAR   FC_VERDICT_CLEAR
#define FAILED  FC_VERDICT_FAILED
#define BLIND   FC_VERDICT_BLIND
#define CEILING FC_VERDICT_CEILING
#define STOPPED FC_VERDICT_STOPPED

static void check_calls(const struct fc_config *cfg, const struct call *calls, size_t n_calls)
{
    struct fc_safety safety = {0};

    for (size_t i = 0; i < n_calls; i++) {
        const struct call *call = &calls[i];
        const struct fc_belief belief = {.has_hottest = call->hottest_mc != GONE,
                                         .hottest_mc = call->hottest_mc,
                                         .is_failed = call->is_failed};
        enum fc_verdict verdict = fc_safety_step(&safety, cfg, &belief, call->elapsed_ms,
                                                 !call->is_command, call->is_stop);

        EXPECT(call->name, verdict, call->want);
        EXPECT(call->name, safety.failures, call->want_failures);
        EXPECT(call->name, safety.cooling_ms, call->want_cooling_ms);
    }
}

static void test_failures(void **state)
{
    static const struct call calls[] = {
        {"good", 60000, 0, 0, 0, 0, CLEAR, 0, 0},
        {"first", GONE, 1, 15000, 0, 0, FAILED, 1, 0},
        {"between ticks", GONE, 1, 15000, 1, 0, FAILED, 1, 0},
        {"second", 60000, 1, 15000, 0, 0, FAILED, 2, 0},
        {"good again", 60000, 0, 15000, 0, 0, CLEAR, 0, 0},
        {"first of three", GONE, 1, 15000, 0, 0, FAILED, 1, 0},
        {"second of three", GONE, 1, 15000, 0, 0, FAILED, 2, 0},
        {"third of three", GONE, 1, 15000, 0, 0, BLIND, 3, 0},
        {"fourth counts no further", GONE, 1, 15000, 0, 0, BLIND, 3, 0},
        {"a command while blind", GONE, 1, 1, 1, 0, BLIND, 3, 0},
        {"sees again", 60000, 0, 15000, 0, 0, CLEAR, 0, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

static void test_one_failure_is_enough(void **state)
{
    static const struct call calls[] = {
        {"first", GONE, 1, 0, 0, 0, BLIND, 1, 0},
        {"good", 60000, 0, 0, 0, 0, CLEAR, 0, 0},
        {"first again", GONE, 1, 0, 0, 0, BLIND, 1, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    cfg.max_read_failures = 1;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

static void test_ceiling_edges(void **state)
{
    static const struct call calls[] = {
        {"one below", 82999, 0, 0, 0, 0, CLEAR, 0, 0},
        {"exactly", 83000, 0, 15000, 0, 0, CEILING, 0, 0},
        {"not below the resume", 75000, 0, 15000, 0, 0, CEILING, 0, 0},
        {"nothing seen is not cool", GONE, 0, 15000, 0, 0, CEILING, 0, 0},
        {"starts at nothing", 74999, 0, 15000, 0, 0, CEILING, 0, 0},
        {"earns", 74999, 0, 15000, 0, 0, CEILING, 0, 15000},
        {"earns between ticks", 74999, 0, 1000, 1, 0, CEILING, 0, 16000},
        {"warm stops it", 75000, 0, 15000, 0, 0, CEILING, 0, 0},
        {"starts again", 60000, 0, 15000, 0, 0, CEILING, 0, 0},
        {"at most 30 s", 60000, 0, 30001, 0, 0, CEILING, 0, 30000},
        {"at most 30 s, for ever asleep", 60000, 0, UINT64_MAX, 0, 0, CEILING, 0, 60000},
        {"exactly 30 s", 60000, 0, 30000, 0, 0, CEILING, 0, 90000},
        {"one short", 60000, 0, 29999, 0, 0, CEILING, 0, 119999},
        {"no time", 60000, 0, 0, 0, 0, CEILING, 0, 119999},
        {"exactly", 60000, 0, 1, 0, 0, CLEAR, 0, 0},
        {"stays clear", 82999, 0, 15000, 0, 0, CLEAR, 0, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

static void test_ceiling_and_failures(void **state)
{
    static const struct call calls[] = {
        {"hot though failed", 90000, 1, 0, 0, 0, CEILING, 1, 0},
        {"cool", 60000, 0, 15000, 0, 0, CEILING, 0, 0},
        {"earns", 60000, 0, 15000, 0, 0, CEILING, 0, 15000},
        {"a failure stops it", 60000, 1, 15000, 0, 0, CEILING, 1, 0},
        {"second failure", GONE, 1, 15000, 0, 0, CEILING, 2, 0},
        {"the ceiling goes before blind", GONE, 1, 15000, 0, 0, CEILING, 3, 0},
        {"starts again", 60000, 0, 15000, 0, 0, CEILING, 0, 0},
        {"hot stops it", 83000, 0, 15000, 0, 0, CEILING, 0, 0},
        {"and again", 60000, 0, 15000, 0, 0, CEILING, 0, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

static void test_full_fans_go_after_blind(void **state)
{
    static const struct call calls[] = {
        {"hot and failed", 90000, 1, 0, 0, 0, CEILING, 1, 0},
        {"second", 90000, 1, 15000, 0, 0, CEILING, 2, 0},
        {"third, hot as it is", 90000, 1, 15000, 0, 0, BLIND, 3, 0},
        {"good, and still not recovered", 60000, 0, 15000, 0, 0, CEILING, 0, 0},
        {"stop goes first", 90000, 0, 15000, 0, 1, STOPPED, 0, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    cfg.ceiling_action = FC_CEILING_FULL;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

static void test_stop_latches(void **state)
{
    static const struct call calls[] = {
        {"good", 60000, 0, 0, 0, 0, CLEAR, 0, 0},
        {"stop", 60000, 0, 15000, 0, 0xff, STOPPED, 0, 0},
        {"no more asked", 60000, 0, 15000, 0, 0, STOPPED, 0, 0},
        {"hot", 90000, 0, 15000, 0, 0, STOPPED, 0, 0},
        {"failed", GONE, 1, 15000, 0, 0, STOPPED, 1, 0},
        {"failed", GONE, 1, 15000, 0, 0, STOPPED, 2, 0},
        {"blind", GONE, 1, 15000, 0, 0, STOPPED, 3, 0},
        {"good", 60000, 0, 15000, 0, 0, STOPPED, 0, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

static void test_recovery_off(void **state)
{
    static const struct call calls[] = {
        {"hot", 83000, 0, 0, 0, 0, CEILING, 0, 0},
        {"warm", 75000, 0, 15000, 0, 0, CEILING, 0, 0},
        {"cool for no time is enough", 74999, 0, 15000, 0, 0, CLEAR, 0, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    cfg.resume_stable_ms = 0;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

/* The longest recovery ends, and a clock at its end goes no further. */
static void test_longest_recovery(void **state)
{
    struct fc_config cfg = defaults_config();
    const struct fc_belief belief = {.has_hottest = 1, .hottest_mc = 60000};
    struct fc_safety safety = {.is_hot = 1, .is_cooling = 1, .cooling_ms = FC_SPAN_MAX_MS - 30001};

    (void)state;
    cfg.resume_stable_ms = FC_SPAN_MAX_MS;
    assert_int_equal(fc_safety_step(&safety, &cfg, &belief, 30000, 1, 0), FC_VERDICT_CEILING);
    assert_int_equal(safety.cooling_ms, FC_SPAN_MAX_MS - 1);
    assert_int_equal(fc_safety_step(&safety, &cfg, &belief, 30000, 1, 0), FC_VERDICT_CLEAR);
    safety = (struct fc_safety){.is_hot = 1, .is_cooling = 1, .cooling_ms = UINT32_MAX};
    assert_int_equal(fc_safety_step(&safety, &cfg, &belief, 30000, 1, 0), FC_VERDICT_CLEAR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_one_failure_is_enough),
        cmocka_unit_test(test_ceiling_edges),
        cmocka_unit_test(test_ceiling_and_failures),
        cmocka_unit_test(test_full_fans_go_after_blind),
        cmocka_unit_test(test_stop_latches),
        cmocka_unit_test(test_recovery_off),
        cmocka_unit_test(test_longest_recovery),
    };

    return cmocka_run_group_tests_name("safety", tests, NULL, NULL);
}
