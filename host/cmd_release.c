/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

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

/* At once: a BMC that does not answer must not use up the time that systemd gives for all of them.
 */
static int run(const struct command *self, int argc, char **argv)
{
    return command_each_server(self, argc, argv, release_one, true);
}

const struct command command_release = {
    .name = "release",
    .summary = "hand the fans to the firmware",
    .help =
        "usage: fancurve release [-c FILE]\n\n"
        "Hand the fans of every server to its firmware, and try again for stop_timeout_s until\n"
        "the BMC accepts it. Where a daemon is running it is asked to do so, and leaves the fans\n"
        "to the firmware until its mode changes or it is started again.\n\n"
        "  -c, --config FILE   default " COMMAND_CONFIG_DEFAULT "\n\n"
        "Exit codes: 0 every BMC accepted it, 1 one did not, 2 arguments or configuration are\n"
        "wrong.\n",
    .run = run,
};
