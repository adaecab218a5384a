/* what_if_tellings.c - who was told what and when in each run; what is told otherwise, read back.
 *
 *   outbox --gather--> TABLE_BEFORE, TABLE_AFTER --what_if_compare.c--> TABLE_CHANGE --> show, in order of time
 *
 * A telling is one line of a notice. A group is all that was said in the same words of the same thing. Tables are on the
 * disk.
 */
#include "what_if_book.h"

#include <string.h>

#include "about.h"
#include "civil.h"
#include "log.h"

enum { ROWS_PER_COMMIT = 65536 };

static const char *const BOOK_NAMES[BOOK_TABLES] = {
    [TABLE_BEFORE] = "before", [TABLE_AFTER] = "after", [TABLE_CHANGE] = "change",
};

/* ---------------------------------------------------------------- the book */

static int open_book(void *self, const char *directory, size_t map_bytes)
{
    if (store_open(self, directory, map_bytes, BOOK_NAMES, BOOK_TABLES) == -1)
        return -1;
    store_is_scratch(self);
    return 0;
}

bool tellings_open(struct what_if *what_if, uint64_t map_bytes)
{
    if (!scratch_store(what_if->cli, open_book, &what_if->book, map_bytes))
        return false;
    store_begin(&what_if->book_txn, &what_if->book, STORE_WRITE);
    return true;
}

void tellings_close(struct what_if *what_if)
{
    if (what_if->book.environment == NULL)
        return;
    store_abort(&what_if->book_txn);
    store_close(&what_if->book);
}

void book_put(struct what_if *what_if, int table, struct bytes key, struct bytes value)
{
    store_put(&what_if->book_txn, table, key, value);
    what_if->book_rows++;
}

/* An error stays in the transaction, and is told when all has been gathered. */
static void commit_full_book(struct what_if *what_if)
{
    if (what_if->book_rows < ROWS_PER_COMMIT || what_if->book_txn.error != 0)
        return;
    what_if->book_rows = 0;
    if (store_commit(&what_if->book_txn) == 0)
        store_begin(&what_if->book_txn, &what_if->book, STORE_WRITE);
}

/* ---------------------------------------------------------------- its rows */

int book_table(enum run run)
{
    return run == BEFORE ? TABLE_BEFORE : TABLE_AFTER;
}

struct line book_line(struct bytes key, struct bytes value)
{
    const uint8_t *at = key.data, *head = value.data;
    const char *account = (const char *) head + LINE_HEAD_BYTES;

    struct line line = { .sequence = get_u64(at + GROUP_BYTES), .item = get_u16(at + GROUP_BYTES + 8), .at_s = (int64_t) get_u64(head),
                         .due_s = (int64_t) get_u64(head + 8), .declined = (head[16] & FLAG_DECLINED) != 0, .account = account,
                         .level = account + strlen(account) + 1 };

    memcpy(line.task, head + LINE_HEAD_BYTES - TASK_BYTES, TASK_BYTES);
    return line;
}

bool book_is_of_group(struct bytes key, const uint8_t group[GROUP_BYTES])
{
    return memcmp(key.data, group, GROUP_BYTES) == 0;
}

/* ---------------------------------------------------------------- what belongs together */

static const char *message_of(const Duban__Notice *notice, const Duban__NoticeItem *item)
{
    return item->kind[0] != '\0' ? item->kind : notice->kind;
}

/* What stands for itself is known by the entry that it came by. */
static struct content content_of_item(struct what_if *what_if, enum run run, const Duban__Notice *notice, const Duban__NoticeItem *item)
{
    const ProtobufCBinaryData *about = item_about(item);
    struct content content = content_of_id(&what_if->arena, &what_if->runs[run].state.txn, about);

    if (about->len == 0) {
        content.sequence = notice->cause->entry_sequence;
        content.site = item->site;
    }
    return content;
}

/* Which of the tasks of a case. It is no part of the group: one task more in one run, and all behind it count otherwise. */
static void put_task(uint8_t task[TASK_BYTES], const Duban__NoticeItem *item)
{
    memset(task, 0, TASK_BYTES);
    if (item->task.len == ID_BYTES)
        memcpy(task, item->task.data + ID_BYTES - TASK_BYTES, TASK_BYTES);
}

static void group_of(struct what_if *what_if, enum run run, const Duban__Notice *notice, const Duban__NoticeItem *item,
                     uint8_t group[GROUP_BYTES])
{
    struct content content = content_of_item(what_if, run, notice, item);
    uint8_t numbers[8 + 2 + 4];
    const struct bytes parts[] = {
        bytes_of_text(message_of(notice, item)), bytes_of(numbers, sizeof numbers), bytes_of_text(content.site),
        bytes_of_text(content.area), bytes_of_text(content.item),
    };

    put_u64(numbers, content.sequence);
    put_u16(numbers + 8, content.sort);
    put_u32(numbers + 10, content.ordinal);
    digest_of_parts(group, GROUP_BYTES, bytes_of(NULL, 0), parts, sizeof parts / sizeof parts[0]);
}

static void key_of_line(uint8_t key[LINE_KEY_BYTES], const uint8_t group[GROUP_BYTES], uint64_t sequence, uint16_t item)
{
    memcpy(key, group, GROUP_BYTES);
    put_u64(key + GROUP_BYTES, sequence);
    put_u16(key + GROUP_BYTES + 8, item);
}

/* ---------------------------------------------------------------- gathering */

static struct bytes line_value(struct what_if *what_if, const Duban__Notice *notice, const Duban__NoticeItem *item)
{
    size_t account = strlen(notice->recipient->account) + 1, level = strlen(item->level) + 1;
    uint8_t *value = arena_take(&what_if->arena, LINE_HEAD_BYTES + account + level);

    if (value == NULL)
        die("内存不足 / out of memory");
    put_u64(value, (uint64_t) notice->due_at_s);
    put_u64(value + 8, (uint64_t) item->due_s);
    value[16] = strcmp(notice->cause->rule, "act.declined") == 0 ? FLAG_DECLINED : 0;
    put_task(value + LINE_HEAD_BYTES - TASK_BYTES, item);
    memcpy(value + LINE_HEAD_BYTES, notice->recipient->account, account);
    memcpy(value + LINE_HEAD_BYTES + account, item->level, level);
    return bytes_of(value, LINE_HEAD_BYTES + account + level);
}

static void count_notice(struct what_if *what_if, enum run run, const Duban__Notice *notice)
{
    int32_t second = civil_second_of_day(notice->decided_at_s, what_if->cli->show.offset_s);
    int role = (int) notice->recipient->role < WHAT_IF_ROLES ? (int) notice->recipient->role : 0;

    what_if->notices[run]++;
    what_if->tellings[run] += notice->n_items;
    what_if->load[run][role][second / 3600]++;
}

static void gather_notice(struct what_if *what_if, enum run run, uint64_t sequence, const Duban__Notice *notice)
{
    count_notice(what_if, run, notice);
    for (size_t i = 0; i < notice->n_items; i++) {
        uint8_t group[GROUP_BYTES], key[LINE_KEY_BYTES];

        group_of(what_if, run, notice, notice->items[i], group);
        key_of_line(key, group, sequence, (uint16_t) i);
        book_put(what_if, book_table(run), bytes_of(key, sizeof key), line_value(what_if, notice, notice->items[i]));
    }
}

static Duban__Notice *notice_in(struct what_if *what_if, struct store_txn *txn, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];
    Duban__OutboxRecord *record = NULL;
    struct bytes row;

    if (store_get(txn, TABLE_OUTBOX, bytes_of(key, key_of_number(key, sequence)), &row))
        record = outbox_record(&what_if->arena, row);
    return record != NULL && record->body_case == DUBAN__OUTBOX_RECORD__BODY_NOTICE ? record->notice : NULL;
}

void tellings_gather(struct what_if *what_if, enum run run)
{
    struct state *state = &what_if->runs[run].state;

    for (; what_if->seen[run] < state->meta.outbox_last; what_if->seen[run]++) {
        const Duban__Notice *notice;

        arena_reset(&what_if->arena);
        notice = notice_in(what_if, &state->txn, what_if->seen[run] + 1);
        if (notice != NULL)
            gather_notice(what_if, run, what_if->seen[run] + 1, notice);
    }
    commit_full_book(what_if);
}

/* ---------------------------------------------------------------- what became of a notice */

/* Of the same task, where there is one: else the first. */
static uint64_t find_line(struct what_if *what_if, const uint8_t group[GROUP_BYTES], const Duban__Notice *notice)
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t task[TASK_BYTES];
    uint64_t sequence = 0;
    bool found, is_of_task = false;

    put_task(task, notice->items[0]);
    store_cursor_open(&cursor, &what_if->book_txn, TABLE_AFTER);
    found = store_seek(&cursor, bytes_of(group, GROUP_BYTES), &key, &value);
    while (found && !is_of_task && book_is_of_group(key, group)) {
        struct line line = book_line(key, value);

        if (line.at_s == notice->due_at_s && strcmp(line.account, notice->recipient->account) == 0) {
            is_of_task = memcmp(line.task, task, TASK_BYTES) == 0;
            sequence = is_of_task || sequence == 0 ? line.sequence : sequence;
        }
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return sequence;
}

/* A list is the one that its first line stands in. */
uint64_t tellings_counterpart(struct what_if *what_if, uint64_t sequence)
{
    const Duban__Notice *notice = notice_in(what_if, &what_if->runs[BEFORE].state.txn, sequence);
    uint8_t group[GROUP_BYTES];

    if (notice == NULL || notice->n_items == 0 || what_if->book_txn.error != 0)
        return 0;
    group_of(what_if, BEFORE, notice, notice->items[0], group);
    return find_line(what_if, group, notice);
}

/* ---------------------------------------------------------------- showing */

static struct telling_place place_of(const uint8_t at[PLACE_BYTES])
{
    return (struct telling_place){ .sequence = get_u64(at), .item = get_u16(at + 8) };
}

void tellings_show(struct what_if *what_if, enum telling_change change, telling_shown *shown, void *self)
{
    uint8_t prefix = (uint8_t) change;
    struct store_cursor cursor;
    struct bytes key, value;
    bool wanted;

    store_cursor_open(&cursor, &what_if->book_txn, TABLE_CHANGE);
    wanted = store_seek(&cursor, bytes_of(&prefix, 1), &key, &value);
    while (wanted && *(const uint8_t *) key.data == prefix) {
        const uint8_t *at = value.data;
        struct telling_place places[RUN_COUNT] = { place_of(at), place_of(at + PLACE_BYTES) };

        arena_reset(&what_if->arena);
        wanted = shown(self, places) && store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
}

static Duban__Notice *telling_notice(struct what_if *what_if, enum run run, const struct telling_place *place)
{
    Duban__Notice *notice;
    struct store_txn txn;

    if (place->sequence == 0)
        return NULL;
    state_read(&what_if->runs[run].state, &txn);
    notice = notice_in(what_if, &txn, place->sequence);
    store_abort(&txn);
    return notice;
}

struct difference telling_difference(struct what_if *what_if, const struct telling_place places[RUN_COUNT])
{
    struct difference difference = { .first = places[BEFORE].sequence != 0 ? BEFORE : AFTER };

    for (int run = 0; run < RUN_COUNT; run++) {
        difference.notice[run] = telling_notice(what_if, (enum run) run, &places[run]);
        if (difference.notice[run] != NULL && places[run].item < difference.notice[run]->n_items)
            difference.item[run] = difference.notice[run]->items[places[run].item];
    }
    return difference;
}
