/* test_facts.c - pages of what has happened. */
#include "asked.h"

enum { LACKING = 100, OTHERS = 300 };

static void add_facts(struct township *t, Duban__FactKind kind, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Duban__Fact fact = DUBAN__FACT__INIT;

        fact.kind = kind;
        fact.at_s = t->now_s;
        fact.other_sequence = i + 1;
        state_add_fact(&t->rules.state, &fact);
    }
}

/* A hundred reports whose photos do not follow, of one moment. */
static void add_reports_that_lack_photos(struct township *t)
{
    struct state *state = &t->rules.state;

    state_begin(state);
    state_link_begin(state);
    add_facts(t, FACT(INCOMPLETE), LACKING);
    add_facts(t, FACT(PHOTOS_LATE), OTHERS);
    state_link_end(state);
    assert_int_equal(state_commit(state), 0);
}

static void what_is_looked_at_for_missing_photos_ends_a_page_too(void **state)
{
    Duban__FactsQuery wanted = DUBAN__FACTS_QUERY__INIT;
    uint8_t after[8];
    size_t after_bytes = 0, pages = 0;
    struct township t;
    uint64_t last;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    add_reports_that_lack_photos(&t);
    last = t.seen_fact;
    wanted.from_sequence = t.seen_fact + 1;
    do {
        struct asked asked;

        open_question(&t, &asked, QUERY_MAX_ROWS);
        asked.query.after = (ProtobufCBinaryData){ after_bytes, after };
        query_on_facts(&asked.question, &wanted);
        assert_true(asked.reply.facts->n_rows > 0);
        for (size_t i = 0; i < asked.reply.facts->n_rows; i++)
            assert_int_equal(asked.reply.facts->rows[i]->sequence, ++last);
        after_bytes = asked.reply.next.len;
        if (after_bytes > 0) {
            assert_int_equal(after_bytes, sizeof after);
            memcpy(after, asked.reply.next.data, sizeof after);
            assert_true(asked.reply.facts->n_rows <= MAX_SKIPPED_ROWS / 250);   /* some 256 are looked at for each */
        }
        close_question(&t);
        pages++;
    } while (after_bytes > 0);
    assert_int_equal(last, t.rules.state.meta.fact_last);
    assert_true(pages >= LACKING / (MAX_SKIPPED_ROWS / 250));
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_looked_at_for_missing_photos_ends_a_page_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
