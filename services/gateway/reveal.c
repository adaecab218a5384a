/* reveal.c - which post sees which field of whom, in one table; who is not named sees nothing. */
#include <stdio.h>
#include <string.h>

#include "gateway.h"
#include "gather.h"
#include "labels.h"
#include "message.h"
#include "posts.h"
#include "readings.h"
#include "reveal.h"
#include "rows.h"

static const struct revealing REVEALINGS[] = {
    { WHOSE_ACCOUNT, "phone", POSTS_SETTLING, POSTS_OF_A_ZONE | POSTS_OF_AN_AREA, 0, true },
    { WHOSE_ACCOUNT, "name", POSTS_SETTLING, 0, 0, true },
    { WHOSE_ACCOUNT, "address", POSTS_SETTLING | POST(ADMINISTRATOR), 0, 0, true },
    { WHOSE_ISOLATION, "person", POSTS_SETTLING, POSTS_OF_AN_AREA, 0, false },
    { WHOSE_ISOLATION, "address", POSTS_SETTLING, POSTS_OF_AN_AREA, POST(INSPECTOR), false },
    { WHOSE_COMPLAINT, "complainant", POSTS_SETTLING, 0, 0, false },
};

/* ---------------------------------------------------------------- refusing */

static void refuse(struct reveal *it, unsigned status, const char *name, const struct fault *fault)
{
    problem_answer(it->request, status, name, fault, 0);
}

static void forbid(struct reveal *it, const char *field)
{
    struct words called = name_of_accessed(field);
    struct fault fault;

    fault_set(&fault, field, "您的岗位不能查看%1$s%2$.0s", "your post does not see the field %2$s%1$.0s", called.zh, called.en);
    refuse(it, MHD_HTTP_FORBIDDEN, "forbidden", &fault);
}

void reveal_none(struct reveal *it)
{
    struct fault fault;

    fault_set(&fault, it->whose == WHOSE_ACCOUNT ? "account" : "number", "没有这个账号或编号", "there is no such account or number");
    refuse(it, MHD_HTTP_NOT_FOUND, "not-found", &fault);
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
    unsigned posts = field->there | (it->is_door_day ? field->on_door_days : 0);

    for (size_t i = 0; i < it->asker->n_roles; i++) {
        const Duban__RoleGrant *grant = it->asker->roles[i];
        const char *scope = (POSTS_OF_A_ZONE & 1u << grant->role) != 0 ? it->zone : it->area;

        if ((posts & 1u << grant->role) != 0 && grant->scope[0] != '\0' && strcmp(grant->scope, scope) == 0)
            return true;
    }
    return false;
}

/* The first field that he sees neither of all nor, so far as can be told, there; NULL = he sees them all. */
static const struct revealing *hidden(const struct reveal *it, bool by_place)
{
    for (size_t i = 0; i < it->wanted->n_fields; i++) {
        const struct revealing *field = it->fields[i];

        if (!sees_of_all(it, field) && !(by_place ? sees_there(it, field) : reading_holds(it->asker, field->there | field->on_door_days)))
            return field;
    }
    return NULL;
}

static void ask_for_site(struct reveal *it, const char *site);

/* The next site that he is contact of; from a page, the one that was asked for and no other. NULL = there is none. */
static const char *next_site(struct reveal *it)
{
    while (it->whom != NULL && it->next_role < it->whom->n_roles) {
        const Duban__RoleGrant *grant = it->whom->roles[it->next_role++];

        if (grant->role == DUBAN__ROLE__ROLE_SITE_CONTACT && (it->contact_of[0] == '\0' || strcmp(grant->scope, it->contact_of) == 0))
            return grant->scope;
    }
    return NULL;
}

/* Who sees it at one of his sites sees it. */
static void decide(struct reveal *it)
{
    const struct revealing *field = hidden(it, true);
    const char *site = field == NULL ? NULL : next_site(it);

    if (field == NULL)
        reveal_show_it(it);
    else if (site != NULL)
        ask_for_site(it, site);
    else
        forbid(it, field->field);
}

/* ---------------------------------------------------------------- where it is */

static void on_areas(void *self, const Duban__Reply *reply)
{
    struct reveal *it = self;
    Duban__AreaRows *all = &it->areas;
    Duban__Area **rows = rows_grow(&it->request->arena, all->rows, all->n_rows, &it->areas_room, reply->areas->n_rows, sizeof *rows);

    it->is_short = it->is_short || rows == NULL;
    if (rows == NULL)
        return;
    for (size_t i = 0; i < reply->areas->n_rows; i++)
        rows[all->n_rows++] = reply->areas->rows[i];
    all->rows = rows;
}

static void find_zone(struct reveal *it)
{
    for (size_t i = 0; i < it->areas.n_rows; i++)
        if (strcmp(it->areas.rows[i]->code, it->area) == 0)
            it->zone = it->areas.rows[i]->zone;
    decide(it);
}

static void on_all_areas(struct request *request, void *self)
{
    struct reveal *it = self;

    if (it->is_short)
        problem_send(request, NULL);
    else
        find_zone(it);
}

static void on_site(struct request *request, void *self, const struct upstream_answer *said)
{
    struct reveal *it = self;
    Duban__Query query = DUBAN__QUERY__INIT;

    if (said->reply == NULL || said->reply->body_case != DUBAN__REPLY__BODY_SITES) {
        problem_unanswered(request, UPSTREAM_RULES, said->reply);
        return;
    }
    if (said->reply->sites->n_rows > 0)
        it->area = said->reply->sites->rows[0]->area;
    if (it->areas.n_rows > 0) {        /* they have been asked for, for another of his sites */
        find_zone(it);
        return;
    }
    duban__areas_query__init(&it->every_area);
    query.body_case = DUBAN__QUERY__BODY_AREAS;
    query.areas = &it->every_area;
    gather(request, UPSTREAM_RULES, &query, DUBAN__REPLY__BODY_AREAS, on_areas, on_all_areas, it);
}

static void ask_for_site(struct reveal *it, const char *site)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__SitesQuery sites = DUBAN__SITES_QUERY__INIT;

    it->area = it->zone = "";
    sites.code = (char *) site;
    query.body_case = DUBAN__QUERY__BODY_SITES;
    query.sites = &sites;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, on_site, it))
        problem_silent(it->request, UPSTREAM_RULES);
}

/* ---------------------------------------------------------------- whose it is */

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
        problem_unanswered(request, UPSTREAM_RULES, said->reply);
        return;
    }
    if (said->reply->holders->n_rows == 0) {
        reveal_none(it);
        return;
    }
    holder = said->reply->holders->rows[0];
    for (size_t i = 0; i < it->wanted->n_fields; i++)
        it->tokens[i] = token_of_holder(holder, it->wanted->fields[i]);
    it->whom = holder;
    decide(it);
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

static void on_door_check(struct request *request, void *self, const struct upstream_answer *said)
{
    struct reveal *it = self;
    const Duban__Reply *reply = said->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_TASKS) {
        problem_unanswered(request, UPSTREAM_RULES, reply);
        return;
    }
    it->is_door_day = reply->tasks->n_rows == 1 && reply->tasks->rows[0]->task->start_s * 1000 <= reply->as_of_ms;
    decide(it);
}

/* It is owed from the beginning of its day until somebody has been there. */
static void ask_for_door_check(struct reveal *it, ProtobufCBinaryData task)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__TasksQuery tasks = DUBAN__TASKS_QUERY__INIT;

    tasks.id = task;
    query.body_case = DUBAN__QUERY__BODY_TASKS;
    query.tasks = &tasks;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, on_door_check, it))
        problem_silent(it->request, UPSTREAM_RULES);
}

static void on_subject(struct request *request, void *self, const struct upstream_answer *said)
{
    struct reveal *it = self;
    const Duban__SubjectRow *row;

    if (!upstream_says_no(said->reply) && (said->reply == NULL || said->reply->body_case != DUBAN__REPLY__BODY_SUBJECTS)) {
        problem_unanswered(request, UPSTREAM_RULES, said->reply);
        return;
    }
    if (upstream_says_no(said->reply) || said->reply->subjects->n_rows == 0 ||
        !is_of_that_kind(it, said->reply->subjects->rows[0]->subject)) {
        reveal_none(it);
        return;
    }
    row = said->reply->subjects->rows[0];
    it->area = row->subject->area;
    it->zone = row->zone;
    for (size_t i = 0; i < it->wanted->n_fields; i++)
        it->tokens[i] = token_of_subject(row->subject, it->wanted->fields[i]);
    if (row->subject->of_case != DUBAN__SUBJECT__OF_ISOLATION || row->subject->isolation->door_task.len == 0)
        decide(it);
    else
        ask_for_door_check(it, row->subject->isolation->door_task);
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

void reveal_of_whom(struct reveal *it)
{
    if (!ask_for_whom(it))
        problem_silent(it->request, UPSTREAM_RULES);
}

/* ---------------------------------------------------------------- who asks, and for what */

/* Whether there is such a person is said to those alone who might see something of him. */
static void on_asker(struct request *request, void *self, const struct upstream_answer *said)
{
    struct reveal *it = self;
    const struct revealing *field;

    if (said->reply == NULL || said->reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        problem_unanswered(request, UPSTREAM_RULES, said->reply);
        return;
    }
    it->asker = readings_post_in(said->reply);
    if (it->asker == NULL) {
        forbid(it, it->wanted->fields[0]);
        return;
    }
    field = hidden(it, false);
    if (field != NULL)
        forbid(it, field->field);
    else if (it->contact_of[0] != '\0')
        reveal_look_for_contact(it);
    else
        reveal_of_whom(it);
}

static const struct revealing *revealing_of(enum whose whose, const char *field)
{
    for (size_t i = 0; i < sizeof REVEALINGS / sizeof REVEALINGS[0]; i++)
        if (REVEALINGS[i].whose == whose && strcmp(REVEALINGS[i].field, field) == 0)
            return &REVEALINGS[i];
    return NULL;
}

bool reveal_lets_call(const Duban__Holder *holder)
{
    const struct revealing *phone = revealing_of(WHOSE_ACCOUNT, "phone");

    return reading_holds(holder, phone->all | phone->there);
}

/* Says which there are. */
static bool no_such_field(enum whose whose, const char *field, struct fault *fault)
{
    char zh[120] = "", en[80] = "";

    for (size_t i = 0; i < sizeof REVEALINGS / sizeof REVEALINGS[0]; i++) {
        const char *there = REVEALINGS[i].field;

        if (REVEALINGS[i].whose != whose)
            continue;
        (void) snprintf(zh + strlen(zh), sizeof zh - strlen(zh), "%s%s（%s）", zh[0] == '\0' ? "" : "、", there, name_of_accessed(there).zh);
        (void) snprintf(en + strlen(en), sizeof en - strlen(en), "%s%s", en[0] == '\0' ? "" : ", ", there);
    }
    return fault_set(fault, "fields", "没有字段“%1$s”；可以写 %2$s%3$.0s", "there is no field \"%1$s\"; it is one of %3$s%2$.0s", field, zh, en);
}

bool reveal_is_right(struct reveal *it, struct fault *fault)
{
    const Duban__Reveal *wanted = it->wanted;

    if (wanted->of_case == DUBAN__REVEAL__OF__NOT_SET)
        return fault_set(fault, "account", "请写明是谁的：account 或 number", "say of whom: account or number");
    if (wanted->n_fields == 0 || wanted->n_fields > REVEAL_MOST_FIELDS)
        return fault_set(fault, "fields", "请写明 1 到 %d 个字段", "name 1 to %d fields", REVEAL_MOST_FIELDS);
    if (wanted->reason[strspn(wanted->reason, " \n\t")] == '\0')
        return fault_set(fault, "reason", "请写明用途", "say what it is for");
    it->whose = wanted->of_case == DUBAN__REVEAL__OF_ACCOUNT ? WHOSE_ACCOUNT : strncmp(wanted->number, "TS-", 3) == 0 ? WHOSE_COMPLAINT : WHOSE_ISOLATION;
    for (size_t i = 0; i < wanted->n_fields; i++) {
        it->fields[i] = revealing_of(it->whose, wanted->fields[i]);
        if (it->fields[i] == NULL)
            return no_such_field(it->whose, wanted->fields[i], fault);
    }
    return true;
}

void reveal_begin(struct reveal *it)
{
    if (!readings_ask_for_holder(it->request, on_asker, it))
        problem_silent(it->request, UPSTREAM_RULES);
}

void reveal_show(struct request *request)
{
    struct reveal *it = arena_clear(&request->arena, sizeof *it);
    struct fault fault = { .field = "" };
    json_t *json = json_of_request(request, &fault);

    if (it == NULL) {
        json_decref(json);
        problem_send(request, NULL);
        return;
    }
    it->request = request;
    it->area = it->zone = it->contact_of = "";
    duban__area_rows__init(&it->areas);
    if (json != NULL)
        it->wanted = json_to_message(&request->arena, &duban__reveal__descriptor, json, &fault);
    json_decref(json);
    if (it->wanted == NULL)
        refuse(it, json == NULL ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault);
    else if (!reveal_is_right(it, &fault))
        refuse(it, MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault);
    else
        reveal_begin(it);
}

