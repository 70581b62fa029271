/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hal/text.h"

void hal_text_clean(char *text, size_t max)
{
    size_t end = 0;
    for (size_t i = 0; i < max && text[i] != '\0'; i++) {
        if (text[i] < 0x20 || text[i] > 0x7e)
            text[i] = '?';
        if (text[i] != ' ')
            end = i + 1;
    }
    if (end < max)
        text[end] = '\0';
}

void hal_text_set(char text[HAL_TEXT_MAX], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (vsnprintf(text, HAL_TEXT_MAX, format, args) < 0)
        text[0] = '\0';
    va_end(args);
    hal_text_clean(text, HAL_TEXT_MAX);
}

void hal_text_add(char text[HAL_TEXT_MAX], const char *format, ...)
{
    size_t used = strnlen(text, HAL_TEXT_MAX - 1);
    va_list args;
    va_start(args, format);
    if (vsnprintf(text + used, HAL_TEXT_MAX - used, format, args) < 0)
        text[used] = '\0';
    va_end(args);
    hal_text_clean(text, HAL_TEXT_MAX);
}
