/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fancurve: the list of subcommands.
 */
#include <stdio.h>
#include <string.h>

#include "host/command.h"

static const struct command *const commands[] = {
    &command_run, &command_check, &command_probe, &command_release, &command_replay,
};

static void print_help(FILE *out)
{
    fputs("fancurve keeps a server cool and as quiet as the moment allows.\n\n"
          "usage: fancurve COMMAND [OPTION...]\n\ncommands:\n",
          out);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        fprintf(out, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n'fancurve COMMAND --help' tells more. 'fancurve --version' prints the version.\n"
          "Exit codes: 0 done, 1 tried and failed, 2 wrong arguments, configuration or input.\n",
          out);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
        puts("fancurve " FC_VERSION);
        return EXIT_OK;
    }
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(argv[1], commands[i]->name) == 0)
            return commands[i]->run(commands[i], argc - 1, argv + 1);
    }
    fprintf(stderr, "fancurve: '%s' is not a command\n\n", argv[1]);
    print_help(stderr);
    return EXIT_USAGE;
}
