/* policy_isolation.c - the section isolation of policy.yaml: classes, exemptions, hours. */
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OF_ISOLATION(member) offsetof(struct policy_isolation, member)
#define OF_CLASS(member) offsetof(struct policy_isolation_class, member)

enum { MAX_CLASSES = 32 };

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

void policy_read_isolation(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "morning_ends", policy_read_clock, OF_ISOLATION(morning_ends_s), 0, 0, false },
        { "evening_ends", policy_read_clock, OF_ISOLATION(evening_ends_s), 0, 0, false },
        { "contacts_at_end", policy_read_count, OF_ISOLATION(windows_needed), 0, 28, false },
        { "forget_after_days", policy_read_count, OF_ISOLATION(forget_after_days), 0, INT64_C(10) * POLICY_MAX_PERIOD_DAYS, false },
        { "classes", read_classes, 0, 0, 0, false },
        { "exemptions", read_exemptions, 0, 0, 0, false },
    };
    struct policy_isolation *isolation = target;

    (void) field;
    *isolation = (struct policy_isolation){ .given = true, .place = value->place };
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
