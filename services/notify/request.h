/* request.h - one attempt as it leaves, and what came back; between a channel and the wire. Pure data.
 *
 * A channel writes the request (channel.h); wire.c sends it and fills in the answer; the channel judges that.
 * Addresses and keys of robots stand in the URL, so a request is wiped when its attempt is over.
 */
#ifndef DUBAN_NOTIFY_REQUEST_H
#define DUBAN_NOTIFY_REQUEST_H

#include <curl/curl.h>

#include "text.h"

enum request_kind {
    REQUEST_POST,              /* body to url */
    REQUEST_GET,               /* url */
    REQUEST_MAIL,              /* body: a whole mail with CRLF line ends, from sender to recipient */
    REQUEST_RUN,               /* body to the standard input of command */
};

struct request {
    enum request_kind kind;
    struct text url;           /* all texts end with a zero byte that counts in their size, but for the body */
    struct text body;
    struct text sender;        /* of a mail: without brackets */
    struct text recipient;
    struct curl_slist *headers;
    const char *user;          /* borrowed from the settings until it is started; NULL = none */
    const char *password;
    const char *const *command;    /* borrowed likewise; ended by NULL */
    const char *ca_file;       /* likewise: certificates of those who are trusted; NULL = the system's */
    long mail_tls;             /* CURLUSESSL_ALL: no word of a mail before the line is encrypted; _TRY, _NONE */
};

/* How far an attempt got. */
enum reached {
    REACHED_NOTHING,           /* surely nothing of it arrived */
    REACHED_PERHAPS,           /* it was written out and no whole answer came: it may have been taken */
    REACHED_ANSWER,
};

struct answer {
    enum reached reached;
    int status;                /* of HTTP or SMTP; 0 = none. Of a program: its exit status */
    const char *error;         /* of the transport, without addresses; NULL = none */
    int64_t retry_after_s;     /* -1 = not said */
    const char *words;         /* the far end's own, cut to ANSWER_WORDS_BYTES; "" = none. Of a program: see exec.h */
    bool words_cut;            /* there were more */
    int64_t date_s;            /* the far end's clock, by its Date header; 0 = not said */
    int64_t now_s;             /* ours when the answer came */
};

/* Append a header "name: value". False without memory. */
bool request_add_header(struct request *request, const char *line);

/* What the far end said becomes one line of valid UTF-8, with a zero byte behind it; words has room for that one. */
void answer_clean(char *words, size_t size);

/* Where a far end repeats the address that it was reached by, *** stands instead: whole, or a part of it that would do as
 * well (the way behind the host, a piece of that, the beginning of either where it was cut). address NULL = there is none. */
void answer_hide(char *words, const char *address);

/* Wipe what it says and keep the memory for the next one. */
void request_clear(struct request *request);
void request_close(struct request *request);

#endif
