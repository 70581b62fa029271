/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/core/cases.h"

#include "core/damper.h"
#include "core/demand.h"

enum { NONE = -1 }; /* no duty applied */

struct row {
    const char *name;
    int32_t temp_mc, duty_pct, hysteresis_mc, deadband_pct, min_step_pct;
    int32_t want_pct;
    enum fc_damping want;
};

/* The profile cool: 30 % to 50 C, 100 % from 83 C; 51 % at 60 C. */
static void check_linear(const struct row *rows, size_t n_rows)
{
    for (size_t i = 0; i < n_rows; i++) {
        const struct row *row = &rows[i];
        const struct fc_belief belief = {.is_valid = {1}, .temp_mc = {row->temp_mc}};
        struct fc_config cfg = defaults_config();
        struct fc_damped damped;

        cfg.hysteresis_mc = row->hysteresis_mc;
        cfg.output_deadband_pct = row->deadband_pct;
        cfg.min_step_pct = row->min_step_pct;
        damped =
            fc_damper_linear(&cfg, COOL, &belief, fc_demand_of(&cfg, COOL, &belief, 0).duty_pct,
                             row->duty_pct != NONE, row->duty_pct);
        EXPECT(row->name, damped.duty_pct, row->want_pct);
        EXPECT(row->name, damped.damping, row->want);
    }
}

static void test_hysteresis(void **state)
{
    static const struct row rows[] = {
        {"nothing applied", 60000, NONE, 3000, 0, 3, 51, FC_DAMPING_FIRST},
        {"steady", 60000, 51, 3000, 0, 3, 51, FC_DAMPING_STEADY},
        {"a rise at once", 60000, 48, 3000, 0, 3, 51, FC_DAMPING_RISE},
        {"a rise too small", 60000, 49, 3000, 0, 3, 49, FC_DAMPING_MIN_STEP},
        {"3 C hotter is not below", 57000, 51, 3000, 0, 3, 51, FC_DAMPING_HYSTERESIS},
        {"3 C hotter rounds to the same", 56800, 51, 3000, 0, 3, 51, FC_DAMPING_HYSTERESIS},
        {"3 C hotter is just below", 56664, 51, 3000, 0, 3, 44, FC_DAMPING_EASE},
        {"one off that", 56665, 51, 3000, 0, 3, 51, FC_DAMPING_HYSTERESIS},
        {"eases to the true demand", 56000, 51, 3000, 0, 3, 43, FC_DAMPING_EASE},
        {"no hysteresis, by min_step", 58586, 51, 0, 0, 3, 48, FC_DAMPING_EASE},
        {"no hysteresis, too small", 59000, 51, 0, 0, 3, 51, FC_DAMPING_MIN_STEP},
        {"no min_step", 60000, 50, 3000, 0, 0, 51, FC_DAMPING_RISE},
        {"min_step of one", 60000, 50, 3000, 0, 1, 51, FC_DAMPING_RISE},
        {"the top is reachable", 83000, 98, 3000, 0, 3, 100, FC_DAMPING_RISE},
        {"one below the top is not", 82300, 98, 3000, 0, 3, 98, FC_DAMPING_MIN_STEP},
        {"the floor is reachable", 47000, 31, 3000, 0, 3, 30, FC_DAMPING_EASE},
        {"the floor, against hysteresis", 48000, 31, 3000, 0, 3, 31, FC_DAMPING_HYSTERESIS},
        {"the floor, against the largest min_step", 47000, 32, 0, 0, 100, 30, FC_DAMPING_EASE},
        {"up to the floor", 40000, 29, 3000, 0, 3, 30, FC_DAMPING_RISE},
        {"largest min_step", 60000, 10, 3000, 0, 100, 10, FC_DAMPING_MIN_STEP},
    };

    (void)state;
    check_linear(rows, COUNT_OF(rows));
}

static void test_deadband(void **state)
{
    static const struct row rows[] = {
        {"one short", 60000, 60, 3000, 10, 3, 60, FC_DAMPING_HYSTERESIS},
        {"exactly", 60000, 61, 3000, 10, 3, 51, FC_DAMPING_EASE},
        {"one more", 60000, 62, 3000, 10, 3, 51, FC_DAMPING_EASE},
        {"to the floor however small", 50000, 31, 3000, 10, 3, 30, FC_DAMPING_EASE},
        {"just above the floor", 50236, 33, 3000, 10, 3, 33, FC_DAMPING_HYSTERESIS},
        {"a rise is not held", 60000, 48, 3000, 10, 3, 51, FC_DAMPING_RISE},
        {"smaller than min_step", 60000, 53, 3000, 1, 3, 53, FC_DAMPING_MIN_STEP},
        {"it replaces the degrees", 59000, 51, 20000, 1, 0, 49, FC_DAMPING_EASE},
        {"the largest", 60000, 100, 3000, 100, 3, 100, FC_DAMPING_HYSTERESIS},
    };

    (void)state;
    check_linear(rows, COUNT_OF(rows));
}

static void test_external(void **state)
{
    static const struct {
        const char *name;
        int32_t want_pct, duty_pct, min_step_pct, min_duty_pct, result_pct;
        enum fc_damping damping;
    } rows[] = {
        {"nothing applied", 40, NONE, 3, 10, 40, FC_DAMPING_FIRST},
        {"steady", 40, 40, 3, 10, 40, FC_DAMPING_STEADY},
        {"up by 3", 43, 40, 3, 10, 43, FC_DAMPING_RISE},
        {"up by 2", 42, 40, 3, 10, 40, FC_DAMPING_MIN_STEP},
        {"down by 3", 37, 40, 3, 10, 37, FC_DAMPING_EASE},
        {"down by 2", 38, 40, 3, 10, 40, FC_DAMPING_MIN_STEP},
        {"to the floor", 10, 11, 3, 10, 10, FC_DAMPING_EASE},
        {"to one above the floor", 11, 12, 3, 10, 12, FC_DAMPING_MIN_STEP},
        {"to the top", 100, 99, 3, 10, 100, FC_DAMPING_RISE},
        {"to one below the top", 99, 98, 3, 10, 98, FC_DAMPING_MIN_STEP},
        {"a profile's floor is nothing here", 30, 31, 3, 10, 31, FC_DAMPING_MIN_STEP},
        {"min_step off", 41, 40, 0, 10, 41, FC_DAMPING_RISE},
        {"floor of 0", 0, 1, 3, 0, 0, FC_DAMPING_EASE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fc_config cfg = defaults_config();
        struct fc_damped damped;

        cfg.min_step_pct = rows[i].min_step_pct;
        cfg.min_duty_pct = rows[i].min_duty_pct;
        damped =
            fc_damper_external(&cfg, rows[i].want_pct, rows[i].duty_pct != NONE, rows[i].duty_pct);
        EXPECT(rows[i].name, damped.duty_pct, rows[i].result_pct);
        EXPECT(rows[i].name, damped.damping, rows[i].damping);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hysteresis),
        cmocka_unit_test(test_deadband),
        cmocka_unit_test(test_external),
    };

    return cmocka_run_group_tests_name("damper", tests, NULL, NULL);
}
