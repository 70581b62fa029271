/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later */
#include "core/number.h"

int32_t fc_clamp(int32_t value, int32_t low, int32_t high)
{
    if (value < low)
        return low;
    return value > high ? high : value;
}

uint64_t fc_add_sat(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

uint64_t fc_elapsed_ms(uint64_t then_ms, uint64_t now_ms)
{
    return now_ms < then_ms ? 0 : now_ms - then_ms;
}
