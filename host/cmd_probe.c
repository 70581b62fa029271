/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "hal/ipmi.h"
#include "host/app_machine.h"
#include "host/command.h"

static const char *answer_str(enum hal_probe_answer answer)
{
    switch (answer) {
    case HAL_PROBE_YES:
        return "yes";
    case HAL_PROBE_NO:
        return "no such command";
    case HAL_PROBE_LOCKED:
        return "there, but locked or not for this user";
    case HAL_PROBE_UNKNOWN:
        return "unclear";
    }
    return "unclear";
}

static void print_value(const struct hal_probe_sensor *sensor)
{
    if (sensor->reading != FC_OK) {
        printf("%s\n", fc_err_str(sensor->reading));
        return;
    }
    switch (sensor->quantity) {
    case HAL_TEMP_MC:
        printf("%.1f C\n", sensor->value / 1000.0);
        return;
    case HAL_FAN_RPM:
        printf("%" PRId32 " RPM\n", sensor->value);
        return;
    case HAL_POWER_MW:
        printf("%.0f W\n", sensor->value / 1000.0);
        return;
    }
}

static void print_command(const char *what, const struct hal_probe_command *command)
{
    enum fc_err err = FC_OK;

    if (command->answer == HAL_PROBE_NO)
        err = FC_ERR_UNSUPPORTED;
    else if (command->answer == HAL_PROBE_LOCKED)
        err = FC_ERR_PRIVILEGE;
    printf("  %-34s %s (completion code %02x)%s%s\n", what, answer_str(command->answer),
           command->completion, err == FC_OK ? "" : "\n    ", hal_advice(err));
}

static void print_probe(const struct config_server *server, const struct hal_probe *probe)
{
    printf("%s: BMC firmware %u.%02u, manufacturer %" PRIu32 "%s, product %u\n", server->name,
           probe->firmware_major, probe->firmware_minor, probe->manufacturer,
           probe->manufacturer == 674 ? " (Dell)" : "", probe->product);
    printf("commands:\n");
    print_command("fan mode and duty (0x30 0x30)", &probe->fan);
    print_command("PCIe cooling response (0x30 0xce)", &probe->pcie);
    if (probe->has_pcie_response)
        printf("  third-party PCIe cooling response is %s\n",
               probe->is_pcie_response_enabled ? "enabled" : "disabled");
    printf("sensors:\n  %-14s %-14s %-18s %s\n", "ipmi_number", "ipmi_entity", "name", "reading");
    for (unsigned k = 0; k < probe->n_sensors; k++) {
        const struct hal_probe_sensor *sensor = &probe->sensor[k];

        printf("  0x%02x           %3u.%-10u %-18s ", sensor->number, sensor->entity,
               sensor->instance, sensor->name);
        print_value(sensor);
    }
}

static bool probe_one(const struct config *cfg, const struct config_server *server)
{
    const struct channels none = {.n = 0};
    struct clock clock = clock_make(1);
    struct hal_probe probe;
    struct hal hal;
    char why[HAL_TEXT_MAX];
    enum fc_err err;

    if (server->bmc.driver == CONFIG_DRIVER_SIM) {
        printf("%s: a simulated R730; every command is there\n", server->name);
        return true;
    }
    if (machine_create(cfg, server, &none, &clock, &hal, why) != FC_OK) {
        fprintf(stderr, "%s: %s\n", server->name, why);
        return false;
    }
    fprintf(stderr, "%s: asking the BMC; its sensor records alone can take 15 s...\n",
            server->name);
    err = hal_ipmi_probe(&hal, &probe);
    if (err == FC_OK)
        print_probe(server, &probe);
    else
        fprintf(stderr, "%s: %s. %s %s\n", server->name, fc_err_str(err),
                hal.ops->last_text(hal.ctx), hal_advice(err));
    hal.ops->destroy(hal.ctx);
    return err == FC_OK;
}

static int run(const struct command *self, int argc, char **argv)
{
    const char *path;
    struct config *cfg;
    int exit_code;

    if (command_parse_config_only(self, argc, argv, &path, &exit_code))
        return exit_code;
    cfg = command_load_config(path);
    if (cfg == NULL)
        return EXIT_USAGE;
    exit_code = command_each_server(cfg, probe_one, false) ? EXIT_OK : EXIT_FAILED;
    config_free(cfg);
    return exit_code;
}

const struct command command_probe = {
    .name = "probe",
    .summary = "what this BMC can do: sensors, fan commands, firmware",
    .help =
        "usage: fancurve probe [-c FILE]\n\n"
        "Ask every server's BMC for its firmware, its sensors with their present readings, and\n"
        "which fan commands it has, judged by completion codes. Never takes the fans and\n"
        "changes nothing.\n\n"
        "  -c, --config FILE   default " COMMAND_CONFIG_DEFAULT "\n\n"
        "Exit codes: 0 every BMC answered, 1 one did not, 2 arguments or configuration are\n"
        "wrong.\n",
    .run = run,
};
