/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_check.h"

#include <inttypes.h>
#include <string.h>

#include "host/config_text.h"

enum {
    SHOWN_MAX = 32,
};

static void check_source_names(const struct config_value *list, const struct config_value *sources,
                               struct config_faults *faults)
{
    for (uint32_t i = 0; i < list->n_children; i++) {
        const struct config_value *name = &list->child[i];
        char names[CONFIG_NAMES_MAX];

        if (!config_value_is_usable(name))
            continue;
        for (uint32_t k = 0; k < i; k++) {
            if (config_value_is_usable(&list->child[k]) &&
                strcmp(list->child[k].text, name->text) == 0)
                config_fault_value(faults, name, "%s stands here twice; legal: once", name->text);
        }
        if (config_check_find_name(sources, name->text) != NULL)
            continue;
        config_check_show_names(sources, names);
        config_fault_value(faults, name, "there is no source %s; legal: %s", name->text, names);
    }
}

static void check_order(const struct config_value *before, const struct config_value *after,
                        bool may_be_equal, const char *legal, struct config_faults *faults)
{
    const struct config_value *blamed;
    char before_shown[SHOWN_MAX];
    char after_shown[SHOWN_MAX];
    char path[CONFIG_PATH_TEXT_MAX];

    if (before == NULL || after == NULL || before->number < after->number ||
        (may_be_equal && before->number == after->number))
        return;
    blamed = config_fault_blame(after, before);
    config_value_show(before, before_shown, sizeof(before_shown));
    config_value_show(after, after_shown, sizeof(after_shown));
    config_value_path(after, path);
    /* A variable's name does not say which point it moved. */
    config_fault_value(faults, blamed, "%s%s%s comes after %s; legal: %s",
                       blamed->origin == CONFIG_FROM_ENVIRONMENT ? path : "",
                       blamed->origin == CONFIG_FROM_ENVIRONMENT ? " " : "", after_shown,
                       before_shown, legal);
}

static void check_points(const struct config_value *points, struct config_faults *faults)
{
    for (uint32_t i = 1; i < points->n_children; i++) {
        const struct config_value *before = &points->child[i - 1];
        const struct config_value *after = &points->child[i];

        check_order(config_value_get(before, "temp_c"), config_value_get(after, "temp_c"), false,
                    "temperatures that rise from point to point", faults);
        check_order(config_value_get(before, "duty_pct"), config_value_get(after, "duty_pct"), true,
                    "duties that do not fall from point to point", faults);
    }
}

void config_check_profiles(const struct config_value *server, struct config_faults *faults)
{
    const struct config_value *sources = config_value_get(server, "sources");
    const struct config_value *profiles = config_value_get(server, "profiles");

    if (profiles == NULL)
        return;
    config_check_unique_names(profiles, faults);
    for (uint32_t i = 0; i < profiles->n_children; i++) {
        const struct config_value *name = config_value_get(&profiles->child[i], "name");
        const struct config_value *curves = config_value_get(&profiles->child[i], "curves");

        if (name != NULL && config_text_is_mode(name->text))
            config_fault_value(faults, name, "%s is a mode; legal: any other name", name->text);
        for (uint32_t k = 0; curves != NULL && k < curves->n_children; k++) {
            const struct config_value *used = config_value_get(&curves->child[k], "sources");
            const struct config_value *points = config_value_get(&curves->child[k], "points");

            if (used != NULL && sources != NULL)
                check_source_names(used, sources, faults);
            if (points != NULL)
                check_points(points, faults);
        }
    }
}
