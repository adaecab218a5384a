/* export.c - duban export: a table of the ledger into a file for WPS or Excel.
 *
 * The columns are those of common/ledger.c, the same as over HTTP, and as there the journal has it first. A file that is there already stays
 * until the new one is whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "ledger_export.h"
#include "wanted.h"

enum { PAGE_ROWS = 500, CURSOR_BYTES = 512 };

/* ---------------------------------------------------------------- what is wanted */

/* Options, and the field of a query that each of them sets. */
static const struct filter {
    const char *option, *field;
} FILTERS[] = {
    { "all", "closed_too" }, { "site", "site" }, { "zone", "zone" }, { "owner", "owner" }, { "level", "level" },
    { "focus-group", "focus_group" }, { "overdue", "overdue_only" }, { "doubtful", "doubtful_only" }, { "incomplete", "incomplete_only" },
};

/* The query of that name in Query, all of it at its defaults; its body, to be filled. */
static ProtobufCMessage *query_named(struct cli *cli, const char *name, Duban__Query *query)
{
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(&duban__query__descriptor, name);
    const ProtobufCMessageDescriptor *type = field->descriptor;
    ProtobufCMessage *body = cli_take(cli, type->sizeof_message);

    protobuf_c_message_init(type, body);
    query->body_case = (Duban__Query__BodyCase) field->id;
    query->cases = (Duban__CasesQuery *) body;   /* a union: any of its messages */
    return body;
}

static bool set_filter(struct cli *cli, const struct ledger_table *table, const struct filter *filter, ProtobufCMessage *body)
{
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(body->descriptor, filter->field);

    if (!cli_has(cli, filter->option))
        return true;
    if (field == NULL) {
        cli->failure = cli_wrong_use(cli, "%s 表不能用 --%s 筛选", "table %s has no filter --%s", table->name, filter->option);
        return false;
    }
    if (field->type == PROTOBUF_C_TYPE_BOOL)
        *(protobuf_c_boolean *) ((char *) body + field->offset) = true;
    else
        *(char **) (void *) ((char *) body + field->offset) = cli_text(cli, filter->option);
    return true;
}

static const char *names_of_tables(struct cli *cli)
{
    const char *all = "";

    for (const struct ledger_table *table = LEDGER_TABLES; table->name != NULL; table++)
        all = text_of(&cli->arena, "%s%s%s", all, all[0] == '\0' ? "" : ", ", table->name);
    return all;
}

/* By --format, else by how the file is called. */
static bool read_format(struct cli *cli, const char *path, enum spreadsheet_format *format)
{
    const char *dot = strrchr(path, '.');
    const char *name = cli_has(cli, "format") ? cli_option(cli, "format") : dot == NULL ? "" : dot + 1;

    if (ledger_format_of(name, format))
        return true;
    cli->failure = cli_wrong_use(cli, "文件名请以 .csv 或 .xlsx 结尾，或写 --format csv、--format xlsx",
                                 "let the file be called .csv or .xlsx, or write --format csv or --format xlsx");
    return false;
}

static bool read_wish(struct cli *cli, struct ledger_wish *wish)
{
    *wish = (struct ledger_wish){ .table = ledger_table_of(cli->arguments[0]), .english = cli->show.language == LANGUAGE_EN,
                                  .offset_s = cli->show.offset_s, .account = cli->account, .scratch = getenv("TMPDIR") };
    if (wish->table == NULL) {
        cli->failure = cli_wrong_use(cli, "没有“%s”这张表；应为：%s", "there is no table \"%s\"; should be: %s", cli->arguments[0],
                                     names_of_tables(cli));
        return false;
    }
    wish->reason = access_reason(cli);
    return wish->reason != NULL && read_format(cli, cli->arguments[1], &wish->format);
}

/* ---------------------------------------------------------------- pages */

static bool take_page(struct cli *cli, struct ledger_export *export, Duban__Query *query, Duban__Reply__BodyCase expected,
                      uint8_t cursor[CURSOR_BYTES])
{
    Duban__Reply *reply = ask(cli, RULES_QUERY, query, expected);

    if (reply == NULL)
        return false;
    if (!ledger_export_take(export, reply) || reply->next.len > CURSOR_BYTES) {
        cli->failure = cli_fail(cli, "内存不足，没有导出", "out of memory: nothing was exported");
        return false;
    }
    if (reply->next.len > 0)
        memcpy(cursor, reply->next.data, reply->next.len);
    query->after = (ProtobufCBinaryData){ reply->next.len, cursor };
    return true;
}

static bool take_pages(struct cli *cli, struct ledger_export *export, Duban__Query *query, Duban__Reply__BodyCase expected)
{
    uint8_t cursor[CURSOR_BYTES];
    bool taken;

    query->limit = PAGE_ROWS;
    do {
        struct arena_mark mark = arena_mark(&cli->arena);

        taken = take_page(cli, export, query, expected, cursor);
        arena_rewind(&cli->arena, mark);
    } while (taken && query->after.len > 0 && spreadsheet_error(export->spreadsheet) == 0);
    return taken;
}

static bool take_all(struct cli *cli, struct ledger_export *export, Duban__Query *query)
{
    Duban__Query holders = DUBAN__QUERY__INIT;

    (void) query_named(cli, "holders", &holders);
    return take_pages(cli, export, &holders, DUBAN__REPLY__BODY_HOLDERS) &&
           take_pages(cli, export, query, export->wish.table->answer);
}

/* ---------------------------------------------------------------- the file */

static enum exit_code cannot_write(struct cli *cli, const char *path, int error)
{
    if (error == EFBIG)
        return cli_fail(cli, "超过一张工作表的 %d 行：请加筛选条件，或导出为 csv", "more than the %d rows of a sheet: ask for less, or for csv",
                        (int) SPREADSHEET_MAX_ROWS);
    return cli_fail_system(cli, error, "写不了 %s", "cannot write %s", path);
}

/* Nobody but whoever exports may read it, until he gives it to others. */
static int open_part(const char *part)
{
    return open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static enum exit_code put_into_place(struct cli *cli, struct ledger_export *export, const char *part, size_t rows)
{
    const char *path = cli->arguments[1];

    if (ledger_export_close(export) == -1 || rename(part, path) == -1)
        return cannot_write(cli, path, errno);
    show_line(&cli->show, "已写入 %1$s：%2$zu 行", "%1$s is written: %2$zu rows", path, rows);
    return EXIT_FINE;
}

static enum exit_code export_to_file(struct cli *cli, const struct ledger_wish *wish, Duban__Query *query)
{
    const char *part = text_of(&cli->arena, "%s.part", cli->arguments[1]);
    struct ledger_export export;
    enum exit_code code;
    int fd = open_part(part);

    if (fd == -1)
        return cannot_write(cli, part, errno);
    if (ledger_export_open(&export, wish, fd) == -1) {
        code = cannot_write(cli, part, errno);
        ledger_export_abandon(&export);
    } else if (!access_note_export(cli, wish->table->name, wish->reason) || !take_all(cli, &export, query)) {
        code = cli->failure;
        ledger_export_abandon(&export);
    } else if (spreadsheet_rows(export.spreadsheet) == 0 && !filters_name_something(cli)) {
        code = cli->failure;
        ledger_export_abandon(&export);
    } else {
        ledger_export_finish(&export);
        code = put_into_place(cli, &export, part, spreadsheet_rows(export.spreadsheet));
    }
    close(fd);
    if (code != EXIT_FINE)
        (void) unlink(part);
    return code;
}

enum exit_code command_export(struct cli *cli)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    struct ledger_wish wish;
    ProtobufCMessage *body;

    if (!read_wish(cli, &wish) || !access_may_write(cli, cli->arguments[1]))
        return cli->failure;
    body = query_named(cli, wish.table->name, &query);
    for (size_t i = 0; i < sizeof FILTERS / sizeof FILTERS[0]; i++)
        if (!set_filter(cli, wish.table, &FILTERS[i], body))
            return cli->failure;
    return export_to_file(cli, &wish, &query);
}
