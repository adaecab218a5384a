/* form.h - the few shapes that fields of an Entry have: code, text, time, digest, count.
 *
 * Each check says whether the value at a place is of that shape; when it is not, the fault
 * names the place and says what would be right. A path is written only then.
 */
#ifndef DUBAN_INGEST_FORM_H
#define DUBAN_INGEST_FORM_H

#include "entry.pb-c.h"
#include "fault.h"
#include "message.h"

enum {
    FORM_TEXT_BYTES = 2000,     /* a text for people */
    FORM_NAME_BYTES = ENTRY_NAME_BYTES,   /* what something is called: a site, a post, a file */
    FORM_PERSONAL_BYTES = ENTRY_PERSONAL_BYTES,
    FORM_SHA256_BYTES = 32,
};

/* A field: in.field, or in[index].field; field may be a path of its own, or "" for the entry of a list itself. */
struct place {
    const char *in;
    const char *field;
    int64_t index;              /* NO_INDEX = not in a list */
};

enum { NO_INDEX = -1 };

static inline struct place at(const char *in, const char *field)
{
    return (struct place){ in, field, NO_INDEX };
}

static inline struct place at_item(const char *in, size_t index, const char *field)
{
    return (struct place){ in, field, (int64_t) index };
}

/* Fill the fault for that place. Returns false always. */
bool form_fault(struct fault *fault, struct place place, const char *zh, const char *en);

bool form_code(struct fault *fault, struct place place, const char *value);
bool form_code_or_empty(struct fault *fault, struct place place, const char *value);

/* At most FORM_TEXT_BYTES, may be empty. */
bool form_text(struct fault *fault, struct place place, const char *value);

/* The same, and something other than blanks in it. */
bool form_required_text(struct fault *fault, struct place place, const char *value);

/* A name of 1 to FORM_NAME_BYTES bytes without control characters. */
bool form_name(struct fault *fault, struct place place, const char *value);

/* From 2000 to 2100. */
bool form_time(struct fault *fault, struct place place, int64_t at_ms);
bool form_time_or_zero(struct fault *fault, struct place place, int64_t at_ms);

/* An enum value that is not UNSPECIFIED. */
bool form_chosen(struct fault *fault, struct place place, int value);

bool form_sha256(struct fault *fault, struct place place, const ProtobufCBinaryData *value);
bool form_count(struct fault *fault, struct place place, size_t count, size_t most);

/* A journal or outbox sequence: from 1. */
bool form_sequence(struct fault *fault, struct place place, uint64_t value);

/* Something set at all: NULL is not. */
bool form_present(struct fault *fault, struct place place, const void *value);

/* What an area, a site, a group or a post is called, at most FORM_NAME_BYTES in each language:
 * Chinese required, English may be empty. */
bool form_title(struct fault *fault, struct place place, const Duban__Text *text);

/* Each as form_text; it may be absent. */
bool form_both_texts(struct fault *fault, struct place place, const Duban__Text *text);
bool form_title_or_empty(struct fault *fault, struct place place, const Duban__Text *text);

/* In clear and not too long, or a token; NULL is left out. */
bool form_personal(struct fault *fault, struct place place, const Duban__Personal *personal);

/* Which complaint or other subject: an id, or a number like those that begin with the prefix (which are
 * known, only rules knows). */
bool form_subject(struct fault *fault, struct place place, const Duban__SubjectReference *reference, const char *prefix);

/* On the globe; `in` is the position's own place. NULL is left out. */
bool form_position(struct fault *fault, const char *in, const Duban__Position *position);

/* Place of the first text that stands in the list before, or count when all differ. */
size_t form_first_repeat(const char *const *texts, size_t count);

#endif
