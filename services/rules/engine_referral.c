/* engine_referral.c - what a visit found is another office's: that office takes it, and says what it did.
 *
 *   found -> sent -> received -> result -> confirmed by a visit
 *             ^        |            | not so: the same office once more
 *             +--- returned: not this office's; whoever keeps the house sends it on
 *
 * No case of the site. Only the office that it is with may act for it: what another office says is
 * kept, marked, and its sender told. A referral that nobody wants goes up.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

static const Duban__SubjectKind REFERRAL = DUBAN__SUBJECT_KIND__SUBJECT_KIND_REFERRAL;

#define STATE(name) DUBAN__REFERRAL_STATE__REFERRAL_STATE_##name
#define FACT(name) DUBAN__FACT_KIND__FACT_KIND_##name

static const struct policy_referrals *rules_of(struct engine *engine, const Duban__Subject *subject)
{
    return &engine_policy_of(engine, &subject->policy_version)->referrals;
}

/* ---------------------------------------------------------------- what is shown of it */

struct policy_text engine_referral_state(const Duban__Subject *subject)
{
    switch (subject->referral->state) {
    case STATE(SENT): return (struct policy_text){ "已移交", "sent" };
    case STATE(RECEIVED): return (struct policy_text){ "已签收", "received" };
    case STATE(RETURNED): return (struct policy_text){ "退回", "returned" };
    case STATE(ANSWERED): return (struct policy_text){ "已反馈", "answered" };
    case STATE(CONFIRMED): return (struct policy_text){ "已确认", "confirmed" };
    case STATE(UNSPECIFIED):
    case _DUBAN__REFERRAL_STATE_IS_INT_SIZE:
        break;
    }
    return (struct policy_text){ "", "" };
}

Duban__Text *engine_referral_words(struct engine *engine, const Duban__Subject *subject)
{
    return engine_finding_words(engine, engine_policy_of(engine, &subject->policy_version), subject->referral->item,
                                subject->referral->text);
}

static Duban__Text *title_of_office(struct engine *engine, const char *office)
{
    const char *accounts[1];
    const Duban__Holder *holder = NULL;

    if (state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_OFFICE, office, accounts, 1) > 0)
        holder = state_holder(engine->state, accounts[0]);
    return holder != NULL && holder->title != NULL ? holder->title : engine_text(engine, office, office);
}

void engine_fill_referral(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject)
{
    const Duban__ReferralRecord *referral = subject->referral;

    item->matter = item->finding = engine_referral_words(engine, subject);
    item->owner = referral->office;
    item->owner_title = title_of_office(engine, referral->office);
    item->count = referral->returns;
    item->reason = referral->state == STATE(ANSWERED) ? referral->result : referral->returned_because;
    item->overdue_round = 1;
    if (engine_era(engine) >= ERA_OF_REPORT_WORDS)
        item->report = engine_report_ref(engine, referral->found_sequence, referral->photos);
}

/* Between two offices it is the duty clerk's. */
void engine_fill_referral_task(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                               const Duban__Case *case_)
{
    (void) case_;
    if (task->owner_role != DUBAN__ROLE__ROLE_DUTY_CLERK)
        return;
    item->owner = "duty_clerk";
    item->owner_title = engine_text(engine, "内勤", "duty clerk");
}

/* ---------------------------------------------------------------- sending */

static void note_sent(struct engine *engine, const Duban__Subject *subject)
{
    Duban__Fact *fact = engine_subject_fact(engine, FACT(REFERRED), subject);

    fact->recipient = subject->referral->office;
    fact->number = subject->referral->returns + 1;
    engine_add_fact(engine, fact);
}

static void send_out(struct engine *engine, Duban__Subject *subject, const char *rule)
{
    static const enum policy_selector TO[] = { TO_OFFICE };
    const struct policy_referrals *rules = rules_of(engine, subject);
    struct duty duty = {
        .kind = DUBAN__TASK_KIND__TASK_KIND_REFERRAL, .owner_role = DUBAN__ROLE__ROLE_OFFICE,
        .office = subject->referral->office, .limit = &rules->receipt_limit, .message = "referral", .rule = rule,
        .place = &rules->place, .to = TO, .to_count = 1,
    };

    subject->referral->state = STATE(SENT);
    note_sent(engine, subject);
    engine_subject_task(engine, subject, &duty);
}

/* ---------------------------------------------------------------- found by a visit */

static Duban__Subject *open_one(struct engine *engine, const struct finding *finding)
{
    struct open_subjects open;

    engine_open_at(engine, REFERRAL, engine_place_of_site(finding->visit->site), &open);
    for (size_t i = 0; i < open.count; i++) {
        Duban__Subject *subject = state_subject(engine->state, open.ids[i]);

        if (strcmp(subject->referral->item, finding->item->code) == 0)
            return subject;
    }
    return NULL;
}

static uint32_t photos_declared(const struct finding *finding)
{
    uint32_t count = 0;

    for (size_t i = 0; i < finding->visit->n_evidence; i++) {
        const char *item = finding->visit->evidence[i]->item;

        count += item[0] == '\0' || strcmp(item, finding->item->code) == 0;
    }
    return count;
}

static void open_referral(struct engine *engine, const struct finding *finding, const struct policy_route *route)
{
    Duban__Subject *subject = engine_subject_new(engine, REFERRAL, engine_place_of_site(finding->visit->site));
    Duban__ReferralRecord *made = arena_take(&engine->state->arena, sizeof *made);
    Duban__Fact *fact = engine_subject_visit_fact(engine, FACT(RECEIVED), subject, finding->visit);

    assert(made != NULL);
    duban__referral_record__init(made);
    made->item = (char *) finding->item->code;
    made->text = finding->answer->note;
    made->office = (char *) route->office;
    made->found_sequence = finding->visit->sequence;
    made->found_by = finding->visit->reporter;
    made->photos = photos_declared(finding);
    subject->of_case = DUBAN__SUBJECT__OF_REFERRAL;
    subject->referral = made;
    fact->reason = finding->answer->note;
    engine_add_fact(engine, fact);
    send_out(engine, subject, "referral.found");
}

static struct duty result_duty(struct engine *engine, const Duban__Subject *subject)
{
    const struct policy_referrals *rules = rules_of(engine, subject);

    return (struct duty){
        .kind = DUBAN__TASK_KIND__TASK_KIND_REFERRAL_RESULT, .owner_role = DUBAN__ROLE__ROLE_OFFICE,
        .office = subject->referral->office, .limit = &rules->result_limit, .place = &rules->place,
    };
}

static void await_result(struct engine *engine, Duban__Subject *subject, const char *message, const char *rule,
                         enum policy_selector to)
{
    struct duty duty = result_duty(engine, subject);

    duty.message = message;
    duty.rule = rule;
    duty.to = &to;
    duty.to_count = 1;
    subject->referral->state = STATE(RECEIVED);
    engine_subject_task(engine, subject, &duty);
}

static bool is_after_result(const Duban__Subject *subject, const struct finding *finding)
{
    return subject->referral->state == STATE(ANSWERED) && finding->visit->visit_ms / 1000 >= subject->referral->answered_s;
}

static void note_seen(struct engine *engine, Duban__Subject *subject, Duban__FactKind kind, const struct finding *finding)
{
    Duban__Fact *fact = engine_subject_visit_fact(engine, kind, subject, finding->visit);

    fact->reason = finding->answer->note;
    engine_add_fact(engine, fact);
}

void engine_referral_found(struct engine *engine, const struct finding *finding, const struct policy_route *route)
{
    Duban__Subject *subject = open_one(engine, finding);

    if (subject == NULL) {
        open_referral(engine, finding, route);
    } else if (is_after_result(subject, finding)) {
        note_seen(engine, subject, FACT(NOT_CONFIRMED), finding);
        engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
        await_result(engine, subject, "referral_again", "referral.not_confirmed", TO_OFFICE);
    } else {
        note_seen(engine, subject, FACT(SEEN_AGAIN), finding);
        subject->referral->seen_again++;
        state_put_subject(engine->state, subject);
    }
}

void engine_referral_passed(struct engine *engine, const struct finding *finding, const char *defect)
{
    Duban__Subject *subject = open_one(engine, finding);
    Duban__Fact *fact;

    if (subject == NULL)
        return;
    if (defect == NULL && !is_after_result(subject, finding))
        defect = "not_answered";
    fact = engine_subject_visit_fact(engine, defect != NULL ? FACT(VISIT_NOT_COUNTED) : FACT(CONFIRMED), subject, finding->visit);
    if (defect != NULL)
        fact->reason = (char *) defect;
    engine_add_fact(engine, fact);
    if (defect != NULL)
        return;
    engine_subject_cure(engine, subject, finding->visit->visit_ms);
    subject->referral->state = STATE(CONFIRMED);
    subject->referral->visit_sequence = finding->visit->sequence;
    engine_subject_finish(engine, subject);
}

/* ---------------------------------------------------------------- what a visit said is amended */

const char *engine_referral_item(const Duban__Subject *subject)
{
    return subject->referral->item;
}

/* It waits for somebody to go there and see, as before. */
static void confirm_again(struct engine *engine, Duban__Subject *subject)
{
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    subject->referral->state = STATE(ANSWERED);
    subject->referral->visit_sequence = 0;
    engine_subject_confirm(engine, subject, "referral_done", "referral.answered");
}

void engine_referral_withdraw(struct engine *engine, Duban__Subject *subject, const Duban__Fact *caused)
{
    if (caused->kind == FACT(RECEIVED)) {
        engine_subject_withdraw(engine, subject);
    } else if (caused->kind == FACT(SEEN_AGAIN)) {
        subject->referral->seen_again--;
        state_put_subject(engine->state, subject);
    } else {
        if (subject->finished_s != 0)
            engine_subject_reopen(engine, subject);
        confirm_again(engine, subject);
    }
}

/* ---------------------------------------------------------------- what the office says */

static bool holds_an_office(struct engine *engine)
{
    const Duban__Holder *holder = state_holder(engine->state, engine->account);

    for (size_t i = 0; holder != NULL && i < holder->n_roles; i++)
        if (holder->roles[i]->role == DUBAN__ROLE__ROLE_OFFICE)
            return true;
    return false;
}

/* Another office has no say. What it said is kept and marked; *settled is then what the handler returns. */
static bool is_with(struct engine *engine, const Duban__Subject *subject, struct fault *fault, bool *settled)
{
    if (engine_may_at(engine, RIGHT_TAKE_REFERRAL, engine_place_of_subject(subject), subject->referral->office, fault))
        return true;
    *settled = false;
    if (!holds_an_office(engine))
        return false;
    fault_set(fault, "referralStep.referral", "移交 %s 现在不在贵科室，只有承接它的科室能签收、退回或反馈",
              "referral %s is not with your office; only the office that it is with may receipt, return or answer it",
              engine_subject_number(engine, subject));
    *settled = engine_decline(engine, "referral_step", subject->id, fault);
    return false;
}

static void add_step_fact(struct engine *engine, Duban__FactKind kind, const Duban__Subject *subject, const char *text)
{
    Duban__Fact *fact = engine_subject_fact(engine, kind, subject);

    fact->recipient = subject->referral->office;
    fact->reason = (char *) text;
    if (kind == FACT(RETURNED))
        fact->number = subject->referral->returns;
    engine_add_fact(engine, fact);
}

static bool receive(struct engine *engine, Duban__Subject *subject, const Duban__ReferralStep *step)
{
    if (subject->referral->state != STATE(SENT))
        return engine_subject_contradiction(engine, subject, "referral_step", "receipted");
    add_step_fact(engine, FACT(RECEIPTED), subject, step->text);
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_DONE);
    await_result(engine, subject, "referral_received", "referral.received", TO_GROUP_LEADER);
    return true;
}

/* From the policy's number on the lead hears of each. */
static void tell_often_returned(struct engine *engine, const Duban__Subject *subject)
{
    static const enum policy_selector TO[] = { TO_LEAD };
    const struct policy_referrals *rules = rules_of(engine, subject);
    Duban__Task *task = engine_task_of(engine, &subject->task);
    struct words_of_subject words = {
        .message = "referral_returned_often", .rule = "referral.returns_told", .place = &rules->place, .to = TO, .to_count = 1,
    };

    if (subject->referral->returns < rules->returns_told)
        return;
    engine_subject_tell(engine, subject, task, engine_item_of_subject(engine, subject), &words);
    state_put_task(engine->state, task);
}

/* It was with the office in time; but what it has taken before, it has not answered by that. */
static bool hand_back(struct engine *engine, Duban__Subject *subject, const Duban__ReferralStep *step)
{
    static const enum policy_selector TO[] = { TO_DUTY_CLERK, TO_GROUP_LEADER };
    const struct policy_referrals *rules = rules_of(engine, subject);
    struct duty duty = {
        .kind = DUBAN__TASK_KIND__TASK_KIND_REFERRAL, .owner_role = DUBAN__ROLE__ROLE_DUTY_CLERK, .office = "",
        .limit = &rules->receipt_limit, .message = "referral_returned", .rule = "referral.returned",
        .place = &rules->place, .to = TO, .to_count = 2,
    };
    bool received = subject->referral->state == STATE(RECEIVED);

    subject->referral->state = STATE(RETURNED);
    subject->referral->returns++;
    subject->referral->returned_because = step->text;
    add_step_fact(engine, FACT(RETURNED), subject, step->text);
    engine_subject_end_task(engine, subject, received ? DUBAN__TASK_STATE__TASK_STATE_CANCELLED
                                                      : DUBAN__TASK_STATE__TASK_STATE_DONE);
    engine_subject_task(engine, subject, &duty);
    tell_often_returned(engine, subject);
    return true;
}

/* Whoever answers at once has received it too, and owed the result from then on. */
static void receive_at_once(struct engine *engine, Duban__Subject *subject)
{
    struct duty duty = result_duty(engine, subject);

    add_step_fact(engine, FACT(RECEIPTED), subject, "");
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_DONE);
    subject->task = engine_subject_side_task(engine, subject, &duty)->id;
}

static bool answer(struct engine *engine, Duban__Subject *subject, const Duban__ReferralStep *step)
{
    if (subject->referral->state == STATE(SENT))
        receive_at_once(engine, subject);
    add_step_fact(engine, FACT(ANSWERED), subject, step->text);
    subject->referral->state = STATE(ANSWERED);
    subject->referral->result = step->text;
    subject->referral->answered_s = engine->now_s;
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_DONE);
    engine_subject_confirm(engine, subject, "referral_done", "referral.answered");
    return true;
}

static bool by_office(struct engine *engine, Duban__Subject *subject, const Duban__ReferralStep *step, struct fault *fault)
{
    bool settled;

    if (!is_with(engine, subject, fault, &settled))
        return settled;
    if (subject->referral->state == STATE(RETURNED))
        return engine_subject_contradiction(engine, subject, "referral_step", "returned_already");
    if (subject->referral->state == STATE(ANSWERED))
        return engine_subject_contradiction(engine, subject, "referral_step", "answered_already");
    if (step->act == DUBAN__REFERRAL_ACT__REFERRAL_ACT_RECEIVED)
        return receive(engine, subject, step);
    return (step->act == DUBAN__REFERRAL_ACT__REFERRAL_ACT_RETURNED ? hand_back : answer)(engine, subject, step);
}

/* ---------------------------------------------------------------- sent on */

static bool office_exists(struct engine *engine, const char *office, struct fault *fault)
{
    const char *accounts[1];

    return state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_OFFICE, office, accounts, 1) > 0 ||
           fault_set(fault, "referralStep.office", "科室 %s 没有登记人员，移交无人接收；请核对编号或先登记(office:%s)",
                     "nobody is registered for office %s to take it; check the code or register somebody (office:%s)",
                     office, office);
}

static bool send_on(struct engine *engine, Duban__Subject *subject, const Duban__ReferralStep *step, struct fault *fault)
{
    if (!engine_may_at(engine, RIGHT_REFER, engine_place_of_subject(subject), "", fault) ||
        !office_exists(engine, step->office, fault))
        return false;
    if (subject->referral->state != STATE(RETURNED))
        return engine_subject_contradiction(engine, subject, "referral_step", "not_returned");
    subject->referral->office = step->office;
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_DONE);
    send_out(engine, subject, "referral.sent_on");
    return true;
}

bool engine_on_referral_step(struct engine *engine, const Duban__ReferralStep *step, struct fault *fault)
{
    Duban__Subject *subject = engine_referenced_subject(engine, step->referral, REFERRAL, "referralStep.referral", fault);

    if (subject == NULL)
        return false;
    if (subject->finished_s != 0)
        return engine_subject_contradiction(engine, subject, "referral_step", "finished_already");
    if (step->act == DUBAN__REFERRAL_ACT__REFERRAL_ACT_SENT)
        return send_on(engine, subject, step, fault);
    return by_office(engine, subject, step, fault);
}
