/* state_policy.c - the pack in force, the files of packs, activations to come. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

Duban__PolicyState *state_policy(struct state *state)
{
    return row_get_message(state, TABLE_POLICY_STATE, bytes_of_text("policy"), &duban__policy_state__descriptor);
}

uint32_t state_era(struct state *state)
{
    const Duban__PolicyState *policy = row_keep(state, TABLE_POLICY_STATE, bytes_of_text("policy"), &duban__policy_state__descriptor);

    return policy == NULL ? 0 : policy->engine_version;
}

int64_t state_focused_from_day(struct state *state)
{
    const Duban__PolicyState *policy = row_keep(state, TABLE_POLICY_STATE, bytes_of_text("policy"), &duban__policy_state__descriptor);

    return policy == NULL ? 0 : policy->focused_from_day;
}

void state_put_policy(struct state *state, const Duban__PolicyState *policy)
{
    row_forget(state, TABLE_POLICY_STATE, bytes_of_text("policy"));
    row_put_message(state, TABLE_POLICY_STATE, bytes_of_text("policy"), policy);
}

static size_t key_of_policy_file(uint8_t *key, const Duban__PolicyFile *file)
{
    size_t size;

    memcpy(key, file->pack_sha256.data, 32);
    size = key_text(key, 32, file->path);
    assert(size + 4 <= STATE_KEY_BYTES);
    put_u32(key + size, file->piece);
    return size + 4;
}

void state_put_policy_file(struct state *state, const Duban__PolicyFile *file)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_POLICY_FILE, bytes_of(key, key_of_policy_file(key, file)), file);
}

bool state_has_policy_file(struct state *state, const Duban__PolicyFile *file)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    return store_get(&state->txn, TABLE_POLICY_FILE, bytes_of(key, key_of_policy_file(key, file)), &value) &&
           bytes_equal(value, row_packed(state, file));
}

void state_freeze_pack(struct state *state, const uint8_t version[32])
{
    row_put(state, TABLE_POLICY_STATE, bytes_of(version, 32), bytes_of("", 0));
}

bool state_is_frozen(struct state *state, const uint8_t version[32])
{
    struct bytes value;

    return store_get(&state->txn, TABLE_POLICY_STATE, bytes_of(version, 32), &value);
}

Duban__Activation *state_activation(struct state *state, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_get_message(state, TABLE_ACTIVATION, bytes_of(key, key_of_number(key, sequence)),
                           &duban__activation__descriptor);
}

void state_put_activation(struct state *state, const Duban__Activation *activation)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_ACTIVATION, bytes_of(key, key_of_number(key, activation->sequence)), activation);
}
