/* ways.h - a recipient with two ways, each a far end of its own. */
#ifndef DUBAN_TEST_NOTIFY_WAYS_H
#define DUBAN_TEST_NOTIFY_WAYS_H

#include "fixture.h"
#include "server.h"

struct ways {
    struct fixture f;
    struct server first, second;
    struct sample s;
    uint8_t token[TOKEN_BYTES];    /* of the second way */
    Duban__Way way;
    Duban__Way *list[1];
};

/* more: lines of the webhook's section, see write_channels. */
static inline void setup_ways(struct ways *w, const char *more)
{
    server_open(&w->first);
    server_open(&w->second);
    prepare(&w->f);
    write_channels(&w->f, more);
    start(&w->f);
    tail(&w->f);
    sample_init(&w->s);
    to_webhook(&w->s);
    memset(w->token, 0x77, sizeof w->token);
    duban__way__init(&w->way);
    w->way.channel = "webhook";
    w->way.address_token = (ProtobufCBinaryData){ TOKEN_BYTES, w->token };
    w->list[0] = &w->way;
    w->s.recipient.other_ways = w->list;
    w->s.recipient.n_other_ways = 1;
    know_address(&w->f, w->s.token, w->first.address);
    know_address(&w->f, w->token, w->second.address);
    push_texts(&w->f);
    apply(&w->f);
}

static inline void cleanup_ways(struct ways *w)
{
    cleanup(&w->f);
    server_close(&w->first);
    server_close(&w->second);
}

#endif
