#include "message.h"

#include "entry.pb-c.h"
#include "link.pb-c.h"
#include "test.h"

enum { ARENA_BYTES = 64 * 1024 };

struct fixture {
    struct arena arena;
    struct fault fault;
    Duban__Entry entry;
    Duban__Report report;
    Duban__Answer answers[3];
    Duban__Answer *answer_list[3];
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    arena_open(&fixture->arena, ARENA_BYTES);
    duban__entry__init(&fixture->entry);
    duban__report__init(&fixture->report);
    fixture->entry.body_case = DUBAN__ENTRY__BODY_REPORT;
    fixture->entry.report = &fixture->report;
    fixture->report.reporter = "inspector-n1";
    fixture->report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    fixture->report.n_answers = 3;
    fixture->report.answers = fixture->answer_list;
    for (size_t i = 0; i < 3; i++) {
        duban__answer__init(&fixture->answers[i]);
        fixture->answers[i].item = "DS-01";
        fixture->answers[i].result = DUBAN__RESULT__RESULT_PASS;
        fixture->answer_list[i] = &fixture->answers[i];
    }
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

static Duban__Entry *there_and_back(struct fixture *fixture)
{
    struct bytes packed = message_pack(&fixture->arena, &fixture->entry);

    assert_non_null(packed.data);
    return message_unpack(&fixture->arena, &duban__entry__descriptor, packed, MESSAGE_MAX_BYTES, &fixture->fault);
}

static void assert_refused(struct fixture *fixture, struct bytes packed, const char *field)
{
    char *exact = malloc(packed.size > 0 ? packed.size : 1);

    memcpy(exact, packed.data, packed.size);
    if (message_unpack(&fixture->arena, &duban__entry__descriptor, bytes_of(exact, packed.size), MESSAGE_MAX_BYTES,
                       &fixture->fault) != NULL)
        fail_msg("accepted, expected a fault at %s", field);
    free(exact);
    assert_string_equal(fixture->fault.field, field);
    assert_true(fixture->fault.zh[0] != '\0' && fixture->fault.en[0] != '\0');
}

static void a_message_goes_there_and_back(void **state)
{
    struct fixture *fixture = *state;
    Duban__Entry *entry = there_and_back(fixture);

    assert_non_null(entry);
    assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_REPORT);
    assert_string_equal(entry->report->reporter, "inspector-n1");
    assert_int_equal(entry->report->n_answers, 3);
    assert_string_equal(entry->report->answers[2]->item, "DS-01");
}

static void an_empty_message_is_no_bytes(void **state)
{
    struct fixture *fixture = *state;
    Duban__Tick tick = DUBAN__TICK__INIT;
    struct bytes packed = message_pack(&fixture->arena, &tick);

    assert_non_null(packed.data);
    assert_int_equal(packed.size, 0);
    assert_non_null(message_unpack(&fixture->arena, &duban__tick__descriptor, packed, 0, &fixture->fault));
    assert_non_null(message_unpack_own(&fixture->arena, &duban__tick__descriptor, bytes_of(NULL, 0)));
}

static void bad_utf8_names_its_field(void **state)
{
    struct fixture *fixture = *state;

    fixture->answers[2].note = "\xc0\x80";
    assert_null(there_and_back(fixture));
    assert_string_equal(fixture->fault.field, "report.answers[2].note");
    fixture->answers[2].note = "";
    fixture->report.site = "\xff";
    assert_null(there_and_back(fixture));
    assert_string_equal(fixture->fault.field, "report.site");
}

static void a_zero_byte_inside_a_string_is_seen(void **state)
{
    struct fixture *fixture = *state;

    /* Entry.report { site: "a\0b" } */
    assert_refused(fixture, bytes_of("\x0a\x05\x32\x03" "a\0b", 7), "report.site");
}

static void an_undeclared_enum_value_names_its_field(void **state)
{
    struct fixture *fixture = *state;

    fixture->answers[1].result = (Duban__Result) 99;
    assert_null(there_and_back(fixture));
    assert_string_equal(fixture->fault.field, "report.answers[1].result");
    assert_contains(fixture->fault.en, "99");
    fixture->answers[1].result = (Duban__Result) -1;
    assert_null(there_and_back(fixture));
    assert_contains(fixture->fault.en, "-1");
}

static void an_unknown_field_is_refused_at_every_depth(void **state)
{
    struct fixture *fixture = *state;

    assert_refused(fixture, bytes_of("\xf8\x07\x01", 3), "#127");                          /* Entry */
    assert_refused(fixture, bytes_of("\x0a\x03\xf8\x07\x01", 5), "report.#127");           /* Report */
    assert_refused(fixture, bytes_of("\x0a\x07\x4a\x00\x4a\x03\xf8\x07\x01", 9), "report.answers[1].#127");
}

static void damaged_bytes_are_refused(void **state)
{
    struct fixture *fixture = *state;

    assert_refused(fixture, bytes_of("\x0a", 1), "");                       /* no length */
    assert_refused(fixture, bytes_of("\x0a\x05\x32", 3), "");               /* longer than what is there */
    assert_refused(fixture, bytes_of("\x0a\x02\x32\x05", 4), "report");     /* the same, one level down */
    assert_refused(fixture, bytes_of("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10), "");
    assert_refused(fixture, bytes_of("\x00\x01", 2), "");                   /* field number 0 */
    assert_refused(fixture, bytes_of("\x0b", 1), "");                       /* a group */
    assert_refused(fixture, bytes_of("\x08\x01", 2), "");                   /* a number for a message */
    assert_refused(fixture, bytes_of("\x0a\x02\x30\x01", 4), "");           /* a number for a string */
    assert_refused(fixture, bytes_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11), "");
}

static void every_truncation_and_every_flipped_byte_is_survived(void **state)
{
    struct fixture *fixture = *state;
    struct arena scratch;
    struct bytes packed;
    uint8_t changed[256];

    fixture->answers[0].note = "西门, 无消毒记录";
    fixture->answers[1].number_presence_case = DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI;
    fixture->answers[1].number_milli = -2500;
    packed = message_pack(&fixture->arena, &fixture->entry);
    assert_true(packed.size < sizeof changed);
    arena_open(&scratch, ARENA_BYTES);
    for (size_t i = 0; i < packed.size; i++) {
        uint8_t *exact = malloc(i > 0 ? i : 1);

        memcpy(exact, packed.data, i);
        message_unpack(&scratch, &duban__entry__descriptor, bytes_of(exact, i), MESSAGE_MAX_BYTES, &fixture->fault);
        free(exact);
        for (int value = 0; value < 256; value++) {
            memcpy(changed, packed.data, packed.size);
            changed[i] = (uint8_t) value;
            message_unpack(&scratch, &duban__entry__descriptor, bytes_of(changed, packed.size), MESSAGE_MAX_BYTES,
                           NULL);
            arena_reset(&scratch);
        }
    }
    arena_close(&scratch);
}

static void too_many_bytes_are_refused_before_anything_is_read(void **state)
{
    struct fixture *fixture = *state;

    assert_null(message_unpack(&fixture->arena, &duban__entry__descriptor, bytes_of(NULL, 65537), MESSAGE_MAX_BYTES,
                               &fixture->fault));
    assert_contains(fixture->fault.en, "65537");
    assert_contains(fixture->fault.zh, "65536");
}

static void a_small_message_that_would_grow_large_is_refused(void **state)
{
    struct fixture *fixture = *state;
    uint8_t packed[4004] = { 0x0a, 0xa0, 0x1f };   /* Entry.report of 4000 bytes: 2000 empty answers */

    for (size_t i = 3; i + 1 < sizeof packed; i += 2)
        packed[i] = 0x4a;
    assert_refused(fixture, bytes_of(packed, 4003), "");
    assert_true(fixture->arena.used_bytes <= fixture->arena.limit_bytes);
}

static void the_verdict_alone_needs_no_fault(void **state)
{
    struct fixture *fixture = *state;

    assert_null(message_unpack(&fixture->arena, &duban__entry__descriptor, bytes_of("\x0a\x03\xf8\x07\x01", 5),
                               MESSAGE_MAX_BYTES, NULL));
}

static void packed_numbers_pass(void **state)
{
    struct fixture *fixture = *state;
    uint64_t skips[] = { 1, 300, UINT64_MAX };
    Duban__HelloOk hello_ok = DUBAN__HELLO_OK__INIT;
    Duban__HelloOk *back;

    hello_ok.n_skips = 3;
    hello_ok.skips = skips;
    back = message_unpack(&fixture->arena, &duban__hello_ok__descriptor, message_pack(&fixture->arena, &hello_ok),
                          MESSAGE_MAX_BYTES, &fixture->fault);
    assert_non_null(back);
    assert_int_equal(back->n_skips, 3);
    assert_true(back->skips[2] == UINT64_MAX);
}

static void packing_stops_at_the_arena_limit(void **state)
{
    struct fixture *fixture = *state;
    struct arena small;

    arena_open(&small, 32);
    assert_null(message_pack(&small, &fixture->entry).data);
    arena_close(&small);
}

/* ---------------------------------------------------------------- UTF-8, codes, names */

static size_t encode(uint32_t point, char out[4])
{
    if (point < 0x80) {
        out[0] = (char) point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char) (0xc0 | (point >> 6));
        out[1] = (char) (0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char) (0xe0 | (point >> 12));
        out[1] = (char) (0x80 | ((point >> 6) & 0x3f));
        out[2] = (char) (0x80 | (point & 0x3f));
        return 3;
    }
    out[0] = (char) (0xf0 | (point >> 18));
    out[1] = (char) (0x80 | ((point >> 12) & 0x3f));
    out[2] = (char) (0x80 | ((point >> 6) & 0x3f));
    out[3] = (char) (0x80 | (point & 0x3f));
    return 4;
}

static void a_text_is_cut_between_characters(void **state)
{
    (void) state;
    assert_int_equal(utf8_size_within("A北北", 9), 7);
    assert_int_equal(utf8_size_within("A北北", 7), 7);
    assert_int_equal(utf8_size_within("A北北", 6), 4);
    assert_int_equal(utf8_size_within("A北北", 5), 4);
    assert_int_equal(utf8_size_within("A北北", 4), 4);
    assert_int_equal(utf8_size_within("A北北", 3), 1);
    assert_int_equal(utf8_size_within("北", 2), 0);
    assert_int_equal(utf8_size_within("\xf0\x9f\x98\xb7", 3), 0);
    assert_int_equal(utf8_size_within("", 5), 0);
    assert_int_equal(utf8_size_within("A", 0), 0);
}

static void every_character_but_zero_and_surrogates_is_utf8(void **state)
{
    char text[4];

    (void) state;
    for (uint32_t point = 0; point < 0x200000; point++) {
        bool good = point != 0 && !(point >= 0xd800 && point <= 0xdfff) && point <= 0x10ffff;
        size_t size = encode(point, text);

        if (is_utf8(text, size) != good || is_utf8(text, size - 1) != (size == 1))
            fail_msg("U+%04X", point);
    }
}

static void among_all_sequences_just_the_right_number_is_utf8(void **state)
{
    unsigned good = 0;

    (void) state;
    /* A wide lead byte and two more: 61440 characters of 3 bytes, or one of 1920 and an ASCII. */
    for (uint32_t word = 0xc00000; word <= 0xffffff; word++) {
        char text[3] = { (char) (word >> 16), (char) (word >> 8), (char) word };

        good += is_utf8(text, 3);
    }
    assert_int_equal(good, 61440 + 1920 * 127);
}

static void one_bad_byte_is_found_anywhere(void **state)
{
    static const char bad[] = { 0, (char) 0x80, (char) 0xff, (char) 0xc3 };
    char text[40];

    (void) state;
    for (size_t size = 1; size <= sizeof text; size++) {
        memset(text, 'x', size);
        assert_true(is_utf8(text, size));
        for (size_t at = 0; at < size; at++) {
            for (size_t i = 0; i < sizeof bad; i++) {
                text[at] = bad[i];
                assert_false(is_utf8(text, size));
            }
            text[at] = 'x';
        }
    }
    assert_true(is_utf8(NULL, 0));
}

static void codes_are_short_and_plain(void **state)
{
    (void) state;
    assert_true(is_code("S-01.a_B"));
    assert_true(is_code("a"));
    assert_true(is_code("12345678901234567890123456789012"));
    assert_false(is_code("123456789012345678901234567890123"));
    assert_false(is_code(""));
    assert_false(is_code("a b"));
    assert_false(is_code("a/b"));
    assert_false(is_code("南门"));
}

static void json_names_are_lower_camel_case(void **state)
{
    static const char *const names[][2] = {
        { "site", "site" },           { "device_time_ms", "deviceTimeMs" },
        { "case_", "case" },          { "latitude_e7", "latitudeE7" },
        { "sha256", "sha256" },       { "pack_sha256", "packSha256" },
        { "a__b", "aB" },             { "_a", "A" },
    };
    char out[32];

    (void) state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        message_json_name(names[i][0], out, sizeof out);
        assert_string_equal(out, names[i][1]);
    }
    message_json_name("device_time_ms", out, 5);
    assert_string_equal(out, "devi");
    message_json_name("x", out, 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_message_goes_there_and_back),
        test(an_empty_message_is_no_bytes),
        test(bad_utf8_names_its_field),
        test(a_zero_byte_inside_a_string_is_seen),
        test(an_undeclared_enum_value_names_its_field),
        test(an_unknown_field_is_refused_at_every_depth),
        test(damaged_bytes_are_refused),
        test(every_truncation_and_every_flipped_byte_is_survived),
        test(too_many_bytes_are_refused_before_anything_is_read),
        test(a_small_message_that_would_grow_large_is_refused),
        test(the_verdict_alone_needs_no_fault),
        test(packed_numbers_pass),
        test(packing_stops_at_the_arena_limit),
        cmocka_unit_test(a_text_is_cut_between_characters),
        cmocka_unit_test(every_character_but_zero_and_surrogates_is_utf8),
        cmocka_unit_test(among_all_sequences_just_the_right_number_is_utf8),
        cmocka_unit_test(one_bad_byte_is_found_anywhere),
        cmocka_unit_test(codes_are_short_and_plain),
        cmocka_unit_test(json_names_are_lower_camel_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
