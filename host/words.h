/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words that people and Home Assistant use, and the requests that they mean for one server.
 * Words are case-sensitive. Nothing here fails: what is not understood is not asked.
 */
#ifndef FC_HOST_WORDS_H
#define FC_HOST_WORDS_H

#include "core/request.h"
#include "host/config.h"

/* auto, manual, external, firmware, or a profile's name; any other word acts as auto; nothing
 * (empty, unknown, unavailable) asks for nothing. */
void words_ask_mode(const struct config_server *server, const char *word, struct fc_ask *ask);

/* auto, occupied or empty; true when understood, nothing included. */
bool words_ask_presence(const char *word, struct fc_ask *ask);

#endif
