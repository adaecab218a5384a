/* evidence_index.c - which reports declare which photo. */
#include "evidence_index.h"

#include "gateway.h"
#include "link.h"
#include "log.h"

enum { EVERY_MS = 60 * 1000, SOON_MS = 5 * 1000, AT_A_TIME = 200, REPORTS_MOST = 64, ARENA_BYTES = 8 * 1024 * 1024, SEQUENCE_BYTES = 8 };

void evidence_index_open(struct evidence_index *index, struct gateway *gateway)
{
    *index = (struct evidence_index){ .gateway = gateway, .house = { .gateway = gateway } };
    arena_open(&index->house.arena, ARENA_BYTES);
}

void evidence_index_close(struct evidence_index *index)
{
    arena_close(&index->house.arena);
}

/* ---------------------------------------------------------------- asking for all */

/* A listing goes on behind the row of that sequence. */
static ProtobufCBinaryData behind(uint64_t sequence, uint8_t key[SEQUENCE_BYTES])
{
    put_u64(key, sequence);
    return sequence == 0 ? (ProtobufCBinaryData){ 0, NULL } : (ProtobufCBinaryData){ SEQUENCE_BYTES, key };
}

static void on_rows(struct request *house, void *self, const struct upstream_answer *answer);

static void ask(struct evidence_index *index)
{
    struct state_marks marks = state_marks(&index->gateway->state);
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__EvidenceQuery evidence = DUBAN__EVIDENCE_QUERY__INIT;
    uint8_t key[SEQUENCE_BYTES];

    arena_reset(&index->house.arena);
    evidence.held = index->held;
    query.limit = AT_A_TIME;
    query.after = behind(index->held ? marks.held : marks.visits, key);
    query.body_case = DUBAN__QUERY__BODY_EVIDENCE;
    query.evidence = &evidence;
    index->is_asking = upstream_ask(&index->house, UPSTREAM_RULES, &query, on_rows, index);
}

/* A journal that was put back from a copy may end before what was asked for last, under the lineage that it always had. */
bool evidence_index_fits(struct evidence_index *index, uint64_t last_sequence)
{
    struct state_marks marks = state_marks(&index->gateway->state);

    if (marks.visits <= last_sequence && marks.held <= last_sequence)
        return true;
    log_warn("流水账比以前短，应是从备份恢复的：各记录申报的照片从头再问一遍 / the journal is shorter than it was, as after a restore: which photos reports "
             "declare is asked for from the beginning: last=%llu", (unsigned long long) last_sequence);
    index->complete_ms = 0;
    return state_begin_declared(&index->gateway->state, marks.lineage) == 0;
}

static void on_ingest(struct request *house, void *self, const struct upstream_answer *answer)
{
    struct evidence_index *index = self;
    const Duban__Reply *reply = answer->reply;

    (void) house;
    index->is_asking = false;
    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_INGEST || index->gateway->is_stopping)
        return;
    index->wanted_sequence = reply->ingest->last_sequence;
    if (evidence_index_fits(index, index->wanted_sequence))
        ask(index);
}

void evidence_index_turn(struct evidence_index *index, int64_t now_ms)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;

    if (index->is_asking || now_ms < index->next_ms || index->gateway->is_stopping)
        return;
    index->next_ms = now_ms + EVERY_MS;
    index->held = false;
    arena_reset(&index->house.arena);
    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    index->is_asking = upstream_ask(&index->house, UPSTREAM_INGEST, &query, on_ingest, index);
}

/* Here is, of all that was ever said to be, what the store holds. */
static void look_for(const struct evidence *evidence, const Duban__EvidenceRow *row)
{
    for (size_t i = 0; i < row->n_evidence; i++) {
        Duban__Evidence *photo = row->evidence[i];
        uint64_t size_bytes;

        photo->here = photo->here && photo->sha256.len == SHA256_BYTES && evidence_has(evidence, photo->sha256.data, &size_bytes) &&
                      size_bytes == photo->size_bytes;
    }
}

/* How many of the rows there was time for: one at least. */
static size_t look_for_some(const struct evidence *evidence, const Duban__EvidenceRows *rows)
{
    int64_t until_ms = monotonic_ms() + LOOKING_MS;
    size_t looked = 0;

    for (; looked < rows->n_rows && (looked == 0 || monotonic_ms() < until_ms); looked++)
        look_for(evidence, rows->rows[looked]);
    return looked;
}

/* Sequences of another journal name other reports: all of it is asked for from the beginning. */
bool evidence_index_note(struct evidence_index *index, const Duban__EvidenceRows *rows, bool *is_left)
{
    Duban__EvidenceRows looked = *rows;
    struct state_marks marks = state_marks(&index->gateway->state);
    uint64_t *mark = index->held ? &marks.held : &marks.visits;

    *is_left = marks.lineage != rows->lineage;
    if (*is_left) {
        log_info("evidence: which photos reports declare is asked for from the beginning: lineage=%llu", (unsigned long long) rows->lineage);
        index->held = false;
        index->complete_ms = 0;
        return state_begin_declared(&index->gateway->state, rows->lineage) == 0;
    }
    if (rows->looked_to <= *mark)
        return true;
    looked.n_rows = look_for_some(&index->gateway->evidence, rows);
    *is_left = looked.n_rows < rows->n_rows;
    *mark = *is_left ? rows->rows[looked.n_rows - 1]->sequence : rows->looked_to;
    return state_put_declared(&index->gateway->state, &looked, &marks) == 0;
}

/* Rules that is behind knows nothing of the newest: that is asked for soon. Both listings must know it. */
static void complete(struct evidence_index *index, uint64_t applied_sequence)
{
    if (index->visits_applied_sequence < applied_sequence)
        applied_sequence = index->visits_applied_sequence;
    if (applied_sequence >= index->wanted_sequence)
        index->complete_ms = index->gateway->now_ms;
    else
        index->next_ms = index->gateway->now_ms + SOON_MS;
}

static void on_rows(struct request *house, void *self, const struct upstream_answer *answer)
{
    struct evidence_index *index = self;
    const Duban__Reply *reply = answer->reply;
    bool is_left;

    (void) house;
    index->is_asking = false;
    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_EVIDENCE || index->gateway->is_stopping)
        return;
    if (!evidence_index_note(index, reply->evidence, &is_left))
        return;
    if (!is_left && reply->next.len == 0) {
        if (index->held) {
            complete(index, reply->applied_sequence);
            return;
        }
        index->held = true;
        index->visits_applied_sequence = reply->applied_sequence;
    }
    ask(index);
}

/* ---------------------------------------------------------------- asking for one */

static bool name_known(struct request *request, const uint8_t sha256[SHA256_BYTES], Duban__EvidenceQuery *evidence)
{
    ssize_t known;

    evidence->reports = arena_take(&request->arena, REPORTS_MOST * sizeof *evidence->reports);
    if (evidence->reports == NULL)
        return false;
    known = state_declared(&request->gateway->state, sha256, evidence->reports, REPORTS_MOST);
    evidence->n_reports = known == -1 ? 0 : (size_t) known;
    return known != -1;
}

Duban__Query *evidence_index_question(struct request *request, const uint8_t sha256[SHA256_BYTES])
{
    Duban__Query *query = arena_take(&request->arena, sizeof *query);
    Duban__EvidenceQuery *evidence = arena_take(&request->arena, sizeof *evidence);
    uint8_t *key = arena_take(&request->arena, SEQUENCE_BYTES);

    if (query == NULL || evidence == NULL || key == NULL)
        return NULL;
    duban__query__init(query);
    duban__evidence_query__init(evidence);
    query->body_case = DUBAN__QUERY__BODY_EVIDENCE;
    query->evidence = evidence;
    evidence->sha256 = (ProtobufCBinaryData){ SHA256_BYTES, (uint8_t *) sha256 };
    if (!name_known(request, sha256, evidence))
        return NULL;
    if (evidence->n_reports == 0)
        query->after = behind(state_marks(&request->gateway->state).visits, key);
    return query;
}
