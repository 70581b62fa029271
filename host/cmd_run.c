/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <getopt.h>

#include "host/app.h"
#include "host/command.h"
#include "host/log.h"

/* 0: go on. Else the exit code is in *exit_code. */
static int parse(const struct command *self, int argc, char **argv, struct app_options *options,
                 int *exit_code)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'}, {"dry-run", no_argument, NULL, 'n'},
        {"once", no_argument, NULL, '1'},         {"verbose", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},         {0}};
    int option;

    while ((option = command_next_option(self, argc, argv, "c:n1vh", known, &options->config_path,
                                         exit_code)) > 0) {
        options->is_dry_run = options->is_dry_run || option == 'n';
        options->is_once = options->is_once || option == '1';
        if (option == 'v')
            log_set_level(LOG_LEVEL_DEBUG);
    }
    return option == 0;
}

static int run(const struct command *self, int argc, char **argv)
{
    struct app_options options = {.config_path = COMMAND_CONFIG_DEFAULT};
    struct config *cfg;
    int exit_code;

    if (parse(self, argc, argv, &options, &exit_code))
        return exit_code;
    cfg = command_load_config(options.config_path);
    if (cfg == NULL)
        return EXIT_USAGE;
    options.is_dry_run = options.is_dry_run || cfg->is_dry_run;
    options.is_once = options.is_once || cfg->is_once;
    return app_run(cfg, &options);
}

const struct command command_run = {
    .name = "run",
    .summary = "the daemon, in the foreground (systemd, container, terminal)",
    .help =
        "usage: fancurve run [-c FILE] [--dry-run] [--once] [--verbose]\n\n"
        "Hold every server's temperatures by commanding its fans, and give the fans back to the\n"
        "firmware whenever it is not sure. Logs to standard error, one line an event.\n\n"
        "  -c, --config FILE   default " COMMAND_CONFIG_DEFAULT "\n"
        "  -n, --dry-run       decide and log, but write nothing to the BMC\n"
        "  -1, --once          one tick, then hand the fans back and end\n"
        "  -v, --verbose       log every tick, not only changes\n\n"
        "SIGTERM and SIGINT hand the fans back before the end. SIGHUP reads the configuration\n"
        "again; a bad one is refused and the old one stays in force.\n\n"
        "Exit codes: 0 ended with the fans in the firmware's hands, 1 the BMC did not accept the\n"
        "hand-back within stop_timeout_s or the daemon could not start, 2 arguments or\n"
        "configuration are wrong.\n",
    .run = run,
};
