/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/core/cases.h"

#include "core/source.h"

enum { GONE = INT32_MIN }; /* no reading at all, in the tables */

static void put(struct fc_temp *temp, int32_t temp_mc)
{
    temp->has = temp_mc != GONE;
    temp->temp_mc = temp_mc == GONE ? 50000 : temp_mc; /* a value without has must not count */
}

static void test_valid_range(void **state)
{
    static const struct {
        const char *name;
        int32_t temp_mc;
        uint8_t is_valid;
    } rows[] = {
        {"smallest number", INT32_MIN + 1, 0},
        {"minus one degree", -1000, 0},
        {"one below", -1, 0},
        {"lowest", 0, 1},
        {"one above the lowest", 1, 1},
        {"one below the highest", 124999, 1},
        {"highest", 125000, 1},
        {"one above", 125001, 0},
        {"255 degrees", 255000, 0},
        {"largest number", INT32_MAX, 0},
        {"not given", GONE, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fc_temp temp[FC_SOURCES_MAX][FC_SENSORS_MAX] = {{{0}}};
        struct fc_seen seen = {{0}};
        struct fc_belief belief;

        put(&temp[CPU1][0], rows[i].temp_mc);
        belief = fc_source_believe(&cfg, (const struct fc_temp(*)[FC_SENSORS_MAX])temp, 1, &seen);
        EXPECT(rows[i].name, belief.is_valid[CPU1], rows[i].is_valid);
        EXPECT(rows[i].name, belief.has_hottest, rows[i].is_valid);
        EXPECT(rows[i].name, belief.is_failed, !rows[i].is_valid);
        EXPECT(rows[i].name, seen.is_seen[CPU1], rows[i].is_valid);
        if (rows[i].is_valid)
            EXPECT(rows[i].name, belief.hottest_mc, rows[i].temp_mc);
    }
}

static void test_hottest_sensor(void **state)
{
    static const struct {
        const char *name;
        int32_t sensor_mc[FC_SENSORS_MAX];
        int32_t want_mc;
    } rows[] = {
        {"the first", {61000, 60000, 59000, 58000}, 61000},
        {"the last", {58000, 59000, 60000, 61000}, 61000},
        {"one in between", {58000, 61000, 60000, GONE}, 61000},
        {"only the last", {GONE, GONE, GONE, 40000}, 40000},
        {"an invalid one is not the hottest", {126000, 60000, GONE, GONE}, 60000},
        {"an invalid one behind", {60000, 126000, -1, GONE}, 60000},
        {"zero is a temperature", {0, GONE, GONE, GONE}, 0},
        {"none", {GONE, GONE, GONE, GONE}, GONE},
        {"none valid", {-1, 125001, 255000, -1000}, GONE},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fc_temp temp[FC_SOURCES_MAX][FC_SENSORS_MAX] = {{{0}}};
        struct fc_seen seen = {{0}};
        struct fc_belief belief;

        for (size_t k = 0; k < FC_SENSORS_MAX; k++)
            put(&temp[CPU1][k], rows[i].sensor_mc[k]);
        belief = fc_source_believe(&cfg, (const struct fc_temp(*)[FC_SENSORS_MAX])temp, 1, &seen);
        EXPECT(rows[i].name, belief.is_valid[CPU1], rows[i].want_mc != GONE);
        if (rows[i].want_mc != GONE)
            EXPECT(rows[i].name, belief.temp_mc[CPU1], rows[i].want_mc);
    }
}

struct reading {
    const char *name;
    int32_t cpu1_mc, cpu2_mc;
    uint8_t is_bus_ok;
    uint8_t want_failed;
    int32_t want_hottest_mc; /* GONE: none */
    uint8_t want_hottest;
};

static void check_readings(enum fc_required cpu1, enum fc_required cpu2, const struct reading *rows,
                           size_t n_rows)
{
    struct fc_config cfg = defaults_config();
    struct fc_seen seen = {{0}};

    cfg.required[CPU1] = cpu1;
    cfg.required[CPU2] = cpu2;
    for (size_t i = 0; i < n_rows; i++) {
        struct fc_temp temp[FC_SOURCES_MAX][FC_SENSORS_MAX] = {{{0}}};
        struct fc_belief belief;

        put(&temp[CPU1][0], rows[i].cpu1_mc);
        put(&temp[CPU2][0], rows[i].cpu2_mc);
        belief = fc_source_believe(&cfg, (const struct fc_temp(*)[FC_SENSORS_MAX])temp,
                                   rows[i].is_bus_ok, &seen);
        EXPECT(rows[i].name, belief.is_failed, rows[i].want_failed);
        EXPECT(rows[i].name, belief.has_hottest, rows[i].want_hottest_mc != GONE);
        if (belief.has_hottest)
            EXPECT(rows[i].name, belief.hottest_mc, rows[i].want_hottest_mc);
        EXPECT(rows[i].name, belief.hottest, rows[i].want_hottest);
    }
}

static void test_required_always(void **state)
{
    static const struct reading rows[] = {
        {"both", 60000, 57000, 1, 0, 60000, CPU1},
        {"the second is hotter", 57000, 60000, 1, 0, 60000, CPU2},
        {"the first of equals", 60000, 60000, 1, 0, 60000, CPU1},
        {"the bus failed", 90000, 90000, 0, 1, GONE, 0},
        {"the first is lost", GONE, 57000, 1, 1, 57000, CPU2},
        {"the second is lost", 60000, GONE, 1, 1, 60000, CPU1},
        {"both are lost", GONE, GONE, 1, 1, GONE, 0},
        {"hot though failed", GONE, 125000, 1, 1, 125000, CPU2},
    };

    (void)state;
    check_readings(FC_REQUIRED_ALWAYS, FC_REQUIRED_ALWAYS, rows, COUNT_OF(rows));
}

static void test_required_once_seen(void **state)
{
    static const struct reading rows[] = {
        {"absent from the start", 60000, GONE, 1, 0, 60000, CPU1},
        {"there, but the bus failed", 60000, 57000, 0, 1, GONE, 0},
        {"so not seen yet", 60000, GONE, 1, 0, 60000, CPU1},
        {"an invalid value is not seen", 60000, 126000, 1, 0, 60000, CPU1},
        {"still absent", 60000, GONE, 1, 0, 60000, CPU1},
        {"seen on a failed reading", GONE, 57000, 1, 1, 57000, CPU2},
        {"lost, and required now", 60000, GONE, 1, 1, 60000, CPU1},
        {"for ever", 60000, -1, 1, 1, 60000, CPU1},
        {"back", 60000, 57000, 1, 0, 60000, CPU1},
    };

    (void)state;
    check_readings(FC_REQUIRED_ALWAYS, FC_REQUIRED_ONCE_SEEN, rows, COUNT_OF(rows));
}

static void test_required_never(void **state)
{
    static const struct reading rows[] = {
        {"both", 60000, 57000, 1, 0, 60000, CPU1},
        {"one drops out", GONE, 57000, 1, 0, 57000, CPU2},
        {"the other drops out", 60000, GONE, 1, 0, 60000, CPU1},
        {"no profile sees anything", GONE, GONE, 1, 1, GONE, 0},
        {"the bus failed", 60000, 57000, 0, 1, GONE, 0},
    };

    (void)state;
    check_readings(FC_REQUIRED_NEVER, FC_REQUIRED_NEVER, rows, COUNT_OF(rows));
    check_readings(FC_REQUIRED_ONCE_SEEN, FC_REQUIRED_NEVER, &rows[3], 1);
}

/* A corrupt word must not make a source optional. */
static void test_required_corrupt(void **state)
{
    static const struct reading rows[] = {
        {"both", 60000, 57000, 1, 0, 60000, CPU1},
        {"the first is lost", GONE, 57000, 1, 1, 57000, CPU2},
    };

    (void)state;
    check_readings((enum fc_required)77, FC_REQUIRED_NEVER, rows, COUNT_OF(rows));
}

/* One profile that sees nothing is enough, whichever it is, however many groups it has. */
static void test_every_profile_must_see(void **state)
{
    static const struct {
        const char *name;
        uint32_t blind_profile;
        uint8_t has_second_group, want_failed;
    } rows[] = {
        {"the first sees cpu2 alone", COOL, 0, 1},
        {"the second sees cpu2 alone", QUIET, 0, 1},
        {"the first, helped by a second group", COOL, 1, 0},
        {"the second, helped by a second group", QUIET, 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fc_config cfg = defaults_config();
        struct fc_profile *profile = &cfg.profile[rows[i].blind_profile];
        struct fc_belief belief = {.is_valid = {1, 0}, .temp_mc = {60000, 0}};
        const struct fc_seen seen = {{0}};

        profile->group[1] = profile->group[0];
        profile->group[0].has_source[CPU1] = 0;
        profile->n_groups = rows[i].has_second_group ? 2 : 1;
        fc_source_judge(&cfg, &belief, &seen);
        EXPECT(rows[i].name, belief.is_failed, rows[i].want_failed);
    }
}

/* Judging again forgets what was found before. */
static void test_judge_starts_afresh(void **state)
{
    const struct fc_config cfg = defaults_config();
    const struct fc_seen seen = {{0}};
    struct fc_belief belief = {.hottest_mc = 99000, .hottest = 5, .has_hottest = 1};

    (void)state;
    fc_source_judge(&cfg, &belief, &seen);
    assert_int_equal(belief.has_hottest, 0);
    assert_int_equal(belief.hottest, 0);
    assert_int_equal(belief.is_failed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid_range),
        cmocka_unit_test(test_hottest_sensor),
        cmocka_unit_test(test_required_always),
        cmocka_unit_test(test_required_once_seen),
        cmocka_unit_test(test_required_never),
        cmocka_unit_test(test_required_corrupt),
        cmocka_unit_test(test_every_profile_must_see),
        cmocka_unit_test(test_judge_starts_afresh),
    };

    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
