#include "look_over.h"

#include <string.h>

#include "log.h"
#include "record.h"
#include "tables.h"

enum { SLICE_PAGES = 64, SLICE_MS = 2, BETWEEN_SLICES_MS = 50, BETWEEN_ROUNDS_MS = 24 * 3600 * 1000, FREE_TABLE = -1 };

static void begin_table(struct look_over *look, int table)
{
    look->next_table = table;
    look->walk.table = table == FREE_TABLE ? NULL : look->store->names[table];
    look->walk.key_size = 0;
    look->expected = 0;
}

static void begin_round(struct look_over *look)
{
    look->now = (struct findings){ .sequence = 0 };
    begin_table(look, FREE_TABLE);
}

void look_over_open(struct look_over *look, struct store *store, uint64_t lineage, const struct skips *skips)
{
    *look = (struct look_over){ .store = store, .lineage = lineage, .skips = skips };
    begin_round(look);
}

void look_over_again(struct look_over *look)
{
    look->said = (struct findings){ .sequence = 0 };
    look->next_ms = 0;
    begin_round(look);
}

struct findings look_over_findings(const struct look_over *look)
{
    struct findings all = look->said;

    if (all.sequence == 0 || (look->now.sequence != 0 && look->now.sequence < all.sequence))
        all.sequence = look->now.sequence;
    if (look->now.records > all.records)
        all.records = look->now.records;
    if (all.table == NULL)
        all.table = look->now.table;
    return all;
}

/* ---------------------------------------------------------------- what is wrong */

static void note_records(struct look_over *look, uint64_t first, uint64_t count)
{
    struct findings known = look_over_findings(look);

    for (; count > 0 && skips_have(look->skips, first); count--)
        first++;
    if (count == 0)
        return;
    if (known.sequence == 0 || known.sequence > first)
        log_error("house alarm: 日志记录损坏，处理见 duban status / a journal record is damaged, see duban status on what to do: "
                  "sequence=%llu", (unsigned long long) first);
    if (look->now.sequence == 0)
        look->now.sequence = first;
    look->now.records += count < UINT32_MAX - look->now.records ? (uint32_t) count : 0;
}

static void note_table(struct look_over *look)
{
    const char *table = look->walk.table == NULL ? "free" : look->walk.table;

    if (look_over_findings(look).table == NULL)
        log_error("house alarm: 数据文件有读不出的页，处理见 duban status / a page of the data file cannot be read, see duban status on what "
                  "to do: table=%s", table);
    if (look->now.table == NULL)
        look->now.table = table;
}

/* ---------------------------------------------------------------- the journal */

static void on_row(void *self, struct bytes key, struct bytes value)
{
    struct look_over *look = self;
    uint64_t sequence = key.size == sizeof sequence ? get_u64(key.data) : 0;
    struct record record;

    if (look->expected != 0 && sequence > look->expected)
        note_records(look, look->expected, sequence - look->expected);
    look->expected = sequence + 1;
    if (value.data == NULL || !record_unpack(&record, value) || record.sequence != sequence || record.lineage != look->lineage)
        note_records(look, sequence, 1);
}

/* The first that may be lost lies where the walk stood; how far, the next row says. */
static void begin_gap(struct look_over *look, struct bytes from)
{
    if (look->expected == 0)
        look->expected = from.size == sizeof look->expected ? get_u64(from.data) : 1;
}

/* What was journaled last when the table was begun must have come by. */
static void end_journal(struct look_over *look)
{
    if (look->last_sequence != 0 && look->expected <= look->last_sequence)
        note_records(look, look->expected == 0 ? 1 : look->expected,
                     look->last_sequence - (look->expected == 0 ? 0 : look->expected - 1));
}

/* ---------------------------------------------------------------- a step */

static void end_round(struct look_over *look, int64_t now_ms)
{
    look->said = look->now;
    look->rounds++;
    begin_round(look);
    look->next_ms = now_ms + BETWEEN_ROUNDS_MS;
}

/* True: the round is over. */
static bool end_table(struct look_over *look)
{
    if (look->next_table == TABLE_JOURNAL)
        end_journal(look);
    if (look->next_table + 1 == (int) look->store->table_count)
        return true;
    begin_table(look, look->next_table + 1);
    return false;
}

/* True: the round is over. */
static bool step(struct look_over *look, int descriptor, uint64_t last_sequence)
{
    bool is_journal = look->next_table == TABLE_JOURNAL;
    uint8_t from[PAGES_MAX_KEY];
    size_t from_size = look->walk.key_size;
    enum pages_step result;

    memcpy(from, look->walk.key, from_size);
    if (is_journal && from_size == 0)
        look->last_sequence = last_sequence;
    result = pages_step(descriptor, &look->walk, is_journal ? on_row : NULL, look, &look->pages_read);
    if (result == PAGES_DAMAGED || result == PAGES_DAMAGED_TO_END) {
        if (is_journal)
            begin_gap(look, bytes_of(from, from_size));
        else
            note_table(look);
    }
    return (result == PAGES_END || result == PAGES_DAMAGED_TO_END) && end_table(look);
}

void look_over_turn(struct look_over *look, uint64_t last_sequence, const struct clock_source *clock)
{
    int64_t begun_ms = clock->monotonic_ms(clock->self);
    int descriptor;

    if (begun_ms < look->next_ms || mdb_env_get_fd(look->store->environment, &descriptor) != 0)
        return;
    look->next_ms = begun_ms + BETWEEN_SLICES_MS;
    look->pages_read = 0;
    while (look->pages_read < SLICE_PAGES && clock->monotonic_ms(clock->self) - begun_ms < SLICE_MS)
        if (step(look, descriptor, last_sequence)) {
            end_round(look, begun_ms);
            return;
        }
}
