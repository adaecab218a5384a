/* raw.c - what the disk and LMDB do by themselves, to measure the daemons by.
 *
 *   raw lmdb DIRECTORY ids=v7|random batch=N count=N record=BYTES value=BYTES
 *   raw visits DIRECTORY batch=N count=N
 *   raw flush DIRECTORY grow|keep count=N
 *
 * lmdb appends records and puts the same dedup rows as ingest: key 16 + 8 bytes, the last 8
 * those of one of 64 accounts in turn, one durable commit (flags 0) for each batch. visits puts what
 * rules keeps of a routine visit: the visit by its sequence, its place in the order of its site, the site
 * anew, in order of the sites, and what its reporter's visits come to. flush
 * writes 4 KiB and calls fdatasync, into a growing or a preallocated file. Goes on where the
 * last run in that directory ended. Prints one JSON object.
 */
#include <fcntl.h>
#include <lmdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "log.h"

enum { ACCOUNTS = 64, ID_BYTES = 16, DEDUP_KEY_BYTES = ID_BYTES + 8, PAGE_BYTES = 4096, MAX_RECORD_BYTES = 65536 };

static const size_t MAP_BYTES = (size_t) 16 << 30;

static void must(int error, const char *what)
{
    if (error != 0)
        die("%s: %s", what, mdb_strerror(error));
}

/* "name=number" */
static size_t number_of(const char *word, const char *name)
{
    size_t size = strlen(name);
    long long number = 0;

    if (strncmp(word, name, size) == 0 && word[size] == '=')
        number = strtoll(word + size + 1, NULL, 10);
    if (number <= 0)
        die("%s: write %s=NUMBER", word, name);
    return (size_t) number;
}

static void report(const char *what, int64_t *spans_ns, size_t spans, size_t count, int64_t all_ns)
{
    double p50_us = percentile_us(spans_ns, spans, 50);

    printf("{\"what\": \"%s\", \"count\": %zu, \"rate\": %.0f, \"p50_us\": %.1f, \"p99_us\": %.1f}\n", what, count,
           (double) count * 1e9 / (double) all_ns, p50_us, percentile_us(spans_ns, spans, 99));
}

/* ---------------------------------------------------------------- LMDB */

struct raw {
    MDB_env *environment;
    MDB_dbi journal;
    MDB_dbi dedup;
    uint64_t sequence;
    uint64_t random;
    bool random_ids;
    size_t record_bytes;
    size_t value_bytes;
};

static void open_raw(struct raw *raw, const char *directory)
{
    MDB_txn *txn;
    MDB_stat stat;

    (void) mkdir(directory, 0700);
    must(mdb_env_create(&raw->environment), "create");
    must(mdb_env_set_mapsize(raw->environment, MAP_BYTES), "map");
    must(mdb_env_set_maxdbs(raw->environment, 2), "tables");
    must(mdb_env_open(raw->environment, directory, 0, 0600), directory);
    must(mdb_txn_begin(raw->environment, NULL, 0, &txn), "begin");
    must(mdb_dbi_open(txn, "journal", MDB_CREATE, &raw->journal), "journal");
    must(mdb_dbi_open(txn, "dedup", MDB_CREATE, &raw->dedup), "dedup");
    must(mdb_stat(txn, raw->journal, &stat), "stat");
    raw->sequence = stat.ms_entries;
    must(mdb_txn_commit(txn), "commit");
}

static void add_one(struct raw *raw, MDB_txn *txn)
{
    static uint8_t record[MAX_RECORD_BYTES];
    uint8_t key[8], dedup[DEDUP_KEY_BYTES];
    MDB_val record_key = { sizeof key, key }, record_value = { raw->record_bytes, record };
    MDB_val dedup_key = { sizeof dedup, dedup }, dedup_value = { raw->value_bytes, record };

    put_u64(key, ++raw->sequence);
    put_u64(record, raw->sequence);
    make_id(dedup, raw->random_ids, &raw->random);
    put_u64(dedup + ID_BYTES, (raw->sequence % ACCOUNTS + 1) * UINT64_C(0x9e3779b97f4a7c15));
    must(mdb_put(txn, raw->journal, &record_key, &record_value, MDB_APPEND), "append");
    must(mdb_put(txn, raw->dedup, &dedup_key, &dedup_value, 0), "put");
}

static void run_lmdb(struct raw *raw, size_t batch, size_t count)
{
    size_t commits = (count + batch - 1) / batch;
    int64_t *spans_ns = calloc(commits, sizeof *spans_ns);
    int64_t start_ns = now_ns(CLOCK_MONOTONIC);
    int64_t before_ns = start_ns;

    if (spans_ns == NULL)
        die("no memory");
    for (size_t i = 0; i < commits; i++) {
        MDB_txn *txn;
        int64_t after_ns;

        must(mdb_txn_begin(raw->environment, NULL, 0, &txn), "begin");
        for (size_t k = 0; k < batch; k++)
            add_one(raw, txn);
        must(mdb_txn_commit(txn), "commit");
        after_ns = now_ns(CLOCK_MONOTONIC);
        spans_ns[i] = after_ns - before_ns;
        before_ns = after_ns;
    }
    report("lmdb", spans_ns, commits, commits * batch, before_ns - start_ns);
    free(spans_ns);
}

static void measure_lmdb(char **words)
{
    struct raw raw = { .random = (uint64_t) now_ns(CLOCK_REALTIME) | 1 };

    raw.random_ids = strcmp(words[1], "ids=random") == 0;
    raw.record_bytes = number_of(words[4], "record");
    raw.value_bytes = number_of(words[5], "value");
    if (raw.record_bytes > MAX_RECORD_BYTES || raw.value_bytes > MAX_RECORD_BYTES)
        die("a record has at most %d bytes", MAX_RECORD_BYTES);
    open_raw(&raw, words[0]);
    run_lmdb(&raw, number_of(words[2], "batch"), number_of(words[3], "count"));
    mdb_env_close(raw.environment);
}

/* ---------------------------------------------------------------- visits */

enum { VISIT_BYTES = 133, SITE_BYTES = 82, SITE_CODE_BYTES = 8, VISIT_AT_BYTES = SITE_CODE_BYTES + 1 + 16,
       CELL_KEY_BYTES = 28, CELL_BYTES = 16, VISITS_OF_A_SECOND = 20000 };

struct visits {
    MDB_env *environment;
    MDB_dbi visit, visit_by_site, site, figure;
};

static void open_visits(struct visits *visits, const char *directory)
{
    MDB_txn *txn;

    (void) mkdir(directory, 0700);
    must(mdb_env_create(&visits->environment), "create");
    must(mdb_env_set_mapsize(visits->environment, MAP_BYTES), "map");
    must(mdb_env_set_maxdbs(visits->environment, 4), "tables");
    must(mdb_env_open(visits->environment, directory, 0, 0600), directory);
    must(mdb_txn_begin(visits->environment, NULL, 0, &txn), "begin");
    must(mdb_dbi_open(txn, "visit", MDB_CREATE, &visits->visit), "visit");
    must(mdb_dbi_open(txn, "visit_by_site", MDB_CREATE, &visits->visit_by_site), "visit_by_site");
    must(mdb_dbi_open(txn, "site", MDB_CREATE, &visits->site), "site");
    must(mdb_dbi_open(txn, "figure", MDB_CREATE, &visits->figure), "figure");
    must(mdb_txn_commit(txn), "commit");
}

static void put_row(MDB_txn *txn, MDB_dbi table, uint8_t *key, size_t key_size, size_t value_size, unsigned flags)
{
    static uint8_t value[MAX_RECORD_BYTES];
    MDB_val key_val = { key_size, key }, value_val = { value_size, value };

    must(mdb_put(txn, table, &key_val, &value_val, flags), "put");
}

/* The cell of the reporter's visits of that second is added to. */
static void add_to_cell(const struct visits *visits, MDB_txn *txn, size_t sequence)
{
    uint8_t key[CELL_KEY_BYTES] = { 0 };
    MDB_val cell_key = { sizeof key, key }, cell;

    put_u64(key + CELL_KEY_BYTES - 8, ~(uint64_t) (sequence / VISITS_OF_A_SECOND));
    (void) mdb_get(txn, visits->figure, &cell_key, &cell);
    put_row(txn, visits->figure, key, sizeof key, CELL_BYTES, 0);
}

/* The site is read before it is put, as whoever changes a row must. */
static void add_visit(const struct visits *visits, MDB_txn *txn, size_t number, size_t sequence)
{
    uint8_t key[8], at[VISIT_AT_BYTES + 24] = { 0 };   /* the code is printed */
    MDB_val site_key = { SITE_CODE_BYTES, at }, site;

    put_u64(key, sequence);
    snprintf((char *) at, sizeof at, "S%07zu", number);
    put_u64(at + SITE_CODE_BYTES + 1, sequence);
    put_u64(at + SITE_CODE_BYTES + 9, sequence);
    put_row(txn, visits->visit, key, sizeof key, VISIT_BYTES, MDB_APPEND);
    put_row(txn, visits->visit_by_site, at, VISIT_AT_BYTES, 0, 0);
    (void) mdb_get(txn, visits->site, &site_key, &site);
    put_row(txn, visits->site, at, SITE_CODE_BYTES, SITE_BYTES, 0);
    add_to_cell(visits, txn, sequence);
}

/* Twice: the first time makes the sites. */
static void measure_visits(char **words)
{
    size_t batch = number_of(words[1], "batch"), count = number_of(words[2], "count");
    struct visits visits;
    int64_t start_ns = 0;

    open_visits(&visits, words[0]);
    for (size_t i = 0; i < 2 * count; i++) {
        static MDB_txn *txn;

        if (i == count)
            start_ns = now_ns(CLOCK_MONOTONIC);
        if (i % count % batch == 0)
            must(mdb_txn_begin(visits.environment, NULL, 0, &txn), "begin");
        add_visit(&visits, txn, i % count, i + 1);
        if ((i + 1) % count % batch == 0 || (i + 1) % count == 0)
            must(mdb_txn_commit(txn), "commit");
    }
    printf("{\"what\": \"visits\", \"count\": %zu, \"us_each\": %.3f}\n", count,
           (double) (now_ns(CLOCK_MONOTONIC) - start_ns) / 1000 / (double) count);
    mdb_env_close(visits.environment);
}

/* ---------------------------------------------------------------- the disk */

static void measure_flush(char **words)
{
    static const uint8_t page[PAGE_BYTES] = { 1 };
    bool keep = strcmp(words[1], "keep") == 0;
    size_t count = number_of(words[2], "count");
    int64_t *spans_ns = calloc(count, sizeof *spans_ns);
    char path[4096];
    int64_t start_ns, before_ns;
    int fd;

    (void) mkdir(words[0], 0700);
    snprintf(path, sizeof path, "%s/%s", words[0], words[1]);
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd == -1 || spans_ns == NULL)
        die("cannot make %s", path);
    /* Written, not only allocated: turning unwritten extents into written ones is a journal commit as well. */
    for (size_t i = 0; keep && i < count; i++)
        if (pwrite(fd, page, sizeof page, (off_t) (i * sizeof page)) != sizeof page)
            die("cannot write %s", path);
    if (fsync(fd) == -1)
        die("cannot flush %s", path);
    start_ns = before_ns = now_ns(CLOCK_MONOTONIC);
    for (size_t i = 0; i < count; i++) {
        int64_t after_ns;

        if (pwrite(fd, page, sizeof page, (off_t) (i * sizeof page)) != sizeof page || fdatasync(fd) == -1)
            die("cannot write %s", path);
        after_ns = now_ns(CLOCK_MONOTONIC);
        spans_ns[i] = after_ns - before_ns;
        before_ns = after_ns;
    }
    report(words[1], spans_ns, count, count, before_ns - start_ns);
    free(spans_ns);
    close(fd);
    unlink(path);
}

int main(int argc, char **argv)
{
    log_open("raw");
    if (argc == 8 && strcmp(argv[1], "lmdb") == 0)
        measure_lmdb(argv + 2);
    else if (argc == 5 && strcmp(argv[1], "visits") == 0)
        measure_visits(argv + 2);
    else if (argc == 5 && strcmp(argv[1], "flush") == 0)
        measure_flush(argv + 2);
    else
        die("usage: raw lmdb DIRECTORY ids=v7|random batch=N count=N record=BYTES value=BYTES, "
            "raw visits DIRECTORY batch=N count=N, or "
            "raw flush DIRECTORY grow|keep count=N");
    return 0;
}
