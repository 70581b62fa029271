/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hal/ipmi_sdr.h"

#if FC_HAVE_IPMI
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <freeipmi/freeipmi.h>

#include "hal/completion.h"
#include "hal/text.h"

enum {
    NETFN_APP = 0x06,
    NETFN_STORAGE = 0x0a,
    CMD_DEVICE_ID = 0x01,
    CMD_SYSTEM_GUID = 0x37,
    CMD_REPOSITORY_INFO = 0x20,
    RECORD_HEAD_BYTES = 5, /* id (2), version, type, length of the rest: IPMI 2.0, table 43-1 */
    RECORD_LENGTH_AT = 4,
    /* Where each part of the identity lies in it. */
    ID_DEVICE_AT = 0,
    ID_DEVICE_BYTES = 15,
    ID_GUID_AT = 16,
    ID_GUID_BYTES = 16,
    ID_REPOSITORY_AT = 32,
};

/* The data of one command's reply into `to`, zeros for what it does not have: a BMC need not have a
 * GUID, and may not say the auxiliary firmware revision. */
static enum fc_err ask(struct hal_link *link, uint8_t netfn, uint8_t cmd, uint8_t *to, size_t max)
{
    uint8_t rs[HAL_LINK_REPLY_MAX];
    size_t n = 0;
    enum fc_err err = hal_link_cmd(link, 0, netfn, &cmd, 1, rs, sizeof rs, &n);
    if (err != FC_OK)
        return err;
    memset(to, 0, max);
    if (n < 2)
        return FC_OK;
    err = hal_completion_err(rs[1]);
    if (err == FC_ERR_BUSY || err == FC_ERR_TIMEOUT) { /* later it would answer something else */
        hal_text_set(link->text, "identity: completion code %02x, %s", rs[1],
                     hal_completion_str(rs[1]));
        return err;
    }
    if (err != FC_OK)
        return FC_OK;
    memcpy(to, rs + 2, n - 2 < max ? n - 2 : max);
    return FC_OK;
}

static enum fc_err identify(struct hal_link *link, uint8_t id[HAL_SDR_ID_BYTES])
{
    uint8_t info[14];
    memset(id, 0, HAL_SDR_ID_BYTES);
    enum fc_err err = ask(link, NETFN_APP, CMD_DEVICE_ID, id + ID_DEVICE_AT, ID_DEVICE_BYTES);
    if (err != FC_OK)
        return err;
    id[ID_DEVICE_AT + 2] &= 0x7f; /* the other bit: an update is going on */
    err = ask(link, NETFN_APP, CMD_SYSTEM_GUID, id + ID_GUID_AT, ID_GUID_BYTES);
    if (err != FC_OK)
        return err;
    err = ask(link, NETFN_STORAGE, CMD_REPOSITORY_INFO, info, sizeof info);
    if (err != FC_OK)
        return err;
    /* Version, number of records; not the free space; times of the last addition and erasure. */
    memcpy(id + ID_REPOSITORY_AT, info, 3);
    memcpy(id + ID_REPOSITORY_AT + 3, info + 5, 8);
    return FC_OK;
}

bool hal_sdr_is_whole(const uint8_t *records, size_t n_bytes)
{
    size_t at = 0;
    while (n_bytes - at >= RECORD_HEAD_BYTES) {
        size_t len = RECORD_HEAD_BYTES + (size_t)records[at + RECORD_LENGTH_AT];
        if (len > n_bytes - at)
            return false;
        at += len;
    }
    return at == n_bytes;
}

const uint8_t *hal_sdr_next(const struct hal_sdr *sdr, const uint8_t *record, size_t *len)
{
    if (sdr->records == NULL)
        return NULL;
    const uint8_t *end = sdr->records + sdr->n_bytes;
    record = record == NULL ? sdr->records : record + RECORD_HEAD_BYTES + record[RECORD_LENGTH_AT];
    if (record >= end)
        return NULL;
    *len = RECORD_HEAD_BYTES + (size_t)record[RECORD_LENGTH_AT];
    return record;
}

void hal_sdr_free(struct hal_sdr *sdr)
{
    free(sdr->records);
    *sdr = (struct hal_sdr){.records = NULL};
}

/* What the iteration below gathers. */
struct gathering {
    uint8_t *records;
    size_t n_bytes;
};

static int gather(ipmi_sdr_ctx_t ctx, uint8_t type, const void *record, unsigned len, void *data)
{
    (void)ctx;
    (void)type;
    struct gathering *g = data;
    if (len < RECORD_HEAD_BYTES || g->n_bytes + len > HAL_SDR_BYTES_MAX)
        return -1;
    uint8_t *more = realloc(g->records, g->n_bytes + len);
    if (more == NULL)
        return -1;
    memcpy(more + g->n_bytes, record, len);
    g->records = more;
    g->n_bytes += len;
    return 0;
}

static enum fc_err sdr_error(struct hal_link *link, ipmi_sdr_ctx_t ctx, const char *what)
{
    int errnum = ipmi_sdr_ctx_errnum(ctx);
    if (errnum == IPMI_SDR_ERR_IPMI_ERROR)
        return hal_link_error(link, what);
    hal_text_set(link->text, "%s: %s", what, ipmi_sdr_ctx_strerror(errnum));
    switch (errnum) {
    case IPMI_SDR_ERR_OUT_OF_MEMORY:
        return FC_ERR_MEMORY;
    case IPMI_SDR_ERR_FILENAME_INVALID:
    case IPMI_SDR_ERR_FILESYSTEM:
    case IPMI_SDR_ERR_PERMISSION:
    case IPMI_SDR_ERR_SYSTEM_ERROR:
        return FC_ERR_SYSTEM;
    default:
        return FC_ERR_REPLY;
    }
}

/* FreeIPMI knows how to walk the records of BMCs that do it badly, and writes what it finds to a
 * file by name: here a file in memory that has no other name. */
static enum fc_err walk_into(struct hal_link *link, ipmi_sdr_ctx_t ctx, const char *path,
                             struct gathering *g)
{
    if (ipmi_sdr_cache_create(ctx, link->ctx, path, IPMI_SDR_CACHE_CREATE_FLAGS_OVERWRITE, NULL,
                              NULL) < 0)
        return sdr_error(link, ctx, "sensor records");
    hal_link_touch(link);
    if (ipmi_sdr_cache_open(ctx, NULL, path) < 0 || ipmi_sdr_cache_iterate(ctx, gather, g) < 0)
        return sdr_error(link, ctx, "sensor records");
    if (g->n_bytes == 0 || !hal_sdr_is_whole(g->records, g->n_bytes)) {
        hal_text_set(link->text, "sensor records: %zu bytes that are no records", g->n_bytes);
        return FC_ERR_REPLY;
    }
    return FC_OK;
}

static enum fc_err walk(struct hal_sdr *sdr, struct hal_link *link,
                        const uint8_t id[HAL_SDR_ID_BYTES])
{
    int fd = memfd_create("sdr", MFD_CLOEXEC);
    if (fd < 0)
        return FC_ERR_SYSTEM;
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct gathering g = {.records = NULL};
    ipmi_sdr_ctx_t ctx = ipmi_sdr_ctx_create();
    enum fc_err err = ctx == NULL ? FC_ERR_MEMORY : walk_into(link, ctx, path, &g);
    if (ctx != NULL)
        ipmi_sdr_ctx_destroy(ctx);
    close(fd);
    if (err != FC_OK) {
        free(g.records);
        return err;
    }
    hal_sdr_free(sdr);
    memcpy(sdr->id, id, HAL_SDR_ID_BYTES);
    sdr->records = g.records;
    sdr->n_bytes = g.n_bytes;
    return FC_OK;
}

enum fc_err hal_sdr_load(struct hal_sdr *sdr, struct hal_link *link, const char *path)
{
    uint8_t id[HAL_SDR_ID_BYTES];
    enum fc_err err = identify(link, id);
    if (err != FC_OK)
        return err;
    if (sdr->records != NULL && memcmp(sdr->id, id, sizeof id) == 0)
        return FC_OK;
    if (path != NULL && hal_sdr_file_read(sdr, path, id))
        return FC_OK;
    err = walk(sdr, link, id);
    if (err == FC_OK && path != NULL)
        hal_sdr_file_write(sdr, path);
    return err;
}
#endif
