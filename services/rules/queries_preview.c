/* queries_preview.c - a message as it would be decided now: the kind's notice with a case's or subject's real values. Sent to
 * nobody; notify says how each channel would put it. */
#include <assert.h>
#include <string.h>

#include "about.h"
#include "message.h"
#include "queries.h"

/* What is owed now; NULL: nothing is. */
static const Duban__Task *task_of_case(struct engine *engine, const Duban__Case *case_)
{
    const ProtobufCBinaryData *const tasks[] = { &case_->rectification_task, &case_->revisit_task, &case_->approval_task,
                                                 &case_->review_task, &case_->acknowledgement_task, &case_->look_back_task };
    const Duban__Task *task = NULL;

    for (size_t i = 0; task == NULL && i < sizeof tasks / sizeof tasks[0]; i++)
        task = engine_task_of(engine, tasks[i]);
    return task;
}

/* NULL: there is no such case or subject. */
static Duban__NoticeItem *item_for(struct engine *engine, const ProtobufCBinaryData *about, const char **account)
{
    const Duban__Case *case_ = is_id_of_case(about) ? state_case(engine->state, about->data) : NULL;
    const Duban__Subject *subject = is_id_of_subject(about) ? state_subject(engine->state, about->data) : NULL;
    const Duban__Task *task = subject == NULL ? NULL : engine_task_of(engine, &subject->task);

    *account = case_ != NULL ? case_->owner : task != NULL ? task->owner : "";
    if (about->len == 0)
        return engine_item(engine, NULL, NULL);
    if (case_ != NULL)
        return engine_item(engine, task_of_case(engine, case_), case_);
    if (task != NULL)
        return engine_item(engine, task, NULL);
    return subject == NULL ? NULL : engine_item_of_subject(engine, subject);
}

static Duban__Recipient *recipient_of(struct question *question, const char *account)
{
    const Duban__Holder *holder = state_holder(&question->rules->state, account);
    Duban__Recipient *recipient = arena_take(question->arena, sizeof *recipient);

    assert(recipient != NULL);
    duban__recipient__init(recipient);
    recipient->account = (char *) account;
    recipient->language = "zh";
    if (holder == NULL)
        return recipient;
    recipient->title = holder->title;
    if (holder->language[0] != '\0')
        recipient->language = holder->language;
    if (holder->n_roles > 0)
        recipient->role = holder->roles[0]->role;
    return recipient;
}

static Duban__Notice *notice_of(struct question *question, const struct policy *policy, const char *kind, Duban__NoticeItem *item,
                                const char *account)
{
    Duban__Notice *notice = arena_take(question->arena, sizeof *notice);

    assert(notice != NULL);
    duban__notice__init(notice);
    notice->items = arena_take(question->arena, sizeof *notice->items);
    assert(notice->items != NULL);
    notice->items[0] = item;
    notice->n_items = 1;
    notice->kind = (char *) kind;
    notice->urgency = DUBAN__URGENCY__URGENCY_NORMAL;
    notice->recipient = recipient_of(question, account);
    notice->decided_at_s = notice->due_at_s = question->now_s;
    notice->texts_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) policy->version };
    return notice;
}

void query_on_preview(struct question *question, const Duban__PreviewQuery *wanted)
{
    struct engine engine = question->rules->engine;
    Duban__PreviewNotice *preview = arena_take(question->arena, sizeof *preview);
    Duban__NoticeItem *item;
    const char *account;

    assert(preview != NULL);
    engine.now_s = engine.stamp_s = question->now_s;
    if (engine.policy == NULL || policy_message(engine.policy, wanted->kind) == NULL) {
        question_fault(question, "preview.kind", "现行政策包没有这种消息；种类见 messages.csv 的 kind 一列",
                       "the policy in force has no such message; the column kind of messages.csv lists them");
        return;
    }
    item = item_for(&engine, &wanted->about, &account);
    if (item == NULL) {
        question_fault(question, "preview.about", "没有这个问题或事项", "there is no such case or subject");
        return;
    }
    if (strcmp(wanted->kind, "digest") == 0)
        item->kind = "near_due";   /* a line of a list is of some other kind */
    duban__preview_notice__init(preview);
    preview->notice = notice_of(question, engine.policy, wanted->kind, item, account);
    question->reply->body_case = DUBAN__REPLY__BODY_PREVIEW;
    question->reply->preview = preview;
}
