/* SPDX-License-Identifier: MIT OR GPL-3.0-or-later
 *
 * Room source: from raw readings to believed temperatures.
 *
 * A reading counts from 0 to 125 C inclusive. Of a source with several sensors the hottest valid
 * one is believed. If the bus failed, nothing of that tick is believed.
 */
#ifndef FC_SOURCE_H
#define FC_SOURCE_H

#include <stdint.h>

#include "core/config.h"

/* One raw temperature. temp_mc is looked at only where has is not 0. */
struct fc_temp {
    int32_t temp_mc;
    uint8_t has;
};

/* What one tick's reading is worth. */
struct fc_belief {
    int32_t temp_mc[FC_SOURCES_MAX]; /* meaningful where is_valid */
    uint8_t is_valid[FC_SOURCES_MAX];
    int32_t hottest_mc; /* of the valid ones; meaningful where has_hottest */
    uint8_t hottest;    /* ... and which source that is */
    uint8_t has_hottest;
    uint8_t is_failed; /* a required source, or all sources of a profile, gave nothing */
};

/* Which sources were ever valid: what `once_seen` remembers until the program starts again. */
struct fc_seen {
    uint8_t is_seen[FC_SOURCES_MAX];
};

/* Judge one tick's readings. seen is brought up to date first: a source that is valid now has been
 * seen. cfg must have been accepted by fc_config_validate(). */
struct fc_belief fc_source_believe(const struct fc_config *cfg,
                                   const struct fc_temp temp[FC_SOURCES_MAX][FC_SENSORS_MAX],
                                   uint8_t is_bus_ok, struct fc_seen *seen);

/* Find the hottest again and whether the reading fails, from is_valid and temp_mc alone: for a
 * belief that is carried over into another configuration. */
void fc_source_judge(const struct fc_config *cfg, struct fc_belief *belief,
                     const struct fc_seen *seen);

#endif
