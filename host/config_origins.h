/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a loaded configuration keeps of how it was made; for config*.c alone.
 */
#ifndef FC_HOST_CONFIG_ORIGINS_H
#define FC_HOST_CONFIG_ORIGINS_H

#include "host/config_arena.h"
#include "host/config_value.h"

struct config_origins {
    struct config_arena *arena; /* owns the configuration as a whole, this struct too */
    struct config_value root;
};

#endif
