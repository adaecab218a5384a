/* engine_meetings.h - the two meetings of a day: what they are told, what they have to decide, what they resolve.
 *
 *   brief_at         the morning brief, as of the second before                              (Meeting, told at once)
 *   alert_at         groups that are behind with their plan
 *   cutoff_at + 1 s  the evening's figures, of all that came by the end of cutoff_at         (Meeting)
 *   summary_at       ... are told
 *
 * Each reads rows that are kept with every change and counts no cases and no sites. What was fixed is never changed.
 * Included by engine.h.
 */
#ifndef DUBAN_RULES_ENGINE_MEETINGS_H
#define DUBAN_RULES_ENGINE_MEETINGS_H

#include "engine.h"

enum { MAX_ZONES = 64 };   /* groups that are listed in what one meeting is told; its sums are of all */

/* ---------------------------------------------------------------- engine_meeting.c */

/* Another policy is in force: meetings go on, begin, or are no more. */
void engine_meetings_policy_changed(struct engine *engine);

/* House timers. */
void engine_brief(struct engine *engine);
void engine_cutoff(struct engine *engine);
void engine_summary(struct engine *engine);

/* A report has been applied: it may come after the cut-off that it belongs before, and its findings count. */
void engine_meetings_visited(struct engine *engine, const Duban__Visit *visit);
/* The same of what comes later to a report that was there by then (its amendment, its last photo), and of a door at that time. */
void engine_meetings_completed(struct engine *engine, const Duban__Visit *visit);
void engine_meetings_late(struct engine *engine, int64_t at_s);
/* What the visit found failing counts for its day, or (sign -1) does not any more. */
void engine_count_findings(struct engine *engine, const Duban__Visit *visit, int sign);

/* ---------------------------------------------------------------- engine_meeting_names.c */

/* Revisits that are late at the cut-off. */
void engine_name_missed_revisits(struct engine *engine, Duban__Meeting *meeting);
/* What is overdue of what the policy has listed at that meeting. The points have been added. */
void engine_name_overdue(struct engine *engine, Duban__Meeting *meeting);
/* In a message: the first few of those, and of the sites without room, behind what stands there; "" = there is none. */
Duban__Text *engine_names_at_meeting(struct engine *engine, const Duban__Meeting *meeting);

/* ---------------------------------------------------------------- engine_alive.c */

/* A step of a task has its moment. A notice has been decided. Something has become known of its first sending: is_first,
 * nothing was before; has_failed, now and not before: its recipient was not reached. */
void engine_alive_checked(struct engine *engine);
void engine_alive_told(struct engine *engine, uint64_t sequence);
void engine_alive_known(struct engine *engine, uint64_t notice, bool is_first, bool has_failed);

/* Something was not said, because its time had passed when the house came back. Counted until a summary has told it. */
void engine_alive_expired(struct engine *engine);
void engine_alive_expired_told(struct engine *engine, uint32_t count);

/* What the evening is told of that; counting begins anew. */
void engine_alive_fix(struct engine *engine, Duban__MeetingFigures *figures);

/* ---------------------------------------------------------------- engine_progress.c */

/* House timer: group leaders and the lead hear of groups that are behind. */
void engine_progress_alert(struct engine *engine);

/* ---------------------------------------------------------------- engine_agenda.c */

/* A row that the link is to write comes on the agenda, or leaves it; only rows of the agenda and of figures are put for it. */
void engine_keep_agenda(struct engine *engine, int table, const void *row);

/* Years that are not published come on it, or leave it: before a meeting, and whenever what is known of them changes. */
void engine_agenda_years(struct engine *engine);

/* In words, as they stand behind a number: "overdue". */
struct policy_text engine_agenda_words(Duban__AgendaKind kind);

/* What an item is about: a case, else a subject, or a year; where a duty is late, its task and whatever that is about, if
 * anything. */
struct agenda_subject {
    const Duban__Case *case_;
    const Duban__Subject *subject;
    const Duban__Task *task;
    uint32_t year;                 /* of the calendar; 0 = about something else */
};
struct agenda_subject engine_agenda_subject(struct engine *engine, const Duban__AgendaItem *item);
/* Its site code; "": none. Not of what is gone. */
const char *engine_agenda_site(const struct agenda_subject *about);

/* What stands on it, as it is told: its number and site (of a resolution about none: what it is about), and the duty where
 * the kind does not say it. */
Duban__AgendaPoint *engine_agenda_point(struct engine *engine, const Duban__AgendaItem *item);

/* ---------------------------------------------------------------- engine_resolution.c (entries: engine_entries.h) */

void engine_fill_resolution(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_resolution_state(const Duban__Subject *subject);
Duban__Text *engine_resolution_words(struct engine *engine, const Duban__Subject *subject);

#endif
