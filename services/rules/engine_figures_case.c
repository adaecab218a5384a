/* engine_figures_case.c - what a case counts for, and what it remembers from one filing to the next for that. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine_figures.h"

/* ---------------------------------------------------------------- what it remembers */

/* NULL: it was opened by an earlier engine. */
static Duban__CaseFiling *filing_now(const Duban__Case *case_)
{
    return case_->n_filings == 0 ? NULL : case_->filings[case_->n_filings - 1];
}

void engine_filing_begins(struct engine *engine, Duban__Case *case_)
{
    Duban__CaseFiling **filings = arena_take_pointers(&engine->state->arena, case_->n_filings + 1);
    Duban__CaseFiling *filing = arena_take(&engine->state->arena, sizeof *filing);

    assert(filings != NULL && filing != NULL);
    for (size_t i = 0; i < case_->n_filings; i++)
        filings[i] = case_->filings[i];
    duban__case_filing__init(filing);
    filing->filed_s = engine->now_s;
    filings[case_->n_filings++] = filing;
    case_->filings = filings;
}

/* The due that lateness counts from: 4.6 rule 2. That a first window may be open longer moves no case to another day. */
static int64_t due_of(const Duban__Case *case_)
{
    if (case_->failed_revisits > 0)
        return case_->original_due_s;
    return case_->missed_due_s != 0 ? case_->missed_due_s : case_->due_s;
}

/* The first one of the filing is what figures count, whatever rework follows. */
void engine_filing_fixed(Duban__Case *case_)
{
    Duban__CaseFiling *filing = filing_now(case_);

    if (filing == NULL || filing->fixed_ms != 0)
        return;
    filing->due_s = due_of(case_);
    filing->fixed_ms = case_->fixed_ms;
    filing->fixed_late = case_->fixed_late;
    filing->fixed_level = case_->level;
}

static void add_rework(struct engine *engine, Duban__CaseFiling *filing, int64_t visit_ms)
{
    int64_t *reworks = arena_take(&engine->state->arena, sizeof *reworks * (filing->n_reworks_ms + 1));

    assert(reworks != NULL);
    if (filing->n_reworks_ms > 0)
        memcpy(reworks, filing->reworks_ms, sizeof *reworks * filing->n_reworks_ms);
    reworks[filing->n_reworks_ms++] = visit_ms;
    filing->reworks_ms = reworks;
}

/* What was put right on the spot has not been revisited. */
void engine_filing_checked(struct engine *engine, Duban__Case *case_, int64_t visit_ms, bool passed)
{
    Duban__CaseFiling *filing = filing_now(case_);

    if (filing == NULL || visit_ms == case_->found_at_ms)
        return;
    if (filing->first_revisit_ms == 0) {
        filing->first_revisit_ms = visit_ms;
        filing->first_revisit_passed = passed;
    }
    if (!passed)
        add_rework(engine, filing, visit_ms);
}

void engine_filing_closed(Duban__Case *case_)
{
    Duban__CaseFiling *filing = filing_now(case_);

    if (filing != NULL)
        filing->closed_ms = case_->closed_ms;
}

void engine_filing_overdue(Duban__Case *case_)
{
    Duban__CaseFiling *filing = filing_now(case_);

    if (filing != NULL)
        filing->overdue_due_s = case_->due_s;
}

/* ---------------------------------------------------------------- what it counts for */

struct counting {
    struct figure_counts *counts;
    const struct policy *policy;
    const Duban__Case *case_;
    const Duban__CaseFiling *filing;
    bool is_last;                  /* of its filings */
    const char *cross;             /* its item, kind and area; NULL: not counted by that */
    int64_t cross_from_day;
};

static void add(const struct counting *counting, enum figure_cell cell, int64_t at_s, const char *part, bool numerator,
                bool denominator)
{
    figure_counts_add(counting->counts, &(Duban__FigureCount){
        .cell = cell, .day = at_s == 0 ? 0 : policy_day(counting->policy, at_s), .part = (char *) part, .numerator = numerator,
        .denominator = denominator,
    });
}

static void count_filed(const struct counting *counting)
{
    const Duban__CaseFiling *filing = counting->filing;

    add(counting, CELL_FIXED, filing->filed_s, "", filing->fixed_ms != 0, true);
    add(counting, CELL_CLOSED, filing->filed_s, "", filing->closed_ms != 0, true);
    add(counting, CELL_FILED_ITEM, filing->filed_s, counting->case_->item, true, false);
    add(counting, CELL_FILED_SITE, filing->filed_s, counting->case_->site, true, false);
    if (counting->cross != NULL && policy_day(counting->policy, filing->filed_s) >= counting->cross_from_day)
        add(counting, CELL_FILED_CROSS, filing->filed_s, counting->cross, true, false);
    if (filing->closed_ms != 0)
        add(counting, CELL_CLOSING, filing->closed_ms / 1000, "", !counting->is_last, true);
}

/* Neither what is not due yet nor what an appeal has taken out. */
static void count_on_time(const struct counting *counting)
{
    const Duban__CaseFiling *filing = counting->filing;
    bool exempt = counting->is_last ? counting->case_->exempt_from_stats : filing->exempt_from_stats;
    int64_t due_s = filing->fixed_ms != 0 || !counting->is_last ? filing->due_s : due_of(counting->case_);

    if (exempt || due_s == 0 || (filing->fixed_ms == 0 && filing->overdue_due_s < due_s))
        return;
    add(counting, CELL_ON_TIME, due_s, "", filing->fixed_ms != 0 && !filing->fixed_late, true);
}

static void count_fix_time(const struct counting *counting)
{
    const Duban__CaseFiling *filing = counting->filing;
    int64_t took_s = filing->fixed_ms / 1000 - filing->filed_s;
    char *part = arena_take(&counting->counts->engine->state->arena, strlen(filing->fixed_level) + 2);

    if (filing->fixed_ms == 0)
        return;
    assert(part != NULL);
    strcat(strcpy(part, filing->fixed_level), " ");
    part = figure_digits(counting->counts->engine, part, (uint64_t) (took_s < 0 ? 0 : took_s / 60), 8);
    add(counting, CELL_FIX_TIME, filing->fixed_ms / 1000, part, true, false);
}

static void count_checks(const struct counting *counting)
{
    const Duban__CaseFiling *filing = counting->filing;

    if (filing->first_revisit_ms != 0)
        add(counting, CELL_FIRST_REVISIT, filing->first_revisit_ms / 1000, "", filing->first_revisit_passed, true);
    for (size_t i = 0; i < filing->n_reworks_ms; i++)
        add(counting, CELL_REWORK, filing->reworks_ms[i] / 1000, "", true, false);
}

static bool waits_to_be_fixed(const Duban__Case *case_)
{
    return engine_case_is_open(case_) && case_->passes == 0 && case_->claimed_ms == 0 && case_->suspended_s == 0 &&
           !case_->site_paused && case_->due_s != 0;
}

bool engine_case_is_overdue(const Duban__Case *case_)
{
    const Duban__CaseFiling *filing = filing_now(case_);

    return filing != NULL && waits_to_be_fixed(case_) && !case_->exempt_from_stats && filing->overdue_due_s == case_->due_s;
}

static void count_overdue(const struct counting *counting)
{
    const Duban__Case *case_ = counting->case_;

    if (waits_to_be_fixed(case_) && counting->filing->overdue_due_s != case_->due_s)
        add(counting, CELL_CASE_DUE, case_->due_s, "", true, false);
    if (!engine_case_is_overdue(case_))
        return;
    add(counting, CELL_OVERDUE, case_->due_s, "", true, false);
    add(counting, CELL_OVERDUE_LEVEL, 0, case_->level, true, false);
    add(counting, CELL_OVERDUE_OWNER, 0, case_->owner, true, false);
    add(counting, CELL_OVERDUE_SITE, 0, case_->site, true, false);
    add(counting, CELL_OVERDUE_SINCE, case_->due_s, figure_digits(counting->counts->engine, "", (uint64_t) case_->due_s, 12),
        true, false);
}

static const char *cross_of(struct engine *engine, const char *item, const Duban__Counting *where)
{
    size_t size = strlen(item) + strlen(where->kind) + strlen(where->area) + 3;
    char *text = arena_take(&engine->state->arena, size);

    assert(text != NULL);
    snprintf(text, size, "%s%c%s%c%s", item, FIGURE_PART_SEPARATOR, where->kind, FIGURE_PART_SEPARATOR, where->area);
    return text;
}

/* Of a day that an earlier engine has counted some would be missing: of those none are counted. */
static void set_cross(struct counting *counting, const Duban__Counting *where)
{
    struct engine *engine = counting->counts->engine;

    if (engine_era(engine) < ERA_OF_CROSSED_CASES)
        return;
    counting->cross = cross_of(engine, counting->case_->item, where);
    counting->cross_from_day = state_focused_from_day(engine->state);
}

/* What was entered by mistake counts for nothing. */
void engine_count_case(struct figure_counts *counts, const Duban__Case *case_, const Duban__Counting *where)
{
    struct counting counting = { .counts = counts, .case_ = case_,
                                 .policy = engine_policy_of(counts->engine, &case_->policy_version) };

    if (case_->state == DUBAN__CASE_STATE__CASE_STATE_VOIDED)
        return;
    set_cross(&counting, where);
    for (size_t i = 0; i < case_->n_filings; i++) {
        counting.filing = case_->filings[i];
        counting.is_last = i + 1 == case_->n_filings;
        count_filed(&counting);
        count_on_time(&counting);
        count_fix_time(&counting);
        count_checks(&counting);
    }
    if (case_->n_filings > 0)
        count_overdue(&counting);
}
