/* The latest events: without gaps, and no more of them than there is room for. */
#include "events_kept.h"
#include "test.h"

static void keep(struct events_kept *kept, uint64_t sequence, Duban__FactKind kind, char *reason)
{
    Duban__EventRow row = DUBAN__EVENT_ROW__INIT;
    Duban__Fact fact = DUBAN__FACT__INIT;

    fact.sequence = sequence;
    fact.kind = kind;
    fact.reason = reason;
    fact.recipient = "insp-n";
    row.fact = &fact;
    row.zone = "north";
    row.owner = "insp-s";
    events_keep(kept, &row);
}

static struct events_kept *begin(uint64_t last)
{
    struct events_kept *kept = calloc(1, sizeof *kept);

    assert_non_null(kept);
    kept->first = 1;
    events_keep_nothing(kept, last);
    return kept;
}

static void end(struct events_kept *kept)
{
    events_keep_nothing(kept, 0);
    assert_int_equal(kept->bytes, 0);
    free(kept);
}

static void what_is_kept_is_as_it_is_sent(void **state)
{
    struct events_kept *kept = begin(6);
    const struct event *event;

    (void) state;
    keep(kept, 7, DUBAN__FACT_KIND__FACT_KIND_TOLD, "");
    event = event_kept(kept, 7);
    assert_string_equal(event->text, "id: 7\nevent: notice\ndata: {\"fact\":{\"sequence\":\"7\",\"kind\":\"FACT_KIND_TOLD\","
                                     "\"recipient\":\"insp-n\"},\"zone\":\"north\",\"owner\":\"insp-s\"}\n\n");
    assert_int_equal(event->kind, EVENT_NOTICE);
    assert_string_equal(event->own, "insp-n");
    keep(kept, 8, DUBAN__FACT_KIND__FACT_KIND_DONE, "line\nline");
    assert_int_equal(event_kept(kept, 8)->kind, EVENT_FACT);
    assert_string_equal(event_kept(kept, 8)->own, "insp-s");
    assert_null(strstr(event_kept(kept, 8)->text, "line\nline"));
    end(kept);
}

static void the_oldest_goes_when_there_are_too_many(void **state)
{
    struct events_kept *kept = begin(0);

    (void) state;
    for (uint64_t i = 1; i <= EVENTS_KEPT + 10; i++)
        keep(kept, i, DUBAN__FACT_KIND__FACT_KIND_DONE, "");
    assert_int_equal(kept->first, 11);
    assert_int_equal(event_kept(kept, kept->first)->sequence, 11);
    assert_int_equal(event_kept(kept, kept->last)->sequence, EVENTS_KEPT + 10);
    end(kept);
}

static void the_oldest_goes_when_they_are_too_large(void **state)
{
    struct events_kept *kept = begin(0);
    char *large = calloc(1, 64 * 1024);

    (void) state;
    assert_non_null(large);
    memset(large, 'x', 64 * 1024 - 1);
    for (uint64_t i = 1; i <= 100; i++)
        keep(kept, i, DUBAN__FACT_KIND__FACT_KIND_DONE, large);
    assert_true(kept->bytes <= 4 * 1024 * 1024 && kept->last == 100 && kept->first > 30);
    free(large);
    end(kept);
}

static void nothing_before_a_gap_is_kept(void **state)
{
    struct events_kept *kept = begin(0);

    (void) state;
    keep(kept, 1, DUBAN__FACT_KIND__FACT_KIND_DONE, "");
    keep(kept, 3, DUBAN__FACT_KIND__FACT_KIND_DONE, "");
    assert_int_equal(kept->first, 4);
    keep(kept, 4, DUBAN__FACT_KIND__FACT_KIND_DONE, "");
    assert_int_equal(event_kept(kept, 4)->sequence, 4);
    end(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_as_it_is_sent),
        cmocka_unit_test(the_oldest_goes_when_there_are_too_many),
        cmocka_unit_test(the_oldest_goes_when_they_are_too_large),
        cmocka_unit_test(nothing_before_a_gap_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
