/* what_if.h - the journal lived through twice, as it was and under another pack, and what would have been otherwise.
 *
 *   journal ==scratch.c==> what_if_run.c --record--> runs[BEFORE] --+--> what_if_tellings.c: who was told what, when
 *                                        \--changed by what_if_entry.c--> runs[AFTER] --+     what_if_cases.c
 *                                                           what_if_subjects.c, what_if_rows.c \--> what_if_show.c, what_if_json.c
 *
 * Both runs take each record before the next one comes, so that an entry of the journal, which names cases and notices of
 * the first run, can be made to name those of the second. What is the same in both is known by content, never by
 * number: the entry that it came by, its place and check item, what sort of task (what_if_content.c).
 *
 * A notice of the second run of which the journal says nothing counts as accepted when it was decided. What the journal has no tick for, because nothing was due then, fires at its own time,
 * unless the house stood still (what_if_run.c).
 */
#ifndef DUBAN_CLI_WHAT_IF_H
#define DUBAN_CLI_WHAT_IF_H

#include "pack.h"
#include "scratch.h"

enum run { BEFORE, AFTER, RUN_COUNT };

/* Added and dropped: told in one run alone. Changed: told at the same time to the same one, of another due or level. */
enum telling_change { TELLING_ADDED, TELLING_DROPPED, TELLING_MOVED, TELLING_READDRESSED, TELLING_CHANGED, TELLING_CHANGE_COUNT };

enum { WHAT_IF_ROLES = DUBAN__ROLE__ROLE_ADMINISTRATOR + 1, WHAT_IF_HOURS = 24 };

/* A line of a notice, by the outbox of its run; sequence 0 = none. */
struct telling_place {
    uint64_t sequence;
    uint16_t item;
};

struct what_if {
    struct cli *cli;
    struct rules runs[RUN_COUNT];
    struct rules_variation variation;   /* of AFTER */
    struct pack pack;
    int64_t from_ms;               /* 0 = from the first activation on */
    int64_t to_ms;                 /* INT64_MAX = to the journal's end */
    bool begun;                    /* the period has */
    int64_t begun_s;               /* when the other pack came into force; 0 = never */
    int64_t ended_s;               /* last moment that both have come to */
    uint64_t entries;              /* of the period */
    uint64_t outbox_begun;         /* last outbox sequence before the period: the same in both */
    uint64_t seen[RUN_COUNT];      /* outbox sequence up to which tellings have been gathered */
    struct arena arena;            /* of one question, one notice, one group */

    struct store book;             /* tellings of both, differences: see what_if_book.h */
    struct store_txn book_txn;
    size_t book_rows;              /* since its last commit */
    uint64_t differences;          /* found so far, for their keys */

    uint64_t notices[RUN_COUNT];
    uint64_t tellings[RUN_COUNT];
    uint64_t load[RUN_COUNT][WHAT_IF_ROLES][WHAT_IF_HOURS];
    uint64_t changes[TELLING_CHANGE_COUNT];
    uint64_t cases[RUN_COUNT];
    uint64_t cases_changed;        /* those of one run alone among them */
    uint64_t cases_alone[RUN_COUNT];
    uint64_t subjects[RUN_COUNT];
    uint64_t subjects_changed;     /* as of cases */
    uint64_t subjects_alone[RUN_COUNT];
    uint64_t references_missing;   /* acts on what the other pack never opens: passed over */
    uint64_t references_unknown;   /* acts on a number that nobody had: held in both */
    uint64_t references_refused;   /* acts on what stands otherwise by then: without effect */
};

/* Neither a telling nor a case or subject would be otherwise. */
bool what_if_is_the_same(const struct what_if *what_if);

/* ---------------------------------------------------------------- what_if_run.c */

/* Live through it twice, gathering what is told. False after saying why not. */
bool what_if_run(struct what_if *what_if, uint64_t journal_last);

/* ---------------------------------------------------------------- what_if_entry.c */

/* As in struct rules_variation; self is the what-if. */
enum rules_admission what_if_admit(void *self, uint64_t sequence, Duban__Entry *entry);
bool what_if_let_go(void *self, uint64_t sequence, const Duban__Entry *entry);

/* ---------------------------------------------------------------- what_if_content.c */

/* Something that has an id, without its number. Texts live as long as the arena that it was read into. */
struct content {
    uint64_t sequence;             /* of the entry that it came by */
    uint16_t sort;                 /* 0 a case, a task's kind, or as in about.h a subject's */
    uint32_t ordinal;              /* of a subject, among those of its sort and place by that entry; of a task, its occurrence */
    const char *site;
    const char *area;
    const char *item;
};

/* In the run's open transaction, whatever txn it is. */
struct content content_of_case(struct arena *arena, struct store_txn *txn, const void *case_);
struct content content_of_subject(struct arena *arena, struct store_txn *txn, const void *subject);
struct content content_of_id(struct arena *arena, struct store_txn *txn, const ProtobufCBinaryData *id);

/* Write the id under which the second run knows what the first knows under that one. False: it has none. */
bool counterpart_of_case(struct what_if *what_if, const Duban__Case *case_, uint8_t id[ID_BYTES]);
bool counterpart_of_subject(struct what_if *what_if, const Duban__Subject *subject, uint8_t id[ID_BYTES]);

/* ---------------------------------------------------------------- what_if_tellings.c */

/* The book's store; false after saying why. */
bool tellings_open(struct what_if *what_if, uint64_t map_bytes);
void tellings_close(struct what_if *what_if);

/* Take down what the run has put into its outbox since. */
void tellings_gather(struct what_if *what_if, enum run run);

/* The notice of the second run that says the same at the same time to the same one; 0 = none. */
uint64_t tellings_counterpart(struct what_if *what_if, uint64_t notice);

/* Find what changed; -1 (logged) when the book cannot be written (what_if_compare.c). */
int tellings_compare(struct what_if *what_if);

/* The differences of that sort in order of time, until shown says enough. */
typedef bool telling_shown(void *self, const struct telling_place places[RUN_COUNT]);
void tellings_show(struct what_if *what_if, enum telling_change change, telling_shown *shown, void *self);

/* One of them, read back from both outboxes into the arena; NULL where it was told in one run alone. */
struct difference {
    const Duban__Notice *notice[RUN_COUNT];
    const Duban__NoticeItem *item[RUN_COUNT];
    enum run first;                /* the run that shows what is the same in both */
};
struct difference telling_difference(struct what_if *what_if, const struct telling_place places[RUN_COUNT]);

/* ---------------------------------------------------------------- what_if_rows.c */

/* A case or a subject that would be otherwise. Texts live while it is shown. */
enum { MOST_DIFFERING_FIELDS = 12 };
struct differing_field {
    const char *name;              /* as in JSON */
    struct words words;
    const char *text[RUN_COUNT];
};
struct differing {
    const char *number;            /* in the first run's ledger; "" = it is there in the second run alone */
    struct words kind;             /* of a subject; else empty */
    const char *site;              /* where there is none the area */
    const char *item;              /* check item; "" = none */
    bool there[RUN_COUNT];
    struct differing_field fields[MOST_DIFFERING_FIELDS];   /* none unless it is there in both */
    size_t field_count;
};
typedef bool differing_shown(void *self, const struct differing *differing);

/* What is compared: rows of a table whose keys are ids. */
struct compared {
    int table;
    const ProtobufCMessageDescriptor *type;
    struct content (*content)(struct arena *arena, struct store_txn *txn, const void *row);
    /* In what the two differ: adds its fields. */
    void (*compare)(struct what_if *what_if, struct store_txn *const txns[RUN_COUNT], const void *const rows[RUN_COUNT],
                    struct differing *differing);
    /* What it is called; one of them may be NULL. */
    void (*name)(struct what_if *what_if, const void *const rows[RUN_COUNT], struct differing *differing);
};

/* Rows of both runs side by side, in order of opening: those of the same content are the same. Adds to counts how many each
 * run has, and shows those that differ until shown says enough. */
void rows_compare(struct what_if *what_if, const struct compared *compared, differing_shown *shown, void *self,
                  uint64_t counts[RUN_COUNT]);

/* Counts those that differ. */
void rows_count(struct what_if *what_if, const struct compared *compared, uint64_t counts[RUN_COUNT], uint64_t *changed,
                uint64_t alone[RUN_COUNT]);

/* Adds a field in which they differ. */
void differing_add(struct differing *differing, const char *name, struct words words, const char *before, const char *after);

extern const struct compared CASES_COMPARED;      /* what_if_cases.c */
extern const struct compared SUBJECTS_COMPARED;   /* what_if_subjects.c */

/* ---------------------------------------------------------------- what_if_show.c, what_if_json.c */

/* Lists of at most so many each; or all, written piece by piece: there may be more than memory holds. */
enum exit_code what_if_show(struct what_if *what_if, uint64_t limit);
enum exit_code what_if_json(struct what_if *what_if);

#endif
