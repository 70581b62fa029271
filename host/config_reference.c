/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config.h"

#include <inttypes.h>
#include <string.h>

#include "host/config_env.h"
#include "host/config_parse.h"
#include "host/config_schema.h"

enum {
    KEY_PATH_MAX = 128,
};

static const char *type_name(enum config_type type)
{
    switch (type) {
    case CONFIG_SECTION:
        return "section";
    case CONFIG_WHOLE:
        return "whole number";
    case CONFIG_DECIMAL:
        return "decimal";
    case CONFIG_WORD:
    case CONFIG_WORKAROUND:
        return "word";
    case CONFIG_ENTITY:
        return "entity.instance";
    case CONFIG_NAME:
        return "name";
    case CONFIG_TEXT:
        return "text";
    case CONFIG_TOPIC:
        return "topic";
    case CONFIG_PATH:
        return "path";
    case CONFIG_HOST:
        return "host";
    case CONFIG_LISTEN:
        return "host:port";
    case CONFIG_RESERVED:
        return "reserved";
    }
    return "";
}

/* The words of a table's selector that a row belongs to. */
static void print_only(FILE *out, const struct config_table *table, const struct config_row *row)
{
    if (row->only == 0)
        return;
    for (const struct config_word *word = table->row[0].words; word->word != NULL; word++) {
        if ((row->only >> word->number & 1) != 0)
            fprintf(out, "%s only: ", word->word);
    }
}

static void print_row(FILE *out, const struct config_table *table, const struct config_row *row,
                      const char *path)
{
    char range[CONFIG_LEGAL_MAX];

    config_range(row, range);
    fprintf(out, "| `%s` | %s", path, type_name(row->type));
    if (row->items_max > 0)
        fprintf(out, ", list of %" PRIu32 " to %" PRIu32, row->items_min, row->items_max);
    fprintf(out, " | %s | %s | ", row->unit != NULL ? row->unit : "", range);
    if (row->fallback != NULL)
        fprintf(out, "`%s`", row->fallback);
    else if (row->is_required)
        fputs("required", out);
    fputs(" | ", out);
    print_only(out, table, row);
    fprintf(out, "%s |\n", row->help);
}

/* Calls itself for sections within sections: as deep as the schema.
 * NOLINTNEXTLINE(misc-no-recursion) */
static void print_table(FILE *out, const struct config_table *table, const char *prefix)
{
    for (uint32_t i = 0; i < table->n_rows; i++) {
        const struct config_row *row = &table->row[i];
        char path[KEY_PATH_MAX];

        snprintf(path, sizeof(path), "%s%s%s", prefix, row->key, row->items_max > 0 ? "[]" : "");
        print_row(out, table, row, path);
        if (row->type != CONFIG_SECTION)
            continue;
        snprintf(path, sizeof(path), "%s%s%s.", prefix, row->key, row->items_max > 0 ? "[]" : "");
        print_table(out, row->table, path);
    }
}

void config_print_reference(FILE *out)
{
    fputs("| key | type | unit | range | default | meaning |\n"
          "| --- | --- | --- | --- | --- | --- |\n",
          out);
    print_table(out, config_schema_root.table, "");
    fputc('\n', out);
    config_env_print_reference(out);
}
