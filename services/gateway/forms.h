/* forms.h - the forms of field apps: made from the policy in force, and read back into entries.
 *
 *   policy (items, kinds of sites) --ask--> asks --xform_write--> XForm        filled-in form --read--> Entry
 *
 * One line of FORMS and two functions for each. What is read depends on the names in the form alone, never on the policy: an
 * answer to a form of an older version is read as it was meant, and judged by rules like every other entry.
 *
 * Names in every form: start, end (of the client's clock); site; outcome; position; i_CODE with result, number, note, fixed_now,
 * photo_1 ...: one check item; first, answer: the same with its code in `item`; photo_1 ...: of the whole visit; text.
 */
#ifndef DUBAN_GATEWAY_FORMS_H
#define DUBAN_GATEWAY_FORMS_H

#include "entry.pb-c.h"
#include "fault.h"
#include "xform.h"
#include "instance.h"
#include "query.pb-c.h"

enum form_file {
    FORM_SITES, FORM_PLAN, FORM_CASES, FORM_ITEMS, FORM_AREAS, FORM_COMPLAINTS, FORM_ISOLATIONS, FORM_FILES,
};

enum { FORM_ID_BYTES = 64, FORM_PATH_BYTES = 160, FORM_LABEL_BYTES = 400 };

/* What forms are made from. */
struct form_facts {
    const Duban__Codes *codes;
    Duban__ItemRow *const *items;
    size_t item_count;
};

struct form_reading {
    struct arena *arena;
    const struct instance *instance;
    const char *account;               /* whose it is */
    struct fault *fault;
};

struct form_kind {
    const char *name;                  /* its id, or with by_site_kind what it begins with: inspection-COUR */
    struct words title;
    unsigned posts;                    /* who is shown it: bits of Role; what he may is judged by rules */
    bool by_site_kind;                 /* one for each */
    unsigned files;                    /* that it looks into: bits of form_file */
    void (*ask)(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind);   /* the last is NULL without by_site_kind */
    bool (*read)(const struct form_reading *reading, Duban__Entry *entry);   /* false: the fault is filled */
};

const struct form_kind *form_kinds(size_t *count);

/* Of which kind is the form of that id? NULL = of none. */
const struct form_kind *form_kind_of(const char *id);

/* "sites", for sites.csv. */
const char *form_file_name(enum form_file file);

/* What the form asks at a path, as whoever fills it in reads it. */
struct form_label {
    char zh[FORM_LABEL_BYTES], en[FORM_LABEL_BYTES];   /* both empty = nothing is asked there */
};

/* Of the form of that id: the question at the path, with its group before it. items: of the policy, as far as they are known; the
 * group of one that is not among them is called by its code. The arena is for the work. */
void forms_label(struct arena *arena, const char *form, const char *path, Duban__ItemRow *const *items, size_t item_count,
                 struct form_label *label);

/* The entry of a filled-in form. All in the arena; texts are those of the instance. False: fault says which question is wrong, by
 * its path on the form: site, i_DS-06/note. */
bool forms_read(struct arena *arena, const struct instance *instance, const char *account, Duban__Entry *entry, struct fault *fault);

/* ---------------------------------------------------------------- form_path.c */

/* Where on the form stands what the field of its entry says: i_DS-06/note for report.answers[2].note, names as in JSON. Empty =
 * it is not asked. The entry is as forms_read has made it. */
void forms_path(const struct instance *instance, const Duban__Entry *entry, const char *field, char path[FORM_PATH_BYTES]);

/* ---------------------------------------------------------------- form_read.c: for the table */

bool form_read_inspection(const struct form_reading *reading, Duban__Entry *entry);
bool form_read_revisit(const struct form_reading *reading, Duban__Entry *entry);
bool form_read_observation(const struct form_reading *reading, Duban__Entry *entry);
bool form_read_guidance(const struct form_reading *reading, Duban__Entry *entry);
bool form_read_check_in(const struct form_reading *reading, Duban__Entry *entry);
bool form_read_urgent(const struct form_reading *reading, Duban__Entry *entry);
bool form_read_household(const struct form_reading *reading, Duban__Entry *entry);
bool form_read_isolation(const struct form_reading *reading, Duban__Entry *entry);
bool form_read_difficulty(const struct form_reading *reading, Duban__Entry *entry);
bool form_read_complaint(const struct form_reading *reading, Duban__Entry *entry);

#endif
