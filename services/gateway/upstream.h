/* upstream.h - the gateway's questions to the other daemons, many under way at a time.
 *
 * Each has a number, and a function that is called exactly once: with the answer, or with the news that none has come in
 * time. That nobody answered a submission says nothing about whether it was taken: its sender is asked to send the same
 * again.
 */
#ifndef DUBAN_GATEWAY_UPSTREAM_H
#define DUBAN_GATEWAY_UPSTREAM_H

#include "bytes.h"
#include "fault.h"
#include "link.pb-c.h"
#include "query.pb-c.h"

enum upstream { UPSTREAM_SUBMIT, UPSTREAM_INGEST, UPSTREAM_RULES, UPSTREAM_NOTIFY, UPSTREAM_COUNT };

enum { UPSTREAM_WAITING_MOST = 4096, UPSTREAM_NOBODYS_MOST = 64, UPSTREAM_OPERATIONS_MOST = 32 };

struct request;
struct gateway;

/* One of these, and nothing when nobody has answered. In the arena of the request. */
struct upstream_answer {
    const Duban__Receipt *receipt;
    const Duban__Refusal *refusal;
    const Duban__Reply *reply;
};

typedef void upstream_then(struct request *request, void *self, const struct upstream_answer *answer);

struct waiting {
    uint64_t number;                   /* of the question; 0 = nobody waits here */
    enum upstream upstream;
    struct request *request;
    upstream_then *then;
    void *self;
    int64_t until_ms;                  /* monotonic */
    uint32_t *places;                  /* counts him; NULL = he has an account */
    uint32_t next_free;
};

struct upstreams {
    struct gateway *gateway;
    void *sockets[UPSTREAM_COUNT];     /* DEALER */
    int64_t answered_ms[UPSTREAM_COUNT];   /* monotonic: when last */
    struct waiting *waiting;
    uint32_t first_free, count;        /* place of one that is free; of those that wait */
    uint32_t count_of[UPSTREAM_COUNT]; /* of these: who wait for that daemon */
    uint32_t nobodys;                  /* of these: of requests without an account, UPSTREAM_NOBODYS_MOST of them at a time */
    uint32_t operations;               /* likewise, but of whoever watches whether all is well */
    uint64_t last_number;
    uint64_t asked[UPSTREAM_COUNT], silent[UPSTREAM_COUNT];
};

/* 0, or -1 with errno. */
int upstream_open(struct upstreams *upstreams, struct gateway *gateway);
void upstream_close(struct upstreams *upstreams);

/* Ask on behalf of a request. False: it cannot be asked now (too many are under way, or the daemon takes no more), and
 * `then` is not called. */
bool upstream_ask(struct request *request, enum upstream upstream, Duban__Query *query, upstream_then *then, void *self);
bool upstream_submit(struct request *request, Duban__Submit *submit, upstream_then *then, void *self);

/* The question was understood and there is no such thing, or something is wrong with it: not that it cannot be answered now.
 * reply may be NULL. */
bool upstream_says_no(const Duban__Reply *reply);

/* What has come. */
void upstream_receive(struct upstreams *upstreams);

/* Tell those whose time is over. */
void upstream_give_up(struct upstreams *upstreams, int64_t now_ms);

/* What to say when nobody answered, or it cannot be asked now. */
void upstream_fault(enum upstream upstream, struct fault *fault);

#endif
