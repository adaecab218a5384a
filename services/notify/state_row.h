/* state_row.h - what state*.c share: the fields of a row, in turn. For them only.
 *
 *   uint8_t *at = row;             const uint8_t *at = value.data;
 *   put_number(&at, VERSION, 1);   version = take_number(&at, 1);
 *
 * Numbers are big-endian; the caller has seen to it that row or value is long enough.
 */
#ifndef DUBAN_NOTIFY_STATE_ROW_H
#define DUBAN_NOTIFY_STATE_ROW_H

#include "state.h"

static inline void put_number(uint8_t **at, uint64_t value, int size)
{
    for (int i = size - 1; i >= 0; i--)
        *(*at)++ = (uint8_t) (value >> (8 * i));
}

static inline uint64_t take_number(const uint8_t **at, int size)
{
    uint64_t value = 0;

    for (int i = 0; i < size; i++)
        value = value << 8 | *(*at)++;
    return value;
}

static inline void put_data(uint8_t **at, const void *data, size_t size)
{
    memcpy(*at, data, size);
    *at += size;
}

static inline void take_data(const uint8_t **at, void *data, size_t size)
{
    memcpy(data, *at, size);
    *at += size;
}

static inline void take_detail(struct bytes value, size_t from, size_t size, char detail[DETAIL_BYTES + 1])
{
    if (size > DETAIL_BYTES)
        size = DETAIL_BYTES;
    memcpy(detail, (const uint8_t *) value.data + from, size);
    detail[size] = '\0';
}

static inline struct bytes sequence_key(uint8_t key[8], uint64_t sequence)
{
    put_u64(key, sequence);
    return bytes_of(key, 8);
}

/* Queues of former versions go on where they were. 0, or -1: the map is full. */
int state_move_old_queue(struct state *state);

/* References of a version that did not keep them by time are put there. 0, or -1: the map is full. */
int state_index_awaited(struct state *state);

#endif
