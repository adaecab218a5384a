/* engine_complaint_result.c - somebody has been there: does the visit count, what was found, and what follows from it.
 *
 * A result stands by a visit made since the complaint; it goes for all that were joined to the same check.
 * "Unfounded" stands only by one that has looked at the very matter and passed it. The check is in time when the visit was.
 */
#include "engine_complaint.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MAX_VISITS = 256 };   /* of an earlier engine */

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

/* The visit is the task: the check is in time when somebody was there in time, whenever the report and the result come. */
static void note_seen(struct engine *engine, const Duban__Subject *subject, int64_t visit_ms)
{
    Duban__Task *task = engine_task_of(engine, &subject->task);

    if (task == NULL || (task->done_ms != 0 && task->done_ms <= visit_ms))
        return;
    engine_subject_cure(engine, subject, visit_ms);
    task->done_ms = visit_ms;
    state_put_task(engine->state, task);
}

static void note_visit(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit)
{
    const struct policy_complaints *rules = complaint_rules(engine, subject);
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
    if (defect == NULL && engine_era(engine) >= ERA_OF_CHECKS_BY_VISIT)
        note_seen(engine, subject, visit->visit_ms);
    else if (defect == NULL)   /* coming late, it may show that the check was made in time */
        engine_subject_cure(engine, subject, visit->visit_ms);
}

void engine_complaints_visited(struct engine *engine, const Duban__Visit *visit)
{
    struct open_subjects open;

    engine_open_at(engine, COMPLAINT, engine_place_of_site(visit->site), &open);
    for (size_t i = 0; i < open.count; i++) {
        const Duban__Subject *subject = state_subject(engine->state, open.ids[i]);

        if (complaint_leads_a_check(subject) && visit->visit_ms > subject->complaint->received_ms)
            note_visit(engine, subject, visit);
    }
}

/* ---------------------------------------------------------------- the result */

/* A result being judged. */
struct verdict {
    const Duban__ComplaintResult *result;
    Duban__Subject *subject;            /* that it names */
    const char *site;                   /* where it was looked at */
    Duban__Visit *visit;                /* by which it stands; NULL = somebody was there, and no visit shows it */
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
    int minutes = (int) (complaint_rules(engine, verdict->subject)->observation_s / 60);

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

/* What is said to be in order was looked at and found so. */
static bool shows_it(const struct verdict *verdict, const Duban__Visit *visit)
{
    if (is_confirmed(verdict->result->outcome))
        return visit->n_failed > 0;
    return verdict->result->outcome != DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNFOUNDED ||
           engine_visit_passed(visit, verdict->subject->complaint->matter);
}

/* Somebody was there, and no visit shows what is said of it. */
static bool not_shown(struct engine *engine, const struct verdict *verdict, struct fault *fault)
{
    return is_confirmed(verdict->result->outcome) ? no_failing_item(engine, verdict, fault) : true;
}

static bool named_visit(struct engine *engine, struct verdict *verdict, struct fault *fault)
{
    Duban__Visit *visit = state_visit(engine->state, verdict->result->report_sequence);
    const char *defect;

    if (visit == NULL || strcmp(visit->site, verdict->site) != 0)
        return fault_set(fault, "complaintResult.reportSequence", "没有序号为 %llu 的、到 %s 的巡查记录",
                         "there is no report with sequence %llu of a visit to %s",
                         (unsigned long long) verdict->result->report_sequence, verdict->site);
    defect = visit_defect(complaint_rules(engine, verdict->subject), visit, verdict->subject->complaint->received_ms);
    if (defect != NULL)
        return no_check_yet(engine, verdict, defect, fault);
    if (!shows_it(verdict, visit))
        return not_shown(engine, verdict, fault);
    verdict->visit = visit;
    return true;
}

struct search {
    struct engine *engine;
    const struct verdict *verdict;
    const char *last_defect;   /* of the latest visit; NULL = it counts, or there is none */
    bool has_any;
    bool counts;               /* one of them does */
    uint64_t found;            /* that one counts and shows what is said; 0 = none so far */
};

static bool look_at(void *self, const Duban__Visit *visit)
{
    struct search *search = self;
    const Duban__Subject *subject = search->verdict->subject;
    const char *defect = visit_defect(complaint_rules(search->engine, subject), visit, subject->complaint->received_ms);

    if (!search->has_any)
        search->last_defect = defect;
    search->has_any = true;
    search->counts |= defect == NULL;
    if (defect == NULL && shows_it(search->verdict, visit))
        search->found = visit->sequence;
    return search->found == 0;
}

/* The latest that counts and shows what is said. */
static bool latest_visit(struct engine *engine, struct verdict *verdict, struct fault *fault)
{
    struct search search = { .engine = engine, .verdict = verdict };
    struct visit_span span = { verdict->site, verdict->subject->complaint->received_ms + 1, INT64_MAX,
                               engine_era(engine) >= ERA_OF_ALL_VISITS ? MAX_VISITS_BACK : MAX_VISITS };

    state_show_visits(engine->state, &span, look_at, &search);
    if (search.found == 0)
        return search.counts ? not_shown(engine, verdict, fault) : no_check_yet(engine, verdict, search.last_defect, fault);
    verdict->visit = state_visit(engine->state, search.found);
    return true;
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
        complaint_add_id(engine, &complaint->cases, &complaint->n_cases, &case_->id);
        engine_subject_link(engine, &subject->id, &case_->id);
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
    if (engine_era(engine) >= ERA_OF_CHECKS_BY_VISIT)   /* of an area as a whole no visit has been noted before */
        note_seen(engine, subject, verdict->visit->visit_ms);
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_DONE);
    complaint_open_feedback(engine, subject);
}

/* Those made after the visit are not answered by it: the first of them leads a check of its own. */
static void check_again(struct engine *engine, Duban__Subject *subject, Duban__Subject **head)
{
    if (*head != NULL) {
        complaint_join(engine, *head, subject);
        return;
    }
    *head = subject;
    subject->complaint->joined_to = (ProtobufCBinaryData){ 0, NULL };
    if (subject->task.len == 0)
        complaint_open_check(engine, subject, "complaint.not_answered");
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
            complaint_add_id(engine, &first->complaint->joined, &first->complaint->n_joined, &subject->id);
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
    if (verdict.visit == NULL)
        return engine_subject_contradiction(engine, verdict.subject, "complaint_result", "matter_not_passed");
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

/* The visit by which it was given, as it is now, does not show it any more. */
static bool is_shown_no_more(const Duban__ComplaintRecord *complaint, const Duban__Visit *visit)
{
    if (is_confirmed(complaint->outcome))
        return visit->n_failed == 0;
    if (complaint->outcome == DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNFOUNDED)
        return !engine_visit_passed(visit, complaint->matter);
    return engine_visit_failed(visit, complaint->matter);
}

/* A result was given by that visit: it is a person's word, and an office may have it. */
void engine_complaint_amended(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, const char *reason)
{
    const Duban__ComplaintRecord *complaint = subject->complaint;

    (void) reason;
    if (complaint->visit_sequence == visit->sequence && is_shown_no_more(complaint, visit) &&
        !is_said_already(engine, subject))
        engine_subject_kept(engine, subject, "concluded");
}
