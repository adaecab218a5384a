/* explain.c - duban explain: why a notice was sent, from what rules and notify remember.
 *
 * Each part adds its sentences to the story; the story is then told in Chinese and after
 * that in English.
 */
#include <string.h>

#include "about.h"
#include "cli.h"
#include "digest.h"
#include "engine.h"
#include "json.h"
#include "log.h"
#include "names.h"
#include "spool.h"

struct story {
    struct cli *cli;
    struct words *sentences;
    size_t count;
    size_t capacity;
};

static void tell(struct story *story, struct words words)
{
    if (story->count == story->capacity) {
        size_t capacity = story->capacity == 0 ? 32 : 2 * story->capacity;
        struct words *larger = arena_take(&story->cli->arena, capacity * sizeof *larger);

        if (larger == NULL)
            die("内存不足 / out of memory");
        if (story->count > 0)
            memcpy(larger, story->sentences, story->count * sizeof *larger);
        story->sentences = larger;
        story->capacity = capacity;
    }
    story->sentences[story->count++] = words;
}

static const char *english(struct words words)
{
    return words.en[0] != '\0' ? words.en : words.zh;
}

/* Both languages have arguments of their own: each sentence is made by itself. */
static void tell_both(struct story *story, const char *zh, const char *en)
{
    tell(story, (struct words){ zh, en });
}

/* ---------------------------------------------------------------- the notice itself */

static void tell_recipient(struct story *story, uint64_t sequence, const Duban__Notice *notice)
{
    struct arena *arena = &story->cli->arena;
    const Duban__Recipient *to = notice->recipient;
    struct words title = words_or(words_of_text(to->title), to->account);
    struct words kind = name_of_message(notice->kind);
    struct words lookup = name_of_lookup(story->cli, notice->cause->lookup);
    struct words role = name_of_role(to->role);
    const char *number = number_text(story->cli, sequence);

    tell_both(story, text_of(arena, "通知 %s“%s”发给：%s（账号 %s）。", number, kind.zh, title.zh, to->account),
              text_of(arena, "Notice %s, \"%s\", went to: %s (account %s).", number, english(kind), english(title),
                      to->account));
    tell_both(story, text_of(arena, "为什么是他：这条规定要告诉%s；按登记的岗位“%s”找到。", lookup.zh, role.zh),
              text_of(arena, "Why this recipient: the rule tells %s; found in the registry as %s.", english(lookup),
                      english(role)));
    if (to->deputy_for[0] != '\0')
        tell(story, words_of(arena, "本应告诉 %s，但其不在岗，由代理人接收。",
                             "It was meant for %s, who is away; this is the deputy.", to->deputy_for));
}

static void tell_text(struct story *story, uint64_t sequence)
{
    struct arena *arena = &story->cli->arena;
    const struct spool_line *line = spool_find(story->cli, sequence);

    if (line != NULL)
        tell_both(story, text_of(arena, "原文：%s", line->text.zh), text_of(arena, "It said: %s", english(line->text)));
}

static void tell_time(struct story *story, const Duban__Notice *notice)
{
    struct arena *arena = &story->cli->arena;
    const struct show *show = &story->cli->show;
    const char *due = show_time(show, notice->due_at_s);
    const char *decided = show_time(show, notice->decided_at_s);
    struct words late = show_duration(show, notice->decided_at_s - notice->due_at_s);

    if (notice->late)
        tell_both(story, text_of(arena, "时间：应于 %s 发出，%s 才决定，迟了%s（消息注明“迟发”）。", due, decided, late.zh),
                  text_of(arena, "When: due at %s, decided at %s, %s late (and marked late).", due, decided, late.en));
    else
        tell(story, words_of(arena, "时间：%s 到点，当即决定发出。",
                             "When: its time was %s, and it was decided then.", due));
}

static const char *policy_label(struct cli *cli, const ProtobufCBinaryData *version)
{
    const Duban__RulesStatus *status = ask_rules(cli, 0);
    const char *name = "";
    char hex[17] = "";

    if (version->len >= 8)
        hex_of(hex, version->data, 8);
    if (status != NULL && status->policy_version.len == version->len && version->len > 0 &&
        memcmp(status->policy_version.data, version->data, version->len) == 0)
        name = status->policy_name;
    return text_of(&cli->arena, "%s%s%s", name, name[0] == '\0' ? "" : " ", hex);
}

static void tell_rule(struct story *story, const Duban__Cause *cause)
{
    struct arena *arena = &story->cli->arena;
    const char *policy = policy_label(story->cli, &cause->policy_version);
    struct words rule = name_of_rule(story->cli, cause->rule);

    if (cause->file[0] != '\0')
        tell_both(story, text_of(arena, "依据：%s（政策包 %s，%s 第 %u 行）。", rule.zh, policy, cause->file, cause->line),
                  text_of(arena, "By which rule: %s (policy %s, %s line %u).", english(rule), policy, cause->file, cause->line));
    else
        tell_both(story, text_of(arena, "依据：%s（系统的固定规则，当时的政策包 %s）。", rule.zh, policy),
                  text_of(arena, "By which rule: %s (built in; policy then: %s).", english(rule), policy));
}

/* ---------------------------------------------------------------- task, case, cause */

/* Where a step stands in its task's plan; see Step in state.proto. */
static struct words step_in_words(struct cli *cli, const char *rule, uint32_t step)
{
    if (strncmp(rule, "reminders.", 10) != 0 && strncmp(rule, "ladder.", 7) != 0)
        return (struct words){ "当时发生的事，不出自提醒计划", "what happened then, not from a plan" };

    if (step == STEP_OVERDUE)
        return (struct words){ "到期的一刻", "the moment it fell due" };
    if (step >= STEP_LADDER && step < STEP_OWN)
        return words_of(&cli->arena, "督办阶梯第 %u 行", "row %u of the ladder", step - STEP_LADDER + 1);
    if (step < STEP_LADDER)
        return words_of(&cli->arena, "提醒计划第 %u 行", "row %u of the reminders", step + 1);
    return (struct words){ "任务自身的时点", "a moment of the task's own" };
}

static const Duban__TaskRow *find_task(const struct listing *tasks, const ProtobufCBinaryData *id)
{
    for (size_t i = 0; i < tasks->count; i++) {
        const Duban__TaskRow *row = tasks->rows[i];

        if (row->task->id.len == id->len && memcmp(row->task->id.data, id->data, id->len) == 0)
            return row;
    }
    return NULL;
}

/* Who has taken note, and until when that keeps repeats from him. */
static void tell_acknowledged(struct story *story, Duban__AcknowledgedBy *const *acknowledged, size_t count)
{
    struct arena *arena = &story->cli->arena;

    for (size_t i = 0; i < count; i++) {
        struct words who = title_of(story->cli, acknowledged[i]->account);
        const char *until = show_time(&story->cli->show, acknowledged[i]->until_s);

        tell_both(story, text_of(arena, "签收：%s 已签收，%s 前不重复提醒本人。", who.zh, until),
                  text_of(arena, "Acknowledged by %s: no repeats until %s.", english(who), until));
    }
}

static void tell_task(struct story *story, const Duban__TaskRow *row, const Duban__Cause *cause)
{
    struct arena *arena = &story->cli->arena;
    const Duban__Task *task = row->task;
    struct words kind = name_of_task_kind(task->kind);
    struct words state = name_of_task_state(task->state);
    struct words step = step_in_words(story->cli, cause->rule, cause->step);
    const char *opened = show_time(&story->cli->show, task->opened_s);
    const char *due = due_label(story->cli, task->due_s, task->counted);

    if (cause->file[0] != '\0')
        tell_both(story, text_of(arena, "任务：%s（%s 开始，期限 %s，现在：%s）；这条出自%s。", kind.zh, opened, due, state.zh, step.zh),
                  text_of(arena, "Task: %s (opened %s, due %s, now: %s); this came from %s.", kind.en, opened, due,
                          state.en, step.en));
    else
        tell_both(story, text_of(arena, "任务：%s（%s 开始，期限 %s，现在：%s）。", kind.zh, opened, due, state.zh),
                  text_of(arena, "Task: %s (opened %s, due %s, now: %s).", kind.en, opened, due, state.en));
    tell_acknowledged(story, task->acknowledged, task->n_acknowledged);
}

static void tell_case(struct story *story, const Duban__CaseRow *row)
{
    struct arena *arena = &story->cli->arena;
    const Duban__Case *case_ = row->case_;
    struct words site = words_or(words_of_text(row->site_name), case_->site);
    struct words finding = words_or(words_of_text(row->finding), case_->item);
    struct words item = code_with_name(story->cli, case_->item, words_of_text(row->item_text));
    struct words state = name_of_case_state(case_->state);
    const char *number = case_label(story->cli, case_->number);

    tell_both(story, text_of(arena, "问题：%s %s「%s」，检查项 %s，%s 级，现在：%s。", number, site.zh, finding.zh, item.zh,
                             case_->level, state.zh),
              text_of(arena, "Case: %s, %s: %s; check item %s; level %s, now: %s.", number, english(site), english(finding),
                      english(item), case_->level, english(state)));
    tell_acknowledged(story, case_->acknowledged, case_->n_acknowledged);
}

static void tell_subject(struct story *story, const Duban__SubjectRow *row)
{
    struct arena *arena = &story->cli->arena;
    struct words kind = words_of_text(row->kind_label);
    struct words words = words_of_subject_row(story->cli, row);
    struct words state = words_of_text(row->state_label);

    tell_both(story, text_of(arena, "%s：%s，现在：%s。", kind.zh, words.zh, state.zh),
              text_of(arena, "The %s: %s, now: %s.", english(kind), english(words), english(state)));
}

/* Nothing for a task that is about itself. False after saying why. */
static bool tell_about(struct story *story, const ProtobufCBinaryData *id)
{
    const Duban__CaseRow *case_row;
    const Duban__SubjectRow *subject_row;

    if (is_id_of_case(id)) {
        case_row = ask_case_by_id(story->cli, id->data);
        if (case_row != NULL)
            tell_case(story, case_row);
        return case_row != NULL;
    }
    subject_row = is_id_of_subject(id) ? find_subject(story->cli, id->data) : NULL;
    if (subject_row != NULL)
        tell_subject(story, subject_row);
    return true;
}

/* Who submitted the entry; nobody where the rules themselves acted. */
static struct words submitted_by(struct cli *cli, const Duban__Fact *fact)
{
    struct words actor = title_of(cli, fact->actor);

    if (actor.zh[0] == '\0')
        return actor;
    return (struct words){ text_of(&cli->arena, "（%s 提交）", actor.zh),
                           text_of(&cli->arena, " (by %s)", english(actor)) };
}

static void tell_first_cause(struct story *story, const Duban__Fact *fact)
{
    struct arena *arena = &story->cli->arena;
    struct words words = words_of_fact(story->cli, fact);
    struct words by = submitted_by(story->cli, fact);
    const char *time = show_time(&story->cli->show, fact->at_s);
    const char *entry = number_text(story->cli, fact->entry_sequence);

    tell_both(story, text_of(arena, "起因：%s，第 %s 号记录%s：%s。", time, entry, by.zh, words.zh),
              text_of(arena, "What caused it: %s, entry %s%s: %s.", time, entry, by.en, words.en));
}

/* What the entry did that opened or moved the task. */
static void tell_cause(struct story *story, const Duban__Cause *cause, const struct listing *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        const Duban__Fact *fact = facts->rows[i];

        if (fact->entry_sequence == cause->entry_sequence && !fact_is_about_telling(fact->kind)) {
            tell_first_cause(story, fact);
            return;
        }
    }
    tell(story, words_of(&story->cli->arena, "起因：第 %llu 号记录。", "What caused it: entry %llu.",
                         (unsigned long long) cause->entry_sequence));
}

static bool is_silence(const Duban__Fact *fact)
{
    return fact->kind == DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD || fact->kind == DUBAN__FACT_KIND__FACT_KIND_FOLDED ||
           fact->kind == DUBAN__FACT_KIND__FACT_KIND_NOBODY || fact->kind == DUBAN__FACT_KIND__FACT_KIND_SILENCED;
}

static void tell_silences(struct story *story, const struct listing *facts, int64_t at_s)
{
    struct arena *arena = &story->cli->arena;
    size_t told = 0;

    for (size_t i = 0; i < facts->count; i++) {
        const Duban__Fact *fact = facts->rows[i];
        struct words words, same;
        const char *time;

        if (!is_silence(fact))
            continue;
        if (told++ == 0)
            tell_both(story, "同一问题上没有单独发出的通知：", "What was not sent, or not by itself, about the same matter:");
        words = words_of_fact(story->cli, fact);
        same = fact->at_s == at_s ? (struct words){ "（与本条同时）", " (at the same moment)" } : (struct words){ "", "" };
        time = show_time(&story->cli->show, fact->at_s);
        tell_both(story, text_of(arena, "  %s %s%s", time, words.zh, same.zh),
                  text_of(arena, "  %s %s%s", time, words.en, same.en));
    }
    if (told == 0)
        tell_both(story, "同一问题上没有被压下的通知。", "Nothing about the same matter was held back.");
}

/* ---------------------------------------------------------------- what became of it */

static void tell_settled(struct story *story, const Duban__Outcome *outcome)
{
    struct arena *arena = &story->cli->arena;
    struct words who = title_of(story->cli, outcome->account);

    tell_both(story, text_of(arena, "结果（已入日志）：由%s另行告知并了结：%s。", who.zh, outcome->reason),
              text_of(arena, "Outcome (in the journal): told otherwise and settled by %s: %s.", english(who),
                      outcome->reason));
}

/* Before what became of it; nothing for the first sending. */
static struct words sending_again(struct arena *arena, uint32_t retry)
{
    return retry == 0 ? (struct words){ "", "" } : words_of(arena, "第 %u 次重发，", "sent again (%u), ", retry);
}

/* "，完成于 2020-02-04 11:10" when there is something to say. */
static const char *clause(struct cli *cli, const char *before, const char *value)
{
    return value[0] == '\0' ? "" : text_of(&cli->arena, "%s%s", before, value);
}

static void tell_outcomes(struct story *story, const Duban__NoticeRow *row)
{
    struct arena *arena = &story->cli->arena;

    for (size_t i = 0; i < row->n_outcomes; i++) {
        const Duban__Outcome *outcome = row->outcomes[i];
        struct words grade = name_of_grade(outcome->grade);
        struct words detail = words_of_detail(story->cli, outcome->detail);
        struct words again = sending_again(arena, outcome->retry), counted = words_of_counted(story->cli, outcome->counted_in);

        if (outcome->grade == DUBAN__GRADE__GRADE_SETTLED) {
            tell_settled(story, outcome);
            continue;
        }
        tell_both(story, text_of(arena, "结果（已入日志）：%s%s%s，渠道 %s，共 %u 次%s。", again.zh, grade.zh, counted.zh,
                                 outcome->channel, outcome->attempts, clause(story->cli, "；", detail.zh)),
                  text_of(arena, "Outcome (in the journal): %s%s%s, by %s, attempts: %u%s.", again.en, grade.en, counted.en,
                          outcome->channel, outcome->attempts, clause(story->cli, "; ", detail.en)));
    }
    if (row->n_outcomes == 0)
        tell_both(story, "结果：日志中还没有。", "Outcome: none in the journal yet.");
}

static struct listing ask_deliveries(struct cli *cli, uint64_t notice)
{
    Duban__DeliveriesQuery which = DUBAN__DELIVERIES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing deliveries = { .count = 0 };

    which.notice = notice;
    query.body_case = DUBAN__QUERY__BODY_DELIVERIES;
    query.deliveries = &which;
    ask_all(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_DELIVERIES, &deliveries);
    return deliveries;
}

/* Their receipts; none when notify does not answer, which is said once. */
static struct listing find_receipts(struct cli *cli, uint64_t notice)
{
    struct listing receipts = { .count = 0 };

    ask_receipts(cli, notice, &receipts);
    return receipts;
}

static void tell_delivery(struct story *story, const Duban__Delivery *delivery)
{
    struct cli *cli = story->cli;
    bool is_settled = delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_SETTLED;   /* who and why is told already */
    struct words state = name_of_delivery_state(delivery->state);
    struct words answer = words_of_detail(cli, is_settled ? "" : delivery->detail);
    const char *done = show_time_ms(&cli->show, delivery->done_ms);
    struct words expected = words_of_expected(cli, delivery);
    const char *next = expected.zh[0] != '\0' ? "" : show_time_ms(&cli->show, delivery->next_attempt_ms);

    tell_both(story, text_of(&cli->arena, "发送记录：%s，渠道 %s，尝试 %u 次%s%s%s。", state.zh, delivery->channel,
                             delivery->attempts, clause(cli, "，完成于 ", done), clause(cli, "，下次 ", next),
                             clause(cli, "，对方答复：", answer.zh)),
              text_of(&cli->arena, "Sending: %s, by %s, attempts: %u%s%s%s.", state.en, delivery->channel,
                      delivery->attempts, clause(cli, ", done ", done), clause(cli, ", next ", next),
                      clause(cli, ", answer: ", answer.en)));
    if (expected.zh[0] != '\0')
        tell_both(story, text_of(&cli->arena, "%s。", expected.zh), text_of(&cli->arena, "It is %s.", expected.en));
    if (delivery->proves != DUBAN__GRADE__GRADE_UNSPECIFIED)
        tell_both(story, text_of(&cli->arena, "这个渠道最多能证明：%s。", name_of_grade(delivery->proves).zh),
                  text_of(&cli->arena, "The most that this channel can show: %s.", name_of_grade(delivery->proves).en));
}

/* "第 2 次尝试", or what became of it without one. */
static struct words attempt_of(struct cli *cli, const Duban__DeliveryReceipt *receipt)
{
    if (receipt->attempt == 0)
        return (struct words){ "没有尝试", "no attempt" };
    return words_of(&cli->arena, "第 %u 次尝试", "attempt %u", receipt->attempt);
}

/* One receipt of the ledger: the attempt, and the provider's own answer. */
static void tell_receipt(struct story *story, const Duban__DeliveryReceipt *receipt)
{
    struct cli *cli = story->cli;
    struct arena *arena = &cli->arena;
    struct words attempt = attempt_of(cli, receipt), again = sending_again(arena, receipt->retry);
    struct words verdict = name_of_verdict(receipt->verdict), grade = name_of_grade(receipt->grade);
    const char *number = number_text(cli, receipt->number), *at = show_time_ms(&cli->show, receipt->at_ms);
    struct words answer = words_of_detail(cli, receipt->detail), counted = words_of_counted(cli, receipt->counted_in);

    tell_both(story, text_of(arena, "回执 %s（%s）：%s%s，渠道 %s%s%s%s%s%s。", number, at, again.zh, attempt.zh, receipt->channel,
                             clause(cli, "，对方", verdict.zh), clause(cli, "，答复：", answer.zh),
                             clause(cli, "，对方编号 ", receipt->reference), clause(cli, "，结果：", grade.zh), counted.zh),
              text_of(arena, "Receipt %s (%s): %s%s, by %s%s%s%s%s%s.", number, at, again.en, attempt.en, receipt->channel,
                      clause(cli, ", its far end: ", verdict.en), clause(cli, ", answer: ", answer.en),
                      clause(cli, ", its number: ", receipt->reference), clause(cli, ", grade: ", grade.en), counted.en));
}

/* ---------------------------------------------------------------- the whole */

Duban__NoticeRow *ask_notice(struct cli *cli, uint64_t sequence)
{
    Duban__NoticesQuery which = DUBAN__NOTICES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    which.only_sequence = sequence;
    query.body_case = DUBAN__QUERY__BODY_NOTICES;
    query.notices = &which;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_NOTICES);
    if (reply != NULL && reply->notices->n_rows == 1)
        return reply->notices->rows[0];
    if (reply != NULL)
        cli->failure = cli_fail(cli, "没有通知 %llu；见 duban notices", "there is no notice %llu; see duban notices",
                                (unsigned long long) sequence);
    return NULL;
}

static bool same_bytes(const ProtobufCBinaryData *a, const ProtobufCBinaryData *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static bool is_first_of_its_subject(const Duban__Notice *notice, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (same_bytes(item_about(notice->items[i]), item_about(notice->items[place])))
            return false;
    return true;
}

/* The fact that put this line into the digest; NULL when the notice is no digest. */
static const Duban__Fact *find_folding_at(int64_t at_s, const Duban__Notice *notice, const Duban__NoticeItem *item,
                                          const struct listing *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        const Duban__Fact *fact = facts->rows[i];

        if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_FOLDED && same_bytes(&fact->task, &item->task) &&
            fact->new_s == at_s && strcmp(fact->message_kind, item->kind) == 0 &&
            strcmp(fact->recipient, notice->recipient->account) == 0)
            return fact;
    }
    return NULL;
}

/* After the house was down a digest is due when the first of its lines was, and comes when it can. */
static const Duban__Fact *find_folding(const Duban__Notice *notice, const Duban__NoticeItem *item, const struct listing *facts)
{
    const Duban__Fact *fact = find_folding_at(notice->due_at_s, notice, item, facts);

    return fact != NULL ? fact : find_folding_at(notice->decided_at_s, notice, item, facts);
}

/* In a digest each line is of a kind of its own, and by a rule of its own. */
static void tell_line(struct story *story, const Duban__NoticeItem *item, const Duban__Fact *folding)
{
    struct arena *arena = &story->cli->arena;
    struct words kind = name_of_message(item->kind);
    struct words number = number_of_item(story->cli, item);
    struct words rule = name_of_rule(story->cli, folding == NULL ? "" : folding->rule);

    if (folding != NULL)
        tell_both(story, text_of(arena, "其中一项：%s %s，依据：%s。", number.zh, kind.zh, rule.zh),
                  text_of(arena, "One of its lines: %s %s, by rule: %s.", number.en, english(kind), english(rule)));
    else if (item->kind[0] != '\0')
        tell_both(story, text_of(arena, "其中一项：%s %s。", number.zh, kind.zh),
                  text_of(arena, "One of its lines: %s %s.", number.en, english(kind)));
}

/* The notice's cause is that of its first line; another task has a cause of its own. */
static Duban__Cause cause_of_item(const Duban__Notice *notice, const Duban__NoticeItem *item,
                                  const Duban__TaskRow *task, const Duban__Fact *folding)
{
    Duban__Cause cause = *notice->cause;

    if (folding != NULL)
        cause.step = folding->step;
    if (task != NULL && item->task.len > 0 && (cause.task.len > 0 ? !same_bytes(&item->task, &cause.task) : folding != NULL))
        cause.entry_sequence = task->task->cause_sequence;
    return cause;
}

static bool tell_item(struct story *story, const Duban__Notice *notice, size_t place)
{
    const Duban__NoticeItem *item = notice->items[place];
    bool is_first = is_first_of_its_subject(notice, place);
    struct listing tasks = { .count = 0 };
    struct listing facts = { .count = 0 };
    const Duban__Fact *folding;
    const Duban__TaskRow *task;
    Duban__Cause cause;

    if (item_about(item)->len == 0 || (!is_first && item->kind[0] == '\0'))
        return true;
    if (!ask_facts(story->cli, item_about(item), &facts) || !ask_tasks(story->cli, item_about(item), &tasks))
        return false;
    folding = find_folding(notice, item, &facts);
    task = find_task(&tasks, item->task.len > 0 ? &item->task : &notice->cause->task);
    cause = cause_of_item(notice, item, task, folding);
    tell_line(story, item, folding);
    if (is_first && !tell_about(story, item_about(item)))
        return false;
    if (task != NULL)
        tell_task(story, task, &cause);
    tell_cause(story, &cause, &facts);
    if (is_first)
        tell_silences(story, &facts, notice->due_at_s);
    return true;
}

static void print_story(const struct story *story)
{
    const struct show *show = &story->cli->show;

    for (size_t i = 0; show->language != LANGUAGE_EN && i < story->count; i++)
        show_words(show, 0, COLOUR_NONE, (struct words){ story->sentences[i].zh, "" });
    if (show->language == LANGUAGE_BOTH)
        fputc('\n', show->out);
    for (size_t i = 0; show->language != LANGUAGE_ZH && i < story->count; i++)
        show_words(show, 0, COLOUR_NONE, (struct words){ story->sentences[i].en, "" });
}

static enum exit_code explain(struct cli *cli, const Duban__NoticeRow *row)
{
    struct story story = { .cli = cli };
    const Duban__Notice *notice = row->notice;
    struct listing deliveries = ask_deliveries(cli, row->sequence);
    struct listing receipts = { .count = 0 };

    if (deliveries.count > 0)
        receipts = find_receipts(cli, row->sequence);
    tell_recipient(&story, row->sequence, notice);
    tell_text(&story, row->sequence);
    tell_time(&story, notice);
    tell_rule(&story, notice->cause);
    for (size_t i = 0; i < notice->n_items; i++)
        if (!tell_item(&story, notice, i))
            return cli->failure;
    tell_outcomes(&story, row);
    for (size_t i = 0; i < deliveries.count; i++)
        tell_delivery(&story, deliveries.rows[i]);
    for (size_t i = 0; i < receipts.count; i++)
        tell_receipt(&story, receipts.rows[i]);
    print_story(&story);
    return EXIT_FINE;
}

static enum exit_code explain_in_json(struct cli *cli, const Duban__NoticeRow *row)
{
    struct listing deliveries = ask_deliveries(cli, row->sequence);
    struct listing facts = { .count = 0 }, receipts = { .count = 0 };
    const Duban__Notice *notice = row->notice;

    if (notice->n_items > 0 && item_about(notice->items[0])->len > 0 && !ask_facts(cli, item_about(notice->items[0]), &facts))
        return cli->failure;
    if (deliveries.count > 0)
        receipts = find_receipts(cli, row->sequence);
    return cli_print_json(cli, json_pack("{s:o, s:o, s:o, s:o}", "notice", json_of_message(&row->base),
                                         "facts", json_of_rows(&facts), "deliveries", json_of_rows(&deliveries),
                                         "receipts", json_of_rows(&receipts)));
}

enum exit_code command_explain(struct cli *cli)
{
    Duban__NoticeRow *row;
    uint64_t sequence;

    if (cli_has(cli, "why-not") != (cli->argument_count == 0))
        return cli_wrong_use(cli, "请写通知序号，或 --why-not 加问题、点位、人员之一；见 duban help explain",
                             "write the notice's sequence, or --why-not with a case, site or member; see duban help explain");
    if (cli_has(cli, "why-not"))
        return explain_why_not(cli);
    if (cli_has(cli, "at"))
        return cli_wrong_use(cli, "--at 只与 --why-not 一起用", "--at goes with --why-not");

    if (!cli_number(cli, "NOTICE-SEQUENCE", cli->arguments[0], &sequence))
        return EXIT_WRONG_USE;
    if (cli_has(cli, "spool") && !spool_read(cli, cli_option(cli, "spool")))
        return cli->failure;
    row = ask_notice(cli, sequence);
    if (row == NULL)
        return cli->failure;
    if (row->notice->cause == NULL || row->notice->recipient == NULL)
        return cli_fail(cli, "通知 %llu 没有记录缘由", "notice %llu carries no cause", (unsigned long long) sequence);
    return cli->json ? explain_in_json(cli, row) : explain(cli, row);
}
