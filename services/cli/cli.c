/* cli.c - options of the running command, and how every command says what went wrong. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

static int place_of_option(const struct cli *cli, const char *name)
{
    for (int i = 0; i < COMMAND_MAX_OPTIONS && cli->command->options[i].name != NULL; i++)
        if (strcmp(cli->command->options[i].name, name) == 0)
            return i;
    return -1;
}

const char *cli_option(const struct cli *cli, const char *name)
{
    int place = place_of_option(cli, name);

    return place == -1 ? NULL : cli->values[place];
}

bool cli_has(const struct cli *cli, const char *name)
{
    return cli_option(cli, name) != NULL;
}

bool cli_number(struct cli *cli, const char *what, const char *text, uint64_t *number)
{
    char *end;

    errno = 0;
    *number = strtoull(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && text[0] >= '0' && text[0] <= '9')
        return true;
    cli_wrong_use(cli, "%s 应是一个数，不能是“%s”", "%s is a number, not \"%s\"", what, text);
    return false;
}

/* Chinese first; the name of the program only where a line begins a message. */
static void complain(struct cli *cli, const char *field, struct words words)
{
    const char *zh = words.zh;
    const char *en = words.en;

    if (field[0] != '\0') {
        zh = text_of(&cli->arena, "%s：%s", field, words.zh);
        en = text_of(&cli->arena, "%s: %s", field, words.en);
    }
    fflush(stdout);
    show_words(&cli->errors, 0, COLOUR_RED,
               (struct words){ text_of(&cli->arena, "duban: %s", zh), text_of(&cli->arena, "duban: %s", en) });
}

enum exit_code cli_refuse(struct cli *cli, const struct fault *fault)
{
    complain(cli, fault->field, (struct words){ fault->zh, fault->en });
    return EXIT_REFUSED;
}

enum exit_code cli_wrong_use(struct cli *cli, const char *zh, const char *en, ...)
{
    va_list list;

    va_start(list, en);
    complain(cli, "", words_of_list(&cli->arena, zh, en, list));
    va_end(list);
    return EXIT_WRONG_USE;
}

enum exit_code cli_fail(struct cli *cli, const char *zh, const char *en, ...)
{
    va_list list;

    va_start(list, en);
    complain(cli, "", words_of_list(&cli->arena, zh, en, list));
    va_end(list);
    return EXIT_REFUSED;
}

enum exit_code cli_print_json(struct cli *cli, json_t *json)
{
    if (json == NULL || json_dumpf(json, cli->show.out, JSON_INDENT(2)) == -1)
        die("内存不足 / out of memory");
    json_decref(json);
    fputc('\n', cli->show.out);
    return EXIT_FINE;
}

void print_field(struct cli *cli, struct words name, const char *value)
{
    enum { WIDEST = 24 };
    const char *label = show_label(&cli->show, name);
    size_t width = text_width(label);

    if (value[0] != '\0')
        fprintf(cli->show.out, "%s%*s  %s\n", label, (int) (width < WIDEST ? WIDEST - width : 0), "",
                text_clean(&cli->arena, value));
}
