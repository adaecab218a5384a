/* engine_figures_subject.c - what complaints, coordinations, isolations and watches count for. */
#include "engine_figures.h"
#include "engine_isolation.h"
#include "engine_watch.h"

static void add(struct figure_counts *counts, enum figure_cell cell, int64_t day, int64_t numerator, int64_t denominator)
{
    figure_counts_add(counts, &(Duban__FigureCount){ .cell = cell, .day = day, .numerator = numerator, .denominator = denominator });
}

static void count_complaint(struct figure_counts *counts, const Duban__Subject *subject)
{
    const Duban__ComplaintRecord *complaint = subject->complaint;

    if (complaint->concluded_s == 0 && subject->finished_s == 0)
        add(counts, CELL_COMPLAINT_OPEN, 0, 1, 0);
    if (complaint->concluded_s != 0)
        add(counts, CELL_COMPLAINT_RESULT, policy_day(engine_subject_policy(counts->engine, subject), complaint->concluded_s),
            complaint->outcome == DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_SUBSTANTIATED ||
            complaint->outcome == DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_PARTLY, 1);
}

static void count_coordination(struct figure_counts *counts, const Duban__Subject *subject)
{
    const Duban__CoordinationRecord *coordination = subject->coordination;

    if (coordination->delivered_s != 0)
        figure_counts_add(counts, &(Duban__FigureCount){
            .cell = CELL_COORDINATION_TIME,
            .day = policy_day(engine_subject_policy(counts->engine, subject), coordination->delivered_s),
            .part = figure_digits(counts->engine, "", (uint64_t) ((coordination->delivered_s - subject->opened_s) / 60), 8),
            .numerator = 1,
        });
}

static void count_isolation(struct figure_counts *counts, const Duban__Subject *subject)
{
    const Duban__IsolationRecord *isolation = subject->isolation;
    bool observing = isolation->state == DUBAN__ISOLATION_STATE__ISOLATION_STATE_OBSERVING;

    for (size_t i = 0; i < isolation->n_contacts; i++)
        if (isolation_is_asked_for(isolation, isolation->contacts[i]->window))
            add(counts, CELL_ISOLATION_CONTACT, isolation->contacts[i]->window / 2, 1, 0);
    if (observing)
        add(counts, CELL_ISOLATION_ENDING, isolation_last_day(isolation), 1, 0);
    if (observing || isolation->state == DUBAN__ISOLATION_STATE__ISOLATION_STATE_TO_RELEASE) {
        add(counts, CELL_ISOLATED, 0, 1, 0);
        add(counts, CELL_ISOLATION_RESTARTS, 0, isolation->restarts, 0);
    }
}

char *engine_watch_part(struct engine *engine, char *site)
{
    return engine_era(engine) >= ERA_OF_WATCHES_BY_SITE ? site : "";
}

static void count_watch(struct figure_counts *counts, const Duban__Subject *subject)
{
    char *part = engine_watch_part(counts->engine, subject->site);

    for (size_t i = 0; i < subject->watch->n_days; i++)
        if (!watch_stands_still_on(subject->watch, subject->watch->days[i]->day))
            figure_counts_add(counts, &(Duban__FigureCount){
                .cell = CELL_CHECK_IN, .day = subject->watch->days[i]->day, .part = part, .numerator = 1 });
    if (subject->finished_s == 0)
        figure_counts_add(counts, &(Duban__FigureCount){
            .cell = CELL_WATCH, .day = part[0] == '\0' ? 0 : subject->watch->first_day, .part = part, .numerator = 1 });
}

/* What an amendment has taken back counts for nothing. */
void engine_count_subject(struct figure_counts *counts, const Duban__Subject *subject)
{
    if (subject->withdrawn_s != 0)
        return;
    switch (subject->of_case) {
    case DUBAN__SUBJECT__OF_COMPLAINT: count_complaint(counts, subject); return;
    case DUBAN__SUBJECT__OF_COORDINATION: count_coordination(counts, subject); return;
    case DUBAN__SUBJECT__OF_ISOLATION: count_isolation(counts, subject); return;
    case DUBAN__SUBJECT__OF_WATCH: count_watch(counts, subject); return;
    case DUBAN__SUBJECT__OF_REFERRAL:    /* its tasks say all */
    case DUBAN__SUBJECT__OF_URGENT:
    case DUBAN__SUBJECT__OF_RESOLUTION:
    case DUBAN__SUBJECT__OF_CAMPAIGN:    /* its areas do */
    case DUBAN__SUBJECT__OF__NOT_SET:
    case _DUBAN__SUBJECT__OF__CASE_IS_INT_SIZE: return;
    }
}
