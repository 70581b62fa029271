/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whole files, read and replaced.
 */
#ifndef FC_HOST_FILE_H
#define FC_HOST_FILE_H

#include <stddef.h>

#include "core/err.h"

/* The whole file at path, or standard input for "-". *text is owned by the caller (free()), and
 * has a NUL behind its size bytes. FC_ERR_SYSTEM: errno says why. Blocks on the file. */
FC_MUST_CHECK enum fc_err file_read(const char *path, char **text, size_t *size);

/* Put size bytes in place of the file at path: written beside it, synced and renamed, so that a
 * reader finds the old file or the new one. What is not a regular file (a terminal, a pipe, a
 * device), and "-" for standard output, is written to directly. FC_ERR_SYSTEM: errno says why, and
 * the old file still stands. Blocks on the disk. */
FC_MUST_CHECK enum fc_err file_replace(const char *path, const char *text, size_t size);

/* The folder at path and those above it, with mode 0750 where they are made. FC_ERR_SYSTEM: errno
 * says why. */
FC_MUST_CHECK enum fc_err file_make_folder(const char *path);

#endif
