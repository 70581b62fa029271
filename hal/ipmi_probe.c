/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hal/ipmi.h"

#if FC_HAVE_IPMI
#include <stdlib.h>
#include <string.h>

#include "hal/completion.h"
#include "hal/ipmi_handle.h"
#include "hal/text.h"

enum {
    NETFN_APP = 0x06,
    CMD_DEVICE_ID = 0x01,
    /* Get Device ID, IPMI 2.0, table 20-2; the reply begins with the command here. */
    DEVICE_ID_BYTES = 13,
    DEVICE_ID_AUX_AT = 13,
    DEVICE_ID_AUX_BYTES = 17,
};

/* A BMC that is being asked for hundreds of sensors is worth an error early. */
static enum fc_err probe_device(struct hal_link *link, struct hal_probe *out)
{
    const uint8_t rq[] = {CMD_DEVICE_ID};
    uint8_t rs[HAL_LINK_REPLY_MAX];
    size_t n = 0;
    enum fc_err err = hal_link_cmd(link, 0, NETFN_APP, rq, sizeof rq, rs, sizeof rs, &n);
    if (err != FC_OK)
        return err;
    if (n >= 2 && rs[1] != HAL_CC_OK) {
        hal_text_set(link->text, "device id: completion code %02x, %s", rs[1],
                     hal_completion_str(rs[1]));
        return hal_completion_err(rs[1]);
    }
    if (n < DEVICE_ID_BYTES) {
        hal_text_set(link->text, "device id: a reply of %zu bytes", n);
        return FC_ERR_REPLY;
    }
    out->firmware_major = rs[4] & 0x7f;
    out->firmware_minor = (uint8_t)((rs[5] >> 4) * 10 + (rs[5] & 0x0f)); /* two decimal digits */
    out->manufacturer = (uint32_t)rs[8] | (uint32_t)rs[9] << 8 | (uint32_t)(rs[10] & 0x0f) << 16;
    out->product = (uint16_t)(rs[11] | rs[12] << 8);
    if (n >= DEVICE_ID_AUX_BYTES)
        memcpy(out->firmware_aux, rs + DEVICE_ID_AUX_AT, sizeof out->firmware_aux);
    return FC_OK;
}

static enum fc_err probe_sensors(struct hal_handle *h, struct hal_probe *out)
{
    size_t len;
    for (const uint8_t *p = hal_sdr_next(&h->sdr, NULL, &len);
         p != NULL && out->n_sensors < HAL_PROBE_SENSORS_MAX; p = hal_sdr_next(&h->sdr, p, &len)) {
        struct hal_record record;
        if (!hal_record_parse(p, len, &record) || !record.has_quantity || record.fault != NULL)
            continue;
        struct hal_probe_sensor *sensor = &out->sensor[out->n_sensors++];
        *sensor = (struct hal_probe_sensor){
            .quantity = record.quantity,
            .number = record.number,
            .entity = record.entity,
            .instance = record.instance,
        };
        memcpy(sensor->name, record.name, sizeof sensor->name);
        sensor->reading = hal_record_read(&h->link, &record, &sensor->value);
        if (hal_is_bus_error(sensor->reading))
            return sensor->reading;
    }
    return FC_OK;
}

static enum fc_err probe(struct hal_handle *h, struct hal_probe *out)
{
    enum fc_err err = hal_handle_connect(h);
    if (err == FC_OK)
        err = probe_device(&h->link, out);
    if (err == FC_OK)
        err = hal_sdr_load(&h->sdr, &h->link, h->sdr_cache_path);
    if (err == FC_OK)
        err = probe_sensors(h, out);
    if (err == FC_OK)
        err = hal_dell_probe_fan(&h->dell, &out->fan);
    if (err == FC_OK)
        err = hal_dell_probe_pcie(&h->dell, &out->pcie, &out->has_pcie_response,
                                  &out->is_pcie_response_enabled);
    return err;
}

enum fc_err hal_ipmi_probe(struct hal *h, struct hal_probe *out)
{
    struct hal_handle *handle = hal_handle_of(h);
    if (handle == NULL)
        return FC_ERR_CONFIG;
    struct hal_probe *found = calloc(1, sizeof *found);
    if (found == NULL)
        return FC_ERR_MEMORY;
    enum fc_err err = probe(handle, found);
    if (err == FC_OK)
        *out = *found;
    free(found);
    return err;
}
#endif
