#include "ingest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "civil.h"
#include "log.h"

enum {
    ENTRY_ARENA_BYTES = 4 * 1024 * 1024,
    ANSWER_ARENA_BYTES = 1024 * 1024,
    REPLIES_ARENA_BYTES = 4 * 1024 * 1024,
    OUTCOME_QUEUE_BYTES = 4 * 1024 * 1024,
    PATH_BYTES = 256,
};

static const char *const table_names[INGEST_TABLES] = INGEST_TABLE_NAMES;

/* ---------------------------------------------------------------- opening */

static const char *endpoint_of(const struct ingest *ingest, const char *name, char path[PATH_BYTES])
{
    const char *run = ingest->settings.run;

    snprintf(path, PATH_BYTES, "%s%s/%s", strstr(run, "://") == NULL ? "ipc://" : "", run, name);
    return path;
}

static _Noreturn void cannot_bind(const char *endpoint)
{
    die("无法绑定 %s：%s。请检查 run 目录及其权限 / cannot bind %s: %s; check the directory given by run, and who owns it",
        endpoint, zmq_strerror(errno), endpoint, zmq_strerror(errno));
}

static void tell_other_version(void *self, const struct intake *intake, const struct peer *peer)
{
    answer_other_version(self, intake, peer);
}

static void open_sockets(struct ingest *ingest, void *zmq)
{
    const struct ingest_settings *settings = &ingest->settings;
    char path[PATH_BYTES];

    ingest->outcome.for_outcomes = true;
    ingest->submit.on_other_version = ingest->outcome.on_other_version = tell_other_version;
    ingest->submit.self = ingest->outcome.self = ingest;
    if (intake_open(&ingest->submit, zmq, endpoint_of(ingest, "ingest.submit", path), settings->submit_queue,
                    settings->submit_queue_bytes) == -1)
        cannot_bind(path);
    if (intake_open(&ingest->outcome, zmq, endpoint_of(ingest, "ingest.outcome", path), INGEST_OUTCOME_QUEUE,
                    OUTCOME_QUEUE_BYTES) == -1)
        cannot_bind(path);
    if (link_producer_open(&ingest->log, zmq, endpoint_of(ingest, "ingest.log", path), ingest->identity.lineage,
                           ingest->identity.epoch, stream_source(ingest)) == -1)
        cannot_bind(path);
    ingest->log.gather_ms = LINK_GATHER_MS;
    ingest->queries.socket = frame_bind(zmq, endpoint_of(ingest, "ingest.query", path));
    if (ingest->queries.socket == NULL)
        cannot_bind(path);
}

bool ingest_rehearsal_start(const struct ingest_settings *settings, int64_t *start_ms)
{
    int32_t offset_s;
    int64_t at_s = 0;

    if (!civil_zone(settings->time_zone, &offset_s)) {
        log_error("time_zone：不认识的时区 %s，须无夏令时，例如 Asia/Shanghai / "
                  "time_zone: %s is not known here; it must be without daylight saving, as Asia/Shanghai",
                  settings->time_zone, settings->time_zone);
        return false;
    }
    if (settings->rehearsal_start[0] != '\0' &&
        (!civil_parse(settings->rehearsal_start, offset_s, &at_s) || at_s <= 0)) {
        log_error("rehearsal_start：%s 不是时间，应如 2020-02-03T08:00 / rehearsal_start: %s is not a time; write it as "
                  "2020-02-03T08:00",
                  settings->rehearsal_start, settings->rehearsal_start);
        return false;
    }
    *start_ms = at_s * 1000;
    return true;
}

static void open_space(struct ingest *ingest)
{
    struct space *space = &ingest->space;

    snprintf(space->directory, sizeof space->directory, "%s", ingest->settings.data);
    space->map_percent = ingest->settings.refuse_at_percent;
    space->disk_percent = ingest->settings.disk_percent;
    space->reserve_bytes = ingest->settings.reserve_bytes;
    space->disk = space_of_disk;
    space_prepare(space);
}

static void open_clock(struct ingest *ingest, struct clock_source source)
{
    struct clock *clock = &ingest->clock;

    clock->source = source;
    clock->jump_ms = ingest->settings.clock_jump_ms;
    clock->gap_ms = ingest->settings.clock_gap_ms;
    clock->manual = ingest->identity.rehearsal;
    if (clock_start(clock, ingest->journal.committed.stamp_ms))
        (void) ingest_save_clock(ingest);
    if (!clock->memory.held && clock->memory.lead_ms > clock->jump_ms)
        log_warn("clock: our time is ahead of the wall clock, deadlines come early by that: lead_ms=%lld",
                 (long long) clock->memory.lead_ms);
    if (clock->memory.held)
        log_error("house alarm: the clock is held, no deadline fires until 'duban clock accept': %s", clock->reason_en);
}

static void no_beat(void *self)
{
    (void) self;
}

static _Noreturn void die_of_the_store(const char *data)
{
    if (errno == EUCLEAN)
        die("日志损坏，没有别处可以重建：请用备份恢复 %s（README：恢复） / the journal is damaged and nothing else holds it: restore %s "
            "from a backup (README: restoring)", data, data);
    die("无法打开数据目录 %s，原因见上一行 / cannot open the data in %s; the line above says why", data, data);
}

void ingest_open(struct ingest *ingest, const struct ingest_settings *settings, struct clock_source source, void *zmq)
{
    int64_t start_ms;

    memset(ingest, 0, sizeof *ingest);
    ingest->settings = *settings;
    if (!ingest_rehearsal_start(settings, &start_ms))
        exit(EXIT_FAILURE);
    open_space(ingest);
    if (store_open(&ingest->store, settings->data, settings->map_bytes, table_names, INGEST_TABLES) == -1)
        die_of_the_store(settings->data);
    arena_open(&ingest->arena, ENTRY_ARENA_BYTES);
    arena_open(&ingest->answers, ANSWER_ARENA_BYTES);
    arena_open(&ingest->queries.arena, REPLIES_ARENA_BYTES);
    meta_open(&ingest->identity, &ingest->clock.memory, &ingest->store, settings->data, start_ms);
    skips_read(&ingest->skips, &ingest->store);
    journal_open(&ingest->journal, &ingest->store, &ingest->identity, &ingest->skips);
    open_clock(ingest, source);
    vault_open(&ingest->vault, &ingest->store);
    space_check(&ingest->space, &ingest->store);
    ingest->compaction_wanted = meta_wants_compaction(&ingest->store);
    ingest->pulse = (struct store_pulse){ no_beat, NULL };
    look_over_open(&ingest->look_over, &ingest->store, ingest->identity.lineage, &ingest->skips);
    open_sockets(ingest, zmq);
    log_info("open: lineage=%016llx epoch=%u last=%llu rehearsal=%s", (unsigned long long) ingest->identity.lineage,
             ingest->identity.epoch, (unsigned long long) ingest->journal.committed.sequence,
             ingest->identity.rehearsal ? "yes" : "no");
}

void ingest_close(struct ingest *ingest)
{
    if (ingest->queries.socket != NULL)
        zmq_close(ingest->queries.socket);
    intake_close(&ingest->submit);
    intake_close(&ingest->outcome);
    link_producer_close(&ingest->log);
    arena_close(&ingest->queries.arena);
    arena_close(&ingest->answers);
    arena_close(&ingest->arena);
    store_close(&ingest->store);
}
