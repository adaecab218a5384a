/* engine_watch.h - for engine_watch*.c only: the days of a watch, and when it stands still.
 *
 * A day is known by its number (policy_day). While the site does not operate nobody is expected there: such days
 * are neither missed nor clean.
 */
#ifndef DUBAN_RULES_ENGINE_WATCH_H
#define DUBAN_RULES_ENGINE_WATCH_H

#include "engine.h"

/* NULL: nobody was there that day. */
Duban__WatchDay *watch_day(const Duban__WatchRecord *watch, int64_t day);
/* In its place among the others, with nothing known of it yet. */
Duban__WatchDay *watch_add_day(struct engine *engine, Duban__WatchRecord *watch, int64_t day);

/* Days in a row on which somebody was there, up to and with the last one that is not later than that day. A day that
 * has gone by without ends them; one on which the watch stood still does not. */
uint32_t watch_streak(const Duban__WatchRecord *watch, int64_t day);

/* (16) A fail begins them anew; a day that was missed, or on which nothing was looked at, does not count. */
uint32_t watch_clean_days(const Duban__WatchRecord *watch);

/* NULL: it goes on. */
Duban__WatchPause *watch_pause(const Duban__WatchRecord *watch);
Duban__WatchPause *watch_add_pause(struct engine *engine, Duban__WatchRecord *watch);
/* Is anybody there who could be looked at? */
bool watch_site_operates(const Duban__Site *site);
/* From now on, and no check-in from that day on: a fact. Puts the subject. */
void watch_stand_still(struct engine *engine, Duban__Subject *subject, int64_t from_day, const char *reason);
/* The one that goes on ends now; the day that is due next. The caller puts the subject. */
int64_t watch_end_pause(struct engine *engine, Duban__Subject *subject);
bool watch_stands_still_on(const Duban__WatchRecord *watch, int64_t day);
bool watch_stood_still_at(const Duban__WatchRecord *watch, int64_t at_s);

/* The first day from that one on whose check-in can still be made in time. */
int64_t watch_next_day(const struct policy *policy, int64_t now_s, int64_t day);

/* The day passed without: a fact. */
void watch_note_missed(struct engine *engine, const Duban__Subject *subject, const Duban__Task *task);

/* Its figures as of now, for whoever looks at it. */
void watch_note_figures(struct engine *engine, Duban__Subject *subject);

/* (16) Somebody was there by it: a check-in, an inspection, which is judged as one, or coaching, which judges nothing. */
bool watch_counts(const Duban__Visit *visit);
/* That, as a fact, with the figures as of that day. */
void watch_note_was_there(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit, int64_t day);

/* Enough clean days, and no case that holds it. */
bool watch_has_its_clean_days(struct engine *engine, const Duban__Subject *subject);
/* It is over by that rule; decision: in words, where somebody decided it. Puts the subject. */
void watch_end(struct engine *engine, Duban__Subject *subject, const char *rule, const char *decision);

/* Its check-in of that day becomes its open task. Puts the subject. */
void watch_open_day(struct engine *engine, Duban__Subject *subject, int64_t day);

/* That day is due next; or it was the last. Puts the subject. */
void watch_go_on(struct engine *engine, Duban__Subject *subject, int64_t day);

#endif
