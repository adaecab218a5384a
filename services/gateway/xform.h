/* xform.h - a form as a list of what it asks, and the XForm that it becomes.
 *
 *   struct ask {kind, name, label, required, relevant, ...} ...   -->   <h:html> model, itext zh and en, binds, body
 *
 * The XForms of OpenRosa and ODK (getodk.github.io/xforms-spec): the part that JavaRosa, Enketo and ODK Web Forms share.
 * Conditions are XPath as that says it; paths of what is inside a group begin at /data.
 */
#ifndef DUBAN_GATEWAY_XFORM_H
#define DUBAN_GATEWAY_XFORM_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "markup.h"
#include "words.h"       /* zh NULL: no text; en NULL: Chinese is shown */

struct choice {
    const char *value;
    struct words label;
};

/* The same list is written once, however many asks point to it. */
struct choices {
    const char *id;                    /* unique in the form */
    const struct choice *rows;
    size_t count;
};

enum ask_kind {
    ASK_TEXT, ASK_LONG_TEXT,
    ASK_CHOICE,                        /* of choices */
    ASK_FILE_CHOICE,                   /* of the rows of a CSV file: its columns name and label */
    ASK_WHOLE, ASK_DECIMAL,
    ASK_PHOTO,
    ASK_PLACE,                         /* where the phone is */
    ASK_MOMENT,                        /* a date and a time */
    ASK_CALCULATED,                    /* not asked */
    ASK_STARTED, ASK_ENDED,            /* noted by the client: when it was opened, and finished */
    ASK_GROUP, ASK_REPEAT, ASK_END,    /* what stands between is inside */
    ASK_KINDS,
};

struct ask {
    enum ask_kind kind;
    const char *name;                  /* of the element; unique among its neighbours; NULL for ASK_END */
    struct words label, hint;
    bool required;
    const char *required_when;         /* XPath: instead */
    const char *relevant;              /* XPath: asked only then; NULL = always */
    const char *constraint;            /* XPath; NULL = none */
    struct words constraint_words;     /* what is said where it does not hold */
    const char *calculate;             /* XPath, of ASK_CALCULATED */
    const char *preset;                /* value that it has at first; NULL = none */
    const struct choices *choices;
    const char *file;                  /* of ASK_FILE_CHOICE, and of what a calculation looks into: sites, for sites.csv */
    const char *filter;                /* XPath on a row; NULL = all rows */
};

struct asks {
    struct arena *arena;
    struct ask *rows;
    size_t count, room;
    bool failed;                       /* memory was out */
};

void asks_add(struct asks *asks, struct ask ask);
void asks_add_all(struct asks *asks, const struct ask *rows, size_t count);

/* A text in the arena, as printf says; "" and asks->failed when memory is out. */
const char *asks_text(struct asks *asks, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The label of what is asked at that path behind /data (i_DS-06/note), with those of the groups around it before it; of the groups
 * alone where nothing is asked there. Empty: neither is there. */
void asks_label(const struct asks *asks, const char *path, bool zh, char *out, size_t size);

/* Write the XForm. False: memory was out. */
bool xform_write(struct markup *markup, const char *id, const char *version, struct words title, const struct asks *asks);

#endif
