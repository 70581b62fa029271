/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/command.h"

#include <getopt.h>
#include <stdarg.h>
#include <unistd.h>

int command_help(const struct command *self)
{
    fputs(self->help, stdout);
    return EXIT_OK;
}

int command_usage_fault(const struct command *self, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "fancurve %s: ", self->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nTry 'fancurve %s --help'.\n", self->name);
    return EXIT_USAGE;
}

int command_parse_config_only(const struct command *self, int argc, char **argv, const char **path,
                              int *exit_code)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'}, {0}};
    int option;

    *path = COMMAND_CONFIG_DEFAULT;
    while ((option = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
        if (option == 'c') {
            *path = optarg;
            continue;
        }
        *exit_code = option == 'h' ? command_help(self) : command_usage_fault(self, "see above");
        return 1;
    }
    if (optind < argc) {
        *exit_code = command_usage_fault(self, "'%s' was not expected", argv[optind]);
        return 1;
    }
    return 0;
}

struct config *command_load_config(const char *path)
{
    struct config *cfg = NULL;

    if (config_load(path, environ, stderr, &cfg) != FC_OK)
        return NULL;
    return cfg;
}
