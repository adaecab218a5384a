/* queries.h - shared by the question functions of rules: a question, and pages of a table.
 *
 * A listing walks a table from the row behind Query.after until Reply is full; what it hands
 * out lives in the state's arena until the next question.
 */
#ifndef DUBAN_RULES_QUERIES_H
#define DUBAN_RULES_QUERIES_H

#include "rules.h"

enum { MAX_REPLY_BYTES = 700 * 1024, MAX_SKIPPED_ROWS = 5000,
       MAX_ANSWER_ARENA_BYTES = 8 * 1024 * 1024, MAX_WAIT_MS = 60 * 1000, MAX_AFTER_BYTES = 128 };

/* What a question function works with. */
struct question {
    struct rules *rules;
    const Duban__Query *query;
    Duban__Reply *reply;
    struct arena *arena;       /* the state's: reset before each question */
    int64_t now_s;
    size_t limit;
    size_t bytes;              /* of rows taken so far */
};

struct page {
    struct question *question;
    struct store_cursor cursor;
    struct bytes key, value;
    struct bytes prefix;
    bool found;
    size_t rows;
    size_t skipped;
};

bool key_has_prefix(struct bytes key, struct bytes prefix);

/* Stand on the first row of the prefix behind the page before. */
void page_open(struct page *page, struct question *question, int table, struct bytes prefix);

/* So many rows are taken, and no more should be: by their number, the size of the answer, or what was looked at for it. */
bool page_is_full(const struct question *question, size_t rows);

/* Count the row stood on as taken and go on; false when the page is full. */
bool page_take(struct page *page);

/* Go on without taking it. A page ends after MAX_SKIPPED_ROWS too, so that a rare row in a
 * long table costs many short answers and not one that holds up everything else. */
void page_skip(struct page *page);
void page_close(struct page *page);

/* The row stood on, unpacked; NULL when damaged. */
void *page_row(struct page *page, const ProtobufCMessageDescriptor *type);

/* Room for as many row pointers as the question may have. */
void **question_rows(struct question *question);

/* What a row of a table is in the reply; NULL: it is left out. It counts towards the size of the answer. */
typedef ProtobufCMessage *page_make(struct question *question, const void *wanted, void *row);

/* One page of a table below a key prefix, each row unpacked and made. Damaged rows are left out. */
void **page_list(struct question *question, int table, struct bytes prefix, const ProtobufCMessageDescriptor *type,
                 page_make *make, const void *wanted, size_t *count);

/* Answer with a fault instead. */
void question_fault(struct question *question, const char *field, const char *zh, const char *en);

/* As of when: what the question itself says, else what every question may say, else now. */
int64_t query_time(const struct question *question, int64_t own_s);

/* An empty wish is met by anything. */
bool query_matches(const char *wanted, const char *actual);

/* In both languages, for the reply. */
Duban__Text *query_text(struct question *question, struct policy_text text);

/* The fact of that sequence, counted as answered; NULL when there is none. Sequence of the first one at or after that
 * time. */
Duban__Fact *query_fact_at(struct question *question, uint64_t sequence);
uint64_t query_first_fact_since(struct question *question, int64_t from_s);

/* "" for none. */
char *query_focus_code(const struct policy_focus_group *group);

/* NULL when the code is empty or not in the registry. */
Duban__Text *query_site_name(struct question *question, const char *code);
Duban__Text *query_area_name(struct question *question, const char *code);

/* The activation that waits for its time; NULL when none does. */
Duban__Activation *query_scheduled_policy(struct question *question);

/* Of the task that counts for it now; *task: that task, NULL = none is open. */
Duban__Light query_light_of_case(struct question *question, const Duban__Case *case_, Duban__Task **task);
Duban__Light query_light_of_subject(struct question *question, const Duban__Subject *subject, const Duban__Task **task);

/* For qsort, of Duban__Task *: what has no due comes last; what is due together, in the order in which it began. */
int query_tasks_by_due(const void *one, const void *other);

/* Is it open, and his or that of a post that he holds? */
bool query_task_waits_for(struct question *question, const Duban__Holder *holder, Duban__Task *task);

/* Open tasks that are his, or those of a post that he holds, in that order. */
Duban__Task **query_tasks_that_wait_for(struct question *question, const Duban__Holder *holder, size_t *count);

/* One function for each question, in queries_*.c by what it is about. */
void query_on_status(struct question *question);
void query_on_metrics(struct question *question);
void query_on_cases(struct question *question, const Duban__CasesQuery *wanted);
void query_on_case(struct question *question, const Duban__CaseQuery *wanted);
void query_on_subjects(struct question *question, const Duban__SubjectsQuery *wanted);
void query_on_campaign_areas(struct question *question, const Duban__CampaignAreasQuery *wanted);
void query_on_campaign_tallies(struct question *question, const Duban__CampaignTalliesQuery *wanted);
void query_on_door_draws(struct question *question, const Duban__DoorDrawsQuery *wanted);
void query_on_doors(struct question *question, const Duban__DoorsQuery *wanted);
void query_on_look_backs(struct question *question, const Duban__LookBacksQuery *wanted);
void query_on_tasks(struct question *question, const Duban__TasksQuery *wanted);
void query_on_notices(struct question *question, const Duban__NoticesQuery *wanted);
void query_on_facts(struct question *question, const Duban__FactsQuery *wanted);
void query_on_events(struct question *question, const Duban__EventsQuery *wanted);
void query_on_areas(struct question *question);
void query_on_codes(struct question *question);
void query_on_pack(struct question *question);
void query_on_recompute(struct question *question, const Duban__RecomputeQuery *wanted);
void query_on_sites(struct question *question, const Duban__SitesQuery *wanted);
void query_on_site_dues(struct question *question, const Duban__SiteDuesQuery *wanted);
void query_on_holders(struct question *question, const Duban__HoldersQuery *wanted);
void query_on_units(struct question *question, const Duban__UnitsQuery *wanted);
void query_on_calendar(struct question *question, const Duban__CalendarQuery *wanted);
void query_on_silences(struct question *question, const Duban__SilencesQuery *wanted);
void query_on_preview(struct question *question, const Duban__PreviewQuery *wanted);
void query_on_contacts(struct question *question, const Duban__ContactsQuery *wanted);
void query_on_figures(struct question *question, const Duban__FiguresQuery *wanted);
void query_on_entrances(struct question *question, const Duban__EntrancesQuery *wanted);
void query_on_gate_posts(struct question *question, const Duban__GatePostsQuery *wanted);
/* A day of the calendar that may be asked about; else the question is answered with a fault of that field. */
bool question_day(struct question *question, const char *field, int64_t day);

void query_on_coverage(struct question *question, const Duban__CoverageQuery *wanted);
void query_on_plan(struct question *question, const Duban__PlanQuery *wanted);
void query_on_meeting(struct question *question, const Duban__MeetingQuery *wanted);
void query_on_agenda(struct question *question);
void query_on_remarks(struct question *question, const Duban__RemarksQuery *wanted);
void query_on_blind_spots(struct question *question, const Duban__BlindSpotsQuery *wanted);
void query_on_why_not(struct question *question, const Duban__WhyNotQuery *wanted);
void query_on_people(struct question *question, const Duban__PeopleQuery *wanted);
void query_on_items(struct question *question, const Duban__ItemsQuery *wanted);
void query_on_open(struct question *question, const Duban__OpenQuery *wanted);
void query_on_quarantine(struct question *question, const Duban__QuarantineQuery *wanted);
void query_on_evidence(struct question *question, const Duban__EvidenceQuery *wanted);
void query_on_visits(struct question *question, const Duban__VisitsQuery *wanted);
void query_on_activations(struct question *question);
void query_on_rows(struct question *question, const Duban__RowsQuery *wanted);

#endif
