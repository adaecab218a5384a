/* engine_isolation_days.c - days and windows of an isolation: day k of n, a morning and an evening on each.
 *
 * A window is known by its number: 2 * day, + 1 for the evening. Numbers in brackets are rules of the domain: (17)
 * windows, (21) days.
 */
#include "engine_isolation.h"

int64_t isolation_counted_last_day(const Duban__IsolationRecord *isolation)
{
    return isolation->first_day + isolation->days - 1;
}

int64_t isolation_last_day(const Duban__IsolationRecord *isolation)
{
    int64_t counted = isolation_counted_last_day(isolation);

    return isolation->lengthened_to_day > counted ? isolation->lengthened_to_day : counted;
}

int64_t isolation_end_s(struct engine *engine, const Duban__Subject *subject)
{
    return policy_moment(engine_subject_policy(engine, subject), isolation_last_day(subject->isolation) + 1, 0);
}

static bool is_evening(int64_t window)
{
    return window % 2 != 0;
}

int64_t isolation_window_start_s(const struct policy *policy, int64_t window)
{
    return policy_moment(policy, window / 2, is_evening(window) ? policy->isolation.morning_ends_s : 0);
}

int64_t isolation_window_end_s(const struct policy *policy, int64_t window)
{
    return policy_moment(policy, window / 2, is_evening(window) ? policy->isolation.evening_ends_s : policy->isolation.morning_ends_s);
}

int64_t isolation_window_at(const struct policy *policy, int64_t at_s)
{
    int64_t morning = 2 * policy_day(policy, at_s);

    if (at_s < isolation_window_end_s(policy, morning))
        return morning;
    return at_s < isolation_window_end_s(policy, morning + 1) ? morning + 1 : -1;
}

int64_t isolation_first_full_window(const struct policy *policy, int64_t from_s)
{
    int64_t window = 2 * policy_day(policy, from_s);

    while (isolation_window_start_s(policy, window) < from_s)
        window++;
    return window;
}

uint32_t isolation_day_number(const Duban__IsolationRecord *isolation, int64_t day)
{
    return day < isolation->first_day ? 0 : (uint32_t) (day - isolation->first_day + 1);
}

uint32_t isolation_days_in_all(const Duban__IsolationRecord *isolation)
{
    return isolation_day_number(isolation, isolation_last_day(isolation));
}

Duban__MadeContact *isolation_contact_in(const Duban__IsolationRecord *isolation, int64_t window)
{
    for (size_t i = 0; i < isolation->n_contacts; i++)
        if (isolation->contacts[i]->window == window)
            return isolation->contacts[i];
    return NULL;
}

bool isolation_is_expected(const Duban__IsolationRecord *isolation, int64_t window)
{
    for (size_t i = 0; i < isolation->n_gaps; i++)
        if (window >= isolation->gaps[i]->from && window < isolation->gaps[i]->until)
            return false;
    return window >= isolation->first_window;
}

bool isolation_is_asked_for(const Duban__IsolationRecord *isolation, int64_t window)
{
    return isolation_is_expected(isolation, window) && window / 2 <= isolation_last_day(isolation);
}

/* (17) Windows that have ended, from the later of day 1 and the first full one after the registration. */
void engine_isolation_count(struct engine *engine, Duban__Subject *subject, int64_t now_s)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    Duban__IsolationRecord *isolation = subject->isolation;
    int64_t until_s = subject->finished_s != 0 && subject->finished_s < now_s ? subject->finished_s : now_s;
    int64_t window = isolation->first_window < 2 * isolation->first_day ? 2 * isolation->first_day : isolation->first_window;

    isolation->expected = isolation->missed = 0;
    for (; window / 2 <= isolation_last_day(isolation) && isolation_window_end_s(policy, window) <= until_s; window++) {
        if (!isolation_is_expected(isolation, window))
            continue;
        isolation->expected++;
        isolation->missed += isolation_contact_in(isolation, window) == NULL;
    }
}
