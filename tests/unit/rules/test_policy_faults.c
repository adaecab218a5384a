/* Every kind of fault, at its exact line and column, in both languages. */
#include "policy_pack.h"

#include "message.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define YAML "policy.yaml"
#define ITEMS "items.csv"
#define MESSAGES "messages.csv"

/* One edit of the epidemic pack and what must be said about it. */
struct edit {
    const char *file;
    const char *from;
    const char *to;        /* @@ where the fault is; none = the whole file */
    const char *english;   /* part of it */
};

static bool is_expected(const struct file_fault *fault, const struct pack *pack, const struct edit *edit)
{
    return strcmp(fault->place.file, edit->file) == 0 && fault->place.line == pack->expected.line &&
           fault->place.column == pack->expected.column && strstr(fault->en, edit->english) != NULL &&
           fault->zh[0] != '\0' && is_utf8(fault->zh, strlen(fault->zh)) && is_utf8(fault->en, strlen(fault->en));
}

/* Exactly that fault, and no other. */
static bool gives_fault(const struct edit *edit)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");
    bool right;

    pack_edit(pack, edit->file, edit->from, edit->to);
    right = pack_load(pack) == -1 && pack->faults.total == 1 && is_expected(&pack->faults.faults[0], pack, edit);
    if (!right) {
        print_message("\"%s\" should give one fault, %s:%u:%u: ... %s ...; it gives:\n", edit->to, edit->file,
                      pack->expected.line, pack->expected.column, edit->english);
        pack_print_faults(pack);
    }
    pack_close(pack);
    return right;
}

static void assert_faults(const struct edit *edits, size_t count)
{
    size_t wrong = 0;

    for (size_t i = 0; i < count; i++)
        wrong += !gives_fault(&edits[i]);
    assert_int_equal(wrong, 0);
}

static void assert_fault(const struct edit *edit)
{
    assert_faults(edit, 1);
}

/* ---------------------------------------------------------------- policy.yaml */

static void yaml_that_is_more_than_maps_lists_and_values_is_refused(void **state)
{
    static const struct edit edits[] = {
        { YAML, "digest: \"", "digest: @@&digest \"", "anchors (&) are not supported" },
        { YAML, "late_after: 60s", "late_after: @@*digest", "aliases (*) are not supported" },
        { YAML, "late_after: 60s", "late_after: @@!!str 60s", "tags (!) are not supported" },
        { YAML, "late_after: 60s", "late_after: 60s\n@@late_after: 61s",
          "\"late_after\" is given twice; it already stands in line" },
        { YAML, "late_after: 60s", "@@---\nlate_after: 60s", "several documents" },
        { YAML, "late_after: 60s", "? @@[late_after]\n: 60s", "a key must be a word" },
        { YAML, "late_after: 60s", "late_after: @@\"60\\ts\"", "control character" },
        { YAML, "late_after: 60s",
          "late_after: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: @@{a: 1}}}}}}}}}}}}}}}}",
          "nested more than 16 deep" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void broken_yaml_is_shown_where_it_breaks(void **state)
{
    static const struct edit edits[] = {
        { YAML, "late_after: 60s", "late_after: @@\"60s",
          "not well-formed YAML (wrongly indented double-quoted scalar)" },
        { YAML, "name: epidemic", "@@\tname: epidemic", "not well-formed YAML" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void keys_are_known_and_none_is_missing(void **state)
{
    static const struct edit edits[] = {
        { YAML, "join_window: 30m", "join_window: 30m\n@@jion_windows: 30m",
          "there is no key \"jion_windows\"; should be: " },
        { YAML, "name: epidemic-2020-beijing", "@@", "key \"name\" is missing" },
        { YAML, "    rework_limit: 12nh\n", "", "key \"rework_limit\" is missing" },
    };
    struct pack *pack;

    (void) state;
    assert_fault(&edits[0]);
    /* a slip gives two: what is there, with the right word, and what is not there */
    pack = pack_read("epidemic-2020-beijing");
    pack_edit(pack, YAML, "join_window: 30m", "@@join_windw: 30m");
    assert_int_equal(pack_load(pack), -1);
    assert_int_equal(pack->faults.total, 2);
    assert_string_equal(pack->faults.faults[0].en, "key \"join_window\" is missing; add it");
    assert_string_equal(pack->faults.faults[1].en, "there is no key \"join_windw\"; should be: join_window");
    assert_string_equal(pack->faults.faults[1].zh, "没有这个键“join_windw”；应为：join_window");
    assert_int_equal(pack->faults.faults[1].place.line, pack->expected.line);
    assert_int_equal(pack->faults.faults[1].place.column, 1);
    pack_close(pack);
}

static void values_have_the_right_shape(void **state)
{
    static const struct edit edits[] = {
        { YAML, "late_after: 60s", "late_after: @@[60s]", "this should be a single value, not a list" },
        { YAML, "briefings: [\"08:30\", \"20:30\"]", "briefings: @@\"08:30\"",
          "this should be a list, not a single value" },
        { YAML, "label: { zh: 立即整改, en: immediate }", "label: @@立即整改",
          "this should be a map (key: value), not a single" },
        { YAML, "late_after: 60s", "@@late_after:", "nothing is written" },
        { YAML, "urgent: true", "urgent: @@yes", "\"yes\" is neither true nor false" },
        { YAML, "code: GATE", "code: @@门岗", "is no code" },
        { YAML, "risk: high", "risk: @@hihg", "there is no risk \"hihg\"; should be: high" },
        { YAML, "risk: high", "risk: @@severe", "should be: high / medium / low" },
        { YAML, "time_zone: Asia/Shanghai", "time_zone: @@America/New_York",
          "has daylight saving; for China write Asia/Shanghai" },
        { YAML, "interval_days: 1 }", "interval_days: @@often }", "\"often\" is no whole number; should be 0 to 366" },
        { YAML, "yellow_percent: 25", "yellow_percent: @@125", "125 is out of range; should be 0 to 100" },
        { YAML, "label: { zh: 立即整改, en: immediate }", "label: @@{ en: immediate }", "key \"zh\" is missing" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void limits_clocks_and_periods_are_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "limit: 24nh\n    rework", "limit: @@24h\n    rework",
          "\"h\" is no unit of a limit; use nh (natural hours), nm (minutes), cd (calendar days), wh (working hours) or wd (working "
          "days), for example 24nh" },
        { YAML, "rework_limit: 4cd", "rework_limit: @@4d", "for example 4cd" },
        { YAML, "settlement_limit: 24nh", "settlement_limit: @@90wm", "for example 90wh" },
        { YAML, "settlement_limit: 24nh", "settlement_limit: @@0wd", "a limit cannot be zero" },
        { YAML, "settlement_limit: 24nh", "settlement_limit: @@367wd", "the limit is too long; at most 366wd" },
        { YAML, "first_window: 4nh", "first_window: @@4wh", "a revisit window is not counted in working time" },
        { YAML, "working_hours: [[\"08:30\", \"12:00\"], ", "working_hours: [@@[\"08:30\"], ", "a slot has a beginning and an end" },
        { YAML, "[\"13:30\", \"18:00\"]]", "@@[\"12:00\", \"18:00\"]]", "write touching ones as one" },
        { YAML, "[\"13:30\", \"18:00\"]]", "[\"18:00\", @@\"13:30\"]]", "a slot ends after it begins" },
        { YAML, "working_hours: [[\"08:30\", \"12:00\"], [\"13:30\", \"18:00\"]]", "working_hours: @@[]",
          "there should be 1 to 8 slots, not 0" },
        { YAML, "rework_limit: 12nh", "rework_limit: @@0nh", "a limit cannot be zero" },
        { YAML, "rework_limit: 12nh", "rework_limit: @@400cd", "the limit is too long; at most 366cd" },
        { YAML, "rework_limit: 12nh", "rework_limit: @@soon", "\"soon\" is no limit; write it like 2nh, 90nm, 7cd, 4wh or 7wd" },
        { YAML, "rework_limit: 12nh", "rework_limit: @@99999999nh", "is no limit" },
        { YAML, "exempt_limit: 2nh", "exempt_limit: @@2cd", "hours or minutes are wanted here" },
        { YAML, "digest: \"07:43\"", "digest: @@\"7.43\"", "\"7.43\" is no time of day" },
        { YAML, "digest: \"07:43\"", "digest: @@\"25:00\"", "is no time of day" },
        { YAML, "digest: \"07:43\"", "digest: @@\"24:00\"", "is no time of day" },
        { YAML, "join_window: 30m", "join_window: @@30", "\"30\" is no length of time" },
        { YAML, "join_window: 30m", "join_window: @@2d", "\"2d\" is out of range; should be 0 to 86400 seconds" },
        { YAML, "  most: 5", "  most: @@0", "is out of range; should be 1 to 20" },
        { YAML, "  most: 5", "  most: @@many", "\"many\" is no whole number; should be 1 to 20" },
        { YAML, "  within: 30m", "  within: @@30", "\"30\" is no length of time" },
        { YAML, "  within: 30m", "  within: @@30s", "\"30s\" is out of range; should be 60 to 86400 seconds" },
        { YAML, "briefings: [\"08:30\", \"20:30\"]", "briefings: [\"20:30\", @@\"08:30\"]", "from early to late" },
        { YAML, "briefings: [\"08:30\", \"20:30\"]", "briefings: @@[]", "there should be 1 to 4 briefings, not 0" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void levels_are_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "pass_offsets_days: [0, 1, 3]", "pass_offsets_days: @@[0, 1]",
          "3 passes are needed but 2 offsets are given" },
        { YAML, "pass_offsets_days: [0, 1, 3]", "pass_offsets_days: @@[1, 2, 3]",
          "the first offset should be 0, not 1" },
        { YAML, "pass_offsets_days: [0, 1, 3]", "pass_offsets_days: @@[0, 3, 3]", "after 3 there cannot be 3" },
        { YAML, "pass_offsets_days: [0, 1, 3]", "pass_offsets_days: [0, @@one, 3]", "\"one\" is no whole number" },
        { YAML, "passes: 3", "passes: @@9", "9 is out of range; should be 1 to 8" },
        { YAML, "passes: 3", "passes: @@0", "0 is out of range; should be 1 to 8" },
        { YAML, "limit: 7cd", "limit: @@2cd", "D comes after C, so its limit cannot be shorter" },
        { YAML, "raised_to: X", "raised_to: @@Y", "there is no level as severe or more severe \"Y\"; should be: " },
        { YAML, "approval_to_close: false\n  - code: C", "approval_to_close: false\n    raised_to: @@D\n  - code: C",
          "should be: A" },
        { YAML, "  - code: D", "  - code: @@C", "level \"C\" is given twice" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void codes_are_given_once(void **state)
{
    static const struct edit edits[] = {
        { YAML, "  - { code: COUR,",
          "  - { code: @@GATE, label: { zh: 门 }, risk: low, interval_days: 1 }\n  - { code: COUR,",
          "site kind \"GATE\" is given twice" },
        { ITEMS, "EP-02,EP", "@@EP-01,EP", "item \"EP-01\" is given twice; it already stands in line 2" },
        { MESSAGES, "near_due,", "@@new_case,x,\nnear_due,",
          "message \"new_case\" is given twice; it already stands in line 2" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void rows_of_plans_are_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "  review:\n    \"*\":\n      - { clock", "  @@reveiw:\n    \"*\":\n      - { clock",
          "there is no task kind \"reveiw\"; should be: review" },
        { YAML, "    X:\n      - { at: -1wd", "    @@E:\n      - { at: -1wd", "there is no level \"E\"; should be: " },
        { YAML, "message: near_due,", "message: @@neer_due,", "there is no message \"neer_due\"; should be: near_due" },
        { YAML, "to: [site_contact, owner] }", "to: [@@site_contakt, owner] }",
          "there is no recipient \"site_contakt\"; should be: site_contact" },
        { YAML, "to: [site_contact, owner] }", "to: [owner, @@owner] }", "recipient \"owner\" is given twice" },
        { YAML, "to: [site_contact, owner] }", "to: @@[] }", "nobody is told" },
        { YAML, "to: [site_contact, owner] }", "to: @@owner }", "this should be a list" },
        { YAML, "at: -30m", "at: @@30m", "\"30m\" has no sign" },
        { YAML, "at: -30m", "at: @@0", "what is sent at the due time is step 0 of the ladder" },
        { YAML, "at: -30m", "at: @@-30x", "\"30x\" is no length of time" },
        { YAML, "{ at: -30m, ", "@@{ ", "the time is missing" },
        { YAML, "at: -30m", "at: -30m, @@clock: \"09:00\", day: 0", "at and clock exclude each other" },
        { YAML, "at: -30m", "at: -30m, @@day: 0", "day goes with clock only" },
        { YAML, "clock: \"09:00\", day: 0", "@@clock: \"09:00\"", "clock needs day beside it" },
        { YAML, "at: -30m", "at: -30m, @@every: 1h", "only what is sent after the due time may repeat" },
        { YAML, "every: 2h", "every: @@0", "a repeat every 0 is impossible" },
        { YAML, "every: 2h", "every: @@0h", "a repeat every 0 is impossible" },
        { YAML, "every: 1wd", "every: @@0wd", "a repeat every 0 is impossible" },
        { YAML, "every: 1wd", "every: @@8wh", "a repeat in working time goes by days" },
        { YAML, "- { at: -1wd", "- @@{ at: -7wd", "this row can never go" },
        { YAML, "- { at: -1wh", "- @@{ at: -4wh", "this row can never go" },
        { YAML, "at: +2wd", "at: @@-2wd", "a ladder starts at the due time" },
        { YAML, "at: +5wd, briefing: true", "at: @@+1wd", "step 3 cannot come before step 2" },
        { YAML, "every: 2h", "every: @@5m", "\"5m\" is out of range" },
        { YAML, "every: 2h, until", "@@until", "until goes with every only" },
        { YAML, "every: 2h, until: explained", "every: 2h, until: @@explaned", "should be: explained" },
        { YAML, "every: 24h, message: revisit_missed", "every: 24h, @@until: explained, message: revisit_missed",
          "there is no key \"until\"" },
        { YAML, "at: +4h, message: overdue_owner", "at: +4h, message: @@near_due",
          "\"near_due\" may only go before the due time" },
        { YAML, "at: -30m, message: near_due", "at: -30m, message: @@overdue_lead",
          "\"overdue_lead\" may only go after the due time" },
        { YAML, "message: revisit_today, to: [owner]", "message: revisit_today, to: @@[sender]",
          "sender is for settlement only" },
        { YAML, "at: -30m", "fold: @@maybe, at: -30m", "neither true nor false" },
        { YAML, "      - { at: -30m", "      - @@- 1\n      - { at: -30m",
          "this should be a map (key: value), not a list" },
        { YAML, "      - { at: -4h, message: approval_wanted", "      - @@{ at: -24h, message: approval_wanted",
          "this row can never go" },
        { YAML, "      - { at: -30m", "      - @@{ at: -2h", "this row can never go" },
        { YAML, "overdue_in_summary: [A, B, complaint]", "overdue_in_summary: [A, B, @@compliant]", "complaint" },
        { YAML, "overdue_in_summary: [A, B, complaint]", "overdue_in_summary: [A, B, @@A]", "\"A\" is given twice" },
        { YAML, "overdue_in_summary: [A, B, complaint]", "overdue_in_summary: [A, B, @@rectification]", "level or task kind" },
        { YAML, "overdue_in_summary: [A, B, complaint]", "overdue_in_summary: @@A", "should be a list" },
        { YAML, "{ before: 2h, message: revisit_appointed", "{ before: @@2w, message: revisit_appointed", "2w" },
        { YAML, "{ before: 2h, message: revisit_appointed", "{ at: -2h, @@before: 2h, message: revisit_appointed", "before excludes at" },
        { YAML, "{ at: -30m, message: near_due", "{ @@before: 30m, message: near_due", "only a revisit has a time" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void ladders_are_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "{ step: 2, at: +12h, message: overdue_lead", "{ step: @@1, at: +12h, message: overdue_lead",
          "after 1 there cannot be 1" },
        { YAML, "{ step: 2, at: +12h, message: overdue_lead", "{ step: 2, at: @@+1h, message: overdue_lead",
          "step 2 cannot come before step 1" },
        { YAML, "{ step: 2, at: +12h, message: overdue_lead", "{ step: 2, at: @@-1h, message: overdue_lead",
          "a ladder starts at the due time" },
        { YAML, "{ step: 0, at: 0, message: overdue_owner, to: [site_contact, owner] }\n      - { step: 1, at: +2h",
          "{ step: 0, at: @@+1m, message: overdue_owner, to: [site_contact, owner] }\n      - { step: 1, at: +2h",
          "step 0 is what is sent at the due time" },
        { YAML, "{ step: 0, at: 0, message: overdue_owner",
          "{ step: 0, at: @@0, briefing: true, message: overdue_owner", "without a briefing" },
        { YAML, "{ step: 4, at: +12h", "{ step: @@5, at: +12h", "5 is out of range; should be 0 to 4" },
        { YAML, "{ step: 2, at: +12h, message: overdue_lead", "{ step: 2, at: +12h, message: @@due_today",
          "\"due_today\" may only go before" },
        { YAML, "    \"*\":\n      - { step: 0, at: 0, every: 24h, fold: true, message: review_due",
          "    @@A:\n      - { step: 0, at: 0, every: 24h, fold: true, message: review_due",
          "task review at level B has no step 0" },
        { YAML, "- { step: 0, at: 0, every: 24h, message: site_check_wanted",
          "- { step: 0, at: 0, every: 24h, @@day: 1, message: site_check_wanted", "there is no key \"day\"" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void hours_fit_together(void **state)
{
    static const struct edit edits[] = {
        { YAML, "  to: \"07:00\"", "  to: @@\"22:00\"", "cover the whole day" },
        { YAML, "  to: \"07:00\"", "  to: @@\"23:00\"", "run over midnight" },
        { YAML, "  reminder_at: \"21:30\"", "  reminder_at: @@\"22:00\"",
          "reminder_at should stand before the quiet hours" },
        { YAML, "digest: \"07:43\"", "digest: @@\"06:59\"", "the digest cannot go in quiet hours" },
        { YAML, "  to: \"08:00\"", "  to: @@\"20:00\"", "cover the whole day" },
        { YAML, "  moves_to: \"10:00\"", "  moves_to: @@\"07:59\"", "moves_to should stand after the night" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void what_is_late_is_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "      - { at: -30m, message: near_due", "      - { late: @@later, at: -30m, message: near_due", "should be: digest / send / drop" },
        { YAML, "      - { step: 0, at: 0, message: not_acknowledged", "      - { late: @@drop, step: 0, at: 0, message: not_acknowledged",
          "a step of the ladder is never dropped" },
        { YAML, "every: 24h, fold: true, message: overdue_owner", "every: 24h, fold: true, late: @@send, message: overdue_owner",
          "what folds never goes by itself" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void who_is_stood_down_is_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "  everyone: [complaint, confirmation]", "  everyone: @@[complaint, approval]", "approval stands in everyone, but not in kinds" },
        { YAML, "  everyone: [complaint, confirmation]", "  everyone: [@@complain]", "there is no task kind \"complain\"" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void what_must_be_answered_is_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "stand_down:\n", "mandatory: @@[]\nstand_down:\n", "there should be 1 to 200 rows of mandatory, not 0" },
        { YAML, "stand_down:\n", "mandatory: [@@{ item: TM-99, when: site.operating }]\nstand_down:\n", "there is no check item \"TM-99\"" },
        { YAML, "stand_down:\n",
          "mandatory:\n  - { item: TM-01, when: site.operating }\n  - { item: @@TM-01, when: site.operating }\nstand_down:\n", "TM-01" },
        { YAML, "stand_down:\n", "mandatory: [{ item: TM-01, when: '@@answer.number > 1' }]\nstand_down:\n", "answer" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

/* ---------------------------------------------------------------- tables */

static void items_are_judged(void **state)
{
    static const struct edit edits[] = {
        { ITEMS, "COUR CONS,C,", "@@,C,", "no site kind is given" },
        { ITEMS, "COUR CONS,C,", "COUR @@KONS,C,", "there is no site kind \"KONS\"; should be: CONS" },
        { ITEMS, "COUR CONS,C,", "\"COUR  @@KONS\",C,", "there is no site kind \"KONS\"" },
        { ITEMS, "COUR CONS,C,", "COUR CONS @@COUR,C,", "site kind \"COUR\" is given twice" },
        { ITEMS, "COUR CONS,C,", "COUR CONS,@@E,", "there is no level \"E\"; should be: " },
        { ITEMS, "COUR CONS,C,", "COUR CONS,@@,", "cell \"level\" is empty" },
        { ITEMS, "COUR CONS,C,,1,0,1", "COUR CONS,C,@@3d,1,0,1", "\"d\" is no unit of a limit" },
        { ITEMS, "COUR CONS,C,,1,0,1", "COUR CONS,C,@@0cd,1,0,1", "a limit cannot be zero" },
        { ITEMS, "COUR CONS,C,,1,0,1", "COUR CONS,C,,2,@@0,1", "2 passes are needed but 1 offsets are given" },
        { ITEMS, "COUR CONS,C,,1,0,1", "COUR CONS,C,,2,@@0 0,1", "after 0 there cannot be 0" },
        { ITEMS, "COUR CONS,C,,1,0,1", "COUR CONS,C,,2,0 @@x,1", "\"x\" is no whole number" },
        { ITEMS, "COUR CONS,C,,1,0,1", "COUR CONS,C,,,@@0,1", "offsets need a number of passes beside them" },
        { ITEMS, "COUR CONS,C,,1,0,1", "COUR CONS,C,,@@many,0,1", "\"many\" is no whole number; should be 1 to 8" },
        { ITEMS, "COUR CONS,C,,1,0,1", "COUR CONS,C,,1,0,@@", "cell \"evidence\" is empty" },
        { ITEMS, "COUR CONS,C,,1,0,1", "COUR CONS,C,,1,0,@@21", "21 is out of range; should be 0 to 20" },
        { ITEMS, "COUR CONS,C,,1,0,1,", "COUR CONS,C,,1,0,1,@@GATE", "GATE is not among the kinds of this item" },
        { ITEMS, "COUR CONS,C,,1,0,1,", "COUR CONS,C,,1,0,1,@@maybe", "there is no site kind \"maybe\"" },
        { ITEMS, ",1,,5,5", ",1,,6,@@5", "max is less than min" },
        { ITEMS, ",1,,5,5", ",1,,@@5.0001,5", "\"5.0001\" is no number" },
        { ITEMS, ",1,,5,5", ",1,,@@.5,5", "is no number" },
        { ITEMS, ",1,,5,5", ",1,,@@5.,5", "is no number" },
        { ITEMS, "PUBL,A,,,,1,,,,yes", "PUBL,A,,,,1,,,,@@often", "\"often\" is wrong; write yes where a fail needs words" },
        { ITEMS, "min,max,note", "min,max,@@notes", "there is no column \"notes\"; should be: note" },
        { ITEMS, "EP-05,EP,员工会说出报告对象和电话", "EP-05,EP,@@", "cell \"zh\" is empty" },
        { ITEMS, "EP-05,EP", "@@EP 05,EP", "\"EP 05\" is no code" },
        { ITEMS, "EP-05,EP", "EP-05,@@", "in cell \"group\", \"\" is no code" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void tables_are_judged(void **state)
{
    static const struct edit edits[] = {
        { ITEMS, "UR-01,UR,", "UR-01,UR,@@\"", "this quote is never closed" },
        { ITEMS, "EP-05,EP,员工", "EP-05,EP,\"员工\"@@员工", "should follow the quote" },
        { ITEMS, "EP-05,EP,员工会说出报告对象和电话,staff can say whom to report to,COUR CONS,C,,1,0,1,,,",
          "EP-05,EP,员工,staff,COUR CONS,C,,1,0,1,,,,,@@too much",
          "this row has more cells than the heading: \"too much\"" },
        { MESSAGES, "kind,zh,en", "kind,zh,en,@@eng", "there is no column \"eng\"; should be: en" },
        { MESSAGES, "kind,zh,en", "kind,zh,en,@@en", "stands twice" },
        { MESSAGES, "kind,zh,en", "@@kind,zh,\"en\n\"", "the headings should stand in one line" },
    };
    struct pack *pack = pack_read("epidemic-2020-beijing");

    (void) state;
    assert_faults(edits, COUNT(edits));
    pack_edit(pack, MESSAGES, "kind,zh,en", "kind,zh,english");
    assert_int_equal(pack_load(pack), -1);
    assert_int_equal(pack->faults.total, 2);
    assert_string_equal(pack->faults.faults[0].en, "column \"en\" is missing; add it to the heading");
    assert_int_equal(pack->faults.faults[0].place.line, 1);
    assert_int_equal(pack->faults.faults[1].place.column, 9);
    pack_close(pack);
}

#define A_SENTENCE "A sentence of one hundred and twenty characters as a clerk would write it who wants to be understood by everybody else. "

static void texts_are_judged(void **state)
{
    static const struct edit edits[] = {
        { MESSAGES, "【整改交办】{编号}", "【整改交办】@@{编好}", "there is no placeholder \"编好\"; should be: 编号" },
        { MESSAGES, "New case {number} {site}", "New case {number} @@{siet}",
          "there is no placeholder \"siet\"; should be: site" },
        { MESSAGES, "\"New case {number} {site}", "\"A \"\"new\"\" case {number} @@{siet}",
          "there is no placeholder \"siet\"" },
        { MESSAGES, "\"New case {number} {site}", "\"New case\n{number} 点位 @@{siet}",
          "there is no placeholder \"siet\"" },
        { MESSAGES, "【整改交办】{编号}", "【整改交办】@@{编号", "a brace without its partner" },
        { MESSAGES, "【整改交办】{编号}", "【整改交办】编号@@}", "a brace without its partner" },
        { MESSAGES, "【整改交办】{编号}", "【整改交办】@@｛编号", "full-width" },
        { MESSAGES, "【整改交办】{编号}", "【整改交办】@@{}", "there is no placeholder \"\"" },
        { MESSAGES, "【整改交办】{编号}", "【整改@@\x01交办】{编号}", "control character" },
        { MESSAGES, "【整改交办】{编号}", "@@【整改交办】{编号}一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
                    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
                    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十", "at most 160, make it shorter" },
        { MESSAGES, "\"New case {number} {site}", "@@\"" A_SENTENCE A_SENTENCE A_SENTENCE A_SENTENCE "{number} {site}",
          "at most 480, make it shorter" },
        { MESSAGES, "kind,zh,en\n", "kind,zh,en\n@@at once,【紧急】,\n", "in cell \"kind\", \"at once\" is no code" },
        { MESSAGES, "kind,zh,en\n", "kind,zh,en\nspare,@@,\n", "cell \"zh\" is empty" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void late_photos_are_a_task_only_where_it_is_said_when_they_are_late(void **state)
{
    static const struct edit edits[] = {
        { YAML, "photos_limit: 24nh", "photos_limit: @@24", "is no unit of a limit" },
        { YAML, "photos_within: 4h                 # 收到记录 4 小时后照片仍未传齐，告知上报人和片组组长；不写则不提醒 / declared photos that are late "
                "are told; left out: never\nphotos_limit: 24nh", "photos_limit: @@24nh", "only where photos_within says when they are late" },
        { YAML, "  photos:\n    \"*\":\n      - { step: 0, at: 0, message: photos_missing, to: [owner] }\n", "  photos:\n    @@\"*\":\n",
          "task photos at level A has no step 0" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void texts_that_the_engine_needs_are_there(void **state)
{
    (void) state;
    assert_fault(&(struct edit){ MESSAGES, "quarantine_settled,", "quarantine_settle,",
                                 "message \"quarantine_settled\" is missing" });
}

static void a_calendar_is_judged(void **state)
{
    static const struct {
        const char *text;
        uint32_t line, column;
        const char *english;
    } calendars[] = {
        { "date,kind,zh,en\n2020-02-30,off,x,\n", 2, 1, "\"2020-02-30\" is no date" },
        { "date,kind,zh,en\n2020-2-3,off,x,\n", 2, 1, "is no date" },
        { "date,kind,zh,en\n2020-02-03, holiday,x,\n", 2, 13, "write off for a day off" },
        { "date,kind,zh,en\n2020,year,x,\n2020-02-01,off,x,\n2020-02-01,work,x,\n", 4, 1,
          "given twice; it already stands in line 3" },
        { "date,kind,zh,en,source\n2020,year,x,,\n2020-02-03,work,x,,\n", 3, 1, "this is no weekend day" },
        { "date,kind,zh,en\n2020,year,x,\n2021-01-01,off,x,\n", 3, 1, "the table does not publish 2021; add a row 2021,year" },
        { "date,kind,zh,en\n2020-01-01,year,x,\n", 2, 1, "the date is the year alone, as 2020" },
        { "date,kind,zh,en\n2020,year,x,\n2020,year,x,\n", 3, 1, "given twice; it already stands in line 2" },
        { "date,zh,en\n2020-02-03,x,\n", 1, 1, "column \"kind\" is missing" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(calendars); i++) {
        struct pack *pack = pack_read("epidemic-2020-beijing");
        const struct file_fault *fault = &pack->faults.faults[0];

        pack_remove(pack, "calendar.csv");
        pack_add_text(pack, "calendar.csv", calendars[i].text);
        assert_int_equal(pack_load(pack), -1);
        assert_int_equal(pack->faults.total, 1);
        assert_string_equal(fault->place.file, "calendar.csv");
        assert_int_equal(fault->place.line, calendars[i].line);
        assert_int_equal(fault->place.column, calendars[i].column);
        assert_non_null(strstr(fault->en, calendars[i].english));
        pack_close(pack);
    }
}

static void a_sound_calendar_is_accepted(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");

    (void) state;
    pack_remove(pack, "calendar.csv");
    pack_add_text(pack, "calendar.csv",
                  "date,kind,zh,en\n2020,year,,\n2020-01-19,work,春节调休,\n2020-01-24,off,春节,Spring Festival\n");
    assert_int_equal(pack_load(pack), 0);
    pack_close(pack);
}

/* As packs of an earlier engine had it; nothing counts by it. */
static void a_calendar_without_working_time_is_judged_by_its_form_only(void **state)
{
    struct pack *pack = pack_read("fire-safety-mini");

    (void) state;
    pack_add_text(pack, "calendar.csv", "date,kind,zh,en\n2020-02-03,work,x,\n2021-01-01,off,x,\n");
    assert_int_equal(pack_load(pack), 0);
    pack_close(pack);
}

static void working_time_wants_a_calendar_and_working_hours(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");
    struct file_fault *fault = &pack->faults.faults[0];

    (void) state;
    pack_remove(pack, "calendar.csv");
    assert_int_equal(pack_load(pack), -1);
    assert_int_equal(pack->faults.total, 1);
    assert_string_equal(fault->place.file, "policy.yaml");
    assert_true(fault->place.line > 0 && fault->place.column > 0);
    assert_non_null(strstr(fault->en, "there is no calendar.csv that publishes a year"));
    pack_close(pack);
    pack = pack_read("epidemic-2020-beijing");
    fault = &pack->faults.faults[0];
    pack_edit(pack, "policy.yaml", "working_hours: [[\"08:30\", \"12:00\"], [\"13:30\", \"18:00\"]]\n", "");
    assert_int_equal(pack_load(pack), -1);
    assert_int_equal(pack->faults.total, 1);
    assert_true(fault->place.line > 0 && fault->place.column > 0);   /* where 4wh stands first */
    assert_non_null(strstr(fault->en, "working time is used, but working_hours are missing"));
    pack_close(pack);
    assert_fault(&(struct edit){ MESSAGES, "year_missing,", "year_is_missing,", "message \"year_missing\" is missing" });
}

/* ---------------------------------------------------------------- files and whole packs */

static void assert_only_fault(struct pack *pack, const char *file, uint32_t line, uint32_t column, const char *english)
{
    const struct file_fault *fault = &pack->faults.faults[0];

    assert_int_equal(pack_load(pack), -1);
    if (pack->faults.total != 1 || strcmp(fault->place.file, file) != 0 || fault->place.line != line ||
        fault->place.column != column || strstr(fault->en, english) == NULL) {
        pack_print_faults(pack);
        fail_msg("there should be one fault, %s:%u:%u: ... %s ...", file, line, column, english);
    }
    pack_close(pack);
}

static void a_missing_or_foreign_file_is_named(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");

    (void) state;
    pack_remove(pack, MESSAGES);
    assert_only_fault(pack, MESSAGES, 0, 0, "file messages.csv is missing from the pack");

    pack = pack_read("epidemic-2020-beijing");
    pack_add_text(pack, "item.csv", "x");
    assert_only_fault(pack, "item.csv", 0, 0, "there is no file of a pack \"item.csv\"; should be: items.csv");

    pack = pack_read("epidemic-2020-beijing");
    pack_add_text(pack, MESSAGES, "x");
    assert_only_fault(pack, MESSAGES, 0, 0, "the file is given twice");
}

static void a_file_that_is_no_text_is_refused(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");

    (void) state;
    pack_edit(pack, MESSAGES, "【整改交办】", "【整改\xC8\xD5】");
    assert_only_fault(pack, MESSAGES, 2, 13, "this is not UTF-8 text");

    pack = pack_read("epidemic-2020-beijing");
    pack_edit(pack, YAML, "name: epidemic", "@@name: epidemic");
    ((char *) (uintptr_t) pack_source(pack, YAML)->content.data)[0] = '\0';
    assert_only_fault(pack, YAML, 1, 1, "this is not UTF-8 text");

    pack = pack_read("epidemic-2020-beijing");
    pack_source(pack, ITEMS)->content.size = 0;
    assert_only_fault(pack, ITEMS, 0, 0, "the file is empty");
}

static void a_file_beyond_a_mebibyte_is_refused(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");
    struct policy_source *source = pack_source(pack, YAML);
    size_t size = (1 << 20) + 1 - source->content.size;
    char *comment = malloc(size);

    (void) state;
    assert_non_null(comment);
    memset(comment, ' ', size);
    pack_replace(source, source->content.size, 0, comment, size - 1);
    assert_int_equal(pack_load(pack), 0);
    pack_replace(source, source->content.size, 0, " ", 1);
    free(comment);
    assert_only_fault(pack, YAML, 0, 0, "the file is too large; at most 1024 KiB");
}

static void all_faults_of_all_files_come_in_reading_order(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");
    static const char *const files[] = { YAML, YAML, ITEMS, ITEMS, MESSAGES };

    (void) state;
    pack_edit(pack, MESSAGES, "{组别}", "{组列}");
    pack_edit(pack, ITEMS, "COUR CONS,C,", "COUR KONS,E,");
    pack_edit(pack, YAML, "{ step: 4, at: +12h", "{ step: 5, at: +12h");
    pack_edit(pack, YAML, "late_after: 60s", "late_after: 0s");
    assert_int_equal(pack_load(pack), -1);
    assert_int_equal(pack->faults.total, COUNT(files));
    for (size_t i = 0; i < COUNT(files); i++) {
        const struct file_place *place = &pack->faults.faults[i].place;

        assert_string_equal(place->file, files[i]);
        if (i > 0 && strcmp(place->file, files[i - 1]) == 0)
            assert_true(place[0].line >= pack->faults.faults[i - 1].place.line);
    }
    pack_close(pack);
}

static void more_faults_than_can_be_kept_are_counted(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");
    char rows[300 * 8 + 1] = "";

    (void) state;
    for (int i = 0; i < 120; i++)
        strcat(rows, "bad row\n");
    pack_edit(pack, MESSAGES, "near_due,", strcat(rows, "near_due,"));
    assert_int_equal(pack_load(pack), -1);
    assert_int_equal(pack->faults.count, POLICY_MAX_FAULTS);
    assert_true(pack->faults.total >= 240);
    pack_close(pack);
}

static char *repeated(const char *head, const char *words, size_t times, const char *tail)
{
    char *text = malloc(strlen(head) + strlen(words) * times + strlen(tail) + 1);
    char *end = text;

    assert_non_null(text);
    end = stpcpy(end, head);
    for (size_t i = 0; i < times; i++)
        end = stpcpy(end, words);
    stpcpy(end, tail);
    return text;
}

/* Each of these would take minutes if anything looked twice at what was there before. */
static void a_hostile_pack_is_refused_soon(void **state)
{
    static const struct {
        const char *file, *head, *words, *tail;
    } hostile[] = {
        { YAML, "", "a: 1\n", "" },       { YAML, "", "[", "" },         { YAML, "", "- ", "x" },
        { YAML, "a: [", "&a x,", "]\n" }, { YAML, "a: [", "1,", "]\n" }, { YAML, "a: ", "x", "\n" },
        { ITEMS, "", "a,", "\n" },        { ITEMS, "", ",\n", "" },      { MESSAGES, "kind,zh,en\n", "x\n", "" },
        { ITEMS, "code,group,zh,en,kinds,level,limit,passes,offsets_days,evidence,mandatory,min,max\nA,A,x,x,", "a ",
          ",B,,,,1,,,\n" },
        { MESSAGES, "kind,zh,en\n", "a,{x}{y}{z}{x}{y}{z}{x}{y}{z}{x}{y}{z}{x}{y}{z},{}{}{}{}{}{}{}{}{}{}\n", "" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(hostile); i++) {
        struct pack *pack = pack_read("epidemic-2020-beijing");
        size_t times = (1000000 - strlen(hostile[i].head)) / strlen(hostile[i].words);
        char *text = repeated(hostile[i].head, hostile[i].words, times, hostile[i].tail);

        pack_remove(pack, hostile[i].file);
        pack_add(pack, hostile[i].file, text, strlen(text));
        assert_int_equal(pack_load(pack), -1);
        assert_true(pack->faults.total > 0);
        pack_close(pack);
    }
}

static void a_refused_pack_leaves_nothing_behind(void **state)
{
    static const struct policy zero;
    struct pack *pack = pack_read("epidemic-2020-beijing");

    (void) state;
    pack_edit(pack, YAML, "late_after: 60s", "late_after: 0s");
    memset(&pack->policy, 0x55, sizeof pack->policy);
    assert_int_equal(policy_load(&pack->policy, pack->sources, pack->count, &pack->faults), -1);
    assert_memory_equal(&pack->policy, &zero, sizeof zero);
    pack_close(pack);
}

static void nothing_at_all_is_three_missing_files(void **state)
{
    struct pack *pack = pack_read("fire-safety-mini");

    (void) state;
    assert_int_equal(policy_load(&pack->policy, NULL, 0, &pack->faults), -1);
    assert_int_equal(pack->faults.total, 3);
    pack_close(pack);
}

/* Each edit of the epidemic pack is one fault, where it is marked, in both languages. */
static void assert_judged(const struct edit *edits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pack *pack = pack_read("epidemic-2020-beijing");
        bool found = false;

        pack_edit(pack, edits[i].file, edits[i].from, edits[i].to);
        assert_int_equal(pack_load(pack), -1);
        assert_int_equal(pack->faults.total, 1);
        found = strstr(pack->faults.faults[0].en, edits[i].english) != NULL && pack->faults.faults[0].zh[0] != '\0';
        if (!found)
            pack_print_faults(pack);
        assert_true(found);
        if (pack->expected.line > 0)
            assert_int_equal(pack->faults.faults[0].place.line, pack->expected.line);
        pack_close(pack);
    }
}

static void the_section_of_complaints_is_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "  danger_limit: 2nh", "  danger_limit: @@25nh", "danger_limit cannot be longer than limit" },
        { YAML, "  observation: 20m", "  observation: @@20nm", "is no length of time" },
        { YAML, "  observation: 20m", "  observation: @@30s", "out of range" },
        { YAML, "  visits_shown: 3", "  visits_shown: @@21", "should be 0 to 20" },
        { YAML, "  feedback_limit: 24nh\n", "", "key \"feedback_limit\" is missing" },
        { YAML, "{ at: -4h, message: complaint_due,", "{ at: -4h, message: @@complaint_overdue,", "may only go after the due time" },
        { YAML, "{ at: -4h, message: complaint_due,", "{ at: -24h, message: complaint_due,", "can never go" },
        { MESSAGES, "complaint_in,", "complaint_inn,", "message \"complaint_in\" is missing" },
    };

    (void) state;
    assert_judged(edits, COUNT(edits));
}

static void the_sections_of_what_goes_elsewhere_are_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "  needed_within: 24nh\n", "", "key \"needed_within\" is missing" },
        { YAML, "  confirm_limit: 24nh", "  confirm_limit: @@24", "limit" },
        { YAML, "  returns_told: 2", "  returns_told: @@0", "should be 1 to 10" },
        { YAML, "    - { item: SD-01, office", "    - @@{ item: SD-09, office", "SD-09" },
        { YAML, "{ item: SD-02, office: xiaofang", "{ item: @@SD-01, office: xiaofang", "given twice" },
        { YAML, "  items: [UR-01]", "  items: [@@UR-09]", "UR-09" },
        { YAML, "  items: [UR-01]", "  items: @@[]", "1 to 16 urgent items" },
        { YAML, "to: [lead, area_contact, group_leader, duty_clerk] }", "to: @@[lead, sender] }", "whoever reports it knows" },
        { YAML, "{ message: urgent_fever, to:", "{ message: @@urgent_fewer, to:", "urgent_fewer" },
        { YAML, "{ at: -30m, message: urgent_due,", "{ at: -3h, message: urgent_due,", "can never go" },
        { YAML, "{ at: -1wh, message: referral_due,", "{ at: -1wh, message: @@referral_overdue,", "may only go after the due time" },
        { MESSAGES, "coordination_broken,", "coordination_brokn,", "message \"coordination_broken\" is missing" },
        { MESSAGES, "referral_again,", "referral_agan,", "message \"referral_again\" is missing" },
        { MESSAGES, "urgent_referral,", "urgent_ref,", "message \"urgent_referral\" is missing" },
    };

    (void) state;
    assert_judged(edits, COUNT(edits));
}

static void the_section_of_campaigns_is_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "  mismatch_item: HH-03", "  mismatch_item: @@HH-99", "check item HH-99 is not in items.csv" },
        { YAML, "  attempt_days: 2", "  attempt_days: @@4", "attempt_days cannot be more than attempts" },
        { YAML, "  doors_drawn: 5", "  doors_drawn: @@0", "should be 1 to 50" },
        { YAML, "  draw_at: \"08:00\"\n", "", "key \"draw_at\" is missing" },
        { MESSAGES, "mismatch,", "mismatched,", "message \"mismatch\" is missing" },
    };

    (void) state;
    assert_judged(edits, COUNT(edits));
}

static void the_section_of_look_backs_is_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "{ level: C, percent: 10 }", "{ level: @@E, percent: 10 }", "level" },
        { YAML, "{ level: C, percent: 10 }", "{ level: @@B, percent: 10 }", "twice" },
        { YAML, "{ level: C, percent: 10 }", "{ level: C, percent: @@101 }", "should be 1 to 100" },
        { YAML, "{ level: C, percent: 10 }", "{ level: C, percent: 10, at_most: @@51 }", "should be 1 to 50" },
        { YAML, "  after_days: 5\n", "", "key \"after_days\" is missing" },
        { YAML, "  every_days: 7", "  every_days: @@0", "should be 1 to" },
        { MESSAGES, "look_back_failed,", "look_back_fails,", "message \"look_back_failed\" is missing" },
    };

    (void) state;
    assert_judged(edits, COUNT(edits));
}

static void the_section_of_doubts_is_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "photo_again: { days: 90, points: 3 }", "photo_again: { days: @@0, points: 3 }", "should be 1 to" },
        { YAML, "photo_time: { minutes: 60, points: 1 }", "photo_time: { minutes: 60, points: @@101 }", "should be 1 to 100" },
        { YAML, "travel: { km_per_hour: 120, from_metres: 1000, points: 2 }", "travel: { km_per_hour: 120, points: 2 }",
          "key \"from_metres\" is missing" },
        { YAML, "  tell_from: 2", "  tell_from: @@8", "all points together are 7" },
        { MESSAGES, "visit_doubted,", "visit_doubtd,", "message \"visit_doubted\" is missing" },
    };

    (void) state;
    assert_judged(edits, COUNT(edits));
}

static void a_pack_without_complaints_needs_neither_their_ladder_nor_their_texts(void **state)
{
    struct pack *pack = pack_read("fire-safety-mini");
    struct policy_source *source = pack_source(pack, YAML);
    const char *text = source->content.data;
    const char *section = memmem(text, source->content.size, "complaints:\n  limit", 18);
    const char *end = memmem(text, source->content.size, "reminders:\n", 11);
    const char *ladder;

    (void) state;
    assert_true(section != NULL && end > section);
    pack_replace(source, (size_t) (section - text), (size_t) (end - section), "", 0);
    text = source->content.data;
    ladder = memmem(text, source->content.size, "\n  complaint:\n    \"*\":\n      - { step", 37);
    assert_non_null(ladder);
    pack_replace(source, (size_t) (ladder - text), source->content.size - (size_t) (ladder - text), "\n", 1);
    pack_edit(pack, MESSAGES, "complaint_in,", "something_else,");
    if (pack_load(pack) != 0)
        pack_print_faults(pack);
    assert_int_equal(pack->faults.total, 0);
    assert_false(pack->policy.complaints.given);
    pack_close(pack);
}

/* ---------------------------------------------------------------- conditions */

static void a_faulty_condition_is_told_at_its_place_in_the_pack(void **state)
{
    static const struct edit edits[] = {
        { YAML, "site.risk == \"high\" &&", "site.risk == @@\"hihg\" &&", "there is no risk \"hihg\"; should be: high" },
        { YAML, "- when: site.risk == \"high\" && item.failed_of_last_three >= 1", "- when: 'site.risk == @@\"hihg\"'",
          "there is no risk \"hihg\"" },
        { YAML, "item.failed_of_last_three >= 1", "item.failed_of_last_three >= @@\"1\"", "this should be a number" },
        { YAML, "item.failed_of_last_three >= 1", "@@report.photos > 1", "there is no name to be used here" },
        { YAML, "item.failed_of_last_three >= 1", "item.code == @@\"DS-00\"", "there is no item \"DS-00\"" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void the_sections_of_watches_and_of_isolation_are_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "  held_by: B", "  held_by: @@E", "there is no level \"E\"" },
        { YAML, "  check_in_by: \"18:00\"", "  check_in_by: @@soon", "is no time of day" },
        { YAML, "  clean_days: 7", "  clean_days: @@0", "should be 1 to 366" },
        { YAML, "  evening_ends: \"20:00\"", "  evening_ends: @@\"11:00\"", "the evening ends after the morning" },
        { YAML, "days: 14, count_from: next_day }\n    - { code: overseas", "days: 14, count_from: @@tomorrow }\n    - { code: overseas",
          "there is no first day \"tomorrow\"" },
        { YAML, "- { code: overseas,", "- { code: @@domestic_return,", "is given twice" },
        { YAML, "  forget_after_days: 30\n", "", "key \"forget_after_days\" is missing" },
        { MESSAGES, "watch_ended,", "watch_endd,", "message \"watch_ended\" is missing" },
        { YAML, "door_days: [1, 7, 14]", "door_days: [1, 7, @@7]", "door days should rise" },
        { YAML, "returned_contact_days: 1", "returned_contact_days: @@0", "should be 1 to 366" },
        { YAML, "  begins_when: site.kind == \"COUR\"", "  begins_when: site.kind == @@\"COURT\"", "there is no site kind \"COURT\"" },
        { YAML, "site_kind: COMM, missed", "site_kind: @@COMN, missed", "there is no site kind COMN" },
        { YAML, "missed: IS-01", "missed: @@IS-09", "check item IS-09 is not in items.csv" },
        { YAML, "fever: TM-03", "fever: @@UR-01", "check item UR-01 is urgent or another office's" },
        { YAML, "outing: IS-02", "outing: @@SD-01", "check item SD-01 is urgent or another office's" },
        { YAML, ", fever: TM-03 }", " }", "key \"fever\" is missing" },
        { YAML, "  forget_after_days: 90", "  forget_after_days: @@99999", "should be 0 to" },
        { MESSAGES, "isolation_begins,", "isolation_begin,", "message \"isolation_begins\" is missing" },
    };

    (void) state;
    assert_judged(edits, COUNT(edits));
}

static void what_is_told_later_or_once_more_is_judged(void **state)
{
    static const struct edit edits[] = {
        { YAML, "  at_most_days: 7", "  at_most_days: @@0", "should be 1 to 60" },
        { YAML, "  at_most_days: 7", "  at_most_days: @@61", "should be 1 to 60" },
        { YAML, "  at_most_days: 7", "  at_most_days: @@7d", "whole number" },
        { YAML, "silences:\n  at_most_days: 7\n  own_at", "silences:\n  @@own_at", "key \"at_most_days\" is missing" },
        { YAML, "  at_most_days: 7", "  at_most_days: 7\n  @@at_least_days: 1", "there is no key \"at_least_days\"" },
        { YAML, "silences:\n  at_most_days: 7\n  own_at_most_days: 3\n", "silences: @@7\n", "should be a map" },
        { YAML, "  own_at_most_days: 3", "  own_at_most_days: @@0", "should be 1 to 60" },
        { YAML, "  own_at_most_days: 3", "  own_at_most_days: @@61", "should be 1 to 60" },
        { YAML, "  own_at_most_days: 3", "  own_at_most_days: @@long", "whole number" },
        { YAML, "acknowledgement:\n  lasts: 4h", "acknowledgement:\n  lasts: @@4", "is no length of time" },
        { YAML, "acknowledgement:\n  lasts: 4h", "acknowledgement:\n  lasts: @@30s", "out of range" },
        { YAML, "acknowledgement:\n  lasts: 4h", "acknowledgement:\n  lasts: @@8d", "out of range" },
        { YAML, "acknowledgement:\n  lasts: 4h", "acknowledgement:\n  lasts: @@4wh", "is no length of time" },
        { YAML, "acknowledgement:\n  lasts: 4h", "acknowledgement: @@4h", "should be a map" },
        { YAML, "acknowledgement:\n  lasts: 4h", "acknowledgement:\n  lasts: 4h\n  @@last: 4h", "there is no key \"last\"" },
        { YAML, "  kinds: [rectification, complaint, feedback,", "  kinds: [rectification, complaint, @@feedbac,", "there is no task kind \"feedbac\"" },
        { YAML, "  kinds: [rectification, complaint,", "  kinds: [@@[rectification], complaint,", "this should be a single value" },
        { YAML, "stand_down:\n  kinds: [rectification, complaint, feedback, coordination, confirmation, referral, referral_result, urgent]\n  everyone: [complaint, confirmation]\n",
          "stand_down:\n  kinds: @@rectification", "this should be a list" },
        { YAML, "stand_down:\n  kinds:", "stand_down:\n  @@kind: []\n  kinds:", "there is no key \"kind\"" },
        { YAML, "stand_down:\n  kinds: [rectification, complaint, feedback, coordination, confirmation, referral, referral_result, urgent]\n  everyone: [complaint, confirmation]\n",
          "stand_down: @@[rectification]", "should be a map" },
        { YAML, "late_digest_after: 6h", "late_digest_after: @@6", "is no length of time" },
        { YAML, "late_digest_after: 6h", "late_digest_after: @@9m", "out of range" },
        { YAML, "late_digest_after: 6h", "late_digest_after: @@8d", "out of range" },
        { YAML, "late_digest_after: 6h", "late_digest_after: @@[6h]", "this should be a single value" },
        { YAML, "late_digest_after: 6h", "late_digest_after: @@6wh", "is no length of time" },
    };

    (void) state;
    assert_faults(edits, COUNT(edits));
}

static void the_sections_of_the_territory_are_judged(void **state)
{
    static const struct edit EDITS[] = {
        { YAML, "entrances:\n  item: GT-04", "entrances:\n  item: @@GT-99", "there is no check item" },
        { YAML, "focus_group: residents, risk: high", "focus_group: resident, risk: high", "there is no focus group" },
        { YAML, "item: MS-02, measure", "item: @@MS-99, measure", "check item MS-99 is not in items.csv" },
        { YAML, "item: MS-02, measure", "item: @@MS-04, measure", "has no minimum" },
        { YAML, "unmanned_item: GT-01", "unmanned_item: @@GT-99", "there is no check item" },
        { YAML, "code: village, label", "code: @@compound, label", "is given twice" },
    };
    struct pack *pack = pack_read("epidemic-2020-beijing");

    (void) state;
    assert_fault(&EDITS[0]);
    pack_edit(pack, YAML, EDITS[1].from, EDITS[1].to);
    assert_int_equal(pack_load(pack), -1);
    assert_int_equal(pack->faults.total, 1);
    assert_non_null(strstr(pack->faults.faults[0].en, EDITS[1].english));
    pack_close(pack);
    for (size_t i = 2; i < COUNT(EDITS); i++)
        assert_fault(&EDITS[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sections_of_watches_and_of_isolation_are_judged),
        cmocka_unit_test(yaml_that_is_more_than_maps_lists_and_values_is_refused),
        cmocka_unit_test(broken_yaml_is_shown_where_it_breaks),
        cmocka_unit_test(keys_are_known_and_none_is_missing),
        cmocka_unit_test(values_have_the_right_shape),
        cmocka_unit_test(limits_clocks_and_periods_are_judged),
        cmocka_unit_test(levels_are_judged),
        cmocka_unit_test(codes_are_given_once),
        cmocka_unit_test(rows_of_plans_are_judged),
        cmocka_unit_test(ladders_are_judged),
        cmocka_unit_test(hours_fit_together),
        cmocka_unit_test(what_must_be_answered_is_judged),
        cmocka_unit_test(who_is_stood_down_is_judged),
        cmocka_unit_test(what_is_late_is_judged),
        cmocka_unit_test(items_are_judged),
        cmocka_unit_test(tables_are_judged),
        cmocka_unit_test(texts_are_judged),
        cmocka_unit_test(late_photos_are_a_task_only_where_it_is_said_when_they_are_late),
        cmocka_unit_test(texts_that_the_engine_needs_are_there),
        cmocka_unit_test(a_calendar_is_judged),
        cmocka_unit_test(a_sound_calendar_is_accepted),
        cmocka_unit_test(a_calendar_without_working_time_is_judged_by_its_form_only),
        cmocka_unit_test(working_time_wants_a_calendar_and_working_hours),
        cmocka_unit_test(a_missing_or_foreign_file_is_named),
        cmocka_unit_test(a_file_that_is_no_text_is_refused),
        cmocka_unit_test(a_file_beyond_a_mebibyte_is_refused),
        cmocka_unit_test(all_faults_of_all_files_come_in_reading_order),
        cmocka_unit_test(more_faults_than_can_be_kept_are_counted),
        cmocka_unit_test(a_hostile_pack_is_refused_soon),
        cmocka_unit_test(a_refused_pack_leaves_nothing_behind),
        cmocka_unit_test(nothing_at_all_is_three_missing_files),
        cmocka_unit_test(the_section_of_complaints_is_judged),
        cmocka_unit_test(the_sections_of_what_goes_elsewhere_are_judged),
        cmocka_unit_test(the_section_of_campaigns_is_judged),
        cmocka_unit_test(the_section_of_look_backs_is_judged),
        cmocka_unit_test(the_section_of_doubts_is_judged),
        cmocka_unit_test(a_pack_without_complaints_needs_neither_their_ladder_nor_their_texts),
        cmocka_unit_test(a_faulty_condition_is_told_at_its_place_in_the_pack),
        cmocka_unit_test(what_is_told_later_or_once_more_is_judged),
        cmocka_unit_test(the_sections_of_the_territory_are_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
