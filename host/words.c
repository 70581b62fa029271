/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/words.h"

#include <string.h>

#include "host/text.h"

static const struct {
    const char *word;
    enum fc_mode mode;
} mode_words[] = {
    {"auto", FC_MODE_AUTO},
    {"manual", FC_MODE_MANUAL},
    {"external", FC_MODE_EXTERNAL},
    {"firmware", FC_MODE_FIRMWARE},
};

static const struct {
    const char *word;
    enum fc_presence presence;
} presence_words[] = {
    {"auto", FC_PRESENCE_AUTO},
    {"occupied", FC_PRESENCE_OCCUPIED},
    {"empty", FC_PRESENCE_EMPTY},
};

void words_ask_mode(const struct config_server *server, const char *word, struct fc_ask *ask)
{
    if (text_is_nothing(word))
        return;
    ask->has_mode = 1;
    ask->mode = FC_MODE_AUTO;
    for (size_t i = 0; i < sizeof(mode_words) / sizeof(mode_words[0]); i++) {
        if (strcmp(word, mode_words[i].word) == 0)
            ask->mode = mode_words[i].mode;
    }
    for (uint32_t p = 0; p < server->fan_cfg.n_profiles; p++) {
        if (strcmp(word, server->profile_name[p]) != 0)
            continue;
        ask->mode = FC_MODE_PROFILE;
        ask->profile = (uint8_t)p;
    }
}

bool words_ask_presence(const char *word, struct fc_ask *ask)
{
    if (text_is_nothing(word))
        return true;
    for (size_t i = 0; i < sizeof(presence_words) / sizeof(presence_words[0]); i++) {
        if (strcmp(word, presence_words[i].word) != 0)
            continue;
        ask->has_presence = 1;
        ask->presence = presence_words[i].presence;
        return true;
    }
    return false;
}
