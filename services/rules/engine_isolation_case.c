/* engine_isolation_case.c - two contacts missed in a row, an outing, a fever: a case on the area's site.
 *
 *   isolation --(the pack's item fails)--> case of the area's site, followed up by the area contact
 *
 * One case of an item at a time: while it is open, what happens next is noted there. Numbers in brackets are rules of
 * the domain: (1) one case per place, (17) what opens one.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine_isolation.h"

enum { MAX_NOTE_BYTES = 160, MOMENT_BYTES = 32 };

/* %1$s: the number of the isolation, %2$s: when that was. */
static const struct policy_text CAUSES[] = {
    [ISOLATION_MISSED] = { "居家观察户 %1$s 连续两次随访未联系上（最近一次到 %2$s 为止）",
                           "%1$s under observation at home: two contacts in a row were missed, the last until %2$s" },
    [ISOLATION_OUTING] = { "居家观察户 %1$s 观察期内擅自外出（%2$s 联系时发现）",
                           "%1$s under observation at home went out, as found at the contact of %2$s" },
    [ISOLATION_FEVER] = { "居家观察户 %1$s 健康异常（%2$s 联系时发现）",
                          "%1$s under observation at home is not well, as found at the contact of %2$s" },
};

static const char *words(struct engine *engine, const char *form, const char *number, const char *moment)
{
    char *text = arena_take(&engine->state->arena, MAX_NOTE_BYTES);

    assert(text != NULL);
    snprintf(text, MAX_NOTE_BYTES, form, number, moment);
    return text;
}

static struct policy_text note_of(struct engine *engine, const Duban__Subject *subject, enum policy_isolation_cause cause, int64_t at_s)
{
    const char *number = engine_subject_number(engine, subject);
    char moment[MOMENT_BYTES];

    civil_format_short(moment, sizeof moment, at_s, engine->policy->utc_offset_s);
    return (struct policy_text){ words(engine, CAUSES[cause].zh, number, moment), words(engine, CAUSES[cause].en, number, moment) };
}

static void note_no_site(struct engine *engine, const Duban__Subject *subject, const char *kind)
{
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NO_CASE_SITE, subject);

    fact->recipient = subject->area;
    fact->reason = (char *) kind;
    engine_add_fact(engine, fact);
}

/* Who follows it up: the area contact, else the group leader; "" when neither is there. */
static const char *who_follows_up(struct engine *engine, const Duban__Subject *subject)
{
    static const enum policy_selector POSTS[] = { TO_AREA_CONTACT, TO_GROUP_LEADER };
    Duban__Task where = isolation_where(engine, subject);
    struct telling probe = { .task = &where };
    struct recipient recipient;

    for (size_t i = 0; i < sizeof POSTS / sizeof POSTS[0]; i++)
        if (engine_recipients(engine, POSTS[i], &probe, &recipient, 1) > 0)
            return recipient.holder->account;
    return "";
}

static bool is_linked(const Duban__IsolationRecord *isolation, const Duban__Case *case_)
{
    for (size_t i = 0; i < isolation->n_cases; i++)
        if (bytes_equal(bytes_of(isolation->cases[i].data, isolation->cases[i].len), bytes_of(case_->id.data, case_->id.len)))
            return true;
    return false;
}

static void go_together(struct engine *engine, Duban__Subject *subject, const Duban__Case *case_)
{
    Duban__IsolationRecord *isolation = subject->isolation;
    ProtobufCBinaryData *cases;

    if (is_linked(isolation, case_))
        return;
    cases = arena_take(&engine->state->arena, sizeof *cases * (isolation->n_cases + 1));
    assert(cases != NULL);
    for (size_t i = 0; i < isolation->n_cases; i++)
        cases[i] = isolation->cases[i];
    cases[isolation->n_cases++] = case_->id;
    isolation->cases = cases;
    engine_subject_link(engine, &subject->id, &case_->id);
}

/* (1) Nobody was on site: it is neither a failed revisit nor an end of a claim. */
static void note_in_case(struct engine *engine, const Duban__Case *case_, int64_t at_s, const struct policy_text *note)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_STILL_FAILING, case_);

    fact->visit_ms = at_s * 1000;
    fact->reason = (char *) note->zh;
    fact->reason_en = (char *) note->en;
    engine_add_fact(engine, fact);
}

static Duban__Case *open_case(struct engine *engine, Duban__Subject *subject, const Duban__Site *site,
                              const struct policy_item *item, int64_t at_s, const struct policy_text *note)
{
    bool by_entry = engine->account[0] != '\0';
    const char *owner = who_follows_up(engine, subject);
    Duban__Visit visit = DUBAN__VISIT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    bool has_words = policy_message(engine->policy, "isolation_case") != NULL;   /* not in packs of before */
    struct finding finding = {
        .visit = &visit, .answer = &answer, .item = item, .about = by_entry ? NULL : subject, .note_en = note->en,
        .message = has_words ? "isolation_case" : NULL,
    };
    Duban__Case *case_;

    visit.sequence = by_entry ? engine->entry_sequence : 0;
    visit.reporter = (char *) engine->account;   /* nobody, when nobody came to a contact */
    visit.site = site->code;
    visit.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    visit.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    visit.visit_ms = at_s * 1000;
    visit.stamp_ms = engine->stamp_ms;
    answer.item = (char *) item->code;
    answer.result = DUBAN__RESULT__RESULT_FAIL;
    answer.note = (char *) note->zh;
    finding.occurrence = by_entry ? 0 : ++subject->isolation->next_case;
    case_ = engine_visit_fail(engine, &finding);
    if (case_ == NULL || !engine_case_is_open(case_))
        return NULL;
    if (owner[0] != '\0' && strcmp(case_->owner, owner) != 0)
        engine_case_assign(engine, case_, owner, note->zh);
    state_put_case(engine->state, case_);
    return case_;
}

void isolation_open_case(struct engine *engine, Duban__Subject *subject, enum policy_isolation_cause cause, int64_t at_s)
{
    const struct policy_isolation_cases *cases = &engine->policy->isolation.cases;   /* a case runs under the pack in force */
    const struct policy_item *item = cases->given ? policy_item(engine->policy, cases->items[cause]) : NULL;
    struct policy_text note = note_of(engine, subject, cause, at_s);
    const Duban__Site *site;
    Duban__Case *case_;

    if (item == NULL)
        return;
    site = state_first_site(engine->state, subject->area, cases->site_kind);
    if (site == NULL) {
        note_no_site(engine, subject, cases->site_kind);
        return;
    }
    case_ = state_case_at(engine->state, site->code, item->code);
    if (case_ != NULL && engine_case_is_open(case_))
        note_in_case(engine, case_, at_s, &note);
    else
        case_ = open_case(engine, subject, site, item, at_s, &note);
    if (case_ != NULL)
        go_together(engine, subject, case_);
    state_put_subject(engine->state, subject);
}
