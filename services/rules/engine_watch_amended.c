/* engine_watch_amended.c - a visit to a watched site is amended (4.6 rule 20): its day is judged anew by all visits of
 * that day, and with it whether the watch has had its clean days.
 */
#include <string.h>

#include "engine_watch.h"

static bool is_of_day(const struct policy *policy, const Duban__Subject *subject, const Duban__Visit *visit, int64_t day)
{
    return watch_counts(visit) && visit->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED &&
           policy_day(policy, visit->visit_ms / 1000) == day && !watch_stood_still_at(subject->watch, visit->visit_ms / 1000);
}

struct day_seen {
    struct engine *engine;
    const Duban__Subject *subject;
    int64_t day;
    Duban__WatchDay seen;
};

/* What was reported when the watch was over has told it nothing; coaching judges nothing. */
static bool look_at(void *self, const Duban__Visit *visit)
{
    struct day_seen *of = self;

    if (is_of_day(engine_subject_policy(of->engine, of->subject), of->subject, visit, of->day) &&
        visit->purpose != DUBAN__PURPOSE__PURPOSE_GUIDANCE &&
        state_has_touched(of->engine->state, visit->sequence, of->subject->id.data)) {
        of->seen.checked |= visit->n_passed > 0 && visit->evidence_missing == 0;
        of->seen.failed |= visit->n_failed > 0;
    }
    return true;
}

/* As all visits of that day say now. */
static Duban__WatchDay day_as_seen(struct engine *engine, const Duban__Subject *subject, int64_t day)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    struct visit_span span = { subject->site, policy_moment(policy, day, 0) * 1000, policy_moment(policy, day + 1, 0) * 1000,
                               SIZE_MAX };
    struct day_seen of = { engine, subject, day, DUBAN__WATCH_DAY__INIT };

    state_show_visits(engine->state, &span, look_at, &of);
    return of.seen;
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
static void watch_again(struct engine *engine, Duban__Subject *subject, const Duban__Site *site, const char *reason)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    int64_t day = watch_next_day(policy, engine->now_s, policy_day(policy, engine->now_s));

    engine_subject_reopen(engine, subject);
    if (watch_site_operates(site))
        watch_open_day(engine, subject, day);
    else
        watch_stand_still(engine, subject, day, "");
    engine_subject_tell_undone(engine, subject, reason);
}

/* Why the watch stays over all the same; NULL: it does not. */
static const char *why_it_stays_over(struct engine *engine, const Duban__Subject *subject, const Duban__Site *site)
{
    uint8_t ids[1][ID_BYTES];

    if (site == NULL)
        return "site_removed";
    return engine_open_subjects(engine, subject->kind, engine_place_of_subject(subject), ids, 1) > 0 ? "watched_again" : NULL;
}

static void judge_end_anew(struct engine *engine, Duban__Subject *subject, const char *reason)
{
    const Duban__Site *site = state_site(engine->state, subject->site);
    const char *stays;

    if (subject->finished_s == 0) {
        if (watch_has_its_clean_days(engine, subject))
            watch_end(engine, subject, "watch.clean_days", "");
        return;
    }
    if (!ended_by_clean_days(engine, subject) || watch_has_its_clean_days(engine, subject))
        return;
    stays = why_it_stays_over(engine, subject, site);
    if (stays != NULL)
        engine_subject_kept(engine, subject, stays);
    else
        watch_again(engine, subject, site, reason);
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
