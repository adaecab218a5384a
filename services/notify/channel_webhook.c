/* channel_webhook.c - a signed POST, as Standard Webhooks 1.0.0 has it. */
#include <time.h>

#include "channel.h"
#include "notify.h"

enum { TEXT_LIMIT_BYTES = 8 * 1024 };   /* bodies should stay below 20 kB */

static const char *unusable(const struct notify *notify)
{
    return notify->webhook.secrets.count > 0 ? NULL : "webhook_secret_file is not set";
}

/* Keeps the first words, reads on to the limit, then breaks off. */
static size_t on_answer(char *data, size_t one, size_t size, void *self)
{
    struct flight *flight = self;
    size_t room = sizeof flight->words - 1 - flight->words_size;
    size_t kept = size < room ? size : room;

    (void) one;
    memcpy(flight->words + flight->words_size, data, kept);
    flight->words_size += kept;
    flight->answer_bytes += size;
    flight->answer_too_long = flight->answer_bytes > ANSWER_MOST_BYTES;
    return flight->answer_too_long ? 0 : size;
}

static void write_body(struct text *body, const struct message *message)
{
    char type[128];

    text_format(type, sizeof type, "duban.notice.%s", message->notice->kind);
    text_clear(body);
    text_add(body, "{\"type\":");
    text_json(body, type);
    text_add(body, ",\"timestamp\":\"");
    line_time(body, message->notice->decided_at_s * 1000, 0);
    text_add(body, "\",\"data\":");
    text_put(body, message->object.data, message->object.size);
    text_put(body, "}", 1);
}

static bool add_header(struct flight *flight, const char *header)
{
    struct curl_slist *longer = curl_slist_append(flight->headers, header);

    if (longer == NULL)
        return false;
    flight->headers = longer;
    return true;
}

static bool write_headers(struct notify *notify, struct flight *flight, const Duban__Notice *notice)
{
    char id[2 * ID_BYTES + 1], line[128];
    int64_t timestamp_s = (int64_t) time(NULL);   /* of the attempt: the receiver compares it with its own clock */
    struct text *scratch = &notify->scratch;

    hex_of(id, notice->idempotency_key.data, ID_BYTES);
    text_clear(scratch);
    text_add(scratch, "webhook-signature: ");
    signature_write(scratch, &notify->webhook.secrets, id, timestamp_s, flight->body.data, flight->body.size);
    text_put(scratch, "", 1);
    if (scratch->failed || !add_header(flight, scratch->data))
        return false;
    snprintf(line, sizeof line, "webhook-id: %s", id);
    if (!add_header(flight, line))
        return false;
    snprintf(line, sizeof line, "webhook-timestamp: %lld", (long long) timestamp_s);
    return add_header(flight, line) && add_header(flight, "content-type: application/json") &&
           add_header(flight, "expect:");
}

static void set_options(const struct notify *notify, struct flight *flight)
{
    CURL *easy = flight->easy;

    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, flight);
    curl_easy_setopt(easy, CURLOPT_URL, flight->address);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");   /* what the environment happens to say is not ours */
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long) notify->settings.webhook_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "duban-notify");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, flight->headers);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, flight->body.data);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) flight->body.size);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, flight);
}

static int post(struct notify *notify, const struct message *message)
{
    struct flight *flight = message->place;

    if (flight->easy == NULL)
        flight->easy = curl_easy_init();
    if (flight->easy == NULL)
        return -1;
    write_body(&flight->body, message);
    if (flight->body.failed || !write_headers(notify, flight, message->notice))
        return -1;
    flight->words_size = 0;
    flight->answer_bytes = 0;
    flight->answer_too_long = false;
    set_options(notify, flight);
    return curl_multi_add_handle(notify->webhook.multi, flight->easy) == CURLM_OK ? 0 : -1;
}

static enum verdict verdict_of(int status)
{
    if (status >= 200 && status < 300)
        return VERDICT_DELIVERED;
    if (status == 410)
        return VERDICT_GONE;
    /* 408 is a time-out that the far end noticed; 429 asks us to slow down. */
    if (status == 408 || status == 429 || status < 400 || status >= 500)
        return VERDICT_LATER;
    return VERDICT_DEAD;
}

static void judge(const struct answer *answer, struct judgement *judgement)
{
    memset(judgement, 0, sizeof *judgement);
    if (answer->status == 0) {
        judgement->verdict = VERDICT_LATER;
        text_copy(judgement->detail, sizeof judgement->detail, answer->error != NULL ? answer->error : "no answer");
        return;
    }
    judgement->verdict = verdict_of(answer->status);
    if (judgement->verdict == VERDICT_LATER && answer->retry_after_s > 0)
        judgement->wait_ms = answer->retry_after_s * 1000;
    text_format(judgement->detail, sizeof judgement->detail, answer->words[0] != '\0' ? "HTTP %d: %s" : "HTTP %d",
                answer->status, answer->words);
}

const struct channel channel_webhook = {
    .name = "webhook",
    .needs_address = true,
    .text_limit_bytes = TEXT_LIMIT_BYTES,
    .unusable = unusable,
    .send = post,
    .judge = judge,
};
