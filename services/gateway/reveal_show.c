/* reveal_show.c - what is shown of somebody, once the journal says so. */
#include <string.h>

#include "gateway.h"
#include "page.h"
#include "reveal.h"

/* NULL: no such row. */
static const Duban__VaultRow *row_of(const Duban__VaultRows *rows, const ProtobufCBinaryData *token)
{
    for (size_t i = 0; rows != NULL && i < rows->n_rows; i++)
        if (rows->rows[i]->token.len == token->len && memcmp(rows->rows[i]->token.data, token->data, token->len) == 0)
            return rows->rows[i];
    return NULL;
}

static Duban__RevealedField *field_of(struct reveal *it, size_t i, const Duban__VaultRow *row)
{
    Duban__RevealedField *field = arena_take(&it->request->arena, sizeof *field);

    if (field == NULL)
        return NULL;
    duban__revealed_field__init(field);
    field->name = it->wanted->fields[i];
    if (row != NULL) {
        field->value = row->clear;
        field->forgotten = row->forgotten;
    }
    return field;
}

static void show_phone(struct page *page, const Duban__RevealedField *phone)
{
    if (phone->value[0] != '\0')
        page_row(page, "电话", "phone", phone->value, "");
    else if (phone->forgotten)
        page_row(page, "电话", "phone", "已删除", "deleted");
    else
        page_row(page, "电话", "phone", "没有登记", "not given");
}

/* Of who is to be called. */
static void show(struct reveal *it, const Duban__Revealed *revealed)
{
    struct page page;

    page_begin(&page, it->request, "负责人电话", "phone of the contact", false);
    html_put(&page.html, "<dl>\n");
    page_row(&page, "点位", "site", it->contact_of, "");
    page_row(&page, "账号", "account", it->wanted->account, "");
    show_phone(&page, revealed->fields[0]);
    html_put(&page.html, "</dl>\n");
    page_paragraph(&page, "这次查看已记入日志。", "That you were shown it is in the journal.");
    page_send(&page, MHD_HTTP_OK);
}

/* rows NULL: nothing of it was ever given. */
static void answer(struct reveal *it, const Duban__VaultRows *rows)
{
    Duban__Revealed revealed = DUBAN__REVEALED__INIT;
    Duban__RevealedField *fields[REVEAL_MOST_FIELDS];

    revealed.sequence = it->sequence;
    revealed.fields = fields;
    for (size_t i = 0; i < it->wanted->n_fields; i++) {
        fields[i] = field_of(it, i, it->tokens[i].len == 0 ? NULL : row_of(rows, &it->tokens[i]));
        if (fields[i] == NULL) {
            problem_send(it->request, NULL);
            return;
        }
        revealed.n_fields++;
    }
    if (it->contact_of[0] != '\0')
        show(it, &revealed);
    else
        answer_message(it->request, MHD_HTTP_OK, &revealed.base);
}

static void on_vault(struct request *request, void *self, const struct upstream_answer *said)
{
    if (said->reply == NULL || said->reply->body_case != DUBAN__REPLY__BODY_VAULT)
        problem_unanswered(request, UPSTREAM_INGEST, said->reply);
    else
        answer(self, said->reply->vault);
}

static void on_noted(struct request *request, void *self, uint64_t sequence)
{
    struct reveal *it = self;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__VaultRead read = DUBAN__VAULT_READ__INIT;
    ProtobufCBinaryData tokens[REVEAL_MOST_FIELDS];

    it->sequence = sequence;
    read.tokens = tokens;
    for (size_t i = 0; i < it->wanted->n_fields; i++)
        if (it->tokens[i].len == TOKEN_BYTES)
            tokens[read.n_tokens++] = it->tokens[i];
    read.purpose = DUBAN__VAULT_PURPOSE__VAULT_PURPOSE_SHOW;
    read.on_behalf_of = request->account;
    query.body_case = DUBAN__QUERY__BODY_VAULT_READ;
    query.vault_read = &read;
    if (read.n_tokens == 0)
        answer(it, NULL);
    else if (!upstream_ask(request, UPSTREAM_INGEST, &query, on_vault, it))
        problem_silent(request, UPSTREAM_INGEST);
}

void reveal_show_it(struct reveal *it)
{
    Duban__Access access = DUBAN__ACCESS__INIT;

    access.kind = DUBAN__ACCESS_KIND__ACCESS_KIND_SHOWN;
    access.object = it->whose == WHOSE_ACCOUNT ? it->wanted->account : it->wanted->number;
    access.n_fields = it->wanted->n_fields;
    access.fields = it->wanted->fields;
    access.reason = it->wanted->reason;
    access_note(it->request, &access, on_noted, it);
}
