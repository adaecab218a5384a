/* engine_urgent.c - found somewhere, by anybody: told at once, at any hour, whatever is known of it.
 *
 *   urgent report, or a visit that fails an urgent item -> alert -> isolation confirmed -+-> finished
 *                                                            \----> referral answered ---+
 *
 * Nothing holds it up: no photo, no quiet hours, no digest, no joining with another, no code that
 * nobody knows. Each report is an alert of its own: two may be two people.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

enum { POSITION_BYTES = 48 };

static const Duban__SubjectKind URGENT = DUBAN__SUBJECT_KIND__SUBJECT_KIND_URGENT;

#define FACT(name) DUBAN__FACT_KIND__FACT_KIND_##name

static const struct policy_urgent *rules_of(struct engine *engine, const Duban__Subject *subject)
{
    return &engine_policy_of(engine, &subject->policy_version)->urgent;
}

/* ---------------------------------------------------------------- what is shown of it */

struct policy_text engine_urgent_state(const Duban__Subject *subject)
{
    const Duban__UrgentRecord *urgent = subject->urgent;

    if (urgent->mistaken)
        return (struct policy_text){ "误报", "mistaken" };
    if (urgent->isolated_s != 0 && urgent->answered_s != 0)
        return (struct policy_text){ "已处置", "dealt with" };
    if (urgent->isolated_s != 0)
        return (struct policy_text){ "已隔离，待转诊反馈", "isolated, referral not answered" };
    if (urgent->answered_s != 0)
        return (struct policy_text){ "已转诊，待隔离确认", "referral answered, isolation not confirmed" };
    return (struct policy_text){ "待隔离确认、转诊反馈", "isolation and referral awaited" };
}

static const char *position_text(struct engine *engine, const Duban__Position *position)
{
    char text[POSITION_BYTES];
    int32_t degrees[] = { position->latitude_e7, position->longitude_e7 };
    unsigned parts[2];

    for (size_t i = 0; i < 2; i++)
        parts[i] = (unsigned) (degrees[i] < 0 ? -(int64_t) degrees[i] : degrees[i]);
    snprintf(text, sizeof text, "%s%u.%07u, %s%u.%07u", degrees[0] < 0 ? "-" : "", parts[0] / 10000000, parts[0] % 10000000,
             degrees[1] < 0 ? "-" : "", parts[1] / 10000000, parts[1] % 10000000);
    return engine_keep(engine, text);
}

/* What the item is called, and whatever else was said: where, what. */
Duban__Text *engine_urgent_words(struct engine *engine, const Duban__Subject *subject)
{
    const Duban__UrgentRecord *urgent = subject->urgent;
    const struct policy_item *item = policy_item(engine_policy_of(engine, &subject->policy_version), urgent->item);
    const char *zh = item == NULL ? urgent->item : item->text.zh, *en = item == NULL ? urgent->item : item->text.en;
    const char *said = urgent->place;

    if (urgent->text[0] != '\0')
        said = said[0] == '\0' ? urgent->text : engine_joined(engine, engine_joined(engine, said, " "), urgent->text);
    if (said[0] == '\0')
        return engine_text(engine, zh, en);
    return engine_text(engine, engine_joined(engine, engine_joined(engine, zh, " "), said),
                       engine_joined(engine, engine_joined(engine, en, ": "), said));
}

/* Where neither site nor area is known, the place is what was said of it, or where the device was. */
static Duban__Text *place_in_words(struct engine *engine, const Duban__UrgentRecord *urgent)
{
    const char *position;

    if (urgent->place[0] != '\0')
        return engine_text(engine, urgent->place, urgent->place);
    if (urgent->position == NULL)
        return engine_text(engine, "地点不详", "place not known");
    position = position_text(engine, urgent->position);
    return engine_text(engine, engine_joined(engine, "位置 ", position), engine_joined(engine, "position ", position));
}

void engine_fill_urgent(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject)
{
    item->matter = item->finding = engine_urgent_words(engine, subject);
    item->at_s = subject->opened_s;
    item->overdue_round = 1;
    if (subject->site[0] == '\0' && subject->area[0] == '\0')
        item->site_name = place_in_words(engine, subject->urgent);
}

static bool is_isolation(const Duban__Subject *subject, const Duban__Task *task)
{
    const ProtobufCBinaryData *isolation = &subject->urgent->isolation_task;

    return bytes_equal(bytes_of(isolation->data, isolation->len), bytes_of(task->id.data, task->id.len));
}

const struct policy_limit *engine_urgent_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                           const Duban__Case *case_)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    return is_isolation(subject, task) ? &policy->urgent.isolation_limit : &policy->urgent.referral_limit;
}

static Duban__Text *duty_words(struct engine *engine, const Duban__Subject *subject, const Duban__Task *task)
{
    return is_isolation(subject, task) ? engine_text(engine, "隔离确认", "confirmation of the isolation")
                                       : engine_text(engine, "转诊反馈", "answer to the referral");
}

void engine_fill_urgent_task(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                             const Duban__Case *case_)
{
    (void) case_;
    item->matter = duty_words(engine, engine_subject_of(engine, task), task);
}

static Duban__Text *both(struct engine *engine, const Duban__Text *one, const Duban__Text *other)
{
    return engine_text(engine, engine_joined(engine, engine_joined(engine, one->zh, "、"), other->zh),
                       engine_joined(engine, engine_joined(engine, one->en, ", "), other->en));
}

struct late_duties engine_urgent_late_duties(struct engine *engine, const Duban__Subject *subject)
{
    const ProtobufCBinaryData *const ids[] = { &subject->urgent->isolation_task, &subject->urgent->referral_task };
    struct late_duties late = { NULL, NULL };

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const Duban__Task *task = engine_task_of(engine, ids[i]);
        Duban__Text *words;

        if (task == NULL || task->state != DUBAN__TASK_STATE__TASK_STATE_OPEN || !task->overdue_told)
            continue;
        words = duty_words(engine, subject, task);
        late.words = late.words == NULL ? words : both(engine, late.words, words);
        if (late.task == NULL || task->due_s < late.task->due_s)
            late.task = task;
    }
    return late;
}

/* ---------------------------------------------------------------- the alert */

static void tell_all(struct engine *engine, Duban__Subject *subject, Duban__Task *isolation)
{
    const struct policy_row *alert = &rules_of(engine, subject)->alert;
    struct words_of_subject words = {
        .message = alert->message, .rule = "urgent.alert", .place = &alert->place, .to = alert->to,
        .to_count = alert->to_count, .urgent = true,
    };
    Duban__NoticeItem *item = engine_item_of_subject(engine, subject);

    item->due_s = isolation->due_s;
    engine_subject_tell(engine, subject, isolation, item, &words);
    state_put_task(engine->state, isolation);
}

/* Whoever is in charge where it was found; where that is not known, the house. */
static Duban__Task *open_isolation(struct engine *engine, Duban__Subject *subject)
{
    bool is_placed = subject->area[0] != '\0';
    struct duty duty = {
        .kind = DUBAN__TASK_KIND__TASK_KIND_URGENT, .office = "", .limit = &rules_of(engine, subject)->isolation_limit,
        .owner_role = is_placed ? DUBAN__ROLE__ROLE_AREA_CONTACT : DUBAN__ROLE__ROLE_DUTY_CLERK,
    };

    return engine_subject_side_task(engine, subject, &duty);
}

static void open_referral(struct engine *engine, Duban__Subject *subject)
{
    static const enum policy_selector TO[] = { TO_OFFICE };
    const struct policy_urgent *rules = rules_of(engine, subject);
    struct duty duty = {
        .kind = DUBAN__TASK_KIND__TASK_KIND_URGENT, .owner_role = DUBAN__ROLE__ROLE_OFFICE, .office = rules->office,
        .limit = &rules->referral_limit,
    };
    struct words_of_subject words = {
        .message = "urgent_referral", .rule = "urgent.referral", .place = &rules->place, .to = TO, .to_count = 1,
        .urgent = true,
    };
    Duban__Task *task = engine_subject_side_task(engine, subject, &duty);

    subject->urgent->referral_task = task->id;
    engine_subject_tell(engine, subject, task, engine_item(engine, task, NULL), &words);
    state_put_task(engine->state, task);
}

static Duban__Subject *raise_alert(struct engine *engine, struct place place, Duban__UrgentRecord *urgent)
{
    Duban__Subject *subject = engine_subject_new(engine, URGENT, place);
    Duban__Fact *fact = engine_subject_fact(engine, FACT(RECEIVED), subject);
    Duban__Task *isolation;

    subject->of_case = DUBAN__SUBJECT__OF_URGENT;
    subject->urgent = urgent;
    fact->actor = urgent->reported_by;
    fact->reason = urgent->text;
    fact->other_sequence = urgent->found_sequence;
    engine_add_fact(engine, fact);
    isolation = open_isolation(engine, subject);
    urgent->isolation_task = subject->task = isolation->id;
    tell_all(engine, subject, isolation);
    open_referral(engine, subject);
    state_put_subject(engine->state, subject);
    return subject;
}

static Duban__UrgentRecord *record_of(struct engine *engine, const char *item, const char *text, const char *reporter)
{
    Duban__UrgentRecord *urgent = arena_take(&engine->state->arena, sizeof *urgent);

    assert(urgent != NULL);
    duban__urgent_record__init(urgent);
    urgent->item = (char *) item;
    urgent->text = (char *) text;
    urgent->reported_by = (char *) reporter;
    return urgent;
}

void engine_urgent_found(struct engine *engine, const struct finding *finding)
{
    Duban__UrgentRecord *urgent = record_of(engine, finding->item->code, finding->answer->note, finding->visit->reporter);

    urgent->found_sequence = finding->visit->sequence;
    engine_subject_touched(engine, raise_alert(engine, engine_place_of_site(finding->visit->site), urgent), finding->visit);
}

const char *engine_urgent_item(const Duban__Subject *subject)
{
    return subject->urgent->item;
}

/* Found by an answer only: nobody has been isolated, no hospital asked. */
void engine_urgent_withdraw(struct engine *engine, Duban__Subject *subject, const Duban__Fact *caused)
{
    (void) caused;
    engine_end_task(engine, &subject->urgent->isolation_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    engine_end_task(engine, &subject->urgent->referral_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    engine_subject_withdraw(engine, subject);
}

/* By the first of its tasks, which stands for the others. */
void engine_urgent_over(struct engine *engine, const Duban__Subject *subject)
{
    static const struct policy_text MISTAKEN = { "属误报", "it was a mistake" }, SETTLED = { "已处置", "it has been dealt with" };

    for (uint32_t occurrence = 0; occurrence < subject->next_task; occurrence++) {
        uint8_t id[ID_BYTES];
        Duban__Task *task;

        engine_id(id, get_u64(subject->id.data), get_u16(subject->id.data + 8), DUBAN__TASK_KIND__TASK_KIND_URGENT, occurrence);
        task = state_task(engine->state, id);
        if (task != NULL) {
            engine_stand_down(engine, task, subject->urgent->mistaken ? &MISTAKEN : &SETTLED);
            return;
        }
    }
}

/* ---------------------------------------------------------------- one tap */

/* A code that nobody knows is a word about the place. */
static struct place place_of(struct engine *engine, const Duban__UrgentReport *report, Duban__UrgentRecord *urgent)
{
    struct place place = engine_place_of_site("");
    const char *unknown = "";

    if (report->where_case == DUBAN__URGENT_REPORT__WHERE_SITE) {
        if (state_site(engine->state, report->site) != NULL)
            place.site = report->site;
        else
            unknown = report->site;
    } else if (report->where_case == DUBAN__URGENT_REPORT__WHERE_AREA) {
        if (state_area(engine->state, report->area) != NULL)
            place.area = report->area;
        else
            unknown = report->area;
    }
    urgent->place = report->place;
    if (unknown[0] != '\0')
        urgent->place = report->place[0] == '\0'
                            ? (char *) unknown : engine_joined(engine, engine_joined(engine, unknown, " "), report->place);
    return place;
}

bool engine_on_urgent_report(struct engine *engine, const Duban__UrgentReport *report, struct fault *fault)
{
    Duban__UrgentRecord *urgent;
    const char *item;

    if (engine->policy == NULL || !engine->policy->urgent.given)
        return fault_set(fault, "urgentReport", "现行政策包没有紧急报告(urgent)一节；请立即电话报告专班组长，并补上这一节",
                         "the policy in force has no section urgent; phone the lead at once, and add it");
    item = policy_is_urgent_item(engine->policy, report->item) ? report->item : engine->policy->urgent.items[0];
    urgent = record_of(engine, item, report->text, engine->account);
    urgent->position = report->position;
    raise_alert(engine, place_of(engine, report, urgent), urgent);
    return true;
}

/* ---------------------------------------------------------------- what was done */

static void end(struct engine *engine, Duban__Subject *subject, ProtobufCBinaryData *task_id, Duban__TaskState state)
{
    engine_end_task(engine, task_id, state);
    subject->task = subject->urgent->isolation_task.len > 0 ? subject->urgent->isolation_task : subject->urgent->referral_task;
    if (subject->task.len == 0)
        engine_subject_finish(engine, subject);
    else
        state_put_subject(engine->state, subject);
}

static bool isolated(struct engine *engine, Duban__Subject *subject, const Duban__UrgentStep *step, struct fault *fault)
{
    Duban__Fact *fact;

    if (strcmp(subject->urgent->reported_by, engine->account) != 0 &&
        !engine_may_at(engine, RIGHT_CONFIRM_ISOLATION, engine_place_of_subject(subject), "", fault))
        return false;
    if (subject->urgent->isolated_s != 0)
        return engine_subject_contradiction(engine, subject, "urgent_step", "isolated_already");
    fact = engine_subject_fact(engine, FACT(ISOLATED), subject);
    fact->reason = step->text;
    engine_add_fact(engine, fact);
    subject->urgent->isolated_s = engine->now_s;
    end(engine, subject, &subject->urgent->isolation_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    return true;
}

static bool answered(struct engine *engine, Duban__Subject *subject, const Duban__UrgentStep *step, struct fault *fault)
{
    Duban__Fact *fact;

    if (!engine_may_at(engine, RIGHT_ANSWER_URGENT, engine_place_of_subject(subject), rules_of(engine, subject)->office, fault))
        return false;
    if (subject->urgent->answered_s != 0)
        return engine_subject_contradiction(engine, subject, "urgent_step", "answered_already");
    fact = engine_subject_fact(engine, FACT(ANSWERED), subject);
    fact->recipient = (char *) rules_of(engine, subject)->office;
    fact->reason = step->text;
    engine_add_fact(engine, fact);
    subject->urgent->answered_s = engine->now_s;
    subject->urgent->answer = step->text;
    end(engine, subject, &subject->urgent->referral_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    return true;
}

static bool mistaken(struct engine *engine, Duban__Subject *subject, const Duban__UrgentStep *step, struct fault *fault)
{
    Duban__Fact *fact;

    if (!engine_may_at(engine, RIGHT_GIVE_UP, engine_place_of_subject(subject), "", fault))
        return false;
    fact = engine_subject_fact(engine, FACT(MISTAKEN), subject);
    fact->reason = step->text;
    engine_add_fact(engine, fact);
    subject->urgent->mistaken = true;
    engine_end_task(engine, &subject->urgent->isolation_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    end(engine, subject, &subject->urgent->referral_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    return true;
}

bool engine_on_urgent_step(struct engine *engine, const Duban__UrgentStep *step, struct fault *fault)
{
    Duban__Subject *subject = engine_referenced_subject(engine, step->alert, URGENT, "urgentStep.alert", fault);

    if (subject == NULL)
        return false;
    if (subject->finished_s != 0)
        return engine_subject_contradiction(engine, subject, "urgent_step", "finished_already");
    switch (step->act) {
    case DUBAN__URGENT_ACT__URGENT_ACT_ISOLATED:
        return isolated(engine, subject, step, fault);
    case DUBAN__URGENT_ACT__URGENT_ACT_ANSWERED:
        return answered(engine, subject, step, fault);
    case DUBAN__URGENT_ACT__URGENT_ACT_MISTAKEN:
        return mistaken(engine, subject, step, fault);
    case DUBAN__URGENT_ACT__URGENT_ACT_UNSPECIFIED:
    case _DUBAN__URGENT_ACT_IS_INT_SIZE:
        break;
    }
    return fault_set(fault, "urgentStep.act", "未知的处置步骤", "an unknown step");
}
