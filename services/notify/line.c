/* line.c - the JSON writer for the one shape in which notices leave. */
#include "line.h"

#include "action_link.h"
#include "civil.h"

/* An object being written: puts the comma before every member but the first. */
struct object {
    struct text *out;
    bool any;
};

static void member(struct object *object, const char *name)
{
    text_add(object->out, object->any ? ",\"" : "\"");
    text_add(object->out, name);
    text_add(object->out, "\":");
    object->any = true;
}

static struct object object_begin(struct text *out)
{
    text_put(out, "{", 1);
    return (struct object){ .out = out };
}

static void object_end(struct object *object)
{
    text_put(object->out, "}", 1);
}

/* Canonical protobuf JSON leaves out what has its default value. */
static void put_words(struct object *object, const char *name, const char *words)
{
    if (words[0] == '\0')
        return;
    member(object, name);
    text_json(object->out, words);
}

static void put_long(struct object *object, const char *name, int64_t value)
{
    if (value == 0)
        return;
    member(object, name);
    text_put(object->out, "\"", 1);
    text_number(object->out, value);
    text_put(object->out, "\"", 1);
}

static void put_count(struct object *object, const char *name, uint32_t value)
{
    if (value == 0)
        return;
    member(object, name);
    text_unsigned(object->out, value);
}

static void put_data(struct object *object, const char *name, ProtobufCBinaryData data)
{
    if (data.len == 0)
        return;
    member(object, name);
    text_base64(object->out, data.data, data.len);
}

static void put_text(struct object *object, const char *name, const Duban__Text *text)
{
    struct object inner;

    if (text == NULL)
        return;
    member(object, name);
    inner = object_begin(object->out);
    put_words(&inner, "zh", text->zh);
    put_words(&inner, "en", text->en);
    object_end(&inner);
}

static void put_prior_visit(struct text *out, const Duban__PriorVisit *visit)
{
    const ProtobufCEnumValue *purpose = protobuf_c_enum_descriptor_get_value(&duban__purpose__descriptor, (int) visit->purpose);
    struct object object = object_begin(out);

    put_long(&object, "sequence", (int64_t) visit->sequence);
    put_long(&object, "atS", visit->at_s);
    if (purpose != NULL && purpose->value != 0)
        put_words(&object, "purpose", purpose->name);
    put_count(&object, "failed", visit->failed);
    object_end(&object);
}

static void put_meeting(struct object *object, const Duban__MeetingCounts *meeting)
{
    struct object inner;

    if (meeting == NULL)
        return;
    member(object, "meeting");
    inner = object_begin(object->out);
    put_count(&inner, "overdue", meeting->overdue);
    put_count(&inner, "dueToday", meeting->due_today);
    put_count(&inner, "revisits", meeting->revisits);
    put_count(&inner, "complaints", meeting->complaints);
    put_count(&inner, "required", meeting->required);
    put_count(&inner, "planned", meeting->planned);
    put_count(&inner, "inspected", meeting->inspected);
    put_count(&inner, "remaining", meeting->remaining);
    put_count(&inner, "filed", meeting->filed);
    put_count(&inner, "closed", meeting->closed);
    put_count(&inner, "carried", meeting->carried);
    put_count(&inner, "lateReports", meeting->late_reports);
    put_count(&inner, "blindSpots", meeting->blind_spots);
    put_count(&inner, "otherOverdue", meeting->other_overdue);
    put_count(&inner, "checked", meeting->checked);
    put_count(&inner, "told", meeting->told);
    put_count(&inner, "notArrived", meeting->not_arrived);
    put_count(&inner, "outcomesMissing", meeting->outcomes_missing);
    put_count(&inner, "expired", meeting->expired);
    object_end(&inner);
}

static void put_report(struct object *object, const Duban__ReportRef *report)
{
    struct object inner;

    if (report == NULL)
        return;
    member(object, "report");
    inner = object_begin(object->out);
    put_long(&inner, "sequence", (int64_t) report->sequence);
    put_count(&inner, "photos", report->photos);
    object_end(&inner);
}

static void put_prior(struct object *object, const Duban__NoticeItem *item)
{
    if (item->n_prior_visits > 0) {
        member(object, "priorVisits");
        for (size_t i = 0; i < item->n_prior_visits; i++) {
            text_put(object->out, i == 0 ? "[" : ",", 1);
            put_prior_visit(object->out, item->prior_visits[i]);
        }
        text_put(object->out, "]", 1);
    }
    if (item->n_prior_cases > 0) {
        member(object, "priorCases");
        for (size_t i = 0; i < item->n_prior_cases; i++) {
            text_put(object->out, i == 0 ? "[" : ",", 1);
            text_json(object->out, item->prior_cases[i]);
        }
        text_put(object->out, "]", 1);
    }
}

static void put_item(struct text *out, const Duban__NoticeItem *item)
{
    struct object object = object_begin(out);

    put_data(&object, "task", item->task);
    put_data(&object, "caseId", item->case_id);
    put_words(&object, "number", item->number);
    put_words(&object, "site", item->site);
    put_text(&object, "siteName", item->site_name);
    put_text(&object, "finding", item->finding);
    put_words(&object, "level", item->level);
    put_long(&object, "dueS", item->due_s);
    put_long(&object, "newDueS", item->new_due_s);
    put_long(&object, "overdueS", item->overdue_s);
    put_long(&object, "leftS", item->left_s);
    put_long(&object, "openS", item->open_s);
    put_words(&object, "owner", item->owner);
    put_text(&object, "ownerTitle", item->owner_title);
    put_count(&object, "passNumber", item->pass_number);
    put_count(&object, "passesNeeded", item->passes_needed);
    put_count(&object, "chased", item->chased);
    put_count(&object, "overdueRound", item->overdue_round);
    put_words(&object, "reason", item->reason);
    put_text(&object, "matter", item->matter);
    put_text(&object, "group", item->group);
    put_long(&object, "atS", item->at_s);
    put_count(&object, "days", item->days);
    put_count(&object, "count", item->count);
    put_words(&object, "kind", item->kind);
    put_text(&object, "reasonText", item->reason_text);
    put_data(&object, "subject", item->subject);
    put_long(&object, "leastS", item->least_s);
    put_prior(&object, item);
    put_text(&object, "focusGroup", item->focus_group);
    put_meeting(&object, item->meeting);
    put_report(&object, item->report);
    put_text(&object, "amount", item->amount);
    put_text(&object, "minimum", item->minimum);
    put_words(&object, "code", item->code);
    object_end(&object);
}

static void put_cause(struct text *out, const Duban__Cause *cause)
{
    struct object object = object_begin(out);

    if (cause != NULL) {
        put_long(&object, "entrySequence", (int64_t) cause->entry_sequence);
        put_words(&object, "rule", cause->rule);
        put_words(&object, "file", cause->file);
        put_count(&object, "line", cause->line);
        put_data(&object, "policyVersion", cause->policy_version);
        put_data(&object, "task", cause->task);
        put_count(&object, "step", cause->step);
        put_words(&object, "lookup", cause->lookup);
    }
    object_end(&object);
}

void line_time(struct text *out, int64_t at_ms, int32_t offset_s)
{
    struct civil civil = civil_of(at_ms / 1000, offset_s);
    int32_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;

    text_digits(out, (uint32_t) civil.year, 4);
    text_add(out, "-");
    text_digits(out, (uint32_t) civil.month, 2);
    text_add(out, "-");
    text_digits(out, (uint32_t) civil.day, 2);
    text_add(out, "T");
    text_digits(out, (uint32_t) civil.hour, 2);
    text_add(out, ":");
    text_digits(out, (uint32_t) civil.minute, 2);
    text_add(out, ":");
    text_digits(out, (uint32_t) civil.second, 2);
    text_add(out, offset_s < 0 ? "-" : "+");
    text_digits(out, (uint32_t) minutes / 60, 2);
    text_add(out, ":");
    text_digits(out, (uint32_t) minutes % 60, 2);
}

static void put_rendered(struct text *out, struct text *scratch, const struct line *line, enum language language,
                         struct render_counts *counts)
{
    text_clear(scratch);
    render_notice(scratch, line->shelf, line->texts, line->notice, line->rehearsal, language,
                  line->room, counts);
    text_json_bytes(out, scratch->data, scratch->size);
    out->failed = out->failed || scratch->failed;
}

static void put_switch(struct text *out, const char *name, bool value)
{
    text_add(out, name);
    text_add(out, value ? "true" : "false");
}

static void put_recipient(struct text *out, const Duban__Recipient *recipient)
{
    const Duban__Text *title = recipient != NULL ? recipient->title : NULL;

    text_add(out, ",\"to\":");
    text_json(out, recipient != NULL ? recipient->account : "");
    text_add(out, ",\"title\":{\"zh\":");
    text_json(out, title != NULL ? title->zh : "");
    text_add(out, ",\"en\":");
    text_json(out, title != NULL ? title->en : "");
    text_add(out, "},\"language\":");
    text_json(out, recipient != NULL ? recipient->language : "");
}

static void put_links(struct text *out, struct text *scratch, const struct line *line)
{
    if (line->links == NULL)
        return;
    text_clear(scratch);
    action_links_put_json(line->links, line->channel, (struct told){ line->notice, line->about }, scratch);
    if (scratch->size == 0)
        return;
    text_add(out, ",\"links\":");
    text_put(out, scratch->data, scratch->size);
    out->failed = out->failed || scratch->failed;
}

void line_write(struct text *out, struct text *scratch, const struct line *line, struct render_counts *counts)
{
    const Duban__Notice *notice = line->notice;

    text_add(out, "{\"id\":\"");
    text_hex(out, notice->idempotency_key.data, notice->idempotency_key.len);
    text_add(out, "\",\"notice\":");
    text_unsigned(out, line->about);
    text_add(out, ",\"at\":\"");
    line_time(out, line->at_ms, line->texts != NULL ? line->texts->offset_s : 0);
    text_add(out, "\",\"kind\":");
    text_json(out, notice->kind);
    text_add(out, notice->urgency == DUBAN__URGENCY__URGENCY_URGENT ? ",\"urgency\":\"urgent\""
                                                                     : ",\"urgency\":\"normal\"");
    put_recipient(out, notice->recipient);
    put_switch(out, ",\"late\":", notice->late);
    put_switch(out, ",\"rehearsal\":", line->rehearsal);
    text_add(out, ",\"deputyFor\":");
    text_json(out, notice->recipient != NULL ? notice->recipient->deputy_for : "");
    text_add(out, ",\"text\":{\"zh\":");
    put_rendered(out, scratch, line, LANGUAGE_ZH, counts);
    text_add(out, ",\"en\":");
    put_rendered(out, scratch, line, LANGUAGE_EN, counts);
    text_add(out, "}");
    put_links(out, scratch, line);
    text_add(out, ",\"items\":[");
    for (size_t i = 0; i < notice->n_items; i++) {
        if (i > 0)
            text_put(out, ",", 1);
        put_item(out, notice->items[i]);
    }
    text_add(out, "],\"cause\":");
    put_cause(out, notice->cause);
    text_put(out, "}", 1);
}
