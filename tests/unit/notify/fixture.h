/* fixture.h - a whole duban-notify in the test's process, with the rest of the house played
 * by the test: rules (records handed to the sink), ingest's outcome socket and vault.
 */
#ifndef DUBAN_TEST_NOTIFY_FIXTURE_H
#define DUBAN_TEST_NOTIFY_FIXTURE_H

#include "test.h"

#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <sys/stat.h>

#include "log.h"
#include "message.h"
#include "notify.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

enum {
    RECORDS_MOST = 1024,
    FACTS_MOST = 4096,
    ADDRESSES_MOST = 256,
    REQUESTS_NOTED = 256,
    START_S = 1580691600,          /* 2020-02-03 09:00 in Beijing */
    RECORD_ARENA_BYTES = 64 * 1024 * 1024,
};

struct seen_fact {
    uint64_t notice;
    uint32_t retry;
    int grade;
    uint32_t attempts;
    char channel[32];
    char detail[256];
};

struct address {
    uint8_t token[TOKEN_BYTES];
    const char *clear;             /* NULL = forgotten */
};

struct fixture {
    char scratch[SCRATCH_BYTES];
    void *zmq;
    struct notify_settings settings;
    struct notify *notify;

    uint8_t chain[DIGEST_BYTES];   /* of the outbox */
    uint64_t last;
    struct arena arena;            /* holds the records that are not yet applied */
    struct link_record records[RECORDS_MOST];
    size_t record_count;
    int64_t clock_ms;

    void *outcome;                 /* ROUTER: ingest.outcome */
    bool outcome_silent;           /* takes requests and says nothing */
    uint32_t refusals_left;        /* answers "later" that often first */
    struct seen_fact facts[FACTS_MOST];
    size_t fact_count;
    size_t alarm_count;
    char alarm_zh[DETAIL_BYTES + 1], alarm_en[DETAIL_BYTES + 1];   /* of the last one */
    size_t requests;
    uint8_t client_ids[REQUESTS_NOTED][ID_BYTES];   /* of the first requests */

    void *vault;                   /* ROUTER: ingest.query */
    bool vault_silent;
    struct address addresses[ADDRESSES_MOST];
    size_t address_count;
    size_t questions;
};

/* ---------------------------------------------------------------- life */

static inline void endpoint_of(const struct fixture *f, const char *name, char *out, size_t size)
{
    (void) snprintf(out, size, "ipc://%.100s/%s", f->settings.run, name);
}

static inline void *bind_as(struct fixture *f, const char *name)
{
    char endpoint[256];
    void *socket;

    endpoint_of(f, name, endpoint, sizeof endpoint);
    socket = frame_bind(f->zmq, endpoint);
    assert_non_null(socket);
    return socket;
}

static inline void write_file(const char *path, const char *words)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(words, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* notify.yaml of the next start: a webhook with a secret, and these lines more, each indented by four. */
static inline void write_channels(struct fixture *f, const char *more)
{
    char words[2048];

    (void) snprintf(words, sizeof words, "channels:\n  webhook:\n    secret_file: %s/secret\n    schedule: [0s, 5s, 5m]\n%s",
                    f->scratch, more);
    (void) snprintf(f->settings.channels, sizeof f->settings.channels, "%s/notify.yaml", f->scratch);
    write_file(f->settings.channels, words);
}

/* Directories and settings, nothing open yet. */
static inline void prepare(struct fixture *f)
{
    char secret[SCRATCH_BYTES + 16];

    memset(f, 0, sizeof *f);
    log_open("test");
    (void) scratch_make(f->scratch);
    (void) snprintf(f->settings.data, sizeof f->settings.data, "%s/data", f->scratch);
    (void) snprintf(f->settings.run, sizeof f->settings.run, "%.80s", f->scratch);
    (void) snprintf(secret, sizeof secret, "%s/secret", f->scratch);
    write_file(secret, "# ours\n" SECRET "\n");
    assert_int_equal(chmod(secret, 0600), 0);
    write_channels(f, "");
    assert_int_equal(mkdir(f->settings.data, 0700), 0);
    f->settings.map = UINT64_C(64) << 20;
    f->settings.spool_file = UINT64_C(1) << 20;
    f->settings.behind_ms = 5000;
    f->settings.tail_stale_ms = 10 * 1000;
    f->settings.rules_stalled_ms = 180 * 1000;
    f->settings.disk_percent = 100;
    f->clock_ms = (int64_t) START_S * 1000;
    arena_open(&f->arena, RECORD_ARENA_BYTES);
}

static inline void start(struct fixture *f)
{
    f->zmq = zmq_ctx_new();
    assert_non_null(f->zmq);
    f->outcome = bind_as(f, "ingest.outcome");
    f->vault = bind_as(f, "ingest.query");
    f->notify = malloc(sizeof *f->notify);
    assert_non_null(f->notify);
    notify_open(f->notify, f->zmq, &f->settings);
}

static inline void stop(struct fixture *f)
{
    notify_close(f->notify);
    free(f->notify);
    f->notify = NULL;
    zmq_close(f->outcome);
    zmq_close(f->vault);
    zmq_ctx_term(f->zmq);
}

static inline void cleanup(struct fixture *f)
{
    stop(f);
    arena_close(&f->arena);
    scratch_remove(f->scratch);
}

/* ---------------------------------------------------------------- rules */

static inline void tail_behind(struct fixture *f, int64_t behind_ms)
{
    struct link_sink sink = handlers_sink(f->notify);
    Duban__Tail tail = DUBAN__TAIL__INIT;

    tail.clock_ms = f->clock_ms;
    tail.journal_stamp_ms = f->clock_ms;
    tail.applied_stamp_ms = f->clock_ms - behind_ms;
    tail.last_sequence = f->last;
    sink.tail(sink.self, &tail);
}

static inline void tail(struct fixture *f)
{
    tail_behind(f, 0);
}

static inline void setup(struct fixture *f)
{
    prepare(f);
    start(f);
    tail(f);
}

static inline void restart(struct fixture *f)
{
    stop(f);
    start(f);
    tail(f);
}

/* Add a record to the batch; returns its sequence. */
static inline uint64_t push(struct fixture *f, const Duban__OutboxRecord *outbox)
{
    size_t size = duban__outbox_record__get_packed_size(outbox);
    uint8_t *data = arena_take(&f->arena, 1 + DIGEST_BYTES + size);

    assert_non_null(data);
    assert_true(f->record_count < RECORDS_MOST);
    duban__outbox_record__pack(outbox, data + 1 + DIGEST_BYTES);
    digest_chain(f->chain, bytes_of(data + 1 + DIGEST_BYTES, size));
    data[0] = 1;
    memcpy(data + 1, f->chain, DIGEST_BYTES);
    f->records[f->record_count++] =
        (struct link_record){ ++f->last, f->clock_ms, bytes_of(data, 1 + DIGEST_BYTES + size) };
    return f->last;
}

/* Hand the batch over. What the sink says. */
static inline int apply_result(struct fixture *f)
{
    struct link_sink sink = handlers_sink(f->notify);
    int result = sink.apply(sink.self, f->records, f->record_count);

    f->record_count = 0;
    arena_reset(&f->arena);
    return result;
}

static inline void apply(struct fixture *f)
{
    assert_int_equal(apply_result(f), 0);
}

/* A notice with everything that most tests need; change what matters, then push_notice. */
struct sample {
    Duban__Text site_name, finding, title, owner_title, group;
    Duban__NoticeItem item, second;
    Duban__NoticeItem *items[2];
    Duban__Recipient recipient;
    Duban__Cause cause;
    Duban__Notice notice;
    uint8_t task[ID_BYTES], second_task[ID_BYTES], token[TOKEN_BYTES];
    uint8_t version[DIGEST_BYTES], key[ID_BYTES];
};

static inline void fill_item(struct sample *s, Duban__NoticeItem *item, uint8_t *task, char *number)
{
    duban__notice_item__init(item);
    item->task = (ProtobufCBinaryData){ ID_BYTES, task };
    item->number = number;
    item->site = "DF-003";
    item->site_name = &s->site_name;
    item->finding = &s->finding;
    item->level = "B";
    item->due_s = START_S + 7200;
    item->owner = "leader-n";
    item->owner_title = &s->owner_title;
}

static inline void sample_init(struct sample *s)
{
    memset(s, 0, sizeof *s);
    duban__text__init(&s->site_name);
    duban__text__init(&s->finding);
    duban__text__init(&s->title);
    duban__text__init(&s->owner_title);
    duban__text__init(&s->group);
    s->site_name.zh = "东风快递";
    s->site_name.en = "Dongfeng Courier";
    s->finding.zh = "无消毒记录";
    s->finding.en = "no disinfection record";
    s->title.zh = "北片组组长";
    s->title.en = "north group leader";
    s->owner_title.zh = "北片包片人";
    s->owner_title.en = "north contact";
    memset(s->task, 0x11, sizeof s->task);
    memset(s->second_task, 0x22, sizeof s->second_task);
    memset(s->token, 0x33, sizeof s->token);
    memset(s->version, 0x44, sizeof s->version);
    fill_item(s, &s->item, s->task, "DB-0012");
    fill_item(s, &s->second, s->second_task, "DB-0013");
    s->items[0] = &s->item;
    s->items[1] = &s->second;
    duban__recipient__init(&s->recipient);
    s->recipient.account = "leader-n";
    s->recipient.role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    s->recipient.title = &s->title;
    s->recipient.channel = "spool";
    s->recipient.language = "zh";
    duban__cause__init(&s->cause);
    s->cause.entry_sequence = 7;
    s->cause.rule = "ladder.B[1]";
    s->cause.file = "policy.yaml";
    s->cause.line = 120;
    duban__notice__init(&s->notice);
    s->notice.kind = "new_case";
    s->notice.urgency = DUBAN__URGENCY__URGENCY_NORMAL;
    s->notice.recipient = &s->recipient;
    s->notice.items = s->items;
    s->notice.n_items = 1;
    s->notice.decided_at_s = START_S;
    s->notice.due_at_s = START_S;
    s->notice.cause = &s->cause;
    s->notice.texts_version = (ProtobufCBinaryData){ sizeof s->version, s->version };
    s->notice.idempotency_key = (ProtobufCBinaryData){ sizeof s->key, s->key };
}

static inline void to_webhook(struct sample *s)
{
    s->recipient.channel = "webhook";
    s->recipient.address_token = (ProtobufCBinaryData){ TOKEN_BYTES, s->token };
}

/* Its key is made from the sequence that it gets. */
static inline uint64_t push_notice(struct fixture *f, struct sample *s)
{
    Duban__OutboxRecord outbox = DUBAN__OUTBOX_RECORD__INIT;

    memset(s->key, 0, sizeof s->key);
    put_u64(s->key + 8, f->last + 1);
    outbox.body_case = DUBAN__OUTBOX_RECORD__BODY_NOTICE;
    outbox.notice = &s->notice;
    return push(f, &outbox);
}

static inline uint64_t push_withdrawal(struct fixture *f, uint8_t *task, uint64_t up_to)
{
    Duban__Withdrawal withdrawal = DUBAN__WITHDRAWAL__INIT;
    Duban__OutboxRecord outbox = DUBAN__OUTBOX_RECORD__INIT;

    withdrawal.task = (ProtobufCBinaryData){ ID_BYTES, task };
    withdrawal.up_to_outbox_sequence = up_to;
    withdrawal.reason = "done";
    outbox.body_case = DUBAN__OUTBOX_RECORD__BODY_WITHDRAWAL;
    outbox.withdrawal = &withdrawal;
    return push(f, &outbox);
}

static inline uint64_t push_this_resend(struct fixture *f, Duban__Resend *resend)
{
    Duban__OutboxRecord outbox = DUBAN__OUTBOX_RECORD__INIT;

    outbox.body_case = DUBAN__OUTBOX_RECORD__BODY_RESEND;
    outbox.resend = resend;
    return push(f, &outbox);
}

/* For the first time, to where the notice itself says. */
static inline uint64_t push_resend(struct fixture *f, uint64_t notice)
{
    Duban__Resend resend = DUBAN__RESEND__INIT;

    resend.notice = notice;
    resend.retry = 1;
    return push_this_resend(f, &resend);
}

static inline uint64_t push_settled(struct fixture *f, uint64_t notice)
{
    Duban__Settled settled = DUBAN__SETTLED__INIT;
    Duban__OutboxRecord outbox = DUBAN__OUTBOX_RECORD__INIT;

    settled.notice = notice;
    settled.account = "clerk";
    settled.reason = "已电话告知";
    outbox.body_case = DUBAN__OUTBOX_RECORD__BODY_SETTLED;
    outbox.settled = &settled;
    return push(f, &outbox);
}

/* address: the token of the account, or NULL. */
static inline uint64_t push_alarm_settled(struct fixture *f, const char *subject, uint8_t *address)
{
    Duban__AlarmSettled settled = DUBAN__ALARM_SETTLED__INIT;
    Duban__OutboxRecord outbox = DUBAN__OUTBOX_RECORD__INIT;

    settled.kind = DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD;
    settled.subject = (char *) subject;
    if (address != NULL)
        settled.address_token = (ProtobufCBinaryData){ TOKEN_BYTES, address };
    settled.account = "clerk";
    settled.reason = "已换号";
    outbox.body_case = DUBAN__OUTBOX_RECORD__BODY_ALARM_SETTLED;
    outbox.alarm_settled = &settled;
    return push(f, &outbox);
}

static inline uint64_t push_texts(struct fixture *f)
{
    uint8_t version[DIGEST_BYTES];
    Duban__Text text = DUBAN__TEXT__INIT;
    Duban__MessageText message = DUBAN__MESSAGE_TEXT__INIT;
    Duban__MessageText *messages[] = { &message };
    Duban__Texts texts = DUBAN__TEXTS__INIT;
    Duban__OutboxRecord outbox = DUBAN__OUTBOX_RECORD__INIT;

    memset(version, 0x44, sizeof version);
    text.zh = "【整改交办】{number} {site}：{finding}。请于{due}前整改到位。";
    text.en = "New case {number} {site}: {finding}. Fix by {due}.";
    message.kind = "new_case";
    message.text = &text;
    texts.version = (ProtobufCBinaryData){ sizeof version, version };
    texts.texts = messages;
    texts.n_texts = 1;
    texts.utc_offset_minutes = 480;
    outbox.body_case = DUBAN__OUTBOX_RECORD__BODY_TEXTS;
    outbox.texts = &texts;
    return push(f, &outbox);
}

static inline uint64_t take_notice(struct fixture *f, struct sample *s)
{
    uint64_t sequence = push_notice(f, s);

    apply(f);
    return sequence;
}

/* ---------------------------------------------------------------- ingest */

static inline bool is_known(const struct fixture *f, const uint8_t *client_id)
{
    for (size_t i = 0; i < f->requests && i < REQUESTS_NOTED; i++)
        if (memcmp(f->client_ids[i], client_id, ID_BYTES) == 0)
            return true;
    return false;
}

/* The same submission again has no second effect. */
static inline void note_facts(struct fixture *f, const Duban__Submit *submit, const Duban__Outcomes *outcomes)
{
    bool known = is_known(f, submit->client_id.data);

    if (f->requests < REQUESTS_NOTED)
        memcpy(f->client_ids[f->requests], submit->client_id.data, ID_BYTES);
    f->requests++;
    if (known)
        return;
    f->alarm_count += outcomes->n_alarms;
    if (outcomes->n_alarms > 0) {
        text_copy(f->alarm_zh, sizeof f->alarm_zh, outcomes->alarms[0]->detail_text->zh);
        text_copy(f->alarm_en, sizeof f->alarm_en, outcomes->alarms[0]->detail_text->en);
    }
    for (size_t i = 0; i < outcomes->n_outcomes && f->fact_count < FACTS_MOST; i++) {
        const Duban__Outcome *outcome = outcomes->outcomes[i];
        struct seen_fact *fact = &f->facts[f->fact_count++];

        fact->notice = outcome->notice;
        fact->retry = outcome->retry;
        fact->grade = (int) outcome->grade;
        fact->attempts = outcome->attempts;
        (void) snprintf(fact->channel, sizeof fact->channel, "%s", outcome->channel);
        (void) snprintf(fact->detail, sizeof fact->detail, "%s", outcome->detail);
    }
}

static inline void answer_submit(struct fixture *f, const struct peer *peer, uint64_t request_id)
{
    Duban__Receipt receipt = DUBAN__RECEIPT__INIT;
    Duban__Refusal refusal = DUBAN__REFUSAL__INIT;
    struct frame frame = { .type = FRAME_RECEIPT };
    struct bytes body;

    receipt.request_id = refusal.request_id = request_id;
    receipt.sequence = 1;
    refusal.code = DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER;
    refusal.retry_after_ms = 1;
    if (f->refusals_left > 0) {
        f->refusals_left--;
        frame.type = FRAME_REFUSAL;
        body = message_pack(&f->arena, &refusal);
    } else {
        body = message_pack(&f->arena, &receipt);
    }
    /* Whoever asked may have gone, and asks again from another socket. */
    assert_true(frame_send(f->outcome, peer, &frame, body) == 0 || errno == EHOSTUNREACH);
}

static inline void serve_outcomes(struct fixture *f)
{
    struct received received;

    while (frame_receive(f->outcome, true, &received) == FRAME_OK) {
        Duban__Submit *submit = message_unpack(&f->arena, &duban__submit__descriptor, received.body, 1 << 20, NULL);
        Duban__Entry *entry;

        assert_int_equal(received.frame.type, FRAME_SUBMIT);
        assert_non_null(submit);
        assert_string_equal(submit->account, "notify");
        assert_int_equal(submit->client_id.len, ID_BYTES);
        entry = message_unpack(&f->arena, &duban__entry__descriptor, bytes_of(submit->entry.data, submit->entry.len),
                               MESSAGE_MAX_BYTES, NULL);
        assert_non_null(entry);
        assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_OUTCOMES);
        if (f->refusals_left == 0)
            note_facts(f, submit, entry->outcomes);
        if (!f->outcome_silent)
            answer_submit(f, &received.peer, submit->request_id);
        frame_release(&received);
    }
}

static inline void know_address(struct fixture *f, const uint8_t *token, const char *clear)
{
    for (size_t i = 0; i < f->address_count; i++) {
        if (memcmp(f->addresses[i].token, token, TOKEN_BYTES) == 0) {
            f->addresses[i].clear = clear;
            return;
        }
    }
    assert_true(f->address_count < ADDRESSES_MOST);
    memcpy(f->addresses[f->address_count].token, token, TOKEN_BYTES);
    f->addresses[f->address_count++].clear = clear;
}

static inline Duban__VaultRow *vault_row(struct fixture *f, ProtobufCBinaryData token)
{
    Duban__VaultRow *row = arena_take(&f->arena, sizeof *row);

    assert_non_null(row);
    duban__vault_row__init(row);
    row->token = token;
    row->forgotten = true;
    for (size_t i = 0; i < f->address_count; i++) {
        if (memcmp(f->addresses[i].token, token.data, TOKEN_BYTES) == 0 && f->addresses[i].clear != NULL) {
            row->clear = (char *) f->addresses[i].clear;
            row->forgotten = false;
        }
    }
    return row;
}

static inline void answer_question(struct fixture *f, const struct peer *peer, const Duban__Query *query)
{
    Duban__VaultRows rows = DUBAN__VAULT_ROWS__INIT;
    Duban__Reply reply = DUBAN__REPLY__INIT;
    struct frame frame = { .type = FRAME_REPLY };

    assert_int_equal(query->body_case, DUBAN__QUERY__BODY_VAULT_READ);
    assert_int_equal(query->vault_read->purpose, DUBAN__VAULT_PURPOSE__VAULT_PURPOSE_SEND);
    assert_true(is_code(query->vault_read->on_behalf_of));
    rows.rows = arena_take(&f->arena, query->vault_read->n_tokens * sizeof(Duban__VaultRow *));
    assert_non_null(rows.rows);
    for (size_t i = 0; i < query->vault_read->n_tokens; i++)
        rows.rows[rows.n_rows++] = vault_row(f, query->vault_read->tokens[i]);
    reply.request_id = query->request_id;
    reply.body_case = DUBAN__REPLY__BODY_VAULT;
    reply.vault = &rows;
    assert_int_equal(frame_send(f->vault, peer, &frame, message_pack(&f->arena, &reply)), 0);
}

static inline void serve_vault(struct fixture *f)
{
    struct received received;

    while (!f->vault_silent && frame_receive(f->vault, true, &received) == FRAME_OK) {
        Duban__Query *query = message_unpack(&f->arena, &duban__query__descriptor, received.body, 1 << 20, NULL);

        assert_non_null(query);
        f->questions++;
        answer_question(f, &received.peer, query);
        frame_release(&received);
    }
}

/* ---------------------------------------------------------------- one step, and waiting for a fact */

static inline void step(struct fixture *f)
{
    notify_turn(f->notify, -1, 20);
    if (f->record_count == 0)
        arena_reset(&f->arena);
    serve_outcomes(f);
    serve_vault(f);
}

/* Every step waits for something to arrive; a test that needs more than this many has hung. */
#define UNTIL(f, condition)                                      \
    for (int steps_left = 1500; !(condition); steps_left--) {    \
        assert_true(steps_left > 0);                             \
        step(f);                                                 \
    }

static inline const struct seen_fact *fact_of(const struct fixture *f, uint64_t notice)
{
    for (size_t i = f->fact_count; i > 0; i--)
        if (f->facts[i - 1].notice == notice)
            return &f->facts[i - 1];
    return NULL;
}

static inline size_t facts_about(const struct fixture *f, uint64_t notice)
{
    size_t count = 0;

    for (size_t i = 0; i < f->fact_count; i++)
        count += f->facts[i].notice == notice;
    return count;
}

#define UNTIL_IDLE(f) UNTIL(f, notify_is_idle((f)->notify))

/* Move policy time, as rules would tell it. */
static inline void at(struct fixture *f, int64_t seconds)
{
    f->clock_ms = ((int64_t) START_S + seconds) * 1000;
    tail(f);
}

static inline struct delivery delivery_of(struct fixture *f, uint64_t sequence)
{
    struct store_txn txn;
    struct delivery delivery;

    store_begin(&txn, &f->notify->state.store, STORE_READ);
    assert_true(state_get_delivery(&txn, sequence, &delivery));
    store_abort(&txn);
    delivery.record.data = NULL;   /* went with the transaction */
    return delivery;
}

/* ---------------------------------------------------------------- the spool */

/* All whole lines of all files in order, parsed; the caller's to json_decref. */
static inline json_t *spool_lines(const struct fixture *f)
{
    json_t *lines = json_array();

    for (unsigned file = 1;; file++) {
        char path[512];
        char *line = NULL;
        size_t capacity = 0;
        FILE *stream;

        (void) snprintf(path, sizeof path, "%s/spool/spool-%06u.jsonl", f->settings.data, file);
        stream = fopen(path, "r");
        if (stream == NULL)
            break;
        while (getline(&line, &capacity, stream) > 0) {
            json_error_t error;
            json_t *parsed = json_loads(line, JSON_REJECT_DUPLICATES, &error);

            if (parsed == NULL)
                fail_msg("spool line is not JSON: %s: %s", error.text, line);
            (void) json_array_append_new(lines, parsed);
        }
        free(line);
        (void) fclose(stream);
    }
    return lines;
}

static inline size_t spool_count(const struct fixture *f)
{
    json_t *lines = spool_lines(f);
    size_t count = json_array_size(lines);

    json_decref(lines);
    return count;
}

static inline const char *json_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text == NULL ? "" : text;
}

/* Lines of that kind about that notice. */
static inline size_t spool_count_of(const struct fixture *f, const char *kind, uint64_t notice)
{
    json_t *lines = spool_lines(f);
    size_t count = 0;

    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);

        count += strcmp(json_text(line, "kind"), kind) == 0 &&
                 (uint64_t) json_integer_value(json_object_get(line, "notice")) == notice;
    }
    json_decref(lines);
    return count;
}

/* The Chinese text of the last line of that kind, into out. */
static inline const char *spool_words(const struct fixture *f, const char *kind, char *out, size_t size)
{
    json_t *lines = spool_lines(f);

    out[0] = '\0';
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);

        if (strcmp(json_text(line, "kind"), kind) == 0)
            (void) snprintf(out, size, "%s", json_text(json_object_get(line, "text"), "zh"));
    }
    json_decref(lines);
    return out;
}

#endif
