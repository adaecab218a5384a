/* queries_units.c - units of the organisation, with those who belong to them. */
#include <assert.h>
#include <string.h>

#include "message.h"
#include "queries.h"

enum { MAX_MEMBERS_SHOWN = 500 };

static void list_members(struct question *question, Duban__UnitRow *row)
{
    struct state *state = &question->rules->state;
    struct store_cursor cursor;
    struct bytes key, value;
    size_t size = strlen(row->unit->code) + 1;   /* with its zero: the prefix of its members' keys */
    bool found;

    row->members = (char **) arena_take_pointers(question->arena, MAX_MEMBERS_SHOWN);
    assert(row->members != NULL);
    store_cursor_open(&cursor, &state->txn, TABLE_UNIT_MEMBER);
    found = store_seek(&cursor, bytes_of(row->unit->code, size), &key, &value);
    while (found && row->n_members < MAX_MEMBERS_SHOWN && key_has_prefix(key, bytes_of(row->unit->code, size))) {
        row->members[row->n_members++] = arena_copy(question->arena, (const char *) key.data + size, key.size - size);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
}

static Duban__UnitRow *unit_row(struct question *question, Duban__Unit *unit)
{
    const Duban__Holder *secretary = state_holder(&question->rules->state, unit->secretary);
    Duban__UnitRow *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__unit_row__init(row);
    row->unit = unit;
    row->secretary_title = secretary == NULL ? NULL : secretary->title;
    list_members(question, row);
    return row;
}

static ProtobufCMessage *wanted_unit(struct question *question, const void *asked, void *found)
{
    const Duban__UnitsQuery *wanted = asked;
    Duban__Unit *unit = found;

    return query_matches(wanted->code, unit->code) ? &unit_row(question, unit)->base : NULL;
}

void query_on_units(struct question *question, const Duban__UnitsQuery *wanted)
{
    Duban__UnitRows *units = arena_take(question->arena, sizeof *units);

    assert(units != NULL);
    if (wanted->code[0] != '\0' && !is_code(wanted->code)) {
        question_fault(question, "units.code", "组织编号只能用字母、数字和 . _ -，不超过 32 个", "a unit code has letters, digits and . _ -, at most 32");
        return;
    }
    duban__unit_rows__init(units);
    units->rows = (Duban__UnitRow **) page_list(question, TABLE_UNIT, bytes_of_text(wanted->code), &duban__unit__descriptor,
                                                wanted_unit, wanted, &units->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_UNITS;
    question->reply->units = units;
}
