/* channels.c - settings of channels before and after notify.yaml is read. */
#include "channels.h"

#include <sodium.h>
#include <string.h>

#include "channel.h"
#include "log.h"

enum {
    ARENA_BYTES = 1024 * 1024,
    TIMEOUT_MS = 20 * 1000,
    IN_FLIGHT = 32,
    PER_ADDRESS = 16,
    FAILING_AFTER_MS = 10 * 60 * 1000,
    FOLD_ABOVE = 5,
    SPREAD_MS = 60 * 1000,
    HEARTBEAT_EVERY_MS = 5 * 60 * 1000,
};

static void set_defaults(struct channel_settings *settings, const struct channel *channel)
{
    settings->timeout_ms = TIMEOUT_MS;
    settings->in_flight = IN_FLIGHT;
    settings->per_address = channel->folds ? 1 : PER_ADDRESS;   /* in a chat the order is seen */
    settings->spread_ms = channel->folds ? SPREAD_MS : 0;
    settings->failing_after_ms = FAILING_AFTER_MS;
    settings->fold_above = FOLD_ABOVE;
    settings->webhook.source = "duban";
    settings->uncertain = channel->uncertain;
    if (!schedule_parse(&settings->schedule, channel->schedule))
        die("渠道 %s 的默认重试时间有误 / the default schedule of channel %s is malformed", channel->name, channel->name);
    for (size_t i = 0; i < BUDGET_MOST_LIMITS && channel->budget[i] != NULL; i++)
        budget_add(&settings->budget, channel->budget[i]);
}

void channels_open(struct channels *channels)
{
    memset(channels, 0, sizeof *channels);
    arena_open(&channels->arena, ARENA_BYTES);
    channels->heartbeat_every_ms = HEARTBEAT_EVERY_MS;
    for (int i = 0; i < CHANNEL_COUNT; i++)
        if (channel_of((enum channel_number) i) != NULL)
            set_defaults(&channels->of[i], channel_of((enum channel_number) i));
    channels->of[CHANNEL_SPOOL].is_set = true;
}

void channels_close(struct channels *channels)
{
    for (int i = 0; i < CHANNEL_COUNT; i++)
        secrets_close(&channels->of[i].webhook.secrets);
    arena_close(&channels->arena);
    memset(channels, 0, sizeof *channels);
}
