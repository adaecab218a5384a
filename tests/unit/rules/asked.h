/* asked.h - a question to rules with its answer, without sockets. */
#ifndef DUBAN_TEST_ASKED_H
#define DUBAN_TEST_ASKED_H

#include "queries.h"
#include "township.h"

/* Until close_question. */
struct asked {
    Duban__Query query;
    Duban__Reply reply;
    struct question question;
};

static inline void open_question(struct township *t, struct asked *asked, size_t limit)
{
    duban__query__init(&asked->query);
    duban__reply__init(&asked->reply);
    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    asked->question = (struct question){ .rules = &t->rules, .query = &asked->query, .reply = &asked->reply,
                                         .arena = &t->rules.state.arena, .now_s = t->now_s, .limit = limit };
}

static inline void close_question(struct township *t)
{
    store_abort(&t->rules.state.txn);
}

#endif
