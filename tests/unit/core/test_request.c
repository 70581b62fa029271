/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/core/cases.h"

#include "core/request.h"

#define MODE(m) .has_mode = 1, .mode = (m)
#define HERE    .is_ha_ok = 1

/* One call: what is asked, how much time went by, whether a duty is applied; and who decides. */
struct call {
    const char *name;
    struct fc_ask ask;
    uint64_t elapsed_ms;
    uint8_t has_no_duty;
    enum fc_decider want;
    int32_t want_pct;
    uint32_t want_profile;
};

static void check_calls(const struct fc_config *cfg, const struct call *calls, size_t n_calls)
{
    struct fc_request request = {0};

    for (size_t i = 0; i < n_calls; i++) {
        const struct call *call = &calls[i];
        struct fc_choice choice;

        fc_request_take(&request, cfg, &call->ask, call->elapsed_ms);
        choice = fc_request_choose(&request, cfg, !call->has_no_duty);
        EXPECT(call->name, choice.decider, call->want);
        if (call->want == FC_DECIDER_MANUAL || call->want == FC_DECIDER_EXTERNAL)
            EXPECT(call->name, choice.pct, call->want_pct);
        if (call->want == FC_DECIDER_PROFILE)
            EXPECT(call->name, fc_request_profile(&request, cfg), call->want_profile);
        if (call->want != FC_DECIDER_LOCK) /* under a lock manual may still be in force */
            EXPECT(call->name, fc_request_is_manual(&request, cfg),
                   call->want == FC_DECIDER_MANUAL);
    }
}

static void test_modes(void **state)
{
    static const struct call calls[] = {
        {"at the start", {0}, 0, 0, FC_DECIDER_PROFILE, 0, COOL},
        {"a profile",
         {HERE, MODE(FC_MODE_PROFILE), .profile = QUIET},
         0,
         0,
         FC_DECIDER_PROFILE,
         0,
         QUIET},
        {"nothing asked: as known", {HERE}, 0, 0, FC_DECIDER_PROFILE, 0, QUIET},
        {"away: as known", {MODE(FC_MODE_FIRMWARE)}, 0, 0, FC_DECIDER_PROFILE, 0, QUIET},
        {"no such profile",
         {HERE, MODE(FC_MODE_PROFILE), .profile = 2},
         0,
         0,
         FC_DECIDER_PROFILE,
         0,
         COOL},
        {"last index",
         {HERE, MODE(FC_MODE_PROFILE), .profile = 255},
         0,
         0,
         FC_DECIDER_PROFILE,
         0,
         COOL},
        {"no such mode", {HERE, MODE((enum fc_mode)99)}, 0, 0, FC_DECIDER_PROFILE, 0, COOL},
        {"no such mode", {HERE, MODE((enum fc_mode) - 1)}, 0, 0, FC_DECIDER_PROFILE, 0, COOL},
        {"firmware", {HERE, MODE(FC_MODE_FIRMWARE)}, 0, 0, FC_DECIDER_FIRMWARE, 0, 0},
        {"firmware without a duty", {HERE}, 0, 1, FC_DECIDER_FIRMWARE, 0, 0},
        {"auto", {HERE, MODE(FC_MODE_AUTO)}, 0, 0, FC_DECIDER_PROFILE, 0, COOL},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

#define MANUAL(pct)                                                                                \
    {                                                                                              \
        HERE, MODE(FC_MODE_MANUAL), .has_manual = 1, .manual_pct = (pct)                           \
    }

static void test_manual(void **state)
{
    static const struct call calls[] = {
        {"no number yet", {HERE, MODE(FC_MODE_MANUAL)}, 0, 0, FC_DECIDER_PROFILE, 0, COOL},
        {"a number later", MANUAL(40), 1, 0, FC_DECIDER_MANUAL, 40, 0},
        {"smallest", MANUAL(INT32_MIN), 1, 0, FC_DECIDER_MANUAL, INT32_MIN, 0},
        {"largest", MANUAL(INT32_MAX), 1, 0, FC_DECIDER_MANUAL, INT32_MAX, 0},
        {"as known", {HERE}, 1, 0, FC_DECIDER_MANUAL, INT32_MAX, 0},
        {"away: neither mode nor number",
         {MODE(FC_MODE_AUTO), .has_manual = 1, .manual_pct = 7},
         1,
         0,
         FC_DECIDER_MANUAL,
         INT32_MAX,
         0},
        {"one short of the hour", {HERE}, 3599994, 0, FC_DECIDER_MANUAL, INT32_MAX, 0},
        {"the hour since the mode, not the number", {HERE}, 1, 0, FC_DECIDER_PROFILE, 0, COOL},
        {"a new number does not re-arm", MANUAL(41), 0, 0, FC_DECIDER_PROFILE, 0, COOL},
        {"a clock at its end", {HERE}, UINT64_MAX, 0, FC_DECIDER_PROFILE, 0, COOL},
        {"leaving",
         {HERE, MODE(FC_MODE_AUTO), .has_manual = 1, .manual_pct = 43},
         0,
         0,
         FC_DECIDER_PROFILE,
         0,
         COOL},
        {"entering, the number is remembered",
         {HERE, MODE(FC_MODE_MANUAL)},
         9999999,
         0,
         FC_DECIDER_MANUAL,
         43,
         0},
        {"the clock began at 0", {HERE}, 3599999, 0, FC_DECIDER_MANUAL, 43, 0},
        {"over", {HERE}, 1, 0, FC_DECIDER_PROFILE, 0, COOL},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

static void test_manual_for_ever(void **state)
{
    static const struct call calls[] = {
        {"entered", MANUAL(40), 0, 0, FC_DECIDER_MANUAL, 40, 0},
        {"long after", {HERE}, UINT64_MAX, 0, FC_DECIDER_MANUAL, 40, 0},
        {"longer", {HERE}, UINT64_MAX, 0, FC_DECIDER_MANUAL, 40, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    cfg.manual_revert_ms = 0;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

#define EXTERNAL(pct, age_ms)                                                                      \
    {                                                                                              \
        HERE, MODE(FC_MODE_EXTERNAL), .has_setpoint = 1, .setpoint_pct = (pct),                    \
                                      .has_setpoint_age = 1, .setpoint_age_ms = (age_ms)           \
    }

static void test_external(void **state)
{
    static const struct call calls[] = {
        {"just now", EXTERNAL(40, 0), 0, 0, FC_DECIDER_EXTERNAL, 40, 0},
        {"from the future", EXTERNAL(41, INT64_MIN), 0, 0, FC_DECIDER_EXTERNAL, 41, 0},
        {"oldest", EXTERNAL(42, 1800000), 0, 0, FC_DECIDER_EXTERNAL, 42, 0},
        {"one older", EXTERNAL(43, 1800001), 15000, 0, FC_DECIDER_GRACE, 0, 0},
        {"fresh: the clock is cleared", EXTERNAL(44, 5), 200000, 0, FC_DECIDER_EXTERNAL, 44, 0},
        {"no setpoint", {HERE, .has_setpoint_age = 1}, 15000, 0, FC_DECIDER_GRACE, 0, 0},
        {"no age", {HERE, .has_setpoint = 1}, 299999, 0, FC_DECIDER_GRACE, 0, 0},
        {"the grace is over", EXTERNAL(45, INT64_MAX), 1, 0, FC_DECIDER_ORPHANED, 0, 0},
        {"for ever", {HERE}, UINT64_MAX, 0, FC_DECIDER_ORPHANED, 0, 0},
        {"fresh again", EXTERNAL(46, 0), 0, 0, FC_DECIDER_EXTERNAL, 46, 0},
        {"away",
         {.has_setpoint = 1, .setpoint_pct = 47, .has_setpoint_age = 1},
         0,
         0,
         FC_DECIDER_GRACE,
         0,
         0},
        {"nothing to hold", {HERE}, 0, 1, FC_DECIDER_ORPHANED, 0, 0},
        {"fresh with nothing to hold", EXTERNAL(48, 0), 0, 1, FC_DECIDER_EXTERNAL, 48, 0},
        {"stale", {HERE}, 0, 0, FC_DECIDER_GRACE, 0, 0},
        {"stale for long", {HERE}, 299999, 0, FC_DECIDER_GRACE, 0, 0},
        {"leaving", {HERE, MODE(FC_MODE_AUTO)}, 0, 0, FC_DECIDER_PROFILE, 0, COOL},
        {"entering stale", {HERE, MODE(FC_MODE_EXTERNAL)}, 15000, 0, FC_DECIDER_GRACE, 0, 0},
        {"one short", {HERE}, 299999, 0, FC_DECIDER_GRACE, 0, 0},
        {"over", {HERE}, 1, 0, FC_DECIDER_ORPHANED, 0, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

static void test_no_grace(void **state)
{
    static const struct call calls[] = {
        {"fresh", EXTERNAL(40, 0), 0, 0, FC_DECIDER_EXTERNAL, 40, 0},
        {"stale is orphaned at once", {HERE}, 1, 0, FC_DECIDER_ORPHANED, 0, 0},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    cfg.setpoint_grace_ms = 0;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

#define LOCK(flag) .has_lock = 1, .is_locked = (flag)

static void test_lock(void **state)
{
    static const struct call calls[] = {
        {"locked with nothing to hold", {HERE, LOCK(1)}, 0, 1, FC_DECIDER_PROFILE, 0, COOL},
        {"locked", {HERE}, 0, 0, FC_DECIDER_LOCK, 0, 0},
        {"without expiry", {HERE}, UINT64_MAX, 0, FC_DECIDER_LOCK, 0, 0},
        {"goes before manual", MANUAL(40), 0, 0, FC_DECIDER_LOCK, 0, 0},
        {"goes before external", EXTERNAL(40, 0), 0, 0, FC_DECIDER_LOCK, 0, 0},
        {"goes before a stale one", {HERE}, 0, 0, FC_DECIDER_LOCK, 0, 0},
        {"away: as known", {LOCK(0)}, 0, 0, FC_DECIDER_LOCK, 0, 0},
        {"goes after firmware", {HERE, MODE(FC_MODE_FIRMWARE)}, 0, 0, FC_DECIDER_FIRMWARE, 0, 0},
        {"any byte is a flag", {HERE, MODE(FC_MODE_AUTO), LOCK(0x80)}, 0, 0, FC_DECIDER_LOCK, 0, 0},
        {"unlocked", {HERE, LOCK(0)}, 0, 0, FC_DECIDER_PROFILE, 0, COOL},
    };
    struct fc_config cfg = defaults_config();

    (void)state;
    check_calls(&cfg, calls, COUNT_OF(calls));
}

#define IS(p)      .has_presence = 1, .presence = (p)
#define AGE(ms)    .has_door_age = 1, .door_age_ms = (ms)
#define DOOR(what) .door = FC_DOOR_##what

static void test_presence(void **state)
{
    static const struct {
        const char *name;
        struct fc_ask ask;
        uint8_t want;
    } rows[] = {
        {"nobody at the start", {HERE}, 0},
        {"open", {HERE, DOOR(OPEN), AGE(INT64_MAX)}, 1},
        {"open, no age", {HERE, DOOR(OPEN)}, 1},
        {"all unknown: the last verdict", {HERE}, 1},
        {"closed, no age", {HERE, DOOR(CLOSED)}, 0},
        {"all unknown: the last verdict", {HERE}, 0},
        {"just under the hold", {HERE, DOOR(CLOSED), AGE(899999)}, 1},
        {"exactly the hold", {HERE, DOOR(CLOSED), AGE(900000)}, 0},
        {"just now", {HERE, DOOR(CLOSED), AGE(0)}, 1},
        {"long ago", {HERE, DOOR(CLOSED), AGE(INT64_MAX)}, 0},
        {"from the future", {HERE, DOOR(CLOSED), AGE(-1)}, 1},
        {"exactly the hold, door unknown", {HERE, AGE(900000)}, 0},
        {"from the far future, door unknown", {HERE, AGE(INT64_MIN)}, 1},
        {"away: frozen", {DOOR(CLOSED)}, 1},
        {"away: frozen whatever is said", {IS(FC_PRESENCE_EMPTY)}, 1},
        {"told empty", {HERE, IS(FC_PRESENCE_EMPTY), DOOR(OPEN)}, 0},
        {"empty as known", {HERE, DOOR(OPEN)}, 0},
        {"told occupied", {HERE, IS(FC_PRESENCE_OCCUPIED), DOOR(CLOSED)}, 1},
        {"told to look, nothing to see", {HERE, IS(FC_PRESENCE_AUTO)}, 1},
        {"closed", {HERE, DOOR(CLOSED)}, 0},
        {"no such presence", {HERE, IS((enum fc_presence)9), DOOR(OPEN)}, 1},
        {"no such door", {HERE, .door = (enum fc_door)9}, 1},
    };
    const struct fc_config cfg = defaults_config();
    struct fc_request request = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        fc_request_take(&request, &cfg, &rows[i].ask, 15000);
        EXPECT(rows[i].name, request.is_occupied, rows[i].want);
        EXPECT(rows[i].name, fc_request_profile(&request, &cfg), rows[i].want ? QUIET : COOL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),           cmocka_unit_test(test_manual),
        cmocka_unit_test(test_manual_for_ever), cmocka_unit_test(test_external),
        cmocka_unit_test(test_no_grace),        cmocka_unit_test(test_lock),
        cmocka_unit_test(test_presence),
    };

    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
