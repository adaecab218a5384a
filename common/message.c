/* The checks read the packed bytes, not the unpacked structs: there a string still has its
 * length, so that a zero byte inside is seen, and an unknown field still has its number. A
 * path to the fault is put together only when there is one, on the way back up. */
#include "message.h"

#include <stdio.h>

#include "packed.h"

/* ---------------------------------------------------------------- UTF-8 */

/* Eight bytes at once while they are plain ASCII without a zero byte. */
static size_t ascii_prefix(const uint8_t *text, size_t size)
{
    const uint64_t ones = 0x0101010101010101U;
    const uint64_t highs = 0x8080808080808080U;
    size_t at = 0;
    uint64_t word;

    for (; at + sizeof word <= size; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if (((word | (word - ones)) & highs) != 0)
            break;
    }
    return at;
}

/* Size of the multi-byte character there, 0 when it is malformed (RFC 3629 section 4). */
static size_t wide_character(const uint8_t *text, size_t size)
{
    uint8_t lead = text[0];
    uint8_t low = 0x80;
    uint8_t high = 0xbf;
    size_t wanted;

    if (lead >= 0xc2 && lead <= 0xdf)
        wanted = 2;
    else if (lead >= 0xe0 && lead <= 0xef)
        wanted = 3;
    else if (lead >= 0xf0 && lead <= 0xf4)
        wanted = 4;
    else
        return 0;
    low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : low;     /* overlong forms */
    high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : high;   /* surrogates, beyond U+10FFFF */
    if (size < wanted || text[1] < low || text[1] > high)
        return 0;
    for (size_t i = 2; i < wanted; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    return wanted;
}

bool is_utf8(const char *text, size_t size)
{
    const uint8_t *bytes = (const uint8_t *) text;
    size_t at = 0;

    while (at < size) {
        size_t step;

        at += ascii_prefix(bytes + at, size - at);
        if (at == size)
            break;
        if (bytes[at] < 0x80)
            step = bytes[at] != 0;
        else
            step = wide_character(bytes + at, size - at);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

int utf8_size_within(const char *text, int most)
{
    int size = (int) strnlen(text, (size_t) most);

    while (size == most && most > 0 && ((unsigned char) text[most] & 0xc0) == 0x80)
        size = --most;
    return size;
}

/* ---------------------------------------------------------------- codes and names */

enum { CODE_MAX_BYTES = 32 };

bool is_code(const char *text)
{
    size_t size = 0;

    for (; text[size] != '\0'; size++) {
        char at = text[size];
        bool known = (at >= 'A' && at <= 'Z') || (at >= 'a' && at <= 'z') || (at >= '0' && at <= '9') ||
                     at == '.' || at == '_' || at == '-';

        if (!known || size == CODE_MAX_BYTES)
            return false;
    }
    return size > 0;
}

void message_json_name(const char *field_name, char *out, size_t size)
{
    size_t used = 0;
    bool raise = false;

    if (size == 0)
        return;
    for (; *field_name != '\0' && used + 1 < size; field_name++) {
        char letter = *field_name;

        if (raise && letter >= 'a' && letter <= 'z')
            letter = (char) (letter - 'a' + 'A');
        raise = letter == '_';
        if (!raise)
            out[used++] = letter;
    }
    out[used] = '\0';
}

/* ---------------------------------------------------------------- checking */

static bool check_message(const ProtobufCMessageDescriptor *type, struct bytes packed, struct fault *fault);

/* Put "name" or "name[index]" in front of the path that deeper levels have written; `behind`
 * is where the piece at fault ends. */
static bool inside(const ProtobufCFieldDescriptor *field, struct bytes packed, const uint8_t *behind,
                   struct fault *fault)
{
    struct walk walk = walk_of(packed);
    struct piece piece;
    char deeper[sizeof fault->field];
    char index[24] = "";
    size_t place = 0;

    if (fault == NULL)
        return false;
    while (packed_take(&walk, &piece) && walk.at < behind)
        place += piece.number == field->id;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        (void) snprintf(index, sizeof index, "[%zu]", place);
    memcpy(deeper, fault->field, sizeof deeper);
    (void) snprintf(fault->field, sizeof fault->field, "%.63s%s%s%.71s", field->name, index,
                    deeper[0] == '\0' ? "" : ".", deeper);
    return false;
}

static bool check_enum(const ProtobufCFieldDescriptor *field, uint64_t varint, struct fault *fault)
{
    int value = (int) (int32_t) (uint32_t) varint;

    if (protobuf_c_enum_descriptor_get_value(field->descriptor, value) != NULL)
        return true;
    return fault_set(fault, "", "取值 %d 未定义，请用 %s 中列出的值", "value %d is not declared, use one of %s",
                     value, ((const ProtobufCEnumDescriptor *) field->descriptor)->short_name);
}

static bool check_packed_enums(const ProtobufCFieldDescriptor *field, struct bytes content, struct fault *fault)
{
    struct walk walk = walk_of(content);
    uint64_t varint;

    while (walk.at < walk.end) {
        if (!packed_take_varint(&walk, &varint))
            return fault_set(fault, "", "数据损坏，请重新发送", "damaged data, send it again");
        if (!check_enum(field, varint, fault))
            return false;
    }
    return true;
}

static bool check_content(const ProtobufCFieldDescriptor *field, const struct piece *piece, struct fault *fault)
{
    bool delimited = piece->wire_type == WIRE_DELIMITED;

    if (field->type == PROTOBUF_C_TYPE_STRING && delimited)
        return is_utf8(piece->content.data, piece->content.size) ||
               fault_set(fault, "", "文字不是有效的 UTF-8，或含有零字节",
                         "the text is not valid UTF-8 or holds a zero byte");
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && delimited)
        return check_message(field->descriptor, piece->content, fault);
    if (field->type == PROTOBUF_C_TYPE_ENUM && delimited)
        return check_packed_enums(field, piece->content, fault);
    if (field->type == PROTOBUF_C_TYPE_ENUM && piece->wire_type == WIRE_VARINT)
        return check_enum(field, piece->varint, fault);
    return true;   /* another wire type than declared: protobuf-c refuses that itself */
}

static bool check_message(const ProtobufCMessageDescriptor *type, struct bytes packed, struct fault *fault)
{
    struct walk walk = walk_of(packed);

    while (walk.at < walk.end) {
        struct piece piece = { 0 };
        const ProtobufCFieldDescriptor *field;
        char number[24];

        if (!packed_take(&walk, &piece))
            return fault_set(fault, "", "数据损坏，请重新发送", "damaged data, send it again");
        field = protobuf_c_message_descriptor_get_field(type, piece.number);
        if (field == NULL) {
            (void) snprintf(number, sizeof number, "#%u", piece.number);
            return fault_set(fault, number, "%s 没有 %u 号字段，请核对双方版本",
                             "%s has no field %u; do both sides have the same version?", type->short_name,
                             piece.number);
        }
        if (!check_content(field, &piece, fault))
            return inside(field, packed, walk.at, fault);
    }
    return true;
}

/* ---------------------------------------------------------------- in and out */

static void *unpack(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes packed)
{
    return protobuf_c_message_unpack(type, &arena->allocator, packed.size, packed.data);
}

void *message_unpack_own(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes packed)
{
    struct arena_mark mark = arena_mark(arena);
    void *message = packed_read(arena, type, packed);

    if (message != NULL)
        return message;
    arena_rewind(arena, mark);
    return unpack(arena, type, packed);
}

void *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes packed,
                     size_t max_bytes, struct fault *fault)
{
    void *message;

    if (packed.size > max_bytes) {
        fault_set(fault, "", "内容有 %zu 字节，上限是 %zu 字节", "%zu bytes, at most %zu are allowed", packed.size,
                  max_bytes);
        return NULL;
    }
    if (!check_message(type, packed, fault))
        return NULL;
    message = unpack(arena, type, packed);
    if (message == NULL)
        fault_set(fault, "", "无法解读 %s：数据损坏，或项目过多", "cannot read %s: damaged, or too many parts",
                  type->short_name);
    return message;
}

/* Few are longer. */
enum { PACKED_AT_ONCE_BYTES = 4096 };

static struct bytes pack_at_once(struct arena *arena, const void *message)
{
    struct arena_mark mark = arena_mark(arena);
    uint8_t *packed = arena_take(arena, PACKED_AT_ONCE_BYTES);
    size_t size;

    if (packed != NULL && packed_write(message, packed, PACKED_AT_ONCE_BYTES, &size)) {
        arena_shorten(arena, packed, PACKED_AT_ONCE_BYTES, size);
        return bytes_of(packed, size);
    }
    arena_rewind(arena, mark);
    return bytes_of(NULL, 0);
}

struct bytes message_pack(struct arena *arena, const void *message)
{
    struct bytes at_once = pack_at_once(arena, message);
    uint8_t *packed;
    size_t size;

    if (at_once.data != NULL)
        return at_once;
    size = protobuf_c_message_get_packed_size(message);
    packed = arena_take(arena, size);
    if (packed == NULL)
        return bytes_of(NULL, 0);
    return bytes_of(packed, protobuf_c_message_pack(message, packed));
}
