/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app_keep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/file.h"
#include "host/lock.h"
#include "host/log.h"

/* FNV-1a, 64 bits: names files only, so that nobody needs to be kept from finding a collision. */
static uint64_t hash(uint64_t sum, const char *text)
{
    for (; *text != '\0'; text++)
        sum = (sum ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return sum;
}

/* By the path as it stands, not by what it leads to: the file may be gone. */
static enum fc_err keep_path(const char *config_path, char path[LOCK_PATH_MAX])
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    char key[32];

    if (config_path[0] != '/') {
        char *folder = getcwd(NULL, 0);

        if (folder == NULL)
            return FC_ERR_SYSTEM;
        sum = hash(hash(sum, folder), "/");
        free(folder);
    }
    sum = hash(sum, config_path);
    snprintf(key, sizeof(key), "running-%016" PRIx64, sum);
    return lock_path(key, "yaml", path);
}

void keep_write(const struct config *cfg)
{
    char path[LOCK_PATH_MAX];
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    enum fc_err err = FC_ERR_MEMORY;

    if (out != NULL) {
        config_print(cfg, out);
        if (fclose(out) == 0)
            err = keep_path(cfg->path, path);
        if (err == FC_OK)
            err = file_replace(path, text, size);
    }
    free(text);
    if (err != FC_OK)
        log_line(LOG_LEVEL_WARNING, NULL,
                 "event=keep error=\"%s\" advice=\"after a crash, release knows what the "
                 "configuration file says, not what ran\"",
                 strerror(errno));
}

void keep_remove(const char *config_path)
{
    char path[LOCK_PATH_MAX];

    if (keep_path(config_path, path) == FC_OK)
        unlink(path);
}

struct config *keep_load(const char *config_path)
{
    char path[LOCK_PATH_MAX];
    struct config *cfg = NULL;

    if (keep_path(config_path, path) != FC_OK || access(path, R_OK) != 0)
        return NULL;
    if (config_load(path, NULL, stderr, &cfg) != FC_OK)
        return NULL;
    return cfg;
}
