/* amendment.c - duban amend: which answers of a report should have been otherwise. */
#include <string.h>

#include "cli.h"

static const struct result_name {
    const char *name;
    Duban__Result result;
} RESULTS[] = {
    { "pass", DUBAN__RESULT__RESULT_PASS },
    { "fail", DUBAN__RESULT__RESULT_FAIL },
    { "not-applicable", DUBAN__RESULT__RESULT_NOT_APPLICABLE },
    { "not-checked", DUBAN__RESULT__RESULT_NOT_CHECKED },
};

static bool read_result(struct cli *cli, const char *text, Duban__Result *result)
{
    for (size_t i = 0; i < sizeof RESULTS / sizeof RESULTS[0]; i++)
        if (strcmp(RESULTS[i].name, text) == 0) {
            *result = RESULTS[i].result;
            return true;
        }
    cli_wrong_use(cli, "检查结果是 pass（合格）、fail（不合格）、not-applicable（不适用）或 not-checked（未检查），不能是“%s”",
                  "a result is pass, fail, not-applicable or not-checked, not \"%s\"", text);
    return false;
}

/* "GT-03=pass" */
static bool read_answer(struct cli *cli, const char *text, Duban__Answer *answer)
{
    const char *equals = strchr(text, '=');

    duban__answer__init(answer);
    if (equals == NULL || equals == text) {
        cli_wrong_use(cli, "应写作 检查项=结果，如 GT-03=pass，不能是“%s”", "write ITEM=RESULT, as GT-03=pass, not \"%s\"", text);
        return false;
    }
    answer->item = text_of(&cli->arena, "%.*s", (int) (equals - text), text);
    answer->note = cli_text(cli, "note");
    return read_result(cli, equals + 1, &answer->result);
}

enum exit_code command_amend(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answers[COMMAND_MAX_ARGUMENTS], *list[COMMAND_MAX_ARGUMENTS];

    if (!cli_number(cli, "SEQUENCE", cli->arguments[0], &amendment.report_sequence))
        return EXIT_WRONG_USE;
    for (size_t i = 1; i < cli->argument_count; i++) {
        if (!read_answer(cli, cli->arguments[i], &answers[i]))
            return EXIT_WRONG_USE;
        list[i - 1] = &answers[i];
    }
    if (cli_text(cli, "reason")[0] == '\0')
        return cli_wrong_use(cli, "更正须写明理由：--reason", "an amendment needs its reason: --reason");
    amendment.n_answers = cli->argument_count - 1;
    amendment.answers = list;
    amendment.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_AMENDMENT;
    entry.amendment = &amendment;
    return send_act(cli, &entry);
}
