/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>

#include "sim/bmc.h"

static void print_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text >= ' ' && *text <= '~' && *text != '"' && *text != '\\')
            fputc(*text, out);
        else
            fputc('?', out);
    }
    fputc('"', out);
}

static void print_plant(const struct sim_plant *plant, FILE *out)
{
    fprintf(out, "\"rpm\":[");
    for (unsigned i = 0; i < SIM_FANS; i++)
        fprintf(out, "%s%ld", i == 0 ? "" : ",", lround(plant->rpm[i]));
    fprintf(out, "],\"fan_duty_pct\":[");
    for (unsigned i = 0; i < SIM_FANS; i++)
        fprintf(out, "%s%.2f", i == 0 ? "" : ",", plant->duty_pct[i]);
    fprintf(out, "],\"load\":%.3f,\"inlet_c\":%.2f,\"cpu_true_c\":[%.2f,%.2f],", plant->load,
            plant->inlet_c, plant->junction_c[0], plant->junction_c[1]);
    fprintf(out, "\"air_true_c\":%.2f,\"wall_w\":%.1f,\"fan_w\":%.2f,", plant->air_c,
            sim_plant_wall_w(plant), sim_plant_fan_w(plant));
}

static void print_sensors(const struct sim_machine *machine, FILE *out)
{
    fprintf(out, "\"sensors\":{");
    for (unsigned k = 0; k < SIM_R730_SENSORS; k++) {
        enum sim_r730 row = (enum sim_r730)k;
        const struct sim_r730_sensor *sensor = sim_r730_sensor(row);
        int32_t value = sensor->m * sim_machine_raw(machine, row) + sensor->b;
        fprintf(out, "%s\"0x%02x\":%" PRId32, k == 0 ? "" : ",", sensor->number, value);
    }
    fprintf(out, "},");
}

static void print_counts(const struct sim_bmc_counts *counts, FILE *out)
{
    fprintf(out, "\"sensor_reads\":%" PRIu64 ",\"dell_commands\":%" PRIu64 ",",
            counts->sensor_reads, counts->dell_commands);
    fprintf(out, "\"mode_sets\":%" PRIu64 ",\"duty_sets\":%" PRIu64 ",", counts->mode_sets,
            counts->duty_sets);
    fprintf(out, "\"releases_accepted\":%" PRIu64 ",\"releases_refused\":%" PRIu64 ",",
            counts->releases_accepted, counts->releases_refused);
    fprintf(out, "\"restarts\":%" PRIu64 ",\"commands\":%" PRIu64 ",", counts->restarts,
            counts->commands);
}

void sim_bmc_print(const struct sim_bmc *bmc, FILE *out)
{
    const struct sim_machine *machine = &bmc->machine;
    fprintf(out, "{\"virtual_ms\":%.0f,\"real_ms\":%" PRIu64 ",\"speed\":%g,",
            floor(bmc->virtual_ms), bmc->real_ms, bmc->speed);
    fprintf(out, "\"owner\":\"%s\",\"duty_pct\":%" PRId32 ",",
            machine->plant.wish.is_manual ? "manual" : "firmware", sim_machine_duty_pct(machine));
    print_plant(&machine->plant, out);
    print_sensors(machine, out);
    print_counts(&bmc->counts, out);
    fprintf(out,
            "\"hottest_c\":%.2f,\"is_pcie_quiet\":%s,\"is_off\":%s,\"why\":", machine->hottest_c,
            bmc->is_pcie_quiet ? "true" : "false",
            sim_bmc_is_off(bmc, bmc->real_ms) ? "true" : "false");
    print_text(out, bmc->why);
    fprintf(out, "}\n");
}

void sim_bmc_print_event(const struct sim_bmc *bmc, uint8_t cmd, const uint8_t *data, size_t n_data,
                         const uint8_t *reply, size_t n_reply, FILE *out)
{
    fprintf(out, "{\"virtual_ms\":%.0f,\"real_ms\":%" PRIu64 ",\"bytes\":\"%02x",
            floor(bmc->virtual_ms), bmc->real_ms, cmd);
    for (size_t i = 0; i < n_data; i++)
        fprintf(out, " %02x", data[i]);
    if (n_reply > 0)
        fprintf(out, "\",\"code\":%u}\n", reply[0]);
    else
        fprintf(out, "\",\"code\":null}\n");
}
