/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ipmi driver as far as it goes without a BMC: names, configurations, closed handles.
 * tests/daemon/test_hal.py runs the rest against ipmi_sim.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hal/ipmi.h"

static void test_workaround_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t flag;
    } rows[] = {
        {"authcap", 0x01},         {"intel20", 0x02},      {"supermicro20", 0x04},
        {"sun20", 0x08},           {"opensesspriv", 0x10}, {"integritycheckvalue", 0x20},
        {"nochecksumcheck", 0x40},
    };
    uint32_t flag;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(hal_ipmi_workaround_parse(rows[i].name, &flag), FC_OK);
        assert_int_equal(flag, rows[i].flag);
    }
    uint32_t seen = 0;
    unsigned k = 0;
    for (; hal_ipmi_workaround_name(k) != NULL; k++) {
        assert_int_equal(hal_ipmi_workaround_parse(hal_ipmi_workaround_name(k), &flag), FC_OK);
        assert_int_equal(seen & flag, 0);
        seen |= flag;
    }
    assert_true(k >= sizeof rows / sizeof rows[0]);
    flag = 77;
    static const char *const bad[] = {"", "OPENSESSPRIV", "opensesspriv ", "idzero", "opensess"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(hal_ipmi_workaround_parse(bad[i], &flag), FC_ERR_RANGE);
    assert_int_equal(flag, 77);
}

static void test_privilege_names(void **state)
{
    (void)state;
    enum hal_ipmi_privilege p;
    static const enum hal_ipmi_privilege all[] = {HAL_IPMI_USER, HAL_IPMI_OPERATOR, HAL_IPMI_ADMIN};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        assert_int_equal(hal_ipmi_privilege_parse(hal_ipmi_privilege_str(all[i]), &p), FC_OK);
        assert_int_equal(p, all[i]);
    }
    assert_int_equal(hal_ipmi_privilege_parse("administrator", &p), FC_OK);
    assert_int_equal(p, HAL_IPMI_ADMIN);
    assert_int_equal(hal_ipmi_privilege_parse("root", &p), FC_ERR_RANGE);
    assert_string_equal(hal_ipmi_privilege_str((enum hal_ipmi_privilege)9), "unknown");
}

static void test_cipher_suites(void **state)
{
    (void)state;
    assert_true(hal_ipmi_cipher_is_known(3));
    assert_true(hal_ipmi_cipher_is_known(17));
    assert_false(hal_ipmi_cipher_is_known(4));
    assert_false(hal_ipmi_cipher_is_known(18));
    assert_false(hal_ipmi_cipher_is_known(3 + 256));
}

#if FC_HAVE_IPMI
static struct hal_ipmi_cfg good_lan(void)
{
    return (struct hal_ipmi_cfg){
        .driver = HAL_IPMI_LAN,
        .host = "127.0.0.1:9",
        .username = "root",
        .password = "calvin",
        .cipher_suite = 3,
        .privilege = HAL_IPMI_ADMIN,
        .session_timeout_ms = 500,
    };
}

static void assert_refused(struct hal_ipmi_cfg cfg)
{
    struct hal h = {.ops = NULL};
    assert_int_equal(hal_ipmi_create(&cfg, NULL, 0, &h), FC_ERR_CONFIG);
    assert_null(h.ops);
}

static void test_configurations(void **state)
{
    (void)state;
    struct hal_ipmi_cfg cfg = good_lan();
    struct hal h;
    assert_int_equal(hal_ipmi_create(&cfg, NULL, 0, &h), FC_OK);
    assert_string_equal(h.ops->name, "lan");
    h.ops->destroy(h.ctx);
    cfg.host = NULL;
    assert_refused(cfg);
    cfg.host = "";
    assert_refused(cfg);
    cfg = good_lan();
    cfg.username = "seventeen-letters";
    assert_refused(cfg);
    cfg = good_lan();
    cfg.password = "twenty-one-characters";
    assert_refused(cfg);
    cfg = good_lan();
    cfg.cipher_suite = 4;
    assert_refused(cfg);
    cfg = good_lan();
    cfg.privilege = (enum hal_ipmi_privilege)0;
    assert_refused(cfg);
    cfg = good_lan();
    cfg.session_timeout_ms = HAL_IPMI_TIMEOUT_MIN_MS - 1;
    assert_refused(cfg);
    cfg.session_timeout_ms = HAL_IPMI_TIMEOUT_MAX_MS + 1;
    assert_refused(cfg);
    cfg = good_lan();
    struct hal_sensor sensors[HAL_CHANNELS_MAX + 1] = {{.kind = HAL_IPMI_NUMBER}};
    assert_int_equal(hal_ipmi_create(&cfg, sensors, HAL_CHANNELS_MAX + 1, &h), FC_ERR_CONFIG);
    sensors[1].quantity = (enum hal_quantity)3;
    assert_int_equal(hal_ipmi_create(&cfg, sensors, 2, &h), FC_ERR_CONFIG);
}

static void test_a_closed_handle(void **state)
{
    (void)state;
    struct hal_ipmi_cfg cfg = good_lan();
    const struct hal_sensor sensor = {.quantity = HAL_TEMP_MC, .kind = HAL_IPMI_NUMBER};
    struct hal h;
    assert_int_equal(hal_ipmi_create(&cfg, &sensor, 1, &h), FC_OK);
    int32_t value = 4711;
    assert_int_equal(h.ops->read(h.ctx, 0, &value), FC_ERR_CLOSED);
    assert_int_equal(h.ops->read(h.ctx, 1, &value), FC_ERR_RANGE);
    assert_int_equal(value, 4711);
    assert_int_equal(h.ops->set_duty(h.ctx, 30), FC_ERR_CLOSED);
    assert_int_equal(h.ops->release(h.ctx), FC_ERR_CLOSED);
    assert_true(strlen(h.ops->last_text(h.ctx)) > 0);
    h.ops->close(h.ctx);
    h.ops->close(h.ctx);
    h.ops->destroy(h.ctx);
}

static void test_no_such_device(void **state)
{
    (void)state;
    const struct hal_ipmi_cfg cfg = {.driver = HAL_IPMI_OPENIPMI, .device = "/nonexistent/ipmi0"};
    struct hal h;
    assert_int_equal(hal_ipmi_create(&cfg, NULL, 0, &h), FC_OK);
    assert_string_equal(h.ops->name, "openipmi");
    assert_int_equal(h.ops->open(h.ctx), FC_ERR_NO_DEVICE);
    assert_non_null(strstr(h.ops->last_text(h.ctx), "/nonexistent/ipmi0"));
    assert_int_equal(h.ops->open(h.ctx), FC_ERR_NO_DEVICE);
    struct hal_probe probe;
    assert_int_equal(hal_ipmi_probe(&h, &probe), FC_ERR_NO_DEVICE);
    h.ops->destroy(h.ctx);
    struct hal other = {.ops = NULL};
    assert_int_equal(hal_ipmi_probe(&other, &probe), FC_ERR_CONFIG);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workaround_names),
        cmocka_unit_test(test_privilege_names),
        cmocka_unit_test(test_cipher_suites),
#if FC_HAVE_IPMI
        cmocka_unit_test(test_configurations),
        cmocka_unit_test(test_a_closed_handle),
        cmocka_unit_test(test_no_such_device),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
