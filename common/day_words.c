/* day_words.c - what stands on a day's plan and on a meeting's agenda, in words. */
#include "day_words.h"

struct day_words day_words_of_agenda(Duban__AgendaKind kind)
{
    switch (kind) {
    case DUBAN__AGENDA_KIND__AGENDA_KIND_LEVEL_A: return (struct day_words){ "立即整改未完成", "immediate, not fixed" };
    case DUBAN__AGENDA_KIND__AGENDA_KIND_URGENT:
    case DUBAN__AGENDA_KIND__AGENDA_KIND_LATE:
    case DUBAN__AGENDA_KIND__AGENDA_KIND_OVERDUE: return (struct day_words){ "逾期", "overdue" };
    case DUBAN__AGENDA_KIND__AGENDA_KIND_UNOWNED: return (struct day_words){ "无跟进人", "nobody follows it up" };
    case DUBAN__AGENDA_KIND__AGENDA_KIND_APPEAL: return (struct day_words){ "申诉待定", "an appeal waits" };
    case DUBAN__AGENDA_KIND__AGENDA_KIND_EXTENSION: return (struct day_words){ "延期待批", "an extension waits" };
    case DUBAN__AGENDA_KIND__AGENDA_KIND_CLOSURE: return (struct day_words){ "销号待批", "closing waits" };
    case DUBAN__AGENDA_KIND__AGENDA_KIND_COORDINATION: return (struct day_words){ "物资未到位", "supplies not there" };
    case DUBAN__AGENDA_KIND__AGENDA_KIND_RESOLUTION: return (struct day_words){ "交办未办结", "resolved, not done" };
    case DUBAN__AGENDA_KIND__AGENDA_KIND_SOON: return (struct day_words){ "临近到期", "due soon" };
    case DUBAN__AGENDA_KIND__AGENDA_KIND_CALENDAR: return (struct day_words){ "未公布", "not published" };
    case DUBAN__AGENDA_KIND__AGENDA_KIND_UNSPECIFIED:
    case _DUBAN__AGENDA_KIND_IS_INT_SIZE: break;
    }
    return (struct day_words){ "", "" };
}

struct day_words day_words_of_reason(Duban__StopReasonKind kind)
{
    switch (kind) {
    case DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_REVISIT: return (struct day_words){ "复查", "revisit" };
    case DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_WATCH: return (struct day_words){ "盯守", "watch" };
    case DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_COMPLAINT: return (struct day_words){ "投诉核实", "complaint" };
    case DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_CONFIRMATION: return (struct day_words){ "到场确认", "confirmation" };
    case DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_HIGH_RISK: return (struct day_words){ "高风险巡查", "high-risk inspection" };
    case DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_ROUTINE: return (struct day_words){ "日常巡查", "routine inspection" };
    case DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_NIGHT: return (struct day_words){ "夜间巡查", "inspection at night" };
    case DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_ADDED: return (struct day_words){ "会上增加", "added" };
    case DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_UNSPECIFIED:
    case _DUBAN__STOP_REASON_KIND_IS_INT_SIZE: break;
    }
    return (struct day_words){ "", "" };
}

struct day_words day_words_of_stop(Duban__StopState state)
{
    switch (state) {
    case DUBAN__STOP_STATE__STOP_STATE_PLANNED: return (struct day_words){ "待去", "to go" };
    case DUBAN__STOP_STATE__STOP_STATE_DONE: return (struct day_words){ "已去", "done" };
    case DUBAN__STOP_STATE__STOP_STATE_NOT_DONE: return (struct day_words){ "未完成", "not done" };
    case DUBAN__STOP_STATE__STOP_STATE_DROPPED: return (struct day_words){ "已取消", "dropped" };
    case DUBAN__STOP_STATE__STOP_STATE_MOVED: return (struct day_words){ "已转出", "moved to another zone" };
    case DUBAN__STOP_STATE__STOP_STATE_UNSPECIFIED:
    case _DUBAN__STOP_STATE_IS_INT_SIZE: break;
    }
    return (struct day_words){ "", "" };
}
