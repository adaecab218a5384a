/* state_household.c - households by code and by area, and what each campaign knows of an area, a member, a door. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

enum { RANK_BYTES = 8 };

/* What all rows of a campaign in an area have in common. */
static size_t key_of_area(uint8_t *key, uint32_t campaign, const char *area)
{
    put_u32(key, campaign);
    return key_text(key, 4, area);
}

/* Without the last zero: nothing follows the text. */
static size_t key_with(uint8_t *key, size_t at, const char *text)
{
    return key_text(key, at, text) - 1;
}

static size_t key_of_door(uint8_t *key, uint32_t campaign, const char *area, const char *name)
{
    return key_with(key, key_of_area(key, campaign, area), name);
}

/* ---------------------------------------------------------------- the registry */

Duban__Household *state_household(struct state *state, const char *code)
{
    return row_get_message(state, TABLE_HOUSEHOLD, bytes_of_text(code), &duban__household__descriptor);
}

static struct bytes key_by_area(uint8_t *key, const Duban__Household *household)
{
    return bytes_of(key, key_with(key, key_text(key, 0, household->area), household->code));
}

void state_put_household(struct state *state, const Duban__Household *household, const Duban__Household *old)
{
    uint8_t key[STATE_KEY_BYTES];

    if (old != NULL)
        row_delete(state, TABLE_HOUSEHOLD_BY_AREA, key_by_area(key, old));
    row_put(state, TABLE_HOUSEHOLD_BY_AREA, key_by_area(key, household), bytes_of("", 0));
    row_put_message(state, TABLE_HOUSEHOLD, bytes_of_text(household->code), household);
}

void state_delete_household(struct state *state, const Duban__Household *old)
{
    uint8_t key[STATE_KEY_BYTES];

    row_delete(state, TABLE_HOUSEHOLD_BY_AREA, key_by_area(key, old));
    row_delete(state, TABLE_HOUSEHOLD, bytes_of_text(old->code));
}

Duban__AreaHouseholds *state_area_households(struct state *state, const char *area)
{
    Duban__AreaHouseholds *row =
        row_get_message(state, TABLE_AREA_HOUSEHOLDS, bytes_of_text(area), &duban__area_households__descriptor);

    if (row != NULL)
        return row;
    row = arena_take(&state->arena, sizeof *row);
    assert(row != NULL);
    duban__area_households__init(row);
    return row;
}

void state_put_area_households(struct state *state, const char *area, const Duban__AreaHouseholds *row)
{
    row_put_message(state, TABLE_AREA_HOUSEHOLDS, bytes_of_text(area), row);
}

/* ---------------------------------------------------------------- figures */

static struct bytes key_of_campaign_area(uint8_t *key, uint32_t campaign, const char *area)
{
    return bytes_of(key, key_of_area(key, campaign, area) - 1);
}

Duban__CampaignArea *state_campaign_area(struct state *state, uint32_t campaign, const char *area)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_get_message(state, TABLE_CAMPAIGN_AREA, key_of_campaign_area(key, campaign, area),
                           &duban__campaign_area__descriptor);
}

void state_put_campaign_area(struct state *state, const Duban__CampaignArea *row)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_CAMPAIGN_AREA, key_of_campaign_area(key, row->campaign, row->area), row);
}

Duban__CampaignTally *state_campaign_tally(struct state *state, uint32_t campaign, const char *area, const char *member)
{
    uint8_t key[STATE_KEY_BYTES];
    Duban__CampaignTally *row = row_get_message(state, TABLE_CAMPAIGN_TALLY,
                                                bytes_of(key, key_of_door(key, campaign, area, member)),
                                                &duban__campaign_tally__descriptor);

    if (row != NULL)
        return row;
    row = arena_take(&state->arena, sizeof *row);
    assert(row != NULL);
    duban__campaign_tally__init(row);
    row->campaign = campaign;
    row->area = (char *) area;
    row->member = (char *) member;
    return row;
}

void state_put_campaign_tally(struct state *state, const Duban__CampaignTally *row)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_CAMPAIGN_TALLY, bytes_of(key, key_of_door(key, row->campaign, row->area, row->member)), row);
}

/* ---------------------------------------------------------------- doors */

Duban__Door *state_door(struct state *state, uint32_t campaign, const char *area, const char *household)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_get_message(state, TABLE_DOOR, bytes_of(key, key_of_door(key, campaign, area, household)),
                           &duban__door__descriptor);
}

void state_put_door(struct state *state, uint32_t campaign, const Duban__Door *door)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_DOOR, bytes_of(key, key_of_door(key, campaign, door->area, door->household)), door);
}

static struct bytes key_of_draw(uint8_t *key, uint32_t campaign, const char *area, uint32_t number)
{
    size_t size = key_of_area(key, campaign, area);

    put_u32(key + size, number);
    return bytes_of(key, size + 4);
}

Duban__DoorDraw *state_door_draw(struct state *state, uint32_t campaign, const char *area, uint32_t number)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_get_message(state, TABLE_DOOR_DRAW, key_of_draw(key, campaign, area, number), &duban__door_draw__descriptor);
}

void state_put_door_draw(struct state *state, const Duban__DoorDraw *draw)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_DOOR_DRAW, key_of_draw(key, draw->campaign, draw->area, draw->number), draw);
}

/* ---------------------------------------------------------------- the ring of those that may be drawn */

static struct bytes key_of_rank(uint8_t *key, uint32_t campaign, const char *area, uint64_t rank, const char *household)
{
    size_t size = key_of_area(key, campaign, area);

    put_u64(key + size, rank);
    return bytes_of(key, key_with(key, size + RANK_BYTES, household));
}

void state_put_door_to_check(struct state *state, uint32_t campaign, const char *area, uint64_t rank, const char *household)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put(state, TABLE_DOOR_TO_CHECK, key_of_rank(key, campaign, area, rank, household), bytes_of("", 0));
}

void state_delete_door_to_check(struct state *state, uint32_t campaign, const char *area, uint64_t rank, const char *household)
{
    uint8_t key[STATE_KEY_BYTES];

    row_delete(state, TABLE_DOOR_TO_CHECK, key_of_rank(key, campaign, area, rank, household));
}

size_t state_doors_to_check(struct state *state, uint32_t campaign, const char *area, uint64_t from_rank,
                            const char **households, size_t most)
{
    uint8_t prefix[STATE_KEY_BYTES];
    struct ring ring = { .table = TABLE_DOOR_TO_CHECK, .prefix = bytes_of(prefix, key_of_area(prefix, campaign, area)) };

    return row_ring(state, &ring, from_rank, households, most);
}
