/* visit.c - duban visit: a report typed in, its answers, its photos.
 *
 * What was typed is looked at beside what the house asks there before anything is submitted: a slip of the pen
 * in a code, and an answer that nobody may leave out, are told here and never become an entry. While rules is silent
 * it goes in unlooked at, and says so.
 */
#include <string.h>

#include "answers.h"
#include "photo.h"
#include "wanted.h"
#include "word.h"

static const struct word PURPOSES[] = {
    { "inspection", "巡查", DUBAN__PURPOSE__PURPOSE_INSPECTION },
    { "revisit", "复查", DUBAN__PURPOSE__PURPOSE_REVISIT },
    { "guidance", "指导", DUBAN__PURPOSE__PURPOSE_GUIDANCE },
    { "observation", "蹲守", DUBAN__PURPOSE__PURPOSE_OBSERVATION },
    { "check-in", "打卡", DUBAN__PURPOSE__PURPOSE_CHECK_IN },
};

/* An inspection when nothing is said; 0 after saying what there is. */
static Duban__Purpose read_purpose(struct cli *cli)
{
    const char *text = cli_option(cli, "purpose");

    return text == NULL ? DUBAN__PURPOSE__PURPOSE_INSPECTION
                        : (Duban__Purpose) WORD_VALUE(cli, PURPOSES, text, ((struct words){ "目的", "the purpose" }));
}

static bool needs_answers(const Duban__Report *report)
{
    return report->purpose == DUBAN__PURPOSE__PURPOSE_INSPECTION || report->purpose == DUBAN__PURPOSE__PURPOSE_REVISIT;
}

/* ---------------------------------------------------------------- what was typed */

static bool read_answers(struct cli *cli, Duban__Report *report)
{
    report->answers = cli_take(cli, cli->argument_count * sizeof(void *));
    for (size_t i = 1; i < cli->argument_count; i++) {
        Duban__Answer *answer = cli_take(cli, sizeof *answer);

        if (!answer_read(cli, cli->arguments[i], RESULTS_OF_A_VISIT, answer))
            return false;
        report->answers[report->n_answers++] = answer;
    }
    return true;
}

static size_t told_of_the_place(const Duban__Report *report)
{
    return report->n_answers + report->n_entrances + report->n_posts;
}

static bool read_volunteers(struct cli *cli, Duban__Report *report)
{
    uint64_t volunteers;

    if (!cli_has(cli, "volunteers"))
        return true;
    if (!cli_number(cli, "--volunteers", cli_option(cli, "volunteers"), &volunteers))
        return false;
    report->volunteers_presence_case = DUBAN__REPORT__VOLUNTEERS_PRESENCE_VOLUNTEERS;
    report->volunteers = volunteers > UINT32_MAX ? UINT32_MAX : (uint32_t) volunteers;   /* ingest says what is too many */
    return true;
}

static bool has_as_many_answers_as_it_needs(struct cli *cli, const Duban__Report *report)
{
    bool attempted = report->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED;

    if (attempted && told_of_the_place(report) > 0) {
        cli_wrong_use(cli, "到访未果（--attempted）没有检查结果、出入口和岗位",
                      "where nobody was met (--attempted) there are no answers, entrances or posts");
        return false;
    }
    if (!attempted && needs_answers(report) && told_of_the_place(report) == 0) {
        cli_wrong_use(cli, "没有写检查结果，如 GT-03=pass；要答哪些，见 duban items --site %1$s；没见到人，写 --attempted",
                      "it has no answers, as GT-03=pass; duban items --site %1$s lists what is asked; if nobody was met, --attempted",
                      cli->arguments[0]);
        return false;
    }
    return true;
}

static bool read_moment(struct cli *cli, const char *option, int64_t *at_ms)
{
    const char *what = text_of(&cli->arena, "--%s", option);

    return !cli_has(cli, option) || (cli_time(cli, what, cli_option(cli, option), at_ms) && cli_has_come(cli, what, *at_ms));
}

/* Now is the house's now: a rehearsal has a clock of its own. */
static bool read_times(struct cli *cli, Duban__Report *report)
{
    const Duban__IngestStatus *ingest;

    if (!read_moment(cli, "start", &report->started_at_ms) || !read_moment(cli, "end", &report->device_time_ms)) {
        cli->failure = EXIT_WRONG_USE;
        return false;
    }
    report->device_offset_minutes = cli->show.offset_s / 60;
    if (report->device_time_ms != 0)
        return true;
    ingest = ask_ingest(cli);
    if (ingest == NULL)
        return false;
    report->device_time_ms = ingest->clock_ms;
    return true;
}

static void read_reporter(struct cli *cli, Duban__Report *report)
{
    report->reporter = cli_has(cli, "reporter") ? cli_text(cli, "reporter") : (char *) cli->account;
    report->entered_for = strcmp(report->reporter, cli->account) != 0;
}

/* ---------------------------------------------------------------- beside what is asked there */

static const Duban__ItemRow *asked(const struct listing *items, const char *code)
{
    for (size_t i = 0; i < items->count; i++) {
        const Duban__ItemRow *row = items->rows[i];

        if (strcmp(row->code, code) == 0)
            return row;
    }
    return NULL;
}

/* Something else than what is asked there may be seen, if only it is in the library. */
static bool items_are_known(struct cli *cli, const Duban__Report *report, const struct listing *items)
{
    for (size_t i = 0; i < report->n_answers; i++)
        if (asked(items, report->answers[i]->item) == NULL && !is_known_item(cli, report->answers[i]->item))
            return false;
    return true;
}

static bool is_answered(const Duban__Report *report, const char *item)
{
    for (size_t i = 0; i < report->n_answers; i++)
        if (strcmp(report->answers[i]->item, item) == 0)
            return true;
    return false;
}

static bool nothing_is_left_out(struct cli *cli, const Duban__Report *report, const struct listing *items)
{
    bool fine = true;

    for (size_t i = 0; i < items->count; i++) {
        const Duban__ItemRow *row = items->rows[i];
        struct words text = words_of_text(row->text);

        if (!row->mandatory || is_answered(report, row->code))
            continue;
        cli_wrong_use(cli, "这里必答 %1$s（%2$s）%3$.0s：写 %1$s=pass 或 %1$s=fail；确实没看，写 %1$s=not-checked，随后仍会退请补答",
                      "%1$s has to be answered here (%3$s)%2$.0s: write %1$s=pass or %1$s=fail; if it was not looked at, %1$s=not-checked, and it is "
                      "asked for again afterwards",
                      row->code, text.zh, text.en);
        fine = false;
    }
    return fine;
}

static bool is_beyond(const Duban__Answer *answer, const Duban__ItemRow *row)
{
    if (answer->number_presence_case != DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI)
        return false;
    return (row->minimum_presence_case == DUBAN__ITEM_ROW__MINIMUM_PRESENCE_MINIMUM_MILLI && answer->number_milli < row->minimum_milli) ||
           (row->maximum_presence_case == DUBAN__ITEM_ROW__MAXIMUM_PRESENCE_MAXIMUM_MILLI && answer->number_milli > row->maximum_milli);
}

static bool fails_say_what_was_seen(struct cli *cli, const Duban__Report *report, const struct listing *items)
{
    bool fine = true;

    for (size_t i = 0; report->purpose != DUBAN__PURPOSE__PURPOSE_GUIDANCE && i < report->n_answers; i++) {
        const Duban__Answer *answer = report->answers[i];
        const Duban__ItemRow *row = asked(items, answer->item);
        bool fails = answer->result == DUBAN__RESULT__RESULT_FAIL ||
                     (row != NULL && answer->result == DUBAN__RESULT__RESULT_PASS && is_beyond(answer, row));

        if (row == NULL || !row->note || !fails || answer->note[0] != '\0')
            continue;
        cli_wrong_use(cli, "%1$s 判不合格须写明看到什么：在后面加一个冒号和说明", "a fail of %1$s has to say what was seen: add a colon and the words",
                      answer->item);
        fine = false;
    }
    return fine;
}

static void say_unlooked(struct cli *cli)
{
    cli_fail(cli, "规则引擎没有应答：点位、检查项和必答项这次都没有核对，记录照交；若有写错，规则引擎恢复后会退给您，见 duban quarantine",
             "rules does not answer: neither the site, nor the items, nor what must be answered was looked at; the report goes in "
             "all the same, and what is wrong in it comes back to you when rules is there again: see duban quarantine");
}

static bool is_what_is_asked(struct cli *cli, const Duban__Report *report, struct listing *items)
{
    struct fault fault = { .field = "" };

    items->count = 0;
    if (!ask_items(cli, report->site, "", report->purpose, items, &fault)) {
        if (rules_is_silent(cli)) {
            say_unlooked(cli);
            return true;
        }
        cli_refuse(cli, &fault);
        return false;
    }
    if ((items->count == 0 && !is_known_site(cli, report->site)) || !items_are_known(cli, report, items)) {
        cli->failure = EXIT_REFUSED;
        return false;
    }
    cli->failure = EXIT_WRONG_USE;
    return report->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED ||
           (nothing_is_left_out(cli, report, items) && fails_say_what_was_seen(cli, report, items));
}

/* Said of every site: where a case is open rules says it too, elsewhere nobody would. */
static void say_passes_unshown(struct cli *cli, const Duban__Report *report, const struct listing *items)
{
    for (size_t i = 0; i < report->n_answers; i++) {
        const Duban__Answer *answer = report->answers[i];
        const Duban__ItemRow *row = asked(items, answer->item);
        unsigned shown = 0;

        for (size_t k = 0; k < report->n_evidence; k++)
            shown += photo_shows(report->evidence[k], answer->item);
        if (row == NULL || answer->result != DUBAN__RESULT__RESULT_PASS || shown >= row->photos)
            continue;
        show_line(&cli->errors, "duban: %1$s 答合格要 %2$u 张照片，这次带了 %3$u 张：这个“合格”不能作为整改的凭据；请带 --photo 再交一次",
                  "duban: a pass of %1$s needs photos (%2$u, has %3$u): it proves no fix; report again with --photo", answer->item,
                  row->photos, shown);
    }
}

/* ---------------------------------------------------------------- the command */

static bool read_report(struct cli *cli, Duban__Report *report)
{
    cli->failure = EXIT_WRONG_USE;
    report->purpose = read_purpose(cli);
    if (report->purpose == DUBAN__PURPOSE__PURPOSE_UNSPECIFIED)
        return false;
    report->site = (char *) cli->arguments[0];
    report->outcome = cli_has(cli, "attempted") ? DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED
                                                : DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report->text = cli_text(cli, "text");
    read_reporter(cli, report);
    return read_answers(cli, report) && entrances_read(cli, cli_text(cli, "entrances"), report) &&
           gate_posts_read(cli, cli_text(cli, "posts"), report) && read_volunteers(cli, report) && has_as_many_answers_as_it_needs(cli, report) &&
           photos_read(cli, cli_text(cli, "photo"), report);
}

enum exit_code command_visit(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Report report = DUBAN__REPORT__INIT;
    struct listing items;
    enum exit_code code;

    if (!read_report(cli, &report) || !is_what_is_asked(cli, &report, &items) || !read_times(cli, &report)) {
        cli_fail(cli, "什么也没有提交", "nothing was submitted");
        return cli->failure;
    }
    entry.body_case = DUBAN__ENTRY__BODY_REPORT;
    entry.report = &report;
    code = send_act(cli, &entry);
    if (code != EXIT_NO_ANSWER)
        say_passes_unshown(cli, &report, &items);
    return code;
}
