/* engine_figures.c - what changed is counted anew: the difference goes to its cells, from this second on. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine_figures.h"

enum { FIRST_ROOM = 16, KEY_BYTES = 1 + 4 + 64, SCOPE_BYTES = 1 + 64, SCOPES = 5 };

/* ---------------------------------------------------------------- what a thing counts for */

static void make_room(struct figure_counts *counts)
{
    size_t room = counts->room == 0 ? FIRST_ROOM : counts->room * 2;
    Duban__FigureCount **rows = arena_take_pointers(&counts->engine->state->arena, room);

    assert(rows != NULL);
    for (size_t i = 0; i < counts->count; i++)
        rows[i] = counts->rows[i];
    counts->rows = rows;
    counts->room = room;
}

void figure_counts_add(struct figure_counts *counts, const Duban__FigureCount *row)
{
    Duban__FigureCount *kept = arena_take(&counts->engine->state->arena, sizeof *kept);

    assert(kept != NULL && row->day >= 0);
    if (counts->count == counts->room)
        make_room(counts);
    duban__figure_count__init(kept);
    kept->cell = row->cell;
    kept->day = row->day;
    kept->part = row->part == NULL ? "" : row->part;
    kept->numerator = row->numerator;
    kept->denominator = row->denominator;
    counts->rows[counts->count++] = kept;
}

char *figure_digits(struct engine *engine, const char *before, uint64_t number, int digits)
{
    size_t size = strlen(before) + 24;
    char *text = arena_take(&engine->state->arena, size);

    assert(text != NULL && digits < 20);
    snprintf(text, size, "%s%0*" PRIu64, before, digits, number);
    return text;
}

/* ---------------------------------------------------------------- the difference */

/* The scopes that it counts in; an empty code is none. */
struct scopes {
    char texts[SCOPES][SCOPE_BYTES];
    size_t count;
};

static void add_scope(struct scopes *scopes, const char *letter, const char *code)
{
    if (code[0] == '\0')
        return;
    assert(strlen(code) + 2 <= SCOPE_BYTES);
    snprintf(scopes->texts[scopes->count++], SCOPE_BYTES, "%s%s", letter, code);
}

static void scopes_of(const Duban__Counting *counting, struct scopes *scopes)
{
    scopes->texts[0][0] = '\0';
    scopes->count = 1;
    add_scope(scopes, FIGURE_SCOPE_ZONE, counting->zone);
    add_scope(scopes, FIGURE_SCOPE_AREA, counting->area);
    add_scope(scopes, FIGURE_SCOPE_KIND, counting->kind);
    add_scope(scopes, FIGURE_SCOPE_FOCUS, counting->focus_group);
}

static void add_to_cell(struct engine *engine, const struct scopes *scopes, const Duban__FigureCount *count, int sign)
{
    if (count->numerator == 0 && count->denominator == 0)
        return;
    for (size_t i = 0; i < scopes->count; i++) {
        const struct figure_place place = { scopes->texts[i], count->cell, count->day, count->part };

        state_add_figure(engine->state, &place, engine->now_s, sign * count->numerator, sign * count->denominator);
    }
}

static bool is_same_cell(const Duban__FigureCount *one, const Duban__FigureCount *other)
{
    return one->cell == other->cell && one->day == other->day && strcmp(one->part, other->part) == 0;
}

/* NULL: none is of that cell. */
static const Duban__FigureCount *find(Duban__FigureCount *const *rows, size_t count, const Duban__FigureCount *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (is_same_cell(rows[i], wanted))
            return rows[i];
    return NULL;
}

/* One row for a cell: those of the same cell become one. */
static void merge(struct figure_counts *counts)
{
    size_t kept = 0;

    for (size_t i = 0; i < counts->count; i++) {
        Duban__FigureCount *same = (Duban__FigureCount *) find(counts->rows, kept, counts->rows[i]);

        if (same == NULL) {
            counts->rows[kept++] = counts->rows[i];
            continue;
        }
        same->numerator += counts->rows[i]->numerator;
        same->denominator += counts->rows[i]->denominator;
    }
    counts->count = kept;
}

static bool is_equal(const Duban__FigureCount *one, const Duban__FigureCount *other)
{
    return other != NULL && one->numerator == other->numerator && one->denominator == other->denominator;
}

/* Rows of one that the other has not the same of. */
static bool move(struct engine *engine, const struct scopes *scopes, Duban__FigureCount *const *rows, size_t count,
                 Duban__FigureCount *const *others, size_t other_count, int sign)
{
    bool moved = false;

    for (size_t i = 0; i < count; i++) {
        if (is_equal(rows[i], find(others, other_count, rows[i])))
            continue;
        add_to_cell(engine, scopes, rows[i], sign);
        moved = true;
    }
    return moved;
}

static void count_anew(struct engine *engine, struct bytes key, Duban__Counting *counting, struct figure_counts *counts)
{
    struct scopes scopes;
    bool lost, gained;

    merge(counts);
    scopes_of(counting, &scopes);
    lost = move(engine, &scopes, counting->counts, counting->n_counts, counts->rows, counts->count, -1);
    gained = move(engine, &scopes, counts->rows, counts->count, counting->counts, counting->n_counts, 1);
    if (!lost && !gained)
        return;
    counting->counts = counts->rows;
    counting->n_counts = counts->count;
    state_put_counting(engine->state, key, counting);
}

/* ---------------------------------------------------------------- whose it is */

/* Where it was when it was first counted: what is registered anew later moves no figure. */
static Duban__Counting *first_counting(struct engine *engine, const char *site_code, const char *area,
                                       const struct policy_focus_group *group)
{
    Duban__Counting *counting = arena_take(&engine->state->arena, sizeof *counting);
    const Duban__Site *site = site_code[0] == '\0' ? NULL : state_site(engine->state, site_code);
    const Duban__Area *row;

    assert(counting != NULL);
    duban__counting__init(counting);
    counting->area = site != NULL ? site->area : (char *) area;
    row = counting->area[0] == '\0' ? NULL : state_area(engine->state, counting->area);
    counting->zone = row == NULL ? "" : row->zone;
    counting->kind = site == NULL ? "" : site->kind;
    counting->focus_group = group == NULL ? "" : (char *) group->code;
    return counting;
}

static struct bytes key_of(uint8_t *key, char kind, const ProtobufCBinaryData *id)
{
    assert(id->len == ID_BYTES);
    key[0] = (uint8_t) kind;
    memcpy(key + 1, id->data, ID_BYTES);
    return bytes_of(key, 1 + ID_BYTES);
}

static void keep_case(struct engine *engine, const Duban__Case *case_)
{
    struct figure_counts counts = { .engine = engine };
    uint8_t key_bytes[KEY_BYTES];
    struct bytes key = key_of(key_bytes, 'c', &case_->id);
    Duban__Counting *counting = state_counting(engine->state, key);

    if (counting == NULL)
        counting = first_counting(engine, case_->site, "", engine_focus_of_site(engine, case_->site));
    engine_count_case(&counts, case_, counting);
    count_anew(engine, key, counting, &counts);
}

static const struct policy_focus_group *focus_of_task(struct engine *engine, const Duban__Task *task)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    return subject == NULL ? engine_focus_of_site(engine, task->site) : engine_focus_of_subject(engine, subject);
}

/* Beside its subject, where that counts already: one figure is made of both. */
static Duban__Counting *first_counting_of_task(struct engine *engine, const Duban__Task *task)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);
    uint8_t key[KEY_BYTES];
    Duban__Counting *counting = subject == NULL ? NULL : state_counting(engine->state, key_of(key, 's', &subject->id));

    if (counting == NULL)
        return first_counting(engine, task->site, task->area, focus_of_task(engine, task));
    counting->n_counts = 0;
    return counting;
}

/* Most kinds of tasks count for nothing: those read no row. */
static void keep_task(struct engine *engine, const Duban__Task *task)
{
    struct figure_counts counts = { .engine = engine };
    uint8_t key_bytes[KEY_BYTES];
    struct bytes key;
    Duban__Counting *counting;

    if (!engine_task_counts(task))
        return;
    key = key_of(key_bytes, 't', &task->id);
    counting = state_counting(engine->state, key);
    engine_count_task(&counts, task);
    if (counting == NULL && counts.count == 0)
        return;
    if (counting == NULL)
        counting = first_counting_of_task(engine, task);
    count_anew(engine, key, counting, &counts);
}

static void keep_subject(struct engine *engine, const Duban__Subject *subject)
{
    struct figure_counts counts = { .engine = engine };
    uint8_t key_bytes[KEY_BYTES];
    struct bytes key = key_of(key_bytes, 's', &subject->id);
    Duban__Counting *counting;

    counting = state_counting(engine->state, key);
    engine_count_subject(&counts, subject);
    if (counting == NULL && counts.count == 0)
        return;
    if (counting == NULL)
        counting = first_counting(engine, subject->site, subject->area, engine_focus_of_subject(engine, subject));
    count_anew(engine, key, counting, &counts);
}

void engine_keep_figures(struct engine *engine, int table, const void *row)
{
    if (table == TABLE_CASE)
        keep_case(engine, row);
    else if (table == TABLE_TASK)
        keep_task(engine, row);
    else if (table == TABLE_SUBJECT)
        keep_subject(engine, row);
}

/* ---------------------------------------------------------------- areas of a campaign */

void engine_put_campaign_area(struct engine *engine, const Duban__CampaignArea *area)
{
    struct figure_counts counts = { .engine = engine };
    char *campaign = figure_digits(engine, "", area->campaign, 6);
    size_t area_size = strlen(area->area);
    uint8_t key_bytes[KEY_BYTES] = { 'h' };
    struct bytes key = bytes_of(key_bytes, 1 + 4 + area_size);
    Duban__Counting *counting;

    assert(key.size <= KEY_BYTES);
    put_u32(key_bytes + 1, area->campaign);
    memcpy(key_bytes + 5, area->area, area_size);
    state_put_campaign_area(engine->state, area);
    figure_counts_add(&counts, &(Duban__FigureCount){ .cell = CELL_SIGNED_OF_OCCUPIED, .part = campaign,
                      .numerator = area->pledged, .denominator = (int64_t) area->households - area->vacant });
    figure_counts_add(&counts, &(Duban__FigureCount){ .cell = CELL_SIGNED_OF_ALL, .part = campaign,
                      .numerator = area->pledged, .denominator = area->households });
    figure_counts_add(&counts, &(Duban__FigureCount){ .cell = CELL_DOORS_TRUE, .part = campaign,
                      .numerator = area->as_reported, .denominator = area->checked });
    counting = state_counting(engine->state, key);
    if (counting == NULL)
        counting = first_counting(engine, "", area->area, NULL);
    count_anew(engine, key, counting, &counts);
}
