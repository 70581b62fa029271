/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "hal/ipmi.h"
#include "hal/ipmi_link.h"

#if FC_HAVE_IPMI
#include <freeipmi/freeipmi.h>
_Static_assert(IPMI_WORKAROUND_FLAGS_OUTOFBAND_2_0_AUTHENTICATION_CAPABILITIES == 0x01, "value");
_Static_assert(IPMI_WORKAROUND_FLAGS_OUTOFBAND_2_0_INTEL_2_0_SESSION == 0x02, "value");
_Static_assert(IPMI_WORKAROUND_FLAGS_OUTOFBAND_2_0_SUPERMICRO_2_0_SESSION == 0x04, "value");
_Static_assert(IPMI_WORKAROUND_FLAGS_OUTOFBAND_2_0_SUN_2_0_SESSION == 0x08, "value");
_Static_assert(IPMI_WORKAROUND_FLAGS_OUTOFBAND_2_0_OPEN_SESSION_PRIVILEGE == 0x10, "value");
_Static_assert(IPMI_WORKAROUND_FLAGS_OUTOFBAND_2_0_NON_EMPTY_INTEGRITY_CHECK_VALUE == 0x20,
               "value");
_Static_assert(IPMI_WORKAROUND_FLAGS_OUTOFBAND_2_0_NO_CHECKSUM_CHECK == 0x40, "value");
#endif

/* The names are those of freeipmi(7), section WORKAROUNDS; the numbers those of ipmi-api.h, so that
 * a configuration is checked alike without the library. */
static const struct {
    const char *name;
    uint32_t flag;
} workarounds[] = {
    {"authcap", 0x01},         {"intel20", 0x02},
    {"supermicro20", 0x04},    {"sun20", 0x08},
    {"opensesspriv", 0x10},    {"integritycheckvalue", 0x20},
    {"nochecksumcheck", 0x40}, {"ignorescanningdisabled", HAL_LINK_IGNORE_SCANNING},
};

static const struct {
    const char *name;
    enum hal_ipmi_privilege privilege;
} privileges[] = {
    {"user", HAL_IPMI_USER},
    {"operator", HAL_IPMI_OPERATOR},
    {"admin", HAL_IPMI_ADMIN},
    {"administrator", HAL_IPMI_ADMIN},
};

enum {
    N_WORKAROUNDS = sizeof workarounds / sizeof workarounds[0],
    N_PRIVILEGES = sizeof privileges / sizeof privileges[0],
};

enum fc_err hal_ipmi_workaround_parse(const char *name, uint32_t *flag)
{
    for (unsigned i = 0; i < N_WORKAROUNDS; i++) {
        if (strcmp(name, workarounds[i].name) == 0) {
            *flag = workarounds[i].flag;
            return FC_OK;
        }
    }
    return FC_ERR_RANGE;
}

const char *hal_ipmi_workaround_name(unsigned k)
{
    return k < N_WORKAROUNDS ? workarounds[k].name : NULL;
}

enum fc_err hal_ipmi_privilege_parse(const char *name, enum hal_ipmi_privilege *out)
{
    for (unsigned i = 0; i < N_PRIVILEGES; i++) {
        if (strcmp(name, privileges[i].name) == 0) {
            *out = privileges[i].privilege;
            return FC_OK;
        }
    }
    return FC_ERR_RANGE;
}

const char *hal_ipmi_privilege_str(enum hal_ipmi_privilege privilege)
{
    switch (privilege) {
    case HAL_IPMI_USER:
        return "user";
    case HAL_IPMI_OPERATOR:
        return "operator";
    case HAL_IPMI_ADMIN:
        return "admin";
    }
    return "unknown";
}

/* IPMI 2.0, table 22-20, without the suites that encrypt by xRC4, which FreeIPMI does not speak. */
bool hal_ipmi_cipher_is_known(uint32_t cipher_suite)
{
    static const uint8_t known[] = {0, 1, 2, 3, 6, 7, 8, 11, 12, 15, 16, 17};
    for (size_t i = 0; i < sizeof known; i++) {
        if (known[i] == cipher_suite)
            return true;
    }
    return false;
}
