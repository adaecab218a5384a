/* test_operator.c - what an operator looks at and settles: status, dead letters, alarms, policies. */
#include "fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"

/* What the fake daemons say; set before they start. */
static struct house {
    bool rules_connected;
    bool notify_connected;
    uint64_t dead;
    Duban__Activation *scheduled;
    Duban__ActivationState state;        /* of the one activation that is listed */
    bool held;                           /* rules holds what was submitted */
    bool silent;                         /* rules does not say whether it holds it */
    size_t questions;                    /* ... however often it is asked */
    int64_t died_ms;                     /* the dead letters */
    Duban__LinkState link;   /* of whoever is not connected */
    int64_t ahead_ms;        /* of ingest's clock before the wall clock */
    bool clock_held;
    uint32_t compactions_failed;
    bool intake_stopped;
    uint64_t disk_free;      /* of ingest, of a hundred million bytes */
    uint64_t used_bytes;     /* of a million, by ingest and by rules */
    uint32_t gap_year;       /* of the calendar; 0 = none */
    bool gap_is_needed;
    uint64_t quarantined;
    bool has_no_policy, is_empty, has_areas_alone;   /* of a township that begins */
} house;

static uint8_t VERSION[32] = { 0xab, 0xcd, 0xef, 0x01 };

static Duban__Activation *activation(void)
{
    static Duban__Activation row;

    duban__activation__init(&row);
    row.sequence = 41;
    row.pack_sha256 = (ProtobufCBinaryData){ sizeof VERSION, VERSION };
    row.name = "winter-pack";
    row.approver = "lead";
    row.account = "operator";
    row.accepted_s = 1580692200;
    row.effective_s = 1580778600;        /* 2020-02-04 09:10 in Beijing */
    row.state = house.state;
    if (house.state == DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_REVOKED) {
        row.ended_by = "admin";
        row.reason = "暂缓";
    }
    return &row;
}

/* ---------------------------------------------------------------- daemons */

static Duban__LinkSession **session_of(char *consumer)
{
    static Duban__LinkSession rows[2];
    static Duban__LinkSession *lists[2][1];
    int place = consumer[0] == 'n';

    duban__link_session__init(&rows[place]);
    rows[place].consumer = consumer;
    rows[place].cursor = 7;
    rows[place].behind = 2;
    rows[place].connected_ms = 9000000;
    lists[place][0] = &rows[place];
    return lists[place];
}

static Duban__Text text_of_both(const char *zh, const char *en)
{
    Duban__Text text = DUBAN__TEXT__INIT;

    text.zh = (char *) zh;
    text.en = (char *) en;
    return text;
}

static void as_ingest(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__IngestStatus status;
    static Duban__Text clock_reason, intake_reason;
    static Duban__DiskRoom disk;

    (void) f;
    (void) query;
    duban__ingest_status__init(&status);
    status.lineage = 5;
    status.clock_ms = 1580692200000;
    status.wall_ms = status.clock_ms - house.ahead_ms;
    status.clock_held = house.clock_held;
    status.compactions_failed = house.compactions_failed;
    clock_reason = text_of_both("系统钟跳变 3 秒", "the wall clock jumped by 3 s");
    status.clock_reason = &clock_reason;
    status.map_bytes = 1000000;
    status.used_bytes = house.used_bytes;
    duban__disk_room__init(&disk);
    disk.directory = "/data";
    disk.free_bytes = house.disk_free;
    disk.all_bytes = 100000000;
    disk.low_at_percent = 75;
    status.disk = &disk;
    status.intake_stopped = house.intake_stopped;
    intake_reason = text_of_both("已停止接收：磁盘已用 90%：清理磁盘", "intake is stopped: disk 90% used: free disk space");
    status.intake_reason = house.intake_stopped ? &intake_reason : NULL;
    status.sessions = session_of("rules");
    status.n_sessions = house.rules_connected;
    reply->body_case = DUBAN__REPLY__BODY_INGEST;
    reply->ingest = &status;
}

static Duban__CalendarGap **gap(void)
{
    static Duban__CalendarGap row;
    static Duban__CalendarGap *list[] = { &row };

    duban__calendar_gap__init(&row);
    row.year = house.gap_year;
    row.is_needed = house.gap_is_needed;
    return list;
}

static void answer_rules_status(Duban__Reply *reply)
{
    static Duban__LinkState fine = DUBAN__LINK_STATE__INIT;
    static Duban__RulesStatus status;

    duban__rules_status__init(&status);
    status.lineage = 5;
    if (!house.has_no_policy)
        status.policy_version = (ProtobufCBinaryData){ sizeof VERSION, VERSION };
    status.quarantined = house.quarantined;
    status.policy_name = "autumn-pack";
    status.sessions = session_of("notify");
    status.n_sessions = house.notify_connected;
    status.journal = house.rules_connected ? &fine : &house.link;
    status.scheduled = house.scheduled;
    status.calendar_gaps = gap();
    status.n_calendar_gaps = house.gap_year != 0;
    status.map_bytes = 1000000;
    status.used_bytes = house.used_bytes;
    reply->body_case = DUBAN__REPLY__BODY_RULES;
    reply->rules = &status;
}

static void answer_activations(Duban__Reply *reply)
{
    static Duban__ActivationRows rows;
    static Duban__Activation *list[1];

    duban__activation_rows__init(&rows);
    list[0] = activation();
    rows.rows = list;
    rows.n_rows = 1;
    reply->body_case = DUBAN__REPLY__BODY_ACTIVATIONS;
    reply->activations = &rows;
}

/* Cases come in two pages of 5 open, 1 overdue, which one page's is for a revisit; one complaint is open, and nothing else. */
static void answer_open(const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__OpenRow row;
    static Duban__OpenRow *list[] = { &row };
    static Duban__OpenRows rows;
    bool is_case = query->open->kind == DUBAN__SUBJECT_KIND__SUBJECT_KIND_UNSPECIFIED;

    duban__open_row__init(&row);
    duban__open_rows__init(&rows);
    row.open = is_case ? 5 : query->open->kind == DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT;
    row.overdue = is_case;
    row.overdue_unfixed = is_case && query->after.len > 0;
    rows.rows = list;
    rows.n_rows = 1;
    if (is_case && query->after.len == 0)
        reply->next = (ProtobufCBinaryData){ 1, (uint8_t *) "p" };
    reply->body_case = DUBAN__REPLY__BODY_OPEN;
    reply->open = &rows;
}

/* Asked whether there is any. */
static bool answer_first_row(const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__Area area = DUBAN__AREA__INIT;
    static Duban__Site site = DUBAN__SITE__INIT;
    static Duban__Holder holder = DUBAN__HOLDER__INIT;
    static Duban__Area *area_list[] = { &area };
    static Duban__Site *site_list[] = { &site };
    static Duban__Holder *holder_list[] = { &holder };
    static Duban__AreaRows areas = DUBAN__AREA_ROWS__INIT;
    static Duban__SiteRows sites = DUBAN__SITE_ROWS__INIT;
    static Duban__HolderRows holders = DUBAN__HOLDER_ROWS__INIT;

    areas.rows = area_list;
    sites.rows = site_list;
    holders.rows = holder_list;
    areas.n_rows = house.is_empty ? 0 : 1;
    sites.n_rows = holders.n_rows = house.is_empty || house.has_areas_alone ? 0 : 1;
    if (query->body_case == DUBAN__QUERY__BODY_AREAS) {
        reply->body_case = DUBAN__REPLY__BODY_AREAS;
        reply->areas = &areas;
    } else if (query->body_case == DUBAN__QUERY__BODY_SITES) {
        reply->body_case = DUBAN__REPLY__BODY_SITES;
        reply->sites = &sites;
    } else if (query->body_case == DUBAN__QUERY__BODY_HOLDERS) {
        reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
        reply->holders = &holders;
    } else {
        return false;
    }
    return true;
}

static void as_rules(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__HolderRows holders = DUBAN__HOLDER_ROWS__INIT;

    if (query->body_case == DUBAN__QUERY__BODY_STATUS) {
        answer_rules_status(reply);
    } else if (query->body_case == DUBAN__QUERY__BODY_ACTIVATIONS) {
        answer_activations(reply);
    } else if (query->body_case == DUBAN__QUERY__BODY_OPEN) {
        answer_open(query, reply);
    } else if (query->limit == 1 && answer_first_row(query, reply)) {
        return;
    } else if (query->body_case == DUBAN__QUERY__BODY_HOLDERS) {
        reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
        reply->holders = &holders;
    } else if (house.silent) {
        house.questions++;
    } else if (house.held) {
        everything_held(f, query, reply);
    } else {
        nothing_held(f, query, reply);
    }
}

static void answer_dead_letters(Duban__Reply *reply)
{
    static Duban__DeliveryRows rows;
    static Duban__Delivery deliveries[2];
    static Duban__Delivery *list[] = { &deliveries[0], &deliveries[1] };

    duban__delivery_rows__init(&rows);
    for (size_t i = 0; i < 2; i++) {
        duban__delivery__init(&deliveries[i]);
        deliveries[i].notice = 17 + i;
        deliveries[i].done_ms = house.died_ms;
        deliveries[i].state = i == 0 ? DUBAN__DELIVERY_STATE__DELIVERY_STATE_DEAD
                                     : DUBAN__DELIVERY_STATE__DELIVERY_STATE_SPOOLED;
    }
    rows.rows = list;
    rows.n_rows = 2;
    reply->body_case = DUBAN__REPLY__BODY_DELIVERIES;
    reply->deliveries = &rows;
}

static void answer_alarms(const Duban__AlarmsQuery *wanted, Duban__Reply *reply)
{
    static Duban__AlarmRows rows;
    static Duban__AlarmRow row[4];
    static Duban__HouseAlarm alarm[4];
    static Duban__Text disk_low;
    static Duban__AlarmRow *list[] = { &row[0], &row[1], &row[2], &row[3] };

    duban__alarm_rows__init(&rows);
    for (size_t i = 0; i < 4; i++) {
        duban__alarm_row__init(&row[i]);
        duban__house_alarm__init(&alarm[i]);
        row[i].alarm = &alarm[i];
        alarm[i].kind = DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD;
        alarm[i].at_ms = 1580692200000;
    }
    alarm[0].detail = "account leader-n, channel pager: not known here";
    alarm[0].channel = "pager";
    alarm[0].account = "leader-n";
    alarm[1].kind = DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW;
    disk_low = text_of_both("磁盘或状态库已用 91% 以上 / 85%", "more than 91% of disk or store used");
    alarm[1].detail_text = &disk_low;
    alarm[2].detail = "account leader-s, channel pager: not known here";
    alarm[2].channel = "pager";
    alarm[2].account = "leader-s";
    row[2].ended_ms = 1580778600000;
    row[2].account = "clerk";
    row[2].reason = "已换号";
    alarm[3].detail = "channel wecom (address of account leader-n)";
    alarm[3].channel = "wecom";
    alarm[3].account = "leader-n";
    alarm[3].far_end = true;
    row[3].ended_ms = 1580778600000;
    row[3].reason = "nothing_sent_there";
    rows.rows = list;
    rows.n_rows = wanted->ended_too ? 4 : 2;
    reply->body_case = DUBAN__REPLY__BODY_ALARMS;
    reply->alarms = &rows;
}

static void as_notify(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__LinkState fine = DUBAN__LINK_STATE__INIT;
    static Duban__NotifyStatus status;

    (void) f;
    if (query->body_case == DUBAN__QUERY__BODY_DEAD_LETTERS) {
        answer_dead_letters(reply);
        return;
    }
    if (query->body_case == DUBAN__QUERY__BODY_ALARMS) {
        answer_alarms(query->alarms, reply);
        return;
    }
    duban__notify_status__init(&status);
    status.dead = house.dead;
    status.outbox = house.notify_connected ? &fine : &house.link;
    reply->body_case = DUBAN__REPLY__BODY_NOTIFY;
    reply->notify = &status;
}

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    house = (struct house){ .rules_connected = true, .notify_connected = true, .link = DUBAN__LINK_STATE__INIT,
                            .disk_free = 50000000, .state = DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_SCHEDULED };
    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->ingest_query, "ingest.query", as_ingest);
    fake_start(f, &f->rules, "rules.query", as_rules);
    fake_start(f, &f->notify, "notify.query", as_notify);
    *state = f;
    return 0;
}

/* The only entry that was submitted, into the caller's hands. */
static Duban__Entry *only_entry(const struct fixture *f)
{
    Duban__Entry *entry;

    assert_int_equal(f->submit_count, 1);
    entry = duban__entry__unpack(NULL, f->submits[0].entry_size, f->submits[0].entry);
    assert_non_null(entry);
    return entry;
}

/* ---------------------------------------------------------------- status */

static void a_house_in_order_says_who_is_connected(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "all is well");
    assert_contains(f->out, "rules at 7, 2 behind, connected for 2 h 30 min");
    assert_contains(f->out, "notify at 7, 2 behind");
    assert_int_equal(f->submit_count, 0);
}

static void a_stopped_intake_ends_with_one_and_says_what_is_not_what_would_be(void **state)
{
    struct fixture *f = *state;

    house.disk_free = 20000000;
    assert_int_equal(duban(f, "status", "--lang", "zh", NULL), EXIT_FINE);
    assert_contains(f->out, "再满下去会停收记录");
    house.disk_free = 10000000;
    house.intake_stopped = true;
    assert_int_equal(duban(f, "status", "--lang", "zh", NULL), EXIT_REFUSED);
    assert_contains(f->out, "! 已停止接收：磁盘已用 90%：清理磁盘\n");
    assert_contains(f->out, "磁盘满了：/data 所在的磁盘只剩 9 MB（已用 90%）");
    assert_null(strstr(f->out, "再满下去"));
    assert_int_equal(duban(f, "status", "--lang", "en", NULL), EXIT_REFUSED);
    assert_contains(f->out, "! intake is stopped: disk 90% used: free disk space\n");
    assert_null(strstr(f->out, "when it is full"));
    house.disk_free = 50000000;   /* it is the map that is full */
    assert_int_equal(duban(f, "status", "--lang", "en", NULL), EXIT_REFUSED);
    assert_null(strstr(f->out, "the disk is full"));
    assert_int_equal(duban(f, "help", "status", NULL), EXIT_FINE);
    assert_contains(f->out, "1 one does not answer or is not connected, or intake");
}

/* Found last, told first; and what somebody has to do comes behind what goes wrong. */
static void what_is_wrong_is_told_worst_first(void **state)
{
    static const char *const ORDER[] = { "! intake is stopped", "! the disk is full", "! duban-notify has no session", "! Duban's time",
                                         "! 4 entries wait in quarantine", "! 3 notices did not reach" };
    struct fixture *f = *state;
    const char *before = NULL;

    house.quarantined = 4;
    house.dead = 3;
    house.notify_connected = false;
    house.link.silent_ms = INT64_C(60) * 1000;
    house.ahead_ms = INT64_C(600) * 1000;
    house.disk_free = 10000000;
    house.intake_stopped = true;
    assert_int_equal(duban(f, "status", "--lang", "en", NULL), EXIT_REFUSED);
    for (size_t i = 0; i < sizeof ORDER / sizeof ORDER[0]; i++) {
        const char *at = strstr(f->out, ORDER[i]);

        assert_contains(f->out, ORDER[i]);
        assert_true(before == NULL || before < at);
        before = at;
    }
}

static void a_new_township_is_told_what_it_needs_next(void **state)
{
    struct fixture *f = *state;

    house.is_empty = house.has_no_policy = true;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "! 这是新的乡镇，还是空的");
    assert_contains(f->out, "一、duban policy activate 政策包目录");
    assert_contains(f->out, "! this township is new and empty");
    assert_contains(f->out, "2. duban import areas, then sites, units, holders FILE.csv");
    assert_null(strstr(f->out, "no policy is in force"));
    house.is_empty = false;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "! 还没有生效的政策包：不派单、不提醒；用 duban policy activate 启用");
    assert_null(strstr(f->out, "new and empty"));
    house.has_no_policy = false;
    house.has_areas_alone = true;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "! 还没有登记点位：报来的记录都会待核。请用 duban import sites 文件.csv 导入");
    assert_contains(f->out, "! no role holder is registered yet: nobody gets tasks or notices: duban import holders FILE.csv");
    assert_null(strstr(f->out, "no area is registered"));
}

static void a_year_that_is_not_published_is_named_with_what_to_do(void **state)
{
    struct fixture *f = *state;

    house.gap_year = 2021;
    assert_int_equal(duban(f, "status", "--lang", "zh", NULL), EXIT_FINE);
    assert_contains(f->out, "一切正常");   /* near: nobody may have published it yet */
    assert_contains(f->out, "2021年放假安排尚未公布；公布后请补入政策包的 calendar.csv");
    assert_int_equal(duban(f, "status", "--lang", "en", NULL), EXIT_FINE);
    assert_contains(f->out, "the calendar of 2021 is not published yet");
    house.gap_is_needed = true;
    assert_int_equal(duban(f, "status", "--lang", "zh", NULL), EXIT_FINE);
    assert_contains(f->out, "! 2021年放假安排未公布：要用到这一年的工作日时限算不出来");
    assert_null(strstr(f->out, "尚未公布"));
    assert_int_equal(duban(f, "status", "--lang", "en", NULL), EXIT_FINE);
    assert_contains(f->out, "! the calendar of 2021 is not published: no due that needs its working days can be computed");
}

static void an_alarm_is_told_in_the_language_that_is_asked_for(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "alarms", "--lang", "zh", NULL), EXIT_FINE);
    assert_contains(f->out, "磁盘或状态库已用 91% 以上 / 85%");   /* one text, whatever stands in it */
    assert_null(strstr(f->out, "of disk or store"));
    assert_int_equal(duban(f, "alarms", "--lang", "en", NULL), EXIT_FINE);
    assert_contains(f->out, "more than 91% of disk or store used");
    assert_contains(f->out, "account leader-n, channel pager");
    house.clock_held = true;
    assert_int_equal(duban(f, "status", "--lang", "zh", NULL), EXIT_FINE);
    assert_contains(f->out, "（系统钟跳变 3 秒）");
}

static void status_counts_what_is_open_of_each_kind(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "status", "--lang", "en", NULL), EXIT_FINE);
    assert_contains(f->out, "what is open");
    assert_contains(f->out, "case          DB-      10    2");
    assert_contains(f->out, "cases overdue: 1 not fixed in time (the figure overdue, brief and summary count these alone); 1 said to be");
    assert_contains(f->out, "complaint     TS-      1     0");
    assert_contains(f->out, "campaign      HD-      0     0");
    assert_int_equal(duban(f, "status", "--json", NULL), EXIT_FINE);
    assert_contains(f->out, "\"kind\": \"TS\"");
}

static void a_silent_submit_socket_is_a_problem_of_its_own(void **state)
{
    struct fixture *f = *state;

    fake_stop(&f->ingest);
    assert_int_equal(duban(f, "status", "--timeout", "1", NULL), EXIT_REFUSED);
    assert_contains(f->out, "ingest.submit: nothing can be submitted");
    assert_contains(f->out, "没有应答：交不进新记录");
    assert_null(strstr(f->out, "all is well"));
}

static void daemons_that_answer_and_do_not_talk_are_told_of(void **state)
{
    struct fixture *f = *state;

    house.rules_connected = false;
    house.notify_connected = false;
    house.link.zh = "太久没有收到消息";
    house.link.en = "nothing heard for too long";
    house.link.silent_ms = INT64_C(60) * 1000;
    assert_int_equal(duban(f, "status", NULL), EXIT_REFUSED);
    assert_contains(f->out, "duban-rules 没有连上 duban-ingest（太久没有收到消息）");
    assert_contains(f->out, "duban-rules has no session with duban-ingest (nothing heard for too long)");
    assert_contains(f->out, "journalctl -u duban-rules");
    assert_contains(f->out, "duban-notify has no session with duban-rules (nothing heard for too long)");
    assert_true(strstr(f->out, "duban-rules has no session") < strstr(f->out, "duban-notify has no session"));
}

static void a_link_that_is_about_to_come_back_is_no_fault(void **state)
{
    struct fixture *f = *state;

    house.rules_connected = false;
    house.link.silent_ms = 4200;   /* the far end was restarted; the near one does not know yet */
    assert_int_equal(duban(f, "status", NULL), EXIT_REFUSED);
    assert_contains(f->out, "duban-rules 正在重新连接 duban-ingest（4 秒）");
    assert_contains(f->out, "duban-rules is reconnecting to duban-ingest (4 s)");
    assert_null(strstr(f->out, "has no session"));
    house.link.silent_ms = INT64_C(60) * 1000;
    assert_int_equal(duban(f, "status", NULL), EXIT_REFUSED);
    assert_contains(f->out, "has no session with duban-ingest (the other end knows of no session)");
}

static void one_of_two_that_was_restored_is_said_with_what_to_do(void **state)
{
    struct fixture *f = *state;

    house.rules_connected = false;
    house.notify_connected = false;
    house.link.zh = "被拒：同一序号，对方的内容与这里处理过的不同";
    house.link.en = "refused: the producer has other content at our cursor";
    house.link.other_stream = true;
    assert_int_equal(duban(f, "status", NULL), EXIT_REFUSED);
    assert_contains(f->out, "duban-rules 处理过的不是这份日志（被拒：同一序号，对方的内容与这里处理过的不同）");
    assert_contains(f->out, "rules does not follow this journal (refused: the producer has other content at our cursor)");
    assert_contains(f->out, "it is rebuilt from the journal");
    assert_contains(f->out, "notify does not follow this outbox");
    assert_null(strstr(f->out, "restart it"));
}

static void a_clock_that_runs_ahead_or_is_held_is_said_with_both_times(void **state)
{
    struct fixture *f = *state;

    house.ahead_ms = INT64_C(3) * 3600 * 1000;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "督办的时间（2020-02-03 09:10）比系统钟（2020-02-03 06:10）快 3小时");
    assert_contains(f->out, "is 3 h ahead of the wall clock (2020-02-03 06:10)");
    house.ahead_ms = INT64_C(50) * 3600 * 1000;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "比系统钟（2020-02-01 07:10）快 2天2小时");
    assert_contains(f->out, "is 2 d 2 h ahead of the wall clock (2020-02-01 07:10)");
    house.ahead_ms = INT64_C(48) * 3600 * 1000;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "快 2天：");
    assert_contains(f->out, "is 2 d ahead of the wall clock");
    house.clock_held = true;
    house.ahead_ms = INT64_C(-2) * 3600 * 1000;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "wall clock 2020-02-03 11:10, Duban 2020-02-03 09:10, 2 h");
    assert_contains(f->out, "the wall clock jumped by 3 s");
    assert_contains(f->out, "duban clock accept");
}

static void a_clock_that_is_accepted_does_not_go_back(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "clock", "accept", NULL), EXIT_FINE);
    assert_contains(f->out, "the clock is accepted, it is 2020-02-03 09:10 now");
    assert_null(strstr(f->out, "does not go back"));
    house.ahead_ms = INT64_C(26) * 3600 * 1000;
    assert_int_equal(duban(f, "clock", "accept", NULL), EXIT_FINE);
    assert_contains(f->out, "系统钟是 2020-02-02 07:10：督办不往回走，要快 1天2小时，直到系统钟走到那里");
    assert_contains(f->out, "the wall clock says 2020-02-02 07:10: Duban does not go back and stays 1 d 2 h ahead until");
    house.ahead_ms = INT64_C(150) * 60 * 1000;
    assert_int_equal(duban(f, "clock", "accept", "--lang", "en", NULL), EXIT_FINE);
    assert_contains(f->out, "stays 2 h 30 min ahead");
}

static void what_was_forgotten_and_is_still_in_the_file_is_said_with_what_to_do(void **state)
{
    struct fixture *f = *state;

    house.compactions_failed = 2;
    house.used_bytes = 400000;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "数据文件重写失败（已 2 次），每小时再试一次");
    assert_contains(f->out, "free more than 16 MB where the data of duban-ingest lies");
    house.compactions_failed = 0;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_null(strstr(f->out, "forgotten"));
}

static void room_that_runs_out_is_foreseen_for_ingest_and_rules(void **state)
{
    struct fixture *f = *state;

    house.used_bytes = 690000;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "all is well");
    house.used_bytes = 710000;
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "71% of the journal's room is used: raise map in ingest.conf");
    assert_contains(f->out, "71% of the room of rules is used: when it is full rules stops. Raise map in rules.conf");
}

static void dead_letters_and_what_is_scheduled_show_in_the_status(void **state)
{
    struct fixture *f = *state;

    house.dead = 3;
    house.scheduled = activation();
    assert_int_equal(duban(f, "status", NULL), EXIT_FINE);
    assert_contains(f->out, "! 3 notices did not reach their recipients and are not settled; see duban dead-letters");
    assert_contains(f->out, "winter-pack abcdef0100000000, from 2020-02-04 09:10, approved by lead");
}

/* ---------------------------------------------------------------- dead letters */

static void dead_letters_show_what_each_came_to_and_what_to_do(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "dead-letters", NULL), EXIT_FINE);
    assert_contains(f->out, "given up");
    assert_contains(f->out, "only in the spool");
    assert_contains(f->out, "duban dead-letters settle SEQUENCE...|--all --reason");
}

static void one_is_sent_again_by_an_entry(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(duban(f, "dead-letters", "retry", "18", "--reason", "mended", "--as", "clerk", NULL), EXIT_FINE);
    entry = only_entry(f);
    assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY);
    assert_int_equal(entry->dead_letter_retry->notice, 18);
    assert_string_equal(entry->dead_letter_retry->reason, "mended");
    assert_string_equal(f->submits[0].account, "clerk");
    duban__entry__free_unpacked(entry, NULL);
}

static void all_are_sent_again_and_counted(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "dead-letters", "retry", "all", NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 2);
    assert_contains(f->out, "of 2, 2 are sent again");
    house.held = true;
    assert_int_equal(duban(f, "dead-letters", "retry", "all", NULL), EXIT_REFUSED);
    assert_contains(f->out, "of 2, 0 are sent again");
    assert_contains(f->errors, "notice 17 is not sent again");
}

static void what_rules_does_not_say_is_not_counted_and_asked_once(void **state)
{
    struct fixture *f = *state;

    house.silent = true;
    assert_int_equal(duban(f, "dead-letters", "retry", "all", NULL), EXIT_FINE);
    assert_contains(f->out, "of 2, 0 are sent again and 2 are not known yet");
    assert_int_equal(house.questions, 1);
}

static void all_are_told_of_in_json(void **state)
{
    struct fixture *f = *state;
    json_t *document;

    assert_int_equal(duban(f, "dead-letters", "retry", "all", "--json", NULL), EXIT_FINE);
    document = json_loads(f->out, 0, NULL);
    assert_non_null(document);
    assert_int_equal(json_array_size(json_object_get(document, "receipts")), 2);
    json_decref(document);
}

static void all_again_is_the_same_while_it_is_the_same_death(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "dead-letters", "retry", "all", "--id", "00", NULL), EXIT_WRONG_USE);
    for (int time = 0; time < 3; time++) {
        assert_int_equal(duban(f, "dead-letters", "retry", "all", NULL), EXIT_FINE);
        house.died_ms += time;   /* died again before the third time */
    }
    assert_int_equal(f->submit_count, 6);
    assert_memory_not_equal(f->submits[0].client_id, f->submits[1].client_id, 16);
    assert_memory_equal(f->submits[0].client_id, f->submits[2].client_id, 16);
    assert_memory_equal(f->submits[1].client_id, f->submits[3].client_id, 16);
    assert_memory_not_equal(f->submits[0].client_id, f->submits[4].client_id, 16);
}

/* What is done by then does not speak against saying it again under the same id. */
static void after_a_time_out_the_same_act_is_said_again_under_its_id(void **state)
{
    static const char id[] = "000102030405060708090a0b0c0d0e0f";
    struct fixture *f = *state;
    char hex[33];

    house.state = DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_REVOKED;
    assert_int_equal(duban(f, "dead-letters", "retry", "99", "--id", id, NULL), EXIT_FINE);
    assert_int_equal(duban(f, "dead-letters", "settle", "99", "--reason", "told", "--id", id, NULL), EXIT_FINE);
    assert_int_equal(duban(f, "alarms", "settle", "leader-s", "--reason", "x", "--id", id, NULL), EXIT_FINE);
    assert_int_equal(duban(f, "policy", "revoke", "abcdef", "--reason", "x", "--id", id, NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 4);
    for (size_t i = 0; i < f->submit_count; i++)
        assert_string_equal(hex_of(hex, f->submits[i].client_id, 16), id);
}

static void settling_takes_a_reason_and_a_dead_letter(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(duban(f, "dead-letters", "settle", "17", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--reason");
    assert_int_equal(duban(f, "dead-letters", "settle", "99", "--reason", "told", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "notice 99 is not among those not delivered (2 in all)");
    assert_int_equal(duban(f, "dead-letters", "forget", "17", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "dead-letters", "retry", NULL), EXIT_WRONG_USE);
    assert_int_equal(f->submit_count, 0);
    assert_int_equal(duban(f, "dead-letters", "settle", "17", "--reason", "told by phone", NULL), EXIT_FINE);
    entry = only_entry(f);
    assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT);
    assert_int_equal(entry->dead_letter_settlement->notice, 17);
    assert_string_equal(entry->dead_letter_settlement->reason, "told by phone");
    duban__entry__free_unpacked(entry, NULL);
}

static uint64_t notice_submitted(const struct fixture *f, size_t place, Duban__Entry__BodyCase kind)
{
    Duban__Entry *entry = duban__entry__unpack(NULL, f->submits[place].entry_size, f->submits[place].entry);
    uint64_t notice;

    assert_non_null(entry);
    assert_int_equal(entry->body_case, kind);
    notice = kind == DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY ? entry->dead_letter_retry->notice
                                                          : entry->dead_letter_settlement->notice;
    duban__entry__free_unpacked(entry, NULL);
    return notice;
}

static void several_or_a_range_are_sent_again_each_once(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "dead-letters", "retry", "18", "17", "18", NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 2);
    assert_int_equal(notice_submitted(f, 0, DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY), 17);
    assert_int_equal(duban(f, "dead-letters", "retry", "18-900", NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 3);
    assert_contains(f->out, "of 1, 1 are sent again");
    assert_int_equal(notice_submitted(f, 2, DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY), 18);
    assert_int_equal(duban(f, "dead-letters", "retry", "17", "19-900", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "notice 19-900 is not among those not delivered (2 in all)");
    assert_int_equal(duban(f, "dead-letters", "retry", "17-x", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "dead-letters", "retry", "17", "--all", NULL), EXIT_WRONG_USE);
    assert_int_equal(f->submit_count, 3);
}

static void all_are_settled_with_one_reason(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "dead-letters", "settle", "--all", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "dead-letters", "settle", "--all", "--reason", "told by phone", NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 2);
    assert_contains(f->out, "of 2, 2 are settled");
    assert_int_equal(notice_submitted(f, 0, DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT), 17);
    assert_int_equal(notice_submitted(f, 1, DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT), 18);
}

/* ---------------------------------------------------------------- alarms */

static void alarms_say_what_to_do_and_with_all_how_they_ended(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "alarms", NULL), EXIT_FINE);
    assert_contains(f->out, "account leader-n");
    assert_contains(f->out, "ends with its condition");
    assert_null(strstr(f->out, "leader-s"));
    assert_int_equal(duban(f, "alarms", "--all", NULL), EXIT_FINE);
    assert_contains(f->out, "settled by clerk");
    assert_contains(f->out, "over: nothing was sent there");
    assert_contains(f->out, "2020-02-04 09:10");
}

static void only_an_alarm_that_stands_about_a_channel_is_settled(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(duban(f, "alarms", "settle", "leader-n", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "alarms", "settle", "leader-s", "--reason", "x", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "no alarm stands about the channel of leader-s");
    assert_int_equal(duban(f, "alarms", "settle", "leader", "--reason", "x", NULL), EXIT_REFUSED);
    assert_int_equal(f->submit_count, 0);
    assert_int_equal(duban(f, "alarms", "settle", "leader-n", "--reason", "new number", NULL), EXIT_FINE);
    entry = only_entry(f);
    assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_ALARM_SETTLEMENT);
    assert_int_equal(entry->alarm_settlement->kind, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD);
    assert_string_equal(entry->alarm_settlement->account, "leader-n");
    duban__entry__free_unpacked(entry, NULL);
}

/* ---------------------------------------------------------------- policies */

static void policies_are_listed_with_approver_and_times(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "policy", "list", NULL), EXIT_FINE);
    assert_contains(f->out, "scheduled");
    assert_contains(f->out, "winter-pack");
    assert_contains(f->out, "abcdef0100000000");
    assert_contains(f->out, "2020-02-04 09:10");
    house.state = DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_REVOKED;
    assert_int_equal(duban(f, "policy", "list", NULL), EXIT_FINE);
    assert_contains(f->out, "by admin: 暂缓");
}

static void a_scheduled_one_is_revoked_by_the_first_digits_of_its_version(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(duban(f, "policy", "revoke", "abcdef", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "policy", "revoke", "abc", "--reason", "x", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "policy", "revoke", "abce", "--reason", "x", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "no policy has a version that begins with abce");
    assert_int_equal(duban(f, "policy", "revoke", "ABCDEF01", "--reason", "not yet", NULL), EXIT_FINE);
    entry = only_entry(f);
    assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_POLICY_REVOCATION);
    assert_memory_equal(entry->policy_revocation->pack_sha256.data, VERSION, sizeof VERSION);
    assert_string_equal(entry->policy_revocation->reason, "not yet");
    duban__entry__free_unpacked(entry, NULL);
}

static void one_in_force_is_too_late_to_revoke(void **state)
{
    struct fixture *f = *state;

    house.state = DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_IN_FORCE;
    assert_int_equal(duban(f, "policy", "revoke", "abcdef", "--reason", "x", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "does not wait for its time (in force)");
    assert_int_equal(f->submit_count, 0);
    assert_int_equal(duban(f, "policy", "list", "abcdef", NULL), EXIT_WRONG_USE);
}

static int setup_of_nobody(void **state)
{
    *state = fixture_open();
    return 0;
}

/* Whoever is root may enter any folder: somebody else looks. */
static int duban_of_a_stranger(struct fixture *f, char *command)
{
    bool root = geteuid() == 0;
    int code;

    assert_int_equal(chmod(f->directory, 0), 0);
    if (root)
        assert_int_equal(setresuid(65534, 65534, 0), 0);
    code = duban(f, command, NULL);
    if (root)
        assert_int_equal(setresuid(0, 0, 0), 0);
    assert_int_equal(chmod(f->directory, 0700), 0);
    return code;
}

static void whoever_may_not_enter_is_not_told_that_all_is_dead(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban_of_a_stranger(f, "status"), EXIT_REFUSED);
    assert_contains(f->errors, "无权访问套接字目录");
    assert_contains(f->errors, "no right to the socket directory");
    assert_string_equal(f->out, "");
}

static void not_there_no_folder_not_started_and_no_right_are_four_things(void **state)
{
    struct fixture *f = *state;
    const char *file = file_of(f, "file", "");
    char none[SCRATCH_BYTES + 8];

    (void) snprintf(none, sizeof none, "%s/none", f->directory);
    assert_int_equal(duban_of_a_stranger(f, "cases"), EXIT_NO_ANSWER);
    assert_contains(f->errors, "you may not enter ");
    assert_int_equal(duban(f, "cases", "--run", none, NULL), EXIT_NO_ANSWER);
    assert_contains(f->errors, "there is no folder ");
    assert_int_equal(duban(f, "cases", "--run", file, NULL), EXIT_NO_ANSWER);
    assert_contains(f->errors, "is no folder: --run or DUBAN_RUN");
    assert_int_equal(duban(f, "cases", "--timeout", "1", NULL), EXIT_NO_ANSWER);
    assert_contains(f->errors, "duban-rules 没有启动：");
    assert_contains(f->errors, "duban-rules was not started: its socket is not in ");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whoever_may_not_enter_is_not_told_that_all_is_dead, setup_of_nobody, teardown),
        cmocka_unit_test_setup_teardown(not_there_no_folder_not_started_and_no_right_are_four_things, setup_of_nobody, teardown),
        TEST(a_house_in_order_says_who_is_connected),
        TEST(a_stopped_intake_ends_with_one_and_says_what_is_not_what_would_be),
        TEST(a_year_that_is_not_published_is_named_with_what_to_do),
        TEST(an_alarm_is_told_in_the_language_that_is_asked_for),
        TEST(status_counts_what_is_open_of_each_kind),
        TEST(a_clock_that_runs_ahead_or_is_held_is_said_with_both_times),
        TEST(a_clock_that_is_accepted_does_not_go_back),
        TEST(what_was_forgotten_and_is_still_in_the_file_is_said_with_what_to_do),
        TEST(room_that_runs_out_is_foreseen_for_ingest_and_rules),
        TEST(a_link_that_is_about_to_come_back_is_no_fault),
        TEST(one_of_two_that_was_restored_is_said_with_what_to_do),
        TEST(what_is_wrong_is_told_worst_first),
        TEST(a_new_township_is_told_what_it_needs_next),
        TEST(a_silent_submit_socket_is_a_problem_of_its_own),
        TEST(daemons_that_answer_and_do_not_talk_are_told_of),
        TEST(dead_letters_and_what_is_scheduled_show_in_the_status),
        TEST(dead_letters_show_what_each_came_to_and_what_to_do),
        TEST(one_is_sent_again_by_an_entry),
        TEST(all_are_sent_again_and_counted),
        TEST(what_rules_does_not_say_is_not_counted_and_asked_once),
        TEST(all_are_told_of_in_json),
        TEST(all_again_is_the_same_while_it_is_the_same_death),
        TEST(after_a_time_out_the_same_act_is_said_again_under_its_id),
        TEST(settling_takes_a_reason_and_a_dead_letter),
        TEST(several_or_a_range_are_sent_again_each_once),
        TEST(all_are_settled_with_one_reason),
        TEST(alarms_say_what_to_do_and_with_all_how_they_ended),
        TEST(only_an_alarm_that_stands_about_a_channel_is_settled),
        TEST(policies_are_listed_with_approver_and_times),
        TEST(a_scheduled_one_is_revoked_by_the_first_digits_of_its_version),
        TEST(one_in_force_is_too_late_to_revoke),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
