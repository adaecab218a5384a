/* queries_why_not_facts.c - what was decided not to be sent, or not then: told from the facts, and what became of it. */
#include "queries_why_not.h"

#include <string.h>

/* ---------------------------------------------------------------- what comes behind */

const Duban__Fact *why_not_ahead(struct why_not *why, const Duban__Fact *of, fact_wanted *is_wanted)
{
    struct state *state = &why->question->rules->state;
    const Duban__Fact *fact = of;

    if (of->subject.len != ID_BYTES)
        return NULL;
    for (int i = 0; i < FACTS_AHEAD; i++) {
        fact = state_fact_after(state, of->subject.data, fact->sequence);
        if (fact == NULL || fact->at_s > why->at_s)
            return NULL;
        if (is_wanted(fact, of))
            return fact;
    }
    return NULL;
}

static bool same_task(const Duban__Fact *fact, const Duban__Fact *of)
{
    return fact->task.len == of->task.len && (of->task.len == 0 || memcmp(fact->task.data, of->task.data, of->task.len) == 0);
}

/* In a digest it goes under the digest's name. */
static bool is_its_telling(const Duban__Fact *fact, const Duban__Fact *of)
{
    return fact->kind == FACT(TOLD) && fact->at_s == of->new_s && same_task(fact, of) && strcmp(fact->recipient, of->recipient) == 0;
}

static bool is_its_end(const Duban__Fact *fact, const Duban__Fact *of)
{
    return fact->kind == FACT(WITHDRAWN) && same_task(fact, of);
}

static bool is_resumption(const Duban__Fact *fact, const Duban__Fact *of)
{
    (void) of;
    return fact->kind == FACT(RESUMED);
}

/* ---------------------------------------------------------------- of a notice that left */

static const Duban__Notice *notice_of(struct why_not *why, const Duban__Fact *fact)
{
    return fact->outbox_sequence == 0 ? NULL : state_notice(&why->question->rules->state, fact->outbox_sequence);
}

/* By the line that the notice itself names. */
static Duban__WhyNotRow *add_notice(struct why_not *why, Duban__WhyNot reason, const Duban__Fact *fact, const Duban__Notice *notice)
{
    Duban__WhyNotRow *row = why_not_add_fact(why, reason, fact);

    row->rule = notice->cause->rule;
    row->file = notice->cause->file;
    row->line = notice->cause->line;
    row->policy_version = notice->cause->policy_version;
    return row;
}

/* ---------------------------------------------------------------- not told */

static Duban__WhyNot why_of_token(const char *token)
{
    static const struct {
        const char *token;
        Duban__WhyNot why;
    } TOKENS[] = {
        { "joined", WHY(JOINED) }, { "higher_step", WHY(HIGHER_STEP) }, { "acknowledged", WHY(ACKNOWLEDGED) },
        { "acknowledged_above", WHY(STOPPED) }, { "explained", WHY(EXPLAINED) }, { "past", WHY(PAST) },
        { "nothing_ran", WHY(NOTHING_RAN) }, { "overtaken", WHY(OVERTAKEN) }, { "supervises_himself", WHY(HIMSELF) },
        { "away", WHY(ABSENT) }, { "on_leave", WHY(ABSENT) }, { "remote_only", WHY(ABSENT) }, { "isolating", WHY(ABSENT) },
        { "not_on_shift", WHY(ABSENT) }, { "done", WHY(DONE) }, { "year_not_published", WHY(NO_DUE) },
        { "told_lately", WHY(TOLD_LATELY) }, { "not_reached", WHY(NOT_REACHED) },
        { "own_act", WHY(OWN_ACT) }, { "repeated_enough", WHY(REPEATED_ENOUGH) }, { "dead", WHY(UNDELIVERED) }, { "spooled", WHY(UNDELIVERED) },
    };

    for (size_t i = 0; i < sizeof TOKENS / sizeof TOKENS[0]; i++)
        if (strcmp(TOKENS[i].token, token) == 0)
            return TOKENS[i].why;
    return WHY(OVERTAKEN);
}

static void of_not_told(struct why_not *why, const Duban__Fact *fact)
{
    const Duban__Notice *notice = notice_of(why, fact);
    Duban__WhyNotRow *row = notice == NULL ? why_not_add_fact(why, why_of_token(fact->reason), fact)
                                           : add_notice(why, why_of_token(fact->reason), fact, notice);

    row->times = fact->number;
    if (row->why == WHY(DONE))
        row->entry_sequence = 0;   /* the one that moved time: when it was done is told by the task */
}

static void of_folded(struct why_not *why, const Duban__Fact *fact)
{
    bool is_quiet = strcmp(fact->reason, "quiet") == 0, is_gathered = strcmp(fact->reason, "together") == 0 || strcmp(fact->reason, "many") == 0;
    Duban__WhyNotRow *row = why_not_add_fact(why, is_quiet ? WHY(QUIET) : WHY(DIGEST), fact);
    const Duban__Fact *told = why_not_ahead(why, fact, is_its_telling);

    row->notice = told == NULL ? 0 : told->outbox_sequence;
    if (strcmp(fact->reason, "late") == 0)
        row->reason = "house_was_down";
    else if (!is_quiet && !is_gathered)   /* gathered: the fact's own word stays */
        row->reason = policy_is_quiet(why->question->rules->engine.policy, fact->at_s) ? "in_quiet_hours" : "listed";
}

/* Who was told one up stands right behind it. */
static void of_nobody(struct why_not *why, const Duban__Fact *fact)
{
    Duban__WhyNotRow *row = why_not_add_fact(why, WHY(NOBODY), fact);
    const Duban__Fact *next = fact;

    row->recipient = "";
    row->selector = fact->recipient;
    for (int i = 0; fact->subject.len == ID_BYTES && i < FACTS_AHEAD; i++) {
        next = state_fact_after(&why->question->rules->state, fact->subject.data, next->sequence);
        if (next == NULL || next->entry_sequence != fact->entry_sequence || next->at_s != fact->at_s)
            break;
        if (strcmp(next->message_kind, "nobody_to_receive") == 0)
            why_not_add_to(why, row, next->recipient);
    }
}

/* ---------------------------------------------------------------- told, and not him, or not at all */

static bool came_to(struct why_not *why, const Duban__Fact *fact, Duban__Grade grade)
{
    struct state *state = &why->question->rules->state;

    return state_has_outcome(state, fact->outbox_sequence, state_retries(state, fact->outbox_sequence), grade);
}

static void of_deputy(struct why_not *why, const Duban__Fact *fact, const Duban__Notice *notice)
{
    Duban__WhyNotRow *row = add_notice(why, WHY(DEPUTY), fact, notice);

    row->recipient = notice->recipient->deputy_for;
    why_not_add_to(why, row, fact->recipient);
}

static void of_taken_back(struct why_not *why, const Duban__Fact *fact, const Duban__Notice *notice)
{
    const Duban__Fact *end = why_not_ahead(why, fact, is_its_end);
    Duban__WhyNotRow *row;

    if (end == NULL)
        return;
    row = add_notice(why, WHY(WITHDRAWN), fact, notice);
    row->decided_s = end->at_s;
    row->entry_sequence = end->entry_sequence;
    row->reason = end->reason;
}

/* When it failed is a fact of the notice alone; as of a past time it is not looked for. */
static void of_told(struct why_not *why, const Duban__Fact *fact)
{
    const Duban__Notice *notice = notice_of(why, fact);
    bool is_dead = came_to(why, fact, DUBAN__GRADE__GRADE_DEAD) || came_to(why, fact, DUBAN__GRADE__GRADE_NOT_RECEIVED);

    if (notice == NULL)
        return;
    if (notice->recipient->deputy_for[0] != '\0')
        of_deputy(why, fact, notice);
    if (came_to(why, fact, DUBAN__GRADE__GRADE_WITHDRAWN))
        of_taken_back(why, fact, notice);
    if (why->is_now && (is_dead || came_to(why, fact, DUBAN__GRADE__GRADE_SPOOLED)))
        add_notice(why, WHY(UNDELIVERED), fact, notice)->reason = is_dead ? "dead" : "spooled";
}

/* Only the last notice of the task is named; what was taken back in time is told by its own fact. */
static void of_withdrawn(struct why_not *why, const Duban__Fact *fact)
{
    const Duban__Notice *notice = notice_of(why, fact);
    Duban__WhyNotRow *row;

    if (notice == NULL || !came_to(why, fact, DUBAN__GRADE__GRADE_DELIVERED))
        return;
    row = why_not_add_fact(why, WHY(NOT_WITHDRAWN), fact);
    row->message = notice->kind;
    row->recipient = notice->recipient->account;
}

/* ---------------------------------------------------------------- clocks, appeals, conditions */

static void of_suspended(struct why_not *why, const Duban__Fact *fact)
{
    bool by_case = fact->to == DUBAN__CASE_STATE__CASE_STATE_SUSPENDED;
    Duban__WhyNotRow *row = why_not_add_fact(why, by_case ? WHY(SUSPENDED) : WHY(SITE_STOPPED), fact);
    const Duban__Fact *resumed = why_not_ahead(why, fact, is_resumption);

    row->at_s = resumed == NULL ? 0 : resumed->at_s;
}

static void of_silenced(struct why_not *why, const Duban__Fact *fact)
{
    why_not_add_fact(why, WHY(SILENCED), fact)->times = fact->number;
}

static void of_year_missing(struct why_not *why, const Duban__Fact *fact)
{
    why_not_add_fact(why, WHY(NO_DUE), fact)->times = fact->number;
}

static void of_not_raised(struct why_not *why, const Duban__Fact *fact)
{
    struct engine *engine = &why->question->rules->engine;
    const struct policy *policy = why->case_ == NULL ? engine->policy : engine_policy_of(engine, &why->case_->policy_version);
    struct condition_values values = { 0 };

    engine_condition_values(fact->values, fact->n_values, &values);
    for (size_t i = 0; i < policy->uplift_count && i < MOST_CONDITIONS; i++) {
        const struct policy_uplift *uplift = &policy->uplifts[i];
        Duban__WhyNotRow *row = why_not_add_fact(why, WHY(CONDITION), fact);

        row->reason = "no_uplift";
        why_not_fill_place(row, policy, uplift->name, &uplift->place);
        why_not_fill_condition(why, row, policy, &uplift->when, &values);
        row->times = (uint32_t) i + 1;
        row->of = (uint32_t) policy->uplift_count;
    }
}

/* No case for every kind: most facts say nothing of notices. */
void why_not_of_fact(struct why_not *why, const Duban__Fact *fact)
{
    static const struct {
        Duban__FactKind kind;
        void (*tell)(struct why_not *why, const Duban__Fact *fact);
    } KINDS[] = {
        { FACT(NOT_TOLD), of_not_told }, { FACT(FOLDED), of_folded }, { FACT(NOBODY), of_nobody }, { FACT(TOLD), of_told },
        { FACT(WITHDRAWN), of_withdrawn }, { FACT(SUSPENDED), of_suspended }, { FACT(YEAR_MISSING), of_year_missing },
        { FACT(NOT_RAISED), of_not_raised }, { FACT(SILENCED), of_silenced },
    };

    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (KINDS[i].kind == fact->kind)
            KINDS[i].tell(why, fact);
    if (fact->kind == FACT(APPEAL_GRANTED))
        why_not_add_fact(why, WHY(EXEMPT), fact);
}
