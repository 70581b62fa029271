/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small random generator whose whole state is one number: splitmix64 (Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", 2014). The same seed gives the same row of
 * numbers on every machine. For simulation alone, never for a secret.
 */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stdint.h>

struct sim_rng {
    uint64_t state; /* any value is a good seed */
};

uint64_t sim_rng_next(struct sim_rng *rng);

/* 0 <= value < 1. */
double sim_rng_uniform(struct sim_rng *rng);

/* Mean 0, standard deviation 1. */
double sim_rng_normal(struct sim_rng *rng);

/* A generator of its own for part `part` of the run with that seed. */
struct sim_rng sim_rng_split(uint64_t seed, uint64_t part);

#endif
