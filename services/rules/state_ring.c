/* state_ring.c - rows of one table below a prefix lie on a ring by rank; it is walked once around, from any rank. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

enum { RANK_BYTES = 8 };

/* Those from one rank on and before another. */
static size_t read_arc(struct state *state, const struct ring *ring, uint64_t from_rank, uint64_t before_rank, bool to_end,
                       const char **names, size_t most)
{
    uint8_t from[STATE_KEY_BYTES];
    size_t name = ring->prefix.size + RANK_BYTES, count = 0;
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    assert(name <= sizeof from);
    memcpy(from, ring->prefix.data, ring->prefix.size);
    put_u64(from + ring->prefix.size, from_rank);
    store_cursor_open(&cursor, &state->txn, ring->table);
    found = store_seek(&cursor, bytes_of(from, name), &key, &value);
    while (found && count < most && key.size > name && memcmp(key.data, from, ring->prefix.size) == 0 &&
           (to_end || get_u64((const uint8_t *) key.data + ring->prefix.size) < before_rank)) {
        const char *found_name = arena_copy(&state->arena, (const char *) key.data + name, key.size - name);

        if (ring->is_wanted == NULL || ring->is_wanted(ring->self, found_name))
            names[count++] = found_name;
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

size_t row_ring(struct state *state, const struct ring *ring, uint64_t from_rank, const char **names, size_t most)
{
    size_t count = read_arc(state, ring, from_rank, 0, true, names, most);

    return count + read_arc(state, ring, 0, from_rank, false, names + count, most - count);
}
