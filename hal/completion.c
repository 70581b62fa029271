/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>

#include "hal/completion.h"

/* IPMI 2.0, table 5-2. Between a program and a local BMC that is frozen or gone, others make up c3,
 * d2 (QEMU) or ff (Linux; see ipmi_link.c); d4 is as well what firmware says that locks its fan
 * commands. */
static const struct {
    uint8_t code;
    enum fc_err err;
    const char *text;
} rows[] = {
    {0x00, FC_OK, "ok"},
    {0xc0, FC_ERR_BUSY, "node busy"},
    {0xc1, FC_ERR_UNSUPPORTED, "invalid command"},
    {0xc2, FC_ERR_UNSUPPORTED, "command invalid for this LUN"},
    {0xc3, FC_ERR_TIMEOUT, "time-out while processing"},
    {0xc4, FC_ERR_BUSY, "out of space"},
    {0xc5, FC_ERR_BUSY, "reservation cancelled"},
    {0xc6, FC_ERR_REFUSED, "request truncated"},
    {0xc7, FC_ERR_REFUSED, "request length invalid"},
    {0xc8, FC_ERR_REFUSED, "request too long"},
    {0xc9, FC_ERR_REFUSED, "parameter out of range"},
    {0xca, FC_ERR_REFUSED, "can not return so many bytes"},
    {0xcb, FC_ERR_REFUSED, "sensor or record not present"},
    {0xcc, FC_ERR_REFUSED, "invalid data field"},
    {0xcd, FC_ERR_REFUSED, "illegal for this sensor or record"},
    {0xce, FC_ERR_TIMEOUT, "response could not be provided"},
    {0xcf, FC_ERR_TIMEOUT, "duplicated request"},
    {0xd0, FC_ERR_BUSY, "sensor records being updated"},
    {0xd1, FC_ERR_BUSY, "firmware being updated"},
    {0xd2, FC_ERR_TIMEOUT, "BMC not there or starting"},
    {0xd3, FC_ERR_TIMEOUT, "destination unavailable"},
    {0xd4, FC_ERR_PRIVILEGE, "privilege too low, or locked"},
    {0xd5, FC_ERR_UNSUPPORTED, "not supported in this state"},
    {0xd6, FC_ERR_UNSUPPORTED, "sub-function disabled"},
    {0xff, FC_ERR_REFUSED, "unspecified error"},
};

enum fc_err hal_completion_err(uint8_t code)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code)
            return rows[i].err;
    }
    return FC_ERR_REFUSED;
}

const char *hal_completion_str(uint8_t code)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code)
            return rows[i].text;
    }
    return code < 0x80 ? "the vendor's own code" : "a code of this command alone";
}
