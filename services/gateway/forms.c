/* forms.c - what each form asks. */
#include "forms.h"

#include <stdio.h>
#include <string.h>

#include "posts.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])
#define CHOICES(name, rows) static const struct choices name = { #rows, rows, COUNT(rows) }

static const struct choice result[] = {
    { "pass", { "合格", "passes" } },
    { "fail", { "不合格", "fails" } },
    { "not_applicable", { "不适用", "does not apply" } },
    { "not_checked", { "未查", "not checked" } },
};
CHOICES(RESULT, result);

static const struct choice verdict[] = {
    { "pass", { "合格", "passes" } },
    { "fail", { "不合格", "fails" } },
};
CHOICES(VERDICT, verdict);

static const struct choice outcome[] = {
    { "completed", { "已检查", "it was checked" } },
    { "attempted", { "无人、锁门，没能检查", "nobody there or locked: it could not be checked" } },
};
CHOICES(OUTCOME, outcome);

static const struct choice yes_no[] = {
    { "yes", { "是", "yes" } },
    { "no", { "否", "no" } },
};
CHOICES(YES_NO, yes_no);

static const struct choice all_the_same[] = {
    { "yes", { "知道了，照样上报", "I know: report it all the same" } },
};
CHOICES(ALL_THE_SAME, all_the_same);

static const struct choice entrance_state[] = {
    { "open_manned", { "有人看守", "open, with somebody there" } },
    { "closed", { "已封闭", "closed" } },
    { "problem", { "有问题", "something is wrong" } },
};
CHOICES(ENTRANCE_STATE, entrance_state);

static const struct choice manning[] = {
    { "manned", { "有人值守", "somebody is there" } },
    { "unmanned", { "无人值守", "nobody is there" } },
};
CHOICES(MANNING, manning);

static const struct choice door[] = {
    { "act", { "入户", "I was at the door for the campaign" } },
    { "check", { "核查别人入过的户", "I checked a door that somebody else had entered" } },
};
CHOICES(DOOR, door);

static const struct choice household_act_kind[] = {
    { "notice", { "告知书已送达", "notice delivered" } },
    { "pledge", { "责任书已签", "pledge signed" } },
    { "refusal", { "拒签", "refused to sign" } },
    { "no_answer", { "敲门无人应", "nobody answered" } },
    { "vacancy", { "空户", "nobody lives there" } },
};
CHOICES(HOUSEHOLD_ACT_KIND, household_act_kind);

static const struct choice household_manner[] = {
    { "in_person", { "当面", "in person" } },
    { "at_door", { "张贴、投递", "left at the door" } },
    { "phone", { "电话", "by phone" } },
    { "online", { "微信等", "online" } },
};
CHOICES(HOUSEHOLD_MANNER, household_manner);

static const struct choice household_finding[] = {
    { "signed", { "已签责任书", "the pledge is signed" } },
    { "refused", { "住户称拒签", "they say that they refused" } },
    { "notice_only", { "来过，只有告知书", "somebody came, with the notice only" } },
    { "untouched", { "住户称没有人来过", "they say that nobody came" } },
    { "vacant", { "空户", "nobody lives there" } },
    { "nobody", { "敲门无人应", "nobody answered" } },
};
CHOICES(HOUSEHOLD_FINDING, household_finding);

static const struct choice complaint_source[] = {
    { "12345", { "12345 热线", "hotline 12345" } },
    { "letter", { "来信", "a letter" } },
    { "visitor", { "来访", "a visitor" } },
    { "phone", { "来电", "a call" } },
    { "online", { "网络", "online" } },
};
CHOICES(COMPLAINT_SOURCE, complaint_source);

static const struct choice where_known[] = {
    { "site", { "知道是哪个点位", "the site is known" } },
    { "area", { "只知道社区（村）", "only the community or village is known" } },
};
CHOICES(WHERE_KNOWN, where_known);

/* ---------------------------------------------------------------- what several ask */

static const struct ask CLOCK[] = {
    { .kind = ASK_STARTED, .name = "start" },
    { .kind = ASK_ENDED, .name = "end" },
};

static const struct ask SITE = { .kind = ASK_FILE_CHOICE, .name = "site", .label = { "点位", "site" }, .required = true, .file = "sites" };

static const struct ask SITE_KIND = { .kind = ASK_CALCULATED, .name = "site_kind", .file = "sites",
                                      .calculate = "instance('sites')/root/item[name = /data/site]/kind" };

static const struct ask OUTCOME_OF_VISIT = { .kind = ASK_CHOICE, .name = "outcome", .label = { "检查了吗", "was it checked" },
                                             .required = true, .choices = &OUTCOME };

static const struct ask POSITION = { .kind = ASK_PLACE, .name = "position", .label = { "所在位置（可不填）", "where you are (optional)" } };

static const struct ask TEXT = { .kind = ASK_LONG_TEXT, .name = "text", .label = { "备注（可不填）", "remark (optional)" } };

static const struct ask END = { .kind = ASK_END };

static void ask_clock(struct asks *asks)
{
    asks_add_all(asks, CLOCK, COUNT(CLOCK));
}

static void ask_photo(struct asks *asks, unsigned number, struct words label, const char *relevant, const char *required_when)
{
    asks_add(asks, (struct ask){ .kind = ASK_PHOTO, .name = asks_text(asks, "photo_%u", number), .label = label,
                                 .relevant = relevant, .required_when = required_when });
}

/* Of the whole visit. */
static void ask_remark(struct asks *asks)
{
    asks_add(asks, TEXT);
    ask_photo(asks, 1, (struct words){ "现场照片（可不拍）", "a photo of the place (optional)" }, NULL, NULL);
    ask_photo(asks, 2, (struct words){ "再一张（可不拍）", "one more (optional)" }, "/data/photo_1 != ''", NULL);
}

/* One item out of those that are asked at such sites; inside a group or a repeat. */
static void ask_answer(struct asks *asks)
{
    static const struct ask ANSWER[] = {
        { .kind = ASK_FILE_CHOICE, .name = "item", .label = { "检查项", "check item" }, .required = true, .file = "items",
          .filter = "selected(kinds, /data/site_kind)" },
        { .kind = ASK_CHOICE, .name = "result", .label = { "结论", "result" }, .required = true, .choices = &VERDICT },
        { .kind = ASK_LONG_TEXT, .name = "note", .label = { "看到什么", "what was seen" }, .relevant = "../result = 'fail'", .required = true },
        { .kind = ASK_PHOTO, .name = "photo_1", .label = { "照片（可不拍）", "photo (optional)" } },
    };

    asks_add_all(asks, ANSWER, COUNT(ANSWER));
}

static void ask_further_answers(struct asks *asks, const char *relevant)
{
    asks_add(asks, (struct ask){ .kind = ASK_REPEAT, .name = "answer", .label = { "还查了一项", "one more item" }, .relevant = relevant });
    ask_answer(asks);
    asks_add(asks, END);
}

/* ---------------------------------------------------------------- an item of an inspection */

static bool is_among(char *const *codes, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(codes[i], code) == 0)
            return true;
    return false;
}

static bool is_asked_at(const Duban__ItemRow *item, const char *site_kind)
{
    return item->n_kinds == 0 || is_among(item->kinds, item->n_kinds, site_kind);
}

/* Thousandths as a decimal number. */
static const char *decimal(struct asks *asks, int64_t milli)
{
    const char *sign = milli < 0 ? "-" : "";
    long long size = milli < 0 ? -milli : milli;

    return size % 1000 == 0 ? asks_text(asks, "%s%lld", sign, size / 1000) : asks_text(asks, "%s%lld.%03lld", sign, size / 1000, size % 1000);
}

/* A number outside the limits is a fail: whoever enters one is told to say so. */
static void ask_number(struct asks *asks, const Duban__ItemRow *item)
{
    bool has_minimum = item->minimum_presence_case == DUBAN__ITEM_ROW__MINIMUM_PRESENCE_MINIMUM_MILLI;
    bool has_maximum = item->maximum_presence_case == DUBAN__ITEM_ROW__MAXIMUM_PRESENCE_MAXIMUM_MILLI;
    bool is_exact = has_minimum && has_maximum && item->minimum_milli == item->maximum_milli;
    const char *least = has_minimum ? decimal(asks, item->minimum_milli) : "", *most = has_maximum ? decimal(asks, item->maximum_milli) : "";
    const char *limits = has_minimum && has_maximum ? asks_text(asks, ". >= %s and . <= %s", least, most)
                         : has_minimum              ? asks_text(asks, ". >= %s", least)
                                                    : asks_text(asks, ". <= %s", most);

    if (!has_minimum && !has_maximum)
        return;
    asks_add(asks, (struct ask){
        .kind = ASK_DECIMAL, .name = "number", .label = { "数值", "number" },
        .hint = is_exact ? (struct words){ asks_text(asks, "标准：%s", least), asks_text(asks, "standard: %s", least) }
                         : (struct words){ asks_text(asks, "标准：%s%s%s%s", has_minimum ? "不低于 " : "", least, has_maximum ? " 不高于 " : "", most),
                                           asks_text(asks, "standard: %s%s%s%s", has_minimum ? "at least " : "", least,
                                                     has_maximum ? " at most " : "", most) },
        .relevant = "../result = 'pass' or ../result = 'fail'", .required_when = "../result = 'pass'",
        .constraint = asks_text(asks, "../result = 'fail' or (%s)", limits),
        .constraint_words = { "不符合标准，请把结论改为不合格", "outside the standard: the result is then a fail" } });
}

static void ask_item_photos(struct asks *asks, const Duban__ItemRow *item)
{
    if (item->photos == 0)
        ask_photo(asks, 1, (struct words){ "照片（可不拍）", "photo (optional)" }, "../result = 'fail'", NULL);
    for (unsigned i = 1; i <= item->photos; i++)
        ask_photo(asks, i,
                  (struct words){ asks_text(asks, "照片 %u（合格必须拍）", i), asks_text(asks, "photo %u (a pass needs it)", i) },
                  "../result = 'pass' or ../result = 'fail'", "../result = 'pass'");
}

static struct words hint_of(struct asks *asks, const Duban__ItemRow *item)
{
    if (item->mandatory_when == NULL)
        return (struct words){ NULL, NULL };
    return (struct words){ asks_text(asks, "有此情况必须回答：%s", item->mandatory_when->zh),
                           asks_text(asks, "must be answered where this holds: %s",
                                     item->mandatory_when->en[0] == '\0' ? item->mandatory_when->zh : item->mandatory_when->en) };
}

static void ask_item(struct asks *asks, const Duban__ItemRow *item, const char *site_kind)
{
    const char *en = item->text->en[0] == '\0' ? item->text->zh : item->text->en;

    asks_add(asks, (struct ask){ .kind = ASK_GROUP, .name = asks_text(asks, "i_%s", item->code), .relevant = "/data/outcome = 'completed'",
                                 .label = { asks_text(asks, "%s %s", item->code, item->text->zh), asks_text(asks, "%s %s", item->code, en) } });
    asks_add(asks, (struct ask){ .kind = ASK_CHOICE, .name = "result", .label = { "结论", "result" }, .choices = &RESULT, .hint = hint_of(asks, item),
                                 .required = item->mandatory || is_among(item->mandatory_kinds, item->n_mandatory_kinds, site_kind) });
    ask_number(asks, item);
    asks_add(asks, (struct ask){ .kind = ASK_LONG_TEXT, .name = "note", .label = { "看到什么", "what was seen" },
                                 .relevant = "../result = 'fail'", .required = item->note });
    asks_add(asks, (struct ask){ .kind = ASK_CHOICE, .name = "fixed_now", .label = { "当场改好了吗", "was it put right on the spot" },
                                 .relevant = "../result = 'fail'", .choices = &YES_NO });
    ask_item_photos(asks, item);
    asks_add(asks, END);
}

/* ---------------------------------------------------------------- visits */

static void ask_entrances(struct asks *asks)
{
    static const struct ask ENTRANCES[] = {
        { .kind = ASK_REPEAT, .name = "entrance", .label = { "出入口", "entrance" }, .relevant = "/data/outcome = 'completed'" },
        { .kind = ASK_TEXT, .name = "name", .label = { "哪一个，如东门", "which one, as east gate" }, .required = true },
        { .kind = ASK_CHOICE, .name = "state", .label = { "情况", "how it is" }, .required = true, .choices = &ENTRANCE_STATE },
        { .kind = ASK_TEXT, .name = "note", .label = { "什么问题", "what is wrong" }, .relevant = "../state = 'problem'", .required = true },
        { .kind = ASK_END },
    };

    asks_add_all(asks, ENTRANCES, COUNT(ENTRANCES));
}

static void ask_gate_posts(struct asks *asks)
{
    static const struct ask POSTS[] = {
        { .kind = ASK_REPEAT, .name = "gate_post", .label = { "岗位", "post" }, .relevant = "/data/outcome = 'completed'" },
        { .kind = ASK_TEXT, .name = "post", .label = { "哪个岗，如东门岗", "which post, as east gate" }, .required = true },
        { .kind = ASK_TEXT, .name = "shift", .label = { "班次，如夜班；全天不填", "shift, as night; empty: round the clock" } },
        { .kind = ASK_CHOICE, .name = "manned", .label = { "有人吗", "is somebody there" }, .required = true, .choices = &MANNING },
        { .kind = ASK_END },
        { .kind = ASK_WHOLE, .name = "volunteers", .label = { "在岗志愿者人数（没数不填）", "volunteers there (empty: not counted)" },
          .relevant = "/data/outcome = 'completed'", .constraint = ". >= 0",
          .constraint_words = { "人数不能小于 0", "the number is not below 0" } },
    };

    asks_add_all(asks, POSTS, COUNT(POSTS));
}

static void ask_inspection(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind)
{
    const char *of_kind = asks_text(asks, "kind = '%s'", site_kind->code);
    bool entrances = false, gate_posts = false;
    struct ask site = SITE;

    ask_clock(asks);
    asks_add(asks, (struct ask){ .kind = ASK_FILE_CHOICE, .name = "stop", .file = "plan", .filter = of_kind,
                                 .label = { "今天路线上的点位", "a stop of today's plan" },
                                 .hint = { "不在路线上的，跳过此题，下一题选点位", "for another site leave this out and choose it next" } });
    site.relevant = "/data/stop = ''";
    site.filter = of_kind;
    asks_add(asks, site);
    asks_add(asks, OUTCOME_OF_VISIT);
    asks_add(asks, POSITION);
    for (size_t i = 0; i < facts->item_count; i++) {
        const Duban__ItemRow *item = facts->items[i];

        if (!is_asked_at(item, site_kind->code))
            continue;
        ask_item(asks, item, site_kind->code);
        entrances = entrances || item->by_entrances;
        gate_posts = gate_posts || item->by_gate_posts;
    }
    if (entrances)
        ask_entrances(asks);
    if (gate_posts)
        ask_gate_posts(asks);
    ask_remark(asks);
}

static unsigned most_photos(const struct form_facts *facts)
{
    unsigned most = 1;

    for (size_t i = 0; i < facts->item_count; i++)
        if (facts->items[i]->photos > most)
            most = facts->items[i]->photos;
    return most;
}

static void ask_revisit(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind)
{
    static const struct ask CASE[] = {
        { .kind = ASK_FILE_CHOICE, .name = "case", .label = { "复查哪一件", "which case" }, .required = true, .file = "cases" },
        { .kind = ASK_CALCULATED, .name = "site", .file = "cases", .calculate = "instance('cases')/root/item[name = /data/case]/site" },
        { .kind = ASK_CALCULATED, .name = "item", .file = "cases", .calculate = "instance('cases')/root/item[name = /data/case]/item" },
        { .kind = ASK_CALCULATED, .name = "photos", .file = "cases", .calculate = "instance('cases')/root/item[name = /data/case]/photos" },
        { .kind = ASK_CALCULATED, .name = "measured", .file = "cases", .calculate = "instance('cases')/root/item[name = /data/case]/measured" },
        { .kind = ASK_CALCULATED, .name = "counts_from", .file = "cases", .calculate = "instance('cases')/root/item[name = /data/case]/counts_from" },
    };
    static const struct ask RESULT_OF_REVISIT[] = {
        { .kind = ASK_CHOICE, .name = "result", .label = { "改好了吗", "is it put right" }, .choices = &VERDICT, .required = true,
          .relevant = "/data/outcome = 'completed'" },
        { .kind = ASK_CHOICE, .name = "early", .choices = &ALL_THE_SAME, .required = true,   /* what was seen is taken; it is not said to count */
          .label = { "还没到复查的日子（见所选问题的后面）：这次合格会留下记录，但不计数，到时还要再来",
                     "before the day of the revisit (it stands behind the case): this pass is noted, but does not count, and somebody has to come again" },
          .relevant = "/data/result = 'pass' and /data/counts_from != '' and decimal-date-time(now()) < decimal-date-time(/data/counts_from)" },
        { .kind = ASK_DECIMAL, .name = "number", .label = { "数值", "number" }, .relevant = "/data/result != '' and /data/measured = 'yes'",
          .required_when = "/data/result = 'pass'" },
        { .kind = ASK_LONG_TEXT, .name = "note", .label = { "还有什么没改好", "what is still wrong" }, .relevant = "/data/result = 'fail'",
          .required = true },
    };

    (void) site_kind;
    ask_clock(asks);
    asks_add_all(asks, CASE, COUNT(CASE));
    asks_add(asks, OUTCOME_OF_VISIT);
    asks_add(asks, POSITION);
    asks_add_all(asks, RESULT_OF_REVISIT, COUNT(RESULT_OF_REVISIT));
    for (unsigned i = 1; i <= most_photos(facts); i++)
        ask_photo(asks, i, (struct words){ asks_text(asks, "照片 %u", i), asks_text(asks, "photo %u", i) },
                  i == 1 ? "/data/result != ''" : asks_text(asks, "/data/result != '' and /data/photos >= %u", i),
                  asks_text(asks, "/data/result = 'pass' and /data/photos >= %u", i));
    asks_add(asks, TEXT);
}

static void ask_observation(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind)
{
    static const struct ask OBSERVATION[] = {
        { .kind = ASK_FILE_CHOICE, .name = "complaint", .label = { "核实哪一件投诉", "which complaint" }, .required = true, .file = "complaints" },
        { .kind = ASK_CALCULATED, .name = "known_site", .file = "complaints",
          .calculate = "instance('complaints')/root/item[name = /data/complaint]/site" },
        { .kind = ASK_CALCULATED, .name = "item", .file = "complaints",
          .calculate = "instance('complaints')/root/item[name = /data/complaint]/item" },
        { .kind = ASK_FILE_CHOICE, .name = "seen_site", .label = { "在哪个点位", "at which site" }, .required = true, .file = "sites",
          .relevant = "/data/known_site = ''" },
        { .kind = ASK_CALCULATED, .name = "site", .calculate = "if(/data/known_site = '', /data/seen_site, /data/known_site)" },
        { .kind = ASK_CALCULATED, .name = "site_kind", .file = "sites", .calculate = "instance('sites')/root/item[name = /data/site]/kind" },
        { .kind = ASK_MOMENT, .name = "from", .label = { "几点开始看", "watched from" }, .required = true },
        { .kind = ASK_MOMENT, .name = "until", .label = { "看到几点", "watched until" }, .required = true, .constraint = ". > /data/from",
          .constraint_words = { "须晚于开始的时间", "later than it began" } },
        { .kind = ASK_CHOICE, .name = "result", .label = { "所反映的事项", "the matter that it is about" }, .choices = &VERDICT, .required = true },
        { .kind = ASK_LONG_TEXT, .name = "note", .label = { "看到什么", "what was seen" }, .required_when = "/data/result = 'fail'" },
    };

    (void) facts, (void) site_kind;
    ask_clock(asks);
    asks_add_all(asks, OBSERVATION, COUNT(OBSERVATION));
    asks_add(asks, POSITION);
    ask_photo(asks, 1, (struct words){ "现场照片（可不拍）", "a photo of the place (optional)" }, NULL, NULL);
    ask_further_answers(asks, NULL);
    asks_add(asks, TEXT);
}

static void ask_guidance(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind)
{
    (void) facts, (void) site_kind;
    ask_clock(asks);
    asks_add(asks, SITE);
    asks_add(asks, POSITION);
    asks_add(asks, (struct ask){ .kind = ASK_LONG_TEXT, .name = "guidance", .required = true,
                                 .label = { "示范、指导了什么", "what was shown and explained" } });
    ask_remark(asks);
}

static void ask_check_in(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind)
{
    (void) facts, (void) site_kind;
    ask_clock(asks);
    asks_add(asks, SITE);
    asks_add(asks, SITE_KIND);
    asks_add(asks, OUTCOME_OF_VISIT);
    asks_add(asks, POSITION);
    asks_add(asks, (struct ask){ .kind = ASK_GROUP, .name = "first", .label = { "查了哪一项", "which item was checked" },
                                 .relevant = "/data/outcome = 'completed'" });
    ask_answer(asks);
    asks_add(asks, END);
    ask_further_answers(asks, "/data/outcome = 'completed'");
    ask_remark(asks);
}

/* ---------------------------------------------------------------- what is no visit */

static void ask_urgent(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind)
{
    static const struct ask URGENT[] = {
        { .kind = ASK_FILE_CHOICE, .name = "site", .label = { "点位（不知道不填）", "site (empty: not known)" }, .file = "sites" },
        { .kind = ASK_TEXT, .name = "place", .label = { "在哪里（来不及可不填，内勤会马上打电话问）", "where (no time for it: the duty clerk calls at once)" } },
        { .kind = ASK_LONG_TEXT, .name = "text", .label = { "什么情况（可不填）", "what it is (optional)" } },
    };
    struct choices *choices = arena_take(asks->arena, sizeof *choices);
    struct choice *rows = arena_take(asks->arena, (facts->item_count + 1) * sizeof *rows);
    size_t count = 0;

    (void) site_kind;
    if (choices == NULL || rows == NULL) {
        asks->failed = true;
        return;
    }
    for (size_t i = 0; i < facts->item_count; i++)
        if (facts->items[i]->urgent)
            rows[count++] = (struct choice){ facts->items[i]->code, { facts->items[i]->text->zh, facts->items[i]->text->en } };
    *choices = (struct choices){ "urgent", rows, count };
    ask_clock(asks);
    asks_add(asks, POSITION);
    if (count > 1)
        asks_add(asks, (struct ask){ .kind = ASK_CHOICE, .name = "item", .label = { "什么事", "what" }, .choices = choices, .preset = rows[0].value });
    asks_add_all(asks, URGENT, COUNT(URGENT));
}

static void ask_household(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind)
{
    static const struct ask HOUSEHOLD[] = {
        { .kind = ASK_CHOICE, .name = "what", .label = { "来做什么", "what you came for" }, .required = true, .choices = &DOOR, .preset = "act" },
        { .kind = ASK_TEXT, .name = "household", .label = { "户号", "code of the household" }, .required = true,
          .constraint = "regex(., '^[A-Za-z0-9._-]{1,32}$')",
          .constraint_words = { "户号只有字母、数字和 . _ -", "a code has letters, digits and . _ -" } },
        { .kind = ASK_CHOICE, .name = "kind", .label = { "结果", "what came of it" }, .required = true, .choices = &HOUSEHOLD_ACT_KIND,
          .relevant = "/data/what = 'act'" },
        { .kind = ASK_CHOICE, .name = "manner", .label = { "怎样送达", "how it got there" }, .required = true, .choices = &HOUSEHOLD_MANNER,
          .relevant = "/data/what = 'act' and /data/kind = 'notice'" },
        { .kind = ASK_CHOICE, .name = "finding", .label = { "看到什么", "what was found" }, .required = true, .choices = &HOUSEHOLD_FINDING,
          .relevant = "/data/what = 'check'" },
    };

    (void) facts, (void) site_kind;
    ask_clock(asks);
    asks_add_all(asks, HOUSEHOLD, COUNT(HOUSEHOLD));
    asks_add(asks, TEXT);
}

static void ask_isolation(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind)
{
    static const struct ask ISOLATION[] = {
        { .kind = ASK_FILE_CHOICE, .name = "isolation", .label = { "联系了谁", "who was spoken with" }, .required = true, .file = "isolations" },
        { .kind = ASK_CHOICE, .name = "abnormal", .label = { "发热或有其他症状吗", "fever or other symptoms" }, .required = true,
          .choices = &YES_NO },
        { .kind = ASK_CHOICE, .name = "went_out", .label = { "出过门吗", "went out" }, .required = true, .choices = &YES_NO },
        { .kind = ASK_CHOICE, .name = "at_door", .label = { "是上门看的吗", "were you at the door" }, .choices = &YES_NO },
    };

    (void) facts, (void) site_kind;
    ask_clock(asks);
    asks_add_all(asks, ISOLATION, COUNT(ISOLATION));
    asks_add(asks, TEXT);
}

static void ask_difficulty(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind)
{
    static const struct ask DIFFICULTY[] = {
        { .kind = ASK_FILE_CHOICE, .name = "matter", .label = { "因此做不到哪一项", "which item cannot be met" }, .required = true, .file = "items",
          .filter = "selected(kinds, /data/site_kind)" },
        { .kind = ASK_TEXT, .name = "supply", .label = { "缺什么，如围挡", "what is lacking, as barriers" }, .required = true },
        { .kind = ASK_WHOLE, .name = "quantity", .label = { "缺多少", "how many" }, .required = true, .constraint = ". >= 1",
          .constraint_words = { "至少 1", "at least 1" } },
        { .kind = ASK_TEXT, .name = "measure", .label = { "单位，如个、米", "of what, as pieces, metres" } },
        { .kind = ASK_MOMENT, .name = "needed_by", .label = { "什么时候要（不填按规定）", "needed by (empty: as the policy says)" } },
    };

    (void) facts, (void) site_kind;
    ask_clock(asks);
    asks_add(asks, SITE);
    asks_add(asks, SITE_KIND);
    asks_add_all(asks, DIFFICULTY, COUNT(DIFFICULTY));
    asks_add(asks, TEXT);
}

static void ask_complaint(struct asks *asks, const struct form_facts *facts, const Duban__Code *site_kind)
{
    static const struct ask COMPLAINT[] = {
        { .kind = ASK_CHOICE, .name = "source", .label = { "从哪里来", "where it came from" }, .required = true, .choices = &COMPLAINT_SOURCE },
        { .kind = ASK_CHOICE, .name = "where", .label = { "在哪里", "where it is" }, .required = true, .choices = &WHERE_KNOWN },
        { .kind = ASK_FILE_CHOICE, .name = "site", .label = { "点位", "site" }, .required = true, .file = "sites", .relevant = "/data/where = 'site'" },
        { .kind = ASK_FILE_CHOICE, .name = "area", .label = { "社区（村）", "community or village" }, .required = true, .file = "areas",
          .relevant = "/data/where = 'area'" },
        { .kind = ASK_TEXT, .name = "place", .label = { "具体位置（可不填）", "where exactly (optional)" } },
        { .kind = ASK_FILE_CHOICE, .name = "matter", .label = { "反映的事项", "what it is about" }, .required = true, .file = "items" },
        { .kind = ASK_LONG_TEXT, .name = "complaint", .label = { "反映的内容", "what is said to be wrong" }, .required = true },
        { .kind = ASK_MOMENT, .name = "received", .label = { "什么时候反映的（不填为现在）", "when it was made (empty: now)" } },
        { .kind = ASK_CHOICE, .name = "danger", .label = { "有危险或有人发热吗", "danger, or somebody feverish" }, .choices = &YES_NO },
        { .kind = ASK_TEXT, .name = "complainant", .label = { "反映人和电话（匿名不填）", "name and phone (empty: anonymous)" },
          .hint = { "只有内勤和专班组长能看到", "seen by the duty clerk and the lead only" } },
    };

    (void) facts, (void) site_kind;
    ask_clock(asks);
    asks_add_all(asks, COMPLAINT, COUNT(COMPLAINT));
}

/* ---------------------------------------------------------------- the table */

#define FILE_OF(name) (1u << FORM_##name)

enum {
    VISITS = POST(LEAD) | POSTS_OF_A_ZONE,
    HOUSE = VISITS | POSTS_OF_AN_AREA | POST(DUTY_CLERK),
};

static const struct form_kind FORMS[] = {
    { "inspection", { "巡查", "inspection" }, VISITS, true, FILE_OF(SITES) | FILE_OF(PLAN), ask_inspection, form_read_inspection },
    { "revisit", { "复查", "revisit" }, VISITS, false, FILE_OF(CASES), ask_revisit, form_read_revisit },
    { "observation", { "投诉核实（蹲守观察）", "complaint observation" }, VISITS, false,
      FILE_OF(COMPLAINTS) | FILE_OF(SITES) | FILE_OF(ITEMS), ask_observation, form_read_observation },
    { "guidance", { "示范指导", "guidance" }, VISITS, false, FILE_OF(SITES), ask_guidance, form_read_guidance },
    { "check-in", { "盯守打卡", "check-in at a watched site" }, VISITS, false, FILE_OF(SITES) | FILE_OF(ITEMS), ask_check_in, form_read_check_in },
    { "urgent", { "紧急上报", "urgent" }, HOUSE | POST(SITE_CONTACT) | POST(OFFICE), false, FILE_OF(SITES), ask_urgent, form_read_urgent },
    { "household", { "入户", "household door" }, VISITS | POSTS_OF_AN_AREA, false, 0, ask_household, form_read_household },
    { "isolation", { "居家观察随访", "contact with somebody isolated" }, HOUSE, false, FILE_OF(ISOLATIONS), ask_isolation, form_read_isolation },
    { "difficulty", { "困难上报", "difficulty" }, HOUSE | POST(SITE_CONTACT), false, FILE_OF(SITES) | FILE_OF(ITEMS), ask_difficulty,
      form_read_difficulty },
    { "complaint", { "投诉登记", "complaint intake" }, POSTS_SETTLING, false, FILE_OF(SITES) | FILE_OF(AREAS) | FILE_OF(ITEMS),
      ask_complaint, form_read_complaint },
};

const struct form_kind *form_kinds(size_t *count)
{
    *count = COUNT(FORMS);
    return FORMS;
}

const struct form_kind *form_kind_of(const char *id)
{
    for (size_t i = 0; i < COUNT(FORMS); i++) {
        size_t size = strlen(FORMS[i].name);

        if (strncmp(FORMS[i].name, id, size) == 0 && (FORMS[i].by_site_kind ? id[size] == '-' && id[size + 1] != '\0' : id[size] == '\0'))
            return &FORMS[i];
    }
    return NULL;
}

/* An item that is not known, or is asked there no longer. */
static void label_of_item(const char *path, struct form_label *label)
{
    int size;

    if (strncmp(path, "i_", 2) != 0)
        return;
    size = (int) strcspn(path + 2, "/");
    (void) snprintf(label->zh, sizeof label->zh, "检查项 %.*s", size, path + 2);
    (void) snprintf(label->en, sizeof label->en, "check item %.*s", size, path + 2);
}

void forms_label(struct arena *arena, const char *form, const char *path, Duban__ItemRow *const *items, size_t item_count,
                 struct form_label *label)
{
    const struct form_facts facts = { NULL, items, item_count };
    const struct form_kind *kind = form_kind_of(form);
    Duban__Code site_kind = DUBAN__CODE__INIT;
    struct asks asks = { .arena = arena };

    *label = (struct form_label){ .zh = "" };
    if (kind == NULL)
        return;
    if (kind->by_site_kind)
        site_kind.code = (char *) form + strlen(kind->name) + 1;
    kind->ask(&asks, &facts, &site_kind);
    asks_label(&asks, path, true, label->zh, sizeof label->zh);
    asks_label(&asks, path, false, label->en, sizeof label->en);
    if (label->zh[0] == '\0')
        label_of_item(path, label);
}

const char *form_file_name(enum form_file file)
{
    static const char *const NAMES[FORM_FILES] = {
        [FORM_SITES] = "sites", [FORM_PLAN] = "plan", [FORM_CASES] = "cases", [FORM_ITEMS] = "items",
        [FORM_AREAS] = "areas", [FORM_COMPLAINTS] = "complaints", [FORM_ISOLATIONS] = "isolations",
    };

    return NAMES[file];
}
