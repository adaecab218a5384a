/* render.c - placeholders, joining of items, digests, and the marks in front. */
#include "render.h"

#include "civil.h"

/* One message being put together. */
struct rendering {
    struct text *out;
    const struct shelf *shelf;
    const struct texts *texts;     /* NULL = not known */
    const Duban__Notice *notice;
    Duban__NoticeItem *const *items;
    size_t count;
    bool head;                     /* of a digest: speaks of all its lines at once */
    enum language language;
    struct render_counts *counts;
};

static const char *in_language(const Duban__Text *text, enum language language)
{
    if (text == NULL)
        return "";
    return language == LANGUAGE_EN && text->en[0] != '\0' ? text->en : text->zh;
}

static void say(struct rendering *rendering, const char *zh, const char *en)
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

static void put_moment(struct rendering *rendering, int64_t at_s)
{
    struct civil civil;

    if (at_s == 0) {
        missing(rendering);
        return;
    }
    civil = civil_of(at_s, offset_s(rendering));
    put_day(rendering, civil);
    text_add(rendering->out, " ");
    text_digits(rendering->out, (uint32_t) civil.hour, 2);
    text_add(rendering->out, ":");
    text_digits(rendering->out, (uint32_t) civil.minute, 2);
    if (rendering->texts == NULL)
        text_add(rendering->out, " UTC");
}

static void put_amount(struct rendering *rendering, int64_t amount, const char *zh, const char *en)
{
    text_number(rendering->out, amount);
    say(rendering, zh, en);
}

/* The smaller unit behind a larger one, when it is not zero. */
static void put_rest(struct rendering *rendering, int64_t amount, const char *zh, const char *en)
{
    if (amount == 0)
        return;
    say(rendering, "", " ");
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
        say(rendering, "不到1分钟", "less than 1 min");
    }
}

/* ---------------------------------------------------------------- values of items */

typedef const char *words_of(const struct rendering *rendering, const Duban__NoticeItem *item);

static const char *number_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    (void) rendering;
    return item->number;
}

static const char *site_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    const char *name = in_language(item->site_name, rendering->language);

    return name[0] != '\0' ? name : item->site;
}

static const char *finding_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    return in_language(item->finding, rendering->language);
}

static const char *level_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    (void) rendering;
    return item->level;
}

static const char *owner_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    const char *title = in_language(item->owner_title, rendering->language);

    return title[0] != '\0' ? title : item->owner;
}

static const char *matter_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    return in_language(item->matter, rendering->language);
}

static const char *reason_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    const char *ours = in_language(item->reason_text, rendering->language);

    return ours[0] != '\0' ? ours : item->reason;
}

static const char *group_of(const struct rendering *rendering, const Duban__NoticeItem *item)
{
    return in_language(item->group, rendering->language);
}

/* All of them, numbered when there are several. */
static void put_list(struct rendering *rendering, words_of *words)
{
    for (size_t i = 0; i < rendering->count; i++) {
        if (i > 0)
            say(rendering, "；", "; ");
        if (rendering->count > 1) {
            text_unsigned(rendering->out, i + 1);
            text_add(rendering->out, ". ");
        }
        put_words(rendering, words(rendering, rendering->items[i]));
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

/* Each different one once. */
static void put_distinct(struct rendering *rendering, words_of *words)
{
    bool any = false;

    for (size_t i = 0; i < rendering->count; i++) {
        const char *these = words(rendering, rendering->items[i]);

        if (these[0] == '\0' || said_before(rendering, words, i))
            continue;
        if (any)
            say(rendering, "、", ", ");
        text_add(rendering->out, these);
        any = true;
    }
    if (!any)
        missing(rendering);
}

typedef int64_t value_of(const Duban__NoticeItem *item);

static int64_t due_of(const Duban__NoticeItem *item)
{
    return item->due_s;
}

static int64_t new_due_of(const Duban__NoticeItem *item)
{
    return item->new_due_s;
}

static int64_t left_of(const Duban__NoticeItem *item)
{
    return item->left_s;
}

static int64_t overdue_of(const Duban__NoticeItem *item)
{
    return item->overdue_s;
}

static int64_t open_of(const Duban__NoticeItem *item)
{
    return item->open_s;
}

static int64_t at_of(const Duban__NoticeItem *item)
{
    return item->at_s;
}

static int64_t any_duration_of(const Duban__NoticeItem *item)
{
    if (item->overdue_s != 0)
        return item->overdue_s;
    return item->open_s != 0 ? item->open_s : item->left_s;
}

static int64_t day_of(const Duban__NoticeItem *item)
{
    return item->at_s != 0 ? item->at_s : item->due_s;
}

static int64_t smallest(const struct rendering *rendering, value_of *value)
{
    int64_t best = 0;

    for (size_t i = 0; i < rendering->count; i++) {
        int64_t this = value(rendering->items[i]);

        if (this != 0 && (best == 0 || this < best))
            best = this;
    }
    return best;
}

static int64_t largest(const struct rendering *rendering, value_of *value)
{
    int64_t best = 0;

    for (size_t i = 0; i < rendering->count; i++)
        if (value(rendering->items[i]) > best)
            best = value(rendering->items[i]);
    return best;
}

typedef uint32_t count_of(const Duban__NoticeItem *item);

static uint32_t pass_of(const Duban__NoticeItem *item)
{
    return item->pass_number;
}

static uint32_t passes_of(const Duban__NoticeItem *item)
{
    return item->passes_needed;
}

static uint32_t chased_of(const Duban__NoticeItem *item)
{
    return item->chased;
}

static uint32_t round_of(const Duban__NoticeItem *item)
{
    return item->overdue_round;
}

static uint32_t days_of(const Duban__NoticeItem *item)
{
    return item->days;
}

static uint32_t most(const struct rendering *rendering, count_of *count)
{
    uint32_t best = 0;

    for (size_t i = 0; i < rendering->count; i++)
        if (count(rendering->items[i]) > best)
            best = count(rendering->items[i]);
    return best;
}

static void put_count(struct rendering *rendering)
{
    uint32_t count = rendering->count == 1 && !rendering->head ? rendering->items[0]->count : 0;

    put_number(rendering, count != 0 ? count : (uint32_t) rendering->count);
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
        { "sender", { "报送人", "sender" } },
    };

    if (strcmp(rendering->notice->kind, "nobody_to_receive") != 0 || rendering->count == 0)
        return NULL;
    for (size_t i = 0; i < sizeof posts / sizeof posts[0]; i++)
        if (strcmp(posts[i].selector, rendering->items[0]->reason) == 0)
            return posts[i].name[rendering->language];
    return NULL;
}

/* The post of which the message speaks, else of whom it is for. */
static void put_role(struct rendering *rendering)
{
    const Duban__Recipient *recipient = rendering->notice->recipient;
    const char *vacant = vacant_post(rendering);

    if (vacant != NULL) {
        text_add(rendering->out, vacant);
        return;
    }
    for (size_t i = 0; i < rendering->count; i++) {
        if (owner_of(rendering, rendering->items[i])[0] != '\0') {
            put_distinct(rendering, owner_of);
            return;
        }
    }
    put_words(rendering, recipient != NULL ? in_language(recipient->title, rendering->language) : "");
}

static void put_title(struct rendering *rendering)
{
    const Duban__Recipient *recipient = rendering->notice->recipient;

    put_words(rendering, recipient != NULL ? in_language(recipient->title, rendering->language) : "");
}

static void put_today(struct rendering *rendering)
{
    int64_t day_s = rendering->count == 1 && !rendering->head ? day_of(rendering->items[0]) : 0;

    put_date(rendering, day_s != 0 ? day_s : rendering->notice->decided_at_s);
}

static void put_kind(struct rendering *rendering)
{
    const char *kind = rendering->count == 1 ? rendering->items[0]->kind : "";

    put_words(rendering, kind[0] != '\0' ? kind : rendering->notice->kind);
}

/* ---------------------------------------------------------------- texts */

static void put_value(struct rendering *rendering, enum placeholder placeholder)
{
    switch (placeholder) {
    case PLACEHOLDER_NONE:
        return;
    case PLACEHOLDER_NUMBER:
        put_list(rendering, number_of);
        return;
    case PLACEHOLDER_SITE:
        put_distinct(rendering, site_of);
        return;
    case PLACEHOLDER_FINDING:
        put_list(rendering, finding_of);
        return;
    case PLACEHOLDER_LEVEL:
        put_distinct(rendering, level_of);
        return;
    case PLACEHOLDER_DUE:
        put_moment(rendering, smallest(rendering, due_of));
        return;
    case PLACEHOLDER_NEW_DUE:
        put_moment(rendering, smallest(rendering, new_due_of));
        return;
    case PLACEHOLDER_OVERDUE:
        put_duration(rendering, largest(rendering, overdue_of));
        return;
    case PLACEHOLDER_LEFT:
        put_duration(rendering, smallest(rendering, left_of));
        return;
    case PLACEHOLDER_OPEN:
        put_duration(rendering, largest(rendering, open_of));
        return;
    case PLACEHOLDER_OWNER:
        put_distinct(rendering, owner_of);
        return;
    case PLACEHOLDER_K:
        put_number(rendering, most(rendering, pass_of));
        return;
    case PLACEHOLDER_N:
        put_number(rendering, most(rendering, passes_of));
        return;
    case PLACEHOLDER_CHASED:
        put_number(rendering, most(rendering, chased_of));
        return;
    case PLACEHOLDER_ROUND:
        put_number(rendering, most(rendering, round_of));
        return;
    case PLACEHOLDER_REASON:
        put_distinct(rendering, reason_of);
        return;
    case PLACEHOLDER_MATTER:
        put_distinct(rendering, matter_of);
        return;
    case PLACEHOLDER_GROUP:
        put_distinct(rendering, group_of);
        return;
    case PLACEHOLDER_AT:
        put_moment(rendering, smallest(rendering, at_of));
        return;
    case PLACEHOLDER_DAYS:
        put_number(rendering, most(rendering, days_of));
        return;
    case PLACEHOLDER_COUNT_:
        put_count(rendering);
        return;
    case PLACEHOLDER_ROLE:
        put_role(rendering);
        return;
    case PLACEHOLDER_TITLE:
        put_title(rendering);
        return;
    case PLACEHOLDER_DATE:
        put_today(rendering);
        return;
    case PLACEHOLDER_KIND:
        put_kind(rendering);
        return;
    case PLACEHOLDER_NEW_DATE:
        put_date(rendering, smallest(rendering, new_due_of));
        return;
    case PLACEHOLDER_DURATION:
        put_duration(rendering, largest(rendering, any_duration_of));
        return;
    }
}

static void put_template(struct rendering *rendering, const struct template *template)
{
    const struct piece *pieces = template->pieces[rendering->language];

    for (size_t i = 0; i < template->count[rendering->language]; i++) {
        if (pieces[i].placeholder == PLACEHOLDER_NONE)
            text_put(rendering->out, pieces[i].words, pieces[i].size);
        else
            put_value(rendering, pieces[i].placeholder);
    }
}

/* " zh/en value" when there is a value. */
static void put_known(struct rendering *rendering, const char *zh, const char *en, words_of *words)
{
    for (size_t i = 0; i < rendering->count; i++) {
        if (words(rendering, rendering->items[i])[0] == '\0')
            continue;
        say(rendering, zh, en);
        put_distinct(rendering, words);
        return;
    }
}

static void put_known_moment(struct rendering *rendering, const char *zh, const char *en, value_of *value)
{
    int64_t at_s = smallest(rendering, value);

    if (at_s == 0)
        return;
    say(rendering, zh, en);
    put_moment(rendering, at_s);
}

/* Nothing is kept back for want of a text: say what the items hold. */
static void put_without_text(struct rendering *rendering, const char *kind)
{
    rendering->counts->unknown_kinds++;
    say(rendering, "【提醒】", "Notice ");
    text_add(rendering->out, kind);
    put_known(rendering, " 编号：", " no: ", number_of);
    put_known(rendering, " 点位：", " site: ", site_of);
    put_known(rendering, " 问题：", " finding: ", finding_of);
    put_known(rendering, " 级别：", " level: ", level_of);
    put_known_moment(rendering, " 时限：", " due: ", due_of);
    put_known_moment(rendering, " 新时限：", " new due: ", new_due_of);
    put_known(rendering, " 责任人：", " owner: ", owner_of);
    put_known(rendering, " 事项：", " matter: ", matter_of);
    put_known(rendering, " 原因：", " reason: ", reason_of);
}

static void put_kind_text(struct rendering *rendering, const char *kind)
{
    const struct template *template = NULL;

    if (rendering->texts != NULL)
        template = texts_template(rendering->texts, kind);
    if (template == NULL)
        template = texts_template(&rendering->shelf->builtin, kind);
    if (template == NULL)
        put_without_text(rendering, kind);
    else
        put_template(rendering, template);
}

/* The head, then a line of its own for each item. */
static void put_digest(struct rendering *rendering)
{
    struct rendering line = *rendering;

    rendering->head = true;
    put_kind_text(rendering, "digest");
    for (size_t i = 0; i < rendering->count; i++) {
        text_add(rendering->out, "\n");
        line.items = rendering->items + i;
        line.count = 1;
        put_kind_text(&line, line.items[0]->kind);
    }
}

/* Whom it did not reach and why, and what it said: the duty clerk takes it on by phone. */
static void put_failure(struct rendering *rendering)
{
    put_kind_text(rendering, "delivery_failure");
    put_known(rendering, "\n收件人：", "\nFor: ", owner_of);
    put_known(rendering, "\n原因：", "\nReason: ", reason_of);
    put_known(rendering, "\n原文：", "\nMessage: ", matter_of);
}

static void put_marks(struct rendering *rendering, bool rehearsal)
{
    const Duban__Recipient *recipient = rendering->notice->recipient;

    if (rehearsal)
        say(rendering, "【演练】", "[drill] ");
    if (rendering->notice->late)
        say(rendering, "【迟发】", "(late) ");
    if (recipient != NULL && recipient->deputy_for[0] != '\0') {
        const char *title = in_language(recipient->title, rendering->language);

        say(rendering, "（代", "(for ");
        text_add(rendering->out, title[0] != '\0' ? title : recipient->deputy_for);
        say(rendering, "）", ") ");
    }
}

void render_notice(struct text *out, const struct shelf *shelf, const struct texts *texts,
                   const Duban__Notice *notice, bool rehearsal, enum language language, size_t limit_bytes,
                   struct render_counts *counts)
{
    static const char ellipsis[] = "…";
    struct rendering rendering = { .out = out, .shelf = shelf, .texts = texts, .notice = notice,
                                   .items = notice->items, .count = notice->n_items, .language = language,
                                   .counts = counts };
    size_t before = out->size;

    put_marks(&rendering, rehearsal);
    if (strcmp(notice->kind, "digest") == 0)
        put_digest(&rendering);
    else if (strcmp(notice->kind, "delivery_failure") == 0)
        put_failure(&rendering);
    else
        put_kind_text(&rendering, notice->kind);
    if (limit_bytes >= sizeof ellipsis && out->size - before > limit_bytes) {
        text_cut(out, before + limit_bytes - (sizeof ellipsis - 1));
        text_add(out, ellipsis);
    }
}
