/* engine_coordination.c - a site cannot comply for want of means: they are found, delivered, and seen.
 *
 *   difficulty -> raised -> asked -> promised -> delivered -> confirmed by a visit
 *                   |                   | broken: told, asked again     | not so: asked again
 *                   +-------------------+--> unmet: given up, with the reason
 *
 * Nobody's fault: no case, no chasing of the site. A fail of the item meanwhile says nothing new.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

enum { NUMBER_BYTES = 16 };

static const Duban__SubjectKind COORDINATION = DUBAN__SUBJECT_KIND__SUBJECT_KIND_COORDINATION;

#define STATE(name) DUBAN__COORDINATION_STATE__COORDINATION_STATE_##name
#define FACT(name) DUBAN__FACT_KIND__FACT_KIND_##name

static const struct policy_coordination *rules_of(struct engine *engine, const Duban__Subject *subject)
{
    return &engine_policy_of(engine, &subject->policy_version)->coordination;
}

/* ---------------------------------------------------------------- what is shown of it */

struct policy_text engine_coordination_state(const Duban__Subject *subject)
{
    switch (subject->coordination->state) {
    case STATE(RAISED): return (struct policy_text){ "已提出", "raised" };
    case STATE(ASKED): return (struct policy_text){ "已联系", "asked for" };
    case STATE(PROMISED): return (struct policy_text){ "已落实来源", "promised" };
    case STATE(DELIVERED): return (struct policy_text){ "已送达", "delivered" };
    case STATE(CONFIRMED): return (struct policy_text){ "已确认", "confirmed" };
    case STATE(UNMET): return (struct policy_text){ "未落实", "unmet" };
    case STATE(UNSPECIFIED):
    case _DUBAN__COORDINATION_STATE_IS_INT_SIZE:
        break;
    }
    return (struct policy_text){ "", "" };
}

Duban__Text *engine_coordination_words(struct engine *engine, const Duban__Subject *subject)
{
    const Duban__CoordinationRecord *coordination = subject->coordination;
    char number[NUMBER_BYTES];
    const char *amount;

    snprintf(number, sizeof number, " %u", coordination->quantity);
    amount = engine_joined(engine, number, coordination->measure);
    return engine_text(engine, engine_joined(engine, "缺", engine_joined(engine, coordination->supply, amount)),
                       engine_joined(engine, "lacking: ", engine_joined(engine, coordination->supply, amount)));
}

void engine_fill_coordination(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject)
{
    const Duban__CoordinationRecord *coordination = subject->coordination;

    item->matter = engine_text(engine, coordination->supply, coordination->supply);
    item->finding = engine_coordination_words(engine, subject);
    item->count = coordination->quantity;
    item->at_s = coordination->needed_by_s;
    item->overdue_round = 1;
}

/* ---------------------------------------------------------------- finding the means */

static const enum policy_selector COORDINATORS[] = { TO_GROUP_LEADER, TO_AREA_CONTACT, TO_DUTY_CLERK };

static void seek(struct engine *engine, Duban__Subject *subject, int64_t needed_by_s, const char *message, const char *rule)
{
    const struct policy_coordination *rules = rules_of(engine, subject);
    struct duty duty = {
        .kind = DUBAN__TASK_KIND__TASK_KIND_COORDINATION, .owner_role = DUBAN__ROLE__ROLE_GROUP_LEADER, .office = "",
        .limit = &rules->needed_within, .due_s = needed_by_s, .message = message, .rule = rule, .place = &rules->place,
        .to = COORDINATORS, .to_count = sizeof COORDINATORS / sizeof COORDINATORS[0],
    };
    const struct policy *policy = engine_policy_of(engine, &subject->policy_version);
    Duban__Counted *counted = engine_counted_new(engine, policy, rules->needed_within.unit, engine->now_s);

    subject->coordination->needed_by_s = needed_by_s != 0 ? needed_by_s : engine_count(engine, counted, &rules->needed_within);
    engine_subject_task(engine, subject, &duty);
}

static void add_asked(struct engine *engine, Duban__Subject *subject, const char *unit)
{
    Duban__CoordinationRecord *coordination = subject->coordination;
    char **longer = (char **) arena_take_pointers(&engine->state->arena, coordination->n_asked_units + 1);
    Duban__Fact *fact = engine_subject_fact(engine, FACT(ASKED_FOR), subject);

    assert(longer != NULL);
    for (size_t i = 0; i < coordination->n_asked_units; i++)
        longer[i] = coordination->asked_units[i];
    longer[coordination->n_asked_units++] = (char *) unit;
    coordination->asked_units = longer;
    fact->reason = (char *) unit;
    engine_add_fact(engine, fact);
}

/* ---------------------------------------------------------------- a difficulty comes in */

static bool says_the_same(const Duban__Subject *subject, const Duban__Difficulty *difficulty)
{
    return strcmp(subject->coordination->matter, difficulty->matter) == 0 &&
           strcmp(subject->coordination->supply, difficulty->supply) == 0;
}

/* The one of that site that is open already; NULL when there is none. */
static Duban__Subject *open_one(struct engine *engine, const Duban__Difficulty *difficulty)
{
    struct open_subjects open;

    engine_open_at(engine, COORDINATION, engine_place_of_site(difficulty->site), &open);
    for (size_t i = 0; i < open.count; i++) {
        Duban__Subject *subject = state_subject(engine->state, open.ids[i]);

        if (says_the_same(subject, difficulty))
            return subject;
    }
    return NULL;
}

static bool difficulty_is_right(struct engine *engine, const Duban__Difficulty *difficulty, struct fault *fault)
{
    struct place place = engine_place_of_site(difficulty->site);

    if (engine->policy == NULL || !engine->policy->coordination.given)
        return fault_set(fault, "difficulty", "现行政策包没有困难协调(coordination)一节，请补上后再受理",
                         "the policy in force has no section coordination; add it to take difficulties");
    if (state_site(engine->state, difficulty->site) == NULL)
        return fault_set(fault, "difficulty.site", "点位 %s 不在登记册中，请核对编号或先登记点位",
                         "site %s is not in the registry; check the code or register the site", difficulty->site);
    if (policy_item(engine->policy, difficulty->matter) == NULL)
        return fault_set(fault, "difficulty.matter", "检查项 %s 不在现行检查项库(%s)中", "check item %s is not in the library in force (%s)",
                         difficulty->matter, engine->policy->name);
    if (difficulty->needed_by_ms != 0 && difficulty->needed_by_ms <= engine->received_ms)
        return fault_set(fault, "difficulty.neededByMs", "需要到位的时间已经过去，请核对", "the time by which it is needed has passed already; check it");
    return engine_may_at(engine, RIGHT_RAISE_DIFFICULTY, place, "", fault);
}

static Duban__Subject *record(struct engine *engine, const Duban__Difficulty *difficulty)
{
    Duban__Subject *subject = engine_subject_new(engine, COORDINATION, engine_place_of_site(difficulty->site));
    Duban__CoordinationRecord *made = arena_take(&engine->state->arena, sizeof *made);
    Duban__Fact *fact = engine_subject_fact(engine, FACT(RECEIVED), subject);

    assert(made != NULL);
    duban__coordination_record__init(made);
    made->state = difficulty->n_asked_units > 0 ? STATE(ASKED) : STATE(RAISED);
    made->matter = difficulty->matter;
    made->supply = difficulty->supply;
    made->quantity = difficulty->quantity;
    made->measure = difficulty->measure;
    made->text = difficulty->text;
    made->raised_by = (char *) engine->account;
    subject->of_case = DUBAN__SUBJECT__OF_COORDINATION;
    subject->coordination = made;
    fact->reason = difficulty->text;
    engine_add_fact(engine, fact);
    return subject;
}

/* A release may come after the time by which it was needed: it is overdue then, and said to be. */
bool engine_on_difficulty(struct engine *engine, const Duban__Difficulty *difficulty, struct fault *fault)
{
    Duban__Subject *subject;

    if (!difficulty_is_right(engine, difficulty, fault))
        return false;
    subject = open_one(engine, difficulty);
    if (subject != NULL)
        return engine_subject_contradiction(engine, subject, "difficulty", "raised_already");
    subject = record(engine, difficulty);
    for (size_t i = 0; i < difficulty->n_asked_units; i++)
        add_asked(engine, subject, difficulty->asked_units[i]);
    seek(engine, subject, difficulty->needed_by_ms / 1000, "coordination", "coordination.raised");
    return true;
}

/* ---------------------------------------------------------------- a promise */

int64_t engine_promise_passes_s(const Duban__Task *task)
{
    return task->start_s > task->opened_s ? task->start_s + 1 : 0;
}

static void set_promise(struct engine *engine, Duban__Task *task, int64_t promised_s)
{
    for (size_t i = 0; i < task->n_steps; i++)
        if (task->steps[i]->step == STEP_OWN) {
            engine_step_take(engine, task, i);
            break;
        }
    task->start_s = promised_s;
    engine_step_add(engine, task, STEP_OWN, promised_s + 1);
    state_put_task(engine->state, task);
}

static bool promise(struct engine *engine, Duban__Subject *subject, const Duban__CoordinationStep *step, struct fault *fault)
{
    Duban__CoordinationRecord *coordination = subject->coordination;
    Duban__Fact *fact;

    if (step->at_ms / 1000 <= engine->now_s)
        return fault_set(fault, "coordinationStep.atMs", "承诺的到位时间须在此刻之后", "what is promised lies after now; check the time");
    coordination->state = STATE(PROMISED);
    coordination->promised_by = step->unit;
    coordination->promised_s = step->at_ms / 1000;
    fact = engine_subject_fact(engine, FACT(PROMISED), subject);
    fact->reason = step->unit;
    fact->new_s = coordination->promised_s;
    engine_add_fact(engine, fact);
    set_promise(engine, engine_task_of(engine, &subject->task), coordination->promised_s);
    state_put_subject(engine->state, subject);
    return true;
}

static void break_promise(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_DUTY_CLERK, TO_LEAD };
    Duban__Subject *subject = engine_subject_of(engine, task);
    Duban__CoordinationRecord *coordination = subject->coordination;
    struct words_of_subject words = {
        .message = "coordination_broken", .rule = "coordination.promise", .place = &rules_of(engine, subject)->place,
        .to = TO, .to_count = 3, .urgent = engine_is_exempt_from_quiet(engine_policy_of(engine, &task->policy_version), task),
    };
    Duban__NoticeItem *item = engine_item(engine, task, case_);
    Duban__Fact *fact = engine_subject_fact(engine, FACT(PROMISE_BROKEN), subject);

    item->reason = coordination->promised_by;
    item->at_s = coordination->promised_s;
    fact->task = task->id;
    fact->step = step;
    fact->reason = coordination->promised_by;
    fact->old_s = coordination->promised_s;
    engine_add_fact(engine, fact);
    coordination->state = STATE(ASKED);
    coordination->promised_by = "";
    coordination->promised_s = 0;
    coordination->promises_broken++;
    state_put_subject(engine->state, subject);
    engine_subject_tell(engine, subject, task, item, &words);
}

/* Broken, it is over: what is planned anew after that has no promise to wait for. */
void engine_fire_promise(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    bool is_once = engine_era(engine) >= ERA_OF_BROKEN_ONCE;

    if (!is_once || engine_subject_of(engine, task)->coordination->promised_s != 0)
        break_promise(engine, task, case_, step);
    if (is_once)
        task->start_s = task->opened_s;
}

/* ---------------------------------------------------------------- delivered, given up */

static bool deliver(struct engine *engine, Duban__Subject *subject, const Duban__CoordinationStep *step, struct fault *fault)
{
    int64_t at_s = step->at_ms == 0 ? engine->received_ms / 1000 : step->at_ms / 1000;
    Duban__Fact *fact;

    if (at_s > engine->now_s || at_s < subject->opened_s)
        return fault_set(fault, "coordinationStep.atMs", "送达时间须在提出之后、此刻之前", "it was delivered after it was asked for and before now; check the time");
    subject->coordination->state = STATE(DELIVERED);
    subject->coordination->delivered_s = at_s;
    fact = engine_subject_fact(engine, FACT(DELIVERED), subject);
    fact->reason = step->unit;
    fact->new_s = at_s;
    fact->number = (uint32_t) ((at_s - subject->opened_s) / 60);
    engine_add_fact(engine, fact);
    engine_subject_cure(engine, subject, at_s * 1000);
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_DONE);
    engine_subject_confirm(engine, subject, "coordination_done", "coordination.delivered");
    return true;
}

static bool give_up(struct engine *engine, Duban__Subject *subject, const Duban__CoordinationStep *step, struct fault *fault)
{
    static const enum policy_selector TO[] = { TO_LEAD, TO_AREA_CONTACT, TO_SENDER };
    Duban__Task *task = engine_task_of(engine, &subject->task);
    struct words_of_subject words = {
        .message = "coordination_unmet", .rule = "coordination.unmet", .place = &rules_of(engine, subject)->place,
        .to = TO, .to_count = 3, .sender = subject->coordination->raised_by,
    };
    Duban__NoticeItem *item;
    Duban__Fact *fact;

    if (!engine_may_at(engine, RIGHT_GIVE_UP, engine_place_of_subject(subject), "", fault))
        return false;
    fact = engine_subject_fact(engine, FACT(UNMET), subject);
    fact->reason = step->text;
    engine_add_fact(engine, fact);
    subject->coordination->state = STATE(UNMET);
    engine_subject_finish(engine, subject);
    item = engine_item_of_subject(engine, subject);
    item->reason = step->text;
    engine_subject_tell(engine, subject, task, item, &words);
    state_put_task(engine->state, task);
    return true;
}

static bool ask(struct engine *engine, Duban__Subject *subject, const Duban__CoordinationStep *step)
{
    add_asked(engine, subject, step->unit);
    if (subject->coordination->state == STATE(RAISED))
        subject->coordination->state = STATE(ASKED);
    state_put_subject(engine->state, subject);
    return true;
}

static bool take_step(struct engine *engine, Duban__Subject *subject, const Duban__CoordinationStep *step, struct fault *fault)
{
    switch (step->act) {
    case DUBAN__COORDINATION_ACT__COORDINATION_ACT_ASKED:
        return ask(engine, subject, step);
    case DUBAN__COORDINATION_ACT__COORDINATION_ACT_PROMISED:
        return promise(engine, subject, step, fault);
    case DUBAN__COORDINATION_ACT__COORDINATION_ACT_DELIVERED:
        return deliver(engine, subject, step, fault);
    case DUBAN__COORDINATION_ACT__COORDINATION_ACT_UNMET:
        return give_up(engine, subject, step, fault);
    case DUBAN__COORDINATION_ACT__COORDINATION_ACT_UNSPECIFIED:
    case _DUBAN__COORDINATION_ACT_IS_INT_SIZE:
        break;
    }
    return fault_set(fault, "coordinationStep.act", "未知的协调步骤", "an unknown step");
}

bool engine_on_coordination_step(struct engine *engine, const Duban__CoordinationStep *step, struct fault *fault)
{
    Duban__Subject *subject = engine_referenced_subject(engine, step->coordination, COORDINATION, "coordinationStep.coordination", fault);

    if (subject == NULL || !engine_may_at(engine, RIGHT_COORDINATE, engine_place_of_subject(subject), "", fault))
        return false;
    if (subject->finished_s != 0)
        return engine_subject_contradiction(engine, subject, "coordination_step", "finished_already");
    if (subject->coordination->state == STATE(DELIVERED))
        return engine_subject_contradiction(engine, subject, "coordination_step", "delivered_already");
    return take_step(engine, subject, step, fault);
}

/* ---------------------------------------------------------------- what visits see */

static bool is_seen_by(const Duban__Subject *subject, const struct finding *finding)
{
    return subject->coordination->state == STATE(DELIVERED) &&
           finding->visit->visit_ms / 1000 >= subject->coordination->delivered_s;
}

static void confirm(struct engine *engine, Duban__Subject *subject, const struct finding *finding)
{
    engine_add_fact(engine, engine_subject_visit_fact(engine, FACT(CONFIRMED), subject, finding->visit));
    engine_subject_cure(engine, subject, finding->visit->visit_ms);
    subject->coordination->state = STATE(CONFIRMED);
    subject->coordination->visit_sequence = finding->visit->sequence;
    engine_subject_finish(engine, subject);
}

static void note_not_counted(struct engine *engine, const Duban__Subject *subject, const struct finding *finding,
                             const char *reason)
{
    Duban__Fact *fact = engine_subject_visit_fact(engine, FACT(VISIT_NOT_COUNTED), subject, finding->visit);

    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
}

/* What was delivered is not there, or does not do. */
static void seek_again(struct engine *engine, Duban__Subject *subject, const struct finding *finding)
{
    Duban__Fact *fact = engine_subject_visit_fact(engine, FACT(NOT_CONFIRMED), subject, finding->visit);

    fact->reason = finding->answer->note;
    engine_add_fact(engine, fact);
    subject->coordination->state = STATE(ASKED);
    subject->coordination->delivered_s = 0;
    subject->coordination->promised_by = "";
    subject->coordination->promised_s = 0;
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    seek(engine, subject, 0, "coordination_again", "coordination.not_confirmed");
}

static void note_known(struct engine *engine, const Duban__Subject *subject, const struct finding *finding)
{
    Duban__Fact *fact = engine_subject_visit_fact(engine, FACT(NO_VIOLATION), subject, finding->visit);

    fact->reason = finding->answer->note;
    engine_add_fact(engine, fact);
}

bool engine_coordination_failed(struct engine *engine, const struct finding *finding)
{
    struct open_subjects open;
    bool is_known = false;

    engine_open_at(engine, COORDINATION, engine_place_of_site(finding->visit->site), &open);
    for (size_t i = 0; i < open.count; i++) {
        Duban__Subject *subject = state_subject(engine->state, open.ids[i]);

        if (strcmp(subject->coordination->matter, finding->item->code) != 0)
            continue;
        is_known = true;
        if (is_seen_by(subject, finding))
            seek_again(engine, subject, finding);
        else
            note_known(engine, subject, finding);
    }
    return is_known;
}

void engine_coordination_passed(struct engine *engine, const struct finding *finding, const char *defect)
{
    struct open_subjects open;

    engine_open_at(engine, COORDINATION, engine_place_of_site(finding->visit->site), &open);
    for (size_t i = 0; i < open.count; i++) {
        Duban__Subject *subject = state_subject(engine->state, open.ids[i]);

        if (strcmp(subject->coordination->matter, finding->item->code) != 0)
            continue;
        if (defect != NULL)
            note_not_counted(engine, subject, finding, defect);
        else if (!is_seen_by(subject, finding))
            note_not_counted(engine, subject, finding, "not_delivered");
        else
            confirm(engine, subject, finding);
    }
}

/* ---------------------------------------------------------------- what a visit said is amended */

const char *engine_coordination_item(const Duban__Subject *subject)
{
    return subject->coordination->matter;
}

/* A visit that did not find it there had taken the time away. */
static int64_t last_delivered_s(struct engine *engine, const Duban__Subject *subject)
{
    const Duban__Fact *fact;
    int64_t delivered_s = 0;

    for (uint64_t last = 0; (fact = state_fact_after(engine->state, subject->id.data, last)) != NULL; last = fact->sequence)
        if (fact->kind == FACT(DELIVERED))
            delivered_s = fact->new_s;
    return delivered_s;
}

/* It was raised by somebody's word, not by an answer: what visits say is only whether it is there. */
void engine_coordination_withdraw(struct engine *engine, Duban__Subject *subject, const Duban__Fact *caused)
{
    (void) caused;
    if (subject->finished_s != 0)
        engine_subject_reopen(engine, subject);
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    subject->coordination->state = STATE(DELIVERED);
    subject->coordination->delivered_s = last_delivered_s(engine, subject);
    subject->coordination->visit_sequence = 0;
    engine_subject_confirm(engine, subject, "coordination_done", "coordination.delivered");
}
