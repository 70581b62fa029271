/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text beside an error (hal_ops.last_text): what a BMC says must not reach a terminal or a log
 * as control characters.
 */
#ifndef HAL_TEXT_H
#define HAL_TEXT_H

#include "hal/hal.h"

/* Format into text; cut at HAL_TEXT_MAX - 1 bytes. Whatever is not printable ASCII becomes '?'. */
__attribute__((format(printf, 2, 3))) void hal_text_set(char text[HAL_TEXT_MAX], const char *format,
                                                        ...);

/* Append in the same way. */
__attribute__((format(printf, 2, 3))) void hal_text_add(char text[HAL_TEXT_MAX], const char *format,
                                                        ...);

/* Make a string of `max` bytes printable in place, without spaces at its end. */
void hal_text_clean(char *text, size_t max);

#endif
