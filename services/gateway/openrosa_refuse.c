/* openrosa_refuse.c - what was filled in is refused: which question of the form that is about.
 *
 *   path --(of a check item: rules says how it is called)--> label --> "MS-01 防护物资 · 看到什么" (report.answers[2].note): why
 *
 * Whoever reads it holds a phone: he knows the question, not the field of an entry. That rules is silent costs the words of the
 * item alone.
 */
#include <stdio.h>
#include <string.h>

#include "gateway.h"
#include "message.h"
#include "openrosa.h"

enum { DETAIL_BYTES = 1100 };

/* In the request's arena. */
struct refusal {
    const struct instance *instance;
    const char *path, *field;
    Duban__Problem *problem;
};

static char *kept(struct request *request, const char *text)
{
    return arena_copy(&request->arena, text, strlen(text));
}

/* What the form does not ask is called as in the entry; what is about the form as a whole says so itself. */
static void name_it(struct request *request, const struct refusal *refusal, const struct form_label *label)
{
    Duban__Problem *problem = refusal->problem;
    char zh[DETAIL_BYTES], en[DETAIL_BYTES];
    char *kept_zh, *kept_en;

    if (label->zh[0] != '\0') {
        (void) snprintf(zh, sizeof zh, "“%s”（%s）：%s", label->zh, refusal->field, problem->detail);
        (void) snprintf(en, sizeof en, "\"%s\" (%s): %s", label->en, refusal->field, problem->detail_en);
    } else if (strchr(refusal->field, '.') != NULL) {
        (void) snprintf(zh, sizeof zh, "%s：%s", refusal->field, problem->detail);
        (void) snprintf(en, sizeof en, "%s: %s", refusal->field, problem->detail_en);
    } else {
        return;
    }
    kept_zh = kept(request, zh);
    kept_en = kept(request, en);
    problem->detail = kept_zh == NULL ? problem->detail : kept_zh;
    problem->detail_en = kept_en == NULL ? problem->detail_en : kept_en;
}

static void answer(struct request *request, const struct refusal *refusal, Duban__ItemRow *const *items, size_t item_count)
{
    struct form_label label;

    forms_label(&request->arena, refusal->instance->form, refusal->path, items, item_count, &label);
    name_it(request, refusal, &label);
    problem_send(request, refusal->problem);
}

static void on_items(struct request *request, void *self, const struct upstream_answer *said)
{
    const Duban__Reply *reply = said->reply;

    if (reply != NULL && reply->body_case == DUBAN__REPLY__BODY_ITEMS)
        answer(request, self, reply->items->rows, reply->items->n_rows);
    else
        answer(request, self, NULL, 0);
}

static void ask_for_items(struct request *request, struct refusal *refusal)
{
    const char *kind = strchr(refusal->instance->form, '-');
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__ItemsQuery items = DUBAN__ITEMS_QUERY__INIT;

    items.kind = kind == NULL ? items.kind : (char *) kind + 1;
    query.body_case = DUBAN__QUERY__BODY_ITEMS;
    query.items = &items;
    query.limit = QUERY_MAX_ROWS;
    if (!upstream_ask(request, UPSTREAM_RULES, &query, on_items, refusal))
        answer(request, refusal, NULL, 0);
}

void openrosa_refuse(struct request *request, const struct instance *instance, const char *path, const char *field,
                     Duban__Problem *problem)
{
    struct refusal *refusal = arena_take(&request->arena, sizeof *refusal);

    if (problem == NULL || refusal == NULL) {
        problem_send(request, problem);
        return;
    }
    *refusal = (struct refusal){ instance, path, field, problem };
    if (strncmp(path, "i_", 2) == 0)
        ask_for_items(request, refusal);
    else
        answer(request, refusal, NULL, 0);
}
