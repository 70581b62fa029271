/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to hal/ipmi*.c: the sensor data records (SDR) of one BMC, read once.
 *
 * A walk over the records takes an iDRAC some 12 s, so they are kept in memory for as long as the
 * handle lives, and in a file for the next program. Both hold for exactly one BMC in one state: its
 * device id (with the firmware revision), its GUID, and the version, number and times of its
 * records. Anything else, or a file that is damaged in any way, and the walk is made again.
 *
 * The file:  "fcsdr\0\0\1"  checksum (8)  identity (44)  length (4)  records
 *            numbers are little-endian; the checksum (FNV-1a, 64 bits) covers all that follows it
 *
 * FreeIPMI's own cache format is not used on disk: it does not say which BMC it is of, and its
 * reader maps the file, so that whoever truncates it kills the reader.
 */
#ifndef HAL_IPMI_SDR_H
#define HAL_IPMI_SDR_H

#include "hal/ipmi_link.h"

enum {
    HAL_SDR_ID_BYTES = 44,
    HAL_SDR_BYTES_MAX = 1 << 20, /* a 140-record iDRAC has 9 kB */
};

/* Owned by the caller; zeroed at first. */
struct hal_sdr {
    uint8_t id[HAL_SDR_ID_BYTES];
    uint8_t *records; /* one after the other, as the BMC gave them; NULL: none yet */
    size_t n_bytes;
};

/* Have the records of the BMC at the other end of an open link: those in memory, those in the file
 * at path (NULL: no file), or after a walk, which are then written to the file, if it can be. FC_OK
 * or what the link returns, FC_ERR_UNSUPPORTED, FC_ERR_REPLY, FC_ERR_MEMORY, FC_ERR_SYSTEM. */
FC_MUST_CHECK enum fc_err hal_sdr_load(struct hal_sdr *sdr, struct hal_link *link,
                                       const char *path);

/* The record after `record`, the first one for NULL; NULL at the end. *len is its length. */
const uint8_t *hal_sdr_next(const struct hal_sdr *sdr, const uint8_t *record, size_t *len);

void hal_sdr_free(struct hal_sdr *sdr);

/* Private to ipmi_sdr*.c: the file. Both leave sdr alone when they fail; nothing is reported, since
 * the records can always be had from the BMC. */
bool hal_sdr_file_read(struct hal_sdr *sdr, const char *path, const uint8_t id[HAL_SDR_ID_BYTES]);
void hal_sdr_file_write(const struct hal_sdr *sdr, const char *path);

/* Do the records follow each other to the last byte? */
bool hal_sdr_is_whole(const uint8_t *records, size_t n_bytes);

#endif
