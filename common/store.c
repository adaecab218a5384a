#include "store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "log.h"
#include "row_map.h"

enum {
    COPIED_AT_ONCE = 4096,
    SPARE_BYTES = 16 << 20,
    MAX_READERS = 512,
    DIRECTORY_MODE = 0700,
    FILE_MODE = 0600,
    FREE_TABLE = 0,
};

/* ---------------------------------------------------------------- rows that wait */

struct store_gathered {
    struct arena arena;                        /* keys and values of all maps */
    struct row_map maps[STORE_MAX_TABLES];
    bool is_gathered[STORE_MAX_TABLES];
};

void store_gather(struct store *store, const int *tables, size_t count, size_t most_bytes)
{
    struct store_gathered *gathered = calloc(1, sizeof *gathered);

    assert(store->gathered == NULL);
    if (gathered == NULL)
        die("store: out of memory");
    arena_open(&gathered->arena, most_bytes);
    for (size_t i = 0; i < count; i++) {
        assert(tables[i] >= 0 && (size_t) tables[i] < store->table_count);
        gathered->is_gathered[tables[i]] = true;
    }
    store->gathered = gathered;
}

static void gathered_drop(struct store_gathered *gathered)
{
    if (gathered == NULL || gathered->arena.used_bytes == 0)
        return;
    for (size_t i = 0; i < STORE_MAX_TABLES; i++)
        if (gathered->maps[i].count > 0)
            row_map_clear(&gathered->maps[i]);
    arena_reset(&gathered->arena);
}

static void gathered_close(struct store_gathered *gathered)
{
    if (gathered == NULL)
        return;
    for (size_t i = 0; i < STORE_MAX_TABLES; i++)
        row_map_close(&gathered->maps[i]);
    arena_close(&gathered->arena);
    free(gathered);
}

/* The rows of that table that wait; NULL: it is not gathered. */
static struct row_map *waiting_of(const struct store_txn *txn, int table)
{
    struct store_gathered *gathered = txn->store->gathered;

    return txn->mode == STORE_WRITE && gathered != NULL && gathered->is_gathered[table] ? &gathered->maps[table] : NULL;
}

/* ---------------------------------------------------------------- opening */

static int failed(const char *what, const char *directory, int error)
{
    log_error("store: cannot open: directory=%s step=%s error=%s", directory, what, mdb_strerror(error));
    return -1;
}

/* Not a store, one of another version of LMDB, or one that lost pages. */
static bool is_damage(int error)
{
    return error == MDB_INVALID || error == MDB_CORRUPTED || error == MDB_PAGE_NOTFOUND || error == MDB_PANIC ||
           error == MDB_VERSION_MISMATCH;
}

static int damaged(const char *directory, const char *what)
{
    log_error("数据文件已损坏，不能使用 / the data file is damaged and cannot be used: %s/data.mdb: %s", directory, what);
    errno = EUCLEAN;
    return -1;
}

static int failed_to_read(const char *what, const char *directory, int error)
{
    return is_damage(error) ? damaged(directory, mdb_strerror(error)) : failed(what, directory, error);
}

/* Rows of LMDB's own table of free pages: how many they are, then their numbers. */
static size_t count_free_since(MDB_env *environment, size_t first_page)
{
    MDB_cursor *cursor = NULL;
    MDB_txn *txn = NULL;
    MDB_val key, value;
    size_t total = 0;

    if (mdb_txn_begin(environment, NULL, MDB_RDONLY, &txn) != 0)
        return 0;
    if (mdb_cursor_open(txn, FREE_TABLE, &cursor) == 0)
        while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0)
            for (size_t i = 1; i < value.mv_size / sizeof(size_t); i++) {
                size_t page;

                memcpy(&page, (const char *) value.mv_data + i * sizeof page, sizeof page);
                total += page >= first_page ? 1 : 0;
            }
    if (cursor != NULL)
        mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    return total;
}

/* LMDB reads its file through a map: what a file that was cut off no longer has would end the process
 * with a bus error, at whatever moment the page is wanted. At its end a sound file may lack pages that
 * were taken and given back in one transaction: those are free. To read which are, the file is long
 * for a moment. */
static int check_length(const struct store *store, const char *directory)
{
    size_t pages, present;
    struct stat status;
    MDB_envinfo info;
    MDB_stat stat;
    int descriptor;

    mdb_env_info(store->environment, &info);
    mdb_env_stat(store->environment, &stat);
    if (mdb_env_get_fd(store->environment, &descriptor) != 0 || fstat(descriptor, &status) == -1)
        return failed("length", directory, errno);
    pages = info.me_last_pgno + 1;
    present = (size_t) status.st_size / stat.ms_psize;
    if (present >= pages)
        return 0;
    if (ftruncate(descriptor, (off_t) (pages * stat.ms_psize)) == -1)
        return failed("length", directory, errno);
    if (count_free_since(store->environment, present) == pages - present)
        return 0;
    if (ftruncate(descriptor, status.st_size) == -1)
        log_warn("store: the length could not be set back: %s", directory);
    return damaged(directory, "文件被截短，缺少后面的页 / it is cut off: pages are missing at its end");
}

static int sync_descriptor(int descriptor)
{
    int result = fsync(descriptor);
    int error = errno;

    close(descriptor);
    errno = error;
    return result;
}

/* LMDB syncs its files but not their names. Who may not read the parent did not create
 * anything in it. */
static int sync_names(const char *directory)
{
    int own = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int parent;

    if (own == -1)
        return -1;
    parent = openat(own, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (sync_descriptor(own) == -1) {
        if (parent != -1)
            close(parent);
        return -1;
    }
    if (parent == -1)
        return errno == EACCES ? 0 : -1;
    return sync_descriptor(parent);
}

/* LMDB takes an empty file for a new one, and would begin anew without a word. */
static int check_not_empty(const char *directory)
{
    char path[PATH_MAX + 16];
    struct stat status;

    snprintf(path, sizeof path, "%s/data.mdb", directory);
    if (stat(path, &status) == -1 || status.st_size > 0)
        return 0;
    return damaged(directory, "文件是空的；如果从未在这里启动成功过，删除它再启动 / it is empty; where no start has ever succeeded here, "
                              "delete it and start again");
}

static int open_environment(struct store *store, const char *directory)
{
    int stale = 0;
    int error;

    if (check_not_empty(directory) == -1)
        return -1;
    error = mdb_env_create(&store->environment);
    if (error != 0)
        return failed("create", directory, error);
    error = mdb_env_set_mapsize(store->environment, store->map_bytes);
    if (error == 0)
        error = mdb_env_set_maxdbs(store->environment, STORE_MAX_TABLES);
    if (error == 0)
        error = mdb_env_set_maxreaders(store->environment, MAX_READERS);
    if (error == 0)
        error = mdb_env_open(store->environment, directory, MDB_NOTLS, FILE_MODE);
    if (error != 0)
        return failed_to_read("environment", directory, error);
    if (check_length(store, directory) == -1)
        return -1;
    error = mdb_reader_check(store->environment, &stale);
    if (error != 0)
        return failed("readers", directory, error);
    if (stale > 0)
        log_info("store: cleared readers that died: directory=%s count=%d", directory, stale);
    return 0;
}

static int open_tables(struct store *store, const char *directory)
{
    MDB_txn *txn;
    int error = mdb_txn_begin(store->environment, NULL, 0, &txn);

    if (error != 0)
        return failed_to_read("tables", directory, error);
    for (size_t i = 0; i < store->table_count && error == 0; i++)
        error = mdb_dbi_open(txn, store->names[i], MDB_CREATE, &store->tables[i]);
    if (error != 0) {
        mdb_txn_abort(txn);
        return failed_to_read("tables", directory, error);
    }
    error = mdb_txn_commit(txn);
    return error == 0 ? 0 : failed("tables", directory, error);
}

static int open_all(struct store *store, const char *directory)
{
    MDB_envinfo info;

    if (mkdir(directory, DIRECTORY_MODE) == -1 && errno != EEXIST)
        return failed("directory", directory, errno);
    if (open_environment(store, directory) == -1 || open_tables(store, directory) == -1)
        return -1;
    if (sync_names(directory) == -1)
        return failed("sync", directory, errno);
    mdb_env_info(store->environment, &info);
    store->map_bytes = info.me_mapsize;   /* of a file that is larger already, its own size */
    return 0;
}

int store_open(struct store *store, const char *directory, size_t map_bytes, const char *const *names, size_t count)
{
    int error;

    assert(count <= STORE_MAX_TABLES);
    *store = (struct store){ .names = names, .table_count = count, .map_bytes = map_bytes };
    if (open_all(store, directory) == 0)
        return 0;
    error = errno;
    store_close(store);
    errno = error;
    return -1;
}

void store_close(struct store *store)
{
    if (store->environment == NULL)
        return;
    if (store->spare_reader != NULL)
        mdb_txn_abort(store->spare_reader);
    mdb_env_close(store->environment);
    gathered_close(store->gathered);
    store->gathered = NULL;
    store->spare_reader = NULL;
    store->environment = NULL;
}

void store_is_scratch(struct store *store)
{
    int error = mdb_env_set_flags(store->environment, MDB_NOSYNC, 1);

    if (error != 0)   /* slower, that is all */
        log_warn("store: commits of scratch data wait for the disk: error=%s", mdb_strerror(error));
}

/* ---------------------------------------------------------------- transactions */

const char *store_directory(const struct store *store)
{
    const char *path = "";

    (void) mdb_env_get_path(store->environment, &path);
    return path;
}

const char *store_full_disk(const struct store *store)
{
    return store->disk_is_full ? store_directory(store) : "";
}

static void note_full(struct store *store)
{
    if (!store->disk_is_full)
        log_error("磁盘已满，暂停写入，查询照常：请在 %s 所在的磁盘腾出空间，腾出后自动恢复，不必重新启动 / the disk is full: writing waits, "
                  "questions are answered; free some space where %s lies, then it goes on by itself, without a restart",
                  store_directory(store), store_directory(store));
    store->disk_is_full = true;
}

static void note_room(struct store *store)
{
    log_info("磁盘又有空间，恢复写入 / there is room on the disk again, writing goes on: directory=%s", store_directory(store));
    store->disk_is_full = false;
}

/* The first error of a transaction stays. table -1 = none in particular. */
static void fail(struct store_txn *txn, int error, const char *what, int table)
{
    const char *name = table < 0 ? "-" : txn->store->names[table];

    if (txn->error != 0)
        return;
    txn->error = error;
    txn->no_room = txn->mode == STORE_WRITE && disk_is_why(error, store_directory(txn->store));
    if (txn->no_room) {
        note_full(txn->store);
        return;
    }
    log_error("store: %s failed: table=%s error=%s", what, name, mdb_strerror(error));
}

static bool is_usable(const struct store_txn *txn)
{
    assert(txn->txn != NULL || txn->error != 0);
    return txn->error == 0;
}

static MDB_dbi table_of(const struct store_txn *txn, int table)
{
    assert(table >= 0 && (size_t) table < txn->store->table_count);
    return txn->store->tables[table];
}

static MDB_val val_of(struct bytes bytes)
{
    return (MDB_val){ .mv_size = bytes.size, .mv_data = (void *) bytes.data };
}

static struct bytes bytes_of_val(MDB_val val)
{
    return bytes_of(val.mv_data, val.mv_size);
}

static int begin_reader(struct store *store, MDB_txn **txn)
{
    *txn = store->spare_reader;
    store->spare_reader = NULL;
    if (*txn != NULL && mdb_txn_renew(*txn) == 0)
        return 0;
    if (*txn != NULL)
        mdb_txn_abort(*txn);
    return mdb_txn_begin(store->environment, NULL, MDB_RDONLY, txn);
}

void store_begin(struct store_txn *txn, struct store *store, enum store_mode mode)
{
    int error;

    assert(store->environment != NULL);
    *txn = (struct store_txn){ .store = store, .mode = mode };
    if (mode == STORE_READ)
        error = begin_reader(store, &txn->txn);
    else
        error = mdb_txn_begin(store->environment, NULL, 0, &txn->txn);
    if (error != 0) {
        txn->txn = NULL;
        fail(txn, error, "begin", -1);
    }
}

/* A reader keeps its slot, so that the next one costs no lock. */
static void end_reader(struct store_txn *txn)
{
    if (txn->store->spare_reader != NULL) {
        mdb_txn_abort(txn->txn);
    } else {
        mdb_txn_reset(txn->txn);
        txn->store->spare_reader = txn->txn;
    }
    txn->txn = NULL;
}

/* ---------------------------------------------------------------- into the trees */

static void put(struct store_txn *txn, int table, struct bytes key, struct bytes value, unsigned flags,
                const char *what)
{
    MDB_val key_val = val_of(key);
    MDB_val value_val = val_of(value);
    int error;

    if (!is_usable(txn))
        return;
    error = mdb_put(txn->txn, table_of(txn, table), &key_val, &value_val, flags);
    if (error != 0)
        fail(txn, error, what, table);
}

/* True when it was there. */
static bool delete(struct store_txn *txn, int table, struct bytes key)
{
    MDB_val key_val = val_of(key);
    int error;

    if (!is_usable(txn) || key.size == 0)
        return false;
    error = mdb_del(txn->txn, table_of(txn, table), &key_val, NULL);
    if (error != 0 && error != MDB_NOTFOUND)
        fail(txn, error, "delete", table);
    return error == 0;
}

/* Through one cursor: the next row lies in the page of the last one, most often, and no way down to it is looked for. */
static int write_row(MDB_cursor *cursor, const struct row_map_row *row)
{
    MDB_val key = val_of(row_map_key(row)), value = val_of(row_map_value(row));
    int error;

    if (!row->is_deleted)
        return mdb_cursor_put(cursor, &key, &value, 0);
    error = mdb_cursor_get(cursor, &key, &value, MDB_SET);
    if (error == MDB_NOTFOUND)
        return 0;
    return error == 0 ? mdb_cursor_del(cursor, 0) : error;
}

static void write_rows(struct store_txn *txn, int table, const struct row_map *map)
{
    MDB_cursor *cursor;
    int error;

    if (!is_usable(txn))
        return;
    error = mdb_cursor_open(txn->txn, table_of(txn, table), &cursor);
    if (error != 0) {
        fail(txn, error, "cursor", table);
        return;
    }
    for (size_t i = 0; i < map->count && error == 0; i++)
        error = write_row(cursor, &map->rows[i]);
    mdb_cursor_close(cursor);
    if (error != 0)
        fail(txn, error, "put", table);
}

void store_write_gathered(struct store_txn *txn, int table)
{
    struct row_map *map = waiting_of(txn, table);

    if (map == NULL || map->count == 0)
        return;
    row_map_sort(map);
    write_rows(txn, table, map);
    row_map_clear(map);
}

static void write_all_gathered(struct store_txn *txn)
{
    if (txn->mode == STORE_READ || txn->store->gathered == NULL || txn->store->gathered->arena.used_bytes == 0)
        return;
    for (size_t i = 0; i < txn->store->table_count; i++)
        store_write_gathered(txn, (int) i);
    gathered_drop(txn->store->gathered);
}

/* ---------------------------------------------------------------- the end of a transaction */

/* A transaction that changed nothing writes nothing: it does not say whether there is room. */
static bool is_last(const struct store *store, size_t id)
{
    MDB_envinfo info;

    mdb_env_info(store->environment, &info);
    return info.me_last_txnid == id;
}

int store_commit(struct store_txn *txn)
{
    size_t id;
    int error;

    write_all_gathered(txn);
    if (!is_usable(txn) || txn->mode == STORE_READ) {
        store_abort(txn);
        return txn->error == 0 ? 0 : -1;
    }
    id = mdb_txn_id(txn->txn);
    error = mdb_txn_commit(txn->txn);
    txn->txn = NULL;
    if (error == 0) {
        if (txn->store->disk_is_full && is_last(txn->store, id))
            note_room(txn->store);
        return 0;
    }
    fail(txn, error, "commit", -1);
    return -1;
}

void store_abort(struct store_txn *txn)
{
    if (txn->txn == NULL)
        return;
    if (txn->mode == STORE_READ) {
        end_reader(txn);
        return;
    }
    mdb_txn_abort(txn->txn);
    txn->txn = NULL;
    gathered_drop(txn->store->gathered);
}

/* ---------------------------------------------------------------- rows */

bool store_get(struct store_txn *txn, int table, struct bytes key, struct bytes *value)
{
    const struct row_map *waiting = waiting_of(txn, table);
    const struct row_map_row *row = waiting == NULL ? NULL : row_map_find(waiting, key);
    MDB_val key_val = val_of(key);
    MDB_val value_val;
    int error;

    if (!is_usable(txn) || key.size == 0)   /* LMDB keeps no row under it, and takes the question for a mistake */
        return false;
    if (row != NULL) {
        *value = row_map_value(row);
        return !row->is_deleted;
    }
    error = mdb_get(txn->txn, table_of(txn, table), &key_val, &value_val);
    if (error == 0) {
        *value = bytes_of_val(value_val);
        return true;
    }
    if (error != MDB_NOTFOUND)
        fail(txn, error, "get", table);
    return false;
}

void store_put(struct store_txn *txn, int table, struct bytes key, struct bytes value)
{
    struct row_map *waiting = waiting_of(txn, table);

    if (waiting != NULL && is_usable(txn) && row_map_put(waiting, &txn->store->gathered->arena, key, value) != NULL)
        return;
    store_write_gathered(txn, table);
    put(txn, table, key, value, 0, "put");
    if (waiting != NULL)   /* there was no more room; the value may be lent from what is dropped now */
        write_all_gathered(txn);
}

void store_append(struct store_txn *txn, int table, struct bytes key, struct bytes value)
{
    store_write_gathered(txn, table);
    put(txn, table, key, value, MDB_APPEND, "append");
}

void *store_append_space(struct store_txn *txn, int table, struct bytes key, size_t size)
{
    MDB_val key_val = val_of(key);
    MDB_val value_val = { .mv_size = size };
    int error;

    store_write_gathered(txn, table);
    if (!is_usable(txn))
        return NULL;
    error = mdb_put(txn->txn, table_of(txn, table), &key_val, &value_val, MDB_APPEND | MDB_RESERVE);
    if (error != 0)
        fail(txn, error, "append", table);
    return error == 0 ? value_val.mv_data : NULL;
}

bool store_delete(struct store_txn *txn, int table, struct bytes key)
{
    const struct row_map *waiting = waiting_of(txn, table);
    struct row_map_row *row = waiting == NULL ? NULL : row_map_find(waiting, key);
    bool was_there;

    if (row == NULL)
        return delete(txn, table, key);
    was_there = !row->is_deleted;
    row->is_deleted = true;
    return was_there;
}

/* ---------------------------------------------------------------- cursors */

void store_cursor_open(struct store_cursor *cursor, struct store_txn *txn, int table)
{
    int error;

    *cursor = (struct store_cursor){ .txn = txn, .table = table };
    if (!is_usable(txn))
        return;
    error = mdb_cursor_open(txn->txn, table_of(txn, table), &cursor->cursor);
    if (error != 0) {
        cursor->cursor = NULL;
        fail(txn, error, "cursor", table);
    }
}

void store_cursor_open_tree(struct store_cursor *cursor, struct store_txn *txn, int table)
{
    store_cursor_open(cursor, txn, table);
    cursor->is_of_tree = true;
}

void store_cursor_close(struct store_cursor *cursor)
{
    if (cursor->cursor == NULL)
        return;
    assert(cursor->txn->txn != NULL);   /* LMDB has freed a writer's cursors with it */
    mdb_cursor_close(cursor->cursor);
    cursor->cursor = NULL;
}

/* key_val: the key to look for, or nothing for the moves that need none. */
static bool move(struct store_cursor *cursor, MDB_cursor_op operation, MDB_val key_val, struct bytes *found,
                 struct bytes *value)
{
    MDB_val value_val;
    int error;

    if (!cursor->is_of_tree)
        store_write_gathered(cursor->txn, cursor->table);
    if (!is_usable(cursor->txn))
        return false;
    error = mdb_cursor_get(cursor->cursor, &key_val, &value_val, operation);
    if (error == 0) {
        *found = bytes_of_val(key_val);
        *value = bytes_of_val(value_val);
        return true;
    }
    if (error != MDB_NOTFOUND)
        fail(cursor->txn, error, "cursor", cursor->table);
    return false;
}

bool store_seek(struct store_cursor *cursor, struct bytes key, struct bytes *found, struct bytes *value)
{
    return move(cursor, key.size == 0 ? MDB_FIRST : MDB_SET_RANGE, val_of(key), found, value);
}

bool store_next(struct store_cursor *cursor, struct bytes *found, struct bytes *value)
{
    return move(cursor, MDB_NEXT, (MDB_val){ 0, NULL }, found, value);
}

bool store_last(struct store_cursor *cursor, struct bytes *found, struct bytes *value)
{
    return move(cursor, MDB_LAST, (MDB_val){ 0, NULL }, found, value);
}

bool store_before(struct store_cursor *cursor, struct bytes key, struct bytes *found, struct bytes *value)
{
    if (key.size == 0)
        return false;   /* nothing comes before the empty key */
    if (store_seek(cursor, key, found, value))
        return move(cursor, MDB_PREV, (MDB_val){ 0, NULL }, found, value);
    return store_last(cursor, found, value);
}

/* ---------------------------------------------------------------- usage */

/* Rows of LMDB's own table of free pages begin with their number of pages, as in mdb_stat. */
static size_t count_free_pages(MDB_txn *txn)
{
    MDB_cursor *cursor;
    MDB_val key;
    MDB_val value;
    size_t total = 0;
    size_t pages;

    if (mdb_cursor_open(txn, FREE_TABLE, &cursor) != 0)
        return 0;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        memcpy(&pages, value.mv_data, sizeof pages);
        total += pages;
    }
    mdb_cursor_close(cursor);
    return total;
}

void store_usage(struct store *store, size_t *used_bytes, size_t *map_bytes)
{
    MDB_envinfo info;
    MDB_stat stat;
    struct store_txn txn;
    size_t free_pages = 0;

    store_begin(&txn, store, STORE_READ);
    if (txn.error == 0)
        free_pages = count_free_pages(txn.txn);
    mdb_env_info(store->environment, &info);
    mdb_env_stat(store->environment, &stat);
    store_abort(&txn);
    *used_bytes = (info.me_last_pgno + 1 - free_pages) * stat.ms_psize;
    *map_bytes = info.me_mapsize;
}

/* ---------------------------------------------------------------- compacting */

/* Row by row into a new file: a copy of pages would take along what a page once held behind the rows of now. */
static int copy_table(struct store *from, struct store *to, int table, struct store_pulse pulse)
{
    struct store_txn reading, writing;
    struct store_cursor cursor;
    struct bytes key, value;
    size_t rows = 0;

    store_begin(&reading, from, STORE_READ);
    store_begin(&writing, to, STORE_WRITE);
    store_cursor_open(&cursor, &reading, table);
    for (bool found = store_seek(&cursor, bytes_of("", 0), &key, &value); found && writing.error == 0;
         found = store_next(&cursor, &key, &value)) {
        store_append(&writing, table, key, value);
        if (++rows % COPIED_AT_ONCE == 0) {
            pulse.beat(pulse.self);
            if (store_commit(&writing) == 0)
                store_begin(&writing, to, STORE_WRITE);
        }
    }
    store_cursor_close(&cursor);
    store_abort(&reading);
    if (writing.error == 0)
        (void) store_commit(&writing);
    return writing.error == 0 && reading.error == 0 ? 0 : -1;
}

static int copy_rows(struct store *store, const char *directory, struct store_pulse pulse)
{
    struct store copy;
    int result = 0;

    if (store_open(&copy, directory, store->map_bytes, store->names, store->table_count) == -1)
        return -1;
    for (size_t table = 0; table < store->table_count && result == 0; table++)
        result = copy_table(store, &copy, (int) table, pulse);
    store_close(&copy);
    return result;
}

/* A disk that the copy filled would stop whoever else writes there. */
static bool has_room(struct store *store, const char *directory)
{
    size_t used_bytes, map_bytes;
    struct disk_room room;

    store_usage(store, &used_bytes, &map_bytes);
    if (disk_look(directory, &room) == -1) {
        (void) failed("compact: space", directory, errno);
        return false;
    }
    if (room.free_bytes > (uint64_t) used_bytes + used_bytes / 4 + SPARE_BYTES)
        return true;
    log_warn("磁盘空间不足，暂不压缩 / too little room on the disk to compact now: %s", directory);
    return false;
}

static void remove_copy(const char *directory)
{
    static const char *const FILES[] = { "data.mdb", "lock.mdb" };
    char path[PATH_MAX + 32];

    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, FILES[i]);
        (void) unlink(path);
    }
    (void) rmdir(directory);
}

static void open_again(struct store *store, const char *home, size_t map_bytes, const char *const *names, size_t count)
{
    if (store_open(store, home, map_bytes, names, count) == -1)
        die("压缩后无法打开数据目录 %s，原因见上一行 / cannot open the data in %s after compacting; the line above says why", home, home);
}

int store_compact(struct store *store, struct store_pulse pulse)
{
    char home[PATH_MAX], directory[PATH_MAX + 16], file[PATH_MAX + 32], target[PATH_MAX + 16];
    const char *path;
    int result = -1;

    if (mdb_env_get_path(store->environment, &path) != 0 || strlen(path) >= sizeof home)
        return failed("compact: path", "", EINVAL);
    memcpy(home, path, strlen(path) + 1);   /* LMDB's own is gone once it is closed */
    snprintf(directory, sizeof directory, "%s/compact", home);
    snprintf(file, sizeof file, "%s/data.mdb", directory);
    snprintf(target, sizeof target, "%s/data.mdb", home);
    remove_copy(directory);   /* of one that was broken off */
    if (has_room(store, home) && copy_rows(store, directory, pulse) == 0) {
        struct store old = *store;

        store_close(store);
        result = rename(file, target);
        if (result == -1)
            (void) failed("compact: rename", home, errno);
        open_again(store, home, old.map_bytes, old.names, old.table_count);
    }
    remove_copy(directory);
    return result;
}
