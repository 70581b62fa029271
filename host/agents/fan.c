/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/agents/fan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "host/agents/fan_log.h"

/* ---- talking to the worker ---- */

static void send_request(struct fan_agent *agent, enum worker_job job)
{
    struct worker_request request;

    memset(&request, 0, sizeof(request)); /* its bytes travel, those between fields as well */
    request.job = job;
    request.id = agent->tick_id;
    request.deadline_ms = agent->deadline_ms;
    request.write = agent->order;
    request.is_urgent = agent->is_stopping;
    if (agent->port.send(agent->port.ctx, &request) != FC_OK)
        return; /* the worker is gone: every deadline passes, and the agent goes blind */
    agent->is_busy = true;
    agent->busy = request;
    if (job == WORKER_WRITE)
        agent->has_order = false;
    else
        agent->wants_sample = false;
}

/* Orders go first: a hand-back that waited must not wait for another sample. */
static void pump(struct fan_agent *agent)
{
    if (agent->is_busy)
        return;
    if (agent->has_order)
        send_request(agent, WORKER_WRITE);
    else if (agent->wants_sample)
        send_request(agent, WORKER_SAMPLE);
}

/* ---- acting on a decision ---- */

static void commit(struct fan_agent *agent, const struct fc_write *write, enum fc_result result)
{
    fc_fan_commit(&agent->fan, &agent->cfg->fan_cfg, write, result);
}

/* The machine may have restarted, and given the fans to its firmware without a word. */
static void forget_owner(struct fan_agent *agent)
{
    const struct fc_write release = {.action = FC_ACTION_RELEASE};

    commit(agent, &release, FC_RESULT_UNANSWERED);
}

static void act(struct fan_agent *agent)
{
    agent->has_order = false;
    if (agent->out.write.action == FC_ACTION_HOLD)
        return;
    if (agent->is_dry_run) {
        commit(agent, &agent->out.write, FC_RESULT_ACCEPTED);
        return;
    }
    agent->order = agent->out.write;
    agent->has_order = true;
    pump(agent);
}

/* A write that is still under way at the next decision is unanswered, for now. */
static void expire_write(struct fan_agent *agent)
{
    if (agent->is_busy && agent->busy.job == WORKER_WRITE)
        commit(agent, &agent->busy.write, FC_RESULT_UNANSWERED);
}

static void decide_between_ticks(struct fan_agent *agent, uint64_t now_ms)
{
    struct fc_fan_out before = agent->out;

    expire_write(agent);
    agent->in.now_ms = clock_own_ms(&agent->clock, now_ms);
    fc_fan_command(&agent->fan, &agent->cfg->fan_cfg, &agent->in, &agent->out);
    fan_log_decision(agent, &before, false);
    act(agent);
}

/* ---- a tick ---- */

static void take_value(struct fan_agent *agent, const struct channel *channel,
                       const struct worker_value *value)
{
    struct fan_readout *readout = &agent->readout;
    bool has = value->err == FC_OK;

    switch (channel->role) {
    case CHANNEL_SOURCE:
        agent->in.temp[channel->index][channel->sensor].has = has;
        agent->in.temp[channel->index][channel->sensor].temp_mc = value->value;
        return;
    case CHANNEL_FAN:
        readout->has_rpm[channel->index] = has;
        readout->rpm[channel->index] = value->value;
        agent->in.has_rpm[channel->index] = has;
        agent->in.rpm[channel->index] = value->value;
        return;
    case CHANNEL_INLET:
        readout->has_inlet = has;
        readout->inlet_mc = value->value;
        agent->in.has_inlet = has;
        agent->in.inlet_mc = value->value;
        return;
    case CHANNEL_EXHAUST:
        readout->has_exhaust = has;
        readout->exhaust_mc = value->value;
        return;
    case CHANNEL_POWER:
        readout->has_power = has;
        readout->power_mw = value->value;
        return;
    }
}

/* Without a reply nothing was read: not one value of an earlier tick may be left standing. */
static void take_sample(struct fan_agent *agent, const struct worker_reply *reply)
{
    const struct worker_value nothing = {.err = FC_ERR_TIMEOUT};

    agent->in.is_bus_ok = reply != NULL && reply->err == FC_OK;
    for (uint32_t k = 0; k < agent->channels.n; k++) {
        bool has = reply != NULL && k < reply->n_values;

        take_value(agent, &agent->channels.channel[k], has ? &reply->value[k] : &nothing);
    }
}

static void conclude_tick(struct fan_agent *agent, const struct worker_reply *reply,
                          uint64_t now_ms)
{
    struct fc_fan_out before = agent->out;

    agent->is_waiting = false;
    agent->wants_sample = false;
    expire_write(agent);
    take_sample(agent, reply);
    agent->in.now_ms = clock_own_ms(&agent->clock, now_ms);
    fc_fan_step(&agent->fan, &agent->cfg->fan_cfg, &agent->in, &agent->out);
    agent->n_ticks++;
    fan_log_sample(agent, reply);
    fan_log_decision(agent, &before, agent->n_ticks == 1);
    act(agent);
}

/* The next deadline is the last one plus the period; ticks that time ran past are not made up. */
static void begin_tick(struct fan_agent *agent, uint64_t own_ms)
{
    uint64_t period_ms = agent->cfg->period_ms;
    uint64_t late = (own_ms - agent->tick_due_ms) / period_ms;

    agent->n_missed += late;
    agent->tick_due_ms += (late + 1) * period_ms;
    agent->tick_id++;
    agent->deadline_ms = clock_real_of_ms(&agent->clock, own_ms + period_ms * 4 / 5);
    agent->is_waiting = true;
    agent->wants_sample = true;
    pump(agent);
}

uint64_t fan_agent_due_ms(const struct fan_agent *agent)
{
    if (agent->is_stopping)
        return agent->stop_retry_ms;
    /* A tick that began late may be waiting past the time of the next one, which has to wait. */
    if (agent->is_waiting)
        return agent->deadline_ms;
    return clock_real_of_ms(&agent->clock, agent->tick_due_ms);
}

void fan_agent_wake(struct fan_agent *agent, uint64_t now_ms)
{
    uint64_t own_ms = clock_own_ms(&agent->clock, now_ms);

    if (agent->is_stopping) {
        if (now_ms >= agent->stop_retry_ms && !agent->is_busy)
            fan_agent_stop(agent, now_ms);
        else if (now_ms >= agent->stop_retry_ms)
            agent->stop_retry_ms = now_ms + FAN_AGENT_STOP_RETRY_MS;
        return;
    }
    if (agent->is_waiting && now_ms >= agent->deadline_ms)
        conclude_tick(agent, NULL, now_ms);
    if (own_ms >= agent->tick_due_ms && !agent->is_waiting)
        begin_tick(agent, own_ms);
}

/* ---- what comes from outside ---- */

static void take_write_reply(struct fan_agent *agent, const struct worker_reply *reply)
{
    commit(agent, &reply->write, reply->result);
    fan_log_write(agent, reply);
    /* What waited behind it may just have been done. */
    if (agent->has_order && reply->result == FC_RESULT_ACCEPTED &&
        agent->order.action == reply->write.action &&
        agent->order.duty_pct == reply->write.duty_pct)
        agent->has_order = false;
}

void fan_agent_take(struct fan_agent *agent, const struct worker_reply *reply, uint64_t now_ms)
{
    agent->is_busy = false;
    if (reply->has_reconnected)
        forget_owner(agent);
    switch (reply->job) {
    case WORKER_SAMPLE:
        /* Late is old: the tick was decided without it. */
        if (agent->is_waiting && reply->id == agent->tick_id)
            conclude_tick(agent, reply, now_ms);
        break;
    case WORKER_WRITE:
        take_write_reply(agent, reply);
        break;
    }
    pump(agent);
}

void fan_agent_ask(struct fan_agent *agent, const struct fc_ask *ask, uint64_t now_ms)
{
    agent->in.ask = *ask;
    decide_between_ticks(agent, now_ms);
}

void fan_agent_stop(struct fan_agent *agent, uint64_t now_ms)
{
    agent->is_stopping = true;
    agent->is_waiting = false;
    agent->wants_sample = false;
    agent->in.is_stop = 1;
    agent->stop_retry_ms = now_ms + FAN_AGENT_STOP_RETRY_MS;
    decide_between_ticks(agent, now_ms);
}

bool fan_agent_is_released(const struct fan_agent *agent)
{
    return agent->is_dry_run || agent->fan.owner == FC_OWNER_FIRMWARE;
}

/* New index to old of the sources, old index to new of the profiles, by name. */
static struct fc_remap remap_by_name(const struct config_server *old,
                                     const struct config_server *now)
{
    struct fc_remap map;

    memset(&map, 0xff, sizeof(map));
    for (uint32_t i = 0; i < now->n_sources; i++) {
        for (uint32_t k = 0; k < old->n_sources; k++) {
            if (strcmp(now->source[i].name, old->source[k].name) == 0)
                map.source_was[i] = (uint8_t)k;
        }
    }
    for (uint32_t i = 0; i < old->fan_cfg.n_profiles; i++) {
        for (uint32_t k = 0; k < now->fan_cfg.n_profiles; k++) {
            if (strcmp(old->profile_name[i], now->profile_name[k]) == 0)
                map.profile_now[i] = (uint8_t)k;
        }
    }
    return map;
}

void fan_agent_retune(struct fan_agent *agent, const struct config_server *cfg, uint64_t now_ms)
{
    struct fc_remap map = remap_by_name(agent->cfg, cfg);
    uint64_t own_ms = clock_own_ms(&agent->clock, now_ms);

    if (cfg->period_ms != agent->cfg->period_ms)
        agent->tick_due_ms = own_ms + cfg->period_ms;
    agent->cfg = cfg;
    fc_fan_retune(&agent->fan, &cfg->fan_cfg, &map);
    decide_between_ticks(agent, now_ms);
}

void fan_agent_init(struct fan_agent *agent, const struct config_server *cfg, struct clock clock,
                    struct fan_port port, bool is_dry_run, uint64_t now_ms)
{
    memset(agent, 0, sizeof(*agent));
    agent->cfg = cfg;
    agent->clock = clock;
    agent->port = port;
    agent->channels = channels_of(cfg);
    agent->is_dry_run = is_dry_run;
    agent->tick_due_ms = clock_own_ms(&clock, now_ms);
    fc_fan_init(&agent->fan);
}
