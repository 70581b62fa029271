/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hal/ipmi.h"
#include "host/text.h"

enum {
    DEPTH_MAX = 16, /* the schema is 9 deep */
};

bool config_value_is_usable(const struct config_value *value)
{
    return value != NULL && value->origin != CONFIG_ABSENT && value->origin != CONFIG_BAD;
}

bool config_value_is_list(const struct config_value *value)
{
    return value->row->items_max > 0 && !value->is_item;
}

const struct config_table *config_value_table(const struct config_value *value)
{
    if (value->row->type != CONFIG_SECTION || config_value_is_list(value))
        return NULL;
    return value->row->table;
}

bool config_value_grow(struct config_arena *arena, struct config_value *value, uint32_t n)
{
    value->n_children = 0;
    value->child = config_arena_alloc(arena, n, sizeof(*value->child));
    if (value->child == NULL)
        return false;
    value->n_children = n;
    for (uint32_t i = 0; i < n; i++)
        value->child[i].parent = value;
    return true;
}

struct config_value *config_value_child(const struct config_value *section, const char *key)
{
    if (section == NULL || config_value_table(section) == NULL)
        return NULL;
    for (uint32_t i = 0; i < section->n_children; i++) {
        if (strcmp(section->child[i].row->key, key) == 0)
            return &section->child[i];
    }
    return NULL;
}

struct config_value *config_value_get(const struct config_value *section, const char *key)
{
    struct config_value *child = config_value_child(section, key);

    return config_value_is_usable(child) ? child : NULL;
}

void config_value_path(const struct config_value *value, char out[CONFIG_PATH_TEXT_MAX])
{
    const struct config_value *step[DEPTH_MAX];
    size_t n_steps = 0;
    size_t used = 0;

    for (; value->parent != NULL && n_steps < DEPTH_MAX; value = value->parent)
        step[n_steps++] = value;
    out[0] = '\0';
    while (n_steps > 0) {
        const struct config_value *at = step[--n_steps];
        char *end = out + used;
        size_t left = CONFIG_PATH_TEXT_MAX - used;

        if (at->is_item)
            snprintf(end, left, "[%" PRIu32 "]", at->index);
        else
            snprintf(end, left, "%s%s", used > 0 ? "." : "", at->row->key);
        used += strlen(end);
    }
}

void config_decimal_show(int64_t thousandths, char *out, size_t size)
{
    uint64_t magnitude = thousandths < 0 ? -(uint64_t)thousandths : (uint64_t)thousandths;
    char digits[32];
    size_t length;

    snprintf(digits, sizeof(digits), "%" PRIu64 ".%03" PRIu64, magnitude / 1000, magnitude % 1000);
    length = strlen(digits);
    while (digits[length - 1] == '0')
        length--;
    if (digits[length - 1] == '.')
        length--;
    snprintf(out, size, "%s%.*s", thousandths < 0 ? "-" : "", (int)length, digits);
}

static const char *workaround_name(int64_t flag)
{
    const char *name;

    for (unsigned k = 0; (name = hal_ipmi_workaround_name(k)) != NULL; k++) {
        uint32_t of_name;

        if (hal_ipmi_workaround_parse(name, &of_name) == FC_OK && of_name == flag)
            return name;
    }
    return "";
}

void config_value_show(const struct config_value *value, char *out, size_t size)
{
    int64_t number = value->number;

    out[0] = '\0';
    switch (value->row->type) {
    case CONFIG_WHOLE:
        if (value->row->is_hex)
            snprintf(out, size, "0x%02" PRIx64, (uint64_t)number);
        else
            snprintf(out, size, "%" PRId64, number);
        return;
    case CONFIG_DECIMAL:
        config_decimal_show(number, out, size);
        return;
    case CONFIG_WORD:
        snprintf(out, size, "%s", config_schema_word(value->row, number));
        return;
    case CONFIG_WORKAROUND:
        snprintf(out, size, "%s", workaround_name(number));
        return;
    case CONFIG_ENTITY:
        snprintf(out, size, "%" PRId64 ".%" PRId64, number / 256, number % 256);
        return;
    case CONFIG_NAME:
    case CONFIG_TEXT:
    case CONFIG_TOPIC:
    case CONFIG_PATH:
    case CONFIG_HOST:
    case CONFIG_LISTEN:
        text_printable(value->text, out, size);
        return;
    case CONFIG_SECTION:
    case CONFIG_RESERVED:
        return;
    }
}
