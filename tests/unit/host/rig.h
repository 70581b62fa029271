/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fan agent, its worker's link and a simulated board in one thread and in virtual time: a day
 * takes milliseconds. Real time is virtual time here, and every bus call takes RIG_CALL_MS.
 */
#ifndef TEST_RIG_H
#define TEST_RIG_H

#include "host/agents/fan.h"
#include "sim/board.h"

enum { RIG_CALL_MS = 5 };

struct rig {
    struct config_server server;
    char name[2][CONFIG_NAME_MAX];
    struct worker_link link;
    struct fan_agent agent;
    bool has_request;
    struct worker_request request;
    uint32_t n_samples, n_sets, n_releases; /* requests that the agent made */
    double hottest_c;                       /* of the true CPU temperatures, since the start */
    bool is_worker_stuck;                   /* requests are taken and never answered */
};

/* The clock that every rig of the process shares. */
uint64_t rig_now_ms(void);

/* A server with two CPUs and the default law, ticking every 15 s, on a board with this load. */
void rig_open(struct rig *rig, enum sim_load load, enum sim_inlet inlet, uint64_t seed);
void rig_close(struct rig *rig);

/* Run for some virtual time. */
void rig_run(struct rig *rig, uint64_t for_ms);

/* Ask the agent to stop, and run until the hand-back was accepted or wait_ms is over. */
bool rig_stop(struct rig *rig, uint64_t wait_ms);

/* Who really has the fans: the board's own word, not the agent's belief. */
bool rig_is_firmware_in_control(struct rig *rig);
struct sim_knobs *rig_knobs(struct rig *rig);

#endif
