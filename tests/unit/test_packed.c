/* Reading and writing packed bytes in one pass: the same as protobuf-c does, or nothing at all. */
#include "packed.h"

#include "entry.pb-c.h"
#include "message.h"
#include "state.pb-c.h"
#include "test.h"

enum { ARENA_BYTES = 256 * 1024, MOST_BYTES = 512 };

struct fixture {
    struct arena arena, other;
    struct bytes packed;
};

/* A visit with texts, bytes, numbers, a choice and lists, one of them of several. */
static struct bytes packed_entry(struct arena *arena)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer first = DUBAN__ANSWER__INIT, second = DUBAN__ANSWER__INIT, *answers[] = { &first, &second };
    Duban__Evidence photo = DUBAN__EVIDENCE__INIT, *evidence[] = { &photo };
    uint8_t hash[32] = { 7 };

    entry.body_case = DUBAN__ENTRY__BODY_REPORT;
    entry.report = &report;
    report.reporter = "inspector-n1";
    report.site = "COUR-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_REVISIT;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.device_time_ms = INT64_C(1581300000000);
    report.n_answers = 2;
    report.answers = answers;
    report.n_evidence = 1;
    report.evidence = evidence;
    first.item = "DS-01";
    first.result = DUBAN__RESULT__RESULT_FAIL;
    first.note = "没有间隔";
    first.fixed_now = true;
    second.item = "DS-02";
    second.result = DUBAN__RESULT__RESULT_PASS;
    second.number_presence_case = DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI;
    second.number_milli = -1500;
    photo.name = "a.jpg";
    photo.sha256 = (ProtobufCBinaryData){ sizeof hash, hash };
    return message_pack(arena, &entry);
}

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    arena_open(&fixture->arena, ARENA_BYTES);
    arena_open(&fixture->other, ARENA_BYTES);
    fixture->packed = packed_entry(&fixture->other);
    assert_in_range(fixture->packed.size, 100, MOST_BYTES);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    arena_close(&fixture->arena);
    arena_close(&fixture->other);
    free(fixture);
    return 0;
}

static struct bytes packed_by_protobuf_c(struct fixture *fixture, const void *message)
{
    uint8_t *packed = arena_take(&fixture->arena, protobuf_c_message_get_packed_size(message));

    assert_non_null(packed);
    return bytes_of(packed, protobuf_c_message_pack(message, packed));
}

/* What is written in one pass is what protobuf-c packs. False: it is left to protobuf-c. */
static bool is_written(struct fixture *fixture, const void *message)
{
    uint8_t room[2 * MOST_BYTES];
    struct bytes theirs = packed_by_protobuf_c(fixture, message), ours = packed_write(room, sizeof room, message);

    if (ours.data == NULL)
        return false;
    assert_true(bytes_equal(ours, theirs));
    return true;
}

static struct bytes by_protobuf_c(struct fixture *fixture, const ProtobufCMessageDescriptor *type, struct bytes packed)
{
    ProtobufCMessage *message = protobuf_c_message_unpack(type, &fixture->arena.allocator, packed.size, packed.data);

    if (message == NULL)
        return bytes_of(NULL, 0);
    is_written(fixture, message);
    return packed_by_protobuf_c(fixture, message);
}

/* What is read in one pass is what protobuf-c reads. False: it is left to protobuf-c. */
static bool is_read(struct fixture *fixture, const ProtobufCMessageDescriptor *type, struct bytes packed)
{
    struct bytes theirs = by_protobuf_c(fixture, type, packed), either;
    void *ours = packed_read(&fixture->arena, type, packed), *own = message_unpack_own(&fixture->arena, type, packed);

    assert_true((own == NULL) == (theirs.data == NULL));
    if (own != NULL) {
        either = packed_by_protobuf_c(fixture, own);
        assert_true(bytes_equal(either, theirs));
    }
    if (ours != NULL) {
        assert_non_null(theirs.data);
        assert_true(is_written(fixture, ours));
        either = packed_by_protobuf_c(fixture, ours);
        assert_true(bytes_equal(either, theirs));
    }
    arena_reset(&fixture->arena);
    return ours != NULL;
}

static void what_we_pack_is_read_in_one_pass(void **state)
{
    struct fixture *fixture = *state;
    Duban__Entry *entry = packed_read(&fixture->arena, &duban__entry__descriptor, fixture->packed);
    const Duban__Report *report;

    assert_non_null(entry);
    report = entry->report;
    assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_REPORT);
    assert_string_equal(report->site, "COUR-1");
    assert_int_equal(report->device_time_ms, INT64_C(1581300000000));
    assert_int_equal(report->n_answers, 2);
    assert_string_equal(report->answers[0]->note, "没有间隔");
    assert_true(report->answers[0]->fixed_now);
    assert_int_equal(report->answers[0]->number_presence_case, DUBAN__ANSWER__NUMBER_PRESENCE__NOT_SET);
    assert_int_equal(report->answers[1]->number_milli, -1500);
    assert_string_equal(report->answers[1]->note, "");
    assert_int_equal(report->evidence[0]->sha256.len, 32);
    assert_int_equal(report->evidence[0]->sha256.data[0], 7);
    assert_true(is_read(fixture, &duban__entry__descriptor, fixture->packed));
}

static void nothing_is_an_empty_message(void **state)
{
    struct fixture *fixture = *state;

    assert_true(is_read(fixture, &duban__tick__descriptor, bytes_of("", 0)));
    assert_true(is_read(fixture, &duban__visit__descriptor, bytes_of("", 0)));
}

static void every_truncation_is_read_as_protobuf_c_reads_it(void **state)
{
    struct fixture *fixture = *state;

    for (size_t size = 0; size < fixture->packed.size; size++) {
        uint8_t *exact = malloc(size > 0 ? size : 1);   /* ASan sees a byte too many */

        memcpy(exact, fixture->packed.data, size);
        is_read(fixture, &duban__entry__descriptor, bytes_of(exact, size));
        free(exact);
    }
}

static void every_byte_may_be_any_other(void **state)
{
    struct fixture *fixture = *state;
    uint8_t bytes[MOST_BYTES];
    unsigned read = 0;

    for (size_t at = 0; at < fixture->packed.size; at++)
        for (unsigned value = 0; value < 256; value++) {
            memcpy(bytes, fixture->packed.data, fixture->packed.size);
            bytes[at] = (uint8_t) value;
            read += is_read(fixture, &duban__entry__descriptor, bytes_of(bytes, fixture->packed.size));
        }
    assert_in_range(read, fixture->packed.size * 100, fixture->packed.size * 256);
}

static void what_is_unusual_is_left_to_protobuf_c(void **state)
{
    static const struct {
        const char *what;
        const ProtobufCMessageDescriptor *type;
        size_t size;
        uint8_t bytes[16];
    } UNUSUAL[] = {
        { "a tag in six bytes", &duban__answer__descriptor, 9, { 0x8a, 0x80, 0x80, 0x80, 0x80, 0x00, 0x01, 'x' } },
        { "a size in two bytes", &duban__answer__descriptor, 4, { 0x0a, 0x81, 0x00, 'x' } },
        { "a number in two bytes", &duban__answer__descriptor, 3, { 0x10, 0x81, 0x00 } },
        { "more than 64 bits", &duban__evidence__descriptor, 11,
          { 0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02 } },
        { "an unknown field", &duban__answer__descriptor, 3, { 0xf8, 0x3f, 0x01 } },
        { "a part said twice, to be merged", &duban__site__descriptor, 8, { 0x22, 0x02, 0x0a, 0x00, 0x22, 0x02, 0x12, 0x00 } },
        { "fields out of order", &duban__answer__descriptor, 5, { 0x10, 0x01, 0x0a, 0x01, 'x' } },
        { "a text where a number belongs", &duban__answer__descriptor, 3, { 0x12, 0x01, 'x' } },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof UNUSUAL / sizeof UNUSUAL[0]; i++)
        if (is_read(fixture, UNUSUAL[i].type, bytes_of(UNUSUAL[i].bytes, UNUSUAL[i].size)))
            fail_msg("read in one pass: %s", UNUSUAL[i].what);
}

static void what_protobuf_c_reads_in_the_end_takes_no_more_room(void **state)
{
    struct fixture *fixture = *state;
    uint8_t bytes[MOST_BYTES];
    struct bytes unusual = bytes_of(bytes, fixture->packed.size + 3);
    size_t alone;

    memcpy(bytes, fixture->packed.data, fixture->packed.size);
    memcpy(bytes + fixture->packed.size, "\xf8\x7f\x01", 3);   /* an unknown field behind all */
    assert_non_null(protobuf_c_message_unpack(&duban__entry__descriptor, &fixture->arena.allocator, unusual.size, unusual.data));
    alone = fixture->arena.used_bytes;
    arena_reset(&fixture->arena);
    assert_non_null(message_unpack_own(&fixture->arena, &duban__entry__descriptor, unusual));
    assert_int_equal(fixture->arena.used_bytes, alone);
}

static void at_the_limit_of_the_arena_there_is_no_message(void **state)
{
    struct fixture *fixture = *state;
    struct arena small;
    size_t needed;

    assert_non_null(packed_read(&fixture->arena, &duban__entry__descriptor, fixture->packed));
    needed = fixture->arena.used_bytes;
    for (size_t limit = 1; limit <= needed; limit++) {
        arena_open(&small, limit);
        assert_true((packed_read(&small, &duban__entry__descriptor, fixture->packed) != NULL) == (limit == needed));
        arena_close(&small);
    }
}

/* ---------------------------------------------------------------- lists of numbers */

static struct bytes packed_item(struct arena *arena, Duban__AgendaKind *also, size_t count)
{
    Duban__AgendaItem item = DUBAN__AGENDA_ITEM__INIT;

    item.kind = DUBAN__AGENDA_KIND__AGENDA_KIND_OVERDUE;
    item.also = also;
    item.n_also = count;
    return message_pack(arena, &item);
}

static void a_list_of_numbers_is_read_in_one_pass(void **state)
{
    struct fixture *fixture = *state;
    Duban__AgendaKind also[] = { DUBAN__AGENDA_KIND__AGENDA_KIND_SOON, -1, 300 };
    struct bytes packed = packed_item(&fixture->other, also, 3);
    Duban__AgendaItem *item = packed_read(&fixture->arena, &duban__agenda_item__descriptor, packed);

    assert_non_null(item);
    assert_int_equal(item->n_also, 3);
    assert_memory_equal(item->also, also, sizeof also);
    for (size_t size = 0; size <= packed.size; size++)
        (void) is_read(fixture, &duban__agenda_item__descriptor, bytes_of(packed.data, size));
    assert_true(is_read(fixture, &duban__agenda_item__descriptor, packed));
}

static void a_list_said_in_parts_is_left_to_protobuf_c(void **state)
{
    struct fixture *fixture = *state;
    Duban__AgendaKind also[] = { DUBAN__AGENDA_KIND__AGENDA_KIND_SOON };
    struct bytes packed = packed_item(&fixture->other, also, 1);
    uint8_t twice[MOST_BYTES];

    memcpy(twice, packed.data, packed.size);
    memcpy(twice + packed.size, (const uint8_t *) packed.data + packed.size - 3, 3);   /* the list once more */
    assert_false(is_read(fixture, &duban__agenda_item__descriptor, bytes_of(twice, packed.size + 3)));
}

/* ---------------------------------------------------------------- writing */

static void numbers_of_every_size_are_written_as_protobuf_c_packs_them(void **state)
{
    static const int64_t NUMBERS[] = { 0, 1, -1, 127, 128, 16383, 16384, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++) {
        Duban__Visit visit = DUBAN__VISIT__INIT;
        Duban__Answer answer = DUBAN__ANSWER__INIT;

        visit.visit_ms = NUMBERS[i];
        visit.sequence = (uint64_t) NUMBERS[i];
        visit.evidence_missing = (uint32_t) NUMBERS[i];
        visit.time_doubtful = NUMBERS[i] != 0;
        answer.result = (Duban__Result) (int32_t) NUMBERS[i];
        assert_true(is_written(fixture, &visit));
        assert_true(is_written(fixture, &answer));
    }
}

static void what_was_chosen_is_written_even_as_nothing(void **state)
{
    struct fixture *fixture = *state;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Tick tick = DUBAN__TICK__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    uint8_t room[16];

    answer.number_presence_case = DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI;   /* zero was measured */
    assert_true(is_written(fixture, &answer));
    assert_int_equal(packed_write(room, sizeof room, &answer).size, 2);
    entry.body_case = DUBAN__ENTRY__BODY_TICK;
    entry.tick = &tick;
    assert_true(is_written(fixture, &entry));
    entry.tick = NULL;
    assert_true(is_written(fixture, &entry));
    entry.body_case = DUBAN__ENTRY__BODY__NOT_SET;
    entry.tick = &tick;
    assert_true(is_written(fixture, &entry));
    assert_int_equal(packed_write(room, sizeof room, &entry).size, 0);
}

static void lists_hold_their_empty_elements(void **state)
{
    struct fixture *fixture = *state;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer nothing = DUBAN__ANSWER__INIT, *answers[] = { &nothing, &nothing, &nothing };

    report.n_answers = 3;
    report.answers = answers;
    assert_true(is_written(fixture, &report));
}

static void numbers_of_a_list_are_packed_together(void **state)
{
    struct fixture *fixture = *state;
    Duban__CaseFiling filing = DUBAN__CASE_FILING__INIT;
    Duban__ComplaintRecord complaint = DUBAN__COMPLAINT_RECORD__INIT;
    int64_t reworks_ms[] = { 0, -1, INT64_C(1581300000000) };
    uint32_t prior_cases[] = { 1, 128, UINT32_MAX };

    filing.n_reworks_ms = 3;
    filing.reworks_ms = reworks_ms;
    assert_true(is_written(fixture, &filing));
    complaint.n_prior_cases = 3;
    complaint.prior_cases = prior_cases;
    assert_true(is_written(fixture, &complaint));
}

/* The length of what is inside stands before it, in one byte or in more. */
static void messages_of_all_lengths_are_written_inside_others(void **state)
{
    static const size_t LENGTHS[] = { 0, 1, 100, 123, 124, 125, 126, 127, 128, 129, 130, 900 };
    struct fixture *fixture = *state;
    Duban__Text text = DUBAN__TEXT__INIT;
    Duban__Site site = DUBAN__SITE__INIT;
    char words[901];

    site.name = &text;
    text.zh = words;
    for (size_t i = 0; i < sizeof LENGTHS / sizeof LENGTHS[0]; i++) {
        memset(words, 'x', LENGTHS[i]);
        words[LENGTHS[i]] = '\0';
        assert_true(is_written(fixture, &site));
    }
}

static void what_does_not_fit_is_not_written(void **state)
{
    struct fixture *fixture = *state;
    Duban__Entry *entry = packed_read(&fixture->arena, &duban__entry__descriptor, fixture->packed);

    for (size_t size = 0; size <= fixture->packed.size; size++) {
        uint8_t *exact = malloc(size > 0 ? size : 1);   /* ASan sees a byte too many */
        struct bytes written = packed_write(exact, size, entry);

        assert_true((written.data != NULL) == (size == fixture->packed.size));
        assert_true(written.data == NULL || bytes_equal(written, fixture->packed));
        free(exact);
    }
}

static void an_unknown_field_is_left_to_protobuf_c(void **state)
{
    static const uint8_t WITH_UNKNOWN[] = { 0x0a, 0x01, 'x', 0xf8, 0x3f, 0x01 };
    struct fixture *fixture = *state;
    void *answer = protobuf_c_message_unpack(&duban__answer__descriptor, &fixture->arena.allocator, sizeof WITH_UNKNOWN, WITH_UNKNOWN);

    assert_non_null(answer);
    assert_false(is_written(fixture, answer));
    assert_true(bytes_equal(message_pack(&fixture->arena, answer), bytes_of(WITH_UNKNOWN, sizeof WITH_UNKNOWN)));
}

static void a_large_message_is_packed_all_the_same(void **state)
{
    enum { LONG = 10000 };
    struct fixture *fixture = *state;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    char note[LONG + 1];

    memset(note, 'x', LONG);
    note[LONG] = '\0';
    answer.note = note;
    assert_true(bytes_equal(message_pack(&fixture->arena, &answer), packed_by_protobuf_c(fixture, &answer)));
}

#define test(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(what_we_pack_is_read_in_one_pass),
        test(nothing_is_an_empty_message),
        test(every_truncation_is_read_as_protobuf_c_reads_it),
        test(every_byte_may_be_any_other),
        test(what_is_unusual_is_left_to_protobuf_c),
        test(what_protobuf_c_reads_in_the_end_takes_no_more_room),
        test(at_the_limit_of_the_arena_there_is_no_message),
        test(a_list_of_numbers_is_read_in_one_pass),
        test(a_list_said_in_parts_is_left_to_protobuf_c),
        test(messages_of_all_lengths_are_written_inside_others),
        test(numbers_of_every_size_are_written_as_protobuf_c_packs_them),
        test(what_was_chosen_is_written_even_as_nothing),
        test(lists_hold_their_empty_elements),
        test(numbers_of_a_list_are_packed_together),
        test(what_does_not_fit_is_not_written),
        test(an_unknown_field_is_left_to_protobuf_c),
        test(a_large_message_is_packed_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
