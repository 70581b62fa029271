/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a legal file becomes. Run from the source's top folder.
 */
#include "tests/unit/host/config_helper.h"

#include "hal/ipmi.h"

#define CONTRACT "tests/data/contract/fancurve.yaml"

static void assert_file_in(const char *path, const char *folder, const char *name)
{
    char here[512];
    char want[1024];

    assert_non_null(getcwd(here, sizeof(here)));
    snprintf(want, sizeof(want), "%s/%s/%s", here, folder, name);
    assert_string_equal(path, want);
}

static void assert_curve(const struct fc_profile *profile, int32_t low_mc, int32_t low_pct)
{
    const struct fc_group *group = &profile->group[0];

    assert_int_equal(profile->n_groups, 1);
    assert_int_equal(group->has_source[0], 1);
    assert_int_equal(group->has_source[1], 1);
    assert_int_equal(group->has_source[2], 0);
    assert_int_equal(group->curve.n_points, 2);
    assert_int_equal(group->curve.point[0].temp_mc, low_mc);
    assert_int_equal(group->curve.point[0].duty_pct, low_pct);
    assert_int_equal(group->curve.point[1].temp_mc, 83000);
    assert_int_equal(group->curve.point[1].duty_pct, 100);
}

/* The numbers that the contract shows, which are the defaults too. */
static void assert_contract_control(const struct config_server *server)
{
    const struct fc_config *fan = &server->fan_cfg;

    assert_int_equal(fan->n_profiles, 2);
    assert_string_equal(server->profile_name[0], "cool");
    assert_string_equal(server->profile_name[1], "quiet");
    assert_curve(&fan->profile[0], 50000, 30);
    assert_curve(&fan->profile[1], 68000, 20);
    assert_int_equal(fan->occupied_profile, 1);
    assert_int_equal(fan->empty_profile, 0);
    assert_int_equal(fan->law, FC_LAW_LINEAR);
    assert_int_equal(fan->ceiling_action, FC_CEILING_FIRMWARE);
    assert_int_equal(fan->ceiling_mc, 83000);
    assert_int_equal(fan->resume_below_mc, 75000);
    assert_int_equal(fan->resume_stable_ms, 120000);
    assert_int_equal(fan->max_read_failures, 3);
    assert_int_equal(fan->min_duty_pct, 10);
    assert_int_equal(fan->bias_pct, 0);
    assert_int_equal(fan->hysteresis_mc, 3000);
    assert_int_equal(fan->output_deadband_pct, 0);
    assert_int_equal(fan->min_step_pct, 3);
    assert_int_equal(fan->manual_revert_ms, 3600000);
    assert_int_equal(fan->setpoint_stale_ms, 1800000);
    assert_int_equal(fan->setpoint_grace_ms, 300000);
    assert_int_equal(fan->door_hold_ms, 900000);
    assert_int_equal(server->n_open_states, 3);
    assert_string_equal(server->open_state[0], "open");
    assert_string_equal(server->open_state[1], "on");
    assert_string_equal(server->open_state[2], "Отворена");
}

static void test_contract(void **state)
{
    struct config *cfg = load_ok(CONTRACT);
    const struct config_server *server = &cfg->server[0];

    (void)state;
    assert_string_equal(cfg->path, CONTRACT);
    assert_file_in(cfg->state_dir, "tests/data/contract", "state");
    assert_string_equal(cfg->http_listen, "127.0.0.1:9786");
    assert_int_equal(cfg->stop_timeout_ms, 20000);
    assert_true(cfg->mqtt.is_present);
    assert_string_equal(cfg->mqtt.host, "127.0.0.1");
    assert_int_equal(cfg->mqtt.port, 1883);
    assert_string_equal(cfg->mqtt.username, "fancurve");
    assert_file_in(cfg->mqtt.password_file, "tests/data/contract", "mqtt.pw");
    assert_null(cfg->mqtt.ca_file);
    assert_string_equal(cfg->mqtt.discovery_prefix, "homeassistant");
    assert_string_equal(cfg->mqtt.base_topic, "fancurve");
    assert_false(cfg->is_dry_run);
    assert_false(cfg->is_once);
    assert_int_equal(cfg->n_servers, 1);

    assert_string_equal(server->name, "r730");
    assert_int_equal(server->period_ms, 15000);
    assert_int_equal(server->bmc.driver, CONFIG_DRIVER_LAN);
    assert_string_equal(server->bmc.host, "127.0.0.1:9623");
    assert_string_equal(server->bmc.username, "root");
    assert_file_in(server->bmc.password_file, "tests/data/contract", "bmc.pw");
    assert_int_equal(server->bmc.cipher_suite, 3);
    assert_int_equal(server->bmc.privilege, HAL_IPMI_ADMIN);
    assert_int_equal(server->bmc.workarounds, 0x10);
    assert_int_equal(server->bmc.session_timeout_ms, 20000);
    assert_int_equal(server->n_sources, 2);
    assert_string_equal(server->source[1].name, "cpu2");
    assert_int_equal(server->source[0].n_sensors, 1);
    assert_int_equal(server->source[0].sensor[0].quantity, HAL_TEMP_MC);
    assert_int_equal(server->source[0].sensor[0].kind, HAL_IPMI_ENTITY);
    assert_int_equal(server->source[0].sensor[0].entity, 3);
    assert_int_equal(server->source[0].sensor[0].instance, 1);
    assert_int_equal(server->source[1].sensor[0].instance, 2);
    assert_int_equal(server->fan_cfg.n_sources, 2);
    assert_int_equal(server->fan_cfg.required[0], FC_REQUIRED_ALWAYS);
    assert_int_equal(server->fan_cfg.required[1], FC_REQUIRED_ONCE_SEEN);
    assert_contract_control(server);
    assert_string_equal(server->door_topic, "ha/sensor/garage_door/state");
    config_free(cfg);
}

/* Every way of leaving control, occupancy and profiles out gives what the contract shows. */
static void test_defaults(void **state)
{
    static const char *const texts[] = {BASE, BASE "    control:\n    occupancy:\n",
                                        BASE "    control: {}\n    occupancy: {hold_s: 900}\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct loaded loaded = load_text(texts[i], NULL);
        const struct config_server *server;

        assert_int_equal(loaded.err, FC_OK);
        server = &loaded.cfg->server[0];
        assert_contract_control(server);
        assert_null(server->door_topic);
        assert_null(loaded.cfg->http_listen);
        assert_false(loaded.cfg->mqtt.is_present);
        assert_string_equal(loaded.cfg->state_dir, "/var/lib/fancurve");
        assert_int_equal(server->bmc.seed, 1);
        assert_int_equal(server->bmc.load, 2);
        assert_int_equal(server->bmc.inlet, 1);
        assert_int_equal(server->bmc.speed, 1);
        assert_int_equal(server->n_fans, 0);
        assert_false(server->has_inlet || server->has_exhaust || server->has_power);
        unload(&loaded);
    }
}

static void test_lan_defaults(void **state)
{
    struct loaded loaded = load_text(HEAD LAN SOURCES, NULL);
    const struct config_bmc *bmc;

    (void)state;
    assert_int_equal(loaded.err, FC_OK);
    bmc = &loaded.cfg->server[0].bmc;
    assert_int_equal(bmc->cipher_suite, 3);
    assert_int_equal(bmc->privilege, HAL_IPMI_ADMIN);
    assert_int_equal(bmc->workarounds, 0);
    assert_int_equal(bmc->session_timeout_ms, 20000);
    assert_null(bmc->device);
    unload(&loaded);
    loaded = load_text(HEAD "    bmc: {driver: openipmi}\n" SOURCES, NULL);
    assert_int_equal(loaded.err, FC_OK);
    assert_string_equal(loaded.cfg->server[0].bmc.device, "/dev/ipmi0");
    assert_null(loaded.cfg->server[0].bmc.host);
    unload(&loaded);
}

static void assert_everything_top(const struct config *cfg)
{
    const struct config_bmc *bmc = &cfg->server[0].bmc;

    assert_file_in(cfg->state_dir, "tests/data/config", "var/state");
    assert_int_equal(cfg->stop_timeout_ms, 12500);
    assert_string_equal(cfg->mqtt.username, "quo\"te\\d");
    assert_string_equal(cfg->mqtt.password_file, "/run/credentials/mqtt");
    assert_file_in(cfg->mqtt.ca_file, "tests/data/config", "ca with # hash: and colon.crt");
    assert_int_equal(cfg->n_servers, 3);
    assert_file_in(bmc->password_file, "tests/data/config", "../secrets/bmc.pw");
    assert_int_equal(bmc->cipher_suite, 17);
    assert_int_equal(bmc->privilege, HAL_IPMI_OPERATOR);
    assert_int_equal(bmc->workarounds, 0x11);
    assert_int_equal(bmc->session_timeout_ms, 500);
    assert_int_equal(cfg->server[0].period_ms, 50);
    assert_string_equal(cfg->server[1].bmc.device, "/dev/ipmi1");
    assert_true(cfg->server[2].bmc.seed == INT64_MAX);
    assert_int_equal(cfg->server[2].bmc.load, 3);
    assert_int_equal(cfg->server[2].bmc.inlet, 2);
    assert_int_equal(cfg->server[2].bmc.speed, 1000);
    assert_int_equal(cfg->server[2].n_open_states, 0);
}

static void assert_everything_sensors(const struct config_server *server)
{
    assert_int_equal(server->n_sources, 3);
    assert_int_equal(server->source[0].n_sensors, 2);
    assert_int_equal(server->source[0].sensor[1].entity, 3);
    assert_int_equal(server->source[0].sensor[1].instance, 10);
    assert_string_equal(server->source[1].name, "null");
    assert_int_equal(server->source[1].sensor[1].kind, HAL_IPMI_NUMBER);
    assert_int_equal(server->source[1].sensor[1].number, 15);
    assert_int_equal(server->fan_cfg.required[0], FC_REQUIRED_NEVER);
    assert_int_equal(server->fan_cfg.required[1], FC_REQUIRED_ALWAYS);
    assert_int_equal(server->fan_cfg.required[2], FC_REQUIRED_ONCE_SEEN);
    assert_int_equal(server->n_fans, 3);
    assert_int_equal(server->fan[1].quantity, HAL_FAN_RPM);
    assert_int_equal(server->fan[1].number, 0x31);
    assert_int_equal(server->fan[2].kind, HAL_IPMI_ENTITY);
    assert_true(server->has_inlet && server->has_exhaust && server->has_power);
    assert_int_equal(server->inlet.quantity, HAL_TEMP_MC);
    assert_int_equal(server->exhaust.number, 1);
    assert_int_equal(server->power.quantity, HAL_POWER_MW);
    assert_int_equal(server->power.number, 0x77);
}

static void test_everything(void **state)
{
    struct config *cfg = load_ok("tests/data/config/everything.yaml");
    const struct config_server *server = &cfg->server[0];
    const struct fc_config *fan = &server->fan_cfg;

    (void)state;
    assert_everything_top(cfg);
    assert_everything_sensors(server);
    assert_string_equal(server->profile_name[0], "-");
    assert_int_equal(fan->occupied_profile, 1);
    assert_int_equal(fan->empty_profile, 0);
    assert_int_equal(fan->profile[0].n_groups, 2);
    assert_memory_equal(fan->profile[0].group[0].has_source, "\1\1\1\0\0\0\0\0", 8);
    assert_memory_equal(fan->profile[0].group[1].has_source, "\1\0\1\0\0\0\0\0", 8);
    assert_memory_equal(fan->profile[1].group[0].has_source, "\0\1\0\0\0\0\0\0", 8);
    assert_int_equal(fan->profile[0].group[0].curve.point[0].temp_mc, -50000);
    assert_int_equal(fan->profile[1].group[0].curve.point[0].temp_mc, 40125);
    assert_int_equal(fan->hysteresis_mc, 2500);
    assert_int_equal(fan->output_deadband_pct, 7);
    assert_int_equal(fan->bias_pct, -5);
    assert_int_equal(fan->min_duty_pct, 15);
    assert_int_equal(fan->ceiling_mc, 90500);
    assert_int_equal(fan->ceiling_action, FC_CEILING_FULL);
    assert_int_equal(fan->resume_below_mc, 90499);
    assert_int_equal(fan->resume_stable_ms, 0);
    assert_int_equal(fan->manual_revert_ms, 60);
    assert_int_equal(fan->setpoint_grace_ms, 250);
    assert_int_equal(fan->door_hold_ms, 1001);
    assert_int_equal(server->n_open_states, 5);
    assert_string_equal(server->open_state[1], "it's \"open\"");
    assert_string_equal(server->open_state[4], " blank ");
    config_free(cfg);
}

static void test_aliases(void **state)
{
    struct config *cfg = load_ok("tests/data/config/aliases.yaml");

    (void)state;
    assert_int_equal(cfg->server[1].fan_cfg.ceiling_mc, 80000);
    assert_string_equal(cfg->server[1].source[0].name, "cpu");
    config_free(cfg);
}

/* Forms that differ in nothing that matters. */
static void test_forms(void **state)
{
    static const char *const texts[] = {
        "\xef\xbb\xbf" BASE,             /* a byte order mark */
        "%YAML 1.1\n---\n" BASE "...\n", /* a directive and document marks */
        "{\"servers\": [{\"name\": \"a\", \"bmc\": {\"driver\": \"sim\"}, \"sources\": "
        "[{\"name\": \"cpu1\", \"ipmi_number\": 14}, {\"name\": \"cpu2\", \"ipmi_number\": "
        "[15]}]}]}",
        ("servers:\r\n- name: a\r\n  bmc: {driver: sim}\r\n  sources: [{name: c, ipmi_number: 1}, "
         "{name: d, ipmi_number: 2}]\r\n"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct loaded loaded = load_text(texts[i], NULL);

        if (loaded.err != FC_OK)
            print_error("%zu: %s\n", i, loaded.errors);
        assert_int_equal(loaded.err, FC_OK);
        assert_string_equal(loaded.cfg->server[0].name, "a");
        unload(&loaded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contract),     cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_lan_defaults), cmocka_unit_test(test_everything),
        cmocka_unit_test(test_aliases),      cmocka_unit_test(test_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
