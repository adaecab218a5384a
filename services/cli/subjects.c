/* subjects.c - complaints and the like: one listing and one page for every kind. */
#include <string.h>

#include "cli.h"
#include "names.h"

/* ---------------------------------------------------------------- all of them */

static void add_subject(struct show_table *table, struct cli *cli, const Duban__SubjectRow *row, own_cell *own)
{
    table_coloured(table, colour_of_light(row->light), row->number);
    table_words(table, name_of_light(row->light));
    table_words(table, place_of_subject(row));
    table_words(table, words_of_text(row->what));
    table_words(table, words_of_text(row->state_label));
    table_coloured(table, row->overdue ? COLOUR_RED : COLOUR_NONE, show_time(&cli->show, row->next_s));
    table_words(table, row->overdue ? (struct words){ "逾期", "overdue" } : (struct words){ "", "" });
    if (own != NULL)
        table_text(table, own(cli, row->subject));
}

static enum exit_code list_all(struct cli *cli, Duban__SubjectKind kind, const struct show_column *column, own_cell *own)
{
    enum { COMMON = 7 };
    struct show_column columns[COMMON + 1] = {
        { { "编号", "number" }, 0 }, { { "灯", "light" }, 0 }, { { "地点", "place" }, 28 }, { { "事项", "matter" }, 40 },
        { { "状态", "state" }, 20 }, { { "下一期限", "next due" }, 0 }, { { "", "" }, 0 },
    };
    Duban__SubjectsQuery which = DUBAN__SUBJECTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct show_table table;
    struct listing listing;

    which.kind = kind;
    which.closed_too = cli_has(cli, "all");
    which.site = cli_text(cli, "site");
    which.zone = cli_text(cli, "zone");
    which.focus_group = cli_text(cli, "focus-group");
    query.body_case = DUBAN__QUERY__BODY_SUBJECTS;
    query.subjects = &which;
    if (!ask_table(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_SUBJECTS, &listing))
        return cli->failure;
    if (own != NULL)
        columns[COMMON] = *column;
    table_open(&table, &cli->show, columns, own != NULL ? COMMON + 1 : COMMON);
    for (size_t i = 0; i < listing.count; i++)
        add_subject(&table, cli, listing.rows[i], own);
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- one of them */

static void print_subject(struct cli *cli, const Duban__SubjectRow *row)
{
    show_words(&cli->show, 0, COLOUR_BOLD, (struct words){ row->number, "" });
    print_words_field(cli, (struct words){ "种类", "kind" }, words_of_text(row->kind_label));
    print_words_field(cli, (struct words){ "地点", "place" }, place_of_subject(row));
    print_words_field(cli, (struct words){ "事项", "matter" }, words_of_text(row->what));
    print_words_field(cli, (struct words){ "状态", "state" }, words_of_text(row->state_label));
    print_field(cli, (struct words){ "登记时间", "entered at" }, show_time(&cli->show, row->subject->opened_s));
    print_field(cli, (struct words){ "期限", "due" }, show_time(&cli->show, row->next_s));
    print_field(cli, (struct words){ "办结时间", "finished at" }, show_time(&cli->show, row->subject->finished_s));
    if (row->overdue)
        print_words_field(cli, (struct words){ "逾期", "overdue" }, (struct words){ "是", "yes" });
}

enum exit_code list_subjects_with(struct cli *cli, Duban__SubjectKind kind,
                                  void (*print_own)(struct cli *cli, const Duban__Subject *subject),
                                  const struct show_column *column, own_cell *own)
{
    const Duban__SubjectRow *row;
    struct history history;

    if (cli->argument_count == 0)
        return list_all(cli, kind, column, own);
    row = ask_subject(cli, cli->arguments[0]);
    if (row == NULL || !ask_history(cli, &row->subject->id, &history))
        return cli->failure;
    if (cli->json)
        return history_json(cli, "subject", &row->base, &history);
    print_subject(cli, row);
    print_own(cli, row->subject);
    print_history(cli, &history);
    return EXIT_FINE;
}

enum exit_code list_subjects(struct cli *cli, Duban__SubjectKind kind,
                             void (*print_own)(struct cli *cli, const Duban__Subject *subject))
{
    return list_subjects_with(cli, kind, print_own, NULL, NULL);
}

/* ---------------------------------------------------------------- what their acts need */

bool cli_needs(struct cli *cli, const char *command, const char *option)
{
    if (cli_text(cli, option)[0] != '\0')
        return true;
    cli_wrong_use(cli, "须写明 --%s；见 duban help %s", "it needs --%s; see duban help %s", option, command);
    return false;
}

bool ask_reference(struct cli *cli, const char *number, Duban__SubjectReference *reference)
{
    const Duban__SubjectRow *row = ask_subject(cli, number);

    if (row == NULL)
        return false;
    duban__subject_reference__init(reference);
    reference->by_case = DUBAN__SUBJECT_REFERENCE__BY_ID;
    reference->id = row->subject->id;
    return true;
}
