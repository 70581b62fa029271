/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the machine's own firmware does with the fans when nobody else commands them. Not published
 * by the vendor: assumed so that it agrees with the one speed on record (7080 RPM at rest, 34.5 %).
 *
 *     duty    100 |            .----     floor  34.5 % + 1.5 % for each C of inlet above 30 C
 *                 |          /           slope  from the floor at 80 C to 100 % at 90 C
 *           floor |--------'             speed  +2 %/s up, -0.25 %/s down
 *                 +--------80--90 C      down only where 3 C more would still ask for less
 */
#ifndef SIM_FIRMWARE_H
#define SIM_FIRMWARE_H

/* Owned by the caller; a plain value. */
struct sim_firmware {
    double duty_pct; /* what it commands now */
};

/* It takes the fans over from whoever left them at duty_pct, and does not start below 34.5 %. */
void sim_firmware_start(struct sim_firmware *firmware, double duty_pct);

/* dt_s later, with the hottest processor at cpu_c and the inlet at inlet_c: the duty, in percent.
 */
double sim_firmware_step(struct sim_firmware *firmware, double cpu_c, double inlet_c, double dt_s);

#endif
