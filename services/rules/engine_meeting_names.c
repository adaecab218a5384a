/* engine_meeting_names.c - what a meeting is told by name: what is overdue; in the evening revisits that were missed, stops that
 * nobody came to, required
 * sites without room. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "engine_figures.h"
#include "message.h"

enum { MISSED_LISTED = 20, OVERDUE_LISTED = 20, AGENDA_READ = 500, NAMES_TOLD = 3, OVERDUE_TOLD = 8, WORDS_BYTES = 4096, MAX_NAME_SHOWN = 120,
       MAX_REASON_SHOWN = 60 };

/* ---------------------------------------------------------------- missed revisits */

static bool has_missed_revisit(struct engine *engine, const Duban__Case *case_)
{
    const Duban__Task *task = case_ == NULL || case_->revisit_task.len == 0 ? NULL : engine_task_of(engine, &case_->revisit_task);

    return task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN && task->overdue_told;
}

void engine_name_missed_revisits(struct engine *engine, Duban__Meeting *meeting)
{
    Duban__AgendaItem **items = (Duban__AgendaItem **) arena_take_pointers(&engine->state->arena, AGENDA_READ);
    size_t count;

    assert(items != NULL);
    count = state_agenda(engine->state, items, AGENDA_READ);
    meeting->missed_revisits = (Duban__AgendaPoint **) arena_take_pointers(&engine->state->arena, MISSED_LISTED);
    assert(meeting->missed_revisits != NULL);
    for (size_t i = 0; i < count; i++) {
        if (!has_missed_revisit(engine, engine_agenda_subject(engine, items[i]).case_))
            continue;
        if (meeting->missed_revisit_count++ < MISSED_LISTED)
            meeting->missed_revisits[meeting->n_missed_revisits++] = engine_agenda_point(engine, items[i]);
    }
}

/* ---------------------------------------------------------------- what is overdue */

static const struct policy_overdue_list *list_of(const struct engine *engine, const Duban__Meeting *meeting)
{
    const struct policy_meetings *meetings = &engine->policy->meetings;

    return meeting->kind == DUBAN__MEETING_KIND__MEETING_KIND_MORNING ? &meetings->overdue_in_brief : &meetings->overdue_in_summary;
}

static bool lists_level(const struct policy_overdue_list *list, const char *level)
{
    for (size_t i = 0; i < list->level_count; i++)
        if (strcmp(list->levels[i], level) == 0)
            return true;
    return false;
}

static bool lists_kind(const struct policy_overdue_list *list, Duban__TaskKind kind)
{
    for (size_t i = 0; i < list->kind_count; i++)
        if (list->kinds[i] == (int) kind)
            return true;
    return false;
}

static bool is_listed(const struct policy_overdue_list *list, const struct agenda_subject *about)
{
    if (about->task != NULL && lists_kind(list, about->task->kind))
        return true;
    return about->case_ != NULL && engine_case_is_overdue(about->case_) && lists_level(list, about->case_->level);
}

static Duban__AgendaPoint *overdue_point(struct engine *engine, const Duban__AgendaItem *item, const struct agenda_subject *about)
{
    Duban__AgendaPoint *point = engine_agenda_point(engine, item);

    if (about->case_ != NULL && about->task == NULL)
        point->level = about->case_->level;
    return point;
}

void engine_name_overdue(struct engine *engine, Duban__Meeting *meeting)
{
    const struct policy_overdue_list *list = list_of(engine, meeting);
    Duban__AgendaItem **items;
    size_t count;

    if (engine_era(engine) < ERA_OF_OVERDUE_LISTS || (list->level_count == 0 && list->kind_count == 0))
        return;
    items = (Duban__AgendaItem **) arena_take_pointers(&engine->state->arena, AGENDA_READ);
    meeting->overdue = (Duban__AgendaPoint **) arena_take_pointers(&engine->state->arena, OVERDUE_LISTED);
    assert(items != NULL && meeting->overdue != NULL);
    count = state_agenda(engine->state, items, AGENDA_READ);   /* what is overdue stands first there */
    for (size_t i = 0; i < count; i++) {
        const struct agenda_subject about = engine_agenda_subject(engine, items[i]);

        if (!is_listed(list, &about))
            continue;
        if (meeting->overdue_count++ < OVERDUE_LISTED)
            meeting->overdue[meeting->n_overdue++] = overdue_point(engine, items[i], &about);
    }
}

/* ---------------------------------------------------------------- in a message */

struct line {
    char zh[WORDS_BYTES], en[WORDS_BYTES];
    size_t zh_size, en_size;
};

static void put(struct line *line, const char *zh, const char *en)
{
    line->zh_size += (size_t) snprintf(line->zh + line->zh_size, sizeof line->zh - line->zh_size, "%s", zh);
    line->en_size += (size_t) snprintf(line->en + line->en_size, sizeof line->en - line->en_size, "%s", en);
    assert(line->zh_size < sizeof line->zh && line->en_size < sizeof line->en);
}

static void put_name(struct line *line, size_t place, const char *number, const Duban__Text *name, const char *code)
{
    const char *zh = name == NULL || name->zh[0] == '\0' ? code : name->zh, *en = name == NULL || name->en[0] == '\0' ? code : name->en;
    char words_zh[MAX_NAME_SHOWN + 32], words_en[MAX_NAME_SHOWN + 32];

    snprintf(words_zh, sizeof words_zh, "%s%s%s%.*s", place == 0 ? "" : "、", number, number[0] == '\0' ? "" : " ",
             utf8_size_within(zh, MAX_NAME_SHOWN), zh);
    snprintf(words_en, sizeof words_en, "%s%s%s%.*s", place == 0 ? "" : ", ", number, number[0] == '\0' ? "" : " ",
             utf8_size_within(en, MAX_NAME_SHOWN), en);
    put(line, words_zh, words_en);
}

static void put_more(struct line *line, size_t told, size_t all)
{
    char zh[48], en[48];

    if (told >= all)
        return;
    snprintf(zh, sizeof zh, "等%zu处", all);
    snprintf(en, sizeof en, " and others, %zu in all", all);
    put(line, zh, en);
}

static void put_missed(struct line *line, const Duban__Meeting *meeting)
{
    size_t told = meeting->n_missed_revisits < NAMES_TOLD ? meeting->n_missed_revisits : NAMES_TOLD;

    if (told == 0)
        return;
    put(line, "；未复查：", "; revisits missed: ");
    for (size_t i = 0; i < told; i++)
        put_name(line, i, meeting->missed_revisits[i]->number, meeting->missed_revisits[i]->site_name, "");
    put_more(line, told, meeting->missed_revisit_count);
}

static bool is_among_points(const Duban__Meeting *meeting, const char *number)
{
    for (size_t i = 0; i < meeting->n_points; i++)
        if (number[0] != '\0' && strcmp(meeting->points[i]->number, number) == 0)
            return true;
    return false;
}

static void put_level(struct line *line, const char *level)
{
    char zh[32], en[32];

    if (level[0] == '\0')
        return;
    snprintf(zh, sizeof zh, "（%.16s）", level);
    snprintf(en, sizeof en, " (%.16s)", level);
    put(line, zh, en);
}

static void put_overdue_in_all(struct line *line, uint32_t all)
{
    char zh[48], en[48];

    snprintf(zh, sizeof zh, "等（共%u件）", all);
    snprintf(en, sizeof en, " and others (%u in all)", all);
    put(line, zh, en);
}

/* Those that weigh most have been named before. */
static void put_overdue(struct line *line, const Duban__Meeting *meeting)
{
    size_t told = 0, named = 0;

    for (size_t i = 0; i < meeting->n_overdue; i++) {
        const Duban__AgendaPoint *point = meeting->overdue[i];

        if (is_among_points(meeting, point->number)) {
            named++;
        } else if (told < OVERDUE_TOLD) {
            if (told == 0)
                put(line, "；还有逾期：", "; also overdue: ");
            put_name(line, told++, point->number, point->site_name, "");
            put_level(line, point->level);
        }
    }
    if (told > 0 && told + named < meeting->overdue_count)
        put_overdue_in_all(line, meeting->overdue_count);
}

static size_t undone_in_all(const Duban__Meeting *meeting)
{
    size_t count = 0;

    for (size_t i = 0; i < meeting->n_groups; i++)
        count += meeting->groups[i]->n_undone + meeting->groups[i]->more_undone;
    return count;
}

static void put_why_undone(struct line *line, const Duban__MeetingStop *stop)
{
    char zh[MAX_REASON_SHOWN + 16], en[MAX_REASON_SHOWN + 16];
    int shown = utf8_size_within(stop->reason, MAX_REASON_SHOWN);
    const char *more = stop->reason[shown] == '\0' ? "" : "…";

    if (stop->attempted) {
        put(line, "（到访未果）", " (tried in vain)");
    } else if (shown > 0) {
        snprintf(zh, sizeof zh, "（%.*s%s）", shown, stop->reason, more);
        snprintf(en, sizeof en, " (%.*s%s)", shown, stop->reason, more);
        put(line, zh, en);
    }
}

/* Planned, and nobody was there: each with why, where somebody has said so. */
static void put_undone(struct line *line, const Duban__Meeting *meeting)
{
    size_t told = 0;

    for (size_t i = 0; i < meeting->n_groups; i++)
        for (size_t k = 0; k < meeting->groups[i]->n_undone && told < NAMES_TOLD; k++) {
            const Duban__MeetingStop *stop = meeting->groups[i]->undone[k];

            put(line, told == 0 ? "；计划未查：" : "", told == 0 ? "; planned and not inspected: " : "");
            put_name(line, told++, "", stop->site_name, stop->site);
            put_why_undone(line, stop);
        }
    if (told > 0)
        put_more(line, told, undone_in_all(meeting));
}

static void put_no_room(struct line *line, const Duban__Meeting *meeting)
{
    size_t told = 0;

    for (size_t i = 0; i < meeting->n_groups; i++)
        for (size_t k = 0; k < meeting->groups[i]->n_no_room && told < NAMES_TOLD; k++) {
            const Duban__MeetingStop *stop = meeting->groups[i]->no_room[k];

            put(line, told == 0 ? "；应查未排上：" : "", told == 0 ? "; to be inspected, without room: " : "");
            put_name(line, told++, "", stop->site_name, stop->site);
        }
    if (told > 0)
        put_more(line, told, meeting->figures->left_out_required);
}

Duban__Text *engine_names_at_meeting(struct engine *engine, const Duban__Meeting *meeting)
{
    struct line line = { .zh_size = 0, .en_size = 0 };

    put_overdue(&line, meeting);
    if (meeting->kind == DUBAN__MEETING_KIND__MEETING_KIND_EVENING) {
        put_missed(&line, meeting);
        if (engine_era(engine) >= ERA_OF_SHORTFALL_NAMES)
            put_undone(&line, meeting);
        put_no_room(&line, meeting);
    }
    return engine_text(engine, engine_keep(engine, line.zh), engine_keep(engine, line.en));
}
