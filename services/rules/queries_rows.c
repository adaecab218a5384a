/* queries_rows.c - registry, visits, quarantine, and raw rows for replay --verify. */
#include <assert.h>
#include <string.h>

#include "queries.h"

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
        rows[page.rows] = page_row(&page, type);
        if (rows[page.rows] == NULL || !page_take(&page))
            break;
    }
    page_close(&page);
    count = page.rows;
    return count;
}

void query_on_sites(struct question *question, const Duban__SitesQuery *wanted)
{
    Duban__SiteRows *sites = arena_take(question->arena, sizeof *sites);

    duban__site_rows__init(sites);
    sites->rows = (Duban__Site **) question_rows(question);
    sites->n_rows = plain_rows(question, TABLE_SITE, bytes_of_text(wanted->code), &duban__site__descriptor, (void **) sites->rows);
    question->reply->body_case = DUBAN__REPLY__BODY_SITES;
    question->reply->sites = sites;
}

void query_on_holders(struct question *question, const Duban__HoldersQuery *wanted)
{
    Duban__HolderRows *holders = arena_take(question->arena, sizeof *holders);

    duban__holder_rows__init(holders);
    holders->rows = (Duban__Holder **) question_rows(question);
    holders->n_rows = plain_rows(question, TABLE_HOLDER, bytes_of_text(wanted->account), &duban__holder__descriptor,
                                 (void **) holders->rows);
    question->reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
    question->reply->holders = holders;
}

void query_on_quarantine(struct question *question, const Duban__QuarantineQuery *wanted)
{
    Duban__QuarantineRows *held = arena_take(question->arena, sizeof *held);
    uint8_t only[8];
    void **rows = question_rows(question);
    struct page page;

    put_u64(only, wanted->sequence);
    page_open(&page, question, TABLE_QUARANTINE, wanted->sequence == 0 ? bytes_of("", 0) : bytes_of(only, 8));
    while (page.found) {
        Duban__Quarantined *row = page_row(&page, &duban__quarantined__descriptor);

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

void query_on_visits(struct question *question, const Duban__VisitsQuery *wanted)
{
    Duban__VisitRows *visits = arena_take(question->arena, sizeof *visits);
    void **rows = question_rows(question);
    struct page page;

    page_open(&page, question, TABLE_VISIT, bytes_of("", 0));
    while (page.found) {
        Duban__Visit *row = page_row(&page, &duban__visit__descriptor);

        if (row == NULL || !query_matches(wanted->site, row->site) || (wanted->incomplete_only && row->evidence_missing == 0)) {
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

void query_on_rows(struct question *question, const Duban__RowsQuery *wanted)
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
        question_fault(question, "rows.table", "没有这个表", "there is no such table");
        return;
    }
    rows->rows = (Duban__Row **) question_rows(question);
    page_open(&page, question, table, bytes_of("", 0));
    while (page.found) {
        rows->rows[page.rows] = raw_row(question, &page);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    rows->n_rows = page.rows;
}
