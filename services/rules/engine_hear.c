/* engine_hear.c - who hears that a case is not what it was: its level was raised, somebody else has it now.
 *
 *   opened above its item's level, by an uplift      -> owner, group leader: one notice for a visit
 *   raised by an edit                                -> the site's contact, who has a new due, and they
 *   raised by failed revisits                        -> owner, group leader; the contact hears of the failed revisit
 *   assigned to another, or a look-back given on     -> whoever had it
 *
 * Nobody is told what he has just decided himself; whoever reports does not decide the level.
 */
#include <string.h>

#include "engine.h"

/* ---------------------------------------------------------------- raised */

/* by: who has raised it; NULL = a rule. */
static void tell_raised(struct engine *engine, Duban__Case *case_, Duban__NoticeItem **items, size_t count, const char *by)
{
    static const enum policy_selector TO[] = { TO_OWNER, TO_GROUP_LEADER, TO_SITE_CONTACT };
    struct telling telling = {
        .message = "level_raised", .to = TO, .to_count = by == NULL ? 2 : 3, .rule = "case.raised", .case_ = case_, .items = items,
        .item_count = count, .doer = by,
    };

    for (size_t i = 0; i < count; i++)
        telling.urgent |= policy_severity(engine_policy_of(engine, &case_->policy_version), items[i]->level)->urgent;
    engine_tell(engine, &telling);
}

void engine_tell_raised_by_edit(struct engine *engine, Duban__Case *case_, const char *reason)
{
    Duban__NoticeItem *item = engine_item(engine, NULL, case_);

    item->new_due_s = engine_next_due_s(engine, case_);
    item->reason = (char *) reason;
    tell_raised(engine, case_, &item, 1, engine->account);
}

void engine_tell_raised_by_failures(struct engine *engine, Duban__Case *case_)
{
    Duban__NoticeItem *item = engine_item(engine, NULL, case_);

    item->new_due_s = case_->due_s;
    item->reason = "复查多次不合格";
    item->reason_text = engine_text(engine, item->reason, "revisits have failed again and again");
    tell_raised(engine, case_, &item, 1, NULL);
}

/* The fact that says why a case of this moment opened above its item's level; NULL: it did not. */
static const Duban__Fact *uplift_of(struct engine *engine, const Duban__Case *case_)
{
    const struct policy_item *item = policy_item(engine_policy_of(engine, &case_->policy_version), case_->item);
    Duban__Fact *fact = NULL;

    if (case_->round > 1 || item == NULL || strcmp(item->severity->code, case_->level) == 0)
        return NULL;   /* what is back has its own message, which names the level */
    do
        fact = state_fact_after(engine->state, case_->id.data, fact == NULL ? 0 : fact->sequence);
    while (fact != NULL && fact->kind != DUBAN__FACT_KIND__FACT_KIND_RAISED);
    return fact;
}

/* In as many notices as they need. */
struct raised {
    Duban__NoticeItem *items[MAX_DIGEST_ITEMS];
    Duban__Case *about;   /* the first of the visit's: put by the caller */
    size_t count, bytes;
};

static void tell_all_raised(struct engine *engine, struct raised *raised)
{
    if (raised->count > 0)
        tell_raised(engine, raised->about, raised->items, raised->count, NULL);
    raised->count = raised->bytes = 0;
}

static void add_raised(struct engine *engine, struct raised *raised, Duban__Case *case_, const Duban__Fact *fact)
{
    Duban__NoticeItem *item = engine_item(engine, NULL, case_);

    if (raised->count == MAX_DIGEST_ITEMS || raised->bytes >= MAX_NOTICE_BYTES)
        tell_all_raised(engine, raised);
    item->new_due_s = case_->due_s;
    item->reason = fact->reason;
    item->reason_text = engine_text(engine, fact->reason, fact->reason_en);
    raised->items[raised->count++] = item;
    raised->bytes += engine_item_bytes(item);
}

void engine_tell_uplifted(struct engine *engine, Duban__Case **cases, size_t count)
{
    struct raised raised = { .about = cases[0] };

    for (size_t i = 0; i < count; i++) {
        const Duban__Fact *fact = uplift_of(engine, cases[i]);

        if (fact != NULL)
            add_raised(engine, &raised, cases[i], fact);
    }
    tell_all_raised(engine, &raised);
}

/* ---------------------------------------------------------------- assigned away */

/* He has left, or nobody stands in for him but the one who has it now: nothing to say. */
static bool hears_of_it(struct engine *engine, const char *account, const char *owner)
{
    const Duban__Holder *holder = state_holder(engine->state, account);
    struct recipient recipient;

    return holder != NULL && strcmp(account, owner) != 0 && strcmp(account, engine->account) != 0 &&
           engine_who_is_there(engine, account, DUBAN__ROLE__ROLE_UNSPECIFIED, &recipient) &&
           strcmp(recipient.holder->account, owner) != 0;
}

void engine_tell_assigned_away(struct engine *engine, Duban__Case *case_, const Duban__Task *task, const char *from)
{
    static const enum policy_selector TO[] = { TO_FORMER_OWNER };
    Duban__NoticeItem *item = engine_item(engine, task, case_);
    struct telling telling = {
        .message = "assigned_away", .to = TO, .to_count = 1, .rule = "case.assigned_away", .case_ = case_, .items = &item,
        .item_count = 1, .sender = from,
    };

    if (!hears_of_it(engine, from, item->owner))
        return;
    item->task = (ProtobufCBinaryData){ 0, NULL };   /* true whatever becomes of the task */
    if (item->owner_title == NULL && item->owner[0] == '\0')
        item->owner_title = engine_text(engine, "片组组长", "the group leader");
    engine_tell(engine, &telling);
}
