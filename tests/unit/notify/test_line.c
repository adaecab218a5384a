/* test_line.c - the JSON of a notice, compared with the generic mapping by descriptors. */
#include "fixture.h"

#include "json.h"

static json_t *written(struct sample *s, bool rehearsal)
{
    struct shelf shelf;
    struct text out = { 0 }, scratch = { 0 };
    struct render_counts counts = { 0 };
    struct line line = { .about = 42, .notice = &s->notice, .shelf = &shelf, .at_ms = (int64_t) START_S * 1000,
                         .rehearsal = rehearsal };
    struct fault fault = { 0 };
    json_t *parsed;

    assert_int_equal(shelf_open(&shelf), 0);
    line_write(&out, &scratch, &line, &counts);
    assert_false(out.failed);
    assert_null(memchr(out.data, '\n', out.size));
    parsed = json_parse(bytes_of(out.data, out.size), &fault);
    if (parsed == NULL)
        fail_msg("%s: %.*s", fault.en, (int) out.size, out.data);
    text_close(&out);
    text_close(&scratch);
    shelf_close(&shelf);
    return parsed;
}

static void assert_same_json(json_t *ours, json_t *wanted)
{
    if (!json_equal(ours, wanted)) {
        char *a = json_dumps(ours, JSON_SORT_KEYS), *b = json_dumps(wanted, JSON_SORT_KEYS);

        fail_msg("%s\n is not\n%s", a, b);
    }
    json_decref(wanted);
}

static void a_line_has_its_fields(void **state)
{
    struct sample s;
    json_t *line, *title;

    (void) state;
    sample_init(&s);
    memset(s.key, 0xAB, sizeof s.key);
    s.recipient.deputy_for = "leader-s";
    s.notice.late = true;
    line = written(&s, true);
    assert_string_equal(json_text(line, "id"), "abababababababababababababababab");
    assert_int_equal(json_integer_value(json_object_get(line, "notice")), 42);
    assert_string_equal(json_text(line, "at"), "2020-02-03T01:00:00+00:00");
    assert_string_equal(json_text(line, "kind"), "new_case");
    assert_string_equal(json_text(line, "urgency"), "normal");
    assert_string_equal(json_text(line, "to"), "leader-n");
    assert_string_equal(json_text(line, "language"), "zh");
    assert_string_equal(json_text(line, "deputyFor"), "leader-s");
    assert_true(json_is_true(json_object_get(line, "late")));
    assert_true(json_is_true(json_object_get(line, "rehearsal")));
    title = json_object_get(line, "title");
    assert_string_equal(json_text(title, "zh"), "北片组组长");
    assert_string_equal(json_text(title, "en"), "north group leader");
    assert_contains(json_text(json_object_get(line, "text"), "zh"), "【演练】【迟发】");
    assert_contains(json_text(json_object_get(line, "text"), "en"), "[drill] (late) ");
    json_decref(line);
}

#define ODD_TEXT "\"引\\号\"\n\t\x01\x1f/\x7f 𠮷"

/* Two of each list; false when the field is none. */
static bool fill_list(const ProtobufCFieldDescriptor *field, struct sample *s)
{
    static char *words[] = { ODD_TEXT, "DB-0002" };
    static Duban__PriorVisit visits[2];
    static Duban__PriorVisit *list[] = { &visits[0], &visits[1] };
    char *at = (char *) &s->item + field->offset;

    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return false;
    for (size_t i = 0; i < 2; i++) {
        duban__prior_visit__init(&visits[i]);
        visits[i].sequence = 7 + i;
        visits[i].at_s = 1580687000;
        visits[i].purpose = i == 0 ? DUBAN__PURPOSE__PURPOSE_OBSERVATION : DUBAN__PURPOSE__PURPOSE_UNSPECIFIED;
        visits[i].failed = (uint32_t) i;
    }
    *(size_t *) (void *) ((char *) &s->item + field->quantifier_offset) = 2;
    if (field->type == PROTOBUF_C_TYPE_STRING)
        *(char ***) (void *) at = words;
    else
        *(Duban__PriorVisit ***) (void *) at = list;
    return true;
}

/* Figures of a day, each another one. */
static Duban__MeetingCounts *filled_counts(void)
{
    static Duban__MeetingCounts counts;
    const ProtobufCMessageDescriptor *type = &duban__meeting_counts__descriptor;

    duban__meeting_counts__init(&counts);
    for (unsigned i = 0; i < type->n_fields; i++)
        *(uint32_t *) (void *) ((char *) &counts + type->fields[i].offset) = UINT32_MAX - i;
    return &counts;
}

static Duban__ReportRef *filled_report(void)
{
    static Duban__ReportRef report;

    duban__report_ref__init(&report);
    report.sequence = INT64_MAX;
    report.photos = UINT32_MAX;
    return &report;
}

/* Give every field of an item a value of its own, by walking its descriptor. */
static void fill_every_field(struct sample *s)
{
    const ProtobufCMessageDescriptor *type = &duban__notice_item__descriptor;

    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        char *at = (char *) &s->item + field->offset;

        if (fill_list(field, s))
            continue;
        if (field->type == PROTOBUF_C_TYPE_INT64)
            *(int64_t *) (void *) at = INT64_MAX - (int64_t) i;
        else if (field->type == PROTOBUF_C_TYPE_UINT32)
            *(uint32_t *) (void *) at = UINT32_MAX - i;
        else if (field->type == PROTOBUF_C_TYPE_STRING)
            *(const char **) (void *) at = ODD_TEXT;
        else if (field->type == PROTOBUF_C_TYPE_MESSAGE && field->descriptor == &duban__meeting_counts__descriptor)
            *(Duban__MeetingCounts **) (void *) at = filled_counts();
        else if (field->type == PROTOBUF_C_TYPE_MESSAGE && field->descriptor == &duban__report_ref__descriptor)
            *(Duban__ReportRef **) (void *) at = filled_report();
        else if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            *(Duban__Text **) (void *) at = &s->finding;
        else if (field->type == PROTOBUF_C_TYPE_BYTES)
            *(ProtobufCBinaryData *) (void *) at = (ProtobufCBinaryData){ 5 + i % 3, s->task };
        else
            fail_msg("test does not know the type of %s", field->name);
    }
}

static void every_field_of_an_item_is_as_the_generic_mapping_has_it(void **state)
{
    struct sample s;
    json_t *line;

    (void) state;
    sample_init(&s);
    fill_every_field(&s);
    line = written(&s, false);
    assert_same_json(json_array_get(json_object_get(line, "items"), 0), json_of_message(&s.item.base));
    json_decref(line);
}

static void a_cause_is_as_the_generic_mapping_has_it(void **state)
{
    struct sample s;
    json_t *line;

    (void) state;
    sample_init(&s);
    s.cause.policy_version = (ProtobufCBinaryData){ sizeof s.version, s.version };
    s.cause.task = (ProtobufCBinaryData){ sizeof s.task, s.task };
    s.cause.step = 0x4001;
    s.cause.lookup = "group_leader zone=north";
    line = written(&s, false);
    assert_same_json(json_object_get(line, "cause"), json_of_message(&s.cause.base));
    json_decref(line);
}

static void what_is_empty_is_left_out_and_nothing_at_all_is_still_an_object(void **state)
{
    struct sample s;
    json_t *line;

    (void) state;
    sample_init(&s);
    duban__notice_item__init(&s.item);
    s.notice.cause = NULL;
    s.recipient.title = NULL;
    line = written(&s, false);
    assert_same_json(json_array_get(json_object_get(line, "items"), 0), json_object());
    assert_same_json(json_object_get(line, "cause"), json_object());
    json_decref(line);
}

static void times_carry_the_offset_of_the_zone(void **state)
{
    struct text out = { 0 };

    (void) state;
    line_time(&out, (int64_t) START_S * 1000 + 999, 8 * 3600);
    text_add(&out, " ");
    line_time(&out, (int64_t) START_S * 1000, -(5 * 3600 + 1800));
    text_put(&out, "", 1);
    assert_string_equal(out.data, "2020-02-03T09:00:00+08:00 2020-02-02T19:30:00-05:30");
    text_close(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_its_fields),
        cmocka_unit_test(every_field_of_an_item_is_as_the_generic_mapping_has_it),
        cmocka_unit_test(a_cause_is_as_the_generic_mapping_has_it),
        cmocka_unit_test(what_is_empty_is_left_out_and_nothing_at_all_is_still_an_object),
        cmocka_unit_test(times_carry_the_offset_of_the_zone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
