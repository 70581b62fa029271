/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "sim/firmware.h"

static const double FLOOR_PCT = 34.5;
static const double FLOOR_PCT_PER_K = 1.5;
static const double FLOOR_FROM_C = 30.0;
static const double RAMP_FROM_C = 80.0;
static const double RAMP_TO_C = 90.0;
static const double FULL_PCT = 100.0;
static const double UP_PCT_PER_S = 2.0;
static const double DOWN_PCT_PER_S = 0.25;
static const double HYSTERESIS_K = 3.0;

static double want_pct(double cpu_c, double inlet_c)
{
    double floor_pct = FLOOR_PCT + FLOOR_PCT_PER_K * fmax(0.0, inlet_c - FLOOR_FROM_C);
    floor_pct = fmin(floor_pct, FULL_PCT);
    double share = (cpu_c - RAMP_FROM_C) / (RAMP_TO_C - RAMP_FROM_C);
    return floor_pct + (FULL_PCT - floor_pct) * fmin(fmax(share, 0.0), 1.0);
}

void sim_firmware_start(struct sim_firmware *firmware, double duty_pct)
{
    firmware->duty_pct = fmin(fmax(duty_pct, FLOOR_PCT), FULL_PCT);
}

double sim_firmware_step(struct sim_firmware *firmware, double cpu_c, double inlet_c, double dt_s)
{
    double duty_pct = firmware->duty_pct;
    double up_pct = want_pct(cpu_c, inlet_c);
    double down_pct = want_pct(cpu_c + HYSTERESIS_K, inlet_c);
    if (up_pct > duty_pct)
        duty_pct = fmin(up_pct, duty_pct + UP_PCT_PER_S * dt_s);
    else if (down_pct < duty_pct)
        duty_pct = fmax(down_pct, duty_pct - DOWN_PCT_PER_S * dt_s);
    firmware->duty_pct = duty_pct;
    return duty_pct;
}
