/* coordination.c - duban coordinations, and the acts: coordination raise, ask, promise, deliver, unmet. */
#include <string.h>

#include "cli.h"
#include "names.h"

/* ---------------------------------------------------------------- shown */

/* How long it took from being asked for to being there; empty while it is not. */
static const char *lead_time(struct cli *cli, const Duban__Subject *subject)
{
    int64_t delivered_s = subject->coordination->delivered_s;

    if (delivered_s == 0)
        return "";
    if (delivered_s - subject->opened_s < 60)
        return show_label(&cli->show, (struct words){ "不到1分钟", "less than 1 min" });
    return show_label(&cli->show, show_duration(&cli->show, delivered_s - subject->opened_s));
}

static void print_coordination(struct cli *cli, const Duban__Subject *subject)
{
    const Duban__CoordinationRecord *coordination = subject->coordination;

    print_field(cli, (struct words){ "检查项", "item" }, coordination->matter);
    print_field(cli, (struct words){ "说明", "remark" }, coordination->text);
    print_words_field(cli, (struct words){ "提出人", "raised by" }, title_of(cli, coordination->raised_by));
    print_field(cli, (struct words){ "需要时间", "needed by" }, show_time(&cli->show, coordination->needed_by_s));
    for (size_t i = 0; i < coordination->n_asked_units; i++)
        print_field(cli, i == 0 ? (struct words){ "已联系", "asked" } : (struct words){ " ", " " }, coordination->asked_units[i]);
    if (coordination->promised_s != 0) {
        print_field(cli, (struct words){ "承诺单位", "promised by" }, coordination->promised_by);
        print_field(cli, (struct words){ "承诺时间", "promised for" }, show_time(&cli->show, coordination->promised_s));
    }
    if (coordination->promises_broken > 0)
        print_field(cli, (struct words){ "未兑现次数", "promises broken" },
                    text_of(&cli->arena, "%u", coordination->promises_broken));
    if (coordination->delivered_s != 0)
        print_field(cli, (struct words){ "送达时间", "delivered at" }, show_time(&cli->show, coordination->delivered_s));
    print_field(cli, (struct words){ "协调用时", "lead time" }, lead_time(cli, subject));
}

enum exit_code command_coordinations(struct cli *cli)
{
    static const struct show_column LEAD_TIME = { { "协调用时", "lead time" }, 0 };

    return list_subjects_with(cli, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COORDINATION, print_coordination, &LEAD_TIME, lead_time);
}

/* ---------------------------------------------------------------- acts */

static bool read_raised(struct cli *cli, Duban__Difficulty *difficulty)
{
    uint64_t quantity = 1;

    if (!cli_needs(cli, "coordination", "site") || !cli_needs(cli, "coordination", "matter") ||
        !cli_needs(cli, "coordination", "supply"))
        return false;
    if (cli_has(cli, "quantity") && !cli_number(cli, "--quantity", cli_option(cli, "quantity"), &quantity))
        return false;
    if (quantity == 0 || quantity > UINT32_MAX) {
        cli_wrong_use(cli, "数量 --quantity 须为 1 至 1000000", "--quantity is 1 to 1000000");
        return false;
    }
    difficulty->quantity = (uint32_t) quantity;
    return !cli_has(cli, "by") || cli_time(cli, "--by", cli_option(cli, "by"), &difficulty->needed_by_ms);
}

static enum exit_code raise(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Difficulty difficulty = DUBAN__DIFFICULTY__INIT;
    char *unit = cli_text(cli, "unit");

    if (!read_raised(cli, &difficulty))
        return EXIT_WRONG_USE;
    difficulty.site = cli_text(cli, "site");
    difficulty.matter = cli_text(cli, "matter");
    difficulty.supply = cli_text(cli, "supply");
    difficulty.measure = cli_text(cli, "measure");
    difficulty.text = cli_text(cli, "text");
    if (cli_has(cli, "unit")) {
        difficulty.n_asked_units = 1;
        difficulty.asked_units = &unit;
    }
    entry.body_case = DUBAN__ENTRY__BODY_DIFFICULTY;
    entry.difficulty = &difficulty;
    return send_act(cli, &entry);
}

static enum exit_code step(struct cli *cli, Duban__CoordinationAct act, const char *const *needed)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__CoordinationStep message = DUBAN__COORDINATION_STEP__INIT;
    Duban__SubjectReference coordination;

    for (; *needed != NULL; needed++)
        if (!cli_needs(cli, "coordination", *needed))
            return EXIT_WRONG_USE;
    if (cli_has(cli, "at") && !cli_time(cli, "--at", cli_option(cli, "at"), &message.at_ms))
        return EXIT_WRONG_USE;
    if (!ask_reference(cli, cli->arguments[1], &coordination))
        return cli->failure;
    message.coordination = &coordination;
    message.act = act;
    message.unit = cli_text(cli, "unit");
    message.text = cli_text(cli, "text");
    entry.body_case = DUBAN__ENTRY__BODY_COORDINATION_STEP;
    entry.coordination_step = &message;
    return send_act(cli, &entry);
}

static enum exit_code ask_unit(struct cli *cli)
{
    static const char *const NEEDED[] = { "unit", NULL };

    return step(cli, DUBAN__COORDINATION_ACT__COORDINATION_ACT_ASKED, NEEDED);
}

static enum exit_code promise(struct cli *cli)
{
    static const char *const NEEDED[] = { "unit", "at", NULL };

    return step(cli, DUBAN__COORDINATION_ACT__COORDINATION_ACT_PROMISED, NEEDED);
}

static enum exit_code deliver(struct cli *cli)
{
    static const char *const NEEDED[] = { NULL };

    return step(cli, DUBAN__COORDINATION_ACT__COORDINATION_ACT_DELIVERED, NEEDED);
}

static enum exit_code unmet(struct cli *cli)
{
    static const char *const NEEDED[] = { "text", NULL };

    return step(cli, DUBAN__COORDINATION_ACT__COORDINATION_ACT_UNMET, NEEDED);
}

enum exit_code command_coordination(struct cli *cli)
{
    static const struct verb VERBS[] = {
        { "raise", 0, 0, raise }, { "ask", 1, 1, ask_unit }, { "promise", 1, 1, promise }, { "deliver", 1, 1, deliver },
        { "unmet", 1, 1, unmet }, { 0 }
    };

    return cli_run_verb(cli, VERBS);
}
