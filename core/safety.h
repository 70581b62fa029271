/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later
 *
 * Room safety: may we own the fans at all?
 *
 *                     stop (from anywhere, for ever)
 *                        ---------------> STOPPED
 *
 *           any temp >= ceiling                  reading fails
 *      CLEAR ---------------> CEILING      CLEAR ------------> FAILED
 *        ^                       |           ^                    | max_read_failures in a row
 *        |  all temps < resume   |           |   a good reading   v
 *        +-- for resume_stable --+           +---------------- BLIND
 *
 * The three latches (stop, ceiling, failures) run side by side; the verdict is the first that
 * applies in the order stop, ceiling, blind, failed. Where the ceiling is met with full fans
 * instead of a hand-back, blind goes first: nobody holds the fans who cannot see.
 */
#ifndef FC_SAFETY_H
#define FC_SAFETY_H

#include <stdint.h>

#include "core/config.h"
#include "core/source.h"

enum {
    /* A tick earns at most this much recovery, so that a suspended host does not fake one. */
    FC_RECOVERY_CREDIT_MAX_MS = 30000,
};

struct fc_safety {
    uint32_t cooling_ms; /* recovery clock, 0..FC_SPAN_MAX_MS; 0 while it stands */
    uint32_t failures;   /* failed readings in a row, 0..max_read_failures */
    uint8_t is_stopped;  /* latched */
    uint8_t is_hot;      /* latched until recovered */
    uint8_t is_cooling;  /* the recovery clock runs */
};

enum fc_verdict {
    FC_VERDICT_CLEAR,   /* decide as asked */
    FC_VERDICT_FAILED,  /* this reading failed: change nothing */
    FC_VERDICT_BLIND,   /* too many failed: the firmware */
    FC_VERDICT_CEILING, /* too hot, or not yet recovered */
    FC_VERDICT_STOPPED, /* asked to stop: the firmware, for ever */
};

/* Advance every latch and give the verdict. is_tick is 0 between ticks: the failures are then not
 * counted again, because the reading is not a new one. elapsed_ms: since the last call. */
enum fc_verdict fc_safety_step(struct fc_safety *safety, const struct fc_config *cfg,
                               const struct fc_belief *belief, uint64_t elapsed_ms, uint8_t is_tick,
                               uint8_t is_stop);

#endif
