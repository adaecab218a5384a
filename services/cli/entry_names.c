/* entry_names.c - what the fields of an entry and their values are called: one row each. */
#include <string.h>

#include "entry_words.h"
#include "names.h"

#define COUNT_OF(table) (sizeof (table) / sizeof (table)[0])

/* ---------------------------------------------------------------- fields */

struct field_name {
    const char *field;       /* its name in entry.proto, wherever it stands */
    struct words words;
    enum reading reading;
};

static const struct field_name FIELDS[] = {
    { "report", { "巡查记录", "visit report" }, READ_PLAIN },
    { "claim", { "整改完成", "claim" }, READ_PLAIN },
    { "acknowledgement", { "签收", "acknowledgement" }, READ_PLAIN },
    { "assignment", { "派遣", "assignment" }, READ_PLAIN },
    { "approval", { "审批", "approval" }, READ_PLAIN },
    { "extension", { "延期申请", "extension" }, READ_PLAIN },
    { "overdue_explanation", { "逾期说明", "overdue explanation" }, READ_PLAIN },
    { "case_edit", { "修改问题", "case edit" }, READ_PLAIN },
    { "suspension", { "挂账（停业）", "suspension" }, READ_PLAIN },
    { "recompute", { "重新计算时限", "recompute" }, READ_PLAIN },
    { "resumption", { "恢复", "resumption" }, READ_PLAIN },
    { "evidence_arrival", { "照片到达", "evidence arrival" }, READ_PLAIN },
    { "release", { "处理待核记录", "release" }, READ_PLAIN },
    { "skip", { "跳过记录", "skip" }, READ_PLAIN },
    { "area_change", { "登记社区（村）", "area change" }, READ_PLAIN },
    { "site_change", { "登记点位", "site change" }, READ_PLAIN },
    { "role_holder_change", { "登记人员岗位", "role holder change" }, READ_PLAIN },
    { "policy_file", { "政策包文件", "policy file" }, READ_PLAIN },
    { "policy_activation", { "启用政策包", "policy activation" }, READ_PLAIN },
    { "engine_version", { "规则引擎版本", "engine version" }, READ_PLAIN },
    { "outcomes", { "发送结果", "outcomes" }, READ_PLAIN },
    { "tick", { "时刻", "tick" }, READ_PLAIN },
    { "dead_letter_retry", { "重发未送达通知", "dead letter retry" }, READ_PLAIN },
    { "dead_letter_settlement", { "了结未送达通知", "dead letter settlement" }, READ_PLAIN },
    { "alarm_settlement", { "了结系统告警", "alarm settlement" }, READ_PLAIN },
    { "complaint", { "投诉", "complaint" }, READ_PLAIN },
    { "complaint_result", { "投诉核实结论", "complaint result" }, READ_PLAIN },
    { "feedback_receipt", { "反馈签收", "feedback receipt" }, READ_PLAIN },
    { "watch", { "盯守", "watch" }, READ_PLAIN },
    { "silence", { "静默", "silence" }, READ_PLAIN },
    { "silence_end", { "提前结束静默", "end of a silence" }, READ_PLAIN },
    { "message", { "消息种类", "kind of notice" }, READ_PLAIN },
    { "plan_confirmation", { "确认当天路线", "plan confirmation" }, READ_PLAIN },
    { "resolution", { "例会决定", "resolution" }, READ_PLAIN },
    { "resolution_step", { "例会决定的办理", "resolution step" }, READ_PLAIN },
    { "remark", { "批示", "remark" }, READ_PLAIN },
    { "contact_test", { "测试联系方式", "contact test" }, READ_PLAIN },
    { "access", { "查阅", "access" }, READ_PLAIN },
    { "object", { "对象", "of whom or what" }, READ_PLAIN },
    { "fields", { "字段", "fields" }, READ_PLAIN },
    { "contact_confirmation", { "回报验证码", "contact confirmation" }, READ_PLAIN },
    { "way", { "第几种联系方式", "which way" }, READ_PLAIN },
    { "stop_left", { "未完成说明", "stop left undone" }, READ_PLAIN },
    { "watch_end", { "结束盯守", "watch end" }, READ_PLAIN },
    { "contact_absence", { "负责人不在位", "contact absence" }, READ_PLAIN },
    { "isolation", { "居家观察", "isolation" }, READ_PLAIN },
    { "isolation_contact", { "随访联系", "isolation contact" }, READ_PLAIN },
    { "isolation_change", { "居家观察的决定", "isolation change" }, READ_PLAIN },
    { "forgotten", { "个人信息已删除", "forgotten" }, READ_PLAIN },
    { "household_change", { "登记住户", "household change" }, READ_PLAIN },
    { "campaign_opening", { "开展入户活动", "campaign opening" }, READ_PLAIN },
    { "campaign_end", { "结束入户活动", "campaign end" }, READ_PLAIN },
    { "household_act", { "入户登记", "act at a household" }, READ_PLAIN },
    { "household_check", { "入户核查", "household check" }, READ_PLAIN },
    { "amendment", { "更正", "amendment" }, READ_PLAIN },
    { "appeal", { "申诉", "appeal" }, READ_PLAIN },
    { "policy_revocation", { "撤销待生效政策", "policy revocation" }, READ_PLAIN },
    { "difficulty", { "困难", "difficulty" }, READ_PLAIN },
    { "coordination_step", { "协调进展", "coordination step" }, READ_PLAIN },
    { "referral_step", { "移交进展", "referral step" }, READ_PLAIN },
    { "urgent_report", { "紧急报告", "urgent report" }, READ_PLAIN },
    { "urgent_step", { "紧急处置", "urgent step" }, READ_PLAIN },
    { "availability_change", { "在岗状态变动", "availability change" }, READ_PLAIN },
    { "on_call_change", { "值班安排", "on-call change" }, READ_PLAIN },
    { "isolation_release", { "解除（成批）", "isolation release" }, READ_PLAIN },

    { "reporter", { "上报人", "reporter" }, READ_ACCOUNT },
    { "entered_for", { "代录", "entered for the reporter" }, READ_PLAIN },
    { "device_time_ms", { "设备时间", "device time" }, READ_PLAIN },
    { "device_offset_minutes", { "设备时区", "device zone" }, READ_ZONE },
    { "started_at_ms", { "开始时间", "started at" }, READ_PLAIN },
    { "site", { "点位", "site" }, READ_PLAIN },
    { "purpose", { "目的", "purpose" }, READ_PLAIN },
    { "outcome", { "结果", "outcome" }, READ_PLAIN },
    { "answers", { "检查结果", "answer" }, READ_PLAIN },
    { "item", { "检查项", "item" }, READ_PLAIN },
    { "result", { "结论", "result" }, READ_PLAIN },
    { "number_milli", { "数值", "number" }, READ_THOUSANDTHS },
    { "note", { "备注", "note" }, READ_PLAIN },
    { "fixed_now", { "立行立改", "fixed now" }, READ_PLAIN },
    { "evidence", { "照片", "photo" }, READ_PLAIN },
    { "name", { "名称", "name" }, READ_PLAIN },
    { "size_bytes", { "大小（字节）", "size in bytes" }, READ_PLAIN },
    { "sha256", { "SHA-256", "" }, READ_PLAIN },
    { "taken_at_ms", { "拍摄时间", "taken at" }, READ_PLAIN },
    { "here", { "已传到", "has arrived" }, READ_PLAIN },
    { "position", { "位置", "position" }, READ_PLAIN },
    { "latitude_e7", { "纬度", "latitude" }, READ_DEGREES },
    { "longitude_e7", { "经度", "longitude" }, READ_DEGREES },
    { "accuracy_cm", { "误差（厘米）", "accuracy in cm" }, READ_PLAIN },
    { "text", { "说明", "text" }, READ_PLAIN },

    { "case_", { "问题", "case" }, READ_PLAIN },
    { "id", { "编号", "id" }, READ_PLAIN },
    { "place", { "位置", "place" }, READ_PLAIN },
    { "fixed_at_ms", { "完成时间", "fixed at" }, READ_PLAIN },
    { "owner", { "跟进人", "owner" }, READ_ACCOUNT },
    { "matter", { "事项", "matter" }, READ_PLAIN },
    { "decision", { "决定", "decision" }, READ_PLAIN },
    { "reason", { "理由", "reason" }, READ_PLAIN },
    { "new_due_ms", { "新时限", "new due" }, READ_PLAIN },
    { "policy_version", { "政策版本", "policy version" }, READ_PLAIN },
    { "expected_at_ms", { "预计完成", "expected at" }, READ_PLAIN },
    { "level", { "级别", "level" }, READ_PLAIN },
    { "finding", { "问题内容", "finding" }, READ_PLAIN },
    { "voided", { "作废", "voided" }, READ_PLAIN },
    { "revisit_at_ms", { "约定复查", "revisit at" }, READ_PLAIN },
    { "review_at_ms", { "复核时间", "review at" }, READ_PLAIN },
    { "interim_measure", { "临时措施", "interim measure" }, READ_PLAIN },

    { "report_sequence", { "巡查记录序号", "sequence of the report" }, READ_PLAIN },
    { "sequence", { "记录序号", "sequence" }, READ_PLAIN },
    { "rejected", { "退回", "rejected" }, READ_PLAIN },
    { "corrections", { "更正", "corrections" }, READ_PLAIN },
    { "items", { "更正检查项", "item corrected" }, READ_PLAIN },
    { "from", { "原为", "from" }, READ_PLAIN },
    { "to", { "改为", "to" }, READ_PLAIN },

    { "source", { "来源", "source" }, READ_PLAIN },
    { "received_at_ms", { "受理时间", "received at" }, READ_PLAIN },
    { "danger", { "危险或发热", "danger or fever" }, READ_PLAIN },
    { "complainant", { "投诉人", "complainant" }, READ_PLAIN },
    { "office", { "科室", "office" }, READ_PLAIN },
    { "number", { "编号", "number" }, READ_PLAIN },

    { "watcher", { "盯守人", "watcher" }, READ_ACCOUNT },
    { "from_ms", { "开始", "from" }, READ_PLAIN },
    { "until_ms", { "截止", "until" }, READ_PLAIN },
    { "clean_days", { "连续合格天数", "clean days" }, READ_PLAIN },
    { "returned", { "已返回", "returned" }, READ_PLAIN },
    { "person", { "被观察人", "person" }, READ_PLAIN },
    { "basis", { "观察类别", "basis" }, READ_PLAIN },
    { "start_ms", { "起算时间", "start" }, READ_PLAIN },
    { "abnormal", { "健康异常", "abnormal" }, READ_PLAIN },
    { "went_out", { "外出", "went out" }, READ_PLAIN },
    { "act", { "办理", "act" }, READ_PLAIN },
    { "exemption", { "免除类别", "exemption" }, READ_PLAIN },
    { "tokens", { "代号", "tokens" }, READ_PLAIN },

    { "household", { "住户", "household" }, READ_PLAIN },
    { "home", { "同住", "home" }, READ_PLAIN },
    { "member", { "入户人", "who was there" }, READ_ACCOUNT },
    { "manner", { "送达方式", "how it got there" }, READ_PLAIN },
    { "campaign", { "入户活动", "campaign" }, READ_PLAIN },
    { "places", { "开展区域", "where it runs" }, READ_PLAIN },
    { "starts_at_ms", { "开始时间", "starts at" }, READ_PLAIN },
    { "ends_at_ms", { "截止时间", "ends at" }, READ_PLAIN },
    { "target_permille", { "目标（千分数）", "target in thousandths" }, READ_PLAIN },

    { "code", { "编号", "code" }, READ_PLAIN },
    { "kind", { "种类", "kind" }, READ_PLAIN },
    { "zone", { "片区", "zone" }, READ_PLAIN },
    { "day", { "日期", "day" }, READ_DAY },
    { "first", { "先去", "first" }, READ_PLAIN },
    { "drops", { "去掉", "dropped" }, READ_PLAIN },
    { "adds", { "加上", "added" }, READ_PLAIN },
    { "due_ms", { "期限", "due" }, READ_PLAIN },
    { "addressee", { "给谁", "for" }, READ_ACCOUNT },
    { "zone_name", { "片区名称", "name of the zone" }, READ_PLAIN },
    { "zh", { "中文", "Chinese" }, READ_PLAIN },
    { "en", { "英文", "English" }, READ_PLAIN },
    { "removed", { "注销", "removed" }, READ_PLAIN },
    { "area", { "社区（村）", "area" }, READ_PLAIN },
    { "operating_state", { "营业状态", "operating state" }, READ_PLAIN },
    { "account", { "账号", "account" }, READ_PLAIN },
    { "roles", { "岗位", "post" }, READ_PLAIN },
    { "role", { "岗位", "role" }, READ_PLAIN },
    { "scope", { "范围", "scope" }, READ_PLAIN },
    { "title", { "称谓", "title" }, READ_PLAIN },
    { "clear", { "明文", "in clear" }, READ_PLAIN },
    { "token", { "代号", "token" }, READ_PLAIN },
    { "phone", { "电话", "phone" }, READ_PLAIN },
    { "channel", { "渠道", "channel" }, READ_PLAIN },
    { "address", { "渠道地址", "address" }, READ_PLAIN },
    { "deputy", { "代理人", "deputy" }, READ_ACCOUNT },
    { "away", { "不在岗", "away" }, READ_PLAIN },
    { "language", { "语言", "language" }, READ_PLAIN },

    { "pack_sha256", { "政策包 SHA-256", "SHA-256 of the pack" }, READ_PLAIN },
    { "path", { "文件", "path" }, READ_PLAIN },
    { "piece", { "第几段（从 0 起）", "piece, from 0" }, READ_PLAIN },
    { "pieces", { "段数", "pieces" }, READ_PLAIN },
    { "files", { "文件数", "files" }, READ_PLAIN },
    { "content", { "内容", "content" }, READ_PLAIN },
    { "effective_at_ms", { "生效时间", "effective at" }, READ_PLAIN },
    { "approver", { "批准人", "approver" }, READ_ACCOUNT },
    { "version", { "版本", "version" }, READ_PLAIN },

    { "notice", { "通知序号", "notice" }, READ_PLAIN },
    { "grade", { "结果", "grade" }, READ_PLAIN },
    { "attempts", { "次数", "attempts" }, READ_PLAIN },
    { "retry", { "第几次重发", "sent again, time" }, READ_PLAIN },
    { "detail", { "详情", "detail" }, READ_PLAIN },
    { "detail_text", { "详情", "detail" }, READ_PLAIN },
    { "detail_zh", { "详情（中文）", "detail in Chinese" }, READ_PLAIN },
    { "counted_in", { "只计入该通知的合并消息", "only counted in the message of notice" }, READ_PLAIN },
    { "destination", { "服务器、网关或程序", "server, gateway or program" }, READ_PLAIN },
    { "far_end", { "对方对谁都不接收", "its far end takes nothing" }, READ_PLAIN },
    { "alarms", { "系统告警", "house alarm" }, READ_PLAIN },
    { "at_ms", { "时间", "at" }, READ_PLAIN },

    { "supply", { "缺什么", "what is lacking" }, READ_PLAIN },
    { "quantity", { "数量", "quantity" }, READ_PLAIN },
    { "measure", { "单位（块、米）", "measure" }, READ_PLAIN },
    { "needed_by_ms", { "需要时间", "needed by" }, READ_PLAIN },
    { "asked_units", { "已联系单位", "unit asked" }, READ_PLAIN },
    { "coordination", { "协调事项", "coordination" }, READ_PLAIN },
    { "unit", { "相关单位", "unit" }, READ_PLAIN },
    { "referral", { "移交事项", "referral" }, READ_PLAIN },
    { "subject", { "所指事项", "what it is about" }, READ_PLAIN },
    { "at_s", { "时间", "at" }, READ_PLAIN },
    { "changed", { "新内容", "new" }, READ_PLAIN },
    { "personal", { "只对本人", "for oneself alone" }, READ_PLAIN },
    { "about", { "事项", "about" }, READ_PLAIN },
    { "alert", { "紧急事项", "alert" }, READ_PLAIN },

    { "availability", { "在岗状态", "availability" }, READ_PLAIN },

    { "others", { "同户其他人", "others of that home" }, READ_PLAIN },
    { "isolations", { "解除哪几件", "which are released" }, READ_PLAIN },

    { "unit_change", { "登记组织", "unit change" }, READ_PLAIN },
    { "has_branch", { "设有支部", "has a branch" }, READ_PLAIN },
    { "units", { "所属组织", "member of" }, READ_PLAIN },
    { "focus_group", { "重点人群", "focus group" }, READ_PLAIN },
    { "state", { "状态", "state" }, READ_PLAIN },
    { "entrances", { "出入口", "entrance" }, READ_PLAIN },
    { "secretary", { "书记（负责人）", "secretary" }, READ_ACCOUNT },
    { "headcount", { "在场人数", "headcount" }, READ_PLAIN },
    { "at_door", { "上门", "at the door" }, READ_PLAIN },
    { "returnees", { "返京人数", "returnees" }, READ_PLAIN },
    { "isolated", { "已隔离", "isolated" }, READ_PLAIN },
    { "due_to_end", { "即将期满", "about to be released" }, READ_PLAIN },
    { "posts", { "岗位", "post of the gate" }, READ_PLAIN },
    { "post", { "岗位", "post" }, READ_PLAIN },
    { "shift", { "班次", "shift" }, READ_PLAIN },
    { "manned", { "值守情况", "manned" }, READ_PLAIN },
    { "site_kind", { "表单所属的点位类别", "kind of site of the form" }, READ_PLAIN },
    { "volunteers", { "志愿者人数", "volunteers" }, READ_PLAIN },
    { "site_class", { "分类", "class" }, READ_PLAIN },

    { "home_office", { "原单位", "home office" }, READ_PLAIN },
    { "duty_windows", { "值守时段", "duty window" }, READ_PLAIN },
    { "other_ways", { "备用渠道", "other way" }, READ_PLAIN },
    { "first_day", { "从周几", "from day" }, READ_PLAIN },
    { "last_day", { "到周几", "to day" }, READ_PLAIN },
    { "from_minute", { "开始（当日第几分钟）", "from minute of the day" }, READ_PLAIN },
    { "to_minute", { "截止（当日第几分钟）", "to minute of the day" }, READ_PLAIN },
};

static const struct field_name *find_field(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        if (strcmp(FIELDS[i].field, name) == 0)
            return &FIELDS[i];
    return NULL;
}

struct words name_of_field(const ProtobufCFieldDescriptor *field)
{
    const struct field_name *row = find_field(field->name);

    return row != NULL ? row->words : (struct words){ field->name, "" };
}

enum reading reading_of_field(const ProtobufCFieldDescriptor *field)
{
    const struct field_name *row = find_field(field->name);

    return row != NULL ? row->reading : READ_PLAIN;
}

/* ---------------------------------------------------------------- values */

struct value_name {
    const char *value;
    struct words words;
};

static const struct value_name VALUES[] = {
    { "ENTRANCE_STATE_OPEN_MANNED", { "有人看守", "open, manned" } },
    { "ENTRANCE_STATE_CLOSED", { "已封闭", "closed" } },
    { "ENTRANCE_STATE_PROBLEM", { "有问题", "problem" } },
    { "MANNING_MANNED", { "有人值守", "manned" } },
    { "MANNING_UNMANNED", { "无人值守", "unmanned" } },
    { "UNIT_KIND_TASK_FORCE", { "专班", "task force" } },
    { "UNIT_KIND_BRANCH", { "支部", "branch" } },
    { "RESULT_PASS", { "合格", "pass" } },
    { "RESULT_FAIL", { "不合格", "fail" } },
    { "RESULT_NOT_APPLICABLE", { "不适用", "not applicable" } },
    { "RESULT_NOT_CHECKED", { "未检查", "not checked" } },
    { "MATTER_CLOSURE", { "销号", "closure" } },
    { "MATTER_EXTENSION", { "延期", "extension" } },
    { "MATTER_RECOMPUTE", { "重新计算时限", "recompute" } },
    { "MATTER_AMENDMENT", { "更正巡查记录", "amendment" } },
    { "MATTER_APPEAL", { "申诉", "appeal" } },
    { "ACCESS_KIND_SHOWN", { "查看原文", "shown in clear" } },
    { "ACCESS_KIND_EXPORTED", { "导出", "exported" } },
    { "DECISION_GRANTED", { "同意", "granted" } },
    { "DECISION_REFUSED", { "不同意", "refused" } },
    { "HOUSEHOLD_ACT_KIND_NOTICE", { "送达告知书", "notice delivered" } },
    { "HOUSEHOLD_ACT_KIND_PLEDGE", { "签订责任书", "pledge signed" } },
    { "HOUSEHOLD_ACT_KIND_REFUSAL", { "拒签", "refused" } },
    { "HOUSEHOLD_ACT_KIND_NO_ANSWER", { "敲门无人应", "nobody there" } },
    { "HOUSEHOLD_ACT_KIND_VACANCY", { "空户", "vacant" } },
    { "HOUSEHOLD_MANNER_IN_PERSON", { "当面", "in person" } },
    { "HOUSEHOLD_MANNER_AT_DOOR", { "张贴、投递", "left at the door" } },
    { "HOUSEHOLD_MANNER_PHONE", { "电话", "by phone" } },
    { "HOUSEHOLD_MANNER_ONLINE", { "线上", "online" } },
    { "HOUSEHOLD_FINDING_SIGNED", { "已签责任书", "pledge signed" } },
    { "HOUSEHOLD_FINDING_REFUSED", { "住户拒签", "refused" } },
    { "HOUSEHOLD_FINDING_NOTICE_ONLY", { "只有告知书，没签责任书", "notice only" } },
    { "HOUSEHOLD_FINDING_UNTOUCHED", { "没有人来过", "nobody had been there" } },
    { "HOUSEHOLD_FINDING_VACANT", { "空户", "vacant" } },
    { "HOUSEHOLD_FINDING_NOBODY", { "敲门无人应", "nobody there" } },
    { "AREA_KIND_COMMUNITY", { "社区", "community" } },
    { "AREA_KIND_VILLAGE", { "村", "village" } },
    { "ISOLATION_ACT_RESTART", { "重新计算", "restart" } },
    { "ISOLATION_ACT_LENGTHEN", { "延长", "lengthen" } },
    { "ISOLATION_ACT_RELEASE", { "解除", "release" } },
    { "ISOLATION_ACT_EXEMPT", { "免除", "exempt" } },
    { "ISOLATION_ACT_TRANSFER", { "转出", "transfer" } },
    { "COORDINATION_ACT_ASKED", { "已联系", "asked" } },
    { "COORDINATION_ACT_PROMISED", { "已落实来源", "promised" } },
    { "COORDINATION_ACT_DELIVERED", { "已送达", "delivered" } },
    { "COORDINATION_ACT_UNMET", { "未落实", "unmet" } },
    { "REFERRAL_ACT_RECEIVED", { "签收", "received" } },
    { "REFERRAL_ACT_RETURNED", { "退回", "returned" } },
    { "REFERRAL_ACT_RESULT", { "反馈结果", "result" } },
    { "REFERRAL_ACT_SENT", { "改派", "sent on" } },
    { "RESOLUTION_ACT_DONE", { "办结", "done" } },
    { "RESOLUTION_ACT_AMENDED", { "更改", "amended" } },
    { "RESOLUTION_ACT_TAKEN_BACK", { "收回", "taken back" } },
    { "URGENT_ACT_ISOLATED", { "隔离确认", "isolated" } },
    { "URGENT_ACT_ANSWERED", { "转诊反馈", "referral answered" } },
    { "URGENT_ACT_MISTAKEN", { "误报", "mistaken" } },
};

struct words name_of_value(const ProtobufCEnumDescriptor *type, const ProtobufCEnumValue *value)
{
    if (type == &duban__role__descriptor)
        return name_of_role((Duban__Role) value->value);
    if (type == &duban__operating_state__descriptor)
        return name_of_operating_state((Duban__OperatingState) value->value);
    if (type == &duban__grade__descriptor)
        return name_of_grade((Duban__Grade) value->value);
    if (type == &duban__complaint_outcome__descriptor)
        return name_of_complaint_outcome((Duban__ComplaintOutcome) value->value);
    if (type == &duban__availability__descriptor)
        return name_of_availability((Duban__Availability) value->value);
    if (type == &duban__alarm_kind__descriptor)
        return name_of_alarm((Duban__AlarmKind) value->value);
    if (type == &duban__purpose__descriptor && value->value != DUBAN__PURPOSE__PURPOSE_UNSPECIFIED)
        return name_of_purpose((Duban__Purpose) value->value);
    if (type == &duban__visit_outcome__descriptor && value->value != DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_UNSPECIFIED)
        return name_of_visit_outcome((Duban__VisitOutcome) value->value);
    for (size_t i = 0; i < COUNT_OF(VALUES); i++)
        if (strcmp(VALUES[i].value, value->name) == 0)
            return VALUES[i].words;
    return (struct words){ value->name, "" };
}
