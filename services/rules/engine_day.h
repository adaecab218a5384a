/* engine_day.h - the working day: what is to be inspected on it, and how much of that has been. Included by engine.h.
 *
 *   00:00   every site is counted: is it to be inspected today?       (a walk over all sites, some at a time)
 *   visits  mark what was to be inspected                             (one row of figures, on the first of that day)
 *   changes of the registry and of operating states move the figures at once
 *
 * A day is counted only under a policy with the section `plan`, and from the first midnight after it came into force.
 */
#ifndef DUBAN_RULES_ENGINE_DAY_H
#define DUBAN_RULES_ENGINE_DAY_H

#include "engine.h"

enum { SITES_PER_WALK = 64 };   /* sites that one timer looks at before others may be heard */

/* ---------------------------------------------------------------- engine_coverage.c */

/* HOUSE_DAY has come: a day begins, or the walk over the sites of the day goes on. */
void engine_day_walk(struct engine *engine);

/* Are days counted from a later one on than that? */
bool engine_is_before_first_day(struct engine *engine, int64_t day);

/* Another policy is in force: days are counted from the next midnight on, or no longer. */
void engine_day_policy_changed(struct engine *engine);

/* Before anything that today's figures hang on is changed: the site is counted for today, if the walk has not come to it
 * yet. The caller puts the site. */
void engine_coverage_begin(struct engine *engine, Duban__Site *site);

/* engine_blind.c: at midnight of the day, when the site has become a blind spot, or has been one for whole weeks: a line of its
 * group leader's digest. */
struct inspection;
void engine_tell_blind_spot(struct engine *engine, const Duban__Site *site, int64_t day, const struct inspection *next);

/* A completed visit, before the site's last inspection is moved on by it. The caller puts the site. */
void engine_coverage_visited(struct engine *engine, const Duban__Visit *visit, Duban__Site *site);

/* Somebody was there and did not get in. The caller puts the site. */
void engine_coverage_attempted(struct engine *engine, const Duban__Visit *visit, Duban__Site *site);

/* What the visit found has been amended: it may be an inspection no more, or now. The caller puts the site. */
void engine_coverage_amended(struct engine *engine, const Duban__Visit *visit, Duban__Site *site);

/* It has just been registered. The caller puts the site. */
void engine_coverage_registered(struct engine *engine, Duban__Site *site);

/* It operates, or does not, from now on. The caller puts the site. */
void engine_coverage_operates(struct engine *engine, Duban__Site *site);

/* It lay in that area and was of that kind: its figures go with it. */
void engine_coverage_moved(struct engine *engine, const Duban__Site *site, const char *from_area, const char *from_kind);

/* The area lies in that zone from now on: its figures of today go with it; those of other days stay where it was then. */
void engine_coverage_rezoned(struct engine *engine, const char *area, const char *zone);

/* It is to be removed from the registry: what was to be inspected there today has stopped. */
void engine_coverage_removed(struct engine *engine, Duban__Site *site);

/* Is it a stop of today's plan? The caller puts the site. */
void engine_coverage_planned(struct engine *engine, Duban__Site *site, bool planned);

/* Was somebody there on that day, inspecting? False, too, when that is too long ago to be known. */
bool engine_was_inspected(const Duban__Site *site, int64_t day);
/* ... once the day's plan was drafted; in vain. */
bool engine_was_followed(const Duban__Site *site, int64_t day);
bool engine_was_attempted(const Duban__Site *site, int64_t day);
bool engine_was_planned(const Duban__Site *site, int64_t day);
bool engine_is_required(const Duban__Site *site, int64_t day);

/* ---------------------------------------------------------------- engine_plan.c */

/* HOUSE_PLAN has come: the stops of the day are drafted, some sites at a time, then groups are told, one at a time. */
void engine_plan_walk(struct engine *engine);

/* The policy in force plans days from the book's first day on; or no longer: drafts are taken back. The caller puts the book. */
void engine_plan_begin(struct engine *engine, Duban__DayBook *book);
void engine_plan_end(struct engine *engine, const Duban__DayBook *book);

/* Both the policy before and the one in force plan days: the next draft comes at the hour of the latter. The caller puts the book. */
void engine_plan_moved(struct engine *engine, Duban__DayBook *book);

/* The stop of that site, dropped or not; NULL: it is none. plan may be NULL. */
Duban__PlanStop *engine_stop_of(const Duban__DayPlan *plan, const char *site);

/* Is it to be gone to, or has it been: neither dropped nor moved to another zone? NULL: no. */
bool engine_stop_counts(const Duban__PlanStop *stop);

/* Has somebody been there, by what it was planned for? site NULL: it has been removed since. */
bool engine_stop_is_done(const Duban__PlanStop *stop, const Duban__Site *site, int64_t day);

/* ---------------------------------------------------------------- engine_plan_tell.c */

/* "复查 DB-0012、昨日未完成", in both languages. */
Duban__Text *engine_why_stop(struct engine *engine, const Duban__PlanStop *stop);

/* Those who go by the plan are told where and why, in order. The caller puts the plan. */
void engine_tell_stops(struct engine *engine, Duban__DayPlan *plan);
/* ... when the draft stands, unless it has been confirmed by then. HOUSE_STOPS has come. */
void engine_stops_await(struct engine *engine, const Duban__DayPlan *plan);
void engine_stops_stand(struct engine *engine);

/* ---------------------------------------------------------------- engine_stops.c
 *
 * Who answers for a stop, and what was given to whom (4.6 rule 14): noted in the plan when it is given, and counted from the
 * stops at the end of the day. The two must agree. */

/* Drafted, or added by a confirmation: its person is set and noted. The caller puts the plan. */
enum stop_given { STOP_PLANNED, STOP_ADDED };
void engine_stop_given(struct engine *engine, Duban__DayPlan *plan, Duban__PlanStop *stop, enum stop_given given);

/* Somebody else may answer for today's stop there: its case has another follow-up owner. */
void engine_stop_handed_over(struct engine *engine, const char *site);

/* Another may lead the group: for its stops of today. */
void engine_stops_of_group(struct engine *engine, const char *zone);

/* The site lies in the other zone now: today's stop that is not done goes to that group's plan. */
void engine_stop_moved(struct engine *engine, const char *site, const char *from_zone, const char *to_zone);
/* The same for all stops in the area. */
void engine_stops_moved(struct engine *engine, const char *area, const char *from_zone, const char *to_zone);

/* In the morning: stops left over from the day before, with why, in the place of those left undone. */
void engine_group_carried(struct engine *engine, int64_t day, Duban__MeetingGroup *group);

/* What one group's day has come to at the end of as_of_s. */
Duban__MeetingGroup *engine_group_of(struct engine *engine, int64_t day, const char *zone, int64_t as_of_s);

#endif
