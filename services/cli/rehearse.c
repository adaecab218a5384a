/* rehearse.c - duban rehearse: a scenario on the manual clock, one moment after the other.
 *
 *   settled -> advance to the earliest of (rules' next timer, notify's next retry, the next line)
 *           -> settled -> show what happened -> submit the line -> settled -> ...
 *
 * Lines of one moment that say nothing and ask for nothing are submitted together. What was read and asked for a
 * moment is dropped behind it, so that a scenario of a year takes no more memory than one of a day.
 *
 * Settled means: rules has applied all of the journal, notify has taken all of the outbox and
 * has nothing in flight or due, every outcome is receipted, and none of that moved while it
 * was asked. Waiting is asking: the daemons hold the answer until what is wanted is there.
 */
#include <string.h>

#include "cli.h"
#include "link.h"
#include "scenario.h"
#include "timeline.h"

enum {
    HOLD_MS = 500,           /* how long a daemon holds one answer */
    PACE_MS = 10,            /* the same while nothing but the next moment is awaited */
    SLOWEST_SETTLE_MS = 60 * 1000,
    WAKE_PATIENCE_MS = 1500, /* a WAKE that was lost comes again with the next TAIL */
    TOGETHER = 512,          /* lines of one moment */
};

struct rehearsal {
    struct cli *cli;
    struct scenario scenario;
    struct timeline timeline;
    /* As of the last time everything was settled. */
    int64_t clock_ms;
    int64_t last_stamp_ms;
    int64_t next_timer_ms;   /* 0 = none */
    int64_t next_retry_ms;
    uint64_t queued;         /* notices that wait to be sent, or to be sent again */
    size_t submitted;
    size_t repeated;
    int64_t from_s;          /* shown from here on; INT64_MIN = all */
    int64_t until_s;         /* played until here; INT64_MAX = all */
    struct scenario_line lines[TOGETHER];   /* of the moment that is played */
    size_t line_count;
};

/* ---------------------------------------------------------------- settled */

/* One look at the three of them. */
struct look {
    Duban__IngestStatus *before;
    Duban__RulesStatus *rules;
    Duban__NotifyStatus *notify;
    int64_t notify_as_of_ms;
    Duban__IngestStatus *after;
};

static Duban__Reply *ask_held_status(struct cli *cli, enum endpoint endpoint, Duban__Reply__BodyCase expected,
                                     bool idle,
                                     uint64_t min_sequence, uint32_t wait_ms, struct fault *fault)
{
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    status.idle = idle;
    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    query.min_sequence = min_sequence;
    query.wait_ms = wait_ms;
    return ask_quietly(cli, endpoint, &query, expected, cli->timeout_ms + (int) wait_ms, fault);
}

/* LATER is no failure: not there yet. */
enum looking { LOOKED, NOT_YET, LOST };

static enum looking not_yet_or_lost(struct cli *cli, const struct fault *fault)
{
    if (cli->later)
        return NOT_YET;
    cli_refuse(cli, fault);
    return LOST;
}

static enum looking look_around(struct cli *cli, struct look *look)
{
    struct fault fault = { .field = "" };
    Duban__Reply *reply;

    look->before = ask_ingest(cli);
    if (look->before == NULL)
        return LOST;
    reply = ask_held_status(cli, RULES_QUERY, DUBAN__REPLY__BODY_RULES, false, look->before->last_sequence, HOLD_MS,
                            &fault);
    if (reply == NULL)
        return not_yet_or_lost(cli, &fault);
    look->rules = reply->rules;
    reply = ask_held_status(cli, NOTIFY_QUERY, DUBAN__REPLY__BODY_NOTIFY, true, look->rules->outbox_last, HOLD_MS,
                            &fault);
    if (reply == NULL)
        return not_yet_or_lost(cli, &fault);
    look->notify = reply->notify;
    look->notify_as_of_ms = reply->as_of_ms;
    look->after = ask_ingest(cli);
    return look->after == NULL ? LOST : LOOKED;
}

static bool tick_is_coming(const struct look *look)
{
    int64_t next_ms = look->rules->next_due_s * 1000;

    return next_ms > look->after->last_stamp_ms && next_ms <= look->after->clock_ms;
}

/* Ingest knows when rules wants to be woken. A timer that was set for the very moment of the
 * last entry wants the first moment after it. */
static bool wake_has_arrived(const struct look *look)
{
    int64_t next_ms = look->rules->next_due_s * 1000;

    if (next_ms == 0)
        return look->after->wake_ms == 0;
    if (next_ms > look->after->last_stamp_ms)
        return look->after->wake_ms == next_ms;
    return look->after->wake_ms > look->after->last_stamp_ms;
}

static bool is_still(const struct look *look)
{
    const Duban__IngestStatus *now = look->after;

    return now->last_sequence == look->before->last_sequence && look->rules->cursor == now->last_sequence &&
           look->rules->clock_ms >= now->clock_ms && look->notify_as_of_ms >= now->clock_ms &&
           look->notify->outcomes_unreceipted == 0 && !tick_is_coming(look);
}

static void remember(struct rehearsal *rehearsal, const struct look *look)
{
    int64_t next_ms = look->rules->next_due_s * 1000;

    rehearsal->clock_ms = look->after->clock_ms;
    rehearsal->last_stamp_ms = look->after->last_stamp_ms;
    rehearsal->next_timer_ms = next_ms > look->after->clock_ms ? next_ms : look->after->wake_ms;
    rehearsal->next_retry_ms = look->notify->next_attempt_ms;
    rehearsal->queued = look->notify->queued;
}

/* Let a moment pass without sleeping: ask rules for an entry that does not exist yet. */
static void pace(struct cli *cli, const struct look *look)
{
    struct fault fault;

    ask_held_status(cli, RULES_QUERY, DUBAN__REPLY__BODY_RULES, false, look->after->last_sequence + 1, PACE_MS, &fault);
}

static bool say_stopped(struct cli *cli, const Duban__RulesStatus *rules)
{
    cli->failure = cli_fail(cli, "规则引擎已停：%s", "rules has stopped: %s", rules->stopped);
    return false;
}

static bool say_not_settling(struct cli *cli, const struct look *look)
{
    unsigned long long last = look->before == NULL ? 0 : look->before->last_sequence;

    cli->failure = cli_fail(cli, "等了 %d 秒仍未平静（日志到 %llu）；请看 duban status",
                            "not settled after %d seconds (journal at %llu); see duban status",
                            SLOWEST_SETTLE_MS / 1000, last);
    return false;
}

/* What cli.arena takes for one look is small beside what a rehearsal reads. */
static bool settle(struct rehearsal *rehearsal)
{
    struct cli *cli = rehearsal->cli;
    int64_t since_ms = monotonic_ms();
    struct look look = { 0 };

    while (monotonic_ms() - since_ms < SLOWEST_SETTLE_MS) {
        enum looking looking = look_around(cli, &look);

        if (looking == LOST)
            return false;
        if (look.rules != NULL && look.rules->stopped[0] != '\0')
            return say_stopped(cli, look.rules);
        if (looking == NOT_YET)
            continue;
        if (is_still(&look) && (wake_has_arrived(&look) || monotonic_ms() - since_ms > WAKE_PATIENCE_MS)) {
            remember(rehearsal, &look);
            return true;
        }
        if (look.after->last_sequence == look.before->last_sequence)   /* else there is something to wait for by itself */
            pace(cli, &look);
    }
    return say_not_settling(cli, &look);
}

static bool settle_and_show(struct rehearsal *rehearsal)
{
    return settle(rehearsal) && timeline_news(&rehearsal->timeline);
}

/* ---------------------------------------------------------------- time */

static bool set_clock(struct rehearsal *rehearsal, int64_t to_ms)
{
    Duban__ClockAdvance advance = DUBAN__CLOCK_ADVANCE__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    advance.to_ms = to_ms;
    query.body_case = DUBAN__QUERY__BODY_CLOCK_ADVANCE;
    query.clock_advance = &advance;
    return ask(rehearsal->cli, INGEST_QUERY, &query, ANY_REPLY) != NULL;
}

/* The moment, when it lies between now and then; else then. */
static int64_t earlier(const struct rehearsal *rehearsal, int64_t then_ms, int64_t moment_ms)
{
    return moment_ms > rehearsal->clock_ms && moment_ms < then_ms ? moment_ms : then_ms;
}

static bool is_due_then(const struct rehearsal *rehearsal, int64_t then_ms)
{
    return rehearsal->next_timer_ms == then_ms || rehearsal->next_retry_ms == then_ms;
}

/* Everything that falls due on the way, each at its own moment. Where nothing does, a line that is submitted next
 * settles it all. */
static bool run_until(struct rehearsal *rehearsal, int64_t until_s, bool submits)
{
    int64_t until_ms = until_s * 1000;
    bool fine = true;

    while (fine && rehearsal->clock_ms < until_ms) {
        int64_t next_ms = earlier(rehearsal, earlier(rehearsal, until_ms, rehearsal->next_timer_ms), rehearsal->next_retry_ms);

        fine = set_clock(rehearsal, next_ms);
        if (fine && submits && next_ms == until_ms && !is_due_then(rehearsal, next_ms))
            rehearsal->clock_ms = next_ms;
        else
            fine = fine && settle_and_show(rehearsal);
    }
    return fine;
}

/* ---------------------------------------------------------------- lines */

static bool is_known(struct rehearsal *rehearsal, const struct scenario_line *line, bool *known)
{
    Duban__SubmissionQuery which = DUBAN__SUBMISSION_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    which.account = (char *) line->account;
    which.client_id = (ProtobufCBinaryData){ sizeof line->client_id, (uint8_t *) line->client_id };
    query.body_case = DUBAN__QUERY__BODY_SUBMISSION;
    query.submission = &which;
    reply = ask(rehearsal->cli, INGEST_QUERY, &query, DUBAN__REPLY__BODY_SUBMISSION);
    *known = reply != NULL && reply->submission->known;
    return reply != NULL;
}

/* The clock never goes back: a line before it must have been played already. */
static bool may_be_late(struct rehearsal *rehearsal, const struct scenario_line *line)
{
    struct cli *cli = rehearsal->cli;
    bool known = false;

    if (line->at_s * 1000 >= rehearsal->clock_ms || line->entry == NULL)
        return true;
    if (!is_known(rehearsal, line, &known))
        return false;
    if (!known)
        cli->failure = cli_fail(cli, "%s:%zu: 时间早于演练时钟 %s；演练应从更早的时间新建",
                                "%s:%zu: this lies before the clock, %s; begin a new rehearsal earlier",
                                rehearsal->scenario.path, line->number, show_time_ms(&cli->show, rehearsal->clock_ms));
    return known;
}

static bool unexpected(struct rehearsal *rehearsal, const struct scenario_line *line, const char *zh, const char *en)
{
    rehearsal->cli->failure = cli_fail(rehearsal->cli, "%1$s:%2$zu: 结果与预期不同：%3$s%4$.0s",
                                       "%1$s:%2$zu: not as expected: %3$.0s%4$s",
                                       rehearsal->scenario.path, line->number, zh, en);
    return false;
}

static bool field_is(const char *expected, const char *field)
{
    return expected[0] == '\0' || strcmp(expected, field) == 0;
}

static bool refusal_is_expected(struct rehearsal *rehearsal, const struct scenario_line *line,
                                const struct submission *submission)
{
    if (line->expectation == EXPECT_REFUSED && field_is(line->expected_field, submission->fault.field))
        return true;
    cli_refuse(rehearsal->cli, &submission->fault);
    return unexpected(rehearsal, line, "被拒绝", "it was refused");
}

static bool receipt_is_expected(struct rehearsal *rehearsal, const struct scenario_line *line,
                                const struct submission *submission)
{
    Duban__Quarantined *quarantined = NULL;

    switch (line->expectation) {
    case EXPECT_REFUSED:
        return unexpected(rehearsal, line, "没有被拒绝", "it was not refused");
    case EXPECT_DUPLICATE:
        return submission->duplicate || unexpected(rehearsal, line, "不是重复提交", "it was no repeat");
    case EXPECT_QUARANTINED:
        if (ask_held(rehearsal->cli, submission->sequence, &quarantined) != HELD_NOT && quarantined != NULL &&
            field_is(line->expected_field, quarantined->field))
            return true;
        return unexpected(rehearsal, line, "没有进入待核", "it is not held in quarantine for that");
    case EXPECT_NOTHING:
        break;
    }
    return true;
}

static bool answer_is_expected(struct rehearsal *rehearsal, const struct scenario_line *line,
                               const struct submission *submission)
{
    return submission->state == SEND_REFUSED ? refusal_is_expected(rehearsal, line, submission)
                                             : receipt_is_expected(rehearsal, line, submission);
}

static bool take_answer(struct rehearsal *rehearsal, struct scenario_line *line, const struct submission *submission)
{
    if (submission->state != SEND_RECEIVED && submission->state != SEND_REFUSED) {
        rehearsal->cli->failure = say_not_received(rehearsal->cli, submission);
        return false;
    }
    timeline_answer(&rehearsal->timeline, line, submission);
    if (submission->state == SEND_REFUSED)
        return true;
    scenario_received(line, submission->sequence);
    rehearsal->submitted += submission->duplicate ? 0 : 1;
    rehearsal->repeated += submission->duplicate ? 1 : 0;
    return true;
}

/* One for each line, or all of one line. */
static bool submit_all(struct rehearsal *rehearsal, struct scenario_line *lines, bool of_one, struct submission *submissions,
                       size_t count)
{
    bool fine = true;

    send_all(rehearsal->cli, submissions, count, false);
    for (size_t i = 0; fine && i < count; i++)
        fine = take_answer(rehearsal, of_one ? lines : &lines[i], &submissions[i]);
    fine = fine && settle_and_show(rehearsal);
    for (size_t i = 0; fine && i < count; i++)
        fine = answer_is_expected(rehearsal, of_one ? lines : &lines[i], &submissions[i]);
    return fine;
}

static bool pack(struct rehearsal *rehearsal, struct scenario_line *line)
{
    struct fault fault;

    if (line->entry == NULL || scenario_pack(rehearsal->cli, &rehearsal->scenario, line, &fault))
        return true;
    rehearsal->cli->failure = cli_refuse(rehearsal->cli, &fault);
    return false;
}

static bool submit_lines(struct rehearsal *rehearsal)
{
    struct submission *submissions = cli_take(rehearsal->cli, rehearsal->line_count * sizeof *submissions);

    for (size_t i = 0; i < rehearsal->line_count; i++) {
        const struct scenario_line *line = &rehearsal->lines[i], *what = line->repeats != NULL ? line->repeats : line;

        if (!pack(rehearsal, &rehearsal->lines[i]))
            return false;
        submissions[i] = (struct submission){ .account = what->account, .entry = what->packed };
        memcpy(submissions[i].client_id, what->client_id, sizeof what->client_id);
    }
    return submit_all(rehearsal, rehearsal->lines, false, submissions, rehearsal->line_count);
}

/* ---------------------------------------------------------------- doors that were drawn */

/* What somebody finds there who finds what was reported. */
static Duban__HouseholdFinding as_reported(Duban__DoorState state)
{
    switch (state) {
    case DUBAN__DOOR_STATE__DOOR_STATE_SIGNED: return DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_SIGNED;
    case DUBAN__DOOR_STATE__DOOR_STATE_REFUSED: return DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_REFUSED;
    case DUBAN__DOOR_STATE__DOOR_STATE_VACANCY_SAID:
    case DUBAN__DOOR_STATE__DOOR_STATE_VACANT: return DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_VACANT;
    case DUBAN__DOOR_STATE__DOOR_STATE_UNREACHED:
    case DUBAN__DOOR_STATE__DOOR_STATE_BEGUN:
    case DUBAN__DOOR_STATE__DOOR_STATE_UNSPECIFIED:
    case _DUBAN__DOOR_STATE_IS_INT_SIZE:
        break;
    }
    return DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_NOBODY;
}

static bool is_named(const json_t *areas, const char *code)
{
    const json_t *area;
    size_t i;

    json_array_foreach(areas, i, area)
        if (strcmp(json_string_value(area), code) == 0)
            return true;
    return false;
}

static bool check_door(struct rehearsal *rehearsal, const struct scenario_line *line, const Duban__DrawnDoor *door,
                       struct submission *submission)
{
    struct cli *cli = rehearsal->cli;
    const char *const parts[] = { "scenario", rehearsal->scenario.name, text_of(&cli->arena, "%zu", line->number), door->household };
    Duban__HouseholdCheck check = DUBAN__HOUSEHOLD_CHECK__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    struct fault fault;

    check.household = door->household;
    check.finding = as_reported(door->state);
    entry.body_case = DUBAN__ENTRY__BODY_HOUSEHOLD_CHECK;
    entry.household_check = &check;
    *submission = (struct submission){ .account = line->account };
    id_of_parts(submission->client_id, parts, 4);
    if (entry_pack(cli, &entry, &submission->entry, &fault))
        return true;
    cli->failure = cli_refuse(cli, &fault);
    return false;
}

static size_t count_open(const struct listing *draws, const json_t *areas)
{
    size_t count = 0;

    for (size_t i = 0; i < draws->count; i++) {
        const Duban__DoorDraw *draw = draws->rows[i];

        count += is_named(areas, draw->area) ? draw->open : 0;
    }
    return count;
}

static bool check_open(struct rehearsal *rehearsal, const struct scenario_line *line, const struct listing *draws,
                       struct submission *submissions, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < draws->count; i++) {
        const Duban__DoorDraw *draw = draws->rows[i];

        if (draw->open == 0 || !is_named(line->check.areas, draw->area))
            continue;
        for (size_t k = 0; k < draw->n_doors; k++)
            if (draw->doors[k]->finding == DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_UNSPECIFIED &&
                !check_door(rehearsal, line, draw->doors[k], &submissions[(*count)++]))
                return false;
    }
    return true;
}

/* Nothing when the line lies behind: it was played when those doors were open. */
static bool submit_checks(struct rehearsal *rehearsal, struct scenario_line *line)
{
    Duban__DoorDrawsQuery which = DUBAN__DOOR_DRAWS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct cli *cli = rehearsal->cli;
    struct listing draws;
    Duban__SubjectRow *campaign;
    struct submission *submissions;
    size_t count;

    if (line->at_s * 1000 < rehearsal->clock_ms)
        return true;
    campaign = ask_subject(cli, line->check.campaign);
    if (campaign == NULL)
        return false;
    which.campaign = campaign->subject->number;
    query.body_case = DUBAN__QUERY__BODY_DOOR_DRAWS;
    query.door_draws = &which;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_DOOR_DRAWS, &draws))
        return false;
    submissions = cli_take(cli, (count_open(&draws, line->check.areas) + 1) * sizeof *submissions);
    return check_open(rehearsal, line, &draws, submissions, &count) &&
           (count == 0 || submit_all(rehearsal, line, true, submissions, count));
}

/* ---------------------------------------------------------------- a moment */

/* A scenario that is only played until then would do nothing. */
static bool lies_in_the_past(struct rehearsal *rehearsal, const struct scenario_line *line)
{
    struct cli *cli = rehearsal->cli;

    cli->failure = cli_fail(cli, "until %1$s 早于演练时钟现在的 %2$s：时钟只能向前走；请写更晚的时间",
                            "until %1$s lies before the drill's clock, %2$s: it only goes forward; write a later time",
                            show_time(&cli->show, line->at_s), show_time_ms(&cli->show, rehearsal->clock_ms));
    return false;
}

/* What lies before --from has been played; now it is shown. */
static bool begin_showing(struct rehearsal *rehearsal)
{
    bool fine = run_until(rehearsal, rehearsal->from_s, false) && timeline_show(&rehearsal->timeline);

    rehearsal->from_s = INT64_MIN;
    return fine;
}

static bool play_moment(struct rehearsal *rehearsal)
{
    struct scenario_line *first = &rehearsal->lines[0];

    if (rehearsal->scenario.count == 1 && first->entry == NULL && first->repeats == NULL &&
        first->at_s * 1000 < rehearsal->clock_ms)
        return lies_in_the_past(rehearsal, first);
    if (rehearsal->from_s != INT64_MIN && first->at_s >= rehearsal->from_s && !begin_showing(rehearsal))
        return false;
    if (!run_until(rehearsal, first->at_s, first->entry != NULL || first->repeats != NULL))
        return false;
    for (size_t i = 0; i < rehearsal->line_count; i++)
        if (!may_be_late(rehearsal, &rehearsal->lines[i]))
            return false;
    timeline_say(&rehearsal->timeline, first);
    if (first->check.campaign != NULL)
        return submit_checks(rehearsal, first);
    return (first->entry == NULL && first->repeats == NULL) || submit_lines(rehearsal);
}

static bool belongs_to_the_moment(const struct rehearsal *rehearsal, const struct scenario_line *line)
{
    return rehearsal->line_count < TOGETHER && line->at_s == rehearsal->lines[0].at_s && scenario_is_plain(line) &&
           scenario_is_plain(&rehearsal->lines[0]);
}

/* One line, or several that may go together. False at the end, or after saying what is wrong. */
static bool read_moment(struct rehearsal *rehearsal)
{
    struct scenario_line line;

    rehearsal->line_count = 0;
    while (scenario_next(rehearsal->cli, &rehearsal->scenario, &line)) {
        if (rehearsal->line_count > 0 && !belongs_to_the_moment(rehearsal, &line)) {
            scenario_read_again(&rehearsal->scenario);
            scenario_line_close(&line);
            return true;
        }
        rehearsal->lines[rehearsal->line_count++] = line;
        if (!scenario_is_plain(&line))
            return true;
    }
    return rehearsal->line_count > 0;
}

static void forget_moment(struct rehearsal *rehearsal, struct arena_mark mark)
{
    for (size_t i = 0; i < rehearsal->line_count; i++)
        scenario_line_close(&rehearsal->lines[i]);
    rehearsal->line_count = 0;
    timeline_forget(&rehearsal->timeline);
    arena_rewind(&rehearsal->cli->arena, mark);
}

/* ---------------------------------------------------------------- the whole */

static bool begin(struct rehearsal *rehearsal)
{
    struct cli *cli = rehearsal->cli;
    Duban__IngestStatus *ingest = ask_ingest(cli);
    Duban__RulesStatus *rules;

    if (ingest == NULL)
        return false;
    if (!ingest->rehearsal) {
        cli->failure = cli_fail(cli, "这里是正式数据，不能演练；请另建演练目录，用 duban-ingest --rehearsal_start=时间 启动",
                                "this is the real thing, not a rehearsal; make a new data directory with "
                                "duban-ingest --rehearsal_start=TIME");
        return false;
    }
    if (!settle(rehearsal) || (rules = ask_rules(cli, 0)) == NULL)
        return false;
    timeline_open(&rehearsal->timeline, cli, rules);
    if (rehearsal->from_s != INT64_MIN)
        timeline_hide(&rehearsal->timeline);
    cli->failure = EXIT_FINE;
    return true;
}

/* Of those of which nothing has become yet, who waits for another attempt is not lost. */
static size_t waiting(const struct rehearsal *rehearsal, const struct timeline_outcomes *outcomes)
{
    return outcomes->open < rehearsal->queued ? outcomes->open : (size_t) rehearsal->queued;
}

static size_t lost(const struct rehearsal *rehearsal, const struct timeline_outcomes *outcomes)
{
    return outcomes->open - waiting(rehearsal, outcomes);
}

static void sum_up_in_json(struct rehearsal *rehearsal, const struct timeline_outcomes *outcomes)
{
    const struct { const char *name; size_t count; } COUNTS[] = {
        { "submitted", rehearsal->submitted }, { "repeated", rehearsal->repeated },
        { "opened", rehearsal->timeline.opened }, { "closed", rehearsal->timeline.closed },
        { "notices", outcomes->decided }, { "delivered", outcomes->delivered }, { "withdrawn", outcomes->withdrawn },
        { "dead", outcomes->dead }, { "waiting", waiting(rehearsal, outcomes) }, { "lost", lost(rehearsal, outcomes) },
    };
    json_t *summary = json_object();
    json_t *event = json_pack("{s:o}", "summary", summary);

    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++)
        json_object_set_new(summary, COUNTS[i].name, json_integer((json_int_t) COUNTS[i].count));
    json_dumpf(event, rehearsal->cli->show.out, JSON_COMPACT);
    fputc('\n', rehearsal->cli->show.out);
    json_decref(event);
}

static void sum_up_in_words(struct rehearsal *rehearsal, const struct timeline_outcomes *outcomes)
{
    const struct show *show = &rehearsal->cli->show;

    fputc('\n', show->out);
    show_line(show, "小结：提交 %zu 条（另有重复 %zu 条），立案 %zu 件，销号 %zu 件",
              "summary: %zu entries submitted (and repeated: %zu), %zu cases opened, %zu closed",
              rehearsal->submitted, rehearsal->repeated, rehearsal->timeline.opened, rehearsal->timeline.closed);
    show_line(show, "通知 %zu 条：送达 %zu，撤回 %zu，未能送达 %zu，丢失 %zu",
              "%zu notices: %zu delivered, %zu withdrawn, %zu given up, %zu lost", outcomes->decided,
              outcomes->delivered, outcomes->withdrawn, outcomes->dead, lost(rehearsal, outcomes));
    if (waiting(rehearsal, outcomes) > 0)
        show_line(show, "另有 %zu 条还在等下一次发送；见 duban deliveries", "another %zu wait to be sent again; see duban deliveries",
                  waiting(rehearsal, outcomes));
}

static enum exit_code sum_up(struct rehearsal *rehearsal)
{
    struct timeline_outcomes outcomes;

    if (!timeline_count(&rehearsal->timeline, &outcomes))
        return rehearsal->cli->failure;
    if (rehearsal->cli->json)
        sum_up_in_json(rehearsal, &outcomes);
    else
        sum_up_in_words(rehearsal, &outcomes);
    return lost(rehearsal, &outcomes) == 0 ? EXIT_FINE : EXIT_REFUSED;
}

static bool is_over(const struct rehearsal *rehearsal)
{
    return rehearsal->lines[0].at_s >= rehearsal->until_s;
}

static enum exit_code play(struct rehearsal *rehearsal)
{
    bool fine = begin(rehearsal), over = false;
    struct arena_mark mark = arena_mark(&rehearsal->cli->arena);

    while (fine && !over && read_moment(rehearsal)) {
        over = is_over(rehearsal);
        fine = over ? run_until(rehearsal, rehearsal->until_s, false) : play_moment(rehearsal);
        if (fine)
            rehearsal->cli->failure = EXIT_FINE;
        forget_moment(rehearsal, mark);
    }
    return fine && rehearsal->cli->failure == EXIT_FINE ? sum_up(rehearsal) : rehearsal->cli->failure;
}

/* The value of an option that is a time of day and date, in seconds; `otherwise` when it was not given. */
static bool time_option(struct cli *cli, const char *name, const char *what, int64_t otherwise, int64_t *at_s)
{
    int64_t at_ms = 0;

    *at_s = otherwise;
    if (!cli_has(cli, name))
        return true;
    if (!cli_time(cli, what, cli_option(cli, name), &at_ms))
        return false;
    *at_s = at_ms / 1000;
    return true;
}

enum exit_code command_rehearse(struct cli *cli)
{
    struct rehearsal *rehearsal = cli_take(cli, sizeof *rehearsal);
    enum exit_code code;

    *rehearsal = (struct rehearsal){ .cli = cli };
    if (!time_option(cli, "from", "--from", INT64_MIN, &rehearsal->from_s) ||
        !time_option(cli, "until", "--until", INT64_MAX, &rehearsal->until_s))
        return EXIT_WRONG_USE;
    code = scenario_open(cli, cli->arguments[0], &rehearsal->scenario) ? play(rehearsal) : cli->failure;
    scenario_close(&rehearsal->scenario);
    return code;
}
