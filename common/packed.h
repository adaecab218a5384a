/* packed.h - the packed bytes of a message, piece by piece.
 *
 * protobuf-c reads and writes a message in two passes and with its own bookkeeping for each; rules reads every entry of the
 * journal and every row that it touches, and writes every row that it changes: that is a third of its work. packed_read
 * reads in one pass what our own packing writes, and leaves all that is unusual to protobuf-c: it never decides that bytes
 * are bad. packed_write writes the bytes that protobuf-c would.
 */
#ifndef DUBAN_PACKED_H
#define DUBAN_PACKED_H

#include <stdbool.h>

#include "arena.h"
#include "bytes.h"

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_DELIMITED = 2, WIRE_FIXED32 = 5 };

/* What is still to be read. */
struct walk {
    const uint8_t *at;
    const uint8_t *end;
};

/* One field as it stands on the wire. */
struct piece {
    uint32_t number;
    uint32_t wire_type;
    uint64_t varint;       /* WIRE_VARINT */
    struct bytes content;  /* WIRE_DELIMITED */
};

static inline struct walk walk_of(struct bytes packed)
{
    return (struct walk){ packed.data, (const uint8_t *) packed.data + packed.size };
}

/* The next number, of at most 64 bits. False: damaged. */
bool packed_take_varint(struct walk *walk, uint64_t *value);

/* The next piece. False: damaged. */
bool packed_take(struct walk *walk, struct piece *piece);

/* As protobuf-c unpacks it, into the arena. NULL when anything about it is unusual, damage included, or the arena is at
 * its limit: what has been taken from the arena is of no use then. */
void *packed_read(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes packed);

/* As protobuf-c packs it, and how long that is. False when there is no room, or anything about it is unusual: what has been
 * written is of no use then. */
bool packed_write(const ProtobufCMessage *message, uint8_t *packed, size_t room, size_t *size);

#endif
