/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The edge: what text becomes which number, and which text may reach a log.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "host/text.h"
#include "tests/unit/host/cmocka_all.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void test_nothing(void **state)
{
    (void)state;
    assert_true(text_is_nothing(""));
    assert_true(text_is_nothing("unknown"));
    assert_true(text_is_nothing("unavailable"));
    assert_false(text_is_nothing("Unknown"));
    assert_false(text_is_nothing("0"));
    assert_false(text_is_nothing(" "));
}

static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0},       {"-0", 0},  {"20.5", 20.5},    {"+3", 3},
                {".5", 0.5},    {"5.", 5},  {"1e3", 1000},     {"1.5E-1", 0.15},
                {"-1e9", -1e9}, {"007", 7}, {"1000000.0", 1e6}};
    static const char *const bad[] = {"",    " 1",  "1 ",   "1,5",  "0x10",  "1e",  "e1",
                                      "--1", "1-2", "nana", "infx", "one",   "1\n", "infinity",
                                      "+",   ".",   "-",    "1e+",  "NaN(1)"};
    double value = 42;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_int_equal(text_to_double(good[i].text, &value), FC_OK);
        assert_true(fabs(value - good[i].value) < 1e-12);
    }
    value = 42;
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (text_to_double(bad[i], &value) == FC_OK)
            fail_msg("'%s' was taken as %g", bad[i], value);
        assert_true(fabs(value - 42) < DBL_EPSILON); /* outputs are untouched on failure */
    }
    assert_int_equal(text_to_double("nan", &value), FC_OK);
    assert_true(isnan(value));
    assert_int_equal(text_to_double("-INF", &value), FC_OK);
    assert_true(isinf(value) && value < 0);
}

static void test_whole_numbers(void **state)
{
    int64_t value = 42;

    (void)state;
    assert_int_equal(text_to_int64("9223372036854775807", &value), FC_OK);
    assert_true(value == INT64_MAX);
    assert_int_equal(text_to_int64("-9223372036854775808", &value), FC_OK);
    assert_true(value == INT64_MIN);
    value = 42;
    assert_int_equal(text_to_int64("9223372036854775808", &value), FC_ERR_RANGE);
    assert_int_equal(text_to_int64("15000.0", &value), FC_ERR_RANGE);
    assert_int_equal(text_to_int64("1e3", &value), FC_ERR_RANGE);
    assert_int_equal(text_to_int64("", &value), FC_ERR_RANGE);
    assert_int_equal(text_to_int64("-", &value), FC_ERR_RANGE);
    assert_int_equal(text_to_int64(" 1", &value), FC_ERR_RANGE);
    assert_true(value == 42);
}

static void test_percent_rounds_half_up(void **state)
{
    static const struct {
        double value;
        int32_t pct;
    } rows[] = {{40.4, 40},
                {40.5, 41},
                {40.49999999999999, 40},
                {-0.5, 0},
                {-0.6, -1},
                {0.5, 1},
                {0.49999999999999994, 0},
                {1e300, INT32_MAX},
                {-1e300, INT32_MIN},
                {2147483647.0, INT32_MAX},
                {-1e-20, 0}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(pct_from_double(rows[i].value), rows[i].pct);
}

static void test_degrees(void **state)
{
    int32_t mc = 42;

    (void)state;
    assert_int_equal(mc_from_double(82.999, &mc), FC_OK);
    assert_int_equal(mc, 82999);
    assert_int_equal(mc_from_double(60.30000000000001, &mc), FC_OK); /* a binary 60.3 */
    assert_int_equal(mc, 60300);
    assert_int_equal(mc_from_double(1e12, &mc), FC_OK);
    assert_int_equal(mc, INT32_MAX);
    mc = 42;
    assert_int_equal(mc_from_double(49.9999, &mc), FC_ERR_RANGE);
    assert_int_equal(mc, 42);
}

static void test_ages_round_to_the_strict_side(void **state)
{
    (void)state;
    assert_true(ms_from_seconds_up(1800.0) == 1800000);
    assert_true(ms_from_seconds_up(1800.0001) == 1800001);
    assert_true(ms_from_seconds_down(899.9999) == 899999);
    assert_true(ms_from_seconds_down(900.0) == 900000);
    assert_true(ms_from_seconds_down(-5) == -5000);
    assert_true(ms_from_seconds_up(1e300) == INT64_MAX);
    assert_true(ms_from_seconds_down(-1e300) == INT64_MIN);
}

static void test_printable(void **state)
{
    static const struct {
        const char *text;
        const char *shown;
    } rows[] = {{"plain", "plain"},
                {"a\nb\r\t\x1b[31m", "a\\x0ab\\x0d\\x09\\x1b[31m"},
                {"Отворена", "Отворена"},
                {"\xc2\x9b"
                 "1m",
                 "\\xc2\\x9b1m"}, /* a C1 control, spelt in UTF-8 */
                {"\xff\xfe", "\\xff\\xfe"},
                {"cut\xe2\x82", "cut\\xe2\\x82"},
                {"\x7f", "\\x7f"}};
    char out[64];
    char small[6];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        text_printable(rows[i].text, out, sizeof(out));
        assert_string_equal(out, rows[i].shown);
    }
    text_printable("abc\n", small, sizeof(small)); /* an escape is whole or not there */
    assert_string_equal(small, "abc");
    text_printable("abcdefgh", small, sizeof(small));
    assert_string_equal(small, "abcde");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),       cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_whole_numbers), cmocka_unit_test(test_percent_rounds_half_up),
        cmocka_unit_test(test_degrees),       cmocka_unit_test(test_ages_round_to_the_strict_side),
        cmocka_unit_test(test_printable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
