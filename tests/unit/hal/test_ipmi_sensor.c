/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sensor records: how a sensor is found among them, how a raw reading becomes a quantity, and the
 * file that keeps them.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "hal/ipmi_sdr.h"
#include "hal/ipmi_sensor.h"

#if FC_HAVE_IPMI
/* A full sensor record, IPMI 2.0 table 43-1. */
struct spec {
    uint8_t number, entity, instance, type, event, unit, owner;
    int m, b;
    int r_exponent, b_exponent;
    uint8_t linearization, format;
    const char *name;
};

static size_t build(const struct spec *s, uint8_t out[64])
{
    size_t n = strlen(s->name);
    memset(out, 0, 64);
    out[2] = 0x51;
    out[3] = 0x01;
    out[4] = (uint8_t)(43 + n);
    out[5] = s->owner;
    out[7] = s->number;
    out[8] = s->entity;
    out[9] = s->instance;
    out[12] = s->type;
    out[13] = s->event;
    out[20] = (uint8_t)(s->format << 6);
    out[21] = s->unit;
    out[23] = s->linearization;
    out[24] = (uint8_t)(s->m & 0xff);
    out[25] = (uint8_t)((s->m >> 2) & 0xc0);
    out[26] = (uint8_t)(s->b & 0xff);
    out[27] = (uint8_t)((s->b >> 2) & 0xc0);
    out[29] = (uint8_t)((s->r_exponent & 0x0f) << 4 | (s->b_exponent & 0x0f));
    out[47] = (uint8_t)(0xc0 | n);
    memcpy(out + 48, s->name, n);
    return 48 + n;
}

static const struct spec inlet = {.number = 0x04,
                                  .entity = 7,
                                  .instance = 1,
                                  .type = 1,
                                  .event = 1,
                                  .unit = 1,
                                  .owner = 0x20,
                                  .m = 1,
                                  .b = -128,
                                  .name = "Inlet"};
static const struct spec exhaust = {.number = 0x01,
                                    .entity = 7,
                                    .instance = 1,
                                    .type = 1,
                                    .event = 1,
                                    .unit = 1,
                                    .owner = 0x20,
                                    .m = 1,
                                    .b = -128,
                                    .name = "Exhaust"};
static const struct spec cpu1 = {.number = 0x0e,
                                 .entity = 3,
                                 .instance = 1,
                                 .type = 1,
                                 .event = 1,
                                 .unit = 1,
                                 .owner = 0x20,
                                 .m = 1,
                                 .b = -128,
                                 .name = "Temp"};
static const struct spec cpu2 = {.number = 0x0f,
                                 .entity = 3,
                                 .instance = 0x82,
                                 .type = 1,
                                 .event = 1,
                                 .unit = 1,
                                 .owner = 0x20,
                                 .m = 1,
                                 .b = -128,
                                 .name = "Temp"};
static const struct spec fan1 = {.number = 0x30,
                                 .entity = 7,
                                 .instance = 1,
                                 .type = 4,
                                 .event = 1,
                                 .unit = 18,
                                 .owner = 0x20,
                                 .m = 120,
                                 .name = "Fan1"};
static const struct spec redundancy = {.number = 0x75,
                                       .entity = 7,
                                       .instance = 1,
                                       .type = 4,
                                       .event = 0x0b,
                                       .owner = 0x20,
                                       .name = "Redundancy"};
static const struct spec power = {.number = 0x77,
                                  .entity = 7,
                                  .instance = 1,
                                  .type = 3,
                                  .event = 1,
                                  .unit = 6,
                                  .owner = 0x20,
                                  .m = 14,
                                  .name = "Pwr"};
static const struct spec current = {.number = 0x6a,
                                    .entity = 10,
                                    .instance = 1,
                                    .type = 3,
                                    .event = 1,
                                    .unit = 5,
                                    .owner = 0x20,
                                    .m = 1,
                                    .name = "Amps"};
static const struct spec fahrenheit = {.number = 0x50,
                                       .entity = 8,
                                       .instance = 1,
                                       .type = 1,
                                       .event = 1,
                                       .unit = 2,
                                       .owner = 0x20,
                                       .m = 1,
                                       .name = "F"};
static const struct spec foreign = {.number = 0x51,
                                    .entity = 8,
                                    .instance = 2,
                                    .type = 1,
                                    .event = 1,
                                    .unit = 1,
                                    .owner = 0x2c,
                                    .m = 1,
                                    .name = "ME"};
static const struct spec odd = {.number = 0x52,
                                .entity = 8,
                                .instance = 3,
                                .type = 1,
                                .event = 1,
                                .unit = 1,
                                .owner = 0x20,
                                .m = 1,
                                .linearization = 0x70,
                                .name = "a\x1b[2Jb"};

static void add(struct hal_sdr *sdr, const struct spec *s)
{
    uint8_t bytes[64];
    size_t n = build(s, bytes);
    uint8_t *more = realloc(sdr->records, sdr->n_bytes + n);
    assert_non_null(more);
    memcpy(more + sdr->n_bytes, bytes, n);
    sdr->records = more;
    sdr->n_bytes += n;
}

static struct hal_sdr machine(void)
{
    struct hal_sdr sdr = {.records = NULL};
    add(&sdr, &inlet);
    add(&sdr, &exhaust);
    add(&sdr, &cpu1);
    add(&sdr, &cpu2);
    add(&sdr, &redundancy);
    add(&sdr, &fan1);
    add(&sdr, &power);
    add(&sdr, &current);
    add(&sdr, &fahrenheit);
    add(&sdr, &foreign);
    add(&sdr, &odd);
    for (unsigned i = 0; i < HAL_SDR_ID_BYTES; i++)
        sdr.id[i] = (uint8_t)(i + 1);
    return sdr;
}

static const struct {
    struct hal_sensor want;
    enum fc_err err;
    uint8_t number;
    const char *text;
} finds[] = {
    {{HAL_TEMP_MC, HAL_IPMI_ENTITY, 3, 1, 0}, FC_OK, 0x0e, NULL},
    {{HAL_TEMP_MC, HAL_IPMI_ENTITY, 3, 2, 0}, FC_OK, 0x0f, NULL},
    {{HAL_FAN_RPM, HAL_IPMI_ENTITY, 7, 1, 0}, FC_OK, 0x30, NULL},
    {{HAL_POWER_MW, HAL_IPMI_ENTITY, 7, 1, 0}, FC_OK, 0x77, NULL},
    {{HAL_TEMP_MC, HAL_IPMI_ENTITY, 7, 1, 0},
     FC_ERR_AMBIGUOUS,
     0,
     "temperature sensor of entity 7.1: 04h Inlet (7.1), 01h Exhaust (7.1)"},
    {{HAL_TEMP_MC, HAL_IPMI_ENTITY, 3, 3, 0},
     FC_ERR_NO_SENSOR,
     0,
     "temperature sensor of entity 3.3: none; there are 04h Inlet (7.1), 01h Exhaust (7.1), "
     "0Eh Temp (3.1), 0Fh Temp (3.2)"},
    {{HAL_TEMP_MC, HAL_IPMI_NUMBER, 0, 0, 0x30},
     FC_ERR_NO_SENSOR,
     0,
     "temperature sensor 30h: 30h Fan1 (7.1) measures something else"},
    {{HAL_POWER_MW, HAL_IPMI_NUMBER, 0, 0, 0x6a},
     FC_ERR_NO_SENSOR,
     0,
     "power sensor 6Ah: 6Ah Amps (10.1) measures something else"},
    {{HAL_TEMP_MC, HAL_IPMI_ENTITY, 8, 1, 0},
     FC_ERR_NO_SENSOR,
     0,
     "temperature sensor of entity 8.1: 50h F (8.1) is not in degrees C"},
    {{HAL_TEMP_MC, HAL_IPMI_NUMBER, 0, 0, 0x51},
     FC_ERR_NO_SENSOR,
     0,
     "temperature sensor 51h: 51h ME (8.2) belongs to another controller"},
    {{HAL_TEMP_MC, HAL_IPMI_NUMBER, 0, 0, 0x52},
     FC_ERR_NO_SENSOR,
     0,
     "temperature sensor 52h: 52h a?[2Jb (8.3) is not linear"},
    {{HAL_FAN_RPM, HAL_IPMI_NUMBER, 0, 0, 0x75},
     FC_ERR_NO_SENSOR,
     0,
     "fan sensor 75h: none; there are 30h Fan1 (7.1)"},
};

static void test_find_a_sensor(void **state)
{
    (void)state;
    struct hal_sdr sdr = machine();
    assert_true(hal_sdr_is_whole(sdr.records, sdr.n_bytes));
    for (size_t i = 0; i < sizeof finds / sizeof finds[0]; i++) {
        struct hal_record record = {.number = 0};
        char text[HAL_TEXT_MAX] = "";
        assert_int_equal(hal_record_find(&sdr, &finds[i].want, &record, text), finds[i].err);
        assert_int_equal(record.number, finds[i].number);
        if (finds[i].text != NULL)
            assert_string_equal(text, finds[i].text);
    }
    hal_sdr_free(&sdr);
    struct hal_record record;
    char text[HAL_TEXT_MAX];
    assert_int_equal(hal_record_find(&sdr, &finds[0].want, &record, text), FC_ERR_NO_SENSOR);
    assert_non_null(strstr(text, "none of that quantity"));
}

static void test_decode_a_reading(void **state)
{
    (void)state;
    static const struct {
        const struct spec *spec;
        uint8_t raw;
        enum fc_err err;
        int32_t value;
    } rows[] = {
        {&cpu1, 171, FC_OK, 43000},  {&cpu1, 128, FC_OK, 0},        {&cpu1, 0, FC_OK, -128000},
        {&cpu1, 255, FC_OK, 127000}, {&fan1, 40, FC_OK, 4800},      {&fan1, 0, FC_OK, 0},
        {&power, 9, FC_OK, 126000},  {&power, 255, FC_OK, 3570000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[64];
        size_t n = build(rows[i].spec, bytes);
        struct hal_record record;
        assert_true(hal_record_parse(bytes, n, &record));
        int32_t value = 4711;
        assert_int_equal(hal_record_decode(&record, rows[i].raw, &value), rows[i].err);
        assert_int_equal(value, rows[i].value);
    }
}

static void test_decode_rounds_and_refuses(void **state)
{
    (void)state;
    static const struct {
        int m, b, r_exponent, b_exponent;
        uint8_t linearization, format, raw;
        enum fc_err err;
        int32_t value;
    } rows[] = {
        {5, 0, -1, 0, 0, 0, 3, FC_OK, 1500},                /* 1.5 C */
        {5, 0, -4, 0, 0, 0, 3, FC_OK, 2},                   /* 0.0015 C: half up */
        {5, 0, -4, 0, 0, 2, 0xfd, FC_OK, -1},               /* -0.0015 C: half up */
        {1, 0, 0, 0, 0, 2, 0xff, FC_OK, -1000},             /* two's complement */
        {1, 1, 0, 3, 0, 0, 5, FC_OK, 1005000},              /* b times 10^3 */
        {511, 0, 7, 0, 0, 0, 255, FC_ERR_NO_READING, 4711}, /* over 2^31 mC */
        {1, 0, 0, 0, 7, 0, 0, FC_ERR_NO_READING, 4711},     /* 1 / 0 */
        {1, 0, 0, 0, 1, 0, 0, FC_ERR_NO_READING, 4711},     /* ln 0 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct spec s = cpu1;
        s.m = rows[i].m;
        s.b = rows[i].b;
        s.r_exponent = rows[i].r_exponent;
        s.b_exponent = rows[i].b_exponent;
        s.linearization = rows[i].linearization;
        s.format = rows[i].format;
        uint8_t bytes[64];
        size_t n = build(&s, bytes);
        struct hal_record record;
        assert_true(hal_record_parse(bytes, n, &record));
        assert_null(record.fault);
        int32_t value = 4711;
        assert_int_equal(hal_record_decode(&record, rows[i].raw, &value), rows[i].err);
        assert_int_equal(value, rows[i].value);
    }
}

static void test_truncated_records_are_no_sensors(void **state)
{
    (void)state;
    uint8_t bytes[64];
    size_t n = build(&cpu1, bytes);
    for (size_t len = 1; len < n - 1; len++) {
        uint8_t *exact = malloc(len); /* so that a sanitizer sees a read past it */
        assert_non_null(exact);
        memcpy(exact, bytes, len);
        struct hal_record record;
        if (hal_record_parse(exact, len, &record) && record.fault == NULL)
            assert_true(len >= 30); /* all that decoding needs is in the first 30 bytes */
        free(exact);
    }
}

static void test_the_records_file(void **state)
{
    (void)state;
    char folder[] = "/tmp/fc_sdr_XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[64];
    snprintf(path, sizeof path, "%s/cache", folder);
    struct hal_sdr sdr = machine();
    struct hal_sdr back = {.records = NULL};
    assert_false(hal_sdr_file_read(&back, path, sdr.id));
    hal_sdr_file_write(&sdr, path);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(hal_sdr_file_read(&back, path, sdr.id));
    assert_int_equal(back.n_bytes, sdr.n_bytes);
    assert_memory_equal(back.records, sdr.records, sdr.n_bytes);
    hal_sdr_free(&back);

    uint8_t other[HAL_SDR_ID_BYTES];
    memcpy(other, sdr.id, sizeof other);
    other[20] ^= 1;
    assert_false(hal_sdr_file_read(&back, path, other));

    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    for (off_t at = 0; at < st.st_size; at++) { /* one byte wrong, wherever */
        uint8_t byte;
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        byte ^= 0x40;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        assert_false(hal_sdr_file_read(&back, path, sdr.id));
        byte ^= 0x40;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    assert_true(hal_sdr_file_read(&back, path, sdr.id));
    for (off_t size = st.st_size - 1; size >= 0; size -= 7) { /* cut short */
        assert_int_equal(ftruncate(fd, size), 0);
        assert_false(hal_sdr_file_read(&back, path, sdr.id));
    }
    assert_int_equal(back.n_bytes, sdr.n_bytes); /* what was there stays */
    close(fd);
    hal_sdr_file_write(&sdr, "/nonexistent/folder/cache");
    assert_false(hal_sdr_file_read(&back, folder, sdr.id));
    hal_sdr_free(&back);
    hal_sdr_free(&sdr);
    unlink(path);
    assert_int_equal(rmdir(folder), 0); /* and no temporary file is left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find_a_sensor),
        cmocka_unit_test(test_decode_a_reading),
        cmocka_unit_test(test_decode_rounds_and_refuses),
        cmocka_unit_test(test_truncated_records_are_no_sensors),
        cmocka_unit_test(test_the_records_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
