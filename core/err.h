/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later
 *
 * The one list of errors: code, name and text cannot drift apart.
 *
 * Zero is success and failures are negative. A function that returns enum fc_err leaves its
 * outputs untouched unless it returns FC_OK, and its result must be looked at.
 */
#ifndef FC_ERR_H
#define FC_ERR_H

#define FC_ERR_LIST(X)                                                                             \
    X(FC_OK, 0, "ok")                                                                              \
    X(FC_ERR_RANGE, -1, "value out of range")                                                      \
    X(FC_ERR_CONFIG, -2, "configuration is not valid")                                             \
    X(FC_ERR_NO_READING, -3, "sensor has no reading")                                              \
    X(FC_ERR_TIMEOUT, -4, "device did not answer in time")                                         \
    X(FC_ERR_CLOSED, -5, "not connected")                                                          \
    X(FC_ERR_NO_DEVICE, -6, "no such device")                                                      \
    X(FC_ERR_ACCESS, -7, "permission denied")                                                      \
    X(FC_ERR_HOST, -8, "host name can not be resolved")                                            \
    X(FC_ERR_PASSWORD, -9, "wrong password")                                                       \
    X(FC_ERR_USER, -10, "unknown user")                                                            \
    X(FC_ERR_PRIVILEGE, -11, "privilege too low, or fan commands locked")                          \
    X(FC_ERR_CIPHER, -12, "cipher suite refused")                                                  \
    X(FC_ERR_SESSIONS, -13, "all sessions of the BMC are in use")                                  \
    X(FC_ERR_UNSUPPORTED, -14, "command not there")                                                \
    X(FC_ERR_BUSY, -15, "device is busy")                                                          \
    X(FC_ERR_REFUSED, -16, "command refused")                                                      \
    X(FC_ERR_REPLY, -17, "reply is malformed")                                                     \
    X(FC_ERR_NO_SENSOR, -18, "no such sensor")                                                     \
    X(FC_ERR_AMBIGUOUS, -19, "more than one sensor fits")                                          \
    X(FC_ERR_MEMORY, -20, "out of memory")                                                         \
    X(FC_ERR_SYSTEM, -21, "system call failed")

#define FC_ERR_ENUM(name, code, text) name = (code),
enum fc_err { FC_ERR_LIST(FC_ERR_ENUM) };
#undef FC_ERR_ENUM

#define FC_MUST_CHECK __attribute__((warn_unused_result))

/* A short text in lower case without a full stop. Static; never NULL. */
const char *fc_err_str(enum fc_err err);

#endif
