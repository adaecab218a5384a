/* channel.c - the list of channels. */
#include "channel.h"

static const struct channel *const channels[CHANNEL_COUNT] = {
    [CHANNEL_SPOOL] = &channel_spool,
    [CHANNEL_WEBHOOK] = &channel_webhook,
};

const struct channel *channel_of(enum channel_number number)
{
    return channels[number];
}

bool channel_named(const char *name, enum channel_number *number)
{
    if (name[0] == '\0')
        name = channel_spool.name;
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        if (strcmp(channels[i]->name, name) == 0) {
            *number = (enum channel_number) i;
            return true;
        }
    }
    return false;
}
