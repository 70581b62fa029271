/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The contract's own functions, and the tables that judge what a BMC says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hal/completion.h"
#include "hal/hal.h"
#include "hal/text.h"

#define ROW(name, code, text) name,
static const enum fc_err all_errors[] = {FC_ERR_LIST(ROW)};
#undef ROW
enum { N_ERRORS = sizeof all_errors / sizeof all_errors[0] };

static void test_every_error_has_its_own_advice(void **state)
{
    (void)state;
    assert_string_equal(hal_advice(FC_OK), "");
    const char *unknown = hal_advice((enum fc_err)1);
    for (unsigned i = 1; i < N_ERRORS; i++) {
        const char *text = hal_advice(all_errors[i]);
        assert_true(strlen(text) > 10);
        assert_string_not_equal(text, unknown);
        for (unsigned k = 1; k < i; k++)
            assert_string_not_equal(text, hal_advice(all_errors[k]));
    }
    assert_string_equal(hal_advice((enum fc_err) - 1000), unknown);
}

static void test_advice_names_what_helps(void **state)
{
    (void)state;
    static const struct {
        enum fc_err err;
        const char *has;
    } rows[] = {
        {FC_ERR_UNSUPPORTED, "3.34.34.34"},   {FC_ERR_UNSUPPORTED, "iDRAC 10"},
        {FC_ERR_UNSUPPORTED, "blades"},       {FC_ERR_PRIVILEGE, "administrator"},
        {FC_ERR_PRIVILEGE, "locks"},          {FC_ERR_NO_DEVICE, "modprobe ipmi_devintf ipmi_si"},
        {FC_ERR_SESSIONS, "racadm"},          {FC_ERR_PASSWORD, "password"},
        {FC_ERR_PASSWORD, "opensesspriv"},    {FC_ERR_CIPHER, "cipher_suite"},
        {FC_ERR_NO_SENSOR, "fancurve probe"}, {FC_ERR_CLOSED, "session_timeout_s"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_non_null(strstr(hal_advice(rows[i].err), rows[i].has));
}

static void test_bus_errors_are_all_but_eight(void **state)
{
    (void)state;
    static const enum fc_err link_works[] = {
        FC_OK,          FC_ERR_NO_READING, FC_ERR_PRIVILEGE, FC_ERR_UNSUPPORTED, FC_ERR_BUSY,
        FC_ERR_REFUSED, FC_ERR_REPLY,      FC_ERR_NO_SENSOR, FC_ERR_AMBIGUOUS};
    for (unsigned i = 0; i < N_ERRORS; i++) {
        bool works = false;
        for (size_t k = 0; k < sizeof link_works / sizeof link_works[0]; k++)
            works = works || link_works[k] == all_errors[i];
        assert_int_equal(hal_is_bus_error(all_errors[i]), !works);
    }
}

static void test_a_refusal_is_a_clear_no(void **state)
{
    (void)state;
    static const enum fc_err refusals[] = {FC_ERR_PRIVILEGE, FC_ERR_UNSUPPORTED, FC_ERR_BUSY,
                                           FC_ERR_REFUSED};
    for (unsigned i = 0; i < N_ERRORS; i++) {
        bool is_refusal = false;
        for (size_t k = 0; k < sizeof refusals / sizeof refusals[0]; k++)
            is_refusal = is_refusal || refusals[k] == all_errors[i];
        assert_int_equal(hal_is_refusal(all_errors[i]), is_refusal);
    }
}

static void test_completion_codes(void **state)
{
    (void)state;
    static const struct {
        uint8_t code;
        enum fc_err want;
    } rows[] = {
        {0x00, FC_OK},
        {0xc0, FC_ERR_BUSY},
        {0xc1, FC_ERR_UNSUPPORTED},
        {0xc2, FC_ERR_UNSUPPORTED},
        {0xc3, FC_ERR_TIMEOUT},
        {0xc4, FC_ERR_BUSY},
        {0xc5, FC_ERR_BUSY},
        {0xce, FC_ERR_TIMEOUT},
        {0xcf, FC_ERR_TIMEOUT},
        {0xd0, FC_ERR_BUSY},
        {0xd1, FC_ERR_BUSY},
        {0xd2, FC_ERR_TIMEOUT},
        {0xd3, FC_ERR_TIMEOUT},
        {0xd4, FC_ERR_PRIVILEGE},
        {0xd5, FC_ERR_UNSUPPORTED},
        {0xd6, FC_ERR_UNSUPPORTED},
    };
    for (unsigned code = 0; code <= 0xff; code++) {
        enum fc_err want = FC_ERR_REFUSED;
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            if (rows[i].code == code)
                want = rows[i].want;
        }
        assert_int_equal(hal_completion_err((uint8_t)code), want);
        assert_true(strlen(hal_completion_str((uint8_t)code)) > 1);
    }
}

static void test_text_is_printable_and_bounded(void **state)
{
    (void)state;
    char text[HAL_TEXT_MAX + 1];
    text[HAL_TEXT_MAX] = 0x55;
    hal_text_set(text, "%s", "a\x1b[2J\n\tb\x7f\xc3\xa9 ");
    assert_string_equal(text, "a?[2J??b???");
    char big[4 * HAL_TEXT_MAX];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    hal_text_set(text, "%s", big);
    assert_int_equal(strlen(text), HAL_TEXT_MAX - 1);
    hal_text_add(text, "%s", "more");
    assert_int_equal(strlen(text), HAL_TEXT_MAX - 1);
    hal_text_set(text, "one");
    hal_text_add(text, " %d\r", 2);
    assert_string_equal(text, "one 2?");
    hal_text_set(text, "%s", "   ");
    assert_string_equal(text, "");
    assert_int_equal(text[HAL_TEXT_MAX], 0x55);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_error_has_its_own_advice),
        cmocka_unit_test(test_advice_names_what_helps),
        cmocka_unit_test(test_bus_errors_are_all_but_eight),
        cmocka_unit_test(test_a_refusal_is_a_clear_no),
        cmocka_unit_test(test_completion_codes),
        cmocka_unit_test(test_text_is_printable_and_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
