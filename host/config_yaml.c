/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum {
    READ_STEP = 64 * 1024,
};

struct form {
    unsigned depth;
    unsigned n_anchors;
    unsigned n_documents;
};

static ssize_t read_some(int fd, char *out, size_t size)
{
    ssize_t n;

    do
        n = read(fd, out, size);
    while (n < 0 && errno == EINTR);
    return n;
}

/* Grows the text by doubling: the file may be a pipe, which does not know its size. */
static enum fc_err read_all(struct config_arena *arena, int fd, char **text, size_t *size)
{
    size_t room = READ_STEP;
    size_t used = 0;
    char *buffer = config_arena_alloc(arena, room + 1, 1);

    while (buffer != NULL) {
        ssize_t n = read_some(fd, buffer + used, room - used);

        if (n < 0)
            return FC_ERR_SYSTEM;
        if (n == 0) {
            buffer[used] = '\0';
            *text = buffer;
            *size = used;
            return FC_OK;
        }
        used += (size_t)n;
        if (used > CONFIG_BYTES_MAX)
            return FC_ERR_RANGE;
        if (used == room) {
            char *larger = config_arena_alloc(arena, 2 * room + 1, 1);

            if (larger != NULL)
                memcpy(larger, buffer, used);
            buffer = larger;
            room *= 2;
        }
    }
    return FC_ERR_MEMORY;
}

enum fc_err config_yaml_read(struct config_arena *arena, const char *path,
                             struct config_faults *faults, char **text, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    enum fc_err err = FC_ERR_SYSTEM;
    int cause = errno;

    if (fd >= 0) {
        err = read_all(arena, fd, text, size);
        cause = errno;
        close(fd);
    }
    if (err == FC_OK || err == FC_ERR_MEMORY)
        return err;
    if (err == FC_ERR_RANGE)
        config_fault_line(faults, CONFIG_NO_LINE, "the file is too large; legal: up to %d bytes",
                          CONFIG_BYTES_MAX);
    else
        config_fault_line(faults, CONFIG_NO_LINE, "the file can not be read: %s", strerror(cause));
    return FC_ERR_CONFIG;
}

static uint32_t line_of(const yaml_mark_t *mark)
{
    return (uint32_t)mark->line + 1;
}

/* A reader's error has an offset in bytes and no line. */
static uint32_t line_at(const char *text, size_t size, size_t offset)
{
    uint32_t line = 1;

    for (size_t i = 0; i < size && i < offset; i++)
        line += text[i] == '\n';
    return line;
}

static bool is_indented_by_tab(const char *text, size_t size, uint32_t line)
{
    size_t at = 0;

    for (; line > 1 && at < size; at++)
        line -= text[at] == '\n';
    while (at < size && text[at] == ' ')
        at++;
    return at < size && text[at] == '\t';
}

static enum fc_err fault_of_parser(const yaml_parser_t *parser, const char *text, size_t size,
                                   struct config_faults *faults)
{
    const char *problem = parser->problem != NULL ? parser->problem : "no reason given";
    uint32_t line;

    switch (parser->error) {
    case YAML_MEMORY_ERROR:
    case YAML_NO_ERROR: /* what libyaml 0.2.5 says when a document outgrows the memory */
        return FC_ERR_MEMORY;
    case YAML_READER_ERROR:
        config_fault_line(faults, line_at(text, size, parser->problem_offset),
                          "not a text in UTF-8: %s", problem);
        return FC_ERR_CONFIG;
    case YAML_SCANNER_ERROR:
    case YAML_PARSER_ERROR:
    case YAML_COMPOSER_ERROR:
    case YAML_WRITER_ERROR:
    case YAML_EMITTER_ERROR:
        break;
    }
    line = line_of(&parser->problem_mark);
    config_fault_line(
        faults, line, "not valid YAML in column %zu: %s%s%s%s", parser->problem_mark.column + 1,
        problem, parser->context ? ", " : "", parser->context ? parser->context : "",
        is_indented_by_tab(text, size, line) ? "; indent with blanks, not with tabs" : "");
    return FC_ERR_CONFIG;
}

static bool has_anchor(const yaml_event_t *event)
{
    return (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor != NULL) ||
           (event->type == YAML_SEQUENCE_START_EVENT &&
            event->data.sequence_start.anchor != NULL) ||
           (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.anchor != NULL);
}

/* Count one event in; false: the file is out of bounds, and a fault was added. */
static bool is_in_bounds(struct form *form, const yaml_event_t *event, struct config_faults *faults)
{
    uint32_t line = line_of(&event->start_mark);

    if (event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT)
        form->depth++;
    else if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT)
        form->depth--;
    else if (event->type == YAML_DOCUMENT_START_EVENT)
        form->n_documents++;
    form->n_anchors += has_anchor(event);
    if (form->depth > CONFIG_DEPTH_MAX)
        config_fault_line(faults, line, "nested too deeply; legal: up to %d levels",
                          CONFIG_DEPTH_MAX);
    else if (form->n_anchors > CONFIG_ANCHORS_MAX)
        config_fault_line(faults, line, "too many anchors; legal: up to %d", CONFIG_ANCHORS_MAX);
    else if (form->n_documents > 1)
        config_fault_line(faults, line, "a second document begins; legal: one document a file");
    else
        return true;
    return false;
}

static enum fc_err check_form(yaml_parser_t *parser, const char *text, size_t size,
                              struct config_faults *faults)
{
    struct form form = {0};

    for (;;) {
        yaml_event_t event;
        bool is_fine;
        bool is_end;

        if (!yaml_parser_parse(parser, &event))
            return fault_of_parser(parser, text, size, faults);
        is_fine = is_in_bounds(&form, &event, faults);
        is_end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (!is_fine)
            return FC_ERR_CONFIG;
        if (is_end)
            break;
    }
    if (form.n_documents == 1)
        return FC_OK;
    config_fault_line(faults, 1, "the file is empty; legal: a mapping with the key servers");
    return FC_ERR_CONFIG;
}

static const unsigned char *bytes_of(const char *text)
{
    return (const unsigned char *)text;
}

enum fc_err config_yaml_load(const char *text, size_t size, struct config_faults *faults,
                             yaml_document_t *document)
{
    yaml_parser_t parser;
    enum fc_err err;

    if (!yaml_parser_initialize(&parser))
        return FC_ERR_MEMORY;
    yaml_parser_set_input_string(&parser, bytes_of(text), size);
    err = check_form(&parser, text, size, faults);
    yaml_parser_delete(&parser);
    if (err != FC_OK)
        return err;
    if (!yaml_parser_initialize(&parser))
        return FC_ERR_MEMORY;
    yaml_parser_set_input_string(&parser, bytes_of(text), size);
    if (!yaml_parser_load(&parser, document))
        err = fault_of_parser(&parser, text, size, faults);
    yaml_parser_delete(&parser);
    return err;
}
