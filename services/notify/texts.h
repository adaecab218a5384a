/* texts.h - the message texts of policy versions, compiled for rendering.
 *
 * Rules sends the texts of a policy as one Texts record; a notice names the version that it
 * is to be rendered with. A shelf keeps the few versions in use compiled; the store keeps
 * them all.
 */
#ifndef DUBAN_NOTIFY_TEXTS_H
#define DUBAN_NOTIFY_TEXTS_H

#include "arena.h"
#include "bytes.h"
#include "digest.h"
#include "outbox.pb-c.h"

enum language { LANGUAGE_ZH, LANGUAGE_EN, LANGUAGE_COUNT };

/* What may stand in braces in a text; texts.c has the names. */
enum placeholder {
    PLACEHOLDER_NONE,      /* plain text */
    PLACEHOLDER_NUMBER, PLACEHOLDER_SITE, PLACEHOLDER_FINDING, PLACEHOLDER_LEVEL, PLACEHOLDER_DUE,
    PLACEHOLDER_NEW_DUE, PLACEHOLDER_OVERDUE, PLACEHOLDER_LEFT, PLACEHOLDER_OPEN, PLACEHOLDER_OWNER,
    PLACEHOLDER_K, PLACEHOLDER_N, PLACEHOLDER_CHASED, PLACEHOLDER_ROUND, PLACEHOLDER_REASON,
    PLACEHOLDER_MATTER, PLACEHOLDER_GROUP, PLACEHOLDER_AT, PLACEHOLDER_DAYS, PLACEHOLDER_COUNT_,
    PLACEHOLDER_ROLE, PLACEHOLDER_TITLE, PLACEHOLDER_DATE, PLACEHOLDER_KIND, PLACEHOLDER_NEW_DATE,
    PLACEHOLDER_DURATION,
    PLACEHOLDER_PRIOR, PLACEHOLDER_BY, PLACEHOLDER_HELD, PLACEHOLDER_LATENESS, PLACEHOLDER_PASSES, PLACEHOLDER_ATTEMPTS,
    PLACEHOLDER_PHOTOS, PLACEHOLDER_WHICH, PLACEHOLDER_CODE,
    PLACEHOLDER_OVERDUE_CASES, PLACEHOLDER_DUE_CASES, PLACEHOLDER_REVISITS, PLACEHOLDER_COMPLAINTS, PLACEHOLDER_REQUIRED,
    PLACEHOLDER_PLANNED, PLACEHOLDER_INSPECTED, PLACEHOLDER_REMAINING, PLACEHOLDER_FILED, PLACEHOLDER_CLOSED_CASES,
    PLACEHOLDER_CARRIED, PLACEHOLDER_LATE_REPORTS, PLACEHOLDER_BLIND_SPOTS, PLACEHOLDER_OTHER_OVERDUE,
    PLACEHOLDER_AMOUNT, PLACEHOLDER_MINIMUM,
};

/* A run of plain text, or one placeholder. */
struct piece {
    enum placeholder placeholder;
    const char *words;     /* of plain text */
    size_t size;
};

struct template {
    const char *kind;
    struct piece *pieces[LANGUAGE_COUNT];
    size_t count[LANGUAGE_COUNT];
};

struct texts {
    uint8_t version[DIGEST_BYTES];
    struct template *templates;    /* by kind */
    size_t count;
    int32_t offset_s;              /* of the deployment's zone */
    bool rehearsal;
    struct arena arena;            /* holds all of the above; must not be moved */
};

/* Compile. 0, or -1 when memory is out; texts is closed then. */
int texts_open(struct texts *texts, const Duban__Texts *message);
void texts_close(struct texts *texts);

/* Words that notify says for itself when the policy has none for the kind: house_alarm,
 * house_alarm_over, delivery_failure. */
int texts_open_builtin(struct texts *texts);

/* NULL when there is no text of that kind. */
const struct template *texts_template(const struct texts *texts, const char *kind);

/* The versions in use. */
enum { SHELF_PLACES = 4 };

struct shelf {
    struct texts places[SHELF_PLACES];
    bool taken[SHELF_PLACES];
    uint64_t used[SHELF_PLACES];   /* turn of the last use; the oldest makes room */
    uint64_t turn;
    struct texts builtin;
};

int shelf_open(struct shelf *shelf);
void shelf_close(struct shelf *shelf);

/* NULL when the version is not on the shelf. What is returned lives until the next
 * shelf_add. */
const struct texts *shelf_find(struct shelf *shelf, struct bytes version);

/* Compile and keep; takes the place of the one unused for longest. NULL without memory. */
const struct texts *shelf_add(struct shelf *shelf, const Duban__Texts *message);

#endif
