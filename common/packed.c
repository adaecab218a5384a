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

/* Of a list of numbers; 0: of another kind. */
static size_t size_of_element(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
        return sizeof(uint32_t);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_SINT64:
        return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    default:   /* none that we write in lists of numbers */
        return 0;
    }
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

/* All of the list in one piece, as it is packed. */
static bool put_numbers(struct arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                        struct bytes content)
{
    size_t *count = member(message, field->quantifier_offset), element = size_of_element(field), found = 0;
    struct walk walk = walk_of(content);
    uint64_t number;
    uint8_t *list;

    if (*count != 0 || element == 0 || content.size == 0)
        return false;
    for (const uint8_t *at = walk.at; at < walk.end; at++)
        found += *at < 0x80;
    list = arena_take(arena, found * element);
    for (; list != NULL && walk.at < walk.end; (*count)++)
        if (!plain_varint(&walk, &number) || !put_number(field, number, list + *count * element))
            return false;
    *(uint8_t **) member(message, field->offset) = list;
    return list != NULL;
}

static bool is_list_of_numbers(const ProtobufCFieldDescriptor *field, const struct piece *piece)
{
    return field->label == PROTOBUF_C_LABEL_REPEATED && piece->wire_type == WIRE_DELIMITED && size_of_element(field) > 0;
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
        if (field != NULL && is_list_of_numbers(field, &piece)) {
            if (!put_numbers(arena, message, field, piece.content))
                return NULL;
            continue;
        }
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

/* ---------------------------------------------------------------- a message from its end */

/* What has been written is [at, end). A piece is written content first, then its length, then its tag. */
struct writing {
    uint8_t *begin;
    uint8_t *at;
};

static bool write_long_varint(struct writing *writing, uint64_t value)
{
    uint8_t digits[LONGEST_VARINT];
    size_t count = 0;

    for (; value >= 0x80; value >>= 7)
        digits[count++] = (uint8_t) (value | 0x80);
    digits[count++] = (uint8_t) value;
    if ((size_t) (writing->at - writing->begin) < count)
        return false;
    writing->at -= count;
    memcpy(writing->at, digits, count);
    return true;
}

static inline bool write_varint(struct writing *writing, uint64_t value)
{
    if (value >= 0x80 || writing->at == writing->begin)
        return write_long_varint(writing, value);
    *--writing->at = (uint8_t) value;
    return true;
}

static bool write_bytes(struct writing *writing, const void *data, size_t size)
{
    if ((size_t) (writing->at - writing->begin) < size)
        return false;
    writing->at -= size;
    if (size > 0)
        memcpy(writing->at, data, size);
    return true;
}

static bool write_fields(struct writing *writing, const ProtobufCMessage *message);

static bool write_content(struct writing *writing, const ProtobufCFieldDescriptor *field, const void *place)
{
    const char *text;
    const ProtobufCMessage *message;
    const ProtobufCBinaryData *data = place;

    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        text = *(const char *const *) place;
        return text == NULL || write_bytes(writing, text, strlen(text));
    case PROTOBUF_C_TYPE_BYTES:
        return write_bytes(writing, data->data, data->len);
    case PROTOBUF_C_TYPE_MESSAGE:
        message = *(const ProtobufCMessage *const *) place;
        return message == NULL || write_fields(writing, message);
    default:
        return false;
    }
}

/* False: of a kind that none of our messages has. */
static inline bool number_at(const ProtobufCFieldDescriptor *field, const void *place, uint64_t *number)
{
    int32_t narrow;
    uint32_t low;
    int64_t wide;

    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        memcpy(&narrow, place, sizeof narrow);
        *number = (uint64_t) (int64_t) narrow;   /* below zero it takes ten bytes, as a wide one does */
        return true;
    case PROTOBUF_C_TYPE_UINT32:
        memcpy(&low, place, sizeof low);
        *number = low;
        return true;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        memcpy(number, place, sizeof *number);
        return true;
    case PROTOBUF_C_TYPE_SINT64:
        memcpy(&wide, place, sizeof wide);
        *number = (uint64_t) wide << 1 ^ (wide < 0 ? UINT64_MAX : 0);
        return true;
    case PROTOBUF_C_TYPE_BOOL:
        *number = *(const protobuf_c_boolean *) place != 0;
        return true;
    default:
        return false;
    }
}

static bool is_delimited(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_BYTES || field->type == PROTOBUF_C_TYPE_MESSAGE;
}

static bool write_piece(struct writing *writing, const ProtobufCFieldDescriptor *field, const void *place)
{
    const uint8_t *end = writing->at;
    uint64_t number;

    if (is_delimited(field))
        return write_content(writing, field, place) && write_varint(writing, (uint64_t) (end - writing->at)) &&
               write_varint(writing, (uint64_t) field->id << 3 | WIRE_DELIMITED);
    return number_at(field, place, &number) && write_varint(writing, number) &&
           write_varint(writing, (uint64_t) field->id << 3 | WIRE_VARINT);
}

/* Packed together: one piece, without tags inside. */
static bool write_numbers(struct writing *writing, const ProtobufCFieldDescriptor *field, const char *list, size_t count)
{
    const uint8_t *end = writing->at;
    size_t element = size_of_element(field);
    uint64_t number;

    if ((field->flags & PROTOBUF_C_FIELD_FLAG_PACKED) == 0 || element == 0)
        return false;
    for (size_t i = count; i-- > 0;)
        if (!number_at(field, list + i * element, &number) || !write_varint(writing, number))
            return false;
    return write_varint(writing, (uint64_t) (end - writing->at)) &&
           write_varint(writing, (uint64_t) field->id << 3 | WIRE_DELIMITED);
}

static bool write_list(struct writing *writing, const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message)
{
    size_t count = *(const size_t *) ((const char *) message + field->quantifier_offset);
    size_t element = field->type == PROTOBUF_C_TYPE_BYTES ? sizeof(ProtobufCBinaryData) : sizeof(void *);
    const char *list = *(const char *const *) ((const char *) message + field->offset);

    if (count > 0 && !is_delimited(field))
        return write_numbers(writing, field, list, count);
    while (count-- > 0)
        if (!write_piece(writing, field, list + count * element))
            return false;
    return true;
}

/* As a new message has it. */
static inline bool is_nothing(const ProtobufCFieldDescriptor *field, const void *place)
{
    uint64_t number;

    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return *(const char *const *) place == NULL || **(const char *const *) place == '\0';
    case PROTOBUF_C_TYPE_BYTES:
        return ((const ProtobufCBinaryData *) place)->len == 0;
    case PROTOBUF_C_TYPE_MESSAGE:
        return *(const void *const *) place == NULL;
    default:
        return number_at(field, place, &number) && number == 0;
    }
}

/* A part of a choice that was chosen is written even as zero, as its case says; not so a message that is not there and a
 * text that nobody has set. */
static bool is_chosen(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message)
{
    const void *const *place = (const void *) ((const char *) message + field->offset);

    if (*(const uint32_t *) ((const char *) message + field->quantifier_offset) != field->id)
        return false;
    if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
        return true;
    return *place != NULL && *place != field->default_value;
}

static inline bool write_field(struct writing *writing, const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message)
{
    const void *place = (const char *) message + field->offset;

    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return write_list(writing, field, message);
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
        return !is_chosen(field, message) || write_piece(writing, field, place);
    if (field->label == PROTOBUF_C_LABEL_REQUIRED || field->quantifier_offset != 0)
        return false;
    return is_nothing(field, place) || write_piece(writing, field, place);
}

static bool write_fields(struct writing *writing, const ProtobufCMessage *message)
{
    if (message->n_unknown_fields > 0)
        return false;
    for (unsigned i = message->descriptor->n_fields; i-- > 0;)
        if (!write_field(writing, &message->descriptor->fields[i], message))
            return false;
    return true;
}

struct bytes packed_write(uint8_t *room, size_t room_bytes, const void *message)
{
    uint8_t *end = room + room_bytes;
    struct writing writing = { room, end };

    if (!write_fields(&writing, message))
        return bytes_of(NULL, 0);
    return bytes_of(writing.at, (size_t) (end - writing.at));
}
