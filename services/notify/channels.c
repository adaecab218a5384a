/* channels.c - settings of channels before and after notify.yaml is read. */
#include "channels.h"

#include <sodium.h>
#include <stdlib.h>

#include "channel.h"
#include "channels_private.h"
#include "log.h"

enum {
    ARENA_BYTES = 1024 * 1024,
    TIMEOUT_MS = 20 * SECOND_MS,
    IN_FLIGHT = 32,
    PER_ADDRESS = 16,
    FAILING_AFTER_MS = 10 * MINUTE_MS,
    FOLD_ABOVE = 5,
    SPREAD_MS = MINUTE_MS,
    HEARTBEAT_EVERY_MS = 5 * MINUTE_MS,
    HOUSE_AFTER_MS = MINUTE_MS,
    RECEIPTS_EVERY_MS = MINUTE_MS,
};

static void set_defaults(struct channel_settings *settings)
{
    settings->timeout_ms = TIMEOUT_MS;
    settings->in_flight = IN_FLIGHT;
    settings->per_address = PER_ADDRESS;
    settings->failing_after_ms = FAILING_AFTER_MS;
    settings->fold_above = FOLD_ABOVE;
    settings->webhook.source = "duban";
    settings->sms.receipts_every_ms = RECEIPTS_EVERY_MS;
}

static void set_defaults_of(struct channel_settings *settings, const struct channel *channel)
{
    settings->uncertain = channel->uncertain;
    if (channel->folds) {
        settings->per_address = 1;   /* in a chat the order is seen */
        settings->spread_ms = SPREAD_MS;
    }
    if (!schedule_parse(&settings->schedule, channel->schedule))
        die("渠道 %s 的默认重试时间有误 / the default schedule of channel %s is malformed", channel->name, channel->name);
    for (size_t i = 0; i < BUDGET_MOST_LIMITS && channel->budget[i] != NULL; i++)
        budget_add(&settings->budget, channel->budget[i]);
}

void channels_open(struct channels *channels)
{
    memset(channels, 0, sizeof *channels);
    channels->arena = malloc(sizeof *channels->arena);
    if (channels->arena == NULL)
        die("内存不足 / out of memory");
    arena_open(channels->arena, ARENA_BYTES);
    channels->heartbeat_every_ms = HEARTBEAT_EVERY_MS;
    channels->house_after_ms = HOUSE_AFTER_MS;
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        const struct channel *channel = channel_of((enum channel_number) i);

        set_defaults(&channels->of[i]);
        if (channel != NULL)
            set_defaults_of(&channels->of[i], channel);
    }
    channels->of[CHANNEL_SPOOL].is_set = true;
}

void channels_close(struct channels *channels)
{
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        secrets_close(&channels->of[i].webhook.secrets);
        channels_wipe(channels->of[i].smtp.password);
        channels_wipe(channels->of[i].sms.secret);
    }
    channels_wipe(channels->heartbeat_url);
    for (size_t i = 0; i < channels->house_count; i++)
        channels_wipe(channels->house[i].address);
    if (channels->arena != NULL)
        arena_close(channels->arena);
    free(channels->arena);
    memset(channels, 0, sizeof *channels);
}

int channels_read_again(struct channels *channels, const char *path)
{
    struct channels fresh;
    int result;

    channels_open(&fresh);
    result = path[0] != '\0' ? channels_read(&fresh, path) : 0;
    if (result == 0) {
        channels_close(channels);
        *channels = fresh;
    } else {
        channels_close(&fresh);
    }
    sodium_memzero(&fresh, sizeof fresh);
    return result;
}
