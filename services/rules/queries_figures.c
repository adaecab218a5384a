/* queries_figures.c - what a supervisor watches: one row of the table for each figure, added up from its cells.
 *
 * Nothing is counted here but days. A percentile is the value at its rank among those measured, sorted: of an even number
 * the lower middle one is the median.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "engine_figures.h"
#include "queries.h"

enum { SCOPE_BYTES = 1 + 64, MAX_PARTS = 65536, TOP_PARTS = 10, MOST_TOP_PARTS = 100, FEWEST_FOR_RATE = 5, ENDING_DAYS = 2, MOST_STREAK_DAYS = 31,
       MAX_DAY = 1000000, MAX_SCOPE_CODE = 64, FIRST_PARTS = 64 };

struct part {
    const char *code;
    int64_t count;
};

/* What is being answered. */
struct figures {
    struct question *question;
    char scope[SCOPE_BYTES];
    int64_t as_of_s, from_day, to_day;
    bool by_zone;                  /* of the township or of a zone */
    bool is_focused;               /* of a focus group whose visits and coverage are counted on all days asked for */
    bool is_by_less;               /* the figure that was asked for is not counted by that */
    bool is_early;                 /* ... or not of those days yet */
    size_t top_parts;              /* told of a figure that tells those with most */
    size_t parts_taken;            /* by all figures of the answer: its arena is bounded */
    bool is_too_long;              /* the days hold more than one answer may add up */
};

/* How the code of a part is told. */
enum part_of { PART_OF_NOTHING, PART_OF_LEVEL, PART_OF_ACCOUNT, PART_OF_SITE, PART_OF_ITEM, PART_OF_CROSS };

struct figure {
    const char *name;
    struct policy_text label;
    struct policy_text meaning;
    void (*answer)(struct figures *figures, const struct figure *figure, Duban__FigureRow *row);
    Duban__FigureUnit unit;
    bool of_period;
    enum figure_cell cell;
    enum figure_cell other;        /* a second cell, as the function says; else 0 */
    enum part_of part_of;
    uint32_t percentile;
    enum { BY_ALL, BY_DAY, BY_ZONE, BY_ALL_SINCE } by;   /* what it is counted by: all; all, but by focus group from some day on;
                                              by zone, and by focus group from some day on; all, from some day on */
};

/* ---------------------------------------------------------------- cells */

static bool is_of_focus_group(const struct figures *figures)
{
    return figures->scope[0] == FIGURE_SCOPE_FOCUS[0];
}

/* Those are kept of the township, each part with its zone before it, and its focus group. */
static bool is_cut_by_zone(uint32_t cell)
{
    return cell == CELL_VISIT || cell == CELL_ATTEMPT || cell == CELL_PHOTO_AGAIN;
}

static struct figure_walk walk_over(const struct figures *figures, enum figure_cell cell, int64_t from_day, int64_t to_day)
{
    const char *code = figures->scope[0] == '\0' ? "" : figures->scope + 1;
    bool cut = is_cut_by_zone(cell), focus = is_of_focus_group(figures);

    return (struct figure_walk){ .scope = cut ? "" : figures->scope, .cell = cell, .from_day = from_day, .to_day = to_day,
                                 .as_of_s = figures->as_of_s, .zone = !cut ? NULL : focus ? "" : code,
                                 .focus = cut && focus ? code : NULL };
}

static bool next_cell(const struct figures *figures, struct figure_walk *walk)
{
    return state_next_figure(&figures->question->rules->state, walk);
}

static struct figure_sums sum_of(const struct figures *figures, enum figure_cell cell, int64_t from_day, int64_t to_day)
{
    return state_sum_figures(&figures->question->rules->state, walk_over(figures, cell, from_day, to_day));
}

struct parts {
    struct part *rows;
    size_t count, room;
};

static void add_part(struct arena *arena, struct parts *parts, const char *code, int64_t count)
{
    if (parts->count == parts->room) {
        size_t room = parts->room == 0 ? FIRST_PARTS : parts->room * 2;
        struct part *rows = arena_take(arena, sizeof *rows * room);

        assert(rows != NULL);
        if (parts->count > 0)
            memcpy(rows, parts->rows, sizeof *rows * parts->count);
        parts->rows = rows;
        parts->room = room;
    }
    parts->rows[parts->count++] = (struct part){ arena_copy(arena, code, strlen(code) + 1), count };
}

static int by_code(const void *left, const void *right)
{
    return strcmp(((const struct part *) left)->code, ((const struct part *) right)->code);
}

static int by_count(const void *left, const void *right)
{
    const struct part *a = left, *b = right;

    return a->count != b->count ? (a->count < b->count) - (a->count > b->count) : by_code(left, right);
}

static void merge_days(struct parts *parts)
{
    size_t kept = 0;

    qsort(parts->rows, parts->count, sizeof *parts->rows, by_code);
    for (size_t i = 0; i < parts->count; i++)
        if (kept > 0 && strcmp(parts->rows[kept - 1].code, parts->rows[i].code) == 0)
            parts->rows[kept - 1].count += parts->rows[i].count;
        else
            parts->rows[kept++] = parts->rows[i];
    parts->count = kept;
}

static bool may_take_part(struct figures *figures)
{
    figures->is_too_long |= figures->parts_taken++ == MAX_PARTS;
    return !figures->is_too_long;
}

/* What the days hold of each part, by code: of its numerator, or of all; parts that hold nothing are left out. */
static struct parts parts_of(struct figures *figures, enum figure_cell cell, int64_t from_day, int64_t to_day, bool all)
{
    struct figure_walk walk = walk_over(figures, cell, from_day, to_day);
    struct parts parts = { 0 };

    while (next_cell(figures, &walk)) {
        int64_t count = all ? walk.denominator : walk.numerator;

        if (count == 0)
            continue;
        if (!may_take_part(figures))
            break;
        add_part(figures->question->arena, &parts, walk.part, count);
    }
    if (parts.count > 0)
        merge_days(&parts);
    return parts;
}

/* ---------------------------------------------------------------- parts in words */

static Duban__Text *name_of_part(struct question *question, enum part_of of, const char *code)
{
    const struct policy *policy = question->rules->engine.policy;
    const struct policy_severity *severity;
    const struct policy_item *item;
    const Duban__Holder *holder;

    switch (of) {
    case PART_OF_LEVEL:
        severity = policy == NULL ? NULL : policy_severity(policy, code);
        return severity == NULL ? NULL : query_text(question, severity->label);
    case PART_OF_ACCOUNT:
        holder = state_holder(&question->rules->state, code);
        return holder == NULL ? NULL : holder->title;
    case PART_OF_SITE: return query_site_name(question, code);
    case PART_OF_ITEM:
        item = policy == NULL ? NULL : policy_item(policy, code);
        return item == NULL ? NULL : query_text(question, item->text);
    case PART_OF_CROSS:
    case PART_OF_NOTHING: return NULL;
    }
    return NULL;
}

/* From where it stands to its end, which becomes the end of a text; the next part begins behind it. */
static char *cut_part(char **rest)
{
    char *part = *rest, *end = strchr(part, FIGURE_PART_SEPARATOR);

    *rest = end == NULL ? part + strlen(part) : end + 1;
    if (end != NULL)
        *end = '\0';
    return part;
}

static void tell_cross(struct question *question, Duban__FigurePart *row)
{
    const struct policy *policy = question->rules->engine.policy;
    const struct policy_site_kind *kind;
    char *rest = arena_copy(question->arena, row->code, strlen(row->code) + 1);

    row->code = cut_part(&rest);
    row->kind = cut_part(&rest);
    row->area = rest;
    kind = policy_site_kind(policy, row->kind);
    row->name = name_of_part(question, PART_OF_ITEM, row->code);
    row->kind_name = kind == NULL ? NULL : query_text(question, kind->label);
    row->area_name = query_area_name(question, row->area);
}

static Duban__FigurePart *row_of_part(struct question *question, enum part_of of, const char *code, int64_t count)
{
    Duban__FigurePart *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__figure_part__init(row);
    row->code = (char *) code;
    row->name = name_of_part(question, of, code);
    row->count = count;
    if (of == PART_OF_CROSS)
        tell_cross(question, row);
    return row;
}

static void tell_parts(struct figures *figures, Duban__FigureRow *row, const struct parts *parts, size_t count, enum part_of of)
{
    row->parts = arena_take_pointers(figures->question->arena, count + 1);
    assert(row->parts != NULL);
    for (size_t i = 0; i < count; i++)
        row->parts[i] = row_of_part(figures->question, of, parts->rows[i].code, parts->rows[i].count);
    row->n_parts = count;
}

static void tell_top(struct figures *figures, Duban__FigureRow *row, struct parts *parts, size_t count, enum part_of of)
{
    if (parts->count > 0)
        qsort(parts->rows, parts->count, sizeof *parts->rows, by_count);
    tell_parts(figures, row, parts, count < figures->top_parts ? count : figures->top_parts, of);
}

/* ---------------------------------------------------------------- shapes of figures */

/* Rounded down; of fewer than five there is none (domain 4.6 rule 21). */
static void set_rate(Duban__FigureRow *row, int64_t numerator, int64_t denominator)
{
    row->numerator = numerator;
    row->denominator = denominator;
    if (denominator < FEWEST_FOR_RATE || numerator < 0)
        return;
    row->permille_presence_case = DUBAN__FIGURE_ROW__PERMILLE_PRESENCE_PERMILLE;
    row->permille = numerator * 1000 / denominator;
}

static void answer_filed(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    row->numerator = sum_of(figures, figure->cell, figures->from_day, figures->to_day).denominator;
}

static void answer_rate(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct figure_sums sums = sum_of(figures, figure->cell, figures->from_day, figures->to_day);

    set_rate(row, sums.numerator, sums.denominator);
}

/* Of those that the other cell counts. */
static void answer_rate_of_two(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct figure_sums sums = sum_of(figures, figure->cell, figures->from_day, figures->to_day);

    set_rate(row, sums.numerator, sum_of(figures, figure->other, figures->from_day, figures->to_day).denominator);
}

/* Of each day on which it stands, whatever the days asked for. */
static void answer_now(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    row->numerator = sum_of(figures, figure->cell, 0, MAX_DAY).numerator;
}

/* Of the last day asked for. */
static void answer_last_day(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    row->numerator = sum_of(figures, figure->cell, figures->to_day, figures->to_day).numerator;
}

static void answer_count(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    row->numerator = sum_of(figures, figure->cell, figures->from_day, figures->to_day).numerator;
}

static void answer_overdue(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct parts parts = parts_of(figures, figure->other, 0, 0, false);

    answer_now(figures, figure, row);
    if (figure->part_of == PART_OF_LEVEL)
        tell_parts(figures, row, &parts, parts.count, figure->part_of);
    else
        tell_top(figures, row, &parts, parts.count, figure->part_of);
}

/* The first day that still holds one says where to look. */
static void answer_oldest(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct figure_walk walk = walk_over(figures, figure->cell, 0, MAX_DAY);
    struct parts parts;
    int64_t day = -1;

    while (next_cell(figures, &walk)) {
        row->denominator += walk.numerator;
        if (day == -1 && walk.numerator > 0)
            day = walk.day;
    }
    if (day == -1)
        return;
    parts = parts_of(figures, figure->other, day, day, false);
    if (parts.count > 0)
        row->value = strtoll(parts.rows[0].code, NULL, 10);
}

static void answer_ending(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    const struct policy *policy = figures->question->rules->engine.policy;
    int64_t day = policy_day(policy, figures->as_of_s);

    row->numerator = sum_of(figures, figure->cell, day, day + ENDING_DAYS).numerator;
}

/* Of the newest campaign: nothing has to be counted of it yet, and one before it says nothing of it. */
static void answer_campaign(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct figure_walk campaigns = walk_over(figures, CELL_SIGNED_OF_ALL, 0, 0), walk = walk_over(figures, figure->cell, 0, 0);
    char newest[MAX_SCOPE_CODE] = "";
    struct figure_sums sums = { 0, 0 };

    while (next_cell(figures, &campaigns))   /* by number, as text of one length */
        snprintf(newest, sizeof newest, "%s", campaigns.part);
    while (next_cell(figures, &walk))
        if (strcmp(walk.part, newest) == 0)
            sums = (struct figure_sums){ walk.numerator, walk.denominator };
    set_rate(row, sums.numerator, sums.denominator);
}

static void answer_top(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct parts parts = parts_of(figures, figure->cell, figures->from_day, figures->to_day, false);

    for (size_t i = 0; i < parts.count; i++)
        row->numerator += parts.rows[i].count;
    tell_top(figures, row, &parts, parts.count, figure->part_of);
}

/* More than once. */
static void answer_repeated(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct parts parts = parts_of(figures, figure->cell, figures->from_day, figures->to_day, false);

    for (size_t i = 0; i < parts.count; i++)
        row->numerator += parts.rows[i].count > 1;
    tell_top(figures, row, &parts, (size_t) row->numerator, figure->part_of);
}

/* ---------------------------------------------------------------- members */

/* Visits and members of the period; whoever has made most comes first. */
static void answer_load(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct parts parts = parts_of(figures, figure->cell, figures->from_day, figures->to_day, true);

    for (size_t i = 0; i < parts.count; i++)
        row->numerator += parts.rows[i].count;
    row->denominator = (int64_t) parts.count;
    tell_top(figures, row, &parts, parts.count, figure->part_of);
}

static void leave_whoever_was_not_there(struct parts *parts, const struct parts *day)
{
    size_t kept = 0;

    for (size_t i = 0; i < parts->count; i++)
        if (day->count > 0 && bsearch(&parts->rows[i], day->rows, day->count, sizeof *day->rows, by_code) != NULL)
            parts->rows[kept++] = parts->rows[i];
    parts->count = kept;
}

/* Days in a row with a visit, up to the last day asked for; the members with most. Longer than so is not looked back. */
static void answer_streak(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct parts streaks = parts_of(figures, figure->cell, figures->to_day, figures->to_day, true);
    struct parts there = streaks;

    there.rows = arena_take(figures->question->arena, sizeof *there.rows * (there.count + 1));
    assert(there.rows != NULL);
    for (size_t i = 0; i < there.count; i++) {
        streaks.rows[i].count = 1;
        there.rows[i] = streaks.rows[i];
    }
    for (int64_t back = 1; back < MOST_STREAK_DAYS && there.count > 0 && figures->to_day - back >= 0; back++) {
        struct parts day = parts_of(figures, figure->cell, figures->to_day - back, figures->to_day - back, true);

        leave_whoever_was_not_there(&there, &day);
        for (size_t i = 0; i < there.count; i++)
            ((struct part *) bsearch(&there.rows[i], streaks.rows, streaks.count, sizeof *streaks.rows, by_code))->count++;
    }
    for (size_t i = 0; i < streaks.count; i++)
        row->numerator = streaks.rows[i].count > row->numerator ? streaks.rows[i].count : row->numerator;
    tell_top(figures, row, &streaks, streaks.count, figure->part_of);
}

/* ---------------------------------------------------------------- watches */

struct watched {
    struct part *sites;            /* by code; count: days in a row */
    int64_t *first_days;
    size_t count;
};

/* What runs at that moment, by site. */
static struct watched watched_sites(struct figures *figures, const struct figure *figure)
{
    struct figure_walk walk = walk_over(figures, figure->cell, 0, MAX_DAY);
    struct arena *arena = figures->question->arena;
    struct parts parts = { 0 };
    struct watched watched;

    while (next_cell(figures, &walk))   /* part: its first day beside it, as the count that is set right below */
        if (walk.numerator > 0 && walk.part[0] != '\0' && may_take_part(figures))
            add_part(arena, &parts, walk.part, walk.day);
    if (parts.count > 0)
        qsort(parts.rows, parts.count, sizeof *parts.rows, by_code);
    watched = (struct watched){ parts.rows, arena_take(arena, sizeof(int64_t) * (parts.count + 1)), parts.count };
    assert(watched.first_days != NULL);
    for (size_t i = 0; i < watched.count; i++) {
        watched.first_days[i] = watched.sites[i].count;
        watched.sites[i].count = 0;
    }
    return watched;
}

/* Days come in order: one that was asked for and not seen ends them, but for the last, which may still be. */
static void count_streaks(struct figures *figures, const struct figure *figure, const struct watched *watched)
{
    struct figure_walk walk = walk_over(figures, figure->other, 0, figures->to_day);

    while (next_cell(figures, &walk)) {
        struct part key = { walk.part, 0 };
        struct part *site = watched->count == 0 ? NULL : bsearch(&key, watched->sites, watched->count, sizeof key, by_code);

        if (site == NULL || walk.day < watched->first_days[site - watched->sites])
            continue;
        if (walk.numerator > 0)
            site->count++;
        else if (walk.denominator > 0 && walk.day < figures->to_day)
            site->count = 0;
    }
}

/* Of each site that is watched now, also one with no day in a row. */
static void answer_watch_streaks(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct watched watched = watched_sites(figures, figure);
    struct parts parts = { .rows = watched.sites, .count = watched.count };

    count_streaks(figures, figure, &watched);
    for (size_t i = 0; i < parts.count; i++)
        row->numerator = parts.rows[i].count > row->numerator ? parts.rows[i].count : row->numerator;
    if (parts.count > 0)
        qsort(parts.rows, parts.count, sizeof *parts.rows, by_count);
    tell_parts(figures, row, &parts, parts.count, figure->part_of);
}

/* Days asked for and not seen; the sites with most. */
static void answer_missed(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct figure_walk walk = walk_over(figures, figure->cell, figures->from_day, figures->to_day);
    struct parts parts = { 0 };
    size_t missed = 0;

    while (next_cell(figures, &walk)) {
        row->numerator += walk.denominator - walk.numerator;
        if (walk.denominator != walk.numerator && walk.part[0] != '\0' && may_take_part(figures))
            add_part(figures->question->arena, &parts, walk.part, walk.denominator - walk.numerator);
    }
    if (parts.count > 0)
        merge_days(&parts);
    for (size_t i = 0; i < parts.count; i++)
        missed += parts.rows[i].count > 0;
    tell_top(figures, row, &parts, missed, figure->part_of);
}

/* ---------------------------------------------------------------- medians */

static int64_t minutes_of(const struct part *part)
{
    const char *blank = strrchr(part->code, ' ');

    return strtoll(blank == NULL ? part->code : blank + 1, NULL, 10);
}

static int by_minutes(const void *left, const void *right)
{
    int64_t a = minutes_of(left), b = minutes_of(right);

    return (a > b) - (a < b);
}

/* The value that so many percent are not above; count: how many were measured. Parts in order of minutes. */
static int64_t percentile(const struct part *parts, size_t size, uint32_t percent, int64_t *count)
{
    int64_t rank, seen = 0;

    *count = 0;
    for (size_t i = 0; i < size; i++)
        *count += parts[i].count;
    rank = (*count * percent + 99) / 100;
    for (size_t i = 0; i < size; i++)
        if ((seen += parts[i].count) >= rank)
            return minutes_of(&parts[i]);
    return 0;
}

static bool is_of_level(const struct part *part, const char *code, size_t size)
{
    return strncmp(part->code, code, size) == 0 && part->code[size] == ' ';
}

/* Parts stand by level, then by minutes. */
static void tell_levels(struct figures *figures, const struct figure *figure, const struct parts *parts, Duban__FigureRow *row)
{
    size_t end;

    row->parts = arena_take_pointers(figures->question->arena, parts->count + 1);
    assert(row->parts != NULL);
    for (size_t begin = 0; begin < parts->count; begin = end) {
        const char *code = parts->rows[begin].code;
        size_t size = (size_t) (strrchr(code, ' ') - code);
        char *level = arena_copy(figures->question->arena, code, size + 1);
        Duban__FigurePart *part;
        int64_t count;

        level[size] = '\0';
        for (end = begin; end < parts->count && is_of_level(&parts->rows[end], code, size); end++)
            ;
        part = row_of_part(figures->question, figure->part_of, level, 0);
        part->value = percentile(parts->rows + begin, end - begin, figure->percentile, &count);
        part->count = count;
        row->parts[row->n_parts++] = part;
    }
}

static void answer_minutes(struct figures *figures, const struct figure *figure, Duban__FigureRow *row)
{
    struct parts parts = parts_of(figures, figure->cell, figures->from_day, figures->to_day, false);

    if (parts.count == 0)
        return;
    if (figure->part_of == PART_OF_LEVEL)
        tell_levels(figures, figure, &parts, row);
    qsort(parts.rows, parts.count, sizeof *parts.rows, by_minutes);
    row->value = percentile(parts.rows, parts.count, figure->percentile, &row->denominator);
}

/* ---------------------------------------------------------------- the table */

#define COUNT DUBAN__FIGURE_UNIT__FIGURE_UNIT_COUNT
#define RATE DUBAN__FIGURE_UNIT__FIGURE_UNIT_RATE
#define MINUTE DUBAN__FIGURE_UNIT__FIGURE_UNIT_MINUTE
#define TIME DUBAN__FIGURE_UNIT__FIGURE_UNIT_TIME

static const struct figure FIGURES[] = {
    { "filed", { "立案数", "cases filed" }, { "期内立案的问题，反弹重新立案的再算一次", "cases opened in the period; one that came back counts again" },
      answer_filed, COUNT, true, CELL_FIXED, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "fixed", { "整改完成率", "fixed of filed" }, { "期内立案的，有几件首次复查已合格", "of those filed in the period, how many have had their first pass" },
      answer_rate, RATE, true, CELL_FIXED, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "closed", { "销号率", "closed of filed" }, { "期内立案的，有几件已销号", "of those filed in the period, how many are closed" },
      answer_rate, RATE, true, CELL_CLOSED, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "on_time", { "按期整改率", "fixed in time" },
      { "期内到期的（首次合格或已逾期），有几件在时限内整改；仍逾期未改的留在分母，申诉通过的不计",
        "of those due in the period (passed, or overdue), how many were fixed in time; what is still overdue counts, what an appeal has exempted does not" },
      answer_rate, RATE, true, CELL_ON_TIME, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "first_pass", { "一次通过率", "passed at the first revisit" }, { "期内的首次复查，有几次合格；当场改好的不算复查",
      "first revisits of the period, how many passed; what was put right on the spot was no revisit" },
      answer_rate, RATE, true, CELL_FIRST_REVISIT, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "rework", { "返工率", "rework" }, { "期内复查不合格的次数，与首次复查次数之比", "failed revisits of the period, against its first revisits" },
      answer_rate_of_two, RATE, true, CELL_REWORK, CELL_FIRST_REVISIT, PART_OF_NOTHING, 0, BY_ALL },
    { "recurred", { "反弹率", "came back" }, { "期内销号的，有几件在观察期内反弹", "of those closed in the period, how many came back while they were watched" },
      answer_rate, RATE, true, CELL_CLOSING, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "revisits", { "复查完成率", "revisits done" }, { "计划在期内复查的，有几次当日（或之前）到场", "revisits planned for the period, how many were made by the end of their day" },
      answer_rate, RATE, true, CELL_REVISIT, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "overdue", { "逾期未整改数", "not fixed in time, now" },
      { "此刻整改逾期的问题，分级列出；挂账、停业和申诉通过的不计；已报整改完成的不再计时，也不计：其后复查逾期的，见 duban cases --overdue",
        "cases not fixed in time at this moment, by level; not those whose clock stands still or that an appeal has exempted; nor "
        "those said to be fixed, which stops that clock: a revisit overdue after it is listed by duban cases --overdue" },
      answer_overdue, COUNT, false, CELL_OVERDUE, CELL_OVERDUE_LEVEL, PART_OF_LEVEL, 0, BY_ALL },
    { "overdue_owners", { "逾期未整改数（按跟进人）", "not fixed in time, by owner" }, { "同上，最多的十人", "the same, the ten with most" },
      answer_overdue, COUNT, false, CELL_OVERDUE, CELL_OVERDUE_OWNER, PART_OF_ACCOUNT, 0, BY_ALL },
    { "overdue_sites", { "逾期未整改数（按点位）", "not fixed in time, by site" }, { "同上，最多的十处", "the same, the ten with most" },
      answer_overdue, COUNT, false, CELL_OVERDUE, CELL_OVERDUE_SITE, PART_OF_SITE, 0, BY_ALL },
    { "longest_overdue", { "最长逾期", "longest overdue" }, { "此刻整改逾期的，最早到期的那件是几时到期", "of those not fixed in time, when the oldest was due" },
      answer_oldest, TIME, false, CELL_OVERDUE, CELL_OVERDUE_SINCE, PART_OF_NOTHING, 0, BY_ALL },
    { "fix_time", { "平均整改时长（中位数）", "time to fix, median" }, { "期内整改好的，从立案到改好的自然时间，取中位数，分级列出",
      "of those fixed in the period, natural time from filing to fixing, median, by level" },
      answer_minutes, MINUTE, true, CELL_FIX_TIME, 0, PART_OF_LEVEL, 50, BY_ALL },
    { "fix_time_p90", { "整改时长（九成以内）", "time to fix, P90" }, { "同上，九成的件不超过这个时间", "the same, nine in ten took no longer" },
      answer_minutes, MINUTE, true, CELL_FIX_TIME, 0, PART_OF_LEVEL, 90, BY_ALL },
    { "acknowledged", { "签收及时率", "acknowledged in time" }, { "期内派遣的，有几件按时签收；签收前已改好的不计",
      "cases assigned in the period, how many were acknowledged in time; not those fixed before that" },
      answer_rate, RATE, true, CELL_ACKNOWLEDGED, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "complaints_in_time", { "投诉核实及时率", "complaints checked in time" }, { "期内到期的投诉核实，有几件按时到了现场（按到访时间）", "complaint checks due in the period, of how many somebody was there in time (by the time of the visit)" },
      answer_rate, RATE, true, CELL_COMPLAINT_CHECK, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "complaints_true", { "投诉属实率", "complaints substantiated" }, { "期内核实完的投诉，有几件属实或部分属实；只供了解，不作考核",
      "complaints concluded in the period, how many were true, wholly or partly; to know, not to score" },
      answer_rate, RATE, true, CELL_COMPLAINT_RESULT, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "feedback", { "反馈签收率", "feedback receipted" }, { "期内发出的反馈，有几件对方已签收", "results sent in the period, how many their office has receipted" },
      answer_rate, RATE, true, CELL_FEEDBACK, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "coordination_time", { "协调时效（中位数）", "time to supply, median" }, { "期内送达的，从提出到送达的时间，取中位数", "of supplies delivered in the period, time from asking to delivery, median" },
      answer_minutes, MINUTE, true, CELL_COORDINATION_TIME, 0, PART_OF_NOTHING, 50, BY_ALL },
    { "coordination_late", { "协调超期", "supplies late now" }, { "此刻过了需用时间仍未送达的", "not delivered by when it was needed, at this moment" },
      answer_now, COUNT, false, CELL_COORDINATION_LATE, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "referrals", { "移交办结率", "referrals answered in time" }, { "期内到期的移交，有几件科室按时反馈", "referrals due in the period, how many their office answered in time" },
      answer_rate, RATE, true, CELL_REFERRAL_RESULT, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "isolated", { "居家观察人数", "under observation" }, { "此刻观察中和待解除的", "under observation or waiting for release, at this moment" },
      answer_now, COUNT, false, CELL_ISOLATED, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "isolation_ending", { "两天内期满", "observation ends within 2 days" }, { "观察中的，今天起两天内期满", "under observation until today or one of the next two days" },
      answer_ending, COUNT, false, CELL_ISOLATION_ENDING, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "isolation_contacts", { "随访完成率", "contacts made" }, { "期内应联系的时段（已过或已联系的），有几次联系上；其余为漏联系",
      "contacts asked for in the period (their time is over, or they were made), how many were made; the rest was missed" },
      answer_rate, RATE, true, CELL_ISOLATION_CONTACT, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "isolation_restarts", { "重新计算次数", "observations begun anew" }, { "此刻在观察的人，重新计算过几次", "how often the days of those under observation now were counted anew" },
      answer_now, COUNT, false, CELL_ISOLATION_RESTARTS, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "households_signed", { "入户完成率", "households signed" }, { "最近一次入户活动：已签的，占除空户以外的全部住户", "newest campaign: signed, of all that are not vacant" },
      answer_campaign, RATE, false, CELL_SIGNED_OF_OCCUPIED, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "households_signed_of_all", { "入户完成率（含空户）", "households signed, of all" }, { "最近一次入户活动：已签的，占全部住户", "newest campaign: signed, of all households" },
      answer_campaign, RATE, false, CELL_SIGNED_OF_ALL, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "households_true", { "核实准确率", "doors found as reported" }, { "最近一次入户活动：换人再查的，有几户与上报一致", "newest campaign: of doors entered again by others, how many were as reported" },
      answer_campaign, RATE, false, CELL_DOORS_TRUE, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "watched", { "盯守点位数", "sites watched" }, { "此刻在盯守的点位", "watches that run at this moment" },
      answer_now, COUNT, false, CELL_WATCH, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "check_ins", { "打卡率", "check-ins made" }, { "期内应打卡的日子，有几天有人到场", "days with a check-in due in the period, how many had somebody there" },
      answer_rate, RATE, true, CELL_CHECK_IN, 0, PART_OF_NOTHING, 0, BY_ALL },
    { "watch_streaks", { "盯守连续天数", "days in a row at watched sites" },
      { "此刻在盯守的点位，到最后一天为止连续几天有人到场，逐处列出；停业期间不断", "sites watched at this moment: days in a row with somebody there, up to the last day, site by site; while a site does not operate they go on" },
      answer_watch_streaks, COUNT, true, CELL_WATCH, CELL_CHECK_IN, PART_OF_SITE, 0, BY_ALL },
    { "check_ins_missed", { "漏打卡天数", "check-ins missed" }, { "期内应打卡而没有人到场的天数，列最多的十处", "days with a check-in due in the period and nobody there; the ten sites with most" },
      answer_missed, COUNT, true, CELL_CHECK_IN, 0, PART_OF_SITE, 0, BY_ALL },
    { "top_items", { "高频问题", "frequent findings" }, { "期内立案最多的十项", "the ten items with most cases filed in the period" },
      answer_top, COUNT, true, CELL_FILED_ITEM, 0, PART_OF_ITEM, 0, BY_ALL },
    { "top_crosses", { "高频问题（按点位类别、社区）", "frequent findings, by kind and area" },
      { "期内立案的，同一项、同一类点位、同一社区合计，列最多的十组；--most 可多列", "cases filed in the period by item, site kind and area together; the ten with most, or as many as --most says" },
      answer_top, COUNT, true, CELL_FILED_CROSS, 0, PART_OF_CROSS, 0, BY_ALL_SINCE },
    { "repeat_sites", { "屡查屡犯", "repeated offenders" }, { "期内立案不止一件的点位，列最多的十处", "sites with more than one case filed in the period, the ten with most" },
      answer_repeated, COUNT, true, CELL_FILED_SITE, 0, PART_OF_SITE, 0, BY_ALL },
    { "coverage", { "覆盖率", "coverage" }, { "期内各日应查的点位（当日零时在营、从未查过或已到间隔），有几处当日查了；一天一处算一次",
      "sites to be inspected on each day of the period (operating at 00:00, never inspected or their interval over), how many were" },
      answer_rate, RATE, true, CELL_COVERED, 0, PART_OF_NOTHING, 0, BY_DAY },
    { "plan_coverage", { "计划完成率", "stops inspected" }, { "期内应查并排入当天路线的，有几处查了", "of those of them that were stops of the day's plan, how many were inspected" },
      answer_rate, RATE, true, CELL_PLAN_COVERED, 0, PART_OF_NOTHING, 0, BY_DAY },
    { "blind_spots", { "死角数", "blind spots" }, { "最后一天零时从未查过或已过间隔，当天到此刻也还没有查的点位；名单见 duban blind-spots",
      "sites that at 00:00 of the last day had never been inspected or were past their interval, and have not been since; which: duban blind-spots" },
      answer_last_day, COUNT, true, CELL_BLIND_SPOT, 0, PART_OF_NOTHING, 0, BY_DAY },
    { "attempts", { "未遇次数", "nobody there" }, { "期内到了门口没有查成的次数，不算查过", "visits of the period that found nobody: they are no inspections" },
      answer_count, COUNT, true, CELL_ATTEMPT, 0, PART_OF_NOTHING, 0, BY_ZONE },
    { "evidence", { "证据完整率", "evidence complete" }, { "期内的巡查，有几次应有的照片都齐：申报的都已传到，要照片的检查项判合格的都有照片为证",
      "visits of the period, how many have the evidence that they need: all photos declared have come, and each pass has those "
      "that its item asks for" },
      answer_rate, RATE, true, CELL_VISIT, 0, PART_OF_NOTHING, 0, BY_ZONE },
    { "photos_again", { "重复照片数", "photos shown before" }, { "期内的巡查用了别的巡查用过的照片，共几张", "photos of visits of the period that another visit had shown before" },
      answer_count, COUNT, true, CELL_PHOTO_AGAIN, 0, PART_OF_NOTHING, 0, BY_ZONE },
    { "load", { "人员负荷", "load" }, { "期内巡查几次、由几人完成，列最多的十人", "visits of the period and by how many members; the ten with most" },
      answer_load, COUNT, true, CELL_VISIT, 0, PART_OF_ACCOUNT, 0, BY_ZONE },
    { "streaks", { "连续出勤", "days in a row" }, { "到最后一天为止连续几天有巡查，列最长的十人（最多数 31 天）",
      "days in a row with a visit, up to the last day; the ten with most (31 are counted at most)" },
      answer_streak, COUNT, true, CELL_VISIT, 0, PART_OF_ACCOUNT, 0, BY_ZONE },
};

enum { FIGURE_COUNT = sizeof FIGURES / sizeof FIGURES[0] };

/* ---------------------------------------------------------------- the question */

static bool refuse(struct question *question, const char *field, const char *zh, const char *en)
{
    question_fault(question, field, zh, en);
    return false;
}

/* NULL: the whole township; else its letter, with the code. */
static const char *scope_of(const Duban__FiguresQuery *wanted, const char **code)
{
    switch (wanted->scope_case) {
    case DUBAN__FIGURES_QUERY__SCOPE_ZONE: *code = wanted->zone; return FIGURE_SCOPE_ZONE;
    case DUBAN__FIGURES_QUERY__SCOPE_AREA: *code = wanted->area; return FIGURE_SCOPE_AREA;
    case DUBAN__FIGURES_QUERY__SCOPE_KIND: *code = wanted->kind; return FIGURE_SCOPE_KIND;
    case DUBAN__FIGURES_QUERY__SCOPE_FOCUS_GROUP: *code = wanted->focus_group; return FIGURE_SCOPE_FOCUS;
    case DUBAN__FIGURES_QUERY__SCOPE__NOT_SET:
    case _DUBAN__FIGURES_QUERY__SCOPE__CASE_IS_INT_SIZE: return NULL;
    }
    return NULL;
}

static bool set_scope(struct figures *figures, const Duban__FiguresQuery *wanted)
{
    const char *code = "", *letter = scope_of(wanted, &code);

    figures->scope[0] = '\0';
    figures->by_zone = letter == NULL || letter[0] == FIGURE_SCOPE_ZONE[0];
    if (letter == NULL)
        return true;
    if (code[0] == '\0' || strlen(code) >= MAX_SCOPE_CODE)
        return refuse(figures->question, "figures.scope", "片区、社区、点位类别或重点人群的编号要写 1 至 63 个字节",
                      "the code of a zone, area, site kind or focus group has 1 to 63 bytes");
    snprintf(figures->scope, sizeof figures->scope, "%s%s", letter, code);
    return true;
}

static bool set_days(struct figures *figures, const Duban__FiguresQuery *wanted)
{
    struct question *question = figures->question;
    int64_t today;

    figures->as_of_s = query_time(question, wanted->as_of_s);
    if (figures->as_of_s < 0 || figures->as_of_s > question->now_s)
        return refuse(question, "figures.asOfS", "截止时间还没有到，请写此刻或以前的时间", "that time has not come yet; ask for now or a time before it");
    today = policy_day(question->rules->engine.policy, figures->as_of_s);
    figures->from_day = wanted->from_day == 0 ? today : wanted->from_day;
    figures->to_day = wanted->to_day == 0 ? today : wanted->to_day;
    if (wanted->from_day < 0 || wanted->to_day < 0 || figures->from_day > figures->to_day || figures->to_day > MAX_DAY)
        return refuse(question, "figures.fromDay", "起始日要在结束日当天或之前；不写即截止时间的当天",
                      "the first day must not come after the last; left out, each is the day of the time asked for");
    return true;
}

static Duban__FigureRow *row_of(struct figures *figures, const struct figure *figure)
{
    Duban__FigureRow *row = arena_take(figures->question->arena, sizeof *row);

    assert(row != NULL);
    duban__figure_row__init(row);
    row->name = (char *) figure->name;
    row->label = query_text(figures->question, figure->label);
    row->meaning = query_text(figures->question, figure->meaning);
    row->unit = figure->unit;
    row->of_period = figure->of_period;
    figure->answer(figures, figure, row);
    return row;
}

/* The first day of which coverage and visits are known by focus group; MAX_DAY: they are not. */
static int64_t focused_from_day(const struct figures *figures)
{
    const Duban__PolicyState *row = state_policy(&figures->question->rules->state);

    return row == NULL || row->engine_version < ERA_OF_FOCUSED_DAYS ? MAX_DAY : row->focused_from_day;
}

/* Days in a row are looked for before those asked for, too. */
static bool reaches_back(const struct figures *figures, const struct figure *figure)
{
    int64_t from_day = focused_from_day(figures);

    return figure->answer != answer_streak || from_day == 0 || figures->to_day - MOST_STREAK_DAYS >= from_day;
}

static bool is_counted_by(const struct figures *figures, const struct figure *figure)
{
    switch (figure->by) {
    case BY_ALL: return true;
    case BY_DAY: return !is_of_focus_group(figures) || figures->is_focused;
    case BY_ALL_SINCE: return figures->from_day >= focused_from_day(figures);
    case BY_ZONE: return figures->by_zone || (figures->is_focused && reaches_back(figures, figure));
    }
    return false;
}

static void answer_all(struct figures *figures, const Duban__FiguresQuery *wanted, Duban__FigureRows *rows)
{
    for (size_t i = 0; i < FIGURE_COUNT && !figures->is_too_long; i++) {
        if (!query_matches(wanted->name, FIGURES[i].name))
            continue;
        if (is_counted_by(figures, &FIGURES[i]))
            rows->rows[rows->n_rows++] = row_of(figures, &FIGURES[i]);
        else if (FIGURES[i].by == BY_ALL_SINCE)
            figures->is_early = true;
        else
            figures->is_by_less = true;
    }
}

static void refuse_scope(const struct figures *figures)
{
    int64_t from_day = focused_from_day(figures);
    char day[32], zh[240], en[240];

    if (!is_of_focus_group(figures) || from_day == MAX_DAY) {
        question_fault(figures->question, "figures.scope",
                       "这个指标不按它分开统计；只能按全镇、片区和重点人群查（覆盖率、死角还可按社区和点位类别）",
                       "this figure is not counted by that; ask for the township, a zone or a focus group (coverage and blind spots: an "
                       "area or a site kind, too)");
        return;
    }
    civil_format(day, sizeof day, civil_moment(from_day, 0, 0), 0);
    snprintf(zh, sizeof zh, "这个指标从 %.10s 起才按重点人群统计，连续出勤还要再满 %d 天；请查那天以后的日子", day, (int) MOST_STREAK_DAYS);
    snprintf(en, sizeof en, "this figure is counted by focus group from %.10s on, and days in a row need %d more; ask for later days", day,
             (int) MOST_STREAK_DAYS);
    question_fault(figures->question, "figures.fromDay", arena_copy(figures->question->arena, zh, strlen(zh) + 1),
                   arena_copy(figures->question->arena, en, strlen(en) + 1));
}

static void refuse_early(const struct figures *figures)
{
    int64_t from_day = focused_from_day(figures);
    char day[32], zh[240], en[240];

    if (from_day == MAX_DAY) {
        question_fault(figures->question, "figures.name", "此前的引擎不统计这个指标", "the engine that decides does not count this figure yet");
        return;
    }
    civil_format(day, sizeof day, civil_moment(from_day, 0, 0), 0);
    snprintf(zh, sizeof zh, "这个指标从 %.10s 起才统计；请查那天以后的日子", day);
    snprintf(en, sizeof en, "this figure is counted from %.10s on; ask for later days", day);
    question_fault(figures->question, "figures.fromDay", arena_copy(figures->question->arena, zh, strlen(zh) + 1),
                   arena_copy(figures->question->arena, en, strlen(en) + 1));
}

static bool set_most(struct figures *figures, uint32_t most)
{
    if (most > MOST_TOP_PARTS)
        return refuse(figures->question, "figures.most", "最多列 100 个；不写即 10 个", "at most 100 are listed; 10 when left out");
    figures->top_parts = most == 0 ? TOP_PARTS : most;
    return true;
}

void query_on_figures(struct question *question, const Duban__FiguresQuery *wanted)
{
    struct figures figures = { .question = question };
    Duban__FigureRows *rows = arena_take(question->arena, sizeof *rows);

    assert(rows != NULL);
    duban__figure_rows__init(rows);
    rows->rows = arena_take_pointers(question->arena, FIGURE_COUNT);
    assert(rows->rows != NULL);
    if (question->rules->engine.policy == NULL) {
        question_fault(question, "figures", "还没有启用政策包，没有指标可算", "no policy is in force yet: there is nothing to count by");
        return;
    }
    if (!set_scope(&figures, wanted) || !set_days(&figures, wanted) || !set_most(&figures, wanted->most))
        return;
    figures.is_focused = is_of_focus_group(&figures) && figures.from_day >= focused_from_day(&figures);
    answer_all(&figures, wanted, rows);
    if (figures.is_too_long) {
        question_fault(question, "figures.fromDay", "这段日子的内容太多，一次算不完；请把起止日期缩短",
                       "the period holds more than one answer may add up; ask for fewer days");
        return;
    }
    if (rows->n_rows == 0 && figures.is_by_less) {
        refuse_scope(&figures);
        return;
    }
    if (rows->n_rows == 0 && figures.is_early) {
        refuse_early(&figures);
        return;
    }
    if (rows->n_rows == 0) {
        question_fault(question, "figures.name", "没有这个指标；duban figures 列出全部", "there is no such figure; duban figures lists them");
        return;
    }
    rows->as_of_s = figures.as_of_s;
    rows->from_day = figures.from_day;
    rows->to_day = figures.to_day;
    question->reply->body_case = DUBAN__REPLY__BODY_FIGURES;
    question->reply->figures = rows;
}
