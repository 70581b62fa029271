/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The configuration in force, and the one that would take its place.
 */
#ifndef FC_HOST_APP_CONFIG_H
#define FC_HOST_APP_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "host/config.h"

enum {
    APP_CONFIG_STALE_PERIODS = 3, /* a server whose last tick is older does not feed the watchdog */
};

/* A loaded configuration that several servers still point into. */
struct shared_config {
    struct config *cfg;
    uint32_t users;
};

/* With one user. Takes cfg over, also when it fails. NULL: no memory, or cfg is NULL. */
struct shared_config *shared_config_make(struct config *cfg);
void shared_config_use(struct shared_config *shared);
void shared_config_drop(struct shared_config *shared); /* the last one frees it */

/* The section of the server with this name, or NULL. */
const struct config_server *app_config_find(const struct config *cfg, const char *name);

/* Can every secret file be read, and by nobody else? Faults go to the log. */
bool app_config_are_secrets_fit(const struct config *cfg);

/* What is to be done and said before cfg comes into force: its state folder is made, and what it
 * asks for in vain goes to the log. Blocks on the disk. */
void app_config_prepare(const struct config *cfg);

/* Load the file at path with this process's environment, and look at its secrets. NULL: not fit for
 * use, and the faults are in the log. Blocks on the disk. */
struct config *app_config_load(const char *path);

#endif
