/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "sim/machine.h"

static const uint64_t GAP_MAX_MS = UINT64_C(7) * 24 * 3600 * 1000;

static double load_at(const struct sim_machine *machine, uint64_t at_ms)
{
    return machine->has_load ? machine->load_fixed
                             : sim_profile_load(machine->seed, machine->load, at_ms);
}

static double inlet_at_c(const struct sim_machine *machine, uint64_t at_ms)
{
    return machine->has_inlet ? machine->inlet_fixed_c
                              : sim_profile_inlet_c(machine->seed, machine->inlet, at_ms);
}

static void note_hottest(struct sim_machine *machine)
{
    for (unsigned i = 0; i < SIM_CPUS; i++)
        machine->hottest_c = fmax(machine->hottest_c, machine->plant.junction_c[i]);
}

void sim_machine_init(struct sim_machine *machine, uint64_t seed, enum sim_load load,
                      enum sim_inlet inlet)
{
    *machine = (struct sim_machine){.seed = seed, .load = load, .inlet = inlet};
    sim_machine_settle(machine);
}

void sim_machine_settle(struct sim_machine *machine)
{
    struct sim_plant_cfg cfg = sim_plant_defaults();
    sim_plant_init(&machine->plant, &cfg, machine->seed, load_at(machine, 0),
                   inlet_at_c(machine, 0));
    machine->hottest_c = 0.0;
    note_hottest(machine);
}

void sim_machine_advance(struct sim_machine *machine, uint64_t at_ms)
{
    struct sim_plant *plant = &machine->plant;
    if (at_ms > plant->now_ms + GAP_MAX_MS) {
        plant->now_ms = at_ms - GAP_MAX_MS;
        plant->rest_ms = 0;
    }
    while (plant->now_ms < at_ms) {
        uint64_t left_ms = at_ms - plant->now_ms;
        uint64_t to_step_ms = SIM_STEP_MS - plant->rest_ms;
        /* As of the start of the step: the result does not depend on how often one looks. */
        uint64_t step_ms = plant->now_ms - plant->rest_ms;
        plant->load = load_at(machine, step_ms);
        plant->inlet_c = inlet_at_c(machine, step_ms);
        sim_plant_advance(plant, left_ms < to_step_ms ? left_ms : to_step_ms);
        note_hottest(machine);
    }
}

uint8_t sim_machine_raw(const struct sim_machine *machine, enum sim_r730 row)
{
    const struct sim_plant *plant = &machine->plant;
    switch (row) {
    case SIM_R730_CPU1:
        return sim_r730_raw(row, plant->shown_c[SIM_PROBE_CPU1]);
    case SIM_R730_CPU2:
        return sim_r730_raw(row, plant->shown_c[SIM_PROBE_CPU2]);
    case SIM_R730_INLET:
        return sim_r730_raw(row, plant->shown_c[SIM_PROBE_INLET]);
    case SIM_R730_EXHAUST:
        return sim_r730_raw(row, plant->shown_c[SIM_PROBE_EXHAUST]);
    case SIM_R730_FAN1:
    case SIM_R730_FAN2:
    case SIM_R730_FAN3:
    case SIM_R730_FAN4:
    case SIM_R730_FAN5:
    case SIM_R730_FAN6:
        return sim_r730_raw(row, plant->rpm[(unsigned)row - SIM_R730_FAN1]);
    case SIM_R730_POWER:
    case SIM_R730_SENSORS:
        break;
    }
    return sim_r730_raw(SIM_R730_POWER, sim_plant_wall_w(plant));
}

int32_t sim_machine_duty_pct(const struct sim_machine *machine)
{
    const struct sim_plant *plant = &machine->plant;
    if (plant->wish.is_manual && plant->wish.has_duty[0])
        return (int32_t)lround(plant->wish.duty_pct[0]);
    return (int32_t)lround(plant->duty_pct[0]);
}
