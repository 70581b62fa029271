/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server from its configuration: words, channels, what counts as the same machine, and a life
 * from start to end on the simulated board.
 */
#include "host/app_server.h"

#include <string.h>

#include "host/words.h"
#include "tests/unit/host/config_helper.h"

enum { PATIENCE_MS = 20000 };

#define READOUTS                                                                                   \
    "    fans: [{ipmi_number: 0x30}, {ipmi_number: 0x31}]\n"                                       \
    "    power: {ipmi_number: 0x77}\n"                                                             \
    "    inlet: {ipmi_number: 4}\n"

/* The same three sensors, in two sources and in three. */
#define TWO_IN_ONE                                                                                 \
    "    sources: [{name: cpu1, ipmi_number: [1, 2]}, {name: cpu2, ipmi_number: 3}]\n"
#define ONE_EACH                                                                                   \
    "    sources: [{name: a, ipmi_number: 1}, {name: b, ipmi_number: 2}, {name: c, ipmi_number: "  \
    "3}]\n"
#define BMC(more) "    bmc: {driver: lan, password_file: /p, " more "}\n"

static struct config *config_of(const char *text)
{
    struct loaded loaded = load_text(text, NULL);

    if (loaded.err != FC_OK)
        print_error("%s", loaded.errors);
    assert_int_equal(loaded.err, FC_OK);
    free(loaded.errors);
    return loaded.cfg;
}

/* ---- words ---- */

static void test_words_of_mode(void **state)
{
    static const struct {
        const char *word;
        bool has;
        enum fc_mode mode;
        uint8_t profile;
    } row[] = {
        {"auto", true, FC_MODE_AUTO, 0},
        {"manual", true, FC_MODE_MANUAL, 0},
        {"external", true, FC_MODE_EXTERNAL, 0},
        {"firmware", true, FC_MODE_FIRMWARE, 0},
        {"cool", true, FC_MODE_PROFILE, 0},
        {"quiet", true, FC_MODE_PROFILE, 1},
        {"Quiet", true, FC_MODE_AUTO, 0},
        {"anything", true, FC_MODE_AUTO, 0},
        {"", false, FC_MODE_AUTO, 0},
        {"unknown", false, FC_MODE_AUTO, 0},
        {"unavailable", false, FC_MODE_AUTO, 0},
    };
    struct config *cfg = config_of(BASE);

    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct fc_ask ask = {.has_mode = 0};

        words_ask_mode(&cfg->server[0], row[i].word, &ask);
        assert_int_equal(ask.has_mode, row[i].has);
        assert_int_equal(ask.mode, row[i].mode);
        assert_int_equal(ask.profile, row[i].profile);
    }
    config_free(cfg);
}

static void test_words_of_presence(void **state)
{
    static const struct {
        const char *word;
        bool is_understood, has;
        enum fc_presence presence;
    } row[] = {
        {"auto", true, true, FC_PRESENCE_AUTO},   {"occupied", true, true, FC_PRESENCE_OCCUPIED},
        {"empty", true, true, FC_PRESENCE_EMPTY}, {"unknown", true, false, FC_PRESENCE_AUTO},
        {"", true, false, FC_PRESENCE_AUTO},      {"Empty", false, false, FC_PRESENCE_AUTO},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct fc_ask ask = {.has_presence = 0};

        assert_int_equal(words_ask_presence(row[i].word, &ask), row[i].is_understood);
        assert_int_equal(ask.has_presence, row[i].has);
        assert_int_equal(ask.presence, row[i].presence);
    }
}

/* ---- channels ---- */

static void test_channels_in_their_order(void **state)
{
    static const struct {
        enum channel_role role;
        uint32_t index, sensor;
        uint8_t number;
        enum hal_quantity quantity;
    } want[] = {
        {CHANNEL_SOURCE, 0, 0, 1, HAL_TEMP_MC},    {CHANNEL_SOURCE, 0, 1, 2, HAL_TEMP_MC},
        {CHANNEL_SOURCE, 1, 0, 3, HAL_TEMP_MC},    {CHANNEL_FAN, 0, 0, 0x30, HAL_FAN_RPM},
        {CHANNEL_FAN, 1, 0, 0x31, HAL_FAN_RPM},    {CHANNEL_INLET, 0, 0, 4, HAL_TEMP_MC},
        {CHANNEL_POWER, 0, 0, 0x77, HAL_POWER_MW},
    };
    struct config *cfg = config_of(HEAD SIM TWO_IN_ONE READOUTS);
    struct channels channels = channels_of(&cfg->server[0]);

    (void)state;
    assert_int_equal(channels.n, COUNT(want));
    for (uint32_t k = 0; k < channels.n; k++) {
        assert_int_equal(channels.channel[k].role, want[k].role);
        assert_int_equal(channels.channel[k].index, want[k].index);
        assert_int_equal(channels.channel[k].sensor, want[k].sensor);
        assert_int_equal(channels.sensor[k].number, want[k].number);
        assert_int_equal(channels.sensor[k].quantity, want[k].quantity);
    }
    config_free(cfg);
}

/* ---- the same machine ---- */

static bool is_same(const char *was, const char *now)
{
    struct config *old = config_of(was);
    struct config *new = config_of(now);
    struct server server = {.cfg = &old->server[0]};
    bool is_same;

    server.agent.channels = channels_of(server.cfg);
    is_same = server_has_same_machine(&server, &new->server[0]);
    config_free(old);
    config_free(new);
    return is_same;
}

static void test_same_machine(void **state)
{
    static const struct {
        const char *was, *now;
        bool is_same;
    } row[] = {
        {BASE, BASE, true},
        {BASE, HEAD "    period_s: 20\n    control: {min_duty_pct: 50}\n" SIM SOURCES, true},
        {HEAD SIM ONE_EACH, HEAD SIM TWO_IN_ONE, false},
        {BASE, HEAD SIM "    sources: [{name: cpu1, ipmi_entity: \"3.1\"}]\n", false},
        {HEAD SIM "    sources: [{name: x, ipmi_number: 1}]\n",
         HEAD SIM "    sources: [{name: y, ipmi_number: 1}]\n", true}, /* names are ours alone */
        {HEAD SIM "    sources: [{name: x, ipmi_number: 1}]\n",
         HEAD SIM "    sources: [{name: x, ipmi_number: 2}]\n", false},
        {BASE, HEAD SIM SOURCES READOUTS, false},
        {BASE, HEAD "    bmc: {driver: sim, speed: 2}\n" SOURCES, false},
        {HEAD BMC("host: h, username: u") SOURCES, HEAD BMC("host: h, username: u") SOURCES, true},
        {HEAD BMC("host: h, username: u") SOURCES, HEAD BMC("host: i, username: u") SOURCES, false},
        {HEAD BMC("host: h, username: u") SOURCES, HEAD BMC("host: h, username: v") SOURCES, false},
        {HEAD BMC("host: h, username: u") SOURCES,
         HEAD BMC("host: h, username: u, cipher_suite: 17") SOURCES, false},
        {HEAD BMC("host: h, username: u") SOURCES, BASE, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        if (is_same(row[i].was, row[i].now) != row[i].is_same)
            fail_msg("row %zu", i);
    }
}

/* ---- a life ---- */

static void turn_until(struct loop *loop, struct server *server, bool (*is_done)(struct server *))
{
    uint64_t until_ms = clock_real_ms() + PATIENCE_MS;

    while (!is_done(server)) {
        uint64_t due_ms = server->is_closing ? until_ms : fan_agent_due_ms(&server->agent);
        int signal;
        uint64_t now_ms = loop_turn(loop, due_ms < until_ms ? due_ms : until_ms, &signal);

        assert_true(now_ms < until_ms);
        server_wake(server, now_ms);
    }
}

static bool has_taken_the_fans(struct server *server)
{
    return server->agent.fan.owner == FC_OWNER_US;
}

static bool has_left(struct server *server)
{
    return server_has_left(server, 0); /* never by its time-out */
}

static bool has_closed(struct server *server)
{
    return server_has_closed(server);
}

static void test_from_start_to_end(void **state)
{
    struct shared_config *shared =
        shared_config_make(config_of(HEAD "    bmc: {driver: sim, speed: 60}\n" SOURCES));
    char why[HAL_TEXT_MAX];
    struct server *server;
    struct loop *loop;
    sigset_t none;

    (void)state;
    sigemptyset(&none);
    log_set_level(LOG_LEVEL_ERR);
    assert_int_equal(loop_open(&none, &loop), FC_OK);
    assert_int_equal(server_start(loop, shared, &shared->cfg->server[0], false, &server, why),
                     FC_OK);
    assert_int_equal(shared->users, 2);
    turn_until(loop, server, has_taken_the_fans);
    assert_false(server_has_left(server, UINT64_MAX)); /* nobody asked it to */
    server_leave(server, UINT64_MAX, clock_real_ms());
    turn_until(loop, server, has_left);
    assert_true(fan_agent_is_released(&server->agent));
    assert_false(server_has_closed(server));
    server_close(server);
    turn_until(loop, server, has_closed);
    server_free(server);
    assert_int_equal(shared->users, 1);
    shared_config_drop(shared);
    loop_close(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_of_mode),           cmocka_unit_test(test_words_of_presence),
        cmocka_unit_test(test_channels_in_their_order), cmocka_unit_test(test_same_machine),
        cmocka_unit_test(test_from_start_to_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
