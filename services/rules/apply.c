/* apply.c - journal records become changes: timers that are due before each, then the entry.
 *
 * Firing and applying may be split into transactions anywhere: the cursor moves only with
 * the entry, and every timer fires at its own due time, so a crash between two of them
 * goes on exactly where it stopped.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine_figures.h"
#include "log.h"
#include "message.h"
#include "record.h"
#include "rules.h"

enum { ENTRY_ARENA_BYTES = 4 * 1024 * 1024, SHIP_EVERY_EVENTS = 256 };

/* ---------------------------------------------------------------- open */

static int take_policy_in_force(struct rules *rules)
{
    Duban__PolicyState *row;
    int error;

    state_begin(&rules->state);
    row = state_policy(&rules->state);
    rules->engine.policy = NULL;
    if (row != NULL && row->active.len == POLICY_VERSION_BYTES) {
        rules->engine.policy = shelf_policy(&rules->shelf, row->active.data, NULL);
        if (rules->engine.policy == NULL)
            die("rules: the policy in force cannot be loaded from the state; restore or replay");
    }
    error = rules->state.txn.error;
    store_abort(&rules->state.txn);
    arena_reset(&rules->state.arena);
    return error == 0 ? 0 : -1;
}

int rules_open(struct rules *rules, const char *data_directory, size_t map_bytes)
{
    *rules = (struct rules){ .events_per_transaction = RULES_EVENTS_PER_TRANSACTION };
    if (state_open(&rules->state, data_directory, map_bytes) == -1)
        return -1;
    arena_open(&rules->entry_arena, ENTRY_ARENA_BYTES);
    shelf_open(&rules->shelf, &rules->state);
    rules->engine = (struct engine){
        .state = &rules->state, .shelf = { &rules->shelf, shelf_policy }, .account = "",
        .rehearsal = rules->state.meta.rehearsal,
    };
    return take_policy_in_force(rules);
}

/* A policy that came with what was dropped comes again with it. */
int rules_reload(struct rules *rules)
{
    if (state_reload(&rules->state) == -1)
        return -1;
    shelf_close(&rules->shelf);
    shelf_open(&rules->shelf, &rules->state);
    rules->damaged = false;
    return take_policy_in_force(rules);
}

void rules_close(struct rules *rules)
{
    shelf_close(&rules->shelf);
    arena_close(&rules->entry_arena);
    state_close(&rules->state);
}

int rules_greet(struct rules *rules, const Duban__HelloOk *hello_ok)
{
    Duban__Meta *meta = &rules->state.meta;

    if (meta->lineage != 0 && meta->lineage != hello_ok->lineage) {
        log_error("journal: lineage %016" PRIx64 " is not ours (%016" PRIx64 "); rules and ingest do not belong together",
                  hello_ok->lineage, meta->lineage);
        return -1;
    }
    if (hello_ok->last_sequence < meta->cursor) {
        log_error("journal: ends at %" PRIu64 " but rules has applied %" PRIu64 "; ingest was restored from an older backup",
                  hello_ok->last_sequence, meta->cursor);
        return -1;
    }
    if (hello_ok->n_skips > RULES_MAX_SKIPS) {
        log_error("journal: %zu entries are passed over, and rules keeps %d of them at most; it stops rather than apply one of them",
                  hello_ok->n_skips, RULES_MAX_SKIPS);
        return -1;
    }
    meta->lineage = hello_ok->lineage;
    meta->rehearsal = hello_ok->rehearsal;
    rules->engine.rehearsal = hello_ok->rehearsal;
    rules->skip_count = hello_ok->n_skips;
    for (size_t i = 0; i < rules->skip_count; i++)
        rules->skips[i] = hello_ok->skips[i];
    return 0;
}

void rules_status(struct rules *rules, Duban__RulesStatus *status)
{
    const Duban__Meta *meta = &rules->state.meta;
    struct store_txn txn;

    duban__rules_status__init(status);
    status->lineage = meta->lineage;
    status->cursor = meta->cursor;
    status->applied_stamp_ms = meta->applied_stamp_ms;
    status->state_digest = meta->state_digest;
    status->outbox_last = meta->outbox_last;
    status->outbox_digest = meta->outbox_digest;
    state_read(&rules->state, &txn);
    status->next_due_s = state_next_due(&txn);
    store_abort(&txn);
    if (rules->engine.policy != NULL) {
        status->policy_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) rules->engine.policy->version };
        status->policy_name = (char *) rules->engine.policy->name;
    }
    status->engine_version = ENGINE_VERSION;
    status->stopped = rules->stopped;
    status->fact_last = meta->fact_last;
    status->open_cases = meta->open_cases;
    status->quarantined = meta->quarantined;
    status->journal_last = rules->tail.last_sequence > meta->cursor ? rules->tail.last_sequence : meta->cursor;
    status->clock_ms = rules->tail.clock_ms > meta->applied_stamp_ms ? rules->tail.clock_ms : meta->applied_stamp_ms;
}

/* ---------------------------------------------------------------- transactions */

static void ship(struct rules *rules)
{
    if (rules->ship != NULL)
        rules->ship(rules->ship_self);
}

static int commit(struct rules *rules)
{
    daemon_kill_point("rules.before_commit");
    if (state_commit(&rules->state) == -1) {
        rules->damaged = true;
        return -1;
    }
    daemon_kill_point("rules.committed");
    rules->transactions++;
    ship(rules);
    return 0;
}

/* One more event; begins a new transaction when this one is full. */
static int count_event(struct rules *rules)
{
    if (++rules->events < rules->events_per_transaction) {
        if (rules->events % SHIP_EVERY_EVENTS == 0)
            ship(rules);
        return 0;
    }
    rules->events = 0;
    if (commit(rules) == -1)
        return -1;
    state_begin(&rules->state);
    return 0;
}

/* ---------------------------------------------------------------- timers */

/* What hangs on whatever the link has put is put with it. */
static void end_link(struct rules *rules)
{
    struct engine *engine = &rules->engine;
    const void *row;
    int table;

    engine_heed_loads(engine);
    for (size_t at = 0; engine->policy != NULL && (row = state_put_in_link(engine->state, at, &table)) != NULL; at++) {
        engine_keep_figures(engine, table, row);
        engine_keep_agenda(engine, table, row);
    }
    state_link_end(&rules->state);
}

static void fire_one(struct rules *rules, const struct timer *timer)
{
    struct engine *engine = &rules->engine;

    state_link_begin(&rules->state);
    engine->now_s = timer->due_s;
    engine->account = "";
    if (!engine_move_repeat(engine, timer)) {
        engine_fire(engine, timer);
        rules->timers_fired++;
    }
    end_link(rules);
    daemon_kill_point("rules.fired");
}

/* Every timer due at or before the entry's stamp, each at its own due time. */
static int fire_due(struct rules *rules)
{
    struct timer timer;

    while (state_first_timer(&rules->state, rules->engine.stamp_s, &timer)) {
        fire_one(rules, &timer);
        if (count_event(rules) == -1)
            return -1;
    }
    return 0;
}

static void set_stamp(struct rules *rules, int64_t stamp_ms)
{
    rules->engine.stamp_ms = rules->engine.received_ms = stamp_ms;
    rules->engine.stamp_s = stamp_ms / 1000;
    rules->state.stamp_ms = stamp_ms;
}

/* Timers due before that moment, as if the journal had a tick at each. */
static int fire_on_time(struct rules *rules, int64_t before_s)
{
    struct timer timer;

    while (state_first_timer(&rules->state, before_s - 1, &timer)) {
        set_stamp(rules, timer.due_s * 1000);
        if (fire_due(rules) == -1)
            return -1;
    }
    return 0;
}

/* ---------------------------------------------------------------- entries */

static bool is_skipped(const struct rules *rules, uint64_t sequence)
{
    for (size_t i = 0; i < rules->skip_count; i++)
        if (rules->skips[i] == sequence)
            return true;
    return false;
}

/* What is held of a changed entry is what it says now. False: it is passed over. */
static bool admit(struct rules *rules, uint64_t sequence, Duban__Entry *entry)
{
    const struct rules_variation *variation = rules->variation;
    enum rules_admission admission = variation == NULL ? ADMIT_AS_IT_IS : variation->admit(variation->self, sequence, entry);

    if (admission == ADMIT_CHANGED)
        rules->engine.payload = message_pack(&rules->entry_arena, entry);
    assert(rules->engine.payload.data != NULL);
    return admission != PASS_OVER;
}

static bool is_let_go(struct rules *rules, uint64_t sequence, const Duban__Entry *entry)
{
    return rules->variation != NULL && rules->variation->let_go(rules->variation->self, sequence, entry);
}

static void apply_entry(struct rules *rules, const struct record *record)
{
    struct engine *engine = &rules->engine;
    struct fault fault = { .field = "" };
    Duban__Entry *entry;

    arena_reset(&rules->entry_arena);
    entry = message_unpack_own(&rules->entry_arena, &duban__entry__descriptor, record->payload);
    if (entry == NULL)
        fault_set(&fault, "entry", "记录无法解析", "the entry cannot be read");
    else if (!admit(rules, record->sequence, entry) || engine_handle(engine, entry, &fault) ||
             is_let_go(rules, record->sequence, entry))
        return;
    rules->entries_quarantined++;
    engine_quarantine(engine, &fault);
}

static void begin_entry(struct rules *rules, const struct record *record)
{
    struct engine *engine = &rules->engine;

    engine->entry_sequence = record->sequence;
    engine->next_subject = 0;
    engine->payload = record->payload;
}

static void finish_entry(struct rules *rules, const struct record *record)
{
    Duban__Meta *meta = &rules->state.meta;

    meta->cursor = record->sequence;
    meta->applied_stamp_ms = record->stamp_ms;
    memcpy(rules->state.journal_digest, record->digest, DIGEST_BYTES);
    rules->entries_applied++;
}

static int apply_record(struct rules *rules, const struct record *record)
{
    struct engine *engine = &rules->engine;

    begin_entry(rules, record);
    if (rules->variation != NULL && fire_on_time(rules, rules->variation->on_time_before_s) == -1)
        return -1;
    set_stamp(rules, record->stamp_ms);
    if (fire_due(rules) == -1)
        return -1;
    state_link_begin(&rules->state);
    engine->now_s = engine->stamp_s;
    engine->account = record->account;
    if (is_skipped(rules, record->sequence))
        engine_note_skipped(engine);
    else
        apply_entry(rules, record);
    end_link(rules);
    finish_entry(rules, record);
    daemon_kill_point("rules.applied");
    return count_event(rules);
}

static int stop(struct rules *rules, const char *why, uint64_t sequence)
{
    snprintf(rules->stopped, sizeof rules->stopped, "%s (sequence %" PRIu64 ")", why, sequence);
    log_error("journal: rules stops before record %" PRIu64 ": %s", sequence, why);
    return -1;
}

static int read_record(struct rules *rules, const struct link_record *shipped, struct record *record)
{
    if (!record_unpack(record, shipped->data))
        return stop(rules, "记录损坏或版本未知 / the record is damaged or of an unknown version", shipped->sequence);
    if (record->sequence != rules->state.meta.cursor + 1 || record->lineage != rules->state.meta.lineage)
        return stop(rules, "记录不连续 / the record does not follow what has been applied", record->sequence);
    rules->stopped[0] = '\0';
    return 0;
}

void rules_begin(struct rules *rules)
{
    rules->events = 0;
    state_begin(&rules->state);
}

int rules_apply_one(struct rules *rules, const struct link_record *shipped)
{
    struct record record;

    return read_record(rules, shipped, &record) == 0 ? apply_record(rules, &record) : -1;
}

int rules_end(struct rules *rules)
{
    return rules->damaged ? -1 : commit(rules);
}

int rules_apply(struct rules *rules, const struct link_record *records, size_t count)
{
    int result = 0;

    rules_begin(rules);
    for (size_t i = 0; i < count && result == 0; i++)
        result = rules_apply_one(rules, &records[i]);
    /* What was good before a bad record stands. */
    return rules_end(rules) == -1 ? -1 : result;
}

/* ---------------------------------------------------------------- by no entry */

/* What follows is known by the entry that comes next. */
static void begin_between(struct rules *rules)
{
    rules->engine.entry_sequence = rules->state.meta.cursor + 1;
    rules->engine.next_subject = 0;
    rules->engine.account = "";
}

int rules_pass_time(struct rules *rules, int64_t before_s)
{
    begin_between(rules);
    return fire_on_time(rules, before_s);
}

void rules_change_policy(struct rules *rules, const struct policy *policy, int64_t at_s)
{
    begin_between(rules);
    set_stamp(rules, at_s * 1000);
    state_link_begin(&rules->state);
    rules->engine.now_s = at_s;
    engine_change_policy(&rules->engine, policy);
    end_link(rules);
}
