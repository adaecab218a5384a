/* frame.h - the 32-byte header in front of every message between daemons.
 *
 * The only place that knows the wire layout (proto/link.proto draws it). Exactly two
 * frames make a message; behind a ROUTER the peer's routing id comes first.
 */
#ifndef DUBAN_FRAME_H
#define DUBAN_FRAME_H

#include "bytes.h"
#include "fault.h"

enum { FRAME_HEADER_BYTES = 32, FRAME_VERSION = 1, FRAME_MAX_BYTES = 1024 * 1024 + 4096, FRAME_PEER_BYTES = 64 };

enum frame_type {
    FRAME_HELLO = 1, FRAME_HELLO_OK, FRAME_REFUSE, FRAME_CREDIT, FRAME_BATCH, FRAME_CURSOR,
    FRAME_WAKE, FRAME_TAIL, FRAME_BYE,
    FRAME_SUBMIT = 32, FRAME_RECEIPT, FRAME_REFUSAL,
    FRAME_QUERY = 48, FRAME_REPLY,
};

struct frame {
    uint8_t type;       /* enum frame_type; others are dropped by the receiver */
    uint64_t lineage;
    uint32_t epoch;
    uint64_t value;
};

/* A peer behind a ROUTER socket. */
struct peer {
    uint8_t id[FRAME_PEER_BYTES];
    size_t size;        /* 0 = no peer (a DEALER's side) */
};

enum frame_status { FRAME_OK, FRAME_NONE, FRAME_BAD, FRAME_FAILED };

/* A message just received; body lives in `holder` until frame_release. */
struct received {
    struct frame frame;
    struct peer peer;
    struct bytes body;
    uint64_t holder[8];  /* a zmq_msg_t, kept opaque here: do not copy the struct */
};

/* Take one message without waiting. FRAME_NONE: nothing there. FRAME_BAD: there was one,
 * malformed (frame count, magic, version, reserved bits), and it is dropped; peer is set, errno
 * is EPROTONOSUPPORT when it is of another version and EPROTO otherwise.
 * FRAME_FAILED: the socket is broken. `from_router` says whether a routing id leads. Only
 * FRAME_OK needs frame_release. */
enum frame_status frame_receive(void *socket, bool from_router, struct received *received);
void frame_release(struct received *received);

/* What to tell a peer whose frames were of another version (FRAME_BAD with EPROTONOSUPPORT), or of a
 * type that this socket does not take: it takes `wanted` only. */
void frame_version_fault(struct fault *fault);
void frame_type_fault(struct fault *fault, const char *wanted_zh, const char *wanted_en);

/* Send without waiting; peer NULL or size 0 for a DEALER. 0, or -1 with errno EAGAIN (peer
 * full), EHOSTUNREACH (peer gone) or EMSGSIZE (beyond FRAME_MAX_BYTES); nothing was sent then. The
 * body is copied. */
int frame_send(void *socket, const struct peer *peer, const struct frame *frame, struct bytes body);

/* Open a ROUTER bound to, or a DEALER connected to, the endpoint, with our options:
 * LINGER 0, MAXMSGSIZE, MANDATORY, high-water marks. A ROUTER keeps a few hundred messages of each
 * peer, and few for it: an answer that nobody reads is dropped (EAGAIN), not hoarded. An ipc
 * socket file gets mode 0660, and one at which somebody listens is refused (EADDRINUSE): a
 * second bind would take it from him. NULL with errno set. */
void *frame_bind(void *zmq, const char *endpoint);

/* A ROUTER that keeps at most `unread` messages of each peer (further ones wait at the sender) and
 * at most `unsent` for each (further ones are EAGAIN). */
void *frame_bind_bounded(void *zmq, const char *endpoint, int unread, int unsent);
void *frame_connect(void *zmq, const char *endpoint);

#endif
