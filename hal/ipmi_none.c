/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hal/ipmi.h"

/* The ipmi driver of a build without FreeIPMI. */
#if !FC_HAVE_IPMI
enum fc_err hal_ipmi_create(const struct hal_ipmi_cfg *cfg, const struct hal_sensor *sensors,
                            unsigned n, struct hal *out)
{
    (void)cfg;
    (void)sensors;
    (void)n;
    (void)out;
    return FC_ERR_UNSUPPORTED;
}

enum fc_err hal_ipmi_probe(struct hal *h, struct hal_probe *out)
{
    (void)h;
    (void)out;
    return FC_ERR_UNSUPPORTED;
}
#endif
