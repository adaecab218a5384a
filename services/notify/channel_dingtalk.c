/* channel_dingtalk.c - custom robot of DingTalk (钉钉自定义机器人).
 *
 * 20 messages a minute, and ten minutes of silence for whoever sends more; body at most 20,000 bytes. Signed in the
 * query: the key is the secret, the message "timestamp in ms, line end, secret". Feishu does it the other way round.
 */
#include <curl/curl.h>
#include <stdio.h>

#include "robot.h"

enum {
    BAN_MS = 10 * 60 * 1000,
    BUSY_WAIT_MS = 60 * 1000,
};

static void put_signature(struct text *url, struct bytes secret, int64_t now_ms)
{
    char timestamp[32], sign[ROBOT_SIGN_BYTES];
    struct text signed_words = { 0 };

    snprintf(timestamp, sizeof timestamp, "%lld", (long long) now_ms);
    text_add(&signed_words, timestamp);
    text_add(&signed_words, "\n");
    text_put(&signed_words, secret.data, secret.size);
    robot_sign(sign, secret, bytes_of(signed_words.data, signed_words.size));
    text_add(url, "&timestamp=");
    text_add(url, timestamp);
    text_add(url, "&sign=");
    for (const char *at = sign; *at != '\0'; at++) {   /* of base64 only these three are escaped */
        if (*at == '+')
            text_add(url, "%2B");
        else if (*at == '/')
            text_add(url, "%2F");
        else if (*at == '=')
            text_add(url, "%3D");
        else
            text_put(url, at, 1);
    }
    url->failed |= signed_words.failed;
    text_close(&signed_words);
}

static int write_request(const struct channel_settings *settings, const struct message *message, struct request *request)
{
    struct robot_address address = robot_address(message->address);

    (void) settings;
    text_put(&request->url, address.url.data, address.url.size);
    if (address.secret.size > 0)
        put_signature(&request->url, address.secret, message->now_ms);
    text_add(&request->body, "{\"msgtype\":\"text\",\"text\":{\"content\":");
    robot_put_words(&request->body, message->words, address.keyword);
    text_add(&request->body, "},\"at\":{\"isAtAll\":false}}");
    return robot_finish(request);
}

static const struct robot_code codes[] = {
    { 0, VERDICT_ACCEPTED, 0, false },
    { 130101, VERDICT_THROTTLED, BAN_MS, false },
    { -1, VERDICT_LATER, BUSY_WAIT_MS, false },
    { 310000, VERDICT_GONE, 0, true },              /* signature, keyword or address range */
};

static const struct robot_answers answers = { "errcode", "errmsg", codes, sizeof codes / sizeof codes[0] };

static void judge(const struct channel_settings *settings, const struct answer *answer, struct judgement *judgement)
{
    (void) settings;
    robot_judge(&answers, answer, judgement);
}

const struct channel channel_dingtalk = {
    .name = "dingtalk",
    .proves = DUBAN__GRADE__GRADE_DELIVERED,
    .needs_address = true,
    .address_is_url = true,
    .folds = true,
    .uncertain = UNCERTAIN_LEAVE,
    .text_limit_bytes = DINGTALK_TEXT_BYTES,
    .schedule = "0s 15s 1m 5m 15m 1h",
    .budget = { "20/1m" },
    .unusable = channel_unset,
    .address_fault = robot_address_fault,
    .escape = robot_escape,
    .write = write_request,
    .judge = judge,
};
