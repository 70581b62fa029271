/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later */
#include "core/err.h"

const char *fc_err_str(enum fc_err err)
{
#define FC_ERR_CASE(name, code, text)                                                              \
    case name:                                                                                     \
        return text;
    switch (err) {
        FC_ERR_LIST(FC_ERR_CASE)
    }
#undef FC_ERR_CASE
    return "unknown error";
}
