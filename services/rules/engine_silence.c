/* engine_silence.c - 静默: for a time some notices wait; what is still open by then is said together.
 *
 *   engine_tell -> silence? -> kept -> the silence is over -> digest of each recipient
 *
 * What quiet hours do not hold back, a silence does not either: urgent levels, urgent reports, short limits. Nor are the
 * house's own alarms, and what becomes of one's own entries. A step of the ladder that supervises somebody (1 and up) is
 * kept back only by a silence that names the case: who silences reminders of a site must not hide from its supervisors
 * that nothing is done there.
 *
 * 本人免扰: a member sets one for himself, in the same way and with the same bounds. It stands in his own book, so that each
 * telling is held against those of its recipient only.
 */
#include <assert.h>
#include <string.h>

#include "about.h"
#include "engine.h"

/* Not over at one time: each telling is held against all, and against the recipient's own. */
enum { MAX_SILENCES = 64, MAX_OWN_SILENCES = 8, MAX_PERSONAL_SILENCES = 1024, DAY_S = 24 * 60 * 60 };

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

static Duban__KeptSilence *find_in(struct engine *engine, const Duban__SilenceBook *book, const struct heard *heard)
{
    for (size_t i = 0; book != NULL && i < book->n_numbers; i++) {
        Duban__KeptSilence *silence = state_silence(engine->state, book->numbers[i]);

        assert(silence != NULL);
        if (fits(engine, silence, heard))
            return silence;
    }
    return NULL;
}

/* Is there anything that it could be held against? */
static bool is_any(struct engine *engine, const char *account)
{
    const Duban__SilenceBook *book = state_silence_book(engine->state);

    if (book == NULL || (book->n_numbers == 0 && book->n_personal_numbers == 0))
        return false;
    return book->n_numbers > 0 || state_own_silence_book(engine->state, account) != NULL;
}

static Duban__KeptSilence *find(struct engine *engine, const struct heard *heard)
{
    Duban__KeptSilence *silence;

    if (is_exempt(engine, heard))
        return NULL;
    silence = find_in(engine, state_silence_book(engine->state), heard);
    return silence != NULL ? silence : find_in(engine, state_own_silence_book(engine->state, heard->account), heard);
}

Duban__KeptSilence *engine_silence_of(struct engine *engine, const struct telling *telling, const struct recipient *recipient)
{
    struct heard heard = {
        .message = telling->message, .account = recipient->holder->account, .role = recipient->role,
        .case_ = telling->case_, .task = telling->task, .row = telling->row,
    };

    if (telling->urgent || !is_any(engine, heard.account))
        return NULL;
    heard.place = engine_place_of_telling(telling);
    return find(engine, &heard);
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
    struct heard heard = { .message = item->kind[0] != '\0' ? item->kind : notice->kind,
                           .account = notice->recipient->account, .role = notice->recipient->role };

    if (notice->urgency == DUBAN__URGENCY__URGENCY_URGENT || !is_any(engine, heard.account))
        return NULL;
    heard.place = place_of_item(engine, item);
    heard.task = engine_task_of(engine, &item->task);
    if (item->case_id.len == ID_BYTES)
        heard.case_ = state_case(engine->state, item->case_id.data);
    if (heard.task != NULL)
        heard.row = engine_row(engine, heard.task, notice->cause->step);
    return find(engine, &heard);
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

static void take_number(uint32_t *numbers, size_t *count, uint32_t number)
{
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++)
        if (numbers[i] != number)
            numbers[kept++] = numbers[i];
    *count = kept;
}

static void take_out_of_books(struct engine *engine, const Duban__KeptSilence *silence)
{
    Duban__SilenceBook *book = state_silence_book(engine->state);
    Duban__SilenceBook *own = silence->personal ? state_own_silence_book(engine->state, silence->account) : NULL;

    take_number(book->numbers, &book->n_numbers, silence->number);
    take_number(book->personal_numbers, &book->n_personal_numbers, silence->number);
    state_put_silence_book(engine->state, book);
    if (own == NULL)
        return;
    take_number(own->numbers, &own->n_numbers, silence->number);
    state_put_own_silence_book(engine->state, silence->account, own);
}

static void close_silence(struct engine *engine, Duban__KeptSilence *silence)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_SILENCE_OVER, NULL);

    silence->over = true;
    state_put_silence(engine->state, silence);
    take_out_of_books(engine, silence);
    fact->subject = silence->case_id;
    fact->actor = silence->ended_by;
    fact->number = silence->number;
    fact->of = silence->kept;
    fact->reason = silence->end_reason;
    engine_add_fact(engine, fact);
}

static Duban__KeptSilence *due_among(struct engine *engine, const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Duban__KeptSilence *silence = state_silence(engine->state, numbers[i]);

        if (silence->until_s <= engine->now_s)
            return silence;
    }
    return NULL;
}

static Duban__KeptSilence *one_that_is_due(struct engine *engine)
{
    const Duban__SilenceBook *book = state_silence_book(engine->state);
    Duban__KeptSilence *silence = book == NULL ? NULL : due_among(engine, book->numbers, book->n_numbers);

    return book == NULL || silence != NULL ? silence : due_among(engine, book->personal_numbers, book->n_personal_numbers);
}

/* One batch for each firing; digests are asked for last, so that nobody gets two. */
void engine_silences_due(struct engine *engine)
{
    Duban__KeptSilence *silence = one_that_is_due(engine);
    int64_t at_s = digest_moment(engine);

    if (silence != NULL) {
        if (hand_on_some(engine, silence))
            close_silence(engine, silence);
        engine_house_timer(engine, HOUSE_SILENCE, engine->now_s);   /* another may be due, or there is more */
    } else if (state_has_digest_line(engine->state, at_s)) {
        engine_house_timer(engine, HOUSE_DIGEST, at_s);
    }
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

static bool is_bounded(struct engine *engine, int64_t from_s, int64_t until_s, uint32_t most, struct fault *fault)
{
    if (until_s <= engine->now_s)
        return fault_set(fault, "silence.untilMs", "截止时间应晚于现在", "it must end later than now");
    return until_s - from_s <= (int64_t) most * DAY_S ||
           fault_set(fault, "silence.untilMs", "静默最长 %u 天", "a silence lasts at most %u days", most);
}

static Duban__SilenceBook *new_book(struct engine *engine)
{
    Duban__SilenceBook *book = arena_take(&engine->state->arena, sizeof *book);

    assert(book != NULL);
    duban__silence_book__init(book);
    return book;
}

static void add_number(struct engine *engine, uint32_t **numbers, size_t *count, uint32_t number)
{
    uint32_t *longer = arena_take(&engine->state->arena, (*count + 1) * sizeof *longer);

    assert(longer != NULL);
    if (*count > 0)
        memcpy(longer, *numbers, *count * sizeof *longer);
    longer[(*count)++] = number;
    *numbers = longer;
}

/* Its number. owner: who sets it for himself; NULL = it is for all. */
static uint32_t put_into_books(struct engine *engine, const char *owner)
{
    Duban__SilenceBook *book = state_silence_book(engine->state);
    Duban__SilenceBook *own = owner == NULL ? NULL : state_own_silence_book(engine->state, owner);

    if (book == NULL)
        book = new_book(engine);
    book->last_number++;
    if (owner == NULL) {
        add_number(engine, &book->numbers, &book->n_numbers, book->last_number);
    } else {
        if (own == NULL)
            own = new_book(engine);
        add_number(engine, &book->personal_numbers, &book->n_personal_numbers, book->last_number);
        add_number(engine, &own->numbers, &own->n_numbers, book->last_number);
        state_put_own_silence_book(engine->state, owner, own);
    }
    state_put_silence_book(engine->state, book);
    return book->last_number;
}

static void begin(struct engine *engine, const Duban__Silence *wanted, const Duban__Case *case_, int64_t from_s)
{
    Duban__KeptSilence *silence = arena_take(&engine->state->arena, sizeof *silence);
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_SILENCE_BEGUN, case_);

    assert(silence != NULL);
    duban__kept_silence__init(silence);
    silence->number = put_into_books(engine, wanted->personal ? engine->account : NULL);
    silence->personal = wanted->personal;
    if (case_ != NULL)
        silence->case_id = case_->id;
    silence->site = wanted->site;
    silence->area = wanted->area;
    silence->message = wanted->message;
    silence->role = wanted->role;
    silence->account = wanted->personal ? (char *) engine->account : wanted->account;
    silence->reason = wanted->reason;
    silence->from_s = from_s;
    silence->until_s = wanted->until_ms / 1000;
    silence->set_by = (char *) engine->account;
    silence->set_s = engine->now_s;
    state_put_silence(engine->state, silence);
    engine_house_timer(engine, HOUSE_SILENCE, silence->until_s);
    fact->number = silence->number;
    fact->old_s = from_s;
    fact->new_s = silence->until_s;
    fact->reason = wanted->reason;
    engine_add_fact(engine, fact);
}

static bool may_set(struct engine *engine, const Duban__Silence *silence, const Duban__Case *case_, struct fault *fault)
{
    if (!silence->personal)
        return may_silence(engine, case_, silence->site, silence->area, fault);
    return state_holder(engine->state, engine->account) != NULL ||
           fault_set(fault, "account", "账号 %s 不在登记册中，没有通知可免", "account %s is not registered: nothing is sent to it", engine->account);
}

static bool is_allowed_by_policy(struct engine *engine, const Duban__Silence *silence, struct fault *fault)
{
    const struct policy_silences *silences = engine->policy == NULL ? NULL : &engine->policy->silences;

    if (silences == NULL || !silences->given)
        return fault_set(fault, "silence", "现行政策包没有 silences 一节，不能静默",
                         "the policy in force has no section silences: nothing can be silenced");
    return !silence->personal || silences->own_at_most_days > 0 ||
           fault_set(fault, "silence.personal", "现行政策包没有 silences.own_at_most_days，不能设本人免扰",
                     "the policy in force has no silences.own_at_most_days: nobody silences for himself");
}

static bool has_room(struct engine *engine, const Duban__Silence *silence, struct fault *fault)
{
    const Duban__SilenceBook *book = state_silence_book(engine->state);
    const Duban__SilenceBook *own = state_own_silence_book(engine->state, engine->account);

    if (!silence->personal)
        return book == NULL || book->n_numbers < MAX_SILENCES ||
               fault_set(fault, "silence", "同时最多 %d 条静默，请先结束一些", "at most %d silences at one time: end some first", MAX_SILENCES);
    if (own != NULL && own->n_numbers >= MAX_OWN_SILENCES)
        return fault_set(fault, "silence", "每人同时最多 %d 条免扰，请先结束一些", "at most %d of one's own at one time: end some first", MAX_OWN_SILENCES);
    return book == NULL || book->n_personal_numbers < MAX_PERSONAL_SILENCES ||
           fault_set(fault, "silence", "全体同时最多 %d 条免扰", "at most %d of all members at one time", MAX_PERSONAL_SILENCES);
}

bool engine_on_silence(struct engine *engine, const Duban__Silence *silence, struct fault *fault)
{
    Duban__Case *case_ = NULL;
    int64_t from_s = silence->from_ms / 1000 > engine->now_s ? silence->from_ms / 1000 : engine->now_s;
    uint32_t most;

    if (!is_allowed_by_policy(engine, silence, fault))
        return false;
    most = silence->personal ? engine->policy->silences.own_at_most_days : engine->policy->silences.at_most_days;
    if (silence->case_ != NULL && (case_ = engine_referenced_case(engine, silence->case_, fault)) == NULL)
        return false;
    if (!names_something(engine, silence, fault) || !may_set(engine, silence, case_, fault) ||
        !may_be_kept_back(engine, case_, fault) || !is_bounded(engine, from_s, silence->until_ms / 1000, most, fault) ||
        !has_room(engine, silence, fault))
        return false;
    begin(engine, silence, case_, from_s);
    return true;
}

/* Whoever has set one for himself ends it; the lead may too. */
static bool may_end(struct engine *engine, const Duban__KeptSilence *silence, struct fault *fault)
{
    if (silence->personal && strcmp(silence->set_by, engine->account) == 0)
        return true;
    if (silence->personal)
        return engine_may_at(engine, RIGHT_SILENCE, engine_place_of_site(""), "", fault);
    return may_silence(engine, silence->case_id.len == 0 ? NULL : state_case(engine->state, silence->case_id.data), silence->site,
                       silence->area, fault);
}

/* What it has kept back is handed on as time next moves: at once. */
bool engine_on_silence_end(struct engine *engine, const Duban__SilenceEnd *end, struct fault *fault)
{
    Duban__KeptSilence *silence = state_silence(engine->state, end->number);

    if (silence == NULL)
        return fault_set(fault, "silenceEnd.number", "没有第 %u 号静默", "there is no silence %u", end->number);
    if (!may_end(engine, silence, fault))
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
