/* engine_notice.c - whom to tell, now or later, alone or together; and a fact for each.
 *
 *   engine_tell -> recipients -> quiet hours? -> outbox | waiting (07:00) | digest line (07:43)
 *                                            -> others of this second, or too many? (engine_gather.c)
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "about.h"
#include "engine.h"

/* ---------------------------------------------------------------- items */

Duban__Text *engine_text(struct engine *engine, const char *zh, const char *en)
{
    Duban__Text *text = arena_take(&engine->state->arena, sizeof *text);

    duban__text__init(text);
    text->zh = (char *) zh;
    text->en = (char *) en;
    return text;
}

char *engine_keep(struct engine *engine, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = arena_take(&engine->state->arena, size);

    assert(copy != NULL);
    return memcpy(copy, text, size);
}

char *engine_joined(struct engine *engine, const char *first, const char *second)
{
    size_t size = strlen(first) + strlen(second) + 1;
    char *text = arena_take(&engine->state->arena, size);

    assert(text != NULL);
    snprintf(text, size, "%s%s", first, second);
    return text;
}

Duban__Text *engine_finding_words(struct engine *engine, const struct policy *policy, const char *item_code, const char *note)
{
    const struct policy_item *item = policy_item(policy, item_code);

    if (item == NULL)
        return engine_text(engine, note[0] != '\0' ? note : item_code, item_code);
    /* An item says what should be; a finding, that it is not so. */
    return engine_text(engine, note[0] != '\0' ? note : engine_joined(engine, "不符合：", item->text.zh),
                       engine_joined(engine, "not met: ", item->text.en));
}

Duban__Text *engine_finding_text(struct engine *engine, const Duban__Case *case_)
{
    if (case_->finding_en[0] != '\0')
        return engine_text(engine, case_->finding, case_->finding_en);
    return engine_finding_words(engine, engine_policy_of(engine, &case_->policy_version), case_->item, case_->finding);
}

/* Where there is no site, the area is what is named. */
static void fill_from_place(struct engine *engine, Duban__NoticeItem *item, struct place place)
{
    const Duban__Site *site = state_site(engine->state, place.site);
    const Duban__Area *area = state_area(engine->state, engine_area_of(engine, place));

    item->site = (char *) (place.site[0] != '\0' ? place.site : place.area);
    if (site != NULL)
        item->site_name = site->name;
    else if (place.site[0] == '\0' && area != NULL)
        item->site_name = area->name;
    if (area != NULL)
        item->group = area->zone_name != NULL ? area->zone_name : engine_text(engine, area->zone, area->zone);
}

static void fill_from_case(struct engine *engine, Duban__NoticeItem *item, const Duban__Case *case_)
{
    const Duban__Holder *owner = state_holder(engine->state, case_->owner);

    item->number = state_case_label(&engine->state->arena, case_->number);
    item->case_id = case_->id;
    item->finding = engine_finding_text(engine, case_);
    item->level = case_->level;
    item->owner = case_->owner;
    item->owner_title = owner == NULL ? NULL : owner->title;
    item->passes_needed = case_->passes_needed;
    item->pass_number = case_->passes + 1 > case_->passes_needed ? case_->passes_needed : case_->passes + 1;
    item->chased = case_->chased;
    item->overdue_round = case_->overdue_rounds;
    item->due_s = case_->due_s;
}

static void fill_from_subject(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject)
{
    item->subject = subject->id;
    item->number = (char *) engine_subject_number(engine, subject);
    fill_from_place(engine, item, engine_place_of_subject(subject));
    subject_kind((int) subject->kind)->fill(engine, item, subject);
}

static void fill_overdue(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task)
{
    const struct task_kind *kind = task_kind((int) task->kind);

    item->left_s = 0;
    item->overdue_s = engine->stamp_s - task->due_s;
    if (kind->fill_overdue != NULL)
        kind->fill_overdue(engine, item, task);
}

void engine_item_times(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task)
{
    if (task->due_s == 0)
        item->left_s = 0;
    else if (engine->stamp_s > task->due_s)
        fill_overdue(engine, item, task);
    else
        item->left_s = task->due_s - engine->stamp_s;
    item->open_s = engine->stamp_s - task->opened_s;
}

bool engine_item_stands(struct engine *engine, const Duban__NoticeItem *item)
{
    const Duban__Task *task = engine_task_of(engine, &item->task);

    if (task == NULL || task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
        return true;
    return engine_era(engine) >= ERA_OF_GROUPING && task->overdue_told && task_kind((int) task->kind)->is_missed_for_good;
}

static void fill_from_task(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_)
{
    const struct task_kind *kind = task_kind((int) task->kind);

    item->task = task->id;
    item->due_s = task->due_s;
    if (kind->fill != NULL)
        kind->fill(engine, item, task, case_);
    if (task->pass_number > 0)
        item->pass_number = task->pass_number;
    engine_item_times(engine, item, task);
}

Duban__NoticeItem *engine_item(struct engine *engine, const Duban__Task *task, const Duban__Case *case_)
{
    Duban__NoticeItem *item = arena_take(&engine->state->arena, sizeof *item);

    assert(item != NULL);
    duban__notice_item__init(item);
    if (case_ != NULL) {
        fill_from_place(engine, item, engine_place_of_site(case_->site));
        fill_from_case(engine, item, case_);
    } else if (task != NULL && task->subject.len > 0) {
        fill_from_subject(engine, item, engine_subject_of(engine, task));
    } else if (task != NULL && task->site[0] != '\0') {
        fill_from_place(engine, item, engine_place_of_task(task));
    }
    if (task != NULL)
        fill_from_task(engine, item, task, case_);
    return item;
}

Duban__ReportRef *engine_report_ref(struct engine *engine, uint64_t sequence, uint32_t photos)
{
    Duban__ReportRef *report = arena_take(&engine->state->arena, sizeof *report);

    assert(report != NULL);
    duban__report_ref__init(report);
    report->sequence = sequence;
    report->photos = photos;
    return report;
}

Duban__NoticeItem *engine_item_at(struct engine *engine, struct place place)
{
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);

    fill_from_place(engine, item, place);
    return item;
}

Duban__NoticeItem *engine_item_of_subject(struct engine *engine, const Duban__Subject *subject)
{
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);

    fill_from_subject(engine, item, subject);
    return item;
}

/* ---------------------------------------------------------------- one notice */

const char *engine_channel_of(const Duban__Holder *holder)
{
    return holder->channel[0] == '\0' ? "spool" : holder->channel;
}

Duban__Way **engine_other_ways(struct engine *engine, const Duban__Holder *holder)
{
    struct arena *arena = &engine->state->arena;
    Duban__Way **ways = arena_take(arena, (holder->n_other_ways + 1) * sizeof *ways);

    assert(ways != NULL);
    for (size_t i = 0; i < holder->n_other_ways; i++) {
        ways[i] = arena_take(arena, sizeof **ways);
        assert(ways[i] != NULL);
        duban__way__init(ways[i]);
        ways[i]->channel = holder->other_ways[i]->channel;
        ways[i]->address_token = holder->other_ways[i]->address_token;
    }
    return ways;
}

static Duban__Recipient *recipient_message(struct engine *engine, const struct recipient *recipient)
{
    Duban__Recipient *message = arena_take(&engine->state->arena, sizeof *message);

    assert(message != NULL);
    duban__recipient__init(message);
    message->account = recipient->holder->account;
    message->role = recipient->role;
    message->scope = (char *) recipient->scope;
    message->title = recipient->holder->title;
    message->channel = (char *) engine_channel_of(recipient->holder);
    message->address_token = recipient->holder->address_token;
    message->n_other_ways = recipient->holder->n_other_ways;
    message->other_ways = engine_other_ways(engine, recipient->holder);
    if (recipient->stands_in_for != NULL) {
        message->deputy_for = recipient->stands_in_for->account;
        message->deputy_for_title = recipient->stands_in_for->title;
    }
    message->language = recipient->holder->language[0] == '\0' ? "zh" : recipient->holder->language;
    return message;
}

/* Where the pack says that this is told; NULL: it is built in. */
static const struct file_place *place_in_policy(struct engine *engine, const struct telling *telling)
{
    if (telling->row != NULL)
        return &telling->row->place;
    if (telling->case_ != NULL)
        return &engine_severity(engine, telling->case_)->place;
    return telling->place;
}

static Duban__Cause *cause_of(struct engine *engine, const struct telling *telling, const char *lookup)
{
    Duban__Cause *cause = arena_take(&engine->state->arena, sizeof *cause);
    const struct policy *policy = engine->policy;
    const struct file_place *place = place_in_policy(engine, telling);

    if (telling->case_ != NULL)
        policy = engine_policy_of(engine, &telling->case_->policy_version);
    else if (telling->task != NULL && place != NULL)
        policy = engine_policy_of(engine, &telling->task->policy_version);
    assert(cause != NULL);
    duban__cause__init(cause);
    cause->entry_sequence = telling->cause_sequence != 0 ? telling->cause_sequence
                            : telling->task != NULL      ? telling->task->cause_sequence : engine->entry_sequence;
    cause->rule = (char *) telling->rule;
    if (place != NULL) {
        cause->file = (char *) place->file;
        cause->line = place->line;
    }
    if (policy != NULL)
        cause->policy_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) policy->version };
    if (telling->task != NULL)
        cause->task = telling->task->id;
    cause->step = telling->step;
    cause->lookup = (char *) lookup;
    return cause;
}

/* Known by what was decided, never by when it is sent: f(subject, kind, moment, person). */
void engine_key_notice(struct engine *engine, Duban__Notice *notice)
{
    uint8_t *key = arena_take(&engine->state->arena, 16);
    uint8_t moment[8], entry[8], step[4], report[8];
    const Duban__NoticeItem *first = notice->items[0];
    const ProtobufCBinaryData *about = first->case_id.len > 0 ? &first->case_id : &first->subject;
    const struct bytes parts[] = {
        bytes_of_text(notice->kind),
        bytes_of(first->task.data, first->task.len),
        bytes_of(about->data, about->len),
        bytes_of(moment, sizeof moment),
        bytes_of(entry, sizeof entry),
        bytes_of(step, sizeof step),
        bytes_of_text(first->reason),
        bytes_of_text(notice->recipient->account),
        bytes_of(report, sizeof report),   /* several reports of one second leave out the same */
    };
    size_t count = sizeof parts / sizeof parts[0] - (engine_era(engine) < ERA_OF_KEYS_BY_REPORT);

    assert(key != NULL);
    put_u64(moment, (uint64_t) notice->due_at_s);
    put_u64(entry, notice->cause->entry_sequence);
    put_u32(step, notice->cause->step);
    put_u64(report, first->report != NULL ? first->report->sequence : 0);
    digest_of_parts(key, 16, bytes_of(NULL, 0), parts, count);
    notice->idempotency_key = (ProtobufCBinaryData){ 16, key };
}

static Duban__Notice *notice_of(struct engine *engine, const struct telling *telling, const struct recipient *recipient)
{
    Duban__Notice *notice = arena_take(&engine->state->arena, sizeof *notice);

    assert(notice != NULL);
    duban__notice__init(notice);
    notice->kind = (char *) telling->message;
    notice->urgency = telling->urgent ? DUBAN__URGENCY__URGENCY_URGENT : DUBAN__URGENCY__URGENCY_NORMAL;
    notice->recipient = recipient_message(engine, recipient);
    notice->n_items = telling->item_count;
    notice->items = telling->items;
    notice->due_at_s = engine->now_s;
    notice->decided_at_s = engine->stamp_s;
    notice->expires_at_s = telling->expires_s;
    notice->late = engine->stamp_s - engine->now_s > engine->policy->late_after_s;
    notice->cause = cause_of(engine, telling, recipient->lookup);
    notice->texts_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) engine->policy->version };
    engine_key_notice(engine, notice);
    return notice;
}

uint64_t engine_send(struct engine *engine, Duban__Notice *notice)
{
    Duban__OutboxRecord record = DUBAN__OUTBOX_RECORD__INIT;
    uint64_t sequence;

    record.body_case = DUBAN__OUTBOX_RECORD__BODY_NOTICE;
    record.notice = notice;
    sequence = state_add_outbox(engine->state, &record);
    engine_alive_told(engine, sequence);
    return sequence;
}

/* ---------------------------------------------------------------- facts of telling */

static Duban__Fact *telling_fact(struct engine *engine, Duban__FactKind kind, const struct telling *telling,
                                 const Duban__NoticeItem *item, const char *recipient)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    fact->subject = *item_about(item);
    fact->task = item->task;
    fact->step = telling->step;
    fact->message_kind = (char *) telling->message;
    fact->rule = (char *) telling->rule;
    fact->recipient = (char *) recipient;
    return fact;
}

static void add_telling_fact(struct engine *engine, Duban__FactKind kind, const struct telling *telling,
                             const Duban__NoticeItem *item, const char *recipient, const char *reason,
                             uint64_t outbox_sequence, int64_t new_s)
{
    Duban__Fact *fact = telling_fact(engine, kind, telling, item, recipient);

    fact->reason = (char *) reason;
    fact->outbox_sequence = outbox_sequence;
    fact->new_s = new_s;
    engine_add_fact(engine, fact);
}

void engine_tell_facts(struct engine *engine, Duban__FactKind kind, const struct telling *telling,
                            const char *recipient, const char *reason, uint64_t outbox_sequence, int64_t new_s)
{
    for (size_t i = 0; i < telling->item_count; i++)
        add_telling_fact(engine, kind, telling, telling->items[i], recipient, reason, outbox_sequence, new_s);
}

/* ---------------------------------------------------------------- now, later, or in the digest */

/* As a line of what is kept: of that kind. Others are told of the same item, which stays as it is. */
Duban__NoticeItem *engine_item_of_kind(struct engine *engine, Duban__NoticeItem *item, const char *kind)
{
    Duban__NoticeItem *line = item;

    if (engine_era(engine) >= ERA_OF_ITEMS_APART) {
        line = arena_take(&engine->state->arena, sizeof *line);
        assert(line != NULL);
        *line = *item;
    }
    line->kind = (char *) kind;
    return line;
}

/* One digest line holds one item, so that lines from many notices make one list. */
static void fold(struct engine *engine, const struct telling *telling, const struct recipient *recipient)
{
    bool stale = engine_is_stale(engine);
    int64_t at_s = stale ? engine_stale_digest_s(engine) : policy_next_digest(engine->policy, engine->now_s - 1);

    for (size_t i = 0; i < telling->item_count; i++) {
        struct telling one = *telling;
        Duban__NoticeItem *line = engine_item_of_kind(engine, telling->items[i], telling->message);
        Duban__Notice *notice;

        one.items = &line;
        one.item_count = 1;
        engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_FOLDED, &one, recipient->holder->account, stale ? "late" : "", 0, at_s);
        notice = notice_of(engine, &one, recipient);
        notice->late = false;
        if (stale)
            engine_mark_late(engine, notice);
        state_put_digest_line(engine->state, at_s, notice);
    }
    engine_house_timer(engine, HOUSE_DIGEST, at_s);
}

int64_t engine_out_of_quiet_s(const struct policy *policy, int64_t at_s)
{
    int64_t day = civil_day(at_s, policy->utc_offset_s);

    if (!policy_is_quiet(policy, at_s))
        return at_s;
    if (civil_second_of_day(at_s, policy->utc_offset_s) >= policy->quiet_to_s)
        day++;
    return civil_moment(day, policy->quiet_to_s, policy->utc_offset_s);
}

static void keep(struct engine *engine, const struct telling *telling, const struct recipient *recipient, int64_t at_s,
                 const char *reason)
{
    engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_FOLDED, telling, recipient->holder->account, reason, 0, at_s);
    state_put_waiting(engine->state, at_s, notice_of(engine, telling, recipient));
    engine_house_timer(engine, HOUSE_WAITING, at_s);
}

/* Each item by itself, since what is still open by then is said of each. */
static void keep_silent(struct engine *engine, Duban__KeptSilence *silence, const struct telling *telling,
                        const struct recipient *recipient)
{
    const Duban__Notice *notice = notice_of(engine, telling, recipient);

    for (size_t i = 0; i < notice->n_items; i++)
        engine_keep_silent(engine, silence, notice, notice->items[i]);
}

/* ---------------------------------------------------------------- one after the other to one person */

bool engine_is_gathered(const char *message)
{
    return strcmp(message, "settlement_wanted") == 0 || strcmp(message, "delivery_failure") == 0;
}

/* Until when it waits for others like it; now, when he has heard of none within the join window. */
static int64_t gathered_until_s(struct engine *engine, const struct telling *telling, const struct recipient *recipient)
{
    int64_t last_s = state_told_last_s(engine->state, recipient->holder->account, telling->message);

    if (last_s == 0 || last_s + engine->policy->join_window_s <= engine->now_s)
        return engine->now_s;
    return engine_out_of_quiet_s(engine->policy, last_s + engine->policy->join_window_s);
}

/* Each item by itself, so that they make one notice with whatever else is there by then (engine_digest.c). */
static void gather_items(struct engine *engine, const struct telling *telling, const struct recipient *recipient, int64_t at_s)
{
    for (size_t i = 0; i < telling->item_count; i++) {
        struct telling one = *telling;

        one.items = &telling->items[i];
        one.item_count = 1;
        keep(engine, &one, recipient, at_s, "together");
    }
}

/* False: it is told now. */
static bool is_gathered(struct engine *engine, const struct telling *telling, const struct recipient *recipient)
{
    int64_t at_s;

    if (telling->urgent || !engine_is_gathered(telling->message))
        return false;
    at_s = gathered_until_s(engine, telling, recipient);
    if (at_s > engine->now_s)
        gather_items(engine, telling, recipient, at_s);
    else
        state_put_told_last(engine->state, recipient->holder->account, telling->message, engine->now_s);
    return at_s > engine->now_s;
}

/* Lines of a digest that go along are told as in a digest. */
static void note_told(struct engine *engine, const struct telling *telling, const Duban__Notice *notice, uint64_t sequence)
{
    struct telling own = *telling;
    Duban__Cause cause = DUBAN__CAUSE__INIT;
    Duban__Notice lines = *notice;

    own.item_count -= telling->line_count;
    engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_TOLD, &own, notice->recipient->account, "", sequence, 0);
    lines.kind = cause.rule = "digest";
    lines.cause = &cause;
    lines.items = notice->items + own.item_count;
    lines.n_items = telling->line_count;
    engine_note_sent(engine, &lines, sequence);
}

/* late: send goes by itself, marked late; not into a night. */
static bool comes_in_a_late_digest(const struct engine *engine, const struct telling *telling)
{
    bool goes_by_itself = telling->row != NULL && telling->row->late == LATE_SEND && !policy_is_quiet(engine->policy, engine->stamp_s);

    return !telling->urgent && engine_is_stale(engine) && !goes_by_itself;
}

uint64_t engine_tell_one(struct engine *engine, const struct telling *telling, const struct recipient *recipient)
{
    bool quiet = !telling->urgent && policy_is_quiet(engine->policy, engine->now_s);
    Duban__KeptSilence *silence = engine_silence_of(engine, telling, recipient);
    Duban__Notice *notice;
    uint64_t sequence;

    if (silence != NULL) {
        keep_silent(engine, silence, telling, recipient);
        return 0;
    }
    if ((telling->row != NULL && telling->row->fold) || (quiet && telling->foldable) || comes_in_a_late_digest(engine, telling)) {
        fold(engine, telling, recipient);
        return 0;
    }
    if (quiet) {
        keep(engine, telling, recipient, engine_out_of_quiet_s(engine->policy, engine->now_s), "quiet");
        return 0;
    }
    if (is_gathered(engine, telling, recipient))
        return 0;
    notice = notice_of(engine, telling, recipient);
    if (engine_goes_along(engine, telling, notice) || (!telling->is_list && engine_is_one_too_many(engine, notice)))
        return 0;
    sequence = engine_send(engine, notice);
    note_told(engine, telling, notice, sequence);
    engine_note_heard(engine, telling, recipient->holder->account, sequence);
    return sequence;
}

/* ---------------------------------------------------------------- recipients of one telling */

struct audience {
    struct recipient people[MAX_RECIPIENTS];
    size_t count;
};

static void admit(struct audience *audience, const struct recipient *found, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool known = false;

        for (size_t k = 0; k < audience->count; k++)
            known |= strcmp(audience->people[k].holder->account, found[i].holder->account) == 0;
        if (!known && audience->count < MAX_RECIPIENTS)
            audience->people[audience->count++] = found[i];
    }
}

static bool supervises(struct engine *engine, const struct telling *telling)
{
    bool climbs = telling->row != NULL && telling->row->is_ladder && telling->row->ladder_step != 0;

    return climbs && (telling->case_ != NULL || (telling->task != NULL && engine_era(engine) >= ERA_OF_OWN_POSTS));
}

/* Who is supervised: the follow-up owner of a case, else whoever has the task or holds the post that it waits for. */
static size_t supervised(struct engine *engine, const struct telling *telling, const char *accounts[MAX_RECIPIENTS])
{
    struct recipient owners[MAX_RECIPIENTS];
    size_t count;

    if (telling->case_ != NULL) {
        accounts[0] = telling->case_->owner;
        return 1;
    }
    count = engine_recipients(engine, TO_OWNER, telling, owners, MAX_RECIPIENTS);
    for (size_t i = 0; i < count; i++)
        accounts[i] = owners[i].holder->account;
    return count;
}

static bool is_among(const char *account, const char *const *accounts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(accounts[i], account) == 0)
            return true;
    return false;
}

/* Leave whoever is supervised out; the first of them who was there, or NULL. */
static const char *leave_owner_out(struct engine *engine, const struct telling *telling, struct recipient *found, size_t *count)
{
    const char *owners[MAX_RECIPIENTS], *was_there = NULL;
    size_t owner_count, kept = 0;

    if (!supervises(engine, telling))
        return NULL;
    owner_count = supervised(engine, telling, owners);
    for (size_t i = 0; i < *count; i++) {
        if (!is_among(found[i].holder->account, owners, owner_count))
            found[kept++] = found[i];
        else if (was_there == NULL)
            was_there = found[i].holder->account;
    }
    *count = kept;
    return was_there;
}

/* Nobody supervises himself: where only the owner is reached, it goes one up. */
size_t engine_audience(struct engine *engine, const struct telling *telling, enum policy_selector selector,
                       struct recipient *found, size_t most)
{
    size_t count = engine_recipients(engine, selector, telling, found, most);

    while (leave_owner_out(engine, telling, found, &count) != NULL && count == 0 && selector != TO_NONE) {
        selector = engine_one_up(selector);
        count = engine_recipients(engine, selector, telling, found, most);
    }
    return count;
}

/* What waits for the post that nobody holds: a case by its number, else the thing itself. */
Duban__Text *engine_what_waits(struct engine *engine, const struct telling *telling, const Duban__NoticeItem *item)
{
    char zh[64], en[64];

    if (item->number[0] != '\0')
        return engine_text(engine, item->number, item->number);
    if (item->report != NULL) {
        snprintf(zh, sizeof zh, "第 %llu 号记录", (unsigned long long) item->report->sequence);
        snprintf(en, sizeof en, "report %llu", (unsigned long long) item->report->sequence);
        return engine_text(engine, engine_keep(engine, zh), engine_keep(engine, en));
    }
    if (telling->task != NULL && telling->task->quarantined_sequence != 0) {
        unsigned long long sequence = telling->task->quarantined_sequence;

        snprintf(zh, sizeof zh, "第 %llu 号待核记录", sequence);
        snprintf(en, sizeof en, "held entry %llu", sequence);
        return engine_text(engine, engine_joined(engine, zh, ""), engine_joined(engine, en, ""));
    }
    if (item->site_name != NULL)
        return item->site_name;
    return engine_text(engine, "待办事项", "a matter of the house");
}

/* Once is enough for a case or subject: it is noted there. */
static bool was_told_of_nobody(struct engine *engine, const struct telling *telling, enum policy_selector selector)
{
    Duban__Subject *subject = telling->task == NULL ? NULL : engine_subject_of(engine, telling->task);
    uint32_t *noted = telling->case_ != NULL ? &telling->case_->nobody_told
                      : subject != NULL      ? &subject->nobody_told : NULL;
    bool was_told = noted != NULL && (*noted & (1U << selector)) != 0;

    if (noted == NULL || was_told)
        return was_told;
    *noted |= 1U << selector;
    if (subject != NULL && telling->case_ == NULL)
        state_put_subject(engine->state, subject);
    return false;
}

static const char *const SELECTOR_NAMES[] = {
    [TO_SITE_CONTACT] = "site_contact", [TO_OWNER] = "owner", [TO_FINDER] = "finder",
    [TO_GROUP_LEADER] = "group_leader", [TO_AREA_CONTACT] = "area_contact", [TO_LEAD] = "lead",
    [TO_DUTY_CLERK] = "duty_clerk", [TO_COMMITTEE] = "committee", [TO_SENDER] = "sender",
    [TO_INSPECTOR] = "inspector", [TO_OFFICE] = "office", [TO_TOLD] = "told_before",
    [TO_FORMER_OWNER] = "former_owner",
};

bool engine_note_nobody(struct engine *engine, const struct telling *telling, enum policy_selector selector)
{
    for (size_t i = 0; i < telling->item_count; i++) {
        Duban__Fact *fact = telling_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOBODY, telling, telling->items[i], SELECTOR_NAMES[selector]);

        fact->level_to = (char *) engine_scope_of(engine, selector, telling);
        engine_add_fact(engine, fact);
    }
    /* A program, or the operator: the duty clerk is asked to settle it anyway. Who has left need not hear that it is over. */
    return selector != TO_SENDER && selector != TO_TOLD && selector != TO_FORMER_OWNER && !was_told_of_nobody(engine, telling, selector);
}

size_t engine_recipients_up(struct engine *engine, const struct telling *telling, enum policy_selector selector,
                            struct recipient *found, size_t most)
{
    size_t count = 0;

    while (count == 0 && (selector = engine_one_up(selector)) != TO_NONE)
        count = engine_recipients(engine, selector, telling, found, most);
    return count;
}

Duban__NoticeItem *engine_item_of_nobody(struct engine *engine, const struct telling *telling, enum policy_selector selector)
{
    Duban__NoticeItem *item = engine_item(engine, telling->task, telling->case_);

    item->task = (ProtobufCBinaryData){ 0, NULL };   /* true whatever becomes of the task */
    item->reason = (char *) SELECTOR_NAMES[selector];
    item->matter = engine_what_waits(engine, telling, item);
    item->group = engine_scope_text(engine, selector, telling);
    return item;
}

/* "Nobody" is an error that goes up at once, once for each case and role. */
void engine_report_nobody(struct engine *engine, const struct telling *telling, enum policy_selector selector)
{
    struct telling upward = {
        .message = "nobody_to_receive", .rule = "recipients.nobody", .task = telling->task, .case_ = telling->case_,
        .step = telling->step, .urgent = telling->urgent,
    };
    struct recipient up[MAX_RECIPIENTS];
    Duban__NoticeItem *item;
    size_t found;

    if (!engine_note_nobody(engine, telling, selector))
        return;
    found = engine_recipients_up(engine, telling, selector, up, MAX_RECIPIENTS);
    if (found == 0)
        return;
    item = engine_item_of_nobody(engine, telling, selector);
    upward.items = &item;
    upward.item_count = 1;
    for (size_t i = 0; i < found; i++)
        engine_tell_one(engine, &upward, &up[i]);
}

/* NULL: it would not. */
static const char *owner_reached(struct engine *engine, const struct telling *telling, enum policy_selector selector)
{
    struct recipient meant[MAX_RECIPIENTS];
    size_t count;

    if (!supervises(engine, telling))
        return NULL;
    count = engine_recipients(engine, selector, telling, meant, MAX_RECIPIENTS);
    return leave_owner_out(engine, telling, meant, &count);
}

void engine_note_passed_over(struct engine *engine, const struct telling *telling, enum policy_selector selector,
                             const struct recipient *found, size_t count)
{
    struct passed_over passed[MAX_RECIPIENTS];
    size_t passed_count = engine_passed_over(engine, selector, telling, found, count, passed, MAX_RECIPIENTS);
    const char *owner = owner_reached(engine, telling, selector);

    for (size_t i = 0; i < passed_count; i++)
        engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, telling, passed[i].account, passed[i].why, 0, 0);
    if (owner != NULL)
        engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, telling, owner, "supervises_himself", 0, 0);
}

static void reach(struct engine *engine, const struct telling *telling, enum policy_selector selector, struct audience *audience)
{
    struct recipient found[MAX_RECIPIENTS];
    size_t count = engine_audience(engine, telling, selector, found, MAX_RECIPIENTS);

    engine_note_passed_over(engine, telling, selector, found, count);
    if (count == 0)
        engine_report_nobody(engine, telling, selector);
    admit(audience, found, count);
}

static bool acknowledged_recently(const struct engine *engine, const struct telling *telling, const char *account)
{
    if (telling->row == NULL || !policy_repeats(telling->row) || telling->case_ == NULL)
        return false;
    for (size_t i = 0; i < telling->case_->n_acknowledged; i++)
        if (strcmp(telling->case_->acknowledged[i]->account, account) == 0 &&
            telling->case_->acknowledged[i]->until_s > engine->now_s)
            return true;
    return false;
}

/* Of a task, or of a case, of which some have taken note. */
static const char *is_noted_by(const struct engine *engine, Duban__AcknowledgedBy *const *list, size_t count, const struct policy_row *row,
                               const char *account)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i]->until_s <= engine->now_s)
            continue;
        if (strcmp(list[i]->account, account) == 0)
            return "acknowledged";
        if (row->is_ladder && list[i]->rank > 0 && row->ladder_step <= list[i]->rank)
            return "acknowledged_above";
    }
    return NULL;
}

/* Of a task of no case: his own repeats; and those of the ladder up to the step of whoever has taken note. Of a case too,
 * of which engines of before ended these. */
static const char *is_noted(struct engine *engine, const struct telling *telling, const char *account)
{
    const struct policy_row *row = telling->row;
    const char *reason;

    if (telling->task == NULL || row == NULL || !policy_repeats(row))
        return NULL;
    reason = is_noted_by(engine, telling->task->acknowledged, telling->task->n_acknowledged, row, account);
    if (reason == NULL && telling->case_ != NULL && engine_era(engine) >= ERA_OF_ENDING_NOTES &&
        telling->task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION)
        reason = is_noted_by(engine, telling->case_->acknowledged, telling->case_->n_acknowledged, row, account);
    return reason;
}

static const char *reason_not_to_tell(struct engine *engine, const struct telling *telling,
                                      const struct recipient *recipient)
{
    const char *account = recipient->holder->account;

    for (size_t i = 0; i < telling->skip_count; i++)
        if (strcmp(account, telling->skip[i]) == 0)
            return "higher_step";
    if (telling->doer != NULL && strcmp(account, telling->doer) == 0)
        return "own_act";
    if (acknowledged_recently(engine, telling, account))
        return "acknowledged";
    return is_noted(engine, telling, account);
}

/* Is it told to him now? Where not, a fact says why, unless it is not for him anyway. */
static bool is_to_be_told(struct engine *engine, const struct telling *telling, const struct recipient *recipient)
{
    const char *account = recipient->holder->account;
    const char *reason;
    int64_t rests_until_s = 0;

    if (!engine_is_told_again(engine, telling, account))
        return false;
    reason = reason_not_to_tell(engine, telling, recipient);
    if (reason == NULL && (rests_until_s = engine_rests_until_s(engine, telling, account)) != 0)
        reason = "told_lately";
    if (reason != NULL)
        engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, telling, account, reason, 0, rests_until_s);
    return reason == NULL;
}

uint64_t engine_tell(struct engine *engine, const struct telling *telling)
{
    struct audience audience = { .count = 0 };
    struct recipient on_call[MAX_RECIPIENTS];
    uint64_t last = 0;

    for (size_t i = 0; i < telling->to_count; i++)
        reach(engine, telling, telling->to[i], &audience);
    admit(&audience, on_call, engine_on_call(engine, telling, on_call, MAX_RECIPIENTS));
    for (size_t i = 0; i < audience.count; i++) {
        uint64_t sequence = !is_to_be_told(engine, telling, &audience.people[i]) ? 0 : engine_tell_one(engine, telling, &audience.people[i]);

        if (sequence > last)
            last = sequence;
    }
    if (telling->task != NULL && last > telling->task->last_outbox_sequence)
        telling->task->last_outbox_sequence = last;
    return last;
}

size_t engine_item_bytes(const Duban__NoticeItem *item)
{
    return duban__notice_item__get_packed_size(item);
}

/* As many cases from the first on as one notice holds. */
static size_t tell_some(struct engine *engine, const char *message, Duban__Case **cases, size_t count)
{
    static const enum policy_selector TO[] = { TO_SITE_CONTACT };
    Duban__NoticeItem *items[MAX_DIGEST_ITEMS];
    struct telling telling = {
        .message = message == NULL ? "notice_to_site" : message, .to = TO, .to_count = 1, .rule = "visit.notice", .case_ = cases[0], .items = items,
    };
    size_t bytes = 0;
    uint64_t sequence;

    for (size_t i = 0; i < count && i < MAX_DIGEST_ITEMS && bytes < MAX_NOTICE_BYTES; i++) {
        items[i] = engine_item(engine, engine_task_of(engine, &cases[i]->rectification_task), cases[i]);
        bytes += engine_item_bytes(items[i]);
        telling.item_count++;
        telling.urgent |= engine_severity(engine, cases[i])->urgent;
    }
    sequence = engine_tell(engine, &telling);
    for (size_t i = 0; sequence > 0 && i < telling.item_count; i++) {
        Duban__Task *task = engine_task_of(engine, &cases[i]->rectification_task);

        if (task == NULL)
            continue;
        task->last_outbox_sequence = sequence;
        state_put_task(engine->state, task);
    }
    state_put_case(engine->state, cases[0]);
    return telling.item_count;
}

void engine_tell_opened(struct engine *engine, const char *message, Duban__Case **cases, size_t count)
{
    for (size_t told = 0; told < count;)
        told += tell_some(engine, message, cases + told, count - told);
    engine_tell_uplifted(engine, cases, count);
}

/* ---------------------------------------------------------------- withdrawing */

static void note_withdrawn(struct engine *engine, const Duban__Task *task, const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_WITHDRAWN, NULL);

    fact->subject = *task_about(task);
    fact->task = task->id;
    fact->outbox_sequence = task->last_outbox_sequence;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
}

void engine_withdraw(struct engine *engine, Duban__Task *task, const char *reason)
{
    Duban__OutboxRecord record = DUBAN__OUTBOX_RECORD__INIT;
    Duban__Withdrawal withdrawal = DUBAN__WITHDRAWAL__INIT;

    if (task->last_outbox_sequence == 0)
        return;
    withdrawal.task = task->id;
    withdrawal.up_to_outbox_sequence = engine->state->meta.outbox_last;
    withdrawal.reason = (char *) reason;
    record.body_case = DUBAN__OUTBOX_RECORD__BODY_WITHDRAWAL;
    record.withdrawal = &withdrawal;
    state_add_outbox(engine->state, &record);
    note_withdrawn(engine, task, reason);
    task->last_outbox_sequence = 0;
}

/* ---------------------------------------------------------------- texts */

void engine_send_texts(struct engine *engine)
{
    const struct policy *policy = engine->policy;
    struct arena *arena = &engine->state->arena;
    Duban__OutboxRecord record = DUBAN__OUTBOX_RECORD__INIT;
    Duban__Texts texts = DUBAN__TEXTS__INIT;

    texts.version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) policy->version };
    texts.n_texts = policy->message_count;
    texts.texts = arena_take_pointers(arena, policy->message_count + 1);
    assert(texts.texts != NULL);
    for (size_t i = 0; i < policy->message_count; i++) {
        texts.texts[i] = arena_take(arena, sizeof **texts.texts);
        duban__message_text__init(texts.texts[i]);
        texts.texts[i]->kind = (char *) policy->messages[i].kind;
        texts.texts[i]->text = engine_text(engine, policy->messages[i].text.zh, policy->messages[i].text.en);
    }
    texts.time_zone = engine_text(engine, policy->time_zone_label.zh, policy->time_zone_label.en);
    texts.utc_offset_minutes = policy->utc_offset_s / 60;
    texts.rehearsal = engine->rehearsal;
    record.body_case = DUBAN__OUTBOX_RECORD__BODY_TEXTS;
    record.texts = &texts;
    state_add_outbox(engine->state, &record);
}
