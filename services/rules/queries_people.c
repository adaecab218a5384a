/* queries_people.c - who is there: members with their availability and what they have done in a row. */
#include <assert.h>
#include <string.h>

#include "message.h"
#include "queries.h"

static bool is_contact_of(const Duban__Holder *holder, const char *area)
{
    for (size_t i = 0; i < holder->n_roles; i++)
        if (holder->roles[i]->role == DUBAN__ROLE__ROLE_AREA_CONTACT && strcmp(holder->roles[i]->scope, area) == 0)
            return true;
    return area[0] == '\0';
}

static void fill_presence(struct question *question, Duban__PersonRow *row, const Duban__Presence *presence)
{
    const struct policy *policy = question->rules->engine.policy;
    int64_t today = policy == NULL ? 0 : civil_day(question->now_s, policy->utc_offset_s);

    row->until_s = presence->until_s;
    row->planned = presence->planned;
    row->planned_from_s = presence->planned_from_s;
    row->visits_today = presence->duty_day == today ? presence->visits : 0;
    row->duty_days = presence->duty_day + 1 >= today ? presence->duty_days : 0;   /* today is not over */
}

enum { MOST_OPEN_TASKS = 9999 };   /* of one member: counting ends there */

static void fill_load(struct question *question, Duban__PersonRow *row)
{
    struct engine *engine = &question->rules->engine;
    int64_t begins_s = engine_duty_begins_s(engine, row->holder->account, question->now_s);

    row->open_tasks = state_open_tasks_of(engine->state, row->holder->account, MOST_OPEN_TASKS);
    row->overload_tasks = engine->policy == NULL ? 0 : engine->policy->people.overload_tasks;
    row->duty_begins_s = begins_s == question->now_s ? 0 : begins_s;
}

static Duban__PersonRow *person_row(struct question *question, Duban__Holder *holder)
{
    struct engine *engine = &question->rules->engine;
    const Duban__Presence *presence = state_presence(engine->state, holder->account);
    Duban__PersonRow *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__person_row__init(row);
    row->holder = holder;
    row->availability = engine_availability(engine, holder->account);
    row->on_call = engine_is_on_call(engine, holder->account, question->now_s);
    if (presence != NULL)
        fill_presence(question, row, presence);
    fill_load(question, row);
    return row;
}

static ProtobufCMessage *wanted_person(struct question *question, const void *asked, void *found)
{
    const Duban__PeopleQuery *wanted = asked;
    Duban__Holder *holder = found;

    return query_matches(wanted->account, holder->account) && is_contact_of(holder, wanted->contact_of)
               ? &person_row(question, holder)->base : NULL;
}

void query_on_people(struct question *question, const Duban__PeopleQuery *wanted)
{
    Duban__PeopleRows *people = arena_take(question->arena, sizeof *people);

    assert(people != NULL);
    if ((wanted->account[0] != '\0' && !is_code(wanted->account)) || (wanted->contact_of[0] != '\0' && !is_code(wanted->contact_of))) {
        question_fault(question, "people", "账号、社区（村）编号只能用字母、数字和 . _ -，不超过 32 个",
                       "an account or area code has letters, digits and . _ -, at most 32");
        return;
    }
    duban__people_rows__init(people);
    people->rows = (Duban__PersonRow **) page_list(question, TABLE_HOLDER, bytes_of_text(wanted->account), &duban__holder__descriptor,
                                                   wanted_person, wanted, &people->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_PEOPLE;
    question->reply->people = people;
}
