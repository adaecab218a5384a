/* rights.c - who may read what: one table for all of /v1/. */
#include <string.h>

#include "gateway.h"
#include "message.h"
#include "phones.h"
#include "posts.h"
#include "readings.h"

enum {
    OVERSIGHT = POSTS_OVERSIGHT,
    IN_THE_HOUSE = OVERSIGHT | POSTS_OF_A_ZONE | POSTS_OF_AN_AREA | POST(OFFICE) | POST(COMMITTEE) | POST(ADMINISTRATOR),
    OWNERS_OF_CASES = IN_THE_HOUSE & ~POST(ADMINISTRATOR),
    EVERYBODY = IN_THE_HOUSE | POST(SITE_CONTACT),   /* a site sees its notices, and nothing of the follow-up */
    SETTLES = POSTS_SETTLING,
    KNOWS_COMPLAINANTS = SETTLES,
    KNOWS_REVISITS = OVERSIGHT | POSTS_OF_A_ZONE | POST(AREA_CONTACT) | POST(OFFICE),   /* whom a site could ask is not told when */
};

static const struct reading READINGS[] = {
    { "cases", UPSTREAM_RULES, OVERSIGHT, { "zone", "area" }, "owner", OWNERS_OF_CASES,
      "问题台账，按编号", "the ledger of cases, by number", NULL, false },
    { "tasks", UPSTREAM_RULES, OVERSIGHT, { NULL }, "owner", IN_THE_HOUSE,
      "待办任务", "tasks: who must do what by when", NULL, false },
    { "notices", UPSTREAM_RULES, OVERSIGHT, { NULL }, "recipient", EVERYBODY,
      "发出的通知：按哪条规则、因何而发、发给谁、到了哪一步", "notices: by which rule and what cause each was sent, to whom, and how far it came", NULL, true },
    { "subjects", UPSTREAM_RULES, OVERSIGHT, { "zone", "area", "office" }, NULL, 0,
      "投诉、移交、协调、盯守、居家观察等事项", "complaints, referrals, coordination, watches, isolation and the like", NULL, false },
    { "facts", UPSTREAM_RULES, OVERSIGHT, { NULL }, NULL, 0,
      "逐条经过，只增不改", "what happened, fact by fact; never changed", NULL, true },
    { "quarantine", UPSTREAM_RULES, SETTLES, { NULL }, NULL, 0,
      "待核的提交", "submissions that are held until they are settled", NULL, false },
    { "sites", UPSTREAM_RULES, IN_THE_HOUSE, { NULL }, NULL, 0,
      "点位", "sites", NULL, false },
    { "areas", UPSTREAM_RULES, IN_THE_HOUSE, { NULL }, NULL, 0,
      "社区和村", "areas", NULL, false },
    { "items", UPSTREAM_RULES, IN_THE_HOUSE, { NULL }, NULL, 0,
      "现行检查项", "check items of the policy in force", NULL, false },
    { "holders", UPSTREAM_RULES, OVERSIGHT | POST(ADMINISTRATOR), { NULL }, "account", EVERYBODY,
      "岗位", "role holders", NULL, false },
    { "visits", UPSTREAM_RULES, OVERSIGHT, { NULL }, NULL, 0,
      "巡查记录", "visits", NULL, false },
    { "figures", UPSTREAM_RULES, OVERSIGHT, { "zone", "area" }, NULL, 0,
      "督导指标", "figures", NULL, true },
    { "coverage", UPSTREAM_RULES, OVERSIGHT, { "zone" }, NULL, 0,
      "某天应查和已查", "what was to be inspected on a day, and has been", NULL, false },
    { "plan", UPSTREAM_RULES, OVERSIGHT, { "zone" }, NULL, 0,
      "某天各组的路线", "the stops of the groups on a day", NULL, false },
    { "blindSpots", UPSTREAM_RULES, OVERSIGHT, { "zone" }, NULL, 0,
      "死角", "blind spots: sites that nobody inspects within their interval", NULL, false },
    { "agenda", UPSTREAM_RULES, OVERSIGHT, { NULL }, NULL, 0,
      "例会议题", "what is to be decided now", NULL, false },
    { "meeting", UPSTREAM_RULES, OVERSIGHT, { NULL }, NULL, 0,
      "某次例会说了什么", "what a meeting was told", NULL, false },
    { "remarks", UPSTREAM_RULES, OVERSIGHT, { NULL }, NULL, 0,
      "批示", "remarks of a day", NULL, false },
    { "whyNot", UPSTREAM_RULES, OVERSIGHT, { NULL }, "account", IN_THE_HOUSE,
      "为什么没有通知", "why notices were not sent", NULL, true },
    { "calendar", UPSTREAM_RULES, POST(LEAD), { NULL }, "account", IN_THE_HOUSE,
      "某账号的日历", "what an account's calendar shows", NULL, false },
    { "deliveries", UPSTREAM_NOTIFY, OVERSIGHT, { NULL }, NULL, 0,
      "投递情况", "deliveries: how far each notice came by its channel", NULL, false },
    { "deadLetters", UPSTREAM_NOTIFY, OVERSIGHT, { NULL }, NULL, 0,
      "没有送达、还没有人处理的通知", "notices that did not arrive and that nobody has settled", "deliveries", false },
    { "alarms", UPSTREAM_NOTIFY, OVERSIGHT | POST(ADMINISTRATOR), { NULL }, NULL, 0,
      "系统告警", "house alarms", NULL, false },
};

static const struct reading_argument COMMON[] = {
    { "limit", "最多多少行，不写为 200", "rows at most; 200 when it is left out", false },
    { "after", "上一页的 next", "next of the page before", false },
    { "minSequence", "至少处理到流水账的这个序号才答复", "answer only when the journal is applied up to that sequence", false },
    { "waitMs", "为此最多等多少毫秒", "how many milliseconds to wait for that", false },
    { "asOfS", "截至何时，秒，不写为现在", "as of when, in seconds; now when it is left out", true },
};

enum { READING_COUNT = sizeof READINGS / sizeof READINGS[0], COMMON_COUNT = sizeof COMMON / sizeof COMMON[0] };

const struct reading_argument *reading_common_argument(size_t row)
{
    return row < COMMON_COUNT ? &COMMON[row] : NULL;
}

const struct reading *reading_at(size_t row)
{
    return row < READING_COUNT ? &READINGS[row] : NULL;
}

const struct reading *reading_named(const char *name)
{
    for (size_t i = 0; i < READING_COUNT; i++)
        if (strcmp(READINGS[i].name, name) == 0)
            return &READINGS[i];
    return NULL;
}

const ProtobufCFieldDescriptor *reading_field(const ProtobufCMessageDescriptor *type, const char *json_name)
{
    char name[64];

    for (unsigned i = 0; i < type->n_fields; i++) {
        message_json_name(type->fields[i].name, name, sizeof name);
        if (strcmp(name, json_name) == 0)
            return &type->fields[i];
    }
    return NULL;
}

/* ---------------------------------------------------------------- who may see it */

bool reading_holds(const Duban__Holder *holder, unsigned posts)
{
    for (size_t i = 0; i < holder->n_roles; i++)
        if ((posts & 1u << holder->roles[i]->role) != 0)
            return true;
    return false;
}

static const struct {
    unsigned posts;                    /* that are of one */
    const char *zh, *en;
} SCOPES[SCOPE_COUNT] = {
    [SCOPE_ZONE] = { POSTS_OF_A_ZONE, "片区", "zone" },
    [SCOPE_AREA] = { POSTS_OF_AN_AREA, "社区（村）", "area" },
    [SCOPE_OFFICE] = { POST(OFFICE), "部门", "office" },
};

static bool is_of_scope(const Duban__RoleGrant *grant, enum scope scope)
{
    return (SCOPES[scope].posts & 1u << grant->role) != 0 && grant->scope[0] != '\0';
}

bool reading_is_of(const Duban__Holder *holder, enum scope scope, const char *code)
{
    for (size_t i = 0; i < holder->n_roles; i++)
        if (is_of_scope(holder->roles[i], scope) && strcmp(holder->roles[i]->scope, code) == 0)
            return true;
    return false;
}

bool reading_is_contact_of(const Duban__Holder *holder, const char *site)
{
    for (size_t i = 0; i < holder->n_roles; i++)
        if (holder->roles[i]->role == DUBAN__ROLE__ROLE_SITE_CONTACT && site[0] != '\0' && strcmp(holder->roles[i]->scope, site) == 0)
            return true;
    return false;
}

bool reading_oversees(const Duban__Holder *holder)
{
    return reading_holds(holder, OVERSIGHT);
}

bool reading_sees_case(const Duban__Holder *holder, const Duban__CaseRow *row)
{
    return reading_oversees(holder) || (reading_holds(holder, OWNERS_OF_CASES) && strcmp(row->case_->owner, holder->account) == 0) ||
           reading_is_of(holder, SCOPE_ZONE, row->zone) || reading_is_of(holder, SCOPE_AREA, row->area) ||
           reading_is_contact_of(holder, row->case_->site);
}

static const char *given(const json_t *arguments, const char *name)
{
    const char *value = json_string_value(json_object_get(arguments, name));

    return value == NULL ? "" : value;
}

/* He sees his own: the one he asks for, or without asking the only one he has. */
static bool narrow_to_scope(const struct reading *reading, const Duban__Holder *holder, enum scope scope, json_t *arguments,
                            struct fault *fault)
{
    const char *name = reading->scopes[scope], *wanted = given(arguments, name), *only = NULL;

    for (size_t i = 0; i < holder->n_roles; i++) {
        const Duban__RoleGrant *grant = holder->roles[i];

        if (!is_of_scope(grant, scope) || (wanted[0] != '\0' && strcmp(wanted, grant->scope) != 0))
            continue;
        if (only != NULL && strcmp(only, grant->scope) != 0)
            return fault_set(fault, name, "您负责不止一个%s，请写明是哪一个%.0s", "%.0syou have more than one %s: say which", SCOPES[scope].zh,
                             SCOPES[scope].en);
        only = grant->scope;
    }
    if (only == NULL)
        return fault_set(fault, name, "%s%.0s %s 不归您负责", "%.0s%s %s is not yours", SCOPES[scope].zh, SCOPES[scope].en, wanted);
    json_object_set_new(arguments, name, json_string(only));
    return true;
}

static bool narrow_to_own(const struct reading *reading, const Duban__Holder *holder, json_t *arguments, struct fault *fault)
{
    const char *wanted = given(arguments, reading->own);

    if (wanted[0] != '\0' && strcmp(wanted, holder->account) != 0)
        return fault_set(fault, reading->own, "只能查看本人的，不能查看 %s 的", "you see your own, not that of %s", wanted);
    json_object_set_new(arguments, reading->own, json_string(holder->account));
    return true;
}

/* By which of his posts he asks: the one whose argument he gives, else the first; SCOPE_COUNT = by none of these. */
static enum scope scope_asked_for(const struct reading *reading, const Duban__Holder *holder, const json_t *arguments)
{
    enum scope first = SCOPE_COUNT;

    for (int i = SCOPE_COUNT - 1; i >= 0; i--) {
        if (reading->scopes[i] == NULL || !reading_holds(holder, SCOPES[i].posts))
            continue;
        if (given(arguments, reading->scopes[i])[0] != '\0')
            return (enum scope) i;
        first = (enum scope) i;
    }
    return first;
}

bool reading_narrow(const struct reading *reading, const Duban__Holder *holder, json_t *arguments, struct fault *fault)
{
    enum scope scope = scope_asked_for(reading, holder, arguments);

    if (reading_holds(holder, reading->all_of_it))
        return true;
    if (scope != SCOPE_COUNT && (reading->own == NULL || given(arguments, reading->own)[0] == '\0'))
        return narrow_to_scope(reading, holder, scope, arguments, fault);
    if (reading->own != NULL && reading_holds(holder, reading->own_of))
        return narrow_to_own(reading, holder, arguments, fault);
    return fault_set(fault, "", "您的岗位不能查看“%1$s”%2$.0s", "your post does not see %2$s%1$.0s", reading->zh, reading->name);
}

bool reading_shows(const struct reading *reading, const Duban__Holder *holder, const struct reading_matter *matter)
{
    if (reading_holds(holder, reading->all_of_it))
        return true;
    for (int i = 0; i < SCOPE_COUNT; i++)
        if (reading->scopes[i] != NULL && reading_is_of(holder, (enum scope) i, matter->scopes[i]))
            return true;
    return reading->own != NULL && reading_holds(holder, reading->own_of) && strcmp(matter->own, holder->account) == 0;
}

/* ---------------------------------------------------------------- what of it */

bool reading_lets_see(const Duban__Holder *holder, const char *name)
{
    const struct reading *reading = reading_named(name);

    bool sees = reading != NULL && (reading_holds(holder, reading->all_of_it) || (reading->own != NULL && reading_holds(holder, reading->own_of)));

    for (size_t i = 0; reading != NULL && i < SCOPE_COUNT; i++)
        sees = sees || (reading->scopes[i] != NULL && reading_holds(holder, SCOPES[i].posts));
    return sees;
}

bool reading_knows_revisits(const Duban__Holder *holder)
{
    return reading_holds(holder, KNOWS_REVISITS);
}

/* What is planned for today, and what is owed there next. */
static void hide_plans(Duban__Site *site)
{
    site->coverage = NULL;
    site->check_task.len = 0;
    site->side_items_task.len = 0;
    site->n_side_items = 0;
}

/* Until when somebody comes to verify it. The dues of other subjects are those of the area itself, or of nobody who comes to look. */
static void hide_verification(Duban__SubjectRow *row)
{
    if (row->subject->of_case == DUBAN__SUBJECT__OF_COMPLAINT)
        row->next_s = 0;
}

static void hide_complainant(Duban__SubjectRow *row)
{
    if (row->subject->of_case == DUBAN__SUBJECT__OF_COMPLAINT)
        row->subject->complaint->complainant_token.len = 0;
}

/* The next due is when it is to be fixed, or when somebody comes to look. */
static void hide_revisits(Duban__CaseRow *row)
{
    row->case_->n_pass_offsets_days = 0;
    row->revisit_from_s = row->pass_counts_from_s = 0;
    if (row->next_s != row->case_->due_s)
        row->next_s = 0;
}

/* In all texts of a message and of those in it; a code is none. */
static void mask_phones(ProtobufCMessage *message)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        uint8_t *at = (uint8_t *) message + field->offset;
        size_t count = field->label == PROTOBUF_C_LABEL_REPEATED ? *(size_t *) ((uint8_t *) message + field->quantifier_offset) : 1;
        void **values = field->label == PROTOBUF_C_LABEL_REPEATED ? *(void ***) at : (void **) at;

        if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 &&
            *(uint32_t *) ((uint8_t *) message + field->quantifier_offset) != field->id)
            continue;
        for (size_t k = 0; k < count; k++) {
            if (field->type == PROTOBUF_C_TYPE_STRING && values[k] != NULL && !is_code(values[k]))
                phones_mask(values[k]);
            else if (field->type == PROTOBUF_C_TYPE_MESSAGE && values[k] != NULL)
                mask_phones(values[k]);
            else if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
                break;
        }
    }
}

void reading_hide(const Duban__Holder *holder, Duban__Reply *reply)
{
    if (!reading_holds(holder, KNOWS_COMPLAINANTS))
        mask_phones(&reply->base);
    if (reply->body_case == DUBAN__REPLY__BODY_SUBJECTS && !reading_holds(holder, KNOWS_COMPLAINANTS))
        for (size_t i = 0; i < reply->subjects->n_rows; i++)
            hide_complainant(reply->subjects->rows[i]);
    if (reply->body_case == DUBAN__REPLY__BODY_SUBJECTS && !reading_knows_revisits(holder))
        for (size_t i = 0; i < reply->subjects->n_rows; i++)
            hide_verification(reply->subjects->rows[i]);
    if (reply->body_case == DUBAN__REPLY__BODY_SITES && !reading_knows_revisits(holder))
        for (size_t i = 0; i < reply->sites->n_rows; i++)
            hide_plans(reply->sites->rows[i]);
    if (reply->body_case == DUBAN__REPLY__BODY_CASES && !reading_knows_revisits(holder))
        for (size_t i = 0; i < reply->cases->n_rows; i++)
            hide_revisits(reply->cases->rows[i]);
}

/* ---------------------------------------------------------------- photos */

/* Of a report that is held nobody says yet where it belongs: it is shown to those who settle it. */
bool reading_shows_photo(const Duban__Holder *holder, const Duban__EvidenceRow *row)
{
    if (reading_holds(holder, IN_THE_HOUSE) && strcmp(row->reporter, holder->account) == 0)
        return true;
    if (row->held)
        return reading_holds(holder, SETTLES);
    return reading_holds(holder, OVERSIGHT) || reading_is_of(holder, SCOPE_ZONE, row->zone);
}

bool reading_shows_original(const Duban__Holder *holder)
{
    return reading_holds(holder, OVERSIGHT);
}
