/* engine_post.c - a post is empty, or held again: what waits for it is told, as lists.
 *
 *   the post -> its open tasks, TASKS_PER_LINK at a time -> a list for each recipient -> notices
 *          \-> the rest: RosterWork, a second later, in a link of its own
 *
 * A post has one such work at a time: a new change of it begins anew, and says what is true by then. Work without a
 * role lists the tasks that an earlier version has stored; until it is through, other work only waits.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { TASKS_PER_LINK = 256,           /* looked at: their items and facts live in one arena */
       TASKS_LISTED_PER_LINK = 4096 };

/* What one recipient is told, urgent things apart. */
struct list {
    struct recipient to;
    bool urgent;
    Duban__Task *tasks[MAX_DIGEST_ITEMS];
    Duban__Case *cases[MAX_DIGEST_ITEMS];
    Duban__NoticeItem *items[MAX_DIGEST_ITEMS];
    size_t count;
    size_t bytes;
};

/* One link's part of the work. */
struct telling_post {
    struct engine *engine;
    Duban__RosterWork *work;
    enum policy_selector selector;
    struct list *lists[2 * MAX_RECIPIENTS];
    size_t list_count;
};

/* ---------------------------------------------------------------- lists */

/* They know of this notice, so that their end withdraws it. */
static void note_told(struct engine *engine, const struct list *list, uint64_t sequence)
{
    for (size_t i = 0; sequence > 0 && i < list->count; i++) {
        list->tasks[i]->last_outbox_sequence = sequence;
        state_put_task(engine->state, list->tasks[i]);
    }
}

static void send(struct telling_post *post, struct list *list)
{
    struct telling telling = {
        .message = "nobody_to_receive", .rule = "recipients.nobody", .task = list->tasks[0], .case_ = list->cases[0],
        .items = list->items, .item_count = list->count, .urgent = list->urgent,
    };
    uint64_t sequence;

    if (list->count == 0)
        return;
    if (post->work->filled) {
        telling.message = "taken_over";
        telling.rule = "roster.filled";
    }
    sequence = engine_tell_one(post->engine, &telling, &list->to);
    if (post->work->filled)
        note_told(post->engine, list, sequence);
    list->count = list->bytes = 0;
}

static struct list *list_for(struct telling_post *post, const struct recipient *to, bool urgent)
{
    struct list *list;

    for (size_t i = 0; i < post->list_count; i++)
        if (post->lists[i]->urgent == urgent && strcmp(post->lists[i]->to.holder->account, to->holder->account) == 0)
            return post->lists[i];
    if (post->list_count == 2 * MAX_RECIPIENTS)
        send(post, post->lists[--post->list_count]);   /* many owners of one site's cases: in more notices */
    list = arena_take(&post->engine->state->arena, sizeof *list);
    assert(list != NULL);
    *list = (struct list){ .to = *to, .urgent = urgent };
    return post->lists[post->list_count++] = list;
}

/* An item belongs to one notice: a copy for each recipient. */
static void add(struct telling_post *post, const struct recipient *to, const struct telling *telling,
                const Duban__NoticeItem *item)
{
    struct list *list = list_for(post, to, telling->urgent);
    Duban__NoticeItem *copy = arena_take(&post->engine->state->arena, sizeof *copy);

    assert(copy != NULL);
    *copy = *item;
    list->tasks[list->count] = telling->task;
    list->cases[list->count] = telling->case_;
    list->items[list->count++] = copy;
    list->bytes += engine_item_bytes(copy);
    if (list->count == MAX_DIGEST_ITEMS || list->bytes >= MAX_NOTICE_BYTES)
        send(post, list);
}

/* ---------------------------------------------------------------- one task */

static void put_about(struct engine *engine, Duban__Case *case_, Duban__Subject *subject)
{
    if (case_ != NULL)
        state_put_case(engine->state, case_);
    else if (subject != NULL)
        state_put_subject(engine->state, subject);
}

/* What nobody was told of before, whoever holds the post now is. */
static void tell_holders(struct telling_post *post, struct telling *telling)
{
    struct engine *engine = post->engine;
    Duban__Subject *subject = engine_subject_of(engine, telling->task);
    struct recipient found[MAX_RECIPIENTS];
    size_t count = engine_recipients(engine, post->selector, telling, found, MAX_RECIPIENTS);
    Duban__NoticeItem *item = engine_item(engine, telling->task, telling->case_);

    if (count == 0)
        return;   /* empty again since, or none of them can go before it is due: that was told then */
    item->matter = engine_what_waits(engine, telling, item);
    for (size_t i = 0; i < count; i++)
        add(post, &found[i], telling, item);
    if (telling->case_ != NULL)
        telling->case_->nobody_told &= ~(1U << post->selector);
    else if (subject != NULL)
        subject->nobody_told &= ~(1U << post->selector);
    put_about(engine, telling->case_, subject);
}

static void tell_one_up(struct telling_post *post, struct telling *telling)
{
    struct engine *engine = post->engine;
    struct recipient found[MAX_RECIPIENTS];
    Duban__NoticeItem *item = engine_item(engine, telling->task, telling->case_);
    size_t count;

    telling->items = &item;
    telling->item_count = 1;
    if (!engine_note_nobody(engine, telling, post->selector))
        return;
    count = engine_recipients_up(engine, telling, post->selector, found, MAX_RECIPIENTS);
    item = engine_item_of_nobody(engine, telling, post->selector);
    for (size_t i = 0; i < count; i++)
        add(post, &found[i], telling, item);
    put_about(engine, telling->case_, NULL);
}

static void tell_task(struct telling_post *post, Duban__Task *task, Duban__Case *case_)
{
    struct engine *engine = post->engine;
    struct telling telling = {
        .message = "taken_over", .rule = post->work->filled ? "roster.filled" : "roster.vacant", .task = task, .case_ = case_,
        .urgent = engine_is_exempt_from_quiet(engine_policy_of(engine, &task->policy_version), task),
    };

    if (post->work->filled)
        tell_holders(post, &telling);
    else
        tell_one_up(post, &telling);
}

/* ---------------------------------------------------------------- which tasks */

/* The post that owns it; and where somebody must go there, those who are asked to go. */
static bool is_owed(const Duban__Task *task, Duban__Role role)
{
    return task->closed_s == 0 &&
           (task->owner_role == role || (role == DUBAN__ROLE__ROLE_INSPECTOR && task_kind((int) task->kind)->is_visit));
}

static void tell_if_owed(struct telling_post *post, const uint8_t id[ID_BYTES])
{
    struct engine *engine = post->engine;
    const Duban__RoleGrant *grant = post->work->post;
    Duban__Task *task = state_task(engine->state, id);
    Duban__Case *case_ = task->case_id.len == ID_BYTES ? state_case(engine->state, task->case_id.data) : NULL;
    struct telling probe = { .task = task, .case_ = case_ };

    if (is_owed(task, grant->role) && strcmp(engine_scope_of(engine, post->selector, &probe), grant->scope) == 0)
        tell_task(post, task, case_);
}

static void tell_site(struct telling_post *post)
{
    struct engine *engine = post->engine;
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = engine_open_cases(engine, post->work->post->scope, ids);

    for (size_t i = 0; i < count; i++) {
        Duban__Case *case_ = state_case(engine->state, ids[i]);
        Duban__Task *task = engine_task_of(engine, &case_->rectification_task);

        if (task != NULL)
            tell_task(post, task, case_);
    }
}

static bool is_of_zone(Duban__Role role)
{
    return role == DUBAN__ROLE__ROLE_GROUP_LEADER || role == DUBAN__ROLE__ROLE_INSPECTOR;
}

/* The ids that come next; the work moves on to the area that they are in. */
static size_t next_ids(struct engine *engine, Duban__RosterWork *work, uint8_t (*ids)[ID_BYTES], size_t most)
{
    enum task_list list = state_task_list_of(work->post->role);
    const uint8_t *after = work->task.len == ID_BYTES ? work->task.data : NULL;
    const Duban__Area *area;
    size_t count;

    if (!is_of_zone(work->post->role))
        return state_open_tasks_listed(engine->state, list, list == TASKS_OF_HOUSE ? "" : work->post->scope, after, ids, most);
    for (;;) {
        count = work->area[0] == '\0' ? 0 : state_open_tasks_listed(engine->state, list, work->area, after, ids, most);
        if (count > 0)
            return count;
        area = state_area_of_zone_after(engine->state, work->post->scope, work->area);
        if (area == NULL)
            return 0;
        work->area = area->code;
        after = NULL;
    }
}

/* Some of them; false when there are no more. */
static bool tell_some(struct telling_post *post)
{
    struct engine *engine = post->engine;
    uint8_t (*ids)[ID_BYTES] = arena_take(&engine->state->arena, TASKS_PER_LINK * sizeof *ids);
    size_t looked = 0, count;

    assert(ids != NULL);
    while (looked < TASKS_PER_LINK && (count = next_ids(engine, post->work, ids + looked, TASKS_PER_LINK - looked)) > 0) {
        for (size_t i = 0; i < count; i++)
            tell_if_owed(post, ids[looked + i]);
        looked += count;
        post->work->task = (ProtobufCBinaryData){ ID_BYTES, ids[looked - 1] };
    }
    return looked == TASKS_PER_LINK;
}

/* It stands on the agenda, or does not, as an earlier version had it. */
static bool is_of_earlier_agenda(struct engine *engine, Duban__Task *task)
{
    if (engine_era(engine) < ERA_OF_WHOLE_AGENDA)
        return false;
    return engine_heed_light(engine, task) || (task->kind == DUBAN__TASK_KIND__TASK_KIND_URGENT && task->overdue_told);
}

static bool has_ended_of_late(const struct engine *engine, const Duban__Task *task)
{
    return task->closed_s > engine->now_s - (int64_t) ENDED_TASKS_SHOWN_DAYS * DAY_SECONDS;
}

/* What an earlier version stored is in no list yet. Some of it; false when there is no more. */
static bool list_some(struct engine *engine, Duban__RosterWork *work)
{
    static const uint8_t FIRST[ID_BYTES];
    uint8_t (*ids)[ID_BYTES] = arena_take(&engine->state->arena, TASKS_LISTED_PER_LINK * sizeof *ids);
    size_t count;

    assert(ids != NULL);
    count = state_tasks_after(engine->state, work->task.len == ID_BYTES ? work->task.data : FIRST, ids, TASKS_LISTED_PER_LINK);
    for (size_t i = 0; i < count; i++) {
        Duban__Task *task = state_task(engine->state, ids[i]);

        if (task->closed_s == 0 && (task->listed_under.len == 0 || is_of_earlier_agenda(engine, task)))
            state_put_task(engine->state, task);
        if (has_ended_of_late(engine, task) && engine_era(engine) >= ERA_OF_ENDED_TASKS)
            state_list_ended(engine->state, task);
    }
    if (count > 0)
        work->task = (ProtobufCBinaryData){ ID_BYTES, ids[count - 1] };
    return count == TASKS_LISTED_PER_LINK;
}

/* ---------------------------------------------------------------- the work */

static void go_on(struct engine *engine, Duban__RosterWork *work)
{
    struct telling_post post = { .engine = engine, .work = work, .selector = engine_selector_of(work->post->role) };
    bool has_more = false;

    if (work->post->role == DUBAN__ROLE__ROLE_UNSPECIFIED)
        has_more = list_some(engine, work);
    else if (post.selector == TO_SITE_CONTACT)
        tell_site(&post);
    else if (post.selector != TO_NONE)
        has_more = tell_some(&post);
    for (size_t i = 0; i < post.list_count; i++)
        send(&post, post.lists[i]);
    if (!has_more) {
        state_delete_roster_work(engine->state, work->post);
        return;
    }
    state_put_roster_work(engine->state, work);
    engine_house_timer(engine, HOUSE_ROSTER, engine->now_s + 1);   /* not now: a link of its own needs a moment of its own */
}

/* What no list has yet would be left out. */
static bool waits_for_listing(struct engine *engine, const Duban__RosterWork *work)
{
    const Duban__RosterWork *first = state_roster_work(engine->state);

    return work->post->role != DUBAN__ROLE__ROLE_UNSPECIFIED && first != NULL &&
           first->post->role == DUBAN__ROLE__ROLE_UNSPECIFIED;
}

static void begin(struct engine *engine, Duban__RoleGrant *post, bool filled)
{
    Duban__RosterWork work = DUBAN__ROSTER_WORK__INIT;

    work.post = post;
    work.filled = filled;
    if (waits_for_listing(engine, &work))
        state_put_roster_work(engine->state, &work);
    else
        go_on(engine, &work);
}

void engine_post_vacant(struct engine *engine, Duban__RoleGrant *post)
{
    begin(engine, post, false);
}

void engine_post_filled(struct engine *engine, Duban__RoleGrant *post)
{
    begin(engine, post, true);
}

void engine_list_tasks(struct engine *engine)
{
    Duban__RoleGrant nobody = DUBAN__ROLE_GRANT__INIT;

    begin(engine, &nobody, false);
}

void engine_post_goes_on(struct engine *engine)
{
    Duban__RosterWork *work = state_roster_work(engine->state);

    if (work == NULL)
        return;   /* a change of the post since has begun anew, and ended */
    go_on(engine, work);
    if (state_roster_work(engine->state) != NULL)
        engine_house_timer(engine, HOUSE_ROSTER, engine->now_s + 1);
}

/* ---------------------------------------------------------------- a site in another area */

void engine_list_tasks_anew(struct engine *engine, const char *site, const char *old_area)
{
    uint8_t ids[TASKS_PER_LINK][ID_BYTES], last[ID_BYTES];
    const uint8_t *after = NULL;
    size_t count;

    while ((count = state_open_tasks_at(engine->state, old_area, site, after, ids, TASKS_PER_LINK)) > 0) {
        for (size_t i = 0; i < count; i++)
            state_put_task(engine->state, state_task(engine->state, ids[i]));
        memcpy(last, ids[count - 1], ID_BYTES);
        after = last;
    }
}
