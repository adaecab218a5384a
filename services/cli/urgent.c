/* urgent.c - duban alerts, and the acts: urgent report, isolated, answered, mistaken. */
#include <string.h>

#include "cli.h"
#include "names.h"

/* ---------------------------------------------------------------- shown */

static const char *degrees(struct cli *cli, int32_t degrees_e7)
{
    long long whole = degrees_e7 < 0 ? -(long long) degrees_e7 : degrees_e7;

    return text_of(&cli->arena, "%s%lld.%07lld", degrees_e7 < 0 ? "-" : "", whole / 10000000, whole % 10000000);
}

static void print_urgent(struct cli *cli, const Duban__Subject *subject)
{
    const Duban__UrgentRecord *urgent = subject->urgent;

    print_field(cli, (struct words){ "检查项", "item" }, urgent->item);
    print_words_field(cli, (struct words){ "上报人", "reported by" }, title_of(cli, urgent->reported_by));
    print_field(cli, (struct words){ "位置说明", "where, in words" }, urgent->place);
    if (urgent->position != NULL)
        print_field(cli, (struct words){ "定位（纬度、经度）", "position (latitude, longitude)" },
                    text_of(&cli->arena, "%s, %s", degrees(cli, urgent->position->latitude_e7),
                            degrees(cli, urgent->position->longitude_e7)));
    print_field(cli, (struct words){ "情况", "what was found" }, urgent->text);
    print_field(cli, (struct words){ "隔离确认", "isolated at" }, show_time(&cli->show, urgent->isolated_s));
    print_field(cli, (struct words){ "转诊反馈", "referral answered at" }, show_time(&cli->show, urgent->answered_s));
    if (urgent->answer[0] != '\0')
        print_field(cli, (struct words){ "反馈内容", "answer" }, urgent->answer);
}

enum exit_code command_alerts(struct cli *cli)
{
    return list_subjects(cli, DUBAN__SUBJECT_KIND__SUBJECT_KIND_URGENT, print_urgent);
}

/* ---------------------------------------------------------------- acts */

/* "39.9289000,116.4883000" with at most seven decimals. */
static bool read_degrees(const char **text, int32_t *degrees_e7)
{
    bool negative = **text == '-';
    const char *at = *text + negative;
    int64_t value = 0;
    int decimals = -1;

    if (*at < '0' || *at > '9')
        return false;
    for (; (*at >= '0' && *at <= '9') || (*at == '.' && decimals == -1); at++) {
        if (*at == '.') {
            decimals = 0;
            continue;
        }
        if (decimals == 7 || value > 1800000000)
            return false;
        value = value * 10 + (*at - '0');
        decimals += decimals >= 0;
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 7; decimals++)
        value *= 10;
    *text = at;
    *degrees_e7 = (int32_t) (negative ? -value : value);
    return value <= 1800000000;
}

static bool read_position(struct cli *cli, Duban__Position *position)
{
    const char *text = cli_text(cli, "position");

    if (read_degrees(&text, &position->latitude_e7) && *text++ == ',' && read_degrees(&text, &position->longitude_e7) &&
        *text == '\0')
        return true;
    cli_wrong_use(cli, "定位写作 纬度,经度，如 39.9289,116.4883", "write the position as latitude,longitude, like 39.9289,116.4883");
    return false;
}

/* A site lies in its area: the form takes one of them. */
static bool read_where(struct cli *cli, Duban__UrgentReport *report)
{
    if (cli_has(cli, "site") && cli_has(cli, "area")) {
        cli_wrong_use(cli, "--site 和 --area 二者取一：知道点位就写点位，社区（村）由它得出",
                      "give --site or --area, not both: the area follows from the site");
        return false;
    }
    if (cli_has(cli, "site")) {
        report->where_case = DUBAN__URGENT_REPORT__WHERE_SITE;
        report->site = cli_text(cli, "site");
    } else if (cli_has(cli, "area")) {
        report->where_case = DUBAN__URGENT_REPORT__WHERE_AREA;
        report->area = cli_text(cli, "area");
    }
    report->place = cli_text(cli, "place");
    return true;
}

/* What must be told at once has not left the house, whatever the reason: people have to tell it. */
static enum exit_code told_or_phone(struct cli *cli, enum exit_code sent)
{
    if (!cli->nobody_told_yet)
        return sent;
    cli_fail(cli, "这件急事现在还没有通知任何人：请立即打电话；已入账的，恢复后会照常通知，结果见 duban alerts",
             "nobody has been told yet: telephone at once; what has a receipt is told once the house is back, see duban alerts");
    return sent == EXIT_FINE ? EXIT_NO_ANSWER : sent;
}

static enum exit_code report(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__UrgentReport message = DUBAN__URGENT_REPORT__INIT;
    Duban__Position position = DUBAN__POSITION__INIT;

    if (!read_where(cli, &message) || (cli_has(cli, "position") && !read_position(cli, &position)))
        return EXIT_WRONG_USE;
    if (cli_has(cli, "position"))
        message.position = &position;
    message.item = cli_text(cli, "item");
    message.text = cli_text(cli, "text");
    entry.body_case = DUBAN__ENTRY__BODY_URGENT_REPORT;
    entry.urgent_report = &message;
    return told_or_phone(cli, send_act(cli, &entry));
}

static enum exit_code step(struct cli *cli, Duban__UrgentAct act)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__UrgentStep message = DUBAN__URGENT_STEP__INIT;
    Duban__SubjectReference alert;

    if (!ask_reference(cli, cli->arguments[1], &alert))
        return cli->failure;
    message.alert = &alert;
    message.act = act;
    message.text = cli_text(cli, "text");
    entry.body_case = DUBAN__ENTRY__BODY_URGENT_STEP;
    entry.urgent_step = &message;
    return send_act(cli, &entry);
}

static enum exit_code isolated(struct cli *cli)
{
    return step(cli, DUBAN__URGENT_ACT__URGENT_ACT_ISOLATED);
}

static enum exit_code answered(struct cli *cli)
{
    return step(cli, DUBAN__URGENT_ACT__URGENT_ACT_ANSWERED);
}

static enum exit_code mistaken(struct cli *cli)
{
    if (!cli_needs(cli, "urgent", "text"))
        return EXIT_WRONG_USE;
    return step(cli, DUBAN__URGENT_ACT__URGENT_ACT_MISTAKEN);
}

enum exit_code command_urgent(struct cli *cli)
{
    static const struct verb VERBS[] = {
        { "report", 0, 0, report }, { "isolated", 1, 1, isolated }, { "answered", 1, 1, answered },
        { "mistaken", 1, 1, mistaken }, { 0 }
    };

    return cli_run_verb(cli, VERBS);
}
