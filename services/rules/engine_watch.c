/* engine_watch.c - a site that somebody looks at every day: check-ins, missed days, an end.
 *
 *   watch -> check-in of the day -> check-in of the next day -> ... -> ended
 *                 | missed: told the same evening, closed at midnight, the next day is due
 *
 * A check-in or an inspection is judged; of coaching it counts that somebody was there. Days go by visit_at, so
 * that a report that comes late puts right what was said of its day. Numbers in brackets are rules of
 * the domain: (16) what a clean day is, and what a missed one does.
 */
#include <assert.h>
#include <string.h>

#include "engine_watch.h"

static const Duban__SubjectKind WATCH = DUBAN__SUBJECT_KIND__SUBJECT_KIND_WATCH;

void watch_note_figures(struct engine *engine, Duban__Subject *subject)
{
    subject->watch->streak = watch_streak(subject->watch, policy_day(engine_subject_policy(engine, subject), engine->now_s));
    subject->watch->clean_days = watch_clean_days(subject->watch);
}

/* ---------------------------------------------------------------- what is shown of it */

struct policy_text engine_watch_state(const Duban__Subject *subject)
{
    if (subject->finished_s != 0)
        return (struct policy_text){ "已结束", "ended" };
    if (watch_pause(subject->watch) != NULL)
        return (struct policy_text){ "点位停业，暂停盯守", "paused: its site does not operate" };
    return (struct policy_text){ "盯守中", "being watched" };
}

Duban__Text *engine_watch_words(struct engine *engine, const Duban__Subject *subject)
{
    return engine_text(engine, subject->watch->reason, subject->watch->reason_en);
}

void engine_fill_watch(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject)
{
    const Duban__Holder *watcher = state_holder(engine->state, subject->watch->watcher);

    item->matter = item->finding = engine_watch_words(engine, subject);
    item->owner = subject->watch->watcher;
    if (watcher != NULL)
        item->owner_title = watcher->title;
    item->days = watch_clean_days(subject->watch);
}

/* How many days in a row end with the one that was missed. */
void engine_fill_check_in(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    item->days = watch_streak(subject->watch, policy_day(engine_subject_policy(engine, subject), task->due_s) - 1);
}

const Duban__WatchRecord *engine_watch_of_site(struct engine *engine, const char *site)
{
    uint8_t ids[1][ID_BYTES];

    if (site[0] == '\0' || engine_open_subjects(engine, WATCH, engine_place_of_site(site), ids, 1) == 0)
        return NULL;
    return state_subject(engine->state, ids[0])->watch;
}

/* ---------------------------------------------------------------- one day after the other */

void watch_open_day(struct engine *engine, Duban__Subject *subject, int64_t day)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    Duban__Task *task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_CHECK_IN, subject);

    task->owner = subject->watch->watcher;
    task->owner_role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    task->start_s = task->base_s = policy_moment(policy, day, 0);
    task->due_s = policy_moment(policy, day, policy->watch.check_in_by_s);
    subject->task = task->id;
    state_put_subject(engine->state, subject);
    engine_task_start(engine, task);
}

static Duban__Text *why_it_ends(struct engine *engine, const Duban__Subject *subject, const char *decision)
{
    if (decision[0] != '\0')
        return engine_text(engine, engine_joined(engine, "专班组长决定：", decision), engine_joined(engine, "decided by the lead: ", decision));
    if (subject->watch->last_day != 0)
        return engine_text(engine, "盯守期满", "its last day is over");
    return engine_text(engine, "连续合格天数已满", "it has had its clean days");
}

/* Whom it told: its own row is over then, or it stands still and has none. */
static Duban__Task whom_it_tells(struct engine *engine, const Duban__Subject *subject)
{
    const Duban__Task *task = engine_task_of(engine, &subject->task);
    Duban__Task made = DUBAN__TASK__INIT;

    if (task != NULL)
        return *task;
    made.kind = DUBAN__TASK_KIND__TASK_KIND_CHECK_IN;
    made.opened_s = engine->now_s;
    made.subject = subject->id;
    made.site = subject->site;
    made.area = subject->area;
    made.owner = subject->watch->watcher;
    made.owner_role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    made.policy_version = subject->policy_version;
    made.cause_sequence = engine->entry_sequence;
    return made;
}

/* Nobody need be there any more on the day that is due, unless somebody was. */
static void end_day(struct engine *engine, Duban__Subject *subject)
{
    const Duban__Task *task = engine_task_of(engine, &subject->task);
    int64_t day = task == NULL ? 0 : policy_day(engine_subject_policy(engine, subject), task->start_s);

    engine_subject_end_task(engine, subject, watch_day(subject->watch, day) != NULL ? DUBAN__TASK_STATE__TASK_STATE_DONE
                                                                                  : DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
}

void watch_end(struct engine *engine, Duban__Subject *subject, const char *rule, const char *decision)
{
    static const enum policy_selector TO[] = { TO_OWNER, TO_GROUP_LEADER };
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ENDED, subject);
    Duban__Task whom = whom_it_tells(engine, subject);
    Duban__NoticeItem *item = engine_item_of_subject(engine, subject);
    struct telling telling = {
        .message = "watch_ended", .to = TO, .to_count = 2, .rule = rule, .place = &engine_subject_policy(engine, subject)->watch.place,
        .task = &whom, .items = &item, .item_count = 1,
    };

    fact->rule = (char *) rule;
    fact->reason = (char *) decision;
    fact->of = watch_clean_days(subject->watch);
    engine_add_fact(engine, fact);
    if (watch_pause(subject->watch) != NULL)
        watch_end_pause(engine, subject);
    end_day(engine, subject);
    engine_subject_finish(engine, subject);
    item->reason_text = why_it_ends(engine, subject, decision);
    engine_tell(engine, &telling);
}

void watch_go_on(struct engine *engine, Duban__Subject *subject, int64_t day)
{
    if (subject->watch->last_day != 0 && day > subject->watch->last_day)
        watch_end(engine, subject, "watch.last_day", "");
    else
        watch_open_day(engine, subject, day);
}

/* (16) Cases of the site that are this severe keep the watch going. */
static bool is_held_by_case(struct engine *engine, const Duban__Subject *subject)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    const struct policy_severity *holding = policy_severity(policy, policy->watch.held_by);
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = engine_open_cases(engine, subject->site, ids);

    for (size_t i = 0; i < count; i++) {
        const struct policy_severity *severity = policy_severity(policy, state_case(engine->state, ids[i])->level);

        if (severity == NULL || severity <= holding)
            return true;
    }
    return false;
}

bool watch_has_its_clean_days(struct engine *engine, const Duban__Subject *subject)
{
    const Duban__WatchRecord *watch = subject->watch;

    return watch->clean_days_needed > 0 && watch_clean_days(watch) >= watch->clean_days_needed && !is_held_by_case(engine, subject);
}

/* ---------------------------------------------------------------- missed */

int64_t engine_check_in_midnight_s(const Duban__Task *task)
{
    return task->start_s + DAY_SECONDS;
}

/* Said the same evening; what was due stays open until midnight, for who goes there late. */
void engine_check_in_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    fact->number = watch_streak(subject->watch, policy_day(engine_subject_policy(engine, subject), task->due_s) - 1);
}

void watch_note_missed(struct engine *engine, const Duban__Subject *subject, const Duban__Task *task)
{
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CHECK_IN_MISSED, subject);

    fact->task = task->id;
    fact->old_s = task->due_s;
    fact->number = watch_streak(subject->watch, policy_day(engine_subject_policy(engine, subject), task->start_s) - 1);
    engine_add_fact(engine, fact);
}

void engine_fire_check_in_midnight(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    Duban__Subject *subject = engine_subject_of(engine, task);
    int64_t day = policy_day(engine_subject_policy(engine, subject), task->start_s);

    (void) case_;
    (void) step;
    watch_note_missed(engine, subject, task);
    engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    watch_note_figures(engine, subject);
    watch_go_on(engine, subject, day + 1);
}

/* ---------------------------------------------------------------- somebody was there */

static void note_not_counted(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit, const char *reason)
{
    Duban__Fact *fact = engine_subject_visit_fact(engine, DUBAN__FACT_KIND__FACT_KIND_VISIT_NOT_COUNTED, subject, visit);

    fact->reason = (char *) reason;
    fact->rule = "watch.check_in";
    engine_add_fact(engine, fact);
}

void watch_note_was_there(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit, int64_t day)
{
    bool coached = visit->purpose == DUBAN__PURPOSE__PURPOSE_GUIDANCE;
    Duban__Fact *fact = engine_subject_visit_fact(
        engine, coached ? DUBAN__FACT_KIND__FACT_KIND_PRESENT : DUBAN__FACT_KIND__FACT_KIND_CHECKED_IN, subject, visit);

    fact->number = watch_streak(subject->watch, day);
    fact->of = watch_clean_days(subject->watch);
    engine_add_fact(engine, fact);
}

/* Has it been said that the day was missed? */
static bool was_said_missed(struct engine *engine, const Duban__Subject *subject, int64_t day)
{
    const Duban__Task *task = engine_task_of(engine, &subject->task);

    if (watch_stands_still_on(subject->watch, day))
        return false;
    return task == NULL || policy_day(engine_subject_policy(engine, subject), task->start_s) > day || task->overdue_told;
}

/* ... and it was not. */
static void cure(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit, int64_t day)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    int64_t due_s = policy_moment(policy, day, policy->watch.check_in_by_s);
    Duban__Fact *fact;

    if (!was_said_missed(engine, subject, day) || visit->visit_ms / 1000 > due_s)
        return;
    fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CURED, subject);
    fact->visit_ms = visit->visit_ms;
    fact->old_s = due_s;
    engine_add_fact(engine, fact);
}

/* What the visit adds to its day; false: nothing that was not known. (16) Coaching judges nothing. */
static bool note_day(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, int64_t day)
{
    Duban__WatchDay *known = watch_day(subject->watch, day);
    bool is_new = known == NULL;
    bool judged = visit->purpose != DUBAN__PURPOSE__PURPOSE_GUIDANCE;
    bool checked = judged && visit->n_passed > 0 && visit->evidence_missing == 0, failed = judged && visit->n_failed > 0;

    if (!is_new && (known->checked || !checked) && (known->failed || !failed))
        return false;
    if (is_new) {
        cure(engine, subject, visit, day);
        known = watch_add_day(engine, subject->watch, day);
    }
    known->checked |= checked;
    known->failed |= failed;
    return true;
}

/* The day that is due now has been seen: the next one is. */
static void next_day(struct engine *engine, Duban__Subject *subject, int64_t day)
{
    Duban__Task *task = engine_task_of(engine, &subject->task);

    if (task == NULL || policy_day(engine_subject_policy(engine, subject), task->start_s) != day)
        return;
    engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    watch_go_on(engine, subject, day + 1);
}

static void was_there(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit)
{
    int64_t day = policy_day(engine_subject_policy(engine, subject), visit->visit_ms / 1000);

    if (watch_stood_still_at(subject->watch, visit->visit_ms / 1000)) {
        note_not_counted(engine, subject, visit, "site_stopped");
        return;
    }
    if (day < subject->watch->first_day || !note_day(engine, subject, visit, day)) {
        engine_subject_touched(engine, subject, visit);   /* it may be what the day goes by, once another is amended */
        return;
    }
    watch_note_was_there(engine, subject, visit, day);
    watch_note_figures(engine, subject);
    if (watch_has_its_clean_days(engine, subject))
        watch_end(engine, subject, "watch.clean_days", "");
    else
        next_day(engine, subject, day);
    state_put_subject(engine->state, subject);
}

/* (16) An inspection is judged as a check-in is; of coaching it counts that somebody was there. */
bool watch_counts(const Duban__Visit *visit)
{
    return visit->purpose == DUBAN__PURPOSE__PURPOSE_CHECK_IN || visit->purpose == DUBAN__PURPOSE__PURPOSE_INSPECTION ||
           visit->purpose == DUBAN__PURPOSE__PURPOSE_GUIDANCE;
}

void engine_watches_visited(struct engine *engine, const Duban__Visit *visit)
{
    struct open_subjects open;

    engine_open_at(engine, WATCH, engine_place_of_site(visit->site), &open);
    for (size_t i = 0; i < open.count; i++) {
        Duban__Subject *subject = state_subject(engine->state, open.ids[i]);

        if (watch_counts(visit))
            was_there(engine, subject, visit);
        else
            note_not_counted(engine, subject, visit, "no_check_in");
    }
}

void engine_watches_completed(struct engine *engine, const Duban__Visit *visit)
{
    if (watch_counts(visit))
        engine_watches_visited(engine, visit);
}

void engine_watches_relieved(struct engine *engine, const char *site)
{
    struct open_subjects open;

    engine_open_at(engine, WATCH, engine_place_of_site(site), &open);
    for (size_t i = 0; i < open.count; i++) {
        Duban__Subject *subject = state_subject(engine->state, open.ids[i]);

        if (watch_has_its_clean_days(engine, subject))
            watch_end(engine, subject, "watch.clean_days", "");
    }
}

/* ---------------------------------------------------------------- a watch begins */

static bool watcher_is_right(struct engine *engine, const Duban__Watch *watch, struct fault *fault)
{
    if (watch->watcher[0] == '\0')
        return true;
    return engine_account_may(engine, watch->watcher, RIGHT_VISIT, NULL, state_site(engine->state, watch->site),
                              "watch.watcher", fault);
}

static bool is_watched_already(struct engine *engine, const Duban__Watch *watch, struct fault *fault)
{
    uint8_t ids[1][ID_BYTES];

    if (engine_open_subjects(engine, WATCH, engine_place_of_site(watch->site), ids, 1) == 0)
        return false;
    fault_set(fault, "watch.site", "点位 %1$s 已在盯守(%2$s)，请先结束那一件再重新登记", "site %1$s is being watched already (%2$s); end that first",
              watch->site, engine_subject_number(engine, state_subject(engine->state, ids[0])));
    return true;
}

static int64_t first_day(const struct engine *engine, const Duban__Watch *watch)
{
    int64_t named_s = watch->from_ms == 0 ? engine->now_s : watch->from_ms / 1000;

    return watch_next_day(engine->policy, engine->now_s, policy_day(engine->policy, named_s));
}

static bool operates(struct engine *engine, const Duban__Watch *watch, struct fault *fault)
{
    const Duban__Site *site = state_site(engine->state, watch->site);

    return watch_site_operates(site) ||
           fault_set(fault, "watch.site", "点位 %s 已停业，无须盯守；恢复营业后再登记", "site %s does not operate: resume it first, then watch it",
                     watch->site);
}

static bool watch_is_right(struct engine *engine, const Duban__Watch *watch, struct fault *fault)
{
    if (engine->policy == NULL || !engine->policy->watch.given)
        return fault_set(fault, "watch", "现行政策包没有盯守(watch)一节，请补上后再登记",
                         "the policy in force has no section watch; add it to watch sites");
    if (!engine_may_at(engine, RIGHT_WATCH, engine_place_of_site(watch->site), "", fault))
        return false;
    if (state_site(engine->state, watch->site) == NULL)
        return fault_set(fault, "watch.site", "点位 %s 不在登记册中，请核对编号或先登记点位",
                         "site %s is not in the registry; check the code or register the site", watch->site);
    if (!operates(engine, watch, fault) || !watcher_is_right(engine, watch, fault) || is_watched_already(engine, watch, fault))
        return false;
    return watch->until_ms == 0 || policy_day(engine->policy, watch->until_ms / 1000) >= first_day(engine, watch) ||
           fault_set(fault, "watch.untilMs", "盯守的最后一天已经过去，请核对日期", "the last day of the watch has gone by; check the date");
}

static Duban__Subject *record(struct engine *engine, const Duban__Watch *watch)
{
    Duban__Subject *subject = engine_subject_new(engine, WATCH, engine_place_of_site(watch->site));
    Duban__WatchRecord *made = arena_take(&engine->state->arena, sizeof *made);
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RECEIVED, subject);

    assert(made != NULL);
    duban__watch_record__init(made);
    made->watcher = watch->watcher;
    made->reason = watch->reason;
    made->first_day = first_day(engine, watch);
    if (watch->until_ms != 0)
        made->last_day = policy_day(engine->policy, watch->until_ms / 1000);
    else
        made->clean_days_needed = watch->clean_days > 0 ? watch->clean_days : engine->policy->watch.clean_days;
    subject->of_case = DUBAN__SUBJECT__OF_WATCH;
    subject->watch = made;
    fact->reason = watch->reason;
    engine_add_fact(engine, fact);
    return subject;
}

static void begin(struct engine *engine, Duban__Subject *subject, const char *rule, const struct file_place *place)
{
    static const enum policy_selector TO[] = { TO_OWNER, TO_INSPECTOR };
    Duban__Task *task;
    Duban__NoticeItem *item;
    struct telling telling = { .message = "watch_begins", .to = TO, .to_count = 2, .rule = rule, .items = &item, .item_count = 1 };

    watch_open_day(engine, subject, subject->watch->first_day);
    task = engine_task_of(engine, &subject->task);
    telling.task = task;
    telling.place = place;
    item = engine_item(engine, task, NULL);
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
    state_put_subject(engine->state, subject);
}

bool engine_on_watch(struct engine *engine, const Duban__Watch *watch, struct fault *fault)
{
    if (!watch_is_right(engine, watch, fault))
        return false;
    begin(engine, record(engine, watch), "watch.begins", &engine->policy->watch.place);
    return true;
}

/* ---------------------------------------------------------------- by itself */

bool engine_watch_is_called_for(struct engine *engine, const Duban__Site *site)
{
    const struct policy *policy = engine->policy;
    struct condition_values values = { 0 };

    if (policy == NULL || policy->watch.begins_when.node_count == 0 || !watch_site_operates(site))
        return false;
    engine_values_of_site(engine, site, &values);
    engine_values_of_standing(engine, site, &values);
    return condition_is_true(&policy->watch.begins_when, &values);
}

static const struct file_place *begins_place(struct engine *engine)
{
    const struct policy_watch *watch = &engine->policy->watch;

    return engine_era(engine) < ERA_OF_BEGINS_LINES ? &watch->place : &watch->begins_place;
}

/* From tomorrow on: what called for it is that somebody was there today. */
void engine_watch_call(struct engine *engine, const Duban__Site *site, bool was_called_for)
{
    uint8_t ids[1][ID_BYTES];
    Duban__Watch watch = DUBAN__WATCH__INIT;
    Duban__Subject *subject;
    const Duban__Text *words;

    if (was_called_for || !engine_watch_is_called_for(engine, site) ||
        engine_open_subjects(engine, WATCH, engine_place_of_site(site->code), ids, 1) > 0)
        return;
    words = engine_condition_words(engine, &engine->policy->watch.begins_when);
    watch.site = site->code;
    watch.reason = words->zh;
    watch.from_ms = policy_moment(engine->policy, policy_day(engine->policy, engine->now_s) + 1, 0) * 1000;
    subject = record(engine, &watch);
    subject->watch->reason_en = words->en;
    begin(engine, subject, "watch.begins_when", begins_place(engine));
}

bool engine_on_watch_end(struct engine *engine, const Duban__WatchEnd *end, struct fault *fault)
{
    Duban__Subject *subject = engine_referenced_subject(engine, end->watch, WATCH, "watchEnd.watch", fault);

    if (subject == NULL || !engine_may_at(engine, RIGHT_END_WATCH, engine_place_of_subject(subject), "", fault))
        return false;
    if (subject->finished_s != 0)
        return engine_subject_contradiction(engine, subject, "watch_end", "ended");
    watch_end(engine, subject, "watch.decision", end->reason);
    return true;
}
