/* engine_campaign.c - a campaign from door to door: opened, followed area by area, ended.
 *
 *   opening -> a task for the whole, and one for each area until its target is reached -> end
 *
 * What remains at the end date is told and goes up the ladder until somebody ends the campaign; what remains
 * then stays in its figures.
 */
#include "engine_campaign.h"
#include "engine_figures.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ALL_PERMILLE = 1000, MAX_TEXT_BYTES = 256, MAX_NUMBER_BYTES = 12 };

static const Duban__SubjectKind CAMPAIGN = DUBAN__SUBJECT_KIND__SUBJECT_KIND_CAMPAIGN;

const struct policy_campaigns *campaign_rules(struct engine *engine, const Duban__Subject *campaign)
{
    return &engine_policy_of(engine, &campaign->policy_version)->campaigns;
}

struct place campaign_place(const char *area)
{
    return (struct place){ "", area };
}

/* ---------------------------------------------------------------- what is shown of it */

struct policy_text engine_campaign_state(const Duban__Subject *subject)
{
    switch (subject->campaign->state) {
    case DUBAN__CAMPAIGN_STATE__CAMPAIGN_STATE_RUNNING: return (struct policy_text){ "进行中", "running" };
    case DUBAN__CAMPAIGN_STATE__CAMPAIGN_STATE_ENDED: return (struct policy_text){ "已结束", "ended" };
    case DUBAN__CAMPAIGN_STATE__CAMPAIGN_STATE_UNSPECIFIED:
    case _DUBAN__CAMPAIGN_STATE_IS_INT_SIZE:
        break;
    }
    return (struct policy_text){ "", "" };
}

Duban__Text *engine_campaign_words(struct engine *engine, const Duban__Subject *subject)
{
    return engine_text(engine, subject->campaign->title, "");
}

/* Each # of the words is the next number. */
static char *with_numbers(struct engine *engine, const char *words, const uint32_t numbers[4])
{
    char *text = arena_take(&engine->state->arena, MAX_TEXT_BYTES);
    size_t size = 0;

    assert(text != NULL && strlen(words) + (size_t) 4 * MAX_NUMBER_BYTES < MAX_TEXT_BYTES);
    for (; *words != '\0'; words++) {
        if (*words == '#')
            size += (size_t) snprintf(text + size, MAX_NUMBER_BYTES, "%" PRIu32, *numbers++);
        else
            text[size++] = *words;
    }
    text[size] = '\0';
    return text;
}

Duban__Text *campaign_text(struct engine *engine, const char *zh, const char *en, const uint32_t numbers[4])
{
    return engine_text(engine, with_numbers(engine, zh, numbers), with_numbers(engine, en, numbers));
}

uint32_t campaign_remaining(const Duban__CampaignArea *area)
{
    return area->households - area->pledged - area->vacant;
}

/* Of all areas: households, vacant, signed, remaining. */
static void add_up(struct engine *engine, const Duban__Subject *campaign, uint32_t totals[4])
{
    for (size_t i = 0; i < campaign->campaign->n_places; i++) {
        const Duban__CampaignArea *area = state_campaign_area(engine->state, campaign->number,
                                                              campaign->campaign->places[i]->area);

        totals[0] += area->households;
        totals[1] += area->vacant;
        totals[2] += area->pledged;
        totals[3] += campaign_remaining(area);
    }
}

/* Of a campaign as a whole; a task about one area says more (engine_fill_households, _household_check). */
void engine_fill_campaign(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject)
{
    uint32_t totals[4] = { 0 };

    add_up(engine, subject, totals);
    item->matter = engine_campaign_words(engine, subject);
    item->finding = campaign_text(engine, "共#户（空户#户），已签#户，还有#户未签",
                                  "# households (# vacant), # signed, # remaining", totals);
    item->due_s = subject->campaign->ends_s;
    item->overdue_round = 1;
}

void campaign_fill_area(struct engine *engine, Duban__NoticeItem *item, const char *code)
{
    const Duban__Area *area = state_area(engine->state, code);

    item->site = (char *) code;
    if (area == NULL)
        return;
    item->site_name = area->name;
    item->group = area->zone_name != NULL ? area->zone_name : engine_text(engine, area->zone, area->zone);
}

void engine_fill_households(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_)
{
    const Duban__Subject *campaign = engine_subject_of(engine, task);
    const Duban__CampaignArea *area = state_campaign_area(engine->state, campaign->number, task->area);
    uint32_t numbers[4] = { campaign_remaining(area), area->households, area->vacant, area->pledged };

    (void) case_;
    campaign_fill_area(engine, item, task->area);
    item->finding = campaign_text(engine, "还有#户未签（共#户，空户#户，已签#户）", "# remaining (of #, # vacant, # signed)", numbers);
}

/* ---------------------------------------------------------------- facts */

Duban__Fact *campaign_fact(struct engine *engine, Duban__FactKind kind, const Duban__Subject *campaign, const char *about)
{
    Duban__Fact *fact = engine_subject_fact(engine, kind, campaign);

    fact->recipient = (char *) about;
    return fact;
}

/* ---------------------------------------------------------------- the task of an area */

/* The area is put first: the task speaks of it. */
static void open_area_task(struct engine *engine, Duban__Subject *campaign, Duban__CampaignArea *area)
{
    Duban__Task *task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_HOUSEHOLDS, campaign);

    task->area = area->area;
    task->owner_role = DUBAN__ROLE__ROLE_AREA_CONTACT;
    task->due_s = campaign->campaign->ends_s;
    area->task = task->id;
    engine_put_campaign_area(engine, area);
    state_put_subject(engine->state, campaign);
    engine_task_start(engine, task);
}

static bool target_is_reached(const Duban__Subject *campaign, const Duban__CampaignArea *area)
{
    uint64_t wanted = (uint64_t) (area->households - area->vacant) * campaign->campaign->target_permille;

    return area->households > 0 && (uint64_t) area->pledged * ALL_PERMILLE >= wanted;
}

static void note_reached(struct engine *engine, const Duban__Subject *campaign, const Duban__CampaignArea *area)
{
    Duban__Fact *fact = campaign_fact(engine, DUBAN__FACT_KIND__FACT_KIND_TARGET_REACHED, campaign, area->area);

    fact->number = area->pledged;
    fact->of = area->households - area->vacant;
    engine_add_fact(engine, fact);
}

void campaign_settle_area(struct engine *engine, Duban__Subject *campaign, Duban__CampaignArea *area)
{
    bool is_reached = target_is_reached(campaign, area);

    if (is_reached && area->task.len > 0) {
        engine_end_task(engine, &area->task, DUBAN__TASK_STATE__TASK_STATE_DONE);
        note_reached(engine, campaign, area);
    } else if (!is_reached && area->task.len == 0) {
        open_area_task(engine, campaign, area);
    }
}

/* ---------------------------------------------------------------- opening */

static bool place_is_right(struct engine *engine, const Duban__CampaignPlace *place, size_t i, struct fault *fault)
{
    const Duban__Site *site = state_site(engine->state, place->site);
    const Duban__AreaHouseholds *households = state_area_households(engine->state, place->area);
    char field[64];

    snprintf(field, sizeof field, "campaignOpening.places[%zu]", i);
    if (state_area(engine->state, place->area) == NULL)
        return fault_set(fault, field, "区域 %s 不在登记册中，请核对编号", "area %s is not in the registry; check the code",
                         place->area);
    if (site == NULL || strcmp(site->area, place->area) != 0)
        return fault_set(fault, field, "点位 %s 不是区域 %s 的点位；请填该社区(村)委会的点位，没有的先登记",
                         "site %s is not in area %s; name the site of that area's committee, register it first if there is none",
                         place->site, place->area);
    if (households->campaign.len > 0)
        return fault_set(fault, field, "区域 %s 正在进行 %s，请先结束(duban campaign end)",
                         "in area %s campaign %s is still running; end it first (duban campaign end)", place->area,
                         engine_subject_number(engine, state_subject(engine->state, households->campaign.data)));
    return true;
}

static int64_t starts_s(const struct engine *engine, const Duban__CampaignOpening *opening)
{
    return opening->starts_at_ms == 0 ? engine->now_s : opening->starts_at_ms / 1000;
}

static bool opening_is_right(struct engine *engine, const Duban__CampaignOpening *opening, struct fault *fault)
{
    if (engine->policy == NULL || !engine->policy->campaigns.given)
        return fault_set(fault, "campaignOpening", "现行政策包没有入户活动(campaigns)一节，请补上后再开展",
                         "the policy in force has no section campaigns; add it to run one");
    if (!engine_may_at(engine, RIGHT_CAMPAIGN, engine_place_of_site(""), "", fault))
        return false;
    if (opening->ends_at_ms / 1000 <= engine->now_s || opening->ends_at_ms / 1000 <= starts_s(engine, opening))
        return fault_set(fault, "campaignOpening.endsAtMs", "截止时间须在开始时间和现在之后", "the end must lie after the start, and after now");
    for (size_t i = 0; i < opening->n_places; i++)
        if (!place_is_right(engine, opening->places[i], i, fault))
            return false;
    return true;
}

static Duban__Subject *record(struct engine *engine, const Duban__CampaignOpening *opening)
{
    Duban__Subject *subject = engine_subject_new(engine, CAMPAIGN, engine_place_of_site(""));
    Duban__CampaignRecord *campaign = arena_take(&engine->state->arena, sizeof *campaign);
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RECEIVED, subject);

    assert(campaign != NULL);
    duban__campaign_record__init(campaign);
    campaign->state = DUBAN__CAMPAIGN_STATE__CAMPAIGN_STATE_RUNNING;
    campaign->title = opening->title;
    campaign->text = opening->text;
    campaign->n_places = opening->n_places;
    campaign->places = opening->places;
    campaign->starts_s = starts_s(engine, opening);
    campaign->ends_s = opening->ends_at_ms / 1000;
    campaign->target_permille = opening->target_permille == 0 ? ALL_PERMILLE : opening->target_permille;
    subject->of_case = DUBAN__SUBJECT__OF_CAMPAIGN;
    subject->campaign = campaign;
    fact->reason = opening->title;
    engine_add_fact(engine, fact);
    return subject;
}

static void tell_opened(struct engine *engine, const Duban__Subject *campaign, const Duban__CampaignArea *area)
{
    static const enum policy_selector TO[] = { TO_AREA_CONTACT };
    Duban__Task *task = engine_task_of(engine, &area->task);
    Duban__NoticeItem *item = engine_item(engine, task, NULL);
    struct telling telling = {
        .message = "campaign_opened", .to = TO, .to_count = 1, .rule = "campaign.opened",
        .place = &campaign_rules(engine, campaign)->place, .task = task, .items = &item, .item_count = 1,
    };

    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
}

static void begin_area(struct engine *engine, const Duban__Subject *campaign, const Duban__CampaignPlace *place)
{
    Duban__AreaHouseholds *households = state_area_households(engine->state, place->area);
    Duban__CampaignArea area = DUBAN__CAMPAIGN_AREA__INIT;

    households->campaign = campaign->id;
    state_put_area_households(engine->state, place->area, households);
    area.campaign = campaign->number;
    area.area = place->area;
    area.site = place->site;
    area.households = households->households;
    engine_put_campaign_area(engine, &area);
}

/* All figures are there before the first word is said of them. */
static void begin_areas(struct engine *engine, Duban__Subject *campaign)
{
    const Duban__CampaignRecord *record = campaign->campaign;

    for (size_t i = 0; i < record->n_places; i++)
        begin_area(engine, campaign, record->places[i]);
    for (size_t i = 0; i < record->n_places; i++) {
        Duban__CampaignArea *area = state_campaign_area(engine->state, campaign->number, record->places[i]->area);

        open_area_task(engine, campaign, area);
        tell_opened(engine, campaign, area);
    }
}

/* The first time of day for drawing after that moment. */
static int64_t first_draw_s(struct engine *engine, const Duban__Subject *campaign, int64_t after_s)
{
    const struct policy *policy = engine_policy_of(engine, &campaign->policy_version);
    int64_t day = civil_day(after_s, policy->utc_offset_s);
    int64_t at_s = civil_moment(day, policy->campaigns.draw_at_s, policy->utc_offset_s);

    return at_s > after_s ? at_s : civil_moment(day + 1, policy->campaigns.draw_at_s, policy->utc_offset_s);
}

int64_t engine_campaign_draws_s(const Duban__Task *task)
{
    return task->start_s;
}

static void open_campaign_task(struct engine *engine, Duban__Subject *campaign)
{
    Duban__Task *task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_CAMPAIGN, campaign);
    int64_t from_s = campaign->campaign->starts_s > engine->now_s ? campaign->campaign->starts_s : engine->now_s;

    task->owner_role = DUBAN__ROLE__ROLE_LEAD;
    task->due_s = campaign->campaign->ends_s;
    task->start_s = first_draw_s(engine, campaign, from_s);
    campaign->task = task->id;
    state_put_subject(engine->state, campaign);
    engine_task_start(engine, task);
}

bool engine_on_campaign_opening(struct engine *engine, const Duban__CampaignOpening *opening, struct fault *fault)
{
    Duban__Subject *campaign;

    if (!opening_is_right(engine, opening, fault))
        return false;
    campaign = record(engine, opening);
    state_put_subject(engine->state, campaign);
    begin_areas(engine, campaign);
    open_campaign_task(engine, campaign);
    return true;
}

/* ---------------------------------------------------------------- ending */

static void end_area(struct engine *engine, const Duban__Subject *campaign, const char *code)
{
    Duban__CampaignArea *area = state_campaign_area(engine->state, campaign->number, code);
    Duban__AreaHouseholds *households = state_area_households(engine->state, code);

    engine_end_task(engine, &area->task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    engine_end_task(engine, &area->check_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    engine_put_campaign_area(engine, area);
    households->campaign = (ProtobufCBinaryData){ 0, NULL };
    state_put_area_households(engine->state, code, households);
}

static void tell_ended(struct engine *engine, const Duban__Subject *campaign)
{
    static const enum policy_selector TO[] = { TO_LEAD, TO_DUTY_CLERK };
    Duban__NoticeItem *item = engine_item_of_subject(engine, campaign);
    struct telling telling = {
        .message = "campaign_ended", .to = TO, .to_count = 2, .rule = "campaign.ended",
        .place = &campaign_rules(engine, campaign)->place, .items = &item, .item_count = 1,
    };

    engine_tell(engine, &telling);
}

bool engine_on_campaign_end(struct engine *engine, const Duban__CampaignEnd *end, struct fault *fault)
{
    Duban__Subject *campaign = engine_referenced_subject(engine, end->campaign, CAMPAIGN, "campaignEnd.campaign", fault);

    if (campaign == NULL || !engine_may_at(engine, RIGHT_CAMPAIGN, engine_place_of_site(""), "", fault))
        return false;
    if (campaign->finished_s != 0)
        return engine_subject_contradiction(engine, campaign, "campaign_end", "campaign_ended");
    for (size_t i = 0; i < campaign->campaign->n_places; i++)
        end_area(engine, campaign, campaign->campaign->places[i]->area);
    campaign->campaign->state = DUBAN__CAMPAIGN_STATE__CAMPAIGN_STATE_ENDED;
    campaign->campaign->ended_by = (char *) engine->account;
    campaign->campaign->reason = end->reason;
    engine_subject_finish(engine, campaign);
    engine_doors_end(engine, campaign);
    tell_ended(engine, campaign);
    return true;
}
