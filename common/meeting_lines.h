/* meeting_lines.h - the figures of a brief or a summary, as lines in their order: whoever shows one says the same. */
#ifndef DUBAN_MEETING_LINES_H
#define DUBAN_MEETING_LINES_H

#include <stdbool.h>

#include "query.pb-c.h"

struct meeting_line {
    const char *zh, *en;
    const char *words_zh, *words_en;   /* instead of a number; NULL = it is a number */
    bool is_rate;                      /* number of that many */
    uint32_t number, of;
};

typedef void meeting_line_put(void *self, const struct meeting_line *line);

/* Of a row that has a meeting. */
void meeting_lines(const Duban__MeetingRow *row, meeting_line_put *put, void *self);

#endif
