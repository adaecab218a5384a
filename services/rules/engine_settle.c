/* engine_settle.c - what cannot be applied is kept, its sender is told, somebody settles it.
 *
 * What nobody could ever apply as it is, a second settlement among it, is not held but declined:
 * a fact, and a word to its sender.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"
#include "message.h"

/* ---------------------------------------------------------------- into quarantine */

static void fill_held(struct engine *engine, Duban__NoticeItem *item, const Duban__Quarantined *row)
{
    item->reason = row->zh;
    item->reason_text = engine_text(engine, row->zh, row->en);
    item->at_s = row->stamp_ms / 1000;
    item->count = (uint32_t) row->sequence;
}

/* While an entry is being put aside there is no row of it yet. */
void engine_fill_settlement(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                            const Duban__Case *case_)
{
    const Duban__Quarantined *row = state_quarantined(engine->state, task->quarantined_sequence);

    (void) case_;
    if (row != NULL)
        fill_held(engine, item, row);
}

static Duban__NoticeItem *quarantine_item(struct engine *engine, const Duban__Task *task, const Duban__Quarantined *row)
{
    Duban__NoticeItem *item = engine_item(engine, task, NULL);

    fill_held(engine, item, row);
    return item;
}

/* What became of it, in words; nothing while it is held. */
static Duban__Text *settled_text(struct engine *engine, const Duban__Quarantined *row, const char *reason)
{
    if (row->state == DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_RELEASED)
        return engine_text(engine, "核实采用", "adopted");
    if (row->state != DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_REJECTED)
        return NULL;
    return engine_text(engine, engine_joined(engine, "退回：", reason), engine_joined(engine, "rejected: ", reason));
}

static void tell_sender(struct engine *engine, const char *message, const Duban__Quarantined *row, const char *reason)
{
    static const enum policy_selector TO[] = { TO_SENDER };
    Duban__NoticeItem *item = quarantine_item(engine, NULL, row);
    struct telling telling = {
        .message = message, .to = TO, .to_count = 1, .rule = "quarantine", .items = &item, .item_count = 1,
        .sender = row->account,
    };

    item->matter = settled_text(engine, row, reason);
    item->task = (ProtobufCBinaryData){ 0, NULL };
    engine_tell(engine, &telling);
}

static void open_settlement(struct engine *engine, Duban__Quarantined *row)
{
    static const enum policy_selector TO[] = { TO_DUTY_CLERK };
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_SETTLEMENT, NULL, 0);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "settlement_wanted", .to = TO, .to_count = 1, .rule = "quarantine.settlement", .task = task,
        .items = &item, .item_count = 1,
    };

    task->owner_role = DUBAN__ROLE__ROLE_DUTY_CLERK;
    task->quarantined_sequence = row->sequence;
    engine_task_limit(engine, task, &engine->policy->settlement_limit);
    row->task = task->id;
    engine_task_start(engine, task);
    item = quarantine_item(engine, task, row);
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
}

void engine_quarantine(struct engine *engine, const struct fault *fault)
{
    Duban__Quarantined row = DUBAN__QUARANTINED__INIT;
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_QUARANTINED, NULL);

    row.sequence = engine->entry_sequence;
    row.account = (char *) engine->account;
    row.entry = (ProtobufCBinaryData){ engine->payload.size, (uint8_t *) engine->payload.data };
    row.stamp_ms = engine->stamp_ms;
    row.field = (char *) fault->field;
    row.zh = (char *) fault->zh;
    row.en = (char *) fault->en;
    row.state = DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD;
    fact->other_sequence = row.sequence;
    fact->reason = row.zh;
    engine->state->meta.quarantined++;
    if (engine->policy != NULL) {
        tell_sender(engine, "quarantined", &row, "");
        open_settlement(engine, &row);
        fact->subject = row.task;
        fact->task = row.task;
    }
    engine_add_fact(engine, fact);
    state_put_quarantined(engine->state, &row);
}

/* A pack of a township's own may lack the text; the fact stands all the same. */
static void tell_declined(struct engine *engine, const struct fault *fault)
{
    static const enum policy_selector TO[] = { TO_SENDER };
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "act_declined", .to = TO, .to_count = 1, .rule = "act.declined", .items = &item, .item_count = 1,
        .sender = engine->account,
    };

    if (engine->policy == NULL || policy_message(engine->policy, telling.message) == NULL)
        return;
    item = engine_item(engine, NULL, NULL);
    item->at_s = engine->stamp_s;
    item->reason = (char *) fault->zh;
    item->reason_text = engine_text(engine, fault->zh, fault->en);
    engine_tell(engine, &telling);
}

char *engine_rule(struct engine *engine, const char *act, const char *what)
{
    return engine_joined(engine, engine_joined(engine, act, "."), what);
}

static const char *last_of_field(const char *field)
{
    const char *dot = strrchr(field, '.');

    return dot == NULL ? field : dot + 1;
}

bool engine_decline(struct engine *engine, const char *act, ProtobufCBinaryData subject, const struct fault *fault)
{
    Duban__Fact *fact;

    if (engine->adopter != NULL)
        return false;
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, NULL);
    fact->subject = subject;
    fact->act = (char *) act;
    fact->reason = (char *) fault->zh;
    fact->reason_en = (char *) fault->en;
    fact->rule = engine_rule(engine, act, last_of_field(fault->field));
    engine_add_fact(engine, fact);
    tell_declined(engine, fault);
    return true;
}

void engine_note_skipped(struct engine *engine)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_SKIPPED, NULL);

    fact->other_sequence = engine->entry_sequence;
    engine_add_fact(engine, fact);
}

/* ---------------------------------------------------------------- out of it */

static void correct_report(Duban__Report *report, const Duban__Corrections *corrections)
{
    if (corrections->site[0] != '\0')
        report->site = corrections->site;
    if (corrections->reporter[0] != '\0') {
        report->reporter = corrections->reporter;
        report->entered_for = true;
    }
    for (size_t i = 0; i < report->n_answers; i++)
        for (size_t k = 0; k < corrections->n_items; k++)
            if (strcmp(report->answers[i]->item, corrections->items[k]->from) == 0) {
                report->answers[i]->item = corrections->items[k]->to;
                break;
            }
}

/* A matter is a check item. */
static void correct_complaint(Duban__Complaint *complaint, const Duban__Corrections *corrections)
{
    if (corrections->site[0] != '\0') {
        complaint->where_case = DUBAN__COMPLAINT__WHERE_SITE;
        complaint->site = corrections->site;
    }
    for (size_t k = 0; k < corrections->n_items; k++)
        if (strcmp(complaint->matter, corrections->items[k]->from) == 0) {
            complaint->matter = corrections->items[k]->to;
            break;
        }
}

static void correct_difficulty(Duban__Difficulty *difficulty, const Duban__Corrections *corrections)
{
    if (corrections->site[0] != '\0')
        difficulty->site = corrections->site;
    for (size_t k = 0; k < corrections->n_items; k++)
        if (strcmp(difficulty->matter, corrections->items[k]->from) == 0) {
            difficulty->matter = corrections->items[k]->to;
            break;
        }
}

static void correct(Duban__Entry *entry, const Duban__Corrections *corrections)
{
    if (corrections != NULL && entry->body_case == DUBAN__ENTRY__BODY_REPORT)
        correct_report(entry->report, corrections);
    if (corrections != NULL && entry->body_case == DUBAN__ENTRY__BODY_COMPLAINT)
        correct_complaint(entry->complaint, corrections);
    if (corrections != NULL && entry->body_case == DUBAN__ENTRY__BODY_DIFFICULTY)
        correct_difficulty(entry->difficulty, corrections);
}

static void settle(struct engine *engine, Duban__Quarantined *row, Duban__QuarantineState state, const char *reason)
{
    Duban__Task *task = engine_task_of(engine, &row->task);
    Duban__Fact *fact = engine_fact(engine, state == DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_RELEASED
                                                ? DUBAN__FACT_KIND__FACT_KIND_RELEASED
                                                : DUBAN__FACT_KIND__FACT_KIND_REJECTED, NULL);

    row->state = state;
    row->settled_by_sequence = engine->entry_sequence;
    row->settled_by = (char *) engine->account;
    row->settled_s = engine->now_s;
    fact->other_sequence = row->sequence;
    fact->subject = row->task;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
    engine->state->meta.quarantined--;
    if (task != NULL)
        engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    state_put_quarantined(engine->state, row);
}

/* Applied at the release's stamp, but as itself: its own sequence (photos refer to it), its
 * own arrival (its device time is judged by that), its own sender, whose act it stays. What he
 * may not do, whoever adopts it may. */
static bool apply_released(struct engine *engine, const Duban__Quarantined *row, const Duban__Entry *entry,
                           struct fault *fault)
{
    struct engine as_itself = *engine;

    as_itself.entry_sequence = row->sequence;
    as_itself.received_ms = row->stamp_ms;
    as_itself.payload = bytes_of(row->entry.data, row->entry.len);
    as_itself.account = row->account;
    as_itself.adopter = engine->account;
    if (!engine_handle(&as_itself, entry, fault))
        return false;
    engine->policy = as_itself.policy;
    return true;
}

/* Photos do not wait for the clerk: they are noted in the report that is held. */
bool engine_keep_with_held(struct engine *engine, const Duban__EvidenceArrival *arrival)
{
    Duban__Quarantined *row = state_quarantined(engine->state, arrival->report_sequence);
    Duban__Entry *entry;
    bool kept = false;

    if (row == NULL || row->state != DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD)
        return false;
    entry = message_unpack_own(&engine->state->arena, &duban__entry__descriptor, bytes_of(row->entry.data, row->entry.len));
    for (size_t i = 0; entry != NULL && entry->body_case == DUBAN__ENTRY__BODY_REPORT && i < entry->report->n_evidence; i++) {
        Duban__Evidence *evidence = entry->report->evidence[i];

        if (!engine_is_evidence(evidence, arrival) ||
            (!evidence->here && evidence->sha256.len == 0 && strcmp(engine->account, row->account) != 0 &&
             !engine_may_bring_evidence(engine, entry->report->reporter, NULL)))
            continue;
        if (!evidence->here)
            (void) engine_take_evidence(evidence, arrival);   /* on its release the whole report is looked at */
        kept = true;
    }
    if (kept) {
        struct bytes packed = message_pack(&engine->state->arena, entry);

        assert(packed.data != NULL);
        row->entry = (ProtobufCBinaryData){ packed.size, (uint8_t *) packed.data };
        state_put_quarantined(engine->state, row);
    }
    return kept;
}

/* A settled entry is settled for good, whoever comes second. */
static bool is_held(const Duban__Quarantined *row, uint64_t sequence, struct fault *fault)
{
    unsigned long long number = sequence, by = row == NULL ? 0 : row->settled_by_sequence;

    if (row == NULL)
        return fault_set(fault, "release.sequence", "序号 %llu 没有待核记录", "no entry is held under sequence %llu", number);
    if (row->state == DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_RELEASED)
        return fault_set(fault, "release.sequence", "第 %llu 号记录已由 %s 采用（第 %llu 号记录），不能再处理",
                         "entry %llu has been adopted by %s (entry %llu) and cannot be settled again", number, row->settled_by, by);
    if (row->state == DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_REJECTED)
        return fault_set(fault, "release.sequence", "第 %llu 号记录已由 %s 退回（第 %llu 号记录），不能再处理",
                         "entry %llu has been rejected by %s (entry %llu) and cannot be settled again", number, row->settled_by, by);
    return true;
}

static bool adopt(struct engine *engine, Duban__Quarantined *row, const Duban__Release *release, struct fault *fault)
{
    Duban__Entry *entry = message_unpack_own(&engine->state->arena, &duban__entry__descriptor,
                                             bytes_of(row->entry.data, row->entry.len));

    if (entry == NULL)
        return fault_set(fault, "release.sequence", "记录 %llu 无法解析，只能驳回", "entry %llu cannot be read; it can only be rejected",
                         (unsigned long long) release->sequence);
    if (entry->body_case == DUBAN__ENTRY__BODY_RELEASE)   /* held by an earlier engine */
        return fault_set(fault, "release.sequence", "序号 %llu 本身是一次处理，请驳回它并重新处理原记录",
                         "entry %llu is itself a release; reject it and settle the original anew",
                         (unsigned long long) release->sequence);
    correct(entry, release->corrections);
    return apply_released(engine, row, entry, fault);
}

static void forget_rejected(struct engine *engine, const Duban__Quarantined *row)
{
    const Duban__Entry *entry = message_unpack_own(&engine->state->arena, &duban__entry__descriptor,
                                                   bytes_of(row->entry.data, row->entry.len));

    if (entry != NULL)
        engine_forget_rejected(engine, entry, &row->task);
}

/* What did not work is no entry that waits: the entry itself still does, or is settled already. */
static bool settle_held(struct engine *engine, const Duban__Release *release, Duban__Quarantined *row, struct fault *fault)
{
    Duban__QuarantineState to = release->rejected ? DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_REJECTED
                                                  : DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_RELEASED;

    if (!engine_may(engine, RIGHT_SETTLE, NULL, NULL, fault) || !is_held(row, release->sequence, fault))
        return false;
    if (!release->rejected && !adopt(engine, row, release, fault))
        return false;
    settle(engine, row, to, release->reason);
    if (release->rejected)
        forget_rejected(engine, row);
    if (engine->policy != NULL)
        tell_sender(engine, "quarantine_settled", row, release->reason);
    return true;
}

bool engine_on_release(struct engine *engine, const Duban__Release *release, struct fault *fault)
{
    Duban__Quarantined *row = state_quarantined(engine->state, release->sequence);

    return settle_held(engine, release, row, fault) ||
           engine_decline(engine, "release", row == NULL ? (ProtobufCBinaryData){ 0, NULL } : row->task, fault);
}
