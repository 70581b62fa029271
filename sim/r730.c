/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdbool.h>

#include "sim/r730.h"

enum {
    PROCESSOR = 3, /* entities: IPMI 2.0, table 43-13 */
    BOARD = 7,
    FAN = 29,
    TYPE_TEMP = 1,
    TYPE_CURRENT = 3,
    TYPE_FAN = 4,
    UNIT_C = 1,
    UNIT_W = 6,
    UNIT_RPM = 18,
};

/* Numbers, names and entities: `ipmitool sdr elist` of the R630, R720 and R730. */
static const struct sim_r730_sensor sensors[SIM_R730_SENSORS] = {
    [SIM_R730_CPU1] = {"Temp", 0x0e, PROCESSOR, 1, HAL_TEMP_MC, TYPE_TEMP, UNIT_C, 1, -128},
    [SIM_R730_CPU2] = {"Temp", 0x0f, PROCESSOR, 2, HAL_TEMP_MC, TYPE_TEMP, UNIT_C, 1, -128},
    [SIM_R730_INLET] = {"Inlet Temp", 0x04, BOARD, 1, HAL_TEMP_MC, TYPE_TEMP, UNIT_C, 1, -128},
    [SIM_R730_EXHAUST] = {"Exhaust Temp", 0x01, BOARD, 1, HAL_TEMP_MC, TYPE_TEMP, UNIT_C, 1, -128},
    [SIM_R730_FAN1] = {"Fan1 RPM", 0x30, FAN, 1, HAL_FAN_RPM, TYPE_FAN, UNIT_RPM, 120, 0},
    [SIM_R730_FAN2] = {"Fan2 RPM", 0x31, FAN, 2, HAL_FAN_RPM, TYPE_FAN, UNIT_RPM, 120, 0},
    [SIM_R730_FAN3] = {"Fan3 RPM", 0x32, FAN, 3, HAL_FAN_RPM, TYPE_FAN, UNIT_RPM, 120, 0},
    [SIM_R730_FAN4] = {"Fan4 RPM", 0x33, FAN, 4, HAL_FAN_RPM, TYPE_FAN, UNIT_RPM, 120, 0},
    [SIM_R730_FAN5] = {"Fan5 RPM", 0x34, FAN, 5, HAL_FAN_RPM, TYPE_FAN, UNIT_RPM, 120, 0},
    [SIM_R730_FAN6] = {"Fan6 RPM", 0x35, FAN, 6, HAL_FAN_RPM, TYPE_FAN, UNIT_RPM, 120, 0},
    [SIM_R730_POWER] = {"Pwr Consumption", 0x77, BOARD, 1, HAL_POWER_MW, TYPE_CURRENT, UNIT_W, 14,
                        0},
};

const struct sim_r730_sensor *sim_r730_sensor(enum sim_r730 row)
{
    return &sensors[(unsigned)row < SIM_R730_SENSORS ? (unsigned)row : SIM_R730_SENSORS - 1];
}

static bool is_meant(const struct sim_r730_sensor *row, const struct hal_sensor *want)
{
    switch (want->kind) {
    case HAL_IPMI_NUMBER:
        return row->number == want->number && row->quantity == want->quantity;
    case HAL_IPMI_ENTITY:
        return row->entity == want->entity && row->instance == want->instance &&
               row->quantity == want->quantity;
    }
    return false;
}

enum fc_err sim_r730_find(const struct hal_sensor *want, enum sim_r730 *out)
{
    unsigned found = SIM_R730_SENSORS;
    for (unsigned k = 0; k < SIM_R730_SENSORS; k++) {
        if (!is_meant(&sensors[k], want))
            continue;
        if (found != SIM_R730_SENSORS)
            return FC_ERR_AMBIGUOUS;
        found = k;
    }
    if (found == SIM_R730_SENSORS)
        return FC_ERR_NO_SENSOR;
    *out = (enum sim_r730)found;
    return FC_OK;
}

enum fc_err sim_r730_find_number(unsigned number, enum sim_r730 *out)
{
    for (unsigned k = 0; k < SIM_R730_SENSORS; k++) {
        if (sensors[k].number == number) {
            *out = (enum sim_r730)k;
            return FC_OK;
        }
    }
    return FC_ERR_NO_SENSOR;
}

uint8_t sim_r730_raw(enum sim_r730 row, double quantity)
{
    const struct sim_r730_sensor *sensor = sim_r730_sensor(row);
    double raw = fmin(fmax(round((quantity - sensor->b) / sensor->m), 0.0), 255.0);
    return (uint8_t)raw;
}

int32_t sim_r730_value(enum sim_r730 row, uint8_t raw)
{
    const struct sim_r730_sensor *sensor = sim_r730_sensor(row);
    int32_t value = sensor->m * raw + sensor->b;
    return sensor->quantity == HAL_FAN_RPM ? value : value * 1000;
}
