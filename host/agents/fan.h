/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fan agent: one server's core step, on time, whatever its machine does.
 *
 *   wake --tick due--> ask the worker for a sample --reply--> step --> ask for a write --> commit
 *                          |
 *                          +-- no reply by four fifths of the period: step on a failed reading
 *
 * The agent never blocks and owns no thread: it is told the time and the worker's replies, and says
 * what it wants done through its port. At most one request is under way; of orders that a stuck
 * worker could not take, the newest alone is kept. A write not answered by the next step counts as
 * unanswered then, and as what it became once the answer comes.
 */
#ifndef FC_HOST_AGENTS_FAN_H
#define FC_HOST_AGENTS_FAN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fan.h"
#include "host/channels.h"
#include "host/clock.h"
#include "host/config.h"
#include "host/log.h"
#include "host/worker.h"

enum {
    FAN_AGENT_STOP_RETRY_MS = 250, /* real time between hand-backs on the way out */
};

/* Where requests go. Returns FC_OK when the request is on its way. */
struct fan_port {
    enum fc_err (*send)(void *ctx, const struct worker_request *request);
    void *ctx;
};

/* What a fan server's machine last said, in its channels' units. */
struct fan_readout {
    bool has_rpm[FC_FANS_MAX];
    int32_t rpm[FC_FANS_MAX];
    bool has_inlet, has_exhaust, has_power;
    int32_t inlet_mc, exhaust_mc, power_mw;
};

struct fan_agent {
    const struct config_server *cfg; /* not owned */
    struct clock clock;
    struct fan_port port;
    struct channels channels;
    bool is_dry_run;

    struct fc_fan fan;
    struct fc_fan_in in;
    struct fc_fan_out out; /* the last decision */
    struct fan_readout readout;

    uint64_t tick_due_ms; /* own time */
    uint64_t tick_id;
    uint64_t deadline_ms; /* real time; of the sample that is waited for */
    uint64_t n_ticks;     /* completed */
    uint64_t n_missed;    /* ticks that were due while an earlier one was not over */
    bool is_waiting;      /* for this tick's sample */
    bool wants_sample;    /* not yet asked for */
    bool is_busy;         /* a request is under way */
    struct worker_request busy;
    bool has_order; /* a write that is not yet asked for */
    struct fc_write order;
    bool is_stopping;
    uint64_t stop_retry_ms; /* real time of the next hand-back */

    struct log_trouble link_trouble, sensor_trouble, write_trouble;
};

/* The first tick is due at once. cfg must outlive the agent or be replaced by fan_agent_retune().
 */
void fan_agent_init(struct fan_agent *agent, const struct config_server *cfg, struct clock clock,
                    struct fan_port port, bool is_dry_run, uint64_t now_ms);

/* Real time at which fan_agent_wake() wants to be called next. */
uint64_t fan_agent_due_ms(const struct fan_agent *agent);

/* Do what is due at real time now_ms. Early calls do nothing. */
void fan_agent_wake(struct fan_agent *agent, uint64_t now_ms);

/* A reply of the worker has come. */
void fan_agent_take(struct fan_agent *agent, const struct worker_reply *reply, uint64_t now_ms);

/* Something is asked between ticks: decide again at once. */
void fan_agent_ask(struct fan_agent *agent, const struct fc_ask *ask, uint64_t now_ms);

/* Hand back for good, again and again until it is accepted. */
void fan_agent_stop(struct fan_agent *agent, uint64_t now_ms);

/* Nothing is left to do for a stopping agent: the machine accepted the hand-back, or it is a dry
 * run. */
bool fan_agent_is_released(const struct fan_agent *agent);

/* The configuration is replaced by one with the same machine and the same sensors. Decides again at
 * once. */
void fan_agent_retune(struct fan_agent *agent, const struct config_server *cfg, uint64_t now_ms);

#endif
