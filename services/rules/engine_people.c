/* engine_people.c - who is told, and who may do what: both by the registry as it is now. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

/* ---------------------------------------------------------------- where something is */

struct place engine_place_of_site(const char *code)
{
    return (struct place){ code, "" };
}

struct place engine_place_of_task(const Duban__Task *task)
{
    return (struct place){ task->site, task->area };
}

struct place engine_place_of_subject(const Duban__Subject *subject)
{
    return (struct place){ subject->site, subject->area };
}

/* A site's area as it is now: it may have been moved since. */
const char *engine_area_of(struct engine *engine, struct place place)
{
    const Duban__Site *site = state_site(engine->state, place.site);

    return site != NULL ? site->area : place.area;
}

const char *engine_zone_of(struct engine *engine, struct place place)
{
    const Duban__Area *area = state_area(engine->state, engine_area_of(engine, place));

    return area == NULL ? "" : area->zone;
}

/* ---------------------------------------------------------------- recipients */

struct selector_row {
    const char *name;
    Duban__Role role;
    enum { SCOPE_NONE, SCOPE_SITE, SCOPE_AREA, SCOPE_ZONE, SCOPE_OFFICE } scope;
    enum policy_selector one_up;
};

/* An account selector (owner, finder, sender) has no role of its own. */
static const struct selector_row SELECTORS[] = {
    [TO_NONE] = { "nobody", DUBAN__ROLE__ROLE_UNSPECIFIED, SCOPE_NONE, TO_NONE },
    [TO_SITE_CONTACT] = { "site_contact", DUBAN__ROLE__ROLE_SITE_CONTACT, SCOPE_SITE, TO_OWNER },
    [TO_OWNER] = { "owner", DUBAN__ROLE__ROLE_UNSPECIFIED, SCOPE_NONE, TO_GROUP_LEADER },
    [TO_FINDER] = { "finder", DUBAN__ROLE__ROLE_UNSPECIFIED, SCOPE_NONE, TO_GROUP_LEADER },
    [TO_GROUP_LEADER] = { "group_leader", DUBAN__ROLE__ROLE_GROUP_LEADER, SCOPE_ZONE, TO_LEAD },
    [TO_AREA_CONTACT] = { "area_contact", DUBAN__ROLE__ROLE_AREA_CONTACT, SCOPE_AREA, TO_GROUP_LEADER },
    [TO_LEAD] = { "lead", DUBAN__ROLE__ROLE_LEAD, SCOPE_NONE, TO_COMMITTEE },
    [TO_DUTY_CLERK] = { "duty_clerk", DUBAN__ROLE__ROLE_DUTY_CLERK, SCOPE_NONE, TO_LEAD },
    [TO_COMMITTEE] = { "committee", DUBAN__ROLE__ROLE_COMMITTEE, SCOPE_NONE, TO_NONE },
    [TO_SENDER] = { "sender", DUBAN__ROLE__ROLE_UNSPECIFIED, SCOPE_NONE, TO_DUTY_CLERK },
    [TO_INSPECTOR] = { "inspector", DUBAN__ROLE__ROLE_INSPECTOR, SCOPE_ZONE, TO_GROUP_LEADER },
    [TO_OFFICE] = { "office", DUBAN__ROLE__ROLE_OFFICE, SCOPE_OFFICE, TO_DUTY_CLERK },
    [TO_TOLD] = { "told_before", DUBAN__ROLE__ROLE_UNSPECIFIED, SCOPE_NONE, TO_DUTY_CLERK },
    [TO_FORMER_OWNER] = { "former_owner", DUBAN__ROLE__ROLE_UNSPECIFIED, SCOPE_NONE, TO_DUTY_CLERK },
};

const char *engine_selector_name(enum policy_selector selector)
{
    return SELECTORS[selector].name;
}

enum policy_selector engine_one_up(enum policy_selector selector)
{
    return SELECTORS[selector].one_up;
}

struct place engine_place_of_telling(const struct telling *telling)
{
    if (telling->case_ != NULL)
        return engine_place_of_site(telling->case_->site);
    if (telling->task != NULL)
        return engine_place_of_task(telling->task);
    return telling->where != NULL ? *telling->where : engine_place_of_site("");
}

/* Empty where the telling is about no such thing. */
static const char *scope_of(struct engine *engine, const struct selector_row *row, const struct telling *telling)
{
    switch (row->scope) {
    case SCOPE_NONE:
        break;
    case SCOPE_SITE:
        return engine_place_of_telling(telling).site;
    case SCOPE_AREA:
        return engine_area_of(engine, engine_place_of_telling(telling));
    case SCOPE_ZONE:
        return telling->zone != NULL ? telling->zone : engine_zone_of(engine, engine_place_of_telling(telling));
    case SCOPE_OFFICE:
        return telling->task != NULL ? telling->task->office : "";
    }
    return "";
}

/* Where it was looked for, in words; NULL where the post is of the whole house. */
Duban__Text *engine_scope_text(struct engine *engine, enum policy_selector selector, const struct telling *telling)
{
    const struct selector_row *row = &SELECTORS[selector];
    const char *scope = scope_of(engine, row, telling);
    const Duban__Site *site = row->scope == SCOPE_SITE ? state_site(engine->state, scope) : NULL;
    const Duban__Area *area = row->scope == SCOPE_AREA ? state_area(engine->state, scope)
                              : row->scope == SCOPE_ZONE ? state_area_of_zone_after(engine->state, scope, "") : NULL;
    const Duban__Text *name = site != NULL ? site->name : area == NULL ? NULL : row->scope == SCOPE_ZONE ? area->zone_name : area->name;

    if (scope[0] == '\0')
        return NULL;
    return name != NULL ? (Duban__Text *) name : engine_text(engine, scope, scope);
}

static const char *lookup_text(struct engine *engine, const struct selector_row *row, const char *scope)
{
    static const char *const SCOPE_NAMES[] = { "", "site", "area", "zone", "office" };
    char *text = arena_take(&engine->state->arena, 96);

    assert(text != NULL);
    if (row->scope == SCOPE_NONE)
        snprintf(text, 96, "%s", row->name);
    else
        snprintf(text, 96, "%s %s=%s", row->name, SCOPE_NAMES[row->scope], scope);
    return text;
}

/* What somebody is needed for. */
struct need {
    bool in_the_field;
    struct span span;        /* his duty windows must meet it; all zeroes: they do not count */
};

static bool is_there(struct engine *engine, const Duban__Holder *holder, const struct need *need)
{
    Duban__Availability availability = engine_availability(engine, holder->account);

    if (holder->away || availability == DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE)
        return false;
    return !need->in_the_field || (availability == DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY &&
                                   engine_serves(engine, holder->account, &need->span));
}

/* Who is there of those who stand in for him; NULL = nobody. */
static const Duban__Holder *deputy_of(struct engine *engine, const Duban__Holder *holder, const struct need *need)
{
    const Duban__Holder *deputy = holder->deputy[0] == '\0' ? NULL : state_holder(engine->state, holder->deputy);

    return deputy != NULL && is_there(engine, deputy, need) ? deputy : NULL;
}

bool engine_has_stand_in(struct engine *engine, const Duban__Holder *holder)
{
    static const struct need TO_HEAR = { .in_the_field = false };

    return deputy_of(engine, holder, &TO_HEAR) != NULL;
}

/* The holder himself, or his deputy when he is not there; false when neither is. */
static bool stand_in(struct engine *engine, const char *account, const struct need *need, struct recipient *recipient)
{
    const Duban__Holder *holder = state_holder(engine->state, account);

    if (holder == NULL)
        return false;
    recipient->stands_in_for = NULL;
    if (!is_there(engine, holder, need)) {
        const Duban__Holder *deputy = deputy_of(engine, holder, need);

        if (deputy == NULL)
            return false;
        recipient->stands_in_for = holder;
        holder = deputy;
    }
    recipient->holder = holder;
    return true;
}

/* Who goes there is asked, not who is only told of it. */
static bool is_in_the_field(enum policy_selector selector, const struct telling *telling)
{
    return (selector == TO_OWNER || selector == TO_INSPECTOR) && telling->task != NULL &&
           task_kind((int) telling->task->kind)->is_visit;
}

static const char *account_of(enum policy_selector selector, const struct telling *telling)
{
    if (selector == TO_SENDER || selector == TO_TOLD || selector == TO_FORMER_OWNER)
        return telling->sender;
    if (selector == TO_FINDER)
        return telling->case_ == NULL ? NULL : telling->case_->finder;
    if (telling->task != NULL && telling->task->owner[0] != '\0')
        return telling->task->owner;
    return telling->case_ == NULL ? NULL : telling->case_->owner;
}

static Duban__Role first_role(const Duban__Holder *holder)
{
    return holder->n_roles == 0 ? DUBAN__ROLE__ROLE_UNSPECIFIED : holder->roles[0]->role;
}

static size_t by_account(struct engine *engine, enum policy_selector selector, const struct telling *telling,
                         struct recipient *recipient)
{
    const struct need need = { .in_the_field = is_in_the_field(selector, telling) };
    const char *account = account_of(selector, telling);

    if (account == NULL || account[0] == '\0' || !stand_in(engine, account, &need, recipient))
        return 0;
    recipient->role = first_role(recipient->holder);
    recipient->scope = "";
    recipient->lookup = SELECTORS[selector].name;
    return 1;
}

enum policy_selector engine_selector_of(Duban__Role role)
{
    for (size_t i = 0; i < sizeof SELECTORS / sizeof SELECTORS[0]; i++)
        if (SELECTORS[i].role != DUBAN__ROLE__ROLE_UNSPECIFIED && SELECTORS[i].role == role)
            return (enum policy_selector) i;
    return TO_NONE;
}

const char *engine_scope_of(struct engine *engine, enum policy_selector selector, const struct telling *telling)
{
    return scope_of(engine, &SELECTORS[selector], telling);
}

/* The owner of a task that belongs to a post is whoever holds the post. */
static enum policy_selector post_of_owner(enum policy_selector selector, const struct telling *telling)
{
    enum policy_selector post;

    if (selector != TO_OWNER || telling->task == NULL || telling->task->owner[0] != '\0')
        return selector;
    post = engine_selector_of(telling->task->owner_role);
    return post != TO_NONE ? post : selector;
}

/* Whoever holds the post and serves the need, himself or by his deputy. */
static size_t of_post(struct engine *engine, const struct selector_row *row, const char *scope, const struct need *need,
                      struct recipient *recipients, size_t most)
{
    const char *accounts[MAX_RECIPIENTS];
    size_t found = state_holders_by_role(engine->state, row->role, scope, accounts, MAX_RECIPIENTS), count = 0;

    for (size_t i = 0; i < found && count < most; i++) {
        if (!stand_in(engine, accounts[i], need, &recipients[count]))
            continue;
        recipients[count].role = row->role;
        recipients[count].scope = scope;
        recipients[count].lookup = lookup_text(engine, row, scope);
        count++;
    }
    return count;
}

size_t engine_recipients(struct engine *engine, enum policy_selector selector, const struct telling *telling,
                         struct recipient *recipients, size_t most)
{
    const struct selector_row *row = &SELECTORS[selector = post_of_owner(selector, telling)];
    struct need need = { .in_the_field = is_in_the_field(selector, telling) };
    const char *scope;
    size_t count;

    if (row->role == DUBAN__ROLE__ROLE_UNSPECIFIED)
        return selector == TO_NONE ? 0 : by_account(engine, selector, telling, recipients);
    scope = scope_of(engine, row, telling);
    if (row->scope != SCOPE_NONE && scope[0] == '\0')
        return 0;
    if (need.in_the_field)
        need.span = (struct span){ engine->now_s, engine->now_s + 1 };
    count = of_post(engine, row, scope, &need, recipients, most);
    if (count > 0 || !need.in_the_field)
        return count;
    need.span.until_s = telling->task->due_s;
    return of_post(engine, row, scope, &need, recipients, most);
}

/* ---------------------------------------------------------------- who is passed over */

static const char *why_not_there(struct engine *engine, const Duban__Holder *holder)
{
    if (holder->away)
        return "away";
    switch (engine_availability(engine, holder->account)) {
    case DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE:
        return "on_leave";
    case DUBAN__AVAILABILITY__AVAILABILITY_REMOTE_ONLY:
        return "remote_only";
    case DUBAN__AVAILABILITY__AVAILABILITY_ISOLATING:
        return "isolating";
    case DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY:
    case DUBAN__AVAILABILITY__AVAILABILITY_UNSPECIFIED:
    case _DUBAN__AVAILABILITY_IS_INT_SIZE:
        break;
    }
    return "not_on_shift";
}

static bool is_reached(const char *account, const struct recipient *found, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(found[i].holder->account, account) == 0 ||
            (found[i].stands_in_for != NULL && strcmp(found[i].stands_in_for->account, account) == 0))
            return true;
    return false;
}

/* Accounts that the telling means, whether they are there or not. */
static size_t meant(struct engine *engine, enum policy_selector selector, const struct telling *telling, const char **accounts,
                    size_t most)
{
    const struct selector_row *row = &SELECTORS[selector = post_of_owner(selector, telling)];
    const char *scope;

    if (row->role == DUBAN__ROLE__ROLE_UNSPECIFIED) {
        accounts[0] = selector == TO_NONE ? NULL : account_of(selector, telling);
        return accounts[0] != NULL && accounts[0][0] != '\0';
    }
    scope = scope_of(engine, row, telling);
    if (row->scope != SCOPE_NONE && scope[0] == '\0')
        return 0;
    return state_holders_by_role(engine->state, row->role, scope, accounts, most);
}

size_t engine_passed_over(struct engine *engine, enum policy_selector selector, const struct telling *telling,
                          const struct recipient *found, size_t count, struct passed_over *passed, size_t most)
{
    const struct need need = { .in_the_field = is_in_the_field(post_of_owner(selector, telling), telling),
                               .span = { engine->now_s, engine->now_s + 1 } };
    const char *accounts[MAX_RECIPIENTS];
    size_t meant_count = meant(engine, selector, telling, accounts, MAX_RECIPIENTS), passed_count = 0;

    for (size_t i = 0; i < meant_count && passed_count < most; i++) {
        const Duban__Holder *holder = state_holder(engine->state, accounts[i]);

        if (holder == NULL || is_reached(accounts[i], found, count) || is_there(engine, holder, &need))
            continue;
        passed[passed_count++] = (struct passed_over){ accounts[i], why_not_there(engine, holder) };
    }
    return passed_count;
}

bool engine_who_is_there(struct engine *engine, const char *account, Duban__Role role, struct recipient *recipient)
{
    const struct need need = { .in_the_field = role == DUBAN__ROLE__ROLE_INSPECTOR };

    return stand_in(engine, account, &need, recipient);
}

bool engine_is_told(struct engine *engine, const char *account, Duban__Role role)
{
    struct recipient recipient;

    return engine_who_is_there(engine, account, role, &recipient);
}

bool engine_post_is_held(struct engine *engine, const Duban__RoleGrant *post, const char *but_for)
{
    const char *accounts[MAX_RECIPIENTS];
    size_t found = state_holders_by_role(engine->state, post->role, post->scope, accounts, MAX_RECIPIENTS);

    for (size_t i = 0; i < found; i++)
        if ((but_for == NULL || strcmp(accounts[i], but_for) != 0) && engine_is_told(engine, accounts[i], post->role))
            return true;
    return false;
}

/* ---------------------------------------------------------------- rights */

static bool holds(const Duban__Holder *holder, Duban__Role role, const char *scope)
{
    for (size_t i = 0; i < holder->n_roles; i++)
        if (holder->roles[i]->role == role && (scope == NULL || strcmp(holder->roles[i]->scope, scope) == 0))
            return true;
    return false;
}

bool engine_holds(const Duban__Holder *holder, Duban__Role role)
{
    return holds(holder, role, NULL);
}

uint32_t engine_rank(struct engine *engine, const char *account, struct place place)
{
    const Duban__Holder *holder = state_holder(engine->state, account);
    const char *area = engine_area_of(engine, place), *zone = engine_zone_of(engine, place);

    if (holder == NULL)
        return 0;
    if (holds(holder, DUBAN__ROLE__ROLE_COMMITTEE, NULL))
        return 4;
    if (holds(holder, DUBAN__ROLE__ROLE_LEAD, NULL))
        return 3;   /* step 3, the agenda, is the lead's too */
    if ((zone[0] != '\0' && holds(holder, DUBAN__ROLE__ROLE_GROUP_LEADER, zone)) ||
        (area[0] != '\0' && holds(holder, DUBAN__ROLE__ROLE_AREA_CONTACT, area)))
        return 1;
    return 0;
}

enum {
    BY_LEAD = 1 << 0, BY_CLERK = 1 << 1, BY_GROUP_LEADER = 1 << 2, BY_INSPECTOR = 1 << 3, BY_AREA_CONTACT = 1 << 4,
    BY_AREA_STAFF = 1 << 5, BY_SITE_CONTACT = 1 << 6, BY_OWNER = 1 << 7, BY_ADMINISTRATOR = 1 << 8,
    BY_ANYONE = 1 << 9, BY_COMMITTEE = 1 << 10, BY_OFFICE = 1 << 11,
    BY_ANY_GROUP = 1 << 20,   /* inspector or leader of whichever zone */
};

/* Posts that are the same everywhere. */
static const struct {
    Duban__Role role;
    unsigned by;
} HOUSE_POSTS[] = {
    { DUBAN__ROLE__ROLE_LEAD, BY_LEAD },
    { DUBAN__ROLE__ROLE_DUTY_CLERK, BY_CLERK },
    { DUBAN__ROLE__ROLE_ADMINISTRATOR, BY_ADMINISTRATOR },
    { DUBAN__ROLE__ROLE_COMMITTEE, BY_COMMITTEE },
};

enum { HOUSE_POST_COUNT = sizeof HOUSE_POSTS / sizeof HOUSE_POSTS[0] };

struct right_row {
    unsigned by;
    const char *zh;
    const char *en;
};

/* Who may do what; scopes are the case's or site's zone, area and site. */
static const struct right_row RIGHTS[RIGHT_COUNT] = {
    [RIGHT_VISIT] = { BY_INSPECTOR | BY_GROUP_LEADER | BY_LEAD, "本片巡查员、组长或专班组长", "inspector or leader of that zone, or the lead" },
    [RIGHT_CLAIM] = { BY_SITE_CONTACT | BY_OWNER | BY_AREA_STAFF | BY_GROUP_LEADER | BY_LEAD | BY_CLERK,
                      "整改责任单位、跟进人、社区(村)工作人员、组长或内勤", "the site's contact, the follow-up owner, area staff, a leader or the duty clerk" },
    [RIGHT_ACKNOWLEDGE] = { BY_SITE_CONTACT | BY_OWNER | BY_GROUP_LEADER | BY_AREA_CONTACT | BY_LEAD | BY_INSPECTOR,
                            "收到该件的人", "somebody whom the case is sent to" },
    [RIGHT_ACKNOWLEDGE_TASK] = { BY_SITE_CONTACT | BY_OWNER | BY_GROUP_LEADER | BY_AREA_CONTACT | BY_AREA_STAFF | BY_LEAD | BY_INSPECTOR |
                                 BY_CLERK | BY_OFFICE | BY_COMMITTEE, "收到该事项的人", "somebody whom it is sent to" },
    [RIGHT_ASSIGN] = { BY_GROUP_LEADER | BY_LEAD, "本片组长或专班组长", "the zone's group leader or the lead" },
    [RIGHT_APPROVE_CLOSURE] = { BY_LEAD, "专班组长", "the lead" },
    [RIGHT_APPROVE_EXTENSION] = { BY_GROUP_LEADER | BY_LEAD, "本片组长(首次)或专班组长", "the group leader (the first time) or the lead" },
    [RIGHT_ASK_EXTENSION] = { BY_SITE_CONTACT | BY_OWNER | BY_GROUP_LEADER | BY_LEAD | BY_CLERK,
                              "整改责任单位、跟进人、组长或内勤", "the site's contact, the owner, a leader or the duty clerk" },
    [RIGHT_EXPLAIN] = { BY_SITE_CONTACT | BY_OWNER | BY_GROUP_LEADER | BY_LEAD | BY_CLERK,
                        "整改责任单位、跟进人、组长或内勤", "the site's contact, the owner, a leader or the duty clerk" },
    [RIGHT_EDIT] = { BY_GROUP_LEADER | BY_LEAD, "本片组长或专班组长", "the zone's group leader or the lead" },
    [RIGHT_SUSPEND] = { BY_LEAD, "专班组长", "the lead" },
    [RIGHT_SUSPEND_SITE] = { BY_GROUP_LEADER | BY_AREA_CONTACT | BY_AREA_STAFF | BY_LEAD | BY_CLERK,
                             "组长、包片联系人、社区(村)工作人员或内勤", "a leader, the area contact, area staff or the duty clerk" },
    [RIGHT_EVIDENCE] = { BY_ANYONE, "", "" },
    [RIGHT_ASK_RECOMPUTE] = { BY_LEAD | BY_CLERK | BY_ADMINISTRATOR, "专班组长、内勤或系统管理员",
                              "the lead, the duty clerk or an administrator" },
    [RIGHT_APPROVE_RECOMPUTE] = { BY_LEAD, "专班组长", "the lead" },
    [RIGHT_SETTLE] = { BY_CLERK | BY_LEAD | BY_ADMINISTRATOR, "内勤、专班组长或系统管理员",
                       "the duty clerk, the lead or an administrator" },
    [RIGHT_ENTER_COMPLAINT] = { BY_CLERK | BY_LEAD, "内勤或专班组长", "the duty clerk or the lead" },
    [RIGHT_CONCLUDE] = { BY_INSPECTOR | BY_GROUP_LEADER | BY_LEAD, "本片巡查员、组长或专班组长", "inspector or leader of that zone, or the lead" },
    [RIGHT_RECEIPT] = { BY_OFFICE, "收到反馈的科室", "the office that the result went to" },
    [RIGHT_WATCH] = { BY_GROUP_LEADER | BY_LEAD | BY_CLERK, "本片组长、专班组长或内勤", "the zone's group leader, the lead or the duty clerk" },
    [RIGHT_END_WATCH] = { BY_LEAD, "专班组长", "the lead" },
    [RIGHT_REPORT_ABSENCE] = { BY_INSPECTOR | BY_GROUP_LEADER | BY_AREA_CONTACT | BY_AREA_STAFF | BY_LEAD | BY_CLERK,
                               "本片巡查员、组长、包片联系人、社区(村)工作人员或内勤",
                               "an inspector or leader of that zone, the area contact, area staff or the duty clerk" },
    [RIGHT_ISOLATE] = { BY_AREA_CONTACT | BY_AREA_STAFF | BY_LEAD | BY_CLERK, "包片联系人、社区(村)工作人员、专班组长或内勤",
                        "the area contact, area staff, the lead or the duty clerk" },
    [RIGHT_CONTACT] = { BY_AREA_CONTACT | BY_AREA_STAFF | BY_INSPECTOR | BY_GROUP_LEADER | BY_LEAD | BY_CLERK,
                        "包片联系人、社区(村)工作人员、本片巡查员、组长或内勤",
                        "the area contact, area staff, an inspector or leader of that zone, or the duty clerk" },
    [RIGHT_RELEASE_PERSON] = { BY_AREA_CONTACT | BY_LEAD, "包片联系人或专班组长", "the area contact or the lead" },
    [RIGHT_EXEMPT] = { BY_LEAD, "专班组长", "the lead" },
    [RIGHT_RAISE_DIFFICULTY] = { BY_INSPECTOR | BY_GROUP_LEADER | BY_LEAD | BY_CLERK | BY_AREA_CONTACT | BY_AREA_STAFF | BY_SITE_CONTACT,
                                 "该点位的人、社区(村)、本片巡查员、组长或内勤", "the site, its area, an inspector or leader of the zone, or the duty clerk" },
    [RIGHT_COORDINATE] = { BY_GROUP_LEADER | BY_LEAD | BY_CLERK | BY_AREA_CONTACT, "本片组长、包片联系人、内勤或专班组长",
                           "the zone's group leader, the area contact, the duty clerk or the lead" },
    [RIGHT_GIVE_UP] = { BY_GROUP_LEADER | BY_LEAD, "本片组长或专班组长", "the zone's group leader or the lead" },
    [RIGHT_REFER] = { BY_GROUP_LEADER | BY_LEAD | BY_CLERK, "本片组长、内勤或专班组长", "the zone's group leader, the duty clerk or the lead" },
    [RIGHT_TAKE_REFERRAL] = { BY_OFFICE, "收到移交的科室", "the office that it was referred to" },
    [RIGHT_CONFIRM_ISOLATION] = { BY_INSPECTOR | BY_GROUP_LEADER | BY_LEAD | BY_CLERK | BY_AREA_CONTACT | BY_AREA_STAFF | BY_SITE_CONTACT,
                        "现场、社区(村)、本片巡查员、组长或内勤", "somebody of the site, its area or its zone, or the duty clerk" },
    [RIGHT_ANSWER_URGENT] = { BY_OFFICE | BY_LEAD | BY_CLERK, "接转诊的科室、内勤或专班组长", "the office that takes the referral, the duty clerk or the lead" },
    [RIGHT_REGISTER_HOUSEHOLD] = { BY_ADMINISTRATOR | BY_CLERK, "系统管理员或内勤", "an administrator or the duty clerk" },
    [RIGHT_CAMPAIGN] = { BY_LEAD | BY_CLERK, "专班组长或内勤", "the lead or the duty clerk" },
    [RIGHT_ENTER_HOUSEHOLD] = { BY_AREA_STAFF | BY_AREA_CONTACT | BY_INSPECTOR | BY_GROUP_LEADER | BY_LEAD,
                                "社区(村)工作人员、包片联系人、本片巡查员或组长",
                                "area staff, the area contact, an inspector or leader of that zone, or the lead" },
    [RIGHT_CHECK_HOUSEHOLD] = { BY_ANY_GROUP | BY_LEAD, "巡查员、组长或专班组长",
                                "an inspector, a group leader, or the lead" },
    [RIGHT_APPROVE_AMENDMENT] = { BY_LEAD, "专班组长", "the lead" },
    [RIGHT_APPEAL] = { BY_SITE_CONTACT | BY_OWNER | BY_AREA_STAFF | BY_CLERK,
                       "整改责任单位、跟进人、社区(村)工作人员或内勤", "the site's contact, the follow-up owner, area staff or the duty clerk" },
    [RIGHT_SUPPORT_APPEAL] = { BY_GROUP_LEADER | BY_LEAD, "本片组长或专班组长", "the zone's group leader or the lead" },
    [RIGHT_DECIDE_APPEAL] = { BY_LEAD, "专班组长", "the lead" },
    [RIGHT_OPERATE] = { BY_ADMINISTRATOR, "系统管理员", "an administrator" },
    [RIGHT_ADMINISTER] = { BY_ADMINISTRATOR, "系统管理员", "an administrator" },
    [RIGHT_APPROVE_POLICY] = { BY_LEAD | BY_COMMITTEE, "专班组长或地区工委", "the lead or the committee" },
    [RIGHT_SET_AVAILABILITY] = { BY_OWNER | BY_LEAD | BY_CLERK | BY_ADMINISTRATOR, "本人、专班组长、内勤或系统管理员",
                                 "the member himself, the lead, the duty clerk or an administrator" },
    [RIGHT_PLAN] = { BY_GROUP_LEADER | BY_LEAD | BY_CLERK, "本片组长、专班组长或内勤", "the zone's group leader, the lead or the duty clerk" },
    [RIGHT_SILENCE] = { BY_GROUP_LEADER | BY_LEAD, "专班组长，或本片组长（限本片的问题、点位、社区）",
                        "the lead, or a group leader for a case, site or area of his zone" },
    [RIGHT_TEST_CONTACT] = { BY_OWNER | BY_LEAD | BY_CLERK | BY_ADMINISTRATOR, "本人、专班组长、内勤或系统管理员",
                             "the member himself, the lead, the duty clerk or an administrator" },
    [RIGHT_CONFIRM_CONTACT] = { BY_OWNER | BY_LEAD | BY_CLERK | BY_ADMINISTRATOR, "本人、专班组长、内勤或系统管理员",
                                "the member himself, the lead, the duty clerk or an administrator" },
    [RIGHT_LEAVE_STOP] = { BY_INSPECTOR | BY_GROUP_LEADER | BY_LEAD | BY_CLERK, "本片巡查员、组长、专班组长或内勤",
                           "inspector or leader of that zone, the lead or the duty clerk" },
    [RIGHT_RESOLVE] = { BY_LEAD | BY_CLERK, "专班组长或内勤", "the lead or the duty clerk" },
    [RIGHT_FINISH_RESOLUTION] = { BY_OWNER | BY_LEAD | BY_CLERK, "责任人、专班组长或内勤", "its owner, the lead or the duty clerk" },
    [RIGHT_REMARK] = { BY_LEAD | BY_COMMITTEE | BY_GROUP_LEADER, "专班组长、地区工委或本片组长", "the lead, the committee or the zone's group leader" },
    [RIGHT_SET_ON_CALL] = { BY_LEAD | BY_CLERK | BY_ADMINISTRATOR, "专班组长、内勤或系统管理员",
                            "the lead, the duty clerk or an administrator" },
};

/* What a right is asked for. */
struct asked {
    struct place place;
    const char *office;
    const char *owner;
};

static unsigned holder_is(struct engine *engine, const Duban__Holder *holder, const struct asked *asked)
{
    const char *area = engine_area_of(engine, asked->place);
    const char *zone = engine_zone_of(engine, asked->place);
    unsigned is = 0;

    for (size_t i = 0; i < HOUSE_POST_COUNT; i++)
        if (holds(holder, HOUSE_POSTS[i].role, NULL))
            is |= HOUSE_POSTS[i].by;
    if (holds(holder, DUBAN__ROLE__ROLE_GROUP_LEADER, zone))
        is |= BY_GROUP_LEADER;
    if (holds(holder, DUBAN__ROLE__ROLE_INSPECTOR, zone))
        is |= BY_INSPECTOR;
    if (holds(holder, DUBAN__ROLE__ROLE_INSPECTOR, NULL) || holds(holder, DUBAN__ROLE__ROLE_GROUP_LEADER, NULL))
        is |= BY_ANY_GROUP;
    if (area[0] != '\0' && holds(holder, DUBAN__ROLE__ROLE_AREA_CONTACT, area))
        is |= BY_AREA_CONTACT;
    if (area[0] != '\0' && holds(holder, DUBAN__ROLE__ROLE_AREA_STAFF, area))
        is |= BY_AREA_STAFF;
    if (holds(holder, DUBAN__ROLE__ROLE_SITE_CONTACT, asked->place.site))
        is |= BY_SITE_CONTACT;
    if (asked->office[0] != '\0' && holds(holder, DUBAN__ROLE__ROLE_OFFICE, asked->office))
        is |= BY_OFFICE;
    return is;
}

static bool has_right(struct engine *engine, const char *account, enum right right, const struct asked *asked)
{
    const Duban__Holder *holder = state_holder(engine->state, account);
    unsigned is = BY_ANYONE;

    if (strcmp(account, "operator") == 0)
        is |= BY_ADMINISTRATOR;   /* whoever may open the socket as the house itself */
    if (holder != NULL)
        is |= holder_is(engine, holder, asked);
    if (strcmp(asked->owner, account) == 0)
        is |= BY_OWNER;
    return (RIGHTS[right].by & is) != 0;
}

static bool account_may(struct engine *engine, const char *account, enum right right, const struct asked *asked,
                        const char *field, struct fault *fault)
{
    if (has_right(engine, account, right, asked))
        return true;
    return fault_set(fault, field, "账号 %1$s 无此权限，此操作限%2$s%3$.0s", "%1$s may not do this;%2$.0s it takes %3$s",
                     account, RIGHTS[right].zh, RIGHTS[right].en);
}

static bool may(struct engine *engine, enum right right, const struct asked *asked, struct fault *fault)
{
    if (engine->adopter != NULL && has_right(engine, engine->adopter, right, asked))
        return true;
    return account_may(engine, engine->account, right, asked, "account", fault);
}

bool engine_right_is_held(struct engine *engine, enum right right)
{
    const char *account;

    for (size_t i = 0; i < HOUSE_POST_COUNT; i++)
        if ((HOUSE_POSTS[i].by & RIGHTS[right].by) != 0 &&
            state_holders_by_role(engine->state, HOUSE_POSTS[i].role, "", &account, 1) > 0)
            return true;
    return false;
}

static struct asked asked_for(const Duban__Case *case_, const Duban__Site *site)
{
    if (case_ != NULL)
        return (struct asked){ .place = engine_place_of_site(case_->site), .office = "", .owner = case_->owner };
    return (struct asked){ .place = engine_place_of_site(site == NULL ? "" : site->code), .office = "", .owner = "" };
}

bool engine_account_may(struct engine *engine, const char *account, enum right right, const Duban__Case *case_,
                        const Duban__Site *site, const char *field, struct fault *fault)
{
    struct asked asked = asked_for(case_, site);

    return account_may(engine, account, right, &asked, field, fault);
}

bool engine_may(struct engine *engine, enum right right, const Duban__Case *case_, const Duban__Site *site,
                struct fault *fault)
{
    struct asked asked = asked_for(case_, site);

    return may(engine, right, &asked, fault);
}

bool engine_may_at(struct engine *engine, enum right right, struct place place, const char *office, struct fault *fault)
{
    struct asked asked = { .place = place, .office = office, .owner = "" };

    return may(engine, right, &asked, fault);
}

bool engine_may_on_task(struct engine *engine, enum right right, const Duban__Task *task, struct fault *fault)
{
    struct asked asked = { .place = engine_place_of_task(task), .office = task->office, .owner = task->owner };

    return may(engine, right, &asked, fault);
}

bool engine_account_may_at(struct engine *engine, const char *account, enum right right, struct place place,
                           const char *field, struct fault *fault)
{
    struct asked asked = { .place = place, .office = "", .owner = "" };

    return account_may(engine, account, right, &asked, field, fault);
}

bool engine_may_for(struct engine *engine, enum right right, const char *account, struct fault *fault)
{
    struct asked asked = { .place = engine_place_of_site(""), .office = "", .owner = account };

    return may(engine, right, &asked, fault);
}
