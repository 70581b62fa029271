/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hal/ipmi_sdr.h"

#if FC_HAVE_IPMI
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAGIC_BYTES = 8,
    SUM_BYTES = 8,
    LENGTH_BYTES = 4,
    HEAD_BYTES = MAGIC_BYTES + SUM_BYTES + HAL_SDR_ID_BYTES + LENGTH_BYTES,
    SUMMED_FROM = MAGIC_BYTES + SUM_BYTES,
};

static const uint8_t magic[MAGIC_BYTES] = {'f', 'c', 's', 'd', 'r', 0, 0, 1};

static uint64_t fnv1a(const uint8_t *bytes, size_t n)
{
    uint64_t sum = 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ bytes[i]) * 0x100000001b3u;
    return sum;
}

static void put(uint8_t *to, uint64_t value, unsigned n_bytes)
{
    for (unsigned i = 0; i < n_bytes; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get(const uint8_t *from, unsigned n_bytes)
{
    uint64_t value = 0;
    for (unsigned i = n_bytes; i > 0; i--)
        value = value << 8 | from[i - 1];
    return value;
}

static bool read_all(int fd, uint8_t *to, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = read(fd, to + done, n - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

static bool write_all(int fd, const uint8_t *from, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t put_now = write(fd, from + done, n - done);
        if (put_now < 0 && errno == EINTR)
            continue;
        if (put_now <= 0)
            return false;
        done += (size_t)put_now;
    }
    return true;
}

/* The whole file in memory of the caller's, or NULL. A name that is a pipe must not block. */
static uint8_t *slurp(const char *path, size_t *n)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return NULL;
    struct stat st;
    uint8_t *bytes = NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > HEAD_BYTES &&
        st.st_size <= HEAD_BYTES + HAL_SDR_BYTES_MAX) {
        *n = (size_t)st.st_size;
        bytes = calloc(*n, 1); /* zeroed: -fanalyzer does not see that it is filled */
        if (bytes != NULL && !read_all(fd, bytes, *n)) {
            free(bytes);
            bytes = NULL;
        }
    }
    close(fd);
    return bytes;
}

bool hal_sdr_file_read(struct hal_sdr *sdr, const char *path, const uint8_t id[HAL_SDR_ID_BYTES])
{
    size_t n = 0;
    uint8_t *bytes = slurp(path, &n);
    if (bytes == NULL)
        return false;
    const uint8_t *id_there = bytes + SUMMED_FROM;
    size_t n_records = n - HEAD_BYTES;
    if (memcmp(bytes, magic, MAGIC_BYTES) != 0 ||
        get(bytes + MAGIC_BYTES, SUM_BYTES) != fnv1a(bytes + SUMMED_FROM, n - SUMMED_FROM) ||
        memcmp(id_there, id, HAL_SDR_ID_BYTES) != 0 ||
        get(id_there + HAL_SDR_ID_BYTES, LENGTH_BYTES) != n_records ||
        !hal_sdr_is_whole(bytes + HEAD_BYTES, n_records)) {
        free(bytes);
        return false;
    }
    memmove(bytes, bytes + HEAD_BYTES, n_records);
    hal_sdr_free(sdr);
    memcpy(sdr->id, id, HAL_SDR_ID_BYTES);
    sdr->records = bytes;
    sdr->n_bytes = n_records;
    return true;
}

void hal_sdr_file_write(const struct hal_sdr *sdr, const char *path)
{
    size_t n = HEAD_BYTES + sdr->n_bytes;
    uint8_t *bytes = malloc(n);
    char *temporary = NULL;
    if (bytes == NULL || asprintf(&temporary, "%s.XXXXXX", path) < 0) {
        free(bytes);
        return;
    }
    memcpy(bytes, magic, MAGIC_BYTES);
    memcpy(bytes + SUMMED_FROM, sdr->id, HAL_SDR_ID_BYTES);
    put(bytes + SUMMED_FROM + HAL_SDR_ID_BYTES, sdr->n_bytes, LENGTH_BYTES);
    memcpy(bytes + HEAD_BYTES, sdr->records, sdr->n_bytes);
    put(bytes + MAGIC_BYTES, fnv1a(bytes + SUMMED_FROM, n - SUMMED_FROM), SUM_BYTES);
    int fd = mkostemp(temporary, O_CLOEXEC); /* makes it with mode 0600 */
    if (fd >= 0) {
        bool is_written = write_all(fd, bytes, n);
        is_written = close(fd) == 0 && is_written;
        if (!is_written || rename(temporary, path) != 0)
            unlink(temporary);
    }
    free(temporary);
    free(bytes);
}
#endif
