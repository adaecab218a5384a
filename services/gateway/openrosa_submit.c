/* openrosa_submit.c - a filled-in form comes, with photos or in several parts.
 *
 *   parts --> xml ----> instance --> entry --SUBMIT--> receipt --+--> 201, or what is still missing and why
 *        \--> photos --> evidence files, durable ---> an EvidenceArrival for each --SUBMIT--> receipt --/
 *
 * The entry is made of the form alone: the same form again is the same entry, whichever photos come with it. So a client may
 * send it three times with one photo each, as Enketo does, or again because the answer was lost: it is one report. A photo that
 * cannot be kept does not hold up the report; its sender is told, and can send the same again.
 */
#include "openrosa.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "arrival.h"
#include "gateway.h"
#include "message.h"
#include "multipart.h"
#include "uuid.h"

enum { FILES_MOST = 100, LATER_AFTER_S = 5, WORDS_BYTES = 900, NAMES_BYTES = 100, SPARE_BYTES = 256 << 20 };

struct photo {
    struct photo *next;
    char name[MULTIPART_NAME_BYTES];
    struct upload upload;
    struct submission *submission;
    bool is_named;                     /* by the form; else it is of no use */
    struct submitting arrival;         /* once its file is durable */
};

struct submission {
    struct request *request;
    struct multipart multipart;
    struct photo *photos, *photo;      /* the newest first; the one that is coming now */
    size_t photo_count;
    bool in_xml, has_xml;
    const char *refused_zh, *refused_en;   /* why nothing more of it is read; NULL = it is */
    char *xml;
    size_t xml_size, xml_room;
    struct instance instance;          /* what the XML says */
    Duban__Entry *entry;
    size_t named;                      /* photos that it names */
    struct submitting sending;         /* of the entry */
    size_t waiting;                    /* for files, then for receipts */
};

/* ---------------------------------------------------------------- as it comes */

static bool give_up(struct submission *submission, const char *zh, const char *en)
{
    submission->refused_zh = zh;
    submission->refused_en = en;
    return false;
}

static bool begin_photo(struct submission *submission, const struct multipart_part *part)
{
    struct photo *photo = arena_clear(&submission->request->arena, sizeof *photo);

    if (++submission->photo_count > FILES_MOST)
        return give_up(submission, "一次最多 100 个文件", "at most 100 files at a time");
    if (photo == NULL)
        return give_up(submission, "文件过多", "there are too many files");
    memcpy(photo->name, part->name, sizeof photo->name);
    photo->submission = submission;
    photo->next = submission->photos;
    submission->photos = submission->photo = photo;
    (void) evidence_begin(submission->request, &photo->upload);   /* outcome says whether; the form is taken all the same */
    return true;
}

/* Fields beside files are notes of the client: *isIncomplete*=yes. What is missing is told by the form. */
static bool on_part(void *self, const struct multipart_part *part)
{
    struct submission *submission = self;

    submission->photo = NULL;
    submission->in_xml = strcmp(part->name, "xml_submission_file") == 0;
    if (submission->in_xml && submission->has_xml)
        return give_up(submission, "xml_submission_file 出现了两次", "xml_submission_file is there twice");
    submission->has_xml = submission->has_xml || submission->in_xml;
    return submission->in_xml || part->file_name[0] == '\0' || begin_photo(submission, part);
}

static bool add_xml(struct submission *submission, const char *data, size_t size)
{
    size_t wanted = submission->xml_size + size, room = submission->xml_room;
    char *grown;

    if (wanted > INSTANCE_MOST_BYTES)
        return give_up(submission, "表单内容过大", "the form is too large");
    if (wanted > room) {
        room = 2 * wanted;
        grown = arena_take(&submission->request->arena, room);
        if (grown == NULL)
            return give_up(submission, "表单内容过大", "the form is too large");
        if (submission->xml_size > 0)
            memcpy(grown, submission->xml, submission->xml_size);
        submission->xml = grown;
        submission->xml_room = room;
    }
    memcpy(submission->xml + submission->xml_size, data, size);
    submission->xml_size = wanted;
    return true;
}

static bool on_data(void *self, const char *data, size_t size)
{
    struct submission *submission = self;

    if (submission->in_xml)
        return add_xml(submission, data, size);
    if (submission->photo != NULL)
        (void) evidence_add(&submission->photo->upload, data, size);
    return true;
}

static bool on_part_end(void *self)
{
    struct submission *submission = self;

    submission->in_xml = false;
    submission->photo = NULL;
    return true;
}

static const struct multipart_calls CALLS = { on_part, on_data, on_part_end };

static void drop(struct request *request)
{
    struct submission *submission = request->own;

    for (struct photo *photo = submission->photos; photo != NULL; photo = photo->next)
        evidence_abandon(&photo->upload);
}

static void begin(struct request *request)
{
    struct submission *submission = arena_clear(&request->arena, sizeof *submission);

    if (submission == NULL) {
        problem_send(request, NULL);
        return;
    }
    submission->request = request;
    request->own = submission;
    request->drop = drop;
    if (!multipart_open(&submission->multipart, http_header_of(request, MHD_HTTP_HEADER_CONTENT_TYPE), &CALLS, submission))
        (void) give_up(submission, "请求应为 multipart/form-data，并写明 boundary", "the body is multipart/form-data and its boundary is said");
}

static bool take(struct request *request, const char *data, size_t size)
{
    struct submission *submission = request->own;

    if (submission->refused_zh != NULL)
        return false;
    if (multipart_add(&submission->multipart, data, size))
        return true;
    return submission->refused_zh != NULL ? false : give_up(submission, "multipart 内容不完整或格式不对", submission->multipart.broken);
}

/* A photo that is too large comes alone with its form, and is not kept: the form is. */
const struct intake OPENROSA_INTAKE = { .begin = begin, .take = take, .spare_bytes = SPARE_BYTES };

/* ---------------------------------------------------------------- the answer */

static bool was_kept(const struct photo *photo)
{
    return photo->is_named && photo->upload.outcome == EVIDENCE_FINE && photo->arrival.status < MHD_HTTP_BAD_REQUEST;
}

/* Of all that were not kept, as that one was not. */
static void names_like(const struct submission *submission, const struct photo *like, char names[NAMES_BYTES])
{
    size_t size = 0;

    for (const struct photo *photo = submission->photos; photo != NULL && size < NAMES_BYTES; photo = photo->next)
        if (photo->is_named && !was_kept(photo) && photo->upload.outcome == like->upload.outcome)
            size += (size_t) snprintf(names + size, NAMES_BYTES - size, "%s%s", size == 0 ? "" : "、", photo->name);
    if (size >= NAMES_BYTES)
        fault_drop_half_character(names);
}

/* Its only copy is on the phone, which keeps what was not taken: so it is not said to be. */
static struct words way_out(const struct photo *photo)
{
    if (photo->upload.outcome != EVIDENCE_TOO_LARGE)
        return (struct words){ "", "" };
    return (struct words){ "；请把表单留在手机上，请管理员调大 gateway.conf 的 upload_bytes 后原样重交",
                           "; keep the form on the phone, have the administrator raise upload_bytes in gateway.conf, then send the same again" };
}

/* That photos were not kept, although the report was. */
static void refuse_photo(struct submission *submission, const struct photo *photo)
{
    const Duban__Problem *said = photo->arrival.submitted.problem;
    unsigned long long sequence = submission->sending.submitted.sequence;
    unsigned status = photo->upload.outcome == EVIDENCE_FINE ? photo->arrival.status : evidence_status(photo->upload.outcome);
    bool later = status >= MHD_HTTP_INTERNAL_SERVER_ERROR;
    struct fault why = { .zh = "" }, fault;
    struct words then = way_out(photo);
    char names[NAMES_BYTES];

    if (photo->upload.outcome != EVIDENCE_FINE)
        evidence_fault(&submission->request->gateway->evidence, photo->upload.outcome, &why);
    else if (said != NULL)
        fault_carry(&why, said->field, said->detail, said->detail_en);
    names_like(submission, photo, names);
    fault_set(&fault, photo->name, "记录已收到（第 %1$llu 号），但照片 %2$s 没有收下：%3$s%4$s%5$.0s%6$.0s",
              "the report was taken (%1$llu), but not the photo %2$s: %3$.0s%4$.0s%5$s%6$s", sequence, names, why.zh, then.zh, why.en, then.en);
    problem_answer(submission->request, status, later ? "later" : "invalid", &fault, later ? LATER_AFTER_S : 0);
}

static void finish(struct submission *submission)
{
    unsigned long long sequence = submission->sending.submitted.sequence;
    size_t came = 0, nameless = 0;
    char words[WORDS_BYTES];
    int size;

    for (const struct photo *photo = submission->photos; photo != NULL; photo = photo->next) {
        came += was_kept(photo);
        nameless += !photo->is_named;
        if (photo->is_named && !was_kept(photo)) {
            refuse_photo(submission, photo);
            return;
        }
    }
    if (came < submission->named)
        size = snprintf(words, sizeof words, "已收到，第 %llu 号记录；本次收到照片 %zu 张，共 %zu 张 / received as %llu, with %zu of %zu photos",
                        sequence, came, submission->named, sequence, came, submission->named);
    else
        size = snprintf(words, sizeof words, "已收到，第 %llu 号记录 / received as %llu", sequence, sequence);
    if (nameless > 0)
        (void) snprintf(words + size, sizeof words - (size_t) size, "；另有 %zu 个文件表单里没有写，没有保存 / %zu files that the form does not name were not kept",
                        nameless, nameless);
    openrosa_answer(submission->request, MHD_HTTP_CREATED, "submit_success", words);
}

/* ---------------------------------------------------------------- photos that have arrived */

static void on_arrival(struct submitting *arrival)
{
    struct submission *submission = arrival->self;

    if (--submission->waiting == 0)
        finish(submission);
}

static void submit_arrivals(struct submission *submission)
{
    uint64_t sequence = submission->sending.submitted.sequence;

    for (struct photo *photo = submission->photos; photo != NULL; photo = photo->next) {
        const struct declared declared = { sequence, photo->name };

        if (photo->is_named && photo->upload.outcome == EVIDENCE_FINE)
            submission->waiting += arrival_submit(&photo->arrival, submission->request, &declared, photo->upload.sha256,
                                                  photo->upload.size_bytes, on_arrival, submission);
    }
    if (submission->waiting == 0)
        finish(submission);
}

/* ---------------------------------------------------------------- the entry */

/* Ingest knows the entry, its sender the form. */
static void refuse_entry(struct submission *submission, Duban__Problem *problem)
{
    const char *field = problem == NULL ? "" : problem->field;
    char *path = arena_take(&submission->request->arena, FORM_PATH_BYTES);

    if (path != NULL)
        forms_path(&submission->instance, submission->entry, field, path);
    openrosa_refuse(submission->request, &submission->instance, path == NULL ? "" : path, field, problem);
}

static void on_entry(struct submitting *sending)
{
    struct submission *submission = sending->self;

    if (sending->status < MHD_HTTP_BAD_REQUEST)
        submit_arrivals(submission);
    else
        refuse_entry(submission, sending->submitted.problem);
}

static void submit_entry(struct submission *submission)
{
    if (!submitting_send(&submission->sending, submission->entry, on_entry, submission))
        problem_send(submission->request, submission->sending.submitted.problem);
}

static void on_file(struct request *request, void *self, struct upload *upload)
{
    struct submission *submission = self;

    (void) request, (void) upload;
    if (--submission->waiting == 0)
        submit_entry(submission);
}

/* Files first: an arrival is journaled for nothing that could still be lost. */
static void finish_files(struct submission *submission)
{
    for (struct photo *photo = submission->photos; photo != NULL; photo = photo->next) {
        if (!photo->is_named)
            evidence_abandon(&photo->upload);
        submission->waiting += photo->upload.is_open;
    }
    if (submission->waiting == 0) {
        submit_entry(submission);
        return;
    }
    for (struct photo *photo = submission->photos; photo != NULL; photo = photo->next)
        if (photo->upload.is_open)
            evidence_finish(&photo->upload, NULL, on_file, submission);
}

/* ---------------------------------------------------------------- the form */

static bool is_named(const struct submission *submission, const char *name)
{
    const Duban__Report *report = submission->entry->body_case == DUBAN__ENTRY__BODY_REPORT ? submission->entry->report : NULL;

    for (size_t i = 0; report != NULL && i < report->n_evidence; i++)
        if (strcmp(report->evidence[i]->name, name) == 0)
            return true;
    return false;
}

/* A UUID stands for itself, as in uuid:018f4e7a-...; whatever else names an instance by its hash. */
static void client_id_of(const char *instance_id, uint8_t client_id[ID_BYTES])
{
    const struct bytes parts[] = { bytes_of_text("openrosa instance"), bytes_of_text(instance_id) };

    if (strncmp(instance_id, "uuid:", 5) != 0 || !uuid_read(instance_id + 5, client_id))
        digest_of_parts(client_id, ID_BYTES, bytes_of(NULL, 0), parts, 2);
}

static bool is_new_instance(const struct instance *instance, struct fault *fault)
{
    if (instance_id(instance)[0] == '\0')
        return fault_set(fault, "instanceID", "表单没有 instanceID，无法判断是否重复", "the form has no instanceID, by which a repeat is known");
    if (instance_text(instance_child(instance->root, "meta"), "deprecatedID")[0] != '\0')
        return fault_set(fault, "deprecatedID", "交上来的记录不能改写；请用“更正”，并写明理由",
                         "what was submitted is not written over: use an amendment, and say why");
    return true;
}

static void refuse_form(struct submission *submission, const struct fault *fault)
{
    struct request *request = submission->request;
    const char *path = arena_copy(&request->arena, fault->field, strlen(fault->field));

    openrosa_refuse(request, &submission->instance, path == NULL ? "" : path, path == NULL ? "" : path,
                    problem_of(request, MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", fault, 0));
}

/* False: it is answered. */
static bool read_form(struct submission *submission)
{
    struct request *request = submission->request;
    struct fault fault;

    submission->entry = arena_take(&request->arena, sizeof *submission->entry);
    if (submission->entry == NULL) {
        problem_send(request, NULL);
        return false;
    }
    if (!instance_read(&request->arena, bytes_of(submission->xml, submission->xml_size), &submission->instance, &fault)) {
        problem_answer(request, MHD_HTTP_BAD_REQUEST, "invalid", &fault, 0);
        return false;
    }
    if (!is_new_instance(&submission->instance, &fault) ||
        !forms_read(&request->arena, &submission->instance, request->account, submission->entry, &fault)) {
        refuse_form(submission, &fault);
        return false;
    }
    if (submission->entry->body_case == DUBAN__ENTRY__BODY_REPORT)
        submission->named = submission->entry->report->n_evidence;
    submitting_open(&submission->sending, request, "");
    client_id_of(instance_id(&submission->instance), submission->sending.client_id);
    return true;
}

void openrosa_submit(struct request *request)
{
    struct submission *submission = request->own;
    struct fault fault;

    if (submission->refused_zh == NULL && !multipart_is_whole(&submission->multipart))
        (void) give_up(submission, "multipart 内容不完整", "the body ends before its last boundary");
    if (submission->refused_zh == NULL && !submission->has_xml)
        (void) give_up(submission, "没有 xml_submission_file", "there is no xml_submission_file");
    if (submission->refused_zh != NULL) {
        fault_carry(&fault, "", submission->refused_zh, submission->refused_en);
        problem_answer(request, MHD_HTTP_BAD_REQUEST, "invalid", &fault, 0);
        return;
    }
    if (!read_form(submission))
        return;
    for (struct photo *photo = submission->photos; photo != NULL; photo = photo->next)
        photo->is_named = is_named(submission, photo->name);
    finish_files(submission);
}

/* OpenRosa Form Submission API: 204, and nothing else, says that this is the place. */
void openrosa_submission_head(struct request *request)
{
    char address[OPENROSA_ADDRESS_BYTES], location[OPENROSA_ADDRESS_BYTES + 16];
    char *kept_location;

    openrosa_address(request, address);
    (void) snprintf(location, sizeof location, "%s/submission", address);
    kept_location = arena_copy(&request->arena, location, strlen(location));
    if (kept_location == NULL) {
        problem_send(request, NULL);
        return;
    }
    openrosa_say_most(request);
    http_add_header(request, MHD_HTTP_HEADER_LOCATION, kept_location);
    http_answer(request, MHD_HTTP_NO_CONTENT, NULL, bytes_of(NULL, 0));
}
