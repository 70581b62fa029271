/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A configuration between file and struct: a tree of values, each with the place it came from.
 *
 *   root ── section: one child a row of its table, in the table's order, absent ones included
 *            ├─ period_s    number 15000      FILE, line 12
 *            ├─ control     section
 *            │   └─ ceiling_c  number 80000   ENVIRONMENT, CEILING
 *            └─ sources     list: one child an item
 *                └─ [0]     section
 *
 * The file fills it (config_bind.c), the environment changes it (config_env.c), the rules look at
 * it (config_check.c), the struct is made from it (config_fill.c), and it is kept for the printout
 * (config_print.c). A later layer, such as tuning that was stored, changes it in the same way.
 */
#ifndef FC_HOST_CONFIG_VALUE_H
#define FC_HOST_CONFIG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/config_arena.h"
#include "host/config_schema.h"

enum config_origin {
    CONFIG_ABSENT,
    CONFIG_BAD, /* given, but not legal: a fault was reported, and no rule looks at it */
    CONFIG_FROM_DEFAULT,
    CONFIG_FROM_FILE,
    CONFIG_FROM_ENVIRONMENT,
};

enum {
    CONFIG_PATH_TEXT_MAX = 256, /* bytes of the longest place in the tree, with its end */
};

struct config_value {
    const struct config_row *row; /* of an item: the row of its list */
    const struct config_value *parent;
    bool is_item;
    uint32_t index; /* of an item */
    enum config_origin origin;
    uint32_t line;        /* in the file; of a default: that of the section around it */
    const char *variable; /* CONFIG_FROM_ENVIRONMENT: its name */
    int64_t number;       /* of a scalar that is a number, as in config_schema.h */
    char *text;           /* of a scalar that is a text; owned by the arena */
    uint32_t n_children;
    struct config_value *child;
};

/* Can it be relied on: given or by default, and legal? NULL is not. */
bool config_value_is_usable(const struct config_value *value);

/* Has it items (true), or is it a scalar or section? */
bool config_value_is_list(const struct config_value *value);

/* The keys of a section or of a list's item; NULL for anything else. */
const struct config_table *config_value_table(const struct config_value *value);

/* Give value n children that know it; n may be 0. False: out of memory, and it has none. */
bool config_value_grow(struct config_arena *arena, struct config_value *value, uint32_t n);

/* The child of a section by its key; NULL: no such key, or section is NULL. May be absent or bad:
 * see config_value_is_usable(). */
struct config_value *config_value_child(const struct config_value *section, const char *key);

/* The same, but NULL unless the child is usable. */
struct config_value *config_value_get(const struct config_value *section, const char *key);

/* The place in the tree as people write it: servers[0].control.ceiling_c. Empty for the root. */
void config_value_path(const struct config_value *value, char out[CONFIG_PATH_TEXT_MAX]);

/* The value of a scalar as people write it, without control characters, cut to size. */
void config_value_show(const struct config_value *value, char *out, size_t size);

/* A number of thousandths as a decimal without needless digits: 15, 0.05, -3.5. */
void config_decimal_show(int64_t thousandths, char *out, size_t size);

#endif
