#include "meta.h"

#include <sodium.h>
#include <string.h>

#include "log.h"
#include "tables.h"

enum { FORMAT = 1, IDENTITY_BYTES = 10 + META_SECRET_BYTES, CLOCK_BYTES = 17, TAIL_BYTES = 16 + DIGEST_BYTES + 4 };

static const struct bytes identity_key = { "identity", 8 };
static const struct bytes epoch_key = { "epoch", 5 };
static const struct bytes clock_key = { "clock", 5 };
static const struct bytes compact_key = { "compact", 7 };
static const struct bytes tail_key = { "tail", 4 };

static void become_somebody(struct identity *identity, struct store_txn *txn, bool rehearsal)
{
    uint8_t row[IDENTITY_BYTES];

    while (identity->lineage == 0)
        randombytes_buf(&identity->lineage, sizeof identity->lineage);
    randombytes_buf(identity->secret, sizeof identity->secret);
    identity->rehearsal = rehearsal;
    row[0] = FORMAT;
    row[1] = rehearsal;
    put_u64(row + 2, identity->lineage);
    memcpy(row + 10, identity->secret, sizeof identity->secret);
    store_put(txn, TABLE_META, identity_key, bytes_of(row, sizeof row));
}

static void remember(struct identity *identity, struct bytes value, const char *directory)
{
    const uint8_t *row = value.data;

    if (value.size != IDENTITY_BYTES || row[0] != FORMAT)
        die("数据目录 %s 的格式不是本版本所写，请用写它的版本打开 / "
            "the data in %s is of another format (%u); open it with the version that wrote it",
            directory, directory, value.size > 0 ? row[0] : 0U);
    identity->rehearsal = row[1] != 0;
    identity->lineage = get_u64(row + 2);
    memcpy(identity->secret, row + 10, sizeof identity->secret);
}

static void check_rehearsal(const struct identity *identity, const char *directory, bool wanted)
{
    if (!wanted)
        return;
    if (!identity->rehearsal)
        die("数据目录 %s 是正式数据，不能改作演练；请去掉 rehearsal_start，或另用一个空目录 / "
            "%s holds real data and can never become a rehearsal; drop rehearsal_start or use an empty directory",
            directory, directory);
    log_info("rehearsal_start: ignored, the rehearsal goes on from where its clock stands: directory=%s", directory);
}

static void read_clock(struct store_txn *txn, struct clock_memory *memory)
{
    struct bytes value;
    const uint8_t *row;

    if (!store_get(txn, TABLE_META, clock_key, &value) || value.size != CLOCK_BYTES)
        return;
    row = value.data;
    memory->held = row[0] != 0;
    memory->lead_ms = (int64_t) get_u64(row + 1);
    memory->manual_ms = (int64_t) get_u64(row + 9);
}

void meta_put_clock(struct store_txn *txn, const struct clock_memory *memory)
{
    uint8_t row[CLOCK_BYTES];

    row[0] = memory->held;
    put_u64(row + 1, (uint64_t) memory->lead_ms);
    put_u64(row + 9, (uint64_t) memory->manual_ms);
    store_put(txn, TABLE_META, clock_key, bytes_of(row, sizeof row));
}

void meta_put_tail(struct store_txn *txn, const struct journal_head *tail)
{
    uint8_t row[TAIL_BYTES];

    put_u64(row, tail->sequence);
    put_u64(row + 8, (uint64_t) tail->stamp_ms);
    memcpy(row + 16, tail->chain, DIGEST_BYTES);
    put_u32(row + 16 + DIGEST_BYTES, crc32c(0, row, 16 + DIGEST_BYTES));
    store_put(txn, TABLE_META, tail_key, bytes_of(row, sizeof row));
}

bool meta_get_tail(struct store_txn *txn, struct journal_head *tail)
{
    struct bytes value;
    const uint8_t *row;

    if (!store_get(txn, TABLE_META, tail_key, &value) || value.size != TAIL_BYTES)
        return false;
    row = value.data;
    tail->sequence = get_u64(row);
    tail->stamp_ms = (int64_t) get_u64(row + 8);
    memcpy(tail->chain, row + 16, DIGEST_BYTES);
    return get_u32(row + 16 + DIGEST_BYTES) == crc32c(0, row, 16 + DIGEST_BYTES);
}

bool meta_wants_compaction(struct store *store)
{
    struct store_txn txn;
    struct bytes value;
    bool wanted;

    store_begin(&txn, store, STORE_READ);
    wanted = store_get(&txn, TABLE_META, compact_key, &value);
    store_abort(&txn);
    if (txn.error != 0)
        die("无法读取数据，请检查磁盘后重新启动 / cannot read the data: %s; check the disk, then start again", mdb_strerror(txn.error));
    return wanted;
}

void meta_want_compaction(struct store_txn *txn, bool wanted)
{
    if (wanted)
        store_put(txn, TABLE_META, compact_key, bytes_of("", 0));
    else
        store_delete(txn, TABLE_META, compact_key);
}

static void put_next_epoch(struct identity *identity, struct store_txn *txn)
{
    uint8_t row[4];
    struct bytes value;

    if (store_get(txn, TABLE_META, epoch_key, &value) && value.size == sizeof row)
        identity->epoch = get_u32(value.data);
    identity->epoch++;
    put_u32(row, identity->epoch);
    store_put(txn, TABLE_META, epoch_key, bytes_of(row, sizeof row));
}

void meta_open(struct identity *identity, struct clock_memory *memory, struct store *store, const char *directory,
               int64_t rehearsal_start_ms)
{
    struct store_txn txn;
    struct bytes value;

    *identity = (struct identity){ 0 };
    *memory = (struct clock_memory){ 0 };
    store_begin(&txn, store, STORE_WRITE);
    if (store_get(&txn, TABLE_META, identity_key, &value)) {
        remember(identity, value, directory);
        check_rehearsal(identity, directory, rehearsal_start_ms != 0);
        read_clock(&txn, memory);
    } else {
        become_somebody(identity, &txn, rehearsal_start_ms != 0);
        memory->manual_ms = rehearsal_start_ms;
        meta_put_clock(&txn, memory);
    }
    put_next_epoch(identity, &txn);
    if (store_commit(&txn) == -1)
        die("无法在 %s 记下本次启动，请检查磁盘，或调大 map / cannot record this start in %s: %s; check the disk, or raise map",
            directory, directory, mdb_strerror(txn.error));
}
