/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "hal/hal.h"
#include "host/file.h"
#include "host/log.h"

struct shared_config *shared_config_make(struct config *cfg)
{
    struct shared_config *shared = cfg == NULL ? NULL : calloc(1, sizeof(*shared));

    if (shared == NULL) {
        config_free(cfg);
        return NULL;
    }
    shared->cfg = cfg;
    shared->users = 1;
    return shared;
}

void shared_config_use(struct shared_config *shared)
{
    shared->users++;
}

void shared_config_drop(struct shared_config *shared)
{
    if (--shared->users > 0)
        return;
    config_free(shared->cfg);
    free(shared);
}

const struct config_server *app_config_find(const struct config *cfg, const char *name)
{
    for (uint32_t i = 0; i < cfg->n_servers; i++) {
        if (strcmp(cfg->server[i].name, name) == 0)
            return &cfg->server[i];
    }
    return NULL;
}

/* A secret that others can read is a fault of the configuration, found before a fan moves. */
bool app_config_are_secrets_fit(const struct config *cfg)
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

/* systemd would kill a daemon that is on time, if its patience is shorter than three periods. */
static void check_watchdog(const struct config *cfg)
{
    uint64_t patience_us;

    if (sd_watchdog_enabled(0, &patience_us) <= 0)
        return;
    for (uint32_t i = 0; i < cfg->n_servers; i++) {
        uint64_t period_us = (uint64_t)cfg->server[i].period_ms * 1000;

        if (patience_us < APP_CONFIG_STALE_PERIODS * period_us)
            log_line(LOG_LEVEL_WARNING, cfg->server[i].name,
                     "event=watchdog advice=\"WatchdogSec is below %d times period_s: systemd may "
                     "end a daemon that is well; raise it\"",
                     APP_CONFIG_STALE_PERIODS);
    }
}

static void make_state_folder(const struct config *cfg)
{
    if (file_make_folder(cfg->state_dir) == FC_OK)
        return;
    log_line(LOG_LEVEL_WARNING, NULL,
             "event=state_dir path=%s error=\"%s\" advice=\"nothing is remembered between runs\"",
             cfg->state_dir, strerror(errno));
}

/* A section that does nothing yet must not look as if it did. */
static void tell_unused(const struct config *cfg)
{
    if (cfg->mqtt.is_present)
        log_line(LOG_LEVEL_NOTICE, NULL, "event=unused section=mqtt a later version speaks MQTT");
    if (cfg->http_listen != NULL)
        log_line(LOG_LEVEL_NOTICE, NULL, "event=unused section=http a later version listens");
}

void app_config_prepare(const struct config *cfg)
{
    make_state_folder(cfg);
    tell_unused(cfg);
    check_watchdog(cfg);
}

struct config *app_config_load(const char *path)
{
    struct config *cfg = NULL;
    char *faults = NULL;
    size_t size = 0;
    FILE *errors = open_memstream(&faults, &size);

    if (errors == NULL)
        return NULL;
    if (config_load(path, environ, errors, &cfg) != FC_OK)
        cfg = NULL;
    if (fclose(errors) == 0) {
        for (char *line = strtok(faults, "\n"); line != NULL; line = strtok(NULL, "\n"))
            log_line(LOG_LEVEL_ERR, NULL, "event=config error=\"%s\"", line);
    }
    free(faults);
    if (cfg != NULL && !app_config_are_secrets_fit(cfg)) {
        config_free(cfg);
        cfg = NULL;
    }
    return cfg;
}
