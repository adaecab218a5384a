/* form_book.h - the forms of the policy in force, as they are handed out: made once for each version of it.
 *
 * Made anew when rules has another policy than the one that the book was made from; until then the old ones are handed out to
 * nobody. Answers to older ones are read all the same (forms.h).
 */
#ifndef DUBAN_GATEWAY_FORM_BOOK_H
#define DUBAN_GATEWAY_FORM_BOOK_H

#include <stdint.h>

#include "bytes.h"
#include "forms.h"
#include "markup.h"

enum { FORM_VERSION_BYTES = 17, FORM_HASH_BYTES = 33, POLICY_DIGEST_BYTES = 32 };

struct book_form {
    char id[FORM_ID_BYTES];
    char title[160], title_en[160];
    const struct form_kind *kind;
    struct markup xml;
    char hash[FORM_HASH_BYTES];        /* MD5 of the XML, in hexadecimal digits, as clients want it */
};

struct form_book {
    uint8_t policy[POLICY_DIGEST_BYTES];
    char version[FORM_VERSION_BYTES];  /* the first digits of it */
    struct book_form *forms;
    size_t count;                      /* 0 = it is empty */
    struct arena arena;                /* of the items */
    Duban__ItemRow **items;            /* of the policy, in order */
    size_t item_count;
};

void form_book_open(struct form_book *book);
void form_book_close(struct form_book *book);

/* Is it made from that policy? */
bool form_book_is_of(const struct form_book *book, const ProtobufCBinaryData *policy_version);

/* Make it. codes and items are lent. False: memory was out, and the book is empty. */
bool form_book_make(struct form_book *book, const Duban__Codes *codes, Duban__ItemRow *const *items, size_t item_count);

const struct book_form *form_book_find(const struct form_book *book, const char *id);
const Duban__ItemRow *form_book_item(const struct form_book *book, const char *code);

/* MD5 in hexadecimal digits: a checksum that OpenRosa prescribes, never a secret's. */
void form_hash(char out[FORM_HASH_BYTES], struct bytes bytes);

#endif
