/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One running server: its lock, its worker, its agent and its control socket.
 *
 *   server_start() --> [running] --server_leave()--> [leaving: hands back] --server_close()-->
 *       [closing: the worker ends its session] --server_has_closed()--> server_free()
 *
 * None of these steps waits for the BMC.
 */
#ifndef FC_HOST_APP_SERVER_H
#define FC_HOST_APP_SERVER_H

#include "host/agents/fan.h"
#include "host/app_config.h"
#include "host/app_machine.h"
#include "host/control.h"
#include "host/lock.h"
#include "host/loop.h"

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
    bool is_worker_gone; /* its thread has ended */
    struct control control;
    struct fan_agent agent;
    uint64_t last_tick_ms; /* real time at which n_ticks was seen to grow */
    uint64_t seen_ticks;
    bool is_leaving; /* handing back for good, while others may go on */
    bool is_closing; /* and after that */
    uint64_t leave_by_ms;
    uint64_t close_by_ms;
};

/* Take the machine's lock, start worker and agent, and watch their mailbox in loop. Fails with a
 * line for people in why: FC_ERR_BUSY another daemon has this machine; else as machine_create(),
 * worker_start() and lock_take(). */
FC_MUST_CHECK enum fc_err server_start(struct loop *loop, struct shared_config *shared,
                                       const struct config_server *cfg, bool is_dry_run,
                                       struct server **out, char why[HAL_TEXT_MAX]);

/* What is due at now_ms, and the commands that came in. True: a tick was completed. Does nothing
 * for a server that is closing. */
bool server_wake(struct server *server, uint64_t now_ms);

/* Is the machine of cfg reached in the same way and read by the same sensors as this server's? Then
 * server_retune() can take cfg over without letting the fans go. */
bool server_has_same_machine(const struct server *server, const struct config_server *cfg);
void server_retune(struct server *server, struct shared_config *shared,
                   const struct config_server *cfg, uint64_t now_ms);

/* Hand back for good, and be done with it at leave_by_ms, whatever the BMC says. */
void server_leave(struct server *server, uint64_t leave_by_ms, uint64_t now_ms);

/* Are the fans back, or is the time for it over? */
bool server_has_left(const struct server *server, uint64_t now_ms);

/* Stop listening, and let the worker end. The lock is held until server_free(): a call that is
 * still under way may write to the BMC. */
void server_close(struct server *server);
bool server_has_closed(const struct server *server);

/* Free the server and give up its lock. One that has not closed has a worker stuck in a call: both
 * stay where they are, and the process must end by _exit(). */
void server_free(struct server *server);

#endif
