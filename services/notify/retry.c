/* retry.c - schedules, jitter, Retry-After. */
#include "retry.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { JITTER_PERCENT = 10, LONGEST_WAIT_DIGITS = 6 };

enum { SECOND_MS = 1000, MINUTE_MS = 60000, HOUR_MS = 3600000, DAY_MS = 86400000 };

/* Of the unit that stands there, to the end of the word. 0 for another. */
static int64_t unit_ms(const char *unit, size_t size)
{
    static const struct {
        const char *name;
        int64_t length_ms;
    } units[] = { { "ms", 1 }, { "s", SECOND_MS }, { "m", MINUTE_MS }, { "h", HOUR_MS }, { "d", DAY_MS } };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strlen(units[i].name) == size && memcmp(units[i].name, unit, size) == 0)
            return units[i].length_ms;
    return 0;
}

bool wait_parse(const char *word, size_t size, int64_t *wait_ms)
{
    int64_t number = 0;
    size_t digits = 0;

    for (; digits < size && word[digits] >= '0' && word[digits] <= '9'; digits++)
        if (digits < LONGEST_WAIT_DIGITS)
            number = number * 10 + (word[digits] - '0');
    if (digits == 0 || digits > LONGEST_WAIT_DIGITS || unit_ms(word + digits, size - digits) == 0)
        return false;
    *wait_ms = number * unit_ms(word + digits, size - digits);
    return true;
}

bool schedule_parse(struct schedule *schedule, const char *text)
{
    memset(schedule, 0, sizeof *schedule);
    for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
        size_t size = strcspn(text, " ");

        if (schedule->attempts == SCHEDULE_MAX_ATTEMPTS ||
            !wait_parse(text, size, &schedule->wait_ms[schedule->attempts++]))
            return false;
        text += size;
    }
    return schedule->attempts > 0;
}

int64_t schedule_span_ms(const struct schedule *schedule)
{
    int64_t span_ms = 0;

    for (uint32_t i = 1; i < schedule->attempts; i++)
        span_ms += schedule->wait_ms[i];
    return span_ms;
}

static uint64_t number_of(const uint8_t key[ID_BYTES], uint32_t turn)
{
    uint8_t packed[4];
    uint8_t hash[8];
    struct bytes parts[] = { bytes_of(key, ID_BYTES), bytes_of(packed, sizeof packed) };

    put_u32(packed, turn);
    digest_of_parts(hash, sizeof hash, bytes_of(NULL, 0), parts, 2);
    return get_u64(hash);
}

int64_t spread_ms(int64_t most_ms, const uint8_t key[ID_BYTES])
{
    return most_ms > 0 ? (int64_t) (number_of(key, 0) % (uint64_t) (most_ms + 1)) : 0;
}

int64_t schedule_wait_ms(const struct schedule *schedule, const uint8_t key[ID_BYTES], uint32_t made)
{
    int64_t wait_ms, span_ms;

    if (made >= schedule->attempts)
        return -1;
    wait_ms = schedule->wait_ms[made];
    span_ms = wait_ms * JITTER_PERCENT / 100;
    return wait_ms - span_ms + (int64_t) (number_of(key, made) % (uint64_t) (2 * span_ms + 1));
}

int64_t retry_after_s(const char *value, int64_t now_s)
{
    int64_t wait_s = 0;
    const char *at = value + strspn(value, " \t");
    size_t digits = strspn(at, "0123456789");

    if (digits > 0 && at[digits + strspn(at + digits, " \t\r\n")] == '\0') {
        for (size_t i = 0; i < digits && wait_s <= RETRY_AFTER_MAX_S; i++)
            wait_s = wait_s * 10 + (at[i] - '0');
    } else {
        time_t when = curl_getdate(at, NULL);

        if (when == (time_t) -1)
            return -1;
        wait_s = (int64_t) when > now_s ? (int64_t) when - now_s : 0;
    }
    return wait_s < RETRY_AFTER_MAX_S ? wait_s : RETRY_AFTER_MAX_S;
}
