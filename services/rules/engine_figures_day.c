/* engine_figures_day.c - what is counted by days and never taken back as a whole: coverage, visits and their evidence.
 *
 * There are as many visits as there is work, so each costs as few rows as can be: one cell of the township, cut by zone,
 * focus group and reporter, and nothing remembers what it counted for. All that can change later is whether its evidence is complete:
 * of one that lacks some it is remembered where that counts, as long as it does.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine_figures.h"

enum { SCOPE_BYTES = 1 + 64, PART_BYTES = 64 + 1 + 64 + 1 + 64 + 1, VISIT_KEY_BYTES = 1 + 8 };

static void add(struct engine *engine, const char *letter, const char *code, const Duban__FigureCount *count)
{
    char scope[SCOPE_BYTES];
    const struct figure_place place = { scope, count->cell, count->day, count->part == NULL ? "" : count->part };

    if ((letter[0] != '\0' && code[0] == '\0') || (count->numerator == 0 && count->denominator == 0))
        return;
    assert(strlen(code) + 2 <= sizeof scope && count->day >= 0);
    snprintf(scope, sizeof scope, "%s%s", letter, code);
    state_add_figure(engine->state, &place, engine->now_s, count->numerator, count->denominator);
}

/* ---------------------------------------------------------------- coverage */

static void add_covered(struct engine *engine, const Duban__CoverageCount *of, enum figure_cell cell, int64_t numerator,
                        int64_t denominator)
{
    const Duban__FigureCount count = { .cell = cell, .day = of->day, .numerator = numerator, .denominator = denominator };

    add(engine, "", "", &count);
    add(engine, FIGURE_SCOPE_ZONE, of->zone, &count);
    add(engine, FIGURE_SCOPE_AREA, of->area, &count);
    add(engine, FIGURE_SCOPE_KIND, of->kind, &count);
    add(engine, FIGURE_SCOPE_FOCUS, of->focus_group, &count);
}

void engine_count_covered(struct engine *engine, const Duban__CoverageCount *count, const struct covered *more)
{
    add_covered(engine, count, CELL_COVERED, more->inspected, more->required);
    add_covered(engine, count, CELL_PLAN_COVERED, more->planned_inspected, more->planned);
    add_covered(engine, count, CELL_BLIND_SPOT, more->blind, 0);
}

static void move_covered(struct engine *engine, const Duban__CoverageCount *of, const char *from_zone, enum figure_cell cell,
                         int64_t numerator, int64_t denominator)
{
    const Duban__FigureCount gone = { .cell = cell, .day = of->day, .numerator = -numerator, .denominator = -denominator };
    const Duban__FigureCount come = { .cell = cell, .day = of->day, .numerator = numerator, .denominator = denominator };

    add(engine, FIGURE_SCOPE_ZONE, from_zone, &gone);
    add(engine, FIGURE_SCOPE_ZONE, of->zone, &come);
}

void engine_count_rezoned(struct engine *engine, const Duban__CoverageCount *count, const char *from_zone)
{
    move_covered(engine, count, from_zone, CELL_COVERED, count->inspected, count->required);
    move_covered(engine, count, from_zone, CELL_PLAN_COVERED, count->planned_inspected, count->planned);
    move_covered(engine, count, from_zone, CELL_BLIND_SPOT, count->blind, 0);
}

/* ---------------------------------------------------------------- visits */

static const char *zone_of(struct engine *engine, const Duban__Site *site)
{
    const Duban__Area *area = site == NULL ? NULL : state_area(engine->state, site->area);

    return area == NULL ? "" : area->zone;
}

const char *engine_focus_counted(struct engine *engine, const char *site_kind)
{
    const struct policy_site_kind *kind = engine_era(engine) < ERA_OF_FOCUSED_DAYS ? NULL : policy_site_kind(engine->policy, site_kind);

    return kind == NULL || kind->focus_group == NULL ? "" : kind->focus_group;
}

static size_t put_part(char part[PART_BYTES], size_t size, const char *words)
{
    size_t more = strlen(words);

    assert(size + more < PART_BYTES);
    memcpy(part + size, words, more + 1);
    return size + more;
}

/* Of a focus group, its code and a separator stand before whose it is. whose: "" where nothing else cuts it. */
static void add_visit(struct engine *engine, const Duban__Visit *visit, const char *zone, const char *whose, Duban__FigureCount *count)
{
    static const char ZONE_ENDS[] = { FIGURE_PART_SEPARATOR, '\0' }, FOCUS_ENDS[] = { FIGURE_FOCUS_SEPARATOR, '\0' };
    char part[PART_BYTES];
    size_t size = put_part(part, put_part(part, 0, zone), ZONE_ENDS);

    if (visit->focus_group[0] != '\0')
        size = put_part(part, put_part(part, size, visit->focus_group), FOCUS_ENDS);
    put_part(part, size, whose);
    count->part = part;
    count->day = policy_day(engine->policy, visit->visit_ms / 1000);
    add(engine, "", "", count);
}

static struct bytes key_of_visit(uint8_t key[VISIT_KEY_BYTES], const Duban__Visit *visit)
{
    key[0] = 'v';
    put_u64(key + 1, visit->sequence);
    return bytes_of(key, VISIT_KEY_BYTES);
}

/* Its site may have moved when the last photo comes. */
static void remember_zone(struct engine *engine, const Duban__Visit *visit, const char *zone)
{
    Duban__Counting counting = DUBAN__COUNTING__INIT;
    uint8_t key[VISIT_KEY_BYTES];

    counting.zone = (char *) zone;
    state_put_counting(engine->state, key_of_visit(key, visit), &counting);
}

/* A visit of before this was remembered: where its site is now. */
static const char *zone_remembered(struct engine *engine, const Duban__Visit *visit)
{
    uint8_t key[VISIT_KEY_BYTES];
    const Duban__Counting *counting = state_counting(engine->state, key_of_visit(key, visit));

    return counting != NULL ? counting->zone : zone_of(engine, state_site(engine->state, visit->site));
}

static int64_t photos_again(const Duban__Visit *visit)
{
    int64_t count = 0;

    for (size_t i = 0; i < visit->n_doubts; i++)
        if (visit->doubts[i]->kind == DUBAN__DOUBT_KIND__DOUBT_KIND_PHOTO_AGAIN)
            count += visit->doubts[i]->photos;
    return count;
}

static bool is_shown(struct engine *engine, const Duban__Visit *visit)
{
    return engine_era(engine) < ERA_OF_SHOWN_PASSES ? visit->evidence_missing == 0 : engine_visit_is_shown(engine, visit);
}

void engine_count_visit(struct engine *engine, const Duban__Visit *visit, const Duban__Site *site)
{
    bool completed = visit->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    const char *zone = zone_of(engine, site);
    Duban__FigureCount visits = { .cell = CELL_VISIT, .numerator = is_shown(engine, visit), .denominator = 1 };
    Duban__FigureCount attempts = { .cell = CELL_ATTEMPT, .numerator = 1 };
    Duban__FigureCount again = { .cell = CELL_PHOTO_AGAIN, .numerator = photos_again(visit) };

    if (completed)
        add_visit(engine, visit, zone, visit->reporter, &visits);
    else
        add_visit(engine, visit, zone, "", &attempts);
    if (again.numerator > 0)
        add_visit(engine, visit, zone, "", &again);
    if (completed && visits.numerator == 0)
        remember_zone(engine, visit, zone);
}

static void recount(struct engine *engine, const Duban__Visit *visit, bool was_shown)
{
    bool shown = is_shown(engine, visit);
    Duban__FigureCount change = { .cell = CELL_VISIT, .numerator = shown ? 1 : -1 };
    const char *zone = zone_remembered(engine, visit);
    uint8_t key[VISIT_KEY_BYTES];

    if (visit->outcome != DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED || shown == was_shown)
        return;
    add_visit(engine, visit, zone, visit->reporter, &change);
    if (shown)
        state_delete_counting(engine->state, key_of_visit(key, visit));
    else
        remember_zone(engine, visit, zone);
}

void engine_count_last_photo(struct engine *engine, const Duban__Visit *visit)
{
    recount(engine, visit, false);
}

/* Nothing is remembered of one that has its evidence. */
void engine_count_amended_visit(struct engine *engine, const Duban__Visit *visit)
{
    uint8_t key[VISIT_KEY_BYTES];

    if (engine_era(engine) >= ERA_OF_SHOWN_PASSES && visit->evidence_missing == 0)
        recount(engine, visit, state_counting(engine->state, key_of_visit(key, visit)) == NULL);
}
