/* policy_elsewhere.c - policy.yaml: what a finding becomes when it is no case of its site.
 *
 *   coordination   means are lacking: they are found, and delivered
 *   referrals      it is another office's: that office takes it, and answers
 *   urgent         it cannot wait: told at once, at any hour
 *
 * Each section may be left out; the pack then has no such duty.
 */
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---------------------------------------------------------------- coordination */

void policy_read_coordination(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "needed_within", policy_read_limit, offsetof(struct policy_coordination, needed_within), 0, 0, false },
        { "confirm_limit", policy_read_limit, offsetof(struct policy_coordination, confirm_limit), 0, 0, false },
    };
    struct policy_coordination *coordination = target;

    (void) field;
    coordination->given = true;
    coordination->place = value->place;
    policy_read_fields(loading, value, fields, COUNT(fields), coordination);
}

/* ---------------------------------------------------------------- referrals */

static void read_route(struct loading *loading, const struct yaml *value, struct policy_referrals *referrals)
{
    static const struct field fields[] = {
        { "item", policy_read_code, offsetof(struct policy_route, item), 0, 0, false },
        { "office", policy_read_code, offsetof(struct policy_route, office), 0, 0, false },
        { "and_case", policy_read_flag, offsetof(struct policy_route, and_case), 0, 0, true },
        { "when", policy_read_condition, offsetof(struct policy_route, when), 0, KNOWS_SITE | KNOWS_ITEM | KNOWS_ANSWER, true },
        { "mandatory_when", policy_read_condition, offsetof(struct policy_route, mandatory_when), 0, KNOWS_SITE | KNOWS_REPORT, true },
    };
    struct policy_route route = { .item = "", .office = "", .place = value->place };

    policy_read_fields(loading, value, fields, COUNT(fields), &route);
    for (size_t i = 0; route.item[0] != '\0' && i < referrals->route_count; i++)
        if (strcmp(referrals->routes[i].item, route.item) == 0 && referrals->routes[i].when.node_count == 0)
            policy_complain_twice(loading, policy_yaml_place(value, "item", NULL), "移交的检查项", "item referred",
                                  route.item, referrals->routes[i].place.line);
    referrals->routes[referrals->route_count++] = route;
}

static void read_routes(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0 || value->count > POLICY_MAX_ROUTES) {
        policy_complain(loading, value->place, "移交的检查项应有 1 至 %d 个，现为 %zu 个", "there should be 1 to %d items referred, not %zu",
                        (int) POLICY_MAX_ROUTES, value->count);
        return;
    }
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next)
        read_route(loading, entry, target);
}

void policy_read_referrals(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "receipt_limit", policy_read_limit, offsetof(struct policy_referrals, receipt_limit), 0, 0, false },
        { "result_limit", policy_read_limit, offsetof(struct policy_referrals, result_limit), 0, 0, false },
        { "confirm_limit", policy_read_limit, offsetof(struct policy_referrals, confirm_limit), 0, 0, false },
        { "answer_limit", policy_read_limit, offsetof(struct policy_referrals, answer_limit), 0, 0, true },
        { "returns_told", policy_read_count, offsetof(struct policy_referrals, returns_told), 1, 10, false },
        { "offices", read_routes, 0, 0, 0, false },
    };
    struct policy_referrals *referrals = target;

    (void) field;
    referrals->given = true;
    referrals->place = value->place;
    policy_read_fields(loading, value, fields, COUNT(fields), referrals);
}

/* ---------------------------------------------------------------- urgent */

static void read_urgent_items(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy_urgent *urgent = target;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0 || value->count > POLICY_MAX_URGENT_ITEMS) {
        policy_complain(loading, value->place, "紧急检查项应有 1 至 %d 个，现为 %zu 个", "there should be 1 to %d urgent items, not %zu",
                        (int) POLICY_MAX_URGENT_ITEMS, value->count);
        return;
    }
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next) {
        urgent->items[urgent->item_count] = "";
        urgent->item_places[urgent->item_count] = entry->place;
        policy_read_code(loading, entry, &urgent->items[urgent->item_count++], field);
    }
}

void policy_read_urgent(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "items", read_urgent_items, 0, 0, 0, false },
        { "alert", policy_read_alert, offsetof(struct policy_urgent, alert), 0, 0, false },
        { "isolation_limit", policy_read_limit, offsetof(struct policy_urgent, isolation_limit), 0, 0, false },
        { "referral_limit", policy_read_limit, offsetof(struct policy_urgent, referral_limit), 0, 0, false },
        { "office", policy_read_code, offsetof(struct policy_urgent, office), 0, 0, false },
    };
    struct policy_urgent *urgent = target;

    (void) field;
    urgent->given = true;
    urgent->place = value->place;
    policy_read_fields(loading, value, fields, COUNT(fields), urgent);
}

/* ---------------------------------------------------------------- against the whole pack */

/* Which items there are can be judged only when each of their rows has been read. */
static bool items_are_known(const struct loading *loading)
{
    for (size_t i = 0; i < loading->faults->count; i++)
        if (strcmp(loading->faults->faults[i].place.file, POLICY_ITEMS_FILE) == 0)
            return false;
    return loading->policy->item_count > 0 && loading->faults->count == loading->faults->total;
}

void policy_check_item(struct loading *loading, struct file_place place, const char *code)
{
    struct choices choices = choices_for(code);

    if (!items_are_known(loading) || code == NULL || code[0] == '\0' || policy_item(loading->policy, code) != NULL)
        return;
    for (size_t i = 0; i < loading->policy->item_count; i++)
        choices_add(&choices, loading->policy->items[i].code);
    policy_complain_unknown(loading, place, "检查项", "check item", &choices);
}

void policy_check_elsewhere(struct loading *loading)
{
    static const char *const COORDINATION[] = {
        "coordination", "coordination_done", "coordination_broken", "coordination_again", "coordination_unmet",
    };
    static const char *const REFERRALS[] = {
        "referral", "referral_returned", "referral_returned_often", "referral_received", "referral_done",
        "referral_again", "item_not_answered",
    };
    static const char *const URGENT[] = { "urgent_referral" };
    const struct policy *policy = loading->policy;

    if (policy->coordination.given)
        policy_check_texts(loading, COORDINATION, COUNT(COORDINATION));
    if (policy->referrals.given)
        policy_check_texts(loading, REFERRALS, COUNT(REFERRALS));
    if (policy->urgent.given)
        policy_check_texts(loading, URGENT, COUNT(URGENT));
    for (size_t i = 0; i < policy->referrals.route_count; i++)
        policy_check_item(loading, policy->referrals.routes[i].place, policy->referrals.routes[i].item);
    for (size_t i = 0; i < policy->urgent.item_count; i++)
        policy_check_item(loading, policy->urgent.item_places[i], policy->urgent.items[i]);
}

/* ---------------------------------------------------------------- questions */

const struct policy_route *policy_route(const struct policy *policy, const char *item, const struct policy_route *after)
{
    const struct policy_referrals *referrals = &policy->referrals;
    size_t first = after == NULL ? 0 : (size_t) (after - referrals->routes) + 1;

    for (size_t i = first; i < referrals->route_count; i++)
        if (strcmp(referrals->routes[i].item, item) == 0)
            return &referrals->routes[i];
    return NULL;
}

bool policy_is_urgent_item(const struct policy *policy, const char *item)
{
    for (size_t i = 0; i < policy->urgent.item_count; i++)
        if (strcmp(policy->urgent.items[i], item) == 0)
            return true;
    return false;
}
