/* answers.c - results, entrances and gate posts by the words of the command line, in either language. */
#include "answers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "word.h"

enum { MAX_WHOLE_DIGITS = 12, MAX_DECIMALS = 3, MAX_COUNTS_BYTES = 26 };

static const struct result_name {
    const char *name;
    const char *zh;
    Duban__Result result;
    bool fixed_now;
} RESULTS[] = {
    { "pass", "合格", DUBAN__RESULT__RESULT_PASS, false },
    { "fail", "不合格", DUBAN__RESULT__RESULT_FAIL, false },
    { "na", "不适用", DUBAN__RESULT__RESULT_NOT_APPLICABLE, false },
    { "not-checked", "未检查", DUBAN__RESULT__RESULT_NOT_CHECKED, false },
    { "fixed", "当场改好", DUBAN__RESULT__RESULT_FAIL, true },
    { "not-applicable", "", DUBAN__RESULT__RESULT_NOT_APPLICABLE, false },
};

static const struct words EXPECTED[] = {
    [RESULTS_OF_A_VISIT] = { "pass（合格）、fail（不合格）、na（不适用）、not-checked（未检查）或 fixed（不合格，当场改好）",
                             "pass, fail, na (not applicable), not-checked or fixed (failed, put right on the spot)" },
    [RESULTS_OF_AN_AMENDMENT] = { "pass（合格）、fail（不合格）、na（不适用）或 not-checked（未检查）",
                                  "pass, fail, na (not applicable) or not-checked" },
};

static bool is_named(const struct result_name *result, const char *text)
{
    return text[0] != '\0' && (strcmp(result->name, text) == 0 || strcmp(result->zh, text) == 0);
}

static bool read_result(struct cli *cli, const char *text, enum answer_results results, Duban__Answer *answer)
{
    for (size_t i = 0; i < sizeof RESULTS / sizeof RESULTS[0]; i++)
        if (is_named(&RESULTS[i], text) && (results == RESULTS_OF_A_VISIT || !RESULTS[i].fixed_now)) {
            answer->result = RESULTS[i].result;
            answer->fixed_now = RESULTS[i].fixed_now;
            return true;
        }
    cli_wrong_use(cli, "检查结果是 %1$s，不能是“%3$s”%2$.0s", "a result is %2$s, not \"%3$s\"%1$.0s", EXPECTED[results].zh,
                  EXPECTED[results].en, text);
    return false;
}

/* "7", "2.5", "-0.125" in thousandths. */
static bool read_thousandths(const char *text, int64_t *milli)
{
    const char *digits = text + (text[0] == '-');
    size_t whole = strspn(digits, "0123456789");
    size_t decimals = digits[whole] == '.' ? strspn(digits + whole + 1, "0123456789") : 0;
    int64_t value = 0;

    if (whole == 0 || whole > MAX_WHOLE_DIGITS || decimals > MAX_DECIMALS || (digits[whole] == '.') != (decimals > 0) ||
        digits[whole + (decimals > 0) + decimals] != '\0')
        return false;
    for (size_t i = 0; i < whole; i++)
        value = value * 10 + (digits[i] - '0');
    for (size_t i = 0; i < MAX_DECIMALS; i++)
        value = value * 10 + (i < decimals ? digits[whole + 1 + i] - '0' : 0);
    *milli = text[0] == '-' ? -value : value;
    return true;
}

/* 12/11/3: how many came back, are isolated, are about to be released. */
static bool read_returnees(struct cli *cli, const char *text, Duban__Answer *answer)
{
    Duban__ReturneeCounts *counts = cli_take(cli, sizeof *counts);
    int taken = 0;

    duban__returnee_counts__init(counts);
    if (strspn(text, "0123456789/") != strlen(text) || strlen(text) > MAX_COUNTS_BYTES ||
        sscanf(text, "%8" SCNu32 "/%8" SCNu32 "/%8" SCNu32 "%n", &counts->returnees, &counts->isolated, &counts->due_to_end, &taken) != 3 ||
        text[taken] != '\0') {
        cli_wrong_use(cli, "返京人数写作 返京/已隔离/即将期满，如 12/12/3，不能是“%s”",
                      "write how many came back, are isolated, are about to be released as 12/12/3, not \"%s\"", text);
        return false;
    }
    answer->returnees = counts;
    return true;
}

static bool read_number(struct cli *cli, const char *text, Duban__Answer *answer)
{
    int64_t milli;

    if (strchr(text, '/') != NULL)
        return read_returnees(cli, text, answer);
    if (!read_thousandths(text, &milli)) {
        cli_wrong_use(cli, "数值写作 9 或 2.5（最多三位小数），不能是“%s”", "write the number as 9 or 2.5 (three decimals at most), not \"%s\"", text);
        return false;
    }
    answer->number_presence_case = DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI;
    answer->number_milli = milli;
    return true;
}

/* The rest behind the mark, which is cut off; NULL when there is none. */
static char *cut(char *text, const char *mark)
{
    char *at = strstr(text, mark);

    if (at == NULL)
        return NULL;
    *at = '\0';
    return at + strlen(mark);
}

/* The same of whichever comes first: a Chinese keyboard types the wide one. */
static char *cut_either(char *text, const char *narrow_mark, const char *wide_mark)
{
    char *narrow = strstr(text, narrow_mark), *wide = strstr(text, wide_mark);

    return cut(text, wide != NULL && (narrow == NULL || wide < narrow) ? wide_mark : narrow_mark);
}

static char *cut_note(char *text)
{
    return cut_either(text, ":", "：");
}

static char *cut_value(char *text)
{
    return cut_either(text, "=", "＝");
}

bool answer_read(struct cli *cli, const char *text, enum answer_results results, Duban__Answer *answer)
{
    char *item = text_of(&cli->arena, "%s", text);
    char *note = cut_note(item), *result = cut_value(item), *number = result == NULL ? NULL : cut_value(result);

    duban__answer__init(answer);
    if (result == NULL || item[0] == '\0') {
        cli_wrong_use(cli, "应写作 检查项=结果，如 GT-03=pass，或 GT-03=fail:没有间隔，不能是“%s”",
                      "write ITEM=RESULT, as GT-03=pass, or GT-03=fail:crowded, not \"%s\"", text);
        return false;
    }
    answer->item = item;
    answer->note = note == NULL ? "" : note;
    return read_result(cli, result, results, answer) && (number == NULL || read_number(cli, number, answer));
}

/* ---------------------------------------------------------------- entrances */

static const struct word ENTRANCES[] = {
    { "manned", "有人看守", DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_OPEN_MANNED },
    { "closed", "已封闭", DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_CLOSED },
    { "problem", "有问题", DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_PROBLEM },
};

static bool read_entrance(struct cli *cli, char *text, Duban__Entrance *entrance)
{
    char *note = cut_note(text), *state = cut_value(text);

    duban__entrance__init(entrance);
    if (state == NULL || text[0] == '\0') {
        cli_wrong_use(cli, "出入口写作 名称=情况，如 东门=有人看守，或 南门=有问题:围挡倒了，不能是“%s”",
                      "write an entrance as NAME=STATE, as \"east gate=manned\" or \"south gate=problem:barrier down\", not \"%s\"", text);
        return false;
    }
    entrance->name = text;
    entrance->note = note == NULL ? "" : note;
    entrance->state = (Duban__EntranceState) WORD_VALUE(cli, ENTRANCES, state, ((struct words){ "出入口的情况", "the state of an entrance" }));
    if (entrance->state == 0)
        return false;
    if (entrance->state == DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_PROBLEM && entrance->note[0] == '\0') {
        cli_wrong_use(cli, "“%1$s”有问题，请在冒号后写明是什么问题，如 %1$s=有问题:围挡倒了",
                      "say behind a colon what the problem at \"%1$s\" is, as %1$s=problem:barrier down", text);
        return false;
    }
    return true;
}

/* Up to the next comma, narrow or wide, which is cut off; NULL: it was the last. */
static char *cut_row(char *text)
{
    return cut_either(text, ",", "，");
}

bool entrances_read(struct cli *cli, const char *text, Duban__Report *report)
{
    char *rest = text[0] == '\0' ? NULL : text_of(&cli->arena, "%s", text);

    report->entrances = cli_take(cli, (strlen(text) + 1) * sizeof(void *));
    while (rest != NULL) {
        Duban__Entrance *entrance = cli_take(cli, sizeof *entrance);
        char *next = cut_row(rest);

        if (!read_entrance(cli, rest, entrance))
            return false;
        report->entrances[report->n_entrances++] = entrance;
        rest = next;
    }
    return true;
}

/* ---------------------------------------------------------------- posts of a gate */

static const struct word MANNINGS[] = {
    { "manned", "有人值守", DUBAN__MANNING__MANNING_MANNED },
    { "unmanned", "无人值守", DUBAN__MANNING__MANNING_UNMANNED },
};

static bool read_post(struct cli *cli, char *text, Duban__GatePost *post)
{
    char *manned = cut_value(text), *shift = cut_either(text, "/", "／");

    duban__gate_post__init(post);
    if (manned == NULL || text[0] == '\0') {
        cli_wrong_use(cli, "岗位写作 岗位/班次=情况，如 东门岗/夜班=有人值守，或 东门岗=无人值守，不能是“%s”",
                      "write a post as POST/SHIFT=STATE, as \"east/night=manned\" or \"east=unmanned\", not \"%s\"", text);
        return false;
    }
    post->post = text;
    post->shift = shift == NULL ? "" : shift;
    post->manned = (Duban__Manning) WORD_VALUE(cli, MANNINGS, manned, ((struct words){ "岗位的情况", "the state of a post" }));
    return post->manned != 0;
}

bool gate_posts_read(struct cli *cli, const char *text, Duban__Report *report)
{
    char *rest = text[0] == '\0' ? NULL : text_of(&cli->arena, "%s", text);

    report->posts = cli_take(cli, (strlen(text) + 1) * sizeof(void *));
    while (rest != NULL) {
        Duban__GatePost *post = cli_take(cli, sizeof *post);
        char *next = cut_row(rest);

        if (!read_post(cli, rest, post))
            return false;
        report->posts[report->n_posts++] = post;
        rest = next;
    }
    return true;
}
