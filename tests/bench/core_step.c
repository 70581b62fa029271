/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `core_step N`: N ticks of the core with two sources and two profiles, temperatures that wander
 * and duties that follow. Prints the steps a second; bench.py counts its instructions.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/fan.h"
#include "tests/defaults.h"

static uint64_t nanoseconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int main(int argc, char **argv)
{
    const struct fc_config cfg = defaults_config();
    uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 3000000;
    struct fc_fan_in in = {.is_bus_ok = 1, .ask = {.is_ha_ok = 1}};
    struct fc_fan_out out;
    struct fc_fan fan;
    uint64_t sets = 0;
    uint64_t began;
    uint32_t wander = 1;

    if (fc_config_validate(&cfg) != FC_OK)
        return 1;
    fc_fan_init(&fan);
    began = nanoseconds();
    for (uint64_t i = 0; i < n; i++) {
        wander = wander * 1664525u + 1013904223u;
        in.now_ms += 15000;
        in.temp[0][0].has = 1;
        in.temp[0][0].temp_mc = 55000 + (int32_t)(wander >> 20) * 5;
        in.temp[1][0].has = 1;
        in.temp[1][0].temp_mc = in.temp[0][0].temp_mc - 2000;
        in.ask.door = (wander >> 10) % 64 == 0 ? FC_DOOR_OPEN : FC_DOOR_CLOSED;
        fc_fan_step(&fan, &cfg, &in, &out);
        fc_fan_commit(&fan, &cfg, &out.write, FC_RESULT_ACCEPTED);
        sets += out.write.action == FC_ACTION_SET;
    }
    printf("%.0f steps/s, %" PRIu64 " sets in %" PRIu64 " steps\n",
           (double)n * 1e9 / (double)(nanoseconds() - began), sets, n);
    return 0;
}
