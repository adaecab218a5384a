/* channel_spool.c - the spool as a channel: always there, and the last resort of the others.
 *
 * Its lines do not go over the wire: spooling.c writes them, many with one flush.
 */
#include "channel.h"

enum { DISK_TROUBLE_WAIT_MS = 10 * 1000 };

static const char *unusable(const struct channel_settings *settings)
{
    (void) settings;
    return NULL;
}

static void judge(const struct channel_settings *settings, const struct answer *answer, struct judgement *judgement)
{
    (void) settings;
    memset(judgement, 0, sizeof *judgement);
    if (answer->error != NULL)
        judgement_set(judgement, VERDICT_LATER, DISK_TROUBLE_WAIT_MS, "%s", answer->error);
}

const struct channel channel_spool = {
    .name = "spool",
    .proves = DUBAN__GRADE__GRADE_DELIVERED,
    .at_once = true,
    .last_resort = true,
    .takes_object = true,
    .schedule = "0s",
    .unusable = unusable,
    .judge = judge,
};
