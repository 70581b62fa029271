/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hal/ipmi_link.h"

#if FC_HAVE_IPMI
#include <errno.h>
#include <fcntl.h>
#include <linux/ipmi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <freeipmi/freeipmi.h>

#include "hal/completion.h"
#include "hal/text.h"

enum {
    NETFN_APP = 0x06,
    CMD_DEVICE_ID = 0x01,
    /* What the kernel's driver for a KCS interface answers in place of a BMC that does not:
     * return_hosed_msg() in drivers/char/ipmi/ipmi_si_intf.c. */
    CC_UNSPECIFIED = 0xff,
    CC_BUS_ERROR = 0x82, /* from Linux 6.18 on */
};

/* Errors of the library (ipmi-api.h), and what they mean while a session is being opened and after.
 * What a BMC answers when all its sessions are used has no number of its own: 27 or 32. */
static const struct {
    int errnum;
    enum fc_err opening;
    enum fc_err running;
} errors[] = {
    {IPMI_ERR_PERMISSION, FC_ERR_ACCESS, FC_ERR_ACCESS},
    {IPMI_ERR_USERNAME_INVALID, FC_ERR_USER, FC_ERR_USER},
    {IPMI_ERR_PASSWORD_INVALID, FC_ERR_PASSWORD, FC_ERR_PASSWORD},
    {IPMI_ERR_K_G_INVALID, FC_ERR_PASSWORD, FC_ERR_PASSWORD},
    {IPMI_ERR_PRIVILEGE_LEVEL_INSUFFICIENT, FC_ERR_PRIVILEGE, FC_ERR_PRIVILEGE},
    {IPMI_ERR_PRIVILEGE_LEVEL_CANNOT_BE_OBTAINED, FC_ERR_PRIVILEGE, FC_ERR_PRIVILEGE},
    {IPMI_ERR_AUTHENTICATION_TYPE_UNAVAILABLE, FC_ERR_CIPHER, FC_ERR_CIPHER},
    {IPMI_ERR_CIPHER_SUITE_ID_UNAVAILABLE, FC_ERR_CIPHER, FC_ERR_CIPHER},
    {IPMI_ERR_PASSWORD_VERIFICATION_TIMEOUT, FC_ERR_PASSWORD, FC_ERR_TIMEOUT},
    {IPMI_ERR_IPMI_2_0_UNAVAILABLE, FC_ERR_UNSUPPORTED, FC_ERR_UNSUPPORTED},
    {IPMI_ERR_CONNECTION_TIMEOUT, FC_ERR_TIMEOUT, FC_ERR_TIMEOUT},
    {IPMI_ERR_SESSION_TIMEOUT, FC_ERR_TIMEOUT, FC_ERR_TIMEOUT},
    {IPMI_ERR_DEVICE_NOT_OPEN, FC_ERR_CLOSED, FC_ERR_CLOSED},
    {IPMI_ERR_DEVICE_NOT_SUPPORTED, FC_ERR_NO_DEVICE, FC_ERR_NO_DEVICE},
    {IPMI_ERR_DEVICE_NOT_FOUND, FC_ERR_NO_DEVICE, FC_ERR_NO_DEVICE},
    {IPMI_ERR_DRIVER_BUSY, FC_ERR_BUSY, FC_ERR_BUSY},
    {IPMI_ERR_DRIVER_TIMEOUT, FC_ERR_TIMEOUT, FC_ERR_TIMEOUT},
    {IPMI_ERR_MESSAGE_TIMEOUT, FC_ERR_TIMEOUT, FC_ERR_TIMEOUT},
    {IPMI_ERR_COMMAND_INVALID_FOR_SELECTED_INTERFACE, FC_ERR_UNSUPPORTED, FC_ERR_UNSUPPORTED},
    {IPMI_ERR_COMMAND_INVALID_OR_UNSUPPORTED, FC_ERR_UNSUPPORTED, FC_ERR_UNSUPPORTED},
    {IPMI_ERR_BAD_COMPLETION_CODE, FC_ERR_REFUSED, FC_ERR_REFUSED},
    {IPMI_ERR_BAD_RMCPPLUS_STATUS_CODE, FC_ERR_REFUSED, FC_ERR_REPLY},
    {IPMI_ERR_NOT_FOUND, FC_ERR_NO_DEVICE, FC_ERR_REPLY},
    {IPMI_ERR_BMC_BUSY, FC_ERR_SESSIONS, FC_ERR_BUSY},
    {IPMI_ERR_OUT_OF_MEMORY, FC_ERR_MEMORY, FC_ERR_MEMORY},
    {IPMI_ERR_HOSTNAME_INVALID, FC_ERR_HOST, FC_ERR_HOST},
    {IPMI_ERR_PARAMETERS, FC_ERR_CONFIG, FC_ERR_REPLY},
    {IPMI_ERR_DRIVER_PATH_REQUIRED, FC_ERR_NO_DEVICE, FC_ERR_NO_DEVICE},
    {IPMI_ERR_IPMI_ERROR, FC_ERR_SESSIONS, FC_ERR_REPLY},
    {IPMI_ERR_INTERNAL_ERROR, FC_ERR_REPLY, FC_ERR_REPLY},
};

static uint64_t now_ms(void)
{
    struct timespec t = {0};
    /* Suspension counts: the BMC went on without us. The call can not fail with this clock. */
    (void)clock_gettime(CLOCK_BOOTTIME, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static enum fc_err find(int errnum, bool is_opening)
{
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i].errnum == errnum)
            return is_opening ? errors[i].opening : errors[i].running;
    }
    return FC_ERR_SYSTEM;
}

static const char *where(const struct hal_link *link)
{
    if (link->driver == HAL_IPMI_LAN)
        return link->host;
    return link->device != NULL ? link->device : "/dev/ipmi0";
}

static enum fc_err tell(struct hal_link *link, struct ipmi_ctx *ctx, const char *what,
                        bool is_opening)
{
    int system = errno;
    int errnum = ipmi_ctx_errnum(ctx);
    hal_text_set(link->text, "%s: %s: %s", where(link), what, ipmi_ctx_strerror(errnum));
    enum fc_err err = find(errnum, is_opening);
    const char *why = strerrordesc_np(system);
    if (err == FC_ERR_SYSTEM && system != 0 && why != NULL)
        hal_text_add(link->text, ": %s", why);
    return err;
}

enum fc_err hal_link_error(struct hal_link *link, const char *what)
{
    if (link->ctx == NULL)
        return FC_ERR_CLOSED;
    return tell(link, link->ctx, what, false);
}

/* FreeIPMI has no default below its 20 s: five tries fit in any time-out, one a second at most, so
 * that a slow BMC is not asked twice for what it is about to answer. */
static unsigned retransmission_ms(const struct hal_link *link)
{
    unsigned fifth = link->session_timeout_ms / 5;
    return fifth < 1000 ? fifth : 1000;
}

static bool fits(const char *text, size_t max)
{
    return text == NULL || strlen(text) <= max;
}

static enum fc_err check(const struct hal_ipmi_cfg *cfg)
{
    if (cfg->driver == HAL_IPMI_OPENIPMI)
        return FC_OK;
    if (cfg->driver != HAL_IPMI_LAN || cfg->host == NULL || cfg->host[0] == '\0')
        return FC_ERR_CONFIG;
    if (!fits(cfg->username, HAL_IPMI_USERNAME_MAX) || !fits(cfg->password, HAL_IPMI_PASSWORD_MAX))
        return FC_ERR_CONFIG;
    if (cfg->privilege < HAL_IPMI_USER || cfg->privilege > HAL_IPMI_ADMIN)
        return FC_ERR_CONFIG;
    if (!hal_ipmi_cipher_is_known(cfg->cipher_suite))
        return FC_ERR_CONFIG;
    if (cfg->session_timeout_ms < HAL_IPMI_TIMEOUT_MIN_MS ||
        cfg->session_timeout_ms > HAL_IPMI_TIMEOUT_MAX_MS)
        return FC_ERR_CONFIG;
    return FC_OK;
}

enum fc_err hal_link_init(struct hal_link *link, const struct hal_ipmi_cfg *cfg)
{
    enum fc_err err = check(cfg);
    if (err != FC_OK)
        return err;
    *link = (struct hal_link){
        .driver = cfg->driver,
        .cipher_suite = (uint8_t)cfg->cipher_suite,
        .privilege = (uint8_t)cfg->privilege,
        .workarounds = cfg->workarounds,
        .session_timeout_ms = cfg->session_timeout_ms,
    };
    if (cfg->driver == HAL_IPMI_LAN) {
        strncpy(link->username, cfg->username != NULL ? cfg->username : "", HAL_IPMI_USERNAME_MAX);
        strncpy(link->password, cfg->password != NULL ? cfg->password : "", HAL_IPMI_PASSWORD_MAX);
        link->host = strdup(cfg->host);
        if (link->host == NULL)
            return FC_ERR_MEMORY;
        /* The cipher library is made ready once, before threads open their sessions. */
        return ipmi_rmcpplus_init() < 0 ? FC_ERR_SYSTEM : FC_OK;
    }
    if (cfg->device != NULL) {
        link->device = strdup(cfg->device);
        if (link->device == NULL)
            return FC_ERR_MEMORY;
    }
    return FC_OK;
}

void hal_link_end(struct hal_link *link)
{
    hal_link_close(link);
    explicit_bzero(link->password, sizeof link->password);
    free(link->host);
    free(link->device);
    link->host = NULL;
    link->device = NULL;
}

bool hal_link_is_open(const struct hal_link *link)
{
    return link->ctx != NULL;
}

static int open_lan(struct hal_link *link, struct ipmi_ctx *ctx)
{
    return ipmi_ctx_open_outofband_2_0(
        ctx, link->host, link->username[0] != '\0' ? link->username : NULL,
        link->password[0] != '\0' ? link->password : NULL, NULL, 0, link->privilege,
        link->cipher_suite, link->session_timeout_ms, retransmission_ms(link),
        link->workarounds & ~(uint32_t)HAL_LINK_IGNORE_SCANNING, IPMI_FLAGS_DEFAULT);
}

/* The library tells few of the system's errors apart and spoils errno: once more, to see why.
 * ENXIO and ENODEV: a device node without a driver. ENOTTY: no IPMI device at all. */
static enum fc_err tell_device(struct hal_link *link, struct ipmi_ctx *ctx)
{
    enum fc_err err = tell(link, ctx, "open", true);
    if (err != FC_ERR_SYSTEM)
        return err;
    unsigned address;
    int fd = open(where(link), O_RDWR | O_CLOEXEC | O_NOCTTY);
    int rc = fd < 0 ? -1 : ioctl(fd, IPMICTL_GET_MY_ADDRESS_CMD, &address);
    int system = rc < 0 ? errno : 0;
    if (fd >= 0)
        close(fd);
    const char *why = strerrordesc_np(system);
    hal_text_set(link->text, "%s: open: %s", where(link), why != NULL ? why : "unknown error");
    return system == ENXIO || system == ENODEV || system == ENOTTY ? FC_ERR_NO_DEVICE : err;
}

enum fc_err hal_link_open(struct hal_link *link)
{
    if (link->ctx != NULL)
        return FC_OK;
    /* A new context each time: a failed open leaves some of its fields as they fell. */
    struct ipmi_ctx *ctx = ipmi_ctx_create();
    if (ctx == NULL)
        return FC_ERR_MEMORY;
    errno = 0;
    int rc = link->driver == HAL_IPMI_LAN
                 ? open_lan(link, ctx)
                 : ipmi_ctx_open_inband(ctx, IPMI_DEVICE_OPENIPMI, 1, 0, 0, link->device, 0,
                                        IPMI_FLAGS_DEFAULT);
    if (rc < 0) {
        enum fc_err err =
            link->driver == HAL_IPMI_LAN ? tell(link, ctx, "open", true) : tell_device(link, ctx);
        ipmi_ctx_destroy(ctx);
        return err;
    }
    link->ctx = ctx;
    link->text[0] = '\0';
    hal_link_touch(link);
    return FC_OK;
}

void hal_link_close(struct hal_link *link)
{
    if (link->ctx == NULL)
        return;
    /* Without an answer the BMC ends the session by its own clock; nothing more can be done. */
    (void)ipmi_ctx_close(link->ctx);
    ipmi_ctx_destroy(link->ctx);
    link->ctx = NULL;
}

void hal_link_touch(struct hal_link *link)
{
    link->last_reply_ms = now_ms();
}

/* The library would send the request and then give up without waiting for the reply. A little
 * before that, a reply would have no time left to arrive. */
static bool is_idle_too_long(const struct hal_link *link)
{
    if (link->driver != HAL_IPMI_LAN)
        return false;
    uint64_t margin = link->session_timeout_ms / 10;
    if (margin > 250)
        margin = 250;
    return now_ms() - link->last_reply_ms >= link->session_timeout_ms - margin;
}

static enum fc_err transact(struct hal_link *link, uint8_t lun, uint8_t netfn, const uint8_t *rq,
                            size_t n_rq, uint8_t *rs, size_t max_rs, size_t *n_rs)
{
    link->text[0] = '\0';
    errno = 0;
    int n = ipmi_cmd_raw(link->ctx, lun, netfn, rq, (unsigned)n_rq, rs, (unsigned)max_rs);
    if (n < 0)
        return hal_link_error(link, "command");
    hal_link_touch(link);
    if (n == 0) {
        hal_text_set(link->text, "an empty reply");
        return FC_ERR_REPLY;
    }
    *n_rs = (size_t)n;
    return FC_OK;
}

static bool is_made_up(const struct hal_link *link, const uint8_t *rs, size_t n_rs)
{
    return link->driver == HAL_IPMI_OPENIPMI && n_rs >= 2 &&
           (rs[1] == CC_UNSPECIFIED || rs[1] == CC_BUS_ERROR);
}

/* A completion code that may be the kernel's or the BMC's own: is there a BMC? Every one answers
 * Get Device ID. Else it would look as if each sensor alone had failed, and a BMC that restarts
 * would not be noticed, nor that it forgot manual mode. */
static enum fc_err ask_if_there(struct hal_link *link)
{
    const uint8_t rq[] = {CMD_DEVICE_ID};
    uint8_t rs[HAL_LINK_REPLY_MAX];
    size_t n = 0;
    enum fc_err err = transact(link, 0, NETFN_APP, rq, sizeof rq, rs, sizeof rs, &n);
    if (err != FC_OK || (n >= 2 && rs[1] == HAL_CC_OK))
        return err;
    hal_text_set(link->text, "%s: completion code %02x, the BMC does not answer the kernel",
                 where(link), n >= 2 ? rs[1] : CC_UNSPECIFIED);
    return FC_ERR_TIMEOUT;
}

enum fc_err hal_link_cmd(struct hal_link *link, uint8_t lun, uint8_t netfn, const uint8_t *rq,
                         size_t n_rq, uint8_t *rs, size_t max_rs, size_t *n_rs)
{
    if (link->ctx == NULL) {
        hal_text_set(link->text, "the session is not open");
        return FC_ERR_CLOSED;
    }
    if (is_idle_too_long(link)) {
        hal_link_close(link);
        hal_text_set(link->text, "%s: the session was idle for longer than session_timeout_s",
                     link->host);
        return FC_ERR_CLOSED;
    }
    enum fc_err err = transact(link, lun, netfn, rq, n_rq, rs, max_rs, n_rs);
    return err == FC_OK && is_made_up(link, rs, *n_rs) ? ask_if_there(link) : err;
}
#endif
