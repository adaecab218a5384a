/* policy_row.c - one row of the reminders or the ladder, and what it must keep to.
 *
 * Step 0 of the ladder at 0 is what says "overdue", so that a reminder never stands at 0.
 * What is said before the due time must be true then, and so must what is said after it.
 */
#include <string.h>

#include "civil.h"
#include "engine_kind.h"
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OF_ROW(member) offsetof(struct row_draft, row.member)

enum { DAY = DAY_SECONDS };

/* ---------------------------------------------------------------- words */

static const struct {
    const char *name;
    enum policy_selector selector;
} SELECTORS[] = {
    { "site_contact", TO_SITE_CONTACT }, { "owner", TO_OWNER },
    { "finder", TO_FINDER },             { "group_leader", TO_GROUP_LEADER },
    { "area_contact", TO_AREA_CONTACT }, { "lead", TO_LEAD },
    { "duty_clerk", TO_DUTY_CLERK },     { "committee", TO_COMMITTEE },
    { "sender", TO_SENDER },           { "inspector", TO_INSPECTOR },
    { "office", TO_OFFICE },
};

/* Texts that would be untrue on the other side of the due time. */
static const char *const ONLY_BEFORE_DUE[] = {
    "near_due", "due_today", "complaint_due",
    "coordination_due", "confirmation_due", "referral_due", "referral_result_due", "urgent_due",
    "resolution_due",
};
static const char *const ONLY_AFTER_DUE[] = {
    "overdue_owner", "overdue_group_leader", "overdue_lead", "agenda", "reported_up", "explanation_wanted",
    "revisit_missed", "complaint_overdue",
    "coordination_overdue", "confirmation_overdue", "referral_overdue", "referral_result_overdue", "urgent_overdue",
    "resolution_overdue",
};

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

bool policy_is_said_before_due(const char *message)
{
    return is_one_of(message, ONLY_BEFORE_DUE, COUNT(ONLY_BEFORE_DUE));
}

bool policy_is_said_after_due(const char *message)
{
    return is_one_of(message, ONLY_AFTER_DUE, COUNT(ONLY_AFTER_DUE));
}

/* ---------------------------------------------------------------- one row */

/* A row with what is only needed until it has been checked. */
struct row_draft {
    struct policy_row row;
    const struct yaml *value;
    int kind;                 /* of task */
    bool until;
    bool briefing;
    bool has_step;            /* as it should be written */
    bool has_at;
    int64_t before_s;         /* 0 = the key is not there */
};

static void read_message(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct choices choices = choices_for(value->text);
    const struct policy *policy = loading->policy;

    (void) field;
    if (!policy_is_scalar(loading, value))
        return;
    *(const char **) target = policy_keep(loading, value->text);
    if (!loading->messages_known || policy_message(policy, value->text) != NULL)
        return;
    for (size_t i = 0; i < policy->message_count; i++)
        choices_add(&choices, policy->messages[i].kind);
    policy_complain_unknown(loading, value->place, "消息", "message", &choices);
}

static enum policy_selector selector_named(struct loading *loading, const struct yaml *value)
{
    struct choices choices = choices_for(value->text);

    for (size_t i = 0; i < COUNT(SELECTORS); i++) {
        if (strcmp(SELECTORS[i].name, value->text) == 0)
            return SELECTORS[i].selector;
        choices_add(&choices, SELECTORS[i].name);
    }
    policy_complain_unknown(loading, value->place, "接收人", "recipient", &choices);
    return TO_NONE;
}

static void add_selector(struct loading *loading, struct policy_row *row, const struct yaml *value)
{
    enum policy_selector selector = policy_is_scalar(loading, value) ? selector_named(loading, value) : TO_NONE;

    if (selector == TO_NONE)
        return;
    for (size_t i = 0; i < row->to_count; i++)
        if (row->to[i] == selector) {
            policy_complain(loading, value->place, "接收人“%s”写了两次；请删去一处", "recipient \"%s\" is given twice; remove one",
                            value->text);
            return;
        }
    if (row->to_count == POLICY_MAX_SELECTORS) {
        policy_complain(loading, value->place, "接收人最多 %d 个", "at most %d recipients", (int) POLICY_MAX_SELECTORS);
        return;
    }
    row->to[row->to_count++] = selector;
}

void policy_read_recipients(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0)
        policy_complain(loading, value->place, "没有接收人；至少写一个，如 [owner]",
                        "nobody is told; name at least one, as in [owner]");
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next)
        add_selector(loading, target, entry);
}

static void read_step(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct row_draft *draft = target;
    size_t faults = loading->faults->total;

    policy_read_count(loading, value, &draft->row.ladder_step, field);
    draft->has_step = loading->faults->total == faults;
}

static void read_at(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct row_draft *draft = target;
    size_t faults = loading->faults->total;

    policy_read_offset(loading, value, &draft->row, field);
    draft->has_at = loading->faults->total == faults;
}

static void read_until(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct choices choices = choices_for(value->text);

    (void) field;
    if (!policy_is_scalar(loading, value))
        return;
    choices_add(&choices, "explained");
    if (strcmp(value->text, "explained") == 0)
        *(bool *) target = true;
    else
        policy_complain_unknown(loading, value->place, "重复的终止条件", "end of a repeat", &choices);
}

static void read_late(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct {
        const char *word;
        enum policy_late late;
    } WORDS[] = { { "digest", LATE_DIGEST }, { "send", LATE_SEND }, { "drop", LATE_DROP } };
    struct choices choices = choices_for(value->text);

    (void) field;
    if (!policy_is_scalar(loading, value))
        return;
    for (size_t i = 0; i < COUNT(WORDS); i++) {
        if (strcmp(WORDS[i].word, value->text) == 0) {
            *(enum policy_late *) target = WORDS[i].late;
            return;
        }
        choices_add(&choices, WORDS[i].word);
    }
    policy_complain_unknown(loading, value->place, "迟发的处理办法", "way with what is late", &choices);
}

static const struct field REMINDER_FIELDS[] = {
    { "at", read_at, 0, 0, POLICY_MAX_PERIOD_DAYS * (int64_t) DAY, true },
    { "clock", policy_read_clock, OF_ROW(second_of_day), 0, 0, true },
    { "day", policy_read_number, OF_ROW(day), -30, 30, true },
    { "before", policy_read_period, offsetof(struct row_draft, before_s), 60, 2 * (int64_t) DAY, true },
    { "message", read_message, OF_ROW(message), 0, 0, false },
    { "to", policy_read_recipients, offsetof(struct row_draft, row), 0, 0, false },
    { "every", policy_read_every, offsetof(struct row_draft, row), 600, 31 * (int64_t) DAY, true },
    { "times", policy_read_count, OF_ROW(times), 1, 99, true },
    { "until", read_until, offsetof(struct row_draft, until), 0, 0, true },
    { "fold", policy_read_flag, OF_ROW(fold), 0, 0, true },
    { "late", read_late, OF_ROW(late), 0, 0, true },
};

static const struct field LADDER_FIELDS[] = {
    { "step", read_step, 0, 0, POLICY_LAST_STEP, false },
    { "at", read_at, 0, 0, POLICY_MAX_PERIOD_DAYS * (int64_t) DAY, false },
    { "briefing", policy_read_flag, offsetof(struct row_draft, briefing), 0, 0, true },
    { "message", read_message, OF_ROW(message), 0, 0, false },
    { "to", policy_read_recipients, offsetof(struct row_draft, row), 0, 0, false },
    { "every", policy_read_every, offsetof(struct row_draft, row), 600, 31 * (int64_t) DAY, true },
    { "times", policy_read_count, OF_ROW(times), 1, 99, true },
    { "fold", policy_read_flag, OF_ROW(fold), 0, 0, true },
    { "late", read_late, OF_ROW(late), 0, 0, true },
};

/* ---------------------------------------------------------------- what a row must keep to */

static bool is_before_due(const struct policy_row *row)
{
    return !row->is_ladder && (row->when == WHEN_CLOCK ? row->day < 0 : policy_offset_is_before(row));
}

static bool is_after_due(const struct policy_row *row)
{
    if (row->when == WHEN_CLOCK)
        return row->day > 0;
    return row->is_ladder || row->offset_s > 0 || row->offset_days > 0;
}

static void check_time(struct loading *loading, const struct row_draft *draft)
{
    const struct yaml *value = draft->value;
    const struct yaml *at = policy_yaml_member(value, "at");
    const struct yaml *clock = policy_yaml_member(value, "clock");
    const struct yaml *day = policy_yaml_member(value, "day");
    const struct yaml *before = policy_yaml_member(value, "before");

    if (before != NULL && draft->kind != DUBAN__TASK_KIND__TASK_KIND_REVISIT)
        policy_complain(loading, before->key_place, "只有复查（revisit）可以约定时间；请改用 at 或 clock",
                        "only a revisit has a time that is agreed upon; use at or clock");
    if (before != NULL && (at != NULL || clock != NULL))
        policy_complain(loading, before->key_place, "before 不与 at、clock 同用；请只留一个",
                        "before excludes at and clock; keep one of them");
    if (at == NULL && clock == NULL && before == NULL)
        policy_complain(loading, value->place, "缺少时间；请写 at（如 -30m）或 clock（如 \"09:00\"）",
                        "the time is missing; write at (as -30m) or clock (as \"09:00\")");
    if (at != NULL && clock != NULL)
        policy_complain(loading, clock->key_place, "at 与 clock 只能写一个；请删去一个",
                        "at and clock exclude each other; remove one");
    if (clock == NULL && day != NULL)
        policy_complain(loading, day->key_place, "day 只与 clock 同用；请加上 clock 或删去 day",
                        "day goes with clock only; add clock or remove day");
    if (clock != NULL && day == NULL)
        policy_complain(loading, clock->key_place, "写了 clock 还要写 day：到期当天为 0，次日为 +1",
                        "clock needs day beside it: 0 is the day of the due time, +1 the next");
    if (at != NULL && clock == NULL && at->kind == YAML_SCALAR && strcmp(at->text, "0") == 0)
        policy_complain(loading, at->place, "到期时的消息属于 ladder 的第 0 步；此处应早于或晚于到期",
                        "what is sent at the due time is step 0 of the ladder; a reminder stands before or after it");
}

static void check_repeat(struct loading *loading, const struct row_draft *draft)
{
    const struct yaml *every = policy_yaml_member(draft->value, "every");
    const struct yaml *times = policy_yaml_member(draft->value, "times");
    const struct yaml *until = draft->until ? policy_yaml_member(draft->value, "until") : NULL;

    if (every != NULL && !is_after_due(&draft->row))
        policy_complain(loading, every->key_place, "只有到期后的消息可以重复；请去掉 every，或改到到期之后",
                        "only what is sent after the due time may repeat; remove every or move the row after it");
    if (times != NULL && every == NULL)
        policy_complain(loading, times->key_place, "times 只与 every 同用；请加上 every 或删去 times",
                        "times goes with every only; add every or remove times");
    if (until != NULL && every == NULL)
        policy_complain(loading, until->key_place, "until 只与 every 同用；请加上 every 或删去 until",
                        "until goes with every only; add every or remove until");
    if (until != NULL && !task_kind(draft->kind)->is_chased)
        policy_complain(loading, until->key_place, "只有整改（rectification）有逾期说明；请删去 until",
                        "only a rectification can be explained; remove until");
}

static void check_truth(struct loading *loading, const struct row_draft *draft)
{
    const struct policy_row *row = &draft->row;
    struct file_place place = policy_yaml_place(draft->value, "message", NULL);

    if (row->message == NULL)
        return;
    if (is_after_due(row) && is_one_of(row->message, ONLY_BEFORE_DUE, COUNT(ONLY_BEFORE_DUE)))
        policy_complain(loading, place, "“%s”只能在到期之前发；请改用 overdue_owner 等，或改时间",
                        "\"%s\" may only go before the due time; use overdue_owner or the like, or another time",
                        row->message);
    if (is_before_due(row) && is_one_of(row->message, ONLY_AFTER_DUE, COUNT(ONLY_AFTER_DUE)))
        policy_complain(loading, place, "“%s”只能在到期之后发；请改用 near_due 等，或改时间",
                        "\"%s\" may only go after the due time; use near_due or the like, or another time",
                        row->message);
}

static void check_late(struct loading *loading, const struct row_draft *draft)
{
    struct file_place place = policy_yaml_place(draft->value, "late", NULL);

    if (draft->row.late == LATE_DROP && draft->row.is_ladder)
        policy_complain(loading, place, "逐级升级不能因迟发而不发；请写 digest 或 send", "a step of the ladder is never dropped; write digest or send");
    if (draft->row.late == LATE_SEND && draft->row.fold)
        policy_complain(loading, place, "写了 fold 的不单独发；请删去 late 或 fold", "what folds never goes by itself; remove late or fold");
}

static void check_sender(struct loading *loading, const struct row_draft *draft)
{
    for (size_t i = 0; i < draft->row.to_count; i++)
        if (draft->row.to[i] == TO_SENDER && !task_kind(draft->kind)->has_sender)
            policy_complain(loading, policy_yaml_place(draft->value, "to", NULL),
                            "sender（提交人）只用于 settlement；此处可用 finder 或 owner",
                            "sender is for settlement only; use finder or owner here");
}

/* Of different units neither is, until a calendar says. */
static bool is_sooner(const struct policy_row *row, const struct policy_row *below)
{
    return row->offset_unit == below->offset_unit && !policy_offset_is_before(row) &&
           (row->offset_s < below->offset_s || row->offset_days < below->offset_days);
}

/* Steps rise. So do their times; a step that waits for a meeting has no time of its own that
 * could be compared. */
static void check_step(struct loading *loading, const struct row_draft *draft, const struct policy_row *rows,
                       size_t place)
{
    const struct policy_row *row = &draft->row;
    const struct policy_row *below = NULL;
    struct file_place at = policy_yaml_place(draft->value, "at", NULL);

    if (place > 0 && row->ladder_step <= rows[place - 1].ladder_step)
        policy_complain(loading, policy_yaml_place(draft->value, "step", NULL), "步数应逐行增大；%u 之后不能是 %u",
                        "steps should rise; after %u there cannot be %u", rows[place - 1].ladder_step,
                        row->ladder_step);
    if (policy_offset_is_before(row))
        policy_complain(loading, at, "升级从到期时开始；此处应为 0 或 +4h 这样的时间",
                        "a ladder starts at the due time; this should be 0 or like +4h");
    else if (row->ladder_step == 0 && (row->offset_s != 0 || row->offset_days != 0 || draft->briefing))
        policy_complain(loading, at, "第 0 步就是到期时的催办；at 应为 0，且不等例会",
                        "step 0 is what is sent at the due time; at should be 0, without a briefing");
    for (size_t i = 0; i < place; i++)
        if (rows[i].when == WHEN_OFFSET)
            below = &rows[i];
    if (below != NULL && !draft->briefing && is_sooner(row, below))
        policy_complain(loading, at, "第 %u 步不能早于第 %u 步", "step %u cannot come before step %u", row->ladder_step,
                        below->ladder_step);
}

/* ---------------------------------------------------------------- the row */

void policy_read_row(struct loading *loading, const struct yaml *value, bool is_ladder, int kind,
                     struct policy_row *rows, size_t place)
{
    struct row_draft draft = { .row = { .is_ladder = is_ladder, .place = value->place, .message = NULL },
                               .value = value,
                               .kind = kind };
    const struct field *fields = is_ladder ? LADDER_FIELDS : REMINDER_FIELDS;
    size_t count = is_ladder ? COUNT(LADDER_FIELDS) : COUNT(REMINDER_FIELDS);

    if (!policy_read_fields(loading, value, fields, count, &draft))
        return;
    draft.row.until_explained = draft.until;
    if (policy_yaml_member(value, "clock") != NULL && !is_ladder)
        draft.row.when = WHEN_CLOCK;
    if (draft.before_s != 0) {
        draft.row.when = WHEN_APPOINTMENT;
        draft.row.offset_s = -draft.before_s;
    }
    if (draft.briefing)
        draft.row.when = WHEN_BRIEFING;
    if (is_ladder && draft.has_step && draft.has_at)
        check_step(loading, &draft, rows, place);
    if (!is_ladder)
        check_time(loading, &draft);
    check_repeat(loading, &draft);
    check_truth(loading, &draft);
    check_late(loading, &draft);
    check_sender(loading, &draft);
    rows[place] = draft.row;
}

void policy_read_alert(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field FIELDS[] = {
        { "message", read_message, OF_ROW(message), 0, 0, false },
        { "to", policy_read_recipients, offsetof(struct row_draft, row), 0, 0, false },
    };
    struct row_draft draft = { .row = { .place = value->place, .message = NULL, .name = field->key } };

    policy_read_fields(loading, value, FIELDS, COUNT(FIELDS), &draft);
    for (size_t i = 0; i < draft.row.to_count; i++)
        if (draft.row.to[i] == TO_SENDER || draft.row.to[i] == TO_FINDER)
            policy_complain(loading, policy_yaml_place(value, "to", NULL), "紧急报告的上报人自己知道；请写 lead、area_contact 等",
                            "whoever reports it knows; name lead, area_contact or the like");
    *(struct policy_row *) target = draft.row;
}
