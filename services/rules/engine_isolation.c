/* engine_isolation.c - somebody stays at home: day k of n, a contact in each morning and evening, an end.
 *
 *   registered -> contact -> contact -> ... -> 24:00 of day n: released | to be released by somebody
 *                              | missed twice in a row, went out, fever: a case
 *                  ^ restart, lengthen: a new end, never an earlier one
 *
 * Who it is stands in the vault alone; here is a token, which is asked to be forgotten so many days after
 * the end. Numbers in brackets are rules of the domain: (17) contacts and release, (21) days.
 */
#include <assert.h>

#include "engine_isolation.h"

static const Duban__SubjectKind ISOLATION = DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION;

/* ---------------------------------------------------------------- what is shown of it */

struct policy_text engine_isolation_state(const Duban__Subject *subject)
{
    switch (subject->isolation->state) {
    case DUBAN__ISOLATION_STATE__ISOLATION_STATE_OBSERVING: return (struct policy_text){ "观察中", "under observation" };
    case DUBAN__ISOLATION_STATE__ISOLATION_STATE_TO_RELEASE: return (struct policy_text){ "待解除（有漏联系）", "to be released (contacts missing)" };
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
    item->days = isolation_days_in_all(subject->isolation);
    item->passes_needed = item->days;
    item->new_due_s = isolation_end_s(engine, subject);
}

/* Day k of n. */
void engine_fill_isolation_contact(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    item->pass_number = isolation_day_number(subject->isolation, policy_day(engine_subject_policy(engine, subject), task->start_s));
}

/* ---------------------------------------------------------------- facts */

Duban__Fact *isolation_fact(struct engine *engine, Duban__FactKind kind, const Duban__Subject *subject, int64_t day)
{
    Duban__Fact *fact = engine_subject_fact(engine, kind, subject);

    fact->number = isolation_day_number(subject->isolation, day);
    fact->of = isolation_days_in_all(subject->isolation);
    return fact;
}

Duban__Task isolation_where(struct engine *engine, const Duban__Subject *subject)
{
    Duban__Task where = DUBAN__TASK__INIT;

    where.kind = DUBAN__TASK_KIND__TASK_KIND_ISOLATION_END;
    where.opened_s = engine->now_s;
    where.subject = subject->id;
    where.area = subject->area;
    where.policy_version = subject->policy_version;
    where.cause_sequence = engine->entry_sequence;
    return where;
}

void isolation_tell(struct engine *engine, const Duban__Subject *subject, const char *message, const char *rule,
                    const enum policy_selector *to, size_t to_count, bool urgent)
{
    Duban__Task where = isolation_where(engine, subject);
    Duban__NoticeItem *item = engine_item_of_subject(engine, subject);
    struct telling telling = {
        .message = message, .to = to, .to_count = to_count, .rule = rule, .place = &engine_subject_policy(engine, subject)->isolation.place,
        .task = &where, .items = &item, .item_count = 1, .urgent = urgent, .foldable = !urgent,
    };

    engine_tell(engine, &telling);
}

void isolation_tell_area(struct engine *engine, const Duban__Subject *subject, const char *message, const char *rule)
{
    static const enum policy_selector TO[] = { TO_AREA_CONTACT };

    isolation_tell(engine, subject, message, rule, TO, 1, false);
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

/* (21) A start further back is a slip of the pen rather than an observation that nobody has entered. */
static bool start_is_right(struct engine *engine, int64_t start_ms, struct fault *fault)
{
    const struct policy *policy = engine->policy;
    int64_t ago = policy_day(policy, engine->received_ms / 1000) - policy_day(policy, start_ms / 1000);

    if (start_ms > engine->received_ms)
        return fault_set(fault, "isolation.startMs", "起算时间晚于登记时间，请核对", "it starts later than it is entered; check the time");
    return engine_era(engine) < ERA_OF_NEAR_STARTS || ago <= (int64_t) policy->isolation.start_within_days ||
           fault_set(fault, "isolation.startMs", "起算日在登记之前 %1$lld 天，最多 %2$u 天，请核对日期",
                     "it starts %1$lld days before it is entered, %2$u at most; check the date", (long long) ago,
                     policy->isolation.start_within_days);
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
    return start_is_right(engine, isolation->start_ms, fault);
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
    fact->number = isolation_days_in_all(subject->isolation);
    fact->old_s = old_s;
    fact->new_s = isolation_end_s(engine, subject);
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
    made->first_window = isolation_first_full_window(engine->policy, engine->now_s);
    if (made->first_window < 2 * made->first_day)
        made->first_window = 2 * made->first_day;
    made->home = isolation->home;
    subject->of_case = DUBAN__SUBJECT__OF_ISOLATION;
    subject->isolation = made;
    fact->reason = isolation->text;
    engine_add_fact(engine, fact);
    return subject;
}

/* (17) From day 1 to the first full window nobody could be asked for a contact. */
static void note_late(struct engine *engine, const Duban__Subject *subject)
{
    const Duban__IsolationRecord *isolation = subject->isolation;
    Duban__Fact *fact;

    if (isolation->first_window / 2 <= isolation->first_day)
        return;
    fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_REGISTERED_LATE, subject);
    fact->number = (uint32_t) (isolation->first_window / 2 - isolation->first_day);
    fact->of = isolation_days_in_all(isolation);
    engine_add_fact(engine, fact);
}

bool engine_on_isolation(struct engine *engine, const Duban__Isolation *isolation, struct fault *fault)
{
    Duban__Subject *subject;

    if (!isolation_is_right(engine, isolation, fault))
        return false;
    subject = record(engine, isolation);
    note_count(engine, subject, "isolation", 0, "");
    note_late(engine, subject);
    isolation_open_end(engine, subject);
    isolation_open_window(engine, subject, subject->isolation->first_window);
    isolation_open_door_check(engine, subject);
    isolation_tell_area(engine, subject, "isolation_begins", "isolation.begins");
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
    int64_t old_s = isolation_end_s(engine, subject);

    if (class_ == NULL)
        return false;
    if (change->at_ms > engine->received_ms)
        return fault_set(fault, "isolationChange.atMs", "起算时间晚于录入时间，请核对", "it starts later than it is entered; check the time");
    count_days(policy, class_, change->at_ms, &counted);
    if (isolation_last_day(&counted) < isolation_last_day(subject->isolation))
        return shortens(engine, subject, "isolation_restart", fault);
    count_days(policy, class_, change->at_ms, subject->isolation);
    subject->isolation->restarts++;
    note_count(engine, subject, "isolation_restart", old_s, change->reason);
    isolation_move_end(engine, subject);
    isolation_tell_area(engine, subject, "isolation_restart", "isolation.restart");
    return true;
}

static bool lengthen(struct engine *engine, Duban__Subject *subject, const Duban__IsolationChange *change, struct fault *fault)
{
    int64_t old_s = isolation_end_s(engine, subject);
    int64_t day = change->at_ms == 0 ? 0 : policy_day(engine_subject_policy(engine, subject), change->at_ms / 1000);

    if (day != 0 && day <= isolation_last_day(subject->isolation))
        return shortens(engine, subject, "isolation_lengthen", fault);
    if (day == 0 && subject->isolation->lengthened_to_day == 0)
        return engine_subject_contradiction(engine, subject, "isolation_lengthen", "not_lengthened");
    if (day == 0 && policy_moment(engine_subject_policy(engine, subject), isolation_counted_last_day(subject->isolation) + 1, 0) <= engine->now_s)
        return shortens(engine, subject, "isolation_lengthen", fault);
    subject->isolation->lengthened_to_day = day;
    note_count(engine, subject, "isolation_lengthen", old_s, change->reason);
    isolation_move_end(engine, subject);
    isolation_tell_area(engine, subject, "isolation_lengthened", "isolation.lengthen");
    return true;
}

/* Of the policy in force: such classes come while observations run. */
static bool exempt(struct engine *engine, Duban__Subject *subject, const Duban__IsolationChange *change, struct fault *fault)
{
    if (policy_isolation_exemption(engine->policy, change->exemption) == NULL)
        return fault_set(fault, "isolationChange.exemption", "现行政策包没有免除类别 %s", "the policy in force has no exemption class %s",
                         change->exemption);
    subject->isolation->exemption = change->exemption;
    isolation_finish(engine, subject, DUBAN__ISOLATION_STATE__ISOLATION_STATE_EXEMPT, "isolation.exempt", change->reason);
    return true;
}

static bool release(struct engine *engine, Duban__Subject *subject, const Duban__IsolationChange *change, struct fault *fault)
{
    return isolation_release(engine, subject, change->reason, fault);
}

static bool transfer(struct engine *engine, Duban__Subject *subject, const Duban__IsolationChange *change, struct fault *fault)
{
    (void) fault;
    isolation_finish(engine, subject, DUBAN__ISOLATION_STATE__ISOLATION_STATE_TRANSFERRED, "isolation.transferred", change->reason);
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
