/* action_link.h - addresses that a message brings: where its recipient acts on what it says.
 *
 *   token = base64url( task 16, expiry in hours u32, account, mac 16 )
 *
 * Where a message is read by its recipient alone it may hold his own address, /a/TOKEN: whoever has it acts in his name on
 * that one task until it expires, and needs no account. Where others read along - a group's robot, the spool - the address is
 * /t/TASK, which asks who is there. Nothing is kept of a token: it is authenticated by a key in notify's store, which leaves it
 * never; whoever serves the page asks notify whose it is. The same notice has the same address at every attempt.
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

/* Append those of a notice as lines of a message by that channel: of each task that it is about, at most ACTION_LINKS_MOST;
 * of a digest and the like where all can be seen. */
enum { ACTION_LINKS_MOST = 5 };
void action_links_put(const struct action_links *links, const struct channel *channel, const Duban__Notice *notice,
                      struct text *out);

/* The same as JSON: [{"task":…,"url":…}, …]; nothing is appended where there is none. */
void action_links_put_json(const struct action_links *links, const struct channel *channel, const Duban__Notice *notice,
                           struct text *out);

/* Whose token that is. False: nobody's. */
struct action_link {
    uint8_t task[ID_BYTES];
    char account[NAME_BYTES + 1];
    int64_t expires_s;                 /* policy time */
};
bool action_link_read(const struct action_links *links, const char *token, struct action_link *link);

#endif
