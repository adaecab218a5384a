/* queries_entrances.c - entrances of sites as they were last seen. */
#include <assert.h>
#include <string.h>

#include "message.h"
#include "queries.h"

static ProtobufCMessage *wanted_entrance(struct question *question, const void *asked, void *found)
{
    const Duban__EntrancesQuery *wanted = asked;
    Duban__SiteEntrance *row = found;

    (void) question;
    return query_matches(wanted->site, row->site) &&
                   (!wanted->problems_only || row->state == DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_PROBLEM)
               ? &row->base : NULL;
}

void query_on_entrances(struct question *question, const Duban__EntrancesQuery *wanted)
{
    Duban__EntranceRows *entrances = arena_take(question->arena, sizeof *entrances);

    assert(entrances != NULL);
    if (wanted->site[0] != '\0' && !is_code(wanted->site)) {
        question_fault(question, "entrances.site", "点位编号只能用字母、数字和 . _ -，不超过 32 个", "a site code has letters, digits and . _ -, at most 32");
        return;
    }
    duban__entrance_rows__init(entrances);
    entrances->rows = (Duban__SiteEntrance **) page_list(question, TABLE_ENTRANCE, bytes_of_text(wanted->site),
                                                         &duban__site_entrance__descriptor, wanted_entrance, wanted,
                                                         &entrances->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_ENTRANCES;
    question->reply->entrances = entrances;
}
