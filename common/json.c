#include "json.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "json_private.h"
#include "message.h"

/* ---------------------------------------------------------------- writing */

static json_t *base64_json(const ProtobufCBinaryData *data)
{
    size_t size = sodium_base64_encoded_len(data->len, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(size);
    json_t *json;

    if (text == NULL)
        return NULL;
    sodium_bin2base64(text, size, data->data, data->len, sodium_base64_VARIANT_ORIGINAL);
    json = json_string(text);
    free(text);
    return json;
}

static json_t *enum_json(const ProtobufCEnumDescriptor *type, int value)
{
    const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(type, value);

    return known == NULL ? json_integer(value) : json_string(known->name);
}

/* A JSON number holds 53 bits at many readers: 64-bit integers travel as strings. */
static json_t *signed_json(int64_t value)
{
    char text[24];

    (void) snprintf(text, sizeof text, "%" PRId64, value);
    return json_string(text);
}

static json_t *unsigned_json(uint64_t value)
{
    char text[24];

    (void) snprintf(text, sizeof text, "%" PRIu64, value);
    return json_string(text);
}

static json_t *string_json(const char *text)
{
    return json_string(text == NULL ? "" : text);
}

static json_t *value_json(const ProtobufCFieldDescriptor *field, const void *slot)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return json_integer(*(const int32_t *) slot);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return json_integer(*(const uint32_t *) slot);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return signed_json(*(const int64_t *) slot);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return unsigned_json(*(const uint64_t *) slot);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *) slot);
    case PROTOBUF_C_TYPE_ENUM:
        return enum_json(field->descriptor, *(const int *) slot);
    case PROTOBUF_C_TYPE_STRING:
        return string_json(*(char *const *) slot);
    case PROTOBUF_C_TYPE_BYTES:
        return base64_json(slot);
    case PROTOBUF_C_TYPE_MESSAGE:
        return json_of_message(*(ProtobufCMessage *const *) slot);
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        break;
    }
    assert(!"no message of Duban holds floating point");
    return NULL;
}

static bool is_default(const ProtobufCFieldDescriptor *field, const void *slot)
{
    static const char zeros[sizeof(uint64_t)];

    if (field->type == PROTOBUF_C_TYPE_STRING)
        return *(char *const *) slot == NULL || **(char *const *) slot == '\0';
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return ((const ProtobufCBinaryData *) slot)->len == 0;
    return memcmp(slot, zeros, element_size(field->type)) == 0;
}

static bool is_present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *) slot_of(message, field->quantifier_offset) > 0;
    if (is_oneof(field))
        return *(const uint32_t *) slot_of(message, field->quantifier_offset) == field->id;
    return !is_default(field, slot_of(message, field->offset));
}

static json_t *repeated_json(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    size_t count = *(const size_t *) slot_of(message, field->quantifier_offset);
    const char *elements = *(char *const *) slot_of(message, field->offset);
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(array, value_json(field, elements + i * element_size(field->type))) == -1) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *field_json(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return repeated_json(message, field);
    return value_json(field, slot_of(message, field->offset));
}

json_t *json_of_message(const ProtobufCMessage *message)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        char name[JSON_NAME_BYTES];

        if (!is_present(message, field))
            continue;
        message_json_name(field->name, name, sizeof name);
        if (json_object_set_new(object, name, field_json(message, field)) == -1) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

/* ---------------------------------------------------------------- text */

static const char *why_in_chinese(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return "同一名称写了两次";
    case json_error_invalid_utf8:
        return "不是有效的 UTF-8";
    case json_error_premature_end_of_input:
        return "内容没有结束，可能缺少右括号或引号";
    case json_error_end_of_input_expected:
        return "结尾之后还有多余的内容";
    case json_error_numeric_overflow:
        return "数值过大，请写成加引号的文字";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "文字中不能有零字符";
    case json_error_stack_overflow:
        return "括号嵌套过深";
    default:
        return "不是有效的 JSON，请检查括号、引号和逗号";
    }
}

json_t *json_parse(struct bytes text, struct fault *fault)
{
    json_error_t error = { 0 };
    size_t mark = text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    json_t *json = json_loadb((const char *) text.data + mark, text.size - mark, JSON_REJECT_DUPLICATES, &error);
    char place[32];

    if (json != NULL)
        return json;
    (void) snprintf(place, sizeof place, "%d:%d", error.line, error.column);
    fault_set(fault, place, "%s%.0s", "%.0s%s", why_in_chinese(&error), error.text);
    return NULL;
}
