/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one poll loop: file descriptors, signals and one timer. The clock is read once a wake-up and
 * shared by all work of that wake-up.
 */
#ifndef FC_HOST_LOOP_H
#define FC_HOST_LOOP_H

#include <signal.h>
#include <stdint.h>

#include "core/err.h"

/* Called when something can be read, or the other end is gone. Must not block. */
struct loop_handler {
    void (*ready)(void *ctx, uint64_t now_ms);
    void *ctx;
};

struct loop;

/* Blocks the signals of mask for this thread and those it starts from now on, and reads them here.
 * FC_ERR_SYSTEM: errno says why. FC_ERR_MEMORY. */
FC_MUST_CHECK enum fc_err loop_open(const sigset_t *mask, struct loop **out);
void loop_close(struct loop *loop); /* NULL is allowed; watched descriptors stay open */

/* FC_ERR_MEMORY. A descriptor is watched once. */
FC_MUST_CHECK enum fc_err loop_watch(struct loop *loop, int fd, struct loop_handler handler);
void loop_unwatch(struct loop *loop, int fd); /* also from inside a handler */

/* Wait until something is ready or real time due_ms has come (UINT64_MAX: no timer), call the
 * handlers, and give the time of the wake-up. *signal is the signal that came, or 0. */
uint64_t loop_turn(struct loop *loop, uint64_t due_ms, int *signal);

#endif
