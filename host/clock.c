/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/clock.h"

#include <time.h>

uint64_t clock_real_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_BOOTTIME, &ts);
    return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

struct clock clock_make(uint32_t speed)
{
    struct clock clock = {.start_ms = clock_real_ms(), .speed = speed > 0 ? speed : 1};

    return clock;
}

uint64_t clock_own_ms(const struct clock *clock, uint64_t real_ms)
{
    if (real_ms <= clock->start_ms)
        return clock->start_ms;
    return clock->start_ms + (real_ms - clock->start_ms) * clock->speed;
}

uint64_t clock_real_of_ms(const struct clock *clock, uint64_t own_ms)
{
    if (own_ms <= clock->start_ms)
        return clock->start_ms;
    return clock->start_ms + (own_ms - clock->start_ms + clock->speed - 1) / clock->speed;
}

uint64_t clock_own_now_ms(void *ctx)
{
    return clock_own_ms(ctx, clock_real_ms());
}
