/* A table whose rows are gathered answers as one whose rows go into their tree at once: two stores do the same, side by side. */
#include "test.h"

#include "store.h"

enum { TABLE_ROWS, TABLE_OTHER, TABLE_COUNT };
enum { PLAIN, GATHERED, STORES };
enum { MAP_BYTES = 8 * 1024 * 1024, MANY = 20000, KEYS = 60, ROOMY_BYTES = 1024 * 1024, TIGHT_BYTES = 2048 };

static const char *const NAMES[] = { "rows", "other" };
static const int GATHERED_TABLES[] = { TABLE_ROWS };

struct pair {
    char directory[SCRATCH_BYTES];
    struct store stores[STORES];
    struct store_txn txns[STORES];
    uint32_t seed;
};

static void open_pair(struct pair *pair, size_t most_bytes)
{
    char path[SCRATCH_BYTES + 16];

    *pair = (struct pair){ .seed = 1 };
    scratch_make(pair->directory);
    for (int i = 0; i < STORES; i++) {
        (void) snprintf(path, sizeof path, "%s/%d", pair->directory, i);
        assert_int_equal(store_open(&pair->stores[i], path, MAP_BYTES, NAMES, TABLE_COUNT), 0);
    }
    store_gather(&pair->stores[GATHERED], GATHERED_TABLES, 1, most_bytes);
}

static void close_pair(struct pair *pair)
{
    for (int i = 0; i < STORES; i++)
        store_close(&pair->stores[i]);
    scratch_remove(pair->directory);
}

static void begin(struct pair *pair)
{
    for (int i = 0; i < STORES; i++)
        store_begin(&pair->txns[i], &pair->stores[i], STORE_WRITE);
}

static void commit(struct pair *pair)
{
    for (int i = 0; i < STORES; i++)
        assert_int_equal(store_commit(&pair->txns[i]), 0);
}

/* The same numbers in every run. */
static uint32_t next(struct pair *pair, uint32_t below)
{
    pair->seed = pair->seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return (pair->seed >> 8) % below;
}

static struct bytes some_key(struct pair *pair, char key[16])
{
    (void) snprintf(key, 16, "key %u", next(pair, KEYS));
    return bytes_of_text(key);
}

static void put_both(struct pair *pair, struct bytes key, struct bytes value)
{
    for (int i = 0; i < STORES; i++)
        store_put(&pair->txns[i], TABLE_ROWS, key, value);
}

static void get_both(struct pair *pair, struct bytes key)
{
    struct bytes plain, gathered;
    bool found = store_get(&pair->txns[PLAIN], TABLE_ROWS, key, &plain);

    assert_int_equal(store_get(&pair->txns[GATHERED], TABLE_ROWS, key, &gathered), found);
    if (found)
        assert_true(bytes_equal(plain, gathered));
}

static void delete_both(struct pair *pair, struct bytes key)
{
    bool was_there = store_delete(&pair->txns[PLAIN], TABLE_ROWS, key);

    assert_int_equal(store_delete(&pair->txns[GATHERED], TABLE_ROWS, key), was_there);
}

static size_t walk_both(struct pair *pair, struct bytes from)
{
    struct store_cursor cursors[STORES];
    struct bytes keys[STORES], values[STORES];
    bool found[STORES];
    size_t count = 0;

    for (int i = 0; i < STORES; i++) {
        store_cursor_open(&cursors[i], &pair->txns[i], TABLE_ROWS);
        found[i] = store_seek(&cursors[i], from, &keys[i], &values[i]);
    }
    while (found[PLAIN] && found[GATHERED]) {
        assert_true(bytes_equal(keys[PLAIN], keys[GATHERED]) && bytes_equal(values[PLAIN], values[GATHERED]));
        for (int i = 0; i < STORES; i++)
            found[i] = store_next(&cursors[i], &keys[i], &values[i]);
        count++;
    }
    assert_int_equal(found[PLAIN], found[GATHERED]);
    for (int i = 0; i < STORES; i++)
        store_cursor_close(&cursors[i]);
    return count;
}

static void drop_or_commit(struct pair *pair)
{
    if (next(pair, 3) != 0)
        commit(pair);
    else
        for (int i = 0; i < STORES; i++)
            store_abort(&pair->txns[i]);
    begin(pair);
}

static void do_something(struct pair *pair)
{
    char key[16], value[400];
    struct bytes of = some_key(pair, key);

    switch (next(pair, 12)) {
    case 0:
        (void) walk_both(pair, of);
        break;
    case 1:
    case 2:
        delete_both(pair, of);
        break;
    case 3:
        if (next(pair, 8) == 0)
            drop_or_commit(pair);
        break;
    case 4:
    case 5:
    case 6:
        get_both(pair, of);
        break;
    default:
        memset(value, (int) next(pair, 256), sizeof value);
        put_both(pair, of, bytes_of(value, next(pair, sizeof value)));
        break;
    }
}

static void live(size_t most_bytes)
{
    struct pair pair;

    open_pair(&pair, most_bytes);
    begin(&pair);
    for (int i = 0; i < MANY; i++)
        do_something(&pair);
    put_both(&pair, bytes_of_text("last"), bytes_of_text("one"));
    commit(&pair);
    begin(&pair);
    assert_true(walk_both(&pair, bytes_of(NULL, 0)) > KEYS / 4);
    commit(&pair);
    close_pair(&pair);
}

static void it_answers_as_a_plain_table_does(void **state)
{
    (void) state;
    live(ROOMY_BYTES);
}

static void so_it_does_where_hardly_any_row_may_wait(void **state)
{
    (void) state;
    live(TIGHT_BYTES);
}

static void a_value_that_is_put_back_under_its_own_key_is_the_same(void **state)
{
    struct pair pair;
    struct bytes lent;

    (void) state;
    open_pair(&pair, ROOMY_BYTES);
    begin(&pair);
    put_both(&pair, bytes_of_text("a"), bytes_of_text("what was lent"));
    assert_true(store_get(&pair.txns[GATHERED], TABLE_ROWS, bytes_of_text("a"), &lent));
    store_put(&pair.txns[GATHERED], TABLE_ROWS, bytes_of_text("a"), lent);
    get_both(&pair, bytes_of_text("a"));
    commit(&pair);
    close_pair(&pair);
}

static void nobody_else_sees_what_is_not_committed(void **state)
{
    struct pair pair;
    struct store_txn reader;
    struct bytes value;

    (void) state;
    open_pair(&pair, ROOMY_BYTES);
    begin(&pair);
    put_both(&pair, bytes_of_text("a"), bytes_of_text("1"));
    store_begin(&reader, &pair.stores[GATHERED], STORE_READ);
    assert_false(store_get(&reader, TABLE_ROWS, bytes_of_text("a"), &value));
    store_abort(&reader);
    commit(&pair);
    store_begin(&reader, &pair.stores[GATHERED], STORE_READ);
    assert_true(store_get(&reader, TABLE_ROWS, bytes_of_text("a"), &value));
    store_abort(&reader);
    close_pair(&pair);
}

static void a_cursor_of_the_tree_sees_what_was_written_alone(void **state)
{
    struct pair pair;
    struct store_cursor cursor;
    struct bytes key, value;

    (void) state;
    open_pair(&pair, ROOMY_BYTES);
    begin(&pair);
    put_both(&pair, bytes_of_text("a"), bytes_of_text("1"));
    store_cursor_open_tree(&cursor, &pair.txns[GATHERED], TABLE_ROWS);
    assert_false(store_seek(&cursor, bytes_of(NULL, 0), &key, &value));
    store_write_gathered(&pair.txns[GATHERED], TABLE_ROWS);
    assert_true(store_seek(&cursor, bytes_of(NULL, 0), &key, &value));
    store_cursor_close(&cursor);
    commit(&pair);
    close_pair(&pair);
}

static void a_key_that_must_come_last_comes_behind_those_that_wait(void **state)
{
    struct pair pair;

    (void) state;
    open_pair(&pair, ROOMY_BYTES);
    begin(&pair);
    put_both(&pair, bytes_of_text("a"), bytes_of_text("1"));
    for (int i = 0; i < STORES; i++)
        store_append(&pair.txns[i], TABLE_ROWS, bytes_of_text("b"), bytes_of_text("2"));
    assert_int_equal(walk_both(&pair, bytes_of(NULL, 0)), 2);
    commit(&pair);
    close_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_answers_as_a_plain_table_does),
        cmocka_unit_test(so_it_does_where_hardly_any_row_may_wait),
        cmocka_unit_test(a_value_that_is_put_back_under_its_own_key_is_the_same),
        cmocka_unit_test(nobody_else_sees_what_is_not_committed),
        cmocka_unit_test(a_cursor_of_the_tree_sees_what_was_written_alone),
        cmocka_unit_test(a_key_that_must_come_last_comes_behind_those_that_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
