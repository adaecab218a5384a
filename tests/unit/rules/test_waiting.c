/* test_waiting.c - what waits for somebody, as the gateway asks for it. */
#include "asked.h"
#include "elsewhere.h"

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

/* ---------------------------------------------------------------- thousands */

enum { MANY = 12000, AT_ONCE = 1000 };   /* more than are kept of them, twice over */

/* Like the task of fixing that finding, but inspector-n2's; the last of them is due first. */
static void put_many(struct township *t, const char *item)
{
    struct state *state = &t->rules.state;
    const ProtobufCBinaryData found = task_of(t, item);
    const Duban__Task *like = task_with(t, &found);

    for (uint64_t i = 0; i < MANY;) {
        state_begin(state);
        state_link_begin(state);
        for (uint64_t end = i + AT_ONCE; i < end; i++) {
            Duban__Task *task = arena_take(&state->arena, sizeof *task);
            uint8_t *id = arena_clear(&state->arena, ID_BYTES);

            assert_true(task != NULL && id != NULL);
            *task = *like;
            put_u64(id + ID_BYTES - 8, i + 1);
            task->id.data = id;
            task->owner = "inspector-n2";
            task->due_s = t->now_s + 3600 + (int64_t) (MANY - i);
            state_put_task(state, task);
        }
        state_link_end(state);
        assert_int_equal(state_commit(state), 0);
    }
}

static void of_thousands_the_first_due_comes_first_and_each_comes_once(void **state)
{
    Duban__TasksQuery wanted = DUBAN__TASKS_QUERY__INIT;
    uint8_t after[ID_BYTES];
    size_t count = 0, pages = 0, after_bytes = 0;
    int64_t first_s;
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    put_many(&t, "DS-01");
    first_s = t.now_s + 3600;
    wanted.waits_for = "inspector-n2";
    do {
        struct asked asked;

        open_question(&t, &asked, QUERY_MAX_ROWS);
        asked.query.after = (ProtobufCBinaryData){ after_bytes, after };
        query_on_tasks(&asked.question, &wanted);
        assert_true(asked.reply.tasks->n_rows > 0);
        assert_true(t.rules.state.arena.used_bytes <= MAX_ANSWER_ARENA_BYTES + 64 * 1024);
        for (size_t i = 0; i < asked.reply.tasks->n_rows; i++)
            assert_int_equal(asked.reply.tasks->rows[i]->task->due_s, first_s + (int64_t) ++count);
        after_bytes = asked.reply.next.len;
        if (after_bytes == ID_BYTES)
            memcpy(after, asked.reply.next.data, ID_BYTES);
        close_question(&t);
    } while (++pages < MANY && after_bytes == ID_BYTES);
    assert_int_equal(count, MANY);
    township_close(&t);
}

static void of_thousands_a_calendar_shows_each_once(void **state)
{
    Duban__CalendarQuery wanted = DUBAN__CALENDAR_QUERY__INIT;
    char before[ID_BYTES * 2 + 1] = "";
    uint8_t after[ID_BYTES];
    size_t count = 0, pages = 0, after_bytes = 0;
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    put_many(&t, "DS-01");
    wanted.account = "inspector-n2";
    do {
        struct asked asked;

        open_question(&t, &asked, QUERY_MAX_ROWS);
        asked.query.after = (ProtobufCBinaryData){ after_bytes, after };
        query_on_calendar(&asked.question, &wanted);
        assert_int_equal(asked.reply.body_case, DUBAN__REPLY__BODY_CALENDAR);
        assert_true(t.rules.state.arena.used_bytes <= MAX_ANSWER_ARENA_BYTES + 64 * 1024);
        for (size_t i = 0; i < asked.reply.calendar->n_rows; i++) {
            const char *uid = asked.reply.calendar->rows[i]->uid;

            if (strncmp(uid, "meeting-", 8) == 0)
                continue;
            assert_true(strncmp(uid, before, sizeof before - 1) > 0);
            memcpy(before, uid, sizeof before - 1);
            count++;
        }
        after_bytes = asked.reply.next.len;
        if (after_bytes == ID_BYTES)
            memcpy(after, asked.reply.next.data, ID_BYTES);
        close_question(&t);
    } while (++pages < MANY && after_bytes == ID_BYTES);
    assert_int_equal(count, MANY);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whether_one_task_waits_for_somebody_is_told_of_it_alone),
        cmocka_unit_test(of_thousands_the_first_due_comes_first_and_each_comes_once),
        cmocka_unit_test(of_thousands_a_calendar_shows_each_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
