/* watch.c - duban watches, and the acts: watch begin, end; contact away, back. */
#include "civil.h"
#include "cli.h"
#include "names.h"

/* ---------------------------------------------------------------- shown */

static const char *day_text(struct cli *cli, int64_t day)
{
    return text_of(&cli->arena, "%.10s", show_time(&cli->show, civil_moment(day, 0, cli->show.offset_s)));
}

static struct words day_result(const Duban__WatchDay *day)
{
    if (day->failed)
        return (struct words){ "有不合格项", "something failed" };
    return day->checked ? (struct words){ "合格", "clean" } : (struct words){ "到过，未检查", "was there, nothing checked" };
}

static void print_pauses(struct cli *cli, const Duban__WatchRecord *watch)
{
    for (size_t i = 0; i < watch->n_pauses; i++) {
        const Duban__WatchPause *pause = watch->pauses[i];

        print_field(cli, i == 0 ? (struct words){ "停业暂停", "stood still" } : (struct words){ " ", " " },
                    text_of(&cli->arena, "%s – %s", show_time(&cli->show, pause->from_s),
                            pause->until_s == 0 ? "" : show_time(&cli->show, pause->until_s)));
    }
}

static void print_watch(struct cli *cli, const Duban__Subject *subject)
{
    const Duban__WatchRecord *watch = subject->watch;

    if (watch->watcher[0] != '\0')
        print_words_field(cli, (struct words){ "盯守人", "watcher" }, title_of(cli, watch->watcher));
    print_field(cli, (struct words){ "第一天", "first day" }, day_text(cli, watch->first_day));
    if (watch->last_day != 0)
        print_field(cli, (struct words){ "最后一天", "last day" }, day_text(cli, watch->last_day));
    else
        print_field(cli, (struct words){ "连续合格几天结束", "ends after clean days" }, text_of(&cli->arena, "%u", watch->clean_days_needed));
    print_field(cli, (struct words){ "连续打卡天数", "days in a row" }, text_of(&cli->arena, "%u", watch->streak));
    print_field(cli, (struct words){ "连续合格天数", "clean days in a row" }, text_of(&cli->arena, "%u", watch->clean_days));
    for (size_t i = 0; i < watch->n_days; i++)
        print_field(cli, i == 0 ? (struct words){ "打卡", "check-ins" } : (struct words){ " ", " " },
                    text_of(&cli->arena, "%s  %s", day_text(cli, watch->days[i]->day),
                            show_label(&cli->show, day_result(watch->days[i]))));
    print_pauses(cli, watch);
}

enum exit_code command_watches(struct cli *cli)
{
    return list_subjects(cli, DUBAN__SUBJECT_KIND__SUBJECT_KIND_WATCH, print_watch);
}

/* ---------------------------------------------------------------- acts */

/* A day alone is its midnight. */
static bool read_from(struct cli *cli, int64_t *from_ms)
{
    const char *text = cli_option(cli, "from");
    int64_t at_s;

    if (text == NULL)
        return true;
    if (!civil_parse(text_of(&cli->arena, "%sT00:00", text), cli->show.offset_s, &at_s))
        return cli_time(cli, "--from", text, from_ms);
    *from_ms = at_s * 1000;
    return true;
}

static bool read_clean_days(struct cli *cli, uint32_t *clean_days)
{
    const char *text = cli_option(cli, "clean-days");
    uint64_t number;

    if (text == NULL)
        return true;
    if (!cli_number(cli, "--clean-days", text, &number))
        return false;
    if (number == 0) {
        cli_wrong_use(cli, "--clean-days 至少是 1：连续合格几天才结束；不写按政策包", "--clean-days is 1 at least: after so many clean days it ends; "
                      "left out, the policy says how many");
        return false;
    }
    *clean_days = number > UINT32_MAX ? UINT32_MAX : (uint32_t) number;
    return true;
}

static enum exit_code begin(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Watch watch = DUBAN__WATCH__INIT;

    if (!cli_needs(cli, "watch", "reason"))
        return EXIT_WRONG_USE;
    if (!read_from(cli, &watch.from_ms) ||
        (cli_has(cli, "until") && !cli_time(cli, "--until", cli_option(cli, "until"), &watch.until_ms)) ||
        !read_clean_days(cli, &watch.clean_days))
        return EXIT_WRONG_USE;
    watch.site = (char *) cli->arguments[1];
    watch.watcher = cli_text(cli, "watcher");
    watch.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_WATCH;
    entry.watch = &watch;
    return send_act(cli, &entry);
}

static enum exit_code end(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__WatchEnd watch_end = DUBAN__WATCH_END__INIT;
    Duban__SubjectReference reference = DUBAN__SUBJECT_REFERENCE__INIT;
    const Duban__SubjectRow *row;

    if (!cli_needs(cli, "watch", "reason"))
        return EXIT_WRONG_USE;
    row = ask_subject(cli, cli->arguments[1]);
    if (row == NULL)
        return cli->failure;
    reference.by_case = DUBAN__SUBJECT_REFERENCE__BY_ID;
    reference.id = row->subject->id;
    watch_end.watch = &reference;
    watch_end.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_WATCH_END;
    entry.watch_end = &watch_end;
    return send_act(cli, &entry);
}

enum exit_code command_watch(struct cli *cli)
{
    static const struct verb VERBS[] = { { "begin", 1, 1, begin }, { "end", 1, 1, end }, { 0 } };

    return cli_run_verb(cli, VERBS);
}
