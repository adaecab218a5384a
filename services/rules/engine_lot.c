/* engine_lot.c - drawing lots: things lie on a ring by a digest of their own, a draw takes those from the point on
 * that its seed names. So each draw can be repeated by anybody, costs as many reads as it takes things, and
 * nobody chooses.
 */
#include <assert.h>

#include "engine.h"

static ProtobufCBinaryData digest_in_arena(struct engine *engine, const struct bytes *parts, size_t count)
{
    ProtobufCBinaryData digest = { LOT_SEED_BYTES, arena_take(&engine->state->arena, LOT_SEED_BYTES) };

    assert(digest.data != NULL);
    digest_of_parts(digest.data, LOT_SEED_BYTES, bytes_of(NULL, 0), parts, count);
    return digest;
}

ProtobufCBinaryData engine_lot_seed(struct engine *engine, const struct bytes *parts, size_t count)
{
    return digest_in_arena(engine, parts, count);
}

struct bytes engine_lot_pack(const struct engine *engine, const ProtobufCBinaryData *version)
{
    struct bytes named = bytes_of(version->data, version->len);

    /* Other lots for no reason but another hash would hide what the rules themselves change. */
    if (engine->lots_of != NULL && bytes_equal(named, bytes_of(engine->policy->version, POLICY_VERSION_BYTES)))
        return bytes_of(engine->lots_of->version, POLICY_VERSION_BYTES);
    return named;
}

uint64_t engine_lot_start(const ProtobufCBinaryData *seed)
{
    assert(seed->len == LOT_SEED_BYTES);
    return get_u64(seed->data);
}

uint64_t engine_lot_rank(const struct bytes *parts, size_t count)
{
    uint8_t rank[8];

    digest_of_parts(rank, sizeof rank, bytes_of(NULL, 0), parts, count);
    return get_u64(rank);
}

char *engine_lot_words(struct engine *engine, const ProtobufCBinaryData *seed)
{
    char *words = arena_take(&engine->state->arena, 2 * LOT_SEED_BYTES + 1);

    assert(words != NULL);
    return hex_of(words, seed->data, seed->len);
}
