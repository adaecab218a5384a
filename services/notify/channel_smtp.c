/* channel_smtp.c - mail by a server of the house (RFC 5321, 5322, 2047; through libcurl).
 *
 * One recipient to a transaction. We write every header and end every line with CRLF ourselves: libcurl escapes dots
 * and turns no line ends. 250 after the data means that the next server took it, not that anybody read it.
 */
#include <stdio.h>

#include <sodium.h>

#include "channel.h"
#include "civil.h"

enum {
    ENCODED_WORD_BYTES = 42,           /* of UTF-8 in one encoded word: 75 characters with its frame, RFC 2047 2 */
    BASE64_LINE_BYTES = 57,            /* 76 characters a line, RFC 2045 6.8 */
    ADDRESS_MOST_BYTES = 254,
    STATUS_TEMPORARY = 400,
    STATUS_PERMANENT = 500,
    STATUS_BAD_LOGIN = 535,
};

static const char *unusable(const struct channel_settings *settings)
{
    if (settings->smtp.server == NULL || settings->smtp.sender == NULL)
        return "it has no server or sender in notify.yaml";
    return NULL;
}

/* name@domain, without spaces, brackets or control characters: it stands in a command of one line. */
static const char *address_fault(const char *address)
{
    const char *at = strchr(address, '@');
    size_t size = strlen(address);

    if (at == NULL || at == address || at[1] == '\0' || strchr(at + 1, '@') != NULL || size > ADDRESS_MOST_BYTES)
        return "its address is no mail address";
    for (size_t i = 0; i < size; i++)
        if ((unsigned char) address[i] <= ' ' || (unsigned char) address[i] >= 0x7F || strchr("<>,;:\"\\", address[i]) != NULL)
            return "its address is no mail address";
    return NULL;
}

/* ---------------------------------------------------------------- one mail */

static size_t whole_character(const char *data, size_t size)
{
    size_t length = 1;

    while (length < size && ((unsigned char) data[length] & 0xC0) == 0x80)
        length++;
    return length;
}

static void put_encoded(struct text *out, const char *data, size_t size)
{
    char base64[sodium_base64_ENCODED_LEN(ENCODED_WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];

    text_add(out, "=?UTF-8?B?");
    text_add(out, sodium_bin2base64(base64, sizeof base64, (const uint8_t *) data, size, sodium_base64_VARIANT_ORIGINAL));
    text_add(out, "?=");
}

/* Words that may be Chinese as encoded words, never cut inside a character; each further one on a line of its own. */
static void put_header_words(struct text *out, struct bytes words)
{
    const char *data = words.data;

    for (size_t from = 0; from < words.size;) {
        size_t size = 0;

        while (from + size < words.size) {
            size_t length = whole_character(data + from + size, words.size - from - size);

            if (size + length > ENCODED_WORD_BYTES)
                break;
            size += length;
        }
        if (from > 0)
            text_add(out, "\r\n ");
        put_encoded(out, data + from, size);
        from += size;
    }
}

static void put_base64_lines(struct text *out, const char *data, size_t size)
{
    char base64[sodium_base64_ENCODED_LEN(BASE64_LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];

    for (size_t from = 0; from < size; from += BASE64_LINE_BYTES) {
        size_t length = size - from < BASE64_LINE_BYTES ? size - from : BASE64_LINE_BYTES;

        text_add(out, sodium_bin2base64(base64, sizeof base64, (const uint8_t *) data + from, length,
                                        sodium_base64_VARIANT_ORIGINAL));
        text_add(out, "\r\n");
    }
}

/* RFC 5322 3.3: "Mon, 3 Feb 2020 01:10:00 +0000". */
static void put_date(struct text *out, int64_t now_ms)
{
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };   /* 1970-01-01 was one */
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct civil civil = civil_of(now_ms / 1000, 0);
    char line[64];

    snprintf(line, sizeof line, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[now_ms / 1000 / 86400 % 7], civil.day,
             months[civil.month - 1], civil.year, civil.hour, civil.minute, civil.second);
    text_add(out, line);
}

/* The domain that a Message-ID is made unique in is the sender's. */
static void put_message_id(struct text *out, const uint8_t key[ID_BYTES], const char *sender)
{
    const char *at = strchr(sender, '@');

    text_add(out, "Message-ID: <");
    text_hex(out, key, ID_BYTES);
    text_add(out, "@");
    text_add(out, at != NULL ? at + 1 : "duban.invalid");
    text_add(out, ">\r\n");
}

static void put_mail(struct text *out, const struct smtp_settings *settings, const struct message *message)
{
    put_date(out, message->now_ms);
    put_message_id(out, message->key, settings->sender);
    text_add(out, "From: ");
    put_header_words(out, bytes_of_text("督办 Duban"));
    text_add(out, " <");
    text_add(out, settings->sender);
    text_add(out, ">\r\nTo: <");
    text_add(out, message->address);
    text_add(out, ">\r\nSubject: ");
    put_header_words(out, message->title);
    text_add(out, "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
                  "Auto-Submitted: auto-generated\r\n");   /* RFC 3834: no automatic answers, please */
    if (message->notice->urgency == DUBAN__URGENCY__URGENCY_URGENT)
        text_add(out, "Importance: high\r\n");
    text_add(out, "\r\n");
    put_base64_lines(out, message->words.data, message->words.size);
}

static int write_request(const struct channel_settings *settings, const struct message *message, struct request *request)
{
    const struct smtp_settings *smtp = &settings->smtp;

    request->kind = REQUEST_MAIL;
    request->user = smtp->user;
    request->password = smtp->password;
    request->mail_tls = smtp->tls == MAIL_TLS_REQUIRED ? CURLUSESSL_ALL : smtp->tls == MAIL_TLS_NEVER ? CURLUSESSL_NONE : CURLUSESSL_TRY;
    text_put(&request->url, smtp->server, strlen(smtp->server) + 1);
    text_put(&request->sender, smtp->sender, strlen(smtp->sender) + 1);
    text_put(&request->recipient, message->address, strlen(message->address) + 1);
    put_mail(&request->body, smtp, message);
    return request->url.failed || request->sender.failed || request->recipient.failed || request->body.failed ? -1 : 0;
}

/* ---------------------------------------------------------------- its answer */

/* Of "550 5.1.1 <a@b>: no such user" only the codes are kept: what follows may quote the address. RFC 3463 2. */
static void set_codes(struct judgement *judgement, enum verdict verdict, const struct answer *answer)
{
    size_t from = strspn(answer->words, "0123456789");
    size_t size = 0;

    from += answer->words[from] == ' ' || answer->words[from] == '-';
    size = strspn(answer->words + from, "0123456789.");
    if (size >= 5)
        judgement_set(judgement, verdict, 0, "SMTP %d %.*s", answer->status, (int) size, answer->words + from);
    else
        judgement_set(judgement, verdict, 0, "SMTP %d", answer->status);
}

/* RFC 5321 4.2.1: 2yz done, 4yz not now, 5yz never. A login that is refused is the house's fault, not the message's. */
static void judge(const struct channel_settings *settings, const struct answer *answer, struct judgement *judgement)
{
    enum verdict verdict = VERDICT_ACCEPTED;

    (void) settings;
    memset(judgement, 0, sizeof *judgement);
    if (channel_judge_transport(answer, judgement))
        return;
    if (answer->status >= STATUS_PERMANENT && answer->status != STATUS_BAD_LOGIN)
        verdict = VERDICT_DEAD;
    else if (answer->status >= STATUS_TEMPORARY)
        verdict = VERDICT_LATER;
    set_codes(judgement, verdict, answer);
}

static void name_far_end(const struct channel_settings *settings, struct text *out)
{
    text_add(out, settings->smtp.server);
}

const struct channel channel_smtp = {
    .name = "smtp",
    .proves = DUBAN__GRADE__GRADE_DELIVERED,
    .is_private = true,
    .needs_address = true,
    .one_for_all = true,
    .uncertain = UNCERTAIN_RETRY,      /* the Message-ID is the same: mail readers show one */
    .text_limit_bytes = SMTP_TEXT_BYTES,
    .schedule = "0s 1m 5m 15m 1h 4h 12h",
    .unusable = unusable,
    .name_far_end = name_far_end,
    .address_fault = address_fault,
    .write = write_request,
    .judge = judge,
};
