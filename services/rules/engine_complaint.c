/* engine_complaint.c - somebody says that something is wrong: go there and look, tell the office.
 *
 *   complaint -> check (a visit is the only way out) -> result -> feedback -> receipt: finished
 *                 ^ joined: same place and matter, one visit for all of them
 *
 * What was known before orders the work and never closes it. Unfounded leaves no mark on anybody.
 * Numbers in brackets are rules of the domain: (19) joined complaints.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

enum { MAX_OPEN = 256, MAX_VISITS = 256, MAX_PRIOR_CASES = 20, CASE_NUMBER_BYTES = 16 };

static const Duban__SubjectKind COMPLAINT = DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT;

static const struct policy_complaints *rules_of(struct engine *engine, const Duban__Subject *subject)
{
    return &engine_policy_of(engine, &subject->policy_version)->complaints;
}

static Duban__Subject *complaint_with(struct engine *engine, const ProtobufCBinaryData *id)
{
    Duban__Subject *subject = state_subject(engine->state, id->data);

    assert(subject != NULL && subject->of_case == DUBAN__SUBJECT__OF_COMPLAINT);
    return subject;
}

/* ---------------------------------------------------------------- what is shown of it */

struct policy_text engine_complaint_state(const Duban__Subject *subject)
{
    switch (subject->complaint->state) {
    case DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_VERIFYING: return (struct policy_text){ "核实中", "being verified" };
    case DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_FEEDBACK: return (struct policy_text){ "反馈待收", "waits for the receipt" };
    case DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_FINISHED: return (struct policy_text){ "办结", "finished" };
    case DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_UNSPECIFIED:
    case _DUBAN__COMPLAINT_STATE_IS_INT_SIZE:
        break;
    }
    return (struct policy_text){ "", "" };
}

static struct policy_text outcome_label(Duban__ComplaintOutcome outcome)
{
    switch (outcome) {
    case DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_SUBSTANTIATED: return (struct policy_text){ "属实", "substantiated" };
    case DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_PARTLY: return (struct policy_text){ "部分属实", "partly substantiated" };
    case DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNFOUNDED: return (struct policy_text){ "不属实", "unfounded" };
    case DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNVERIFIABLE: return (struct policy_text){ "无法核实", "cannot be verified" };
    case DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNSPECIFIED:
    case _DUBAN__COMPLAINT_OUTCOME_IS_INT_SIZE:
        break;
    }
    return (struct policy_text){ "", "" };
}

Duban__Text *engine_complaint_words(struct engine *engine, const Duban__Subject *subject)
{
    const struct policy_item *item = policy_item(engine_policy_of(engine, &subject->policy_version),
                                                 subject->complaint->matter);
    size_t size = strlen(subject->complaint->place) + strlen(subject->complaint->text) + 2;
    char *zh = arena_take(&engine->state->arena, size);

    assert(zh != NULL);
    snprintf(zh, size, "%s%s%s", subject->complaint->place, subject->complaint->place[0] == '\0' ? "" : " ",
             subject->complaint->text);
    return engine_text(engine, zh, item == NULL ? "" : item->text.en);
}

void engine_fill_complaint(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject)
{
    const Duban__ComplaintRecord *complaint = subject->complaint;
    struct policy_text outcome = outcome_label(complaint->outcome);

    item->matter = item->finding = engine_complaint_words(engine, subject);
    item->at_s = complaint->received_ms / 1000;
    item->overdue_round = 1;
    if (complaint->outcome != DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNSPECIFIED)
        item->reason_text = engine_text(engine, outcome.zh, outcome.en);
}

static void fill_prior_cases(struct engine *engine, Duban__NoticeItem *item, const Duban__ComplaintRecord *complaint)
{
    item->prior_cases = (char **) arena_take_pointers(&engine->state->arena, complaint->n_prior_cases + 1);
    assert(item->prior_cases != NULL);
    for (size_t i = 0; i < complaint->n_prior_cases; i++) {
        char *number = arena_take(&engine->state->arena, CASE_NUMBER_BYTES);

        assert(number != NULL);
        snprintf(number, CASE_NUMBER_BYTES, "DB-%04u", complaint->prior_cases[i]);
        item->prior_cases[item->n_prior_cases++] = number;
    }
}

void engine_fill_complaint_check(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                                 const Duban__Case *case_)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    item->least_s = rules_of(engine, subject)->observation_s;
    item->n_prior_visits = subject->complaint->n_prior_visits;
    item->prior_visits = subject->complaint->prior_visits;
    fill_prior_cases(engine, item, subject->complaint);
}

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

/* ---------------------------------------------------------------- what is known of the site */

static Duban__PriorVisit *prior_visit(struct engine *engine, uint64_t sequence)
{
    const Duban__Visit *visit = state_visit(engine->state, sequence);
    Duban__PriorVisit *prior = arena_take(&engine->state->arena, sizeof *prior);

    assert(visit != NULL && prior != NULL);
    duban__prior_visit__init(prior);
    prior->sequence = sequence;
    prior->at_s = visit->visit_ms / 1000;
    prior->purpose = visit->purpose;
    prior->failed = (uint32_t) visit->n_failed;
    return prior;
}

static void note_prior_visits(struct engine *engine, Duban__ComplaintRecord *complaint, const char *site)
{
    uint64_t sequences[MAX_VISITS];
    size_t count = state_visits_of_site(engine->state, site, 0, sequences, engine->policy->complaints.visits_shown);

    complaint->prior_visits = arena_take_pointers(&engine->state->arena, count + 1);
    assert(complaint->prior_visits != NULL);
    for (size_t i = 0; i < count; i++)
        complaint->prior_visits[complaint->n_prior_visits++] = prior_visit(engine, sequences[i]);
}

static void note_prior_cases(struct engine *engine, Duban__ComplaintRecord *complaint, const char *site)
{
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = state_cases_of_site(engine->state, site, ids, MAX_CASES_PER_SITE);

    complaint->prior_cases = arena_take(&engine->state->arena, MAX_PRIOR_CASES * sizeof complaint->prior_cases[0]);
    assert(complaint->prior_cases != NULL);
    for (size_t i = 0; i < count && complaint->n_prior_cases < MAX_PRIOR_CASES; i++) {
        const Duban__Case *case_ = state_case(engine->state, ids[i]);

        if (engine_case_is_open(case_))
            complaint->prior_cases[complaint->n_prior_cases++] = case_->number;
    }
}

/* ---------------------------------------------------------------- the check */

static const struct policy_limit *check_limit(const struct policy_complaints *rules, const Duban__ComplaintRecord *complaint)
{
    return complaint->danger ? &rules->danger_limit : &rules->limit;
}

const struct policy_limit *engine_complaint_limit(struct engine *engine, const Duban__Task *task, const Duban__Case *case_)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    return check_limit(rules_of(engine, subject), subject->complaint);
}

static void open_check(struct engine *engine, Duban__Subject *subject, const char *rule)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_INSPECTOR };
    const struct policy_complaints *rules = rules_of(engine, subject);
    struct duty check = {
        .kind = DUBAN__TASK_KIND__TASK_KIND_COMPLAINT, .owner_role = DUBAN__ROLE__ROLE_GROUP_LEADER, .office = "",
        .limit = check_limit(rules, subject->complaint),
        .message = "complaint_in", .rule = rule, .place = &rules->place, .to = TO, .to_count = 2,
    };

    subject->complaint->state = DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_VERIFYING;
    engine_subject_task(engine, subject, &check);
}

/* What one complaint is about is about the other too. */
static void link_both(struct engine *engine, const ProtobufCBinaryData *one, const ProtobufCBinaryData *other)
{
    const ProtobufCBinaryData *ends[][2] = { { one, other }, { other, one } };

    for (size_t i = 0; i < 2; i++) {
        Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_LINKED, NULL);

        fact->subject = *ends[i][0];
        fact->other = *ends[i][1];
        engine_add_fact(engine, fact);
    }
}

static void add_id(struct engine *engine, ProtobufCBinaryData **ids, size_t *count, const ProtobufCBinaryData *id)
{
    ProtobufCBinaryData *longer = arena_take(&engine->state->arena, (*count + 1) * sizeof *longer);

    assert(longer != NULL);
    if (*count > 0)
        memcpy(longer, *ids, *count * sizeof *longer);
    longer[(*count)++] = *id;
    *ids = longer;
}

static bool same_id(const ProtobufCBinaryData *one, const ProtobufCBinaryData *other)
{
    return bytes_equal(bytes_of(one->data, one->len), bytes_of(other->data, other->len));
}

static void note_hastened(struct engine *engine, const Duban__Subject *head, int64_t old_s, int64_t new_s)
{
    Duban__Fact *fact = engine_subject_fact(engine, old_s == 0 ? DUBAN__FACT_KIND__FACT_KIND_DUE_SET
                                                               : DUBAN__FACT_KIND__FACT_KIND_DUE_MOVED, head);

    fact->old_s = old_s;
    fact->new_s = new_s;
    fact->reason = "danger";
    engine_add_fact(engine, fact);
}

/* Somebody adds that it is dangerous: the check is wanted as soon as if that had been known now. */
static void hasten(struct engine *engine, Duban__Subject *head)
{
    const struct policy *policy = engine_policy_of(engine, &head->policy_version);
    Duban__Task *task = engine_task_of(engine, &head->task);
    const struct policy_limit *limit = &policy->complaints.danger_limit;
    Duban__Counted *counted = engine_counted_new(engine, policy, limit->unit, engine->now_s);
    int64_t due_s = engine_count(engine, counted, limit);

    head->complaint->danger = true;
    if (task->due_s != 0 && (due_s == 0 || due_s >= task->due_s))
        return;
    if (due_s != 0)
        note_hastened(engine, head, task->due_s, due_s);
    counted->level = task->level;
    task->counted = counted;
    task->base_s = engine->now_s;
    task->due_s = due_s;   /* 0: counted from here once its year is published */
    engine_task_replan(engine, task, false);
}

static void tell_hastened(struct engine *engine, const Duban__Subject *head)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_INSPECTOR };
    Duban__Task *task = engine_task_of(engine, &head->task);
    Duban__NoticeItem *item = engine_item(engine, task, NULL);
    struct telling telling = {
        .message = "complaint_in", .to = TO, .to_count = 2, .rule = "complaint.hastened",
        .place = &rules_of(engine, head)->place, .task = task,
        .items = &item, .item_count = 1, .urgent = true,
    };

    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
}

/* (19) One visit, feedback for each. */
static void join(struct engine *engine, Duban__Subject *head, Duban__Subject *subject)
{
    bool is_hastened = subject->complaint->danger && !head->complaint->danger;

    subject->complaint->state = DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_VERIFYING;
    add_id(engine, &head->complaint->joined, &head->complaint->n_joined, &subject->id);
    if (!same_id(&subject->complaint->joined_to, &head->id))
        link_both(engine, &subject->id, &head->id);
    subject->complaint->joined_to = head->id;
    state_put_subject(engine->state, subject);
    if (is_hastened)
        hasten(engine, head);
    state_put_subject(engine->state, head);
    if (is_hastened)
        tell_hastened(engine, head);
}

static bool leads_a_check(const Duban__Subject *subject)
{
    return subject->complaint->state == DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_VERIFYING &&
           subject->complaint->joined_to.len == 0;
}

/* The complaint of the same place and matter whose check is open; NULL when there is none. */
static Duban__Subject *open_check_of(struct engine *engine, struct place place, const char *matter)
{
    uint8_t ids[MAX_OPEN][ID_BYTES];
    size_t count = engine_open_subjects(engine, COMPLAINT, place, ids, MAX_OPEN);

    for (size_t i = 0; i < count; i++) {
        Duban__Subject *subject = state_subject(engine->state, ids[i]);

        if (leads_a_check(subject) && strcmp(subject->complaint->matter, matter) == 0)
            return subject;
    }
    return NULL;
}

/* ---------------------------------------------------------------- a complaint comes in */

static struct place place_of(const Duban__Complaint *complaint)
{
    struct place place = engine_place_of_site("");

    if (complaint->where_case == DUBAN__COMPLAINT__WHERE_SITE)
        place.site = complaint->site;
    else
        place.area = complaint->area;
    return place;
}

static bool place_exists(struct engine *engine, struct place place, struct fault *fault)
{
    if (place.site[0] != '\0')
        return state_site(engine->state, place.site) != NULL ||
               fault_set(fault, "complaint.site", "点位 %s 不在登记册中，请核对编号；不清楚点位的，改填社区(村)",
                         "site %s is not in the registry; check the code, or name the area when the site is not known",
                         place.site);
    return state_area(engine->state, place.area) != NULL ||
           fault_set(fault, "complaint.area", "区域 %s 不在登记册中，请核对编号", "area %s is not in the registry; check the code",
                     place.area);
}

static bool complaint_is_right(struct engine *engine, const Duban__Complaint *complaint, struct fault *fault)
{
    if (engine->policy == NULL || !engine->policy->complaints.given)
        return fault_set(fault, "complaint", "现行政策包没有投诉核实(complaints)一节，请补上后再受理",
                         "the policy in force has no section complaints; add it to take complaints");
    if (!engine_may_at(engine, RIGHT_ENTER_COMPLAINT, place_of(complaint), "", fault) ||
        !place_exists(engine, place_of(complaint), fault))
        return false;
    if (policy_item(engine->policy, complaint->matter) == NULL)
        return fault_set(fault, "complaint.matter", "检查项 %s 不在现行检查项库(%s)中", "check item %s is not in the library in force (%s)",
                         complaint->matter, engine->policy->name);
    return complaint->received_at_ms <= engine->received_ms ||
           fault_set(fault, "complaint.receivedAtMs", "受理时间晚于录入时间，请核对", "it was received later than it is entered; check the time");
}

static Duban__Subject *record(struct engine *engine, const Duban__Complaint *complaint)
{
    Duban__Subject *subject = engine_subject_new(engine, COMPLAINT, place_of(complaint));
    Duban__ComplaintRecord *made = arena_take(&engine->state->arena, sizeof *made);
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RECEIVED, subject);

    assert(made != NULL);
    duban__complaint_record__init(made);
    made->source = complaint->source;
    made->place = complaint->place;
    made->matter = complaint->matter;
    made->text = complaint->text;
    made->received_ms = complaint->received_at_ms != 0 ? complaint->received_at_ms : engine->received_ms;
    made->danger = complaint->danger;
    if (complaint->complainant != NULL && complaint->complainant->value_case == DUBAN__PERSONAL__VALUE_TOKEN)
        made->complainant_token = complaint->complainant->token;
    note_prior_visits(engine, made, subject->site);
    note_prior_cases(engine, made, subject->site);
    subject->of_case = DUBAN__SUBJECT__OF_COMPLAINT;
    subject->complaint = made;
    fact->reason = complaint->text;
    fact->visit_ms = made->received_ms;
    engine_add_fact(engine, fact);
    return subject;
}

bool engine_on_complaint(struct engine *engine, const Duban__Complaint *complaint, struct fault *fault)
{
    Duban__Subject *head, *subject;

    if (!complaint_is_right(engine, complaint, fault))
        return false;
    head = open_check_of(engine, place_of(complaint), complaint->matter);
    subject = record(engine, complaint);
    if (head != NULL)
        join(engine, head, subject);
    else
        open_check(engine, subject, "complaint.received");
    return true;
}

/* ---------------------------------------------------------------- does a visit count */

/* Why a visit is no check of a complaint made at received_ms; NULL when it is one. */
static const char *visit_defect(const struct policy_complaints *rules, const Duban__Visit *visit, int64_t received_ms)
{
    bool is_observation = visit->purpose == DUBAN__PURPOSE__PURPOSE_OBSERVATION;

    if (visit->outcome != DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED)
        return "attempted";
    if (!is_observation && visit->purpose != DUBAN__PURPOSE__PURPOSE_INSPECTION)
        return "no_check";
    if (visit->visit_ms <= received_ms)
        return "before_complaint";
    if (visit->evidence_missing > 0)
        return "incomplete";
    if (is_observation && visit->lasted_s == 0)
        return "no_start";
    return is_observation && visit->lasted_s < rules->observation_s ? "insufficient_observation" : NULL;
}

static void note_visit(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit)
{
    const struct policy_complaints *rules = rules_of(engine, subject);
    const char *defect = visit_defect(rules, visit, subject->complaint->received_ms);
    Duban__Fact *fact = engine_subject_visit_fact(engine, defect == NULL ? DUBAN__FACT_KIND__FACT_KIND_VISITED
                                                                        : DUBAN__FACT_KIND__FACT_KIND_VISIT_NOT_COUNTED,
                                                  subject, visit);

    fact->number = (uint32_t) (visit->lasted_s / 60);
    fact->of = (uint32_t) (rules->observation_s / 60);
    if (defect != NULL) {
        fact->reason = (char *) defect;
        fact->rule = "complaints.observation";
    }
    engine_add_fact(engine, fact);
    if (defect == NULL)   /* coming late, it may show that the check was made in time */
        engine_subject_cure(engine, subject, visit->visit_ms);
}

void engine_complaints_visited(struct engine *engine, const Duban__Visit *visit)
{
    uint8_t ids[MAX_OPEN][ID_BYTES];
    size_t count = engine_open_subjects(engine, COMPLAINT, engine_place_of_site(visit->site), ids, MAX_OPEN);

    for (size_t i = 0; i < count; i++) {
        const Duban__Subject *subject = state_subject(engine->state, ids[i]);

        if (leads_a_check(subject) && visit->visit_ms > subject->complaint->received_ms)
            note_visit(engine, subject, visit);
    }
}

/* ---------------------------------------------------------------- the result */

/* A result being judged. */
struct verdict {
    const Duban__ComplaintResult *result;
    Duban__Subject *subject;            /* that it names */
    const char *site;                   /* where it was looked at */
    Duban__Visit *visit;                /* by which it stands */
};

static bool is_confirmed(Duban__ComplaintOutcome outcome)
{
    return outcome == DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_SUBSTANTIATED ||
           outcome == DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_PARTLY;
}

static bool office_exists(struct engine *engine, const Duban__ComplaintResult *result, struct fault *fault)
{
    const char *accounts[1];

    return state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_OFFICE, result->office, accounts, 1) > 0 ||
           fault_set(fault, "complaintResult.office", "科室 %s 没有登记人员，反馈无人接收；请核对编号或先登记(office:%s)",
                     "nobody is registered for office %s to get the result; check the code or register somebody (office:%s)",
                     result->office, result->office);
}

/* A complaint about an area alone is answered at a site of that area. */
static bool find_site(struct engine *engine, struct verdict *verdict, struct fault *fault)
{
    const Duban__Site *site = state_site(engine->state, verdict->result->site);

    verdict->site = verdict->subject->site;
    if (verdict->subject->site[0] != '\0')
        return verdict->result->site[0] == '\0' || strcmp(verdict->result->site, verdict->subject->site) == 0 ||
               fault_set(fault, "complaintResult.site", "该投诉反映的点位是 %s，结论不能改到 %s", "the complaint is about site %s, its result cannot be about %s",
                         verdict->subject->site, verdict->result->site);
    verdict->site = verdict->result->site;
    return (site != NULL && strcmp(site->area, verdict->subject->area) == 0) ||
           fault_set(fault, "complaintResult.site", "该投诉只写了区域 %s，请填写实际到访的、该区域内的点位",
                     "the complaint names area %s only; say which site of it was visited", verdict->subject->area);
}

static bool no_check_yet(struct engine *engine, const struct verdict *verdict, const char *defect, struct fault *fault)
{
    int minutes = (int) (rules_of(engine, verdict->subject)->observation_s / 60);

    if (defect != NULL && strcmp(defect, "insufficient_observation") == 0)
        return fault_set(fault, "complaintResult.complaint",
                         "蹲守观察不足 %2$d 分钟（规则 complaints.observation），不能据此下结论；请再到 %1$s 现场核实",
                         "insufficient observation: less than %2$d minutes (rule complaints.observation); go to %1$s again",
                         verdict->site, minutes);
    return fault_set(fault, "complaintResult.complaint",
                     "投诉必须在受理之后到现场核实：%1$s 还没有这样的巡查，或不少于 %2$d 分钟的蹲守观察（规则 complaints.observation）",
                     "a complaint is closed only by a visit after it was received: %1$s has seen no inspection since, nor an "
                     "observation of at least %2$d minutes (rule complaints.observation)", verdict->site, minutes);
}

static bool no_failing_item(struct engine *engine, const struct verdict *verdict, struct fault *fault)
{
    const char *matter = verdict->subject->complaint->matter;
    const struct policy_item *item = policy_item(engine_policy_of(engine, &verdict->subject->policy_version), matter);

    return fault_set(fault, "complaintResult.outcome",
                     "结论属实，核实的那次到访却没有不合格的检查项；请把 %1$s（%2$s）等判为不合格后重新上报到访%3$.0s",
                     "found true, but the visit fails no check item; report a visit that fails %1$s (%3$s) or another%2$.0s",
                     matter, item == NULL ? "" : item->text.zh, item == NULL ? "" : item->text.en);
}

static bool named_visit(struct engine *engine, struct verdict *verdict, struct fault *fault)
{
    Duban__Visit *visit = state_visit(engine->state, verdict->result->report_sequence);
    const char *defect;

    if (visit == NULL || strcmp(visit->site, verdict->site) != 0)
        return fault_set(fault, "complaintResult.reportSequence", "没有序号为 %llu 的、到 %s 的巡查记录",
                         "there is no report with sequence %llu of a visit to %s",
                         (unsigned long long) verdict->result->report_sequence, verdict->site);
    defect = visit_defect(rules_of(engine, verdict->subject), visit, verdict->subject->complaint->received_ms);
    if (defect != NULL)
        return no_check_yet(engine, verdict, defect, fault);
    verdict->visit = visit;
    return visit->n_failed > 0 || !is_confirmed(verdict->result->outcome) || no_failing_item(engine, verdict, fault);
}

/* The latest that counts; where something must have failed, the latest of those in which it did. */
static bool latest_visit(struct engine *engine, struct verdict *verdict, struct fault *fault)
{
    int64_t received_ms = verdict->subject->complaint->received_ms;
    bool wants_fail = is_confirmed(verdict->result->outcome), counts = false;
    const char *last_defect = NULL;
    uint64_t sequences[MAX_VISITS];
    size_t count = state_visits_of_site(engine->state, verdict->site, received_ms, sequences, MAX_VISITS);

    for (size_t i = 0; i < count; i++) {
        Duban__Visit *visit = state_visit(engine->state, sequences[i]);
        const char *defect = visit_defect(rules_of(engine, verdict->subject), visit, received_ms);

        counts |= defect == NULL;
        last_defect = i == 0 ? defect : last_defect;
        if (defect != NULL || (wants_fail && visit->n_failed == 0))
            continue;
        verdict->visit = visit;
        return true;
    }
    return counts ? no_failing_item(engine, verdict, fault) : no_check_yet(engine, verdict, last_defect, fault);
}

static bool result_is_right(struct engine *engine, struct verdict *verdict, struct fault *fault)
{
    return find_site(engine, verdict, fault) && office_exists(engine, verdict->result, fault) &&
           (verdict->result->report_sequence != 0 ? named_visit : latest_visit)(engine, verdict, fault);
}

/* ---------------------------------------------------------------- what follows from it */

/* The visit's fails have opened cases as any visit's do, or met them open. */
static void link_cases(struct engine *engine, Duban__Subject *subject, const struct verdict *verdict)
{
    Duban__ComplaintRecord *complaint = subject->complaint;

    for (size_t i = 0; i < verdict->visit->n_failed; i++) {
        const Duban__Case *case_ = state_case_at(engine->state, verdict->site, verdict->visit->failed[i]);

        if (case_ == NULL)   /* its fail was known to be older than what the case says */
            continue;
        add_id(engine, &complaint->cases, &complaint->n_cases, &case_->id);
        link_both(engine, &subject->id, &case_->id);
    }
}

static void add_conclusion(struct engine *engine, const Duban__Subject *subject, const struct verdict *verdict)
{
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONCLUDED, subject);

    fact->outcome = verdict->result->outcome;
    fact->reason = verdict->result->text;
    fact->visit_ms = verdict->visit->visit_ms;
    fact->other_sequence = verdict->visit->sequence;
    engine_subject_touched(engine, subject, verdict->visit);
    engine_add_fact(engine, fact);
}

static void open_feedback(struct engine *engine, Duban__Subject *subject)
{
    static const enum policy_selector TO[] = { TO_OFFICE };
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_FED_BACK, subject);
    struct duty feedback = {
        .kind = DUBAN__TASK_KIND__TASK_KIND_FEEDBACK, .owner_role = DUBAN__ROLE__ROLE_OFFICE,
        .office = subject->complaint->office, .limit = &rules_of(engine, subject)->feedback_limit,
        .message = "complaint_result", .rule = "complaint.concluded",
        .place = &rules_of(engine, subject)->place, .to = TO, .to_count = 1,
    };

    fact->recipient = subject->complaint->office;
    engine_add_fact(engine, fact);
    engine_subject_task(engine, subject, &feedback);
}

static void conclude(struct engine *engine, Duban__Subject *subject, const struct verdict *verdict)
{
    Duban__ComplaintRecord *complaint = subject->complaint;

    complaint->state = DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_FEEDBACK;
    complaint->outcome = verdict->result->outcome;
    complaint->result = verdict->result->text;
    complaint->visit_sequence = verdict->visit->sequence;
    complaint->office = verdict->result->office;
    complaint->concluded_by = (char *) engine->account;
    complaint->concluded_s = engine->now_s;
    add_conclusion(engine, subject, verdict);
    if (is_confirmed(complaint->outcome))
        link_cases(engine, subject, verdict);
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_DONE);
    open_feedback(engine, subject);
}

/* Those made after the visit are not answered by it: the first of them leads a check of its own. */
static void check_again(struct engine *engine, Duban__Subject *subject, Duban__Subject **head)
{
    if (*head != NULL) {
        join(engine, *head, subject);
        return;
    }
    *head = subject;
    subject->complaint->joined_to = (ProtobufCBinaryData){ 0, NULL };
    if (subject->task.len == 0)
        open_check(engine, subject, "complaint.not_answered");
    else
        state_put_subject(engine->state, subject);
}

static bool answers(const struct verdict *verdict, const Duban__Subject *subject)
{
    return verdict->visit->visit_ms > subject->complaint->received_ms;
}

/* Who is joined to the first is told anew: those that go their own way are not. */
static void conclude_all(struct engine *engine, Duban__Subject *first, const struct verdict *verdict)
{
    size_t joined_count = first->complaint->n_joined;
    const ProtobufCBinaryData *joined = first->complaint->joined;
    Duban__Subject *head = NULL;

    first->complaint->n_joined = 0;
    for (size_t i = 0; i <= joined_count; i++) {
        Duban__Subject *subject = i == 0 ? first : complaint_with(engine, &joined[i - 1]);

        if (!answers(verdict, subject)) {
            check_again(engine, subject, &head);
            continue;
        }
        conclude(engine, subject, verdict);
        if (i > 0 && answers(verdict, first))
            add_id(engine, &first->complaint->joined, &first->complaint->n_joined, &subject->id);
    }
    state_put_subject(engine->state, first);
}

bool engine_on_complaint_result(struct engine *engine, const Duban__ComplaintResult *result, struct fault *fault)
{
    struct verdict verdict = { .result = result };
    const ProtobufCBinaryData *joined_to;

    verdict.subject = engine_referenced_subject(engine, result->complaint, COMPLAINT, "complaintResult.complaint", fault);
    if (verdict.subject == NULL ||
        !engine_may_at(engine, RIGHT_CONCLUDE, engine_place_of_subject(verdict.subject), "", fault))
        return false;
    if (verdict.subject->complaint->state != DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_VERIFYING)
        return engine_subject_contradiction(engine, verdict.subject, "complaint_result", "concluded");
    if (!result_is_right(engine, &verdict, fault))
        return false;
    joined_to = &verdict.subject->complaint->joined_to;
    conclude_all(engine, joined_to->len > 0 ? complaint_with(engine, joined_to) : verdict.subject, &verdict);
    return true;
}

/* Once for each result, however often the report is amended. */
static bool is_said_already(struct engine *engine, const Duban__Subject *subject)
{
    const Duban__Fact *fact;
    bool is_said = false;

    for (uint64_t last = 0; (fact = state_fact_after(engine->state, subject->id.data, last)) != NULL; last = fact->sequence)
        if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_CONCLUDED)
            is_said = false;
        else if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION && strcmp(fact->act, "amendment") == 0)
            is_said = true;
    return is_said;
}

/* A result was given by that visit: it is a person's word, and an office may have it. */
void engine_complaint_amended(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, const char *reason)
{
    const Duban__ComplaintRecord *complaint = subject->complaint;
    bool fails = is_confirmed(complaint->outcome) ? visit->n_failed > 0 : engine_visit_failed(visit, complaint->matter);

    (void) reason;
    if (complaint->visit_sequence == visit->sequence && fails != is_confirmed(complaint->outcome) &&
        !is_said_already(engine, subject))
        engine_subject_kept(engine, subject, "concluded");
}

/* ---------------------------------------------------------------- the receipt */

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
    return true;
}
