/* engine_meeting.c - what the two meetings of a day are told: fixed at its moment, told to those who attend, never changed.
 *
 * Figures are sums that are kept with every change, as of a second that is over. The evening's are fixed at the cut-off and
 * told later; a report that comes after it for a visit before it is told in the next brief. Numbers in brackets are rules of
 * the domain: (13) when, (14) what was planned adds up, (15) what is to be inspected.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "engine_figures.h"
#include "message.h"

enum { POINTS_TOLD = 3, POINTS_READ = 20, REMARKS_TOLD = 10, REMARKS_READ = 100, REMARKS_NAMED = 2, MAX_FIGURE_DAY = 1000000,
       LINE_BYTES = 8192, POINT_BYTES = 512, MAX_NAME_SHOWN = 180, MAX_REMARK_SHOWN = 240,
       UNDONE_TOLD = 120, UNVERIFIED_TOLD = 3, PEOPLE_TOLD = 2000 };   /* of all groups: what was told fits one answer */

#define KIND(name) DUBAN__MEETING_KIND__MEETING_KIND_##name

/* ---------------------------------------------------------------- figures that are kept */

static struct figure_sums sums_of(struct engine *engine, enum figure_cell cell, int64_t from_day, int64_t to_day, int64_t as_of_s)
{
    const struct figure_walk walk = { .scope = "", .cell = cell, .from_day = from_day, .to_day = to_day, .as_of_s = as_of_s };

    return state_sum_figures(engine->state, walk);
}

/* No figure of a day is less than nothing. */
static uint32_t whole(int64_t count)
{
    return count > 0 ? (uint32_t) count : 0;
}

static void fill_cases(struct engine *engine, Duban__MeetingFigures *figures, int64_t day, int64_t as_of_s)
{
    struct figure_sums revisits = sums_of(engine, CELL_REVISIT, day, day, as_of_s);

    figures->overdue = whole(sums_of(engine, CELL_OVERDUE, 0, MAX_FIGURE_DAY, as_of_s).numerator);
    figures->other_overdue = whole(sums_of(engine, CELL_OTHER_OVERDUE, 0, 0, as_of_s).numerator);
    figures->due_today = whole(sums_of(engine, CELL_CASE_DUE, day, day, as_of_s).numerator);
    figures->revisits = whole(revisits.denominator - revisits.numerator);
    figures->complaints = whole(sums_of(engine, CELL_COMPLAINT_OPEN, 0, 0, as_of_s).numerator);
    figures->filed = whole(sums_of(engine, CELL_FIXED, day, day, as_of_s).denominator);
    figures->closed = whole(sums_of(engine, CELL_CLOSING, day, day, as_of_s).denominator);
    figures->concluded = whole(sums_of(engine, CELL_COMPLAINT_RESULT, day, day, as_of_s).denominator);
    figures->findings = whole(sums_of(engine, CELL_FINDING, day, day, as_of_s).numerator);
}

void engine_count_findings(struct engine *engine, const Duban__Visit *visit, int sign)
{
    const char *zone = engine_zone_of(engine, engine_place_of_site(visit->site));
    int64_t day = policy_day(engine->policy, visit->visit_ms / 1000);
    struct figure_place place = { "", CELL_FINDING, day, "" };

    if (visit->n_failed == 0 || visit->purpose == DUBAN__PURPOSE__PURPOSE_GUIDANCE)
        return;
    state_add_figure(engine->state, &place, engine->now_s, sign * (int64_t) visit->n_failed, 0);
    if (zone[0] == '\0')
        return;
    place.scope = engine_joined(engine, FIGURE_SCOPE_ZONE, zone);
    state_add_figure(engine->state, &place, engine->now_s, sign * (int64_t) visit->n_failed, 0);
}

/* ---------------------------------------------------------------- groups */

static void fill_coverage(Duban__MeetingFigures *figures, const Duban__CoverageCount *sum)
{
    figures->required += sum->required;
    figures->planned += sum->planned;
    figures->inspected += sum->inspected;
    figures->extra += sum->extra;
    figures->blind_spots += sum->blind;
}

static Duban__MeetingGroup *group_in(struct engine *engine, Duban__Meeting *meeting, const char *zone)
{
    for (size_t i = 0; i < meeting->n_groups; i++)
        if (strcmp(meeting->groups[i]->zone, zone) == 0)
            return meeting->groups[i];
    return meeting->groups[meeting->n_groups++] = engine_group_of(engine, meeting->day, zone, meeting->as_of_s);
}

static size_t planned_zones(struct engine *engine, int64_t day)
{
    const char *zone = "";
    size_t count = 0;

    while ((zone = state_planned_zone_after(engine->state, day, zone)) != NULL)
        count++;
    return count;
}

/* Of each zone in which something was to be inspected, or which has a plan. What is nobody's counts in the sum alone. */
static void add_groups(struct engine *engine, Duban__Meeting *meeting)
{
    Duban__CoverageCount **sums;
    size_t count = state_coverage_of_zones(engine->state, meeting->day, &sums);
    const char *zone = "";

    meeting->groups = (Duban__MeetingGroup **) arena_take_pointers(&engine->state->arena,
                                                                   count + planned_zones(engine, meeting->day) + 1);
    assert(meeting->groups != NULL);
    for (size_t i = 0; i < count; i++) {
        Duban__MeetingGroup *group = sums[i]->zone[0] == '\0' ? NULL : group_in(engine, meeting, sums[i]->zone);

        fill_coverage(meeting->figures, sums[i]);
        if (group == NULL)
            continue;
        group->required = sums[i]->required;
        group->inspected = sums[i]->inspected;
        group->required_planned = sums[i]->planned;
    }
    while ((zone = state_planned_zone_after(engine->state, meeting->day, zone)) != NULL)
        group_in(engine, meeting, zone);
}

/* What was left from the day before (morning), or goes on to the next (evening). */
static uint32_t carried_of(struct engine *engine, const Duban__Meeting *meeting, const Duban__MeetingGroup *group)
{
    const Duban__DayPlan *plan = meeting->kind == KIND(MORNING) ? state_day_plan(engine->state, meeting->day, group->zone) : NULL;

    if (meeting->kind == KIND(EVENING))
        return group->carried;
    return plan == NULL ? 0 : plan->carried;
}

static void note_broken(struct engine *engine, const Duban__MeetingPerson *person)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_IDENTITY_BROKEN, NULL);

    fact->recipient = person->account;
    fact->number = person->done + person->with_reason + person->missed + person->not_yet_due + person->withdrawn + person->transferred_out;
    fact->of = person->planned + person->added + person->transferred_in;
    engine_add_fact(engine, fact);
}

/* One that had no room may have been put into the plan since: it is a stop, and no more left out. */
static uint32_t keep_in_required(Duban__MeetingGroup *group)
{
    uint32_t unplanned = group->required > group->required_planned ? group->required - group->required_planned : 0;

    if (group->left_out_required > unplanned)
        group->left_out_required = unplanned;
    return group->left_out_required;
}

static void add_up(struct engine *engine, Duban__Meeting *meeting)
{
    for (size_t i = 0; i < meeting->n_groups; i++) {
        Duban__MeetingGroup *group = meeting->groups[i];

        meeting->figures->stops += group->planned;
        meeting->figures->left_out_required += keep_in_required(group);
        meeting->figures->carried += carried_of(engine, meeting, group);
        meeting->figures->left_out += group->left_out;
        for (size_t k = 0; k < group->n_people; k++) {
            if (!group->people[k]->broken)
                continue;
            meeting->broken++;
            note_broken(engine, group->people[k]);
        }
    }
}

/* A large house is told sums; the lists of its groups end where the answer would not hold them. */
static void shorten(Duban__Meeting *meeting)
{
    size_t undone = UNDONE_TOLD, people = PEOPLE_TOLD;

    if (meeting->n_groups > MAX_ZONES)
        meeting->n_groups = MAX_ZONES;
    for (size_t i = 0; i < meeting->n_groups; i++) {
        Duban__MeetingGroup *group = meeting->groups[i];
        size_t told = group->n_undone < undone ? group->n_undone : undone;

        group->more_undone += (uint32_t) (group->n_undone - told);
        group->n_undone = told;
        undone -= told;
        if (group->n_people > people)
            group->n_people = people;
        people -= group->n_people;
    }
}

/* In the morning nobody has gone anywhere: of a group there is to say what was drafted, and what was left over. */
static void forget_outcomes(struct engine *engine, Duban__Meeting *meeting)
{
    for (size_t i = 0; i < meeting->n_groups; i++) {
        meeting->groups[i]->n_people = meeting->groups[i]->n_undone = meeting->groups[i]->more_undone = 0;
        if (engine_era(engine) >= ERA_OF_STOPS_TOLD)
            engine_group_carried(engine, meeting->day, meeting->groups[i]);
    }
}

/* ---------------------------------------------------------------- what weighs most, what was remarked */

static bool is_named(const Duban__Meeting *meeting, const Duban__AgendaPoint *point)
{
    for (size_t i = 0; i < meeting->n_points; i++)
        if (point->number[0] != '\0' && strcmp(meeting->points[i]->number, point->number) == 0)
            return true;
    return false;
}

/* Of what stands there several times, the gravest alone. */
static void add_points(struct engine *engine, Duban__Meeting *meeting)
{
    Duban__AgendaItem *items[POINTS_READ];
    size_t count = state_agenda(engine->state, items, POINTS_READ);

    meeting->points = (Duban__AgendaPoint **) arena_take_pointers(&engine->state->arena, POINTS_TOLD);
    assert(meeting->points != NULL);
    for (size_t i = 0; i < count && meeting->n_points < POINTS_TOLD; i++) {
        Duban__AgendaPoint *point = engine_agenda_point(engine, items[i]);

        if (!is_named(meeting, point))
            meeting->points[meeting->n_points++] = point;
    }
    meeting->figures->agenda = state_agenda_size(engine->state);
}

static bool is_about_the_day(const Duban__RemarkRecord *remark)
{
    return remark->case_id.len == 0 && remark->site[0] == '\0';
}

static Duban__MeetingRemark *remark_of(struct engine *engine, const Duban__RemarkRecord *record)
{
    const Duban__Case *case_ = record->case_id.len == ID_BYTES ? state_case(engine->state, record->case_id.data) : NULL;
    const Duban__Holder *by = state_holder(engine->state, record->by);
    Duban__MeetingRemark *remark = arena_take(&engine->state->arena, sizeof *remark);

    assert(remark != NULL);
    duban__meeting_remark__init(remark);
    remark->text = record->text;
    remark->by = record->by;
    remark->by_title = by == NULL ? NULL : by->title;
    remark->about = record->site;
    if (case_ != NULL)
        remark->about = state_case_label(&engine->state->arena, case_->number);
    return remark;
}

/* Those about the day first: they are for all who attend. */
static void add_remarks(struct engine *engine, Duban__Meeting *meeting)
{
    Duban__RemarkRecord *remarks[REMARKS_READ];
    size_t count = state_remarks(engine->state, meeting->day, remarks, REMARKS_READ);

    meeting->remarks = (Duban__MeetingRemark **) arena_take_pointers(&engine->state->arena, REMARKS_TOLD);
    assert(meeting->remarks != NULL);
    for (size_t i = 0; i < count; i++) {
        if (!is_about_the_day(remarks[i]))
            continue;
        meeting->day_remarks++;
        if (meeting->n_remarks < REMARKS_TOLD)
            meeting->remarks[meeting->n_remarks++] = remark_of(engine, remarks[i]);
    }
    for (size_t i = 0; i < count && meeting->n_remarks < REMARKS_TOLD; i++)
        if (!is_about_the_day(remarks[i]))
            meeting->remarks[meeting->n_remarks++] = remark_of(engine, remarks[i]);
}

/* ---------------------------------------------------------------- who may not be reached */

static Duban__Text *name_of_post(struct engine *engine, const char *account)
{
    const Duban__Holder *holder = state_holder(engine->state, account);

    return holder != NULL && holder->title != NULL && holder->title->zh[0] != '\0' ? holder->title : engine_text(engine, account, account);
}

static void add_unverified(struct engine *engine, Duban__Meeting *meeting)
{
    const char *accounts[UNVERIFIED_TOLD];
    size_t count;

    if (engine_era(engine) < ERA_OF_CONTACTS)
        return;
    count = state_unverified(engine->state, accounts, UNVERIFIED_TOLD, &meeting->figures->contacts_unverified);
    meeting->unverified = (Duban__Text **) arena_take_pointers(&engine->state->arena, UNVERIFIED_TOLD);
    assert(meeting->unverified != NULL);
    while (meeting->n_unverified < count) {
        meeting->unverified[meeting->n_unverified] = name_of_post(engine, accounts[meeting->n_unverified]);
        meeting->n_unverified++;
    }
}

/* ---------------------------------------------------------------- a meeting */

static void say_what_is_not_listed(struct engine *engine, Duban__Fact *fact, size_t groups)
{
    char zh[120], en[120];

    if (groups <= MAX_ZONES)
        return;
    snprintf(zh, sizeof zh, "共%zu个片组，只逐个列出前%d个，合计数不受影响", groups, MAX_ZONES);
    snprintf(en, sizeof en, "of %zu groups the first %d are listed, the sums are of all", groups, MAX_ZONES);
    fact->reason = engine_keep(engine, zh);
    fact->reason_en = engine_keep(engine, en);
}

static void note_fixed(struct engine *engine, const Duban__Meeting *meeting, size_t groups)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_MEETING_FIXED, NULL);

    fact->number = (uint32_t) meeting->kind;
    fact->of = meeting->figures->agenda;
    fact->old_s = meeting->as_of_s;
    say_what_is_not_listed(engine, fact, groups);
    engine_add_fact(engine, fact);
}

/* As of the second that has just ended: nothing of the one in which its timer fires has been journaled yet. */
static Duban__Meeting *fix(struct engine *engine, Duban__MeetingKind kind, const Duban__MeetingBook *book)
{
    Duban__Meeting *meeting = arena_take(&engine->state->arena, sizeof *meeting);
    size_t groups;

    assert(meeting != NULL);
    duban__meeting__init(meeting);
    meeting->figures = arena_take(&engine->state->arena, sizeof *meeting->figures);
    assert(meeting->figures != NULL);
    duban__meeting_figures__init(meeting->figures);
    meeting->kind = kind;
    meeting->as_of_s = engine->now_s - 1;
    meeting->day = policy_day(engine->policy, kind == KIND(MORNING) ? engine->now_s : meeting->as_of_s);
    meeting->counts_days = engine->policy->plan.given;
    meeting->figures->late_reports = book->late_reports;
    fill_cases(engine, meeting->figures, meeting->day, meeting->as_of_s);
    if (meeting->counts_days)
        add_groups(engine, meeting);
    if (kind == KIND(MORNING)) {
        forget_outcomes(engine, meeting);
        add_unverified(engine, meeting);
    } else {
        engine_alive_fix(engine, meeting->figures);
    }
    add_up(engine, meeting);
    groups = meeting->n_groups;
    shorten(meeting);
    engine_agenda_years(engine);
    add_points(engine, meeting);
    if (kind == KIND(EVENING) && engine_era(engine) >= ERA_OF_NAMES_AT_MEETINGS)
        engine_name_missed_revisits(engine, meeting);
    engine_name_overdue(engine, meeting);
    add_remarks(engine, meeting);
    state_put_meeting(engine->state, meeting);
    note_fixed(engine, meeting, groups);
    return meeting;
}

/* ---------------------------------------------------------------- in a message */

static Duban__MeetingCounts *counts_of(struct engine *engine, const Duban__MeetingFigures *figures)
{
    Duban__MeetingCounts *counts = arena_take(&engine->state->arena, sizeof *counts);

    assert(counts != NULL);
    duban__meeting_counts__init(counts);
    counts->overdue = figures->overdue;
    counts->due_today = figures->due_today;
    counts->revisits = figures->revisits;
    counts->complaints = figures->complaints;
    counts->required = figures->required;
    counts->planned = figures->planned;
    counts->inspected = figures->inspected;
    counts->filed = figures->filed;
    counts->closed = figures->closed;
    counts->carried = figures->carried;
    counts->late_reports = figures->late_reports;
    counts->blind_spots = figures->blind_spots;
    counts->other_overdue = figures->other_overdue;
    counts->checked = figures->checked;
    counts->told = figures->told;
    counts->not_arrived = figures->not_arrived;
    counts->outcomes_missing = figures->outcomes_missing;
    counts->expired = figures->expired;
    return counts;
}

/* Words of one language, joined. */
struct line {
    char text[LINE_BYTES];
    size_t size;
};

static void put(struct line *line, const char *separator, const char *words)
{
    size_t left = sizeof line->text - line->size;
    int wanted = snprintf(line->text + line->size, left, "%s%s", line->size == 0 ? "" : separator, words);

    assert(wanted >= 0 && (size_t) wanted < left);
    line->size += (size_t) wanted;
}

/* "DB-0012 the east gate (overdue)"; the reason is left out where it goes without saying. */
static void name_point(char words[POINT_BYTES], const char *number, const char *name, const char *format, const char *why)
{
    const char *space = number[0] == '\0' || name[0] == '\0' ? "" : " ";
    int size = snprintf(words, POINT_BYTES, "%s%s%.*s", number, space, utf8_size_within(name, MAX_NAME_SHOWN), name);

    assert(size >= 0 && size < POINT_BYTES);
    if (size == 0)
        snprintf(words, POINT_BYTES, "%s", why);
    else if (why[0] != '\0')
        snprintf(words + size, (size_t) (POINT_BYTES - size), format, why);
}

static void put_point(struct line *zh, struct line *en, const Duban__AgendaPoint *point)
{
    struct policy_text why = point->kind == DUBAN__AGENDA_KIND__AGENDA_KIND_SOON ? (struct policy_text){ "", "" } : engine_agenda_words(point->kind);
    const Duban__Text *named = point->site_name != NULL ? point->site_name : point->matter;
    const char *name = named == NULL ? "" : named->zh;
    const char *english = named == NULL || named->en[0] == '\0' ? name : named->en;
    char words[POINT_BYTES], full[160];

    snprintf(full, sizeof full, "%s%s", point->duty == NULL ? "" : point->duty->zh, why.zh);
    name_point(words, point->number, name, "（%s）", full);
    put(zh, "、", words);
    snprintf(full, sizeof full, "%s%s%s", point->duty == NULL ? "" : point->duty->en, point->duty == NULL ? "" : " ", why.en);
    name_point(words, point->number, english, " (%s)", full);
    put(en, ", ", words);
}

/* Those that are to be decided, or those that are merely due soon; returns how many. */
static size_t put_points(struct line *zh, struct line *en, const Duban__Meeting *meeting, bool soon)
{
    size_t count = 0;

    for (size_t i = 0; i < meeting->n_points; i++) {
        if ((meeting->points[i]->kind == DUBAN__AGENDA_KIND__AGENDA_KIND_SOON) != soon)
            continue;
        put_point(zh, en, meeting->points[i]);
        count++;
    }
    return count;
}

static void put_decisions(struct line *zh, struct line *en, const Duban__Meeting *meeting)
{
    size_t named = put_points(zh, en, meeting, false);
    char words[48];

    if (meeting->figures->agenda <= named)
        return;
    snprintf(words, sizeof words, "等%u项", meeting->figures->agenda);
    put(zh, "", words);
    snprintf(words, sizeof words, " and others, %u in all", meeting->figures->agenda);
    put(en, "", words);
}

static void put_soon(struct line *zh, struct line *en, const Duban__Meeting *meeting)
{
    struct line soon_zh = { "", 0 }, soon_en = { "", 0 };

    if (put_points(&soon_zh, &soon_en, meeting, true) == 0)
        return;
    put(zh, "；", zh->size == 0 ? "无；即将到期：" : "即将到期：");
    put(zh, "", soon_zh.text);
    put(en, "; ", en->size == 0 ? "nothing; due soon: " : "due soon: ");
    put(en, "", soon_en.text);
}

/* What is said of the day itself; the rest stands in the report. */
static void put_remarks(struct line *zh, struct line *en, const Duban__Meeting *meeting)
{
    char words[MAX_REMARK_SHOWN + 16];
    size_t named = meeting->day_remarks < REMARKS_NAMED ? meeting->day_remarks : REMARKS_NAMED;

    for (size_t i = 0; i < named; i++) {
        const char *text = meeting->remarks[i]->text;
        int shown = utf8_size_within(text, MAX_REMARK_SHOWN);

        snprintf(words, sizeof words, "%.*s%s", shown, text, text[shown] == '\0' ? "" : "…");
        put(zh, i == 0 ? "；批示：" : "；", words);
        put(en, i == 0 ? "; remarks: " : "; ", words);
    }
    if (meeting->day_remarks <= named)
        return;
    snprintf(words, sizeof words, "等%u条", meeting->day_remarks);
    put(zh, "", words);
    snprintf(words, sizeof words, " (%u in all)", meeting->day_remarks);
    put(en, "", words);
}

static void put_warning(struct line *zh, struct line *en, const Duban__Meeting *meeting)
{
    char words[120];

    if (meeting->broken == 0)
        return;
    snprintf(words, sizeof words, "路线核对不平%u人，请内勤核查", meeting->broken);
    put(zh, "；", words);
    snprintf(words, sizeof words, "the stops of %u people do not add up: the clerk looks into it", meeting->broken);
    put(en, "; ", words);
}

static void put_expired(struct line *zh, struct line *en, uint32_t expired)
{
    char words[80];

    if (expired == 0)
        return;
    snprintf(words, sizeof words, "，过时未发%u项", expired);
    put(zh, "", words);
    snprintf(words, sizeof words, ", %u not said for its time had passed", expired);
    put(en, "", words);
}

/* Where nothing is heard of what was sent long ago, nobody can say that it is well. */
static void put_alive(struct line *zh, struct line *en, const Duban__MeetingFigures *figures)
{
    bool is_known = figures->outcomes_missing == 0;
    char words[240];

    if (!figures->alerting_counted)
        return;
    snprintf(words, sizeof words, "%s：检查%u项，发出%u条，未送达%u条", is_known ? "提醒机制运行正常" : "提醒机制待查", figures->checked,
             figures->told, figures->not_arrived);
    put(zh, "；", words);
    snprintf(words, sizeof words, "%s: %u checked, %u told, %u did not arrive", is_known ? "alerting was alive" : "alerting is in doubt",
             figures->checked, figures->told, figures->not_arrived);
    put(en, "; ", words);
    put_expired(zh, en, figures->expired);
    if (is_known)
        return;
    snprintf(words, sizeof words, "，%u条超过1小时不知是否送达，请管理员检查", figures->outcomes_missing);
    put(zh, "", words);
    snprintf(words, sizeof words, ", of %u nothing is known after an hour: an administrator looks into it", figures->outcomes_missing);
    put(en, "", words);
}

static void put_unverified(struct line *zh, struct line *en, const Duban__Meeting *meeting)
{
    uint32_t all = meeting->figures->contacts_unverified;
    char words[2 * MAX_NAME_SHOWN];

    for (size_t i = 0; i < meeting->n_unverified; i++) {
        const Duban__Text *name = meeting->unverified[i];
        const char *english = name->en[0] == '\0' ? name->zh : name->en;

        if (i == 0) {
            snprintf(words, sizeof words, "未核实联系方式%u人：", all);
            put(zh, "；", words);
            snprintf(words, sizeof words, "not verified how they are reached, %u in all: ", all);
            put(en, "; ", words);
        }
        snprintf(words, sizeof words, "%.*s", utf8_size_within(name->zh, MAX_NAME_SHOWN), name->zh);
        put(zh, i == 0 ? "" : "、", words);
        snprintf(words, sizeof words, "%.*s", utf8_size_within(english, MAX_NAME_SHOWN), english);
        put(en, i == 0 ? "" : ", ", words);
    }
    if (all > meeting->n_unverified) {
        put(zh, "", "等");
        put(en, "", ", ...");
    }
}

/* On the day on which a policy is put in force nobody is asked to have been anywhere: "0 of 0" would look like a fault. */
static void put_first_day(struct engine *engine, struct line *zh, struct line *en, const Duban__Meeting *meeting)
{
    if (engine_era(engine) < ERA_OF_FIRST_DAYS || !meeting->counts_days || !engine_is_before_first_day(engine, meeting->day))
        return;
    put(zh, "；", "巡查今日起记，应查、已查从明日零时起计入");
    put(en, "; ", "visits are recorded from today on, sites to inspect and inspected are counted from tomorrow's midnight on");
}

static Duban__Text *words_of(struct engine *engine, const Duban__Meeting *meeting)
{
    struct line zh = { "", 0 }, en = { "", 0 };

    put_decisions(&zh, &en, meeting);
    put_soon(&zh, &en, meeting);
    put_warning(&zh, &en, meeting);
    if (zh.size == 0) {
        put(&zh, "", "无");
        put(&en, "", "nothing");
    }
    put_first_day(engine, &zh, &en, meeting);
    put(&zh, "", engine_names_at_meeting(engine, meeting)->zh);
    put(&en, "", engine_names_at_meeting(engine, meeting)->en);
    put_alive(&zh, &en, meeting->figures);
    put_unverified(&zh, &en, meeting);
    put_remarks(&zh, &en, meeting);
    return engine_text(engine, engine_keep(engine, zh.text), engine_keep(engine, en.text));
}

/* ---------------------------------------------------------------- those who attend */

/* Accounts that have been told, by whichever of their posts came first. */
struct attendees {
    const char **accounts;
    size_t count, room;
};

static void make_room(struct engine *engine, struct attendees *told)
{
    const char **more;

    if (told->count < told->room)
        return;
    told->room = told->room == 0 ? MAX_RECIPIENTS : 2 * told->room;
    more = (const char **) arena_take_pointers(&engine->state->arena, told->room);
    assert(more != NULL);
    for (size_t i = 0; i < told->count; i++)
        more[i] = told->accounts[i];
    told->accounts = more;
}

static bool is_told(const struct attendees *told, const char *account)
{
    for (size_t i = 0; i < told->count; i++)
        if (strcmp(told->accounts[i], account) == 0)
            return true;
    return false;
}

/* (11) What the night kept for him stands in his brief: he gets no second message at the same minute. */
static void tell_attendee(struct engine *engine, const struct telling *telling, const struct recipient *recipient)
{
    Duban__NoticeItem **items = arena_take_pointers(&engine->state->arena, MAX_DIGEST_ITEMS);
    struct telling with_lines = *telling;

    assert(items != NULL);
    items[0] = telling->items[0];
    with_lines.items = items;
    if (telling->takes_lines)
        with_lines.line_count = engine_take_lines_of(engine, recipient->holder->account, items + 1, MAX_DIGEST_ITEMS - 1);
    with_lines.item_count = 1 + with_lines.line_count;
    engine_tell_one(engine, &with_lines, recipient);
}

/* One post: whoever holds it, its deputy for whoever is away. there: the telling, of the post's zone or area. How many it has. */
static size_t tell_post(struct engine *engine, struct attendees *told, enum policy_selector selector, const struct telling *telling,
                        const struct telling *there)
{
    struct recipient found[MAX_RECIPIENTS];
    size_t count = engine_recipients(engine, selector, there, found, MAX_RECIPIENTS);

    engine_note_passed_over(engine, there, selector, found, count);
    for (size_t i = 0; i < count; i++) {
        if (is_told(told, found[i].holder->account))
            continue;
        make_room(engine, told);
        told->accounts[told->count++] = found[i].holder->account;
        tell_attendee(engine, telling, &found[i]);
    }
    return count;
}

static Duban__Role role_of(enum policy_selector selector)
{
    switch (selector) {
    case TO_GROUP_LEADER: return DUBAN__ROLE__ROLE_GROUP_LEADER;
    case TO_AREA_CONTACT: return DUBAN__ROLE__ROLE_AREA_CONTACT;
    case TO_INSPECTOR: return DUBAN__ROLE__ROLE_INSPECTOR;
    default: return DUBAN__ROLE__ROLE_UNSPECIFIED;   /* of the whole house */
    }
}

/* All who hold the post, wherever. Where it is one of many zones or areas, whoever is missing is noted and nobody is asked
 * to fill it: their other messages do that. */
static void tell_posts(struct engine *engine, struct attendees *told, enum policy_selector selector, const struct telling *telling)
{
    Duban__Role role = role_of(selector);
    const char *scope = "";

    if (role == DUBAN__ROLE__ROLE_UNSPECIFIED) {
        if (tell_post(engine, told, selector, telling, telling) == 0)
            engine_report_nobody(engine, telling, selector);
        return;
    }
    while ((scope = state_scope_after(engine->state, role, scope)) != NULL) {
        struct place where = { "", scope };
        struct telling there = *telling;

        there.zone = scope;
        there.where = &where;
        if (tell_post(engine, told, selector, telling, &there) == 0)
            engine_note_nobody(engine, &there, selector);
    }
}

/* Those who attend, by the policy in force, each once. */
static void tell_attendees(struct engine *engine, const struct telling *telling)
{
    const struct policy_row *attend = &engine->policy->meetings.attend;
    struct attendees told = { NULL, 0, 0 };

    for (size_t i = 0; i < attend->to_count; i++)
        tell_posts(engine, &told, attend->to[i], telling);
}

/* The house was down when it was due, and they have met already: it is kept for whoever asks. */
static bool is_overtaken(const struct engine *engine)
{
    return engine->stamp_s > policy_next_briefing(engine->policy, engine->now_s + 1);
}

static void tell(struct engine *engine, const Duban__Meeting *meeting)
{
    const struct policy_meetings *meetings = &engine->policy->meetings;
    bool morning = meeting->kind == KIND(MORNING);
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    struct telling telling = {
        .message = morning ? "morning_brief" : "evening_summary", .rule = morning ? "meetings.brief_at" : "meetings.summary_at",
        .place = morning ? &meetings->brief_place : &meetings->summary_place, .items = &item, .item_count = 1,
        .is_list = true, .takes_lines = morning,
    };

    item->at_s = meeting->as_of_s;
    item->meeting = counts_of(engine, meeting->figures);
    item->matter = words_of(engine, meeting);
    if (is_overtaken(engine)) {
        engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, &telling, "", "past", 0, 0);
        engine_alive_expired(engine);
        return;
    }
    tell_attendees(engine, &telling);
    if (!morning)
        engine_alive_expired_told(engine, meeting->figures->expired);
}

/* ---------------------------------------------------------------- their times */

/* The first one after now at that second of the day. */
static int64_t next_at(const struct engine *engine, int32_t second_of_day)
{
    int64_t day = policy_day(engine->policy, engine->now_s);
    int64_t at_s = policy_moment(engine->policy, day, second_of_day);

    return at_s > engine->now_s ? at_s : policy_moment(engine->policy, day + 1, second_of_day);
}

static Duban__MeetingBook *book_of(struct engine *engine)
{
    return engine->policy != NULL && engine->policy->meetings.given ? state_meeting_book(engine->state) : NULL;
}

void engine_brief(struct engine *engine)
{
    Duban__MeetingBook *book = book_of(engine);
    int64_t day;

    if (book == NULL)
        return;
    day = policy_day(engine->policy, engine->now_s);
    if (state_meeting(engine->state, day, KIND(MORNING)) == NULL) {   /* another pack may have told it at another hour */
        tell(engine, fix(engine, KIND(MORNING), book));
        book->late_reports = 0;
    }
    book->brief_s = next_at(engine, engine->policy->meetings.brief_at_s);
    engine_house_timer(engine, HOUSE_BRIEF, book->brief_s);
    state_put_meeting_book(engine->state, book);
    if (engine_era(engine) >= ERA_OF_LISTS_IN_BRIEFS && state_has_digest_line(engine->state, engine->now_s))
        engine_house_timer(engine, HOUSE_DIGEST, engine->now_s);
}

bool engine_brief_comes(struct engine *engine)
{
    const Duban__MeetingBook *book = engine_era(engine) >= ERA_OF_LISTS_IN_BRIEFS ? book_of(engine) : NULL;

    return book != NULL && book->brief_s == engine->now_s;
}

/* (13) Inclusive: what was journaled in the second of the cut-off is in. */
void engine_cutoff(struct engine *engine)
{
    Duban__MeetingBook *book = book_of(engine);
    int64_t day;

    if (book == NULL)
        return;
    day = policy_day(engine->policy, engine->now_s - 1);
    if (state_meeting(engine->state, day, KIND(EVENING)) == NULL) {
        fix(engine, KIND(EVENING), book);
        book->last_cutoff_s = engine->now_s - 1;
    }
    book->cutoff_s = next_at(engine, engine->policy->meetings.cutoff_at_s + 1);
    engine_house_timer(engine, HOUSE_CUTOFF, book->cutoff_s);
    state_put_meeting_book(engine->state, book);
}

void engine_summary(struct engine *engine)
{
    Duban__MeetingBook *book = book_of(engine);
    const Duban__Meeting *meeting = book == NULL ? NULL : state_meeting(engine->state, policy_day(engine->policy, engine->now_s), KIND(EVENING));

    if (book == NULL)
        return;
    if (meeting != NULL)   /* NULL: the section came into force after the cut-off */
        tell(engine, meeting);
    book->summary_s = next_at(engine, engine->policy->meetings.summary_at_s);
    engine_house_timer(engine, HOUSE_SUMMARY, book->summary_s);
    state_put_meeting_book(engine->state, book);
}

/* before NULL: there were no meetings. */
static void set_timers(struct engine *engine, Duban__MeetingBook *book, const Duban__MeetingBook *before)
{
    const struct policy_meetings *meetings = &engine->policy->meetings;

    if (before == NULL) {
        book->brief_s = next_at(engine, meetings->brief_at_s);
        book->alert_s = next_at(engine, meetings->alert_at_s);
        book->cutoff_s = next_at(engine, meetings->cutoff_at_s + 1);
        book->summary_s = next_at(engine, meetings->summary_at_s);
    } else {
        book->brief_s = engine_moved_s(engine, before->brief_s, meetings->brief_at_s);
        book->alert_s = engine_moved_s(engine, before->alert_s, meetings->alert_at_s);
        book->cutoff_s = engine_moved_s(engine, before->cutoff_s - 1, meetings->cutoff_at_s + 1);
        book->summary_s = engine_moved_s(engine, before->summary_s, meetings->summary_at_s);
    }
    engine_house_timer(engine, HOUSE_BRIEF, book->brief_s);
    engine_house_timer(engine, HOUSE_ALERT, book->alert_s);
    engine_house_timer(engine, HOUSE_CUTOFF, book->cutoff_s);
    engine_house_timer(engine, HOUSE_SUMMARY, book->summary_s);
}

static void drop_timers(struct engine *engine, const Duban__MeetingBook *book)
{
    engine_house_timer_off(engine, HOUSE_BRIEF, book->brief_s);
    engine_house_timer_off(engine, HOUSE_ALERT, book->alert_s);
    engine_house_timer_off(engine, HOUSE_CUTOFF, book->cutoff_s);
    engine_house_timer_off(engine, HOUSE_SUMMARY, book->summary_s);
}

void engine_meetings_policy_changed(struct engine *engine)
{
    const Duban__MeetingBook *before = state_meeting_book(engine->state);
    Duban__MeetingBook book = DUBAN__MEETING_BOOK__INIT;

    if (before != NULL) {
        drop_timers(engine, before);
        book.first_day = before->first_day;
        book.last_cutoff_s = before->last_cutoff_s;
        book.late_reports = before->late_reports;
        state_delete_meeting_book(engine->state);
    }
    if (!engine->policy->meetings.given)
        return;
    set_timers(engine, &book, before);
    if (book.first_day == 0)
        book.first_day = policy_day(engine->policy, book.brief_s < book.cutoff_s ? book.brief_s : book.cutoff_s);
    state_put_meeting_book(engine->state, &book);
}

/* ---------------------------------------------------------------- late arrivals */

static void count_late(struct engine *engine, Duban__MeetingBook *book, int64_t at_s)
{
    if (book->last_cutoff_s == 0 || at_s > book->last_cutoff_s)
        return;
    book->late_reports++;
    state_put_meeting_book(engine->state, book);
}

void engine_meetings_visited(struct engine *engine, const Duban__Visit *visit)
{
    Duban__MeetingBook *book = book_of(engine);

    engine_count_findings(engine, visit, 1);
    if (book != NULL)
        count_late(engine, book, visit->visit_ms / 1000);
}

void engine_meetings_late(struct engine *engine, int64_t at_s)
{
    Duban__MeetingBook *book = engine_era(engine) >= ERA_OF_LATE_ARRIVALS ? book_of(engine) : NULL;

    if (book != NULL)
        count_late(engine, book, at_s);
}

/* One that came late itself has been counted: what is added to it is no item of its own. */
void engine_meetings_completed(struct engine *engine, const Duban__Visit *visit)
{
    const Duban__MeetingBook *book = book_of(engine);

    if (book != NULL && visit->stamp_ms / 1000 <= book->last_cutoff_s)
        engine_meetings_late(engine, visit->visit_ms / 1000);
}
