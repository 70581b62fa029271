/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/number.h"
#include "sim/bmc.h"

/* Completion codes: IPMI 2.0, table 5-2. */
enum {
    CC_OK = 0x00,
    CC_BUSY = 0xc0,
    CC_COMMAND = 0xc1,
    CC_LENGTH = 0xc7,
    CC_ABSENT = 0xcb,
    CC_FIELD = 0xcc,
    CC_PRIVILEGE = 0xd4,
};

enum {
    FAN_MODE = 0x01,
    FAN_DUTY = 0x02,
    MODE_MANUAL = 0x00,
    MODE_FIRMWARE = 0x01,
    ALL_FANS = 0xff,
    DUTY_MAX = 0x64,
    PCIE_SET = 0x00,
    PCIE_GET = 0x01,
    PCIE_GET_BYTES = 6,
    PCIE_SET_BYTES = 11,
    PCIE_QUIET_AT = 8,

    READING_BYTES = 4,
    READING_SCANNED = 0xc0, /* events and scanning enabled: IPMI 2.0, table 35-15 */
    READING_UNAVAILABLE = 0x20,
    TRUNCATED_READING_BYTES = 2,
    PADDING_BYTES = 16,
    GARBAGE = 0xa5,
};

void sim_bmc_init(struct sim_bmc *bmc, uint64_t seed, uint64_t real_ms)
{
    *bmc = (struct sim_bmc){.speed = 1.0, .real_ms = real_ms};
    sim_machine_init(&bmc->machine, seed, SIM_LOAD_STEADY, SIM_INLET_SPRING);
}

void sim_bmc_advance(struct sim_bmc *bmc, uint64_t real_ms)
{
    uint64_t elapsed_ms = fc_elapsed_ms(bmc->real_ms, real_ms);
    bmc->virtual_ms += (double)elapsed_ms * bmc->speed;
    bmc->real_ms = real_ms > bmc->real_ms ? real_ms : bmc->real_ms;
    sim_machine_advance(&bmc->machine, (uint64_t)bmc->virtual_ms);
}

bool sim_bmc_is_off(const struct sim_bmc *bmc, uint64_t real_ms)
{
    return real_ms < bmc->faults.off_until_ms;
}

bool sim_bmc_is_lost(const struct sim_bmc *bmc, uint64_t real_ms)
{
    return real_ms < bmc->faults.lost_until_ms || sim_bmc_is_off(bmc, real_ms);
}

void sim_bmc_restart(struct sim_bmc *bmc, uint64_t real_ms, uint64_t off_ms)
{
    sim_plant_forget(&bmc->machine.plant);
    bmc->has_restarted = true;
    bmc->counts.restarts++;
    bmc->faults.off_until_ms = real_ms + off_ms;
}

static bool use_up(int32_t *left)
{
    if (*left == 0)
        return false;
    if (*left > 0)
        (*left)--;
    return true;
}

static uint8_t set_mode(struct sim_bmc *bmc, uint8_t mode)
{
    if (mode != MODE_MANUAL && mode != MODE_FIRMWARE)
        return CC_FIELD;
    sim_plant_set_manual(&bmc->machine.plant, mode == MODE_MANUAL);
    if (mode == MODE_MANUAL)
        bmc->counts.mode_sets++;
    return CC_OK;
}

static uint8_t set_duty(struct sim_bmc *bmc, uint8_t fan, uint8_t duty_pct)
{
    if (duty_pct > DUTY_MAX || (fan != ALL_FANS && fan >= SIM_FANS))
        return CC_FIELD;
    sim_plant_set_duty(&bmc->machine.plant, fan == ALL_FANS ? SIM_ALL_FANS : fan, duty_pct);
    bmc->counts.duty_sets++;
    return CC_OK;
}

static uint8_t handle_fan(struct sim_bmc *bmc, const uint8_t *data, size_t n_data)
{
    if (n_data == 0)
        return CC_LENGTH;
    if (data[0] != FAN_MODE && data[0] != FAN_DUTY)
        return CC_FIELD;
    if (n_data != (data[0] == FAN_MODE ? 2 : 3))
        return CC_LENGTH;
    if (bmc->faults.is_locked)
        return CC_PRIVILEGE;
    return data[0] == FAN_MODE ? set_mode(bmc, data[1]) : set_duty(bmc, data[1], data[2]);
}

static size_t handle_pcie(struct sim_bmc *bmc, const uint8_t *data, size_t n_data,
                          uint8_t reply[SIM_BMC_REPLY_MAX])
{
    static const uint8_t head[] = {0x16, 0x05, 0x00, 0x00, 0x00};
    static const uint8_t state[] = {0x05, 0x00, 0x00, 0x00, 0x00};
    reply[0] = CC_LENGTH;
    if (n_data == 0 || n_data != (data[0] == PCIE_GET ? PCIE_GET_BYTES : PCIE_SET_BYTES))
        return 1;
    reply[0] = CC_FIELD;
    if (data[0] > PCIE_GET || memcmp(data + 1, head, sizeof head) != 0)
        return 1;
    if (data[0] == PCIE_GET) {
        reply[0] = CC_OK;
        memcpy(reply + 1, head, sizeof head);
        memcpy(reply + 1 + sizeof head, state, sizeof state);
        reply[PCIE_QUIET_AT] = bmc->is_pcie_quiet;
        return 1 + sizeof head + sizeof state;
    }
    if (bmc->faults.is_locked) {
        reply[0] = CC_PRIVILEGE;
        return 1;
    }
    bmc->is_pcie_quiet = data[PCIE_QUIET_AT] != 0;
    reply[0] = CC_OK;
    return 1;
}

static size_t handle_dell(struct sim_bmc *bmc, uint8_t cmd, const uint8_t *data, size_t n_data,
                          uint8_t reply[SIM_BMC_REPLY_MAX])
{
    struct sim_bmc_faults *faults = &bmc->faults;
    reply[0] = CC_OK;
    if (faults->is_unsupported || (cmd != SIM_CMD_FAN && cmd != SIM_CMD_PCIE))
        reply[0] = CC_COMMAND;
    else if (faults->is_denied)
        reply[0] = CC_PRIVILEGE;
    else if (use_up(&faults->busy_left))
        reply[0] = CC_BUSY;
    if (reply[0] != CC_OK)
        return 1;
    if (cmd == SIM_CMD_PCIE)
        return handle_pcie(bmc, data, n_data, reply);
    reply[0] = handle_fan(bmc, data, n_data);
    return 1;
}

static size_t handle_reading(struct sim_bmc *bmc, const uint8_t *data, size_t n_data,
                             uint8_t reply[SIM_BMC_REPLY_MAX])
{
    const struct sim_bmc_faults *faults = &bmc->faults;
    enum sim_r730 row;
    bmc->counts.sensor_reads++;
    reply[0] = CC_LENGTH;
    if (n_data != 1)
        return 1;
    reply[0] = CC_ABSENT;
    if (sim_r730_find_number(data[0], &row) != FC_OK || faults->is_missing[row])
        return 1;
    reply[0] = CC_OK;
    reply[1] =
        faults->is_frozen[row] ? faults->frozen_raw[row] : sim_machine_raw(&bmc->machine, row);
    reply[2] = READING_SCANNED;
    if (faults->is_unavailable[row]) {
        reply[1] = 0;
        reply[2] |= READING_UNAVAILABLE;
    }
    reply[3] = 0; /* no threshold is crossed */
    return READING_BYTES;
}

static size_t mangle(const struct sim_bmc *bmc, uint8_t cmd, uint8_t reply[SIM_BMC_REPLY_MAX],
                     size_t n_reply)
{
    switch (bmc->faults.mangle) {
    case SIM_WHOLE:
        break;
    case SIM_TRUNCATED:
        if (cmd != SIM_CMD_READING)
            return 0;
        return n_reply < TRUNCATED_READING_BYTES ? n_reply : TRUNCATED_READING_BYTES;
    case SIM_PADDED:
        memset(reply + n_reply, 0, PADDING_BYTES);
        return n_reply + PADDING_BYTES;
    case SIM_GARBAGE:
        memset(reply, GARBAGE, n_reply + 1);
        return n_reply + 1;
    }
    return n_reply;
}

static void count_release(struct sim_bmc *bmc, const uint8_t *data, size_t n_data, uint8_t code)
{
    if (n_data != 2 || data[0] != FAN_MODE || data[1] != MODE_FIRMWARE)
        return;
    if (code == CC_OK)
        bmc->counts.releases_accepted++;
    else
        bmc->counts.releases_refused++;
}

size_t sim_bmc_handle(struct sim_bmc *bmc, uint64_t real_ms, uint8_t netfn, uint8_t cmd,
                      const uint8_t *data, size_t n_data, uint8_t reply[SIM_BMC_REPLY_MAX])
{
    size_t n_reply = 1;
    sim_bmc_advance(bmc, real_ms);
    if (netfn == SIM_NETFN_DELL)
        bmc->counts.dell_commands++;
    if (cmd == bmc->faults.code_cmd && use_up(&bmc->faults.code_left))
        reply[0] = bmc->faults.code;
    else if (netfn == SIM_NETFN_DELL)
        n_reply = handle_dell(bmc, cmd, data, n_data, reply);
    else if (netfn == SIM_NETFN_SENSOR && cmd == SIM_CMD_READING)
        n_reply = handle_reading(bmc, data, n_data, reply);
    else
        reply[0] = CC_COMMAND;
    if (netfn == SIM_NETFN_DELL && cmd == SIM_CMD_FAN)
        count_release(bmc, data, n_data, reply[0]);
    return mangle(bmc, cmd, reply, n_reply);
}
