/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app_server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/mailbox.h"

/* ---- between agent and worker ---- */

static enum fc_err send_to_worker(void *ctx, const struct worker_request *request)
{
    const struct server *server = ctx;

    return mailbox_send(server->mailbox, request, sizeof(*request));
}

static void on_mail(void *ctx, uint64_t now_ms)
{
    struct server *server = ctx;
    struct worker_reply reply;
    enum fc_err err = mailbox_receive(server->mailbox, &reply, sizeof(reply));

    if (err == FC_OK) {
        fan_agent_take(&server->agent, &reply, now_ms);
    } else if (err == FC_ERR_CLOSED) {
        /* A running agent goes blind on its own; a dead mailbox must not make the loop spin. */
        if (!server->is_closing)
            log_line(LOG_LEVEL_ERR, server->cfg->name, "event=worker_gone");
        loop_unwatch(server->loop, server->mailbox);
        server->is_worker_gone = true;
    }
}

/* ---- start ---- */

static enum fc_err start_lock(struct server *server, char why[HAL_TEXT_MAX])
{
    pid_t holder = 0;
    enum fc_err err;

    machine_key(server->cfg, server->key, sizeof(server->key));
    if (server->key[0] == '\0')
        return FC_OK;
    err = lock_take(server->key, &server->lock, &holder);
    if (err == FC_ERR_BUSY)
        snprintf(why, HAL_TEXT_MAX, "another fancurve (process %ld) already controls this BMC",
                 (long)holder);
    else if (err != FC_OK)
        snprintf(why, HAL_TEXT_MAX, "the run-time folder: %s", strerror(errno));
    return err;
}

static enum fc_err start_worker(struct server *server, char why[HAL_TEXT_MAX])
{
    struct channels channels = channels_of(server->cfg);
    struct loop_handler handler = {on_mail, server};
    struct hal hal;
    enum fc_err err =
        machine_create(server->shared->cfg, server->cfg, &channels, &server->clock, &hal, why);

    if (err != FC_OK)
        return err;
    err = worker_start(&hal, channels.n, &server->mailbox, &server->worker);
    if (err == FC_OK)
        err = loop_watch(server->loop, server->mailbox, handler);
    if (err != FC_OK)
        snprintf(why, HAL_TEXT_MAX, "the worker: %s", fc_err_str(err));
    return err;
}

/* Without its socket a daemon still cools: a release from outside then has to stop it. */
static void start_control(struct server *server)
{
    char path[LOCK_PATH_MAX];

    server->control.listener = -1;
    if (server->key[0] == '\0')
        return;
    if (lock_path(server->key, "sock", path) != FC_OK ||
        control_open(&server->control, server->loop, path) != FC_OK)
        log_line(LOG_LEVEL_WARNING, server->cfg->name, "event=control_socket error=\"%s\"",
                 strerror(errno));
}

enum fc_err server_start(struct loop *loop, struct shared_config *shared,
                         const struct config_server *cfg, bool is_dry_run, struct server **out,
                         char why[HAL_TEXT_MAX])
{
    struct server *server = calloc(1, sizeof(*server));
    struct fan_port port = {send_to_worker, server};
    uint32_t speed = cfg->bmc.driver == CONFIG_DRIVER_SIM ? cfg->bmc.speed : 1;
    enum fc_err err;

    if (server == NULL) {
        snprintf(why, HAL_TEXT_MAX, "%s", fc_err_str(FC_ERR_MEMORY));
        return FC_ERR_MEMORY;
    }
    server->loop = loop;
    server->shared = shared;
    shared_config_use(shared);
    server->cfg = cfg;
    server->lock = -1;
    server->mailbox = -1;
    server->control.listener = -1;
    server->clock = clock_make(speed);
    err = start_lock(server, why);
    if (err == FC_OK)
        err = start_worker(server, why);
    if (err != FC_OK) {
        server_close(server);
        server->is_worker_gone = true; /* it has opened nothing: to wait for its end is short */
        server_free(server);
        return err;
    }
    start_control(server);
    server->last_tick_ms = clock_real_ms();
    fan_agent_init(&server->agent, cfg, server->clock, port, is_dry_run, server->last_tick_ms);
    *out = server;
    return FC_OK;
}

/* ---- end ---- */

void server_leave(struct server *server, uint64_t leave_by_ms, uint64_t now_ms)
{
    server->is_leaving = true;
    server->leave_by_ms = leave_by_ms;
    fan_agent_stop(&server->agent, now_ms);
}

bool server_has_left(const struct server *server, uint64_t now_ms)
{
    return server->is_leaving &&
           ((fan_agent_is_released(&server->agent) && !server->agent.is_busy) ||
            now_ms >= server->leave_by_ms);
}

void server_close(struct server *server)
{
    server->is_closing = true;
    if (server->control.loop != NULL)
        control_close(&server->control);
    if (server->worker != NULL)
        worker_leave(server->worker);
}

bool server_has_closed(const struct server *server)
{
    return server->is_closing && server->is_worker_gone;
}

void server_free(struct server *server)
{
    if (server->worker != NULL && !server->is_worker_gone) {
        loop_unwatch(server->loop, server->mailbox);
        return; /* the worker may still look at the clock in here */
    }
    if (server->mailbox >= 0)
        loop_unwatch(server->loop, server->mailbox);
    if (server->worker != NULL)
        worker_join(server->worker);
    if (server->lock >= 0)
        close(server->lock);
    shared_config_drop(server->shared);
    free(server);
}

/* ---- run ---- */

static void serve_control(struct server *server, uint64_t now_ms)
{
    const struct fc_ask firmware = {.is_ha_ok = 1, .has_mode = 1, .mode = FC_MODE_FIRMWARE};

    if (control_take_release(&server->control)) {
        log_line(LOG_LEVEL_NOTICE, server->cfg->name, "event=asked mode=firmware by=release");
        fan_agent_ask(&server->agent, &firmware, now_ms);
    }
    if (control_is_awaited(&server->control) &&
        server->agent.fan.request.mode == FC_MODE_FIRMWARE && fan_agent_is_released(&server->agent))
        control_answer(&server->control, "released");
}

bool server_wake(struct server *server, uint64_t now_ms)
{
    if (server->is_closing)
        return false;
    fan_agent_wake(&server->agent, now_ms);
    serve_control(server, now_ms);
    if (server->agent.n_ticks == server->seen_ticks)
        return false;
    server->seen_ticks = server->agent.n_ticks;
    server->last_tick_ms = now_ms;
    return true;
}

static bool is_same_text(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

static bool is_same_bmc(const struct config_bmc *a, const struct config_bmc *b)
{
    return a->driver == b->driver && is_same_text(a->host, b->host) &&
           is_same_text(a->username, b->username) &&
           is_same_text(a->password_file, b->password_file) && a->cipher_suite == b->cipher_suite &&
           a->privilege == b->privilege && a->workarounds == b->workarounds &&
           a->session_timeout_ms == b->session_timeout_ms && is_same_text(a->device, b->device) &&
           a->seed == b->seed && a->load == b->load && a->inlet == b->inlet && a->speed == b->speed;
}

static bool is_same_sensor(const struct hal_sensor *a, const struct hal_sensor *b)
{
    return a->quantity == b->quantity && a->kind == b->kind && a->entity == b->entity &&
           a->instance == b->instance && a->number == b->number;
}

bool server_has_same_machine(const struct server *server, const struct config_server *cfg)
{
    struct channels now = channels_of(cfg);
    const struct channels *was = &server->agent.channels;

    if (!is_same_bmc(&server->cfg->bmc, &cfg->bmc) || was->n != now.n)
        return false;
    for (uint32_t k = 0; k < now.n; k++) {
        if (!is_same_sensor(&was->sensor[k], &now.sensor[k]) ||
            was->channel[k].role != now.channel[k].role ||
            was->channel[k].index != now.channel[k].index)
            return false;
    }
    return true;
}

void server_retune(struct server *server, struct shared_config *shared,
                   const struct config_server *cfg, uint64_t now_ms)
{
    shared_config_use(shared);
    fan_agent_retune(&server->agent, cfg, now_ms);
    server->cfg = cfg;
    shared_config_drop(server->shared);
    server->shared = shared;
}
