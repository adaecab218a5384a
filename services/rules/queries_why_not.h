/* queries_why_not.h - shared by the answers to why something was not sent: rows, and walks that go on from page to page.
 *
 *   queries_why_not.c         which question it is; pages of several tables one behind the other
 *   queries_why_not_rows.c    one row: what it is about, by which line of the policy
 *   queries_why_not_facts.c   what was decided, from the facts of a case or subject
 *   queries_why_not_tasks.c   what is still to come, or never came, from its tasks
 *   queries_why_not_site.c    duties that are not open at a site
 *   queries_why_not_member.c  what would have come to somebody
 */
#ifndef DUBAN_RULES_QUERIES_WHY_NOT_H
#define DUBAN_RULES_QUERIES_WHY_NOT_H

#include "about.h"
#include "queries.h"

enum {
    MOST_ROWS_OF_ONE = 128,    /* that one fact or task gives */
    MOST_CONDITIONS = 50,      /* of one fact: the rest is only counted */
    FACTS_AHEAD = 64,          /* looked at behind a fact for what became of it */
};

struct why_not {
    struct question *question;
    const Duban__WhyNotQuery *wanted;
    int64_t at_s;
    bool is_now;               /* nothing has happened since at_s */
    bool is_answered;          /* pages before this one had rows */
    Duban__WhyNotRow **rows;
    size_t count;
    const Duban__Case *case_;  /* these two: what is asked about, where it is one case or subject; else NULL */
    const Duban__Subject *subject;
};

#define WHY(name) DUBAN__WHY_NOT__WHY_NOT_##name
#define FACT(name) DUBAN__FACT_KIND__FACT_KIND_##name

/* ---------------------------------------------------------------- pages */

/* One part of an answer: rows of a table, in order. */
struct phase {
    uint8_t number;            /* from 1, in the order in which they are walked */
    int table;
    struct bytes prefix;       /* bytes_of("", 0): all */
    struct bytes behind;       /* it begins behind this key; empty = with the first of the prefix */
    bool (*show)(struct why_not *why, struct page *page);   /* adds what the row stood on gives; false: no more are wanted */
};

/* From where the page before ended. False: the page is full, the answer is complete. */
bool why_not_walk(struct why_not *why, const struct phase *phase);

/* No page before this one: what stands in no table is said first. */
bool why_not_is_first_page(const struct why_not *why);

/* ---------------------------------------------------------------- rows */

/* One more row, about the thing with that id (may be empty). */
Duban__WhyNotRow *why_not_add(struct why_not *why, Duban__WhyNot reason, const ProtobufCBinaryData *about);

/* The fact's own words: message, recipient, rule with its line, task, entry and when. */
Duban__WhyNotRow *why_not_add_fact(struct why_not *why, Duban__WhyNot reason, const Duban__Fact *fact);

/* What a row of the task's plan would have said, when, and to whom as the registry is now. */
void why_not_fill_plan_row(struct why_not *why, Duban__WhyNotRow *row, Duban__Task *task, const struct policy_row *plan_row);

/* Due and kind of the task. */
void why_not_fill_task(Duban__WhyNotRow *row, Duban__Task *task);

/* Where in the pack it says so. */
void why_not_fill_place(Duban__WhyNotRow *row, const struct policy *policy, const char *rule, const struct file_place *place);

/* A condition that does not hold, in words, with what it read of the values. */
void why_not_fill_condition(struct why_not *why, Duban__WhyNotRow *row, const struct policy *policy,
                            const struct condition *condition, const struct condition_values *values);

/* One more account that is, was or would be told. */
void why_not_add_to(struct why_not *why, Duban__WhyNotRow *row, const char *account);

/* Does a row of the task's plan tell one of these accounts, as the registry is now? */
bool why_not_reaches(struct why_not *why, Duban__Task *task, const struct policy_row *plan_row, const char *const *accounts,
                     size_t count);

/* The row of that name among all plans of a kind; NULL when there is none. */
const struct policy_row *why_not_find_row(const struct policy *policy, int kind, const char *name);

/* ---------------------------------------------------------------- facts, tasks */

/* What the fact says of a notice that was not sent; nothing for the others. */
void why_not_of_fact(struct why_not *why, const Duban__Fact *fact);

/* The first fact of the same subject behind that one, among the next few and not later than at_s, that is wanted. */
typedef bool fact_wanted(const Duban__Fact *fact, const Duban__Fact *of);
const Duban__Fact *why_not_ahead(struct why_not *why, const Duban__Fact *of, fact_wanted *is_wanted);

/* The task as it was at at_s: its state, level and due. NULL: it was not open yet. Its steps stay those of now. */
Duban__Task *why_not_task_then(struct why_not *why, const Duban__Task *task);

/* What is still to come of it, or why nothing does; most: rows at most. */
void why_not_of_task(struct why_not *why, const Duban__Task *task, size_t most);

/* A row of its plan whose time has not come. */
Duban__WhyNotRow *why_not_add_coming(struct why_not *why, Duban__Task *task, const struct policy_row *plan_row, int64_t at_s);

/* ---------------------------------------------------------------- by what is asked about */

void why_not_of_site(struct why_not *why, const Duban__Site *site);
/* The account, or (NULL) whoever holds the post. */
void why_not_of_member(struct why_not *why, const char *account, const Duban__RoleGrant *post);

#endif
