/* meetings.c - duban brief, duban summary: what a meeting was told; duban agenda: what is to be decided. */
#include <string.h>

#include "civil.h"
#include "cli.h"
#include "day_words.h"
#include "meeting_lines.h"
#include "names.h"
#include "wanted.h"

#define MORNING DUBAN__MEETING_KIND__MEETING_KIND_MORNING
#define EVENING DUBAN__MEETING_KIND__MEETING_KIND_EVENING

/* ---------------------------------------------------------------- words */

static struct words words_of_agenda(Duban__AgendaKind kind)
{
    struct day_words words = day_words_of_agenda(kind);

    return (struct words){ words.zh, words.en };
}

/* "result of a referral overdue". */
static struct words words_of_reason_of(struct cli *cli, Duban__AgendaKind kind, const Duban__Text *duty)
{
    struct words why = words_of_agenda(kind), late;

    if (duty == NULL)
        return why;
    late = words_of_text(duty);
    return words_of(&cli->arena, "%1$s%3$s%2$.0s%4$.0s", "%2$s %4$s%1$.0s%3$.0s", late.zh, late.en, why.zh, why.en);
}

static struct words name_of_group(const Duban__MeetingGroup *group)
{
    return group->zone_name == NULL ? (struct words){ group->zone, group->zone } : words_of_text(group->zone_name);
}

/* ---------------------------------------------------------------- what is said of the whole */

static void print_line(void *self, const struct meeting_line *line)
{
    struct cli *cli = self;
    struct words name = { line->zh, line->en };

    if (line->words_zh != NULL)
        print_words_field(cli, name, (struct words){ line->words_zh, line->words_en });
    else if (line->is_rate)
        print_field(cli, name, rate_text(&cli->arena, line->number, line->of));
    else
        print_field(cli, name, number_text(cli, line->number));
}

static void print_missed_revisits(struct cli *cli, const Duban__Meeting *meeting)
{
    if (meeting->missed_revisit_count == 0)
        return;
    show_line(&cli->show, "未复查 %u 处", "revisits missed: %u", meeting->missed_revisit_count);
    for (size_t i = 0; i < meeting->n_missed_revisits; i++) {
        const Duban__AgendaPoint *point = meeting->missed_revisits[i];
        struct words name = point->site_name == NULL ? (struct words){ "", "" } : words_of_text(point->site_name);

        show_line(&cli->show, "  %1$s %2$s%3$.0s", "  %1$s %3$s%2$.0s", point->number, name.zh, name.en);
    }
}

static struct words words_of_either(const Duban__Text *site, const Duban__Text *matter)
{
    const Duban__Text *named = site != NULL && site->zh[0] != '\0' ? site : matter;

    return words_of_text(named);
}

/* "LH-0002 早晚高峰增派一人": its number, and its site or, where it is of none, what it is about. */
static struct words words_of_point(struct cli *cli, const Duban__AgendaPoint *point)
{
    struct words name = words_of_either(point->site_name, point->matter);
    const char *gap = point->number[0] != '\0' && name.zh[0] != '\0' ? " " : "";

    return words_of(&cli->arena, "%1$s%2$s%3$s%4$.0s", "%1$s%2$s%4$s%3$.0s", point->number, gap, name.zh,
                    name.en[0] != '\0' ? name.en : name.zh);
}

static void print_overdue(struct cli *cli, const Duban__Meeting *meeting)
{
    if (meeting->overdue_count == 0)
        return;
    show_line(&cli->show, "仍逾期 %u 件（列出哪些，由政策包 policy.yaml 的 meetings 一节写明）", "still overdue: %u (meetings in policy.yaml says what is listed)",
              meeting->overdue_count);
    for (size_t i = 0; i < meeting->n_overdue; i++) {
        const Duban__AgendaPoint *point = meeting->overdue[i];
        struct words name = words_of_point(cli, point);
        struct words duty = point->duty == NULL ? (struct words){ point->level, point->level } : words_of_text(point->duty);

        show_line(&cli->show, "  %1$s（%3$s）%2$.0s%4$.0s", "  %2$s (%4$s)%1$.0s%3$.0s", name.zh, name.en, duty.zh, duty.en);
    }
    if (meeting->overdue_count > meeting->n_overdue)
        show_line(&cli->show, "  其余见 duban agenda", "  the rest: duban agenda");
}

/* ---------------------------------------------------------------- points, remarks */

static void print_point(struct cli *cli, const Duban__AgendaPoint *point)
{
    struct words why = words_of_reason_of(cli, point->kind, point->duty);
    struct words name = words_of_point(cli, point);

    if (point->number[0] == '\0' && point->site_name == NULL)
        show_line(&cli->show, "  %1$s%2$.0s", "  %2$s%1$.0s", why.zh, why.en);
    else
        show_line(&cli->show, "  %1$s（%3$s）%2$.0s%4$.0s", "  %2$s (%4$s)%1$.0s%3$.0s", name.zh, name.en, why.zh, why.en);
}

static void print_points(struct cli *cli, const Duban__Meeting *meeting)
{
    bool soon = false;

    show_line(&cli->show, "需研究 %u 项（全部见 duban agenda）", "to be decided: %u (all of them: duban agenda)", meeting->figures->agenda);
    for (size_t i = 0; i < meeting->n_points; i++) {
        if (meeting->points[i]->kind == DUBAN__AGENDA_KIND__AGENDA_KIND_SOON && !soon)
            show_line(&cli->show, "即将到期", "due soon");
        soon = meeting->points[i]->kind == DUBAN__AGENDA_KIND__AGENDA_KIND_SOON;
        print_point(cli, meeting->points[i]);
    }
}

static void print_unverified(struct cli *cli, const Duban__Meeting *meeting)
{
    uint32_t all = meeting->figures->contacts_unverified;
    const char *zh = "", *en = "";

    if (all == 0)
        return;
    for (size_t i = 0; i < meeting->n_unverified; i++) {
        struct words name = words_of_text(meeting->unverified[i]);

        zh = text_of(&cli->arena, "%s%s%s", zh, i == 0 ? "" : "、", name.zh);
        en = text_of(&cli->arena, "%s%s%s", en, i == 0 ? "" : ", ", name.en[0] == '\0' ? name.zh : name.en);
    }
    show_line(&cli->show, "未核实联系方式 %1$u 人：%2$s%3$.0s（全部见 duban contacts --unverified）",
              "ways not verified, people: %1$u: %3$s%2$.0s (all of them: duban contacts --unverified)", all, zh, en);
}

static void print_remarks(struct cli *cli, const Duban__Meeting *meeting)
{
    for (size_t i = 0; i < meeting->n_remarks; i++) {
        const Duban__MeetingRemark *remark = meeting->remarks[i];
        struct words by = remark->by_title == NULL ? (struct words){ remark->by, remark->by } : words_of_text(remark->by_title);
        const char *about = remark->about[0] == '\0' ? "" : text_of(&cli->arena, " %s", remark->about);

        show_line(&cli->show, "批示%4$s（%1$s）：%3$s%2$.0s", "remark%4$s (%2$s): %3$s%1$.0s", by.zh, by.en, remark->text, about);
    }
}

/* ---------------------------------------------------------------- groups */

static struct words why_undone(struct cli *cli, const Duban__MeetingStop *stop)
{
    if (stop->reason[0] != '\0')
        return (struct words){ stop->reason, stop->reason };
    if (stop->attempted)
        return (struct words){ "到过，未能检查", "was there in vain" };
    (void) cli;
    return (struct words){ "责任人未说明原因", "nobody has said why" };
}

/* head: what the list is of. */
static void print_undone(struct cli *cli, const Duban__MeetingGroup *group, struct words head)
{
    const struct show_column columns[] = {
        { head, 0 }, { { "名称", "name" }, 28 }, { { "责任人", "person" }, 24 }, { { "原因", "why" }, 40 },
    };
    struct show_table table;

    if (group->n_undone == 0)
        return;
    table_open(&table, &cli->show, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < group->n_undone; i++) {
        const Duban__MeetingStop *stop = group->undone[i];

        table_text(&table, stop->site);
        table_words(&table, stop->site_name == NULL ? (struct words){ "", "" } : words_of_text(stop->site_name));
        table_words(&table, title_of(cli, stop->person));
        table_words(&table, why_undone(cli, stop));
    }
    table_print(&table);
    if (group->more_undone > 0)
        show_line(&cli->show, "另有 %u 站未列", "and %u more", group->more_undone);
}

/* Required sites for which no plan had room, the first few. */
static void print_no_room(struct cli *cli, const Duban__MeetingGroup *group)
{
    const char *zh = "", *en = "";

    for (size_t i = 0; i < group->n_no_room; i++) {
        const Duban__MeetingStop *stop = group->no_room[i];
        struct words name = stop->site_name == NULL ? (struct words){ "", "" } : words_of_text(stop->site_name);

        zh = text_of(&cli->arena, "%s%s%s %s", zh, i == 0 ? "" : "、", stop->site, name.zh);
        en = text_of(&cli->arena, "%s%s%s %s", en, i == 0 ? "" : ", ", stop->site, name.en);
    }
    if (group->n_no_room > 0)
        show_line(&cli->show, "  应查未排上（共 %3$u 处）：%1$s%2$.0s", "  to be inspected, without room (%3$u in all): %2$s%1$.0s", zh, en,
                  group->left_out_required);
}

static void print_group_of_morning(struct cli *cli, const Duban__MeetingGroup *group)
{
    struct words name = name_of_group(group);

    if (!group->has_plan)
        show_line(&cli->show, "%1$s：应查 %3$u 处，没有路线%2$.0s", "%2$s: to inspect %3$u, no plan%1$.0s", name.zh, name.en, group->required);
    else
        show_line(&cli->show, "%1$s：应查 %3$u 处，其中列入路线 %4$u，排不下 %5$u；草案共 %6$u 站，排不下的其他站 %7$u%2$.0s",
                  "%2$s: to inspect %3$u, planned %4$u, no room for %5$u; stops drafted %6$u, other stops without room %7$u%1$.0s", name.zh, name.en,
                  group->required, group->required_planned, group->left_out_required, group->planned, group->left_out - group->left_out_required);
    if (group->nobody)
        show_line(&cli->show, "  没有组长，请指定", "  it has no leader: appoint one");
    print_undone(cli, group, (struct words){ "昨日未完成转来", "left over" });
}

static void print_people(struct cli *cli, const Duban__MeetingGroup *group)
{
    static const struct show_column COLUMNS[] = {
        { { "责任人", "person" }, 24 }, { { "计划", "planned" }, 0 }, { { "增加", "added" }, 0 }, { { "转入", "moved in" }, 0 }, { { "完成", "done" }, 0 },
        { { "有原因", "with reason" }, 0 }, { { "无说明", "silent" }, 0 }, { { "未到期", "not due" }, 0 }, { { "取消", "withdrawn" }, 0 },
        { { "转出", "moved out" }, 0 }, { { "核对", "check" }, 0 },
    };
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < group->n_people; i++) {
        const Duban__MeetingPerson *person = group->people[i];
        const uint32_t counts[] = { person->planned, person->added, person->transferred_in, person->done, person->with_reason,
                                    person->missed, person->not_yet_due, person->withdrawn, person->transferred_out };

        table_words(&table, person->account[0] == '\0' ? (struct words){ "—", "—" } : title_of(cli, person->account));
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++)
            table_text(&table, number_text(cli, counts[k]));
        table_coloured(&table, person->broken ? COLOUR_RED : COLOUR_NONE,
                       show_label(&cli->show, person->broken ? (struct words){ "不平", "does not add up" } : (struct words){ "平", "adds up" }));
    }
    table_print(&table);
}

static void print_group_of_evening(struct cli *cli, const Duban__MeetingGroup *group)
{
    struct words name = name_of_group(group);

    if (!group->has_plan) {
        show_line(&cli->show, "%1$s：应查 %3$u 处，已查 %4$u 处；当天没有路线%2$.0s", "%2$s: inspected %4$u of %3$u; there was no plan%1$.0s", name.zh, name.en,
                  group->required, group->inspected);
        return;
    }
    show_line(&cli->show, "%1$s：应查 %3$u 处，已查 %4$u 处；路线 %5$u 站，完成 %6$u，转明日 %7$u，排不下 %8$u 站%9$s%2$.0s%10$.0s",
              "%2$s: inspected %4$u of %3$u; stops %5$u, done %6$u, carried over %7$u, no room for %8$u%10$s%1$.0s%9$.0s", name.zh, name.en, group->required,
              group->inspected, group->planned, group->done, group->carried, group->left_out, group->confirmed ? "" : "（未确认）",
              group->confirmed ? "" : " (not confirmed)");
    print_no_room(cli, group);
    print_people(cli, group);
    print_undone(cli, group, (struct words){ "未完成", "left undone" });
}

/* ---------------------------------------------------------------- a meeting */

static void print_meeting(struct cli *cli, const Duban__MeetingRow *row)
{
    const Duban__Meeting *meeting = row->meeting;

    if (meeting->kind == MORNING)
        show_line(&cli->show, "早报 %1$s（截至 %2$s）", "morning brief of %1$s (as of %2$s)", cli_day_text(cli, meeting->day), show_time(&cli->show, meeting->as_of_s + 1));
    else
        show_line(&cli->show, "晚报 %1$s（截至 %2$s）", "evening summary of %1$s (as of %2$s)", cli_day_text(cli, meeting->day), show_time(&cli->show, meeting->as_of_s));
    meeting_lines(row, print_line, cli);
    if (meeting->broken > 0)
        show_line(&cli->show, "路线核对不平 %u 人：给出去的和收回来的站数对不上，已记录，请内勤核查", "the stops of %u people do not add up: it has been recorded; the clerk looks into it",
                  meeting->broken);
    for (size_t i = 0; i < meeting->n_groups; i++)
        if (meeting->kind == MORNING)
            print_group_of_morning(cli, meeting->groups[i]);
        else
            print_group_of_evening(cli, meeting->groups[i]);
    print_overdue(cli, meeting);
    print_missed_revisits(cli, meeting);
    print_points(cli, meeting);
    print_unverified(cli, meeting);
    print_remarks(cli, meeting);
}

/* Why there is none, and what to do. */
static void say_none(struct cli *cli, const Duban__MeetingRow *row, int64_t today)
{
    const char *day = cli_day_text(cli, row->day);

    if (!row->has_meetings)
        show_line(&cli->show, "现行政策包没有 meetings 一节，不发早报、晚报；请在 policy.yaml 补上再启用",
                  "the policy in force has no section meetings: nothing is told; add it to policy.yaml and activate it");
    else if (row->next_s != 0 && civil_day(row->next_s, cli->show.offset_s) == row->day)
        show_line(&cli->show, "%1$s 的还没有出：将于 %2$s 出", "that of %1$s is not there yet: it comes at %2$s", day, show_time(&cli->show, row->next_s));
    else if (row->day > today)
        show_line(&cli->show, "%1$s 还没有到，那天有例会才会出；下一次将于 %2$s 出", "%1$s is still to come, and has one if there is a meeting; the next one comes at %2$s", day,
                  show_time(&cli->show, row->next_s));
    else
        show_line(&cli->show, "%s 没有：那天没有例会，或还没有启用 meetings 一节", "there is none of %s: it had no meeting, or the section meetings was not in force yet", day);
}

static enum exit_code show_meeting(struct cli *cli, Duban__MeetingKind kind)
{
    Duban__MeetingQuery which = DUBAN__MEETING_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const char *day = cli_option(cli, "day");
    Duban__Reply *reply;
    struct listing rows = { 0 };
    void *only[1];

    if (day != NULL && !cli_day(cli, "--day", day, &which.day))
        return EXIT_WRONG_USE;
    if (day != NULL)
        which.day_presence_case = DUBAN__MEETING_QUERY__DAY_PRESENCE_DAY;
    which.kind = kind;
    query.body_case = DUBAN__QUERY__BODY_MEETING;
    query.meeting = &which;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_MEETING);
    if (reply == NULL)
        return cli->failure;
    only[0] = reply->meeting;
    rows.rows = only;
    rows.count = 1;
    rows.as_of_ms = reply->as_of_ms;
    rows.applied_sequence = reply->applied_sequence;
    rows.rehearsal = reply->rehearsal;
    if (cli->json)
        return listing_json(cli, &rows);
    listing_head(cli, &rows);
    if (reply->meeting->meeting == NULL)
        say_none(cli, reply->meeting, civil_day(reply->as_of_ms / 1000, cli->show.offset_s));
    else
        print_meeting(cli, reply->meeting);
    return EXIT_FINE;
}

enum exit_code command_brief(struct cli *cli)
{
    return show_meeting(cli, MORNING);
}

enum exit_code command_summary(struct cli *cli)
{
    return show_meeting(cli, EVENING);
}

/* ---------------------------------------------------------------- the agenda */

static struct words words_of_row(struct cli *cli, const Duban__AgendaRow *row)
{
    struct words all = words_of_reason_of(cli, row->item->kind, row->duty);

    for (size_t i = 0; i < row->item->n_also; i++) {
        struct words more = words_of_agenda(row->item->also[i]);

        all = words_of(&cli->arena, "%1$s、%3$s%2$.0s%4$.0s", "%2$s, %4$s%1$.0s%3$.0s", all.zh, all.en, more.zh, more.en);
    }
    return all;
}

static void add_agenda_row(struct show_table *table, struct cli *cli, const Duban__AgendaRow *row)
{
    table_coloured(table, row->item->kind <= DUBAN__AGENDA_KIND__AGENDA_KIND_LATE ? COLOUR_RED : COLOUR_NONE,
                   show_label(&cli->show, words_of_row(cli, row)));
    table_text(table, row->number);
    table_words(table, row->site_name == NULL ? (struct words){ row->site, row->site } : words_of_text(row->site_name));
    table_words(table, row->what == NULL ? (struct words){ "", "" } : words_of_text(row->what));
    table_words(table, row->owner_title == NULL ? (struct words){ row->owner, row->owner } : words_of_text(row->owner_title));
    table_text(table, row->due_s == 0 ? "" : show_time(&cli->show, row->due_s));
}

enum exit_code command_agenda(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "议题", "why" }, 0 }, { { "编号", "no" }, 0 }, { { "点位", "site" }, 24 }, { { "事项", "matter" }, 44 }, { { "责任人", "owner" }, 0 },
        { { "时限", "due" }, 0 },
    };
    Duban__AgendaQuery which = DUBAN__AGENDA_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT, first = DUBAN__QUERY__INIT;
    struct show_table table;
    struct listing rows;
    Duban__Reply *reply;

    query.body_case = first.body_case = DUBAN__QUERY__BODY_AGENDA;
    query.agenda = first.agenda = &which;
    first.limit = 1;
    reply = ask(cli, RULES_QUERY, &first, DUBAN__REPLY__BODY_AGENDA);
    if (reply == NULL || !ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_AGENDA, &rows))
        return cli->failure;
    if (cli->json)
        return listing_json(cli, &rows);
    listing_head(cli, &rows);
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < rows.count; i++)
        add_agenda_row(&table, cli, rows.rows[i]);
    if (rows.count > 0)
        table_print(&table);
    else
        show_line(&cli->show, "没有要研究的事项", "nothing is to be decided");
    if (reply->agenda->blind_spots > 0)
        show_line(&cli->show, "死角 %u 处：今天零时从未查过或已过间隔，至今未查（duban blind-spots 另列夜间未查、今天新登记等）",
                  "blind spots: %u, at 00:00 never inspected or past their interval, and not inspected since (duban blind-spots lists nights and sites new today, too)", reply->agenda->blind_spots);
    return EXIT_FINE;
}
