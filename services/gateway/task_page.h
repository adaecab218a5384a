/* task_page.h - one task on a page, and what somebody does about it there.
 *
 *   /a/TOKEN   by a link from a message: notify says whose it is, no account is needed; he must still hold a post
 *   /t/TASK    by whoever has signed in and was told of it, owns it, or oversees all
 *
 * GET only shows: previews of chats fetch it, and nothing comes of that. POST does one act of task_acts.h in the name of who
 * it is. The form has a number of its own, and the entry's client id comes of that: pressed twice, it is one entry.
 */
#ifndef DUBAN_GATEWAY_TASK_PAGE_H
#define DUBAN_GATEWAY_TASK_PAGE_H

#include "digest.h"
#include "form.h"
#include "page.h"
#include "task_acts.h"

struct task_page {
    struct request *request;
    bool by_link;
    bool may_call;                     /* the site's contact, as his post has it: the phone is shown for a reason given */
    uint8_t task[ID_BYTES];
    const Duban__TaskRow *row;
    bool rehearsal;
    int64_t now_s;                     /* policy time */
    struct form form;                  /* of a POST */
    const struct task_act *act;
    struct doing doing;
    uint8_t client_id[ID_BYTES];
    uint64_t sequence;                 /* of its entry */
    int64_t stamp_s;                   /* likewise */
};

/* task_page_show.c: whole pages. */
void task_page_show(struct task_page *it);
void task_page_show_done(struct task_page *it);
void task_page_show_held(struct task_page *it, const Duban__Quarantined *held);
void task_page_show_kept(struct task_page *it, const Duban__Fact *fact);
void task_page_show_taken(struct task_page *it);

/* What it is about: a case, a complaint or the like; of none, itself. */
ProtobufCBinaryData task_page_about(const struct task_page *it);

bool task_page_is_over(const struct task_page *it);

/* task_page_act.c: do what the form says. */
void task_page_act(struct task_page *it);

#endif
