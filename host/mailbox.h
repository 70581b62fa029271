/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two ends of a bounded, ordered channel of plain structs between two threads: a non-blocking
 * SOCK_SEQPACKET pair. No pointer travels, and nothing is shared.
 */
#ifndef FC_HOST_MAILBOX_H
#define FC_HOST_MAILBOX_H

#include <stddef.h>

#include "core/err.h"

/* end[0] and end[1] are owned by the caller (close()). FC_ERR_SYSTEM: errno says why. */
FC_MUST_CHECK enum fc_err mailbox_open(int end[2]);

/* Never blocks. FC_ERR_BUSY: full, nothing was sent. FC_ERR_CLOSED: the other end is gone. */
FC_MUST_CHECK enum fc_err mailbox_send(int end, const void *message, size_t size);

/* Never blocks. FC_ERR_NO_READING: nothing is there. FC_ERR_CLOSED: the other end is gone and
 * nothing is left. FC_ERR_REPLY: a message of another size; it is dropped. */
FC_MUST_CHECK enum fc_err mailbox_receive(int end, void *message, size_t size);

#endif
