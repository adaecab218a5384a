/* Every kind of task has an act, every act makes an entry of what the form has said, and nothing fits that should not. */
#include "task_acts.h"

#include "message.h"
#include "test.h"

enum { ARENA_BYTES = 1024 * 1024, DUE_S = 1581300000, ZONE_S = 8 * 3600 };

struct fixture {
    struct arena arena;
    Duban__Task task;
    Duban__TaskRow row;
    struct form form;
    struct doing doing;
    struct fault fault;
};

static uint8_t ID[16] = { 1 };

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    arena_open(&fixture->arena, ARENA_BYTES);
    duban__task__init(&fixture->task);
    duban__task_row__init(&fixture->row);
    fixture->row.task = &fixture->task;
    fixture->task.id = (ProtobufCBinaryData){ sizeof ID, ID };
    fixture->task.due_s = DUE_S;
    fixture->doing = (struct doing){ .arena = &fixture->arena, .row = &fixture->row };
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    arena_close(&fixture->arena);
    free(fixture);
    return 0;
}

static bool fits(struct fixture *fixture, int kind, const char *name, int64_t now_s)
{
    fixture->task.kind = (Duban__TaskKind) kind;
    return task_act_named(&fixture->row, name, now_s) != NULL;
}

static void each_kind_has_an_act(void **state)
{
    struct fixture *fixture = *state;

    for (unsigned i = 0; i < duban__task_kind__descriptor.n_values; i++) {
        const struct task_act *act;
        size_t count = 0;

        fixture->task.kind = (Duban__TaskKind) duban__task_kind__descriptor.values[i].value;
        for (size_t k = 0; (act = task_act_at(k)) != NULL; k++)
            count += task_act_fits(act, &fixture->row, DUE_S);
        if (count == 0)
            fail_msg("%s", duban__task_kind__descriptor.values[i].name);
    }
}

static void what_does_not_fit_is_not_there(void **state)
{
    struct fixture *fixture = *state;

    assert_true(fits(fixture, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, "claim", DUE_S));
    assert_false(fits(fixture, DUBAN__TASK_KIND__TASK_KIND_REVISIT, "claim", DUE_S));
    assert_false(fits(fixture, DUBAN__TASK_KIND__TASK_KIND_FEEDBACK, "acknowledge", DUE_S));
    assert_false(fits(fixture, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, "no such", DUE_S));
    assert_false(fits(fixture, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, "explain", DUE_S));
    assert_true(fits(fixture, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, "explain", DUE_S + 1));
    fixture->task.due_s = 0;
    assert_false(fits(fixture, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, "explain", DUE_S + 1));
}

static void each_act_makes_an_entry_of_its_own(void **state)
{
    struct fixture *fixture = *state;
    const struct task_act *act;
    int bodies[64] = { 0 };

    fixture->doing.text = "擦净";
    fixture->doing.until_s = DUE_S;
    for (size_t i = 0; (act = task_act_at(i)) != NULL; i++) {
        for (int with_case = 0; with_case < 2; with_case++) {
            Duban__Entry entry = DUBAN__ENTRY__INIT;

            fixture->task.case_id = (ProtobufCBinaryData){ with_case ? sizeof ID : 0, ID };
            fixture->task.subject = (ProtobufCBinaryData){ with_case ? 0 : sizeof ID, ID };
            assert_true(act->make(&fixture->doing, &entry));
            assert_int_not_equal(entry.body_case, DUBAN__ENTRY__BODY__NOT_SET);
            assert_non_null(message_pack(&fixture->arena, &entry).data);
            bodies[entry.body_case % 64]++;
        }
    }
    assert_int_equal(bodies[DUBAN__ENTRY__BODY_CLAIM], 2);
    assert_int_equal(bodies[DUBAN__ENTRY__BODY_REFERRAL_STEP], 2 * 3);
}

static bool reads(struct fixture *fixture, const char *name, const char *text, const char *until)
{
    const struct task_act *act;

    fixture->task.kind = DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION;
    act = task_act_named(&fixture->row, name, DUE_S);
    fixture->form.count = 2;
    fixture->form.fields[0] = (struct form_field){ "text", text };
    fixture->form.fields[1] = (struct form_field){ "until", until };
    return task_act_read(act, &fixture->form, ZONE_S, &fixture->doing, &fixture->fault);
}

static void what_is_to_be_written_is_asked_for(void **state)
{
    struct fixture *fixture = *state;

    assert_true(reads(fixture, "extend", "等配件", "2020-02-10T18:00"));
    assert_int_equal(fixture->doing.until_s, DUE_S + 8 * 3600);
    assert_false(reads(fixture, "extend", " \n", "2020-02-10T18:00"));
    assert_string_equal(fixture->fault.field, "text");
    assert_false(reads(fixture, "extend", "等配件", ""));
    assert_string_equal(fixture->fault.field, "until");
    assert_true(reads(fixture, "claim", "", ""));
    assert_true(reads(fixture, "acknowledge", "不要的话", ""));
    assert_string_equal(fixture->doing.text, "");
}

#define test(function) cmocka_unit_test_setup_teardown(function, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(each_kind_has_an_act),
        test(what_does_not_fit_is_not_there),
        test(each_act_makes_an_entry_of_its_own),
        test(what_is_to_be_written_is_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
