/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_fill.h"

#include <string.h>

#include "host/config_check.h"

static void store(const struct config_value *value, char *base)
{
    const struct config_row *row = value->row;
    int64_t number = value->number * (row->factor != 0 ? row->factor : 1);
    int32_t as_i32 = (int32_t)number;
    uint64_t as_u64 = (uint64_t)number;

    switch (row->store) {
    case CONFIG_STORE_I32:
        memcpy(base + row->offset, &as_i32, sizeof(as_i32));
        return;
    case CONFIG_STORE_U64:
        memcpy(base + row->offset, &as_u64, sizeof(as_u64));
        return;
    case CONFIG_STORE_TEXT:
        memcpy(base + row->offset, &value->text, sizeof(value->text));
        return;
    case CONFIG_STORE_BY_HAND:
        return;
    }
}

/* Calls itself for sections within sections: as deep as the schema, not as the file.
 * NOLINTNEXTLINE(misc-no-recursion) */
static void fill_section(const struct config_value *section, char *base)
{
    for (uint32_t i = 0; i < section->n_children; i++) {
        const struct config_value *value = &section->child[i];
        const struct config_row *row = value->row;

        if (!config_value_is_usable(value))
            continue;
        if (row->type != CONFIG_SECTION) {
            if (row->items_max == 0)
                store(value, base);
        } else if (row->items_max == 0) {
            fill_section(value, base + row->offset);
        } else if (row->stride > 0) {
            for (uint32_t k = 0; k < value->n_children; k++)
                fill_section(&value->child[k], base + row->offset + k * row->stride);
            memcpy(base + row->count_offset, &value->n_children, sizeof(value->n_children));
        }
    }
}

static struct hal_sensor sensor_of(const struct config_value *value, enum hal_quantity quantity)
{
    struct hal_sensor sensor = {.quantity = quantity};

    if (value->row->type == CONFIG_ENTITY) {
        sensor.kind = HAL_IPMI_ENTITY;
        sensor.entity = (uint8_t)(value->number / 256);
        sensor.instance = (uint8_t)(value->number % 256);
    } else {
        sensor.kind = HAL_IPMI_NUMBER;
        sensor.number = (uint8_t)value->number;
    }
    return sensor;
}

/* The key of a source or read-out that says where its sensor is. */
static const struct config_value *place_of(const struct config_value *section)
{
    const struct config_value *entity = config_value_get(section, "ipmi_entity");

    return entity != NULL ? entity : config_value_get(section, "ipmi_number");
}

static void fill_sources(const struct config_value *sources, struct config_server *server)
{
    server->fan_cfg.n_sources = server->n_sources;
    for (uint32_t i = 0; i < sources->n_children; i++) {
        const struct config_value *required = config_value_get(&sources->child[i], "required");
        const struct config_value *place = place_of(&sources->child[i]);
        struct config_source *source = &server->source[i];

        server->fan_cfg.required[i] = (enum fc_required)required->number;
        source->n_sensors = place->n_children;
        for (uint32_t k = 0; k < place->n_children; k++) {
            source->sensor[k] = sensor_of(&place->child[k], HAL_TEMP_MC);
        }
    }
}

static bool fill_readout(const struct config_value *section, enum hal_quantity quantity,
                         struct hal_sensor *sensor)
{
    if (section == NULL)
        return false;
    *sensor = sensor_of(place_of(section), quantity);
    return true;
}

static void fill_readouts(const struct config_value *value, struct config_server *server)
{
    const struct config_value *fans = config_value_get(value, "fans");

    for (uint32_t i = 0; fans != NULL && i < fans->n_children; i++) {
        fill_readout(&fans->child[i], HAL_FAN_RPM, &server->fan[i]);
        server->n_fans = i + 1;
    }
    server->has_inlet = fill_readout(config_value_get(value, "inlet"), HAL_TEMP_MC, &server->inlet);
    server->has_exhaust =
        fill_readout(config_value_get(value, "exhaust"), HAL_TEMP_MC, &server->exhaust);
    server->has_power =
        fill_readout(config_value_get(value, "power"), HAL_POWER_MW, &server->power);
}

static void fill_curve(const struct config_value *curve, const struct config_value *sources,
                       struct fc_group *group)
{
    const struct config_value *names = config_value_get(curve, "sources");

    for (uint32_t i = 0; i < sources->n_children; i++)
        group->has_source[i] = names == NULL;
    for (uint32_t i = 0; names != NULL && i < names->n_children; i++) {
        const struct config_value *source = config_check_find_name(sources, names->child[i].text);

        group->has_source[source->index] = 1;
    }
}

static void fill_profiles(const struct config_value *value, struct config_server *server)
{
    const struct config_value *profiles = config_value_get(value, "profiles");
    const struct config_value *sources = config_value_get(value, "sources");
    const struct config_value *occupancy = config_value_get(value, "occupancy");
    const struct config_value *occupied = config_value_get(occupancy, "occupied_profile");
    const struct config_value *empty = config_value_get(occupancy, "empty_profile");

    for (uint32_t p = 0; p < profiles->n_children; p++) {
        const struct config_value *curves = config_value_get(&profiles->child[p], "curves");

        server->profile_name[p] = config_value_get(&profiles->child[p], "name")->text;
        for (uint32_t g = 0; g < curves->n_children; g++)
            fill_curve(&curves->child[g], sources, &server->fan_cfg.profile[p].group[g]);
    }
    server->fan_cfg.occupied_profile = config_check_find_name(profiles, occupied->text)->index;
    server->fan_cfg.empty_profile = config_check_find_name(profiles, empty->text)->index;
}

static void fill_open_states(const struct config_value *value, struct config_server *server)
{
    const struct config_value *states =
        config_value_get(config_value_get(value, "occupancy"), "open_states");

    for (uint32_t i = 0; i < states->n_children; i++)
        server->open_state[i] = states->child[i].text;
    server->n_open_states = states->n_children;
}

static void fill_workarounds(const struct config_value *value, struct config_server *server)
{
    const struct config_value *list =
        config_value_get(config_value_get(value, "bmc"), "workarounds");

    for (uint32_t i = 0; list != NULL && i < list->n_children; i++)
        server->bmc.workarounds |= (uint32_t)list->child[i].number;
}

static enum fc_err fill_server(const struct config_value *value, struct config_server *server)
{
    fill_section(value, (char *)server);
    fill_workarounds(value, server);
    fill_sources(config_value_get(value, "sources"), server);
    fill_readouts(value, server);
    fill_profiles(value, server);
    fill_open_states(value, server);
    return fc_config_validate(&server->fan_cfg);
}

enum fc_err config_fill(struct config_arena *arena, const struct config_value *root,
                        struct config *cfg, const struct config_value **server)
{
    const struct config_value *servers = config_value_get(root, "servers");

    fill_section(root, (char *)cfg);
    cfg->mqtt.is_present = config_value_get(root, "mqtt") != NULL;
    cfg->server = config_arena_alloc(arena, servers->n_children, sizeof(*cfg->server));
    if (cfg->server == NULL)
        return FC_ERR_MEMORY;
    cfg->n_servers = servers->n_children;
    for (uint32_t i = 0; i < servers->n_children; i++) {
        if (fill_server(&servers->child[i], &cfg->server[i]) == FC_OK)
            continue;
        *server = &servers->child[i];
        return FC_ERR_CONFIG;
    }
    return FC_OK;
}
