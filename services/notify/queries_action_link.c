/* queries_action_link.c - whose an address is that a message brought: asked by whoever serves its page. */
#include "notify.h"

void queries_action_link(struct question *question, const Duban__ActionLinkQuery *wanted)
{
    struct notify *notify = question->notify;
    Duban__ActionLink row = DUBAN__ACTION_LINK__INIT;
    struct action_link link;

    if (!action_link_read(&notify->action_links, wanted->token, &link)) {
        queries_fault(question, "actionLink.token", "这个链接不完整或不是本系统发出的", "this link is incomplete, or was never sent from here");
        return;
    }
    row.task = (ProtobufCBinaryData){ ID_BYTES, link.task };
    row.account = link.account;
    row.expires_s = link.expires_s;
    row.expired = notify_clock_ms(notify) / 1000 >= link.expires_s;
    question->reply.body_case = DUBAN__REPLY__BODY_ACTION_LINK;
    question->reply.action_link = &row;
    queries_reply(question);
}
