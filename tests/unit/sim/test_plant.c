/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The plant against the two sweeps that it was fitted to, and against itself: its equations at
 * rest, its time constants, its energy, its repeatability.
 */
#include <string.h>

#include "sim/plant.h"
#include "tests/unit/sim/near.h"

enum { SEED = 5, SETTLE_MS = 3600 * 1000, N_SWEEP_A = 4, N_SWEEP_B = 7 };

static const double INLET_A_C = 21.4;
static const double INLET_B_C = 28.6;
static const double POWER_A_W = 82.9;
/* Sweep B: 65.6 W a processor at a run queue of 18, and 0.62 W for each more: the straight line
 * through what the wall meter said. */
static const double POWER_B_W = 65.6;
static const double POWER_B_W_PER_RUN = 0.62;
static const double RUN_B = 18.0;

struct point {
    double rpm;
    double cpu_c;
    double run; /* run queue; 0: not part of this sweep */
    double wall_w;
};

static const struct point sweep_a[N_SWEEP_A] = {
    {7080, 71.5, 0, 0}, {9360, 65.5, 0, 0}, {12800, 60.5, 0, 0}, {17000, 55.5, 0, 0}};
static const struct point sweep_b[N_SWEEP_B] = {
    {7080, 68, 21, 296},  {4800, 73, 20, 281},  {6360, 72, 19, 288}, {9360, 65, 18, 299},
    {11040, 61, 17, 303}, {12720, 59, 16, 324}, {16920, 59, 17, 378}};

static struct sim_plant at_rest(double load, double inlet_c, double duty_pct)
{
    struct sim_plant plant;
    struct sim_plant_cfg cfg = sim_plant_defaults();
    sim_plant_init(&plant, &cfg, SEED, load, inlet_c);
    sim_plant_set_duty(&plant, SIM_ALL_FANS, duty_pct);
    sim_plant_set_manual(&plant, true);
    sim_plant_advance(&plant, SETTLE_MS);
    return plant;
}

static double load_of(double cpu_w)
{
    struct sim_plant_cfg cfg = sim_plant_defaults();
    return (cpu_w - cfg.cpu_idle_w) / cfg.cpu_range_w;
}

static double duty_of(double rpm)
{
    struct sim_plant_cfg cfg = sim_plant_defaults();
    return (rpm - cfg.fan_rpm) / cfg.fan_rpm_per_pct;
}

static double hotter(const struct sim_plant *plant)
{
    return fmax(plant->junction_c[0], plant->junction_c[1]);
}

static void test_sweep_a(void **state)
{
    (void)state;
    double sum = 0.0;
    for (unsigned i = 0; i < N_SWEEP_A; i++) {
        struct sim_plant plant = at_rest(load_of(POWER_A_W), INLET_A_C, duty_of(sweep_a[i].rpm));
        assert_near(sim_plant_rpm(&plant), sweep_a[i].rpm, 1.0);
        double error = hotter(&plant) - sweep_a[i].cpu_c;
        sum += error * error;
    }
    assert_near(sqrt(sum / N_SWEEP_A), 0.57, 0.03);
}

static void test_sweep_b(void **state)
{
    (void)state;
    double sum = 0.0;
    double worst = 0.0;
    for (unsigned i = 0; i < N_SWEEP_B; i++) {
        double cpu_w = POWER_B_W + POWER_B_W_PER_RUN * (sweep_b[i].run - RUN_B);
        struct sim_plant plant = at_rest(load_of(cpu_w), INLET_B_C, duty_of(sweep_b[i].rpm));
        double error = hotter(&plant) - sweep_b[i].cpu_c;
        sum += error * error;
        worst = fmax(worst, error);
        assert_near(sim_plant_wall_w(&plant), sweep_b[i].wall_w, 10.0);
    }
    assert_near(sqrt(sum / N_SWEEP_B), 1.9, 0.05);
    assert_near(worst, 3.45, 0.1);
}

/* What comes in is what goes out, in every node. */
static void test_energy_at_rest(void **state)
{
    (void)state;
    struct sim_plant plant = at_rest(0.5, 20.0, 40.0);
    const struct sim_plant_cfg *cfg = &plant.cfg;
    double x = sim_plant_rpm(&plant) / 1e4;
    assert_near(cfg->air_w_per_k * x * (plant.air_c - plant.inlet_c), cfg->air_w, 1e-3);
    for (unsigned i = 0; i < SIM_CPUS; i++) {
        double up_w = (plant.junction_c[i] - plant.heatsink_c[i]) / cfg->junction_k_per_w;
        double g = cfg->heatsink_w_per_k * pow(x, cfg->heatsink_exponent) * cfg->heatsink_of[i];
        assert_near(up_w, plant.cpu_w[i], 1e-3);
        assert_near(g * (plant.heatsink_c[i] - plant.air_c), plant.cpu_w[i], 1e-3);
    }
    assert_near(plant.gpu_c, plant.air_c + plant.gpu_w * cfg->gpu_k_per_w, 1e-3);
}

/* The equations of plant.h once more, with their numbers written out, by small explicit steps. */
struct node {
    double rpm, air_c, heatsink_c[SIM_CPUS], junction_c[SIM_CPUS], probe_c[SIM_CPUS], gpu_c;
};

static void solve(struct node *node, double load, double inlet_c, double duty_pct, double seconds)
{
    static const double of_power[SIM_CPUS] = {1.0, 0.96};
    static const double of_sink[SIM_CPUS] = {1.0, 1.06};
    const double dt = 0.002;
    for (double t = 0.0; t < seconds; t += dt) {
        double end = 1812.0 + 152.8 * duty_pct;
        node->rpm += (end - node->rpm) / (end > node->rpm ? 3.0 : 6.0) * dt;
        double x = node->rpm / 1e4;
        node->air_c += (45.0 - 33.0 * x * (node->air_c - inlet_c)) / 6000.0 * dt;
        node->gpu_c += (node->air_c + 10.0 * 0.6 - node->gpu_c) / (0.6 * 150.0) * dt;
        for (unsigned i = 0; i < SIM_CPUS; i++) {
            double power_w =
                of_power[i] * (25.0 + 110.0 * load) * (1.0 + 0.002 * (node->junction_c[i] - 60.0));
            double up_w = (node->junction_c[i] - node->heatsink_c[i]) / 0.1647;
            double g = 3.009 * pow(x, 0.5216) * of_sink[i];
            node->junction_c[i] += (power_w - up_w) / 20.0 * dt;
            node->heatsink_c[i] += (up_w - g * (node->heatsink_c[i] - node->air_c)) / 300.0 * dt;
            node->probe_c[i] += (node->junction_c[i] - node->probe_c[i]) / 4.0 * dt;
        }
    }
}

static double worst_error(double dt_s)
{
    struct sim_plant plant = at_rest(0.2, 20.0, 70.0);
    struct node node = {.rpm = plant.rpm[0], .air_c = plant.air_c, .gpu_c = plant.gpu_c};
    for (unsigned i = 0; i < SIM_CPUS; i++) {
        node.heatsink_c[i] = plant.heatsink_c[i];
        node.junction_c[i] = plant.junction_c[i];
        node.probe_c[i] = plant.probe_c[i];
    }
    double worst = 0.0;
    for (unsigned step = 0; step * dt_s < 900.0; step++) {
        /* Load up, then fans down, then all back. */
        double at_s = step * dt_s;
        plant.load = at_s < 600.0 ? 0.7 : 0.2;
        double duty_pct = at_s < 300.0 || at_s >= 600.0 ? 70.0 : 40.0;
        for (unsigned i = 0; i < SIM_FANS; i++)
            plant.duty_pct[i] = duty_pct;
        sim_plant_step(&plant, dt_s);
        solve(&node, plant.load, 20.0, duty_pct, dt_s);
        worst = fmax(worst, fabs(node.air_c - plant.air_c));
        worst = fmax(worst, fabs(node.gpu_c - plant.gpu_c));
        for (unsigned i = 0; i < SIM_CPUS; i++) {
            worst = fmax(worst, fabs(node.heatsink_c[i] - plant.heatsink_c[i]));
            if (at_s > 30.0 && fabs(at_s - 300.0) > 30.0 && fabs(at_s - 600.0) > 30.0) {
                /* Right after a jump the fast nodes are a step apart. */
                worst = fmax(worst, fabs(node.junction_c[i] - plant.junction_c[i]));
                worst = fmax(worst, fabs(node.probe_c[i] - plant.probe_c[i]));
            }
        }
    }
    return worst;
}

static void test_against_another_solver(void **state)
{
    (void)state;
    double at_1_s = worst_error(1.0);
    double at_2_s = worst_error(2.0);
    print_message("off by %.3f C at 1 s, %.3f C at 2 s\n", at_1_s, at_2_s);
    assert_true(at_1_s < 0.11);
    assert_true(at_2_s < 0.21);
    assert_true(worst_error(0.1) < 0.02);
}

static void test_fan_time_constants(void **state)
{
    (void)state;
    struct sim_plant plant = at_rest(0.3, 20.0, 20.0);
    double low = sim_plant_rpm(&plant);
    plant.duty_pct[0] = 80.0;
    for (unsigned i = 0; i < 30; i++)
        sim_plant_step(&plant, 0.1);
    double high = 1812.0 + 152.8 * 80.0;
    assert_near(plant.rpm[0], high - (high - low) * exp(-1.0), 1.0);
    assert_near(plant.rpm[1], low, 1.0);
    plant.rpm[0] = high;
    plant.duty_pct[0] = 20.0;
    for (unsigned i = 0; i < 60; i++)
        sim_plant_step(&plant, 0.1);
    assert_near(plant.rpm[0], low + (high - low) * exp(-1.0), 1.0);
}

static void test_fan_range(void **state)
{
    (void)state;
    struct sim_plant plant = at_rest(0.1, 20.0, 0.0);
    assert_near(sim_plant_rpm(&plant), 1812.0, 1.0);
    plant = at_rest(0.1, 20.0, 100.0);
    assert_near(sim_plant_rpm(&plant), 17092.0, 1.0);
    plant.cfg.fan_max_rpm = 15000.0;
    plant.cfg.fan_up_s = 1.0;
    sim_plant_advance(&plant, 120000);
    assert_near(sim_plant_rpm(&plant), 15000.0, 1.0);
}

static void test_more_air_is_cooler(void **state)
{
    (void)state;
    double before = HUGE_VAL;
    for (double duty_pct = 0.0; duty_pct <= 100.0; duty_pct += 10.0) {
        struct sim_plant plant = at_rest(0.6, 25.0, duty_pct);
        assert_true(hotter(&plant) < before);
        before = hotter(&plant);
    }
}

static void test_more_load_and_inlet_is_hotter(void **state)
{
    (void)state;
    double before = -HUGE_VAL;
    for (double load = 0.0; load <= 1.0; load += 0.125) {
        struct sim_plant plant = at_rest(load, 25.0, 50.0);
        assert_true(hotter(&plant) > before);
        before = hotter(&plant);
    }
    struct sim_plant cool = at_rest(0.5, 10.0, 50.0);
    struct sim_plant warm = at_rest(0.5, 20.0, 50.0);
    double rise = hotter(&warm) - hotter(&cool);
    assert_true(rise > 10.0 && rise < 11.0); /* leakage adds to the ten degrees */
}

static void test_throttling_bounds_the_heat(void **state)
{
    (void)state;
    struct sim_plant plant = at_rest(1.0, 40.0, 0.0);
    double throttled_w = plant.cpu_w[0];
    assert_true(hotter(&plant) > 99.0 && hotter(&plant) < 115.0);
    assert_near(throttled_w, (25.0 + 110.0 * 0.3) * (1.0 + 0.002 * (plant.junction_c[0] - 60.0)),
                0.1);
    for (unsigned i = 0; i < SIM_FANS; i++)
        plant.is_stuck[i] = true;
    sim_plant_advance(&plant, SETTLE_MS);
    assert_true(sim_plant_rpm(&plant) < 1.0);
    assert_true(isfinite(hotter(&plant)) && hotter(&plant) > 115.0);
}

static void test_a_stopped_fan_costs_cooling(void **state)
{
    (void)state;
    struct sim_plant plant = at_rest(0.6, 25.0, 40.0);
    double before = hotter(&plant);
    plant.is_stuck[4] = true;
    sim_plant_advance(&plant, SETTLE_MS);
    assert_true(plant.rpm[4] < 1.0 && plant.rpm[3] > 7000.0);
    assert_true(hotter(&plant) > before + 1.0);
    plant.is_stuck[4] = false;
    sim_plant_advance(&plant, SETTLE_MS);
    assert_near(hotter(&plant), before, 1e-3);
}

static void test_a_command_takes_a_second(void **state)
{
    (void)state;
    struct sim_plant plant = at_rest(0.3, 20.0, 20.0);
    double rpm = sim_plant_rpm(&plant);
    sim_plant_set_duty(&plant, SIM_ALL_FANS, 60.0);
    sim_plant_advance(&plant, SIM_COMMAND_MS);
    assert_near(sim_plant_rpm(&plant), rpm, 1.0);
    sim_plant_advance(&plant, SIM_STEP_MS);
    assert_true(sim_plant_rpm(&plant) > rpm + 1000.0);
}

static void test_commands_faster_than_their_effect(void **state)
{
    (void)state;
    struct sim_plant plant = at_rest(0.3, 20.0, 20.0);
    for (int i = 0; i < 100; i++) {
        sim_plant_set_duty(&plant, SIM_ALL_FANS, i);
        sim_plant_advance(&plant, 100);
    }
    sim_plant_advance(&plant, 60000);
    assert_near(sim_plant_rpm(&plant), 1812.0 + 152.8 * 99.0, 1.0);
}

static void test_forgetting_is_the_firmware_again(void **state)
{
    (void)state;
    struct sim_plant plant = at_rest(0.3, 20.0, 90.0);
    sim_plant_forget(&plant);
    sim_plant_advance(&plant, 3000);
    assert_false(plant.is_manual);
    assert_true(plant.duty_pct[0] > 88.0); /* it goes on from there, slowly */
    sim_plant_advance(&plant, 600000);
    assert_near(plant.duty_pct[0], 34.5, 1e-6);
    sim_plant_set_manual(&plant, true); /* the duty is forgotten too: the fans stay */
    sim_plant_advance(&plant, 60000);
    assert_near(plant.duty_pct[0], 34.5, 1e-6);
}

static void test_same_seed_same_trace(void **state)
{
    (void)state;
    struct sim_plant_cfg cfg = sim_plant_defaults();
    struct sim_plant one;
    struct sim_plant other;
    struct sim_plant third;
    sim_plant_init(&one, &cfg, 1, 0.5, 20.0);
    sim_plant_init(&other, &cfg, 1, 0.5, 20.0);
    sim_plant_init(&third, &cfg, 2, 0.5, 20.0);
    bool differs = false;
    for (unsigned i = 0; i < 600; i++) {
        sim_plant_advance(&one, 1000);
        sim_plant_advance(&third, 1000);
        for (unsigned k = 0; k < 10; k++)
            sim_plant_advance(&other, 100); /* however the time is cut */
        assert_memory_equal(one.shown_c, other.shown_c, sizeof one.shown_c);
        assert_memory_equal(one.junction_c, other.junction_c, sizeof one.junction_c);
        differs = differs || memcmp(one.shown_c, third.shown_c, sizeof one.shown_c) != 0;
    }
    assert_true(differs);
}

static void test_sensor_noise(void **state)
{
    (void)state;
    struct sim_plant plant = at_rest(0.5, 20.0, 40.0);
    double sum = 0.0;
    double squares = 0.0;
    enum { N = 20000 };
    for (unsigned i = 0; i < N; i++) {
        sim_plant_advance(&plant, 1000);
        double error = plant.shown_c[SIM_PROBE_CPU1] - plant.probe_c[SIM_PROBE_CPU1];
        sum += error;
        squares += error * error;
    }
    assert_near(sum / N, 0.0, 0.05);
    /* The 0.4 C of the sensor and the 0.29 C of rounding. */
    assert_near(sqrt(squares / N), 0.49, 0.06);
}

static void test_noise_dba(void **state)
{
    (void)state;
    assert_near(sim_noise_dba(7080.0), 45.0, 1e-9);
    assert_near(sim_noise_dba(14160.0), 45.0 + 15.05, 0.01);
    struct sim_plant plant = at_rest(0.5, 20.0, 100.0);
    assert_near(sim_plant_fan_w(&plant), 0.0205 * 17.092 * 17.092 * 17.092, 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sweep_a),
        cmocka_unit_test(test_sweep_b),
        cmocka_unit_test(test_energy_at_rest),
        cmocka_unit_test(test_against_another_solver),
        cmocka_unit_test(test_fan_time_constants),
        cmocka_unit_test(test_fan_range),
        cmocka_unit_test(test_more_air_is_cooler),
        cmocka_unit_test(test_more_load_and_inlet_is_hotter),
        cmocka_unit_test(test_throttling_bounds_the_heat),
        cmocka_unit_test(test_a_stopped_fan_costs_cooling),
        cmocka_unit_test(test_a_command_takes_a_second),
        cmocka_unit_test(test_commands_faster_than_their_effect),
        cmocka_unit_test(test_forgetting_is_the_firmware_again),
        cmocka_unit_test(test_same_seed_same_trace),
        cmocka_unit_test(test_sensor_noise),
        cmocka_unit_test(test_noise_dba),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
