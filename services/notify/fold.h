/* fold.h - several messages of one recipient in one, when his channel takes few.
 *
 * A robot takes 20 messages a minute. When more wait for one recipient than fold_above says, all of them leave as one:
 * numbered, each cut to a line or two, as many as fit, then how many more there are and where to read them. Each of
 * them keeps its own grade, receipt and place in the ledger; that it was only counted, and in which message, is said there. What is urgent is never folded.
 */
#ifndef DUBAN_NOTIFY_FOLD_H
#define DUBAN_NOTIFY_FOLD_H

#include "flight.h"

/* Take what else waits for its recipient into the flight, when it is enough. */
void fold_gather(struct notify *notify, struct store_txn *txn, struct flight *flight);

/* Fill in words, title and key for all of them. Some may be done by now: they are left out. False without memory. */
bool fold_write(struct notify *notify, struct store_txn *txn, struct flight *flight, struct message *message);

#endif
