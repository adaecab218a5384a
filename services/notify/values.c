/* values.c - what stands for each placeholder, over one or several items. */
#include <stddef.h>

#include "civil.h"
#include "rendering.h"

const char *rendering_words(const struct rendering *rendering, const Duban__Text *text)
{
    if (text == NULL)
        return "";
    return rendering->language == LANGUAGE_EN && text->en[0] != '\0' ? text->en : text->zh;
}

void rendering_say(struct rendering *rendering, const char *zh, const char *en)
{
    text_add(rendering->out, rendering->language == LANGUAGE_ZH ? zh : en);
}

static void missing(struct rendering *rendering)
{
    text_add(rendering->out, "—");
    rendering->counts->missing_values++;
}

static void put_words(struct rendering *rendering, const char *words)
{
    if (words[0] == '\0')
        missing(rendering);
    else
        text_add(rendering->out, words);
}

static void put_number(struct rendering *rendering, uint32_t number)
{
    if (number == 0)
        missing(rendering);
    else
        text_unsigned(rendering->out, number);
}

/* ---------------------------------------------------------------- times and durations */

static int32_t offset_s(const struct rendering *rendering)
{
    return rendering->texts != NULL ? rendering->texts->offset_s : 0;
}

/* "2月3日" or "3 Feb", with the year when it is not the year in which this was decided. */
static void put_day(struct rendering *rendering, struct civil day)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct text *out = rendering->out;
    bool other_year = day.year != civil_of(rendering->notice->decided_at_s, offset_s(rendering)).year;

    if (rendering->language == LANGUAGE_ZH) {
        if (other_year) {
            text_number(out, day.year);
            text_add(out, "年");
        }
        text_number(out, day.month);
        text_add(out, "月");
        text_number(out, day.day);
        text_add(out, "日");
        return;
    }
    text_number(out, day.day);
    text_add(out, " ");
    text_add(out, months[day.month - 1]);
    if (other_year) {
        text_add(out, " ");
        text_number(out, day.year);
    }
}

static void put_date(struct rendering *rendering, int64_t at_s)
{
    if (at_s == 0)
        missing(rendering);
    else
        put_day(rendering, civil_of(at_s, offset_s(rendering)));
}

static void put_clock(struct rendering *rendering, int32_t hour, int32_t minute)
{
    text_add(rendering->out, " ");
    text_digits(rendering->out, (uint32_t) hour, 2);
    text_add(rendering->out, ":");
    text_digits(rendering->out, (uint32_t) minute, 2);
    if (rendering->texts == NULL)
        text_add(rendering->out, " UTC");
}

static void put_moment(struct rendering *rendering, int64_t at_s)
{
    struct civil civil;

    if (at_s == 0) {
        missing(rendering);
        return;
    }
    civil = civil_of(at_s, offset_s(rendering));
    put_day(rendering, civil);
    put_clock(rendering, civil.hour, civil.minute);
}

/* Until when: the end of a day is 24:00 of it, as clerks write, not 00:00 of the next. */
static void put_limit(struct rendering *rendering, int64_t at_s)
{
    if (at_s == 0 || civil_second_of_day(at_s, offset_s(rendering)) != 0) {
        put_moment(rendering, at_s);
        return;
    }
    put_day(rendering, civil_of(at_s - 1, offset_s(rendering)));
    put_clock(rendering, 24, 0);
}

static void put_amount(struct rendering *rendering, int64_t amount, const char *zh, const char *en)
{
    text_number(rendering->out, amount);
    rendering_say(rendering, zh, en);
}

/* The smaller unit behind a larger one, when it is not zero. */
static void put_rest(struct rendering *rendering, int64_t amount, const char *zh, const char *en)
{
    if (amount == 0)
        return;
    rendering_say(rendering, "", " ");
    put_amount(rendering, amount, zh, en);
}

/* The two largest units that say something: 3天4小时, 2小时30分, 45分钟. */
static void put_duration(struct rendering *rendering, int64_t seconds)
{
    int64_t days = seconds / DAY_SECONDS;
    int64_t hours = seconds % DAY_SECONDS / 3600;
    int64_t minutes = seconds % 3600 / 60;

    if (seconds <= 0) {
        missing(rendering);
    } else if (days > 0) {
        put_amount(rendering, days, "天", " d");
        put_rest(rendering, hours, "小时", " h");
    } else if (hours > 0) {
        put_amount(rendering, hours, "小时", " h");
        put_rest(rendering, minutes, "分", " min");
    } else if (minutes > 0) {
        put_amount(rendering, minutes, "分钟", " min");
    } else {
        rendering_say(rendering, "不到1分钟", "less than 1 min");
    }
}

/* ---------------------------------------------------------------- values of items */

typedef const char *words_of(const struct rendering *rendering, const Duban__NoticeItem *item);

static const char *number_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    (void) rendering;
    return item->number;
}

static const char *code_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    (void) rendering;
    return item->code;
}

static const char *site_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    const char *name = rendering_words(rendering, item->site_name);

    return name[0] != '\0' ? name : item->site;
}

static const char *finding_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    return rendering_words(rendering, item->finding);
}

static const char *level_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    (void) rendering;
    return item->level;
}

static const char *owner_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    const char *title = rendering_words(rendering, item->owner_title);

    return title[0] != '\0' ? title : item->owner;
}

static const char *matter_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    return rendering_words(rendering, item->matter);
}

static const char *amount_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    return rendering_words(rendering, item->amount);
}

static const char *minimum_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    return rendering_words(rendering, item->minimum);
}

static const char *reason_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    const char *ours = rendering_words(rendering, item->reason_text);

    return ours[0] != '\0' ? ours : item->reason;
}

static const char *group_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    return rendering_words(rendering, item->group);
}

/* Times and counts are named by the place of their field in the item. */
#define FIELD(name) offsetof(Duban__NoticeItem, name)
#define FIGURE(name) offsetof(Duban__MeetingCounts, name)

static int64_t time_of(const Duban__NoticeItem *item, size_t field)
{
    return *(const int64_t *) (const void *) ((const char *) item + field);
}

static uint32_t count_of(const Duban__NoticeItem *item, size_t field)
{
    return *(const uint32_t *) (const void *) ((const char *) item + field);
}

/* Zero = no item has it. */
static int64_t smallest(const struct rendering *rendering, size_t field)
{
    int64_t best = 0;

    for (size_t i = 0; i < rendering->count; i++) {
        int64_t this = time_of(rendering->items[i], field);

        if (this != 0 && (best == 0 || this < best))
            best = this;
    }
    return best;
}

static int64_t largest(const struct rendering *rendering, size_t field)
{
    int64_t best = 0;

    for (size_t i = 0; i < rendering->count; i++)
        if (time_of(rendering->items[i], field) > best)
            best = time_of(rendering->items[i], field);
    return best;
}

/* ---------------------------------------------------------------- each finding's own limit */

bool rendering_dues_differ(const struct rendering *rendering)
{
    for (size_t i = 1; i < rendering->count; i++)
        if (rendering->items[i]->due_s != rendering->items[0]->due_s)
            return true;
    return false;
}

static void put_own_due(struct rendering *rendering, const Duban__NoticeItem *item)
{
    if (item->due_s == 0)
        return;
    rendering_say(rendering, "（", " (by ");
    put_limit(rendering, item->due_s);
    rendering_say(rendering, "前）", ")");
}

static void put_due(struct rendering *rendering)
{
    if (rendering->due_by_finding)
        rendering_say(rendering, "各自时限", "the time given with each");
    else if (smallest(rendering, FIELD(due_s)) == 0 && rendering->count > 0 && rendering->items[0]->case_id.len > 0)
        rendering_say(rendering, "放假安排公布后确定的时限", "the time to be set once the calendar is published");
    else
        put_limit(rendering, smallest(rendering, FIELD(due_s)));
}

/* No time that is past is asked for, and none where there is none. */
static void put_by(struct rendering *rendering)
{
    int64_t due_s = smallest(rendering, FIELD(due_s));

    if (due_s == 0) {
        rendering_say(rendering, "尽快", "as soon as possible");
        return;
    }
    if (due_s <= rendering->notice->decided_at_s)
        rendering_say(rendering, "立即（原定", "at once (it was due by ");
    else
        rendering_say(rendering, "于", "by ");
    put_limit(rendering, due_s);
    if (due_s <= rendering->notice->decided_at_s)
        rendering_say(rendering, "前）", ")");
    else
        rendering_say(rendering, "前", "");
}

/* ---------------------------------------------------------------- over all items */

/* What has no number of its own is a report. */
static void put_item(struct rendering *rendering, const Duban__NoticeItem *item, words_of *words)
{
    if (words != number_of || item->number[0] != '\0' || item->report == NULL) {
        put_words(rendering, words(rendering, item));
        return;
    }
    rendering_say(rendering, "第 ", "Report ");
    text_unsigned(rendering->out, item->report->sequence);
    rendering_say(rendering, " 号记录", "");
}

/* All of them, numbered when there are several. */
static void put_list(struct rendering *rendering, words_of *words)
{
    for (size_t i = 0; i < rendering->count; i++) {
        if (i > 0)
            rendering_say(rendering, "；", "; ");
        if (rendering->count > 1) {
            text_unsigned(rendering->out, i + 1);
            text_add(rendering->out, ". ");
        }
        put_item(rendering, rendering->items[i], words);
        if (words == finding_of && rendering->due_by_finding)
            put_own_due(rendering, rendering->items[i]);
    }
    if (rendering->count == 0)
        missing(rendering);
}

static bool said_before(const struct rendering *rendering, words_of *words, size_t place)
{
    const char *these = words(rendering, rendering->items[place]);

    for (size_t i = 0; i < place; i++)
        if (strcmp(words(rendering, rendering->items[i]), these) == 0)
            return true;
    return false;
}

enum { MOST_REASONS = 5 };

/* Each different one once; of reasons the first few. */
static void put_distinct(struct rendering *rendering, words_of *words)
{
    size_t said = 0;
    bool any = false;

    for (size_t i = 0; i < rendering->count; i++) {
        const char *these = words(rendering, rendering->items[i]);

        if (these[0] == '\0' || said_before(rendering, words, i))
            continue;
        if (words == reason_of && ++said > MOST_REASONS) {
            rendering_say(rendering, "等", " and others");
            return;
        }
        if (any)
            rendering_say(rendering, "、", ", ");
        text_add(rendering->out, these);
        any = true;
    }
    if (!any)
        missing(rendering);
}

static uint32_t most(const struct rendering *rendering, size_t field)
{
    uint32_t best = 0;

    for (size_t i = 0; i < rendering->count; i++)
        if (count_of(rendering->items[i], field) > best)
            best = count_of(rendering->items[i], field);
    return best;
}

/* 第2次逾期，已逾期3小时: from the second round on, where the text does not say the round in a place of its own. */
static void put_lateness(struct rendering *rendering)
{
    int64_t overdue_s = largest(rendering, FIELD(overdue_s));
    uint32_t round = rendering->says_round ? 0 : most(rendering, FIELD(overdue_round));

    if (round > 1 && rendering->language == LANGUAGE_ZH) {
        text_add(rendering->out, "第");
        text_unsigned(rendering->out, round);
        text_add(rendering->out, "次逾期，");
    }
    if (overdue_s > 0 && overdue_s < 60) {
        rendering_say(rendering, "刚刚逾期", "just overdue");
    } else {
        rendering_say(rendering, "已逾期", "overdue by ");
        put_duration(rendering, overdue_s);
    }
    if (round > 1 && rendering->language == LANGUAGE_EN) {
        text_add(rendering->out, " (time ");
        text_unsigned(rendering->out, round);
        text_add(rendering->out, ")");
    }
}

static void put_count(struct rendering *rendering)
{
    uint32_t count = rendering->count == 1 && !rendering->head ? rendering->items[0]->count : 0;

    put_number(rendering, count != 0 ? count : (uint32_t) rendering->count);
}

enum { MOST_HELD_NAMED = 5 };

/* Which records are held. An item's count is the number of its record. */
static void put_held(struct rendering *rendering)
{
    size_t named = rendering->count < MOST_HELD_NAMED ? rendering->count : MOST_HELD_NAMED;

    if (rendering->count == 0) {
        missing(rendering);
        return;
    }
    if (rendering->count == 1) {
        rendering_say(rendering, "第", "Record ");
        put_number(rendering, rendering->items[0]->count);
        rendering_say(rendering, "号记录（", " of ");
        put_moment(rendering, rendering->items[0]->at_s);
        rendering_say(rendering, "收到）待核", " is held");
        return;
    }
    rendering_say(rendering, "共", "");
    text_unsigned(rendering->out, rendering->count);
    rendering_say(rendering, "条待核：第", " records are held: ");
    for (size_t i = 0; i < named; i++) {
        if (i > 0)
            rendering_say(rendering, "、", ", ");
        put_number(rendering, rendering->items[i]->count);
    }
    if (named < rendering->count)
        rendering_say(rendering, "…", "…");
    rendering_say(rendering, "号", "");
}

static void put_passes(struct rendering *rendering)
{
    uint32_t passes = most(rendering, FIELD(passes_needed));

    if (passes == 1) {
        rendering_say(rendering, "复查合格", "passed its revisit");
        return;
    }
    rendering_say(rendering, "连续", "passed ");
    put_number(rendering, passes);
    rendering_say(rendering, "次复查合格", " revisits in a row");
}

/* Nothing where nobody went: the text reads on without it. */
static void put_attempts(struct rendering *rendering)
{
    uint32_t attempts = most(rendering, FIELD(count));

    if (attempts == 0)
        return;
    rendering_say(rendering, "（到访未果", " (tried in vain ");
    text_unsigned(rendering->out, attempts);
    rendering_say(rendering, "次）", attempts == 1 ? " time)" : " times)");
}

/* Its number in brackets; nothing where it has none: the text reads on without it. */
static void put_which(struct rendering *rendering)
{
    bool any = false;

    for (size_t i = 0; i < rendering->count; i++)
        any |= rendering->items[i]->number[0] != '\0' || rendering->items[i]->report != NULL;
    if (!any)
        return;
    rendering_say(rendering, "（", " (");
    put_list(rendering, number_of);
    rendering_say(rendering, "）", ")");
}

/* Nothing where none was taken: the text reads on without it. */
static void put_photos(struct rendering *rendering)
{
    uint32_t photos = 0;

    for (size_t i = 0; i < rendering->count; i++)
        photos += rendering->items[i]->report == NULL ? 0 : rendering->items[i]->report->photos;
    if (photos == 0)
        return;
    rendering_say(rendering, "，照片", ", ");
    text_unsigned(rendering->out, photos);
    rendering_say(rendering, "张", photos == 1 ? " photo" : " photos");
}

/* Of the first item that is about a day: none of it is a figure too. */
static void put_figure(struct rendering *rendering, size_t field)
{
    for (size_t i = 0; i < rendering->count; i++)
        if (rendering->items[i]->meeting != NULL) {
            text_unsigned(rendering->out, *(const uint32_t *) (const void *) ((const char *) rendering->items[i]->meeting + field));
            return;
        }
    missing(rendering);
}

/* nobody_to_receive gives as reason the selector of the policy that found nobody. */
static const char *vacant_post(const struct rendering *rendering)
{
    static const struct {
        const char *selector;
        const char *name[LANGUAGE_COUNT];
    } posts[] = {
        { "site_contact", { "整改责任单位", "site contact" } }, { "owner", { "责任人", "owner" } },
        { "finder", { "巡查员", "finder" } },                   { "group_leader", { "组长", "group leader" } },
        { "area_contact", { "包片联系人", "area contact" } },   { "lead", { "专班组长", "lead" } },
        { "duty_clerk", { "内勤", "duty clerk" } },             { "committee", { "地区工委", "committee" } },
        { "sender", { "报送人", "sender" } },                   { "inspector", { "巡查员", "inspector" } },
        { "office", { "承办科室", "office concerned" } },
    };

    if (strcmp(rendering->notice->kind, "nobody_to_receive") != 0 || rendering->count == 0)
        return NULL;
    for (size_t i = 0; i < sizeof posts / sizeof posts[0]; i++)
        if (strcmp(posts[i].selector, rendering->items[0]->reason) == 0)
            return posts[i].name[rendering->language];
    return NULL;
}

/* 北片组组长, group leader of north. */
static void put_vacant(struct rendering *rendering, const char *post, const char *where)
{
    rendering_say(rendering, where, "");
    text_add(rendering->out, post);
    if (where[0] != '\0') {
        rendering_say(rendering, "", " of ");
        rendering_say(rendering, "", where);
    }
}

/* The post of which the message speaks, else of whom it is for. */
static void put_role(struct rendering *rendering)
{
    const Duban__Recipient *recipient = rendering->notice->recipient;
    const char *vacant = vacant_post(rendering);

    if (vacant != NULL) {
        put_vacant(rendering, vacant, group_of(rendering, rendering->items[0]));
        return;
    }
    for (size_t i = 0; i < rendering->count; i++) {
        if (owner_of(rendering, rendering->items[i])[0] != '\0') {
            put_distinct(rendering, owner_of);
            return;
        }
    }
    put_words(rendering, recipient != NULL ? rendering_words(rendering, recipient->title) : "");
}

static void put_title(struct rendering *rendering)
{
    const Duban__Recipient *recipient = rendering->notice->recipient;

    put_words(rendering, recipient != NULL ? rendering_words(rendering, recipient->title) : "");
}

static void put_today(struct rendering *rendering)
{
    const Duban__NoticeItem *item = rendering->count == 1 && !rendering->head ? rendering->items[0] : NULL;
    int64_t day_s = rendering->notice->decided_at_s;

    if (item != NULL && item->at_s != 0)
        day_s = item->at_s;
    else if (item != NULL && item->due_s != 0)
        day_s = item->due_s;
    put_date(rendering, day_s);
}

static void put_kind(struct rendering *rendering)
{
    const char *kind = rendering->count == 1 ? rendering->items[0]->kind : "";

    put_words(rendering, kind[0] != '\0' ? kind : rendering->notice->kind);
}

/* Whichever duration there is. */
static void put_any_duration(struct rendering *rendering)
{
    static const size_t fields[] = { FIELD(least_s), FIELD(overdue_s), FIELD(open_s), FIELD(left_s) };
    int64_t seconds = 0;

    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && seconds == 0; i++)
        seconds = largest(rendering, fields[i]);
    put_duration(rendering, seconds);
}

/* ---------------------------------------------------------------- what is known of the site */

static const char *purpose_words(const struct rendering *rendering, Duban__Purpose purpose)
{
    static const char *const words[][LANGUAGE_COUNT] = {
        [DUBAN__PURPOSE__PURPOSE_UNSPECIFIED] = { "到访", "visit" },
        [DUBAN__PURPOSE__PURPOSE_INSPECTION] = { "巡查", "inspection" },
        [DUBAN__PURPOSE__PURPOSE_REVISIT] = { "复查", "revisit" },
        [DUBAN__PURPOSE__PURPOSE_GUIDANCE] = { "指导", "guidance" },
        [DUBAN__PURPOSE__PURPOSE_OBSERVATION] = { "蹲守", "observation" },
        [DUBAN__PURPOSE__PURPOSE_CHECK_IN] = { "打卡", "check-in" },
    };
    size_t known = (size_t) purpose < sizeof words / sizeof words[0] ? (size_t) purpose : 0;

    return words[known][rendering->language];
}

static void put_prior_visit(struct rendering *rendering, const Duban__PriorVisit *visit)
{
    put_date(rendering, visit->at_s);
    rendering_say(rendering, "", " ");
    text_add(rendering->out, purpose_words(rendering, visit->purpose));
    if (visit->failed == 0) {
        rendering_say(rendering, "无不合格", ", nothing failed");
        return;
    }
    rendering_say(rendering, "", ", ");
    text_unsigned(rendering->out, visit->failed);
    rendering_say(rendering, "项不合格", " failed");
}

/* Of the first item: such a message is about one. */
static void put_prior(struct rendering *rendering)
{
    const Duban__NoticeItem *item = rendering->count == 0 ? NULL : rendering->items[0];

    if (item == NULL || item->n_prior_visits == 0)
        rendering_say(rendering, "近期无巡查", "no visits before");
    for (size_t i = 0; item != NULL && i < item->n_prior_visits; i++) {
        if (i > 0)
            rendering_say(rendering, "、", "; ");
        put_prior_visit(rendering, item->prior_visits[i]);
    }
    if (item == NULL || item->n_prior_cases == 0) {
        rendering_say(rendering, "，无未销号问题", "; no open case");
        return;
    }
    rendering_say(rendering, "，未销号：", "; open: ");
    for (size_t i = 0; i < item->n_prior_cases; i++) {
        if (i > 0)
            rendering_say(rendering, "、", ", ");
        text_add(rendering->out, item->prior_cases[i]);
    }
}

/* ---------------------------------------------------------------- which value how */

enum how { HOW_OWN, HOW_LIST, HOW_DISTINCT, HOW_MOMENT, HOW_LIMIT, HOW_DATE, HOW_LONGEST, HOW_SHORTEST, HOW_MOST, HOW_FIGURE };

/* A new placeholder: its name in texts.c, its number in texts.h, its row here. */
static const struct source {
    enum how how;
    words_of *words;                         /* HOW_LIST, HOW_DISTINCT */
    size_t field;                            /* times, durations, HOW_MOST; HOW_FIGURE: in MeetingCounts */
    void (*own)(struct rendering *rendering);
} sources[] = {
    [PLACEHOLDER_NUMBER] = { HOW_LIST, .words = number_of },
    [PLACEHOLDER_SITE] = { HOW_DISTINCT, .words = site_of },
    [PLACEHOLDER_FINDING] = { HOW_LIST, .words = finding_of },
    [PLACEHOLDER_LEVEL] = { HOW_DISTINCT, .words = level_of },
    [PLACEHOLDER_DUE] = { HOW_OWN, .field = FIELD(due_s), .own = put_due },
    [PLACEHOLDER_NEW_DUE] = { HOW_LIMIT, .field = FIELD(new_due_s) },
    [PLACEHOLDER_OVERDUE] = { HOW_LONGEST, .field = FIELD(overdue_s) },
    [PLACEHOLDER_LEFT] = { HOW_SHORTEST, .field = FIELD(left_s) },
    [PLACEHOLDER_OPEN] = { HOW_LONGEST, .field = FIELD(open_s) },
    [PLACEHOLDER_OWNER] = { HOW_DISTINCT, .words = owner_of },
    [PLACEHOLDER_K] = { HOW_MOST, .field = FIELD(pass_number) },
    [PLACEHOLDER_N] = { HOW_MOST, .field = FIELD(passes_needed) },
    [PLACEHOLDER_CHASED] = { HOW_MOST, .field = FIELD(chased) },
    [PLACEHOLDER_ROUND] = { HOW_MOST, .field = FIELD(overdue_round) },
    [PLACEHOLDER_REASON] = { HOW_DISTINCT, .words = reason_of },
    [PLACEHOLDER_MATTER] = { HOW_DISTINCT, .words = matter_of },
    [PLACEHOLDER_AMOUNT] = { HOW_LIST, .words = amount_of },
    [PLACEHOLDER_MINIMUM] = { HOW_LIST, .words = minimum_of },
    [PLACEHOLDER_GROUP] = { HOW_DISTINCT, .words = group_of },
    [PLACEHOLDER_AT] = { HOW_MOMENT, .field = FIELD(at_s) },
    [PLACEHOLDER_DAYS] = { HOW_MOST, .field = FIELD(days) },
    [PLACEHOLDER_COUNT_] = { HOW_OWN, .own = put_count },
    [PLACEHOLDER_ROLE] = { HOW_OWN, .own = put_role },
    [PLACEHOLDER_TITLE] = { HOW_OWN, .own = put_title },
    [PLACEHOLDER_DATE] = { HOW_OWN, .own = put_today },
    [PLACEHOLDER_KIND] = { HOW_OWN, .own = put_kind },
    [PLACEHOLDER_NEW_DATE] = { HOW_DATE, .field = FIELD(new_due_s) },
    [PLACEHOLDER_DURATION] = { HOW_OWN, .own = put_any_duration },
    [PLACEHOLDER_PRIOR] = { HOW_OWN, .own = put_prior },
    [PLACEHOLDER_BY] = { HOW_OWN, .field = FIELD(due_s), .own = put_by },
    [PLACEHOLDER_HELD] = { HOW_OWN, .field = FIELD(at_s), .own = put_held },
    [PLACEHOLDER_LATENESS] = { HOW_OWN, .field = FIELD(overdue_s), .own = put_lateness },
    [PLACEHOLDER_PASSES] = { HOW_OWN, .own = put_passes },
    [PLACEHOLDER_ATTEMPTS] = { HOW_OWN, .own = put_attempts },
    [PLACEHOLDER_PHOTOS] = { HOW_OWN, .own = put_photos },
    [PLACEHOLDER_WHICH] = { HOW_OWN, .own = put_which },
    [PLACEHOLDER_CODE] = { HOW_LIST, .words = code_of },
    [PLACEHOLDER_OVERDUE_CASES] = { HOW_FIGURE, .field = FIGURE(overdue) },
    [PLACEHOLDER_DUE_CASES] = { HOW_FIGURE, .field = FIGURE(due_today) },
    [PLACEHOLDER_REVISITS] = { HOW_FIGURE, .field = FIGURE(revisits) },
    [PLACEHOLDER_COMPLAINTS] = { HOW_FIGURE, .field = FIGURE(complaints) },
    [PLACEHOLDER_REQUIRED] = { HOW_FIGURE, .field = FIGURE(required) },
    [PLACEHOLDER_PLANNED] = { HOW_FIGURE, .field = FIGURE(planned) },
    [PLACEHOLDER_INSPECTED] = { HOW_FIGURE, .field = FIGURE(inspected) },
    [PLACEHOLDER_REMAINING] = { HOW_FIGURE, .field = FIGURE(remaining) },
    [PLACEHOLDER_FILED] = { HOW_FIGURE, .field = FIGURE(filed) },
    [PLACEHOLDER_CLOSED_CASES] = { HOW_FIGURE, .field = FIGURE(closed) },
    [PLACEHOLDER_CARRIED] = { HOW_FIGURE, .field = FIGURE(carried) },
    [PLACEHOLDER_LATE_REPORTS] = { HOW_FIGURE, .field = FIGURE(late_reports) },
    [PLACEHOLDER_OTHER_OVERDUE] = { HOW_FIGURE, .field = FIGURE(other_overdue) },
    [PLACEHOLDER_BLIND_SPOTS] = { HOW_FIGURE, .field = FIGURE(blind_spots) },
};

void rendering_value(struct rendering *rendering, enum placeholder placeholder)
{
    const struct source *source = &sources[placeholder];

    switch (source->how) {
    case HOW_OWN:
        source->own(rendering);
        return;
    case HOW_LIST:
        put_list(rendering, source->words);
        return;
    case HOW_DISTINCT:
        put_distinct(rendering, source->words);
        return;
    case HOW_MOMENT:
        put_moment(rendering, smallest(rendering, source->field));
        return;
    case HOW_LIMIT:
        put_limit(rendering, smallest(rendering, source->field));
        return;
    case HOW_DATE:
        put_date(rendering, smallest(rendering, source->field));
        return;
    case HOW_LONGEST:
        put_duration(rendering, largest(rendering, source->field));
        return;
    case HOW_SHORTEST:
        put_duration(rendering, smallest(rendering, source->field));
        return;
    case HOW_FIGURE:
        put_figure(rendering, source->field);
        return;
    case HOW_MOST:
        put_number(rendering, most(rendering, source->field));
        return;
    }
}

bool rendering_has(const struct rendering *rendering, enum placeholder placeholder)
{
    const struct source *source = &sources[placeholder];

    if (source->words == NULL)
        return smallest(rendering, source->field) != 0;
    for (size_t i = 0; i < rendering->count; i++)
        if (source->words(rendering, rendering->items[i])[0] != '\0')
            return true;
    return false;
}
