/* queries_recompute.c - what a recompute would make of dues: old and new, before anybody asks. */
#include <assert.h>
#include <string.h>

#include "queries.h"

static Duban__RecomputeRow *row_of(struct question *question, const ProtobufCBinaryData *id, const char *site_code,
                                   const ProtobufCBinaryData *version, const struct recount *recount)
{
    Duban__RecomputeRow *row = arena_take(question->arena, sizeof *row);
    const Duban__Site *site = state_site(&question->rules->state, site_code);

    assert(row != NULL);
    duban__recompute_row__init(row);
    row->id = *id;
    row->site = (char *) site_code;
    row->site_name = site == NULL ? NULL : site->name;
    row->policy_version = *version;
    row->new_s = recount->due_s;
    row->kept = (char *) (recount->kept != NULL ? recount->kept : "");
    return row;
}

static bool is_wanted(const Duban__RecomputeQuery *wanted, const ProtobufCBinaryData *id, const ProtobufCBinaryData *version,
                      bool is_open)
{
    if (wanted->id.len > 0)
        return wanted->id.len == ID_BYTES && memcmp(wanted->id.data, id->data, ID_BYTES) == 0;
    return is_open && wanted->version_prefix.len <= version->len &&
           memcmp(wanted->version_prefix.data, version->data, wanted->version_prefix.len) == 0;
}

/* NULL: not wanted. */
static Duban__RecomputeRow *row_of_case(struct question *question, const Duban__RecomputeQuery *wanted, const uint8_t *id)
{
    const Duban__Case *case_ = state_case(&question->rules->state, id);
    Duban__RecomputeRow *row;
    struct recount recount;

    if (!is_wanted(wanted, &case_->id, &case_->policy_version, engine_case_is_open(case_)))
        return NULL;
    recount = engine_recount(&question->rules->engine, case_);
    row = row_of(question, &case_->id, case_->site, &case_->policy_version, &recount);
    row->number = case_->number;
    row->item = case_->item;
    row->old_s = case_->due_s;
    return row;
}

static Duban__RecomputeRow *row_of_subject(struct question *question, const Duban__RecomputeQuery *wanted, const uint8_t *id)
{
    struct engine *engine = &question->rules->engine;
    const Duban__Subject *subject = state_subject(&question->rules->state, id);
    const Duban__Task *task;
    Duban__RecomputeRow *row;
    struct recount recount;

    if (!is_wanted(wanted, &subject->id, &subject->policy_version, subject->finished_s == 0))
        return NULL;
    recount = engine_recount_subject(engine, subject);
    task = engine_task_of(engine, &subject->task);
    row = row_of(question, &subject->id, subject->site, &subject->policy_version, &recount);
    row->number = subject->number;
    row->subject_number = (char *) engine_subject_number(engine, subject);
    row->old_s = task == NULL ? 0 : task->due_s;
    return row;
}

void query_on_recompute(struct question *question, const Duban__RecomputeQuery *wanted)
{
    Duban__RecomputeRows *answer = arena_take(question->arena, sizeof *answer);
    void **rows = question_rows(question);
    struct page page;

    if (wanted->id.len == 0 && wanted->version_prefix.len == 0) {
        question_fault(question, "recompute", "请指明一个问题、一件事项或一个政策版本", "name a case, a subject or a policy version");
        return;
    }
    page_open(&page, question, wanted->subjects ? TABLE_SUBJECT_BY_NUMBER : TABLE_CASE_BY_NUMBER, bytes_of("", 0));
    while (page.found) {
        Duban__RecomputeRow *row = (wanted->subjects ? row_of_subject : row_of_case)(question, wanted, page.value.data);

        if (row == NULL) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = row;
        question->bytes += protobuf_c_message_get_packed_size(rows[page.rows]);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    duban__recompute_rows__init(answer);
    answer->n_rows = page.rows;
    answer->rows = (Duban__RecomputeRow **) rows;
    question->reply->body_case = DUBAN__REPLY__BODY_RECOMPUTE;
    question->reply->recompute = answer;
}
