/* line.h - one notice as one JSON object: a line of the spool, the data of a webhook.
 *
 *   {"id","notice","at","kind","urgency","to","title","language","late","rehearsal",
 *    "deputyFor","text":{"zh","en"},"links":[{"task","url"}],"items":[NoticeItem],"cause":Cause}
 *    (of a link to a list of tasks there is no task)
 *
 * Items and cause are the canonical protobuf JSON of their messages. links is there where messages have addresses (action_link.h). Written by hand because
 * it is written once for every notice. It begins with id and notice: spool.c looks for them.
 */
#ifndef DUBAN_NOTIFY_LINE_H
#define DUBAN_NOTIFY_LINE_H

#include "render.h"

struct action_links;
struct channel;

struct line {
    uint64_t about;                /* outbox sequence; 0 = the house itself */
    const Duban__Notice *notice;
    const struct shelf *shelf;
    const struct texts *texts;     /* NULL = that version is not known here */
    int64_t at_ms;                 /* policy time */
    bool rehearsal;
    struct render_room room;       /* of each language */
    const struct action_links *links;   /* NULL = it has none */
    const struct channel *channel; /* that it goes by; with links */
};

/* Append the object, without a line end. scratch is used for rendering. */
void line_write(struct text *out, struct text *scratch, const struct line *line, struct render_counts *counts);

/* "2020-02-03T09:10:00+08:00" */
void line_time(struct text *out, int64_t at_ms, int32_t offset_s);

#endif
