/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_CHUNK = 65536 };

static enum fc_err read_all(int fd, char **text, size_t *size)
{
    size_t room = FILE_CHUNK;
    size_t used = 0;
    char *data = malloc(room + 1);

    while (data != NULL) {
        ssize_t n = read(fd, data + used, room - used);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            free(data);
            return FC_ERR_SYSTEM;
        }
        if (n == 0) {
            data[used] = '\0';
            *text = data;
            *size = used;
            return FC_OK;
        }
        used += (size_t)n;
        if (used == room) {
            char *larger = realloc(data, 2 * room + 1);

            if (larger == NULL)
                break;
            data = larger;
            room *= 2;
        }
    }
    free(data);
    errno = ENOMEM;
    return FC_ERR_SYSTEM;
}

enum fc_err file_read(const char *path, char **text, size_t *size)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    enum fc_err err;
    int saved;

    if (fd < 0)
        return FC_ERR_SYSTEM;
    err = read_all(fd, text, size);
    saved = errno;
    close(fd);
    errno = saved;
    return err;
}

static enum fc_err write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, text, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FC_ERR_SYSTEM;
        text += n;
        size -= (size_t)n;
    }
    return FC_OK;
}

static enum fc_err write_directly(const char *path, const char *text, size_t size)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDOUT_FILENO) : open(path, O_WRONLY | O_CLOEXEC);
    enum fc_err err;

    if (fd < 0)
        return FC_ERR_SYSTEM;
    err = write_all(fd, text, size);
    if (close(fd) != 0)
        err = FC_ERR_SYSTEM;
    return err;
}

static enum fc_err write_beside(int fd, const char *beside, const char *path, mode_t mode,
                                const char *text, size_t size)
{
    enum fc_err err = write_all(fd, text, size);

    if (err == FC_OK && (fchmod(fd, mode) != 0 || fsync(fd) != 0))
        err = FC_ERR_SYSTEM;
    if (close(fd) != 0)
        err = FC_ERR_SYSTEM;
    if (err == FC_OK && rename(beside, path) != 0)
        err = FC_ERR_SYSTEM;
    if (err != FC_OK)
        unlink(beside);
    return err;
}

static mode_t default_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

enum fc_err file_replace(const char *path, const char *text, size_t size)
{
    struct stat st;
    bool exists = stat(path, &st) == 0;
    char *beside;
    enum fc_err err;
    int fd;

    if (strcmp(path, "-") == 0 || (exists && !S_ISREG(st.st_mode)))
        return write_directly(path, text, size);
    if (asprintf(&beside, "%s.XXXXXX", path) < 0)
        return FC_ERR_MEMORY;
    fd = mkostemp(beside, O_CLOEXEC);
    err = fd < 0 ? FC_ERR_SYSTEM
                 : write_beside(fd, beside, path, exists ? st.st_mode & 0777 : default_mode(), text,
                                size);
    free(beside);
    return err;
}

enum fc_err file_make_folder(const char *path)
{
    char *part = strdup(path);
    enum fc_err err = part == NULL ? FC_ERR_MEMORY : FC_OK;

    for (char *p = part; err == FC_OK && p != NULL;) {
        p = strchr(p + 1, '/');
        if (p != NULL)
            *p = '\0';
        if (mkdir(part, 0750) != 0 && errno != EEXIST)
            err = FC_ERR_SYSTEM;
        if (p != NULL)
            *p = '/';
    }
    free(part);
    return err;
}
