/* openrosa_files.c - the CSV files that forms look into: only what is in the scope of who asks. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "gateway.h"
#include "openrosa.h"
#include "posts.h"
#include "readings.h"
#include "rows.h"

void openrosa_rows_add(struct openrosa *openrosa, struct openrosa_rows *rows, void *const *more, size_t count)
{
    void **grown = rows_grow(&openrosa->request->arena, rows->rows, rows->count, &rows->room, count, sizeof *grown);

    if (grown == NULL) {
        openrosa->failed = true;
        return;
    }
    rows->rows = grown;
    if (count > 0)
        memcpy(rows->rows + rows->count, more, count * sizeof *more);
    rows->count += count;
}

/* ---------------------------------------------------------------- whose it is */

static int compare_area(const void *code, const void *row)
{
    return strcmp(code, (*(const Duban__Area *const *) row)->code);
}

static int compare_site(const void *code, const void *row)
{
    return strcmp(code, (*(const Duban__Site *const *) row)->code);
}

/* Listings of areas and sites are in the order of codes. */
static const Duban__Area *area_of(const struct openrosa *openrosa, const char *code)
{
    void **row = openrosa->areas.count == 0
                     ? NULL : bsearch(code, openrosa->areas.rows, openrosa->areas.count, sizeof *openrosa->areas.rows, compare_area);

    return row == NULL ? NULL : *row;
}

static const Duban__Site *site_of(const struct openrosa *openrosa, const char *code)
{
    void **row = openrosa->sites.count == 0
                     ? NULL : bsearch(code, openrosa->sites.rows, openrosa->sites.count, sizeof *openrosa->sites.rows, compare_site);

    return row == NULL ? NULL : *row;
}

static bool is_in_scope(const struct openrosa *openrosa, const char *area_code, const char *site)
{
    const Duban__Holder *holder = openrosa->holder;
    const Duban__Area *area = area_of(openrosa, area_code);

    return reading_oversees(holder) || (area != NULL && reading_is_of(holder, SCOPE_ZONE, area->zone)) ||
           reading_is_of(holder, SCOPE_AREA, area_code) || reading_is_contact_of(holder, site);
}

/* What rules may leave out already: all of his posts are of that one zone, or area. "" = not so simple. */
static const char *only_scope(const struct openrosa *openrosa, unsigned posts)
{
    const char *scope = "";

    for (size_t i = 0; i < openrosa->holder->n_roles; i++) {
        const Duban__RoleGrant *grant = openrosa->holder->roles[i];

        if ((posts & 1u << grant->role) == 0 || (scope[0] != '\0' && strcmp(scope, grant->scope) != 0))
            return "";
        scope = grant->scope;
    }
    return scope;
}

/* ---------------------------------------------------------------- asking for it */

#define ON_ROWS(name, body, field)                                                                                           \
    static void on_##name(void *self, const Duban__Reply *reply)                                                             \
    {                                                                                                                        \
        struct openrosa *openrosa = self;                                                                                    \
                                                                                                                             \
        openrosa_rows_add(openrosa, &openrosa->name, (void *const *) reply->field->rows, reply->field->n_rows);              \
    }

ON_ROWS(areas, AREAS, areas)
ON_ROWS(sites, SITES, sites)
ON_ROWS(plan, PLAN, plan)
ON_ROWS(cases, CASES, cases)
ON_ROWS(complaints, SUBJECTS, subjects)
ON_ROWS(isolations, SUBJECTS, subjects)

/* Each fills its part of the question, taken from the arena: false = memory is out. */
static bool fill_areas(struct openrosa *openrosa, Duban__Query *query)
{
    query->areas = arena_take(&openrosa->request->arena, sizeof *query->areas);
    if (query->areas == NULL)
        return false;
    duban__areas_query__init(query->areas);
    return true;
}

static bool fill_sites(struct openrosa *openrosa, Duban__Query *query)
{
    query->sites = arena_take(&openrosa->request->arena, sizeof *query->sites);
    if (query->sites == NULL)
        return false;
    duban__sites_query__init(query->sites);
    query->sites->zone = (char *) only_scope(openrosa, POSTS_OF_A_ZONE);
    query->sites->area = (char *) only_scope(openrosa, POSTS_OF_AN_AREA);
    query->sites->code = (char *) only_scope(openrosa, POST(SITE_CONTACT));
    return true;
}

static bool fill_plan(struct openrosa *openrosa, Duban__Query *query)
{
    query->plan = arena_take(&openrosa->request->arena, sizeof *query->plan);
    if (query->plan == NULL)
        return false;
    duban__plan_query__init(query->plan);
    query->plan->zone = (char *) only_scope(openrosa, POSTS_OF_A_ZONE);
    return true;
}

static bool fill_cases(struct openrosa *openrosa, Duban__Query *query)
{
    query->cases = arena_take(&openrosa->request->arena, sizeof *query->cases);
    if (query->cases == NULL)
        return false;
    duban__cases_query__init(query->cases);
    query->cases->zone = (char *) only_scope(openrosa, POSTS_OF_A_ZONE);
    return true;
}

static bool fill_subjects(struct openrosa *openrosa, Duban__Query *query, Duban__SubjectKind kind)
{
    query->subjects = arena_take(&openrosa->request->arena, sizeof *query->subjects);
    if (query->subjects == NULL)
        return false;
    duban__subjects_query__init(query->subjects);
    query->subjects->kind = kind;
    query->subjects->zone = (char *) only_scope(openrosa, POSTS_OF_A_ZONE);
    return true;
}

static bool fill_complaints(struct openrosa *openrosa, Duban__Query *query)
{
    return fill_subjects(openrosa, query, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT);
}

static bool fill_isolations(struct openrosa *openrosa, Duban__Query *query)
{
    return fill_subjects(openrosa, query, DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION);
}

#define FILE_OF(name) (1u << FORM_##name)

enum { ALL_FILES = (1u << FORM_FILES) - 1 };

/* What each needs, in this order: whose an area or a site is must be known before the rest is looked through. */
static const struct {
    unsigned files;
    Duban__Query__BodyCase query;
    Duban__Reply__BodyCase reply;
    bool (*fill)(struct openrosa *openrosa, Duban__Query *query);
    gather_page *page;
} STAGES[] = {
    { ALL_FILES & ~FILE_OF(ITEMS), DUBAN__QUERY__BODY_AREAS, DUBAN__REPLY__BODY_AREAS, fill_areas, on_areas },
    { FILE_OF(SITES) | FILE_OF(PLAN) | FILE_OF(CASES), DUBAN__QUERY__BODY_SITES, DUBAN__REPLY__BODY_SITES, fill_sites, on_sites },
    { FILE_OF(PLAN), DUBAN__QUERY__BODY_PLAN, DUBAN__REPLY__BODY_PLAN, fill_plan, on_plan },
    { FILE_OF(CASES), DUBAN__QUERY__BODY_CASES, DUBAN__REPLY__BODY_CASES, fill_cases, on_cases },
    { FILE_OF(COMPLAINTS), DUBAN__QUERY__BODY_SUBJECTS, DUBAN__REPLY__BODY_SUBJECTS, fill_complaints, on_complaints },
    { FILE_OF(ISOLATIONS), DUBAN__QUERY__BODY_SUBJECTS, DUBAN__REPLY__BODY_SUBJECTS, fill_isolations, on_isolations },
};
enum { STAGE_COUNT = sizeof STAGES / sizeof STAGES[0] };

static void next_stage(struct request *request, void *self)
{
    struct openrosa *openrosa = self;
    Duban__Query query = DUBAN__QUERY__INIT;
    size_t stage = openrosa->stage;

    while (stage < STAGE_COUNT && (STAGES[stage].files & openrosa->files) == 0)
        stage++;
    openrosa->stage = stage + 1;
    if (openrosa->failed || (stage < STAGE_COUNT && !STAGES[stage].fill(openrosa, &query))) {
        problem_send(request, NULL);
    } else if (stage < STAGE_COUNT) {
        query.body_case = STAGES[stage].query;
        gather(request, UPSTREAM_RULES, &query, STAGES[stage].reply, STAGES[stage].page, next_stage, openrosa);
    } else {
        openrosa->serve_files(openrosa);
    }
}

void openrosa_gather(struct openrosa *openrosa, unsigned files, void (*serve_files)(struct openrosa *openrosa))
{
    openrosa->files = files;
    openrosa->serve_files = serve_files;
    openrosa->stage = 0;
    next_stage(openrosa->request, openrosa);
}

/* ---------------------------------------------------------------- CSV (RFC 4180) */

static void put_cell(struct markup *csv, const char *text, bool is_last)
{
    markup_add(csv, "\"", 1);
    for (const char *quote; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
        markup_add(csv, text, (size_t) (quote - text));
        markup_add(csv, "\"\"", 2);
    }
    markup_add(csv, text, strlen(text));
    markup_add(csv, is_last ? "\"\n" : "\",", 2);
}

/* Ended by NULL. */
static void put_row(struct markup *csv, const char *const *cells)
{
    for (; *cells != NULL; cells++)
        put_cell(csv, *cells, cells[1] == NULL);
}

#define ROW(csv, ...) put_row(csv, (const char *const[]){ __VA_ARGS__, NULL })

static const char *zh_of(const Duban__Text *text)
{
    return text == NULL ? "" : text->zh;
}

static void put_digits(char out[16], unsigned number)
{
    (void) snprintf(out, 16, "%u", number);
}

enum { LABEL_BYTES = 640 };

/* Cut at the end of a character: findings are as long as people write. */
__attribute__((format(printf, 2, 3))) static void label_of(char label[LABEL_BYTES], const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fault_fill(label, LABEL_BYTES, format, arguments);
    va_end(arguments);
}

static void write_sites(const struct openrosa *openrosa, struct markup *csv)
{
    ROW(csv, "name", "label", "kind", "area", "area_name");
    for (size_t i = 0; i < openrosa->sites.count; i++) {
        const Duban__Site *site = openrosa->sites.rows[i];
        const Duban__Area *area = area_of(openrosa, site->area);
        char label[LABEL_BYTES];

        if (site->operating_state == DUBAN__OPERATING_STATE__OPERATING_STATE_CLOSED || !is_in_scope(openrosa, site->area, site->code))
            continue;
        label_of(label, "%s（%s）", site->name == NULL ? "" : site->name->zh, site->code);
        ROW(csv, site->code, label, site->kind, site->area, area == NULL ? "" : zh_of(area->name));
    }
}

static void write_stops(const struct openrosa *openrosa, const Duban__PlanRow *row, struct markup *csv)
{
    unsigned order = 0;

    for (size_t i = 0; i < row->plan->n_stops; i++) {
        const Duban__PlanStop *stop = row->plan->stops[i];
        const Duban__Site *site = site_of(openrosa, stop->site);
        char label[LABEL_BYTES], digits[16];

        if (stop->state != DUBAN__STOP_STATE__STOP_STATE_PLANNED || site == NULL || !is_in_scope(openrosa, site->area, site->code))
            continue;
        put_digits(digits, ++order);
        label_of(label, "%s. %s（%s）", digits, zh_of(row->site_names[i]), zh_of(row->why[i]));
        ROW(csv, stop->site, label, site->kind, digits, zh_of(row->why[i]), row->plan->zone);
    }
}

static void write_plan(const struct openrosa *openrosa, struct markup *csv)
{
    ROW(csv, "name", "label", "kind", "order", "reason", "zone");
    for (size_t i = 0; i < openrosa->plan.count; i++)
        write_stops(openrosa, openrosa->plan.rows[i], csv);
}

/* When its next revisit may be made, for those who may know. */
struct revisit {
    char day[sizeof "2020-02-03"];     /* from which on it is wanted, and a pass counts; empty = there is none */
    char counts_from[96];              /* 2020-02-03T11:00:00+08:00; empty = a pass counts at any time */
    char label[64];
};

static struct revisit revisit_of(const struct openrosa *openrosa, const Duban__CaseRow *row)
{
    int32_t offset_s = openrosa->request->gateway->settings.offset_s, minutes = offset_s / 60;
    int64_t from_s = row->revisit_from_s > row->pass_counts_from_s ? row->revisit_from_s : row->pass_counts_from_s;
    struct civil from = civil_of(from_s, offset_s), counts = civil_of(row->pass_counts_from_s, offset_s);
    struct revisit revisit = { .day = "" };

    if (from_s == 0 || !reading_knows_revisits(openrosa->holder))
        return revisit;
    (void) civil_format(revisit.day, sizeof revisit.day, from_s, offset_s);
    if (row->pass_counts_from_s != 0)
        (void) snprintf(revisit.counts_from, sizeof revisit.counts_from, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", counts.year, counts.month,
                        counts.day, counts.hour, counts.minute, counts.second, minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
    if (row->pass_counts_from_s == 0 || civil_second_of_day(from_s, offset_s) == 0)
        (void) snprintf(revisit.label, sizeof revisit.label, "，%d月%d日起", from.month, from.day);
    else
        (void) snprintf(revisit.label, sizeof revisit.label, "，%d月%d日 %02d:%02d 起", from.month, from.day, from.hour, from.minute);
    return revisit;
}

static void write_case(const struct openrosa *openrosa, const Duban__CaseRow *row, struct markup *csv)
{
    const Duban__Case *case_ = row->case_;
    const Duban__ItemRow *item = form_book_item(&openrosa->request->gateway->form_book, case_->item);
    const Duban__Site *site = site_of(openrosa, case_->site);
    struct revisit revisit = revisit_of(openrosa, row);
    char number[24], label[LABEL_BYTES], passes[16], needed[16], photos[16];
    bool measured = item != NULL && (item->minimum_presence_case != 0 || item->maximum_presence_case != 0);

    if (site == NULL || !is_in_scope(openrosa, site->area, site->code))
        return;
    (void) snprintf(number, sizeof number, "DB-%04u", case_->number);
    put_digits(passes, case_->passes);
    put_digits(needed, case_->passes_needed);
    put_digits(photos, item == NULL ? 0 : item->photos);
    label_of(label, "%s %s：%s（复查通过 %s/%s%s）", number, zh_of(row->site_name), zh_of(row->finding), passes, needed, revisit.label);
    ROW(csv, number, label, case_->site, case_->item, zh_of(row->finding), passes, needed, photos, measured ? "yes" : "no", revisit.day,
        revisit.counts_from);
}

static void write_cases(const struct openrosa *openrosa, struct markup *csv)
{
    ROW(csv, "name", "label", "site", "item", "finding", "k", "n", "photos", "measured", "day", "counts_from");
    for (size_t i = 0; i < openrosa->cases.count; i++)
        write_case(openrosa, openrosa->cases.rows[i], csv);
}

/* Codes of the kinds of sites at which it is asked, blanks between: as "selected" of XPath wants them. */
static void kinds_of(const struct openrosa *openrosa, const Duban__ItemRow *item, char *out, size_t size)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < (item->n_kinds == 0 ? openrosa->codes->n_site_kinds : item->n_kinds) && at < size; i++)
        at += (size_t) snprintf(out + at, size - at, "%s%s", i == 0 ? "" : " ",
                                item->n_kinds == 0 ? openrosa->codes->site_kinds[i]->code : item->kinds[i]);
}

static void write_items(const struct openrosa *openrosa, struct markup *csv)
{
    const struct form_book *book = &openrosa->request->gateway->form_book;

    ROW(csv, "name", "label", "kinds");
    for (size_t i = 0; i < book->item_count; i++) {
        const Duban__ItemRow *item = book->items[i];
        char label[LABEL_BYTES], kinds[2048];

        label_of(label, "%s %s", item->code, zh_of(item->text));
        kinds_of(openrosa, item, kinds, sizeof kinds);
        ROW(csv, item->code, label, kinds);
    }
}

static void write_areas(const struct openrosa *openrosa, struct markup *csv)
{
    ROW(csv, "name", "label", "zone");
    for (size_t i = 0; i < openrosa->areas.count; i++) {
        const Duban__Area *area = openrosa->areas.rows[i];

        if (is_in_scope(openrosa, area->code, ""))
            ROW(csv, area->code, zh_of(area->name), area->zone);
    }
}

static void write_complaints(const struct openrosa *openrosa, struct markup *csv)
{
    ROW(csv, "name", "label", "site", "area", "item");
    for (size_t i = 0; i < openrosa->complaints.count; i++) {
        const Duban__SubjectRow *row = openrosa->complaints.rows[i];
        const Duban__Subject *subject = row->subject;
        char label[LABEL_BYTES];

        if (subject->of_case != DUBAN__SUBJECT__OF_COMPLAINT || subject->complaint->concluded_s != 0 ||
            !is_in_scope(openrosa, subject->area, subject->site))
            continue;
        label_of(label, "%s %s：%s", row->number, zh_of(row->site_name != NULL ? row->site_name : row->area_name),
                        subject->complaint->text);
        ROW(csv, row->number, label, subject->site, subject->area, subject->complaint->matter);
    }
}

/* By number and area: who it is, and at which door, is nobody's business in a file. */
static void write_isolations(const struct openrosa *openrosa, struct markup *csv)
{
    ROW(csv, "name", "label", "area", "home");
    for (size_t i = 0; i < openrosa->isolations.count; i++) {
        const Duban__SubjectRow *row = openrosa->isolations.rows[i];
        const Duban__Subject *subject = row->subject;
        char label[LABEL_BYTES];

        if (subject->of_case != DUBAN__SUBJECT__OF_ISOLATION || !is_in_scope(openrosa, subject->area, subject->site))
            continue;
        label_of(label, "%s %s（%s）", row->number, zh_of(row->area_name), zh_of(row->state_label));
        ROW(csv, row->number, label, subject->area, subject->isolation->home);
    }
}

void openrosa_write_file(const struct openrosa *openrosa, enum form_file file, struct markup *csv)
{
    static void (*const WRITERS[FORM_FILES])(const struct openrosa *openrosa, struct markup *csv) = {
        [FORM_SITES] = write_sites, [FORM_PLAN] = write_plan, [FORM_CASES] = write_cases, [FORM_ITEMS] = write_items,
        [FORM_AREAS] = write_areas, [FORM_COMPLAINTS] = write_complaints, [FORM_ISOLATIONS] = write_isolations,
    };

    WRITERS[file](openrosa, csv);
}
