/* what_if_compare.c - what was told in one run and not so in the other, group by group.
 *
 * Within a group those of the same time and recipient are the same telling, of the same task first; of those left, and of
 * the same task, the same recipient's have moved, and those of the same time went to somebody else; then the same recipient's
 * of whichever task have moved, where a task that one run alone had moves the count of the others. Memory holds one group.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "what_if_book.h"

/* ---------------------------------------------------------------- one group */

struct lines {
    struct line *lines;
    size_t count;
    size_t room;
    size_t paired;                 /* so many from the first on: what repeats for months is in order */
};

struct group {
    struct what_if *what_if;
    struct lines of[RUN_COUNT];
};

static const char *kept(struct what_if *what_if, const char *text)
{
    const char *copy = arena_copy(&what_if->arena, text, strlen(text));

    if (copy == NULL)
        die("内存不足 / out of memory");
    return copy;
}

static void add_line(struct what_if *what_if, struct lines *lines, struct line line)
{
    if (lines->count == lines->room) {
        lines->room = lines->room == 0 ? 64 : 2 * lines->room;
        lines->lines = realloc(lines->lines, lines->room * sizeof *lines->lines);
        if (lines->lines == NULL)
            die("内存不足 / out of memory");
    }
    line.account = kept(what_if, line.account);
    line.level = kept(what_if, line.level);
    lines->lines[lines->count++] = line;
}

static void put_place(uint8_t at[PLACE_BYTES], const struct line *line)
{
    put_u64(at, line == NULL ? 0 : line->sequence);
    put_u16(at + 8, line == NULL ? 0 : line->item);
}

/* What was only answered to an act that does not fit any more is no telling that the pack adds. */
static void note_change(struct what_if *what_if, enum telling_change change, const struct line *before, const struct line *after)
{
    uint8_t key[CHANGE_KEY_BYTES], value[2 * PLACE_BYTES];

    if (change == TELLING_ADDED && after->declined) {
        what_if->references_refused++;
        return;
    }
    what_if->changes[change]++;
    key[0] = (uint8_t) change;
    put_u64(key + 1, (uint64_t) (before != NULL ? before->at_s : after->at_s));
    put_u64(key + 9, ++what_if->differences);
    put_place(value, before);
    put_place(value + PLACE_BYTES, after);
    book_put(what_if, TABLE_CHANGE, bytes_of(key, sizeof key), bytes_of(value, sizeof value));
}

typedef bool is_pair(const struct line *before, const struct line *after);

static bool is_of_same_task(const struct line *before, const struct line *after)
{
    return memcmp(before->task, after->task, TASK_BYTES) == 0;
}

/* A task that one run alone had before moves the count of this one: whoever was told, was told the same. */
static bool is_same(const struct line *before, const struct line *after)
{
    return before->at_s == after->at_s && strcmp(before->account, after->account) == 0;
}

static bool is_same_of_task(const struct line *before, const struct line *after)
{
    return is_of_same_task(before, after) && is_same(before, after);
}

static bool has_moved(const struct line *before, const struct line *after)
{
    return is_of_same_task(before, after) && strcmp(before->account, after->account) == 0;
}

static bool is_readdressed(const struct line *before, const struct line *after)
{
    return is_of_same_task(before, after) && before->at_s == after->at_s;
}

/* Of a task that counts otherwise, too: the same words about the same thing to the same one. */
static bool has_moved_and_shifted(const struct line *before, const struct line *after)
{
    return strcmp(before->account, after->account) == 0;
}

static struct line *partner_of(struct lines *lines, const struct line *line, is_pair *pairs)
{
    while (lines->paired < lines->count && lines->lines[lines->paired].paired)
        lines->paired++;
    for (size_t i = lines->paired; i < lines->count; i++)
        if (!lines->lines[i].paired && pairs(line, &lines->lines[i]))
            return &lines->lines[i];
    return NULL;
}

static void pair(struct group *group, is_pair *pairs, void (*found)(struct what_if *what_if, const struct line *before, const struct line *after))
{
    for (size_t i = 0; i < group->of[BEFORE].count; i++) {
        struct line *before = &group->of[BEFORE].lines[i];
        struct line *after = before->paired ? NULL : partner_of(&group->of[AFTER], before, pairs);

        if (after == NULL)
            continue;
        before->paired = after->paired = true;
        found(group->what_if, before, after);
    }
}

static void found_same(struct what_if *what_if, const struct line *before, const struct line *after)
{
    if (before->due_s != after->due_s || strcmp(before->level, after->level) != 0)
        note_change(what_if, TELLING_CHANGED, before, after);
}

static void found_moved(struct what_if *what_if, const struct line *before, const struct line *after)
{
    note_change(what_if, TELLING_MOVED, before, after);
}

static void found_readdressed(struct what_if *what_if, const struct line *before, const struct line *after)
{
    note_change(what_if, TELLING_READDRESSED, before, after);
}

static void compare_group(struct group *group)
{
    pair(group, is_same_of_task, found_same);
    pair(group, is_same, found_same);
    pair(group, has_moved, found_moved);
    pair(group, is_readdressed, found_readdressed);
    pair(group, has_moved_and_shifted, found_moved);
    for (size_t i = 0; i < group->of[BEFORE].count; i++)
        if (!group->of[BEFORE].lines[i].paired)
            note_change(group->what_if, TELLING_DROPPED, &group->of[BEFORE].lines[i], NULL);
    for (size_t i = 0; i < group->of[AFTER].count; i++)
        if (!group->of[AFTER].lines[i].paired)
            note_change(group->what_if, TELLING_ADDED, NULL, &group->of[AFTER].lines[i]);
}

/* ---------------------------------------------------------------- group by group */

struct reading {
    struct store_cursor cursor;
    struct bytes key;
    struct bytes value;
    bool there;
};

static void begin_reading(struct store_txn *txn, struct reading *reading, enum run run)
{
    store_cursor_open(&reading->cursor, txn, book_table(run));
    reading->there = store_seek(&reading->cursor, bytes_of("", 0), &reading->key, &reading->value);
}

/* The group that comes first in either. */
static bool next_group(const struct reading readings[RUN_COUNT], uint8_t group[GROUP_BYTES])
{
    const struct reading *first = NULL;

    for (int run = 0; run < RUN_COUNT; run++)
        if (readings[run].there && (first == NULL || memcmp(readings[run].key.data, first->key.data, GROUP_BYTES) < 0))
            first = &readings[run];
    if (first != NULL)
        memcpy(group, first->key.data, GROUP_BYTES);
    return first != NULL;
}

static void read_group(struct what_if *what_if, struct reading *reading, const uint8_t group[GROUP_BYTES], struct lines *lines)
{
    lines->count = lines->paired = 0;
    for (; reading->there && book_is_of_group(reading->key, group);
         reading->there = store_next(&reading->cursor, &reading->key, &reading->value))
        add_line(what_if, lines, book_line(reading->key, reading->value));
}

static void compare_groups(struct what_if *what_if, struct reading readings[RUN_COUNT])
{
    struct group group = { .what_if = what_if };
    uint8_t key[GROUP_BYTES];

    while (next_group(readings, key)) {
        arena_reset(&what_if->arena);
        for (int run = 0; run < RUN_COUNT; run++)
            read_group(what_if, &readings[run], key, &group.of[run]);
        compare_group(&group);
    }
    for (int run = 0; run < RUN_COUNT; run++)
        free(group.of[run].lines);
}

/* Lines are read as they were gathered, while what changed is written. */
int tellings_compare(struct what_if *what_if)
{
    struct reading readings[RUN_COUNT] = { 0 };
    struct store_txn lines;

    if (what_if->book_txn.error != 0 || store_commit(&what_if->book_txn) == -1)
        return -1;
    store_begin(&what_if->book_txn, &what_if->book, STORE_WRITE);
    store_begin(&lines, &what_if->book, STORE_READ);
    for (int run = 0; run < RUN_COUNT; run++)
        begin_reading(&lines, &readings[run], (enum run) run);
    compare_groups(what_if, readings);
    for (int run = 0; run < RUN_COUNT; run++)
        store_cursor_close(&readings[run].cursor);
    store_abort(&lines);
    return what_if->book_txn.error == 0 && lines.error == 0 ? 0 : -1;
}
