/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/command.h"

#include <getopt.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
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

int command_next_option(const struct command *self, int argc, char **argv, const char *letters,
                        const struct option *known, const char **path, int *exit_code)
{
    *exit_code = EXIT_USAGE;
    for (;;) {
        int option = getopt_long(argc, argv, letters, known, NULL);

        switch (option) {
        case -1:
            if (optind == argc)
                return -1;
            *exit_code = command_usage_fault(self, "'%s' was not expected", argv[optind]);
            return 0;
        case 'c':
            *path = optarg;
            break;
        case 'h':
            *exit_code = command_help(self);
            return 0;
        case '?':
            *exit_code = command_usage_fault(self, "see above");
            return 0;
        default:
            return option;
        }
    }
}

int command_parse_config_only(const struct command *self, int argc, char **argv, const char **path,
                              int *exit_code)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'}, {0}};

    *path = COMMAND_CONFIG_DEFAULT;
    return command_next_option(self, argc, argv, "c:h", known, path, exit_code) == 0;
}

struct config *command_load_config(const char *path)
{
    struct config *cfg = NULL;

    if (config_load(path, environ, stderr, &cfg) != FC_OK)
        return NULL;
    return cfg;
}

/* ---- every server ---- */

struct errand {
    const struct config *cfg;
    const struct config_server *server;
    command_server_work *work;
    bool is_done;
    pthread_t thread;
    bool has_thread;
};

static void *run_errand(void *ctx)
{
    struct errand *errand = ctx;

    errand->is_done = errand->work(errand->cfg, errand->server);
    return NULL;
}

static bool run_errands(struct errand *errand, uint32_t n, bool is_at_once)
{
    bool are_done = true;

    for (uint32_t i = 0; i < n; i++) {
        errand[i].has_thread =
            is_at_once && pthread_create(&errand[i].thread, NULL, run_errand, &errand[i]) == 0;
        if (!errand[i].has_thread)
            run_errand(&errand[i]);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (errand[i].has_thread)
            pthread_join(errand[i].thread, NULL);
        are_done = are_done && errand[i].is_done;
    }
    return are_done;
}

bool command_each_server(const struct config *cfg, command_server_work *work, bool is_at_once)
{
    struct errand *errand = calloc(cfg->n_servers, sizeof(*errand));
    bool are_done;

    if (errand == NULL)
        return false;
    for (uint32_t i = 0; i < cfg->n_servers; i++) {
        errand[i].cfg = cfg;
        errand[i].server = &cfg->server[i];
        errand[i].work = work;
    }
    are_done = run_errands(errand, cfg->n_servers, is_at_once);
    free(errand);
    return are_done;
}
