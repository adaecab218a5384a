/* openapi_schema.c - messages as JSON schemas. */
#include "openapi_schema.h"

#include <assert.h>
#include <string.h>

#include "message.h"

enum { NAME_BYTES = 64 };

void schema_set(struct schemas *schemas, json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new(object, name, value) == -1)
        schemas->failed = true;
}

void schema_append(struct schemas *schemas, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) == -1)
        schemas->failed = true;
}

static json_t *reference_to(const char *name)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%s", name));
}

/* ---------------------------------------------------------------- values */

static json_t *schema_of_enum(struct schemas *schemas, const ProtobufCEnumDescriptor *type)
{
    json_t *names;

    if (json_object_get(schemas->all, type->short_name) != NULL)
        return reference_to(type->short_name);
    names = json_array();
    for (unsigned i = 0; i < type->n_values; i++)
        schema_append(schemas, names, json_string(type->values[i].name));
    schema_set(schemas, schemas->all, type->short_name, json_pack("{s:s, s:o}", "type", "string", "enum", names));
    return reference_to(type->short_name);
}

/* A JSON number holds 53 bits at many readers: 64-bit integers travel as strings. */
static json_t *schema_of_long(const char *format, const char *pattern)
{
    return json_pack("{s:s, s:s, s:s}", "type", "string", "format", format, "pattern", pattern);
}

static json_t *schema_of_value(struct schemas *schemas, const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return json_pack("{s:s, s:s, s:I, s:I}", "type", "integer", "format", "int32", "minimum", (json_int_t) INT32_MIN,
                         "maximum", (json_int_t) INT32_MAX);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return json_pack("{s:s, s:i, s:I}", "type", "integer", "minimum", 0, "maximum", (json_int_t) UINT32_MAX);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return schema_of_long("int64", "^-?[0-9]{1,19}$");
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return schema_of_long("uint64", "^[0-9]{1,20}$");
    case PROTOBUF_C_TYPE_BOOL:
        return json_pack("{s:s}", "type", "boolean");
    case PROTOBUF_C_TYPE_ENUM:
        return schema_of_enum(schemas, field->descriptor);
    case PROTOBUF_C_TYPE_STRING:
        return json_pack("{s:s}", "type", "string");
    case PROTOBUF_C_TYPE_BYTES:
        return json_pack("{s:s, s:s}", "type", "string", "contentEncoding", "base64");
    case PROTOBUF_C_TYPE_MESSAGE:
        return schema_of_message(schemas, field->descriptor);
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        break;
    }
    assert(!"no message of Duban holds floating point");
    return NULL;
}

json_t *schema_of_field(struct schemas *schemas, const ProtobufCFieldDescriptor *field)
{
    json_t *one = schema_of_value(schemas, field);

    return field->label == PROTOBUF_C_LABEL_REPEATED ? json_pack("{s:s, s:o}", "type", "array", "items", one) : one;
}

/* ---------------------------------------------------------------- messages */

static bool is_oneof(const ProtobufCFieldDescriptor *field)
{
    return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

/* How many fields the oneof has that this field is a member of; *first: this is the first of them. */
static unsigned members_of(const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field, bool *first)
{
    unsigned count = 0;

    *first = true;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *other = &type->fields[i];

        if (!is_oneof(other) || other->quantifier_offset != field->quantifier_offset)
            continue;
        *first = *first && (count > 0 || other == field);
        count++;
    }
    return count;
}

/* One of the members, or none. */
static json_t *one_or_none(struct schemas *schemas, const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *member)
{
    json_t *one_of = json_array(), *none = json_object();

    for (unsigned i = 0; i < type->n_fields; i++) {
        char name[NAME_BYTES];

        if (!is_oneof(&type->fields[i]) || type->fields[i].quantifier_offset != member->quantifier_offset)
            continue;
        message_json_name(type->fields[i].name, name, sizeof name);
        schema_append(schemas, one_of, json_pack("{s:[s]}", "required", name));
        schema_set(schemas, none, name, json_false());
    }
    schema_append(schemas, one_of, json_pack("{s:o}", "properties", none));
    return json_pack("{s:o}", "oneOf", one_of);
}

/* A oneof of one member is a value that may be absent. */
static void add_oneofs(struct schemas *schemas, const ProtobufCMessageDescriptor *type, json_t *schema)
{
    json_t *all_of = json_array();

    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        bool first;
        unsigned members = is_oneof(field) ? members_of(type, field, &first) : 0;

        if (members == type->n_fields && members > 1)
            schema_set(schemas, schema, "maxProperties", json_integer(1));
        else if (members > 1 && first)
            schema_append(schemas, all_of, one_or_none(schemas, type, field));
    }
    if (json_array_size(all_of) > 0)
        schema_set(schemas, schema, "allOf", json_incref(all_of));
    json_decref(all_of);
}

/* Known by its name before its fields are looked at: they may lead back to it. What is at its default is left out, so that
 * nothing is required. */
json_t *schema_of_message(struct schemas *schemas, const ProtobufCMessageDescriptor *type)
{
    json_t *schema, *properties;

    if (json_object_get(schemas->all, type->short_name) != NULL)
        return reference_to(type->short_name);
    properties = json_object();
    schema = json_pack("{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0, "properties", properties);
    schema_set(schemas, schemas->all, type->short_name, schema);
    if (schema == NULL)
        return NULL;
    for (unsigned i = 0; i < type->n_fields; i++) {
        char name[NAME_BYTES];

        message_json_name(type->fields[i].name, name, sizeof name);
        schema_set(schemas, properties, name, schema_of_field(schemas, &type->fields[i]));
    }
    add_oneofs(schemas, type, schema);
    return reference_to(type->short_name);
}
