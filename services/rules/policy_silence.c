/* policy_silence.c - the section silences of policy.yaml: how long others may be told later. */
#include "policy_private.h"

void policy_read_silences(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "at_most_days", policy_read_count, offsetof(struct policy_silences, at_most_days), 1, 60, false },
    };
    struct policy_silences *silences = target;

    (void) field;
    silences->given = true;
    silences->place = value->place;
    policy_read_fields(loading, value, fields, sizeof fields / sizeof fields[0], silences);
}
