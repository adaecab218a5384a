/* state_look_back.c - cases that may be looked at again, by the draw that they take part in; what each draw came to. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

#include "message.h"

enum { VERSION_BYTES = 32 };

Duban__LookBackRound *state_look_back_round(struct state *state, int64_t draw_s)
{
    uint8_t key[STATE_KEY_BYTES];
    Duban__LookBackRound *round = row_get_message(state, TABLE_LOOK_BACK_ROUND, bytes_of(key, key_of_number(key, (uint64_t) draw_s)),
                                                  &duban__look_back_round__descriptor);

    if (round != NULL)
        return round;
    round = arena_take(&state->arena, sizeof *round);
    assert(round != NULL);
    duban__look_back_round__init(round);
    round->draw_s = draw_s;
    return round;
}

void state_put_look_back_round(struct state *state, const Duban__LookBackRound *round)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_LOOK_BACK_ROUND, bytes_of(key, key_of_number(key, (uint64_t) round->draw_s)), round);
}

Duban__LookBackRound *state_look_back_round_after(struct state *state, int64_t draw_s)
{
    uint8_t first[STATE_KEY_BYTES];
    Duban__LookBackRound *round = NULL;
    struct store_cursor cursor;
    struct bytes key, value;

    store_cursor_open(&cursor, &state->txn, TABLE_LOOK_BACK_ROUND);
    if (store_seek(&cursor, bytes_of(first, key_of_number(first, (uint64_t) draw_s + 1)), &key, &value)) {
        round = message_unpack_own(&state->arena, &duban__look_back_round__descriptor, value);
        assert(round != NULL);
    }
    store_cursor_close(&cursor);
    return round;
}

static size_t key_of_ring(uint8_t *key, int64_t draw_s, const struct look_back_ring *ring)
{
    size_t size = key_of_number(key, (uint64_t) draw_s);

    memcpy(key + size, ring->policy_version, VERSION_BYTES);
    return key_text(key, size + VERSION_BYTES, ring->level);
}

static struct bytes key_of_rank(uint8_t *key, int64_t draw_s, const struct look_back_ring *ring, uint64_t rank,
                                const uint8_t case_id[ID_BYTES])
{
    size_t size = key_of_ring(key, draw_s, ring);

    put_u64(key + size, rank);
    memcpy(key + size + 8, case_id, ID_BYTES);
    return bytes_of(key, size + 8 + ID_BYTES);
}

void state_put_to_look_back(struct state *state, int64_t draw_s, const struct look_back_ring *ring, uint64_t rank,
                            const uint8_t case_id[ID_BYTES])
{
    uint8_t key[STATE_KEY_BYTES];

    row_put(state, TABLE_TO_LOOK_BACK, key_of_rank(key, draw_s, ring, rank, case_id), bytes_of("", 0));
}

void state_delete_to_look_back(struct state *state, int64_t draw_s, const struct look_back_ring *ring, uint64_t rank,
                               const uint8_t case_id[ID_BYTES])
{
    uint8_t key[STATE_KEY_BYTES];

    row_delete(state, TABLE_TO_LOOK_BACK, key_of_rank(key, draw_s, ring, rank, case_id));
}

size_t state_to_look_back(struct state *state, int64_t draw_s, const struct look_back_ring *of, uint64_t from_rank,
                          bool (*is_wanted)(void *self, const char *case_id), void *self, const char **case_ids, size_t most)
{
    uint8_t prefix[STATE_KEY_BYTES];
    struct ring ring = { TABLE_TO_LOOK_BACK, bytes_of(prefix, key_of_ring(prefix, draw_s, of)), is_wanted, self };

    return row_ring(state, &ring, from_rank, case_ids, most);
}
