/* engine_feedback.c - the result of a complaint goes to its office, which receipts it: only then it is over. */
#include "engine_complaint.h"

#include <assert.h>
#include <string.h>

/* ---------------------------------------------------------------- the task */

/* Whoever is told of it, the office is the one that owes the receipt. */
void engine_fill_feedback(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                          const Duban__Case *case_)
{
    const char *accounts[1];
    const Duban__Holder *holder = NULL;

    (void) case_;
    if (state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_OFFICE, task->office, accounts, 1) > 0)
        holder = state_holder(engine->state, accounts[0]);
    item->owner = task->office;
    if (holder != NULL)
        item->owner_title = holder->title;
}

void complaint_open_feedback(struct engine *engine, Duban__Subject *subject)
{
    static const enum policy_selector TO[] = { TO_OFFICE };
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_FED_BACK, subject);
    struct duty feedback = {
        .kind = DUBAN__TASK_KIND__TASK_KIND_FEEDBACK, .owner_role = DUBAN__ROLE__ROLE_OFFICE,
        .office = subject->complaint->office, .limit = &complaint_rules(engine, subject)->feedback_limit,
        .message = "complaint_result", .rule = "complaint.concluded",
        .place = &complaint_rules(engine, subject)->place, .to = TO, .to_count = 1,
    };

    fact->recipient = subject->complaint->office;
    engine_add_fact(engine, fact);
    engine_subject_task(engine, subject, &feedback);
}

/* ---------------------------------------------------------------- the receipt */

static void forget_complainant(struct engine *engine, const Duban__Subject *subject)
{
    int64_t days = engine_subject_policy(engine, subject)->complaints.forget_after_days;

    engine_forget_from(engine, engine->now_s + days * DAY_SECONDS, &subject->complaint->complainant_token, subject->id.data);
}

bool engine_on_feedback_receipt(struct engine *engine, const Duban__FeedbackReceipt *receipt, struct fault *fault)
{
    Duban__Subject *subject = engine_referenced_subject(engine, receipt->complaint, COMPLAINT, "feedbackReceipt.complaint", fault);
    Duban__Fact *fact;

    if (subject == NULL)
        return false;
    if (subject->complaint->state == DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_VERIFYING)
        return fault_set(fault, "feedbackReceipt.complaint", "投诉 %s 还没有核实结论，无可签收", "complaint %s has no result yet that could be receipted",
                         engine_subject_number(engine, subject));
    if (!engine_may_at(engine, RIGHT_RECEIPT, engine_place_of_subject(subject), subject->complaint->office, fault))
        return false;
    if (subject->finished_s != 0)
        return engine_subject_contradiction(engine, subject, "feedback_receipt", "receipted");
    fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RECEIPTED, subject);
    fact->reason = receipt->text;
    engine_add_fact(engine, fact);
    subject->complaint->state = DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_FINISHED;
    engine_subject_finish(engine, subject);
    forget_complainant(engine, subject);
    return true;
}
