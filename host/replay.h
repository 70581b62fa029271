/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Recorded or invented ticks through the core that the daemon runs.
 *
 * The clock, the readings and the requests come from a CSV trace, one row a tick; every write is
 * accepted or refused as the row says. docs/replay.md lists the columns.
 */
#ifndef FC_HOST_REPLAY_H
#define FC_HOST_REPLAY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"
#include "host/config.h"

struct replay_totals {
    uint64_t n_ticks, n_sets, n_releases;
};

/* Decide every row of the trace (size bytes at text, called name in messages) and write one row of
 * decisions each to out. FC_ERR_CONFIG: the trace is malformed; one line NAME:LINE: what is wrong
 * went to errors, and what was written to out so far is worth nothing. FC_ERR_MEMORY. */
FC_MUST_CHECK enum fc_err replay_run(const struct config_server *server, const char *text,
                                     size_t size, const char *name, FILE *out, FILE *errors,
                                     struct replay_totals *totals);

#endif
