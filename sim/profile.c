/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "sim/profile.h"
#include "sim/rng.h"

enum {
    MINUTE_MS = 60 * 1000,
    HOUR_MS = 60 * MINUTE_MS,
    DAY_MS = 24 * HOUR_MS,
    SQUARE_MS = 10 * MINUTE_MS,
    SLOT_MS = 30 * MINUTE_MS, /* bursts are drawn by the half hour, one of them on average */
    BURSTS_MAX = 6,           /* more than that in a half hour: once in 12 000 */
    BACKUP_START_MS = 2 * HOUR_MS,
    BACKUP_END_MS = 4 * HOUR_MS,
    COLDEST_MS = 4 * HOUR_MS,
    WAVES = 3,

    PART_BURSTS = 1, /* which random numbers are for what */
    PART_INLET = 2,
};

static const double TWO_PI = 6.283185307179586;

/* Slow noise: three waves that do not fit into a day, 0.2 C each. */
static const double wave_h[WAVES] = {1.7, 3.1, 7.3};
static const double WAVE_C = 0.2;

const char *const sim_load_names[SIM_LOADS + 1] = {
    [SIM_LOAD_IDLE] = "idle",     [SIM_LOAD_STEADY] = "steady", [SIM_LOAD_BURSTY] = "bursty",
    [SIM_LOAD_SQUARE] = "square", [SIM_LOAD_HEAVY] = "heavy",   [SIM_LOADS] = NULL,
};

const char *const sim_inlet_names[SIM_INLETS + 1] = {
    [SIM_INLET_WINTER] = "winter",
    [SIM_INLET_SPRING] = "spring",
    [SIM_INLET_SUMMER] = "summer",
    [SIM_INLETS] = NULL,
};

static const struct {
    double mean_c;
    double swing_c;
} seasons[SIM_INLETS] = {
    [SIM_INLET_WINTER] = {5.0, 3.0},
    [SIM_INLET_SPRING] = {18.0, 5.0},
    [SIM_INLET_SUMMER] = {32.0, 6.0},
};

static const struct {
    int from_min;
    int to_min;
} visits[] = {{7 * 60 + 30, 8 * 60 + 15}, {12 * 60, 13 * 60}, {18 * 60, 21 * 60}};

static bool find(const char *const *names, const char *word, unsigned *k)
{
    for (unsigned i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], word) == 0) {
            *k = i;
            return true;
        }
    }
    return false;
}

const char *sim_load_str(enum sim_load load)
{
    return (unsigned)load < SIM_LOADS ? sim_load_names[load] : "unknown";
}

const char *sim_inlet_str(enum sim_inlet inlet)
{
    return (unsigned)inlet < SIM_INLETS ? sim_inlet_names[inlet] : "unknown";
}

bool sim_load_parse(const char *word, enum sim_load *out)
{
    unsigned k;
    if (!find(sim_load_names, word, &k))
        return false;
    *out = (enum sim_load)k;
    return true;
}

bool sim_inlet_parse(const char *word, enum sim_inlet *out)
{
    unsigned k;
    if (!find(sim_inlet_names, word, &k))
        return false;
    *out = (enum sim_inlet)k;
    return true;
}

/* A Poisson number with mean 1, by counting products of uniform numbers (Knuth). */
static unsigned draw_count(struct sim_rng *rng)
{
    const double end = exp(-1.0);
    double product = sim_rng_uniform(rng);
    unsigned n = 0;
    while (product > end && n < BURSTS_MAX) {
        product *= sim_rng_uniform(rng);
        n++;
    }
    return n;
}

/* The largest burst of one half hour that is going on at at_ms, 0 if none is. */
static double burst_of(uint64_t seed, uint64_t slot, uint64_t at_ms)
{
    struct sim_rng rng = sim_rng_split(sim_rng_split(seed, PART_BURSTS).state, slot);
    unsigned n = draw_count(&rng);
    double load = 0.0;
    for (unsigned i = 0; i < n; i++) {
        double start_ms = ((double)slot + sim_rng_uniform(&rng)) * SLOT_MS;
        double end_ms = start_ms + (1.0 + 14.0 * sim_rng_uniform(&rng)) * MINUTE_MS;
        double level = 0.75 + 0.25 * sim_rng_uniform(&rng);
        if ((double)at_ms >= start_ms && (double)at_ms < end_ms)
            load = fmax(load, level);
    }
    return load;
}

static double bursty(uint64_t seed, uint64_t at_ms)
{
    uint64_t slot = at_ms / SLOT_MS;
    uint64_t day_ms = at_ms % DAY_MS;
    double load = day_ms >= BACKUP_START_MS && day_ms < BACKUP_END_MS ? 0.60 : 0.35;
    load = fmax(load, burst_of(seed, slot, at_ms));
    /* No burst is longer than a slot, so only the one before can reach into this one. */
    return slot == 0 ? load : fmax(load, burst_of(seed, slot - 1, at_ms));
}

double sim_profile_load(uint64_t seed, enum sim_load load, uint64_t at_ms)
{
    switch (load) {
    case SIM_LOAD_IDLE:
        return 0.05;
    case SIM_LOAD_STEADY:
        return 0.48;
    case SIM_LOAD_BURSTY:
        return bursty(seed, at_ms);
    case SIM_LOAD_SQUARE:
        return at_ms / SQUARE_MS % 2 == 0 ? 0.20 : 0.85;
    case SIM_LOAD_HEAVY:
    case SIM_LOADS:
        break;
    }
    return 0.80;
}

double sim_profile_inlet_c(uint64_t seed, enum sim_inlet inlet, uint64_t at_ms)
{
    unsigned k = (unsigned)inlet < SIM_INLETS ? (unsigned)inlet : SIM_INLET_SUMMER;
    double hour = (double)at_ms / HOUR_MS;
    double since_coldest = hour - (double)COLDEST_MS / HOUR_MS;
    double inlet_c = seasons[k].mean_c - seasons[k].swing_c * cos(TWO_PI * since_coldest / 24.0);
    struct sim_rng rng = sim_rng_split(seed, PART_INLET);
    for (unsigned i = 0; i < WAVES; i++)
        inlet_c += WAVE_C * sin(TWO_PI * (hour / wave_h[i] + sim_rng_uniform(&rng)));
    return inlet_c;
}

bool sim_profile_is_occupied(uint64_t at_ms)
{
    int minute = (int)(at_ms % DAY_MS / MINUTE_MS);
    for (size_t i = 0; i < sizeof visits / sizeof visits[0]; i++) {
        if (minute >= visits[i].from_min && minute < visits[i].to_min)
            return true;
    }
    return false;
}
