/* queries_coverage.c - how much of what was to be inspected on a day has been, and the sites that nobody sees to. */
#include <assert.h>

#include "civil.h"
#include "message.h"
#include "queries.h"

enum { MAX_BLIND_KINDS = 5 };   /* that may hold together */

bool question_day(struct question *question, const char *field, int64_t day)
{
    if (day >= 0 && day <= civil_day_of(9999, 12, 31))
        return true;
    question_fault(question, field, "日期应在 1970-01-01 至 9999-12-31 之间", "the day should be between 1970-01-01 and 9999-12-31");
    return false;
}

/* ---------------------------------------------------------------- coverage */

/* Figures are kept, not counted. */
static ProtobufCMessage *coverage_row(struct question *question, const void *asked, void *found)
{
    const Duban__CoverageQuery *wanted = asked;
    Duban__CoverageCount *count = found;
    const struct policy *policy = question->rules->engine.policy;
    const struct policy_site_kind *kind = policy == NULL ? NULL : policy_site_kind(policy, count->kind);
    Duban__CoverageRow *row;
    const struct policy_focus_group *group;

    if (!query_matches(wanted->zone, count->zone) || !query_matches(wanted->kind, count->kind))
        return NULL;
    row = arena_take(question->arena, sizeof *row);
    assert(row != NULL);
    duban__coverage_row__init(row);
    row->count = count;
    if (kind == NULL)
        return &row->base;
    row->kind_label = query_text(question, kind->label);
    group = kind->focus_group == NULL ? NULL : policy_focus_group(policy, kind->focus_group);
    row->focus_group = query_focus_code(group);
    row->focus_group_label = group == NULL ? NULL : query_text(question, group->label);
    return &row->base;
}

void query_on_coverage(struct question *question, const Duban__CoverageQuery *wanted)
{
    const struct policy *policy = question->rules->engine.policy;
    const Duban__DayBook *book = state_day_book(&question->rules->state);
    Duban__CoverageRows *reply = arena_take(question->arena, sizeof *reply);
    uint8_t prefix[8];

    assert(reply != NULL);
    duban__coverage_rows__init(reply);
    reply->day = wanted->day_presence_case == DUBAN__COVERAGE_QUERY__DAY_PRESENCE_DAY
                     ? wanted->day
                     : civil_day(question->now_s, policy == NULL ? 0 : policy->utc_offset_s);
    if (!question_day(question, "coverage.day", reply->day))
        return;
    reply->has_plan = policy != NULL && policy->plan.given;
    reply->first_day = book == NULL ? 0 : book->first_day;
    put_u64(prefix, (uint64_t) reply->day);
    reply->rows = (Duban__CoverageRow **) page_list(question, TABLE_COVERAGE, bytes_of(prefix, sizeof prefix),
                                                    &duban__coverage_count__descriptor, coverage_row, wanted, &reply->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_COVERAGE;
    question->reply->coverage = reply;
}

/* ---------------------------------------------------------------- blind spots */

static bool somebody_has(struct question *question, Duban__Role role, const char *zone)
{
    const char *accounts[1];

    return state_holders_by_role(&question->rules->state, role, zone, accounts, 1) > 0;
}

static void add_kind(Duban__BlindSpotRow *row, Duban__BlindSpotKind kind)
{
    row->kinds[row->n_kinds++] = kind;
}

static void judge_owner(struct question *question, Duban__BlindSpotRow *row)
{
    if (row->zone[0] == '\0')
        add_kind(row, DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NO_AREA);
    else if (!somebody_has(question, DUBAN__ROLE__ROLE_GROUP_LEADER, row->zone) &&
             !somebody_has(question, DUBAN__ROLE__ROLE_INSPECTOR, row->zone))
        add_kind(row, DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NOBODY);
}

/* Never inspected at all says it already; on the very day nothing is past yet. */
static void judge_night(struct question *question, Duban__BlindSpotRow *row)
{
    struct engine *engine = &question->rules->engine;
    int64_t today = civil_day(question->now_s, engine->policy->utc_offset_s);
    struct night_inspection next = engine_next_night(engine, row->site, today);

    if (next.is_wanted && row->last_inspection_ms != 0 && (next.last_day == 0 || next.day < today))
        add_kind(row, DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NIGHT);
}

/* On the very day nothing is past yet. */
static void judge_interval(struct question *question, Duban__BlindSpotRow *row)
{
    struct engine *engine = &question->rules->engine;
    int64_t today = civil_day(question->now_s, engine->policy->utc_offset_s);
    struct cadence cadence = engine_cadence(engine, row->site);
    struct inspection next = engine_next_inspection(engine, row->site, &cadence, today);

    row->last_inspection_ms = next.last_ms;
    row->missing_year = (uint32_t) next.missing_year;
    if (next.missing_year != 0)
        add_kind(row, DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_UNKNOWN);
    if (next.is_due && next.last_ms == 0)
        add_kind(row, DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NEVER);
    if (!next.has_day || next.day >= today)
        return;
    row->due_day_s = civil_moment(next.day, 0, engine->policy->utc_offset_s);
    row->days_over = (uint32_t) (today - next.day);
    add_kind(row, DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_PAST);
}

static Duban__Text *label_of_kind(struct question *question, const char *code)
{
    const struct policy *policy = question->rules->engine.policy;
    const struct policy_site_kind *kind = policy == NULL ? NULL : policy_site_kind(policy, code);

    return kind == NULL ? NULL : query_text(question, kind->label);
}

static Duban__BlindSpotRow *blind_spot(struct question *question, Duban__Site *site)
{
    const Duban__Area *area = state_area(&question->rules->state, site->area);
    Duban__BlindSpotRow *row = arena_take(question->arena, sizeof *row);
    Duban__BlindSpotKind *kinds = arena_take(question->arena, MAX_BLIND_KINDS * sizeof *kinds);

    assert(row != NULL && kinds != NULL);
    duban__blind_spot_row__init(row);
    row->site = site;
    row->zone = area == NULL ? "" : area->zone;
    row->kind_label = label_of_kind(question, site->kind);
    row->kinds = kinds;
    if (site->operating_state != DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING)
        return row;
    judge_owner(question, row);
    if (question->rules->engine.policy == NULL)
        return row;
    judge_interval(question, row);
    judge_night(question, row);
    return row;
}

static ProtobufCMessage *wanted_blind_spot(struct question *question, const void *asked, void *found)
{
    const Duban__BlindSpotsQuery *wanted = asked;
    Duban__BlindSpotRow *row = blind_spot(question, found);

    return row->n_kinds == 0 || !query_matches(wanted->zone, row->zone) ? NULL : &row->base;
}

void query_on_blind_spots(struct question *question, const Duban__BlindSpotsQuery *wanted)
{
    Duban__BlindSpotRows *reply = arena_take(question->arena, sizeof *reply);

    assert(reply != NULL);
    duban__blind_spot_rows__init(reply);
    reply->rows = (Duban__BlindSpotRow **) page_list(question, TABLE_SITE, bytes_of("", 0), &duban__site__descriptor,
                                                     wanted_blind_spot, wanted, &reply->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_BLIND_SPOTS;
    question->reply->blind_spots = reply;
}
