/* status.c - duban status: what is wrong first, then how each daemon is. */
#include <string.h>

#include "cli.h"
#include "digest.h"
#include "json.h"
#include "names.h"
#include "status.h"

enum { LONGEST_WAIT_MS = 2000, RECONNECTING_MS = 6 * 1000, AHEAD_MS = 60 * 1000, MEBIBYTE = 1024 * 1024, COMPACTION_SPARE_MB = 16 };

void problem(struct cli *cli, struct house *house, const char *zh, const char *en, ...)
{
    struct words words;
    va_list list;

    house->problems++;
    if (house->quiet)
        return;
    va_start(list, en);
    words = words_of_list(&cli->arena, zh, en, list);
    va_end(list);
    show_words(&cli->show, 0, COLOUR_RED, (struct words){ text_of(&cli->arena, "! %s", words.zh),
                                                          text_of(&cli->arena, "! %s", words.en) });
}

/* ---------------------------------------------------------------- asking */

static int timeout_of(const struct cli *cli)
{
    return cli->timeout_ms < LONGEST_WAIT_MS ? cli->timeout_ms : LONGEST_WAIT_MS;
}

Duban__Reply *status_ask(struct cli *cli, enum endpoint endpoint, Duban__Reply__BodyCase expected)
{
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault fault;

    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    return ask_quietly(cli, endpoint, &query, expected, timeout_of(cli), &fault);
}

static struct house ask_house(struct cli *cli)
{
    Duban__Reply *ingest = status_ask(cli, INGEST_QUERY, DUBAN__REPLY__BODY_INGEST);
    Duban__Reply *rules = status_ask(cli, RULES_QUERY, DUBAN__REPLY__BODY_RULES);
    Duban__Reply *notify = status_ask(cli, NOTIFY_QUERY, DUBAN__REPLY__BODY_NOTIFY);
    struct house house = {
        .ingest = ingest == NULL ? NULL : ingest->ingest,
        .rules = rules == NULL ? NULL : rules->rules,
        .notify = notify == NULL ? NULL : notify->notify,
        .submit_is_served = ingest != NULL && ask_submit_is_served(cli, timeout_of(cli)),
        .links_are_open = true,
        .quiet = cli->json,
    };

    status_ask_gateway(cli, &house);
    if (rules != NULL && !open_ask(cli, timeout_of(cli), &house.open))
        house.open.count = 0;
    return house;
}

/* ---------------------------------------------------------------- what is wrong */

static bool is_connected(Duban__LinkSession *const *sessions, size_t count, const char *consumer)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(sessions[i]->consumer, consumer) == 0)
            return true;
    return false;
}

/* Just after a restart of the other end, which looks the same from here as a fault of the link. */
static bool is_reconnecting(const Duban__LinkState *link)
{
    return link == NULL || (!link->other_stream && link->silent_ms < RECONNECTING_MS);
}

static void say_reconnecting(struct cli *cli, struct house *house, const char *who, const char *whom,
                             const Duban__LinkState *link)
{
    problem(cli, house, "%s 正在重新连接 %s（%lld 秒）；几秒后再看", "%s is reconnecting to %s (%lld s); look again in some seconds",
            who, whom, (long long) (link == NULL ? 0 : link->silent_ms / 1000));
}

static const char *reason_zh(const Duban__LinkState *link)
{
    return link->zh[0] == '\0' ? "对方没有登记这个连接" : link->zh;
}

static const char *reason_en(const Duban__LinkState *link)
{
    return link->en[0] == '\0' ? "the other end knows of no session" : link->en;
}

static void say_other_journal(struct cli *cli, struct house *house, const Duban__LinkState *link)
{
    problem(cli, house, "duban-rules 处理过的不是这份日志（%1$s%2$.0s）：记录照收，但不派单、不提醒，重新启动也没有用。核对 duban-ingest 的数据目录；"
            "目录没错，就是其中一个从备份恢复过：停下 duban-rules，把它的数据目录移到别处再启动，它会按日志重建（README：恢复）",
            "duban-rules does not follow this journal (%1$.0s%2$s): entries are taken but nothing is decided, and a restart "
            "does not help. Check the data directory of duban-ingest; if it is right, one of the two was restored: stop "
            "duban-rules, move its data directory away and start it, it is rebuilt from the journal (README: restoring)",
            link->zh, link->en);
}

static void say_other_outbox(struct cli *cli, struct house *house, const Duban__LinkState *link)
{
    problem(cli, house, "duban-notify 接收过的不是这个发件箱（%1$s%2$.0s）：新的通知发不出去，重新启动也没有用。其中一个从备份恢复过或重建过："
            "停下 duban-notify，把它的数据目录移到别处再启动；先看 README“恢复”：以前的通知会怎样",
            "duban-notify does not follow this outbox (%1$.0s%2$s): no new notice leaves, and a restart does not help. One "
            "of the two was restored or rebuilt: stop duban-notify, move its data directory away and start it; read "
            "\"restoring\" in the README first, on what becomes of earlier notices", link->zh, link->en);
}

/* Both answer questions, and yet nothing goes from one to the other. */
static void judge_journal_link(struct cli *cli, struct house *house)
{
    const Duban__RulesStatus *rules = house->rules;

    if (house->ingest == NULL || rules == NULL ||
        is_connected(house->ingest->sessions, house->ingest->n_sessions, "rules"))
        return;
    house->links_are_open = false;
    if (is_reconnecting(rules->journal))
        say_reconnecting(cli, house, "duban-rules", "duban-ingest", rules->journal);
    else if (rules->journal->other_stream)
        say_other_journal(cli, house, rules->journal);
    else
        problem(cli, house, "duban-rules 没有连上 duban-ingest（%1$s%2$.0s）：记录照收，但不派单、不提醒。核对两者的 run 目录，看 journalctl -u "
                "duban-rules，再重新启动它",
                "duban-rules has no session with duban-ingest (%1$.0s%2$s): entries are taken but nothing is decided. Compare "
                "their run directories, see journalctl -u duban-rules, then restart it", reason_zh(rules->journal),
                reason_en(rules->journal));
}

static void judge_outbox_link(struct cli *cli, struct house *house)
{
    const Duban__NotifyStatus *notify = house->notify;

    if (house->rules == NULL || notify == NULL ||
        is_connected(house->rules->sessions, house->rules->n_sessions, "notify"))
        return;
    house->links_are_open = false;
    if (is_reconnecting(notify->outbox))
        say_reconnecting(cli, house, "duban-notify", "duban-rules", notify->outbox);
    else if (notify->outbox->other_stream)
        say_other_outbox(cli, house, notify->outbox);
    else
        problem(cli, house, "duban-notify 没有连上 duban-rules（%1$s%2$.0s）：新的通知发不出去。核对两者的 run 目录，看 journalctl -u "
                "duban-notify，再重新启动它",
                "duban-notify has no session with duban-rules (%1$.0s%2$s): no new notice leaves. Compare their run "
                "directories, see journalctl -u duban-notify, then restart it", reason_zh(notify->outbox),
                reason_en(notify->outbox));
}

/* Duban's own time never goes back: set the wall clock back, and Duban is ahead of it until that has caught up. */
static void judge_clock(struct cli *cli, struct house *house, const Duban__IngestStatus *ingest)
{
    int64_t ahead_ms = ingest->wall_ms == 0 ? 0 : ingest->clock_ms - ingest->wall_ms;
    struct words apart = show_duration(&cli->show, (ahead_ms < 0 ? -ahead_ms : ahead_ms) / 1000);
    struct words reason = words_of_text(ingest->clock_reason);
    const char *ours = show_time_ms(&cli->show, ingest->clock_ms), *wall = show_time_ms(&cli->show, ingest->wall_ms);

    if (ingest->clock_held)
        problem(cli, house, "时钟跳变，定时提醒已停：系统钟 %1$s，督办 %2$s，相差 %3$s%4$.0s（%5$s%6$.0s）。核对系统时间：对，运行 duban clock "
                "accept；不对，先校正系统钟",
                "the clock has jumped and reminders stand still: wall clock %1$s, Duban %2$s, %3$.0s%4$s apart (%5$.0s%6$s). "
                "Check the time: if it is right, duban clock accept; if not, set it right first", wall, ours, apart.zh, apart.en,
                reason.zh, reason.en);
    else if (ahead_ms > AHEAD_MS)
        problem(cli, house, "督办的时间（%1$s）比系统钟（%2$s）快 %3$s%4$.0s：期限和提醒相应提前，直到系统钟走到那里",
                "Duban's time (%1$s) is %3$.0s%4$s ahead of the wall clock (%2$s): deadlines and reminders come early by that "
                "much, until the wall clock gets there", ours, wall, apart.zh, apart.en);
}

/* Its reason says what is still taken, why, and what helps. */
static void judge_intake(struct cli *cli, struct house *house, const Duban__IngestStatus *ingest)
{
    struct words reason = words_of_text(ingest->intake_reason);

    problem(cli, house, "%1$s%2$.0s", "%1$.0s%2$s", reason.zh, reason.en);
}

static void judge_ingest(struct cli *cli, struct house *house)
{
    const Duban__IngestStatus *ingest = house->ingest;

    if (ingest == NULL) {
        problem(cli, house, "duban-ingest 没有应答：收不了记录。请启动它（systemctl start duban-ingest）；起不来，看 journalctl -u duban-ingest 的最后几行",
                "duban-ingest does not answer: nothing can be taken in. Start it (systemctl start duban-ingest); if it ends "
                "again, the last lines of journalctl -u duban-ingest say why");
        return;
    }
    if (!house->submit_is_served)
        problem(cli, house, "收件口 %1$s 没有应答：交不进新记录。核对该文件的权限（须在 duban 组）和 run 目录，再重新启动 duban-ingest",
                "nobody answers at %1$s: nothing can be submitted. Check who may open that file (group duban) and the run "
                "directory, then restart duban-ingest", endpoint_of(cli, "ingest.submit"));
    judge_clock(cli, house, ingest);
    if (ingest->intake_stopped)
        judge_intake(cli, house, ingest);
    if (ingest->compactions_failed > 0)
        problem(cli, house, "已删除的个人信息还留在数据文件里：数据文件重写失败（已 %1$u 次），每小时再试一次。多半是磁盘空间不够：请在 duban-ingest 数据目录所在的"
                "磁盘腾出 %2$llu MB 以上；仍不成，看 journalctl -u duban-ingest",
                "personal data that was forgotten is still in the file: writing it anew has failed (%1$u times) and is tried again "
                "every hour. Mostly the disk is too full: free more than %2$llu MB where the data of duban-ingest lies; if it "
                "goes on, see journalctl -u duban-ingest",
                ingest->compactions_failed, (unsigned long long) ingest->used_bytes / 4 * 5 / MEBIBYTE + COMPACTION_SPARE_MB);
}

/* What is near is no fault yet: nobody may have published it. */
static void judge_calendar(struct cli *cli, struct house *house)
{
    for (size_t i = 0; i < house->rules->n_calendar_gaps; i++)
        if (house->rules->calendar_gaps[i]->is_needed)
            problem(cli, house, "%1$u年放假安排未公布：要用到这一年的工作日时限算不出来。请在政策包的 calendar.csv 补上 %1$u 年，再用 duban policy "
                    "activate 启用，等着的时限随即算出",
                    "the calendar of %1$u is not published: no due that needs its working days can be computed. Put %1$u into the "
                    "pack's calendar.csv, then duban policy activate: whatever waits gets its due",
                    house->rules->calendar_gaps[i]->year);
}

static void judge_rules(struct cli *cli, struct house *house)
{
    const Duban__RulesStatus *rules = house->rules;

    if (rules == NULL) {
        problem(cli, house, "duban-rules 没有应答：记录照收，但不派单、不提醒。请启动它；起不来，看 journalctl -u duban-rules 的最后几行",
                "duban-rules does not answer: entries are taken but nothing is decided. Start it; if it ends again, the last "
                "lines of journalctl -u duban-rules say why");
        return;
    }
    if (rules->stopped[0] != '\0')
        problem(cli, house, "规则引擎停在第 %llu 号之后：%s。查明后可用 duban skip 跳过",
                "rules has stopped after entry %llu: %s. Look into it, then duban skip",
                (unsigned long long) rules->cursor, rules->stopped);
    else if (house->ingest != NULL && house->ingest->last_sequence > rules->cursor)
        problem(cli, house, "规则引擎落后 %llu 条", "rules is %llu entries behind",
                (unsigned long long) (house->ingest->last_sequence - rules->cursor));
    if (rules->policy_version.len == 0)
        problem(cli, house, "还没有生效的政策包；用 duban policy activate 启用", "no policy is in force; see duban policy activate");
    judge_calendar(cli, house);
    if (rules->quarantined > 0)
        problem(cli, house, "有 %llu 条待核记录；见 duban quarantine", "%llu entries wait in quarantine; see duban quarantine",
                (unsigned long long) rules->quarantined);
}

static void judge_notify(struct cli *cli, struct house *house)
{
    const Duban__NotifyStatus *notify = house->notify;

    if (notify == NULL) {
        problem(cli, house, "duban-notify 没有应答：通知发不出去。请启动它；起不来，看 journalctl -u duban-notify 的最后几行",
                "duban-notify does not answer: no notice leaves. Start it; if it ends again, the last lines of journalctl -u "
                "duban-notify say why");
        return;
    }
    for (size_t i = 0; i < notify->n_alarms; i++) {
        struct words kind = name_of_alarm(notify->alarms[i]->kind), detail = detail_of_alarm(notify->alarms[i]);

        problem(cli, house, "告警：%1$s%2$.0s（%3$s%4$.0s）；见 duban alarms", "alarm: %1$.0s%2$s (%3$.0s%4$s); see duban alarms",
                kind.zh, kind.en, detail.zh, detail.en);
    }
    if (notify->refused_settings[0] != '\0')
        problem(cli, house, "渠道设置 %s 有误，没有采用，仍按原来的发送；这样重新启动会起不来。duban-notify --check 指出在第几行，改好后 systemctl "
                "reload duban-notify",
                "the channel settings %s are faulty and not in use, sending goes on by the former ones; a restart would fail. duban-notify "
                "--check says in which line; mend it, then systemctl reload duban-notify", notify->refused_settings);
    if (notify->dead > 0)
        problem(cli, house, "有 %llu 条通知没有送达本人，尚未了结；见 duban dead-letters",
                "%llu notices did not reach their recipients and are not settled; see duban dead-letters",
                (unsigned long long) notify->dead);
    if (notify->holding)
        problem(cli, house, "规则引擎落后，不急的通知暂缓发送", "rules is behind: notices that are not urgent wait");
}

/* ---------------------------------------------------------------- how they are */

void status_line(struct cli *cli, const char *zh, const char *en, const char *value)
{
    print_field(cli, (struct words){ zh, en }, value);
}

/* A place in a stream and its time. */
static const char *place(struct cli *cli, uint64_t sequence, int64_t stamp_ms)
{
    return text_of(&cli->arena, "%llu  %s", (unsigned long long) sequence, show_time_ms(&cli->show, stamp_ms));
}

/* Who takes over the stream, how far it is behind, since when. */
static void print_sessions(struct cli *cli, Duban__LinkSession *const *sessions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Duban__LinkSession *session = sessions[i];
        struct words since = show_duration(&cli->show, session->connected_ms / 1000);
        unsigned long long cursor = session->cursor, behind = session->behind;
        struct words words = {
            text_of(&cli->arena, "%s 已处理到 %llu，落后 %llu 条，已连接 %s", session->consumer, cursor, behind, since.zh),
            text_of(&cli->arena, "%s at %llu, %llu behind, connected for %s", session->consumer, cursor, behind, since.en),
        };

        status_line(cli, "已连接", "connected", show_label(&cli->show, words));
    }
}

static const char *policy_of(struct cli *cli, const char *name, const ProtobufCBinaryData *sha256)
{
    char version[17] = "";

    if (sha256->len >= 8)
        hex_of(version, sha256->data, 8);
    return text_of(&cli->arena, "%s %s", name, version);
}

static void print_scheduled(struct cli *cli, const Duban__Activation *scheduled)
{
    const char *policy, *from;
    struct words approver;

    if (scheduled == NULL)
        return;
    policy = policy_of(cli, scheduled->name, &scheduled->pack_sha256);
    from = show_time(&cli->show, scheduled->effective_s);
    approver = words_or(title_of(cli, scheduled->approver), "—");
    status_line(cli, "待生效政策包", "scheduled",
         show_label(&cli->show, (struct words){
             text_of(&cli->arena, "%s，%s 生效，批准人 %s", policy, from, approver.zh),
             text_of(&cli->arena, "%s, from %s, approved by %s", policy, from,
                     approver.en[0] == '\0' ? approver.zh : approver.en) }));
}

static void print_ingest(struct cli *cli, const Duban__IngestStatus *ingest)
{
    unsigned long long lineage = ingest->lineage;

    show_heading(&cli->show, (struct words){ "收件", "ingest" });
    status_line(cli, "现在", "clock", show_time_ms(&cli->show, ingest->clock_ms));
    status_line(cli, "演练", "drill", ingest->rehearsal ? show_label(&cli->show, (struct words){ "是", "yes" }) : "");
    status_line(cli, "日志", "journal", place(cli, ingest->last_sequence, ingest->last_stamp_ms));
    status_line(cli, "收到", "received", number_text(cli, ingest->received));
    status_line(cli, "入账", "accepted", number_text(cli, ingest->accepted));
    status_line(cli, "重复", "repeats", number_text(cli, ingest->duplicates));
    status_line(cli, "拒绝", "refused", number_text(cli, ingest->refused));
    status_line(cli, "数据集", "lineage", text_of(&cli->arena, "%016llx/%u", lineage, ingest->epoch));
    print_sessions(cli, ingest->sessions, ingest->n_sessions);
}

static void print_years_to_come(struct cli *cli, const Duban__RulesStatus *rules)
{
    for (size_t i = 0; i < rules->n_calendar_gaps; i++) {
        unsigned year = rules->calendar_gaps[i]->year;

        if (rules->calendar_gaps[i]->is_needed)
            continue;   /* said already, as a fault */
        status_line(cli, "日历", "calendar", show_label(&cli->show, (struct words){
            text_of(&cli->arena, "%u年放假安排尚未公布；公布后请补入政策包的 calendar.csv，再用 duban policy activate 启用", year),
            text_of(&cli->arena, "the calendar of %u is not published yet; when it is, put it into the pack's calendar.csv, then "
                    "duban policy activate", year) }));
    }
}

static void print_rules(struct cli *cli, const Duban__RulesStatus *rules)
{
    show_heading(&cli->show, (struct words){ "规则", "rules" });
    status_line(cli, "已处理到", "applied", place(cli, rules->cursor, rules->applied_stamp_ms));
    status_line(cli, "政策包", "policy", policy_of(cli, rules->policy_name, &rules->policy_version));
    print_scheduled(cli, rules->scheduled);
    print_years_to_come(cli, rules);
    status_line(cli, "待核记录", "in quarantine", number_text(cli, rules->quarantined));
    status_line(cli, "下一个定时", "next timer", show_time(&cli->show, rules->next_due_s));
    status_line(cli, "发件箱", "outbox", number_text(cli, rules->outbox_last));
    print_sessions(cli, rules->sessions, rules->n_sessions);
}

static void print_notify(struct cli *cli, const Duban__NotifyStatus *notify)
{
    show_heading(&cli->show, (struct words){ "通知", "notify" });
    status_line(cli, "已接收到", "taken", number_text(cli, notify->cursor));
    status_line(cli, "等待发送", "waiting", number_text(cli, notify->queued));
    status_line(cli, "渠道已接收", "accepted by channels", number_text(cli, notify->delivered));
    status_line(cli, "撤回", "withdrawn", number_text(cli, notify->withdrawn));
    status_line(cli, "是否送达不明", "perhaps delivered", number_text(cli, notify->uncertain));
    status_line(cli, "未送达待了结", "not reached", number_text(cli, notify->dead));
    status_line(cli, "其中仅留存", "... only in the spool", number_text(cli, notify->spooled));
    status_line(cli, "下一次重试", "next retry", show_time_ms(&cli->show, notify->next_attempt_ms));
}

static void print_house(struct cli *cli, const struct house *house)
{
    if (house->problems == 0)
        show_words(&cli->show, 0, COLOUR_GREEN, (struct words){ "一切正常", "all is well" });
    if (house->ingest != NULL)
        print_ingest(cli, house->ingest);
    if (house->rules != NULL)
        print_rules(cli, house->rules);
    if (house->open.count > 0)
        open_print(cli, &house->open);
    if (house->notify != NULL)
        print_notify(cli, house->notify);
    status_print_gateway(cli, house);
}

static json_t *json_or_null(const void *message)
{
    return message == NULL ? json_null() : json_of_message(message);
}

enum exit_code command_status(struct cli *cli)
{
    struct fault fault;
    struct house house;
    bool nobody;

    if (!sockets_are_open_to_us(cli, &fault))
        return cli_refuse(cli, &fault);
    if (!run_folder_is_usable(cli, &fault)) {
        cli_refuse(cli, &fault);
        return EXIT_NO_ANSWER;
    }
    house = ask_house(cli);
    nobody = house.ingest == NULL && house.rules == NULL && house.notify == NULL;

    judge_ingest(cli, &house);
    status_judge_journal(cli, &house);
    judge_journal_link(cli, &house);
    judge_rules(cli, &house);
    judge_outbox_link(cli, &house);
    judge_notify(cli, &house);
    status_judge_gateway(cli, &house);
    status_judge_room(cli, &house);
    if (cli->json)
        cli_print_json(cli, json_pack("{s:o, s:b, s:o, s:o, s:o, s:o, s:I}", "ingest", json_or_null(house.ingest),
                                      "submitIsServed", house.submit_is_served,
                                      "rules", json_or_null(house.rules), "notify", json_or_null(house.notify),
                                      "gateway", json_or_null(house.gateway),
                                      "open", open_json(&house.open),
                                      "problems", (json_int_t) house.problems));
    else
        print_house(cli, &house);
    if (nobody)
        return EXIT_NO_ANSWER;
    return house.submit_is_served && !house.ingest->intake_stopped && house.rules != NULL && house.notify != NULL && house.links_are_open &&
                   status_gateway_takes_all(&house)
               ? EXIT_FINE
               : EXIT_REFUSED;
}
