/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/core/cases.h"

#include "core/number.h"

static void test_clamp(void **state)
{
    static const struct {
        const char *name;
        int32_t value, low, high, want;
    } rows[] = {
        {"one below", 9, 10, 100, 10},
        {"low edge", 10, 10, 100, 10},
        {"one above the low edge", 11, 10, 100, 11},
        {"one below the high edge", 99, 10, 100, 99},
        {"high edge", 100, 10, 100, 100},
        {"one above", 101, 10, 100, 100},
        {"smallest", INT32_MIN, 10, 100, 10},
        {"largest", INT32_MAX, 10, 100, 100},
        {"no room", 7, 50, 50, 50},
        {"all room, smallest", INT32_MIN, INT32_MIN, INT32_MAX, INT32_MIN},
        {"all room, largest", INT32_MAX, INT32_MIN, INT32_MAX, INT32_MAX},
        {"negative bounds", 0, -20, -10, -10},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        EXPECT(rows[i].name, fc_clamp(rows[i].value, rows[i].low, rows[i].high), rows[i].want);
}

static void test_add_sat(void **state)
{
    static const struct {
        const char *name;
        uint64_t a, b, want;
    } rows[] = {
        {"nothing", 0, 0, 0},
        {"something", 5, 7, 12},
        {"just fits", UINT64_MAX - 1, 1, UINT64_MAX},
        {"one too many", UINT64_MAX, 1, UINT64_MAX},
        {"one too many, other side", 1, UINT64_MAX, UINT64_MAX},
        {"twice the largest", UINT64_MAX, UINT64_MAX, UINT64_MAX},
        {"32-bit edge", UINT32_MAX, 1, UINT64_C(1) << 32},
        {"largest and nothing", UINT64_MAX, 0, UINT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        EXPECT(rows[i].name, fc_add_sat(rows[i].a, rows[i].b), rows[i].want);
}

static void test_elapsed(void **state)
{
    static const struct {
        const char *name;
        uint64_t then_ms, now_ms, want;
    } rows[] = {
        {"no time", 5, 5, 0},
        {"one forward", 5, 6, 1},
        {"one back", 6, 5, 0},
        {"far back", UINT64_MAX, 0, 0},
        {"far forward", 0, UINT64_MAX, UINT64_MAX},
        {"across the 32-bit edge", UINT64_C(0xfffff447), UINT64_C(0x1000003e8), 4001},
        {"at the end", UINT64_MAX - 1, UINT64_MAX, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        EXPECT(rows[i].name, fc_elapsed_ms(rows[i].then_ms, rows[i].now_ms), rows[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clamp),
        cmocka_unit_test(test_add_sat),
        cmocka_unit_test(test_elapsed),
    };

    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
