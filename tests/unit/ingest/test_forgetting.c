/* test_forgetting.c - what rules asks to be forgotten leaves the vault and the file, and the journal stands. */
#include "ingest_fixture.h"

#define NAME "某某甲 13800000001"

static const char ISOLATION[] = "{\"isolation\":{\"person\":{\"clear\":\"" NAME "\"},\"area\":\"A-1\",\"basis\":\"other\","
                                "\"startMs\":\"1580687000000\"}}";

static const char HOLDER[] = "{\"roleHolderChange\":{\"account\":\"lead\",\"roles\":[{\"role\":\"ROLE_LEAD\"}],\"title\":{\"zh\":\"组长\"},"
                             "\"phone\":{\"clear\":\"13900000002\"}}}";

static const uint8_t *person_at(struct fixture *f, uint64_t sequence)
{
    return entry_at(f, sequence)->isolation->person->token.data;
}

/* The status that comes after it shows that it has arrived, another that what follows has been done. */
static void ask_to_forget(struct fixture *f, const uint8_t *token)
{
    Duban__Wake wake = DUBAN__WAKE__INIT;
    ProtobufCBinaryData tokens[] = { { TOKEN_BYTES, (uint8_t *) token } };

    wake.n_forget = 1;
    wake.forget = tokens;
    send_message(f, f->rules, FRAME_WAKE, &wake);
    status(f);
    status(f);
}

static void assert_forgotten_at(struct fixture *f, uint64_t sequence, const uint8_t *token)
{
    const Duban__Entry *entry = entry_at(f, sequence);

    assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_FORGOTTEN);
    assert_int_equal(entry->forgotten->n_tokens, 1);
    assert_memory_equal(entry->forgotten->tokens[0].data, token, TOKEN_BYTES);
}

static void a_text_that_is_forgotten_leaves_the_file_and_the_journal_stands(void **state)
{
    struct fixture f;
    struct bytes before, after;
    const uint8_t *token;

    (void) state;
    setup(&f);
    hello_as(&f, "rules");
    assert_receipt(submit(&f, 1, entry_of(&f, ISOLATION)), 1, false);
    assert_receipt(submit(&f, 2, entry_of(&f, HOLDER)), 2, false);
    assert_true(is_on_disk(&f, NAME));
    before = record_at(&f, 1).payload;
    token = person_at(&f, 1);
    ask_to_forget(&f, token);
    assert_false(is_on_disk(&f, NAME));
    assert_true(is_on_disk(&f, "13900000002"));   /* of somebody else */
    assert_forgotten_at(&f, 3, token);
    after = record_at(&f, 1).payload;
    assert_true(bytes_equal(before, after));
    assert_receipt(submit(&f, 3, entry_of(&f, ISOLATION)), 4, false);
    assert_receipt(submit(&f, 1, entry_of(&f, ISOLATION)), 1, true);   /* it is still known as submitted */
    teardown(&f);
}

static void it_is_done_once_however_often_it_is_asked(void **state)
{
    struct fixture f;
    const uint8_t *token;

    (void) state;
    setup(&f);
    hello_as(&f, "rules");
    assert_receipt(submit(&f, 1, entry_of(&f, ISOLATION)), 1, false);
    token = person_at(&f, 1);
    ask_to_forget(&f, token);
    ask_to_forget(&f, token);
    assert_int_equal(status(&f)->last_sequence, 2);
    teardown(&f);
}

static void only_rules_is_obeyed(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    hello_as(&f, "replay");
    assert_receipt(submit(&f, 1, entry_of(&f, ISOLATION)), 1, false);
    ask_to_forget(&f, person_at(&f, 1));
    assert_true(is_on_disk(&f, NAME));
    assert_refusal(submit(&f, 2, entry_of(&f, "{\"forgotten\":{\"tokens\":[\"AAAAAAAAAAAAAAAAAAAAAA==\"]}}")), FORBIDDEN, "forgotten");
    teardown(&f);
}

static void a_compaction_that_was_not_done_is_done_at_the_next_start(void **state)
{
    struct fixture f;
    struct store_txn txn;
    const uint8_t *token;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, entry_of(&f, ISOLATION)), 1, false);
    token = person_at(&f, 1);
    store_begin(&txn, &f.ingest->store, STORE_WRITE);
    vault_forget(&txn, token);
    meta_want_compaction(&txn, true);
    assert_int_equal(store_commit(&txn), 0);
    assert_true(is_on_disk(&f, NAME));
    restart(&f);
    (void) status(&f);   /* in its first turn: whoever starts it does not wait for it */
    assert_false(is_on_disk(&f, NAME));
    assert_false(meta_wants_compaction(&f.ingest->store));
    assert_int_equal(entry_at(&f, 1)->body_case, DUBAN__ENTRY__BODY_ISOLATION);
    teardown(&f);
}

/* Where its copy should go, something else lies. */
static void a_compaction_that_fails_shows_in_the_status_until_one_succeeds(void **state)
{
    struct fixture f;
    char path[SCRATCH_BYTES + 16];
    FILE *file;

    (void) state;
    setup(&f);
    hello_as(&f, "rules");
    assert_receipt(submit(&f, 1, entry_of(&f, ISOLATION)), 1, false);
    snprintf(path, sizeof path, "%s/compact", f.directory);
    file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    ask_to_forget(&f, person_at(&f, 1));
    assert_int_equal(status(&f)->compactions_failed, 1);
    assert_true(is_on_disk(&f, NAME));
    assert_int_equal(unlink(path), 0);
    restart(&f);
    (void) status(&f);
    assert_int_equal(status(&f)->compactions_failed, 0);
    assert_false(is_on_disk(&f, NAME));
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_is_forgotten_leaves_the_file_and_the_journal_stands),
        cmocka_unit_test(it_is_done_once_however_often_it_is_asked),
        cmocka_unit_test(only_rules_is_obeyed),
        cmocka_unit_test(a_compaction_that_was_not_done_is_done_at_the_next_start),
        cmocka_unit_test(a_compaction_that_fails_shows_in_the_status_until_one_succeeds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
