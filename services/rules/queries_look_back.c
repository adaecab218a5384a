/* queries_look_back.c - what each draw of closed cases came to, in order. */
#include <assert.h>

#include "queries.h"

void query_on_look_backs(struct question *question, const Duban__LookBacksQuery *wanted)
{
    Duban__LookBackRows *reply = arena_take(question->arena, sizeof *reply);
    void **rows = question_rows(question);
    struct page page;

    (void) wanted;
    assert(reply != NULL);
    page_open(&page, question, TABLE_LOOK_BACK_ROUND, bytes_of("", 0));
    while (page.found) {
        rows[page.rows] = page_row(&page, &duban__look_back_round__descriptor);
        assert(rows[page.rows] != NULL);
        question->bytes += page.value.size;
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    duban__look_back_rows__init(reply);
    reply->rows = (Duban__LookBackRound **) rows;
    reply->n_rows = page.rows;
    question->reply->body_case = DUBAN__REPLY__BODY_LOOK_BACKS;
    question->reply->look_backs = reply;
}
