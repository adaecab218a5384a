/* queries_silences.c - silences in force, to come, or over. */
#include <assert.h>
#include <stdio.h>

#include "message.h"
#include "queries.h"

static char *case_number(struct question *question, const Duban__KeptSilence *silence)
{
    const Duban__Case *case_ = silence->case_id.len == 0 ? NULL : state_case(&question->rules->state, silence->case_id.data);

    return case_ == NULL ? "" : state_case_label(question->arena, case_->number);
}

static Duban__SilenceRow *silence_row(struct question *question, Duban__KeptSilence *silence)
{
    Duban__SilenceRow *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__silence_row__init(row);
    row->silence = silence;
    row->in_force = silence->from_s <= question->now_s && question->now_s < silence->until_s;
    row->case_number = case_number(question, silence);
    return row;
}

static ProtobufCMessage *wanted_silence(struct question *question, const void *asked, void *found)
{
    const Duban__SilencesQuery *wanted = asked;
    Duban__KeptSilence *silence = found;
    bool is_over = silence->over || silence->until_s <= question->now_s;

    return is_over && !wanted->over_too ? NULL : &silence_row(question, silence)->base;
}

void query_on_silences(struct question *question, const Duban__SilencesQuery *wanted)
{
    Duban__SilenceRows *silences = arena_take(question->arena, sizeof *silences);

    assert(silences != NULL);
    duban__silence_rows__init(silences);
    silences->rows = (Duban__SilenceRow **) page_list(question, TABLE_SILENCE, bytes_of("", 0), &duban__kept_silence__descriptor,
                                                      wanted_silence, wanted, &silences->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_SILENCES;
    question->reply->silences = silences;
}
