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

/* ---------------------------------------------------------------- written in one pass */

enum { TAG_AND_VARINT_BYTES = 5 + LONGEST_VARINT };

/* What is left of the room. */
struct writer {
    uint8_t *at;
    const uint8_t *end;
};

static bool has_room(const struct writer *writer, size_t size)
{
    return (size_t) (writer->end - writer->at) >= size;
}

/* There is room. */
static inline void write_varint(struct writer *writer, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *writer->at++ = (uint8_t) (value | 0x80);
    *writer->at++ = (uint8_t) value;
}

static inline void write_tag(struct writer *writer, const ProtobufCFieldDescriptor *field, enum wire_type wire_type)
{
    write_varint(writer, (uint64_t) field->id << 3 | wire_type);
}

static inline bool write_delimited(struct writer *writer, const ProtobufCFieldDescriptor *field, const void *data, size_t size)
{
    if (size > (size_t) (writer->end - writer->at) || !has_room(writer, size + TAG_AND_VARINT_BYTES))
        return false;
    write_tag(writer, field, WIRE_DELIMITED);
    write_varint(writer, size);
    if (size > 0)
        memcpy(writer->at, data, size);
    writer->at += size;
    return true;
}

/* As it is packed; numbers that are never small are left to protobuf-c. */
static inline bool take_number(const ProtobufCFieldDescriptor *field, const void *place, uint64_t *number)
{
    int32_t low;
    int64_t high;

    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        memcpy(&low, place, sizeof low);
        *number = (uint64_t) (int64_t) low;
        return true;
    case PROTOBUF_C_TYPE_UINT32:
        memcpy(&low, place, sizeof low);
        *number = (uint32_t) low;
        return true;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        memcpy(number, place, sizeof *number);
        return true;
    case PROTOBUF_C_TYPE_SINT64:
        memcpy(&high, place, sizeof high);
        *number = (uint64_t) high << 1 ^ (high < 0 ? UINT64_MAX : 0);
        return true;
    case PROTOBUF_C_TYPE_BOOL:
        *number = *(const protobuf_c_boolean *) place != 0;
        return true;
    default:
        return false;
    }
}

static bool write_message(struct writer *writer, const ProtobufCMessage *message);

/* Its length is known behind it: most are short enough for the one byte that is left free. */
static bool write_inner(struct writer *writer, const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message)
{
    struct writer length;
    size_t size, more = 0;

    if (message == NULL)
        return write_delimited(writer, field, "", 0);
    if (!has_room(writer, TAG_AND_VARINT_BYTES))
        return false;
    write_tag(writer, field, WIRE_DELIMITED);
    length = *writer;
    writer->at++;
    if (!write_message(writer, message))
        return false;
    size = (size_t) (writer->at - length.at) - 1;
    for (size_t rest = size >> 7; rest > 0; rest >>= 7)
        more++;
    if (!has_room(writer, more))
        return false;
    if (more > 0)
        memmove(length.at + 1 + more, length.at + 1, size);
    writer->at += more;
    write_varint(&length, size);
    return true;
}

/* Whatever it holds. */
static bool write_value(struct writer *writer, const ProtobufCFieldDescriptor *field, const void *place)
{
    const ProtobufCBinaryData *bytes = place;
    const char *text;
    uint64_t number;

    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        text = *(const char *const *) place;
        return write_delimited(writer, field, text, text == NULL ? 0 : strlen(text));
    case PROTOBUF_C_TYPE_BYTES:
        return write_delimited(writer, field, bytes->data, bytes->len);
    case PROTOBUF_C_TYPE_MESSAGE:
        return write_inner(writer, field, *(const ProtobufCMessage *const *) place);
    default:
        if (!take_number(field, place, &number) || !has_room(writer, TAG_AND_VARINT_BYTES))
            return false;
        write_tag(writer, field, WIRE_VARINT);
        write_varint(writer, number);
        return true;
    }
}

/* Nothing is written of what is as it would be read where there is nothing. */
static bool is_nothing(const ProtobufCFieldDescriptor *field, const void *place)
{
    const char *text;
    uint64_t number;

    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        text = *(const char *const *) place;
        return text == NULL || text[0] == '\0';
    case PROTOBUF_C_TYPE_BYTES:
        return ((const ProtobufCBinaryData *) place)->len == 0;
    case PROTOBUF_C_TYPE_MESSAGE:
        return *(const void *const *) place == NULL;
    default:
        return take_number(field, place, &number) && number == 0;
    }
}

/* Of a choice: text that is empty is said all the same. */
static bool is_pointless(const ProtobufCFieldDescriptor *field, const void *place)
{
    bool is_pointer = field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE;
    const void *pointer = is_pointer ? *(const void *const *) place : NULL;

    return is_pointer && (pointer == NULL || pointer == field->default_value);
}

static bool write_numbers(struct writer *writer, const ProtobufCFieldDescriptor *field, const uint8_t *list, size_t count)
{
    size_t element = size_of_element(field), size = 0;
    uint64_t number;

    for (size_t i = 0; i < count; i++) {
        if (element == 0 || !take_number(field, list + i * element, &number))
            return false;
        for (size++; number >= 0x80; number >>= 7)
            size++;
    }
    if (!has_room(writer, size + TAG_AND_VARINT_BYTES))
        return false;
    write_tag(writer, field, WIRE_DELIMITED);
    write_varint(writer, size);
    for (size_t i = 0; i < count && take_number(field, list + i * element, &number); i++)
        write_varint(writer, number);
    return true;
}

static bool write_list(struct writer *writer, const ProtobufCFieldDescriptor *field, const uint8_t *list, size_t count)
{
    size_t element = field->type == PROTOBUF_C_TYPE_BYTES ? sizeof(ProtobufCBinaryData) : sizeof(void *);

    if (count == 0)
        return true;
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0)
        return write_numbers(writer, field, list, count);
    if (field->type != PROTOBUF_C_TYPE_MESSAGE && field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_BYTES)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!write_value(writer, field, list + i * element))
            return false;
    return true;
}

static bool write_field(struct writer *writer, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const void *place = (const char *) message + field->offset, *beside = (const char *) message + field->quantifier_offset;

    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return write_list(writer, field, *(const uint8_t *const *) place, *(const size_t *) beside);
    if (field->label != PROTOBUF_C_LABEL_NONE)
        return false;
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
        return is_nothing(field, place) || write_value(writer, field, place);
    return *(const uint32_t *) beside != field->id || is_pointless(field, place) || write_value(writer, field, place);
}

static bool write_message(struct writer *writer, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;

    if (message->n_unknown_fields > 0)
        return false;
    for (unsigned i = 0; i < type->n_fields; i++)
        if (!write_field(writer, message, &type->fields[i]))
            return false;
    return true;
}

bool packed_write(const ProtobufCMessage *message, uint8_t *packed, size_t room, size_t *size)
{
    struct writer writer = { packed, packed + room };

    if (!write_message(&writer, message))
        return false;
    *size = (size_t) (writer.at - packed);
    return true;
}
