/* engine_watch_days.c - who was there on which day, days in a row, days on which nobody had to be there. */
#include <assert.h>

#include "engine_watch.h"

/* ---------------------------------------------------------------- days */

Duban__WatchDay *watch_day(const Duban__WatchRecord *watch, int64_t day)
{
    for (size_t i = 0; i < watch->n_days; i++)
        if (watch->days[i]->day == day)
            return watch->days[i];
    return NULL;
}

Duban__WatchDay *watch_add_day(struct engine *engine, Duban__WatchRecord *watch, int64_t day)
{
    Duban__WatchDay **days = arena_take_pointers(&engine->state->arena, watch->n_days + 1);
    Duban__WatchDay *added = arena_take(&engine->state->arena, sizeof *added);
    size_t place = watch->n_days;

    assert(days != NULL && added != NULL);
    duban__watch_day__init(added);
    added->day = day;
    for (size_t i = 0; i < watch->n_days; i++)
        days[i] = watch->days[i];
    for (; place > 0 && days[place - 1]->day > day; place--)
        days[place] = days[place - 1];
    days[place] = added;
    watch->days = days;
    watch->n_days++;
    return added;
}

uint32_t watch_streak(const Duban__WatchRecord *watch, int64_t day)
{
    uint32_t count = 0;

    for (int64_t wanted = watch_day(watch, day) != NULL ? day : day - 1; wanted >= watch->first_day; wanted--) {
        if (watch_day(watch, wanted) != NULL)
            count++;
        else if (!watch_stands_still_on(watch, wanted))
            break;
    }
    return count;
}

uint32_t watch_clean_days(const Duban__WatchRecord *watch)
{
    uint32_t count = 0;

    for (size_t i = 0; i < watch->n_days; i++)
        count = watch->days[i]->failed ? 0 : count + watch->days[i]->checked;
    return count;
}

int64_t watch_next_day(const struct policy *policy, int64_t now_s, int64_t day)
{
    int64_t today = policy_day(policy, now_s);
    int64_t first = now_s >= policy_moment(policy, today, policy->watch.check_in_by_s) ? today + 1 : today;

    return day < first ? first : day;
}

/* ---------------------------------------------------------------- standing still */

Duban__WatchPause *watch_pause(const Duban__WatchRecord *watch)
{
    Duban__WatchPause *last = watch->n_pauses == 0 ? NULL : watch->pauses[watch->n_pauses - 1];

    return last != NULL && last->until_s == 0 ? last : NULL;
}

Duban__WatchPause *watch_add_pause(struct engine *engine, Duban__WatchRecord *watch)
{
    Duban__WatchPause **pauses = arena_take_pointers(&engine->state->arena, watch->n_pauses + 1);
    Duban__WatchPause *added = arena_take(&engine->state->arena, sizeof *added);

    assert(pauses != NULL && added != NULL);
    duban__watch_pause__init(added);
    for (size_t i = 0; i < watch->n_pauses; i++)
        pauses[i] = watch->pauses[i];
    pauses[watch->n_pauses++] = added;
    watch->pauses = pauses;
    return added;
}

bool watch_stands_still_on(const Duban__WatchRecord *watch, int64_t day)
{
    for (size_t i = 0; i < watch->n_pauses; i++)
        if (day >= watch->pauses[i]->from_day && (watch->pauses[i]->until_s == 0 || day < watch->pauses[i]->until_day))
            return true;
    return false;
}

bool watch_stood_still_at(const Duban__WatchRecord *watch, int64_t at_s)
{
    for (size_t i = 0; i < watch->n_pauses; i++)
        if (at_s >= watch->pauses[i]->from_s && (watch->pauses[i]->until_s == 0 || at_s < watch->pauses[i]->until_s))
            return true;
    return false;
}
