/* validate_household.c - the form of households, campaigns, and what was done or found at a door. */
#include "form.h"
#include "validate.h"

enum { MAX_PLACES = 64, ALL_PERMILLE = 1000 };

bool is_household_change(const Duban__HouseholdChange *change, struct fault *fault)
{
    const char *in = "household_change";

    return form_code(fault, at(in, "code"), change->code) &&
           (change->removed ? form_code_or_empty : form_code)(fault, at(in, "area"), change->area);
}

static bool are_places(const Duban__CampaignOpening *opening, struct fault *fault)
{
    const char *in = "campaign_opening.places", *areas[MAX_PLACES];
    size_t repeat;

    if (opening->n_places == 0)
        return form_fault(fault, at("campaign_opening", "places"), "须写明在哪些社区(村)开展", "name the areas in which it runs");
    if (!form_count(fault, at("campaign_opening", "places"), opening->n_places, MAX_PLACES))
        return false;
    for (size_t i = 0; i < opening->n_places; i++) {
        areas[i] = opening->places[i]->area;
        if (!form_code(fault, at_item(in, i, "area"), areas[i]) || !form_code(fault, at_item(in, i, "site"), opening->places[i]->site))
            return false;
    }
    repeat = form_first_repeat(areas, opening->n_places);
    return repeat == opening->n_places ||
           form_fault(fault, at_item(in, repeat, "area"), "同一社区(村)只写一次", "each area stands once");
}

bool is_campaign_opening(const Duban__CampaignOpening *opening, struct fault *fault)
{
    const char *in = "campaign_opening";

    if (!form_required_text(fault, at(in, "title"), opening->title) || !form_name(fault, at(in, "title"), opening->title) ||
        !are_places(opening, fault) || !form_time_or_zero(fault, at(in, "starts_at_ms"), opening->starts_at_ms) ||
        !form_time(fault, at(in, "ends_at_ms"), opening->ends_at_ms) || !form_text(fault, at(in, "text"), opening->text))
        return false;
    return opening->target_permille <= ALL_PERMILLE ||
           form_fault(fault, at(in, "target_permille"), "目标用千分数，1 至 1000；100% 写 1000",
                      "the target is in thousandths, 1 to 1000; 100 % is 1000");
}

bool is_campaign_end(const Duban__CampaignEnd *end, struct fault *fault)
{
    const char *in = "campaign_end";

    return form_subject(fault, at(in, "campaign"), end->campaign, "HD") &&
           form_required_text(fault, at(in, "reason"), end->reason);
}

bool is_household_act(const Duban__HouseholdAct *act, struct fault *fault)
{
    const char *in = "household_act";
    bool is_notice = act->kind == DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_NOTICE;
    bool has_manner = act->manner != DUBAN__HOUSEHOLD_MANNER__HOUSEHOLD_MANNER_UNSPECIFIED;

    if (!form_code(fault, at(in, "household"), act->household) || !form_chosen(fault, at(in, "kind"), act->kind) ||
        !form_code_or_empty(fault, at(in, "member"), act->member) ||
        !form_time_or_zero(fault, at(in, "at_ms"), act->at_ms) || !form_text(fault, at(in, "text"), act->text))
        return false;
    return is_notice == has_manner ||
           form_fault(fault, at(in, "manner"), "送达告知书须写明方式（当面、张贴、电话、线上）；其他情况不写",
                      "a notice needs how it got there (in person, at the door, phone, online); nothing else has that");
}

bool is_household_check(const Duban__HouseholdCheck *check, struct fault *fault)
{
    const char *in = "household_check";

    return form_code(fault, at(in, "household"), check->household) && form_chosen(fault, at(in, "finding"), check->finding) &&
           form_code_or_empty(fault, at(in, "member"), check->member) &&
           form_time_or_zero(fault, at(in, "at_ms"), check->at_ms) && form_text(fault, at(in, "text"), check->text);
}
