/* http.h - HTTP/1.1 for the gateway: libmicrohttpd, driven from the gateway's own loop.
 *
 *   head -> route, limits -> body, counted as it comes -> handler -> http_answer, at once or later
 *
 *              (of a file: in pieces to its route)
 *
 * A request is one struct from its head until its answer has left or its connection is gone; what a handler needs until
 * then it takes from the request's arena. A handler that must wait for a daemon just returns: whoever has the daemon's
 * answer calls http_answer. Everybody who connects has a time by which he must have said or taken something; who has
 * not is cut off (a socket that says a byte now and then is no exception).
 */
#ifndef DUBAN_GATEWAY_HTTP_H
#define DUBAN_GATEWAY_HTTP_H

#include <microhttpd.h>

#include "address.h"
#include "arena.h"
#include "bytes.h"
#include "certificate.h"
#include "fault.h"
#include "gateway.pb-c.h"
#include "log.h"
#include "routes.h"
#include "shares.h"

enum {
    HTTP_PATH_BYTES = 256, DIGEST_SECRET_BYTES = 32, HTTP_REQUEST_ID_BYTES = 24, HTTP_MOST_HEADERS = 8, HTTP_ACCOUNT_BYTES = 64,
    HTTP_CSRF_BYTES = 44,
};

struct http_settings {
    char listen[ADDRESS_BYTES];   /* address:port; port 0 = any that is free */
    char trusted_proxy[ADDRESS_BYTES];   /* whose X-Forwarded-For is believed; empty = nobody's */
    char metrics_from[ADDRESS_BYTES];    /* who reads /metrics besides this machine; empty = nobody */
    char tls_certificate[HTTP_PATH_BYTES], tls_key[HTTP_PATH_BYTES];   /* PEM files; both empty = plain http */
    uint32_t connections;              /* open at a time */
    uint32_t connections_per_address;  /* 0 = as many as there may be; nobody's from the trusted proxy */
    uint64_t body_bytes;               /* most of a request */
    uint64_t upload_bytes;             /* the same, where the route takes it in pieces */
    uint64_t bodies_bytes;             /* of all that are under way: beyond, none is let in; at twice that one is cut off. Of those of one
                                          account, and of all without an account, one of SHARES_IN_ALL parts, or one body */
    uint32_t head_ms, body_ms, idle_ms;   /* for a head; for a body besides its bytes; between two requests */
    uint64_t body_bytes_per_s;         /* at least, of a body that is under way */
};

/* One who has connected. */
struct visitor {
    struct visitor *before, *after;
    int socket;
    struct certificate *certificate;   /* that it has met; NULL = plain http */
    int64_t until_ms;                  /* monotonic: cut off then */
};

struct http_header {
    const char *name, *value;
};

struct gateway;

/* An answer that is told bit by bit. */
struct http_stream {
    ssize_t (*read)(void *self, char *out, size_t size);   /* bytes put; 0 = none until http_stream_wake; -1 = that was all */
    void (*end)(void *self);           /* its connection is gone, or has all of it; called once */
    void *self;
};

/* Bytes of an answer from that place on, at most size: how many were put, one at least. -1: it cannot be gone on with, and its
 * connection ends. */
typedef ssize_t http_read(void *self, uint64_t at, char *out, size_t size);

struct request {
    struct request *next;              /* while nobody uses it */
    struct gateway *gateway;
    struct MHD_Connection *connection;
    struct visitor *visitor;
    const struct route *route;         /* NULL: there is none, as the answer says */
    const char *method, *path;         /* as they came, decoded */
    const char *rest;                  /* of the path, behind the route's own */
    char id[HTTP_REQUEST_ID_BYTES];
    char account[HTTP_ACCOUNT_BYTES];  /* whose it is, once that is known */
    struct share *share;               /* of that account, where its route needs one */
    char csrf[HTTP_CSRF_BYTES];        /* what a POST must bring along; "" = he is not here by a session */
    struct arena arena;
    uint8_t *body;                     /* in memory of its own */
    size_t body_size, body_room;
    uint64_t came_bytes;               /* of its body, wherever they went */
    bool body_is_whole, is_suspended;
    bool is_useless;                   /* what still comes of its body */
    bool is_last;                      /* of its connection: what follows is not read */
    size_t questions;                  /* to daemons, that are under way for it */
    int64_t began_ms;                  /* monotonic */
    uint64_t sequence;                 /* of the journal: of the last entry that it brought; 0 = none */
    size_t entries;                    /* how many it brought */
    unsigned status;                   /* of the answer; 0 = none yet */
    bool asks_digest, digest_is_stale; /* with a 401: Digest is offered, too; its nonce was right and has grown old */
    struct bytes answer;               /* in the arena, or constant */
    http_read *read;                   /* of the answer; NULL: it has bytes of its own, or a file */
    void *read_self;
    int answer_fd;                     /* of its file, where has_file: the answer's */
    uint64_t answer_bytes;             /* of its file, or to be read */
    bool has_file;
    const char *type;                  /* of the answer */
    const char *cache;                 /* who may keep it, as Cache-Control; NULL = nobody; constant */
    struct http_header headers[HTTP_MOST_HEADERS];   /* of the answer; in the arena, or constant */
    size_t header_count;
    void *own;                         /* of its route: whatever it wants to find again */
    void (*drop)(struct request *request);   /* called once when it ends, however it does; NULL = nothing to do */
    struct http_stream stream;         /* the answer, where it has no bytes of its own; read NULL = it has */
};

struct http {
    struct gateway *gateway;
    struct http_settings settings;
    struct MHD_Daemon *daemon;
    struct certificate *certificate;   /* for those who connect from now on; NULL = plain http */
    bool has_refused_certificate;      /* the files that were read last are faulty */
    int epoll_fd;                      /* readable: http_turn has something to do */
    struct request *free;
    size_t free_count;
    uint64_t bodies_bytes;             /* of memory that bodies take now */
    struct shares shares;              /* of that, and of photos */
    struct visitor visitors;           /* the ends of the ring */
    uint32_t visitor_count;
    uint64_t last_request;             /* number, since the start */
    char digest_secret[DIGEST_SECRET_BYTES + 8];   /* of this start: what nonces of Digest are made with, then 8 bytes of opaque */
    char digest_opaque[17];
    uint64_t random;                   /* of this start: request ids of two starts differ */
    uint64_t requests, cut_off, too_large, no_room;
    uint64_t by_class[6];              /* answers of 1xx to 5xx */
    struct log_gathered log;           /* of this turn: a line for each request */
};

/* For --check: addresses and certificate. False after saying what is wrong. */
bool http_check(const struct http_settings *settings);

/* 0; -1 and logged: something is wrong with the settings, or that address cannot be listened at. */
int http_open(struct http *http, struct gateway *gateway, const struct http_settings *settings);

/* Nobody may be waiting for a daemon any more. */
void http_close(struct http *http);

/* Read the certificate again, for those who connect from now on; as before when there is something wrong with it. */
void http_reload(struct http *http);

/* What came and what can be sent. To be called after every wake-up, whatever woke. */
void http_turn(struct http *http);

/* Close the sockets of those whose time is over; their connections end in the next turn. */
void http_cut_off(struct http *http, int64_t now_ms);

/* For how many milliseconds at most nothing has to be done, whoever's time is over apart. */
int http_timeout_ms(const struct http *http);

/* address:port, with the port that was found. */
void http_listening(const struct http *http, char *out, size_t size);

/* Answer, once. type and the bytes must live as long as the request. */
void http_answer(struct request *request, unsigned status, const char *type, struct bytes answer);

/* The same, of so many bytes that are read piece by piece as they are taken; self must live as long as the request. */
void http_answer_read(struct request *request, unsigned status, const char *type, uint64_t size, http_read *read, void *self);

/* Answer by a stream, once. Whoever takes nothing while there is something for him is cut off. */
void http_stream(struct request *request, unsigned status, const char *type, const struct http_stream *stream);

/* There is something to read. No question of its own may be under way. */
void http_stream_wake(struct request *request);

/* Likewise with what is in a file, which is closed when it has left. */
void http_answer_file(struct request *request, unsigned status, const char *type, int fd, uint64_t size);

/* One more header of the answer, before it is given; the same holds for both texts. */
void http_add_header(struct request *request, const char *name, const char *value);

/* Of that name in the head; NULL = none. Lives as long as the request. */
const char *http_header_of(const struct request *request, const char *name);

/* What it says of that cookie; NULL = nothing. Lives as long as the request. */
const char *http_cookie_of(const struct request *request, const char *name);

/* Nobody could listen on its way: TLS here, or before the trusted proxy as that says. */
bool http_is_secure(const struct request *request);

/* Where the request came from: who connected, or whom the trusted proxy names. In numbers, without a port. */
void http_address_of(const struct request *request, char out[ADDRESS_BYTES]);

/* Each of ?name=value, decoded. visit returns false to end. */
typedef bool http_visit(void *self, const char *name, const char *value);
void http_each_argument(const struct request *request, http_visit *visit, void *self);

#endif
