/* queries_facts.c - notices with what became of them, and facts. */
#include <assert.h>
#include <string.h>

#include "queries.h"

static bool is_later(const struct question *question, int64_t at_s)
{
    return question->query->as_of_s != 0 && at_s > question->query->as_of_s;
}

/* Few: one more for each time that somebody has had it sent again. */
static void add_outcome(struct question *question, Duban__NoticeRow *row, struct bytes value)
{
    Duban__Outcome **outcomes = arena_take_pointers(question->arena, row->n_outcomes + 1);
    Duban__Outcome *outcome = state_unpack(question->arena, &duban__outcome__descriptor, value);

    assert(outcomes != NULL);
    if (is_later(question, outcome->at_s))
        return;
    for (size_t i = 0; i < row->n_outcomes; i++)
        outcomes[i] = row->outcomes[i];
    outcomes[row->n_outcomes++] = outcome;
    row->outcomes = outcomes;
}

static void add_outcomes(struct question *question, Duban__NoticeRow *row)
{
    uint8_t prefix[8];
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    put_u64(prefix, row->sequence);
    store_cursor_open(&cursor, &question->rules->state.txn, TABLE_OUTCOME);
    found = store_seek(&cursor, bytes_of(prefix, 8), &key, &value);
    while (found && key_has_prefix(key, bytes_of(prefix, 8))) {
        add_outcome(question, row, value);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
}

static Duban__NoticeRow *notice_row(struct question *question, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];
    Duban__OutboxRecord *record;
    Duban__NoticeRow *row;
    struct bytes value;

    if (!store_get(&question->rules->state.txn, TABLE_OUTBOX, bytes_of(key, key_of_number(key, sequence)), &value))
        return NULL;
    question->bytes += value.size;
    record = outbox_record(question->arena, value);
    if (record == NULL || record->body_case != DUBAN__OUTBOX_RECORD__BODY_NOTICE || is_later(question, record->notice->decided_at_s))
        return NULL;
    row = arena_take(question->arena, sizeof *row);
    assert(row != NULL);
    duban__notice_row__init(row);
    row->sequence = sequence;
    row->notice = record->notice;
    add_outcomes(question, row);
    return row;
}

/* The notice that the row is, or that it says was sent about the subject; 0 = none. */
static uint64_t notice_of_row(const struct page *page, int table)
{
    if (table == TABLE_OUTBOX)
        return get_u64((const uint8_t *) page->key.data + page->key.size - 8);
    return page->value.size == 8 ? get_u64(page->value.data) : 0;
}

static void notices_of_table(struct question *question, const Duban__NoticesQuery *wanted, int table, struct bytes prefix,
                             Duban__NoticeRows *notices)
{
    void **rows = question_rows(question);
    uint64_t last = 0;   /* a notice may have two items about one subject */
    struct page page;

    page_open(&page, question, table, prefix);
    while (page.found) {
        uint64_t sequence = notice_of_row(&page, table);
        Duban__NoticeRow *row = sequence <= last || sequence < wanted->from_sequence ? NULL : notice_row(question, sequence);

        last = sequence > last ? sequence : last;
        if (row == NULL || !query_matches(wanted->recipient, row->notice->recipient->account)) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = row;
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    notices->n_rows = page.rows;
    notices->rows = (Duban__NoticeRow **) rows;
}

/* Without something to be about the walk starts at from_sequence, not at the beginning of time. */
void query_on_notices(struct question *question, const Duban__NoticesQuery *wanted)
{
    Duban__NoticeRows *notices = arena_take(question->arena, sizeof *notices);
    Duban__Query from = *question->query;
    uint8_t start[8];

    duban__notice_rows__init(notices);
    question->reply->body_case = DUBAN__REPLY__BODY_NOTICES;
    question->reply->notices = notices;
    if (wanted->only_sequence != 0) {
        void **rows = question_rows(question);
        Duban__NoticeRow *row = notice_row(question, wanted->only_sequence);

        rows[0] = row;
        if (row == NULL || !query_matches(wanted->recipient, row->notice->recipient->account)) {
            question_fault(question, "notice", "没有这条消息，请用 duban notices 查序号", "there is no such notice; duban notices lists them");
            return;
        }
        notices->n_rows = 1;
        notices->rows = (Duban__NoticeRow **) rows;
        return;
    }
    if (wanted->about.len == ID_BYTES) {
        notices_of_table(question, wanted, TABLE_FACT_BY_SUBJECT, bytes_of(wanted->about.data, ID_BYTES), notices);
        return;
    }
    if (from.after.len == 0 && wanted->from_sequence > 1) {
        put_u64(start, wanted->from_sequence - 1);
        from.after = (ProtobufCBinaryData){ 8, start };
        question->query = &from;
    }
    notices_of_table(question, wanted, TABLE_OUTBOX, bytes_of("", 0), notices);
}

Duban__Fact *query_fact_at(struct question *question, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    if (!store_get(&question->rules->state.txn, TABLE_FACT, bytes_of(key, key_of_number(key, sequence)), &value))
        return NULL;
    question->bytes += value.size;
    return state_unpack(question->arena, &duban__fact__descriptor, value);
}

/* Facts stand in order of policy time, and none is ever taken out: where from_s begins is found
 * by halving, not by reading all that came before. */
uint64_t query_first_fact_since(struct question *question, int64_t from_s)
{
    uint64_t low = 1, high = question->rules->state.meta.fact_last + 1;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        const Duban__Fact *fact = query_fact_at(question, middle);

        assert(fact != NULL);
        if (fact->at_s < from_s)
            low = middle + 1;
        else
            high = middle;
    }
    question->bytes = 0;   /* what was looked at is not answered */
    return low;
}

static bool is_of_kinds(const Duban__Fact *fact, const Duban__FactsQuery *wanted)
{
    for (size_t i = 0; i < wanted->n_kinds; i++)
        if (fact->kind == wanted->kinds[i])
            return true;
    return wanted->n_kinds == 0;
}

enum { TOGETHER_S = 60, LOOKED_THROUGH_MOST = 256 };

static bool is_of_missing_photos(const Duban__Fact *fact)
{
    if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_INCOMPLETE)
        return true;
    return (fact->kind == DUBAN__FACT_KIND__FACT_KIND_PASS_NOT_COUNTED || fact->kind == DUBAN__FACT_KIND__FACT_KIND_VISIT_NOT_COUNTED) &&
           strcmp(fact->reason, "incomplete") == 0;
}

/* A form and the photos of one request are entries of their own, one behind the other: that the first lacked the others for that
 * long is nothing that anybody had to do with. */
static bool came_with_its_photos(struct page *page, const Duban__Fact *fact)
{
    struct question *question = page->question;
    struct arena_mark mark = arena_mark(question->arena);
    size_t bytes = question->bytes;
    bool complete = false;

    for (uint64_t i = 1; !complete && i <= LOOKED_THROUGH_MOST; i++) {
        const Duban__Fact *next = query_fact_at(question, fact->sequence + i);

        page->skipped++;
        if (next == NULL || next->at_s > fact->at_s + TOGETHER_S || is_later(question, next->at_s))
            break;
        complete = next->kind == DUBAN__FACT_KIND__FACT_KIND_COMPLETED && next->other_sequence == fact->other_sequence;
    }
    question->bytes = bytes;           /* what was looked at is not answered */
    arena_rewind(question->arena, mark);
    return complete;
}

/* Why a watch began by itself is a sentence of the rules; its fact has it in Chinese alone. */
static void say_in_english(struct question *question, Duban__Fact *fact)
{
    const Duban__Subject *subject;

    if (fact->kind != DUBAN__FACT_KIND__FACT_KIND_RECEIVED || fact->reason[0] == '\0' || fact->reason_en[0] != '\0' ||
        fact->subject.len != ID_BYTES)
        return;
    subject = state_subject(&question->rules->state, fact->subject.data);
    if (subject != NULL && subject->of_case == DUBAN__SUBJECT__OF_WATCH)
        fact->reason_en = subject->watch->reason_en;
}

static void facts_of_table(struct question *question, const Duban__FactsQuery *wanted, int table, struct bytes prefix,
                           uint64_t from_sequence, Duban__FactRows *facts)
{
    void **rows = question_rows(question);
    struct page page;

    page_open(&page, question, table, prefix);
    while (page.found) {
        uint64_t sequence = get_u64((const uint8_t *) page.key.data + page.key.size - 8);
        size_t bytes = question->bytes;
        Duban__Fact *fact;

        if (sequence < from_sequence) {
            page_skip(&page);
            continue;
        }
        fact = query_fact_at(question, sequence);
        assert(fact != NULL);
        if ((wanted->until_s != 0 && fact->at_s > wanted->until_s) || is_later(question, fact->at_s))
            break;
        if (!is_of_kinds(fact, wanted) || (is_of_missing_photos(fact) && came_with_its_photos(&page, fact))) {
            question->bytes = bytes;   /* what is skipped is not answered */
            page_skip(&page);
            continue;
        }
        say_in_english(question, fact);
        rows[page.rows] = fact;
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    facts->n_rows = page.rows;
    facts->rows = (Duban__Fact **) rows;
}

/* Without a subject the walk starts at the first that is wanted, not at the beginning of time. */
void query_on_facts(struct question *question, const Duban__FactsQuery *wanted)
{
    Duban__FactRows *facts = arena_take(question->arena, sizeof *facts);
    uint64_t since = wanted->from_s == 0 ? 0 : query_first_fact_since(question, wanted->from_s);
    uint64_t first = since > wanted->from_sequence ? since : wanted->from_sequence;
    Duban__Query from = *question->query;
    uint8_t start[8];

    duban__fact_rows__init(facts);
    question->reply->body_case = DUBAN__REPLY__BODY_FACTS;
    question->reply->facts = facts;
    if (wanted->subject.len == ID_BYTES) {
        facts_of_table(question, wanted, TABLE_FACT_BY_SUBJECT, bytes_of(wanted->subject.data, ID_BYTES), first, facts);
        return;
    }
    if (from.after.len == 0 && first > 1) {
        put_u64(start, first - 1);
        from.after = (ProtobufCBinaryData){ 8, start };
        question->query = &from;
    }
    facts_of_table(question, wanted, TABLE_FACT, bytes_of("", 0), first, facts);
}
