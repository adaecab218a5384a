/* wanted.c - what an option or an argument may name: one row for each. */
#include "wanted.h"

#include <ctype.h>
#include <string.h>

#include "code_sort.h"
#include "message.h"

/* ---------------------------------------------------------------- what takes a code */

/* An option by its name, or an argument by how the usage line has it. */
static const struct coded {
    const char *name;
    const struct code_sort *sort;
    const char *command;         /* whose it is; NULL = of every command that has it */
    bool must_be;                /* else it filters, and is looked at where nothing was found */
} CODED[] = {
    { "zone", &SORT_OF_ZONES, NULL, false },
    { "area", &SORT_OF_AREAS, NULL, false },
    { "all-due", &SORT_OF_AREAS, "isolation", false },
    { "contact-of", &SORT_OF_AREAS, NULL, false },
    { "site", &SORT_OF_SITES, NULL, false },
    { "owner", &SORT_OF_ACCOUNTS, NULL, false },
    { "to", &SORT_OF_ACCOUNTS, "notices", false },
    { "to", &SORT_OF_ACCOUNTS, "spool", false },
    { "to", &SORT_OF_ACCOUNTS, "remark", false },
    { "level", &SORT_OF_LEVELS, "cases", false },
    { "level", &SORT_OF_LEVELS, "edit", true },
    { "kind", &SORT_OF_SITE_KINDS, "items", false },
    { "kind", &SORT_OF_SITE_KINDS, "coverage", false },
    { "kind", &SORT_OF_SITE_KINDS, "figures", false },
    { "kind", &SORT_OF_TASK_KINDS, "tasks", true },
    { "focus-group", &SORT_OF_FOCUS_GROUPS, NULL, false },
    { "name", &SORT_OF_FIGURES, "figures", true },
    { "matter", &SORT_OF_ITEMS, "complaint", true },
    { "matter", &SORT_OF_ITEMS, "coordination", true },
    { "item", &SORT_OF_ITEMS, "urgent", true },
    { "basis", &SORT_OF_ISOLATION_CLASSES, "isolation", true },
    { "class", &SORT_OF_EXEMPTIONS, "isolation", true },
    { "message", &SORT_OF_MESSAGES, "silence", true },
    { "role", &SORT_OF_ROLES, "silence", true },
    { "channel", &SORT_OF_CHANNELS, "preview", true },
    { "KIND", &SORT_OF_MESSAGES, "preview", true },
    { "STATE", &SORT_OF_AVAILABILITIES, "availability", true },
    { "SITE", &SORT_OF_SITES, NULL, false },
    { "ZONE", &SORT_OF_ZONES, NULL, false },
    { "[CODE]", &SORT_OF_SITES, NULL, false },
    { "[UNIT]", &SORT_OF_UNITS, NULL, false },
    { "[ACCOUNT]", &SORT_OF_ACCOUNTS, NULL, false },
};

enum { CODED_COUNT = sizeof CODED / sizeof CODED[0] };

/* ---------------------------------------------------------------- where it was written */

/* Is "notice|sign" the beginning of this usage, and one of them what was written? Capitals stand for anything. */
static bool is_this_usage(const struct cli *cli, const char *usage)
{
    size_t size = strcspn(usage, " "), verb = 0;

    if (!islower((unsigned char) usage[0]))
        return true;
    for (size_t at = 0; at < size; at += verb + 1) {
        verb = strcspn(usage + at, "| ");
        if (cli->argument_count > 0 && strlen(cli->arguments[0]) == verb && strncmp(usage + at, cli->arguments[0], verb) == 0)
            return true;
    }
    return false;
}

/* The place of the argument in one usage, "confirm ZONE"; -1 = it has none such. */
static int place_in_usage(const char *usage, size_t size, const char *name)
{
    int place = 0;

    for (size_t at = 0, word; at < size; at += word + 1, place++) {
        word = strcspn(usage + at, " ]");
        if (word == strlen(name) && strncmp(usage + at, name, word) == 0)
            return place;
    }
    return -1;
}

/* The place among the arguments of what the usage line calls so; -1 = it was not given. */
static int place_of_argument(const struct cli *cli, const char *name)
{
    const char *usage = cli->command->arguments, *end = usage;
    int place = strcmp(usage, name) == 0 ? 0 : -1;

    for (; place == -1 && end != NULL; usage = end + 3) {
        usage += usage[0] == '[';
        end = strstr(usage, " | ");
        if (is_this_usage(cli, usage))
            place = place_in_usage(usage, end != NULL ? (size_t) (end - usage) : strlen(usage), name);
        if (end == NULL)
            break;
    }
    return place >= 0 && (size_t) place < cli->argument_count ? place : -1;
}

static bool is_of_this_command(const struct cli *cli, const struct coded *coded)
{
    return coded->command == NULL || strcmp(cli->command->name, coded->command) == 0;
}

static const char *value_of(const struct cli *cli, const struct coded *coded)
{
    int place;

    if (!is_of_this_command(cli, coded))
        return NULL;
    place = place_of_argument(cli, coded->name);
    return place >= 0 ? cli->arguments[place] : cli_option(cli, coded->name);
}

/* ---------------------------------------------------------------- names for codes */

static void replace(struct cli *cli, const struct coded *coded, const char *code)
{
    int place = place_of_argument(cli, coded->name);

    if (place >= 0) {
        const char **arguments = cli_take(cli, cli->argument_count * sizeof *arguments);

        memcpy(arguments, cli->arguments, cli->argument_count * sizeof *arguments);
        arguments[place] = code;
        cli->arguments = arguments;
        return;
    }
    cli_set_option(cli, coded->name, code);
}

static bool say_several(const struct seeking *seeking, const struct code_sort *sort)
{
    struct cli *cli = seeking->cli;

    cli_fail(cli, "有 %1$zu 个%2$s都叫“%4$s”，请写编号%5$s%6$s%3$.0s", "%1$zu have the name \"%4$s\" (%3$s): write its code%5$s%6$s%2$.0s",
             seeking->called, sort->name.zh, sort->name.en, seeking->choices.written, sort->listed_by[0] == '\0' ? "" : ": ",
             sort->listed_by);
    return false;
}

/* What cannot be a code may be a name, and what must be a code is one of them: else rules would judge it, too late. While there
 * are none at all, it is left to rules. */
static bool take_code(struct cli *cli, const struct coded *coded, const char *written)
{
    struct seeking seeking = { .cli = cli, .choices = choices_for(written) };
    struct fault fault;

    if (is_code(written) && !coded->must_be)
        return true;
    if (!code_sort_seek(coded->sort, &seeking, &fault)) {
        if (is_code(written))
            return true;
        cli_refuse(cli, &fault);
        return false;
    }
    if (seeking.all.zh[0] == '\0' && is_code(written))
        return true;
    cli->failure = EXIT_REFUSED;
    if (seeking.called > 1)
        return say_several(&seeking, coded->sort);
    if (seeking.code == NULL) {
        seeking_say_none(&seeking, coded->sort);
        return false;
    }
    if (strcmp(seeking.code, written) != 0)
        replace(cli, coded, seeking.code);
    return true;
}

bool names_become_codes(struct cli *cli)
{
    for (size_t i = 0; i < CODED_COUNT; i++) {
        const char *written = value_of(cli, &CODED[i]);

        if (written != NULL && written[0] != '\0' && !take_code(cli, &CODED[i], written))
            return false;
    }
    return true;
}

/* ---------------------------------------------------------------- a listing without rows */

/* Does it name something? Also true, after saying why, when that cannot be found out. */
static bool names_something(struct cli *cli, const struct code_sort *sort, const char *value)
{
    struct seeking seeking = { .cli = cli, .choices = choices_for(value) };
    struct fault fault;

    if (!code_sort_seek(sort, &seeking, &fault)) {
        cli_refuse(cli, &fault);
        show_line(&cli->errors, "没有查到是否有%1$s“%3$s”%2$.0s", "whether the %2$s \"%3$s\" exists was not checked%1$.0s",
                  sort->name.zh, sort->name.en, value);
        return true;
    }
    if (seeking.code == NULL)
        seeking_say_none(&seeking, sort);
    return seeking.code != NULL;
}

bool filters_name_something(struct cli *cli)
{
    bool fine = true;

    for (size_t i = 0; i < CODED_COUNT; i++) {
        const char *value = CODED[i].must_be ? NULL : value_of(cli, &CODED[i]);

        if (value != NULL && value[0] != '\0' && !names_something(cli, CODED[i].sort, value))
            fine = false;
    }
    if (!fine)
        cli->failure = EXIT_REFUSED;
    return fine;
}

void no_such_account(struct cli *cli, const struct listing *holders, const char *account)
{
    struct seeking seeking = { .cli = cli, .choices = choices_for(account), .all = { "", "" } };

    for (size_t i = 0; i < holders->count; i++)
        seeking_see(&seeking, ((const Duban__Holder *) holders->rows[i])->account, words_of_text(((const Duban__Holder *) holders->rows[i])->title));
    seeking_say_none(&seeking, &SORT_OF_ACCOUNTS);
}

bool is_known_site(struct cli *cli, const char *code)
{
    return names_something(cli, &SORT_OF_SITES, code);
}

bool is_known_item(struct cli *cli, const char *code)
{
    return names_something(cli, &SORT_OF_ITEMS, code);
}
