/* store.h - tables of bytes in one LMDB environment, owned by one daemon.
 *
 * A transaction remembers its first error: after one, every further call does nothing, so
 * a caller writes the happy path and looks once, at store_commit. Flags are 0: a commit
 * that returned 0 is on the disk. Any commit error but a full map or a full disk means that
 * the disk can no longer be believed: the caller must stop the process and re-read (a failed
 * fsync is not retried).
 *
 * A disk is full when it says so and its file system has hardly any room: then nothing of the
 * transaction counts, what was there before is sound, and the caller goes on, having read anew what
 * it remembered of the transaction. What to do is said once, and once that it goes on.
 *
 * A table is its place in the list given to store_open: an enum of the service, with the
 * key layout written beside each.
 */
#ifndef DUBAN_STORE_H
#define DUBAN_STORE_H

#include <lmdb.h>

#include "bytes.h"

enum { STORE_MAX_TABLES = 96 };

struct store {
    MDB_env *environment;             /* NULL = not open */
    MDB_dbi tables[STORE_MAX_TABLES];
    const char *const *names;
    size_t table_count;
    size_t map_bytes;
    MDB_txn *spare_reader;            /* of the last read, to be renewed; the store's own */
    struct store_gathered *gathered;  /* NULL: every row goes into its tree at once; the store's own */
    bool disk_is_full;                /* the last transaction that wrote found no room */
};

enum store_mode { STORE_READ, STORE_WRITE };

struct store_txn {
    struct store *store;
    MDB_txn *txn;
    enum store_mode mode;
    int error;                        /* first LMDB error, or 0; absence is not an error */
    bool no_room;                     /* the disk is full: that is all that is wrong */
};

/* Where it lies; the store's own. */
const char *store_directory(const struct store *store);

/* The directory of the store while its disk is full, else empty. The store's own. */
const char *store_full_disk(const struct store *store);

/* Open, creating the directory (0700) and the tables when missing; syncs the directory and
 * its parent after creating. map_bytes reserves address space only and bounds the file.
 * Clears slots of dead readers. 0, or -1 and logged; errno is EUCLEAN when the file is there and damaged.
 * The names must outlive the store. */
int store_open(struct store *store, const char *directory, size_t map_bytes,
               const char *const *names, size_t count);

/* Accepts a store that was never opened. */
void store_close(struct store *store);

/* What is in it is wanted no longer than the process lives: from now on a commit waits for no disk. */
void store_is_scratch(struct store *store);

/* From now on rows of these tables that a transaction puts wait in memory, at most that many bytes of them, until it commits or
 * one of its cursors looks at their table: what a thousand entries change goes into its tree once, and in order. Whoever reads
 * by this header sees them at once. For tables that are got by key and seldom walked. */
void store_gather(struct store *store, const int *tables, size_t count, size_t most_bytes);

/* Called now and then while something takes long, so that whoever watches the process knows that it lives. */
struct store_pulse {
    void (*beat)(void *self);
    void *self;
};

/* Write the file anew, row by row, so that nothing of deleted values is left in it. Until it is done the disk holds
 * it twice; where there is no room for that, nothing is begun. No transaction may be open. 0; -1 and logged: the
 * file is as it was. Dies when the new file cannot be opened. */
int store_compact(struct store *store, struct store_pulse pulse);

void store_begin(struct store_txn *txn, struct store *store, enum store_mode mode);

/* 0: all written and durable. -1: nothing written; txn->error says why (logged). */
int store_commit(struct store_txn *txn);

/* Drop the transaction; harmless after commit or abort. */
void store_abort(struct store_txn *txn);

/* Borrow the value until the transaction ends or writes, or a cursor looks at a table that is gathered. False when absent
 * (or in error). Nothing is ever under an empty key: whoever was given one from outside may ask for it. */
bool store_get(struct store_txn *txn, int table, struct bytes key, struct bytes *value);

void store_put(struct store_txn *txn, int table, struct bytes key, struct bytes value);

/* Put a key that is greater than every key there: several times faster. A key that is not
 * is an error of the transaction (MDB_KEYEXIST). */
void store_append(struct store_txn *txn, int table, struct bytes key, struct bytes value);

/* The same for a value that the caller writes in place: room for size bytes, to be filled
 * before the next call on this transaction. NULL in error. */
void *store_append_space(struct store_txn *txn, int table, struct bytes key, size_t size);

/* True when it was there. */
bool store_delete(struct store_txn *txn, int table, struct bytes key);

/* Walks a table in key order. One cursor may stay open while the table is written: seek
 * again after a write. */
struct store_cursor {
    struct store_txn *txn;
    MDB_cursor *cursor;
    int table;
    bool is_of_tree;                  /* what is gathered is not seen */
};

void store_cursor_open(struct store_cursor *cursor, struct store_txn *txn, int table);
/* As it lies in its tree, without what still waits: for who knows what that is. */
void store_cursor_open_tree(struct store_cursor *cursor, struct store_txn *txn, int table);
/* What waits of that table goes into its tree now. */
void store_write_gathered(struct store_txn *txn, int table);
/* Before its transaction ends. */
void store_cursor_close(struct store_cursor *cursor);

/* First key >= key; the first of all when key is empty. False at the end. key and value are
 * borrowed like store_get's. */
bool store_seek(struct store_cursor *cursor, struct bytes key, struct bytes *found, struct bytes *value);
bool store_next(struct store_cursor *cursor, struct bytes *found, struct bytes *value);
bool store_last(struct store_cursor *cursor, struct bytes *found, struct bytes *value);
/* Last key < key. */
bool store_before(struct store_cursor *cursor, struct bytes key, struct bytes *found, struct bytes *value);

/* Bytes of the map in use (pages not free), and the whole map. */
void store_usage(struct store *store, size_t *used_bytes, size_t *map_bytes);

#endif
