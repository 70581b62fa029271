/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The simulated R730 inside OpenIPMI's ipmi_sim: that program brings RMCP+, sessions, users and
 * privileges, this module what bmc.h answers. Loaded by a line of ipmi_sim's configuration:
 *
 *     loadlib "ipmi_sim_r730.so" "seed=1 load=steady inlet=spring speed=60 status=FILE ..."
 *
 * Values are without blanks. They are:
 *
 *     seed=N load=WORD|0..1 inlet=WORD|C speed=N   as in bmc.h
 *     knobs=FIFO    is made and read: lines of sim_bmc_command(), each in one write()
 *     status=FILE   sim_bmc_print(), replaced whole every 100 ms and after each line of knobs
 *     log=FILE      sim_bmc_print_event() of every Dell command, appended before it is answered
 *     state=FILE    the whole machine, with the status; taken up at the start if it is there. A
 *                   machine that goes on has lived through the time between, and its BMC has
 *                   forgotten manual mode
 *     keep=1        ... but has not, if this is given
 *     parent=PID    end as soon as this is not the parent process any more
 *
 * One thread, ipmi_sim's own; nothing here blocks but on local files. The plant runs on
 * CLOCK_MONOTONIC, so a stopped process finds, when it goes on, a machine that has become hot.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <OpenIPMI/mcserv.h>
#include <OpenIPMI/serv.h>

#include "sim/bmc.h"

#define EXPORT __attribute__((visibility("default")))

enum {
    TICK_MS = 100,
    PATH_BYTES = 256,
    LINES_BYTES = 4096, /* PIPE_BUF: what a writer can put into the FIFO in one piece */
    MEDIUM_LAN = 4,     /* IPMI 2.0, table 6-3 */
    STATE_MAGIC = 0x72373330,
};

struct module {
    sys_data_t *sys;
    struct sim_bmc bmc;
    char status_path[PATH_BYTES];
    char state_path[PATH_BYTES];
    FILE *log;
    int knobs_fd;
    pid_t parent; /* 0: whoever it is */
    ipmi_timer_t *timer;
    lanserv_data_t *lan; /* NULL until ipmi_sim has set its network channel up */
    void (*send_out)(lanserv_data_t *lan, struct iovec *data, int vecs, void *addr, int addr_len);
};

/* An answer that waits for `fault slow`. */
struct late {
    struct module *module;
    ipmi_timer_t *timer;
    int addr_len;
    size_t n_bytes;
    unsigned char *addr; /* both point behind this struct */
    unsigned char *bytes;
};

/* The hooks of ipmi_sim's network channel carry no argument for their owner. */
static struct module *the_module;

int ipmi_sim_module_print_version(sys_data_t *sys, char *options);
int ipmi_sim_module_init(sys_data_t *sys, const char *options);

static uint64_t real_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static struct timeval to_timeval(uint64_t ms)
{
    return (struct timeval){.tv_sec = (time_t)(ms / 1000),
                            .tv_usec = (suseconds_t)(ms % 1000 * 1000)};
}

/* Readers see the old file or the new one, never half of one. */
static void replace_file(const char *path, void (*put)(const struct module *module, FILE *out),
                         const struct module *module)
{
    char part[PATH_BYTES + 8];
    if (path[0] == '\0')
        return;
    snprintf(part, sizeof part, "%s.part", path);
    FILE *out = fopen(part, "we");
    if (out == NULL)
        return;
    put(module, out);
    if (fclose(out) == 0)
        rename(part, path);
}

static void put_status(const struct module *module, FILE *out)
{
    sim_bmc_print(&module->bmc, out);
}

static void put_state(const struct module *module, FILE *out)
{
    const uint32_t head[2] = {STATE_MAGIC, sizeof module->bmc};
    fwrite(head, sizeof head, 1, out);
    fwrite(&module->bmc, sizeof module->bmc, 1, out);
}

static void publish(struct module *module)
{
    replace_file(module->state_path, put_state, module);
    replace_file(module->status_path, put_status, module);
}

static bool take_state(struct module *module)
{
    uint32_t head[2];
    struct sim_bmc bmc = {.speed = 0.0};
    FILE *in = fopen(module->state_path, "re");
    if (in == NULL)
        return false;
    bool is_whole = fread(head, sizeof head, 1, in) == 1 && head[0] == STATE_MAGIC &&
                    head[1] == sizeof bmc && fread(&bmc, sizeof bmc, 1, in) == 1;
    fclose(in);
    if (is_whole)
        module->bmc = bmc;
    return is_whole;
}

/* What close_session() of ipmi_sim does, for every session; that function is its own secret. */
static void drop_sessions(struct module *module)
{
    lanserv_data_t *lan = module->lan;
    for (unsigned i = 1; lan != NULL && i <= MAX_SESSIONS; i++) {
        session_t *session = &lan->sessions[i];
        if (!session->active || !session->rmcpplus)
            continue;
        session->active = 0;
        if (session->integh != NULL)
            session->integh->cleanup(lan, session);
        if (session->confh != NULL)
            session->confh->cleanup(lan, session);
        lan->channel.active_sessions--;
        if (session->src_addr != NULL)
            lan->channel.free(&lan->channel, session->src_addr);
        session->src_addr = NULL;
    }
}

static void obey_line(struct module *module, const char *line)
{
    if (!sim_bmc_command(&module->bmc, real_ms(), line))
        fprintf(stderr, "r730: %s\n", module->bmc.why);
    if (module->bmc.has_restarted) {
        module->bmc.has_restarted = false;
        drop_sessions(module);
    }
}

static void read_knobs(int fd, void *cb_data)
{
    struct module *module = cb_data;
    char text[LINES_BYTES + 1];
    ssize_t n = read(fd, text, LINES_BYTES);
    if (n <= 0)
        return;
    text[n] = '\0';
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        obey_line(module, line);
    publish(module);
}

static void answer(lmc_data_t *mc, msg_t *msg, unsigned char *rdata, unsigned int *rdata_len,
                   void *cb_data)
{
    struct module *module = cb_data;
    (void)mc;
    size_t n =
        sim_bmc_handle(&module->bmc, real_ms(), msg->netfn, msg->cmd, msg->data, msg->len, rdata);
    *rdata_len = (unsigned)n;
    if (msg->netfn != SIM_NETFN_DELL)
        return;
    if (module->log != NULL) {
        sim_bmc_print_event(&module->bmc, msg->cmd, msg->data, msg->len, rdata, n, module->log);
        fflush(module->log);
    }
    publish(module);
}

static int hear(channel_t *channel, msg_t *msg)
{
    (void)channel;
    (void)msg;
    return sim_bmc_is_off(&the_module->bmc, real_ms()); /* 1: ipmi_sim leaves it alone */
}

static void send_late(void *cb_data)
{
    struct late *late = cb_data;
    struct module *module = late->module;
    struct iovec data = {.iov_base = late->bytes, .iov_len = late->n_bytes};
    if (!sim_bmc_is_lost(&module->bmc, real_ms()))
        module->send_out(module->lan, &data, 1, late->addr, late->addr_len);
    module->sys->free_timer(late->timer);
    free(late);
}

static void delay(struct module *module, const struct iovec *data, int vecs, const void *addr,
                  int addr_len)
{
    size_t n_bytes = 0;
    for (int i = 0; i < vecs; i++)
        n_bytes += data[i].iov_len;
    struct late *late = calloc(1, sizeof *late + (size_t)addr_len + n_bytes);
    if (late == NULL)
        return;
    late->module = module;
    late->addr_len = addr_len;
    late->addr = (unsigned char *)(late + 1);
    late->bytes = late->addr + addr_len;
    memcpy(late->addr, addr, (size_t)addr_len);
    for (int i = 0; i < vecs; i++) {
        memcpy(late->bytes + late->n_bytes, data[i].iov_base, data[i].iov_len);
        late->n_bytes += data[i].iov_len;
    }
    struct timeval wait = to_timeval(module->bmc.faults.slow_ms);
    if (module->sys->alloc_timer(module->sys, send_late, late, &late->timer) != 0)
        free(late);
    else if (module->sys->start_timer(late->timer, &wait) != 0) {
        module->sys->free_timer(late->timer);
        free(late);
    }
}

static void speak(lanserv_data_t *lan, struct iovec *data, int vecs, void *addr, int addr_len)
{
    struct module *module = the_module;
    if (sim_bmc_is_lost(&module->bmc, real_ms()))
        return;
    if (module->bmc.faults.slow_ms == 0)
        module->send_out(lan, data, vecs, addr, addr_len);
    else
        delay(module, data, vecs, addr, addr_len);
}

/* ipmi_sim sets its channels up after its modules; from the first tick on they are there. */
static void find_lan(struct module *module)
{
    lmc_data_t *mc = module->sys->ipmb_addrs[module->sys->bmc_ipmb];
    channel_t **channels = mc == NULL ? NULL : module->sys->mc_get_channelset(mc);
    for (unsigned i = 0; channels != NULL && i < IPMI_MAX_CHANNELS; i++) {
        channel_t *channel = channels[i];
        if (channel == NULL || channel->medium_type != MEDIUM_LAN || channel->chan_info == NULL)
            continue;
        module->lan = channel->chan_info;
        module->send_out = module->lan->send_out;
        module->lan->send_out = speak;
        module->lan->channel.oem.oem_handle_msg = hear;
        return;
    }
}

static void tick(void *cb_data)
{
    struct module *module = cb_data;
    struct timeval next = to_timeval(TICK_MS);
    if (module->parent != 0 && module->parent != getppid())
        raise(SIGTERM);
    if (module->lan == NULL)
        find_lan(module);
    sim_bmc_advance(&module->bmc, real_ms());
    if (module->lan != NULL)
        publish(module);
    module->sys->start_timer(module->timer, &next);
}

/* NAME=VALUE of the argument; value is cut off at the next blank. */
static bool take_option(const char *options, const char *name, char value[PATH_BYTES])
{
    size_t len = strlen(name);
    for (const char *at = options; at != NULL && *at != '\0'; at = strchr(at, ' ')) {
        at += strspn(at, " ");
        if (strncmp(at, name, len) != 0 || at[len] != '=')
            continue;
        snprintf(value, PATH_BYTES, "%.*s", (int)strcspn(at + len + 1, " "), at + len + 1);
        return true;
    }
    value[0] = '\0';
    return false;
}

static int open_files(struct module *module, const char *options)
{
    char path[PATH_BYTES];
    ipmi_io_t *io;
    take_option(options, "status", module->status_path);
    if (take_option(options, "parent", path))
        module->parent = (pid_t)strtol(path, NULL, 10);
    if (take_option(options, "log", path)) {
        module->log = fopen(path, "ae");
        if (module->log == NULL)
            return errno;
    }
    if (!take_option(options, "knobs", path))
        return 0;
    if (mkfifo(path, 0600) != 0 && errno != EEXIST)
        return errno;
    /* Open for writing too: the FIFO then never ends when a writer leaves. */
    module->knobs_fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (module->knobs_fd < 0)
        return errno;
    return module->sys->add_io_hnd(module->sys, module->knobs_fd, read_knobs, module, &io);
}

static bool start_machine(struct module *module, const char *options)
{
    static const char *const settings[] = {"load", "inlet", "speed"};
    char value[PATH_BYTES];
    char line[PATH_BYTES + 16];
    uint64_t seed = take_option(options, "seed", value) ? strtoull(value, NULL, 0) : 1;
    sim_bmc_init(&module->bmc, seed, real_ms());
    if (take_option(options, "state", module->state_path) && take_state(module)) {
        module->bmc.faults = (struct sim_bmc_faults){.is_locked = false};
        if (!take_option(options, "keep", value))
            sim_bmc_restart(&module->bmc, real_ms(), 0);
        module->bmc.has_restarted = false;
        return true;
    }
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (!take_option(options, settings[i], value))
            continue;
        snprintf(line, sizeof line, "%s %s", settings[i], value);
        if (!sim_bmc_command(&module->bmc, real_ms(), line))
            return false;
    }
    sim_machine_settle(&module->bmc.machine);
    module->bmc.virtual_ms = 0.0;
    module->bmc.counts.commands = 0;
    return true;
}

EXPORT int ipmi_sim_module_print_version(sys_data_t *sys, char *options)
{
    (void)sys;
    (void)options;
    printf("fancurve r730 %s\n", FC_VERSION);
    return 0;
}

EXPORT int ipmi_sim_module_init(sys_data_t *sys, const char *options)
{
    struct timeval soon = to_timeval(1);
    struct module *module = calloc(1, sizeof *module);
    if (module == NULL)
        return ENOMEM;
    the_module = module;
    module->sys = sys;
    if (!start_machine(module, options == NULL ? "" : options)) {
        fprintf(stderr, "r730: %s\n", module->bmc.why);
        return EINVAL;
    }
    int err = open_files(module, options == NULL ? "" : options);
    if (err == 0)
        err = ipmi_emu_register_cmd_handler(SIM_NETFN_DELL, SIM_CMD_FAN, answer, module);
    if (err == 0)
        err = ipmi_emu_register_cmd_handler(SIM_NETFN_DELL, SIM_CMD_PCIE, answer, module);
    if (err == 0)
        err = ipmi_emu_register_cmd_handler(SIM_NETFN_SENSOR, SIM_CMD_READING, answer, module);
    if (err == 0)
        err = sys->alloc_timer(sys, tick, module, &module->timer);
    return err != 0 ? err : sys->start_timer(module->timer, &soon);
}
