/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rules that need more than one value: names that are unique and exist, limits that lie below
 * others, curves that rise. Each looks only at values that are legal on their own, and blames the
 * value that was changed last (see config_fault_blame()).
 */
#ifndef FC_HOST_CONFIG_CHECK_H
#define FC_HOST_CONFIG_CHECK_H

#include "core/err.h"
#include "host/config_arena.h"
#include "host/config_fault.h"
#include "host/config_value.h"

/* Look at the whole tree, after the last layer was put on it. */
void config_check(const struct config_value *root, struct config_faults *faults);

/* The curves of profiles, part of config_check(): sources known, points in order. */
void config_check_profiles(const struct config_value *server, struct config_faults *faults);

/* Every item of a list has a .name of its own. */
void config_check_unique_names(const struct config_value *list, struct config_faults *faults);

/* Item of list whose .name is text; NULL: none. */
const struct config_value *config_check_find_name(const struct config_value *list,
                                                  const char *text);

enum {
    CONFIG_NAMES_MAX = 320, /* bytes of 8 names of 31 bytes, separated, with their end */
};

/* The names of a list's items, for people: "cpu1, cpu2". */
void config_check_show_names(const struct config_value *list, char out[CONFIG_NAMES_MAX]);

#endif
