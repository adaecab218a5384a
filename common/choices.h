/* choices.h - guessing what was meant by a word that is none of those that would be right.
 *
 *   struct choices choices = choices_for("nroth");
 *   choices_add(&choices, "north");                    each that would have been right
 *   choices_right(&choices)                            what to show to whoever wrote it
 *
 * Words are borrowed: they must outlive the choices.
 */
#ifndef DUBAN_CHOICES_H
#define DUBAN_CHOICES_H

#include <stdbool.h>
#include <stddef.h>

struct choices {
    const char *written;
    const char *nearest;    /* of those added; NULL = none yet, or nothing to compare */
    bool found;             /* one of those added is exactly what was written */
    size_t distance;        /* single characters put in, taken out or replaced */
    char all[160];          /* "a / b / c": the first of those added, ended with "..." when there are more */
    bool full;              /* it is ended: what is added now is only compared */
};

struct choices choices_for(const char *written);
void choices_add(struct choices *choices, const char *candidate);

/* The one that was probably meant: at least half of it is as it was written. NULL = none is. */
const char *choices_near(const struct choices *choices);

/* That one, or else all of them. Borrowed from the choices. */
const char *choices_right(const struct choices *choices);

#endif
