/* task_page.h - one task on a page, and what somebody does about it there.
 *
 *   /a/TOKEN   by a link from a message: notify says whose it is, no account is needed; the matter must still be his
 *   /a/TOKEN/TASK   one of those that a link to a list shows
 *   /t/TASK    by whoever has signed in and was told of it, owns it, holds the post that it waits for, or oversees all
 *
 * GET only shows: previews of chats fetch it, and nothing comes of that. POST does one act of task_acts.h in the name of who
 * it is. The form has a number of its own, and the entry's client id comes of that: pressed twice, it is one entry.
 */
#ifndef DUBAN_GATEWAY_TASK_PAGE_H
#define DUBAN_GATEWAY_TASK_PAGE_H

#include "digest.h"
#include "form.h"
#include "gather.h"
#include "page.h"
#include "submitting.h"
#include "task_acts.h"

enum { ACTION_TOKEN_MOST_BYTES = 128 };

struct task_page {
    struct request *request;
    bool by_link;
    bool may_call;                     /* the site's contact, as his post has it: the phone is shown for a reason given */
    uint8_t task[ID_BYTES];
    const Duban__TaskRow *row;
    const Duban__Holder *holder;       /* who came by a link */
    Duban__NoticesQuery wanted;        /* what is asked of what he was told */
    Duban__NoticeRows told;            /* the notices that told him of this task, oldest first */
    size_t told_room;                  /* for so many */
    bool is_short;                     /* memory was out for some of them */
    const char *absent;                /* whose deputy he was when he was told; NULL = nobody's */
    char token[ACTION_TOKEN_MOST_BYTES + 1];   /* that he came by, without the task behind it */
    bool has_task;                     /* it was opened from a list */
    const Duban__Notice *notice;       /* whose list it is; NULL = it is none */
    bool rehearsal;
    int64_t now_s;                     /* policy time */
    struct form form;                  /* of a POST */
    const struct task_act *act;
    struct doing doing;
    struct submitting submitting;      /* of its entry */
    uint64_t sequence;                 /* likewise, be it that it had come before */
    int64_t stamp_s;                   /* likewise */
};

/* What both ways to it share. */
struct task_page *task_page_begin(struct request *request);   /* NULL: memory was out, and that has been answered */
void task_page_refuse(struct task_page *it, unsigned status, const char *zh, const char *en);
void task_page_ask(struct task_page *it, upstream_then *then);
bool task_page_take(struct task_page *it, const Duban__Reply *reply);   /* false: there is none, and that has been answered */
void task_page_go_on(struct task_page *it);

/* What the account was told of the task, all of it, into `told`; was it told of it in that notice? */
void task_page_ask_notices(struct task_page *it, gather_end *then);
bool task_page_is_told_in(const Duban__Notice *notice, const uint8_t task[ID_BYTES]);

/* task_page_show.c: whole pages. */
void task_page_show_list(struct task_page *it);
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
