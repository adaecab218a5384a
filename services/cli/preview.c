/* preview.c - duban preview: what a message says with a case's real values, as each channel would put it. */
#include <string.h>

#include "cli.h"

static Duban__Notice *ask_preview(struct cli *cli)
{
    Duban__PreviewQuery which = DUBAN__PREVIEW_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const char *about = cli_has(cli, "case") ? cli_option(cli, "case") : cli_option(cli, "subject");
    Duban__Reply *reply;

    which.kind = (char *) cli->arguments[0];
    if (about != NULL && !ask_about(cli, about, &which.about))
        return NULL;
    query.body_case = DUBAN__QUERY__BODY_PREVIEW;
    query.preview = &which;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_PREVIEW);
    return reply == NULL ? NULL : reply->preview->notice;
}

static void print_lines(struct cli *cli, const char *text)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");

        fprintf(cli->show.out, "  %.*s\n", (int) size, text);
        text += size + (text[size] == '\n');
    }
}

/* Of what takes the object that is what it sends; of the others only when it is asked for. */
static void print_request(struct cli *cli, const Duban__Rendered *row)
{
    if (row->body[0] == '\0' && row->n_headers == 0)
        return;
    show_line(&cli->show, "发出的内容：", "what is sent:");
    for (size_t i = 0; i < row->n_headers; i++)
        print_lines(cli, row->headers[i]);
    print_lines(cli, row->body);
}

static void print_one(struct cli *cli, const Duban__Rendered *row)
{
    if (row->limit_bytes == 0)
        show_line(&cli->show, "%1$s：%2$u 字节，不限%3$s%4$.0s", "%1$s: %2$u bytes, no limit%4$s%3$.0s", row->channel, row->bytes,
                  row->usable ? "" : "（未启用）", row->usable ? "" : " (not set up)");
    else
        show_line(&cli->show, "%1$s：%2$u 字节，最多 %5$u%3$s%4$.0s", "%1$s: %2$u bytes of at most %5$u%4$s%3$.0s", row->channel, row->bytes,
                  row->usable ? "" : "（未启用）", row->usable ? "" : " (not set up)", row->limit_bytes);
    if (!row->takes_object)
        print_lines(cli, row->text);
    if (row->cut)
        show_line(&cli->show, "超过长度，已截断", "too long: it is cut");
    if (row->takes_object || cli_has(cli, "channel"))
        print_request(cli, row);
}

static void print_all(struct cli *cli, const struct listing *rows)
{
    const Duban__Rendered *first = rows->rows[0];

    for (size_t i = 0; i < rows->count; i++)
        print_one(cli, rows->rows[i]);
    if (first->missing_values > 0)
        show_line(&cli->show, "有 %u 处的值（—）要到发出时才知道", "%u values (—) are known only when it is sent", first->missing_values);
}

enum exit_code command_preview(struct cli *cli)
{
    Duban__RenderQuery which = DUBAN__RENDER_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const char *language = cli_option(cli, "language");
    struct listing rows;

    if (cli_has(cli, "case") && cli_has(cli, "subject"))
        return cli_wrong_use(cli, "--case 和 --subject 二者取一", "--case or --subject, not both");
    if (language != NULL && strcmp(language, "zh") != 0 && strcmp(language, "en") != 0 && strcmp(language, "zh+en") != 0)
        return cli_wrong_use(cli, "--language 写 zh、en 或 zh+en", "--language is zh, en or zh+en");
    which.notice = ask_preview(cli);
    if (which.notice == NULL)
        return cli->failure;
    if (language != NULL)
        which.notice->recipient->language = (char *) language;
    which.channel = cli_text(cli, "channel");
    query.body_case = DUBAN__QUERY__BODY_RENDER;
    query.render = &which;
    if (!ask_all(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_RENDERED, &rows) || !listing_begin(cli, &rows))
        return cli->failure;
    print_all(cli, &rows);
    return EXIT_FINE;
}
