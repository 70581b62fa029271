/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to hal/ipmi*.c: what one sensor record says, how a configured sensor is found among them,
 * and how the byte of a reading becomes a quantity.
 *
 * A machine's own records are the only truth about its sensors. A PowerEdge R730 has two processor
 * sensors that are both called "Temp" (0Eh, entity 3.1, and 0Fh, 3.2), while on an iDRAC 6 the
 * number 0Eh is the ambient temperature.
 */
#ifndef HAL_IPMI_SENSOR_H
#define HAL_IPMI_SENSOR_H

#include "hal/ipmi_link.h"
#include "hal/ipmi_sdr.h"

/* A full sensor record of a threshold sensor, decoded. */
struct hal_record {
    enum hal_quantity quantity;
    bool has_quantity; /* it measures one of ours */
    const char *fault; /* why it can not be read all the same; NULL: it can */
    uint8_t number;
    uint8_t lun;
    uint8_t entity;
    uint8_t instance;
    char name[HAL_IPMI_NAME_MAX];
    /* value = linear(m * raw + b * 10^b_exponent) * 10^r_exponent: IPMI 2.0, section 36.3 */
    int16_t m;
    int16_t b;
    int8_t r_exponent;
    int8_t b_exponent;
    uint8_t linearization;
    uint8_t format; /* unsigned, 1's or 2's complement */
};

/* Decode one raw record. false: no full record of a threshold sensor. */
bool hal_record_parse(const uint8_t *bytes, size_t len, struct hal_record *out);

/* The record of a configured sensor. FC_ERR_NO_SENSOR, FC_ERR_AMBIGUOUS: text names the sensor and
 * the candidates. FC_ERR_MEMORY. */
FC_MUST_CHECK enum fc_err hal_record_find(const struct hal_sdr *sdr, const struct hal_sensor *want,
                                          struct hal_record *out, char text[HAL_TEXT_MAX]);

/* A raw reading in the quantity's unit, rounded half up. FC_ERR_NO_READING: it has no value, or one
 * that does not fit. */
FC_MUST_CHECK enum fc_err hal_record_decode(const struct hal_record *record, uint8_t raw,
                                            int32_t *value);

/* Get Sensor Reading: one transaction. FC_ERR_NO_READING with a text: the sensor is off, absent, or
 * its reply can not be used. */
FC_MUST_CHECK enum fc_err hal_record_read(struct hal_link *link, const struct hal_record *record,
                                          int32_t *value);

#endif
