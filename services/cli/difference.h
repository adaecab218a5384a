/* difference.h - two entries side by side: which fields say something else.
 *
 * A field is named as in JSON (report.answers[1].note). Data about persons is named and never
 * shown, and always among the differences, because what was refused is kept without it.
 */
#ifndef DUBAN_CLI_DIFFERENCE_H
#define DUBAN_CLI_DIFFERENCE_H

#include "cli.h"

struct difference {
    const char *field;
    const char *stands;      /* NULL = not given */
    const char *refused;
    bool personal;           /* nothing is said of what it holds */
};

struct differences {
    struct difference *rows;
    size_t count;
    size_t capacity;
};

/* In the order of the fields in entry.proto; times in the deployment's zone. All of it lives in
 * the cli's arena. */
struct differences differences_between(struct cli *cli, const Duban__Entry *stands, const Duban__Entry *refused);

#endif
