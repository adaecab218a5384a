/* state_private.h - what the files of state.h share: one transaction, one row. */
#ifndef DUBAN_GATEWAY_STATE_PRIVATE_H
#define DUBAN_GATEWAY_STATE_PRIVATE_H

#include "state.h"

/* That was all of a reading transaction. Dies when something could not be read: it is not what is not there. */
void state_end_read(struct store_txn *txn);

/* 0 = durable. -1 = there is no room, and nothing has changed. Dies of any other failure. */
int state_commit(struct store_txn *txn);

/* The message under that key, in the arena. NULL = there is none, or it cannot be unpacked, and that is logged. */
void *state_row(struct state *state, struct arena *arena, enum table table, struct bytes key, const ProtobufCMessageDescriptor *type);

/* Put it there, in a transaction of its own; message NULL: the row goes. As state_commit. */
int state_put(struct state *state, enum table table, struct bytes key, const ProtobufCMessage *message);

#endif
