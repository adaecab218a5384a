/* policy_silence.c - the sections of policy.yaml that say how long one is left in peace: silences, acknowledgement. */
#include "policy_private.h"

enum { HOUR_S = 60 * 60, DAY_S = 24 * HOUR_S };

void policy_read_acknowledgement(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "lasts", policy_read_period, offsetof(struct policy_acknowledgement, lasts_s), 60, 7 * DAY_S, false },
    };
    struct policy_acknowledgement *acknowledgement = target;

    (void) field;
    acknowledgement->given = true;
    acknowledgement->place = value->place;
    policy_read_fields(loading, value, fields, sizeof fields / sizeof fields[0], acknowledgement);
}

void policy_read_silences(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "at_most_days", policy_read_count, offsetof(struct policy_silences, at_most_days), 1, 60, false },
        { "own_at_most_days", policy_read_count, offsetof(struct policy_silences, own_at_most_days), 1, 60, true },
    };
    struct policy_silences *silences = target;

    (void) field;
    silences->given = true;
    silences->place = value->place;
    policy_read_fields(loading, value, fields, sizeof fields / sizeof fields[0], silences);
}
