/* test_rule_names.c - every rule that the engine names is called something in both languages.
 *
 * The rules are read from the engine's sources, so that one added there without words fails here.
 */
#include <dirent.h>

#include "fixture.h"

#include "names.h"

#define SOURCES "services/rules"

enum { MAX_RULE_BYTES = 60 };

static int setup(void **state)
{
    struct cli *cli = calloc(1, sizeof *cli);

    cli_open(cli, stdout, stderr);
    cli->holders_read = true;   /* nobody to ask */
    cli->areas_read = true;
    cli->timeout_ms = 1;
    *state = cli;
    return 0;
}

static int teardown_show(void **state)
{
    cli_close(*state);
    free(*state);
    return 0;
}

static bool has_words(struct cli *cli, const char *rule)
{
    struct words words = name_of_rule(cli, rule);

    return words.en[0] != '\0' && strcmp(words.zh, rule) != 0;
}

/* The next text in quotes of the line that names a rule: two words with a dot, or any where a rule is set. */
static bool next_rule(const char **at, bool any, char rule[MAX_RULE_BYTES])
{
    while ((*at = strchr(*at, '"')) != NULL) {
        const char *begin = ++*at;
        size_t size = strspn(begin, "abcdefghijklmnopqrstuvwxyz_.");
        const char *dot = memchr(begin, '.', size);

        if (begin[size] != '"')
            continue;
        *at = begin + size + 1;
        if (size == 0 || size >= MAX_RULE_BYTES || (dot == NULL && !any) || dot == begin + size - 1)
            continue;
        memcpy(rule, begin, size);
        rule[size] = '\0';
        return true;
    }
    return false;
}

/* Of what was kept and changed nothing: its act in quotes, and reasons behind it where the line names them. */
static size_t look_at_kept(struct cli *cli, const char *path, const char *line)
{
    static const char *const CALLS[] = { "contradiction(engine,", "engine_decline(engine,", "engine_rule(engine," };
    const char *at = NULL;
    char token[MAX_RULE_BYTES], rule[2 * MAX_RULE_BYTES];
    size_t seen = 0;

    for (size_t i = 0; i < sizeof CALLS / sizeof CALLS[0] && at == NULL; i++)
        at = strstr(line, CALLS[i]);
    while (at != NULL && next_rule(&at, true, token)) {
        struct words reason = name_of_reason(token);

        snprintf(rule, sizeof rule, "%s.some_reason", token);
        if (seen == 0 && !has_words(cli, rule))
            fail_msg("%s keeps the act %s, which has no words: give it a row in name_of_act of services/cli/names.c", path, token);
        if (seen > 0 && reason.en[0] == '\0')
            fail_msg("%s gives the reason %s, which has no words: give it a row in name_of_reason of services/cli/names.c", path, token);
        seen++;
    }
    return seen;
}

/* What duban explain --why-not and duban sites say that an answer goes by. */
static void look_at_place(struct cli *cli, const char *path, const char *line)
{
    const char *at = strstr(line, "why_not_fill_place(");
    char rule[MAX_RULE_BYTES];

    while (at != NULL && next_rule(&at, true, rule))
        if (!has_words(cli, rule))
            fail_msg("%s names the rule %s, which has no words: give it a row in services/cli/rule_names.c", path, rule);
}

/* Texts of a fault name fields of entries. */
static size_t look_at_line(struct cli *cli, const char *path, const char *line)
{
    const char *set = strstr(line, "rule = \"");
    const char *at = set != NULL ? set : line;
    char rule[MAX_RULE_BYTES];
    size_t seen = 0;

    if (strstr(line, "#include") != NULL || strstr(line, "fault") != NULL)
        return 0;
    while (next_rule(&at, set != NULL && seen == 0, rule)) {
        if (!has_words(cli, rule))
            fail_msg("%s names the rule %s, which has no words: give it a row in services/cli/rule_names.c", path, rule);
        seen++;
    }
    return seen;
}

static size_t look_into(struct cli *cli, const char *file)
{
    char path[300], line[1000];
    size_t seen = 0;
    FILE *stream;

    snprintf(path, sizeof path, SOURCES "/%s", file);
    stream = fopen(path, "rb");
    if (stream == NULL)
        fail_msg("%s: run the tests from the top of the tree", path);
    while (fgets(line, sizeof line, stream) != NULL) {
        seen += look_at_line(cli, path, line) + look_at_kept(cli, path, line);
        look_at_place(cli, path, line);
    }
    fclose(stream);
    return seen;
}

static void every_rule_that_the_engine_names_has_words(void **state)
{
    DIR *folder = opendir(SOURCES);
    struct dirent *entry;
    size_t seen = 0;

    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        size_t size = strlen(entry->d_name);

        if ((strncmp(entry->d_name, "engine", 6) == 0 || strncmp(entry->d_name, "queries_why_not", 15) == 0) && size > 2 && strcmp(entry->d_name + size - 2, ".c") == 0)
            seen += look_into(*state, entry->d_name);
    }
    closedir(folder);
    assert_true(seen > 150);
}

static void assert_called(struct cli *cli, const char *rule, const char *zh, const char *en)
{
    struct words words = name_of_rule(cli, rule);

    assert_string_equal(words.zh, zh);
    assert_string_equal(words.en, en);
}

static void a_row_of_a_plan_is_called_by_what_it_is_about_and_its_place(void **state)
{
    assert_called(*state, "reminders.rectification.B[1]", "整改（B 级）提醒计划第 2 行", "row 2 of the reminders for rectification, level B");
    assert_called(*state, "ladder.revisit.*[0]", "复查（不分级别）督办阶梯第 1 行", "row 1 of the ladder for revisit, whatever the level");
    assert_called(*state, "stand_down.complaint", "投诉核实了结后，告知此前被惊动的人",
                  "whoever was called in for the complaint check is told that it is over");
}

static void what_is_counted_by_the_policy_is_called_by_its_row(void **state)
{
    assert_called(*state, "cadences[2]", "巡查间隔第 2 行", "row 2 of the cadences");
    assert_called(*state, "site_kinds.COUR", "点位类别 COUR 的巡查间隔", "the interval of site kind COUR");
    assert_called(*state, "uplifts[1]", "提级条件第 1 条", "uplift 1");
}

static void what_was_kept_is_called_by_its_act(void **state)
{
    assert_called(*state, "claim.is_over", "“报整改完成”的条件", "the conditions for \"claim\"");
    assert_called(*state, "isolation_release.act", "“提前解除”的条件", "the conditions for \"release before its day\"");
}

static void a_rule_of_a_newer_version_is_said_as_it_is(void **state)
{
    assert_called(*state, "moon.phase", "moon.phase", "");
    assert_called(*state, "ladder.rectification", "ladder.rectification", "");
    assert_called(*state, "", "", "");
}

static void how_a_recipient_was_found_is_said_without_marks(void **state)
{
    assert_string_equal(name_of_lookup(*state, "deputy of the lead").en, "the deputy of the lead");
    assert_string_equal(name_of_lookup(*state, "group_leader zone=north").zh, "片组组长（north）");   /* no name is known */
    assert_string_equal(name_of_lookup(*state, "owner").zh, "跟进人");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_that_the_engine_names_has_words),
        cmocka_unit_test(a_row_of_a_plan_is_called_by_what_it_is_about_and_its_place),
        cmocka_unit_test(what_is_counted_by_the_policy_is_called_by_its_row),
        cmocka_unit_test(what_was_kept_is_called_by_its_act),
        cmocka_unit_test(a_rule_of_a_newer_version_is_said_as_it_is),
        cmocka_unit_test(how_a_recipient_was_found_is_said_without_marks),
    };

    return cmocka_run_group_tests_name("rule_names", tests, setup, teardown_show);
}
