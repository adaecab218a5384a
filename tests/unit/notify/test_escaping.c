/* test_escaping.c - every text of both packs, filled with hostile values, as each channel writes it: nothing in it is markup, a
 * mention, a header, or a place of a template there, and no character of it is lost. */
#include "writing.h"

#include <sodium.h>
#include <stdio.h>
#include <strings.h>

#include "csv.h"

#define HOSTILE "<@all> <AT user_id=\"all\"> '\"\\ {phone}{secret}{编号}\r\nBcc: x@y\n😀 \xE2\x80\xAE""abc\xE2\x81\xA6"

typedef void check_words(const char *kind, const char *words);

/* Each {placeholder} becomes the hostile value. */
static char *filled(const char *text)
{
    struct text out = { 0 };

    for (const char *at = text; *at != '\0';) {
        size_t plain = strcspn(at, "{");

        text_put(&out, at, plain);
        at += plain;
        if (*at == '\0')
            break;
        text_add(&out, HOSTILE);
        at += strcspn(at, "}") + 1;
    }
    text_put(&out, "", 1);
    assert_false(out.failed);
    return out.data;
}

static void for_pack(const char *pack, check_words *check)
{
    char path[200], *content = calloc(1, 1 << 20);
    struct arena arena;
    struct csv_table csv;
    struct fault fault;
    FILE *stream;
    size_t size;

    snprintf(path, sizeof path, "deploy/packs/%s/messages.csv", pack);
    stream = fopen(path, "rb");
    if (stream == NULL || content == NULL)
        fail_msg("%s: run the tests from the top of the tree", path);
    size = fread(content, 1, 1 << 20, stream);
    fclose(stream);
    arena_open(&arena, UINT64_C(16) << 20);
    assert_true(csv_read(&csv, &arena, bytes_of(content, size), &fault));
    assert_true(csv.count > 90);
    for (size_t i = 0; i < csv.count; i++) {
        for (int k = 1; k <= 2; k++) {
            char *words = filled(csv_at(&csv.rows[i], k).text);

            check(csv_at(&csv.rows[i], 0).text, words);
            free(words);
        }
    }
    arena_close(&arena);
    free(content);
}

static void for_each_text(check_words *check)
{
    for_pack("epidemic-2020-beijing", check);
    for_pack("fire-safety-mini", check);
}

/* ---------------------------------------------------------------- robots */

static bool mentions(const char *words)
{
    for (const char *at = words; (at = strchr(at, '<')) != NULL; at++)
        if (at[1] == '@' || strncasecmp(at + 1, "at", 2) == 0)
            return true;
    return false;
}

static void check_robot(const struct channel *channel, const char *in, const char *member, const char *kind, const char *words)
{
    struct writing w;
    struct text escaped = { 0 };
    const char *content;
    json_t *body;

    channel->escape(&escaped, bytes_of_text(words));
    text_put(&escaped, "", 1);
    writing_open(&w, "https://robots.example/send?key=K", escaped.data);
    assert_int_equal(channel->write(&w.settings, &w.message, &w.request), 0);
    body = body_of(&w);
    content = json_string_value(json_object_get(json_object_get(body, in), member));
    if (content == NULL || strcmp(content, escaped.data) != 0 || mentions(content))
        fail_msg("%s: %s: %s", channel->name, kind, content);
    json_decref(body);
    text_close(&escaped);
    writing_close(&w);
}

static void check_robots(const char *kind, const char *words)
{
    check_robot(&channel_wecom, "text", "content", kind, words);
    check_robot(&channel_dingtalk, "text", "content", kind, words);
    check_robot(&channel_feishu, "content", "text", kind, words);
}

static void no_text_mentions_anybody_in_a_group(void **state)
{
    (void) state;
    for_each_text(check_robots);
}

/* ---------------------------------------------------------------- mail */

static const char *const HEADERS[] = { "Date", "Message-ID", "From", "To", "Subject", "MIME-Version", "Content-Type",
                                       "Content-Transfer-Encoding", "Auto-Submitted" };

static bool is_header(const char *line)
{
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++)
        if (strncmp(line, HEADERS[i], strlen(HEADERS[i])) == 0 && line[strlen(HEADERS[i])] == ':')
            return true;
    return line[0] == ' ';   /* a line that goes on */
}

static void check_headers(const char *kind, const char *mail, const char *end)
{
    for (const char *line = mail; line < end; line = strstr(line, "\r\n") + 2)
        if (!is_header(line))
            fail_msg("mail: %s: %.60s", kind, line);
}

static void check_mail(const char *kind, const char *words)
{
    struct writing w;
    char *mail;
    const char *body;
    uint8_t *read = malloc(1 << 16);
    size_t size;

    writing_open(&w, "leader@town.example", words);
    w.settings.smtp.server = "smtp://mail.town.example:587";
    w.settings.smtp.sender = "duban@town.example";
    w.message.title = bytes_of(words, strcspn(words, "\n"));
    w.message.now_ms = INT64_C(1580692200) * 1000;
    assert_non_null(read);
    assert_int_equal(channel_smtp.write(&w.settings, &w.message, &w.request), 0);
    mail = strndup(w.request.body.data, w.request.body.size);
    body = strstr(mail, "\r\n\r\n");
    assert_non_null(body);
    check_headers(kind, mail, body + 2);
    assert_int_equal(sodium_base642bin(read, 1 << 16, body + 4, strlen(body + 4), "\r\n", &size, NULL, sodium_base64_VARIANT_ORIGINAL), 0);
    if (size != strlen(words) || memcmp(read, words, size) != 0)
        fail_msg("mail: %s: its body is not what was written", kind);
    free(read);
    free(mail);
    writing_close(&w);
}

static void no_text_becomes_a_header_of_a_mail(void **state)
{
    (void) state;
    for_each_text(check_mail);
}

/* ---------------------------------------------------------------- text messages */

static void check_json(const char *kind, const char *words)
{
    struct writing w;
    json_t *body;

    writing_open(&w, "+8613800000000", words);
    w.settings.sms.url = "https://sms.example/send?text={text}";
    w.settings.sms.body = "{\"to\":\"{phone}\",\"text\":\"{text}\"}";
    w.settings.sms.secret = "hush";
    assert_int_equal(channel_sms.write(&w.settings, &w.message, &w.request), 0);
    body = body_of(&w);
    if (json_object_size(body) != 2 || strcmp(json_string_value(json_object_get(body, "text")), words) != 0)
        fail_msg("sms: %s: %s", kind, json_string_value(json_object_get(body, "text")));
    assert_null(strstr(w.request.url.data, "hush"));
    assert_int_equal(strspn(w.request.url.data, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%:/?="), strlen(w.request.url.data));
    json_decref(body);
    writing_close(&w);
}

static void check_form(const char *kind, const char *words)
{
    struct writing w;
    char *text;
    int size = 0;

    writing_open(&w, "+8613800000000", words);
    w.settings.sms.url = "https://sms.example/send";
    w.settings.sms.content_type = "application/x-www-form-urlencoded";
    w.settings.sms.body = "content={text}";
    assert_int_equal(channel_sms.write(&w.settings, &w.message, &w.request), 0);
    assert_null(memchr(w.request.body.data, '&', w.request.body.size));
    text = curl_easy_unescape(NULL, w.request.body.data + strlen("content="), (int) (w.request.body.size - strlen("content=")), &size);
    if (text == NULL || (size_t) size != strlen(words) || memcmp(text, words, strlen(words)) != 0)
        fail_msg("sms: %s: the form is not what was written", kind);
    curl_free(text);
    writing_close(&w);
}

static void no_text_is_a_place_of_a_template(void **state)
{
    (void) state;
    for_each_text(check_json);
    for_each_text(check_form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_text_mentions_anybody_in_a_group),
        cmocka_unit_test(no_text_becomes_a_header_of_a_mail),
        cmocka_unit_test(no_text_is_a_place_of_a_template),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
