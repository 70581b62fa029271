/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/core/cases.h"

#include "core/demand.h"

static void test_curve(void **state)
{
    static const struct fc_curve cool = {.n_points = 2, .point = {{50000, 30}, {83000, 100}}};
    static const struct fc_curve dot = {.n_points = 1, .point = {{50000, 40}}};
    static const struct fc_curve steep = {.n_points = 3,
                                          .point = {{50000, 0}, {50001, 1}, {50002, 100}}};
    static const struct fc_curve half = {.n_points = 2, .point = {{0, 10}, {2000, 11}}};
    static const struct fc_curve wide = {.n_points = 2,
                                         .point = {{FC_POINT_MIN_MC, 0}, {FC_POINT_MAX_MC, 100}}};
    static const struct fc_curve flat = {.n_points = 3,
                                         .point = {{10000, 20}, {20000, 20}, {30000, 30}}};
    static const struct {
        const char *name;
        const struct fc_curve *curve;
        int32_t temp_mc, want_pct;
    } rows[] = {
        {"far left", &cool, INT32_MIN, 30},
        {"one left of the first point", &cool, 49999, 30},
        {"the first point", &cool, 50000, 30},
        {"one right of the first point", &cool, 50001, 30},
        {"just below a half", &cool, 50235, 30},
        {"just above a half", &cool, 50236, 31},
        {"inside", &cool, 60000, 51},
        {"one left of the last point", &cool, 82999, 100},
        {"the last point", &cool, 83000, 100},
        {"one right of the last point", &cool, 83001, 100},
        {"far right", &cool, INT32_MAX, 100},
        {"a dot, left", &dot, 49999, 40},
        {"a dot, on it", &dot, 50000, 40},
        {"a dot, right", &dot, 50001, 40},
        {"steep, first", &steep, 50000, 0},
        {"steep, middle", &steep, 50001, 1},
        {"steep, last", &steep, 50002, 100},
        {"a half goes up", &half, 1000, 11},
        {"just under a half goes down", &half, 999, 10},
        {"widest, middle", &wide, 75000, 50},
        {"widest, one short", &wide, FC_POINT_MAX_MC - 1, 100},
        {"widest, start", &wide, FC_POINT_MIN_MC + 1, 0},
        {"flat part", &flat, 15000, 20},
        {"corner", &flat, 20000, 20},
        {"after the corner", &flat, 25000, 25},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        EXPECT(rows[i].name, fc_curve_eval(rows[i].curve, rows[i].temp_mc), rows[i].want_pct);
}

static void test_demand(void **state)
{
    static const struct {
        const char *name;
        uint8_t has1, has2;
        int32_t cpu1_mc, cpu2_mc, add_mc, bias_pct, want_pct;
        uint8_t winner, has_winner;
    } rows[] = {
        {"the hotter wins", 1, 1, 60000, 57000, 0, 0, 51, CPU1, 1},
        {"the hotter wins, other way", 1, 1, 57000, 60000, 0, 0, 51, CPU2, 1},
        {"the first of equals", 1, 1, 60000, 60000, 0, 0, 51, CPU1, 1},
        {"only the valid one", 0, 1, 90000, 60000, 0, 0, 51, CPU2, 1},
        {"none valid", 0, 0, 90000, 90000, 0, 0, 10, 0, 0},
        {"hotter by 3 C", 1, 1, 57000, 54000, 3000, 0, 51, CPU1, 1},
        {"bias up", 1, 0, 60000, 0, 0, 5, 56, CPU1, 1},
        {"bias down", 1, 0, 60000, 0, 0, -5, 46, CPU1, 1},
        {"bias to the top", 1, 0, 60000, 0, 0, 49, 100, CPU1, 1},
        {"bias past the top", 1, 0, 60000, 0, 0, 50, 100, CPU1, 1},
        {"most bias", 1, 0, 60000, 0, 0, 100, 100, CPU1, 1},
        {"bias to the floor", 1, 0, 60000, 0, 0, -41, 10, CPU1, 1},
        {"bias past the floor", 1, 0, 60000, 0, 0, -42, 10, CPU1, 1},
        {"coldest", 1, 0, 0, 0, 0, 0, 30, CPU1, 1},
        {"hottest", 1, 0, 125000, 0, FC_HYSTERESIS_MAX_MC, 0, 100, CPU1, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fc_config cfg = defaults_config();
        const struct fc_belief belief = {.is_valid = {rows[i].has1, rows[i].has2},
                                         .temp_mc = {rows[i].cpu1_mc, rows[i].cpu2_mc}};
        struct fc_demand demand;

        cfg.bias_pct = rows[i].bias_pct;
        demand = fc_demand_of(&cfg, COOL, &belief, rows[i].add_mc);
        EXPECT(rows[i].name, demand.duty_pct, rows[i].want_pct);
        EXPECT(rows[i].name, demand.winner, rows[i].winner);
        EXPECT(rows[i].name, demand.has_winner, rows[i].has_winner);
    }
}

/* Two groups: each source is judged by the curves that it is in, and by no other. */
static struct fc_config grouped(void)
{
    static const struct fc_curve low = {.n_points = 2, .point = {{40000, 15}, {90000, 60}}};
    static const struct fc_curve high = {.n_points = 2, .point = {{60000, 25}, {80000, 95}}};
    struct fc_config cfg = defaults_config();

    cfg.profile[COOL].n_groups = 2;
    cfg.profile[COOL].group[0].has_source[CPU2] = 0;
    cfg.profile[COOL].group[0].curve = low;
    cfg.profile[COOL].group[1].has_source[CPU2] = 1;
    cfg.profile[COOL].group[1].curve = high;
    return cfg;
}

static void test_groups(void **state)
{
    static const struct {
        const char *name;
        int32_t cpu1_mc, cpu2_mc, want_pct;
        uint8_t winner;
    } rows[] = {
        {"hot in the low curve", 90000, 50000, 60, CPU1},
        {"hot in the high curve", 50000, 80000, 95, CPU2},
        {"both at their first points", 40000, 60000, 25, CPU2},
        {"the low one leads", 65000, 60000, 38, CPU1},
    };
    const struct fc_config cfg = grouped();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct fc_belief belief = {.is_valid = {1, 1},
                                         .temp_mc = {rows[i].cpu1_mc, rows[i].cpu2_mc}};
        struct fc_demand demand = fc_demand_of(&cfg, COOL, &belief, 0);

        EXPECT(rows[i].name, demand.duty_pct, rows[i].want_pct);
        EXPECT(rows[i].name, demand.winner, rows[i].winner);
    }
}

static void test_ends(void **state)
{
    static const struct {
        const char *name;
        int32_t bias_pct, min_duty_pct, floor_pct, top_pct;
    } rows[] = {
        {"as drawn", 0, 10, 25, 95},
        {"bias up", 5, 10, 30, 100},
        {"bias past the top", 10, 10, 35, 100},
        {"bias down", -15, 10, 10, 80},
        {"bias past the floor", -16, 10, 10, 79},
        {"a high floor", 0, 40, 40, 95},
        {"a floor at the top", 0, 100, 100, 100},
        {"no floor", -100, 0, 0, 0},
        {"one off no floor", -94, 0, 0, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fc_config cfg = grouped();

        cfg.bias_pct = rows[i].bias_pct;
        cfg.min_duty_pct = rows[i].min_duty_pct;
        EXPECT(rows[i].name, fc_demand_floor_pct(&cfg, COOL), rows[i].floor_pct);
        EXPECT(rows[i].name, fc_demand_top_pct(&cfg, COOL), rows[i].top_pct);
    }
}

/* The largest end counts wherever its curve stands. */
static void test_ends_in_any_order(void **state)
{
    struct fc_config cfg = grouped();
    const struct fc_curve first = cfg.profile[COOL].group[0].curve;

    (void)state;
    cfg.profile[COOL].group[0].curve = cfg.profile[COOL].group[1].curve;
    cfg.profile[COOL].group[1].curve = first;
    assert_int_equal(fc_demand_floor_pct(&cfg, COOL), 25);
    assert_int_equal(fc_demand_top_pct(&cfg, COOL), 95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_curve),
        cmocka_unit_test(test_demand),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_ends_in_any_order),
    };

    return cmocka_run_group_tests_name("demand", tests, NULL, NULL);
}
