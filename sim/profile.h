/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What happens to the machine from outside in the course of a day: its load, the air at its inlet,
 * and whether somebody is in the room.
 *
 * Pure functions of the seed and of the virtual time, so that two runs, or one run asked twice,
 * see the same day. Time 0 is midnight. Amplitudes, days and bursts are chosen, not recorded.
 *
 *   idle    0.05                            winter   5 C, 3 C up in the afternoon, 3 C down at
 * night steady  0.48, the measured machine      spring  18 C, 5 C bursty  0.35; bursts of 0.75
 * to 1.0     summer  32 C, 6 C for 1 to 15 min, two an hour    all with slow noise of at most 0.6 C
 *           on average; a backup of 0.60
 *           from 02:00 to 04:00
 *   square  0.20 and 0.85, 10 min each
 *   heavy   0.80
 */
#ifndef SIM_PROFILE_H
#define SIM_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

enum sim_load {
    SIM_LOAD_IDLE,
    SIM_LOAD_STEADY,
    SIM_LOAD_BURSTY,
    SIM_LOAD_SQUARE,
    SIM_LOAD_HEAVY,
    SIM_LOADS
};

enum sim_inlet { SIM_INLET_WINTER, SIM_INLET_SPRING, SIM_INLET_SUMMER, SIM_INLETS };

/* The words for them, by number, with a NULL at the end. */
extern const char *const sim_load_names[SIM_LOADS + 1];
extern const char *const sim_inlet_names[SIM_INLETS + 1];

/* The word; "unknown" for a number that is none of them. */
const char *sim_load_str(enum sim_load load);
const char *sim_inlet_str(enum sim_inlet inlet);

/* The number of a word, exactly as written above; false, and *out untouched, for another word. */
bool sim_load_parse(const char *word, enum sim_load *out);
bool sim_inlet_parse(const char *word, enum sim_inlet *out);

/* Share of the CPUs' power range in use, 0 to 1, at a virtual time. */
double sim_profile_load(uint64_t seed, enum sim_load load, uint64_t at_ms);

/* Temperature of the air that the machine draws in, C. */
double sim_profile_inlet_c(uint64_t seed, enum sim_inlet inlet, uint64_t at_ms);

/* Is somebody in the room? 4.75 h a day: 07:30-08:15, 12:00-13:00 and 18:00-21:00. */
bool sim_profile_is_occupied(uint64_t at_ms);

#endif
