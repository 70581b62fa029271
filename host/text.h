/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The edge where text and doubles become the integers of core. Each number is converted once, here.
 */
#ifndef FC_HOST_TEXT_H
#define FC_HOST_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* Is this no answer at all: empty, or Home Assistant's own `unknown` and `unavailable`? */
bool text_is_nothing(const char *text);

/* A decimal number, all of the text: sign, digits, point, exponent; also nan, inf and -inf in any
 * case. FC_ERR_RANGE: anything else (hexadecimal, blanks, trailing letters). */
FC_MUST_CHECK enum fc_err text_to_double(const char *text, double *value);

/* A whole decimal number, all of the text. FC_ERR_RANGE: anything else, or too large. */
FC_MUST_CHECK enum fc_err text_to_int64(const char *text, int64_t *value);

/* Whole percent, rounded half up; beyond int32 the nearest end. value must be finite. */
int32_t pct_from_double(double value);

/* Degrees C to milli-degrees; beyond int32 the nearest end. FC_ERR_RANGE: more than 3 decimals.
 * value must be finite. */
FC_MUST_CHECK enum fc_err mc_from_double(double value_c, int32_t *temp_mc);

/* Seconds to milliseconds, rounded down or up; beyond int64 the nearest end. Not nan. */
int64_t ms_from_seconds_down(double value_s);
int64_t ms_from_seconds_up(double value_s);

/* Copy text to out, which holds size bytes, with every control character and every byte that is
 * not part of valid UTF-8 written as \xNN, so that no outside text can forge a line of a log.
 * Always terminated; what does not fit is cut. */
void text_printable(const char *text, char *out, size_t size);

#endif
