/* budget.h - how many messages a far end takes in a time. Pure.
 *
 * "20/1m" means: never more than 20 in any minute, wherever that minute begins. A plain bucket of 20 that fills
 * at 20 a minute would let 40 out in the minute after a pause, and robots then ban their sender. So a quarter of
 * the count may go at once, and the rest fills in over the span (the generic cell rate algorithm, ITU-T I.371, with
 * its two parameters chosen so that burst + rate x span = count).
 */
#ifndef DUBAN_NOTIFY_BUDGET_H
#define DUBAN_NOTIFY_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BUDGET_MOST_LIMITS = 2, BUDGET_MOST_COUNT = 1000000 };

struct budget_limit {
    uint32_t count;
    int64_t span_ms;
};

/* Of a channel: all of its limits hold at once; none = as many as you like. */
struct budget {
    struct budget_limit limits[BUDGET_MOST_LIMITS];
    size_t count;
};

/* What one address has used up: for each limit when its bucket is full again. Zeroed = full. */
struct bucket {
    int64_t full_at_ms[BUDGET_MOST_LIMITS];
};

/* Add "20/1m" or "5/1s". False when it is malformed, or one limit too many. */
bool budget_add(struct budget *budget, const char *text);

/* Milliseconds until the next message may go; 0 = now. */
int64_t budget_wait_ms(const struct budget *budget, const struct bucket *bucket, int64_t now_ms);

/* One message goes. */
void budget_take(const struct budget *budget, struct bucket *bucket, int64_t now_ms);

/* The far end says that it was too many: nothing is left until wait_ms from now. */
void budget_empty(const struct budget *budget, struct bucket *bucket, int64_t now_ms, int64_t wait_ms);

/* The limits are others than those that filled it: no emptier than these can make it. */
void budget_fit(const struct budget *budget, struct bucket *bucket, int64_t now_ms);

/* Nothing of it is used up: what is kept of it may be forgotten. */
bool budget_is_full(const struct budget *budget, const struct bucket *bucket, int64_t now_ms);

#endif
