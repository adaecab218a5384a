/* state_rows.h - for state_*.c only: how their tables read and change rows.
 *
 * Every change enters the digest of the link in progress. A row that has one reader in a link is put and
 * got by itself; rows that many ask for within a link (sites, cases, tasks, subjects) are
 * shared: all get the same message, and a change is written when the link ends; what is read by nearly every entry and
 * changed by few is kept for the transaction. A table uses one of these ways, or calls row_forget beside a plain put.
 */
#ifndef DUBAN_RULES_STATE_ROWS_H
#define DUBAN_RULES_STATE_ROWS_H

#include "state.h"

enum { ROW_ARENA_BYTES = 64 * 1024 };   /* for one row at a time, where there may be many */

/* Points at the id. */
struct bytes key_of_id(const uint8_t id[ID_BYTES]);
/* Writes the text and a zero byte at key + at; returns where the next part begins. Asserts that a key
 * of STATE_KEY_BYTES holds it. */
size_t key_text(uint8_t *key, size_t at, const char *text);

void row_put(struct state *state, int table, struct bytes key, struct bytes value);
/* The key follows all keys of the table. */
void row_append(struct state *state, int table, struct bytes key, struct bytes value);
/* Nothing happens when the row is absent. */
void row_delete(struct state *state, int table, struct bytes key);

/* In the state's arena; dies when it does not fit. */
struct bytes row_packed(struct state *state, const void *message);
void row_put_message(struct state *state, int table, struct bytes key, const void *message);
/* NULL: absent, or the key is empty. Dies when the row cannot be read. */
void *row_get_message(struct state *state, int table, struct bytes key, const ProtobufCMessageDescriptor *type);

/* The ids that the rows below a prefix hold, in order of their keys; at most `most`. */
size_t row_ids(struct state *state, int table, struct bytes prefix, uint8_t (*ids)[ID_BYTES], size_t most);

/* Rows that lie on a ring: prefix, rank u64, name. */
struct ring {
    int table;
    struct bytes prefix;
    bool (*is_wanted)(void *self, const char *name);   /* NULL: each is */
    void *self;
};
/* Names from that rank on, around the ring once; at most `most`, copied, with a zero byte behind. */
size_t row_ring(struct state *state, const struct ring *ring, uint64_t from_rank, const char **names, size_t most);

/* As row_share, but read once for a whole transaction: every report asks for its reporter and its area, and hardly an
 * entry changes one. Nobody changes the message; whoever puts or deletes the row calls row_forget. */
const void *row_keep(struct state *state, int table, struct bytes key, const ProtobufCMessageDescriptor *type);

/* As row_share, of a row that is kept, and changed by many entries. The message is the caller's to change, what it points
 * at is not. Whoever puts it calls row_put_kept. */
void *row_share_kept(struct state *state, int table, struct bytes key, const ProtobufCMessageDescriptor *type);
/* Written at once; kept as it is now where it points at nothing else than before: what is new does not outlive the link. */
void row_put_kept(struct state *state, int table, struct bytes key, const ProtobufCMessage *message);

/* As row_get_message; within a link the same message for all who ask. */
void *row_share(struct state *state, int table, struct bytes key, const ProtobufCMessageDescriptor *type);
/* As row_share, for one look: what is at hand is given as it is, else the row is read into that arena and kept by nobody. */
const void *row_look_at(struct state *state, struct arena *arena, int table, struct bytes key,
                        const ProtobufCMessageDescriptor *type);
/* Written when the link ends: the message and all that it points at must live until then. */
void row_put_shared(struct state *state, int table, struct bytes key, const void *message);
/* Written at once; whoever shares the row goes on with that message when it is theirs, else reads it anew. */
void row_put_now(struct state *state, int table, struct bytes key, const void *message);
/* Before a task is put: moves it in the list of open tasks to where it belongs now. */
void row_list_task(struct state *state, Duban__Task *task);

/* The row is changed without row_put_shared: read it anew. */
void row_forget(struct state *state, int table, struct bytes key);

#endif
