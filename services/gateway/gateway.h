/* gateway.h - duban-gateway: the door for field apps and for whoever reads.
 *
 *   phone --HTTP--> http --> routes --> account --> entries  --SUBMIT--> ingest --receipt--> 201
 *                                          |   \--> readings --QUERY---> rules, notify ----> 200
 *                                          \ passwords, tokens (LMDB)
 *
 * One thread, one loop (gateway_turn); a second one does nothing but wait for the disk. Nothing that was not receipted by
 * ingest is ever said to be taken: the gateway holds accounts and photos, and of reports nothing. Who waits for a daemon's
 * answer is a suspended connection and a row of upstream.h; a daemon that is silent makes it "later", never an endless wait.
 *
 * Who is where:  http.c connections, heads, bodies   address.c where somebody is   routes.c which path is whose
 * account.c who asks, and by what   entries.c what is submitted, submitting.c how   readings.c what is read, rights.c by whom
 * evidence.c, evidence_upload.c, evidence_worker.c the files of photos   evidence_put.c, tus.c, tus_patch.c how they come,
 * arrival.c that they have   photo.c, photo_shown.c, photo_turn.c what they are   evidence_show.c who sees them
 * evidence_index.c which report has which   orphans.c which go
 * openapi.c, openapi_schema.c what of all this the API says of itself   operations.c health, metrics   upstream.c the other
 * daemons   problem.c what is refused, in words   queries.c the operator's acts   state.c what survives
 */
#ifndef DUBAN_GATEWAY_H
#define DUBAN_GATEWAY_H

#include "account.h"
#include "daemon.h"
#include "evidence.h"
#include "evidence_index.h"
#include "http.h"
#include "openapi.h"
#include "orphans.h"
#include "state.h"
#include "upstream.h"

struct gateway_settings {
    char data[256];
    char run[96];
    uint64_t map;
    uint32_t answer_ms;                /* within which a daemon must answer */
    bool access_log;
    uint32_t orphans_after_ms;         /* uploads that nobody finishes, photos that no report declares: how long they are kept */
    uint32_t disk_percent;             /* used, at which reports would be refused: evidence is 5 points earlier */
    struct http_settings http;
};

struct gateway {
    struct gateway_settings settings;
    void *zmq;
    struct state state;
    struct http http;
    struct upstreams upstreams;
    struct accounts accounts;
    struct evidence evidence;
    struct evidence_index evidence_index;
    struct orphans orphans;
    struct tus *tus;                   /* requests that bring bytes of a resumed upload now */
    struct openapi openapi;
    void *query_socket;                /* ROUTER: the operator's */
    struct arena query_arena;
    int64_t now_ms;                    /* monotonic, of this turn */
    int64_t looked_ms;                 /* monotonic: when it was last seen to whose time is over */
    bool is_stopping;
};

/* Open everything but the lock; dies with what to do. settings are copied. */
void gateway_open(struct gateway *gateway, void *zmq, const struct gateway_settings *settings);
void gateway_close(struct gateway *gateway);

/* Wait for something to happen, at most timeout_ms, and do it. */
void gateway_turn(struct gateway *gateway, int signal_fd, int timeout_ms);

/* Take no new request, and let those under way have their answers, at most most_ms. */
void gateway_wind_down(struct gateway *gateway, int64_t most_ms);

/* ---------------------------------------------------------------- handlers of routes.c */

void operations_health(struct request *request);
void operations_ready(struct request *request);
void operations_metrics(struct request *request);

/* The gateway's own figures, as metrics_render. */
size_t operations_own_metrics(struct gateway *gateway, char *out, size_t size);

void entries_submit(struct request *request);
void entries_status(struct request *request);
void readings_read(struct request *request);
void evidence_put(struct request *request);
void evidence_show(struct request *request);
extern const struct intake EVIDENCE_INTAKE, TUS_INTAKE;
void tus_options(struct request *request);
void tus_create(struct request *request);
void tus_head(struct request *request);
void tus_patch(struct request *request);
void tus_delete(struct request *request);
void openapi_read(struct request *request);

/* ---------------------------------------------------------------- problem.c */

/* A problem: name is the last part of its type. The fault's words are carried. In the request's arena; NULL at its limit. */
Duban__Problem *problem_of(struct request *request, unsigned status, const char *name, const struct fault *fault,
                           uint32_t retry_after_s);

/* It is the answer. NULL: that memory is out is. */
void problem_send(struct request *request, const Duban__Problem *problem);

/* Both at once. */
void problem_answer(struct request *request, unsigned status, const char *name, const struct fault *fault, uint32_t retry_after_s);

/* That this daemon has not answered, or cannot be asked now. */
void problem_silent(struct request *request, enum upstream upstream);

/* A message as canonical JSON is the answer. */
void answer_message(struct request *request, unsigned status, const ProtobufCMessage *message);

/* ---------------------------------------------------------------- queries.c: gateway.query */

int queries_open(struct gateway *gateway);
void queries_close(struct gateway *gateway);
void queries_receive(struct gateway *gateway);

#endif
