/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to hal/ipmi*.c: one FreeIPMI session, its life and its commands. Every error of the
 * library becomes an enum fc_err here and nowhere else.
 */
#ifndef HAL_IPMI_LINK_H
#define HAL_IPMI_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hal/hal.h"
#include "hal/ipmi.h"

enum {
    /* `ignorescanningdisabled` belongs to reading, not to the session; FreeIPMI's own flags end
     * far below it. */
    HAL_LINK_IGNORE_SCANNING = 0x01000000,
    HAL_LINK_REPLY_MAX = 272, /* an IPMI message has at most 255 bytes of data */
};

struct ipmi_ctx;

/* Owned by the caller; the fields belong to ipmi_link.c. */
struct hal_link {
    enum hal_ipmi_driver driver;
    char *device;
    char *host;
    char username[HAL_IPMI_USERNAME_MAX + 1];
    char password[HAL_IPMI_PASSWORD_MAX + 1];
    uint8_t cipher_suite;
    uint8_t privilege;
    uint32_t workarounds;
    uint32_t session_timeout_ms;
    struct ipmi_ctx *ctx;   /* NULL: closed */
    uint64_t last_reply_ms; /* CLOCK_BOOTTIME */
    char text[HAL_TEXT_MAX];
};

/* Copy and check a configuration. FC_ERR_CONFIG, FC_ERR_MEMORY, FC_ERR_SYSTEM. */
FC_MUST_CHECK enum fc_err hal_link_init(struct hal_link *link, const struct hal_ipmi_cfg *cfg);

/* Close, wipe the password, free. */
void hal_link_end(struct hal_link *link);

bool hal_link_is_open(const struct hal_link *link);
FC_MUST_CHECK enum fc_err hal_link_open(struct hal_link *link);
void hal_link_close(struct hal_link *link);

/* One request and its reply: rq starts with the command, rs gets the command, the completion code
 * and the data, *n_rs their number, at least 1. FC_OK whatever the completion code says. */
FC_MUST_CHECK enum fc_err hal_link_cmd(struct hal_link *link, uint8_t lun, uint8_t netfn,
                                       const uint8_t *rq, size_t n_rq, uint8_t *rs, size_t max_rs,
                                       size_t *n_rs);

/* The error of a library call that was given link->ctx and failed; link->text says what failed. */
enum fc_err hal_link_error(struct hal_link *link, const char *what);

/* The BMC has just answered a library call that was not hal_link_cmd(). */
void hal_link_touch(struct hal_link *link);

#endif
