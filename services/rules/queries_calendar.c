/* queries_calendar.c - what one account's calendar shows: duties with a due that are his or his post's, with those that
 * ended of late, and the meetings that he attends.
 *
 * Nothing here goes by the clock, for the feed made of it is asked for again and again and must stay the same until
 * something has changed: "of late" and "to come" are counted from the last entry applied. Only what is listed by whose it is
 * is looked at (state_load.c): what is open, and what ended of late, which is told as cancelled. How much there ever was does
 * not matter.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "about.h"
#include "bytes.h"
#include "civil.h"
#include "message.h"
#include "queries.h"

enum { MEETING_DAYS = 14, MOST_MEETINGS = MEETING_DAYS * 4,
       IDS_AT_ONCE = 256, UID_BYTES = 96, LOCAL_BYTES = 56, NOON_S = 12 * 3600 };

struct calendar_of {
    const Duban__Holder *holder;
    int64_t at_s;                       /* stamp of the last entry applied */
    const Duban__TasksQuery *waiting;   /* what waits for him is asked for, and no calendar; else NULL */
};

/* ---------------------------------------------------------------- whose */

static const Duban__Case *case_of(struct question *question, const Duban__Task *task)
{
    return task->case_id.len == ID_BYTES ? state_case(&question->rules->state, task->case_id.data) : NULL;
}

static bool is_of_post(struct question *question, const Duban__RoleGrant *post, Duban__Task *task)
{
    struct engine *engine = &question->rules->engine;
    enum policy_selector selector = engine_selector_of(post->role);
    struct telling probe = { .task = task, .case_ = (Duban__Case *) case_of(question, task) };

    return task->owner_role == post->role && selector != TO_NONE &&
           strcmp(engine_scope_of(engine, selector, &probe), post->scope) == 0;
}

static bool is_his(struct question *question, const Duban__Holder *holder, Duban__Task *task)
{
    if (task->owner[0] != '\0')
        return strcmp(task->owner, holder->account) == 0;
    for (size_t i = 0; i < holder->n_roles; i++)
        if (is_of_post(question, holder->roles[i], task))
            return true;
    return false;
}

/* Whoever follows a case up owns its rectification; the site is who mends, and says so. */
static bool is_to_mend(const Duban__Holder *holder, const Duban__Task *task)
{
    for (size_t i = 0; i < holder->n_roles; i++)
        if (task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION && holder->roles[i]->role == DUBAN__ROLE__ROLE_SITE_CONTACT &&
            strcmp(holder->roles[i]->scope, task->site) == 0)
            return true;
    return false;
}

static int64_t shown_from_s(const struct calendar_of *of)
{
    return of->at_s - (int64_t) ENDED_TASKS_SHOWN_DAYS * DAY_SECONDS;
}

static bool is_shown(struct question *question, const struct calendar_of *of, Duban__Task *task)
{
    bool is_long_over = task->closed_s != 0 && task->closed_s < shown_from_s(of);

    return task->due_s != 0 && !is_long_over && is_his(question, of->holder, task);
}

/* ---------------------------------------------------------------- a duty */

static char *uid_of(struct question *question, const char *local)
{
    char uid[UID_BYTES];

    snprintf(uid, sizeof uid, "%s@%016" PRIx64 ".duban", local, question->rules->state.meta.lineage);
    return engine_keep(&question->rules->engine, uid);
}

static char *uid_of_task(struct question *question, const Duban__Task *task)
{
    char digits[2 * ID_BYTES + 1];

    sodium_bin2hex(digits, sizeof digits, task->id.data, ID_BYTES);
    return uid_of(question, digits);
}

/* Whatever moves, stops or resumes a duty is a fact about its case or subject. That somebody was told is none here. */
static const Duban__Fact *last_change(struct question *question, const Duban__Task *task)
{
    const ProtobufCBinaryData *about = task_about(task);
    uint8_t key[ID_BYTES + 8];
    struct store_cursor cursor;
    struct bytes found, value;
    uint64_t sequence = 0;
    bool goes_on;

    memcpy(key, about->data, ID_BYTES);
    put_u64(key + ID_BYTES, UINT64_MAX);
    store_cursor_open(&cursor, &question->rules->state.txn, TABLE_FACT_BY_SUBJECT);
    goes_on = store_before(&cursor, bytes_of(key, sizeof key), &found, &value);
    while (sequence == 0 && goes_on && key_has_prefix(found, bytes_of(key, ID_BYTES))) {
        memcpy(key, found.data, sizeof key);
        if (value.size == 0)
            sequence = get_u64(key + ID_BYTES);
        else
            goes_on = store_before(&cursor, bytes_of(key, sizeof key), &found, &value);
    }
    store_cursor_close(&cursor);
    return sequence == 0 ? NULL : query_fact_at(question, sequence);
}

/* The calendar's number is a signed one of 32 bits. */
static uint32_t revision_of(uint64_t changes)
{
    return changes < INT32_MAX ? (uint32_t) changes : INT32_MAX;
}

/* That it is over counts by itself: some end without a fact of their own. */
static void fill_revision(struct question *question, Duban__CalendarRow *row, const Duban__Task *task)
{
    const Duban__Fact *fact = last_change(question, task);
    int64_t changed_s = fact == NULL || fact->at_s < task->opened_s ? task->opened_s : fact->at_s;

    row->revision = revision_of((fact == NULL ? 0 : 2 * fact->sequence) + (task->closed_s != 0));
    row->changed_s = changed_s > task->closed_s ? changed_s : task->closed_s;
}

/* The policy's words for it; never a note, in which somebody may be named. */
static Duban__Text *words_of_item(struct question *question, const Duban__Case *case_)
{
    const struct policy_item *item = case_ == NULL ? NULL
        : policy_item(engine_policy_of(&question->rules->engine, &case_->policy_version), case_->item);

    return item == NULL ? NULL : query_text(question, item->text);
}

static Duban__Text *title_of_task(struct question *question, const Duban__Task *task, const Duban__Case *case_)
{
    struct engine *engine = &question->rules->engine;
    const char *number = engine_item(engine, task, case_)->number;
    const struct policy_text label = task_kind((int) task->kind)->label;

    if (number[0] == '\0')
        return query_text(question, label);
    return engine_text(engine, engine_joined(engine, engine_joined(engine, label.zh, " "), number),
                       engine_joined(engine, engine_joined(engine, label.en, " "), number));
}

/* Somebody is to be there within it. Of other duties the start says nothing: it is when they were opened. */
static bool has_window(const Duban__Task *task)
{
    bool is_revisit = task->kind == DUBAN__TASK_KIND__TASK_KIND_REVISIT;

    return task_kind((int) task->kind)->is_visit && task->start_s < task->due_s &&
           (is_revisit || task->start_s > task->opened_s);
}

static Duban__CalendarRow *new_row(struct question *question)
{
    Duban__CalendarRow *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__calendar_row__init(row);
    return row;
}

static Duban__CalendarRow *duty_row(struct question *question, const Duban__Task *task)
{
    const Duban__Case *case_ = case_of(question, task);
    Duban__CalendarRow *row = new_row(question);

    row->uid = uid_of_task(question, task);
    fill_revision(question, row, task);
    row->from_s = has_window(task) ? task->start_s : task->due_s;
    row->until_s = task->due_s;
    if (task->appointed_s != 0)
        row->from_s = row->until_s = task->appointed_s;
    row->is_off = task->state != DUBAN__TASK_STATE__TASK_STATE_OPEN;
    row->title = title_of_task(question, task, case_);
    row->place = task->site[0] != '\0' ? query_site_name(question, task->site) : query_area_name(question, task->area);
    row->words = words_of_item(question, case_);
    return row;
}

/* ---------------------------------------------------------------- what may be his */

/* The first behind the page before, in their order: however many there are, what is beyond them is another page's. */
struct duties {
    const struct due_task *after;   /* NULL: from the first */
    struct due_task *list;          /* room for twice as many as are kept */
    size_t count;
    bool more;                      /* there are others beyond them */
};

enum { DUTIES_KEPT = MAX_SKIPPED_ROWS, DUTIES_ROOM = 2 * DUTIES_KEPT };

static int by_due(const void *one, const void *other)
{
    const struct due_task *first = one, *second = other;

    if ((first->due_s == 0) != (second->due_s == 0))
        return first->due_s == 0 ? 1 : -1;
    if (first->due_s != second->due_s)
        return first->due_s < second->due_s ? -1 : 1;
    return memcmp(first->id, second->id, ID_BYTES);
}

/* In order, each once: what has begun again is in both lists, and of two posts one may have what the other has. */
static void put_in_order(struct duties *duties)
{
    size_t kept = 0;

    if (duties->count > 1)
        qsort(duties->list, duties->count, sizeof duties->list[0], by_due);
    for (size_t i = 0; i < duties->count; i++)
        if (kept == 0 || by_due(&duties->list[kept - 1], &duties->list[i]) != 0)
            duties->list[kept++] = duties->list[i];
    duties->more = duties->more || kept > DUTIES_KEPT;
    duties->count = kept < DUTIES_KEPT ? kept : DUTIES_KEPT;
}

static void keep(struct duties *duties, const struct due_task *duty)
{
    if (duties->after != NULL && by_due(duty, duties->after) <= 0)
        return;
    duties->list[duties->count++] = *duty;
    if (duties->count == DUTIES_ROOM)
        put_in_order(duties);
}

/* Each is read by itself: most may be of others, and all of them would not fit. */
static bool waits(struct question *question, const struct calendar_of *of, struct due_task *duty)
{
    struct state *state = &question->rules->state;
    struct arena_mark mark = arena_mark(&state->arena);
    Duban__Task *task = state_task(state, duty->id);
    bool is_waiting = task != NULL && task->closed_s == 0 && query_task_is_wanted(of->waiting, task) &&
                      (is_his(question, of->holder, task) || is_to_mend(of->holder, task));

    if (is_waiting)
        duty->due_s = task->due_s;
    arena_rewind(&state->arena, mark);
    return is_waiting;
}

static void add(struct question *question, const struct calendar_of *of, const uint8_t id[ID_BYTES], struct duties *duties)
{
    struct due_task duty = { .due_s = 0 };

    memcpy(duty.id, id, ID_BYTES);
    if (of->waiting == NULL || waits(question, of, &duty))
        keep(duties, &duty);
}

/* Of one list what is open, and what ended of late. */
static void gather(struct question *question, const struct calendar_of *of, enum task_list list, const char *code,
                   struct duties *duties)
{
    struct state *state = &question->rules->state;
    uint8_t after[ID_BYTES] = { 0 }, ids[IDS_AT_ONCE][ID_BYTES];
    int64_t from_s = shown_from_s(of);
    size_t count;

    while ((count = state_open_tasks_listed(state, list, code, after, ids, IDS_AT_ONCE)) > 0) {
        memcpy(after, ids[count - 1], ID_BYTES);
        for (size_t i = 0; i < count; i++)
            add(question, of, ids[i], duties);
    }
    memset(after, 0, sizeof after);
    while (of->waiting == NULL && (count = state_ended_tasks_listed(state, list, code, &from_s, after, ids, IDS_AT_ONCE)) > 0)
        for (size_t i = 0; i < count; i++)
            add(question, of, ids[i], duties);
}

/* A post's lists: zones change, so what belongs to one is listed by its areas. */
static void gather_post(struct question *question, const struct calendar_of *of, const Duban__RoleGrant *post,
                        struct duties *duties)
{
    struct state *state = &question->rules->state;
    enum task_list list = state_task_list_of(post->role);
    bool is_of_zone = post->role == DUBAN__ROLE__ROLE_GROUP_LEADER || post->role == DUBAN__ROLE__ROLE_INSPECTOR;
    const Duban__Site *site = post->role == DUBAN__ROLE__ROLE_SITE_CONTACT ? state_site(state, post->scope) : NULL;
    const Duban__Area *area = NULL;

    if (list != TASKS_OF_AREA)
        gather(question, of, list, list == TASKS_OF_HOUSE ? "" : post->scope, duties);
    else if (!is_of_zone)
        gather(question, of, list, site != NULL ? site->area : post->scope, duties);
    while (is_of_zone && (area = state_area_of_zone_after(state, post->scope, area == NULL ? "" : area->code)) != NULL)
        gather(question, of, list, area->code, duties);
}

/* What was found at his site, whoever follows it up. */
static void gather_site(struct question *question, const struct calendar_of *of, const Duban__RoleGrant *post, struct duties *duties)
{
    struct state *state = &question->rules->state;
    uint8_t (*cases)[ID_BYTES] = arena_take(question->arena, sizeof *cases * MAX_CASES_PER_SITE), id[ID_BYTES];
    size_t count = 0;

    assert(cases != NULL);
    if (post->role == DUBAN__ROLE__ROLE_SITE_CONTACT)
        count = engine_open_cases(&question->rules->engine, post->scope, cases);
    for (size_t i = 0; i < count; i++) {
        memcpy(id, cases[i], ID_BYTES);
        while (state_next_task_about(state, id))
            add(question, of, id, duties);
    }
}

static struct duties gather_all(struct question *question, const struct calendar_of *of, const struct due_task *after)
{
    struct duties duties = { .after = after, .list = arena_take(question->arena, DUTIES_ROOM * sizeof *duties.list) };

    assert(duties.list != NULL);
    if (of->waiting != NULL && of->waiting->id.len == ID_BYTES) {
        add(question, of, of->waiting->id.data, &duties);
        return duties;
    }
    gather(question, of, TASKS_OF_MEMBER, of->holder->account, &duties);
    for (size_t i = 0; i < of->holder->n_roles; i++)
        gather_post(question, of, of->holder->roles[i], &duties);
    for (size_t i = 0; of->waiting != NULL && i < of->holder->n_roles; i++)
        gather_site(question, of, of->holder->roles[i], &duties);
    put_in_order(&duties);
    return duties;
}

/* ---------------------------------------------------------------- meetings */

static bool attends(const struct policy *policy, const Duban__Holder *holder)
{
    const struct policy_row *attend = &policy->meetings.attend;

    for (size_t i = 0; i < holder->n_roles; i++)
        for (size_t k = 0; k < attend->to_count; k++)
            if (engine_selector_of(holder->roles[i]->role) == attend->to[k])
                return true;
    return false;
}

/* By its day and its place among the meetings of a day: a policy that moves it moves the same event. */
static Duban__CalendarRow *meeting_row(struct question *question, const Duban__Activation *activation, int64_t day,
                                       size_t place)
{
    const struct policy *policy = question->rules->engine.policy;
    int32_t at_s = policy->briefings_s[place];
    Duban__CalendarRow *row = new_row(question);
    char local[LOCAL_BYTES];

    snprintf(local, sizeof local, "meeting-%" PRId64 "-%zu", day, place + 1);
    row->uid = uid_of(question, local);
    row->revision = activation == NULL ? 0 : revision_of(activation->sequence);
    row->changed_s = activation == NULL ? 0 : activation->effective_s;
    row->from_s = row->until_s = policy_moment(policy, day, at_s);
    row->title = query_text(question, at_s < NOON_S ? (struct policy_text){ "早例会", "morning meeting" }
                                                    : (struct policy_text){ "晚例会", "evening meeting" });
    return row;
}

static size_t add_meetings(struct question *question, const struct calendar_of *of, Duban__CalendarRow **rows)
{
    const struct policy *policy = question->rules->engine.policy;
    const Duban__PolicyState *in_force = state_policy(&question->rules->state);
    const Duban__Activation *activation;
    size_t count = 0;

    if (policy == NULL || !policy->meetings.given || !attends(policy, of->holder))
        return 0;
    activation = in_force == NULL ? NULL : state_activation(&question->rules->state, in_force->active_sequence);
    for (int64_t day = policy_day(policy, of->at_s), last = day + MEETING_DAYS; day < last; day++)
        for (size_t i = 0; i < policy->briefing_count; i++)
            rows[count++] = meeting_row(question, activation, day, i);
    return count;
}

/* ---------------------------------------------------------------- the question */

static void add_duty(struct question *question, const struct calendar_of *of, const uint8_t id[ID_BYTES], Duban__CalendarRows *calendar)
{
    Duban__Task *task = state_task(&question->rules->state, id);

    if (task == NULL || !is_shown(question, of, task))
        return;
    calendar->rows[calendar->n_rows] = duty_row(question, task);
    question->bytes += duban__calendar_row__get_packed_size(calendar->rows[calendar->n_rows++]);
}

/* False when there are more of them. */
static bool add_duties(struct question *question, const struct calendar_of *of, const struct duties *duties,
                       Duban__CalendarRows *calendar)
{
    for (size_t i = 0; i < duties->count; i++) {
        bool is_last = i + 1 == duties->count;

        add_duty(question, of, duties->list[i].id, calendar);
        if (is_last ? duties->more : page_is_full(question, calendar->n_rows)) {
            question->reply->next = (ProtobufCBinaryData){ ID_BYTES, duties->list[i].id };
            return false;
        }
    }
    return true;
}

static void fill(struct question *question, Duban__CalendarRows *calendar, const struct calendar_of *of)
{
    const ProtobufCBinaryData *page_before = &question->query->after;
    struct due_task after = { .due_s = 0 };
    struct duties duties;

    if (page_before->len == ID_BYTES)
        memcpy(after.id, page_before->data, ID_BYTES);
    duties = gather_all(question, of, page_before->len == ID_BYTES ? &after : NULL);
    calendar->rows = arena_take_pointers(question->arena, question->limit + MOST_MEETINGS);
    assert(calendar->rows != NULL);
    if (add_duties(question, of, &duties, calendar))
        calendar->n_rows += add_meetings(question, of, calendar->rows + calendar->n_rows);
}

void query_on_calendar(struct question *question, const Duban__CalendarQuery *wanted)
{
    struct state *state = &question->rules->state;
    Duban__CalendarRows *calendar = arena_take(question->arena, sizeof *calendar);
    struct calendar_of of = { .at_s = state->meta.applied_stamp_ms / 1000 };

    assert(calendar != NULL);
    of.holder = is_code(wanted->account) ? state_holder(state, wanted->account) : NULL;
    if (of.holder == NULL) {
        question_fault(question, "account", "没有这个账号，请用 duban holders 查",
                       "there is no such account; duban holders lists them");
        return;
    }
    duban__calendar_rows__init(calendar);
    fill(question, calendar, &of);
    question->reply->body_case = DUBAN__REPLY__BODY_CALENDAR;
    question->reply->calendar = calendar;
}

/* ---------------------------------------------------------------- what waits for somebody */

struct due_task *query_tasks_that_wait_for(struct question *question, const Duban__Holder *holder, const Duban__TasksQuery *wanted,
                                           size_t *count, bool *more)
{
    const struct calendar_of of = { .holder = holder, .waiting = wanted };
    const ProtobufCBinaryData *page_before = &question->query->after;
    const Duban__Task *last = page_before->len == ID_BYTES ? state_task(&question->rules->state, page_before->data) : NULL;
    struct due_task after;
    struct duties duties;

    if (last != NULL) {
        after.due_s = last->due_s;
        memcpy(after.id, last->id.data, ID_BYTES);
    }
    duties = gather_all(question, &of, last == NULL ? NULL : &after);
    *count = duties.count;
    *more = duties.more;
    return duties.list;
}
