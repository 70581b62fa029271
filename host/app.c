/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "host/app_keep.h"
#include "host/app_server.h"
#include "host/command.h"

enum {
    APP_CLOSE_WAIT_MS = 2000, /* at the end of the process, for a session to be closed */
};

struct app {
    const struct app_options *options;
    struct loop *loop;
    struct shared_config *shared;
    struct server *servers;
    bool is_ready; /* systemd was told */
    bool is_stopping;
    bool is_unreleased; /* a hand-back was not accepted in time */
    bool is_failed;     /* that, or a start that failed: the exit code */
    bool is_stuck;      /* a worker had to be left behind */
    bool is_copy_due;   /* the kept configuration is not yet the one in force */
};

/* ---- servers ---- */

static struct server *find_server(const struct app *app, const char *name)
{
    for (struct server *s = app->servers; s != NULL; s = s->next) {
        if (strcmp(s->cfg->name, name) == 0)
            return s;
    }
    return NULL;
}

static enum fc_err start_one(struct app *app, const struct config_server *cfg)
{
    struct server *server;
    char why[HAL_TEXT_MAX] = "";
    enum fc_err err =
        server_start(app->loop, app->shared, cfg, app->options->is_dry_run, &server, why);

    if (err != FC_OK) {
        log_line(LOG_LEVEL_ERR, cfg->name, "event=start_failed error=\"%s\"", why);
        return err;
    }
    server->next = app->servers;
    app->servers = server;
    return FC_OK;
}

/* Is a server that leaves not yet done with this machine, perhaps under another name? */
static bool is_still_held(const struct app *app, const struct config_server *cfg)
{
    char key[LOCK_PATH_MAX];

    machine_key(cfg, key, sizeof(key));
    for (const struct server *s = app->servers; s != NULL; s = s->next) {
        if (s->is_leaving && key[0] != '\0' && strcmp(s->key, key) == 0)
            return true;
    }
    return false;
}

/* A server that leaves keeps its name and its machine until it is gone; then this is called again.
 */
static enum fc_err start_missing(struct app *app)
{
    struct config *cfg = app->shared->cfg;
    enum fc_err first = FC_OK;

    for (uint32_t i = 0; i < cfg->n_servers; i++) {
        enum fc_err err = FC_OK;

        if (find_server(app, cfg->server[i].name) == NULL && !is_still_held(app, &cfg->server[i]))
            err = start_one(app, &cfg->server[i]);
        if (first == FC_OK)
            first = err;
    }
    return first;
}

static void leave(struct app *app, struct server *server, uint64_t now_ms)
{
    server_leave(server, now_ms + app->shared->cfg->stop_timeout_ms, now_ms);
}

static void close_one(struct app *app, struct server *server, uint64_t now_ms)
{
    if (!fan_agent_is_released(&server->agent)) {
        app->is_failed = true;
        app->is_unreleased = true;
        log_line(LOG_LEVEL_ERR, server->cfg->name,
                 "event=not_released the BMC did not accept the hand-back in time; run 'fancurve "
                 "release'");
    }
    server->close_by_ms = now_ms + APP_CLOSE_WAIT_MS;
    server_close(server);
}

/* Only the end of the process gives up waiting for a call: until then the machine is not free. */
static bool is_gone(struct app *app, const struct server *server, uint64_t now_ms)
{
    if (server_has_closed(server))
        return true;
    if (!server->is_closing || !app->is_stopping || now_ms < server->close_by_ms)
        return false;
    app->is_stuck = true;
    return true;
}

static void see_off_those_who_leave(struct app *app, uint64_t now_ms)
{
    struct server **link = &app->servers;
    bool has_gone = false;

    while (*link != NULL) {
        struct server *server = *link;

        if (!server->is_closing && server_has_left(server, now_ms))
            close_one(app, server, now_ms);
        if (!is_gone(app, server, now_ms)) {
            link = &server->next;
            continue;
        }
        *link = server->next;
        server_free(server);
        has_gone = true;
    }
    if (has_gone && !app->is_stopping && start_missing(app) != FC_OK)
        log_line(LOG_LEVEL_ERR, NULL, "event=reload_incomplete");
}

/* Not while a server leaves that the new configuration may name no more: until its fans are back,
 * the old copy is what knows of it. */
static void renew_copy(struct app *app)
{
    if (app->is_stopping)
        return;
    for (const struct server *s = app->servers; s != NULL; s = s->next) {
        if (s->is_leaving)
            return;
    }
    if (app->is_copy_due && !app->options->is_dry_run)
        keep_write(app->shared->cfg);
    app->is_copy_due = false;
}

static void stop_all(struct app *app, uint64_t now_ms)
{
    app->is_stopping = true;
    sd_notify(0, "STOPPING=1");
    for (struct server *s = app->servers; s != NULL; s = s->next) {
        if (!s->is_leaving)
            leave(app, s, now_ms);
        if (s->is_closing)
            s->close_by_ms = now_ms + APP_CLOSE_WAIT_MS;
    }
}

/* ---- configuration ---- */

static void reload(struct app *app, uint64_t now_ms)
{
    struct config *cfg = app_config_load(app->options->config_path);
    struct shared_config *shared = shared_config_make(cfg);

    if (shared == NULL) {
        log_line(LOG_LEVEL_ERR, NULL, "event=reload_refused the old configuration stays in force");
        return;
    }
    app_config_prepare(cfg);
    shared_config_drop(app->shared);
    app->shared = shared;
    app->is_copy_due = true;
    for (struct server *s = app->servers; s != NULL; s = s->next) {
        const struct config_server *now = app_config_find(cfg, s->cfg->name);

        if (s->is_leaving)
            continue;
        if (now != NULL && server_has_same_machine(s, now))
            server_retune(s, shared, now, now_ms);
        else
            leave(app, s, now_ms);
    }
    if (start_missing(app) != FC_OK)
        log_line(LOG_LEVEL_ERR, NULL, "event=reload_incomplete");
    log_line(LOG_LEVEL_NOTICE, NULL, "event=reloaded path=%s", app->options->config_path);
}

/* ---- the loop ---- */

static bool is_fresh(const struct server *server, uint64_t now_ms)
{
    uint64_t period_ms = server->cfg->period_ms / server->clock.speed + 1;

    return now_ms - server->last_tick_ms <= APP_CONFIG_STALE_PERIODS * period_ms;
}

static bool have_all_ticked(const struct app *app)
{
    for (const struct server *s = app->servers; s != NULL; s = s->next) {
        if (!s->is_leaving && s->agent.n_ticks == 0)
            return false;
    }
    return true;
}

/* Fed after a completed tick while no server is behind, never because the loop merely turned. One
 * that leaves has no ticks any more, and a bound of its own. */
static void notify_tick(struct app *app, uint64_t now_ms)
{
    for (const struct server *s = app->servers; s != NULL; s = s->next) {
        if (!s->is_leaving && !is_fresh(s, now_ms))
            return;
    }
    if (!app->is_ready && have_all_ticked(app)) {
        app->is_ready = true;
        sd_notify(0, "READY=1\nSTATUS=Every server has ticked.");
    }
    sd_notify(0, "WATCHDOG=1");
}

static bool is_once_over(const struct app *app)
{
    if (!app->options->is_once || app->is_stopping || !have_all_ticked(app))
        return false;
    for (const struct server *s = app->servers; s != NULL; s = s->next) {
        if (s->agent.is_busy || s->agent.has_order)
            return false;
    }
    return true;
}

static uint64_t server_due_ms(const struct app *app, const struct server *server)
{
    uint64_t due_ms;

    if (server->is_closing)
        return app->is_stopping ? server->close_by_ms : UINT64_MAX;
    due_ms = fan_agent_due_ms(&server->agent);
    return server->is_leaving && server->leave_by_ms < due_ms ? server->leave_by_ms : due_ms;
}

static uint64_t next_due_ms(const struct app *app)
{
    uint64_t due_ms = UINT64_MAX;

    for (const struct server *s = app->servers; s != NULL; s = s->next) {
        uint64_t one_ms = server_due_ms(app, s);

        if (one_ms < due_ms)
            due_ms = one_ms;
    }
    return due_ms;
}

static void take_signal(struct app *app, int signal, uint64_t now_ms)
{
    if (signal == SIGHUP && !app->is_stopping) {
        if (app->is_ready)
            sd_notify(0, "RELOADING=1");
        reload(app, now_ms);
        if (app->is_ready)
            sd_notify(0, "READY=1");
    }
    if ((signal == SIGTERM || signal == SIGINT) && !app->is_stopping) {
        log_line(LOG_LEVEL_NOTICE, NULL, "event=stop signal=%s handing the fans back",
                 signal == SIGTERM ? "SIGTERM" : "SIGINT");
        stop_all(app, now_ms);
    }
}

static void run_loop(struct app *app)
{
    while (app->servers != NULL) {
        int signal;
        uint64_t now_ms = loop_turn(app->loop, next_due_ms(app), &signal);
        bool has_ticked = false;

        take_signal(app, signal, now_ms);
        for (struct server *s = app->servers; s != NULL; s = s->next)
            has_ticked = server_wake(s, now_ms) || has_ticked;
        if (has_ticked)
            notify_tick(app, now_ms);
        if (is_once_over(app))
            stop_all(app, now_ms);
        see_off_those_who_leave(app, now_ms);
        renew_copy(app);
    }
}

/* ---- start and end ---- */

static bool open_loop(struct app *app)
{
    sigset_t mask;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGHUP);
    if (loop_open(&mask, &app->loop) == FC_OK)
        return true;
    log_line(LOG_LEVEL_ERR, NULL, "event=start_failed error=\"%s\"", strerror(errno));
    return false;
}

static void start_all(struct app *app)
{
    if (start_missing(app) == FC_OK)
        return;
    /* All or nothing: half a set of servers would look like a whole one. */
    app->is_failed = true;
    stop_all(app, clock_real_ms());
}

static int exit_code(const struct app *app)
{
    return app->is_failed ? EXIT_FAILED : EXIT_OK;
}

int app_run(struct config *cfg, const struct app_options *options)
{
    struct app app = {.options = options};

    if (!app_config_are_secrets_fit(cfg)) {
        config_free(cfg);
        return EXIT_USAGE;
    }
    app.shared = shared_config_make(cfg);
    if (app.shared == NULL)
        return EXIT_FAILED;
    if (!open_loop(&app)) {
        shared_config_drop(app.shared);
        return EXIT_FAILED;
    }
    log_line(LOG_LEVEL_NOTICE, NULL, "event=start version=%s servers=%u config=%s%s", FC_VERSION,
             cfg->n_servers, options->config_path, options->is_dry_run ? " dry_run=yes" : "");
    app_config_prepare(cfg);
    start_all(&app);
    app.is_copy_due = true;
    renew_copy(&app); /* before the first request goes out */
    run_loop(&app);
    if (!app.is_stopping) {
        app.is_failed = true; /* so that systemd starts it again */
        log_line(LOG_LEVEL_ERR, NULL, "event=no_server none of the servers could be started");
    }
    if (!app.is_failed && !options->is_dry_run)
        keep_remove(options->config_path);
    log_line(LOG_LEVEL_NOTICE, NULL, "event=end released=%s", app.is_unreleased ? "no" : "yes");
    if (app.is_stuck)
        _exit(exit_code(&app));
    shared_config_drop(app.shared);
    loop_close(app.loop);
    return exit_code(&app);
}
