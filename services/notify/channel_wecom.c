/* channel_wecom.c - group robot of WeCom (企业微信群机器人), document 91770 of its developer center.
 *
 * 20 messages a minute; content at most 2048 bytes of UTF-8. The key in the URL alone is the secret.
 */
#include "robot.h"

enum { WAIT_MS = 60 * 1000 };

static int write_request(const struct channel_settings *settings, const struct message *message, struct request *request)
{
    struct robot_address address = robot_address(message->address);

    (void) settings;
    text_put(&request->url, address.url.data, address.url.size);
    text_add(&request->body, "{\"msgtype\":\"text\",\"text\":{\"content\":");
    robot_put_words(&request->body, message->words, address.keyword);
    text_add(&request->body, "}}");
    return robot_finish(request);
}

static const struct robot_code codes[] = {
    { 0, VERDICT_ACCEPTED, 0, false },
    { 45009, VERDICT_THROTTLED, WAIT_MS, false },   /* api freq out of limit */
    { -1, VERDICT_LATER, WAIT_MS, false },          /* busy */
    { 93000, VERDICT_GONE, 0, false },              /* invalid webhook url */
};

static const struct robot_answers answers = { "errcode", "errmsg", codes, sizeof codes / sizeof codes[0] };

static void judge(const struct channel_settings *settings, const struct answer *answer, struct judgement *judgement)
{
    (void) settings;
    robot_judge(&answers, answer, judgement);
}

const struct channel channel_wecom = {
    .name = "wecom",
    .proves = DUBAN__GRADE__GRADE_DELIVERED,
    .needs_address = true,
    .address_is_url = true,
    .folds = true,
    .uncertain = UNCERTAIN_LEAVE,
    .text_limit_bytes = WECOM_TEXT_BYTES,
    .schedule = "0s 15s 1m 5m 15m 1h",
    .budget = { "20/1m" },
    .unusable = channel_unset,
    .address_fault = robot_address_fault,
    .escape = robot_escape,
    .write = write_request,
    .judge = judge,
};
