/* submitting.h - one entry on its way to ingest in the name of who asks, and what became of it in the words of HTTP. */
#ifndef DUBAN_GATEWAY_SUBMITTING_H
#define DUBAN_GATEWAY_SUBMITTING_H

#include "digest.h"
#include "fault.h"
#include "gateway.pb-c.h"

struct request;
struct submitting;

typedef void submitting_then(struct submitting *submitting);

/* Where it lies must stay until `then` was called: in the arena of the request. */
struct submitting {
    struct request *request;
    Duban__Submitted submitted;
    unsigned status;                   /* 201, or 200 for what was known; from 400 on submitted.problem says why, where there was
                                          memory for it */
    bool is_silent;                    /* ingest has not answered, or could not be asked */
    uint8_t client_id[ID_BYTES];
    const char *photo;                 /* its arrival is submitted, under an id that nobody has chosen; NULL = something else is */
    submitting_then *then;
    void *self;                        /* its caller's */
};

/* client_id: as it is to be answered; it must live as long as the request. */
void submitting_open(struct submitting *submitting, struct request *request, const char *client_id);

/* It was refused, before it was sent or by ingest. */
void submitting_refuse(struct submitting *submitting, unsigned status, const char *name, const struct fault *fault,
                       uint32_t retry_after_s);

/* Send it under client_id, which must be set; `then` is called once. False: it was refused at once, and `then` is not called. */
bool submitting_send(struct submitting *submitting, const Duban__Entry *entry, submitting_then *then, void *self);

/* It is all that was asked for: the answer to its request. */
void submitting_answer(struct submitting *submitting);

#endif
