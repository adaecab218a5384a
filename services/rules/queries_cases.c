/* queries_cases.c - cases and tasks, with their lights and words. */
#include <assert.h>
#include <string.h>

#include "about.h"
#include "message.h"
#include "queries.h"

/* ---------------------------------------------------------------- words for states */

static struct policy_text case_state_label(Duban__CaseState state)
{
    switch (state) {
    case DUBAN__CASE_STATE__CASE_STATE_ASSIGNED: return (struct policy_text){ "已派遣(待签收)", "assigned" };
    case DUBAN__CASE_STATE__CASE_STATE_RECTIFYING: return (struct policy_text){ "整改中", "rectifying" };
    case DUBAN__CASE_STATE__CASE_STATE_FIX_REPORTED: return (struct policy_text){ "待复查", "fix reported" };
    case DUBAN__CASE_STATE__CASE_STATE_FOLLOWING_UP: return (struct policy_text){ "随访中", "following up" };
    case DUBAN__CASE_STATE__CASE_STATE_REWORK: return (struct policy_text){ "返工", "rework" };
    case DUBAN__CASE_STATE__CASE_STATE_SUSPENDED: return (struct policy_text){ "挂账", "suspended" };
    case DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE: return (struct policy_text){ "待销号审批", "waits for approval" };
    case DUBAN__CASE_STATE__CASE_STATE_CLOSED: return (struct policy_text){ "已销号", "closed" };
    case DUBAN__CASE_STATE__CASE_STATE_VOIDED: return (struct policy_text){ "作废", "voided" };
    case DUBAN__CASE_STATE__CASE_STATE_UNSPECIFIED:
    case _DUBAN__CASE_STATE_IS_INT_SIZE:
        break;
    }
    return (struct policy_text){ "", "" };
}

Duban__Text *query_text(struct question *question, struct policy_text text)
{
    return engine_text(&question->rules->engine, text.zh, text.en);
}

Duban__Text *query_site_name(struct question *question, const char *code)
{
    const Duban__Site *site = state_site(&question->rules->state, code);

    return site == NULL ? NULL : site->name;
}

Duban__Text *query_area_name(struct question *question, const char *code)
{
    const Duban__Area *area = state_area(&question->rules->state, code);

    return area == NULL ? NULL : area->name;
}

/* ---------------------------------------------------------------- cases and tasks */

static Duban__Task *task_that_counts(struct question *question, const Duban__Case *case_)
{
    struct engine *engine = &question->rules->engine;
    const ProtobufCBinaryData *order[] = { &case_->rectification_task, &case_->revisit_task, &case_->approval_task,
                                           &case_->review_task };
    Duban__Task *paused = NULL;

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        Duban__Task *task = engine_task_of(engine, order[i]);

        if (task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
            return task;
        if (task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED && paused == NULL)
            paused = task;
    }
    return paused;
}

/* A case of a site that does not operate keeps its state, but its clock stands. */
static Duban__Text *state_label(struct question *question, const Duban__Case *case_)
{
    struct engine *engine = &question->rules->engine;
    struct policy_text label = case_state_label(case_->state);

    if (!case_->site_paused || !engine_case_is_open(case_) || case_->suspended_s != 0)
        return query_text(question, label);
    return engine_text(engine, engine_joined(engine, label.zh, "（点位停业，暂停计时）"),
                       engine_joined(engine, label.en, " (site not operating: its clock stands still)"));
}

Duban__Light query_light_of_case(struct question *question, const Duban__Case *case_, Duban__Task **task)
{
    *task = task_that_counts(question, case_);
    if (case_->suspended_s != 0 || case_->site_paused)
        return DUBAN__LIGHT__LIGHT_GREY;
    return *task == NULL ? DUBAN__LIGHT__LIGHT_GREEN : engine_light(&question->rules->engine, *task, question->now_s);
}

char *query_focus_code(const struct policy_focus_group *group)
{
    return group == NULL ? "" : (char *) group->code;
}

/* A claim stops the clock of fixing, and what is late from then on is somebody else's: which, is said. */
static Duban__Text *overdue_label(struct question *question, const Duban__Task *task)
{
    struct engine *engine = &question->rules->engine;
    struct policy_text duty = task_kind((int) task->kind)->label;

    if (task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION)
        return query_text(question, (struct policy_text){ "整改逾期", "not fixed in time" });
    return engine_text(engine, engine_joined(engine, duty.zh, "逾期"), engine_joined(engine, duty.en, " overdue"));
}

static Duban__CaseRow *case_row(struct question *question, Duban__Case *case_)
{
    Duban__CaseRow *row = arena_take(question->arena, sizeof *row);
    const struct policy *policy = engine_policy_of(&question->rules->engine, &case_->policy_version);
    const struct policy_severity *severity = policy_severity(policy, case_->level);
    const struct policy_item *item = policy_item(policy, case_->item);
    const Duban__Task *revisit = engine_task_of(&question->rules->engine, &case_->revisit_task);
    Duban__Task *task;

    assert(row != NULL);
    duban__case_row__init(row);
    row->case_ = case_;
    row->site_name = query_site_name(question, case_->site);
    row->finding = engine_finding_text(&question->rules->engine, case_);
    row->item_text = item == NULL ? NULL : query_text(question, item->text);
    row->level_label = severity == NULL ? NULL : query_text(question, severity->label);
    row->zone = (char *) engine_zone_of(&question->rules->engine, engine_place_of_site(case_->site));
    row->area = (char *) engine_area_of(&question->rules->engine, engine_place_of_site(case_->site));
    row->state_label = state_label(question, case_);
    row->focus_group = query_focus_code(engine_focus_of_site(&question->rules->engine, case_->site));
    row->light = query_light_of_case(question, case_, &task);
    row->overdue = row->light == DUBAN__LIGHT__LIGHT_RED;
    row->overdue_label = row->overdue ? overdue_label(question, task) : NULL;
    row->next_s = task == NULL ? 0 : task->due_s;
    if (engine_case_is_open(case_) && revisit != NULL) {
        row->revisit_from_s = revisit->start_s;
        row->pass_counts_from_s = engine_case_pass_counts_from_s(&question->rules->engine, case_);
    }
    return row;
}

static bool case_wanted(const Duban__CasesQuery *wanted, const Duban__CaseRow *row)
{
    return (wanted->closed_too || engine_case_is_open(row->case_)) && query_matches(wanted->zone, row->zone) &&
           query_matches(wanted->area, row->area) &&
           query_matches(wanted->focus_group, row->focus_group) && (!wanted->overdue_only || row->overdue);
}

static void reply_cases(struct question *question, void **rows, size_t count)
{
    Duban__CaseRows *cases = arena_take(question->arena, sizeof *cases);

    duban__case_rows__init(cases);
    cases->n_rows = count;
    cases->rows = (Duban__CaseRow **) rows;
    question->reply->body_case = DUBAN__REPLY__BODY_CASES;
    question->reply->cases = cases;
}

void query_on_cases(struct question *question, const Duban__CasesQuery *wanted)
{
    void **rows = question_rows(question);
    struct page page;

    page_open(&page, question, TABLE_CASE_BY_NUMBER, bytes_of("", 0));
    while (page.found) {
        Duban__Case *case_ = state_case(&question->rules->state, page.value.data);
        Duban__CaseRow *row;

        if (!query_matches(wanted->site, case_->site) || !query_matches(wanted->owner, case_->owner) ||
            !query_matches(wanted->level, case_->level) || !case_wanted(wanted, row = case_row(question, case_))) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = row;
        question->bytes += protobuf_c_message_get_packed_size(&row->base);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    reply_cases(question, rows, page.rows);
}

static Duban__Case *find_case(struct question *question, const Duban__CaseQuery *wanted)
{
    struct state *state = &question->rules->state;

    switch (wanted->by_case) {
    case DUBAN__CASE_QUERY__BY_ID:
        return wanted->id.len == ID_BYTES ? state_case(state, wanted->id.data) : NULL;
    case DUBAN__CASE_QUERY__BY_NUMBER:
        return state_case_numbered(state, wanted->number);
    case DUBAN__CASE_QUERY__BY_PLACE:
        if (!is_code(wanted->place->site) || !is_code(wanted->place->item))
            return NULL;
        return state_case_at(state, wanted->place->site, wanted->place->item);
    case DUBAN__CASE_QUERY__BY__NOT_SET:
    case _DUBAN__CASE_QUERY__BY__CASE_IS_INT_SIZE:
        break;
    }
    return NULL;
}

void query_on_case(struct question *question, const Duban__CaseQuery *wanted)
{
    Duban__Case *case_ = find_case(question, wanted);
    void **rows = question_rows(question);

    if (case_ == NULL) {
        question_fault(question, "case", "没有这个问题，请用 duban cases --all 查编号", "there is no such case; duban cases --all lists them");
        return;
    }
    rows[0] = case_row(question, case_);
    reply_cases(question, rows, 1);
}

static void fill_about(struct question *question, Duban__TaskRow *row, const Duban__Case *case_)
{
    struct engine *engine = &question->rules->engine;
    const Duban__Subject *subject = engine_subject_of(engine, row->task);
    const Duban__NoticeItem *item = engine_item(engine, row->task, case_);   /* a notice about it says the same */

    row->number = item->number;
    row->n_prior_visits = item->n_prior_visits;
    row->prior_visits = item->prior_visits;
    row->n_prior_cases = item->n_prior_cases;
    row->prior_cases = item->prior_cases;
    if (case_ != NULL)
        row->finding = engine_finding_text(engine, case_);
    else if (subject != NULL || row->task->report_sequence != 0)
        row->finding = item->matter;
}

static Duban__TaskRow *task_row(struct question *question, Duban__Task *task)
{
    Duban__TaskRow *row = arena_take(question->arena, sizeof *row);
    Duban__Case *case_ = task->case_id.len == ID_BYTES ? state_case(&question->rules->state, task->case_id.data) : NULL;
    const Duban__WatchRecord *watch = engine_watch_of_site(&question->rules->engine, task->site);

    assert(row != NULL);
    duban__task_row__init(row);
    row->task = task;
    row->case_number = case_ == NULL ? 0 : case_->number;
    row->site_name = query_site_name(question, task->site);
    row->area_name = query_area_name(question, task->area);
    if (watch != NULL) {
        row->risk = watch->reason;
        row->risk_en = watch->reason_en;
    }
    row->kind_label = query_text(question, task_kind((int) task->kind)->label);
    row->light = engine_light(&question->rules->engine, task, question->now_s);
    fill_about(question, row, case_);
    return row;
}

static bool task_is_over(const Duban__Task *task)
{
    return task->state == DUBAN__TASK_STATE__TASK_STATE_DONE || task->state == DUBAN__TASK_STATE__TASK_STATE_CANCELLED;
}

bool query_task_is_wanted(const Duban__TasksQuery *wanted, const Duban__Task *task)
{
    if (!wanted->closed_too && task_is_over(task))
        return false;
    if (wanted->about.len == ID_BYTES && memcmp(task_about(task)->data, wanted->about.data, ID_BYTES) != 0)
        return false;
    return query_matches(wanted->owner, task->owner) &&
           (wanted->kind == DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED || wanted->kind == task->kind);
}

/* A task shares the beginning of its id with what it is about. */
static struct bytes tasks_prefix(const Duban__TasksQuery *wanted)
{
    if (wanted->id.len == ID_BYTES)
        return bytes_of(wanted->id.data, ID_BYTES);
    return wanted->about.len == ID_BYTES ? bytes_of(wanted->about.data, 10) : bytes_of("", 0);
}

static void reply_tasks(struct question *question, void **rows, size_t count)
{
    Duban__TaskRows *tasks = arena_take(question->arena, sizeof *tasks);

    assert(tasks != NULL);
    duban__task_rows__init(tasks);
    tasks->n_rows = count;
    tasks->rows = (Duban__TaskRow **) rows;
    question->reply->body_case = DUBAN__REPLY__BODY_TASKS;
    question->reply->tasks = tasks;
}

static void tasks_that_wait(struct question *question, const Duban__TasksQuery *wanted)
{
    const Duban__Holder *holder = is_code(wanted->waits_for) ? state_holder(&question->rules->state, wanted->waits_for) : NULL;
    void **rows = question_rows(question);
    size_t found = 0, count = 0;
    bool more = false;
    struct due_task *duties = holder == NULL ? NULL : query_tasks_that_wait_for(question, holder, wanted, &found, &more);

    while (count < found && (count == 0 || !page_is_full(question, count))) {
        rows[count] = task_row(question, state_task(&question->rules->state, duties[count].id));
        question->bytes += protobuf_c_message_get_packed_size(rows[count++]);
    }
    if (count > 0 && (more || count < found))
        question->reply->next = (ProtobufCBinaryData){ ID_BYTES, duties[count - 1].id };
    reply_tasks(question, rows, count);
}

void query_on_tasks(struct question *question, const Duban__TasksQuery *wanted)
{
    void **rows = question_rows(question);
    struct page page;

    if (wanted->id.len != 0 && wanted->id.len != ID_BYTES) {
        question_fault(question, "tasks.id", "任务编号是 16 个字节", "the id of a task has 16 bytes");
        return;
    }
    if (wanted->waits_for[0] != '\0') {
        tasks_that_wait(question, wanted);
        return;
    }
    page_open(&page, question, TABLE_TASK, tasks_prefix(wanted));
    while (page.found) {
        Duban__Task *task = page_row(&page, &duban__task__descriptor);

        if (task == NULL || !query_task_is_wanted(wanted, task)) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = task_row(question, task);
        question->bytes += protobuf_c_message_get_packed_size(rows[page.rows]);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    reply_tasks(question, rows, page.rows);
}
