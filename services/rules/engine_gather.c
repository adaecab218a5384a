/* engine_gather.c - several for one person are said together: those of one second, and what comes after many others.
 *
 *   due in this second, and others like it are -> TOGETHER -> when the second's timers have fired: one notice of all items
 *   a single message after `most` of them      -> a line of the digest at the end of the time that they count for
 *
 * What is urgent never waits. Who is told, and of what, has been decided before: this only says when and beside what.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { COMPANY_LOOKED_AT = 16 };

static bool is_in_force(struct engine *engine)
{
    return engine_era(engine) >= ERA_OF_GROUPING;
}

static struct telling telling_of(const Duban__Notice *notice, Duban__NoticeItem **item)
{
    return (struct telling){ .message = notice->kind, .rule = notice->cause->rule, .step = notice->cause->step,
                             .items = item, .item_count = 1 };
}

/* ---------------------------------------------------------------- of one second */

/* Has the other task a row of the same words to say in this second? */
static bool says(struct engine *engine, const Duban__Task *other, const char *message)
{
    for (size_t i = 0; i < other->n_steps; i++) {
        const struct policy_row *row = other->steps[i]->due_s > engine->now_s ? NULL : engine_row(engine, other, other->steps[i]->step);

        if (row != NULL && !row->fold && strcmp(row->message, message) == 0)
            return true;
    }
    return false;
}

/* Others may be for other people: then it goes alone all the same, as the last of its second. What a subject says beside its
 * rows is asked of no timer: it always may have company. */
static bool may_have_company(struct engine *engine, const struct telling *telling, const Duban__Notice *notice)
{
    struct timer timers[COMPANY_LOOKED_AT];
    size_t count;

    if (telling->row == NULL)
        return notice->items[0]->subject.len == ID_BYTES;
    if (state_has_together(engine->state, notice))
        return true;
    count = state_timers_of_kind(engine->state, (uint16_t) telling->task->kind, engine->now_s, timers, COMPANY_LOOKED_AT);
    for (size_t i = 0; i < count; i++) {
        const Duban__Task *other = state_task(engine->state, timers[i].task);

        if (memcmp(timers[i].task, telling->task->id.data, ID_BYTES) != 0 && says(engine, other, telling->message))
            return true;
    }
    return false;
}

bool engine_goes_along(struct engine *engine, const struct telling *telling, Duban__Notice *notice)
{
    bool fires = engine->account[0] == '\0' && !telling->is_list;

    if (!fires || telling->urgent || telling->again || !is_in_force(engine) || !may_have_company(engine, telling, notice))
        return false;
    state_put_together(engine->state, notice);
    engine_house_timer(engine, HOUSE_TOGETHER, engine->now_s);
    return true;
}

/* For the next person the next kind, as many as one notice holds. */
static size_t take_alike(struct engine *engine, Duban__Notice *taken[MAX_DIGEST_ITEMS])
{
    size_t count = 0, items = 0, bytes = 0;
    Duban__Notice *next;

    while (count < MAX_DIGEST_ITEMS && bytes < MAX_NOTICE_BYTES &&
           (next = state_first_together(engine->state, count == 0 ? NULL : taken[0])) != NULL) {
        if (count > 0 && items + next->n_items > MAX_DIGEST_ITEMS)
            break;
        state_delete_together(engine->state, next);
        items += next->n_items;
        for (size_t i = 0; i < next->n_items; i++)
            bytes += engine_item_bytes(next->items[i]);
        taken[count++] = next;
    }
    return count;
}

/* The first with the items of all. */
static Duban__Notice *as_one(struct engine *engine, Duban__Notice *const *taken, size_t count)
{
    Duban__NoticeItem **items = arena_take_pointers(&engine->state->arena, MAX_DIGEST_ITEMS);
    Duban__Notice *one = arena_take(&engine->state->arena, sizeof *one);

    assert(items != NULL && one != NULL);
    *one = *taken[0];
    one->items = items;
    one->n_items = 0;
    for (size_t i = 0; i < count; i++) {
        one->late |= taken[i]->late;
        for (size_t k = 0; k < taken[i]->n_items && one->n_items < MAX_DIGEST_ITEMS; k++)
            items[one->n_items++] = taken[i]->items[k];
    }
    return one;
}

/* ---------------------------------------------------------------- after many others */

/* (11) Level A and what is urgent waits for nobody; nor does a test of the one way that it goes by. */
static bool waits_for_nobody(const struct engine *engine, const Duban__Notice *notice)
{
    if (strcmp(notice->kind, "contact_test") == 0)
        return true;
    for (size_t i = 0; i < notice->n_items; i++) {
        const struct policy_severity *severity = policy_severity(engine->policy, notice->items[i]->level);

        if (severity != NULL && severity->urgent)
            return true;
    }
    return notice->urgency == DUBAN__URGENCY__URGENCY_URGENT;
}

static Duban__ToldLately *heard_by(struct engine *engine, const char *account)
{
    Duban__ToldLately *heard = state_told_lately(engine->state, account);

    if (heard != NULL)
        return heard;
    heard = arena_take(&engine->state->arena, sizeof *heard);
    assert(heard != NULL);
    duban__told_lately__init(heard);
    return heard;
}

static void forget_until(Duban__ToldLately *heard, int64_t until_s)
{
    size_t kept = 0;

    for (size_t i = 0; i < heard->n_at_s; i++)
        if (heard->at_s[i] > until_s)
            heard->at_s[kept++] = heard->at_s[i];
    heard->n_at_s = kept;
}

static void hear(struct engine *engine, Duban__ToldLately *heard)
{
    int64_t *times = arena_take(&engine->state->arena, (heard->n_at_s + 1) * sizeof *times);

    assert(times != NULL);
    for (size_t i = 0; i < heard->n_at_s; i++)
        times[i] = heard->at_s[i];
    times[heard->n_at_s++] = engine->now_s;
    heard->at_s = times;
}

/* The end of the time that those he has had count for; at night the next digest. */
static int64_t end_s(const struct engine *engine, const Duban__ToldLately *heard)
{
    int64_t at_s = heard->at_s[0] + engine->policy->grouping.within_s;

    return policy_is_quiet(engine->policy, at_s) ? policy_next_digest(engine->policy, at_s - 1) : at_s;
}

/* When the digest comes that it waits for; 0: it goes now, and counts. */
static int64_t waits_until_s(struct engine *engine, const Duban__Notice *notice)
{
    const struct policy_grouping *grouping = &engine->policy->grouping;
    int64_t until_s = 0;
    Duban__ToldLately *heard;

    if (!grouping->given || !is_in_force(engine) || waits_for_nobody(engine, notice))
        return 0;
    heard = heard_by(engine, notice->recipient->account);
    forget_until(heard, engine->now_s - grouping->within_s);
    if (heard->gathered_until_s > engine->now_s)
        until_s = heard->gathered_until_s;
    else if (heard->n_at_s >= grouping->most)
        until_s = end_s(engine, heard);
    if (notice->expires_at_s != 0 && notice->expires_at_s <= until_s)
        return 0;   /* there is nothing left to say by then */
    heard->gathered_until_s = until_s;
    if (until_s == 0)
        hear(engine, heard);
    state_put_told_lately(engine->state, notice->recipient->account, heard);
    return until_s;
}

static void put_lines(struct engine *engine, const Duban__Notice *notice, int64_t at_s)
{
    for (size_t i = 0; i < notice->n_items; i++) {
        struct telling telling = telling_of(notice, &notice->items[i]);
        Duban__NoticeItem *item = notice->items[i];
        Duban__Notice line = *notice;

        if (item->kind[0] == '\0')
            item = engine_item_of_kind(engine, item, notice->kind);
        line.items = &item;
        line.n_items = 1;
        line.late = false;
        engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_FOLDED, &telling, notice->recipient->account, "many", 0, at_s);
        state_put_digest_line(engine->state, at_s, &line);
    }
    engine_house_timer(engine, HOUSE_DIGEST, at_s);
}

bool engine_is_one_too_many(struct engine *engine, const Duban__Notice *notice)
{
    int64_t until_s = waits_until_s(engine, notice);

    if (until_s != 0)
        put_lines(engine, notice, until_s);
    return until_s != 0;
}

/* ---------------------------------------------------------------- the second is over */

static void send_as_one(struct engine *engine, Duban__Notice *const *taken, size_t count)
{
    Duban__Notice *one = as_one(engine, taken, count);
    int64_t until_s = waits_until_s(engine, one);
    uint64_t sequence = until_s == 0 ? engine_send(engine, one) : 0;

    for (size_t i = 0; i < count; i++) {
        if (until_s == 0) {
            engine_note_sent(engine, taken[i], sequence);
            engine_note_all_heard(engine, taken[i], sequence);
        } else {
            put_lines(engine, taken[i], until_s);
        }
    }
}

/* What ended in the same second, after it was decided to be said, is not said. */
static bool still_says(struct engine *engine, Duban__Notice *notice)
{
    size_t kept = 0;

    if (engine_era(engine) < ERA_OF_STANDING_ITEMS)
        return true;
    for (size_t i = 0; i < notice->n_items; i++) {
        struct telling telling = telling_of(notice, &notice->items[i]);

        if (engine_item_stands(engine, notice->items[i]))
            notice->items[kept++] = notice->items[i];
        else
            engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, &telling, notice->recipient->account, "done", 0, 0);
    }
    notice->n_items = kept;
    return kept > 0;
}

static size_t drop_finished(struct engine *engine, Duban__Notice **taken, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (still_says(engine, taken[i]))
            taken[kept++] = taken[i];
    return kept;
}

/* One notice for each firing: at this moment again while there is more. */
void engine_send_together(struct engine *engine)
{
    Duban__Notice *taken[MAX_DIGEST_ITEMS];
    size_t count = drop_finished(engine, taken, take_alike(engine, taken));

    if (count > 0)
        send_as_one(engine, taken, count);
    if (state_first_together(engine->state, NULL) != NULL)
        engine_house_timer(engine, HOUSE_TOGETHER, engine->now_s);
}
