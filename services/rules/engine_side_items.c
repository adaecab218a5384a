/* engine_side_items.c - what nobody may skip: a visit that leaves it out goes back to its reporter, who answers it after all.
 *
 *   left out -> given back, a task of the reporter's -> an answer of it for that site, whoever gives it -> over
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

#define ROUTED "referrals.offices"

static const char MESSAGE[] = "item_not_answered";

static bool is_among(Duban__Answer *const *answers, size_t count, const char *item)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(answers[i]->item, item) == 0)
            return answers[i]->result != DUBAN__RESULT__RESULT_NOT_CHECKED;
    return false;
}

/* With a task the item goes with it, so that nothing is asked for once it has been answered. */
static void give_back(struct engine *engine, const Duban__Visit *visit, const Duban__Site *site, Duban__Text *left_out, const char *rule,
                      const struct file_place *place)
{
    static const enum policy_selector TO[] = { TO_SENDER };
    Duban__Task *task = engine_task_of(engine, &site->side_items_task);
    Duban__NoticeItem *item = engine_item(engine, task, NULL);
    struct telling telling = {
        .message = MESSAGE, .to = TO, .to_count = 1, .rule = rule, .place = place, .sender = visit->reporter, .items = &item, .item_count = 1,
        .task = task,
    };

    item->site = site->code;
    item->site_name = site->name;
    item->at_s = visit->visit_ms / 1000;
    item->matter = left_out;
    item->report = engine_report_ref(engine, visit->sequence, 0);
    engine_tell(engine, &telling);
    if (task != NULL)
        state_put_task(engine->state, task);
}

Duban__Text *engine_with_item(struct engine *engine, const Duban__Text *list, const struct policy_item *item)
{
    if (list == NULL)
        return engine_text(engine, item->text.zh, item->text.en);
    return engine_text(engine, engine_joined(engine, engine_joined(engine, list->zh, "、"), item->text.zh),
                       engine_joined(engine, engine_joined(engine, list->en, "; "), item->text.en));
}

static bool is_made_mandatory(const struct engine *engine, const struct policy_item *item, const Duban__Site *site,
                              const struct condition_values *values)
{
    const struct policy_mandatory *row = policy_mandatory(engine->policy, item->code);

    return row != NULL && policy_item_is_for(item, site->kind) && condition_is_true(&row->when, values);
}

/* An item with several routes is asked for by the first of them alone. */
bool engine_must_be_answered(struct engine *engine, const struct policy_item *item, const Duban__Site *site,
                             const struct condition_values *values)
{
    const struct policy_route *route = policy_route(engine->policy, item->code, NULL);
    bool asks_for_all = engine_era(engine) >= ERA_OF_MANDATORY_ITEMS && policy_message(engine->policy, MESSAGE) != NULL;

    if (route == NULL && !asks_for_all)
        return false;
    return policy_item_is_mandatory(item, site->kind) ||
           (route != NULL && route->mandatory_when.node_count > 0 && condition_is_true(&route->mandatory_when, values)) ||
           (asks_for_all && is_made_mandatory(engine, item, site, values));
}

/* ---------------------------------------------------------------- the task to answer them */

static bool is_asked_for(const Duban__Site *site, const char *item)
{
    for (size_t i = 0; i < site->n_side_items; i++)
        if (strcmp(site->side_items[i], item) == 0)
            return true;
    return false;
}

static void ask_for(struct engine *engine, Duban__Site *site, const char *item)
{
    char **items = arena_take_pointers(&engine->state->arena, site->n_side_items + 1);

    if (is_asked_for(site, item))
        return;
    assert(items != NULL);
    for (size_t i = 0; i < site->n_side_items; i++)
        items[i] = site->side_items[i];
    items[site->n_side_items++] = (char *) item;
    site->side_items = items;
}

/* One for a site: whoever left them out first owes what others leave out as well. */
static void open_task(struct engine *engine, const Duban__Visit *visit, Duban__Site *site)
{
    Duban__Task *task;

    if (!task_kind(DUBAN__TASK_KIND__TASK_KIND_SIDE_ITEMS)->is_in(engine->policy) || site->side_items_task.len > 0)
        return;
    task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_SIDE_ITEMS, NULL, 0);
    task->site = site->code;
    task->owner = visit->reporter;
    task->owner_role = DUBAN__ROLE__ROLE_INSPECTOR;
    engine_task_limit(engine, task, &engine->policy->referrals.answer_limit);
    engine_task_start_saying(engine, task, MESSAGE);
    site->side_items_task = task->id;
}

void engine_end_side_items(struct engine *engine, Duban__Site *site, Duban__TaskState state)
{
    engine_end_task(engine, &site->side_items_task, state);
    site->n_side_items = 0;
}

void engine_side_items_answered(struct engine *engine, Duban__Site *site, Duban__Answer *const *answers, size_t count)
{
    size_t left = 0;

    if (site->n_side_items == 0)
        return;
    for (size_t i = 0; i < site->n_side_items; i++)
        if (!is_among(answers, count, site->side_items[i]))
            site->side_items[left++] = site->side_items[i];
    site->n_side_items = left;
    if (left == 0)
        engine_end_side_items(engine, site, DUBAN__TASK_STATE__TASK_STATE_DONE);
}

void engine_fill_side_items(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_)
{
    const Duban__Site *site = state_site(engine->state, task->site);

    (void) case_;
    item->at_s = task->opened_s;
    for (size_t i = 0; site != NULL && i < site->n_side_items; i++) {
        const struct policy_item *asked = policy_item(engine->policy, site->side_items[i]);

        if (asked != NULL)
            item->matter = engine_with_item(engine, item->matter, asked);
    }
}

/* What a report leaves out, and by which rule and place it is asked for: the first of them stands for all. */
struct left_out {
    Duban__Text *items;
    const char *rule;
    const struct file_place *place;
};

static void leave_out(struct engine *engine, const Duban__Visit *visit, Duban__Site *site, const struct policy_item *item,
                      struct left_out *left_out)
{
    bool is_routed = policy_route(engine->policy, item->code, NULL) != NULL;
    const char *rule = is_routed ? ROUTED : "items.mandatory";

    engine_add_item_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_ANSWERED, visit, item->code, rule);
    if (left_out->items == NULL) {
        left_out->rule = rule;
        left_out->place = is_routed ? &engine->policy->referrals.place : &item->place;
    }
    left_out->items = engine_with_item(engine, left_out->items, item);
    if (task_kind(DUBAN__TASK_KIND__TASK_KIND_SIDE_ITEMS)->is_in(engine->policy))
        ask_for(engine, site, item->code);
}

/* What goes to offices stands first, in the order of their routes. */
static void find_left_out(struct engine *engine, const Duban__Report *report, const Duban__Visit *visit, Duban__Site *site,
                          struct left_out *left_out)
{
    const struct policy *policy = engine->policy;
    const struct policy_referrals *rules = &policy->referrals;
    struct condition_values values = { 0 };

    engine_values_of_site(engine, site, &values);
    engine_values_of_report(report, visit, &values);
    for (size_t i = 0; i < rules->route_count; i++) {
        const struct policy_item *item = policy_item(policy, rules->routes[i].item);

        assert(item != NULL);   /* as policy_elsewhere.c makes sure */
        if (policy_route(policy, item->code, NULL) == &rules->routes[i] && !is_among(report->answers, report->n_answers, item->code) &&
            engine_must_be_answered(engine, item, site, &values))
            leave_out(engine, visit, site, item, left_out);
    }
    for (size_t i = 0; policy->asks_for_answers && i < policy->item_count; i++) {
        const struct policy_item *item = &policy->items[i];

        if (policy_route(policy, item->code, NULL) == NULL && !is_among(report->answers, report->n_answers, item->code) &&
            engine_must_be_answered(engine, item, site, &values))
            leave_out(engine, visit, site, item, left_out);
    }
}

void engine_side_items_unanswered(struct engine *engine, const Duban__Report *report, const Duban__Visit *visit, Duban__Site *site)
{
    struct left_out left_out = { .items = NULL };

    engine_side_items_answered(engine, site, report->answers, report->n_answers);
    find_left_out(engine, report, visit, site, &left_out);
    if (left_out.items == NULL)
        return;
    open_task(engine, visit, site);
    give_back(engine, visit, site, left_out.items, left_out.rule, left_out.place);
}
