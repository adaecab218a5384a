/* channel_limits.h - how many bytes of words each way out takes in one message.
 *
 * Notify writes within them (channel_*.c); rules and duban policy check judge a pack's texts by them beforehand
 * (policy_fit.c). Bytes of UTF-8, of all that its recipient reads. A channel that is not in the list takes any length.
 */
#ifndef DUBAN_CHANNEL_LIMITS_H
#define DUBAN_CHANNEL_LIMITS_H

#include <stddef.h>

enum {
    ROBOT_KEYWORD_ROOM_BYTES = 64,                        /* what a robot may want in front of the words */
    SMS_TEXT_BYTES = 600,                                 /* 200 characters: three parts */
    WECOM_TEXT_BYTES = 2048 - ROBOT_KEYWORD_ROOM_BYTES,
    DINGTALK_TEXT_BYTES = 6000,                           /* a body of 20,000 with room for escapes */
    FEISHU_TEXT_BYTES = 6000,                             /* likewise, of 20 KB */
    WEBHOOK_TEXT_BYTES = 8 * 1024,                        /* of each language; bodies should stay below 20 kB */
    SMTP_TEXT_BYTES = 64 * 1024,
};

struct channel_limit {
    const char *name;          /* as Recipient.channel has it */
    const char *title_zh;
    const char *title_en;
    size_t text_bytes;
};

enum { CHANNEL_LIMITS = 6 };

/* The smallest first. */
extern const struct channel_limit channel_limits[CHANNEL_LIMITS];

#endif
