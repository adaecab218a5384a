/* engine_silence.c - 静默: for a time some notices wait; what is still open by then is said together.
 *
 *   engine_tell -> silence? -> kept -> the silence is over -> digest of each recipient
 *
 * What quiet hours do not hold back, a silence does not either: urgent levels, urgent reports, short limits. Nor are the
 * house's own alarms, and what becomes of one's own entries. A step of the ladder that supervises somebody (1 and up) is
 * kept back only by a silence that names the case: who silences reminders of a site must not hide from its supervisors
 * that nothing is done there.
 */
#include <assert.h>
#include <string.h>

#include "about.h"
#include "engine.h"

enum { MAX_SILENCES = 64, DAY_S = 24 * 60 * 60 };   /* not over at one time: each telling is held against all of them */

static const char *const NEVER_SILENCED[] = {
    "house_alarm", "delivery_failure", "nobody_to_receive", "year_missing", "quarantined", "quarantine_settled", "act_declined",
    "urgent_fever", "urgent_referral", "urgent_due", "urgent_overdue",
    "contact_test",
};

static bool is_never_silenced(const char *message)
{
    for (size_t i = 0; i < sizeof NEVER_SILENCED / sizeof NEVER_SILENCED[0]; i++)
        if (strcmp(message, NEVER_SILENCED[i]) == 0)
            return true;
    return false;
}

/* ---------------------------------------------------------------- does it fit? */

/* What is to be said to one person, as far as a silence asks. */
struct heard {
    const char *message;
    const char *account;
    Duban__Role role;
    const Duban__Case *case_;          /* may be NULL */
    const Duban__Task *task;           /* may be NULL */
    const struct policy_row *row;      /* NULL: not from a plan */
    struct place place;
};

static bool is_exempt(struct engine *engine, const struct heard *heard)
{
    if (is_never_silenced(heard->message))
        return true;
    if (heard->case_ != NULL && engine_severity(engine, (Duban__Case *) heard->case_)->urgent)
        return true;
    return heard->task != NULL && heard->task->policy_version.len == POLICY_VERSION_BYTES &&
           engine_is_exempt_from_quiet(engine_policy_of(engine, &heard->task->policy_version), heard->task);
}

static bool supervises(const struct heard *heard)
{
    return heard->row != NULL && heard->row->is_ladder && heard->row->ladder_step > 0;
}

static bool is_or_any(const char *wanted, const char *actual)
{
    return wanted[0] == '\0' || strcmp(wanted, actual) == 0;
}

static bool fits(struct engine *engine, const Duban__KeptSilence *silence, const struct heard *heard)
{
    const ProtobufCBinaryData *id = &silence->case_id;

    if (engine->now_s < silence->from_s || engine->now_s >= silence->until_s)
        return false;
    if (id->len == 0 && supervises(heard))
        return false;
    if (id->len > 0 && (heard->case_ == NULL || memcmp(heard->case_->id.data, id->data, ID_BYTES) != 0))
        return false;
    return is_or_any(silence->site, heard->place.site) && is_or_any(silence->message, heard->message) &&
           is_or_any(silence->account, heard->account) &&
           (silence->role == DUBAN__ROLE__ROLE_UNSPECIFIED || silence->role == heard->role) &&
           is_or_any(silence->area, engine_area_of(engine, heard->place));
}

static Duban__KeptSilence *find(struct engine *engine, const Duban__SilenceBook *book, const struct heard *heard)
{
    if (is_exempt(engine, heard))
        return NULL;
    for (size_t i = 0; i < book->n_numbers; i++) {
        Duban__KeptSilence *silence = state_silence(engine->state, book->numbers[i]);

        assert(silence != NULL);
        if (fits(engine, silence, heard))
            return silence;
    }
    return NULL;
}

Duban__KeptSilence *engine_silence_of(struct engine *engine, const struct telling *telling, const struct recipient *recipient)
{
    const Duban__SilenceBook *book = state_silence_book(engine->state);
    struct heard heard = {
        .message = telling->message, .account = recipient->holder->account, .role = recipient->role,
        .case_ = telling->case_, .task = telling->task, .row = telling->row,
    };

    if (book == NULL || book->n_numbers == 0 || telling->urgent)
        return NULL;
    heard.place = engine_place_of_telling(telling);
    return find(engine, book, &heard);
}

/* An item names its site, or where there is none its area. */
static struct place place_of_item(struct engine *engine, const Duban__NoticeItem *item)
{
    if (state_site(engine->state, item->site) != NULL)
        return (struct place){ item->site, "" };
    return (struct place){ "", item->site };
}

Duban__KeptSilence *engine_silence_of_item(struct engine *engine, const Duban__Notice *notice, const Duban__NoticeItem *item)
{
    const Duban__SilenceBook *book = state_silence_book(engine->state);
    struct heard heard = { .message = item->kind[0] != '\0' ? item->kind : notice->kind,
                           .account = notice->recipient->account, .role = notice->recipient->role };

    if (book == NULL || book->n_numbers == 0 || notice->urgency == DUBAN__URGENCY__URGENCY_URGENT)
        return NULL;
    heard.place = place_of_item(engine, item);
    heard.task = engine_task_of(engine, &item->task);
    if (item->case_id.len == ID_BYTES)
        heard.case_ = state_case(engine->state, item->case_id.data);
    if (heard.task != NULL)
        heard.row = engine_row(engine, heard.task, notice->cause->step);
    return find(engine, book, &heard);
}

/* ---------------------------------------------------------------- kept back */

static Duban__Fact *fact_of_item(struct engine *engine, Duban__FactKind kind, const Duban__Notice *notice,
                                 const Duban__NoticeItem *item)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    fact->subject = *item_about(item);
    fact->task = item->task;
    fact->step = notice->cause->step;
    fact->message_kind = item->kind[0] != '\0' ? item->kind : notice->kind;
    fact->rule = notice->cause->rule;
    fact->recipient = notice->recipient->account;
    return fact;
}

void engine_keep_silent(struct engine *engine, Duban__KeptSilence *silence, const Duban__Notice *notice,
                        const Duban__NoticeItem *item)
{
    Duban__Fact *fact = fact_of_item(engine, DUBAN__FACT_KIND__FACT_KIND_SILENCED, notice, item);
    Duban__NoticeItem alone = *item;
    Duban__NoticeItem *items[] = { &alone };
    Duban__Notice kept = *notice;

    fact->number = silence->number;
    fact->new_s = silence->until_s;
    engine_add_fact(engine, fact);
    alone.kind = fact->message_kind;   /* in a digest a line says what it is */
    kept.items = items;
    kept.n_items = 1;
    state_put_silenced(engine->state, silence->number, &kept);
    silence->kept++;
    state_put_silence(engine->state, silence);
}

/* ---------------------------------------------------------------- over */

/* Into the digest of the moment, at night into the next one. */
static int64_t digest_moment(struct engine *engine)
{
    if (engine_is_stale(engine))
        return engine_stale_digest_s(engine);
    return policy_is_quiet(engine->policy, engine->now_s) ? policy_next_digest(engine->policy, engine->now_s - 1) : engine->now_s;
}

/* False: there is more. */
static bool hand_on_some(struct engine *engine, const Duban__KeptSilence *silence)
{
    int64_t at_s = digest_moment(engine);

    for (size_t i = 0; i < MAX_DIGEST_ITEMS; i++) {
        Duban__Notice *notice = state_take_silenced(engine->state, silence->number);
        Duban__Fact *fact;

        if (notice == NULL)
            return true;
        fact = fact_of_item(engine, DUBAN__FACT_KIND__FACT_KIND_FOLDED, notice, notice->items[0]);
        fact->new_s = at_s;
        engine_add_fact(engine, fact);
        notice->late = false;
        if (engine_is_stale(engine))
            engine_mark_late(engine, notice);
        state_put_digest_line(engine->state, at_s, notice);
    }
    return false;
}

static void close_silence(struct engine *engine, Duban__SilenceBook *book, size_t place)
{
    Duban__KeptSilence *silence = state_silence(engine->state, book->numbers[place]);
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_SILENCE_OVER, NULL);

    silence->over = true;
    state_put_silence(engine->state, silence);
    book->n_numbers--;
    memmove(book->numbers + place, book->numbers + place + 1, (book->n_numbers - place) * sizeof book->numbers[0]);
    state_put_silence_book(engine->state, book);
    fact->subject = silence->case_id;
    fact->actor = silence->ended_by;
    fact->number = silence->number;
    fact->of = silence->kept;
    fact->reason = silence->end_reason;
    engine_add_fact(engine, fact);
}

static bool is_due(struct engine *engine, const Duban__KeptSilence *silence)
{
    return silence->until_s <= engine->now_s;
}

/* One batch for each firing; digests are asked for last, so that nobody gets two. */
void engine_silences_due(struct engine *engine)
{
    Duban__SilenceBook *book = state_silence_book(engine->state);
    int64_t at_s = digest_moment(engine);

    for (size_t i = 0; book != NULL && i < book->n_numbers; i++) {
        const Duban__KeptSilence *silence = state_silence(engine->state, book->numbers[i]);

        if (!is_due(engine, silence))
            continue;
        if (hand_on_some(engine, silence))
            close_silence(engine, book, i);
        engine_house_timer(engine, HOUSE_SILENCE, engine->now_s);   /* another may be due, or there is more */
        return;
    }
    if (state_has_digest_line(engine->state, at_s))
        engine_house_timer(engine, HOUSE_DIGEST, at_s);
}

/* ---------------------------------------------------------------- begun */

/* For what, and where, the right is asked. */
static bool may_silence(struct engine *engine, const Duban__Case *case_, const char *site, const char *area, struct fault *fault)
{
    const char *where = case_ != NULL ? case_->site : site;

    return engine_may_at(engine, RIGHT_SILENCE, (struct place){ where, where[0] == '\0' ? area : "" }, "", fault);
}

static bool names_something(struct engine *engine, const Duban__Silence *silence, struct fault *fault)
{
    if (silence->site[0] != '\0' && state_site(engine->state, silence->site) == NULL)
        return fault_set(fault, "silence.site", "点位 %s 不在登记册中", "site %s is not registered", silence->site);
    if (silence->area[0] != '\0' && state_area(engine->state, silence->area) == NULL)
        return fault_set(fault, "silence.area", "社区（村） %s 不在登记册中", "area %s is not registered", silence->area);
    if (silence->account[0] != '\0' && state_holder(engine->state, silence->account) == NULL)
        return fault_set(fault, "silence.account", "账号 %s 不在登记册中", "account %s is not registered", silence->account);
    if (silence->message[0] != '\0' && policy_message(engine->policy, silence->message) == NULL)
        return fault_set(fault, "silence.message", "现行政策包没有消息 %s", "the policy in force has no message %s", silence->message);
    if (is_never_silenced(silence->message))
        return fault_set(fault, "silence.message", "%s 这类消息不能静默", "messages of the kind %s cannot be silenced", silence->message);
    return true;
}

static bool may_be_kept_back(struct engine *engine, Duban__Case *case_, struct fault *fault)
{
    if (case_ == NULL)
        return true;
    if (!engine_case_is_open(case_))
        return fault_set(fault, "silence.case", "该问题已销号或作废，不再提醒", "the case is over: nothing is sent of it");
    return !engine_severity(engine, case_)->urgent ||
           fault_set(fault, "silence.case", "%s 级问题不能静默", "a case of level %s cannot be silenced", case_->level);
}

static bool is_bounded(struct engine *engine, int64_t from_s, int64_t until_s, struct fault *fault)
{
    uint32_t most = engine->policy->silences.at_most_days;

    if (until_s <= engine->now_s)
        return fault_set(fault, "silence.untilMs", "截止时间应晚于现在", "it must end later than now");
    return until_s - from_s <= (int64_t) most * DAY_S ||
           fault_set(fault, "silence.untilMs", "静默最长 %u 天", "a silence lasts at most %u days", most);
}

static Duban__SilenceBook *book_with_room(struct engine *engine)
{
    Duban__SilenceBook *book = state_silence_book(engine->state);
    uint32_t *numbers = arena_take(&engine->state->arena, MAX_SILENCES * sizeof *numbers);

    assert(numbers != NULL);
    if (book == NULL) {
        book = arena_take(&engine->state->arena, sizeof *book);
        assert(book != NULL);
        duban__silence_book__init(book);
    }
    if (book->n_numbers > 0)
        memcpy(numbers, book->numbers, book->n_numbers * sizeof *numbers);
    book->numbers = numbers;
    return book;
}

static void begin(struct engine *engine, const Duban__Silence *wanted, const Duban__Case *case_, int64_t from_s)
{
    Duban__SilenceBook *book = book_with_room(engine);
    Duban__KeptSilence *silence = arena_take(&engine->state->arena, sizeof *silence);
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_SILENCE_BEGUN, case_);

    assert(silence != NULL);
    duban__kept_silence__init(silence);
    silence->number = book->numbers[book->n_numbers++] = ++book->last_number;
    if (case_ != NULL)
        silence->case_id = case_->id;
    silence->site = wanted->site;
    silence->area = wanted->area;
    silence->message = wanted->message;
    silence->role = wanted->role;
    silence->account = wanted->account;
    silence->reason = wanted->reason;
    silence->from_s = from_s;
    silence->until_s = wanted->until_ms / 1000;
    silence->set_by = (char *) engine->account;
    silence->set_s = engine->now_s;
    state_put_silence(engine->state, silence);
    state_put_silence_book(engine->state, book);
    engine_house_timer(engine, HOUSE_SILENCE, silence->until_s);
    fact->number = silence->number;
    fact->old_s = from_s;
    fact->new_s = silence->until_s;
    fact->reason = wanted->reason;
    engine_add_fact(engine, fact);
}

bool engine_on_silence(struct engine *engine, const Duban__Silence *silence, struct fault *fault)
{
    const Duban__SilenceBook *book = state_silence_book(engine->state);
    Duban__Case *case_ = NULL;
    int64_t from_s = silence->from_ms / 1000 > engine->now_s ? silence->from_ms / 1000 : engine->now_s;

    if (engine->policy == NULL || !engine->policy->silences.given)
        return fault_set(fault, "silence", "现行政策包没有 silences 一节，不能静默",
                         "the policy in force has no section silences: nothing can be silenced");
    if (silence->case_ != NULL && (case_ = engine_referenced_case(engine, silence->case_, fault)) == NULL)
        return false;
    if (!names_something(engine, silence, fault) || !may_silence(engine, case_, silence->site, silence->area, fault) ||
        !may_be_kept_back(engine, case_, fault) || !is_bounded(engine, from_s, silence->until_ms / 1000, fault))
        return false;
    if (book != NULL && book->n_numbers >= MAX_SILENCES)
        return fault_set(fault, "silence", "同时最多 %d 条静默，请先结束一些", "at most %d silences at one time: end some first", MAX_SILENCES);
    begin(engine, silence, case_, from_s);
    return true;
}

/* What it has kept back is handed on as time next moves: at once. */
bool engine_on_silence_end(struct engine *engine, const Duban__SilenceEnd *end, struct fault *fault)
{
    Duban__KeptSilence *silence = state_silence(engine->state, end->number);

    if (silence == NULL)
        return fault_set(fault, "silenceEnd.number", "没有第 %u 号静默", "there is no silence %u", end->number);
    if (!may_silence(engine, silence->case_id.len == 0 ? NULL : state_case(engine->state, silence->case_id.data), silence->site,
                     silence->area, fault))
        return false;
    if (silence->over || silence->until_s <= engine->now_s)
        return fault_set(fault, "silenceEnd.number", "第 %u 号静默已结束", "silence %u is over already", end->number);
    silence->until_s = engine->now_s;
    silence->ended_by = (char *) engine->account;
    silence->end_reason = end->reason;
    state_put_silence(engine->state, silence);
    engine_house_timer(engine, HOUSE_SILENCE, engine->now_s);
    return true;
}
