/* arrival.c - that a declared photo is in the store goes into the journal. */
#include "arrival.h"

#include "gateway.h"
#include "message.h"
#include "number.h"

enum { FULL_AFTER_S = 60, RULES_AFTER_S = 5 };

bool arrival_is_report(const char *text, uint64_t *sequence)
{
    return number_of(text, sequence) && *sequence > 0 && *sequence <= INT64_MAX;
}

struct arguments {
    struct declared *declared;
    struct fault *fault;
    bool is_fine;
};

static bool on_argument(void *self, const char *name, const char *value)
{
    struct arguments *arguments = self;

    if (strcmp(name, "report") == 0)
        arguments->is_fine = arrival_is_report(value, &arguments->declared->report_sequence) ||
                             fault_set(arguments->fault, "report", "report 是报告的序号，即提交后得到的 sequence",
                                       "report is the sequence that the report got when it was submitted");
    else if (strcmp(name, "name") == 0 && is_utf8(value, strlen(value)))
        arguments->declared->name = value;
    else
        arguments->is_fine = fault_set(arguments->fault, name, "没有参数 %s，或者不是 UTF-8",
                                       "there is no argument %s, or it is not UTF-8", name);
    return arguments->is_fine;
}

bool arrival_arguments(struct request *request, struct declared *declared, struct fault *fault)
{
    struct arguments arguments = { declared, fault, true };

    *declared = (struct declared){ .name = "" };
    http_each_argument(request, on_argument, &arguments);
    if (arguments.is_fine && (declared->report_sequence != 0) != (declared->name[0] != '\0'))
        return fault_set(fault, declared->name[0] == '\0' ? "name" : "report", "report 与 name 要一起写：哪份报告里申报的哪张照片",
                         "report and name belong together: which photo that which report declares");
    return arguments.is_fine;
}

/* Whoever sends the photo once more, after an answer that got lost, sends the same entry. sha256: empty the first time. */
static void client_id_of(const struct declared *declared, struct bytes sha256, uint8_t client_id[ID_BYTES])
{
    uint8_t sequence[8];
    struct bytes parts[] = { bytes_of_text("evidence arrival"), bytes_of(sequence, sizeof sequence), bytes_of_text(declared->name), sha256 };

    put_u64(sequence, declared->report_sequence);
    digest_of_parts(client_id, ID_BYTES, bytes_of(NULL, 0), parts, sha256.size == 0 ? 3 : 4);
}

bool arrival_note(struct submitting *submitting, const uint8_t sha256[SHA256_BYTES], uint64_t report_sequence, uint64_t size_bytes)
{
    struct fault fault;

    if (state_note_declared(&submitting->request->gateway->state, sha256, report_sequence, size_bytes) == 0)
        return true;
    fault_set(&fault, "", "没有写下：磁盘或内存不足，请稍后原样重交", "not written: no room on the disk or in memory; send the same again later");
    submitting_refuse(submitting, MHD_HTTP_INSUFFICIENT_STORAGE, "full", &fault, FULL_AFTER_S);
    return false;
}

/* ---------------------------------------------------------------- one that comes after a wrong one */

/* On its way: what is sent, and whom to tell. */
struct arriving {
    struct submitting *submitting;
    struct declared declared;
    Duban__EvidenceArrival arrival;
    submitting_then *then;
    void *self;
};

static bool send_it(struct arriving *arriving, struct bytes sha256, submitting_then *then)
{
    struct submitting *submitting = arriving->submitting;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    char hex[2 * ID_BYTES + 1], *shown;
    uint8_t client_id[ID_BYTES];

    client_id_of(&arriving->declared, sha256, client_id);
    shown = arena_copy(&submitting->request->arena, hex_of(hex, client_id, ID_BYTES), sizeof hex);
    submitting_open(submitting, submitting->request, shown == NULL ? "" : shown);
    memcpy(submitting->client_id, client_id, ID_BYTES);
    submitting->photo = arriving->declared.name;
    entry.body_case = DUBAN__ENTRY__BODY_EVIDENCE_ARRIVAL;
    entry.evidence_arrival = &arriving->arrival;
    return submitting_send(submitting, &entry, then, arriving);
}

static void tell(struct arriving *arriving)
{
    arriving->submitting->self = arriving->self;
    arriving->then(arriving->submitting);
}

static void on_last_answer(struct submitting *submitting)
{
    tell(submitting->self);
}

static bool declares(const Duban__EvidenceRows *rows, const char *name)
{
    for (size_t i = 0; i < rows->n_rows; i++)
        for (size_t k = 0; k < rows->rows[i]->n_evidence; k++)
            if (strcmp(rows->rows[i]->evidence[k]->name, name) == 0)
                return true;
    return false;
}

static void refuse_for_rules(struct submitting *submitting)
{
    struct fault fault;

    upstream_fault(UPSTREAM_RULES, &fault);
    submitting_refuse(submitting, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, RULES_AFTER_S);
}

/* Rules that has not come to the report yet cannot know. */
static void on_declared(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct arriving *arriving = self;
    const Duban__Reply *reply = answer->reply;

    (void) request;
    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_EVIDENCE) {
        refuse_for_rules(arriving->submitting);
    } else if (declares(reply->evidence, arriving->declared.name)) {
        if (send_it(arriving, bytes_of(arriving->arrival.sha256.data, SHA256_BYTES), on_last_answer))
            return;
    } else if (reply->applied_sequence < arriving->declared.report_sequence) {
        refuse_for_rules(arriving->submitting);
    }
    tell(arriving);
}

/* Under its name another one has come. Where the report says which it must be, that was a mistake, and stands in nobody's way. */
static void on_answer(struct submitting *submitting)
{
    struct arriving *arriving = submitting->self;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__EvidenceQuery evidence = DUBAN__EVIDENCE_QUERY__INIT;

    if (submitting->status != MHD_HTTP_CONFLICT) {
        tell(arriving);
        return;
    }
    query.body_case = DUBAN__QUERY__BODY_EVIDENCE;
    query.evidence = &evidence;
    evidence.sha256 = arriving->arrival.sha256;
    evidence.reports = &arriving->arrival.report_sequence;
    evidence.n_reports = 1;
    if (upstream_ask(submitting->request, UPSTREAM_RULES, &query, on_declared, arriving))
        return;
    refuse_for_rules(submitting);
    tell(arriving);
}

bool arrival_submit(struct submitting *submitting, struct request *request, const struct declared *declared,
                    const uint8_t sha256[SHA256_BYTES], uint64_t size_bytes, submitting_then *then, void *self)
{
    struct arriving *arriving = arena_take(&request->arena, sizeof *arriving);

    submitting_open(submitting, request, "");
    if (arriving == NULL) {
        submitting->status = MHD_HTTP_INSUFFICIENT_STORAGE;
        return false;
    }
    *arriving = (struct arriving){ submitting, *declared, DUBAN__EVIDENCE_ARRIVAL__INIT, then, self };
    arriving->arrival.report_sequence = declared->report_sequence;
    arriving->arrival.name = (char *) declared->name;
    arriving->arrival.sha256 = (ProtobufCBinaryData){ SHA256_BYTES, (uint8_t *) sha256 };
    arriving->arrival.size_bytes = size_bytes;
    return arrival_note(submitting, sha256, declared->report_sequence, size_bytes) && send_it(arriving, bytes_of(NULL, 0), on_answer);
}
