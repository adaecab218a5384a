/* robot.h - what the robots of WeCom, DingTalk and Feishu have in common.
 *
 * A robot's address is the URL that its group shows. What its group demands besides stands behind a #, which is never
 * sent:
 *
 *   https://oapi.dingtalk.com/robot/send?access_token=...#secret=SEC...&keyword=督办
 *
 * A robot answers with HTTP 200 and a code of its own; that code alone decides. An answer without a readable code is a
 * failure, whatever its status.
 */
#ifndef DUBAN_NOTIFY_ROBOT_H
#define DUBAN_NOTIFY_ROBOT_H

#include "channel.h"

enum { ROBOT_SIGN_BYTES = 64, ROBOT_CLOCK_MOST_S = 3600, ROBOT_KEYWORD_MOST_BYTES = 48 };

/* Parts of an address; pieces of it, not zero-terminated. */
struct robot_address {
    struct bytes url;          /* up to the # */
    struct bytes secret;       /* empty = messages are not signed */
    struct bytes keyword;      /* empty = none is demanded */
};

struct robot_address robot_address(const char *address);

/* As struct channel's address_fault. */
const char *robot_address_fault(const char *address);

/* HMAC-SHA-256 in base64 with padding, zero-terminated. */
void robot_sign(char sign[ROBOT_SIGN_BYTES], struct bytes key, struct bytes message);

/* Append the words as a JSON string; the keyword in front when they do not hold it. */
void robot_put_words(struct text *out, struct bytes words, struct bytes keyword);

/* "<" before "@" or "at" becomes a full-width one: what somebody reported must not mention a whole group. */
void robot_escape(struct text *out, struct bytes words);

/* End url and body, and say what the body is. 0, or -1 without memory. */
int robot_finish(struct request *request);

/* What one of its codes means. */
struct robot_code {
    int64_t code;
    enum verdict verdict;
    int64_t wait_ms;
    bool is_signature;         /* its signature was refused: a clock that is far from theirs is told from a wrong secret */
};

/* How a kind of robot answers. A code that is not listed: this message will never be taken. */
struct robot_answers {
    const char *code_name;     /* member of the answer that holds the code */
    const char *message_name;  /* and the words about it */
    const struct robot_code *codes;
    size_t count;
};

/* As struct channel's judge. */
void robot_judge(const struct robot_answers *answers, const struct answer *answer, struct judgement *judgement);

#endif
