/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/config_text.h"

#include <string.h>

enum {
    PORT_MAX = 65535,
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* Controls (C0, DEL, C1), and what YAML can not carry in plain sight: line and paragraph
 * separators, the byte order mark, U+FFFE and U+FFFF. They have no business in a name or a path,
 * and would break a printout that must load again. */
static bool is_invisible(const unsigned char *p)
{
    if (p[0] < 0x20 || p[0] == 0x7f)
        return true;
    if (p[0] == 0xc2)
        return p[1] >= 0x80 && p[1] <= 0x9f;
    if (p[0] == 0xe2)
        return p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9);
    if (p[0] == 0xef)
        return (p[1] == 0xbb && p[2] == 0xbf) || (p[1] == 0xbf && p[2] >= 0xbe);
    return false;
}

static bool has_invisible(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (is_invisible((const unsigned char *)text + i))
            return true;
    }
    return false;
}

static bool is_port(const char *text)
{
    unsigned port = 0;

    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] < '0' || text[i] > '9' || i >= 5)
            return false;
        port = port * 10 + (unsigned)(text[i] - '0');
    }
    return port >= 1 && port <= PORT_MAX;
}

bool config_text_is_address(const char *text, bool needs_port)
{
    const char *end; /* of the host */

    if (text[0] == '[') {
        size_t length = strspn(text + 1, "0123456789abcdefABCDEF:.");

        end = text + 1 + length;
        if (length < 2 || *end != ']')
            return false;
        end++;
    } else {
        end = text + strcspn(text, ":/[] ");
        if (end == text)
            return false;
    }
    if (*end == '\0')
        return !needs_port;
    return *end == ':' && is_port(end + 1);
}

bool config_text_is_mode(const char *text)
{
    static const char *const modes[] = {"auto", "manual", "external", "firmware"};

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strcmp(text, modes[i]) == 0)
            return true;
    }
    return false;
}

static const char *name_fault(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!is_name_char(text[i]))
            return "is not a name";
    }
    return NULL;
}

const char *config_text_fault(enum config_type type, const char *text, size_t length)
{
    if (length == 0)
        return "is empty";
    if (has_invisible(text, length))
        return "has a control character or an invisible one";
    switch (type) {
    case CONFIG_NAME:
        return name_fault(text, length);
    case CONFIG_TOPIC:
        return strpbrk(text, "+#") == NULL ? NULL : "has a wildcard";
    case CONFIG_HOST:
        return config_text_is_address(text, false) ? NULL : "is not a host";
    case CONFIG_LISTEN:
        return config_text_is_address(text, true) ? NULL : "is not an address and a port";
    case CONFIG_TEXT:
    case CONFIG_PATH:
    case CONFIG_SECTION:
    case CONFIG_WHOLE:
    case CONFIG_DECIMAL:
    case CONFIG_WORD:
    case CONFIG_WORKAROUND:
    case CONFIG_ENTITY:
    case CONFIG_RESERVED:
        break;
    }
    return NULL;
}
