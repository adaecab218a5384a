/* engine_household.c - households are registered, and entered: what was done at a door.
 *
 *   not entered -> begun -> signed | refused | not reached (three attempts) | said to be vacant -> vacant
 *
 * (18) Attempts in vain count by day and time of day; vacant needs somebody else's word; a door that was not
 * reached stays in the denominator.
 */
#include "engine_campaign.h"
#include "engine_figures.h"

#include <assert.h>
#include <string.h>

enum { MAX_ATTEMPTS = 32, SATURDAY = 5 };

/* ---------------------------------------------------------------- the registry */

/* One door more or less, in the running campaign's figures too. */
static void count_household(struct engine *engine, const char *code, bool more)
{
    Duban__AreaHouseholds *households = state_area_households(engine->state, code);
    Duban__Subject *campaign = households->campaign.len == 0 ? NULL : state_subject(engine->state, households->campaign.data);
    Duban__CampaignArea *area;

    households->households = more ? households->households + 1 : households->households - 1;
    state_put_area_households(engine->state, code, households);
    if (campaign == NULL)
        return;
    area = state_campaign_area(engine->state, campaign->number, code);
    area->households = households->households;
    campaign_settle_area(engine, campaign, area);
    engine_put_campaign_area(engine, area);
}

/* The campaign that has been at that door; NULL when none that runs has. */
static const Duban__Subject *campaign_at(struct engine *engine, const Duban__Household *household)
{
    const Duban__AreaHouseholds *households = state_area_households(engine->state, household->area);
    const Duban__Subject *campaign = households->campaign.len == 0 ? NULL : state_subject(engine->state, households->campaign.data);

    return campaign != NULL && state_door(engine->state, campaign->number, household->area, household->code) != NULL ? campaign : NULL;
}

static bool change_is_right(struct engine *engine, const Duban__HouseholdChange *change, const Duban__Household *old,
                            struct fault *fault)
{
    const Duban__Subject *campaign = old == NULL ? NULL : campaign_at(engine, old);
    bool leaves = old != NULL && (change->removed || strcmp(old->area, change->area) != 0);

    if (!engine_may_at(engine, RIGHT_REGISTER_HOUSEHOLD, engine_place_of_site(""), "", fault))
        return false;
    if (change->removed && old == NULL)
        return fault_set(fault, "householdChange.code", "住户 %s 没有登记，不能注销", "household %s is not registered and cannot be removed",
                         change->code);
    if (!change->removed && state_area(engine->state, change->area) == NULL)
        return fault_set(fault, "householdChange.area", "区域 %s 不在登记册中，请先登记社区(村)", "area %s is not in the registry; register it first",
                         change->area);
    return !leaves || campaign == NULL ||
           fault_set(fault, "householdChange.code", "住户 %s 在 %s 中已有入户记录，活动结束前不能注销或改到别的区域；无人居住的请报空户",
                     "household %s has been entered in %s and cannot be removed or moved before its end; report it vacant if nobody lives there",
                     change->code, engine_subject_number(engine, campaign));
}

bool engine_on_household_change(struct engine *engine, const Duban__HouseholdChange *change, struct fault *fault)
{
    const Duban__Household *old = state_household(engine->state, change->code);
    Duban__Household household = DUBAN__HOUSEHOLD__INIT;

    if (!change_is_right(engine, change, old, fault))
        return false;
    if (old != NULL && !change->removed && strcmp(old->area, change->area) == 0)
        return true;
    household.code = change->code;
    household.area = change->area;
    if (change->removed)
        state_delete_household(engine->state, old);
    else
        state_put_household(engine->state, &household, old);
    if (old != NULL)
        count_household(engine, old->area, false);
    if (!change->removed)
        count_household(engine, change->area, true);
    return true;
}

/* ---------------------------------------------------------------- a door in a campaign */

static Duban__Door *door_of(struct engine *engine, const Duban__Subject *campaign, const Duban__Household *household)
{
    Duban__Door *door = state_door(engine->state, campaign->number, household->area, household->code);

    if (door != NULL)
        return door;
    door = arena_take(&engine->state->arena, sizeof *door);
    assert(door != NULL);
    duban__door__init(door);
    door->household = household->code;
    door->area = household->area;
    return door;
}

static bool time_is_right(struct engine *engine, const struct entering *entering, const struct entered *entered,
                          struct fault *fault)
{
    if (entering->at_ms > engine->received_ms)
        return fault_set(fault, entering->field_at, "入户时间晚于录入时间，请核对", "that is later than it is entered; check the time");
    return entered->at_s >= entered->campaign->campaign->starts_s ||
           fault_set(fault, entering->field_at, "入户时间早于 %s 的开始时间，请核对", "that is before %s began; check the time",
                     engine_subject_number(engine, entered->campaign));
}

bool campaign_enter(struct engine *engine, const struct entering *entering, struct entered *entered, struct fault *fault)
{
    const Duban__Household *household = state_household(engine->state, entering->household);
    const Duban__AreaHouseholds *households;

    if (household == NULL)
        return fault_set(fault, entering->field_household, "住户 %s 没有登记，请核对编号或先登记(duban import households)",
                         "household %s is not registered; check the code or register it (duban import households)", entering->household);
    households = state_area_households(engine->state, household->area);
    if (households->campaign.len == 0)
        return fault_set(fault, entering->field_household, "住户 %s 所在区域 %s 现在没有入户活动", "household %s: no campaign runs in its area %s now",
                         household->code, household->area);
    entered->campaign = state_subject(engine->state, households->campaign.data);
    entered->area = state_campaign_area(engine->state, entered->campaign->number, household->area);
    entered->door = door_of(engine, entered->campaign, household);
    entered->member = entering->member[0] != '\0' ? entering->member : engine->account;
    entered->at_s = (entering->at_ms != 0 ? entering->at_ms : engine->received_ms) / 1000;
    return time_is_right(engine, entering, entered, fault);
}

void door_fact(struct engine *engine, Duban__FactKind kind, const struct entered *entered, uint32_t number)
{
    Duban__Fact *fact = campaign_fact(engine, kind, entered->campaign, entered->door->household);

    fact->actor = (char *) entered->member;
    fact->visit_ms = entered->at_s * 1000;
    fact->number = number;
    engine_add_fact(engine, fact);
}

/* ---------------------------------------------------------------- its state */

/* Nobody can foretell where a door lies, and everybody can tell afterwards. */
static uint64_t rank_of(const struct entered *entered)
{
    uint8_t campaign[4];
    const struct bytes parts[] = { bytes_of(campaign, sizeof campaign), bytes_of_text(entered->door->household) };

    put_u32(campaign, entered->campaign->number);
    return engine_lot_rank(parts, 2);
}

/* A result that somebody can look at. */
static bool is_result(Duban__DoorState state)
{
    return state == DUBAN__DOOR_STATE__DOOR_STATE_SIGNED || state == DUBAN__DOOR_STATE__DOOR_STATE_REFUSED ||
           state == DUBAN__DOOR_STATE__DOOR_STATE_UNREACHED || state == DUBAN__DOOR_STATE__DOOR_STATE_VACANT;
}

void door_may_be_drawn(struct engine *engine, const struct entered *entered)
{
    const Duban__Door *door = entered->door;

    if (door->drawn == 0 && is_result(door->state))
        state_put_door_to_check(engine->state, entered->campaign->number, door->area, rank_of(entered), door->household);
}

void door_is_not_drawn(struct engine *engine, const struct entered *entered)
{
    const Duban__Door *door = entered->door;

    state_delete_door_to_check(engine->state, entered->campaign->number, door->area, rank_of(entered), door->household);
}

/* Where the area counts doors of that state; NULL: those not entered are the rest. */
static uint32_t *count_of(Duban__CampaignArea *area, Duban__DoorState state)
{
    switch (state) {
    case DUBAN__DOOR_STATE__DOOR_STATE_BEGUN: return &area->begun;
    case DUBAN__DOOR_STATE__DOOR_STATE_SIGNED: return &area->pledged;
    case DUBAN__DOOR_STATE__DOOR_STATE_REFUSED: return &area->refused;
    case DUBAN__DOOR_STATE__DOOR_STATE_UNREACHED: return &area->unreached;
    case DUBAN__DOOR_STATE__DOOR_STATE_VACANCY_SAID: return &area->vacancy_said;
    case DUBAN__DOOR_STATE__DOOR_STATE_VACANT: return &area->vacant;
    case DUBAN__DOOR_STATE__DOOR_STATE_UNSPECIFIED:
    case _DUBAN__DOOR_STATE_IS_INT_SIZE:
        break;
    }
    return NULL;
}

void door_becomes(struct engine *engine, struct entered *entered, Duban__DoorState state)
{
    Duban__Door *door = entered->door;
    uint32_t *before = count_of(entered->area, door->state), *after = count_of(entered->area, state);

    if (before != NULL)
        --*before;
    if (after != NULL)
        ++*after;
    if (is_result(door->state) && door->drawn == 0)
        door_is_not_drawn(engine, entered);
    door->state = state;
    door->reported_by = (char *) entered->member;
    door->reported_s = entered->at_s;
    door_may_be_drawn(engine, entered);
}

bool door_meets(struct engine *engine, struct entered *entered)
{
    Duban__Door *door = entered->door;
    char **longer;

    for (size_t i = 0; i < door->n_members; i++)
        if (strcmp(door->members[i], entered->member) == 0)
            return false;
    longer = (char **) arena_take_pointers(&engine->state->arena, door->n_members + 1);
    assert(longer != NULL);
    if (door->n_members > 0)
        memcpy(longer, door->members, door->n_members * sizeof *longer);
    longer[door->n_members++] = (char *) entered->member;
    door->members = longer;
    return true;
}

static void chain_act(struct engine *engine, const struct entered *entered)
{
    ProtobufCBinaryData *acts = &entered->area->acts;
    uint8_t times[16];
    const struct bytes parts[] = { bytes_of(acts->data, acts->len), bytes_of_text(entered->door->household),
                                   bytes_of_text(entered->member), bytes_of(times, sizeof times) };

    put_u64(times, (uint64_t) entered->at_s);
    put_u64(times + 8, (uint64_t) engine->stamp_s);
    *acts = engine_lot_seed(engine, parts, sizeof parts / sizeof parts[0]);
}

void campaign_put(struct engine *engine, struct entered *entered)
{
    chain_act(engine, entered);
    state_put_door(engine->state, entered->campaign->number, entered->door);
    campaign_settle_area(engine, entered->campaign, entered->area);
    engine_put_campaign_area(engine, entered->area);
    engine_meetings_late(engine, entered->at_s);
}

/* ---------------------------------------------------------------- what was done there */

/* Why an act says nothing of this door, a token; NULL when it is applied. */
typedef const char *door_act(struct engine *engine, struct entered *entered, const Duban__HouseholdAct *act,
                             Duban__CampaignTally *tally);

static bool is_signed(const struct entered *entered)
{
    return entered->door->state == DUBAN__DOOR_STATE__DOOR_STATE_SIGNED;
}

static bool is_vacant(const struct entered *entered)
{
    return entered->door->state == DUBAN__DOOR_STATE__DOOR_STATE_VACANT;
}

static void begin(struct engine *engine, struct entered *entered)
{
    if (entered->door->state == DUBAN__DOOR_STATE__DOOR_STATE_UNSPECIFIED)
        door_becomes(engine, entered, DUBAN__DOOR_STATE__DOOR_STATE_BEGUN);
}

static const char *on_notice(struct engine *engine, struct entered *entered, const Duban__HouseholdAct *act,
                             Duban__CampaignTally *tally)
{
    Duban__Door *door = entered->door;

    if (door->notice_s != 0)
        return "notice_known";
    door->notice_s = entered->at_s;
    door->manner = act->manner;
    door->notice_by = (char *) entered->member;
    entered->area->notices++;
    tally->notices++;
    begin(engine, entered);
    door_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOTICE_DELIVERED, entered, 0);
    return NULL;
}

/* Told later than what was done there after it: would the door be what it is now all the same? A signature stands and so does
 * a refusal where nobody answers after it; what a check has found stands for all that was done before. */
static bool is_overtaken(struct engine *engine, const struct entered *entered, Duban__DoorState to)
{
    const Duban__Door *door = entered->door;
    bool is_vacant_now = door->state == DUBAN__DOOR_STATE__DOOR_STATE_VACANCY_SAID || is_vacant(entered);

    if (engine_era(engine) < ERA_OF_DOORS_IN_ORDER || entered->at_s >= door->reported_s)
        return false;
    if (door->checked_s == door->reported_s)
        return true;
    if (to == DUBAN__DOOR_STATE__DOOR_STATE_REFUSED)
        return is_vacant_now;
    return to == DUBAN__DOOR_STATE__DOOR_STATE_VACANCY_SAID && door->state == DUBAN__DOOR_STATE__DOOR_STATE_REFUSED;
}

static const char *on_pledge(struct engine *engine, struct entered *entered, const Duban__HouseholdAct *act,
                             Duban__CampaignTally *tally)
{
    (void) act;
    if (is_signed(entered))
        return "door_signed";
    if (!is_overtaken(engine, entered, DUBAN__DOOR_STATE__DOOR_STATE_SIGNED)) {
        door_becomes(engine, entered, DUBAN__DOOR_STATE__DOOR_STATE_SIGNED);
        entered->door->vacancy_by = "";
    }
    tally->pledged++;
    door_fact(engine, DUBAN__FACT_KIND__FACT_KIND_PLEDGED, entered, 0);
    return NULL;
}

static const char *on_refusal(struct engine *engine, struct entered *entered, const Duban__HouseholdAct *act,
                              Duban__CampaignTally *tally)
{
    (void) act;
    if (is_signed(entered))
        return "door_signed";
    if (entered->door->state == DUBAN__DOOR_STATE__DOOR_STATE_REFUSED)
        return "door_refused";
    if (!is_overtaken(engine, entered, DUBAN__DOOR_STATE__DOOR_STATE_REFUSED)) {
        door_becomes(engine, entered, DUBAN__DOOR_STATE__DOOR_STATE_REFUSED);
        entered->door->vacancy_by = "";
    }
    tally->refused++;
    door_fact(engine, DUBAN__FACT_KIND__FACT_KIND_REFUSED, entered, 0);
    return NULL;
}

static void add_attempt(struct engine *engine, struct entered *entered)
{
    Duban__Door *door = entered->door;
    int64_t *longer = arena_take(&engine->state->arena, (door->n_attempts_s + 1) * sizeof *longer);

    assert(longer != NULL);
    if (door->n_attempts_s > 0)
        memcpy(longer, door->attempts_s, door->n_attempts_s * sizeof *longer);
    longer[door->n_attempts_s++] = entered->at_s;
    door->attempts_s = longer;
}

static bool is_when_people_are_home(const struct policy *policy, int64_t at_s)
{
    return civil_second_of_day(at_s, policy->utc_offset_s) >= policy->campaigns.evening_s ||
           civil_weekday(civil_day(at_s, policy->utc_offset_s)) >= SATURDAY;
}

/* (18) Often enough, on several days, once of them when people are home. */
static bool was_tried_enough(struct engine *engine, const struct entered *entered)
{
    const struct policy *policy = engine_policy_of(engine, &entered->campaign->policy_version);
    const Duban__Door *door = entered->door;
    bool when_home = false;
    uint32_t days = 0;

    for (size_t i = 0; i < door->n_attempts_s; i++) {
        int64_t day = civil_day(door->attempts_s[i], policy->utc_offset_s);
        bool is_new = true;

        for (size_t k = 0; k < i; k++)
            is_new = is_new && civil_day(door->attempts_s[k], policy->utc_offset_s) != day;
        days += is_new;
        when_home = when_home || is_when_people_are_home(policy, door->attempts_s[i]);
    }
    return door->n_attempts_s >= policy->campaigns.attempts && days >= policy->campaigns.attempt_days && when_home;
}

static const char *on_no_answer(struct engine *engine, struct entered *entered, const Duban__HouseholdAct *act,
                                Duban__CampaignTally *tally)
{
    Duban__Door *door = entered->door;

    (void) act;
    if (is_signed(entered))
        return "door_signed";
    if (is_vacant(entered))
        return "door_vacant";
    if (door->n_attempts_s >= MAX_ATTEMPTS)
        return "attempts_enough";
    add_attempt(engine, entered);
    tally->attempts++;
    begin(engine, entered);
    door_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NO_ANSWER, entered, (uint32_t) door->n_attempts_s);
    if (door->state != DUBAN__DOOR_STATE__DOOR_STATE_BEGUN || !was_tried_enough(engine, entered))
        return NULL;
    door_becomes(engine, entered, DUBAN__DOOR_STATE__DOOR_STATE_UNREACHED);
    door_fact(engine, DUBAN__FACT_KIND__FACT_KIND_UNREACHED, entered, (uint32_t) door->n_attempts_s);
    return NULL;
}

/* Whichever of the two was there later: it is vacant from then on. */
static void become_vacant(struct engine *engine, struct entered *entered, bool confirms)
{
    Duban__Door *door = entered->door;
    int64_t said_s = door->reported_s;

    if (!confirms)
        door->vacancy_by = (char *) entered->member;
    door_becomes(engine, entered, confirms ? DUBAN__DOOR_STATE__DOOR_STATE_VACANT : DUBAN__DOOR_STATE__DOOR_STATE_VACANCY_SAID);
    if (confirms && said_s > door->reported_s && engine_era(engine) >= ERA_OF_DOORS_IN_ORDER)
        door->reported_s = said_s;
}

/* (18) One says so, another confirms. */
static const char *on_vacancy(struct engine *engine, struct entered *entered, const Duban__HouseholdAct *act,
                              Duban__CampaignTally *tally)
{
    Duban__Door *door = entered->door;
    bool confirms = door->state == DUBAN__DOOR_STATE__DOOR_STATE_VACANCY_SAID;

    (void) act;
    if (is_signed(entered))
        return "door_signed";
    if (is_vacant(entered))
        return "door_vacant";
    if (confirms && strcmp(door->vacancy_by, entered->member) == 0)
        return "same_person";
    tally->vacancies++;
    if (!is_overtaken(engine, entered, DUBAN__DOOR_STATE__DOOR_STATE_VACANCY_SAID))
        become_vacant(engine, entered, confirms);
    door_fact(engine, confirms ? DUBAN__FACT_KIND__FACT_KIND_VACANT : DUBAN__FACT_KIND__FACT_KIND_VACANCY_SAID, entered, 0);
    return NULL;
}

static door_act *const ACTS[] = {
    [DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_NOTICE] = on_notice,
    [DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_PLEDGE] = on_pledge,
    [DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_REFUSAL] = on_refusal,
    [DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_NO_ANSWER] = on_no_answer,
    [DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_VACANCY] = on_vacancy,
};

/* Who was there must be of that area or its group; whoever enters it for another, a clerk. */
static bool member_may(struct engine *engine, const struct entered *entered, struct fault *fault)
{
    struct place place = campaign_place(entered->area->area);

    if (strcmp(entered->member, engine->account) == 0)
        return engine_may_at(engine, RIGHT_ENTER_HOUSEHOLD, place, "", fault);
    return engine_may_at(engine, RIGHT_SETTLE, place, "", fault) &&
           engine_account_may_at(engine, entered->member, RIGHT_ENTER_HOUSEHOLD, place, "householdAct.member", fault);
}

bool engine_on_household_act(struct engine *engine, const Duban__HouseholdAct *act, struct fault *fault)
{
    const struct entering entering = { act->household, act->member, act->at_ms, "householdAct.household",
                                       "householdAct.atMs" };
    struct entered entered;
    Duban__CampaignTally *tally;
    const char *reason;

    if (!campaign_enter(engine, &entering, &entered, fault) || !member_may(engine, &entered, fault))
        return false;
    tally = state_campaign_tally(engine->state, entered.campaign->number, entered.area->area, entered.member);
    reason = ACTS[act->kind](engine, &entered, act, tally);
    if (reason != NULL)
        return engine_subject_contradiction(engine, entered.campaign, "household_act", reason);
    tally->doors += door_meets(engine, &entered);
    state_put_campaign_tally(engine->state, tally);
    campaign_put(engine, &entered);
    return true;
}
