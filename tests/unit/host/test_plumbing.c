/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Mailbox, files, locks and clocks: the parts that the daemon stands on.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/clock.h"
#include "host/file.h"
#include "host/lock.h"
#include "host/mailbox.h"
#include "tests/unit/host/cmocka_all.h"

struct letter {
    uint32_t number;
    char text[60];
};

/* ---- mailbox ---- */

static void test_mailbox_keeps_order_and_bounds(void **state)
{
    struct letter letter = {.text = "hello"};
    uint32_t n_sent = 0;
    int end[2];

    (void)state;
    assert_int_equal(mailbox_open(end), FC_OK);
    assert_int_equal(mailbox_receive(end[1], &letter, sizeof(letter)), FC_ERR_NO_READING);
    while (n_sent < 100000) {
        letter.number = n_sent;
        if (mailbox_send(end[0], &letter, sizeof(letter)) != FC_OK)
            break;
        n_sent++;
    }
    assert_in_range(n_sent, 1, 99999); /* full, not endless, and the sender went on */
    assert_int_equal(mailbox_send(end[0], &letter, sizeof(letter)), FC_ERR_BUSY);
    for (uint32_t i = 0; i < n_sent; i++) {
        assert_int_equal(mailbox_receive(end[1], &letter, sizeof(letter)), FC_OK);
        assert_int_equal(letter.number, i);
    }
    close(end[0]);
    assert_int_equal(mailbox_receive(end[1], &letter, sizeof(letter)), FC_ERR_CLOSED);
    assert_int_equal(mailbox_send(end[1], &letter, sizeof(letter)), FC_ERR_CLOSED);
    close(end[1]);
}

static void test_mailbox_drops_the_wrong_size(void **state)
{
    struct letter letter = {0};
    char small = 'x';
    int end[2];

    (void)state;
    assert_int_equal(mailbox_open(end), FC_OK);
    assert_int_equal(mailbox_send(end[0], &small, sizeof(small)), FC_OK);
    assert_int_equal(mailbox_send(end[0], &letter, sizeof(letter)), FC_OK);
    assert_int_equal(mailbox_receive(end[1], &letter, sizeof(letter)), FC_ERR_REPLY);
    assert_int_equal(mailbox_receive(end[1], &letter, sizeof(letter)), FC_OK);
    close(end[0]);
    close(end[1]);
}

/* ---- files ---- */

static char folder[] = "/tmp/fancurve-test-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command);
}

static void path_of(char path[64], const char *name)
{
    snprintf(path, 64, "%s/%s", folder, name);
}

static void test_file_is_replaced_whole(void **state)
{
    char path[64];
    char *text;
    size_t size;
    struct stat st;

    (void)state;
    path_of(path, "replaced");
    assert_int_equal(file_replace(path, "one", 3), FC_OK);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(file_replace(path, "two\0x", 5), FC_OK);
    assert_int_equal(file_read(path, &text, &size), FC_OK);
    assert_int_equal(size, 5);
    assert_memory_equal(text, "two\0x", 6); /* with a NUL behind it */
    free(text);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640); /* keeps its mode */
}

static void test_file_replace_fails_without_harm(void **state)
{
    char path[64];
    char *text;
    size_t size;

    (void)state;
    path_of(path, "no/such/folder");
    assert_int_equal(file_replace(path, "x", 1), FC_ERR_SYSTEM);
    assert_int_equal(file_read(path, &text, &size), FC_ERR_SYSTEM);
    assert_int_equal(file_replace("/dev/full", "x", 1), FC_ERR_SYSTEM);
    assert_int_equal(file_replace("/dev/null", "x", 1), FC_OK); /* written to, not renamed over */
}

static void test_folders_are_made_down_to_the_last(void **state)
{
    char path[64];
    struct stat st;

    (void)state;
    path_of(path, "a/b/c");
    assert_int_equal(file_make_folder(path), FC_OK);
    assert_int_equal(file_make_folder(path), FC_OK); /* it is there already */
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(file_make_folder("/dev/null/x"), FC_ERR_SYSTEM);
    assert_int_equal(file_make_folder("/proc/x/y"), FC_ERR_SYSTEM);
}

static void test_large_file_is_read(void **state)
{
    const size_t large = 300001;
    char path[64];
    char *made = malloc(large);
    char *text;
    size_t size;

    (void)state;
    assert_non_null(made);
    for (size_t i = 0; i < large; i++)
        made[i] = (char)('a' + i % 23);
    path_of(path, "large");
    assert_int_equal(file_replace(path, made, large), FC_OK);
    assert_int_equal(file_read(path, &text, &size), FC_OK);
    assert_int_equal(size, large);
    assert_memory_equal(text, made, large);
    free(text);
    free(made);
}

/* ---- locks ---- */

/* What another process gets that asks for the same lock: 0 it got it, 1 busy, 2 something else;
 * *says_us is whether it was told our number. */
static int ask_from_another_process(const char *key)
{
    pid_t us = getpid();
    pid_t child = fork();
    int status;

    if (child == 0) {
        pid_t holder = 0;
        int fd;
        enum fc_err err = lock_take(key, &fd, &holder);

        _exit(err == FC_OK ? 0 : err == FC_ERR_BUSY && holder == us ? 1 : 2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WEXITSTATUS(status);
}

static void test_one_holder_a_machine(void **state)
{
    pid_t holder = 0;
    int fd;

    (void)state;
    setenv("RUNTIME_DIRECTORY", folder, 1);
    assert_int_equal(ask_from_another_process("lan-a"), 0);
    assert_int_equal(lock_take("lan-a", &fd, &holder), FC_OK);
    assert_int_equal(ask_from_another_process("lan-a"), 1);
    assert_int_equal(ask_from_another_process("lan-b"), 0); /* another machine is another lock */
    close(fd);
    assert_int_equal(ask_from_another_process("lan-a"), 0);
    unsetenv("RUNTIME_DIRECTORY");
}

static void test_lock_in_a_folder_of_nobody(void **state)
{
    pid_t holder = 0;
    int fd;

    (void)state;
    setenv("RUNTIME_DIRECTORY", "/proc/nowhere", 1);
    assert_int_equal(lock_take("lan-a", &fd, &holder), FC_ERR_SYSTEM);
    unsetenv("RUNTIME_DIRECTORY");
}

/* ---- clocks ---- */

static void test_clock_runs_at_its_speed(void **state)
{
    struct clock clock = {.start_ms = 1000, .speed = 60};

    (void)state;
    assert_true(clock_own_ms(&clock, 900) == 1000); /* never before its start */
    assert_true(clock_own_ms(&clock, 1001) == 1060);
    for (uint64_t own_ms = 1000; own_ms < 2000; own_ms++) {
        uint64_t real_ms = clock_real_of_ms(&clock, own_ms);

        assert_true(clock_own_ms(&clock, real_ms) >= own_ms);
        assert_true(real_ms == 1000 || clock_own_ms(&clock, real_ms - 1) < own_ms);
    }
    assert_true(clock_make(0).speed == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mailbox_keeps_order_and_bounds),
        cmocka_unit_test(test_mailbox_drops_the_wrong_size),
        cmocka_unit_test(test_file_is_replaced_whole),
        cmocka_unit_test(test_file_replace_fails_without_harm),
        cmocka_unit_test(test_folders_are_made_down_to_the_last),
        cmocka_unit_test(test_large_file_is_read),
        cmocka_unit_test(test_one_holder_a_machine),
        cmocka_unit_test(test_lock_in_a_folder_of_nobody),
        cmocka_unit_test(test_clock_runs_at_its_speed),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
