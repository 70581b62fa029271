/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/mailbox.h"

#include <errno.h>
#include <sys/socket.h>

enum fc_err mailbox_open(int end[2])
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, end) != 0)
        return FC_ERR_SYSTEM;
    return FC_OK;
}

enum fc_err mailbox_send(int end, const void *message, size_t size)
{
    if (send(end, message, size, MSG_NOSIGNAL) == (ssize_t)size)
        return FC_OK;
    return errno == EPIPE || errno == ECONNRESET ? FC_ERR_CLOSED : FC_ERR_BUSY;
}

enum fc_err mailbox_receive(int end, void *message, size_t size)
{
    ssize_t n = recv(end, message, size, MSG_TRUNC);

    if (n == 0)
        return FC_ERR_CLOSED;
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? FC_ERR_NO_READING : FC_ERR_CLOSED;
    return n == (ssize_t)size ? FC_OK : FC_ERR_REPLY;
}
