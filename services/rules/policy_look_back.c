/* policy_look_back.c - the section look_back of policy.yaml: which closed cases are looked at again. */
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OF_LOOK_BACK(member) offsetof(struct policy_look_back, member)
#define OF_SHARE(member) offsetof(struct policy_look_back_share, member)

static void read_share(struct loading *loading, const struct yaml *value, struct policy_look_back *look_back)
{
    static const struct field fields[] = {
        { "level", policy_read_code, OF_SHARE(level), 0, 0, false },
        { "percent", policy_read_count, OF_SHARE(percent), 1, 100, false },
        { "at_most", policy_read_count, OF_SHARE(at_most), 1, POLICY_MAX_LOOK_BACKS, true },
    };
    struct policy_look_back_share *share = &look_back->shares[look_back->share_count];

    *share = (struct policy_look_back_share){ .level = "", .at_most = POLICY_MAX_LOOK_BACKS };
    share->place = policy_yaml_place(value, "level", NULL);
    policy_read_fields(loading, value, fields, COUNT(fields), share);
    for (size_t i = 0; share->level[0] != '\0' && i < look_back->share_count; i++)
        if (strcmp(look_back->shares[i].level, share->level) == 0)
            policy_complain_twice(loading, share->place, "回头看级别", "level of look-backs", share->level,
                                  look_back->shares[i].place.line);
    look_back->share_count++;
}

static void read_shares(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy_look_back *look_back = target;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0 || value->count > POLICY_MAX_LOOK_BACK_LEVELS) {
        policy_complain(loading, value->place, "回头看级别应有 1 至 %d 行，现为 %zu 行", "there should be 1 to %d rows of levels, not %zu",
                        (int) POLICY_MAX_LOOK_BACK_LEVELS, value->count);
        return;
    }
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next)
        read_share(loading, entry, look_back);
}

void policy_read_look_back(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "after_days", policy_read_count, OF_LOOK_BACK(after_days), 1, POLICY_MAX_PERIOD_DAYS, false },
        { "every_days", policy_read_count, OF_LOOK_BACK(every_days), 1, POLICY_MAX_PERIOD_DAYS, false },
        { "draw_at", policy_read_clock, OF_LOOK_BACK(draw_at_s), 0, 0, false },
        { "limit", policy_read_limit, OF_LOOK_BACK(limit), 0, 0, false },
        { "levels", read_shares, 0, 0, 0, false },
    };
    struct policy_look_back *look_back = target;

    (void) field;
    look_back->given = true;
    look_back->place = value->place;
    policy_read_fields(loading, value, fields, COUNT(fields), look_back);
}

static void check_level(struct loading *loading, const struct policy_look_back_share *share)
{
    struct choices choices = choices_for(share->level);

    if (share->level[0] == '\0' || policy_severity(loading->policy, share->level) != NULL)
        return;
    for (size_t i = 0; i < loading->policy->severity_count; i++)
        choices_add(&choices, loading->policy->severities[i].code);
    policy_complain_unknown(loading, share->place, "级别", "level", &choices);
}

void policy_check_look_back(struct loading *loading)
{
    const struct policy_look_back *look_back = &loading->policy->look_back;

    for (size_t i = 0; loading->levels_known && i < look_back->share_count; i++)
        check_level(loading, &look_back->shares[i]);
}

const struct policy_look_back_share *policy_look_back_share(const struct policy *policy, const char *level)
{
    for (size_t i = 0; i < policy->look_back.share_count; i++)
        if (strcmp(policy->look_back.shares[i].level, level) == 0)
            return &policy->look_back.shares[i];
    return NULL;
}
