/* status.h - for status*.c only: the daemons as they answered, and saying what is wrong. */
#ifndef DUBAN_CLI_STATUS_H
#define DUBAN_CLI_STATUS_H

#include "cli.h"
#include "open.h"

/* What follows from what is wrong, worst first: in this order it is told. */
enum severity {
    SEVERITY_INTAKE,                     /* nothing is taken in, or not everything */
    SEVERITY_RULES,                      /* entries are taken, and nothing is decided */
    SEVERITY_NOTICES,                    /* it is decided, and nobody is told */
    SEVERITY_DOOR,                       /* phones cannot submit and keep what they have */
    SEVERITY_DANGER,                     /* all goes on, but a part of it wrongly, late, or not for long */
    SEVERITY_WORK,                       /* all goes on, and something waits for somebody */
};

struct problem_found {
    enum severity severity;
    struct words words;
};

struct house {
    const Duban__IngestStatus *ingest;   /* NULL: no answer */
    const Duban__RulesStatus *rules;
    const Duban__NotifyStatus *notify;
    const Duban__GatewayStatus *gateway;
    bool has_gateway;                    /* there is one, or there was and it did not end by itself: a house can do without */
    bool submit_is_served;
    bool links_are_open;                 /* between those that answer */
    int problems;
    struct problem_found *found;         /* so many; in the order in which they were found; in the cli's arena */
    struct open_kinds open;              /* empty: rules does not say */
};

/* Noted; it is told with the others. The two texts take the same arguments. */
void problem(struct cli *cli, struct house *house, enum severity severity, const char *zh, const char *en, ...)
    __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

/* What a township that is new, or not yet complete, needs next. */
void status_judge_beginning(struct cli *cli, struct house *house);

/* The door for field apps, where there is one. */
void status_ask_gateway(struct cli *cli, struct house *house);
void status_judge_gateway(struct cli *cli, struct house *house);
void status_print_gateway(struct cli *cli, const struct house *house);

/* How long one answer is waited for, in milliseconds. */
int status_timeout(const struct cli *cli);

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
