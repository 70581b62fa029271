/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/worker.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/clock.h"
#include "host/mailbox.h"

/* ---- the link ---- */

static void copy_text(char out[HAL_TEXT_MAX], const char *text)
{
    snprintf(out, HAL_TEXT_MAX, "%s", text);
}

static void lose_link(struct worker_link *link)
{
    link->hal.ops->close(link->hal.ctx);
    link->is_open = false;
    link->is_lost = link->was_open;
}

static void plan_retry(struct worker_link *link)
{
    uint32_t pause_ms = link->retry_pause_ms * 2;

    if (pause_ms < WORKER_RETRY_MIN_MS)
        pause_ms = WORKER_RETRY_MIN_MS;
    if (pause_ms > WORKER_RETRY_MAX_MS)
        pause_ms = WORKER_RETRY_MAX_MS;
    link->retry_pause_ms = pause_ms;
    /* From the end of the attempt: one that takes its whole time-out is no reason to spin. */
    link->retry_at_ms = link->real_ms() + pause_ms;
}

static enum fc_err ensure_open(struct worker_link *link, const struct worker_request *request,
                               struct worker_reply *reply)
{
    if (link->is_open)
        return FC_OK;
    if (link->real_ms() < link->retry_at_ms && !request->is_urgent)
        return link->open_err;
    link->open_err = link->hal.ops->open(link->hal.ctx);
    if (link->open_err != FC_OK) {
        copy_text(link->open_text, link->hal.ops->last_text(link->hal.ctx));
        link->hal.ops->close(link->hal.ctx);
        plan_retry(link);
        return link->open_err;
    }
    link->is_open = true;
    link->was_open = true;
    link->retry_pause_ms = 0;
    link->open_text[0] = '\0';
    if (link->is_lost) {
        link->is_lost = false;
        reply->has_reconnected = true;
    }
    return FC_OK;
}

/* ---- jobs ---- */

/* Read every channel until the link fails or time is up. */
static enum fc_err read_channels(struct worker_link *link, uint64_t deadline_ms,
                                 struct worker_reply *reply)
{
    for (uint32_t k = 0; k < link->n_channels; k++) {
        struct worker_value *value = &reply->value[k];

        if (link->real_ms() >= deadline_ms)
            return FC_ERR_TIMEOUT;
        value->err = link->hal.ops->read(link->hal.ctx, k, &value->value);
        if (value->err != FC_OK && reply->text[0] == '\0')
            copy_text(reply->text, link->hal.ops->last_text(link->hal.ctx));
        if (hal_is_bus_error(value->err)) {
            enum fc_err err = value->err;

            lose_link(link);
            return err;
        }
    }
    return FC_OK;
}

static void sample(struct worker_link *link, const struct worker_request *request,
                   struct worker_reply *reply)
{
    reply->n_values = link->n_channels;
    for (uint32_t k = 0; k < link->n_channels; k++)
        reply->value[k].err = FC_ERR_CLOSED;
    if (reply->err != FC_OK)
        return;
    reply->err = read_channels(link, request->deadline_ms, reply);
}

static enum fc_err do_write(struct worker_link *link, const struct fc_write *write)
{
    switch (write->action) {
    case FC_ACTION_SET:
        return link->hal.ops->set_duty(link->hal.ctx, write->duty_pct);
    case FC_ACTION_RELEASE:
        return link->hal.ops->release(link->hal.ctx);
    case FC_ACTION_HOLD:
        return FC_OK;
    }
    return FC_OK;
}

static void write_once(struct worker_link *link, const struct worker_request *request,
                       struct worker_reply *reply)
{
    reply->write = request->write;
    reply->result = FC_RESULT_UNANSWERED;
    if (reply->err != FC_OK)
        return;
    reply->err = do_write(link, &request->write);
    if (reply->err == FC_OK) {
        reply->result = FC_RESULT_ACCEPTED;
        return;
    }
    copy_text(reply->text, link->hal.ops->last_text(link->hal.ctx));
    if (hal_is_refusal(reply->err))
        reply->result = FC_RESULT_REFUSED;
    if (hal_is_bus_error(reply->err))
        lose_link(link);
}

static void do_job(struct worker_link *link, const struct worker_request *request,
                   struct worker_reply *reply)
{
    reply->err = ensure_open(link, request, reply);
    if (reply->err != FC_OK)
        copy_text(reply->text, link->open_text);
    switch (request->job) {
    case WORKER_SAMPLE:
        sample(link, request, reply);
        return;
    case WORKER_WRITE:
        write_once(link, request, reply);
        return;
    }
}

void worker_serve(struct worker_link *link, const struct worker_request *request,
                  struct worker_reply *reply)
{
    memset(reply, 0, sizeof(*reply));
    reply->job = request->job;
    reply->id = request->id;
    do_job(link, request, reply);
    /* An idle session that the library gave up costs no packet and no time: once more, at once. */
    if (reply->err == FC_ERR_CLOSED && link->is_lost && link->retry_pause_ms == 0) {
        reply->text[0] = '\0';
        do_job(link, request, reply);
    }
    reply->is_connected = link->is_open;
}

/* ---- the thread ---- */

struct worker {
    struct worker_link link;
    pthread_t thread;
    int ours;   /* the mailbox's end for the thread that asks */
    int theirs; /* the end for the worker's thread */
};

static void *work(void *ctx)
{
    struct worker *worker = ctx;
    struct worker_request request;
    struct worker_reply reply;
    struct pollfd mail = {.fd = worker->theirs, .events = POLLIN};
    enum fc_err err = FC_OK;

    while (err != FC_ERR_CLOSED) {
        if (poll(&mail, 1, -1) < 0 && errno != EINTR)
            break;
        err = mailbox_receive(worker->theirs, &request, sizeof(request));
        if (err != FC_OK)
            continue;
        worker_serve(&worker->link, &request, &reply);
        /* At most one request is under way, so the mailbox can only be gone, never full. */
        err = mailbox_send(worker->theirs, &reply, sizeof(reply));
    }
    worker->link.hal.ops->destroy(worker->link.hal.ctx);
    close(worker->theirs); /* tells the other end, and is the last thing that is done here */
    return NULL;
}

static void worker_free(struct worker *worker)
{
    close(worker->ours);
    free(worker);
}

enum fc_err worker_start(const struct hal *hal, uint32_t n_channels, int *mailbox,
                         struct worker **out)
{
    struct worker *worker = calloc(1, sizeof(*worker));
    int end[2] = {-1, -1};

    if (worker == NULL) {
        hal->ops->destroy(hal->ctx);
        return FC_ERR_MEMORY;
    }
    worker->link.hal = *hal;
    worker->link.n_channels = n_channels;
    worker->link.real_ms = clock_real_ms;
    if (mailbox_open(end) != FC_OK) {
        hal->ops->destroy(hal->ctx);
        free(worker);
        return FC_ERR_SYSTEM;
    }
    worker->ours = end[0];
    worker->theirs = end[1];
    errno = pthread_create(&worker->thread, NULL, work, worker);
    if (errno != 0) {
        hal->ops->destroy(hal->ctx);
        close(worker->theirs);
        worker_free(worker);
        return FC_ERR_SYSTEM;
    }
    *mailbox = worker->ours;
    *out = worker;
    return FC_OK;
}

void worker_leave(struct worker *worker)
{
    shutdown(worker->ours, SHUT_WR);
}

void worker_join(struct worker *worker)
{
    pthread_join(worker->thread, NULL);
    worker_free(worker);
}
