/* client.h - ask a daemon and wait for its answer.
 *
 * One DEALER, many requests in flight; replies are matched by request id. For the command
 * line, for rules submitting its engine version, for notify asking the vault. An answer
 * that does not come in time is "unknown", never "no": submit again with the same client
 * id and the same receipt comes back.
 */
#ifndef DUBAN_CLIENT_H
#define DUBAN_CLIENT_H

#include "arena.h"
#include "bytes.h"
#include "fault.h"
#include "frame.h"
#include "link.pb-c.h"
#include "query.pb-c.h"

struct client {
    void *zmq;
    void *socket;
    char endpoint[256];
    uint64_t last_request_id;
};

/* 0, or -1 with errno. Connecting to a daemon that is not there succeeds; asking times out. */
int client_open(struct client *client, void *zmq, const char *endpoint);
void client_close(struct client *client);

enum client_status {
    CLIENT_OK,
    CLIENT_REFUSED,    /* fault filled: for good */
    CLIENT_LATER,      /* fault filled: overloaded or not caught up; the same may work later */
    CLIENT_TIMEOUT,    /* fault filled: nobody answered, or the answer was lost */
};

/* Submit one packed entry and wait. The receipt (in arena) is set when CLIENT_OK. */
enum client_status client_submit(struct client *client, struct arena *arena, const char *account,
                                 const uint8_t client_id[16], struct bytes entry, int timeout_ms,
                                 Duban__Receipt **receipt, struct fault *fault);

/* Submit nothing: CLIENT_REFUSED shows that the socket is served (CLIENT_LATER: and busy). Never
 * CLIENT_OK. */
enum client_status client_probe(struct client *client, struct arena *arena, const char *account, int timeout_ms,
                                struct fault *fault);

/* Ask and wait; request_id is set here. *reply (in arena) is set when CLIENT_OK and is never
 * a Fault. */
enum client_status client_ask(struct client *client, struct arena *arena, Duban__Query *query,
                              int timeout_ms, Duban__Reply **reply, struct fault *fault);

/* A new UUIDv7 (RFC 9562 5.7) from the wall clock and random bytes. */
void client_new_id(uint8_t id[16]);

#endif
