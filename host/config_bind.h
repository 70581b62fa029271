/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a YAML document to the tree of values, by the schema: every key must be known, stand once,
 * have the right shape and range; what is required must be there, and what is left out gets its
 * default. Every fault is reported, and the rest of the file is read on.
 */
#ifndef FC_HOST_CONFIG_BIND_H
#define FC_HOST_CONFIG_BIND_H

#include <yaml.h>

#include "core/err.h"
#include "host/config_arena.h"
#include "host/config_fault.h"
#include "host/config_value.h"

struct config_bind {
    struct config_arena *arena;
    struct config_faults *faults;
    const char *folder; /* absolute: what relative paths are relative to */
};

/* Make *root from the document. FC_OK also when faults were added: the tree is then complete but
 * for its bad values. FC_ERR_MEMORY. The document is not kept. */
FC_MUST_CHECK enum fc_err config_bind(const struct config_bind *bind, yaml_document_t *document,
                                      struct config_value *root);

/* Put a scalar of another layer (a variable, and later a tuning) over value, which must be a
 * scalar. A fault names the variable, and the value is bad then. variable must live as long as
 * the tree. FC_ERR_MEMORY. */
FC_MUST_CHECK enum fc_err config_bind_override(const struct config_bind *bind,
                                               struct config_value *value, const char *variable,
                                               const char *text);

#endif
