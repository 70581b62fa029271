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

struct option; /* of getopt.h */

/* The next option of argv, as getopt_long() gives it. `-c`, `--config` (to *path), `-h`, `--help`
 * and every fault are done here; letters and known must list them. -1: all of argv is read, and the
 * command may go on. 0: it may not, and *exit_code is what to give. */
int command_next_option(const struct command *self, int argc, char **argv, const char *letters,
                        const struct option *known, const char **path, int *exit_code);

/* Take `-c FILE`, `--config FILE`, and `--help` from argv; nothing else is legal. Returns 0 when
 * the command should go on, with *path set; else what to exit with, in *exit_code. */
int command_parse_config_only(const struct command *self, int argc, char **argv, const char **path,
                              int *exit_code);

/* Do one thing to every server of a configuration: in turn, or, where one server's trouble must not
 * be another's, at once, each in its own thread. True when all of them did it. */
typedef bool command_server_work(const struct config *cfg, const struct config_server *server);
bool command_each_server(const struct config *cfg, command_server_work *work, bool is_at_once);

/* Load the configuration with this process's environment, faults on stderr. NULL: give EXIT_USAGE.
 * The caller ends it with config_free(). */
struct config *command_load_config(const char *path);

#endif
