/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One thread that owns one machine's HAL handle and nothing else.
 *
 * Bus calls may block for seconds; the thread that decides may not. So it sends a request and goes
 * on, and the answer comes back through a mailbox. A worker does one thing at a time, and whoever
 * asks keeps at most one request under way.
 *
 * The worker also keeps the link: it opens when it is asked for something, closes after a bus
 * error, and waits longer and longer between attempts (WORKER_RETRY_MIN_MS..WORKER_RETRY_MAX_MS)
 * while the machine can not be reached; a request inside that wait is answered at once, without a
 * packet sent. A reply says when a lost link is back: the machine may have restarted meanwhile and
 * have forgotten who has the fans.
 */
#ifndef FC_HOST_WORKER_H
#define FC_HOST_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/fan.h"
#include "hal/hal.h"

enum {
    WORKER_RETRY_MIN_MS = 1000,
    WORKER_RETRY_MAX_MS = 30000,
};

enum worker_job {
    WORKER_SAMPLE, /* read every channel */
    WORKER_WRITE,  /* do one write */
};

struct worker_request {
    enum worker_job job;
    uint64_t id;          /* comes back in the reply */
    uint64_t deadline_ms; /* real time; a sample stops reading past it: it would come too late */
    struct fc_write write;
    bool is_urgent; /* do not wait out the pause between attempts to connect */
};

struct worker_value {
    int32_t value; /* in its channel's unit; meaningful where err is FC_OK */
    enum fc_err err;
};

struct worker_reply {
    enum worker_job job;
    uint64_t id;
    enum fc_err err; /* of the link or of the write; FC_OK: the machine answered */
    struct fc_write write;
    enum fc_result result; /* of the write */
    bool is_connected;
    bool has_reconnected; /* the link was lost and is back since the last reply */
    uint32_t n_values;
    struct worker_value value[HAL_CHANNELS_MAX]; /* of a sample; all FC_ERR_CLOSED without a link */
    char text[HAL_TEXT_MAX]; /* about err, or about the first channel that failed */
};

/* What the thread works on; also usable without a thread, so that a test can step it. */
struct worker_link {
    struct hal hal;
    uint32_t n_channels;
    uint64_t (*real_ms)(void); /* clock_real_ms, or a test's own clock */
    bool is_open;
    bool was_open;        /* at some time before */
    bool is_lost;         /* since then, and not yet reported as back */
    uint64_t retry_at_ms; /* real time of the next attempt to connect */
    uint32_t retry_pause_ms;
    enum fc_err open_err; /* of the last attempt */
    char open_text[HAL_TEXT_MAX];
};

/* Serve one request. Blocks for as long as the bus does. */
void worker_serve(struct worker_link *link, const struct worker_request *request,
                  struct worker_reply *reply);

struct worker;

/* Start a thread on hal, which the worker owns from now on, also when this fails. *mailbox is the
 * end to send requests to and to receive replies from; it belongs to the worker. FC_ERR_SYSTEM:
 * errno says why. FC_ERR_MEMORY. */
FC_MUST_CHECK enum fc_err worker_start(const struct hal *hal, uint32_t n_channels, int *mailbox,
                                       struct worker **out);

/* Ask it to end its session and its thread after the call that is under way. Does not wait: once it
 * is done, and its replies are read, the mailbox says FC_ERR_CLOSED. */
void worker_leave(struct worker *worker);

/* Free a worker that is about to end or has ended: once its mailbox said FC_ERR_CLOSED this does
 * not block. A worker that is stuck in a call must be left behind with its memory instead, and the
 * process must then end without waiting for it. */
void worker_join(struct worker *worker);

#endif
