/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the tests of core share: the configuration that they start from (tests/defaults.h), and a
 * comparison that says which row of a table failed.
 */
#ifndef FC_TESTS_CORE_CASES_H
#define FC_TESTS_CORE_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/defaults.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Fail with the row's name unless the two whole numbers are equal. */
#define EXPECT(name, got, want)                                                                    \
    cases_expect((name), #got, (int64_t)(got), (int64_t)(want), __LINE__)

static inline void cases_expect(const char *name, const char *what, int64_t got, int64_t want,
                                int line)
{
    if (got != want)
        fail_msg("line %d: %s: %s is %lld, should be %lld", line, name, what, (long long)got,
                 (long long)want);
}

#endif
