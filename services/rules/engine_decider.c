/* engine_decider.c - who decides what somebody has asked for: always a second person.
 *
 * Neither who asked decides, nor the one for whom it may have been asked: a case's follow-up owner, a report's reporter.
 * Nobody supervises himself, so it goes one up where only they hold the post:
 *
 *   group leader -> lead (another one) -> a lead's deputy -> committee -> nobody: duty clerk and lead hear at once that
 *                                                                         somebody must be appointed; the request waits
 *
 * Of a post, who is there decides himself, and for who is away his deputy: told and asked is the same one.
 */
#include <string.h>

#include "engine.h"

/* Those of the first rung on which somebody is left. */
struct deciders {
    struct recipient of[MAX_RECIPIENTS];   /* holder and stands_in_for */
    size_t count;
    Duban__Role role;      /* of a deputy: the one that he is the deputy in */
    bool is_deputy;        /* of leads who are there, but barred */
};

static bool is_barred(const struct request *request, const char *account)
{
    return strcmp(request->asked_by, account) == 0 || strcmp(request->asked_for, account) == 0;
}

static const char *scope_of(struct engine *engine, const struct request *request, Duban__Role role)
{
    if (role != DUBAN__ROLE__ROLE_GROUP_LEADER || request->case_ == NULL)
        return "";
    return engine_zone_of(engine, engine_place_of_site(request->case_->site));
}

/* ---------------------------------------------------------------- the rungs */

/* One who is the deputy of two is one. */
static void add(const struct request *request, const struct recipient *decider, struct deciders *deciders)
{
    const char *account = decider->holder->account;

    if (is_barred(request, account) || deciders->count == MAX_RECIPIENTS)
        return;
    for (size_t i = 0; i < deciders->count; i++)
        if (strcmp(deciders->of[i].holder->account, account) == 0)
            return;
    deciders->of[deciders->count++] = *decider;
}

static bool add_holders(struct engine *engine, const struct request *request, Duban__Role role, struct deciders *deciders)
{
    const char *accounts[MAX_RECIPIENTS];
    size_t found = state_holders_by_role(engine->state, role, scope_of(engine, request, role), accounts, MAX_RECIPIENTS);
    struct recipient decider;

    deciders->role = role;
    for (size_t i = 0; i < found; i++)
        if (engine_who_is_there(engine, accounts[i], role, &decider))
            add(request, &decider, deciders);
    return deciders->count > 0;
}

/* All leads are barred, or away with nobody to stand in. */
static bool add_deputies(struct engine *engine, const struct request *request, struct deciders *deciders)
{
    const char *leads[MAX_RECIPIENTS];
    size_t found = state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_LEAD, "", leads, MAX_RECIPIENTS);
    struct recipient decider;

    for (size_t i = 0; i < found; i++) {
        const char *deputy = state_holder(engine->state, leads[i])->deputy;

        if (deputy[0] != '\0' && engine_who_is_there(engine, deputy, DUBAN__ROLE__ROLE_LEAD, &decider) &&
            decider.stands_in_for == NULL)
            add(request, &decider, deciders);
    }
    deciders->is_deputy = deciders->count > 0;
    return deciders->is_deputy;
}

static struct deciders deciders_of(struct engine *engine, const struct request *request)
{
    struct deciders deciders = { .count = 0 };

    if (request->role == DUBAN__ROLE__ROLE_GROUP_LEADER &&
        add_holders(engine, request, DUBAN__ROLE__ROLE_GROUP_LEADER, &deciders))
        return deciders;
    if (add_holders(engine, request, DUBAN__ROLE__ROLE_LEAD, &deciders) || add_deputies(engine, request, &deciders))
        return deciders;
    add_holders(engine, request, DUBAN__ROLE__ROLE_COMMITTEE, &deciders);
    return deciders;
}

/* ---------------------------------------------------------------- asking */

/* Is anybody of the post barred at all, or who stands in for him? Else it is asked as ever: of whoever holds it, or
 * goes one up. */
static bool concerns_a_holder(struct engine *engine, const struct request *request)
{
    const char *accounts[MAX_RECIPIENTS];
    size_t found = state_holders_by_role(engine->state, request->role, scope_of(engine, request, request->role), accounts,
                                         MAX_RECIPIENTS);
    struct recipient decider;

    for (size_t i = 0; i < found; i++)
        if (is_barred(request, accounts[i]) || (engine_who_is_there(engine, accounts[i], request->role, &decider) &&
                                                is_barred(request, decider.holder->account)))
            return true;
    return false;
}

void engine_give_to_decider(struct engine *engine, const struct request *request, Duban__Task *task)
{
    struct deciders deciders;

    task->owner = "";
    task->owner_role = request->role;
    if (!concerns_a_holder(engine, request))
        return;
    deciders = deciders_of(engine, request);
    task->owner_role = deciders.role;
    if (deciders.is_deputy)
        task->owner = deciders.of[0].holder->account;
}

static void tell_found(struct engine *engine, const struct telling *telling, enum policy_selector selector,
                       const struct request *request)
{
    struct recipient found[MAX_RECIPIENTS];
    size_t count = engine_recipients(engine, selector, telling, found, MAX_RECIPIENTS);

    for (size_t i = 0; i < count; i++) {
        uint64_t sequence = is_barred(request, found[i].holder->account) ? 0 : engine_tell_one(engine, telling, &found[i]);

        if (sequence > telling->task->last_outbox_sequence)
            telling->task->last_outbox_sequence = sequence;
    }
}

/* They can have somebody appointed, be it that one of them has asked. */
static void tell_nobody_decides(struct engine *engine, const struct telling *telling)
{
    static const enum policy_selector TO[] = { TO_DUTY_CLERK, TO_LEAD };
    Duban__NoticeItem *item = engine_item_of_nobody(engine, telling, TO_COMMITTEE);
    struct telling upward = *telling;

    if (!engine_note_nobody(engine, telling, TO_COMMITTEE))
        return;
    upward.message = "nobody_to_receive";
    upward.rule = "recipients.nobody";
    upward.items = &item;
    upward.item_count = 1;
    upward.to = TO;
    upward.to_count = sizeof TO / sizeof TO[0];
    engine_tell(engine, &upward);
}

void engine_ask_decider(struct engine *engine, const struct request *request, struct telling *telling)
{
    const Duban__Task *task = telling->task;
    enum policy_selector selector = task->owner[0] != '\0' ? TO_OWNER : engine_selector_of(task->owner_role);

    telling->to = &selector;
    telling->to_count = 1;
    if (!concerns_a_holder(engine, request))
        engine_tell(engine, telling);
    else if (deciders_of(engine, request).count == 0)
        tell_nobody_decides(engine, telling);
    else
        tell_found(engine, telling, selector, request);
    telling->to_count = 0;   /* the selector is gone with this call */
}

/* ---------------------------------------------------------------- deciding */

static const char *names_of(struct engine *engine, const struct deciders *deciders)
{
    const char *all = "";

    for (size_t i = 0; i < deciders->count; i++)
        all = engine_joined(engine, engine_joined(engine, all, i == 0 ? "" : ", "), deciders->of[i].holder->account);
    return all;
}

static bool refuse_barred(struct engine *engine, const struct request *request, struct fault *fault)
{
    struct deciders deciders = deciders_of(engine, request);

    if (deciders.count == 0)
        return fault_set(fault, "account", "申请人和当事人不能审批，须由另一人审批；现在没有这样的人，请登记另一位专班组长、代理人或地区工委",
                         "who asked, or for whom it was asked, may not approve it: it takes another person, and there is none; "
                         "register another lead, a deputy, or the committee");
    return fault_set(fault, "account", "申请人和当事人不能审批，须由另一人审批：%s",
                     "who asked, or for whom it was asked, may not approve it: it takes another person: %s",
                     names_of(engine, &deciders));
}

bool engine_may_decide(struct engine *engine, const struct request *request, struct fault *fault)
{
    struct deciders deciders;
    bool by_post;

    if (is_barred(request, engine->account))
        return refuse_barred(engine, request, fault);
    if (engine_may(engine, request->right, request->case_, NULL, fault))
        return true;
    deciders = deciders_of(engine, request);
    by_post = !deciders.is_deputy && deciders.role != DUBAN__ROLE__ROLE_COMMITTEE;   /* himself he may, or may not */
    for (size_t i = 0; i < deciders.count; i++)
        if (strcmp(deciders.of[i].holder->account, engine->account) == 0)
            return !by_post || deciders.of[i].stands_in_for != NULL;
    return false;
}
