/* engine_doubt.c - what speaks against a visit: photos, the way there, the clock.
 *
 *   report -> a doubt of each kind, with its points -> score -> (from tell_from on) whoever supervises the reporter
 *
 * Nothing is refused by it, and what the visit has passed or failed stays so. A phone that had no network hands in late, by
 * its own true clock: only a clock that is ahead of the time of arrival can be known to be wrong. From one that is,
 * nothing that hangs on time is asked.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

enum { SENTENCE_BYTES = 360, MS_PER_MINUTE = 60 * 1000, MOST_DOUBTS = 4 };

struct doubting {
    struct engine *engine;
    const struct policy_doubts *policy;
    const Duban__Report *report;
    Duban__Visit *visit;
};

/* ---------------------------------------------------------------- one doubt */

static Duban__Doubt *add_doubt(const struct doubting *doubting, Duban__DoubtKind kind, uint32_t points)
{
    Duban__Visit *visit = doubting->visit;
    Duban__Doubt *doubt = arena_take(&doubting->engine->state->arena, sizeof *doubt);

    assert(doubt != NULL && visit->n_doubts < MOST_DOUBTS);
    duban__doubt__init(doubt);
    doubt->kind = kind;
    doubt->points = points;
    visit->doubts[visit->n_doubts++] = doubt;
    visit->doubt_score += points;
    return doubt;
}

static Duban__Text *photo_again_words(struct engine *engine, const Duban__Doubt *doubt, char *zh, char *en)
{
    snprintf(zh, SENTENCE_BYTES, "照片 %s 在第 %llu 号记录里已经用过", doubt->photo, (unsigned long long) doubt->other_visit);
    snprintf(en, SENTENCE_BYTES, "photo %s was in report %llu already", doubt->photo, (unsigned long long) doubt->other_visit);
    return engine_text(engine, zh, en);
}

/* How far apart two times are, as one would say it. */
struct lapse {
    char zh[40], en[40];
};

static struct lapse lapse_of(int64_t seconds)
{
    long long days = seconds / DAY_SECONDS, hours = seconds % DAY_SECONDS / 3600, minutes = seconds % 3600 / 60;
    struct lapse lapse;

    if (seconds < 2 * 3600) {
        snprintf(lapse.zh, sizeof lapse.zh, " %lld 分钟", (long long) seconds / 60);
        snprintf(lapse.en, sizeof lapse.en, "%lld min", (long long) seconds / 60);
    } else if (days == 0) {
        snprintf(lapse.zh, sizeof lapse.zh, " %lld 小时 %lld 分", hours, minutes);
        snprintf(lapse.en, sizeof lapse.en, "%lld h %lld min", hours, minutes);
    } else {
        snprintf(lapse.zh, sizeof lapse.zh, " %lld 天 %lld 小时", days, hours);
        snprintf(lapse.en, sizeof lapse.en, "%lld d %lld h", days, hours);
    }
    return lapse;
}

static Duban__Text *photo_time_words(struct engine *engine, const Duban__Doubt *doubt, char *zh, char *en)
{
    bool before = doubt->apart_s < 0;
    struct lapse lapse = lapse_of(before ? -doubt->apart_s : doubt->apart_s);

    snprintf(zh, SENTENCE_BYTES, "照片 %s 拍于到访%s%s", doubt->photo, before ? "之前" : "之后", lapse.zh);
    snprintf(en, SENTENCE_BYTES, "photo %s was taken %s %s the visit", doubt->photo, lapse.en, before ? "before" : "after");
    return engine_text(engine, zh, en);
}

static Duban__Text *travel_words(struct engine *engine, const Duban__Doubt *doubt, char *zh, char *en)
{
    unsigned km = doubt->apart_metres / 1000, tenths = doubt->apart_metres % 1000 / 100;
    long long minutes = (long long) doubt->apart_s / 60;

    snprintf(zh, SENTENCE_BYTES, "与第 %llu 号记录相距 %u.%u 公里，只隔 %lld 分钟", (unsigned long long) doubt->other_visit, km, tenths, minutes);
    snprintf(en, SENTENCE_BYTES, "%u.%u km from where report %llu was made, only %lld min apart", km, tenths,
             (unsigned long long) doubt->other_visit, minutes);
    return engine_text(engine, zh, en);
}

static Duban__Text *clock_words(struct engine *engine, const Duban__Doubt *doubt, char *zh, char *en)
{
    struct lapse lapse = lapse_of(doubt->apart_s);

    snprintf(zh, SENTENCE_BYTES, "手机时间比收到的时间快%s", lapse.zh);
    snprintf(en, SENTENCE_BYTES, "the phone's clock was %s ahead of the time of arrival", lapse.en);
    return engine_text(engine, zh, en);
}

static const struct {
    Duban__FactKind fact;
    const char *rule;
    Duban__Text *(*words)(struct engine *engine, const Duban__Doubt *doubt, char *zh, char *en);
} KINDS[] = {
    [DUBAN__DOUBT_KIND__DOUBT_KIND_PHOTO_AGAIN] = { DUBAN__FACT_KIND__FACT_KIND_PHOTO_AGAIN, "evidence_doubts.photo_again", photo_again_words },
    [DUBAN__DOUBT_KIND__DOUBT_KIND_PHOTO_TIME] = { DUBAN__FACT_KIND__FACT_KIND_PHOTO_TIME_OFF, "evidence_doubts.photo_time", photo_time_words },
    [DUBAN__DOUBT_KIND__DOUBT_KIND_TRAVEL] = { DUBAN__FACT_KIND__FACT_KIND_TRAVEL_TOO_FAST, "evidence_doubts.travel", travel_words },
    [DUBAN__DOUBT_KIND__DOUBT_KIND_CLOCK] = { DUBAN__FACT_KIND__FACT_KIND_CLOCK_AHEAD, "evidence_doubts.clock", clock_words },
};

static Duban__Text *words_of(struct engine *engine, const Duban__Doubt *doubt)
{
    char *zh = arena_take(&engine->state->arena, SENTENCE_BYTES), *en = arena_take(&engine->state->arena, SENTENCE_BYTES);

    assert(zh != NULL && en != NULL);
    return KINDS[doubt->kind].words(engine, doubt, zh, en);
}

/* ---------------------------------------------------------------- photos */

static Duban__Doubt *doubt_of(const Duban__Visit *visit, Duban__DoubtKind kind)
{
    for (size_t i = 0; i < visit->n_doubts; i++)
        if (visit->doubts[i]->kind == kind)
            return visit->doubts[i];
    return NULL;
}

static void look_at_photo_again(const struct doubting *doubting, const Duban__Evidence *photo)
{
    const struct policy_doubts *policy = doubting->policy;
    struct state *state = doubting->engine->state;
    int64_t since_s = doubting->engine->stamp_s - (int64_t) policy->photo_again_days * DAY_SECONDS;
    Duban__Doubt *doubt = doubt_of(doubting->visit, DUBAN__DOUBT_KIND__DOUBT_KIND_PHOTO_AGAIN);
    uint64_t other;

    if (policy->photo_again_points == 0 || photo->sha256.len != SHA256_BYTES)   /* nothing to know it by, before it has come */
        return;
    other = state_photo_shown(state, photo->sha256.data, since_s);
    if (other == 0)
        state_put_photo(state, photo->sha256.data, doubting->visit->sequence, since_s);
    if (other == 0 || other == doubting->visit->sequence)   /* one photo may show two answers of a visit */
        return;
    if (doubt == NULL) {
        doubt = add_doubt(doubting, DUBAN__DOUBT_KIND__DOUBT_KIND_PHOTO_AGAIN, policy->photo_again_points);
        doubt->photo = photo->name;
        doubt->other_visit = other;
    }
    doubt->photos++;
}

static void look_at_photos_again(const struct doubting *doubting)
{
    for (size_t i = 0; i < doubting->report->n_evidence; i++)
        look_at_photo_again(doubting, doubting->report->evidence[i]);
}

/* How long before the start (negative) or after the end of the visit, by the same clock; 0 = during it. */
static int64_t outside_visit_ms(const Duban__Report *report, int64_t taken_ms)
{
    int64_t start_ms = report->started_at_ms != 0 ? report->started_at_ms : report->device_time_ms;

    if (taken_ms < start_ms)
        return taken_ms - start_ms;
    return taken_ms > report->device_time_ms ? taken_ms - report->device_time_ms : 0;
}

static void look_at_photo_times(const struct doubting *doubting)
{
    const struct policy_doubts *policy = doubting->policy;
    int64_t allowed_ms = (int64_t) policy->photo_time_minutes * MS_PER_MINUTE;
    Duban__Doubt *doubt = NULL;

    for (size_t i = 0; policy->photo_time_points > 0 && i < doubting->report->n_evidence; i++) {
        const Duban__Evidence *photo = doubting->report->evidence[i];
        int64_t outside_ms = photo->taken_at_ms == 0 ? 0 : outside_visit_ms(doubting->report, photo->taken_at_ms);

        if (outside_ms >= -allowed_ms && outside_ms <= allowed_ms)
            continue;
        if (doubt == NULL) {
            doubt = add_doubt(doubting, DUBAN__DOUBT_KIND__DOUBT_KIND_PHOTO_TIME, policy->photo_time_points);
            doubt->photo = photo->name;
            doubt->apart_s = outside_ms / 1000;
        }
        doubt->photos++;
    }
}

/* ---------------------------------------------------------------- the way */

enum { METRES_PER_DEGREE = 111195, E7 = 10 * 1000 * 1000, FULL_CIRCLE_DEGREES = 360, COSINE_ONE = 10000 };

/* 10,000 times the cosine of 0 to 90 degrees. */
static const int32_t COSINES[] = {
    10000, 9998, 9994, 9986, 9976, 9962, 9945, 9925, 9903, 9877, 9848, 9816, 9781, 9744, 9703, 9659, 9613, 9563, 9511,
    9455, 9397, 9336, 9272, 9205, 9135, 9063, 8988, 8910, 8829, 8746, 8660, 8572, 8480, 8387, 8290, 8192, 8090, 7986,
    7880, 7771, 7660, 7547, 7431, 7314, 7193, 7071, 6947, 6820, 6691, 6561, 6428, 6293, 6157, 6018, 5878, 5736, 5592,
    5446, 5299, 5150, 5000, 4848, 4695, 4540, 4384, 4226, 4067, 3907, 3746, 3584, 3420, 3256, 3090, 2924, 2756, 2588,
    2419, 2250, 2079, 1908, 1736, 1564, 1392, 1219, 1045, 872, 698, 523, 349, 175, 0,
};

static int64_t distance_of(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* Between two degrees as on a straight line. */
static int64_t cosine_of(int64_t latitude_e7)
{
    int64_t size = distance_of(latitude_e7, 0), degree = size / E7, rest = size % E7;

    if (degree >= 90)
        return 0;
    return COSINES[degree] - (COSINES[degree] - COSINES[degree + 1]) * rest / E7;
}

/* The largest whole number whose square is not above that. */
static int64_t root_of(int64_t square)
{
    int64_t low = 0, high = INT64_C(1) << 31;

    while (low < high) {
        int64_t middle = (low + high + 1) / 2;

        if (middle <= square / middle)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* On a plane between the two latitudes: right to a thousandth over the ways of a day, and that is all that is asked. */
static int64_t metres_between(const Duban__Position *a, const Duban__Position *b)
{
    int64_t north = distance_of(a->latitude_e7, b->latitude_e7) * METRES_PER_DEGREE / E7;
    int64_t turn_e7 = distance_of(a->longitude_e7, b->longitude_e7);
    int64_t cosine = cosine_of(((int64_t) a->latitude_e7 + b->latitude_e7) / 2), east;

    if (turn_e7 > (int64_t) FULL_CIRCLE_DEGREES / 2 * E7)
        turn_e7 = (int64_t) FULL_CIRCLE_DEGREES * E7 - turn_e7;
    east = turn_e7 * METRES_PER_DEGREE / E7 * cosine / COSINE_ONE;
    return root_of(north * north + east * east);
}

/* Each may be anywhere in its radius. */
static int64_t least_metres(const Duban__Position *a, const Duban__Position *b)
{
    int64_t metres = metres_between(a, b) - ((int64_t) a->accuracy_cm + b->accuracy_cm) / 100;

    return metres > 0 ? metres : 0;
}

static void compare_way(const struct doubting *doubting, const Duban__LastPosition *last)
{
    const struct policy_doubts *policy = doubting->policy;
    int64_t apart_ms = distance_of(doubting->visit->visit_ms, last->visit_ms);
    int64_t metres = least_metres(doubting->report->position, last->position);
    Duban__Doubt *doubt;

    /* metres / 1000 km in apart_ms / 3,600,000 h */
    if (metres < policy->travel_from_metres || metres * 3600 <= (int64_t) policy->travel_km_per_hour * apart_ms)
        return;
    doubt = add_doubt(doubting, DUBAN__DOUBT_KIND__DOUBT_KIND_TRAVEL, policy->travel_points);
    doubt->other_visit = last->visit;
    doubt->apart_s = apart_ms / 1000;
    doubt->apart_metres = (uint32_t) metres;
}

static void look_at_way(const struct doubting *doubting)
{
    const Duban__Visit *visit = doubting->visit;
    struct state *state = doubting->engine->state;
    Duban__LastPosition here = DUBAN__LAST_POSITION__INIT;
    const Duban__LastPosition *last;

    /* typed in by somebody else: the position is his */
    if (doubting->policy->travel_points == 0 || doubting->report->position == NULL || doubting->report->entered_for)
        return;
    last = state_last_position(state, visit->reporter);
    if (last != NULL)
        compare_way(doubting, last);
    if (last != NULL && last->visit_ms > visit->visit_ms)   /* handed in late: he has been elsewhere since */
        return;
    here.account = visit->reporter;
    here.visit = visit->sequence;
    here.visit_ms = visit->visit_ms;
    here.position = doubting->report->position;
    state_put_last_position(state, &here);
}

/* ---------------------------------------------------------------- the clock */

/* Is its time good enough to compare by? */
static bool look_at_clock(const struct doubting *doubting)
{
    const struct engine *engine = doubting->engine;
    const struct policy_doubts *policy = doubting->policy;
    int64_t ahead_ms = doubting->report->device_time_ms - engine->received_ms;

    if (ahead_ms > 0 && policy->clock_points == 0)
        return false;
    if (ahead_ms <= (int64_t) policy->clock_minutes * MS_PER_MINUTE)
        return ahead_ms > 0 || !doubting->visit->time_doubtful;
    add_doubt(doubting, DUBAN__DOUBT_KIND__DOUBT_KIND_CLOCK, policy->clock_points)->apart_s = ahead_ms / 1000;
    return false;
}

/* ---------------------------------------------------------------- a visit */

static void note_doubt(struct engine *engine, const Duban__Visit *visit, const Duban__Doubt *doubt)
{
    Duban__Fact *fact = engine_fact(engine, KINDS[doubt->kind].fact, NULL);

    fact->actor = visit->reporter;
    fact->visit_ms = visit->visit_ms;
    fact->other_sequence = visit->sequence;
    fact->number = doubt->points;
    fact->rule = (char *) KINDS[doubt->kind].rule;
    fact->reason = doubt->words->zh;
    fact->reason_en = doubt->words->en;
    engine_add_fact(engine, fact);
}

void engine_doubt_visit(struct engine *engine, const Duban__Report *report, Duban__Visit *visit)
{
    const struct doubting doubting = { engine, &engine->policy->doubts, report, visit };

    if (!engine->policy->doubts.given || (report->n_evidence == 0 && report->position == NULL))
        return;
    visit->doubts = (Duban__Doubt **) arena_take_pointers(&engine->state->arena, MOST_DOUBTS);
    assert(visit->doubts != NULL);
    look_at_photos_again(&doubting);
    if (look_at_clock(&doubting)) {
        look_at_photo_times(&doubting);
        look_at_way(&doubting);
    }
    for (size_t i = 0; i < visit->n_doubts; i++) {
        visit->doubts[i]->words = words_of(engine, visit->doubts[i]);
        note_doubt(engine, visit, visit->doubts[i]);
    }
}

/* Room for one more of each kind, whatever was read. */
static void make_room(struct engine *engine, Duban__Visit *visit)
{
    Duban__Doubt **doubts = (Duban__Doubt **) arena_take_pointers(&engine->state->arena, MOST_DOUBTS);

    assert(doubts != NULL && visit->n_doubts <= MOST_DOUBTS);
    for (size_t i = 0; i < visit->n_doubts; i++)
        doubts[i] = visit->doubts[i];
    visit->doubts = doubts;
}

void engine_doubt_photo(struct engine *engine, Duban__Visit *visit, const Duban__Evidence *photo)
{
    const struct policy_doubts *policy = engine->policy == NULL ? NULL : &engine->policy->doubts;
    const struct doubting doubting = { engine, policy, NULL, visit };
    size_t before = visit->n_doubts;
    uint32_t score = visit->doubt_score;

    if (policy == NULL || !policy->given)
        return;
    make_room(engine, visit);
    look_at_photo_again(&doubting, photo);
    if (visit->n_doubts == before)
        return;
    visit->doubts[before]->words = words_of(engine, visit->doubts[before]);
    note_doubt(engine, visit, visit->doubts[before]);
    if (score < policy->tell_from)   /* else whoever supervises knows of the visit */
        engine_tell_doubts(engine, visit);
}

/* ---------------------------------------------------------------- who is told */

/* Those that the post reaches, without the doubted member. */
static size_t others(struct engine *engine, const struct telling *telling, enum policy_selector selector, const char *doubted,
                     struct recipient *found)
{
    size_t count = engine_recipients(engine, selector, telling, found, MAX_RECIPIENTS), kept = 0;

    engine_note_passed_over(engine, telling, selector, found, count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(found[i].holder->account, doubted) != 0)
            found[kept++] = found[i];
    return kept;
}

/* Whoever stands in for the lead; false when that is nobody. */
static bool deputy_of(struct engine *engine, const Duban__Holder *lead, struct recipient *found)
{
    if (lead->deputy[0] == '\0' || !engine_who_is_there(engine, lead->deputy, DUBAN__ROLE__ROLE_LEAD, found) ||
        strcmp(found->holder->account, lead->account) == 0)
        return false;
    found->role = DUBAN__ROLE__ROLE_LEAD;
    found->scope = "";
    found->stands_in_for = lead;
    found->lookup = "deputy of the lead";
    return true;
}

/* Nobody judges himself, nor is he judged by whom he leads. */
static enum policy_selector first_above(struct engine *engine, const struct telling *telling, const Duban__Holder *doubted)
{
    const char *zone = engine_zone_of(engine, *telling->where);

    for (size_t i = 0; doubted != NULL && i < doubted->n_roles; i++)
        if (doubted->roles[i]->role == DUBAN__ROLE__ROLE_GROUP_LEADER && strcmp(doubted->roles[i]->scope, zone) == 0)
            return TO_LEAD;
    return TO_GROUP_LEADER;
}

static size_t supervisors(struct engine *engine, const struct telling *telling, const char *doubted, struct recipient *found)
{
    const Duban__Holder *holder = state_holder(engine->state, doubted);
    enum policy_selector selector;
    size_t count = 0;

    if (holder != NULL && engine_holds(holder, DUBAN__ROLE__ROLE_LEAD))
        return deputy_of(engine, holder, found) ? 1 : others(engine, telling, TO_COMMITTEE, doubted, found);
    for (selector = first_above(engine, telling, holder); count == 0 && selector != TO_NONE; selector = engine_one_up(selector))
        count = others(engine, telling, selector, doubted, found);
    return count;
}

static Duban__Text *all_words(struct engine *engine, const Duban__Visit *visit)
{
    char *zh = visit->doubts[0]->words->zh, *en = visit->doubts[0]->words->en;

    for (size_t i = 1; i < visit->n_doubts; i++) {
        const Duban__Text *next = visit->doubts[i]->words;

        zh = engine_joined(engine, engine_joined(engine, zh, "；"), next->zh);
        en = engine_joined(engine, engine_joined(engine, en, "; "), next->en);
    }
    return engine_text(engine, zh, en);
}

static Duban__NoticeItem *item_of(struct engine *engine, const Duban__Visit *visit, struct place place)
{
    Duban__NoticeItem *item = engine_item_at(engine, place);
    const Duban__Holder *reporter = state_holder(engine->state, visit->reporter);
    char *number = arena_take(&engine->state->arena, 24);

    assert(number != NULL);
    snprintf(number, 24, "%llu", (unsigned long long) visit->sequence);
    item->number = number;
    item->owner = visit->reporter;
    item->owner_title = reporter == NULL ? NULL : reporter->title;
    item->at_s = visit->visit_ms / 1000;
    item->count = visit->doubt_score;
    item->reason_text = all_words(engine, visit);
    return item;
}

void engine_tell_doubts(struct engine *engine, const Duban__Visit *visit)
{
    const struct policy_doubts *policy = &engine->policy->doubts;
    struct place place = engine_place_of_site(visit->site);
    struct recipient found[MAX_RECIPIENTS];
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "visit_doubted", .rule = "evidence_doubts.tell_from", .place = &policy->place, .where = &place,
        .items = &item, .item_count = 1,
    };
    size_t count;

    if (!policy->given || visit->doubt_score == 0 || visit->doubt_score < policy->tell_from)
        return;
    item = item_of(engine, visit, place);
    count = supervisors(engine, &telling, visit->reporter, found);
    if (count == 0)
        engine_note_nobody(engine, &telling, TO_LEAD);
    for (size_t i = 0; i < count; i++)
        engine_tell_one(engine, &telling, &found[i]);
}
