/* test_replay.c - the journal replayed and compared: same, and not the same. */
#include "fixture.h"

#include <dirent.h>

#include "digest.h"
#include "link.h"
#include "record.h"
#include "rules.h"

enum { ENTRIES = 700, RECORD_MOST_BYTES = 512, MAP_BYTES = 64 * 1024 * 1024 };

/* A journal, and a rules that has applied it: the code of rules itself, in a thread. */
struct house {
    struct fixture *fixture;
    void *zmq;
    void *stop;
    pthread_t thread;
    uint8_t records[ENTRIES][RECORD_MOST_BYTES];
    size_t sizes[ENTRIES];
    size_t count;
    uint8_t chain[DIGEST_BYTES];
    struct link_producer journal;
    struct rules rules;
};

/* ---------------------------------------------------------------- journal */

static void add_entry(struct house *house, Duban__Entry *entry)
{
    uint8_t packed[RECORD_MOST_BYTES];
    struct record record = { .lineage = 77, .sequence = house->count + 1,
                             .stamp_ms = 1580692200000 + (int64_t) house->count };

    (void) snprintf(record.account, sizeof record.account, "operator");
    put_u64(record.client_id, record.sequence);
    record.payload = bytes_of(packed, duban__entry__pack(entry, packed));
    assert_true(record_size(&record) <= RECORD_MOST_BYTES);
    house->sizes[house->count] = record_size(&record);
    record_pack(&record, house->chain, house->records[house->count]);
    house->count++;
}

static void add_area(struct house *house, int number)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__AreaChange change = DUBAN__AREA_CHANGE__INIT;
    Duban__Text name = DUBAN__TEXT__INIT;
    char code[32], zh[64];

    (void) snprintf(code, sizeof code, "area-%d", number);
    (void) snprintf(zh, sizeof zh, "第%d村", number);
    change.code = code;
    change.kind = DUBAN__AREA_KIND__AREA_KIND_VILLAGE;
    change.zone = "north";
    name.zh = zh;
    change.name = &name;
    entry.body_case = DUBAN__ENTRY__BODY_AREA_CHANGE;
    entry.area_change = &change;
    add_entry(house, &entry);
}

static void journal_hello_ok(void *self, Duban__HelloOk *hello_ok)
{
    struct house *house = self;

    hello_ok->first_sequence = 1;
    hello_ok->last_sequence = house->count;
    hello_ok->rehearsal = true;
}

static bool journal_digest(void *self, uint64_t sequence, uint8_t digest[DIGEST_BYTES])
{
    struct house *house = self;
    struct record record;

    memset(digest, 0, DIGEST_BYTES);
    if (sequence == 0)
        return true;
    if (!record_unpack(&record, bytes_of(house->records[sequence - 1], house->sizes[sequence - 1])))
        return false;
    memcpy(digest, record.digest, DIGEST_BYTES);
    return true;
}

static int journal_read(void *self, uint64_t from, struct link_batch *batch)
{
    struct house *house = self;

    for (uint64_t i = from; i <= house->count; i++)
        if (!link_batch_add(batch, i, 1580692200000, bytes_of(house->records[i - 1], house->sizes[i - 1])))
            break;
    return 0;
}

static void journal_tail(void *self, Duban__Tail *tail)
{
    struct house *house = self;

    tail->last_sequence = house->count;
}

/* ---------------------------------------------------------------- rules */

static void apply_journal(struct house *house)
{
    Duban__HelloOk hello_ok = DUBAN__HELLO_OK__INIT;
    char directory[SCRATCH_BYTES + 16];

    (void) snprintf(directory, sizeof directory, "%s/rules", house->fixture->directory);
    assert_int_equal(rules_open(&house->rules, directory, MAP_BYTES), 0);
    hello_ok.lineage = 77;
    hello_ok.last_sequence = house->count;
    hello_ok.rehearsal = true;
    assert_int_equal(rules_greet(&house->rules, &hello_ok), 0);
    for (size_t i = 0; i < house->count; i++) {
        struct link_record record = { .sequence = i + 1, .data = bytes_of(house->records[i], house->sizes[i]) };

        assert_int_equal(rules_apply(&house->rules, &record, 1), 0);
    }
}

static void *live(void *argument)
{
    struct house *house = argument;
    void *stop = zmq_socket(house->zmq, ZMQ_PAIR);
    zmq_pollitem_t items[3] = {
        { .socket = house->journal.socket, .events = ZMQ_POLLIN }, { .socket = house->rules.query_socket,
                                                                     .events = ZMQ_POLLIN },
        { .events = ZMQ_POLLIN },
    };

    if (zmq_connect(stop, "inproc://stop") == -1)
        abort();
    items[2].socket = stop;
    while (zmq_poll(items, 3, link_producer_timeout_ms(&house->journal)) >= 0 && items[2].revents == 0) {
        if (link_producer_receive(&house->journal) == -1)
            abort();
        link_producer_tick(&house->journal);
        rules_queries(&house->rules);
    }
    zmq_close(stop);
    return NULL;
}

static void serve(struct house *house)
{
    struct link_source source = {
        .self = house, .hello_ok = journal_hello_ok, .digest = journal_digest, .read = journal_read,
            .tail = journal_tail,
    };
    char endpoint[256];

    house->zmq = zmq_ctx_new();
    (void) snprintf(endpoint, sizeof endpoint, "ipc://%s/ingest.log", house->fixture->directory);
    assert_int_equal(link_producer_open(&house->journal, house->zmq, endpoint, 77, 1, source), 0);
    (void) snprintf(endpoint, sizeof endpoint, "ipc://%s/rules.query", house->fixture->directory);
    house->rules.query_socket = frame_bind(house->zmq, endpoint);
    assert_non_null(house->rules.query_socket);
    arena_open(&house->rules.query_arena, (size_t) 1024 * 1024);
    house->stop = zmq_socket(house->zmq, ZMQ_PAIR);
    assert_int_equal(zmq_bind(house->stop, "inproc://stop"), 0);
    assert_int_equal(pthread_create(&house->thread, NULL, live, house), 0);
}

static int setup(void **state)
{
    struct house *house = aligned_alloc(64, (sizeof *house + 63) / 64 * 64);   /* libsodium's state is in it */

    assert_non_null(house);
    memset(house, 0, sizeof *house);
    house->fixture = fixture_open();
    for (int i = 0; i < ENTRIES; i++)
        add_area(house, i);
    apply_journal(house);
    *state = house;
    return 0;
}

static int teardown_house(void **state)
{
    struct house *house = *state;

    assert_int_equal(zmq_send(house->stop, "", 0, 0), 0);
    assert_int_equal(pthread_join(house->thread, NULL), 0);
    rules_queries_close(&house->rules);
    zmq_close(house->rules.query_socket);
    arena_close(&house->rules.query_arena);
    link_producer_close(&house->journal);
    zmq_close(house->stop);
    zmq_ctx_term(house->zmq);
    rules_close(&house->rules);
    fixture_close(house->fixture);
    free(house);
    return 0;
}

/* Change, add or take away a row behind the back of rules. */
static void tamper(struct house *house, const char *key, const char *value)
{
    state_begin(&house->rules.state);
    if (value == NULL)
        assert_true(store_delete(&house->rules.state.txn, TABLE_AREA, bytes_of_text(key)));
    else
        store_put(&house->rules.state.txn, TABLE_AREA, bytes_of_text(key), bytes_of_text(value));
    assert_int_equal(store_commit(&house->rules.state.txn), 0);
}

/* Within what valgrind lets a program have of its addresses. */
static int replay(struct house *house)
{
    return duban(house->fixture, "replay", "--verify", "--data", house->fixture->directory, "--map", "1G", NULL);
}

static void the_same_journal_gives_the_same_state(void **state)
{
    struct house *house = *state;

    serve(house);
    assert_int_equal(replay(house), EXIT_FINE);
    assert_contains(house->fixture->out, "the replay is the same: 700 entries");
    assert_int_equal(duban(house->fixture, "replay", "--verify", "--map=1G", "--json", NULL), EXIT_FINE);
    assert_contains(house->fixture->out, "\"same\": true");
}

static void a_size_that_is_none_is_wrong_use(void **state)
{
    static const char *const sizes[] = { "", "0", "big", "-1", "1.5G", "99999999T" };
    struct house *house = *state;

    serve(house);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(duban(house->fixture, "replay", "--verify", "--map", sizes[i], NULL), EXIT_WRONG_USE);
        assert_contains(house->fixture->errors, "write --map as 16M or 8G");
    }
}

static void a_changed_row_is_found_and_shown(void **state)
{
    struct house *house = *state;

    tamper(house, "area-500", "\n\x03" "bad");
    serve(house);
    assert_int_equal(replay(house), EXIT_REFUSED);
    assert_contains(house->fixture->errors, "first difference: table area, key 617265612d353030");
    assert_contains(house->fixture->errors, "第500村");
    assert_contains(house->fixture->errors, "not the same");
    assert_string_equal(house->fixture->out, "");
}

static void a_row_too_many_is_found(void **state)
{
    struct house *house = *state;

    tamper(house, "zzz", "\n\x03" "zzz");
    serve(house);
    assert_int_equal(replay(house), EXIT_REFUSED);
    assert_contains(house->fixture->errors, "table area, key 7a7a7a");
    assert_contains(house->fixture->errors, "replay: —");
}

/* Not those of the registry alone. */
static void a_row_of_any_table_is_shown_in_words(void **state)
{
    struct house *house = *state;

    state_begin(&house->rules.state);
    store_put(&house->rules.state.txn, TABLE_PRESENCE, bytes_of_text("zhu"), bytes_of_text("\n\x03" "zhu"));
    assert_int_equal(store_commit(&house->rules.state.txn), 0);
    serve(house);
    assert_int_equal(replay(house), EXIT_REFUSED);
    assert_contains(house->fixture->errors, "table presence, key 7a6875");
    assert_contains(house->fixture->errors, "\"account\":\"zhu\"");
}

static void a_row_that_is_missing_is_found(void **state)
{
    struct house *house = *state;

    tamper(house, "area-699", NULL);
    serve(house);
    assert_int_equal(replay(house), EXIT_REFUSED);
    assert_contains(house->fixture->errors, "table area, key 617265612d363939");
    assert_contains(house->fixture->errors, "rules: —");
}

static void another_digest_is_told_first(void **state)
{
    struct house *house = *state;

    house->rules.state.state_digest[0] ^= 1;
    serve(house);
    assert_int_equal(replay(house), EXIT_REFUSED);
    assert_contains(house->fixture->errors, "state digests differ");
}

static void nothing_is_left_behind(void **state)
{
    struct house *house = *state;
    struct dirent *entry;
    DIR *folder;

    serve(house);
    assert_int_equal(replay(house), EXIT_FINE);
    folder = opendir(house->fixture->directory);
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL)
        assert_null(strstr(entry->d_name, "replay"));
    closedir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_journal_gives_the_same_state, setup, teardown_house),
        cmocka_unit_test_setup_teardown(a_size_that_is_none_is_wrong_use, setup, teardown_house),
        cmocka_unit_test_setup_teardown(a_changed_row_is_found_and_shown, setup, teardown_house),
        cmocka_unit_test_setup_teardown(a_row_too_many_is_found, setup, teardown_house),
        cmocka_unit_test_setup_teardown(a_row_of_any_table_is_shown_in_words, setup, teardown_house),
        cmocka_unit_test_setup_teardown(a_row_that_is_missing_is_found, setup, teardown_house),
        cmocka_unit_test_setup_teardown(another_digest_is_told_first, setup, teardown_house),
        cmocka_unit_test_setup_teardown(nothing_is_left_behind, setup, teardown_house),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
