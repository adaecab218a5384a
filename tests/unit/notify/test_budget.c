/* test_budget.c - how many a far end takes, whatever minute one looks at. */
#include "test.h"

#include "budget.h"

static struct budget budget_of(const char *first, const char *second)
{
    struct budget budget = { 0 };

    assert_true(budget_add(&budget, first));
    if (second != NULL)
        assert_true(budget_add(&budget, second));
    return budget;
}

/* Sends as soon as it may, `count` times; the moments. */
static void send_at_once(const struct budget *budget, int64_t from_ms, int64_t *sent_ms, size_t count)
{
    struct bucket bucket = { 0 };
    int64_t now_ms = from_ms;

    for (size_t i = 0; i < count; i++) {
        now_ms += budget_wait_ms(budget, &bucket, now_ms);
        assert_int_equal(budget_wait_ms(budget, &bucket, now_ms), 0);
        budget_take(budget, &bucket, now_ms);
        sent_ms[i] = now_ms;
    }
}

/* The most that lie in any span of that length. */
static size_t most_in(const int64_t *sent_ms, size_t count, int64_t span_ms)
{
    size_t most = 0;

    for (size_t i = 0; i < count; i++) {
        size_t inside = 0;

        for (size_t j = i; j < count && sent_ms[j] < sent_ms[i] + span_ms; j++)
            inside++;
        if (inside > most)
            most = inside;
    }
    return most;
}

static void no_minute_has_more_than_it_says(void **state)
{
    static const struct {
        const char *words;
        uint32_t count;
        int64_t span_ms;
    } cases[] = { { "20/1m", 20, 60000 }, { "5/1s", 5, 1000 }, { "100/1m", 100, 60000 }, { "1/1m", 1, 60000 },
                  { "3/10s", 3, 10000 }, { "40/24h", 40, 86400000 } };
    int64_t sent_ms[400];

    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct budget budget = budget_of(cases[i].words, NULL);

        send_at_once(&budget, 1580691600000, sent_ms, 400);
        assert_in_range(most_in(sent_ms, 400, cases[i].span_ms), 1, cases[i].count);
        /* and what is allowed is used: over many spans nearly the whole count passes */
        assert_true(sent_ms[399] - sent_ms[0] < (int64_t) (400 / cases[i].count + 2) * cases[i].span_ms * 3 / 2);
    }
}

static void a_quarter_may_leave_at_once(void **state)
{
    struct budget budget = budget_of("20/1m", NULL);
    int64_t sent_ms[6];

    (void) state;
    send_at_once(&budget, 1000, sent_ms, 6);
    assert_int_equal(sent_ms[4], 1000);
    assert_in_range(sent_ms[5], 4000, 5000);
}

static void both_limits_hold(void **state)
{
    struct budget budget = budget_of("5/1s", "100/1m");
    int64_t sent_ms[300];

    (void) state;
    send_at_once(&budget, 0, sent_ms, 300);
    assert_in_range(most_in(sent_ms, 300, 1000), 1, 5);
    assert_in_range(most_in(sent_ms, 300, 60000), 1, 100);
}

static void a_far_end_that_was_asked_too_often_gets_nothing_for_its_wait(void **state)
{
    struct budget budget = budget_of("20/1m", NULL);
    struct bucket bucket = { 0 };

    (void) state;
    budget_empty(&budget, &bucket, 5000, 600000);
    assert_int_equal(budget_wait_ms(&budget, &bucket, 5000), 600000);
    assert_int_equal(budget_wait_ms(&budget, &bucket, 605000), 0);
    assert_false(budget_is_full(&budget, &bucket, 605000));
    assert_true(budget_is_full(&budget, &bucket, 700000));
}

static void what_is_no_budget_is_refused(void **state)
{
    static const char *const wrong[] = { "", "20", "20/", "/1m", "0/1m", "20/0s", "20/1x", "x/1m", "-1/1m", "20/1m ",
                                         "99999999999999999999/1m" };
    struct budget budget = { 0 };

    (void) state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(budget_add(&budget, wrong[i]));
    assert_int_equal(budget.count, 0);
    assert_true(budget_add(&budget, "20/1m"));
    assert_true(budget_add(&budget, "100/1h"));
    assert_false(budget_add(&budget, "1/1s"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_minute_has_more_than_it_says),
        cmocka_unit_test(a_quarter_may_leave_at_once),
        cmocka_unit_test(both_limits_hold),
        cmocka_unit_test(a_far_end_that_was_asked_too_often_gets_nothing_for_its_wait),
        cmocka_unit_test(what_is_no_budget_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
