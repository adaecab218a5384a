/* engine_figures.h - figures are kept while things change, and never counted when somebody asks.
 *
 *   a case, task, subject or area is put --> what its row counts for now
 *                                            less what it counted for before (TABLE_COUNTING)
 *                                            = what its cells gain or lose from this second on (TABLE_FIGURE)
 *
 * What a thing counts for is a function of its row alone: what an amendment takes back, or a late report adds, is right by
 * itself, from the second at which it was journaled and not before. Each cell is kept for the whole township and for each
 * zone, area, site kind and focus group, so that whoever asks adds up days and nothing else. A thing counts where it was
 * when it was first counted, its tasks beside it; the days of a site go with the site.
 */
#ifndef DUBAN_RULES_ENGINE_FIGURES_H
#define DUBAN_RULES_ENGINE_FIGURES_H

#include "engine.h"

/* Numbers stay: they are keys of rows. Days are of the deployment's zone; "stands": day 0. */
enum figure_cell {
    CELL_FIXED = 1,           /* day filed: first pass / filed */
    CELL_CLOSED,              /* day filed: closed / filed */
    CELL_ON_TIME,             /* day due: first pass in time / passed or overdue */
    CELL_FIX_TIME,            /* day of the first pass; part: level and minutes */
    CELL_FIRST_REVISIT,       /* day of the visit: passed / first revisits */
    CELL_REWORK,              /* day of the visit: failed revisits / - */
    CELL_CLOSING,             /* day closed: came back / closings */
    CELL_FILED_ITEM,          /* day filed; part: item */
    CELL_FILED_SITE,          /* day filed; part: site */
    CELL_OVERDUE,             /* day due; overdue as long as it stands */
    CELL_OVERDUE_LEVEL,       /* stands; part: level */
    CELL_OVERDUE_OWNER,       /* stands; part: account */
    CELL_OVERDUE_SITE,        /* stands; part: site */
    CELL_OVERDUE_SINCE,       /* day due; part: due_s, 12 digits */
    CELL_REVISIT,             /* day due: done by the end of that day / planned */
    CELL_ACKNOWLEDGED,        /* day assigned: in time / assigned */
    CELL_COMPLAINT_CHECK,     /* day due: somebody was there in time / done or overdue */
    CELL_COMPLAINT_RESULT,    /* day concluded: substantiated, wholly or partly / concluded */
    CELL_FEEDBACK,            /* day sent: receipted / sent */
    CELL_COORDINATION_TIME,   /* day delivered; part: minutes */
    CELL_COORDINATION_LATE,   /* stands: not delivered by when it was needed */
    CELL_REFERRAL_RESULT,     /* day due: in time / answered or overdue */
    CELL_ISOLATED,            /* stands: under observation */
    CELL_ISOLATION_ENDING,    /* last day: under observation */
    CELL_ISOLATION_RESTARTS,  /* stands: counted anew, of those under observation */
    CELL_ISOLATION_CONTACT,   /* day: contacts in their window / windows that have ended or were answered */
    CELL_WATCH,               /* its first day; part: site: watches that run; these two before their era: day 0, no part */
    CELL_CHECK_IN,            /* day; part: site: days with somebody there / days that have ended or were seen */
    CELL_SIGNED_OF_OCCUPIED,  /* stands; part: campaign, 6 digits: signed / all that are not vacant */
    CELL_SIGNED_OF_ALL,       /* ... signed / all */
    CELL_DOORS_TRUE,          /* ... found as reported / entered again */
    CELL_COVERED,             /* day: inspected / required */
    CELL_PLAN_COVERED,        /* day: inspected / required and a stop of the plan */
    CELL_BLIND_SPOT,          /* day: past their interval or never inspected, and not yet on that day */
    CELL_VISIT,               /* day of the visit; part: zone, separator, of a focus group its code and a separator, reporter;
                                 with its evidence / carried out; this and the next two of the township alone */
    CELL_ATTEMPT,             /* ... part: the same without reporter: nobody there */
    CELL_PHOTO_AGAIN,         /* ... photos that another visit had shown */
    CELL_CASE_DUE,            /* day due: waits to be fixed, and is not overdue */
    CELL_COMPLAINT_OPEN,      /* stands: not verified yet */
    CELL_FINDING,             /* day of the visit: items that failed, whatever became of them; of the township and each zone alone */
    CELL_OTHER_OVERDUE,       /* stands: duties overdue that are on the agenda beside cases; of the township alone */
    CELL_FILED_CROSS,         /* day filed; part: item, separator, site kind, separator, area; of days since its era began */
};


/* Scopes of cells: "" is the township, the others a letter and a code. */
#define FIGURE_SCOPE_ZONE "z"
#define FIGURE_SCOPE_AREA "a"
#define FIGURE_SCOPE_KIND "k"
#define FIGURE_SCOPE_FOCUS "f"

/* What a thing counts for: filled by the functions below, in the state's arena. */
struct figure_counts {
    struct engine *engine;
    Duban__FigureCount **rows;
    size_t count, room;
};

/* Add one to them. The part must live as long as the link. */
void figure_counts_add(struct figure_counts *counts, const Duban__FigureCount *row);
/* In shape for that: an unsigned number of so many digits at least. */
char *figure_digits(struct engine *engine, const char *before, uint64_t number, int digits);

/* The part of a watch's cells: its site, or before ERA_OF_WATCHES_BY_SITE none. */
char *engine_watch_part(struct engine *engine, char *site);

/* One function for each family; each decides by the row alone, and by where it counts. */
void engine_count_case(struct figure_counts *counts, const Duban__Case *case_, const Duban__Counting *where);
/* Of a kind that counts for something? */
bool engine_task_counts(const Duban__Task *task);
void engine_count_task(struct figure_counts *counts, const Duban__Task *task);
void engine_count_subject(struct figure_counts *counts, const Duban__Subject *subject);

/* A row that the link is to write is counted anew; only rows of the figures' own tables are put for it. */
void engine_keep_figures(struct engine *engine, int table, const void *row);

/* Put the row, and count it anew at once. */
void engine_put_campaign_area(struct engine *engine, const Duban__CampaignArea *area);

/* ---------------------------------------------------------------- what a day holds */

/* The sites of a kind in an area are covered by so much more, or less, on the day of the count. */
struct covered {
    int64_t required, inspected, planned, planned_inspected, blind;
};
void engine_count_covered(struct engine *engine, const Duban__CoverageCount *count, const struct covered *more);
/* Its area lies in the zone of the count now, and lay in that one: of these two alone the figures change. */
void engine_count_rezoned(struct engine *engine, const Duban__CoverageCount *count, const char *from_zone);

/* The group in whose figures coverage and visits of that kind of site stand that are first counted now; "" = none, or the
 * era counts by none. */
const char *engine_focus_counted(struct engine *engine, const char *site_kind);

/* A visit of that site is put for the first time, with what its evidence lacks now; or the last of its photos has come; or
 * its answers have been amended. */
void engine_count_visit(struct engine *engine, const Duban__Visit *visit, const Duban__Site *site);
void engine_count_last_photo(struct engine *engine, const Duban__Visit *visit);
void engine_count_amended_visit(struct engine *engine, const Duban__Visit *visit);

/* ---------------------------------------------------------------- what a case remembers for them */

void engine_filing_begins(struct engine *engine, Duban__Case *case_);
/* The round's first pass has been judged. */
void engine_filing_fixed(Duban__Case *case_);
/* A check of the case that counts, a pass or a failed revisit. */
void engine_filing_checked(struct engine *engine, Duban__Case *case_, int64_t visit_ms, bool passed);
void engine_filing_closed(Duban__Case *case_);
void engine_filing_overdue(Duban__Case *case_);

/* Is it overdue as figures count it: nothing stops its clock, and no appeal has exempted it? */
bool engine_case_is_overdue(const Duban__Case *case_);

#endif
