/* channel_spool.c - the spool as a channel: always there, and the last resort of the others. */
#include "channel.h"
#include "notify.h"

enum { DISK_TROUBLE_WAIT_MS = 10 * 1000 };

static const char *unusable(const struct notify *notify)
{
    (void) notify;
    return NULL;
}

static int add_line(struct notify *notify, const struct message *message)
{
    return spool_add(&notify->spool, message->delivery->sequence, message->object);
}

static void judge(const struct answer *answer, struct judgement *judgement)
{
    memset(judgement, 0, sizeof *judgement);
    if (answer->error == NULL)
        return;
    judgement->verdict = VERDICT_LATER;
    judgement->wait_ms = DISK_TROUBLE_WAIT_MS;
    text_copy(judgement->detail, sizeof judgement->detail, answer->error);
}

const struct channel channel_spool = {
    .name = "spool",
    .at_once = true,
    .last_resort = true,
    .unusable = unusable,
    .send = add_line,
    .judge = judge,
};
