#include <sodium.h>

#include "ingest_fixture.h"

static struct bytes holder(struct fixture *f, const char *account, const char *phone)
{
    char text[300];

    snprintf(text, sizeof text,
             "{\"roleHolderChange\":{\"account\":\"%s\",\"roles\":[{\"role\":\"ROLE_LEAD\"}],"
             "\"title\":{\"zh\":\"组长\"}%s%s}}",
             account, phone[0] == '\0' ? "" : ",\"phone\":", phone);
    return entry_of(f, text);
}

static Duban__RoleHolderChange *holder_at(struct fixture *f, uint64_t sequence)
{
    return entry_at(f, sequence)->role_holder_change;
}

static Duban__Reply *ask_vault(struct fixture *f, const uint8_t *token, Duban__VaultPurpose purpose, const char *whom)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__VaultRead read = DUBAN__VAULT_READ__INIT;
    ProtobufCBinaryData tokens[1] = { { .len = TOKEN_BYTES, .data = (uint8_t *) token } };

    read.tokens = tokens;
    read.n_tokens = 1;
    read.purpose = purpose;
    read.on_behalf_of = (char *) whom;
    query.body_case = DUBAN__QUERY__BODY_VAULT_READ;
    query.vault_read = &read;
    return ask(f, &query);
}

static Duban__VaultRow *row_of(struct fixture *f, const uint8_t *token)
{
    Duban__Reply *answer = ask_vault(f, token, DUBAN__VAULT_PURPOSE__VAULT_PURPOSE_SEND, "");

    assert_int_equal(answer->body_case, DUBAN__REPLY__BODY_VAULT);
    assert_int_equal(answer->vault->n_rows, 1);
    return answer->vault->rows[0];
}

static void clear_text_goes_to_the_vault_and_a_token_to_the_journal(void **state)
{
    struct fixture f;
    struct record record;
    Duban__RoleHolderChange *change;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, holder(&f, "lead", "{\"clear\":\"13800000001\"}")), 1, false);
    record = record_at(&f, 1);
    assert_int_equal(record.flags, RECORD_REPACKED);
    assert_null(memmem(record.payload.data, record.payload.size, "13800000001", 11));
    change = holder_at(&f, 1);
    assert_int_equal(change->phone->value_case, DUBAN__PERSONAL__VALUE_TOKEN);
    assert_int_equal(change->phone->token.len, TOKEN_BYTES);
    assert_string_equal(row_of(&f, change->phone->token.data)->clear, "13800000001");
    assert_receipt(submit(&f, 1, holder(&f, "lead", "{\"clear\":\"13800000001\"}")), 1, true);
    assert_refusal(submit(&f, 1, holder(&f, "lead", "{\"clear\":\"13800000002\"}")), CONFLICT, "client_id");
    assert_false(is_on_disk(&f, "13800000002"));
    teardown(&f);
}

static void a_field_of_a_subject_keeps_its_token(void **state)
{
    struct fixture f;
    uint8_t *token;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, holder(&f, "lead", "{\"clear\":\"13800000001\"}")), 1, false);
    assert_receipt(submit(&f, 2, holder(&f, "lead", "{\"clear\":\"13900000002\"}")), 2, false);
    assert_receipt(submit(&f, 3, holder(&f, "clerk", "{\"clear\":\"13900000002\"}")), 3, false);
    token = holder_at(&f, 1)->phone->token.data;
    assert_memory_equal(holder_at(&f, 2)->phone->token.data, token, TOKEN_BYTES);
    assert_memory_not_equal(holder_at(&f, 3)->phone->token.data, token, TOKEN_BYTES);
    assert_string_equal(row_of(&f, token)->clear, "13900000002");
    teardown(&f);
}

static void a_text_that_is_not_the_one_of_before_is_marked(void **state)
{
    struct fixture f;
    char text[120];
    char token[2 * TOKEN_BYTES];

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, holder(&f, "lead", "{\"clear\":\"13800000001\"}")), 1, false);
    assert_receipt(submit(&f, 2, holder(&f, "lead", "{\"clear\":\"13800000001\"}")), 2, false);
    assert_receipt(submit(&f, 3, holder(&f, "lead", "{\"clear\":\"13900000002\"}")), 3, false);
    assert_true(holder_at(&f, 1)->phone->changed);
    assert_false(holder_at(&f, 2)->phone->changed);
    assert_true(holder_at(&f, 3)->phone->changed);
    sodium_bin2base64(token, sizeof token, holder_at(&f, 3)->phone->token.data, TOKEN_BYTES, sodium_base64_VARIANT_ORIGINAL);
    snprintf(text, sizeof text, "{\"token\":\"%s\"}", token);
    assert_receipt(submit(&f, 4, holder(&f, "lead", text)), 4, false);
    assert_false(holder_at(&f, 4)->phone->changed);
    snprintf(text, sizeof text, "{\"token\":\"%s\",\"changed\":true}", token);
    assert_receipt(submit(&f, 5, holder(&f, "lead", text)), 5, false);   /* an entry that was read and comes again */
    assert_false(holder_at(&f, 5)->phone->changed);
    teardown(&f);
}

static void two_changes_of_one_subject_in_one_batch_share_the_token(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    push(&f, f.submitter, "n1", id_of(1), holder(&f, "lead", "{\"clear\":\"13800000001\"}"));
    push(&f, f.submitter, "n1", id_of(2), holder(&f, "lead", "{\"clear\":\"13800000002\"}"));
    assert_receipt(verdict(&f, f.submitter), 1, false);
    assert_receipt(verdict(&f, f.submitter), 2, false);
    assert_memory_equal(holder_at(&f, 1)->phone->token.data, holder_at(&f, 2)->phone->token.data, TOKEN_BYTES);
    teardown(&f);
}

static void an_empty_text_clears_the_field_and_forgets_what_was_there(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, holder(&f, "lead", "{\"clear\":\"13800000001\"}")), 1, false);
    assert_receipt(submit(&f, 2, holder(&f, "lead", "{\"clear\":\"\"}")), 2, false);
    assert_null(holder_at(&f, 2)->phone);
    assert_true(row_of(&f, holder_at(&f, 1)->phone->token.data)->forgotten);
    assert_string_equal(row_of(&f, holder_at(&f, 1)->phone->token.data)->clear, "");
    teardown(&f);
}

static void a_token_stands_only_for_the_field_that_it_was_given_to(void **state)
{
    struct fixture f;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__RoleHolderChange *change;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, holder(&f, "lead", "{\"clear\":\"13800000001\"}")), 1, false);
    change = holder_at(&f, 1);
    change->phone->changed = false;
    entry.body_case = DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE;
    entry.role_holder_change = change;
    assert_receipt(submit(&f, 2, message_pack(&f.arena, &entry)), 2, false);
    assert_int_equal(record_at(&f, 2).flags, 0);
    change->account = "clerk";
    assert_refusal(submit(&f, 3, message_pack(&f.arena, &entry)), INVALID, "role_holder_change.phone");
    change->account = "lead";
    change->address = change->phone;
    change->phone = NULL;
    assert_refusal(submit(&f, 4, message_pack(&f.arena, &entry)), INVALID, "role_holder_change.address");
    teardown(&f);
}

static void entries_without_personal_fields_are_journaled_as_they_came(void **state)
{
    struct fixture f;
    struct bytes entry;

    (void) state;
    setup(&f);
    entry = holder(&f, "lead", "");
    assert_receipt(submit(&f, 1, entry), 1, false);
    assert_true(bytes_equal(record_at(&f, 1).payload, entry));
    assert_int_equal(record_at(&f, 1).flags, 0);
    assert_int_equal(f.ingest->counters.personal, 0);
    teardown(&f);
}

static void every_asking_is_logged_even_for_what_is_not_there(void **state)
{
    static const uint8_t unknown[TOKEN_BYTES] = { 1 };
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, holder(&f, "lead", "{\"clear\":\"13800000001\"}")), 1, false);
    row_of(&f, holder_at(&f, 1)->phone->token.data);
    assert_true(row_of(&f, unknown)->forgotten);
    assert_int_equal(rows_in(&f, TABLE_VAULT_LOG), 2);
    restart(&f);
    row_of(&f, unknown);
    assert_int_equal(rows_in(&f, TABLE_VAULT_LOG), 3);
    teardown(&f);
}

static void a_question_without_purpose_or_viewer_is_refused_and_not_logged(void **state)
{
    static const uint8_t unknown[TOKEN_BYTES] = { 1 };
    struct fixture f;
    Duban__Reply *answer;

    (void) state;
    setup(&f);
    answer = ask_vault(&f, unknown, DUBAN__VAULT_PURPOSE__VAULT_PURPOSE_UNSPECIFIED, "notify");
    assert_int_equal(answer->body_case, DUBAN__REPLY__BODY_FAULT);
    assert_string_equal(answer->fault->field, "vault_read.purpose");
    answer = ask_vault(&f, unknown, DUBAN__VAULT_PURPOSE__VAULT_PURPOSE_SHOW, "");
    assert_string_equal(answer->fault->field, "vault_read.on_behalf_of");
    assert_int_equal(rows_in(&f, TABLE_VAULT_LOG), 0);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clear_text_goes_to_the_vault_and_a_token_to_the_journal),
        cmocka_unit_test(a_field_of_a_subject_keeps_its_token),
        cmocka_unit_test(a_text_that_is_not_the_one_of_before_is_marked),
        cmocka_unit_test(two_changes_of_one_subject_in_one_batch_share_the_token),
        cmocka_unit_test(an_empty_text_clears_the_field_and_forgets_what_was_there),
        cmocka_unit_test(a_token_stands_only_for_the_field_that_it_was_given_to),
        cmocka_unit_test(entries_without_personal_fields_are_journaled_as_they_came),
        cmocka_unit_test(every_asking_is_logged_even_for_what_is_not_there),
        cmocka_unit_test(a_question_without_purpose_or_viewer_is_refused_and_not_logged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
