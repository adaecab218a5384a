#include "disk_describe.h"
#include "ingest.h"

static uint64_t refused_in_all(const struct counters *counters)
{
    return counters->invalid + counters->conflicts + counters->forbidden + counters->full + counters->later;
}

static Duban__LookOver *look_over_of(struct ingest *ingest)
{
    Duban__LookOver *look_over = arena_take(&ingest->arena, sizeof *look_over);
    struct findings findings = look_over_findings(&ingest->look_over);
    uint64_t met = ingest->journal.damaged_sequence;   /* by whoever read there meanwhile */

    if (look_over == NULL)
        return NULL;
    if (met != 0 && (findings.sequence == 0 || met < findings.sequence))
        findings.sequence = met;
    if (met != 0 && findings.records == 0)
        findings.records = 1;
    duban__look_over__init(look_over);
    look_over->rounds = ingest->look_over.rounds;
    look_over->damaged_sequence = findings.sequence;
    look_over->damaged_records = findings.records;
    if (findings.table != NULL)
        look_over->damaged_table = (char *) findings.table;
    return look_over;
}

static Duban__DiskRoom *disk_of(struct ingest *ingest)
{
    Duban__DiskRoom *disk = arena_take(&ingest->arena, sizeof *disk);

    if (disk != NULL)
        disk_describe(ingest->settings.data, space_low_at_percent(&ingest->space), disk);
    return disk;
}

/* NULL for an empty one. */
static Duban__Text *text_of(struct ingest *ingest, const char *zh, const char *en)
{
    Duban__Text *text = zh[0] == '\0' ? NULL : arena_take(&ingest->arena, sizeof *text);

    if (text == NULL)
        return NULL;
    duban__text__init(text);
    text->zh = (char *) zh;
    text->en = (char *) en;
    return text;
}

void figures_status(struct ingest *ingest, Duban__IngestStatus *status)
{
    const struct journal_head *last = &ingest->journal.committed;

    status->lineage = ingest->identity.lineage;
    status->epoch = ingest->identity.epoch;
    status->last_sequence = last->sequence;
    status->last_stamp_ms = last->stamp_ms;
    status->clock_ms = clock_now(&ingest->clock);
    status->rehearsal = ingest->identity.rehearsal;
    status->wake_ms = ingest->wake_ms > last->stamp_ms ? ingest->wake_ms : 0;
    status->digest = (ProtobufCBinaryData){ .len = DIGEST_BYTES, .data = (uint8_t *) last->chain };
    status->clock_held = ingest->clock.memory.held;
    status->wall_ms = ingest->clock.manual ? 0 : ingest->clock.source.wall_ms(ingest->clock.source.self);
    status->clock_reason = text_of(ingest, ingest->clock.reason_zh, ingest->clock.reason_en);
    status->map_bytes = ingest->space.map_bytes;
    status->used_bytes = ingest->space.used_bytes;
    status->intake_stopped = !space_allows(&ingest->space, SPACE_EVIDENCE);
    status->reports_stopped = !space_allows(&ingest->space, SPACE_ORDINARY);
    status->intake_reason = text_of(ingest, ingest->space.reason_zh, ingest->space.reason_en);
    status->compactions_failed = ingest->compactions_failed;
    status->received = ingest->counters.received;
    status->accepted = ingest->counters.accepted;
    status->duplicates = ingest->counters.duplicates;
    status->refused = refused_in_all(&ingest->counters);
    status->commits = ingest->counters.commits;
    status->disk = disk_of(ingest);
    status->look_over = look_over_of(ingest);
    status->sessions = link_producer_sessions(&ingest->log, last->sequence, &ingest->arena, &status->n_sessions);
}

size_t figures_render(struct ingest *ingest, char *out, size_t size)
{
    const struct counters *counters = &ingest->counters;
    uint64_t last = ingest->journal.committed.sequence;
    uint64_t held = ingest->clock.memory.held;
    uint64_t closed = !space_allows(&ingest->space, SPACE_ORDINARY);
    uint64_t waiting = ingest->submit.count;
    uint64_t bad = ingest->submit.bad_frames + ingest->outcome.bad_frames + ingest->log.refused_count +
                   counters->bad_frames;
    const struct metric table[] = {
        { "duban_ingest_received_total", METRIC_COUNTER, "Submissions that arrived.", &counters->received },
        { "duban_ingest_accepted_total", METRIC_COUNTER, "Submissions journaled and receipted.", &counters->accepted },
        { "duban_ingest_duplicates_total", METRIC_COUNTER, "Receipts given again.", &counters->duplicates },
        { "duban_ingest_conflicts_total", METRIC_COUNTER, "Same client id, other payload.", &counters->conflicts },
        { "duban_ingest_invalid_total", METRIC_COUNTER, "Refused for their form.", &counters->invalid },
        { "duban_ingest_forbidden_total", METRIC_COUNTER, "Refused at this socket.", &counters->forbidden },
        { "duban_ingest_full_total", METRIC_COUNTER, "Refused for want of space.", &counters->full },
        { "duban_ingest_later_total", METRIC_COUNTER, "Told to come again: overload.", &counters->later },
        { "duban_ingest_probes_total", METRIC_COUNTER, "Empty submissions: does anybody answer?", &counters->probes },
        { "duban_ingest_unanswered_total", METRIC_COUNTER, "Answers whose asker had gone.", &counters->unanswered },
        { "duban_ingest_commits_total", METRIC_COUNTER, "Transactions that journaled something.", &counters->commits },
        { "duban_ingest_ticks_total", METRIC_COUNTER, "Ticks journaled.", &counters->ticks },
        { "duban_ingest_facts_total", METRIC_COUNTER, "Outcomes of notices journaled.", &counters->facts },
        { "duban_ingest_facts_held_total", METRIC_COUNTER, "Outcomes told again, dropped.", &counters->facts_held },
        { "duban_ingest_personal_total", METRIC_COUNTER, "Entries with personal fields moved to the vault.",
          &counters->personal },
        { "duban_ingest_vault_reads_total", METRIC_COUNTER, "Tokens looked up.", &counters->vault_reads },
        { "duban_ingest_queries_total", METRIC_COUNTER, "Questions asked.", &counters->queries },
        { "duban_ingest_bad_frames_total", METRIC_COUNTER, "Malformed messages.", &bad },
        { "duban_ingest_shipped_total", METRIC_COUNTER, "Records sent to consumers.", &ingest->log.sent_count },
        { "duban_ingest_last_sequence", METRIC_GAUGE, "Last sequence of the journal.", &last },
        { "duban_ingest_waiting", METRIC_GAUGE, "Submissions waiting for their turn.", &waiting },
        { "duban_ingest_map_used_bytes", METRIC_GAUGE, "Bytes of the map in use.", &ingest->space.used_bytes },
        { "duban_ingest_map_bytes", METRIC_GAUGE, "Bytes of the map.", &ingest->space.map_bytes },
        { "duban_ingest_intake_stopped", METRIC_GAUGE, "1 = only house-keeping enters.", &closed },
        { "duban_ingest_clock_held", METRIC_GAUGE, "1 = waits for clock accept.", &held },
    };

    return metrics_render(out, size, table, sizeof table / sizeof table[0]);
}
