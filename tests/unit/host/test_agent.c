/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fan agent on a simulated board, in virtual time: it cools, it is on time, it says what it
 * means, and for every HAL call that fails the fans end up where they must.
 */
#include "tests/unit/host/rig.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/host/cmocka_all.h"

enum { MINUTE_MS = 60000, HOUR_MS = 3600000 };

static struct rig rig;

static void test_cools_and_hands_back(void **state)
{
    (void)state;
    rig_open(&rig, SIM_LOAD_STEADY, SIM_INLET_SPRING, 1);
    assert_true(rig_is_firmware_in_control(&rig));
    rig_run(&rig, HOUR_MS);
    assert_false(rig_is_firmware_in_control(&rig));
    assert_true(rig.hottest_c < 80);
    assert_int_equal(rig.agent.fan.state, FC_STATE_RUN);
    assert_true(rig.agent.fan.belief.hottest_mc < 66000); /* the firmware holds some 71 C */
    assert_int_equal(rig.agent.n_missed, 0);
    assert_in_range(rig.agent.n_ticks, 239, 241);
    assert_true(rig_stop(&rig, MINUTE_MS));
    assert_true(rig_is_firmware_in_control(&rig));
    rig_close(&rig);
}

static void test_steady_state_costs_nothing_but_samples(void **state)
{
    uint32_t n_operations;
    uint32_t n_sets;

    (void)state;
    rig_open(&rig, SIM_LOAD_IDLE, SIM_INLET_SPRING, 1);
    rig_run(&rig, HOUR_MS);
    n_operations = sim_board_operations(&rig.link.hal);
    n_sets = rig.n_sets;
    rig_run(&rig, HOUR_MS);
    n_operations = sim_board_operations(&rig.link.hal) - n_operations;
    n_sets = rig.n_sets - n_sets;
    /* Two sensors, 240 ticks, and a write a change. */
    assert_in_range(n_operations, 480 + n_sets - 2, 480 + n_sets + 2);
    rig_close(&rig);
}

static void test_dead_bmc_at_start_is_never_taken(void **state)
{
    (void)state;
    rig_open(&rig, SIM_LOAD_STEADY, SIM_INLET_SPRING, 1);
    rig_knobs(&rig)->is_dead = 1;
    rig_run(&rig, HOUR_MS);
    assert_int_equal(rig.n_sets, 0);
    assert_int_equal(rig.agent.fan.state, FC_STATE_BLIND);
    assert_in_range(rig.agent.n_ticks, 239, 241); /* on time, though every call fails */
    /* It opens with a growing pause: far fewer attempts than requests. */
    assert_in_range(sim_board_operations(&rig.link.hal), 20, 130);
    memset(rig_knobs(&rig), 0, sizeof(struct sim_knobs));
    rig_run(&rig, 2 * MINUTE_MS);
    assert_int_equal(rig.agent.fan.state, FC_STATE_RUN);
    rig_close(&rig);
}

static void test_stuck_worker_is_blind_in_three_ticks(void **state)
{
    (void)state;
    rig_open(&rig, SIM_LOAD_STEADY, SIM_INLET_SPRING, 1);
    rig_run(&rig, 10 * MINUTE_MS);
    assert_int_equal(rig.agent.fan.state, FC_STATE_RUN);
    rig.is_worker_stuck = true;
    rig_run(&rig, 3 * 15000 + 12000);
    assert_int_equal(rig.agent.fan.state, FC_STATE_BLIND);
    assert_true(rig.agent.has_order); /* waits for the worker, ahead of any sample */
    assert_int_equal(rig.agent.order.action, FC_ACTION_RELEASE);
    rig.is_worker_stuck = false;
    rig_run(&rig, 1000);
    assert_true(rig.n_releases >= 1);
    rig_close(&rig);
}

static void test_late_sample_is_old(void **state)
{
    uint64_t n_ticks;

    (void)state;
    rig_open(&rig, SIM_LOAD_STEADY, SIM_INLET_SPRING, 1);
    rig_run(&rig, 10 * MINUTE_MS);
    rig.is_worker_stuck = true;
    rig_run(&rig, 15000 + 13000);
    assert_in_range(rig.agent.fan.safety.failures, 1, 2);
    n_ticks = rig.agent.n_ticks;
    rig.is_worker_stuck = false;
    rig_run(&rig, 1000); /* the reply of the first tick comes now, and decides nothing */
    assert_true(rig.agent.n_ticks <= n_ticks + 1);
    rig_run(&rig, MINUTE_MS);
    assert_int_equal(rig.agent.fan.state, FC_STATE_RUN);
    rig_close(&rig);
}

/* A tick that began 14 s late (the host slept) waits past the time of the next one. To want to be
 * woken for that one all the while would keep a processor busy. */
static void test_late_tick_waits_for_its_own_deadline(void **state)
{
    uint64_t late_ms;

    (void)state;
    rig_open(&rig, SIM_LOAD_STEADY, SIM_INLET_SPRING, 1);
    rig_run(&rig, 10 * MINUTE_MS);
    late_ms = fan_agent_due_ms(&rig.agent) + 14000;
    fan_agent_wake(&rig.agent, late_ms);
    assert_true(rig.agent.is_waiting);
    fan_agent_wake(&rig.agent, late_ms + 2000);
    assert_true(rig.agent.is_waiting);
    assert_true(fan_agent_due_ms(&rig.agent) == late_ms + 12000);
    fan_agent_wake(&rig.agent, late_ms + 12000); /* and then the next one begins at once */
    assert_true(rig.agent.is_waiting);
    assert_true(fan_agent_due_ms(&rig.agent) == late_ms + 24000);
    rig_close(&rig);
}

static void test_lost_reply_of_a_release_is_asked_again(void **state)
{
    const struct fc_ask firmware = {.is_ha_ok = 1, .has_mode = 1, .mode = FC_MODE_FIRMWARE};

    (void)state;
    rig_open(&rig, SIM_LOAD_STEADY, SIM_INLET_SPRING, 1);
    rig_run(&rig, 10 * MINUTE_MS);
    rig_knobs(&rig)->loses_release_reply = 1;
    fan_agent_ask(&rig.agent, &firmware, rig_now_ms());
    rig_run(&rig, 2 * MINUTE_MS);
    assert_true(rig.n_releases >= 3);
    assert_int_not_equal(rig.agent.fan.owner, FC_OWNER_FIRMWARE);
    assert_true(fc_fan_is_releasing(&rig.agent.fan, &rig.server.fan_cfg));
    rig_knobs(&rig)->loses_release_reply = 0;
    rig_run(&rig, MINUTE_MS);
    assert_int_equal(rig.agent.fan.owner, FC_OWNER_FIRMWARE);
    assert_int_equal(rig.agent.fan.state, FC_STATE_RESTING);
    rig_close(&rig);
}

static void test_command_acts_between_ticks(void **state)
{
    const struct fc_ask manual = {
        .is_ha_ok = 1, .has_mode = 1, .mode = FC_MODE_MANUAL, .has_manual = 1, .manual_pct = 77};
    uint64_t asked_ms;

    (void)state;
    rig_open(&rig, SIM_LOAD_IDLE, SIM_INLET_SPRING, 1);
    rig_run(&rig, 10 * MINUTE_MS + 3000);
    asked_ms = rig_now_ms();
    fan_agent_ask(&rig.agent, &manual, asked_ms);
    rig_run(&rig, 20);
    assert_int_equal(rig.agent.fan.duty_pct, 77);
    assert_true(rig_now_ms() - asked_ms < 200);
    rig_close(&rig);
}

static void test_reconnected_bmc_is_written_to_again(void **state)
{
    uint32_t n_sets;

    (void)state;
    rig_open(&rig, SIM_LOAD_IDLE, SIM_INLET_SPRING, 1);
    rig_run(&rig, 30 * MINUTE_MS);
    /* The BMC restarts: one call fails, and manual mode is forgotten. */
    sim_board_machine(&rig.link.hal)->plant.is_manual = false;
    rig_knobs(&rig)->fail_from = sim_board_operations(&rig.link.hal) + 1;
    rig_knobs(&rig)->fail_count = 1;
    n_sets = rig.n_sets;
    rig_run(&rig, 2 * MINUTE_MS);
    assert_true(rig.n_sets > n_sets);
    assert_false(rig_is_firmware_in_control(&rig));
    rig_close(&rig);
}

static void test_retune_keeps_the_fans(void **state)
{
    struct config_server cooler;
    uint32_t n_releases;

    (void)state;
    rig_open(&rig, SIM_LOAD_STEADY, SIM_INLET_SPRING, 1);
    rig_run(&rig, 10 * MINUTE_MS);
    n_releases = rig.n_releases;
    cooler = rig.server;
    cooler.fan_cfg.min_duty_pct = 95;
    fan_agent_retune(&rig.agent, &cooler, rig_now_ms());
    rig_run(&rig, 100);
    assert_true(rig.agent.fan.duty_pct >= 95);
    assert_int_equal(rig.n_releases, n_releases);
    rig_close(&rig);
}

static void test_dry_run_writes_nothing(void **state)
{
    (void)state;
    rig_open(&rig, SIM_LOAD_HEAVY, SIM_INLET_SPRING, 1);
    rig.agent.is_dry_run = true;
    rig_run(&rig, HOUR_MS);
    assert_int_equal(rig.n_sets + rig.n_releases, 0);
    assert_true(rig.agent.fan.has_duty); /* and still decides as if it had */
    assert_true(rig_stop(&rig, 1000));
    assert_int_equal(rig.n_releases, 0);
    assert_true(rig_is_firmware_in_control(&rig));
    rig_close(&rig);
}

/* For each k: HAL call number k fails, and the 0, 2, 19 or all that follow. */
static void sweep(enum sim_load load, uint32_t fail_count, bool comes_back)
{
    uint32_t n_calls;

    rig_open(&rig, load, SIM_INLET_SPRING, 7);
    rig_run(&rig, 12 * MINUTE_MS);
    n_calls = sim_board_operations(&rig.link.hal);
    rig_close(&rig);
    for (uint32_t k = 1; k <= n_calls + 2; k++) {
        rig_open(&rig, load, SIM_INLET_SPRING, 7);
        rig_knobs(&rig)->fail_from = k;
        rig_knobs(&rig)->fail_count = fail_count;
        rig_run(&rig, 12 * MINUTE_MS);
        if (rig.hottest_c >= 90)
            fail_msg("call %u of %u, %u fail: %.1f C", k, n_calls, fail_count, rig.hottest_c);
        if (comes_back) {
            rig_run(&rig, 15 * MINUTE_MS); /* twenty attempts, half a minute apart at most */
            assert_int_equal(rig.agent.fan.state, FC_STATE_RUN);
        }
        if (comes_back && !rig_stop(&rig, MINUTE_MS))
            fail_msg("call %u of %u, %u fail: not released", k, n_calls, fail_count);
        if (comes_back && !rig_is_firmware_in_control(&rig))
            fail_msg("call %u of %u, %u fail: the firmware is not in control", k, n_calls,
                     fail_count);
        rig_close(&rig);
    }
}

static void test_every_call_fails_once(void **state)
{
    (void)state;
    sweep(SIM_LOAD_SQUARE, 1, true);
}

static void test_every_call_fails_three_times(void **state)
{
    (void)state;
    sweep(SIM_LOAD_SQUARE, 3, true);
}

static void test_every_call_fails_twenty_times(void **state)
{
    (void)state;
    sweep(SIM_LOAD_STEADY, 20, true);
}

static void test_every_call_fails_for_good(void **state)
{
    (void)state;
    sweep(SIM_LOAD_STEADY, UINT32_MAX, false);
}

/* The sweep can fail: with the release broken in the machine the firmware does not get the fans. */
static void test_sweep_sees_a_hand_back_that_is_lost(void **state)
{
    (void)state;
    rig_open(&rig, SIM_LOAD_STEADY, SIM_INLET_SPRING, 7);
    rig_run(&rig, 12 * MINUTE_MS);
    rig_knobs(&rig)->refuses_release = 1;
    assert_false(rig_stop(&rig, MINUTE_MS));
    assert_false(rig_is_firmware_in_control(&rig));
    assert_true(rig.n_releases > 100); /* again and again */
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cools_and_hands_back),
        cmocka_unit_test(test_steady_state_costs_nothing_but_samples),
        cmocka_unit_test(test_dead_bmc_at_start_is_never_taken),
        cmocka_unit_test(test_stuck_worker_is_blind_in_three_ticks),
        cmocka_unit_test(test_late_sample_is_old),
        cmocka_unit_test(test_late_tick_waits_for_its_own_deadline),
        cmocka_unit_test(test_lost_reply_of_a_release_is_asked_again),
        cmocka_unit_test(test_command_acts_between_ticks),
        cmocka_unit_test(test_reconnected_bmc_is_written_to_again),
        cmocka_unit_test(test_retune_keeps_the_fans),
        cmocka_unit_test(test_dry_run_writes_nothing),
        cmocka_unit_test(test_every_call_fails_once),
        cmocka_unit_test(test_every_call_fails_three_times),
        cmocka_unit_test(test_every_call_fails_twenty_times),
        cmocka_unit_test(test_every_call_fails_for_good),
        cmocka_unit_test(test_sweep_sees_a_hand_back_that_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
