/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The days: their words, their extremes, their averages, and that they are the same when asked
 * twice.
 */
#include <string.h>

#include "sim/profile.h"
#include "tests/unit/sim/near.h"

enum { SEED = 3 };

static const uint64_t MINUTE_MS = 60000;
static const uint64_t HOUR_MS = 3600000;
static const uint64_t DAY_MS = 86400000;

static void test_words(void **state)
{
    (void)state;
    for (unsigned k = 0; k < SIM_LOADS; k++) {
        enum sim_load load = SIM_LOADS;
        assert_true(sim_load_parse(sim_load_names[k], &load));
        assert_int_equal(load, k);
        assert_string_equal(sim_load_str(load), sim_load_names[k]);
    }
    for (unsigned k = 0; k < SIM_INLETS; k++) {
        enum sim_inlet inlet = SIM_INLETS;
        assert_true(sim_inlet_parse(sim_inlet_names[k], &inlet));
        assert_int_equal(inlet, k);
        assert_string_equal(sim_inlet_str(inlet), sim_inlet_names[k]);
    }
    assert_null(sim_load_names[SIM_LOADS]);
    assert_null(sim_inlet_names[SIM_INLETS]);
    assert_string_equal(sim_load_str(SIM_LOADS), "unknown");
    assert_string_equal(sim_inlet_str(SIM_INLETS), "unknown");
    enum sim_load load = SIM_LOAD_SQUARE;
    enum sim_inlet inlet = SIM_INLET_SPRING;
    assert_false(sim_load_parse("Idle", &load));
    assert_false(sim_load_parse("", &load));
    assert_false(sim_inlet_parse("autumn", &inlet));
    assert_int_equal(load, SIM_LOAD_SQUARE);
    assert_int_equal(inlet, SIM_INLET_SPRING);
}

static void test_constant_and_square_loads(void **state)
{
    (void)state;
    assert_near(sim_profile_load(SEED, SIM_LOAD_IDLE, 12345), 0.05, 0);
    assert_near(sim_profile_load(SEED, SIM_LOAD_STEADY, 12345), 0.48, 0);
    assert_near(sim_profile_load(SEED, SIM_LOAD_HEAVY, 12345), 0.80, 0);
    assert_near(sim_profile_load(SEED, SIM_LOAD_SQUARE, 0), 0.20, 0);
    assert_near(sim_profile_load(SEED, SIM_LOAD_SQUARE, 10 * MINUTE_MS - 1), 0.20, 0);
    assert_near(sim_profile_load(SEED, SIM_LOAD_SQUARE, 10 * MINUTE_MS), 0.85, 0);
    assert_near(sim_profile_load(SEED, SIM_LOAD_SQUARE, 20 * MINUTE_MS), 0.20, 0);
}

/* A hundred days of bursts, a second each: how many, how long, how high. */
static void test_bursts(void **state)
{
    (void)state;
    enum { DAYS = 100, STEP_MS = 1000 };
    unsigned bursts = 0;
    uint64_t burst_ms = 0;
    double before = 0.35;
    for (uint64_t at_ms = 0; at_ms < DAYS * DAY_MS; at_ms += STEP_MS) {
        double load = sim_profile_load(SEED, SIM_LOAD_BURSTY, at_ms);
        bool is_backup = at_ms % DAY_MS >= 2 * HOUR_MS && at_ms % DAY_MS < 4 * HOUR_MS;
        if (load < 0.75)
            assert_near(load, is_backup ? 0.60 : 0.35, 0);
        else
            burst_ms += STEP_MS;
        assert_true(load <= 1.0);
        bursts += load >= 0.75 && before < 0.75;
        before = load;
    }
    /* Two an hour of 8 min: seen as fewer and longer where they overlap; busy 1 - exp(-8/30). */
    assert_near((double)burst_ms / (double)(DAYS * DAY_MS), 0.234, 0.02);
    assert_near((double)bursts / (DAYS * 24.0), 2.0 * 0.766, 0.15);
}

static void test_seasons(void **state)
{
    (void)state;
    static const struct {
        enum sim_inlet inlet;
        double mean_c, swing_c;
    } rows[] = {{SIM_INLET_WINTER, 5, 3}, {SIM_INLET_SPRING, 18, 5}, {SIM_INLET_SUMMER, 32, 6}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double sum = 0.0;
        double low = 100.0;
        double high = -100.0;
        for (uint64_t at_ms = 0; at_ms < 10 * DAY_MS; at_ms += MINUTE_MS) {
            double inlet_c = sim_profile_inlet_c(SEED, rows[i].inlet, at_ms);
            sum += inlet_c;
            low = fmin(low, inlet_c);
            high = fmax(high, inlet_c);
        }
        assert_near(sum / (10 * 24 * 60), rows[i].mean_c, 0.1);
        assert_near(high, rows[i].mean_c + rows[i].swing_c, 0.6);
        assert_near(low, rows[i].mean_c - rows[i].swing_c, 0.6);
        assert_true(sim_profile_inlet_c(SEED, rows[i].inlet, 4 * HOUR_MS) <
                    sim_profile_inlet_c(SEED, rows[i].inlet, 16 * HOUR_MS));
    }
}

static void test_the_seed_makes_the_day(void **state)
{
    (void)state;
    unsigned differences = 0;
    for (uint64_t at_ms = 0; at_ms < DAY_MS; at_ms += MINUTE_MS) {
        double load = sim_profile_load(1, SIM_LOAD_BURSTY, at_ms);
        double inlet_c = sim_profile_inlet_c(1, SIM_INLET_SUMMER, at_ms);
        assert_near(sim_profile_load(1, SIM_LOAD_BURSTY, at_ms), load, 0);
        assert_near(sim_profile_inlet_c(1, SIM_INLET_SUMMER, at_ms), inlet_c, 0);
        differences += fabs(sim_profile_load(2, SIM_LOAD_BURSTY, at_ms) - load) > 0.01;
        assert_true(fabs(sim_profile_inlet_c(2, SIM_INLET_SUMMER, at_ms) - inlet_c) > 0.0);
    }
    assert_true(differences > 100);
}

static void test_presence(void **state)
{
    (void)state;
    unsigned minutes = 0;
    for (uint64_t at_ms = 0; at_ms < DAY_MS; at_ms += MINUTE_MS)
        minutes += sim_profile_is_occupied(at_ms);
    assert_int_equal(minutes, 285);
    assert_true(sim_profile_is_occupied(20 * HOUR_MS));
    assert_true(sim_profile_is_occupied(DAY_MS + 20 * HOUR_MS));
    assert_false(sim_profile_is_occupied(21 * HOUR_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_constant_and_square_loads),
        cmocka_unit_test(test_bursts),
        cmocka_unit_test(test_seasons),
        cmocka_unit_test(test_the_seed_makes_the_day),
        cmocka_unit_test(test_presence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
