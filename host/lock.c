/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int run_folder(char folder[LOCK_PATH_MAX])
{
    const char *given = getenv("RUNTIME_DIRECTORY");
    const char *user = getenv("XDG_RUNTIME_DIR");

    if (given != NULL && given[0] != '\0')
        return snprintf(folder, LOCK_PATH_MAX, "%.*s", (int)strcspn(given, ":"), given);
    if (geteuid() == 0)
        return snprintf(folder, LOCK_PATH_MAX, "/run/fancurve");
    if (user != NULL && user[0] != '\0')
        return snprintf(folder, LOCK_PATH_MAX, "%s/fancurve", user);
    return snprintf(folder, LOCK_PATH_MAX, "/tmp/fancurve-%u", (unsigned)geteuid());
}

/* A folder that somebody else owns could hold links of theirs. */
static enum fc_err ensure_folder(const char *folder)
{
    struct stat st;

    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return FC_ERR_SYSTEM;
    if (lstat(folder, &st) != 0)
        return FC_ERR_SYSTEM;
    if (!S_ISDIR(st.st_mode) || (st.st_uid != geteuid() && st.st_uid != 0)) {
        errno = EPERM;
        return FC_ERR_SYSTEM;
    }
    return FC_OK;
}

enum fc_err lock_path(const char *key, const char *suffix, char path[LOCK_PATH_MAX])
{
    char folder[LOCK_PATH_MAX];
    int n = run_folder(folder);

    if (n < 0 || n >= LOCK_PATH_MAX)
        return FC_ERR_RANGE;
    if (ensure_folder(folder) != FC_OK)
        return FC_ERR_SYSTEM;
    n = snprintf(path, LOCK_PATH_MAX, "%s/%s.%s", folder, key, suffix);
    return n < 0 || n >= LOCK_PATH_MAX ? FC_ERR_RANGE : FC_OK;
}

static pid_t read_holder(int fd)
{
    char text[24] = "";
    ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

    return n > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

enum fc_err lock_take(const char *key, int *fd, pid_t *holder)
{
    char path[LOCK_PATH_MAX];
    char text[24];
    enum fc_err err = lock_path(key, "lock", path);
    int file;
    int n;

    if (err != FC_OK)
        return err;
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return FC_ERR_SYSTEM;
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        *holder = read_holder(file);
        close(file);
        return FC_ERR_BUSY;
    }
    /* The number is for people: the lock itself is flock's. */
    n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
    if (ftruncate(file, 0) != 0 || pwrite(file, text, (size_t)n, 0) != n)
        text[0] = '\0';
    *fd = file;
    return FC_OK;
}
