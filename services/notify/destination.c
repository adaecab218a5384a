/* destination.c - the queues' ends in memory, in order of channel and token. */
#include "destination.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 16 };

/* ---------------------------------------------------------------- sorted lists */

/* Place of the key in `count` elements of `size` bytes that begin with a channel and have the key at key_offset. */
static size_t place_of(const void *list, size_t count, size_t size, size_t key_offset, enum channel_number channel,
                       const void *key, size_t key_size, bool *found)
{
    size_t low = 0, high = count;

    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const uint8_t *element = (const uint8_t *) list + middle * size;
        const enum channel_number *other = (const void *) element;
        int order = *other != channel ? (*other < channel ? -1 : 1) : memcmp(element + key_offset, key, key_size);

        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Make room for one more, and a gap of zeroes at place. False without memory. */
static bool open_gap(void **list, size_t *count, size_t *capacity, size_t size, size_t place)
{
    uint8_t *bytes = *list;

    if (*count == *capacity) {
        size_t larger = *capacity > 0 ? 2 * *capacity : FIRST_CAPACITY;

        bytes = realloc(bytes, larger * size);
        if (bytes == NULL)
            return false;
        *list = bytes;
        *capacity = larger;
    }
    memmove(bytes + (place + 1) * size, bytes + place * size, (*count - place) * size);
    memset(bytes + place * size, 0, size);
    (*count)++;
    return true;
}

static size_t find_destination(const struct destinations *destinations, enum channel_number channel,
                               const uint8_t *token, bool *found)
{
    return place_of(destinations->list, destinations->count, sizeof *destinations->list,
                    offsetof(struct destination, token), channel, token, TOKEN_BYTES, found);
}

static size_t find_far_end(const struct destinations *destinations, enum channel_number channel, const uint8_t *digest,
                           bool *found)
{
    return place_of(destinations->far_ends, destinations->far_end_count, sizeof *destinations->far_ends,
                    offsetof(struct far_end, digest), channel, digest, DIGEST_BYTES, found);
}

struct destination *destination_of(struct destinations *destinations, enum channel_number channel,
                                   const uint8_t token[TOKEN_BYTES])
{
    bool found;
    size_t place = find_destination(destinations, channel, token, &found);
    void *list = destinations->list;
    struct destination *destination;

    if (found)
        return &destinations->list[place];
    if (!open_gap(&list, &destinations->count, &destinations->capacity, sizeof *destination, place))
        return NULL;
    destinations->list = list;
    destination = &destinations->list[place];
    destination->channel = channel;
    memcpy(destination->token, token, TOKEN_BYTES);
    for (int lane = 0; lane < LANES_PER_CHANNEL; lane++)
        destination->due_ms[lane] = INT64_MAX;
    return destination;
}

const struct destination *destination_known(const struct destinations *destinations, enum channel_number channel,
                                            const uint8_t token[TOKEN_BYTES])
{
    bool found;
    size_t place = find_destination(destinations, channel, token, &found);

    return found ? &destinations->list[place] : NULL;
}

void destinations_divert_anew(struct destinations *destinations, const struct far_end *far_end)
{
    for (size_t i = 0; i < destinations->count; i++) {
        struct destination *destination = &destinations->list[i];

        if (destination->channel != far_end->channel || !destination->has_digest ||
            memcmp(destination->digest, far_end->digest, DIGEST_BYTES) != 0)
            continue;
        destination->diverted = false;
        memset(destination->diverted_to, 0, sizeof destination->diverted_to);
    }
}

struct far_end *far_end_of(struct destinations *destinations, enum channel_number channel,
                           const uint8_t digest[DIGEST_BYTES])
{
    bool found;
    size_t place = find_far_end(destinations, channel, digest, &found);
    void *list = destinations->far_ends;
    struct far_end *far_end;

    if (found)
        return &destinations->far_ends[place];
    if (!open_gap(&list, &destinations->far_end_count, &destinations->far_end_capacity, sizeof *far_end, place))
        return NULL;
    destinations->far_ends = list;
    far_end = &destinations->far_ends[place];
    far_end->channel = channel;
    far_end->window = 1;
    memcpy(far_end->digest, digest, DIGEST_BYTES);
    return far_end;
}

struct far_end *destination_far_end(struct destinations *destinations, const struct destination *destination)
{
    bool found = false;
    size_t place = 0;

    if (destination->has_digest)
        place = find_far_end(destinations, destination->channel, destination->digest, &found);
    return found ? &destinations->far_ends[place] : NULL;
}

/* ---------------------------------------------------------------- life */

static bool load_queues(struct destinations *destinations, struct store_txn *txn)
{
    struct queue_end end;

    for (bool more = state_first_queue(txn, &end); more; more = state_next_queue(txn, &end)) {
        struct destination *destination = destination_of(destinations, end.channel, end.token);

        if (destination == NULL)
            return false;
        destination->due_ms[end.lane] = end.due_ms;
    }
    return true;
}

static bool load_far_ends(struct destinations *destinations, struct store_txn *txn)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool good = true;

    store_cursor_open(&cursor, txn, TABLE_FAR_END);
    for (bool more = store_seek(&cursor, bytes_of(NULL, 0), &key, &value); more && good;
         more = store_next(&cursor, &key, &value)) {
        const uint8_t *at = key.data;
        struct far_end_row row;
        struct far_end *far_end;

        if (key.size != 1 + DIGEST_BYTES || at[0] >= CHANNEL_COUNT || !state_read_far_end(value, &row))
            continue;
        far_end = far_end_of(destinations, (enum channel_number) at[0], at + 1);
        good = far_end != NULL;
        if (good)
            far_end->kept = row;
    }
    store_cursor_close(&cursor);
    return good;
}

int destinations_open(struct destinations *destinations, struct store_txn *txn)
{
    memset(destinations, 0, sizeof *destinations);
    if (load_queues(destinations, txn) && load_far_ends(destinations, txn))
        return 0;
    destinations_close(destinations);
    return -1;
}

void destinations_close(struct destinations *destinations)
{
    free(destinations->list);
    free(destinations->far_ends);
    memset(destinations, 0, sizeof *destinations);
}

static bool is_empty(const struct destination *destination)
{
    return destination->in_window == 0 && destination->due_ms[0] == INT64_MAX && destination->due_ms[1] == INT64_MAX;
}

static bool is_forgettable(const struct far_end *far_end, const struct channels *channels, int64_t now_ms)
{
    return far_end->flying == 0 && far_end->kept.failing_since_ms == 0 && far_end->kept.not_before_ms <= now_ms &&
           budget_is_full(&channels->of[far_end->channel].budget, &far_end->kept.bucket, now_ms);
}

void destinations_prune(struct destinations *destinations, const struct channels *channels, int64_t now_ms)
{
    size_t kept = 0;

    for (size_t i = 0; i < destinations->count; i++)
        if (!is_empty(&destinations->list[i]))
            destinations->list[kept++] = destinations->list[i];
    destinations->count = kept;
    kept = 0;
    for (size_t i = 0; i < destinations->far_end_count; i++)
        if (!is_forgettable(&destinations->far_ends[i], channels, now_ms))
            destinations->far_ends[kept++] = destinations->far_ends[i];
    destinations->far_end_count = kept;
}

void destinations_fit(struct destinations *destinations, const struct channels *channels, int64_t now_ms)
{
    for (size_t i = 0; i < destinations->far_end_count; i++) {
        struct far_end *far_end = &destinations->far_ends[i];

        budget_fit(&channels->of[far_end->channel].budget, &far_end->kept.bucket, now_ms);
    }
}

/* ---------------------------------------------------------------- when */

void destinations_note_due(struct destinations *destinations, enum channel_number channel,
                           const uint8_t token[TOKEN_BYTES], bool urgent, int64_t due_ms)
{
    struct destination *destination = destination_of(destinations, channel, token);
    int64_t *earliest_ms;

    if (destination == NULL)
        return;
    earliest_ms = &destination->due_ms[lane_of(urgent)];
    if (due_ms < *earliest_ms)
        *earliest_ms = due_ms;
}

int64_t far_end_wait_ms(const struct far_end *far_end, const struct channel_settings *settings, int64_t now_ms)
{
    int64_t wait_ms = budget_wait_ms(&settings->budget, &far_end->kept.bucket, now_ms);

    if (far_end->kept.not_before_ms - now_ms > wait_ms)
        wait_ms = far_end->kept.not_before_ms - now_ms;
    return wait_ms;
}

int64_t destination_next_ms(struct destinations *destinations, const struct destination *destination,
                            const struct channel_settings *settings, int64_t now_ms)
{
    const struct far_end *far_end = destination_far_end(destinations, destination);
    int64_t due_ms = destination->due_ms[0] < destination->due_ms[1] ? destination->due_ms[0] : destination->due_ms[1];
    int64_t wait_ms = far_end != NULL && due_ms != INT64_MAX ? far_end_wait_ms(far_end, settings, now_ms) : 0;

    return wait_ms > 0 && now_ms + wait_ms > due_ms ? now_ms + wait_ms : due_ms;
}

/* ---------------------------------------------------------------- what an answer means */

void far_end_accepted(struct far_end *far_end, const struct channel_settings *settings)
{
    far_end->answers_well = true;
    far_end->kept.failures = 0;
    far_end->kept.failing_since_ms = 0;
    far_end->kept.not_before_ms = 0;
    if (far_end->window < settings->per_address)
        far_end->window *= 2;
    if (far_end->window > settings->per_address)
        far_end->window = settings->per_address;
}

void destination_try_now(struct destinations *destinations, enum channel_number channel,
                         const uint8_t token[TOKEN_BYTES])
{
    bool found;
    size_t place = find_destination(destinations, channel, token, &found);
    struct far_end *far_end = found ? destination_far_end(destinations, &destinations->list[place]) : NULL;

    if (far_end != NULL && far_end->kept.failures > 0)
        far_end->kept.not_before_ms = 0;
}

void far_end_failed(struct far_end *far_end, int64_t now_ms, int64_t again_ms, int64_t said_ms)
{
    far_end->window = 1;
    far_end->answers_well = false;
    far_end->kept.failures++;
    if (far_end->kept.failing_since_ms == 0)
        far_end->kept.failing_since_ms = now_ms;
    if (again_ms > now_ms + BACK_OFF_MOST_MS)
        again_ms = now_ms + BACK_OFF_MOST_MS;
    if (again_ms < now_ms + said_ms)
        again_ms = now_ms + said_ms;
    if (far_end->kept.not_before_ms < again_ms)
        far_end->kept.not_before_ms = again_ms;
}

static bool is_queued_for(const struct destinations *destinations, const struct far_end *far_end)
{
    for (size_t i = 0; i < destinations->count; i++) {
        const struct destination *destination = &destinations->list[i];

        if (!is_empty(destination) && destination->channel == far_end->channel && destination->has_digest &&
            memcmp(destination->digest, far_end->digest, DIGEST_BYTES) == 0)
            return true;
    }
    return false;
}

/* Each failure sets what it has to wait for; what was tried by hand has no wait, but since when it fails. */
bool far_end_is_forsaken(const struct destinations *destinations, const struct far_end *far_end, int64_t now_ms)
{
    int64_t tried_ms = far_end->kept.not_before_ms > far_end->kept.failing_since_ms ? far_end->kept.not_before_ms
                                                                                    : far_end->kept.failing_since_ms;

    return far_end->kept.failing_since_ms != 0 && far_end->flying == 0 && now_ms - tried_ms > FORSAKEN_AFTER_MS &&
           !is_queued_for(destinations, far_end);
}

bool far_end_has_failed_for_long(const struct far_end *far_end, const struct channel_settings *settings, int64_t now_ms)
{
    return far_end->kept.failing_since_ms != 0 && now_ms - far_end->kept.failing_since_ms > settings->failing_after_ms;
}

void far_end_forget(struct far_end *far_end)
{
    memset(&far_end->kept, 0, sizeof far_end->kept);
    far_end->window = 1;
    far_end->forsaken = false;
}

void far_end_throttled(struct far_end *far_end, const struct channel_settings *settings, int64_t now_ms,
                       int64_t wait_ms)
{
    far_end->window = 1;
    far_end->answers_well = false;
    if (far_end->kept.failing_since_ms == 0)
        far_end->kept.failing_since_ms = now_ms;
    budget_empty(&settings->budget, &far_end->kept.bucket, now_ms, wait_ms);
    if (far_end->kept.not_before_ms < now_ms + wait_ms)
        far_end->kept.not_before_ms = now_ms + wait_ms;
}
