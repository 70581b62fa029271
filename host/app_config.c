/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hal/hal.h"
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
