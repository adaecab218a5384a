/* reasons.h - why something was not done, was told otherwise, or changed nothing: the names that facts have for it, in words.
 *
 * A fact's reason is one of these names, or what a person has written.
 */
#ifndef DUBAN_REASONS_H
#define DUBAN_REASONS_H

struct reason {
    const char *name;              /* is_over */
    const char *zh, *en;
};

/* NULL: it is none of these. */
const struct reason *reason_named(const char *name);

#endif
