/* meeting_lines.c - the figures of a brief or a summary. */
#include "meeting_lines.h"

#define MORNING DUBAN__MEETING_KIND__MEETING_KIND_MORNING
#define EVENING DUBAN__MEETING_KIND__MEETING_KIND_EVENING

struct lines {
    meeting_line_put *put;
    void *self;
};

static void say(const struct lines *lines, const char *zh, const char *en, uint32_t number)
{
    lines->put(lines->self, &(struct meeting_line){ .zh = zh, .en = en, .number = number });
}

static void say_rate(const struct lines *lines, const char *zh, const char *en, uint32_t number, uint32_t of)
{
    lines->put(lines->self, &(struct meeting_line){ .zh = zh, .en = en, .is_rate = true, .number = number, .of = of });
}

static void say_words(const struct lines *lines, const char *zh, const char *en, const char *words_zh, const char *words_en)
{
    lines->put(lines->self, &(struct meeting_line){ .zh = zh, .en = en, .words_zh = words_zh, .words_en = words_en });
}

/* Those of 应查 add up; what else is planned stands apart. What has been inspected of them is known in the evening. */
static void put_parts(const struct lines *lines, const Duban__Meeting *meeting)
{
    const Duban__MeetingFigures *figures = meeting->figures;
    uint32_t rest = figures->required - figures->planned - figures->left_out_required;

    if (meeting->kind == EVENING) {
        say(lines, "其中已查", "... inspected", figures->inspected);
        say_rate(lines, "覆盖率", "coverage", figures->inspected, figures->required);
    }
    say(lines, "其中列入路线", "... planned", figures->planned);
    say(lines, "其中排不下", "... no room for", figures->left_out_required);
    if (rest > 0)
        say(lines, "其中未列入（已查、停业、取消、无片区等）", "... neither (seen already, stopped, dropped, in no zone)", rest);
    if (figures->stops > figures->planned)
        say(lines, "路线上的其他站（复查、盯守等）", "other stops (revisits, watches)", figures->stops - figures->planned);
    if (figures->left_out > figures->left_out_required)
        say(lines, "排不下的其他站", "other stops without room", figures->left_out - figures->left_out_required);
}

/* False after saying why sites were not counted. */
static bool counts_sites(const struct lines *lines, const Duban__MeetingRow *row)
{
    if (!row->meeting->counts_days)
        say_words(lines, "应查、路线", "sites, stops",
                  "当时的政策包没有 plan 一节，不数应查点位，不排路线", "the policy then had no section plan: nothing was counted or planned");
    else if (row->before_first_day)
        say_words(lines, "应查、已查", "sites, stops",
                  "政策包当天启用：巡查当日起记，应查、已查从次日零时起计入",
                  "the policy came into force that day: visits were recorded from then on, sites are counted from the next "
                  "midnight on");
    return row->meeting->counts_days && !row->before_first_day;
}

static void put_both(const struct lines *lines, const Duban__MeetingRow *row)
{
    const Duban__MeetingFigures *figures = row->meeting->figures;

    say(lines, "逾期未整改", "cases not fixed in time", figures->overdue);
    say(lines, "其他逾期（项）", "other duties overdue", figures->other_overdue);
    say(lines, "待核实投诉", "complaints to verify", figures->complaints);
    if (!counts_sites(lines, row))
        return;
    say(lines, "应查点位", "sites to inspect", figures->required);
    put_parts(lines, row->meeting);
    say(lines, "死角", "blind spots", figures->blind_spots);
}

static void put_morning(const struct lines *lines, const Duban__MeetingRow *row)
{
    const Duban__MeetingFigures *figures = row->meeting->figures;

    say(lines, "今日到期", "cases due today", figures->due_today);
    say(lines, "今日复查", "revisits today", figures->revisits);
    put_both(lines, row);
    say(lines, "昨日未完成转来", "stops carried over", figures->carried);
    say(lines, "昨晚截止后补报", "late reports", figures->late_reports);
}

static void put_alerting(const struct lines *lines, const Duban__MeetingFigures *figures)
{
    if (!figures->alerting_counted)
        return;
    say(lines, "提醒机制：检查（项）", "alerting: checked", figures->checked);
    say(lines, "提醒机制：发出（条）", "alerting: told", figures->told);
    say(lines, "提醒机制：未送达（条）", "alerting: did not arrive", figures->not_arrived);
    if (figures->expired > 0)
        say(lines, "提醒机制：停机期间过时、没有发出（项）", "alerting: not said, for its time had passed", figures->expired);
    if (figures->outcomes_missing > 0)
        say(lines, "提醒机制：超过 1 小时不知是否送达（条），请管理员检查", "alerting: nothing known after an hour, look into it", figures->outcomes_missing);
}

static void put_evening(const struct lines *lines, const Duban__MeetingRow *row)
{
    const Duban__MeetingFigures *figures = row->meeting->figures;

    say(lines, "发现问题（项）", "findings", figures->findings);
    say(lines, "新增立案", "cases opened", figures->filed);
    say(lines, "销号", "cases closed", figures->closed);
    say(lines, "核实投诉", "complaints verified", figures->concluded);
    put_both(lines, row);
    if (row->meeting->counts_days && !row->before_first_day) {
        say(lines, "计划外到访", "seen without a plan", figures->extra);
        say(lines, "未完成转明日", "carried over", figures->carried);
    }
    put_alerting(lines, figures);
}

void meeting_lines(const Duban__MeetingRow *row, meeting_line_put *put, void *self)
{
    const struct lines lines = { put, self };

    if (row->meeting->kind == MORNING)
        put_morning(&lines, row);
    else
        put_evening(&lines, row);
}
