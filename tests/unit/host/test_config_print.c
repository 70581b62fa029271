/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is said about a configuration: the printout, which loads again, the origin of a value, and
 * the reference in the documents. Run from the source's top folder.
 */
#include "tests/unit/host/config_helper.h"

#define CONTRACT "tests/data/contract/fancurve.yaml"

/* The printout of the printout is the same, from whatever folder it is loaded. */
static void test_print_round_trip(void **state)
{
    static const char *const paths[] = {CONTRACT, "tests/data/config/minimal.yaml",
                                        "tests/data/config/everything.yaml",
                                        "tests/data/config/aliases.yaml"};

    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct config *cfg = load_ok(paths[i]);
        char *first = printed(cfg);
        struct loaded again = load_text(first, NULL);
        char *second;

        if (again.err != FC_OK)
            print_error("%s: %s\n%s", paths[i], again.errors, first);
        assert_int_equal(again.err, FC_OK);
        second = printed(again.cfg);
        cut_origins(first);
        cut_origins(second);
        assert_string_equal(first, second);
        for (uint32_t s = 0; s < cfg->n_servers; s++)
            assert_memory_equal(&cfg->server[s].fan_cfg, &again.cfg->server[s].fan_cfg,
                                sizeof(cfg->server[s].fan_cfg));
        free(first);
        free(second);
        unload(&again);
        config_free(cfg);
    }
}

static void test_print_origins(void **state)
{
    struct config *cfg = load_ok(CONTRACT);
    char *text = printed(cfg);

    (void)state;
    assert_non_null(strstr(text, "    period_s: 15 # " CONTRACT ":16\n"));
    assert_non_null(strstr(text, "      privilege: admin # default\n"));
    assert_non_null(strstr(text, "stop_timeout_s: 20 # default\n"));
    assert_non_null(
        strstr(text, "open_states: [\"open\", \"on\", \"Отворена\"] # " CONTRACT ":59\n"));
    assert_non_null(strstr(text, "          - sources: [\"cpu1\", \"cpu2\"] # " CONTRACT ":34\n"));
    free(text);
    config_free(cfg);
}

static void test_where(void **state)
{
    static const struct {
        const char *path;
        const char *want;
    } cases[] = {
        {"servers[0].bmc.password_file", CONTRACT ":21"},
        {"servers[0].profiles[1].curves[0].points[1].temp_c", CONTRACT ":39"},
        {"stop_timeout_s", "default"},
        {"servers[0].control.ceiling_action", "default"},
        {"mqtt.tls.ca_file", "not given"},
        {"servers[1].name", "not given"},
        {"no_such_key", "not given"},
        {"servers[0]..", "not given"},
    };
    struct config *cfg = load_ok(CONTRACT);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char place[128];

        config_where(cfg, cases[i].path, place, sizeof(place));
        assert_string_equal(place, cases[i].want);
    }
    config_free(cfg);
}

static char *file_text(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t room = 0;

    assert_non_null(file);
    assert_true(getdelim(&text, &room, '\0', file) > 0);
    fclose(file);
    return text;
}

static void test_reference_is_documented(void **state)
{
    char *names = file_text("docs/names.md");
    char *reference;
    size_t size;
    FILE *out = open_memstream(&reference, &size);

    (void)state;
    assert_non_null(out);
    config_print_reference(out);
    fclose(out);
    if (strstr(names, reference) == NULL)
        print_error("docs/names.md must contain exactly this:\n%s", reference);
    assert_non_null(strstr(names, reference));
    free(reference);
    free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print_round_trip),
        cmocka_unit_test(test_print_origins),
        cmocka_unit_test(test_where),
        cmocka_unit_test(test_reference_is_documented),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
