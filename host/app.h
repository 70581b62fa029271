/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The daemon: builds one server after the other, runs them in one loop, and takes them down again.
 */
#ifndef FC_HOST_APP_H
#define FC_HOST_APP_H

#include "host/config.h"

struct app_options {
    const char *config_path; /* read again on SIGHUP */
    bool is_dry_run;         /* decide and log, write nothing */
    bool is_once;            /* one tick each, a hand-back, and the end */
};

/* Run until SIGTERM, SIGINT or, with is_once, until every server has ticked; then hand the fans
 * back for at most stop_timeout_s. Takes cfg over. Returns an enum command_exit: EXIT_OK when every
 * machine accepted the hand-back, EXIT_FAILED when one did not or the daemon could not start,
 * EXIT_USAGE when a secret file is not fit for use. */
int app_run(struct config *cfg, const struct app_options *options);

#endif
