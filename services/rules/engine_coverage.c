/* engine_coverage.c - which sites are to be inspected on a day, and how many of them have been.
 *
 *   a site's bits (SiteCoverage), a day each  --what they come to-->  CoverageCount of its area and kind
 *
 * Whoever changes a bit changes the figures by the difference, so they never have to be counted. Numbers in brackets
 * are rules of the domain: (15) what is to be inspected, what counts as inspected.
 */
#include <assert.h>
#include <string.h>

#include "engine_figures.h"

enum { KEPT_DAYS = 32 };   /* bits of a day each: longer than any report may be on its way */

/* ---------------------------------------------------------------- bits and figures */

enum figure { REQUIRED, INSPECTED, PLANNED, PLANNED_INSPECTED, STOPPED, UNKNOWN, BLIND, EXTRA, ATTEMPTED, FIGURE_COUNT };

struct tally {
    bool counts[FIGURE_COUNT];
};

static bool is_set(uint32_t bits, int64_t back)
{
    return (bits >> back & 1) != 0;
}

static void set_bit(uint32_t *bits, int64_t back, bool is)
{
    *bits = is ? *bits | UINT32_C(1) << back : *bits & ~(UINT32_C(1) << back);
}

/* What the site's bits of that day come to. */
static struct tally tally_of(const Duban__SiteCoverage *coverage, int64_t back)
{
    bool required = is_set(coverage->required, back), inspected = is_set(coverage->inspected, back);
    bool planned = required && is_set(coverage->planned, back);
    bool seen = inspected || is_set(coverage->visited, back);

    return (struct tally){ { [REQUIRED] = required, [INSPECTED] = required && inspected, [PLANNED] = planned,
                             [PLANNED_INSPECTED] = planned && inspected,
                             [STOPPED] = required && !inspected && is_set(coverage->stopped, back),
                             [UNKNOWN] = is_set(coverage->unknown, back),
                             [BLIND] = required && !inspected && is_set(coverage->blind, back),
                             [EXTRA] = seen && !is_set(coverage->planned, back),
                             [ATTEMPTED] = required && !inspected && is_set(coverage->tried, back) } };
}

static uint32_t *figure_of(Duban__CoverageCount *count, enum figure figure)
{
    switch (figure) {
    case REQUIRED: return &count->required;
    case INSPECTED: return &count->inspected;
    case PLANNED: return &count->planned;
    case PLANNED_INSPECTED: return &count->planned_inspected;
    case STOPPED: return &count->stopped;
    case UNKNOWN: return &count->unknown;
    case BLIND: return &count->blind;
    case EXTRA: return &count->extra;
    case ATTEMPTED: return &count->attempted;
    case FIGURE_COUNT: break;
    }
    assert(!"no such figure");
    return NULL;
}

static Duban__CoverageCount *count_at(struct engine *engine, int64_t day, const char *area_code, const char *kind)
{
    Duban__CoverageCount *count = state_coverage(engine->state, day, area_code, kind);
    const Duban__Area *area;

    if (count != NULL)
        return count;
    count = arena_take(&engine->state->arena, sizeof *count);
    assert(count != NULL);
    duban__coverage_count__init(count);
    area = state_area(engine->state, area_code);
    count->day = day;
    count->zone = area == NULL ? "" : area->zone;
    count->area = (char *) area_code;
    count->kind = (char *) kind;
    count->focus_group = (char *) engine_focus_counted(engine, kind);
    return count;
}

static int64_t gained(const struct tally *before, const struct tally *after, enum figure figure)
{
    return (int64_t) after->counts[figure] - (int64_t) before->counts[figure];
}

static void change(struct engine *engine, int64_t day, const char *area, const char *kind, const struct tally *before,
                   const struct tally *after)
{
    Duban__CoverageCount *count;

    if (memcmp(before, after, sizeof *before) == 0)
        return;
    count = count_at(engine, day, area, kind);
    for (int figure = 0; figure < FIGURE_COUNT; figure++)
        *figure_of(count, (enum figure) figure) += (uint32_t) after->counts[figure] - (uint32_t) before->counts[figure];
    state_put_coverage(engine->state, count);
    engine_count_covered(engine, count, &(struct covered){
        .required = gained(before, after, REQUIRED), .inspected = gained(before, after, INSPECTED),
        .planned = gained(before, after, PLANNED), .planned_inspected = gained(before, after, PLANNED_INSPECTED),
        .blind = gained(before, after, BLIND) });
}

/* The figures follow the bits of that day, which were worth that much before. */
static void follow(struct engine *engine, const Duban__Site *site, int64_t back, const struct tally *before)
{
    struct tally after = tally_of(site->coverage, back);

    change(engine, site->coverage->day - back, site->area, site->kind, before, &after);
}

/* ---------------------------------------------------------------- a site is counted for a day */

static Duban__SiteCoverage *coverage_of(struct engine *engine, Duban__Site *site, int64_t day)
{
    if (site->coverage != NULL)
        return site->coverage;
    site->coverage = arena_take(&engine->state->arena, sizeof *site->coverage);
    assert(site->coverage != NULL);
    duban__site_coverage__init(site->coverage);
    site->coverage->day = day - KEPT_DAYS;
    return site->coverage;
}

static void shift(uint32_t *bits, int64_t days)
{
    *bits = days < KEPT_DAYS ? *bits << days : 0;
}

static void move_on(Duban__SiteCoverage *coverage, int64_t day)
{
    uint32_t *all[] = { &coverage->required, &coverage->inspected, &coverage->visited, &coverage->stopped, &coverage->unknown,
                        &coverage->planned, &coverage->blind, &coverage->followed, &coverage->attempted,
                        &coverage->excused, &coverage->excused_blind, &coverage->tried };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        shift(all[i], day - coverage->day);
    coverage->day = day;
}

/* (15) Operating, and never inspected or its day has come. False: it was counted already. */
static bool count_for(struct engine *engine, Duban__Site *site, int64_t day, struct inspection *next)
{
    static const struct tally nothing;
    struct cadence cadence;
    Duban__SiteCoverage *coverage = coverage_of(engine, site, day);

    if (coverage->day >= day)
        return false;
    move_on(coverage, day);
    cadence = engine_cadence(engine, site);
    *next = engine_next_inspection(engine, site, &cadence, day);
    set_bit(&coverage->required, 0, next->is_due);
    set_bit(&coverage->unknown, 0, next->missing_year != 0);
    set_bit(&coverage->blind, 0, next->is_due && (next->last_ms == 0 || (next->has_day && next->day < day)));
    follow(engine, site, 0, &nothing);
    return true;
}

static bool counts_days(const struct engine *engine)
{
    return engine->policy != NULL && engine->policy->plan.given;
}

bool engine_is_before_first_day(struct engine *engine, int64_t day)
{
    const Duban__DayBook *book = state_day_book(engine->state);

    return book != NULL && day < book->first_day;
}

void engine_coverage_begin(struct engine *engine, Duban__Site *site)
{
    const Duban__DayBook *book = counts_days(engine) ? state_day_book(engine->state) : NULL;
    struct inspection next;

    if (book != NULL && book->day >= book->first_day)
        count_for(engine, site, book->day, &next);
}

/* (15) It did not operate at 00:00: its first day is tomorrow, whoever goes there meanwhile. */
void engine_coverage_registered(struct engine *engine, Duban__Site *site)
{
    const Duban__DayBook *book = counts_days(engine) ? state_day_book(engine->state) : NULL;

    if (book != NULL && book->day >= book->first_day)
        coverage_of(engine, site, book->day)->day = book->day;
}

/* ---------------------------------------------------------------- the walk */

static void begin_day(struct engine *engine, Duban__DayBook *book)
{
    book->day = policy_day(engine->policy, engine->now_s);
    book->counted_to = "";
    book->next_s = policy_moment(engine->policy, book->day + 1, 0);
    engine_house_timer(engine, HOUSE_DAY, book->next_s);
}

/* Some more sites. False: all have been counted. */
static bool walk_on(struct engine *engine, Duban__DayBook *book)
{
    const char *codes[SITES_PER_WALK];
    size_t count = state_sites_after(engine->state, book->counted_to, codes, SITES_PER_WALK);

    for (size_t i = 0; i < count; i++) {
        Duban__Site *site = state_site(engine->state, codes[i]);
        struct inspection next;

        if (!count_for(engine, site, book->day, &next))
            continue;
        state_put_site(engine->state, site);
        engine_tell_blind_spot(engine, site, book->day, &next);
    }
    book->counted_to = count < SITES_PER_WALK ? "" : (char *) codes[count - 1];
    return count == SITES_PER_WALK;
}

void engine_day_walk(struct engine *engine)
{
    Duban__DayBook *book = counts_days(engine) ? state_day_book(engine->state) : NULL;

    if (book == NULL)
        return;
    if (engine->now_s >= book->next_s)
        begin_day(engine, book);
    if (book->day < book->first_day)   /* another pack has come and gone since: this walk was of its days */
        return;
    if (walk_on(engine, book))
        engine_house_timer(engine, HOUSE_DAY, engine->now_s + 1);   /* a link of its own needs a moment of its own */
    state_put_day_book(engine->state, book);
}

static void begin_counting(struct engine *engine)
{
    Duban__DayBook book = DUBAN__DAY_BOOK__INIT;
    int64_t today = policy_day(engine->policy, engine->now_s);

    book.first_day = today + 1;
    book.day = today;
    book.next_s = policy_moment(engine->policy, book.first_day, 0);
    engine_house_timer(engine, HOUSE_DAY, book.next_s);
    engine_plan_begin(engine, &book);
    state_put_day_book(engine->state, &book);
}

void engine_day_policy_changed(struct engine *engine)
{
    Duban__DayBook *book = state_day_book(engine->state);

    if (counts_days(engine) && book == NULL)
        begin_counting(engine);
    else if (counts_days(engine)) {
        engine_plan_moved(engine, book);
        state_put_day_book(engine->state, book);
    }
    if (counts_days(engine) || book == NULL)
        return;
    engine_house_timer_off(engine, HOUSE_DAY, book->next_s);
    engine_plan_end(engine, book);
    state_delete_day_book(engine->state);
}

/* ---------------------------------------------------------------- somebody was there */

/* How many days before the one being counted; -1 = that day is not counted, or too long ago. */
static int64_t days_back(struct engine *engine, const Duban__Site *site, int64_t visit_ms)
{
    const Duban__DayBook *book = counts_days(engine) ? state_day_book(engine->state) : NULL;
    int64_t day = policy_day(engine->policy, visit_ms / 1000);

    if (book == NULL || site->coverage == NULL || day < book->first_day || day > site->coverage->day ||
        site->coverage->day - day >= KEPT_DAYS)
        return -1;
    return site->coverage->day - day;
}

/* The bit of that day goes over to those that are excused; before that was kept it was merely taken away. */
static void excuse(struct engine *engine, uint32_t *bits, uint32_t *excused, int64_t back)
{
    if (is_set(*bits, back) && engine_era(engine) >= ERA_OF_EXCUSED_DAYS)
        set_bit(excused, back, true);
    set_bit(bits, back, false);
}

static void restore(uint32_t *bits, uint32_t *excused, int64_t back)
{
    if (is_set(*excused, back))
        set_bit(bits, back, true);
    set_bit(excused, back, false);
}

/* A report that comes late says of later days, too, that nothing was due yet, or that they were not past their interval;
 * whatever else was reported meanwhile. */
static void not_due_since(struct engine *engine, Duban__Site *site, int64_t back, const Duban__Visit *visit)
{
    Duban__Site seen = *site;
    struct cadence cadence = engine_cadence(engine, site);
    struct inspection next;

    seen.last_inspection_ms = visit->visit_ms;
    seen.operating_state = DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING;   /* as it was on those days */
    next = engine_next_inspection(engine, &seen, &cadence, site->coverage->day);
    for (int64_t later = 0; next.has_day && later < back; later++) {
        struct tally before = tally_of(site->coverage, later);
        int64_t day = site->coverage->day - later;

        if (next.day > day)
            excuse(engine, &site->coverage->required, &site->coverage->excused, later);
        if (next.day >= day)
            excuse(engine, &site->coverage->blind, &site->coverage->excused_blind, later);
        follow(engine, site, later, &before);
    }
}

/* The last one before that day, among all that are inspections now. */
static bool is_the_last(void *self, const Duban__Visit *visit)
{
    int64_t *last_ms = self;

    if (engine_is_inspection(visit))
        *last_ms = visit->visit_ms;
    return *last_ms == 0;
}

static struct inspection next_as_of(struct engine *engine, const Duban__Site *site, const struct cadence *cadence, int64_t day)
{
    struct visit_span span = { site->code, 0, policy_moment(engine->policy, day, 0) * 1000, MAX_VISITS_BACK };
    Duban__Site seen = *site;

    seen.last_inspection_ms = seen.last_visit_ms = 0;
    seen.operating_state = DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING;   /* as it was on that day */
    state_show_visits(engine->state, &span, is_the_last, &seen.last_inspection_ms);
    return engine_next_inspection(engine, &seen, cadence, day);
}

/* What a late report had excused is taken back: the later days are as they were at their 00:00, but for what other reports
 * say of them. */
static void due_again(struct engine *engine, Duban__Site *site, int64_t back)
{
    struct cadence cadence = engine_cadence(engine, site);
    Duban__SiteCoverage *coverage = site->coverage;

    for (int64_t later = 0; later < back; later++) {
        struct tally before = tally_of(coverage, later);
        int64_t day = coverage->day - later;
        struct inspection next;

        if (!is_set(coverage->excused | coverage->excused_blind, later))
            continue;
        next = next_as_of(engine, site, &cadence, day);
        if (!next.has_day || next.day <= day)
            restore(&coverage->required, &coverage->excused, later);
        if (!next.has_day || next.day < day)
            restore(&coverage->blind, &coverage->excused_blind, later);
        follow(engine, site, later, &before);
    }
}

/* (15) Attempts and guidance never count; what was not to be inspected adds to no figure. */
void engine_coverage_visited(struct engine *engine, const Duban__Visit *visit, Duban__Site *site)
{
    struct tally before;
    int64_t back;

    if (visit->purpose == DUBAN__PURPOSE__PURPOSE_GUIDANCE)
        return;
    engine_coverage_begin(engine, site);
    back = days_back(engine, site, visit->visit_ms);
    if (back == -1)
        return;
    before = tally_of(site->coverage, back);
    set_bit(&site->coverage->visited, back, true);
    if (visit->visit_ms / 1000 >= policy_moment(engine->policy, site->coverage->day - back, engine->policy->plan.draft_at_s))
        set_bit(&site->coverage->followed, back, true);
    if (engine_is_inspection(visit))
        set_bit(&site->coverage->inspected, back, true);
    follow(engine, site, back, &before);
    if (back > 0 && engine_is_inspection(visit))
        not_due_since(engine, site, back, visit);
}

void engine_coverage_attempted(struct engine *engine, const Duban__Visit *visit, Duban__Site *site)
{
    int64_t back;

    engine_coverage_begin(engine, site);
    back = days_back(engine, site, visit->visit_ms);
    if (back == -1)
        return;
    set_bit(&site->coverage->attempted, back, true);
    if (engine_era(engine) >= ERA_OF_ATTEMPTS_COUNTED) {
        struct tally before = tally_of(site->coverage, back);

        set_bit(&site->coverage->tried, back, true);
        follow(engine, site, back, &before);
    }
}

static bool is_inspection(void *self, const Duban__Visit *visit)
{
    bool *found = self;

    *found = engine_is_inspection(visit);
    return !*found;
}

/* Somebody else may have inspected it on the same day. */
void engine_coverage_amended(struct engine *engine, const Duban__Visit *visit, Duban__Site *site)
{
    int64_t back = days_back(engine, site, visit->visit_ms);
    int64_t day = back == -1 ? 0 : site->coverage->day - back;
    struct visit_span span = { site->code, policy_moment(engine->policy, day, 0) * 1000,
                               policy_moment(engine->policy, day + 1, 0) * 1000, MAX_VISITS_BACK };
    bool inspected = engine_is_inspection(visit);
    struct tally before;

    if (back == -1)
        return;
    if (!inspected)
        state_show_visits(engine->state, &span, is_inspection, &inspected);
    before = tally_of(site->coverage, back);
    set_bit(&site->coverage->inspected, back, inspected);
    follow(engine, site, back, &before);
    if (back > 0 && engine_is_inspection(visit))
        not_due_since(engine, site, back, visit);
    else if (back > 0)
        due_again(engine, site, back);
}

/* ---------------------------------------------------------------- the registry changes */

static void set_stopped(struct engine *engine, Duban__Site *site, bool stopped)
{
    struct tally before;

    engine_coverage_begin(engine, site);
    if (!counts_days(engine) || site->coverage == NULL || site->coverage->day != policy_day(engine->policy, engine->now_s))
        return;
    before = tally_of(site->coverage, 0);
    set_bit(&site->coverage->stopped, 0, stopped);
    follow(engine, site, 0, &before);
}

void engine_coverage_operates(struct engine *engine, Duban__Site *site)
{
    set_stopped(engine, site, site->operating_state != DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING);
}

void engine_coverage_removed(struct engine *engine, Duban__Site *site)
{
    set_stopped(engine, site, true);
}

void engine_coverage_moved(struct engine *engine, const Duban__Site *site, const char *from_area, const char *from_kind)
{
    static const struct tally nothing;

    if (site->coverage == NULL || (strcmp(site->area, from_area) == 0 && strcmp(site->kind, from_kind) == 0))
        return;
    for (int64_t back = 0; back < KEPT_DAYS; back++) {
        struct tally tally = tally_of(site->coverage, back);

        change(engine, site->coverage->day - back, from_area, from_kind, &tally, &nothing);
        change(engine, site->coverage->day - back, site->area, site->kind, &nothing, &tally);
    }
}

void engine_coverage_rezoned(struct engine *engine, const char *area, const char *zone)
{
    int64_t today = counts_days(engine) ? policy_day(engine->policy, engine->now_s) : 0;
    Duban__CoverageCount *count;
    const char *kind = "";

    while (counts_days(engine) && (count = state_coverage_after(engine->state, today, area, kind)) != NULL) {
        const char *from_zone = count->zone;

        kind = count->kind;
        count->zone = (char *) zone;
        state_put_coverage(engine->state, count);
        engine_count_rezoned(engine, count, from_zone);
    }
}

/* ---------------------------------------------------------------- what is known of a day */

static bool is_known(uint32_t bits, const Duban__SiteCoverage *coverage, int64_t day)
{
    return day <= coverage->day && coverage->day - day < KEPT_DAYS && is_set(bits, coverage->day - day);
}

bool engine_was_inspected(const Duban__Site *site, int64_t day)
{
    return site->coverage != NULL && is_known(site->coverage->inspected, site->coverage, day);
}

bool engine_was_followed(const Duban__Site *site, int64_t day)
{
    return site->coverage != NULL && is_known(site->coverage->followed, site->coverage, day);
}

bool engine_was_attempted(const Duban__Site *site, int64_t day)
{
    return site->coverage != NULL && is_known(site->coverage->attempted, site->coverage, day);
}

bool engine_was_planned(const Duban__Site *site, int64_t day)
{
    return site->coverage != NULL && is_known(site->coverage->planned, site->coverage, day);
}

bool engine_is_required(const Duban__Site *site, int64_t day)
{
    return site->coverage != NULL && is_known(site->coverage->required, site->coverage, day);
}

void engine_coverage_planned(struct engine *engine, Duban__Site *site, bool planned)
{
    struct tally before;

    engine_coverage_begin(engine, site);
    if (site->coverage == NULL || site->coverage->day != policy_day(engine->policy, engine->now_s))
        return;
    before = tally_of(site->coverage, 0);
    set_bit(&site->coverage->planned, 0, planned);
    follow(engine, site, 0, &before);
}
