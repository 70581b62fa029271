/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host/config.h"
#include "host/config_origins.h"

enum { KEY_MAX = 64 };

/* One step of a path: "key", "key[3]", then "." or the end. NULL: there is no such value. */
static const struct config_value *descend(const struct config_value *section, const char **path)
{
    size_t length = strcspn(*path, ".[");
    const struct config_value *value;
    char key[KEY_MAX];

    if (length == 0 || length >= sizeof(key))
        return NULL;
    memcpy(key, *path, length);
    key[length] = '\0';
    *path += length;
    value = config_value_child(section, key);
    if (value != NULL && **path == '[') {
        unsigned long index = strtoul(*path + 1, NULL, 10);

        value = index < value->n_children ? &value->child[index] : NULL;
        *path += strcspn(*path, ".");
    }
    if (**path == '.')
        (*path)++;
    return value;
}

void config_where(const struct config *cfg, const char *path, char *out, size_t size)
{
    const struct config_value *value = &cfg->origins->root;

    while (value != NULL && *path != '\0')
        value = descend(value, &path);
    if (value == NULL || value->origin == CONFIG_ABSENT || value->origin == CONFIG_BAD)
        snprintf(out, size, "not given");
    else if (value->origin == CONFIG_FROM_FILE)
        snprintf(out, size, "%s:%" PRIu32, cfg->path, value->line);
    else if (value->origin == CONFIG_FROM_ENVIRONMENT)
        snprintf(out, size, "environment %s", value->variable);
    else
        snprintf(out, size, "default");
}
