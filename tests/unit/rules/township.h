/* township.h - a small township whose journal a test writes by hand.
 *
 * Entries are packed into real records and applied by rules_apply in a fresh directory:
 * the same path as in the daemon, without sockets.
 *
 *   north: area N1, sites COUR-1 (courier), DORM-1, GATE-1    lead, clerk, committee
 *   south: area S1, site SHOP-1                               leader-*, inspector-*, contact-*
 *   every site has the contact site-<code>
 */
#ifndef TOWNSHIP_H
#define TOWNSHIP_H

#include "test.h"

#include "link.h"
#include "message.h"
#include "record.h"
#include "rules.h"

struct township {
    struct rules rules;
    struct arena arena;
    char directory[SCRATCH_BYTES];
    uint8_t chain[DIGEST_BYTES];
    uint64_t sequence;
    int64_t now_s;
    uint64_t seen_outbox;
    uint64_t seen_fact;
    struct bytes calendar;   /* of the next pack that is activated, instead of its own; data NULL = its own */
    struct bytes policy;     /* the same of its policy.yaml */
    struct bytes messages;   /* of its messages.csv */
    struct bytes items;      /* and of its items.csv */
    bool watches_begin;      /* by themselves, as the pack has it */
};

enum { TOWNSHIP_LINEAGE = 0x4242, TOWNSHIP_ARENA_BYTES = 64 * 1024 * 1024 };

static inline int64_t at(const char *text)
{
    int64_t at_s;

    assert_true(civil_parse(text, 8 * 3600, &at_s));
    return at_s;
}

static inline void submit(struct township *t, const char *account, Duban__Entry *entry)
{
    uint8_t *data;
    struct record record = { .lineage = TOWNSHIP_LINEAGE, .sequence = ++t->sequence, .stamp_ms = t->now_s * 1000 };
    struct link_record shipped;

    assert_true(strlen(account) <= RECORD_MAX_ACCOUNT);
    memcpy(record.account, account, strlen(account) + 1);
    record.payload = message_pack(&t->arena, entry);
    data = arena_take(&t->arena, record_size(&record));
    record_pack(&record, t->chain, data);
    shipped = (struct link_record){ record.sequence, record.stamp_ms, bytes_of(data, record_size(&record)) };
    assert_int_equal(rules_apply(&t->rules, &shipped, 1), 0);
}

#define SUBMIT(t, who, KIND, field, message)                                        \
    do {                                                                            \
        Duban__Entry entry_ = DUBAN__ENTRY__INIT;                                   \
        entry_.body_case = DUBAN__ENTRY__BODY_##KIND;                               \
        entry_.field = (message);                                                   \
        submit((t), (who), &entry_);                                                \
    } while (0)

/* Let time pass: a Tick at that moment, after ticks at every timer that is due before. */
static inline void pass_until(struct township *t, const char *when)
{
    Duban__Tick tick = DUBAN__TICK__INIT;
    int64_t until_s = at(when);

    for (;;) {
        Duban__RulesStatus status;

        rules_status(&t->rules, &status);
        if (status.next_due_s == 0 || status.next_due_s >= until_s)
            break;
        t->now_s = status.next_due_s;
        SUBMIT(t, "ingest", TICK, tick, &tick);
    }
    t->now_s = until_s;
    SUBMIT(t, "ingest", TICK, tick, &tick);
}

static inline void clock_at(struct township *t, const char *when)
{
    assert_true(at(when) >= t->now_s);
    t->now_s = at(when);
}

static inline void area(struct township *t, const char *code, const char *zone)
{
    Duban__AreaChange change = DUBAN__AREA_CHANGE__INIT;
    Duban__Text name = { .base = PROTOBUF_C_MESSAGE_INIT(&duban__text__descriptor), .zh = "某社区", .en = "a community" };
    Duban__Text zone_name = { .base = PROTOBUF_C_MESSAGE_INIT(&duban__text__descriptor), .zh = "北片", .en = "North" };

    change.code = (char *) code;
    change.zone = (char *) zone;
    change.kind = DUBAN__AREA_KIND__AREA_KIND_COMMUNITY;
    change.name = &name;
    change.zone_name = &zone_name;
    SUBMIT(t, "operator", AREA_CHANGE, area_change, &change);
}

static inline void holder(struct township *t, const char *account, Duban__Role role, const char *scope)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__RoleGrant grant = DUBAN__ROLE_GRANT__INIT;
    Duban__RoleGrant *grants[] = { &grant };

    grant.role = role;
    grant.scope = (char *) scope;
    change.account = (char *) account;
    change.n_roles = 1;
    change.roles = grants;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static inline void site(struct township *t, const char *code, const char *kind, const char *area_code)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;
    char contact[64];

    change.code = (char *) code;
    change.kind = (char *) kind;
    change.area = (char *) area_code;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
    snprintf(contact, sizeof contact, "site-%s", code);
    holder(t, contact, DUBAN__ROLE__ROLE_SITE_CONTACT, code);
}

/* The site gets a name of 199 bytes, whose 180th is in the middle of a character. */
static inline void name_at_length(struct township *t, const char *code, const char *kind, const char *area_code)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;
    Duban__Text name = DUBAN__TEXT__INIT;
    char words[200] = "A";

    for (size_t i = 0; i < 66; i++)
        memcpy(words + 1 + 3 * i, "北", 4);
    name.zh = name.en = words;
    change.code = (char *) code;
    change.kind = (char *) kind;
    change.area = (char *) area_code;
    change.name = &name;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
}

/* No watch begins by itself, so that what a test says of a courier outlet is all that happens there. */
static inline void let_no_watch_begin(struct bytes file)
{
    static const char LINE[] = "\n  begins_when:";
    char *line = memmem(file.data, file.size, LINE, sizeof LINE - 1);

    if (line != NULL)
        line[1] = '#';
}

static inline struct bytes read_whole(struct township *t, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *data = arena_take(&t->arena, 1 << 17);
    size_t size;

    assert_non_null(file);
    size = fread(data, 1, 1 << 17, file);
    fclose(file);
    if (!t->watches_begin)
        let_no_watch_begin(bytes_of(data, size));
    return bytes_of(data, size);
}

/* policy.yaml of the epidemic pack without the section that begins with that line, up to the next comment:
 * for what was before there was such a section. Goes into t->policy. */
static inline void leave_out(struct township *t, const char *line)
{
    struct bytes whole = read_whole(t, "deploy/packs/epidemic-2020-beijing/policy.yaml");
    const char *text = (const char *) whole.data;
    const char *section = memmem(text, whole.size, line, strlen(line));
    const char *after = section == NULL ? NULL : memmem(section, whole.size - (size_t) (section - text), "\n#", 2);
    char *rest = arena_take(&t->arena, whole.size);
    size_t before;

    assert_non_null(after);
    before = (size_t) (section - text);
    memcpy(rest, text, before);
    memcpy(rest + before, after, whole.size - (size_t) (after - text));
    t->policy = bytes_of(rest, before + whole.size - (size_t) (after - text));
}

/* A file of the epidemic pack with that place of it written otherwise. */
static inline struct bytes file_with(struct township *t, const char *name, const char *old, const char *new)
{
    char path[256];
    struct bytes whole;
    const char *place;
    char *text;
    size_t before;

    snprintf(path, sizeof path, "deploy/packs/epidemic-2020-beijing/%s", name);
    whole = read_whole(t, path);
    place = memmem(whole.data, whole.size, old, strlen(old));
    text = arena_take(&t->arena, whole.size + strlen(new));
    assert_non_null(place);
    before = (size_t) (place - (const char *) whole.data);
    memcpy(text, whole.data, before);
    memcpy(text + before, new, strlen(new));
    memcpy(text + before + strlen(new), place + strlen(old), whole.size - before - strlen(old));
    return bytes_of(text, whole.size - strlen(old) + strlen(new));
}

/* policy.yaml of the epidemic pack with another text in the place of one. Goes into t->policy. */
static inline void write_instead(struct township *t, const char *old, const char *new)
{
    t->policy = file_with(t, "policy.yaml", old, new);
}

/* From here on the journal is of that era of the engine. */
static inline void begin_era(struct township *t, uint32_t era)
{
    Duban__EngineVersion version = DUBAN__ENGINE_VERSION__INIT;

    version.version = era;
    SUBMIT(t, "rules", ENGINE_VERSION, engine_version, &version);
}

/* Its files, then its activation from that moment on (0 = at once). The pack is one of those shipped, or a folder with a
 * slash in its name. The version is set. */
static inline void activate_by(struct township *t, const char *approver, const char *pack, int64_t from_s,
                               uint8_t version[POLICY_VERSION_BYTES])
{
    static const char *const NAMES[] = { "calendar.csv", "items.csv", "messages.csv", "policy.yaml" };
    struct policy_source sources[sizeof NAMES / sizeof NAMES[0]];
    Duban__PolicyActivation activation = DUBAN__POLICY_ACTIVATION__INIT;
    size_t count = 0;

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        char path[256];

        snprintf(path, sizeof path, "%s%s/%s", strchr(pack, '/') == NULL ? "deploy/packs/" : "", pack, NAMES[i]);
        if (access(path, R_OK) == 0)   /* not every pack has a calendar */
            sources[count++] = (struct policy_source){ NAMES[i], read_whole(t, path) };
    }
    if (t->calendar.data != NULL)
        sources[0].content = t->calendar;
    if (t->policy.data != NULL)
        sources[count - 1].content = t->policy;
    if (t->messages.data != NULL)
        sources[count - 2].content = t->messages;
    if (t->items.data != NULL)
        sources[count - 3].content = t->items;
    policy_version_of(version, sources, count);
    for (size_t i = 0; i < count; i++) {
        Duban__PolicyFile file = DUBAN__POLICY_FILE__INIT;

        file.pack_sha256 = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, version };
        file.path = (char *) sources[i].path;
        file.pieces = 1;
        file.files = (uint32_t) count;
        file.content = (ProtobufCBinaryData){ sources[i].content.size, (uint8_t *) sources[i].content.data };
        SUBMIT(t, "operator", POLICY_FILE, policy_file, &file);
    }
    activation.pack_sha256 = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, version };
    activation.effective_at_ms = from_s * 1000;
    activation.approver = (char *) approver;
    SUBMIT(t, "operator", POLICY_ACTIVATION, policy_activation, &activation);
}

static inline void activate_from(struct township *t, const char *pack, int64_t from_s, uint8_t version[POLICY_VERSION_BYTES])
{
    activate_by(t, "lead", pack, from_s, version);
}

static inline void activate(struct township *t, const char *pack)
{
    uint8_t version[POLICY_VERSION_BYTES];

    activate_from(t, pack, 0, version);
    assert_non_null(t->rules.engine.policy);
}

static inline void township_open(struct township *t, const char *when)
{
    Duban__HelloOk hello_ok = DUBAN__HELLO_OK__INIT;

    memset(t, 0, sizeof *t);
    scratch_make(t->directory);
    arena_open(&t->arena, TOWNSHIP_ARENA_BYTES);
    assert_int_equal(rules_open(&t->rules, t->directory, 64 << 20), 0);
    hello_ok.lineage = TOWNSHIP_LINEAGE;
    assert_int_equal(rules_greet(&t->rules, &hello_ok), 0);
    t->now_s = at(when);
    activate(t, "epidemic-2020-beijing");
    area(t, "N1", "north");
    area(t, "S1", "south");
    holder(t, "lead", DUBAN__ROLE__ROLE_LEAD, "");
    holder(t, "clerk", DUBAN__ROLE__ROLE_DUTY_CLERK, "");
    holder(t, "committee", DUBAN__ROLE__ROLE_COMMITTEE, "");
    holder(t, "leader-north", DUBAN__ROLE__ROLE_GROUP_LEADER, "north");
    holder(t, "leader-south", DUBAN__ROLE__ROLE_GROUP_LEADER, "south");
    holder(t, "inspector-n1", DUBAN__ROLE__ROLE_INSPECTOR, "north");
    holder(t, "inspector-n2", DUBAN__ROLE__ROLE_INSPECTOR, "north");
    holder(t, "contact-n1", DUBAN__ROLE__ROLE_AREA_CONTACT, "N1");
    site(t, "COUR-1", "COUR", "N1");
    site(t, "DORM-1", "DORM", "N1");
    site(t, "GATE-1", "GATE", "N1");
    site(t, "SHOP-1", "SHOP", "S1");
    t->seen_outbox = t->rules.state.meta.outbox_last;
    t->seen_fact = t->rules.state.meta.fact_last;
    assert_int_equal(t->rules.state.meta.quarantined, 0);
}

static inline void township_close(struct township *t)
{
    rules_close(&t->rules);
    arena_close(&t->arena);
    scratch_remove(t->directory);
}

/* ---------------------------------------------------------------- visits and acts */

static inline void visit(struct township *t, const char *who, const char *site_code, const char *item, Duban__Result result,
                  Duban__Purpose purpose, size_t photos)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };
    Duban__Evidence evidence[4];
    Duban__Evidence *list[4];
    uint8_t sha256[4][32] = { { 0 } };   /* each photo is another one */

    answer.item = (char *) item;
    answer.result = result;
    report.reporter = (char *) who;
    report.device_time_ms = t->now_s * 1000;
    report.site = (char *) site_code;
    report.purpose = purpose;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    report.n_evidence = photos;
    report.evidence = list;
    for (size_t i = 0; i < photos; i++) {
        duban__evidence__init(&evidence[i]);
        evidence[i].name = i == 0 ? "1.jpg" : "2.jpg";
        put_u64(sha256[i], t->sequence + 1);
        sha256[i][8] = (uint8_t) i;
        evidence[i].sha256 = (ProtobufCBinaryData){ sizeof sha256[i], sha256[i] };
        evidence[i].here = true;
        list[i] = &evidence[i];
    }
    SUBMIT(t, who, REPORT, report, &report);
}

static inline void fails(struct township *t, const char *site_code, const char *item)
{
    visit(t, "inspector-n1", site_code, item, DUBAN__RESULT__RESULT_FAIL, DUBAN__PURPOSE__PURPOSE_INSPECTION, 0);
}

static inline void passes(struct township *t, const char *site_code, const char *item)
{
    visit(t, "inspector-n1", site_code, item, DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
}

static inline Duban__CaseReference *reference_to(struct township *t, const char *site_code, const char *item)
{
    Duban__CaseReference *reference = arena_take(&t->arena, sizeof *reference);
    Duban__Place *place = arena_take(&t->arena, sizeof *place);

    duban__case_reference__init(reference);
    duban__place__init(place);
    place->site = (char *) site_code;
    place->item = (char *) item;
    reference->by_case = DUBAN__CASE_REFERENCE__BY_PLACE;
    reference->place = place;
    return reference;
}

static inline void claim(struct township *t, const char *site_code, const char *item)
{
    Duban__Claim message = DUBAN__CLAIM__INIT;
    char who[64];

    snprintf(who, sizeof who, "site-%s", site_code);
    message.case_ = reference_to(t, site_code, item);
    SUBMIT(t, who, CLAIM, claim, &message);
}

static inline void edit_level(struct township *t, const char *site_code, const char *item, const char *level)
{
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;

    edit.case_ = reference_to(t, site_code, item);
    edit.level = (char *) level;
    edit.reason = "复核";
    SUBMIT(t, "leader-north", CASE_EDIT, case_edit, &edit);
}

/* The case; item NULL: the whole site stops operating. */
static inline void suspend_at(struct township *t, const char *site_code, const char *item)
{
    Duban__Suspension suspension = DUBAN__SUSPENSION__INIT;

    suspension.reason = "等材料";
    if (item == NULL) {
        suspension.subject_case = DUBAN__SUSPENSION__SUBJECT_SITE;
        suspension.site = (char *) site_code;
    } else {
        suspension.subject_case = DUBAN__SUSPENSION__SUBJECT_CASE_;
        suspension.case_ = reference_to(t, site_code, item);
    }
    SUBMIT(t, "lead", SUSPENSION, suspension, &suspension);
}

static inline void resume_at(struct township *t, const char *site_code, const char *item)
{
    Duban__Resumption resumption = DUBAN__RESUMPTION__INIT;

    resumption.reason = "材料已到";
    if (item == NULL) {
        resumption.subject_case = DUBAN__RESUMPTION__SUBJECT_SITE;
        resumption.site = (char *) site_code;
    } else {
        resumption.subject_case = DUBAN__RESUMPTION__SUBJECT_CASE_;
        resumption.case_ = reference_to(t, site_code, item);
    }
    SUBMIT(t, "lead", RESUMPTION, resumption, &resumption);
}

/* ---------------------------------------------------------------- what became of notices */

static inline void outcome_of(struct township *t, uint64_t notice, uint32_t retry, Duban__Grade grade)
{
    Duban__Outcomes outcomes = DUBAN__OUTCOMES__INIT;
    Duban__Outcome row = DUBAN__OUTCOME__INIT;
    Duban__Outcome *rows[] = { &row };

    row.notice = notice;
    row.retry = retry;
    row.grade = grade;
    row.channel = "webhook";
    outcomes.outcomes = rows;
    outcomes.n_outcomes = 1;
    SUBMIT(t, "notify", OUTCOMES, outcomes, &outcomes);
}

static inline void retry_notice(struct township *t, const char *who, uint64_t notice)
{
    Duban__DeadLetterRetry message = DUBAN__DEAD_LETTER_RETRY__INIT;

    message.notice = notice;
    message.reason = "渠道已修好";
    SUBMIT(t, who, DEAD_LETTER_RETRY, dead_letter_retry, &message);
}

/* ---------------------------------------------------------------- what came of it */

static inline Duban__Case *case_at(struct township *t, const char *site_code, const char *item)
{
    Duban__Case *case_;

    state_begin(&t->rules.state);
    case_ = state_case_at(&t->rules.state, site_code, item);
    store_abort(&t->rules.state.txn);
    assert_non_null(case_);
    return case_;
}

/* Notices of that kind to that account since the last look at all notices. */
static inline size_t told(struct township *t, const char *account, const char *kind)
{
    size_t count = 0;
    struct arena arena;

    arena_open(&arena, TOWNSHIP_ARENA_BYTES);
    for (uint64_t sequence = t->seen_outbox + 1; sequence <= t->rules.state.meta.outbox_last; sequence++) {
        struct store_txn txn;
        struct bytes row;
        uint8_t key[8];
        Duban__OutboxRecord *record;

        put_u64(key, sequence);
        state_read(&t->rules.state, &txn);
        assert_true(store_get(&txn, TABLE_OUTBOX, bytes_of(key, 8), &row));
        arena_reset(&arena);
        record = outbox_record(&arena, row);
        assert_non_null(record);
        if (record->body_case == DUBAN__OUTBOX_RECORD__BODY_NOTICE &&
            strcmp(record->notice->recipient->account, account) == 0 && strcmp(record->notice->kind, kind) == 0)
            count++;
        store_abort(&txn);
    }
    arena_close(&arena);
    return count;
}

static inline void forget_told(struct township *t)
{
    t->seen_outbox = t->rules.state.meta.outbox_last;
    t->seen_fact = t->rules.state.meta.fact_last;
}

/* The fact of that sequence, in the township's arena. */
static inline Duban__Fact *fact_at(struct township *t, uint64_t sequence)
{
    struct store_txn txn;
    struct bytes row;
    uint8_t key[8];
    Duban__Fact *fact;

    put_u64(key, sequence);
    state_read(&t->rules.state, &txn);
    assert_true(store_get(&txn, TABLE_FACT, bytes_of(key, 8), &row));
    fact = state_unpack(&t->arena, &duban__fact__descriptor, row);
    store_abort(&txn);
    return fact;
}

static inline size_t facts(struct township *t, Duban__FactKind kind)
{
    size_t count = 0;

    for (uint64_t sequence = t->seen_fact + 1; sequence <= t->rules.state.meta.fact_last; sequence++)
        count += fact_at(t, sequence)->kind == kind;
    return count;
}

/* The last fact of that kind since the last look; NULL when there is none. */
static inline Duban__Fact *last_fact(struct township *t, Duban__FactKind kind)
{
    for (uint64_t sequence = t->rules.state.meta.fact_last; sequence > t->seen_fact; sequence--)
        if (fact_at(t, sequence)->kind == kind)
            return fact_at(t, sequence);
    return NULL;
}

/* Facts that something was not told, for that reason. */
static inline size_t not_told(struct township *t, const char *reason)
{
    size_t count = 0;

    for (uint64_t sequence = t->seen_fact + 1; sequence <= t->rules.state.meta.fact_last; sequence++) {
        const Duban__Fact *fact = fact_at(t, sequence);

        count += fact->kind == DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD && strcmp(fact->reason, reason) == 0;
    }
    return count;
}

/* The last notice of that kind to that account since the last look; NULL when there is none. Valid until the next entry. */
static inline Duban__Notice *last_notice(struct township *t, const char *account, const char *kind)
{
    for (uint64_t sequence = t->rules.state.meta.outbox_last; sequence > t->seen_outbox; sequence--) {
        Duban__Notice *notice;

        state_begin(&t->rules.state);
        notice = state_notice(&t->rules.state, sequence);
        store_abort(&t->rules.state.txn);
        if (notice != NULL && strcmp(notice->recipient->account, account) == 0 && strcmp(notice->kind, kind) == 0)
            return notice;
    }
    return NULL;
}

/* Its sequence; 0 when there is none. */
static inline uint64_t last_sequence(struct township *t, const char *account, const char *kind)
{
    for (uint64_t sequence = t->rules.state.meta.outbox_last; sequence > t->seen_outbox; sequence--) {
        const Duban__Notice *notice;
        bool is_it;

        state_begin(&t->rules.state);
        notice = state_notice(&t->rules.state, sequence);
        is_it = notice != NULL && strcmp(notice->recipient->account, account) == 0 && strcmp(notice->kind, kind) == 0;
        store_abort(&t->rules.state.txn);
        if (is_it)
            return sequence;
    }
    return 0;
}

/* Why the last entry is held; NULL when it is not. */
static inline Duban__Quarantined *held_last(struct township *t)
{
    Duban__Quarantined *row;

    state_begin(&t->rules.state);
    row = state_quarantined(&t->rules.state, t->sequence);
    store_abort(&t->rules.state.txn);
    return row;
}

#define CASE_STATE(name) DUBAN__CASE_STATE__CASE_STATE_##name
#define FACT(name) DUBAN__FACT_KIND__FACT_KIND_##name

#endif
