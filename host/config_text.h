/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a text in the configuration may be made of, by the kind of its row.
 */
#ifndef FC_HOST_CONFIG_TEXT_H
#define FC_HOST_CONFIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "host/config_schema.h"

/* What is wrong with length bytes of text as a CONFIG_NAME, _TEXT, _TOPIC, _PATH, _HOST or
 * _LISTEN; NULL: nothing. The text has an end at length. The answer is static and goes on behind
 * the text: "has a blank". */
const char *config_text_fault(enum config_type type, const char *text, size_t length);

/* "name", "name:port", "1.2.3.4:port", "[::1]:port"; with needs_port the port must be there. */
bool config_text_is_address(const char *text, bool needs_port);

/* Is this a mode of the program, and so not free as a profile's name? */
bool config_text_is_mode(const char *text);

#endif
