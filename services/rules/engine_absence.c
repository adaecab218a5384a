/* engine_absence.c - the responsible person of a site is away, or back: who is told in his place. */
#include <assert.h>

#include "engine.h"

static bool has_stand_in(struct engine *engine, const Duban__Holder *holder)
{
    const Duban__Holder *deputy = holder->deputy[0] == '\0' ? NULL : state_holder(engine->state, holder->deputy);

    if (engine_era(engine) >= ERA_OF_STAND_INS)
        return engine_has_stand_in(engine, holder);
    return deputy != NULL && !deputy->away;
}

/* Whoever says so once more has not gone away anew. */
static int64_t away_since_s(const struct engine *engine, const Duban__Holder *old, bool is_away)
{
    if (!is_away || engine->policy == NULL || !engine->policy->isolation.returned_contact_given)
        return 0;
    return old->away ? old->away_since_s : engine->now_s;
}

/* Whoever was away so many days is one who came back himself, and is registered like anybody else. */
static void tell_returned(struct engine *engine, const Duban__Holder *old, struct place where)
{
    static const enum policy_selector TO[] = { TO_AREA_CONTACT };
    const struct policy *policy = engine->policy;
    int64_t days;
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "contact_returned", .to = TO, .to_count = 1, .rule = "isolation.returned_contact_days", .items = &item, .item_count = 1,
        .where = &where,
    };

    if (policy == NULL || !policy->isolation.returned_contact_given || old->away_since_s == 0)
        return;
    days = policy_day(policy, engine->now_s) - policy_day(policy, old->away_since_s);
    if (days < policy->isolation.returned_contact_days)
        return;
    item = engine_item_at(engine, where);
    item->days = (uint32_t) days;
    telling.place = &policy->isolation.place;
    engine_tell(engine, &telling);
}

static void mark(struct engine *engine, const char *account, const Duban__ContactAbsence *absence, bool *nobody)
{
    const Duban__Holder *old = state_holder(engine->state, account);
    Duban__Holder holder = *old;
    bool moves_work = engine_era(engine) >= ERA_OF_STAND_INS;
    struct roster before;
    Duban__Fact *fact = engine_fact(engine, absence->returned ? DUBAN__FACT_KIND__FACT_KIND_CONTACT_BACK
                                                             : DUBAN__FACT_KIND__FACT_KIND_CONTACT_AWAY, NULL);

    if (moves_work)
        engine_roster_before(engine, account, &before);
    holder.away = !absence->returned;
    holder.away_since_s = away_since_s(engine, old, holder.away);
    fact->recipient = holder.account;
    fact->reason = absence->text;
    fact->number = holder.away && !has_stand_in(engine, &holder);
    *nobody |= fact->number != 0;
    engine_add_fact(engine, fact);
    if (absence->returned && old->away)
        tell_returned(engine, old, engine_place_of_site(absence->site));
    state_put_holder(engine->state, &holder, old);
    if (moves_work)
        engine_roster_after(engine, account, &before);
}

/* A pack of a township's own may lack the text; the fact stands all the same. */
static void tell_nobody_stands_in(struct engine *engine, struct place where)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_AREA_CONTACT };
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "contact_absent", .to = TO, .to_count = 2, .rule = "site.contact_absent", .items = &item, .item_count = 1,
        .where = &where,
    };

    if (engine->policy == NULL || policy_message(engine->policy, telling.message) == NULL)
        return;
    item = engine_item_at(engine, where);
    engine_tell(engine, &telling);
}

bool engine_on_contact_absence(struct engine *engine, const Duban__ContactAbsence *absence, struct fault *fault)
{
    const char *accounts[MAX_RECIPIENTS];
    const Duban__Site *site = state_site(engine->state, absence->site);
    bool nobody = false;
    size_t count;

    if (!engine_may_at(engine, RIGHT_REPORT_ABSENCE, engine_place_of_site(absence->site), "", fault))
        return false;
    if (site == NULL)
        return fault_set(fault, "contactAbsence.site", "点位 %s 不在登记册中，请核对编号", "site %s is not in the registry; check the code",
                         absence->site);
    count = state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_SITE_CONTACT, site->code, accounts, MAX_RECIPIENTS);
    if (count == 0)
        return fault_set(fault, "contactAbsence.site", "点位 %1$s 没有登记负责人，请先登记(site_contact:%1$s)",
                         "nobody is registered as the contact of %1$s; register somebody first (site_contact:%1$s)", site->code);
    for (size_t i = 0; i < count; i++)
        mark(engine, accounts[i], absence, &nobody);
    if (nobody)
        tell_nobody_stands_in(engine, engine_place_of_site(site->code));
    return true;
}
