/* openapi_schema.h - messages as JSON schemas (2020-12), by walking the descriptors.
 *
 * The same mapping as common/json.h, seen from outside: whoever holds what we send against these schemas finds every name,
 * every type and every enum value where it says. A message is asked for once and brings all that it can hold.
 */
#ifndef DUBAN_GATEWAY_OPENAPI_SCHEMA_H
#define DUBAN_GATEWAY_OPENAPI_SCHEMA_H

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

struct schemas {
    json_t *all;       /* by name of message or enum: components/schemas; the caller's */
    bool failed;       /* memory was out: something is missing */
};

/* {"$ref": ...} to that message; what it holds is in schemas->all from now on. A new value. */
json_t *schema_of_message(struct schemas *schemas, const ProtobufCMessageDescriptor *type);

/* Of one value of the field, or of the array of a repeated one. A new value. */
json_t *schema_of_field(struct schemas *schemas, const ProtobufCFieldDescriptor *field);

/* Put a new value into an object or array; a failure is remembered. */
void schema_set(struct schemas *schemas, json_t *object, const char *name, json_t *value);
void schema_append(struct schemas *schemas, json_t *array, json_t *value);

#endif
