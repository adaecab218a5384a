/* The bytes of any message: refused with a clear fault, or the same again after packing, and after
 * JSON; read in one pass, or by protobuf-c: the same. The first byte says which message.
 */
#include "fuzz.h"
#include "json.h"
#include "types.h"

enum { ARENA_BYTES = 16 * 1024 * 1024 };

static struct bytes packed_again(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes packed)
{
    struct fault fault;
    void *message = message_unpack(arena, type, packed, packed.size, &fault);

    MUST(message != NULL);
    return message_pack(arena, message);
}

static struct bytes through_json(struct arena *arena, const void *message)
{
    json_t *json = json_of_message(message);
    char *text = json_dumps(json, JSON_COMPACT);
    struct fault fault;
    json_t *read = json_parse(bytes_of_text(text), &fault);
    void *again = json_to_message(arena, ((const ProtobufCMessage *) message)->descriptor, read, &fault);

    MUST(again != NULL);
    json_decref(json);
    json_decref(read);
    free(text);
    return message_pack(arena, again);
}

/* In one pass where that is possible. */
static void must_be_read_alike(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes given)
{
    ProtobufCMessage *theirs = protobuf_c_message_unpack(type, &arena->allocator, given.size, given.data);
    ProtobufCMessage *ours = message_unpack_own(arena, type, given);

    MUST((ours == NULL) == (theirs == NULL));
    if (ours != NULL)
        MUST(bytes_equal(message_pack(arena, ours), message_pack(arena, theirs)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    const ProtobufCMessageDescriptor *type = fuzz_type(take_number(&input, 1));
    struct bytes given = take_rest(&input);
    struct arena arena;
    struct fault fault;
    struct bytes packed;
    void *message;

    arena_open(&arena, ARENA_BYTES);
    if (given.size <= MESSAGE_MAX_BYTES)
        must_be_read_alike(&arena, type, given);
    arena_reset(&arena);
    message = message_unpack(&arena, type, given, MESSAGE_MAX_BYTES, &fault);
    if (message == NULL) {
        must_be_clear(&fault);
    } else {
        packed = message_pack(&arena, message);
        MUST(packed.data != NULL);
        MUST(bytes_equal(packed_again(&arena, type, packed), packed));
        MUST(bytes_equal(through_json(&arena, message), packed));
    }
    arena_close(&arena);
    return 0;
}
