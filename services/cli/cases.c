/* cases.c - duban case: one case from finding to closing, as rules remembers it. */
#include <string.h>

#include "cli.h"
#include "json.h"
#include "names.h"

bool ask_tasks(struct cli *cli, const ProtobufCBinaryData *about, struct listing *tasks)
{
    Duban__TasksQuery which = DUBAN__TASKS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.about = *about;
    which.closed_too = true;
    query.body_case = DUBAN__QUERY__BODY_TASKS;
    query.tasks = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_TASKS, tasks);
}

static bool ask_notices(struct cli *cli, const ProtobufCBinaryData *about, struct listing *notices)
{
    Duban__NoticesQuery which = DUBAN__NOTICES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.about = *about;
    query.body_case = DUBAN__QUERY__BODY_NOTICES;
    query.notices = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_NOTICES, notices);
}

bool ask_facts(struct cli *cli, const ProtobufCBinaryData *subject, struct listing *facts)
{
    Duban__FactsQuery which = DUBAN__FACTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.subject = *subject;
    query.body_case = DUBAN__QUERY__BODY_FACTS;
    query.facts = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_FACTS, facts);
}

/* ---------------------------------------------------------------- printing */

void print_words_field(struct cli *cli, struct words name, struct words value)
{
    print_field(cli, name, show_label(&cli->show, value));
}

static void print_case(struct cli *cli, const Duban__CaseRow *row)
{
    const Duban__Case *case_ = row->case_;
    const char *state = show_label(&cli->show, name_of_case_state(case_->state));
    const char *level = show_label(&cli->show, words_of_text(row->level_label));
    const char *passes = text_of(&cli->arena, "%u/%u", case_->passes, case_->passes_needed);

    show_words(&cli->show, 0, COLOUR_BOLD, (struct words){ case_label(cli, case_->number), "" });
    print_words_field(cli, (struct words){ "点位", "site" }, words_or(words_of_text(row->site_name), case_->site));
    print_words_field(cli, (struct words){ "检查项", "item" }, code_with_name(cli, case_->item, words_of_text(row->item_text)));
    print_words_field(cli, (struct words){ "问题", "finding" }, words_of_text(row->finding));
    print_field(cli, (struct words){ "级别", "level" }, text_of(&cli->arena, "%s %s", case_->level, level));
    print_words_field(cli, (struct words){ "状态", "state" }, words_or(words_of_text(row->state_label), state));
    print_words_field(cli, (struct words){ "发现人", "finder" }, title_of(cli, case_->finder));
    print_words_field(cli, (struct words){ "跟进人", "owner" }, title_of(cli, case_->owner));
    print_field(cli, (struct words){ "发现时间", "found at" }, show_time_ms(&cli->show, case_->found_at_ms));
    print_field(cli, (struct words){ "时限", "due" }, due_label(cli, case_->due_s, case_->counted));
    if (case_->counted != NULL)
        print_words_field(cli, (struct words){ "时限单位", "unit" }, name_of_unit(case_->counted->unit));
    print_field(cli, (struct words){ "轮次", "round" }, number_text(cli, case_->round));
    print_field(cli, (struct words){ "合格次数", "passes" }, passes);
    print_field(cli, (struct words){ "销号时间", "closed at" }, show_time_ms(&cli->show, case_->closed_ms));
    if (row->overdue)
        print_words_field(cli, (struct words){ "逾期", "overdue" }, words_of_text(row->overdue_label));
    if (case_->appeal != NULL)
        print_words_field(cli, (struct words){ "申诉", "appeal" }, name_of_appeal_state(case_->appeal->state));
}

static void print_facts(struct cli *cli, const struct listing *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        const Duban__Fact *fact = facts->rows[i];
        enum colour colour = fact_is_about_telling(fact->kind) ? COLOUR_GREY : COLOUR_NONE;

        show_words_at(&cli->show, show_time(&cli->show, fact->at_s), colour, words_of_fact(cli, fact));
    }
    if (facts->count == 0)
        show_line(&cli->show, "（无）", "(none)");
}

bool ask_history(struct cli *cli, const ProtobufCBinaryData *about, struct history *history)
{
    return ask_tasks(cli, about, &history->tasks) && ask_notices(cli, about, &history->notices) &&
           ask_facts(cli, about, &history->facts);
}

enum exit_code history_json(struct cli *cli, const char *name, const ProtobufCMessage *row, const struct history *history)
{
    return cli_print_json(cli, json_pack("{s:o, s:o, s:o, s:o}", name, json_of_message(row),
                                         "tasks", json_of_rows(&history->tasks), "facts", json_of_rows(&history->facts),
                                         "notices", json_of_rows(&history->notices)));
}

void print_history(struct cli *cli, const struct history *history)
{
    show_heading(&cli->show, (struct words){ "任务", "tasks" });
    print_tasks(cli, &history->tasks);
    show_heading(&cli->show, (struct words){ "经过", "what happened" });
    print_facts(cli, &history->facts);
    show_heading(&cli->show, (struct words){ "通知", "notices" });
    print_notices(cli, &history->notices);
}

enum exit_code command_case(struct cli *cli)
{
    Duban__CaseRow *row = ask_case(cli, cli->arguments[0]);
    struct history history;

    if (row == NULL || !ask_history(cli, &row->case_->id, &history))
        return cli->failure;
    if (cli->json)
        return history_json(cli, "case", &row->base, &history);
    print_case(cli, row);
    print_history(cli, &history);
    return EXIT_FINE;
}
