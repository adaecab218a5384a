/* engine_complaint.c - somebody says that something is wrong: go there and look, tell the office.
 *
 *   complaint -> check (a visit is the only way out) -> result -> feedback -> receipt: finished
 *                 ^ joined: same place and matter, one visit for all of them
 *
 * This file: what comes in and is joined. engine_complaint_result.c: visits and the result. engine_feedback.c: the office.
 *
 * What was known before orders the work and never closes it. Unfounded leaves no mark on anybody.
 * Numbers in brackets are rules of the domain: (19) joined complaints.
 */
#include "engine_complaint.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MAX_VISITS = 256, MAX_PRIOR_CASES = 20 };

const struct policy_complaints *complaint_rules(struct engine *engine, const Duban__Subject *subject)
{
    return &engine_policy_of(engine, &subject->policy_version)->complaints;
}

Duban__Subject *complaint_with(struct engine *engine, const ProtobufCBinaryData *id)
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
    for (size_t i = 0; i < complaint->n_prior_cases; i++)
        item->prior_cases[item->n_prior_cases++] = state_case_label(&engine->state->arena, complaint->prior_cases[i]);
}

void engine_fill_complaint_check(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                                 const Duban__Case *case_)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    item->least_s = complaint_rules(engine, subject)->observation_s;
    item->n_prior_visits = subject->complaint->n_prior_visits;
    item->prior_visits = subject->complaint->prior_visits;
    fill_prior_cases(engine, item, subject->complaint);
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
    size_t count = engine_open_cases(engine, site, ids);

    complaint->prior_cases = arena_take(&engine->state->arena, MAX_PRIOR_CASES * sizeof complaint->prior_cases[0]);
    assert(complaint->prior_cases != NULL);
    for (size_t i = 0; i < count && complaint->n_prior_cases < MAX_PRIOR_CASES; i++)
        complaint->prior_cases[complaint->n_prior_cases++] = state_case(engine->state, ids[i])->number;
}

/* ---------------------------------------------------------------- the check */

static const struct policy_limit *check_limit(const struct policy_complaints *rules, const Duban__ComplaintRecord *complaint)
{
    return complaint->danger ? &rules->danger_limit : &rules->limit;
}

const struct policy_limit *engine_complaint_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                           const Duban__Case *case_)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    return check_limit(&policy->complaints, subject->complaint);
}

void complaint_open_check(struct engine *engine, Duban__Subject *subject, const char *rule)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_INSPECTOR };
    const struct policy_complaints *rules = complaint_rules(engine, subject);
    struct duty check = {
        .kind = DUBAN__TASK_KIND__TASK_KIND_COMPLAINT, .owner_role = DUBAN__ROLE__ROLE_GROUP_LEADER, .office = "",
        .limit = check_limit(rules, subject->complaint),
        .message = "complaint_in", .rule = rule, .place = &rules->place, .to = TO, .to_count = 2,
    };

    subject->complaint->state = DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_VERIFYING;
    engine_subject_task(engine, subject, &check);
}

void complaint_add_id(struct engine *engine, ProtobufCBinaryData **ids, size_t *count, const ProtobufCBinaryData *id)
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
    engine_task_set_due(engine, task, due_s);   /* 0: counted from here once its year is published */
    engine_task_replan(engine, task, false);
}

static void tell_hastened(struct engine *engine, const Duban__Subject *head)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_INSPECTOR };
    Duban__Task *task = engine_task_of(engine, &head->task);
    Duban__NoticeItem *item = engine_item(engine, task, NULL);
    struct telling telling = {
        .message = "complaint_in", .to = TO, .to_count = 2, .rule = "complaint.hastened",
        .place = &complaint_rules(engine, head)->place, .task = task,
        .items = &item, .item_count = 1, .urgent = true,
    };

    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
}

/* (19) One visit, feedback for each. */
void complaint_join(struct engine *engine, Duban__Subject *head, Duban__Subject *subject)
{
    bool is_hastened = subject->complaint->danger && !head->complaint->danger;

    subject->complaint->state = DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_VERIFYING;
    complaint_add_id(engine, &head->complaint->joined, &head->complaint->n_joined, &subject->id);
    if (!same_id(&subject->complaint->joined_to, &head->id))
        engine_subject_link(engine, &subject->id, &head->id);
    subject->complaint->joined_to = head->id;
    state_put_subject(engine->state, subject);
    if (is_hastened)
        hasten(engine, head);
    state_put_subject(engine->state, head);
    if (is_hastened)
        tell_hastened(engine, head);
}

bool complaint_leads_a_check(const Duban__Subject *subject)
{
    return subject->complaint->state == DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_VERIFYING &&
           subject->complaint->joined_to.len == 0;
}

/* The complaint of the same place and matter whose check is open; NULL when there is none. */
static Duban__Subject *open_check_of(struct engine *engine, struct place place, const char *matter)
{
    struct open_subjects open;

    engine_open_at(engine, COMPLAINT, place, &open);
    for (size_t i = 0; i < open.count; i++) {
        Duban__Subject *subject = state_subject(engine->state, open.ids[i]);

        if (complaint_leads_a_check(subject) && strcmp(subject->complaint->matter, matter) == 0)
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
        complaint_join(engine, head, subject);
    else
        complaint_open_check(engine, subject, "complaint.received");
    return true;
}
