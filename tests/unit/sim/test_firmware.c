/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The firmware's own law: where it goes, how fast, and when it does not come back.
 */
#include "sim/firmware.h"
#include "tests/unit/sim/near.h"

static double settled(double cpu_c, double inlet_c, double from_pct)
{
    struct sim_firmware firmware;
    sim_firmware_start(&firmware, from_pct);
    for (unsigned i = 0; i < 1000; i++)
        sim_firmware_step(&firmware, cpu_c, inlet_c, 1.0);
    return firmware.duty_pct;
}

static void test_where_it_goes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double cpu_c, inlet_c, from_pct, want_pct;
    } rows[] = {
        {"cold", 20, 20, 0, 34.5},
        {"floor up to its edge", 80, 30, 0, 34.5},
        {"one degree of inlet", 40, 31, 0, 36.0},
        {"hot inlet", 40, 40, 0, 49.5},
        {"inlet beyond all", 40, 100, 0, 100},
        {"middle of the ramp", 85, 20, 0, 67.25},
        {"end of the ramp", 90, 20, 0, 100},
        {"beyond the ramp", 120, 20, 0, 100},
        {"from above, past the hysteresis", 76.9, 20, 100, 34.5},
        {"from above, within the hysteresis", 79, 20, 100, 47.6},
        {"ramp from above", 84, 20, 100, 80.35},
        {"a start beyond 100", 120, 20, 300, 100},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double pct = settled(rows[i].cpu_c, rows[i].inlet_c, rows[i].from_pct);
        if (!is_near(pct, rows[i].want_pct, 1e-6))
            fail_msg("%s", rows[i].name);
    }
}

static void test_how_fast(void **state)
{
    (void)state;
    struct sim_firmware firmware;
    sim_firmware_start(&firmware, 10.0);
    assert_near(firmware.duty_pct, 34.5, 1e-9);
    assert_near(sim_firmware_step(&firmware, 95.0, 20.0, 1.0), 36.5, 1e-9);
    assert_near(sim_firmware_step(&firmware, 95.0, 20.0, 0.5), 37.5, 1e-9);
    assert_near(sim_firmware_step(&firmware, 40.0, 20.0, 1.0), 37.25, 1e-9);
    assert_near(sim_firmware_step(&firmware, 40.0, 20.0, 100.0), 34.5, 1e-9);
}

static void test_it_takes_over_what_it_finds(void **state)
{
    (void)state;
    struct sim_firmware firmware;
    sim_firmware_start(&firmware, 80.0);
    assert_near(firmware.duty_pct, 80.0, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_it_goes),
        cmocka_unit_test(test_how_fast),
        cmocka_unit_test(test_it_takes_over_what_it_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
