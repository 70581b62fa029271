/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later
 *
 * The little arithmetic that every room needs, written so that no argument can overflow it.
 */
#ifndef FC_NUMBER_H
#define FC_NUMBER_H

#include <stdint.h>

/* value, bounded to low..high. low must not exceed high. */
int32_t fc_clamp(int32_t value, int32_t low, int32_t high);

/* a + b, or UINT64_MAX where that would not fit: a clock that runs for ever stays at its end. */
uint64_t fc_add_sat(uint64_t a, uint64_t b);

/* now - then, or 0 where the clock went back. The only function that may compare two times. */
uint64_t fc_elapsed_ms(uint64_t then_ms, uint64_t now_ms);

#endif
