/* test_render.c - what messages say, in both languages. */
#include "fixture.h"

struct words {
    struct shelf shelf;
    struct texts texts;
    struct sample s;
    struct text out;
    struct render_counts counts;
};

/* Texts of one kind; the digest has its own head. */
static void prepare_words(struct words *w, const char *zh, const char *en)
{
    Duban__Text text = DUBAN__TEXT__INIT, head = DUBAN__TEXT__INIT;
    Duban__MessageText message = DUBAN__MESSAGE_TEXT__INIT, digest = DUBAN__MESSAGE_TEXT__INIT;
    Duban__MessageText *messages[] = { &message, &digest };
    Duban__Texts texts = DUBAN__TEXTS__INIT;

    memset(w, 0, sizeof *w);
    sample_init(&w->s);
    text.zh = (char *) zh;
    text.en = (char *) en;
    message.kind = "new_case";
    message.text = &text;
    head.zh = "【汇总 {date}】以下{count}项：";
    head.en = "Digest of {date}: {count} matters:";
    digest.kind = "digest";
    digest.text = &head;
    texts.texts = messages;
    texts.n_texts = 2;
    texts.utc_offset_minutes = 480;
    assert_int_equal(shelf_open(&w->shelf), 0);
    assert_int_equal(texts_open(&w->texts, &texts), 0);
}

static void close_words(struct words *w)
{
    texts_close(&w->texts);
    shelf_close(&w->shelf);
    text_close(&w->out);
}

static const char *said(struct words *w, enum language language)
{
    text_clear(&w->out);
    render_notice(&w->out, &w->shelf, &w->texts, &w->s.notice, false, language, (struct render_room){ 0 }, &w->counts);
    text_put(&w->out, "", 1);
    assert_false(w->out.failed);
    return w->out.data;
}

static void assert_said(struct words *w, const char *zh, const char *en)
{
    assert_string_equal(said(w, LANGUAGE_ZH), zh);
    assert_string_equal(said(w, LANGUAGE_EN), en);
}

static void every_placeholder_has_its_value_in_both_languages(void **state)
{
    static const char every[] = "{number}|{site}|{finding}|{level}|{due}|{new_due}|{overdue}|{left}|{open}|{owner}|{k}|"
                                "{n}|{chased}|{round}|{reason}|{matter}|{group}|{at}|{days}|{count}|{role}|{title}|"
                                "{date}|{kind}|{new_date}|{duration}";
    struct words w;
    Duban__Text matter = DUBAN__TEXT__INIT;

    (void) state;
    prepare_words(&w, every, every);
    w.s.group.zh = "北片组";
    w.s.group.en = "north group";
    matter.zh = "销号";
    matter.en = "closure";
    w.s.item.new_due_s = START_S + 86400;
    w.s.item.overdue_s = 9000;
    w.s.item.left_s = 277140;   /* 3 d 4 h 59 min */
    w.s.item.open_s = 2700;
    w.s.item.pass_number = 2;
    w.s.item.passes_needed = 3;
    w.s.item.chased = 4;
    w.s.item.overdue_round = 5;
    w.s.item.reason = "未按要求";
    w.s.item.matter = &matter;
    w.s.item.group = &w.s.group;
    w.s.item.at_s = START_S - 3456000;   /* 40 days */
    w.s.item.days = 9;
    w.s.item.count = 6;
    w.s.item.kind = "closed";
    assert_said(&w,
                "DB-0012|东风快递|无消毒记录|B|2月3日 11:00|2月4日 09:00|2小时30分|3天4小时|45分钟|北片包片人|2|3|4|5|"
                "未按要求|销号|北片组|2019年12月25日 09:00|9|6|北片包片人|北片组组长|2019年12月25日|closed|2月4日|"
                "2小时30分",
                "DB-0012|Dongfeng Courier|no disinfection record|B|3 Feb 11:00|4 Feb 09:00|2 h 30 min|3 d 4 h|45 min|"
                "north contact|2|3|4|5|未按要求|closure|north group|25 Dec 2019 09:00|9|6|north contact|"
                "north group leader|25 Dec 2019|closed|4 Feb|2 h 30 min");
    assert_int_equal(w.counts.missing_values, 0);
    close_words(&w);
}

static void from_the_second_round_on_the_lateness_says_which_time_it_is(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "{lateness}", "{lateness}");
    w.s.item.overdue_s = 10800;
    w.s.item.overdue_round = 1;
    assert_said(&w, "已逾期3小时", "overdue by 3 h");
    w.s.item.overdue_round = 2;
    assert_said(&w, "第2次逾期，已逾期3小时", "overdue by 3 h (time 2)");
    w.s.item.overdue_s = 1;
    assert_said(&w, "第2次逾期，刚刚逾期", "just overdue (time 2)");
    close_words(&w);
    prepare_words(&w, "第{round}次逾期，{lateness}", "{lateness} (time {round})");   /* the text says it itself */
    w.s.item.overdue_s = 10800;
    w.s.item.overdue_round = 3;
    assert_said(&w, "第3次逾期，已逾期3小时", "overdue by 3 h (time 3)");
    close_words(&w);
}

static void a_contact_test_says_its_code(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "验证码{code}", "code {code}");
    w.s.item.code = "012345";
    assert_said(&w, "验证码012345", "code 012345");
    close_words(&w);
}

static void what_has_no_number_goes_by_its_report_and_photos_are_counted(void **state)
{
    struct words w;
    Duban__ReportRef report = DUBAN__REPORT_REF__INIT;

    (void) state;
    prepare_words(&w, "{number}{photos}", "{number}{photos}");
    w.s.item.report = &report;
    report.sequence = 18;
    assert_said(&w, "DB-0012", "DB-0012");
    w.s.item.number = "";
    assert_said(&w, "第 18 号记录", "Report 18");
    report.photos = 1;
    assert_said(&w, "第 18 号记录，照片1张", "Report 18, 1 photo");
    report.photos = 3;
    assert_said(&w, "第 18 号记录，照片3张", "Report 18, 3 photos");
    assert_int_equal(w.counts.missing_values, 0);
    close_words(&w);
}

static void a_request_reads_well_with_its_number_and_without(void **state)
{
    struct words w;
    Duban__ReportRef report = DUBAN__REPORT_REF__INIT;

    (void) state;
    prepare_words(&w, "申请延期{which}，请批示", "Approval wanted: an extension{which}; decide");
    assert_said(&w, "申请延期（DB-0012），请批示", "Approval wanted: an extension (DB-0012); decide");
    w.s.item.number = "";
    assert_said(&w, "申请延期，请批示", "Approval wanted: an extension; decide");
    w.s.item.report = &report;
    report.sequence = 18;
    assert_said(&w, "申请延期（第 18 号记录），请批示", "Approval wanted: an extension (Report 18); decide");
    assert_int_equal(w.counts.missing_values, 0);
    close_words(&w);
}

static void what_was_known_of_a_site_is_said_in_a_line(void **state)
{
    struct words w;
    Duban__PriorVisit visits[2] = { DUBAN__PRIOR_VISIT__INIT, DUBAN__PRIOR_VISIT__INIT };
    Duban__PriorVisit *list[] = { &visits[0], &visits[1] };
    char *cases[] = { "DB-0002", "DB-0007" };

    (void) state;
    prepare_words(&w, "{prior}|{duration}", "{prior}|{duration}");
    w.s.item.least_s = 1200;
    assert_said(&w, "近期无巡查，无未销号问题|20分钟", "no visits before; no open case|20 min");
    visits[0].at_s = START_S;
    visits[0].purpose = DUBAN__PURPOSE__PURPOSE_OBSERVATION;
    visits[1].at_s = START_S - 86400;
    visits[1].purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    visits[1].failed = 2;
    w.s.item.prior_visits = list;
    w.s.item.n_prior_visits = 2;
    w.s.item.prior_cases = cases;
    w.s.item.n_prior_cases = 2;
    assert_said(&w, "2月3日蹲守无不合格、2月2日巡查2项不合格，未销号：DB-0002、DB-0007|20分钟",
                "3 Feb observation, nothing failed; 2 Feb inspection, 2 failed; open: DB-0002, DB-0007|20 min");
    assert_int_equal(w.counts.missing_values, 0);
    close_words(&w);
}

static void a_missing_value_is_a_dash_and_counted(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "{reason}/{new_due}/{days}/{left}/{matter}/{new_date}", "{group}/{chased}/{at}");
    assert_said(&w, "—/—/—/—/—/—", "—/—/—");
    assert_int_equal(w.counts.missing_values, 9);
    close_words(&w);
}

static void several_items_are_numbered_and_the_earliest_due_counts(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "{number}。{site}。{due}。{count}", "{number}. {site}. {due}. {count}");
    w.s.notice.n_items = 2;
    w.s.second.due_s = START_S + 3600;
    assert_said(&w, "1. DB-0012；2. DB-0013。东风快递。2月3日 10:00。2",
                "1. DB-0012; 2. DB-0013. Dongfeng Courier. 3 Feb 10:00. 2");
    close_words(&w);
}

#define NOTICE_TO_SITE_ZH "【整改告知】今日巡查发现：{finding}。请于{due}前整改，我们将上门复查。"
#define NOTICE_TO_SITE_EN "Found today: {finding}. Fix by {due}; we will revisit."

static void one_finding_and_findings_due_together_are_told_one_limit(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, NOTICE_TO_SITE_ZH, NOTICE_TO_SITE_EN);
    assert_said(&w, "【整改告知】今日巡查发现：无消毒记录。请于2月3日 11:00前整改，我们将上门复查。",
                "Found today: no disinfection record. Fix by 3 Feb 11:00; we will revisit.");
    w.s.notice.n_items = 2;
    w.s.second.due_s = w.s.item.due_s;
    assert_said(&w, "【整改告知】今日巡查发现：1. 无消毒记录；2. 无消毒记录。请于2月3日 11:00前整改，我们将上门复查。",
                "Found today: 1. no disinfection record; 2. no disinfection record. Fix by 3 Feb 11:00; we will revisit.");
    close_words(&w);
}

static void findings_of_different_levels_each_say_their_own_limit(void **state)
{
    struct words w;
    Duban__Text other = DUBAN__TEXT__INIT;

    (void) state;
    prepare_words(&w, NOTICE_TO_SITE_ZH, NOTICE_TO_SITE_EN);
    other.zh = "宿舍住8人";
    other.en = "8 people in one room";
    w.s.notice.n_items = 2;
    w.s.second.finding = &other;
    w.s.second.due_s = START_S + 5 * 86400;
    assert_said(&w,
                "【整改告知】今日巡查发现：1. 无消毒记录（2月3日 11:00前）；2. 宿舍住8人（2月8日 09:00前）。"
                "请于各自时限前整改，我们将上门复查。",
                "Found today: 1. no disinfection record (by 3 Feb 11:00); 2. 8 people in one room (by 8 Feb 09:00). "
                "Fix by the time given with each; we will revisit.");
    assert_int_equal(w.counts.missing_values, 0);
    close_words(&w);
}

static void a_digest_is_its_head_and_a_line_for_each_item(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "【交办】{number}，{count}项，{date}", "Case {number} ({kind})");
    w.s.notice.kind = "digest";
    w.s.notice.n_items = 2;
    w.s.item.kind = "new_case";
    w.s.second.kind = "never_heard_of";
    assert_said(&w,
                "【汇总 2月3日】以下2项：\n【交办】DB-0012，1项，2月3日\n"
                "【提醒】never_heard_of 编号：DB-0013 点位：东风快递 问题：无消毒记录 级别：B 时限：2月3日 11:00 "
                "责任人：北片包片人",
                "Digest of 3 Feb: 2 matters:\nCase DB-0012 (new_case)\n"
                "Notice never_heard_of no: DB-0013 site: Dongfeng Courier finding: no disinfection record level: B "
                "due: 3 Feb 11:00 owner: north contact");
    assert_int_equal(w.counts.unknown_kinds, 2);
    close_words(&w);
}

static void row_11_a_digest_is_cut_by_focus_group_where_its_items_name_one(void **state)
{
    Duban__Text returnees = DUBAN__TEXT__INIT, other = DUBAN__TEXT__INIT;
    struct words w;

    (void) state;
    prepare_words(&w, "【交办】{number}", "Case {number}");
    w.s.notice.kind = "digest";
    w.s.notice.n_items = 2;
    w.s.item.kind = w.s.second.kind = "new_case";
    returnees.zh = "返京人员";
    returnees.en = "returnees";
    other.zh = "其他";
    other.en = "other";
    w.s.item.focus_group = w.s.second.focus_group = &returnees;
    assert_said(&w, "【汇总 2月3日】以下2项：\n— 返京人员（2）\n【交办】DB-0012\n【交办】DB-0013",
                "Digest of 3 Feb: 2 matters:\n— returnees (2)\nCase DB-0012\nCase DB-0013");
    w.s.second.focus_group = &other;
    assert_said(&w, "【汇总 2月3日】以下2项：\n— 返京人员（1）\n【交办】DB-0012\n— 其他（1）\n【交办】DB-0013",
                "Digest of 3 Feb: 2 matters:\n— returnees (1)\nCase DB-0012\n— other (1)\nCase DB-0013");
    close_words(&w);
}

static void marks_go_in_front_drill_then_late_then_deputy(void **state)
{
    Duban__Text away = DUBAN__TEXT__INIT;
    struct words w;

    (void) state;
    prepare_words(&w, "【交办】{number}", "Case {number}");
    w.s.notice.late = true;
    w.s.recipient.deputy_for = "leader-n";
    w.s.recipient.deputy_for_title = &away;
    away.zh = "南片组组长";
    away.en = "south group leader";
    w.texts.rehearsal = true;
    text_clear(&w.out);
    render_notice(&w.out, &w.shelf, &w.texts, &w.s.notice, true, LANGUAGE_ZH, (struct render_room){ 0 }, &w.counts);
    text_add(&w.out, "\n");
    render_notice(&w.out, &w.shelf, &w.texts, &w.s.notice, true, LANGUAGE_EN, (struct render_room){ 0 }, &w.counts);
    w.s.recipient.deputy_for_title = NULL;   /* of rules before it told the post */
    w.s.notice.late = false;
    text_add(&w.out, "\n");
    render_notice(&w.out, &w.shelf, &w.texts, &w.s.notice, false, LANGUAGE_ZH, (struct render_room){ 0 }, &w.counts);
    text_put(&w.out, "", 1);
    assert_string_equal(w.out.data, "【演练】【迟发】（代南片组组长）【交办】DB-0012\n"
                                    "[drill] (late) (for south group leader) Case DB-0012\n"
                                    "（代leader-n）【交办】DB-0012");
    close_words(&w);
}

static void english_without_a_text_is_chinese(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "【交办】{site}", "");
    w.s.site_name.en = "";
    assert_string_equal(said(&w, LANGUAGE_EN), "【交办】东风快递");
    w.s.item.site_name = NULL;
    assert_string_equal(said(&w, LANGUAGE_EN), "【交办】DF-003");
    close_words(&w);
}

static void durations_say_their_two_largest_units(void **state)
{
    static const struct {
        int64_t seconds;
        const char *zh;
        const char *en;
    } durations[] = {
        { 1, "不到1分钟", "less than 1 min" }, { 60, "1分钟", "1 min" }, { 3600, "1小时", "1 h" },
        { 3660, "1小时1分", "1 h 1 min" }, { 86400, "1天", "1 d" }, { 86400 + 59 * 60, "1天", "1 d" },
        { 100 * 86400 + 23 * 3600, "100天23小时", "100 d 23 h" },
    };
    struct words w;

    (void) state;
    prepare_words(&w, "{overdue}", "{overdue}");
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
        w.s.item.overdue_s = durations[i].seconds;
        assert_said(&w, durations[i].zh, durations[i].en);
    }
    close_words(&w);
}

static void a_text_may_hold_braces_that_mean_nothing(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "{}{nobody}{number}{", "}{ {number}}");
    assert_said(&w, "{}{nobody}DB-0012{", "}{ DB-0012}");
    close_words(&w);
}

static void a_long_text_is_cut_between_characters(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "东风东风东风东风", "");
    for (size_t limit = 4; limit <= 24; limit++) {
        text_clear(&w.out);
        render_notice(&w.out, &w.shelf, &w.texts, &w.s.notice, false, LANGUAGE_ZH, (struct render_room){ .bytes = limit }, &w.counts);
        assert_true(w.out.size <= limit);
        assert_true(is_utf8(w.out.data, w.out.size));
        assert_true(w.out.size == 24 || memcmp(w.out.data + w.out.size - 3, "…", 3) == 0);
    }
    close_words(&w);
}

static const char *said_within(struct words *w, size_t bytes, const char *link)
{
    text_clear(&w->out);
    render_notice(&w->out, &w->shelf, &w->texts, &w->s.notice, false, LANGUAGE_ZH,
                  (struct render_room){ .bytes = bytes, .link = link }, &w->counts);
    assert_true(w->out.size <= bytes);
    assert_true(is_utf8(w->out.data, w->out.size));
    text_put(&w->out, "", 1);
    return w->out.data;
}

static void what_is_cut_says_where_all_of_it_is(void **state)
{
    static const char rest[] = "…（全文请到督办系统查看） https://d.example/";
    char words[3 * 100 + 1] = "";
    struct words w;

    (void) state;
    for (size_t i = 0; i < 100; i++)
        strcat(words, "风");
    prepare_words(&w, words, "");
    assert_string_equal(said_within(&w, 300, "https://d.example/"), words);
    assert_string_equal(said_within(&w, 299, "https://d.example/") + strlen(w.out.data) - strlen(rest), rest);
    assert_int_equal(strlen(w.out.data) % 3, strlen(rest) % 3);
    assert_non_null(strstr(said_within(&w, 150, NULL), "风…（全文请到督办系统查看）"));
    close_words(&w);
}

/* As many lines as were left out are said to be; nothing of a line is cut. */
static void of_a_digest_whole_lines_are_left_out_and_counted(void **state)
{
    enum { ITEMS = 12 };
    struct words w;
    Duban__NoticeItem *items[ITEMS];
    size_t whole;

    (void) state;
    prepare_words(&w, "【交办】{number}，请于{due}前整改", "");
    w.s.notice.kind = "digest";
    w.s.item.kind = "new_case";
    for (size_t i = 0; i < ITEMS; i++)
        items[i] = &w.s.item;
    w.s.notice.items = items;
    w.s.notice.n_items = ITEMS;
    whole = strlen(said(&w, LANGUAGE_ZH));
    for (size_t bytes = 200; bytes <= whole; bytes++) {
        const char *words = said_within(&w, bytes, "https://d.example/"), *left = strstr(words, "\n……另有 ");
        size_t shown = 0;

        for (const char *at = words; (at = strstr(at, "\n【交办】DB-0012，请于")) != NULL; at++)
            shown++;
        assert_true(bytes == whole ? left == NULL : left != NULL);
        assert_int_equal(shown + (left == NULL ? 0 : strtoul(left + strlen("\n……另有 "), NULL, 10)), ITEMS);
        if (left != NULL)
            assert_non_null(strstr(left, " 条放不下，请到督办系统查看 https://d.example/"));
    }
    assert_int_equal(w.counts.missing_values, 0);
    close_words(&w);
}

static void without_its_texts_a_notice_says_what_it_knows(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "x", "x");
    text_clear(&w.out);
    render_notice(&w.out, &w.shelf, NULL, &w.s.notice, false, LANGUAGE_ZH, (struct render_room){ 0 }, &w.counts);
    text_put(&w.out, "", 1);
    assert_contains(w.out.data, "【提醒】new_case 编号：DB-0012");
    assert_contains(w.out.data, "2月3日 03:00 UTC");
    close_words(&w);
}

static void nobody_to_receive_names_the_vacant_post(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "x", "x");
    texts_close(&w.texts);
    {
        Duban__Text text = DUBAN__TEXT__INIT;
        Duban__MessageText message = DUBAN__MESSAGE_TEXT__INIT;
        Duban__MessageText *messages[] = { &message };
        Duban__Texts texts = DUBAN__TEXTS__INIT;

        text.zh = "“{role}”无人在岗";
        text.en = "Nobody on duty as {role}";
        message.kind = "nobody_to_receive";
        message.text = &text;
        texts.texts = messages;
        texts.n_texts = 1;
        assert_int_equal(texts_open(&w.texts, &texts), 0);
    }
    w.s.notice.kind = "nobody_to_receive";
    w.s.item.reason = "group_leader";
    assert_said(&w, "“组长”无人在岗", "Nobody on duty as group leader");
    w.s.group.zh = "西片区";
    w.s.group.en = "west";
    w.s.item.group = &w.s.group;
    assert_said(&w, "“西片区组长”无人在岗", "Nobody on duty as group leader of west");
    close_words(&w);
}

static void held_records_are_named_by_their_numbers_and_counted_when_several(void **state)
{
    Duban__NoticeItem many[7];
    Duban__NoticeItem *items[7];
    struct words w;

    (void) state;
    prepare_words(&w, "{held}。请{by}处理", "{held}. Settle {by}");
    for (size_t i = 0; i < 7; i++) {
        many[i] = w.s.item;
        many[i].count = (uint32_t) (39550 + i);
        many[i].at_s = START_S - 3600;
        many[i].due_s = START_S + 7200 - (int64_t) i * 60;
        items[i] = &many[i];
    }
    w.s.notice.items = items;
    w.s.notice.n_items = 1;
    assert_said(&w, "第39550号记录（2月3日 08:00收到）待核。请于2月3日 11:00前处理",
                "Record 39550 of 3 Feb 08:00 is held. Settle by 3 Feb 11:00");
    w.s.notice.n_items = 2;
    assert_said(&w, "共2条待核：第39550、39551号。请于2月3日 10:59前处理",
                "2 records are held: 39550, 39551. Settle by 3 Feb 10:59");
    w.s.notice.n_items = 7;
    assert_said(&w, "共7条待核：第39550、39551、39552、39553、39554…号。请于2月3日 10:54前处理",
                "7 records are held: 39550, 39551, 39552, 39553, 39554…. Settle by 3 Feb 10:54");
    assert_int_equal(w.counts.missing_values, 0);
    close_words(&w);
}

static void of_many_reasons_the_first_few_are_said(void **state)
{
    static const char *const reasons[] = { "一", "二", "二", "三", "四", "五", "六", "七" };
    Duban__NoticeItem many[8];
    Duban__NoticeItem *items[8];
    struct words w;

    (void) state;
    prepare_words(&w, "{reason}", "{reason}");
    for (size_t i = 0; i < 8; i++) {
        many[i] = w.s.item;
        many[i].reason = (char *) reasons[i];
        items[i] = &many[i];
    }
    w.s.notice.items = items;
    w.s.notice.n_items = 6;
    assert_said(&w, "一、二、三、四、五", "一, 二, 三, 四, 五");
    w.s.notice.n_items = 8;
    assert_said(&w, "一、二、三、四、五等", "一, 二, 三, 四, 五 and others");
    close_words(&w);
}

static void nobody_is_asked_for_a_time_that_is_past_or_that_there_is_not(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "请{by}签收", "Receipt {by}");
    w.s.item.due_s = 0;
    assert_said(&w, "请尽快签收", "Receipt as soon as possible");
    w.s.item.due_s = w.s.notice.decided_at_s + 1;
    assert_said(&w, "请于2月3日 09:00前签收", "Receipt by 3 Feb 09:00");
    w.s.item.due_s = w.s.notice.decided_at_s;
    assert_said(&w, "请立即（原定2月3日 09:00前）签收", "Receipt at once (it was due by 3 Feb 09:00)");
    assert_int_equal(w.counts.missing_values, 0);
    close_words(&w);
}

static void what_has_just_become_overdue_is_just_overdue(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "{lateness}", "{lateness}");
    w.s.item.overdue_s = 1;
    assert_said(&w, "刚刚逾期", "just overdue");
    w.s.item.overdue_s = 7200;
    assert_said(&w, "已逾期2小时", "overdue by 2 h");
    close_words(&w);
}

static void one_pass_is_no_row_of_passes(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "已{passes}", "{passes}");
    w.s.item.passes_needed = 1;
    assert_said(&w, "已复查合格", "passed its revisit");
    w.s.item.passes_needed = 3;
    assert_said(&w, "已连续3次复查合格", "passed 3 revisits in a row");
    close_words(&w);
}

static void the_end_of_a_day_is_24_00_of_it_and_its_beginning_00_00(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "{new_due}结束|{due}|{at}", "until {new_due}|{due}|{at}");
    w.s.item.new_due_s = w.s.item.due_s = w.s.item.at_s = START_S + 15 * 3600;   /* 4 Feb 00:00 */
    assert_said(&w, "2月3日 24:00结束|2月3日 24:00|2月4日 00:00", "until 3 Feb 24:00|3 Feb 24:00|4 Feb 00:00");
    close_words(&w);
}

static void a_missed_revisit_says_how_often_somebody_went_in_vain(void **state)
{
    struct words w;

    (void) state;
    prepare_words(&w, "未完成{attempts}，请补上", "not done{attempts}.");
    assert_said(&w, "未完成，请补上", "not done.");
    w.s.item.count = 1;
    assert_said(&w, "未完成（到访未果1次），请补上", "not done (tried in vain 1 time).");
    w.s.item.count = 2;
    assert_said(&w, "未完成（到访未果2次），请补上", "not done (tried in vain 2 times).");
    assert_int_equal(w.counts.missing_values, 0);
    close_words(&w);
}

static void our_own_reasons_are_said_in_both_languages(void **state)
{
    struct words w;
    Duban__Text reason = DUBAN__TEXT__INIT;

    (void) state;
    prepare_words(&w, "{reason}", "{reason}");
    reason.zh = "没有这个点位";
    reason.en = "no such site";
    w.s.item.reason = "unknown";
    w.s.item.reason_text = &reason;
    assert_said(&w, "没有这个点位", "no such site");
    close_words(&w);
}

static void rule_11_a_brief_says_the_day_and_then_what_a_digest_would_have_said(void **state)
{
    struct words w;
    const char *words;

    (void) state;
    prepare_words(&w, "【交办】{number}", "Case {number}");
    w.s.notice.kind = "morning_brief";
    w.s.notice.n_items = 2;
    w.s.second.kind = "new_case";
    words = said(&w, LANGUAGE_ZH);
    assert_non_null(strstr(words, "morning_brief 编号：DB-0012 "));
    assert_non_null(strstr(words, "\n【交办】DB-0013"));
    assert_null(strstr(words, "【汇总"));
    w.s.notice.n_items = 1;
    assert_null(strstr(said(&w, LANGUAGE_ZH), "\n"));
    close_words(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_placeholder_has_its_value_in_both_languages),
        cmocka_unit_test(from_the_second_round_on_the_lateness_says_which_time_it_is),
        cmocka_unit_test(a_contact_test_says_its_code),
        cmocka_unit_test(what_has_no_number_goes_by_its_report_and_photos_are_counted),
        cmocka_unit_test(a_request_reads_well_with_its_number_and_without),
        cmocka_unit_test(what_was_known_of_a_site_is_said_in_a_line),
        cmocka_unit_test(a_missing_value_is_a_dash_and_counted),
        cmocka_unit_test(several_items_are_numbered_and_the_earliest_due_counts),
        cmocka_unit_test(one_finding_and_findings_due_together_are_told_one_limit),
        cmocka_unit_test(findings_of_different_levels_each_say_their_own_limit),
        cmocka_unit_test(a_digest_is_its_head_and_a_line_for_each_item),
        cmocka_unit_test(row_11_a_digest_is_cut_by_focus_group_where_its_items_name_one),
        cmocka_unit_test(marks_go_in_front_drill_then_late_then_deputy),
        cmocka_unit_test(english_without_a_text_is_chinese),
        cmocka_unit_test(durations_say_their_two_largest_units),
        cmocka_unit_test(a_text_may_hold_braces_that_mean_nothing),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(what_is_cut_says_where_all_of_it_is),
        cmocka_unit_test(of_a_digest_whole_lines_are_left_out_and_counted),
        cmocka_unit_test(without_its_texts_a_notice_says_what_it_knows),
        cmocka_unit_test(nobody_to_receive_names_the_vacant_post),
        cmocka_unit_test(held_records_are_named_by_their_numbers_and_counted_when_several),
        cmocka_unit_test(of_many_reasons_the_first_few_are_said),
        cmocka_unit_test(nobody_is_asked_for_a_time_that_is_past_or_that_there_is_not),
        cmocka_unit_test(what_has_just_become_overdue_is_just_overdue),
        cmocka_unit_test(one_pass_is_no_row_of_passes),
        cmocka_unit_test(the_end_of_a_day_is_24_00_of_it_and_its_beginning_00_00),
        cmocka_unit_test(a_missed_revisit_says_how_often_somebody_went_in_vain),
        cmocka_unit_test(our_own_reasons_are_said_in_both_languages),
        cmocka_unit_test(rule_11_a_brief_says_the_day_and_then_what_a_digest_would_have_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
