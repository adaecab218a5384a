/* status.h - for status*.c only: the daemons as they answered, and saying what is wrong. */
#ifndef DUBAN_CLI_STATUS_H
#define DUBAN_CLI_STATUS_H

#include "cli.h"
#include "open.h"

struct house {
    const Duban__IngestStatus *ingest;   /* NULL: no answer */
    const Duban__RulesStatus *rules;
    const Duban__NotifyStatus *notify;
    const Duban__GatewayStatus *gateway;
    bool has_gateway;                    /* there is one, or there was and it did not end by itself: a house can do without */
    bool submit_is_served;
    bool links_are_open;                 /* between those that answer */
    int problems;
    bool quiet;                          /* count only */
    struct open_kinds open;              /* empty: rules does not say */
};

/* Counted and, unless quiet, said. The two texts take the same arguments. */
void problem(struct cli *cli, struct house *house, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* The door for field apps, where there is one. */
void status_ask_gateway(struct cli *cli, struct house *house);
void status_judge_gateway(struct cli *cli, struct house *house);
void status_print_gateway(struct cli *cli, const struct house *house);

/* It answers, and neither photos nor all that phones send must wait for somebody to see to it. Where there is none, too. */
bool status_gateway_takes_all(const struct house *house);

/* How one daemon is; NULL: no answer. */
Duban__Reply *status_ask(struct cli *cli, enum endpoint endpoint, Duban__Reply__BodyCase expected);

/* "等待发送  3" */
void status_line(struct cli *cli, const char *zh, const char *en, const char *value);

/* The journal as its look-over found it. */
void status_judge_journal(struct cli *cli, struct house *house);

/* Room of maps and disks: of each disk once, whoever writes there. */
void status_judge_room(struct cli *cli, struct house *house);

#endif
