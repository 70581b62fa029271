/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/loop.h"

#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "host/clock.h"

enum { LOOP_SIGNAL, LOOP_TIMER, LOOP_OWN }; /* the first two entries are the loop's own */

struct loop {
    uint32_t n;
    uint32_t room;
    uint64_t armed_ms; /* what the timer is set to; 0: nothing, it went off or was never set */
    struct pollfd *fd;
    struct loop_handler *handler;
};

static enum fc_err grow(struct loop *loop)
{
    uint32_t room = loop->room == 0 ? 16 : 2 * loop->room;
    struct pollfd *fd = realloc(loop->fd, room * sizeof(*fd));
    struct loop_handler *handler;

    if (fd == NULL)
        return FC_ERR_MEMORY;
    loop->fd = fd;
    handler = realloc(loop->handler, room * sizeof(*handler));
    if (handler == NULL)
        return FC_ERR_MEMORY;
    loop->handler = handler;
    loop->room = room;
    return FC_OK;
}

enum fc_err loop_watch(struct loop *loop, int fd, struct loop_handler handler)
{
    if (loop->n == loop->room) {
        enum fc_err err = grow(loop);

        if (err != FC_OK)
            return err;
    }
    loop->fd[loop->n].fd = fd;
    loop->fd[loop->n].events = POLLIN;
    loop->fd[loop->n].revents = 0;
    loop->handler[loop->n] = handler;
    loop->n++;
    return FC_OK;
}

void loop_unwatch(struct loop *loop, int fd)
{
    for (uint32_t i = LOOP_OWN; i < loop->n; i++) {
        if (loop->fd[i].fd != fd)
            continue;
        /* The last takes its place; where it was ready, its turn comes in the next round. */
        loop->n--;
        loop->fd[i] = loop->fd[loop->n];
        loop->fd[i].revents = 0;
        loop->handler[i] = loop->handler[loop->n];
        return;
    }
}

enum fc_err loop_open(const sigset_t *mask, struct loop **out)
{
    static const struct loop_handler own = {NULL, NULL};
    struct loop *loop = calloc(1, sizeof(*loop));
    int signals = -1;
    int timer = -1;

    if (loop == NULL)
        return FC_ERR_MEMORY;
    if (grow(loop) != FC_OK) {
        loop_close(loop);
        return FC_ERR_MEMORY;
    }
    if (sigprocmask(SIG_BLOCK, mask, NULL) == 0)
        signals = signalfd(-1, mask, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signals >= 0 && loop_watch(loop, signals, own) == FC_OK)
        timer = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer < 0 || loop_watch(loop, timer, own) != FC_OK) {
        loop_close(loop);
        return FC_ERR_SYSTEM;
    }
    *out = loop;
    return FC_OK;
}

void loop_close(struct loop *loop)
{
    if (loop == NULL)
        return;
    for (uint32_t i = 0; i < LOOP_OWN && i < loop->n; i++)
        close(loop->fd[i].fd);
    free(loop->fd);
    free(loop->handler);
    free(loop);
}

static void arm(struct loop *loop, uint64_t due_ms)
{
    struct itimerspec when;

    if (due_ms == loop->armed_ms && due_ms != 0)
        return;
    loop->armed_ms = due_ms;
    memset(&when, 0, sizeof(when));
    if (due_ms != UINT64_MAX) {
        when.it_value.tv_sec = (time_t)(due_ms / 1000);
        when.it_value.tv_nsec = (long)(due_ms % 1000) * 1000000;
        if (due_ms == 0)
            when.it_value.tv_nsec = 1; /* all zero would disarm */
    }
    timerfd_settime(loop->fd[LOOP_TIMER].fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static int take_signal(const struct loop *loop)
{
    struct signalfd_siginfo info;

    if (read(loop->fd[LOOP_SIGNAL].fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return 0;
    return (int)info.ssi_signo;
}

uint64_t loop_turn(struct loop *loop, uint64_t due_ms, int *signal)
{
    uint64_t expirations;
    uint64_t now_ms;

    arm(loop, due_ms);
    *signal = 0;
    if (poll(loop->fd, loop->n, -1) < 0)
        return clock_real_ms();
    now_ms = clock_real_ms();
    if (loop->fd[LOOP_TIMER].revents != 0) {
        loop->armed_ms = 0;
        if (read(loop->fd[LOOP_TIMER].fd, &expirations, sizeof(expirations)) < 0)
            expirations = 0; /* it went off before it was set again: nothing is lost */
    }
    if (loop->fd[LOOP_SIGNAL].revents != 0)
        *signal = take_signal(loop);
    for (uint32_t i = LOOP_OWN; i < loop->n; i++) {
        if (loop->fd[i].revents != 0)
            loop->handler[i].ready(loop->handler[i].ctx, now_ms);
    }
    return now_ms;
}
