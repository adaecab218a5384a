/* engine_gate_post.c - who stands at a gate, post by post and shift by shift, and how many volunteers are there.
 *
 * A post is no entrance: one entrance may have several, and a post is manned in one shift and not in another. Nobody who
 * stands there is named.
 */
#include <string.h>

#include "engine.h"

static bool is_unmanned(const Duban__GatePost *post)
{
    return post->manned == DUBAN__MANNING__MANNING_UNMANNED;
}

static bool has_unmanned(const Duban__Report *report)
{
    for (size_t i = 0; i < report->n_posts; i++)
        if (is_unmanned(report->posts[i]))
            return true;
    return false;
}

/* 东门岗（夜班） */
static const char *name_of(struct engine *engine, const Duban__GatePost *post)
{
    if (post->shift[0] == '\0')
        return post->post;
    return engine_joined(engine, engine_joined(engine, engine_joined(engine, post->post, "（"), post->shift), "）");
}

static char *note_of(struct engine *engine, const Duban__Report *report, char *note)
{
    size_t left_out = 0;

    for (size_t i = 0; i < report->n_posts; i++) {
        char *longer;

        if (!is_unmanned(report->posts[i]))
            continue;
        longer = left_out > 0 ? NULL : engine_longer_note(engine, note, name_of(engine, report->posts[i]), "无人值守");
        if (longer == NULL)
            left_out++;
        else
            note = longer;
    }
    return engine_cut_note(engine, note, left_out);
}

const Duban__Report *engine_with_gate_posts(struct engine *engine, const Duban__Report *report)
{
    const char *item = engine->policy->entrances.unmanned_item;

    if (item == NULL || report->outcome != DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED || !has_unmanned(report))
        return report;
    return engine_failing(engine, report, item, note_of(engine, report, engine_note_on(report, item)));
}

static void see_post(struct engine *engine, const Duban__Visit *visit, const Duban__GatePost *post)
{
    const Duban__SiteGatePost *known = state_gate_post(engine->state, visit->site, post->post, post->shift);
    Duban__SiteGatePost row = DUBAN__SITE_GATE_POST__INIT;

    if (known != NULL && known->visit_ms > visit->visit_ms)
        return;
    row.site = visit->site;
    row.post = post->post;
    row.shift = post->shift;
    row.manned = post->manned;
    row.visit_ms = visit->visit_ms;
    row.reporter = visit->reporter;
    row.sequence = visit->sequence;
    state_put_gate_post(engine->state, &row);
}

void engine_gate_posts_seen(struct engine *engine, const Duban__Report *report, const Duban__Visit *visit, Duban__Site *site)
{
    for (size_t i = 0; i < report->n_posts; i++)
        see_post(engine, visit, report->posts[i]);
    if (report->volunteers_presence_case != DUBAN__REPORT__VOLUNTEERS_PRESENCE_VOLUNTEERS || visit->visit_ms < site->volunteers_seen_ms)
        return;
    site->volunteers_presence_case = DUBAN__SITE__VOLUNTEERS_PRESENCE_VOLUNTEERS;
    site->volunteers = report->volunteers;
    site->volunteers_seen_ms = visit->visit_ms;
}

void engine_gate_posts_amended(struct engine *engine, const Duban__Visit *visit, Duban__Answer *const *answers, size_t count)
{
    Duban__SiteGatePost *row;

    if (!engine_is_passed_of(engine, engine->policy->entrances.unmanned_item, visit, answers, count))
        return;
    for (const char *post = "", *shift = ""; (row = state_gate_post_after(engine->state, visit->site, post, shift)) != NULL;) {
        if (row->sequence == visit->sequence && row->manned == DUBAN__MANNING__MANNING_UNMANNED) {
            row->manned = DUBAN__MANNING__MANNING_UNSPECIFIED;
            state_put_gate_post(engine->state, row);
        }
        post = row->post;
        shift = row->shift;
    }
}
