/* channel_webhook.c - a signed POST, as Standard Webhooks 1.0.0 has it. */
#include <stdio.h>

#include "channel.h"
#include "line.h"

static const char *unusable(const struct channel_settings *settings)
{
    return settings->webhook.secrets.count > 0 ? NULL : settings->is_set ? "it has no secret_file in notify.yaml" : "it has no section in notify.yaml";
}

static void write_body(struct text *body, const struct message *message)
{
    text_add(body, "{\"type\":\"duban.notice.");
    text_add(body, message->notice->kind);
    text_add(body, "\",\"timestamp\":\"");
    line_time(body, message->notice->decided_at_s * 1000, 0);
    text_add(body, "\",\"data\":");
    text_put(body, message->object.data, message->object.size);
    text_put(body, "}", 1);
}

/* HTTP protocol binding 3.1.3.2: of what a header cannot hold each byte is escaped. */
static void put_header_value(struct text *out, const char *value)
{
    char escaped[4];

    for (const char *at = value; *at != '\0'; at++) {
        if (*at > ' ' && *at < 0x7F && *at != '"' && *at != '%') {
            text_put(out, at, 1);
        } else {
            snprintf(escaped, sizeof escaped, "%%%02X", (unsigned) (unsigned char) *at);
            text_add(out, escaped);
        }
    }
}

static bool add_attribute(struct request *request, const char *name, const char *value)
{
    struct text line = { 0 };
    bool good;

    text_add(&line, "ce-");
    text_add(&line, name);
    text_add(&line, ": ");
    put_header_value(&line, value);
    text_put(&line, "", 1);
    good = !line.failed && request_add_header(request, line.data);
    text_close(&line);
    return good;
}

/* CloudEvents 1.0.2 over HTTP, binary mode (HTTP protocol binding 3.1): one header for each attribute. */
static bool add_cloud_event(const struct webhook_settings *settings, const struct message *message, const char *id,
                            struct request *request)
{
    struct text time = { 0 };
    char type[128];
    bool good;

    line_time(&time, message->notice->decided_at_s * 1000, 0);
    text_put(&time, "", 1);
    snprintf(type, sizeof type, "duban.notice.%s", message->notice->kind);
    good = !time.failed && add_attribute(request, "time", time.data);
    text_close(&time);
    return good && add_attribute(request, "specversion", "1.0") && add_attribute(request, "id", id) &&
           add_attribute(request, "source", settings->source) && add_attribute(request, "type", type);
}

static bool add_headers(const struct webhook_settings *settings, const struct message *message, struct request *request)
{
    char id[2 * ID_BYTES + 1], line[128];
    int64_t timestamp_s = message->now_ms / 1000;   /* of the attempt: the receiver compares it with its own clock */
    struct text signature = { 0 };
    bool good;

    hex_of(id, message->key, ID_BYTES);
    text_add(&signature, "webhook-signature: ");
    signature_write(&signature, &settings->secrets, id, timestamp_s, request->body.data, request->body.size);
    text_put(&signature, "", 1);
    good = !signature.failed && request_add_header(request, signature.data);
    text_close(&signature);
    snprintf(line, sizeof line, "webhook-id: %s", id);
    good = good && request_add_header(request, line);
    snprintf(line, sizeof line, "webhook-timestamp: %lld", (long long) timestamp_s);
    good = good && request_add_header(request, line) && request_add_header(request, "content-type: application/json");
    return good && (!settings->cloud_events || add_cloud_event(settings, message, id, request));
}

static int write_request(const struct channel_settings *settings, const struct message *message, struct request *request)
{
    request->kind = REQUEST_POST;
    text_put(&request->url, message->address, strlen(message->address) + 1);
    write_body(&request->body, message);
    if (request->url.failed || request->body.failed)
        return -1;
    return add_headers(&settings->webhook, message, request) ? 0 : -1;
}

static enum verdict verdict_of(int status)
{
    if (status >= 200 && status < 300)
        return VERDICT_ACCEPTED;
    if (status == 410)
        return VERDICT_GONE;
    /* 408 is a time-out that the far end noticed; 429 asks us to slow down. */
    if (status == 408 || status == 429 || status < 400 || status >= 500)
        return VERDICT_LATER;
    return VERDICT_DEAD;
}

static void judge(const struct channel_settings *settings, const struct answer *answer, struct judgement *judgement)
{
    enum verdict verdict = verdict_of(answer->status);
    bool says_when = verdict == VERDICT_LATER && answer->retry_after_s > 0;

    (void) settings;
    memset(judgement, 0, sizeof *judgement);
    if (!channel_judge_transport(answer, judgement))
        judgement_set_status(judgement, verdict, says_when ? answer->retry_after_s * 1000 : 0, answer);
}

const struct channel channel_webhook = {
    .name = "webhook",
    .proves = DUBAN__GRADE__GRADE_DELIVERED,
    .is_private = true,
    .needs_address = true,
    .address_is_url = true,
    .takes_object = true,
    .uncertain = UNCERTAIN_RETRY,
    .text_limit_bytes = WEBHOOK_TEXT_BYTES,
    .schedule = "0s 5s 5m 30m 2h 5h 10h 14h 20h 24h",
    .unusable = unusable,
    .address_fault = channel_fault_of_url,
    .write = write_request,
    .judge = judge,
};
