/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config.h"

#include <inttypes.h>
#include <string.h>

#include "host/config_origins.h"
#include "host/text.h"

enum {
    SHOWN_MAX = 64, /* numbers and words */
    FILE_SHOWN_MAX = 4096,
    INDENT = 2,
};

struct printer {
    FILE *out;
    const char *file; /* printable */
};

static bool is_text(const struct config_value *value)
{
    switch (value->row->type) {
    case CONFIG_ENTITY:
    case CONFIG_NAME:
    case CONFIG_TEXT:
    case CONFIG_TOPIC:
    case CONFIG_PATH:
    case CONFIG_HOST:
    case CONFIG_LISTEN:
        return true;
    case CONFIG_SECTION:
    case CONFIG_WHOLE:
    case CONFIG_DECIMAL:
    case CONFIG_WORD:
    case CONFIG_WORKAROUND:
    case CONFIG_RESERVED:
        break;
    }
    return false;
}

/* In double quotes, so that no text can be taken for a number, a list or a comment. A folder, which
 * comes from outside of the file, may hold control characters. */
static void print_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\x%02x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void print_scalar(const struct printer *p, const struct config_value *value)
{
    char shown[SHOWN_MAX];

    if (value->text != NULL) {
        print_quoted(p->out, value->text);
        return;
    }
    config_value_show(value, shown, sizeof(shown));
    if (is_text(value))
        fprintf(p->out, "\"%s\"", shown);
    else
        fputs(shown, p->out);
}

static void print_origin(const struct printer *p, const struct config_value *value)
{
    switch (value->origin) {
    case CONFIG_FROM_FILE:
        fprintf(p->out, " # %s:%" PRIu32 "\n", p->file, value->line);
        return;
    case CONFIG_FROM_ENVIRONMENT:
        fprintf(p->out, " # environment %s\n", value->variable);
        return;
    case CONFIG_FROM_DEFAULT:
    case CONFIG_ABSENT:
    case CONFIG_BAD:
        break;
    }
    fputs(" # default\n", p->out);
}

static void print_scalar_list(const struct printer *p, const struct config_value *list)
{
    bool is_bare = list->row->may_be_single && list->n_children == 1;

    fputs(is_bare ? "" : "[", p->out);
    for (uint32_t i = 0; i < list->n_children; i++) {
        fputs(i > 0 ? ", " : "", p->out);
        print_scalar(p, &list->child[i]);
    }
    fputs(is_bare ? "" : "]", p->out);
    print_origin(p, list);
}

/* The sources of a curve that names none. */
static void print_all_sources(const struct printer *p, const struct config_value *curve)
{
    const struct config_value *at = curve;
    const struct config_value *sources;

    while ((sources = config_value_get(at, "sources")) == NULL)
        at = at->parent; /* ends at the server, which must have some */
    fputc('[', p->out);
    for (uint32_t i = 0; i < sources->n_children; i++) {
        fputs(i > 0 ? ", " : "", p->out);
        print_scalar(p, config_value_get(&sources->child[i], "name"));
    }
    fputs("] # default\n", p->out);
}

static bool is_source_list_of_curve(const struct config_value *value)
{
    return value->row->type == CONFIG_NAME && config_value_is_list(value);
}

/* The two that follow call each other: as deep as the schema, not as the file.
 * NOLINTBEGIN(misc-no-recursion) */
static void print_section(const struct printer *p, const struct config_value *section, int depth,
                          bool is_item);

static void print_value(const struct printer *p, const struct config_value *value, int depth)
{
    if (value->row->type != CONFIG_SECTION) {
        fputc(' ', p->out);
        if (value->origin == CONFIG_ABSENT)
            print_all_sources(p, value->parent);
        else if (config_value_is_list(value))
            print_scalar_list(p, value);
        else {
            print_scalar(p, value);
            print_origin(p, value);
        }
        return;
    }
    if (!config_value_is_list(value)) {
        fputc('\n', p->out);
        print_section(p, value, depth + 1, false);
        return;
    }
    if (value->n_children == 0) {
        fputs(" []", p->out);
        print_origin(p, value);
        return;
    }
    fputc('\n', p->out);
    for (uint32_t i = 0; i < value->n_children; i++)
        print_section(p, &value->child[i], depth + 2, true);
}

/* The keys of a section, each on its line; of a list's item, the first one behind its dash. */
static void print_section(const struct printer *p, const struct config_value *section, int depth,
                          bool is_item)
{
    for (uint32_t i = 0; i < section->n_children; i++) {
        const struct config_value *value = &section->child[i];

        if (!config_value_is_usable(value) && !is_source_list_of_curve(value))
            continue;
        fprintf(p->out, "%*s%s%s:", depth * INDENT - (is_item ? INDENT : 0), "",
                is_item ? "- " : "", value->row->key);
        print_value(p, value, depth);
        is_item = false;
    }
}
/* NOLINTEND(misc-no-recursion) */

void config_print(const struct config *cfg, FILE *out)
{
    char file[FILE_SHOWN_MAX];
    struct printer p = {.out = out, .file = file};

    text_printable(cfg->path, file, sizeof(file));
    fprintf(out, "# the effective configuration of %s\n", file);
    if (cfg->is_dry_run)
        fputs("# environment DRY_RUN: nothing is written to the fans\n", out);
    if (cfg->is_once)
        fputs("# environment RUN_ONCE: one tick, then a hand-back\n", out);
    print_section(&p, &cfg->origins->root, 0, false);
}
