/* engine_recompute.c - dues counted anew under the policy in force: asked for by one, approved by
 * another, from the same start, with a fact for each case that says old and new.
 *
 * A policy change never moves a running case or duty by itself; this is the only act that does. What is the same
 * for all stands here, with cases and whole versions; the open task of a complaint or the like in engine_recompute_subject.c.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

enum { MAX_RECOMPUTED = 500 };   /* cases and subjects of one entry, whose facts and notices live in one arena */

/* ---------------------------------------------------------------- asking */

struct request engine_recompute_request(const Duban__Case *case_, const char *asked_by)
{
    return (struct request){ .right = RIGHT_APPROVE_RECOMPUTE, .role = DUBAN__ROLE__ROLE_LEAD, .case_ = case_,
                             .asked_by = asked_by, .asked_for = case_ == NULL ? "" : case_->owner };
}

void engine_recompute_approval(struct engine *engine, Duban__Task *task, const Duban__Case *case_)
{
    struct request request = engine_recompute_request(case_, engine->account);

    engine_give_to_decider(engine, &request, task);
    task->matter = DUBAN__MATTER__MATTER_RECOMPUTE;
    engine_task_limit(engine, task, &engine_policy_of(engine, &task->policy_version)->approval_limit);
    engine_task_start(engine, task);
}

static Duban__Task *open_approval(struct engine *engine, Duban__Case *case_)
{
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_APPROVAL, case_,
                                        case_ == NULL ? 0 : case_->next_other++);

    engine_recompute_approval(engine, task, case_);
    return task;
}

void engine_recompute_asked(struct engine *engine, Duban__Task *approval, Duban__Case *case_, Duban__NoticeItem *item)
{
    struct request request = engine_recompute_request(case_, engine->account);
    struct telling telling = {
        .message = "approval_wanted", .rule = "case.recompute_asked", .task = approval, .case_ = case_, .items = &item, .item_count = 1,
    };

    engine_ask_decider(engine, &request, &telling);
    state_put_task(engine->state, approval);
}

static void note_asked(struct engine *engine, const Duban__Task *task, const Duban__Case *case_, char *reason, int64_t new_s)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RECOMPUTE_ASKED, case_);

    if (case_ == NULL)
        fact->subject = task->id;
    else
        fact->old_s = case_->due_s;
    fact->task = task->id;
    fact->new_s = new_s;
    fact->reason = reason;
    engine_add_fact(engine, fact);
}

static bool ask_for_case(struct engine *engine, const Duban__Recompute *recompute, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, recompute->case_, fault);
    struct recount recount;
    Duban__NoticeItem *item;
    Duban__Task *task;

    if (case_ == NULL || !engine_may(engine, RIGHT_ASK_RECOMPUTE, case_, NULL, fault))
        return false;
    recount = engine_recount(engine, case_);
    if (recount.kept != NULL || case_->recompute_task.len > 0)
        return engine_contradiction(engine, case_, "recompute", recount.kept != NULL ? recount.kept : "recompute");
    task = open_approval(engine, case_);
    case_->recompute_task = task->id;
    case_->recompute_reason = recompute->reason;
    case_->recompute_asked_by = (char *) engine->account;
    note_asked(engine, task, case_, recompute->reason, recount.due_s);
    item = engine_item(engine, task, case_);
    item->new_due_s = recount.due_s;
    item->reason = recompute->reason;
    engine_recompute_asked(engine, task, case_, item);
    state_put_case(engine->state, case_);
    return true;
}

/* Others go by the day, and no limit of any pack moves them. */
static bool next_subject(struct engine *engine, const ProtobufCBinaryData *version, struct subject_cursor *at, uint8_t id[ID_BYTES])
{
    while (state_open_subject_after(engine->state, version->data, at, id))
        if (subject_kind((int) at->kind)->has_limits)
            return true;
    return false;
}

static size_t count_open(struct engine *engine, const ProtobufCBinaryData *version)
{
    struct subject_cursor at = { .size = 0 };
    uint8_t id[ID_BYTES];
    uint32_t number = 0;
    size_t count = 0;

    while (count <= MAX_RECOMPUTED && state_open_case_after(engine->state, version->data, &number, id))
        count++;
    while (count <= MAX_RECOMPUTED && next_subject(engine, version, &at, id))
        count++;
    return count;
}

static bool version_is_right(const Duban__PolicyState *row, const Duban__Recompute *recompute, size_t count,
                             struct fault *fault)
{
    if (row == NULL)
        return fault_set(fault, "", "尚无生效的政策包，请先 duban policy activate", "no policy is in force yet: duban policy activate");
    if (row->recompute != NULL)
        return fault_set(fault, "recompute.policyVersion", "已有一项按版本重新计算的申请在等审批", "another recompute of a version waits for its approval");
    if (memcmp(recompute->policy_version.data, row->active.data, POLICY_VERSION_BYTES) == 0)
        return fault_set(fault, "recompute.policyVersion", "这就是现行版本，无须重新计算", "this is the version in force: there is nothing to count anew");
    if (count == 0)
        return fault_set(fault, "recompute.policyVersion", "没有按这个版本立案而未了结的问题或事项", "nothing that is open was opened under this version");
    return count <= MAX_RECOMPUTED ||
           fault_set(fault, "recompute.policyVersion", "未了结的超过 %d 件，请逐件申请", "more than %d of them are open: ask for each", (int) MAX_RECOMPUTED);
}

/* A version has no number of its own: how many are open stands in what is asked for. Before ERA_OF_COUNTED_REQUESTS it
 * stood in the place of the number. */
static void say_how_many(struct engine *engine, Duban__NoticeItem *item, size_t count)
{
    char zh[80], en[80];

    if (engine_era(engine) < ERA_OF_COUNTED_REQUESTS) {
        snprintf(zh, sizeof zh, "%zu 件(open)", count);
        item->number = engine_keep(engine, zh);
        return;
    }
    snprintf(zh, sizeof zh, "重新计算时限（未了结%zu件）", count);
    snprintf(en, sizeof en, "counting dues anew (%zu open)", count);
    item->matter = engine_text(engine, engine_keep(engine, zh), engine_keep(engine, en));
}

static bool ask_for_version(struct engine *engine, const Duban__Recompute *recompute, struct fault *fault)
{
    Duban__PolicyState *row = state_policy(engine->state);
    size_t count = count_open(engine, &recompute->policy_version);
    Duban__RecomputeRequest *request = arena_take(&engine->state->arena, sizeof *request);
    Duban__NoticeItem *item;
    Duban__Task *task;

    assert(request != NULL);
    if (!engine_may(engine, RIGHT_ASK_RECOMPUTE, NULL, NULL, fault) || !version_is_right(row, recompute, count, fault))
        return false;
    task = open_approval(engine, NULL);
    duban__recompute_request__init(request);
    request->policy_version = recompute->policy_version;
    request->reason = recompute->reason;
    request->asked_by = (char *) engine->account;
    request->task = task->id;
    row = state_policy(engine->state);   /* opening a task may have put it */
    row->recompute = request;
    state_put_policy(engine->state, row);
    note_asked(engine, task, NULL, recompute->reason, 0);
    item = engine_item(engine, task, NULL);
    say_how_many(engine, item, count);
    item->reason = recompute->reason;
    engine_recompute_asked(engine, task, NULL, item);
    return true;
}

bool engine_on_recompute(struct engine *engine, const Duban__Recompute *recompute, struct fault *fault)
{
    switch (recompute->subject_case) {
    case DUBAN__RECOMPUTE__SUBJECT_CASE_:
        return ask_for_case(engine, recompute, fault);
    case DUBAN__RECOMPUTE__SUBJECT_POLICY_VERSION:
        return ask_for_version(engine, recompute, fault);
    case DUBAN__RECOMPUTE__SUBJECT_ABOUT:
        return engine_ask_recompute_of_subject(engine, recompute, fault);
    case DUBAN__RECOMPUTE__SUBJECT__NOT_SET:
    case _DUBAN__RECOMPUTE__SUBJECT__CASE_IS_INT_SIZE:
        break;
    }
    return fault_set(fault, "recompute.subject", "未说明重新计算的对象：问题、事项，还是整个版本",
                     "what is to be counted anew is missing: a case, another matter, or a whole version");
}

/* ---------------------------------------------------------------- deciding */

static void note_kept(struct engine *engine, Duban__Case *case_, const char *why)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RECOMPUTE_KEPT, case_);

    fact->old_s = case_->due_s;
    fact->reason = (char *) why;
    engine_add_fact(engine, fact);
}

static void recompute_case(struct engine *engine, Duban__Case *case_, char *reason)
{
    struct recount recount = engine_recount(engine, case_);

    if (recount.kept != NULL) {
        note_kept(engine, case_, recount.kept);
        return;
    }
    engine_case_recount(engine, case_, recount.limit->unit, recount.due_s, reason);
    if (policy_message(engine->policy, "due_recomputed") != NULL)   /* not in packs of before */
        engine_tell_decision(engine, "due_recomputed", case_, reason);
    state_put_case(engine->state, case_);
}

void engine_recompute_refused(struct engine *engine, const ProtobufCBinaryData *subject, const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RECOMPUTE_REFUSED, NULL);

    fact->subject = *subject;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
}

static bool decide_case(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault)
{
    struct request request = engine_recompute_request(case_, case_->recompute_asked_by);

    if (case_->recompute_task.len == 0)
        return engine_may(engine, RIGHT_APPROVE_RECOMPUTE, case_, NULL, fault) &&
               engine_contradiction(engine, case_, "approval", "nothing_waits");
    if (!engine_may_decide(engine, &request, fault))
        return false;
    engine_end_task(engine, &case_->recompute_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    if (approval->decision == DUBAN__DECISION__DECISION_GRANTED)
        recompute_case(engine, case_, case_->recompute_reason);
    else
        engine_recompute_refused(engine, &case_->id, approval->reason);
    state_put_case(engine->state, case_);
    return true;
}

static void recompute_version(struct engine *engine, const Duban__RecomputeRequest *request)
{
    struct subject_cursor at = { .size = 0 };
    uint8_t id[ID_BYTES];
    uint32_t number = 0;
    size_t count = 0;

    while (count < MAX_RECOMPUTED && state_open_case_after(engine->state, request->policy_version.data, &number, id)) {
        recompute_case(engine, state_case(engine->state, id), request->reason);
        count++;
    }
    while (count < MAX_RECOMPUTED && next_subject(engine, &request->policy_version, &at, id)) {
        engine_recompute_subject(engine, state_subject(engine->state, id), request->reason);
        count++;
    }
}

static bool decide_version(struct engine *engine, const Duban__Approval *approval, struct fault *fault)
{
    Duban__PolicyState *row = state_policy(engine->state);
    Duban__RecomputeRequest *request = row == NULL ? NULL : row->recompute;
    struct request asked;
    Duban__Task *task;

    if (request == NULL || memcmp(request->policy_version.data, approval->policy_version.data, POLICY_VERSION_BYTES) != 0)
        return fault_set(fault, "approval.policyVersion", "没有等待批准的这个事项", "nothing of that kind waits for approval");
    asked = engine_recompute_request(NULL, request->asked_by);
    if (!engine_may_decide(engine, &asked, fault))
        return false;
    task = engine_task_of(engine, &request->task);
    assert(task != NULL);
    engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    row->recompute = NULL;
    state_put_policy(engine->state, row);
    if (approval->decision == DUBAN__DECISION__DECISION_GRANTED)
        recompute_version(engine, request);
    else
        engine_recompute_refused(engine, &request->task, approval->reason);
    return true;
}

bool engine_decide_recompute(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault)
{
    if (case_ != NULL)
        return decide_case(engine, case_, approval, fault);
    return approval->about != NULL ? engine_decide_recompute_of_subject(engine, approval, fault)
                                  : decide_version(engine, approval, fault);
}
