/* wire.h - requests under way: libcurl's multi interface inside our loop, and programs beside it (exec.h).
 *
 * Every socket of curl is in one epoll set, with the set of the programs; that is one item for zmq_poll, and nothing here
 * waits. What the far end answers is read up to a limit and cut off there: an endless answer costs nothing but its
 * connection.
 */
#ifndef DUBAN_NOTIFY_WIRE_H
#define DUBAN_NOTIFY_WIRE_H

#include "exec.h"
#include "request.h"

enum { ANSWER_WORDS_BYTES = 2048, ANSWER_MOST_BYTES = 64 * 1024 };

struct attempt;

/* It is over: with what answer. The attempt is not under way any more. */
typedef void wire_done(void *owner, struct attempt *attempt, const struct answer *answer);

/* One attempt; it must not move while it is under way. */
struct attempt {
    CURL *easy;                        /* kept for the next attempt */
    struct request request;
    char words[ANSWER_WORDS_BYTES];
    size_t words_size;
    struct text *whole;                /* where an answer goes that is longer than words; NULL = what is more is dropped */
    size_t answer_bytes;
    size_t written;                    /* of a mail's body: how far it was read */
    bool head_whole;                   /* of an HTTP answer: the empty line behind its head came */
    bool answer_too_long;
    struct program program;            /* of a REQUEST_RUN */
    wire_done *done;                   /* who is told, set by wire_start */
    void *owner;
};

struct wire {
    CURLM *multi;
    int epoll_fd;
    int64_t timer_at_ms;               /* monotonic; -1 = none */
    struct programs programs;
};

/* Dies when libcurl cannot start. The wire must not move. */
void wire_open(struct wire *wire);
void wire_close(struct wire *wire);

/* Send attempt->request. 0, or -1: it cannot be begun now. */
int wire_start(struct wire *wire, struct attempt *attempt, uint32_t timeout_ms, wire_done *done, void *owner);

/* Give up one under way; nobody is told. */
void wire_abandon(struct wire *wire, struct attempt *attempt);

/* The memory of one that is not under way. */
void attempt_close(struct attempt *attempt);

/* Let curl go on, and tell what is over. */
void wire_drive(struct wire *wire);

/* How long the loop may wait for it. */
int wire_timeout_ms(const struct wire *wire);

#endif
