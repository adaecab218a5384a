/* queries_evidence.c - which reports declare which photos: those that were applied, and those that were held. */
#include <assert.h>

#include "message.h"
#include "queries.h"

enum { MOST_REPORTS = 256 };

struct looking {
    const Duban__EvidenceQuery *wanted;
    uint64_t looked_to;
};

static bool is_wanted(const Duban__EvidenceQuery *wanted, const Duban__Evidence *photo)
{
    return wanted->sha256.len == 0 ||
           bytes_equal(bytes_of(wanted->sha256.data, wanted->sha256.len), bytes_of(photo->sha256.data, photo->sha256.len));
}

/* NULL: it declares none of those. */
static Duban__EvidenceRow *row_of(struct question *question, const Duban__EvidenceQuery *wanted, Duban__Evidence **photos, size_t count)
{
    Duban__EvidenceRow *row = arena_take(question->arena, sizeof *row);
    Duban__Evidence **chosen = (Duban__Evidence **) arena_take_pointers(question->arena, count + 1);

    assert(row != NULL && chosen != NULL);
    duban__evidence_row__init(row);
    row->evidence = chosen;
    for (size_t i = 0; i < count; i++)
        if (is_wanted(wanted, photos[i]))
            chosen[row->n_evidence++] = photos[i];
    return row->n_evidence == 0 ? NULL : row;
}

static void say_where(struct question *question, Duban__EvidenceRow *row, uint64_t sequence, char *reporter, char *site)
{
    row->sequence = sequence;
    row->reporter = reporter;
    row->site = site;
    row->zone = (char *) engine_zone_of(&question->rules->engine, (struct place){ .site = site, .area = "" });
}

static Duban__EvidenceRow *row_of_visit(struct question *question, const Duban__EvidenceQuery *wanted, Duban__Visit *visit)
{
    Duban__EvidenceRow *row = row_of(question, wanted, visit->evidence, visit->n_evidence);

    if (row != NULL)
        say_where(question, row, visit->sequence, visit->reporter, visit->site);
    return row;
}

static Duban__EvidenceRow *row_of_held(struct question *question, const Duban__EvidenceQuery *wanted, const Duban__Quarantined *held)
{
    Duban__Entry *entry = message_unpack_own(question->arena, &duban__entry__descriptor, bytes_of(held->entry.data, held->entry.len));
    Duban__EvidenceRow *row = NULL;

    if (entry != NULL && entry->body_case == DUBAN__ENTRY__BODY_REPORT)
        row = row_of(question, wanted, entry->report->evidence, entry->report->n_evidence);
    if (row == NULL)
        return NULL;
    say_where(question, row, held->sequence, entry->report->reporter, entry->report->site);
    row->held = held->state == DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD;
    return row;
}

/* ---------------------------------------------------------------- all of them */

static ProtobufCMessage *of_visit(struct question *question, const void *asked, void *found)
{
    struct looking *looking = (struct looking *) asked;
    Duban__EvidenceRow *row = row_of_visit(question, looking->wanted, found);

    looking->looked_to = ((Duban__Visit *) found)->sequence;
    return row == NULL ? NULL : &row->base;
}

static ProtobufCMessage *of_held(struct question *question, const void *asked, void *found)
{
    struct looking *looking = (struct looking *) asked;
    Duban__EvidenceRow *row = row_of_held(question, looking->wanted, found);

    looking->looked_to = ((Duban__Quarantined *) found)->sequence;
    return row == NULL ? NULL : &row->base;
}

static void list(struct question *question, const Duban__EvidenceQuery *wanted, Duban__EvidenceRows *rows)
{
    struct looking looking = { .wanted = wanted };

    rows->rows = (Duban__EvidenceRow **) page_list(question, wanted->held ? TABLE_QUARANTINE : TABLE_VISIT, bytes_of("", 0),
                                                   wanted->held ? &duban__quarantined__descriptor : &duban__visit__descriptor,
                                                   wanted->held ? of_held : of_visit, &looking, &rows->n_rows);
    rows->looked_to = looking.looked_to;
}

/* ---------------------------------------------------------------- some of them */

static void name_each(struct question *question, const Duban__EvidenceQuery *wanted, Duban__EvidenceRows *rows)
{
    struct state *state = &question->rules->state;

    rows->rows = (Duban__EvidenceRow **) arena_take_pointers(question->arena, wanted->n_reports);
    assert(rows->rows != NULL);
    for (size_t i = 0; i < wanted->n_reports; i++) {
        Duban__Visit *visit = state_visit(state, wanted->reports[i]);
        const Duban__Quarantined *held = visit == NULL ? state_quarantined(state, wanted->reports[i]) : NULL;
        Duban__EvidenceRow *row = visit != NULL  ? row_of_visit(question, wanted, visit)
                                  : held != NULL ? row_of_held(question, wanted, held)
                                                 : NULL;

        if (row != NULL)
            rows->rows[rows->n_rows++] = row;
    }
}

void query_on_evidence(struct question *question, const Duban__EvidenceQuery *wanted)
{
    Duban__EvidenceRows *rows = arena_take(question->arena, sizeof *rows);

    assert(rows != NULL);
    duban__evidence_rows__init(rows);
    rows->lineage = question->rules->state.meta.lineage;
    if (wanted->n_reports > MOST_REPORTS) {
        question_fault(question, "evidence.reports", "一次最多问 256 份报告", "at most 256 reports at a time");
        return;
    }
    if (wanted->n_reports > 0)
        name_each(question, wanted, rows);
    else
        list(question, wanted, rows);
    question->reply->body_case = DUBAN__REPLY__BODY_EVIDENCE;
    question->reply->evidence = rows;
}
