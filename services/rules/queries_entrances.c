/* queries_entrances.c - entrances of sites as they were last seen. */
#include <assert.h>
#include <string.h>

#include "message.h"
#include "queries.h"

static bool is_wanted(const Duban__EntrancesQuery *wanted, const Duban__SiteEntrance *row)
{
    return query_matches(wanted->site, row->site) &&
           (!wanted->problems_only || row->state == DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_PROBLEM);
}

void query_on_entrances(struct question *question, const Duban__EntrancesQuery *wanted)
{
    Duban__EntranceRows *entrances = arena_take(question->arena, sizeof *entrances);
    struct page page;

    assert(entrances != NULL);
    if (wanted->site[0] != '\0' && !is_code(wanted->site)) {
        question_fault(question, "entrances.site", "点位编号只能用字母、数字和 . _ -，不超过 32 个", "a site code has letters, digits and . _ -, at most 32");
        return;
    }
    duban__entrance_rows__init(entrances);
    entrances->rows = (Duban__SiteEntrance **) question_rows(question);
    page_open(&page, question, TABLE_ENTRANCE, bytes_of_text(wanted->site));
    while (page.found) {
        Duban__SiteEntrance *row = page_row(&page, &duban__site_entrance__descriptor);

        if (row == NULL || !is_wanted(wanted, row)) {
            page_skip(&page);
            continue;
        }
        entrances->rows[page.rows] = row;
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    entrances->n_rows = page.rows;
    question->reply->body_case = DUBAN__REPLY__BODY_ENTRANCES;
    question->reply->entrances = entrances;
}
