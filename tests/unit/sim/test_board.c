/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The simulated board through the contract of hal.h: every operation, every knob. The clock is a
 * number, so an hour takes a millisecond.
 */
#include <string.h>

#include "sim/board.h"
#include "tests/unit/sim/near.h"

enum {
    CPU1,
    CPU2,
    INLET,
    EXHAUST,
    FAN1,
    FAN6,
    POWER,
    BOARD_TEMP, /* entity 7.1 as a temperature: inlet and exhaust */
    NOT_THERE,
    N_CHANNELS
};

static const struct hal_sensor sensors[N_CHANNELS] = {
    [CPU1] = {.quantity = HAL_TEMP_MC, .kind = HAL_IPMI_ENTITY, .entity = 3, .instance = 1},
    [CPU2] = {.quantity = HAL_TEMP_MC, .kind = HAL_IPMI_NUMBER, .number = 0x0f},
    [INLET] = {.quantity = HAL_TEMP_MC, .kind = HAL_IPMI_NUMBER, .number = 0x04},
    [EXHAUST] = {.quantity = HAL_TEMP_MC, .kind = HAL_IPMI_NUMBER, .number = 0x01},
    [FAN1] = {.quantity = HAL_FAN_RPM, .kind = HAL_IPMI_ENTITY, .entity = 29, .instance = 1},
    [FAN6] = {.quantity = HAL_FAN_RPM, .kind = HAL_IPMI_NUMBER, .number = 0x35},
    [POWER] = {.quantity = HAL_POWER_MW, .kind = HAL_IPMI_ENTITY, .entity = 7, .instance = 1},
    [BOARD_TEMP] = {.quantity = HAL_TEMP_MC, .kind = HAL_IPMI_ENTITY, .entity = 7, .instance = 1},
    [NOT_THERE] = {.quantity = HAL_TEMP_MC, .kind = HAL_IPMI_NUMBER, .number = 0x10},
};

struct bench {
    uint64_t now_ms;
    struct hal hal;
};

static uint64_t bench_now_ms(void *ctx)
{
    const struct bench *bench = ctx;
    return bench->now_ms;
}

static int set_up_closed(void **state)
{
    static struct bench bench;
    /* 3 s before a 32-bit clock would wrap. */
    bench = (struct bench){.now_ms = UINT32_MAX - UINT64_C(3000)};
    const struct sim_board_cfg cfg = {.seed = 1,
                                      .load = SIM_LOAD_STEADY,
                                      .inlet = SIM_INLET_SPRING,
                                      .now_ms = bench_now_ms,
                                      .clock_ctx = &bench};
    *state = &bench;
    return sim_board_create(&cfg, sensors, N_CHANNELS, &bench.hal) == FC_OK ? 0 : -1;
}

static int set_up(void **state)
{
    if (set_up_closed(state) != 0)
        return -1;
    struct bench *bench = *state;
    return bench->hal.ops->open(bench->hal.ctx) == FC_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    bench->hal.ops->destroy(bench->hal.ctx);
    return 0;
}

static enum fc_err read_of(struct bench *bench, unsigned channel, int32_t *value)
{
    return bench->hal.ops->read(bench->hal.ctx, channel, value);
}

static int32_t value_of(struct bench *bench, unsigned channel)
{
    int32_t value = INT32_MIN;
    assert_int_equal(read_of(bench, channel, &value), FC_OK);
    return value;
}

static enum fc_err set_duty(struct bench *bench, int32_t duty_pct)
{
    return bench->hal.ops->set_duty(bench->hal.ctx, duty_pct);
}

static enum fc_err release(struct bench *bench)
{
    return bench->hal.ops->release(bench->hal.ctx);
}

static bool is_manual(const struct bench *bench)
{
    return sim_board_machine(&bench->hal)->plant.wish.is_manual;
}

static void test_readings(void **state)
{
    struct bench *bench = *state;
    const struct sim_plant *plant = &sim_board_machine(&bench->hal)->plant;
    assert_near(value_of(bench, CPU1) / 1000.0, plant->junction_c[0], 2.0);
    assert_near(value_of(bench, CPU2) / 1000.0, plant->junction_c[1], 2.0);
    assert_near(value_of(bench, INLET) / 1000.0, plant->inlet_c, 2.0);
    assert_true(value_of(bench, EXHAUST) > value_of(bench, INLET));
    assert_int_equal(value_of(bench, FAN1), 7080);
    assert_int_equal(value_of(bench, FAN6) % 120, 0);
    assert_near(value_of(bench, POWER) / 1000.0, sim_plant_wall_w(plant), 7.1);
    assert_int_equal(value_of(bench, CPU1) % 1000, 0);
}

static void test_sensors_that_are_not_there(void **state)
{
    struct bench *bench = *state;
    int32_t value = 42;
    assert_int_equal(read_of(bench, BOARD_TEMP, &value), FC_ERR_AMBIGUOUS);
    assert_string_equal(bench->hal.ops->last_text(bench->hal.ctx),
                        "sensor of entity 7.1 of the simulated R730");
    assert_int_equal(read_of(bench, NOT_THERE, &value), FC_ERR_NO_SENSOR);
    assert_string_equal(bench->hal.ops->last_text(bench->hal.ctx),
                        "sensor 10h of the simulated R730");
    assert_int_equal(read_of(bench, N_CHANNELS, &value), FC_ERR_RANGE);
    assert_int_equal(value, 42);
    value_of(bench, CPU1);
    assert_string_equal(bench->hal.ops->last_text(bench->hal.ctx), "");
}

static void test_a_closed_handle(void **state)
{
    struct bench *bench = *state;
    int32_t value = 42;
    assert_int_equal(read_of(bench, CPU1, &value), FC_ERR_CLOSED);
    assert_int_equal(set_duty(bench, 50), FC_ERR_CLOSED);
    assert_int_equal(release(bench), FC_ERR_CLOSED);
    bench->hal.ops->close(bench->hal.ctx);
    assert_int_equal(bench->hal.ops->open(bench->hal.ctx), FC_OK);
    assert_int_equal(bench->hal.ops->open(bench->hal.ctx), FC_OK);
    assert_int_equal(set_duty(bench, 50), FC_OK);
    bench->hal.ops->close(bench->hal.ctx);
    assert_true(is_manual(bench)); /* closing releases nothing */
    assert_int_equal(release(bench), FC_ERR_CLOSED);
}

static void test_the_fans_follow_and_go_back(void **state)
{
    struct bench *bench = *state;
    assert_false(is_manual(bench));
    assert_int_equal(set_duty(bench, 60), FC_OK);
    assert_true(is_manual(bench));
    bench->now_ms += 30000;
    assert_int_equal(value_of(bench, FAN1), 10920); /* 10980, in steps of 120, half down */
    assert_int_equal(sim_machine_duty_pct(sim_board_machine(&bench->hal)), 60);
    assert_int_equal(release(bench), FC_OK);
    assert_int_equal(release(bench), FC_OK);
    assert_false(is_manual(bench));
    bench->now_ms += 300000;
    assert_int_equal(value_of(bench, FAN1), 7080);
    assert_int_equal(set_duty(bench, -1), FC_ERR_RANGE);
    assert_int_equal(set_duty(bench, 101), FC_ERR_RANGE);
    assert_false(is_manual(bench));
    assert_int_equal(set_duty(bench, 0), FC_OK);
    assert_int_equal(set_duty(bench, 100), FC_OK);
}

static void test_a_clock_that_jumps(void **state)
{
    struct bench *bench = *state;
    int32_t before = value_of(bench, CPU1);
    bench->now_ms -= 3600000;
    assert_int_equal(value_of(bench, CPU1), before);
    bench->now_ms += UINT64_C(400) * 24 * 3600 * 1000;
    value_of(bench, CPU1);
    assert_int_equal(sim_board_machine(&bench->hal)->plant.now_ms,
                     UINT64_C(400) * 24 * 3600 * 1000 - 3600000);
}

static void test_fan_commands_that_fail(void **state)
{
    struct bench *bench = *state;
    struct sim_knobs *knobs = sim_board_knobs(&bench->hal);
    *knobs = (struct sim_knobs){.refuses_set = 1};
    assert_int_equal(set_duty(bench, 50), FC_ERR_REFUSED);
    assert_false(is_manual(bench));
    *knobs = (struct sim_knobs){.loses_set_reply = 1};
    assert_int_equal(set_duty(bench, 50), FC_ERR_TIMEOUT);
    assert_true(is_manual(bench));
    *knobs = (struct sim_knobs){.refuses_release = 1};
    assert_int_equal(release(bench), FC_ERR_REFUSED);
    assert_true(is_manual(bench));
    *knobs = (struct sim_knobs){.loses_release_reply = 1};
    assert_int_equal(release(bench), FC_ERR_TIMEOUT);
    assert_false(is_manual(bench));
    *knobs = (struct sim_knobs){.is_dead = 0};
    assert_int_equal(set_duty(bench, 50), FC_OK);
    *knobs = (struct sim_knobs){.forgets_manual = 1};
    sim_board_advance(&bench->hal);
    assert_false(is_manual(bench));
    assert_int_equal(set_duty(bench, 50), FC_OK);
    assert_false(is_manual(bench));
}

static void test_a_dead_bmc(void **state)
{
    struct bench *bench = *state;
    int32_t value = 42;
    sim_board_knobs(&bench->hal)->is_dead = 1;
    assert_int_equal(read_of(bench, CPU1, &value), FC_ERR_TIMEOUT);
    assert_true(strlen(bench->hal.ops->last_text(bench->hal.ctx)) > 0);
    assert_int_equal(read_of(bench, CPU1, &value), FC_ERR_CLOSED);
    assert_int_equal(bench->hal.ops->open(bench->hal.ctx), FC_ERR_TIMEOUT);
    sim_board_knobs(&bench->hal)->is_dead = 0;
    assert_int_equal(bench->hal.ops->open(bench->hal.ctx), FC_OK);
    assert_int_equal(read_of(bench, CPU1, &value), FC_OK);
}

static void test_one_operation_that_fails(void **state)
{
    struct bench *bench = *state;
    int32_t value;
    uint32_t before = sim_board_operations(&bench->hal);
    struct sim_knobs *knobs = sim_board_knobs(&bench->hal);
    *knobs = (struct sim_knobs){.fail_from = before + 2, .fail_count = 2};
    assert_int_equal(read_of(bench, CPU1, &value), FC_OK);
    assert_int_equal(read_of(bench, CPU1, &value), FC_ERR_TIMEOUT);
    assert_int_equal(bench->hal.ops->open(bench->hal.ctx), FC_ERR_TIMEOUT);
    assert_int_equal(bench->hal.ops->open(bench->hal.ctx), FC_OK);
    assert_int_equal(read_of(bench, CPU1, &value), FC_OK);
    assert_int_equal(sim_board_operations(&bench->hal), before + 5);
}

static void test_one_sensor_that_fails(void **state)
{
    struct bench *bench = *state;
    int32_t value = 42;
    struct sim_knobs *knobs = sim_board_knobs(&bench->hal);
    knobs->is_unavailable[SIM_R730_CPU2] = 1;
    assert_int_equal(read_of(bench, CPU2, &value), FC_ERR_NO_READING);
    assert_int_equal(value, 42);
    assert_int_equal(read_of(bench, CPU1, &value), FC_OK);
    knobs->is_unavailable[SIM_R730_CPU2] = 0;
    knobs->is_frozen[SIM_R730_CPU1] = 1;
    int32_t frozen_mc = value_of(bench, CPU1);
    sim_board_machine(&bench->hal)->has_load = true;
    sim_board_machine(&bench->hal)->load_fixed = 1.0;
    bench->now_ms += 3600000;
    assert_int_equal(value_of(bench, CPU1), frozen_mc);
    assert_true(value_of(bench, CPU2) > frozen_mc + 5000);
    knobs->is_frozen[SIM_R730_CPU1] = 0;
    assert_true(value_of(bench, CPU1) > frozen_mc + 5000);
}

static void test_a_stuck_fan(void **state)
{
    struct bench *bench = *state;
    sim_board_knobs(&bench->hal)->is_stuck[5] = 1;
    bench->now_ms += 120000;
    assert_int_equal(value_of(bench, FAN6), 0);
    assert_int_equal(value_of(bench, FAN1), 7080);
}

static void test_read_failures_by_chance(void **state)
{
    struct bench *bench = *state;
    unsigned failures = 0;
    int32_t value;
    for (unsigned i = 0; i < 5000; i++)
        assert_int_equal(read_of(bench, CPU1, &value), FC_OK); /* none unless asked for */
    sim_board_knobs(&bench->hal)->read_failure_ppm = 10000;
    for (unsigned i = 0; i < 10000; i++) {
        enum fc_err err = read_of(bench, CPU1, &value);
        assert_true(err == FC_OK || err == FC_ERR_NO_READING);
        failures += err != FC_OK;
    }
    assert_true(failures > 60 && failures < 140);
}

/* Any bytes are legal knobs: nothing may crash, and all is well after them. */
static void test_knobs_of_any_bytes(void **state)
{
    struct bench *bench = *state;
    struct sim_rng rng = {.state = 1};
    struct sim_knobs *knobs = sim_board_knobs(&bench->hal);
    for (unsigned i = 0; i < 200; i++) {
        unsigned char bytes[sizeof *knobs];
        for (size_t k = 0; k < sizeof bytes; k++)
            bytes[k] = (unsigned char)(sim_rng_next(&rng) & 0xff);
        memcpy(knobs, bytes, sizeof bytes);
        int32_t value;
        (void)!bench->hal.ops->open(bench->hal.ctx);
        (void)!read_of(bench, i % N_CHANNELS, &value);
        (void)!set_duty(bench, 50);
        (void)!release(bench);
        bench->now_ms += 10000;
    }
    *knobs = (struct sim_knobs){.is_dead = 0};
    assert_int_equal(bench->hal.ops->open(bench->hal.ctx), FC_OK);
    value_of(bench, CPU1);
    assert_int_equal(release(bench), FC_OK);
    bench->now_ms += 3600000;
    assert_int_equal(value_of(bench, FAN6), 7080);
}

static void test_what_can_not_be_created(void **state)
{
    (void)state;
    struct bench bench = {.now_ms = 0};
    struct hal hal = {.ops = NULL};
    const struct sim_board_cfg good = {.now_ms = bench_now_ms, .clock_ctx = &bench};
    struct sim_board_cfg bad = good;
    bad.now_ms = NULL;
    assert_int_equal(sim_board_create(&bad, sensors, N_CHANNELS, &hal), FC_ERR_RANGE);
    bad = good;
    bad.load = SIM_LOADS;
    assert_int_equal(sim_board_create(&bad, sensors, N_CHANNELS, &hal), FC_ERR_RANGE);
    bad = good;
    bad.inlet = SIM_INLETS;
    assert_int_equal(sim_board_create(&bad, sensors, N_CHANNELS, &hal), FC_ERR_RANGE);
    assert_int_equal(sim_board_create(&good, sensors, HAL_CHANNELS_MAX + 1, &hal), FC_ERR_RANGE);
    assert_null(hal.ops);
}

int main(void)
{
#define WITH_BOARD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_BOARD(test_readings),
        WITH_BOARD(test_sensors_that_are_not_there),
        cmocka_unit_test_setup_teardown(test_a_closed_handle, set_up_closed, tear_down),
        WITH_BOARD(test_the_fans_follow_and_go_back),
        WITH_BOARD(test_a_clock_that_jumps),
        WITH_BOARD(test_fan_commands_that_fail),
        WITH_BOARD(test_a_dead_bmc),
        WITH_BOARD(test_one_operation_that_fails),
        WITH_BOARD(test_one_sensor_that_fails),
        WITH_BOARD(test_a_stuck_fan),
        WITH_BOARD(test_read_failures_by_chance),
        WITH_BOARD(test_knobs_of_any_bytes),
        cmocka_unit_test(test_what_can_not_be_created),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
