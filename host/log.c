/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "host/text.h"

static _Atomic enum log_level log_most = LOG_LEVEL_INFO;
static _Atomic uint64_t log_dropped;

void log_set_level(enum log_level most)
{
    log_most = most;
}

bool log_is_on(enum log_level level)
{
    return level <= log_most;
}

/* A terminal that polls as writable may have room for a part only, and write() then waits for the
 * rest. To set O_NONBLOCK would be felt by everybody who has this terminal: open it anew. */
static ssize_t write_to_terminal(const char *line, size_t size)
{
    int fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return write(STDERR_FILENO, line, size);
    n = write(fd, line, size);
    close(fd);
    return n;
}

/* Whether the line went out whole. A line is shorter than PIPE_BUF, so that a pipe that polls as
 * writable takes it at once; a socket (the journal's) can be asked not to wait. */
static bool write_without_waiting(const char *line, size_t size)
{
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
    ssize_t n = send(STDERR_FILENO, line, size, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (n < 0 && errno == ENOTSOCK) {
        if (poll(&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0)
            return false;
        n = isatty(STDERR_FILENO) ? write_to_terminal(line, size)
                                  : write(STDERR_FILENO, line, size);
    }
    return n == (ssize_t)size;
}

static size_t put_prefix(char *line, size_t size, enum log_level level)
{
    struct timespec now;
    struct tm tm;

    if (!isatty(STDERR_FILENO))
        return (size_t)snprintf(line, size, "<%d>", (int)level);
    clock_gettime(CLOCK_REALTIME, &now);
    if (localtime_r(&now.tv_sec, &tm) == NULL)
        return 0;
    return strftime(line, size, "%H:%M:%S ", &tm);
}

static bool put_line(enum log_level level, const char *server, const char *text)
{
    char line[LOG_LINE_MAX];
    size_t used = put_prefix(line, sizeof(line) - 1, level);

    if (server != NULL)
        used += (size_t)snprintf(line + used, sizeof(line) - 1 - used, "server=%s ", server);
    text_printable(text, line + used, sizeof(line) - 1 - used);
    used = strlen(line);
    line[used++] = '\n';
    return write_without_waiting(line, used);
}

static void report_dropped(void)
{
    uint64_t dropped = atomic_exchange(&log_dropped, 0);
    char text[64];

    if (dropped == 0)
        return;
    snprintf(text, sizeof(text), "event=log_lost lines=%" PRIu64, dropped);
    if (!put_line(LOG_LEVEL_WARNING, NULL, text))
        log_dropped += dropped;
}

void log_line(enum log_level level, const char *server, const char *format, ...)
{
    char text[LOG_LINE_MAX];
    va_list args;

    if (!log_is_on(level))
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    report_dropped();
    if (!put_line(level, server, text))
        log_dropped++;
}

void log_trouble(struct log_trouble *trouble, enum log_level level, const char *server,
                 const char *format, ...)
{
    char text[sizeof(trouble->text)];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (strcmp(text, trouble->text) == 0 && log_trouble_again(trouble))
        return;
    log_trouble_end(trouble, server);
    memcpy(trouble->text, text, sizeof(text));
    trouble->count = 1;
    trouble->n_calm = 0;
    log_line(level, server, "%s", text);
}

bool log_trouble_again(struct log_trouble *trouble)
{
    if (trouble->text[0] == '\0')
        return false;
    trouble->count++;
    trouble->n_calm = 0;
    return true;
}

void log_trouble_calm(struct log_trouble *trouble, const char *server)
{
    if (++trouble->n_calm >= LOG_TROUBLE_CALM)
        log_trouble_end(trouble, server);
}

void log_trouble_end(struct log_trouble *trouble, const char *server)
{
    if (trouble->text[0] == '\0')
        return;
    log_line(LOG_LEVEL_NOTICE, server, "event=trouble_over times=%" PRIu64 " was: %s",
             trouble->count, trouble->text);
    trouble->text[0] = '\0';
    trouble->count = 0;
}
