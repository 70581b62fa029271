/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static enum fc_err socket_address(const char *path, struct sockaddr_un *address)
{
    memset(address, 0, sizeof(*address));
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(address->sun_path)) {
        errno = ENAMETOOLONG;
        return FC_ERR_SYSTEM;
    }
    memcpy(address->sun_path, path, strlen(path));
    return FC_OK;
}

static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* ---- the daemon's side ---- */

static void drop_client(struct control *control, uint32_t i)
{
    loop_unwatch(control->loop, control->client[i].fd);
    close(control->client[i].fd);
    control->n_clients--;
    memmove(&control->client[i], &control->client[i + 1],
            (control->n_clients - i) * sizeof(control->client[0]));
}

static void say(int client, const char *text)
{
    char line[CONTROL_TEXT_MAX];
    int n = snprintf(line, sizeof(line), "1 %s", text);

    /* One who does not listen hears nothing. */
    if (send(client, line, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        return;
}

/* Which client is ready does not come with the call: look at all of them, they are few. */
static void on_client(void *ctx, uint64_t now_ms)
{
    struct control *control = ctx;

    (void)now_ms;
    for (uint32_t i = control->n_clients; i-- > 0;) {
        struct control_client *client = &control->client[i];
        char text[CONTROL_TEXT_MAX] = "";
        ssize_t n = recv(client->fd, text, sizeof(text) - 1, MSG_DONTWAIT);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (n > 0 && strcmp(text, "1 release") == 0) {
            control->is_release_wanted = control->is_release_wanted || !client->has_asked;
            client->has_asked = true;
            continue;
        }
        if (n > 0)
            say(client->fd, "not understood; this daemon takes: 1 release");
        drop_client(control, i);
    }
}

static void make_room(struct control *control)
{
    for (uint32_t i = 0; i < control->n_clients; i++) {
        if (control->client[i].has_asked)
            continue;
        drop_client(control, i);
        return;
    }
}

static void on_listener(void *ctx, uint64_t now_ms)
{
    struct control *control = ctx;
    struct loop_handler handler = {on_client, control};
    int client = accept4(control->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)now_ms;
    if (client < 0)
        return;
    if (control->n_clients == CONTROL_CLIENTS_MAX)
        make_room(control);
    if (control->n_clients == CONTROL_CLIENTS_MAX ||
        loop_watch(control->loop, client, handler) != FC_OK) {
        say(client, "too many callers");
        close(client);
        return;
    }
    control->client[control->n_clients].fd = client;
    control->client[control->n_clients].has_asked = false;
    control->n_clients++;
}

enum fc_err control_open(struct control *control, struct loop *loop, const char *path)
{
    struct loop_handler handler = {on_listener, control};
    struct sockaddr_un address;

    memset(control, 0, sizeof(*control));
    control->loop = loop;
    control->listener = -1;
    if (socket_address(path, &address) != FC_OK)
        return FC_ERR_SYSTEM;
    control->listener = new_socket();
    if (control->listener < 0)
        return FC_ERR_SYSTEM;
    unlink(path); /* whoever holds the machine's lock owns this name */
    /* The mode before bind() is the name's; umask() would be every thread's. */
    if (fchmod(control->listener, 0600) != 0 ||
        bind(control->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(control->listener, CONTROL_CLIENTS_MAX) != 0 ||
        loop_watch(loop, control->listener, handler) != FC_OK) {
        int saved = errno;

        control_close(control);
        errno = saved;
        return FC_ERR_SYSTEM;
    }
    return FC_OK;
}

void control_close(struct control *control)
{
    while (control->n_clients > 0)
        drop_client(control, control->n_clients - 1);
    if (control->listener >= 0) {
        loop_unwatch(control->loop, control->listener);
        close(control->listener);
    }
    control->listener = -1;
}

bool control_take_release(struct control *control)
{
    bool is_wanted = control->is_release_wanted;

    control->is_release_wanted = false;
    return is_wanted;
}

bool control_is_awaited(const struct control *control)
{
    for (uint32_t i = 0; i < control->n_clients; i++) {
        if (control->client[i].has_asked)
            return true;
    }
    return false;
}

void control_answer(struct control *control, const char *text)
{
    for (uint32_t i = control->n_clients; i-- > 0;) {
        if (!control->client[i].has_asked)
            continue;
        say(control->client[i].fd, text);
        drop_client(control, i);
    }
}

/* ---- the client's side ---- */

static enum fc_err wait_for_answer(int fd, uint32_t wait_ms, char answer[CONTROL_TEXT_MAX])
{
    struct pollfd mail = {.fd = fd, .events = POLLIN};
    ssize_t n;

    if (poll(&mail, 1, (int)wait_ms) <= 0)
        return FC_ERR_TIMEOUT;
    n = recv(fd, answer, CONTROL_TEXT_MAX - 1, 0);
    if (n <= 0)
        return FC_ERR_CLOSED;
    answer[n] = '\0';
    if (strncmp(answer, "1 ", 2) == 0)
        memmove(answer, answer + 2, (size_t)n - 1);
    return FC_OK;
}

enum fc_err control_ask(const char *path, const char *word, uint32_t wait_ms,
                        char answer[CONTROL_TEXT_MAX])
{
    struct sockaddr_un address;
    char line[CONTROL_TEXT_MAX];
    enum fc_err err;
    int fd;
    int n = snprintf(line, sizeof(line), "1 %s", word);

    if (socket_address(path, &address) != FC_OK)
        return FC_ERR_SYSTEM;
    fd = new_socket();
    if (fd < 0)
        return FC_ERR_SYSTEM;
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        err = errno == ECONNREFUSED || errno == ENOENT ? FC_ERR_CLOSED : FC_ERR_SYSTEM;
    else if (send(fd, line, (size_t)n, MSG_NOSIGNAL) != n)
        err = FC_ERR_CLOSED;
    else
        err = wait_for_answer(fd, wait_ms, answer);
    close(fd);
    return err;
}
