/* isolation.c - duban isolations, and the acts: isolation begin, contact, restart, lengthen, release, exempt, transfer. */
#include "civil.h"
#include "cli.h"
#include "names.h"

/* ---------------------------------------------------------------- shown */

static const char *day_text(struct cli *cli, int64_t day)
{
    return text_of(&cli->arena, "%.10s", show_time(&cli->show, civil_moment(day, 0, cli->show.offset_s)));
}

static int64_t last_day(const Duban__IsolationRecord *isolation)
{
    int64_t counted = isolation->first_day + isolation->days - 1;

    return isolation->lengthened_to_day > counted ? isolation->lengthened_to_day : counted;
}

/* Morning and evening of a day, as they were made. */
static struct words contact_words(const Duban__IsolationRecord *isolation, int64_t window)
{
    for (size_t i = 0; i < isolation->n_contacts; i++)
        if (isolation->contacts[i]->window == window)
            return isolation->contacts[i]->abnormal ? (struct words){ "异常", "abnormal" } : (struct words){ "正常", "normal" };
    return (struct words){ "—", "—" };
}

static void print_days(struct cli *cli, const Duban__IsolationRecord *isolation)
{
    int64_t first = isolation->first_window / 2;
    int64_t last = isolation->n_contacts == 0 ? first - 1 : isolation->contacts[isolation->n_contacts - 1]->window / 2;

    for (int64_t day = first; day <= last; day++)
        print_field(cli, day == first ? (struct words){ "联系（上午 晚间）", "contacts (a.m. p.m.)" } : (struct words){ " ", " " },
                    text_of(&cli->arena, "%s  %s  %s", day_text(cli, day), show_label(&cli->show, contact_words(isolation, 2 * day)),
                            show_label(&cli->show, contact_words(isolation, 2 * day + 1))));
}

static void print_isolation(struct cli *cli, const Duban__Subject *subject)
{
    const Duban__IsolationRecord *isolation = subject->isolation;

    print_field(cli, (struct words){ "第 1 天", "day 1" }, day_text(cli, isolation->first_day));
    print_field(cli, (struct words){ "最后一天", "last day" }, day_text(cli, last_day(isolation)));
    print_field(cli, (struct words){ "共几天", "days" },
                text_of(&cli->arena, "%lld", (long long) last_day(isolation) - isolation->first_day + 1));
    if (isolation->restarts > 0)
        print_field(cli, (struct words){ "重新计算次数", "counted anew" }, text_of(&cli->arena, "%u", isolation->restarts));
    print_days(cli, isolation);
}

enum exit_code command_isolations(struct cli *cli)
{
    return list_subjects(cli, DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION, print_isolation);
}

/* ---------------------------------------------------------------- acts */

static bool read_time(struct cli *cli, const char *option, int64_t *at_ms)
{
    return !cli_has(cli, option) || cli_time(cli, text_of(&cli->arena, "--%s", option), cli_option(cli, option), at_ms);
}

static Duban__Personal clear_text(struct cli *cli, const char *option)
{
    Duban__Personal personal = DUBAN__PERSONAL__INIT;

    personal.value_case = DUBAN__PERSONAL__VALUE_CLEAR;
    personal.clear = cli_text(cli, option);
    return personal;
}

static enum exit_code begin(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Isolation isolation = DUBAN__ISOLATION__INIT;
    Duban__Personal person = clear_text(cli, "person"), address = clear_text(cli, "address");

    if (!cli_needs(cli, "isolation", "person") || !cli_needs(cli, "isolation", "area") || !cli_needs(cli, "isolation", "basis") || !cli_needs(cli, "isolation", "start"))
        return EXIT_WRONG_USE;
    if (!read_time(cli, "start", &isolation.start_ms))
        return EXIT_WRONG_USE;
    isolation.person = &person;
    isolation.address = cli_has(cli, "address") ? &address : NULL;
    isolation.area = cli_text(cli, "area");
    isolation.basis = cli_text(cli, "basis");
    isolation.text = cli_text(cli, "text");
    entry.body_case = DUBAN__ENTRY__BODY_ISOLATION;
    entry.isolation = &isolation;
    return send_act(cli, &entry);
}

static enum exit_code contact(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__IsolationContact message = DUBAN__ISOLATION_CONTACT__INIT;
    Duban__SubjectReference reference;

    if (!read_time(cli, "at", &message.at_ms))
        return EXIT_WRONG_USE;
    if (!ask_reference(cli, cli->arguments[1], &reference))
        return cli->failure;
    message.isolation = &reference;
    message.abnormal = cli_has(cli, "abnormal");
    message.went_out = cli_has(cli, "went-out");
    message.text = cli_text(cli, "text");
    entry.body_case = DUBAN__ENTRY__BODY_ISOLATION_CONTACT;
    entry.isolation_contact = &message;
    return send_act(cli, &entry);
}

static enum exit_code change(struct cli *cli, Duban__IsolationAct act, const char *time_option)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__IsolationChange message = DUBAN__ISOLATION_CHANGE__INIT;
    Duban__SubjectReference reference;

    if (!cli_needs(cli, "isolation", "reason") || (time_option != NULL && !read_time(cli, time_option, &message.at_ms)))
        return EXIT_WRONG_USE;
    if (!ask_reference(cli, cli->arguments[1], &reference))
        return cli->failure;
    message.isolation = &reference;
    message.act = act;
    message.basis = cli_text(cli, "basis");
    message.exemption = cli_text(cli, "class");
    message.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_ISOLATION_CHANGE;
    entry.isolation_change = &message;
    return send_act(cli, &entry);
}

static enum exit_code restart(struct cli *cli)
{
    return change(cli, DUBAN__ISOLATION_ACT__ISOLATION_ACT_RESTART, "start");
}

static enum exit_code lengthen(struct cli *cli)
{
    return change(cli, DUBAN__ISOLATION_ACT__ISOLATION_ACT_LENGTHEN, "until");
}

static enum exit_code release(struct cli *cli)
{
    return change(cli, DUBAN__ISOLATION_ACT__ISOLATION_ACT_RELEASE, NULL);
}

static enum exit_code exempt(struct cli *cli)
{
    return change(cli, DUBAN__ISOLATION_ACT__ISOLATION_ACT_EXEMPT, NULL);
}

static enum exit_code transfer(struct cli *cli)
{
    return change(cli, DUBAN__ISOLATION_ACT__ISOLATION_ACT_TRANSFER, NULL);
}

enum exit_code command_isolation(struct cli *cli)
{
    static const struct verb VERBS[] = {
        { "begin", 0, 0, begin }, { "contact", 1, 1, contact }, { "restart", 1, 1, restart }, { "lengthen", 1, 1, lengthen },
        { "release", 1, 1, release }, { "exempt", 1, 1, exempt }, { "transfer", 1, 1, transfer }, { 0 },
    };

    return cli_run_verb(cli, VERBS);
}
