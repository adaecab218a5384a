/* budget.c - limits by the generic cell rate algorithm. */
#include "budget.h"

#include <string.h>

#include "retry.h"

static int64_t burst_of(const struct budget_limit *limit)
{
    return limit->count >= 4 ? limit->count / 4 : 1;
}

/* Between two messages once the burst is used up: burst + span / interval is at most the count. */
static int64_t interval_ms(const struct budget_limit *limit)
{
    int64_t steps = (int64_t) limit->count - burst_of(limit) + 1;

    return (limit->span_ms + steps - 1) / steps;
}

bool budget_add(struct budget *budget, const char *text)
{
    struct budget_limit limit = { 0 };
    uint64_t count = 0;
    const char *at = text;

    for (; *at >= '0' && *at <= '9' && count <= BUDGET_MOST_COUNT; at++)
        count = count * 10 + (uint64_t) (*at - '0');
    if (count == 0 || count > BUDGET_MOST_COUNT || *at != '/' || budget->count == BUDGET_MOST_LIMITS ||
        !wait_parse(at + 1, strlen(at + 1), &limit.span_ms) || limit.span_ms == 0)
        return false;
    limit.count = (uint32_t) count;
    budget->limits[budget->count++] = limit;
    return true;
}

int64_t budget_wait_ms(const struct budget *budget, const struct bucket *bucket, int64_t now_ms)
{
    int64_t longest_ms = 0;

    for (size_t i = 0; i < budget->count; i++) {
        const struct budget_limit *limit = &budget->limits[i];
        int64_t wait_ms = bucket->full_at_ms[i] - (burst_of(limit) - 1) * interval_ms(limit) - now_ms;

        if (wait_ms > longest_ms)
            longest_ms = wait_ms;
    }
    return longest_ms;
}

void budget_take(const struct budget *budget, struct bucket *bucket, int64_t now_ms)
{
    for (size_t i = 0; i < budget->count; i++) {
        int64_t from_ms = bucket->full_at_ms[i] > now_ms ? bucket->full_at_ms[i] : now_ms;

        bucket->full_at_ms[i] = from_ms + interval_ms(&budget->limits[i]);
    }
}

void budget_empty(const struct budget *budget, struct bucket *bucket, int64_t now_ms, int64_t wait_ms)
{
    for (size_t i = 0; i < budget->count; i++) {
        const struct budget_limit *limit = &budget->limits[i];
        int64_t full_at_ms = now_ms + wait_ms + (burst_of(limit) - 1) * interval_ms(limit);

        if (bucket->full_at_ms[i] < full_at_ms)
            bucket->full_at_ms[i] = full_at_ms;
    }
}

void budget_fit(const struct budget *budget, struct bucket *bucket, int64_t now_ms)
{
    for (size_t i = 0; i < BUDGET_MOST_LIMITS; i++) {
        const struct budget_limit *limit = &budget->limits[i];
        int64_t latest_ms = i < budget->count ? now_ms + burst_of(limit) * interval_ms(limit) : 0;

        if (bucket->full_at_ms[i] > latest_ms)
            bucket->full_at_ms[i] = latest_ms;
    }
}

bool budget_is_full(const struct budget *budget, const struct bucket *bucket, int64_t now_ms)
{
    for (size_t i = 0; i < budget->count; i++)
        if (bucket->full_at_ms[i] > now_ms)
            return false;
    return true;
}
