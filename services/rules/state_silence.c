/* state_silence.c - silences, and the notices that they keep back. */
#include "state_rows.h"

#include <string.h>

#include "message.h"

static const char BOOK[] = "book";

Duban__SilenceBook *state_silence_book(struct state *state)
{
    return row_share(state, TABLE_SILENCE_BOOK, bytes_of_text(BOOK), &duban__silence_book__descriptor);
}

void state_put_silence_book(struct state *state, const Duban__SilenceBook *book)
{
    row_put_shared(state, TABLE_SILENCE_BOOK, bytes_of_text(BOOK), book);
}

static struct bytes key_of_own_book(uint8_t *key, const char *account)
{
    size_t size = key_text(key, 0, "own");

    return bytes_of(key, key_text(key, size, account));
}

Duban__SilenceBook *state_own_silence_book(struct state *state, const char *account)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_share(state, TABLE_SILENCE_BOOK, key_of_own_book(key, account), &duban__silence_book__descriptor);
}

void state_put_own_silence_book(struct state *state, const char *account, const Duban__SilenceBook *book)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_shared(state, TABLE_SILENCE_BOOK, key_of_own_book(key, account), book);
}

static struct bytes key_of_silence(uint8_t *key, uint32_t number)
{
    put_u32(key, number);
    return bytes_of(key, 4);
}

Duban__KeptSilence *state_silence(struct state *state, uint32_t number)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_share(state, TABLE_SILENCE, key_of_silence(key, number), &duban__kept_silence__descriptor);
}

void state_put_silence(struct state *state, const Duban__KeptSilence *silence)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_shared(state, TABLE_SILENCE, key_of_silence(key, silence->number), silence);
}

/* ---------------------------------------------------------------- what is kept back */

/* What is about no task is known by the fact that tells of it. */
static void put_task(struct state *state, uint8_t *key, const Duban__Notice *notice)
{
    memset(key, 0, ID_BYTES);
    if (notice->items[0]->task.len == ID_BYTES)
        memcpy(key, notice->items[0]->task.data, ID_BYTES);
    else
        put_u64(key + 8, state->meta.fact_last);
}

void state_put_silenced(struct state *state, uint32_t silence, const Duban__Notice *notice)
{
    uint8_t key[STATE_KEY_BYTES];
    size_t size = key_text(key, key_of_silence(key, silence).size, notice->recipient->account);

    put_task(state, key + size, notice);
    size = key_text(key, size + ID_BYTES, notice->items[0]->kind) - 1;
    row_put_message(state, TABLE_SILENCED, bytes_of(key, size), notice);
}

Duban__Notice *state_take_silenced(struct state *state, uint32_t silence)
{
    uint8_t prefix[STATE_KEY_BYTES], copy[STATE_KEY_BYTES];
    struct store_cursor cursor;
    struct bytes key, value;
    Duban__Notice *notice = NULL;

    store_cursor_open(&cursor, &state->txn, TABLE_SILENCED);
    if (store_seek(&cursor, key_of_silence(prefix, silence), &key, &value) && memcmp(key.data, prefix, 4) == 0) {
        notice = message_unpack_own(&state->arena, &duban__notice__descriptor, value);
        memcpy(copy, key.data, key.size);
    }
    store_cursor_close(&cursor);
    if (notice != NULL)
        row_delete(state, TABLE_SILENCED, bytes_of(copy, key.size));
    return notice;
}
