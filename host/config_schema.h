/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a configuration may say: one row a key. The loader, the faults, `fancurve check` and the
 * table in docs/names.md are all made from these rows and from nothing else.
 *
 * Rows know what can be said of one value alone. Rules that need two values (a name that must
 * exist, a limit below another one) are in config_check.c.
 */
#ifndef FC_HOST_CONFIG_SCHEMA_H
#define FC_HOST_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum config_type {
    CONFIG_SECTION,    /* a mapping; its keys are in .table */
    CONFIG_WHOLE,      /* a whole number, decimal or 0x... */
    CONFIG_DECIMAL,    /* a number with up to 3 decimals, kept in thousandths */
    CONFIG_WORD,       /* one of .words, kept as that word's number */
    CONFIG_WORKAROUND, /* one of FreeIPMI's workarounds, kept as its flag */
    CONFIG_ENTITY,     /* "ENTITY.INSTANCE", kept as entity * 256 + instance */
    CONFIG_NAME,       /* letters, digits, _ and -: safe in a topic, a metric and a file name */
    CONFIG_TEXT,       /* one line of UTF-8 without invisible characters */
    CONFIG_TOPIC,      /* text that is one MQTT topic: no + and no # */
    CONFIG_PATH,       /* a file or folder; relative to the configuration's folder, kept absolute */
    CONFIG_HOST,       /* a host, with or without a port; IPv6 in brackets */
    CONFIG_LISTEN,     /* a host and a port */
    CONFIG_RESERVED,   /* a name kept free for a later version; giving it is a fault */
};

/* How config_fill.c puts a value into its struct. */
enum config_store {
    CONFIG_STORE_BY_HAND, /* not here: the code that knows the place does */
    CONFIG_STORE_I32,     /* int32_t, uint32_t or an enum: ranges keep them all below 2^31 */
    CONFIG_STORE_U64,
    CONFIG_STORE_TEXT, /* char * */
};

struct config_word {
    const char *word; /* NULL ends a list */
    int64_t number;
};

struct config_table;

struct config_row {
    const char *key;
    enum config_type type;
    const char *unit; /* for people; NULL: none */
    /* WHOLE: as written. DECIMAL: thousandths. Texts: length in bytes, min 1. */
    int64_t min;
    int64_t max;
    const char *fallback; /* the default, written as in the file; NULL: none */
    bool is_required;
    bool is_hex;        /* WHOLE: printed as 0x.. */
    bool may_be_single; /* a list of one may be written without brackets */
    /* A list of items_min..items_max such values; items_max 0: no list. */
    uint32_t items_min;
    uint32_t items_max;
    uint32_t only; /* bit k: this key belongs to the selector's word k alone; 0: to all */
    const struct config_word *words;
    const struct config_table *table;
    /* Where it goes: offset in the struct of the section around it. A list of sections goes to
     * offset + index * stride, and their number to count_offset; stride 0: by hand. */
    enum config_store store;
    size_t offset;
    size_t stride;
    size_t count_offset;
    int64_t factor; /* DECIMAL: stored is thousandths * factor; 0 stands for 1 */
    const char *help;
};

/* The keys of one section. */
struct config_table {
    const struct config_row *row;
    uint32_t n_rows;
    bool has_selector; /* the first row is a word that tells which other rows are legal */
};

/* The row of the file as a whole: a section without a key. */
extern const struct config_row config_schema_root;

/* The row of a key, NULL: no such key. */
const struct config_row *config_schema_find(const struct config_table *table, const char *key,
                                            size_t length);

/* The key of the table that was probably meant, NULL: none is near. */
const char *config_schema_nearest(const struct config_table *table, const char *key, size_t length);

/* The word of a number, NULL: no such number. Where two words share it, the first. */
const char *config_schema_word(const struct config_row *row, int64_t number);

#endif
