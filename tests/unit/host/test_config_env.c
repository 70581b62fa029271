/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The environment of the replaced shell script, over the file.
 */
#include "tests/unit/host/config_helper.h"

/* cool (empty) 50/30 83/100, quiet (occupied) 68/20 83/100, both by default. */
static const struct fc_point *point_of(const struct config *cfg, uint32_t profile, uint32_t k)
{
    return &cfg->server[0].fan_cfg.profile[profile].group[0].curve.point[k];
}

static struct loaded load_with(const char *text, const char *one, const char *two)
{
    char first[64];
    char second[64];
    char *env[] = {(char[]){"UNRELATED=1"}, first, second, NULL};

    snprintf(first, sizeof(first), "%s", one);
    snprintf(second, sizeof(second), "%s", two);
    return load_text(text, env);
}

static void test_every_variable(void **state)
{
    static const struct {
        const char *variable;
        const char *printed; /* must stand in the printout */
    } cases[] = {
        {"COOL_T_LO=40.5", "- temp_c: 40.5 # environment COOL_T_LO\n"},
        {"COOL_P_LO=31", "duty_pct: 31 # environment COOL_P_LO\n"},
        {"COOL_T_HI=82", "- temp_c: 82 # environment COOL_T_HI\n"},
        {"COOL_P_HI=99", "duty_pct: 99 # environment COOL_P_HI\n"},
        {"QUIET_T_LO=60", "- temp_c: 60 # environment QUIET_T_LO\n"},
        {"QUIET_P_LO=0x10", "duty_pct: 16 # environment QUIET_P_LO\n"},
        {"QUIET_T_HI=84", "- temp_c: 84 # environment QUIET_T_HI\n"},
        {"QUIET_P_HI=98", "duty_pct: 98 # environment QUIET_P_HI\n"},
        {"DEADBAND=2.5", "hysteresis_c: 2.5 # environment DEADBAND\n"},
        {"CEILING=80", "ceiling_c: 80 # environment CEILING\n"},
        {"RESUME_BELOW=70", "resume_below_c: 70 # environment RESUME_BELOW\n"},
        {"RESUME_STABLE=60", "resume_stable_s: 60 # environment RESUME_STABLE\n"},
        {"LOOP_INTERVAL=5", "period_s: 5 # environment LOOP_INTERVAL\n"},
        {"MAX_IPMI_FAILS=4", "max_read_failures: 4 # environment MAX_IPMI_FAILS\n"},
        {"MIN_STEP=1", "min_step_pct: 1 # environment MIN_STEP\n"},
        {"HOLD_SECS=60", "hold_s: 60 # environment HOLD_SECS\n"},
        {"STALE_SECS=900", "setpoint_stale_s: 900 # environment STALE_SECS\n"},
        {"HA_GRACE_SECS=100", "setpoint_grace_s: 100 # environment HA_GRACE_SECS\n"},
        {"DRY_RUN=yes", "# environment DRY_RUN: nothing is written to the fans\n"},
        {"RUN_ONCE=1", "# environment RUN_ONCE: one tick, then a hand-back\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct loaded loaded = load_with(BASE, cases[i].variable, "");
        char *text;

        if (loaded.err != FC_OK)
            print_error("%s: %s\n", cases[i].variable, loaded.errors);
        assert_int_equal(loaded.err, FC_OK);
        text = printed(loaded.cfg);
        if (strstr(text, cases[i].printed) == NULL)
            print_error("%s: not in\n%s\n", cases[i].variable, text);
        assert_non_null(strstr(text, cases[i].printed));
        free(text);
        unload(&loaded);
    }
}

static void test_points(void **state)
{
    struct loaded loaded = load_with(BASE, "COOL_T_LO=40", "QUIET_P_HI=90");

    (void)state;
    assert_int_equal(loaded.err, FC_OK);
    assert_int_equal(point_of(loaded.cfg, 0, 0)->temp_mc, 40000);
    assert_int_equal(point_of(loaded.cfg, 0, 0)->duty_pct, 30);
    assert_int_equal(point_of(loaded.cfg, 0, 1)->temp_mc, 83000);
    assert_int_equal(point_of(loaded.cfg, 1, 0)->temp_mc, 68000);
    assert_int_equal(point_of(loaded.cfg, 1, 1)->duty_pct, 90);
    unload(&loaded);
}

/* COOL goes to the profile that rules while nobody is there, whatever its name or place. */
static void test_profiles_by_role(void **state)
{
    static const char text[] =
        BASE "    occupancy: {occupied_profile: day, empty_profile: night}\n"
             "    profiles:\n"
             "      - {name: day, curves: [{points: [{temp_c: 1, duty_pct: 1}, {temp_c: 9, "
             "duty_pct: 9}]}]}\n"
             "      - {name: night, curves: [{points: [{temp_c: 2, duty_pct: 2}, {temp_c: 8, "
             "duty_pct: 8}]}]}\n";
    struct loaded loaded = load_with(text, "COOL_T_LO=3", "QUIET_T_LO=4");

    (void)state;
    assert_int_equal(loaded.err, FC_OK);
    assert_int_equal(point_of(loaded.cfg, 0, 0)->temp_mc, 4000);
    assert_int_equal(point_of(loaded.cfg, 1, 0)->temp_mc, 3000);
    unload(&loaded);
}

static void test_first_server_alone(void **state)
{
    struct loaded loaded =
        load_with(BASE "  - name: b\n" SIM SOURCES, "CEILING=80", "LOOP_INTERVAL=2");

    (void)state;
    assert_int_equal(loaded.err, FC_OK);
    assert_int_equal(loaded.cfg->server[0].fan_cfg.ceiling_mc, 80000);
    assert_int_equal(loaded.cfg->server[0].period_ms, 2000);
    assert_int_equal(loaded.cfg->server[1].fan_cfg.ceiling_mc, 83000);
    assert_int_equal(loaded.cfg->server[1].period_ms, 15000);
    unload(&loaded);
}

static void test_switches(void **state)
{
    static const struct {
        const char *variable;
        bool is_dry_run;
        bool is_once;
    } cases[] = {
        {"DRY_RUN=1", true, false},   {"DRY_RUN=true", true, false},
        {"DRY_RUN=YES", true, false}, {"DRY_RUN=0", false, false},
        {"DRY_RUN=no", false, false}, {"DRY_RUN=False", false, false},
        {"DRY_RUN=", false, false},   {"RUN_ONCE=1", false, true},
        {"RUN_ONCE=0", false, false}, {"XDRY_RUN=1", false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct loaded loaded = load_with(BASE, cases[i].variable, "");

        assert_int_equal(loaded.err, FC_OK);
        assert_int_equal(loaded.cfg->is_dry_run, cases[i].is_dry_run);
        assert_int_equal(loaded.cfg->is_once, cases[i].is_once);
        unload(&loaded);
    }
}

static void test_empty_is_not_set(void **state)
{
    struct loaded loaded =
        load_with(BASE "    control: {ceiling_c: 81}\n", "CEILING=", "COOL_T_LO=");

    (void)state;
    assert_int_equal(loaded.err, FC_OK);
    assert_int_equal(loaded.cfg->server[0].fan_cfg.ceiling_mc, 81000);
    assert_int_equal(point_of(loaded.cfg, 0, 0)->temp_mc, 50000);
    unload(&loaded);
}

#define THREE_POINTS                                                                               \
    BASE                                                                                           \
        "    profiles:\n"                                                                          \
        "      - {name: cool, curves: [{points: [{temp_c: 1, duty_pct: 1}, {temp_c: 2, duty_pct: " \
        "2}, {temp_c: 3, duty_pct: 3}]}]}\n"                                                       \
        "      - {name: quiet, curves: [{points: [{temp_c: 1, duty_pct: 1}, {temp_c: 2, "          \
        "duty_pct: 2}]}, {points: [{temp_c: 1, duty_pct: 1}, {temp_c: 2, duty_pct: 2}]}]}\n"

static void test_bad_values(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *one;
        const char *two;
        const char *want;
    } cases[] = {
        {"no number", BASE, "COOL_T_LO=warm", "",
         "environment: COOL_T_LO: \"warm\" is not a number with at most 3 digits behind the point; "
         "legal: a number from -50 to 200 degrees C\n"},
        {"no whole number", BASE, "COOL_P_LO=30.5", "",
         "environment: COOL_P_LO: \"30.5\" is not a whole number; legal: a whole number from 0 to "
         "100\n"},
        {"nan", BASE, "DEADBAND=nan", "", "environment: DEADBAND: \"nan\" is not a number"},
        {"out of range", BASE, "MAX_IPMI_FAILS=0", "",
         "environment: MAX_IPMI_FAILS: \"0\" is too small; legal: a whole number from 1 to 100\n"},
        {"a blank", BASE, "CEILING= 80", "", "environment: CEILING: \" 80\" is not a number"},
        {"a control character", BASE, "CEILING=8\n0", "",
         "environment: CEILING: \"8\\x0a0\" is not"},
        {"no switch", BASE, "DRY_RUN=2", "",
         "environment: DRY_RUN: \"2\" is neither on nor off; legal: 1, true, yes, 0, false, no\n"},
        {"the curve falls, last point", BASE, "COOL_P_HI=29", "",
         "environment: COOL_P_HI: servers[0].profiles[0].curves[0].points[1].duty_pct 29 comes "
         "after "
         "30; legal: duties that do not fall from point to point\n"},
        {"the curve falls, first point", BASE, "QUIET_T_LO=83", "",
         "environment: QUIET_T_LO: servers[0].profiles[1].curves[0].points[1].temp_c 83 comes "
         "after "
         "83; legal: temperatures that rise from point to point\n"},
        {"ceiling below recovery", BASE, "CEILING=75", "",
         "environment: CEILING: resume_below_c 75 (default) is not below ceiling_c 75 (environment "
         "CEILING); legal: resume_below_c below ceiling_c\n"},
        {"session idles out", HEAD LAN SOURCES, "LOOP_INTERVAL=20", "",
         "environment: LOOP_INTERVAL: period_s 20 (environment LOOP_INTERVAL) is not below "
         "session_timeout_s 20 (default)"},
        {"three points", THREE_POINTS, "COOL_T_HI=4", "",
         "environment: COOL_T_HI: the profile cool has not one curve of two points"},
        {"two curves", THREE_POINTS, "QUIET_T_HI=4", "",
         "environment: QUIET_T_HI: the profile quiet has not one curve of two points"},
        {"one point for two variables", BASE "    occupancy: {occupied_profile: cool}\n",
         "QUIET_T_LO=40", "COOL_T_LO=41",
         "environment: QUIET_T_LO: sets the same point as COOL_T_LO; legal: one of the two\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct loaded loaded = load_with(cases[i].text, cases[i].one, cases[i].two);

        if (strncmp(loaded.errors, cases[i].want, strlen(cases[i].want)) != 0)
            print_error("%s: want %s got %s", cases[i].name, cases[i].want, loaded.errors);
        assert_int_equal(loaded.err, FC_ERR_CONFIG);
        assert_int_equal(count_lines(loaded.errors), 1);
        assert_int_equal(strncmp(loaded.errors, cases[i].want, strlen(cases[i].want)), 0);
        unload(&loaded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_variable),   cmocka_unit_test(test_points),
        cmocka_unit_test(test_profiles_by_role), cmocka_unit_test(test_first_server_alone),
        cmocka_unit_test(test_switches),         cmocka_unit_test(test_empty_is_not_set),
        cmocka_unit_test(test_bad_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
