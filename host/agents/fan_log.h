/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the fan agent tells the log: changes once, with their cause; every tick at debug level;
 * troubles once, their repeats counted.
 */
#ifndef FC_HOST_AGENTS_FAN_LOG_H
#define FC_HOST_AGENTS_FAN_LOG_H

#include "host/agents/fan.h"

/* agent->out was just decided; before is the decision it replaces. must: say it even if nothing
 * changed. */
void fan_log_decision(const struct fan_agent *agent, const struct fc_fan_out *before, bool must);

/* What the machine said to a sample; NULL: nothing in time. */
void fan_log_sample(struct fan_agent *agent, const struct worker_reply *reply);

/* What the machine said to a write. */
void fan_log_write(struct fan_agent *agent, const struct worker_reply *reply);

#endif
