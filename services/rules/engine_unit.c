/* engine_unit.c - units of the organisation; and whether an area has been inspected today. */
#include <stdio.h>
#include <string.h>

#include "civil.h"
#include "engine.h"

/* ---------------------------------------------------------------- units */

static bool zone_exists(struct engine *engine, const char *zone)
{
    return zone[0] == '\0' || state_zone_has_area(engine->state, zone);
}

static bool unit_is_right(struct engine *engine, const Duban__UnitChange *change, struct fault *fault)
{
    if (!zone_exists(engine, change->zone))
        return fault_set(fault, "unitChange.zone", "没有社区（村）属于片区 %s，请先登记社区（村）", "no area belongs to zone %s; register its areas first",
                         change->zone);
    if (change->area[0] != '\0' && state_area(engine->state, change->area) == NULL)
        return fault_set(fault, "unitChange.area", "区域 %s 不在登记册中，请先登记社区(村)", "area %s is not in the registry; register it first",
                         change->area);
    if (change->focus_group[0] != '\0' && engine->policy != NULL && policy_focus_group(engine->policy, change->focus_group) == NULL)
        return fault_set(fault, "unitChange.focusGroup", "现行政策包没有重点人群 %s", "the policy in force has no focus group %s",
                         change->focus_group);
    return true;
}

bool engine_on_unit_change(struct engine *engine, const Duban__UnitChange *change, struct fault *fault)
{
    Duban__Unit unit = DUBAN__UNIT__INIT;

    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault))
        return false;
    if (change->removed) {
        if (state_unit_has_member(engine->state, change->code))
            return fault_set(fault, "unitChange.removed", "组织 %s 还有成员，不能删除；请先更改这些人员的登记",
                             "unit %s still has members; change their registration first", change->code);
        state_delete_unit(engine->state, change->code);
        return true;
    }
    if (!unit_is_right(engine, change, fault))
        return false;
    unit.code = change->code;
    unit.kind = change->kind;
    unit.name = change->name;
    unit.focus_group = change->focus_group;
    unit.zone = change->zone;
    unit.area = change->area;
    unit.secretary = change->secretary;
    state_put_unit(engine->state, &unit);
    return true;
}

bool engine_units_known(struct engine *engine, const Duban__RoleHolderChange *change, struct fault *fault)
{
    for (size_t i = 0; i < change->n_units; i++) {
        char field[64];

        if (state_unit(engine->state, change->units[i]) != NULL)
            continue;
        snprintf(field, sizeof field, "roleHolderChange.units[%zu]", i);
        return fault_set(fault, field, "组织 %s 不在登记册中，请先登记组织（duban import units）",
                         "unit %s is not in the registry; register it first (duban import units)", change->units[i]);
    }
    return true;
}

/* ---------------------------------------------------------------- areas inspected */

static bool is_later_day(const struct engine *engine, int64_t one_ms, int64_t other_ms)
{
    int32_t offset_s = engine->policy->utc_offset_s;

    return civil_day(one_ms / 1000, offset_s) > civil_day(other_ms / 1000, offset_s);
}

static void put_last_inspection(struct engine *engine, const Duban__Area *area, int64_t last_inspection_ms)
{
    Duban__Area changed = *area;

    changed.last_inspection_ms = last_inspection_ms;
    state_put_area(engine->state, &changed);
}

/* One row for an area and day, not for every visit. */
void engine_area_inspected(struct engine *engine, const Duban__Site *site, const Duban__Visit *visit)
{
    const Duban__Area *area = state_area(engine->state, site->area);

    if (area != NULL && engine_is_inspection(visit) && is_later_day(engine, visit->visit_ms, area->last_inspection_ms))
        put_last_inspection(engine, area, visit->visit_ms);
}

void engine_area_not_inspected(struct engine *engine, const Duban__Site *site, const Duban__Visit *visit)
{
    const Duban__Area *area = state_area(engine->state, site->area);

    if (area != NULL && !is_later_day(engine, area->last_inspection_ms, visit->visit_ms))
        put_last_inspection(engine, area, state_area_last_inspection_ms(engine->state, area->code));
}
