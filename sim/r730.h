/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sensors of a PowerEdge R730 as its BMC (iDRAC 8) lists them: number, entity, name, and how a
 * byte becomes a quantity. The one table for the simulated board and the simulated BMC.
 *
 *     value = m * raw + b     raw 0..255; m and b of the sensor data record, exponents 0
 *
 * Both CPU sensors bear the name "Temp", and inlet and exhaust share one entity, as on the real
 * machine: a name or an entity alone does not always find a sensor.
 */
#ifndef SIM_R730_H
#define SIM_R730_H

#include <stdint.h>

#include "hal/hal.h"

/* Rows, in the order of the table. */
enum sim_r730 {
    SIM_R730_CPU1,
    SIM_R730_CPU2,
    SIM_R730_INLET,
    SIM_R730_EXHAUST,
    SIM_R730_FAN1,
    SIM_R730_FAN2,
    SIM_R730_FAN3,
    SIM_R730_FAN4,
    SIM_R730_FAN5,
    SIM_R730_FAN6,
    SIM_R730_POWER,
    SIM_R730_SENSORS
};

struct sim_r730_sensor {
    const char *name;
    uint8_t number;
    uint8_t entity;
    uint8_t instance;
    enum hal_quantity quantity;
    uint8_t type; /* IPMI 2.0, table 42-3: 1 temperature, 3 current and power, 4 fan */
    uint8_t unit; /* table 43-15: 1 degrees C, 6 watts, 18 RPM */
    int16_t m;    /* in that unit */
    int16_t b;
};

/* A row; the last one for a number that is none. Static. */
const struct sim_r730_sensor *sim_r730_sensor(enum sim_r730 row);

/* The row that a sensor of the configuration means. FC_ERR_NO_SENSOR: none. FC_ERR_AMBIGUOUS:
 * several. */
FC_MUST_CHECK enum fc_err sim_r730_find(const struct hal_sensor *want, enum sim_r730 *out);

/* The row with that sensor number. FC_ERR_NO_SENSOR: none. */
FC_MUST_CHECK enum fc_err sim_r730_find_number(unsigned number, enum sim_r730 *out);

/* A true quantity (C, RPM, W) as the byte that stands for it: the nearest, within 0..255. */
uint8_t sim_r730_raw(enum sim_r730 row, double quantity);

/* What a byte stands for, in the unit of hal.h: mC, RPM, mW. */
int32_t sim_r730_value(enum sim_r730 row, uint8_t raw);

#endif
