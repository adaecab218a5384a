/* engine_case.c - a case's turning points, from the finding to the closing.
 *
 *   open -> [claim] -> window -> pass 1 -> ... -> pass N -> [approval] -> closed
 *              ^         |                                       |
 *              +-- rework (fail)                                 +-- reopened within 14 days
 *
 * Numbers in brackets are rules of the domain: (1) one case per place, (2) claims, (6)
 * windows, (7) rework, (8) recurrence, (9) edits.
 */
#include <assert.h>
#include <string.h>

#include "engine_figures.h"

/* ---------------------------------------------------------------- small things */

Duban__Fact *engine_fact(struct engine *engine, Duban__FactKind kind, const Duban__Case *case_)
{
    Duban__Fact *fact = arena_take(&engine->state->arena, sizeof *fact);

    assert(fact != NULL);
    duban__fact__init(fact);
    fact->kind = kind;
    fact->at_s = engine->now_s;
    fact->entry_sequence = engine->entry_sequence;
    fact->actor = (char *) engine->account;
    if (engine->adopter != NULL)
        fact->adopted_by = (char *) engine->adopter;
    if (case_ != NULL)
        fact->subject = case_->id;
    return fact;
}

void engine_add_fact(struct engine *engine, Duban__Fact *fact)
{
    state_add_fact(engine->state, fact);
}

static void add_state_fact(struct engine *engine, Duban__FactKind kind, Duban__Case *case_, Duban__CaseState to)
{
    Duban__Fact *fact = engine_fact(engine, kind, case_);

    fact->from = case_->state;
    fact->to = to;
    case_->state = to;
    fact->level_to = case_->level;
    fact->new_s = case_->due_s;
    engine_add_fact(engine, fact);
}

Duban__Task *engine_task_of(struct engine *engine, const ProtobufCBinaryData *id)
{
    return id->len == ID_BYTES ? state_task(engine->state, id->data) : NULL;
}

const struct policy_severity *engine_severity(struct engine *engine, const Duban__Case *case_)
{
    const struct policy_severity *severity = policy_severity(engine_policy_of(engine, &case_->policy_version), case_->level);

    assert(severity != NULL);   /* levels come from the pack that the case runs under */
    return severity;
}

bool engine_case_is_open(const Duban__Case *case_)
{
    return case_->state != DUBAN__CASE_STATE__CASE_STATE_CLOSED && case_->state != DUBAN__CASE_STATE__CASE_STATE_VOIDED;
}

static bool is_open(void *self, const Duban__Case *case_)
{
    (void) self;
    return engine_case_is_open(case_);
}

size_t engine_open_cases(struct engine *engine, const char *site, uint8_t (*ids)[ID_BYTES])
{
    return state_cases_wanted(engine->state, site, is_open, NULL, ids, MAX_CASES_PER_SITE);
}

/* Ends the task that the field names, if any; the field is cleared. */
void engine_end_task(struct engine *engine, ProtobufCBinaryData *id, Duban__TaskState state)
{
    Duban__Task *task = engine_task_of(engine, id);

    if (task != NULL)
        engine_task_stop(engine, task, state);
    *id = (ProtobufCBinaryData){ 0, NULL };
}

static void end_all_tasks(struct engine *engine, Duban__Case *case_, Duban__TaskState state)
{
    engine_end_task(engine, &case_->rectification_task, state);
    engine_end_task(engine, &case_->revisit_task, state);
    engine_end_task(engine, &case_->acknowledgement_task, state);
    engine_end_task(engine, &case_->approval_task, state);
    engine_end_task(engine, &case_->review_task, state);
    engine_end_task(engine, &case_->recompute_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
}

static void tell_case(struct engine *engine, const char *message, const char *rule, Duban__Case *case_,
                      Duban__NoticeItem *item, const enum policy_selector *to, size_t count)
{
    struct telling telling = {
        .message = message, .to = to, .to_count = count, .rule = rule, .case_ = case_, .items = &item, .item_count = 1,
        .urgent = engine_severity(engine, case_)->urgent,
    };

    engine_tell(engine, &telling);
}

/* ---------------------------------------------------------------- level and limit */

/* N and the spacing of the passes at a level: the item's own, else the level's. */
static void set_passes(struct engine *engine, Duban__Case *case_, const struct policy_severity *severity)
{
    const struct policy_item *item = policy_item(engine_policy_of(engine, &case_->policy_version), case_->item);
    bool own = item != NULL && item->passes > 0 && strcmp(item->severity->code, severity->code) == 0;
    const uint32_t *offsets = own ? item->pass_offsets_days : severity->pass_offsets_days;

    case_->passes_needed = own ? item->passes : severity->passes;
    case_->n_pass_offsets_days = case_->passes_needed;
    case_->pass_offsets_days = arena_take(&engine->state->arena, sizeof(uint32_t) * POLICY_MAX_PASSES);
    assert(case_->pass_offsets_days != NULL && case_->passes_needed <= POLICY_MAX_PASSES);
    memcpy(case_->pass_offsets_days, offsets, sizeof(uint32_t) * case_->passes_needed);
}

void engine_set_level(struct engine *engine, Duban__Case *case_, const struct policy_severity *severity)
{
    case_->level = (char *) severity->code;
    set_passes(engine, case_, severity);
}

/* An item's own limit stands only at the item's own level. */
static const struct policy_limit *limit_at(const struct policy *policy, const char *item_code,
                                           const struct policy_severity *severity)
{
    const struct policy_item *item = policy_item(policy, item_code);

    if (item != NULL && item->has_limit && strcmp(item->severity->code, severity->code) == 0)
        return &item->limit;
    return &severity->limit;
}

const struct policy_limit *engine_limit_of(struct engine *engine, const Duban__Case *case_,
                                           const struct policy_severity *severity)
{
    return limit_at(engine_policy_of(engine, &case_->policy_version), case_->item, severity);
}

const struct policy_limit *engine_limit_by(const struct policy *policy, const char *item_code, const Duban__Counted *counted)
{
    const struct policy_severity *severity = policy_severity(policy, counted->level);

    if (severity == NULL)
        return NULL;
    return counted->rework ? &severity->rework_limit : limit_at(policy, item_code, severity);
}

static void set_limit(struct engine *engine, Duban__Case *case_, const struct policy_limit *limit, bool rework)
{
    case_->base_s = engine->now_s;
    case_->counted = engine_counted_new(engine, engine_policy_of(engine, &case_->policy_version), limit->unit, engine->now_s);
    case_->counted->level = case_->level;
    case_->counted->rework = rework;
    case_->due_s = engine_count(engine, case_->counted, limit);
    case_->limit_s = case_->due_s == 0 ? 0 : case_->due_s - case_->base_s;
    case_->limit_in_days = limit->unit == UNIT_CALENDAR_DAYS;
    case_->explained_s = 0;
    case_->expected_s = 0;
    case_->ladder_step = 0;
    case_->n_acknowledged = 0;
}

static void open_rectification(struct engine *engine, Duban__Case *case_)
{
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, case_, case_->next_rectification++);

    task->base_s = case_->base_s;
    task->due_s = case_->due_s;
    task->counted = case_->counted;
    case_->rectification_task = task->id;
    engine_task_start(engine, task);
}

/* ---------------------------------------------------------------- opening */

static void begin_round(Duban__Case *case_, const struct finding *finding)
{
    case_->round++;
    case_->passes = 0;
    case_->last_pass_ms = 0;
    case_->passed_by = "";
    case_->claimed_ms = 0;
    case_->fixed_ms = 0;
    case_->fixed_late = false;
    case_->closed_ms = 0;
    case_->found_at_ms = finding->visit->visit_ms;
    case_->last_failed_ms = finding->visit->visit_ms;
    case_->missed_due_s = 0;
    case_->passed_by_other = false;
}

static void add_finding_fact(struct engine *engine, Duban__FactKind kind, Duban__Case *case_, const struct finding *finding,
                             Duban__CaseState to)
{
    Duban__Fact *fact = engine_fact(engine, kind, case_);

    fact->from = case_->state;
    fact->to = to;
    case_->state = to;
    fact->level_to = case_->level;
    fact->new_s = case_->due_s;
    fact->visit_ms = finding->visit->visit_ms;
    fact->other_sequence = finding->visit->sequence;
    fact->doubt_score = finding->visit->doubt_score;
    fact->reason = finding->answer->note;
    if (finding->note_en != NULL)
        fact->reason_en = (char *) finding->note_en;
    fact->number = case_->round;
    engine_add_fact(engine, fact);
}

static void set_finding(Duban__Case *case_, const struct finding *finding)
{
    case_->finding = finding->answer->note;
    case_->finding_en = (char *) (finding->note_en == NULL ? "" : finding->note_en);
}

/* Firing may begin again after a crash and must give the same ids: what a timer finds has its subject's, and tasks
 * numbered apart from those of the subject's other cases. */
static void name_case(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    uint8_t *id = arena_take(&engine->state->arena, ID_BYTES);

    assert(id != NULL);
    case_->id = (ProtobufCBinaryData){ ID_BYTES, id };
    if (finding->about == NULL) {
        engine_id(id, engine->entry_sequence, engine->next_subject++, 0, 0);
        return;
    }
    engine_id(id, get_u64(finding->about->id.data), get_u16(finding->about->id.data + 8), 0, finding->occurrence);
    case_->next_rectification = case_->next_revisit = case_->next_other = finding->occurrence << 16;
}

Duban__Case *engine_case_open(struct engine *engine, const struct finding *finding)
{
    Duban__Case *case_ = arena_take(&engine->state->arena, sizeof *case_);
    const struct policy_severity *severity;
    struct condition_values values = { 0 };
    const struct policy_uplift *uplift;

    assert(case_ != NULL);
    duban__case__init(case_);
    name_case(engine, case_, finding);
    case_->number = ++engine->state->meta.case_last;
    case_->site = finding->visit->site;
    case_->item = finding->answer->item;
    case_->policy_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) engine->policy->version };
    set_finding(case_, finding);
    case_->finder = case_->owner = finding->visit->reporter;
    case_->opened_by_sequence = engine->entry_sequence;
    engine_check_begins(engine, case_, finding->visit, true);
    begin_round(case_, finding);
    uplift = engine_uplift(engine, finding, &values);
    severity = uplift == NULL ? finding->item->severity : finding->item->severity->raised;
    engine_set_level(engine, case_, severity);
    set_limit(engine, case_, engine_limit_of(engine, case_, severity), false);
    case_->original_due_s = case_->due_s;
    engine_filing_begins(engine, case_);
    add_finding_fact(engine, DUBAN__FACT_KIND__FACT_KIND_OPENED, case_, finding, DUBAN__CASE_STATE__CASE_STATE_RECTIFYING);
    if (uplift != NULL)
        engine_note_uplift(engine, case_, finding, uplift);
    else
        engine_note_no_uplift(engine, case_, finding, &values);
    open_rectification(engine, case_);
    state_put_case_place(engine->state, case_);
    state_put_case(engine->state, case_);
    engine->state->meta.open_cases++;
    return case_;
}

static void tell_recurrence(struct engine *engine, Duban__Case *case_, uint32_t days)
{
    static const enum policy_selector TO[] = { TO_OWNER, TO_GROUP_LEADER };
    Duban__NoticeItem *item = engine_item(engine, NULL, case_);

    item->days = days;
    tell_case(engine, "recurrence", "case.reopened", case_, item, TO, 2);
}

void engine_case_reopen(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);
    const struct policy_severity *severity = engine_severity(engine, case_)->raised;
    int64_t days = civil_day(finding->visit->visit_ms / 1000, policy->utc_offset_s) -
                   civil_day(case_->closed_ms / 1000, policy->utc_offset_s);

    engine_check_begins(engine, case_, finding->visit, false);
    engine_end_appeal(engine, case_);   /* it was about the round that is over */
    engine_look_back_leave(engine, case_);
    if (case_->n_filings > 0)
        case_->filings[case_->n_filings - 1]->exempt_from_stats = case_->exempt_from_stats;
    engine_filing_begins(engine, case_);
    case_->exempt_from_stats = false;
    begin_round(case_, finding);
    case_->recurrences++;
    case_->failed_revisits = 0;
    case_->extensions = 0;
    case_->site_paused = false;   /* it may have been closed while the site stood still; now it does not */
    case_->finder = case_->owner = finding->visit->reporter;
    if (finding->answer->note[0] != '\0')
        set_finding(case_, finding);
    engine_set_level(engine, case_, severity);
    set_limit(engine, case_, engine_limit_of(engine, case_, severity), false);
    case_->original_due_s = case_->due_s;
    add_finding_fact(engine, DUBAN__FACT_KIND__FACT_KIND_REOPENED, case_, finding, DUBAN__CASE_STATE__CASE_STATE_RECTIFYING);
    open_rectification(engine, case_);
    engine->state->meta.open_cases++;
    tell_recurrence(engine, case_, (uint32_t) (days < 1 ? 1 : days));
    state_put_case(engine->state, case_);
}

/* ---------------------------------------------------------------- revisits */

/* The morning's digest is too late for a revisit that is wanted today. */
static bool is_wanted_today(struct engine *engine, const Duban__Case *case_, const Duban__Task *task)
{
    int32_t offset = engine_policy_of(engine, &case_->policy_version)->utc_offset_s;

    return civil_day(task->due_s, offset) == civil_day(engine->now_s, offset);
}

static Duban__Task *new_revisit(struct engine *engine, Duban__Case *case_, int64_t start_s, int64_t due_s)
{
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_REVISIT, case_, case_->next_revisit++);

    task->start_s = start_s;
    task->due_s = due_s;
    task->pass_number = case_->passes + 1;
    case_->revisit_task = task->id;
    return task;
}

static void note_revisit(struct engine *engine, const Duban__Case *case_, const Duban__Task *task)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_REVISIT_PLANNED, case_);

    fact->task = task->id;
    fact->old_s = task->start_s;
    fact->new_s = task->due_s;
    fact->number = task->pass_number;
    fact->of = case_->passes_needed;
    engine_add_fact(engine, fact);
}

void engine_case_revisit(struct engine *engine, Duban__Case *case_, int64_t start_s, int64_t due_s)
{
    Duban__Task *task = new_revisit(engine, case_, start_s, due_s);

    if (engine_era(engine) >= ERA_OF_REVISITS_SAID)
        note_revisit(engine, case_, task);
    engine_task_start(engine, task);
    engine_pause_with_case(engine, case_, task);
}

static void open_revisit(struct engine *engine, Duban__Case *case_, int64_t start_s, int64_t due_s, bool is_first)
{
    Duban__Task *task = new_revisit(engine, case_, start_s, due_s);

    note_revisit(engine, case_, task);
    engine_task_start_saying(engine, task, is_first && is_wanted_today(engine, case_, task) ? "revisit_today" : "");
}

/* (6) Length from the base, or by days; out of the night unless the level says otherwise. */
static int64_t first_window_end(const struct policy *policy, const struct policy_severity *severity, int64_t base_s)
{
    int32_t offset = policy->utc_offset_s;
    int64_t end_s = base_s + severity->first_window_s;
    int32_t clock_s;

    if (severity->first_window_s == 0)
        end_s = civil_moment(civil_day(base_s, offset) + severity->first_window_days, policy->end_of_day_s, offset);
    clock_s = civil_second_of_day(end_s, offset);
    if (severity->window_at_night)
        return end_s;
    if (clock_s >= policy->night_from_s)
        return civil_moment(civil_day(end_s, offset) + 1, policy->night_moves_to_s, offset);
    if (clock_s < policy->night_to_s)
        return civil_moment(civil_day(end_s, offset), policy->night_moves_to_s, offset);
    return end_s;
}

static void tell_revisit_today(struct engine *engine, Duban__Case *case_)
{
    static const enum policy_selector TO[] = { TO_OWNER };
    Duban__Task *task = engine_task_of(engine, &case_->revisit_task);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "revisit_today", .to = TO, .to_count = 1, .rule = "revisit.opened", .task = task, .case_ = case_,
        .items = &item, .item_count = 1, .urgent = engine_severity(engine, case_)->urgent,
    };

    if (!is_wanted_today(engine, case_, task))
        return;
    item = engine_item(engine, task, case_);
    if (engine_tell(engine, &telling) > 0)
        state_put_task(engine->state, task);
}

void engine_case_window(struct engine *engine, Duban__Case *case_, int64_t base_s)
{
    if (case_->revisit_task.len > 0 || case_->passes > 0)
        return;
    open_revisit(engine, case_, base_s,
                 first_window_end(engine_policy_of(engine, &case_->policy_version), engine_severity(engine, case_), base_s),
                 true);
    engine_hand_over_for_duty(engine, case_);
    tell_revisit_today(engine, case_);
}

int64_t engine_window_opens_s(const Duban__Task *task)
{
    return task->overdue_told ? 0 : task->due_s;
}

void engine_fire_window(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    (void) step;   /* there is one */
    engine_case_window(engine, case_, task->due_s);
}

void engine_rectification_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact)
{
    (void) engine;
    (void) fact;
    task->overdue_round = ++case_->overdue_rounds;
    engine_filing_overdue(case_);
}

void engine_revisit_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact)
{
    (void) engine;
    (void) task;
    (void) case_;
    fact->kind = DUBAN__FACT_KIND__FACT_KIND_MISSED;
}

int64_t engine_missed_revisit_by_s(struct engine *engine, const Duban__Task *task)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);

    return civil_moment(civil_day(engine->stamp_s, policy->utc_offset_s) + 1, policy->end_of_day_s, policy->utc_offset_s);
}

/* A revisit that was missed is wanted again by the end of the next day; whoever went in vain is not said to have stayed away. */
void engine_fill_missed_revisit(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task)
{
    item->count = task->attempts;
    item->new_due_s = engine_missed_revisit_by_s(engine, task);
}

/* When somebody comes, where that was agreed. Of one that was missed it is the day that it was due on that is told. */
void engine_fill_revisit(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_)
{
    (void) engine;
    (void) case_;
    if (!task->overdue_told || task->appointed_s > task->due_s)
        item->at_s = task->appointed_s;
}

/* Passes beyond the plan, wanted when a closing was refused or a level lowered, come daily. */
static uint32_t offset_of_pass(const Duban__Case *case_, size_t k)
{
    size_t last = case_->n_pass_offsets_days - 1;

    return k <= last ? case_->pass_offsets_days[k] : case_->pass_offsets_days[last] + (uint32_t) (k - last);
}

/* Pass k is planned for a day counted from the previous pass, so that a late one shifts the
 * rest. */
static void plan_next_revisit(struct engine *engine, Duban__Case *case_)
{
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);
    uint32_t k = case_->passes;
    int64_t day = civil_day(case_->last_pass_ms / 1000, policy->utc_offset_s) + offset_of_pass(case_, k) -
                  offset_of_pass(case_, k - 1);

    open_revisit(engine, case_, civil_moment(day, 0, policy->utc_offset_s),
                 civil_moment(day, policy->end_of_day_s, policy->utc_offset_s), false);
}

/* ---------------------------------------------------------------- claim and pass */

/* Why a request for more time is not decided any more. */
struct overtaken {
    const char *token;
    const char *zh;
    const char *en;
};

static const struct overtaken FIXED_SINCE = { "fixed_since", "其后问题已经整改", "it has been fixed since" };
static const struct overtaken FAILED_SINCE = { "failed_since", "其后复查不合格，已另定整改时限", "a revisit has failed since, and has set a due of its own" };
static const struct overtaken VOIDED_SINCE = { "voided_since", "其后问题已作废", "the case is void since" };

/* Not to whoever has just said so himself. */
static void tell_not_extended(struct engine *engine, Duban__Case *case_, const struct overtaken *why)
{
    static const enum policy_selector TO[] = { TO_SENDER };
    bool has_words = policy_message(engine->policy, "extension_over") != NULL;   /* not in packs of before */
    Duban__NoticeItem *item = engine_item(engine, NULL, case_);
    struct telling telling = {
        .message = has_words ? "extension_over" : "extension_refused", .to = TO, .to_count = 1, .rule = "case.extension_overtaken",
        .case_ = case_, .items = &item, .item_count = 1, .sender = case_->extension_asked_by,
    };

    if (strcmp(case_->extension_asked_by, engine->account) == 0)
        return;
    item->due_s = case_->due_s;
    item->reason = (char *) why->zh;
    item->reason_text = engine_text(engine, why->zh, why->en);
    engine_tell(engine, &telling);
}

/* A request that has been overtaken by events is not decided any more. */
static void end_extension_request(struct engine *engine, Duban__Case *case_, const struct overtaken *why)
{
    Duban__Fact *fact;

    if (case_->extension_asked_s == 0)
        return;
    case_->extension_asked_s = 0;
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_EXTENSION_REFUSED, case_);
    fact->reason = (char *) why->token;
    engine_add_fact(engine, fact);
    tell_not_extended(engine, case_, why);
    engine_end_task(engine, &case_->approval_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
}

void engine_case_claim(struct engine *engine, Duban__Case *case_, int64_t fixed_ms)
{
    Duban__Task *task = engine_task_of(engine, &case_->rectification_task);
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CLAIMED, case_);

    fact->from = case_->state;
    fact->to = DUBAN__CASE_STATE__CASE_STATE_FIX_REPORTED;
    fact->visit_ms = fixed_ms;
    fact->old_s = case_->due_s;
    engine_add_fact(engine, fact);
    case_->state = DUBAN__CASE_STATE__CASE_STATE_FIX_REPORTED;
    case_->claimed_ms = fixed_ms;
    end_extension_request(engine, case_, &FIXED_SINCE);
    if (task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
        engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_CLAIMED);
}

static void note_pass(struct engine *engine, Duban__Case *case_, const struct finding *finding, const char *not_counted)
{
    Duban__Fact *fact = engine_fact(engine, not_counted == NULL ? DUBAN__FACT_KIND__FACT_KIND_PASSED
                                                              : DUBAN__FACT_KIND__FACT_KIND_PASS_NOT_COUNTED, case_);

    fact->number = case_->passes;
    fact->of = case_->passes_needed;
    fact->visit_ms = finding->visit->visit_ms;
    fact->other_sequence = finding->visit->sequence;
    fact->doubt_score = finding->visit->doubt_score;
    fact->actor = finding->visit->reporter;
    if (not_counted != NULL) {
        fact->reason = (char *) not_counted;
        fact->rule = engine_rule(engine, "pass", not_counted);
    }
    engine_add_fact(engine, fact);
}

/* The last pass waits for a colleague when the finder has made all the others. */
static bool wants_other_eyes(struct engine *engine, const Duban__Case *case_, const struct finding *finding)
{
    return engine_severity(engine, case_)->different_eyes && case_->passes + 1 == case_->passes_needed &&
           !case_->passed_by_other && strcmp(finding->visit->reporter, case_->finder) == 0;
}

/* Why a pass does not count now; NULL when it does. */
static const char *pass_objection(struct engine *engine, const Duban__Case *case_, const Duban__Task *revisit,
                                  const struct finding *finding)
{
    int64_t visit_ms = finding->visit->visit_ms;
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);

    if (case_->state == DUBAN__CASE_STATE__CASE_STATE_SUSPENDED || case_->site_paused)
        return "suspended";
    if (case_->state == DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE)
        return "enough";
    if (visit_ms < case_->last_failed_ms || (visit_ms == case_->last_failed_ms && !finding->answer->fixed_now))
        return "before_finding";
    if (wants_other_eyes(engine, case_, finding))
        return "same_eyes";
    if (case_->passes == 0)
        return NULL;
    if (revisit != NULL && visit_ms / 1000 < revisit->start_s)
        return "before_day";
    if (visit_ms - case_->last_pass_ms < policy->pass_spacing_s * 1000)
        return "too_soon";
    return NULL;
}

int64_t engine_case_pass_counts_from_s(struct engine *engine, const Duban__Case *case_)
{
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);
    const Duban__Task *revisit = engine_task_of(engine, &case_->revisit_task);
    int64_t spaced_s = (case_->last_pass_ms + policy->pass_spacing_s * 1000 + 999) / 1000;

    if (case_->passes == 0)
        return 0;
    return revisit != NULL && revisit->start_s > spaced_s ? revisit->start_s : spaced_s;
}

/* A report that came late shows that the task was not overdue after all. */
static void note_cured(struct engine *engine, Duban__Case *case_, const Duban__Task *task, int64_t visit_ms)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CURED, case_);

    fact->task = task->id;
    fact->visit_ms = visit_ms;
    fact->old_s = task->due_s;
    engine_add_fact(engine, fact);
}

/* (2) 复查认定: nobody had said so, the revisit has seen it. */
static void note_seen_fixed(struct engine *engine, Duban__Case *case_)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_SEEN_FIXED, case_);

    fact->visit_ms = case_->fixed_ms;
    fact->old_s = case_->due_s;
    engine_add_fact(engine, fact);
}

/* (2) Fixed at the claim; without one a pass inside the first window is on time. After a
 * failed revisit lateness counts from the original due. */
static void establish_fixed(struct engine *engine, Duban__Case *case_, const Duban__Task *revisit, int64_t visit_ms)
{
    Duban__Task *rectification = engine_task_of(engine, &case_->rectification_task);
    bool told_overdue = rectification != NULL && rectification->overdue_told;
    int64_t limit_s = case_->claimed_ms == 0 && revisit != NULL ? revisit->due_s : case_->due_s;

    if (case_->failed_revisits > 0)
        limit_s = case_->original_due_s;
    else if (case_->missed_due_s != 0)
        limit_s = case_->missed_due_s;
    case_->fixed_ms = case_->claimed_ms != 0 ? case_->claimed_ms : visit_ms;
    case_->fixed_late = limit_s != 0 && case_->fixed_ms / 1000 > limit_s;
    engine_filing_fixed(case_);
    if (case_->claimed_ms == 0 && !case_->fixed_late && engine_era(engine) >= ERA_OF_SEEN_FIXES)
        note_seen_fixed(engine, case_);
    if (told_overdue && !case_->fixed_late)
        note_cured(engine, case_, rectification, case_->fixed_ms);
    engine_end_task(engine, &case_->rectification_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
}

static void ask_closing_approval(struct engine *engine, Duban__Case *case_)
{
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_APPROVAL, case_, case_->next_other++);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "approval_wanted", .rule = "case.to_approve", .task = task, .case_ = case_, .items = &item, .item_count = 1,
    };
    struct request request;

    add_state_fact(engine, DUBAN__FACT_KIND__FACT_KIND_TO_APPROVE, case_, DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE);
    request = engine_closure_request(case_);
    engine_give_to_decider(engine, &request, task);
    task->matter = DUBAN__MATTER__MATTER_CLOSURE;
    engine_task_limit(engine, task, &engine_policy_of(engine, &case_->policy_version)->approval_limit);
    case_->approval_task = task->id;
    engine_task_start(engine, task);
    item = engine_item(engine, task, case_);
    engine_ask_decider(engine, &request, &telling);
    state_put_task(engine->state, task);
}

static void after_pass(struct engine *engine, Duban__Case *case_)
{
    if (case_->passes < case_->passes_needed) {
        case_->state = DUBAN__CASE_STATE__CASE_STATE_FOLLOWING_UP;
        plan_next_revisit(engine, case_);
    } else if (engine_severity(engine, case_)->approval_to_close) {
        ask_closing_approval(engine, case_);
    } else {
        engine_case_close(engine, case_);
    }
}

void engine_case_pass(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    Duban__Task *revisit = engine_task_of(engine, &case_->revisit_task);
    int64_t visit_ms = finding->visit->visit_ms;
    const char *objection = pass_objection(engine, case_, revisit, finding);

    if (objection != NULL) {
        note_pass(engine, case_, finding, objection);
        return;
    }
    engine_check_begins(engine, case_, finding->visit, false);
    end_extension_request(engine, case_, &FIXED_SINCE);
    if (case_->passes == 0) {
        /* (1) Before the window opens a pass is claim and pass at once. */
        if (revisit == NULL || visit_ms / 1000 < revisit->start_s)
            engine_case_claim(engine, case_, visit_ms);
        establish_fixed(engine, case_, revisit, visit_ms);
    }
    if (revisit != NULL && revisit->overdue_told && visit_ms / 1000 <= revisit->due_s)
        note_cured(engine, case_, revisit, visit_ms);
    if (revisit != NULL)
        revisit->done_ms = visit_ms;
    engine_filing_checked(engine, case_, visit_ms, true);
    engine_end_task(engine, &case_->revisit_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    engine_end_task(engine, &case_->acknowledgement_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    case_->passes++;
    case_->passed_by_other |= strcmp(finding->visit->reporter, case_->finder) != 0;
    case_->last_pass_ms = visit_ms;
    case_->passed_by = finding->visit->reporter;
    note_pass(engine, case_, finding, NULL);
    after_pass(engine, case_);
    state_put_case(engine->state, case_);
}

/* ---------------------------------------------------------------- fail */

/* (1) With no claim and not past due it is known already; so is what was seen before this
 * round began or before what has been established since. */
bool engine_case_is_still_failing(const Duban__Case *case_, int64_t visit_ms)
{
    if (case_->state == DUBAN__CASE_STATE__CASE_STATE_SUSPENDED || case_->site_paused)
        return true;
    if (visit_ms <= case_->found_at_ms || visit_ms <= case_->last_pass_ms)
        return true;
    if (case_->due_s != 0 && visit_ms / 1000 > case_->due_s)
        return false;
    return case_->claimed_ms == 0 ? case_->passes == 0 : visit_ms < case_->claimed_ms;
}

/* True when it has been raised now. */
static bool raise_by_failures(struct engine *engine, Duban__Case *case_)
{
    const struct policy_severity *severity = engine_severity(engine, case_);
    Duban__Fact *fact;

    if (case_->failed_revisits < 2 || case_->raised || severity->raised == severity)
        return false;
    case_->raised = true;
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RAISED, case_);
    fact->level_from = case_->level;
    fact->level_to = (char *) severity->raised->code;
    fact->number = case_->failed_revisits;
    fact->reason = "failed_revisits";
    engine_add_fact(engine, fact);
    engine_set_level(engine, case_, severity->raised);
    return true;
}

static void tell_rework(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    static const enum policy_selector TO[] = { TO_SITE_CONTACT, TO_OWNER, TO_GROUP_LEADER };
    Duban__NoticeItem *item = engine_item(engine, engine_task_of(engine, &case_->rectification_task), case_);

    item->task = (ProtobufCBinaryData){ 0, NULL };   /* what happened stays true when it is fixed */
    item->new_due_s = case_->due_s;
    item->reason = finding->answer->note[0] != '\0' ? finding->answer->note : item->finding->zh;
    if (finding->answer->note[0] == '\0' && engine_era(engine) >= ERA_OF_REPORT_WORDS)
        item->reason_text = item->finding;
    tell_case(engine, "revisit_failed", "case.rework", case_, item, TO, 3);
}

void engine_case_fail(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    Duban__Task *revisit = engine_task_of(engine, &case_->revisit_task);
    bool raised;

    engine_check_begins(engine, case_, finding->visit, false);
    if (revisit != NULL)
        revisit->done_ms = finding->visit->visit_ms;
    engine_filing_checked(engine, case_, finding->visit->visit_ms, false);
    engine_end_task(engine, &case_->revisit_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    engine_end_task(engine, &case_->approval_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    engine_end_task(engine, &case_->rectification_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    case_->failed_revisits++;
    raised = raise_by_failures(engine, case_);
    begin_round(case_, finding);
    set_passes(engine, case_, engine_severity(engine, case_));   /* what had been added was for the round before */
    set_limit(engine, case_, &engine_severity(engine, case_)->rework_limit, true);
    add_finding_fact(engine, DUBAN__FACT_KIND__FACT_KIND_FAILED, case_, finding, DUBAN__CASE_STATE__CASE_STATE_REWORK);
    open_rectification(engine, case_);
    end_extension_request(engine, case_, &FAILED_SINCE);
    tell_rework(engine, case_, finding);
    if (raised)
        engine_tell_raised_by_failures(engine, case_);
    state_put_case(engine->state, case_);
}

/* ---------------------------------------------------------------- closing */

void engine_case_close(struct engine *engine, Duban__Case *case_)
{
    static const enum policy_selector TO[] = { TO_OWNER, TO_SITE_CONTACT };

    end_all_tasks(engine, case_, DUBAN__TASK_STATE__TASK_STATE_DONE);
    case_->closed_ms = case_->last_pass_ms;
    case_->closed_level = case_->level;
    engine_filing_closed(case_);
    add_state_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CLOSED, case_, DUBAN__CASE_STATE__CASE_STATE_CLOSED);
    engine->state->meta.open_cases--;
    engine_look_back_closed(engine, case_);
    tell_case(engine, "closed", "case.closed", case_, engine_item(engine, NULL, case_), TO, 2);
    state_put_case(engine->state, case_);
    engine_watches_relieved(engine, case_->site);
}

void engine_case_void(struct engine *engine, Duban__Case *case_, const char *reason)
{
    static const struct policy_text VOIDED = { "已作废", "the case is void" };
    Duban__Task *rectification = engine_task_of(engine, &case_->rectification_task);
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_VOIDED, case_);

    end_extension_request(engine, case_, &VOIDED_SINCE);
    end_all_tasks(engine, case_, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    engine_end_appeal(engine, case_);
    engine_end_amendments_of(engine, case_);
    engine_look_back_end(engine, case_);
    fact->from = case_->state;
    if (engine_case_is_open(case_))   /* what an amendment takes back may be closed already */
        engine->state->meta.open_cases--;
    fact->to = case_->state = DUBAN__CASE_STATE__CASE_STATE_VOIDED;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
    if (rectification != NULL)
        engine_stand_down(engine, rectification, &VOIDED);
    state_put_case(engine->state, case_);
    engine_watches_relieved(engine, case_->site);
}
