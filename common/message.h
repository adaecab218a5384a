/* message.h - protobuf messages in and out of bytes, checked where protobuf-c is not.
 *
 * protobuf-c accepts invalid UTF-8, strings with a zero byte inside and unknown enum
 * values, and limits neither memory nor size. message_unpack does: what it returns can be
 * used as C strings and its enum fields hold declared values.
 */
#ifndef DUBAN_MESSAGE_H
#define DUBAN_MESSAGE_H

#include "arena.h"
#include "bytes.h"
#include "fault.h"

enum { MESSAGE_MAX_BYTES = 64 * 1024 };   /* of one entry */
enum { ENTRY_NAME_BYTES = 200, ENTRY_PERSONAL_BYTES = 500, ENTRY_MAX_HEADCOUNT = 1000000 };   /* of its fields */
enum { ENTRY_MAX_ROLES = 32, ENTRY_MAX_UNITS = 16, ENTRY_MAX_DUTY_WINDOWS = 14, ENTRY_MAX_OTHER_WAYS = 4 };   /* of one role holder */
enum { PACK_MAX_FILES = 16, PACK_MAX_PIECES = 64, PACK_PIECE_BYTES = 48 * 1024 };   /* of a policy pack; pieces of a file */
enum { QUERY_MAX_WAIT_MS = 60 * 1000 };   /* no answer is held longer, whatever wait_ms asks for */
enum { QUERY_USUAL_ROWS = 200, QUERY_MAX_ROWS = 1000 };   /* of one page of a listing */

/* Unpack into the arena and check it all: size <= max_bytes, memory within the arena's
 * limit, every string UTF-8 without zero bytes, every enum value declared, no unknown
 * field. NULL and the fault filled (fault->field is the path, as in answers[2].item) when
 * not. The result lives until the arena is reset; it never needs freeing. */
void *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *type,
                     struct bytes packed, size_t max_bytes, struct fault *fault);

/* The same without the checks and unbounded but for the arena: for bytes that we packed
 * ourselves. NULL when they are damaged. */
void *message_unpack_own(struct arena *arena, const ProtobufCMessageDescriptor *type,
                         struct bytes packed);

/* Pack into the arena; data is NULL when the arena is at its limit. */
struct bytes message_pack(struct arena *arena, const void *message);

/* How long to hold an answer for a question's wait_ms. */
static inline int64_t query_wait_ms(uint32_t wait_ms)
{
    return wait_ms < QUERY_MAX_WAIT_MS ? wait_ms : QUERY_MAX_WAIT_MS;
}

/* How many rows a page may have for a question's limit. */
static inline uint32_t query_rows(uint32_t limit)
{
    return limit == 0 ? QUERY_USUAL_ROWS : limit < QUERY_MAX_ROWS ? limit : QUERY_MAX_ROWS;
}

/* Is it well-formed UTF-8 (no surrogates, no overlong forms) without a zero byte? */
bool is_utf8(const char *text, size_t size);

/* Bytes of as much of a well-formed text as `most` bytes hold without cutting a character: for "%.*s". */
int utf8_size_within(const char *text, int most);

/* A code: 1 to 32 characters of [A-Za-z0-9._-]. */
bool is_code(const char *text);

/* The JSON name of a field: lowerCamelCase of its .proto name. Writes at most size bytes. */
void message_json_name(const char *field_name, char *out, size_t size);

#endif
