/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Load a configuration from a text, in a folder of its own, and keep what was said about it.
 */
#ifndef TEST_CONFIG_HELPER_H
#define TEST_CONFIG_HELPER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/config.h"
#include "tests/unit/host/cmocka_all.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A whole configuration in four lines: what a test adds begins in line 5. */
#define HEAD "servers:\n  - name: a\n"
#define SIM  "    bmc: {driver: sim}\n"
#define LAN  "    bmc: {driver: lan, host: h, username: u, password_file: p}\n"
#define SOURCES                                                                                    \
    "    sources: [{name: cpu1, ipmi_entity: \"3.1\"}, {name: cpu2, ipmi_number: 0x0f}]\n"
#define BASE HEAD SIM SOURCES

struct loaded {
    enum fc_err err;
    struct config *cfg; /* NULL unless err is FC_OK */
    char *errors;       /* with the folder cut away: c.yaml:5: ... */
};

static inline void write_file(const char *path, const void *text, size_t size)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline struct loaded load_path(const char *path, char *const *env)
{
    struct loaded loaded = {.cfg = NULL};
    size_t size;
    FILE *errors = open_memstream(&loaded.errors, &size);

    assert_non_null(errors);
    loaded.err = config_load(path, env, errors, &loaded.cfg);
    fclose(errors);
    return loaded;
}

/* Takes every occurrence of what out of text. */
static inline void cut(char *text, const char *what)
{
    char *at = text;

    while ((at = strstr(at, what)) != NULL)
        memmove(at, at + strlen(what), strlen(at + strlen(what)) + 1);
}

static inline struct loaded load_bytes(const void *text, size_t size, char *const *env)
{
    char folder[] = "/tmp/test_config.XXXXXX";
    char path[sizeof(folder) + 8];
    char prefix[sizeof(folder) + 1];
    struct loaded loaded;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/c.yaml", folder);
    snprintf(prefix, sizeof(prefix), "%s/", folder);
    write_file(path, text, size);
    loaded = load_path(path, env);
    unlink(path);
    rmdir(folder);
    cut(loaded.errors, prefix);
    return loaded;
}

static inline struct loaded load_text(const char *text, char *const *env)
{
    return load_bytes(text, strlen(text), env);
}

/* The configuration of a legal file. */
static inline struct config *load_ok(const char *path)
{
    struct loaded loaded = load_path(path, NULL);

    if (loaded.err != FC_OK)
        print_error("%s", loaded.errors);
    assert_int_equal(loaded.err, FC_OK);
    assert_string_equal(loaded.errors, "");
    free(loaded.errors);
    return loaded.cfg;
}

static inline void unload(struct loaded *loaded)
{
    config_free(loaded->cfg);
    free(loaded->errors);
}

static inline size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

/* What config_print() says; the caller frees it. */
static inline char *printed(const struct config *cfg)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    config_print(cfg, out);
    fclose(out);
    return text;
}

/* Cut the comments that tell origins, which stand behind the last " # " of a line, and whole
 * lines of comment. */
static inline void cut_origins(char *text)
{
    char *out = text;

    for (char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        char *next = line + length + (line[length] == '\n');
        size_t keep = line[0] == '#' ? 0 : length;

        for (size_t i = 0; i + 3 <= keep; i++) {
            if (memcmp(line + i, " # ", 3) == 0)
                keep = i;
        }
        memmove(out, line, keep);
        out += keep;
        *out++ = '\n';
        line = next;
    }
    *out = '\0';
}

#endif
