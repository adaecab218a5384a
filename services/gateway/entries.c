/* entries.c - POST /v1/entries: one submission or several; GET /v1/submissions/ID: what has become of one. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "arrival.h"
#include "gateway.h"
#include "json.h"
#include "message.h"
#include "submitting.h"
#include "uuid.h"

enum { SUBMISSIONS_MOST = 100 };

/* All of one request. */
struct batch {
    struct request *request;
    bool is_one;                       /* answered as one, not as a list of one */
    Duban__SubmittedAll all;
    struct submitting *sendings;
    size_t waiting;
};

/* ---------------------------------------------------------------- the end */

static void finish(struct batch *batch)
{
    if (batch->is_one)
        submitting_answer(&batch->sendings[0]);
    else
        answer_message(batch->request, MHD_HTTP_OK, &batch->all.base);
}

static void on_one(struct submitting *sending)
{
    struct batch *batch = sending->self;

    if (--batch->waiting == 0)
        finish(batch);
}

/* ---------------------------------------------------------------- what was sent */

static bool is_right(const Duban__Submission *submission, uint8_t client_id[ID_BYTES], struct fault *fault)
{
    if (!uuid_read(submission->client_id, client_id))
        return fault_set(fault, "clientId", "提交编号请写 UUID，如 018f4e7a-1c2b-7d3e-8f90-123456789abc",
                         "the client id is a UUID, as 018f4e7a-1c2b-7d3e-8f90-123456789abc");
    if (submission->entry == NULL || submission->entry->body_case == DUBAN__ENTRY__BODY__NOT_SET)
        return fault_set(fault, "entry", "没有内容", "there is nothing in it");
    return true;
}

/* What the store does not hold has not come, whatever is said. */
static bool holds(const struct evidence *evidence, const ProtobufCBinaryData *sha256, uint64_t size_bytes)
{
    uint64_t held_bytes;

    return sha256->len == SHA256_BYTES && evidence_keep(evidence, sha256->data, &held_bytes) && held_bytes == size_bytes;
}

static bool has_come(const struct request *request, const Duban__Entry *entry, struct fault *fault)
{
    const struct evidence *evidence = &request->gateway->evidence;
    const Duban__EvidenceArrival *arrival = entry->evidence_arrival;
    char field[64];

    if (entry->body_case == DUBAN__ENTRY__BODY_EVIDENCE_ARRIVAL && !holds(evidence, &arrival->sha256, arrival->size_bytes))
        return fault_set(fault, "entry.evidenceArrival.sha256", "照片 %s 还没有上传，或大小不符：请先上传", "photo %s has not been uploaded, or "
                         "has another size: upload it first", arrival->name);
    for (size_t i = 0; entry->body_case == DUBAN__ENTRY__BODY_REPORT && i < entry->report->n_evidence; i++) {
        const Duban__Evidence *photo = entry->report->evidence[i];

        if (!photo->here || holds(evidence, &photo->sha256, photo->size_bytes))
            continue;
        (void) snprintf(field, sizeof field, "entry.report.evidence[%zu].here", i);
        return fault_set(fault, field, "照片 %s 还没有上传，或大小不符：请先上传，或去掉 here", "photo %s has not been uploaded, or has another "
                         "size: upload it first, or leave out here", photo->name);
    }
    return true;
}

/* As arrival_submit: no row of reports may ever say it. False: refused. */
static bool is_noted(struct submitting *sending, const Duban__Entry *entry)
{
    const Duban__EvidenceArrival *arrival = entry->evidence_arrival;

    return entry->body_case != DUBAN__ENTRY__BODY_EVIDENCE_ARRIVAL || arrival->report_sequence == 0 ||
           arrival_note(sending, arrival->sha256.data, arrival->report_sequence, arrival->size_bytes);
}

static void send_it(struct batch *batch, struct submitting *sending, const Duban__Submission *submission)
{
    struct fault fault;

    submitting_open(sending, batch->request, submission->client_id);
    if (!is_right(submission, sending->client_id, &fault))
        submitting_refuse(sending, MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault, 0);
    else if (!has_come(batch->request, submission->entry, &fault))
        submitting_refuse(sending, MHD_HTTP_UNPROCESSABLE_CONTENT, "no-such-photo", &fault, 0);
    else if (is_noted(sending, submission->entry) && submitting_send(sending, submission->entry, on_one, batch))
        batch->waiting++;
}

static void send_all(struct request *request, Duban__Submission *const *submissions, size_t count, bool is_one)
{
    struct batch *batch = arena_clear(&request->arena, sizeof *batch);

    if (batch != NULL) {
        batch->sendings = arena_clear(&request->arena, count * sizeof *batch->sendings);
        duban__submitted_all__init(&batch->all);
        batch->all.submitted = arena_take_pointers(&request->arena, count);
    }
    if (batch == NULL || batch->sendings == NULL || batch->all.submitted == NULL) {
        problem_send(request, NULL);
        return;
    }
    batch->request = request;
    batch->is_one = is_one;
    batch->all.n_submitted = count;
    for (size_t i = 0; i < count; i++) {
        batch->all.submitted[i] = &batch->sendings[i].submitted;
        send_it(batch, &batch->sendings[i], submissions[i]);
    }
    if (batch->waiting == 0)
        finish(batch);
}

static bool as_message(struct request *request, const json_t *json, bool *is_one, Duban__Submissions *all, Duban__Submission **one,
                       struct fault *fault)
{
    Duban__Submissions *several;

    *is_one = json_object_get(json, "submissions") == NULL;
    if (*is_one) {
        *one = json_to_message(&request->arena, &duban__submission__descriptor, json, fault);
        all->n_submissions = 1;
        all->submissions = one;
        return *one != NULL;
    }
    several = json_to_message(&request->arena, &duban__submissions__descriptor, json, fault);
    if (several == NULL)
        return false;
    *all = *several;
    if (all->n_submissions == 0 || all->n_submissions > SUBMISSIONS_MOST)
        return fault_set(fault, "submissions", "一次提交 1 到 %d 条", "1 to %d at a time", SUBMISSIONS_MOST);
    return true;
}

void entries_submit(struct request *request)
{
    Duban__Submissions all = DUBAN__SUBMISSIONS__INIT;
    Duban__Submission *one = NULL;
    struct fault fault = { .field = "" };
    bool is_one = true;
    json_t *json = NULL;
    bool fine;

    if (request->body_size == 0)
        fault_set(&fault, "", "没有内容：请提交 {\"clientId\": …, \"entry\": …}", "there is no body: send {\"clientId\": ..., \"entry\": ...}");
    else
        json = json_of_request(request, &fault);
    fine = json != NULL && as_message(request, json, &is_one, &all, &one, &fault);
    json_decref(json);
    if (fine)
        send_all(request, all.submissions, all.n_submissions, is_one);
    else
        problem_answer(request, json == NULL ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault, 0);
}

/* ---------------------------------------------------------------- what has become of one */

static Duban__SubmissionState state_of(const Duban__Quarantined *held)
{
    switch (held->state) {
    case DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_RELEASED:
        return DUBAN__SUBMISSION_STATE__SUBMISSION_STATE_RELEASED;
    case DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_REJECTED:
        return DUBAN__SUBMISSION_STATE__SUBMISSION_STATE_REJECTED;
    case DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_UNSPECIFIED:
    case DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD:
    case _DUBAN__QUARANTINE_STATE_IS_INT_SIZE:
        break;
    }
    return DUBAN__SUBMISSION_STATE__SUBMISSION_STATE_QUARANTINED;
}

static void note_held(struct request *request, Duban__SubmissionProgress *progress, const Duban__Quarantined *held)
{
    struct fault fault;

    fault_carry(&fault, held->field, held->zh, held->en);
    progress->state = state_of(held);
    progress->problem = problem_of(request, MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault, 0);
}

static void on_quarantine(struct request *request, void *self, const struct upstream_answer *answer)
{
    Duban__SubmissionProgress *progress = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_QUARANTINE) {
        problem_unanswered(request, UPSTREAM_RULES, reply);
        return;
    }
    progress->state = reply->applied_sequence >= progress->sequence ? DUBAN__SUBMISSION_STATE__SUBMISSION_STATE_APPLIED
                                                                   : DUBAN__SUBMISSION_STATE__SUBMISSION_STATE_ACCEPTED;
    if (reply->quarantine->n_rows > 0)
        note_held(request, progress, reply->quarantine->rows[0]);
    answer_message(request, MHD_HTTP_OK, &progress->base);
}

static void ask_rules(struct request *request, Duban__SubmissionProgress *progress)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__QuarantineQuery quarantine = DUBAN__QUARANTINE_QUERY__INIT;

    quarantine.sequence = progress->sequence;
    quarantine.settled_too = true;
    query.body_case = DUBAN__QUERY__BODY_QUARANTINE;
    query.quarantine = &quarantine;
    if (!upstream_ask(request, UPSTREAM_RULES, &query, on_quarantine, progress))
        problem_silent(request, UPSTREAM_RULES);
}

static void on_submission(struct request *request, void *self, const struct upstream_answer *answer)
{
    Duban__SubmissionProgress *progress = self;
    const Duban__Reply *reply = answer->reply;
    struct fault fault;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_SUBMISSION) {
        problem_unanswered(request, UPSTREAM_INGEST, reply);
        return;
    }
    if (!reply->submission->known) {
        fault_set(&fault, "clientId", "本账号没有用这个编号提交过", "this account has submitted nothing under that id");
        problem_answer(request, MHD_HTTP_NOT_FOUND, "not-found", &fault, 0);
        return;
    }
    progress->sequence = reply->submission->sequence;
    progress->stamp_ms = reply->submission->stamp_ms;
    ask_rules(request, progress);
}

void entries_status(struct request *request)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__SubmissionQuery submission = DUBAN__SUBMISSION_QUERY__INIT;
    Duban__SubmissionProgress *progress = arena_take(&request->arena, sizeof *progress);
    uint8_t client_id[ID_BYTES];
    struct fault fault;

    if (!uuid_read(request->rest, client_id)) {
        fault_set(&fault, "clientId", "提交编号请写 UUID", "the client id is a UUID");
        problem_answer(request, MHD_HTTP_BAD_REQUEST, "invalid", &fault, 0);
        return;
    }
    submission.account = request->account;
    submission.client_id = (ProtobufCBinaryData){ ID_BYTES, client_id };
    query.body_case = DUBAN__QUERY__BODY_SUBMISSION;
    query.submission = &submission;
    if (progress == NULL) {
        problem_send(request, NULL);
        return;
    }
    duban__submission_progress__init(progress);
    progress->client_id = (char *) request->rest;
    if (!upstream_ask(request, UPSTREAM_INGEST, &query, on_submission, progress))
        problem_silent(request, UPSTREAM_INGEST);
}
