/* The shipped packs, what they say, and the questions that the engine asks them. */
#include "policy_pack.h"

#include "civil.h"
#include "digest.h"
#include "message.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { HOUR = 3600, DAY = DAY_SECONDS };

static int64_t moment(const struct policy *policy, int month, int day, int hour, int minute)
{
    return civil_moment(civil_day_of(2020, month, day), hour * HOUR + minute * 60, policy->utc_offset_s);
}

static int64_t nh(int64_t hours)
{
    return hours * HOUR;
}

static int64_t due_of(const struct policy *policy, const struct policy_limit *limit, int64_t base_s)
{
    int32_t missing_year;
    int64_t due_s = 0;

    assert_true(policy_due(&policy->calendar, limit, base_s, &due_s, &missing_year));
    return due_s;
}

/* ---------------------------------------------------------------- what the packs say */

static void both_packs_load(void **state)
{
    struct pack *epidemic = pack_loaded("epidemic-2020-beijing");
    struct pack *fire = pack_loaded("fire-safety-mini");

    (void) state;
    assert_string_equal(epidemic->policy.name, "epidemic-2020-beijing");
    assert_int_equal(epidemic->policy.item_count, 53);
    assert_int_equal(epidemic->policy.site_kind_count, 14);
    assert_int_equal(epidemic->policy.severity_count, 5);
    assert_string_equal(fire->policy.name, "fire-safety-mini");
    assert_int_equal(fire->policy.item_count, 13);
    assert_int_equal(fire->policy.severity_count, 5);
    assert_null(policy_severity(&fire->policy, "A"));
    assert_null(policy_site_kind(&fire->policy, "COUR"));
    assert_memory_not_equal(epidemic->policy.version, fire->policy.version, POLICY_VERSION_BYTES);
    pack_close(epidemic);
    pack_close(fire);
}

static void settings_are_those_of_the_file(void **state)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy *policy = &pack->policy;

    (void) state;
    assert_int_equal(policy->utc_offset_s, nh(8));
    assert_string_equal(policy->time_zone_label.zh, "北京时间");
    assert_int_equal(policy->end_of_day_s, nh(18));
    assert_int_equal(policy->quiet_from_s, nh(22));
    assert_int_equal(policy->quiet_to_s, nh(7));
    assert_int_equal(policy->quiet_reminder_s, nh(21) + 1800);
    assert_int_equal(policy->quiet_due_before_s, nh(9));
    assert_int_equal(policy->quiet_exempt_limit_s, nh(2));
    assert_int_equal(policy->digest_s, nh(7) + 2580);
    assert_int_equal(policy->night_from_s, nh(20));
    assert_int_equal(policy->night_to_s, nh(8));
    assert_int_equal(policy->night_moves_to_s, nh(10));
    assert_int_equal(policy->briefing_count, 2);
    assert_int_equal(policy->join_window_s, 1800);
    assert_true(policy->grouping.given);
    assert_int_equal(policy->grouping.most, 5);
    assert_int_equal(policy->grouping.within_s, 1800);
    assert_int_equal(policy->acknowledged_silence_s, nh(4));
    assert_int_equal(policy->late_after_s, 60);
    assert_int_equal(policy->pass_spacing_s, nh(20));
    assert_int_equal(policy->recurrence_days, 14);
    assert_int_equal(policy->yellow_percent, 25);
    assert_int_equal(policy->suspension_review_days, 7);
    assert_int_equal(policy->resumption_revisit_s, nh(24));
    assert_int_equal(policy->device_time_window_s, nh(72));
    assert_int_equal(policy->attempts_before_site_check, 2);
    pack_close(pack);
}

static void levels_are_those_of_the_domain(void **state)
{
    static const struct {
        const char *code;
        int64_t limit_h, rework_h, acknowledge_minutes, window_h;
        int32_t limit_days, rework_days, window_days;
        uint32_t passes, offsets[3];
        bool urgent, extendable, approval;
        const char *raised;
    } levels[] = {
        { "A", 2, 1, 15, 1, 0, 0, 0, 3, { 0, 1, 3 }, true, false, true, "A" },
        { "B", 24, 12, 120, 4, 0, 0, 0, 2, { 0, 3, 0 }, false, true, false, "A" },
        { "C", 72, 36, 240, 24, 0, 0, 0, 2, { 0, 7, 0 }, false, true, false, "B" },
        { "D", 0, 0, 240, 0, 7, 4, 2, 1, { 0, 0, 0 }, false, true, false, "C" },
        { "X", 0, 0, 240, 0, 7, 4, 2, 1, { 0, 0, 0 }, false, true, false, "X" },
    };
    struct pack *pack = pack_loaded("epidemic-2020-beijing");

    (void) state;
    for (size_t i = 0; i < COUNT(levels); i++) {
        const struct policy_severity *severity = policy_severity(&pack->policy, levels[i].code);

        assert_ptr_equal(severity, &pack->policy.severities[i]);
        assert_int_equal(severity->limit.seconds, nh(levels[i].limit_h));
        assert_int_equal(severity->limit.days, levels[i].limit_days);
        assert_int_equal(severity->rework_limit.seconds, nh(levels[i].rework_h));
        assert_int_equal(severity->rework_limit.days, levels[i].rework_days);
        assert_int_equal(severity->acknowledge_within.seconds, levels[i].acknowledge_minutes * 60);
        assert_int_equal(severity->first_window_s, nh(levels[i].window_h));
        assert_int_equal(severity->first_window_days, levels[i].window_days);
        assert_int_equal(severity->passes, levels[i].passes);
        assert_memory_equal(severity->pass_offsets_days, levels[i].offsets, sizeof levels[i].offsets);
        assert_int_equal(severity->urgent, levels[i].urgent);
        assert_int_equal(severity->starts_yellow, levels[i].urgent);
        assert_int_equal(severity->window_at_night, levels[i].urgent);
        assert_int_equal(severity->extendable, levels[i].extendable);
        assert_int_equal(severity->approval_to_close, levels[i].approval);
        assert_string_equal(severity->raised->code, levels[i].raised);
    }
    assert_null(policy_severity(&pack->policy, "E"));
    assert_null(policy_severity(&pack->policy, ""));
    pack_close(pack);
}

static void items_have_their_kinds_levels_and_numbers(void **state)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy *policy = &pack->policy;
    const struct policy_item *item = policy_item(policy, "CS-01");

    (void) state;
    assert_string_equal(item->group, "CS");
    assert_string_equal(item->severity->code, "A");
    assert_string_equal(item->kinds[0], "CONS");
    assert_null(item->kinds[1]);
    assert_true(item->has_minimum);
    assert_int_equal(item->minimum_milli, 2500);
    assert_false(item->has_maximum);
    assert_false(item->has_limit);
    assert_int_equal(item->passes, 0);

    item = policy_item(policy, "EP-04");   /* 4.3 differs from 4.1: one pass */
    assert_int_equal(item->passes, 1);
    assert_int_equal(item->evidence_needed, 1);

    item = policy_item(policy, "UR-01");   /* photos are never awaited */
    assert_int_equal(item->evidence_needed, 0);
    assert_true(item->has_limit);
    assert_int_equal(item->limit.seconds, nh(1));
    assert_null(item->kinds[0]);

    for (size_t i = 0; i < policy->item_count; i++) {
        assert_non_null(policy->items[i].severity);
        assert_ptr_equal(policy_item(policy, policy->items[i].code), &policy->items[i]);
        assert_true(i == 0 || strcmp(policy->items[i - 1].code, policy->items[i].code) < 0);
    }
    assert_null(policy_item(policy, "ZZ-99"));
    assert_null(policy_item(policy, ""));
    pack_close(pack);
}

static void an_item_can_be_mandatory_for_some_kinds(void **state)
{
    struct pack *epidemic = pack_loaded("epidemic-2020-beijing");
    struct pack *fire = pack_loaded("fire-safety-mini");
    const struct policy_item *item = policy_item(&epidemic->policy, "SD-01");

    (void) state;
    assert_null(item->kinds[0]);
    assert_false(item->mandatory);
    assert_true(policy_item_is_mandatory(item, "DORM"));
    assert_true(policy_item_is_mandatory(item, "RENT"));
    assert_false(policy_item_is_mandatory(item, "COUR"));
    assert_false(policy_item_is_mandatory(policy_item(&epidemic->policy, "EP-01"), "COUR"));
    assert_true(policy_item_is_mandatory(policy_item(&fire->policy, "EX-01"), "MALL"));
    assert_true(policy_item_is_mandatory(policy_item(&fire->policy, "EB-01"), "RESI"));
    assert_false(policy_item_is_mandatory(policy_item(&fire->policy, "EB-01"), "MALL"));
    pack_close(epidemic);
    pack_close(fire);
}

static void texts_know_their_placeholders_by_one_name(void **state)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy_message *message = policy_message(&pack->policy, "new_case");

    (void) state;
    assert_string_equal(message->text.zh, "【整改交办】{number} {site}：{finding}。请于{due}前整改到位，整改完成后请回报，等候复查。");
    assert_string_equal(message->text.en,
                        "New case {number} {site}: {finding}. Fix by {due}, then report for revisit.");
    assert_string_equal(message->place.file, "messages.csv");
    assert_int_equal(message->place.line, 2);
    assert_null(policy_message(&pack->policy, "new_cases"));
    pack_close(pack);
}

static void an_empty_english_text_is_the_chinese_one(void **state)
{
    struct pack *pack = pack_read("fire-safety-mini");
    const struct policy_message *closed;

    (void) state;
    pack_edit(pack, "items.csv", "flammables stored apart", "");
    pack_edit(pack, "messages.csv", ",\"{number} {site} {passes}, closed.\"", ",");
    pack_edit(pack, "policy.yaml", "{ zh: 仓库, en: warehouse }", "{ zh: 仓库 }");
    assert_int_equal(pack_load(pack), 0);
    assert_string_equal(policy_item(&pack->policy, "ST-02")->text.en, "易燃物品单独存放");
    closed = policy_message(&pack->policy, "closed");
    assert_string_equal(closed->text.en, closed->text.zh);
    assert_string_equal(policy_site_kind(&pack->policy, "WHSE")->label.en, "仓库");
    pack_close(pack);
}

/* ---------------------------------------------------------------- plans */

static void assert_row(const struct policy_row *row, const char *name, enum policy_when when, int64_t offset_s,
                       const char *message)
{
    assert_string_equal(row->name, name);
    assert_int_equal(row->when, when);
    assert_int_equal(row->offset_s, offset_s);
    assert_string_equal(row->message, message);
    assert_string_equal(row->place.file, "policy.yaml");
    assert_true(row->place.line > 0);
}

static void plans_are_those_of_the_domain(void **state)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy_plan *plan = policy_plan(&pack->policy, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, "A");

    (void) state;
    assert_int_equal(plan->reminder_count, 2);
    assert_row(&plan->reminders[0], "reminders.rectification.A[0]", WHEN_OFFSET, -1800, "near_due");
    assert_row(&plan->reminders[1], "reminders.rectification.A[1]", WHEN_OFFSET, nh(1), "explanation_wanted");
    assert_int_equal(plan->reminders[1].every_s, nh(2));
    assert_true(plan->reminders[1].until_explained);
    assert_int_equal(plan->ladder_count, 5);
    assert_row(&plan->ladder[2], "ladder.rectification.A[2]", WHEN_OFFSET, nh(2), "overdue_lead");
    assert_row(&plan->ladder[3], "ladder.rectification.A[3]", WHEN_BRIEFING, 0, "agenda");
    assert_row(&plan->ladder[4], "ladder.rectification.A[4]", WHEN_OFFSET, nh(12), "reported_up");
    assert_true(plan->ladder[4].fold);
    for (uint32_t i = 0; i < 5; i++) {
        assert_true(plan->ladder[i].is_ladder);
        assert_int_equal(plan->ladder[i].ladder_step, i);
    }
    assert_int_equal(plan->ladder[0].to_count, 2);
    assert_int_equal(plan->ladder[0].to[0], TO_SITE_CONTACT);
    assert_int_equal(plan->ladder[0].to[1], TO_OWNER);

    plan = policy_plan(&pack->policy, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, "D");
    assert_int_equal(plan->reminder_count, 4);
    assert_row(&plan->reminders[2], "reminders.rectification.D[2]", WHEN_CLOCK, 0, "due_today");
    assert_int_equal(plan->reminders[2].second_of_day, nh(9));
    assert_int_equal(plan->reminders[3].day, 1);
    assert_int_equal(plan->reminders[3].every_s, nh(24));
    assert_true(plan->reminders[3].fold);
    assert_int_equal(plan->ladder_count, 4);
    pack_close(pack);
}

static void a_star_serves_every_level_without_rows_of_its_own(void **state)
{
    struct pack *pack = pack_loaded("fire-safety-mini");
    const struct policy *policy = &pack->policy;
    const struct policy_plan *third = policy_plan(policy, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, "III");
    const struct policy_plan *slight = policy_plan(policy, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, "V");

    (void) state;
    assert_int_equal(third->reminder_count, 3);
    assert_int_equal(slight->reminder_count, 0);      /* [] is a plan of its own: silence */
    assert_ptr_equal(slight->ladder, third->ladder);
    assert_int_equal(policy_plan(policy, DUBAN__TASK_KIND__TASK_KIND_SETTLEMENT, "")->ladder_count, 2);
    assert_int_equal(policy_plan(policy, DUBAN__TASK_KIND__TASK_KIND_SETTLEMENT, NULL)->ladder_count, 2);
    assert_int_equal(policy_plan(policy, DUBAN__TASK_KIND__TASK_KIND_SETTLEMENT, "II")->ladder_count, 2);
    assert_int_equal(policy_plan(policy, DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED, "II")->ladder_count, 0);
    assert_int_equal(policy_plan(policy, (Duban__TaskKind) 77, "II")->ladder_count, 0);
    pack_close(pack);
}

/* ---------------------------------------------------------------- time */

/* domain 5.3: natural hours run through nights, weekends and holidays. */
static void natural_hours_fall_due_as_computed_by_hand(void **state)
{
    static const struct {
        int from[4];
        int due[3][4];   /* after 2, 24 and 72 hours */
    } dates[] = {
        { { 2, 10, 10, 0 }, { { 2, 10, 12, 0 }, { 2, 11, 10, 0 }, { 2, 13, 10, 0 } } },
        { { 2, 11, 12, 30 }, { { 2, 11, 14, 30 }, { 2, 12, 12, 30 }, { 2, 14, 12, 30 } } },
        { { 2, 10, 20, 0 }, { { 2, 10, 22, 0 }, { 2, 11, 20, 0 }, { 2, 13, 20, 0 } } },
        { { 2, 14, 17, 0 }, { { 2, 14, 19, 0 }, { 2, 15, 17, 0 }, { 2, 17, 17, 0 } } },
        { { 2, 8, 10, 0 }, { { 2, 8, 12, 0 }, { 2, 9, 10, 0 }, { 2, 11, 10, 0 } } },
        { { 4, 3, 17, 0 }, { { 4, 3, 19, 0 }, { 4, 4, 17, 0 }, { 4, 6, 17, 0 } } },
        { { 4, 26, 9, 0 }, { { 4, 26, 11, 0 }, { 4, 27, 9, 0 }, { 4, 29, 9, 0 } } },
        { { 4, 30, 16, 30 }, { { 4, 30, 18, 30 }, { 5, 1, 16, 30 }, { 5, 3, 16, 30 } } },
        { { 2, 28, 23, 30 }, { { 2, 29, 1, 30 }, { 2, 29, 23, 30 }, { 3, 2, 23, 30 } } },   /* a leap year */
    };
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy *policy = &pack->policy;

    (void) state;
    for (size_t i = 0; i < COUNT(dates); i++)
        for (size_t k = 0; k < 3; k++) {
            const int *from = dates[i].from;
            const int *due = dates[i].due[k];
            int64_t from_s = moment(policy, from[0], from[1], from[2], from[3]);

            assert_int_equal(due_of(policy, &policy->severities[k].limit, from_s),
                             moment(policy, due[0], due[1], due[2], due[3]));
        }
    pack_close(pack);
}

/* The day of start is not counted; due at 18:00 of the last. */
static void calendar_days_fall_due_in_the_evening_of_the_last(void **state)
{
    static const struct {
        int from[4];
        int days;
        int due[2];
    } dates[] = {
        { { 2, 10, 0, 0 }, 7, { 2, 17 } },   { { 2, 10, 10, 0 }, 7, { 2, 17 } }, { { 2, 10, 23, 59 }, 7, { 2, 17 } },
        { { 2, 22, 18, 0 }, 7, { 2, 29 } },  { { 2, 23, 9, 0 }, 7, { 3, 1 } },   { { 3, 28, 9, 0 }, 7, { 4, 4 } },
        { { 4, 30, 16, 30 }, 4, { 5, 4 } },  { { 2, 10, 18, 0 }, 1, { 2, 11 } }, { { 2, 10, 17, 59 }, 1, { 2, 11 } },
    };
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy *policy = &pack->policy;

    (void) state;
    for (size_t i = 0; i < COUNT(dates); i++) {
        const struct policy_limit limit = { .unit = UNIT_CALENDAR_DAYS, .days = dates[i].days };
        const int *from = dates[i].from;

        assert_int_equal(due_of(policy, &limit, moment(policy, from[0], from[1], from[2], from[3])),
                         moment(policy, dates[i].due[0], dates[i].due[1], 18, 0));
    }
    pack_close(pack);
}

static void quiet_hours_begin_with_their_first_second_and_end_before_their_last(void **state)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy *policy = &pack->policy;
    int64_t evening_s = moment(policy, 2, 10, 22, 0);
    int64_t morning_s = moment(policy, 2, 11, 7, 0);

    (void) state;
    assert_false(policy_is_quiet(policy, evening_s - 1));
    assert_true(policy_is_quiet(policy, evening_s));
    assert_true(policy_is_quiet(policy, moment(policy, 2, 11, 0, 0) - 1));
    assert_true(policy_is_quiet(policy, moment(policy, 2, 11, 0, 0)));
    assert_true(policy_is_quiet(policy, morning_s - 1));
    assert_false(policy_is_quiet(policy, morning_s));
    assert_false(policy_is_quiet(policy, moment(policy, 2, 11, 12, 0)));
    pack_close(pack);
}

static void a_digest_at_this_second_is_not_the_next_one(void **state)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy *policy = &pack->policy;
    int64_t digest_s = moment(policy, 2, 11, 7, 43);

    (void) state;
    assert_int_equal(policy_next_digest(policy, digest_s - 1), digest_s);
    assert_int_equal(policy_next_digest(policy, digest_s), digest_s + DAY);
    assert_int_equal(policy_next_digest(policy, moment(policy, 2, 11, 0, 0)), digest_s);
    assert_int_equal(policy_next_digest(policy, moment(policy, 2, 10, 23, 59)), digest_s);
    assert_int_equal(policy_next_digest(policy, moment(policy, 2, 29, 12, 0)), moment(policy, 3, 1, 7, 43));
    pack_close(pack);
}

static void a_briefing_at_this_second_is_the_next_one(void **state)
{
    struct pack *epidemic = pack_loaded("epidemic-2020-beijing");
    struct pack *fire = pack_loaded("fire-safety-mini");
    const struct policy *policy = &epidemic->policy;
    int64_t morning_s = moment(policy, 2, 11, 8, 30);
    int64_t evening_s = moment(policy, 2, 11, 20, 30);

    (void) state;
    assert_int_equal(policy_next_briefing(policy, morning_s - 1), morning_s);
    assert_int_equal(policy_next_briefing(policy, morning_s), morning_s);
    assert_int_equal(policy_next_briefing(policy, morning_s + 1), evening_s);
    assert_int_equal(policy_next_briefing(policy, evening_s), evening_s);
    assert_int_equal(policy_next_briefing(policy, evening_s + 1), morning_s + DAY);
    policy = &fire->policy;
    assert_int_equal(policy_next_briefing(policy, moment(policy, 2, 11, 9, 1)), moment(policy, 2, 12, 9, 0));
    pack_close(epidemic);
    pack_close(fire);
}

/* ---------------------------------------------------------------- version */

/* The expected digests were made by another program from the definition in entry.proto. */
static void a_version_is_the_digest_that_the_proto_defines(void **state)
{
    static const struct policy_source sources[] = {
        { "b", { "two\n", 4 } },
        { "a.csv", { "one", 3 } },
        { "B", { "", 0 } },
    };
    uint8_t version[POLICY_VERSION_BYTES];
    char hex[2 * POLICY_VERSION_BYTES + 1];

    (void) state;
    policy_version_of(version, sources, COUNT(sources));
    assert_string_equal(hex_of(hex, version, sizeof version),
                        "fccd0675bbf0fccce889499ae7cd49da08b26863dc9d68fa1156e5b1ec5cde7b");
    policy_version_of(version, NULL, 0);
    assert_string_equal(hex_of(hex, version, sizeof version),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void a_version_depends_on_content_and_names_not_on_order(void **state)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    struct policy_source first = pack->sources[0];
    uint8_t version[POLICY_VERSION_BYTES];
    uint8_t other[POLICY_VERSION_BYTES];

    (void) state;
    memcpy(version, pack->policy.version, sizeof version);
    pack->sources[0] = pack->sources[2];
    pack->sources[2] = first;
    assert_int_equal(pack_load(pack), 0);
    assert_memory_equal(version, pack->policy.version, sizeof version);
    pack_edit(pack, "policy.yaml", "# ", "#  ");   /* a comment is content, too */
    assert_int_equal(pack_load(pack), 0);
    assert_memory_not_equal(version, pack->policy.version, sizeof version);
    policy_version_of(other, pack->sources, 2);
    assert_memory_not_equal(other, pack->policy.version, sizeof version);
    pack_close(pack);
}

/* ---------------------------------------------------------------- as offices save files */

/* With a byte order mark and CRLF, as spreadsheets and editors under Windows write. */
static void save_as_windows_does(struct policy_source *source)
{
    const char *text = source->content.data;
    char *changed = malloc(2 * source->content.size + 3);
    size_t size = 3;

    assert_non_null(changed);
    changed[0] = '\xEF';
    changed[1] = '\xBB';
    changed[2] = '\xBF';
    for (size_t i = 0; i < source->content.size; i++) {
        if (text[i] == '\n')
            changed[size++] = '\r';
        changed[size++] = text[i];
    }
    free((void *) text);
    source->content = bytes_of(changed, size);
}

static void files_saved_by_windows_say_the_same(void **state)
{
    struct pack *plain = pack_loaded("epidemic-2020-beijing");
    struct pack *windows = pack_read("epidemic-2020-beijing");

    (void) state;
    for (size_t i = 0; i < windows->count; i++)
        save_as_windows_does(&windows->sources[i]);
    assert_int_equal(pack_load(windows), 0);
    assert_int_equal(windows->policy.item_count, plain->policy.item_count);
    for (size_t i = 0; i < plain->policy.item_count; i++) {
        assert_string_equal(windows->policy.items[i].text.zh, plain->policy.items[i].text.zh);
        assert_int_equal(windows->policy.items[i].place.line, plain->policy.items[i].place.line);
    }
    for (size_t i = 0; i < plain->policy.message_count; i++)
        assert_string_equal(windows->policy.messages[i].text.zh, plain->policy.messages[i].text.zh);
    assert_int_equal(windows->policy.severities[3].limit.days, 7);
    pack_edit(windows, "messages.csv", "【签收提醒】{编号}", "【签收提醒】@@{编码}");
    assert_int_equal(pack_load(windows), -1);
    assert_int_equal(windows->faults.faults[0].place.line, windows->expected.line);
    assert_int_equal(windows->faults.faults[0].place.column, windows->expected.column);
    pack_close(windows);
    pack_close(plain);
}

static void a_policy_outlives_its_files(void **state)
{
    struct pack *pack = pack_loaded("fire-safety-mini");

    (void) state;
    for (size_t i = 0; i < pack->count; i++)
        memset((void *) (uintptr_t) pack->sources[i].content.data, 'x', pack->sources[i].content.size);
    assert_string_equal(pack->policy.name, "fire-safety-mini");
    assert_string_equal(policy_item(&pack->policy, "EX-01")->text.zh, "疏散通道、安全出口畅通，未锁闭");
    assert_string_equal(policy_message(&pack->policy, "digest")->place.file, "messages.csv");
    pack_close(pack);
}

/* ---------------------------------------------------------------- damage */

struct random {
    uint64_t state;
};

static uint32_t random_below(struct random *random, size_t limit)
{
    random->state = random->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t) ((random->state >> 33) % (limit > 0 ? limit : 1));
}

static size_t line_size(const struct policy_source *source, size_t offset)
{
    const char *text = source->content.data;
    const char *end = memchr(text + offset, '\n', source->content.size - offset);

    return end == NULL ? source->content.size - offset : (size_t) (end - text) - offset + 1;
}

static size_t line_start(const struct policy_source *source, size_t offset)
{
    const char *text = source->content.data;

    while (offset > 0 && text[offset - 1] != '\n')
        offset--;
    return offset;
}

/* One careless or malicious edit. */
static void damage(struct policy_source *source, struct random *random)
{
    static const char *const words[] = {
        "\"", "{", "}", "[", "]", ":", "- ", "&x ", "*x", "!!str ", "# ", ",", "\n", "\t", "\r", "0", "-1", "nh", "cd", "wh",
        "99999999999999999999", "true", "null", "~", "<<: ", "---\n", "...\n", "? ", "| ", "> ", "%", "@", "`", "'", "A",
        "{number}", "{编号}", "\xEF\xBB\xBF", "\xC3", "\xED\xA0\x80", "中", "\x7F", "\x01", "*", "step: 0", "\\x00",
    };
    size_t offset = random_below(random, source->content.size);
    size_t start = line_start(source, offset);
    size_t size = line_size(source, start);
    const char *word = words[random_below(random, COUNT(words))];
    char byte = (char) random_below(random, 256);
    char *line = malloc(size + 1);

    assert_non_null(line);
    memcpy(line, (const char *) source->content.data + start, size);
    switch (random_below(random, 8)) {
    case 0:
        pack_replace(source, offset, 1, &byte, 1);
        break;
    case 1:
        pack_replace(source, offset, 1, "", 0);
        break;
    case 2:
        pack_replace(source, offset, 0, word, strlen(word));
        break;
    case 3:
        pack_replace(source, offset, 1, word, strlen(word));
        break;
    case 4:
        pack_replace(source, start, size, "", 0);
        break;
    case 5:
        pack_replace(source, start, 0, line, size);
        break;
    case 6:
        pack_replace(source, offset, random_below(random, source->content.size - offset) % 200, "", 0);
        break;
    default:
        pack_replace(source, offset, source->content.size - offset, "", 0);
        break;
    }
    free(line);
}

/* For YAML a carriage return of its own ends a line, too. */
static uint32_t count_lines(const struct policy_source *source)
{
    const char *text = source->content.data;
    uint32_t lines = 1;

    for (size_t i = 0; i < source->content.size; i++)
        lines += text[i] == '\n' || text[i] == '\r';
    return lines;
}

static void assert_faults_can_be_shown(struct pack *pack)
{
    assert_true(pack->faults.total > 0);
    for (size_t i = 0; i < pack->faults.count; i++) {
        const struct file_fault *fault = &pack->faults.faults[i];
        const struct policy_source *source = pack_source(pack, fault->place.file);

        assert_true(fault->place.line <= count_lines(source) + 1);   /* behind the last: something is still open */
        assert_true(fault->place.line == 0 || fault->place.column > 0);
        assert_true(fault->zh[0] != '\0' && is_utf8(fault->zh, strlen(fault->zh)));
        assert_true(fault->en[0] != '\0' && is_utf8(fault->en, strlen(fault->en)));
    }
}

static void assert_rows_are_whole(const struct policy *policy, const struct policy_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(rows[i].to_count > 0);
        assert_non_null(policy_message(policy, rows[i].message));
        assert_non_null(rows[i].name);
    }
}

/* What the engine relies on without looking. */
static void assert_whole(const struct policy *policy)
{
    int64_t now_s = moment(policy, 2, 10, 10, 0);

    for (size_t i = 0; i < policy->item_count; i++)
        assert_non_null(policy->items[i].severity);
    for (size_t i = 0; i < policy->severity_count; i++) {
        const struct policy_severity *severity = &policy->severities[i];

        assert_non_null(severity->raised);
        assert_true(severity->raised <= severity);
        assert_true(severity->passes > 0 && severity->pass_offsets_days[0] == 0);
        assert_true(due_of(policy, &severity->limit, now_s) > now_s);
        for (int kind = DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION; kind <= DUBAN__TASK_KIND__TASK_KIND_REVIEW; kind++) {
            const struct policy_plan *plan = policy_plan(policy, (Duban__TaskKind) kind, severity->code);

            assert_true(plan->ladder_count > 0 && plan->ladder[0].ladder_step == 0);
            assert_rows_are_whole(policy, plan->reminders, plan->reminder_count);
            assert_rows_are_whole(policy, plan->ladder, plan->ladder_count);
        }
    }
    assert_true(policy_next_digest(policy, now_s) > now_s);
    assert_true(policy_next_briefing(policy, now_s) >= now_s);
}

static void any_single_edit_loads_or_is_explained(void **state)
{
    static const char *const names[] = { "epidemic-2020-beijing", "fire-safety-mini" };
    struct random random = { .state = 20200203 };
    size_t loaded = 0;

    (void) state;
    for (size_t i = 0; i < 2000; i++) {
        struct pack *pack = pack_read(names[i % COUNT(names)]);

        damage(&pack->sources[random_below(&random, pack->count)], &random);
        if (pack_load(pack) == 0) {
            assert_whole(&pack->policy);
            loaded++;
        } else {
            assert_faults_can_be_shown(pack);
        }
        pack_close(pack);
    }
    assert_in_range(loaded, 100, 1900);   /* the edits are neither all harmless nor all fatal */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_packs_load),
        cmocka_unit_test(settings_are_those_of_the_file),
        cmocka_unit_test(levels_are_those_of_the_domain),
        cmocka_unit_test(items_have_their_kinds_levels_and_numbers),
        cmocka_unit_test(an_item_can_be_mandatory_for_some_kinds),
        cmocka_unit_test(texts_know_their_placeholders_by_one_name),
        cmocka_unit_test(an_empty_english_text_is_the_chinese_one),
        cmocka_unit_test(plans_are_those_of_the_domain),
        cmocka_unit_test(a_star_serves_every_level_without_rows_of_its_own),
        cmocka_unit_test(natural_hours_fall_due_as_computed_by_hand),
        cmocka_unit_test(calendar_days_fall_due_in_the_evening_of_the_last),
        cmocka_unit_test(quiet_hours_begin_with_their_first_second_and_end_before_their_last),
        cmocka_unit_test(a_digest_at_this_second_is_not_the_next_one),
        cmocka_unit_test(a_briefing_at_this_second_is_the_next_one),
        cmocka_unit_test(a_version_is_the_digest_that_the_proto_defines),
        cmocka_unit_test(a_version_depends_on_content_and_names_not_on_order),
        cmocka_unit_test(files_saved_by_windows_say_the_same),
        cmocka_unit_test(a_policy_outlives_its_files),
        cmocka_unit_test(any_single_edit_loads_or_is_explained),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
