/* events_kept.c - the latest events. */
#include "events_kept.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "json.h"

enum { KEPT_MOST_BYTES = 4 * 1024 * 1024 };

static const char *const KIND_NAMES[EVENT_KIND_COUNT] = { [EVENT_NOTICE] = "notice", [EVENT_CASE] = "case", [EVENT_FACT] = "fact" };

static enum event_kind kind_of(const Duban__Fact *fact)
{
    if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_TOLD)
        return EVENT_NOTICE;
    return fact->from != fact->to ? EVENT_CASE : EVENT_FACT;
}

bool event_make(struct event *event, const Duban__EventRow *row)
{
    json_t *json = json_of_message(&row->base);
    char *data = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    const Duban__Fact *fact = row->fact;
    int size = -1;

    *event = (struct event){ .sequence = fact->sequence, .kind = kind_of(fact), .tells_times = fact->old_s != 0 || fact->new_s != 0 };
    (void) snprintf(event->zone, sizeof event->zone, "%s", row->zone);
    (void) snprintf(event->area, sizeof event->area, "%s", row->area);
    (void) snprintf(event->own, sizeof event->own, "%s", event->kind == EVENT_NOTICE ? fact->recipient : row->owner);
    if (data != NULL)
        size = asprintf(&event->text, "id: %" PRIu64 "\nevent: %s\ndata: %s\n\n", fact->sequence, KIND_NAMES[event->kind], data);
    if (size == -1)
        event->text = NULL;
    event->size = size == -1 ? 0 : (size_t) size;
    free(data);
    json_decref(json);
    return size != -1;
}

static struct event *place_of(struct events_kept *kept, uint64_t sequence)
{
    return &kept->ring[sequence % EVENTS_KEPT];
}

static void drop_first(struct events_kept *kept)
{
    struct event *event = place_of(kept, kept->first++);

    kept->bytes -= event->size;
    free(event->text);
    *event = (struct event){ 0 };
}

void events_keep_nothing(struct events_kept *kept, uint64_t last)
{
    while (kept->first <= kept->last)
        drop_first(kept);
    kept->last = last;
    kept->first = last + 1;
}

void events_keep(struct events_kept *kept, const Duban__EventRow *row)
{
    struct event event;

    if (row->fact->sequence != kept->last + 1 || !event_make(&event, row)) {
        events_keep_nothing(kept, row->fact->sequence);
        return;
    }
    while (kept->first <= kept->last && (kept->last - kept->first + 1 >= EVENTS_KEPT || kept->bytes + event.size > KEPT_MOST_BYTES))
        drop_first(kept);
    *place_of(kept, event.sequence) = event;
    kept->bytes += event.size;
    kept->last = event.sequence;
}

const struct event *event_kept(const struct events_kept *kept, uint64_t sequence)
{
    assert(kept->first <= sequence && sequence <= kept->last);
    return &kept->ring[sequence % EVENTS_KEPT];
}
