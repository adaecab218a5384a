/* validate_unit.c - the form of units of the organisation, and of who belongs to them. */
#include <string.h>

#include "form.h"
#include "message.h"
#include "validate.h"

static bool is_of_one_territory(const Duban__UnitChange *change, struct fault *fault)
{
    return change->zone[0] == '\0' || change->area[0] == '\0' ||
           form_fault(fault, at("unit_change", "area"), "片区和社区（村）只填一个；都不填即全辖区",
                      "give the zone or the area, not both; neither means the whole township");
}

static bool has_right_group(const Duban__UnitChange *change, struct fault *fault)
{
    return change->focus_group[0] == '\0' || change->kind == DUBAN__UNIT_KIND__UNIT_KIND_BRANCH ||
           form_fault(fault, at("unit_change", "focus_group"), "只有支部对应重点人群；专班请留空",
                      "only a branch has a focus group; leave it empty for a task force");
}

bool is_unit_change(const Duban__UnitChange *change, struct fault *fault)
{
    const char *in = "unit_change";

    if (!form_code(fault, at(in, "code"), change->code))
        return false;
    if (change->removed)
        return form_title_or_empty(fault, at(in, "name"), change->name);
    return form_chosen(fault, at(in, "kind"), change->kind) && form_title(fault, at(in, "name"), change->name) &&
           form_code_or_empty(fault, at(in, "focus_group"), change->focus_group) && has_right_group(change, fault) &&
           form_code_or_empty(fault, at(in, "zone"), change->zone) &&
           form_code_or_empty(fault, at(in, "area"), change->area) && is_of_one_territory(change, fault) &&
           form_code_or_empty(fault, at(in, "secretary"), change->secretary);
}

bool are_memberships(const Duban__RoleHolderChange *change, struct fault *fault)
{
    const char *in = "role_holder_change.units";

    if (!form_count(fault, at("role_holder_change", "units"), change->n_units, ENTRY_MAX_UNITS))
        return false;
    for (size_t i = 0; i < change->n_units; i++) {
        if (!form_code(fault, at_item(in, i, ""), change->units[i]))
            return false;
        for (size_t j = 0; j < i; j++)
            if (strcmp(change->units[j], change->units[i]) == 0)
                return form_fault(fault, at_item(in, i, ""), "同一组织只写一次", "each unit stands once");
    }
    return true;
}
