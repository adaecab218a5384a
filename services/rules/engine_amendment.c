/* engine_amendment.c - a report was wrong: its reporter says how it should have been (更正).
 *
 *   in time --------------------------> each answer judged anew
 *   later --> the lead's approval ----> the same, or refused
 *
 * The report itself stays as it was submitted. What cannot be judged anew, because others have
 * judged or decided on it since, stands; that too is a fact, and shown to who can settle it.
 * Numbers in brackets are rules of the domain: (20) amendments.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "engine_figures.h"

enum { NUMBER_BYTES = 64 };

/* ---------------------------------------------------------------- what is said */

static void tell_about_case(struct engine *engine, const char *message, Duban__Case *case_, const enum policy_selector *to,
                            size_t to_count, const char *zh, const char *en)
{
    Duban__NoticeItem *item = engine_item(engine, NULL, case_);
    struct telling telling = {
        .message = message, .to = to, .to_count = to_count, .rule = "report.amended", .case_ = case_, .items = &item,
        .item_count = 1,
    };

    if (policy_message(engine_policy_of(engine, &case_->policy_version), message) == NULL)
        return;   /* a pack of before; the facts stand all the same */
    item->at_s = engine->stamp_s;
    item->reason = (char *) zh;
    item->reason_text = engine_text(engine, zh, en);
    engine_tell(engine, &telling);
}

static void tell_amended(struct engine *engine, Duban__Case *case_, const char *reason)
{
    static const enum policy_selector TO[] = { TO_SITE_CONTACT, TO_OWNER, TO_GROUP_LEADER };

    tell_about_case(engine, "case_amended", case_, TO, 3, reason, reason);
}

/* Whoever may edit or void the case settles what the rules cannot. */
static void tell_kept(struct engine *engine, Duban__Case *case_, const char *why)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_LEAD };
    bool judged = strcmp(why, "judged_since") == 0;

    tell_about_case(engine, "amendment_kept", case_, TO, 2, judged ? "其后又有巡查记录" : "其后已有处理决定",
                    judged ? "another report has been judged since" : "something has been decided on it since");
}

static void tell_declined(struct engine *engine, const char *rule, const char *account, int64_t asked_s, const char *zh,
                          Duban__Text *reason)
{
    static const enum policy_selector TO[] = { TO_SENDER };
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    struct telling telling = {
        .message = "act_declined", .to = TO, .to_count = 1, .rule = rule, .items = &item, .item_count = 1, .sender = account,
    };

    if (policy_message(engine->policy, telling.message) == NULL)
        return;
    item->at_s = asked_s;
    item->reason = (char *) zh;
    item->reason_text = reason;
    engine_tell(engine, &telling);
}

static void tell_refused(struct engine *engine, const Duban__WaitingAmendment *waiting, const char *zh, const char *en)
{
    tell_declined(engine, "report.amendment_refused", waiting->asked_by, waiting->asked_s, zh,
                  engine_text(engine, engine_joined(engine, "更正未获批准：", zh),
                              engine_joined(engine, "the amendment was refused: ", en)));
}

void engine_fill_amendment(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task)
{
    char number[NUMBER_BYTES];

    if (engine_era(engine) >= ERA_OF_REPORT_WORDS) {
        item->report = engine_report_ref(engine, task->report_sequence, 0);
    } else {
        snprintf(number, sizeof number, "第 %llu 号记录(report)", (unsigned long long) task->report_sequence);
        item->number = engine_keep(engine, number);
    }
    item->matter = engine_text(engine, "更正巡查记录", "an amendment");
}

/* ---------------------------------------------------------------- one answer */

static void note_amended(struct engine *engine, const Duban__Case *case_, const Duban__Visit *visit,
                         const Duban__Answer *answer, char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_AMENDED, case_);

    fact->rule = answer->item;
    fact->result = answer->result;
    fact->visit_ms = visit->visit_ms;
    fact->other_sequence = visit->sequence;
    fact->reason = reason;
    engine_add_fact(engine, fact);
}

static void keep(struct engine *engine, Duban__Case *case_, const char *why)
{
    engine_contradiction(engine, case_, "amendment", why);
    tell_kept(engine, case_, why);
}

/* The fail stands, its words may be other ones. */
static void reword(struct engine *engine, Duban__Case *case_, const Duban__Answer *answer)
{
    const Duban__Checked *checked = state_checked(engine->state, case_->id.data);

    if (answer->note[0] == '\0' || checked == NULL || checked->before != NULL)
        return;
    case_->finding = answer->note;
    case_->finding_en = "";
    state_put_case(engine->state, case_);
}

/* There never was such a finding. */
static void take_back_finding(struct engine *engine, Duban__Case *case_, const Duban__Visit *visit, char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_UNDONE, case_);

    fact->from = case_->state;
    fact->to = DUBAN__CASE_STATE__CASE_STATE_VOIDED;
    fact->visit_ms = visit->visit_ms;
    fact->other_sequence = visit->sequence;
    fact->reason = reason;
    engine_add_fact(engine, fact);
    engine_case_void(engine, case_, reason);
    engine_place_withdrawn(engine, visit, case_);
}

/* The words may be others and the judgement the same: that undoes nothing. */
static bool judges_alike(struct engine *engine, const Duban__Visit *visit, const Duban__Answer *answer)
{
    bool fails = engine_answer_fails(engine, visit, answer);
    bool passes = !fails && answer->result == DUBAN__RESULT__RESULT_PASS;

    return fails == engine_visit_failed(visit, answer->item) && passes == engine_visit_passed(visit, answer->item);
}

/* False, with a word to who can settle it: what the answer made of the case stands. */
static bool take_back(struct engine *engine, Duban__Case *case_, const Duban__Visit *visit, char *reason)
{
    const char *stands = engine_check_stands(engine, case_, visit);

    if (stands != NULL) {
        keep(engine, case_, stands);
        return false;
    }
    if (state_checked(engine->state, case_->id.data)->before == NULL)
        take_back_finding(engine, case_, visit, reason);
    else
        engine_check_undo(engine, case_, visit, reason);
    tell_amended(engine, case_, reason);
    return true;
}

/* Nobody can put right what is found where there is no site any more; that it failed is counted all the same. */
static void note_site_removed(struct engine *engine, const Duban__Visit *visit, const Duban__Answer *answer)
{
    Duban__Text *reason = engine_text(engine, engine_joined(engine, answer->item, "：点位已从登记册删除，更正后的不合格不再立案"),
                                      engine_joined(engine, answer->item, ": its site has been removed from the registry, so that the fail opens no case"));
    Duban__Fact *fact = engine_visit_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, visit);

    fact->actor = (char *) engine->account;
    fact->act = "amendment";
    fact->reason = "site_removed";
    fact->rule = "amendment.site_removed";
    engine_add_fact(engine, fact);
    tell_declined(engine, "amendment.site_removed", engine->account, engine->stamp_s, reason->zh, reason);
}

/* NULL: it opens no case. */
static Duban__Case *judge_at_its_site(struct engine *engine, const Duban__Visit *visit, const Duban__Answer *answer)
{
    if (engine_era(engine) < ERA_OF_REMOVED_SITES || state_site(engine->state, visit->site) != NULL)
        return engine_judge_answer(engine, visit, answer);
    if (engine_answer_fails(engine, visit, answer))
        note_site_removed(engine, visit, answer);
    return NULL;
}

/* The case, when the answer as it should have been opens or reopens one. */
static Duban__Case *judge_anew(struct engine *engine, Duban__Visit *visit, Duban__Answer *answer, char *reason)
{
    bool is_guidance = visit->purpose == DUBAN__PURPOSE__PURPOSE_GUIDANCE;   /* it says nothing to the case of its place */
    Duban__Case *case_ = is_guidance ? NULL : state_case_at(engine->state, visit->site, answer->item);
    bool is_caused = case_ != NULL && engine_check_caused(engine, case_, visit);

    note_amended(engine, case_, visit, answer, reason);
    if (judges_alike(engine, visit, answer)) {
        if (is_caused && engine_visit_failed(visit, answer->item))
            reword(engine, case_, answer);
        return NULL;
    }
    engine_answer_withdrawn(engine, visit, answer->item, reason);
    return !is_caused || take_back(engine, case_, visit, reason) ? judge_at_its_site(engine, visit, answer) : NULL;
}

/* ---------------------------------------------------------------- the whole report */

static const Duban__Answer *answer_about(Duban__Answer *const *answers, size_t count, const char *item)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(answers[i]->item, item) == 0)
            return answers[i];
    return NULL;
}

/* The items of one of its two lists: those that stand, and those whose answer now belongs there. */
static char **amended_list(struct engine *engine, const Duban__Visit *visit, char *const *items, size_t *item_count,
                           Duban__Answer *const *answers, size_t count, bool failing)
{
    char **list = (char **) arena_take_pointers(&engine->state->arena, *item_count + count + 1);
    size_t kept = 0;

    assert(list != NULL);
    for (size_t i = 0; i < *item_count; i++)
        if (answer_about(answers, count, items[i]) == NULL)
            list[kept++] = items[i];
    for (size_t i = 0; i < count; i++) {
        bool fails = engine_answer_fails(engine, visit, answers[i]);

        if (failing ? fails : !fails && answers[i]->result == DUBAN__RESULT__RESULT_PASS)
            list[kept++] = answers[i]->item;
    }
    *item_count = kept;
    return list;
}

/* What is asked of the visit from now on: what it found failing and what not, ... */
static void amend_judged(struct engine *engine, Duban__Visit *visit, Duban__Answer *const *answers, size_t count)
{
    engine_count_findings(engine, visit, -1);
    visit->failed = amended_list(engine, visit, visit->failed, &visit->n_failed, answers, count, true);
    engine_count_findings(engine, visit, 1);
    visit->passed = amended_list(engine, visit, visit->passed, &visit->n_passed, answers, count, false);
    engine_count_amended_visit(engine, visit);
}

/* ... and, while photos are missing, what is judged when the last has come. */
static void amend_answers(struct engine *engine, Duban__Visit *visit, Duban__Answer **answers, size_t count)
{
    Duban__Answer **all = arena_take_pointers(&engine->state->arena, visit->n_answers + count + 1);
    size_t kept = 0;

    if (visit->evidence_missing == 0)
        return;
    assert(all != NULL);
    for (size_t i = 0; i < visit->n_answers; i++)
        if (answer_about(answers, count, visit->answers[i]->item) == NULL)
            all[kept++] = visit->answers[i];
    for (size_t i = 0; i < count; i++)
        all[kept++] = answers[i];
    visit->answers = all;
    visit->n_answers = kept;
}

static void apply(struct engine *engine, Duban__Visit *visit, Duban__Answer **answers, size_t count, char *reason)
{
    Duban__Case **opened = arena_take_pointers(&engine->state->arena, count + 1);
    Duban__Site *site = state_site(engine->state, visit->site);
    bool was_called_for = site != NULL && engine_watch_is_called_for(engine, site), showed_nothing = engine_photos_show_nothing(visit);
    size_t opened_count = 0;

    assert(opened != NULL);
    answers = engine_judged_only(engine, site, visit, answers, &count);
    for (size_t i = 0; i < count; i++) {
        Duban__Case *case_ = judge_anew(engine, visit, answers[i], reason);

        if (case_ != NULL)
            opened[opened_count++] = case_;
    }
    if (opened_count > 0)
        engine_tell_opened(engine, NULL, opened, opened_count);
    amend_judged(engine, visit, answers, count);
    amend_answers(engine, visit, answers, count);
    engine_photos_amended(engine, visit, showed_nothing);
    state_put_visit(engine->state, visit);
    engine_inspection_amended(engine, visit);
    engine_entrances_amended(engine, visit, answers, count);
    engine_gate_posts_amended(engine, visit, answers, count);
    engine_visit_amended(engine, visit, reason);
    engine_meetings_completed(engine, visit);
    if (site == NULL)   /* removed since */
        return;
    engine_side_items_answered(engine, site, answers, count);
    state_put_site(engine->state, site);
    engine_watch_call(engine, site, was_called_for);
}

/* ---------------------------------------------------------------- asking */

static struct request request_of(const Duban__Visit *visit, const char *asked_by)
{
    return (struct request){ .right = RIGHT_APPROVE_AMENDMENT, .role = DUBAN__ROLE__ROLE_LEAD, .asked_by = asked_by,
                             .asked_for = visit->reporter };
}

static void ask_lead(struct engine *engine, Duban__Visit *visit, const Duban__Amendment *amendment)
{
    struct request request = request_of(visit, engine->account);
    Duban__WaitingAmendment *waiting = arena_take(&engine->state->arena, sizeof *waiting);
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_APPROVAL, NULL, 0);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "approval_wanted", .rule = "report.amendment_asked", .task = task, .items = &item, .item_count = 1,
    };

    assert(waiting != NULL);
    task->site = visit->site;
    engine_give_to_decider(engine, &request, task);
    task->matter = DUBAN__MATTER__MATTER_AMENDMENT;
    task->report_sequence = visit->sequence;
    engine_task_limit(engine, task, &engine->policy->approval_limit);
    engine_task_start(engine, task);
    item = engine_item(engine, task, NULL);
    item->reason = amendment->reason;
    engine_ask_decider(engine, &request, &telling);
    state_put_task(engine->state, task);
    duban__waiting_amendment__init(waiting);
    waiting->n_answers = amendment->n_answers;
    waiting->answers = amendment->answers;
    waiting->reason = amendment->reason;
    waiting->asked_by = (char *) engine->account;
    waiting->asked_s = engine->now_s;
    waiting->task = task->id;
    visit->amendment = waiting;
    state_put_visit(engine->state, visit);
    state_put_waiting_amendment(engine->state, visit);
}

static void note_asked(struct engine *engine, Duban__FactKind kind, const Duban__Visit *visit, char *reason)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    fact->subject = visit->amendment->task;
    fact->task = visit->amendment->task;
    fact->visit_ms = visit->visit_ms;
    fact->other_sequence = visit->sequence;
    fact->reason = reason;
    engine_add_fact(engine, fact);
}

/* (20) Who was there, or who settles what others have entered. */
static bool may_amend(struct engine *engine, const Duban__Visit *visit, struct fault *fault)
{
    struct fault by_post;

    if (strcmp(engine->account, visit->reporter) == 0 || engine_may(engine, RIGHT_SETTLE, NULL, NULL, &by_post))
        return true;
    return fault_set(fault, "account", "只有填报人 %s 本人或内勤可以更正这条记录，%s 不行（更正规则：本人更正）",
                     "only its reporter %s or the duty clerk may amend that report, not %s (rule: amended by its reporter)",
                     visit->reporter, engine->account);
}

static bool items_known(struct engine *engine, Duban__Answer *const *answers, size_t count, struct fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        char field[64];

        if (policy_item(engine->policy, answers[i]->item) != NULL)
            continue;
        snprintf(field, sizeof field, "amendment.answers[%zu].item", i);
        return fault_set(fault, field, "检查项 %s 不在现行检查项库(%s)中", "check item %s is not in the library in force (%s)",
                         answers[i]->item, engine->policy->name);
    }
    return true;
}

/* What nobody could ever apply as it is. */
static bool can_be_amended(struct engine *engine, const Duban__Visit *visit, const Duban__Amendment *amendment,
                           struct fault *fault)
{
    bool is_completed = visit->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;

    if (!is_completed && engine_era(engine) >= ERA_OF_AMENDED_GUIDANCE)
        return fault_set(fault, "amendment.reportSequence", "第 %llu 号记录是未果的到访，没有可更正的检查结果",
                         "report %llu is an attempt: it has no answers to amend", (unsigned long long) visit->sequence);
    if (!is_completed || (visit->purpose == DUBAN__PURPOSE__PURPOSE_GUIDANCE && engine_era(engine) < ERA_OF_AMENDED_GUIDANCE))
        return fault_set(fault, "amendment.reportSequence", "第 %llu 号记录是未果的到访或示范指导，没有可更正的检查结果",
                         "report %llu is an attempt or guidance: it has no answers to amend",
                         (unsigned long long) visit->sequence);
    if (visit->amendment != NULL)
        return fault_set(fault, "amendment.reportSequence", "第 %llu 号记录已有一项更正在等审批，批下来再改",
                         "an amendment of report %llu waits for its approval; amend it after that",
                         (unsigned long long) visit->sequence);
    return items_known(engine, amendment->answers, amendment->n_answers, fault);
}

static Duban__Visit *referenced_visit(struct engine *engine, uint64_t sequence, const char *field, struct fault *fault)
{
    Duban__Visit *visit = state_visit(engine->state, sequence);

    if (visit == NULL)
        fault_set(fault, field, "没有序号为 %llu 的巡查记录；还在待核的记录，请等内勤处理后再更正",
                  "there is no report with sequence %llu; one that is held is amended after the duty clerk has settled it",
                  (unsigned long long) sequence);
    return visit;
}

bool engine_on_amendment(struct engine *engine, const Duban__Amendment *amendment, struct fault *fault)
{
    Duban__Visit *visit;

    if (engine->policy == NULL)
        return fault_set(fault, "amendment", "尚无生效的政策包，请先 duban policy activate", "no policy is in force yet: duban policy activate");
    visit = referenced_visit(engine, amendment->report_sequence, "amendment.reportSequence", fault);
    if (visit == NULL || !may_amend(engine, visit, fault))
        return false;
    if (!can_be_amended(engine, visit, amendment, fault))
        return engine_decline(engine, "amendment", (ProtobufCBinaryData){ 0, NULL }, fault);
    if (engine->received_ms - visit->stamp_ms <= engine->policy->amendment_window_s * 1000) {
        apply(engine, visit, amendment->answers, amendment->n_answers, amendment->reason);
        return true;
    }
    ask_lead(engine, visit, amendment);
    note_asked(engine, DUBAN__FACT_KIND__FACT_KIND_AMENDMENT_ASKED, visit, amendment->reason);
    return true;
}

/* ---------------------------------------------------------------- nothing is left to decide */

static void end_waiting(struct engine *engine, Duban__Visit *visit)
{
    visit->amendment = NULL;
    state_put_visit(engine->state, visit);
    state_delete_waiting_amendment(engine->state, visit);
}

/* Does it ask for nothing but that this item did not fail? */
static bool only_takes_back(struct engine *engine, const Duban__Visit *visit, const char *item)
{
    const Duban__WaitingAmendment *waiting = visit->amendment;

    for (size_t i = 0; i < waiting->n_answers; i++)
        if (strcmp(waiting->answers[i]->item, item) != 0 || policy_item(engine->policy, item) == NULL ||
            engine_answer_fails(engine, visit, waiting->answers[i]))
            return false;
    return true;
}

void engine_end_amendments_of(struct engine *engine, const Duban__Case *case_)
{
    uint64_t sequence = 0;

    while ((sequence = state_waiting_amendment_after(engine->state, case_->site, sequence)) != 0) {
        Duban__Visit *visit = state_visit(engine->state, sequence);
        Duban__WaitingAmendment *waiting = visit->amendment;

        if (visit->visit_ms < case_->found_at_ms || !only_takes_back(engine, visit, case_->item))
            continue;
        note_asked(engine, DUBAN__FACT_KIND__FACT_KIND_AMENDMENT_REFUSED, visit, "voided");
        engine_end_task(engine, &waiting->task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
        tell_refused(engine, waiting, "问题已经作废", "the case is void");
        end_waiting(engine, visit);
    }
}

/* ---------------------------------------------------------------- deciding */

bool engine_decide_amendment(struct engine *engine, const Duban__Approval *approval, struct fault *fault)
{
    Duban__Visit *visit = referenced_visit(engine, approval->report_sequence, "approval.reportSequence", fault);
    Duban__WaitingAmendment *waiting = visit == NULL ? NULL : visit->amendment;
    struct request request;

    if (visit == NULL)
        return false;
    if (waiting == NULL) {
        fault_set(fault, "approval.reportSequence", "第 %llu 号记录没有等待批准的更正", "no amendment of report %llu waits for approval",
                  (unsigned long long) visit->sequence);
        return engine_decline(engine, "approval", (ProtobufCBinaryData){ 0, NULL }, fault);
    }
    request = request_of(visit, waiting->asked_by);
    if (!engine_may_decide(engine, &request, fault))
        return false;
    /* It may have waited while another library came into force. */
    if (approval->decision == DUBAN__DECISION__DECISION_GRANTED && !items_known(engine, waiting->answers, waiting->n_answers, fault))
        return engine_decline(engine, "approval", (ProtobufCBinaryData){ 0, NULL }, fault);
    if (approval->decision != DUBAN__DECISION__DECISION_GRANTED)
        note_asked(engine, DUBAN__FACT_KIND__FACT_KIND_AMENDMENT_REFUSED, visit, approval->reason);
    engine_end_task(engine, &waiting->task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    end_waiting(engine, visit);   /* others look for what waits while it is applied */
    if (approval->decision == DUBAN__DECISION__DECISION_GRANTED)
        apply(engine, visit, waiting->answers, waiting->n_answers, waiting->reason);
    else
        tell_refused(engine, waiting, approval->reason, approval->reason);
    return true;
}
