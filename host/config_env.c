/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_env.h"

#include <string.h>

#include "host/config_check.h"
#include "host/config_parse.h"

enum profile_end { END_NONE, END_FIRST, END_LAST };

/* A variable goes either to section.key (section NULL: of the server itself), or to key of the
 * first or last point of the profile that the occupancy key names. */
struct variable {
    const char *name;
    const char *section;
    const char *key;
    enum profile_end end;
};

static const struct variable variables[] = {
    {"COOL_T_LO", "empty_profile", "temp_c", END_FIRST},
    {"COOL_P_LO", "empty_profile", "duty_pct", END_FIRST},
    {"COOL_T_HI", "empty_profile", "temp_c", END_LAST},
    {"COOL_P_HI", "empty_profile", "duty_pct", END_LAST},
    {"QUIET_T_LO", "occupied_profile", "temp_c", END_FIRST},
    {"QUIET_P_LO", "occupied_profile", "duty_pct", END_FIRST},
    {"QUIET_T_HI", "occupied_profile", "temp_c", END_LAST},
    {"QUIET_P_HI", "occupied_profile", "duty_pct", END_LAST},
    {"DEADBAND", "control", "hysteresis_c", END_NONE},
    {"CEILING", "control", "ceiling_c", END_NONE},
    {"RESUME_BELOW", "control", "resume_below_c", END_NONE},
    {"RESUME_STABLE", "control", "resume_stable_s", END_NONE},
    {"LOOP_INTERVAL", NULL, "period_s", END_NONE},
    {"MAX_IPMI_FAILS", "control", "max_read_failures", END_NONE},
    {"MIN_STEP", "control", "min_step_pct", END_NONE},
    {"HOLD_SECS", "occupancy", "hold_s", END_NONE},
    {"STALE_SECS", "control", "setpoint_stale_s", END_NONE},
    {"HA_GRACE_SECS", "control", "setpoint_grace_s", END_NONE},
};

enum {
    N_VARIABLES = sizeof(variables) / sizeof(variables[0]),
};

static const char *env_value(char *const *env, const char *name)
{
    size_t length = strlen(name);

    for (; env != NULL && *env != NULL; env++) {
        if (strncmp(*env, name, length) == 0 && (*env)[length] == '=')
            return (*env)[length + 1] != '\0' ? *env + length + 1 : NULL;
    }
    return NULL;
}

/* A point of the profile that the occupancy key names. NULL: there is none; a fault was added
 * unless another one already says why. */
static struct config_value *find_point(const struct config_value *server,
                                       const struct variable *variable,
                                       struct config_faults *faults)
{
    const struct config_value *name =
        config_value_get(config_value_get(server, "occupancy"), variable->section);
    const struct config_value *profiles = config_value_get(server, "profiles");
    const struct config_value *profile;
    const struct config_value *curves;
    const struct config_value *points;

    if (name == NULL || profiles == NULL)
        return NULL;
    profile = config_check_find_name(profiles, name->text);
    curves = config_value_get(profile, "curves");
    if (curves == NULL)
        return NULL;
    points = config_value_get(&curves->child[0], "points");
    if (points == NULL)
        return NULL;
    if (curves->n_children != 1 || points->n_children != 2) {
        config_fault_variable(faults, variable->name,
                              "the profile %s has not one curve of two points; legal: to leave the "
                              "variable out, or such a profile as %s",
                              name->text, variable->section);
        return NULL;
    }
    return &points->child[variable->end == END_FIRST ? 0 : 1];
}

static enum fc_err apply(const struct config_bind *bind, const struct variable *variable,
                         const char *text, const struct config_value *server)
{
    const struct config_value *section = server;
    struct config_value *value;

    if (variable->end != END_NONE)
        section = find_point(server, variable, bind->faults);
    else if (variable->section != NULL)
        section = config_value_get(server, variable->section);
    value = config_value_child(section, variable->key);
    if (value == NULL)
        return FC_OK;
    if (value->origin == CONFIG_FROM_ENVIRONMENT) {
        /* The same profile rules in both cases. */
        config_fault_variable(bind->faults, variable->name,
                              "sets the same point as %s; legal: one of the two", value->variable);
        return FC_OK;
    }
    return config_bind_override(bind, value, variable->name, text);
}

static void apply_switch(const struct config_bind *bind, char *const *env, const char *name,
                         bool *is_on)
{
    const char *text = env_value(env, name);
    char shown[CONFIG_WHY_MAX];

    if (text == NULL || config_parse_switch(text, is_on) == FC_OK)
        return;
    config_shorten(text, strlen(text), shown);
    config_fault_variable(bind->faults, name,
                          "\"%s\" is neither on nor off; legal: 1, true, yes, 0, "
                          "false, no",
                          shown);
}

enum fc_err config_env_apply(const struct config_bind *bind, char *const *env,
                             struct config_value *root, struct config_switches *switches)
{
    const struct config_value *servers = config_value_get(root, "servers");

    *switches = (struct config_switches){0};
    apply_switch(bind, env, "DRY_RUN", &switches->is_dry_run);
    apply_switch(bind, env, "RUN_ONCE", &switches->is_once);
    if (servers == NULL || servers->n_children == 0)
        return FC_OK;
    for (size_t i = 0; i < N_VARIABLES; i++) {
        const char *text = env_value(env, variables[i].name);
        enum fc_err err;

        if (text == NULL)
            continue;
        err = apply(bind, &variables[i], text, &servers->child[0]);
        if (err != FC_OK)
            return err;
    }
    return FC_OK;
}

void config_env_print_reference(FILE *out)
{
    fputs("| variable | goes over |\n| --- | --- |\n", out);
    for (size_t i = 0; i < N_VARIABLES; i++) {
        const struct variable *variable = &variables[i];

        if (variable->end != END_NONE)
            fprintf(out, "| `%s` | `%s` of the %s point of the profile `occupancy.%s` |\n",
                    variable->name, variable->key, variable->end == END_FIRST ? "first" : "last",
                    variable->section);
        else
            fprintf(out, "| `%s` | `%s%s%s` |\n", variable->name,
                    variable->section != NULL ? variable->section : "",
                    variable->section != NULL ? "." : "", variable->key);
    }
    fputs("| `DRY_RUN` | nothing in the file: 1, true, yes: nothing is written to the fans |\n"
          "| `RUN_ONCE` | nothing in the file: 1, true, yes: one tick, then a hand-back |\n",
          out);
}
