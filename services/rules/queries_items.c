/* queries_items.c - which check items a visit is asked, by the policy in force. */
#include <assert.h>
#include <string.h>

#include "message.h"
#include "queries.h"

static bool is_asked_at(const struct policy_item *item, const char *site_kind)
{
    const char *const *kind = item->kinds;

    if (site_kind[0] == '\0' || *kind == NULL)
        return true;
    while (*kind != NULL && strcmp(*kind, site_kind) != 0)
        kind++;
    return *kind != NULL;
}

static Duban__Text *sentence_of(struct question *question, const struct condition *condition)
{
    const struct policy *policy = question->rules->engine.policy;
    char zh[CONDITION_MAX_BYTES], en[CONDITION_MAX_BYTES];

    return engine_text(&question->rules->engine, condition_sentence(condition, policy, true, zh, sizeof zh),
                       condition_sentence(condition, policy, false, en, sizeof en));
}

/* Which visit is asked about; what a report would say beside its purpose is not known yet: no photo, no fail. */
struct asked {
    const char *site_kind;            /* empty = of every kind */
    const Duban__Site *site;          /* NULL = mandatory is what the library says */
    struct condition_values values;   /* of the site and such a report */
};

static bool is_mandatory(struct question *question, const struct policy_item *item, const struct asked *asked)
{
    if (asked->site == NULL)
        return policy_item_is_mandatory(item, asked->site_kind);
    return engine_must_be_answered(&question->rules->engine, item, asked->site, &asked->values);
}

/* The condition of its route, else of the section mandatory; NULL = none. */
static const struct condition *mandatory_when(const struct policy *policy, const struct policy_route *route, const char *item)
{
    const struct policy_mandatory *row = policy_mandatory(policy, item);

    if (route != NULL && route->mandatory_when.node_count > 0)
        return &route->mandatory_when;
    return row == NULL ? NULL : &row->when;
}

static void fill_route(struct question *question, const struct asked *asked, Duban__ItemRow *row)
{
    const struct policy *policy = question->rules->engine.policy;
    const struct policy_route *route = policy_route(policy, row->code, NULL);
    const struct condition *when = mandatory_when(policy, route, row->code);

    row->urgent = policy_is_urgent_item(policy, row->code);
    if (route != NULL)
        row->office = (char *) route->office;
    if (asked->site == NULL && when != NULL && !row->mandatory)
        row->mandatory_when = sentence_of(question, when);
}

static bool is_item(const char *code, const struct policy_item *item)
{
    return code != NULL && strcmp(code, item->code) == 0;
}

static void fill_where(const struct policy *policy, const struct policy_item *item, Duban__ItemRow *row)
{
    row->kinds = (char **) item->kinds;
    while (item->kinds[row->n_kinds] != NULL)
        row->n_kinds++;
    row->by_entrances = is_item(policy->entrances.item, item);
    row->by_gate_posts = is_item(policy->entrances.unmanned_item, item);
}

static void fill_limits(const struct policy_item *item, Duban__ItemRow *row)
{
    if (item->has_minimum) {
        row->minimum_presence_case = DUBAN__ITEM_ROW__MINIMUM_PRESENCE_MINIMUM_MILLI;
        row->minimum_milli = item->minimum_milli;
    }
    if (item->has_maximum) {
        row->maximum_presence_case = DUBAN__ITEM_ROW__MAXIMUM_PRESENCE_MAXIMUM_MILLI;
        row->maximum_milli = item->maximum_milli;
    }
}

static Duban__ItemRow *item_row(struct question *question, const struct policy_item *item, const struct asked *asked)
{
    Duban__ItemRow *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__item_row__init(row);
    row->code = (char *) item->code;
    row->group = (char *) item->group;
    row->text = query_text(question, item->text);
    row->level = (char *) item->severity->code;
    row->level_label = query_text(question, item->severity->label);
    row->mandatory = is_mandatory(question, item, asked);
    row->mandatory_kinds = (char **) item->mandatory_kinds;
    while (item->mandatory_kinds[row->n_mandatory_kinds] != NULL)
        row->n_mandatory_kinds++;
    row->photos = item->evidence_needed;
    row->note = item->fail_needs_note;
    fill_where(question->rules->engine.policy, item, row);
    fill_limits(item, row);
    fill_route(question, asked, row);
    return row;
}

/* Items stand by code: a page goes on behind the last one of the page before. */
static const char *code_before(const struct question *question)
{
    const ProtobufCBinaryData *after = &question->query->after;
    char *code = arena_take(question->arena, after->len + 1);

    assert(code != NULL);
    if (after->len > 0)
        memcpy(code, after->data, after->len);
    code[after->len] = '\0';
    return code;
}

static void list(struct question *question, const struct policy *policy, const struct asked *asked, Duban__ItemRows *items)
{
    const char *before = code_before(question);

    items->rows = (Duban__ItemRow **) question_rows(question);
    for (size_t i = 0; i < policy->item_count; i++) {
        const struct policy_item *item = &policy->items[i];

        if (strcmp(item->code, before) <= 0 || !is_asked_at(item, asked->site_kind))
            continue;
        if (items->n_rows == question->limit || question->bytes > MAX_REPLY_BYTES) {
            const char *last = items->rows[items->n_rows - 1]->code;

            question->reply->next = (ProtobufCBinaryData){ strlen(last), (uint8_t *) last };
            return;
        }
        items->rows[items->n_rows] = item_row(question, item, asked);
        question->bytes += protobuf_c_message_get_packed_size(&items->rows[items->n_rows++]->base);
    }
}

static void ask_for_visit(struct question *question, const Duban__Site *site, Duban__Purpose purpose, struct asked *asked)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Visit visit = DUBAN__VISIT__INIT;

    report.purpose = purpose;
    asked->site = site;
    engine_values_of_site(&question->rules->engine, site, &asked->values);
    engine_values_of_report(&report, &visit, &asked->values);
}

/* False when there is no such site or kind. */
static bool find_asked(struct question *question, const Duban__ItemsQuery *wanted, const struct policy *policy, struct asked *asked)
{
    const Duban__Site *site = is_code(wanted->site) ? state_site(&question->rules->state, wanted->site) : NULL;

    *asked = (struct asked){ .site_kind = site == NULL ? wanted->kind : site->kind };
    if (site != NULL && wanted->purpose != DUBAN__PURPOSE__PURPOSE_UNSPECIFIED)
        ask_for_visit(question, site, wanted->purpose, asked);
    if (wanted->site[0] != '\0')
        return site != NULL;
    return wanted->kind[0] == '\0' || policy_site_kind(policy, wanted->kind) != NULL;
}

void query_on_items(struct question *question, const Duban__ItemsQuery *wanted)
{
    Duban__ItemRows *items = arena_take(question->arena, sizeof *items);
    const struct policy *policy = question->rules->engine.policy;
    struct asked asked;

    assert(items != NULL);
    duban__item_rows__init(items);
    if (policy != NULL && find_asked(question, wanted, policy, &asked))
        list(question, policy, &asked, items);
    question->reply->body_case = DUBAN__REPLY__BODY_ITEMS;
    question->reply->items = items;
}
