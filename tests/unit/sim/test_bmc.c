/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The simulated BMC without a network: what it answers, counts and prints. What a client sees of it
 * is in tests/daemon/test_bmc.py.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/bmc.h"
#include "tests/unit/sim/near.h"

enum { REAL_MS = 1000, ANSWER_MAX = 4 };

struct answer {
    size_t n;
    uint8_t bytes[SIM_BMC_REPLY_MAX];
};

static struct answer ask(struct sim_bmc *bmc, uint8_t netfn, uint8_t cmd, const char *data)
{
    struct answer answer;
    uint8_t bytes[16];
    size_t n = 0;
    for (char *end; *data != '\0'; data = end + strspn(end, " "))
        bytes[n++] = (uint8_t)strtoul(data, &end, 16);
    answer.n = sim_bmc_handle(bmc, bmc->real_ms, netfn, cmd, bytes, n, answer.bytes);
    return answer;
}

static uint8_t fan(struct sim_bmc *bmc, const char *data)
{
    struct answer answer = ask(bmc, SIM_NETFN_DELL, SIM_CMD_FAN, data);
    assert_int_equal(answer.n, 1);
    return answer.bytes[0];
}

static void command(struct sim_bmc *bmc, const char *line)
{
    if (!sim_bmc_command(bmc, bmc->real_ms, line))
        fail_msg("%s", bmc->why);
}

static void test_fan_commands(void **state)
{
    (void)state;
    static const struct {
        const char *name, *data;
        uint8_t code;
        bool is_manual;
    } rows[] = {
        {"manual", "01 00", 0x00, true},
        {"no selector", "", 0xc7, true},
        {"no mode", "01", 0xc7, true},
        {"mode too long", "01 01 00", 0xc7, true},
        {"no such mode", "01 02", 0xcc, true},
        {"duty 0", "02 ff 00", 0x00, true},
        {"duty 100", "02 ff 64", 0x00, true},
        {"duty 101", "02 ff 65", 0xcc, true},
        {"duty of a fan", "02 05 10", 0x00, true},
        {"no such fan", "02 06 10", 0xcc, true},
        {"duty too short", "02 ff", 0xc7, true},
        {"no such selector", "03 00", 0xcc, true},
        {"firmware", "01 01", 0x00, false},
        {"twice", "01 01", 0x00, false},
    };
    struct sim_bmc bmc;
    sim_bmc_init(&bmc, 1, REAL_MS);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t code = fan(&bmc, rows[i].data);
        if (code != rows[i].code || bmc.machine.plant.wish.is_manual != rows[i].is_manual)
            fail_msg("%s: %02x", rows[i].name, code);
    }
    assert_int_equal(bmc.counts.dell_commands, sizeof rows / sizeof rows[0]);
    assert_int_equal(bmc.counts.mode_sets, 1);
    assert_int_equal(bmc.counts.duty_sets, 3);
    assert_int_equal(bmc.counts.releases_accepted, 2);
    assert_int_equal(bmc.counts.releases_refused, 0);
}

static void test_readings(void **state)
{
    (void)state;
    struct sim_bmc bmc;
    sim_bmc_init(&bmc, 1, REAL_MS);
    for (unsigned k = 0; k < SIM_R730_SENSORS; k++) {
        enum sim_r730 row = (enum sim_r730)k;
        char number[4];
        snprintf(number, sizeof number, "%02x", sim_r730_sensor(row)->number);
        struct answer answer = ask(&bmc, SIM_NETFN_SENSOR, SIM_CMD_READING, number);
        const uint8_t want[ANSWER_MAX] = {0x00, sim_machine_raw(&bmc.machine, row), 0xc0, 0x00};
        assert_int_equal(answer.n, sizeof want);
        assert_memory_equal(answer.bytes, want, sizeof want);
    }
    assert_int_equal(ask(&bmc, SIM_NETFN_SENSOR, SIM_CMD_READING, "02").bytes[0], 0xcb);
    assert_int_equal(ask(&bmc, SIM_NETFN_SENSOR, SIM_CMD_READING, "").bytes[0], 0xc7);
    assert_int_equal(ask(&bmc, SIM_NETFN_SENSOR, 0x2e, "0e").bytes[0], 0xc1);
    assert_int_equal(bmc.counts.sensor_reads, SIM_R730_SENSORS + 2);
}

static void test_faults_add_up_and_end(void **state)
{
    (void)state;
    struct sim_bmc bmc;
    sim_bmc_init(&bmc, 1, REAL_MS);
    command(&bmc, "fault busy 1");
    command(&bmc, "fault locked");
    command(&bmc, "fault stuck 1");
    assert_int_equal(fan(&bmc, "01 01"), 0xc0);
    assert_int_equal(fan(&bmc, "01 01"), 0xd4);
    assert_int_equal(fan(&bmc, ""), 0xc7);
    assert_int_equal(bmc.counts.releases_refused, 2);
    command(&bmc, "fault none");
    assert_int_equal(fan(&bmc, "01 01"), 0x00);
    assert_false(bmc.machine.plant.is_stuck[0]);
    command(&bmc, "fault busy");
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(fan(&bmc, "01 00"), 0xc0);
}

static void test_replies_of_the_wrong_shape(void **state)
{
    (void)state;
    struct sim_bmc bmc;
    sim_bmc_init(&bmc, 1, REAL_MS);
    command(&bmc, "fault truncated");
    assert_int_equal(ask(&bmc, SIM_NETFN_SENSOR, SIM_CMD_READING, "0e").n, 2);
    assert_int_equal(ask(&bmc, SIM_NETFN_SENSOR, SIM_CMD_READING, "55").n, 1);
    assert_int_equal(ask(&bmc, SIM_NETFN_DELL, SIM_CMD_FAN, "01 00").n, 0);
    assert_true(bmc.machine.plant.wish.is_manual); /* done all the same */
    command(&bmc, "fault padded");
    assert_int_equal(ask(&bmc, SIM_NETFN_DELL, SIM_CMD_FAN, "01 00").n, 17);
    command(&bmc, "fault garbage");
    assert_int_equal(ask(&bmc, SIM_NETFN_DELL, SIM_CMD_FAN, "01 00").bytes[0], 0xa5);
}

static void test_time_is_scaled(void **state)
{
    (void)state;
    struct sim_bmc bmc;
    sim_bmc_init(&bmc, 1, REAL_MS);
    sim_bmc_advance(&bmc, REAL_MS + 100);
    assert_true(sim_bmc_command(&bmc, REAL_MS + 200, "speed 2.5"));
    sim_bmc_advance(&bmc, REAL_MS + 400);
    assert_int_equal(bmc.machine.plant.now_ms, 200 + 500);
    sim_bmc_advance(&bmc, REAL_MS);
    sim_bmc_advance(&bmc, REAL_MS + 400);
    assert_int_equal(bmc.machine.plant.now_ms, 200 + 500);
}

static void test_off_lost_and_restart(void **state)
{
    (void)state;
    struct sim_bmc bmc;
    sim_bmc_init(&bmc, 1, REAL_MS);
    command(&bmc, "fault off 0.5");
    assert_true(sim_bmc_is_off(&bmc, REAL_MS + 499) && sim_bmc_is_lost(&bmc, REAL_MS + 499));
    assert_false(sim_bmc_is_off(&bmc, REAL_MS + 500) || sim_bmc_is_lost(&bmc, REAL_MS + 500));
    command(&bmc, "fault lost 1");
    assert_true(sim_bmc_is_lost(&bmc, REAL_MS + 999) && !sim_bmc_is_off(&bmc, REAL_MS + 999));
    assert_int_equal(fan(&bmc, "01 00"), 0x00);
    command(&bmc, "fault restart");
    assert_true(bmc.has_restarted && sim_bmc_is_off(&bmc, REAL_MS + 1999));
    assert_false(bmc.machine.plant.wish.is_manual || sim_bmc_is_off(&bmc, REAL_MS + 2000));
}

static void test_load_and_inlet(void **state)
{
    (void)state;
    struct sim_bmc bmc;
    const struct sim_machine *machine = &bmc.machine;
    sim_bmc_init(&bmc, 1, REAL_MS);
    command(&bmc, "load 0.9");
    command(&bmc, "  inlet\t-5.5\n");
    assert_true(machine->has_load && machine->has_inlet);
    assert_near(machine->load_fixed, 0.9, 0);
    assert_near(machine->inlet_fixed_c, -5.5, 0);
    assert_false(sim_bmc_command(&bmc, REAL_MS, "load 1.1"));
    assert_false(sim_bmc_command(&bmc, REAL_MS, "load nan"));
    assert_true(machine->has_load);
    assert_near(machine->load_fixed, 0.9, 0);
    command(&bmc, "load heavy");
    command(&bmc, "inlet summer");
    assert_false(machine->has_load || machine->has_inlet);
    assert_int_equal(machine->load, SIM_LOAD_HEAVY);
    assert_int_equal(machine->inlet, SIM_INLET_SUMMER);
}

static char *printed(const struct sim_bmc *bmc)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    sim_bmc_print(bmc, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void test_the_printed_line(void **state)
{
    (void)state;
    struct sim_bmc bmc;
    sim_bmc_init(&bmc, 1, REAL_MS);
    fan(&bmc, "01 00");
    fan(&bmc, "02 ff 2a");
    assert_false(sim_bmc_command(&bmc, REAL_MS, "say \"x\\y\"\x01"));
    char *text = printed(&bmc);
    assert_non_null(strstr(text, "\"owner\":\"manual\",\"duty_pct\":42,"));
    assert_non_null(strstr(text, "\"rpm\":[7084,7084,7084,7084,7084,7084]"));
    assert_non_null(strstr(text, "\"why\":\"not understood: say ?x?y??\"}\n"));
    assert_int_equal(text[strlen(text) - 1], '\n');
    free(text);
}

static void test_the_printed_event(void **state)
{
    (void)state;
    struct sim_bmc bmc;
    char *text = NULL;
    size_t n = 0;
    const uint8_t data[] = {0x02, 0xff, 0x0a};
    const uint8_t reply[] = {0xd4};
    sim_bmc_init(&bmc, 1, REAL_MS);
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    sim_bmc_print_event(&bmc, SIM_CMD_FAN, data, sizeof data, reply, sizeof reply, out);
    sim_bmc_print_event(&bmc, SIM_CMD_FAN, data, 0, reply, 0, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(
        text, "{\"virtual_ms\":0,\"real_ms\":1000,\"bytes\":\"30 02 ff 0a\",\"code\":212}\n"
              "{\"virtual_ms\":0,\"real_ms\":1000,\"bytes\":\"30\",\"code\":null}\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fan_commands),
        cmocka_unit_test(test_readings),
        cmocka_unit_test(test_faults_add_up_and_end),
        cmocka_unit_test(test_replies_of_the_wrong_shape),
        cmocka_unit_test(test_time_is_scaled),
        cmocka_unit_test(test_off_lost_and_restart),
        cmocka_unit_test(test_load_and_inlet),
        cmocka_unit_test(test_the_printed_line),
        cmocka_unit_test(test_the_printed_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
