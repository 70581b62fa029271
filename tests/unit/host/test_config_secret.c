/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Secrets: read from a file that nobody else may use, and never repeated in a message.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/unit/host/config_helper.h"

struct place {
    char folder[32];
    char path[48];
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof(*place));

    assert_non_null(place);
    strcpy(place->folder, "/tmp/test_secret.XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof(place->path), "%s/pw", place->folder);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;

    unlink(place->path);
    rmdir(place->folder);
    free(place);
    return 0;
}

static void test_content(void **state)
{
    static char longest[CONFIG_SECRET_MAX - 1];
    static char too_long[CONFIG_SECRET_MAX];
    static const struct {
        const char *name;
        const char *text;
        size_t size;
        enum fc_err err;
        const char *want;
    } cases[] = {
        {"plain", "calvin", 6, FC_OK, "calvin"},
        {"line's end", "calvin\n", 7, FC_OK, "calvin"},
        {"CRLF", "calvin\r\n", 8, FC_OK, "calvin"},
        {"first line alone", "calvin\nmore\n", 12, FC_OK, "calvin"},
        {"blanks belong to it", " cal vin \n", 10, FC_OK, " cal vin "},
        {"other letters", "п\xc3\xa4ss", 6, FC_OK, "п\xc3\xa4ss"},
        {"empty", "", 0, FC_ERR_RANGE, NULL},
        {"a line's end alone", "\n", 1, FC_ERR_RANGE, NULL},
        {"CRLF alone", "\r\n", 2, FC_ERR_RANGE, NULL},
        {"empty first line", "\ncalvin\n", 8, FC_ERR_RANGE, NULL},
        {"a zero inside", "cal\0vin\n", 8, FC_ERR_RANGE, NULL},
        {"a zero in front", "\0calvin\n", 8, FC_ERR_RANGE, NULL},
        {"a control character", "cal\033vin", 7, FC_ERR_RANGE, NULL},
        {"the longest", longest, sizeof(longest), FC_OK, longest},
        {"too long", too_long, sizeof(too_long), FC_ERR_RANGE, NULL},
    };
    const struct place *place = *state;

    memset(longest, 'x', sizeof(longest));
    memset(too_long, 'x', sizeof(too_long));
    for (size_t i = 0; i < COUNT(cases); i++) {
        char secret[CONFIG_SECRET_MAX] = "untouched";
        char why[HAL_TEXT_MAX] = "";
        enum fc_err err;

        unlink(place->path);
        write_file(place->path, cases[i].text, cases[i].size);
        assert_int_equal(chmod(place->path, 0600), 0);
        err = config_read_secret(place->path, secret, why);
        if (err != cases[i].err)
            print_error("%s: %s\n", cases[i].name, why);
        assert_int_equal(err, cases[i].err);
        if (err == FC_OK) {
            size_t length = cases[i].want == longest ? sizeof(longest) : strlen(cases[i].want);

            assert_int_equal(strlen(secret), length);
            assert_memory_equal(secret, cases[i].want, length);
        } else {
            assert_string_equal(secret, "untouched");
            assert_non_null(strstr(why, place->path));
            assert_null(strstr(why, "cal"));
        }
    }
}

static void test_modes(void **state)
{
    static const struct {
        mode_t mode;
        enum fc_err err;
    } cases[] = {
        {0600, FC_OK},         {0400, FC_OK},         {0700, FC_OK},
        {0640, FC_ERR_ACCESS}, {0604, FC_ERR_ACCESS}, {0620, FC_ERR_ACCESS},
        {0602, FC_ERR_ACCESS}, {0610, FC_ERR_ACCESS}, {0601, FC_ERR_ACCESS},
    };
    const struct place *place = *state;

    write_file(place->path, "calvin", 6);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char secret[CONFIG_SECRET_MAX] = "untouched";
        char why[HAL_TEXT_MAX] = "";

        assert_int_equal(chmod(place->path, cases[i].mode), 0);
        assert_int_equal(config_read_secret(place->path, secret, why), cases[i].err);
        assert_string_equal(secret, cases[i].err == FC_OK ? "calvin" : "untouched");
        if (cases[i].err != FC_OK)
            assert_non_null(strstr(why, "may be used by others; do: chmod 600"));
    }
}

/* What is not a regular file is refused at once: a pipe would hang the program. */
static void test_not_a_file(void **state)
{
    const struct place *place = *state;
    char secret[CONFIG_SECRET_MAX] = "untouched";
    char why[HAL_TEXT_MAX] = "";

    assert_int_equal(config_read_secret(place->path, secret, why), FC_ERR_ACCESS);
    assert_non_null(strstr(why, "can not be opened: No such file or directory"));
    assert_int_equal(config_read_secret(place->folder, secret, why), FC_ERR_ACCESS);
    assert_non_null(strstr(why, "is not a file"));
    assert_int_equal(mkfifo(place->path, 0600), 0);
    assert_int_equal(config_read_secret(place->path, secret, why), FC_ERR_ACCESS);
    assert_non_null(strstr(why, "is not a file"));
    assert_string_equal(secret, "untouched");
}

/* The advice survives a name of any length, and the name can not forge a line. */
static void test_long_name(void **state)
{
    char path[1000];
    char secret[CONFIG_SECRET_MAX];
    char why[HAL_TEXT_MAX] = "";

    (void)state;
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    path[3] = '\n';
    assert_int_equal(config_read_secret(path, secret, why), FC_ERR_ACCESS);
    assert_non_null(strstr(why, "can not be opened: "));
    assert_non_null(strstr(why, "xxx\\x0ax"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_content, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_modes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_a_file, set_up, tear_down),
        cmocka_unit_test(test_long_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
