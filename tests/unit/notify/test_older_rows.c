/* test_older_rows.c - rows as they were written before an alarm had its detail in both languages, and as they are now. */
#include "fixture.h"

/* What stands at `from` on, and all before it. */
static struct bytes row_of(uint8_t *row, size_t from, const char *words)
{
    memcpy(row + from, words, strlen(words));
    return bytes_of(row, from + strlen(words));
}

static void facts_of_each_version_are_read(void **state)
{
    enum { IS_ALARM = 1, WHAT = 2, AT = 16, RETRY = 24, DETAIL = 24 };
    uint8_t key[8] = { [7] = 9 };
    uint8_t first[64] = { 1, [WHAT] = DUBAN__GRADE__GRADE_DEAD, [AT + 7] = 5 };
    uint8_t second[64] = { 2, [IS_ALARM] = 1, [WHAT] = DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW, [RETRY + 3] = 3 };
    struct fact fact;

    (void) state;
    assert_true(state_read_fact(bytes_of(key, 8), row_of(first, DETAIL, "HTTP 400"), &fact));
    assert_int_equal(fact.number, 9);
    assert_int_equal(fact.at_ms, 5);
    assert_int_equal(fact.retry, 0);
    assert_string_equal(fact.detail, "HTTP 400");
    assert_string_equal(fact.detail_en, "");
    assert_true(state_read_fact(bytes_of(key, 8), row_of(second, DETAIL + 4, "满 / full"), &fact));
    assert_int_equal(fact.retry, 3);
    assert_string_equal(fact.detail, "满 / full");
    assert_string_equal(fact.detail_en, "满 / full");
    second[0] = 5;
    assert_false(state_read_fact(bytes_of(key, 8), row_of(second, DETAIL + 4, "满"), &fact));
    second[0] = 3;
    second[DETAIL + 4] = 60;   /* longer than the row */
    assert_false(state_read_fact(bytes_of(key, 8), row_of(second, DETAIL + 5, "满"), &fact));
}

static void a_fact_keeps_both_languages_and_its_retry(void **state)
{
    struct fact fact = { .is_alarm = true, .retry = 3, .counted_in = 17, .at_ms = 5, .detail = "满", .detail_en = "full",
                         .way = { .channel = "smtp", .destination = "smtp://mail:25", .is_far_end = true } };
    struct fixture f;
    struct store_txn txn;
    struct bytes row;
    uint8_t key[8];

    (void) state;
    setup(&f);
    state_begin(&f.notify->state, &txn);
    state_add_fact(&f.notify->state, &txn, &fact);
    put_u64(key, fact.number);
    assert_true(store_get(&txn, TABLE_OUTCOME, bytes_of(key, 8), &row));
    assert_true(state_read_fact(bytes_of(key, 8), row, &fact));
    assert_int_equal(fact.retry, 3);
    assert_int_equal(fact.at_ms, 5);
    assert_string_equal(fact.detail, "满");
    assert_string_equal(fact.detail_en, "full");
    assert_int_equal(fact.counted_in, 17);
    assert_string_equal(fact.way.channel, "smtp");
    assert_string_equal(fact.way.account, "");
    assert_string_equal(fact.way.destination, "smtp://mail:25");
    assert_true(fact.way.is_far_end);
    state_abort(&f.notify->state, &txn);
    cleanup(&f);
}

static void alarms_of_before_say_in_both_languages_what_they_said(void **state)
{
    enum { HEAD = 1 + 8, ENDED_HEAD = 1 + 1 + 8 + 8 + 1 + 1 };
    static const char subject[1 + SUBJECT_BYTES] = { DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW };
    uint8_t standing[64] = { 1, [8] = 7 }, ended[64] = { 1, DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW };
    uint8_t key[8] = { [7] = 1 };
    struct ended_alarm over[ENDED_ALARMS_MOST];
    struct alarm alarms[ALARMS_MOST];
    struct fixture f;
    struct store_txn txn;

    (void) state;
    setup(&f);
    ended[ENDED_HEAD - 2] = (uint8_t) strlen("满 / full");
    ended[ENDED_HEAD - 1] = (uint8_t) strlen("clerk");
    state_begin(&f.notify->state, &txn);
    store_put(&txn, TABLE_ALARM, bytes_of(subject, sizeof subject), row_of(standing, HEAD, "满 / full"));
    store_put(&txn, TABLE_ENDED, bytes_of(key, 8), row_of(ended, ENDED_HEAD, "满 / fullclerk已清理"));
    assert_int_equal(state_read_alarms(&txn, alarms, ALARMS_MOST), 1);
    assert_int_equal(alarms[0].at_ms, 7);
    assert_string_equal(alarms[0].detail_zh, "满 / full");
    assert_string_equal(alarms[0].detail_en, "满 / full");
    assert_int_equal(state_read_ended_alarms(&txn, &f.notify->arena, over, ENDED_ALARMS_MOST), 1);
    assert_string_equal(over[0].alarm.detail_zh, "满 / full");
    assert_string_equal(over[0].alarm.detail_en, "满 / full");
    assert_string_equal(over[0].account, "clerk");
    assert_string_equal(over[0].reason, "已清理");
    state_abort(&f.notify->state, &txn);
    cleanup(&f);
}

static void alarms_without_a_token_are_read(void **state)
{
    enum { HEAD = 1 + 8 + 1 };
    static const char subject[1 + SUBJECT_BYTES] = { DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD };
    static const uint8_t none[TOKEN_BYTES];
    uint8_t standing[64] = { 2, [8] = 7, [9] = sizeof "满" - 1 };
    struct alarm alarms[ALARMS_MOST];
    struct fixture f;
    struct store_txn txn;

    (void) state;
    setup(&f);
    state_begin(&f.notify->state, &txn);
    store_put(&txn, TABLE_ALARM, bytes_of(subject, sizeof subject), row_of(standing, HEAD, "满channel=pager account=leader-n: gone"));
    assert_int_equal(state_read_alarms(&txn, alarms, ALARMS_MOST), 1);
    assert_int_equal(alarms[0].at_ms, 7);
    assert_string_equal(alarms[0].detail_zh, "满");
    assert_string_equal(alarms[0].detail_en, "channel=pager account=leader-n: gone");
    assert_string_equal(alarms[0].way.channel, "pager");
    assert_string_equal(alarms[0].way.account, "leader-n");
    assert_false(alarms[0].way.is_far_end);
    assert_memory_equal(alarms[0].token, none, TOKEN_BYTES);
    state_abort(&f.notify->state, &txn);
    cleanup(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_of_each_version_are_read),
        cmocka_unit_test(a_fact_keeps_both_languages_and_its_retry),
        cmocka_unit_test(alarms_of_before_say_in_both_languages_what_they_said),
        cmocka_unit_test(alarms_without_a_token_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
