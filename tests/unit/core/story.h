/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stories of fc_fan_step(): a row a tick, told once with clocks that start at 0, 3 s before the
 * 32-bit clock wraps, and so that the last tick is the last millisecond there is.
 */
#ifndef FC_TESTS_CORE_STORY_H
#define FC_TESTS_CORE_STORY_H

#include "tests/unit/core/cases.h"

#include "core/fan.h"

enum { GONE = INT32_MIN }; /* no reading */

struct story_row {
    uint64_t at_ms; /* since the story's start */
    int32_t cpu1_mc, cpu2_mc;
    enum fc_action want;
    int32_t want_pct;
    enum fc_state want_state;
    enum fc_reason want_reason;
    struct fc_ask ask;
    enum fc_result result; /* what the machine says to the write */
    uint8_t is_bus_down, is_stop, is_command;
};

/* What is asked. Every row has one of these, or .ask of its own. */
#define ASK_NOTHING .ask = {.is_ha_ok = 1}
#define ASK_AWAY    .ask = {.is_ha_ok = 0}
#define ASK_MODE(m) .ask = {.is_ha_ok = 1, .has_mode = 1, .mode = FC_MODE_##m}
#define ASK_MANUAL(pct)                                                                            \
    .ask = {.is_ha_ok = 1,                                                                         \
            .has_mode = 1,                                                                         \
            .mode = FC_MODE_MANUAL,                                                                \
            .has_manual = 1,                                                                       \
            .manual_pct = (pct)}
#define ASK_EXTERNAL(pct, age_s)                                                                   \
    .ask = {.is_ha_ok = 1,                                                                         \
            .has_mode = 1,                                                                         \
            .mode = FC_MODE_EXTERNAL,                                                              \
            .has_setpoint = 1,                                                                     \
            .setpoint_pct = (pct),                                                                 \
            .has_setpoint_age = 1,                                                                 \
            .setpoint_age_ms = (age_s)*1000}
#define ASK_LOCK(flag) .ask = {.is_ha_ok = 1, .has_lock = 1, .is_locked = (flag)}
#define ASK_DOOR(what) .ask = {.is_ha_ok = 1, .door = FC_DOOR_##what}
#define REFUSED        .result = FC_RESULT_REFUSED
#define UNANSWERED     .result = FC_RESULT_UNANSWERED

#define TICK(at, cpu1, cpu2, action, pct, state, reason, ...)                                      \
    {                                                                                              \
        .at_ms = (at), .cpu1_mc = (cpu1), .cpu2_mc = (cpu2), .want = FC_ACTION_##action,           \
        .want_pct = (pct), .want_state = FC_STATE_##state, .want_reason = FC_REASON_##reason,      \
        __VA_ARGS__                                                                                \
    }

static inline struct fc_fan_in story_input(const struct story_row *row, uint64_t start_ms)
{
    struct fc_fan_in in = {.now_ms = start_ms + row->at_ms,
                           .is_bus_ok = !row->is_bus_down,
                           .is_stop = row->is_stop,
                           .ask = row->ask};

    in.temp[CPU1][0].has = row->cpu1_mc != GONE;
    in.temp[CPU1][0].temp_mc = row->cpu1_mc;
    in.temp[CPU2][0].has = row->cpu2_mc != GONE;
    in.temp[CPU2][0].temp_mc = row->cpu2_mc;
    return in;
}

/* Tell a story to fan, which may already have lived. */
static inline void story_go_on(struct fc_fan *fan, const struct fc_config *cfg,
                               const struct story_row *rows, size_t n_rows, uint64_t start_ms)
{
    char name[64];

    for (size_t i = 0; i < n_rows; i++) {
        const struct story_row *row = &rows[i];
        const struct fc_fan_in in = story_input(row, start_ms);
        struct fc_fan_out out;

        snprintf(name, sizeof(name), "row %zu from %llu", i, (unsigned long long)start_ms);
        if (row->is_command)
            fc_fan_command(fan, cfg, &in, &out);
        else
            fc_fan_step(fan, cfg, &in, &out);
        EXPECT(name, out.state, row->want_state);
        EXPECT(name, out.reason, row->want_reason);
        EXPECT(name, out.write.action, row->want);
        EXPECT(name, out.write.duty_pct, row->want_pct);
        EXPECT(name, fan->state, out.state);
        fc_fan_commit(fan, cfg, &out.write, row->result);
        EXPECT(name, fc_fan_is_releasing(fan, cfg),
               out.wants_firmware && fan->owner != FC_OWNER_FIRMWARE);
    }
}

static inline void story_tell(const struct fc_config *cfg, const struct story_row *rows,
                              size_t n_rows)
{
    const uint64_t starts_ms[] = {0, (UINT64_C(1) << 32) - 3000,
                                  UINT64_MAX - rows[n_rows - 1].at_ms};

    assert_int_equal(fc_config_validate(cfg), FC_OK);
    for (size_t i = 0; i < COUNT_OF(starts_ms); i++) {
        struct fc_fan fan;

        fc_fan_init(&fan);
        story_go_on(&fan, cfg, rows, n_rows, starts_ms[i]);
    }
}

#define TELL(cfg, rows) story_tell((cfg), (rows), COUNT_OF(rows))

#endif
