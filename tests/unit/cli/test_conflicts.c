/* test_conflicts.c - what was refused under a known id, beside what stands. */
#include "fixture.h"

#include "json.h"

enum { ENTRY_BYTES = 512 };

struct mine {
    uint8_t stands[ENTRY_BYTES], refused[ENTRY_BYTES];
    size_t stands_size, refused_size;
};

static size_t pack(const char *text, uint8_t *packed)
{
    struct fault fault;
    struct arena arena;
    json_t *json = json_loads(text, 0, NULL);
    Duban__Entry *entry;
    size_t size;

    assert_non_null(json);
    arena_open(&arena, (size_t) 64 * 1024);
    entry = json_to_message(&arena, &duban__entry__descriptor, json, &fault);
    assert_non_null(entry);
    size = duban__entry__get_packed_size(entry);
    assert_true(size <= ENTRY_BYTES);
    duban__entry__pack(entry, packed);
    arena_close(&arena);
    json_decref(json);
    return size;
}

static void stand_and_refuse(struct fixture *f, const char *stands, const char *refused)
{
    struct mine *mine = f->mine;

    mine->stands_size = pack(stands, mine->stands);
    mine->refused_size = pack(refused, mine->refused);
}

static void answer_status(Duban__Reply *reply)
{
    static Duban__IngestStatus status = DUBAN__INGEST_STATUS__INIT;

    reply->body_case = DUBAN__REPLY__BODY_INGEST;
    reply->ingest = &status;
}

/* One conflict, of entry 41; none of any other. */
static void answer_as_ingest(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__ConflictRows rows;
    static Duban__Conflict row;
    static Duban__Conflict *list[] = { &row };
    static uint8_t client_id[16] = { 0xab, 0xcd };
    struct mine *mine = f->mine;

    if (query->body_case != DUBAN__QUERY__BODY_CONFLICTS) {
        answer_status(reply);
        return;
    }
    duban__conflict_rows__init(&rows);
    duban__conflict__init(&row);
    row.sequence = 41;
    row.stamp_ms = 1580692200000;
    row.refused_ms = 1580778600000;
    row.account = "inspector-n1";
    row.kind = "report";
    row.refused_kind = "acknowledgement";
    row.client_id = (ProtobufCBinaryData){ sizeof client_id, client_id };
    if (query->conflicts->sequence != 0) {
        row.entry = (ProtobufCBinaryData){ mine->stands_size, mine->stands };
        row.refused_entry = (ProtobufCBinaryData){ mine->refused_size, mine->refused };
    }
    rows.n_rows = query->conflicts->sequence == 0 || query->conflicts->sequence == 41 ? 1 : 0;
    rows.rows = list;
    reply->body_case = DUBAN__REPLY__BODY_CONFLICTS;
    reply->conflicts = &rows;
}

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    f->mine = calloc(1, sizeof(struct mine));
    fake_start(f, &f->ingest_query, "ingest.query", answer_as_ingest);
    *state = f;
    return 0;
}

static void they_are_listed_with_who_when_and_what(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "conflicts", NULL), EXIT_FINE);
    assert_contains(f->out, "41");
    assert_contains(f->out, "inspector-n1");
    assert_contains(f->out, "2020-02-03 09:10");
    assert_contains(f->out, "2020-02-04 09:10");
    assert_contains(f->out, "巡查记录");
    assert_contains(f->out, "acknowledgement");
    assert_int_equal(duban(f, "conflicts", "--json", NULL), EXIT_FINE);
    assert_contains(f->out, "\"sequence\": \"41\"");
}

static void what_differs_stands_side_by_side(void **state)
{
    struct fixture *f = *state;

    stand_and_refuse(f,
                     "{\"report\":{\"reporter\":\"n1\",\"site\":\"S-1\",\"deviceTimeMs\":\"1580687000000\",\"text\":\"same\","
                     "\"answers\":[{\"item\":\"DS-01\",\"result\":\"RESULT_PASS\"}]}}",
                     "{\"report\":{\"reporter\":\"n1\",\"site\":\"S-2\",\"deviceTimeMs\":\"1580690600000\",\"text\":\"same\","
                     "\"answers\":[{\"item\":\"DS-01\",\"result\":\"RESULT_FAIL\",\"fixedNow\":true},{\"item\":\"DS-02\"}]}}");
    assert_int_equal(duban(f, "conflicts", "41", "--lang", "en", NULL), EXIT_FINE);
    assert_contains(f->out, "entry 41, and what was refused under its id");
    assert_contains(f->out, "abcd0000000000000000000000000000");
    assert_contains(f->out, "report.site                 S-1               S-2");
    assert_contains(f->out, "report.deviceTimeMs         2020-02-03 07:43  2020-02-03 08:43");
    assert_contains(f->out, "report.answers[0].result    RESULT_PASS       RESULT_FAIL");
    assert_contains(f->out, "report.answers[0].fixedNow  (not given)       true");
    assert_contains(f->out, "report.answers[1].item      (not given)       DS-02");
    assert_null(strstr(f->out, "same"));
    assert_null(strstr(f->out, "reporter"));
    assert_contains(f->out, "the entry stands; if the other is right, submit it again under a new id");
}

static void entries_of_two_kinds_differ_in_all_they_say(void **state)
{
    struct fixture *f = *state;

    stand_and_refuse(f, "{\"claim\":{\"case\":{\"place\":{\"site\":\"S-1\",\"item\":\"DS-01\"}}}}",
                     "{\"assignment\":{\"owner\":\"n2\"}}");
    assert_int_equal(duban(f, "conflicts", "41", NULL), EXIT_FINE);
    assert_contains(f->out, "claim.case.place.site");
    assert_contains(f->out, "assignment.owner");
    assert_contains(f->out, "（未填）");
}

static void personal_data_is_named_and_not_shown(void **state)
{
    struct fixture *f = *state;

    stand_and_refuse(f, "{\"roleHolderChange\":{\"account\":\"c1\",\"phone\":{\"token\":\"AAECAwQFBgcICQoLDA0ODw==\"}}}",
                     "{\"roleHolderChange\":{\"account\":\"c1\"}}");
    assert_int_equal(duban(f, "conflicts", "41", NULL), EXIT_FINE);
    assert_contains(f->out, "roleHolderChange.phone");
    assert_contains(f->out, "（个人信息，不显示）");
    assert_null(strstr(f->out, "AAECAwQF"));
    assert_null(strstr(f->out, "account"));
}

static void json_has_both_entries_and_the_differences(void **state)
{
    struct fixture *f = *state;
    json_t *document, *row, *difference;

    stand_and_refuse(f, "{\"claim\":{\"text\":\"a\"}}", "{\"claim\":{\"text\":\"b\"}}");
    assert_int_equal(duban(f, "conflicts", "41", "--json", NULL), EXIT_FINE);
    document = json_loads(f->out, 0, NULL);
    assert_non_null(document);
    row = json_array_get(json_object_get(document, "rows"), 0);
    assert_string_equal(json_string_value(json_object_get(json_object_get(json_object_get(row, "refused"), "claim"), "text")), "b");
    difference = json_array_get(json_object_get(row, "differences"), 0);
    assert_string_equal(json_string_value(json_object_get(difference, "field")), "claim.text");
    assert_string_equal(json_string_value(json_object_get(difference, "stands")), "a");
    json_decref(document);
}

static void an_entry_without_conflicts_is_said_so(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "conflicts", "7", NULL), EXIT_FINE);
    assert_contains(f->out, "nothing else came under the id of entry 7");
    assert_int_equal(duban(f, "conflicts", "first", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "conflicts", "0", NULL), EXIT_WRONG_USE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(they_are_listed_with_who_when_and_what, setup, teardown),
        cmocka_unit_test_setup_teardown(what_differs_stands_side_by_side, setup, teardown),
        cmocka_unit_test_setup_teardown(entries_of_two_kinds_differ_in_all_they_say, setup, teardown),
        cmocka_unit_test_setup_teardown(personal_data_is_named_and_not_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(json_has_both_entries_and_the_differences, setup, teardown),
        cmocka_unit_test_setup_teardown(an_entry_without_conflicts_is_said_so, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
