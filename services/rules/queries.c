/* queries.c - what may be asked of rules: one function for each question.
 *
 * A question is answered as of the TAIL's clock from what has been applied. Everything is
 * copied out and the transaction dropped before the reply is sent.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "disk_describe.h"
#include "log.h"
#include "message.h"
#include "metrics.h"
#include "queries.h"

enum { QUERIES_PER_TURN = 64, DISK_LOW_AT_PERCENT = 90 };

/* ---------------------------------------------------------------- paging over a table */

bool key_has_prefix(struct bytes key, struct bytes prefix)
{
    return key.size >= prefix.size && memcmp(key.data, prefix.data, prefix.size) == 0;
}

/* Stand on the first row of the prefix behind the page before. */
void page_open(struct page *page, struct question *question, int table, struct bytes prefix)
{
    struct bytes after = bytes_of(question->query->after.data, question->query->after.len);

    *page = (struct page){ .question = question, .prefix = prefix };
    store_cursor_open(&page->cursor, &question->rules->state.txn, table);
    page->found = store_seek(&page->cursor, after.size > 0 ? after : prefix, &page->key, &page->value);
    if (page->found && after.size > 0 && bytes_equal(page->key, after))
        page->found = store_next(&page->cursor, &page->key, &page->value);
    page->found = page->found && key_has_prefix(page->key, prefix);
}

static void page_ends_here(struct page *page, struct bytes key)
{
    page->question->reply->next = (ProtobufCBinaryData){ key.size, (uint8_t *) key.data };
    page->found = false;
}

/* The key stood on, kept: the next row's takes its place. */
static struct bytes step(struct page *page)
{
    struct bytes key = bytes_of(arena_copy(page->question->arena, page->key.data, page->key.size), page->key.size);

    page->found = store_next(&page->cursor, &page->key, &page->value) && key_has_prefix(page->key, page->prefix);
    return key;
}

/* What was looked at stays in the arena until the answer is sent, taken or not. */
static bool arena_is_well_used(const struct question *question)
{
    return question->arena->used_bytes > MAX_ANSWER_ARENA_BYTES;
}

bool page_is_full(const struct question *question, size_t rows)
{
    return rows >= question->limit || question->bytes > MAX_REPLY_BYTES || arena_is_well_used(question);
}

bool page_take(struct page *page)
{
    struct question *question = page->question;
    struct bytes key;

    page->rows++;
    question->bytes += page->key.size + page->value.size;
    key = step(page);
    if (page->found && (page_is_full(question, page->rows) || page->skipped >= MAX_SKIPPED_ROWS))
        page_ends_here(page, key);
    return page->found;
}

void page_skip(struct page *page)
{
    struct bytes key = step(page);

    if (page->found && (++page->skipped >= MAX_SKIPPED_ROWS || arena_is_well_used(page->question)))
        page_ends_here(page, key);
}

void page_close(struct page *page)
{
    store_cursor_close(&page->cursor);
}

void *page_row(struct page *page, const ProtobufCMessageDescriptor *type)
{
    return state_unpack(page->question->arena, type, page->value);
}

void **question_rows(struct question *question)
{
    void **rows = arena_take_pointers(question->arena, question->limit);

    assert(rows != NULL);
    return rows;
}

void **page_list(struct question *question, int table, struct bytes prefix, const ProtobufCMessageDescriptor *type,
                 page_make *make, const void *wanted, size_t *count)
{
    void **rows = question_rows(question);
    struct page page;

    page_open(&page, question, table, prefix);
    while (page.found) {
        void *row = page_row(&page, type);
        ProtobufCMessage *made = row == NULL ? NULL : make(question, wanted, row);

        if (made == NULL) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = made;
        if (made != row)
            question->bytes += protobuf_c_message_get_packed_size(made);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    *count = page.rows;
    return rows;
}

void question_fault(struct question *question, const char *field, const char *zh, const char *en)
{
    Duban__Fault *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__fault__init(row);
    row->field = (char *) field;
    row->zh = (char *) zh;
    row->en = (char *) en;
    question->reply->body_case = DUBAN__REPLY__BODY_FAULT;
    question->reply->fault = row;
}

bool query_matches(const char *wanted, const char *actual)
{
    return wanted[0] == '\0' || strcmp(wanted, actual) == 0;
}

/* ---------------------------------------------------------------- status and metrics */

static void fill_calendar_gaps(struct question *question, Duban__RulesStatus *status)
{
    struct calendar_gap gaps[MAX_CALENDAR_GAPS];
    size_t count = engine_calendar_gaps(&question->rules->engine, question->now_s, gaps);
    Duban__CalendarGap *rows = arena_take(question->arena, (count + 1) * sizeof *rows);

    status->calendar_gaps = (Duban__CalendarGap **) arena_take_pointers(question->arena, count + 1);
    assert(rows != NULL && status->calendar_gaps != NULL);
    for (size_t i = 0; i < count; i++) {
        duban__calendar_gap__init(&rows[i]);
        rows[i].year = gaps[i].year;
        rows[i].from_s = gaps[i].from_s;
        rows[i].is_needed = gaps[i].is_needed;
        status->calendar_gaps[status->n_calendar_gaps++] = &rows[i];
    }
}

void query_on_status(struct question *question)
{
    struct rules *rules = question->rules;
    Duban__RulesStatus *status = arena_take(question->arena, sizeof *status);
    Duban__LinkState *journal = arena_take(question->arena, sizeof *journal);
    Duban__DiskRoom *disk = arena_take(question->arena, sizeof *disk);
    size_t used_bytes, map_bytes;

    assert(status != NULL && journal != NULL && disk != NULL);
    rules_status(rules, status);
    status->sessions = link_producer_sessions(&rules->outbox, rules->state.meta.outbox_last, question->arena,
                                              &status->n_sessions);
    link_consumer_describe(&rules->journal, journal);
    status->journal = journal;
    status->scheduled = query_scheduled_policy(question);
    fill_calendar_gaps(question, status);
    store_usage(&rules->state.store, &used_bytes, &map_bytes);
    status->used_bytes = used_bytes;
    status->full_disk = (char *) store_full_disk(&rules->state.store);
    status->map_bytes = map_bytes;
    disk_describe(store_directory(&rules->state.store), DISK_LOW_AT_PERCENT, disk);
    status->disk = disk;
    question->reply->body_case = DUBAN__REPLY__BODY_RULES;
    question->reply->rules = status;
}

void query_on_metrics(struct question *question)
{
    struct rules *rules = question->rules;
    const struct metric table[] = {
        { "duban_rules_entries_applied_total", METRIC_COUNTER, "Journal entries applied since start.", &rules->entries_applied },
        { "duban_rules_entries_quarantined_total", METRIC_COUNTER, "Entries put into quarantine since start.", &rules->entries_quarantined },
        { "duban_rules_timers_fired_total", METRIC_COUNTER, "Timers fired since start.", &rules->timers_fired },
        { "duban_rules_transactions_total", METRIC_COUNTER, "Durable transactions since start.", &rules->transactions },
        { "duban_rules_queries_total", METRIC_COUNTER, "Questions answered since start.", &rules->queries_answered },
        { "duban_rules_bad_frames_total", METRIC_COUNTER, "Malformed messages.", &rules->bad_frames },
        { "duban_rules_link_dropped_total", METRIC_COUNTER, "Frames dropped on the journal link.", &rules->journal.dropped_count },
        { "duban_rules_link_refused_total", METRIC_COUNTER, "Frames refused on the outbox link.", &rules->outbox.refused_count },
        { "duban_rules_cursor", METRIC_GAUGE, "Last journal sequence applied.", &rules->state.meta.cursor },
        { "duban_rules_outbox_sequence", METRIC_GAUGE, "Last outbox sequence.", &rules->state.meta.outbox_last },
        { "duban_rules_open_cases", METRIC_GAUGE, "Cases open now.", &rules->state.meta.open_cases },
        { "duban_rules_quarantined", METRIC_GAUGE, "Entries held in quarantine now.", &rules->state.meta.quarantined },
    };
    Duban__Metrics *metrics = arena_take(question->arena, sizeof *metrics);
    size_t count = sizeof table / sizeof table[0];
    size_t size = metrics_render(NULL, 0, table, count) + 1;

    duban__metrics__init(metrics);
    metrics->text = arena_take(question->arena, size);
    metrics_render(metrics->text, size, table, count);
    question->reply->body_case = DUBAN__REPLY__BODY_METRICS;
    question->reply->metrics = metrics;
}

/* ---------------------------------------------------------------- dispatch */

static void not_here(struct question *question)
{
    question_fault(question, "body", "duban-rules 不回答这个问题", "duban-rules does not answer this question");
}

int64_t query_time(const struct question *question, int64_t own_s)
{
    return own_s != 0 ? own_s : question->query->as_of_s != 0 ? question->query->as_of_s : question->now_s;
}

/* What is kept as facts, or counted from them. A case or task is kept as it is now. */
static bool tells_of_the_past(const Duban__Query *query)
{
    return query->body_case == DUBAN__QUERY__BODY_FACTS || query->body_case == DUBAN__QUERY__BODY_NOTICES ||
           query->body_case == DUBAN__QUERY__BODY_FIGURES || query->body_case == DUBAN__QUERY__BODY_WHY_NOT;
}

/* False: it has been answered. */
static bool is_of_a_time_that_can_be_told(struct question *question)
{
    int64_t as_of_s = question->query->as_of_s;

    if (as_of_s == 0)
        return true;
    if (!tells_of_the_past(question->query))
        question_fault(question, "as_of_s", "这项查询只能答现在的情况；过去的情况请查经过、通知、指标，或者为什么没有通知",
                       "this is answered as of now only; of the past tell facts, notices, figures and why-not");
    else if (as_of_s < 0 || as_of_s > question->now_s)
        question_fault(question, "as_of_s", "只能问 1970 年以来、不晚于现在的时间", "a time since 1970 and not later than now");
    else
        question->reply->as_of_ms = as_of_s * 1000;
    return question->reply->body_case == DUBAN__REPLY__BODY__NOT_SET;
}

/* No default: the compiler names any question added to query.proto but not here. */
static void answer(struct question *question)
{
    const Duban__Query *query = question->query;

    if (!is_of_a_time_that_can_be_told(question))
        return;
    switch (query->body_case) {
    case DUBAN__QUERY__BODY_STATUS: query_on_status(question); return;
    case DUBAN__QUERY__BODY_METRICS: query_on_metrics(question); return;
    case DUBAN__QUERY__BODY_CASES: query_on_cases(question, query->cases); return;
    case DUBAN__QUERY__BODY_CASE_: query_on_case(question, query->case_); return;
    case DUBAN__QUERY__BODY_TASKS: query_on_tasks(question, query->tasks); return;
    case DUBAN__QUERY__BODY_NOTICES: query_on_notices(question, query->notices); return;
    case DUBAN__QUERY__BODY_FACTS: query_on_facts(question, query->facts); return;
    case DUBAN__QUERY__BODY_EVENTS: query_on_events(question, query->events); return;
    case DUBAN__QUERY__BODY_AREAS: query_on_areas(question); return;
    case DUBAN__QUERY__BODY_CODES: query_on_codes(question); return;
    case DUBAN__QUERY__BODY_PACK: query_on_pack(question); return;
    case DUBAN__QUERY__BODY_RECOMPUTE: query_on_recompute(question, question->query->recompute); return;
    case DUBAN__QUERY__BODY_SUBJECTS: query_on_subjects(question, query->subjects); return;
    case DUBAN__QUERY__BODY_CAMPAIGN_AREAS: query_on_campaign_areas(question, query->campaign_areas); return;
    case DUBAN__QUERY__BODY_CAMPAIGN_TALLIES: query_on_campaign_tallies(question, query->campaign_tallies); return;
    case DUBAN__QUERY__BODY_DOOR_DRAWS: query_on_door_draws(question, query->door_draws); return;
    case DUBAN__QUERY__BODY_DOORS: query_on_doors(question, query->doors); return;
    case DUBAN__QUERY__BODY_LOOK_BACKS: query_on_look_backs(question, query->look_backs); return;
    case DUBAN__QUERY__BODY_SITES: query_on_sites(question, query->sites); return;
    case DUBAN__QUERY__BODY_HOLDERS: query_on_holders(question, query->holders); return;
    case DUBAN__QUERY__BODY_QUARANTINE: query_on_quarantine(question, query->quarantine); return;
    case DUBAN__QUERY__BODY_VISITS: query_on_visits(question, query->visits); return;
    case DUBAN__QUERY__BODY_EVIDENCE: query_on_evidence(question, query->evidence); return;
    case DUBAN__QUERY__BODY_ACTIVATIONS: query_on_activations(question); return;
    case DUBAN__QUERY__BODY_ROWS: query_on_rows(question, query->rows); return;
    case DUBAN__QUERY__BODY_WHY_NOT: query_on_why_not(question, query->why_not); return;
    case DUBAN__QUERY__BODY_PEOPLE: query_on_people(question, query->people); return;
    case DUBAN__QUERY__BODY_SITE_DUES: query_on_site_dues(question, query->site_dues); return;
    case DUBAN__QUERY__BODY_ITEMS: query_on_items(question, query->items); return;
    case DUBAN__QUERY__BODY_OPEN: query_on_open(question, query->open); return;
    case DUBAN__QUERY__BODY_UNITS: query_on_units(question, query->units); return;
    case DUBAN__QUERY__BODY_ENTRANCES: query_on_entrances(question, query->entrances); return;
    case DUBAN__QUERY__BODY_GATE_POSTS: query_on_gate_posts(question, query->gate_posts); return;
    case DUBAN__QUERY__BODY_COVERAGE: query_on_coverage(question, query->coverage); return;
    case DUBAN__QUERY__BODY_BLIND_SPOTS: query_on_blind_spots(question, query->blind_spots); return;
    case DUBAN__QUERY__BODY_PLAN: query_on_plan(question, query->plan); return;
    case DUBAN__QUERY__BODY_MEETING: query_on_meeting(question, query->meeting); return;
    case DUBAN__QUERY__BODY_AGENDA: query_on_agenda(question); return;
    case DUBAN__QUERY__BODY_REMARKS: query_on_remarks(question, query->remarks); return;
    case DUBAN__QUERY__BODY_FIGURES: query_on_figures(question, query->figures); return;
    case DUBAN__QUERY__BODY_CALENDAR: query_on_calendar(question, query->calendar); return;
    case DUBAN__QUERY__BODY_SILENCES: query_on_silences(question, query->silences); return;
    case DUBAN__QUERY__BODY_PREVIEW: query_on_preview(question, query->preview); return;
    case DUBAN__QUERY__BODY_CONTACTS: query_on_contacts(question, query->contacts); return;
    case DUBAN__QUERY__BODY_CLOCK_ADVANCE:
    case DUBAN__QUERY__BODY_CLOCK_ACCEPT:
    case DUBAN__QUERY__BODY_VAULT_READ:
    case DUBAN__QUERY__BODY_SUBMISSION:
    case DUBAN__QUERY__BODY_CONFLICTS:
    case DUBAN__QUERY__BODY_DELIVERIES:
    case DUBAN__QUERY__BODY_DEAD_LETTERS:
    case DUBAN__QUERY__BODY_ALARMS:
    case DUBAN__QUERY__BODY_LEDGER:
    case DUBAN__QUERY__BODY_ACTION_LINK:
    case DUBAN__QUERY__BODY_ACTION_LINKS_END:
    case DUBAN__QUERY__BODY_RENDER:
    case DUBAN__QUERY__BODY_PASSWORD_SET:
    case DUBAN__QUERY__BODY_APP_PASSWORD_MAKE:
    case DUBAN__QUERY__BODY_TOKEN_MAKE:
    case DUBAN__QUERY__BODY_TOKEN_REVOKE:
    case DUBAN__QUERY__BODY_TOKENS:
    case DUBAN__QUERY__BODY_CALENDAR_ADDRESS_MAKE:
    case DUBAN__QUERY__BODY__NOT_SET:
    case _DUBAN__QUERY__BODY__CASE_IS_INT_SIZE: not_here(question); return;
    }
}

static void send_reply(struct rules *rules, const struct peer *peer, const Duban__Reply *reply, struct arena *arena)
{
    struct frame frame = { .type = FRAME_REPLY, .lineage = rules->state.meta.lineage };
    struct bytes body = message_pack(arena, reply);

    /* A peer that has gone away asks again; nothing depends on this reply. */
    if (body.data == NULL || frame_send(rules->query_socket, peer, &frame, body) == -1)
        log_warn("query: a reply could not be sent");
}

static void reply_now(struct rules *rules, const struct peer *peer, const Duban__Query *query)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    struct question question = { .rules = rules, .query = query, .reply = &reply, .arena = &rules->state.arena };

    state_begin(&rules->state);   /* written to by nobody: dropped below */
    arena_reset(&rules->state.arena);
    reply.request_id = query->request_id;
    reply.applied_sequence = rules->state.meta.cursor;
    reply.as_of_ms = rules->tail.clock_ms > rules->state.meta.applied_stamp_ms ? rules->tail.clock_ms
                                                                              : rules->state.meta.applied_stamp_ms;
    reply.rehearsal = rules->state.meta.rehearsal;
    question.now_s = reply.as_of_ms / 1000;
    question.limit = query_rows(query->limit);
    answer(&question);
    store_abort(&rules->state.txn);
    send_reply(rules, peer, &reply, &rules->state.arena);
    rules->queries_answered++;
}

static void reply_fault(struct rules *rules, const struct peer *peer, uint64_t request_id, const struct fault *fault)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Fault row = DUBAN__FAULT__INIT;

    row.field = (char *) fault->field;
    row.zh = (char *) fault->zh;
    row.en = (char *) fault->en;
    reply.request_id = request_id;
    reply.applied_sequence = rules->state.meta.cursor;
    reply.body_case = DUBAN__REPLY__BODY_FAULT;
    reply.fault = &row;
    send_reply(rules, peer, &reply, &rules->query_arena);
}

/* What came is no question of ours. */
static void reply_bad(struct rules *rules, const struct peer *peer, const struct fault *fault)
{
    rules->bad_frames++;
    reply_fault(rules, peer, 0, fault);
}

/* In one journal what comes later is stamped no earlier. Whom the journal refuses follows another one. */
static bool follows_another_journal(const struct rules *rules, const Duban__Query *query)
{
    const struct link_trouble *trouble = link_consumer_trouble(&rules->journal);
    const Duban__Meta *meta = &rules->state.meta;

    if (query->lineage == 0)
        return false;
    if ((meta->lineage != 0 && meta->lineage != query->lineage) || (trouble != NULL && trouble->other_stream))
        return true;
    if (query->stamp_ms == 0 || query->min_sequence > meta->cursor)
        return false;
    return query->stamp_ms > meta->applied_stamp_ms ||
           (query->min_sequence == meta->cursor && query->stamp_ms != meta->applied_stamp_ms);
}

static void reply_other_journal(struct rules *rules, const struct peer *peer, const Duban__Query *query)
{
    struct fault fault;

    fault_set(&fault, "journal", "规则引擎处理的不是这份日志；怎么办见 duban status",
              "rules does not follow this journal; duban status says what to do");
    reply_fault(rules, peer, query->request_id, &fault);
}

static void reply_later(struct rules *rules, const struct peer *peer, const Duban__Query *query)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Fault later = DUBAN__FAULT__INIT;

    later.field = "min_sequence";
    later.zh = "尚未处理到所要的序号，请稍后再问";
    later.en = "not applied up to that sequence yet; ask again";
    later.later = true;
    reply.request_id = query->request_id;
    reply.applied_sequence = rules->state.meta.cursor;
    reply.body_case = DUBAN__REPLY__BODY_FAULT;
    reply.fault = &later;
    send_reply(rules, peer, &reply, &rules->query_arena);
}

/* ---------------------------------------------------------------- questions that wait */

static bool hold(struct rules *rules, const struct peer *peer, const Duban__Query *query, struct bytes packed)
{
    struct held_query *held = &rules->held[rules->held_count];
    void *copy;

    if (query->wait_ms == 0 || rules->held_count == RULES_MAX_HELD)
        return false;
    copy = malloc(packed.size);
    if (copy == NULL)
        return false;
    memcpy(copy, packed.data, packed.size);
    *held = (struct held_query){ .peer = *peer, .query = bytes_of(copy, packed.size),
                                 .until_ms = monotonic_ms() + (query->wait_ms < MAX_WAIT_MS ? query->wait_ms : MAX_WAIT_MS), .min_sequence = query->min_sequence };
    rules->held_count++;
    return true;
}

static void on_question(struct rules *rules, const struct peer *peer, struct bytes packed, bool may_hold)
{
    struct fault fault;
    Duban__Query *query;

    arena_reset(&rules->query_arena);
    query = message_unpack(&rules->query_arena, &duban__query__descriptor, packed, MESSAGE_MAX_BYTES, &fault);
    if (query == NULL) {
        reply_bad(rules, peer, &fault);
        return;
    }
    if (query->after.len > MAX_AFTER_BYTES) {
        fault_set(&fault, "after", "翻页位置不对，请从头再问", "this is no place in a listing; ask from the beginning");
        reply_fault(rules, peer, query->request_id, &fault);
        return;
    }
    if (follows_another_journal(rules, query))
        reply_other_journal(rules, peer, query);
    else if (query->min_sequence <= rules->state.meta.cursor)
        reply_now(rules, peer, query);
    else if (!may_hold || !hold(rules, peer, query, packed))
        reply_later(rules, peer, query);
}

void rules_queries_tick(struct rules *rules)
{
    int64_t now_ms = rules->held_count > 0 ? monotonic_ms() : 0;

    for (size_t i = 0; i < rules->held_count;) {
        struct held_query held = rules->held[i];

        if (held.min_sequence > rules->state.meta.cursor && held.until_ms > now_ms) {
            i++;
            continue;
        }
        rules->held[i] = rules->held[--rules->held_count];
        on_question(rules, &held.peer, held.query, false);
        free((void *) held.query.data);
    }
}

static void on_frame(struct rules *rules, const struct received *received)
{
    struct fault fault;

    if (received->frame.type == FRAME_QUERY) {
        on_question(rules, &received->peer, received->body, true);
        return;
    }
    arena_reset(&rules->query_arena);
    frame_type_fault(&fault, "提问(QUERY)", "QUERY");
    reply_bad(rules, &received->peer, &fault);
}

static void on_malformed(struct rules *rules, const struct peer *peer, int error)
{
    struct fault fault;

    if (error != EPROTONOSUPPORT) {
        rules->bad_frames++;
        return;
    }
    arena_reset(&rules->query_arena);
    frame_version_fault(&fault);
    reply_bad(rules, peer, &fault);
}

void rules_queries(struct rules *rules)
{
    for (int i = 0; i < QUERIES_PER_TURN; i++) {
        struct received received;
        enum frame_status status = frame_receive(rules->query_socket, true, &received);

        if (status == FRAME_NONE || status == FRAME_FAILED)
            return;
        if (status == FRAME_BAD) {
            on_malformed(rules, &received.peer, errno);
            continue;
        }
        on_frame(rules, &received);
        frame_release(&received);
    }
}

void rules_queries_close(struct rules *rules)
{
    for (size_t i = 0; i < rules->held_count; i++)
        free((void *) rules->held[i].query.data);
    rules->held_count = 0;
}
