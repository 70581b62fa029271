/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hal/ipmi.h"
#include "host/config.h"

enum {
    PLACE_MAX = 64,
    SHOWN_MAX = 64,
};

const struct config_value *config_check_find_name(const struct config_value *list, const char *text)
{
    for (uint32_t i = 0; i < list->n_children; i++) {
        const struct config_value *name = config_value_get(&list->child[i], "name");

        if (name != NULL && strcmp(name->text, text) == 0)
            return &list->child[i];
    }
    return NULL;
}

void config_check_show_names(const struct config_value *list, char out[CONFIG_NAMES_MAX])
{
    size_t used = 0;

    out[0] = '\0';
    for (uint32_t i = 0; i < list->n_children; i++) {
        const struct config_value *name = config_value_get(&list->child[i], "name");

        if (name == NULL || used >= CONFIG_NAMES_MAX)
            continue;
        snprintf(out + used, CONFIG_NAMES_MAX - used, "%s%s", used > 0 ? ", " : "", name->text);
        used += strlen(out + used);
    }
}

void config_check_unique_names(const struct config_value *list, struct config_faults *faults)
{
    for (uint32_t i = 0; i < list->n_children; i++) {
        const struct config_value *name = config_value_get(&list->child[i], "name");
        const struct config_value *first;

        if (name == NULL)
            continue;
        first = config_check_find_name(list, name->text);
        if (first != &list->child[i])
            config_fault_value(faults, name,
                               "%s is the name of another one in line %" PRIu32
                               "; legal: a name of its own",
                               name->text, config_value_child(first, "name")->line);
    }
}

/* a must be below b. */
static void check_below(const struct config_value *a, const struct config_value *b,
                        const char *because, struct config_faults *faults)
{
    char a_shown[SHOWN_MAX];
    char b_shown[SHOWN_MAX];
    char a_place[PLACE_MAX];
    char b_place[PLACE_MAX];

    if (a == NULL || b == NULL || a->number < b->number)
        return;
    config_value_show(a, a_shown, sizeof(a_shown));
    config_value_show(b, b_shown, sizeof(b_shown));
    config_fault_place(a, a_place, sizeof(a_place));
    config_fault_place(b, b_place, sizeof(b_place));
    config_fault_value(faults, config_fault_blame(a, b),
                       "%s %s (%s) is not below %s %s (%s); legal: %s below %s%s", a->row->key,
                       a_shown, a_place, b->row->key, b_shown, b_place, a->row->key, b->row->key,
                       because);
}

static void check_bmc(const struct config_value *server, struct config_faults *faults)
{
    const struct config_value *bmc = config_value_get(server, "bmc");
    const struct config_value *cipher = config_value_get(bmc, "cipher_suite");

    check_below(config_value_get(server, "period_s"), config_value_get(bmc, "session_timeout_s"),
                ", since a session that idles so long is lost", faults);
    if (cipher != NULL && !hal_ipmi_cipher_is_known((uint32_t)cipher->number))
        config_fault_value(faults, cipher,
                           "there is no suite %" PRId64 "; legal: 3 or 17 on most BMCs",
                           cipher->number);
}

/* Exactly one of two keys that both say which sensor is meant. */
static void check_sensor(const struct config_value *sensor, struct config_faults *faults)
{
    const struct config_value *entity = config_value_child(sensor, "ipmi_entity");
    const struct config_value *number = config_value_child(sensor, "ipmi_number");

    if (!config_value_is_usable(sensor) || entity == NULL || number == NULL)
        return;
    if (entity->origin == CONFIG_ABSENT && number->origin == CONFIG_ABSENT)
        config_fault_value(faults, sensor,
                           "no sensor is given; legal: one of ipmi_entity, ipmi_number");
    else if (entity->origin != CONFIG_ABSENT && number->origin != CONFIG_ABSENT)
        config_fault_value(faults, sensor,
                           "two kinds of sensor are given; legal: one of ipmi_entity, ipmi_number");
}

static void check_sensors(const struct config_value *server, struct config_faults *faults)
{
    static const char *const lists[] = {"sources", "fans"};
    static const char *const singles[] = {"inlet", "exhaust", "power"};

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        const struct config_value *list = config_value_child(server, lists[i]);

        for (uint32_t k = 0; list != NULL && k < list->n_children; k++)
            check_sensor(&list->child[k], faults);
    }
    for (size_t i = 0; i < sizeof(singles) / sizeof(singles[0]); i++)
        check_sensor(config_value_get(server, singles[i]), faults);
}

static void check_profile_exists(const struct config_value *server, const char *key,
                                 struct config_faults *faults)
{
    const struct config_value *profiles = config_value_get(server, "profiles");
    const struct config_value *name = config_value_get(config_value_get(server, "occupancy"), key);
    char names[CONFIG_NAMES_MAX];

    if (profiles == NULL || name == NULL || config_check_find_name(profiles, name->text) != NULL)
        return;
    config_check_show_names(profiles, names);
    config_fault_value(faults, name, "there is no profile %s%s; legal: %s", name->text,
                       name->origin == CONFIG_FROM_DEFAULT ? ", which is the default" : "", names);
}

static void check_server(const struct config_value *server, struct config_faults *faults)
{
    const struct config_value *control = config_value_get(server, "control");
    const struct config_value *sources = config_value_get(server, "sources");

    check_bmc(server, faults);
    if (sources != NULL)
        config_check_unique_names(sources, faults);
    check_sensors(server, faults);
    config_check_profiles(server, faults);
    check_below(config_value_get(control, "resume_below_c"), config_value_get(control, "ceiling_c"),
                "", faults);
    check_profile_exists(server, "occupied_profile", faults);
    check_profile_exists(server, "empty_profile", faults);
}

/* What leads to a server's BMC; NULL: nothing that two servers could share. */
static const struct config_value *address_of(const struct config_value *server)
{
    const struct config_value *bmc = config_value_get(server, "bmc");
    const struct config_value *host = config_value_get(bmc, "host");

    return host != NULL ? host : config_value_get(bmc, "device");
}

/* Two agents on one BMC would undo each other's duties. */
static void check_shared_bmc(const struct config_value *servers, uint32_t k,
                             struct config_faults *faults)
{
    const struct config_value *mine = address_of(&servers->child[k]);

    for (uint32_t i = 0; mine != NULL && i < k; i++) {
        const struct config_value *other = address_of(&servers->child[i]);

        if (other == NULL || other->row != mine->row || strcmp(other->text, mine->text) != 0)
            continue;
        config_fault_value(faults, mine,
                           "servers[%" PRIu32 "] has the same BMC; legal: one server a BMC", i);
        return;
    }
}

void config_check(const struct config_value *root, struct config_faults *faults)
{
    const struct config_value *servers = config_value_get(root, "servers");

    if (servers == NULL)
        return;
    config_check_unique_names(servers, faults);
    for (uint32_t i = 0; i < servers->n_children; i++) {
        check_shared_bmc(servers, i, faults);
        check_server(&servers->child[i], faults);
    }
}
