/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/core/cases.h"

#define AT(field)   #field, offsetof(struct fc_config, field)
#define FIRST_CURVE profile[0].group[0].curve

/* Every number of the configuration is 32 bits wide, so a row can put any value anywhere. */
struct change {
    const char *name;
    size_t offset;
    int32_t value;
    enum fc_err want;
};

static void check_changes(const struct change *rows, size_t n_rows)
{
    for (size_t i = 0; i < n_rows; i++) {
        struct fc_config cfg = defaults_config();

        memcpy((char *)&cfg + rows[i].offset, &rows[i].value, sizeof(rows[i].value));
        cases_expect(rows[i].name, "verdict", fc_config_validate(&cfg), rows[i].want,
                     (int)rows[i].value);
    }
}

static void test_safety_numbers(void **state)
{
    static const struct change rows[] = {
        {AT(ceiling_mc), 125000, FC_OK},
        {AT(ceiling_mc), 125001, FC_ERR_CONFIG},
        {AT(ceiling_mc), 75001, FC_OK},
        {AT(ceiling_mc), 75000, FC_ERR_CONFIG},
        {AT(ceiling_mc), INT32_MIN, FC_ERR_CONFIG},
        {AT(ceiling_mc), INT32_MAX, FC_ERR_CONFIG},
        {AT(resume_below_mc), 82999, FC_OK},
        {AT(resume_below_mc), 83000, FC_ERR_CONFIG},
        {AT(resume_below_mc), 1, FC_OK},
        {AT(resume_below_mc), 0, FC_ERR_CONFIG},
        {AT(resume_below_mc), INT32_MIN, FC_ERR_CONFIG},
        {AT(resume_below_mc), INT32_MAX, FC_ERR_CONFIG},
        {AT(resume_stable_ms), 0, FC_OK},
        {AT(resume_stable_ms), FC_SPAN_MAX_MS, FC_OK},
        {AT(resume_stable_ms), FC_SPAN_MAX_MS + 1, FC_ERR_CONFIG},
        {AT(resume_stable_ms), -1, FC_ERR_CONFIG},
        {AT(max_read_failures), 0, FC_ERR_CONFIG},
        {AT(max_read_failures), 1, FC_OK},
        {AT(max_read_failures), FC_READ_FAILURES_MAX, FC_OK},
        {AT(max_read_failures), FC_READ_FAILURES_MAX + 1, FC_ERR_CONFIG},
        {AT(max_read_failures), -1, FC_ERR_CONFIG},
        {AT(ceiling_action), FC_CEILING_FULL, FC_OK},
        {AT(ceiling_action), 2, FC_ERR_CONFIG},
        {AT(ceiling_action), -1, FC_ERR_CONFIG},
    };

    (void)state;
    check_changes(rows, COUNT_OF(rows));
}

static void test_damping_numbers(void **state)
{
    static const struct change rows[] = {
        {AT(law), 1, FC_ERR_CONFIG},
        {AT(law), -1, FC_ERR_CONFIG},
        {AT(min_duty_pct), -1, FC_ERR_CONFIG},
        {AT(min_duty_pct), 0, FC_OK},
        {AT(min_duty_pct), 100, FC_OK},
        {AT(min_duty_pct), 101, FC_ERR_CONFIG},
        {AT(min_duty_pct), INT32_MIN, FC_ERR_CONFIG},
        {AT(min_duty_pct), INT32_MAX, FC_ERR_CONFIG},
        {AT(bias_pct), -101, FC_ERR_CONFIG},
        {AT(bias_pct), -100, FC_OK},
        {AT(bias_pct), 100, FC_OK},
        {AT(bias_pct), 101, FC_ERR_CONFIG},
        {AT(hysteresis_mc), -1, FC_ERR_CONFIG},
        {AT(hysteresis_mc), 0, FC_OK},
        {AT(hysteresis_mc), FC_HYSTERESIS_MAX_MC, FC_OK},
        {AT(hysteresis_mc), FC_HYSTERESIS_MAX_MC + 1, FC_ERR_CONFIG},
        {AT(output_deadband_pct), -1, FC_ERR_CONFIG},
        {AT(output_deadband_pct), 0, FC_OK},
        {AT(output_deadband_pct), 100, FC_OK},
        {AT(output_deadband_pct), 101, FC_ERR_CONFIG},
        {AT(min_step_pct), -1, FC_ERR_CONFIG},
        {AT(min_step_pct), 0, FC_OK},
        {AT(min_step_pct), 100, FC_OK},
        {AT(min_step_pct), 101, FC_ERR_CONFIG},
    };

    (void)state;
    check_changes(rows, COUNT_OF(rows));
}

static void test_spans(void **state)
{
    static const struct change rows[] = {
        {AT(manual_revert_ms), 0, FC_OK},
        {AT(manual_revert_ms), FC_SPAN_MAX_MS, FC_OK},
        {AT(manual_revert_ms), FC_SPAN_MAX_MS + 1, FC_ERR_CONFIG},
        {AT(setpoint_stale_ms), 0, FC_OK},
        {AT(setpoint_stale_ms), FC_SPAN_MAX_MS, FC_OK},
        {AT(setpoint_stale_ms), FC_SPAN_MAX_MS + 1, FC_ERR_CONFIG},
        {AT(setpoint_grace_ms), 0, FC_OK},
        {AT(setpoint_grace_ms), FC_SPAN_MAX_MS, FC_OK},
        {AT(setpoint_grace_ms), FC_SPAN_MAX_MS + 1, FC_ERR_CONFIG},
        {AT(door_hold_ms), 0, FC_OK},
        {AT(door_hold_ms), FC_SPAN_MAX_MS, FC_OK},
        {AT(door_hold_ms), FC_SPAN_MAX_MS + 1, FC_ERR_CONFIG},
        {AT(door_hold_ms), -1, FC_ERR_CONFIG},
    };

    (void)state;
    check_changes(rows, COUNT_OF(rows));
}

static void test_counts_and_indices(void **state)
{
    static const struct change rows[] = {
        {AT(n_sources), 0, FC_ERR_CONFIG},
        {AT(n_sources), 1, FC_ERR_CONFIG}, /* the groups still name two */
        {AT(n_sources), FC_SOURCES_MAX, FC_OK},
        {AT(n_sources), FC_SOURCES_MAX + 1, FC_ERR_CONFIG},
        {AT(n_sources), -1, FC_ERR_CONFIG},
        {AT(required[0]), FC_REQUIRED_NEVER, FC_OK},
        {AT(required[1]), FC_REQUIRED_ALWAYS, FC_OK},
        {AT(required[1]), 3, FC_ERR_CONFIG},
        {AT(required[1]), -1, FC_ERR_CONFIG},
        {AT(required[2]), 3, FC_OK}, /* not a source */
        {AT(n_profiles), 0, FC_ERR_CONFIG},
        {AT(n_profiles), 1, FC_ERR_CONFIG}, /* the occupied one is the second */
        {AT(n_profiles), FC_PROFILES_MAX + 1, FC_ERR_CONFIG},
        {AT(n_profiles), 3, FC_ERR_CONFIG}, /* the third is empty */
        {AT(occupied_profile), 0, FC_OK},
        {AT(occupied_profile), 2, FC_ERR_CONFIG},
        {AT(empty_profile), 1, FC_OK},
        {AT(empty_profile), 2, FC_ERR_CONFIG},
        {AT(empty_profile), -1, FC_ERR_CONFIG},
        {AT(profile[1].n_groups), 0, FC_ERR_CONFIG},
        {AT(profile[1].n_groups), 2, FC_ERR_CONFIG}, /* the second is empty */
        {AT(profile[1].n_groups), FC_GROUPS_MAX + 1, FC_ERR_CONFIG},
    };

    (void)state;
    check_changes(rows, COUNT_OF(rows));
}

static void test_curves(void **state)
{
    static const struct change rows[] = {
        {AT(FIRST_CURVE.n_points), 0, FC_ERR_CONFIG},
        {AT(FIRST_CURVE.n_points), 1, FC_OK},
        {AT(FIRST_CURVE.n_points), 3, FC_ERR_CONFIG}, /* the third is not above the second */
        {AT(FIRST_CURVE.n_points), FC_POINTS_MAX + 1, FC_ERR_CONFIG},
        {AT(FIRST_CURVE.point[0].temp_mc), FC_POINT_MIN_MC, FC_OK},
        {AT(FIRST_CURVE.point[0].temp_mc), FC_POINT_MIN_MC - 1, FC_ERR_CONFIG},
        {AT(FIRST_CURVE.point[0].temp_mc), 82999, FC_OK},
        {AT(FIRST_CURVE.point[0].temp_mc), 83000, FC_ERR_CONFIG},
        {AT(FIRST_CURVE.point[0].temp_mc), INT32_MIN, FC_ERR_CONFIG},
        {AT(FIRST_CURVE.point[1].temp_mc), FC_POINT_MAX_MC, FC_OK},
        {AT(FIRST_CURVE.point[1].temp_mc), FC_POINT_MAX_MC + 1, FC_ERR_CONFIG},
        {AT(FIRST_CURVE.point[1].temp_mc), INT32_MAX, FC_ERR_CONFIG},
        {AT(FIRST_CURVE.point[0].duty_pct), 0, FC_OK},
        {AT(FIRST_CURVE.point[0].duty_pct), -1, FC_ERR_CONFIG},
        {AT(FIRST_CURVE.point[0].duty_pct), 100, FC_OK},
        {AT(FIRST_CURVE.point[1].duty_pct), 30, FC_OK},
        {AT(FIRST_CURVE.point[1].duty_pct), 29, FC_ERR_CONFIG},
        {AT(FIRST_CURVE.point[1].duty_pct), 101, FC_ERR_CONFIG},
    };

    (void)state;
    check_changes(rows, COUNT_OF(rows));
}

static void test_groups(void **state)
{
    struct fc_config cfg = defaults_config();

    (void)state;
    assert_int_equal(fc_config_validate(&cfg), FC_OK);
    cfg.profile[0].group[0].has_source[CPU1] = 0;
    assert_int_equal(fc_config_validate(&cfg), FC_OK);
    cfg.profile[0].group[0].has_source[CPU2] = 0;
    assert_int_equal(fc_config_validate(&cfg), FC_ERR_CONFIG);
    cfg.profile[0].group[0].has_source[CPU2] = 0xff;
    assert_int_equal(fc_config_validate(&cfg), FC_OK);
    cfg.profile[0].group[0].has_source[2] = 1;
    assert_int_equal(fc_config_validate(&cfg), FC_ERR_CONFIG);
}

/* Everything at its most: a full house is legal. */
static void test_full_house(void **state)
{
    struct fc_config cfg = defaults_config();

    (void)state;
    cfg.n_sources = FC_SOURCES_MAX;
    cfg.n_profiles = FC_PROFILES_MAX;
    for (uint32_t p = 0; p < FC_PROFILES_MAX; p++) {
        cfg.profile[p].n_groups = FC_GROUPS_MAX;
        for (uint32_t g = 0; g < FC_GROUPS_MAX; g++) {
            struct fc_group *group = &cfg.profile[p].group[g];

            memset(group->has_source, 1, sizeof(group->has_source));
            group->curve.n_points = FC_POINTS_MAX;
            for (int32_t k = 0; k < FC_POINTS_MAX; k++) {
                group->curve.point[k].temp_mc = 10000 + k;
                group->curve.point[k].duty_pct = 50 + k;
            }
        }
    }
    assert_int_equal(fc_config_validate(&cfg), FC_OK);
    cfg.profile[FC_PROFILES_MAX - 1]
        .group[FC_GROUPS_MAX - 1]
        .curve.point[FC_POINTS_MAX - 1]
        .duty_pct = 0;
    assert_int_equal(fc_config_validate(&cfg), FC_ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_safety_numbers), cmocka_unit_test(test_damping_numbers),
        cmocka_unit_test(test_spans),          cmocka_unit_test(test_counts_and_indices),
        cmocka_unit_test(test_curves),         cmocka_unit_test(test_groups),
        cmocka_unit_test(test_full_house),
    };

    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
