/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a file to a YAML document, whatever the file holds.
 *
 * libyaml takes time that grows with the square of the nesting: 100 kB of "[" keep it busy for ten
 * seconds. So the events are looked at first, and a file that is nested deeper, anchored more often
 * or larger than any configuration is refused before a document is made of it.
 *
 * Aliases are allowed. A node may therefore be its own child; whoever walks a document goes only as
 * deep as its schema.
 */
#ifndef FC_HOST_CONFIG_YAML_H
#define FC_HOST_CONFIG_YAML_H

#include <stddef.h>
#include <yaml.h>

#include "core/err.h"
#include "host/config_arena.h"
#include "host/config_fault.h"

enum {
    CONFIG_BYTES_MAX = 4 * 1024 * 1024, /* 256 servers with every key need a third of it */
    CONFIG_DEPTH_MAX = 32,
    CONFIG_ANCHORS_MAX = 1000,
};

/* The file's text, owned by the arena, with an end behind its size bytes. FC_ERR_CONFIG: it can not
 * be read or is too large, and a fault was added. FC_ERR_MEMORY. Blocks on the file. */
FC_MUST_CHECK enum fc_err config_yaml_read(struct config_arena *arena, const char *path,
                                           struct config_faults *faults, char **text, size_t *size);

/* The one document in text. FC_OK: the caller ends it with yaml_document_delete(). FC_ERR_CONFIG:
 * not YAML, not exactly one document, or out of the bounds above; a fault was added.
 * FC_ERR_MEMORY. */
FC_MUST_CHECK enum fc_err config_yaml_load(const char *text, size_t size,
                                           struct config_faults *faults, yaml_document_t *document);

#endif
