/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stddef.h>

#include "sim/plant.h"

enum { PART_SENSORS = 3, SETTLE_STEPS = 1800 };

static const double SETTLE_DT_S = 2.0; /* with SETTLE_STEPS an hour: many time constants */
static const double LEAK_FROM_C = 60.0;
static const double THROTTLE_FROM_C = 92.0;
static const double THROTTLE_PER_K = 0.1;
static const double THROTTLE_MIN = 0.3;
static const double AIR_MIN = 0.02; /* x with all fans stopped: what convection moves, assumed */
static const double NOISE_DBA = 45.0;
static const double NOISE_AT_RPM = 7080.0;
static const double NOISE_SLOPE = 50.0;

struct sim_plant_cfg sim_plant_defaults(void)
{
    return (struct sim_plant_cfg){
        .fan_rpm = 1812.0,
        .fan_rpm_per_pct = 152.8,
        .fan_min_rpm = 1800.0,
        .fan_max_rpm = 17100.0,
        .fan_up_s = 3.0,
        .fan_down_s = 6.0,
        .air_j_per_k = 6000.0,
        .air_w = 45.0,
        .air_w_per_k = 33.0,
        .heatsink_j_per_k = 300.0,
        .heatsink_w_per_k = 3.009,
        .heatsink_exponent = 0.5216,
        .heatsink_of = {1.0, 1.06},
        .junction_j_per_k = 20.0,
        .junction_k_per_w = 0.1647,
        .cpu_idle_w = 25.0,
        .cpu_range_w = 110.0,
        .cpu_leak_per_k = 0.002,
        .cpu_of = {1.0, 0.96},
        .gpu_w = 10.0,
        .gpu_k_per_w = 0.6,
        .gpu_j_per_k = 150.0,
        .other_w = 118.0,
        .supply_efficiency = 0.92,
        .fan_w_per_krpm3 = 0.0205,
        .sensor_s = 4.0,
        .sensor_sigma_k = 0.4,
    };
}

/* The value dt_s later of a node that goes to `end` with the time constant tau_s. */
static double toward(double value, double end, double dt_s, double tau_s)
{
    return value + (end - value) * -expm1(-dt_s / tau_s);
}

double sim_plant_rpm(const struct sim_plant *plant)
{
    double sum = 0.0;
    for (unsigned i = 0; i < SIM_FANS; i++)
        sum += plant->rpm[i];
    return sum / SIM_FANS;
}

double sim_plant_fan_w(const struct sim_plant *plant)
{
    double sum = 0.0;
    for (unsigned i = 0; i < SIM_FANS; i++) {
        double krpm = plant->rpm[i] / 1000.0;
        sum += plant->cfg.fan_w_per_krpm3 * krpm * krpm * krpm;
    }
    return sum / SIM_FANS;
}

static double inside_w(const struct sim_plant *plant)
{
    double sum = plant->cfg.other_w + plant->gpu_w;
    for (unsigned i = 0; i < SIM_CPUS; i++)
        sum += plant->cpu_w[i];
    return sum;
}

double sim_plant_wall_w(const struct sim_plant *plant)
{
    return inside_w(plant) / plant->cfg.supply_efficiency + sim_plant_fan_w(plant);
}

double sim_noise_dba(double rpm)
{
    return NOISE_DBA + NOISE_SLOPE * log10(rpm / NOISE_AT_RPM);
}

static double hottest_shown(const struct sim_plant *plant)
{
    return (double)(plant->shown_c[SIM_PROBE_CPU1] > plant->shown_c[SIM_PROBE_CPU2]
                        ? plant->shown_c[SIM_PROBE_CPU1]
                        : plant->shown_c[SIM_PROBE_CPU2]);
}

static void obey(struct sim_plant *plant, const struct sim_order *order)
{
    if (plant->is_manual && !order->is_manual) {
        double last_pct = 0.0;
        for (unsigned i = 0; i < SIM_FANS; i++)
            last_pct = fmax(last_pct, plant->duty_pct[i]);
        sim_firmware_start(&plant->firmware, last_pct);
    }
    plant->is_manual = order->is_manual;
    for (unsigned i = 0; order->is_manual && i < SIM_FANS; i++) {
        if (order->has_duty[i])
            plant->duty_pct[i] = order->duty_pct[i];
    }
}

static void step_fans(struct sim_plant *plant, double dt_s)
{
    const struct sim_plant_cfg *cfg = &plant->cfg;
    if (!plant->is_manual) {
        double duty_pct = sim_firmware_step(&plant->firmware, hottest_shown(plant),
                                            (double)plant->shown_c[SIM_PROBE_INLET], dt_s);
        for (unsigned i = 0; i < SIM_FANS; i++)
            plant->duty_pct[i] = duty_pct;
    }
    for (unsigned i = 0; i < SIM_FANS; i++) {
        double end = cfg->fan_rpm + cfg->fan_rpm_per_pct * plant->duty_pct[i];
        end = fmin(fmax(end, cfg->fan_min_rpm), cfg->fan_max_rpm);
        if (plant->is_stuck[i])
            end = 0.0;
        double tau_s = end > plant->rpm[i] ? cfg->fan_up_s : cfg->fan_down_s;
        plant->rpm[i] = toward(plant->rpm[i], end, dt_s, tau_s);
    }
}

static double cpu_power_w(const struct sim_plant *plant, unsigned i)
{
    const struct sim_plant_cfg *cfg = &plant->cfg;
    double throttle = 1.0 - THROTTLE_PER_K * (plant->junction_c[i] - THROTTLE_FROM_C);
    throttle = fmin(fmax(throttle, THROTTLE_MIN), 1.0);
    double leak = 1.0 + cfg->cpu_leak_per_k * (plant->junction_c[i] - LEAK_FROM_C);
    return cfg->cpu_of[i] * (cfg->cpu_idle_w + cfg->cpu_range_w * plant->load * throttle) * leak;
}

static void step_cpu(struct sim_plant *plant, unsigned i, double x, double dt_s)
{
    const struct sim_plant_cfg *cfg = &plant->cfg;
    plant->cpu_w[i] = cpu_power_w(plant, i);

    double r = cfg->junction_k_per_w;
    plant->junction_c[i] = toward(plant->junction_c[i], plant->heatsink_c[i] + plant->cpu_w[i] * r,
                                  dt_s, r * cfg->junction_j_per_k);

    double g = cfg->heatsink_w_per_k * pow(x, cfg->heatsink_exponent) * cfg->heatsink_of[i];
    double end = (plant->junction_c[i] / r + g * plant->air_c) / (1.0 / r + g);
    plant->heatsink_c[i] =
        toward(plant->heatsink_c[i], end, dt_s, cfg->heatsink_j_per_k / (1.0 / r + g));
}

static void step_probes(struct sim_plant *plant, double x, double dt_s)
{
    const struct sim_plant_cfg *cfg = &plant->cfg;
    const double true_c[SIM_PROBES] = {
        [SIM_PROBE_CPU1] = plant->junction_c[0],
        [SIM_PROBE_CPU2] = plant->junction_c[1],
        [SIM_PROBE_INLET] = plant->inlet_c,
        [SIM_PROBE_EXHAUST] = plant->inlet_c + inside_w(plant) / (cfg->air_w_per_k * x),
    };
    for (unsigned k = 0; k < SIM_PROBES; k++) {
        plant->probe_c[k] = toward(plant->probe_c[k], true_c[k], dt_s, cfg->sensor_s);
        double noisy_c = plant->probe_c[k] + cfg->sensor_sigma_k * sim_rng_normal(&plant->rng);
        plant->shown_c[k] = (int32_t)lround(noisy_c);
    }
}

void sim_plant_step(struct sim_plant *plant, double dt_s)
{
    const struct sim_plant_cfg *cfg = &plant->cfg;
    step_fans(plant, dt_s);

    double x = fmax(sim_plant_rpm(plant) / 1e4, AIR_MIN);
    double flow = cfg->air_w_per_k * x;
    plant->air_c =
        toward(plant->air_c, plant->inlet_c + cfg->air_w / flow, dt_s, cfg->air_j_per_k / flow);
    plant->gpu_c = toward(plant->gpu_c, plant->air_c + plant->gpu_w * cfg->gpu_k_per_w, dt_s,
                          cfg->gpu_k_per_w * cfg->gpu_j_per_k);
    for (unsigned i = 0; i < SIM_CPUS; i++)
        step_cpu(plant, i, x, dt_s);
    step_probes(plant, x, dt_s);
}

void sim_plant_init(struct sim_plant *plant, const struct sim_plant_cfg *cfg, uint64_t seed,
                    double load, double inlet_c)
{
    *plant = (struct sim_plant){
        .cfg = *cfg,
        .load = load,
        .inlet_c = inlet_c,
        .gpu_w = cfg->gpu_w,
        .air_c = inlet_c,
        .gpu_c = inlet_c,
        .rng = sim_rng_split(seed, PART_SENSORS),
    };
    sim_firmware_start(&plant->firmware, 0.0);
    for (unsigned i = 0; i < SIM_CPUS; i++) {
        plant->heatsink_c[i] = inlet_c;
        plant->junction_c[i] = inlet_c;
    }
    for (unsigned k = 0; k < SIM_PROBES; k++)
        plant->probe_c[k] = inlet_c;
    for (unsigned i = 0; i < SETTLE_STEPS; i++)
        sim_plant_step(plant, SETTLE_DT_S);
}

static void take_due(struct sim_plant *plant, uint64_t at_ms)
{
    unsigned done = 0;
    while (done < plant->n_orders && plant->order[done].due_ms <= at_ms)
        obey(plant, &plant->order[done++]);
    plant->n_orders -= done;
    for (unsigned i = 0; done > 0 && i < plant->n_orders; i++)
        plant->order[i] = plant->order[i + done];
}

void sim_plant_advance(struct sim_plant *plant, uint64_t ms)
{
    uint64_t at_ms = plant->now_ms - plant->rest_ms;
    plant->now_ms += ms;
    plant->rest_ms += ms;
    while (plant->rest_ms >= SIM_STEP_MS) {
        take_due(plant, at_ms);
        sim_plant_step(plant, SIM_STEP_MS / 1000.0);
        plant->rest_ms -= SIM_STEP_MS;
        at_ms += SIM_STEP_MS;
    }
}

static void send_wish(struct sim_plant *plant)
{
    plant->wish.due_ms = plant->now_ms + SIM_COMMAND_MS;
    if (plant->n_orders < SIM_ORDERS_MAX) {
        plant->order[plant->n_orders++] = plant->wish;
        return;
    }
    /* Commands faster than they take effect: the newest joins the last one, at that one's time. */
    uint64_t due_ms = plant->order[SIM_ORDERS_MAX - 1].due_ms;
    plant->order[SIM_ORDERS_MAX - 1] = plant->wish;
    plant->order[SIM_ORDERS_MAX - 1].due_ms = due_ms;
}

void sim_plant_set_manual(struct sim_plant *plant, bool is_manual)
{
    plant->wish.is_manual = is_manual;
    send_wish(plant);
}

void sim_plant_set_duty(struct sim_plant *plant, int fan, double duty_pct)
{
    for (int i = 0; i < SIM_FANS; i++) {
        if (fan == SIM_ALL_FANS || fan == i) {
            plant->wish.has_duty[i] = true;
            plant->wish.duty_pct[i] = duty_pct;
        }
    }
    send_wish(plant);
}

void sim_plant_forget(struct sim_plant *plant)
{
    plant->wish = (struct sim_order){.is_manual = false};
    send_wish(plant);
}
