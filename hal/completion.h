/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * IPMI completion codes: the one place where a BMC's verdict on a command becomes an error.
 *
 * The codes are those of the IPMI 2.0 specification, table 5-2. 01h to 7Eh are the vendor's, 80h to
 * BEh belong to a command; both, and all that the table reserves, are FC_ERR_REFUSED: the BMC heard
 * the command and did not do it.
 */
#ifndef HAL_COMPLETION_H
#define HAL_COMPLETION_H

#include <stdint.h>

#include "core/err.h"

enum {
    HAL_CC_OK = 0x00,
    HAL_CC_BUSY = 0xc0,
    HAL_CC_NO_COMMAND = 0xc1,
    HAL_CC_LENGTH = 0xc7,
    HAL_CC_NOT_PRESENT = 0xcb,
    HAL_CC_FIELD = 0xcc,
    HAL_CC_PRIVILEGE = 0xd4,
    HAL_CC_STATE = 0xd5,
};

/* FC_OK for 00h and for nothing else. c3, ce, cf, d2, d3 mean that the BMC, or what stands behind
 * it, did not answer, and that the command may have been done or not: FC_ERR_TIMEOUT. */
FC_MUST_CHECK enum fc_err hal_completion_err(uint8_t code);

/* A few words. Static, never NULL. */
const char *hal_completion_str(uint8_t code);

#endif
