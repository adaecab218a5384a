/* task_page_act.c - what somebody does about a task on its page becomes an entry. */
#include "gateway.h"
#include "task_page.h"

enum { APPLIED_WITHIN_MS = 3000 };

/* ---------------------------------------------------------------- what rules made of it */

/* What contradicts the state of things, or is against the policy, is kept and changes nothing. */
static void on_facts(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    (void) request;
    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_FACTS) {
        task_page_show_taken(it);
        return;
    }
    for (size_t i = 0; i < reply->facts->n_rows; i++) {
        if (reply->facts->rows[i]->entry_sequence != it->sequence)
            continue;
        task_page_show_kept(it, reply->facts->rows[i]);
        return;
    }
    task_page_show_done(it);
}

static void ask_whether_it_changed_something(struct task_page *it)
{
    Duban__FactKind kinds[] = { DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION };
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__FactsQuery facts = DUBAN__FACTS_QUERY__INIT;

    facts.subject = task_page_about(it);
    facts.from_s = facts.until_s = it->stamp_s;
    facts.n_kinds = 1;
    facts.kinds = kinds;
    query.body_case = DUBAN__QUERY__BODY_FACTS;
    query.facts = &facts;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, on_facts, it))
        task_page_show_taken(it);
}

static void on_quarantine(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    (void) request;
    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_QUARANTINE)
        task_page_show_taken(it);
    else if (reply->quarantine->n_rows > 0)
        task_page_show_held(it, reply->quarantine->rows[0]);
    else
        ask_whether_it_changed_something(it);
}

static void ask_what_became(struct task_page *it)
{
    uint32_t most_ms = it->request->gateway->settings.answer_ms / 2;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__QuarantineQuery quarantine = DUBAN__QUARANTINE_QUERY__INIT;

    quarantine.sequence = it->sequence;
    query.min_sequence = it->sequence;
    query.wait_ms = most_ms < APPLIED_WITHIN_MS ? most_ms : APPLIED_WITHIN_MS;
    query.body_case = DUBAN__QUERY__BODY_QUARANTINE;
    query.quarantine = &quarantine;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, on_quarantine, it))
        task_page_show_taken(it);
}

/* ---------------------------------------------------------------- the entry */

static void on_submitted(struct submitting *submitting)
{
    struct task_page *it = submitting->self;
    struct fault fault;

    if (submitting->status < MHD_HTTP_BAD_REQUEST) {
        it->sequence = submitting->submitted.sequence;
        it->stamp_s = submitting->submitted.stamp_ms / 1000;
        ask_what_became(it);
    } else if (submitting->status == MHD_HTTP_CONFLICT) {
        fault_set(&fault, "", "这个表单已经提交过别的内容，以先提交的为准；要另行提交，请重新打开本页。",
                  "This form has sent something else before, and that stands; open the page again to send more.");
        page_fault(it->request, MHD_HTTP_CONFLICT, &fault);
    } else if (submitting->is_silent) {
        fault_set(&fault, "", "是否收下尚不能确定。请返回上一页再按一次，不会重复登记。",
                  "Whether it was taken is not known. Go back and press once more; it will not be entered twice.");
        problem_answer(it->request, MHD_HTTP_SERVICE_UNAVAILABLE, "unknown-outcome", &fault, 0);
    } else {
        problem_send(it->request, submitting->submitted.problem);
    }
}

static void submit(struct task_page *it)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    struct fault fault;

    if (!it->act->make(&it->doing, &entry)) {
        problem_send(it->request, NULL);
    } else if (!submitting_send(&it->submitting, &entry, on_submitted, it)) {   /* a form of 64 KiB is never too large */
        fault_set(&fault, "", "正在办理的太多，这次没有收下。请返回上一页，稍后再按一次。",
                  "Too much is under way, and this was not taken. Go back and press once more in a while.");
        problem_answer(it->request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, 0);
    }
}

/* ---------------------------------------------------------------- over already */

/* Over by this very form, pressed twice: it is said again what it did. */
static void on_known(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_SUBMISSION) {
        problem_unanswered(request, UPSTREAM_INGEST, reply);
    } else if (reply->submission->known) {
        it->sequence = reply->submission->sequence;
        it->stamp_s = reply->submission->stamp_ms / 1000;
        ask_what_became(it);
    } else {
        task_page_show(it);
    }
}

static void ask_whether_known(struct task_page *it)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__SubmissionQuery submission = DUBAN__SUBMISSION_QUERY__INIT;

    submission.account = it->request->account;
    submission.client_id = (ProtobufCBinaryData){ ID_BYTES, it->submitting.client_id };
    query.body_case = DUBAN__QUERY__BODY_SUBMISSION;
    query.submission = &submission;
    if (!upstream_ask(it->request, UPSTREAM_INGEST, &query, on_known, it))
        problem_silent(it->request, UPSTREAM_INGEST);
}

/* ---------------------------------------------------------------- the form */

/* Of who, which task, which act and which form: another's form is never the same entry. */
static void make_client_id(struct task_page *it, const uint8_t number[ID_BYTES])
{
    const struct bytes parts[] = {
        bytes_of_text("task page"), bytes_of_text(it->request->account), bytes_of(it->task, ID_BYTES),
        bytes_of_text(it->act->name), bytes_of(number, ID_BYTES),
    };

    digest_of_parts(it->submitting.client_id, ID_BYTES, bytes_of(NULL, 0), parts, sizeof parts / sizeof parts[0]);
}

static bool read_form(struct task_page *it, uint8_t number[ID_BYTES], struct fault *fault)
{
    struct request *request = it->request;

    if (!form_read(&it->form, &request->arena, bytes_of(request->body, request->body_size), fault))
        return false;
    it->act = task_act_named(it->row, form_value(&it->form, "act"), it->now_s);
    if (it->act == NULL)
        return fault_set(fault, "act", "这件事项不能这样办，请重新打开本页", "this cannot be done about it; open the page again");
    if (!hex_parse(form_value(&it->form, "number"), number, ID_BYTES))
        return fault_set(fault, "number", "表单不完整，请重新打开本页", "the form is incomplete; open the page again");
    it->doing = (struct doing){ .arena = &request->arena, .row = it->row };
    return task_act_read(it->act, &it->form, request->gateway->settings.offset_s, &it->doing, fault);
}

void task_page_act(struct task_page *it)
{
    uint8_t number[ID_BYTES];
    struct fault fault;

    if (!read_form(it, number, &fault)) {
        page_fault(it->request, MHD_HTTP_UNPROCESSABLE_CONTENT, &fault);
    } else {
        submitting_open(&it->submitting, it->request, "");
        make_client_id(it, number);
        if (task_page_is_over(it))
            ask_whether_known(it);
        else
            submit(it);
    }
}
