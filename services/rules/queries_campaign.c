/* queries_campaign.c - a campaign's areas, members, draws and doors: pages of rows kept with every act. */
#include <assert.h>
#include <string.h>

#include "queries.h"

enum { PREFIX_BYTES = 64 };

/* All rows of a campaign in a table whose keys begin with its number. */
static void **rows_of(struct question *question, int table, const ProtobufCMessageDescriptor *type, uint32_t campaign,
                      size_t *count)
{
    void **rows = question_rows(question);
    uint8_t prefix[4];
    struct page page;

    put_u32(prefix, campaign);
    page_open(&page, question, table, bytes_of(prefix, sizeof prefix));
    while (page.found) {
        rows[page.rows] = page_row(&page, type);
        assert(rows[page.rows] != NULL);
        question->bytes += page.value.size;
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    *count = page.rows;
    return rows;
}

void query_on_campaign_areas(struct question *question, const Duban__CampaignAreasQuery *wanted)
{
    Duban__CampaignAreaRows *reply = arena_take(question->arena, sizeof *reply);

    assert(reply != NULL);
    duban__campaign_area_rows__init(reply);
    reply->rows = (Duban__CampaignArea **) rows_of(question, TABLE_CAMPAIGN_AREA, &duban__campaign_area__descriptor,
                                                   wanted->campaign, &reply->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_CAMPAIGN_AREAS;
    question->reply->campaign_areas = reply;
}

void query_on_campaign_tallies(struct question *question, const Duban__CampaignTalliesQuery *wanted)
{
    Duban__CampaignTallyRows *reply = arena_take(question->arena, sizeof *reply);

    assert(reply != NULL);
    duban__campaign_tally_rows__init(reply);
    reply->rows = (Duban__CampaignTally **) rows_of(question, TABLE_CAMPAIGN_TALLY, &duban__campaign_tally__descriptor,
                                                    wanted->campaign, &reply->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_CAMPAIGN_TALLIES;
    question->reply->campaign_tallies = reply;
}

void query_on_door_draws(struct question *question, const Duban__DoorDrawsQuery *wanted)
{
    Duban__DoorDrawRows *reply = arena_take(question->arena, sizeof *reply);

    assert(reply != NULL);
    duban__door_draw_rows__init(reply);
    reply->rows = (Duban__DoorDraw **) rows_of(question, TABLE_DOOR_DRAW, &duban__door_draw__descriptor, wanted->campaign,
                                               &reply->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_DOOR_DRAWS;
    question->reply->door_draws = reply;
}

/* ---------------------------------------------------------------- doors */

static Duban__Door *door_of(struct question *question, const Duban__DoorsQuery *wanted, const char *household)
{
    Duban__Door *door = state_door(&question->rules->state, wanted->campaign, wanted->area, household);

    if (door != NULL)
        return door;
    door = arena_take(question->arena, sizeof *door);
    assert(door != NULL);
    duban__door__init(door);
    door->household = (char *) household;
    door->area = wanted->area;
    return door;
}

static bool is_done(const Duban__Door *door)
{
    return door->state == DUBAN__DOOR_STATE__DOOR_STATE_SIGNED || door->state == DUBAN__DOOR_STATE__DOOR_STATE_VACANT;
}

/* The register is walked, and each door looked up: those never entered have no row. */
static size_t list_doors(struct question *question, const Duban__DoorsQuery *wanted, void **rows)
{
    size_t area_size = strlen(wanted->area) + 1;   /* with its zero byte */
    struct page page;

    page_open(&page, question, TABLE_HOUSEHOLD_BY_AREA, bytes_of(wanted->area, area_size));
    while (page.found) {
        const char *household = arena_copy(question->arena, page.key.data + area_size, page.key.size - area_size);
        Duban__Door *door = door_of(question, wanted, household);

        if (wanted->remaining_only && is_done(door)) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = door;
        question->bytes += protobuf_c_message_get_packed_size(&door->base);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    return page.rows;
}

static bool are_forgotten(struct question *question, uint32_t campaign)
{
    const Duban__Subject *subject = state_subject_numbered(&question->rules->state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_CAMPAIGN, campaign);

    return subject != NULL && subject->campaign->doors_forgotten_s != 0;
}

void query_on_doors(struct question *question, const Duban__DoorsQuery *wanted)
{
    Duban__DoorRows *reply = arena_take(question->arena, sizeof *reply);
    void **rows = question_rows(question);

    assert(reply != NULL);
    if (strlen(wanted->area) > PREFIX_BYTES || state_campaign_area(&question->rules->state, wanted->campaign, wanted->area) == NULL) {
        question_fault(question, "doors.area", "该活动不包括这个社区（村）", "the campaign does not cover that area");
        return;
    }
    duban__door_rows__init(reply);
    reply->rows = (Duban__Door **) rows;
    reply->n_rows = are_forgotten(question, wanted->campaign) ? 0 : list_doors(question, wanted, rows);
    question->reply->body_case = DUBAN__REPLY__BODY_DOORS;
    question->reply->doors = reply;
}
