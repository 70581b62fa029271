/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One daemon a BMC: a lock file for each machine in the run-time folder, held as long as the
 * process lives (flock), and the socket beside it on which its daemon takes `release`.
 *
 * The run-time folder is $RUNTIME_DIRECTORY (systemd), else /run/fancurve for root, else
 * $XDG_RUNTIME_DIR/fancurve, else /tmp/fancurve-UID; it is made with mode 0700 where it is not
 * there.
 */
#ifndef FC_HOST_LOCK_H
#define FC_HOST_LOCK_H

#include <stddef.h>
#include <sys/types.h>

#include "core/err.h"

enum { LOCK_PATH_MAX = 256 };

/* The path FOLDER/KEY.SUFFIX. FC_ERR_SYSTEM: the folder can not be made or belongs to somebody
 * else (errno). FC_ERR_RANGE: too long. */
FC_MUST_CHECK enum fc_err lock_path(const char *key, const char *suffix, char path[LOCK_PATH_MAX]);

/* Take the machine's lock. *fd is owned by the caller: closing it gives the lock up. FC_ERR_BUSY:
 * the process *holder has it (0: not known). FC_ERR_SYSTEM, FC_ERR_RANGE as above. */
FC_MUST_CHECK enum fc_err lock_take(const char *key, int *fd, pid_t *holder);

#endif
