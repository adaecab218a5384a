/* test_waiting.c - what waits for somebody, as the gateway asks for it. */
#include "township.h"

#include "queries.h"

/* Until close_question. */
struct asked {
    Duban__Query query;
    Duban__Reply reply;
    struct question question;
};

static void open_question(struct township *t, struct asked *asked, size_t limit)
{
    duban__query__init(&asked->query);
    duban__reply__init(&asked->reply);
    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    asked->question = (struct question){ .rules = &t->rules, .query = &asked->query, .reply = &asked->reply,
                                         .arena = &t->rules.state.arena, .now_s = t->now_s, .limit = limit };
}

static void close_question(struct township *t)
{
    store_abort(&t->rules.state.txn);
}

/* How many of one id wait for that account, among them the closed ones when they are wanted. */
static size_t waits(struct township *t, const char *account, const ProtobufCBinaryData *id, bool closed_too)
{
    Duban__TasksQuery wanted = DUBAN__TASKS_QUERY__INIT;
    struct asked asked;
    size_t count;

    wanted.waits_for = (char *) account;
    wanted.id = *id;
    wanted.closed_too = closed_too;
    open_question(t, &asked, 200);
    query_on_tasks(&asked.question, &wanted);
    assert_int_equal(asked.reply.body_case, DUBAN__REPLY__BODY_TASKS);
    count = asked.reply.tasks->n_rows;
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(asked.reply.tasks->rows[i]->task->id.data, id->data, ID_BYTES);
    close_question(t);
    return count;
}

static void void_case(struct township *t, const char *site_code, const char *item)
{
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;

    edit.case_ = reference_to(t, site_code, item);
    edit.reason = "误报";
    edit.voided = true;
    SUBMIT(t, "lead", CASE_EDIT, case_edit, &edit);
    assert_null(held_last(t));
}

/* The id of the task of fixing it, kept. */
static ProtobufCBinaryData task_of(struct township *t, const char *item)
{
    const Duban__Case *case_ = case_at(t, "COUR-1", item);

    assert_int_equal(case_->rectification_task.len, ID_BYTES);
    return (ProtobufCBinaryData){ ID_BYTES, (uint8_t *) arena_copy(&t->arena, case_->rectification_task.data, ID_BYTES) };
}

static void whether_one_task_waits_for_somebody_is_told_of_it_alone(void **state)
{
    static uint8_t nothing[ID_BYTES];
    const ProtobufCBinaryData none = { ID_BYTES, nothing };
    ProtobufCBinaryData first, second;
    const char *owner;
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    fails(&t, "COUR-1", "MS-01");
    owner = arena_copy(&t.arena, case_at(&t, "COUR-1", "DS-01")->owner, strlen(case_at(&t, "COUR-1", "DS-01")->owner));
    first = task_of(&t, "DS-01");
    second = task_of(&t, "MS-01");
    assert_int_equal(waits(&t, owner, &first, false), 1);
    assert_int_equal(waits(&t, owner, &second, false), 1);
    assert_int_equal(waits(&t, "leader-south", &first, false), 0);
    assert_int_equal(waits(&t, "nobody", &first, false), 0);
    assert_int_equal(waits(&t, owner, &none, false), 0);
    void_case(&t, "COUR-1", "DS-01");
    assert_int_equal(waits(&t, owner, &first, false), 0);
    assert_int_equal(waits(&t, owner, &first, true), 0);   /* over: it waits for nobody */
    assert_int_equal(waits(&t, owner, &second, false), 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whether_one_task_waits_for_somebody_is_told_of_it_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
