/* queries_why_not_site.c - which duties are not open at a site, and why; what its open cases and the like wait for. */
#include "queries_why_not.h"

#include <string.h>

static struct engine *engine_of(const struct why_not *why)
{
    return &why->question->rules->engine;
}

static Duban__WhyNotRow *add(struct why_not *why, Duban__WhyNot reason)
{
    Duban__WhyNotRow *row = why_not_add(why, reason, &(ProtobufCBinaryData){ 0, NULL });

    row->as_registered_now = !why->is_now;
    return row;
}

/* ---------------------------------------------------------------- the routine inspection */

struct last_before {
    int64_t visit_ms;
};

static bool is_none(void *self, const Duban__Visit *visit)
{
    struct last_before *last = self;

    if (engine_is_inspection(visit))
        last->visit_ms = visit->visit_ms;
    return last->visit_ms == 0;
}

/* The site as it is registered now, last inspected before at_s. */
static Duban__Site site_then(struct why_not *why, const Duban__Site *site)
{
    struct visit_span span = { site->code, 0, why->at_s * 1000 + 1000, MAX_VISITS_BACK };
    struct last_before last = { 0 };
    Duban__Site then = *site;

    if (why->is_now)
        return then;
    state_show_visits(engine_of(why)->state, &span, is_none, &last);
    then.last_inspection_ms = last.visit_ms;
    then.last_visit_ms = 0;
    return then;
}

static bool fits_kind(const struct policy_cadence *row, const char *kind)
{
    for (const char *const *of = row->kinds; *of != NULL; of++)
        if (strcmp(*of, kind) == 0)
            return true;
    return row->kinds[0] == NULL;
}

/* Rows that would have it inspected otherwise, before the one that counts. */
static void of_conditions(struct why_not *why, const Duban__Site *site, const struct cadence *cadence)
{
    const struct policy *policy = engine_of(why)->policy;
    struct condition_values values = { 0 };
    uint32_t said = 0;

    engine_values_of_site(engine_of(why), site, &values);
    engine_values_of_standing(engine_of(why), site, &values);
    for (size_t i = 0; i < policy->cadence_count && &policy->cadences[i] != cadence->row && said < MOST_CONDITIONS; i++) {
        const struct policy_cadence *row = &policy->cadences[i];
        Duban__WhyNotRow *answer;

        if (!fits_kind(row, site->kind) || row->when.node_count == 0)
            continue;
        answer = add(why, WHY(CONDITION));
        answer->reason = "other_interval";
        why_not_fill_place(answer, policy, row->name, &row->place);
        why_not_fill_condition(why, answer, policy, &row->when, &values);
        answer->times = (uint32_t) row->every.days;
        answer->counted = engine_counted_new(engine_of(why), policy, row->every.unit, why->at_s);
        said++;
    }
}

static void fill_cadence(struct why_not *why, Duban__WhyNotRow *row, const struct cadence *cadence, const struct inspection *next)
{
    const struct policy *policy = engine_of(why)->policy;

    row->at_s = civil_moment(next->day, 0, policy->utc_offset_s);
    row->times = (uint32_t) cadence->every.days;
    row->counted = engine_counted_new(engine_of(why), policy, cadence->every.unit, next->last_ms / 1000);
    if (cadence->row != NULL)
        why_not_fill_place(row, policy, cadence->row->name, &cadence->row->place);
    else
        why_not_fill_place(row, policy, engine_joined(engine_of(why), "site_kinds.", cadence->kind->code), &cadence->kind->place);
}

static void of_inspection(struct why_not *why, const Duban__Site *site)
{
    struct cadence cadence = engine_cadence(engine_of(why), site);
    struct inspection next = engine_next_inspection(engine_of(why), site, &cadence, policy_day(engine_of(why)->policy, why->at_s));

    if (site->operating_state != DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING) {
        add(why, WHY(SITE_STOPPED));
        return;
    }
    if (cadence.every.days == 0)
        add(why, WHY(NO_CADENCE));
    else if (next.missing_year != 0)
        add(why, WHY(NO_DUE))->times = (uint32_t) next.missing_year;
    else if (!next.is_due)
        fill_cadence(why, add(why, WHY(CADENCE)), &cadence, &next);
    of_conditions(why, site, &cadence);
}

/* ---------------------------------------------------------------- other duties */

static void of_site_check(struct why_not *why, const Duban__Site *site)
{
    const struct policy *policy = engine_of(why)->policy;
    Duban__WhyNotRow *row;

    if (site->check_task.len > 0 || site->attempts_in_a_row >= policy->attempts_before_site_check)
        return;
    row = add(why, WHY(FEW_ATTEMPTS));
    row->task_kind = DUBAN__TASK_KIND__TASK_KIND_SITE_CHECK;
    row->times = site->attempts_in_a_row;
    row->of = policy->attempts_before_site_check;
    why_not_fill_place(row, policy, "attempts_before_site_check", NULL);
}

static void of_watch(struct why_not *why, const Duban__Site *site)
{
    const struct policy_watch *watch = &engine_of(why)->policy->watch;
    uint8_t id[1][ID_BYTES];
    Duban__WhyNotRow *row;

    if (!watch->given || engine_open_subjects(engine_of(why), DUBAN__SUBJECT_KIND__SUBJECT_KIND_WATCH,
                                              engine_place_of_site(site->code), id, 1) > 0)
        return;
    row = add(why, WHY(NOT_WATCHED));
    row->task_kind = DUBAN__TASK_KIND__TASK_KIND_CHECK_IN;
    why_not_fill_place(row, engine_of(why)->policy, "watch", &watch->place);
}

/* What people decide and how often somebody stood before a shut door is not kept day by day. */
static void of_duties(struct why_not *why, const Duban__Site *site)
{
    Duban__Site then = site_then(why, site);

    of_inspection(why, &then);
    if (!why->is_now || site->operating_state != DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING)
        return;
    of_site_check(why, site);
    of_watch(why, site);
}

/* ---------------------------------------------------------------- its cases and the like */

/* Open tasks of it, each with the next thing that it will say. */
static void of_tasks(struct why_not *why, const ProtobufCBinaryData *const *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Duban__Task *task = ids[i]->len == ID_BYTES ? state_task(engine_of(why)->state, ids[i]->data) : NULL;

        if (task != NULL && (task->closed_s == 0 || task->closed_s > why->at_s))
            why_not_of_task(why, task, 1);
    }
}

static bool show_case(struct why_not *why, struct page *page)
{
    const Duban__Case *case_ = state_case(engine_of(why)->state, page->value.data);
    const ProtobufCBinaryData *ids[] = { &case_->rectification_task, &case_->revisit_task, &case_->acknowledgement_task,
                                         &case_->approval_task, &case_->review_task };

    of_tasks(why, ids, sizeof ids / sizeof ids[0]);
    return true;
}

static bool show_subject(struct why_not *why, struct page *page)
{
    const Duban__Subject *subject = state_subject(engine_of(why)->state, page->value.data);
    const ProtobufCBinaryData *ids[] = { &subject->task };

    if (strcmp(subject->site, why->wanted->site) == 0)
        of_tasks(why, ids, 1);
    return true;
}

static size_t put_code(uint8_t *key, size_t at, const char *code)
{
    size_t size = strlen(code) + 1;

    memcpy(key + at, code, size);
    return at + size;
}

void why_not_of_site(struct why_not *why, const Duban__Site *site)
{
    uint8_t key[STATE_KEY_BYTES];
    struct phase phase = { .number = 1, .table = TABLE_CASE_BY_PLACE, .show = show_case };

    if (why_not_is_first_page(why))
        of_duties(why, site);
    phase.prefix = bytes_of(key, put_code(key, 0, site->code));
    if (!why_not_walk(why, &phase))
        return;
    phase.table = TABLE_OPEN_SUBJECT;
    phase.show = show_subject;
    for (int kind = subject_kind_after(0); kind != 0; kind = subject_kind_after(kind)) {
        put_u16(key, (uint16_t) kind);
        phase.prefix = bytes_of(key, put_code(key, 2, site->code));
        phase.number = (uint8_t) (1 + kind);
        if (!why_not_walk(why, &phase))
            return;
    }
}
