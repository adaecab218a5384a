/* engine_isolation_contact.c - one contact in each morning and evening: due, made, missed, made too late.
 *
 *   window -> contact -> the next window -> ...
 *          -> missed: told, judged, over; the next window is open already
 *
 * Numbers in brackets are rules of the domain: (17) contacts.
 */
#include <assert.h>
#include <stdio.h>

#include "engine_isolation.h"

/* ---------------------------------------------------------------- one window after the other */

void isolation_open_window(struct engine *engine, Duban__Subject *subject, int64_t window)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    Duban__Task *task;

    subject->task = (ProtobufCBinaryData){ 0, NULL };
    while (isolation_contact_in(subject->isolation, window) != NULL)
        window++;   /* made in the very second in which the window before it ended */
    if (window / 2 <= isolation_last_day(subject->isolation)) {
        task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_ISOLATION_CONTACT, subject);
        task->owner_role = DUBAN__ROLE__ROLE_AREA_CONTACT;
        task->start_s = task->base_s = isolation_window_start_s(policy, window);
        task->due_s = isolation_window_end_s(policy, window);
        subject->task = task->id;
        engine_task_start(engine, task);
    }
    state_put_subject(engine->state, subject);
}

/* Right after it has been told as missed: nothing is left to do about that window, and the next one has its own. */
int64_t engine_isolation_contact_closes_s(const Duban__Task *task)
{
    return task->due_s + 1;
}

void engine_fire_isolation_contact(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    (void) case_;
    (void) step;
    task->last_outbox_sequence = 0;   /* that it was missed stays true: it is not withdrawn */
    engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
}

void engine_isolation_contact_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact)
{
    static const enum policy_selector TO[] = { TO_LEAD };
    Duban__Subject *subject = engine_subject_of(engine, task);
    const struct policy *policy = engine_subject_policy(engine, subject);
    int64_t window = isolation_window_at(policy, task->start_s);

    (void) case_;
    fact->kind = DUBAN__FACT_KIND__FACT_KIND_CONTACT_MISSED;
    fact->number = isolation_day_number(subject->isolation, window / 2);
    fact->of = isolation_days_in_all(subject->isolation);
    engine_withdraw(engine, task, "overtaken");
    isolation_open_window(engine, subject, window + 1);
    if (!isolation_is_expected(subject->isolation, window - 1) || isolation_contact_in(subject->isolation, window - 1) != NULL)
        return;
    isolation_tell(engine, subject, "isolation_missing_again", "isolation.missed_twice", TO, 1, false);
    isolation_open_case(engine, subject, ISOLATION_MISSED, task->due_s);
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
    Duban__Fact *fact = isolation_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTACTED, subject, policy_day(engine_subject_policy(engine, subject), at_s));

    fact->visit_ms = at_s * 1000;
    fact->reason = contact->text;
    if (window < 0)
        fact->act = "late_contact";
    if (engine_era(engine) >= ERA_OF_CONTACTS_SAID) {
        fact->abnormal = contact->abnormal;
        fact->went_out = contact->went_out;
    }
    engine_add_fact(engine, fact);
}

/* It was said that the contact was missed, and it was not. */
static void cure(struct engine *engine, const Duban__Subject *subject, int64_t at_s, int64_t window)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    Duban__Fact *fact;

    if (!isolation_is_expected(subject->isolation, window) || isolation_window_end_s(policy, window) >= engine->stamp_s)
        return;
    fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CURED, subject);
    fact->visit_ms = at_s * 1000;
    fact->old_s = isolation_window_end_s(policy, window);
    engine_add_fact(engine, fact);
}

static void in_window(struct engine *engine, Duban__Subject *subject, int64_t at_s, int64_t window, bool abnormal)
{
    Duban__MadeContact *known = isolation_contact_in(subject->isolation, window);
    const Duban__Task *task = engine_task_of(engine, &subject->task);

    if (known != NULL) {
        known->abnormal |= abnormal;
    } else {
        add_contact(engine, subject->isolation, window, abnormal);
        cure(engine, subject, at_s, window);
    }
    if (task != NULL && isolation_window_at(engine_subject_policy(engine, subject), task->start_s) == window) {
        engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_DONE);
        isolation_open_window(engine, subject, window + 1);
    }
    state_put_subject(engine->state, subject);
}

/* Fever after the day's last window: nobody is released on the strength of that evening's contact. */
static void spoil_evening(struct engine *engine, Duban__Subject *subject, int64_t at_s)
{
    Duban__MadeContact *evening = isolation_contact_in(subject->isolation, 2 * policy_day(engine_subject_policy(engine, subject), at_s) + 1);

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

/* (17) Told at any hour, and a case each. */
static void raise_alarm(struct engine *engine, Duban__Subject *subject, const Duban__IsolationContact *contact, int64_t at_s)
{
    static const enum policy_selector TO[] = { TO_AREA_CONTACT, TO_GROUP_LEADER, TO_LEAD };

    if (contact->abnormal || contact->went_out)
        isolation_tell(engine, subject, contact->abnormal ? "isolation_abnormal" : "isolation_went_out", "isolation.contact", TO, 3, true);
    if (contact->abnormal)
        isolation_open_case(engine, subject, ISOLATION_FEVER, at_s);
    if (contact->went_out)
        isolation_open_case(engine, subject, ISOLATION_OUTING, at_s);
}

static void was_contacted(struct engine *engine, Duban__Subject *subject, const Duban__IsolationContact *contact, int64_t at_s)
{
    int64_t window = isolation_window_at(engine_subject_policy(engine, subject), at_s);
    bool is_wrong = contact->abnormal || contact->went_out;

    if (subject->finished_s != 0) {
        engine_subject_contradiction(engine, subject, "isolation_contact", "ended");
        return;
    }
    note_contact(engine, subject, contact, at_s, window);
    if (contact->at_door)
        isolation_door_seen(engine, subject, at_s);
    if (window >= 0)
        in_window(engine, subject, at_s, window, is_wrong);
    else if (is_wrong)
        spoil_evening(engine, subject, at_s);
    raise_alarm(engine, subject, contact, at_s);
}

/* Who is named, and may be contacted by this account at that time; NULL with the fault filled. */
static Duban__Subject *named(struct engine *engine, const Duban__SubjectReference *reference, const char *field, int64_t at_ms,
                             struct fault *fault)
{
    Duban__Subject *subject = engine_referenced_subject(engine, reference, DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION, field, fault);

    if (subject == NULL || !engine_may_at(engine, RIGHT_CONTACT, engine_place_of_subject(subject), "", fault) ||
        !contact_is_right(engine, subject, at_ms, fault))
        return NULL;
    return subject;
}

/* Another of that home, who has not been named before. */
static bool goes_along(Duban__Subject *const *subjects, size_t place, const char *field, struct fault *fault)
{
    const Duban__Subject *one = subjects[0], *other = subjects[place];

    for (size_t i = 0; i < place; i++)
        if (subjects[i] == other)   /* a link has one message for a row */
            return fault_set(fault, field, "同一件只写一次", "each stands once");
    return place == 0 || (strcmp(one->area, other->area) == 0 && strcmp(one->isolation->home, other->isolation->home) == 0) ||
           fault_set(fault, field, "不是同一户，请分开登记", "that is another home: enter it by itself");
}

/* One home in one act: everybody who is named, each with days of his own. */
bool engine_on_isolation_contact(struct engine *engine, const Duban__IsolationContact *contact, struct fault *fault)
{
    Duban__Subject **subjects = arena_take_pointers(&engine->state->arena, contact->n_others + 1);
    int64_t at_ms = contact->at_ms != 0 ? contact->at_ms : engine->received_ms;

    assert(subjects != NULL);
    for (size_t i = 0; i <= contact->n_others; i++) {
        char field[64] = "isolationContact.isolation";

        if (i > 0)
            snprintf(field, sizeof field, "isolationContact.others[%zu]", i - 1);
        subjects[i] = named(engine, i == 0 ? contact->isolation : contact->others[i - 1], field, at_ms, fault);
        if (subjects[i] == NULL || !goes_along(subjects, i, field, fault))
            return false;
    }
    for (size_t i = 0; i <= contact->n_others; i++)
        was_contacted(engine, subjects[i], contact, at_ms / 1000);
    return true;
}
