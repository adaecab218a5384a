/* policy_isolation.c - the section isolation of policy.yaml: classes, exemptions, hours. */
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OF_ISOLATION(member) offsetof(struct policy_isolation, member)
#define OF_CLASS(member) offsetof(struct policy_isolation_class, member)

enum { MAX_CLASSES = 32, START_WITHIN_DAYS = 21 };

/* Room for the members of a list of maps; NULL after a complaint. */
static void *room_for(struct loading *loading, const struct yaml *value, size_t size)
{
    if (!policy_is_list(loading, value))
        return NULL;
    if (value->count > MAX_CLASSES) {
        policy_complain(loading, value->place, "最多 %d 个类别，现为 %zu 个", "at most %d classes, not %zu", (int) MAX_CLASSES, value->count);
        return NULL;
    }
    return policy_take(loading, &loading->policy->arena, value->count + 1, size);
}

static void read_count_from(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct choices choices;

    (void) field;
    if (!policy_is_scalar(loading, value))
        return;
    *(bool *) target = strcmp(value->text, "arrival_day") == 0;
    if (*(bool *) target || strcmp(value->text, "next_day") == 0)
        return;
    choices = choices_for(value->text);
    choices_add(&choices, "next_day");
    choices_add(&choices, "arrival_day");
    policy_complain_unknown(loading, value->place, "起算日", "first day", &choices);
}

static void read_class(struct loading *loading, const struct yaml *value, struct policy_isolation_class *class_)
{
    static const struct field fields[] = {
        { "code", policy_read_code, OF_CLASS(code), 0, 0, false },
        { "label", policy_read_text, OF_CLASS(label), 0, 0, false },
        { "days", policy_read_count, OF_CLASS(days), 1, POLICY_MAX_PERIOD_DAYS, false },
        { "count_from", read_count_from, OF_CLASS(counts_first_day), 0, 0, false },
        { "focus_group", policy_read_code, OF_CLASS(focus_group), 0, 0, true },
    };

    *class_ = (struct policy_isolation_class){ .code = "", .label = { "", "" }, .days = 1, .place = value->place };
    policy_read_fields(loading, value, fields, COUNT(fields), class_);
}

static void read_classes(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy_isolation *isolation = target;
    struct policy_isolation_class *classes = room_for(loading, value, sizeof *classes);

    (void) field;
    isolation->classes = classes;
    for (const struct yaml *entry = classes == NULL ? NULL : value->first; entry != NULL; entry = entry->next) {
        read_class(loading, entry, &classes[isolation->class_count]);
        for (size_t i = 0; i < isolation->class_count; i++)
            if (strcmp(classes[i].code, classes[isolation->class_count].code) == 0)
                policy_complain_twice(loading, policy_yaml_place(entry, "code", NULL), "观察类别", "isolation class", classes[i].code,
                                      classes[i].place.line);
        isolation->class_count++;
    }
}

static void read_exemptions(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "code", policy_read_code, offsetof(struct policy_isolation_exemption, code), 0, 0, false },
        { "label", policy_read_text, offsetof(struct policy_isolation_exemption, label), 0, 0, false },
    };
    struct policy_isolation *isolation = target;
    struct policy_isolation_exemption *exemptions = room_for(loading, value, sizeof *exemptions);

    (void) field;
    isolation->exemptions = exemptions;
    for (const struct yaml *entry = exemptions == NULL ? NULL : value->first; entry != NULL; entry = entry->next) {
        exemptions[isolation->exemption_count] = (struct policy_isolation_exemption){ .code = "", .label = { "", "" } };
        policy_read_fields(loading, entry, fields, COUNT(fields), &exemptions[isolation->exemption_count++]);
    }
}

static void read_cases(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "site_kind", policy_read_code, offsetof(struct policy_isolation_cases, site_kind), 0, 0, false },
        { "missed", policy_read_code, offsetof(struct policy_isolation_cases, items[ISOLATION_MISSED]), 0, 0, false },
        { "outing", policy_read_code, offsetof(struct policy_isolation_cases, items[ISOLATION_OUTING]), 0, 0, false },
        { "fever", policy_read_code, offsetof(struct policy_isolation_cases, items[ISOLATION_FEVER]), 0, 0, false },
    };
    struct policy_isolation_cases *cases = target;

    (void) field;
    *cases = (struct policy_isolation_cases){ .site_kind = "", .items = { "", "", "" } };
    cases->given = policy_read_fields(loading, value, fields, COUNT(fields), cases);
}

static void read_door_days(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy_isolation *isolation = target;
    uint32_t before = 0;

    isolation->door_checks_given = true;
    if (!policy_is_list(loading, value))
        return;
    if (value->count > POLICY_MAX_DOOR_DAYS) {
        policy_complain(loading, value->place, "上门查看最多 %d 天，现为 %zu 天", "there may be at most %d door days, not %zu",
                        (int) POLICY_MAX_DOOR_DAYS, value->count);
        return;
    }
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next) {
        uint32_t *day = &isolation->door_days[isolation->door_day_count++];

        policy_read_count(loading, entry, day, field);
        if (*day != 0 && *day <= before)
            policy_complain(loading, entry->place, "上门查看的日子应从早到晚，如 [1, 7, 14]", "door days should rise, as [1, 7, 14]");
        before = *day;
    }
}

static void read_returned_contact(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field days = { "returned_contact_days", NULL, 0, 1, POLICY_MAX_PERIOD_DAYS, true };
    struct policy_isolation *isolation = target;

    (void) field;
    isolation->returned_contact_given = true;
    policy_read_count(loading, value, &isolation->returned_contact_days, &days);
}

void policy_read_isolation(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "morning_ends", policy_read_clock, OF_ISOLATION(morning_ends_s), 0, 0, false },
        { "evening_ends", policy_read_clock, OF_ISOLATION(evening_ends_s), 0, 0, false },
        { "contacts_at_end", policy_read_count, OF_ISOLATION(windows_needed), 0, 28, false },
        { "forget_after_days", policy_read_count, OF_ISOLATION(forget_after_days), 0, INT64_C(10) * POLICY_MAX_PERIOD_DAYS, false },
        { "door_days", read_door_days, 0, 1, POLICY_MAX_PERIOD_DAYS, true },
        { "returned_contact_days", read_returned_contact, 0, 0, 0, true },
        { "start_within_days", policy_read_count, OF_ISOLATION(start_within_days), 1, POLICY_MAX_PERIOD_DAYS, true },
        { "classes", read_classes, 0, 0, 0, false },
        { "exemptions", read_exemptions, 0, 0, 0, false },
        { "cases", read_cases, OF_ISOLATION(cases), 0, 0, true },
    };
    struct policy_isolation *isolation = target;

    (void) field;
    *isolation = (struct policy_isolation){ .given = true, .place = value->place, .start_within_days = START_WITHIN_DAYS };
    if (policy_read_fields(loading, value, fields, COUNT(fields), isolation) && isolation->evening_ends_s <= isolation->morning_ends_s)
        policy_complain(loading, policy_yaml_place(value, "evening_ends", NULL), "晚间联系应在上午联系之后结束，如 \"12:00\"、\"20:00\"",
                        "the evening ends after the morning, as \"12:00\" and \"20:00\"");
}

const struct policy_isolation_class *policy_isolation_class(const struct policy *policy, const char *code)
{
    for (size_t i = 0; i < policy->isolation.class_count; i++)
        if (strcmp(policy->isolation.classes[i].code, code) == 0)
            return &policy->isolation.classes[i];
    return NULL;
}

const struct policy_isolation_exemption *policy_isolation_exemption(const struct policy *policy, const char *code)
{
    for (size_t i = 0; i < policy->isolation.exemption_count; i++)
        if (strcmp(policy->isolation.exemptions[i].code, code) == 0)
            return &policy->isolation.exemptions[i];
    return NULL;
}

/* ---------------------------------------------------------------- what opens a case */

static bool goes_elsewhere(const struct policy *policy, const char *item)
{
    for (size_t i = 0; i < policy->urgent.item_count; i++)
        if (strcmp(policy->urgent.items[i], item) == 0)
            return true;
    for (size_t i = 0; i < policy->referrals.route_count; i++)
        if (strcmp(policy->referrals.routes[i].item, item) == 0)
            return true;
    return false;
}

static void check_item(struct loading *loading, const char *key, const char *item)
{
    struct file_place place = policy_yaml_place(policy_yaml_member(policy_yaml_member(loading->document, "isolation"), "cases"), key, NULL);

    if (item[0] == '\0')
        return;   /* complained about already */
    if (loading->policy->item_count > 0 && policy_item(loading->policy, item) == NULL)
        policy_complain(loading, place, "检查项 %s 不在 items.csv 中", "check item %s is not in items.csv", item);
    else if (goes_elsewhere(loading->policy, item))
        policy_complain(loading, place, "检查项 %s 走紧急或移交，不立案；请换一项", "check item %s is urgent or another office's and opens no case: name another", item);
}

void policy_check_isolation(struct loading *loading)
{
    static const char *const KEYS[ISOLATION_CAUSES] = { "missed", "outing", "fever" };
    const struct policy_isolation_cases *cases = &loading->policy->isolation.cases;
    struct file_place place;

    if (!cases->given)
        return;
    for (size_t i = 0; i < ISOLATION_CAUSES; i++)
        check_item(loading, KEYS[i], cases->items[i]);
    place = policy_yaml_place(policy_yaml_member(policy_yaml_member(loading->document, "isolation"), "cases"), "site_kind", NULL);
    if (cases->site_kind[0] != '\0' && policy_site_kind(loading->policy, cases->site_kind) == NULL)
        policy_complain(loading, place, "没有点位类别 %s，请先写入 site_kinds", "there is no site kind %s: add it to site_kinds", cases->site_kind);
}
