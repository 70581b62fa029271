/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The environment of the shell script that this program replaces: it goes over the file, for the
 * first server alone. An empty variable counts as not set.
 */
#ifndef FC_HOST_CONFIG_ENV_H
#define FC_HOST_CONFIG_ENV_H

#include <stdbool.h>
#include <stdio.h>

#include "core/err.h"
#include "host/config_bind.h"

struct config_switches {
    bool is_dry_run; /* DRY_RUN */
    bool is_once;    /* RUN_ONCE */
};

/* Put env (NULL-terminated NAME=VALUE, or NULL) over the tree. A bad value, and one that has no
 * place in this tree (a profile with more than two points), adds a fault. FC_ERR_MEMORY. */
FC_MUST_CHECK enum fc_err config_env_apply(const struct config_bind *bind, char *const *env,
                                           struct config_value *root,
                                           struct config_switches *switches);

/* The table of the variables in docs/names.md. */
void config_env_print_reference(FILE *out);

#endif
