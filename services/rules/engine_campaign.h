/* engine_campaign.h - for engine_campaign.c, engine_household.c and engine_draw.c only: a door in a campaign.
 *
 * Figures are kept with every act and never counted: a door's state changes by door_becomes, which keeps
 * the area's figures and the ring of those that may be drawn in step.
 */
#ifndef DUBAN_RULES_ENGINE_CAMPAIGN_H
#define DUBAN_RULES_ENGINE_CAMPAIGN_H

#include "engine.h"

/* A door while something about it is applied. */
struct entered {
    Duban__Subject *campaign;
    Duban__CampaignArea *area;
    Duban__Door *door;         /* never NULL; new when nobody has been there */
    const char *member;        /* account of who was at the door */
    int64_t at_s;              /* when */
};

/* What a HouseholdAct and a HouseholdCheck have in common. */
struct entering {
    const char *household;
    const char *member;
    int64_t at_ms;
    const char *field_household;   /* their names in the entry */
    const char *field_at;
};

const struct policy_campaigns *campaign_rules(struct engine *engine, const Duban__Subject *campaign);

/* An area as a whole. */
struct place campaign_place(const char *area);

/* The household's door in the campaign that runs there. False with the fault filled; rights are the caller's. */
bool campaign_enter(struct engine *engine, const struct entering *entering, struct entered *entered, struct fault *fault);

/* A fact about the campaign and that household or area. The caller adds it. */
Duban__Fact *campaign_fact(struct engine *engine, Duban__FactKind kind, const Duban__Subject *campaign, const char *about);

/* Adds a fact about what was done at a door. */
void door_fact(struct engine *engine, Duban__FactKind kind, const struct entered *entered, uint32_t number);

/* Another state, on the word of entered->member. The caller puts door and area. */
void door_becomes(struct engine *engine, struct entered *entered, Duban__DoorState state);

/* On the ring, when its state is a result that somebody can check and it waits in no draw; off the ring. */
void door_may_be_drawn(struct engine *engine, const struct entered *entered);
void door_is_not_drawn(struct engine *engine, const struct entered *entered);

/* Notes that the member has been at this door; true for the first time. The caller puts the door. */
bool door_meets(struct engine *engine, struct entered *entered);

/* Put door and area, once the act is in the area's digest and the area's task agrees with its figures. */
void campaign_put(struct engine *engine, struct entered *entered);

/* Stop the area's task where its target is reached, open one where it is not any more. The caller puts area. */
void campaign_settle_area(struct engine *engine, Duban__Subject *campaign, Duban__CampaignArea *area);

/* Neither signed nor vacant. */
uint32_t campaign_remaining(const Duban__CampaignArea *area);

/* A bilingual text of four numbers. */
Duban__Text *campaign_text(struct engine *engine, const char *zh, const char *en, const uint32_t numbers[4]);

/* The item speaks of that area. */
void campaign_fill_area(struct engine *engine, Duban__NoticeItem *item, const char *area);

#endif
