/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "host/app_keep.h"
#include "host/app_machine.h"
#include "host/command.h"
#include "host/control.h"
#include "host/lock.h"

enum { RELEASE_RETRY_MS = 500 };

/* By ourselves: nobody else controls this BMC. */
static bool release_directly(const struct config *cfg, const struct config_server *server)
{
    const struct channels none = {.n = 0};
    struct clock clock = clock_make(1);
    uint64_t until_ms = clock_real_ms() + cfg->stop_timeout_ms;
    struct hal hal;
    char why[HAL_TEXT_MAX];
    enum fc_err err = machine_create(cfg, server, &none, &clock, &hal, why);

    if (err != FC_OK) {
        fprintf(stderr, "%s: not released: %s\n", server->name, why);
        return false;
    }
    for (;;) {
        err = hal.ops->open(hal.ctx);
        if (err == FC_OK)
            err = hal.ops->release(hal.ctx);
        if (err == FC_OK || clock_real_ms() >= until_ms)
            break;
        if (hal_is_bus_error(err))
            hal.ops->close(hal.ctx);
        poll(NULL, 0, RELEASE_RETRY_MS);
    }
    if (err == FC_OK)
        printf("%s: released, the firmware has the fans\n", server->name);
    else
        fprintf(stderr, "%s: not released: %s. %s %s\n", server->name, fc_err_str(err),
                hal.ops->last_text(hal.ctx), hal_advice(err));
    hal.ops->destroy(hal.ctx);
    return err == FC_OK;
}

/* A daemon would take the fans again at its next tick: it has to do it, and to leave them there. */
static bool release_by_daemon(const struct config *cfg, const struct config_server *server,
                              const char *key, pid_t holder)
{
    char path[LOCK_PATH_MAX];
    char answer[CONTROL_TEXT_MAX] = "";
    enum fc_err err = lock_path(key, "sock", path);

    if (err == FC_OK)
        err = control_ask(path, "release", cfg->stop_timeout_ms, answer);
    if (err == FC_OK && strcmp(answer, "released") == 0) {
        printf("%s: released by the running daemon (process %ld), which leaves the fans to the "
               "firmware until its mode changes\n",
               server->name, (long)holder);
        return true;
    }
    fprintf(stderr,
            "%s: not released: the running daemon (process %ld) %s. Stop it and try again.\n",
            server->name, (long)holder, err == FC_OK ? answer : fc_err_str(err));
    return false;
}

static bool release_one(const struct config *cfg, const struct config_server *server)
{
    char key[LOCK_PATH_MAX];
    int lock = -1;
    pid_t holder = 0;
    enum fc_err err = FC_OK;
    bool is_released;

    machine_key(server, key, sizeof(key));
    if (key[0] == '\0') {
        printf("%s: a simulated machine ends with its daemon: nothing to release\n", server->name);
        return true;
    }
    err = lock_take(key, &lock, &holder);
    if (err == FC_ERR_BUSY)
        return release_by_daemon(cfg, server, key, holder);
    if (err != FC_OK) /* better two programs that release than none */
        fprintf(stderr, "%s: no lock (%s), going on without\n", server->name, strerror(errno));
    is_released = release_directly(cfg, server);
    if (lock >= 0)
        close(lock);
    return is_released;
}

static bool names_machine(const struct config *cfg, const char *key)
{
    char one[LOCK_PATH_MAX];

    for (uint32_t i = 0; cfg != NULL && i < cfg->n_servers; i++) {
        machine_key(&cfg->server[i], one, sizeof(one));
        if (strcmp(one, key) == 0)
            return true;
    }
    return false;
}

/* Leave in kept those machines alone that the file does not name. */
static void drop_known(struct config *kept, const struct config *cfg)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < kept->n_servers; i++) {
        char key[LOCK_PATH_MAX];

        machine_key(&kept->server[i], key, sizeof(key));
        if (key[0] != '\0' && !names_machine(cfg, key))
            kept->server[n++] = kept->server[i];
    }
    kept->n_servers = n;
}

/* What the file names, and what the last daemon on this file held beside that. At once: a BMC that
 * does not answer must not use up the time that systemd gives for all of them. */
static int release_all(const char *path, const struct config *cfg, struct config *kept)
{
    bool are_released = true;

    if (cfg != NULL)
        are_released = command_each_server(cfg, release_one, true);
    if (kept == NULL)
        return are_released ? EXIT_OK : EXIT_FAILED;
    drop_known(kept, cfg);
    if (kept->n_servers > 0) {
        fprintf(stderr, "%s: going on with what the last daemon ran with\n", path);
        are_released = command_each_server(kept, release_one, true) && are_released;
    }
    return are_released ? EXIT_OK : EXIT_FAILED;
}

static int run(const struct command *self, int argc, char **argv)
{
    const char *path;
    struct config *cfg;
    struct config *kept;
    int exit_code;

    if (command_parse_config_only(self, argc, argv, &path, &exit_code))
        return exit_code;
    cfg = command_load_config(path);
    kept = keep_load(path);
    exit_code = cfg == NULL && kept == NULL ? EXIT_USAGE : release_all(path, cfg, kept);
    config_free(cfg);
    config_free(kept);
    return exit_code;
}

const struct command command_release = {
    .name = "release",
    .summary = "hand the fans to the firmware",
    .help =
        "usage: fancurve release [-c FILE]\n\n"
        "Hand the fans of every server to its firmware, and try again for stop_timeout_s until\n"
        "the BMC accepts it. Where a daemon is running it is asked to do so, and leaves the fans\n"
        "to the firmware until its mode changes or it is started again. After a crash, also those\n"
        "servers that the daemon held and the file names no more, or can not name because it is\n"
        "broken.\n\n"
        "  -c, --config FILE   default " COMMAND_CONFIG_DEFAULT "\n\n"
        "Exit codes: 0 every BMC accepted it, 1 one did not, 2 arguments or configuration are\n"
        "wrong.\n",
    .run = run,
};
