/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One scalar: from the text in the file or in a variable to a checked value, by its row.
 *
 * Numbers are strict. A whole number is decimal without a leading zero (which YAML 1.1 reads as
 * octal and everybody else does not) or 0x and hexadecimal digits; a decimal has at most 3 digits
 * behind its point, none of which is ever rounded away. nan, inf, exponents, units and signs other
 * than a minus are no numbers.
 */
#ifndef FC_HOST_CONFIG_PARSE_H
#define FC_HOST_CONFIG_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "host/config_arena.h"
#include "host/config_value.h"

enum {
    CONFIG_WHY_MAX = 256,   /* bytes of what is wrong, with its end */
    CONFIG_LEGAL_MAX = 640, /* bytes of what is legal, with its end */
};

struct config_scalar {
    const char *text; /* has an end at length */
    size_t length;
    bool is_quoted; /* in quotes or a block: a text, never a number and never nothing */
};

/* Set number or text of value from the scalar. folder is what a relative path is relative to:
 * absolute, without a slash at its end. FC_ERR_RANGE: not legal, and why says what is wrong, one
 * line without control characters. FC_ERR_MEMORY. Opens nothing. */
FC_MUST_CHECK enum fc_err config_parse(struct config_arena *arena, const char *folder,
                                       const struct config_scalar *scalar,
                                       struct config_value *value, char why[CONFIG_WHY_MAX]);

/* What is legal for a row: "a whole number from 1 to 100", "one of always, once_seen, never". */
void config_legal(const struct config_row *row, char out[CONFIG_LEGAL_MAX]);

/* The range alone, for the reference table; empty where there is nothing to say. */
void config_range(const struct config_row *row, char out[CONFIG_LEGAL_MAX]);

/* true, yes, 1 and false, no, 0, as the replaced shell script took them. FC_ERR_RANGE: other. */
FC_MUST_CHECK enum fc_err config_parse_switch(const char *text, bool *is_on);

/* What somebody wrote, as a fault may repeat it: without control characters, shortened. */
void config_shorten(const char *text, size_t length, char out[CONFIG_WHY_MAX]);

#endif
