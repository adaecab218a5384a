/* Passwords, tokens and addresses of calendars outlive a restart, and what is taken away is gone. */
#include "state.h"

#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

enum { MAP_BYTES = 16 * 1024 * 1024, ARENA_BYTES = 1024 * 1024 };

struct fixture {
    char directory[SCRATCH_BYTES];
    struct state state;
    struct arena arena;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    scratch_make(fixture->directory);
    arena_open(&fixture->arena, ARENA_BYTES);
    assert_int_equal(state_open(&fixture->state, fixture->directory, MAP_BYTES), 0);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    state_close(&fixture->state);
    arena_close(&fixture->arena);
    scratch_remove(fixture->directory);
    free(fixture);
    return 0;
}

static void open_again(struct fixture *fixture)
{
    state_close(&fixture->state);
    assert_int_equal(state_open(&fixture->state, fixture->directory, MAP_BYTES), 0);
}

static void put_token(struct fixture *fixture, uint8_t first, const char *account, const char *label)
{
    Duban__AppToken token = DUBAN__APP_TOKEN__INIT;
    uint8_t key[DIGEST_BYTES] = { first };

    token.account = (char *) account;
    token.label = (char *) label;
    token.id = (ProtobufCBinaryData){ 8, key };
    assert_int_equal(state_put_token(&fixture->state, key, &token), 0);
}

static void a_credential_stays_until_its_password_is_taken_away(void **state)
{
    struct fixture *fixture = *state;
    Duban__Credential credential = DUBAN__CREDENTIAL__INIT;

    credential.account = "lead";
    credential.password = "$argon2id$...";
    assert_null(state_credential(&fixture->state, &fixture->arena, "lead"));
    assert_int_equal(state_put_credential(&fixture->state, &credential), 0);
    open_again(fixture);
    assert_int_equal(state_count(&fixture->state, TABLE_CREDENTIAL), 1);
    assert_string_equal(state_credential(&fixture->state, &fixture->arena, "lead")->password, "$argon2id$...");
    credential.password = "";
    assert_int_equal(state_put_credential(&fixture->state, &credential), 0);
    assert_int_equal(state_count(&fixture->state, TABLE_CREDENTIAL), 0);
    assert_null(state_credential(&fixture->state, &fixture->arena, "lead"));
}

static void tokens_are_listed_by_account_and_label(void **state)
{
    struct fixture *fixture = *state;
    Duban__AppToken **tokens;
    size_t count;

    put_token(fixture, 1, "lead", "second");
    put_token(fixture, 2, "clerk", "third");
    put_token(fixture, 3, "lead", "first");
    open_again(fixture);
    tokens = state_tokens(&fixture->state, &fixture->arena, "", &count);
    assert_int_equal(count, 3);
    assert_string_equal(tokens[0]->account, "clerk");
    assert_string_equal(tokens[1]->label, "first");
    assert_string_equal(tokens[2]->label, "second");
    tokens = state_tokens(&fixture->state, &fixture->arena, "clerk", &count);
    assert_int_equal(count, 1);
    assert_string_equal(tokens[0]->label, "third");
}

static void a_token_goes_by_its_id_alone(void **state)
{
    struct fixture *fixture = *state;
    uint8_t key[DIGEST_BYTES] = { 7 }, id[8] = { 7 };

    put_token(fixture, 7, "lead", "");
    put_token(fixture, 8, "lead", "");
    assert_non_null(state_token(&fixture->state, &fixture->arena, key));
    id[7] = 1;
    assert_int_equal(state_delete_token(&fixture->state, bytes_of(id, sizeof id)), 0);
    id[7] = 0;
    assert_int_equal(state_delete_token(&fixture->state, bytes_of(id, sizeof id)), 1);
    assert_int_equal(state_delete_token(&fixture->state, bytes_of(id, sizeof id)), 0);
    assert_int_equal(state_delete_token(&fixture->state, bytes_of(id, 0)), 0);
    assert_null(state_token(&fixture->state, &fixture->arena, key));
    assert_int_equal(state_count(&fixture->state, TABLE_TOKEN), 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

static void put_session(struct fixture *fixture, uint8_t first, int64_t made_ms, int64_t used_ms)
{
    Duban__Session session = DUBAN__SESSION__INIT;
    uint8_t key[DIGEST_BYTES] = { first };

    session.account = "lead";
    session.made_ms = made_ms;
    session.used_ms = used_ms;
    assert_int_equal(state_put_session(&fixture->state, key, &session), 0);
}

static void begin_session(struct fixture *fixture, uint8_t first, int64_t made_before_ms, int64_t used_before_ms)
{
    Duban__Session session = DUBAN__SESSION__INIT;
    uint8_t key[DIGEST_BYTES] = { first };

    session.account = "lead";
    session.made_ms = session.used_ms = 1000;
    assert_int_equal(state_begin_session(&fixture->state, key, &session, made_before_ms, used_before_ms), 0);
}

static bool has_session(struct fixture *fixture, uint8_t first)
{
    uint8_t key[DIGEST_BYTES] = { first };

    return state_session(&fixture->state, &fixture->arena, key) != NULL;
}

static void old_sessions_go_and_others_stay(void **state)
{
    struct fixture *fixture = *state;
    uint8_t key[DIGEST_BYTES] = { 3 };

    put_session(fixture, 1, 99, 500);
    put_session(fixture, 2, 100, 199);
    put_session(fixture, 3, 100, 200);
    put_session(fixture, 4, 101, 900);
    begin_session(fixture, 5, 100, 200);
    open_again(fixture);
    assert_true(!has_session(fixture, 1) && !has_session(fixture, 2) && has_session(fixture, 3) && has_session(fixture, 4) && has_session(fixture, 5));
    assert_int_equal(state_delete_session(&fixture->state, key), 0);
    assert_false(has_session(fixture, 3));
    assert_int_equal(state_delete_session(&fixture->state, key), 0);
    assert_true(has_session(fixture, 4));
}

static void of_an_accounts_sessions_the_oldest_goes(void **state)
{
    struct fixture *fixture = *state;

    for (uint8_t i = 0; i < STATE_SESSIONS_OF_ACCOUNT; i++)
        put_session(fixture, i, i == 3 ? 200 : 300, 900);
    begin_session(fixture, 200, 100, 200);
    assert_true(!has_session(fixture, 3) && has_session(fixture, 0) && has_session(fixture, 200));
    assert_int_equal(state_count(&fixture->state, TABLE_SESSION), STATE_SESSIONS_OF_ACCOUNT);
}

static void an_account_has_one_calendar_address_or_none(void **state)
{
    struct fixture *fixture = *state;
    Duban__CalendarAddress address = DUBAN__CALENDAR_ADDRESS__INIT, other = DUBAN__CALENDAR_ADDRESS__INIT;
    const uint8_t first[DIGEST_BYTES] = { 1 }, second[DIGEST_BYTES] = { 2 }, others[DIGEST_BYTES] = { 3 };

    address.account = "insp-n";
    other.account = "insp-s";
    assert_int_equal(state_set_calendar(&fixture->state, first, &address), 0);
    assert_int_equal(state_set_calendar(&fixture->state, others, &other), 0);
    assert_int_equal(state_set_calendar(&fixture->state, second, &address), 0);
    open_again(fixture);
    assert_null(state_calendar(&fixture->state, &fixture->arena, first));
    assert_string_equal(state_calendar(&fixture->state, &fixture->arena, second)->account, "insp-n");
    assert_int_equal(state_set_calendar(&fixture->state, NULL, &address), 0);
    assert_null(state_calendar(&fixture->state, &fixture->arena, second));
    assert_string_equal(state_calendar(&fixture->state, &fixture->arena, others)->account, "insp-s");
}

static void put_upload(struct fixture *fixture, uint8_t first, const char *account, bool is_finished)
{
    Duban__Upload upload = DUBAN__UPLOAD__INIT;
    uint8_t id[ID_BYTES] = { first }, sha256[32] = { first };

    if (is_finished)
        upload.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    assert_int_equal(state_put_upload(&fixture->state, account, id, &upload), 0);
}

static void uploads_that_are_finished_leave_room_for_others(void **state)
{
    struct fixture *fixture = *state;

    for (uint8_t i = 0; i < 5; i++)
        put_upload(fixture, i, "insp-n", i % 2 == 0);
    put_upload(fixture, 9, "insp-s", false);
    assert_int_equal(state_unfinished_of(&fixture->state, "insp-n"), 2);
    put_upload(fixture, 1, "insp-n", true);
    assert_int_equal(state_unfinished_of(&fixture->state, "insp-n"), 1);
    assert_int_equal(state_unfinished_of(&fixture->state, "insp"), 0);
}

static ssize_t declared(struct fixture *fixture, const uint8_t sha256[32])
{
    uint64_t sequences[4];

    return state_declared(&fixture->state, sha256, sequences, 4);
}

static void reports_of_another_journal_declare_nothing(void **state)
{
    struct fixture *fixture = *state;
    const uint8_t early[32] = { 1 }, late[32] = { 2 };

    assert_int_equal(state_note_declared(&fixture->state, early, 7, 0), 0);
    assert_int_equal(state_begin_declared(&fixture->state, 100), 0);   /* it came before the first answer of rules */
    assert_int_equal(state_note_declared(&fixture->state, late, 8, 0), 0);
    assert_int_equal(state_note_declared(&fixture->state, late, 9, 0), 0);
    assert_true(declared(fixture, early) == 1 && declared(fixture, late) == 2);
    assert_int_equal(state_begin_declared(&fixture->state, 200), 0);
    assert_true(declared(fixture, early) == 0 && declared(fixture, late) == 0);
    assert_int_equal(state_marks(&fixture->state).lineage, 200);
}

static void how_large_a_photo_is_that_comes_after_its_report_is_known_when_it_comes(void **state)
{
    struct fixture *fixture = *state;
    const uint8_t sha256[32] = { 1 };

    assert_int_equal(state_note_declared(&fixture->state, sha256, 7, 0), 0);
    assert_int_equal(state_stored(&fixture->state, sha256), 0);
    assert_int_equal(state_note_declared(&fixture->state, sha256, 7, 1234), 0);
    assert_int_equal(state_stored(&fixture->state, sha256), 1234);
    assert_int_equal(state_note_declared(&fixture->state, sha256, 7, 0), 0);
    assert_int_equal(state_stored(&fixture->state, sha256), 1234);
    assert_int_equal(declared(fixture, sha256), 1);
}

static void what_cannot_be_read_is_not_said_to_be_undeclared(void **state)
{
    struct fixture *fixture = *state;
    const uint8_t sha256[32] = { 1 };
    MDB_dbi *table = &fixture->state.store.tables[TABLE_DECLARED], right = *table;

    *table = 1000;
    assert_int_equal(declared(fixture, sha256), -1);
    *table = right;
    assert_int_equal(declared(fixture, sha256), 0);
}

/* What a process comes to that does this: it is one of its own. */
static void expect_death(struct fixture *fixture, void (*act)(struct fixture *fixture))
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        act(fixture);
        _exit(0);
    }
    assert_true(child != -1 && waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 0);
}

static void read_credential(struct fixture *fixture)
{
    (void) state_credential(&fixture->state, &fixture->arena, "lead");
}

static void write_credential(struct fixture *fixture)
{
    Duban__Credential credential = DUBAN__CREDENTIAL__INIT;

    credential.account = "lead";
    credential.password = "$argon2id$...";
    (void) state_put_credential(&fixture->state, &credential);
}

static void nobody_goes_on_with_a_store_that_fails(void **state)
{
    struct fixture *fixture = *state;

    fixture->state.store.tables[TABLE_CREDENTIAL] = 1000;
    expect_death(fixture, read_credential);
    expect_death(fixture, write_credential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_credential_stays_until_its_password_is_taken_away),
        test(tokens_are_listed_by_account_and_label),
        test(a_token_goes_by_its_id_alone),
        test(old_sessions_go_and_others_stay),
        test(of_an_accounts_sessions_the_oldest_goes),
        test(an_account_has_one_calendar_address_or_none),
        test(uploads_that_are_finished_leave_room_for_others),
        test(reports_of_another_journal_declare_nothing),
        test(how_large_a_photo_is_that_comes_after_its_report_is_known_when_it_comes),
        test(what_cannot_be_read_is_not_said_to_be_undeclared),
        test(nobody_goes_on_with_a_store_that_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
