/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct piece {
    struct piece *next;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct config_arena {
    struct piece *pieces;
    bool is_exhausted;
};

struct config_arena *config_arena_create(void)
{
    return calloc(1, sizeof(struct config_arena));
}

void *config_arena_alloc(struct config_arena *arena, size_t count, size_t size)
{
    struct piece *piece = NULL;

    if (size == 0 || count <= (SIZE_MAX - sizeof(*piece)) / size)
        piece = calloc(1, sizeof(*piece) + count * size);
    if (piece == NULL) {
        arena->is_exhausted = true;
        return NULL;
    }
    piece->next = arena->pieces;
    arena->pieces = piece;
    return piece->bytes;
}

char *config_arena_copy(struct config_arena *arena, const char *text, size_t length)
{
    char *copy = config_arena_alloc(arena, length + 1, 1);

    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}

char *config_arena_format(struct config_arena *arena, const char *format, ...)
{
    char *text = NULL;
    int length;
    va_list args;

    va_start(args, format);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length >= 0)
        text = config_arena_alloc(arena, (size_t)length + 1, 1);
    if (text == NULL) {
        arena->is_exhausted = true;
        return NULL;
    }
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}

void config_arena_set_exhausted(struct config_arena *arena)
{
    arena->is_exhausted = true;
}

bool config_arena_is_exhausted(const struct config_arena *arena)
{
    return arena->is_exhausted;
}

void config_arena_free(struct config_arena *arena)
{
    if (arena == NULL)
        return;
    while (arena->pieces != NULL) {
        struct piece *next = arena->pieces->next;

        free(arena->pieces);
        arena->pieces = next;
    }
    free(arena);
}
