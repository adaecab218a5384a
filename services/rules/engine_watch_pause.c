/* engine_watch_pause.c - the watched site stops operating: the watch stands still, and goes on with the site.
 *
 *   being watched -> its site stops: nobody is expected there -> it operates again: the next check-in is due
 */
#include "engine_watch.h"

static void note(struct engine *engine, Duban__FactKind kind, const Duban__Subject *subject, int64_t new_s, const char *reason)
{
    Duban__Fact *fact = engine_subject_fact(engine, kind, subject);

    fact->new_s = new_s;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
}

bool watch_site_operates(const Duban__Site *site)
{
    return site->operating_state == DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING ||
           site->operating_state == DUBAN__OPERATING_STATE__OPERATING_STATE_UNSPECIFIED;   /* of a row of long ago */
}

void watch_stand_still(struct engine *engine, Duban__Subject *subject, int64_t from_day, const char *reason)
{
    Duban__WatchPause *pause = watch_add_pause(engine, subject->watch);

    pause->from_s = engine->now_s;
    pause->from_day = from_day;
    watch_note_figures(engine, subject);
    note(engine, DUBAN__FACT_KIND__FACT_KIND_WATCH_PAUSED, subject, 0, reason);
    state_put_subject(engine->state, subject);
}

int64_t watch_end_pause(struct engine *engine, Duban__Subject *subject)
{
    Duban__WatchPause *pause = watch_pause(subject->watch);
    int64_t day = watch_next_day(engine_subject_policy(engine, subject), engine->now_s, pause->from_day);

    while (watch_day(subject->watch, day) != NULL)
        day++;
    pause->until_s = engine->now_s;
    pause->until_day = day;
    return day;
}

/* An evening that was missed before the site stopped stays a missed one. */
static void stop(struct engine *engine, Duban__Subject *subject, const char *reason)
{
    const Duban__Task *task = engine_task_of(engine, &subject->task);
    int64_t from_day = policy_day(engine_subject_policy(engine, subject), task->start_s) + task->overdue_told;

    if (task->overdue_told)
        watch_note_missed(engine, subject, task);
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    watch_stand_still(engine, subject, from_day, reason);
}

static void go_on(struct engine *engine, Duban__Subject *subject, const char *reason)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    int64_t day = watch_end_pause(engine, subject);

    watch_note_figures(engine, subject);
    note(engine, DUBAN__FACT_KIND__FACT_KIND_WATCH_RESUMED, subject, policy_moment(policy, day, policy->watch.check_in_by_s), reason);
    watch_go_on(engine, subject, day);
}

void engine_watches_operate(struct engine *engine, const Duban__Site *site, bool operates, const char *reason)
{
    struct open_subjects open;

    engine_open_at(engine, DUBAN__SUBJECT_KIND__SUBJECT_KIND_WATCH, engine_place_of_site(site->code), &open);
    for (size_t i = 0; i < open.count; i++) {
        Duban__Subject *subject = state_subject(engine->state, open.ids[i]);

        if ((watch_pause(subject->watch) == NULL) == operates)
            continue;
        if (operates)
            go_on(engine, subject, reason);
        else
            stop(engine, subject, reason);
    }
}
