/* wording.h - what a notice says, as its channel takes it.
 *
 * Some channels take the JSON object of line.h; the others take words: the text in each language that the recipient
 * reads, Chinese first, escaped for the channel and within its limit.
 */
#ifndef DUBAN_NOTIFY_WORDING_H
#define DUBAN_NOTIFY_WORDING_H

#include "action_link.h"
#include "channel.h"
#include "render.h"
#include "texts.h"

struct notify;

/* Fill in what the delivery's channel takes and the key; message->notice is set. Lives in notify->object and
 * notify->title until the next one. False without memory. */
bool wording_message(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                     struct message *message);

/* Append the words of a notice, not escaped, within that room (render.h). Where both languages are read and do not fit, what
 * one of them leaves of its half is the other's. */
void wording_words(struct notify *notify, struct store_txn *txn, const Duban__Notice *notice, struct render_room room,
                   struct text *out);

/* The whole notice as message->words within what the channel takes, with its title. False without memory. */
bool wording_fit(struct notify *notify, struct store_txn *txn, const struct channel *channel, struct message *message);

/* Would its addresses, each on a line of its own, take more than half of it? */
bool wording_links_are_brief(struct notify *notify, const struct channel *channel, struct told told);

/* notify->scratch holds plain words: they become message->words, escaped, and their first line message->title. False
 * without memory. */
bool wording_take(struct notify *notify, const struct channel *channel, struct message *message);

/* Is that among the languages that he reads? */
bool wording_speaks(const Duban__Recipient *recipient, enum language language);

#endif
