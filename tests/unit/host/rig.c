/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/host/rig.h"

#include <stdio.h>
#include <string.h>

#include "tests/defaults.h"
#include "tests/unit/host/cmocka_all.h"

static uint64_t now_ms = 1000;

uint64_t rig_now_ms(void)
{
    return now_ms;
}

static uint64_t board_now_ms(void *ctx)
{
    (void)ctx;
    now_ms += RIG_CALL_MS; /* the board asks for the time once a call */
    return now_ms;
}

static enum fc_err take_request(void *ctx, const struct worker_request *request)
{
    struct rig *rig = ctx;

    assert_false(rig->has_request); /* at most one is under way */
    rig->has_request = true;
    rig->request = *request;
    rig->n_samples += request->job == WORKER_SAMPLE;
    rig->n_sets += request->job == WORKER_WRITE && request->write.action == FC_ACTION_SET;
    rig->n_releases += request->job == WORKER_WRITE && request->write.action == FC_ACTION_RELEASE;
    return FC_OK;
}

static void fill_server(struct rig *rig)
{
    struct config_server *server = &rig->server;
    static char cool[] = "cool";
    static char quiet[] = "quiet";
    static char name[] = "rig";

    server->name = name;
    server->period_ms = 15000;
    server->n_sources = 2;
    server->profile_name[0] = cool;
    server->profile_name[1] = quiet;
    for (uint32_t i = 0; i < 2; i++) {
        struct hal_sensor *sensor = &server->source[i].sensor[0];

        snprintf(rig->name[i], sizeof(rig->name[i]), "cpu%u", i + 1);
        server->source[i].name = rig->name[i];
        server->source[i].n_sensors = 1;
        sensor->quantity = HAL_TEMP_MC;
        sensor->kind = HAL_IPMI_ENTITY;
        sensor->entity = 3;
        sensor->instance = (uint8_t)(i + 1);
    }
    server->fan_cfg = defaults_config();
    assert_int_equal(fc_config_validate(&server->fan_cfg), FC_OK);
}

void rig_open(struct rig *rig, enum sim_load load, enum sim_inlet inlet, uint64_t seed)
{
    struct sim_board_cfg board = {
        .seed = seed, .load = load, .inlet = inlet, .now_ms = board_now_ms};
    struct clock clock = {.start_ms = now_ms, .speed = 1};
    struct fan_port port = {take_request, rig};
    struct channels channels;

    memset(rig, 0, sizeof(*rig));
    log_set_level(LOG_LEVEL_ERR);
    fill_server(rig);
    channels = channels_of(&rig->server);
    assert_int_equal(sim_board_create(&board, channels.sensor, channels.n, &rig->link.hal), FC_OK);
    rig->link.n_channels = channels.n;
    rig->link.real_ms = rig_now_ms;
    fan_agent_init(&rig->agent, &rig->server, clock, port, false, now_ms);
}

void rig_close(struct rig *rig)
{
    rig->link.hal.ops->destroy(rig->link.hal.ctx);
}

static void serve(struct rig *rig)
{
    struct worker_request request = rig->request;
    struct worker_reply reply;

    worker_serve(&rig->link, &request, &reply);
    rig->has_request = false;
    fan_agent_take(&rig->agent, &reply, now_ms);
}

static void watch(struct rig *rig)
{
    const struct sim_machine *machine = sim_board_machine(&rig->link.hal);

    sim_board_advance(&rig->link.hal);
    for (int cpu = 0; cpu < SIM_CPUS; cpu++) {
        if (machine->plant.junction_c[cpu] > rig->hottest_c)
            rig->hottest_c = machine->plant.junction_c[cpu];
    }
}

static void step(struct rig *rig, uint64_t until_ms)
{
    uint64_t due_ms = fan_agent_due_ms(&rig->agent);

    if (due_ms > until_ms)
        due_ms = until_ms;
    if (due_ms > now_ms)
        now_ms = due_ms;
    fan_agent_wake(&rig->agent, now_ms);
    while (rig->has_request && !rig->is_worker_stuck)
        serve(rig);
    watch(rig);
}

void rig_run(struct rig *rig, uint64_t for_ms)
{
    uint64_t until_ms = now_ms + for_ms;

    while (rig->has_request && !rig->is_worker_stuck)
        serve(rig);
    while (now_ms < until_ms)
        step(rig, until_ms);
}

bool rig_stop(struct rig *rig, uint64_t wait_ms)
{
    uint64_t until_ms = now_ms + wait_ms;

    fan_agent_stop(&rig->agent, now_ms);
    while (rig->has_request && !rig->is_worker_stuck)
        serve(rig);
    while (!fan_agent_is_released(&rig->agent) && now_ms < until_ms)
        step(rig, until_ms);
    return fan_agent_is_released(&rig->agent);
}

bool rig_is_firmware_in_control(struct rig *rig)
{
    now_ms += 5000; /* a command takes the BMC a moment */
    sim_board_advance(&rig->link.hal);
    return !sim_board_machine(&rig->link.hal)->plant.is_manual;
}

struct sim_knobs *rig_knobs(struct rig *rig)
{
    return sim_board_knobs(&rig->link.hal);
}
