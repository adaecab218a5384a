/* queries_why_not.c - why something was not sent: a case, a complaint or the like, a site, a member.
 *
 *   case, subject   facts of it, then its tasks
 *   site            the duties that are not open there, then what its open cases and subjects wait for
 *   member, post    facts of the last days, then what is to come
 *
 * An answer goes through several tables, one behind the other: Reply.next says in which (a byte), whether there were
 * rows before (a byte), and the key behind which the next page begins.
 */
#include "queries_why_not.h"

#include <assert.h>
#include <string.h>

#include "message.h"

enum { HEAD_BYTES = 2 };

/* ---------------------------------------------------------------- pages */

static const ProtobufCBinaryData *place(const struct why_not *why)
{
    return &why->question->query->after;
}

bool why_not_is_first_page(const struct why_not *why)
{
    return place(why)->len < HEAD_BYTES;
}

static bool is_past(const struct why_not *why, const struct phase *phase)
{
    return !why_not_is_first_page(why) && place(why)->data[0] > phase->number;
}

/* The page before ended within the phase. */
static bool goes_on(const struct why_not *why, const struct phase *phase)
{
    return place(why)->len > HEAD_BYTES && place(why)->data[0] == phase->number;
}

/* The next page begins behind that key of the phase. */
static void page_ends(struct why_not *why, const struct phase *phase, struct bytes key)
{
    uint8_t *next = arena_take(why->question->arena, HEAD_BYTES + key.size);

    assert(next != NULL);
    next[0] = phase->number;
    next[1] = why->is_answered || why->count > 0;
    if (key.size > 0)
        memcpy(next + HEAD_BYTES, key.data, key.size);
    why->question->reply->next = (ProtobufCBinaryData){ HEAD_BYTES + key.size, next };
}

static void show_rows(struct why_not *why, struct page *page, const struct phase *phase)
{
    while (page->found) {
        size_t before = why->count;

        if (!phase->show(why, page))
            return;
        if (why->count == before) {
            page_skip(page);
            continue;
        }
        page->rows = why->count - 1;
        page_take(page);
    }
}

static ProtobufCBinaryData begins_behind(const struct why_not *why, const struct phase *phase)
{
    if (goes_on(why, phase))
        return (ProtobufCBinaryData){ place(why)->len - HEAD_BYTES, place(why)->data + HEAD_BYTES };
    return (ProtobufCBinaryData){ phase->behind.size, (uint8_t *) phase->behind.data };
}

bool why_not_walk(struct why_not *why, const struct phase *phase)
{
    struct question *question = why->question;
    const Duban__Query *whole = question->query;
    Duban__Query inner = *whole;
    struct page page;

    if (is_past(why, phase))
        return true;
    if (why->count >= question->limit) {
        page_ends(why, phase, bytes_of("", 0));
        return false;
    }
    inner.after = begins_behind(why, phase);
    question->query = &inner;
    page_open(&page, question, phase->table, phase->prefix);
    show_rows(why, &page, phase);
    page_close(&page);
    question->query = whole;
    if (question->reply->next.len == 0)
        return true;
    page_ends(why, phase, bytes_of(question->reply->next.data, question->reply->next.len));
    return false;
}

/* ---------------------------------------------------------------- a case, a complaint or the like */

static bool show_fact(struct why_not *why, struct page *page)
{
    const Duban__Fact *fact = query_fact_at(why->question, get_u64((const uint8_t *) page->key.data + page->key.size - 8));

    if (fact == NULL || fact->at_s > why->at_s)
        return false;
    why_not_of_fact(why, fact);
    return true;
}

static bool show_task(struct why_not *why, struct page *page)
{
    const Duban__Task *task = page_row(page, &duban__task__descriptor);
    const ProtobufCBinaryData *about = task == NULL ? NULL : task_about(task);

    if (about != NULL && about->len == ID_BYTES && memcmp(about->data, why->wanted->id.data, ID_BYTES) == 0)
        why_not_of_task(why, task, MOST_ROWS_OF_ONE);
    return true;
}

/* What it is begins with a fact. */
static bool was_there(const struct why_not *why)
{
    const Duban__Fact *first = NULL;

    if (why->case_ != NULL || why->subject != NULL)
        first = state_fact_after(&why->question->rules->state, why->wanted->id.data, 0);
    return first != NULL && first->at_s <= why->at_s;
}

static void of_id(struct why_not *why)
{
    struct state *state = &why->question->rules->state;
    const ProtobufCBinaryData *id = &why->wanted->id;
    const struct phase facts = { .number = 1, .table = TABLE_FACT_BY_SUBJECT, .prefix = bytes_of(id->data, ID_BYTES), .show = show_fact };
    const struct phase tasks = { .number = 2, .table = TABLE_TASK, .prefix = bytes_of(id->data, 10), .show = show_task };

    why->case_ = id->len == ID_BYTES ? state_case(state, id->data) : NULL;
    why->subject = id->len == ID_BYTES ? state_subject(state, id->data) : NULL;
    if (!was_there(why)) {
        question_fault(why->question, "case", "没有这个问题或事项（或当时还没有），请用 duban cases --all 等查编号",
                       "there is no such case or the like, or there was none then; duban cases --all and the like list them");
        return;
    }
    if (why_not_walk(why, &facts))
        why_not_walk(why, &tasks);
}

/* ---------------------------------------------------------------- the question */

static void of_site(struct why_not *why)
{
    const char *code = why->wanted->site;
    const Duban__Site *site = is_code(code) ? state_site(&why->question->rules->state, code) : NULL;

    if (site == NULL)
        question_fault(why->question, "site", "点位不在登记册中，请用 duban sites 查编号",
                       "the site is not in the registry; duban sites lists them");
    else
        why_not_of_site(why, site);
}

static void of_account(struct why_not *why)
{
    const char *account = why->wanted->account;

    if (!is_code(account) || state_holder(&why->question->rules->state, account) == NULL)
        question_fault(why->question, "account", "账号不在登记册中，请用 duban holders 查账号",
                       "the account is not in the registry; duban holders lists them");
    else
        why_not_of_member(why, account, NULL);
}

static void of_post(struct why_not *why)
{
    const Duban__RoleGrant *post = why->wanted->post;

    if (engine_selector_of(post->role) == TO_NONE || (post->scope[0] != '\0' && !is_code(post->scope)))
        question_fault(why->question, "post", "没有通知会按这个岗位找人，请写岗位:范围，如 group_leader:north",
                       "no notice looks for that post; write ROLE:SCOPE, such as group_leader:north");
    else
        why_not_of_member(why, NULL, post);
}

static void answer(struct why_not *why)
{
    switch (why->wanted->about_case) {
    case DUBAN__WHY_NOT_QUERY__ABOUT_ID: of_id(why); return;
    case DUBAN__WHY_NOT_QUERY__ABOUT_SITE: of_site(why); return;
    case DUBAN__WHY_NOT_QUERY__ABOUT_ACCOUNT: of_account(why); return;
    case DUBAN__WHY_NOT_QUERY__ABOUT_POST: of_post(why); return;
    case DUBAN__WHY_NOT_QUERY__ABOUT__NOT_SET:
    case _DUBAN__WHY_NOT_QUERY__ABOUT__CASE_IS_INT_SIZE:
        break;
    }
    question_fault(why->question, "why_not", "请写明问哪个问题、点位或人员", "say which case, site or member is meant");
}

static bool may_be_asked(struct question *question, const Duban__WhyNotQuery *wanted)
{
    if (question->rules->engine.policy == NULL) {
        question_fault(question, "why_not", "尚无生效的政策包，什么也不会发", "no policy is in force yet: nothing would be sent");
        return false;
    }
    if (wanted->at_s < 0) {
        question_fault(question, "at", "时间不对", "this is no time");
        return false;
    }
    if (wanted->at_s > question->now_s) {
        question_fault(question, "at", "所问的时间还没有到", "that time has not come yet");
        return false;
    }
    return true;
}

void query_on_why_not(struct question *question, const Duban__WhyNotQuery *wanted)
{
    struct why_not why = { .question = question, .wanted = wanted, .at_s = query_time(question, wanted->at_s) };
    Duban__WhyNotRows *rows = arena_take(question->arena, sizeof *rows);

    if (!may_be_asked(question, wanted))
        return;
    why.is_now = why.at_s >= question->rules->engine.stamp_s && why.at_s >= question->rules->state.meta.applied_stamp_ms / 1000;
    why.is_answered = question->query->after.len >= HEAD_BYTES && question->query->after.data[1] != 0;
    why.rows = (Duban__WhyNotRow **) arena_take_pointers(question->arena, question->limit + MOST_ROWS_OF_ONE);
    assert(rows != NULL && why.rows != NULL);
    answer(&why);
    if (question->reply->body_case == DUBAN__REPLY__BODY_FAULT)
        return;
    if (question->reply->next.len == 0 && why.count == 0 && !why.is_answered)
        why_not_add(&why, WHY(NOTHING), &(ProtobufCBinaryData){ 0, NULL });
    duban__why_not_rows__init(rows);
    rows->at_s = why.at_s;
    rows->n_rows = why.count;
    rows->rows = why.rows;
    question->reply->body_case = DUBAN__REPLY__BODY_WHY_NOT;
    question->reply->why_not = rows;
}
