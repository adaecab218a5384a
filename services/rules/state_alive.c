/* state_alive.c - what has been told since the last summary, and what is not known of it yet. */
#include "state_rows.h"

static const char BOOK[] = "book";

Duban__AlertingBook *state_alerting_book(struct state *state)
{
    return row_share(state, TABLE_ALERTING, bytes_of_text(BOOK), &duban__alerting_book__descriptor);
}

void state_put_alerting_book(struct state *state, const Duban__AlertingBook *book)
{
    row_put_shared(state, TABLE_ALERTING, bytes_of_text(BOOK), book);
}
