/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A module for ipmi_sim: a BMC that answers Dell's fan commands and Get Sensor Reading as a file
 * says. Its argument is a folder. Before each such command the file FOLDER/answers is read anew;
 * each of its lines is `MATCH : REPLY`, both hex bytes. MATCH is the beginning of network function,
 * command and data; REPLY is the completion code and the data, or nothing for a reply without any
 * byte. The first line that fits answers; without one, fan commands are accepted and sensors are
 * read by ipmi_sim's own values. Every such command is appended to FOLDER/commands in hex.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <OpenIPMI/serv.h>
#include <OpenIPMI/mcserv.h>
#include <OpenIPMI/lanserv.h>

int ipmi_sim_module_print_version(sys_data_t *sys, char *options);
int ipmi_sim_module_init(sys_data_t *sys, const char *options);

static char folder[256];

struct handled {
    unsigned char netfn;
    unsigned char cmd;
};
static struct handled handled[] = {{0x04, 0x2d}, {0x30, 0x30}, {0x30, 0xce}};

static FILE *open_file(const char *name, const char *mode)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, mode);
}

static unsigned parse_hex(const char *text, unsigned char *out, unsigned max)
{
    unsigned n = 0;
    char *end;
    for (; n < max; n++) {
        unsigned long byte = strtoul(text, &end, 16);
        if (end == text)
            break;
        out[n] = (unsigned char)byte;
        text = end;
    }
    return n;
}

/* true: a line of the file has answered. */
static int answer_by_file(const unsigned char *rq, unsigned n_rq, unsigned char *rdata,
                          unsigned int *rdata_len)
{
    char line[256];
    unsigned char match[64];
    FILE *f = open_file("answers", "r");
    int is_found = 0;
    while (f != NULL && !is_found && fgets(line, sizeof line, f) != NULL) {
        char *colon = strchr(line, ':');
        if (colon == NULL)
            continue;
        *colon = '\0';
        unsigned n = parse_hex(line, match, sizeof match);
        if (n > n_rq || memcmp(match, rq, n) != 0)
            continue;
        *rdata_len = parse_hex(colon + 1, rdata, 32);
        is_found = 1;
    }
    if (f != NULL)
        fclose(f);
    return is_found;
}

static void handle(lmc_data_t *mc, msg_t *msg, unsigned char *rdata, unsigned int *rdata_len,
                   void *data)
{
    const struct handled *which = data;
    (void)mc;
    unsigned char rq[64] = {which->netfn, which->cmd};
    unsigned n = msg->len < 62 ? msg->len : 62;
    memcpy(rq + 2, msg->data, n);
    FILE *f = open_file("commands", "a");
    for (unsigned i = 0; f != NULL && i < n + 2; i++)
        fprintf(f, "%02x%c", rq[i], i == n + 1 ? '\n' : ' ');
    if (f != NULL)
        fclose(f);
    if (answer_by_file(rq, n + 2, rdata, rdata_len))
        return;
    rdata[0] = 0;
    *rdata_len = 1;
    if (which->netfn == 0x04) { /* raw 171, scanned, no event */
        static const unsigned char reading[] = {0x00, 171, 0xc0, 0xc0, 0x00};
        memcpy(rdata, reading, sizeof reading);
        *rdata_len = sizeof reading;
    } else if (n == 0) {
        rdata[0] = 0xc7;
    }
}

int ipmi_sim_module_print_version(sys_data_t *sys, char *options)
{
    (void)sys;
    (void)options;
    return 0;
}

int ipmi_sim_module_init(sys_data_t *sys, const char *options)
{
    (void)sys;
    snprintf(folder, sizeof folder, "%s", options);
    for (unsigned i = 0; i < sizeof handled / sizeof handled[0]; i++) {
        if (ipmi_emu_register_cmd_handler(handled[i].netfn, handled[i].cmd, handle, &handled[i]) !=
            0)
            return -1;
    }
    return 0;
}
