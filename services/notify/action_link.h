/* action_link.h - addresses that a message brings: where its recipient acts on what it says.
 *
 *   token = base64url( task 16, decided at u32 in seconds, account, mac 16 )
 *   below 10,000,000 it is of a former version: expires at u32 in hours
 *   of a list: zero u64, outbox sequence of its notice u64 in place of the task, which is never so
 *
 * Where a message is read by its recipient alone it may hold his own address, /a/TOKEN: whoever has it acts in his name on
 * that one task until it expires, and needs no account. One about many tasks, or with little room, holds a list's, from which
 * each of them is opened: /a/TOKEN/TASK. Where others read along - a group's robot, the spool - the address is
 * /t/TASK, which asks who is there. Nothing is kept of a token: it is authenticated by a key in notify's store, which leaves it
 * never; whoever serves the page asks notify whose it is. The same notice has the same address at every attempt. What is kept
 * is which of them somebody has ended: those of a person, of one task or of all, decided up to a moment.
 */
#ifndef DUBAN_NOTIFY_ACTION_LINK_H
#define DUBAN_NOTIFY_ACTION_LINK_H

#include "channel.h"
#include "state.h"
#include "text.h"

enum { ACTION_KEY_BYTES = 32, ACTION_TOKEN_BYTES = 128 };

struct action_links {
    const char *url;                   /* https://duban.example, without a slash behind it; "" = no message has an address */
    int64_t last_s;                    /* how long after the notice was decided */
    uint8_t key[ACTION_KEY_BYTES];
    bool for_show;                     /* those put now open nothing: nobody is sent them */
};

/* The key, made at the first start. 0, or -1 and logged. */
int action_links_open(struct action_links *links, struct state *state, const char *url, uint32_t last_ms);

/* What is told: a notice, and its outbox sequence. */
struct told {
    const Duban__Notice *notice;
    uint64_t sequence;
};

/* Append those of a notice as lines of a message by that channel: of each task that it is about, at most ACTION_LINKS_MOST;
 * of a digest and the like, or where it is to be brief, one where all are seen. */
enum { ACTION_LINKS_MOST = 5 };
void action_links_put(const struct action_links *links, const struct channel *channel, struct told told, bool brief,
                      struct text *out);

/* The same as JSON: [{"task":…,"url":…}, …], without task where all are seen; nothing is appended where there is none. */
void action_links_put_json(const struct action_links *links, const struct channel *channel, struct told told, struct text *out);

/* Append the line that leads to where each sees what is his, for several notices in one message. */
void action_links_put_home(const struct action_links *links, const Duban__Recipient *recipient, struct text *out);

/* Whose token that is. False: nobody's. */
struct action_link {
    uint8_t task[ID_BYTES];
    uint64_t notice;                   /* it is a list of what this one is about, outbox sequence; 0 = it is of the task */
    char account[NAME_BYTES + 1];
    int64_t decided_s;                 /* policy time, of the notice that brought it; 0 = of a former version, not known */
    int64_t expires_s;                 /* likewise */
};
bool action_link_read(const struct action_links *links, const char *token, struct action_link *link);

/* Those of that person open nothing any more whose notices were decided up to at_s: of that task, or (NULL) of every one. What
 * is told him later brings others. */
void action_links_end(struct store_txn *txn, const char *account, const uint8_t *task, int64_t at_s);

/* Was it ended: itself, or (not NULL) as far as that task of its list goes? Not known where the transaction has an error. */
bool action_link_is_ended(struct store_txn *txn, const struct action_link *link, const uint8_t *task);

#endif
