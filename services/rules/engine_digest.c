/* engine_digest.c - what quiet hours kept back: single notices at their end, lists in the digest. */
#include <assert.h>
#include <string.h>

#include "engine.h"

/* ---------------------------------------------------------------- what waited */

static Duban__Task *task_of(struct engine *engine, const Duban__NoticeItem *item)
{
    return item->task.len == ID_BYTES ? state_task(engine->state, item->task.data) : NULL;
}

/* A pause that began and ended in the same night, or a new due that passed in it. */
static const char *overtaken(struct engine *engine, const Duban__Notice *notice, const Duban__NoticeItem *item)
{
    const Duban__Case *case_ = item->case_id.len == ID_BYTES ? state_case(engine->state, item->case_id.data) : NULL;

    if (strcmp(notice->kind, "assigned_away") == 0 && case_ != NULL && engine_case_is_open(case_) &&
        strcmp(case_->owner, notice->recipient->account) == 0)   /* it has come back to him */
        return "overtaken";
    if (strcmp(notice->kind, "suspended") == 0 && case_ != NULL && case_->suspended_s == 0)
        return "overtaken";
    if (strcmp(notice->kind, "resumed") == 0 && item->due_s >= notice->due_at_s && engine->stamp_s > item->due_s)
        return "past";
    return NULL;
}

/* A line of the list about a due that an extension, a raised level or a recompute has replaced since it was kept; a
 * pause moves the due on, and what was to be said of it stands. */
static bool is_of_an_old_due(struct engine *engine, const Duban__Notice *notice, const Duban__NoticeItem *item)
{
    const Duban__Task *task = item->kind[0] == '\0' ? NULL : task_of(engine, item);

    return task != NULL && notice->due_at_s < task->due_set_s;
}

/* Why what waited is not said any more; NULL when it is. */
static const char *reason_to_drop(struct engine *engine, const Duban__Notice *notice, const Duban__NoticeItem *item)
{
    if (!engine_item_stands(engine, item))
        return "done";
    if (notice->expires_at_s != 0 && engine->stamp_s > notice->expires_at_s)
        return "past";
    if (is_of_an_old_due(engine, notice, item))
        return "overtaken";
    return overtaken(engine, notice, item);
}

static struct telling telling_of(const Duban__Notice *notice, Duban__NoticeItem **items, size_t count)
{
    return (struct telling){ .message = notice->kind, .rule = notice->cause->rule, .step = notice->cause->step,
                             .items = items, .item_count = count };
}

/* Leave out what has been done meanwhile, or a silence keeps back now, with a fact for each. */
static void drop_finished_items(struct engine *engine, Duban__Notice *notice)
{
    size_t kept = 0;

    for (size_t i = 0; i < notice->n_items; i++) {
        struct telling telling = telling_of(notice, &notice->items[i], 1);
        const char *reason = reason_to_drop(engine, notice, notice->items[i]);
        Duban__KeptSilence *silence = reason != NULL ? NULL : engine_silence_of_item(engine, notice, notice->items[i]);

        if (reason != NULL && strcmp(reason, "past") == 0)
            engine_alive_expired(engine);
        if (reason != NULL)
            engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, &telling, notice->recipient->account, reason, 0, 0);
        else if (silence != NULL)
            engine_keep_silent(engine, silence, notice, notice->items[i]);
        else
            notice->items[kept++] = notice->items[i];
    }
    notice->n_items = kept;
}

/* The tasks must know of this notice, so that their end withdraws it. */
void engine_note_sent(struct engine *engine, const Duban__Notice *notice, uint64_t sequence)
{
    for (size_t i = 0; i < notice->n_items; i++) {
        struct telling telling = telling_of(notice, &notice->items[i], 1);
        Duban__Task *task = task_of(engine, notice->items[i]);

        engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_TOLD, &telling, notice->recipient->account, "", sequence, 0);
        if (task != NULL) {
            task->last_outbox_sequence = sequence;
            state_put_task(engine->state, task);
        }
    }
}

/* An order that waited for the morning names the level and the due that are in force by then. */
static void say_what_is_in_force(struct engine *engine, Duban__NoticeItem *item)
{
    const Duban__Task *task = task_of(engine, item);
    Duban__Case *case_ = item->case_id.len == ID_BYTES ? state_case(engine->state, item->case_id.data) : NULL;

    if (task == NULL || case_ == NULL || item->kind[0] != '\0' ||
        (task->kind != DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION && task->kind != DUBAN__TASK_KIND__TASK_KIND_ACKNOWLEDGEMENT))
        return;
    item->level = case_->level;
    item->due_s = case_->due_s;
    engine_item_times(engine, item, task);
}

static void send_kept(struct engine *engine, Duban__Notice *notice, int64_t due_s)
{
    notice->due_at_s = due_s;
    notice->decided_at_s = engine->stamp_s;
    notice->late = engine->stamp_s - due_s > engine->policy->late_after_s;
    engine_note_sent(engine, notice, engine_send(engine, notice));
}

/* What else of that kind waits for the same person goes along. */
static void join_waiting(struct engine *engine, Duban__Notice *notice)
{
    Duban__Notice *others[MAX_DIGEST_ITEMS];
    Duban__NoticeItem **items = arena_take_pointers(&engine->state->arena, MAX_DIGEST_ITEMS);
    size_t count;

    assert(items != NULL);
    if (!engine_is_gathered(notice->kind) || notice->n_items != 1)
        return;
    count = state_take_waiting_like(engine->state, engine->now_s, notice, others, MAX_DIGEST_ITEMS - 1);
    items[0] = notice->items[0];
    notice->items = items;
    for (size_t i = 0; i < count; i++) {
        assert(others[i]->n_items == 1);
        items[notice->n_items++] = others[i]->items[0];
    }
}

/* One notice for each firing, so that a night's worth is many small links: the timer is set
 * again at the same moment while there is more. */
void engine_release_waiting(struct engine *engine)
{
    Duban__Notice *notice = state_take_waiting(engine->state, engine->now_s);

    if (notice != NULL && engine_is_stale(engine) && notice->urgency != DUBAN__URGENCY__URGENCY_URGENT) {
        engine_defer_waiting(engine, notice);
    } else if (notice != NULL) {
        join_waiting(engine, notice);
        drop_finished_items(engine, notice);
        for (size_t i = 0; i < notice->n_items; i++)
            say_what_is_in_force(engine, notice->items[i]);
        if (notice->n_items > 0 && engine_is_one_too_many(engine, notice))
            notice->n_items = 0;
        if (notice->n_items > 0)
            send_kept(engine, notice, engine->now_s);
        if (notice->n_items > 0 && engine_is_gathered(notice->kind))
            state_put_told_last(engine->state, notice->recipient->account, notice->kind, engine->now_s);
    }
    if (state_has_waiting(engine->state, engine->now_s))
        engine_house_timer(engine, HOUSE_WAITING, engine->now_s);
}

/* The head of a digest is the first line's notice with the kind changed: same recipient. */
static void begin_digest(struct engine *engine, Duban__Notice *line, Duban__NoticeItem **items)
{
    line->kind = "digest";
    line->items = items;
    line->n_items = 0;
    line->cause->rule = "digest";
    line->due_at_s = engine->now_s;
    line->expires_at_s = 0;
    line->texts_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) engine->policy->version };
}

static bool is_worth_saying(struct engine *engine, Duban__Notice *line)
{
    const Duban__Task *task;

    drop_finished_items(engine, line);
    if (line->n_items == 0)
        return false;
    task = task_of(engine, line->items[0]);
    if (task != NULL)   /* folded hours ago: say how it stands now */
        engine_item_times(engine, line->items[0], task);
    return true;
}

/* The next line of the same account that is still worth saying; NULL at the end. */
static Duban__Notice *next_line(struct engine *engine, const char *account, size_t *handled)
{
    Duban__Notice *line;

    while (*handled < MAX_DIGEST_ITEMS &&
           (line = state_take_digest_line(engine->state, engine->now_s, account)) != NULL) {
        (*handled)++;
        if (is_worth_saying(engine, line))
            return line;
    }
    return NULL;
}

/* What one digest is made of: for each line the notice that was kept, of one item. */
struct lines {
    Duban__Notice *of[MAX_DIGEST_ITEMS];
    size_t count;
    size_t bytes;
};

/* Said in this list already: what the night kept back and what the morning adds may be the same words about
 * the same task. */
static bool is_listed(const struct lines *lines, const Duban__NoticeItem *item)
{
    for (size_t i = 0; i < lines->count; i++) {
        const Duban__NoticeItem *other = lines->of[i]->items[0];

        if (item->task.len == ID_BYTES && other->task.len == ID_BYTES && memcmp(other->task.data, item->task.data, ID_BYTES) == 0 &&
            strcmp(other->kind, item->kind) == 0)
            return true;
    }
    return false;
}

static void add_line(struct engine *engine, struct lines *lines, Duban__Notice *line)
{
    struct telling telling = telling_of(line, line->items, 1);

    if (is_listed(lines, line->items[0])) {
        engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, &telling, line->recipient->account, "joined", 0, 0);
        return;
    }
    engine_item_focus(engine, line->items[0]);
    lines->of[lines->count++] = line;
    lines->bytes += engine_item_bytes(line->items[0]);
}

size_t engine_take_lines_of(struct engine *engine, const char *account, Duban__NoticeItem **items, size_t most)
{
    struct lines lines = { .count = 0 };
    Duban__Notice *line;

    if (engine_era(engine) < ERA_OF_LISTS_IN_BRIEFS || engine_is_stale(engine))
        return 0;
    for (size_t handled = 0; handled < most && lines.bytes < MAX_NOTICE_BYTES; handled++) {
        line = state_take_digest_line_of(engine->state, engine->now_s, account);
        if (line == NULL)
            break;
        if (is_worth_saying(engine, line))
            add_line(engine, &lines, line);
    }
    engine_sort_by_focus(engine, lines.of, lines.count);
    for (size_t i = 0; i < lines.count; i++)
        items[i] = lines.of[i]->items[0];
    return lines.count;
}

/* The next account's, in the order in which they are said. */
static void take_lines(struct engine *engine, struct lines *lines)
{
    size_t handled = 0;
    Duban__Notice *line = next_line(engine, NULL, &handled);
    const char *account = line == NULL ? "" : line->recipient->account;

    while (line != NULL) {
        add_line(engine, lines, line);
        line = lines->bytes < MAX_NOTICE_BYTES ? next_line(engine, account, &handled) : NULL;
    }
    engine_sort_by_focus(engine, lines->of, lines->count);
}

/* The digest's own time, or where some of it should have been said long ago, the first of theirs. */
static int64_t due_of(const struct engine *engine, const struct lines *lines)
{
    int64_t due_s = engine->now_s;

    for (size_t i = 0; i < lines->count; i++)
        if (lines->of[i]->late && lines->of[i]->decided_at_s < due_s)
            due_s = lines->of[i]->decided_at_s;
    return due_s;
}

/* One account's digest for each firing; more than one when there are many lines. */
void engine_send_digests(struct engine *engine)
{
    Duban__NoticeItem **items = arena_take_pointers(&engine->state->arena, MAX_DIGEST_ITEMS);
    struct lines lines = { .count = 0 };

    assert(items != NULL);
    if (engine_is_stale(engine)) {
        engine_defer_digests(engine);
        return;
    }
    if (engine_brief_comes(engine))
        return;   /* it takes the lines of those who attend; what is left comes after it */
    take_lines(engine, &lines);
    for (size_t i = 0; i < lines.count; i++)
        items[i] = lines.of[i]->items[0];
    if (lines.count > 0) {
        Duban__Notice *digest = lines.of[0];
        int64_t due_s = due_of(engine, &lines);

        begin_digest(engine, digest, items);
        digest->n_items = lines.count;
        engine_key_notice(engine, digest);
        send_kept(engine, digest, due_s);
    }
    if (state_has_digest_line(engine->state, engine->now_s))
        engine_house_timer(engine, HOUSE_DIGEST, engine->now_s);
}
