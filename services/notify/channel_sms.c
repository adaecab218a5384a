/* channel_sms.c - text messages by a gateway that speaks HTTP, described by templates (sms_template.h) in notify.yaml.
 *
 * The gateway's own code decides; a 2xx answer without a readable one may have been taken, and a text message that is
 * sent twice costs and annoys: that is uncertain.
 */
#include <jansson.h>
#include <stdio.h>

#include "channel.h"
#include "handset.h"
#include "pointer.h"
#include "sms_template.h"

enum { PHONE_MOST_BYTES = 32, THROTTLED_WAIT_MS = 60 * 1000 };

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

/* ---------------------------------------------------------------- its request */

static enum sms_escaping escaping_of_body(const struct sms_settings *sms)
{
    return sms->content_type == NULL || strstr(sms->content_type, "json") != NULL ? SMS_FOR_JSON : SMS_FOR_URL;
}

static int write_request(const struct channel_settings *settings, const struct message *message, struct request *request)
{
    const struct sms_settings *sms = &settings->sms;
    char id[2 * ID_BYTES + 1];
    struct sms_values values = { .phone = bytes_of_text(message->address), .text = message->words,
                                 .id = bytes_of_text(hex_of(id, message->key, ID_BYTES)),
                                 .secret = bytes_of_text(sms->secret != NULL ? sms->secret : "") };

    request->kind = sms->body != NULL ? REQUEST_POST : REQUEST_GET;
    sms_fill(&request->url, sms->url, &values, SMS_FOR_URL);
    text_put(&request->url, "", 1);
    if (sms->body != NULL)
        sms_fill(&request->body, sms->body, &values, escaping_of_body(sms));
    if (request->url.failed || request->body.failed)
        return -1;
    if (sms->authorization != NULL && !sms_add_header(request, "authorization", sms->authorization, &values))
        return -1;
    return sms_add_header(request, "content-type", sms->content_type != NULL ? sms->content_type : "application/json", &values)
               ? 0 : -1;
}

int sms_ask_receipts(const struct sms_settings *sms, struct request *request)
{
    struct sms_values values = { .phone = bytes_of_text(""), .text = bytes_of_text(""), .id = bytes_of_text(""),
                                 .secret = bytes_of_text(sms->secret != NULL ? sms->secret : "") };

    request->kind = REQUEST_GET;
    sms_fill(&request->url, sms->receipts_url, &values, SMS_FOR_URL);
    text_put(&request->url, "", 1);
    if (request->url.failed)
        return -1;
    return sms->authorization == NULL || sms_add_header(request, "authorization", sms->authorization, &values) ? 0 : -1;
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
    .is_private = true,
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
