/* engine_isolation.c - somebody stays at home: day k of n, a contact in each morning and evening, an end.
 *
 *   registered -> contact -> contact -> ... -> 24:00 of day n: released | to be released by somebody
 *                  ^ restart, lengthen: a new end, never an earlier one
 *
 * Who it is stands in the vault alone; here is a token, which is asked to be forgotten so many days after
 * the end. Numbers in brackets are rules of the domain: (17) contacts and release, (21) days.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

static const Duban__SubjectKind ISOLATION = DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION;
static const int64_t MISSED_IS_SHOWN_S = DAY_SECONDS / 2;

/* ---------------------------------------------------------------- days and windows */

static int64_t counted_last_day(const Duban__IsolationRecord *isolation)
{
    return isolation->first_day + isolation->days - 1;
}

static int64_t last_day(const Duban__IsolationRecord *isolation)
{
    int64_t counted = counted_last_day(isolation);

    return isolation->lengthened_to_day > counted ? isolation->lengthened_to_day : counted;
}

/* 24:00 of its last day. */
static int64_t end_s(struct engine *engine, const Duban__Subject *subject)
{
    return policy_moment(engine_subject_policy(engine, subject), last_day(subject->isolation) + 1, 0);
}

static bool is_evening(int64_t window)
{
    return window % 2 != 0;
}

static int64_t window_start_s(const struct policy *policy, int64_t window)
{
    return policy_moment(policy, window / 2, is_evening(window) ? policy->isolation.morning_ends_s : 0);
}

static int64_t window_end_s(const struct policy *policy, int64_t window)
{
    return policy_moment(policy, window / 2, is_evening(window) ? policy->isolation.evening_ends_s : policy->isolation.morning_ends_s);
}

/* [start, end): the one that a moment lies in; -1 after the evening's end. */
static int64_t window_at(const struct policy *policy, int64_t at_s)
{
    int64_t morning = 2 * policy_day(policy, at_s);

    if (at_s < window_end_s(policy, morning))
        return morning;
    return at_s < window_end_s(policy, morning + 1) ? morning + 1 : -1;
}

static int64_t first_full_window(const struct policy *policy, int64_t from_s)
{
    int64_t window = 2 * policy_day(policy, from_s);

    while (window_start_s(policy, window) < from_s)
        window++;
    return window;
}

static uint32_t day_number(const Duban__IsolationRecord *isolation, int64_t day)
{
    return day < isolation->first_day ? 0 : (uint32_t) (day - isolation->first_day + 1);
}

static uint32_t days_in_all(const Duban__IsolationRecord *isolation)
{
    return day_number(isolation, last_day(isolation));
}

static Duban__MadeContact *contact_in(const Duban__IsolationRecord *isolation, int64_t window)
{
    for (size_t i = 0; i < isolation->n_contacts; i++)
        if (isolation->contacts[i]->window == window)
            return isolation->contacts[i];
    return NULL;
}

/* ---------------------------------------------------------------- what is shown of it */

struct policy_text engine_isolation_state(const Duban__Subject *subject)
{
    switch (subject->isolation->state) {
    case DUBAN__ISOLATION_STATE__ISOLATION_STATE_OBSERVING: return (struct policy_text){ "观察中", "under observation" };
    case DUBAN__ISOLATION_STATE__ISOLATION_STATE_TO_RELEASE: return (struct policy_text){ "待解除（有漏联系）", "over, last contacts missing" };
    case DUBAN__ISOLATION_STATE__ISOLATION_STATE_RELEASED: return (struct policy_text){ "已解除", "released" };
    case DUBAN__ISOLATION_STATE__ISOLATION_STATE_EXEMPT: return (struct policy_text){ "已免除", "exempt" };
    case DUBAN__ISOLATION_STATE__ISOLATION_STATE_TRANSFERRED: return (struct policy_text){ "已转出", "transferred" };
    case DUBAN__ISOLATION_STATE__ISOLATION_STATE_UNSPECIFIED:
    case _DUBAN__ISOLATION_STATE_IS_INT_SIZE:
        break;
    }
    return (struct policy_text){ "", "" };
}

Duban__Text *engine_isolation_words(struct engine *engine, const Duban__Subject *subject)
{
    const struct policy_isolation_class *class_ = policy_isolation_class(engine_subject_policy(engine, subject), subject->isolation->basis);

    return class_ == NULL ? engine_text(engine, subject->isolation->basis, "") : engine_text(engine, class_->label.zh, class_->label.en);
}

void engine_fill_isolation(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject)
{
    item->matter = item->finding = engine_isolation_words(engine, subject);
    item->days = days_in_all(subject->isolation);
    item->passes_needed = item->days;
    item->new_due_s = end_s(engine, subject);
}

/* Day k of n. */
void engine_fill_isolation_contact(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    item->pass_number = day_number(subject->isolation, policy_day(engine_subject_policy(engine, subject), task->start_s));
}

/* ---------------------------------------------------------------- facts */

static Duban__Fact *day_fact(struct engine *engine, Duban__FactKind kind, const Duban__Subject *subject, int64_t day)
{
    Duban__Fact *fact = engine_subject_fact(engine, kind, subject);

    fact->number = day_number(subject->isolation, day);
    fact->of = days_in_all(subject->isolation);
    return fact;
}

static void tell(struct engine *engine, const Duban__Subject *subject, const char *message, const char *rule,
                 const enum policy_selector *to, size_t to_count, bool urgent)
{
    Duban__Task where = DUBAN__TASK__INIT;   /* whose place counts; nothing of it is written */
    Duban__NoticeItem *item = engine_item_of_subject(engine, subject);
    struct telling telling = {
        .message = message, .to = to, .to_count = to_count, .rule = rule, .place = &engine_subject_policy(engine, subject)->isolation.place,
        .task = &where, .items = &item, .item_count = 1, .urgent = urgent, .foldable = !urgent,
    };

    where.kind = DUBAN__TASK_KIND__TASK_KIND_ISOLATION_END;
    where.opened_s = engine->now_s;
    where.subject = subject->id;
    where.area = subject->area;
    where.policy_version = subject->policy_version;
    where.cause_sequence = engine->entry_sequence;
    engine_tell(engine, &telling);
}

static void tell_area(struct engine *engine, const Duban__Subject *subject, const char *message, const char *rule)
{
    static const enum policy_selector TO[] = { TO_AREA_CONTACT };

    tell(engine, subject, message, rule, TO, 1, false);
}

/* ---------------------------------------------------------------- one window after the other */

static void open_window(struct engine *engine, Duban__Subject *subject, int64_t window)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    Duban__Task *task;

    subject->task = (ProtobufCBinaryData){ 0, NULL };
    while (contact_in(subject->isolation, window) != NULL)
        window++;   /* made in the very second in which the window before it ended */
    if (window / 2 <= last_day(subject->isolation)) {
        task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_ISOLATION_CONTACT, subject);
        task->owner_role = DUBAN__ROLE__ROLE_AREA_CONTACT;
        task->start_s = task->base_s = window_start_s(policy, window);
        task->due_s = window_end_s(policy, window);
        subject->task = task->id;
        engine_task_start(engine, task);
    }
    state_put_subject(engine->state, subject);
}

/* A missed contact is shown for a while; there is nothing to be done about it but to call now. */
int64_t engine_isolation_contact_closes_s(const Duban__Task *task)
{
    return task->due_s + MISSED_IS_SHOWN_S;
}

void engine_fire_isolation_contact(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    (void) case_;
    (void) step;
    engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
}

void engine_isolation_contact_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact)
{
    static const enum policy_selector TO[] = { TO_LEAD };
    Duban__Subject *subject = engine_subject_of(engine, task);
    const struct policy *policy = engine_subject_policy(engine, subject);
    int64_t window = window_at(policy, task->start_s);

    (void) case_;
    fact->kind = DUBAN__FACT_KIND__FACT_KIND_CONTACT_MISSED;
    fact->number = day_number(subject->isolation, window / 2);
    fact->of = days_in_all(subject->isolation);
    open_window(engine, subject, window + 1);
    if (window > subject->isolation->first_window && contact_in(subject->isolation, window - 1) == NULL)
        tell(engine, subject, "isolation_missing_again", "isolation.missed_twice", TO, 1, false);
}

/* ---------------------------------------------------------------- the end */

/* Of the last windows, those without a contact or with one that was not normal. */
static uint32_t missing_at_end(struct engine *engine, const Duban__Subject *subject)
{
    uint32_t missing = 0, wanted = engine_subject_policy(engine, subject)->isolation.windows_needed;
    int64_t last = 2 * last_day(subject->isolation) + 1;

    for (uint32_t i = 0; i < wanted; i++) {
        const Duban__MadeContact *contact = contact_in(subject->isolation, last - i);

        missing += contact == NULL || contact->abnormal;
    }
    return missing;
}

static void ask_to_forget(struct engine *engine, const Duban__Subject *subject)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    const ProtobufCBinaryData *const tokens[] = { &subject->isolation->person_token, &subject->isolation->address_token };
    int64_t at_s = engine->now_s + (int64_t) policy->isolation.forget_after_days * DAY_SECONDS;

    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        if (tokens[i]->len == ID_BYTES)
            state_put_forgetting(engine->state, at_s, tokens[i]->data, subject->id.data);
    engine_house_timer(engine, HOUSE_FORGET, at_s);
}

static void finish(struct engine *engine, Duban__Subject *subject, Duban__IsolationState to, const char *rule, const char *reason)
{
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ENDED, subject);

    fact->rule = (char *) rule;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
    subject->isolation->state = to;
    engine_end_task(engine, &subject->isolation->end_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    engine_subject_finish(engine, subject);
    ask_to_forget(engine, subject);
    tell_area(engine, subject, "isolation_over", rule);
}

int64_t engine_isolation_ends_s(const Duban__Task *task)
{
    return task->due_s;
}

/* (17) By itself only when the last contacts were made and all was well. */
void engine_fire_isolation_end(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    Duban__Subject *subject = engine_subject_of(engine, task);
    uint32_t missing = missing_at_end(engine, subject);
    Duban__Fact *fact;

    (void) case_;
    (void) step;
    if (missing == 0) {
        finish(engine, subject, DUBAN__ISOLATION_STATE__ISOLATION_STATE_RELEASED, "isolation.complete", "");
        return;
    }
    fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_TO_RELEASE, subject);
    fact->number = missing;
    fact->of = engine_subject_policy(engine, subject)->isolation.windows_needed;
    engine_add_fact(engine, fact);
    subject->isolation->state = DUBAN__ISOLATION_STATE__ISOLATION_STATE_TO_RELEASE;
    state_put_subject(engine->state, subject);
}

static void open_end(struct engine *engine, Duban__Subject *subject)
{
    Duban__Task *task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_ISOLATION_END, subject);

    task->owner_role = DUBAN__ROLE__ROLE_AREA_CONTACT;
    task->due_s = end_s(engine, subject);
    subject->isolation->end_task = task->id;
    engine_task_start(engine, task);
}

/* Its end has moved; where the contacts had come to theirs, they go on. */
static void move_end(struct engine *engine, Duban__Subject *subject)
{
    engine_end_task(engine, &subject->isolation->end_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    open_end(engine, subject);
    subject->isolation->state = DUBAN__ISOLATION_STATE__ISOLATION_STATE_OBSERVING;
    if (subject->task.len == 0)
        open_window(engine, subject, first_full_window(engine_subject_policy(engine, subject), engine->now_s));
    state_put_subject(engine->state, subject);
}

/* ---------------------------------------------------------------- registered */

static const struct policy_isolation_class *class_of(const struct policy *policy, const char *basis, const char *field,
                                                     struct fault *fault)
{
    const struct policy_isolation_class *class_ = policy_isolation_class(policy, basis);

    if (class_ == NULL)
        fault_set(fault, field, "政策包(%2$s)没有观察类别 %1$s", "policy %2$s has no isolation class %1$s", basis, policy->name);
    return class_;
}

static bool isolation_is_right(struct engine *engine, const Duban__Isolation *isolation, struct fault *fault)
{
    if (engine->policy == NULL || !engine->policy->isolation.given)
        return fault_set(fault, "isolation", "现行政策包没有居家观察(isolation)一节，请补上后再登记",
                         "the policy in force has no section isolation; add it to register any");
    if (!engine_may_at(engine, RIGHT_ISOLATE, (struct place){ "", isolation->area }, "", fault))
        return false;
    if (state_area(engine->state, isolation->area) == NULL)
        return fault_set(fault, "isolation.area", "区域 %s 不在登记册中，请核对编号", "area %s is not in the registry; check the code", isolation->area);
    if (class_of(engine->policy, isolation->basis, "isolation.basis", fault) == NULL)
        return false;
    return isolation->start_ms <= engine->received_ms ||
           fault_set(fault, "isolation.startMs", "起算时间晚于登记时间，请核对", "it starts later than it is entered; check the time");
}

static ProtobufCBinaryData token_of(const Duban__Personal *personal)
{
    if (personal == NULL || personal->value_case != DUBAN__PERSONAL__VALUE_TOKEN)
        return (ProtobufCBinaryData){ 0, NULL };
    return personal->token;
}

/* (21) Calendar days; by the class, the day of the start is day 0 or day 1. */
static void count_days(const struct policy *policy, const struct policy_isolation_class *class_, int64_t start_ms,
                       Duban__IsolationRecord *isolation)
{
    isolation->first_day = policy_day(policy, start_ms / 1000) + (class_->counts_first_day ? 0 : 1);
    isolation->days = class_->days;
    isolation->basis = (char *) class_->code;
}

static void note_count(struct engine *engine, const Duban__Subject *subject, const char *act, int64_t old_s, const char *reason)
{
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_COUNT_STARTED, subject);

    fact->act = (char *) act;
    fact->number = days_in_all(subject->isolation);
    fact->old_s = old_s;
    fact->new_s = end_s(engine, subject);
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
}

static Duban__Subject *record(struct engine *engine, const Duban__Isolation *isolation)
{
    Duban__Subject *subject = engine_subject_new(engine, ISOLATION, (struct place){ "", isolation->area });
    Duban__IsolationRecord *made = arena_take(&engine->state->arena, sizeof *made);
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RECEIVED, subject);

    assert(made != NULL);
    duban__isolation_record__init(made);
    made->state = DUBAN__ISOLATION_STATE__ISOLATION_STATE_OBSERVING;
    made->person_token = token_of(isolation->person);
    made->address_token = token_of(isolation->address);
    count_days(engine->policy, policy_isolation_class(engine->policy, isolation->basis), isolation->start_ms, made);
    made->first_window = first_full_window(engine->policy, engine->now_s);
    if (made->first_window < 2 * made->first_day)
        made->first_window = 2 * made->first_day;
    subject->of_case = DUBAN__SUBJECT__OF_ISOLATION;
    subject->isolation = made;
    fact->reason = isolation->text;
    engine_add_fact(engine, fact);
    return subject;
}

bool engine_on_isolation(struct engine *engine, const Duban__Isolation *isolation, struct fault *fault)
{
    Duban__Subject *subject;

    if (!isolation_is_right(engine, isolation, fault))
        return false;
    subject = record(engine, isolation);
    note_count(engine, subject, "isolation", 0, "");
    open_end(engine, subject);
    open_window(engine, subject, subject->isolation->first_window);
    tell_area(engine, subject, "isolation_begins", "isolation.begins");
    return true;
}

/* ---------------------------------------------------------------- contacts */

static void add_contact(struct engine *engine, Duban__IsolationRecord *isolation, int64_t window, bool abnormal)
{
    Duban__MadeContact **contacts = arena_take_pointers(&engine->state->arena, isolation->n_contacts + 1);
    Duban__MadeContact *made = arena_take(&engine->state->arena, sizeof *made);
    size_t place = isolation->n_contacts;

    assert(contacts != NULL && made != NULL);
    duban__made_contact__init(made);
    made->window = window;
    made->abnormal = abnormal;
    for (size_t i = 0; i < isolation->n_contacts; i++)
        contacts[i] = isolation->contacts[i];
    for (; place > 0 && contacts[place - 1]->window > window; place--)
        contacts[place] = contacts[place - 1];
    contacts[place] = made;
    isolation->contacts = contacts;
    isolation->n_contacts++;
}

static void note_contact(struct engine *engine, const Duban__Subject *subject, const Duban__IsolationContact *contact,
                         int64_t at_s, int64_t window)
{
    Duban__Fact *fact = day_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTACTED, subject, policy_day(engine_subject_policy(engine, subject), at_s));

    fact->visit_ms = at_s * 1000;
    fact->reason = contact->text;
    if (window < 0)
        fact->act = "late_contact";
    engine_add_fact(engine, fact);
}

/* It was said that the contact was missed, and it was not. */
static void cure(struct engine *engine, const Duban__Subject *subject, int64_t at_s, int64_t window)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    Duban__Fact *fact;

    if (window < subject->isolation->first_window || window_end_s(policy, window) >= engine->stamp_s)
        return;
    fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CURED, subject);
    fact->visit_ms = at_s * 1000;
    fact->old_s = window_end_s(policy, window);
    engine_add_fact(engine, fact);
}

static void in_window(struct engine *engine, Duban__Subject *subject, int64_t at_s, int64_t window, bool abnormal)
{
    Duban__MadeContact *known = contact_in(subject->isolation, window);
    const Duban__Task *task = engine_task_of(engine, &subject->task);

    if (known != NULL) {
        known->abnormal |= abnormal;
    } else {
        add_contact(engine, subject->isolation, window, abnormal);
        cure(engine, subject, at_s, window);
    }
    if (task != NULL && window_at(engine_subject_policy(engine, subject), task->start_s) == window) {
        engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_DONE);
        open_window(engine, subject, window + 1);
    }
    state_put_subject(engine->state, subject);
}

/* Fever after the day's last window: nobody is released on the strength of that evening's contact. */
static void spoil_evening(struct engine *engine, Duban__Subject *subject, int64_t at_s)
{
    Duban__MadeContact *evening = contact_in(subject->isolation, 2 * policy_day(engine_subject_policy(engine, subject), at_s) + 1);

    if (evening == NULL)
        return;   /* it is missing, which keeps him in observation as well */
    evening->abnormal = true;
    state_put_subject(engine->state, subject);
}

static bool contact_is_right(struct engine *engine, const Duban__Subject *subject, int64_t at_ms, struct fault *fault)
{
    int64_t earliest_ms = engine->received_ms - engine_subject_policy(engine, subject)->device_time_window_s * 1000;

    return (at_ms <= engine->received_ms && at_ms >= earliest_ms) ||
           fault_set(fault, "isolationContact.atMs", "联系时间应在录入之前，且不早于 %d 小时", "a contact lies before its entry, at most %d hours",
                     (int) (engine_subject_policy(engine, subject)->device_time_window_s / 3600));
}

bool engine_on_isolation_contact(struct engine *engine, const Duban__IsolationContact *contact, struct fault *fault)
{
    static const enum policy_selector TO[] = { TO_AREA_CONTACT, TO_GROUP_LEADER, TO_LEAD };
    Duban__Subject *subject = engine_referenced_subject(engine, contact->isolation, ISOLATION, "isolationContact.isolation", fault);
    int64_t at_ms = contact->at_ms != 0 ? contact->at_ms : engine->received_ms;
    int64_t window;
    bool is_wrong;

    if (subject == NULL || !engine_may_at(engine, RIGHT_CONTACT, engine_place_of_subject(subject), "", fault) ||
        !contact_is_right(engine, subject, at_ms, fault))
        return false;
    if (subject->finished_s != 0)
        return engine_subject_contradiction(engine, subject, "isolation_contact", "ended");
    window = window_at(engine_subject_policy(engine, subject), at_ms / 1000);
    is_wrong = contact->abnormal || contact->went_out;
    note_contact(engine, subject, contact, at_ms / 1000, window);
    if (window >= 0)
        in_window(engine, subject, at_ms / 1000, window, is_wrong);
    else if (is_wrong)
        spoil_evening(engine, subject, at_ms / 1000);
    if (is_wrong)
        tell(engine, subject, contact->abnormal ? "isolation_abnormal" : "isolation_went_out", "isolation.contact", TO, 3, true);
    return true;
}

/* ---------------------------------------------------------------- what is decided about it */

/* Kept, marked, and its sender is told why it is not done. */
static bool shortens(struct engine *engine, const Duban__Subject *subject, const char *act, struct fault *fault)
{
    fault_set(fault, "isolationChange.atMs", "观察期只能延长，不能缩短（免除类别除外）；结束日期不变",
              "an observation can be lengthened, never shortened (exemption classes aside); its end stays");
    return engine_decline(engine, act, subject->id, fault);
}

static bool restart(struct engine *engine, Duban__Subject *subject, const Duban__IsolationChange *change, struct fault *fault)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    const struct policy_isolation_class *class_ =
        class_of(policy, change->basis[0] != '\0' ? change->basis : subject->isolation->basis, "isolationChange.basis", fault);
    Duban__IsolationRecord counted = *subject->isolation;
    int64_t old_s = end_s(engine, subject);

    if (class_ == NULL)
        return false;
    if (change->at_ms > engine->received_ms)
        return fault_set(fault, "isolationChange.atMs", "起算时间晚于录入时间，请核对", "it starts later than it is entered; check the time");
    count_days(policy, class_, change->at_ms, &counted);
    if (last_day(&counted) < last_day(subject->isolation))
        return shortens(engine, subject, "isolation_restart", fault);
    count_days(policy, class_, change->at_ms, subject->isolation);
    subject->isolation->restarts++;
    note_count(engine, subject, "isolation_restart", old_s, change->reason);
    move_end(engine, subject);
    tell_area(engine, subject, "isolation_restart", "isolation.restart");
    return true;
}

static bool lengthen(struct engine *engine, Duban__Subject *subject, const Duban__IsolationChange *change, struct fault *fault)
{
    int64_t old_s = end_s(engine, subject);
    int64_t day = change->at_ms == 0 ? 0 : policy_day(engine_subject_policy(engine, subject), change->at_ms / 1000);

    if (day != 0 && day <= last_day(subject->isolation))
        return shortens(engine, subject, "isolation_lengthen", fault);
    if (day == 0 && subject->isolation->lengthened_to_day == 0)
        return engine_subject_contradiction(engine, subject, "isolation_lengthen", "not_lengthened");
    if (day == 0 && policy_moment(engine_subject_policy(engine, subject), counted_last_day(subject->isolation) + 1, 0) <= engine->now_s)
        return shortens(engine, subject, "isolation_lengthen", fault);
    subject->isolation->lengthened_to_day = day;
    note_count(engine, subject, "isolation_lengthen", old_s, change->reason);
    move_end(engine, subject);
    tell_area(engine, subject, "isolation_lengthened", "isolation.lengthen");
    return true;
}

static bool release(struct engine *engine, Duban__Subject *subject, const Duban__IsolationChange *change, struct fault *fault)
{
    if (subject->isolation->state == DUBAN__ISOLATION_STATE__ISOLATION_STATE_OBSERVING) {
        fault_set(fault, "isolationChange.act", "观察期未满，不能解除；到期后有漏联系的，再人工确认",
                  "its days are not over: it cannot be released yet");
        return engine_decline(engine, "isolation_release", subject->id, fault);
    }
    finish(engine, subject, DUBAN__ISOLATION_STATE__ISOLATION_STATE_RELEASED, "isolation.confirmed", change->reason);
    return true;
}

/* Of the policy in force: such classes come while observations run. */
static bool exempt(struct engine *engine, Duban__Subject *subject, const Duban__IsolationChange *change, struct fault *fault)
{
    if (policy_isolation_exemption(engine->policy, change->exemption) == NULL)
        return fault_set(fault, "isolationChange.exemption", "现行政策包没有免除类别 %s", "the policy in force has no exemption class %s",
                         change->exemption);
    subject->isolation->exemption = change->exemption;
    finish(engine, subject, DUBAN__ISOLATION_STATE__ISOLATION_STATE_EXEMPT, "isolation.exempt", change->reason);
    return true;
}

static bool transfer(struct engine *engine, Duban__Subject *subject, const Duban__IsolationChange *change, struct fault *fault)
{
    (void) fault;
    finish(engine, subject, DUBAN__ISOLATION_STATE__ISOLATION_STATE_TRANSFERRED, "isolation.transferred", change->reason);
    return true;
}

static const struct isolation_act {
    enum right right;
    bool (*decide)(struct engine *engine, Duban__Subject *subject, const Duban__IsolationChange *change, struct fault *fault);
} ACTS[] = {
    [DUBAN__ISOLATION_ACT__ISOLATION_ACT_RESTART] = { RIGHT_ISOLATE, restart },
    [DUBAN__ISOLATION_ACT__ISOLATION_ACT_LENGTHEN] = { RIGHT_ISOLATE, lengthen },
    [DUBAN__ISOLATION_ACT__ISOLATION_ACT_RELEASE] = { RIGHT_RELEASE_PERSON, release },
    [DUBAN__ISOLATION_ACT__ISOLATION_ACT_EXEMPT] = { RIGHT_EXEMPT, exempt },
    [DUBAN__ISOLATION_ACT__ISOLATION_ACT_TRANSFER] = { RIGHT_ISOLATE, transfer },
};

bool engine_on_isolation_change(struct engine *engine, const Duban__IsolationChange *change, struct fault *fault)
{
    Duban__Subject *subject = engine_referenced_subject(engine, change->isolation, ISOLATION, "isolationChange.isolation", fault);
    const struct isolation_act *act = &ACTS[change->act];

    if (subject == NULL || !engine_may_at(engine, act->right, engine_place_of_subject(subject), "", fault))
        return false;
    if (subject->finished_s != 0)
        return engine_subject_contradiction(engine, subject, "isolation_change", "ended");
    return act->decide(engine, subject, change, fault);
}

/* ---------------------------------------------------------------- forgotten */

bool engine_on_forgotten(struct engine *engine, const Duban__Forgotten *forgotten)
{
    for (size_t i = 0; i < forgotten->n_tokens; i++) {
        uint8_t id[ID_BYTES];
        const Duban__Subject *subject;

        if (forgotten->tokens[i].len != ID_BYTES || !state_take_forgetting(engine->state, engine->stamp_s, forgotten->tokens[i].data, id))
            continue;   /* it was asked for before this rules was rebuilt, or twice */
        subject = state_subject(engine->state, id);
        engine_add_fact(engine, engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_FORGOTTEN, subject));
    }
    return true;
}
