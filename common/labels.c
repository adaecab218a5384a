/* labels.c - labels of enum values, one table each. */
#include "labels.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(table) (sizeof (table) / sizeof (table)[0])

/* A value of a newer version has no label here. */
static struct words label(const struct words *labels, size_t count, size_t value)
{
    if (value < count && labels[value].zh != NULL)
        return labels[value];
    return (struct words){ "—", "" };
}

struct words name_of_case_state(Duban__CaseState state)
{
    static const struct words LABELS[] = {
        [DUBAN__CASE_STATE__CASE_STATE_ASSIGNED] = { "已派遣（待签收）", "assigned" },
        [DUBAN__CASE_STATE__CASE_STATE_RECTIFYING] = { "整改中", "rectifying" },
        [DUBAN__CASE_STATE__CASE_STATE_FIX_REPORTED] = { "待复查", "fix reported" },
        [DUBAN__CASE_STATE__CASE_STATE_FOLLOWING_UP] = { "随访中", "following up" },
        [DUBAN__CASE_STATE__CASE_STATE_REWORK] = { "返工", "rework" },
        [DUBAN__CASE_STATE__CASE_STATE_SUSPENDED] = { "挂账", "suspended" },
        [DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE] = { "待销号审批", "to approve" },
        [DUBAN__CASE_STATE__CASE_STATE_CLOSED] = { "已销号", "closed" },
        [DUBAN__CASE_STATE__CASE_STATE_VOIDED] = { "作废", "voided" },
    };

    return label(LABELS, COUNT_OF(LABELS), state);
}

struct words name_of_task_state(Duban__TaskState state)
{
    static const struct words LABELS[] = {
        [DUBAN__TASK_STATE__TASK_STATE_OPEN] = { "待办", "open" },
        [DUBAN__TASK_STATE__TASK_STATE_CLAIMED] = { "已报整改", "claimed" },
        [DUBAN__TASK_STATE__TASK_STATE_PAUSED] = { "暂停", "paused" },
        [DUBAN__TASK_STATE__TASK_STATE_DONE] = { "完成", "done" },
        [DUBAN__TASK_STATE__TASK_STATE_CANCELLED] = { "取消", "cancelled" },
    };

    return label(LABELS, COUNT_OF(LABELS), state);
}

struct words name_of_role(Duban__Role role)
{
    static const struct words LABELS[] = {
        [DUBAN__ROLE__ROLE_LEAD] = { "专班组长", "task-force lead" },
        [DUBAN__ROLE__ROLE_DUTY_CLERK] = { "内勤", "duty clerk" },
        [DUBAN__ROLE__ROLE_GROUP_LEADER] = { "片组组长", "group leader" },
        [DUBAN__ROLE__ROLE_INSPECTOR] = { "巡查员", "inspector" },
        [DUBAN__ROLE__ROLE_AREA_CONTACT] = { "包片联系人", "area contact" },
        [DUBAN__ROLE__ROLE_AREA_STAFF] = { "社区（村）工作人员", "area staff" },
        [DUBAN__ROLE__ROLE_OFFICE] = { "科室", "office" },
        [DUBAN__ROLE__ROLE_SITE_CONTACT] = { "点位负责人", "site contact" },
        [DUBAN__ROLE__ROLE_COMMITTEE] = { "地区工委", "committee" },
        [DUBAN__ROLE__ROLE_AUDITOR] = { "审计", "auditor" },
        [DUBAN__ROLE__ROLE_ADMINISTRATOR] = { "系统管理员", "administrator" },
    };

    return label(LABELS, COUNT_OF(LABELS), role);
}

struct words name_of_light(Duban__Light light)
{
    static const struct words LABELS[] = {
        [DUBAN__LIGHT__LIGHT_GREEN] = { "绿", "green" },
        [DUBAN__LIGHT__LIGHT_YELLOW] = { "黄", "yellow" },
        [DUBAN__LIGHT__LIGHT_RED] = { "红", "red" },
        [DUBAN__LIGHT__LIGHT_GREY] = { "灰", "grey" },
    };

    return label(LABELS, COUNT_OF(LABELS), light);
}

struct words name_of_operating_state(Duban__OperatingState state)
{
    static const struct words LABELS[] = {
        [DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING] = { "营业", "operating" },
        [DUBAN__OPERATING_STATE__OPERATING_STATE_SUSPENDED] = { "停业", "suspended" },
        [DUBAN__OPERATING_STATE__OPERATING_STATE_CLOSED] = { "关闭", "closed" },
    };

    return label(LABELS, COUNT_OF(LABELS), state);
}

struct words name_of_purpose(Duban__Purpose purpose)
{
    static const struct words LABELS[] = {
        [DUBAN__PURPOSE__PURPOSE_INSPECTION] = { "巡查", "inspection" },
        [DUBAN__PURPOSE__PURPOSE_REVISIT] = { "复查", "revisit" },
        [DUBAN__PURPOSE__PURPOSE_GUIDANCE] = { "示范指导", "guidance" },
        [DUBAN__PURPOSE__PURPOSE_OBSERVATION] = { "蹲守观察", "observation" },
        [DUBAN__PURPOSE__PURPOSE_CHECK_IN] = { "打卡", "check-in" },
    };

    return label(LABELS, COUNT_OF(LABELS), purpose);
}

struct words name_of_visit_outcome(Duban__VisitOutcome outcome)
{
    static const struct words LABELS[] = {
        [DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED] = { "完成", "completed" },
        [DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED] = { "到访未果", "attempted" },
    };

    return label(LABELS, COUNT_OF(LABELS), outcome);
}

struct words name_of_accessed(const char *field)
{
    static const struct {
        const char *field;
        struct words words;
    } LABELS[] = {
        { "phone", { "电话", "phone" } }, { "name", { "姓名", "name" } }, { "address", { "地址", "address" } }, { "person", { "本人", "person" } },
        { "complainant", { "投诉人", "complainant" } }, { "all", { "全部", "all of it" } },
        { "original", { "照片原件", "a photo as it came" } },
    };

    for (size_t i = 0; i < COUNT_OF(LABELS); i++)
        if (strcmp(LABELS[i].field, field) == 0)
            return LABELS[i].words;
    return (struct words){ field, field };
}

void label_case(uint32_t number, char out[LABEL_CASE_BYTES])
{
    (void) snprintf(out, LABEL_CASE_BYTES, "DB-%04u", number);
}

void label_task(const Duban__TaskRow *row, struct task_label *out)
{
    unsigned long long held = row->task->quarantined_sequence, report = row->task->report_sequence;

    if (held != 0) {
        (void) snprintf(out->zh, sizeof out->zh, "待核记录 %llu", held);
        (void) snprintf(out->en, sizeof out->en, "held entry %llu", held);
    } else if (row->number[0] == '\0' && report != 0) {
        (void) snprintf(out->zh, sizeof out->zh, "第 %llu 号记录", report);
        (void) snprintf(out->en, sizeof out->en, "report %llu", report);
    } else {
        (void) snprintf(out->zh, sizeof out->zh, "%s", row->number);
        (void) snprintf(out->en, sizeof out->en, "%s", row->number);
    }
}
