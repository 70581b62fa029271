/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_bind.h"

#include <inttypes.h>
#include <string.h>

#include "host/config_parse.h"
#include "host/config_yaml.h"

/* One document being bound. Of a default, all lines are that of the section around it. */
struct binder {
    const struct config_bind *bind;
    yaml_document_t *document;
    enum config_origin origin;
    uint32_t default_line;
};

static uint32_t line_of(const struct binder *b, const yaml_node_t *node)
{
    if (b->origin == CONFIG_FROM_DEFAULT)
        return b->default_line;
    return (uint32_t)node->start_mark.line + 1;
}

static void set_bad(struct config_value *value)
{
    value->origin = CONFIG_BAD;
    value->n_children = 0;
}

static void refuse(const struct binder *b, struct config_value *value, const char *why)
{
    char legal[CONFIG_LEGAL_MAX];

    config_legal(value->row, legal);
    config_fault_value(b->bind->faults, value, "%s; legal: %s", why, legal);
    set_bad(value);
}

static const char *shape_of(const yaml_node_t *node)
{
    switch (node->type) {
    case YAML_SCALAR_NODE:
        return "a single value";
    case YAML_SEQUENCE_NODE:
        return "a list";
    case YAML_MAPPING_NODE:
        return "a section";
    case YAML_NO_NODE:
        break;
    }
    return "nothing";
}

/* A tag such as !!int asks for another reading than the schema's. */
static bool has_tag(const yaml_node_t *node)
{
    const char *tag = (const char *)node->tag;

    return tag != NULL && strcmp(tag, YAML_DEFAULT_SCALAR_TAG) != 0 &&
           strcmp(tag, YAML_DEFAULT_SEQUENCE_TAG) != 0 &&
           strcmp(tag, YAML_DEFAULT_MAPPING_TAG) != 0;
}

static struct config_scalar scalar_of(const yaml_node_t *node)
{
    return (struct config_scalar){
        .text = (const char *)node->data.scalar.value,
        .length = node->data.scalar.length,
        .is_quoted = node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE,
    };
}

/* `control:` with every key commented out. */
static bool is_nothing(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0 &&
           node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static void bind_scalar(const struct binder *b, const struct config_scalar *scalar,
                        struct config_value *value)
{
    char why[CONFIG_WHY_MAX];

    if (config_parse(b->bind->arena, b->bind->folder, scalar, value, why) == FC_ERR_RANGE)
        refuse(b, value, why);
}

static void fault_of_unknown(const struct binder *b, const struct config_value *section,
                             const yaml_node_t *key)
{
    const struct config_table *table = config_value_table(section);
    struct config_scalar scalar = scalar_of(key);
    const char *nearest = config_schema_nearest(table, scalar.text, scalar.length);
    char shown[CONFIG_WHY_MAX];
    char path[CONFIG_PATH_TEXT_MAX];
    char legal[CONFIG_LEGAL_MAX];

    config_shorten(scalar.text, scalar.length, shown);
    config_value_path(section, path);
    config_legal(section->row, legal);
    config_fault_line(b->bind->faults, line_of(b, key), "%s%s%s: unknown key%s%s%s; legal: %s",
                      path, path[0] != '\0' ? "." : "", shown, nearest ? ", did you mean " : "",
                      nearest ? nearest : "", nearest ? "?" : "", legal);
}

/* Take one key of a mapping: remember its node, or say why not. */
static void take_key(const struct binder *b, struct config_value *section,
                     const yaml_node_pair_t *pair, yaml_node_t **found)
{
    const struct config_table *table = config_value_table(section);
    yaml_node_t *key = yaml_document_get_node(b->document, pair->key);
    const struct config_row *row;
    struct config_value *value;

    if (key->type != YAML_SCALAR_NODE) {
        config_fault_line(b->bind->faults, line_of(b, key), "a key is %s; legal: a word",
                          shape_of(key));
        return;
    }
    row = config_schema_find(table, (const char *)key->data.scalar.value, key->data.scalar.length);
    if (row == NULL) {
        fault_of_unknown(b, section, key);
        return;
    }
    value = &section->child[row - table->row];
    if (value->origin != CONFIG_ABSENT) {
        char path[CONFIG_PATH_TEXT_MAX];

        config_value_path(value, path);
        config_fault_line(b->bind->faults, line_of(b, key),
                          "%s: given twice, first in line %" PRIu32 "; legal: once", path,
                          value->line);
        return;
    }
    value->origin = b->origin;
    value->line = line_of(b, key);
    found[row - table->row] = yaml_document_get_node(b->document, pair->value);
    if (row->type == CONFIG_RESERVED) {
        config_fault_value(b->bind->faults, value, "reserved for a later version; leave it out");
        set_bad(value);
    }
}

/* From here on functions call each other in a circle: a section holds values, and a value may be a
 * section. How deep that goes is bounded by the tables of the schema (9), not by the file.
 * NOLINTBEGIN(misc-no-recursion) */
static void bind_value(const struct binder *b, yaml_node_t *node, struct config_value *value);

/* The value of a row that the file leaves out. */
static void bind_default(const struct binder *b, struct config_value *value)
{
    const struct config_row *row = value->row;
    struct binder of_default = {
        .bind = b->bind, .origin = CONFIG_FROM_DEFAULT, .default_line = value->line};
    yaml_document_t document;
    enum fc_err err;

    value->origin = CONFIG_FROM_DEFAULT;
    if (row->items_max == 0 && row->type != CONFIG_SECTION) {
        struct config_scalar scalar = {.text = row->fallback, .length = strlen(row->fallback)};

        bind_scalar(&of_default, &scalar, value);
        return;
    }
    err = config_yaml_load(row->fallback, strlen(row->fallback), b->bind->faults, &document);
    if (err == FC_ERR_MEMORY)
        config_arena_set_exhausted(b->bind->arena);
    if (err != FC_OK) {
        set_bad(value);
        return;
    }
    of_default.document = &document;
    bind_value(&of_default, yaml_document_get_root_node(&document), value);
    yaml_document_delete(&document);
}

/* May this key stand in this section, by the word of its selector? An unknown word is a fault of
 * its own; then no key is wrong for it and none is missed. */
static bool is_selected(const struct config_value *section, const struct config_row *row)
{
    const struct config_value *selector = &section->child[0];

    if (row->only == 0)
        return true;
    return config_value_is_usable(selector) && (row->only >> selector->number & 1) != 0;
}

static void fault_of_selector(const struct binder *b, const struct config_value *value)
{
    const struct config_value *selector = &value->parent->child[0];

    if (!config_value_is_usable(selector))
        return;
    config_fault_value(b->bind->faults, value, "does not belong to %s %s (line %" PRIu32 ")",
                       selector->row->key, config_schema_word(selector->row, selector->number),
                       selector->line);
}

static void bind_row(const struct binder *b, yaml_node_t *node, struct config_value *value)
{
    const struct config_row *row = value->row;
    bool is_legal = is_selected(value->parent, row);

    if (value->origin == CONFIG_BAD)
        return;
    if (value->origin != CONFIG_ABSENT) {
        if (!is_legal) {
            fault_of_selector(b, value);
            set_bad(value);
            return;
        }
        bind_value(b, node, value);
        return;
    }
    value->line = value->parent->line;
    if (!is_legal)
        return;
    if (row->fallback != NULL) {
        bind_default(b, value);
    } else if (row->is_required) {
        refuse(b, value, "required, but missing");
    }
}

static void bind_section(const struct binder *b, yaml_node_t *node, struct config_value *section)
{
    const struct config_table *table = section->row->table;
    yaml_node_t **found = config_arena_alloc(b->bind->arena, table->n_rows, sizeof(yaml_node_t *));

    if (has_tag(node) || (node->type != YAML_MAPPING_NODE && !is_nothing(node))) {
        refuse(b, section, "not a section of keys");
        return;
    }
    if (found == NULL || !config_value_grow(b->bind->arena, section, table->n_rows))
        return;
    for (uint32_t i = 0; i < table->n_rows; i++)
        section->child[i].row = &table->row[i];
    if (node->type == YAML_MAPPING_NODE) {
        const yaml_node_pair_t *end = node->data.mapping.pairs.top;

        for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++)
            take_key(b, section, pair, found);
    }
    for (uint32_t i = 0; i < table->n_rows; i++)
        bind_row(b, found[i], &section->child[i]);
}

static void bind_one(const struct binder *b, yaml_node_t *node, struct config_value *value)
{
    struct config_scalar scalar;

    if (value->row->type == CONFIG_SECTION) {
        bind_section(b, node, value);
        return;
    }
    if (node->type != YAML_SCALAR_NODE || has_tag(node)) {
        refuse(b, value, node->type != YAML_SCALAR_NODE ? "not a single value" : "has a tag");
        return;
    }
    scalar = scalar_of(node);
    bind_scalar(b, &scalar, value);
}

static bool add_items(const struct binder *b, struct config_value *list, size_t n)
{
    if (!config_value_grow(b->bind->arena, list, (uint32_t)n))
        return false;
    for (uint32_t i = 0; i < list->n_children; i++) {
        struct config_value *item = &list->child[i];

        item->row = list->row;
        item->is_item = true;
        item->index = i;
        item->origin = b->origin;
        item->line = list->line;
    }
    return true;
}

static void bind_list(const struct binder *b, yaml_node_t *node, struct config_value *list)
{
    const struct config_row *row = list->row;
    size_t n;

    if (node->type == YAML_SCALAR_NODE && row->may_be_single) {
        if (add_items(b, list, 1))
            bind_one(b, node, &list->child[0]);
        return;
    }
    if (node->type != YAML_SEQUENCE_NODE || has_tag(node)) {
        config_fault_value(b->bind->faults, list,
                           "%s; legal: a list of %" PRIu32 " to %" PRIu32 " of them",
                           shape_of(node), row->items_min, row->items_max);
        set_bad(list);
        return;
    }
    n = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (n < row->items_min || n > row->items_max) {
        config_fault_value(b->bind->faults, list,
                           "a list of %zu; legal: %" PRIu32 " to %" PRIu32 " of them", n,
                           row->items_min, row->items_max);
        set_bad(list);
        return;
    }
    if (!add_items(b, list, n))
        return;
    for (uint32_t i = 0; i < n; i++) {
        yaml_node_t *item = yaml_document_get_node(b->document, node->data.sequence.items.start[i]);

        list->child[i].line = line_of(b, item);
        bind_one(b, item, &list->child[i]);
    }
}

static void bind_value(const struct binder *b, yaml_node_t *node, struct config_value *value)
{
    if (config_value_is_list(value))
        bind_list(b, node, value);
    else
        bind_one(b, node, value);
}
/* NOLINTEND(misc-no-recursion) */

enum fc_err config_bind(const struct config_bind *bind, yaml_document_t *document,
                        struct config_value *root)
{
    struct binder b = {.bind = bind, .document = document, .origin = CONFIG_FROM_FILE};
    yaml_node_t *node = yaml_document_get_root_node(document);

    *root = (struct config_value){.row = &config_schema_root, .origin = CONFIG_FROM_FILE};
    root->line = node != NULL ? line_of(&b, node) : 1;
    if (node == NULL)
        refuse(&b, root, "the document is empty");
    else
        bind_section(&b, node, root);
    return config_arena_is_exhausted(bind->arena) ? FC_ERR_MEMORY : FC_OK;
}

enum fc_err config_bind_override(const struct config_bind *bind, struct config_value *value,
                                 const char *variable, const char *text)
{
    struct binder b = {.bind = bind, .origin = CONFIG_FROM_ENVIRONMENT};
    struct config_scalar scalar = {.text = text, .length = strlen(text)};

    value->origin = CONFIG_FROM_ENVIRONMENT;
    value->variable = variable;
    bind_scalar(&b, &scalar, value);
    return config_arena_is_exhausted(bind->arena) ? FC_ERR_MEMORY : FC_OK;
}
