/* queries_why_not_member.c - what would have come to somebody: went to another, waits, was left out, or is to come. */
#include "queries_why_not.h"

#include <assert.h>
#include <string.h>

enum { SECONDS_BACK = 7 * 24 * 3600, SECONDS_AHEAD = 24 * 3600 };

/* Of one page: who is meant. */
struct meant {
    const char *accounts[MAX_RECIPIENTS];
    size_t count;
    const Duban__RoleGrant *post;   /* NULL: one account was asked about */
};

static struct engine *engine_of(const struct why_not *why)
{
    return &why->question->rules->engine;
}

static bool is_meant(const struct meant *meant, const char *account)
{
    for (size_t i = 0; i < meant->count; i++)
        if (strcmp(meant->accounts[i], account) == 0)
            return true;
    return false;
}

static struct meant who_is_meant(struct why_not *why)
{
    struct meant meant = { .count = 0 };

    if (why->wanted->about_case == DUBAN__WHY_NOT_QUERY__ABOUT_ACCOUNT) {
        meant.accounts[meant.count++] = why->wanted->account;
        return meant;
    }
    meant.post = why->wanted->post;
    meant.count = state_holders_by_role(engine_of(why)->state, meant.post->role, meant.post->scope, meant.accounts, MAX_RECIPIENTS);
    return meant;
}

/* ---------------------------------------------------------------- what was decided */

static Duban__Task *task_of(struct why_not *why, const Duban__Fact *fact)
{
    return fact->task.len == ID_BYTES ? state_task(engine_of(why)->state, fact->task.data) : NULL;
}

/* Left out for all whom the row names. */
static bool is_of_whole_row(struct why_not *why, const struct meant *meant, const Duban__Fact *fact)
{
    Duban__Task *task = task_of(why, fact);
    const struct policy_row *row = NULL;

    if (task != NULL)
        row = why_not_find_row(engine_policy_of(engine_of(why), &task->policy_version), (int) task->kind, fact->rule);
    return row != NULL && why_not_reaches(why, task, row, meant->accounts, meant->count);
}

static const Duban__Notice *notice_of(struct why_not *why, const Duban__Fact *fact)
{
    return fact->outbox_sequence == 0 ? NULL : state_notice(engine_of(why)->state, fact->outbox_sequence);
}

/* A notice that reached nobody leaves a fact about itself only. */
static void of_undelivered(struct why_not *why, const struct meant *meant, const Duban__Fact *fact, const Duban__Notice *notice)
{
    Duban__Fact whole = *fact;

    if (!is_meant(meant, notice->recipient->account))
        return;
    whole.message_kind = notice->kind;
    whole.recipient = notice->recipient->account;
    whole.rule = notice->cause->rule;
    if (notice->n_items > 0) {
        whole.subject = *item_about(notice->items[0]);
        whole.task = notice->items[0]->task;
    }
    why_not_of_fact(why, &whole);
}

static void of_not_told(struct why_not *why, const struct meant *meant, const Duban__Fact *fact)
{
    const Duban__Notice *notice = notice_of(why, fact);

    if (notice != NULL)
        of_undelivered(why, meant, fact, notice);
    else if (is_meant(meant, fact->recipient) || (fact->recipient[0] == '\0' && is_of_whole_row(why, meant, fact)))
        why_not_of_fact(why, fact);
}

/* To whom it was sent for another, it was sent; that it reached nobody is a fact of its own. */
static void of_told(struct why_not *why, const struct meant *meant, const Duban__Fact *fact)
{
    size_t first = why->count, kept = why->count;

    why_not_of_fact(why, fact);
    for (size_t i = first; i < why->count; i++)
        if (is_meant(meant, why->rows[i]->recipient) && why->rows[i]->why != WHY(UNDELIVERED))
            why->rows[kept++] = why->rows[i];
    why->count = kept;
}

static void of_nobody(struct why_not *why, const struct meant *meant, const Duban__Fact *fact)
{
    enum policy_selector selector = meant->post == NULL ? TO_NONE : engine_selector_of(meant->post->role);
    struct telling telling = { .task = task_of(why, fact) };
    const char *scope = fact->level_to;

    if (selector == TO_NONE || strcmp(engine_selector_name(selector), fact->recipient) != 0)
        return;
    if (is_id_of_case(&fact->subject))
        telling.case_ = state_case(engine_of(why)->state, fact->subject.data);
    if (scope[0] == '\0')   /* of rules before it told where it looked */
        scope = engine_scope_of(engine_of(why), selector, &telling);
    if (strcmp(scope, meant->post->scope) == 0)
        why_not_of_fact(why, fact);
}

static void of_fact(struct why_not *why, const struct meant *meant, const Duban__Fact *fact)
{
    if (fact->kind == FACT(NOT_TOLD))
        of_not_told(why, meant, fact);
    else if ((fact->kind == FACT(FOLDED) || fact->kind == FACT(SILENCED)) && is_meant(meant, fact->recipient))
        why_not_of_fact(why, fact);
    else if (fact->kind == FACT(TOLD))
        of_told(why, meant, fact);
    else if (fact->kind == FACT(NOBODY))
        of_nobody(why, meant, fact);
}

static bool show_fact(struct why_not *why, struct page *page)
{
    struct meant meant = who_is_meant(why);
    size_t bytes = why->question->bytes;
    const Duban__Fact *fact = query_fact_at(why->question, get_u64(page->key.data));

    if (fact == NULL || fact->at_s > why->at_s)
        return false;
    why->question->bytes = bytes;   /* what is looked at is not answered */
    of_fact(why, &meant, fact);
    return true;
}

/* ---------------------------------------------------------------- what is to come */

static void of_step(struct why_not *why, const struct meant *meant, Duban__Task *task, const Duban__Step *step)
{
    const struct policy_row *row = engine_row(engine_of(why), task, step->step);

    if (row != NULL && why_not_reaches(why, task, row, meant->accounts, meant->count))
        why_not_add_coming(why, task, row, step->due_s);
}

/* Ladder rows of the moment at which a task falls due have no timer of their own. */
static bool show_timer(struct why_not *why, struct page *page)
{
    struct meant meant = who_is_meant(why);
    int64_t due_s = (int64_t) get_u64(page->key.data);
    uint16_t number = get_u16((const uint8_t *) page->key.data + page->key.size - 2);
    Duban__Task *task;

    if (due_s > why->at_s + SECONDS_AHEAD)
        return false;
    task = state_task(engine_of(why)->state, (const uint8_t *) page->key.data + 8);   /* NULL: the house's own */
    for (size_t i = 0; task != NULL && i < task->n_steps; i++) {
        const Duban__Step *step = task->steps[i];
        bool goes_along = number == STEP_OVERDUE && step->step >= STEP_LADDER && step->step < STEP_OWN;

        if (step->due_s == due_s && (step->step == number || goes_along))
            of_step(why, &meant, task, step);
    }
    return true;
}

/* ---------------------------------------------------------------- the question */

/* Somebody holds it, or could. */
static bool is_post(struct why_not *why, const Duban__RoleGrant *post, size_t holders)
{
    struct state *state = engine_of(why)->state;

    return holders > 0 || post->scope[0] == '\0' || state_zone_has_area(state, post->scope) ||
           state_area(state, post->scope) != NULL || state_site(state, post->scope) != NULL;
}

static bool is_scoped(Duban__Role role)
{
    return role != DUBAN__ROLE__ROLE_LEAD && role != DUBAN__ROLE__ROLE_DUTY_CLERK && role != DUBAN__ROLE__ROLE_COMMITTEE;
}

void why_not_of_member(struct why_not *why, const char *account, const Duban__RoleGrant *post)
{
    int64_t from_s = why->wanted->from_s != 0 ? why->wanted->from_s : why->at_s - SECONDS_BACK;
    struct meant meant = who_is_meant(why);
    struct phase phase = { .number = 1, .table = TABLE_FACT, .prefix = bytes_of("", 0), .show = show_fact };
    uint8_t key[8];

    if (account == NULL && (is_scoped(post->role) != (post->scope[0] != '\0') || !is_post(why, post, meant.count))) {
        question_fault(why->question, "post", "没有这个岗位；请写岗位:范围（片区、社区、点位或科室编号），如 group_leader:north",
                       "there is no such post; write ROLE:SCOPE (a zone, area, site or office), such as group_leader:north");
        return;
    }
    put_u64(key, query_first_fact_since(why->question, from_s) - 1);
    phase.behind = bytes_of(key, sizeof key);
    if (!why_not_walk(why, &phase) || !why->is_now)
        return;
    phase = (struct phase){ .number = 2, .table = TABLE_TIMER, .prefix = bytes_of("", 0), .behind = bytes_of("", 0),
                            .show = show_timer };
    why_not_walk(why, &phase);
}
