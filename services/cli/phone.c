/* phone.c - duban account phone: a password for a field app, and a code that sets up ODK Collect or KoboCollect in one scan. */
#include <qrencode.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "cli.h"
#include "names.h"

enum { PACKED_BYTES = 2048, CODE_BYTES = 4096, QUIET = 2 };

/* ---------------------------------------------------------------- what Collect reads (docs.getodk.org/collect-import-export) */

static json_t *settings_of(const char *url, const char *account, const char *password)
{
    return json_pack("{s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s}, s:{}, s:{s:s, s:s, s:s}}",
                     "general", "protocol", "odk_default", "server_url", url, "username", account, "password", password,
                     "form_update_mode", "match_exactly", "periodic_form_updates_check", "every_fifteen_minutes", "autosend",
                     "wifi_and_cellular", "admin", "project", "name", "督办", "icon", "督", "color", "#a3231f");
}

/* base64(zlib(JSON)). False: memory is out, or it is longer than any code can hold. */
static bool code_text(const char *url, const char *account, const char *password, char out[CODE_BYTES])
{
    json_t *settings = settings_of(url, account, password);
    char *text = settings == NULL ? NULL : json_dumps(settings, JSON_COMPACT);
    unsigned char packed[PACKED_BYTES];
    uLongf size = sizeof packed;
    bool fine = text != NULL && compress2(packed, &size, (const unsigned char *) text, strlen(text), Z_BEST_COMPRESSION) == Z_OK;

    if (fine)
        sodium_bin2base64(out, CODE_BYTES, packed, size, sodium_base64_VARIANT_ORIGINAL);
    if (text != NULL)
        sodium_memzero(text, strlen(text));
    free(text);
    json_decref(settings);
    return fine;
}

/* ---------------------------------------------------------------- on a screen */

static bool is_dark(const QRcode *code, int row, int column)
{
    return row >= 0 && column >= 0 && row < code->width && column < code->width && (code->data[row * code->width + column] & 1) != 0;
}

/* Two rows in a line of text. On a terminal it is white on black whatever its colours are. */
static void print_code(const QRcode *code)
{
    bool is_terminal = isatty(STDOUT_FILENO) == 1;
    static const char *const HALVES[] = { "█", "▄", "▀", " " };   /* by dark above + 2 * dark below, in light */

    for (int row = -QUIET; row < code->width + QUIET; row += 2) {
        (void) fputs(is_terminal ? "\033[40;97m" : "", stdout);
        for (int column = -QUIET; column < code->width + QUIET; column++)
            (void) fputs(HALVES[is_dark(code, row, column) + 2 * is_dark(code, row + 1, column)], stdout);
        (void) fputs(is_terminal ? "\033[0m\n" : "\n", stdout);
    }
}

static enum exit_code print_setup(struct cli *cli, const char *url, const char *account, const char *password)
{
    char text[CODE_BYTES];
    QRcode *code = code_text(url, account, password, text) ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L) : NULL;

    sodium_memzero(text, sizeof text);
    if (code == NULL)
        return cli_fail(cli, "内容过长，做不成二维码；请在手机上逐项填写", "too long for a code; type it into the phone instead");
    print_code(code);
    QRcode_free(code);
    show_line(&cli->show, "在 ODK Collect 或 KoboCollect 里选“用二维码配置”，扫这个码。二维码里有密码，不要转发",
              "choose \"Configure with QR code\" in ODK Collect or KoboCollect and scan this. The password is in it: do not pass it on");
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- the command */

static bool is_address(const char *url)
{
    size_t size = strlen(url);

    return (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0) && size < 256 && url[size - 1] != '/';
}

enum exit_code command_account_phone(struct cli *cli)
{
    Duban__AppPasswordMake make = DUBAN__APP_PASSWORD_MAKE__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const char *url = cli_text(cli, "url");
    const Duban__Reply *reply;

    if (url[0] != '\0' && !is_address(url))
        return cli_wrong_use(cli, "--url 请写手机访问网关的网址，末尾不写 /，如 https://duban.example.cn",
                             "--url is how phones reach the gateway, without a slash at the end, as https://duban.example.cn");
    make.account = (char *) cli->arguments[1];
    query.body_case = DUBAN__QUERY__BODY_APP_PASSWORD_MAKE;
    query.app_password_make = &make;
    reply = ask(cli, GATEWAY_QUERY, &query, DUBAN__REPLY__BODY_APP_PASSWORD_MADE);
    if (reply == NULL)
        return cli->failure;
    if (cli->json)
        return cli_print_json(cli, json_pack("{s:s, s:s}", "account", make.account, "password", reply->app_password_made->password));
    printf("%s\n", reply->app_password_made->password);
    show_line(&cli->errors, "账号 %s 的应用密码，只显示这一次；以前的不再有效",
              "the app password of account %s, shown this once; the one before no longer counts", make.account);
    return url[0] == '\0' ? EXIT_FINE : print_setup(cli, url, make.account, reply->app_password_made->password);
}
