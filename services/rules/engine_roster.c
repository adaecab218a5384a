/* engine_roster.c - the roster has changed: who does now what was somebody's, and what is nobody's.
 *
 *   before -> (posts or availability change) -> after: cases go to somebody who can, an empty post is told
 *                                                      one up at once, a post filled again hears what waits
 *   a revisit begins outside its owner's duty windows -> likewise, for that case
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

/* ---------------------------------------------------------------- another owner for a case */

static bool can_follow_up(struct engine *engine, const char *account, const Duban__Case *case_)
{
    struct fault ignored;

    return engine_is_for_the_field(engine, account) &&
           engine_account_may(engine, account, RIGHT_VISIT, case_, NULL, "", &ignored);
}

static bool can_go(struct engine *engine, const char *account, const Duban__Case *case_, const struct span *span)
{
    return can_follow_up(engine, account, case_) && engine_serves(engine, account, span);
}

/* The one who comes after him in order of account, and after the last the first. */
static const char *next_of_post(struct engine *engine, const Duban__Case *case_, Duban__Role role, const char *account,
                                const struct span *span)
{
    const char *zone = engine_zone_of(engine, engine_place_of_site(case_->site));
    const char *accounts[MAX_RECIPIENTS];
    size_t count = state_holders_by_role(engine->state, role, zone, accounts, MAX_RECIPIENTS);
    size_t first = 0;

    while (first < count && strcmp(accounts[first], account) <= 0)
        first++;
    for (size_t i = 0; i < count; i++) {
        const char *next = accounts[(first + i) % count];

        if (strcmp(next, account) != 0 && can_go(engine, next, case_, span))
            return next;
    }
    return NULL;
}

/* His deputy, else the next inspector of the zone, else its group leader, who is there at some moment of the span; NULL:
 * nobody. */
static const char *substitute(struct engine *engine, const Duban__Case *case_, const char *account,
                              const Duban__Holder *holder, const struct span *span)
{
    const char *next;

    if (holder != NULL && holder->deputy[0] != '\0' && can_go(engine, holder->deputy, case_, span))
        return holder->deputy;
    next = next_of_post(engine, case_, DUBAN__ROLE__ROLE_INSPECTOR, account, span);
    return next != NULL ? next : next_of_post(engine, case_, DUBAN__ROLE__ROLE_GROUP_LEADER, account, span);
}

static Duban__Task *task_to_do(struct engine *engine, const Duban__Case *case_)
{
    Duban__Task *revisit = engine_task_of(engine, &case_->revisit_task);

    return revisit != NULL ? revisit : engine_task_of(engine, &case_->rectification_task);
}

static void tell_nobody(struct engine *engine, Duban__Task *task, Duban__Case *case_, enum policy_selector selector)
{
    Duban__NoticeItem *item = engine_item(engine, task, case_);
    struct telling telling = {
        .message = "taken_over", .rule = "roster.vacant", .task = task, .case_ = case_, .items = &item, .item_count = 1,
        .urgent = task != NULL && engine_is_exempt_from_quiet(engine_policy_of(engine, &task->policy_version), task),
    };

    engine_report_nobody(engine, &telling, selector);
    if (case_ != NULL)
        state_put_case(engine->state, case_);
}

/* When somebody must go there, as far as that is known: of the revisit. */
static struct span time_to_go(struct engine *engine, const Duban__Case *case_)
{
    const Duban__Task *revisit = engine_task_of(engine, &case_->revisit_task);

    return revisit == NULL ? (struct span){ 0, 0 } : (struct span){ revisit->start_s, revisit->due_s };
}

static void give_to(struct engine *engine, Duban__Case *case_, const char *next, const char *reason)
{
    if (next == NULL) {
        tell_nobody(engine, task_to_do(engine, case_), case_, TO_OWNER);
        return;
    }
    engine_case_assign(engine, case_, next, reason);
    case_->nobody_told &= ~(1U << TO_OWNER);
    state_put_case(engine->state, case_);
}

/* Somebody whose duty windows do not meet it is still better than nobody. */
static void hand_over_case(struct engine *engine, Duban__Case *case_, const char *account, const Duban__Holder *holder)
{
    struct span span = time_to_go(engine, case_), whenever = { 0, 0 };
    const char *next;

    if (strcmp(case_->owner, account) != 0 || !engine_case_is_open(case_) || can_follow_up(engine, account, case_))
        return;
    next = substitute(engine, case_, account, holder, &span);
    give_to(engine, case_, next != NULL ? next : substitute(engine, case_, account, holder, &whenever), "off_duty");
}

void engine_hand_over_for_duty(struct engine *engine, Duban__Case *case_)
{
    struct span span = time_to_go(engine, case_);
    const Duban__Holder *owner = state_holder(engine->state, case_->owner);

    if (owner == NULL || engine_serves(engine, case_->owner, &span))
        return;
    give_to(engine, case_, substitute(engine, case_, case_->owner, owner, &span), "outside_duty");
}

static void hand_over(struct engine *engine, const char *account, const Duban__Holder *holder)
{
    uint8_t id[ID_BYTES];

    for (uint32_t number = 0; state_open_case_of_owner_after(engine->state, account, &number, id);)
        hand_over_case(engine, state_case(engine->state, id), account, holder);
}

void engine_hand_over_at(struct engine *engine, const char *site, const char *account)
{
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = engine_open_cases(engine, site, ids);

    for (size_t i = 0; i < count; i++)
        hand_over_case(engine, state_case(engine->state, ids[i]), account, state_holder(engine->state, account));
}

/* ---------------------------------------------------------------- an empty post */

/* An area has a contact at all times, whether something waits for him or not. */
static void tell_area_without_contact(struct engine *engine, const char *code)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_LEAD };
    const Duban__Area *area = state_area(engine->state, code);
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    struct telling telling = {
        .message = "nobody_to_receive", .to = TO, .to_count = 2, .rule = "roster.vacant", .items = &item, .item_count = 1,
    };

    if (area == NULL)
        return;
    telling.zone = area->zone;
    item->site = area->code;
    item->reason = "area_contact";
    item->matter = area->name != NULL ? area->name : engine_text(engine, area->code, area->code);
    engine_tell(engine, &telling);
}

static void post_is_vacant(struct engine *engine, Duban__RoleGrant *grant)
{
    engine_post_vacant(engine, grant);
    if (grant->role == DUBAN__ROLE__ROLE_AREA_CONTACT)
        tell_area_without_contact(engine, grant->scope);
}

/* ---------------------------------------------------------------- before and after */

void engine_roster_before(struct engine *engine, const char *account, struct roster *roster)
{
    roster->holder = state_holder(engine->state, account);
    for (size_t i = 0; roster->holder != NULL && i < roster->holder->n_roles; i++)
        roster->told[i] = engine_post_is_held(engine, roster->holder->roles[i], NULL);
}

static bool held_before(const struct roster *roster, const Duban__RoleGrant *grant)
{
    for (size_t i = 0; roster->holder != NULL && i < roster->holder->n_roles; i++) {
        const Duban__RoleGrant *old = roster->holder->roles[i];

        if (old->role == grant->role && strcmp(old->scope, grant->scope) == 0)
            return roster->told[i];
    }
    return false;
}

/* Nobody else ever follows a case up: the ledger need not be walked for him. */
static bool visits(const Duban__Holder *holder)
{
    return holder != NULL && (engine_holds(holder, DUBAN__ROLE__ROLE_INSPECTOR) || engine_holds(holder, DUBAN__ROLE__ROLE_GROUP_LEADER) ||
                              engine_holds(holder, DUBAN__ROLE__ROLE_LEAD));
}

void engine_roster_after(struct engine *engine, const char *account, const struct roster *roster)
{
    const Duban__Holder *now = state_holder(engine->state, account);

    if (engine->policy == NULL)
        return;
    if (visits(roster->holder))
        hand_over(engine, account, roster->holder);
    engine_look_backs_hand_over(engine, account);
    engine_photos_hand_over(engine, account);
    for (size_t i = 0; roster->holder != NULL && i < roster->holder->n_roles; i++)
        if (roster->told[i] && !engine_post_is_held(engine, roster->holder->roles[i], NULL))
            post_is_vacant(engine, roster->holder->roles[i]);
    for (size_t i = 0; now != NULL && engine->policy->people.given && i < now->n_roles; i++)
        if (engine_is_told(engine, account, now->roles[i]->role) && !held_before(roster, now->roles[i]) &&
            !engine_post_is_held(engine, now->roles[i], account))
            engine_post_filled(engine, now->roles[i]);
}
