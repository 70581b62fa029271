/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/bmc.h"

enum { LINE_MAX_BYTES = 160, WORDS_MAX = 5, COUNT_MAX = 1000000 };

static const double SPEED_MAX = 1000.0;
static const double SECONDS_MAX = 86400.0;
static const double RESTART_S = 2.0;
static const double INLET_MIN_C = -40.0;
static const double INLET_MAX_C = 80.0;

/* A line, cut into words. word[0] is the command, n_words counts it. */
struct words {
    char text[LINE_MAX_BYTES];
    const char *word[WORDS_MAX];
    unsigned n_words;
};

static bool cut(struct words *words, const char *line)
{
    size_t len = strlen(line);
    words->n_words = 0;
    if (len >= sizeof words->text)
        return false;
    memcpy(words->text, line, len + 1);
    char *rest = NULL;
    for (char *word = strtok_r(words->text, " \t\r\n", &rest); word != NULL;
         word = strtok_r(NULL, " \t\r\n", &rest)) {
        if (words->n_words == WORDS_MAX)
            return false;
        words->word[words->n_words++] = word;
    }
    return words->n_words > 0;
}

static bool to_number(const char *word, double low, double high, double *out)
{
    char *end = NULL;
    double value = strtod(word, &end);
    if (end == word || *end != '\0' || isnan(value) || value < low || value > high)
        return false;
    *out = value;
    return true;
}

static bool to_whole(const char *word, long low, long high, long *out)
{
    char *end = NULL;
    long value = strtol(word, &end, 0);
    if (end == word || *end != '\0' || value < low || value > high)
        return false;
    *out = value;
    return true;
}

static bool to_count(const struct words *words, unsigned k, int32_t *out)
{
    long count = SIM_BMC_ALWAYS;
    if (words->n_words > k && !to_whole(words->word[k], 1, COUNT_MAX, &count))
        return false;
    *out = (int32_t)count;
    return words->n_words <= k + 1;
}

static bool to_row(const struct words *words, enum sim_r730 *row)
{
    long number;
    return words->n_words == 3 && to_whole(words->word[2], 0, 255, &number) &&
           sim_r730_find_number((unsigned)number, row) == FC_OK;
}

static bool do_load(struct sim_bmc *bmc, const struct words *words)
{
    struct sim_machine *machine = &bmc->machine;
    if (words->n_words != 2)
        return false;
    bool is_number = to_number(words->word[1], 0.0, 1.0, &machine->load_fixed);
    if (!is_number && !sim_load_parse(words->word[1], &machine->load))
        return false;
    machine->has_load = is_number;
    return true;
}

static bool do_inlet(struct sim_bmc *bmc, const struct words *words)
{
    struct sim_machine *machine = &bmc->machine;
    if (words->n_words != 2)
        return false;
    bool is_number = to_number(words->word[1], INLET_MIN_C, INLET_MAX_C, &machine->inlet_fixed_c);
    if (!is_number && !sim_inlet_parse(words->word[1], &machine->inlet))
        return false;
    machine->has_inlet = is_number;
    return true;
}

static bool fault_count(struct sim_bmc *bmc, const struct words *words)
{
    return to_count(words, 2, &bmc->faults.busy_left);
}

static bool fault_code(struct sim_bmc *bmc, const struct words *words)
{
    long cmd;
    long code;
    int32_t left;
    if (words->n_words < 4 || !to_whole(words->word[2], 0, 255, &cmd) ||
        !to_whole(words->word[3], 0, 255, &code) || !to_count(words, 4, &left))
        return false;
    bmc->faults.code_cmd = (uint8_t)cmd;
    bmc->faults.code = (uint8_t)code;
    bmc->faults.code_left = left;
    return true;
}

static bool fault_sensor(struct sim_bmc *bmc, const struct words *words)
{
    enum sim_r730 row;
    if (!to_row(words, &row))
        return false;
    if (strcmp(words->word[1], "unavailable") == 0)
        bmc->faults.is_unavailable[row] = true;
    else if (strcmp(words->word[1], "missing") == 0)
        bmc->faults.is_missing[row] = true;
    else {
        bmc->faults.is_frozen[row] = true;
        bmc->faults.frozen_raw[row] = sim_machine_raw(&bmc->machine, row);
    }
    return true;
}

static bool fault_time(struct sim_bmc *bmc, const struct words *words)
{
    double seconds = RESTART_S;
    bool is_restart = strcmp(words->word[1], "restart") == 0;
    if (words->n_words != 3 && !(is_restart && words->n_words == 2))
        return false;
    if (words->n_words == 3 && !to_number(words->word[2], 0.0, SECONDS_MAX, &seconds))
        return false;
    uint64_t ms = (uint64_t)llround(seconds * 1000.0);
    if (is_restart)
        sim_bmc_restart(bmc, bmc->real_ms, ms);
    else if (strcmp(words->word[1], "off") == 0)
        bmc->faults.off_until_ms = bmc->real_ms + ms;
    else
        bmc->faults.lost_until_ms = bmc->real_ms + ms;
    return true;
}

static bool fault_slow(struct sim_bmc *bmc, const struct words *words)
{
    long slow_ms;
    if (words->n_words != 3 || !to_whole(words->word[2], 0, 600000, &slow_ms))
        return false;
    bmc->faults.slow_ms = (uint32_t)slow_ms;
    return true;
}

static bool fault_stuck(struct sim_bmc *bmc, const struct words *words)
{
    long fan;
    if (words->n_words != 3 || !to_whole(words->word[2], 1, SIM_FANS, &fan))
        return false;
    bmc->machine.plant.is_stuck[fan - 1] = true;
    return true;
}

static bool fault_plain(struct sim_bmc *bmc, const struct words *words)
{
    const char *name = words->word[1];
    struct sim_bmc_faults *faults = &bmc->faults;
    if (words->n_words != 2)
        return false;
    if (strcmp(name, "locked") == 0)
        faults->is_locked = true;
    else if (strcmp(name, "privilege") == 0)
        faults->is_denied = true;
    else if (strcmp(name, "unsupported") == 0)
        faults->is_unsupported = true;
    else if (strcmp(name, "truncated") == 0)
        faults->mangle = SIM_TRUNCATED;
    else if (strcmp(name, "padded") == 0)
        faults->mangle = SIM_PADDED;
    else if (strcmp(name, "garbage") == 0)
        faults->mangle = SIM_GARBAGE;
    else
        sim_plant_forget(&bmc->machine.plant);
    return true;
}

static bool fault_none(struct sim_bmc *bmc, const struct words *words)
{
    if (words->n_words != 2)
        return false;
    bmc->faults = (struct sim_bmc_faults){.is_locked = false};
    for (unsigned i = 0; i < SIM_FANS; i++)
        bmc->machine.plant.is_stuck[i] = false;
    return true;
}

static const struct {
    const char *name;
    bool (*act)(struct sim_bmc *bmc, const struct words *words);
} fault_rows[] = {
    {"none", fault_none},          {"locked", fault_plain},    {"privilege", fault_plain},
    {"unsupported", fault_plain},  {"truncated", fault_plain}, {"padded", fault_plain},
    {"garbage", fault_plain},      {"forget", fault_plain},    {"busy", fault_count},
    {"code", fault_code},          {"stuck", fault_stuck},     {"slow", fault_slow},
    {"unavailable", fault_sensor}, {"missing", fault_sensor},  {"frozen", fault_sensor},
    {"off", fault_time},           {"lost", fault_time},       {"restart", fault_time},
};

static bool do_fault(struct sim_bmc *bmc, const struct words *words)
{
    if (words->n_words < 2)
        return false;
    for (size_t i = 0; i < sizeof fault_rows / sizeof fault_rows[0]; i++) {
        if (strcmp(fault_rows[i].name, words->word[1]) == 0)
            return fault_rows[i].act(bmc, words);
    }
    return false;
}

static bool do_line(struct sim_bmc *bmc, const struct words *words)
{
    if (strcmp(words->word[0], "load") == 0)
        return do_load(bmc, words);
    if (strcmp(words->word[0], "inlet") == 0)
        return do_inlet(bmc, words);
    if (strcmp(words->word[0], "speed") == 0)
        return words->n_words == 2 && to_number(words->word[1], 0.0, SPEED_MAX, &bmc->speed);
    return strcmp(words->word[0], "fault") == 0 && do_fault(bmc, words);
}

bool sim_bmc_command(struct sim_bmc *bmc, uint64_t real_ms, const char *line)
{
    struct words words;
    sim_bmc_advance(bmc, real_ms);
    bmc->counts.commands++;
    bmc->why[0] = '\0';
    if (cut(&words, line) && do_line(bmc, &words))
        return true;
    snprintf(bmc->why, sizeof bmc->why, "not understood: %.80s", line);
    return false;
}
