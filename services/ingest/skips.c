#include "skips.h"

#include "log.h"
#include "tables.h"

void skips_read(struct skips *skips, struct store *store)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    bool more;

    skips->count = 0;
    skips->fresh = 0;
    store_begin(&txn, store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_SKIP);
    more = store_seek(&cursor, bytes_of(NULL, 0), &key, &value);
    for (; more && skips->count < MAX_SKIPS; more = store_next(&cursor, &key, &value))
        skips->sequences[skips->count++] = get_u64(key.data);
    store_cursor_close(&cursor);
    store_abort(&txn);
    if (txn.error != 0)
        die("无法读取跳过的记录，请检查磁盘后重新启动 / cannot read what is skipped: %s; check the disk, then start again",
            mdb_strerror(txn.error));
}

bool skips_have(const struct skips *skips, uint64_t sequence)
{
    for (size_t i = 0; i < skips->count; i++)
        if (skips->sequences[i] == sequence)
            return true;
    return false;
}

bool skips_are_full(const struct skips *skips)
{
    return skips->count + skips->fresh >= MAX_SKIPS;
}

void skips_put(struct skips *skips, struct store_txn *txn, uint64_t sequence, uint64_t by)
{
    uint8_t key[8];
    uint8_t row[8];

    put_u64(key, sequence);
    put_u64(row, by);
    store_put(txn, TABLE_SKIP, bytes_of(key, sizeof key), bytes_of(row, sizeof row));
    skips->fresh++;
}
