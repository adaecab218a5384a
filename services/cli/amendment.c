/* amendment.c - duban amend: which answers of a report should have been otherwise. */
#include "answers.h"

enum exit_code command_amend(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answers[COMMAND_MAX_ARGUMENTS], *list[COMMAND_MAX_ARGUMENTS];

    if (!cli_number(cli, "SEQUENCE", cli->arguments[0], &amendment.report_sequence))
        return EXIT_WRONG_USE;
    for (size_t i = 1; i < cli->argument_count; i++) {
        if (!answer_read(cli, cli->arguments[i], RESULTS_OF_AN_AMENDMENT, &answers[i]))
            return EXIT_WRONG_USE;
        if (answers[i].note[0] == '\0')
            answers[i].note = cli_text(cli, "note");
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
