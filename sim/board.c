/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "core/number.h"
#include "sim/board.h"
#include "sim/rng.h"

enum { PART_READS = 4, PPM = 1000000 };

struct channel {
    struct hal_sensor sensor;
    enum fc_err err; /* FC_OK: row is valid */
    enum sim_r730 row;
};

struct board {
    struct sim_board_cfg cfg;
    uint64_t start_ms;
    struct sim_machine machine;
    struct sim_knobs knobs;
    struct sim_rng reads;
    bool is_open;
    uint32_t operations;
    bool has_frozen[SIM_R730_SENSORS];
    uint8_t frozen_raw[SIM_R730_SENSORS];
    char text[HAL_TEXT_MAX];
    unsigned n_channels;
    struct channel channel[HAL_CHANNELS_MAX];
};

static void advance(struct board *board)
{
    for (unsigned i = 0; i < SIM_FANS; i++)
        board->machine.plant.is_stuck[i] = board->knobs.is_stuck[i] != 0;
    if (board->knobs.forgets_manual != 0 && board->machine.plant.wish.is_manual)
        sim_plant_forget(&board->machine.plant);
    sim_machine_advance(&board->machine,
                        fc_elapsed_ms(board->start_ms, board->cfg.now_ms(board->cfg.clock_ctx)));
}

/* What every operation does first: time passes, and a dead BMC loses the link. */
static enum fc_err begin(struct board *board)
{
    const struct sim_knobs *knobs = &board->knobs;
    advance(board);
    board->text[0] = '\0';
    board->operations++;
    bool is_dead = knobs->is_dead != 0;
    if (knobs->fail_from != 0 && board->operations >= knobs->fail_from &&
        board->operations - knobs->fail_from < knobs->fail_count)
        is_dead = true;
    if (!is_dead)
        return FC_OK;
    board->is_open = false;
    snprintf(board->text, sizeof board->text, "the simulated BMC does not answer");
    return FC_ERR_TIMEOUT;
}

static enum fc_err board_open(void *ctx)
{
    struct board *board = ctx;
    enum fc_err err = begin(board);
    if (err == FC_OK)
        board->is_open = true;
    return err;
}

static enum fc_err begin_open(struct board *board)
{
    if (!board->is_open)
        return FC_ERR_CLOSED;
    return begin(board);
}

static uint8_t raw_of(struct board *board, enum sim_r730 row)
{
    uint8_t raw = sim_machine_raw(&board->machine, row);
    if (board->knobs.is_frozen[row] == 0) {
        board->has_frozen[row] = false;
        return raw;
    }
    if (!board->has_frozen[row]) {
        board->has_frozen[row] = true;
        board->frozen_raw[row] = raw;
    }
    return board->frozen_raw[row];
}

static enum fc_err tell_unfound(struct board *board, const struct channel *channel)
{
    const struct hal_sensor *sensor = &channel->sensor;
    if (sensor->kind == HAL_IPMI_NUMBER)
        snprintf(board->text, sizeof board->text, "sensor %02Xh of the simulated R730",
                 sensor->number);
    else
        snprintf(board->text, sizeof board->text, "sensor of entity %u.%u of the simulated R730",
                 sensor->entity, sensor->instance);
    return channel->err;
}

static enum fc_err board_read(void *ctx, unsigned k, int32_t *value)
{
    struct board *board = ctx;
    if (k >= board->n_channels)
        return FC_ERR_RANGE;
    const struct channel *channel = &board->channel[k];
    enum fc_err err = begin_open(board);
    if (err != FC_OK)
        return err;
    if (channel->err != FC_OK)
        return tell_unfound(board, channel);
    uint64_t drawn = sim_rng_next(&board->reads) % PPM;
    if (board->knobs.is_unavailable[channel->row] != 0 || drawn < board->knobs.read_failure_ppm) {
        snprintf(board->text, sizeof board->text, "the simulated sensor has nothing to say");
        return FC_ERR_NO_READING;
    }
    *value = sim_r730_value(channel->row, raw_of(board, channel->row));
    return FC_OK;
}

static enum fc_err board_set_duty(void *ctx, int32_t duty_pct)
{
    struct board *board = ctx;
    if (duty_pct < 0 || duty_pct > 100)
        return FC_ERR_RANGE;
    enum fc_err err = begin_open(board);
    if (err != FC_OK)
        return err;
    if (board->knobs.refuses_set != 0)
        return FC_ERR_REFUSED;
    struct sim_plant *plant = &board->machine.plant;
    if (board->knobs.forgets_manual != 0) {
        sim_plant_forget(plant);
    } else {
        sim_plant_set_duty(plant, SIM_ALL_FANS, duty_pct);
        sim_plant_set_manual(plant, true);
    }
    return board->knobs.loses_set_reply != 0 ? FC_ERR_TIMEOUT : FC_OK;
}

static enum fc_err board_release(void *ctx)
{
    struct board *board = ctx;
    enum fc_err err = begin_open(board);
    if (err != FC_OK)
        return err;
    if (board->knobs.refuses_release != 0)
        return FC_ERR_REFUSED;
    sim_plant_set_manual(&board->machine.plant, false);
    return board->knobs.loses_release_reply != 0 ? FC_ERR_TIMEOUT : FC_OK;
}

static void board_close(void *ctx)
{
    struct board *board = ctx;
    board->is_open = false;
}

static const char *board_last_text(void *ctx)
{
    const struct board *board = ctx;
    return board->text;
}

static void board_destroy(void *ctx)
{
    free(ctx);
}

static const struct hal_ops board_ops = {
    .name = "sim",
    .open = board_open,
    .read = board_read,
    .set_duty = board_set_duty,
    .release = board_release,
    .close = board_close,
    .last_text = board_last_text,
    .destroy = board_destroy,
};

enum fc_err sim_board_create(const struct sim_board_cfg *cfg, const struct hal_sensor *sensors,
                             unsigned n_sensors, struct hal *out)
{
    if (n_sensors > HAL_CHANNELS_MAX || (unsigned)cfg->load >= SIM_LOADS ||
        (unsigned)cfg->inlet >= SIM_INLETS || cfg->now_ms == NULL)
        return FC_ERR_RANGE;
    struct board *board = calloc(1, sizeof *board);
    if (board == NULL)
        return FC_ERR_MEMORY;
    board->cfg = *cfg;
    board->start_ms = cfg->now_ms(cfg->clock_ctx);
    board->reads = sim_rng_split(cfg->seed, PART_READS);
    board->n_channels = n_sensors;
    for (unsigned k = 0; k < n_sensors; k++) {
        struct channel *channel = &board->channel[k];
        channel->sensor = sensors[k];
        channel->err = sim_r730_find(&sensors[k], &channel->row);
    }
    sim_machine_init(&board->machine, cfg->seed, cfg->load, cfg->inlet);
    *out = (struct hal){.ops = &board_ops, .ctx = board};
    return FC_OK;
}

struct sim_knobs *sim_board_knobs(const struct hal *hal)
{
    struct board *board = hal->ctx;
    return &board->knobs;
}

struct sim_machine *sim_board_machine(const struct hal *hal)
{
    struct board *board = hal->ctx;
    return &board->machine;
}

void sim_board_advance(const struct hal *hal)
{
    advance(hal->ctx);
}

uint32_t sim_board_operations(const struct hal *hal)
{
    const struct board *board = hal->ctx;
    return board->operations;
}
