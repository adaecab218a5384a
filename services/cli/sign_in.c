/* sign_in.c - duban account: by what an account enters at the gateway: its password, and the tokens of its apps. */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "cli.h"
#include "digest.h"
#include "json.h"
#include "names.h"

enum { LINE_BYTES = 512, TOKEN_ID_BYTES = 8, DAY_MS = 24 * 3600 * 1000, DAYS_MOST = 36500 };

static bool is_done(struct cli *cli, Duban__Query *query)
{
    return ask(cli, GATEWAY_QUERY, query, DUBAN__REPLY__BODY_DONE) != NULL;
}

/* ---------------------------------------------------------------- password */

/* What is typed is not shown. */
static void read_line_unseen(struct cli *cli, char line[LINE_BYTES])
{
    struct termios shown, unseen;
    bool is_terminal = tcgetattr(STDIN_FILENO, &shown) == 0;

    if (is_terminal) {
        show_line(&cli->errors, "请输入密码（不显示），然后回车：", "type the password (it is not shown), then enter:");
        unseen = shown;
        unseen.c_lflag &= ~(tcflag_t) ECHO;
        (void) tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
    }
    if (fgets(line, LINE_BYTES, stdin) == NULL)
        line[0] = '\0';
    if (is_terminal)
        (void) tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
}

/* One line of standard input: a password on the command line is seen by everybody who lists processes. */
static bool read_password(struct cli *cli, char line[LINE_BYTES])
{
    size_t size;

    read_line_unseen(cli, line);
    size = strcspn(line, "\r\n");
    line[size] = '\0';
    if (size > 0)
        return true;
    cli->failure = cli_fail(cli, "密码从标准输入读一行，这次没有内容：请再运行一次，输入密码后回车",
                                 "the password is read from standard input, one line; there was none: run this again, type it and press enter");
    return false;
}

static enum exit_code set_password(struct cli *cli, char *account, char *password)
{
    Duban__PasswordSet set = DUBAN__PASSWORD_SET__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    set.account = account;
    set.password = password;
    query.body_case = DUBAN__QUERY__BODY_PASSWORD_SET;
    query.password_set = &set;
    return is_done(cli, &query) ? EXIT_FINE : cli->failure;
}

static enum exit_code on_password(struct cli *cli)
{
    char *account = (char *) cli->arguments[1], line[LINE_BYTES];
    enum exit_code code;

    if (!read_password(cli, line))
        return cli->failure;
    code = set_password(cli, account, line);
    sodium_memzero(line, sizeof line);
    if (code == EXIT_FINE)
        show_line(&cli->show, "账号 %s 的密码已设", "the password of account %s is set", account);
    return code;
}

static const Duban__Reply *ask_for_tokens(struct cli *cli, const char *account)
{
    Duban__TokensQuery which = DUBAN__TOKENS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.account = (char *) account;
    query.body_case = DUBAN__QUERY__BODY_TOKENS;
    query.tokens = &which;
    return ask(cli, GATEWAY_QUERY, &query, DUBAN__REPLY__BODY_TOKENS);
}

/* revoke_only: none takes the place of the one there was. */
static const Duban__Reply *make_calendar(struct cli *cli, bool revoke_only)
{
    Duban__CalendarAddressMake make = DUBAN__CALENDAR_ADDRESS_MAKE__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    make.account = (char *) cli->arguments[1];
    make.revoke_only = revoke_only;
    query.body_case = DUBAN__QUERY__BODY_CALENDAR_ADDRESS_MAKE;
    query.calendar_address_make = &make;
    return ask(cli, GATEWAY_QUERY, &query, DUBAN__REPLY__BODY_CALENDAR_ADDRESS_MADE);
}

/* ---------------------------------------------------------------- closing */

static bool end_password(struct cli *cli, const char *account)
{
    return set_password(cli, (char *) account, "") == EXIT_FINE;
}

static bool end_calendar(struct cli *cli, const char *account)
{
    (void) account;
    return make_calendar(cli, true) != NULL;
}

static bool count_tokens(struct cli *cli, const char *account)
{
    const Duban__Reply *tokens = ask_for_tokens(cli, account);

    if (tokens == NULL)
        return false;
    if (tokens->tokens->n_rows > 0)
        show_line(&cli->show, "还有令牌有效：%zu 个；用 duban account tokens %s 列出，用 duban account revoke 收回",
                  "tokens that still count: %zu; duban account tokens %s lists them, duban account revoke ends one", tokens->tokens->n_rows, account);
    return true;
}

/* In this order. done may be empty: it says itself what there is to say. */
static const struct closing {
    bool (*close)(struct cli *cli, const char *account);
    struct words done, left;
} CLOSINGS[] = {
    { end_password,
      { "账号 %s 不再能用密码和应用密码登录", "account %s enters by no password and no app password any more" },
      { "没有收回：账号 %s 的密码和应用密码", "not ended: the password and the app password of account %s" } },
    { end_calendar,
      { "账号 %s 的日历网址已收回", "the address of the calendar of account %s is ended" },
      { "没有收回：账号 %s 的日历网址", "not ended: the address of the calendar of account %s" } },
    { links_end_of,
      { "此前发给 %s 的消息里的链接已收回", "the links of messages to %s until now are ended" },
      { "没有收回：此前发给 %s 的消息里的链接", "not ended: the links of messages to %s until now" } },
    { count_tokens,
      { "", "" },
      { "没有查到：账号 %s 还有没有令牌有效", "not known: whether tokens of account %s still count" } },
};

/* What cannot be ended now keeps nothing else from being ended; an account that is none is refused at once. */
static enum exit_code on_close(struct cli *cli)
{
    const char *account = cli->arguments[1];
    enum exit_code code = EXIT_FINE;

    for (size_t i = 0; i < sizeof CLOSINGS / sizeof CLOSINGS[0]; i++) {
        const struct closing *closing = &CLOSINGS[i];
        bool is_done = closing->close(cli, account);

        if (!is_done && i == 0 && cli->failure == EXIT_REFUSED)
            return cli->failure;
        if (!is_done)
            code = cli->failure;
        if (!is_done || closing->done.zh[0] != '\0')
            show_line(is_done ? &cli->show : &cli->errors, is_done ? closing->done.zh : closing->left.zh,
                      is_done ? closing->done.en : closing->left.en, account);
    }
    account_say_unknown(cli, account);
    if (code != EXIT_FINE)
        show_line(&cli->errors, "请排除上述原因，再运行一次 duban account close %s；已收回的不受影响",
                  "mend what is said above, then run duban account close %s again; what is ended stays so", account);
    return code;
}

/* ---------------------------------------------------------------- tokens */

static enum exit_code on_token(struct cli *cli)
{
    Duban__TokenMake make = DUBAN__TOKEN_MAKE__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const Duban__Reply *reply;
    uint64_t days = 0;

    if (cli_has(cli, "days") && !cli_number(cli, "--days", cli_option(cli, "days"), &days))
        return cli->failure;
    if (cli_has(cli, "days") && (days == 0 || days > DAYS_MOST))
        return cli_wrong_use(cli, "--days 请写 1 到 36500；不写则永不到期", "--days is 1 to 36500; without it, it never expires");
    make.account = (char *) cli->arguments[1];
    make.label = cli_text(cli, "label");
    make.expires_ms = days == 0 ? 0 : (int64_t) time(NULL) * 1000 + (int64_t) days * DAY_MS;
    query.body_case = DUBAN__QUERY__BODY_TOKEN_MAKE;
    query.token_make = &make;
    reply = ask(cli, GATEWAY_QUERY, &query, DUBAN__REPLY__BODY_TOKEN_MADE);
    if (reply == NULL)
        return cli->failure;
    if (cli->json)
        return cli_print_json(cli, json_pack("{s:s}", "token", reply->token_made->token));
    printf("%s\n", reply->token_made->token);
    show_line(&cli->errors, "令牌只显示这一次，请马上存到手机里；丢了就收回，再发一个",
              "the token is shown this once: put it into the device now; if it is lost, revoke it and make another");
    return EXIT_FINE;
}

static const char *id_text(struct cli *cli, const ProtobufCBinaryData *id)
{
    return hex_of(cli_take(cli, 2 * id->len + 1), id->data, id->len);
}

static enum exit_code print_tokens(struct cli *cli, const Duban__TokenRows *tokens)
{
    static const struct show_column COLUMNS[] = {
        { { "编号", "id" }, 0 }, { { "账号", "account" }, 0 }, { { "设备", "device" }, 30 }, { { "发放", "made" }, 0 },
        { { "到期", "expires" }, 0 }, { { "最近使用", "used" }, 0 },
    };
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < tokens->n_rows; i++) {
        const Duban__AppToken *token = tokens->rows[i];

        table_text(&table, id_text(cli, &token->id));
        table_text(&table, token->account);
        table_text(&table, token->label);
        table_time(&table, token->made_ms / 1000);
        table_time(&table, token->expires_ms / 1000);
        table_time(&table, token->used_ms / 1000);
    }
    table_print(&table);
    return EXIT_FINE;
}

static enum exit_code on_tokens(struct cli *cli)
{
    const Duban__Reply *reply = ask_for_tokens(cli, cli->argument_count > 1 ? cli->arguments[1] : "");

    if (reply == NULL)
        return cli->failure;
    return cli->json ? cli_print_json(cli, json_of_message(&reply->tokens->base)) : print_tokens(cli, reply->tokens);
}

static enum exit_code on_revoke(struct cli *cli)
{
    Duban__TokenRevoke revoke = DUBAN__TOKEN_REVOKE__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    uint8_t id[TOKEN_ID_BYTES];

    if (!hex_parse(cli->arguments[1], id, sizeof id))
        return cli_wrong_use(cli, "令牌编号是 16 位十六进制，见 duban account tokens", "a token's id is 16 hexadecimal digits, see duban account tokens");
    revoke.id = (ProtobufCBinaryData){ sizeof id, id };
    query.body_case = DUBAN__QUERY__BODY_TOKEN_REVOKE;
    query.token_revoke = &revoke;
    if (!is_done(cli, &query))
        return cli->failure;
    show_line(&cli->show, "令牌 %s 已收回", "token %s is revoked", cli->arguments[1]);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- calendar */

static enum exit_code on_calendar(struct cli *cli)
{
    bool revoke_only = cli_has(cli, "revoke");
    const Duban__Reply *reply = make_calendar(cli, revoke_only);

    if (reply == NULL)
        return cli->failure;
    if (revoke_only) {
        show_line(&cli->show, "账号 %s 的日历网址已收回", "the address of the calendar of account %s is revoked", cli->arguments[1]);
        return EXIT_FINE;
    }
    if (cli->json)
        return cli_print_json(cli, json_pack("{s:s}", "path", reply->calendar_address_made->path));
    printf("%s\n", reply->calendar_address_made->path);
    show_line(&cli->errors, "网址只显示这一次：前面加上网关的地址，在手机日历里订阅；知道它的人都能看。以前的网址已失效",
              "the address is shown this once: put that of the gateway before it and subscribe to it in the phone's calendar; whoever knows it "
              "reads it. The one before has ended");
    return EXIT_FINE;
}

static bool gives_a_way_in(const struct cli *cli)
{
    static const char *const VERBS[] = { "password", "token", "phone", "calendar" };

    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++)
        if (strcmp(cli->arguments[0], VERBS[i]) == 0)
            return !cli_has(cli, "revoke");
    return false;
}

enum exit_code command_account(struct cli *cli)
{
    static const struct verb VERBS[] = {
        { "password", 1, 1, on_password }, { "close", 1, 1, on_close }, { "token", 1, 1, on_token },
        { "tokens", 0, 1, on_tokens }, { "phone", 1, 1, command_account_phone }, { "revoke", 1, 1, on_revoke },
        { "calendar", 1, 1, on_calendar }, { 0 },
    };
    enum exit_code code = cli_run_verb(cli, VERBS);

    if (code == EXIT_FINE && gives_a_way_in(cli))
        account_say_unregistered(cli, cli->arguments[1]);
    return code;
}
