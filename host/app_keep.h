/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A copy of the configuration in force, in the run-time folder, for `fancurve release` after a
 * crash: the file itself may have been broken meanwhile, or name a BMC no more whose fans we held.
 *
 * Each configuration file has a copy of its own, told apart by the file's path. It is written
 * before a fan moves and removed when every machine accepted the hand-back. It holds what `check`
 * prints, and so no secret.
 */
#ifndef FC_HOST_APP_KEEP_H
#define FC_HOST_APP_KEEP_H

#include "host/config.h"

/* Put cfg, loaded from its path, in place of the copy. A failure is logged and no reason to stop:
 * release then has the file alone. Blocks on the run-time folder, which is in memory. */
void keep_write(const struct config *cfg);
void keep_remove(const char *config_path);

/* The copy that belongs to the configuration file at config_path, without what the environment
 * says today. NULL: there is none, or it does not load. The caller ends it with config_free(). */
struct config *keep_load(const char *config_path);

#endif
