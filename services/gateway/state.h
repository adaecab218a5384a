/* state.h - what survives a restart of the gateway: passwords, tokens and calendars of accounts. */
#ifndef DUBAN_GATEWAY_STATE_H
#define DUBAN_GATEWAY_STATE_H

#include "arena.h"
#include "digest.h"
#include "gateway.pb-c.h"
#include "store.h"

enum table {
    TABLE_CREDENTIAL,   /* account -> packed Credential */
    TABLE_TOKEN,        /* BLAKE2b-256 of the token -> packed AppToken */
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

/* Durable when 0; -1 and logged: nothing has changed. Putting a credential without a password takes it away. */
int state_put_credential(struct state *state, const Duban__Credential *credential);
int state_put_token(struct state *state, const uint8_t key[DIGEST_BYTES], const Duban__AppToken *token);

/* In the arena; NULL = none. */
Duban__CalendarAddress *state_calendar(struct state *state, struct arena *arena, const uint8_t key[DIGEST_BYTES]);

/* The account has this address and no other; key NULL: none at all. Durable when 0; -1 and logged: nothing has changed. */
int state_set_calendar(struct state *state, const uint8_t *key, const Duban__CalendarAddress *address);

/* 1: gone; 0: there is none of that id; -1 and logged. */
int state_delete_token(struct state *state, struct bytes id);

/* Rows in order of account and label: all of one account's, or all. In the arena; their number in *count. NULL at its limit. */
Duban__AppToken **state_tokens(struct state *state, struct arena *arena, const char *account, size_t *count);

#endif
