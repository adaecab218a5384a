/* labels.h - what the values of rows are called, in both languages. A value of a newer version is a dash. */
#ifndef DUBAN_LABELS_H
#define DUBAN_LABELS_H

#include "query.pb-c.h"
#include "state.pb-c.h"
#include "words.h"

enum { LABEL_CASE_BYTES = 16, LABEL_TASK_BYTES = 48 };

struct words name_of_case_state(Duban__CaseState state);
struct words name_of_task_state(Duban__TaskState state);
struct words name_of_role(Duban__Role role);
struct words name_of_light(Duban__Light light);
struct words name_of_operating_state(Duban__OperatingState state);
struct words name_of_purpose(Duban__Purpose purpose);
struct words name_of_visit_outcome(Duban__VisitOutcome outcome);

/* A field of Access, by its name: phone. One that is none of ours stays as it is written. */
struct words name_of_accessed(const char *field);

/* "DB-0012": the number of a case in the ledger. */
void label_case(uint32_t number, char out[LABEL_CASE_BYTES]);

/* What a task is known by: the number of its case or other subject, and where it has none, the entry that it is about. */
struct task_label {
    char zh[LABEL_TASK_BYTES], en[LABEL_TASK_BYTES];
};

void label_task(const Duban__TaskRow *row, struct task_label *out);

#endif
