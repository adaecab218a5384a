/* json.h - messages as canonical protobuf JSON, by walking the descriptors.
 *
 * The mapping of the protobuf documentation ("ProtoJSON"): lowerCamelCase names, 64-bit
 * integers as strings, bytes as base64, enums by name, defaults left out. Google's own
 * json_format is the oracle in the tests.
 */
#ifndef DUBAN_JSON_H
#define DUBAN_JSON_H

#include <jansson.h>

#include "arena.h"
#include "bytes.h"
#include "fault.h"

/* A new JSON value, the caller's to json_decref; NULL when memory is out. */
json_t *json_of_message(const ProtobufCMessage *message);

/* Build a message of that type in the arena. Unknown names, wrong types, numbers out of
 * range, bad base64, unknown enum names and two members of one oneof are faults that name
 * the path. Accepts both the JSON name and the .proto name of a field, enums also by
 * number, 64-bit integers also as JSON numbers. */
void *json_to_message(struct arena *arena, const ProtobufCMessageDescriptor *type,
                      const json_t *json, struct fault *fault);

/* Parse text: duplicate keys, invalid UTF-8 and trailing text are faults with line and
 * column. A new value, the caller's to json_decref; NULL with the fault filled. */
json_t *json_parse(struct bytes text, struct fault *fault);

#endif
