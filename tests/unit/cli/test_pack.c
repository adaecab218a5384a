/* test_pack.c - a policy pack is checked as rules does it, then sent in pieces and waited for. */
#include "fixture.h"

#include "policy.h"

#include <sys/stat.h>

#define PACK "deploy/packs/epidemic-2020-beijing"

static int setup(void **state)
{
    *state = fixture_open();
    return 0;
}

static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 20);

    assert_non_null(file);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

/* The shipped pack in the fixture's directory, `from` in its files replaced. Returns its path. */
static char *edited_pack(struct fixture *f, const char *from, const char *to)
{
    static char directory[SCRATCH_BYTES + 16];
    static const char *const FILES[] = { "policy.yaml", "items.csv", "messages.csv", "calendar.csv" };

    (void) snprintf(directory, sizeof directory, "%s/pack", f->directory);
    assert_int_equal(mkdir(directory, 0700), 0);
    for (int i = 0; i < 4; i++) {
        char path[256], name[64];
        char *text, *at, *edited = calloc(1, (1 << 20) + 4096);

        (void) snprintf(path, sizeof path, PACK "/%s", FILES[i]);
        (void) snprintf(name, sizeof name, "pack/%s", FILES[i]);
        text = read_whole(path);
        at = from != NULL ? strstr(text, from) : NULL;
        if (at != NULL)
            (void) sprintf(edited, "%.*s%s%s", (int) (at - text), text, to, at + strlen(from));
        file_of(f, name, at != NULL ? edited : text);
        free(text);
        free(edited);
    }
    return directory;
}

static void the_shipped_packs_are_fine(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "policy", "check", PACK, NULL), EXIT_FINE);
    assert_contains(f->out, "短信（sms）一条只容 600 字节");
    assert_contains(f->out, "messages.csv:");
    assert_contains(f->out, "epidemic-2020-beijing");
    assert_int_equal(duban(f, "policy", "check", "deploy/packs/fire-safety-mini", NULL), EXIT_FINE);
}

static void a_pack_without_words_for_a_duty_is_refused_and_the_message_is_named(void **state)
{
    struct fixture *f = *state;
    char *directory = edited_pack(f, "\nappeal_refused,", "\nx_appeal_refused,");

    assert_int_equal(duban(f, "policy", "check", directory, NULL), EXIT_REFUSED);
    assert_contains(f->errors, "messages.csv: 缺少消息“appeal_refused”，申诉要用它告知");
    assert_contains(f->errors, "messages.csv: message \"appeal_refused\" is missing, which tells of an appeal");
    fake_start(f, &f->rules, "rules.query", nothing_held);
    assert_int_equal(duban(f, "policy", "activate", directory, "--approver", "lead", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "appeal_refused");
}

static void faults_are_told_with_file_line_and_column(void **state)
{
    struct fixture *f = *state;
    char *directory = edited_pack(f, "limit: 2nh", "limit: 2xx");
    char place[SCRATCH_BYTES + 64];

    assert_int_equal(duban(f, "policy", "check", directory, NULL), EXIT_REFUSED);
    (void) snprintf(place, sizeof place, "%s/policy.yaml:", directory);
    assert_contains(f->errors, place);
    assert_contains(f->errors, "不能启用");
    assert_string_equal(f->out, "");
}

static void a_folder_that_is_not_there_is_said_so(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "policy", "check", "/nonexistent", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "/nonexistent");
    assert_int_equal(duban(f, "policy", "praise", PACK, NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "policy", "activate", PACK, NULL), EXIT_WRONG_USE);   /* no approver */
}

static void a_faulty_pack_is_not_sent(void **state)
{
    struct fixture *f = *state;

    fake_start(f, &f->ingest, "ingest.submit", NULL);
    assert_int_equal(duban(f, "policy", "activate", edited_pack(f, "limit: 2nh", "limit: 2xx"), "--approver", "lead",
                           NULL), EXIT_REFUSED);
    assert_int_equal(f->submit_count, 0);
}

/* ---------------------------------------------------------------- activation */

static Duban__Entry *entry_of(struct fixture *f, size_t place)
{
    return duban__entry__unpack(NULL, f->submits[place].entry_size, f->submits[place].entry);
}

/* Rules that has the pack of the first submission in force. */
static void in_force(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__RulesStatus status;
    static uint8_t version[32];
    Duban__Entry *entry;

    if (query->body_case != DUBAN__QUERY__BODY_STATUS) {
        nothing_held(f, query, reply);
        return;
    }
    entry = entry_of(f, 0);
    memcpy(version, entry->policy_file->pack_sha256.data, sizeof version);
    duban__entry__free_unpacked(entry, NULL);
    duban__rules_status__init(&status);
    status.policy_version = (ProtobufCBinaryData){ sizeof version, version };
    status.policy_name = "epidemic-2020-beijing";
    reply->body_case = DUBAN__REPLY__BODY_RULES;
    reply->rules = &status;
}

/* ... or scheduled. */
static void scheduled(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__Activation activation;

    in_force(f, query, reply);
    if (query->body_case != DUBAN__QUERY__BODY_STATUS)
        return;
    duban__activation__init(&activation);
    activation.sequence = f->last_sequence;
    activation.effective_s = 1580778600;
    reply->rules->scheduled = &activation;
}

static void not_in_force(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__RulesStatus status;

    if (query->body_case != DUBAN__QUERY__BODY_STATUS) {
        everything_held(f, query, reply);
        return;
    }
    duban__rules_status__init(&status);
    reply->body_case = DUBAN__REPLY__BODY_RULES;
    reply->rules = &status;
}

static void it_takes_effect_when_rules_says_so(void **state)
{
    struct fixture *f = *state;

    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", in_force);   /* the time given has just passed */
    assert_int_equal(duban(f, "policy", "activate", PACK, "--approver", "lead", "--from", "2020-02-04T09:10",
                           "--id", "000102030405060708090a0b0c0d0e0f", NULL), EXIT_FINE);
    assert_contains(f->out, "in force: epidemic-2020-beijing");
    assert_null(strstr(f->out, "takes it back"));
    assert_int_equal(f->submits[f->submit_count - 1].client_id[15], 15);
    fake_stop(&f->rules);
    fake_start(f, &f->rules, "rules.query", scheduled);
    assert_int_equal(duban(f, "policy", "activate", PACK, "--approver", "lead", "--from", "2020-02-04T09:10", NULL),
                     EXIT_FINE);
    assert_contains(f->out, "takes effect at 2020-02-04 09:10");
    assert_null(strstr(f->out, "in force"));
}

static uint8_t accepted_version[32];

/* Rules that has accepted a pack of that version long ago, and puts it in force again. */
static void accepted_before(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__ActivationRows rows = DUBAN__ACTIVATION_ROWS__INIT;
    static Duban__Activation row;
    static Duban__Activation *list[] = { &row };

    if (query->body_case != DUBAN__QUERY__BODY_ACTIVATIONS) {
        in_force(f, query, reply);
        return;
    }
    duban__activation__init(&row);
    row.pack_sha256 = (ProtobufCBinaryData){ sizeof accepted_version, accepted_version };
    rows.n_rows = 1;
    rows.rows = list;
    reply->body_case = DUBAN__REPLY__BODY_ACTIVATIONS;
    reply->activations = &rows;
}

static void version_of_pack(const char *directory, uint8_t version[32])
{
    static const char *const FILES[] = { "calendar.csv", "items.csv", "messages.csv", "policy.yaml" };
    struct policy_source sources[4];
    char *texts[4];

    for (size_t i = 0; i < 4; i++) {
        char path[SCRATCH_BYTES + 64];

        (void) snprintf(path, sizeof path, "%s/%s", directory, FILES[i]);
        texts[i] = read_whole(path);
        sources[i] = (struct policy_source){ FILES[i], bytes_of_text(texts[i]) };
    }
    policy_version_of(version, sources, 4);
    for (size_t i = 0; i < 4; i++)
        free(texts[i]);
}

static void one_goes_back_to_a_pack_of_before_without_the_words_of_now(void **state)
{
    struct fixture *f = *state;
    char *directory = edited_pack(f, "\nextension_over,", "\nx_extension_over,");

    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", accepted_before);
    assert_int_equal(duban(f, "policy", "activate", directory, "--approver", "lead", NULL), EXIT_REFUSED);
    assert_int_equal(f->submit_count, 0);   /* another one was accepted */
    version_of_pack(directory, accepted_version);
    assert_int_equal(duban(f, "policy", "activate", directory, "--approver", "lead", NULL), EXIT_FINE);
    assert_contains(f->out, "in force: epidemic-2020-beijing");
    assert_int_equal(duban(f, "policy", "check", directory, NULL), EXIT_REFUSED);   /* nobody would begin with it now */
}

static void the_pieces_make_the_files_again(void **state)
{
    struct fixture *f = *state;
    char *whole = read_whole(PACK "/policy.yaml");
    char *joined = calloc(1, 1 << 20);
    size_t used = 0;
    Duban__Entry *last;

    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", in_force);
    assert_int_equal(duban(f, "policy", "activate", PACK, "--approver", "lead", NULL), EXIT_FINE);
    assert_contains(f->out, "in force: epidemic-2020-beijing");
    for (size_t i = 0; i + 1 < f->submit_count; i++) {
        Duban__Entry *entry = entry_of(f, i);

        assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_POLICY_FILE);
        assert_true(entry->policy_file->content.len <= (size_t) 48 * 1024);
        assert_int_equal(entry->policy_file->files, 4);
        if (strcmp(entry->policy_file->path, "policy.yaml") == 0) {
            memcpy(joined + used, entry->policy_file->content.data, entry->policy_file->content.len);
            used += entry->policy_file->content.len;
        }
        duban__entry__free_unpacked(entry, NULL);
    }
    assert_string_equal(joined, whole);
    last = entry_of(f, f->submit_count - 1);
    assert_int_equal(last->body_case, DUBAN__ENTRY__BODY_POLICY_ACTIVATION);
    assert_string_equal(last->policy_activation->approver, "lead");
    assert_int_equal(last->policy_activation->effective_at_ms, 0);
    duban__entry__free_unpacked(last, NULL);
    free(joined);
    free(whole);
}

/* Rules whose registry has a lead and a clerk. */
static void with_a_lead(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__RoleGrant lead = DUBAN__ROLE_GRANT__INIT, clerk = DUBAN__ROLE_GRANT__INIT;
    static Duban__RoleGrant *leads[] = { &lead }, *clerks[] = { &clerk };
    static Duban__Holder holders[2];
    static Duban__Holder *list[] = { &holders[0], &holders[1] };
    static Duban__HolderRows rows = DUBAN__HOLDER_ROWS__INIT;

    if (query->body_case != DUBAN__QUERY__BODY_HOLDERS) {
        in_force(f, query, reply);
        return;
    }
    lead.role = DUBAN__ROLE__ROLE_LEAD;
    clerk.role = DUBAN__ROLE__ROLE_DUTY_CLERK;
    for (int i = 0; i < 2; i++) {
        duban__holder__init(&holders[i]);
        holders[i].account = i == 0 ? "clerk" : "lead";
        holders[i].n_roles = 1;
        holders[i].roles = i == 0 ? clerks : leads;
    }
    rows.n_rows = 2;
    rows.rows = list;
    reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
    reply->holders = &rows;
}

static void an_approver_without_the_right_is_told_before_anything_is_sent(void **state)
{
    struct fixture *f = *state;

    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", with_a_lead);
    assert_int_equal(duban(f, "policy", "activate", PACK, "--approver", "clerk", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "--approver clerk：批准政策包限专班组长");
    assert_contains(f->errors, "a pack is approved by the lead or the committee");
    assert_int_equal(duban(f, "policy", "activate", PACK, "--approver", "nobody", NULL), EXIT_REFUSED);
    assert_int_equal(f->submit_count, 0);
    assert_int_equal(duban(f, "policy", "activate", PACK, "--approver", "lead", NULL), EXIT_FINE);
}

static void the_same_pack_again_sends_the_same_pieces_and_a_new_activation(void **state)
{
    struct fixture *f = *state;
    size_t count;

    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", in_force);
    assert_int_equal(duban(f, "policy", "activate", PACK, "--approver", "lead", NULL), EXIT_FINE);
    count = f->submit_count;
    assert_int_equal(duban(f, "policy", "activate", PACK, "--approver", "lead", NULL), EXIT_FINE);
    for (size_t i = 0; i + 1 < count; i++)
        assert_memory_equal(f->submits[i].client_id, f->submits[count + i].client_id, 16);
    assert_memory_not_equal(f->submits[count - 1].client_id, f->submits[2 * count - 1].client_id, 16);
}

static void a_pack_that_rules_holds_back_is_said_with_the_reason(void **state)
{
    struct fixture *f = *state;

    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", not_in_force);
    assert_int_equal(duban(f, "policy", "activate", PACK, "--approver", "lead", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "held in quarantine");
}

static void a_refused_piece_ends_it_before_the_activation(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    f->answers[0] = ANSWER_REFUSED;
    f->answer_count = 1;
    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", in_force);
    assert_int_equal(duban(f, "policy", "activate", PACK, "--approver", "lead", NULL), EXIT_REFUSED);
    for (size_t i = 0; i < f->submit_count; i++) {
        entry = entry_of(f, i);
        assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_POLICY_FILE);
        duban__entry__free_unpacked(entry, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_shipped_packs_are_fine, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pack_without_words_for_a_duty_is_refused_and_the_message_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(faults_are_told_with_file_line_and_column, setup, teardown),
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_said_so, setup, teardown),
        cmocka_unit_test_setup_teardown(a_faulty_pack_is_not_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(it_takes_effect_when_rules_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(one_goes_back_to_a_pack_of_before_without_the_words_of_now, setup, teardown),
        cmocka_unit_test_setup_teardown(the_pieces_make_the_files_again, setup, teardown),
        cmocka_unit_test_setup_teardown(an_approver_without_the_right_is_told_before_anything_is_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_pack_again_sends_the_same_pieces_and_a_new_activation, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_pack_that_rules_holds_back_is_said_with_the_reason, setup, teardown),
        cmocka_unit_test_setup_teardown(a_refused_piece_ends_it_before_the_activation, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
