/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How faults are told: all of them, in the order of the file, and not without end.
 */
#include "tests/unit/host/config_helper.h"

/* A profile list without the default names asks for both of them. */
static void test_default_profiles_are_missed(void **state)
{
    struct loaded loaded = load_text(
        BASE "    profiles: [{name: p, curves: [{points: [{temp_c: 1, duty_pct: 1}]}]}]\n", NULL);

    (void)state;
    assert_int_equal(loaded.err, FC_ERR_CONFIG);
    assert_string_equal(
        loaded.errors,
        "c.yaml:2: servers[0].occupancy.occupied_profile: there is no profile quiet, "
        "which is the default; legal: p\n"
        "c.yaml:2: servers[0].occupancy.empty_profile: there is no profile cool, "
        "which is the default; legal: p\n");
    unload(&loaded);
}

/* All faults of a file, in its order, and the environment's behind them. */
static void test_all_at_once(void **state)
{
    char *env[] = {(char[]){"CEILING=hot"}, (char[]){"RUN_ONCE=perhaps"}, NULL};
    struct loaded loaded = load_text("colour: blue\n" BASE "    period_s: 0\n"
                                     "    control: {law: x, bias_pct: y}\n",
                                     env);

    (void)state;
    assert_int_equal(loaded.err, FC_ERR_CONFIG);
    assert_int_equal(count_lines(loaded.errors), 6);
    assert_non_null(strstr(loaded.errors, "c.yaml:1: colour: "));
    assert_non_null(strstr(strstr(loaded.errors, "colour"), "c.yaml:6: servers[0].period_s: "));
    assert_non_null(
        strstr(strstr(loaded.errors, "period_s"), "c.yaml:7: servers[0].control.law: "));
    assert_non_null(
        strstr(strstr(loaded.errors, ".law"), "c.yaml:7: servers[0].control.bias_pct: "));
    assert_non_null(
        strstr(strstr(loaded.errors, "bias"), "environment: RUN_ONCE: \"perhaps\" is "));
    assert_non_null(
        strstr(strstr(loaded.errors, "bias"), "environment: CEILING: \"hot\" is not a "));
    unload(&loaded);
}

static void test_faults_are_counted(void **state)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct loaded loaded;

    (void)state;
    assert_non_null(out);
    fputs(BASE, out);
    for (int i = 0; i < 250; i++)
        fprintf(out, "zz%d: 1\n", i);
    fclose(out);
    loaded = load_text(text, NULL);
    assert_int_equal(count_lines(loaded.errors), 101);
    assert_non_null(strstr(loaded.errors, "\nc.yaml: 150 more faults are not shown\n"));
    unload(&loaded);
    free(text);
}

static void test_files(void **state)
{
    struct loaded loaded = load_path("/nonexistent/c.yaml", NULL);

    (void)state;
    assert_int_equal(loaded.err, FC_ERR_CONFIG);
    assert_string_equal(loaded.errors,
                        "/nonexistent/c.yaml: the file can not be read: No such file or "
                        "directory\n");
    unload(&loaded);
    loaded = load_path("/", NULL);
    assert_int_equal(loaded.err, FC_ERR_CONFIG);
    assert_string_equal(loaded.errors, "/: the file can not be read: Is a directory\n");
    unload(&loaded);
    loaded = load_path("/dev/zero", NULL);
    assert_int_equal(loaded.err, FC_ERR_CONFIG);
    assert_string_equal(loaded.errors,
                        "/dev/zero: the file is too large; legal: up to 4194304 bytes\n");
    unload(&loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default_profiles_are_missed),
        cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_faults_are_counted),
        cmocka_unit_test(test_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
