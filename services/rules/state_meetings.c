/* state_meetings.c - what meetings were told, how far they have come, what is to be decided, remarks. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

#include "message.h"

enum { MEETING_KEY_BYTES = 8 + 1, AGENDA_KEY_BYTES = 1 + ID_BYTES, REMARK_KEY_BYTES = 8 + 8, MAX_AGENDA_COUNTED = 9999 };

static const char BOOK[] = "book";
static const Duban__AgendaKind YEAR = DUBAN__AGENDA_KIND__AGENDA_KIND_CALENDAR;

static struct bytes key_of_meeting(uint8_t key[MEETING_KEY_BYTES], int64_t day, Duban__MeetingKind kind)
{
    put_u64(key, (uint64_t) day);
    key[8] = (uint8_t) kind;
    return bytes_of(key, MEETING_KEY_BYTES);
}

Duban__Meeting *state_meeting(struct state *state, int64_t day, Duban__MeetingKind kind)
{
    uint8_t key[MEETING_KEY_BYTES];

    return row_get_message(state, TABLE_MEETING, key_of_meeting(key, day, kind), &duban__meeting__descriptor);
}

void state_put_meeting(struct state *state, const Duban__Meeting *meeting)
{
    uint8_t key[MEETING_KEY_BYTES];

    row_put_message(state, TABLE_MEETING, key_of_meeting(key, meeting->day, meeting->kind), meeting);
}

Duban__MeetingBook *state_meeting_book(struct state *state)
{
    return row_share(state, TABLE_MEETING_BOOK, bytes_of_text(BOOK), &duban__meeting_book__descriptor);
}

void state_put_meeting_book(struct state *state, const Duban__MeetingBook *book)
{
    row_put_now(state, TABLE_MEETING_BOOK, bytes_of_text(BOOK), book);
}

void state_delete_meeting_book(struct state *state)
{
    row_forget(state, TABLE_MEETING_BOOK, bytes_of_text(BOOK));
    row_delete(state, TABLE_MEETING_BOOK, bytes_of_text(BOOK));
}

/* ---------------------------------------------------------------- the agenda */

/* A year is taken up behind the last resolution and before what is merely due soon. */
static struct bytes key_of_agenda(uint8_t key[AGENDA_KEY_BYTES], Duban__AgendaKind kind, const ProtobufCBinaryData *about)
{
    assert(about->len == ID_BYTES);
    key[0] = (uint8_t) (kind == YEAR ? DUBAN__AGENDA_KIND__AGENDA_KIND_RESOLUTION : kind);
    memcpy(key + 1, about->data, ID_BYTES);
    return bytes_of(key, AGENDA_KEY_BYTES);
}

Duban__AgendaItem *state_agenda_item(struct state *state, Duban__AgendaKind kind, const ProtobufCBinaryData *about)
{
    uint8_t key[AGENDA_KEY_BYTES];

    return row_get_message(state, TABLE_AGENDA, key_of_agenda(key, kind, about), &duban__agenda_item__descriptor);
}

void state_put_agenda_item(struct state *state, const Duban__AgendaItem *item)
{
    uint8_t key[AGENDA_KEY_BYTES];

    row_put_message(state, TABLE_AGENDA, key_of_agenda(key, item->kind, &item->about), item);
}

void state_delete_agenda_item(struct state *state, Duban__AgendaKind kind, const ProtobufCBinaryData *about)
{
    uint8_t key[AGENDA_KEY_BYTES];

    row_delete(state, TABLE_AGENDA, key_of_agenda(key, kind, about));
}

size_t state_agenda(struct state *state, Duban__AgendaItem **items, size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_AGENDA);
    for (found = store_seek(&cursor, bytes_of("", 0), &key, &value); found && count < most; found = store_next(&cursor, &key, &value)) {
        items[count] = message_unpack_own(&state->arena, &duban__agenda_item__descriptor, value);
        assert(items[count] != NULL);
        count++;
    }
    store_cursor_close(&cursor);
    return count;
}

size_t state_agenda_of_calendar(struct state *state, Duban__AgendaItem **items, size_t most)
{
    uint8_t first_key[AGENDA_KEY_BYTES] = { DUBAN__AGENDA_KIND__AGENDA_KIND_RESOLUTION };
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    memset(first_key + 1, 0xff, sizeof(uint64_t));
    store_cursor_open(&cursor, &state->txn, TABLE_AGENDA);
    found = store_seek(&cursor, bytes_of(first_key, sizeof first_key), &key, &value);
    while (found && count < most && *(const uint8_t *) key.data == first_key[0]) {
        items[count] = message_unpack_own(&state->arena, &duban__agenda_item__descriptor, value);
        assert(items[count] != NULL && items[count]->kind == YEAR);
        count++;
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

uint32_t state_agenda_size(struct state *state)
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint32_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_AGENDA);
    found = store_seek(&cursor, bytes_of("", 0), &key, &value);
    while (found && count < MAX_AGENDA_COUNTED && *(const uint8_t *) key.data < DUBAN__AGENDA_KIND__AGENDA_KIND_SOON) {
        count++;
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

/* ---------------------------------------------------------------- remarks */

void state_put_remark(struct state *state, const Duban__RemarkRecord *remark)
{
    uint8_t key[REMARK_KEY_BYTES];

    put_u64(key, (uint64_t) remark->day);
    put_u64(key + 8, remark->sequence);
    row_put_message(state, TABLE_REMARK, bytes_of(key, sizeof key), remark);
}

size_t state_remarks(struct state *state, int64_t day, Duban__RemarkRecord **remarks, size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t prefix[8];
    size_t count = 0;
    bool found;

    put_u64(prefix, (uint64_t) day);
    store_cursor_open(&cursor, &state->txn, TABLE_REMARK);
    found = store_seek(&cursor, bytes_of(prefix, sizeof prefix), &key, &value);
    while (found && count < most && get_u64(key.data) == (uint64_t) day) {
        remarks[count] = message_unpack_own(&state->arena, &duban__remark_record__descriptor, value);
        assert(remarks[count] != NULL);
        count++;
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}
