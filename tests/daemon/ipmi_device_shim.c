/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An IPMI device of the Linux kernel without the kernel: a shared object for LD_PRELOAD that
 * answers open() and ioctl() for one path as ipmi_devintf does, and carries the messages to the
 * system interface of OpenIPMI's ipmi_sim, in its "VM" protocol over TCP.
 *
 *     program --open, ioctl, select--> [socket pair] --> thread of this device --TCP--> ipmi_sim
 *
 * The file descriptor that open() returns is one end of a socket pair. SEND_COMMAND puts a request
 * into it, RECEIVE_MSG takes a reply out, select() and poll() see a reply that waits, and close()
 * ends the thread at the other end: nothing else has to be replaced. As with the real device, there
 * is one line to the BMC, however often the device is opened.
 *
 * Environment:
 *   FC_SHIM_DEVICE      the path
 *   FC_SHIM_SERIAL      host:port of the system interface; the host as a number
 *   FC_SHIM_ERRNO       open() of the path fails with this error number
 *   FC_SHIM_TIMEOUT_MS  a request without a reply is answered by us after this time (4000)
 *   FC_SHIM_CODE        completion code of such answers, hexadecimal (d2: nobody there; c3:
 * silence)
 *
 * The defaults are those of QEMU's ipmi-bmc-extern. The kernel's driver for a KCS interface gives
 * up with ff in both cases, with 82 from Linux 6.18 on.
 *
 * The VM protocol: [sequence][network function << 2 | lun][command][data][-sum] a0, where a0, a1
 * and aa inside are sent as aa and the byte | 10h. What ends with a1 is for the machine around the
 * BMC; the first is sent at once, so that we know that it has taken us: one client at a time.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ipmi.h>
#include <linux/ipmi_msgdefs.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    VM_MESSAGE = 0xa0,
    VM_COMMAND = 0xa1,
    VM_ESCAPE = 0xaa,
    VM_ESCAPED = 0x10,
    HEAD_BYTES = 3, /* sequence, network function and LUN, command */
    FRAME_MAX = IPMI_MAX_MSG_LENGTH + 8,
    RETRY_MS = 5,
};

/* What goes through the socket pair, both ways. */
struct message {
    long id;
    uint8_t lun;
    uint8_t netfn;
    uint8_t cmd;
    uint16_t n; /* of data; a reply's first byte is the completion code */
    uint8_t data[IPMI_MAX_MSG_LENGTH];
};

/* The line to the BMC, of all who have the device open. */
static struct {
    pthread_mutex_t lock;
    int fd; /* -1: not connected */
    uint8_t sequence;
    uint8_t frame[FRAME_MAX]; /* what has come of the next frame, unescaped */
    size_t n;
    bool is_escaped;
} line = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1};

/* ---- what the environment says ---- */

static long number_of(const char *name, int base, long otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtol(text, NULL, base) : otherwise;
}

static bool address_of(struct sockaddr_in *address)
{
    const char *text = getenv("FC_SHIM_SERIAL");
    char host[64] = "";
    const char *colon = text != NULL ? strrchr(text, ':') : NULL;
    if (colon == NULL || (size_t)(colon - text) >= sizeof host)
        return false;
    memcpy(host, text, (size_t)(colon - text));
    *address = (struct sockaddr_in){.sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)strtol(colon + 1, NULL, 10))};
    return inet_pton(AF_INET, host, &address->sin_addr) == 1;
}

/* ---- the line ---- */

static long now_ms(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void hang_up(void)
{
    close(line.fd);
    line.fd = -1;
    line.n = 0;
    line.is_escaped = false;
}

/* One byte of the line: 0, or VM_MESSAGE or VM_COMMAND when it ends what stands in line.frame. */
static int take_byte(uint8_t byte)
{
    if (byte == VM_MESSAGE || byte == VM_COMMAND)
        return byte;
    if (byte == VM_ESCAPE) {
        line.is_escaped = true;
        return 0;
    }
    if (line.is_escaped)
        byte &= (uint8_t)~VM_ESCAPED;
    line.is_escaped = false;
    if (line.n < sizeof line.frame)
        line.frame[line.n++] = byte;
    return 0;
}

enum heard { HEARD_MESSAGE, HEARD_COMMAND, HEARD_NOTHING, HEARD_END };

/* The next frame, in line.frame with *n bytes; waits until end_ms. */
static enum heard hear(long end_ms, size_t *n)
{
    for (;;) {
        long left = end_ms - now_ms();
        struct pollfd wait = {.fd = line.fd, .events = POLLIN};
        int ready = poll(&wait, 1, left > 0 ? (int)left : 0);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return HEARD_NOTHING;
        uint8_t byte;
        ssize_t got = recv(line.fd, &byte, 1, MSG_DONTWAIT);
        if (got <= 0)
            return HEARD_END;
        int end = take_byte(byte);
        if (end == 0)
            continue;
        *n = line.n;
        line.n = 0;
        return end == VM_MESSAGE ? HEARD_MESSAGE : HEARD_COMMAND;
    }
}

/* Connected means greeted: who is one too many is let in and thrown out at once. */
static enum heard call(long end_ms)
{
    struct sockaddr_in address;
    size_t n;
    if (!address_of(&address))
        return HEARD_END;
    for (;;) {
        line.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(line.fd, (struct sockaddr *)&address, sizeof address) != 0) {
            hang_up();
            return HEARD_END;
        }
        enum heard heard = hear(end_ms, &n);
        if (heard == HEARD_COMMAND || heard == HEARD_MESSAGE)
            return HEARD_COMMAND;
        hang_up();
        if (heard == HEARD_NOTHING || now_ms() >= end_ms)
            return HEARD_NOTHING;
        poll(NULL, 0, RETRY_MS);
    }
}

/* What has come unasked is thrown away; a line that has ended is called again. */
static enum heard ensure_called(long end_ms)
{
    size_t n;
    while (line.fd >= 0) {
        enum heard heard = hear(0, &n);
        if (heard == HEARD_NOTHING)
            return HEARD_COMMAND;
        if (heard == HEARD_END)
            hang_up();
    }
    return call(end_ms);
}

static size_t escape(uint8_t *out, size_t at, uint8_t byte)
{
    if (byte == VM_MESSAGE || byte == VM_COMMAND || byte == VM_ESCAPE) {
        out[at++] = VM_ESCAPE;
        byte |= VM_ESCAPED;
    }
    out[at++] = byte;
    return at;
}

static bool say(const struct message *rq)
{
    uint8_t plain[FRAME_MAX] = {++line.sequence, (uint8_t)(rq->netfn << 2 | rq->lun), rq->cmd};
    uint8_t out[2 * FRAME_MAX];
    uint8_t sum = 0;
    size_t n = 0;
    memcpy(plain + HEAD_BYTES, rq->data, rq->n);
    for (size_t i = 0; i < HEAD_BYTES + (size_t)rq->n; i++) {
        n = escape(out, n, plain[i]);
        sum = (uint8_t)(sum + plain[i]);
    }
    n = escape(out, n, (uint8_t)-sum);
    out[n++] = VM_MESSAGE;
    return send(line.fd, out, n, MSG_NOSIGNAL) == (ssize_t)n;
}

/* Is the frame the reply to rq? Then its data go into rs. A reply to an older request is not. */
static bool is_reply(const struct message *rq, size_t n, struct message *rs)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum = (uint8_t)(sum + line.frame[i]);
    if (n <= HEAD_BYTES || sum != 0 || line.frame[0] != line.sequence ||
        line.frame[1] >> 2 != (rq->netfn | 1) || line.frame[2] != rq->cmd)
        return false;
    rs->n = (uint16_t)(n - HEAD_BYTES - 1);
    if (rs->n > sizeof rs->data)
        rs->n = sizeof rs->data;
    memcpy(rs->data, line.frame + HEAD_BYTES, rs->n);
    if (rs->n == 0) { /* the kernel makes such a reply whole */
        rs->n = 1;
        rs->data[0] = IPMI_ERR_UNSPECIFIED;
    }
    return true;
}

static void transact(const struct message *rq, struct message *rs)
{
    long end_ms = now_ms() + number_of("FC_SHIM_TIMEOUT_MS", 10, 4000);
    size_t n;
    *rs = *rq;
    rs->netfn |= 1;
    enum heard heard = ensure_called(end_ms);
    if (heard == HEARD_COMMAND)
        heard = say(rq) ? HEARD_COMMAND : HEARD_END;
    while (heard == HEARD_COMMAND || heard == HEARD_MESSAGE) {
        heard = hear(end_ms, &n);
        if (heard == HEARD_MESSAGE && is_reply(rq, n, rs))
            return;
    }
    if (heard == HEARD_END)
        hang_up();
    rs->n = 1;
    rs->data[0] = (uint8_t)number_of("FC_SHIM_CODE", 16, heard == HEARD_END ? 0xd2 : 0xc3);
}

/* ---- the device ---- */

static void *serve(void *ctx)
{
    int fd = (int)(intptr_t)ctx;
    struct message rq;
    struct message rs;
    while (recv(fd, &rq, sizeof rq, 0) == (ssize_t)sizeof rq) {
        pthread_mutex_lock(&line.lock);
        transact(&rq, &rs);
        pthread_mutex_unlock(&line.lock);
        if (send(fd, &rs, sizeof rs, MSG_NOSIGNAL) < 0)
            break;
    }
    close(fd);
    return NULL;
}

static int open_device(void)
{
    int end[2];
    pthread_t thread;
    errno = (int)number_of("FC_SHIM_ERRNO", 10, 0);
    if (errno != 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) != 0)
        return -1;
    errno = pthread_create(&thread, NULL, serve, (void *)(intptr_t)end[1]);
    if (errno != 0)
        abort();
    pthread_detach(thread);
    return end[0];
}

static int fail(int err)
{
    errno = err;
    return -1;
}

/* The kernel's checks: ipmi_devintf.c and i_ipmi_req_sysintf() of ipmi_msghandler.c. */
static int send_command(int fd, const struct ipmi_req *req)
{
    struct ipmi_system_interface_addr address;
    struct message rq = {.id = req->msgid, .netfn = req->msg.netfn, .cmd = req->msg.cmd};
    if (req->addr == NULL || (req->msg.data == NULL && req->msg.data_len > 0))
        return fail(EFAULT);
    if (req->addr_len < sizeof address)
        return fail(EINVAL);
    memcpy(&address, req->addr, sizeof address);
    if (address.addr_type != IPMI_SYSTEM_INTERFACE_ADDR_TYPE ||
        address.channel != IPMI_BMC_CHANNEL || address.lun > 3 || (req->msg.netfn & 1) != 0)
        return fail(EINVAL);
    if (req->msg.data_len + 2 > IPMI_MAX_MSG_LENGTH)
        return fail(EMSGSIZE);
    rq.lun = address.lun;
    rq.n = req->msg.data_len;
    if (rq.n > 0)
        memcpy(rq.data, req->msg.data, rq.n);
    return send(fd, &rq, sizeof rq, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -1 : 0;
}

static int receive_message(int fd, struct ipmi_recv *out, bool may_cut)
{
    struct message rs;
    const struct ipmi_system_interface_addr from = {.addr_type = IPMI_SYSTEM_INTERFACE_ADDR_TYPE,
                                                    .channel = IPMI_BMC_CHANNEL};
    if (out->addr_len < sizeof from)
        return fail(EINVAL);
    if (recv(fd, &rs, sizeof rs, MSG_DONTWAIT | MSG_PEEK) != (ssize_t)sizeof rs)
        return fail(EAGAIN);
    bool is_cut = rs.n > out->msg.data_len;
    if (is_cut && !may_cut)
        return fail(EMSGSIZE); /* it stays where it is */
    (void)recv(fd, &rs, sizeof rs, MSG_DONTWAIT);
    memcpy(out->addr, &from, sizeof from);
    ((struct ipmi_system_interface_addr *)(void *)out->addr)->lun = rs.lun;
    out->addr_len = sizeof from;
    out->recv_type = IPMI_RESPONSE_RECV_TYPE;
    out->msgid = rs.id;
    out->msg.netfn = rs.netfn;
    out->msg.cmd = rs.cmd;
    if (!is_cut)
        out->msg.data_len = rs.n;
    memcpy(out->msg.data, rs.data, out->msg.data_len);
    return is_cut ? fail(EMSGSIZE) : 0;
}

static int control_device(int fd, unsigned long request, void *argument)
{
    switch (request) {
    case IPMICTL_SEND_COMMAND:
        return send_command(fd, argument);
    case IPMICTL_RECEIVE_MSG:
        return receive_message(fd, argument, false);
    case IPMICTL_RECEIVE_MSG_TRUNC:
        return receive_message(fd, argument, true);
    case IPMICTL_SET_MY_ADDRESS_CMD:
    case IPMICTL_SET_MY_LUN_CMD:
    case IPMICTL_SET_GETS_EVENTS_CMD:
        return 0;
    default:
        return fail(ENOTTY);
    }
}

/* ---- what is replaced ---- */

static void find_next(const char *name, void *function)
{
    void *next = dlsym(RTLD_NEXT, name);
    memcpy(function, &next, sizeof next);
}

int open(const char *path, int flags, ...)
{
    int (*next)(const char *, int, ...);
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    const char *device = getenv("FC_SHIM_DEVICE");
    if (device != NULL && strcmp(path, device) == 0)
        return open_device();
    find_next("open", &next);
    return next(path, flags, mode);
}

int ioctl(int fd, unsigned long request, ...)
{
    int (*next)(int, unsigned long, ...);
    va_list args;
    va_start(args, request);
    void *argument = va_arg(args, void *);
    va_end(args);
    if (_IOC_TYPE(request) == IPMI_IOC_MAGIC)
        return control_device(fd, request, argument);
    find_next("ioctl", &next);
    return next(fd, request, argument);
}
