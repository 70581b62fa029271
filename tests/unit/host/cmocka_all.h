/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cmocka with what it wants to see before it.
 */
#ifndef TEST_CMOCKA_ALL_H
#define TEST_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
