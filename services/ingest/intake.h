/* intake.h - submissions that have arrived and wait for their turn, and for their commit.
 *
 *   socket --fill--> [ waiting ... ] --take, at most a batch--> journal --commit--> answers
 *                         full: LATER
 *
 * A ring of fixed size, so that overload costs the sender a "later" and us nothing. What
 * does not even reach the ring waits at the sender: the socket keeps little.
 */
#ifndef DUBAN_INGEST_INTAKE_H
#define DUBAN_INGEST_INTAKE_H

#include "frame.h"
#include "journal.h"

enum answer {
    ANSWER_GIVEN,       /* refused on the spot: nothing waits for the commit */
    ANSWER_RECEIPT,
    ANSWER_CONFLICT,
    ANSWER_CONFLICT_NOT_KEPT,
};

struct submission {
    struct received received;         /* its body is released when it has been judged */
    uint64_t request_id;
    enum answer answer;
    struct place_in_journal place;    /* of a receipt */
    bool duplicate;
};

struct intake {
    void *socket;                     /* ROUTER */
    bool for_outcomes;                /* ingest.outcome: takes Outcomes and nothing else */
    struct submission *ring;
    uint32_t size;
    uint32_t first;
    uint32_t count;
    uint64_t bytes;                   /* of the bodies waiting */
    uint64_t most_bytes;
    uint64_t bad_frames;              /* malformed or of another version; the latter are told so */
    void (*on_other_version)(void *self, const struct intake *intake, const struct peer *peer);
    void *self;                       /* whose that is; both set by the owner, who tells the peer */
};

/* Bind and take the ring's memory. 0, or -1 with errno. */
int intake_open(struct intake *intake, void *zmq, const char *endpoint, uint32_t size, uint64_t most_bytes);
void intake_close(struct intake *intake);

/* Take in what has arrived, at most `most` messages. Returns false when the ring is full and
 * something may be left: the caller answers that with intake_overflow. Dies when the socket
 * is broken. */
bool intake_fill(struct intake *intake, uint32_t most);

/* One more message, which has no place in the ring: false when there is none. The caller
 * answers and releases it. */
bool intake_overflow(struct intake *intake, struct received *received);

static inline struct submission *intake_at(const struct intake *intake, uint32_t place)
{
    return &intake->ring[(intake->first + place) % intake->size];
}

/* The submission has been judged: its bytes are not needed any more. */
void intake_release(struct intake *intake, struct submission *submission);

/* Forget the first `count`, which have all been judged and answered. */
void intake_drop(struct intake *intake, uint32_t count);

#endif
