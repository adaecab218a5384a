/* task_acts.c - what can be done about a task from its page. */
#include "task_acts.h"

#include "civil.h"

#define KIND(name) (UINT64_C(1) << DUBAN__TASK_KIND__TASK_KIND_##name)

/* Those of which 签收 says something of its own. */
static const uint64_t RECEIPTED = KIND(FEEDBACK) | KIND(REFERRAL);

/* ---------------------------------------------------------------- entries */

static Duban__CaseReference *case_of(const struct doing *doing)
{
    Duban__CaseReference *reference = arena_take(doing->arena, sizeof *reference);

    if (reference == NULL)
        return NULL;
    duban__case_reference__init(reference);
    reference->by_case = DUBAN__CASE_REFERENCE__BY_ID;
    reference->id = doing->row->task->case_id;
    return reference;
}

static Duban__SubjectReference *subject_of(const struct doing *doing, ProtobufCBinaryData id)
{
    Duban__SubjectReference *reference = arena_take(doing->arena, sizeof *reference);

    if (reference == NULL)
        return NULL;
    duban__subject_reference__init(reference);
    reference->by_case = DUBAN__SUBJECT_REFERENCE__BY_ID;
    reference->id = id;
    return reference;
}

/* The part of the entry that says which act it is: its member is set, and so is what it is about. */
#define BEGIN(Type, type, TYPE, about, reference)                                  \
    Duban__##Type *act = arena_take(doing->arena, sizeof *act);                    \
    if (act == NULL)                                                               \
        return false;                                                              \
    duban__##type##__init(act);                                                    \
    entry->body_case = DUBAN__ENTRY__BODY_##TYPE;                                  \
    entry->type = act;                                                             \
    act->about = reference;                                                        \
    if (act->about == NULL)                                                        \
        return false

static bool make_acknowledgement(const struct doing *doing, Duban__Entry *entry)
{
    const Duban__Task *task = doing->row->task;
    Duban__Acknowledgement *act = arena_take(doing->arena, sizeof *act);

    if (act == NULL)
        return false;
    duban__acknowledgement__init(act);
    entry->body_case = DUBAN__ENTRY__BODY_ACKNOWLEDGEMENT;
    entry->acknowledgement = act;
    if (task->case_id.len > 0)
        act->case_ = case_of(doing);
    else
        act->subject = subject_of(doing, task->id);
    return act->case_ != NULL || act->subject != NULL;
}

static bool make_claim(const struct doing *doing, Duban__Entry *entry)
{
    BEGIN(Claim, claim, CLAIM, case_, case_of(doing));
    act->text = (char *) doing->text;
    return true;
}

static bool make_extension(const struct doing *doing, Duban__Entry *entry)
{
    BEGIN(Extension, extension, EXTENSION, case_, case_of(doing));
    act->reason = (char *) doing->text;
    act->new_due_ms = doing->until_s * 1000;
    return true;
}

static bool make_explanation(const struct doing *doing, Duban__Entry *entry)
{
    BEGIN(OverdueExplanation, overdue_explanation, OVERDUE_EXPLANATION, case_, case_of(doing));
    act->reason = (char *) doing->text;
    act->expected_at_ms = doing->until_s * 1000;
    return true;
}

static bool make_receipt(const struct doing *doing, Duban__Entry *entry)
{
    BEGIN(FeedbackReceipt, feedback_receipt, FEEDBACK_RECEIPT, complaint, subject_of(doing, doing->row->task->subject));
    act->text = (char *) doing->text;
    return true;
}

static bool make_delivery(const struct doing *doing, Duban__Entry *entry)
{
    BEGIN(CoordinationStep, coordination_step, COORDINATION_STEP, coordination, subject_of(doing, doing->row->task->subject));
    act->act = DUBAN__COORDINATION_ACT__COORDINATION_ACT_DELIVERED;
    act->text = (char *) doing->text;
    return true;
}

static bool make_referral(const struct doing *doing, Duban__Entry *entry, Duban__ReferralAct what)
{
    BEGIN(ReferralStep, referral_step, REFERRAL_STEP, referral, subject_of(doing, doing->row->task->subject));
    act->act = what;
    act->text = (char *) doing->text;
    return true;
}

static bool make_taken(const struct doing *doing, Duban__Entry *entry)
{
    return make_referral(doing, entry, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RECEIVED);
}

static bool make_returned(const struct doing *doing, Duban__Entry *entry)
{
    return make_referral(doing, entry, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RETURNED);
}

static bool make_result(const struct doing *doing, Duban__Entry *entry)
{
    return make_referral(doing, entry, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RESULT);
}

static bool make_resolved(const struct doing *doing, Duban__Entry *entry)
{
    BEGIN(ResolutionStep, resolution_step, RESOLUTION_STEP, resolution, subject_of(doing, doing->row->task->subject));
    act->act = DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_DONE;
    act->text = (char *) doing->text;
    return true;
}

/* ---------------------------------------------------------------- the table */

static const struct task_act ACTS[] = {
    { .name = "acknowledge", .kinds = ~RECEIPTED, .make = make_acknowledgement,
      .zh = "签收（知道了）", .en = "acknowledge",
      .done_zh = "已签收。", .done_en = "Acknowledged." },
    { .name = "claim", .kinds = KIND(RECTIFICATION), .make = make_claim,
      .zh = "回报整改完成", .en = "report it fixed",
      .text_zh = "做了什么（可不填）", .text_en = "what was done (may be empty)",
      .done_zh = "已登记整改完成，等候复查。", .done_en = "Entered as fixed; somebody will come and check." },
    { .name = "explain", .kinds = KIND(RECTIFICATION), .once_overdue = true, .make = make_explanation,
      .zh = "说明逾期原因", .en = "explain the delay",
      .text_zh = "原因", .text_en = "reason", .needs_text = true,
      .until_zh = "预计完成时间", .until_en = "when it will be done",
      .done_zh = "逾期说明已登记。", .done_en = "The explanation is entered." },
    { .name = "extend", .kinds = KIND(RECTIFICATION), .make = make_extension,
      .zh = "申请延期", .en = "ask for more time",
      .text_zh = "原因", .text_en = "reason", .needs_text = true,
      .until_zh = "延到什么时候", .until_en = "until when",
      .done_zh = "延期申请已提交，等候审批；批准前时限不变。", .done_en = "Asked for; the limit stays until it is granted." },
    { .name = "receipt", .kinds = KIND(FEEDBACK), .make = make_receipt,
      .zh = "签收核实结果", .en = "receipt the result",
      .text_zh = "意见（可不填）", .text_en = "remark (may be empty)",
      .done_zh = "已签收核实结果。", .done_en = "The result is receipted." },
    { .name = "delivered", .kinds = KIND(COORDINATION), .make = make_delivery,
      .zh = "物资已送达", .en = "it has been delivered",
      .text_zh = "说明（可不填）", .text_en = "remark (may be empty)",
      .done_zh = "已登记送达，等候到场确认。", .done_en = "Entered as delivered; somebody will see for himself." },
    { .name = "take", .kinds = KIND(REFERRAL), .make = make_taken,
      .zh = "签收移交", .en = "take it on",
      .done_zh = "已签收移交，请按时反馈结果。", .done_en = "Taken on; the result is expected in time." },
    { .name = "result", .kinds = KIND(REFERRAL_RESULT), .make = make_result,
      .zh = "反馈处理结果", .en = "report the result",
      .text_zh = "处理结果", .text_en = "what was done", .needs_text = true,
      .done_zh = "处理结果已登记。", .done_en = "The result is entered." },
    { .name = "return", .kinds = KIND(REFERRAL) | KIND(REFERRAL_RESULT), .make = make_returned,
      .zh = "退回（不属本部门）", .en = "return it (not ours)",
      .text_zh = "退回原因", .text_en = "why", .needs_text = true,
      .done_zh = "已退回。", .done_en = "Returned." },
    { .name = "resolved", .kinds = KIND(RESOLUTION), .make = make_resolved,
      .zh = "办结", .en = "it is done",
      .text_zh = "办理情况", .text_en = "what was done", .needs_text = true,
      .done_zh = "已登记办结。", .done_en = "Entered as done." },
};
enum { ACT_COUNT = sizeof ACTS / sizeof ACTS[0] };

const struct task_act *task_act_at(size_t place)
{
    return place < ACT_COUNT ? &ACTS[place] : NULL;
}

bool task_act_fits(const struct task_act *act, const Duban__TaskRow *row, int64_t now_s)
{
    const Duban__Task *task = row->task;

    return (act->kinds & UINT64_C(1) << task->kind) != 0 && (!act->once_overdue || (task->due_s != 0 && now_s > task->due_s));
}

const struct task_act *task_act_named(const Duban__TaskRow *row, const char *name, int64_t now_s)
{
    for (size_t i = 0; i < ACT_COUNT; i++)
        if (strcmp(ACTS[i].name, name) == 0)
            return task_act_fits(&ACTS[i], row, now_s) ? &ACTS[i] : NULL;
    return NULL;
}

bool task_act_read(const struct task_act *act, const struct form *form, int32_t offset_s, struct doing *doing, struct fault *fault)
{
    doing->text = act->text_zh == NULL ? "" : form_value(form, "text");
    doing->until_s = 0;
    if (act->needs_text && doing->text[strspn(doing->text, " \n\t")] == '\0')
        return fault_set(fault, "text", "请填写“%1$s”%2$.0s", "fill in \"%2$s\"%1$.0s", act->text_zh, act->text_en);
    if (act->until_zh != NULL && !civil_parse(form_value(form, "until"), offset_s, &doing->until_s))
        return fault_set(fault, "until", "请填写“%1$s”，如 2020-02-03 18:00%2$.0s", "give \"%2$s\", as 2020-02-03 18:00%1$.0s", act->until_zh,
                         act->until_en);
    return true;
}
