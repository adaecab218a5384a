/* state.h - what survives a restart of the gateway: passwords, tokens, sessions and calendars of accounts, uploads that go on, and
 * which reports declare which photo.
 *
 * What cannot be read is never told as what is not there: the process dies of it, as of a commit that fails for another reason
 * than a full map or disk (store.h). */
#ifndef DUBAN_GATEWAY_STATE_H
#define DUBAN_GATEWAY_STATE_H

#include <sys/types.h>

#include "arena.h"
#include "digest.h"
#include "gateway.pb-c.h"
#include "query.pb-c.h"
#include "store.h"

enum table {
    TABLE_CREDENTIAL,   /* account -> packed Credential */
    TABLE_TOKEN,        /* BLAKE2b-256 of the token -> packed AppToken */
    TABLE_DECLARED,     /* SHA-256 of a photo, u64 sequence of a report -> u64 bytes of what was stored; empty = not known to have been */
    TABLE_MARK,         /* "evidence" -> struct state_marks, each a u64 */
    TABLE_SESSION,      /* BLAKE2b-256 of what the cookie holds -> packed Session */
    TABLE_UPLOAD,       /* account, 0, id of 16 bytes -> packed Upload */
    TABLE_CALENDAR,     /* BLAKE2b-256 of the secret in its address -> packed CalendarAddress */
    TABLE_COUNT
};

struct state {
    struct store store;
};

/* 0, or -1 and logged. */
int state_open(struct state *state, const char *directory, uint64_t map_bytes);
void state_close(struct state *state);

/* Rows of that table, counted. */
uint32_t state_count(struct state *state, enum table table);

/* In the arena; NULL = none. */
Duban__Credential *state_credential(struct state *state, struct arena *arena, const char *account);
Duban__AppToken *state_token(struct state *state, struct arena *arena, const uint8_t key[DIGEST_BYTES]);

/* Durable when 0; -1 and logged: nothing has changed. Putting a credential with neither password takes it away. */
int state_put_credential(struct state *state, const Duban__Credential *credential);
int state_put_token(struct state *state, const uint8_t key[DIGEST_BYTES], const Duban__AppToken *token);

/* Sessions: as credentials and tokens. Deleting one that is not there is no failure. Where one begins, old ones go: those made, or
 * used last, before these times; and of the account the oldest, where it has as many as it may. */
enum { STATE_SESSIONS_OF_ACCOUNT = 16 };
Duban__Session *state_session(struct state *state, struct arena *arena, const uint8_t key[DIGEST_BYTES]);
int state_put_session(struct state *state, const uint8_t key[DIGEST_BYTES], const Duban__Session *session);
int state_delete_session(struct state *state, const uint8_t key[DIGEST_BYTES]);
int state_begin_session(struct state *state, const uint8_t key[DIGEST_BYTES], const Duban__Session *session, int64_t made_before_ms,
                        int64_t used_before_ms);

/* In the arena; NULL = none. */
Duban__CalendarAddress *state_calendar(struct state *state, struct arena *arena, const uint8_t key[DIGEST_BYTES]);

/* The account has this address and no other; key NULL: none at all. Durable when 0; -1 and logged: nothing has changed. */
int state_set_calendar(struct state *state, const uint8_t *key, const Duban__CalendarAddress *address);

/* 1: gone; 0: there is none of that id; -1 and logged. */
int state_delete_token(struct state *state, struct bytes id);

/* Rows in order of account and label: all of one account's, or all. In the arena; their number in *count. NULL at its limit. */
Duban__AppToken **state_tokens(struct state *state, struct arena *arena, const char *account, size_t *count);

/* How far TABLE_DECLARED goes: all reports up to that sequence which were applied, or were held; of that journal. */
struct state_marks {
    uint64_t visits, held, lineage;
};

struct state_marks state_marks(struct state *state);

/* From now on reports are those of that journal: what is known of another one goes. Durable when 0; -1 and logged. */
int state_begin_declared(struct state *state, uint64_t lineage);

/* What these rows declare, and how far that goes; what they say is here was stored. Durable when 0; -1 and logged. */
int state_put_declared(struct state *state, const Duban__EvidenceRows *rows, const struct state_marks *marks);

/* The photo has come, that large, as one that this report declares, be it by its name alone, which no row of theirs may ever say:
 * durable when 0; -1 and logged. What is known already costs no commit. */
int state_note_declared(struct state *state, const uint8_t sha256[32], uint64_t report_sequence, uint64_t size_bytes);

/* A photo and a report that declares it. */
struct declared_photo {
    uint8_t sha256[32];
    uint64_t report_sequence, size_bytes;   /* of what was stored; 0 = not known to have been */
};

/* The next of them behind that one, NULL = from the first, at most most: how many. -1: it cannot be read. */
ssize_t state_next_declared(struct state *state, const struct declared_photo *behind, struct declared_photo *photos, size_t most);

/* How large it was when it was stored; 0 = it is not known to have been, or that cannot be read. */
uint64_t state_stored(struct state *state, const uint8_t sha256[32]);

/* They were stored, that large. Durable when 0; -1 and logged. */
int state_put_stored(struct state *state, const struct declared_photo *photos, size_t count);

/* Reports that declare the photo, in order, at most most of them: how many. -1 and logged: it cannot be read. */
ssize_t state_declared(struct state *state, const uint8_t sha256[32], uint64_t *sequences, size_t most);

/* Photos that come bit by bit. Row of an account: in the arena; NULL = none. */
Duban__Upload *state_upload(struct state *state, struct arena *arena, const char *account, const uint8_t id[ID_BYTES]);

/* Durable when 0; -1 and logged. upload NULL: the row goes. */
int state_put_upload(struct state *state, const char *account, const uint8_t id[ID_BYTES], const Duban__Upload *upload);

/* How many an account has begun and not finished. */
size_t state_unfinished_of(struct state *state, const char *account);

/* Take away the first one that was made before that time; true and its id: there was one. */
bool state_drop_old_upload(struct state *state, int64_t before_ms, uint8_t id[ID_BYTES]);

#endif
