/* retry.h - when to try again. Pure.
 *
 * A schedule is a list of waits: the first before the first attempt, each other one after
 * the failure before it. Times are policy time. Jitter spreads retries that failed together;
 * it is derived from the message's key and the attempt, so that a replay waits the same.
 */
#ifndef DUBAN_NOTIFY_RETRY_H
#define DUBAN_NOTIFY_RETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"

enum { SCHEDULE_MAX_ATTEMPTS = 16, RETRY_AFTER_MAX_S = 24 * 3600 };

struct schedule {
    int64_t wait_ms[SCHEDULE_MAX_ATTEMPTS];
    uint32_t attempts;
};

/* "5m": a whole number and ms, s, m, h or d, size bytes long. False when it is something else. */
bool wait_parse(const char *word, size_t size, int64_t *wait_ms);

/* "0s 5s 5m 30m 2h": whole numbers with ms, s, m, h or d, separated by spaces. False when
 * malformed, empty or longer than SCHEDULE_MAX_ATTEMPTS. */
bool schedule_parse(struct schedule *schedule, const char *text);

/* From the first attempt to the last one, without jitter. */
int64_t schedule_span_ms(const struct schedule *schedule);

/* Wait before the attempt after `made` attempts, with jitter of at most 10 % either way;
 * -1 when no attempt is left. */
int64_t schedule_wait_ms(const struct schedule *schedule, const uint8_t key[ID_BYTES], uint32_t made);

/* A wait between 0 and most_ms that is always the same for that key: spreads what falls due at one moment. */
int64_t spread_ms(int64_t most_ms, const uint8_t key[ID_BYTES]);

/* Seconds of a Retry-After header (RFC 9110 10.2.3): a number, or an HTTP date seen from
 * now_s; at most RETRY_AFTER_MAX_S. -1 when it says nothing. */
int64_t retry_after_s(const char *value, int64_t now_s);

#endif
