/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The log: one line an event on standard error, `key=value`, with the journal's priority in front
 * (<3> error, <4> warning, <5> notice, <6> information, <7> debug). On a terminal the priority
 * gives way to the time of day.
 *
 * Nothing here blocks: where nobody reads, lines are dropped or cut short and counted, and the next
 * line that gets through says how many. Control characters are written as \xNN, so that no text
 * from outside can forge a line.
 */
#ifndef FC_HOST_LOG_H
#define FC_HOST_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level {
    LOG_LEVEL_ERR = 3,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_NOTICE,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
};

enum { LOG_LINE_MAX = 1024 }; /* bytes of a line; what does not fit is cut */

/* Lines above this level are not written. The default is LOG_LEVEL_INFO. */
void log_set_level(enum log_level most);

/* Would a line of this level be written? For lines that are costly to make. */
bool log_is_on(enum log_level level);

/* `server=NAME ` comes first, unless server is NULL. Any thread may call it. */
__attribute__((format(printf, 3, 4))) void log_line(enum log_level level, const char *server,
                                                    const char *format, ...);

/* One kind of trouble that may come again and again: the first time it is logged, repeats are
 * counted, and when it changes or ends the count is logged. */
struct log_trouble {
    char text[LOG_LINE_MAX / 2]; /* empty: none */
    uint64_t count;
    uint32_t n_calm; /* log_trouble_calm() in a row */
};

enum { LOG_TROUBLE_CALM = 4 };

__attribute__((format(printf, 4, 5))) void log_trouble(struct log_trouble *trouble,
                                                       enum log_level level, const char *server,
                                                       const char *format, ...);

/* The trouble that was logged is there once more, whatever it was; false: there is none. */
bool log_trouble_again(struct log_trouble *trouble);

/* All is well this time. The LOG_TROUBLE_CALM-th time in a row the trouble is over: one that comes
 * and goes from tick to tick must not fill the log. */
void log_trouble_calm(struct log_trouble *trouble, const char *server);

/* The trouble is over; logs it, if there was any. */
void log_trouble_end(struct log_trouble *trouble, const char *server);

#endif
