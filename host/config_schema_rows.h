/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the schema share: how a row is written, and the limits of texts. For
 * config_schema*.c alone.
 */
#ifndef FC_HOST_CONFIG_SCHEMA_ROWS_H
#define FC_HOST_CONFIG_SCHEMA_ROWS_H

#include <stddef.h>

#include "host/config.h"
#include "host/config_schema.h"

#define CONFIG_TABLE(rows)                                                                         \
    {                                                                                              \
        .row = (rows), .n_rows = sizeof(rows) / sizeof((rows)[0])                                  \
    }

/* Where the value goes: a member of the struct that belongs to the section around the row. */
#define CONFIG_I32(type, member) .store = CONFIG_STORE_I32, .offset = offsetof(struct type, member)
#define CONFIG_U64(type, member) .store = CONFIG_STORE_U64, .offset = offsetof(struct type, member)
#define CONFIG_STR(type, member) .store = CONFIG_STORE_TEXT, .offset = offsetof(struct type, member)
#define CONFIG_LIST(type, item, member, count)                                                     \
    .offset = offsetof(struct type, member), .stride = sizeof(struct item),                        \
    .count_offset = offsetof(struct type, count)

enum {
    CONFIG_TEXT_BYTES_MAX = 255,
    CONFIG_PATH_BYTES_MAX = 4000,
    CONFIG_NAME_BYTES_MAX = CONFIG_NAME_MAX - 1,
};

extern const struct config_table config_schema_bmc;    /* config_schema_bmc.c */
extern const struct config_table config_schema_server; /* config_schema_server.c */

#endif
