/* cli.c - open and close; options of the running command; how every command says what went wrong. */
#include "cli.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "civil.h"
#include "entry_words.h"
#include "log.h"
#include "show_private.h"
#include "spool.h"
#include "system_error.h"

#define ARENA_LIMIT_BYTES ((size_t) 2048 * 1024 * 1024)

enum { DEFAULT_TIMEOUT_S = 5 };

/* ---------------------------------------------------------------- open and close */

static const char *environment_or(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : otherwise;
}

static struct show show_on(struct cli *cli, FILE *out)
{
    return (struct show){ .out = out, .arena = &cli->arena, .colours = fileno(out) != -1 && isatty(fileno(out)) == 1 };
}

void cli_open(struct cli *cli, FILE *out, FILE *errors)
{
    *cli = (struct cli){
        .run_directory = environment_or("DUBAN_RUN", "/run/duban"),
        .account = "operator",
        .time_zone = environment_or("DUBAN_TIME_ZONE", "Asia/Shanghai"),
        .timeout_ms = DEFAULT_TIMEOUT_S * 1000,
    };
    arena_open(&cli->arena, ARENA_LIMIT_BYTES);
    cli->show = show_on(cli, out);
    cli->errors = show_on(cli, errors);
    if (!civil_zone(cli->time_zone, &cli->show.offset_s))
        die("环境变量 DUBAN_TIME_ZONE 的时区不支持 / unknown time zone in DUBAN_TIME_ZONE: %s", cli->time_zone);
    cli->errors.offset_s = cli->show.offset_s;
    cli->zmq = zmq_ctx_new();
    if (sodium_init() == -1 || cli->zmq == NULL)
        die("初始化失败 / cannot start: %s", strerror(errno));
}

void cli_close(struct cli *cli)
{
    for (int i = 0; i < ENDPOINT_COUNT; i++)
        client_close(&cli->clients[i]);
    zmq_ctx_term(cli->zmq);
    spool_close(cli);
    arena_close(&cli->arena);
}

/* ---------------------------------------------------------------- options */

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

void cli_set_option(struct cli *cli, const char *name, const char *value)
{
    cli->values[place_of_option(cli, name)] = value;
}

bool cli_number(struct cli *cli, const char *what, const char *text, uint64_t *number)
{
    if (number_of(text, number))
        return true;
    cli->failure = cli_wrong_use(cli, "%s 应是一个数，不能是“%s”", "%s is a number, not \"%s\"", what, text);
    return false;
}

char *cli_text(const struct cli *cli, const char *name)
{
    const char *value = cli_option(cli, name);

    return value == NULL ? "" : (char *) value;
}

bool cli_time(struct cli *cli, const char *what, const char *text, int64_t *at_ms)
{
    int64_t at_s;

    if (!civil_parse(text, cli->show.offset_s, &at_s)) {
        cli_wrong_use(cli, "%s 应写成 2020-02-10T00:00，不能是“%s”", "%s is written 2020-02-10T00:00, not \"%s\"", what, text);
        return false;
    }
    *at_ms = at_s * 1000;
    return true;
}

/* ---------------------------------------------------------------- saying it
 *
 * Chinese first, then English, each line beginning with the name of the program. */
static void complain(struct cli *cli, const char *field, struct words words)
{
    struct words name = words_of_field_path(cli, field);
    const char *zh = words.zh;
    const char *en = words.en;

    if (field[0] != '\0' && strcmp(name.zh, field) == 0) {
        zh = text_of(&cli->arena, "%s：%s", field, words.zh);
        en = text_of(&cli->arena, "%s: %s", field, words.en);
    } else if (field[0] != '\0') {
        zh = text_of(&cli->arena, "%s（%s）：%s", name.zh, field, words.zh);
        en = text_of(&cli->arena, "%s (%s): %s", name.en, field, words.en);
    }
    fflush(cli->show.out);
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

enum exit_code cli_fail_system(struct cli *cli, int error, const char *zh, const char *en, ...)
{
    struct words why = system_error(error), what;
    va_list list;

    va_start(list, en);
    what = words_of_list(&cli->arena, zh, en, list);
    va_end(list);
    return cli_fail(cli, "%1$s：%2$s%3$.0s%4$.0s", "%3$s: %4$s%1$.0s%2$.0s", what.zh, why.zh, what.en, why.en);
}

void *cli_take(struct cli *cli, size_t size)
{
    return show_take(&cli->arena, size);
}

const char *number_text(struct cli *cli, uint64_t number)
{
    return text_of(&cli->arena, "%llu", (unsigned long long) number);
}

json_t *number_json(struct cli *cli, uint64_t number)
{
    return json_string(number_text(cli, number));
}

enum exit_code cli_print_json(struct cli *cli, json_t *json)
{
    if (json == NULL || json_dumpf(json, cli->show.out, JSON_INDENT(2)) == -1)
        die("内存不足 / out of memory");
    json_decref(json);
    fputc('\n', cli->show.out);
    return EXIT_FINE;
}

void print_field_at(struct cli *cli, size_t indent, struct words name, const char *value)
{
    enum { WIDEST = 24 };
    const char *label = show_label(&cli->show, name);
    size_t width = text_width(label) + indent;

    if (value[0] == '\0')
        fprintf(cli->show.out, "%*s%s\n", (int) indent, "", label);
    else
        fprintf(cli->show.out, "%*s%s%*s  %s\n", (int) indent, "", label, (int) (width < WIDEST ? WIDEST - width : 0), "",
                text_clean(&cli->arena, value));
}

void print_field(struct cli *cli, struct words name, const char *value)
{
    if (value[0] != '\0')
        print_field_at(cli, 0, name, value);
}
