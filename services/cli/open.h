/* open.h - how much of each kind is open, and how much of it overdue. */
#ifndef DUBAN_CLI_OPEN_H
#define DUBAN_CLI_OPEN_H

#include "cli.h"

enum { OPEN_MOST_KINDS = 16 };

struct open_kind {
    const char *prefix;      /* of its numbers: DB, TS */
    struct words label;
    uint64_t open, overdue;
    uint64_t overdue_unfixed;   /* of cases: not fixed in time */
};

/* Cases, then each kind of subject. */
struct open_kinds {
    struct open_kind kinds[OPEN_MOST_KINDS];
    size_t count;
};

/* Ask rules for all of them in silence: false when it does not answer. */
bool open_ask(struct cli *cli, int timeout_ms, struct open_kinds *open);

void open_print(struct cli *cli, const struct open_kinds *open);

/* [{"kind":"DB","open":3,"overdue":2,"overdueUnfixed":1}, ...] */
json_t *open_json(const struct open_kinds *open);

#endif
