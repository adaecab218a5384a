/* channel_feishu.c - custom bot of Feishu (飞书自定义机器人).
 *
 * 5 messages a second and 100 a minute; body at most 20 KB; round hours are best avoided (code 11232 from pressure).
 * Signed in the body: the key is "timestamp in s, line end, secret", the message is empty. DingTalk does it the other
 * way round.
 */
#include <stdio.h>

#include "robot.h"

enum { WAIT_MS = 60 * 1000 };

static void put_signature(struct text *body, struct bytes secret, int64_t now_ms)
{
    char timestamp[32], sign[ROBOT_SIGN_BYTES];
    struct text key = { 0 };

    snprintf(timestamp, sizeof timestamp, "%lld", (long long) (now_ms / 1000));
    text_add(&key, timestamp);
    text_add(&key, "\n");
    text_put(&key, secret.data, secret.size);
    robot_sign(sign, bytes_of(key.data, key.size), bytes_of("", 0));
    text_add(body, "\"timestamp\":\"");
    text_add(body, timestamp);
    text_add(body, "\",\"sign\":\"");
    text_add(body, sign);
    text_add(body, "\",");
    body->failed |= key.failed;
    text_close(&key);
}

static int write_request(const struct channel_settings *settings, const struct message *message, struct request *request)
{
    struct robot_address address = robot_address(message->address);

    (void) settings;
    text_put(&request->url, address.url.data, address.url.size);
    text_add(&request->body, "{");
    if (address.secret.size > 0)
        put_signature(&request->body, address.secret, message->now_ms);
    text_add(&request->body, "\"msg_type\":\"text\",\"content\":{\"text\":");
    robot_put_words(&request->body, message->words, address.keyword);
    text_add(&request->body, "}}");
    return robot_finish(request);
}

static const struct robot_code codes[] = {
    { 0, VERDICT_ACCEPTED, 0, false },
    { 9499, VERDICT_THROTTLED, WAIT_MS, false },        /* with HTTP 400 */
    { 11232, VERDICT_THROTTLED, WAIT_MS, false },
    { 99991400, VERDICT_THROTTLED, WAIT_MS, false },    /* of the platform as a whole */
    { 19021, VERDICT_GONE, 0, true },                   /* signature, or its timestamp */
    { 19022, VERDICT_GONE, 0, false },                  /* address range */
    { 19024, VERDICT_GONE, 0, false },                  /* keyword */
};

static const struct robot_answers answers = { "code", "msg", codes, sizeof codes / sizeof codes[0] };

static void judge(const struct channel_settings *settings, const struct answer *answer, struct judgement *judgement)
{
    (void) settings;
    robot_judge(&answers, answer, judgement);
}

const struct channel channel_feishu = {
    .name = "feishu",
    .proves = DUBAN__GRADE__GRADE_DELIVERED,
    .needs_address = true,
    .address_is_url = true,
    .folds = true,
    .uncertain = UNCERTAIN_LEAVE,
    .text_limit_bytes = FEISHU_TEXT_BYTES,
    .schedule = "0s 15s 1m 5m 15m 1h",
    .budget = { "5/1s", "100/1m" },
    .unusable = channel_unset,
    .address_fault = robot_address_fault,
    .escape = robot_escape,
    .write = write_request,
    .judge = judge,
};
