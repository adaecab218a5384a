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

/* Another policy is in force: days are counted from the next midnight on, or no longer. */
void engine_day_policy_changed(struct engine *engine);

/* Before anything that today's figures hang on is changed: the site is counted for today, if the walk has not come to it
 * yet. The caller puts the site. */
void engine_coverage_begin(struct engine *engine, Duban__Site *site);

/* A completed visit, before the site's last inspection is moved on by it. The caller puts the site. */
void engine_coverage_visited(struct engine *engine, const Duban__Visit *visit, Duban__Site *site);

/* What the visit found has been amended: it may be an inspection no more, or now. The caller puts the site. */
void engine_coverage_amended(struct engine *engine, const Duban__Visit *visit, Duban__Site *site);

/* It operates, or does not, from now on. The caller puts the site. */
void engine_coverage_operates(struct engine *engine, Duban__Site *site);

/* It lay in that area and was of that kind: its figures go with it. */
void engine_coverage_moved(struct engine *engine, const Duban__Site *site, const char *from_area, const char *from_kind);

/* It is to be removed from the registry: what was to be inspected there today has stopped. */
void engine_coverage_removed(struct engine *engine, Duban__Site *site);

#endif
