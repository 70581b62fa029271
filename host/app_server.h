/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One running server: its lock, its worker, its agent and its control socket.
 */
#ifndef FC_HOST_APP_SERVER_H
#define FC_HOST_APP_SERVER_H

#include "host/agents/fan.h"
#include "host/app_machine.h"
#include "host/control.h"
#include "host/lock.h"
#include "host/loop.h"

/* A loaded configuration that several servers still point into. */
struct shared_config {
    struct config *cfg;
    uint32_t users;
};

void shared_config_use(struct shared_config *shared);
void shared_config_drop(struct shared_config *shared); /* the last one frees it */

struct server {
    struct server *next;
    struct loop *loop;
    struct shared_config *shared;
    const struct config_server *cfg; /* inside shared */
    char key[LOCK_PATH_MAX];         /* machine_key() */
    int lock;                        /* -1: none is needed */
    struct clock clock;
    struct worker *worker;
    int mailbox;
    struct control control;
    struct fan_agent agent;
    uint64_t last_tick_ms; /* real time at which n_ticks was seen to grow */
    uint64_t seen_ticks;
    bool is_leaving; /* handing back for good, while others go on */
    uint64_t leave_by_ms;
};

/* Take the machine's lock, start worker and agent, and watch their mailbox in loop. Fails with a
 * line for people in why: FC_ERR_BUSY another daemon has this machine; else as machine_create(),
 * worker_start() and lock_take(). */
FC_MUST_CHECK enum fc_err server_start(struct loop *loop, struct shared_config *shared,
                                       const struct config_server *cfg, bool is_dry_run,
                                       struct server **out, char why[HAL_TEXT_MAX]);

/* What is due at now_ms, and the commands that came in. True: a tick was completed. */
bool server_wake(struct server *server, uint64_t now_ms);

/* Is the machine of cfg reached in the same way and read by the same sensors as this server's? Then
 * server_retune() can take cfg over without letting the fans go. */
bool server_has_same_machine(const struct server *server, const struct config_server *cfg);
void server_retune(struct server *server, struct shared_config *shared,
                   const struct config_server *cfg, uint64_t now_ms);

/* End worker, lock and socket, waiting for at most wait_ms. False: the worker is stuck in a call
 * and was left behind; the process must then end by _exit(). */
bool server_end(struct server *server, uint32_t wait_ms);

#endif
