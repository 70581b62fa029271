/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A BMC behind FreeIPMI: /dev/ipmi0 of this machine (`openipmi`), or RMCP+ over the network
 * (`lan`).
 *
 * One handle is one session. The sensor data records are read once and kept; a reading is then one
 * request and one reply. The session is closed on close() and destroy(), since a BMC has few of
 * them (an iDRAC 4 to 8) and lets a lost one go only after a minute.
 *
 * What a call may cost:
 *
 *   open()      lan: session_timeout_ms for a silent BMC, after the time that the resolver takes
 * for a name (addresses need none). The first time on a BMC also the walk over its sensor records,
 * 11 to 13 s on an iDRAC 8; each of its requests has session_timeout_ms. read()      one time-out
 *   set_duty()  one transaction; up to three (mode, duty, hand-back) when the mode is asserted
 *   close()     lan: a fifth of session_timeout_ms, one second at most
 *
 * A time-out is session_timeout_ms (lan) or what the kernel's driver takes to give up (openipmi):
 * for a KCS interface that hangs 5 s a try, and the library waits for 60 s at most. It then answers
 * with a completion code that a BMC might give as well; one more request finds out which it was.
 * The library measures its own with the wall clock: while the clock is being set back and the BMC
 * is silent, a call may last longer by as much as the clock was set back.
 *
 * session_timeout_ms is an idle limit as well: the library gives a session up that long after its
 * last reply, whether it asked for one or not. It would still send the next command, and report a
 * time-out without a look for the reply. So a call on such a session sends none: it ends the
 * session and returns FC_ERR_CLOSED at once. Poll more often than that, with a quarter of a second
 * to spare.
 */
#ifndef HAL_IPMI_H
#define HAL_IPMI_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/hal.h"

enum {
    HAL_IPMI_USERNAME_MAX = 16, /* characters; IPMI 2.0, table 22-28, Set User Name */
    HAL_IPMI_PASSWORD_MAX = 20, /* characters; IPMI 2.0, table 22-30, Set User Password */
    HAL_IPMI_TIMEOUT_MIN_MS = 500,
    HAL_IPMI_TIMEOUT_MAX_MS = 600000,
    HAL_IPMI_NAME_MAX = 32, /* bytes of a sensor's name, with its end */
    HAL_PROBE_SENSORS_MAX = 128,
};

enum hal_ipmi_driver {
    HAL_IPMI_OPENIPMI,
    HAL_IPMI_LAN,
};

/* The level a session asks for, in IPMI's own numbers. Fan commands need the administrator. */
enum hal_ipmi_privilege {
    HAL_IPMI_USER = 2,
    HAL_IPMI_OPERATOR = 3,
    HAL_IPMI_ADMIN = 4,
};

/* Everything is copied; the caller may wipe its own password after hal_ipmi_create(). The copy is
 * wiped by destroy(). */
struct hal_ipmi_cfg {
    enum hal_ipmi_driver driver;
    /* openipmi */
    const char *device; /* NULL: /dev/ipmi0 */
    /* lan */
    const char *host; /* "name", "name:port", "1.2.3.4:623", "[::1]:623"; port 623 if not given */
    const char *username;  /* NULL or "": the nameless user */
    const char *password;  /* NULL or "": none */
    uint32_t cipher_suite; /* one that hal_ipmi_cipher_is_known(); iDRACs take 3 and 17 */
    enum hal_ipmi_privilege privilege;
    uint32_t workarounds;        /* flags of hal_ipmi_workaround_parse(), or-ed */
    uint32_t session_timeout_ms; /* HAL_IPMI_TIMEOUT_MIN_MS..HAL_IPMI_TIMEOUT_MAX_MS */
    /* both */
    const char *sdr_cache_path; /* a file of this BMC alone, made with mode 0600, replaced as a
                                 * whole; NULL: sensor records are kept in memory only. A file that
                                 * can not be written is no error. */
};

/* A handle for one BMC, closed. Touches no network and no device. The sensors are copied; n may be
 * 0 (a hand-back or a probe needs none). destroy() of the handle ends it.
 *
 * FC_ERR_CONFIG: a field of cfg or sensors is out of the range given above, or n is over
 * HAL_CHANNELS_MAX. FC_ERR_MEMORY. FC_ERR_UNSUPPORTED: built without FreeIPMI.
 *
 * What open() of the handle returns, beside FC_OK: FC_ERR_TIMEOUT no answer; FC_ERR_HOST;
 * FC_ERR_USER; FC_ERR_PASSWORD; FC_ERR_PRIVILEGE the user may not have the level asked for;
 * FC_ERR_CIPHER; FC_ERR_SESSIONS; FC_ERR_NO_DEVICE and FC_ERR_ACCESS (openipmi);
 * FC_ERR_UNSUPPORTED no IPMI 2.0 at this address; FC_ERR_BUSY, FC_ERR_REPLY, FC_ERR_MEMORY,
 * FC_ERR_SYSTEM. After any of them the handle is closed.
 *
 * read(): FC_ERR_NO_READING also for a reply that is too short or out of range. FC_ERR_NO_SENSOR
 * and FC_ERR_AMBIGUOUS name the candidates. FC_ERR_RANGE: no such channel. */
FC_MUST_CHECK enum fc_err hal_ipmi_create(const struct hal_ipmi_cfg *cfg,
                                          const struct hal_sensor *sensors, unsigned n,
                                          struct hal *out);

/* One flag by FreeIPMI's own name (`opensesspriv`, see freeipmi(7)), ready to be or-ed.
 * FC_ERR_RANGE: not the name of one that the lan driver takes. */
FC_MUST_CHECK enum fc_err hal_ipmi_workaround_parse(const char *name, uint32_t *flag);

/* The k-th name that hal_ipmi_workaround_parse() takes, NULL past the last. */
const char *hal_ipmi_workaround_name(unsigned k);

/* `user`, `operator`, `admin` or `administrator`; FC_ERR_RANGE for anything else. */
FC_MUST_CHECK enum fc_err hal_ipmi_privilege_parse(const char *name, enum hal_ipmi_privilege *out);
const char *hal_ipmi_privilege_str(enum hal_ipmi_privilege privilege);

/* Is this a cipher suite number that the lan driver can speak? */
bool hal_ipmi_cipher_is_known(uint32_t cipher_suite);

/* What a BMC says of a command, judged by completion code alone. */
enum hal_probe_answer {
    HAL_PROBE_YES,     /* it is there and may be used */
    HAL_PROBE_NO,      /* there is no such command */
    HAL_PROBE_LOCKED,  /* it is there, but not for this user or not with this firmware */
    HAL_PROBE_UNKNOWN, /* the answer says neither; see the completion code */
};

struct hal_probe_command {
    enum hal_probe_answer answer;
    uint8_t completion; /* the completion code of the reply */
};

struct hal_probe_sensor {
    enum hal_quantity quantity;
    uint8_t number;
    uint8_t entity;
    uint8_t instance;
    char name[HAL_IPMI_NAME_MAX]; /* printable ASCII */
    enum fc_err reading;          /* FC_OK, or why there is no value */
    int32_t value;                /* in the quantity's unit */
};

/* What one BMC is and can do. */
struct hal_probe {
    uint8_t firmware_major;
    uint8_t firmware_minor;  /* decimal: 2.86 is major 2, minor 86 */
    uint8_t firmware_aux[4]; /* zeros where the BMC does not say */
    uint32_t manufacturer;   /* IANA enterprise number; 674 is Dell */
    uint16_t product;
    unsigned n_sensors; /* those of a quantity that fancurve can use */
    struct hal_probe_sensor sensor[HAL_PROBE_SENSORS_MAX];
    struct hal_probe_command fan;  /* Dell's fan command */
    struct hal_probe_command pcie; /* Dell's third-party PCIe cooling response */
    bool has_pcie_response;        /* pcie answered, and the next field holds */
    bool is_pcie_response_enabled;
};

/* Ask a BMC what it can do, over a handle of hal_ipmi_create(); opens the session if it is closed,
 * and leaves it open. Never takes the fans and changes nothing: every request only reads, or is
 * the fan command without the data that would make it act.
 *
 * Errors of open() except those about sensors; FC_ERR_CONFIG: not a handle of this driver. *out is
 * written only on FC_OK. Blocks for the time of open() and one time-out a sensor and command. */
FC_MUST_CHECK enum fc_err hal_ipmi_probe(struct hal *h, struct hal_probe *out);

#endif
