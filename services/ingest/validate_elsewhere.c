/* validate_elsewhere.c - the form of difficulties, referrals and urgent reports, and of what is done about them. */
#include "form.h"
#include "validate.h"

#include <string.h>

enum { MAX_QUANTITY = 1000000 };

/* ---------------------------------------------------------------- coordination */

static bool are_units(const Duban__Difficulty *difficulty, struct fault *fault)
{
    if (!form_count(fault, at("difficulty", "asked_units"), difficulty->n_asked_units, MAX_ASKED_UNITS))
        return false;
    for (size_t i = 0; i < difficulty->n_asked_units; i++)
        if (!form_name(fault, at_item("difficulty.asked_units", i, ""), difficulty->asked_units[i]))
            return false;
    return true;
}

bool is_difficulty(const Duban__Difficulty *difficulty, struct fault *fault)
{
    const char *in = "difficulty";

    if (difficulty->quantity == 0 || difficulty->quantity > MAX_QUANTITY)
        return form_fault(fault, at(in, "quantity"), "数量须为 1 至 1000000", "the quantity must be 1 to 1000000");
    return form_code(fault, at(in, "site"), difficulty->site) && form_code(fault, at(in, "matter"), difficulty->matter) &&
           form_name(fault, at(in, "supply"), difficulty->supply) &&
           (difficulty->measure[0] == '\0' || form_name(fault, at(in, "measure"), difficulty->measure)) &&
           form_time_or_zero(fault, at(in, "needed_by_ms"), difficulty->needed_by_ms) && are_units(difficulty, fault) &&
           form_text(fault, at(in, "text"), difficulty->text);
}

static bool is_unit(const Duban__CoordinationStep *step, struct fault *fault)
{
    bool is_needed = step->act == DUBAN__COORDINATION_ACT__COORDINATION_ACT_ASKED ||
                     step->act == DUBAN__COORDINATION_ACT__COORDINATION_ACT_PROMISED;

    return (!is_needed && step->unit[0] == '\0') || form_name(fault, at("coordination_step", "unit"), step->unit);
}

static bool is_step_time(const Duban__CoordinationStep *step, struct fault *fault)
{
    struct place place = at("coordination_step", "at_ms");

    switch (step->act) {
    case DUBAN__COORDINATION_ACT__COORDINATION_ACT_PROMISED:
        return form_time(fault, place, step->at_ms);
    case DUBAN__COORDINATION_ACT__COORDINATION_ACT_DELIVERED:
        return form_time_or_zero(fault, place, step->at_ms);
    default:
        return step->at_ms == 0 || form_fault(fault, place, "只有承诺和送达才写时间", "only a promise and a delivery have a time");
    }
}

bool is_coordination_step(const Duban__CoordinationStep *step, struct fault *fault)
{
    const char *in = "coordination_step";
    bool is_reasoned = step->act == DUBAN__COORDINATION_ACT__COORDINATION_ACT_UNMET;

    return form_subject(fault, at(in, "coordination"), step->coordination, "XT") &&
           form_chosen(fault, at(in, "act"), step->act) && is_unit(step, fault) && is_step_time(step, fault) &&
           (is_reasoned ? form_required_text : form_text)(fault, at(in, "text"), step->text);
}

/* ---------------------------------------------------------------- referrals */

bool is_referral_step(const Duban__ReferralStep *step, struct fault *fault)
{
    const char *in = "referral_step";
    bool is_reasoned = step->act == DUBAN__REFERRAL_ACT__REFERRAL_ACT_RETURNED ||
                       step->act == DUBAN__REFERRAL_ACT__REFERRAL_ACT_RESULT;
    bool is_sent = step->act == DUBAN__REFERRAL_ACT__REFERRAL_ACT_SENT;

    if (!form_subject(fault, at(in, "referral"), step->referral, "YJ") || !form_chosen(fault, at(in, "act"), step->act))
        return false;
    if (!is_sent && step->office[0] != '\0')
        return form_fault(fault, at(in, "office"), "只有再移交才写科室；签收、退回、反馈的是提交人所在科室",
                          "only what is sent on names an office; a receipt, return or result is the submitter's own");
    return (!is_sent || form_code(fault, at(in, "office"), step->office)) &&
           (is_reasoned ? form_required_text : form_text)(fault, at(in, "text"), step->text);
}

/* ---------------------------------------------------------------- urgent */

static bool says_where(const Duban__UrgentReport *report, struct fault *fault)
{
    switch (report->where_case) {
    case DUBAN__URGENT_REPORT__WHERE_SITE:
        return form_code(fault, at("urgent_report", "site"), report->site);
    case DUBAN__URGENT_REPORT__WHERE_AREA:
        return form_code(fault, at("urgent_report", "area"), report->area);
    case DUBAN__URGENT_REPORT__WHERE__NOT_SET:
    case _DUBAN__URGENT_REPORT__WHERE__CASE_IS_INT_SIZE:
        break;
    }
    return report->place[0] != '\0' || report->position != NULL ||
           form_fault(fault, at("urgent_report", "place"), "请说明在哪里：点位、社区(村)、定位或文字，有一样即可",
                      "say where: a site, an area, a position or words; any one of them will do");
}

bool is_urgent_report(const Duban__UrgentReport *report, struct fault *fault)
{
    const char *in = "urgent_report";

    return form_code_or_empty(fault, at(in, "item"), report->item) && says_where(report, fault) &&
           form_text(fault, at(in, "place"), report->place) &&
           form_position(fault, "urgent_report.position", report->position) &&
           form_text(fault, at(in, "text"), report->text);
}

bool is_urgent_step(const Duban__UrgentStep *step, struct fault *fault)
{
    const char *in = "urgent_step";
    bool is_reasoned = step->act == DUBAN__URGENT_ACT__URGENT_ACT_MISTAKEN;

    return form_subject(fault, at(in, "alert"), step->alert, "JB") && form_chosen(fault, at(in, "act"), step->act) &&
           (is_reasoned ? form_required_text : form_text)(fault, at(in, "text"), step->text);
}
