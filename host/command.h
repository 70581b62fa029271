/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The subcommands: one file each (host/cmd_NAME.c), one table in host/main.c.
 */
#ifndef FC_HOST_COMMAND_H
#define FC_HOST_COMMAND_H

#include "host/config.h"

#define COMMAND_CONFIG_DEFAULT "/etc/fancurve/fancurve.yaml"

enum command_exit {
    EXIT_OK = 0,
    EXIT_FAILED = 1, /* the work was tried and did not succeed */
    EXIT_USAGE = 2,  /* wrong arguments, configuration or input file: nothing was tried */
};

struct command {
    const char *name;
    const char *summary; /* one line for `fancurve help` */
    const char *help;    /* what `fancurve NAME --help` prints */
    int (*run)(const struct command *self, int argc, char **argv); /* argv[0] is the name */
};

extern const struct command command_run;
extern const struct command command_check;
extern const struct command command_probe;
extern const struct command command_release;
extern const struct command command_replay;

/* Print help to stdout and give EXIT_OK, or a fault and where to find help to stderr and give
 * EXIT_USAGE. */
int command_help(const struct command *self);
__attribute__((format(printf, 2, 3))) int command_usage_fault(const struct command *self,
                                                              const char *format, ...);

/* Take `-c FILE`, `--config FILE`, and `--help` from argv; nothing else is legal. Returns 0 when
 * the command should go on, with *path set; else what to exit with, in *exit_code. */
int command_parse_config_only(const struct command *self, int argc, char **argv, const char **path,
                              int *exit_code);

/* Load the configuration with this process's environment, faults on stderr. NULL: give EXIT_USAGE.
 * The caller ends it with config_free(). */
struct config *command_load_config(const char *path);

#endif
