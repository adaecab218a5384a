/* Text that should be JSON of some message: refused with a clear fault, or a message that packs,
 * unpacks by the strict reader, and says the same in JSON again. The first byte says which message.
 */
#include "fuzz.h"
#include "json.h"
#include "types.h"

enum { ARENA_BYTES = 16 * 1024 * 1024 };

static void must_say_the_same_again(struct arena *arena, const ProtobufCMessageDescriptor *type, const void *message)
{
    struct bytes packed = message_pack(arena, message);
    struct fault fault;
    void *again;
    json_t *first, *second;

    MUST(packed.data != NULL);
    again = message_unpack(arena, type, packed, packed.size, &fault);
    MUST(again != NULL);
    first = json_of_message(message);
    second = json_of_message(again);
    MUST(json_equal(first, second) == 1);
    json_decref(first);
    json_decref(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    const ProtobufCMessageDescriptor *type = fuzz_type(take_number(&input, 1));
    struct fault fault;
    json_t *json = json_parse(take_rest(&input), &fault);
    struct arena arena;
    void *message;

    arena_open(&arena, ARENA_BYTES);
    message = json == NULL ? NULL : json_to_message(&arena, type, json, &fault);
    if (message == NULL)
        must_be_clear(&fault);
    else
        must_say_the_same_again(&arena, type, message);
    json_decref(json);
    arena_close(&arena);
    return 0;
}
