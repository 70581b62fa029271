/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The log: one line an event, whole, with its priority; and where nobody reads, no waiting.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/log.h"
#include "tests/unit/host/cmocka_all.h"

enum { PATIENCE_S = 20, TEXT_MAX = 200000 };

static int reader = -1; /* where standard error comes out, while it is ours */
static int real_stderr = -1;
static char text[TEXT_MAX];

static void put_stderr_on(int fd)
{
    fflush(stderr);
    real_stderr = dup(STDERR_FILENO);
    assert_true(dup2(fd, STDERR_FILENO) >= 0);
    close(fd);
}

static void open_pipe(void)
{
    int end[2];

    assert_int_equal(pipe(end), 0);
    reader = end[0];
    assert_int_equal(fcntl(reader, F_SETFL, O_NONBLOCK), 0);
    put_stderr_on(end[1]);
}

/* All that was written since the last call. */
static const char *read_now(void)
{
    size_t used = 0;
    ssize_t n;

    while ((n = read(reader, text + used, sizeof(text) - 1 - used)) > 0)
        used += (size_t)n;
    text[used] = '\0';
    return text;
}

static int give_back(void **state)
{
    (void)state;
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    close(reader);
    log_set_level(LOG_LEVEL_INFO);
    alarm(0);
    return 0;
}

static void test_priority_server_and_level(void **state)
{
    (void)state;
    open_pipe();
    log_line(LOG_LEVEL_ERR, "r730", "event=a n=%d", 5);
    log_line(LOG_LEVEL_NOTICE, NULL, "event=b");
    log_line(LOG_LEVEL_DEBUG, NULL, "event=c");
    assert_string_equal(read_now(), "<3>server=r730 event=a n=5\n<5>event=b\n");
    log_set_level(LOG_LEVEL_DEBUG);
    log_line(LOG_LEVEL_DEBUG, NULL, "event=c");
    assert_string_equal(read_now(), "<7>event=c\n");
}

static void test_no_text_forges_a_line(void **state)
{
    (void)state;
    open_pipe();
    log_line(LOG_LEVEL_INFO, NULL, "event=a text=\"%s\"", "x\n<3>event=b\x1b[2J");
    assert_string_equal(read_now(), "<6>event=a text=\"x\\x0a<3>event=b\\x1b[2J\"\n");
}

static void test_long_line_is_cut_and_ends(void **state)
{
    char large[3 * LOG_LINE_MAX];

    (void)state;
    memset(large, 'x', sizeof(large));
    large[sizeof(large) - 1] = '\0';
    open_pipe();
    log_line(LOG_LEVEL_INFO, "r730", "%s", large);
    assert_in_range(strlen(read_now()), LOG_LINE_MAX - 4, LOG_LINE_MAX);
    assert_string_equal(text + strlen(text) - 2, "x\n");
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static uint32_t count_lines(const char *what)
{
    uint32_t n = 0;

    for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

static void test_lines_nobody_reads_are_counted(void **state)
{
    uint32_t n_through;
    unsigned lost = 0;

    (void)state;
    open_pipe();
    alarm(PATIENCE_S); /* a log that waits would never come back */
    for (int i = 0; i < 2000; i++)
        log_line(LOG_LEVEL_INFO, NULL, "event=a %0*d", 500, i);
    read_now();
    n_through = count_lines("event=a");
    assert_in_range(n_through, 1, 1999);
    log_line(LOG_LEVEL_INFO, NULL, "event=b");
    read_now();
    assert_int_equal(sscanf(text, "<4>event=log_lost lines=%u", &lost), 1);
    assert_int_equal(lost, 2000 - n_through);
    assert_non_null(strstr(text, "\n<6>event=b\n"));
    log_line(LOG_LEVEL_INFO, NULL, "event=c");
    assert_string_equal(read_now(), "<6>event=c\n");
}

static void test_terminal_nobody_reads_does_not_hold_us_up(void **state)
{
    int terminal;

    (void)state;
    reader = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(reader >= 0 && grantpt(reader) == 0 && unlockpt(reader) == 0);
    terminal = open(ptsname(reader), O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0);
    put_stderr_on(terminal);
    log_line(LOG_LEVEL_INFO, NULL, "event=a");
    assert_int_equal(strspn(read_now(), "0123456789:"), 8); /* the time of day, no priority */
    assert_string_equal(text + 8, " event=a\r\n");
    alarm(PATIENCE_S);
    for (int i = 0; i < 2000; i++)
        log_line(LOG_LEVEL_INFO, NULL, "event=b %0*d", 700, i);
    while (*read_now() != '\0')
        continue;
    log_line(LOG_LEVEL_INFO, NULL, "event=c");
    assert_non_null(strstr(read_now(), "event=log_lost lines="));
}

static void test_trouble_is_said_once(void **state)
{
    struct log_trouble trouble = {.count = 0};

    (void)state;
    open_pipe();
    for (int i = 0; i < 3; i++)
        log_trouble(&trouble, LOG_LEVEL_WARNING, "r730", "event=bmc error=\"%s\"", "away");
    assert_string_equal(read_now(), "<4>server=r730 event=bmc error=\"away\"\n");
    log_trouble(&trouble, LOG_LEVEL_WARNING, "r730", "event=bmc error=\"%s\"", "full");
    assert_string_equal(read_now(),
                        "<5>server=r730 event=trouble_over times=3 was: event=bmc error=\"away\"\n"
                        "<4>server=r730 event=bmc error=\"full\"\n");
    log_trouble_end(&trouble, "r730");
    log_trouble_end(&trouble, "r730");
    assert_string_equal(
        read_now(), "<5>server=r730 event=trouble_over times=1 was: event=bmc error=\"full\"\n");
    assert_false(log_trouble_again(&trouble));
}

/* A link that is there on every other tick: two lines, not two a tick. */
static void test_trouble_that_comes_and_goes(void **state)
{
    struct log_trouble trouble = {.count = 0};

    (void)state;
    open_pipe();
    for (int i = 0; i < 100; i++) {
        log_trouble(&trouble, LOG_LEVEL_WARNING, NULL, "event=bmc");
        for (int calm = 1; calm < LOG_TROUBLE_CALM; calm++)
            log_trouble_calm(&trouble, NULL);
        assert_true(log_trouble_again(&trouble));
    }
    for (int calm = 0; calm < 2 * LOG_TROUBLE_CALM; calm++)
        log_trouble_calm(&trouble, NULL);
    assert_string_equal(read_now(),
                        "<4>event=bmc\n<5>event=trouble_over times=200 was: event=bmc\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_priority_server_and_level, give_back),
        cmocka_unit_test_teardown(test_no_text_forges_a_line, give_back),
        cmocka_unit_test_teardown(test_long_line_is_cut_and_ends, give_back),
        cmocka_unit_test_teardown(test_lines_nobody_reads_are_counted, give_back),
        cmocka_unit_test_teardown(test_terminal_nobody_reads_does_not_hold_us_up, give_back),
        cmocka_unit_test_teardown(test_trouble_is_said_once, give_back),
        cmocka_unit_test_teardown(test_trouble_that_comes_and_goes, give_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
