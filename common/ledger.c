/* ledger.c - the tables of the ledger: a function for each kind of cell, a line for each column. */
#include "ledger.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "labels.h"
#include "phones.h"

#define COUNT_OF(table) (sizeof (table) / sizeof (table)[0])

/* ---------------------------------------------------------------- cells */

static void put(struct ledger_reader *reader, struct cell *cell, const char *text)
{
    char *copy = arena_copy(reader->arena, text, strlen(text));

    reader->is_out_of_memory = reader->is_out_of_memory || copy == NULL;
    if (copy != NULL)
        phones_mask(copy);
    cell->text = copy;
}

static void put_words(struct ledger_reader *reader, struct cell *cell, struct words words)
{
    put(reader, cell, reader->english && words.en[0] != '\0' ? words.en : words.zh);
}

static void put_text(struct ledger_reader *reader, struct cell *cell, const Duban__Text *text)
{
    if (text != NULL)
        put_words(reader, cell, (struct words){ text->zh, text->en });
}

static void put_number(struct cell *cell, int64_t number)
{
    cell->value = number;
    cell->has_value = true;
}

/* Codes one behind the other. */
static void put_list(struct ledger_reader *reader, struct cell *cell, char *const *codes, size_t count)
{
    size_t size = 1, used = 0;
    char *all;

    for (size_t i = 0; i < count; i++)
        size += strlen(codes[i]) + 1;
    all = arena_clear(reader->arena, size);
    reader->is_out_of_memory = reader->is_out_of_memory || all == NULL;
    for (size_t i = 0; all != NULL && i < count; i++)
        used += (size_t) snprintf(all + used, size - used, "%s%s", i == 0 ? "" : " ", codes[i]);
    cell->text = all;
}

/* A column that shows one field: of the row, or of a message in it. */
#define ROW_CELL(name, type, statement) \
    static void name(struct ledger_reader *reader, const void *self, struct cell *cell) \
    { \
        const type *row = self; \
\
        (void) reader; \
        statement; \
    }

/* ---------------------------------------------------------------- cases */

static void case_number(struct ledger_reader *reader, const void *self, struct cell *cell)
{
    const Duban__CaseRow *row = self;
    char number[LABEL_CASE_BYTES];

    label_case(row->case_->number, number);
    put(reader, cell, number);
}

static void case_state(struct ledger_reader *reader, const void *self, struct cell *cell)
{
    const Duban__CaseRow *row = self;

    if (row->state_label != NULL)
        put_text(reader, cell, row->state_label);
    else
        put_words(reader, cell, name_of_case_state(row->case_->state));
}

ROW_CELL(case_light, Duban__CaseRow, if (row->light != DUBAN__LIGHT__LIGHT_UNSPECIFIED) put_words(reader, cell, name_of_light(row->light)))
ROW_CELL(case_level, Duban__CaseRow, put(reader, cell, row->case_->level))
ROW_CELL(case_level_label, Duban__CaseRow, put_text(reader, cell, row->level_label))
ROW_CELL(case_zone, Duban__CaseRow, put(reader, cell, row->zone))
ROW_CELL(case_site, Duban__CaseRow, put(reader, cell, row->case_->site))
ROW_CELL(case_site_name, Duban__CaseRow, put_text(reader, cell, row->site_name))
ROW_CELL(case_item, Duban__CaseRow, put(reader, cell, row->case_->item))
ROW_CELL(case_item_text, Duban__CaseRow, put_text(reader, cell, row->item_text))
ROW_CELL(case_finding, Duban__CaseRow, put_text(reader, cell, row->finding))
ROW_CELL(case_overdue, Duban__CaseRow, put_text(reader, cell, row->overdue_label))
ROW_CELL(case_finder, Duban__CaseRow, put(reader, cell, row->case_->finder))
ROW_CELL(case_finder_title, Duban__CaseRow, put_words(reader, cell, ledger_title_of(reader->titles, row->case_->finder)))
ROW_CELL(case_owner, Duban__CaseRow, put(reader, cell, row->case_->owner))
ROW_CELL(case_owner_title, Duban__CaseRow, put_words(reader, cell, ledger_title_of(reader->titles, row->case_->owner)))
ROW_CELL(case_found, Duban__CaseRow, cell->value = row->case_->found_at_ms / 1000)
ROW_CELL(case_due, Duban__CaseRow, cell->value = row->case_->due_s)
ROW_CELL(case_next, Duban__CaseRow, cell->value = row->next_s)
ROW_CELL(case_round, Duban__CaseRow, put_number(cell, row->case_->round))
ROW_CELL(case_passes, Duban__CaseRow, put_number(cell, row->case_->passes))
ROW_CELL(case_passes_needed, Duban__CaseRow, put_number(cell, row->case_->passes_needed))
ROW_CELL(case_failed, Duban__CaseRow, put_number(cell, row->case_->failed_revisits))
ROW_CELL(case_recurrences, Duban__CaseRow, put_number(cell, row->case_->recurrences))
ROW_CELL(case_fixed, Duban__CaseRow, cell->value = row->case_->fixed_ms / 1000)
ROW_CELL(case_closed, Duban__CaseRow, cell->value = row->case_->closed_ms / 1000)
ROW_CELL(case_focus_group, Duban__CaseRow, put(reader, cell, row->focus_group))

static const struct ledger_column CASES[] = {
    { { "编号", "number" }, CELL_TEXT, 10, case_number },
    { { "灯", "light" }, CELL_TEXT, 7, case_light },
    { { "级别", "level" }, CELL_TEXT, 6, case_level },
    { { "级别说明", "level in words" }, CELL_TEXT, 14, case_level_label },
    { { "片区", "zone" }, CELL_TEXT, 10, case_zone },
    { { "点位编号", "site code" }, CELL_TEXT, 12, case_site },
    { { "点位", "site" }, CELL_TEXT, 28, case_site_name },
    { { "检查项", "item" }, CELL_TEXT, 9, case_item },
    { { "检查内容", "what is checked" }, CELL_TEXT, 36, case_item_text },
    { { "问题", "finding" }, CELL_TEXT, 40, case_finding },
    { { "状态", "state" }, CELL_TEXT, 18, case_state },
    { { "逾期", "overdue" }, CELL_TEXT, 12, case_overdue },
    { { "发现人账号", "finder's account" }, CELL_TEXT, 16, case_finder },
    { { "发现人", "finder" }, CELL_TEXT, 20, case_finder_title },
    { { "跟进人账号", "owner's account" }, CELL_TEXT, 16, case_owner },
    { { "跟进人", "follow-up owner" }, CELL_TEXT, 20, case_owner_title },
    { { "发现时间", "found at" }, CELL_MOMENT, 17, case_found },
    { { "整改时限", "due" }, CELL_MOMENT, 17, case_due },
    { { "下一期限", "next due" }, CELL_MOMENT, 17, case_next },
    { { "轮次", "round" }, CELL_NUMBER, 7, case_round },
    { { "合格次数", "passes" }, CELL_NUMBER, 10, case_passes },
    { { "应合格次数", "passes needed" }, CELL_NUMBER, 14, case_passes_needed },
    { { "复查不合格次数", "failed revisits" }, CELL_NUMBER, 16, case_failed },
    { { "反弹次数", "recurrences" }, CELL_NUMBER, 12, case_recurrences },
    { { "整改完成时间", "fixed at" }, CELL_MOMENT, 17, case_fixed },
    { { "销号时间", "closed at" }, CELL_MOMENT, 17, case_closed },
    { { "重点人群", "focus group" }, CELL_TEXT, 14, case_focus_group },
};

/* ---------------------------------------------------------------- tasks */

static void task_place(struct ledger_reader *reader, const void *self, struct cell *cell)
{
    const Duban__TaskRow *row = self;

    put_text(reader, cell, row->site_name != NULL ? row->site_name : row->area_name);
}

static void task_number(struct ledger_reader *reader, const void *self, struct cell *cell)
{
    struct task_label label;

    label_task(self, &label);
    put_words(reader, cell, (struct words){ label.zh, label.en });
}

ROW_CELL(task_kind_label, Duban__TaskRow, put_text(reader, cell, row->kind_label))
ROW_CELL(task_site, Duban__TaskRow, put(reader, cell, row->task->site))
ROW_CELL(task_finding, Duban__TaskRow, put_text(reader, cell, row->finding))
ROW_CELL(task_level, Duban__TaskRow, put(reader, cell, row->task->level))
ROW_CELL(task_owner, Duban__TaskRow, put(reader, cell, row->task->owner))
ROW_CELL(task_owner_title, Duban__TaskRow, put_words(reader, cell, ledger_title_of(reader->titles, row->task->owner)))
ROW_CELL(task_role, Duban__TaskRow, if (row->task->owner_role != DUBAN__ROLE__ROLE_UNSPECIFIED) put_words(reader, cell, name_of_role(row->task->owner_role)))
ROW_CELL(task_state, Duban__TaskRow, put_words(reader, cell, name_of_task_state(row->task->state)))
ROW_CELL(task_light, Duban__TaskRow, if (row->light != DUBAN__LIGHT__LIGHT_UNSPECIFIED) put_words(reader, cell, name_of_light(row->light)))
ROW_CELL(task_opened, Duban__TaskRow, cell->value = row->task->opened_s)
ROW_CELL(task_due, Duban__TaskRow, cell->value = row->task->due_s)
ROW_CELL(task_closed, Duban__TaskRow, cell->value = row->task->closed_s)

static const struct ledger_column TASKS[] = {
    { { "任务", "task" }, CELL_TEXT, 16, task_kind_label },
    { { "编号", "number" }, CELL_TEXT, 10, task_number },
    { { "级别", "level" }, CELL_TEXT, 6, task_level },
    { { "点位编号", "site code" }, CELL_TEXT, 12, task_site },
    { { "点位或社区（村）", "site or area" }, CELL_TEXT, 28, task_place },
    { { "问题", "finding" }, CELL_TEXT, 40, task_finding },
    { { "责任人账号", "owner's account" }, CELL_TEXT, 16, task_owner },
    { { "责任人", "owner" }, CELL_TEXT, 20, task_owner_title },
    { { "责任岗位", "owing post" }, CELL_TEXT, 18, task_role },
    { { "状态", "state" }, CELL_TEXT, 10, task_state },
    { { "灯", "light" }, CELL_TEXT, 7, task_light },
    { { "开始时间", "opened at" }, CELL_MOMENT, 17, task_opened },
    { { "期限", "due" }, CELL_MOMENT, 17, task_due },
    { { "结束时间", "ended at" }, CELL_MOMENT, 17, task_closed },
};

/* ---------------------------------------------------------------- visits */

static void visit_doubts(struct ledger_reader *reader, const void *self, struct cell *cell)
{
    const Duban__Visit *visit = self;
    char **words = arena_take_pointers(reader->arena, visit->n_doubts + 1);

    for (size_t i = 0; words != NULL && i < visit->n_doubts; i++) {
        const Duban__Text *text = visit->doubts[i]->words;

        words[i] = text == NULL ? "" : reader->english && text->en[0] != '\0' ? text->en : text->zh;
    }
    if (words != NULL)
        put_list(reader, cell, words, visit->n_doubts);
    else
        reader->is_out_of_memory = true;
}

static void visit_time_doubtful(struct ledger_reader *reader, const void *self, struct cell *cell)
{
    if (((const Duban__Visit *) self)->time_doubtful)
        put_words(reader, cell, (struct words){ "是", "yes" });
}

ROW_CELL(visit_sequence, Duban__Visit, put_number(cell, (int64_t) row->sequence))
ROW_CELL(visit_at, Duban__Visit, cell->value = row->visit_ms / 1000)
ROW_CELL(visit_stamp, Duban__Visit, cell->value = row->stamp_ms / 1000)
ROW_CELL(visit_site, Duban__Visit, put(reader, cell, row->site))
ROW_CELL(visit_purpose, Duban__Visit, put_words(reader, cell, name_of_purpose(row->purpose)))
ROW_CELL(visit_outcome, Duban__Visit, put_words(reader, cell, name_of_visit_outcome(row->outcome)))
ROW_CELL(visit_reporter, Duban__Visit, put(reader, cell, row->reporter))
ROW_CELL(visit_reporter_title, Duban__Visit, put_words(reader, cell, ledger_title_of(reader->titles, row->reporter)))
ROW_CELL(visit_failed, Duban__Visit, put_list(reader, cell, row->failed, row->n_failed))
ROW_CELL(visit_passed, Duban__Visit, put_list(reader, cell, row->passed, row->n_passed))
ROW_CELL(visit_declared, Duban__Visit, put_number(cell, row->evidence_declared))
ROW_CELL(visit_missing, Duban__Visit, put_number(cell, row->evidence_missing))
ROW_CELL(visit_minutes, Duban__Visit, if (row->lasted_s > 0) put_number(cell, row->lasted_s / 60))
ROW_CELL(visit_score, Duban__Visit, put_number(cell, row->doubt_score))
ROW_CELL(visit_focus_group, Duban__Visit, put(reader, cell, row->focus_group))

static const struct ledger_column VISITS[] = {
    { { "记录", "report" }, CELL_NUMBER, 9, visit_sequence },
    { { "到访时间", "visited at" }, CELL_MOMENT, 17, visit_at },
    { { "登记时间", "received at" }, CELL_MOMENT, 17, visit_stamp },
    { { "时间存疑", "time in doubt" }, CELL_TEXT, 10, visit_time_doubtful },
    { { "点位编号", "site code" }, CELL_TEXT, 12, visit_site },
    { { "目的", "purpose" }, CELL_TEXT, 12, visit_purpose },
    { { "结果", "outcome" }, CELL_TEXT, 12, visit_outcome },
    { { "填报人账号", "reporter's account" }, CELL_TEXT, 16, visit_reporter },
    { { "填报人", "reporter" }, CELL_TEXT, 20, visit_reporter_title },
    { { "不合格项", "failed items" }, CELL_TEXT, 24, visit_failed },
    { { "合格项", "passed items" }, CELL_TEXT, 24, visit_passed },
    { { "照片", "photos" }, CELL_NUMBER, 8, visit_declared },
    { { "缺照片", "photos missing" }, CELL_NUMBER, 10, visit_missing },
    { { "历时（分钟）", "minutes" }, CELL_NUMBER, 12, visit_minutes },
    { { "存疑分", "doubt" }, CELL_NUMBER, 8, visit_score },
    { { "存疑原因", "why in doubt" }, CELL_TEXT, 40, visit_doubts },
    { { "重点人群", "focus group" }, CELL_TEXT, 14, visit_focus_group },
};

/* ---------------------------------------------------------------- sites */

ROW_CELL(site_code, Duban__Site, put(reader, cell, row->code))
ROW_CELL(site_kind, Duban__Site, put(reader, cell, row->kind))
ROW_CELL(site_class, Duban__Site, put(reader, cell, row->site_class))
ROW_CELL(site_area, Duban__Site, put(reader, cell, row->area))
ROW_CELL(site_name, Duban__Site, put_text(reader, cell, row->name))
ROW_CELL(site_state, Duban__Site, put_words(reader, cell, name_of_operating_state(row->operating_state)))
ROW_CELL(site_headcount, Duban__Site, if (row->headcount_presence_case == DUBAN__SITE__HEADCOUNT_PRESENCE_HEADCOUNT) put_number(cell, row->headcount))
ROW_CELL(site_last_visit, Duban__Site, cell->value = row->last_visit_ms / 1000)
ROW_CELL(site_last_inspection, Duban__Site, cell->value = row->last_inspection_ms / 1000)
ROW_CELL(site_attempts, Duban__Site, put_number(cell, row->attempts_in_a_row))

static const struct ledger_column SITES[] = {
    { { "编号", "code" }, CELL_TEXT, 12, site_code },
    { { "名称", "name" }, CELL_TEXT, 28, site_name },
    { { "种类", "kind" }, CELL_TEXT, 9, site_kind },
    { { "类别", "class" }, CELL_TEXT, 9, site_class },
    { { "社区（村）", "area" }, CELL_TEXT, 12, site_area },
    { { "状态", "state" }, CELL_TEXT, 10, site_state },
    { { "通常在场人数", "headcount" }, CELL_NUMBER, 13, site_headcount },
    { { "上次到访", "last visit" }, CELL_MOMENT, 17, site_last_visit },
    { { "上次巡查", "last inspection" }, CELL_MOMENT, 17, site_last_inspection },
    { { "连续到访未果", "attempts in a row" }, CELL_NUMBER, 17, site_attempts },
};

/* ---------------------------------------------------------------- complaints, referrals and the like */

ROW_CELL(subject_number, Duban__SubjectRow, put(reader, cell, row->number))
ROW_CELL(subject_kind, Duban__SubjectRow, put_text(reader, cell, row->kind_label))
ROW_CELL(subject_state, Duban__SubjectRow, put_text(reader, cell, row->state_label))
ROW_CELL(subject_light, Duban__SubjectRow, if (row->light != DUBAN__LIGHT__LIGHT_UNSPECIFIED) put_words(reader, cell, name_of_light(row->light)))
ROW_CELL(subject_zone, Duban__SubjectRow, put(reader, cell, row->zone))
ROW_CELL(subject_site, Duban__SubjectRow, put_text(reader, cell, row->site_name))
ROW_CELL(subject_area, Duban__SubjectRow, put_text(reader, cell, row->area_name))
ROW_CELL(subject_what, Duban__SubjectRow, put_text(reader, cell, row->what))
ROW_CELL(subject_next, Duban__SubjectRow, cell->value = row->next_s)
ROW_CELL(subject_overdue, Duban__SubjectRow, if (row->overdue) put_words(reader, cell, (struct words){ "是", "yes" }))
ROW_CELL(subject_focus_group, Duban__SubjectRow, put(reader, cell, row->focus_group))

static const struct ledger_column SUBJECTS[] = {
    { { "编号", "number" }, CELL_TEXT, 10, subject_number },
    { { "事项", "kind" }, CELL_TEXT, 14, subject_kind },
    { { "灯", "light" }, CELL_TEXT, 7, subject_light },
    { { "片区", "zone" }, CELL_TEXT, 10, subject_zone },
    { { "点位", "site" }, CELL_TEXT, 28, subject_site },
    { { "社区（村）", "area" }, CELL_TEXT, 20, subject_area },
    { { "内容", "what" }, CELL_TEXT, 40, subject_what },
    { { "状态", "state" }, CELL_TEXT, 18, subject_state },
    { { "期限", "due" }, CELL_MOMENT, 17, subject_next },
    { { "逾期", "overdue" }, CELL_TEXT, 8, subject_overdue },
    { { "重点人群", "focus group" }, CELL_TEXT, 14, subject_focus_group },
};

/* ---------------------------------------------------------------- tables */

const struct ledger_table LEDGER_TABLES[] = {
    { "cases", { "问题台账", "cases" }, DUBAN__REPLY__BODY_CASES, CASES, COUNT_OF(CASES) },
    { "tasks", { "任务", "tasks" }, DUBAN__REPLY__BODY_TASKS, TASKS, COUNT_OF(TASKS) },
    { "visits", { "巡查记录", "visits" }, DUBAN__REPLY__BODY_VISITS, VISITS, COUNT_OF(VISITS) },
    { "sites", { "点位", "sites" }, DUBAN__REPLY__BODY_SITES, SITES, COUNT_OF(SITES) },
    { "subjects", { "其他事项", "other subjects" }, DUBAN__REPLY__BODY_SUBJECTS, SUBJECTS, COUNT_OF(SUBJECTS) },
    { 0 },
};

const struct ledger_table *ledger_table_of(const char *name)
{
    for (const struct ledger_table *table = LEDGER_TABLES; table->name != NULL; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

size_t ledger_columns(const struct ledger_table *table, bool english, struct spreadsheet_column out[SPREADSHEET_MAX_COLUMNS])
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct ledger_column *column = &table->columns[i];

        out[i] = (struct spreadsheet_column){ english ? column->heading.en : column->heading.zh, column->kind, column->width };
    }
    return table->column_count;
}

static void put_row(const struct ledger_table *table, struct ledger_reader *reader, const void *row, struct spreadsheet *spreadsheet)
{
    struct cell cells[SPREADSHEET_MAX_COLUMNS] = { { 0 } };
    struct arena_mark mark = arena_mark(reader->arena);

    for (size_t i = 0; i < table->column_count; i++)
        table->columns[i].fill(reader, row, &cells[i]);
    spreadsheet_row(spreadsheet, cells);
    arena_rewind(reader->arena, mark);
}

bool ledger_rows(const struct ledger_table *table, struct ledger_reader *reader, const Duban__Reply *answer, struct spreadsheet *spreadsheet)
{
    const ProtobufCMessage *body = &answer->cases->base;   /* a union: any of its messages */
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(body->descriptor, "rows");
    void *const *rows;
    size_t count;

    memcpy(&count, (const char *) body + field->quantifier_offset, sizeof count);
    memcpy(&rows, (const char *) body + field->offset, sizeof rows);
    for (size_t i = 0; i < count; i++)
        put_row(table, reader, rows[i], spreadsheet);
    return !reader->is_out_of_memory;
}
