/* engine_look_back.c - 回头看: some closed cases are seen once more, by somebody who did not close them.
 *
 *   closed -> takes part in a draw -> drawn (seed: policy, moment, level, all closings that take part)
 *     -> task of a colleague -> passed there: kept
 *                          \-> failed: reopened as a recurrence, or another case where that is too long ago
 *
 * Draws lie on fixed days; a closing takes part in the first one that is far enough away. Whether a case is drawn
 * nobody can know beforehand: it hangs on all the closings. What was drawn stays in its row, so that anybody can
 * draw the same again. A closing that is undone before the draw, by a fail or an amendment, leaves it.
 *
 * One draw may be of many levels under many packs: each is drawn in a link of its own, a second after the one before.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { FIRST_MONDAY = 4,   /* days since 1970: draws every seven days are on Mondays */
       DAY_S = 24 * 3600, TASKS_AT_ONCE = 64 };

#define STATE(name) DUBAN__LOOK_BACK_STATE__LOOK_BACK_STATE_##name
#define FACT(name) DUBAN__FACT_KIND__FACT_KIND_##name

/* ---------------------------------------------------------------- figures */

static bool is_of(const Duban__LookBackTally *tally, const Duban__Case *case_, const char *level)
{
    return strcmp(tally->level, level) == 0 &&
           bytes_equal(bytes_of(tally->policy_version.data, tally->policy_version.len),
                       bytes_of(case_->policy_version.data, case_->policy_version.len));
}

/* Where the draw counts closings at that level under the case's policy. */
static Duban__LookBackTally *tally_of(struct engine *engine, Duban__LookBackRound *round, const Duban__Case *case_,
                                      const char *level)
{
    Duban__LookBackTally **longer = arena_take_pointers(&engine->state->arena, round->n_tallies + 1);
    Duban__LookBackTally *tally = arena_take(&engine->state->arena, sizeof *tally);

    for (size_t i = 0; i < round->n_tallies; i++)
        if (is_of(round->tallies[i], case_, level))
            return round->tallies[i];
    assert(longer != NULL && tally != NULL);
    duban__look_back_tally__init(tally);
    tally->level = (char *) level;
    tally->policy_version = case_->policy_version;
    for (size_t i = 0; i < round->n_tallies; i++)
        longer[i] = round->tallies[i];
    longer[round->n_tallies++] = tally;
    round->tallies = longer;
    return tally;
}

static uint32_t *figure_of(Duban__LookBackTally *tally, Duban__LookBackState state)
{
    switch (state) {
    case STATE(WAITING): return &tally->waiting;
    case STATE(KEPT): return &tally->kept;
    case STATE(FAILED): return &tally->failed;
    case STATE(UNSPECIFIED):
    case STATE(ENDED):
    case _DUBAN__LOOK_BACK_STATE_IS_INT_SIZE:
        break;
    }
    return &tally->ended;
}

static bool waits(const Duban__Case *case_)
{
    return case_ != NULL && case_->look_back_task.len > 0;
}

/* A look-back of the case is in another state than it was. */
static void recount(struct engine *engine, const Duban__Case *case_, const Duban__LookBack *look_back, Duban__LookBackState to)
{
    Duban__LookBackRound *round = state_look_back_round(engine->state, look_back->draw_s);
    Duban__LookBackTally *tally = tally_of(engine, round, case_, look_back->level);

    assert(*figure_of(tally, look_back->state) > 0);
    --*figure_of(tally, look_back->state);
    ++*figure_of(tally, to);
    state_put_look_back_round(engine->state, round);
}

static void become(struct engine *engine, Duban__Case *case_, Duban__LookBackState state)
{
    recount(engine, case_, case_->look_back, state);
    case_->look_back->state = state;
}

/* ---------------------------------------------------------------- closed */

/* The first draw that is after_days away or more. */
static int64_t next_draw_s(const struct policy *policy, int64_t closed_s)
{
    int64_t every = policy->look_back.every_days;
    int64_t day = civil_day(closed_s, policy->utc_offset_s) + policy->look_back.after_days;
    int64_t behind = ((day - FIRST_MONDAY) % every + every) % every;

    return civil_moment(behind == 0 ? day : day + every - behind, policy->look_back.draw_at_s, policy->utc_offset_s);
}

/* From what happened on site, not from its place in the journal. */
static uint64_t rank_of(const Duban__Case *case_)
{
    uint8_t closed[8];
    const struct bytes parts[] = { bytes_of_text(case_->site), bytes_of_text(case_->item), bytes_of(closed, sizeof closed) };

    put_u64(closed, (uint64_t) case_->closed_ms);
    return engine_lot_rank(parts, sizeof parts / sizeof parts[0]);
}

static struct look_back_ring ring_of(const Duban__Case *case_)
{
    return (struct look_back_ring){ case_->policy_version.data, case_->closed_level };
}

static bool is_drawn(const Duban__LookBackTally *tally)
{
    return tally->seed.len > 0;
}

static void take_part(struct engine *engine, Duban__LookBackRound *round, const Duban__Case *case_)
{
    struct look_back_ring ring = ring_of(case_);
    uint8_t numbers[16];
    const struct bytes parts[] = { bytes_of(round->closings.data, round->closings.len), bytes_of_text(case_->site),
                                   bytes_of_text(case_->item), bytes_of(numbers, sizeof numbers) };

    put_u64(numbers, (uint64_t) case_->closed_ms);
    put_u64(numbers + 8, (uint64_t) engine->stamp_ms);
    round->closings = engine_lot_seed(engine, parts, sizeof parts / sizeof parts[0]);
    tally_of(engine, round, case_, case_->closed_level)->closed++;
    state_put_look_back_round(engine->state, round);
    state_put_to_look_back(engine->state, round->draw_s, &ring, rank_of(case_), case_->id.data);
}

void engine_look_back_closed(struct engine *engine, Duban__Case *case_)
{
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);

    case_->look_back_draw_s = 0;
    if (policy_look_back_share(policy, case_->closed_level) == NULL)
        return;
    case_->look_back_draw_s = next_draw_s(policy, engine->now_s);
    take_part(engine, state_look_back_round(engine->state, case_->look_back_draw_s), case_);
    engine_house_timer(engine, HOUSE_LOOK_BACK, case_->look_back_draw_s);
}

/* The draw of the case's closing, while it is not made yet; NULL: there is none. */
static Duban__LookBackRound *round_ahead(struct engine *engine, const Duban__Case *case_)
{
    Duban__LookBackRound *round;

    if (case_->look_back_draw_s == 0)
        return NULL;
    round = state_look_back_round(engine->state, case_->look_back_draw_s);
    return is_drawn(tally_of(engine, round, case_, case_->closed_level)) ? NULL : round;
}

static void leave(struct engine *engine, const Duban__Case *case_)
{
    Duban__LookBackRound *round = round_ahead(engine, case_);
    struct look_back_ring ring = ring_of(case_);
    Duban__LookBackTally *tally;

    if (round == NULL)
        return;
    tally = tally_of(engine, round, case_, case_->closed_level);
    assert(tally->closed > 0);
    tally->closed--;
    state_put_look_back_round(engine->state, round);
    state_delete_to_look_back(engine->state, round->draw_s, &ring, rank_of(case_), case_->id.data);
}

void engine_look_back_leave(struct engine *engine, Duban__Case *case_)
{
    leave(engine, case_);
    case_->look_back_draw_s = 0;
}

/* ---------------------------------------------------------------- who goes there */

static bool is_among(char *const *accounts, size_t count, const char *account)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(accounts[i], account) == 0)
            return true;
    return false;
}

/* Its report was amended after that. */
static bool is_undone(struct engine *engine, const Duban__Case *case_, const Duban__Fact *fact)
{
    struct arena_mark mark = arena_mark(&engine->state->arena);
    const Duban__Fact *later;
    bool is_found = false;

    for (uint64_t last = fact->sequence; !is_found && (later = state_fact_after(engine->state, case_->id.data, last)) != NULL;
         last = later->sequence)
        is_found = later->kind == FACT(UNDONE) && later->other_sequence == fact->other_sequence;
    arena_rewind(&engine->state->arena, mark);
    return is_found;
}

static bool begins_anew(const Duban__Fact *fact)
{
    return fact->kind == FACT(OPENED) || fact->kind == FACT(REOPENED) || fact->kind == FACT(FAILED);
}

/* The last that many names. */
static void add_closer(Duban__LookBack *look_back, size_t most, char *account)
{
    if (is_among(look_back->closed_by, look_back->n_closed_by, account))
        return;
    if (look_back->n_closed_by > 0 && look_back->n_closed_by == most)
        memmove(look_back->closed_by, look_back->closed_by + 1, --look_back->n_closed_by * sizeof *look_back->closed_by);
    look_back->closed_by[look_back->n_closed_by++] = account;
}

static void note_last_closers(struct engine *engine, Duban__Case *case_)
{
    Duban__LookBack *look_back = case_->look_back;
    const Duban__Fact *fact;

    look_back->closed_by = (char **) arena_take_pointers(&engine->state->arena, case_->passes_needed + 1);
    assert(look_back->closed_by != NULL);
    for (uint64_t last = 0; (fact = state_fact_after(engine->state, case_->id.data, last)) != NULL; last = fact->sequence) {
        if ((!begins_anew(fact) && fact->kind != FACT(PASSED)) || is_undone(engine, case_, fact))
            continue;
        if (fact->kind == FACT(PASSED))
            add_closer(look_back, case_->passes_needed, fact->actor);
        else
            look_back->n_closed_by = 0;
    }
}

/* Whose passes have closed it, each once: they would look at their own work. */
static void note_closers(struct engine *engine, Duban__Case *case_)
{
    Duban__LookBack *look_back = case_->look_back;
    const Duban__Fact *fact;

    if (engine_era(engine) >= ERA_OF_LAST_CLOSERS) {
        note_last_closers(engine, case_);
        return;
    }
    look_back->closed_by = (char **) arena_take_pointers(&engine->state->arena, POLICY_MAX_PASSES + case_->passes_needed);
    assert(look_back->closed_by != NULL);
    for (uint64_t last = 0; (fact = state_fact_after(engine->state, case_->id.data, last)) != NULL; last = fact->sequence) {
        if (fact->kind == FACT(OPENED) || fact->kind == FACT(REOPENED) || fact->kind == FACT(FAILED))
            look_back->n_closed_by = 0;
        if (fact->kind == FACT(PASSED) && look_back->n_closed_by < case_->passes_needed &&
            !is_among(look_back->closed_by, look_back->n_closed_by, fact->actor))
            look_back->closed_by[look_back->n_closed_by++] = fact->actor;
    }
}

/* Inspectors of its zone who can be sent before it is due and have nothing to do with its closing take turns; "" = none:
 * its group leader sees to it. */
static const char *colleague_for(struct engine *engine, const Duban__Case *case_, const Duban__Task *task, uint64_t turn)
{
    struct span span = { task->start_s, task->due_s };
    const char *zone = engine_zone_of(engine, engine_place_of_site(case_->site));
    const char *accounts[MAX_RECIPIENTS];
    size_t count = state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_INSPECTOR, zone, accounts, MAX_RECIPIENTS), kept = 0;

    for (size_t i = 0; i < count; i++)
        if (engine_is_for_the_field(engine, accounts[i]) && engine_serves(engine, accounts[i], &span) &&
            strcmp(accounts[i], case_->owner) != 0 &&
            !is_among(case_->look_back->closed_by, case_->look_back->n_closed_by, accounts[i]))
            accounts[kept++] = accounts[i];
    return kept == 0 ? "" : accounts[turn % kept];
}

/* ---------------------------------------------------------------- drawing */

static void note_drawn(struct engine *engine, const Duban__Case *case_, const Duban__Task *task, const Duban__LookBackTally *tally)
{
    Duban__Fact *fact = engine_fact(engine, FACT(LOOK_BACK_DRAWN), case_);

    fact->task = task->id;
    fact->recipient = task->owner;
    fact->reason = engine_lot_words(engine, &tally->seed);
    fact->number = tally->drawn;
    fact->of = tally->closed;
    engine_add_fact(engine, fact);
}

static Duban__Task *task_for(struct engine *engine, Duban__Case *case_, uint64_t turn)
{
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_LOOK_BACK, case_, case_->next_other++);

    task->level = case_->look_back->level;
    task->owner_role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    engine_task_limit(engine, task, &engine_policy_of(engine, &case_->policy_version)->look_back.limit);
    task->owner = (char *) colleague_for(engine, case_, task, turn);
    case_->look_back_task = task->id;
    return task;
}

static void tell_drawn(struct engine *engine, Duban__Case *case_, Duban__Task *task, const char *rule)
{
    static const enum policy_selector TO[] = { TO_OWNER };
    Duban__NoticeItem *item = engine_item(engine, task, case_);
    struct telling telling = {
        .message = "look_back", .to = TO, .to_count = 1, .rule = rule, .task = task, .case_ = case_, .items = &item,
        .item_count = 1,
    };

    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
}

static void look_back_at(struct engine *engine, Duban__Case *case_, int64_t draw_s, const Duban__LookBackTally *tally)
{
    Duban__LookBack *look_back = arena_take(&engine->state->arena, sizeof *look_back);
    Duban__Task *task;

    assert(look_back != NULL);
    duban__look_back__init(look_back);
    look_back->state = STATE(WAITING);
    look_back->draw_s = draw_s;
    look_back->level = tally->level;
    case_->look_back = look_back;
    note_closers(engine, case_);
    task = task_for(engine, case_, get_u64(tally->seed.data + 8) / 2 + tally->waiting);
    note_drawn(engine, case_, task, tally);
    state_put_case(engine->state, case_);
    engine_task_start(engine, task);
    tell_drawn(engine, case_, task, "look_back.drawn");
    state_put_case(engine->state, case_);
}

static void make_seed(struct engine *engine, const Duban__LookBackRound *round, Duban__LookBackTally *tally)
{
    uint8_t draw[8];
    const struct bytes parts[] = {
        engine_lot_pack(engine, &tally->policy_version), bytes_of(draw, sizeof draw),
        bytes_of_text(tally->level), bytes_of(round->closings.data, round->closings.len),
    };

    put_u64(draw, (uint64_t) round->draw_s);
    tally->seed = engine_lot_seed(engine, parts, sizeof parts / sizeof parts[0]);
}

/* What is drawn now. */
struct drawing {
    struct engine *engine;
    const Duban__LookBackRound *round;
    Duban__LookBackTally *tally;
};

static bool operates(struct engine *engine, const Duban__Case *case_)
{
    const Duban__Site *site = state_site(engine->state, case_->site);

    return site != NULL && site->operating_state == DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING;
}

/* By the closing that stands, and by no other that the case has had; where somebody can be met, and nothing has been found
 * failing there since. */
static bool may_be_drawn(void *self, const char *case_id)
{
    const struct drawing *drawing = self;
    struct state *state = drawing->engine->state;
    const Duban__Case *case_ = state_case(state, (const uint8_t *) case_id);

    return state_case_at(state, case_->site, case_->item) == case_ && case_->state == DUBAN__CASE_STATE__CASE_STATE_CLOSED && !waits(case_) &&
           case_->look_back_draw_s == drawing->round->draw_s && is_of(drawing->tally, case_, case_->closed_level) &&
           operates(drawing->engine, case_);
}

/* Of so many closings at least one. */
static uint32_t count_to_draw(const struct policy_look_back_share *share, uint32_t closed)
{
    uint64_t count = ((uint64_t) closed * share->percent + 99) / 100;

    return count < share->at_most ? (uint32_t) count : share->at_most;
}

static void draw_level(struct engine *engine, const Duban__LookBackRound *round, Duban__LookBackTally *tally)
{
    const struct policy_look_back_share *share = policy_look_back_share(engine_policy_of(engine, &tally->policy_version), tally->level);
    const struct look_back_ring ring = { tally->policy_version.data, tally->level };
    struct drawing drawing = { engine, round, tally };
    const char *ids[POLICY_MAX_LOOK_BACKS];
    size_t count;

    assert(share != NULL);   /* else it would not have taken part */
    make_seed(engine, round, tally);
    count = state_to_look_back(engine->state, round->draw_s, &ring, engine_lot_start(&tally->seed), may_be_drawn, &drawing, ids,
                               count_to_draw(share, tally->closed));
    tally->drawn = (uint32_t) count;
    for (size_t i = 0; i < count; i++) {
        Duban__Case *case_ = state_case(engine->state, (const uint8_t *) ids[i]);

        if (waits(case_)) {   /* one task is enough, however often it lies there */
            tally->drawn--;
            continue;
        }
        look_back_at(engine, case_, round->draw_s, tally);
        tally->waiting++;
    }
}

/* The first that is to be drawn; NULL: all are. */
static Duban__LookBackTally *tally_to_draw(const Duban__LookBackRound *round)
{
    for (size_t i = 0; i < round->n_tallies; i++)
        if (!is_drawn(round->tallies[i]))
            return round->tallies[i];
    return NULL;
}

/* A draw that began a day ago has long ended. */
static Duban__LookBackRound *round_to_draw(struct engine *engine)
{
    Duban__LookBackRound *round = state_look_back_round_after(engine->state, engine->now_s - DAY_S);

    while (round != NULL && round->draw_s <= engine->now_s && tally_to_draw(round) == NULL)
        round = state_look_back_round_after(engine->state, round->draw_s);
    return round != NULL && round->draw_s <= engine->now_s ? round : NULL;
}

void engine_draw_look_backs(struct engine *engine)
{
    Duban__LookBackRound *round = round_to_draw(engine);

    if (round == NULL)
        return;   /* another draw of this moment has been ended with it */
    draw_level(engine, round, tally_to_draw(round));
    state_put_look_back_round(engine->state, round);
    if (round_to_draw(engine) != NULL)
        engine_house_timer(engine, HOUSE_LOOK_BACK, engine->now_s + 1);   /* a link of its own needs a moment of its own */
}

/* ---------------------------------------------------------------- another colleague */

static bool can_still_go(struct engine *engine, const Duban__Case *case_, const char *account)
{
    struct fault ignored;

    return engine_is_for_the_field(engine, account) &&
           engine_account_may(engine, account, RIGHT_VISIT, case_, NULL, "", &ignored);
}

static void give_on(struct engine *engine, Duban__Task *task, uint64_t turn)
{
    Duban__Case *case_ = state_case(engine->state, task->case_id.data);
    const char *from = task->owner;
    Duban__Fact *fact;

    if (can_still_go(engine, case_, task->owner))
        return;
    engine_withdraw(engine, task, "overtaken");
    task->owner = (char *) colleague_for(engine, case_, task, turn);
    fact = engine_fact(engine, FACT(LOOK_BACK_GIVEN), case_);
    fact->task = task->id;
    fact->recipient = task->owner;
    engine_add_fact(engine, fact);
    state_put_task(engine->state, task);
    if (task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
        tell_drawn(engine, case_, task, "look_back.given");
    engine_tell_assigned_away(engine, case_, task, from);
    state_put_case(engine->state, case_);
}

void engine_look_backs_hand_over(struct engine *engine, const char *account)
{
    uint8_t ids[TASKS_AT_ONCE][ID_BYTES], last[ID_BYTES];
    const uint8_t *after = NULL;
    size_t count;
    uint64_t turn = 0;

    while ((count = state_open_tasks_listed(engine->state, TASKS_OF_MEMBER, account, after, ids, TASKS_AT_ONCE)) > 0) {
        for (size_t i = 0; i < count; i++) {
            Duban__Task *task = state_task(engine->state, ids[i]);

            if (task->kind == DUBAN__TASK_KIND__TASK_KIND_LOOK_BACK)
                give_on(engine, task, turn++);
        }
        memcpy(last, ids[count - 1], ID_BYTES);
        after = last;
    }
}

/* The case is closed: what counts is the task, and whose it is. */
void engine_fill_look_back(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_)
{
    const Duban__Holder *owner = state_holder(engine->state, task->owner);

    item->level = task->level;
    item->due_s = task->due_s;
    item->at_s = case_->closed_ms / 1000;
    item->owner = task->owner;
    item->owner_title = owner == NULL ? NULL : owner->title;
    item->overdue_round = 1;
}

/* ---------------------------------------------------------------- somebody was there */

static void add_visit_fact(struct engine *engine, Duban__FactKind kind, const Duban__Case *case_, const struct finding *finding,
                           const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, kind, case_);

    fact->actor = finding->visit->reporter;
    fact->visit_ms = finding->visit->visit_ms;
    fact->other_sequence = finding->visit->sequence;
    fact->reason = (char *) reason;
    if (kind == FACT(PASS_NOT_COUNTED))
        fact->rule = engine_rule(engine, "pass", reason);
    engine_add_fact(engine, fact);
}

static void cure(struct engine *engine, const Duban__Case *case_, const struct finding *finding)
{
    const Duban__Task *task = engine_task_of(engine, &case_->look_back_task);

    if (task->overdue_told && finding->visit->visit_ms / 1000 <= task->due_s) {
        Duban__Fact *fact = engine_fact(engine, FACT(CURED), case_);

        fact->task = task->id;
        fact->visit_ms = finding->visit->visit_ms;
        fact->old_s = task->due_s;
        engine_add_fact(engine, fact);
    }
}

static void answered(struct engine *engine, Duban__Case *case_, const struct finding *finding, Duban__LookBackState state)
{
    engine_check_begins(engine, case_, finding->visit, false);
    state_put_touched(engine->state, finding->visit->sequence, case_->id.data);
    add_visit_fact(engine, state == STATE(KEPT) ? FACT(LOOK_BACK_KEPT) : FACT(LOOK_BACK_FAILED), case_, finding,
                   finding->answer->note);
    cure(engine, case_, finding);
    engine_end_task(engine, &case_->look_back_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    become(engine, case_, state);
    case_->look_back->visit_sequence = finding->visit->sequence;
    state_put_case(engine->state, case_);
}

/* Why the visit is no look-back (a token); NULL when it is one. */
static const char *objection(const Duban__Case *case_, const struct finding *finding)
{
    const Duban__LookBack *look_back = case_->look_back;

    if (finding->visit->visit_ms / 1000 < look_back->draw_s)
        return "before_drawn";
    return is_among(look_back->closed_by, look_back->n_closed_by, finding->visit->reporter) ? "own_work" : NULL;
}

bool engine_look_back_passed(struct engine *engine, Duban__Case *case_, const struct finding *finding, const char *defect)
{
    if (!waits(case_))
        return false;
    if (defect == NULL)
        defect = objection(case_, finding);
    if (defect != NULL)
        add_visit_fact(engine, FACT(PASS_NOT_COUNTED), case_, finding, defect);
    else
        answered(engine, case_, finding, STATE(KEPT));
    return true;
}

static void tell_failed(struct engine *engine, Duban__Case *case_)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_LEAD };
    Duban__NoticeItem *item = engine_item(engine, NULL, case_);
    struct telling telling = {
        .message = "look_back_failed", .to = TO, .to_count = 2, .rule = "look_back.failed", .case_ = case_, .items = &item,
        .item_count = 1,
    };

    engine_tell(engine, &telling);
}

/* Whoever sees it failing, and whenever since the closing. */
void engine_look_back_failed(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    if (!waits(case_) || finding->visit->visit_ms <= case_->closed_ms)
        return;
    answered(engine, case_, finding, STATE(FAILED));
    tell_failed(engine, case_);
    state_put_case(engine->state, case_);
}

/* ---------------------------------------------------------------- its site */

void engine_look_back_operates(struct engine *engine, const Duban__Case *case_, bool site_operates)
{
    Duban__Task *task = engine_task_of(engine, &case_->look_back_task);

    if (task == NULL)
        return;
    if (!site_operates && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
        engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_PAUSED);
    if (!site_operates || task->state != DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        return;
    engine_count_pause(engine, task, false);
    engine_task_resume(engine, task);
}

static void end_without_site(struct engine *engine, Duban__Case *case_)
{
    Duban__Fact *fact = engine_fact(engine, FACT(LOOK_BACK_ENDED), case_);

    fact->task = case_->look_back_task;
    fact->reason = "site_removed";
    engine_add_fact(engine, fact);
    engine_look_back_end(engine, case_);
    state_put_case(engine->state, case_);
}

static bool is_waiting(void *self, const Duban__Case *case_)
{
    (void) self;
    return waits(case_);
}

void engine_look_backs_end_at(struct engine *engine, const char *site)
{
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = state_cases_wanted(engine->state, site, is_waiting, NULL, ids, MAX_CASES_PER_SITE);

    for (size_t i = 0; i < count; i++)
        end_without_site(engine, state_case(engine->state, ids[i]));
}

/* ---------------------------------------------------------------- taken back */

void engine_look_back_end(struct engine *engine, Duban__Case *case_)
{
    engine_look_back_leave(engine, case_);
    if (!waits(case_))
        return;
    engine_end_task(engine, &case_->look_back_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    become(engine, case_, STATE(ENDED));
}

/* A closing that does not stand leaves its draw; one that stands again takes part in its own, if that is still ahead. */
static void follow_closing(struct engine *engine, const Duban__Case *now, const Duban__Case *before)
{
    Duban__LookBackRound *round;

    if (now->look_back_draw_s == before->look_back_draw_s && now->closed_ms == before->closed_ms)
        return;
    leave(engine, now);
    round = round_ahead(engine, before);
    if (round != NULL)
        take_part(engine, round, before);
}

void engine_look_back_undone(struct engine *engine, const Duban__Case *now, Duban__Case *before)
{
    bool is_same = now->look_back != NULL && before->look_back != NULL && before->look_back->draw_s == now->look_back->draw_s;

    if (now->look_back != NULL)
        recount(engine, now, now->look_back, is_same ? before->look_back->state : STATE(ENDED));
    follow_closing(engine, now, before);
    if (waits(before) && state_site(engine->state, before->site) == NULL)
        end_without_site(engine, before);
    else if (waits(before) && !operates(engine, before))   /* its task is another one now */
        engine_look_back_operates(engine, before, false);
}

/* Too long after its closing a fail opens another case, which is judged anew by itself: here is the one looked back at. Where
 * the other one stands, so does the fail. */
void engine_look_back_withdrawn(struct engine *engine, Duban__Case *case_, const Duban__Visit *visit, const char *reason)
{
    const Duban__Case *newest = state_case_at(engine->state, case_->site, case_->item);

    if (newest != case_ && engine_check_caused(engine, newest, visit) && engine_check_stands(engine, newest, visit) == NULL &&
        engine_check_stands(engine, case_, visit) == NULL)
        engine_check_undo(engine, case_, visit, (char *) reason);
}

void engine_look_back_takes_place(struct engine *engine, const Duban__Case *case_, const Duban__Case *voided)
{
    if (case_ != voided && waits(case_) && strcmp(case_->item, voided->item) == 0 && strcmp(case_->site, voided->site) == 0)
        state_put_case_place(engine->state, case_);
}
