/* test_duties.c - a pack is put in force only when it has words for all that the engine may say.
 *
 * Which messages the engine names is read from its sources, so that one added there without being asked of packs
 * fails here.
 */
#include <dirent.h>

#include "engine_kind.h"
#include "policy_pack.h"
#include "policy_private.h"
#include "township.h"

#define PACK "epidemic-2020-beijing"
#define PACK_OF_5 "tests/packs/epidemic-of-era-5"   /* as it was shipped then */
#define SOURCES "services/rules"

enum { MAX_NAME_BYTES = 40, MAX_SEEN = 200 };

/* Messages that have been looked at: most are named several times. */
struct seen {
    char names[MAX_SEEN][MAX_NAME_BYTES];
    size_t count;
};

static bool is_seen(const struct seen *seen, const char *name)
{
    for (size_t i = 0; i < seen->count; i++)
        if (strcmp(seen->names[i], name) == 0)
            return true;
    return false;
}

/* Is a pack refused that lacks the message, and is it named? */
static bool is_asked_for(const char *message)
{
    struct pack *pack = pack_read(PACK);
    char row[MAX_NAME_BYTES + 2], other[MAX_NAME_BYTES + 4];
    bool named = false;

    snprintf(row, sizeof row, "\n%s,", message);
    snprintf(other, sizeof other, "\nx_%s,", message);
    if (memmem(pack_source(pack, "messages.csv")->content.data, pack_source(pack, "messages.csv")->content.size, row, strlen(row)) != NULL)
        pack_edit(pack, "messages.csv", row, other);
    policy_load_new(&pack->policy, pack->sources, pack->count, &pack->faults);
    for (size_t i = 0; i < pack->faults.count; i++)
        named |= strstr(pack->faults.faults[i].en, message) != NULL && strstr(pack->faults.faults[i].zh, message) != NULL;
    pack_close(pack);
    return named;
}

/* The next text in quotes that could be a message; false when there is none. */
static bool next_name(const char **at, char name[MAX_NAME_BYTES])
{
    while ((*at = strchr(*at, '"')) != NULL) {
        const char *begin = ++*at;
        size_t size = strspn(begin, "abcdefghijklmnopqrstuvwxyz_");

        if (begin[size] != '"')
            continue;
        *at = begin + size + 1;
        if (size == 0 || size >= MAX_NAME_BYTES)
            continue;
        memcpy(name, begin, size);
        name[size] = '\0';
        return true;
    }
    return false;
}

/* The first message that this source names and that no pack is asked for; "" when there is none. */
static void find_unasked(const char *source, const struct policy *shipped, struct seen *seen, char name[MAX_NAME_BYTES])
{
    const char *at = source;

    while (next_name(&at, name)) {
        if (policy_message(shipped, name) == NULL || is_seen(seen, name))
            continue;
        if (!is_asked_for(name))
            return;
        assert_true(seen->count < MAX_SEEN);
        strcpy(seen->names[seen->count++], name);
    }
    name[0] = '\0';
}

static void look_into(const char *file, const struct policy *shipped, struct seen *seen)
{
    char path[300], name[MAX_NAME_BYTES];
    char *source = calloc(1, 1 << 20);
    FILE *stream;

    snprintf(path, sizeof path, SOURCES "/%s", file);
    stream = fopen(path, "rb");
    if (stream == NULL || source == NULL)
        fail_msg("%s: run the tests from the top of the tree", path);
    assert_true(fread(source, 1, (1 << 20) - 1, stream) > 0);
    fclose(stream);
    find_unasked(source, shipped, seen, name);
    if (name[0] != '\0')
        fail_msg("%s may say %s, which no pack is asked for: give it a row in policy_duties.c", path, name);
    free(source);
}

static void every_message_that_the_engine_names_is_asked_of_packs(void **state)
{
    struct pack *pack = pack_loaded(PACK);
    DIR *folder = opendir(SOURCES);
    struct seen *seen = calloc(1, sizeof *seen);
    struct dirent *entry;

    (void) state;
    assert_non_null(folder);
    assert_non_null(seen);
    while ((entry = readdir(folder)) != NULL) {
        size_t size = strlen(entry->d_name);

        if (strncmp(entry->d_name, "engine", 6) == 0 && size > 2 && strcmp(entry->d_name + size - 2, ".c") == 0)
            look_into(entry->d_name, &pack->policy, seen);
    }
    closedir(folder);
    assert_true(seen->count > 40);
    free(seen);
    pack_close(pack);
}

static void a_message_that_no_pack_is_asked_for_is_found(void **state)
{
    struct pack *pack = pack_read(PACK);
    struct seen *seen = calloc(1, sizeof *seen);
    char name[MAX_NAME_BYTES];

    (void) state;
    assert_non_null(seen);
    pack_edit(pack, "messages.csv", "\nnew_case,", "\nunasked,没有人要它,\nnew_case,");
    assert_int_equal(pack_load(pack), 0);
    find_unasked("{ .message = \"new_case\", .rule = \"case.new\" }; tell(engine, \"unasked\", TO, 3);", &pack->policy, seen, name);
    assert_string_equal(name, "unasked");
    free(seen);
    pack_close(pack);
}

static void what_is_missing_is_told_with_the_duty_that_says_it(void **state)
{
    struct pack *pack = pack_read(PACK);

    (void) state;
    pack_edit(pack, "messages.csv", "\nappeal_granted,", "\nx_appeal_granted,");
    pack_edit(pack, "messages.csv", "\ncase_amended,", "\nx_case_amended,");
    assert_int_equal(pack_load(pack), 0);   /* one of before loads without */
    assert_false(policy_says_everything(&pack->policy, UINT32_MAX, &pack->faults));
    assert_int_equal(pack->faults.total, 2);
    assert_string_equal(pack->faults.faults[0].zh, "缺少消息“case_amended”，更正巡查记录要用它告知；请补上一行");
    assert_string_equal(pack->faults.faults[1].en,
                        "message \"appeal_granted\" is missing, which tells of an appeal; add a row for it");
    assert_string_equal(pack->faults.faults[1].place.file, "messages.csv");
    policy_close(&pack->policy);
    assert_int_equal(policy_load_new(&pack->policy, pack->sources, pack->count, &pack->faults), -1);
    assert_int_equal(pack->faults.total, 2);
    pack_close(pack);
}

static void the_shipped_packs_say_everything(void **state)
{
    static const char *const PACKS[] = { PACK, "fire-safety-mini" };

    (void) state;
    for (size_t i = 0; i < 2; i++) {
        struct pack *pack = pack_loaded(PACKS[i]);

        assert_true(policy_says_everything(&pack->policy, UINT32_MAX, &pack->faults));
        pack_close(pack);
    }
}

/* ---------------------------------------------------------------- texts that nothing sends */

static char *text_of_source(const char *folder, const char *file)
{
    char path[300];
    char *source = calloc(1, 1 << 20);
    FILE *stream;

    snprintf(path, sizeof path, "%s/%s", folder, file);
    stream = fopen(path, "rb");
    if (stream == NULL || source == NULL)
        fail_msg("%s: run the tests from the top of the tree", path);
    assert_true(fread(source, 1, (1 << 20) - 1, stream) > 0);
    fclose(stream);
    return source;
}

/* Marks the messages that a source of the folder names in quotes. */
static void mark_named(const char *folder, const char *beginning, const struct policy *policy, bool *sent)
{
    DIR *sources = opendir(folder);
    struct dirent *entry;

    assert_non_null(sources);
    while ((entry = readdir(sources)) != NULL) {
        size_t size = strlen(entry->d_name);
        char name[MAX_NAME_BYTES];
        const char *at;
        char *source;

        if (strncmp(entry->d_name, beginning, strlen(beginning)) != 0 || size < 3 || strcmp(entry->d_name + size - 2, ".c") != 0)
            continue;
        source = text_of_source(folder, entry->d_name);
        for (at = source; next_name(&at, name);)
            if (policy_message(policy, name) != NULL)
                sent[policy_message(policy, name) - policy->messages] = true;
        free(source);
    }
    closedir(sources);
}

static void mark_rows(const struct policy *policy, const struct policy_row *rows, size_t count, bool *sent)
{
    for (size_t i = 0; i < count; i++)
        if (policy_message(policy, rows[i].message) != NULL)
            sent[policy_message(policy, rows[i].message) - policy->messages] = true;
}

static void mark_planned(const struct policy *policy, bool *sent)
{
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind))
        for (size_t i = 0; i <= POLICY_ANY_LEVEL; i++) {
            mark_rows(policy, policy->plans[kind][i].reminders, policy->plans[kind][i].reminder_count, sent);
            mark_rows(policy, policy->plans[kind][i].ladder, policy->plans[kind][i].ladder_count, sent);
        }
    if (policy->urgent.given)
        mark_rows(policy, &policy->urgent.alert, 1, sent);
}

/* What is yet to be said has its words already. */
static bool is_yet_to_be_said(const char *kind)
{
    return strcmp(kind, "supplies_low") == 0 || strcmp(kind, "todays_stops") == 0;
}

static void every_text_of_the_shipped_packs_is_sent_by_something(void **state)
{
    static const char *const PACKS[] = { PACK, "fire-safety-mini" };

    (void) state;
    for (size_t i = 0; i < 2; i++) {
        struct pack *pack = pack_loaded(PACKS[i]);
        bool *sent = calloc(pack->policy.message_count, sizeof *sent);

        assert_non_null(sent);
        mark_named(SOURCES, "engine", &pack->policy, sent);
        mark_named("services/notify", "", &pack->policy, sent);
        mark_planned(&pack->policy, sent);
        for (size_t k = 0; k < pack->policy.message_count; k++)
            if (!sent[k] && !is_yet_to_be_said(pack->policy.messages[k].kind))
                fail_msg("%s: nothing sends %s; take its row out of messages.csv", PACKS[i], pack->policy.messages[k].kind);
        free(sent);
        pack_close(pack);
    }
}

/* ---------------------------------------------------------------- put in force */

static void leave_out_message(struct township *t, const char *row, const char *other)
{
    struct bytes whole = t->messages.data != NULL ? t->messages : read_whole(t, "deploy/packs/" PACK "/messages.csv");
    const char *place = memmem(whole.data, whole.size, row, strlen(row));
    size_t before = place == NULL ? 0 : (size_t) (place - (const char *) whole.data);
    char *text = arena_take(&t->arena, whole.size + strlen(other));

    assert_non_null(place);
    memcpy(text, whole.data, before);
    memcpy(text + before, other, strlen(other));
    memcpy(text + before + strlen(other), place + strlen(row), whole.size - before - strlen(row));
    t->messages = bytes_of(text, whole.size - strlen(row) + strlen(other));
}

static void an_english_text_may_be_as_long_as_a_sentence_from_era_7_on(void **state)
{
    uint8_t version[POLICY_VERSION_BYTES];
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_SENTENCES - 1);
    activate_from(&t, PACK, 0, version);
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    assert_non_null(strstr(held_last(&t)->en, "at most 160, make it shorter"));
    begin_era(&t, ERA_OF_SENTENCES);
    activate_from(&t, PACK, 0, version);
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    assert_memory_equal(t.rules.engine.policy->version, version, POLICY_VERSION_BYTES);
    township_close(&t);
}

/* As packs were written when an English text had no more characters than a Chinese one. */
static void write_shortly(struct township *t)
{
    t->messages = bytes_of(NULL, 0);
    leave_out_message(t, "Morning brief, {date}. Cases not fixed in time: {red}; other duties overdue: {other_red}. ", "Brief {date}: {red}. ");
    leave_out_message(t, "Sites to inspect: {required}, of which {planned} are stops of today's plan. "
                      "Blind spots, not seen within their interval: {blind}. Records that came in after last night's summary: {late}. ", "");
    leave_out_message(t, "Evening summary, {date}. Inspected today: {inspected} of the {required} sites that were to be seen. ", "Summary {date}. ");
    leave_out_message(t, "Cases not fixed in time: {red}; other duties overdue: {other_red}. Stops", "Stops");
    leave_out_message(t, "Blind spots, not seen within their interval: {blind}. To be", "To be");
}

static void a_pack_of_an_earlier_era_is_put_in_force_without_the_words(void **state)
{
    uint8_t version[POLICY_VERSION_BYTES];
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_WHOLE_PACKS - 1);
    write_shortly(&t);
    leave_out_message(&t, "\nappeal_granted,", "\nx_appeal_granted,");
    activate_from(&t, PACK, 0, version);
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    assert_memory_equal(t.rules.engine.policy->version, version, POLICY_VERSION_BYTES);
    begin_era(&t, ERA_OF_WHOLE_PACKS);             /* and stays in force in the next */
    fails(&t, "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->policy_version.len, POLICY_VERSION_BYTES);
    township_close(&t);
}

static void a_pack_without_the_words_is_not_put_in_force_any_more(void **state)
{
    uint8_t version[POLICY_VERSION_BYTES];
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_WHOLE_PACKS);
    write_shortly(&t);
    leave_out_message(&t, "\nappeal_granted,", "\nx_appeal_granted,");
    activate_from(&t, PACK, 0, version);
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    assert_memory_not_equal(t.rules.engine.policy->version, version, POLICY_VERSION_BYTES);
    write_shortly(&t);
    activate(&t, PACK);
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    township_close(&t);
}

static void the_pack_of_each_former_era_is_put_in_force_in_its_era(void **state)
{
    (void) state;
    for (uint32_t era = 1; era <= 6; era++) {
        uint8_t version[POLICY_VERSION_BYTES];
        struct township t;

        township_open(&t, "2020-02-10T10:00");
        begin_era(&t, era);
        activate_from(&t, PACK_OF_5, 0, version);
        assert_int_equal(t.rules.state.meta.quarantined, era < 6 ? 0 : 1);
        assert_int_equal(memcmp(t.rules.engine.policy->version, version, POLICY_VERSION_BYTES) == 0, era < 6);
        township_close(&t);
    }
}

static void one_goes_back_to_a_pack_that_has_been_in_force(void **state)
{
    uint8_t version[POLICY_VERSION_BYTES];
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, 5);
    activate_from(&t, PACK_OF_5, 0, version);
    begin_era(&t, 6);
    write_shortly(&t);
    activate(&t, PACK);
    assert_memory_not_equal(t.rules.engine.policy->version, version, POLICY_VERSION_BYTES);
    activate_from(&t, PACK_OF_5, 0, version);
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    assert_memory_equal(t.rules.engine.policy->version, version, POLICY_VERSION_BYTES);
    township_close(&t);
}

/* An engine of before refused it, and so does the replay of its journal. */
static void going_back_was_refused_before(void **state)
{
    uint8_t version[POLICY_VERSION_BYTES];
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, 3);
    write_shortly(&t);
    leave_out_message(&t, "\nappeal_granted,", "\nx_appeal_granted,");
    activate_from(&t, PACK, 0, version);
    begin_era(&t, 5);
    activate_from(&t, PACK, 0, version);
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_that_the_engine_names_is_asked_of_packs),
        cmocka_unit_test(a_message_that_no_pack_is_asked_for_is_found),
        cmocka_unit_test(what_is_missing_is_told_with_the_duty_that_says_it),
        cmocka_unit_test(the_shipped_packs_say_everything),
        cmocka_unit_test(an_english_text_may_be_as_long_as_a_sentence_from_era_7_on),
        cmocka_unit_test(every_text_of_the_shipped_packs_is_sent_by_something),
        cmocka_unit_test(a_pack_of_an_earlier_era_is_put_in_force_without_the_words),
        cmocka_unit_test(a_pack_without_the_words_is_not_put_in_force_any_more),
        cmocka_unit_test(the_pack_of_each_former_era_is_put_in_force_in_its_era),
        cmocka_unit_test(one_goes_back_to_a_pack_that_has_been_in_force),
        cmocka_unit_test(going_back_was_refused_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
