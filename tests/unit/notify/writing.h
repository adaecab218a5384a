/* writing.h - a channel's request and judgement without a daemon around them. */
#ifndef DUBAN_TEST_NOTIFY_WRITING_H
#define DUBAN_TEST_NOTIFY_WRITING_H

#include "test.h"

#include <jansson.h>

#include "channel.h"

struct writing {
    struct channel_settings settings;
    Duban__Notice notice;
    struct message message;
    struct request request;
};

static inline void writing_open(struct writing *w, const char *address, const char *words)
{
    memset(w, 0, sizeof *w);
    w->settings.is_set = true;
    duban__notice__init(&w->notice);
    w->notice.kind = (char *) "new_case";
    w->notice.decided_at_s = 1580691600;
    w->message.notice = &w->notice;
    w->message.address = address;
    w->message.words = bytes_of_text(words);
    w->message.title = bytes_of_text("督办");
    memset(w->message.key, 0xAB, sizeof w->message.key);
    request_clear(&w->request);
}

static inline void writing_close(struct writing *w)
{
    request_close(&w->request);
}

static inline json_t *body_of(const struct writing *w)
{
    json_t *body = json_loadb(w->request.body.data, w->request.body.size, 0, NULL);

    assert_non_null(body);
    return body;
}

static inline struct judgement judge_answer(const struct channel *channel, const struct channel_settings *settings, int status,
                                            const char *words)
{
    struct answer answer = { .reached = REACHED_ANSWER, .status = status, .retry_after_s = -1, .words = words,
                             .now_s = 1580691600, .date_s = 1580691600 };
    struct judgement judgement;

    channel->judge(settings, &answer, &judgement);
    return judgement;
}

#endif
