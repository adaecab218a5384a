/* isolation.c - duban isolations, and the acts: isolation begin, contact, restart, lengthen, release, exempt, transfer. */
#include <string.h>

#include "civil.h"
#include "cli.h"
#include "names.h"

enum { MAX_AT_HOME = 17, MAX_RELEASED = 256 };   /* of one act: ingest's bounds */

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

/* Day 1 to the last day before the first that was asked for. */
static void print_late(struct cli *cli, const Duban__IsolationRecord *isolation)
{
    int64_t until = isolation->first_window / 2 - 1;

    if (until >= isolation->first_day)
        print_field(cli, (struct words){ "迟登记", "registered late" },
                    text_of(&cli->arena, "%s – %s", day_text(cli, isolation->first_day), day_text(cli, until)));
}

static void print_days(struct cli *cli, const Duban__IsolationRecord *isolation)
{
    int64_t first = isolation->first_window / 2;
    int64_t last = isolation->n_contacts == 0 ? first - 1 : isolation->contacts[isolation->n_contacts - 1]->window / 2;

    print_late(cli, isolation);
    print_field(cli, (struct words){ "应联系次数", "contacts expected" }, text_of(&cli->arena, "%u", isolation->expected));
    print_field(cli, (struct words){ "漏联系次数", "contacts missed" }, text_of(&cli->arena, "%u", isolation->missed));
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
    if (isolation->home[0] != '\0')
        print_field(cli, (struct words){ "同户编号", "home" }, isolation->home);
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
    isolation.home = cli_text(cli, "home");
    isolation.text = cli_text(cli, "text");
    entry.body_case = DUBAN__ENTRY__BODY_ISOLATION;
    entry.isolation = &isolation;
    return send_act(cli, &entry);
}

/* Which isolations an act is about. */
struct chosen {
    Duban__SubjectReference **references;
    size_t count;
};

static bool is_chosen(const struct chosen *chosen, const Duban__Subject *subject)
{
    for (size_t i = 0; i < chosen->count; i++)
        if (memcmp(chosen->references[i]->id.data, subject->id.data, subject->id.len) == 0)
            return true;
    return false;
}

/* Once, however often it is meant. */
static void add_chosen(struct cli *cli, struct chosen *chosen, const Duban__Subject *subject)
{
    Duban__SubjectReference **references;
    Duban__SubjectReference *reference;

    if (is_chosen(chosen, subject))
        return;
    references = arena_take_pointers(&cli->arena, chosen->count + 1);
    reference = cli_take(cli, sizeof *reference);
    for (size_t i = 0; i < chosen->count; i++)
        references[i] = chosen->references[i];
    duban__subject_reference__init(reference);
    reference->by_case = DUBAN__SUBJECT_REFERENCE__BY_ID;
    reference->id = subject->id;
    references[chosen->count++] = reference;
    chosen->references = references;
}

/* Those that are written on the command line. False after saying why. */
static bool choose_named(struct cli *cli, struct chosen *chosen)
{
    for (size_t i = 1; i < cli->argument_count; i++) {
        const Duban__SubjectRow *row = ask_subject(cli, cli->arguments[i]);

        if (row == NULL)
            return false;
        add_chosen(cli, chosen, row->subject);
    }
    return true;
}

typedef bool is_meant(const Duban__Subject *subject, const char *code);

static bool lives_there(const Duban__Subject *subject, const char *home)
{
    return strcmp(subject->isolation->home, home) == 0;
}

static bool is_due_in(const Duban__Subject *subject, const char *area)
{
    return strcmp(subject->area, area) == 0 && subject->isolation->state == DUBAN__ISOLATION_STATE__ISOLATION_STATE_TO_RELEASE;
}

/* All who are under observation. False after saying why. */
static bool ask_open(struct cli *cli, struct listing *open)
{
    Duban__SubjectsQuery which = DUBAN__SUBJECTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.kind = DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION;
    query.body_case = DUBAN__QUERY__BODY_SUBJECTS;
    query.subjects = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_SUBJECTS, open);
}

/* Those of them who are meant, at most `most`; how many more there are. */
static void choose_open(struct cli *cli, const struct listing *open, is_meant *is_meant, const char *code, size_t most,
                        struct chosen *chosen, size_t *more)
{
    for (size_t i = 0; i < open->count; i++) {
        const Duban__Subject *subject = ((const Duban__SubjectRow *) open->rows[i])->subject;

        if (!is_meant(subject, code) || is_chosen(chosen, subject))
            continue;
        if (chosen->count < most)
            add_chosen(cli, chosen, subject);
        else
            (*more)++;
    }
}

/* A code that is empty would mean all who live by themselves, wherever that is. */
static bool is_code(struct cli *cli, const char *option)
{
    if (cli_text(cli, option)[0] != '\0')
        return true;
    cli->failure = cli_wrong_use(cli, "--%s 后面没有写编号", "--%s needs a code", option);
    return false;
}

/* Codes of homes are given by each area for itself. */
static bool is_one_home(struct cli *cli, const struct listing *open)
{
    const char *home = cli_text(cli, "home"), *area = "";

    for (size_t i = 0; i < open->count; i++) {
        const Duban__Subject *subject = ((const Duban__SubjectRow *) open->rows[i])->subject;

        if (!lives_there(subject, home))
            continue;
        if (area[0] != '\0' && strcmp(subject->area, area) != 0) {
            cli->failure = cli_wrong_use(cli, "%1$s 和 %2$s 都有同户编号“%3$s”，请逐个写编号（如 GL-0001）",
                                         "%1$s and %2$s both have a home \"%3$s\": give the numbers, like GL-0001", area, subject->area, home);
            return false;
        }
        area = subject->area;
    }
    return true;
}

static bool choose_home(struct cli *cli, struct chosen *chosen)
{
    struct listing open;
    size_t more = 0;

    if (!cli_has(cli, "home"))
        return choose_named(cli, chosen);
    if (cli->argument_count > 1) {
        cli->failure = cli_wrong_use(cli, "编号和 --home 只写一样", "give numbers or --home, not both");
        return false;
    }
    if (!is_code(cli, "home") || !ask_open(cli, &open) || !is_one_home(cli, &open))
        return false;
    choose_open(cli, &open, lives_there, cli_text(cli, "home"), MAX_AT_HOME, chosen, &more);
    if (more > 0)
        cli->failure = cli_wrong_use(cli, "这一户有 %zu 人，一次最多登记 %zu 人，请分次写编号", "%zu live there, at most %zu are entered at a "
                                     "time: give their numbers in turns", chosen->count + more, (size_t) MAX_AT_HOME);
    return more == 0;
}

static enum exit_code contact(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__IsolationContact message = DUBAN__ISOLATION_CONTACT__INIT;
    struct chosen chosen = { .count = 0 };

    if (!read_time(cli, "at", &message.at_ms))
        return EXIT_WRONG_USE;
    if (!choose_home(cli, &chosen))
        return cli->failure;
    if (chosen.count == 0)
        return cli_wrong_use(cli, "没有联系对象：请写编号（如 GL-0001），或用 --home 写同户编号（该户须有人在观察）",
                             "nobody to contact: give a number like GL-0001, or --home with the code of a home where somebody is "
                             "under observation");
    message.isolation = chosen.references[0];
    message.others = chosen.references + 1;
    message.n_others = chosen.count - 1;
    message.abnormal = cli_has(cli, "abnormal");
    message.went_out = cli_has(cli, "went-out");
    message.at_door = cli_has(cli, "at-door");
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

/* Those that are named, or all of an area whose days are over. */
static enum exit_code release(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__IsolationRelease batch = DUBAN__ISOLATION_RELEASE__INIT;
    struct chosen chosen = { .count = 0 };
    struct listing open = { .count = 0 };
    size_t more = 0;

    if (!cli_needs(cli, "isolation", "reason"))
        return EXIT_WRONG_USE;
    if (!choose_named(cli, &chosen) || (cli_has(cli, "all-due") && (!is_code(cli, "all-due") || !ask_open(cli, &open))))
        return cli->failure;
    choose_open(cli, &open, is_due_in, cli_text(cli, "all-due"), MAX_RELEASED, &chosen, &more);
    if (chosen.count == 0)
        return cli_wrong_use(cli, "没有待解除的：请写编号（如 GL-0001），或用 --all-due 写社区（村）编号；duban isolations 可查",
                             "nothing is to be released: give a number like GL-0001, or --all-due with the code of an area; duban isolations "
                             "lists them");
    if (more > 0)
        show_words(&cli->show, 0, COLOUR_NONE,
                   words_of(&cli->arena, "一次最多 %zu 件，还有 %zu 件：请再运行一次", "at most %zu at a time, %zu remain: run it again",
                            (size_t) MAX_RELEASED, more));
    batch.isolations = chosen.references;
    batch.n_isolations = chosen.count;
    batch.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_ISOLATION_RELEASE;
    entry.isolation_release = &batch;
    return send_act(cli, &entry);
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
        { "begin", 0, 0, begin }, { "contact", 0, COMMAND_MAX_ARGUMENTS - 1, contact }, { "restart", 1, 1, restart }, { "lengthen", 1, 1, lengthen },
        { "release", 0, COMMAND_MAX_ARGUMENTS - 1, release }, { "exempt", 1, 1, exempt }, { "transfer", 1, 1, transfer }, { 0 },
    };

    return cli_run_verb(cli, VERBS);
}
