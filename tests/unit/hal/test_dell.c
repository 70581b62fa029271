/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dell's fan commands over a scripted link: every completion code, every length, every half
 * success.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hal/completion.h"
#include "hal/dell.h"

enum { CALLS_MAX = 8 };

/* What the link answers to its k-th command; all zeros is the accepting BMC. */
struct answer {
    enum fc_err err;
    uint8_t code;
    bool has_length; /* else 2 bytes, or all of data */
    size_t length;
    uint8_t cmd_xor; /* spoils the first byte */
    const uint8_t *data;
    size_t n_data;
};

struct script {
    struct answer answer[CALLS_MAX];
    unsigned n_calls;
    uint8_t netfn[CALLS_MAX];
    uint8_t rq[CALLS_MAX][8];
    size_t n_rq[CALLS_MAX];
    char text[HAL_TEXT_MAX];
    struct hal_dell dell;
};

static enum fc_err play(void *ctx, uint8_t netfn, const uint8_t *rq, size_t n_rq, uint8_t *rs,
                        size_t max_rs, size_t *n_rs)
{
    struct script *s = ctx;
    unsigned k = s->n_calls++;
    assert_true(k < CALLS_MAX);
    assert_true(n_rq <= sizeof s->rq[k]);
    s->netfn[k] = netfn;
    s->n_rq[k] = n_rq;
    memcpy(s->rq[k], rq, n_rq);
    const struct answer *a = &s->answer[k];
    if (a->err != FC_OK)
        return a->err;
    uint8_t reply[HAL_DELL_REPLY_MAX] = {rq[0] ^ a->cmd_xor, a->code};
    if (a->n_data > 0)
        memcpy(reply + 2, a->data, a->n_data);
    *n_rs = a->has_length ? a->length : 2 + a->n_data;
    assert_true(*n_rs <= max_rs);
    memcpy(rs, reply, *n_rs);
    return FC_OK;
}

static void start(struct script *s)
{
    memset(s, 0, sizeof *s);
    hal_dell_init(&s->dell, (struct hal_dell_link){.cmd = play, .ctx = s}, s->text);
}

static void restart(struct script *s)
{
    memset(s->answer, 0, sizeof s->answer);
    s->n_calls = 0;
}

static void assert_sent(const struct script *s, unsigned k, const char *bytes, size_t n)
{
    assert_true(k < s->n_calls);
    assert_int_equal(s->netfn[k], 0x30);
    assert_int_equal(s->n_rq[k], n);
    assert_memory_equal(s->rq[k], bytes, n);
}
#define ASSERT_SENT(s, k, bytes) assert_sent(s, k, bytes, sizeof(bytes) - 1)

#define MANUAL   "\x30\x01\x00"
#define FIRMWARE "\x30\x01\x01"

static void test_first_duty_asserts_the_mode(void **state)
{
    (void)state;
    struct script s;
    start(&s);
    assert_int_equal(hal_dell_set_duty(&s.dell, 30), FC_OK);
    assert_int_equal(s.n_calls, 2);
    ASSERT_SENT(&s, 0, MANUAL);
    ASSERT_SENT(&s, 1, "\x30\x02\xff\x1e");
}

static void test_steady_state_is_one_command(void **state)
{
    (void)state;
    struct script s;
    start(&s);
    assert_int_equal(hal_dell_set_duty(&s.dell, 30), FC_OK);
    for (int32_t duty_pct = 0; duty_pct <= 100; duty_pct++) {
        if (duty_pct == 30) /* the next but one is a change as well */
            continue;
        restart(&s);
        assert_int_equal(hal_dell_set_duty(&s.dell, duty_pct), FC_OK);
        assert_int_equal(s.n_calls, 1);
        const uint8_t want[] = {0x30, 0x02, 0xff, (uint8_t)duty_pct};
        assert_sent(&s, 0, (const char *)want, sizeof want);
    }
}

static void test_the_same_duty_again_refreshes_the_mode(void **state)
{
    (void)state;
    struct script s;
    start(&s);
    assert_int_equal(hal_dell_set_duty(&s.dell, 30), FC_OK);
    restart(&s);
    assert_int_equal(hal_dell_set_duty(&s.dell, 30), FC_OK);
    assert_int_equal(s.n_calls, 2);
    ASSERT_SENT(&s, 0, MANUAL);
}

static void test_release_and_forget_end_the_manual_mode(void **state)
{
    (void)state;
    struct script s;
    start(&s);
    assert_int_equal(hal_dell_set_duty(&s.dell, 30), FC_OK);
    restart(&s);
    assert_int_equal(hal_dell_release(&s.dell), FC_OK);
    assert_int_equal(s.n_calls, 1);
    ASSERT_SENT(&s, 0, FIRMWARE);
    assert_int_equal(hal_dell_release(&s.dell), FC_OK);
    assert_int_equal(s.n_calls, 2);
    restart(&s);
    assert_int_equal(hal_dell_set_duty(&s.dell, 40), FC_OK);
    assert_int_equal(s.n_calls, 2);
    hal_dell_forget(&s.dell);
    restart(&s);
    assert_int_equal(hal_dell_set_duty(&s.dell, 50), FC_OK);
    assert_int_equal(s.n_calls, 2);
    ASSERT_SENT(&s, 0, MANUAL);
}

static void test_a_refused_release_ends_it_too(void **state)
{
    (void)state;
    struct script s;
    start(&s);
    assert_int_equal(hal_dell_set_duty(&s.dell, 30), FC_OK);
    restart(&s);
    s.answer[0].code = 0xc0;
    assert_int_equal(hal_dell_release(&s.dell), FC_ERR_BUSY);
    restart(&s);
    assert_int_equal(hal_dell_set_duty(&s.dell, 40), FC_OK);
    assert_int_equal(s.n_calls, 2);
}

static void test_duty_range(void **state)
{
    (void)state;
    static const int32_t bad[] = {-1, 101, INT32_MIN, INT32_MAX, 256 + 30};
    struct script s;
    start(&s);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(hal_dell_set_duty(&s.dell, bad[i]), FC_ERR_RANGE);
    assert_int_equal(s.n_calls, 0);
    assert_int_equal(hal_dell_set_duty(&s.dell, 0), FC_OK);
    assert_int_equal(hal_dell_set_duty(&s.dell, 100), FC_OK);
}

static void test_every_code_to_the_mode_command(void **state)
{
    (void)state;
    for (unsigned code = 1; code <= 0xff; code++) {
        struct script s;
        start(&s);
        s.answer[0].code = (uint8_t)code;
        enum fc_err want = hal_completion_err((uint8_t)code);
        assert_int_equal(hal_dell_set_duty(&s.dell, 30), want);
        assert_non_null(strstr(s.text, "manual fan mode"));
        /* A clear no left the fans where they were. An unclear one may have been obeyed. */
        assert_int_equal(s.n_calls, hal_is_bus_error(want) ? 2 : 1);
        if (s.n_calls == 2)
            ASSERT_SENT(&s, 1, FIRMWARE);
        restart(&s);
        assert_int_equal(hal_dell_set_duty(&s.dell, 30), FC_OK);
        ASSERT_SENT(&s, 0, MANUAL);
    }
}

static void test_every_code_to_the_first_duty_hands_back(void **state)
{
    (void)state;
    for (unsigned code = 1; code <= 0xff; code++) {
        struct script s;
        start(&s);
        s.answer[1].code = (uint8_t)code;
        assert_int_equal(hal_dell_set_duty(&s.dell, 30), hal_completion_err((uint8_t)code));
        assert_int_equal(s.n_calls, 3);
        ASSERT_SENT(&s, 2, FIRMWARE);
        assert_non_null(strstr(s.text, "fan duty"));
        assert_null(strstr(s.text, "not handed back"));
    }
}

static void test_every_code_to_a_later_duty_leaves_the_fans(void **state)
{
    (void)state;
    for (unsigned code = 1; code <= 0xff; code++) {
        struct script s;
        start(&s);
        assert_int_equal(hal_dell_set_duty(&s.dell, 30), FC_OK);
        restart(&s);
        s.answer[0].code = (uint8_t)code;
        assert_int_equal(hal_dell_set_duty(&s.dell, 40), hal_completion_err((uint8_t)code));
        assert_int_equal(s.n_calls, 1);
        restart(&s);
        assert_int_equal(hal_dell_set_duty(&s.dell, 40), FC_OK);
        ASSERT_SENT(&s, 0, MANUAL); /* whatever it was, the mode is no longer taken for granted */
    }
}

static void test_every_code_to_the_release(void **state)
{
    (void)state;
    for (unsigned code = 0; code <= 0xff; code++) {
        struct script s;
        start(&s);
        s.answer[0].code = (uint8_t)code;
        assert_int_equal(hal_dell_release(&s.dell), hal_completion_err((uint8_t)code));
        assert_int_equal(s.n_calls, 1);
    }
}

static void test_a_failed_hand_back_is_told_with_the_first_error(void **state)
{
    (void)state;
    struct script s;
    start(&s);
    s.answer[1].code = 0xcc;
    s.answer[2].err = FC_ERR_TIMEOUT;
    assert_int_equal(hal_dell_set_duty(&s.dell, 30), FC_ERR_REFUSED);
    assert_int_equal(s.n_calls, 3);
    assert_non_null(strstr(s.text, "cc"));
    assert_non_null(strstr(s.text, "not handed back"));
}

static void test_link_errors_pass_through(void **state)
{
    (void)state;
    static const enum fc_err errs[] = {FC_ERR_TIMEOUT, FC_ERR_CLOSED, FC_ERR_REPLY, FC_ERR_SYSTEM};
    for (size_t i = 0; i < sizeof errs / sizeof errs[0]; i++) {
        struct script s;
        start(&s);
        s.answer[0].err = errs[i];
        assert_int_equal(hal_dell_set_duty(&s.dell, 30), errs[i]);
        assert_int_equal(s.n_calls, 2);
        restart(&s);
        s.answer[1].err = errs[i];
        assert_int_equal(hal_dell_set_duty(&s.dell, 30), errs[i]);
        assert_int_equal(s.n_calls, 3);
        ASSERT_SENT(&s, 2, FIRMWARE);
        restart(&s);
        s.answer[0].err = errs[i];
        assert_int_equal(hal_dell_release(&s.dell), errs[i]);
    }
}

static void test_reply_lengths(void **state)
{
    (void)state;
    for (size_t length = 0; length <= 3; length++) {
        struct script s;
        start(&s);
        s.answer[0].has_length = true;
        s.answer[0].length = length;
        assert_int_equal(hal_dell_release(&s.dell), length < 2 ? FC_ERR_REPLY : FC_OK);
    }
    struct script s;
    start(&s);
    s.answer[0].cmd_xor = 0xff;
    assert_int_equal(hal_dell_release(&s.dell), FC_ERR_REPLY);
    start(&s);
    s.answer[1].has_length = true;
    s.answer[1].length = 1;
    assert_int_equal(hal_dell_set_duty(&s.dell, 30), FC_ERR_REPLY);
    assert_int_equal(s.n_calls, 3);
    ASSERT_SENT(&s, 2, FIRMWARE);
}

static enum hal_probe_answer expected(unsigned code)
{
    switch (code) {
    case 0x00:
    case 0xc6:
    case 0xc7:
    case 0xc8:
    case 0xc9:
    case 0xcc:
        return HAL_PROBE_YES;
    case 0xc1:
    case 0xc2:
    case 0xd5:
        return HAL_PROBE_NO;
    case 0xd4:
    case 0xd6:
        return HAL_PROBE_LOCKED;
    default:
        return HAL_PROBE_UNKNOWN;
    }
}

static void test_probe_of_the_fan_command(void **state)
{
    (void)state;
    for (unsigned code = 0; code <= 0xff; code++) {
        struct script s;
        start(&s);
        s.answer[0].code = (uint8_t)code;
        struct hal_probe_command out;
        assert_int_equal(hal_dell_probe_fan(&s.dell, &out), FC_OK);
        assert_int_equal(out.answer, expected(code));
        assert_int_equal(out.completion, code);
        assert_int_equal(s.n_calls, 1);
        ASSERT_SENT(&s, 0, "\x30"); /* no data: nothing to act on */
    }
    struct script s;
    start(&s);
    s.answer[0].err = FC_ERR_TIMEOUT;
    struct hal_probe_command out;
    assert_int_equal(hal_dell_probe_fan(&s.dell, &out), FC_ERR_TIMEOUT);
}

static void test_probe_of_the_pcie_response(void **state)
{
    (void)state;
    static const uint8_t off[] = {0x16, 0x05, 0, 0, 0, 0x05, 0, 0x01, 0, 0};
    static const uint8_t on[] = {0x16, 0x05, 0, 0, 0, 0x05, 0, 0x00, 0, 0};
    static const uint8_t odd[] = {0x16, 0x06, 0, 0, 0, 0x05, 0, 0x00, 0, 0};
    static const uint8_t other[] = {0x16, 0x05, 0, 0, 0, 0x05, 0, 0x02, 0, 0};
    static const struct {
        const uint8_t *data;
        size_t n;
        uint8_t code;
        bool has, is_enabled;
    } rows[] = {
        {off, 10, 0, true, false},    {on, 10, 0, true, true},    {on, 8, 0, true, true},
        {on, 7, 0, false, false},     {odd, 10, 0, false, false}, {other, 10, 0, false, false},
        {on, 10, 0xc1, false, false}, {NULL, 0, 0, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script s;
        start(&s);
        s.answer[0].code = rows[i].code;
        s.answer[0].data = rows[i].data;
        s.answer[0].n_data = rows[i].n;
        struct hal_probe_command out;
        bool has;
        bool is_enabled;
        assert_int_equal(hal_dell_probe_pcie(&s.dell, &out, &has, &is_enabled), FC_OK);
        assert_int_equal(out.answer, expected(rows[i].code));
        assert_int_equal(has, rows[i].has);
        assert_int_equal(is_enabled, rows[i].is_enabled);
        ASSERT_SENT(&s, 0, "\xce\x01\x16\x05\x00\x00\x00");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_duty_asserts_the_mode),
        cmocka_unit_test(test_steady_state_is_one_command),
        cmocka_unit_test(test_the_same_duty_again_refreshes_the_mode),
        cmocka_unit_test(test_release_and_forget_end_the_manual_mode),
        cmocka_unit_test(test_a_refused_release_ends_it_too),
        cmocka_unit_test(test_duty_range),
        cmocka_unit_test(test_every_code_to_the_mode_command),
        cmocka_unit_test(test_every_code_to_the_first_duty_hands_back),
        cmocka_unit_test(test_every_code_to_a_later_duty_leaves_the_fans),
        cmocka_unit_test(test_every_code_to_the_release),
        cmocka_unit_test(test_a_failed_hand_back_is_told_with_the_first_error),
        cmocka_unit_test(test_link_errors_pass_through),
        cmocka_unit_test(test_reply_lengths),
        cmocka_unit_test(test_probe_of_the_fan_command),
        cmocka_unit_test(test_probe_of_the_pcie_response),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
