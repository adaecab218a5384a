/* reveal.c - POST /v1/reveal: what the vault holds of somebody, in clear.
 *
 * Who asks -> whose it is -> may he? -> where is it, where that decides -> an entry that says so -> the vault -> the answer
 *
 * Which post sees which field, and of whom, is one table; who is not named sees nothing.
 */
#include <string.h>

#include "gateway.h"
#include "json.h"
#include "message.h"
#include "readings.h"

enum { MOST_FIELDS = 8 };

#define POST(role) (1u << DUBAN__ROLE__ROLE_##role)

enum {
    OFFICE = POST(LEAD) | POST(DUTY_CLERK),
    OF_A_ZONE = POST(GROUP_LEADER) | POST(INSPECTOR),
    OF_AN_AREA = POST(AREA_CONTACT) | POST(AREA_STAFF),
};

enum whose { WHOSE_ACCOUNT, WHOSE_ISOLATION, WHOSE_COMPLAINT };

static const struct revealing {
    enum whose whose;
    const char *field;
    unsigned all;                      /* posts that see it of everybody */
    unsigned there;                    /* of an isolated person, of a site's contact: posts of that zone or area that do, too */
    bool own;                          /* everybody sees his own */
} REVEALINGS[] = {
    { WHOSE_ACCOUNT, "phone", OFFICE, OF_A_ZONE | OF_AN_AREA, true },
    { WHOSE_ACCOUNT, "name", OFFICE, 0, true },
    { WHOSE_ACCOUNT, "address", OFFICE | POST(ADMINISTRATOR), 0, true },
    { WHOSE_ISOLATION, "person", OFFICE, OF_AN_AREA, false },
    { WHOSE_ISOLATION, "address", OFFICE, OF_AN_AREA, false },
    { WHOSE_COMPLAINT, "complainant", OFFICE, 0, false },
};

struct reveal {
    struct request *request;
    const Duban__Reveal *wanted;
    const Duban__Holder *asker;
    enum whose whose;
    const struct revealing *fields[MOST_FIELDS];
    ProtobufCBinaryData tokens[MOST_FIELDS];   /* empty = it was never given */
    const char *site;                  /* of whose contact it is; "" = of none */
    const char *area, *zone;           /* where it is, once that is known; "" = nowhere */
    uint64_t sequence;
};

/* ---------------------------------------------------------------- refusing */

static void refuse(struct reveal *it, unsigned status, const char *name, const struct fault *fault)
{
    problem_answer(it->request, status, name, fault, 0);
}

static void forbid(struct reveal *it, const char *field)
{
    struct fault fault;

    fault_set(&fault, field, "您的岗位不能查看 %s", "your post does not see %s", field);
    refuse(it, MHD_HTTP_FORBIDDEN, "forbidden", &fault);
}

static void none(struct reveal *it)
{
    struct fault fault;

    fault_set(&fault, it->whose == WHOSE_ACCOUNT ? "account" : "number", "没有这个账号或编号", "there is no such account or number");
    refuse(it, MHD_HTTP_NOT_FOUND, "not-found", &fault);
}

/* ---------------------------------------------------------------- the vault */

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

/* rows NULL: nothing of it was ever given. */
static void answer(struct reveal *it, const Duban__VaultRows *rows)
{
    Duban__Revealed revealed = DUBAN__REVEALED__INIT;
    Duban__RevealedField *fields[MOST_FIELDS];

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
    answer_message(it->request, MHD_HTTP_OK, &revealed.base);
}

static void on_vault(struct request *request, void *self, const struct upstream_answer *said)
{
    if (said->reply == NULL || said->reply->body_case != DUBAN__REPLY__BODY_VAULT)
        problem_silent(request, UPSTREAM_INGEST);
    else
        answer(self, said->reply->vault);
}

static void on_noted(struct request *request, void *self, uint64_t sequence)
{
    struct reveal *it = self;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__VaultRead read = DUBAN__VAULT_READ__INIT;
    ProtobufCBinaryData tokens[MOST_FIELDS];

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

static void note(struct reveal *it)
{
    Duban__Access access = DUBAN__ACCESS__INIT;

    access.kind = DUBAN__ACCESS_KIND__ACCESS_KIND_SHOWN;
    access.object = it->whose == WHOSE_ACCOUNT ? it->wanted->account : it->wanted->number;
    access.n_fields = it->wanted->n_fields;
    access.fields = it->wanted->fields;
    access.reason = it->wanted->reason;
    access_note(it->request, &access, on_noted, it);
}

/* ---------------------------------------------------------------- may he? */

static bool is_own(const struct reveal *it)
{
    return it->whose == WHOSE_ACCOUNT && strcmp(it->wanted->account, it->request->account) == 0;
}

static bool sees_of_all(const struct reveal *it, const struct revealing *field)
{
    return reading_holds(it->asker, field->all) || (field->own && is_own(it));
}

static bool sees_there(const struct reveal *it, const struct revealing *field)
{
    for (size_t i = 0; i < it->asker->n_roles; i++) {
        const Duban__RoleGrant *grant = it->asker->roles[i];
        const char *scope = (OF_A_ZONE & 1u << grant->role) != 0 ? it->zone : it->area;

        if ((field->there & 1u << grant->role) != 0 && grant->scope[0] != '\0' && strcmp(grant->scope, scope) == 0)
            return true;
    }
    return false;
}

/* The first field that he sees neither of all nor, so far as can be told, there; NULL = he sees them all. */
static const struct revealing *hidden(const struct reveal *it, bool by_place)
{
    for (size_t i = 0; i < it->wanted->n_fields; i++) {
        const struct revealing *field = it->fields[i];

        if (!sees_of_all(it, field) && !(by_place ? sees_there(it, field) : reading_holds(it->asker, field->there)))
            return field;
    }
    return NULL;
}

static bool goes_by_place(const struct reveal *it)
{
    for (size_t i = 0; i < it->wanted->n_fields; i++)
        if (!sees_of_all(it, it->fields[i]))
            return true;
    return false;
}

static void decide(struct reveal *it)
{
    const struct revealing *field = hidden(it, true);

    if (field == NULL)
        note(it);
    else
        forbid(it, field->field);
}

/* ---------------------------------------------------------------- where it is */

static void on_areas(struct request *request, void *self, const struct upstream_answer *said)
{
    struct reveal *it = self;

    if (said->reply == NULL || said->reply->body_case != DUBAN__REPLY__BODY_AREAS) {
        problem_silent(request, UPSTREAM_RULES);
        return;
    }
    for (size_t i = 0; i < said->reply->areas->n_rows; i++)
        if (strcmp(said->reply->areas->rows[i]->code, it->area) == 0)
            it->zone = said->reply->areas->rows[i]->zone;
    decide(it);
}

static void on_site(struct request *request, void *self, const struct upstream_answer *said)
{
    struct reveal *it = self;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__AreasQuery areas = DUBAN__AREAS_QUERY__INIT;

    if (said->reply == NULL || said->reply->body_case != DUBAN__REPLY__BODY_SITES) {
        problem_silent(request, UPSTREAM_RULES);
        return;
    }
    if (said->reply->sites->n_rows > 0)
        it->area = said->reply->sites->rows[0]->area;
    query.limit = QUERY_MAX_ROWS;
    query.body_case = DUBAN__QUERY__BODY_AREAS;
    query.areas = &areas;
    if (!upstream_ask(request, UPSTREAM_RULES, &query, on_areas, it))
        problem_silent(request, UPSTREAM_RULES);
}

static void ask_for_site(struct reveal *it)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__SitesQuery sites = DUBAN__SITES_QUERY__INIT;

    sites.code = (char *) it->site;
    query.body_case = DUBAN__QUERY__BODY_SITES;
    query.sites = &sites;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, on_site, it))
        problem_silent(it->request, UPSTREAM_RULES);
}

/* ---------------------------------------------------------------- whose it is */

static void go_on(struct reveal *it)
{
    if (!goes_by_place(it))
        note(it);
    else if (it->site[0] != '\0')
        ask_for_site(it);
    else
        decide(it);
}

static ProtobufCBinaryData token_of_holder(const Duban__Holder *holder, const char *field)
{
    if (strcmp(field, "phone") == 0)
        return holder->phone_token;
    return strcmp(field, "name") == 0 ? holder->name_token : holder->address_token;
}

static void on_whom(struct request *request, void *self, const struct upstream_answer *said)
{
    struct reveal *it = self;
    const Duban__Holder *holder;

    if (said->reply == NULL || said->reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        problem_silent(request, UPSTREAM_RULES);
        return;
    }
    if (said->reply->holders->n_rows == 0) {
        none(it);
        return;
    }
    holder = said->reply->holders->rows[0];
    for (size_t i = 0; i < it->wanted->n_fields; i++)
        it->tokens[i] = token_of_holder(holder, it->wanted->fields[i]);
    for (size_t i = 0; i < holder->n_roles; i++)
        if (holder->roles[i]->role == DUBAN__ROLE__ROLE_SITE_CONTACT)
            it->site = holder->roles[i]->scope;
    go_on(it);
}

static ProtobufCBinaryData token_of_subject(const Duban__Subject *subject, const char *field)
{
    if (subject->of_case == DUBAN__SUBJECT__OF_COMPLAINT)
        return subject->complaint->complainant_token;
    return strcmp(field, "person") == 0 ? subject->isolation->person_token : subject->isolation->address_token;
}

static bool is_of_that_kind(const struct reveal *it, const Duban__Subject *subject)
{
    return subject->of_case == (it->whose == WHOSE_COMPLAINT ? DUBAN__SUBJECT__OF_COMPLAINT : DUBAN__SUBJECT__OF_ISOLATION);
}

static void on_subject(struct request *request, void *self, const struct upstream_answer *said)
{
    struct reveal *it = self;
    const Duban__SubjectRow *row;

    if (said->reply == NULL || (said->reply->body_case != DUBAN__REPLY__BODY_SUBJECTS && said->reply->body_case != DUBAN__REPLY__BODY_FAULT)) {
        problem_silent(request, UPSTREAM_RULES);
        return;
    }
    if (said->reply->body_case == DUBAN__REPLY__BODY_FAULT || said->reply->subjects->n_rows == 0 ||
        !is_of_that_kind(it, said->reply->subjects->rows[0]->subject)) {
        none(it);
        return;
    }
    row = said->reply->subjects->rows[0];
    it->area = row->subject->area;
    it->zone = row->zone;
    for (size_t i = 0; i < it->wanted->n_fields; i++)
        it->tokens[i] = token_of_subject(row->subject, it->wanted->fields[i]);
    go_on(it);
}

static bool ask_for_whom(struct reveal *it)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__HoldersQuery holders = DUBAN__HOLDERS_QUERY__INIT;
    Duban__SubjectsQuery subjects = DUBAN__SUBJECTS_QUERY__INIT;

    if (it->whose == WHOSE_ACCOUNT) {
        holders.account = it->wanted->account;
        query.body_case = DUBAN__QUERY__BODY_HOLDERS;
        query.holders = &holders;
        return upstream_ask(it->request, UPSTREAM_RULES, &query, on_whom, it);
    }
    subjects.by_case = DUBAN__SUBJECTS_QUERY__BY_NUMBER;
    subjects.number = it->wanted->number;
    subjects.closed_too = true;
    query.body_case = DUBAN__QUERY__BODY_SUBJECTS;
    query.subjects = &subjects;
    return upstream_ask(it->request, UPSTREAM_RULES, &query, on_subject, it);
}

/* ---------------------------------------------------------------- who asks, and for what */

/* Whether there is such a person is said to those alone who might see something of him. */
static void on_asker(struct request *request, void *self, const struct upstream_answer *said)
{
    struct reveal *it = self;
    const struct revealing *field;

    if (said->reply == NULL || said->reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        problem_silent(request, UPSTREAM_RULES);
        return;
    }
    if (said->reply->holders->n_rows == 0) {
        forbid(it, it->wanted->fields[0]);
        return;
    }
    it->asker = said->reply->holders->rows[0];
    field = hidden(it, false);
    if (field != NULL)
        forbid(it, field->field);
    else if (!ask_for_whom(it))
        problem_silent(request, UPSTREAM_RULES);
}

static const struct revealing *revealing_of(enum whose whose, const char *field)
{
    for (size_t i = 0; i < sizeof REVEALINGS / sizeof REVEALINGS[0]; i++)
        if (REVEALINGS[i].whose == whose && strcmp(REVEALINGS[i].field, field) == 0)
            return &REVEALINGS[i];
    return NULL;
}

static bool is_right(struct reveal *it, struct fault *fault)
{
    const Duban__Reveal *wanted = it->wanted;

    if (wanted->of_case == DUBAN__REVEAL__OF__NOT_SET)
        return fault_set(fault, "account", "请写明是谁的：account 或 number", "say of whom: account or number");
    if (wanted->n_fields == 0 || wanted->n_fields > MOST_FIELDS)
        return fault_set(fault, "fields", "请写明 1 到 %d 个字段", "name 1 to %d fields", MOST_FIELDS);
    if (wanted->reason[strspn(wanted->reason, " \n\t")] == '\0')
        return fault_set(fault, "reason", "请写明用途", "say what it is for");
    it->whose = wanted->of_case == DUBAN__REVEAL__OF_ACCOUNT ? WHOSE_ACCOUNT : strncmp(wanted->number, "TS-", 3) == 0 ? WHOSE_COMPLAINT : WHOSE_ISOLATION;
    for (size_t i = 0; i < wanted->n_fields; i++) {
        it->fields[i] = revealing_of(it->whose, wanted->fields[i]);
        if (it->fields[i] == NULL)
            return fault_set(fault, "fields", "没有字段 %s", "there is no field %s", wanted->fields[i]);
    }
    return true;
}

void reveal_show(struct request *request)
{
    struct reveal *it = arena_clear(&request->arena, sizeof *it);
    struct fault fault = { .field = "" };
    json_t *json = json_parse(bytes_of(request->body, request->body_size), &fault);

    if (it == NULL) {
        json_decref(json);
        problem_send(request, NULL);
        return;
    }
    it->request = request;
    it->site = it->area = it->zone = "";
    if (json != NULL)
        it->wanted = json_to_message(&request->arena, &duban__reveal__descriptor, json, &fault);
    json_decref(json);
    if (it->wanted == NULL)
        refuse(it, json == NULL ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault);
    else if (!is_right(it, &fault))
        refuse(it, MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault);
    else if (!readings_ask_for_holder(request, on_asker, it))
        problem_silent(request, UPSTREAM_RULES);
}
