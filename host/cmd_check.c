/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/command.h"

static int run(const struct command *self, int argc, char **argv)
{
    const char *path;
    int exit_code;
    struct config *cfg;

    if (command_parse_config_only(self, argc, argv, &path, &exit_code))
        return exit_code;
    cfg = command_load_config(path);
    if (cfg == NULL)
        return EXIT_USAGE;
    config_print(cfg, stdout);
    config_free(cfg);
    return EXIT_OK;
}

const struct command command_check = {
    .name = "check",
    .summary = "validate a configuration and print what is in effect",
    .help = "usage: fancurve check [-c FILE]\n\n"
            "Read the configuration, say every fault as FILE:LINE: KEY: what is legal, or print\n"
            "the effective configuration with the place that each value came from. Opens no\n"
            "secrets and needs no hardware.\n\n"
            "  -c, --config FILE   default " COMMAND_CONFIG_DEFAULT "\n\n"
            "Exit codes: 0 valid, 2 not valid.\n",
    .run = run,
};
