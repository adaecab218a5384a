/* queries_rows.c - registry, visits, quarantine, and raw rows for replay --verify. */
#include <assert.h>
#include <string.h>

#include "civil.h"
#include "message.h"
#include "queries.h"

/* Whichever page it is, the figures are of all areas. */
static void count_branches(struct question *question, Duban__AreaRows *areas)
{
    const struct policy *policy = question->rules->engine.policy;
    int32_t offset_s = policy == NULL ? 0 : policy->utc_offset_s;
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    areas->day_s = civil_moment(civil_day(question->now_s, offset_s), 0, offset_s);
    store_cursor_open(&cursor, &question->rules->state.txn, TABLE_AREA);
    for (found = store_seek(&cursor, bytes_of("", 0), &key, &value); found; found = store_next(&cursor, &key, &value)) {
        const Duban__Area *area = state_unpack(question->arena, &duban__area__descriptor, value);

        if (area == NULL || !area->has_branch)
            continue;
        areas->branches++;
        areas->branches_inspected += area->last_inspection_ms / 1000 >= areas->day_s;
    }
    store_cursor_close(&cursor);
}

static ProtobufCMessage *as_it_is(struct question *question, const void *wanted, void *found)
{
    (void) question;
    (void) wanted;
    return found;
}

void query_on_areas(struct question *question)
{
    Duban__AreaRows *areas = arena_take(question->arena, sizeof *areas);

    duban__area_rows__init(areas);
    areas->rows = (Duban__Area **) page_list(question, TABLE_AREA, bytes_of("", 0), &duban__area__descriptor, as_it_is, NULL,
                                             &areas->n_rows);
    count_branches(question, areas);
    question->reply->body_case = DUBAN__REPLY__BODY_AREAS;
    question->reply->areas = areas;
}

static Duban__Code *code(struct question *question, const char *name, struct policy_text label)
{
    Duban__Code *code = arena_take(question->arena, sizeof *code);

    assert(code != NULL);
    duban__code__init(code);
    code->code = (char *) name;
    code->label = query_text(question, label);
    return code;
}

static Duban__Code **codes_taken(struct question *question, size_t count)
{
    Duban__Code **codes = (Duban__Code **) arena_take_pointers(question->arena, count + 1);

    assert(codes != NULL);
    return codes;
}

static Duban__Code *site_kind_code(struct question *question, const struct policy_site_kind *kind)
{
    Duban__Code *row = code(question, kind->code, kind->label);

    row->focus_group = kind->focus_group == NULL ? "" : (char *) kind->focus_group;
    row->classes = codes_taken(question, kind->class_count);
    for (size_t i = 0; i < kind->class_count; i++)
        row->classes[row->n_classes++] = code(question, kind->classes[i].code, kind->classes[i].label);
    return row;
}

static void fill_isolation_codes(struct question *question, const struct policy_isolation *isolation, Duban__Codes *codes)
{
    codes->isolation_classes = codes_taken(question, isolation->class_count);
    codes->isolation_exemptions = codes_taken(question, isolation->exemption_count);
    for (size_t i = 0; i < isolation->class_count; i++)
        codes->isolation_classes[codes->n_isolation_classes++] = code(question, isolation->classes[i].code, isolation->classes[i].label);
    for (size_t i = 0; i < isolation->exemption_count; i++)
        codes->isolation_exemptions[codes->n_isolation_exemptions++] =
            code(question, isolation->exemptions[i].code, isolation->exemptions[i].label);
}

static void fill_codes(struct question *question, const struct policy *policy, Duban__Codes *codes)
{
    codes->levels = codes_taken(question, policy->severity_count);
    codes->site_kinds = codes_taken(question, policy->site_kind_count);
    codes->focus_groups = codes_taken(question, policy->focus_group_count);
    for (size_t i = 0; i < policy->severity_count; i++)
        codes->levels[codes->n_levels++] = code(question, policy->severities[i].code, policy->severities[i].label);
    for (size_t i = 0; i < policy->site_kind_count; i++)
        codes->site_kinds[codes->n_site_kinds++] = site_kind_code(question, &policy->site_kinds[i]);
    for (size_t i = 0; i < policy->focus_group_count; i++)
        codes->focus_groups[codes->n_focus_groups++] = code(question, policy->focus_groups[i].code, policy->focus_groups[i].label);
    fill_isolation_codes(question, &policy->isolation, codes);
    codes->policy_version = (ProtobufCBinaryData){ sizeof policy->version, (uint8_t *) policy->version };
}

void query_on_codes(struct question *question)
{
    const struct policy *policy = question->rules->engine.policy;
    Duban__Codes *codes = arena_take(question->arena, sizeof *codes);

    assert(codes != NULL);
    duban__codes__init(codes);
    if (policy != NULL)
        fill_codes(question, policy, codes);
    question->reply->body_case = DUBAN__REPLY__BODY_CODES;
    question->reply->codes = codes;
}

static ProtobufCMessage *wanted_site(struct question *question, const void *asked, void *found)
{
    const Duban__SitesQuery *wanted = asked;
    Duban__Site *row = found;

    if (!query_matches(wanted->code, row->code) || !query_matches(wanted->area, row->area))
        return NULL;
    if (wanted->zone[0] != '\0' && strcmp(engine_zone_of(&question->rules->engine, engine_place_of_site(row->code)), wanted->zone) != 0)
        return NULL;
    return &row->base;
}

void query_on_sites(struct question *question, const Duban__SitesQuery *wanted)
{
    Duban__SiteRows *sites = arena_take(question->arena, sizeof *sites);

    if (wanted->code[0] != '\0' && !is_code(wanted->code)) {
        question_fault(question, "sites.code", "点位编号只能用字母、数字和 . _ -，不超过 32 个", "a site code has letters, digits and . _ -, at most 32");
        return;
    }
    if ((wanted->zone[0] != '\0' && !is_code(wanted->zone)) || (wanted->area[0] != '\0' && !is_code(wanted->area))) {
        question_fault(question, "sites", "片区和社区（村）编号只能用字母、数字和 . _ -", "codes of zones and areas have letters, digits and . _ -");
        return;
    }
    duban__site_rows__init(sites);
    sites->rows = (Duban__Site **) page_list(question, TABLE_SITE, bytes_of_text(wanted->code), &duban__site__descriptor,
                                             wanted_site, wanted, &sites->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_SITES;
    question->reply->sites = sites;
}

static ProtobufCMessage *wanted_holder(struct question *question, const void *asked, void *found)
{
    const Duban__HoldersQuery *wanted = asked;
    Duban__Holder *row = found;

    (void) question;
    return query_matches(wanted->account, row->account) ? &row->base : NULL;
}

void query_on_holders(struct question *question, const Duban__HoldersQuery *wanted)
{
    Duban__HolderRows *holders = arena_take(question->arena, sizeof *holders);

    if (wanted->account[0] != '\0' && !is_code(wanted->account)) {
        question_fault(question, "holders.account", "账号只能用字母、数字和 . _ -，不超过 32 个", "an account has letters, digits and . _ -, at most 32");
        return;
    }
    duban__holder_rows__init(holders);
    holders->rows = (Duban__Holder **) page_list(question, TABLE_HOLDER, bytes_of_text(wanted->account), &duban__holder__descriptor,
                                                 wanted_holder, wanted, &holders->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
    question->reply->holders = holders;
}

static ProtobufCMessage *wanted_quarantine(struct question *question, const void *asked, void *found)
{
    const Duban__QuarantineQuery *wanted = asked;
    Duban__Quarantined *row = found;

    (void) question;
    return wanted->sequence != 0 || wanted->settled_too || row->state == DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD
               ? &row->base : NULL;
}

void query_on_quarantine(struct question *question, const Duban__QuarantineQuery *wanted)
{
    Duban__QuarantineRows *held = arena_take(question->arena, sizeof *held);
    uint8_t only[8];

    put_u64(only, wanted->sequence);
    duban__quarantine_rows__init(held);
    held->rows = (Duban__Quarantined **) page_list(question, TABLE_QUARANTINE,
                                                   bytes_of(only, wanted->sequence == 0 ? 0 : sizeof only),
                                                   &duban__quarantined__descriptor, wanted_quarantine, wanted, &held->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_QUARANTINE;
    question->reply->quarantine = held;
}

static ProtobufCMessage *wanted_visit(struct question *question, const void *asked, void *found)
{
    const Duban__VisitsQuery *wanted = asked;
    Duban__Visit *row = found;

    (void) question;
    return query_matches(wanted->site, row->site) && (!wanted->incomplete_only || row->evidence_missing > 0) &&
                   (!wanted->doubtful_only || row->n_doubts > 0)
               ? &row->base : NULL;
}

void query_on_visits(struct question *question, const Duban__VisitsQuery *wanted)
{
    Duban__VisitRows *visits = arena_take(question->arena, sizeof *visits);

    duban__visit_rows__init(visits);
    visits->rows = (Duban__Visit **) page_list(question, TABLE_VISIT, bytes_of("", 0), &duban__visit__descriptor, wanted_visit,
                                               wanted, &visits->n_rows);
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
