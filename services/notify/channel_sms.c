/* channel_sms.c - text messages by a gateway that speaks HTTP, described by templates in notify.yaml.
 *
 * What stands for {phone}, {text}, {id} and {secret} is escaped for where it stands: for a URL, a form or a JSON body.
 * The gateway's own code decides; a 2xx answer without a readable one may have been taken, and a text message that is
 * sent twice costs and annoys: that is uncertain.
 */
#include <jansson.h>
#include <stdio.h>

#include "channel.h"
#include "handset.h"
#include "pointer.h"

enum { PHONE_MOST_BYTES = 32, THROTTLED_WAIT_MS = 60 * 1000 };

enum escaping { FOR_URL, FOR_JSON, FOR_HEADER };

static const char *unusable(const struct channel_settings *settings)
{
    return settings->sms.url != NULL ? NULL : "it has no url in notify.yaml";
}

/* Digits, perhaps with a plus in front. */
static const char *address_fault(const char *address)
{
    const char *digits = address[0] == '+' ? address + 1 : address;
    size_t size = strspn(digits, "0123456789");

    return size >= 3 && size <= PHONE_MOST_BYTES && digits[size] == '\0' ? NULL : "its address is no phone number";
}

/* ---------------------------------------------------------------- templates */

static void put_percent(struct text *out, struct bytes value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    const uint8_t *data = value.data;

    for (size_t i = 0; i < value.size; i++) {
        char escaped[4];

        if (data[i] != 0 && strchr(plain, data[i]) != NULL) {
            text_put(out, data + i, 1);
            continue;
        }
        snprintf(escaped, sizeof escaped, "%%%02X", data[i]);
        text_add(out, escaped);
    }
}

/* As inside a JSON string: its quotes stand in the template. */
static void put_json_inside(struct text *out, struct bytes value)
{
    struct text quoted = { 0 };

    text_json_bytes(&quoted, value.data, value.size);
    if (quoted.size >= 2)
        text_put(out, quoted.data + 1, quoted.size - 2);
    out->failed |= quoted.failed;
    text_close(&quoted);
}

static void put_value(struct text *out, struct bytes value, enum escaping escaping)
{
    switch (escaping) {
    case FOR_URL:
        put_percent(out, value);
        return;
    case FOR_JSON:
        put_json_inside(out, value);
        return;
    case FOR_HEADER:
        text_put(out, value.data, value.size);
        return;
    }
}

struct values {
    struct bytes phone, text, id, secret;
};

/* The value that is named at words ("{phone}..."), and how long its name is with its braces; 0 = none is. */
static size_t value_named(const struct values *values, const char *words, struct bytes *value)
{
    const struct {
        const char *name;
        struct bytes value;
    } names[] = { { "{phone}", values->phone }, { "{text}", values->text }, { "{id}", values->id },
                  { "{secret}", values->secret } };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size = strlen(names[i].name);

        if (strncmp(words, names[i].name, size) == 0) {
            *value = names[i].value;
            return size;
        }
    }
    return 0;
}

static void fill(struct text *out, const char *template, const struct values *values, enum escaping escaping)
{
    struct bytes value;

    while (*template != '\0') {
        size_t size = value_named(values, template, &value);

        if (size > 0)
            put_value(out, value, escaping);
        else
            text_put(out, template, size = 1);
        template += size;
    }
}

static bool add_header(struct request *request, const char *name, const char *template, const struct values *values)
{
    struct text line = { 0 };
    bool good;

    text_add(&line, name);
    text_add(&line, ": ");
    fill(&line, template, values, FOR_HEADER);
    text_put(&line, "", 1);
    good = !line.failed && request_add_header(request, line.data);
    text_close(&line);
    return good;
}

static enum escaping escaping_of_body(const struct sms_settings *sms)
{
    return sms->content_type == NULL || strstr(sms->content_type, "json") != NULL ? FOR_JSON : FOR_URL;
}

static int write_request(const struct channel_settings *settings, const struct message *message, struct request *request)
{
    const struct sms_settings *sms = &settings->sms;
    char id[2 * ID_BYTES + 1];
    struct values values = { .phone = bytes_of_text(message->address), .text = message->words,
                             .id = bytes_of_text(hex_of(id, message->key, ID_BYTES)),
                             .secret = bytes_of_text(sms->secret != NULL ? sms->secret : "") };

    request->kind = sms->body != NULL ? REQUEST_POST : REQUEST_GET;
    fill(&request->url, sms->url, &values, FOR_URL);
    text_put(&request->url, "", 1);
    if (sms->body != NULL)
        fill(&request->body, sms->body, &values, escaping_of_body(sms));
    if (request->url.failed || request->body.failed)
        return -1;
    if (sms->authorization != NULL && !add_header(request, "authorization", sms->authorization, &values))
        return -1;
    return add_header(request, "content-type", sms->content_type != NULL ? sms->content_type : "application/json", &values)
               ? 0 : -1;
}

int sms_ask_receipts(const struct sms_settings *sms, struct request *request)
{
    struct values values = { .phone = bytes_of_text(""), .text = bytes_of_text(""), .id = bytes_of_text(""),
                             .secret = bytes_of_text(sms->secret != NULL ? sms->secret : "") };

    request->kind = REQUEST_GET;
    fill(&request->url, sms->receipts_url, &values, FOR_URL);
    text_put(&request->url, "", 1);
    if (request->url.failed)
        return -1;
    return sms->authorization == NULL || add_header(request, "authorization", sms->authorization, &values) ? 0 : -1;
}

/* ---------------------------------------------------------------- its answer */

static bool is_among(const char *const *list, const char *word)
{
    for (; list != NULL && *list != NULL; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

static void judge_code(const struct sms_settings *sms, const char *code, struct judgement *judgement)
{
    enum verdict verdict = VERDICT_DEAD;
    int64_t wait_ms = 0;

    if (strcmp(code, sms->code_ok != NULL ? sms->code_ok : "0") == 0) {
        verdict = VERDICT_ACCEPTED;
    } else if (is_among(sms->codes_throttled, code)) {
        verdict = VERDICT_THROTTLED;
        wait_ms = THROTTLED_WAIT_MS;
    } else if (is_among(sms->codes_later, code)) {
        verdict = VERDICT_LATER;
    }
    judgement_set(judgement, verdict, wait_ms, "code %s", code);
}

static void judge_status(const struct answer *answer, struct judgement *judgement)
{
    if (answer->status == 429)
        judgement_set_status(judgement, VERDICT_THROTTLED,
                             answer->retry_after_s > 0 ? answer->retry_after_s * 1000 : THROTTLED_WAIT_MS, answer);
    else if (answer->status >= 500 || answer->status < 200)
        judgement_set_status(judgement, VERDICT_LATER, 0, answer);
    else if (answer->status >= 300)
        judgement_set_status(judgement, VERDICT_DEAD, 0, answer);
    else
        judgement_set_status(judgement, VERDICT_ACCEPTED, 0, answer);
}

static void judge(const struct channel_settings *settings, const struct answer *answer, struct judgement *judgement)
{
    const struct sms_settings *sms = &settings->sms;
    char code[REFERENCE_BYTES + 1];
    json_t *root;

    memset(judgement, 0, sizeof *judgement);
    if (channel_judge_transport(answer, judgement))
        return;
    judge_status(answer, judgement);
    if (judgement->verdict != VERDICT_ACCEPTED)
        return;
    if (!settings->is_set) {   /* and with it where the code stands */
        judgement_set(judgement, VERDICT_UNCERTAIN, 0, "HTTP %d, and its section has gone from notify.yaml meanwhile: %s",
                      answer->status, answer->words);
        return;
    }
    root = json_loads(answer->words, JSON_REJECT_DUPLICATES, NULL);
    if (sms->code_at != NULL && !pointer_text(root, sms->code_at, code, sizeof code))
        judgement_set(judgement, VERDICT_UNCERTAIN, 0, "HTTP %d without a readable code: %s", answer->status, answer->words);
    else if (sms->code_at != NULL)
        judge_code(sms, code, judgement);
    if (sms->reference_at != NULL && judgement->verdict == VERDICT_ACCEPTED)
        pointer_text(root, sms->reference_at, judgement->reference, sizeof judgement->reference);
    json_decref(root);
}

int sms_read_receipts(const struct sms_settings *sms, const char *words, struct handset_receipt *receipts, size_t most)
{
    json_t *root = json_loads(words, JSON_REJECT_DUPLICATES, NULL);
    const json_t *list = pointer_at(root, sms->receipts_at);
    int count = json_is_array(list) || (root != NULL && (list == NULL || json_is_null(list))) ? 0 : -1;

    for (size_t i = 0; i < json_array_size(list) && (size_t) count < most; i++) {
        const json_t *row = json_array_get(list, i);
        struct handset_receipt *receipt = &receipts[count];

        count += pointer_text(row, sms->receipt_reference_at, receipt->reference, sizeof receipt->reference) &&
                 pointer_text(row, sms->receipt_code_at, receipt->code, sizeof receipt->code);
    }
    json_decref(root);
    return count;
}

/* Up to the end of its host, without what stands before that: keys are written into paths and users. */
static void name_far_end(const struct channel_settings *settings, struct text *out)
{
    const char *url = settings->sms.url, *slashes = strstr(url, "://");
    const char *host = slashes != NULL ? slashes + 3 : url;
    size_t size = strcspn(host, "/?#{");
    const char *user_end = memrchr(host, '@', size);

    text_put(out, url, (size_t) (host - url));
    if (user_end != NULL) {
        size -= (size_t) (user_end + 1 - host);
        host = user_end + 1;
    }
    text_put(out, host, size);
}

const struct channel channel_sms = {
    .name = "sms",
    .proves = DUBAN__GRADE__GRADE_RECEIVED,
    .needs_address = true,
    .one_for_all = true,
    .uncertain = UNCERTAIN_LEAVE,
    .text_limit_bytes = SMS_TEXT_BYTES,
    .schedule = "0s 30s 5m 30m 2h",
    .budget = { "5/1m", "40/24h" },    /* a notice template takes 50 a day for one number */
    .unusable = unusable,
    .name_far_end = name_far_end,
    .address_fault = address_fault,
    .write = write_request,
    .judge = judge,
};
