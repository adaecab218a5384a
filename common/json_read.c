#include "json.h"

#include <assert.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>

#include "json_private.h"
#include "message.h"

/* ---------------------------------------------------------------- where reading stands */

/* A chain from the value up to the whole; made into text only when something is wrong. */
struct place {
    const struct place *around;
    const char *name;
    size_t index;
    bool indexed;
};

struct reading {
    struct arena *arena;
    struct fault *fault;
};

static size_t write_path(const struct place *place, char *out, size_t size)
{
    size_t used = 0;
    char index[24] = "";
    int written;

    if (place == NULL)
        return 0;
    used = write_path(place->around, out, size);
    if (place->indexed)
        (void) snprintf(index, sizeof index, "[%zu]", place->index);
    written = snprintf(out + used, size - used, "%s%s%s", used > 0 && !place->indexed ? "." : "",
                       place->indexed ? "" : place->name, index);
    used += written < 0 ? 0 : (size_t) written;
    return used < size ? used : size - 1;
}

/* Both formats may use `name` once, or not at all. */
static bool wrong(const struct reading *reading, const struct place *place, const char *zh, const char *en,
                  const char *name)
{
    char path[2 * sizeof reading->fault->field] = "";   /* longer, so that fault_set does the cutting */

    if (reading->fault == NULL)
        return false;
    write_path(place, path, sizeof path);
    return fault_set(reading->fault, path, zh, en, name);
}

static bool too_large(const struct reading *reading)
{
    return fault_set(reading->fault, "", "内容过多，请分几次提交", "too much at once, submit it in parts");
}

/* ---------------------------------------------------------------- integers */

struct integer {
    bool negative;
    uint64_t magnitude;
};

struct range {
    uint64_t below_zero;   /* magnitude of the least value */
    uint64_t above_zero;
};

static struct range range_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return (struct range){ 0, UINT32_MAX };
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return (struct range){ 0, UINT64_MAX };
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return (struct range){ (uint64_t) INT64_MAX + 1, INT64_MAX };
    default:
        return (struct range){ (uint64_t) INT32_MAX + 1, INT32_MAX };
    }
}

static bool integer_of_text(const char *text, struct integer *integer)
{
    integer->negative = text[0] == '-';
    integer->magnitude = 0;
    text += integer->negative;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(integer->magnitude, 10, &integer->magnitude) ||
            __builtin_add_overflow(integer->magnitude, (uint64_t) (*text - '0'), &integer->magnitude))
            return false;
    }
    return true;
}

/* 1.0 and 1e3 are integers in JSON; beyond 2^53 a double no longer says which one. */
static bool integer_of_real(double real, struct integer *integer)
{
    const double exact = 9007199254740992.0;

    if (real != floor(real) || real > exact || real < -exact)
        return false;
    integer->negative = real < 0;
    integer->magnitude = (uint64_t) fabs(real);
    return true;
}

static bool take_integer(const json_t *json, struct integer *integer)
{
    if (json_is_string(json))
        return integer_of_text(json_string_value(json), integer);
    if (json_is_real(json))
        return integer_of_real(json_real_value(json), integer);
    if (!json_is_integer(json))
        return false;
    integer->negative = json_integer_value(json) < 0;
    integer->magnitude = integer->negative ? 0 - (uint64_t) json_integer_value(json)
                                           : (uint64_t) json_integer_value(json);
    return true;
}

static bool read_integer(const struct reading *reading, const struct place *place, ProtobufCType type,
                         const json_t *json, void *slot)
{
    struct range range = range_of(type);
    struct integer integer;
    uint64_t value;

    if (!take_integer(json, &integer))
        return wrong(reading, place, "应为整数", "should be a whole number", "");
    if (integer.magnitude > (integer.negative ? range.below_zero : range.above_zero))
        return wrong(reading, place, range.below_zero == 0 && integer.negative ? "不能为负数" : "数值超出范围",
                     range.below_zero == 0 && integer.negative ? "must not be negative" : "the number is out of range",
                     "");
    value = integer.negative ? 0 - integer.magnitude : integer.magnitude;
    if (element_size(type) == sizeof(uint32_t))
        *(uint32_t *) slot = (uint32_t) value;
    else
        *(uint64_t *) slot = value;
    return true;
}

/* ---------------------------------------------------------------- other values */

/* "A, B, C", ending in "..." when it does not fit. */
static void list_names(const ProtobufCEnumDescriptor *type, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < type->n_values; i++) {
        const char *name = type->values[i].name;

        if (type->values[i].value == 0)   /* UNSPECIFIED is nobody's choice */
            continue;
        if (used + strlen(name) + sizeof ", ..." >= size) {
            (void) snprintf(out + used, size - used, ", ...");
            return;
        }
        used += (size_t) snprintf(out + used, size - used, "%s%s", used > 0 ? ", " : "", name);
    }
}

static bool read_enum(const struct reading *reading, const struct place *place, const ProtobufCEnumDescriptor *type,
                      const json_t *json, int *slot)
{
    const ProtobufCEnumValue *value = NULL;
    struct integer number;
    char names[240];

    if (json_is_string(json))
        value = protobuf_c_enum_descriptor_get_value_by_name(type, json_string_value(json));
    if (value == NULL && take_integer(json, &number) && number.magnitude <= INT32_MAX)
        value = protobuf_c_enum_descriptor_get_value(type, number.negative ? -(int) number.magnitude
                                                                           : (int) number.magnitude);
    if (value == NULL) {
        list_names(type, names, sizeof names);
        return wrong(reading, place, "应为其中之一：%s", "should be one of: %s", names);
    }
    *slot = value->value;
    return true;
}

static bool read_string(const struct reading *reading, const struct place *place, const json_t *json, char **slot)
{
    size_t size = json_string_length(json);

    if (!json_is_string(json))
        return wrong(reading, place, "应为加引号的文字", "should be a text in quotes", "");
    if (!is_utf8(json_string_value(json), size))
        return wrong(reading, place, "文字中不能有零字符", "the text must not hold a zero character", "");
    *slot = arena_copy(reading->arena, json_string_value(json), size);
    return *slot != NULL || too_large(reading);
}

/* Both alphabets, with padding or without. */
static bool decode_base64(const char *text, uint8_t *out, size_t out_size, size_t *size)
{
    size_t whole = strlen(text);
    size_t used = whole;
    int variant = strpbrk(text, "-_") == NULL ? sodium_base64_VARIANT_ORIGINAL_NO_PADDING
                                              : sodium_base64_VARIANT_URLSAFE_NO_PADDING;

    while (used > 0 && whole - used < 2 && text[used - 1] == '=')
        used--;
    if (used < whole && whole % 4 != 0)
        return false;
    return sodium_base642bin(out, out_size, text, used, NULL, size, NULL, variant) == 0;
}

static bool read_bytes(const struct reading *reading, const struct place *place, const json_t *json,
                       ProtobufCBinaryData *slot)
{
    size_t room = json_string_length(json) / 4 * 3 + 3;

    if (!json_is_string(json))
        return wrong(reading, place, "应为 base64 文字", "should be a base64 text", "");
    slot->data = arena_take(reading->arena, room);
    if (slot->data == NULL)
        return too_large(reading);
    return decode_base64(json_string_value(json), slot->data, room, &slot->len) ||
           wrong(reading, place, "不是有效的 base64", "not valid base64", "");
}

static ProtobufCMessage *read_message(const struct reading *reading, const struct place *place,
                                      const ProtobufCMessageDescriptor *type, const json_t *json);

static bool read_value(const struct reading *reading, const struct place *place,
                       const ProtobufCFieldDescriptor *field, const json_t *json, void *slot)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return read_integer(reading, place, field->type, json, slot);
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *) slot = json_is_true(json);
        return json_is_boolean(json) || wrong(reading, place, "应为 true 或 false", "should be true or false", "");
    case PROTOBUF_C_TYPE_ENUM:
        return read_enum(reading, place, field->descriptor, json, slot);
    case PROTOBUF_C_TYPE_STRING:
        return read_string(reading, place, json, slot);
    case PROTOBUF_C_TYPE_BYTES:
        return read_bytes(reading, place, json, slot);
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **) slot = read_message(reading, place, field->descriptor, json);
        return *(ProtobufCMessage **) slot != NULL;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        break;
    }
    assert(!"no message of Duban holds floating point");
    return false;
}

/* ---------------------------------------------------------------- messages */

static bool read_repeated(const struct reading *reading, const struct place *place,
                          const ProtobufCFieldDescriptor *field, const json_t *json, ProtobufCMessage *message)
{
    size_t count = json_array_size(json);
    size_t size = element_size(field->type);
    char *elements;

    if (!json_is_array(json))
        return wrong(reading, place, "应为 [ ] 括起的列表", "should be a list in [ ]", "");
    elements = arena_clear(reading->arena, count * size);
    if (elements == NULL)
        return too_large(reading);
    for (size_t i = 0; i < count; i++) {
        const struct place element = { .around = place, .index = i, .indexed = true };

        if (!read_value(reading, &element, field, json_array_get(json, i), elements + i * size))
            return false;
    }
    *(size_t *) slot_of(message, field->quantifier_offset) = count;
    *(char **) slot_of(message, field->offset) = elements;
    return true;
}

static bool read_oneof(const struct reading *reading, const struct place *place,
                       const ProtobufCFieldDescriptor *field, const json_t *json, ProtobufCMessage *message)
{
    uint32_t *chosen = slot_of(message, field->quantifier_offset);

    if (*chosen != 0)
        return wrong(reading, place, "与 %s 只能填一个", "only one of this and %s may be there",
                     protobuf_c_message_descriptor_get_field(message->descriptor, *chosen)->name);
    *chosen = field->id;
    return read_value(reading, place, field, json, slot_of(message, field->offset));
}

static bool read_field(const struct reading *reading, const struct place *place,
                       const ProtobufCFieldDescriptor *field, const json_t *json, ProtobufCMessage *message)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return read_repeated(reading, place, field, json, message);
    if (is_oneof(field))
        return read_oneof(reading, place, field, json, message);
    return read_value(reading, place, field, json, slot_of(message, field->offset));
}

static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *type, const char *key)
{
    const ProtobufCFieldDescriptor *found = protobuf_c_message_descriptor_get_field_by_name(type, key);
    char name[JSON_NAME_BYTES];

    for (unsigned i = 0; found == NULL && i < type->n_fields; i++) {
        message_json_name(type->fields[i].name, name, sizeof name);
        if (strcmp(name, key) == 0)
            found = &type->fields[i];
    }
    return found;
}

static bool read_member(const struct reading *reading, const struct place *around, ProtobufCMessage *message,
                        const char *key, const json_t *json, bool *seen)
{
    const ProtobufCFieldDescriptor *field = find_field(message->descriptor, key);
    const struct place place = { .around = around, .name = field == NULL ? key : field->name };
    bool *is_seen;

    if (field == NULL)
        return wrong(reading, &place, "没有“%s”这个字段，请核对名称", "there is no field \"%s\", check the name", key);
    is_seen = &seen[field - message->descriptor->fields];
    if (*is_seen)
        return wrong(reading, &place, "%s 写了两次", "%s stands twice", field->name);
    *is_seen = true;
    return json_is_null(json) || read_field(reading, &place, field, json, message);
}

static ProtobufCMessage *read_message(const struct reading *reading, const struct place *place,
                                      const ProtobufCMessageDescriptor *type, const json_t *json)
{
    ProtobufCMessage *message;
    const char *key;
    json_t *value;
    bool *seen = arena_clear(reading->arena, type->n_fields + 1);   /* by place among the fields */

    if (!json_is_object(json)) {
        wrong(reading, place, "应为 { } 括起的对象", "should be an object in { }", "");
        return NULL;
    }
    message = arena_take(reading->arena, type->sizeof_message);
    if (message == NULL || seen == NULL) {
        too_large(reading);
        return NULL;
    }
    protobuf_c_message_init(type, message);
    json_object_foreach((json_t *) json, key, value) {
        if (!read_member(reading, place, message, key, value, seen))
            return NULL;
    }
    return message;
}

void *json_to_message(struct arena *arena, const ProtobufCMessageDescriptor *type, const json_t *json,
                      struct fault *fault)
{
    const struct reading reading = { arena, fault };

    return read_message(&reading, NULL, type, json);
}
