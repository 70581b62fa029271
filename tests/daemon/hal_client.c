/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One handle of the ipmi driver, driven line by line from a test:
 *
 *     hal_client lan HOST USER PASSWORD CIPHER PRIVILEGE WORKAROUNDS TIMEOUT_MS CACHE [SENSOR...]
 *     hal_client openipmi DEVICE CACHE [SENSOR...]
 *
 * WORKAROUNDS are names with commas, CACHE a path; `-` for none. A SENSOR is t, f or p
 * (temperature, fan, power), then e3.1 (entity) or n14 (number), then ? if it is optional.
 *
 * Commands: open, read K, set N, release, close, probe, destroy. Each is answered by one line,
 * ERROR-NUMBER MILLISECONDS [VALUE] | TEXT, after the lines that probe prints.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hal/ipmi.h"

static long long now_ms(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const char *optional(const char *text)
{
    return strcmp(text, "-") == 0 ? NULL : text;
}

_Noreturn static void usage(const char *what)
{
    fprintf(stderr, "hal_client: %s\n", what);
    exit(2);
}

static struct hal_sensor parse_sensor(const char *text)
{
    struct hal_sensor s = {.quantity = text[0] == 't'   ? HAL_TEMP_MC
                                       : text[0] == 'f' ? HAL_FAN_RPM
                                                        : HAL_POWER_MW};
    char *end;
    if (text[1] == 'n') {
        s.kind = HAL_IPMI_NUMBER;
        s.number = (uint8_t)strtoul(text + 2, &end, 10);
    } else {
        s.kind = HAL_IPMI_ENTITY;
        s.entity = (uint8_t)strtoul(text + 2, &end, 10);
        s.instance = (uint8_t)strtoul(end + 1, &end, 10);
    }
    return s;
}

static uint32_t parse_workarounds(char *text)
{
    uint32_t flags = 0;
    uint32_t flag;
    if (strcmp(text, "-") == 0)
        return 0;
    char *save = NULL;
    for (char *word = strtok_r(text, ",", &save); word != NULL; word = strtok_r(NULL, ",", &save)) {
        if (hal_ipmi_workaround_parse(word, &flag) != FC_OK)
            usage("unknown workaround");
        flags |= flag;
    }
    return flags;
}

static void create(int argc, char **argv, struct hal *h)
{
    struct hal_ipmi_cfg cfg = {.driver = HAL_IPMI_OPENIPMI};
    int at = 4;
    if (argc >= 10 && strcmp(argv[1], "lan") == 0) {
        cfg.driver = HAL_IPMI_LAN;
        cfg.host = argv[2];
        cfg.username = argv[3];
        cfg.password = argv[4];
        cfg.cipher_suite = (uint32_t)strtoul(argv[5], NULL, 10);
        if (hal_ipmi_privilege_parse(argv[6], &cfg.privilege) != FC_OK)
            usage("unknown privilege");
        cfg.workarounds = parse_workarounds(argv[7]);
        cfg.session_timeout_ms = (uint32_t)strtoul(argv[8], NULL, 10);
        cfg.sdr_cache_path = optional(argv[9]);
        at = 10;
    } else if (argc >= 4 && strcmp(argv[1], "openipmi") == 0) {
        cfg.device = optional(argv[2]);
        cfg.sdr_cache_path = optional(argv[3]);
    } else {
        usage("see the head of its source");
    }
    struct hal_sensor sensors[HAL_CHANNELS_MAX];
    unsigned n = 0;
    for (; at < argc && n < HAL_CHANNELS_MAX; at++)
        sensors[n++] = parse_sensor(argv[at]);
    enum fc_err err = hal_ipmi_create(&cfg, sensors, n, h);
    if (err != FC_OK)
        usage(fc_err_str(err));
}

static enum fc_err print_probe(struct hal *h)
{
    struct hal_probe p;
    enum fc_err err = hal_ipmi_probe(h, &p);
    if (err != FC_OK)
        return err;
    printf("firmware %u.%02u manufacturer %u product %u\n", p.firmware_major, p.firmware_minor,
           p.manufacturer, p.product);
    for (unsigned i = 0; i < p.n_sensors; i++) {
        const struct hal_probe_sensor *s = &p.sensor[i];
        printf("sensor %02x %s %u.%u %d %d %d\n", s->number, s->name, s->entity, s->instance,
               (int)s->quantity, (int)s->reading, (int)s->value);
    }
    printf("fan %d %02x\npcie %d %02x %d %d\n", (int)p.fan.answer, p.fan.completion,
           (int)p.pcie.answer, p.pcie.completion, p.has_pcie_response, p.is_pcie_response_enabled);
    return FC_OK;
}

int main(int argc, char **argv)
{
    struct hal h;
    create(argc, argv, &h);
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        enum fc_err err = FC_OK;
        int32_t value = 0;
        bool is_read = false;
        long long start_ms = now_ms();
        if (strcmp(line, "open\n") == 0) {
            err = h.ops->open(h.ctx);
        } else if (strncmp(line, "read ", 5) == 0) {
            err = h.ops->read(h.ctx, (unsigned)strtoul(line + 5, NULL, 10), &value);
            is_read = err == FC_OK;
        } else if (strncmp(line, "set ", 4) == 0) {
            err = h.ops->set_duty(h.ctx, (int32_t)strtol(line + 4, NULL, 10));
        } else if (strcmp(line, "release\n") == 0) {
            err = h.ops->release(h.ctx);
        } else if (strcmp(line, "close\n") == 0) {
            h.ops->close(h.ctx);
        } else if (strcmp(line, "probe\n") == 0) {
            err = print_probe(&h);
        } else {
            break;
        }
        printf("%d %lld", (int)err, now_ms() - start_ms);
        if (is_read)
            printf(" %d", (int)value);
        printf(" | %s\n", err == FC_OK ? "" : h.ops->last_text(h.ctx));
        fflush(stdout);
    }
    h.ops->destroy(h.ctx);
    return 0;
}
