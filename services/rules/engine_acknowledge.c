/* engine_acknowledge.c - 签收 of what is no case: somebody has taken note of a task, for a time.
 *
 * Until then he hears no repeats of it, nor does anybody those of the steps of the ladder up to his own; such steps that come
 * once are stopped, until the task has another due. Then the repeats go on: noted is not done. Acknowledging a complaint,
 * a referral and the like is about all of its tasks that are open. Cases: engine_act.c.
 */
#include <assert.h>
#include <string.h>

#include "about.h"
#include "engine.h"

Duban__AcknowledgedBy *engine_acknowledged_by(struct engine *engine, Duban__AcknowledgedBy ***list, size_t *count, const char *account)
{
    Duban__AcknowledgedBy **longer = arena_take_pointers(&engine->state->arena, *count + 1);

    for (size_t i = 0; i < *count; i++)
        if (strcmp((*list)[i]->account, account) == 0)
            return (*list)[i];
    assert(longer != NULL);
    for (size_t i = 0; i < *count; i++)
        longer[i] = (*list)[i];
    longer[*count] = arena_take(&engine->state->arena, sizeof **longer);
    assert(longer[*count] != NULL);
    duban__acknowledged_by__init(longer[*count]);
    longer[*count]->account = (char *) account;
    *list = longer;
    return longer[(*count)++];
}

/* ---------------------------------------------------------------- which tasks */

struct noted {
    Duban__Task *tasks[MAX_OPEN_AT_PLACE];
    size_t count;
    bool has_more;
};

static bool is_open(const Duban__Task *task)
{
    return task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN;
}

static void add_if_open(struct noted *noted, Duban__Task *task)
{
    if (is_open(task) && noted->count == MAX_OPEN_AT_PLACE)
        noted->has_more = true;
    else if (is_open(task))
        noted->tasks[noted->count++] = task;
}

static void add_all_of(struct engine *engine, struct noted *noted, const Duban__Subject *subject)
{
    uint8_t id[ID_BYTES];
    struct arena arena;

    memcpy(id, subject->id.data, ID_BYTES);
    memset(id + 10, 0, ID_BYTES - 10);
    arena_open(&arena, engine->state->arena.limit_bytes);
    while (state_next_task_about(engine->state, id)) {   /* most of them are over: each is only looked at */
        if (is_open(state_look_at_task(engine->state, id, &arena)))
            add_if_open(noted, state_task(engine->state, id));
        arena_reset(&arena);
    }
    arena_close(&arena);
}

static const Duban__Subject *subject_meant(struct engine *engine, const Duban__SubjectReference *reference)
{
    if (reference->by_case == DUBAN__SUBJECT_REFERENCE__BY_NUMBER)
        return engine_subject_numbered(engine, reference->number);
    return reference->by_case == DUBAN__SUBJECT_REFERENCE__BY_ID && is_id_of_subject(&reference->id)
               ? state_subject(engine->state, reference->id.data) : NULL;
}

/* Of a case its own reference is for. */
static Duban__Task *task_meant(struct engine *engine, const Duban__SubjectReference *reference)
{
    Duban__Task *task = reference->by_case == DUBAN__SUBJECT_REFERENCE__BY_ID ? engine_task_of(engine, &reference->id) : NULL;

    return task == NULL || task->case_id.len > 0 ? NULL : task;
}

/* ---------------------------------------------------------------- noted */

static bool is_stopped_by(const struct policy_row *row, uint32_t rank)
{
    return row->is_ladder && !policy_repeats(row) && row->ladder_step <= rank;
}

void engine_stop_ladder(struct engine *engine, Duban__Task *task, const Duban__AcknowledgedBy *by, const char *reason)
{
    int64_t before_s = engine_era(engine) >= ERA_OF_ENDING_NOTES ? by->until_s : INT64_MAX;

    if (by->rank > 0)
        engine_task_drop_steps(engine, task, is_stopped_by, by->rank, before_s, reason);
}

static void note(struct engine *engine, Duban__Task *task)
{
    Duban__AcknowledgedBy *by = engine_acknowledged_by(engine, &task->acknowledged, &task->n_acknowledged, engine->account);
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ACKNOWLEDGED, NULL);

    by->until_s = engine->now_s + engine->policy->acknowledgement.lasts_s;
    by->rank = engine_rank(engine, engine->account, engine_place_of_task(task));
    fact->subject = *task_about(task);
    fact->task = task->id;
    fact->new_s = by->until_s;
    fact->number = by->rank;
    engine_add_fact(engine, fact);
    engine_stop_ladder(engine, task, by, "acknowledged_above");
    state_put_task(engine->state, task);
}

static bool may_note_all(struct engine *engine, const struct noted *noted, struct fault *fault)
{
    for (size_t i = 0; i < noted->count; i++)
        if (!engine_may_on_task(engine, RIGHT_ACKNOWLEDGE_TASK, noted->tasks[i], fault))
            return false;
    return true;
}

bool engine_acknowledge_tasks(struct engine *engine, const Duban__SubjectReference *reference, struct fault *fault)
{
    const Duban__Subject *subject = subject_meant(engine, reference);
    Duban__Task *task = subject != NULL ? NULL : task_meant(engine, reference);
    struct noted noted = { .count = 0 };

    if (engine->policy == NULL || !engine->policy->acknowledgement.given)
        return fault_set(fault, "acknowledgement", "现行政策包没有 acknowledgement 一节，只有问题可以签收",
                         "the policy in force has no section acknowledgement: only cases can be acknowledged");
    if (subject == NULL && task == NULL)
        return fault_set(fault, "acknowledgement.subject", "没有这件事项，请核对编号", "there is no such subject; check its number");
    add_if_open(&noted, task);
    if (subject != NULL)
        add_all_of(engine, &noted, subject);
    if (noted.has_more && engine_era(engine) >= ERA_OF_ALL_NOTED)
        return fault_set(fault, "acknowledgement.subject", "这件事项未办结的任务多于 %d 项，请按任务逐项签收",
                         "it has more than %d open tasks; acknowledge them one by one", MAX_OPEN_AT_PLACE);
    if (!may_note_all(engine, &noted, fault))
        return false;
    if (noted.count == 0 && subject != NULL)
        return engine_subject_contradiction(engine, subject, "acknowledgement", subject->finished_s != 0 ? "finished_already" : "no_open_task");
    if (noted.count == 0)
        return fault_set(fault, "acknowledgement.subject", "这件任务已经结束", "the task is over");
    for (size_t i = 0; i < noted.count; i++)
        note(engine, noted.tasks[i]);
    return true;
}
