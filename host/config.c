/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config.h"

#include <string.h>
#include <unistd.h>

#include "host/config_bind.h"
#include "host/config_check.h"
#include "host/config_env.h"
#include "host/config_fill.h"
#include "host/config_origins.h"
#include "host/config_yaml.h"

enum {
    FOLDER_MAX = 4096,
};

/* The folder of path, absolute and without a slash at its end, so that a path made from it stays
 * right when the program changes its own folder, and when the printout is loaded from elsewhere. */
static const char *folder_of(struct config_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    int length = slash != NULL ? (int)(slash - path) : 0;
    char here[FOLDER_MAX];

    while (length > 0 && path[length - 1] == '/')
        length--;
    if (path[0] == '/')
        return config_arena_format(arena, "%.*s", length, path);
    while (length >= 2 && path[0] == '.' && path[1] == '/') {
        path += 2;
        length -= 2;
    }
    if (length == 1 && path[0] == '.')
        length = 0;
    if (getcwd(here, sizeof(here)) == NULL)
        strcpy(here, ".");
    if (strcmp(here, "/") == 0)
        here[0] = '\0';
    return config_arena_format(arena, "%s%s%.*s", here, length > 0 ? "/" : "", length, path);
}

static enum fc_err read_tree(const struct config_bind *bind, const char *path,
                             struct config_value *root)
{
    yaml_document_t document;
    char *text;
    size_t size;
    enum fc_err err = config_yaml_read(bind->arena, path, bind->faults, &text, &size);

    if (err == FC_OK)
        err = config_yaml_load(text, size, bind->faults, &document);
    if (err != FC_OK)
        return err;
    err = config_bind(bind, &document, root);
    yaml_document_delete(&document);
    return err;
}

static enum fc_err load(const struct config_bind *bind, const char *path, char *const *env,
                        struct config *cfg)
{
    struct config_value *root = &cfg->origins->root;
    const struct config_value *culprit = NULL;
    struct config_switches switches;
    enum fc_err err = read_tree(bind, path, root);

    if (err == FC_OK)
        err = config_env_apply(bind, env, root, &switches);
    if (err != FC_OK)
        return err;
    config_check(root, bind->faults);
    if (config_arena_is_exhausted(bind->arena))
        return FC_ERR_MEMORY;
    if (bind->faults->n > 0)
        return FC_ERR_CONFIG;
    cfg->is_dry_run = switches.is_dry_run;
    cfg->is_once = switches.is_once;
    err = config_fill(bind->arena, root, cfg, &culprit);
    if (err == FC_ERR_CONFIG)
        config_fault_value(
            bind->faults, culprit,
            "refused by the control law, though no rule here says why; please report "
            "it with the output of this command");
    return err;
}

/* An empty configuration that knows its arena; NULL: out of memory. */
static struct config *create(struct config_arena *arena, const char *path)
{
    struct config *cfg = config_arena_alloc(arena, 1, sizeof(*cfg));
    struct config_origins *origins = config_arena_alloc(arena, 1, sizeof(*origins));
    char *copy = config_arena_copy(arena, path, strlen(path));

    if (cfg == NULL || origins == NULL || copy == NULL)
        return NULL;
    origins->arena = arena;
    cfg->origins = origins;
    cfg->path = copy;
    return cfg;
}

enum fc_err config_load(const char *path, char *const *env, FILE *errors, struct config **out)
{
    struct config_arena *arena = config_arena_create();
    struct config_faults faults = {.arena = arena};
    struct config_bind bind = {.arena = arena, .faults = &faults};
    struct config *cfg;
    enum fc_err err = FC_ERR_MEMORY;

    if (arena == NULL)
        return FC_ERR_MEMORY;
    bind.folder = folder_of(arena, path);
    cfg = create(arena, path);
    if (cfg != NULL && bind.folder != NULL)
        err = load(&bind, path, env, cfg);
    if (err == FC_ERR_CONFIG)
        config_fault_print(&faults, path, errors);
    if (err != FC_OK)
        config_arena_free(arena);
    else
        *out = cfg;
    return err;
}

void config_free(struct config *cfg)
{
    if (cfg != NULL)
        config_arena_free(cfg->origins->arena);
}
