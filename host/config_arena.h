/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The memory of one configuration: taken piece by piece while it is loaded, given back as a whole.
 *
 * A loader that finds a hundred faults in a broken file has no other clean-up to get wrong. When
 * the memory ends, the piece is NULL and the arena remembers it, so that the loader asks once at
 * its end instead of carrying an error through every function.
 */
#ifndef FC_HOST_CONFIG_ARENA_H
#define FC_HOST_CONFIG_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct config_arena;

/* NULL: out of memory. The caller ends it with config_arena_free(). */
struct config_arena *config_arena_create(void);

/* count pieces of size bytes, zeroed, aligned for any type, valid until the arena is freed.
 * NULL: out of memory, or the product does not fit. */
void *config_arena_alloc(struct config_arena *arena, size_t count, size_t size);

/* length bytes of text, and an end. NULL: out of memory. */
char *config_arena_copy(struct config_arena *arena, const char *text, size_t length);

/* What printf would print. NULL: out of memory. */
__attribute__((format(printf, 2, 3))) char *config_arena_format(struct config_arena *arena,
                                                                const char *format, ...);

/* The memory ended where the arena did not see it, in a library: remember that too. */
void config_arena_set_exhausted(struct config_arena *arena);

/* Was any piece refused since config_arena_create()? */
bool config_arena_is_exhausted(const struct config_arena *arena);

void config_arena_free(struct config_arena *arena); /* NULL is allowed */

#endif
