/* engine_draw.c - doors are entered again by somebody else: drawn each day, checked, compared with the report.
 *
 *   ring of results -> draw (seed: policy, campaign, area, number, all acts there) -> task of another group
 *     -> check by another person -> as reported, or not: then a case on the area's committee
 *
 * How doors are drawn stands in engine_lot.c; what is drawn hangs on all that was done in the area before.
 */
#include "engine_campaign.h"
#include "engine_figures.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MAX_DRAWN = 50, MAX_NOTE_BYTES = 200 };

/* ---------------------------------------------------------------- drawing */

/* From what was done, not from its place in the journal: what else the house journals moves no draw. */
static void make_seed(struct engine *engine, const Duban__Subject *campaign, const Duban__CampaignArea *area,
                      Duban__DoorDraw *draw)
{
    uint8_t numbers[8];
    const struct bytes parts[] = {
        engine_lot_pack(engine, &campaign->policy_version),
        bytes_of(numbers, sizeof numbers),
        bytes_of_text(draw->area),
        bytes_of(area->acts.data, area->acts.len),
    };

    put_u32(numbers, campaign->number);
    put_u32(numbers + 4, draw->number);
    draw->seed = engine_lot_seed(engine, parts, sizeof parts / sizeof parts[0]);
}

static void take_door(struct engine *engine, Duban__Subject *campaign, Duban__CampaignArea *area, Duban__DoorDraw *draw,
                      const char *household)
{
    struct entered entered = { .campaign = campaign, .area = area };
    Duban__DrawnDoor *drawn = arena_take(&engine->state->arena, sizeof *drawn);

    entered.door = state_door(engine->state, campaign->number, area->area, household);
    assert(drawn != NULL && entered.door != NULL);
    duban__drawn_door__init(drawn);
    drawn->household = (char *) household;
    drawn->state = entered.door->state;
    drawn->reported_by = entered.door->reported_by;
    draw->doors[draw->n_doors++] = drawn;
    door_is_not_drawn(engine, &entered);
    entered.door->drawn = draw->number;
    state_put_door(engine->state, campaign->number, entered.door);
}

static Duban__DoorDraw *draw_doors(struct engine *engine, Duban__Subject *campaign, Duban__CampaignArea *area)
{
    Duban__DoorDraw *draw = arena_take(&engine->state->arena, sizeof *draw);
    const char *households[MAX_DRAWN];
    size_t count;

    assert(draw != NULL);
    duban__door_draw__init(draw);
    draw->campaign = campaign->number;
    draw->area = area->area;
    draw->number = area->draws + 1;
    draw->at_s = engine->now_s;
    make_seed(engine, campaign, area, draw);
    count = state_doors_to_check(engine->state, campaign->number, area->area, engine_lot_start(&draw->seed), households,
                                 campaign_rules(engine, campaign)->doors_drawn);
    draw->doors = arena_take_pointers(&engine->state->arena, count + 1);
    assert(draw->doors != NULL);
    for (size_t i = 0; i < count; i++)
        take_door(engine, campaign, area, draw, households[i]);
    draw->open = (uint32_t) count;
    return draw;
}

/* The leader of another group that takes part, in the order of the campaign's areas; "" when there is none. */
static const char *leader_of_another_group(struct engine *engine, const Duban__Subject *campaign, const char *area)
{
    const char *own = engine_zone_of(engine, campaign_place(area));
    const char *accounts[1];

    for (size_t i = 0; i < campaign->campaign->n_places; i++) {
        const char *zone = engine_zone_of(engine, campaign_place(campaign->campaign->places[i]->area));

        if (strcmp(zone, own) != 0 &&
            state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_GROUP_LEADER, zone, accounts, 1) > 0)
            return accounts[0];
    }
    return "";
}

static void note_drawn(struct engine *engine, const Duban__Subject *campaign, const Duban__DoorDraw *draw)
{
    Duban__Fact *fact = campaign_fact(engine, DUBAN__FACT_KIND__FACT_KIND_DOORS_DRAWN, campaign, draw->area);

    fact->reason = engine_lot_words(engine, &draw->seed);
    fact->number = draw->open;
    engine_add_fact(engine, fact);
}

static void open_check(struct engine *engine, Duban__Subject *campaign, Duban__CampaignArea *area, const Duban__DoorDraw *draw)
{
    static const enum policy_selector TO[] = { TO_OWNER };
    Duban__Task *task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_HOUSEHOLD_CHECK, campaign);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "household_check_in", .to = TO, .to_count = 1, .rule = "campaign.drawn",
        .place = &campaign_rules(engine, campaign)->place, .task = task, .items = &item, .item_count = 1,
    };

    task->area = area->area;
    task->owner = draw->owner;
    task->owner_role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    engine_task_limit(engine, task, &campaign_rules(engine, campaign)->check_limit);
    area->draws = draw->number;
    area->check_task = task->id;
    engine_put_campaign_area(engine, area);
    state_put_door_draw(engine->state, draw);
    state_put_subject(engine->state, campaign);
    engine_task_start(engine, task);
    item = engine_item(engine, task, NULL);
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
}

/* Those drawn before come first. */
static void draw_in_area(struct engine *engine, Duban__Subject *campaign, const char *code)
{
    Duban__CampaignArea *area = state_campaign_area(engine->state, campaign->number, code);
    Duban__DoorDraw *draw;

    if (area->check_task.len > 0)
        return;
    draw = draw_doors(engine, campaign, area);
    if (draw->open == 0)
        return;
    draw->owner = (char *) leader_of_another_group(engine, campaign, code);
    note_drawn(engine, campaign, draw);
    open_check(engine, campaign, area, draw);
}

void engine_fire_draw(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    Duban__Subject *campaign = engine_subject_of(engine, task);
    const struct policy *policy = engine_policy_of(engine, &campaign->policy_version);
    int64_t day = civil_day(engine->now_s, policy->utc_offset_s);

    (void) case_;
    for (size_t i = 0; i < campaign->campaign->n_places; i++)
        draw_in_area(engine, campaign, campaign->campaign->places[i]->area);
    task->start_s = civil_moment(day + 1, policy->campaigns.draw_at_s, policy->utc_offset_s);
    engine_step_add(engine, task, step, task->start_s);
}

/* ---------------------------------------------------------------- what is said of it */

/* Of the moment at which the task was opened; NULL when the campaign's doors have been forgotten since. */
static const Duban__DoorDraw *draw_of(struct engine *engine, const Duban__Subject *campaign, const Duban__Task *task)
{
    uint32_t from = 1, until = state_campaign_area(engine->state, campaign->number, task->area)->draws;
    const Duban__DoorDraw *draw;

    while (from < until) {
        uint32_t middle = from + (until - from) / 2;

        draw = state_door_draw(engine->state, campaign->number, task->area, middle);
        if (draw == NULL)
            return NULL;
        if (draw->at_s < task->opened_s)
            from = middle + 1;
        else
            until = middle;
    }
    return state_door_draw(engine->state, campaign->number, task->area, from);
}

void engine_fill_household_check(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                                 const Duban__Case *case_)
{
    const Duban__Subject *campaign = engine_subject_of(engine, task);
    const Duban__DoorDraw *draw = draw_of(engine, campaign, task);
    uint32_t numbers[4];

    (void) case_;
    campaign_fill_area(engine, item, task->area);
    if (draw == NULL)
        return;
    numbers[0] = (uint32_t) draw->n_doors;
    numbers[1] = draw->open;
    numbers[2] = draw->checked;
    numbers[3] = draw->differing;
    item->finding = campaign_text(engine, "抽查#户，待核查#户，已核查#户，与上报不符#户",
                                  "# drawn, # waiting, # checked, # not as reported", numbers);
}

static void tell_mismatch(struct engine *engine, const Duban__Subject *campaign, Duban__Task *task)
{
    static const enum policy_selector TO[] = { TO_AREA_CONTACT, TO_LEAD };
    Duban__NoticeItem *item = engine_item(engine, task, NULL);
    struct telling telling = {
        .message = "mismatch", .to = TO, .to_count = 2, .rule = "campaign.mismatch",
        .place = &campaign_rules(engine, campaign)->place, .task = task, .items = &item, .item_count = 1,
    };

    item->task = (ProtobufCBinaryData){ 0, NULL };   /* true whatever becomes of the task */
    engine_tell(engine, &telling);
}

/* ---------------------------------------------------------------- comparing */

enum verdict { NOT_SEEN, AS_REPORTED, NOT_AS_REPORTED };

#define FOUND(finding) (1U << DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_##finding)

/* By what was reported: which findings bear it out, and which say nothing of it. */
static const struct {
    unsigned bears_out;
    unsigned says_nothing;
} BY_STATE[] = {
    [DUBAN__DOOR_STATE__DOOR_STATE_SIGNED] = { FOUND(SIGNED), FOUND(NOBODY) },
    [DUBAN__DOOR_STATE__DOOR_STATE_REFUSED] = { FOUND(REFUSED), FOUND(NOBODY) },
    [DUBAN__DOOR_STATE__DOOR_STATE_UNREACHED] = { FOUND(NOBODY) | FOUND(NOTICE_ONLY), 0 },
    [DUBAN__DOOR_STATE__DOOR_STATE_VACANT] = { FOUND(VACANT) | FOUND(NOBODY), 0 },
    [DUBAN__DOOR_STATE__DOOR_STATE_VACANCY_SAID] = { FOUND(VACANT) | FOUND(NOBODY), 0 },   /* since it was drawn */
};

static enum verdict compare(Duban__DoorState reported, Duban__HouseholdFinding finding)
{
    if ((BY_STATE[reported].says_nothing & (1U << finding)) != 0)
        return NOT_SEEN;
    return (BY_STATE[reported].bears_out & (1U << finding)) != 0 ? AS_REPORTED : NOT_AS_REPORTED;
}

/* What the door is after somebody has found otherwise. */
static const Duban__DoorState BY_FINDING[] = {
    [DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_SIGNED] = DUBAN__DOOR_STATE__DOOR_STATE_SIGNED,
    [DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_REFUSED] = DUBAN__DOOR_STATE__DOOR_STATE_REFUSED,
    [DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_NOTICE_ONLY] = DUBAN__DOOR_STATE__DOOR_STATE_BEGUN,
    [DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_UNTOUCHED] = DUBAN__DOOR_STATE__DOOR_STATE_UNSPECIFIED,
    [DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_VACANT] = DUBAN__DOOR_STATE__DOOR_STATE_VACANCY_SAID,
};

/* ---------------------------------------------------------------- a check comes in */

/* A check being applied. */
struct checking {
    const Duban__HouseholdCheck *check;
    struct entered entered;
    Duban__DoorDraw *draw;
    Duban__DrawnDoor *drawn;     /* the door in it */
    Duban__DoorState reported;   /* what is compared with what was found */
};

/* What was claimed of the door when the checker stood before it: whatever happened there between the draw and
 * then, and was reported, is no mismatch. */
static Duban__DoorState reported_by_then(const struct checking *checking)
{
    const Duban__Door *door = checking->entered.door;

    return door->reported_s <= checking->entered.at_s ? door->state : checking->drawn->state;
}

static bool find_drawn(struct engine *engine, struct checking *checking, struct fault *fault)
{
    const Duban__Door *door = checking->entered.door;

    if (door->drawn == 0)
        return fault_set(fault, "householdCheck.household", "住户 %s 不在抽查名单中；核查只认抽中的住户，名单见 duban campaign %s",
                         "household %s has not been drawn; only doors drawn are checked, see duban campaign %s", door->household,
                         engine_subject_number(engine, checking->entered.campaign));
    checking->draw = state_door_draw(engine->state, checking->entered.campaign->number, door->area, door->drawn);
    for (size_t i = 0; i < checking->draw->n_doors; i++)
        if (strcmp(checking->draw->doors[i]->household, door->household) == 0)
            checking->drawn = checking->draw->doors[i];
    assert(checking->drawn != NULL);
    return true;
}

static bool checker_may(struct engine *engine, const struct checking *checking, struct fault *fault)
{
    const struct entered *entered = &checking->entered;
    struct place place = campaign_place(entered->area->area);

    if (strcmp(entered->member, engine->account) != 0 && !engine_may_at(engine, RIGHT_SETTLE, place, "", fault))
        return false;
    if (!engine_account_may_at(engine, entered->member, RIGHT_CHECK_HOUSEHOLD, place, "householdCheck.member", fault))
        return false;
    if (strcmp(entered->member, checking->drawn->reported_by) != 0 && strcmp(entered->member, entered->door->reported_by) != 0 &&
        strcmp(entered->member, entered->door->vacancy_by) != 0)
        return true;
    return fault_set(fault, "householdCheck.member", "住户 %s 是 %s 上报的，核查须由别人来做", "household %s was reported by %s; somebody else must check it",
                     entered->door->household, entered->member);
}

/* The zone of the first post that has one; "" = none. */
static const char *group_of(struct engine *engine, const char *account)
{
    const Duban__Holder *holder = state_holder(engine->state, account);

    for (size_t i = 0; holder != NULL && i < holder->n_roles; i++) {
        const Duban__RoleGrant *grant = holder->roles[i];

        if (grant->role == DUBAN__ROLE__ROLE_INSPECTOR || grant->role == DUBAN__ROLE__ROLE_GROUP_LEADER)
            return grant->scope;
        if (grant->role == DUBAN__ROLE__ROLE_AREA_CONTACT || grant->role == DUBAN__ROLE__ROLE_AREA_STAFF)
            return engine_zone_of(engine, campaign_place(grant->scope));
    }
    return "";
}

/* ---------------------------------------------------------------- not as reported */

/* (18) One case for each draw of a community: the doors after the first are only noted there. */
static void note_in_case(struct engine *engine, const struct checking *checking, const char *note)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_STILL_FAILING,
                                    state_case(engine->state, checking->draw->case_id.data));

    fact->actor = (char *) checking->entered.member;
    fact->visit_ms = checking->entered.at_s * 1000;
    fact->other_sequence = engine->entry_sequence;
    fact->reason = (char *) note;
    engine_add_fact(engine, fact);
}

static char *note_of(struct engine *engine, const struct checking *checking)
{
    char *note = arena_take(&engine->state->arena, MAX_NOTE_BYTES);

    assert(note != NULL);
    snprintf(note, MAX_NOTE_BYTES, "入户核查与上报不符：%s %s", engine_subject_number(engine, checking->entered.campaign),
             checking->entered.door->household);
    return note;
}

static void open_case(struct engine *engine, struct checking *checking)
{
    const struct entered *entered = &checking->entered;
    Duban__Visit visit = DUBAN__VISIT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    struct finding finding = { .visit = &visit, .answer = &answer };
    Duban__Case *case_;

    answer.item = (char *) engine->policy->campaigns.mismatch_item;
    answer.result = DUBAN__RESULT__RESULT_FAIL;
    answer.note = note_of(engine, checking);
    finding.item = engine->policy->campaigns.given ? policy_item(engine->policy, answer.item) : NULL;
    if (checking->draw->case_id.len > 0) {
        note_in_case(engine, checking, answer.note);
        return;
    }
    if (finding.item == NULL || state_site(engine->state, entered->area->site) == NULL)
        return;   /* another pack, or another registry, since it was opened: the message is what remains */
    visit.sequence = engine->entry_sequence;
    visit.reporter = (char *) entered->member;
    visit.site = entered->area->site;
    visit.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    visit.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    visit.visit_ms = entered->at_s * 1000;
    visit.stamp_ms = engine->stamp_ms;
    case_ = engine_visit_fail(engine, &finding);
    if (case_ == NULL)
        return;
    checking->draw->case_id = case_->id;
    engine_subject_link(engine, &entered->campaign->id, &case_->id);
}

static void set_right(struct engine *engine, struct checking *checking)
{
    Duban__Door *door = checking->entered.door;
    Duban__HouseholdFinding finding = checking->check->finding;

    if (finding == DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_UNTOUCHED && door->notice_s != 0) {
        door->notice_s = 0;
        checking->entered.area->notices--;
    }
    door->vacancy_by = finding == DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_VACANT ? (char *) checking->entered.member : "";
    door_becomes(engine, &checking->entered, BY_FINDING[finding]);
}

/* ---------------------------------------------------------------- what follows */

static void note_verdict(struct engine *engine, struct checking *checking, enum verdict verdict)
{
    struct entered *entered = &checking->entered;
    Duban__Fact *fact;

    if (verdict != NOT_SEEN) {
        entered->area->checked++;
        checking->draw->checked++;
        entered->area->as_reported += verdict == AS_REPORTED;
        checking->draw->differing += verdict == NOT_AS_REPORTED;
        door_fact(engine, verdict == AS_REPORTED ? DUBAN__FACT_KIND__FACT_KIND_DOOR_AS_REPORTED
                                                 : DUBAN__FACT_KIND__FACT_KIND_DOOR_NOT_AS_REPORTED, entered, 0);
        return;
    }
    fact = campaign_fact(engine, DUBAN__FACT_KIND__FACT_KIND_VISIT_NOT_COUNTED, entered->campaign, entered->door->household);
    fact->actor = (char *) entered->member;
    fact->visit_ms = entered->at_s * 1000;
    fact->reason = "nobody_home";
    engine_add_fact(engine, fact);
}

static void answer_drawn(struct engine *engine, struct checking *checking, enum verdict verdict)
{
    Duban__DrawnDoor *drawn = checking->drawn;
    const char *reporters = group_of(engine, drawn->reported_by);

    drawn->finding = checking->check->finding;
    drawn->checked_by = (char *) checking->entered.member;
    drawn->as_reported = verdict == AS_REPORTED;
    drawn->own_group = reporters[0] != '\0' && strcmp(reporters, group_of(engine, checking->entered.member)) == 0;
    checking->draw->open--;
}

static void answer_door(struct engine *engine, struct checking *checking, enum verdict verdict)
{
    Duban__Door *door = checking->entered.door;
    bool still_stands = door->state == checking->reported;

    door->drawn = 0;
    door->finding = checking->check->finding;
    door->checked_by = (char *) checking->entered.member;
    door->checked_s = checking->entered.at_s;
    if (verdict == NOT_SEEN || !still_stands)
        door_may_be_drawn(engine, &checking->entered);
    if (verdict != NOT_AS_REPORTED)
        return;
    if (still_stands)   /* else somebody has been there since the check, and says otherwise already */
        set_right(engine, checking);
    open_case(engine, checking);
}

static void end_draw(struct engine *engine, struct checking *checking)
{
    Duban__CampaignArea *area = checking->entered.area;
    Duban__Task *task = engine_task_of(engine, &area->check_task);

    if (checking->draw->differing > 0)
        tell_mismatch(engine, checking->entered.campaign, task);
    engine_end_task(engine, &area->check_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
}

static void tally_check(struct engine *engine, struct entered *entered)
{
    Duban__CampaignTally *tally = state_campaign_tally(engine->state, entered->campaign->number, entered->area->area,
                                                       entered->member);

    tally->doors += door_meets(engine, entered);
    tally->checks++;
    state_put_campaign_tally(engine->state, tally);
}

bool engine_on_household_check(struct engine *engine, const Duban__HouseholdCheck *check, struct fault *fault)
{
    const struct entering entering = { check->household, check->member, check->at_ms, "householdCheck.household",
                                       "householdCheck.atMs" };
    struct checking checking = { .check = check };
    enum verdict verdict;

    if (!campaign_enter(engine, &entering, &checking.entered, fault) || !find_drawn(engine, &checking, fault) ||
        !checker_may(engine, &checking, fault))
        return false;
    checking.reported = reported_by_then(&checking);
    verdict = compare(checking.reported, check->finding);
    note_verdict(engine, &checking, verdict);
    answer_drawn(engine, &checking, verdict);
    answer_door(engine, &checking, verdict);
    tally_check(engine, &checking.entered);
    state_put_door_draw(engine->state, checking.draw);
    if (checking.draw->open == 0)
        end_draw(engine, &checking);
    campaign_put(engine, &checking.entered);
    return true;
}
