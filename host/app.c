/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "host/app_server.h"
#include "host/command.h"

enum {
    APP_STALE_PERIODS = 3,     /* a server whose last tick is older does not feed the watchdog */
    APP_WORKER_WAIT_MS = 2000, /* for a session to be closed at the end */
};

struct app {
    const struct app_options *options;
    struct loop *loop;
    struct shared_config *shared;
    struct server *servers;
    bool is_ready; /* systemd was told */
    bool is_stopping;
    bool is_failed; /* a hand-back was not accepted in time */
    bool is_stuck;  /* a worker had to be left behind */
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

/* A server that still hands back keeps its name, and so its machine, until it is gone. */
static enum fc_err start_missing(struct app *app)
{
    struct config *cfg = app->shared->cfg;
    enum fc_err first = FC_OK;

    for (uint32_t i = 0; i < cfg->n_servers; i++) {
        enum fc_err err = FC_OK;

        if (find_server(app, cfg->server[i].name) == NULL)
            err = start_one(app, &cfg->server[i]);
        if (first == FC_OK)
            first = err;
    }
    return first;
}

static void end_server(struct app *app, struct server *server)
{
    struct server **link = &app->servers;

    while (*link != server)
        link = &(*link)->next;
    *link = server->next;
    if (!fan_agent_is_released(&server->agent)) {
        app->is_failed = true;
        log_line(LOG_LEVEL_ERR, server->cfg->name,
                 "event=not_released the BMC did not accept the hand-back in time; run 'fancurve "
                 "release'");
    }
    if (!server_end(server, APP_WORKER_WAIT_MS))
        app->is_stuck = true;
}

static void leave(struct app *app, struct server *server, uint64_t now_ms)
{
    server->is_leaving = true;
    server->leave_by_ms = now_ms + app->shared->cfg->stop_timeout_ms;
    fan_agent_stop(&server->agent, now_ms);
}

/* The fans are back, or time is up: in both cases the session goes. */
static bool has_left(const struct server *server, uint64_t now_ms)
{
    return server->is_leaving &&
           ((fan_agent_is_released(&server->agent) && !server->agent.is_busy) ||
            now_ms >= server->leave_by_ms);
}

static void end_those_who_left(struct app *app, uint64_t now_ms)
{
    struct server *next;
    bool has_ended = false;

    for (struct server *s = app->servers; s != NULL; s = next) {
        next = s->next;
        if (!has_left(s, now_ms))
            continue;
        end_server(app, s);
        has_ended = true;
    }
    if (has_ended && !app->is_stopping && start_missing(app) != FC_OK)
        log_line(LOG_LEVEL_ERR, NULL, "event=reload_incomplete");
}

static void stop_all(struct app *app, uint64_t now_ms)
{
    app->is_stopping = true;
    sd_notify(0, "STOPPING=1");
    for (struct server *s = app->servers; s != NULL; s = s->next) {
        if (!s->is_leaving)
            leave(app, s, now_ms);
    }
}

/* ---- configuration ---- */

/* A secret that others can read is a fault of the configuration, found before a fan moves. */
static bool are_secrets_fit(const struct config *cfg)
{
    bool are_fit = true;

    for (uint32_t i = 0; i < cfg->n_servers; i++) {
        const char *path = cfg->server[i].bmc.password_file;
        char secret[CONFIG_SECRET_MAX];
        char why[HAL_TEXT_MAX];
        char key[64];
        char where[256];

        if (path == NULL || config_read_secret(path, secret, why) == FC_OK) {
            explicit_bzero(secret, sizeof(secret));
            continue;
        }
        are_fit = false;
        snprintf(key, sizeof(key), "servers[%u].bmc.password_file", i);
        config_where(cfg, key, where, sizeof(where));
        log_line(LOG_LEVEL_ERR, cfg->server[i].name, "event=config error=\"%s: %s: %s\"", where,
                 key, why);
    }
    return are_fit;
}

/* NULL: refused, and the faults were logged. */
static struct config *load_again(const char *path)
{
    struct config *cfg = NULL;
    char *faults = NULL;
    size_t size = 0;
    FILE *errors = open_memstream(&faults, &size);

    if (errors == NULL)
        return NULL;
    if (config_load(path, environ, errors, &cfg) != FC_OK)
        cfg = NULL;
    fclose(errors);
    for (char *line = strtok(faults, "\n"); line != NULL; line = strtok(NULL, "\n"))
        log_line(LOG_LEVEL_ERR, NULL, "event=config error=\"%s\"", line);
    free(faults);
    if (cfg != NULL && !are_secrets_fit(cfg)) {
        config_free(cfg);
        cfg = NULL;
    }
    return cfg;
}

static struct shared_config *share(struct config *cfg)
{
    struct shared_config *shared = calloc(1, sizeof(*shared));

    if (shared == NULL)
        return NULL;
    shared->cfg = cfg;
    shared->users = 1;
    return shared;
}

static const struct config_server *find_config(const struct config *cfg, const char *name)
{
    for (uint32_t i = 0; i < cfg->n_servers; i++) {
        if (strcmp(cfg->server[i].name, name) == 0)
            return &cfg->server[i];
    }
    return NULL;
}

static void reload(struct app *app, uint64_t now_ms)
{
    struct config *cfg = load_again(app->options->config_path);
    struct shared_config *shared = cfg == NULL ? NULL : share(cfg);

    if (shared == NULL) {
        config_free(cfg);
        log_line(LOG_LEVEL_ERR, NULL, "event=reload_refused the old configuration stays in force");
        return;
    }
    shared_config_drop(app->shared);
    app->shared = shared;
    for (struct server *s = app->servers; s != NULL; s = s->next) {
        const struct config_server *now = find_config(cfg, s->cfg->name);

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

    return now_ms - server->last_tick_ms <= APP_STALE_PERIODS * period_ms;
}

static bool have_all_ticked(const struct app *app)
{
    for (const struct server *s = app->servers; s != NULL; s = s->next) {
        if (s->agent.n_ticks == 0)
            return false;
    }
    return true;
}

/* Fed after a completed tick while no server is behind, never because the loop merely turned. */
static void notify_tick(struct app *app, uint64_t now_ms)
{
    for (const struct server *s = app->servers; s != NULL; s = s->next) {
        if (!is_fresh(s, now_ms))
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

static uint64_t next_due_ms(const struct app *app)
{
    uint64_t due_ms = UINT64_MAX;

    for (const struct server *s = app->servers; s != NULL; s = s->next) {
        uint64_t server_due_ms = fan_agent_due_ms(&s->agent);

        if (server_due_ms < due_ms)
            due_ms = server_due_ms;
        if (s->is_leaving && s->leave_by_ms < due_ms)
            due_ms = s->leave_by_ms;
    }
    return due_ms;
}

static void take_signal(struct app *app, int signal, uint64_t now_ms)
{
    if (signal == SIGHUP && !app->is_stopping) {
        sd_notify(0, "RELOADING=1");
        reload(app, now_ms);
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
        end_those_who_left(app, now_ms);
    }
}

/* ---- start and end ---- */

static void make_state_folder(const struct config *cfg)
{
    if (mkdir(cfg->state_dir, 0750) == 0 || errno == EEXIST)
        return;
    log_line(LOG_LEVEL_WARNING, NULL,
             "event=state_dir path=%s error=\"%s\" advice=\"nothing is remembered between runs\"",
             cfg->state_dir, strerror(errno));
}

/* systemd would kill a daemon that is on time, if its patience is shorter than three periods. */
static void check_watchdog(const struct config *cfg)
{
    uint64_t patience_us;

    if (sd_watchdog_enabled(0, &patience_us) <= 0)
        return;
    for (uint32_t i = 0; i < cfg->n_servers; i++) {
        uint64_t period_us = (uint64_t)cfg->server[i].period_ms * 1000;

        if (patience_us < APP_STALE_PERIODS * period_us)
            log_line(LOG_LEVEL_WARNING, cfg->server[i].name,
                     "event=watchdog advice=\"WatchdogSec is below %d times period_s: systemd may "
                     "end a daemon that is well; raise it\"",
                     APP_STALE_PERIODS);
    }
}

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

int app_run(struct config *cfg, const struct app_options *options)
{
    struct app app = {.options = options};

    if (!are_secrets_fit(cfg)) {
        config_free(cfg);
        return EXIT_USAGE;
    }
    app.shared = share(cfg);
    if (app.shared == NULL || !open_loop(&app)) {
        config_free(cfg);
        free(app.shared);
        return EXIT_FAILED;
    }
    make_state_folder(cfg);
    log_line(LOG_LEVEL_NOTICE, NULL, "event=start version=%s servers=%u config=%s%s", FC_VERSION,
             cfg->n_servers, options->config_path, options->is_dry_run ? " dry_run=yes" : "");
    check_watchdog(cfg);
    start_all(&app);
    run_loop(&app);
    log_line(LOG_LEVEL_NOTICE, NULL, "event=end released=%s", app.is_failed ? "no" : "yes");
    if (app.is_stuck)
        _exit(app.is_failed ? EXIT_FAILED : EXIT_OK);
    shared_config_drop(app.shared);
    loop_close(app.loop);
    return app.is_failed ? EXIT_FAILED : EXIT_OK;
}
