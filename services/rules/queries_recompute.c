/* queries_recompute.c - what a recompute would make of cases: old and new, before anybody asks. */
#include <assert.h>
#include <string.h>

#include "queries.h"

static Duban__RecomputeRow *recompute_row(struct question *question, const Duban__Case *case_)
{
    Duban__RecomputeRow *row = arena_take(question->arena, sizeof *row);
    const Duban__Site *site = state_site(&question->rules->state, case_->site);
    struct recount recount = engine_recount(&question->rules->engine, case_);

    assert(row != NULL);
    duban__recompute_row__init(row);
    row->case_id = case_->id;
    row->number = case_->number;
    row->site = case_->site;
    row->site_name = site == NULL ? NULL : site->name;
    row->item = case_->item;
    row->policy_version = case_->policy_version;
    row->old_s = case_->due_s;
    row->new_s = recount.due_s;
    row->kept = (char *) (recount.kept != NULL ? recount.kept : "");
    return row;
}

static bool is_wanted(const Duban__RecomputeQuery *wanted, const Duban__Case *case_)
{
    if (wanted->case_id.len > 0)
        return wanted->case_id.len == ID_BYTES && memcmp(wanted->case_id.data, case_->id.data, ID_BYTES) == 0;
    return engine_case_is_open(case_) && wanted->version_prefix.len <= case_->policy_version.len &&
           memcmp(wanted->version_prefix.data, case_->policy_version.data, wanted->version_prefix.len) == 0;
}

void query_on_recompute(struct question *question, const Duban__RecomputeQuery *wanted)
{
    Duban__RecomputeRows *answer = arena_take(question->arena, sizeof *answer);
    void **rows = question_rows(question);
    struct page page;

    if (wanted->case_id.len == 0 && wanted->version_prefix.len == 0) {
        question_fault(question, "recompute", "请指明一个问题或一个政策版本", "name a case or a policy version");
        return;
    }
    page_open(&page, question, TABLE_CASE_BY_NUMBER, bytes_of("", 0));
    while (page.found) {
        Duban__Case *case_ = state_case(&question->rules->state, page.value.data);

        if (!is_wanted(wanted, case_)) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = recompute_row(question, case_);
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
