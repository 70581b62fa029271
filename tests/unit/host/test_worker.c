/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The worker: one request in, one reply out, and the link between them. The machine here does what
 * its test says, in virtual time; the thread is tested at the end.
 */
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "host/mailbox.h"
#include "host/worker.h"
#include "tests/unit/host/cmocka_all.h"

enum { PATIENCE_MS = 20000 };

/* What the machine answers, and what was asked of it. */
static struct {
    enum fc_err open, read[3], write;
    enum fc_err read_once; /* of the next read alone */
    uint64_t now_ms;
    uint32_t call_ms; /* what a read takes */
    int n_open, n_read, n_write, n_close;
    atomic_int n_destroy;
} bus;

static uint64_t now_ms(void)
{
    return bus.now_ms;
}

static enum fc_err bus_open(void *ctx)
{
    (void)ctx;
    bus.n_open++;
    return bus.open;
}

static enum fc_err bus_read(void *ctx, unsigned channel, int32_t *value)
{
    enum fc_err once = bus.read_once;

    (void)ctx;
    bus.n_read++;
    bus.now_ms += bus.call_ms;
    bus.read_once = FC_OK;
    if (once != FC_OK)
        return once;
    if (bus.read[channel] == FC_OK)
        *value = 1000 * ((int32_t)channel + 1);
    return bus.read[channel];
}

static enum fc_err bus_set(void *ctx, int32_t duty_pct)
{
    (void)ctx;
    (void)duty_pct;
    bus.n_write++;
    return bus.write;
}

static enum fc_err bus_release(void *ctx)
{
    return bus_set(ctx, 0);
}

static void bus_close(void *ctx)
{
    (void)ctx;
    bus.n_close++;
}

static const char *bus_text(void *ctx)
{
    (void)ctx;
    return "said the bus";
}

static void bus_destroy(void *ctx)
{
    (void)ctx;
    bus.n_destroy++;
}

static const struct hal_ops ops = {
    .name = "test",
    .open = bus_open,
    .read = bus_read,
    .set_duty = bus_set,
    .release = bus_release,
    .close = bus_close,
    .last_text = bus_text,
    .destroy = bus_destroy,
};

static struct worker_link fresh_link(void)
{
    struct worker_link link = {.hal = {.ops = &ops}, .n_channels = 3, .real_ms = now_ms};

    memset(&bus, 0, sizeof(bus));
    bus.now_ms = 1000000;
    return link;
}

static struct worker_reply serve(struct worker_link *link, enum worker_job job, bool is_urgent)
{
    struct worker_request request = {
        .job = job,
        .id = 7,
        .deadline_ms = bus.now_ms + 12000,
        .write = {.action = FC_ACTION_SET, .duty_pct = 40},
        .is_urgent = is_urgent,
    };
    struct worker_reply reply;

    worker_serve(link, &request, &reply);
    assert_int_equal(reply.id, 7);
    assert_int_equal(reply.job, job);
    return reply;
}

static void test_sample_reads_every_channel(void **state)
{
    struct worker_link link = fresh_link();
    struct worker_reply reply;

    (void)state;
    bus.read[1] = FC_ERR_NO_READING; /* of one sensor: no reason to stop */
    reply = serve(&link, WORKER_SAMPLE, false);
    assert_int_equal(reply.err, FC_OK);
    assert_int_equal(reply.n_values, 3);
    assert_int_equal(reply.value[0].value, 1000);
    assert_int_equal(reply.value[1].err, FC_ERR_NO_READING);
    assert_int_equal(reply.value[2].value, 3000);
    assert_string_equal(reply.text, "said the bus");
    assert_true(reply.is_connected);
    assert_false(reply.has_reconnected);
    serve(&link, WORKER_SAMPLE, false);
    assert_int_equal(bus.n_open, 1); /* the session stays */
}

static void test_sample_stops_at_its_deadline(void **state)
{
    struct worker_link link = fresh_link();
    struct worker_reply reply;

    (void)state;
    bus.call_ms = 6000;
    reply = serve(&link, WORKER_SAMPLE, false);
    assert_int_equal(reply.err, FC_ERR_TIMEOUT);
    assert_int_equal(bus.n_read, 2);
    assert_int_equal(reply.value[1].err, FC_OK);
    assert_int_equal(reply.value[2].err, FC_ERR_CLOSED); /* not read, and not 0 degrees */
    assert_true(reply.is_connected);                     /* late is not lost */
}

static void test_lost_link_is_opened_again_and_said(void **state)
{
    struct worker_link link = fresh_link();
    struct worker_reply reply;

    (void)state;
    serve(&link, WORKER_SAMPLE, false);
    bus.read[0] = FC_ERR_TIMEOUT;
    reply = serve(&link, WORKER_SAMPLE, false);
    assert_int_equal(reply.err, FC_ERR_TIMEOUT);
    assert_int_equal(reply.value[2].err, FC_ERR_CLOSED);
    assert_false(reply.is_connected);
    assert_int_equal(bus.n_close, 1);
    bus.read[0] = FC_OK;
    reply = serve(&link, WORKER_SAMPLE, false);
    assert_int_equal(reply.err, FC_OK);
    assert_true(reply.has_reconnected);
    assert_false(serve(&link, WORKER_SAMPLE, false).has_reconnected); /* once */
}

static void test_session_that_aged_out_costs_no_tick(void **state)
{
    struct worker_link link = fresh_link();
    struct worker_reply reply;

    (void)state;
    serve(&link, WORKER_SAMPLE, false);
    bus.read_once = FC_ERR_CLOSED;
    reply = serve(&link, WORKER_SAMPLE, false);
    assert_int_equal(reply.err, FC_OK);
    assert_string_equal(reply.text, "");
    assert_true(reply.has_reconnected);
    bus.read[0] = FC_ERR_CLOSED; /* again and again: one attempt, no loop */
    bus.n_open = 0;
    assert_int_equal(serve(&link, WORKER_SAMPLE, false).err, FC_ERR_CLOSED);
    assert_int_equal(bus.n_open, 1);
}

/* 1, 2, 4 ... 30 s from the end of an attempt to the next; between them the last error, at once. */
static void test_pause_grows_to_its_limit(void **state)
{
    static const uint32_t pause_s[] = {1, 2, 4, 8, 16, 30, 30};
    struct worker_link link = fresh_link();

    (void)state;
    bus.open = FC_ERR_PASSWORD;
    for (size_t i = 0; i < sizeof(pause_s) / sizeof(pause_s[0]); i++) {
        struct worker_reply reply = serve(&link, WORKER_WRITE, false);

        assert_int_equal(reply.err, FC_ERR_PASSWORD);
        assert_int_equal(reply.result, FC_RESULT_UNANSWERED);
        assert_int_equal(bus.n_open, i + 1);
        bus.now_ms += pause_s[i] * 1000 - 1;
        reply = serve(&link, WORKER_SAMPLE, false);
        assert_int_equal(reply.err, FC_ERR_PASSWORD);
        assert_string_equal(reply.text, "said the bus");
        assert_int_equal(bus.n_open, i + 1);
        bus.now_ms += 1;
    }
    assert_int_equal(bus.n_read + bus.n_write, 0);
    bus.open = FC_OK;
    assert_false(serve(&link, WORKER_SAMPLE, false).has_reconnected); /* it never was there */
    assert_int_equal(link.retry_pause_ms, 0); /* and the pause is forgotten */
}

static void test_hand_back_of_a_stop_does_not_wait(void **state)
{
    struct worker_link link = fresh_link();

    (void)state;
    bus.open = FC_ERR_TIMEOUT;
    serve(&link, WORKER_SAMPLE, false);
    bus.open = FC_OK;
    assert_int_equal(serve(&link, WORKER_WRITE, false).result, FC_RESULT_UNANSWERED);
    assert_int_equal(serve(&link, WORKER_WRITE, true).result, FC_RESULT_ACCEPTED);
}

static void test_write_results(void **state)
{
    static const struct {
        enum fc_err err;
        enum fc_result result;
        bool is_connected;
    } row[] = {
        {FC_OK, FC_RESULT_ACCEPTED, true},
        {FC_ERR_PRIVILEGE, FC_RESULT_REFUSED, true},
        {FC_ERR_BUSY, FC_RESULT_REFUSED, true},
        {FC_ERR_TIMEOUT, FC_RESULT_UNANSWERED, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        struct worker_link link = fresh_link();
        struct worker_reply reply;

        bus.write = row[i].err;
        reply = serve(&link, WORKER_WRITE, false);
        assert_int_equal(reply.err, row[i].err);
        assert_int_equal(reply.result, row[i].result);
        assert_int_equal(reply.is_connected, row[i].is_connected);
        assert_int_equal(reply.write.duty_pct, 40);
    }
}

/* ---- the thread ---- */

static enum fc_err await(int mailbox, struct worker_reply *reply)
{
    struct pollfd mail = {.fd = mailbox, .events = POLLIN};

    assert_int_equal(poll(&mail, 1, PATIENCE_MS), 1);
    return mailbox_receive(mailbox, reply, sizeof(*reply));
}

static void test_thread_answers_leaves_and_says_so(void **state)
{
    const struct hal hal = {.ops = &ops};
    struct worker_request request;
    struct worker_reply reply;
    struct worker *worker;
    int mailbox;

    (void)state;
    memset(&bus, 0, sizeof(bus));
    memset(&request, 0, sizeof(request));
    request.id = 9;
    request.deadline_ms = UINT64_MAX;
    assert_int_equal(worker_start(&hal, 3, &mailbox, &worker), FC_OK);
    assert_int_equal(mailbox_send(mailbox, &request, sizeof(request)), FC_OK);
    worker_leave(worker); /* the request before it is still served, and its answer comes */
    assert_int_equal(await(mailbox, &reply), FC_OK);
    assert_int_equal(reply.id, 9);
    assert_int_equal(await(mailbox, &reply), FC_ERR_CLOSED);
    assert_int_equal(bus.n_destroy, 1);
    worker_join(worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample_reads_every_channel),
        cmocka_unit_test(test_sample_stops_at_its_deadline),
        cmocka_unit_test(test_lost_link_is_opened_again_and_said),
        cmocka_unit_test(test_session_that_aged_out_costs_no_tick),
        cmocka_unit_test(test_pause_grows_to_its_limit),
        cmocka_unit_test(test_hand_back_of_a_stop_does_not_wait),
        cmocka_unit_test(test_write_results),
        cmocka_unit_test(test_thread_answers_leaves_and_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
