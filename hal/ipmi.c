/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hal/ipmi.h"

#if FC_HAVE_IPMI
#include <stdlib.h>
#include <string.h>

#include "hal/ipmi_handle.h"
#include "hal/text.h"

static enum fc_err dell_cmd(void *ctx, uint8_t netfn, const uint8_t *rq, size_t n_rq, uint8_t *rs,
                            size_t max_rs, size_t *n_rs)
{
    return hal_link_cmd(ctx, 0, netfn, rq, n_rq, rs, max_rs, n_rs);
}

/* A sensor that is not there is said by its own channel: the others can be read all the same. */
static void find_sensors(struct hal_handle *h)
{
    for (unsigned k = 0; k < h->n_channels; k++) {
        struct hal_channel *channel = &h->channel[k];
        channel->err = hal_record_find(&h->sdr, &channel->sensor, &channel->record, channel->text);
    }
}

enum fc_err hal_handle_connect(struct hal_handle *h)
{
    if (hal_link_is_open(&h->link))
        return FC_OK;
    h->is_ready = false;
    hal_dell_forget(&h->dell);
    return hal_link_open(&h->link);
}

static void close_handle(void *ctx)
{
    struct hal_handle *h = ctx;
    hal_link_close(&h->link);
    hal_dell_forget(&h->dell);
    h->is_ready = false;
}

static enum fc_err open_handle(void *ctx)
{
    struct hal_handle *h = ctx;
    enum fc_err err = hal_handle_connect(h);
    if (err != FC_OK)
        return err;
    if (h->is_ready)
        return FC_OK;
    if (h->n_channels > 0) {
        err = hal_sdr_load(&h->sdr, &h->link, h->sdr_cache_path);
        if (err != FC_OK) {
            close_handle(h);
            return err;
        }
        find_sensors(h);
    }
    h->link.text[0] = '\0';
    h->is_ready = true;
    return FC_OK;
}

static enum fc_err read_channel(void *ctx, unsigned channel, int32_t *value)
{
    struct hal_handle *h = ctx;
    if (channel >= h->n_channels) {
        hal_text_set(h->link.text, "there is no channel %u", channel);
        return FC_ERR_RANGE;
    }
    if (!h->is_ready) {
        hal_text_set(h->link.text, "the session is not open");
        return FC_ERR_CLOSED;
    }
    if (h->channel[channel].err != FC_OK) {
        hal_text_set(h->link.text, "%s", h->channel[channel].text);
        return h->channel[channel].err;
    }
    return hal_record_read(&h->link, &h->channel[channel].record, value);
}

static enum fc_err set_duty(void *ctx, int32_t duty_pct)
{
    struct hal_handle *h = ctx;
    return hal_dell_set_duty(&h->dell, duty_pct);
}

static enum fc_err release(void *ctx)
{
    struct hal_handle *h = ctx;
    return hal_dell_release(&h->dell);
}

static const char *last_text(void *ctx)
{
    struct hal_handle *h = ctx;
    return h->link.text;
}

static void destroy(void *ctx)
{
    struct hal_handle *h = ctx;
    hal_link_end(&h->link);
    hal_sdr_free(&h->sdr);
    free(h->sdr_cache_path);
    explicit_bzero(h, sizeof *h);
    free(h);
}

static const struct hal_ops ops_lan = {
    .name = "lan",
    .open = open_handle,
    .read = read_channel,
    .set_duty = set_duty,
    .release = release,
    .close = close_handle,
    .last_text = last_text,
    .destroy = destroy,
};

static const struct hal_ops ops_openipmi = {
    .name = "openipmi",
    .open = open_handle,
    .read = read_channel,
    .set_duty = set_duty,
    .release = release,
    .close = close_handle,
    .last_text = last_text,
    .destroy = destroy,
};

struct hal_handle *hal_handle_of(struct hal *h)
{
    return h->ops == &ops_lan || h->ops == &ops_openipmi ? h->ctx : NULL;
}

static bool is_sensor_valid(const struct hal_sensor *sensor)
{
    return (sensor->quantity == HAL_TEMP_MC || sensor->quantity == HAL_FAN_RPM ||
            sensor->quantity == HAL_POWER_MW) &&
           (sensor->kind == HAL_IPMI_ENTITY || sensor->kind == HAL_IPMI_NUMBER);
}

enum fc_err hal_ipmi_create(const struct hal_ipmi_cfg *cfg, const struct hal_sensor *sensors,
                            unsigned n, struct hal *out)
{
    if (n > HAL_CHANNELS_MAX)
        return FC_ERR_CONFIG;
    struct hal_handle *h = calloc(1, sizeof *h);
    if (h == NULL)
        return FC_ERR_MEMORY;
    enum fc_err err = hal_link_init(&h->link, cfg);
    for (unsigned k = 0; k < n && err == FC_OK; k++) {
        h->channel[k].sensor = sensors[k];
        if (!is_sensor_valid(&sensors[k]))
            err = FC_ERR_CONFIG;
    }
    if (err == FC_OK && cfg->sdr_cache_path != NULL) {
        h->sdr_cache_path = strdup(cfg->sdr_cache_path);
        if (h->sdr_cache_path == NULL)
            err = FC_ERR_MEMORY;
    }
    if (err != FC_OK) {
        destroy(h);
        return err;
    }
    h->n_channels = n;
    hal_dell_init(&h->dell, (struct hal_dell_link){.cmd = dell_cmd, .ctx = &h->link}, h->link.text);
    out->ops = cfg->driver == HAL_IPMI_LAN ? &ops_lan : &ops_openipmi;
    out->ctx = h;
    return FC_OK;
}
#endif
