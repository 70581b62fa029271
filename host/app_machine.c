/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app_machine.h"

#include <stdio.h>
#include <string.h>

#include "hal/ipmi.h"
#include "sim/board.h"
#include "sim/profile.h"

/* The configuration knows the words of these two lists, and only this file knows the simulator. */
_Static_assert(SIM_LOAD_IDLE == 0 && SIM_LOAD_STEADY == 1 && SIM_LOAD_BURSTY == 2 &&
                   SIM_LOAD_SQUARE == 3 && SIM_LOAD_HEAVY == 4,
               "bmc.load of the schema lists the loads in this order");
_Static_assert(SIM_INLET_WINTER == 0 && SIM_INLET_SPRING == 1 && SIM_INLET_SUMMER == 2,
               "bmc.inlet of the schema lists the inlets in this order");

static enum fc_err create_sim(const struct config_server *server, const struct channels *channels,
                              struct clock *clock, struct hal *out)
{
    struct sim_board_cfg board = {
        .seed = server->bmc.seed,
        .load = (enum sim_load)server->bmc.load,
        .inlet = (enum sim_inlet)server->bmc.inlet,
        .now_ms = clock_own_now_ms,
        .clock_ctx = clock,
    };

    return sim_board_create(&board, channels->sensor, channels->n, out);
}

static enum fc_err create_ipmi(const struct config *cfg, const struct config_server *server,
                               const struct channels *channels, struct hal *out,
                               char why[HAL_TEXT_MAX])
{
    const struct config_bmc *bmc = &server->bmc;
    char cache[512];
    char secret[CONFIG_SECRET_MAX] = "";
    struct hal_ipmi_cfg ipmi = {
        .driver = bmc->driver == CONFIG_DRIVER_LAN ? HAL_IPMI_LAN : HAL_IPMI_OPENIPMI,
        .device = bmc->device,
        .host = bmc->host,
        .username = bmc->username,
        .password = secret,
        .cipher_suite = bmc->cipher_suite,
        .privilege = (enum hal_ipmi_privilege)bmc->privilege,
        .workarounds = bmc->workarounds,
        .session_timeout_ms = bmc->session_timeout_ms,
        .sdr_cache_path = cache,
    };
    enum fc_err err = FC_OK;

    snprintf(cache, sizeof(cache), "%s/sdr-%s.cache", cfg->state_dir, server->name);
    if (bmc->driver == CONFIG_DRIVER_LAN && bmc->password_file != NULL)
        err = config_read_secret(bmc->password_file, secret, why);
    if (err == FC_OK)
        err = hal_ipmi_create(&ipmi, channels->sensor, channels->n, out);
    explicit_bzero(secret, sizeof(secret));
    return err;
}

enum fc_err machine_create(const struct config *cfg, const struct config_server *server,
                           const struct channels *channels, struct clock *clock, struct hal *out,
                           char why[HAL_TEXT_MAX])
{
    enum fc_err err = FC_ERR_CONFIG;

    why[0] = '\0';
    switch (server->bmc.driver) {
    case CONFIG_DRIVER_SIM:
        err = create_sim(server, channels, clock, out);
        break;
    case CONFIG_DRIVER_OPENIPMI:
    case CONFIG_DRIVER_LAN:
        err = create_ipmi(cfg, server, channels, out, why);
        break;
    }
    if (err != FC_OK && why[0] == '\0')
        snprintf(why, HAL_TEXT_MAX, "%s", fc_err_str(err));
    return err;
}

void machine_key(const struct config_server *server, char *key, size_t size)
{
    const struct config_bmc *bmc = &server->bmc;

    key[0] = '\0';
    if (bmc->driver == CONFIG_DRIVER_LAN)
        snprintf(key, size, "lan-%s", bmc->host);
    else if (bmc->driver == CONFIG_DRIVER_OPENIPMI)
        snprintf(key, size, "openipmi-%s", bmc->device);
    for (char *p = key; *p != '\0'; p++) {
        if (*p == '/')
            *p = '_';
    }
}
