/* state_touched.c - which subjects a visit has told something: asked for when its report is amended. */
#include "state_rows.h"

#include <string.h>

static struct bytes key_of_touched(uint8_t *key, uint64_t visit, const uint8_t subject[ID_BYTES])
{
    size_t size = key_of_number(key, visit);

    memcpy(key + size, subject, ID_BYTES);
    return bytes_of(key, size + ID_BYTES);
}

void state_put_touched(struct state *state, uint64_t visit, const uint8_t subject[ID_BYTES])
{
    uint8_t key[STATE_KEY_BYTES];

    row_put(state, TABLE_TOUCHED, key_of_touched(key, visit, subject), key_of_id(subject));
}

bool state_has_touched(struct state *state, uint64_t visit, const uint8_t subject[ID_BYTES])
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    return store_get(&state->txn, TABLE_TOUCHED, key_of_touched(key, visit, subject), &value);
}

size_t state_touched(struct state *state, uint64_t visit, uint8_t (*ids)[ID_BYTES], size_t most)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_ids(state, TABLE_TOUCHED, bytes_of(key, key_of_number(key, visit)), ids, most);
}
