/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/config_text.h"
#include "host/text.h"

enum {
    FILE_SHOWN_MAX = 88, /* bytes of a file's name in a message, so that the advice is not cut */
    OTHERS = S_IRWXG | S_IRWXO,
};

static enum fc_err refuse(enum fc_err err, const char *path, const char *what,
                          char why[HAL_TEXT_MAX])
{
    char shown[FILE_SHOWN_MAX];

    text_printable(path, shown, sizeof(shown));
    snprintf(why, HAL_TEXT_MAX, "%s %.*s", shown, HAL_TEXT_MAX - FILE_SHOWN_MAX - 1, what);
    return err;
}

/* O_NONBLOCK: a pipe put in the place of the file must not hang the program. */
static enum fc_err open_secret(const char *path, int *fd, char why[HAL_TEXT_MAX])
{
    struct stat status;
    char what[HAL_TEXT_MAX];
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (opened < 0) {
        snprintf(what, sizeof(what), "can not be opened: %s", strerror(errno));
        return refuse(FC_ERR_ACCESS, path, what, why);
    }
    if (fstat(opened, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(opened);
        return refuse(FC_ERR_ACCESS, path, "is not a file", why);
    }
    if ((status.st_mode & OTHERS) != 0) {
        close(opened);
        return refuse(FC_ERR_ACCESS, path, "may be used by others; do: chmod 600", why);
    }
    *fd = opened;
    return FC_OK;
}

/* As much as fits; -1: it can not be read. */
static ssize_t read_start(int fd, char *out, size_t size)
{
    size_t used = 0;

    while (used < size) {
        ssize_t n = read(fd, out + used, size - used);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        used += (size_t)n;
    }
    return (ssize_t)used;
}

enum fc_err config_read_secret(const char *path, char secret[CONFIG_SECRET_MAX],
                               char why[HAL_TEXT_MAX])
{
    char text[CONFIG_SECRET_MAX + 2] = {0}; /* room for a line's end behind the longest secret */
    int fd = -1;
    ssize_t n;
    size_t length;
    enum fc_err err = open_secret(path, &fd, why);

    if (err != FC_OK)
        return err;
    n = read_start(fd, text, sizeof(text) - 1);
    close(fd);
    length = strcspn(text, "\n");
    if (length > 0 && text[length] == '\n' && text[length - 1] == '\r')
        length--;
    if (n < 0) {
        err = refuse(FC_ERR_ACCESS, path, "can not be read", why);
    } else if (length == 0) {
        err = refuse(FC_ERR_RANGE, path, "has an empty first line; put the password there", why);
    } else if (length >= CONFIG_SECRET_MAX) {
        err = refuse(FC_ERR_RANGE, path, "has a first line that is too long", why);
    } else if (config_text_fault(CONFIG_TEXT, text, length) != NULL ||
               (text[length] == '\0' && n > (ssize_t)length)) {
        err = refuse(FC_ERR_RANGE, path, "holds a control character in its first line", why);
    } else {
        memcpy(secret, text, length);
        secret[length] = '\0';
    }
    explicit_bzero(text, sizeof(text));
    return err;
}
