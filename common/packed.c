#include "packed.h"

#include <string.h>

/* ---------------------------------------------------------------- pieces */

enum { LONGEST_VARINT = 10 };   /* bytes */

bool packed_take_varint(struct walk *walk, uint64_t *value)
{
    uint64_t sum = 0;

    for (unsigned shift = 0; shift < 7 * LONGEST_VARINT && walk->at < walk->end; shift += 7) {
        uint8_t byte = *walk->at++;

        sum |= (uint64_t) (byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = sum;
            return true;
        }
    }
    return false;
}

static bool skip_fixed(struct walk *walk, size_t size)
{
    if ((size_t) (walk->end - walk->at) < size)
        return false;
    walk->at += size;
    return true;
}

typedef bool varint_reader(struct walk *walk, uint64_t *value);

static inline bool take_delimited(struct walk *walk, varint_reader *varint, struct bytes *content)
{
    uint64_t size;

    if (!varint(walk, &size) || size > (uint64_t) (walk->end - walk->at))
        return false;
    *content = bytes_of(walk->at, (size_t) size);
    walk->at += size;
    return true;
}

static inline bool take(struct walk *walk, varint_reader *varint, struct piece *piece)
{
    uint64_t tag;

    if (!varint(walk, &tag) || tag > UINT32_MAX || tag >> 3 == 0)
        return false;
    piece->number = (uint32_t) (tag >> 3);
    piece->wire_type = (uint32_t) (tag & 7);
    switch (piece->wire_type) {
    case WIRE_VARINT:
        return varint(walk, &piece->varint);
    case WIRE_FIXED64:
        return skip_fixed(walk, 8);
    case WIRE_DELIMITED:
        return take_delimited(walk, varint, &piece->content);
    case WIRE_FIXED32:
        return skip_fixed(walk, 4);
    default:   /* groups, and numbers that were never given out */
        return false;
    }
}

bool packed_take(struct walk *walk, struct piece *piece)
{
    return take(walk, packed_take_varint, piece);
}

/* ---------------------------------------------------------------- a message in one pass */

/* As it is packed: in as few bytes as hold it. About others protobuf-c has views of its own. */
static inline bool plain_varint(struct walk *walk, uint64_t *value)
{
    const uint8_t *first = walk->at;

    if (walk->at < walk->end && *walk->at < 0x80) {
        *value = *walk->at++;
        return true;
    }
    return packed_take_varint(walk, value) && walk->at[-1] != 0 &&
           (walk->at - first < LONGEST_VARINT || walk->at[-1] == 1);
}

static void *member(ProtobufCMessage *message, unsigned offset)
{
    return (char *) message + offset;
}

/* Where an element of a repeated field goes; NULL at the arena's limit. There is room for all from the first on. */
static void *next_element(struct arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                          struct walk rest)
{
    size_t *count = member(message, field->quantifier_offset), found = 1;
    void ***list = member(message, field->offset);
    struct piece piece;

    if (*count == 0) {
        while (rest.at < rest.end && take(&rest, plain_varint, &piece))
            found += piece.number == field->id;
        *list = arena_take_pointers(arena, found);
        if (*list == NULL)
            return NULL;
    }
    return *list + (*count)++;
}

/* Where the value goes; NULL when protobuf-c is to see to it. */
static void *place_of(struct arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, struct walk rest)
{
    uint32_t *which = member(message, field->quantifier_offset);

    if (field->label == PROTOBUF_C_LABEL_REPEATED)   /* numbers may be packed together, or not */
        return field->type == PROTOBUF_C_TYPE_MESSAGE || field->type == PROTOBUF_C_TYPE_STRING
                   ? next_element(arena, message, field, rest)
                   : NULL;
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
        if (*which != 0)
            return NULL;
        *which = field->id;
        return member(message, field->offset);
    }
    return field->quantifier_offset == 0 && field->label != PROTOBUF_C_LABEL_REQUIRED ? member(message, field->offset) : NULL;
}

static ProtobufCMessage *read_message(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes packed);

static bool put_message(struct arena *arena, const ProtobufCFieldDescriptor *field, struct bytes content, void *place)
{
    ProtobufCMessage **to = place;

    if (field->label != PROTOBUF_C_LABEL_REPEATED && *to != NULL)   /* said in two parts, to be merged */
        return false;
    *to = read_message(arena, field->descriptor, content);
    return *to != NULL;
}

static bool put_text(struct arena *arena, struct bytes content, void *place)
{
    char **to = place;

    *to = arena_copy(arena, content.data, content.size);
    return *to != NULL;
}

static bool put_bytes(struct arena *arena, struct bytes content, void *place)
{
    ProtobufCBinaryData *to = place;

    *to = (ProtobufCBinaryData){ 0 };
    if (content.size == 0)
        return true;
    *to = (ProtobufCBinaryData){ content.size, arena_take(arena, content.size) };
    if (to->data == NULL)
        return false;
    memcpy(to->data, content.data, content.size);
    return true;
}

static bool put_number(const ProtobufCFieldDescriptor *field, uint64_t number, void *place)
{
    uint64_t unfolded = number >> 1 ^ -(number & 1);   /* -1 is packed as 1, 1 as 2, -2 as 3 */
    uint32_t low = (uint32_t) number;
    protobuf_c_boolean is_true = number != 0;

    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
        memcpy(place, &low, sizeof low);
        return true;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        memcpy(place, &number, sizeof number);
        return true;
    case PROTOBUF_C_TYPE_SINT64:
        memcpy(place, &unfolded, sizeof unfolded);
        return true;
    case PROTOBUF_C_TYPE_BOOL:
        memcpy(place, &is_true, sizeof is_true);
        return true;
    default:
        return false;
    }
}

static bool put(struct arena *arena, const ProtobufCFieldDescriptor *field, const struct piece *piece, void *place)
{
    if (piece->wire_type == WIRE_VARINT)
        return put_number(field, piece->varint, place);
    if (piece->wire_type != WIRE_DELIMITED)
        return false;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return put_text(arena, piece->content, place);
    case PROTOBUF_C_TYPE_BYTES:
        return put_bytes(arena, piece->content, place);
    case PROTOBUF_C_TYPE_MESSAGE:
        return put_message(arena, field, piece->content, place);
    default:
        return false;
    }
}

/* The fields stand in order of their numbers, on the wire as well: the next one is the last one's or comes after it. */
static const ProtobufCFieldDescriptor *next_field(const ProtobufCMessageDescriptor *type, uint32_t number, unsigned *last)
{
    for (unsigned i = *last; i < type->n_fields && type->fields[i].id <= number; i++) {
        if (type->fields[i].id != number)
            continue;
        *last = i;
        return &type->fields[i];
    }
    return NULL;
}

static ProtobufCMessage *read_message(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes packed)
{
    ProtobufCMessage *message = type->message_init == NULL ? NULL : arena_take(arena, type->sizeof_message);
    struct walk walk = walk_of(packed);
    unsigned last = 0;

    if (message == NULL)
        return NULL;
    type->message_init(message);
    while (walk.at < walk.end) {
        const ProtobufCFieldDescriptor *field;
        struct piece piece = { 0 };
        void *place;

        if (!take(&walk, plain_varint, &piece))
            return NULL;
        field = next_field(type, piece.number, &last);
        place = field == NULL ? NULL : place_of(arena, message, field, walk);
        if (place == NULL || !put(arena, field, &piece, place))
            return NULL;
    }
    return message;
}

void *packed_read(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes packed)
{
    return read_message(arena, type, packed);
}
