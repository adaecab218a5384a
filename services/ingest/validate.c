#include "validate.h"

#include <string.h>

#include "form.h"
#include "message.h"

static const uint64_t MAX_EVIDENCE_BYTES = (uint64_t) 4 << 30;
static const int64_t MAX_NUMBER_MILLI = 1000000000000000;
enum { MAX_OFFSET_MINUTES = 840, MAX_DETAIL_BYTES = 200 };

/* ---------------------------------------------------------------- reports */

static bool are_returnees(const Duban__ReturneeCounts *counts, struct place place, struct fault *fault)
{
    if (counts->returnees > ENTRY_MAX_HEADCOUNT || counts->isolated > ENTRY_MAX_HEADCOUNT)
        return form_fault(fault, place, "人数最多 1000000", "there are at most 1000000");
    return counts->due_to_end <= counts->isolated ||
           form_fault(fault, place, "即将期满的人数不能多于已隔离的", "no more can be about to be released than are isolated");
}

static bool is_answer(const Duban__Answer *answer, const char *in, size_t i, struct fault *fault)
{
    if (!form_code(fault, at_item(in, i, "item"), answer->item) ||
        !form_chosen(fault, at_item(in, i, "result"), answer->result) ||
        !form_text(fault, at_item(in, i, "note"), answer->note))
        return false;
    if (answer->number_presence_case == DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI &&
        (answer->number_milli > MAX_NUMBER_MILLI || answer->number_milli < -MAX_NUMBER_MILLI))
        return form_fault(fault, at_item(in, i, "number_milli"), "数值过大，最多为正负一万亿",
                          "the number is too large: at most 10^12 either way");
    if (answer->returnees != NULL && !are_returnees(answer->returnees, at_item(in, i, "returnees"), fault))
        return false;
    return !answer->fixed_now || answer->result == DUBAN__RESULT__RESULT_FAIL ||
           form_fault(fault, at_item(in, i, "fixed_now"), "只有判为不合格的项目才能标“立行立改”",
                      "only an item that failed can be marked as fixed on the spot");
}

static bool is_evidence(const Duban__Evidence *evidence, size_t i, struct fault *fault)
{
    const char *in = "report.evidence";

    if (!form_name(fault, at_item(in, i, "name"), evidence->name) ||
        !form_time_or_zero(fault, at_item(in, i, "taken_at_ms"), evidence->taken_at_ms) ||
        !form_code_or_empty(fault, at_item(in, i, "item"), evidence->item))
        return false;
    if (evidence->sha256.len == 0 && evidence->size_bytes == 0 && !evidence->here)   /* a form that names its photos only */
        return true;
    if (!form_sha256(fault, at_item(in, i, "sha256"), &evidence->sha256))
        return false;
    return (evidence->size_bytes != 0 && evidence->size_bytes <= MAX_EVIDENCE_BYTES) ||
           form_fault(fault, at_item(in, i, "size_bytes"), "文件大小须为 1 字节至 4 GiB",
                      "the size must be 1 byte to 4 GiB");
}

/* in: the entry's name; path: of its answers. */
static bool are_answers(Duban__Answer *const *answers, size_t count, const char *in, const char *path, struct fault *fault)
{
    const char *items[MAX_ANSWERS];
    size_t repeat;

    if (!form_count(fault, at(in, "answers"), count, MAX_ANSWERS))
        return false;
    for (size_t i = 0; i < count; i++) {
        items[i] = answers[i]->item;
        if (!is_answer(answers[i], path, i, fault))
            return false;
    }
    repeat = form_first_repeat(items, count);
    return repeat == count || form_fault(fault, at_item(path, repeat, "item"), "同一检查项只能回答一次",
                                         "each item is answered once");
}

static bool are_report_answers(const Duban__Report *report, struct fault *fault)
{
    if (!are_answers(report->answers, report->n_answers, "report", "report.answers", fault))
        return false;
    return report->n_answers == 0 || report->outcome != DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED ||
           form_fault(fault, at("report", "answers"), "未能进入的走访不能带检查结果", "an attempted visit has no answers");
}

static bool are_evidence(const Duban__Report *report, struct fault *fault)
{
    const char *names[MAX_EVIDENCE];
    size_t repeat;

    if (!form_count(fault, at("report", "evidence"), report->n_evidence, MAX_EVIDENCE))
        return false;
    for (size_t i = 0; i < report->n_evidence; i++) {
        names[i] = report->evidence[i]->name;
        if (!is_evidence(report->evidence[i], i, fault))
            return false;
    }
    repeat = form_first_repeat(names, report->n_evidence);
    return repeat == report->n_evidence || form_fault(fault, at_item("report.evidence", repeat, "name"),
                                                      "同一报告中文件名不能重复", "each file name stands once in a report");
}

static bool are_report_times(const Duban__Report *report, struct fault *fault)
{
    if (!form_time(fault, at("report", "device_time_ms"), report->device_time_ms) ||
        !form_time_or_zero(fault, at("report", "started_at_ms"), report->started_at_ms))
        return false;
    if (report->started_at_ms > report->device_time_ms)
        return form_fault(fault, at("report", "started_at_ms"), "开始时间不能晚于结束时间",
                          "the start cannot lie after the end (device_time_ms)");
    if (report->device_offset_minutes < -MAX_OFFSET_MINUTES || report->device_offset_minutes > MAX_OFFSET_MINUTES)
        return form_fault(fault, at("report", "device_offset_minutes"), "时区偏移须在 -840 至 840 分钟之间",
                          "the zone must lie between -840 and 840 minutes");
    return true;
}

bool is_report(const Duban__Report *report, struct fault *fault)
{
    return form_code(fault, at("report", "reporter"), report->reporter) && are_report_times(report, fault) &&
           form_code(fault, at("report", "site"), report->site) &&
           form_code_or_empty(fault, at("report", "site_kind"), report->site_kind) &&
           form_chosen(fault, at("report", "purpose"), report->purpose) &&
           form_chosen(fault, at("report", "outcome"), report->outcome) && are_report_answers(report, fault) &&
           are_evidence(report, fault) && are_entrances(report, fault) && are_gate_posts(report, fault) &&
           form_position(fault, "report.position", report->position) &&
           form_text(fault, at("report", "text"), report->text);
}

bool is_evidence_arrival(const Duban__EvidenceArrival *arrival, struct fault *fault)
{
    const char *in = "evidence_arrival";

    if (!form_sequence(fault, at(in, "report_sequence"), arrival->report_sequence) ||
        !form_name(fault, at(in, "name"), arrival->name) || !form_sha256(fault, at(in, "sha256"), &arrival->sha256))
        return false;
    return (arrival->size_bytes != 0 && arrival->size_bytes <= MAX_EVIDENCE_BYTES) ||
           form_fault(fault, at(in, "size_bytes"), "文件大小须为 1 字节至 4 GiB", "the size must be 1 byte to 4 GiB");
}

/* ---------------------------------------------------------------- acts on a case */

bool is_case_reference(const Duban__CaseReference *reference, const char *in, struct fault *fault)
{
    if (!form_present(fault, at(in, "case"), reference))
        return false;
    switch (reference->by_case) {
    case DUBAN__CASE_REFERENCE__BY_ID:
        return reference->id.len == 16 ||
               form_fault(fault, at(in, "case.id"), "案件编号须为 16 字节", "a case id has 16 bytes");
    case DUBAN__CASE_REFERENCE__BY_PLACE:
        return form_code(fault, at(in, "case.place.site"), reference->place->site) &&
               form_code(fault, at(in, "case.place.item"), reference->place->item);
    case DUBAN__CASE_REFERENCE__BY_NUMBER:
        return reference->number > 0 ||
               form_fault(fault, at(in, "case.number"), "问题编号从 1 起", "numbers of cases begin with 1");
    case DUBAN__CASE_REFERENCE__BY__NOT_SET:
    case _DUBAN__CASE_REFERENCE__BY__CASE_IS_INT_SIZE:
        break;
    }
    return form_fault(fault, at(in, "case"), "须指明案件：编号，或点位加检查项",
                      "name the case: by its id or number, or by site and item");
}

bool is_claim(const Duban__Claim *claim, struct fault *fault)
{
    return is_case_reference(claim->case_, "claim", fault) &&
           form_time_or_zero(fault, at("claim", "fixed_at_ms"), claim->fixed_at_ms) &&
           form_text(fault, at("claim", "text"), claim->text);
}

bool is_acknowledgement(const Duban__Acknowledgement *acknowledgement, struct fault *fault)
{
    const char *in = "acknowledgement";

    if (acknowledgement->case_ != NULL && acknowledgement->subject != NULL)
        return form_fault(fault, at(in, "subject"), "问题(case)和事项(subject)只填一项", "give a case or a subject, not both");
    if (acknowledgement->subject != NULL)
        return form_subject(fault, at(in, "subject"), acknowledgement->subject, "TS");
    return is_case_reference(acknowledgement->case_, in, fault);
}

bool is_assignment(const Duban__Assignment *assignment, struct fault *fault)
{
    return is_case_reference(assignment->case_, "assignment", fault) &&
           form_code(fault, at("assignment", "owner"), assignment->owner) &&
           form_text(fault, at("assignment", "text"), assignment->text);
}

/* A report instead of a case: an amendment, and nothing else, is about one. */
static bool is_approved_amendment(const Duban__Approval *approval, struct fault *fault)
{
    if (approval->case_ != NULL || approval->policy_version.len > 0 || approval->matter != DUBAN__MATTER__MATTER_AMENDMENT)
        return form_fault(fault, at("approval", "report_sequence"), "只有更正是按巡查记录审批的，且不再指明问题或政策版本",
                          "only an amendment is approved by its report, and then without a case or a policy version");
    return true;
}

/* The open task of a complaint, a referral, ...: only a recompute is about one. */
static bool is_approved_about(const Duban__Approval *approval, struct fault *fault)
{
    if (approval->case_ != NULL || approval->policy_version.len > 0 || approval->report_sequence != 0 ||
        approval->matter != DUBAN__MATTER__MATTER_RECOMPUTE)
        return form_fault(fault, at("approval", "about"), "只有重新计算时限可以按投诉、移交等事项审批，且不再指明问题、政策版本或记录",
                          "only a recompute is approved for a complaint, a referral or the like, and then without a case, a policy "
                          "version or a report");
    return form_subject(fault, at("approval", "about"), approval->about, "YJ");
}

/* A case; a whole version only where the matter is a recompute. */
static bool is_approved_subject(const Duban__Approval *approval, struct fault *fault)
{
    if (approval->about != NULL)
        return is_approved_about(approval, fault);
    if (approval->report_sequence != 0)
        return is_approved_amendment(approval, fault);
    if (approval->matter == DUBAN__MATTER__MATTER_AMENDMENT)
        return form_fault(fault, at("approval", "report_sequence"), "审批更正须指明巡查记录的序号",
                          "an amendment is approved by the sequence of its report");
    if (approval->policy_version.len == 0)
        return is_case_reference(approval->case_, "approval", fault);
    if (approval->case_ != NULL || approval->matter != DUBAN__MATTER__MATTER_RECOMPUTE)
        return form_fault(fault, at("approval", "policy_version"), "只有重新计算时限可以按政策版本审批，且不再指明问题",
                          "only a recompute is approved for a whole policy version, and then without a case");
    return form_sha256(fault, at("approval", "policy_version"), &approval->policy_version);
}

bool is_approval(const Duban__Approval *approval, struct fault *fault)
{
    bool refused = approval->decision == DUBAN__DECISION__DECISION_REFUSED;

    return is_approved_subject(approval, fault) &&
           form_chosen(fault, at("approval", "matter"), approval->matter) &&
           form_chosen(fault, at("approval", "decision"), approval->decision) &&
           (refused ? form_required_text : form_text)(fault, at("approval", "reason"), approval->reason);
}

bool is_amendment(const Duban__Amendment *amendment, struct fault *fault)
{
    const char *in = "amendment", *path = "amendment.answers";

    if (!form_sequence(fault, at(in, "report_sequence"), amendment->report_sequence) ||
        !are_answers(amendment->answers, amendment->n_answers, in, path, fault) ||
        !form_required_text(fault, at(in, "reason"), amendment->reason))
        return false;
    if (amendment->n_answers == 0)
        return form_fault(fault, at(in, "answers"), "须写明哪一项应为什么结果", "it says no answer as it should have been");
    for (size_t i = 0; i < amendment->n_answers; i++)
        if (amendment->answers[i]->fixed_now)
            return form_fault(fault, at_item(path, i, "fixed_now"), "立行立改要当场有照片，不能事后更正补上",
                              "fixed on the spot is shown on the spot, not by an amendment");
    return true;
}

bool is_appeal(const Duban__Appeal *appeal, struct fault *fault)
{
    return is_case_reference(appeal->case_, "appeal", fault) && form_required_text(fault, at("appeal", "reason"), appeal->reason);
}

bool is_extension(const Duban__Extension *extension, struct fault *fault)
{
    return is_case_reference(extension->case_, "extension", fault) &&
           form_time(fault, at("extension", "new_due_ms"), extension->new_due_ms) &&
           form_required_text(fault, at("extension", "reason"), extension->reason);
}

bool is_overdue_explanation(const Duban__OverdueExplanation *explanation, struct fault *fault)
{
    return is_case_reference(explanation->case_, "overdue_explanation", fault) &&
           form_required_text(fault, at("overdue_explanation", "reason"), explanation->reason) &&
           form_time(fault, at("overdue_explanation", "expected_at_ms"), explanation->expected_at_ms);
}

bool is_case_edit(const Duban__CaseEdit *edit, struct fault *fault)
{
    if (!is_case_reference(edit->case_, "case_edit", fault) ||
        !form_code_or_empty(fault, at("case_edit", "level"), edit->level) ||
        !form_text(fault, at("case_edit", "finding"), edit->finding) ||
        !form_time_or_zero(fault, at("case_edit", "revisit_at_ms"), edit->revisit_at_ms) ||
        !form_required_text(fault, at("case_edit", "reason"), edit->reason))
        return false;
    return edit->voided || edit->level[0] != '\0' || edit->finding[0] != '\0' || edit->revisit_at_ms != 0 ||
           form_fault(fault, at("case_edit", "level"), "没有要改的内容：请填级别、问题、约定的复查时间，或标作废",
                      "nothing to change: give a level, a finding, a time for the revisit, or void it");
}

static bool no_subject(const char *in, struct fault *fault)
{
    return form_fault(fault, at(in, "case"), "须指明案件或点位", "name a case or a site");
}

bool is_recompute(const Duban__Recompute *recompute, struct fault *fault)
{
    const char *in = "recompute";

    switch (recompute->subject_case) {
    case DUBAN__RECOMPUTE__SUBJECT_CASE_:
        if (!is_case_reference(recompute->case_, in, fault))
            return false;
        break;
    case DUBAN__RECOMPUTE__SUBJECT_POLICY_VERSION:
        if (!form_sha256(fault, at(in, "policy_version"), &recompute->policy_version))
            return false;
        break;
    case DUBAN__RECOMPUTE__SUBJECT_ABOUT:
        if (!form_subject(fault, at(in, "about"), recompute->about, "YJ"))
            return false;
        break;
    case DUBAN__RECOMPUTE__SUBJECT__NOT_SET:
    case _DUBAN__RECOMPUTE__SUBJECT__CASE_IS_INT_SIZE:
        return form_fault(fault, at(in, "subject"), "须指明问题(case_)、事项(about)或政策版本(policyVersion)",
                          "give case_, about or policyVersion");
    }
    return form_required_text(fault, at(in, "reason"), recompute->reason);
}

bool is_suspension(const Duban__Suspension *suspension, struct fault *fault)
{
    const char *in = "suspension";

    switch (suspension->subject_case) {
    case DUBAN__SUSPENSION__SUBJECT_CASE_:
        if (!is_case_reference(suspension->case_, in, fault))
            return false;
        break;
    case DUBAN__SUSPENSION__SUBJECT_SITE:
        if (!form_code(fault, at(in, "site"), suspension->site))
            return false;
        break;
    case DUBAN__SUSPENSION__SUBJECT__NOT_SET:
    case _DUBAN__SUSPENSION__SUBJECT__CASE_IS_INT_SIZE:
        return no_subject(in, fault);
    }
    return form_required_text(fault, at(in, "reason"), suspension->reason) &&
           form_time_or_zero(fault, at(in, "review_at_ms"), suspension->review_at_ms) &&
           form_text(fault, at(in, "interim_measure"), suspension->interim_measure);
}

bool is_resumption(const Duban__Resumption *resumption, struct fault *fault)
{
    const char *in = "resumption";

    if (!form_text(fault, at(in, "reason"), resumption->reason))
        return false;
    switch (resumption->subject_case) {
    case DUBAN__RESUMPTION__SUBJECT_CASE_:
        return is_case_reference(resumption->case_, in, fault);
    case DUBAN__RESUMPTION__SUBJECT_SITE:
        return form_code(fault, at(in, "site"), resumption->site);
    case DUBAN__RESUMPTION__SUBJECT__NOT_SET:
    case _DUBAN__RESUMPTION__SUBJECT__CASE_IS_INT_SIZE:
        break;
    }
    return no_subject(in, fault);
}

/* ---------------------------------------------------------------- settling */

static bool are_corrections(const Duban__Corrections *corrections, struct fault *fault)
{
    const char *in = "release.corrections";
    const char *from[MAX_CORRECTIONS];
    size_t repeat;

    if (!form_code_or_empty(fault, at(in, "site"), corrections->site) ||
        !form_code_or_empty(fault, at(in, "reporter"), corrections->reporter) ||
        !form_count(fault, at(in, "items"), corrections->n_items, MAX_CORRECTIONS))
        return false;
    for (size_t i = 0; i < corrections->n_items; i++) {
        from[i] = corrections->items[i]->from;
        if (!form_code(fault, at_item("release.corrections.items", i, "from"), from[i]) ||
            !form_code(fault, at_item("release.corrections.items", i, "to"), corrections->items[i]->to))
            return false;
    }
    repeat = form_first_repeat(from, corrections->n_items);
    return repeat == corrections->n_items || form_fault(fault, at_item("release.corrections.items", repeat, "from"),
                                                        "同一检查项只能更正一次", "each item is corrected once");
}

bool is_release(const Duban__Release *release, struct fault *fault)
{
    const char *in = "release";

    if (!form_sequence(fault, at(in, "sequence"), release->sequence) ||
        !(release->rejected ? form_required_text : form_text)(fault, at(in, "reason"), release->reason))
        return false;
    if (release->corrections == NULL)
        return true;
    if (release->rejected)
        return form_fault(fault, at(in, "corrections"), "退回的记录不能同时更正", "what is rejected is not corrected");
    return are_corrections(release->corrections, fault);
}

bool is_skip(const Duban__Skip *skip, struct fault *fault)
{
    return form_sequence(fault, at("skip", "sequence"), skip->sequence) &&
           form_required_text(fault, at("skip", "reason"), skip->reason);
}

/* ---------------------------------------------------------------- registry */

bool is_area_change(const Duban__AreaChange *change, struct fault *fault)
{
    const char *in = "area_change";

    if (!form_code(fault, at(in, "code"), change->code) ||
        !form_title_or_empty(fault, at(in, "zone_name"), change->zone_name))
        return false;
    if (change->removed)
        return form_title_or_empty(fault, at(in, "name"), change->name);
    return form_chosen(fault, at(in, "kind"), change->kind) && form_code(fault, at(in, "zone"), change->zone) &&
           form_title(fault, at(in, "name"), change->name);
}

bool is_site_change(const Duban__SiteChange *change, struct fault *fault)
{
    const char *in = "site_change";

    if (!form_code(fault, at(in, "code"), change->code))
        return false;
    if (change->removed)
        return form_title_or_empty(fault, at(in, "name"), change->name);
    return form_code(fault, at(in, "kind"), change->kind) && form_code(fault, at(in, "area"), change->area) &&
           form_title(fault, at(in, "name"), change->name) &&
           (change->site_class[0] == '\0' || form_code(fault, at(in, "site_class"), change->site_class)) &&
           (change->headcount <= ENTRY_MAX_HEADCOUNT ||
            form_fault(fault, at(in, "headcount"), "在场人数最多 1000000", "the headcount is at most 1000000"));
}

/* Which roles hold within a zone, an area, an office or a site (entry.proto, Role). */
static bool has_scope(Duban__Role role)
{
    switch (role) {
    case DUBAN__ROLE__ROLE_GROUP_LEADER:
    case DUBAN__ROLE__ROLE_INSPECTOR:
    case DUBAN__ROLE__ROLE_AREA_CONTACT:
    case DUBAN__ROLE__ROLE_AREA_STAFF:
    case DUBAN__ROLE__ROLE_OFFICE:
    case DUBAN__ROLE__ROLE_SITE_CONTACT:
        return true;
    case DUBAN__ROLE__ROLE_UNSPECIFIED:
    case DUBAN__ROLE__ROLE_LEAD:
    case DUBAN__ROLE__ROLE_DUTY_CLERK:
    case DUBAN__ROLE__ROLE_COMMITTEE:
    case DUBAN__ROLE__ROLE_AUDITOR:
    case DUBAN__ROLE__ROLE_ADMINISTRATOR:
    case _DUBAN__ROLE_IS_INT_SIZE:
        break;
    }
    return false;
}

static bool is_role(const Duban__RoleHolderChange *change, size_t i, struct fault *fault)
{
    const char *in = "role_holder_change.roles";
    const Duban__RoleGrant *grant = change->roles[i];

    if (!form_chosen(fault, at_item(in, i, "role"), grant->role))
        return false;
    if (has_scope(grant->role) && !form_code(fault, at_item(in, i, "scope"), grant->scope))
        return false;
    if (!has_scope(grant->role) && grant->scope[0] != '\0')
        return form_fault(fault, at_item(in, i, "scope"), "该岗位不分范围，请留空", "this role has no scope; leave it empty");
    for (size_t j = 0; j < i; j++)
        if (change->roles[j]->role == grant->role && strcmp(change->roles[j]->scope, grant->scope) == 0)
            return form_fault(fault, at_item(in, i, "role"), "同一岗位和范围只能列一次", "each role and scope stands once");
    return true;
}

static bool is_language(const char *language)
{
    return language[0] == '\0' || strcmp(language, "zh") == 0 || strcmp(language, "en") == 0 ||
           strcmp(language, "zh+en") == 0;
}

static bool is_other_way(const Duban__ChannelWay *way, size_t i, struct fault *fault)
{
    const char *in = "role_holder_change.other_ways";

    return form_code(fault, at_item(in, i, "channel"), way->channel) &&
           form_personal(fault, at_item(in, i, "address"), way->address);
}

bool is_role_holder_change(const Duban__RoleHolderChange *change, struct fault *fault)
{
    const char *in = "role_holder_change";

    if (!form_code(fault, at(in, "account"), change->account) ||
        !form_count(fault, at(in, "roles"), change->n_roles, ENTRY_MAX_ROLES))
        return false;
    for (size_t i = 0; i < change->n_roles; i++)
        if (!is_role(change, i, fault))
            return false;
    if (!(change->removed ? form_title_or_empty : form_title)(fault, at(in, "title"), change->title))
        return false;
    if (!form_personal(fault, at(in, "name"), change->name) || !form_personal(fault, at(in, "phone"), change->phone) ||
        !form_personal(fault, at(in, "address"), change->address) ||
        !form_code_or_empty(fault, at(in, "channel"), change->channel) ||
        !form_code_or_empty(fault, at(in, "deputy"), change->deputy))
        return false;
    if (strcmp(change->deputy, change->account) == 0)
        return form_fault(fault, at(in, "deputy"), "不能由本人代理本人", "nobody is his own deputy");
    if (!form_count(fault, at(in, "other_ways"), change->n_other_ways, ENTRY_MAX_OTHER_WAYS))
        return false;
    for (size_t i = 0; i < change->n_other_ways; i++)
        if (!is_other_way(change->other_ways[i], i, fault))
            return false;
    if (!are_memberships(change, fault))
        return false;
    if (!is_home_and_duty(change, fault))
        return false;
    return is_language(change->language) ||
           form_fault(fault, at(in, "language"), "语言只能是 zh、en、zh+en 或留空", "the language is zh, en, zh+en or empty");
}

/* ---------------------------------------------------------------- policy */

/* Below the pack's folder, whatever a reader may do with it. */
static bool stays_inside(const char *path)
{
    if (path[0] == '/' || strchr(path, '\\') != NULL)
        return false;
    for (const char *part = path; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        if (part[0] == '\0' || part[0] == '/' || strcmp(part, ".") == 0 || strcmp(part, "..") == 0 ||
            strncmp(part, "./", 2) == 0 || strncmp(part, "../", 3) == 0)
            return false;
    }
    return true;
}

bool is_policy_file(const Duban__PolicyFile *file, struct fault *fault)
{
    const char *in = "policy_file";

    if (!form_sha256(fault, at(in, "pack_sha256"), &file->pack_sha256) || !form_name(fault, at(in, "path"), file->path))
        return false;
    if (strlen(file->path) > MAX_PATH_BYTES)
        return form_fault(fault, at(in, "path"), "路径过长，最多 80 字节", "the path is too long: at most 80 bytes");
    if (!stays_inside(file->path))
        return form_fault(fault, at(in, "path"), "路径须在政策包之内，如 policy.yaml",
                          "the path must lie inside the pack, as policy.yaml");
    if (file->pieces == 0 || file->pieces > PACK_MAX_PIECES)
        return form_fault(fault, at(in, "pieces"), "分片数须为 1 至 64", "a file has 1 to 64 pieces");
    if (file->piece >= file->pieces)
        return form_fault(fault, at(in, "piece"), "片号从 0 开始，须小于分片数", "pieces count from 0 and stay below their number");
    if (file->files == 0 || file->files > PACK_MAX_FILES)
        return form_fault(fault, at(in, "files"), "政策包须有 1 至 16 个文件", "a pack has 1 to 16 files");
    return file->content.len <= PACK_PIECE_BYTES ||
           form_fault(fault, at(in, "content"), "每片最多 48 KiB", "a piece has at most 48 KiB");
}

bool is_policy_activation(const Duban__PolicyActivation *activation, struct fault *fault)
{
    const char *in = "policy_activation";

    return form_sha256(fault, at(in, "pack_sha256"), &activation->pack_sha256) &&
           form_time_or_zero(fault, at(in, "effective_at_ms"), activation->effective_at_ms) &&
           form_code(fault, at(in, "approver"), activation->approver);
}

bool is_policy_revocation(const Duban__PolicyRevocation *revocation, struct fault *fault)
{
    const char *in = "policy_revocation";

    return form_sha256(fault, at(in, "pack_sha256"), &revocation->pack_sha256) &&
           form_required_text(fault, at(in, "reason"), revocation->reason);
}

bool is_engine_version(const Duban__EngineVersion *version, struct fault *fault)
{
    return version->version != 0 || form_fault(fault, at("engine_version", "version"), "版本号从 1 开始",
                                               "an engine version starts at 1");
}

/* ---------------------------------------------------------------- what became of notices */

static bool is_outcome(const Duban__Outcome *outcome, size_t i, struct fault *fault)
{
    const char *in = "outcomes.outcomes";

    if (!form_sequence(fault, at_item(in, i, "notice"), outcome->notice) ||
        !form_chosen(fault, at_item(in, i, "grade"), outcome->grade) ||
        !form_code_or_empty(fault, at_item(in, i, "channel"), outcome->channel))
        return false;
    if (outcome->grade == DUBAN__GRADE__GRADE_SETTLED)
        return form_fault(fault, at_item(in, i, "grade"), "了结须由人提交(dead_letter_settlement)，不是投递结果",
                          "settled is what somebody submits (dead_letter_settlement), no outcome of a delivery");
    return (strlen(outcome->detail) <= MAX_DETAIL_BYTES && strlen(outcome->detail_zh) <= MAX_DETAIL_BYTES) ||
           form_fault(fault, at_item(in, i, "detail"), "对方原话最多留 200 字节", "the far end's words are cut to 200 bytes");
}

bool is_outcomes(const Duban__Outcomes *outcomes, struct fault *fault)
{
    if (outcomes->n_outcomes == 0 && outcomes->n_alarms == 0)
        return form_fault(fault, at("outcomes", "outcomes"), "没有任何结果", "there is no outcome in it");
    if (!form_count(fault, at("outcomes", "outcomes"), outcomes->n_outcomes, MAX_OUTCOMES) ||
        !form_count(fault, at("outcomes", "alarms"), outcomes->n_alarms, MAX_ALARMS))
        return false;
    for (size_t i = 0; i < outcomes->n_outcomes; i++)
        if (!is_outcome(outcomes->outcomes[i], i, fault))
            return false;
    for (size_t i = 0; i < outcomes->n_alarms; i++)
        if (!form_chosen(fault, at_item("outcomes.alarms", i, "kind"), outcomes->alarms[i]->kind) ||
            !form_time(fault, at_item("outcomes.alarms", i, "at_ms"), outcomes->alarms[i]->at_ms) ||
            !form_text(fault, at_item("outcomes.alarms", i, "detail"), outcomes->alarms[i]->detail) ||
            !form_both_texts(fault, at_item("outcomes.alarms", i, "detail_text"), outcomes->alarms[i]->detail_text) ||
            !form_text(fault, at_item("outcomes.alarms", i, "channel"), outcomes->alarms[i]->channel) ||
            !form_text(fault, at_item("outcomes.alarms", i, "account"), outcomes->alarms[i]->account) ||
            !form_text(fault, at_item("outcomes.alarms", i, "destination"), outcomes->alarms[i]->destination))
            return false;
    return true;
}

/* ---------------------------------------------------------------- what somebody does about it */

bool is_dead_letter_retry(const Duban__DeadLetterRetry *retry, struct fault *fault)
{
    const char *in = "dead_letter_retry";

    return form_sequence(fault, at(in, "notice"), retry->notice) && form_text(fault, at(in, "reason"), retry->reason);
}

bool is_dead_letter_settlement(const Duban__DeadLetterSettlement *settlement, struct fault *fault)
{
    const char *in = "dead_letter_settlement";

    return form_sequence(fault, at(in, "notice"), settlement->notice) &&
           form_required_text(fault, at(in, "reason"), settlement->reason);
}

bool is_alarm_settlement(const Duban__AlarmSettlement *settlement, struct fault *fault)
{
    const char *in = "alarm_settlement";

    return form_chosen(fault, at(in, "kind"), settlement->kind) &&
           form_code(fault, at(in, "account"), settlement->account) &&
           form_required_text(fault, at(in, "reason"), settlement->reason);
}
