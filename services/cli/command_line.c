/* command_line.c - which command, with which options: read by argp from the table of commands. */
#include <argp.h>
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "cli.h"
#include "wanted.h"

enum { LONGEST_TIMEOUT_S = 3600, MAX_ARGUMENTS = 64 };

enum { KEY_RUN = 256, KEY_AS, KEY_JSON, KEY_LANGUAGE, KEY_TIMEOUT, KEY_TIME_ZONE, KEY_HELP, KEY_OF_COMMAND };

static const struct argp_option COMMON_OPTIONS[] = {
    { "run", KEY_RUN, "DIR", 0, NULL, 0 },
    { "as", KEY_AS, "ACCOUNT", 0, NULL, 0 },
    { "json", KEY_JSON, NULL, 0, NULL, 0 },
    { "lang", KEY_LANGUAGE, "LANGUAGE", 0, NULL, 0 },
    { "timeout", KEY_TIMEOUT, "SECONDS", 0, NULL, 0 },
    { "time-zone", KEY_TIME_ZONE, "NAME", 0, NULL, 0 },
    { "help", KEY_HELP, NULL, 0, NULL, 0 },
};
enum { COMMON_COUNT = sizeof COMMON_OPTIONS / sizeof COMMON_OPTIONS[0] };

/* One reading of the command line: first up to the command's name, then all of it. */
struct reading {
    struct cli *cli;
    bool up_to_command;
    int command_at;          /* place in argv; 0 = none given */
    const char *arguments[MAX_ARGUMENTS];
    size_t argument_count;
    bool help;
    int error_at;            /* place in argv of what argp could not read */
    bool failed;             /* and said so */
};

/* ---------------------------------------------------------------- values */

static void set_language(struct reading *reading, const char *text)
{
    struct cli *cli = reading->cli;

    if (strcmp(text, "zh") == 0) {
        cli->show.language = LANGUAGE_ZH;
    } else if (strcmp(text, "en") == 0) {
        cli->show.language = LANGUAGE_EN;
    } else if (strcmp(text, "both") != 0) {
        cli_wrong_use(cli, "--lang 只能是 zh、en 或 both，不能是“%s”", "--lang is zh, en or both, not \"%s\"", text);
        reading->failed = true;
    }
    cli->errors.language = cli->show.language;
}

static void set_timeout(struct reading *reading, const char *text)
{
    uint64_t seconds;

    if (!cli_number(reading->cli, "--timeout", text, &seconds)) {
        reading->failed = true;
    } else if (seconds < 1 || seconds > LONGEST_TIMEOUT_S) {
        cli_wrong_use(reading->cli, "--timeout 应在 1 到 %d 秒之间", "--timeout is 1 to %d seconds", LONGEST_TIMEOUT_S);
        reading->failed = true;
    } else {
        reading->cli->timeout_ms = (int) seconds * 1000;
    }
}

static void set_time_zone(struct reading *reading, const char *name)
{
    struct cli *cli = reading->cli;
    int32_t offset_s;

    if (!civil_zone(name, &offset_s)) {
        cli_wrong_use(cli, "不支持的时区“%s”；例如 Asia/Shanghai", "unknown time zone \"%s\"; for example Asia/Shanghai", name);
        reading->failed = true;
        return;
    }
    cli->time_zone = name;
    cli->show.offset_s = offset_s;
    cli->errors.offset_s = offset_s;
}

static error_t take_argument(struct reading *reading, const char *argument, struct argp_state *state)
{
    if (reading->up_to_command) {
        reading->command_at = state->next - 1;
        state->next = state->argc;
        return 0;
    }
    if (reading->argument_count == MAX_ARGUMENTS)
        return E2BIG;
    reading->arguments[reading->argument_count++] = argument;
    return 0;
}

static error_t take_option(int key, char *value, struct argp_state *state)
{
    struct reading *reading = state->input;
    struct cli *cli = reading->cli;

    if (key >= KEY_OF_COMMAND && key < KEY_OF_COMMAND + COMMAND_MAX_OPTIONS) {
        cli->values[key - KEY_OF_COMMAND] = value != NULL ? value : "";
        return 0;
    }
    switch (key) {
    case KEY_RUN:
        cli->run_directory = value;
        return 0;
    case KEY_AS:
        cli->account = value;
        return 0;
    case KEY_JSON:
        cli->json = true;
        return 0;
    case KEY_LANGUAGE:
        set_language(reading, value);
        return 0;
    case KEY_TIMEOUT:
        set_timeout(reading, value);
        return 0;
    case KEY_TIME_ZONE:
        set_time_zone(reading, value);
        return 0;
    case KEY_HELP:
        reading->help = true;
        return 0;
    case ARGP_KEY_ARG:
        return take_argument(reading, value, state);
    case ARGP_KEY_ERROR:
        reading->error_at = state->next - 1;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---------------------------------------------------------------- reading */

/* Common options and those of the command, as argp wants them. */
static void list_options(const struct command *command, struct argp_option *options)
{
    size_t count = COMMON_COUNT;

    memcpy(options, COMMON_OPTIONS, sizeof COMMON_OPTIONS);
    for (int i = 0; command != NULL && i < COMMAND_MAX_OPTIONS && command->options[i].name != NULL; i++)
        options[count++] = (struct argp_option){
            .name = command->options[i].name, .key = KEY_OF_COMMAND + i, .arg = command->options[i].value,
        };
    options[count] = (struct argp_option){ 0 };
}

static bool read_line(struct reading *reading, int argc, char **argv)
{
    struct argp_option options[COMMON_COUNT + COMMAND_MAX_OPTIONS + 1];
    struct argp argp = { .options = options, .parser = take_option };
    unsigned flags = ARGP_NO_HELP | ARGP_NO_EXIT | ARGP_NO_ERRS | (reading->up_to_command ? ARGP_IN_ORDER : 0);

    list_options(reading->cli->command, options);
    if (argp_parse(&argp, argc, argv, flags, NULL, reading) != 0 && !reading->failed) {
        const char *at = reading->error_at > 0 && reading->error_at < argc ? argv[reading->error_at] : "";

        cli_wrong_use(reading->cli, "看不懂“%s”：没有这个选项，或缺少它的值；请看 duban help %s",
                      "cannot read \"%s\": no such option, or its value is missing; see duban help %s", at,
                      reading->cli->command != NULL ? reading->cli->command->name : "");
        reading->failed = true;
    }
    return !reading->failed;
}

static const struct command *find_command(const char *name)
{
    const struct command *command = COMMANDS;

    while (command->name != NULL && strcmp(command->name, name) != 0)
        command++;
    return command->name != NULL ? command : NULL;
}

static bool count_is_right(struct cli *cli)
{
    const struct command *command = cli->command;

    if (cli->argument_count >= command->least && cli->argument_count <= command->most)
        return true;
    cli_wrong_use(cli, "用法：duban %s %s", "usage: duban %s %s", command->name, command->arguments);
    return false;
}

enum exit_code cli_run_verb(struct cli *cli, const struct verb *verbs)
{
    for (const struct verb *verb = verbs; verb->name != NULL; verb++)
        if (strcmp(verb->name, cli->arguments[0]) == 0 && cli->argument_count - 1 >= verb->least &&
            cli->argument_count - 1 <= verb->most)
            return verb->run(cli);
    return cli_wrong_use(cli, "用法：duban %s %s", "usage: duban %s %s", cli->command->name, cli->command->arguments);
}

enum exit_code cli_run(struct cli *cli, int argc, char **argv)
{
    struct reading first = { .cli = cli, .up_to_command = true };
    struct reading whole = { .cli = cli };

    if (!read_line(&first, argc, argv))
        return EXIT_WRONG_USE;
    if (first.command_at == 0) {
        help_print(cli, NULL);
        return first.help ? EXIT_FINE : EXIT_WRONG_USE;
    }
    cli->command = find_command(argv[first.command_at]);
    if (cli->command == NULL)
        return cli_wrong_use(cli, "没有“%s”这个命令；请看 duban help", "there is no command \"%s\"; see duban help",
                             argv[first.command_at]);
    if (!read_line(&whole, argc - first.command_at, argv + first.command_at))
        return EXIT_WRONG_USE;
    if (whole.help) {
        help_print(cli, cli->command);
        return EXIT_FINE;
    }
    cli->arguments = whole.arguments;
    cli->argument_count = whole.argument_count;
    if (!count_is_right(cli))
        return EXIT_WRONG_USE;
    return names_become_codes(cli) ? cli->command->run(cli) : cli->failure;
}
