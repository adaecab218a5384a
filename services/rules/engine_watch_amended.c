/* engine_watch_amended.c - a visit to a watched site is amended (4.6 rule 20): its day is judged anew by all visits of
 * that day, and with it whether the watch has had its clean days.
 */
#include <string.h>

#include "engine_watch.h"

enum { MAX_VISITS_SINCE = 1024 };

static bool is_of_day(const struct policy *policy, const Duban__Subject *subject, const Duban__Visit *visit, int64_t day)
{
    return watch_counts(visit) && visit->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED &&
           policy_day(policy, visit->visit_ms / 1000) == day && !watch_stood_still_at(subject->watch, visit->visit_ms / 1000);
}

/* As all visits of that day say now; coaching judges nothing. */
static Duban__WatchDay day_as_seen(struct engine *engine, const Duban__Subject *subject, int64_t day)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    uint64_t sequences[MAX_VISITS_SINCE];
    size_t count = state_visits_of_site(engine->state, subject->site, policy_moment(policy, day, 0) * 1000 - 1, sequences,
                                        MAX_VISITS_SINCE);
    Duban__WatchDay seen = DUBAN__WATCH_DAY__INIT;

    for (size_t i = 0; i < count; i++) {
        const Duban__Visit *visit = state_visit(engine->state, sequences[i]);

        if (!is_of_day(policy, subject, visit, day) || visit->purpose == DUBAN__PURPOSE__PURPOSE_GUIDANCE)
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
    const struct policy *policy = engine_subject_policy(engine, subject);

    engine_subject_reopen(engine, subject);
    watch_open_day(engine, subject, watch_next_day(policy, engine->now_s, policy_day(policy, engine->now_s)));
    engine_subject_tell_undone(engine, subject, reason);
}

static void judge_end_anew(struct engine *engine, Duban__Subject *subject, const char *reason)
{
    uint8_t ids[1][ID_BYTES];

    if (subject->finished_s == 0) {
        if (watch_has_its_clean_days(engine, subject))
            watch_end(engine, subject, "watch.clean_days", "");
        return;
    }
    if (!ended_by_clean_days(engine, subject) || watch_has_its_clean_days(engine, subject))
        return;
    if (engine_open_subjects(engine, subject->kind, engine_place_of_subject(subject), ids, 1) > 0)
        engine_subject_kept(engine, subject, "watched_again");
    else
        watch_again(engine, subject, reason);
}

void engine_watch_amended(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, const char *reason)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    int64_t day = policy_day(policy, visit->visit_ms / 1000);
    Duban__WatchDay *known = watch_day(subject->watch, day);
    Duban__WatchDay seen;

    if (known == NULL || !is_of_day(policy, subject, visit, day))
        return;
    seen = day_as_seen(engine, subject, day);
    if (known->checked == seen.checked && known->failed == seen.failed)
        return;
    engine_subject_note_undone(engine, subject, visit, reason);
    known->checked = seen.checked;
    known->failed = seen.failed;
    watch_note_was_there(engine, subject, visit, day);
    watch_note_figures(engine, subject);
    judge_end_anew(engine, subject, reason);
    state_put_subject(engine->state, subject);
}
