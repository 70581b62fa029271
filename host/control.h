/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The socket on which a running daemon takes commands for one machine (SOCK_SEQPACKET, in the
 * run-time folder, mode 0600). A message is one line of text: the protocol's version and a word.
 *
 *     client: "1 release"        daemon: "1 released" once the BMC accepted it
 *                                        "1 what is wrong" for anything it does not understand
 *
 * One who connects and asks nothing keeps nobody out: the first of them makes room when all places
 * are taken.
 */
#ifndef FC_HOST_CONTROL_H
#define FC_HOST_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "host/loop.h"

enum { CONTROL_CLIENTS_MAX = 8, CONTROL_TEXT_MAX = 128 };

/* One machine's socket and those who wait on it. */
struct control {
    struct loop *loop;
    int listener; /* -1: none */
    uint32_t n_clients;
    struct control_client {
        int fd;
        bool has_asked;            /* and waits for the answer */
    } client[CONTROL_CLIENTS_MAX]; /* the one that came first stands first */
    bool is_release_wanted;        /* somebody asked since control_take_release() */
};

/* Listen at path (made anew) from the loop on. FC_ERR_SYSTEM: errno says why. */
FC_MUST_CHECK enum fc_err control_open(struct control *control, struct loop *loop,
                                       const char *path);
void control_close(struct control *control);

/* Was a release asked for since the last call? */
bool control_take_release(struct control *control);

/* Does anybody wait for an answer? */
bool control_is_awaited(const struct control *control);

/* Tell everyone who has asked, and hang up on them. */
void control_answer(struct control *control, const char *text);

/* The client's side: send the word to the daemon at path, and wait for its answer for at most
 * wait_ms. FC_OK: the answer is in answer. FC_ERR_CLOSED: no daemon listens there. FC_ERR_TIMEOUT.
 * FC_ERR_SYSTEM: errno says why. */
FC_MUST_CHECK enum fc_err control_ask(const char *path, const char *word, uint32_t wait_ms,
                                      char answer[CONTROL_TEXT_MAX]);

#endif
