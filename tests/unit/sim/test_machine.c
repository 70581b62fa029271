/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The machine as a whole, and the table of its sensors.
 */
#include <string.h>

#include "sim/machine.h"
#include "tests/unit/sim/near.h"

enum { SEED = 9 };

static const uint64_t HOUR_MS = 3600000;
static const uint64_t DAY_MS = 86400000;

static void test_the_cut_of_time_does_not_matter(void **state)
{
    (void)state;
    struct sim_machine one;
    struct sim_machine other;
    sim_machine_init(&one, SEED, SIM_LOAD_SQUARE, SIM_INLET_SUMMER);
    sim_machine_init(&other, SEED, SIM_LOAD_SQUARE, SIM_INLET_SUMMER);
    for (uint64_t at_ms = 0; at_ms < HOUR_MS; at_ms += 250)
        sim_machine_advance(&one, at_ms);
    sim_machine_advance(&one, HOUR_MS);
    sim_machine_advance(&other, HOUR_MS);
    assert_memory_equal(one.plant.junction_c, other.plant.junction_c, sizeof one.plant.junction_c);
    assert_memory_equal(one.plant.shown_c, other.plant.shown_c, sizeof one.plant.shown_c);
    assert_near(one.hottest_c, other.hottest_c, 0);
    assert_true(one.hottest_c > one.plant.junction_c[0] - 1e-9);
    sim_machine_advance(&one, HOUR_MS / 2); /* back: nothing */
    assert_memory_equal(&one.plant.rng, &other.plant.rng, sizeof one.plant.rng);
}

static void test_fixed_load_and_inlet(void **state)
{
    (void)state;
    struct sim_machine machine;
    sim_machine_init(&machine, SEED, SIM_LOAD_IDLE, SIM_INLET_WINTER);
    double idle_c = machine.plant.junction_c[0];
    machine.has_load = true;
    machine.load_fixed = 0.5;
    machine.has_inlet = true;
    machine.inlet_fixed_c = 25.0;
    sim_machine_settle(&machine);
    assert_true(machine.plant.junction_c[0] > idle_c + 40.0);
    assert_near(machine.plant.inlet_c, 25.0, 0);
    double settled_c = machine.plant.junction_c[0];
    sim_machine_advance(&machine, HOUR_MS);
    assert_near(machine.plant.junction_c[0], settled_c, 0.1);
    machine.has_load = false;
    machine.has_inlet = false;
    sim_machine_advance(&machine, 3 * HOUR_MS);
    assert_true(machine.plant.junction_c[0] < idle_c + 1.0);
    assert_near(machine.hottest_c, settled_c, 0.5);
}

static void test_a_gap_is_not_lived_through_for_ever(void **state)
{
    (void)state;
    struct sim_machine week;
    struct sim_machine year;
    const uint64_t end_ms = 400 * DAY_MS;
    sim_machine_init(&week, SEED, SIM_LOAD_STEADY, SIM_INLET_SPRING);
    sim_machine_init(&year, SEED, SIM_LOAD_STEADY, SIM_INLET_SPRING);
    sim_machine_advance(&year, end_ms);
    assert_int_equal(year.plant.now_ms, end_ms);
    week.plant.now_ms = end_ms - 7 * DAY_MS;
    sim_machine_advance(&week, end_ms);
    assert_memory_equal(&year.plant.rng, &week.plant.rng, sizeof week.plant.rng);
    sim_machine_advance(&year, UINT64_MAX / 2);
    assert_true(year.plant.now_ms == UINT64_MAX / 2);
}

/* Summer under full load is more than even its own firmware can take away; steady is not. */
static void test_the_firmware_keeps_a_day(void **state)
{
    (void)state;
    static const struct {
        enum sim_load load;
        enum sim_inlet inlet;
        double low_c, high_c;
    } rows[] = {
        {SIM_LOAD_IDLE, SIM_INLET_WINTER, 15, 40},
        {SIM_LOAD_STEADY, SIM_INLET_SPRING, 60, 72},
        {SIM_LOAD_BURSTY, SIM_INLET_WINTER, 70, 88},
        {SIM_LOAD_HEAVY, SIM_INLET_SUMMER, 85, 100},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sim_machine machine;
        sim_machine_init(&machine, SEED, rows[i].load, rows[i].inlet);
        sim_machine_advance(&machine, DAY_MS);
        if (machine.hottest_c < rows[i].low_c || machine.hottest_c > rows[i].high_c)
            fail_msg("%s %s: %g", sim_load_str(rows[i].load), sim_inlet_str(rows[i].inlet),
                     machine.hottest_c);
    }
}

static void test_numbers_find_rows(void **state)
{
    (void)state;
    for (unsigned k = 0; k < SIM_R730_SENSORS; k++) {
        const struct sim_r730_sensor *sensor = sim_r730_sensor((enum sim_r730)k);
        const struct hal_sensor want = {
            .quantity = sensor->quantity, .kind = HAL_IPMI_NUMBER, .number = sensor->number};
        enum sim_r730 row = SIM_R730_SENSORS;
        assert_int_equal(sim_r730_find(&want, &row), FC_OK);
        assert_int_equal(row, k);
        row = SIM_R730_SENSORS;
        assert_int_equal(sim_r730_find_number(sensor->number, &row), FC_OK);
        assert_int_equal(row, k);
    }
    enum sim_r730 row = SIM_R730_CPU2;
    assert_int_equal(sim_r730_find_number(0x02, &row), FC_ERR_NO_SENSOR);
    const struct hal_sensor fan_as_temp = {
        .quantity = HAL_TEMP_MC, .kind = HAL_IPMI_NUMBER, .number = 0x30};
    assert_int_equal(sim_r730_find(&fan_as_temp, &row), FC_ERR_NO_SENSOR);
    assert_int_equal(row, SIM_R730_CPU2);
}

static void test_bytes_and_quantities(void **state)
{
    (void)state;
    static const struct {
        enum sim_r730 row;
        double quantity;
        uint8_t raw;
        int32_t value;
    } rows[] = {
        {SIM_R730_CPU1, 60, 188, 60000},   {SIM_R730_CPU1, -10, 118, -10000},
        {SIM_R730_CPU1, 200, 255, 127000}, {SIM_R730_CPU1, -200, 0, -128000},
        {SIM_R730_FAN3, 7084, 59, 7080},   {SIM_R730_FAN3, 0, 0, 0},
        {SIM_R730_FAN3, 59, 0, 0},         {SIM_R730_FAN3, 61, 1, 120},
        {SIM_R730_POWER, 300, 21, 294000}, {SIM_R730_POWER, 301.1, 22, 308000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(sim_r730_raw(rows[i].row, rows[i].quantity), rows[i].raw);
        assert_int_equal(sim_r730_value(rows[i].row, rows[i].raw), rows[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_cut_of_time_does_not_matter),
        cmocka_unit_test(test_fixed_load_and_inlet),
        cmocka_unit_test(test_a_gap_is_not_lived_through_for_ever),
        cmocka_unit_test(test_the_firmware_keeps_a_day),
        cmocka_unit_test(test_numbers_find_rows),
        cmocka_unit_test(test_bytes_and_quantities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
