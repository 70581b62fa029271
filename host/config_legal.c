/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_parse.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hal/ipmi.h"

__attribute__((format(printf, 2, 3))) static void append(char out[CONFIG_LEGAL_MAX],
                                                         const char *format, ...)
{
    size_t used = strlen(out);
    va_list args;

    va_start(args, format);
    vsnprintf(out + used, CONFIG_LEGAL_MAX - used, format, args);
    va_end(args);
}

static void append_limits(const struct config_row *row, const char *between, char *out)
{
    if (row->type == CONFIG_DECIMAL) {
        char min[32];
        char max[32];

        config_decimal_show(row->min, min, sizeof(min));
        config_decimal_show(row->max, max, sizeof(max));
        append(out, "%s%s%s", min, between, max);
    } else if (row->is_hex) {
        append(out, "0x%02" PRIx64 "%s0x%02" PRIx64, (uint64_t)row->min, between,
               (uint64_t)row->max);
    } else {
        append(out, "%" PRId64 "%s%" PRId64, row->min, between, row->max);
    }
}

static void append_words(const struct config_row *row, char *out)
{
    if (row->type == CONFIG_WORKAROUND) {
        for (unsigned k = 0; hal_ipmi_workaround_name(k) != NULL; k++)
            append(out, "%s%s", k > 0 ? ", " : "", hal_ipmi_workaround_name(k));
        return;
    }
    for (const struct config_word *word = row->words; word->word != NULL; word++)
        append(out, "%s%s", word > row->words ? ", " : "", word->word);
}

void config_range(const struct config_row *row, char out[CONFIG_LEGAL_MAX])
{
    out[0] = '\0';
    switch (row->type) {
    case CONFIG_WHOLE:
    case CONFIG_DECIMAL:
        append_limits(row, " to ", out);
        return;
    case CONFIG_WORD:
    case CONFIG_WORKAROUND:
        append_words(row, out);
        return;
    case CONFIG_ENTITY:
        append(out, "0.0 to 255.127");
        return;
    case CONFIG_NAME:
    case CONFIG_TEXT:
    case CONFIG_TOPIC:
    case CONFIG_PATH:
    case CONFIG_HOST:
    case CONFIG_LISTEN:
        append_limits(row, " to ", out);
        append(out, " bytes");
        return;
    case CONFIG_SECTION:
    case CONFIG_RESERVED:
        return;
    }
}

static void append_keys(const struct config_table *table, char *out)
{
    const char *between = "";

    for (uint32_t i = 0; i < table->n_rows; i++) {
        if (table->row[i].type == CONFIG_RESERVED)
            continue;
        append(out, "%s%s", between, table->row[i].key);
        between = ", ";
    }
}

void config_legal(const struct config_row *row, char out[CONFIG_LEGAL_MAX])
{
    char range[CONFIG_LEGAL_MAX];

    config_range(row, range);
    out[0] = '\0';
    switch (row->type) {
    case CONFIG_WHOLE:
        append(out, "a whole number from %s", range);
        return;
    case CONFIG_DECIMAL:
        append(out, "a number from %s%s%s", range, row->unit != NULL ? " " : "",
               row->unit != NULL ? row->unit : "");
        return;
    case CONFIG_WORD:
    case CONFIG_WORKAROUND:
        append(out, "%s%s", strchr(range, ',') != NULL ? "one of " : "", range);
        return;
    case CONFIG_ENTITY:
        append(out, "an entity and an instance, such as \"3.1\", from %s", range);
        return;
    case CONFIG_NAME:
        append(out, "a name of letters, digits, _ and -, %s", range);
        return;
    case CONFIG_TEXT:
        append(out, "a text on one line, %s", range);
        return;
    case CONFIG_TOPIC:
        append(out, "one MQTT topic without + and #, %s", range);
        return;
    case CONFIG_PATH:
        append(out, "a path, %s", range);
        return;
    case CONFIG_HOST:
        append(out, "a host such as name, name:623, 192.0.2.1 or [2001:db8::1]:623");
        return;
    case CONFIG_LISTEN:
        append(out, "an address and a port such as 127.0.0.1:9786 or [::1]:9786");
        return;
    case CONFIG_SECTION:
        append(out, "the keys ");
        append_keys(row->table, out);
        return;
    case CONFIG_RESERVED:
        append(out, "to leave it out");
        return;
    }
}
