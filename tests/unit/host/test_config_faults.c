/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every way in which a file can be wrong: each row is one fault, told once, with its line.
 */
#include "tests/unit/host/config_helper.h"

struct fault_case {
    const char *name;
    const char *text;
    const char *want; /* the beginning of the one line that is said */
};

static void check_cases(const struct fault_case *cases, size_t n)
{
    size_t n_wrong = 0;

    for (size_t i = 0; i < n; i++) {
        struct loaded loaded = load_text(cases[i].text, NULL);
        const char *want = cases[i].want;

        if (loaded.err != FC_ERR_CONFIG || strncmp(loaded.errors, want, strlen(want)) != 0 ||
            count_lines(loaded.errors) != 1) {
            print_error("%s: want \"%s...\", got %s:\n%s\n", cases[i].name, want,
                        fc_err_str(loaded.err), loaded.errors);
            n_wrong++;
        }
        unload(&loaded);
    }
    assert_int_equal(n_wrong, 0);
}

static void test_form(void **state)
{
    static const struct fault_case cases[] = {
        {"empty file", "", "c.yaml:1: the file is empty"},
        {"a comment alone", "# nothing\n", "c.yaml:1: the file is empty"},
        {"nothing but blanks", "  \n\n", "c.yaml:1: the file is empty"},
        {"a word", "servers\n", "c.yaml:1: not a section of keys"},
        {"a list", "- servers\n", "c.yaml:1: not a section of keys"},
        {"tab", "servers:\n\t- name: a\n",
         "c.yaml:2: not valid YAML in column 1: found character that cannot start any token, while "
         "scanning for the next token; indent with blanks, not with tabs"},
        {"open quote", BASE "    x: \"\n", "c.yaml:"},
        {"open bracket", BASE "    fans: [\n", "c.yaml:6: not valid YAML in column 1: "},
        {"control character", BASE "    x: \001\n", "c.yaml:5: not a text in UTF-8: control"},
        {"not UTF-8", BASE "# \xff\n", "c.yaml:5: not a text in UTF-8: invalid leading"},
        {"two documents", BASE "---\n" BASE, "c.yaml:5: a second document begins"},
        {"unknown alias", "servers: *a\n",
         "c.yaml:1: not valid YAML in column 10: found undefined"},
        {"its own child", "&a [*a]\n", "c.yaml:1: not a section of keys"},
        {"a key that is a list", "? [a]\n: b\n" BASE, "c.yaml:1: a key is a list; legal: a word"},
        {"a tag", "stop_timeout_s: !!int 3\n" BASE, "c.yaml:1: stop_timeout_s: has a tag"},
        {"a tag on a section", "servers: []\n", "c.yaml:1: servers: a list of 0; legal: 1 to 256"},
    };

    (void)state;
    check_cases(cases, COUNT(cases));
}

static void test_keys(void **state)
{
    static const struct fault_case cases[] = {
        {"unknown at the top", BASE "colour: blue\n",
         "c.yaml:5: colour: unknown key; legal: the keys state_dir, stop_timeout_s, http, mqtt, "
         "servers"},
        {"nearly right", BASE "    control: {hysteresis: 3}\n",
         "c.yaml:5: servers[0].control.hysteresis: unknown key, did you mean hysteresis_c?"},
        {"a key that could forge a line", BASE "\"a\\nb\": 1\n", "c.yaml:5: a\\x0ab: unknown key"},
        {"an endless key",
         BASE "? aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff\n: 1\n",
         "c.yaml:5: aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeee...: unknown key"},
        {"merge key", BASE "    control: {<<: {law: linear}}\n",
         "c.yaml:5: servers[0].control.<<: unknown key"},
        {"twice", BASE "    period_s: 1\n    period_s: 1\n",
         "c.yaml:6: servers[0].period_s: given twice, first in line 5"},
        {"no servers", "state_dir: x\n", "c.yaml:1: servers: required, but missing"},
        {"no name", "servers:\n  -\n" SIM SOURCES,
         "c.yaml:3: servers[0].name: required, but missing"},
        {"no bmc", HEAD SOURCES, "c.yaml:2: servers[0].bmc: required, but missing"},
        {"no driver", HEAD "    bmc: {}\n" SOURCES,
         "c.yaml:3: servers[0].bmc.driver: required, but missing; legal: one of sim, openipmi, "
         "lan"},
        {"no sources", HEAD SIM, "c.yaml:2: servers[0].sources: required, but missing"},
        {"reserved tree", BASE "ups: {}\n",
         "c.yaml:5: ups: reserved for a later version; leave it out"},
        {"reserved source", HEAD SIM "    sources: [{name: a, ipmi_number: 1, hwmon: coretemp}]\n",
         "c.yaml:4: servers[0].sources[0].hwmon: reserved for a later version"},
        {"of another driver", HEAD "    bmc:\n      driver: sim\n      host: h\n" SOURCES,
         "c.yaml:5: servers[0].bmc.host: does not belong to driver sim (line 4)"},
        {"of another driver, openipmi",
         HEAD "    bmc: {driver: openipmi, session_timeout_s: 20}\n" SOURCES,
         "c.yaml:3: servers[0].bmc.session_timeout_s: does not belong to driver openipmi"},
        {"missing for this driver", HEAD "    bmc: {driver: lan, host: h, username: u}\n" SOURCES,
         "c.yaml:3: servers[0].bmc.password_file: required, but missing"},
        {"unknown driver hides the rest", HEAD "    bmc: {driver: ipmi, host: h}\n" SOURCES,
         "c.yaml:3: servers[0].bmc.driver: \"ipmi\" is not known; legal: one of sim, openipmi, "
         "lan"},
        {"http without listen", BASE "http: {}\n", "c.yaml:5: http.listen: required, but missing"},
        {"mqtt without host", BASE "mqtt:\n  port: 1\n", "c.yaml:5: mqtt.host: required"},
        {"tls without ca", BASE "mqtt: {host: h, tls: {}}\n",
         "c.yaml:5: mqtt.tls.ca_file: required"},
    };

    (void)state;
    check_cases(cases, COUNT(cases));
}

static void test_numbers(void **state)
{
    static const struct fault_case cases[] = {
        {"letters behind", BASE "    control: {min_step_pct: 15abc}\n",
         "c.yaml:5: servers[0].control.min_step_pct: \"15abc\" is not a whole number; legal: a "
         "whole "
         "number from 0 to 100"},
        {"a fraction", BASE "    control: {min_step_pct: 0.05}\n",
         "c.yaml:5: servers[0].control.min_step_pct: \"0.05\" is not a whole number"},
        {"octal", BASE "    control: {min_step_pct: 010}\n",
         "c.yaml:5: servers[0].control.min_step_pct: \"010\" is not a whole number"},
        {"exponent", BASE "    period_s: 1e1\n", "c.yaml:5: servers[0].period_s: \"1e1\" is not a"},
        {"plus", BASE "    period_s: +1\n", "c.yaml:5: servers[0].period_s: \"+1\" is not a"},
        {"no digit in front", BASE "    period_s: .5\n",
         "c.yaml:5: servers[0].period_s: \".5\" is"},
        {"no digit behind", BASE "    period_s: 5.\n", "c.yaml:5: servers[0].period_s: \"5.\" is"},
        {"4 decimals", BASE "    period_s: 1.0001\n",
         "c.yaml:5: servers[0].period_s: \"1.0001\" is not a number with at most 3 digits behind "
         "the "
         "point; legal: a number from 0.01 to 3600 s"},
        {"nan", BASE "    period_s: nan\n", "c.yaml:5: servers[0].period_s: \"nan\" is not"},
        {".inf", BASE "    period_s: .inf\n", "c.yaml:5: servers[0].period_s: \".inf\" is not"},
        {"hexadecimal decimal", BASE "    period_s: 0x10\n",
         "c.yaml:5: servers[0].period_s: \"0x10\""},
        {"a unit", BASE "    period_s: 15s\n", "c.yaml:5: servers[0].period_s: \"15s\" is not"},
        {"quotes", BASE "    period_s: \"15\"\n",
         "c.yaml:5: servers[0].period_s: \"15\" is a text: a number has no quotes"},
        {"just too small", BASE "    period_s: 0.009\n",
         "c.yaml:5: servers[0].period_s: \"0.009\" is too small"},
        {"just too large", BASE "    period_s: 3600.001\n",
         "c.yaml:5: servers[0].period_s: \"3600.001\" is too large"},
        {"no number holds it", BASE "    period_s: 99999999999999999999\n",
         "c.yaml:5: servers[0].period_s: \"99999999999999999999\" is too large"},
        {"below -100", BASE "    control: {bias_pct: -101}\n",
         "c.yaml:5: servers[0].control.bias_pct: \"-101\" is too small; legal: a whole number from "
         "-100 to 100"},
        {"no failure allowed", BASE "    control: {max_read_failures: 0}\n",
         "c.yaml:5: servers[0].control.max_read_failures: \"0\" is too small"},
        {"too many failures", BASE "    control: {max_read_failures: 101}\n",
         "c.yaml:5: servers[0].control.max_read_failures: \"101\" is too large"},
        {"hysteresis", BASE "    control: {hysteresis_c: 20.001}\n",
         "c.yaml:5: servers[0].control.hysteresis_c: \"20.001\" is too large"},
        {"ceiling over the sensors", BASE "    control: {ceiling_c: 125.001}\n",
         "c.yaml:5: servers[0].control.ceiling_c: \"125.001\" is too large"},
        {"more than a week", BASE "    control: {manual_revert_min: 10080.001}\n",
         "c.yaml:5: servers[0].control.manual_revert_min: \"10080.001\" is too large"},
        {"stop too short", "stop_timeout_s: 0.999\n" BASE,
         "c.yaml:1: stop_timeout_s: \"0.999\" is too"},
        {"stop too long", "stop_timeout_s: 301\n" BASE, "c.yaml:1: stop_timeout_s: \"301\" is too"},
        {"speed", HEAD "    bmc: {driver: sim, speed: 1001}\n" SOURCES,
         "c.yaml:3: servers[0].bmc.speed: \"1001\" is too large"},
        {"nothing", BASE "    period_s:\n", "c.yaml:5: servers[0].period_s: no value is given"},
        {"null", BASE "    period_s: Null\n", "c.yaml:5: servers[0].period_s: no value is given"},
        {"a list", BASE "    period_s: [1]\n", "c.yaml:5: servers[0].period_s: not a single value"},
    };

    (void)state;
    check_cases(cases, COUNT(cases));
}

static void test_texts(void **state)
{
    static const struct fault_case cases[] = {
        {"name with a blank", "servers:\n  - name: a b\n" SIM SOURCES,
         "c.yaml:2: servers[0].name: \"a b\" is not a name; legal: a name of letters, digits, _ "
         "and -"},
        {"name too long", "servers:\n  - name: a1234567890123456789012345678901\n" SIM SOURCES,
         "c.yaml:2: servers[0].name: \"a1234567890123456789012345678901\" is too long"},
        {"empty name", "servers:\n  - name: \"\"\n" SIM SOURCES,
         "c.yaml:2: servers[0].name: \"\" is empty"},
        {"a new line", "state_dir: \"a\\nb\"\n" BASE,
         "c.yaml:1: state_dir: \"a\\x0ab\" has a control character"},
        {"a zero", "state_dir: \"a\\0b\"\n" BASE, "c.yaml:1: state_dir: \"a\" goes on behind"},
        {"a C1 control", "state_dir: \"a\\x9b\"\n" BASE,
         "c.yaml:1: state_dir: \"a\\xc2\\x9b\" has"},
        {"a line separator", "state_dir: \"a\\L\"\n" BASE, "c.yaml:1: state_dir: "},
        {"wildcard", BASE "    occupancy: {mqtt_topic: a/+}\n",
         "c.yaml:5: servers[0].occupancy.mqtt_topic: \"a/+\" has a wildcard"},
        {"wildcard in the base", BASE "mqtt: {host: h, base_topic: \"#\"}\n",
         "c.yaml:5: mqtt.base_topic: \"#\" has a wildcard"},
        {"listen without port", BASE "http: {listen: localhost}\n",
         "c.yaml:5: http.listen: \"localhost\" is not an address and a port"},
        {"port 0", BASE "http: {listen: \"localhost:0\"}\n",
         "c.yaml:5: http.listen: \"localhost:0\""},
        {"port too large", BASE "http: {listen: \"h:65536\"}\n",
         "c.yaml:5: http.listen: \"h:65536\""},
        {"port of letters", BASE "http: {listen: \"h:x\"}\n",
         "c.yaml:5: http.listen: \"h:x\" is not"},
        {"IPv6 without brackets",
         HEAD "    bmc: {driver: lan, host: \"::1\", username: u, password_file: p}\n" SOURCES,
         "c.yaml:3: servers[0].bmc.host: \"::1\" is not a host"},
        {"user name too long",
         HEAD
         "    bmc: {driver: lan, host: h, username: u1234567890123456, password_file: p}\n" SOURCES,
         "c.yaml:3: servers[0].bmc.username: \"u1234567890123456\" is too long"},
        {"unknown word", BASE "    control: {law: cubic}\n",
         "c.yaml:5: servers[0].control.law: \"cubic\" is not known; legal: linear"},
        {"words are case-sensitive", HEAD "    bmc: {driver: SIM}\n" SOURCES,
         "c.yaml:3: servers[0].bmc.driver: \"SIM\" is not known"},
        {"workaround",
         HEAD "    bmc: {driver: lan, host: h, username: u, password_file: p, workarounds: "
              "[foo]}\n" SOURCES,
         "c.yaml:3: servers[0].bmc.workarounds[0]: \"foo\" is not known; legal: one of authcap"},
        {"cipher suite in a gap",
         HEAD "    bmc: {driver: lan, host: h, username: u, password_file: p, cipher_suite: "
              "5}\n" SOURCES,
         "c.yaml:3: servers[0].bmc.cipher_suite: there is no suite 5"},
        {"foreign text is shortened",
         "stop_timeout_s: 123456789012345678901234567890123456789012345678901234567890\n" BASE,
         "c.yaml:1: stop_timeout_s: \"123456789012345678901234567890123456789012345678...\" is too "
         "large"},
    };

    (void)state;
    check_cases(cases, COUNT(cases));
}

static void test_sensors(void **state)
{
    static const struct fault_case cases[] = {
        {"no sensor", HEAD SIM "    sources:\n      - name: a\n",
         "c.yaml:5: servers[0].sources[0]: no sensor is given; legal: one of ipmi_entity, "
         "ipmi_number"},
        {"two kinds", HEAD SIM "    sources: [{name: a, ipmi_entity: 3.1, ipmi_number: 1}]\n",
         "c.yaml:4: servers[0].sources[0]: two kinds of sensor are given"},
        {"five of one kind", HEAD SIM "    sources: [{name: a, ipmi_number: [1, 2, 3, 4, 5]}]\n",
         "c.yaml:4: servers[0].sources[0].ipmi_number: a list of 5; legal: 1 to 4 of them"},
        {"none of one kind", HEAD SIM "    sources: [{name: a, ipmi_number: []}]\n",
         "c.yaml:4: servers[0].sources[0].ipmi_number: a list of 0; legal: 1 to 4 of them"},
        {"number too large", HEAD SIM "    sources: [{name: a, ipmi_number: 0x100}]\n",
         "c.yaml:4: servers[0].sources[0].ipmi_number[0]: \"0x100\" is too large; legal: a whole "
         "number "
         "from 0x00 to 0xff"},
        {"no instance", HEAD SIM "    sources: [{name: a, ipmi_entity: \"3\"}]\n",
         "c.yaml:4: servers[0].sources[0].ipmi_entity[0]: \"3\" is not an entity and an instance"},
        {"three parts", HEAD SIM "    sources: [{name: a, ipmi_entity: \"3.1.1\"}]\n",
         "c.yaml:4: servers[0].sources[0].ipmi_entity[0]: \"3.1.1\" is not an entity"},
        {"instance of 8 bits", HEAD SIM "    sources: [{name: a, ipmi_entity: \"3.128\"}]\n",
         "c.yaml:4: servers[0].sources[0].ipmi_entity[0]: \"3.128\" is too large"},
        {"nine sources", HEAD SIM "    sources: [{}, {}, {}, {}, {}, {}, {}, {}, {}]\n",
         "c.yaml:4: servers[0].sources: a list of 9; legal: 1 to 8 of them"},
        {"same name",
         HEAD SIM
         "    sources:\n      - {name: a, ipmi_number: 1}\n      - {name: a, ipmi_number: 2}\n",
         "c.yaml:6: servers[0].sources[1].name: a is the name of another one in line 5"},
        {"required", HEAD SIM "    sources: [{name: a, ipmi_number: 1, required: true}]\n",
         "c.yaml:4: servers[0].sources[0].required: \"true\" is not known; legal: one of always, "
         "once_seen, never"},
        {"fan without a sensor", BASE "    fans: [{}]\n",
         "c.yaml:5: servers[0].fans[0]: no sensor is"},
        {"inlet without a sensor", BASE "    inlet:\n",
         "c.yaml:5: servers[0].inlet: no sensor is given"},
        {"inlet with a list", BASE "    inlet: {ipmi_number: [1]}\n",
         "c.yaml:5: servers[0].inlet.ipmi_number: not a single value"},
        {"fans are a list", BASE "    fans: {ipmi_number: 1}\n",
         "c.yaml:5: servers[0].fans: a section; legal: a list of 0 to 16 of them"},
    };

    (void)state;
    check_cases(cases, COUNT(cases));
}

#define PROFILE(name, rest)                                                                        \
    BASE "    occupancy: {occupied_profile: " name ", empty_profile: " name "}\n"                  \
         "    profiles:\n      - name: " name "\n        curves:\n          - " rest

static void test_rules(void **state)
{
    static const struct fault_case cases[] = {
        {"temperatures equal",
         PROFILE("p", "points:\n              - {temp_c: 50, duty_pct: 1}\n"
                      "              - {temp_c: 50, duty_pct: 2}\n"),
         "c.yaml:11: servers[0].profiles[0].curves[0].points[1].temp_c: 50 comes after 50; legal: "
         "temperatures that rise"},
        {"temperatures fall",
         PROFILE("p", "points: [{temp_c: 50, duty_pct: 1}, {temp_c: 49.999, duty_pct: 2}]\n"),
         "c.yaml:9: servers[0].profiles[0].curves[0].points[1].temp_c: 49.999 comes after 50"},
        {"duties fall",
         PROFILE("p", "points: [{temp_c: 50, duty_pct: 2}, {temp_c: 51, duty_pct: 1}]\n"),
         "c.yaml:9: servers[0].profiles[0].curves[0].points[1].duty_pct: 1 comes after 2; legal: "
         "duties "
         "that do not fall"},
        {"no points", PROFILE("p", "points: []\n"),
         "c.yaml:9: servers[0].profiles[0].curves[0].points: a list of 0; legal: 1 to 16 of them"},
        {"unknown source", PROFILE("p", "{sources: [cpu3], points: [{temp_c: 50, duty_pct: 2}]}\n"),
         "c.yaml:9: servers[0].profiles[0].curves[0].sources[0]: there is no source cpu3; legal: "
         "cpu1, "
         "cpu2"},
        {"a source twice",
         PROFILE("p", "{sources: [cpu1, cpu1], points: [{temp_c: 1, duty_pct: 2}]}\n"),
         "c.yaml:9: servers[0].profiles[0].curves[0].sources[1]: cpu1 stands here twice"},
        {"a mode's name", PROFILE("manual", "points: [{temp_c: 50, duty_pct: 2}]\n"),
         "c.yaml:7: servers[0].profiles[0].name: manual is a mode; legal: any other name"},
        {"point without a duty", PROFILE("p", "points: [{temp_c: 50}]\n"),
         "c.yaml:9: servers[0].profiles[0].curves[0].points[0].duty_pct: required, but missing"},
        {"recovery at the ceiling", BASE "    control:\n      resume_below_c: 83\n",
         "c.yaml:6: servers[0].control.resume_below_c: resume_below_c 83 (line 6) is not below "
         "ceiling_c "
         "83 (default)"},
        {"ceiling at the recovery", BASE "    control: {ceiling_c: 75}\n",
         "c.yaml:5: servers[0].control.ceiling_c: resume_below_c 75 (default) is not below "
         "ceiling_c 75 "
         "(line 5)"},
        {"unknown profile", BASE "    occupancy: {empty_profile: cold}\n",
         "c.yaml:5: servers[0].occupancy.empty_profile: there is no profile cold; legal: cool, "
         "quiet"},
        {"session idles out, both given",
         HEAD "    period_s: 10\n    bmc: {driver: lan, host: h, username: u, password_file: p,\n"
              "      session_timeout_s: 10}\n" SOURCES,
         "c.yaml:3: servers[0].period_s: period_s 10 (line 3) is not below "
         "session_timeout_s 10 (line 5)"},
        {"session idles out, period given", HEAD "    period_s: 20\n" LAN SOURCES,
         "c.yaml:3: servers[0].period_s: period_s 20 (line 3) is not below session_timeout_s 20 "
         "(default)"},
        {"two servers of one name", BASE "  - name: a\n" SIM SOURCES,
         "c.yaml:5: servers[1].name: a is the name of another one in line 2"},
        {"two servers on one BMC", HEAD LAN SOURCES "  - name: b\n" LAN SOURCES,
         "c.yaml:6: servers[1].bmc.host: servers[0] has the same BMC"},
    };

    (void)state;
    check_cases(cases, COUNT(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),    cmocka_unit_test(test_keys),
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_texts),
        cmocka_unit_test(test_sensors), cmocka_unit_test(test_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
