/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the tree of values to the structs that the program works with.
 *
 * Where a row of the schema says offset and store, the value goes there. The rest (references by
 * name, sensors, one thing kept in two places) is done by hand, and core has the last word.
 */
#ifndef FC_HOST_CONFIG_FILL_H
#define FC_HOST_CONFIG_FILL_H

#include "core/err.h"
#include "host/config.h"
#include "host/config_arena.h"
#include "host/config_value.h"

/* Fill *cfg from a tree without faults; everything is owned by the arena, texts by the tree.
 * FC_ERR_CONFIG: a server is not accepted by fc_config_validate(), which means that the rules here
 * and in core differ: *server says which. FC_ERR_MEMORY. */
FC_MUST_CHECK enum fc_err config_fill(struct config_arena *arena, const struct config_value *root,
                                      struct config *cfg, const struct config_value **server);

#endif
