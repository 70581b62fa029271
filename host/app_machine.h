/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a server's configuration to a HAL handle on its machine.
 */
#ifndef FC_HOST_APP_MACHINE_H
#define FC_HOST_APP_MACHINE_H

#include "hal/hal.h"
#include "host/channels.h"
#include "host/clock.h"
#include "host/config.h"

/* A closed handle for the server's machine, with a channel for each of channels. Reads the secret
 * file that the configuration names, and touches no network and no device. clock is what a
 * simulated machine lives by; it must outlive the handle.
 *
 * Fails with a line for people in why: FC_ERR_ACCESS or FC_ERR_RANGE: the secret file;
 * FC_ERR_UNSUPPORTED: this program was built without the driver; FC_ERR_CONFIG; FC_ERR_MEMORY. */
FC_MUST_CHECK enum fc_err machine_create(const struct config *cfg,
                                         const struct config_server *server,
                                         const struct channels *channels, struct clock *clock,
                                         struct hal *out, char why[HAL_TEXT_MAX]);

/* How this machine is told from others in a file's name: driver and address, with nothing in it
 * that a path could not hold. Empty for a simulated machine, which nobody else can reach. */
void machine_key(const struct config_server *server, char *key, size_t size);

#endif
