/* names.c - labels first, one table each; then facts as sentences. */
#include "names.h"

#include <string.h>

#include "log.h"

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

struct task_kind_name {
    const char *name;
    struct words words;
};

static const struct task_kind_name TASK_KINDS[] = {
    [DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION] = { "rectification", { "整改", "rectification" } },
    [DUBAN__TASK_KIND__TASK_KIND_REVISIT] = { "revisit", { "复查", "revisit" } },
    [DUBAN__TASK_KIND__TASK_KIND_ACKNOWLEDGEMENT] = { "acknowledgement", { "签收", "acknowledgement" } },
    [DUBAN__TASK_KIND__TASK_KIND_APPROVAL] = { "approval", { "审批", "approval" } },
    [DUBAN__TASK_KIND__TASK_KIND_SETTLEMENT] = { "settlement", { "处理待核记录", "settlement" } },
    [DUBAN__TASK_KIND__TASK_KIND_SITE_CHECK] = { "site_check", { "核实营业状态", "site check" } },
    [DUBAN__TASK_KIND__TASK_KIND_REVIEW] = { "review", { "挂账复核", "review" } },
};

struct words name_of_task_kind(Duban__TaskKind kind)
{
    if ((size_t) kind < COUNT_OF(TASK_KINDS) && TASK_KINDS[kind].name != NULL)
        return TASK_KINDS[kind].words;
    return (struct words){ "—", "" };
}

Duban__TaskKind task_kind_of(const char *text)
{
    for (size_t i = 0; i < COUNT_OF(TASK_KINDS); i++)
        if (TASK_KINDS[i].name != NULL && strcmp(TASK_KINDS[i].name, text) == 0)
            return (Duban__TaskKind) i;
    return DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED;
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
        [DUBAN__GRADE__GRADE_DELIVERED] = { "已送达", "delivered" },
        [DUBAN__GRADE__GRADE_DEAD] = { "未能送达", "given up" },
        [DUBAN__GRADE__GRADE_WITHDRAWN] = { "已撤回（事情已办）", "withdrawn (already done)" },
    };

    return label(LABELS, COUNT_OF(LABELS), grade);
}

struct words name_of_delivery_state(Duban__DeliveryState state)
{
    static const struct words LABELS[] = {
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED] = { "等待发送", "queued" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING] = { "正在发送", "being sent" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_DELIVERED] = { "已送达", "delivered" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_DEAD] = { "未能送达", "given up" },
        [DUBAN__DELIVERY_STATE__DELIVERY_STATE_WITHDRAWN] = { "已撤回", "withdrawn" },
    };

    return label(LABELS, COUNT_OF(LABELS), state);
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

struct words name_of_operating_state(Duban__OperatingState state)
{
    static const struct words LABELS[] = {
        [DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING] = { "营业", "operating" },
        [DUBAN__OPERATING_STATE__OPERATING_STATE_SUSPENDED] = { "停业", "suspended" },
        [DUBAN__OPERATING_STATE__OPERATING_STATE_CLOSED] = { "关闭", "closed" },
    };

    return label(LABELS, COUNT_OF(LABELS), state);
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

struct words name_of_message(const char *kind)
{
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
        { "revisit_missed", { "未复查", "revisit missed" } },
        { "revisit_failed", { "返工", "revisit failed" } },
        { "closed", { "销号", "closed" } },
        { "recurrence", { "问题反弹", "recurrence" } },
        { "approval_wanted", { "待审批", "approval wanted" } },
        { "nobody_to_receive", { "无人接收", "nobody to receive" } },
        { "photos_missing", { "照片未传齐", "photos missing" } },
        { "delivery_failure", { "消息未送达", "delivery failure" } },
        { "quarantined", { "记录待核", "entry held" } },
        { "settlement_wanted", { "请处理待核记录", "settlement wanted" } },
        { "quarantine_settled", { "待核记录已处理", "entry settled" } },
        { "site_check_wanted", { "请核实营业状态", "site check wanted" } },
        { "review_due", { "挂账复核", "review due" } },
        { "extension_granted", { "同意延期", "extension granted" } },
        { "extension_refused", { "不同意延期", "extension refused" } },
        { "closure_refused", { "不同意销号", "closure refused" } },
        { "level_raised", { "级别提高", "level raised" } },
        { "assigned_away", { "已改派", "assigned away" } },
        { "digest", { "每日汇总", "digest" } },
        { "suspended", { "挂账", "suspended" } },
        { "resumed", { "恢复", "resumed" } },
        { "house_alarm", { "系统告警", "house alarm" } },
    };
    const struct words *words = find_token(MESSAGES, COUNT_OF(MESSAGES), kind, strlen(kind));

    return words != NULL ? *words : (struct words){ kind, "" };
}

struct words name_of_reason(const char *reason)
{
    static const struct token REASONS[] = {
        { "past", { "当时已过提醒时间", "its time had passed already" } },
        { "higher_step", { "同时收到更高一级的通知", "told by a higher step at the same time" } },
        { "acknowledged", { "本人已签收，四小时内不重复", "acknowledged by the recipient a short while ago" } },
        { "joined", { "已并入另一条通知", "went along with another notice" } },
        { "explained", { "已有逾期说明", "an explanation has been given" } },
        { "done", { "事情已经办完", "it was done by then" } },
        { "quiet", { "夜间不打扰，早上七点再发", "quiet hours: kept until morning" } },
        { "claimed", { "点位已报整改", "the site says it is fixed" } },
        { "suspended", { "已挂账或停业", "suspended" } },
        { "cancelled", { "任务已取消", "the task was cancelled" } },
        { "paused", { "暂停期间不计时", "the clock stood still" } },
        { "enough", { "合格次数已够", "there are enough passes" } },
        { "before_finding", { "早于发现问题的时间", "it lies before the finding" } },
        { "before_day", { "未到约定的复查日", "before its day" } },
        { "too_soon", { "距上次合格不足 20 小时", "too soon after the pass before" } },
        { "purpose", { "此类到访不计合格", "such a visit is never a pass" } },
        { "incomplete", { "照片未传齐", "photos are missing" } },
        { "no_evidence", { "没有照片为证", "no photo shows it" } },
        { "number", { "数值超出限值", "the number is beyond its limit" } },
        { "before_closing", { "早于销号时间", "it lies before the closing" } },
        { "failed_revisits", { "两次复查不合格", "two failed revisits" } },
    };
    const struct words *words = find_token(REASONS, COUNT_OF(REASONS), reason, strlen(reason));

    return words != NULL ? *words : (struct words){ reason, "" };
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
};

struct words name_of_lookup(struct cli *cli, const char *lookup)
{
    size_t size = strcspn(lookup, " ");
    const struct words *words = find_token(SELECTORS, COUNT_OF(SELECTORS), lookup, size);

    if (words == NULL)
        return (struct words){ lookup, "" };
    if (lookup[size] == '\0')
        return *words;
    return (struct words){ text_of(&cli->arena, "%s（%s）", words->zh, lookup + size + 1),
                           text_of(&cli->arena, "%s (%s)", words->en, lookup + size + 1) };
}

const char *case_label(struct cli *cli, uint32_t number)
{
    return text_of(&cli->arena, "DB-%04u", number);
}

/* ---------------------------------------------------------------- facts */

/* {name} is filled from the fact; [...] is left out when a name in it has nothing. */
static const struct words FACTS[] = {
    [DUBAN__FACT_KIND__FACT_KIND_OPENED] = { "立案，{level_to} 级，{new} 前整改", "opened at level {level_to}, to be fixed by {new}" },
    [DUBAN__FACT_KIND__FACT_KIND_REOPENED] = { "问题反弹，重新立案（第 {number} 轮），{level_to} 级，{new} 前整改",
                                               "is back: reopened (round {number}) at level {level_to}, to be fixed by {new}" },
    [DUBAN__FACT_KIND__FACT_KIND_ASSIGNED] = { "改派给{recipient}[：{reason}]", "assigned to {recipient}[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_ACKNOWLEDGED] = { "{actor}签收", "acknowledged by {actor}" },
    [DUBAN__FACT_KIND__FACT_KIND_CLAIMED] = { "{actor}报告整改完成[（{visit} 完成）]，等候复查", "{actor} says fixed[ (at {visit})]; waits for the revisit" },
    [DUBAN__FACT_KIND__FACT_KIND_STILL_FAILING] = { "到访时仍未整改[：{reason}]", "still not fixed[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_REVISIT_PLANNED] = { "安排第 {number}/{of} 次复查：{old} 至 {new}", "revisit {number}/{of} planned: {old} to {new}" },
    [DUBAN__FACT_KIND__FACT_KIND_PASSED] = { "复查合格（{number}/{of}）", "passed ({number}/{of})" },
    [DUBAN__FACT_KIND__FACT_KIND_PASS_NOT_COUNTED] = { "这次合格不计数：{reason}", "this pass does not count: {reason}" },
    [DUBAN__FACT_KIND__FACT_KIND_FAILED] = { "复查不合格，返工[：{reason}]；{new} 前重新整改", "revisit failed, rework[: {reason}]; to be redone by {new}" },
    [DUBAN__FACT_KIND__FACT_KIND_ATTEMPTED] = { "到访未果（第 {number} 次），复查仍待完成", "nobody there (attempt {number}); the revisit is still to be done" },
    [DUBAN__FACT_KIND__FACT_KIND_RAISED] = { "级别由 {level_from} 提高到 {level_to}[：{reason}]", "level raised from {level_from} to {level_to}[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_LOWERED] = { "级别由 {level_from} 降为 {level_to}[：{reason}]", "level lowered from {level_from} to {level_to}[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_DUE_MOVED] = { "时限由 {old} 改为 {new}[：{reason}]", "due moved from {old} to {new}[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_OVERDUE] = { "逾期（时限 {old}）", "overdue (was due {old})" },
    [DUBAN__FACT_KIND__FACT_KIND_CURED] = { "后到的记录表明已按期整改（{visit}），逾期更正", "a late report shows that it was fixed in time ({visit})" },
    [DUBAN__FACT_KIND__FACT_KIND_EXPLAINED] = { "{actor}说明逾期原因[：{reason}][，预计 {new} 完成]", "{actor} explains[: {reason}][, expected by {new}]" },
    [DUBAN__FACT_KIND__FACT_KIND_EXTENSION_ASKED] = { "{actor}申请延期至 {new}[：{reason}]", "{actor} asks for an extension to {new}[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_EXTENDED] = { "同意延期，时限由 {old} 改为 {new}", "extended: due moved from {old} to {new}" },
    [DUBAN__FACT_KIND__FACT_KIND_EXTENSION_REFUSED] = { "不同意延期[：{reason}]", "extension refused[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_SUSPENDED] = { "挂账[：{reason}][，{new} 复核]", "suspended[: {reason}][, to be looked at again {new}]" },
    [DUBAN__FACT_KIND__FACT_KIND_RESUMED] = { "恢复办理[：{reason}]", "resumed[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_TO_APPROVE] = { "复查全部合格，待销号审批", "all passes done; waits for approval to close" },
    [DUBAN__FACT_KIND__FACT_KIND_CLOSED] = { "销号", "closed" },
    [DUBAN__FACT_KIND__FACT_KIND_CLOSURE_REFUSED] = { "不同意销号[：{reason}]", "closing refused[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_VOIDED] = { "作废[：{reason}]", "voided[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_EDITED] = { "{actor}修改内容[：{reason}]", "edited by {actor}[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_TOLD] = { "通知{recipient}：{message}（通知 {outbox}）", "told {recipient}: {message} (notice {outbox})" },
    [DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD] = { "没有通知[{recipient}]：{message}[——{reason}]", "not told[ to {recipient}]: {message}[ - {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_FOLDED] = { "通知{recipient}：{message}，并到 {new} 一起发[——{reason}]",
                                             "for {recipient}: {message}, kept for {new}[ - {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_NOBODY] = { "“{role}”无人在岗，{message}无人接收", "nobody holds \"{role}\" to be told: {message}" },
    [DUBAN__FACT_KIND__FACT_KIND_MISSED] = { "第 {number} 次复查未按时完成（应于 {old}）", "revisit {number} not done in time (was due {old})" },
    [DUBAN__FACT_KIND__FACT_KIND_QUARANTINED] = { "记录 {other} 暂不采用（待核）[：{reason}]", "entry {other} held in quarantine[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_RELEASED] = { "待核记录 {other} 经{actor}核实后采用", "entry {other} released by {actor} and applied" },
    [DUBAN__FACT_KIND__FACT_KIND_REJECTED] = { "待核记录 {other} 退回[：{reason}]", "entry {other} rejected[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_TIME_DOUBTFUL] = { "{actor}的记录 {other} 时间存疑，按收到时间计", "the time of {actor}'s report {other} is in doubt; the time of arrival counts" },
    [DUBAN__FACT_KIND__FACT_KIND_INCOMPLETE] = { "{actor}的记录 {other} 还差 {number} 张照片", "{actor}'s report {other} lacks {number} photos" },
    [DUBAN__FACT_KIND__FACT_KIND_COMPLETED] = { "{actor}的记录 {other} 照片传齐", "the last photo of {actor}'s report {other} has come" },
    [DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION] = { "与已知情况矛盾，存档不采用[：{reason}]", "contradicts what is known; kept, changes nothing[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_SKIPPED] = { "管理员跳过记录 {other}[：{reason}]", "entry {other} passed over by the operator[: {reason}]" },
    [DUBAN__FACT_KIND__FACT_KIND_DONE] = { "已办结", "done" },
};

bool fact_is_about_telling(Duban__FactKind kind)
{
    return kind == DUBAN__FACT_KIND__FACT_KIND_TOLD || kind == DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD ||
           kind == DUBAN__FACT_KIND__FACT_KIND_FOLDED;
}

static const char *in_language(struct words words, bool english)
{
    return english && words.en[0] != '\0' ? words.en : words.zh;
}

static const char *number_or_nothing(struct cli *cli, uint64_t number)
{
    return number == 0 ? "" : text_of(&cli->arena, "%llu", (unsigned long long) number);
}

/* NOBODY names a selector where others name an account. */
static struct words role_in_words(const char *role)
{
    const struct words *words = find_token(SELECTORS, COUNT_OF(SELECTORS), role, strlen(role));

    return words != NULL ? *words : (struct words){ role, "" };
}

enum fact_value {
    VALUE_LEVEL_FROM, VALUE_LEVEL_TO, VALUE_OLD, VALUE_NEW, VALUE_REASON, VALUE_NUMBER, VALUE_OF,
    VALUE_RECIPIENT, VALUE_MESSAGE, VALUE_VISIT, VALUE_OTHER, VALUE_ACTOR, VALUE_OUTBOX, VALUE_ROLE, VALUE_COUNT
};

static const char *const VALUE_NAMES[VALUE_COUNT] = {
    [VALUE_LEVEL_FROM] = "level_from", [VALUE_LEVEL_TO] = "level_to", [VALUE_OLD] = "old",
    [VALUE_NEW] = "new", [VALUE_REASON] = "reason", [VALUE_NUMBER] = "number",
    [VALUE_OF] = "of", [VALUE_RECIPIENT] = "recipient", [VALUE_MESSAGE] = "message",
    [VALUE_VISIT] = "visit", [VALUE_OTHER] = "other", [VALUE_ACTOR] = "actor",
    [VALUE_OUTBOX] = "outbox", [VALUE_ROLE] = "role",
};

static enum fact_value find_value(const char *name, size_t size)
{
    size_t i = 0;

    while (i < VALUE_COUNT && (strlen(VALUE_NAMES[i]) != size || memcmp(VALUE_NAMES[i], name, size) != 0))
        i++;
    return (enum fact_value) i;
}

static const char *value_of(struct cli *cli, const Duban__Fact *fact, const char *name, size_t size, bool english)
{
    switch (find_value(name, size)) {
    case VALUE_LEVEL_FROM:
        return fact->level_from;
    case VALUE_LEVEL_TO:
        return fact->level_to;
    case VALUE_OLD:
        return show_time(&cli->show, fact->old_s);
    case VALUE_NEW:
        return show_time(&cli->show, fact->new_s);
    case VALUE_REASON:
        return in_language(name_of_reason(fact->reason), english);
    case VALUE_NUMBER:
        return number_or_nothing(cli, fact->number);
    case VALUE_OF:
        return number_or_nothing(cli, fact->of);
    case VALUE_RECIPIENT:
        return in_language(title_of(cli, fact->recipient), english);
    case VALUE_MESSAGE:
        return in_language(name_of_message(fact->message_kind), english);
    case VALUE_VISIT:
        return show_time_ms(&cli->show, fact->visit_ms);
    case VALUE_OTHER:
        return number_or_nothing(cli, fact->other_sequence);
    case VALUE_ACTOR:
        return in_language(title_of(cli, fact->actor), english);
    case VALUE_OUTBOX:
        return number_or_nothing(cli, fact->outbox_sequence);
    case VALUE_ROLE:
        return in_language(role_in_words(fact->recipient), english);
    case VALUE_COUNT:
        break;
    }
    return "";
}

/* A template being filled: `kept` is where the open [ began. */
struct filling {
    char *text;
    size_t size;
    size_t kept;
    bool optional;
    bool empty_inside;
};

static void add_text(struct cli *cli, struct filling *filling, const char *text, size_t size)
{
    char *longer = arena_take(&cli->arena, filling->size + size + 1);

    if (longer == NULL)
        die("内存不足 / out of memory");
    memcpy(longer, filling->text, filling->size);
    memcpy(longer + filling->size, text, size);
    filling->text = longer;
    filling->size += size;
    filling->text[filling->size] = '\0';
}

static void end_optional(struct filling *filling)
{
    if (filling->empty_inside) {
        filling->size = filling->kept;
        filling->text[filling->size] = '\0';
    }
    filling->optional = false;
}

static const char *fill(struct cli *cli, const Duban__Fact *fact, const char *template, bool english)
{
    struct filling filling = { .text = text_of(&cli->arena, "%s", "") };

    while (*template != '\0') {
        size_t plain = strcspn(template, "{[]");

        add_text(cli, &filling, template, plain);
        template += plain;
        if (*template == '[') {
            filling.kept = filling.size;
            filling.optional = true;
            filling.empty_inside = false;
            template++;
        } else if (*template == ']') {
            end_optional(&filling);
            template++;
        } else if (*template == '{') {
            size_t size = strcspn(template, "}");
            const char *value = value_of(cli, fact, template + 1, size - 1, english);

            filling.empty_inside |= value[0] == '\0';
            add_text(cli, &filling, value[0] == '\0' ? "—" : value, strlen(value[0] == '\0' ? "—" : value));
            template += size + 1;
        }
    }
    return filling.text;
}

/* The fact keeps why in Chinese; the entry's row in quarantine has it in both languages. */
static Duban__Fact with_english_reason(struct cli *cli, const Duban__Fact *fact)
{
    Duban__Quarantined *quarantined = NULL;
    Duban__Fact english = *fact;

    if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_QUARANTINED && ask_held(cli, fact->other_sequence, &quarantined) != HELD_UNKNOWN &&
        quarantined != NULL)
        english.reason = quarantined->en;
    return english;
}

struct words words_of_fact(struct cli *cli, const Duban__Fact *fact)
{
    struct words template = label(FACTS, COUNT_OF(FACTS), fact->kind);
    Duban__Fact english = with_english_reason(cli, fact);

    return (struct words){ fill(cli, fact, template.zh, false), fill(cli, &english, template.en, true) };
}
