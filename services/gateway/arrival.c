/* arrival.c - that a declared photo is in the store goes into the journal. */
#include "arrival.h"

#include <errno.h>
#include <stdlib.h>

#include "gateway.h"
#include "message.h"

enum { FULL_AFTER_S = 60 };

struct arguments {
    struct declared *declared;
    struct fault *fault;
    bool is_fine;
};

static bool read_sequence(const char *value, uint64_t *sequence)
{
    char *end;

    errno = 0;
    *sequence = strtoull(value, &end, 10);
    return value[0] >= '1' && value[0] <= '9' && *end == '\0' && errno == 0;
}

static bool on_argument(void *self, const char *name, const char *value)
{
    struct arguments *arguments = self;

    if (strcmp(name, "report") == 0)
        arguments->is_fine = read_sequence(value, &arguments->declared->report_sequence) ||
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

/* Whoever sends the photo once more, after an answer that got lost, sends the same entry. */
static void client_id_of(const struct declared *declared, uint8_t client_id[ID_BYTES])
{
    uint8_t sequence[8];
    struct bytes parts[] = { bytes_of_text("evidence arrival"), bytes_of(sequence, sizeof sequence), bytes_of_text(declared->name) };

    put_u64(sequence, declared->report_sequence);
    digest_of_parts(client_id, ID_BYTES, bytes_of(NULL, 0), parts, sizeof parts / sizeof parts[0]);
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

bool arrival_submit(struct submitting *submitting, struct request *request, const struct declared *declared,
                    const uint8_t sha256[SHA256_BYTES], uint64_t size_bytes, submitting_then *then, void *self)
{
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    char hex[2 * ID_BYTES + 1];
    uint8_t client_id[ID_BYTES];
    char *shown;

    client_id_of(declared, client_id);
    shown = arena_copy(&request->arena, hex_of(hex, client_id, ID_BYTES), sizeof hex);
    submitting_open(submitting, request, shown == NULL ? "" : shown);
    memcpy(submitting->client_id, client_id, ID_BYTES);
    arrival.report_sequence = declared->report_sequence;
    arrival.name = (char *) declared->name;
    arrival.sha256 = (ProtobufCBinaryData){ SHA256_BYTES, (uint8_t *) sha256 };
    arrival.size_bytes = size_bytes;
    entry.body_case = DUBAN__ENTRY__BODY_EVIDENCE_ARRIVAL;
    entry.evidence_arrival = &arrival;
    return arrival_note(submitting, sha256, declared->report_sequence, size_bytes) && submitting_send(submitting, &entry, then, self);
}
