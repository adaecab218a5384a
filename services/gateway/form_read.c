/* form_read.c - from a filled-in form to its entry. */
#include <stdio.h>
#include <string.h>

#include "civil.h"
#include "forms.h"
#include "message.h"

enum { MOST_ANSWERS = 200, MOST_PHOTOS = 100, MOST_ROWS = 50, MINUTE_S = 60, MILLI = 1000, E7 = 10000000, CM_PER_METRE = 100, VALUE_SHOWN_BYTES = 60 };

/* ---------------------------------------------------------------- values */

static const char *text_of(const struct form_reading *reading, const char *name)
{
    return instance_text(reading->instance->root, name);
}

static bool refuse(const struct form_reading *reading, const char *field, const char *zh, const char *en)
{
    return fault_set(reading->fault, field, zh, en);
}

/* What stands there, or its beginning, is said: both formats take it as %.*s. */
static bool cannot_read(const struct form_reading *reading, const char *field, const char *zh, const char *en, const char *text)
{
    return fault_set(reading->fault, field, zh, en, utf8_size_within(text, VALUE_SHOWN_BYTES), text);
}

/* Of the question of that name in the node; what is in no group stands in the root. */
static const char *path_in(const struct form_reading *reading, const struct instance_node *node, const char *name, char path[FORM_PATH_BYTES])
{
    bool is_root = node == reading->instance->root;

    if (snprintf(path, FORM_PATH_BYTES, "%s%s%s", is_root ? "" : node->name, is_root ? "" : "/", name) >= FORM_PATH_BYTES)
        fault_drop_half_character(path);
    return path;
}

static bool out_of_memory(const struct form_reading *reading)
{
    return refuse(reading, "", "表单内容过多", "there is too much in the form");
}

/* A decimal number times `scale`, a power of ten: what is finer is cut off. False: it is none, or too large. */
static bool decimal_of(const char *text, int64_t scale, int64_t *value)
{
    bool negative = *text == '-';
    int64_t whole = 0, part = 0;

    text += negative || *text == '+';
    if (*text < '0' || *text > '9')
        return false;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (whole > INT64_MAX / scale / 100)
            return false;
        whole = whole * 10 + (*text - '0');
    }
    whole *= scale;
    if (*text == '.')
        for (text++; *text >= '0' && *text <= '9'; text++) {
            scale /= 10;
            part += scale * (*text - '0');
        }
    *value = negative ? -(whole + part) : whole + part;
    return *text == '\0';
}

/* One of an enum's values by the last part of its name, in small letters; 0 = it is empty. */
static bool chosen(const struct form_reading *reading, const char *field, const char *text, const ProtobufCEnumDescriptor *type,
                   const char *prefix, int *value)
{
    char name[96];
    const ProtobufCEnumValue *found;
    int size = snprintf(name, sizeof name, "%s%s", prefix, text);

    *value = 0;
    if (text[0] == '\0')
        return true;
    for (char *at = name; *at != '\0'; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char) (*at - 'a' + 'A');
    found = size < (int) sizeof name ? protobuf_c_enum_descriptor_get_value_by_name(type, name) : NULL;
    if (found == NULL)
        return cannot_read(reading, field, "没有选项 %.*s", "there is no choice %.*s", text);
    *value = found->value;
    return true;
}

#define CHOSEN(reading, name, type, prefix, into)                                                                            \
    chosen(reading, name, text_of(reading, name), &duban__##type##__descriptor, prefix, (int *) (into))

static bool is_yes(const char *text)
{
    return strcmp(text, "yes") == 0;
}

/* ISO 8601 as clients write it: 2020-02-10T10:00:00.123+08:00. 0 = it is empty. offset_minutes may be NULL. */
static bool moment_of(const struct form_reading *reading, const char *name, int64_t *at_ms, int32_t *offset_minutes)
{
    const char *text = text_of(reading, name), *zone, *fraction;
    char plain[40];
    int64_t at_s, local_s, part_ms = 0;

    *at_ms = 0;
    if (text[0] == '\0')
        return true;
    zone = strlen(text) > 19 ? text + 19 : "";
    fraction = zone;
    if (*zone == '.')
        zone += 1 + strspn(zone + 1, "0123456789");
    if (*zone == '\0' || snprintf(plain, sizeof plain, "%.19s%s", text, zone) >= (int) sizeof plain || !civil_parse(plain, 0, &at_s))
        return cannot_read(reading, name, "时间 %.*s 无法解读", "the time %.*s cannot be read", text);
    for (int i = 1, unit = 100; fraction + i < zone && unit > 0; i++, unit /= 10)
        part_ms += (int64_t) unit * (fraction[i] - '0');
    *at_ms = at_s * MILLI + part_ms;
    (void) snprintf(plain, sizeof plain, "%.19sZ", text);
    if (offset_minutes != NULL && civil_parse(plain, 0, &local_s))
        *offset_minutes = (int32_t) ((local_s - at_s) / MINUTE_S);
    return true;
}

/* "latitude longitude altitude accuracy". */
static bool read_position(const struct form_reading *reading, Duban__Position **position)
{
    const char *text = text_of(reading, "position");
    char parts[4][32] = { "", "", "0", "0" };
    int64_t latitude, longitude, accuracy;

    if (text[0] == '\0')
        return true;
    if (sscanf(text, "%31s %31s %31s %31s", parts[0], parts[1], parts[2], parts[3]) < 2 || !decimal_of(parts[0], E7, &latitude) ||
        !decimal_of(parts[1], E7, &longitude) || !decimal_of(parts[3], CM_PER_METRE, &accuracy) || latitude < -90 * (int64_t) E7 ||
        latitude > 90 * (int64_t) E7 || longitude < -180 * (int64_t) E7 || longitude > 180 * (int64_t) E7 || accuracy < 0 || accuracy > UINT32_MAX)
        return cannot_read(reading, "position", "位置 %.*s 无法解读", "the position %.*s cannot be read", text);
    *position = arena_take(reading->arena, sizeof **position);
    if (*position == NULL)
        return out_of_memory(reading);
    duban__position__init(*position);
    (*position)->latitude_e7 = (int32_t) latitude;
    (*position)->longitude_e7 = (int32_t) longitude;
    (*position)->accuracy_cm = (uint32_t) accuracy;
    return true;
}

static Duban__SubjectReference *subject_of(const struct form_reading *reading, const char *number)
{
    Duban__SubjectReference *reference = arena_take(reading->arena, sizeof *reference);

    if (reference == NULL)
        return NULL;
    duban__subject_reference__init(reference);
    reference->by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference->number = (char *) number;
    return reference;
}

/* ---------------------------------------------------------------- photos and answers */

/* Those named in the node: photo_1, photo_2, ... */
static bool read_photos(const struct form_reading *reading, const struct instance_node *node, const char *item, Duban__Report *report)
{
    for (const struct instance_node *child = node->children; child != NULL; child = child->next) {
        Duban__Evidence *photo;
        char path[FORM_PATH_BYTES];

        if (strncmp(child->name, "photo_", 6) != 0 || child->text[0] == '\0')
            continue;
        if (report->n_evidence == MOST_PHOTOS)
            return fault_set(reading->fault, path_in(reading, node, child->name, path), "照片最多 %d 张", "there are at most %d photos",
                             MOST_PHOTOS);
        photo = arena_take(reading->arena, sizeof *photo);
        if (photo == NULL)
            return out_of_memory(reading);
        duban__evidence__init(photo);
        photo->name = (char *) child->text;
        photo->item = (char *) item;
        report->evidence[report->n_evidence++] = photo;
    }
    return true;
}

static bool is_left_out(const struct instance_node *node)
{
    return instance_text(node, "result")[0] == '\0' && instance_text(node, "number")[0] == '\0' && instance_text(node, "note")[0] == '\0';
}

static bool read_answer(const struct form_reading *reading, const struct instance_node *node, const char *item, Duban__Report *report)
{
    const char *number = instance_text(node, "number");
    Duban__Answer *answer;
    char path[FORM_PATH_BYTES];
    int result = 0;

    if (is_left_out(node))
        return true;
    if (report->n_answers == MOST_ANSWERS)
        return fault_set(reading->fault, node->name, "检查项最多 %d 项", "there are at most %d items", MOST_ANSWERS);
    answer = arena_take(reading->arena, sizeof *answer);
    if (answer == NULL)
        return out_of_memory(reading);
    duban__answer__init(answer);
    if (!chosen(reading, path_in(reading, node, "result", path), instance_text(node, "result"), &duban__result__descriptor, "RESULT_",
                &result))
        return false;
    answer->item = (char *) item;
    answer->result = (Duban__Result) result;
    answer->note = (char *) instance_text(node, "note");
    answer->fixed_now = answer->result == DUBAN__RESULT__RESULT_FAIL && is_yes(instance_text(node, "fixed_now"));
    if (number[0] != '\0') {
        answer->number_presence_case = DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI;
        if (!decimal_of(number, MILLI, &answer->number_milli))
            return cannot_read(reading, path_in(reading, node, "number", path), "数值 %.*s 无法解读", "the number %.*s cannot be read", number);
    }
    report->answers[report->n_answers++] = answer;
    return read_photos(reading, node, item, report);
}

/* i_CODE; and first, answer, with the code inside. */
static bool read_answers(const struct form_reading *reading, Duban__Report *report)
{
    for (const struct instance_node *node = reading->instance->root->children; node != NULL; node = node->next) {
        bool is_item = strncmp(node->name, "i_", 2) == 0;

        if (!is_item && strcmp(node->name, "first") != 0 && strcmp(node->name, "answer") != 0)
            continue;
        if (!read_answer(reading, node, is_item ? node->name + 2 : instance_text(node, "item"), report))
            return false;
    }
    return true;
}

/* ---------------------------------------------------------------- rows of an inspection */

static bool read_entrance(const struct form_reading *reading, const struct instance_node *node, Duban__Report *report)
{
    Duban__Entrance *entrance = arena_take(reading->arena, sizeof *entrance);
    int state;

    if (entrance == NULL)
        return out_of_memory(reading);
    duban__entrance__init(entrance);
    if (!chosen(reading, "entrance/state", instance_text(node, "state"), &duban__entrance_state__descriptor, "ENTRANCE_STATE_", &state))
        return false;
    entrance->name = (char *) instance_text(node, "name");
    entrance->state = (Duban__EntranceState) state;
    entrance->note = (char *) instance_text(node, "note");
    report->entrances[report->n_entrances++] = entrance;
    return true;
}

static bool read_gate_post(const struct form_reading *reading, const struct instance_node *node, Duban__Report *report)
{
    Duban__GatePost *post = arena_take(reading->arena, sizeof *post);
    int manned;

    if (post == NULL)
        return out_of_memory(reading);
    duban__gate_post__init(post);
    if (!chosen(reading, "gate_post/manned", instance_text(node, "manned"), &duban__manning__descriptor, "MANNING_", &manned))
        return false;
    post->post = (char *) instance_text(node, "post");
    post->shift = (char *) instance_text(node, "shift");
    post->manned = (Duban__Manning) manned;
    report->posts[report->n_posts++] = post;
    return true;
}

/* One that was begun and left empty is none. */
static bool read_rows(const struct form_reading *reading, Duban__Report *report)
{
    for (const struct instance_node *node = reading->instance->root->children; node != NULL; node = node->next) {
        bool is_entrance = strcmp(node->name, "entrance") == 0 && instance_text(node, "name")[0] != '\0';
        bool is_post = strcmp(node->name, "gate_post") == 0 && instance_text(node, "post")[0] != '\0';

        if ((is_entrance && report->n_entrances == MOST_ROWS) || (is_post && report->n_posts == MOST_ROWS))
            return fault_set(reading->fault, node->name, "最多 %d 行", "there are at most %d rows", MOST_ROWS);
        if ((is_entrance && !read_entrance(reading, node, report)) || (is_post && !read_gate_post(reading, node, report)))
            return false;
    }
    return true;
}

static bool read_volunteers(const struct form_reading *reading, Duban__Report *report)
{
    const char *text = text_of(reading, "volunteers");
    int64_t count;

    if (text[0] == '\0')
        return true;
    if (!decimal_of(text, 1, &count) || count < 0 || count > ENTRY_MAX_HEADCOUNT)
        return cannot_read(reading, "volunteers", "人数 %.*s 无法解读", "the number %.*s cannot be read", text);
    report->volunteers_presence_case = DUBAN__REPORT__VOLUNTEERS_PRESENCE_VOLUNTEERS;
    report->volunteers = (uint32_t) count;
    return true;
}

/* ---------------------------------------------------------------- visits */

static Duban__Report *report_begin(const struct form_reading *reading, Duban__Purpose purpose, const char *site)
{
    Duban__Report *report = arena_take(reading->arena, sizeof *report);

    if (report == NULL)
        return NULL;
    duban__report__init(report);
    report->answers = arena_take_pointers(reading->arena, MOST_ANSWERS);
    report->evidence = arena_take_pointers(reading->arena, MOST_PHOTOS);
    report->entrances = arena_take_pointers(reading->arena, MOST_ROWS);
    report->posts = arena_take_pointers(reading->arena, MOST_ROWS);
    report->reporter = (char *) reading->account;
    report->purpose = purpose;
    report->site = (char *) site;
    report->text = (char *) text_of(reading, "text");
    report->outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    return report->answers == NULL || report->evidence == NULL || report->entrances == NULL || report->posts == NULL ? NULL : report;
}

static bool read_times(const struct form_reading *reading, const char *from, const char *until, Duban__Report *report)
{
    return moment_of(reading, from, &report->started_at_ms, NULL) &&
           moment_of(reading, until, &report->device_time_ms, &report->device_offset_minutes);
}

/* What was answered before somebody found that nobody is there does not count. */
static bool read_outcome(const struct form_reading *reading, Duban__Report *report)
{
    if (!CHOSEN(reading, "outcome", visit_outcome, "VISIT_OUTCOME_", &report->outcome))
        return false;
    if (report->outcome != DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED)
        return true;
    report->n_answers = report->n_entrances = report->n_posts = 0;
    report->volunteers_presence_case = DUBAN__REPORT__VOLUNTEERS_PRESENCE__NOT_SET;
    return true;
}

static bool put_report(Duban__Entry *entry, Duban__Report *report)
{
    entry->body_case = DUBAN__ENTRY__BODY_REPORT;
    entry->report = report;
    return true;
}

bool form_read_inspection(const struct form_reading *reading, Duban__Entry *entry)
{
    const char *stop = text_of(reading, "stop"), *site = text_of(reading, "site");
    Duban__Report *report = report_begin(reading, DUBAN__PURPOSE__PURPOSE_INSPECTION, site[0] == '\0' ? stop : site);

    if (report == NULL)
        return out_of_memory(reading);
    report->site_kind = strchr(reading->instance->form, '-') + 1;
    return read_times(reading, "start", "end", report) && read_answers(reading, report) && read_rows(reading, report) &&
           read_volunteers(reading, report) && read_photos(reading, reading->instance->root, "", report) &&
           read_position(reading, &report->position) && read_outcome(reading, report) && put_report(entry, report);
}

bool form_read_revisit(const struct form_reading *reading, Duban__Entry *entry)
{
    Duban__Report *report = report_begin(reading, DUBAN__PURPOSE__PURPOSE_REVISIT, text_of(reading, "site"));

    if (report == NULL)
        return out_of_memory(reading);
    return read_times(reading, "start", "end", report) &&
           read_answer(reading, reading->instance->root, text_of(reading, "item"), report) &&
           read_position(reading, &report->position) && read_outcome(reading, report) && put_report(entry, report);
}

/* Its times are when it was watched, not when the form was filled in. */
bool form_read_observation(const struct form_reading *reading, Duban__Entry *entry)
{
    Duban__Report *report = report_begin(reading, DUBAN__PURPOSE__PURPOSE_OBSERVATION, text_of(reading, "site"));

    if (report == NULL)
        return out_of_memory(reading);
    return read_times(reading, "from", "until", report) &&
           read_answer(reading, reading->instance->root, text_of(reading, "item"), report) && read_answers(reading, report) &&
           read_position(reading, &report->position) && put_report(entry, report);
}

bool form_read_guidance(const struct form_reading *reading, Duban__Entry *entry)
{
    Duban__Report *report = report_begin(reading, DUBAN__PURPOSE__PURPOSE_GUIDANCE, text_of(reading, "site"));
    const char *guidance = text_of(reading, "guidance"), *text = text_of(reading, "text");
    size_t size = strlen(guidance) + strlen(text) + 2;
    char *both = arena_take(reading->arena, size);

    if (report == NULL || both == NULL)
        return out_of_memory(reading);
    (void) snprintf(both, size, "%s%s%s", guidance, text[0] == '\0' ? "" : "\n", text);
    report->text = both;
    return read_times(reading, "start", "end", report) && read_photos(reading, reading->instance->root, "", report) &&
           read_position(reading, &report->position) && put_report(entry, report);
}

bool form_read_check_in(const struct form_reading *reading, Duban__Entry *entry)
{
    Duban__Report *report = report_begin(reading, DUBAN__PURPOSE__PURPOSE_CHECK_IN, text_of(reading, "site"));

    if (report == NULL)
        return out_of_memory(reading);
    return read_times(reading, "start", "end", report) && read_answers(reading, report) &&
           read_photos(reading, reading->instance->root, "", report) && read_position(reading, &report->position) &&
           read_outcome(reading, report) && put_report(entry, report);
}

/* ---------------------------------------------------------------- what is no visit */

bool form_read_urgent(const struct form_reading *reading, Duban__Entry *entry)
{
    Duban__UrgentReport *urgent = arena_take(reading->arena, sizeof *urgent);

    if (urgent == NULL)
        return out_of_memory(reading);
    duban__urgent_report__init(urgent);
    urgent->item = (char *) text_of(reading, "item");
    urgent->place = (char *) text_of(reading, "place");   /* one tap is enough: nothing is asked before it is sent */
    if (urgent->place[0] == '\0' && text_of(reading, "site")[0] == '\0' && text_of(reading, "position")[0] == '\0')
        urgent->place = "没有写明地点，请马上打电话问报告人 (no place was given: call the reporter at once)";
    urgent->text = (char *) text_of(reading, "text");
    if (text_of(reading, "site")[0] != '\0') {
        urgent->where_case = DUBAN__URGENT_REPORT__WHERE_SITE;
        urgent->site = (char *) text_of(reading, "site");
    }
    entry->body_case = DUBAN__ENTRY__BODY_URGENT_REPORT;
    entry->urgent_report = urgent;
    return read_position(reading, &urgent->position);
}

static bool read_household_act(const struct form_reading *reading, Duban__Entry *entry)
{
    Duban__HouseholdAct *act = arena_take(reading->arena, sizeof *act);

    if (act == NULL)
        return out_of_memory(reading);
    duban__household_act__init(act);
    act->household = (char *) text_of(reading, "household");
    act->text = (char *) text_of(reading, "text");
    entry->body_case = DUBAN__ENTRY__BODY_HOUSEHOLD_ACT;
    entry->household_act = act;
    return CHOSEN(reading, "kind", household_act_kind, "HOUSEHOLD_ACT_KIND_", &act->kind) &&
           CHOSEN(reading, "manner", household_manner, "HOUSEHOLD_MANNER_", &act->manner) && moment_of(reading, "end", &act->at_ms, NULL);
}

static bool read_household_check(const struct form_reading *reading, Duban__Entry *entry)
{
    Duban__HouseholdCheck *check = arena_take(reading->arena, sizeof *check);

    if (check == NULL)
        return out_of_memory(reading);
    duban__household_check__init(check);
    check->household = (char *) text_of(reading, "household");
    check->text = (char *) text_of(reading, "text");
    entry->body_case = DUBAN__ENTRY__BODY_HOUSEHOLD_CHECK;
    entry->household_check = check;
    return CHOSEN(reading, "finding", household_finding, "HOUSEHOLD_FINDING_", &check->finding) &&
           moment_of(reading, "end", &check->at_ms, NULL);
}

bool form_read_household(const struct form_reading *reading, Duban__Entry *entry)
{
    const char *what = text_of(reading, "what");

    if (strcmp(what, "act") == 0)
        return read_household_act(reading, entry);
    if (strcmp(what, "check") == 0)
        return read_household_check(reading, entry);
    return cannot_read(reading, "what", "没有选项 %.*s", "there is no choice %.*s", what);
}

bool form_read_isolation(const struct form_reading *reading, Duban__Entry *entry)
{
    Duban__IsolationContact *contact = arena_take(reading->arena, sizeof *contact);

    if (contact == NULL)
        return out_of_memory(reading);
    duban__isolation_contact__init(contact);
    contact->isolation = subject_of(reading, text_of(reading, "isolation"));
    if (contact->isolation == NULL)
        return out_of_memory(reading);
    contact->abnormal = is_yes(text_of(reading, "abnormal"));
    contact->went_out = is_yes(text_of(reading, "went_out"));
    contact->at_door = is_yes(text_of(reading, "at_door"));
    contact->text = (char *) text_of(reading, "text");
    entry->body_case = DUBAN__ENTRY__BODY_ISOLATION_CONTACT;
    entry->isolation_contact = contact;
    return moment_of(reading, "end", &contact->at_ms, NULL);
}

bool form_read_difficulty(const struct form_reading *reading, Duban__Entry *entry)
{
    Duban__Difficulty *difficulty = arena_take(reading->arena, sizeof *difficulty);
    int64_t quantity;

    if (difficulty == NULL)
        return out_of_memory(reading);
    if (!decimal_of(text_of(reading, "quantity"), 1, &quantity) || quantity < 0 || quantity > UINT32_MAX)
        return refuse(reading, "quantity", "数量请写从 1 起的整数", "the quantity is a whole number from 1");
    duban__difficulty__init(difficulty);
    difficulty->site = (char *) text_of(reading, "site");
    difficulty->matter = (char *) text_of(reading, "matter");
    difficulty->supply = (char *) text_of(reading, "supply");
    difficulty->measure = (char *) text_of(reading, "measure");
    difficulty->text = (char *) text_of(reading, "text");
    difficulty->quantity = (uint32_t) quantity;
    entry->body_case = DUBAN__ENTRY__BODY_DIFFICULTY;
    entry->difficulty = difficulty;
    return moment_of(reading, "needed_by", &difficulty->needed_by_ms, NULL);
}

static bool read_complainant(const struct form_reading *reading, Duban__Complaint *complaint)
{
    const char *complainant = text_of(reading, "complainant");

    if (complainant[0] == '\0')
        return true;
    complaint->complainant = arena_take(reading->arena, sizeof *complaint->complainant);
    if (complaint->complainant == NULL)
        return out_of_memory(reading);
    duban__personal__init(complaint->complainant);
    complaint->complainant->value_case = DUBAN__PERSONAL__VALUE_CLEAR;
    complaint->complainant->clear = (char *) complainant;
    return true;
}

bool form_read_complaint(const struct form_reading *reading, Duban__Entry *entry)
{
    Duban__Complaint *complaint = arena_take(reading->arena, sizeof *complaint);

    if (complaint == NULL)
        return out_of_memory(reading);
    duban__complaint__init(complaint);
    complaint->source = (char *) text_of(reading, "source");
    complaint->where_case = text_of(reading, "site")[0] != '\0' ? DUBAN__COMPLAINT__WHERE_SITE : DUBAN__COMPLAINT__WHERE_AREA;
    if (complaint->where_case == DUBAN__COMPLAINT__WHERE_SITE)
        complaint->site = (char *) text_of(reading, "site");
    else
        complaint->area = (char *) text_of(reading, "area");
    complaint->place = (char *) text_of(reading, "place");
    complaint->matter = (char *) text_of(reading, "matter");
    complaint->text = (char *) text_of(reading, "complaint");
    complaint->danger = is_yes(text_of(reading, "danger"));
    entry->body_case = DUBAN__ENTRY__BODY_COMPLAINT;
    entry->complaint = complaint;
    return moment_of(reading, "received", &complaint->received_at_ms, NULL) && read_complainant(reading, complaint);
}

/* ---------------------------------------------------------------- any of them */

bool forms_read(struct arena *arena, const struct instance *instance, const char *account, Duban__Entry *entry, struct fault *fault)
{
    const struct form_kind *kind = form_kind_of(instance->form);
    const struct form_reading reading = { arena, instance, account, fault };

    duban__entry__init(entry);
    if (kind == NULL)
        return cannot_read(&reading, "id", "没有表单 %.*s；请在手机上更新表单", "there is no form %.*s; get the forms again", instance->form);
    return kind->read(&reading, entry);
}
