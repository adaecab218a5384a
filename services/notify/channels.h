/* channels.h - notify.yaml: which channels there are, how they are reached, what they take.
 *
 *   channels:
 *     wecom:
 *       schedule: [0s, 15s, 1m, 5m, 15m, 1h]
 *       budget: [20/1m]
 *
 * A channel that has a section can be used; the spool always can. Addresses are not here: they are registry data, kept
 * in the vault. Secrets are not here either, only the files that hold them. The file is checked as a whole: every
 * fault names line and column and what would be right. It can be read again while the daemon runs (SIGHUP): a faulty
 * file then changes nothing.
 */
#ifndef DUBAN_NOTIFY_CHANNELS_H
#define DUBAN_NOTIFY_CHANNELS_H

#include "arena.h"
#include "budget.h"
#include "file_fault.h"
#include "retry.h"
#include "signature.h"
#include "state.h"

/* What becomes of a message when nobody knows whether it arrived. */
enum uncertain {
    UNCERTAIN_RETRY,               /* once more under the same key: the far end drops doubles */
    UNCERTAIN_LEAVE,               /* left alone and graded so: the next reminder covers it */
};

enum mail_tls { MAIL_TLS_REQUIRED, MAIL_TLS_IF_OFFERED, MAIL_TLS_NEVER };

struct webhook_settings {
    struct secrets secrets;        /* sign bodies; two while one is being changed */
    bool cloud_events;             /* put the ce- headers on top */
    const char *source;            /* ce-source */
};

struct smtp_settings {
    const char *server;            /* smtp://host:587, smtps://host:465 */
    const char *sender;            /* address that mails come from */
    const char *user;              /* NULL = not logged in */
    const char *password;          /* from a file or credential */
    enum mail_tls tls;
};

/* A generic HTTP gateway by templates: {phone} {text} {id} {secret} in url, body and headers. */
struct sms_settings {
    const char *url;
    const char *body;              /* NULL = GET */
    const char *content_type;
    const char *authorization;     /* header value, {secret} in it; NULL = none */
    const char *secret;            /* from a file or credential; NULL = none */
    const char *code_at;           /* JSON pointer (RFC 6901) to the answer's own code */
    const char *code_ok;           /* its value when the message was taken */
    const char *const *codes_later;    /* values that mean: try again; ended by NULL */
    const char *const *codes_throttled;
    const char *reference_at;      /* pointer to its number of the message; NULL = none */
    const char *receipts_url;      /* asked for delivery receipts; NULL = there are none */
    uint32_t receipts_every_ms;
    const char *receipts_at;       /* pointer to the array of receipts */
    const char *receipt_reference_at;  /* pointers inside one of them */
    const char *receipt_code_at;
    const char *receipt_delivered;     /* value that means: on the handset */
};

struct exec_settings {
    const char *const *command;    /* program and arguments, ended by NULL; the JSON object comes on its standard input */
};

/* One channel's section. */
struct channel_settings {
    bool is_set;
    struct schedule schedule;
    struct budget budget;          /* of each address */
    enum uncertain uncertain;
    uint32_t timeout_ms;           /* of one request */
    uint32_t in_flight;            /* requests at a time */
    uint32_t per_address;          /* of those to one address */
    uint32_t spread_ms;            /* normal messages due at a full or half hour leave within that after it */
    uint32_t failing_after_ms;     /* nothing arrived for so long: said to somebody by another way */
    uint32_t fold_above;           /* that many waiting for budget leave as one */
    const char *ca_file;           /* certificates of those who are trusted there; NULL = the system's */
    struct webhook_settings webhook;
    struct smtp_settings smtp;
    struct sms_settings sms;
    struct exec_settings exec;
};

/* Somebody who is told by the house itself while rules, which decides on whom to tell otherwise, cannot. */
struct house_way {
    enum channel_number channel;
    const char *address;           /* from a file or credential */
};

enum { HOUSE_WAYS_MOST = 4 };

struct channels {
    struct channel_settings of[CHANNEL_COUNT];
    const char *link;              /* where people look things up, put under what was folded or cut; NULL = nowhere */
    const char *heartbeat_url;     /* dead man's signal goes there; NULL = nowhere */
    uint32_t heartbeat_every_ms;
    struct house_way house[HOUSE_WAYS_MOST];
    size_t house_count;
    uint32_t house_after_ms;       /* so long it must have stood still */
    struct arena *arena;           /* holds the texts; own */
};

/* Without a file: the spool alone. */
void channels_open(struct channels *channels);
void channels_close(struct channels *channels);

/* Read the file. 0; or -1, every fault told in the log with line and column, and channels is as without a file. */
int channels_read(struct channels *channels, const char *path);

/* The same of its text, with the faults noted instead. path: where files that it names are looked for; borrowed by the
 * faults. */
int channels_read_text(struct channels *channels, const char *path, struct bytes text, struct file_faults *faults);

/* Once more, in place of what was read before ("" = without a file). 0; or -1, the faults told, and channels is as it was.
 * What was borrowed from the former ones is gone. */
int channels_read_again(struct channels *channels, const char *path);

/* What its section is called; NULL = it has none. */
const char *channels_section_name(enum channel_number number);

#endif
