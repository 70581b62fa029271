/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/replay.h"

#include <csv.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "core/fan.h"
#include "host/text.h"
#include "host/words.h"

enum { REPLAY_COLUMNS_MAX = 32, REPLAY_CELL_SHOWN_MAX = 64 };

enum column_kind {
    COLUMN_T_MS,
    COLUMN_READ_OK,
    COLUMN_HA_OK,
    COLUMN_MODE,
    COLUMN_MANUAL_PCT,
    COLUMN_DOOR_OPEN,
    COLUMN_DOOR_AGE_S,
    COLUMN_LOCK,
    COLUMN_PRESENCE,
    COLUMN_SETPOINT_PCT,
    COLUMN_SETPOINT_AGE_S,
    COLUMN_WRITE_OK,
    COLUMN_STOP,
    COLUMN_SOURCE_C, /* one for each source: NAME_c */
};

static const struct {
    const char *name;
    enum column_kind kind;
} fixed_columns[] = {
    {"t_ms", COLUMN_T_MS},
    {"read_ok", COLUMN_READ_OK},
    {"ha_ok", COLUMN_HA_OK},
    {"mode", COLUMN_MODE},
    {"manual_pct", COLUMN_MANUAL_PCT},
    {"door_open", COLUMN_DOOR_OPEN},
    {"door_age_s", COLUMN_DOOR_AGE_S},
    {"lock", COLUMN_LOCK},
    {"presence", COLUMN_PRESENCE},
    {"setpoint_pct", COLUMN_SETPOINT_PCT},
    {"setpoint_age_s", COLUMN_SETPOINT_AGE_S},
    {"write_ok", COLUMN_WRITE_OK},
    {"stop", COLUMN_STOP},
};

struct column {
    enum column_kind kind;
    uint32_t source; /* COLUMN_SOURCE_C */
    char name[CONFIG_NAME_MAX + 2];
};

struct replay {
    const struct config_server *server;
    const char *name;
    FILE *out;
    FILE *errors;
    struct replay_totals totals;
    struct fc_fan fan;

    uint64_t line;
    bool has_header;
    bool has_failed;
    uint32_t n_columns;
    struct column column[REPLAY_COLUMNS_MAX];

    /* The row being read. */
    uint32_t n_cells;
    bool is_write_ok;
    bool has_t;
    int64_t t_ms;
    struct fc_fan_in in;
};

__attribute__((format(printf, 2, 3))) static void fail(struct replay *replay, const char *format,
                                                       ...)
{
    va_list args;

    if (replay->has_failed)
        return;
    replay->has_failed = true;
    fprintf(replay->errors, "%s:%" PRIu64 ": ", replay->name, replay->line);
    va_start(args, format);
    vfprintf(replay->errors, format, args);
    va_end(args);
    fputc('\n', replay->errors);
}

static void fail_cell(struct replay *replay, const struct column *column, const char *cell,
                      const char *legal)
{
    char shown[REPLAY_CELL_SHOWN_MAX];

    text_printable(cell, shown, sizeof(shown));
    fail(replay, "%s: '%s' is not %s", column->name, shown, legal);
}

/* ---- header ---- */

static bool find_column(const struct replay *replay, const char *cell, struct column *column)
{
    for (size_t i = 0; i < sizeof(fixed_columns) / sizeof(fixed_columns[0]); i++) {
        if (strcmp(cell, fixed_columns[i].name) == 0) {
            column->kind = fixed_columns[i].kind;
            return true;
        }
    }
    for (uint32_t i = 0; i < replay->server->n_sources; i++) {
        size_t length = strlen(replay->server->source[i].name);

        if (strncmp(cell, replay->server->source[i].name, length) == 0 &&
            strcmp(cell + length, "_c") == 0) {
            column->kind = COLUMN_SOURCE_C;
            column->source = i;
            return true;
        }
    }
    return false;
}

static void take_header_cell(struct replay *replay, const char *cell)
{
    struct column *column = &replay->column[replay->n_columns];
    char shown[REPLAY_CELL_SHOWN_MAX];

    text_printable(cell, shown, sizeof(shown));
    if (replay->n_columns >= REPLAY_COLUMNS_MAX) {
        fail(replay, "more than %d columns", REPLAY_COLUMNS_MAX);
        return;
    }
    if (!find_column(replay, cell, column)) {
        fail(replay,
             "unknown column '%s'; legal: t_ms, SOURCE_c for each source of the first server, "
             "read_ok, ha_ok, mode, manual_pct, door_open, door_age_s, lock, presence, "
             "setpoint_pct, setpoint_age_s, write_ok, stop",
             shown);
        return;
    }
    snprintf(column->name, sizeof(column->name), "%s", cell);
    for (uint32_t i = 0; i < replay->n_columns; i++) {
        if (strcmp(replay->column[i].name, cell) == 0)
            fail(replay, "column '%s' stands twice", shown);
    }
    replay->n_columns++;
}

static void end_header(struct replay *replay)
{
    bool has_t = false;

    for (uint32_t i = 0; i < replay->n_columns; i++)
        has_t = has_t || replay->column[i].kind == COLUMN_T_MS;
    if (!has_t)
        fail(replay, "column t_ms is missing");
    replay->has_header = true;
    fputs("t_ms,action,duty_pct,state,reason\n", replay->out);
}

/* ---- cells ---- */

/* An empty cell is `absent`. */
static uint8_t take_flag(struct replay *replay, const struct column *column, const char *cell,
                         uint8_t absent)
{
    if (cell[0] == '\0')
        return absent;
    if ((cell[0] != '0' && cell[0] != '1') || cell[1] != '\0') {
        fail_cell(replay, column, cell, "1, 0 or empty");
        return absent;
    }
    return cell[0] == '1';
}

/* False: nothing was given, a number that is not finite included. */
static bool take_number(struct replay *replay, const struct column *column, const char *cell,
                        double *value)
{
    if (text_is_nothing(cell))
        return false;
    if (text_to_double(cell, value) != FC_OK) {
        fail_cell(replay, column, cell, "a number");
        return false;
    }
    return isfinite(*value);
}

static void take_clock(struct replay *replay, const struct column *column, const char *cell)
{
    if (text_to_int64(cell, &replay->t_ms) != FC_OK) {
        fail_cell(replay, column, cell, "a whole number of milliseconds");
        return;
    }
    /* Differences are what counts; the offset keeps a clock that starts below 0 in order. */
    replay->in.now_ms = (uint64_t)replay->t_ms + (UINT64_C(1) << 63);
    replay->has_t = true;
}

static void take_temp(struct replay *replay, const struct column *column, const char *cell)
{
    struct fc_temp *temp = &replay->in.temp[column->source][0];
    double value_c;

    if (!take_number(replay, column, cell, &value_c))
        return;
    if (mc_from_double(value_c, &temp->temp_mc) != FC_OK) {
        fail_cell(replay, column, cell, "a temperature with up to 3 decimals");
        return;
    }
    temp->has = 1;
}

static void take_door(struct replay *replay, const struct column *column, const char *cell)
{
    if (cell[0] == '\0')
        return;
    replay->in.ask.door = take_flag(replay, column, cell, 0) ? FC_DOOR_OPEN : FC_DOOR_CLOSED;
}

static void take_ask_number(struct replay *replay, const struct column *column, const char *cell)
{
    struct fc_ask *ask = &replay->in.ask;
    double value;

    if (!take_number(replay, column, cell, &value))
        return;
    if (column->kind == COLUMN_MANUAL_PCT) {
        ask->has_manual = 1;
        ask->manual_pct = pct_from_double(value);
    } else if (column->kind == COLUMN_SETPOINT_PCT) {
        ask->has_setpoint = 1;
        ask->setpoint_pct = pct_from_double(value);
    } else if (column->kind == COLUMN_SETPOINT_AGE_S) {
        ask->has_setpoint_age = 1;
        ask->setpoint_age_ms = ms_from_seconds_up(value);
    } else {
        ask->has_door_age = 1;
        ask->door_age_ms = ms_from_seconds_down(value);
    }
}

static void take_cell(struct replay *replay, const struct column *column, const char *cell)
{
    struct fc_ask *ask = &replay->in.ask;

    switch (column->kind) {
    case COLUMN_T_MS:
        take_clock(replay, column, cell);
        return;
    case COLUMN_READ_OK:
        replay->in.is_bus_ok = take_flag(replay, column, cell, 1);
        return;
    case COLUMN_HA_OK:
        ask->is_ha_ok = take_flag(replay, column, cell, 1);
        return;
    case COLUMN_WRITE_OK:
        replay->is_write_ok = take_flag(replay, column, cell, 1);
        return;
    case COLUMN_STOP:
        replay->in.is_stop = take_flag(replay, column, cell, 0);
        return;
    case COLUMN_LOCK:
        ask->has_lock = cell[0] != '\0';
        ask->is_locked = take_flag(replay, column, cell, 0);
        return;
    case COLUMN_MODE:
        words_ask_mode(replay->server, cell, ask);
        return;
    case COLUMN_PRESENCE:
        if (!words_ask_presence(cell, ask))
            fail_cell(replay, column, cell, "auto, occupied, empty or nothing");
        return;
    case COLUMN_DOOR_OPEN:
        take_door(replay, column, cell);
        return;
    case COLUMN_SOURCE_C:
        take_temp(replay, column, cell);
        return;
    case COLUMN_MANUAL_PCT:
    case COLUMN_SETPOINT_PCT:
    case COLUMN_SETPOINT_AGE_S:
    case COLUMN_DOOR_AGE_S:
        take_ask_number(replay, column, cell);
        return;
    }
}

/* ---- rows ---- */

static void begin_row(struct replay *replay)
{
    static const struct fc_fan_in nothing = {.is_bus_ok = 1, .ask = {.is_ha_ok = 1}};

    replay->in = nothing;
    replay->n_cells = 0;
    replay->is_write_ok = true;
    replay->has_t = false;
}

static void decide_row(struct replay *replay)
{
    const struct fc_config *cfg = &replay->server->fan_cfg;
    struct fc_fan_out out;
    char duty[16] = "";

    fc_fan_step(&replay->fan, cfg, &replay->in, &out);
    fc_fan_commit(&replay->fan, cfg, &out.write,
                  replay->is_write_ok ? FC_RESULT_ACCEPTED : FC_RESULT_REFUSED);
    if (out.write.action == FC_ACTION_SET)
        snprintf(duty, sizeof(duty), "%" PRId32, out.write.duty_pct);
    fprintf(replay->out, "%" PRId64 ",%s,%s,%s,%s\n", replay->t_ms, fc_action_str(out.write.action),
            duty, fc_state_str(out.state), fc_reason_str(out.reason));
    replay->totals.n_ticks++;
    replay->totals.n_sets += out.write.action == FC_ACTION_SET;
    replay->totals.n_releases += out.write.action == FC_ACTION_RELEASE;
}

static void on_cell(void *cell, size_t length, void *ctx)
{
    struct replay *replay = ctx;
    const char *text = cell;

    if (replay->has_failed)
        return;
    if (strlen(text) != length)
        fail(replay, "a cell holds a NUL byte");
    else if (!replay->has_header)
        take_header_cell(replay, text);
    else if (replay->n_cells < replay->n_columns)
        take_cell(replay, &replay->column[replay->n_cells], text);
    replay->n_cells++;
}

static void on_row(int terminator, void *ctx)
{
    struct replay *replay = ctx;

    (void)terminator;
    if (replay->has_failed)
        return;
    if (!replay->has_header)
        end_header(replay);
    else if (replay->n_cells != replay->n_columns)
        fail(replay, "%" PRIu32 " cells where the header has %" PRIu32, replay->n_cells,
             replay->n_columns);
    else if (!replay->has_t)
        fail(replay, "t_ms is required on every row");
    else
        decide_row(replay);
    begin_row(replay);
}

/* Line by line, so that a message can say where; a quoted cell may still span lines. */
static void parse(struct replay *replay, struct csv_parser *parser, const char *text, size_t size)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";

    if (size >= 3 && memcmp(text, byte_order_mark, 3) == 0) {
        text += 3;
        size -= 3;
    }
    while (size > 0 && !replay->has_failed) {
        const char *end = memchr(text, '\n', size);
        size_t length = end == NULL ? size : (size_t)(end - text) + 1;

        replay->line++;
        if (csv_parse(parser, text, length, on_cell, on_row, replay) != length)
            fail(replay, "not CSV: %s", csv_strerror(csv_error(parser)));
        text += length;
        size -= length;
    }
    if (!replay->has_failed && csv_fini(parser, on_cell, on_row, replay) != 0)
        fail(replay, "not CSV: %s", csv_strerror(csv_error(parser)));
    if (!replay->has_header)
        fail(replay, "the file is empty: a header line with at least t_ms is required");
}

enum fc_err replay_run(const struct config_server *server, const char *text, size_t size,
                       const char *name, FILE *out, FILE *errors, struct replay_totals *totals)
{
    struct replay replay = {.server = server, .name = name, .out = out, .errors = errors};
    struct csv_parser parser;

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return FC_ERR_MEMORY;
    fc_fan_init(&replay.fan);
    begin_row(&replay);
    parse(&replay, &parser, text, size);
    csv_free(&parser);
    *totals = replay.totals;
    return replay.has_failed ? FC_ERR_CONFIG : FC_OK;
}
