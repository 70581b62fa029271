/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "hal/completion.h"
#include "hal/dell.h"
#include "hal/text.h"

enum {
    CMD_FAN = 0x30,
    CMD_COOLING = 0xce,
    ALL_FANS = 0xff,
};

/* Reported by many owners of PowerEdge R610 to R740 (iDRAC 6 to 9) and used by their scripts. */
static const uint8_t mode_manual[] = {CMD_FAN, 0x01, 0x00};
static const uint8_t mode_firmware[] = {CMD_FAN, 0x01, 0x01};
static const uint8_t fan_nothing[] = {CMD_FAN};
/* Dell knowledge base, article 000135682: third-party PCIe card default cooling response. */
static const uint8_t pcie_get[] = {CMD_COOLING, 0x01, 0x16, 0x05, 0x00, 0x00, 0x00};
static const uint8_t pcie_head[] = {0x16, 0x05, 0x00, 0x00, 0x00, 0x05, 0x00};
enum { PCIE_STATE = sizeof pcie_head }; /* then 00 enabled or 01 disabled, 00 00 */

/* What a BMC says to a command that it was asked for without making it act. */
static const struct {
    uint8_t code;
    enum hal_probe_answer answer;
} answers[] = {
    {0x00, HAL_PROBE_YES},    {0xc0, HAL_PROBE_UNKNOWN}, {0xc1, HAL_PROBE_NO},
    {0xc2, HAL_PROBE_NO},     {0xc6, HAL_PROBE_YES},     {0xc7, HAL_PROBE_YES},
    {0xc8, HAL_PROBE_YES},    {0xc9, HAL_PROBE_YES},     {0xcc, HAL_PROBE_YES},
    {0xd4, HAL_PROBE_LOCKED}, {0xd5, HAL_PROBE_NO},      {0xd6, HAL_PROBE_LOCKED},
};

/* A reply of at least a completion code, whatever it says. */
static enum fc_err transact(struct hal_dell *dell, const uint8_t *rq, size_t n_rq, uint8_t *rs,
                            size_t *n_rs)
{
    size_t n = 0;
    enum fc_err err =
        dell->link.cmd(dell->link.ctx, HAL_DELL_NETFN, rq, n_rq, rs, HAL_DELL_REPLY_MAX, &n);
    if (err != FC_OK)
        return err;
    if (n < 2 || n > HAL_DELL_REPLY_MAX || rs[0] != rq[0]) {
        hal_text_set(dell->text, "fan command %02x: a reply of %zu bytes is no reply to it", rq[0],
                     n);
        return FC_ERR_REPLY;
    }
    *n_rs = n;
    return FC_OK;
}

static enum fc_err command(struct hal_dell *dell, const uint8_t *rq, size_t n_rq, const char *what)
{
    uint8_t rs[HAL_DELL_REPLY_MAX];
    size_t n_rs;
    enum fc_err err = transact(dell, rq, n_rq, rs, &n_rs);
    if (err != FC_OK)
        return err;
    err = hal_completion_err(rs[1]);
    if (err != FC_OK)
        hal_text_set(dell->text, "%s: completion code %02x, %s", what, rs[1],
                     hal_completion_str(rs[1]));
    return err;
}

void hal_dell_init(struct hal_dell *dell, struct hal_dell_link link, char text[HAL_TEXT_MAX])
{
    *dell = (struct hal_dell){.link = link, .text = text};
}

void hal_dell_forget(struct hal_dell *dell)
{
    dell->is_manual = false;
}

/* A mode command without an answer may have been obeyed: manual mode at an old duty. The hand-back
 * is tried then too; its own fate changes nothing, and the first error is the one to tell. */
static enum fc_err hand_back(struct hal_dell *dell, enum fc_err err)
{
    char text[HAL_TEXT_MAX];
    memcpy(text, dell->text, sizeof text);
    enum fc_err back = command(dell, mode_firmware, sizeof mode_firmware, "firmware fan mode");
    memcpy(dell->text, text, sizeof text);
    if (back != FC_OK)
        hal_text_add(dell->text, "; not handed back: %s", fc_err_str(back));
    return err;
}

enum fc_err hal_dell_set_duty(struct hal_dell *dell, int32_t duty_pct)
{
    if (duty_pct < 0 || duty_pct > 100) {
        hal_text_set(dell->text, "duty %d is not in 0..100", (int)duty_pct);
        return FC_ERR_RANGE;
    }
    bool needs_mode = !dell->is_manual || dell->duty_pct == duty_pct;
    dell->is_manual = false;
    enum fc_err err = FC_OK;
    if (needs_mode) {
        err = command(dell, mode_manual, sizeof mode_manual, "manual fan mode");
        if (err != FC_OK)
            return hal_is_refusal(err) ? err : hand_back(dell, err);
    }
    const uint8_t duty[] = {CMD_FAN, 0x02, ALL_FANS, (uint8_t)duty_pct};
    err = command(dell, duty, sizeof duty, "fan duty");
    if (err != FC_OK)
        return needs_mode ? hand_back(dell, err) : err;
    dell->is_manual = true;
    dell->duty_pct = duty_pct;
    return FC_OK;
}

enum fc_err hal_dell_release(struct hal_dell *dell)
{
    dell->is_manual = false;
    return command(dell, mode_firmware, sizeof mode_firmware, "firmware fan mode");
}

static struct hal_probe_command judge(uint8_t code)
{
    struct hal_probe_command out = {.answer = HAL_PROBE_UNKNOWN, .completion = code};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (answers[i].code == code)
            out.answer = answers[i].answer;
    }
    return out;
}

enum fc_err hal_dell_probe_fan(struct hal_dell *dell, struct hal_probe_command *out)
{
    uint8_t rs[HAL_DELL_REPLY_MAX];
    size_t n_rs;
    enum fc_err err = transact(dell, fan_nothing, sizeof fan_nothing, rs, &n_rs);
    if (err == FC_OK)
        *out = judge(rs[1]);
    return err;
}

enum fc_err hal_dell_probe_pcie(struct hal_dell *dell, struct hal_probe_command *out,
                                bool *has_response, bool *is_enabled)
{
    uint8_t rs[HAL_DELL_REPLY_MAX];
    size_t n_rs;
    enum fc_err err = transact(dell, pcie_get, sizeof pcie_get, rs, &n_rs);
    if (err != FC_OK)
        return err;
    *out = judge(rs[1]);
    const uint8_t *data = rs + 2;
    *has_response = rs[1] == HAL_CC_OK && n_rs >= 2 + PCIE_STATE + 1 &&
                    memcmp(data, pcie_head, sizeof pcie_head) == 0 && data[PCIE_STATE] <= 1;
    *is_enabled = *has_response && data[PCIE_STATE] == 0;
    return FC_OK;
}
