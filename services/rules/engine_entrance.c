/* engine_entrance.c - entrances of a site: how each was last seen, and what a problem with one is. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

enum { MAX_NOTE_BYTES = 2000, CUT_BYTES = 40 };   /* of which so many are for saying what is left out */

static bool has_problem(const Duban__Report *report)
{
    for (size_t i = 0; i < report->n_entrances; i++)
        if (report->entrances[i]->state == DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_PROBLEM)
            return true;
    return false;
}

static char *joined(struct engine *engine, const char *before, const char *between, const char *after)
{
    return engine_joined(engine, engine_joined(engine, before, between), after);
}

char *engine_longer_note(struct engine *engine, char *note, const char *name, const char *what)
{
    char *longer = joined(engine, joined(engine, note, note[0] == '\0' ? "" : "；", name), "：", what);

    return strlen(longer) > MAX_NOTE_BYTES ? NULL : longer;
}

char *engine_cut_note(struct engine *engine, char *note, size_t left_out)
{
    char words[CUT_BYTES];

    if (left_out == 0 || engine_era(engine) < ERA_OF_CUT_NOTES)
        return note;
    snprintf(words, sizeof words, "；……另有%zu处", left_out);
    return engine_joined(engine, note, words);
}

/* A note of so many entrances that it is too long ends with whole ones, and how many more there are. */
static char *note_of(struct engine *engine, const Duban__Report *report, char *note)
{
    size_t left_out = 0;

    for (size_t i = 0; i < report->n_entrances; i++) {
        const Duban__Entrance *entrance = report->entrances[i];
        char *longer;

        if (entrance->state != DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_PROBLEM)
            continue;
        longer = left_out > 0 ? NULL : engine_longer_note(engine, note, entrance->name, entrance->note);
        if (longer == NULL)
            left_out++;
        else
            note = longer;
    }
    return engine_cut_note(engine, note, left_out);
}

/* The answers with room for one more; the last is that of the item, a copy of what was answered or new. */
static Duban__Answer *answer_again(struct engine *engine, Duban__Report *report, const char *item)
{
    Duban__Answer **answers = (Duban__Answer **) arena_take_pointers(&engine->state->arena, report->n_answers + 1);
    Duban__Answer *answer = arena_take(&engine->state->arena, sizeof *answer);
    size_t count = 0;

    assert(answers != NULL && answer != NULL);
    duban__answer__init(answer);
    answer->item = (char *) item;
    for (size_t i = 0; i < report->n_answers; i++) {
        if (strcmp(report->answers[i]->item, item) == 0)
            *answer = *report->answers[i];
        else
            answers[count++] = report->answers[i];
    }
    answers[count++] = answer;
    report->answers = answers;
    report->n_answers = count;
    return answer;
}

char *engine_note_on(const Duban__Report *report, const char *item)
{
    for (size_t i = 0; i < report->n_answers; i++)
        if (strcmp(report->answers[i]->item, item) == 0)
            return report->answers[i]->note;
    return "";
}

const Duban__Report *engine_failing(struct engine *engine, const Duban__Report *report, const char *item, char *note)
{
    Duban__Report *judged = arena_take(&engine->state->arena, sizeof *judged);
    Duban__Answer *answer;

    assert(judged != NULL);
    *judged = *report;
    answer = answer_again(engine, judged, item);
    answer->fixed_now = false;   /* what was put right on the spot is no problem */
    answer->result = DUBAN__RESULT__RESULT_FAIL;
    answer->note = note;
    return judged;
}

const Duban__Report *engine_with_entrances(struct engine *engine, const Duban__Report *report)
{
    const char *item = engine->policy->entrances.item;

    if (item == NULL || report->outcome != DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED || !has_problem(report))
        return report;
    return engine_failing(engine, report, item, note_of(engine, report, engine_note_on(report, item)));
}

void engine_entrances_seen(struct engine *engine, const Duban__Report *report, const Duban__Visit *visit)
{
    for (size_t i = 0; i < report->n_entrances; i++) {
        const Duban__Entrance *entrance = report->entrances[i];
        const Duban__SiteEntrance *known = state_entrance(engine->state, report->site, entrance->name);
        Duban__SiteEntrance row = DUBAN__SITE_ENTRANCE__INIT;

        if (known != NULL && known->visit_ms > visit->visit_ms)
            continue;
        row.site = report->site;
        row.name = entrance->name;
        row.state = entrance->state;
        row.note = entrance->note;
        row.visit_ms = visit->visit_ms;
        row.reporter = visit->reporter;
        row.sequence = visit->sequence;
        state_put_entrance(engine->state, &row);
    }
}

bool engine_is_passed_of(struct engine *engine, const char *item, const Duban__Visit *visit, Duban__Answer *const *answers,
                         size_t count)
{
    for (size_t i = 0; item != NULL && i < count; i++)
        if (strcmp(answers[i]->item, item) == 0)
            return answers[i]->result == DUBAN__RESULT__RESULT_PASS && !engine_answer_fails(engine, visit, answers[i]);
    return false;
}

void engine_entrances_amended(struct engine *engine, const Duban__Visit *visit, Duban__Answer *const *answers, size_t count)
{
    Duban__SiteEntrance *entrance;

    if (!engine_is_passed_of(engine, engine->policy->entrances.item, visit, answers, count))
        return;
    for (const char *last = ""; (entrance = state_entrance_after(engine->state, visit->site, last)) != NULL; last = entrance->name) {
        if (entrance->sequence != visit->sequence || entrance->state != DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_PROBLEM)
            continue;
        entrance->state = DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_UNSPECIFIED;
        entrance->note = "";
        state_put_entrance(engine->state, entrance);
    }
}
