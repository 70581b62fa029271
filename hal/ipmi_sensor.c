/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hal/ipmi_sensor.h"

#if FC_HAVE_IPMI
#include <math.h>
#include <string.h>

#include <freeipmi/freeipmi.h>

#include "hal/completion.h"
#include "hal/text.h"

enum {
    NETFN_SENSOR = 0x04,
    CMD_GET_READING = 0x2d,
    /* Get Sensor Reading, IPMI 2.0, table 35-15; its reply begins with the command here. */
    READING_AT = 2,
    FLAGS_AT = 3,
    FLAG_UNAVAILABLE = 0x20,
    FLAG_SCANNING = 0x40,
    OWNER_BMC = 0x20,
    TYPE_TEMPERATURE = 0x01, /* sensor types: IPMI 2.0, table 42-3 */
    TYPE_FAN = 0x04,
    ENTITY_INSTANCE_MASK = 0x7f,
};

/* What a record must say to measure a quantity. Power has no type of its own: a PowerEdge lists it
 * as a current sensor, so that its unit decides alone. */
static const struct {
    enum hal_quantity quantity;
    uint8_t type; /* 0: any */
    uint8_t unit;
    double scale; /* from the record's unit to ours */
    const char *fault;
    const char *name;
} quantities[] = {
    {HAL_TEMP_MC, TYPE_TEMPERATURE, IPMI_SENSOR_UNIT_DEGREES_C, 1000.0, "is not in degrees C",
     "temperature"},
    {HAL_FAN_RPM, TYPE_FAN, IPMI_SENSOR_UNIT_RPM, 1.0, "is not in RPM", "fan"},
    {HAL_POWER_MW, 0, IPMI_SENSOR_UNIT_WATTS, 1000.0, "is not in W", "power"},
};
enum { N_QUANTITIES = sizeof quantities / sizeof quantities[0] };

/* What a record says of its unit, and whether a rate or a second unit changes its meaning. */
static bool parse_unit(const uint8_t *bytes, unsigned len, ipmi_sdr_ctx_t ctx, uint8_t *unit)
{
    uint8_t percentage;
    uint8_t modifier;
    uint8_t rate;
    uint8_t second;
    if (ipmi_sdr_parse_sensor_units(ctx, bytes, len, &percentage, &modifier, &rate, unit, &second) <
        0)
        return false;
    if (percentage != 0 || modifier != 0)
        *unit = 0;
    return true;
}

static void classify(struct hal_record *record, uint8_t type, uint8_t unit)
{
    for (unsigned i = 0; i < N_QUANTITIES; i++) {
        bool is_unit = quantities[i].unit == unit;
        if (quantities[i].type != 0 ? quantities[i].type != type : !is_unit)
            continue;
        record->has_quantity = true;
        record->quantity = quantities[i].quantity;
        record->fault = is_unit ? NULL : quantities[i].fault;
        return;
    }
}

static bool parse_place(ipmi_sdr_ctx_t ctx, const uint8_t *bytes, unsigned len,
                        struct hal_record *out, uint8_t *owner)
{
    uint8_t owner_type;
    uint8_t owner_id;
    uint8_t channel;
    uint8_t is_logical;
    if (ipmi_sdr_parse_sensor_owner_id(ctx, bytes, len, &owner_type, &owner_id) < 0 ||
        ipmi_sdr_parse_sensor_owner_lun(ctx, bytes, len, &out->lun, &channel) < 0 ||
        ipmi_sdr_parse_sensor_number(ctx, bytes, len, &out->number) < 0 ||
        ipmi_sdr_parse_entity_id_instance_type(ctx, bytes, len, &out->entity, &out->instance,
                                               &is_logical) < 0)
        return false;
    out->instance &= ENTITY_INSTANCE_MASK;
    *owner = (uint8_t)(owner_id << 1 | owner_type);
    return true;
}

static bool parse_with(ipmi_sdr_ctx_t ctx, const uint8_t *bytes, unsigned len,
                       struct hal_record *out)
{
    uint16_t id;
    uint8_t record_type;
    uint8_t event_type;
    uint8_t type;
    uint8_t unit;
    uint8_t owner;
    if (ipmi_sdr_parse_record_id_and_type(ctx, bytes, len, &id, &record_type) < 0 ||
        record_type != IPMI_SDR_FORMAT_FULL_SENSOR_RECORD ||
        ipmi_sdr_parse_event_reading_type_code(ctx, bytes, len, &event_type) < 0 ||
        event_type != IPMI_EVENT_READING_TYPE_CODE_THRESHOLD ||
        ipmi_sdr_parse_sensor_type(ctx, bytes, len, &type) < 0 ||
        !parse_place(ctx, bytes, len, out, &owner) || !parse_unit(bytes, len, ctx, &unit))
        return false;
    char name[IPMI_SDR_MAX_SENSOR_NAME_LENGTH + 1] = "";
    if (ipmi_sdr_parse_id_string(ctx, bytes, len, name, sizeof name - 1) < 0)
        name[0] = '\0';
    memcpy(out->name, name, sizeof out->name - 1);
    hal_text_clean(out->name, sizeof out->name);
    classify(out, type, unit);
    if (ipmi_sdr_parse_sensor_decoding_data(ctx, bytes, len, &out->r_exponent, &out->b_exponent,
                                            &out->m, &out->b, &out->linearization,
                                            &out->format) < 0 ||
        out->format > IPMI_SDR_ANALOG_DATA_FORMAT_2S_COMPLEMENT)
        out->fault = "is not analog";
    else if (out->linearization > IPMI_SDR_LINEARIZATION_CUBERT)
        out->fault = "is not linear";
    if (owner != OWNER_BMC)
        out->fault = "belongs to another controller";
    return true;
}

bool hal_record_parse(const uint8_t *bytes, size_t len, struct hal_record *out)
{
    ipmi_sdr_ctx_t ctx = ipmi_sdr_ctx_create();
    if (ctx == NULL)
        return false;
    *out = (struct hal_record){.number = 0};
    bool is_sensor = parse_with(ctx, bytes, (unsigned)len, out);
    ipmi_sdr_ctx_destroy(ctx);
    return is_sensor;
}

static const char *quantity_str(enum hal_quantity quantity)
{
    for (unsigned i = 0; i < N_QUANTITIES; i++) {
        if (quantities[i].quantity == quantity)
            return quantities[i].name;
    }
    return "unknown";
}

static void name_want(char text[HAL_TEXT_MAX], const struct hal_sensor *want)
{
    if (want->kind == HAL_IPMI_NUMBER)
        hal_text_set(text, "%s sensor %02Xh:", quantity_str(want->quantity), want->number);
    else
        hal_text_set(text, "%s sensor of entity %u.%u:", quantity_str(want->quantity), want->entity,
                     want->instance);
}

static void name_record(char text[HAL_TEXT_MAX], const struct hal_record *record)
{
    hal_text_add(text, " %02Xh %s (%u.%u),", record->number, record->name, record->entity,
                 record->instance);
}

static bool is_wanted(const struct hal_record *record, const struct hal_sensor *want)
{
    if (want->kind == HAL_IPMI_NUMBER)
        return record->number == want->number;
    return record->has_quantity && record->quantity == want->quantity &&
           record->entity == want->entity && record->instance == want->instance;
}

static void cut_last(char text[HAL_TEXT_MAX])
{
    size_t n = strlen(text);
    if (n > 0 && text[n - 1] == ',')
        text[n - 1] = '\0';
}

/* Nothing fits: name what there is of that quantity, since one of it was meant. */
static enum fc_err tell_missing(const struct hal_sdr *sdr, const struct hal_sensor *want,
                                char text[HAL_TEXT_MAX])
{
    struct hal_record record;
    size_t len;
    name_want(text, want);
    hal_text_add(text, " none; there are");
    bool has_any = false;
    for (const uint8_t *p = hal_sdr_next(sdr, NULL, &len); p != NULL;
         p = hal_sdr_next(sdr, p, &len)) {
        if (!hal_record_parse(p, len, &record) || !record.has_quantity || record.fault != NULL ||
            record.quantity != want->quantity)
            continue;
        name_record(text, &record);
        has_any = true;
    }
    if (!has_any)
        hal_text_add(text, " none of that quantity");
    cut_last(text);
    return FC_ERR_NO_SENSOR;
}

static enum fc_err tell_fault(const struct hal_record *record, const struct hal_sensor *want,
                              char text[HAL_TEXT_MAX])
{
    name_want(text, want);
    name_record(text, record);
    cut_last(text);
    if (record->fault != NULL)
        hal_text_add(text, " %s", record->fault);
    else
        hal_text_add(text, " measures something else");
    return FC_ERR_NO_SENSOR;
}

enum fc_err hal_record_find(const struct hal_sdr *sdr, const struct hal_sensor *want,
                            struct hal_record *out, char text[HAL_TEXT_MAX])
{
    struct hal_record record;
    struct hal_record usable = {.number = 0};
    struct hal_record unusable = {.number = 0};
    unsigned n_usable = 0;
    unsigned n_unusable = 0;
    size_t len;
    char candidates[HAL_TEXT_MAX];
    name_want(candidates, want);
    for (const uint8_t *p = hal_sdr_next(sdr, NULL, &len); p != NULL;
         p = hal_sdr_next(sdr, p, &len)) {
        if (!hal_record_parse(p, len, &record) || !is_wanted(&record, want))
            continue;
        if (record.fault != NULL || !record.has_quantity || record.quantity != want->quantity) {
            unusable = record;
            n_unusable++;
            continue;
        }
        name_record(candidates, &record);
        usable = record;
        n_usable++;
    }
    if (n_usable == 1) {
        *out = usable;
        return FC_OK;
    }
    if (n_usable == 0)
        return n_unusable > 0 ? tell_fault(&unusable, want, text) : tell_missing(sdr, want, text);
    cut_last(candidates);
    hal_text_set(text, "%s", candidates);
    return FC_ERR_AMBIGUOUS;
}

enum fc_err hal_record_decode(const struct hal_record *record, uint8_t raw, int32_t *value)
{
    double decoded;
    if (ipmi_sensor_decode_value(record->r_exponent, record->b_exponent, record->m, record->b,
                                 record->linearization, record->format, raw, &decoded) < 0)
        return FC_ERR_NO_READING;
    /* The library takes 1 / 0 for 0. */
    if (record->linearization == IPMI_SDR_LINEARIZATION_INVERSE && fabs(decoded) <= 0.0)
        return FC_ERR_NO_READING;
    double scale = 1.0;
    for (unsigned i = 0; i < N_QUANTITIES; i++) {
        if (quantities[i].quantity == record->quantity)
            scale = quantities[i].scale;
    }
    double rounded = floor(decoded * scale + 0.5);
    /* A number that is not finite fails this comparison. */
    if (!(rounded >= INT32_MIN && rounded <= INT32_MAX))
        return FC_ERR_NO_READING;
    *value = (int32_t)rounded;
    return FC_OK;
}

static enum fc_err judge_code(struct hal_link *link, const struct hal_record *record, uint8_t code)
{
    enum fc_err err = hal_completion_err(code);
    hal_text_set(link->text, "sensor %02Xh %s: completion code %02x, %s", record->number,
                 record->name, code, hal_completion_str(code));
    /* cb, cd, d5 and the like: this sensor can not be read now, whatever its record says. */
    return err == FC_ERR_REFUSED || err == FC_ERR_UNSUPPORTED ? FC_ERR_NO_READING : err;
}

enum fc_err hal_record_read(struct hal_link *link, const struct hal_record *record, int32_t *value)
{
    const uint8_t rq[] = {CMD_GET_READING, record->number};
    uint8_t rs[HAL_LINK_REPLY_MAX];
    size_t n = 0;
    /* Not ipmi_sensor_read(): it calls a short reply an internal error and hides the completion
     * code, so that one bad sensor could not be told from a lost link. */
    enum fc_err err =
        hal_link_cmd(link, record->lun, NETFN_SENSOR, rq, sizeof rq, rs, sizeof rs, &n);
    if (err != FC_OK)
        return err;
    const char *why = NULL;
    if (n >= 2 && rs[1] != HAL_CC_OK)
        return judge_code(link, record, rs[1]);
    if (n <= FLAGS_AT)
        why = "reply too short";
    else if ((rs[FLAGS_AT] & FLAG_UNAVAILABLE) != 0)
        why = "reading unavailable";
    else if ((rs[FLAGS_AT] & FLAG_SCANNING) == 0 &&
             (link->workarounds & HAL_LINK_IGNORE_SCANNING) == 0)
        why = "scanning disabled";
    else if (hal_record_decode(record, rs[READING_AT], value) != FC_OK)
        why = "value out of range";
    if (why == NULL)
        return FC_OK;
    hal_text_set(link->text, "sensor %02Xh %s: %s", record->number, record->name, why);
    return FC_ERR_NO_READING;
}
#endif
