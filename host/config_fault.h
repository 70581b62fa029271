/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The faults of one configuration: collected while it is looked at from several sides, printed in
 * the order of the file, those of the environment behind them.
 *
 *   FILE:LINE: KEY.PATH: what is wrong; what is legal
 *   environment: VARIABLE: what is wrong; what is legal
 *
 * No more than CONFIG_FAULTS_MAX are kept; the rest is counted, so that a file of garbage costs
 * neither memory nor the reader's patience. Text from the file comes in through
 * text_printable() alone.
 */
#ifndef FC_HOST_CONFIG_FAULT_H
#define FC_HOST_CONFIG_FAULT_H

#include <stdint.h>
#include <stdio.h>

#include "host/config_arena.h"
#include "host/config_value.h"

enum {
    CONFIG_FAULTS_MAX = 100,
};

/* In place of a line: the file as a whole. */
#define CONFIG_NO_LINE UINT32_MAX

struct config_fault {
    uint32_t line;  /* 0: of the environment; CONFIG_NO_LINE */
    uint32_t order; /* in which it was found */
    const char *text;
};

/* Zeroed, but for the arena, at the start. */
struct config_faults {
    struct config_arena *arena;
    uint32_t n; /* kept */
    uint32_t n_more;
    struct config_fault fault[CONFIG_FAULTS_MAX];
};

/* A fault of the file at line, from 1, or of the file as a whole (CONFIG_NO_LINE). */
__attribute__((format(printf, 3, 4))) void
config_fault_line(struct config_faults *faults, uint32_t line, const char *format, ...);

/* A fault of one value: its line and path, or its variable, are put in front. */
__attribute__((format(printf, 3, 4))) void config_fault_value(struct config_faults *faults,
                                                              const struct config_value *value,
                                                              const char *format, ...);

/* A fault of a variable that has no value in the tree. */
__attribute__((format(printf, 3, 4))) void
config_fault_variable(struct config_faults *faults, const char *variable, const char *format, ...);

/* Of two values that do not go together, the one to blame: what was changed last, environment
 * before file before default. */
const struct config_value *config_fault_blame(const struct config_value *a,
                                              const struct config_value *b);

/* Where a value came from, for people: "line 12", "default", "environment CEILING". */
void config_fault_place(const struct config_value *value, char *out, size_t size);

/* All of them to out, each on its line; path is the file's. */
void config_fault_print(struct config_faults *faults, const char *path, FILE *out);

#endif
