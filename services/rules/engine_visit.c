/* engine_visit.c - what a report means for the cases of its site. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine_figures.h"

/* ---------------------------------------------------------------- is it a report we can apply */

static bool reporter_may(struct engine *engine, const Duban__Report *report, const Duban__Site *site, struct fault *fault)
{
    const char *sender = engine->account;

    if (!report->entered_for && strcmp(report->reporter, sender) != 0)
        return fault_set(fault, "report.reporter", "填报人 %s 不是提交账号 %s；代为录入请标明代录(enteredFor)",
                         "reporter %s is not the submitting account %s; mark it as enteredFor when entered for somebody",
                         report->reporter, sender);
    if (report->entered_for && !engine_may(engine, RIGHT_SETTLE, NULL, site, fault))
        return false;
    return engine_account_may(engine, report->reporter, RIGHT_VISIT, NULL, site, "account", fault);
}

/* One for each answer, in the state's arena; NULL when one is unknown. */
static const struct policy_item **items_of(struct engine *engine, const Duban__Report *report, struct fault *fault)
{
    const struct policy_item **items = arena_take(&engine->state->arena, (report->n_answers + 1) * sizeof *items);

    assert(items != NULL);
    for (size_t i = 0; i < report->n_answers; i++) {
        char field[64];

        items[i] = policy_item_after(engine->policy, i == 0 ? NULL : items[i - 1], report->answers[i]->item);
        if (items[i] != NULL)
            continue;
        snprintf(field, sizeof field, "report.answers[%zu].item", i);
        fault_set(fault, field, "检查项 %s 不在现行检查项库(%s)中", "check item %s is not in the library in force (%s)",
                  report->answers[i]->item, engine->policy->name);
        return NULL;
    }
    return items;
}

/* ---------------------------------------------------------------- an answer and what shows it */

static uint32_t photos_of(const Duban__Visit *visit, const char *item)
{
    uint32_t photos = 0;

    for (size_t i = 0; i < visit->n_evidence; i++)
        if (visit->evidence[i]->here &&
            (visit->evidence[i]->item[0] == '\0' || strcmp(visit->evidence[i]->item, item) == 0))
            photos++;
    return photos;
}

bool engine_visit_is_shown(const struct engine *engine, const Duban__Visit *visit)
{
    const struct policy_item *item = NULL;

    if (visit->evidence_missing > 0)
        return false;
    for (size_t i = 0; visit->purpose != DUBAN__PURPOSE__PURPOSE_GUIDANCE && i < visit->n_passed; i++) {
        item = policy_item_after(engine->policy, item, visit->passed[i]);
        if (item != NULL && item->evidence_needed > 0 && photos_of(visit, item->code) < item->evidence_needed)
            return false;
    }
    return true;
}

static bool number_is_within(const struct finding *finding)
{
    int64_t milli = finding->answer->number_milli;

    if (!engine_returnees_agree(finding->answer))
        return false;
    if (finding->answer->number_presence_case != DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI)
        return true;
    return (!finding->item->has_minimum || milli >= finding->item->minimum_milli) &&
           (!finding->item->has_maximum || milli <= finding->item->maximum_milli);
}

static struct finding finding_of_item(const Duban__Visit *visit, const Duban__Answer *answer, const struct policy_item *item)
{
    return (struct finding){ .visit = visit, .answer = answer, .item = item, .photos = photos_of(visit, answer->item) };
}

static struct finding finding_of(struct engine *engine, const Duban__Visit *visit, const Duban__Answer *answer)
{
    return finding_of_item(visit, answer, policy_item(engine->policy, answer->item));
}

/* ---------------------------------------------------------------- the visit as a row */

static bool device_time_is_plausible(const struct engine *engine, int64_t device_ms)
{
    return device_ms <= engine->received_ms &&
           device_ms >= engine->received_ms - engine->policy->device_time_window_s * 1000;
}

static uint32_t count_missing(const Duban__Visit *visit)
{
    uint32_t missing = 0;

    for (size_t i = 0; i < visit->n_evidence; i++)
        missing += !visit->evidence[i]->here;
    return missing;
}

bool engine_says_fail(const struct finding *finding)
{
    return finding->answer->result == DUBAN__RESULT__RESULT_FAIL ||
           (finding->answer->result == DUBAN__RESULT__RESULT_PASS && !number_is_within(finding));
}

/* One for each answer, in the state's arena. */
static struct finding *findings_of(struct engine *engine, const Duban__Visit *visit, const Duban__Report *report,
                                   const struct policy_item *const *items)
{
    struct finding *findings = arena_take(&engine->state->arena, (report->n_answers + 1) * sizeof *findings);
    struct none_there none = { 0 };

    assert(findings != NULL);
    if (report->n_answers > 0)
        none = engine_none_there(engine, visit->site);
    for (size_t i = 0; i < report->n_answers; i++) {
        findings[i] = finding_of_item(visit, report->answers[i], items[i]);
        findings[i].none = none;
    }
    return findings;
}

static void note_judged(struct engine *engine, Duban__Visit *visit, const struct finding *findings, size_t count)
{
    visit->failed = (char **) arena_take_pointers(&engine->state->arena, count + 1);
    visit->passed = (char **) arena_take_pointers(&engine->state->arena, count + 1);
    assert(visit->failed != NULL && visit->passed != NULL);
    for (size_t i = 0; i < count; i++)
        if (engine_says_fail(&findings[i]))
            visit->failed[visit->n_failed++] = findings[i].answer->item;
        else if (findings[i].answer->result == DUBAN__RESULT__RESULT_PASS)
            visit->passed[visit->n_passed++] = findings[i].answer->item;
}

Duban__Fact *engine_visit_fact(struct engine *engine, Duban__FactKind kind, const Duban__Visit *visit)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    fact->actor = visit->reporter;
    fact->visit_ms = visit->visit_ms;
    fact->other_sequence = visit->sequence;
    return fact;
}

void engine_add_item_fact(struct engine *engine, Duban__FactKind kind, const Duban__Visit *visit, const char *item, const char *rule)
{
    Duban__Fact *fact = engine_visit_fact(engine, kind, visit);

    fact->reason = (char *) item;
    fact->rule = (char *) rule;
    engine_add_fact(engine, fact);
}

static void add_visit_fact(struct engine *engine, Duban__FactKind kind, const Duban__Visit *visit, uint32_t number)
{
    Duban__Fact *fact = engine_visit_fact(engine, kind, visit);

    fact->number = number;
    engine_add_fact(engine, fact);
}

static Duban__Visit *visit_of(struct engine *engine, const Duban__Report *report)
{
    Duban__Visit *visit = arena_take(&engine->state->arena, sizeof *visit);

    assert(visit != NULL);
    duban__visit__init(visit);
    visit->sequence = engine->entry_sequence;
    visit->reporter = report->reporter;
    visit->site = report->site;
    visit->purpose = report->purpose;
    visit->outcome = report->outcome;
    visit->stamp_ms = engine->stamp_ms;
    visit->time_doubtful = !device_time_is_plausible(engine, report->device_time_ms);
    visit->visit_ms = visit->time_doubtful ? engine->received_ms : report->device_time_ms;
    visit->n_evidence = report->n_evidence;
    visit->evidence = report->evidence;
    visit->evidence_declared = (uint32_t) report->n_evidence;
    visit->evidence_missing = count_missing(visit);
    if (report->started_at_ms != 0)
        visit->lasted_s = (report->device_time_ms - report->started_at_ms) / 1000;
    return visit;
}

static bool all_fit(const struct policy_item *const *items, size_t count, const Duban__Site *site)
{
    for (size_t i = 0; i < count; i++)
        if (!policy_item_is_for(items[i], site->kind))
            return false;
    return true;
}

/* The report with the answers that are judged. */
static const Duban__Report *only_judged(struct engine *engine, const Duban__Report *report, const Duban__Site *site,
                                        const Duban__Visit *visit)
{
    Duban__Report *judged = arena_take(&engine->state->arena, sizeof *judged);

    assert(judged != NULL);
    *judged = *report;
    judged->answers = engine_judged_only(engine, site, visit, report->answers, &judged->n_answers);
    return judged;
}

/* ---------------------------------------------------------------- one answer */

static const char *pass_defect(const struct finding *finding)
{
    if (finding->visit->purpose != DUBAN__PURPOSE__PURPOSE_INSPECTION &&
        finding->visit->purpose != DUBAN__PURPOSE__PURPOSE_REVISIT)
        return "purpose";
    if (finding->visit->evidence_missing > 0)
        return "incomplete";
    if (finding->photos < finding->item->evidence_needed)
        return "no_evidence";
    if (!engine_returnees_agree(finding->answer))
        return "counts";
    if (!number_is_within(finding))
        return "number";
    return NULL;
}

static Duban__Fact *answer_fact(struct engine *engine, Duban__FactKind kind, const Duban__Case *case_,
                                const struct finding *finding, const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, kind, case_);

    fact->actor = finding->visit->reporter;
    fact->visit_ms = finding->visit->visit_ms;
    fact->other_sequence = finding->visit->sequence;
    fact->doubt_score = finding->visit->doubt_score;
    fact->reason = (char *) reason;
    fact->of = case_->passes_needed;
    return fact;
}

static void add_answer_fact(struct engine *engine, Duban__FactKind kind, const Duban__Case *case_,
                            const struct finding *finding, const char *reason)
{
    engine_add_fact(engine, answer_fact(engine, kind, case_, finding, reason));
}

static void note_not_counted(struct engine *engine, const Duban__Case *case_, const struct finding *finding,
                             const char *reason)
{
    Duban__Fact *fact = answer_fact(engine, DUBAN__FACT_KIND__FACT_KIND_PASS_NOT_COUNTED, case_, finding, reason);

    fact->rule = engine_rule(engine, "pass", reason);
    engine_add_fact(engine, fact);
}

/* The case of its place, open or closed; NULL when there is none. */
static Duban__Case *case_of(struct engine *engine, const struct finding *finding)
{
    return finding->none.cases ? NULL : state_case_at(engine->state, finding->visit->site, finding->answer->item);
}

static void on_pass(struct engine *engine, const struct finding *finding)
{
    Duban__Case *case_ = case_of(engine, finding);
    const char *defect = pass_defect(finding);
    bool is_judged = engine_passed_elsewhere(engine, case_, finding, defect);

    if (case_ == NULL)
        return;
    if (!engine_case_is_open(case_)) {
        if (!is_judged && finding->visit->purpose == DUBAN__PURPOSE__PURPOSE_REVISIT)   /* of what is closed; else a round like any other */
            note_not_counted(engine, case_, finding, "is_over");
        return;
    }
    if (defect != NULL)
        note_not_counted(engine, case_, finding, defect);
    else
        engine_case_pass(engine, case_, finding);
}

/* Fixed in front of the inspector: before and after, so two photos at least. */
static void on_fixed_now(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    const char *defect = pass_defect(finding);

    if (defect == NULL && finding->photos < 2)
        defect = "no_evidence";
    if (defect != NULL && strcmp(defect, "number") != 0 && strcmp(defect, "counts") != 0) {
        note_not_counted(engine, case_, finding, defect);
        return;
    }
    engine_case_pass(engine, case_, finding);
}

static Duban__Case *on_fail_of_closed(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);
    int32_t offset = policy->utc_offset_s;
    int64_t days = civil_day(finding->visit->visit_ms / 1000, offset) - civil_day(case_->closed_ms / 1000, offset);

    if (case_->state == DUBAN__CASE_STATE__CASE_STATE_VOIDED || days > policy->recurrence_days)
        return engine_case_open(engine, finding);
    if (finding->visit->visit_ms <= case_->closed_ms) {
        Duban__Fact *fact = answer_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, case_, finding, "before_closing");

        fact->rule = engine_rule(engine, "finding", fact->reason);
        engine_add_fact(engine, fact);
        return NULL;
    }
    engine_case_reopen(engine, case_, finding);
    return case_;
}

/* Known already, but a pass that was made before it says nothing any more. */
static void note_still_failing(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    engine_check_begins(engine, case_, finding->visit, false);
    add_answer_fact(engine, DUBAN__FACT_KIND__FACT_KIND_STILL_FAILING, case_, finding, finding->answer->note);
    if (finding->visit->visit_ms <= case_->last_failed_ms)
        return;
    case_->last_failed_ms = finding->visit->visit_ms;
    state_put_case(engine->state, case_);
}

/* Whether a later visit, known already, has seen it fixed. NULL when there is nothing left to order. */
static Duban__Case *unless_fixed_since(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    if (case_ == NULL)
        return NULL;
    engine_heed_later_passes(engine, case_, finding->visit);
    return case_->passes == 0 ? case_ : NULL;
}

/* The case, when this answer has opened or reopened one: it goes into the visit's notice. */
static Duban__Case *on_fail(struct engine *engine, const struct finding *finding)
{
    Duban__Case *case_ = case_of(engine, finding);

    if (engine_failed_elsewhere(engine, case_, finding))
        return NULL;
    if (case_ == NULL || !engine_case_is_open(case_))
        engine_supplies_failed(engine, finding);
    if (case_ == NULL)
        return unless_fixed_since(engine, engine_case_open(engine, finding), finding);
    if (!engine_case_is_open(case_))
        return unless_fixed_since(engine, on_fail_of_closed(engine, case_, finding), finding);
    if (engine_case_is_still_failing(case_, finding->visit->visit_ms))
        note_still_failing(engine, case_, finding);
    else
        engine_case_fail(engine, case_, finding);
    return NULL;
}

Duban__Case *engine_visit_fail(struct engine *engine, const struct finding *finding)
{
    Duban__Case *case_ = on_fail(engine, finding);

    if (case_ != NULL)
        engine_tell_opened(engine, finding->message, &case_, 1);
    return state_case_at(engine->state, finding->visit->site, finding->answer->item);
}

/* Ticked as a pass, but the number is outside the item's limits and no case is open yet: the
 * number decides. Where one is open, it is a pass that does not count. */
static bool is_failed_by_number(struct engine *engine, const struct finding *finding)
{
    const Duban__Case *case_;

    if (finding->answer->result != DUBAN__RESULT__RESULT_PASS || number_is_within(finding))
        return false;
    case_ = case_of(engine, finding);
    return case_ == NULL || !engine_case_is_open(case_);
}

static Duban__Case *judge(struct engine *engine, const struct finding *finding)
{
    if (is_failed_by_number(engine, finding) || finding->answer->result == DUBAN__RESULT__RESULT_FAIL)
        return on_fail(engine, finding);
    if (finding->answer->result == DUBAN__RESULT__RESULT_PASS)
        on_pass(engine, finding);
    return NULL;
}

/* Whoever coaches has eyes too: what is urgent or another office's counts on every visit. */
static void judge_side_item(struct engine *engine, const struct finding *finding)
{
    if (engine_says_fail(finding))
        engine_failed_side_item(engine, finding);
}

Duban__Case *engine_judge_answer(struct engine *engine, const Duban__Visit *visit, const Duban__Answer *answer)
{
    struct finding finding = finding_of(engine, visit, answer);

    if (visit->purpose != DUBAN__PURPOSE__PURPOSE_GUIDANCE)
        return judge(engine, &finding);
    judge_side_item(engine, &finding);
    return NULL;
}

bool engine_answer_fails(struct engine *engine, const Duban__Visit *visit, const Duban__Answer *answer)
{
    struct finding finding = finding_of(engine, visit, answer);

    return engine_says_fail(&finding);
}

/* ---------------------------------------------------------------- a whole visit */

/* Fixed on the spot: its case, which this visit has opened or found failing, has its first pass. */
static void on_fixed_at_once(struct engine *engine, const struct finding *finding)
{
    Duban__Case *case_;

    if (finding->answer->result != DUBAN__RESULT__RESULT_FAIL || !finding->answer->fixed_now)
        return;
    case_ = state_case_at(engine->state, finding->visit->site, finding->answer->item);
    if (case_ != NULL && engine_case_is_open(case_) && case_->passes == 0)
        on_fixed_now(engine, case_, finding);
}

static void on_answers(struct engine *engine, const struct finding *findings, size_t count)
{
    Duban__Case **opened = arena_take_pointers(&engine->state->arena, count + 1);
    size_t opened_count = 0;

    assert(opened != NULL);
    for (size_t i = 0; i < count; i++) {
        Duban__Case *case_ = judge(engine, &findings[i]);

        if (case_ != NULL)
            opened[opened_count++] = case_;
    }
    if (opened_count > 0)
        engine_tell_opened(engine, NULL, opened, opened_count);
    for (size_t i = 0; i < count; i++)
        on_fixed_at_once(engine, &findings[i]);
}

static void on_side_items(struct engine *engine, const struct finding *findings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        judge_side_item(engine, &findings[i]);
}

static void note_attempt(struct engine *engine, const Duban__Visit *visit, const uint8_t id[ID_BYTES])
{
    Duban__Case *case_ = state_case(engine->state, id);
    Duban__Task *task = engine_task_of(engine, &case_->revisit_task);
    Duban__Fact *fact;

    if (task == NULL || task->state != DUBAN__TASK_STATE__TASK_STATE_OPEN || visit->visit_ms / 1000 < task->start_s)
        return;
    task->attempts++;
    state_put_task(engine->state, task);
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ATTEMPTED, case_);
    fact->actor = visit->reporter;
    fact->task = task->id;
    fact->number = task->attempts;
    fact->visit_ms = visit->visit_ms;
    fact->other_sequence = visit->sequence;
    engine_add_fact(engine, fact);
}

/* Neither pass nor fail: what was to be revisited stays on the list. */
static void on_attempted(struct engine *engine, Duban__Site *site, const Duban__Visit *visit)
{
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = engine_open_cases(engine, site->code, ids);

    for (size_t i = 0; i < count; i++)
        note_attempt(engine, visit, ids[i]);
    site->attempts_in_a_row++;
    if (site->attempts_in_a_row == engine->policy->attempts_before_site_check)
        engine_ask_site_check(engine, site);
    engine_coverage_attempted(engine, visit, site);
}

/* Of another deployment, or of a version long ago: whether it is an inspection like any other says whoever releases it. */
static bool is_form_known(const struct engine *engine, const Duban__Report *report, struct fault *fault)
{
    if (report->site_kind[0] == '\0' || engine->adopter != NULL || policy_site_kind(engine->policy, report->site_kind) != NULL)
        return true;
    return fault_set(fault, "report.siteKind", "点位类别 %s 不在现行规定(%s)中：填的不是现在的表单，请在手机上更新表单",
                     "there is no kind of site %s in the policy in force (%s): the form is none of its; get the forms again on the phone",
                     report->site_kind, engine->policy->name);
}

bool engine_on_report(struct engine *engine, const Duban__Report *report, struct fault *fault)
{
    const struct policy_item **items;
    const Duban__Report *judged;
    struct finding *findings;
    Duban__Site *site;
    Duban__Visit *visit;

    if (engine->policy == NULL)
        return fault_set(fault, "report", "尚无生效的政策包，请先 duban policy activate", "no policy is in force yet: duban policy activate");
    site = state_site(engine->state, report->site);
    if (site == NULL)
        return fault_set(fault, "report.site", "点位 %s 不在登记册中，请核对编号或先登记点位", "site %s is not in the registry; check the code or register the site", report->site);
    if (!reporter_may(engine, report, site, fault) || !is_form_known(engine, report, fault))
        return false;
    items = items_of(engine, report, fault);
    if (items == NULL)
        return false;
    visit = visit_of(engine, report);
    judged = all_fit(items, report->n_answers, site) ? report : only_judged(engine, report, site, visit);
    judged = engine_with_entrances(engine, judged);   /* an entrance is judged at a site of any kind */
    judged = engine_with_gate_posts(engine, judged);
    judged = engine_with_returnees(engine, judged);
    if (judged != report)
        items = items_of(engine, judged, fault);
    report = judged;
    if (visit->evidence_missing > 0) {   /* judged again when the last photo has come */
        visit->n_answers = report->n_answers;
        visit->answers = report->answers;
    }
    findings = findings_of(engine, visit, report, items);
    note_judged(engine, visit, findings, report->n_answers);
    engine_doubt_visit(engine, report, visit);
    if (visit->time_doubtful)
        add_visit_fact(engine, DUBAN__FACT_KIND__FACT_KIND_TIME_DOUBTFUL, visit, 0);
    if (visit->evidence_missing > 0)
        add_visit_fact(engine, DUBAN__FACT_KIND__FACT_KIND_INCOMPLETE, visit, visit->evidence_missing);
    engine_photos_await(engine, visit);
    visit->focus_group = (char *) engine_focus_counted(engine, site->kind);
    state_put_visit(engine->state, visit);
    engine_count_visit(engine, visit, site);
    if (report->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED) {
        on_attempted(engine, site, visit);
    } else {
        bool was_called_for = engine_watch_is_called_for(engine, site);

        site->attempts_in_a_row = 0;
        engine_end_site_check(engine, site);
        if (visit->visit_ms > site->last_visit_ms)
            site->last_visit_ms = visit->visit_ms;
        engine_coverage_visited(engine, visit, site);
        engine_inspected(visit, site);
        engine_inspected_at_night(engine, visit, site);
        engine_area_inspected(engine, site, visit);
        engine_entrances_seen(engine, report, visit);
        engine_gate_posts_seen(engine, report, visit, site);
        if (report->purpose != DUBAN__PURPOSE__PURPOSE_GUIDANCE)   /* coaching: no pass, no fail */
            on_answers(engine, findings, report->n_answers);
        else
            on_side_items(engine, findings, report->n_answers);
        if (report->purpose != DUBAN__PURPOSE__PURPOSE_GUIDANCE)
            engine_fails_unsaid(engine, findings, report->n_answers, visit, site);
        engine_side_items_unanswered(engine, report, visit, site);
        engine_complaints_visited(engine, visit);
        engine_watches_visited(engine, visit);
        engine_watch_call(engine, site, was_called_for);
    }
    state_put_site(engine->state, site);
    engine_presence_visited(engine, visit);
    engine_tell_doubts(engine, visit);
    engine_meetings_visited(engine, visit);
    return true;
}

/* ---------------------------------------------------------------- photos that come later */

static Duban__Evidence *declared(const Duban__Visit *visit, const char *name)
{
    for (size_t i = 0; i < visit->n_evidence; i++)
        if (strcmp(visit->evidence[i]->name, name) == 0)
            return visit->evidence[i];
    return NULL;
}

bool engine_is_evidence(const Duban__Evidence *declared, const Duban__EvidenceArrival *arrival)
{
    struct bytes digest = bytes_of(declared->sha256.data, declared->sha256.len);

    return strcmp(declared->name, arrival->name) == 0 &&
           (digest.size == 0 || bytes_equal(digest, bytes_of(arrival->sha256.data, arrival->sha256.len)));
}

bool engine_may_bring_evidence(struct engine *engine, const char *reporter, struct fault *fault)
{
    struct fault by_post;

    if (strcmp(engine->account, reporter) == 0 || engine_may(engine, RIGHT_SETTLE, NULL, NULL, &by_post))
        return true;
    return fault_set(fault, "evidenceArrival.name", "这份记录的照片只申报了文件名，须由上报人 %s 自己上传",
                     "that report names its photos only: they come from %s, who made it", reporter);
}

bool engine_take_evidence(Duban__Evidence *declared, const Duban__EvidenceArrival *arrival)
{
    bool is_news = declared->sha256.len == 0;

    declared->here = true;
    if (is_news) {
        declared->sha256 = arrival->sha256;
        declared->size_bytes = arrival->size_bytes;
    }
    return is_news;
}

static void judge_completed(struct engine *engine, Duban__Visit *visit)
{
    add_visit_fact(engine, DUBAN__FACT_KIND__FACT_KIND_COMPLETED, visit, visit->evidence_declared);
    for (size_t i = 0; visit->purpose != DUBAN__PURPOSE__PURPOSE_GUIDANCE && i < visit->n_answers; i++) {
        struct finding finding = finding_of(engine, visit, visit->answers[i]);

        if (finding.item == NULL)   /* the library has changed since: nothing to count it for */
            continue;
        if (visit->answers[i]->result == DUBAN__RESULT__RESULT_PASS)
            on_pass(engine, &finding);
        on_fixed_at_once(engine, &finding);
    }
    visit->n_answers = 0;
    if (visit->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED) {
        engine_complaints_visited(engine, visit);
        engine_watches_completed(engine, visit);
    }
}

bool engine_on_evidence_arrival(struct engine *engine, const Duban__EvidenceArrival *arrival, struct fault *fault)
{
    Duban__Visit *visit = state_visit(engine->state, arrival->report_sequence);
    Duban__Evidence *evidence;

    if (visit == NULL && engine_keep_with_held(engine, arrival))
        return true;
    if (visit == NULL)
        return fault_set(fault, "evidenceArrival.reportSequence", "没有序号为 %llu 的巡查记录", "there is no report with sequence %llu",
                         (unsigned long long) arrival->report_sequence);
    evidence = declared(visit, arrival->name);
    if (evidence == NULL)
        return fault_set(fault, "evidenceArrival.name", "该记录没有申报照片 %s", "that report declares no photo %s", arrival->name);
    if (!evidence->here && evidence->sha256.len == 0 && !engine_may_bring_evidence(engine, visit->reporter, fault))
        return false;
    if (!engine_is_evidence(evidence, arrival))
        return fault_set(fault, "evidenceArrival.sha256", "照片 %s 与申报的内容不符", "photo %s is not the one that was declared", arrival->name);
    if (evidence->here)
        return true;
    if (engine_take_evidence(evidence, arrival))
        engine_doubt_photo(engine, visit, evidence);
    visit->evidence_missing--;
    if (visit->evidence_missing == 0)
        engine_photos_complete(engine, visit);
    if (visit->evidence_missing == 0 && engine->policy != NULL) {
        judge_completed(engine, visit);
        engine_count_last_photo(engine, visit);
        engine_meetings_completed(engine, visit);
    }
    state_put_visit(engine->state, visit);
    return true;
}
