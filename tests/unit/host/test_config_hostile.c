/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that nobody writes on purpose: the loader answers soon, and with a fault, never with a
 * crash. `SEED=n` replays the random ones.
 */
#include <inttypes.h>
#include <time.h>

#include "tests/unit/host/config_helper.h"

enum {
    MUTANTS = 1500,
    KB = 1000,
    MB = 1000 * KB,
    TEN_MB = 10 * MB,
    HALF_MB = 500 * KB,
    LARGEST = 4 * 1024 * 1024,
};

static void check_refused(const char *name, const char *piece, size_t size, const char *want)
{
    char *text = malloc(size + 1);
    size_t length = strlen(piece);
    struct loaded loaded;

    assert_non_null(text);
    for (size_t i = 0; i < size; i++)
        text[i] = piece[i % length];
    loaded = load_bytes(text, size, NULL);
    if (loaded.err != FC_ERR_CONFIG || strstr(loaded.errors, want) == NULL)
        print_error("%s: %s\n", name, loaded.errors);
    assert_int_equal(loaded.err, FC_ERR_CONFIG);
    assert_non_null(strstr(loaded.errors, want));
    assert_true(count_lines(loaded.errors) <= 101);
    unload(&loaded);
    free(text);
}

static void test_size_and_depth(void **state)
{
    (void)state;
    check_refused("10 MB", "a: b\n", TEN_MB, "the file is too large");
    check_refused("one byte too many", "#", LARGEST + 1, "the file is too large");
    check_refused("just small enough", "#", LARGEST, "the file is empty");
    check_refused("open brackets", "[", MB, "nested too deeply; legal: up to 32 levels");
    check_refused("open braces", "{", MB, "nested too deeply");
    check_refused("dashes", "- ", MB, "nested too deeply");
    check_refused("questions", "? ", MB, "nested too deeply");
    check_refused("control characters", "\001", 1000, "not a text in UTF-8");
    check_refused("0xff", "\xff", MB, "not a text in UTF-8");
    check_refused("half a mega of unknown keys", "a: b\n", HALF_MB, "more faults are not shown");
    check_refused("anchors", "- &a b\n", HALF_MB, "too many anchors; legal: up to 1000");
}

static void test_zeros(void **state)
{
    static const char zeros[1000];
    struct loaded loaded = load_bytes(zeros, sizeof(zeros), NULL);

    (void)state;
    assert_int_equal(loaded.err, FC_ERR_CONFIG);
    assert_non_null(strstr(loaded.errors, "c.yaml:1: not a text in UTF-8"));
    unload(&loaded);
}

/* Lists within lists of aliases: 10^9 items if anybody walked all of them. */
static void test_aliases_explode(void **state)
{
    char text[4096] = "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n";
    struct loaded loaded;

    (void)state;
    for (int i = 1; i < 9; i++) {
        char line[128];

        snprintf(line, sizeof(line),
                 "x%d: &x%d [*x%d, *x%d, *x%d, *x%d, *x%d, *x%d, *x%d, *x%d, *x%d, *x%d]\n", i, i,
                 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
        strcat(text, line);
    }
    strcat(text, "servers: *x8\n");
    loaded = load_text(text, NULL);
    assert_int_equal(loaded.err, FC_ERR_CONFIG);
    assert_true(count_lines(loaded.errors) <= 101);
    unload(&loaded);
}

/* A section that is its own child, at every level of the schema. */
static void test_loops(void **state)
{
    static const char *const texts[] = {
        "&a\nservers: [*a]\nmqtt: *a\nhttp: *a\n",
        "servers: &s\n  - name: a\n    bmc: *s\n    sources: *s\n    profiles: *s\n    fans: *s\n",
        ("servers:\n  - &s\n    name: *s\n    bmc: *s\n    sources: [*s]\n    profiles: [*s]\n    "
         "curves: [*s]\n    points: [*s]\n    control: *s\n    occupancy: *s\n    inlet: *s\n"),
        "&a ? *a\n: *a\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct loaded loaded = load_text(texts[i], NULL);

        assert_int_equal(loaded.err, FC_ERR_CONFIG);
        unload(&loaded);
    }
}

static void test_most_servers(void **state)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct loaded loaded;

    (void)state;
    assert_non_null(out);
    fputs("servers:\n", out);
    for (int i = 0; i < CONFIG_SERVERS_MAX; i++)
        fprintf(out, "  - name: s%d\n" SIM SOURCES, i);
    fflush(out);
    loaded = load_text(text, NULL);
    assert_int_equal(loaded.err, FC_OK);
    assert_int_equal(loaded.cfg->n_servers, CONFIG_SERVERS_MAX);
    assert_string_equal(loaded.cfg->server[CONFIG_SERVERS_MAX - 1].name, "s255");
    unload(&loaded);
    fprintf(out, "  - name: one_more\n" SIM SOURCES);
    fclose(out);
    loaded = load_text(text, NULL);
    assert_int_equal(loaded.err, FC_ERR_CONFIG);
    assert_string_equal(loaded.errors,
                        "c.yaml:1: servers: a list of 257; legal: 1 to 256 of them\n");
    unload(&loaded);
    free(text);
}

/* xorshift64*: the same numbers on every machine. */
static uint64_t draw(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * 2685821657736338717u;
}

/* Flip bytes, cut pieces out, double pieces, and write words of YAML over it. */
static size_t mutate(char *text, size_t size, size_t room, uint64_t *seed)
{
    static const char *const words[] = {"[",  "]",     "{",  "}",  ": ", "- ", "&a ",
                                        "*a", "\n",    "\t", "\"", "'",  "|",  ">",
                                        "#",  "---\n", "!",  "%",  "? ", "<<"};
    uint64_t n = 1 + draw(seed) % 6;

    for (; n > 0 && size > 64; n--) {
        size_t at = draw(seed) % (size - 16);
        size_t length = draw(seed) % 16;
        const char *word = words[draw(seed) % COUNT(words)];

        switch (draw(seed) % 5) {
        case 0:
            text[at] = (char)(text[at] ^ (1 << draw(seed) % 8));
            break;
        case 1:
            memmove(text + at, text + at + length, size - at - length);
            size -= length;
            break;
        case 2:
            if (size + length <= room) {
                memmove(text + at + length, text + at, size - at);
                size += length;
            }
            break;
        case 3:
            text[at] = (char)draw(seed);
            break;
        default:
            for (size_t i = 0; word[i] != '\0'; i++)
                text[at + i] = word[i];
            break;
        }
    }
    return size;
}

static size_t read_whole(const char *path, char *text, size_t room)
{
    FILE *file = fopen(path, "r");
    size_t size;

    assert_non_null(file);
    size = fread(text, 1, room, file);
    fclose(file);
    assert_true(size > 64 && size < room);
    return size;
}

/* Whatever comes out is either a fault that is told, or a configuration that prints and loads. */
static void check_mutant(const char *text, size_t size, unsigned *n_legal)
{
    struct loaded loaded = load_bytes(text, size, NULL);

    if (loaded.err == FC_OK) {
        char *first = printed(loaded.cfg);
        struct loaded again = load_text(first, NULL);

        if (again.err != FC_OK)
            print_error("a printout does not load:\n%s\n%s", again.errors, first);
        assert_int_equal(again.err, FC_OK);
        unload(&again);
        free(first);
        (*n_legal)++;
    } else {
        assert_int_equal(loaded.err, FC_ERR_CONFIG);
        assert_true(count_lines(loaded.errors) >= 1);
        assert_null(strstr(loaded.errors, "please report"));
    }
    unload(&loaded);
}

static void test_mutants(void **state)
{
    static const char *const paths[] = {"tests/data/contract/fancurve.yaml",
                                        "tests/data/config/everything.yaml"};
    const char *given = getenv("SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    unsigned n_legal = 0;

    (void)state;
    print_message("SEED=%" PRIu64 "\n", seed);
    seed = seed * 2 + 1; /* never 0, where the generator stays */
    for (int i = 0; i < MUTANTS; i++) {
        char text[8192];
        size_t size = read_whole(paths[i % 2], text, sizeof(text));

        size = mutate(text, size, sizeof(text), &seed);
        check_mutant(text, size, &n_legal);
    }
    /* If every mutant or none were refused, this test would look at one half only. */
    assert_in_range(n_legal, 1, MUTANTS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_size_and_depth),  cmocka_unit_test(test_zeros),
        cmocka_unit_test(test_aliases_explode), cmocka_unit_test(test_loops),
        cmocka_unit_test(test_most_servers),    cmocka_unit_test(test_mutants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
