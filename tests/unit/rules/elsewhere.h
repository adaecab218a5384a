/* elsewhere.h - acts on coordinations, referrals and alerts, and what became of them, for the tests of the three. */
#ifndef DUBAN_TEST_ELSEWHERE_H
#define DUBAN_TEST_ELSEWHERE_H

#include "about.h"
#include "township.h"

static inline Duban__SubjectReference *numbered(struct township *t, const char *number)
{
    Duban__SubjectReference *reference = arena_take(&t->arena, sizeof *reference);

    duban__subject_reference__init(reference);
    reference->by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference->number = (char *) number;
    return reference;
}

/* The one under that number, in the township's arena; NULL = there is none. */
static inline Duban__Subject *subject_numbered(struct township *t, const char *number)
{
    Duban__Subject *found;

    state_begin(&t->rules.state);
    found = engine_subject_numbered(&t->rules.engine, number);
    if (found != NULL) {
        struct bytes packed = message_pack(&t->arena, found);

        found = state_unpack(&t->arena, &duban__subject__descriptor, packed);
    }
    store_abort(&t->rules.state.txn);
    return found;
}

/* A task by its id, in the township's arena. */
static inline Duban__Task *task_with(struct township *t, const ProtobufCBinaryData *id)
{
    Duban__Task *task;

    assert_int_equal(id->len, ID_BYTES);
    state_begin(&t->rules.state);
    task = state_task(&t->rules.state, id->data);
    assert_non_null(task);
    task = state_unpack(&t->arena, &duban__task__descriptor, message_pack(&t->arena, task));
    store_abort(&t->rules.state.txn);
    return task;
}

/* The open task of the one under that number. */
static inline Duban__Task *open_task(struct township *t, const char *number)
{
    const Duban__Subject *subject = subject_numbered(t, number);

    assert_non_null(subject);
    return task_with(t, &subject->task);
}

/* The last entry is held for that field, in words that hold this. */
static inline void assert_held(struct township *t, const char *field, const char *word)
{
    const Duban__Quarantined *row = held_last(t);

    assert_non_null(row);
    assert_string_equal(row->field, field);
    assert_contains(row->en, word);
}

static inline void assert_contradicted(struct township *t, const char *reason)
{
    const Duban__Fact *fact = last_fact(t, FACT(CONTRADICTION));

    assert_null(held_last(t));
    assert_non_null(fact);
    assert_string_equal(fact->reason, reason);
}

#endif
