/* import_channels.c - ways by which nothing can be sent now: the channel has no section in notify.yaml. A note, no fault: it may
 * be set up later, and what is told meanwhile goes by the next way, or stays in the spool.
 */
#include <string.h>

#include "import.h"

static const char *const *ways_of(struct import *import, const Duban__Entry *entry, size_t *count)
{
    const Duban__RoleHolderChange *change = entry->role_holder_change;
    const char **ways = import_made(import, (change->n_other_ways + 1) * sizeof *ways);

    *count = 0;
    if (change->channel[0] != '\0')
        ways[(*count)++] = change->channel;
    for (size_t i = 0; i < change->n_other_ways; i++)
        ways[(*count)++] = change->other_ways[i]->channel;
    return ways;
}

static bool needs_a_channel(struct import *import)
{
    for (size_t i = 0; i < import->table.count; i++) {
        size_t count;
        const char *const *ways = ways_of(import, import->entries[i], &count);

        for (size_t k = 0; k < count; k++)
            if (strcmp(ways[k], "spool") != 0)
                return true;
    }
    return false;
}

/* What notify would say by each channel, and whether it is set up: of a message about nothing, sent to nobody. */
static bool ask_channels(struct import *import, struct listing *channels)
{
    Duban__NoticeItem item = DUBAN__NOTICE_ITEM__INIT, *items[] = { &item };
    Duban__Recipient recipient = DUBAN__RECIPIENT__INIT;
    Duban__Notice notice = DUBAN__NOTICE__INIT;
    Duban__RenderQuery which = DUBAN__RENDER_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault fault;

    recipient.language = "zh";
    notice.kind = "contact_test";
    notice.recipient = &recipient;
    notice.n_items = 1;
    notice.items = items;
    which.notice = &notice;
    query.body_case = DUBAN__QUERY__BODY_RENDER;
    query.render = &which;
    return ask_all_quietly(import->cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_RENDERED, channels, &fault);
}

static bool is_set_up(const struct listing *channels, const char *name)
{
    for (size_t i = 0; i < channels->count; i++)
        if (strcmp(((const Duban__Rendered *) channels->rows[i])->channel, name) == 0)
            return ((const Duban__Rendered *) channels->rows[i])->usable;
    return false;
}

static void tell_row(struct import *import, size_t row, const struct listing *channels)
{
    size_t count;
    const char *const *ways = ways_of(import, import->entries[row], &count);

    for (size_t i = 0; i < count; i++)
        if (!is_set_up(channels, ways[i]))
            show_line(&import->cli->errors, "提醒：第 %u 行：渠道 %s 还没有在 notify.yaml 中设置，暂时不能由它发送",
                      "note: line %u: channel %s is not set up in notify.yaml, nothing can be sent by it yet", import->table.rows[row].line, ways[i]);
}

void import_tell_channels(struct import *import)
{
    struct listing channels;

    if (strcmp(import->kind->name, "holders") != 0 || !needs_a_channel(import))
        return;
    fflush(import->cli->show.out);
    if (!ask_channels(import, &channels)) {
        show_line(&import->cli->errors, "通知程序没有应答：渠道有没有设置，没有检查", "notify did not answer: whether the channels are set up was not checked");
        return;
    }
    for (size_t i = 0; i < import->table.count; i++)
        tell_row(import, i, &channels);
}
