/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The configuration: one YAML file, checked whole by the schema tables in config_schema*.c, with
 * the environment of the replaced shell script on top.
 *
 * config_load() either gives a complete and checked configuration or says every fault it found as
 * FILE:LINE: KEY: what is legal. It opens no other file: a secret is read when a link is made
 * (config_read_secret()), so that `check` and `replay` work anywhere.
 */
#ifndef FC_HOST_CONFIG_H
#define FC_HOST_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/config.h"
#include "hal/hal.h"

enum {
    CONFIG_NAME_MAX = 32, /* bytes of a name (server, source, profile), with its end */
    CONFIG_SERVERS_MAX = 256,
    CONFIG_OPEN_STATES_MAX = 16,
    CONFIG_SECRET_MAX = 256, /* bytes of a secret, with its end */
};

enum config_driver { CONFIG_DRIVER_SIM, CONFIG_DRIVER_OPENIPMI, CONFIG_DRIVER_LAN };

/* How one machine is reached. Strings are owned by the configuration; NULL: not given. */
struct config_bmc {
    enum config_driver driver;
    /* lan */
    char *host; /* "name:port", "1.2.3.4", "[::1]:623" */
    char *username;
    char *password_file; /* absolute, or relative to the working directory: ready for open() */
    uint32_t cipher_suite;
    uint32_t privilege;   /* enum hal_ipmi_privilege */
    uint32_t workarounds; /* FreeIPMI's outofband 2.0 flags, or-ed */
    uint32_t session_timeout_ms;
    /* openipmi */
    char *device; /* /dev/ipmi0 */
    /* sim */
    uint64_t seed;
    uint32_t load;  /* enum sim_load */
    uint32_t inlet; /* enum sim_inlet */
    uint32_t speed; /* virtual seconds a second, 1..1000 */
};

struct config_source {
    char *name;
    uint32_t n_sensors;
    struct hal_sensor sensor[FC_SENSORS_MAX];
};

struct config_server {
    char *name;
    uint32_t period_ms;
    struct config_bmc bmc;
    uint32_t n_sources;
    struct config_source source[FC_SOURCES_MAX];
    uint32_t n_fans; /* read-outs beside the sources; each is optional */
    struct hal_sensor fan[FC_FANS_MAX];
    bool has_inlet, has_exhaust, has_power;
    struct hal_sensor inlet, exhaust, power;
    char *profile_name[FC_PROFILES_MAX];
    struct fc_config fan_cfg; /* accepted by fc_config_validate() */
    char *door_topic;         /* occupancy.mqtt_topic, NULL: none */
    uint32_t n_open_states;
    char *open_state[CONFIG_OPEN_STATES_MAX];
};

struct config_mqtt {
    bool is_present;
    char *host;
    uint32_t port;
    char *username;
    char *password_file;
    char *ca_file;
    char *discovery_prefix;
    char *base_topic;
};

struct config_origins; /* where each value came from; private to config*.c */

struct config {
    char *path; /* as given to config_load() */
    char *state_dir;
    char *http_listen; /* NULL: no listener */
    uint32_t stop_timeout_ms;
    struct config_mqtt mqtt;
    uint32_t n_servers; /* at least 1 */
    struct config_server *server;
    bool is_dry_run; /* DRY_RUN, RUN_ONCE: environment only; the command line comes on top */
    bool is_once;
    struct config_origins *origins;
};

/* Read the file at path and the environment env (NULL-terminated NAME=VALUE, or NULL for none).
 * Every fault is one line on errors, in the order of the file. FC_OK: *out is owned by the caller,
 * config_free() ends it. FC_ERR_CONFIG: a fault was printed. FC_ERR_MEMORY. Reads one file; may
 * block on it. */
FC_MUST_CHECK enum fc_err config_load(const char *path, char *const *env, FILE *errors,
                                      struct config **out);

void config_free(struct config *cfg); /* NULL is allowed */

/* The effective configuration as YAML that loads again, each value with the place it came from:
 * default, FILE:LINE, or the environment variable. No secret is opened or shown. */
void config_print(const struct config *cfg, FILE *out);

/* Where the value at path (`servers[0].bmc.password_file`) came from, as config_print() says it:
 * "default", FILE:LINE, or "environment NAME"; "not given" for one that is not there. */
void config_where(const struct config *cfg, const char *path, char *out, size_t size);

/* Every key with type, unit, range, default and help, as the table in docs/names.md. */
void config_print_reference(FILE *out);

/* The first line of a secret file, without its end, into secret. FC_ERR_ACCESS: others may read
 * it, or it can not be opened; FC_ERR_RANGE: empty or too long. why gets one line for people that
 * names the file and what to do, never the secret. Blocks on one file. */
FC_MUST_CHECK enum fc_err config_read_secret(const char *path, char secret[CONFIG_SECRET_MAX],
                                             char why[HAL_TEXT_MAX]);

#endif
