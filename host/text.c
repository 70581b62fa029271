/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool text_is_nothing(const char *text)
{
    return text[0] == '\0' || strcmp(text, "unknown") == 0 || strcmp(text, "unavailable") == 0;
}

static bool is_not_finite_word(const char *text)
{
    if (text[0] == '-' || text[0] == '+')
        text++;
    return strcasecmp(text, "nan") == 0 || strcasecmp(text, "inf") == 0;
}

enum fc_err text_to_double(const char *text, double *value)
{
    char *end;
    double parsed;

    if (text[0] == '\0')
        return FC_ERR_RANGE;
    if (text[strspn(text, "0123456789+-.eE")] != '\0' && !is_not_finite_word(text))
        return FC_ERR_RANGE;
    parsed = strtod(text, &end);
    if (end == text || *end != '\0')
        return FC_ERR_RANGE;
    *value = parsed;
    return FC_OK;
}

enum fc_err text_to_int64(const char *text, int64_t *value)
{
    char *end;
    long long parsed;

    if (text[0] == '\0' || text[strspn(text, "0123456789+-")] != '\0')
        return FC_ERR_RANGE;
    errno = 0;
    parsed = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno == ERANGE)
        return FC_ERR_RANGE;
    *value = parsed;
    return FC_OK;
}

static int64_t int64_from_double(double value)
{
    /* 2^63 itself is a double, the largest int64 is not. */
    if (value >= 9223372036854775808.0)
        return INT64_MAX;
    if (value <= -9223372036854775808.0)
        return INT64_MIN;
    return (int64_t)value;
}

static int32_t int32_from_double(double value)
{
    if (value >= INT32_MAX)
        return INT32_MAX;
    if (value <= INT32_MIN)
        return INT32_MIN;
    return (int32_t)value;
}

int32_t pct_from_double(double value)
{
    double whole = floor(value);

    /* The difference is exact; adding a half first would round 0.49999999999999994 up. */
    return int32_from_double(value - whole >= 0.5 ? whole + 1.0 : whole);
}

enum fc_err mc_from_double(double value_c, int32_t *temp_mc)
{
    double scaled = value_c * 1000.0;
    double nearest = nearbyint(scaled);

    /* What a binary double makes of a decimal is far closer than a ten-thousandth of a unit. */
    if (fabs(scaled) < 1e9 && fabs(scaled - nearest) > 1e-4)
        return FC_ERR_RANGE;
    *temp_mc = int32_from_double(nearest);
    return FC_OK;
}

int64_t ms_from_seconds_down(double value_s)
{
    return int64_from_double(floor(value_s * 1000.0));
}

int64_t ms_from_seconds_up(double value_s)
{
    return int64_from_double(ceil(value_s * 1000.0));
}

/* Length of the valid UTF-8 sequence at p, or 0. Overlong forms and surrogates are not looked for:
 * the aim is a readable line, not a validator. */
static size_t utf8_length(const unsigned char *p)
{
    size_t length;

    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xc2 && p[0] <= 0xdf)
        length = 2;
    else if (p[0] >= 0xe0 && p[0] <= 0xef)
        length = 3;
    else if (p[0] >= 0xf0 && p[0] <= 0xf4)
        length = 4;
    else
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    }
    return length;
}

/* C0, DEL, and the C1 controls as UTF-8 spells them (c2 80 to c2 9f). */
static bool is_control(const unsigned char *p)
{
    return p[0] < 0x20 || p[0] == 0x7f || (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f);
}

void text_printable(const char *text, char *out, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t used = 0;

    while (*p != '\0') {
        size_t length = utf8_length(p);
        bool is_raw = length > 0 && !is_control(p);
        size_t need = is_raw ? length : 4;

        if (used + need + 1 > size)
            break;
        if (is_raw)
            memcpy(out + used, p, length);
        else
            snprintf(out + used, size - used, "\\x%02x", (unsigned)*p);
        used += need;
        p += is_raw ? length : 1;
    }
    if (size > 0)
        out[used] = '\0';
}
