/* scratch.h - rules' own code over the journal, into states that are thrown away.
 *
 *   ingest.log ==link, consumer "replay-PID"==> feed --records--> rules_apply* ==> scratch state
 *
 * A scratch directory is unlinked as soon as it is open, so that it goes with the process.
 */
#ifndef DUBAN_CLI_SCRATCH_H
#define DUBAN_CLI_SCRATCH_H

#include "cli.h"
#include "rules.h"

/* The limit of scratch data, --map. False after saying that it is none. */
bool scratch_map(struct cli *cli, uint64_t *map_bytes);

/* An empty directory under --data, /tmp by default, opened by that function, then unlinked. False after saying why. */
bool scratch_store(struct cli *cli, int (*open)(void *self, const char *directory, size_t map_bytes), void *self,
                   uint64_t map_bytes);

/* The same with an empty state of rules in it, to be closed by the caller. */
bool scratch_open(struct cli *cli, struct rules *rules, uint64_t map_bytes);

/* The journal from where `rules` stands up to `target`. */
struct feed {
    struct cli *cli;
    const struct rules *rules;   /* whose cursor says how far it has come */
    void *self;
    int (*greet)(void *self, const Duban__HelloOk *hello_ok);   /* as rules_greet */
    int (*apply)(void *self, const struct link_record *records, size_t count);   /* none beyond the target; -1 = logged */
    uint64_t target;
    bool enough;                 /* set by apply: no more is wanted */

    /* Its own. */
    struct link_consumer journal;
    bool failed;
    bool refused;
    bool greeted;                /* by the journal, once at least */
    int64_t heard_ms;            /* records last came */
    int64_t told_ms;
    char name[33];               /* of the process: of two under one name each would displace the other */
};

/* Apply up to the target, saying on standard error how far it is. False after saying why not. */
bool feed_run(struct feed *feed);

#endif
