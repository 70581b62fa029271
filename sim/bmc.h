/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The BMC of the simulated R730: answers to IPMI commands, with faults that can be switched on
 * while it runs. Knows nothing of sessions and sockets; ipmi_module.c puts it into OpenIPMI's
 * ipmi_sim, which brings them.
 *
 *   04 2d NUM              Get Sensor Reading, of the sensors of r730.h; others are not answered
 *                          here
 *   30 30 01 00 / 01 01    the fans to manual mode / to the firmware
 *   30 30 02 ff NN         duty of all fans, NN 00h..64h percent; 02 ID NN: of fan ID, 0..5.
 *                          Kept, but without effect, while the firmware has the fans
 *   30 ce 01 16 05 ...     third-party PCIe cooling response: get
 *   30 ce 00 16 05 ...     ... and set
 *
 * A command of a wrong length is answered c7, one with a wrong byte cc. The fan commands are those
 * that owners of such machines report; the vendor describes the PCIe response (KB 000135682).
 */
#ifndef SIM_BMC_H
#define SIM_BMC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/machine.h"

enum {
    SIM_BMC_REPLY_MAX = 64, /* bytes of a reply, its completion code first */
    SIM_BMC_WHY_MAX = 120,
    SIM_BMC_ALWAYS = -1, /* a count that is not used up */

    SIM_NETFN_SENSOR = 0x04,
    SIM_NETFN_DELL = 0x30,
    SIM_CMD_READING = 0x2d,
    SIM_CMD_FAN = 0x30,
    SIM_CMD_PCIE = 0xce,
};

enum sim_mangle { SIM_WHOLE, SIM_TRUNCATED, SIM_PADDED, SIM_GARBAGE };

/* What is wrong with the BMC; all zero: nothing. */
struct sim_bmc_faults {
    bool is_locked;      /* Dell commands that change something: d4 */
    bool is_denied;      /* every Dell command: d4 */
    bool is_unsupported; /* every Dell command: c1 */
    int32_t busy_left;   /* Dell commands still to be answered c0; SIM_BMC_ALWAYS */
    int32_t code_left;   /* commands code_cmd still to be answered code; SIM_BMC_ALWAYS */
    uint8_t code_cmd;
    uint8_t code;
    enum sim_mangle mangle;                /* replies that are too short, too long, or nonsense */
    bool is_unavailable[SIM_R730_SENSORS]; /* "reading unavailable" */
    bool is_missing[SIM_R730_SENSORS];     /* cb */
    bool is_frozen[SIM_R730_SENSORS];      /* for ever frozen_raw */
    uint8_t frozen_raw[SIM_R730_SENSORS];
    uint64_t off_until_ms;  /* real time: until then nothing is heard, done or answered */
    uint64_t lost_until_ms; /* real time: until then commands are done, but not answered */
    uint32_t slow_ms;       /* real time that each answer is late */
};

struct sim_bmc_counts {
    uint64_t sensor_reads;
    uint64_t dell_commands; /* all of network function 30h that arrived */
    uint64_t mode_sets;     /* manual mode, accepted */
    uint64_t duty_sets;     /* accepted */
    uint64_t releases_accepted;
    uint64_t releases_refused;
    uint64_t restarts;
    uint64_t commands; /* lines given to sim_bmc_command() */
};

/* A plain value without pointers. Owned by the caller; belongs to sim/bmc*.c but for reading. */
struct sim_bmc {
    struct sim_machine machine;
    double speed;       /* virtual milliseconds a real one */
    uint64_t real_ms;   /* of the last sim_bmc_advance() */
    double virtual_ms;  /* since the machine's start */
    bool is_pcie_quiet; /* the third-party PCIe cooling response is disabled */
    bool has_restarted; /* the sessions are gone; whoever holds them clears this */
    struct sim_bmc_faults faults;
    struct sim_bmc_counts counts;
    char why[SIM_BMC_WHY_MAX]; /* the last bad line of sim_bmc_command(), empty if it was good */
};

/* A new BMC and machine at real time real_ms, at speed 1. */
void sim_bmc_init(struct sim_bmc *bmc, uint64_t seed, uint64_t real_ms);

/* Let the machine live until real time real_ms (monotonic). Called by whoever asks anything of it.
 */
void sim_bmc_advance(struct sim_bmc *bmc, uint64_t real_ms);

/* As sim_bmc_advance(); then the answer to one command: its completion code and data go into
 * reply, the result is their number. */
size_t sim_bmc_handle(struct sim_bmc *bmc, uint64_t real_ms, uint8_t netfn, uint8_t cmd,
                      const uint8_t *data, size_t n_data, uint8_t reply[SIM_BMC_REPLY_MAX]);

bool sim_bmc_is_off(const struct sim_bmc *bmc, uint64_t real_ms);  /* do not even listen */
bool sim_bmc_is_lost(const struct sim_bmc *bmc, uint64_t real_ms); /* do not answer */

/* The BMC starts again: manual mode and sessions are gone, and it is off for off_ms. */
void sim_bmc_restart(struct sim_bmc *bmc, uint64_t real_ms, uint64_t off_ms);

/* As sim_bmc_advance(); then one line of a test or a person. False, with bmc->why, if it is none of
 *
 *   load 0.9 | load heavy          a fixed load, or the day's of that name
 *   inlet 31.5 | inlet summer      likewise
 *   speed N                        virtual seconds a second, 0 to 1000
 *   fault locked                   and so on, as struct sim_bmc_faults:
 *         privilege | unsupported | busy [COUNT] | code CMD CC [COUNT]
 *         truncated | padded | garbage
 *         unavailable NUM | missing NUM | frozen NUM      sensor number
 *         off SECONDS | lost SECONDS | slow MS
 *   fault stuck FAN                1..6: it has stopped
 *   fault forget                   now: manual mode is forgotten, and nothing else
 *   fault restart [SECONDS]        now: see sim_bmc_restart(); 2 s if not given
 *   fault none                     all is well again
 *
 * Faults add up. Numbers may be 0x hexadecimal; COUNT left out: always. */
bool sim_bmc_command(struct sim_bmc *bmc, uint64_t real_ms, const char *line);

/* Everything about it as one line of JSON, written to out. */
void sim_bmc_print(const struct sim_bmc *bmc, FILE *out);

/* One Dell command and its completion code (the first byte of the reply; n_reply 0: none) as one
 * line of JSON. */
void sim_bmc_print_event(const struct sim_bmc *bmc, uint8_t cmd, const uint8_t *data, size_t n_data,
                         const uint8_t *reply, size_t n_reply, FILE *out);

#endif
