/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_parse.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "hal/ipmi.h"
#include "host/config_text.h"
#include "host/text.h"

enum {
    SHOWN_MAX = 48, /* bytes of a foreign text that a fault repeats */
    DECIMALS = 3,
};

void config_shorten(const char *text, size_t length, char out[CONFIG_WHY_MAX])
{
    char raw[SHOWN_MAX + 1];
    char shown[4 * SHOWN_MAX + 1];
    size_t n = length < SHOWN_MAX ? length : SHOWN_MAX;

    /* Not in the middle of a character: half of one would show as \x.. */
    while (n < length && n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    memcpy(raw, text, n);
    raw[n] = '\0';
    text_printable(raw, shown, sizeof(shown));
    snprintf(out, CONFIG_WHY_MAX, "%s%s", shown, n < length ? "..." : "");
}

static enum fc_err refuse(const struct config_scalar *scalar, const char *what, char *why)
{
    char shown[CONFIG_WHY_MAX];

    config_shorten(scalar->text, scalar->length, shown);
    /* It is short enough by construction; the precision tells the compiler. */
    snprintf(why, CONFIG_WHY_MAX, "\"%.*s\" %s", CONFIG_WHY_MAX - 60, shown, what);
    return FC_ERR_RANGE;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

/* Digits up to the end or up to a character that is none. Returns how many there were; *value stays
 * at INT64_MAX where they do not fit. */
static size_t take_digits(const char *text, int base, int64_t *value)
{
    size_t n = 0;

    for (; digit_value(text[n]) < base; n++) {
        int digit = digit_value(text[n]);

        if (*value > (INT64_MAX - digit) / base)
            *value = INT64_MAX;
        else
            *value = *value * base + digit;
    }
    return n;
}

static bool has_leading_zero(const char *digits)
{
    return digits[0] == '0' && digit_value(digits[1]) < 10;
}

/* 0x and digits, all of the text. */
static bool take_hex(const char *text, int64_t *value)
{
    size_t n;

    *value = 0;
    if (text[0] != '0' || text[1] != 'x')
        return false;
    n = take_digits(text + 2, 16, value);
    return n > 0 && text[2 + n] == '\0';
}

/* Digits with at most that many decimals, all of the text, as a number of 10^-decimals. */
static bool take_decimal(const char *text, size_t decimals, int64_t *value)
{
    size_t n;
    size_t n_decimals = 0;

    *value = 0;
    n = take_digits(text, 10, value);
    if (n == 0 || has_leading_zero(text))
        return false;
    text += n;
    if (text[0] == '.') {
        n_decimals = take_digits(text + 1, 10, value);
        if (n_decimals == 0)
            return false;
        text += 1 + n_decimals;
    }
    if (n_decimals > decimals || text[0] != '\0')
        return false;
    for (; n_decimals < decimals; n_decimals++)
        *value = *value > INT64_MAX / 10 ? INT64_MAX : *value * 10;
    return true;
}

static bool take_number(const char *text, bool is_whole, int64_t *number)
{
    bool is_negative = text[0] == '-';
    int64_t value;

    if (is_negative)
        text++;
    if (!take_decimal(text, is_whole ? 0 : DECIMALS, &value) &&
        !(is_whole && take_hex(text, &value)))
        return false;
    *number = is_negative ? -value : value;
    return true;
}

static enum fc_err parse_number(const struct config_scalar *scalar, struct config_value *value,
                                char *why)
{
    const struct config_row *row = value->row;
    bool is_whole = row->type == CONFIG_WHOLE;
    int64_t number;

    if (scalar->is_quoted)
        return refuse(scalar, "is a text: a number has no quotes", why);
    if (!take_number(scalar->text, is_whole, &number))
        return refuse(scalar,
                      is_whole ? "is not a whole number"
                               : "is not a number with at most 3 digits behind the point",
                      why);
    if (number < row->min)
        return refuse(scalar, "is too small", why);
    if (number > row->max)
        return refuse(scalar, "is too large", why);
    value->number = number;
    return FC_OK;
}

static enum fc_err parse_word(const struct config_scalar *scalar, struct config_value *value,
                              char *why)
{
    for (const struct config_word *word = value->row->words; word->word != NULL; word++) {
        if (strcmp(word->word, scalar->text) != 0)
            continue;
        value->number = word->number;
        return FC_OK;
    }
    return refuse(scalar, "is not known", why);
}

static enum fc_err parse_workaround(const struct config_scalar *scalar, struct config_value *value,
                                    char *why)
{
    uint32_t flag;

    if (hal_ipmi_workaround_parse(scalar->text, &flag) != FC_OK)
        return refuse(scalar, "is not known", why);
    value->number = flag;
    return FC_OK;
}

static enum fc_err parse_entity(const struct config_scalar *scalar, struct config_value *value,
                                char *why)
{
    int64_t entity = 0;
    int64_t instance = 0;
    const char *text = scalar->text;
    size_t n = take_digits(text, 10, &entity);
    size_t n_instance = 0;

    if (n > 0 && text[n] == '.')
        n_instance = take_digits(text + n + 1, 10, &instance);
    if (n_instance == 0 || text[n + 1 + n_instance] != '\0' || has_leading_zero(text) ||
        has_leading_zero(text + n + 1))
        return refuse(scalar, "is not an entity and an instance", why);
    if (entity > 255 || instance > 127)
        return refuse(scalar, "is too large", why);
    value->number = entity * 256 + instance;
    return FC_OK;
}

static enum fc_err parse_text(struct config_arena *arena, const char *folder,
                              const struct config_scalar *scalar, struct config_value *value,
                              char *why)
{
    const char *what = config_text_fault(value->row->type, scalar->text, scalar->length);

    if (what != NULL)
        return refuse(scalar, what, why);
    if ((int64_t)scalar->length > value->row->max)
        return refuse(scalar, "is too long", why);
    if (value->row->type == CONFIG_PATH && scalar->text[0] != '/') {
        const char *relative = scalar->text;

        while (strncmp(relative, "./", 2) == 0)
            relative += 2;
        value->text = config_arena_format(arena, "%s/%s", folder, relative);
    } else {
        value->text = config_arena_copy(arena, scalar->text, scalar->length);
    }
    return value->text != NULL ? FC_OK : FC_ERR_MEMORY;
}

/* What YAML reads as "no value". */
static bool is_nothing(const struct config_scalar *scalar)
{
    return !scalar->is_quoted && (scalar->length == 0 || strcmp(scalar->text, "~") == 0 ||
                                  strcasecmp(scalar->text, "null") == 0);
}

enum fc_err config_parse(struct config_arena *arena, const char *folder,
                         const struct config_scalar *scalar, struct config_value *value,
                         char why[CONFIG_WHY_MAX])
{
    if (is_nothing(scalar)) {
        snprintf(why, CONFIG_WHY_MAX, "no value is given");
        return FC_ERR_RANGE;
    }
    if (memchr(scalar->text, '\0', scalar->length) != NULL)
        return refuse(scalar, "goes on behind an invisible character", why);
    switch (value->row->type) {
    case CONFIG_WHOLE:
    case CONFIG_DECIMAL:
        return parse_number(scalar, value, why);
    case CONFIG_WORD:
        return parse_word(scalar, value, why);
    case CONFIG_WORKAROUND:
        return parse_workaround(scalar, value, why);
    case CONFIG_ENTITY:
        return parse_entity(scalar, value, why);
    case CONFIG_NAME:
    case CONFIG_TEXT:
    case CONFIG_TOPIC:
    case CONFIG_PATH:
    case CONFIG_HOST:
    case CONFIG_LISTEN:
        return parse_text(arena, folder, scalar, value, why);
    case CONFIG_SECTION:
    case CONFIG_RESERVED:
        break;
    }
    return refuse(scalar, "is not what belongs here", why);
}

enum fc_err config_parse_switch(const char *text, bool *is_on)
{
    static const struct {
        const char *word;
        bool is_on;
    } words[] = {{"1", true},  {"true", true},   {"yes", true},
                 {"0", false}, {"false", false}, {"no", false}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(text, words[i].word) != 0)
            continue;
        *is_on = words[i].is_on;
        return FC_OK;
    }
    return FC_ERR_RANGE;
}
