/* reveal_page.c - POST /reveal from a task's page: the phone of its site's contact, for whoever calls. */
#include <string.h>

#include "form.h"
#include "gateway.h"
#include "message.h"
#include "reveal.h"

static const Duban__Holder *contact_among(const Duban__HolderRows *rows, const char *site)
{
    for (size_t i = 0; i < rows->n_rows; i++)
        for (size_t k = 0; k < rows->rows[i]->n_roles; k++)
            if (rows->rows[i]->roles[k]->role == DUBAN__ROLE__ROLE_SITE_CONTACT && strcmp(rows->rows[i]->roles[k]->scope, site) == 0)
                return rows->rows[i];
    return NULL;
}

static void look_from(struct reveal *it, ProtobufCBinaryData after);

static void on_holders(struct request *request, void *self, const struct upstream_answer *said)
{
    struct reveal *it = self;
    const Duban__Holder *contact;

    if (said->reply == NULL || said->reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        problem_unanswered(request, UPSTREAM_RULES, said->reply);
        return;
    }
    contact = contact_among(said->reply->holders, it->contact_of);
    if (contact == NULL && said->reply->next.len > 0) {
        look_from(it, said->reply->next);
    } else if (contact == NULL) {
        reveal_none(it);
    } else {
        it->called.account = contact->account;
        reveal_of_whom(it);
    }
}

static void look_from(struct reveal *it, ProtobufCBinaryData after)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__HoldersQuery holders = DUBAN__HOLDERS_QUERY__INIT;

    query.limit = QUERY_MAX_ROWS;
    query.after = after;
    query.body_case = DUBAN__QUERY__BODY_HOLDERS;
    query.holders = &holders;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, on_holders, it))
        problem_silent(it->request, UPSTREAM_RULES);
}

void reveal_look_for_contact(struct reveal *it)
{
    look_from(it, (ProtobufCBinaryData){ 0, NULL });
}

void reveal_on_page(struct request *request)
{
    static char *const PHONE[] = { "phone" };
    struct reveal *it = arena_clear(&request->arena, sizeof *it);
    struct form form;
    struct fault fault;

    if (it == NULL) {
        problem_send(request, NULL);
        return;
    }
    it->request = request;
    it->area = it->zone = "";
    duban__area_rows__init(&it->areas);
    it->wanted = &it->called;
    duban__reveal__init(&it->called);
    it->called.of_case = DUBAN__REVEAL__OF_ACCOUNT;
    it->called.account = "";
    it->called.n_fields = 1;
    it->called.fields = (char **) PHONE;
    if (!form_read(&form, &request->arena, bytes_of(request->body, request->body_size), &fault)) {
        problem_answer(request, MHD_HTTP_BAD_REQUEST, "invalid", &fault, 0);
        return;
    }
    it->contact_of = form_value(&form, "site");
    it->called.reason = (char *) form_value(&form, "reason");
    if (!is_code(it->contact_of)) {
        fault_set(&fault, "site", "表单不完整，请重新打开页面", "the form is incomplete; open the page again");
        problem_answer(request, MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault, 0);
    } else if (!reveal_is_right(it, &fault)) {
        problem_answer(request, MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault, 0);
    } else {
        reveal_begin(it);
    }
}
