/* link_private.h - what the two ends of a link share: the layout of a record inside a batch,
 * and sending a protobuf body under a header.
 */
#ifndef DUBAN_LINK_PRIVATE_H
#define DUBAN_LINK_PRIVATE_H

#include <errno.h>
#include <zmq.h>

#include "link.h"
#include "message.h"

/* u32 length, u32 crc32c of the bytes, u64 sequence, u64 stamp_ms, bytes. */
enum {
    BATCH_AT_LENGTH = 0, BATCH_AT_CRC = 4, BATCH_AT_SEQUENCE = 8, BATCH_AT_STAMP = 16, BATCH_RECORD_BYTES = 24,
};

_Static_assert((int) LINK_MAX_RECORD_BYTES + (int) BATCH_RECORD_BYTES <= (int) LINK_BATCH_BYTES,
               "the largest record fits an empty batch");
_Static_assert((int) LINK_BATCH_BYTES <= (int) FRAME_MAX_BYTES, "a batch fits a frame");

enum {
    LINK_BODY_BYTES = 64 * 1024,           /* of anything but a batch */
    LINK_ARENA_BYTES = 2 * 1024 * 1024,
};

/* 0, or -1 with errno like frame_send; ENOMEM when the arena is at its limit. */
static inline int link_send(void *socket, const struct peer *peer, struct frame frame, struct arena *arena,
                            const void *message)
{
    struct bytes body = message_pack(arena, message);

    if (body.data == NULL) {
        errno = ENOMEM;
        return -1;
    }
    return frame_send(socket, peer, &frame, body);
}

static inline bool link_is_readable(void *socket)
{
    int events = 0;
    size_t size = sizeof events;

    return zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size) == 0 && (events & ZMQ_POLLIN) != 0;
}

#endif
