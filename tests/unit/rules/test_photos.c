/* test_photos.c - photos that a report declared and that never came. */
#include "township.h"

#include "elsewhere.h"

#define ENDED(name) DUBAN__TASK_STATE__TASK_STATE_##name

/* A visit of COUR-1 with that many photos that are still to come; the sequence of its report. */
static uint64_t report_lacking(struct township *t, const char *who, Duban__Result result, size_t missing)
{
    static const char *const NAMES[] = { "1.jpg", "2.jpg" };
    static uint8_t sha256[32];
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };
    Duban__Evidence evidence[2], *list[] = { &evidence[0], &evidence[1] };

    answer.item = "DS-01";
    answer.result = result;
    report.reporter = (char *) who;
    report.device_time_ms = (t->now_s - 600) * 1000;
    report.site = "COUR-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    report.n_evidence = 2;
    report.evidence = list;
    for (size_t i = 0; i < 2; i++) {
        duban__evidence__init(&evidence[i]);
        evidence[i].name = (char *) NAMES[i];
        evidence[i].sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
        evidence[i].here = i >= missing;
    }
    SUBMIT(t, who, REPORT, report, &report);
    assert_null(held_last(t));
    return t->sequence;
}

static uint64_t visit_lacking(struct township *t, const char *who, size_t missing)
{
    return report_lacking(t, who, DUBAN__RESULT__RESULT_PASS, missing);
}

static void comes(struct township *t, uint64_t report, const char *name)
{
    static uint8_t sha256[32];
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;

    arrival.report_sequence = report;
    arrival.name = (char *) name;
    arrival.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    SUBMIT(t, "inspector-n1", EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
}

static void amends(struct township *t, uint64_t report, Duban__Result result)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = "DS-01";
    answer.result = result;
    amendment.report_sequence = report;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错一栏";
    SUBMIT(t, "inspector-n1", AMENDMENT, amendment, &amendment);
    assert_null(held_last(t));
}

static void removes(struct township *t, const char *account)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;

    change.account = (char *) account;
    change.removed = true;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

/* The first that is open; NULL: there is none. */
static const Duban__Task *photos_task(struct township *t)
{
    static const uint8_t FIRST[ID_BYTES];
    uint8_t ids[64][ID_BYTES];
    const Duban__Task *found = NULL;
    size_t count;

    state_begin(&t->rules.state);
    count = state_tasks_after(&t->rules.state, FIRST, ids, 64);
    assert_true(count < 64);
    for (size_t i = 0; i < count && found == NULL; i++) {
        Duban__Task *task = state_task(&t->rules.state, ids[i]);

        if (task->kind == DUBAN__TASK_KIND__TASK_KIND_PHOTOS && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
            found = state_unpack(&t->arena, &duban__task__descriptor, message_pack(&t->arena, task));
    }
    store_abort(&t->rules.state.txn);
    return found;
}

/* The line of the pack that begins with that is none any more. Goes into t->policy. */
static void comment_out(struct township *t, const char *line)
{
    char *place;

    if (t->policy.data == NULL)
        t->policy = read_whole(t, "deploy/packs/epidemic-2020-beijing/policy.yaml");
    place = memmem(t->policy.data, t->policy.size, line, strlen(line));
    assert_non_null(place);
    *place = '#';
}

static void photos_that_do_not_come_in_time_are_told_once_to_reporter_and_leader(void **state)
{
    const Duban__NoticeItem *item;
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = visit_lacking(&t, "inspector-n1", 2);
    pass_until(&t, "2020-02-10T13:59:59");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 0);
    comes(&t, report, "1.jpg");
    pass_until(&t, "2020-02-10T14:00:01");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 1);
    item = last_notice(&t, "leader-north", "photos_missing")->items[0];
    assert_int_equal(item->count, 1);
    assert_int_equal(item->at_s, at("2020-02-10T09:50"));
    assert_string_equal(item->site, "COUR-1");
    assert_int_equal(last_notice(&t, "leader-north", "photos_missing")->cause->entry_sequence, report);
    assert_int_equal(last_fact(&t, FACT(PHOTOS_LATE))->number, 1);
    assert_int_equal(last_fact(&t, FACT(PHOTOS_LATE))->other_sequence, report);
    pass_until(&t, "2020-02-11T09:59");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    comes(&t, report, "2.jpg");   /* late, and counts all the same */
    assert_int_equal(facts(&t, FACT(COMPLETED)), 1);
    township_close(&t);
}

static void photos_that_come_in_time_are_not_spoken_of(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = visit_lacking(&t, "inspector-n1", 1);
    clock_at(&t, "2020-02-10T12:00");
    comes(&t, report, "1.jpg");
    pass_until(&t, "2020-02-11T10:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 0);
    assert_int_equal(facts(&t, FACT(PHOTOS_LATE)), 0);
    township_close(&t);
}

static void each_visit_of_one_moment_is_told_by_itself(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    visit_lacking(&t, "inspector-n1", 1);
    report = visit_lacking(&t, "inspector-n1", 1);
    visit_lacking(&t, "inspector-n2", 2);
    comes(&t, report, "1.jpg");
    pass_until(&t, "2020-02-10T15:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    assert_int_equal(told(&t, "inspector-n2", "photos_missing"), 1);
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 2);
    assert_int_equal(facts(&t, FACT(PHOTOS_LATE)), 2);
    township_close(&t);
}

static void nobody_is_woken_up_for_a_photo(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T19:00");
    visit_lacking(&t, "inspector-n1", 1);
    pass_until(&t, "2020-02-11T06:59:59");
    assert_int_equal(facts(&t, FACT(PHOTOS_LATE)), 0);
    pass_until(&t, "2020-02-11T07:01");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    township_close(&t);
}

static void a_pack_without_a_time_for_them_says_nothing(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    comment_out(&t, "photos_within:");
    comment_out(&t, "photos_limit:");
    activate(&t, "epidemic-2020-beijing");
    visit_lacking(&t, "inspector-n1", 1);
    pass_until(&t, "2020-02-12T10:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 0);
    assert_null(photos_task(&t));
    township_close(&t);
}

/* ---------------------------------------------------------------- a task of whoever has them */

static void what_is_late_is_a_task_of_its_reporter_until_the_last_has_come(void **state)
{
    const Duban__Notice *notice;
    const Duban__Task *task;
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = visit_lacking(&t, "inspector-n1", 2);
    pass_until(&t, "2020-02-10T13:59:59");
    assert_null(photos_task(&t));
    pass_until(&t, "2020-02-10T14:00:01");
    task = photos_task(&t);
    assert_non_null(task);
    assert_string_equal(task->owner, "inspector-n1");
    assert_string_equal(task->site, "COUR-1");
    assert_int_equal(task->report_sequence, report);
    assert_int_equal(task->cause_sequence, report);
    assert_int_equal(task->due_s, at("2020-02-11T14:00"));
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    notice = last_notice(&t, "inspector-n1", "photos_missing");
    assert_memory_equal(notice->items[0]->task.data, task->id.data, ID_BYTES);
    assert_int_equal(notice->items[0]->due_s, task->due_s);
    assert_int_equal(notice->items[0]->count, 2);
    assert_memory_equal(last_fact(&t, FACT(PHOTOS_LATE))->task.data, task->id.data, ID_BYTES);
    comes(&t, report, "1.jpg");
    assert_non_null(photos_task(&t));
    pass_until(&t, "2020-02-11T10:00:01");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 2);   /* before it is due; the leader has nothing to do with that */
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 1);
    assert_int_equal(last_notice(&t, "inspector-n1", "photos_missing")->items[0]->count, 1);
    assert_int_equal(last_notice(&t, "inspector-n1", "photos_missing")->cause->entry_sequence, report);
    comes(&t, report, "2.jpg");
    assert_null(photos_task(&t));
    assert_int_equal(task_with(&t, &task->id)->state, ENDED(DONE));
    assert_int_equal(facts(&t, FACT(WITHDRAWN)), 1);
    pass_until(&t, "2020-02-13T10:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 2);
    assert_int_equal(facts(&t, FACT(OVERDUE)), 0);
    township_close(&t);
}

static void what_is_still_missing_goes_up_to_the_leader(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T19:00");
    visit_lacking(&t, "inspector-n1", 1);
    pass_until(&t, "2020-02-11T07:01");
    assert_int_equal(photos_task(&t)->due_s, at("2020-02-12T07:00"));
    pass_until(&t, "2020-02-11T21:31");   /* four hours before would be at night */
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 2);
    pass_until(&t, "2020-02-12T07:01");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 3);
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 1);
    pass_until(&t, "2020-02-12T19:01");
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 2);
    pass_until(&t, "2020-02-14T10:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 3);
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 2);
    assert_true(photos_task(&t)->overdue_told);
    township_close(&t);
}

static void of_a_report_whose_answers_are_taken_back_nobody_owes_photos(void **state)
{
    const Duban__Task *first;
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = visit_lacking(&t, "inspector-n1", 1);
    pass_until(&t, "2020-02-10T14:01");
    first = photos_task(&t);
    amends(&t, report, DUBAN__RESULT__RESULT_FAIL);   /* other words of the same visit: its photos are still to come */
    assert_memory_equal(photos_task(&t)->id.data, first->id.data, ID_BYTES);
    amends(&t, report, DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_null(photos_task(&t));
    assert_int_equal(task_with(&t, &first->id)->state, ENDED(CANCELLED));
    forget_told(&t);
    clock_at(&t, "2020-02-10T15:00");
    amends(&t, report, DUBAN__RESULT__RESULT_PASS);   /* there is something to show again */
    pass_until(&t, "2020-02-10T18:59:59");
    assert_null(photos_task(&t));
    pass_until(&t, "2020-02-10T19:01");
    assert_non_null(photos_task(&t));
    assert_memory_not_equal(photos_task(&t)->id.data, first->id.data, ID_BYTES);
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    township_close(&t);
}

static void what_showed_nothing_at_first_is_awaited_once(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = report_lacking(&t, "inspector-n1", DUBAN__RESULT__RESULT_NOT_CHECKED, 1);
    clock_at(&t, "2020-02-10T11:00");
    amends(&t, report, DUBAN__RESULT__RESULT_PASS);
    pass_until(&t, "2020-02-10T14:01");
    assert_non_null(photos_task(&t));
    assert_int_equal(facts(&t, FACT(PHOTOS_LATE)), 1);
    pass_until(&t, "2020-02-10T16:00");   /* neither then nor four hours after it was amended again */
    assert_int_equal(facts(&t, FACT(PHOTOS_LATE)), 1);
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    comes(&t, report, "1.jpg");
    assert_null(photos_task(&t));
    township_close(&t);
}

static void what_shows_something_only_when_its_photos_are_late_keeps_the_task_that_it_has(void **state)
{
    const Duban__Task *first;
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = report_lacking(&t, "inspector-n1", DUBAN__RESULT__RESULT_NOT_CHECKED, 1);
    pass_until(&t, "2020-02-10T14:01");
    first = photos_task(&t);
    assert_non_null(first);
    clock_at(&t, "2020-02-10T15:00");
    amends(&t, report, DUBAN__RESULT__RESULT_PASS);
    pass_until(&t, "2020-02-10T19:01");
    assert_int_equal(facts(&t, FACT(PHOTOS_LATE)), 1);
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    assert_memory_equal(photos_task(&t)->id.data, first->id.data, ID_BYTES);
    comes(&t, report, "1.jpg");
    assert_null(photos_task(&t));
    township_close(&t);
}

static void a_task_ends_with_its_report_whatever_the_pack_says_by_then(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = visit_lacking(&t, "inspector-n1", 1);
    pass_until(&t, "2020-02-10T14:01");
    comment_out(&t, "photos_limit:");
    activate(&t, "epidemic-2020-beijing");
    assert_non_null(photos_task(&t));   /* by the pack that it was opened under */
    amends(&t, report, DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_null(photos_task(&t));
    township_close(&t);
}

static void a_report_that_is_taken_back_in_time_is_not_spoken_of(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = visit_lacking(&t, "inspector-n1", 1);
    clock_at(&t, "2020-02-10T11:00");
    amends(&t, report, DUBAN__RESULT__RESULT_NOT_CHECKED);
    pass_until(&t, "2020-02-11T10:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 0);
    assert_null(photos_task(&t));
    comes(&t, report, "1.jpg");
    assert_null(held_last(&t));
    township_close(&t);
}

static void what_somebody_owed_who_has_left_is_the_leaders(void **state)
{
    const Duban__Task *task;
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = visit_lacking(&t, "inspector-n1", 1);
    pass_until(&t, "2020-02-10T14:01");
    removes(&t, "inspector-n1");
    task = photos_task(&t);
    assert_string_equal(task->owner, "");
    assert_int_equal(task->owner_role, DUBAN__ROLE__ROLE_GROUP_LEADER);
    assert_int_equal(facts(&t, FACT(PHOTOS_GIVEN)), 1);
    assert_string_equal(last_fact(&t, FACT(PHOTOS_GIVEN))->actor, "inspector-n1");
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 2);
    assert_string_equal(last_notice(&t, "leader-north", "photos_missing")->cause->rule, "visit.photos_given");
    assert_int_equal(last_notice(&t, "leader-north", "photos_missing")->cause->entry_sequence, t.sequence);
    pass_until(&t, "2020-02-11T14:01");
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 4);   /* four hours before, and at its due */
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    comes(&t, report, "1.jpg");
    assert_int_equal(task_with(&t, &task->id)->state, ENDED(DONE));
    township_close(&t);
}

static void who_holds_no_post_any_more_has_left(void **state)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    visit_lacking(&t, "inspector-n1", 1);
    pass_until(&t, "2020-02-10T14:01");
    holder(&t, "inspector-n1", DUBAN__ROLE__ROLE_INSPECTOR, "south");   /* in another group he has his phone still */
    assert_string_equal(photos_task(&t)->owner, "inspector-n1");
    change.account = "inspector-n1";
    SUBMIT(&t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
    assert_null(held_last(&t));
    assert_string_equal(photos_task(&t)->owner, "");
    township_close(&t);
}

static void what_is_late_of_somebody_who_has_left_is_the_leaders_at_once(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    visit_lacking(&t, "inspector-n1", 1);
    removes(&t, "inspector-n1");
    pass_until(&t, "2020-02-10T14:01");
    assert_string_equal(photos_task(&t)->owner, "");
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 1);
    assert_int_equal(told(&t, "leader-north", "nobody_to_receive"), 0);
    township_close(&t);
}

static void a_pack_without_a_limit_tells_of_them_once_and_has_no_task(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    comment_out(&t, "photos_limit:");
    activate(&t, "epidemic-2020-beijing");
    report = visit_lacking(&t, "inspector-n1", 1);
    pass_until(&t, "2020-02-14T10:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 1);
    assert_int_equal(last_notice(&t, "leader-north", "photos_missing")->items[0]->task.len, 0);
    assert_null(last_notice(&t, "leader-north", "photos_missing")->items[0]->report);
    assert_null(photos_task(&t));
    comes(&t, report, "1.jpg");
    assert_int_equal(facts(&t, FACT(COMPLETED)), 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(photos_that_do_not_come_in_time_are_told_once_to_reporter_and_leader),
        cmocka_unit_test(photos_that_come_in_time_are_not_spoken_of),
        cmocka_unit_test(each_visit_of_one_moment_is_told_by_itself),
        cmocka_unit_test(nobody_is_woken_up_for_a_photo),
        cmocka_unit_test(a_pack_without_a_time_for_them_says_nothing),
        cmocka_unit_test(what_is_late_is_a_task_of_its_reporter_until_the_last_has_come),
        cmocka_unit_test(what_is_still_missing_goes_up_to_the_leader),
        cmocka_unit_test(of_a_report_whose_answers_are_taken_back_nobody_owes_photos),
        cmocka_unit_test(what_showed_nothing_at_first_is_awaited_once),
        cmocka_unit_test(what_shows_something_only_when_its_photos_are_late_keeps_the_task_that_it_has),
        cmocka_unit_test(a_task_ends_with_its_report_whatever_the_pack_says_by_then),
        cmocka_unit_test(a_report_that_is_taken_back_in_time_is_not_spoken_of),
        cmocka_unit_test(what_somebody_owed_who_has_left_is_the_leaders),
        cmocka_unit_test(who_holds_no_post_any_more_has_left),
        cmocka_unit_test(what_is_late_of_somebody_who_has_left_is_the_leaders_at_once),
        cmocka_unit_test(a_pack_without_a_limit_tells_of_them_once_and_has_no_task),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
