/* test_mail.c - a mail as it leaves, and what a server's reply means. */
#include "writing.h"

#include <sodium.h>

static void setup(struct writing *w, const char *words)
{
    writing_open(w, "leader@town.example", words);
    w->settings.smtp.server = "smtp://mail.town.example:587";
    w->settings.smtp.sender = "duban@town.example";
    w->message.now_ms = INT64_C(1580692200) * 1000;
}

/* Zero-terminated copy of the body. */
static char *mail_of(const struct writing *w)
{
    return strndup(w->request.body.data, w->request.body.size);
}

static void every_line_ends_with_crlf_and_none_is_long(void **state)
{
    char words[4000];
    struct writing w;
    char *mail;
    size_t line = 0;

    (void) state;
    for (size_t i = 0; i < sizeof words - 1; i++)
        words[i] = i % 90 == 89 ? '\n' : 'x';
    words[sizeof words - 1] = '\0';
    setup(&w, words);
    w.message.title = bytes_of_text("【整改交办】东风快递网点无消毒记录请于今日十八时前整改完毕并拍照上报逾期将上报专班");
    assert_int_equal(channel_smtp.write(&w.settings, &w.message, &w.request), 0);
    mail = mail_of(&w);
    for (const char *at = mail; *at != '\0'; at++) {
        if (*at == '\n') {
            assert_true(at > mail && at[-1] == '\r');
            line = 0;
        } else if (*at == '\r') {
            assert_int_equal(at[1], '\n');
        } else {
            assert_true(++line <= 78);
            assert_true((unsigned char) *at < 0x80);
        }
    }
    assert_string_equal(mail + strlen(mail) - 2, "\r\n");
    free(mail);
    writing_close(&w);
}

static void headers_say_who_when_and_which(void **state)
{
    struct writing w;
    char *mail;

    (void) state;
    setup(&w, "你好");
    w.notice.urgency = DUBAN__URGENCY__URGENCY_URGENT;
    assert_int_equal(channel_smtp.write(&w.settings, &w.message, &w.request), 0);
    mail = mail_of(&w);
    assert_int_equal(w.request.kind, REQUEST_MAIL);
    assert_int_equal(w.request.mail_tls, CURLUSESSL_ALL);
    assert_string_equal(w.request.url.data, "smtp://mail.town.example:587");
    assert_string_equal(w.request.sender.data, "duban@town.example");
    assert_string_equal(w.request.recipient.data, "leader@town.example");
    assert_non_null(strstr(mail, "Date: Mon, 3 Feb 2020 01:10:00 +0000\r\n"));
    assert_non_null(strstr(mail, "Message-ID: <abababababababababababababababab@town.example>\r\n"));
    assert_non_null(strstr(mail, "\r\nTo: <leader@town.example>\r\n"));
    assert_non_null(strstr(mail, "\r\nSubject: =?UTF-8?B?552j5Yqe?=\r\n"));
    assert_non_null(strstr(mail, "\r\nImportance: high\r\n"));
    assert_non_null(strstr(mail, "\r\n\r\n5L2g5aW9\r\n"));
    free(mail);
    writing_close(&w);
}

static void encoded_words_are_short_and_cut_no_character(void **state)
{
    struct writing w;
    char *mail, *at;
    size_t total = 0;

    (void) state;
    setup(&w, "x");
    w.message.title = bytes_of_text("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十😀😀😀a");
    assert_int_equal(channel_smtp.write(&w.settings, &w.message, &w.request), 0);
    mail = mail_of(&w);
    at = strstr(mail, "\r\nSubject: ");
    assert_non_null(at);
    for (at = strstr(at, "=?UTF-8?B?"); at != NULL && at < strstr(mail, "\r\nMIME-Version"); at = strstr(at, "=?UTF-8?B?")) {
        char *end = strstr(at + 10, "?=");
        uint8_t plain[64];
        size_t size;

        assert_true(end - at + 2 <= 75);
        assert_int_equal(sodium_base642bin(plain, sizeof plain, at + 10, (size_t) (end - at - 10), NULL, &size, NULL,
                                           sodium_base64_VARIANT_ORIGINAL), 0);
        assert_true((plain[0] & 0xC0) != 0x80);
        total += size;
        at = end;
    }
    assert_int_equal(total, w.message.title.size);
    free(mail);
    writing_close(&w);
}

static void what_is_no_address_cannot_break_into_the_conversation(void **state)
{
    static const char *const wrong[] = { "", "leader", "@town", "leader@", "a@b@c", "a b@c", "a@b\r\nDATA", "<a@b>", "a@b,c@d",
                                         "组长@town.example" };

    (void) state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_non_null(channel_smtp.address_fault(wrong[i]));
    assert_null(channel_smtp.address_fault("leader.north+duban@town.example"));
}

static void replies_have_their_verdicts(void **state)
{
    static const struct {
        int status;
        const char *words;
        enum verdict verdict;
        const char *detail;
    } cases[] = {
        { 250, "250 2.0.0 Ok: queued as 1A2B", VERDICT_ACCEPTED, "SMTP 250 2.0.0" },
        { 421, "421 4.5.0 Bare linefeed", VERDICT_LATER, "SMTP 421 4.5.0" },
        { 451, "451 try again", VERDICT_LATER, "SMTP 451" },
        { 550, "550 5.1.1 <leader@town.example>: no such user", VERDICT_DEAD, "SMTP 550 5.1.1" },
        { 554, "554-5.7.1 spam", VERDICT_DEAD, "SMTP 554 5.7.1" },
        { 535, "535 5.7.8 bad login", VERDICT_LATER, "SMTP 535 5.7.8" },
    };
    struct channel_settings settings = { .is_set = true };

    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct judgement judgement = judge_answer(&channel_smtp, &settings, cases[i].status, cases[i].words);

        assert_int_equal(judgement.verdict, cases[i].verdict);
        assert_string_equal(judgement.detail, cases[i].detail);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_ends_with_crlf_and_none_is_long),
        cmocka_unit_test(headers_say_who_when_and_which),
        cmocka_unit_test(encoded_words_are_short_and_cut_no_character),
        cmocka_unit_test(what_is_no_address_cannot_break_into_the_conversation),
        cmocka_unit_test(replies_have_their_verdicts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
