/* A filled-in form: refused with its field, or an entry that can be packed and is read again as it was. */
#include "forms.h"
#include "fuzz.h"

enum { ARENA_BYTES = 32 * 1024 * 1024 };

static void must_be_an_entry(struct arena *arena, const Duban__Entry *entry)
{
    struct bytes packed = message_pack(arena, entry);
    struct fault fault;

    MUST(packed.data != NULL);
    MUST(entry->body_case != DUBAN__ENTRY__BODY__NOT_SET);
    MUST(message_unpack(arena, &duban__entry__descriptor, packed, packed.size, &fault) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct instance instance;
    struct arena arena;
    struct fault fault;
    Duban__Entry entry;

    arena_open(&arena, ARENA_BYTES);
    if (!instance_read(&arena, bytes_of(data, size), &instance, &fault)) {
        must_be_clear(&fault);
    } else if (forms_read(&arena, &instance, "n1", &entry, &fault)) {
        must_be_an_entry(&arena, &entry);
    } else {
        must_be_clear(&fault);
    }
    arena_close(&arena);
    return 0;
}
