/* calendar_feed.h - events as an iCalendar object (RFC 5545, RFC 7986) that calendars subscribe to. Pure.
 *
 *   rules --CalendarRows--> duban feed, or a gateway --calendar_feed_write--> a phone's calendar
 *
 * In common because the command prints it and a gateway will serve it; rules knows what is due, not how it is written.
 * The bytes depend on the rows alone, so that their digest is a strong ETag. A calendar takes a change only when SEQUENCE
 * has risen under the same UID, and drops the whole file for one wrong fold; it asks again after hours, whatever the
 * file says: a feed is no alarm. What is off is told as cancelled, for what just vanishes stays in some calendars for good.
 */
#ifndef DUBAN_CALENDAR_FEED_H
#define DUBAN_CALENDAR_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "query.pb-c.h"

enum { CALENDAR_LINE_BYTES = 75 };   /* of a line at most, its end not counted: RFC 5545 3.1 */

/* The holder's calendar, in his language; times in UTC. Of a rehearsal (Reply.rehearsal) its name and every event say so, as
 * its messages do: a drill that stands in somebody's calendar must not send him out. Whether it was all written the stream
 * says. */
void calendar_feed_write(FILE *out, const Duban__Holder *holder, bool rehearsal, Duban__CalendarRow *const *rows, size_t count);

/* One content line "NAME:text" of UTF-8, escaped and folded: RFC 5545 3.1, 3.3.11. Two texts stand in it as one, with a
 * stroke between them where both say something. */
void calendar_feed_line(FILE *out, const char *name, const char *text, const char *other);

#endif
