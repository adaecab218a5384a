/* names.c - labels of enum values, one table each; then tokens of the rules. */
#include "names.h"
#include "reasons.h"

#include <string.h>

#include "engine_kind.h"
#include "state.h"

#define COUNT_OF(table) (sizeof (table) / sizeof (table)[0])

/* A value of a newer version has no label here. */
static struct words label(const struct words *labels, size_t count, size_t value)
{
    if (value < count && labels[value].zh != NULL)
        return labels[value];
    return (struct words){ "—", "" };
}

struct words name_of_task_kind(Duban__TaskKind kind)
{
    const struct task_kind *row = task_kind((int) kind);

    return row != NULL ? (struct words){ row->label.zh, row->label.en } : (struct words){ "—", "" };
}

Duban__TaskKind task_kind_of(const char *text)
{
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind))
        if (strcmp(task_kind(kind)->name, text) == 0 || strcmp(task_kind(kind)->label.zh, text) == 0)
            return (Duban__TaskKind) kind;
    return DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED;
}

enum colour colour_of_light(Duban__Light light)
{
    static const enum colour COLOURS[] = {
        [DUBAN__LIGHT__LIGHT_GREEN] = COLOUR_GREEN, [DUBAN__LIGHT__LIGHT_YELLOW] = COLOUR_YELLOW,
        [DUBAN__LIGHT__LIGHT_RED] = COLOUR_RED, [DUBAN__LIGHT__LIGHT_GREY] = COLOUR_GREY,
    };

    return (size_t) light < COUNT_OF(COLOURS) ? COLOURS[light] : COLOUR_NONE;
}

struct words name_of_grade(Duban__Grade grade)
{
    static const struct words LABELS[] = {
        [DUBAN__GRADE__GRADE_DELIVERED] = { "渠道已接收", "accepted by the channel" },
        [DUBAN__GRADE__GRADE_DEAD] = { "未能送达", "given up" },
        [DUBAN__GRADE__GRADE_WITHDRAWN] = { "已撤回（事情已办）", "withdrawn (already done)" },
        [DUBAN__GRADE__GRADE_SPOOLED] = { "未送达本人，仅留存", "not reached, only in the spool" },
        [DUBAN__GRADE__GRADE_SETTLED] = { "已另行告知", "told otherwise" },
        [DUBAN__GRADE__GRADE_UNCERTAIN] = { "是否送达不明（未重发，以免重复）", "perhaps delivered (not sent again, so that nobody is told twice)" },
        [DUBAN__GRADE__GRADE_RECEIVED] = { "已到本人手机", "received on the device" },
        [DUBAN__GRADE__GRADE_NOT_RECEIVED] = { "渠道接收后未到本人手机", "taken by the channel, never received on the device" },
    };

    return label(LABELS, COUNT_OF(LABELS), grade);
}

/* What a channel took and lost since. */
static bool was_lost(const Duban__NoticeRow *row, const Duban__Outcome *outcome)
{
    for (size_t i = 0; i < row->n_outcomes; i++)
        if (row->outcomes[i]->grade == DUBAN__GRADE__GRADE_NOT_RECEIVED && row->outcomes[i]->retry == outcome->retry)
            return outcome->grade == DUBAN__GRADE__GRADE_DELIVERED;
    return false;
}

/* Rows come in order of grade, not of time: what ends it counts before what did not reach anybody. */
Duban__Grade grade_of_notice(const Duban__NoticeRow *row)
{
    static const Duban__Grade FIRST[] = {
        DUBAN__GRADE__GRADE_RECEIVED, DUBAN__GRADE__GRADE_DELIVERED, DUBAN__GRADE__GRADE_SETTLED,
        DUBAN__GRADE__GRADE_WITHDRAWN, DUBAN__GRADE__GRADE_UNCERTAIN, DUBAN__GRADE__GRADE_SPOOLED,
        DUBAN__GRADE__GRADE_NOT_RECEIVED, DUBAN__GRADE__GRADE_DEAD,
    };

    for (size_t i = 0; i < COUNT_OF(FIRST); i++)
        for (size_t k = 0; k < row->n_outcomes; k++)
            if (row->outcomes[k]->grade == FIRST[i] && !was_lost(row, row->outcomes[k]))
                return FIRST[i];
    return DUBAN__GRADE__GRADE_UNSPECIFIED;
}

struct words name_of_activation_state(Duban__ActivationState state)
{
    static const struct words LABELS[] = {
        [DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_SCHEDULED] = { "待生效", "scheduled" },
        [DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_IN_FORCE] = { "现行", "in force" },
        [DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_EARLIER] = { "曾经生效", "earlier" },
        [DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_REVOKED] = { "生效前撤销", "revoked" },
        [DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_REPLACED] = { "生效前被取代", "replaced" },
    };

    return label(LABELS, COUNT_OF(LABELS), state);
}

struct words name_of_delivery_state(Duban__DeliveryState state)
{
    static const struct words LABELS[] = {
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED] = { "等待发送", "queued" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING] = { "正在发送", "being sent" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_DELIVERED] = { "渠道已接收", "accepted by the channel" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_DEAD] = { "未能送达", "given up" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_WITHDRAWN] = { "已撤回", "withdrawn" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_SPOOLED] = { "未送达本人，仅留存", "only in the spool" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_SETTLED] = { "已另行告知", "told otherwise" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_UNCERTAIN] = { "是否送达不明", "perhaps delivered" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_RECEIVED] = { "已到本人手机", "received on the device" },
    };

    return label(LABELS, COUNT_OF(LABELS), state);
}

struct words name_of_availability(Duban__Availability availability)
{
    static const struct words LABELS[] = {
        [DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY] = { "在岗", "on duty" },
        [DUBAN__AVAILABILITY__AVAILABILITY_REMOTE_ONLY] = { "远程办公", "remote only" },
        [DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE] = { "休假", "on leave" },
        [DUBAN__AVAILABILITY__AVAILABILITY_ISOLATING] = { "隔离", "isolating" },
    };

    return label(LABELS, COUNT_OF(LABELS), availability);
}

struct words name_of_alarm(Duban__AlarmKind kind)
{
    static const struct words LABELS[] = {
        [DUBAN__ALARM_KIND__ALARM_KIND_RULES_STALLED] = { "规则引擎没有进展", "rules makes no progress" },
        [DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE] = { "收不到时钟", "no clock arrives" },
        [DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD] = { "发送渠道不通", "a channel is dead" },
        [DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW] = { "磁盘空间不足", "the disk is low" },
    };

    return label(LABELS, COUNT_OF(LABELS), kind);
}

struct words detail_of_alarm(const Duban__HouseAlarm *alarm)
{
    if (alarm->detail_text == NULL)
        return (struct words){ alarm->detail, alarm->detail };
    return words_of_text(alarm->detail_text);
}

struct words name_of_appeal_state(Duban__AppealState state)
{
    static const struct words NAMES[] = {
        [DUBAN__APPEAL_STATE__APPEAL_STATE_FIRST] = { "待片组组长审核", "waits for the group leader" },
        [DUBAN__APPEAL_STATE__APPEAL_STATE_SECOND] = { "待专班组长审批", "waits for the lead" },
        [DUBAN__APPEAL_STATE__APPEAL_STATE_GRANTED] = { "不计超时（申诉通过）", "granted: does not count as overdue" },
        [DUBAN__APPEAL_STATE__APPEAL_STATE_REFUSED] = { "未通过", "refused" },
    };

    return (size_t) state < COUNT_OF(NAMES) && NAMES[state].zh != NULL ? NAMES[state] : (struct words){ "", "" };
}

struct words name_of_complaint_outcome(Duban__ComplaintOutcome outcome)
{
    static const struct words LABELS[] = {
        [DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_SUBSTANTIATED] = { "属实", "substantiated" },
        [DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_PARTLY] = { "部分属实", "partly substantiated" },
        [DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNFOUNDED] = { "不属实", "unfounded" },
        [DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNVERIFIABLE] = { "无法核实", "cannot be verified" },
    };

    return label(LABELS, COUNT_OF(LABELS), outcome);
}

struct words name_of_area_kind(Duban__AreaKind kind)
{
    static const struct words LABELS[] = {
        [DUBAN__AREA_KIND__AREA_KIND_COMMUNITY] = { "社区", "community" },
        [DUBAN__AREA_KIND__AREA_KIND_VILLAGE] = { "村", "village" },
    };

    return label(LABELS, COUNT_OF(LABELS), kind);
}

struct words name_of_entrance_state(Duban__EntranceState state)
{
    static const struct words LABELS[] = {
        [DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_UNSPECIFIED] = { "没有问题（更正）", "no problem (amended)" },
        [DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_OPEN_MANNED] = { "有人看守", "open, manned" },
        [DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_CLOSED] = { "已封闭", "closed" },
        [DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_PROBLEM] = { "有问题", "problem" },
    };

    return label(LABELS, COUNT_OF(LABELS), state);
}

struct words name_of_manning(Duban__Manning manning)
{
    static const struct words LABELS[] = {
        [DUBAN__MANNING__MANNING_UNSPECIFIED] = { "并非无人值守（更正）", "not unmanned (amended)" },
        [DUBAN__MANNING__MANNING_MANNED] = { "有人值守", "manned" },
        [DUBAN__MANNING__MANNING_UNMANNED] = { "无人值守", "unmanned" },
    };

    return label(LABELS, COUNT_OF(LABELS), manning);
}

struct words name_of_unit_kind(Duban__UnitKind kind)
{
    static const struct words LABELS[] = {
        [DUBAN__UNIT_KIND__UNIT_KIND_TASK_FORCE] = { "专班", "task force" },
        [DUBAN__UNIT_KIND__UNIT_KIND_BRANCH] = { "支部", "branch" },
    };

    return label(LABELS, COUNT_OF(LABELS), kind);
}

struct words name_of_quarantine_state(Duban__QuarantineState state)
{
    static const struct words LABELS[] = {
        [DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD] = { "待核", "held" },
        [DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_RELEASED] = { "已采用", "released" },
        [DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_REJECTED] = { "已退回", "rejected" },
    };

    return label(LABELS, COUNT_OF(LABELS), state);
}

/* ---------------------------------------------------------------- tokens */

struct token {
    const char *token;
    struct words words;
};

static const struct words *find_token(const struct token *tokens, size_t count, const char *token, size_t size)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(tokens[i].token) == size && memcmp(tokens[i].token, token, size) == 0)
            return &tokens[i].words;
    return NULL;
}

static const struct token MESSAGES[] = {
    { "new_case", { "整改交办", "new case" } },
    { "notice_to_site", { "整改告知", "notice to the site" } },
    { "not_acknowledged", { "签收提醒", "not acknowledged" } },
    { "near_due", { "临近到期", "near due" } },
    { "due_today", { "今日到期", "due today" } },
    { "overdue_owner", { "逾期催办", "overdue: chased" } },
    { "overdue_group_leader", { "黄单", "yellow slip" } },
    { "overdue_lead", { "红单", "red slip" } },
    { "agenda", { "提交例会", "onto the agenda" } },
    { "reported_up", { "上报", "reported up" } },
    { "explanation_wanted", { "请说明逾期原因", "explanation wanted" } },
    { "revisit_today", { "今日复查", "revisit today" } },
    { "revisit_appointed", { "约定复查", "revisit agreed" } },
    { "revisit_missed", { "未复查", "revisit missed" } },
    { "revisit_failed", { "返工", "revisit failed" } },
    { "closed", { "销号", "closed" } },
    { "recurrence", { "问题反弹", "recurrence" } },
    { "approval_wanted", { "待审批", "approval wanted" } },
    { "nobody_to_receive", { "无人接收", "nobody to receive" } },
    { "visit_doubted", { "巡查存疑", "visit in doubt" } },
    { "photos_missing", { "照片未传齐", "photos missing" } },
    { "delivery_failure", { "消息未送达", "delivery failure" } },
    { "quarantined", { "记录待核", "entry held" } },
    { "settlement_wanted", { "请处理待核记录", "settlement wanted" } },
    { "act_declined", { "未采用", "not applied" } },
    { "quarantine_settled", { "待核记录已处理", "entry settled" } },
    { "site_check_wanted", { "请核实营业状态", "site check wanted" } },
    { "review_due", { "挂账复核", "review due" } },
    { "extension_granted", { "同意延期", "extension granted" } },
    { "extension_refused", { "不同意延期", "extension refused" } },
    { "isolation_case", { "观察户核实", "a case of an isolation" } },
    { "extension_over", { "延期申请终止", "request for more time ended" } },
    { "closure_refused", { "不同意销号", "closure refused" } },
    { "level_raised", { "级别提高", "level raised" } },
    { "assigned_away", { "已改派", "assigned away" } },
    { "digest", { "每日汇总", "digest" } },
    { "year_missing", { "放假安排未公布", "calendar not published" } },
    { "due_recomputed", { "时限重算", "due counted anew" } },
    { "suspended", { "挂账", "suspended" } },
    { "resumed", { "恢复", "resumed" } },
    { "house_alarm", { "系统告警", "house alarm" } },
    { "urgent_fever", { "紧急：发热", "urgent: fever" } },
    { "complaint_in", { "投诉核实", "complaint to verify" } },
    { "complaint_result", { "核实反馈", "result of a complaint" } },
    { "complaint_due", { "核实提醒", "complaint due" } },
    { "complaint_overdue", { "核实逾期", "complaint overdue" } },
    { "feedback_not_receipted", { "反馈待收", "feedback not receipted" } },
    { "feedback_overdue", { "反馈逾期", "feedback overdue" } },
    { "coordination", { "协调需求", "coordination wanted" } },
    { "coordination_done", { "物资已到位", "delivered" } },
    { "referral", { "线索移交", "referral" } },
    { "watch_check_in", { "盯守提醒", "check-in due" } },
    { "watch_missed", { "漏打卡", "check-in missed" } },
    { "door_check", { "上门查看", "door check" } },
    { "door_check_missed", { "未上门查看", "door check missed" } },
    { "contact_returned", { "负责人返回登记", "contact came back" } },
    { "supplies_low", { "物资预警", "supplies low" } },
    { "contact_absent", { "负责人不在位", "contact absent" } },
    { "isolation_missing", { "随访未完成", "households not contacted" } },
    { "isolation_ends", { "观察期满", "observation ends" } },
    { "isolation_restart", { "重新计算", "observation restarts" } },
    { "own_isolation_over", { "隔离期满", "own isolation over" } },
    { "coverage_low", { "进度提醒", "coverage low" } },
    { "blind_spot", { "死角提示", "blind spot" } },
    { "household_gap", { "入户未清", "households left" } },
    { "mismatch", { "核查不一致", "mismatch" } },
    { "campaign_opened", { "入户活动", "campaign" } },
    { "campaign_over", { "活动到期", "campaign is due" } },
    { "campaign_ended", { "活动结束", "campaign has ended" } },
    { "household_check_in", { "入户核查", "households to check" } },
    { "household_check_due", { "核查提醒", "household check is due" } },
    { "duty_of_care", { "关心提醒", "duty of care" } },
    { "morning_brief", { "早报", "morning brief" } },
    { "evening_summary", { "晚报", "evening summary" } },
    { "todays_stops", { "今日任务", "today's stops" } },
    { "briefing_decision", { "例会交办", "decided at the briefing" } },
    { "watch_begins", { "盯守开始", "watch begins" } },
    { "watch_ended", { "盯守结束", "watch ended" } },
    { "isolation_begins", { "居家观察开始", "isolation begins" } },
    { "isolation_missing_again", { "连续漏联系", "missed in a row" } },
    { "isolation_lengthened", { "观察期延长", "observation lengthened" } },
    { "isolation_abnormal", { "健康异常", "not well" } },
    { "isolation_went_out", { "擅自外出", "went out" } },
    { "isolation_over", { "观察结束", "observation over" } },
    { "isolation_to_release", { "待解除", "to be released" } },
    { "isolation_contact_due", { "随访提醒", "contact due" } },
    { "coordination_due", { "协调提醒", "coordination due" } },
    { "coordination_overdue", { "协调逾期", "coordination overdue" } },
    { "coordination_broken", { "承诺未兑现", "promise broken" } },
    { "coordination_again", { "重新协调", "wanted again" } },
    { "coordination_unmet", { "协调未落实", "could not be found" } },
    { "confirmation_due", { "到场确认", "to confirm on site" } },
    { "confirmation_overdue", { "未到场确认", "not confirmed on site" } },
    { "referral_due", { "移交待接", "referral to be taken" } },
    { "referral_overdue", { "移交未接", "referral not taken" } },
    { "referral_received", { "移交已签收", "referral taken" } },
    { "referral_returned", { "移交退回", "referral returned" } },
    { "referral_returned_often", { "移交多次退回", "referral handed back often" } },
    { "referral_result_due", { "反馈提醒", "result due" } },
    { "referral_result_overdue", { "移交逾期", "result overdue" } },
    { "referral_done", { "移交已反馈", "referral answered" } },
    { "referral_again", { "移交未办结", "referral not settled" } },
    { "item_not_answered", { "请补答必答项", "item left out" } },
    { "note_missing", { "请补说明", "words wanted" } },
    { "urgent_referral", { "紧急转诊", "urgent referral" } },
    { "urgent_due", { "紧急提醒", "urgent: due" } },
    { "urgent_overdue", { "紧急逾期", "urgent: overdue" } },
    { "back_on_duty", { "返岗", "back on duty" } },
    { "taken_over", { "接岗待办", "waits for a post filled again" } },
    { "overloaded", { "负荷提醒", "too many open tasks" } },
    { "stand_down", { "解除", "stand-down" } },
    { "plan_drafted", { "今日路线待确认", "stops to confirm" } },
    { "resolution_due", { "交办提醒", "resolution due" } },
    { "resolution_overdue", { "交办逾期", "resolution overdue" } },
    { "resolution_taken_back", { "交办收回", "resolution taken back" } },
    { "remark", { "批示", "remark" } },
    { "case_amended", { "更正告知", "report amended" } },
    { "amendment_kept", { "更正待核定", "amendment to be settled" } },
    { "appeal_granted", { "申诉通过", "appeal granted" } },
    { "appeal_refused", { "申诉未通过", "appeal refused" } },
    { "look_back", { "回头看", "look-back" } },
    { "look_back_due", { "回头看提醒", "look-back due" } },
    { "look_back_overdue", { "回头看逾期", "look-back overdue" } },
    { "look_back_failed", { "回头看不合格", "look-back failed" } },
    { "contact_test", { "联系方式核对", "contact check" } },
};

const char *message_at(size_t place)
{
    return place < COUNT_OF(MESSAGES) ? MESSAGES[place].token : NULL;
}

struct words name_of_message(const char *kind)
{
    const struct words *words = find_token(MESSAGES, COUNT_OF(MESSAGES), kind, strlen(kind));

    return words != NULL ? *words : (struct words){ kind, "" };
}

struct words name_of_act(const char *act)
{
    static const struct token ACTS[] = {
        { "claim", { "报整改完成", "claim" } },
        { "pass", { "复查合格", "pass" } },
        { "finding", { "发现不合格", "finding" } },
        { "acknowledgement", { "签收", "acknowledgement" } },
        { "explanation", { "说明逾期原因", "explanation" } },
        { "assignment", { "改派", "assignment" } },
        { "edit", { "修改", "edit" } },
        { "extension", { "申请延期", "request for an extension" } },
        { "recompute", { "申请重新计算时限", "request to count the due anew" } },
        { "approval", { "审批", "approval" } },
        { "suspension", { "挂账", "suspension" } },
        { "resumption", { "恢复", "resumption" } },
        { "release", { "处理待核记录", "settlement" } },
        { "policy_activation", { "启用政策包", "activation of a policy pack" } },
        { "complaint_result", { "投诉核实结论", "complaint result" } },
        { "watch_end", { "结束盯守", "end of the watch" } },
        { "resolution_step", { "例会决定的办理", "step of a resolution" } },
        { "isolation", { "登记", "registered" } },
        { "isolation_contact", { "随访联系", "contact" } },
        { "late_contact", { "补联系", "late contact, not counted" } },
        { "isolation_change", { "居家观察的决定", "decision on the isolation" } },
        { "isolation_restart", { "重新计算", "counted anew" } },
        { "isolation_lengthen", { "延长", "lengthened" } },
        { "isolation_release", { "提前解除", "release before its day" } },
        { "feedback_receipt", { "反馈签收", "feedback receipt" } },
        { "difficulty", { "提出困难", "difficulty" } },
        { "coordination_step", { "协调进展", "coordination step" } },
        { "referral_step", { "移交进展", "referral step" } },
        { "urgent_step", { "紧急处置", "urgent step" } },
        { "household_act", { "入户登记", "act at a household" } },
        { "campaign_end", { "结束活动", "end of the campaign" } },
        { "availability_change", { "在岗状态变动", "availability change" } },
        { "on_call_change", { "值班安排", "on-call change" } },
        { "amendment", { "更正", "amendment" } },
        { "appeal", { "申诉", "appeal" } },
        { "contact_test", { "测试联系方式", "contact test" } },
        { "access", { "查阅", "access" } },
        { "contact_confirmation", { "回报验证码", "contact confirmation" } },
    };
    const struct words *words = find_token(ACTS, COUNT_OF(ACTS), act, strlen(act));

    return words != NULL ? *words : (struct words){ act, "" };
}

struct words name_of_reason(const char *reason)
{
    const struct reason *known = reason_named(reason);

    return known != NULL ? (struct words){ known->zh, known->en } : (struct words){ reason, "" };
}

static const struct token SELECTORS[] = {
    { "site_contact", { "点位负责人", "the site's contact" } },
    { "owner", { "跟进人", "the follow-up owner" } },
    { "finder", { "发现人", "the finder" } },
    { "group_leader", { "片组组长", "the group leader" } },
    { "area_contact", { "包片联系人", "the area contact" } },
    { "lead", { "专班组长", "the task-force lead" } },
    { "duty_clerk", { "内勤", "the duty clerk" } },
    { "committee", { "地区工委", "the committee" } },
    { "sender", { "提交人", "the sender" } },
    { "inspector", { "本片巡查员", "the zone's inspectors" } },
    { "office", { "应签收的科室", "the office that owes a receipt" } },
    { "on_call", { "当晚值班人", "whoever is on call" } },
    { "deputy of the lead", { "专班组长的代理人", "the deputy of the lead" } },
    { "former_owner", { "原跟进人", "whoever had it before" } },
    { "told_before", { "先前收到通知的人", "whoever was told of it before" } },
};

/* "zone=north": "北片 north", as filters take it. */
static struct words name_of_scope(struct cli *cli, const char *scope)
{
    const char *code = strchr(scope, '=');

    if (code != NULL && strncmp(scope, "zone=", 5) == 0)
        return title_of_zone(cli, code + 1);
    if (code != NULL && strncmp(scope, "area=", 5) == 0)
        return title_of_area(cli, code + 1);
    if (code != NULL && strncmp(scope, "office=", 7) == 0)
        return title_of_office(cli, code + 1);
    return code == NULL ? (struct words){ scope, scope } : (struct words){ code + 1, code + 1 };
}

struct words name_of_lookup(struct cli *cli, const char *lookup)
{
    const struct words *whole = find_token(SELECTORS, COUNT_OF(SELECTORS), lookup, strlen(lookup));
    size_t size = strcspn(lookup, " ");
    const struct words *words = find_token(SELECTORS, COUNT_OF(SELECTORS), lookup, size);
    struct words scope;

    if (whole != NULL)
        return *whole;
    if (words == NULL || lookup[size] == '\0')
        return (struct words){ lookup, "" };
    scope = name_of_scope(cli, lookup + size + 1);
    return (struct words){ text_of(&cli->arena, "%s（%s）", words->zh, scope.zh),
                           text_of(&cli->arena, "%s (%s)", words->en, scope.en[0] == '\0' ? scope.zh : scope.en) };
}

struct words name_of_selector(const char *selector)
{
    const struct words *words = find_token(SELECTORS, COUNT_OF(SELECTORS), selector, strlen(selector));

    return words != NULL ? *words : (struct words){ selector, "" };
}

const char *case_label(struct cli *cli, uint32_t number)
{
    return state_case_label(&cli->arena, number);
}

struct words report_label(struct cli *cli, uint64_t sequence)
{
    return words_of(&cli->arena, "第 %llu 号记录", "report %llu", (unsigned long long) sequence);
}

struct words held_label(struct cli *cli, uint64_t sequence)
{
    return words_of(&cli->arena, "待核记录 %1$llu（duban quarantine %1$llu）", "held entry %1$llu (duban quarantine %1$llu)",
                    (unsigned long long) sequence);
}

struct words number_of_item(struct cli *cli, const Duban__NoticeItem *item)
{
    if (item->number[0] == '\0' && item->report != NULL)
        return report_label(cli, item->report->sequence);
    return (struct words){ item->number, item->number };
}

/* ---------------------------------------------------------------- dues */

struct words name_of_unit(Duban__TimeUnit unit)
{
    switch (unit) {
    case DUBAN__TIME_UNIT__TIME_UNIT_NATURAL_HOUR: return (struct words){ "自然时", "natural hours" };
    case DUBAN__TIME_UNIT__TIME_UNIT_CALENDAR_DAY: return (struct words){ "自然日", "calendar days" };
    case DUBAN__TIME_UNIT__TIME_UNIT_WORKING_HOUR: return (struct words){ "工作时", "working hours" };
    case DUBAN__TIME_UNIT__TIME_UNIT_WORKING_DAY: return (struct words){ "工作日", "working days" };
    case DUBAN__TIME_UNIT__TIME_UNIT_UNSPECIFIED:
    case _DUBAN__TIME_UNIT_IS_INT_SIZE:
        break;
    }
    return (struct words){ "", "" };
}

const char *due_label(struct cli *cli, int64_t due_s, const Duban__Counted *counted)
{
    if (due_s != 0 || counted == NULL || counted->missing_year == 0)
        return show_time(&cli->show, due_s);
    return show_label(&cli->show, words_of(&cli->arena, "%u年放假安排未公布", "the calendar of %u is not published",
                                           counted->missing_year));
}
