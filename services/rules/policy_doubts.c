/* policy_doubts.c - the section evidence_doubts of policy.yaml: what speaks against a visit, and how much. */
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OF_DOUBTS(member) offsetof(struct policy_doubts, member)

enum { MAX_POINTS = 100, MAX_MINUTES = 7 * 24 * 60, MAX_KM_PER_HOUR = 1000, MAX_METRES = 100 * 1000 };

/* Each may be left out: it is not looked for. */
static void read_photo_again(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "days", policy_read_count, OF_DOUBTS(photo_again_days), 1, POLICY_MAX_PERIOD_DAYS, false },
        { "points", policy_read_count, OF_DOUBTS(photo_again_points), 1, MAX_POINTS, false },
    };

    (void) field;
    policy_read_fields(loading, value, fields, COUNT(fields), target);
}

static void read_photo_time(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "minutes", policy_read_count, OF_DOUBTS(photo_time_minutes), 1, MAX_MINUTES, false },
        { "points", policy_read_count, OF_DOUBTS(photo_time_points), 1, MAX_POINTS, false },
    };

    (void) field;
    policy_read_fields(loading, value, fields, COUNT(fields), target);
}

static void read_travel(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "km_per_hour", policy_read_count, OF_DOUBTS(travel_km_per_hour), 1, MAX_KM_PER_HOUR, false },
        { "from_metres", policy_read_count, OF_DOUBTS(travel_from_metres), 1, MAX_METRES, false },
        { "points", policy_read_count, OF_DOUBTS(travel_points), 1, MAX_POINTS, false },
    };

    (void) field;
    policy_read_fields(loading, value, fields, COUNT(fields), target);
}

static void read_clock(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "minutes", policy_read_count, OF_DOUBTS(clock_minutes), 1, MAX_MINUTES, false },
        { "points", policy_read_count, OF_DOUBTS(clock_points), 1, MAX_POINTS, false },
    };

    (void) field;
    policy_read_fields(loading, value, fields, COUNT(fields), target);
}

void policy_read_doubts(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "photo_again", read_photo_again, 0, 0, 0, true },
        { "photo_time", read_photo_time, 0, 0, 0, true },
        { "travel", read_travel, 0, 0, 0, true },
        { "clock", read_clock, 0, 0, 0, true },
        { "tell_from", policy_read_count, OF_DOUBTS(tell_from), 1, 4 * MAX_POINTS, false },
    };
    struct policy_doubts *doubts = target;

    (void) field;
    *doubts = (struct policy_doubts){ .given = true, .place = policy_yaml_place(value, "tell_from", NULL) };
    policy_read_fields(loading, value, fields, COUNT(fields), doubts);
}

void policy_check_doubts(struct loading *loading)
{
    const struct policy_doubts *doubts = &loading->policy->doubts;
    uint32_t all = doubts->photo_again_points + doubts->photo_time_points + doubts->travel_points + doubts->clock_points;

    if (doubts->given && doubts->tell_from > all)
        policy_complain(loading, policy_yaml_place(loading->document, "evidence_doubts", "tell_from"),
                        "各项 points 合计 %u 分，到不了 tell_from 的 %u 分，谁也不会得知；请改小或多写几项",
                        "all points together are %u, less than tell_from (%u), so that nobody would be told; make it smaller, or "
                        "add what is looked for", all, doubts->tell_from);
}
