/* channel_wecom.c - group robot of WeCom (企业微信群机器人), document 91770 of its developer center.
 *
 * 20 messages a minute; content at most 2048 bytes of UTF-8. The key in the URL alone is the secret.
 */
#include "robot.h"

enum {
    CONTENT_LIMIT_BYTES = 2048,
    CODE_OK = 0,
    CODE_BUSY = -1,
    CODE_TOO_OFTEN = 45009,
    CODE_NO_SUCH_ROBOT = 93000,
    WAIT_MS = 60 * 1000,
};

static int write_request(const struct channel_settings *settings, const struct message *message, struct request *request)
{
    struct robot_address address = robot_address(message->address);

    (void) settings;
    text_put(&request->url, address.url.data, address.url.size);
    text_put(&request->url, "", 1);
    text_add(&request->body, "{\"msgtype\":\"text\",\"text\":{\"content\":");
    robot_put_words(&request->body, message->words, address.keyword);
    text_add(&request->body, "}}");
    if (request->url.failed || request->body.failed)
        return -1;
    return request_add_header(request, "content-type: application/json; charset=utf-8") ? 0 : -1;
}

static void judge(const struct channel_settings *settings, const struct answer *answer, struct judgement *judgement)
{
    int64_t code = 0;

    (void) settings;
    memset(judgement, 0, sizeof *judgement);
    if (robot_judge_common(answer, "errcode", "errmsg", &code, judgement))
        return;
    switch (code) {
    case CODE_OK:
        judgement->verdict = VERDICT_ACCEPTED;
        return;
    case CODE_TOO_OFTEN:
        judgement->verdict = VERDICT_THROTTLED;
        judgement->wait_ms = WAIT_MS;
        return;
    case CODE_BUSY:
        judgement->verdict = VERDICT_LATER;
        judgement->wait_ms = WAIT_MS;
        return;
    case CODE_NO_SUCH_ROBOT:
        judgement->verdict = VERDICT_GONE;
        return;
    default:
        return;
    }
}

const struct channel channel_wecom = {
    .name = "wecom",
    .title_zh = "企业微信群机器人",
    .title_en = "WeCom group robot",
    .proves = DUBAN__GRADE__GRADE_DELIVERED,
    .needs_address = true,
    .folds = true,
    .uncertain = UNCERTAIN_LEAVE,
    .text_limit_bytes = CONTENT_LIMIT_BYTES - ROBOT_KEYWORD_ROOM_BYTES,
    .schedule = "0s 15s 1m 5m 15m 1h",
    .budget = { "20/1m" },
    .unusable = channel_unset,
    .address_fault = robot_address_fault,
    .escape = robot_escape,
    .write = write_request,
    .judge = judge,
};
