/* rule_names.c - the rules by which something is told or kept, in words.
 *
 * Rules of the policy's plans go by their row: reminders.rectification.B[1]; so do cadences and uplifts. What was kept and
 * changed nothing goes by its act: claim.is_over. All others are built in and stand in the table. Recipe: a rule that the
 * engine names gets a row here, an act one in name_of_act; test_rule_names.c reads the engine's sources and finds what has
 * none.
 */
#include <stdlib.h>
#include <string.h>

#include "names.h"

struct rule_name {
    const char *rule;
    struct words words;
};

static const struct rule_name BUILT_IN[] = {
    { "visit.notice", { "一次到访发现的问题合成一份告知", "one notice for all findings of a visit" } },
    { "visit.photos_late", { "照片到时仍未传齐，告知上报人和组长", "photos that are still missing are told to the reporter and his leader" } },
    { "visit.photos_given", { "上报人已离岗，未传齐的照片改由组长负责", "who made the report has left: its photos are owed by the group leader" } },
    { "site.attempted", { "连续多次到访无人，请核实是否营业", "visits in a row found nobody: its operating state is asked for" } },
    { "site.contact_absent", { "点位负责人不在位又没有代理人，请确认", "a site's contact is away without a deputy: one is asked for" } },
    { "delivery.failed", { "通知没能送达本人，告知内勤", "a notice that reached nobody is told to the duty clerk" } },
    { "house.alarm", { "系统告警，告知内勤", "a house alarm is told to the duty clerk" } },
    { "case.assigned", { "改派后告知新的跟进人", "whoever a case is given to is told" } },
    { "case.assigned_away", { "改派后告知原跟进人", "whoever a case was taken from is told" } },
    { "case.raised", { "级别提高后告知有关的人", "whoever a raised level concerns is told" } },
    { "case.rework", { "复查不合格，重新整改", "a failed revisit: to be redone" } },
    { "case.reopened", { "销号后再犯，重新立案", "it is back after the closing: reopened" } },
    { "case.to_approve", { "这一级问题销号须经审批", "closing a case of this level is approved" } },
    { "case.closed", { "复查合格次数已够，销号后告知", "passes enough: closed, and told" } },
    { "case.decided", { "审批、挂账等决定作出后告知有关的人", "whoever a decision on the case concerns is told" } },
    { "case.extension_asked", { "有人申请延期，请审批", "more time is asked for: to be decided" } },
    { "case.extension_overtaken", { "延期申请已被后来的变化取代", "the request for more time has been overtaken" } },
    { "case.recompute_asked", { "有人申请重新计算时限，请审批", "dues are to be counted anew: to be decided" } },
    { "case.recomputed", { "时限重新计算后告知责任人", "whoever owes it is told of the due counted anew" } },
    { "case.appealed", { "有人申诉，请核定", "an appeal: to be decided" } },
    { "revisit.opened", { "复查当天才排出的，当即告知", "a revisit planned for that very day is told at once" } },
    { "report.amended", { "巡查记录更正后告知所涉及的人", "whoever an amended report concerns is told" } },
    { "report.amendment_asked", { "有人申请更正巡查记录，请审批", "an amendment of a report is asked for: to be decided" } },
    { "report.amendment_refused", { "更正未获批准，告知申请人", "whoever asked for an amendment that is refused is told" } },
    { "items.note", { "不合格须写明情况的检查项没有写，请补上", "an item whose fail needs words has none: they are asked for" } },
    { "items.kinds", { "该检查项不属于这类点位", "the check item is not for sites of this kind" } },
    { "attempts_before_site_check", { "连续到访未果几次，就要核实营业状态", "so many visits in vain, and its operating state is asked for" } },
    { "watch", { "盯守的规定", "what the policy says of watches" } },
    { "uplifts", { "提级条件", "the conditions under which a finding counts one level higher" } },
    { "complaint.received", { "投诉受理后须到现场核实", "a complaint is verified on site" } },
    { "complaint.hastened", { "又有人反映有危险，核实提前", "danger is reported too: it is verified sooner" } },
    { "complaint.not_answered", { "到访没有回答投诉的事项，再去核实", "the visit did not answer the complaint: it is verified again" } },
    { "complaint.concluded", { "核实结论反馈科室签收", "the result goes to the office, which receipts it" } },
    { "complaints.observation", { "蹲守观察须够规定时间", "an observation must last as long as the policy says" } },
    { "coordination.raised", { "有困难即协调，告知有关的人", "a difficulty is coordinated, and told" } },
    { "coordination.promise", { "承诺的时间已过，东西没到", "what was promised has not come by then" } },
    { "coordination.delivered", { "送达后请到场确认", "what is delivered is confirmed on site" } },
    { "coordination.not_confirmed", { "到场查看没有或不能用，重新协调", "seen missing or not working: wanted again" } },
    { "coordination.unmet", { "协调未能落实，告知有关的人", "it could not be found, and that is told" } },
    { "referral.found", { "随手查不合格，移交科室", "a side-item failed: it goes to its office" } },
    { "referral.received", { "科室签收后告知组长", "the group leader hears that the office has taken it" } },
    { "referral.answered", { "科室反馈后请到场确认", "the office's answer is confirmed on site" } },
    { "referral.not_confirmed", { "到场查看仍然存在，退回科室继续办", "seen still there: it goes back to the office" } },
    { "referral.returned", { "科室退回，请内勤改派", "the office returned it: to be sent on" } },
    { "referral.returns_told", { "多次退回，报专班组长", "handed back often: the lead is told" } },
    { "referral.sent_on", { "改派后告知另一科室", "the office that it is sent on to is told" } },
    { "referrals.offices", { "必答的随手查项没有回答，请补答", "a side-item that cannot be skipped was left out: to be answered" } },
    { "items.mandatory", { "必答的检查项没有回答，请补答", "a check item that must be answered was left out: to be answered" } },
    { "contact.test", { "发一条带验证码的测试，核对能否联系上", "a test with a code, to see whether it arrives" } },
    { "watch.begins_when", { "出现所列情形，自动开始盯守", "what the policy names has come about: a watch begins" } },
    { "isolation.returned_contact_days", { "负责人离岗多日后返回，请按返京人员登记", "a contact back after days away is registered as one who came back" } },
    { "isolation.door_days", { "规定的日子上门查看一次", "somebody goes to the door on the days of the policy" } },
    { "supplies", { "物资低于检查项规定的最少数，请协调补充", "less is left than the check item asks for: more is found" } },
    { "plan.confirmed", { "路线确认后告知要去的人", "whoever goes is told his stops once the plan is confirmed" } },
    { "plan.blind_spot", { "到了该查的日子没有人去，成为死角", "its day has come and nobody has inspected it: a blind spot" } },
    { "plan.stands", { "到时未确认，按草案执行并告知要去的人", "nobody confirmed the draft in time: it stands, and whoever goes is told" } },
    { "urgent.alert", { "紧急报告立即告知", "an urgent report is told at once" } },
    { "urgent.referral", { "紧急转诊告知卫健科室", "an urgent referral is told to the health office" } },
    { "watch.begins", { "盯守开始时告知", "a watch begins, and that is told" } },
    { "watch.check_in", { "盯守期间每天打卡", "a watched site is checked in at every day" } },
    { "watch.clean_days", { "连续合格天数已满，盯守结束", "its clean days are done: the watch has ended" } },
    { "watch.last_day", { "盯守期满结束", "its last day is over: the watch has ended" } },
    { "watch.decision", { "专班组长决定结束盯守", "the lead has ended the watch" } },
    { "isolation.begins", { "登记后告知包片联系人", "the area contact is told of an isolation" } },
    { "isolation.restart", { "观察期重新计算", "the days are counted anew" } },
    { "isolation.lengthen", { "观察期延长", "the days are lengthened" } },
    { "isolation.exempt", { "按免除类别解除", "exempt by its class" } },
    { "isolation.transferred", { "转集中观察或就医", "transferred" } },
    { "isolation.missed_twice", { "连续两次漏联系", "two contacts missed in a row" } },
    { "isolation.contact", { "联系时发现健康异常或外出，立即告知", "not well or gone out when contacted: told at once" } },
    { "isolation.complete", { "观察期满，联系齐全，自动解除", "its days are over, all contacts made: released" } },
    { "isolation.confirmed", { "人工确认解除", "released by somebody who has looked at it" } },
    { "campaign.opened", { "入户活动开始时告知", "a campaign begins, and that is told" } },
    { "campaign.ended", { "入户活动结束时告知", "a campaign ends, and that is told" } },
    { "campaign.drawn", { "抽中的住户请他人核查", "households drawn are checked by somebody else" } },
    { "campaign.mismatch", { "入户情况与上报不符", "a door is not as reported" } },
    { "look_back.drawn", { "销号后抽中回头看", "drawn for a look-back after the closing" } },
    { "look_back.given", { "回头看改由他人去看", "a look-back is given to somebody else" } },
    { "look_back.failed", { "回头看不合格", "a look-back has failed" } },
    { "plan.draft_at", { "每天早上排出路线草案", "the day's stops are drafted in the morning" } },
    { "meetings.brief_at", { "早例会前发早报", "the brief before the morning meeting" } },
    { "meetings.summary_at", { "晚例会前发晚报", "the summary before the evening meeting" } },
    { "meetings.alert_at", { "每天定时看进度，落后的提醒", "progress is looked at once a day: who is behind is told" } },
    { "resolution.made", { "例会决定告知责任人", "whoever a meeting's resolution is given to is told" } },
    { "resolution.amended", { "例会决定改动后告知责任人", "whoever an amended resolution is given to is told" } },
    { "resolution.taken_back", { "例会决定收回后告知责任人", "whoever had a resolution that is taken back is told" } },
    { "remark", { "批示告知收件人", "a remark is told to whom it is for" } },
    { "people.back", { "返岗后告知", "who is back on duty is told of" } },
    { "people.rest_after_days", { "连续上岗满规定天数，提醒轮休", "so many days on duty in a row: rest is asked for" } },
    { "people.overload_tasks", { "在办任务超过规定件数", "more open tasks than the policy says" } },
    { "roster.filled", { "岗位有人接任后，告知待办的事", "whoever fills a post is told what waits there" } },
    { "roster.vacant", { "岗位空缺，待办的事另行告知", "a post is vacant: what waits there is told to others" } },
    { "recipients.nobody", { "应告知的岗位无人在岗，报上一级", "nobody is there to be told: it goes one up" } },
    { "quarantine", { "记录待核，告知提交人", "an entry is held: its sender is told" } },
    { "quarantine.settlement", { "待核记录请内勤处理", "a held entry is settled by the duty clerk" } },
    { "act.declined", { "提交的操作没有采用，告知提交人", "an act was not applied: its sender is told" } },
    { "calendar.year_missing", { "放假安排未公布，工作时限定不下来", "the calendar is not published: limits in working time cannot be set" } },
    { "evidence_doubts.photo_again", { "照片用过", "a photo has been shown before" } },
    { "evidence_doubts.photo_time", { "照片时间对不上", "the time of a photo does not fit" } },
    { "evidence_doubts.travel", { "行程对不上", "the way does not fit" } },
    { "evidence_doubts.clock", { "手机时间对不上", "the phone's clock does not fit" } },
    { "evidence_doubts.tell_from", { "存疑分数到了规定数，请组长核实", "points of doubt enough: the leader is asked to look into it" } },
    { "digest", { "不单独发的，每人合成一份汇总", "what is not told by itself comes in one digest for each recipient" } },
};

static const struct words *built_in(const char *rule)
{
    for (size_t i = 0; i < sizeof BUILT_IN / sizeof BUILT_IN[0]; i++)
        if (strcmp(BUILT_IN[i].rule, rule) == 0)
            return &BUILT_IN[i].words;
    return NULL;
}

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Copied up to the character, which is left out; the place behind it, or NULL when it is not there. */
static const char *copy_until(struct cli *cli, const char *text, char end, const char **part)
{
    const char *at = strchr(text, end);

    if (at == NULL)
        return NULL;
    *part = text_of(&cli->arena, "%.*s", (int) (at - text), text);
    return at + 1;
}

static struct words name_of_level(struct cli *cli, const char *level)
{
    if (level[0] == '\0')
        return (struct words){ "", "" };
    if (strcmp(level, "*") == 0)
        return (struct words){ "（不分级别）", ", whatever the level" };
    return words_of(&cli->arena, "（%s 级）", ", level %s", level);
}

/* ladder.rectification.B[1]. False when it is no row of a plan. */
static bool name_row(struct cli *cli, const char *rule, struct words *words)
{
    bool is_ladder = begins_with(rule, "ladder.");
    const char *kind_name, *level_name;
    const char *at = is_ladder || begins_with(rule, "reminders.") ? strchr(rule, '.') + 1 : NULL;
    struct words kind, level;
    unsigned long row;

    at = at == NULL ? NULL : copy_until(cli, at, '.', &kind_name);
    at = at == NULL ? NULL : copy_until(cli, at, '[', &level_name);
    if (at == NULL)
        return false;
    kind = name_of_task_kind(task_kind_of(kind_name));
    level = name_of_level(cli, level_name);
    row = strtoul(at, NULL, 10) + 1;
    if (is_ladder)
        *words = (struct words){ text_of(&cli->arena, "%s%s督办阶梯第 %lu 行", kind.zh, level.zh, row),
                                 text_of(&cli->arena, "row %lu of the ladder for %s%s", row, kind.en, level.en) };
    else
        *words = (struct words){ text_of(&cli->arena, "%s%s提醒计划第 %lu 行", kind.zh, level.zh, row),
                                 text_of(&cli->arena, "row %lu of the reminders for %s%s", row, kind.en, level.en) };
    return true;
}

/* cadences[2], uplifts[1], counted from 1; site_kinds.COUR. */
static bool name_of_list(struct cli *cli, const char *rule, struct words *words)
{
    unsigned long row = strchr(rule, '[') == NULL ? 0 : strtoul(strchr(rule, '[') + 1, NULL, 10);

    if (row != 0 && begins_with(rule, "cadences["))
        *words = words_of(&cli->arena, "巡查间隔第 %lu 行", "row %lu of the cadences", row);
    else if (row != 0 && begins_with(rule, "uplifts["))
        *words = words_of(&cli->arena, "提级条件第 %lu 条", "uplift %lu", row);
    else if (begins_with(rule, "site_kinds."))
        *words = words_of(&cli->arena, "点位类别 %s 的巡查间隔", "the interval of site kind %s", strchr(rule, '.') + 1);
    else
        return false;
    return true;
}

/* claim.is_over: what the act needs; why it changed nothing is said beside it. */
static bool name_kept(struct cli *cli, const char *rule, struct words *words)
{
    const char *act_name;
    struct words act;

    if (copy_until(cli, rule, '.', &act_name) == NULL)
        return false;
    act = name_of_act(act_name);
    if (act.en[0] == '\0')
        return false;
    *words = words_of(&cli->arena, "“%1$s”的条件%2$.0s", "the conditions for \"%2$s\"%1$.0s", act.zh, act.en);
    return true;
}

struct words name_of_rule(struct cli *cli, const char *rule)
{
    const struct words *words = built_in(rule);
    struct words row;

    if (words != NULL)
        return *words;
    if (name_row(cli, rule, &row) || name_of_list(cli, rule, &row) || name_kept(cli, rule, &row))
        return row;
    if (begins_with(rule, "stand_down.")) {
        row = name_of_task_kind(task_kind_of(strchr(rule, '.') + 1));
        return (struct words){ text_of(&cli->arena, "%s了结后，告知此前被惊动的人", row.zh),
                               text_of(&cli->arena, "whoever was called in for the %s is told that it is over", row.en) };
    }
    return (struct words){ rule, "" };
}
