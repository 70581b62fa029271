/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host/command.h"
#include "host/file.h"
#include "host/replay.h"

struct arguments {
    const char *config;
    const char *in;
    const char *out;
};

/* 0: go on. Else the exit code is in *exit_code. */
static int parse(const struct command *self, int argc, char **argv, struct arguments *args,
                 int *exit_code)
{
    static const struct option known[] = {{"config", required_argument, NULL, 'c'},
                                          {"in", required_argument, NULL, 'i'},
                                          {"out", required_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    int option;

    while ((option = command_next_option(self, argc, argv, "c:i:o:h", known, &args->config,
                                         exit_code)) > 0) {
        if (option == 'i')
            args->in = optarg;
        if (option == 'o')
            args->out = optarg;
    }
    return option == 0;
}

/* Decide into memory first: a malformed trace must write nothing. */
static int replay_text(const struct config *cfg, const struct arguments *args, const char *text,
                       size_t size)
{
    struct replay_totals totals = {0};
    char *decisions = NULL;
    size_t decisions_size = 0;
    FILE *out = open_memstream(&decisions, &decisions_size);
    enum fc_err err;
    int exit_code = EXIT_FAILED;

    if (out == NULL) {
        fprintf(stderr, "fancurve replay: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    err = replay_run(&cfg->server[0], text, size, args->in, out, stderr, &totals);
    if (fclose(out) != 0 && err == FC_OK)
        err = FC_ERR_MEMORY;
    if (err == FC_ERR_CONFIG) {
        exit_code = EXIT_USAGE;
    } else if (err != FC_OK) {
        fprintf(stderr, "fancurve replay: %s\n", fc_err_str(err));
    } else if (file_replace(args->out, decisions, decisions_size) != FC_OK) {
        fprintf(stderr, "fancurve replay: %s: %s\n", args->out, strerror(errno));
    } else {
        fprintf(stderr, "replayed %" PRIu64 " ticks: %" PRIu64 " sets, %" PRIu64 " releases\n",
                totals.n_ticks, totals.n_sets, totals.n_releases);
        exit_code = EXIT_OK;
    }
    free(decisions);
    return exit_code;
}

static int run(const struct command *self, int argc, char **argv)
{
    struct arguments args = {.config = COMMAND_CONFIG_DEFAULT, .in = "-", .out = "-"};
    struct config *cfg;
    char *text;
    size_t size;
    int exit_code;

    if (parse(self, argc, argv, &args, &exit_code))
        return exit_code;
    cfg = command_load_config(args.config);
    if (cfg == NULL)
        return EXIT_USAGE;
    if (file_read(args.in, &text, &size) != FC_OK) {
        fprintf(stderr, "fancurve replay: %s: %s\n", args.in, strerror(errno));
        config_free(cfg);
        return EXIT_USAGE;
    }
    exit_code = replay_text(cfg, &args, text, size);
    free(text);
    config_free(cfg);
    return exit_code;
}

const struct command command_replay = {
    .name = "replay",
    .summary = "recorded history through a configuration, decision by decision",
    .help =
        "usage: fancurve replay [-c FILE] [--in TRACE.csv] [--out DECISIONS.csv]\n\n"
        "Run the ticks of a CSV trace through the same core that the daemon runs, for the first\n"
        "server of the configuration, and write one row of decisions a tick:\n"
        "t_ms,action,duty_pct,state,reason. Opens no secrets and needs no hardware.\n\n"
        "  -c, --config FILE   default " COMMAND_CONFIG_DEFAULT "\n"
        "  -i, --in FILE       the trace; default -: standard input\n"
        "  -o, --out FILE      the decisions; default -: standard output\n\n"
        "Columns, in any order: t_ms (required, whole milliseconds), SOURCE_c for each source of\n"
        "the configuration, read_ok, ha_ok, mode, manual_pct, door_open, door_age_s, lock,\n"
        "presence, setpoint_pct, setpoint_age_s, write_ok, stop. An empty cell and a missing\n"
        "column mean 'not given'. docs/replay.md tells what each one means.\n\n"
        "Exit codes: 0 done, 1 the decisions could not be written, 2 the configuration or the\n"
        "trace is malformed (FILE:LINE is printed, and nothing is written).\n",
    .run = run,
};
