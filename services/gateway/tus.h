/* tus.h - photos over bad networks: the tus protocol 1.0.0 with creation, termination and expiration.
 *
 *   POST /v1/uploads        Upload-Length, Upload-Metadata (report, name, sha256)  ->  201, Location
 *   HEAD /v1/uploads/ID     how much of it has come
 *   PATCH /v1/uploads/ID    the next bytes, from there on; with the last it is stored, and its arrival journaled  ->  204
 *   DELETE /v1/uploads/ID   it is not wanted any more
 *
 * What has come stays when the connection breaks or the gateway ends. Whoever goes on with an upload takes it from a
 * connection that is still open: it is the same phone, whose other connection has died without a word.
 */
#ifndef DUBAN_GATEWAY_TUS_H
#define DUBAN_GATEWAY_TUS_H

#include "arena.h"
#include "arrival.h"
#include "gateway.pb-c.h"

/* One request about an upload. */
struct tus {
    struct tus *next;                  /* of those that bring bytes now */
    struct request *request;
    uint8_t id[ID_BYTES];
    Duban__Upload *row;
    struct upload upload;              /* begun only by who brings bytes, or finishes what has come */
    bool is_listed;
    bool is_taken;                     /* another request goes on with it */
    struct declared declared;
    struct submitting submitting;
    unsigned status;                   /* of the answer, when all has come */
};

/* The request speaks this protocol, and its path names an upload of whoever asks. NULL: it has been answered. */
struct tus *tus_open(struct request *request);

/* Take the upload from another request that brings bytes for it. False: that one has brought the last, and this one has been
 * answered. */
bool tus_take_over(struct tus *tus);

/* How much has come of it, whose last byte is not in the store. False: the request has been answered; a file that is gone takes its
 * row along. */
bool tus_has_come(struct tus *tus, uint64_t *offset);

/* From now on this request alone brings its bytes. False: it has been answered. */
bool tus_go_on(struct tus *tus);

/* All bytes have come: store it, and then as tus_arrive. */
void tus_finish(struct tus *tus, unsigned status);

/* The last byte is in the store: journal that it has come if its report is known, and answer with that status and its offset. */
void tus_arrive(struct tus *tus, unsigned status);

/* The answer has no content: how much has come, and until when it is kept. */
void tus_answer(struct tus *tus, unsigned status, uint64_t offset);

/* A header Upload-Metadata, NULL = none, into a row whose texts are the arena's. False: it is not as it should be. */
bool tus_read_metadata(struct arena *arena, const char *at, Duban__Upload *row);

/* Refuse in words. */
void tus_refuse(struct request *request, unsigned status, const char *name, const char *field, const char *zh, const char *en);

#endif
