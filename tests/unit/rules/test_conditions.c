/* What conditions mean, what they say in words, and what is wrong with those that are wrong. */
#include "policy_pack.h"

#include "message.h"
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { KNOWS_ALL = KNOWS_SITE | KNOWS_ITEM | KNOWS_REPORT | KNOWS_ANSWER | KNOWS_STANDING };

static struct pack *the_pack(void)
{
    static struct pack *pack;

    if (pack == NULL) {
        pack = pack_read("epidemic-2020-beijing");
        assert_int_equal(policy_load(&pack->policy, pack->sources, pack->count, &pack->faults), 0);
    }
    return pack;
}

/* One condition being read as if it began at line 5, column 11 of policy.yaml. */
struct trial {
    struct file_faults faults;
    struct condition condition;
    bool is_sound;
};

static struct trial *trial_of(const char *text, unsigned knows)
{
    struct trial *trial = calloc(1, sizeof *trial);
    struct loading loading = { .policy = &the_pack()->policy,
                               .faults = &trial->faults,
                               .messages_known = true,
                               .site_kinds_known = true,
                               .levels_known = true };

    arena_open(&loading.scratch, 1 << 20);
    trial->is_sound =
        policy_parse_condition(&loading, text, policy_place_at("policy.yaml", 5, 11), knows, &trial->condition);
    policy_check_conditions(&loading);
    trial->is_sound = trial->is_sound && trial->faults.total == 0;
    arena_close(&loading.scratch);
    return trial;
}

static const char *const FAILED[] = { "DS-01", "TM-02" };

static struct condition_values values_of_a_visit(void)
{
    struct condition_values values = { 0 };

    for (size_t i = 0; i < CONDITION_VARIABLES; i++)
        values.of[i] = (struct condition_value){ .is_given = !CONDITION_NAMES[i].may_miss, .text = "" };
    values.of[SITE_CODE].text = "COUR-0001";
    values.of[SITE_KIND].text = "COUR";
    values.of[SITE_RISK].text = "high";
    values.of[SITE_OPERATING].number = 1;
    values.of[ITEM_LEVEL].text = "C";
    values.of[ITEM_FAILED_OF_LAST_THREE].number = 1000;
    values.of[REPORT_FAILED].texts = FAILED;
    values.of[REPORT_FAILED].text_count = COUNT(FAILED);
    values.of[SITE_ATTEMPTS].number = 2000;
    return values;
}

static bool is_true(const char *text, const struct condition_values *values)
{
    struct trial *trial = trial_of(text, KNOWS_ALL);
    bool result;

    if (!trial->is_sound)
        fail_msg("%s: %s", text, trial->faults.faults[0].en);
    result = condition_is_true(&trial->condition, values);
    free(trial);
    return result;
}

static void conditions_mean_what_cel_says(void **state)
{
    static const struct {
        const char *text;
        bool is;
    } cases[] = {
        { "true", true },
        { "false || true", true },
        { "!true", false },
        { "true || false && false", true }, /* && binds closer */
        { "(true || false) && false", false },
        { "site.risk == \"high\"", true },
        { "site.risk != 'high'", false },
        { "site.operating", true },
        { "site.operating == false", false },
        { "!site.operating || site.kind == \"COUR\"", true },
        { "site.kind in [\"CONS\", \"COUR\"]", true },
        { "!(site.kind in [\"CONS\", \"COUR\"])", false },
        { "site.attempts in [1, 2]", true },
        { "site.attempts in [1, 2.5]", false },
        { "\"DS-01\" in report.failed", true },
        { "\"DS-02\" in report.failed", false },
        { "site.attempts + 1 >= 3", true },
        { "site.attempts - 1 - 1 == 0", true },
        { "-site.attempts < -1.999", true },
        { "1 - -1 == 2", true },
        { "site.attempts > 2", false },
        { "site.attempts <= 2 && site.attempts >= 2", true },
        { "2.5 > 2.499", true },
        { "site.code.startsWith(\"COUR-\")", true },
        { "site.code.endsWith(\"0001\")", true },
        { "site.code.endsWith(\"longer than the code itself\")", false },
        { "site.code.contains('R-0') && !site.code.contains('X')", true },
        { "item.level == 'C' && site.risk == 'high' && item.failed_of_last_three >= 1", true },
        { "has(answer.number) && answer.number > 7", false }, /* not given here */
        { "!has(answer.number) || answer.number > 7", true },
    };
    struct condition_values values = values_of_a_visit();

    (void) state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (is_true(cases[i].text, &values) != cases[i].is)
            fail_msg("%s should be %s", cases[i].text, cases[i].is ? "true" : "false");
}

static void a_value_that_may_miss_is_read_where_it_is_there(void **state)
{
    struct condition_values values = values_of_a_visit();

    (void) state;
    values.of[ANSWER_NUMBER] = (struct condition_value){ .is_given = true, .number = 7500 };
    assert_true(is_true("has(answer.number) && answer.number > 7", &values));
    assert_false(is_true("has(answer.number) && answer.number > 7.5", &values));
    assert_true(is_true("has(answer.number) && site.operating && answer.number + 1 == 8.5", &values));
    assert_true(is_true("!(!has(answer.number) || answer.number < 7)", &values));
}

/* @@ before the place of the fault. */
static void assert_fault(const char *marked, unsigned knows, const char *english)
{
    const char *mark = strstr(marked, "@@");
    char text[2 * CONDITION_MAX_BYTES];
    struct trial *trial;

    assert_non_null(mark);
    snprintf(text, sizeof text, "%.*s%s", (int) (mark - marked), marked, mark + 2);
    trial = trial_of(text, knows);
    if (trial->is_sound || trial->faults.total != 1 || trial->faults.faults[0].place.line != 5 ||
        trial->faults.faults[0].place.column != 11 + (uint32_t) (mark - marked) ||
        strstr(trial->faults.faults[0].en, english) == NULL || trial->faults.faults[0].zh[0] == '\0' ||
        !is_utf8(trial->faults.faults[0].zh, strlen(trial->faults.faults[0].zh)))
        fail_msg("%s: should be \"%s\", is %zu faults, the first at %u: %s", marked, english, trial->faults.total,
                 trial->faults.faults[0].place.column, trial->faults.faults[0].en);
    free(trial);
}

static void what_is_wrong_is_told_at_its_place(void **state)
{
    static const struct {
        const char *text;
        const char *english;
    } cases[] = {
        { "@@", "a name, number or text is missing here" },
        { "site.risk == @@", "a name, number or text is missing here" },
        { "@@site.rsik == \"high\"", "there is no name to be used here \"site.rsik\"; should be: site.risk" },
        { "@@size(report.failed) > 1", "there is no name to be used here" },
        { "site.risk == @@\"hihg\"", "there is no risk \"hihg\"; should be: high" },
        { "@@\"hihg\" == site.risk", "there is no risk \"hihg\"" },
        { "site.kind in [\"COUR\", @@\"CORU\"]", "there is no site kind \"CORU\"; should be: COUR" },
        { "item.level == @@\"E\"", "there is no level \"E\"" },
        { "@@\"DS-99\" in report.failed", "there is no item \"DS-99\"" },
        { "item.group == @@\"DZ\"", "there is no group of items \"DZ\"" },
        { "report.purpose == @@\"inspect\"", "there is no purpose \"inspect\"; should be: inspection" },
        { "site.risk == @@1", "this should be a text in quotes" },
        { "site.attempts == @@\"1\"", "this should be a number" },
        { "@@site.risk < \"low\"", "this should be a number" },
        { "@@site.attempts", "this should be something true or false" },
        { "!@@site.attempts", "this should be something true or false" },
        { "site.operating && @@\"x\"", "this should be something true or false" },
        { "1 < @@true", "this should be a number" },
        { "1 < 2 @@< 3", "only two values are compared at a time" },
        { "site.operating @@and true", "is not understood here" },
        { "site.operating @@site.operating", "is not understood here" },
        { "(site.operating@@", "\")\" is missing here" },
        { "site.kind in [\"COUR\"@@", "\"]\" is missing here" },
        { "site.kind in [@@]", "a list can only hold" },
        { "site.kind in [@@site.risk]", "a list can only hold" },
        { "site.attempts in [1, @@\"2\"]", "this should be a number" },
        { "site.kind in @@\"COUR\"", "in is followed by a list" },
        { "@@site.attempts in report.failed", "this should be a text" },
        { "@@report.failed == report.failed", "a list cannot be compared so" },
        { "site.risk == @@\"high", "the quote is not closed" },
        { "site.code == @@\"a\\\\b\"", "cannot hold a backslash" },
        { "site.attempts > @@1.2345", "this is no number" },
        { "site.attempts > @@1234567890", "this is no number" },
        { "site.attempts > @@1.", "this is no number" },
        { "site.attempts > @@1x", "this is no number" },
        { "site.code.@@matches(\"x\")", "there is no such function" },
        { "site.code.contains(@@1)", "this should be a text" },
        { "@@site.attempts.contains(\"1\")", "this should be a text" },
        { "@@answer.number > 7", "may be missing; write has(answer.number) && ..." },
        { "has(answer.number) || @@answer.number > 7", "may be missing" },
        { "!has(answer.number) && @@answer.number > 7", "may be missing" },
        { "(has(answer.number) && answer.number > 7) || @@answer.number > 9", "may be missing" },
        { "has(@@\"x\")", "a name, number or text is missing here" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_fault(cases[i].text, KNOWS_ALL, cases[i].english);
}

static void a_single_equals_sign_and_chinese_names_are_refused(void **state)
{
    struct trial *trial = trial_of("site.risk = \"high\"", KNOWS_ALL);

    (void) state;
    assert_false(trial->is_sound);
    assert_int_equal(trial->faults.faults[0].place.column, 11 + 10);
    free(trial);
    trial = trial_of("\"高\" == 点位.风险", KNOWS_ALL);
    assert_false(trial->is_sound);
    assert_int_equal(trial->faults.faults[0].place.column, 11 + 7); /* in characters, as an editor counts */
    free(trial);
}

static void a_rule_can_only_ask_what_it_knows(void **state)
{
    (void) state;
    assert_fault("@@report.photos > 1", KNOWS_SITE, "there is no name to be used here \"report.photos\"");
    assert_fault("site.risk == \"high\" && @@item.level == \"A\"", KNOWS_SITE, "there is no name");
}

static char *repeated(const char *first, const char *more, size_t count)
{
    char *text = calloc(1, strlen(first) + count * strlen(more) + 1);

    strcpy(text, first);
    for (size_t i = 0; i < count; i++)
        strcat(text, more);
    return text;
}

static void what_would_cost_too_much_is_refused(void **state)
{
    static const struct {
        const char *first, *more;
        size_t count;
        const char *english;
    } cases[] = {
        { "true", " || true", 70, "too long: at most 128 parts" },
        { "true", "                    ", 60, "too long: at most 1000 bytes" },
        { "", "(", 17, "more than 16 brackets" },
        { "", "!", 40, "too many signs" },
        { "site.attempts in [1", ",1", 70, "a list holds at most 64" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = repeated(cases[i].first, cases[i].more, cases[i].count);
        struct trial *trial = trial_of(text, KNOWS_ALL);

        assert_false(trial->is_sound);
        assert_int_equal(trial->faults.total, 1);
        if (strstr(trial->faults.faults[0].en, cases[i].english) == NULL)
            fail_msg("%s: %s", text, trial->faults.faults[0].en);
        free(trial);
        free(text);
    }
}

static struct trial *sound(char *text)
{
    struct trial *trial = trial_of(text, KNOWS_ALL);

    if (!trial->is_sound)
        fail_msg("%s: %s", text, trial->faults.faults[0].en);
    free(text);
    return trial;
}

static size_t *operand_counts(const struct condition *condition)
{
    size_t *counts = calloc(CONDITION_MAX_NODES, sizeof *counts);

    for (size_t i = 0; i < condition->node_count; i++) {
        const struct condition_node *node = &condition->nodes[i];
        bool has_left = node->operation >= CONDITION_NOT, has_right = node->operation >= CONDITION_AND;

        for (size_t k = 0; node->operation == CONDITION_LIST && k < node->right; k++)
            counts[node->left + k]++;
        assert_true(!has_left || node->left < i);   /* never round in a circle */
        assert_true(!has_right || node->right < i);
        if (has_left)
            counts[node->left]++;
        if (has_right)
            counts[node->right]++;
    }
    return counts;
}

/* Deciding looks at the operands of a node once each. Where no node is an operand twice, that is as many looks as there
 * are nodes at most, and there are no more than CONDITION_MAX_NODES. */
static void assert_bounded(struct trial *trial)
{
    size_t *counts = operand_counts(&trial->condition);

    assert_true(trial->condition.node_count <= CONDITION_MAX_NODES);
    assert_int_equal(counts[trial->condition.root], 0);
    for (size_t i = 0; i < trial->condition.node_count; i++)
        assert_true(counts[i] <= 1);
    free(counts);
}

static char *within(const char *before, const char *inside, const char *behind, size_t count)
{
    char *first = repeated("", before, count), *last = repeated("", behind, count);
    char *text = calloc(1, strlen(first) + strlen(inside) + strlen(last) + 1);

    strcat(strcat(strcpy(text, first), inside), last);
    free(first);
    free(last);
    return text;
}

static void the_deepest_and_the_longest_that_is_allowed_costs_one_look_at_each_part(void **state)
{
    struct condition_values values = values_of_a_visit();
    char *members = within(", 1", "", "", CONDITION_MAX_LISTED - 1);
    char *longest_list = within("site.attempts in [1", members, "]", 1);
    struct trial *trials[] = {
        sound(within("(", "site.operating", ")", CONDITION_MAX_DEPTH)),
        sound(within("!", "site.operating", "", 2 * CONDITION_MAX_DEPTH - 1)),
        sound(within("(site.operating && !", "site.operating", ")", CONDITION_MAX_DEPTH - 1)),
        sound(repeated("true", " || true", 63)),
        sound(longest_list),
    };

    (void) state;
    for (size_t i = 0; i < COUNT(trials); i++) {
        assert_bounded(trials[i]);
        condition_is_true(&trials[i]->condition, &values);
        free(trials[i]);
    }
    free(members);
}

/* Whatever could go wrong while a case is decided is a fault of the pack: a missing value, a wrong type, a code that is
 * none, a cost without bound. The pack is refused at that place, and nothing is left to fail later. */
static void a_condition_that_cannot_be_evaluated_makes_the_pack_fail_its_check_not_the_case(void **state)
{
    static const char RULE[] = "  - when: site.risk == \"high\" && item.failed_of_last_three >= 1\n";
    static const char *const CONDITIONS[] = {
        "@@answer.number > 7", "@@site.headcount >= 30", "site.risk > @@3", "site.kind == @@\"NONE\"",
        "@@report.photos > 1", "site.attempts / 0 == 1", "@@site.watched",
    };

    (void) state;
    for (size_t i = 0; i < COUNT(CONDITIONS); i++) {
        struct pack *pack = pack_read("epidemic-2020-beijing");
        char row[200];

        snprintf(row, sizeof row, "  - when: %s\n", CONDITIONS[i]);
        pack_edit(pack, "policy.yaml", RULE, row);
        assert_int_equal(pack_load(pack), -1);
        assert_string_equal(pack->faults.faults[0].place.file, "policy.yaml");
        assert_true(pack->faults.faults[0].place.line > 0 && pack->faults.faults[0].place.column > 0);
        if (pack->expected.line > 0)
            assert_int_equal(pack->faults.faults[0].place.line, pack->expected.line);
        pack_close(pack);
    }
}

/* The largest numbers that there can be, as often as there can be. */
static void no_sum_overflows(void **state)
{
    char *text = repeated("site.attempts", " + site.attempts", 60);
    char *whole = repeated(text, " > 0", 1);
    struct condition_values values = values_of_a_visit();

    (void) state;
    values.of[SITE_ATTEMPTS].number = INT64_C(1000000000000) * 1000;
    assert_true(is_true(whole, &values));
    values.of[SITE_ATTEMPTS].number = -INT64_C(1000000000000) * 1000;
    assert_false(is_true(whole, &values));
    free(whole);
    free(text);
}

static void assert_sentence(const char *text, const char *zh, const char *en)
{
    struct trial *trial = trial_of(text, KNOWS_ALL);
    char out[1000];

    if (!trial->is_sound)
        fail_msg("%s: %s", text, trial->faults.faults[0].en);
    assert_string_equal(condition_sentence(&trial->condition, &the_pack()->policy, true, out, sizeof out), zh);
    assert_string_equal(condition_sentence(&trial->condition, &the_pack()->policy, false, out, sizeof out), en);
    free(trial);
}

static void conditions_are_said_in_both_languages(void **state)
{
    (void) state;
    assert_sentence(
        "site.risk == \"high\" && item.failed_of_last_three >= 1",
        "点位风险为高，并且该项此前三次检查中不合格的次数不少于1",
        "the site's risk is high, and the number of the last three visits at which the item failed is at least 1");
    assert_sentence("item.level == 'B' && (report.purpose in ['revisit', 'check_in'] || !site.operating)",
                    "检查项的级别为24小时整改，并且（到访目的为复查或打卡，或者并非（点位正在经营））",
                    "the item's level is major, and (the purpose of the visit is revisit or check-in, or not (the site "
                    "is operating))");
    assert_sentence("has(answer.number) && answer.number > 7.5", "已有所填数值，并且所填数值大于7.5",
                    "there is the number entered, and the number entered is more than 7.5");
    assert_sentence("'DS-01' in report.failed", "本次不合格的检查项中有DS-01",
                    "the items failed at this visit include DS-01");
    assert_sentence("site.attempts - (site.interval_days - 1) != -2", "连续未能检查的次数减（巡查间隔天数减1）不为负2",
                    "the attempts in a row without a visit minus (the days between inspections minus 1) is not minus 2");
    assert_sentence("site.code.startsWith('A')", "点位编号开头是“A”", "the site's code begins with \"A\"");
    assert_sentence("true", "总是成立", "always");
}

/* Each operation, and what would be heard otherwise without brackets. */
static void every_operation_is_said_so_that_it_means_one_thing(void **state)
{
    static const struct {
        const char *text, *zh, *en;
    } cases[] = {
        { "site.risk != 'low'", "点位风险不为低", "the site's risk is not low" },
        { "site.attempts < 2", "连续未能检查的次数小于2", "the attempts in a row without a visit is less than 2" },
        { "site.attempts <= 2", "连续未能检查的次数不超过2", "the attempts in a row without a visit is at most 2" },
        { "site.attempts > 2.5", "连续未能检查的次数大于2.5", "the attempts in a row without a visit is more than 2.5" },
        { "site.attempts + 1 == 3", "连续未能检查的次数加1为3", "the attempts in a row without a visit plus 1 is 3" },
        { "site.attempts in [1, 2, 3]", "连续未能检查的次数为1、2或3", "the attempts in a row without a visit is 1, 2 or 3" },
        { "!(site.kind in ['COUR', 'CONS'])", "并非（点位类别为快递网点或建筑工地）",
          "not (the kind of site is courier outlet or construction site)" },
        { "site.code.endsWith('9')", "点位编号结尾是“9”", "the site's code ends with \"9\"" },
        { "answer.note.contains('断电')", "说明文字包含“断电”", "the note contains \"断电\"" },
        { "false", "从不成立", "never" },
        { "site.operating == false", "并非（点位正在经营）", "not (the site is operating)" },
        { "true == site.operating", "点位正在经营", "the site is operating" },
        { "site.operating != true", "并非（点位正在经营）", "not (the site is operating)" },
        { "site.operating == (site.risk == 'high')", "（点位正在经营）与（点位风险为高）同时成立或同时不成立",
          "(the site is operating) just when (the site's risk is high)" },
        { "site.operating != (site.risk == 'high')", "（点位正在经营）与（点位风险为高）只有一个成立",
          "(the site is operating) just when not (the site's risk is high)" },
        { "-(site.attempts + 1) < 0", "负（连续未能检查的次数加1）小于0",
          "minus (the attempts in a row without a visit plus 1) is less than 0" },
        { "site.operating || site.risk == 'high' && item.level == 'A'",
          "点位正在经营，或者（点位风险为高，并且检查项的级别为立即整改）",
          "the site is operating, or (the site's risk is high, and the item's level is immediate)" },
        { "(site.operating || site.risk == 'high') && item.level == 'A'",
          "（点位正在经营，或者点位风险为高），并且检查项的级别为立即整改",
          "(the site is operating, or the site's risk is high), and the item's level is immediate" },
        { "site.operating && (site.risk == 'high' && item.level == 'A')",
          "点位正在经营，并且点位风险为高，并且检查项的级别为立即整改",
          "the site is operating, and the site's risk is high, and the item's level is immediate" },
        { "!(site.operating || site.risk == 'high')", "并非（点位正在经营，或者点位风险为高）",
          "not (the site is operating, or the site's risk is high)" },
        { "(site.operating && site.risk == 'high') == true || site.attempts > 1",
          "（点位正在经营，并且点位风险为高），或者连续未能检查的次数大于1",
          "(the site is operating, and the site's risk is high), or the attempts in a row without a visit is more than 1" },
        { "has(site.headcount) && site.headcount >= 30", "已有在场人数，并且在场人数不少于30",
          "there is the number of people there, and the number of people there is at least 30" },
        { "site.watched && 'A' in site.open_levels", "点位正在盯守，并且未销号问题的级别中有立即整改",
          "the site is being watched, and the levels of the open cases include immediate" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_sentence(cases[i].text, cases[i].zh, cases[i].en);
}

static void a_sentence_that_does_not_fit_is_cut_between_words(void **state)
{
    struct trial *trial = trial_of("site.risk == 'high'", KNOWS_ALL);
    char out[16];

    (void) state;
    condition_sentence(&trial->condition, &the_pack()->policy, true, out, sizeof out);
    assert_string_equal(out, "点位风险…");
    free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_mean_what_cel_says),
        cmocka_unit_test(a_value_that_may_miss_is_read_where_it_is_there),
        cmocka_unit_test(what_is_wrong_is_told_at_its_place),
        cmocka_unit_test(a_single_equals_sign_and_chinese_names_are_refused),
        cmocka_unit_test(a_rule_can_only_ask_what_it_knows),
        cmocka_unit_test(what_would_cost_too_much_is_refused),
        cmocka_unit_test(the_deepest_and_the_longest_that_is_allowed_costs_one_look_at_each_part),
        cmocka_unit_test(a_condition_that_cannot_be_evaluated_makes_the_pack_fail_its_check_not_the_case),
        cmocka_unit_test(no_sum_overflows),
        cmocka_unit_test(every_operation_is_said_so_that_it_means_one_thing),
        cmocka_unit_test(conditions_are_said_in_both_languages),
        cmocka_unit_test(a_sentence_that_does_not_fit_is_cut_between_words),
    };
    int result = cmocka_run_group_tests(tests, NULL, NULL);

    pack_close(the_pack());
    return result;
}
