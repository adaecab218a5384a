/* validate_silence.c - the form of silences and their ends. */
#include "form.h"
#include "validate.h"

static bool says_what(const Duban__Silence *silence, struct fault *fault)
{
    if (silence->case_ != NULL || silence->site[0] != '\0' || silence->area[0] != '\0' || silence->message[0] != '\0' ||
        silence->role != DUBAN__ROLE__ROLE_UNSPECIFIED || silence->account[0] != '\0')
        return true;
    return form_fault(fault, at("silence", "case"), "请写明静默什么：问题、点位、社区（村）、消息种类、岗位、账号，至少一项",
                      "say what is silenced: a case, a site, an area, a kind of message, a post or an account");
}

static bool is_for_one(const Duban__Silence *silence, struct fault *fault)
{
    return !silence->personal || silence->account[0] == '\0' ||
           form_fault(fault, at("silence", "account"), "本人免扰只对提交人自己有效，不填账号", "a personal one is for whoever sets it: leave the account out");
}

static bool is_in_order(const Duban__Silence *silence, struct fault *fault)
{
    return silence->from_ms < silence->until_ms ||
           form_fault(fault, at("silence", "until_ms"), "截止时间应晚于起始时间(from)", "it should end later than it begins (from)");
}

bool is_silence(const Duban__Silence *silence, struct fault *fault)
{
    const char *in = "silence";

    return says_what(silence, fault) && is_for_one(silence, fault) && (silence->case_ == NULL || is_case_reference(silence->case_, in, fault)) &&
           form_code_or_empty(fault, at(in, "site"), silence->site) && form_code_or_empty(fault, at(in, "area"), silence->area) &&
           form_code_or_empty(fault, at(in, "message"), silence->message) &&
           form_code_or_empty(fault, at(in, "account"), silence->account) &&
           form_time_or_zero(fault, at(in, "from_ms"), silence->from_ms) && form_time(fault, at(in, "until_ms"), silence->until_ms) &&
           is_in_order(silence, fault) && form_required_text(fault, at(in, "reason"), silence->reason);
}

bool is_silence_end(const Duban__SilenceEnd *silence_end, struct fault *fault)
{
    return form_sequence(fault, at("silence_end", "number"), silence_end->number) &&
           form_required_text(fault, at("silence_end", "reason"), silence_end->reason);
}
