/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_fault.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "host/text.h"

enum {
    MESSAGE_MAX = 1024,
    FILE_SHOWN_MAX = 4096,
};

static void add(struct config_faults *faults, uint32_t line, const char *where, const char *what)
{
    char *text;

    if (faults->n == CONFIG_FAULTS_MAX) {
        faults->n_more++;
        return;
    }
    text = config_arena_format(faults->arena, "%s%s%s", where, where[0] != '\0' ? ": " : "", what);
    if (text == NULL)
        return;
    faults->fault[faults->n].line = line;
    faults->fault[faults->n].order = faults->n;
    faults->fault[faults->n].text = text;
    faults->n++;
}

void config_fault_line(struct config_faults *faults, uint32_t line, const char *format, ...)
{
    char what[MESSAGE_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    add(faults, line, "", what);
}

void config_fault_variable(struct config_faults *faults, const char *variable, const char *format,
                           ...)
{
    char what[MESSAGE_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    add(faults, 0, variable, what);
}

void config_fault_value(struct config_faults *faults, const struct config_value *value,
                        const char *format, ...)
{
    char what[MESSAGE_MAX];
    char path[CONFIG_PATH_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    if (value->origin == CONFIG_FROM_ENVIRONMENT) {
        add(faults, 0, value->variable, what);
        return;
    }
    config_value_path(value, path);
    add(faults, value->line, path, what);
}

const struct config_value *config_fault_blame(const struct config_value *a,
                                              const struct config_value *b)
{
    return b->origin > a->origin ? b : a;
}

void config_fault_place(const struct config_value *value, char *out, size_t size)
{
    if (value->origin == CONFIG_FROM_ENVIRONMENT)
        snprintf(out, size, "environment %s", value->variable);
    else if (value->origin == CONFIG_FROM_FILE)
        snprintf(out, size, "line %" PRIu32, value->line);
    else
        snprintf(out, size, "default");
}

/* By line; the environment, line 0, wraps around to the end. Faults of one line stay in the order
 * in which they were found. */
static int compare(const void *left, const void *right)
{
    const struct config_fault *a = left;
    const struct config_fault *b = right;
    uint32_t a_line = a->line - 1;
    uint32_t b_line = b->line - 1;

    if (a_line != b_line)
        return a_line < b_line ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

void config_fault_print(struct config_faults *faults, const char *path, FILE *out)
{
    char file[FILE_SHOWN_MAX];

    text_printable(path, file, sizeof(file));
    qsort(faults->fault, faults->n, sizeof(faults->fault[0]), compare);
    for (uint32_t i = 0; i < faults->n; i++) {
        const struct config_fault *fault = &faults->fault[i];

        if (fault->line == 0)
            fprintf(out, "environment: %s\n", fault->text);
        else if (fault->line == CONFIG_NO_LINE)
            fprintf(out, "%s: %s\n", file, fault->text);
        else
            fprintf(out, "%s:%" PRIu32 ": %s\n", file, fault->line, fault->text);
    }
    if (faults->n_more > 0)
        fprintf(out, "%s: %" PRIu32 " more faults are not shown\n", file, faults->n_more);
}
