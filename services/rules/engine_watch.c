/* engine_watch.c - a site that somebody looks at every day: check-ins, missed days, an end.
 *
 *   watch -> check-in of the day -> check-in of the next day -> ... -> ended
 *                 | missed: told the same evening, closed at midnight, the next day is due
 *
 * Only a report of purpose check-in is one; coaching counts as nothing here. Days go by visit_at, so
 * that a report that comes late puts right what was said of its day. Numbers in brackets are rules of
 * the domain: (16) what a clean day is, and what a missed one does.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { MAX_VISITS_SINCE = 1024 };
static const Duban__SubjectKind WATCH = DUBAN__SUBJECT_KIND__SUBJECT_KIND_WATCH;

static const struct policy *policy_of(struct engine *engine, const Duban__Subject *subject)
{
    return engine_policy_of(engine, &subject->policy_version);
}

static int64_t day_of(const struct policy *policy, int64_t at_s)
{
    return civil_day(at_s, policy->utc_offset_s);
}

static int64_t moment_of(const struct policy *policy, int64_t day, int32_t second_of_day)
{
    return civil_moment(day, second_of_day, policy->utc_offset_s);
}

/* ---------------------------------------------------------------- days */

static Duban__WatchDay *find_day(const Duban__WatchRecord *watch, int64_t day)
{
    for (size_t i = 0; i < watch->n_days; i++)
        if (watch->days[i]->day == day)
            return watch->days[i];
    return NULL;
}

static Duban__WatchDay *add_day(struct engine *engine, Duban__WatchRecord *watch, int64_t day)
{
    Duban__WatchDay **days = arena_take_pointers(&engine->state->arena, watch->n_days + 1);
    Duban__WatchDay *added = arena_take(&engine->state->arena, sizeof *added);
    size_t place = watch->n_days;

    assert(days != NULL && added != NULL);
    duban__watch_day__init(added);
    added->day = day;
    for (size_t i = 0; i < watch->n_days; i++)
        days[i] = watch->days[i];
    for (; place > 0 && days[place - 1]->day > day; place--)
        days[place] = days[place - 1];
    days[place] = added;
    watch->days = days;
    watch->n_days++;
    return added;
}

/* Days in a row with a check-in, up to and with the last one that is not later than that day; a day
 * that has gone by without one ends them. */
static uint32_t streak(const Duban__WatchRecord *watch, int64_t day)
{
    uint32_t count = 0;

    for (int64_t wanted = find_day(watch, day) != NULL ? day : day - 1; find_day(watch, wanted) != NULL; wanted--)
        count++;
    return count;
}

/* (16) A fail begins them anew; a day that was missed, or on which nothing was looked at, does not count. */
static uint32_t clean_days(const Duban__WatchRecord *watch)
{
    uint32_t count = 0;

    for (size_t i = 0; i < watch->n_days; i++)
        count = watch->days[i]->failed ? 0 : count + watch->days[i]->checked;
    return count;
}

/* As of now, for whoever looks at it. */
static void note_figures(struct engine *engine, Duban__Subject *subject)
{
    subject->watch->streak = streak(subject->watch, day_of(policy_of(engine, subject), engine->now_s));
    subject->watch->clean_days = clean_days(subject->watch);
}

/* The first day whose check-in can still be made in time. */
static int64_t first_day_in_time(const struct policy *policy, int64_t now_s)
{
    int64_t today = day_of(policy, now_s);

    return now_s < moment_of(policy, today, policy->watch.check_in_by_s) ? today : today + 1;
}

/* ---------------------------------------------------------------- what is shown of it */

struct policy_text engine_watch_state(const Duban__Subject *subject)
{
    return subject->finished_s != 0 ? (struct policy_text){ "已结束", "ended" } : (struct policy_text){ "盯守中", "being watched" };
}

Duban__Text *engine_watch_words(struct engine *engine, const Duban__Subject *subject)
{
    return engine_text(engine, subject->watch->reason, "");
}

void engine_fill_watch(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject)
{
    const Duban__Holder *watcher = state_holder(engine->state, subject->watch->watcher);

    item->matter = item->finding = engine_watch_words(engine, subject);
    item->owner = subject->watch->watcher;
    if (watcher != NULL)
        item->owner_title = watcher->title;
    item->days = clean_days(subject->watch);
}

/* How many days in a row end with the one that was missed. */
void engine_fill_check_in(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    item->days = streak(subject->watch, day_of(policy_of(engine, subject), task->due_s) - 1);
}

const char *engine_risk_of_site(struct engine *engine, const char *site)
{
    uint8_t ids[1][ID_BYTES];

    if (site[0] == '\0' || engine_open_subjects(engine, WATCH, engine_place_of_site(site), ids, 1) == 0)
        return "";
    return state_subject(engine->state, ids[0])->watch->reason;
}

/* ---------------------------------------------------------------- one day after the other */

static void open_day(struct engine *engine, Duban__Subject *subject, int64_t day)
{
    const struct policy *policy = policy_of(engine, subject);
    Duban__Task *task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_CHECK_IN, subject);

    task->owner = subject->watch->watcher;
    task->owner_role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    task->start_s = task->base_s = moment_of(policy, day, 0);
    task->due_s = moment_of(policy, day, policy->watch.check_in_by_s);
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

static void end(struct engine *engine, Duban__Subject *subject, const char *rule, const char *decision)
{
    static const enum policy_selector TO[] = { TO_OWNER, TO_GROUP_LEADER };
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ENDED, subject);
    Duban__Task about = *engine_task_of(engine, &subject->task);   /* whom it told; its own row is over */
    Duban__NoticeItem *item = engine_item_of_subject(engine, subject);
    struct telling telling = {
        .message = "watch_ended", .to = TO, .to_count = 2, .rule = rule, .place = &policy_of(engine, subject)->watch.place,
        .task = &about, .items = &item, .item_count = 1,
    };

    fact->rule = (char *) rule;
    fact->reason = (char *) decision;
    fact->of = clean_days(subject->watch);
    engine_add_fact(engine, fact);
    engine_subject_finish(engine, subject);
    item->reason_text = why_it_ends(engine, subject, decision);
    engine_tell(engine, &telling);
}

static void go_on(struct engine *engine, Duban__Subject *subject, int64_t day)
{
    if (subject->watch->last_day != 0 && day > subject->watch->last_day)
        end(engine, subject, "watch.last_day", "");
    else
        open_day(engine, subject, day);
}

/* (16) Cases of the site that are this severe keep the watch going. */
static bool is_held_by_case(struct engine *engine, const Duban__Subject *subject)
{
    const struct policy *policy = policy_of(engine, subject);
    const struct policy_severity *holding = policy_severity(policy, policy->watch.held_by);
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = state_cases_of_site(engine->state, subject->site, ids, MAX_CASES_PER_SITE);

    for (size_t i = 0; i < count; i++) {
        const Duban__Case *case_ = state_case(engine->state, ids[i]);
        const struct policy_severity *severity = policy_severity(policy, case_->level);

        if (engine_case_is_open(case_) && (severity == NULL || severity <= holding))
            return true;
    }
    return false;
}

static bool has_its_clean_days(struct engine *engine, const Duban__Subject *subject)
{
    const Duban__WatchRecord *watch = subject->watch;

    return watch->clean_days_needed > 0 && clean_days(watch) >= watch->clean_days_needed && !is_held_by_case(engine, subject);
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
    fact->number = streak(subject->watch, day_of(policy_of(engine, subject), task->due_s) - 1);
}

void engine_fire_check_in_midnight(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    Duban__Subject *subject = engine_subject_of(engine, task);
    int64_t day = day_of(policy_of(engine, subject), task->start_s);
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CHECK_IN_MISSED, subject);

    (void) case_;
    (void) step;
    fact->task = task->id;
    fact->old_s = task->due_s;
    fact->number = streak(subject->watch, day - 1);
    engine_add_fact(engine, fact);
    engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    note_figures(engine, subject);
    go_on(engine, subject, day + 1);
}

/* ---------------------------------------------------------------- somebody was there */

static void note_not_counted(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit)
{
    Duban__Fact *fact = engine_subject_visit_fact(engine, DUBAN__FACT_KIND__FACT_KIND_VISIT_NOT_COUNTED, subject, visit);

    fact->reason = "no_check_in";
    fact->rule = "watch.check_in";
    engine_add_fact(engine, fact);
}

static void note_checked_in(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit, int64_t day)
{
    Duban__Fact *fact = engine_subject_visit_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CHECKED_IN, subject, visit);

    fact->number = streak(subject->watch, day);
    fact->of = clean_days(subject->watch);
    engine_add_fact(engine, fact);
}

/* It was said that the day was missed, and it was not. */
static void cure(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit, int64_t day)
{
    const struct policy *policy = policy_of(engine, subject);
    const Duban__Task *task = engine_task_of(engine, &subject->task);
    bool was_said = day_of(policy, task->start_s) > day || task->overdue_told;
    int64_t due_s = moment_of(policy, day, policy->watch.check_in_by_s);
    Duban__Fact *fact;

    if (!was_said || visit->visit_ms / 1000 > due_s)
        return;
    fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CURED, subject);
    fact->visit_ms = visit->visit_ms;
    fact->old_s = due_s;
    engine_add_fact(engine, fact);
}

/* What the visit adds to its day; false: nothing that was not known. */
static bool note_day(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, int64_t day)
{
    Duban__WatchDay *known = find_day(subject->watch, day);
    bool is_new = known == NULL;
    bool checked = visit->n_passed > 0 && visit->evidence_missing == 0, failed = visit->n_failed > 0;

    if (!is_new && (known->checked || !checked) && (known->failed || !failed))
        return false;
    if (is_new) {
        known = add_day(engine, subject->watch, day);
        cure(engine, subject, visit, day);
    }
    known->checked |= checked;
    known->failed |= failed;
    return true;
}

static void check_in(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit)
{
    const Duban__Task *task = engine_task_of(engine, &subject->task);
    int64_t day = day_of(policy_of(engine, subject), visit->visit_ms / 1000);
    int64_t due_day = day_of(policy_of(engine, subject), task->start_s);

    if (day < subject->watch->first_day || !note_day(engine, subject, visit, day)) {
        engine_subject_touched(engine, subject, visit);   /* it may be what the day goes by, once another is amended */
        return;
    }
    note_checked_in(engine, subject, visit, day);
    note_figures(engine, subject);
    if (has_its_clean_days(engine, subject)) {
        end(engine, subject, "watch.clean_days", "");
    } else if (day == due_day) {
        engine_task_stop(engine, engine_task_of(engine, &subject->task), DUBAN__TASK_STATE__TASK_STATE_DONE);
        go_on(engine, subject, day + 1);
    }
    state_put_subject(engine->state, subject);
}

void engine_watches_visited(struct engine *engine, const Duban__Visit *visit)
{
    struct open_subjects open;

    engine_open_at(engine, WATCH, engine_place_of_site(visit->site), &open);
    for (size_t i = 0; i < open.count; i++) {
        Duban__Subject *subject = state_subject(engine->state, open.ids[i]);

        if (visit->purpose == DUBAN__PURPOSE__PURPOSE_CHECK_IN)
            check_in(engine, subject, visit);
        else
            note_not_counted(engine, subject, visit);
    }
}

void engine_watches_completed(struct engine *engine, const Duban__Visit *visit)
{
    if (visit->purpose == DUBAN__PURPOSE__PURPOSE_CHECK_IN)
        engine_watches_visited(engine, visit);
}

/* ---------------------------------------------------------------- a check-in is amended */

static bool is_of_day(const struct policy *policy, const Duban__Visit *visit, int64_t day)
{
    return visit->purpose == DUBAN__PURPOSE__PURPOSE_CHECK_IN &&
           visit->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED && day_of(policy, visit->visit_ms / 1000) == day;
}

/* As all check-ins of that day say now. */
static Duban__WatchDay day_as_seen(struct engine *engine, const Duban__Subject *subject, int64_t day)
{
    const struct policy *policy = policy_of(engine, subject);
    uint64_t sequences[MAX_VISITS_SINCE];
    size_t count = state_visits_of_site(engine->state, subject->site, moment_of(policy, day, 0) * 1000 - 1, sequences,
                                        MAX_VISITS_SINCE);
    Duban__WatchDay seen = DUBAN__WATCH_DAY__INIT;

    for (size_t i = 0; i < count; i++) {
        const Duban__Visit *visit = state_visit(engine->state, sequences[i]);

        if (!is_of_day(policy, visit, day))
            continue;
        seen.checked |= visit->n_passed > 0 && visit->evidence_missing == 0;
        seen.failed |= visit->n_failed > 0;
    }
    return seen;
}

static bool ended_by_clean_days(struct engine *engine, const Duban__Subject *subject)
{
    const Duban__Fact *fact;
    bool by_clean_days = false;

    for (uint64_t last = 0; (fact = state_fact_after(engine->state, subject->id.data, last)) != NULL; last = fact->sequence)
        if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_ENDED)
            by_clean_days = strcmp(fact->rule, "watch.clean_days") == 0;
    return by_clean_days;
}

/* It was ended by days that were not clean; what was missed meanwhile was nobody's to do. */
static void watch_again(struct engine *engine, Duban__Subject *subject, const char *reason)
{
    engine_subject_reopen(engine, subject);
    open_day(engine, subject, first_day_in_time(policy_of(engine, subject), engine->now_s));
    engine_subject_tell_undone(engine, subject, reason);
}

static void judge_end_anew(struct engine *engine, Duban__Subject *subject, const char *reason)
{
    uint8_t ids[1][ID_BYTES];

    if (subject->finished_s == 0) {
        if (has_its_clean_days(engine, subject))
            end(engine, subject, "watch.clean_days", "");
        return;
    }
    if (!ended_by_clean_days(engine, subject) || has_its_clean_days(engine, subject))
        return;
    if (engine_open_subjects(engine, WATCH, engine_place_of_subject(subject), ids, 1) > 0)
        engine_subject_kept(engine, subject, "watched_again");
    else
        watch_again(engine, subject, reason);
}

void engine_watch_amended(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, const char *reason)
{
    int64_t day = day_of(policy_of(engine, subject), visit->visit_ms / 1000);
    Duban__WatchDay *known = find_day(subject->watch, day);
    Duban__WatchDay seen;

    if (known == NULL || !is_of_day(policy_of(engine, subject), visit, day))
        return;
    seen = day_as_seen(engine, subject, day);
    if (known->checked == seen.checked && known->failed == seen.failed)
        return;
    engine_subject_note_undone(engine, subject, visit, reason);
    known->checked = seen.checked;
    known->failed = seen.failed;
    note_checked_in(engine, subject, visit, day);
    note_figures(engine, subject);
    judge_end_anew(engine, subject, reason);
    state_put_subject(engine->state, subject);
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
    int64_t wanted = watch->from_ms == 0 ? 0 : day_of(engine->policy, watch->from_ms / 1000);
    int64_t earliest = first_day_in_time(engine->policy, engine->now_s);

    return wanted > earliest ? wanted : earliest;
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
    if (!watcher_is_right(engine, watch, fault) || is_watched_already(engine, watch, fault))
        return false;
    return watch->until_ms == 0 || day_of(engine->policy, watch->until_ms / 1000) >= first_day(engine, watch) ||
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
        made->last_day = day_of(engine->policy, watch->until_ms / 1000);
    else
        made->clean_days_needed = watch->clean_days > 0 ? watch->clean_days : engine->policy->watch.clean_days;
    subject->of_case = DUBAN__SUBJECT__OF_WATCH;
    subject->watch = made;
    fact->reason = watch->reason;
    engine_add_fact(engine, fact);
    return subject;
}

bool engine_on_watch(struct engine *engine, const Duban__Watch *watch, struct fault *fault)
{
    static const enum policy_selector TO[] = { TO_OWNER, TO_INSPECTOR };
    Duban__Subject *subject;
    Duban__Task *task;
    Duban__NoticeItem *item;
    struct telling telling = { .message = "watch_begins", .to = TO, .to_count = 2, .rule = "watch.begins", .items = &item,
                               .item_count = 1 };

    if (!watch_is_right(engine, watch, fault))
        return false;
    subject = record(engine, watch);
    open_day(engine, subject, subject->watch->first_day);
    task = engine_task_of(engine, &subject->task);
    telling.task = task;
    telling.place = &engine->policy->watch.place;
    item = engine_item(engine, task, NULL);
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
    state_put_subject(engine->state, subject);
    return true;
}

bool engine_on_watch_end(struct engine *engine, const Duban__WatchEnd *watch_end, struct fault *fault)
{
    Duban__Subject *subject = engine_referenced_subject(engine, watch_end->watch, WATCH, "watchEnd.watch", fault);

    if (subject == NULL || !engine_may_at(engine, RIGHT_END_WATCH, engine_place_of_subject(subject), "", fault))
        return false;
    if (subject->finished_s != 0)
        return engine_subject_contradiction(engine, subject, "watch_end", "ended");
    end(engine, subject, "watch.decision", watch_end->reason);
    return true;
}
