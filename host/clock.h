/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server's own clock. It counts suspension, never goes back, and for the simulated board runs
 * faster than life: a server's period, time-outs and clocks of the law are all in its own time.
 */
#ifndef FC_HOST_CLOCK_H
#define FC_HOST_CLOCK_H

#include <stdint.h>

struct clock {
    uint64_t start_ms; /* real time at which the clock was made */
    uint32_t speed;    /* own milliseconds a real one, at least 1 */
};

/* CLOCK_BOOTTIME in milliseconds. */
uint64_t clock_real_ms(void);

struct clock clock_make(uint32_t speed);

/* The server's own time at real time real_ms. */
uint64_t clock_own_ms(const struct clock *clock, uint64_t real_ms);

/* The first real millisecond at which the server's own time is own_ms or later. */
uint64_t clock_real_of_ms(const struct clock *clock, uint64_t own_ms);

/* The server's own time now; ctx is a struct clock. In the shape that sim/ asks for. */
uint64_t clock_own_now_ms(void *ctx);

#endif
