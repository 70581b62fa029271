/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/agents/fan_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAN_LOG_TEMPS_MAX = 512 };

/* " cpu1_c=61.0 cpu2_c=none": every source's believed temperature. */
static void print_temps(const struct fan_agent *agent, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (uint32_t i = 0; i < agent->cfg->n_sources && used < size; i++) {
        const char *name = agent->cfg->source[i].name;
        int n;

        if (agent->fan.belief.is_valid[i])
            n = snprintf(text + used, size - used, " %s_c=%.1f", name,
                         agent->fan.belief.temp_mc[i] / 1000.0);
        else
            n = snprintf(text + used, size - used, " %s_c=none", name);
        used += n > 0 ? (size_t)n : 0;
    }
}

static void print_rpm(const struct fan_agent *agent, char *text, size_t size)
{
    int64_t sum = 0;
    int32_t n = 0;

    text[0] = '\0';
    for (uint32_t i = 0; i < agent->cfg->n_fans; i++) {
        if (!agent->readout.has_rpm[i])
            continue;
        sum += agent->readout.rpm[i];
        n++;
    }
    if (n > 0)
        snprintf(text, size, " mean_rpm=%" PRId64, sum / n);
}

static void print_write(const struct fc_fan_out *out, char *text, size_t size)
{
    if (out->write.action == FC_ACTION_SET)
        snprintf(text, size, "set duty_pct=%" PRId32, out->write.duty_pct);
    else
        snprintf(text, size, "%s", fc_action_str(out->write.action));
}

/* from: the state that was left, or NULL where none was. */
static void log_now(const struct fan_agent *agent, enum log_level level, const char *event,
                    const char *from)
{
    const struct fc_fan_out *out = &agent->out;
    char temps[FAN_LOG_TEMPS_MAX];
    char rpm[32];
    char write[32];
    char applied[32] = "none";

    if (!log_is_on(level))
        return;
    print_temps(agent, temps, sizeof(temps));
    print_rpm(agent, rpm, sizeof(rpm));
    print_write(out, write, sizeof(write));
    if (agent->fan.has_duty)
        snprintf(applied, sizeof(applied), "%" PRId32, agent->fan.duty_pct);
    log_line(level, agent->cfg->name,
             "event=%s%s%s state=%s reason=%s action=%s applied_pct=%s profile=%s winner=%s%s%s%s",
             event, from == NULL ? "" : " from=", from == NULL ? "" : from,
             fc_state_str(out->state), fc_reason_str(out->reason), write, applied,
             agent->cfg->profile_name[out->profile],
             out->has_demand ? agent->cfg->source[out->winner].name : "none", temps, rpm,
             agent->is_dry_run ? " dry_run=yes" : "");
}

void fan_log_decision(const struct fan_agent *agent, const struct fc_fan_out *before, bool must)
{
    const struct fc_fan_out *out = &agent->out;

    if (must || out->state != before->state)
        log_now(agent, LOG_LEVEL_NOTICE, "state", fc_state_str(before->state));
    else if (out->write.action == FC_ACTION_SET && (before->write.action != FC_ACTION_SET ||
                                                    before->write.duty_pct != out->write.duty_pct))
        log_now(agent, LOG_LEVEL_INFO, "duty", NULL);
    else
        log_now(agent, LOG_LEVEL_DEBUG, "tick", NULL);
}

static const char *source_of(const struct fan_agent *agent, uint32_t k)
{
    const struct channel *channel = &agent->channels.channel[k];

    switch (channel->role) {
    case CHANNEL_SOURCE:
        return agent->cfg->source[channel->index].name;
    case CHANNEL_FAN:
        return "fans";
    case CHANNEL_INLET:
        return "inlet";
    case CHANNEL_EXHAUST:
        return "exhaust";
    case CHANNEL_POWER:
        return "power";
    }
    return "unknown";
}

static void log_sensors(struct fan_agent *agent, const struct worker_reply *reply)
{
    for (uint32_t k = 0; k < reply->n_values; k++) {
        if (reply->value[k].err == FC_OK)
            continue;
        log_trouble(&agent->sensor_trouble, LOG_LEVEL_WARNING, agent->cfg->name,
                    "event=sensor sensor=%s error=\"%s\" detail=\"%s\"", source_of(agent, k),
                    fc_err_str(reply->value[k].err), reply->text);
        return;
    }
    log_trouble_calm(&agent->sensor_trouble, agent->cfg->name);
}

static void log_link(struct fan_agent *agent, enum fc_err err, const char *detail)
{
    log_trouble(&agent->link_trouble, LOG_LEVEL_WARNING, agent->cfg->name,
                "event=bmc error=\"%s\" detail=\"%s\" advice=\"%s\"", fc_err_str(err), detail,
                hal_advice(err));
}

void fan_log_sample(struct fan_agent *agent, const struct worker_reply *reply)
{
    if (reply == NULL) {
        /* While a call is stuck its error is not yet known; one that is known says more. */
        if (!log_trouble_again(&agent->link_trouble))
            log_link(agent, FC_ERR_TIMEOUT, "no sample within four fifths of the period");
        return;
    }
    if (reply->err != FC_OK) {
        log_link(agent, reply->err, reply->text);
        return;
    }
    log_trouble_calm(&agent->link_trouble, agent->cfg->name);
    log_sensors(agent, reply);
}

void fan_log_write(struct fan_agent *agent, const struct worker_reply *reply)
{
    if (reply->result == FC_RESULT_ACCEPTED) {
        log_trouble_end(&agent->write_trouble, agent->cfg->name);
        if (reply->write.action == FC_ACTION_RELEASE)
            log_line(LOG_LEVEL_NOTICE, agent->cfg->name,
                     "event=released the firmware has the fans");
        return;
    }
    log_trouble(&agent->write_trouble, LOG_LEVEL_WARNING, agent->cfg->name,
                "event=write action=%s result=%s error=\"%s\" detail=\"%s\" advice=\"%s\"",
                fc_action_str(reply->write.action),
                reply->result == FC_RESULT_REFUSED ? "refused" : "unanswered",
                fc_err_str(reply->err), reply->text, hal_advice(reply->err));
}
