/* facts.c - what happened, as sentences: a template for each kind of fact, filled from it; to whom or what. */
#include <string.h>

#include "about.h"
#include "bytes.h"
#include "digest.h"
#include "entry_words.h"
#include "import.h"
#include "labels.h"
#include "ledger.h"
#include "names.h"
#include "template.h"

/* Filled from the fact: see template.h. */
#define FACT(kind) [DUBAN__FACT_KIND__FACT_KIND_##kind]

static const struct words FACTS[] = {
    FACT(OPENED) = { "立案，{level_to} 级[，{new} 前整改]", "opened at level {level_to}[, to be fixed by {new}]" },
    FACT(REOPENED) = { "问题反弹，重新立案（第 {number} 轮），{level_to} 级[，{new} 前整改]",
        "is back: reopened (round {number}) at level {level_to}[, to be fixed by {new}]" },
    FACT(ASSIGNED) = { "改派给{recipient}[：{reason}]", "assigned to {recipient}[: {reason}]" },
    FACT(ACKNOWLEDGED) = { "{actor}签收[，{new} 前不重复提醒本人]", "acknowledged by {actor}[: no repeats for him until {new}]" },
    FACT(CLAIMED) = { "{actor}报告整改完成[（{visit} 完成）]，等候复查", "{actor} says fixed[ (at {visit})]; waits for the revisit" },
    FACT(STILL_FAILING) = { "到访时仍未整改[：{reason}]", "still not fixed[: {reason}]" },
    FACT(LATER_VISITS_CUT) = { "此后到访太多，只看了最近 {number} 次是否已改好", "too many visits since: only the latest {number} were asked whether they saw it fixed" },
    FACT(REVISIT_APPOINTED) = { "{actor}约定 {new} 复查[（原约 {old}）][：{reason}]", "{actor} agrees upon {new} for the revisit[ (before: {old})][: {reason}]" },
    FACT(REVISIT_PLANNED) = { "安排第 {number}/{of} 次复查：{old} 至 {new}", "revisit {number}/{of} planned: {old} to {new}" },
    FACT(PASSED) = { "复查合格（{number}/{of}）", "passed ({number}/{of})" },
    FACT(SEEN_FIXED) = { "复查认定已按期整改（{visit}[，时限 {old}]），未报整改完成",
        "established by the revisit: fixed in time ({visit}[, was due {old}]), though nobody had claimed it" },
    FACT(PASS_NOT_COUNTED) = { "这次合格不计数：{reason}[（规则：{rule}）]", "this pass does not count: {reason}[ (rule: {rule})]" },
    FACT(FAILED) = { "复查不合格，返工[：{reason}][；{new} 前重新整改]", "revisit failed, rework[: {reason}][; to be redone by {new}]" },
    FACT(ATTEMPTED) = { "到访未果（第 {number} 次），复查仍待完成",
        "nobody there (attempt {number}); the revisit is still to be done" },
    FACT(RAISED) = { "级别由 {level_from} 提高到 {level_to}[：{reason}]",
        "level raised from {level_from} to {level_to}[: {reason}]" },
    FACT(LOWERED) = { "级别由 {level_from} 降为 {level_to}[：{reason}]",
        "level lowered from {level_from} to {level_to}[: {reason}]" },
    FACT(DUE_MOVED) = { "时限由 {old} 改为 {new}[：{reason}]", "due moved from {old} to {new}[: {reason}]" },
    FACT(OVERDUE) = { "逾期（时限 {old}）", "overdue (was due {old})" },
    FACT(CURED) = { "后到的记录表明已按期完成（{visit}），逾期更正", "a late report shows that it was done in time ({visit})" },
    FACT(EXPLAINED) = { "{actor}说明逾期原因[：{reason}][，预计 {new} 完成]", "{actor} explains[: {reason}][, expected by {new}]" },
    FACT(EXTENSION_ASKED) = { "{actor}申请延期至 {new}[：{reason}]", "{actor} asks for an extension to {new}[: {reason}]" },
    FACT(EXTENDED) = { "同意延期，时限由 {old} 改为 {new}", "extended: due moved from {old} to {new}" },
    FACT(EXTENSION_REFUSED) = { "不同意延期[：{reason}]", "extension refused[: {reason}]" },
    FACT(SUSPENDED) = { "挂账[：{reason}][，{new} 复核]", "suspended[: {reason}][, to be looked at again {new}]" },
    FACT(RESUMED) = { "恢复办理[：{reason}]", "resumed[: {reason}]" },
    FACT(TO_APPROVE) = { "复查全部合格，待销号审批", "all passes done; waits for approval to close" },
    FACT(CLOSED) = { "销号", "closed" },
    FACT(CLOSURE_REFUSED) = { "不同意销号[：{reason}]", "closing refused[: {reason}]" },
    FACT(VOIDED) = { "作废[：{reason}]", "voided[: {reason}]" },
    FACT(EDITED) = { "{actor}修改内容[：{reason}]", "edited by {actor}[: {reason}]" },
    FACT(TOLD) = { "通知{recipient}：{message}（通知 {outbox}）", "told {recipient}: {message} (notice {outbox})" },
    FACT(NOT_TOLD) = { "没有通知[{recipient}]：{message}[——{reason}]", "not told[ to {recipient}]: {message}[ - {reason}]" },
    FACT(FOLDED) = { "通知{recipient}：{message}，并到 {new} 一起发[——{reason}]",
        "for {recipient}: {message}, kept for {new}[ - {reason}]" },
    FACT(NOBODY) = { "[{level_to} ]“{role}”无人在岗，{message}无人接收", "nobody holds \"{role}\"[ of {level_to}] to be told: {message}" },
    FACT(MISSED) = { "第 {number} 次复查未按时完成（应于 {old}）", "revisit {number} not done in time (was due {old})" },
    FACT(QUARANTINED) = { "记录 {other} 暂不采用（待核）[：{reason}]", "entry {other} held in quarantine[: {reason}]" },
    FACT(RELEASED) = { "待核记录 {other} 经{actor}核实后采用", "entry {other} released by {actor} and applied" },
    FACT(REJECTED) = { "待核记录 {other} 退回[：{reason}]", "entry {other} rejected[: {reason}]" },
    FACT(TIME_DOUBTFUL) = { "{actor}的记录 {other} 时间存疑[（自报 {old}）]，按收到时间计",
        "the time of {actor}'s report {other} is in doubt[ (it says {old})]; the time of arrival counts" },
    FACT(PHOTO_AGAIN) = { "{actor}的记录 {other} 存疑 {number} 分：{reason}", "{actor}'s report {other} is in doubt, {number} points: {reason}" },
    FACT(PHOTO_TIME_OFF) = { "{actor}的记录 {other} 存疑 {number} 分：{reason}", "{actor}'s report {other} is in doubt, {number} points: {reason}" },
    FACT(TRAVEL_TOO_FAST) = { "{actor}的记录 {other} 存疑 {number} 分：{reason}", "{actor}'s report {other} is in doubt, {number} points: {reason}" },
    FACT(CLOCK_AHEAD) = { "{actor}的记录 {other} 存疑 {number} 分：{reason}", "{actor}'s report {other} is in doubt, {number} points: {reason}" },
    FACT(DOORS_FORGOTTEN) = { "逐户的入户记录按规定删除，只留各项数字", "what was done at each door is forgotten, the figures stay" },
    FACT(PHOTOS_LATE) = { "{actor}的记录 {other} 到时仍差 {number} 张照片", "{number} photos of {actor}'s report {other} have not come in time" },
    FACT(PHOTOS_GIVEN) = { "{actor}已离岗，其记录 {other} 的照片改由片组组长负责补传", "{actor} has left: the group leader owes the photos of report {other}" },
    FACT(INCOMPLETE) = { "{actor}的记录 {other} 还差 {number} 张照片", "{actor}'s report {other} lacks {number} photos" },
    FACT(COMPLETED) = { "{actor}的记录 {other} 照片传齐", "the last photo of {actor}'s report {other} has come" },
    FACT(CONTRADICTION) = { "[{actor}][{act}：]没有改变什么，只存档[（当时：{state}）][：{reason}][（规则：{rule}）]",
        "[{actor}'s ][{act} ]changes nothing, only kept[ (then: {state})][: {reason}][ (rule: {rule})]" },
    FACT(SKIPPED) = { "管理员跳过记录 {other}[：{reason}]", "entry {other} passed over by the operator[: {reason}]" },
    FACT(DONE) = { "已办结", "done" },
    FACT(RETRIED) = { "{actor}要求重发通知 {outbox}（{message}，收件人{recipient}）[：{reason}]",
        "{actor} has notice {outbox} ({message}, to {recipient}) sent again[: {reason}]" },
    FACT(SETTLED) = { "{actor}了结未送达的通知 {outbox}（{message}，收件人{recipient}）[：{reason}]",
        "{actor} settles notice {outbox} ({message}, to {recipient}), which did not arrive[: {reason}]" },
    FACT(RECEIVED) = { "登记[（{visit} 受理）][：{reason}]", "entered in the ledger[ (received {visit})][: {reason}]" },
    FACT(LINKED) = { "与 {linked} 一并办理", "goes together with {linked}" },
    FACT(VISITED) = { "{actor}到现场看过（{visit}[，{number} 分钟]）", "{actor} was there ({visit}[, {number} min])" },
    FACT(VISIT_NOT_COUNTED) = { "{actor}的到访（{visit}[，{number} 分钟]）不计：{reason}[（至少 {of} 分钟）]",
        "{actor}'s visit ({visit}[, {number} min]) does not count: {reason}[ (at least {of} min)]" },
    FACT(CONCLUDED) = { "{actor}核实结论：{outcome}[：{reason}]（据 {visit} 的到访，第 {other} 号记录）",
        "{actor} found: {outcome}[: {reason}] (by the visit of {visit}, entry {other})" },
    FACT(FED_BACK) = { "核实结果发给{recipient}，待签收", "result sent to {recipient}, waits for the receipt" },
    FACT(RECEIPTED) = { "{actor}已签收[：{reason}]", "{actor} has confirmed receipt[: {reason}]" },
    FACT(FINISHED) = { "办结", "finished" },
    FACT(CHECKED_IN) = { "{actor}打卡（{visit}）[，连续 {number} 天][，连续合格 {of} 天]",
        "{actor} checked in ({visit})[, {number} days in a row][, {of} clean days]" },
    FACT(CHECK_IN_MISSED) = { "当天（{old} 前）未打卡[，此前连续 {number} 天]", "no check-in that day (until {old})[, after {number} days in a row]" },
    FACT(ENDED) = { "{rule}[：{reason}]", "{rule}[: {reason}]" },
    FACT(CONTACT_AWAY) = { "{actor}报告{recipient}不在位[，{nobody}][：{reason}]", "{actor} says that {recipient} is away[, {nobody}][: {reason}]" },
    FACT(COUNT_STARTED) = { "[{act}：]观察期共 {number} 天，{new} 结束[（原为 {old}）][：{reason}]",
        "[{act}: ]{number} days, ends {new}[ (was {old})][: {reason}]" },
    FACT(DOOR_CHECKED) = { "已上门查看，第 {number}/{of} 天", "somebody was at the door, day {number} of {of}" },
    FACT(CONTACTED) = { "[{act}：]{actor}联系到本人（{visit}）[，第 {number}/{of} 天][，{abnormal}][，{went_out}][：{reason}]",
        "[{act}: ]{actor} spoke with the person ({visit})[, day {number} of {of}][, {abnormal}][, {went_out}][: {reason}]" },
    FACT(CONTACT_MISSED) = { "第 {number}/{of} 天未联系（{old} 前）", "no contact on day {number} of {of} (until {old})" },
    FACT(TO_RELEASE) = { "观察期满，末 {of} 次联系缺 {number} 次，待人工确认解除",
        "its days are over; of the last {of} contacts {number} are missing: somebody has to confirm the release" },
    FACT(FORGOTTEN) = { "个人信息已从保密库删除", "the personal data is gone from the vault" },
    FACT(CONTACT_BACK) = { "{actor}报告{recipient}已返回[：{reason}]", "{actor} says that {recipient} is back[: {reason}]" },
    FACT(NOTICE_DELIVERED) = { "{actor}向住户 {household} 送达告知书（{visit}）", "{actor} delivered the notice to household {household} ({visit})" },
    FACT(PLEDGED) = { "{actor}与住户 {household} 签订责任书（{visit}）", "{actor} had the pledge signed by household {household} ({visit})" },
    FACT(REFUSED) = { "住户 {household} 拒签（{actor}，{visit}）", "household {household} refused ({actor}, {visit})" },
    FACT(NO_ANSWER) = { "住户 {household} 敲门无人应，第 {number} 次（{actor}，{visit}）",
        "nobody at household {household}, attempt {number} ({actor}, {visit})" },
    FACT(UNREACHED) = { "住户 {household} {number} 次未联系上，仍计入应签户数", "household {household} not reached in {number} attempts; it still counts" },
    FACT(VACANCY_SAID) = { "{actor}报称住户 {household} 空户，待另一人证实", "{actor} says that household {household} is vacant; somebody else must confirm" },
    FACT(VACANT) = { "{actor}证实住户 {household} 空户", "{actor} confirms that household {household} is vacant" },
    FACT(DOORS_DRAWN) = { "{area}抽取 {number} 户入户核查（种子 {reason}）",
        "households of {area} drawn for checking: {number} (seed {reason})" },
    FACT(DOOR_AS_REPORTED) = { "{actor}入户核查住户 {household}：与上报一致（{visit}）", "{actor} checked household {household}: as reported ({visit})" },
    FACT(DOOR_NOT_AS_REPORTED) = { "{actor}入户核查住户 {household}：与上报不符（{visit}）", "{actor} checked household {household}: not as reported ({visit})" },
    FACT(TARGET_REACHED) = { "{area}达到目标：已签 {number}/{of} 户", "{area} has reached its target: {number} of {of} signed" },
    FACT(AMENDED) = { "{actor}更正第 {other} 号记录：{item} 应为{result}[：{reason}]",
        "{actor} amends report {other}: {item} should be {result}[: {reason}]" },
    FACT(UNDONE) = { "据更正撤回第 {other} 号记录的判定[：{reason}]", "what report {other} had caused is taken back[: {reason}]" },
    FACT(AMENDMENT_ASKED) = { "{actor}申请更正第 {other} 号记录，待组长批准[：{reason}]",
        "{actor} asks to amend report {other}; waits for the lead[: {reason}]" },
    FACT(AMENDMENT_REFUSED) = { "不同意更正第 {other} 号记录[：{reason}]", "amending report {other} refused[: {reason}]" },
    FACT(APPEALED) = { "{actor}申诉[：{reason}]", "{actor} appeals[: {reason}]" },
    FACT(APPEAL_SUPPORTED) = { "{actor}同意申诉，报专班组长[：{reason}]", "{actor} supports the appeal; waits for the lead[: {reason}]" },
    FACT(APPEAL_GRANTED) = { "申诉通过：不计超时[：{reason}]", "appeal granted: does not count as overdue[: {reason}]" },
    FACT(APPEAL_REFUSED) = { "申诉未通过[：{reason}]", "appeal refused[: {reason}]" },
    FACT(LOOK_BACK_DRAWN) = { "抽中回头看（{of} 件中抽 {number} 件[，由{recipient}去]，种子 {reason}）",
        "drawn for a look-back ({number} of {of}[, for {recipient}], seed {reason})" },
    FACT(LOOK_BACK_KEPT) = { "{actor}回头看：保持（{visit}）[：{reason}]", "{actor} looked back: kept ({visit})[: {reason}]" },
    FACT(LOOK_BACK_FAILED) = { "{actor}回头看：不合格（{visit}）[：{reason}]", "{actor} looked back: failing ({visit})[: {reason}]" },
    FACT(LOOK_BACK_ENDED) = { "回头看不再需要[：{reason}]", "the look-back is not needed any more[: {reason}]" },
    FACT(LOOK_BACK_GIVEN) = { "回头看改由他人去[：{recipient}]", "the look-back is for somebody else[: {recipient}]" },
    FACT(PLAN_DRAFTED) = { "{zone}今日路线草案已排：待去 {whole} 处，排入 {tally} 站",
        "the day's stops of {zone} are drafted: {tally} stops for {whole} sites with something due" },
    FACT(PLAN_CONFIRMED) = { "{actor}确认{zone}今日路线，共 {tally} 站", "{actor} confirms the day's stops of {zone}: {tally}" },
    FACT(STOP_DROPPED) = { "{actor}取消一站 {recipient}[：{reason}]", "{actor} drops the stop {recipient}[: {reason}]" },
    FACT(STOP_ADDED) = { "{actor}加一站 {recipient}[：{reason}]", "{actor} adds the stop {recipient}[: {reason}]" },
    FACT(SILENCED) = { "通知{recipient}：{message}，第 {number} 号静默期内不发，{new} 仍未办结的汇总补发",
        "for {recipient}: {message}, kept back by silence {number}; in a digest at {new} if still open" },
    FACT(SILENCE_BEGUN) = { "{actor}设定第 {number} 号静默：{old} 至 {new}[：{reason}]", "{actor} sets silence {number}: {old} to {new}[: {reason}]" },
    FACT(SILENCE_OVER) = { "第 {number} 号静默结束[，其间暂不发 {of} 条][（{actor}提前结束：{reason}）]",
        "silence {number} is over[, {of} kept back][ (ended by {actor}: {reason})]" },
    FACT(STOP_LEFT) = { "{actor}说明 {recipient} 今天没去成[：{reason}]", "{actor} says why {recipient} was left undone[: {reason}]" },
    FACT(STOP_MOVED) = { "{recipient} 这一站由片区 {level_from} 转到 {level_to}", "the stop {recipient} goes from zone {level_from} to zone {level_to}" },
    FACT(MEETING_FIXED) = { "例会材料已定稿，需研究 {whole} 件[；{reason}]",
        "what the meeting is told has been fixed; to be decided: {whole}[; {reason}]" },
    FACT(IDENTITY_BROKEN) = { "{recipient}的路线核对不平：应有 {whole} 站，只对上 {tally} 站",
        "the stops of {recipient} do not add up: {tally} accounted for of {whole}" },
    FACT(COVERAGE_LOW) = { "{zone}进度：计划 {whole} 处，已查 {tally} 处[，{reason}]",
        "{zone}: {tally} of {whole} planned sites inspected[, {reason}]" },
    FACT(RESOLVED) = { "{actor}登记例会决定，责任人{recipient}[：{reason}]", "{actor} enters what the meeting resolved, owner {recipient}[: {reason}]" },
    FACT(RESOLUTION_CHANGED) = { "{actor}更改例会决定，责任人{recipient}，期限 {new}[：{reason}]", "{actor} amends the resolution, owner {recipient}, due {new}[: {reason}]" },
    FACT(RESOLUTION_TAKEN_BACK) = { "{actor}收回例会决定[：{reason}]", "{actor} takes the resolution back[: {reason}]" },
    FACT(REMARKED) = { "{actor}批示[（给{recipient}）][：{reason}]", "{actor} remarks[ (for {recipient})][: {reason}]" },
    FACT(CONTACT_TESTED) = { "{actor}测试{recipient}的第 {number} 种联系方式（{channel}）[，通知 {outbox}]",
        "{actor} tests way {number} of {recipient} ({channel})[, notice {outbox}]" },
    FACT(CONTACT_VERIFIED) = { "{actor}核实了{recipient}的第 {number} 种联系方式（{channel}）", "{actor} verifies way {number} of {recipient} ({channel})" },
    FACT(CONTACT_WRONG_CODE) = { "{recipient}的第 {number} 种联系方式（{channel}）：验证码不对，第 {of} 次", "way {number} of {recipient} ({channel}): a wrong code, {of} so far" },
    FACT(CONTACT_CHANGED) = { "{recipient}的第 {number} 种联系方式（{channel}）变了，须重新核实", "way {number} of {recipient} ({channel}) leads elsewhere now: to be verified again" },
    FACT(ALARM_SETTLED) = { "{actor}了结{recipient}的渠道告警[：{reason}]", "{actor} settles the alarm about {recipient}'s channel[: {reason}]" },
    FACT(POLICY_SCHEDULED) = { "政策包 {policy} 将于 {new} 生效[（{recipient}批准）]",
        "policy {policy} takes effect at {new}[ (approved by {recipient})]" },
    FACT(POLICY_IN_FORCE) = { "政策包 {policy} 生效[（{recipient}批准）]", "policy {policy} is in force[ (approved by {recipient})]" },
    FACT(POLICY_REVOKED) = { "{actor}撤销政策包 {policy}[（原定 {old} 生效）][：{reason}]",
        "{actor} revokes policy {policy}[ (was to take effect at {old})][: {reason}]" },
    FACT(YEAR_MISSING) = { "{number}年放假安排未公布，时限待定", "the calendar of {number} is not published: no due yet" },
    FACT(DUE_SET) = { "放假安排已公布，时限定为 {new}", "the calendar has been published: due {new}" },
    FACT(RECOMPUTE_ASKED) = { "{actor}申请按现行政策重新计算时限[：{reason}]",
        "{actor} asks for the due to be counted anew under the policy in force[: {reason}]" },
    FACT(RECOMPUTED) = { "重新计算时限：由 {old} 改为 {new}[：{reason}]",
        "due counted anew: from {old} to {new}[: {reason}]" },
    FACT(RECOMPUTE_REFUSED) = { "不同意重新计算时限[：{reason}]", "counting the due anew refused[: {reason}]" },
    FACT(ASKED_FOR) = { "{actor}已联系：{reason}", "{actor} has asked {reason}" },
    FACT(PROMISED) = { "{reason}承诺 {new} 前送到", "{reason} promises it for {new}" },
    FACT(PROMISE_BROKEN) = { "{reason}承诺 {old} 前送到，没有送到", "promised by {reason} for {old}, it has not come" },
    FACT(DELIVERED) = { "已送达（{new}[，用时{lapse}]）[：{reason}]", "delivered ({new}[, {lapse} after it was asked for])[: {reason}]" },
    FACT(CONFIRMED) = { "{actor}到场看过，属实（{visit}）", "{actor} was there and saw it ({visit})" },
    FACT(NOT_CONFIRMED) = { "{actor}到场看过，并非如此（{visit}）[：{reason}]", "{actor} was there, and it is not so ({visit})[: {reason}]" },
    FACT(UNMET) = { "未落实：{reason}", "given up: {reason}" },
    FACT(NO_VIOLATION) = { "{actor}到访（{visit}）又判不合格：已作为困难协调，不立案[：{reason}]",
        "{actor}'s visit ({visit}) fails it again: known as a difficulty, no case[: {reason}]" },
    FACT(REFERRED) = { "移交给{recipient}（第 {number} 次）", "referred to {recipient} (hand-over {number})" },
    FACT(RETURNED) = { "{actor}退回（第 {number} 次）：{reason}", "{actor} returns it (time {number}): {reason}" },
    FACT(ANSWERED) = { "{actor}反馈[：{reason}]", "{actor} answers[: {reason}]" },
    FACT(SEEN_AGAIN) = { "{actor}到访（{visit}）又见到[：{reason}]", "{actor} saw it again ({visit})[: {reason}]" },
    FACT(NOT_ANSWERED) = { "{actor}的记录 {other} 没有回答必答项 {reason}，已退请补答",
        "{actor}'s report {other} leaves out {reason}, which cannot be skipped: given back" },
    FACT(NOT_EXPLAINED) = { "{actor}的记录 {other} 判 {reason} 不合格而没有写明情况，已请补上",
        "{actor}'s report {other} fails {reason} without saying what was seen: asked back" },
    FACT(NOT_JUDGED) = { "{actor}的记录 {other} 回答了 {reason}，该项不属于这类点位，只存档不判定[（规则：{rule}）]；其余各项照常",
        "{actor}'s report {other} answers {reason}, which is not for this kind of site: kept and not judged[ (rule: {rule})]; the "
        "rest counts" },
    FACT(ISOLATED) = { "{actor}确认已隔离[：{reason}]", "{actor} confirms the isolation[: {reason}]" },
    FACT(MISTAKEN) = { "{actor}认定为误报：{reason}", "{actor} finds it mistaken: {reason}" },
    FACT(BACK_ON_DUTY) = { "{recipient}返岗[：{reason}]", "{recipient} is back on duty[: {reason}]" },
    FACT(REMOTE_ONLY) = { "{recipient}远程办公[，至 {new}][：{reason}]", "{recipient} works remotely[, until {new}][: {reason}]" },
    FACT(ON_LEAVE) = { "{recipient}休假[，至 {new}][：{reason}]", "{recipient} is on leave[, until {new}][: {reason}]" },
    FACT(ISOLATING) = { "{recipient}隔离[，至 {new}][：{reason}]", "{recipient} is isolating[, until {new}][: {reason}]" },
    FACT(AVAILABILITY_PLANNED) = { "{recipient}的在岗状态预定自 {old} 起变动[，至 {new}][：{reason}]",
        "{recipient}'s availability is to change from {old}[, until {new}][: {reason}]" },
    FACT(ON_CALL) = { "{recipient}值班：{old} 至 {new}", "{recipient} is on call: {old} to {new}" },
    FACT(ON_CALL_REMOVED) = { "取消{recipient}自 {old} 起的值班", "{recipient} is no longer on call from {old}" },
    FACT(REST_WANTED) = { "{recipient}已连续上岗 {number} 天", "{recipient} has been on duty {number} days in a row" },
    FACT(SHOWN) = { "{actor}查看了{recipient}的个人信息（{fields}）：{reason}", "{actor} was shown personal data of {recipient} ({fields}): {reason}" },
    FACT(EXPORTED) = { "{actor}导出了{recipient}（{fields}）：{reason}", "{actor} took the table of {recipient} out of the house ({fields}): {reason}" },
    FACT(SITE_STOPPED) = { "点位 {recipient} 停业[：{reason}]", "site {recipient} does not operate from now on[: {reason}]" },
    FACT(SITE_GOES_ON) = { "点位 {recipient} 恢复营业[：{reason}]", "site {recipient} operates again[: {reason}]" },
    FACT(ZONE_CHANGED) = { "{recipient}由片区 {level_from} 划归 {level_to}", "{recipient} goes from zone {level_from} to {level_to}" },
    FACT(OVERLOADED) = { "{recipient}在办 {number} 件，超过 {of} 件", "{recipient} has {number} open tasks, more than {of}" },
    FACT(LOAD_EASED) = { "{recipient}在办降到 {number} 件，少于 {of} 件", "{recipient} has {number} open tasks, fewer than {of} again" },
    FACT(RECOMPUTE_KEPT) = { "重新计算时限：仍为 {old}[：{reason}]", "due counted anew: stays {old}[: {reason}]" },
    FACT(MORE_OPEN) = { "同一地点这类未结事项多于 {number} 件：这一条只处理了最早的 {number} 件，请先办结一些，再补办其余",
        "more than {number} of this kind are open at the place: only the oldest {number} were dealt with; finish some, then see to the rest" },
    FACT(PRESENT) = { "{actor}到场指导（{visit}），算打卡，不算合格[，连续 {number} 天][，连续合格 {of} 天]",
        "{actor} was there to coach ({visit}): present, not clean[, {number} days in a row][, {of} clean days]" },
    FACT(NO_CASE_SITE) = { "应立案，但区域 {recipient} 没有类别为 {reason} 的点位，请登记后人工立案", "a case should open, but area {recipient} has no site of kind {reason}: register one, then report it there" },
    FACT(REGISTERED_LATE) = { "迟登记：第 1 天起已过 {number} 天（共 {of} 天），未安排随访", "registered late: {number} of {of} days had gone by without a contact" },
    FACT(WATCH_PAUSED) = { "点位停业，暂停盯守[：{reason}]", "its site does not operate: the watch stands still[: {reason}]" },
    FACT(WITHDRAWN) = { "不再发这件事的通知[（最近一条是通知 {outbox}）]，此前已发出的不受影响[：{reason}]",
        "no notice of it goes out any more[ (the last was {outbox})]; what had gone before stands[: {reason}]" },
    FACT(NOT_RAISED) = { "没有提级：{number} 条提级条件都不成立", "not raised: none of {number} conditions for it holds" },
    FACT(WATCH_RESUMED) = { "点位恢复营业，继续盯守，{new} 前打卡[：{reason}]", "its site operates again: the watch goes on, next check-in by {new}[: {reason}]" },
};

/* A kind of a newer version is shown by its number. */
static struct words template_of(Duban__FactKind kind)
{
    if ((size_t) kind < sizeof FACTS / sizeof FACTS[0] && FACTS[kind].zh != NULL)
        return FACTS[kind];
    return (struct words){ "（未知事项 {kind}）", "(unknown fact {kind})" };
}

bool fact_is_about_telling(Duban__FactKind kind)
{
    return kind == DUBAN__FACT_KIND__FACT_KIND_TOLD || kind == DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD ||
           kind == DUBAN__FACT_KIND__FACT_KIND_FOLDED || kind == DUBAN__FACT_KIND__FACT_KIND_SILENCED ||
           kind == DUBAN__FACT_KIND__FACT_KIND_WITHDRAWN;
}

static const char *in_language(struct words words, bool english)
{
    return english && words.en[0] != '\0' ? words.en : words.zh;
}

static const char *number_or_nothing(struct cli *cli, uint64_t number)
{
    return number == 0 ? "" : text_of(&cli->arena, "%llu", (unsigned long long) number);
}

/* DB-0002 or TS-0001. */
static const char *number_of_other(struct cli *cli, const ProtobufCBinaryData *id)
{
    const Duban__CaseRow *case_row = is_id_of_case(id) ? find_case(cli, id->data) : NULL;
    const Duban__SubjectRow *subject_row = is_id_of_subject(id) ? find_subject(cli, id->data) : NULL;

    if (case_row != NULL)
        return case_label(cli, case_row->case_->number);
    return subject_row != NULL ? subject_row->number : "";
}

static struct words name_of_result(Duban__Result result)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(&duban__result__descriptor, (int) result);

    return value == NULL ? (struct words){ "", "" } : name_of_value(&duban__result__descriptor, value);
}

enum fact_value {
    VALUE_LEVEL_FROM, VALUE_LEVEL_TO, VALUE_OLD, VALUE_NEW, VALUE_REASON, VALUE_NUMBER, VALUE_OF,
    VALUE_RECIPIENT, VALUE_MESSAGE, VALUE_VISIT, VALUE_OTHER, VALUE_ACTOR, VALUE_OUTBOX, VALUE_ROLE, VALUE_KIND,
    VALUE_STATE, VALUE_POLICY, VALUE_ACT, VALUE_LINKED, VALUE_OUTCOME,
    VALUE_RULE, VALUE_NOBODY, VALUE_HOUSEHOLD, VALUE_ITEM, VALUE_RESULT,
    VALUE_ZONE, VALUE_AREA,     /* that the recipient is */
    VALUE_TALLY, VALUE_WHOLE,   /* number and of, where 0 is a count */
    VALUE_LAPSE,                /* number, in minutes */
    VALUE_CHANNEL,              /* reason, as it is */
    VALUE_ABNORMAL,
    VALUE_WENT_OUT,
    VALUE_FIELDS,
    VALUE_COUNT
};

static const char *const VALUE_NAMES[VALUE_COUNT] = {
    [VALUE_LEVEL_FROM] = "level_from", [VALUE_LEVEL_TO] = "level_to", [VALUE_OLD] = "old",
    [VALUE_NEW] = "new", [VALUE_REASON] = "reason", [VALUE_NUMBER] = "number",
    [VALUE_OF] = "of", [VALUE_RECIPIENT] = "recipient", [VALUE_MESSAGE] = "message",
    [VALUE_VISIT] = "visit", [VALUE_OTHER] = "other", [VALUE_ACTOR] = "actor",
    [VALUE_OUTBOX] = "outbox", [VALUE_ROLE] = "role", [VALUE_KIND] = "kind",
    [VALUE_STATE] = "state", [VALUE_POLICY] = "policy", [VALUE_ACT] = "act", [VALUE_LINKED] = "linked",
    [VALUE_OUTCOME] = "outcome",
    [VALUE_RULE] = "rule", [VALUE_NOBODY] = "nobody", [VALUE_HOUSEHOLD] = "household",
    [VALUE_ITEM] = "item", [VALUE_RESULT] = "result",
    [VALUE_ZONE] = "zone", [VALUE_AREA] = "area", [VALUE_TALLY] = "tally", [VALUE_WHOLE] = "whole", [VALUE_LAPSE] = "lapse",
    [VALUE_CHANNEL] = "channel", [VALUE_ABNORMAL] = "abnormal", [VALUE_WENT_OUT] = "went_out",
    [VALUE_FIELDS] = "fields",
};

static enum fact_value find_value(const char *name, size_t size)
{
    size_t i = 0;

    while (i < VALUE_COUNT && (strlen(VALUE_NAMES[i]) != size || memcmp(VALUE_NAMES[i], name, size) != 0))
        i++;
    return (enum fact_value) i;
}

/* Its recipient is no account. */
static bool is_for_an_office(Duban__FactKind kind)
{
    return kind == DUBAN__FACT_KIND__FACT_KIND_REFERRED || kind == DUBAN__FACT_KIND__FACT_KIND_FED_BACK;
}

static const char *names_of_fields(struct cli *cli, const Duban__Fact *fact, bool english)
{
    const char *all = "";

    for (size_t i = 0; i < fact->n_fields; i++)
        all = text_of(&cli->arena, "%s%s%s", all, i == 0 ? "" : english ? ", " : "、", in_language(name_of_accessed(fact->fields[i]), english));
    return all;
}

/* Of the ledger or of the registry: where both have one of that name, it is of the same things. */
static struct words title_of_table(const char *name)
{
    const struct ledger_table *table = ledger_table_of(name);
    const struct import_kind *kind = import_kind_named(name);

    return table != NULL ? table->title : kind != NULL ? kind->what : (struct words){ name, name };
}

static const char *value_of(struct cli *cli, const void *of, const char *name, size_t size, bool english)
{
    const Duban__Fact *fact = of;

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
        if (is_for_an_office(fact->kind))
            return in_language(title_of_office(cli, fact->recipient), english);
        if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_EXPORTED)
            return in_language(title_of_table(fact->recipient), english);
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
        return in_language(name_of_selector(fact->recipient), english);
    case VALUE_KIND:
        return number_or_nothing(cli, (uint64_t) fact->kind);
    case VALUE_STATE:
        return fact->from == DUBAN__CASE_STATE__CASE_STATE_UNSPECIFIED
                   ? "" : in_language(name_of_case_state(fact->from), english);
    case VALUE_POLICY:
        return fact->policy;
    case VALUE_ACT:
        return in_language(name_of_act(fact->act), english);
    case VALUE_LINKED:
        return number_of_other(cli, &fact->other);
    case VALUE_OUTCOME:
        return in_language(name_of_complaint_outcome(fact->outcome), english);
    case VALUE_RULE:
        return in_language(name_of_rule(cli, fact->rule), english);
    case VALUE_NOBODY:
        return fact->number == 0 ? "" : in_language((struct words){ "无代理人", "nobody stands in for him" }, english);
    case VALUE_HOUSEHOLD:
        return fact->recipient;
    case VALUE_ITEM:
        return fact->rule;
    case VALUE_RESULT:
        return in_language(name_of_result(fact->result), english);
    case VALUE_ZONE:
        return in_language(name_of_zone(cli, fact->recipient), english);
    case VALUE_AREA:
        return in_language(name_of_area(cli, fact->recipient), english);
    case VALUE_TALLY:
        return number_text(cli, fact->number);
    case VALUE_WHOLE:
        return number_text(cli, fact->of);
    case VALUE_LAPSE:
        return fact->number == 0 ? "" : in_language(show_duration(&cli->show, (int64_t) fact->number * 60), english);
    case VALUE_CHANNEL:
        return fact->reason;
    case VALUE_ABNORMAL:
        return fact->abnormal ? in_language(name_of_message("isolation_abnormal"), english) : "";
    case VALUE_WENT_OUT:
        return fact->went_out ? in_language(name_of_message("isolation_went_out"), english) : "";
    case VALUE_FIELDS:
        return names_of_fields(cli, fact, english);
    case VALUE_COUNT:
        break;
    }
    return "";
}

/* The fact keeps why in Chinese; the entry's row in quarantine has it in both languages. */
static Duban__Fact with_english_reason(struct cli *cli, const Duban__Fact *fact)
{
    Duban__Quarantined *quarantined = NULL;
    Duban__Fact english = *fact;

    if (fact->reason_en[0] != '\0')
        english.reason = fact->reason_en;
    if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_QUARANTINED)
        ask_held(cli, fact->other_sequence, &quarantined);
    if (quarantined != NULL)
        english.reason = quarantined->en;
    return english;
}

struct words words_of_fact(struct cli *cli, const Duban__Fact *fact)
{
    struct words template = template_of(fact->kind);
    Duban__Fact english = with_english_reason(cli, fact);
    struct words said = { template_fill(cli, template.zh, value_of, fact, false), template_fill(cli, template.en, value_of, &english, true) };
    struct words adopter;

    if (fact->doubt_score > 0)
        said = (struct words){ text_of(&cli->arena, "%s（第 %llu 号记录存疑 %u 分）", said.zh, (unsigned long long) fact->other_sequence, fact->doubt_score),
                               text_of(&cli->arena, "%s (report %llu is in doubt, %u points)", said.en, (unsigned long long) fact->other_sequence, fact->doubt_score) };
    if (fact->adopted_by[0] == '\0' || fact_is_about_telling(fact->kind))
        return said;
    adopter = title_of(cli, fact->adopted_by);
    return (struct words){ text_of(&cli->arena, "%s（待核后由%s采用）", said.zh, adopter.zh),
                           text_of(&cli->arena, "%s (held, adopted by %s)", said.en, in_language(adopter, true)) };
}

/* ---------------------------------------------------------------- what it happened to */

bool same_subject(const Duban__Fact *a, const Duban__Fact *b)
{
    return bytes_equal(bytes_of(a->subject.data, a->subject.len), bytes_of(b->subject.data, b->subject.len));
}

struct words words_of_case(struct cli *cli, const Duban__CaseRow *row)
{
    struct words site = words_or(words_of_text(row->site_name), row->case_->site);
    struct words finding = words_or(words_of_text(row->finding), row->case_->item);
    const char *number = case_label(cli, row->case_->number);

    return (struct words){
        text_of(&cli->arena, "%s %s · %s", number, site.zh, finding.zh),
        text_of(&cli->arena, "%s %s · %s", number, in_language(site, true), in_language(finding, true)),
    };
}

#define NOTICE { "通知", "notice" }
#define ENTRY { "记录", "entry" }
#define POLICY { "政策包", "policy" }
#define MEMBER { "人员", "member" }
#define ROUTE { "今日路线", "stops of the day" }

/* What a fact is about when it has no subject; of kinds that are not here, a visit. */
static const struct words SUBJECTS[] = {
    FACT(TOLD) = NOTICE, FACT(NOT_TOLD) = NOTICE, FACT(FOLDED) = NOTICE, FACT(SILENCED) = NOTICE, FACT(NOBODY) = NOTICE, FACT(RETRIED) = NOTICE,
    FACT(SETTLED) = NOTICE, FACT(QUARANTINED) = ENTRY, FACT(RELEASED) = ENTRY, FACT(REJECTED) = ENTRY,
    FACT(SKIPPED) = ENTRY, FACT(POLICY_SCHEDULED) = POLICY, FACT(POLICY_IN_FORCE) = POLICY,
    FACT(BACK_ON_DUTY) = MEMBER, FACT(REMOTE_ONLY) = MEMBER, FACT(ON_LEAVE) = MEMBER, FACT(ISOLATING) = MEMBER,
    FACT(AVAILABILITY_PLANNED) = MEMBER, FACT(ON_CALL) = MEMBER, FACT(ON_CALL_REMOVED) = MEMBER,
    FACT(OVERLOADED) = MEMBER, FACT(LOAD_EASED) = MEMBER,
    FACT(CONTACT_TESTED) = MEMBER, FACT(CONTACT_VERIFIED) = MEMBER, FACT(CONTACT_WRONG_CODE) = MEMBER, FACT(CONTACT_CHANGED) = MEMBER,
    FACT(REST_WANTED) = MEMBER, FACT(ZONE_CHANGED) = { "社区（村）", "area" },
    FACT(SHOWN) = { "查阅", "access" }, FACT(EXPORTED) = { "查阅", "access" },
    FACT(SITE_STOPPED) = { "点位", "site" }, FACT(SITE_GOES_ON) = { "点位", "site" },
    FACT(SILENCE_BEGUN) = { "静默", "silence" }, FACT(SILENCE_OVER) = { "静默", "silence" },
    FACT(PLAN_DRAFTED) = ROUTE, FACT(PLAN_CONFIRMED) = ROUTE, FACT(STOP_DROPPED) = ROUTE, FACT(STOP_ADDED) = ROUTE,
    FACT(STOP_LEFT) = ROUTE, FACT(STOP_MOVED) = ROUTE, FACT(IDENTITY_BROKEN) = ROUTE, FACT(COVERAGE_LOW) = ROUTE,
    FACT(MEETING_FIXED) = { "例会",
        "meeting" }, FACT(REMARKED) = { "批示", "remark" },
    FACT(POLICY_REVOKED) = POLICY, FACT(ALARM_SETTLED) = { "系统告警", "house alarm" },
};

static struct words subject_by_kind(Duban__FactKind kind)
{
    if ((size_t) kind < sizeof SUBJECTS / sizeof SUBJECTS[0] && SUBJECTS[kind].zh != NULL)
        return SUBJECTS[kind];
    return (struct words){ "巡查记录", "report" };
}

struct words place_of_subject(const Duban__SubjectRow *row)
{
    const char *code = row->subject->site[0] != '\0' ? row->subject->site : row->subject->area;

    return words_or(words_of_text(row->site_name != NULL ? row->site_name : row->area_name), code);
}

struct words words_of_subject_row(struct cli *cli, const Duban__SubjectRow *row)
{
    struct words place = place_of_subject(row);
    struct words what = words_of_text(row->what);

    if (place.zh[0] == '\0')   /* a campaign is in many places */
        return (struct words){ text_of(&cli->arena, "%s %s", row->number, what.zh),
                               text_of(&cli->arena, "%s %s", row->number, in_language(what, true)) };
    return (struct words){
        text_of(&cli->arena, "%s %s · %s", row->number, place.zh, what.zh),
        text_of(&cli->arena, "%s %s · %s", row->number, in_language(place, true), in_language(what, true)),
    };
}

struct words words_of_subject(struct cli *cli, const Duban__Fact *fact)
{
    const Duban__CaseRow *row;

    if (fact->subject.len != ID_BYTES && fact->act[0] != '\0')
        return name_of_act(fact->act);
    if (fact->subject.len != ID_BYTES)
        return subject_by_kind(fact->kind);
    if (is_id_of_subject(&fact->subject)) {
        const Duban__SubjectRow *subject_row = find_subject(cli, fact->subject.data);

        return subject_row == NULL ? (struct words){ "—", "" } : words_of_subject_row(cli, subject_row);
    }
    if (!is_id_of_case(&fact->subject))
        return name_of_task_kind((Duban__TaskKind) get_u16(fact->subject.data + 10));
    row = ask_case_by_id(cli, fact->subject.data);
    return row == NULL ? (struct words){ "—", "" } : words_of_case(cli, row);
}
