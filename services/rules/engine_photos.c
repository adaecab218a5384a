/* engine_photos.c - photos that a report declared and that never came.
 *
 *   a report lacks photos -> photos_within later, or when the quiet hours are over -> its reporter and his group leader
 *                        |                                                        \-> a task of the reporter's (photos_limit)
 *                        \-> the last of them has come: nothing, or the task is done
 *
 * Told once, and then as the task's plan has it: nothing of that visit closes a case until they are there, and its reporter alone
 * has them. Who has left has them no more: his group leader finds them, or has the report's answers taken back.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

enum { TASKS_AT_ONCE = 64, WORDS_BYTES = 48 };

static const char MESSAGE[] = "photos_missing";

void engine_photos_await(struct engine *engine, Duban__Visit *visit)
{
    if (visit->evidence_missing == 0 || engine->policy->photos_within_s == 0)
        return;
    visit->photos_due_s = engine_out_of_quiet_s(engine->policy, engine->now_s + engine->policy->photos_within_s);   /* nobody is woken up for a photo */
    state_put_photos_awaited(engine->state, visit);
    engine_house_timer(engine, HOUSE_PHOTOS, visit->photos_due_s);
}

static void await_no_more(struct engine *engine, Duban__Visit *visit)
{
    int64_t due_s = visit->photos_due_s;

    if (due_s == 0)
        return;
    state_delete_photos_awaited(engine->state, visit);
    visit->photos_due_s = 0;
    if (state_photos_awaited(engine->state, due_s) == 0)
        engine_house_timer_off(engine, HOUSE_PHOTOS, due_s);
}

void engine_photos_complete(struct engine *engine, Duban__Visit *visit)
{
    await_no_more(engine, visit);
    engine_end_task(engine, &visit->photos_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
}

/* ---------------------------------------------------------------- the task to send them */

static bool is_task(const struct policy *policy)
{
    return task_kind(DUBAN__TASK_KIND__TASK_KIND_PHOTOS)->is_in(policy);
}

static bool has_left(struct engine *engine, const char *account)
{
    const Duban__Holder *holder = state_holder(engine->state, account);

    return holder == NULL || holder->n_roles == 0;
}

/* NULL where the policy has none. */
static Duban__Task *open_task(struct engine *engine, Duban__Visit *visit)
{
    Duban__Task *task;

    if (!is_task(engine->policy))
        return NULL;
    task = engine_task_of_report(engine, DUBAN__TASK_KIND__TASK_KIND_PHOTOS, visit);
    task->owner_role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    if (!has_left(engine, visit->reporter))
        task->owner = visit->reporter;
    engine_task_limit(engine, task, &engine->policy->photos_limit);
    engine_task_start_saying(engine, task, MESSAGE);
    visit->photos_task = task->id;
    return task;
}

void engine_fill_photos(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_)
{
    const Duban__Visit *visit = state_visit(engine->state, task->report_sequence);
    char zh[WORDS_BYTES], en[WORDS_BYTES];

    (void) case_;
    assert(visit != NULL);   /* visits stay */
    item->at_s = visit->visit_ms / 1000;
    item->count = visit->evidence_missing;
    item->report = engine_report_ref(engine, visit->sequence, 0);
    if (visit->evidence_missing == 0)
        return;
    snprintf(zh, sizeof zh, "还差 %u 张照片", visit->evidence_missing);
    snprintf(en, sizeof en, "photos missing: %u", visit->evidence_missing);
    item->matter = engine_text(engine, engine_keep(engine, zh), engine_keep(engine, en));
}

/* ---------------------------------------------------------------- they are late */

static void note(struct engine *engine, Duban__FactKind kind, const Duban__Visit *visit, const Duban__Task *task)
{
    Duban__Fact *fact = engine_visit_fact(engine, kind, visit);

    fact->number = visit->evidence_missing;
    if (task != NULL)
        fact->subject = fact->task = task->id;
    engine_add_fact(engine, fact);
}

/* With a task the item goes with it, so that nobody is asked for what has come. */
static Duban__NoticeItem *item_of(struct engine *engine, const Duban__Visit *visit, const Duban__Task *task)
{
    Duban__NoticeItem *item;

    if (task != NULL)
        return engine_item(engine, task, NULL);
    item = engine_item_at(engine, engine_place_of_site(visit->site));
    item->at_s = visit->visit_ms / 1000;
    item->count = visit->evidence_missing;
    return item;
}

static void tell_late(struct engine *engine, const Duban__Visit *visit, Duban__Task *task)
{
    static const enum policy_selector TO[] = { TO_SENDER, TO_GROUP_LEADER };
    const struct place place = engine_place_of_site(visit->site);
    Duban__NoticeItem *item = item_of(engine, visit, task);
    struct telling telling = {
        .message = MESSAGE, .to = TO, .to_count = state_site(engine->state, visit->site) == NULL ? 1 : 2,
        .rule = "visit.photos_late", .where = &place, .items = &item, .item_count = 1, .sender = visit->reporter,
        .cause_sequence = visit->sequence, .task = task,
    };

    engine_tell(engine, &telling);
    if (task != NULL)
        state_put_task(engine->state, task);
}

/* One visit for each firing: the timer is set again at the same moment while there is more. */
void engine_photos_due(struct engine *engine)
{
    uint64_t sequence = state_photos_awaited(engine->state, engine->now_s);
    Duban__Visit *visit = sequence == 0 ? NULL : state_visit(engine->state, sequence);
    int64_t due_s = engine->now_s;
    Duban__Task *task;

    assert(visit != NULL);   /* rows and timers change together */
    await_no_more(engine, visit);
    task = open_task(engine, visit);
    state_put_visit(engine->state, visit);
    note(engine, DUBAN__FACT_KIND__FACT_KIND_PHOTOS_LATE, visit, task);
    tell_late(engine, visit, task);
    if (state_photos_awaited(engine->state, due_s) != 0)
        engine_house_timer(engine, HOUSE_PHOTOS, due_s);
}

/* ---------------------------------------------------------------- nobody owes them, or somebody else */

bool engine_photos_show_nothing(const Duban__Visit *visit)
{
    for (size_t i = 0; i < visit->n_answers; i++)
        if (visit->answers[i]->result != DUBAN__RESULT__RESULT_NOT_CHECKED)
            return false;
    return visit->n_answers > 0;
}

void engine_photos_amended(struct engine *engine, Duban__Visit *visit, bool showed_nothing)
{
    bool shows_nothing = engine_photos_show_nothing(visit);

    if (visit->evidence_missing == 0 || shows_nothing == showed_nothing || (!is_task(engine->policy) && visit->photos_task.len == 0))
        return;
    if (showed_nothing) {
        if (visit->photos_due_s == 0 && visit->photos_task.len == 0)   /* what showed nothing from the first is awaited all the same */
            engine_photos_await(engine, visit);
        return;
    }
    await_no_more(engine, visit);
    engine_end_task(engine, &visit->photos_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
}

static void give_to_leader(struct engine *engine, Duban__Task *task)
{
    static const enum policy_selector TO[] = { TO_OWNER };
    const Duban__Visit *visit = state_visit(engine->state, task->report_sequence);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = MESSAGE, .to = TO, .to_count = 1, .rule = "visit.photos_given", .task = task, .items = &item, .item_count = 1,
        .cause_sequence = engine->entry_sequence,   /* else he would be told what he was told when they were late */
    };

    assert(visit != NULL);
    engine_withdraw(engine, task, "overtaken");
    task->owner = "";
    note(engine, DUBAN__FACT_KIND__FACT_KIND_PHOTOS_GIVEN, visit, task);
    state_put_task(engine->state, task);
    item = engine_item(engine, task, NULL);
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
}

void engine_photos_hand_over(struct engine *engine, const char *account)
{
    uint8_t ids[TASKS_AT_ONCE][ID_BYTES], last[ID_BYTES];
    const uint8_t *after = NULL;
    size_t count;

    if (!has_left(engine, account))
        return;
    while ((count = state_open_tasks_listed(engine->state, TASKS_OF_MEMBER, account, after, ids, TASKS_AT_ONCE)) > 0) {
        for (size_t i = 0; i < count; i++) {
            Duban__Task *task = state_task(engine->state, ids[i]);

            if (task->kind == DUBAN__TASK_KIND__TASK_KIND_PHOTOS)
                give_to_leader(engine, task);
        }
        memcpy(last, ids[count - 1], ID_BYTES);
        after = last;
    }
}
