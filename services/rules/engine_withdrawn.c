/* engine_withdrawn.c - an answer is another one now: what it had caused where there is no case is judged anew.
 *
 *   a visit tells a subject something --> row: (visit, subject)
 *   its answer is amended --> nobody has acted on it: UNDONE, and what the kind does then (engine_kind.h: withdraw)
 *                        \--> somebody has: it stands, marked, and the leaders are told
 *
 * Acting on it is: an office has taken, returned or answered it, a unit was asked for what is lacking, promised,
 * delivered or gave up, the isolation was confirmed, a hospital answered, another visit has seen the same. Whoever
 * was told of what is taken back is told that too; what had not left yet does not leave.
 * Numbers in brackets are rules of the domain: (20) amendments.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { MAX_TOUCHED = 256 };   /* by one report, at first; of an earlier engine: at most */

#define FACT(name) DUBAN__FACT_KIND__FACT_KIND_##name
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---------------------------------------------------------------- what it had caused */

static bool is_cause(Duban__FactKind kind)
{
    return kind == FACT(RECEIVED) || kind == FACT(CONFIRMED) || kind == FACT(NOT_CONFIRMED) || kind == FACT(SEEN_AGAIN);
}

/* The last thing that the visit told the subject and that has not been undone; NULL when there is none. */
static const Duban__Fact *caused_by(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit)
{
    const Duban__Fact *fact, *caused = NULL;

    for (uint64_t last = 0; (fact = state_fact_after(engine->state, subject->id.data, last)) != NULL; last = fact->sequence) {
        if (fact->other_sequence != visit->sequence)
            continue;
        if (is_cause(fact->kind))
            caused = fact;
        else if (fact->kind == FACT(UNDONE))
            caused = NULL;
    }
    return caused;
}

/* Why it stands when a fact of that kind comes after it (a token); NULL where such a fact holds nothing up. */
static const char *reason_to_stand(Duban__FactKind kind)
{
    static const struct {
        Duban__FactKind kind;
        const char *reason;
    } ACTS[] = {
        { FACT(RECEIPTED), "acted_since" }, { FACT(RETURNED), "acted_since" }, { FACT(ANSWERED), "acted_since" },
        { FACT(ASKED_FOR), "acted_since" }, { FACT(PROMISED), "acted_since" }, { FACT(DELIVERED), "acted_since" },
        { FACT(UNMET), "acted_since" },     { FACT(ISOLATED), "acted_since" }, { FACT(SEEN_AGAIN), "judged_since" },
        { FACT(CONFIRMED), "judged_since" }, { FACT(NOT_CONFIRMED), "judged_since" },
    };

    for (size_t i = 0; i < COUNT(ACTS); i++)
        if (ACTS[i].kind == kind)
            return ACTS[i].reason;
    return NULL;
}

/* That something was seen once more is a note: nobody acts on it. */
static const char *why_it_stands(struct engine *engine, const Duban__Subject *subject, const Duban__Fact *caused)
{
    const Duban__Fact *fact;

    if (caused->kind == FACT(SEEN_AGAIN))
        return NULL;
    for (uint64_t last = caused->sequence; (fact = state_fact_after(engine->state, subject->id.data, last)) != NULL;
         last = fact->sequence)
        if (fact->entry_sequence != caused->entry_sequence && reason_to_stand(fact->kind) != NULL)
            return reason_to_stand(fact->kind);
    return NULL;
}

/* ---------------------------------------------------------------- what is said of it */

static void tell(struct engine *engine, const Duban__Subject *subject, struct telling *telling, Duban__Text *reason)
{
    struct place place = engine_place_of_subject(subject);
    Duban__NoticeItem *item = engine_item_of_subject(engine, subject);

    if (policy_message(engine->policy, telling->message) == NULL)
        return;   /* a pack of before; the facts stand all the same */
    item->at_s = engine->stamp_s;
    item->reason = reason->zh;
    item->reason_text = reason;
    telling->rule = "report.amended";
    telling->where = &place;
    telling->urgent = subject->kind == DUBAN__SUBJECT_KIND__SUBJECT_KIND_URGENT;
    telling->items = &item;
    telling->item_count = 1;
    engine_tell(engine, telling);
}

void engine_subject_kept(struct engine *engine, const Duban__Subject *subject, const char *why)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_LEAD };
    static const struct {
        const char *why;
        struct policy_text text;
    } WORDS[] = {
        { "acted_since", { "其后已有人据此处理", "somebody has acted on it since" } },
        { "judged_since", { "其后又有巡查记录", "another report has been judged since" } },
        { "concluded", { "其后已有核实结论", "a result was given by it since" } },
        { "watched_again", { "其后该点位又在盯守", "its site is being watched again since" } },
        { "site_removed", { "其后该点位已从登记册删除", "its site has been removed from the registry since" } },
    };
    struct telling telling = { .message = "amendment_kept", .to = TO, .to_count = COUNT(TO) };

    engine_subject_contradiction(engine, subject, "amendment", why);
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (strcmp(WORDS[i].why, why) == 0)
            tell(engine, subject, &telling, engine_text(engine, WORDS[i].text.zh, WORDS[i].text.en));
}

/* Each of those who were told of the subject, once. */
static size_t told_before(struct engine *engine, const Duban__Subject *subject, const char **accounts, size_t most)
{
    const Duban__Fact *fact;
    size_t count = 0;

    for (uint64_t last = 0; (fact = state_fact_after(engine->state, subject->id.data, last)) != NULL; last = fact->sequence) {
        bool is_known = fact->kind != FACT(TOLD) || count == most;

        for (size_t i = 0; i < count && !is_known; i++)
            is_known = strcmp(accounts[i], fact->recipient) == 0;
        if (!is_known)
            accounts[count++] = fact->recipient;
    }
    return count;
}

void engine_subject_tell_undone(struct engine *engine, const Duban__Subject *subject, const char *reason)
{
    static const enum policy_selector TO[] = { TO_TOLD };
    const char *accounts[MAX_RECIPIENTS];
    size_t count = told_before(engine, subject, accounts, MAX_RECIPIENTS);

    for (size_t i = 0; i < count; i++) {
        struct telling telling = { .message = "case_amended", .to = TO, .to_count = 1, .sender = accounts[i] };

        tell(engine, subject, &telling, engine_text(engine, reason, reason));
    }
}

void engine_subject_note_undone(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit, const char *reason)
{
    Duban__Fact *fact = engine_subject_fact(engine, FACT(UNDONE), subject);

    fact->visit_ms = visit->visit_ms;
    fact->other_sequence = visit->sequence;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
}

/* ---------------------------------------------------------------- taking it back */

void engine_subject_withdraw(struct engine *engine, Duban__Subject *subject)
{
    subject->withdrawn_s = engine->now_s;
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    engine_subject_finish(engine, subject);
}

static void withdraw_from(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, const char *reason)
{
    const Duban__Fact *caused = caused_by(engine, subject, visit);
    const char *stands = caused == NULL ? NULL : why_it_stands(engine, subject, caused);

    if (caused == NULL)
        return;
    if (stands != NULL) {
        engine_subject_kept(engine, subject, stands);
        return;
    }
    if (caused->kind == FACT(RECEIVED) && subject->finished_s != 0)
        return;   /* called a mistake already, or withdrawn */
    engine_subject_note_undone(engine, subject, visit, reason);
    subject_kind((int) subject->kind)->withdraw(engine, subject, caused);
    if (caused->kind != FACT(SEEN_AGAIN))
        engine_subject_tell_undone(engine, subject, reason);
}

static void withdraw_from_case(struct engine *engine, Duban__Case *case_, const Duban__Visit *visit, const char *item,
                               const char *reason)
{
    if (case_ != NULL && strcmp(case_->item, item) == 0)
        engine_look_back_withdrawn(engine, case_, visit, reason);
}

/* All that the visit has told something. */
static size_t touched_by(struct engine *engine, const Duban__Visit *visit, uint8_t (**ids)[ID_BYTES])
{
    size_t most = MAX_TOUCHED, count;

    for (;; most *= 2) {
        *ids = arena_take(&engine->state->arena, most * ID_BYTES);
        assert(*ids != NULL);
        count = state_touched(engine->state, visit->sequence, *ids, most);
        if (count < most || engine_era(engine) < ERA_OF_ALL_TOUCHED)
            return count;
    }
}

void engine_answer_withdrawn(struct engine *engine, const Duban__Visit *visit, const char *item, const char *reason)
{
    uint8_t (*ids)[ID_BYTES];
    size_t count = touched_by(engine, visit, &ids);

    for (size_t i = 0; i < count; i++) {
        Duban__Subject *subject = state_subject(engine->state, ids[i]);
        const struct subject_kind *kind = subject == NULL ? NULL : subject_kind((int) subject->kind);

        if (subject == NULL)
            withdraw_from_case(engine, state_case(engine->state, ids[i]), visit, item, reason);
        else if (kind->withdraw != NULL && strcmp(kind->item(subject), item) == 0)
            withdraw_from(engine, subject, visit, reason);
    }
}

void engine_place_withdrawn(struct engine *engine, const Duban__Visit *visit, const Duban__Case *voided)
{
    uint8_t (*ids)[ID_BYTES];
    size_t count = touched_by(engine, visit, &ids);

    for (size_t i = 0; i < count; i++) {
        const Duban__Case *case_ = state_case(engine->state, ids[i]);

        if (case_ != NULL)
            engine_look_back_takes_place(engine, case_, voided);
    }
}

void engine_visit_amended(struct engine *engine, const Duban__Visit *visit, const char *reason)
{
    uint8_t (*ids)[ID_BYTES];
    size_t count = touched_by(engine, visit, &ids);

    for (size_t i = 0; i < count; i++) {
        Duban__Subject *subject = state_subject(engine->state, ids[i]);

        if (subject != NULL && subject_kind((int) subject->kind)->visit_amended != NULL)
            subject_kind((int) subject->kind)->visit_amended(engine, subject, visit, reason);
    }
}
