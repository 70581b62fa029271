/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "sim/rng.h"

static const double TWO_PI = 6.283185307179586;

uint64_t sim_rng_next(struct sim_rng *rng)
{
    rng->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = rng->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

double sim_rng_uniform(struct sim_rng *rng)
{
    return (double)(sim_rng_next(rng) >> 11) * 0x1p-53;
}

double sim_rng_normal(struct sim_rng *rng)
{
    /* Box-Muller; 1 - u is never 0. The second number of the pair is given up for a smaller state.
     */
    double radius = sqrt(-2.0 * log(1.0 - sim_rng_uniform(rng)));
    return radius * cos(TWO_PI * sim_rng_uniform(rng));
}

struct sim_rng sim_rng_split(uint64_t seed, uint64_t part)
{
    struct sim_rng rng = {.state = seed};
    rng.state = sim_rng_next(&rng) ^ part;
    rng.state = sim_rng_next(&rng);
    return rng;
}
