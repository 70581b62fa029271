/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every test of sim/ includes: cmocka, and a comparison of doubles, which cmocka lacks.
 */
#ifndef TEST_SIM_NEAR_H
#define TEST_SIM_NEAR_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* |value - want| <= margin, false for what is not a number; prints both if not. */
static inline bool is_near(double value, double want, double margin)
{
    if (fabs(value - want) <= margin)
        return true;
    print_error("%g is not within %g of %g\n", value, margin, want);
    return false;
}

#define assert_near(value, want, margin) assert_true(is_near((value), (want), (margin)))

#endif
