/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/core/cases.h"

#include "core/err.h"
#include "core/fan.h"

/* A text is worth showing: lower case at its start, no full stop, not empty. */
static void check_text(const char *text)
{
    size_t length;

    assert_non_null(text);
    length = strlen(text);
    assert_in_range(length, 2, 60);
    assert_int_not_equal(text[length - 1], '.');
    assert_true(text[0] >= 'a' && text[0] <= 'z');
}

static void test_errors(void **state)
{
    static const struct {
        enum fc_err err;
        int code;
        const char *text;
    } rows[] = {
#define ROW(name, number, words) {name, number, words},
        FC_ERR_LIST(ROW)
#undef ROW
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_text(fc_err_str(rows[i].err));
        assert_string_equal(fc_err_str(rows[i].err), rows[i].text);
        assert_int_equal(rows[i].err, rows[i].code);
        assert_int_equal(rows[i].code, -(int)i);
    }
    assert_int_equal(FC_OK, 0);
}

static void test_states(void **state)
{
    static const char *const words[] = {"start", "run",      "ceiling", "blind",
                                        "grace", "orphaned", "resting", "stopped"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        assert_string_equal(fc_state_str((enum fc_state)i), words[i]);
    assert_string_equal(fc_state_str((enum fc_state)COUNT_OF(words)), "unknown");
}

static void test_reasons(void **state)
{
    static const char *const words[] = {
        "first",      "steady",   "rise",   "ease",        "hysteresis", "min_step",
        "manual",     "external", "stale",  "read_failed", "blind",      "ceiling",
        "recovering", "firmware", "locked", "orphaned",    "stop",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        assert_string_equal(fc_reason_str((enum fc_reason)i), words[i]);
    assert_string_equal(fc_reason_str((enum fc_reason)COUNT_OF(words)), "unknown");
}

static void test_actions(void **state)
{
    (void)state;
    assert_string_equal(fc_action_str(FC_ACTION_HOLD), "hold");
    assert_string_equal(fc_action_str(FC_ACTION_SET), "set");
    assert_string_equal(fc_action_str(FC_ACTION_RELEASE), "release");
}

static void test_out_of_range(void **state)
{
    static const int codes[] = {77, -99, INT32_MIN, INT32_MAX};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        assert_string_equal(fc_err_str((enum fc_err)codes[i]), "unknown error");
        assert_string_equal(fc_state_str((enum fc_state)codes[i]), "unknown");
        assert_string_equal(fc_reason_str((enum fc_reason)codes[i]), "unknown");
        assert_string_equal(fc_action_str((enum fc_action)codes[i]), "unknown");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),       cmocka_unit_test(test_states),
        cmocka_unit_test(test_reasons),      cmocka_unit_test(test_actions),
        cmocka_unit_test(test_out_of_range),
    };

    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
