/* resolution.c - duban resolve, resolution, resolutions: what a meeting resolves; duban remark, remarks: what a leader says. */
#include <string.h>

#include "civil.h"
#include "cli.h"
#include "names.h"

/* ---------------------------------------------------------------- shown */

static void print_resolution(struct cli *cli, const Duban__Subject *subject)
{
    const Duban__ResolutionRecord *resolution = subject->resolution;

    print_words_field(cli, (struct words){ "责任人", "owner" }, title_of(cli, resolution->owner));
    print_words_field(cli, (struct words){ "登记人", "entered by" }, title_of(cli, resolution->by));
    print_field(cli, (struct words){ "期限", "due" }, resolution->due_s == 0 ? "" : show_time(&cli->show, resolution->due_s));
    print_field(cli, (struct words){ "办理结果", "what was done" }, resolution->result);
    if (resolution->changes > 0)
        print_field(cli, (struct words){ "更改次数", "times amended" }, number_text(cli, resolution->changes));
}

enum exit_code command_resolutions(struct cli *cli)
{
    return list_subjects(cli, DUBAN__SUBJECT_KIND__SUBJECT_KIND_RESOLUTION, print_resolution);
}

/* ---------------------------------------------------------------- resolved */

/* "2020-02-11" means until the end of that day. False after saying why. */
static bool due_option(struct cli *cli, int64_t *due_ms)
{
    const char *text = cli_option(cli, "by");
    int64_t at_s;

    if (text != NULL && civil_parse(text_of(&cli->arena, "%sT23:59", text), cli->show.offset_s, &at_s)) {
        *due_ms = at_s * 1000;
        return true;
    }
    return text == NULL || cli_time(cli, "--by", text, due_ms);
}

/* The case that --case names, by its id. False after saying why. */
static bool case_option(struct cli *cli, Duban__CaseReference *reference)
{
    Duban__CaseRow *row = ask_case(cli, cli_option(cli, "case"));

    duban__case_reference__init(reference);
    if (row == NULL)
        return false;
    reference->by_case = DUBAN__CASE_REFERENCE__BY_ID;
    reference->id = row->case_->id;
    return true;
}

enum exit_code command_resolve(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Resolution resolution = DUBAN__RESOLUTION__INIT;
    Duban__CaseReference reference;

    if (!cli_needs(cli, "resolve", "owner"))
        return EXIT_WRONG_USE;
    if (cli_has(cli, "case") && cli_has(cli, "site"))
        return cli_wrong_use(cli, "--case 和 --site 只写一个", "give --case or --site, not both");
    if (!due_option(cli, &resolution.due_ms))
        return EXIT_WRONG_USE;
    if (cli_has(cli, "case")) {
        if (!case_option(cli, &reference))
            return cli->failure;
        resolution.about_case = DUBAN__RESOLUTION__ABOUT_CASE_;
        resolution.case_ = &reference;
    } else if (cli_has(cli, "site")) {
        resolution.about_case = DUBAN__RESOLUTION__ABOUT_SITE;
        resolution.site = cli_text(cli, "site");
    }
    resolution.matter = (char *) cli->arguments[0];
    resolution.owner = cli_text(cli, "owner");
    entry.body_case = DUBAN__ENTRY__BODY_RESOLUTION;
    entry.resolution = &resolution;
    return send_act(cli, &entry);
}

static enum exit_code step(struct cli *cli, Duban__ResolutionAct act)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__ResolutionStep message = DUBAN__RESOLUTION_STEP__INIT;
    Duban__SubjectReference resolution;

    if (!cli_needs(cli, "resolution", "text") || !due_option(cli, &message.due_ms))
        return EXIT_WRONG_USE;
    if (!ask_reference(cli, cli->arguments[1], &resolution))
        return cli->failure;
    message.resolution = &resolution;
    message.act = act;
    message.text = cli_text(cli, "text");
    message.matter = cli_text(cli, "matter");
    message.owner = cli_text(cli, "owner");
    entry.body_case = DUBAN__ENTRY__BODY_RESOLUTION_STEP;
    entry.resolution_step = &message;
    return send_act(cli, &entry);
}

static enum exit_code done(struct cli *cli)
{
    return step(cli, DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_DONE);
}

static enum exit_code amend(struct cli *cli)
{
    return step(cli, DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_AMENDED);
}

static enum exit_code take_back(struct cli *cli)
{
    return step(cli, DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_TAKEN_BACK);
}

enum exit_code command_resolution(struct cli *cli)
{
    static const struct verb VERBS[] = { { "done", 1, 1, done }, { "amend", 1, 1, amend }, { "take-back", 1, 1, take_back }, { 0 } };

    return cli_run_verb(cli, VERBS);
}

/* ---------------------------------------------------------------- remarks */

enum exit_code command_remark(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Remark remark = DUBAN__REMARK__INIT;
    Duban__CaseReference reference;

    if (cli_has(cli, "case") + cli_has(cli, "site") + cli_has(cli, "day") != 1)
        return cli_wrong_use(cli, "请写明针对什么，只写一个：--case、--site 或 --day", "say what it is about, one of --case, --site and --day");
    if (cli_has(cli, "day")) {
        remark.about_case = DUBAN__REMARK__ABOUT_DAY;
        if (!cli_day(cli, "--day", cli_option(cli, "day"), &remark.day))
            return EXIT_WRONG_USE;
    } else if (cli_has(cli, "site")) {
        remark.about_case = DUBAN__REMARK__ABOUT_SITE;
        remark.site = cli_text(cli, "site");
    } else {
        if (!case_option(cli, &reference))
            return cli->failure;
        remark.about_case = DUBAN__REMARK__ABOUT_CASE_;
        remark.case_ = &reference;
    }
    remark.text = (char *) cli->arguments[0];
    remark.addressee = cli_text(cli, "to");
    entry.body_case = DUBAN__ENTRY__BODY_REMARK;
    entry.remark = &remark;
    return send_act(cli, &entry);
}

static void add_remark(struct show_table *table, struct cli *cli, const Duban__RemarkRow *row)
{
    table_text(table, show_time(&cli->show, row->remark->at_s));
    table_words(table, title_of(cli, row->remark->by));
    table_text(table, row->number[0] != '\0' ? row->number : row->remark->site);
    table_words(table, row->site_name == NULL ? (struct words){ "", "" } : words_of_text(row->site_name));
    table_text(table, row->remark->text);
    table_words(table, row->remark->addressee[0] == '\0' ? (struct words){ "", "" } : title_of(cli, row->remark->addressee));
}

enum exit_code command_remarks(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "时间", "at" }, 0 }, { { "批示人", "by" }, 0 }, { { "针对", "about" }, 0 }, { { "点位", "site" }, 24 }, { { "批示", "remark" }, 60 },
        { { "给谁", "for" }, 0 },
    };
    Duban__RemarksQuery which = DUBAN__REMARKS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const char *day = cli_option(cli, "day");
    struct show_table table;
    struct listing rows;

    if (day != NULL && !cli_day(cli, "--day", day, &which.day))
        return EXIT_WRONG_USE;
    if (day != NULL)
        which.day_presence_case = DUBAN__REMARKS_QUERY__DAY_PRESENCE_DAY;
    query.body_case = DUBAN__QUERY__BODY_REMARKS;
    query.remarks = &which;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_REMARKS, &rows))
        return cli->failure;
    if (cli->json)
        return listing_json(cli, &rows);
    listing_head(cli, &rows);
    if (rows.count == 0) {
        show_line(&cli->show, "那天没有批示", "there are no remarks of that day");
        return EXIT_FINE;
    }
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < rows.count; i++)
        add_remark(&table, cli, rows.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}
