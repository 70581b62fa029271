/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_schema.h"

#include <string.h>

enum {
    KEY_MAX = 32, /* no key of the schema is longer */
};

const struct config_row *config_schema_find(const struct config_table *table, const char *key,
                                            size_t length)
{
    for (uint32_t i = 0; i < table->n_rows; i++) {
        const struct config_row *row = &table->row[i];

        if (strlen(row->key) == length && memcmp(row->key, key, length) == 0)
            return row;
    }
    return NULL;
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

/* How many letters must be changed, added or taken away to make one word of the other
 * (Levenshtein). Both lengths at most KEY_MAX. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t cost[KEY_MAX + 1];

    for (size_t j = 0; j <= b_length; j++)
        cost[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = cost[0];

        cost[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t above = cost[j];

            cost[j] = least(above + 1, cost[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return cost[b_length];
}

const char *config_schema_nearest(const struct config_table *table, const char *key, size_t length)
{
    const char *nearest = NULL;
    size_t nearest_distance = length / 3 + 1; /* farther than this is another word */

    if (length > KEY_MAX)
        return NULL;
    for (uint32_t i = 0; i < table->n_rows; i++) {
        const char *candidate = table->row[i].key;
        size_t candidate_length = strlen(candidate);
        size_t found;

        if (candidate_length > KEY_MAX || table->row[i].type == CONFIG_RESERVED)
            continue;
        found = distance(key, length, candidate, candidate_length);
        if (found > nearest_distance || (nearest != NULL && found == nearest_distance))
            continue;
        nearest = candidate;
        nearest_distance = found;
    }
    return nearest;
}

const char *config_schema_word(const struct config_row *row, int64_t number)
{
    for (const struct config_word *word = row->words; word->word != NULL; word++) {
        if (word->number == number)
            return word->word;
    }
    return NULL;
}
