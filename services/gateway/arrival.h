/* arrival.h - that a declared photo is in the store goes into the journal. */
#ifndef DUBAN_GATEWAY_ARRIVAL_H
#define DUBAN_GATEWAY_ARRIVAL_H

#include "evidence.h"
#include "submitting.h"

/* Which photo of which report. */
struct declared {
    uint64_t report_sequence;          /* 0: none is named */
    const char *name;                  /* as declared; "": none is named */
};

/* The sequence of a report. False: it can be none. */
bool arrival_is_report(const char *text, uint64_t *sequence);

/* Read the arguments report and name of a request into *declared: both, or neither. In its arena. */
bool arrival_arguments(struct request *request, struct declared *declared, struct fault *fault);

/* That report declares the photo, of which the store holds that many bytes: it is not to be collected, whatever the index learns
 * later. False: refused. */
bool arrival_note(struct submitting *submitting, const uint8_t sha256[SHA256_BYTES], uint64_t report_sequence, uint64_t size_bytes);

/* The file of that hash and size is durable: submit it, under an id that report and name always give again, or, when another photo
 * has come under that name and the report declares this one by its hash, that these three give. As submitting_send. */
bool arrival_submit(struct submitting *submitting, struct request *request, const struct declared *declared,
                    const uint8_t sha256[SHA256_BYTES], uint64_t size_bytes, submitting_then *then, void *self);

#endif
