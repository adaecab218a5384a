/* queries.c - what may be asked of rules: one function for each question.
 *
 * A question is answered as of the TAIL's clock from what has been applied. Everything is
 * copied out and the transaction dropped before the reply is sent.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "log.h"
#include "message.h"
#include "metrics.h"
#include "rules.h"

enum { DEFAULT_ROWS = 200, MAX_ROWS = 1000, MAX_REPLY_BYTES = 700 * 1024, QUERIES_PER_TURN = 64 };

/* What a question function works with. */
struct question {
    struct rules *rules;
    const Duban__Query *query;
    Duban__Reply *reply;
    struct arena *arena;       /* the state's: reset before each question */
    int64_t now_s;
    size_t limit;
    size_t bytes;              /* of rows taken so far */
};

/* ---------------------------------------------------------------- paging over a table */

struct page {
    struct question *question;
    struct store_cursor cursor;
    struct bytes key, value;
    struct bytes prefix;
    bool found;
    size_t rows;
};

static bool has_prefix(struct bytes key, struct bytes prefix)
{
    return key.size >= prefix.size && memcmp(key.data, prefix.data, prefix.size) == 0;
}

/* Stand on the first row of the prefix behind the page before. */
static void page_open(struct page *page, struct question *question, int table, struct bytes prefix)
{
    struct bytes after = bytes_of(question->query->after.data, question->query->after.len);

    *page = (struct page){ .question = question, .prefix = prefix };
    store_cursor_open(&page->cursor, &question->rules->state.txn, table);
    page->found = store_seek(&page->cursor, after.size > 0 ? after : prefix, &page->key, &page->value);
    if (page->found && after.size > 0 && bytes_equal(page->key, after))
        page->found = store_next(&page->cursor, &page->key, &page->value);
    page->found = page->found && has_prefix(page->key, prefix);
}

/* Count the row stood on as taken and go on; false when the page is full. */
static bool page_take(struct page *page)
{
    struct question *question = page->question;
    struct bytes key = bytes_of(arena_copy(question->arena, page->key.data, page->key.size), page->key.size);

    page->rows++;
    question->bytes += page->key.size + page->value.size;
    page->found = store_next(&page->cursor, &page->key, &page->value) && has_prefix(page->key, page->prefix);
    if (page->found && (page->rows >= question->limit || question->bytes > MAX_REPLY_BYTES)) {
        question->reply->next = (ProtobufCBinaryData){ key.size, (uint8_t *) key.data };
        return false;
    }
    return true;
}

static void page_skip(struct page *page)
{
    page->found = store_next(&page->cursor, &page->key, &page->value) && has_prefix(page->key, page->prefix);
}

static void page_close(struct page *page)
{
    store_cursor_close(&page->cursor);
}

static void *row_of(struct page *page, const ProtobufCMessageDescriptor *type)
{
    return state_unpack(page->question->arena, type, page->value);
}

static void **rows_for(struct question *question)
{
    void **rows = arena_take(question->arena, sizeof *rows * question->limit);

    assert(rows != NULL);
    return rows;
}

static void fault(struct question *question, const char *field, const char *zh, const char *en)
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

/* ---------------------------------------------------------------- words for states */

static struct policy_text case_state_label(Duban__CaseState state)
{
    switch (state) {
    case DUBAN__CASE_STATE__CASE_STATE_ASSIGNED: return (struct policy_text){ "已派遣(待签收)", "assigned" };
    case DUBAN__CASE_STATE__CASE_STATE_RECTIFYING: return (struct policy_text){ "整改中", "rectifying" };
    case DUBAN__CASE_STATE__CASE_STATE_FIX_REPORTED: return (struct policy_text){ "待复查", "fix reported" };
    case DUBAN__CASE_STATE__CASE_STATE_FOLLOWING_UP: return (struct policy_text){ "随访中", "following up" };
    case DUBAN__CASE_STATE__CASE_STATE_REWORK: return (struct policy_text){ "返工", "rework" };
    case DUBAN__CASE_STATE__CASE_STATE_SUSPENDED: return (struct policy_text){ "挂账", "suspended" };
    case DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE: return (struct policy_text){ "待销号审批", "waits for approval" };
    case DUBAN__CASE_STATE__CASE_STATE_CLOSED: return (struct policy_text){ "已销号", "closed" };
    case DUBAN__CASE_STATE__CASE_STATE_VOIDED: return (struct policy_text){ "作废", "voided" };
    case DUBAN__CASE_STATE__CASE_STATE_UNSPECIFIED:
    case _DUBAN__CASE_STATE_IS_INT_SIZE:
        break;
    }
    return (struct policy_text){ "", "" };
}

static struct policy_text task_kind_label(Duban__TaskKind kind)
{
    switch (kind) {
    case DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION: return (struct policy_text){ "整改", "rectification" };
    case DUBAN__TASK_KIND__TASK_KIND_REVISIT: return (struct policy_text){ "复查", "revisit" };
    case DUBAN__TASK_KIND__TASK_KIND_ACKNOWLEDGEMENT: return (struct policy_text){ "签收", "acknowledgement" };
    case DUBAN__TASK_KIND__TASK_KIND_APPROVAL: return (struct policy_text){ "审批", "approval" };
    case DUBAN__TASK_KIND__TASK_KIND_SETTLEMENT: return (struct policy_text){ "处理待核记录", "settlement" };
    case DUBAN__TASK_KIND__TASK_KIND_SITE_CHECK: return (struct policy_text){ "核实营业状态", "site check" };
    case DUBAN__TASK_KIND__TASK_KIND_REVIEW: return (struct policy_text){ "挂账复核", "review" };
    case DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED:
    case _DUBAN__TASK_KIND_IS_INT_SIZE:
        break;
    }
    return (struct policy_text){ "", "" };
}

static Duban__Text *text(struct question *question, struct policy_text from)
{
    return engine_text(&question->rules->engine, from.zh, from.en);
}

static Duban__Text *site_name(struct question *question, const char *code)
{
    const Duban__Site *site = code[0] == '\0' ? NULL : state_site(&question->rules->state, code);

    return site == NULL ? NULL : site->name;
}

static Duban__Text *finding_of(struct question *question, const Duban__Case *case_)
{
    const struct policy_item *item;

    if (case_->finding[0] != '\0')
        return engine_text(&question->rules->engine, case_->finding, "");
    item = policy_item(engine_policy_of(&question->rules->engine, &case_->policy_version), case_->item);
    return item == NULL ? NULL : text(question, item->text);
}

/* ---------------------------------------------------------------- status and metrics */

static void on_status(struct question *question)
{
    Duban__RulesStatus *status = arena_take(question->arena, sizeof *status);

    assert(status != NULL);
    rules_status(question->rules, status);
    question->reply->body_case = DUBAN__REPLY__BODY_RULES;
    question->reply->rules = status;
}

static void on_metrics(struct question *question)
{
    struct rules *rules = question->rules;
    const struct metric table[] = {
        { "duban_rules_entries_applied_total", METRIC_COUNTER, "Journal entries applied since start.", &rules->entries_applied },
        { "duban_rules_entries_quarantined_total", METRIC_COUNTER, "Entries put into quarantine since start.", &rules->entries_quarantined },
        { "duban_rules_timers_fired_total", METRIC_COUNTER, "Timers fired since start.", &rules->timers_fired },
        { "duban_rules_transactions_total", METRIC_COUNTER, "Durable transactions since start.", &rules->transactions },
        { "duban_rules_queries_total", METRIC_COUNTER, "Questions answered since start.", &rules->queries_answered },
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

/* ---------------------------------------------------------------- cases and tasks */

static Duban__Task *task_that_counts(struct question *question, const Duban__Case *case_)
{
    struct engine *engine = &question->rules->engine;
    const ProtobufCBinaryData *order[] = { &case_->rectification_task, &case_->revisit_task, &case_->approval_task,
                                           &case_->review_task };
    Duban__Task *paused = NULL;

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        Duban__Task *task = engine_task_of(engine, order[i]);

        if (task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
            return task;
        if (task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED && paused == NULL)
            paused = task;
    }
    return paused;
}

static Duban__CaseRow *case_row(struct question *question, Duban__Case *case_)
{
    Duban__CaseRow *row = arena_take(question->arena, sizeof *row);
    const struct policy *policy = engine_policy_of(&question->rules->engine, &case_->policy_version);
    const struct policy_severity *severity = policy_severity(policy, case_->level);
    Duban__Task *task = task_that_counts(question, case_);

    assert(row != NULL);
    duban__case_row__init(row);
    row->case_ = case_;
    row->site_name = site_name(question, case_->site);
    row->finding = finding_of(question, case_);
    row->level_label = severity == NULL ? NULL : text(question, severity->label);
    row->zone = (char *) engine_zone_of(&question->rules->engine, case_->site);
    row->state_label = text(question, case_state_label(case_->state));
    row->light = DUBAN__LIGHT__LIGHT_GREEN;
    if (case_->suspended_s != 0 || case_->site_paused)
        row->light = DUBAN__LIGHT__LIGHT_GREY;
    else if (task != NULL)
        row->light = engine_light(policy, task, question->now_s);
    row->overdue = row->light == DUBAN__LIGHT__LIGHT_RED;
    row->next_s = task == NULL ? 0 : task->due_s;
    return row;
}

static bool is_or_any(const char *wanted, const char *actual)
{
    return wanted[0] == '\0' || strcmp(wanted, actual) == 0;
}

static bool case_wanted(const Duban__CasesQuery *wanted, const Duban__CaseRow *row)
{
    return (wanted->closed_too || engine_case_is_open(row->case_)) && is_or_any(wanted->zone, row->zone) &&
           (!wanted->overdue_only || row->overdue);
}

static void reply_cases(struct question *question, void **rows, size_t count)
{
    Duban__CaseRows *cases = arena_take(question->arena, sizeof *cases);

    duban__case_rows__init(cases);
    cases->n_rows = count;
    cases->rows = (Duban__CaseRow **) rows;
    question->reply->body_case = DUBAN__REPLY__BODY_CASES;
    question->reply->cases = cases;
}

static void on_cases(struct question *question, const Duban__CasesQuery *wanted)
{
    void **rows = rows_for(question);
    struct page page;

    page_open(&page, question, TABLE_CASE_BY_NUMBER, bytes_of("", 0));
    while (page.found) {
        Duban__Case *case_ = state_case(&question->rules->state, page.value.data);
        Duban__CaseRow *row;

        if (!is_or_any(wanted->site, case_->site) || !is_or_any(wanted->owner, case_->owner) ||
            !is_or_any(wanted->level, case_->level) || !case_wanted(wanted, row = case_row(question, case_))) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = row;
        question->bytes += 600;
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    reply_cases(question, rows, page.rows);
}

static Duban__Case *find_case(struct question *question, const Duban__CaseQuery *wanted)
{
    struct state *state = &question->rules->state;
    uint8_t number[4];
    struct bytes id;

    switch (wanted->by_case) {
    case DUBAN__CASE_QUERY__BY_ID:
        return wanted->id.len == ID_BYTES ? state_case(state, wanted->id.data) : NULL;
    case DUBAN__CASE_QUERY__BY_NUMBER:
        put_u32(number, wanted->number);
        return store_get(&state->txn, TABLE_CASE_BY_NUMBER, bytes_of(number, sizeof number), &id) ? state_case(state, id.data) : NULL;
    case DUBAN__CASE_QUERY__BY_PLACE:
        return state_case_at(state, wanted->place->site, wanted->place->item);
    case DUBAN__CASE_QUERY__BY__NOT_SET:
    case _DUBAN__CASE_QUERY__BY__CASE_IS_INT_SIZE:
        break;
    }
    return NULL;
}

static void on_case(struct question *question, const Duban__CaseQuery *wanted)
{
    Duban__Case *case_ = find_case(question, wanted);
    void **rows = rows_for(question);

    if (case_ == NULL) {
        fault(question, "case", "没有这个案件，请用 duban cases --all 查编号", "there is no such case; duban cases --all lists them");
        return;
    }
    rows[0] = case_row(question, case_);
    reply_cases(question, rows, 1);
}

static Duban__TaskRow *task_row(struct question *question, Duban__Task *task)
{
    Duban__TaskRow *row = arena_take(question->arena, sizeof *row);
    Duban__Case *case_ = task->case_id.len == ID_BYTES ? state_case(&question->rules->state, task->case_id.data) : NULL;

    assert(row != NULL);
    duban__task_row__init(row);
    row->task = task;
    row->case_number = case_ == NULL ? 0 : case_->number;
    row->site_name = site_name(question, task->site);
    row->kind_label = text(question, task_kind_label(task->kind));
    row->finding = case_ == NULL ? NULL : finding_of(question, case_);
    row->light = engine_light(engine_policy_of(&question->rules->engine, &task->policy_version), task, question->now_s);
    return row;
}

static bool task_is_over(const Duban__Task *task)
{
    return task->state == DUBAN__TASK_STATE__TASK_STATE_DONE || task->state == DUBAN__TASK_STATE__TASK_STATE_CANCELLED;
}

static bool task_wanted(const Duban__TasksQuery *wanted, const Duban__Task *task)
{
    if (!wanted->closed_too && task_is_over(task))
        return false;
    if (wanted->case_id.len == ID_BYTES &&
        (task->case_id.len != ID_BYTES || memcmp(task->case_id.data, wanted->case_id.data, ID_BYTES) != 0))
        return false;
    return is_or_any(wanted->owner, task->owner) &&
           (wanted->kind == DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED || wanted->kind == task->kind);
}

static void on_tasks(struct question *question, const Duban__TasksQuery *wanted)
{
    Duban__TaskRows *tasks = arena_take(question->arena, sizeof *tasks);
    struct bytes prefix = wanted->case_id.len == ID_BYTES ? bytes_of(wanted->case_id.data, 10) : bytes_of("", 0);
    void **rows = rows_for(question);
    struct page page;

    page_open(&page, question, TABLE_TASK, prefix);
    while (page.found) {
        Duban__Task *task = row_of(&page, &duban__task__descriptor);

        if (task == NULL || !task_wanted(wanted, task)) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = task_row(question, task);
        question->bytes += 400;
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    duban__task_rows__init(tasks);
    tasks->n_rows = page.rows;
    tasks->rows = (Duban__TaskRow **) rows;
    question->reply->body_case = DUBAN__REPLY__BODY_TASKS;
    question->reply->tasks = tasks;
}

/* ---------------------------------------------------------------- notices and facts */

static void add_outcomes(struct question *question, Duban__NoticeRow *row)
{
    enum { GRADES = 4 };
    uint8_t prefix[8];
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    row->outcomes = arena_take(question->arena, sizeof *row->outcomes * GRADES);
    put_u64(prefix, row->sequence);
    store_cursor_open(&cursor, &question->rules->state.txn, TABLE_OUTCOME);
    found = store_seek(&cursor, bytes_of(prefix, 8), &key, &value);
    while (found && row->n_outcomes < GRADES && has_prefix(key, bytes_of(prefix, 8))) {
        row->outcomes[row->n_outcomes++] = state_unpack(question->arena, &duban__outcome__descriptor, value);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
}

static Duban__NoticeRow *notice_row(struct question *question, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];
    Duban__OutboxRecord *record;
    Duban__NoticeRow *row;
    struct bytes value;

    if (!store_get(&question->rules->state.txn, TABLE_OUTBOX, bytes_of(key, key_of_number(key, sequence)), &value))
        return NULL;
    question->bytes += value.size;
    record = outbox_record(question->arena, value);
    if (record == NULL || record->body_case != DUBAN__OUTBOX_RECORD__BODY_NOTICE)
        return NULL;
    row = arena_take(question->arena, sizeof *row);
    assert(row != NULL);
    duban__notice_row__init(row);
    row->sequence = sequence;
    row->notice = record->notice;
    add_outcomes(question, row);
    return row;
}

static void notices_of_table(struct question *question, const Duban__NoticesQuery *wanted, int table, struct bytes prefix,
                             Duban__NoticeRows *notices)
{
    void **rows = rows_for(question);
    struct page page;

    page_open(&page, question, table, prefix);
    while (page.found) {
        uint64_t sequence = get_u64((const uint8_t *) page.key.data + page.key.size - 8);
        Duban__NoticeRow *row = sequence < wanted->from_sequence ? NULL : notice_row(question, sequence);

        if (row == NULL || !is_or_any(wanted->recipient, row->notice->recipient->account)) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = row;
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    notices->n_rows = page.rows;
    notices->rows = (Duban__NoticeRow **) rows;
}

/* Without a case the walk starts at from_sequence, not at the beginning of time. */
static void on_notices(struct question *question, const Duban__NoticesQuery *wanted)
{
    Duban__NoticeRows *notices = arena_take(question->arena, sizeof *notices);
    Duban__Query from = *question->query;
    uint8_t start[8];

    duban__notice_rows__init(notices);
    question->reply->body_case = DUBAN__REPLY__BODY_NOTICES;
    question->reply->notices = notices;
    if (wanted->only_sequence != 0) {
        void **rows = rows_for(question);

        rows[0] = notice_row(question, wanted->only_sequence);
        if (rows[0] == NULL) {
            fault(question, "notice", "没有这条消息，请用 duban notices 查序号", "there is no such notice; duban notices lists them");
            return;
        }
        notices->n_rows = 1;
        notices->rows = (Duban__NoticeRow **) rows;
        return;
    }
    if (wanted->case_id.len == ID_BYTES) {
        notices_of_table(question, wanted, TABLE_NOTICE_BY_SUBJECT, bytes_of(wanted->case_id.data, ID_BYTES), notices);
        return;
    }
    if (from.after.len == 0 && wanted->from_sequence > 1) {
        put_u64(start, wanted->from_sequence - 1);
        from.after = (ProtobufCBinaryData){ 8, start };
        question->query = &from;
    }
    notices_of_table(question, wanted, TABLE_OUTBOX, bytes_of("", 0), notices);
}

static Duban__Fact *fact_at(struct question *question, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    if (!store_get(&question->rules->state.txn, TABLE_FACT, bytes_of(key, key_of_number(key, sequence)), &value))
        return NULL;
    question->bytes += value.size;
    return state_unpack(question->arena, &duban__fact__descriptor, value);
}

static void on_facts(struct question *question, const Duban__FactsQuery *wanted)
{
    Duban__FactRows *facts = arena_take(question->arena, sizeof *facts);
    bool of_subject = wanted->subject.len == ID_BYTES;
    Duban__Query from = *question->query;
    void **rows = rows_for(question);
    uint8_t start[8];
    struct page page;

    if (!of_subject && from.after.len == 0 && wanted->from_sequence > 1) {
        put_u64(start, wanted->from_sequence - 1);
        from.after = (ProtobufCBinaryData){ 8, start };
        question->query = &from;
    }
    page_open(&page, question, of_subject ? TABLE_FACT_BY_SUBJECT : TABLE_FACT,
              of_subject ? bytes_of(wanted->subject.data, ID_BYTES) : bytes_of("", 0));
    while (page.found) {
        uint64_t sequence = get_u64((const uint8_t *) page.key.data + page.key.size - 8);

        if (sequence < wanted->from_sequence) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = fact_at(question, sequence);
        assert(rows[page.rows] != NULL);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    duban__fact_rows__init(facts);
    facts->n_rows = page.rows;
    facts->rows = (Duban__Fact **) rows;
    question->reply->body_case = DUBAN__REPLY__BODY_FACTS;
    question->reply->facts = facts;
}

/* ---------------------------------------------------------------- registry, quarantine, rows */

/* All rows of a table, or the one with that key. */
static size_t plain_rows(struct question *question, int table, struct bytes only, const ProtobufCMessageDescriptor *type,
                         void **rows)
{
    struct page page;
    size_t count;

    page_open(&page, question, table, only);
    while (page.found) {
        if (only.size > 0 && page.key.size != only.size) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = row_of(&page, type);
        if (rows[page.rows] == NULL || !page_take(&page))
            break;
    }
    page_close(&page);
    count = page.rows;
    return count;
}

static void on_sites(struct question *question, const Duban__SitesQuery *wanted)
{
    Duban__SiteRows *sites = arena_take(question->arena, sizeof *sites);

    duban__site_rows__init(sites);
    sites->rows = (Duban__Site **) rows_for(question);
    sites->n_rows = plain_rows(question, TABLE_SITE, bytes_of_text(wanted->code), &duban__site__descriptor, (void **) sites->rows);
    question->reply->body_case = DUBAN__REPLY__BODY_SITES;
    question->reply->sites = sites;
}

static void on_holders(struct question *question, const Duban__HoldersQuery *wanted)
{
    Duban__HolderRows *holders = arena_take(question->arena, sizeof *holders);

    duban__holder_rows__init(holders);
    holders->rows = (Duban__Holder **) rows_for(question);
    holders->n_rows = plain_rows(question, TABLE_HOLDER, bytes_of_text(wanted->account), &duban__holder__descriptor,
                                 (void **) holders->rows);
    question->reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
    question->reply->holders = holders;
}

static void on_quarantine(struct question *question, const Duban__QuarantineQuery *wanted)
{
    Duban__QuarantineRows *held = arena_take(question->arena, sizeof *held);
    uint8_t only[8];
    void **rows = rows_for(question);
    struct page page;

    put_u64(only, wanted->sequence);
    page_open(&page, question, TABLE_QUARANTINE, wanted->sequence == 0 ? bytes_of("", 0) : bytes_of(only, 8));
    while (page.found) {
        Duban__Quarantined *row = row_of(&page, &duban__quarantined__descriptor);

        if (row == NULL || (wanted->sequence == 0 && !wanted->settled_too &&
                            row->state != DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD)) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = row;
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    duban__quarantine_rows__init(held);
    held->n_rows = page.rows;
    held->rows = (Duban__Quarantined **) rows;
    question->reply->body_case = DUBAN__REPLY__BODY_QUARANTINE;
    question->reply->quarantine = held;
}

static void on_visits(struct question *question, const Duban__VisitsQuery *wanted)
{
    Duban__VisitRows *visits = arena_take(question->arena, sizeof *visits);
    void **rows = rows_for(question);
    struct page page;

    page_open(&page, question, TABLE_VISIT, bytes_of("", 0));
    while (page.found) {
        Duban__Visit *row = row_of(&page, &duban__visit__descriptor);

        if (row == NULL || !is_or_any(wanted->site, row->site) || (wanted->incomplete_only && row->evidence_missing == 0)) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = row;
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    duban__visit_rows__init(visits);
    visits->n_rows = page.rows;
    visits->rows = (Duban__Visit **) rows;
    question->reply->body_case = DUBAN__REPLY__BODY_VISITS;
    question->reply->visits = visits;
}

static int table_named(const struct store *store, const char *name)
{
    for (size_t i = 0; i < store->table_count; i++)
        if (strcmp(store->names[i], name) == 0)
            return (int) i;
    return -1;
}

static void name_tables(struct question *question, Duban__Rows *rows)
{
    const struct store *store = &question->rules->state.store;

    rows->n_tables = store->table_count;
    rows->tables = (char **) store->names;
}

static Duban__Row *raw_row(struct question *question, const struct page *page)
{
    Duban__Row *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__row__init(row);
    row->key = (ProtobufCBinaryData){ page->key.size, (uint8_t *) arena_copy(question->arena, page->key.data, page->key.size) };
    row->value = (ProtobufCBinaryData){ page->value.size,
                                        (uint8_t *) arena_copy(question->arena, page->value.data, page->value.size) };
    return row;
}

static void on_rows(struct question *question, const Duban__RowsQuery *wanted)
{
    Duban__Rows *rows = arena_take(question->arena, sizeof *rows);
    int table = table_named(&question->rules->state.store, wanted->table);
    struct page page;

    duban__rows__init(rows);
    question->reply->body_case = DUBAN__REPLY__BODY_ROWS;
    question->reply->rows = rows;
    if (wanted->table[0] == '\0') {
        name_tables(question, rows);
        return;
    }
    if (table == -1) {
        fault(question, "rows.table", "没有这个表", "there is no such table");
        return;
    }
    rows->rows = (Duban__Row **) rows_for(question);
    page_open(&page, question, table, bytes_of("", 0));
    while (page.found) {
        rows->rows[page.rows] = raw_row(question, &page);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    rows->n_rows = page.rows;
}

/* ---------------------------------------------------------------- dispatch */

static void not_here(struct question *question)
{
    fault(question, "body", "duban-rules 不回答这个问题", "duban-rules does not answer this question");
}

/* No default: the compiler names any question added to query.proto but not here. */
static void answer(struct question *question)
{
    const Duban__Query *query = question->query;

    switch (query->body_case) {
    case DUBAN__QUERY__BODY_STATUS: on_status(question); return;
    case DUBAN__QUERY__BODY_METRICS: on_metrics(question); return;
    case DUBAN__QUERY__BODY_CASES: on_cases(question, query->cases); return;
    case DUBAN__QUERY__BODY_CASE_: on_case(question, query->case_); return;
    case DUBAN__QUERY__BODY_TASKS: on_tasks(question, query->tasks); return;
    case DUBAN__QUERY__BODY_NOTICES: on_notices(question, query->notices); return;
    case DUBAN__QUERY__BODY_FACTS: on_facts(question, query->facts); return;
    case DUBAN__QUERY__BODY_SITES: on_sites(question, query->sites); return;
    case DUBAN__QUERY__BODY_HOLDERS: on_holders(question, query->holders); return;
    case DUBAN__QUERY__BODY_QUARANTINE: on_quarantine(question, query->quarantine); return;
    case DUBAN__QUERY__BODY_VISITS: on_visits(question, query->visits); return;
    case DUBAN__QUERY__BODY_ROWS: on_rows(question, query->rows); return;
    case DUBAN__QUERY__BODY_CLOCK_ADVANCE:
    case DUBAN__QUERY__BODY_CLOCK_ACCEPT:
    case DUBAN__QUERY__BODY_VAULT_READ:
    case DUBAN__QUERY__BODY_SUBMISSION:
    case DUBAN__QUERY__BODY_DELIVERIES:
    case DUBAN__QUERY__BODY_DEAD_LETTERS: not_here(question); return;
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
    question.now_s = reply.as_of_ms / 1000;
    question.limit = query->limit == 0 ? DEFAULT_ROWS : query->limit > MAX_ROWS ? MAX_ROWS : query->limit;
    answer(&question);
    store_abort(&rules->state.txn);
    send_reply(rules, peer, &reply, &rules->state.arena);
    rules->queries_answered++;
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
                                 .until_ms = monotonic_ms() + query->wait_ms, .min_sequence = query->min_sequence };
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
        log_warn("query: dropped: %s", fault.en);
        return;
    }
    if (query->min_sequence <= rules->state.meta.cursor)
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

void rules_queries(struct rules *rules)
{
    rules_queries_tick(rules);
    for (int i = 0; i < QUERIES_PER_TURN; i++) {
        struct received received;
        enum frame_status status = frame_receive(rules->query_socket, true, &received);

        if (status == FRAME_NONE || status == FRAME_FAILED)
            return;
        if (status == FRAME_BAD)
            continue;
        if (received.frame.type == FRAME_QUERY)
            on_question(rules, &received.peer, received.body, true);
        frame_release(&received);
    }
}

void rules_queries_close(struct rules *rules)
{
    for (size_t i = 0; i < rules->held_count; i++)
        free((void *) rules->held[i].query.data);
    rules->held_count = 0;
}
