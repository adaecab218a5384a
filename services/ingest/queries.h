/* queries.h - shared by the question functions of ingest: one question while it is answered. */
#ifndef DUBAN_INGEST_QUERIES_H
#define DUBAN_INGEST_QUERIES_H

#include "ingest.h"

struct asking {
    struct ingest *ingest;
    const struct peer *peer;
    const Duban__Query *query;
};

/* Send the reply; its rows must not lie in ingest's arena of answers. */
void queries_answer(struct asking *asking, Duban__Reply *reply);

/* Answer with a fault instead. */
void queries_refuse(struct asking *asking, const char *field, const char *zh, const char *en);

/* queries_conflicts.c */
void queries_on_conflicts(struct asking *asking, const Duban__ConflictsQuery *wanted);

#endif
