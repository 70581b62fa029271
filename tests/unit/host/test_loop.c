/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The poll loop, and the control socket that lives in it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/clock.h"
#include "host/control.h"
#include "host/loop.h"
#include "host/mailbox.h"
#include "tests/unit/host/cmocka_all.h"

enum { PATIENCE_MS = 20000 };

static struct loop *loop;
static char folder[] = "/tmp/fancurve-loop-XXXXXX";
static char path[64];

static int make_loop(void **state)
{
    sigset_t mask;

    (void)state;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    snprintf(path, sizeof(path), "%s/sock", mkdtemp(folder));
    return loop_open(&mask, &loop) != FC_OK;
}

static int close_loop(void **state)
{
    (void)state;
    loop_close(loop);
    unlink(path);
    return rmdir(folder);
}

/* One turn that has to end by itself; a handler or the timer of patience ends it. */
static uint64_t turn(void)
{
    uint64_t until_ms = clock_real_ms() + PATIENCE_MS;
    int signal;
    uint64_t now_ms = loop_turn(loop, until_ms, &signal);

    assert_true(now_ms < until_ms);
    return now_ms;
}

/* ---- the loop ---- */

struct watched {
    int end[2];
    int n_calls;
    bool unwatches_itself;
    struct watched *unwatches;
};

static void on_ready(void *ctx, uint64_t now_ms)
{
    struct watched *watched = ctx;
    char letter;

    (void)now_ms;
    watched->n_calls++;
    assert_int_equal(mailbox_receive(watched->end[1], &letter, 1), FC_OK);
    if (watched->unwatches_itself)
        loop_unwatch(loop, watched->end[1]);
    if (watched->unwatches != NULL)
        loop_unwatch(loop, watched->unwatches->end[1]);
}

static void watch(struct watched *watched)
{
    struct loop_handler handler = {on_ready, watched};

    memset(watched, 0, sizeof(*watched));
    assert_int_equal(mailbox_open(watched->end), FC_OK);
    assert_int_equal(loop_watch(loop, watched->end[1], handler), FC_OK);
}

static void poke(const struct watched *watched)
{
    assert_int_equal(mailbox_send(watched->end[0], "x", 1), FC_OK);
}

static void unwatch(struct watched *watched)
{
    loop_unwatch(loop, watched->end[1]);
    close(watched->end[0]);
    close(watched->end[1]);
}

static void test_timer_is_on_time_and_never_early(void **state)
{
    uint64_t began_ms = clock_real_ms();
    int signal;

    (void)state;
    assert_true(loop_turn(loop, began_ms + 30, &signal) >= began_ms + 30);
    assert_int_equal(signal, 0);
    assert_true(loop_turn(loop, 0, &signal) >= began_ms + 30); /* long past: at once */
    assert_true(loop_turn(loop, began_ms, &signal) < began_ms + PATIENCE_MS);
}

static void test_signal_is_told_once(void **state)
{
    int signal;

    (void)state;
    kill(getpid(), SIGUSR1);
    loop_turn(loop, UINT64_MAX, &signal);
    assert_int_equal(signal, SIGUSR1);
    loop_turn(loop, 0, &signal);
    assert_int_equal(signal, 0);
}

static void test_many_are_watched_and_each_is_called(void **state)
{
    enum { N = 50 }; /* more than the loop begins with */
    struct watched watched[N];

    (void)state;
    for (int i = 0; i < N; i++)
        watch(&watched[i]);
    for (int i = 0; i < N; i += 2)
        poke(&watched[i]);
    turn();
    for (int i = 0; i < N; i++)
        assert_int_equal(watched[i].n_calls, i % 2 == 0);
    for (int i = 0; i < N; i++)
        unwatch(&watched[i]);
}

static void test_unwatch_inside_a_handler(void **state)
{
    struct watched first, second, third;

    (void)state;
    watch(&first);
    watch(&second);
    watch(&third);
    first.unwatches_itself = true; /* the third takes its place */
    first.unwatches = &second;
    poke(&first);
    poke(&second);
    poke(&third);
    turn();
    assert_int_equal(first.n_calls, 1);
    assert_int_equal(second.n_calls, 0); /* never once it is not watched */
    while (third.n_calls == 0)
        turn();
    poke(&first);
    poke(&third);
    turn();
    assert_int_equal(first.n_calls, 1);
    assert_int_equal(third.n_calls, 2);
    unwatch(&first);
    unwatch(&second);
    unwatch(&third);
}

/* ---- the control socket ---- */

static struct control control;

static int call(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0 && strlen(path) < sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    turn();
    return fd;
}

static void ask(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    turn();
}

/* What is there to be heard: the text, "" for nothing yet, "gone" for a closed door. */
static const char *hear(int fd)
{
    static char text[CONTROL_TEXT_MAX];
    ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

    if (n == 0)
        return "gone";
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static int open_control(void **state)
{
    (void)state;
    return control_open(&control, loop, path) != FC_OK;
}

static int end_control(void **state)
{
    (void)state;
    control_close(&control);
    return 0;
}

static void test_release_is_answered_when_it_is_done(void **state)
{
    struct stat st;
    int fd = call();

    (void)state;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_false(control_take_release(&control));
    ask(fd, "1 release");
    assert_true(control_take_release(&control));
    assert_false(control_take_release(&control)); /* once */
    assert_true(control_is_awaited(&control));
    assert_string_equal(hear(fd), "");
    control_answer(&control, "released");
    assert_string_equal(hear(fd), "1 released");
    assert_string_equal(hear(fd), "gone");
    assert_false(control_is_awaited(&control));
    close(fd);
}

static void test_other_words_are_refused(void **state)
{
    int fd = call();

    (void)state;
    ask(fd, "1 explode");
    assert_non_null(strstr(hear(fd), "not understood"));
    assert_string_equal(hear(fd), "gone");
    assert_false(control_take_release(&control));
    assert_int_equal(control.n_clients, 0);
    close(fd);
}

/* Else one who has connected, and is about to ask, would find the door shut. */
static void test_who_has_not_asked_gets_no_answer(void **state)
{
    int fd = call();

    (void)state;
    assert_false(control_is_awaited(&control));
    control_answer(&control, "released");
    assert_string_equal(hear(fd), "");
    ask(fd, "1 release");
    control_answer(&control, "released");
    assert_string_equal(hear(fd), "1 released");
    close(fd);
}

static void test_idle_callers_keep_nobody_out(void **state)
{
    int idle[CONTROL_CLIENTS_MAX + 1];
    int fd;

    (void)state;
    idle[0] = call();
    ask(idle[0], "1 release"); /* this one waits, and must not have to go */
    for (int i = 1; i < CONTROL_CLIENTS_MAX; i++)
        idle[i] = call();
    fd = call();
    assert_string_equal(hear(idle[0]), "");
    assert_string_equal(hear(idle[1]), "gone"); /* the first of those who ask nothing */
    assert_string_equal(hear(idle[2]), "");
    ask(fd, "1 release");
    control_answer(&control, "released");
    assert_string_equal(hear(fd), "1 released");
    assert_string_equal(hear(idle[0]), "1 released");
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        close(idle[i]);
    close(fd);
}

static void test_too_many_who_wait(void **state)
{
    int fd[CONTROL_CLIENTS_MAX];
    int last;

    (void)state;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        fd[i] = call();
        ask(fd[i], "1 release");
    }
    last = call();
    assert_string_equal(hear(last), "1 too many callers");
    close(fd[0]); /* one gives up, and there is room */
    turn();
    close(last);
    last = call();
    assert_string_equal(hear(last), "");
    for (int i = 1; i < CONTROL_CLIENTS_MAX; i++)
        close(fd[i]);
    close(last);
}

static void *ask_from_outside(void *answer)
{
    return control_ask(path, "release", PATIENCE_MS, answer) == FC_OK ? answer : NULL;
}

static void test_both_sides_together(void **state)
{
    char answer[CONTROL_TEXT_MAX] = "";
    pthread_t outside;
    void *result;

    (void)state;
    assert_int_equal(pthread_create(&outside, NULL, ask_from_outside, answer), 0);
    while (!control_take_release(&control))
        turn();
    control_answer(&control, "released");
    assert_int_equal(pthread_join(outside, &result), 0);
    assert_non_null(result);
    assert_string_equal(answer, "released");
}

static void test_nobody_listens(void **state)
{
    char answer[CONTROL_TEXT_MAX];

    (void)state;
    control_close(&control); /* the name is still there: what a dead daemon leaves */
    assert_int_equal(control_ask(path, "release", 0, answer), FC_ERR_CLOSED);
    unlink(path);
    assert_int_equal(control_ask(path, "release", 0, answer), FC_ERR_CLOSED);
    assert_int_equal(control_open(&control, loop, path), FC_OK);
    assert_int_equal(control_ask(path, "release", 0, answer), FC_ERR_TIMEOUT);
    control_close(&control);
    assert_int_equal(control_open(&control, loop, "/no/such/folder"), FC_ERR_SYSTEM);
}

#define WITH_CONTROL(test) cmocka_unit_test_setup_teardown(test, open_control, end_control)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timer_is_on_time_and_never_early),
        cmocka_unit_test(test_signal_is_told_once),
        cmocka_unit_test(test_many_are_watched_and_each_is_called),
        cmocka_unit_test(test_unwatch_inside_a_handler),
        WITH_CONTROL(test_release_is_answered_when_it_is_done),
        WITH_CONTROL(test_other_words_are_refused),
        WITH_CONTROL(test_who_has_not_asked_gets_no_answer),
        WITH_CONTROL(test_idle_callers_keep_nobody_out),
        WITH_CONTROL(test_too_many_who_wait),
        WITH_CONTROL(test_both_sides_together),
        WITH_CONTROL(test_nobody_listens),
    };

    return cmocka_run_group_tests(tests, make_loop, close_loop);
}
