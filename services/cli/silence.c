/* silence.c - duban silences, and the acts: silence, silence end. */
#include <string.h>

#include "cli.h"
#include "code_sort.h"
#include "names.h"

#define COUNT_OF(table) (sizeof (table) / sizeof (table)[0])

/* ---------------------------------------------------------------- shown */

static struct words state_of(const Duban__SilenceRow *row, int64_t as_of_ms)
{
    if (row->in_force)
        return (struct words){ "静默中", "in force" };
    return row->silence->from_s * 1000 > as_of_ms && !row->silence->over ? (struct words){ "未开始", "to come" }
                                                                         : (struct words){ "已结束", "over" };
}

static struct words joined(struct cli *cli, struct words all, const char *value)
{
    if (value[0] == '\0')
        return all;
    return (struct words){ text_of(&cli->arena, "%s%s%s", all.zh, all.zh[0] == '\0' ? "" : " · ", value),
                           text_of(&cli->arena, "%s%s%s", all.en, all.en[0] == '\0' ? "" : " · ", value) };
}

/* All that must fit, in words. */
static struct words matter_of(struct cli *cli, const Duban__SilenceRow *row)
{
    const Duban__KeptSilence *silence = row->silence;
    struct words all = { "", "" };

    all = joined(cli, all, row->case_number);
    all = joined(cli, all, silence->site);
    all = joined(cli, all, silence->area);
    if (silence->message[0] != '\0')
        all = joined(cli, all, show_label(&cli->show, name_of_message(silence->message)));
    if (silence->role != DUBAN__ROLE__ROLE_UNSPECIFIED)
        all = joined(cli, all, show_label(&cli->show, name_of_role(silence->role)));
    if (silence->personal)
        all = joined(cli, all, show_label(&cli->show, (struct words){ "本人免扰", "for oneself" }));
    if (silence->account[0] != '\0')
        all = joined(cli, all, show_label(&cli->show, title_of(cli, silence->account)));
    return all;
}

static void add_silence(struct cli *cli, struct show_table *table, const Duban__SilenceRow *row, int64_t as_of_ms)
{
    const Duban__KeptSilence *silence = row->silence;

    table_number(table, silence->number);
    table_words(table, state_of(row, as_of_ms));
    table_words(table, matter_of(cli, row));
    table_time(table, silence->from_s);
    table_time(table, silence->until_s);
    table_words(table, title_of(cli, silence->set_by));
    table_text(table, silence->reason);
    table_number(table, silence->kept);
    table_text(table, silence->end_reason);
}

enum exit_code command_silences(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "编号", "number" }, 0 }, { { "状态", "state" }, 0 }, { { "静默什么", "what" }, 48 }, { { "自", "from" }, 0 },
        { { "至", "until" }, 0 }, { { "设定人", "set by" }, 24 }, { { "理由", "reason" }, 30 }, { { "暂不发", "kept back" }, 0 },
        { { "提前结束的理由", "why ended sooner" }, 30 },
    };
    Duban__SilencesQuery which = DUBAN__SILENCES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct show_table table;
    struct listing silences;

    which.over_too = cli_has(cli, "all");
    query.body_case = DUBAN__QUERY__BODY_SILENCES;
    query.silences = &which;
    if (!ask_table(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_SILENCES, &silences))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < silences.count; i++)
        add_silence(cli, &table, silences.rows[i], silences.as_of_ms);
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- acts */

static bool case_option(struct cli *cli, Duban__Silence *silence, Duban__CaseReference *reference)
{
    const Duban__CaseRow *row;

    if (!cli_has(cli, "case"))
        return true;
    row = ask_case(cli, cli_option(cli, "case"));
    if (row == NULL)
        return false;
    reference->by_case = DUBAN__CASE_REFERENCE__BY_ID;
    reference->id = row->case_->id;
    silence->case_ = reference;
    return true;
}

static enum exit_code begin(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Silence silence = DUBAN__SILENCE__INIT;
    Duban__CaseReference reference = DUBAN__CASE_REFERENCE__INIT;

    if (!cli_needs(cli, "silence", "until") || !cli_needs(cli, "silence", "reason") ||
        (cli_has(cli, "from") && !cli_time(cli, "--from", cli_option(cli, "from"), &silence.from_ms)) ||
        !cli_time(cli, "--until", cli_option(cli, "until"), &silence.until_ms))
        return EXIT_WRONG_USE;
    if (!case_option(cli, &silence, &reference))
        return cli->failure;
    silence.site = cli_text(cli, "site");
    silence.area = cli_text(cli, "area");
    silence.message = cli_text(cli, "message");
    silence.role = (Duban__Role) enum_value_of(cli, &duban__role__descriptor, cli_text(cli, "role"));
    silence.personal = cli_has(cli, "me");
    silence.account = cli_text(cli, "account");
    silence.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_SILENCE;
    entry.silence = &silence;
    return send_act(cli, &entry);
}

static enum exit_code end(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__SilenceEnd silence_end = DUBAN__SILENCE_END__INIT;
    uint64_t number;

    if (!cli_needs(cli, "silence", "reason") || !cli_number(cli, "NUMBER", cli->arguments[1], &number))
        return EXIT_WRONG_USE;
    silence_end.number = number > UINT32_MAX ? UINT32_MAX : (uint32_t) number;
    silence_end.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_SILENCE_END;
    entry.silence_end = &silence_end;
    return send_act_saying(cli, &entry, words_of(&cli->arena, "第 %u 号静默已结束；它压下的通知随下一次汇总补发",
                                                 "silence %u has ended; what it kept back comes in the next digest", silence_end.number));
}

enum exit_code command_silence(struct cli *cli)
{
    static const struct verb VERBS[] = { { "end", 1, 1, end }, { 0 } };

    return cli->argument_count == 0 ? begin(cli) : cli_run_verb(cli, VERBS);
}
