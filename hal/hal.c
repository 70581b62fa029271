/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hal/hal.h"

/* One row an error, at the index of its number. */
static const char *const advice[] = {
    [-FC_OK] = "",
    [-FC_ERR_RANGE] = "a value is outside of what this machine takes; look at the configuration",
    [-FC_ERR_CONFIG] = "run `fancurve check` on the configuration",
    [-FC_ERR_NO_READING] = "the sensor is off or its socket is empty: remove it from the "
                           "configuration, or set `required: once_seen`",
    [-FC_ERR_TIMEOUT] =
        "look whether the BMC answers ping; over the network also whether IPMI over LAN is enabled "
        "and UDP port 623 is let through; through /dev/ipmi0 restart the BMC",
    [-FC_ERR_CLOSED] = "the link is opened again by itself; if it keeps closing, make "
                       "session_timeout_s longer than period_s",
    [-FC_ERR_NO_DEVICE] = "load the kernel's driver: modprobe ipmi_devintf ipmi_si; in a container "
                          "pass /dev/ipmi0 in; without a local BMC use `driver: lan`",
    [-FC_ERR_ACCESS] = "run as root, or as a user that may open the device or file",
    [-FC_ERR_HOST] = "correct the host name, or give the BMC's address",
    [-FC_ERR_PASSWORD] = "correct the password of the BMC's user; where it is right, try the "
                         "workaround `opensesspriv`",
    [-FC_ERR_USER] = "create the user in the BMC, and enable it for IPMI over LAN",
    [-FC_ERR_PRIVILEGE] =
        "the BMC's user must be an administrator, on the LAN channel too; if it is "
        "one, this firmware locks fan commands",
    [-FC_ERR_CIPHER] = "set cipher_suite to one that the BMC allows, 3 or 17",
    [-FC_ERR_SESSIONS] = "wait a minute for lost sessions to age out, close others, or restart the "
                         "BMC (racadm racreset)",
    [-FC_ERR_UNSUPPORTED] = "this firmware has no such command: blades, iDRAC 9 from 3.34.34.34 "
                            "and iDRAC 10 took the fan commands out",
    [-FC_ERR_BUSY] = "the BMC is busy, as after its start or in an update; it is asked again",
    [-FC_ERR_REFUSED] = "the BMC knows the command but not these values; run `fancurve probe`",
    [-FC_ERR_REPLY] = "the reply made no sense: look for a second program that uses this BMC, and "
                      "for a firmware update",
    [-FC_ERR_NO_SENSOR] = "list the machine's sensors with `fancurve probe` and name one of them",
    [-FC_ERR_AMBIGUOUS] = "name the sensor by its number, from `fancurve probe`",
    [-FC_ERR_MEMORY] = "free memory on this machine",
    [-FC_ERR_SYSTEM] = "look at the network and the kernel's log of this machine",
};

bool hal_is_refusal(enum fc_err err)
{
    return err == FC_ERR_PRIVILEGE || err == FC_ERR_UNSUPPORTED || err == FC_ERR_BUSY ||
           err == FC_ERR_REFUSED;
}

bool hal_is_bus_error(enum fc_err err)
{
    switch (err) {
    case FC_OK:
    case FC_ERR_NO_READING:
    case FC_ERR_PRIVILEGE:
    case FC_ERR_UNSUPPORTED:
    case FC_ERR_BUSY:
    case FC_ERR_REFUSED:
    case FC_ERR_REPLY:
    case FC_ERR_NO_SENSOR:
    case FC_ERR_AMBIGUOUS:
        return false;
    case FC_ERR_RANGE:
    case FC_ERR_CONFIG:
    case FC_ERR_TIMEOUT:
    case FC_ERR_CLOSED:
    case FC_ERR_NO_DEVICE:
    case FC_ERR_ACCESS:
    case FC_ERR_HOST:
    case FC_ERR_PASSWORD:
    case FC_ERR_USER:
    case FC_ERR_CIPHER:
    case FC_ERR_SESSIONS:
    case FC_ERR_MEMORY:
    case FC_ERR_SYSTEM:
        return true;
    }
    return true;
}

const char *hal_advice(enum fc_err err)
{
    int k = -(int)err;
    if (k < 0 || k >= (int)(sizeof advice / sizeof advice[0]) || advice[k] == NULL)
        return "report this error: it has no number";
    return advice[k];
}
