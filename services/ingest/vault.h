/* vault.h - the one place where personal data lies in clear.
 *
 * A field about a person has the message type Personal. On the way into the journal its
 * clear text is put here and a token takes its place, in the same transaction as the entry.
 * A registry entry names its subject by a code, and each field of a subject keeps its token
 * for ever: a new phone number is a new text under the old token. Forgetting is deleting
 * the text; the journal and every replay stay as they are. Clear text is never logged.
 */
#ifndef DUBAN_INGEST_VAULT_H
#define DUBAN_INGEST_VAULT_H

#include "arena.h"
#include "digest.h"
#include "entry.pb-c.h"
#include "fault.h"
#include "query.pb-c.h"
#include "store.h"

enum { VAULT_KINDS = 128 };   /* of entries: numbers in the oneof stay below */

struct vault {
    bool concerned[VAULT_KINDS];   /* by body_case: a Personal can stand somewhere inside */
    uint64_t last_access;          /* number of the last row of TABLE_VAULT_LOG */
};

struct vault_subject {
    const char *account;           /* who submits, under which id: names a subject without a code */
    const uint8_t *client_id;
};

/* Walk the descriptors once; find the end of the access log. */
void vault_open(struct vault *vault, struct store *store);

static inline bool vault_concerns(const struct vault *vault, const Duban__Entry *entry)
{
    return (unsigned) entry->body_case < VAULT_KINDS && vault->concerned[entry->body_case];
}

/* May this entry carry the tokens that it carries? A token stands only for the field of the
 * subject to which it was given. Changes nothing. */
bool vault_allows(struct store_txn *txn, const Duban__Entry *entry, struct fault *fault);

/* Move all clear text of the entry here. True when the entry has changed and must be packed
 * anew. Tokens are taken from the arena, which must have room for them. */
bool vault_take(struct store_txn *txn, struct arena *arena, struct vault_subject subject, Duban__Entry *entry);

/* Take all clear text out without keeping it. */
void vault_blank(Duban__Entry *entry);

/* Delete the text of the token; the file keeps its bytes until it is compacted. False: there was none. */
bool vault_forget(struct store_txn *txn, const uint8_t token[TOKEN_BYTES]);

/* Note who asked for this token, why and when; then look it up. The row (in the arena) has
 * forgotten = true when there is no text. NULL when the arena is at its limit. */
Duban__VaultRow *vault_read(struct vault *vault, struct store_txn *txn, struct arena *arena,
                            const uint8_t token[TOKEN_BYTES], const Duban__VaultRead *question, int64_t now_ms);

#endif
