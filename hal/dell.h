/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dell's fan commands, over any link that carries IPMI commands.
 *
 *   mode, firmware        30 01 01     the firmware controls the fans
 *   mode, manual          30 01 00     it does not, and its own protection is off with it
 *   duty of all fans      30 02 ff NN  NN percent, 00..64h; kept, but without effect, in firmware
 * mode PCIe response, get    ce 01 16 05 00 00 00   does an unknown PCIe card make the fans faster?
 *
 * All have network function 30h. No command is known that reads the mode or the duty. iDRAC 6 to 8
 * take the fan commands, iDRAC 9 up to 3.30.30.30; blades and all later firmware answer c1 or d5.
 *
 * A handle remembers that it has set the manual mode, so that a new duty is one command:
 *
 *   [unknown] --set_duty: mode, then duty--> [manual] --set_duty: duty alone--> [manual]
 *       ^                                       |
 *       +---- release, forget, any error -------+
 */
#ifndef HAL_DELL_H
#define HAL_DELL_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/hal.h"
#include "hal/ipmi.h"

enum {
    HAL_DELL_NETFN = 0x30,
    HAL_DELL_REPLY_MAX = 64,
};

/* How commands reach the BMC. rq starts with the command; rs gets the command and the completion
 * code, then data, and *n_rs their number. FC_OK as soon as there is any reply: completion codes
 * are judged here. An error: nothing was written, and whether the BMC did it is not known. */
struct hal_dell_link {
    enum fc_err (*cmd)(void *ctx, uint8_t netfn, const uint8_t *rq, size_t n_rq, uint8_t *rs,
                       size_t max_rs, size_t *n_rs);
    void *ctx;
};

/* Owned by the caller; the fields belong to dell.c. */
struct hal_dell {
    struct hal_dell_link link;
    bool is_manual;   /* this handle has set the manual mode, and nothing has gone wrong since */
    int32_t duty_pct; /* the last duty accepted in that mode */
    char *text;       /* HAL_TEXT_MAX bytes of the caller: what the last error was about */
};

void hal_dell_init(struct hal_dell *dell, struct hal_dell_link link, char text[HAL_TEXT_MAX]);

/* The link was lost or made again: the next set_duty asserts the manual mode. */
void hal_dell_forget(struct hal_dell *dell);

/* All fans to duty_pct, 0..100 (else FC_ERR_RANGE, and nothing is sent).
 *
 * One command in the steady state. The mode is asserted first when this handle does not hold it,
 * and also when duty_pct is the last accepted one: to write the same duty again is how a caller who
 * doubts the mode refreshes it. When the mode command was sent and the whole did not succeed, the
 * fans are handed back before this returns, and the error is that of the command that failed.
 *
 * FC_ERR_PRIVILEGE d4; FC_ERR_UNSUPPORTED c1, c2, d5, d6; FC_ERR_BUSY; FC_ERR_REFUSED;
 * FC_ERR_TIMEOUT (see completion.h); FC_ERR_REPLY a reply shorter than its completion code or of
 * another command; and what the link returns. */
FC_MUST_CHECK enum fc_err hal_dell_set_duty(struct hal_dell *dell, int32_t duty_pct);

/* The fans back to the firmware: one command, always sent. Errors as above. */
FC_MUST_CHECK enum fc_err hal_dell_release(struct hal_dell *dell);

/* The fan command without data: a BMC that has it complains of the length and does nothing. */
FC_MUST_CHECK enum fc_err hal_dell_probe_fan(struct hal_dell *dell, struct hal_probe_command *out);

/* The PCIe cooling response, read only. *has_response: *is_enabled was understood. */
FC_MUST_CHECK enum fc_err hal_dell_probe_pcie(struct hal_dell *dell, struct hal_probe_command *out,
                                              bool *has_response, bool *is_enabled);

#endif
