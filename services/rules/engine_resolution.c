/* engine_resolution.c - what a meeting resolves: a matter, one accountable owner, a due; and remarks, which ask for nothing.
 *
 *   resolution -> task of its owner -> done, by him or by the house
 *                   | amended: the task goes on under the new words, owner, due
 *                   | taken back: nobody is asked any more
 *
 * It stands on the agenda of each meeting until it is over (engine_agenda.c). A remark is kept with its case or site, told to
 * whom it is for, and shown to the meetings of its day.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

static const Duban__SubjectKind RESOLUTION = DUBAN__SUBJECT_KIND__SUBJECT_KIND_RESOLUTION;

enum { REMARK_DAYS_BACK = 7, REMARK_DAYS_AHEAD = 60 };   /* an entry may be days on its way */

#define FACT(name) DUBAN__FACT_KIND__FACT_KIND_##name

/* ---------------------------------------------------------------- what is shown of it */

struct policy_text engine_resolution_state(const Duban__Subject *subject)
{
    if (subject->resolution->taken_back)
        return (struct policy_text){ "已收回", "taken back" };
    if (subject->finished_s != 0)
        return (struct policy_text){ "办结", "done" };
    return (struct policy_text){ "办理中", "under way" };
}

Duban__Text *engine_resolution_words(struct engine *engine, const Duban__Subject *subject)
{
    return engine_text(engine, subject->resolution->matter, subject->resolution->matter);
}

void engine_fill_resolution(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject)
{
    const Duban__Holder *owner = state_holder(engine->state, subject->resolution->owner);

    item->matter = item->finding = engine_resolution_words(engine, subject);
    item->due_s = subject->resolution->due_s;
    item->owner = subject->resolution->owner;
    item->owner_title = owner == NULL ? NULL : owner->title;
    item->overdue_round = 1;
}

/* ---------------------------------------------------------------- its task */

static const struct policy_meetings *rules_of(struct engine *engine, const Duban__Subject *subject)
{
    return &engine_subject_policy(engine, subject)->meetings;
}

/* Open a task for its owner, and say so. due_s 0: the policy's limit. Puts both. */
static void charge(struct engine *engine, Duban__Subject *subject, int64_t due_s, const char *rule)
{
    static const enum policy_selector TO[] = { TO_OWNER };
    Duban__Task *task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_RESOLUTION, subject);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "briefing_decision", .to = TO, .to_count = 1, .rule = rule, .place = &rules_of(engine, subject)->place, .task = task,
        .items = &item, .item_count = 1,
    };

    task->owner = subject->resolution->owner;
    task->owner_role = DUBAN__ROLE__ROLE_LEAD;
    engine_task_limit(engine, task, &rules_of(engine, subject)->resolution_limit);
    if (due_s != 0) {
        task->counted->given_s = due_s;
        task->counted->missing_year = 0;
        task->due_s = due_s;
    }
    subject->resolution->due_s = task->due_s;
    subject->task = task->id;
    state_put_subject(engine->state, subject);
    engine_task_start_saying(engine, task, telling.message);
    item = engine_item(engine, task, NULL);
    telling.urgent = engine_is_exempt_from_quiet(engine_subject_policy(engine, subject), task);
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
}

/* ---------------------------------------------------------------- resolved */

/* Where it is: of its case, its site, or nowhere. False with the fault filled. */
static bool place_of(struct engine *engine, const Duban__Resolution *resolution, struct place *place, const Duban__Case **case_,
                     struct fault *fault)
{
    *place = (struct place){ "", "" };
    *case_ = NULL;
    if (resolution->about_case == DUBAN__RESOLUTION__ABOUT_CASE_) {
        *case_ = engine_referenced_case(engine, resolution->case_, fault);
        if (*case_ == NULL)
            return false;
        *place = engine_place_of_site((*case_)->site);
    } else if (resolution->about_case == DUBAN__RESOLUTION__ABOUT_SITE) {
        *place = engine_place_of_site(resolution->site);
        if (state_site(engine->state, resolution->site) == NULL)
            return fault_set(fault, "resolution.site", "点位 %s 不在登记册中，请核对编号或先登记点位",
                             "site %s is not in the registry; check the code or register the site", resolution->site);
    }
    return true;
}

static bool owner_is_right(struct engine *engine, const char *owner, const char *field, struct fault *fault)
{
    return state_holder(engine->state, owner) != NULL ||
           fault_set(fault, field, "责任人 %s 没有登记；请写已登记人员的账号", "owner %s is not registered; name a member's account", owner);
}

static bool due_is_right(struct engine *engine, int64_t due_ms, const char *field, struct fault *fault)
{
    return due_ms == 0 || due_ms > engine->received_ms ||
           fault_set(fault, field, "期限已经过去，请核对", "the due time has passed already; check it");
}

static bool has_meetings(struct engine *engine, const char *field, struct fault *fault)
{
    return (engine->policy != NULL && engine->policy->meetings.given) ||
           fault_set(fault, field, "现行政策包没有例会(meetings)一节，请补上后再登记",
                     "the policy in force has no section meetings; add it to enter what they resolve");
}

static Duban__Subject *record(struct engine *engine, const Duban__Resolution *resolution, struct place place, const Duban__Case *case_)
{
    Duban__Subject *subject = engine_subject_new(engine, RESOLUTION, place);
    Duban__ResolutionRecord *made = arena_take(&engine->state->arena, sizeof *made);

    assert(made != NULL);
    duban__resolution_record__init(made);
    made->matter = resolution->matter;
    made->owner = resolution->owner;
    made->by = (char *) engine->account;
    if (case_ != NULL)
        made->case_id = case_->id;
    subject->of_case = DUBAN__SUBJECT__OF_RESOLUTION;
    subject->resolution = made;
    return subject;
}

static void note(struct engine *engine, Duban__FactKind kind, const Duban__Subject *subject, const char *reason, int64_t old_s)
{
    Duban__Fact *fact = engine_subject_fact(engine, kind, subject);

    fact->actor = (char *) engine->account;
    fact->reason = (char *) reason;
    fact->recipient = subject->resolution->owner;
    fact->old_s = old_s;
    fact->new_s = subject->resolution->due_s;
    engine_add_fact(engine, fact);
}

bool engine_on_resolution(struct engine *engine, const Duban__Resolution *resolution, struct fault *fault)
{
    const Duban__Case *case_;
    Duban__Subject *subject;
    struct place place;

    if (!has_meetings(engine, "resolution", fault) || !place_of(engine, resolution, &place, &case_, fault) ||
        !engine_may_at(engine, RIGHT_RESOLVE, place, "", fault) || !owner_is_right(engine, resolution->owner, "resolution.owner", fault) ||
        !due_is_right(engine, resolution->due_ms, "resolution.dueMs", fault))
        return false;
    subject = record(engine, resolution, place, case_);
    charge(engine, subject, resolution->due_ms / 1000, "resolution.made");
    note(engine, FACT(RESOLVED), subject, subject->resolution->matter, 0);
    if (case_ != NULL)
        engine_subject_link(engine, &subject->id, &case_->id);
    return true;
}

/* ---------------------------------------------------------------- done, changed, taken back */

static bool finish(struct engine *engine, Duban__Subject *subject, const Duban__ResolutionStep *step, struct fault *fault)
{
    Duban__Fact *fact;

    if (!engine_may_for(engine, RIGHT_FINISH_RESOLUTION, subject->resolution->owner, fault))
        return false;
    subject->resolution->result = step->text;
    fact = engine_subject_fact(engine, FACT(DONE), subject);
    fact->actor = (char *) engine->account;
    fact->reason = step->text;
    engine_add_fact(engine, fact);
    engine_subject_finish(engine, subject);
    return true;
}

static bool amend(struct engine *engine, Duban__Subject *subject, const Duban__ResolutionStep *step, struct fault *fault)
{
    Duban__ResolutionRecord *resolution = subject->resolution;
    int64_t old_s = resolution->due_s;

    if (step->owner[0] != '\0' && !owner_is_right(engine, step->owner, "resolutionStep.owner", fault))
        return false;
    if (!due_is_right(engine, step->due_ms, "resolutionStep.dueMs", fault))
        return false;
    if (step->matter[0] != '\0')
        resolution->matter = step->matter;
    if (step->owner[0] != '\0')
        resolution->owner = step->owner;
    resolution->changes++;
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    charge(engine, subject, step->due_ms != 0 ? step->due_ms / 1000 : old_s, "resolution.amended");
    note(engine, FACT(RESOLUTION_CHANGED), subject, step->text, old_s);
    return true;
}

static bool take_back(struct engine *engine, Duban__Subject *subject, const Duban__ResolutionStep *step)
{
    static const enum policy_selector TO[] = { TO_OWNER };
    Duban__Task *task = engine_task_of(engine, &subject->task);
    struct words_of_subject words = {
        .message = "resolution_taken_back", .rule = "resolution.taken_back", .place = &rules_of(engine, subject)->place, .to = TO, .to_count = 1,
    };
    Duban__NoticeItem *item;

    subject->resolution->taken_back = true;
    note(engine, FACT(RESOLUTION_TAKEN_BACK), subject, step->text, 0);
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    engine_subject_finish(engine, subject);
    item = engine_item_of_subject(engine, subject);
    item->reason = step->text;
    engine_subject_tell(engine, subject, task, item, &words);
    state_put_task(engine->state, task);
    return true;
}

bool engine_on_resolution_step(struct engine *engine, const Duban__ResolutionStep *step, struct fault *fault)
{
    Duban__Subject *subject = engine_referenced_subject(engine, step->resolution, RESOLUTION, "resolutionStep.resolution", fault);

    if (subject == NULL)
        return false;
    if (step->act != DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_DONE &&
        !engine_may_at(engine, RIGHT_RESOLVE, engine_place_of_subject(subject), "", fault))
        return false;
    if (subject->finished_s != 0)
        return engine_subject_contradiction(engine, subject, "resolution_step",
                                            subject->resolution->taken_back ? "taken_back_already" : "done_already");
    switch (step->act) {
    case DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_DONE: return finish(engine, subject, step, fault);
    case DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_AMENDED: return amend(engine, subject, step, fault);
    case DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_TAKEN_BACK: return take_back(engine, subject, step);
    case DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_UNSPECIFIED:
    case _DUBAN__RESOLUTION_ACT_IS_INT_SIZE: break;
    }
    return fault_set(fault, "resolutionStep.act", "不认识这种操作", "there is no such act");
}

/* ---------------------------------------------------------------- remarks */

/* Whom it is for where it names nobody: "" = those who attend, who see it there. */
static const char *addressee_of(struct engine *engine, const Duban__Remark *remark, const Duban__Case *case_)
{
    const char *leaders[1];

    if (remark->addressee[0] != '\0')
        return remark->addressee;
    if (case_ != NULL)
        return case_->owner;
    if (remark->about_case != DUBAN__REMARK__ABOUT_SITE ||
        state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_GROUP_LEADER, engine_zone_of(engine, engine_place_of_site(remark->site)), leaders, 1) == 0)
        return "";
    return leaders[0];
}

/* It is told at the meetings of its day: not of one that is over, nor of one that nobody thinks of yet. */
static bool day_is_right(struct engine *engine, int64_t day, struct fault *fault)
{
    int64_t today = policy_day(engine->policy, engine->now_s);

    return (day >= today - REMARK_DAYS_BACK && day <= today + REMARK_DAYS_AHEAD) ||
           fault_set(fault, "remark.day", "只能对今天前%d天至今后%d天的例会批示，请核对日期",
                     "a remark is for a day from %d days ago to %d days ahead; check the day", REMARK_DAYS_BACK, REMARK_DAYS_AHEAD);
}

static bool remark_is_right(struct engine *engine, const Duban__Remark *remark, Duban__Case **case_, const char **site, struct fault *fault)
{
    *case_ = NULL;
    *site = "";
    if (!has_meetings(engine, "remark", fault))
        return false;
    if (remark->about_case == DUBAN__REMARK__ABOUT_DAY && !day_is_right(engine, remark->day, fault))
        return false;
    if (remark->about_case == DUBAN__REMARK__ABOUT_CASE_) {
        *case_ = engine_referenced_case(engine, remark->case_, fault);
        if (*case_ == NULL)
            return false;
        *site = (*case_)->site;
    } else if (remark->about_case == DUBAN__REMARK__ABOUT_SITE) {
        *site = remark->site;
        if (state_site(engine->state, remark->site) == NULL)
            return fault_set(fault, "remark.site", "点位 %s 不在登记册中，请核对编号或先登记点位",
                             "site %s is not in the registry; check the code or register the site", remark->site);
    }
    if (!engine_may_at(engine, RIGHT_REMARK, engine_place_of_site(*site), "", fault))
        return false;
    return remark->addressee[0] == '\0' || state_holder(engine->state, remark->addressee) != NULL ||
           fault_set(fault, "remark.addressee", "收件人 %s 没有登记；请写已登记人员的账号",
                     "addressee %s is not registered; name a member's account", remark->addressee);
}

static Duban__RemarkRecord *keep(struct engine *engine, const Duban__Remark *remark, const Duban__Case *case_, const char *site)
{
    Duban__RemarkRecord *made = arena_take(&engine->state->arena, sizeof *made);

    assert(made != NULL);
    duban__remark_record__init(made);
    made->sequence = engine->entry_sequence;
    made->at_s = engine->received_ms / 1000;
    made->day = remark->about_case == DUBAN__REMARK__ABOUT_DAY ? remark->day : policy_day(engine->policy, made->at_s);
    made->text = remark->text;
    made->by = (char *) engine->account;
    made->addressee = (char *) addressee_of(engine, remark, case_);
    if (case_ != NULL)
        made->case_id = case_->id;
    made->site = (char *) site;
    state_put_remark(engine->state, made);
    return made;
}

/* "DB-0012 ask the estate office". */
static Duban__Text *words_of_remark(struct engine *engine, const Duban__RemarkRecord *remark, const Duban__Case *case_)
{
    size_t size = strlen(remark->text) + sizeof "DB-4294967295 ";
    char *words;

    if (case_ == NULL)
        return engine_text(engine, remark->text, remark->text);
    words = arena_take(&engine->state->arena, size);
    assert(words != NULL);
    snprintf(words, size, "%s %s", state_case_label(&engine->state->arena, case_->number), remark->text);
    return engine_text(engine, words, words);
}

static void tell_remark(struct engine *engine, const Duban__RemarkRecord *remark, Duban__Case *case_)
{
    static const enum policy_selector TO[] = { TO_SENDER };   /* the account that it names */
    const Duban__Holder *by = state_holder(engine->state, remark->by);
    Duban__NoticeItem *item = case_ != NULL          ? engine_item(engine, NULL, case_)
                              : remark->site[0] == '\0' ? engine_item(engine, NULL, NULL)
                                                        : engine_item_at(engine, engine_place_of_site(remark->site));
    struct telling telling = {
        .message = "remark", .to = TO, .to_count = 1, .rule = "remark", .place = &engine->policy->meetings.place, .case_ = case_,
        .items = &item, .item_count = 1, .sender = remark->addressee,
    };

    item->matter = words_of_remark(engine, remark, case_);
    item->owner = remark->by;
    item->owner_title = by == NULL ? NULL : by->title;
    engine_tell(engine, &telling);
    if (case_ != NULL)
        state_put_case(engine->state, case_);
}

bool engine_on_remark(struct engine *engine, const Duban__Remark *remark, struct fault *fault)
{
    const Duban__RemarkRecord *made;
    Duban__Case *case_;
    Duban__Fact *fact;
    const char *site;

    if (!remark_is_right(engine, remark, &case_, &site, fault))
        return false;
    made = keep(engine, remark, case_, site);
    fact = engine_fact(engine, FACT(REMARKED), case_);
    fact->actor = (char *) engine->account;
    fact->recipient = made->addressee;
    fact->reason = made->text;
    engine_add_fact(engine, fact);
    if (made->addressee[0] != '\0')
        tell_remark(engine, made, case_);
    return true;
}
