/* notify.yaml: what it may say, and every fault with its place. */
#include <fcntl.h>
#include <sys/stat.h>

#include "channel.h"
#include "channels.h"
#include "log.h"
#include "test.h"

/* A directory with the files of secrets, and one reading. */
struct fixture {
    char directory[SCRATCH_BYTES];
    char path[SCRATCH_BYTES + 16];
    struct channels channels;
    struct file_faults faults;
    uint32_t line, column;
    int result;
};

static const char SECRET_WORD[] = "do-not-show-me";

static void write_file(struct fixture *f, const char *name, const char *text, mode_t rights)
{
    char path[SCRATCH_BYTES + 64];
    FILE *file;

    (void) snprintf(path, sizeof path, "%s/%s", f->directory, name);
    file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, rights), 0);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    scratch_make(f->directory);
    (void) snprintf(f->path, sizeof f->path, "%s/notify.yaml", f->directory);
    write_file(f, "keys", "# two\nwhsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\nwhsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx\n", 0600);
    write_file(f, "bad-keys", SECRET_WORD, 0600);
    write_file(f, "password", "do-not-show-me\n", 0600);
    write_file(f, "two-lines", "do-not-show-me\ndo-not-show-me\n", 0600);
    write_file(f, "empty", "\n", 0600);
    write_file(f, "address", "https://watch.example/do-not-show-me\n", 0600);
    write_file(f, "open", "do-not-show-me", 0644);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", f->directory, 1), 0);
    log_open("duban-notify");
    *state = f;
    return 0;
}

/* Rules judges texts by the table, notify cuts by its channels' own: they must not differ. */
static void what_each_channel_takes_stands_in_one_table(void **state)
{
    size_t limited = 0;

    (void) state;
    for (int i = 0; i < CHANNEL_COUNT; i++)
        limited += channel_of((enum channel_number) i)->text_limit_bytes > 0;
    assert_int_equal(limited, CHANNEL_LIMITS);
    for (size_t i = 0; i < CHANNEL_LIMITS; i++) {
        enum channel_number number;

        assert_true(channel_named(channel_limits[i].name, &number));
        assert_int_equal(channel_of(number)->text_limit_bytes, channel_limits[i].text_bytes);
        assert_true(i == 0 || channel_limits[i - 1].text_bytes <= channel_limits[i].text_bytes);
    }
}

static int cleanup(void **state)
{
    struct fixture *f = *state;

    channels_close(&f->channels);
    scratch_remove(f->directory);
    free(f);
    return 0;
}

/* @@ in the text marks the place where its fault is expected. */
static void read_text(struct fixture *f, const char *text)
{
    const char *mark = strstr(text, "@@");
    size_t before = mark != NULL ? (size_t) (mark - text) : strlen(text);
    char whole[16 * 1024];

    memcpy(whole, text, before);
    strcpy(whole + before, mark != NULL ? mark + 2 : "");
    f->line = f->column = 1;
    for (size_t i = 0; i < before; i++) {
        f->column = text[i] == '\n' ? 1 : f->column + (((unsigned char) text[i] & 0xC0) != 0x80);
        f->line += text[i] == '\n';
    }
    channels_close(&f->channels);
    channels_open(&f->channels);
    f->result = channels_read_text(&f->channels, f->path, bytes_of_text(whole), &f->faults);
}

static void check_fault(struct fixture *f, const char *text, const char *en)
{
    read_text(f, text);
    if (f->faults.total != 1)
        fail_msg("%zu faults instead of one, \"%s\" and \"%s\", in:\n%s", f->faults.total, f->faults.faults[0].en,
                 f->faults.faults[1].en, text);
    assert_int_equal(f->result, -1);
    assert_contains(f->faults.faults[0].en, en);
    assert_true(f->faults.faults[0].zh[0] != '\0');
    assert_null(strstr(f->faults.faults[0].en, SECRET_WORD));
    assert_null(strstr(f->faults.faults[0].zh, SECRET_WORD));
    assert_string_equal(f->faults.faults[0].place.file, f->path);
    if (f->faults.faults[0].place.line != f->line || f->faults.faults[0].place.column != f->column)
        fail_msg("at %u:%u, not %u:%u: %s\n%s", f->faults.faults[0].place.line, f->faults.faults[0].place.column, f->line,
                 f->column, f->faults.faults[0].en, text);
}

/* ---------------------------------------------------------------- what is right */

static void the_spool_can_be_used_and_what_has_a_section(void **state)
{
    struct fixture *f = *state;

    read_text(f, "channels:\n  wecom:\n  sms:\n    url: http://sms.example/?to={phone}&text={text}\n");
    assert_int_equal(f->result, 0);
    for (int i = 0; i < CHANNEL_COUNT; i++)
        assert_int_equal(f->channels.of[i].is_set, i == CHANNEL_SPOOL || i == CHANNEL_WECOM || i == CHANNEL_SMS);
    read_text(f, "channels: {}\n");
    assert_int_equal(f->result, 0);
    assert_false(f->channels.of[CHANNEL_WEBHOOK].is_set);
    assert_null(f->channels.link);
    assert_null(f->channels.heartbeat_url);
}

static void what_is_not_said_is_as_the_channel_has_it(void **state)
{
    struct fixture *f = *state;
    const struct channel_settings *webhook = &f->channels.of[CHANNEL_WEBHOOK];

    read_text(f, "channels: {webhook: {secret_file: keys}}\n");
    assert_int_equal(f->result, 0);
    assert_int_equal(webhook->schedule.attempts, 10);
    assert_int_equal(webhook->uncertain, UNCERTAIN_RETRY);
    assert_int_equal(webhook->timeout_ms, 20000);
    assert_int_equal(webhook->fold_above, 5);
    assert_string_equal(webhook->webhook.source, "duban");
    assert_false(webhook->webhook.cloud_events);
    assert_int_equal(webhook->webhook.secrets.count, 2);
}

static void every_key_is_read(void **state)
{
    struct fixture *f = *state;
    const struct channel_settings *of = f->channels.of;

    read_text(f,
              "link: https://duban.example/\n"
              "heartbeat: {url_file: address, every: 2m}\n"
              "house: {after: 5m, to: [{channel: webhook, address_file: address}]}\n"
              "channels:\n"
              "  webhook:\n"
              "    schedule: [300ms, 15s, 1m, 2h, 1d]\n"
              "    budget: [5/1s, 100/1m]\n"
              "    uncertain: leave\n"
              "    timeout: 300ms\n"
              "    in_flight: 7\n"
              "    per_address: 3\n"
              "    spread: 90s\n"
              "    failing_after: 20m\n"
              "    fold_above: 9\n"
              "    ca_file: keys\n"
              "    secret_credential: keys\n"
              "    cloud_events: yes\n"
              "    source: /township\n"
              "  smtp: {server: \"smtp://mail.example:587\", sender: duban@town.example, user: duban,\n"
              "         password_file: password, tls: if_offered}\n"
              "  exec: {command: [/bin/sh, -c, \"exit 0\"]}\n");
    assert_int_equal(f->result, 0);
    assert_string_equal(f->channels.link, "https://duban.example/");
    assert_string_equal(f->channels.heartbeat_url, "https://watch.example/do-not-show-me");
    assert_int_equal(f->channels.heartbeat_every_ms, 120000);
    assert_int_equal(f->channels.house_after_ms, 300000);
    assert_int_equal(f->channels.house_count, 1);
    assert_int_equal(f->channels.house[0].channel, CHANNEL_WEBHOOK);
    assert_string_equal(f->channels.house[0].address, "https://watch.example/do-not-show-me");
    assert_int_equal(of[CHANNEL_WEBHOOK].schedule.attempts, 5);
    assert_int_equal(of[CHANNEL_WEBHOOK].schedule.wait_ms[0], 300);
    assert_int_equal(of[CHANNEL_WEBHOOK].schedule.wait_ms[4], 86400000);
    assert_int_equal(of[CHANNEL_WEBHOOK].budget.count, 2);
    assert_int_equal(of[CHANNEL_WEBHOOK].budget.limits[1].count, 100);
    assert_int_equal(of[CHANNEL_WEBHOOK].uncertain, UNCERTAIN_LEAVE);
    assert_int_equal(of[CHANNEL_WEBHOOK].timeout_ms, 300);
    assert_int_equal(of[CHANNEL_WEBHOOK].in_flight, 7);
    assert_int_equal(of[CHANNEL_WEBHOOK].per_address, 3);
    assert_int_equal(of[CHANNEL_WEBHOOK].spread_ms, 90000);
    assert_int_equal(of[CHANNEL_WEBHOOK].failing_after_ms, 1200000);
    assert_int_equal(of[CHANNEL_WEBHOOK].fold_above, 9);
    assert_contains(of[CHANNEL_WEBHOOK].ca_file, "/keys");
    assert_int_equal(of[CHANNEL_WEBHOOK].webhook.secrets.count, 2);
    assert_true(of[CHANNEL_WEBHOOK].webhook.cloud_events);
    assert_string_equal(of[CHANNEL_WEBHOOK].webhook.source, "/township");
    assert_string_equal(of[CHANNEL_SMTP].smtp.server, "smtp://mail.example:587");
    assert_string_equal(of[CHANNEL_SMTP].smtp.sender, "duban@town.example");
    assert_string_equal(of[CHANNEL_SMTP].smtp.user, "duban");
    assert_string_equal(of[CHANNEL_SMTP].smtp.password, SECRET_WORD);
    assert_int_equal(of[CHANNEL_SMTP].smtp.tls, MAIL_TLS_IF_OFFERED);
    assert_string_equal(of[CHANNEL_EXEC].exec.command[0], "/bin/sh");
    assert_string_equal(of[CHANNEL_EXEC].exec.command[2], "exit 0");
    assert_null(of[CHANNEL_EXEC].exec.command[3]);
}

static void a_gateway_is_described_by_templates_and_pointers(void **state)
{
    struct fixture *f = *state;
    const struct sms_settings *sms = &f->channels.of[CHANNEL_SMS].sms;

    read_text(f,
              "channels:\n"
              "  sms:\n"
              "    url: https://sms.example/send\n"
              "    body: '{\"to\":\"{phone}\",\"text\":\"{text}\",\"id\":\"{id}\",\"more\":{}}'\n"
              "    content_type: application/json\n"
              "    authorization: Bearer {secret}\n"
              "    secret_file: password\n"
              "    code_at: /result/code\n"
              "    code_ok: \"0\"\n"
              "    codes_later: [busy, 503]\n"
              "    codes_throttled: [flow]\n"
              "    reference_at: /data/0/id~1x\n"
              "    receipts: {url: \"https://sms.example/r?key={secret}\", every: 30s, at: \"\", reference_at: /id,\n"
              "               code_at: /status, delivered: DELIVRD}\n");
    assert_int_equal(f->result, 0);
    assert_string_equal(sms->url, "https://sms.example/send");
    assert_string_equal(sms->body, "{\"to\":\"{phone}\",\"text\":\"{text}\",\"id\":\"{id}\",\"more\":{}}");
    assert_string_equal(sms->content_type, "application/json");
    assert_string_equal(sms->authorization, "Bearer {secret}");
    assert_string_equal(sms->secret, SECRET_WORD);
    assert_string_equal(sms->code_at, "/result/code");
    assert_string_equal(sms->code_ok, "0");
    assert_string_equal(sms->codes_later[1], "503");
    assert_null(sms->codes_later[2]);
    assert_string_equal(sms->codes_throttled[0], "flow");
    assert_string_equal(sms->reference_at, "/data/0/id~1x");
    assert_string_equal(sms->receipts_url, "https://sms.example/r?key={secret}");
    assert_int_equal(sms->receipts_every_ms, 30000);
    assert_string_equal(sms->receipts_at, "");
    assert_string_equal(sms->receipt_reference_at, "/id");
    assert_string_equal(sms->receipt_code_at, "/status");
    assert_string_equal(sms->receipt_delivered, "DELIVRD");
}

static void sections_are_called_as_the_channels_are(void **state)
{
    (void) state;
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        const char *name = channels_section_name((enum channel_number) i);
        const struct channel *channel = channel_of((enum channel_number) i);

        assert_int_equal(name == NULL, i == CHANNEL_SPOOL);
        if (name != NULL && channel != NULL)
            assert_string_equal(name, channel->name);
    }
}

/* ---------------------------------------------------------------- what is wrong */

#define WEBHOOK "channels:\n  webhook:\n    secret_file: keys\n    "
#define SMTP "channels:\n  smtp:\n    sender: a@b.example\n    "
#define SMS "channels:\n  sms:\n    "
#define GOOD_SMS SMS "url: http://sms.example/?to={phone}&text={text}\n    "

static void every_fault_has_its_place(void **state)
{
    static const struct {
        const char *text;
        const char *en;
    } bad[] = {
        { "@@link: https://x.example/\n", "key \"channels\" is missing" },
        { "channels:\n@@chanels: {}\n", "there is no key \"chanels\"; should be: link / heartbeat / house" },
        { "channels:\n  @@wecon: {}\n", "there is no key \"wecon\"; should be: wecom" },
        { "channels:\n  @@spool: {}\n", "there is no key \"spool\"" },
        { "channels: @@[webhook]\n", "this should be a map (key: value), not a list" },
        { "channels:\nlink: @@ftp://x.example/\n", "this should be an http or https address" },
        { "channels:\nheartbeat: @@{every: 1m}\n", "key \"url_file\" is missing" },
        { "channels:\nheartbeat: {url_file: @@password}\n", "the file should hold an http or https address" },
        { "channels:\nheartbeat: {url_file: address, every: @@1s}\n", "should be 10s to 1d" },

        { "channels:\nhouse: @@{after: 1m}\n", "key \"to\" is missing" },
        { "channels:\nhouse: {to: @@[]}\n", "to should have 1 to 4 entries, not 0" },
        { "channels: {wecom: }\nhouse: {to: [{channel: @@wecon, address_file: address}]}\n",
          "there is no channel \"wecon\"; should be: wecom" },
        { "channels:\nhouse: {to: [{channel: @@wecom, address_file: address}]}\n", "there is no section wecom in channels" },
        { "channels: {wecom: }\nhouse: {to: [@@{channel: wecom}]}\n", "address_file or address_credential is missing" },
        { "channels: {wecom: }\nhouse: {to: [{channel: wecom, address_file: @@password}]}\n",
          "the address in that file is none for channel wecom" },
        { "channels: {wecom: }\nhouse: {to: [{channel: wecom, address_file: @@nowhere}]}\n", "nowhere: No such file or directory" },

        { WEBHOOK "@@shedule: [0s]\n", "there is no key \"shedule\"; should be: schedule" },
        { WEBHOOK "schedule: @@0s 5s\n", "this should be a list" },
        { WEBHOOK "schedule: @@[]\n", "schedule should be 1 to 16 waits" },
        { WEBHOOK "schedule: @@[1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s]\n", "not 17" },
        { WEBHOOK "schedule: @@[0s, 3d, 3d, 25h]\n", "more than 7 days together: it never ends" },
        { WEBHOOK "schedule: [0s, @@5]\n", "\"5\" is no length of time" },
        { WEBHOOK "schedule: [0s, @@[5s]]\n", "this should be a single value" },
        { WEBHOOK "budget: [20/1m, @@20]\n", "\"20\" is no budget; write it like 20/1m" },
        { WEBHOOK "budget: @@[1/1s, 2/1m, 3/1h]\n", "there may be at most 2 limits" },
        { WEBHOOK "uncertain: @@retri\n", "should be: retry" },
        { WEBHOOK "ca_file: @@nowhere/ca.pem\n", "nowhere/ca.pem: No such file or directory; check path and rights" },
        { WEBHOOK "timeout: @@20m\n", "\"20m\" is out of range; should be 100ms to 10m" },
        { WEBHOOK "in_flight: @@0\n", "0 is out of range; should be 1 to 256" },
        { WEBHOOK "per_address: @@many\n", "\"many\" is no whole number" },
        { WEBHOOK "cloud_events: @@maybe\n", "should be: no / yes / false / true" },
        { WEBHOOK "@@secret_credential: keys\n", "secret_file and secret_credential exclude each other" },
        { "channels:\n  webhook: @@{}\n", "secret_file or secret_credential is missing" },
        { "channels:\n  @@webhook:\n", "secret_file or secret_credential is missing" },
        { "channels:\n  webhook: {secret_file: @@bad-keys}\n", "one whsec_ and base64 of 24 to 64 bytes a line" },
        { "channels:\n  webhook: {secret_file: @@none}\n", "No such file or directory; check path and rights" },
        { "channels:\n  webhook: {secret_file: @@.}\n", "Is a directory" },
        { "channels:\n  webhook: {secret_credential: @@../keys}\n", "the name of a systemd credential, not a path" },
        { "channels:\n  webhook: {secret_credential: @@none}\n", "No such file or directory" },

        { SMTP "server: @@mail.example\n", "this should be a mail server, like smtp://mail.example:587" },
        { SMTP "server: @@http://mail.example\n", "this should be a mail server" },
        { SMTP "server: @@smtp://me:do-not-show-me@mail.example\n", "who logs in goes into user" },
        { "channels:\n  smtp: {server: \"smtp://x.example\", sender: @@\"Duban <a@b.example>\"}\n", "is no mail address" },
        { "channels:\n  smtp:\n    @@sender: a@b.example\n", "key \"server\" is missing" },
        { "channels:\n  smtp:\n    @@server: smtp://x.example\n    sender: a@b.example\n    user: u\n",
          "password_file or password_credential is missing" },
        { SMTP "server: smtp://x.example\n    @@password_file: password\n", "password_file needs user beside it" },
        { SMTP "server: smtp://x.example\n    user: u\n    password_file: @@two-lines\n", "the file should hold one line" },
        { SMTP "server: smtp://x.example\n    user: u\n    password_file: @@empty\n", "the file should hold one line" },
        { SMTP "server: smtp://x.example\n    tls: @@always\n", "should be: required / if_offered / never" },

        { SMS "url: @@sms.example/{phone}{text}\n", "this should be an http or https address" },
        { SMS "url: @@http://sms.example/?t={phone}&x={texts}&y={text}\n", "no word that is filled in here \"texts\"" },
        { SMS "url: @@http://sms.example/?text={text}\n", "neither url nor body has {phone}" },
        { SMS "url: http://sms.example/\n    body: @@to={phone}\n", "neither url nor body has {text}" },
        { GOOD_SMS "authorization: @@Key {phone}\n", "no word that is filled in here \"phone\"; should be: secret" },
        { "channels:\n  sms:\n    @@url: http://x.example/?{phone}{text}{secret}\n",
          "secret_file or secret_credential is missing" },
        { GOOD_SMS "code_at: @@code\n    code_ok: OK\n", "\"code\" is no JSON pointer" },
        { GOOD_SMS "code_at: @@/a~2\n    code_ok: OK\n", "\"/a~2\" is no JSON pointer" },
        { GOOD_SMS "@@code_at: /code\n", "code_at needs code_ok beside it" },
        { GOOD_SMS "@@codes_later: [1]\n", "codes_later needs code_at beside it" },
        { GOOD_SMS "@@content_type: text/plain\n", "content_type needs body beside it" },
        { GOOD_SMS "@@receipts: {url: \"http://x.example/\", at: /a, reference_at: /i, code_at: /c, delivered: 1}\n",
          "receipts needs reference_at beside it" },
        { GOOD_SMS "reference_at: /i\n    receipts: @@{url: \"http://x.example/\", at: /a, reference_at: /i, code_at: /c}\n",
          "key \"delivered\" is missing" },

        { "channels:\n  exec: {command: @@[]}\n", "no command is written" },
        { "channels:\n  exec: {command: [@@send]}\n", "the program needs its whole path" },
        { "channels:\n  exec: {command: [@@/no/such/program]}\n", "no such program that can be run" },
        { "channels:\n  webhook: {secret_file: keys}\n  @@webhook: {secret_file: keys}\n", "key \"webhook\" is given twice" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check_fault(f, bad[i].text, bad[i].en);
}

static void all_faults_are_told_at_once_in_their_order(void **state)
{
    struct fixture *f = *state;

    read_text(f, "link: nowhere\nchannels:\n  smtp:\n  webhook:\n    timeout: 1\n    secret_file: none\n");
    assert_int_equal(f->result, -1);
    assert_int_equal(f->faults.total, 5);
    assert_contains(f->faults.faults[0].en, "http or https");
    assert_contains(f->faults.faults[1].en, "\"server\" is missing");
    assert_contains(f->faults.faults[2].en, "\"sender\" is missing");
    assert_contains(f->faults.faults[3].en, "no length of time");
    assert_contains(f->faults.faults[4].en, "No such file");
    for (int i = 0; i < CHANNEL_COUNT; i++)
        assert_int_equal(f->channels.of[i].is_set, i == CHANNEL_SPOOL);
    assert_null(f->channels.of[CHANNEL_SMTP].smtp.server);
}

static void without_credentials_of_systemd_the_unit_is_named(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    check_fault(f, "channels:\n  webhook: {secret_credential: @@keys}\n", "write LoadCredential=keys:FILE in the unit");
}

static void text_that_is_none_is_refused(void **state)
{
    struct fixture *f = *state;

    read_text(f, "channels: {wecom: \xff}\n");
    assert_contains(f->faults.faults[0].en, "not UTF-8 text");
    assert_int_equal(f->faults.faults[0].place.column, 19);
    read_text(f, "");
    assert_contains(f->faults.faults[0].en, "the file is empty");
}

/* ---------------------------------------------------------------- the file */

struct file_reading {
    struct fixture *f;
    const char *text;
};

static void read_in_child(void *argument)
{
    const struct file_reading *reading = argument;
    struct channels channels;

    write_file(reading->f, "notify.yaml", reading->text, 0600);
    channels_open(&channels);
    if (channels_read(&channels, reading->f->path) == 0)
        printf("webhook: %d\n", (int) channels.of[CHANNEL_WEBHOOK].is_set);
    channels_close(&channels);
}

static void faults_are_told_in_the_log_with_file_line_and_column(void **state)
{
    struct fixture *f = *state;
    char expected[SCRATCH_BYTES + 128];
    struct child child;

    child_run(&child, read_in_child, &(struct file_reading){ f, "channels:\n  webhook: {secret_file: bad-keys}\n" });
    (void) snprintf(expected, sizeof expected, "<3>duban-notify: %s:2:26: 密钥文件应每行一个", f->path);
    assert_contains(child.output, expected);
    assert_null(strstr(child.output, SECRET_WORD));
    child_run(&child, read_in_child, &(struct file_reading){ f, "channels:\n  webhook: {secret_file: keys}\n" });
    assert_string_equal(child.output, "webhook: 1\n");
}

static void a_secret_that_everybody_may_read_is_warned_of(void **state)
{
    struct fixture *f = *state;
    struct child child;

    child_run(&child, read_in_child, &(struct file_reading){ f,
              "channels:\n  smtp: {server: \"smtp://x.example\", sender: a@b.example, user: u, password_file: open}\n" });
    assert_contains(child.output, "<4>duban-notify: ");
    assert_contains(child.output, "everybody may read or write this secret");
    assert_contains(child.output, "webhook: 0\n");
}

static void a_file_that_is_not_there_is_told(void **state)
{
    struct fixture *f = *state;

    channels_close(&f->channels);
    channels_open(&f->channels);
    assert_int_equal(channels_read(&f->channels, "/nowhere/notify.yaml"), -1);
    assert_true(f->channels.of[CHANNEL_SPOOL].is_set);
}

static void read_again_a_faulty_file_changes_nothing_and_a_good_one_all(void **state)
{
    struct fixture *f = *state;

    write_file(f, "notify.yaml", "link: http://one.example/\nchannels:\n  webhook: {secret_file: keys}\n", 0600);
    channels_close(&f->channels);
    channels_open(&f->channels);
    assert_int_equal(channels_read_again(&f->channels, f->path), 0);
    assert_true(f->channels.of[CHANNEL_WEBHOOK].is_set);

    write_file(f, "notify.yaml", "link: http://two.example/\nchannels:\n  webhok: {}\n", 0600);
    assert_int_equal(channels_read_again(&f->channels, f->path), -1);
    assert_string_equal(f->channels.link, "http://one.example/");
    assert_int_equal(f->channels.of[CHANNEL_WEBHOOK].webhook.secrets.count, 2);

    write_file(f, "notify.yaml", "link: http://two.example/\nchannels:\n", 0600);
    assert_int_equal(channels_read_again(&f->channels, f->path), 0);
    assert_string_equal(f->channels.link, "http://two.example/");
    assert_false(f->channels.of[CHANNEL_WEBHOOK].is_set);
    assert_int_equal(f->channels.of[CHANNEL_WEBHOOK].webhook.secrets.count, 0);

    assert_int_equal(channels_read_again(&f->channels, ""), 0);
    assert_null(f->channels.link);
    assert_true(f->channels.of[CHANNEL_SPOOL].is_set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_each_channel_takes_stands_in_one_table),
        cmocka_unit_test_setup_teardown(the_spool_can_be_used_and_what_has_a_section, setup, cleanup),
        cmocka_unit_test_setup_teardown(what_is_not_said_is_as_the_channel_has_it, setup, cleanup),
        cmocka_unit_test_setup_teardown(every_key_is_read, setup, cleanup),
        cmocka_unit_test_setup_teardown(a_gateway_is_described_by_templates_and_pointers, setup, cleanup),
        cmocka_unit_test(sections_are_called_as_the_channels_are),
        cmocka_unit_test_setup_teardown(every_fault_has_its_place, setup, cleanup),
        cmocka_unit_test_setup_teardown(all_faults_are_told_at_once_in_their_order, setup, cleanup),
        cmocka_unit_test_setup_teardown(without_credentials_of_systemd_the_unit_is_named, setup, cleanup),
        cmocka_unit_test_setup_teardown(text_that_is_none_is_refused, setup, cleanup),
        cmocka_unit_test_setup_teardown(faults_are_told_in_the_log_with_file_line_and_column, setup, cleanup),
        cmocka_unit_test_setup_teardown(a_secret_that_everybody_may_read_is_warned_of, setup, cleanup),
        cmocka_unit_test_setup_teardown(a_file_that_is_not_there_is_told, setup, cleanup),
        cmocka_unit_test_setup_teardown(read_again_a_faulty_file_changes_nothing_and_a_good_one_all, setup, cleanup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
