/* queries_action_link.c - whose an address is that a message brought: asked by whoever serves its page; and ending some. */
#include "log.h"
#include "message.h"
#include "notify.h"

void queries_action_link(struct question *question, const Duban__ActionLinkQuery *wanted)
{
    struct notify *notify = question->notify;
    Duban__ActionLink row = DUBAN__ACTION_LINK__INIT;
    struct action_link link;
    struct store_txn txn;

    if (!action_link_read(&notify->action_links, wanted->token, &link)) {
        queries_fault(question, "actionLink.token", "这个链接不完整或不是本系统发出的", "this link is incomplete, or was never sent from here");
        return;
    }
    row.task = (ProtobufCBinaryData){ link.notice == 0 ? ID_BYTES : 0, link.task };
    row.notice = link.notice;
    row.account = link.account;
    row.expires_s = link.expires_s;
    row.expired = notify_clock_ms(notify) / 1000 >= link.expires_s;
    store_begin(&txn, &notify->state.store, STORE_READ);
    row.ended = action_link_is_ended(&txn, &link, wanted->task.len == ID_BYTES ? wanted->task.data : NULL);
    store_abort(&txn);
    if (txn.error != 0) {
        queries_later(question, "actionLink.token", "现在查不出这个链接是否已被收回，请稍后再打开",
                      "whether this link was ended cannot be read now; open it again later");
        return;
    }
    question->reply.body_case = DUBAN__REPLY__BODY_ACTION_LINK;
    question->reply.action_link = &row;
    queries_reply(question);
}

/* ---------------------------------------------------------------- ending some */

static bool is_right(struct question *question, const Duban__ActionLinksEnd *wanted)
{
    bool is_right = is_code(wanted->account);

    if (!is_right)
        queries_fault(question, "actionLinksEnd.account", "请写明是谁的：账号是 1 到 32 个字母、数字或 . _ -",
                      "say whose: an account is 1 to 32 letters, digits or . _ -");
    for (size_t i = 0; is_right && i < wanted->n_tasks; i++) {
        is_right = wanted->tasks[i].len == ID_BYTES;
        if (!is_right)
            queries_fault(question, "actionLinksEnd.tasks", "任务编号是 16 个字节", "the id of a task has 16 bytes");
    }
    return is_right;
}

/* A notice may have been decided after what the clock was heard to be last. */
static int64_t moment_of(const struct notify *notify, const Duban__ActionLinksEnd *wanted)
{
    int64_t now_s = notify_clock_ms(notify) / 1000;

    return wanted->up_to_s > now_s ? wanted->up_to_s : now_s;
}

void queries_action_links_end(struct question *question, const Duban__ActionLinksEnd *wanted)
{
    struct notify *notify = question->notify;
    Duban__Done done = DUBAN__DONE__INIT;
    int64_t at_s = moment_of(notify, wanted);
    struct store_txn txn;

    if (!is_right(question, wanted))
        return;
    state_begin(&notify->state, &txn);
    for (size_t i = 0; i < wanted->n_tasks; i++)
        action_links_end(&txn, wanted->account, wanted->tasks[i].data, at_s);
    if (wanted->n_tasks == 0)
        action_links_end(&txn, wanted->account, NULL, at_s);
    if (state_commit(&notify->state, &txn) == -1) {
        queries_fault(question, "", "没有写下：投递服务的磁盘或 map 已满，请腾出空间后再试",
                      "not written: notify's disk or map is full; make room, then try again");
        return;
    }
    log_info("action links ended: account=%s tasks=%zu by=%s", wanted->account, wanted->n_tasks,
             is_code(wanted->on_behalf_of) ? wanted->on_behalf_of : "?");
    question->reply.body_case = DUBAN__REPLY__BODY_DONE;
    question->reply.done = &done;
    queries_reply(question);
}
