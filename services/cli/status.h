/* status.h - for status*.c only: the daemons as they answered, and saying what is wrong. */
#ifndef DUBAN_CLI_STATUS_H
#define DUBAN_CLI_STATUS_H

#include "cli.h"
#include "open.h"

struct house {
    const Duban__IngestStatus *ingest;   /* NULL: no answer */
    const Duban__RulesStatus *rules;
    const Duban__NotifyStatus *notify;
    bool submit_is_served;
    bool links_are_open;                 /* between those that answer */
    int problems;
    bool quiet;                          /* count only */
    struct open_kinds open;              /* empty: rules does not say */
};

/* Counted and, unless quiet, said. The two texts take the same arguments. */
void problem(struct cli *cli, struct house *house, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* The journal as its look-over found it. */
void status_judge_journal(struct cli *cli, struct house *house);

/* Room of maps and disks: of each disk once, whoever writes there. */
void status_judge_room(struct cli *cli, struct house *house);

#endif
