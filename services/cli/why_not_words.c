/* why_not_words.c - why a notice was not sent, as sentences: a template for each reason, filled from the row. */
#include <string.h>

#include "names.h"
#include "template.h"

/* ---------------------------------------------------------------- sentences */

#define WHY(name) [DUBAN__WHY_NOT__WHY_NOT_##name]

/* Filled from the row: see template.h. */
static const struct words REASONS[] = {
    WHY(NOT_DUE) = { "“{message}”：未到时间，{at} 才发[，并入 {heard} 的汇总][，届时发给{to}][；按现在的登记，{role}无人可发，届时告知上一级]"
                     "[（{kind}时限 {due}][，按{unit}计]）",
                     "\"{message}\": not due until {at}[, then told in the digest of {heard}][; it would go to {to}]"
                     "[; as registered now nobody is there as {role}: it would go one up][ ({kind} due {due}][, counted in {unit}])" },
    WHY(QUIET) = { "“{message}”（发给{who}）：夜间免打扰，{decided} 留到 {at} 再发[；已作为通知 {notice} 发出]",
                   "\"{message}\" to {who}: quiet hours, held at {decided} until {at}[; sent then as notice {notice}]" },
    WHY(DIGEST) = { "“{message}”（发给{who}）：{decided} 没有单独发（{reason}），并入 {at} 的汇总[（通知 {notice}）]",
                    "\"{message}\" to {who}: not by itself at {decided} ({reason}), joined in the digest of {at}[ (notice {notice})]" },
    WHY(JOINED) = { "“{message}”[（发给{who}）]：{decided} 与另一条说的是同一件事，已合并，不重复发",
                    "\"{message}\"[ to {who}]: at {decided} another notice said the same, so that they were joined" },
    WHY(HIGHER_STEP) = { "“{message}”（发给{who}）：{decided} 同时有更高一级的督办发给本人，只发高的一级",
                         "\"{message}\" to {who}: a higher step reached the same person at {decided}, so that only that was sent" },
    WHY(ACKNOWLEDGED) = { "“{message}”（发给{who}）：本人已签收，{decided} 的重复提醒不发",
                          "\"{message}\" to {who}: acknowledged a short while before, so that the repeat of {decided} was suppressed" },
    WHY(STOPPED) = { "“{message}”（应于 {at}）：{decided} 这一级或更高一级已签收（第 {entry} 号记录），不再督办到这一级",
                     "\"{message}\" of {at}: suppressed, somebody of that rank or above acknowledged it at {decided} (entry {entry})" },
    WHY(EXPLAINED) = { "“{message}”：已有逾期说明，{decided} 不再催",
                       "\"{message}\": suppressed at {decided}, an explanation has been given" },
    WHY(PAST) = { "“{message}”[（发给{who}）]：[应于 {at}，]到 {decided} 已经过了时间，不补发",
                  "\"{message}\"[ to {who}]: [due at {at}, ]its time had passed by {decided}; not sent afterwards" },
    WHY(NOTHING_RAN) = { "“{message}”：{at} 起系统没有运行，错过的 {times} 次重复提醒不逐一补发，只发最后一次",
                         "\"{message}\": nothing ran from {at} on; {times} repeats that went by were dropped, the last one was sent" },
    WHY(OVERTAKEN) = { "“{message}”[（发给{who}）]：等候期间情况已变，{decided} 决定不发",
                       "\"{message}\"[ to {who}]: overtaken while it waited, dropped at {decided}" },
    WHY(NOBODY) = { "“{message}”：{decided} 找“{role}”，无人在岗，没有人可发[；已告知{to}]",
                    "\"{message}\": no recipient at {decided}: nobody is there as {role}[; told in their place: {to}]" },
    WHY(ABSENT) = { "“{message}”（应发给{who}）：{decided} {reason}，没有发给本人",
                    "\"{message}\" for {who}: not sent at {decided}, {reason}" },
    WHY(DEPUTY) = { "“{message}”（应发给{who}）：本人不在，{decided} 由代理人{to}接收[（通知 {notice}）]",
                    "\"{message}\" for {who}: not there at {decided}, it went to the deputy, {to}[ (notice {notice})]" },
    WHY(HIMSELF) = { "“{message}”（发给{who}）：{decided} 督办的就是本人，不发给本人",
                     "\"{message}\" to {who}: not sent at {decided}, nobody supervises himself" },
    WHY(WITHDRAWN) = { "“{message}”（发给{who}，通知 {notice}）：还没有发出，{decided} 收回：{reason}（第 {entry} 号记录）",
                       "\"{message}\" to {who} (notice {notice}): withdrawn at {decided} before it was sent: {reason} (entry {entry})" },
    WHY(NOT_WITHDRAWN) = { "“{message}”（发给{who}，通知 {notice}）：{decided} 收回：{reason}（第 {entry} 号记录），但此前已经发出",
                           "\"{message}\" to {who} (notice {notice}): withdrawn at {decided}, after it was sent: {reason} (entry {entry})" },
    WHY(DONE) = { "“{message}”[（发给{who}）][（应于 {at}）]：到 {decided} {reason}[（第 {entry} 号记录）]，不再发",
                  "\"{message}\"[ to {who}][ of {at}]: not sent, {reason} ({decided}[, entry {entry}])" },
    WHY(CLAIMED) = { "整改催办[（下一条“{message}”应于 {at}）]：点位 {decided} 已报整改完成（第 {entry} 号记录），等候复查，不催",
                     "reminders to fix it[ (next \"{message}\" of {at})]: the site said fixed at {decided} (entry {entry}); nobody is "
                     "chased until the revisit" },
    WHY(SUSPENDED) = { "提醒和督办：{decided} 挂账（第 {entry} 号记录）[：{reason}]，停止计时[，{at} 恢复]",
                       "reminders and ladder: suspended at {decided} (entry {entry})[: {reason}], its clock stands still[; resumed {at}]" },
    WHY(SITE_STOPPED) = { "提醒、督办和巡查：点位没有在经营[（{decided} 起，第 {entry} 号记录）][：{reason}]，停止计时[，{at} 恢复]",
                          "reminders, ladder and inspections: the site does not operate[ (since {decided}, entry {entry})]"
                          "[: {reason}], its clock stands still[; resumed {at}]" },
    WHY(EXEMPT) = { "超时：申诉已于 {decided} 通过（第 {entry} 号记录），不计超时",
                    "being overdue: exempt, an appeal was granted at {decided} (entry {entry})" },
    WHY(NO_DUE) = { "还没有时限：[{year} 年的]放假安排未公布，提醒排不出来",
                    "there is no due yet: the calendar[ of {year}] is not published, no reminder can be planned" },
    WHY(PLAN_OVER) = { "{kind}（时限 {due}）：提醒和督办已按计划发完，没有下一条",
                       "{kind} (due {due}): all of its reminders and its ladder have been told, nothing is left" },
    WHY(CONDITION) = { "{reason}：条件“{condition}”不成立[。当时：{values}]",
                      "{reason}: the condition \"{condition}\" is false[. Then: {values}]" },
    WHY(CADENCE) = { "例行巡查：{day} 才到（每 {times} 个{unit}一次）", "inspection: not due until {day} (every {times} {unit})" },
    WHY(NO_CADENCE) = { "例行巡查：这类点位没有例行间隔", "inspection: sites of this kind have no interval" },
    WHY(FEW_ATTEMPTS) = { "核实营业状态：没有开任务，连续到访未果 {times} 次，满 {of} 次才开",
                          "check whether it operates: not open, {times} attempts in a row; it opens after {of}" },
    WHY(NOT_WATCHED) = { "盯守打卡：没有开任务，没有人决定盯守这个点位", "check-in: not open, nobody has decided to have the site watched" },
    WHY(UNDELIVERED) = { "“{message}”（发给{who}[，通知 {notice}]）：发了，但{reason}",
                         "\"{message}\" to {who}[ (notice {notice})]: sent, but {reason}" },
    WHY(SILENCED) = { "“{message}”（发给{who}）：{decided} 正在静默（第 {times} 号），先不发，{at} 后仍未办的一并告知",
                      "\"{message}\" to {who}: suppressed at {decided} by silence {times}; what is still open is said from {at} on" },
    WHY(OWN_ACT) = { "“{message}”（发给{who}）：{decided} 本人所为，不再告知本人",
                     "\"{message}\" to {who}: not sent at {decided}, he did it himself" },
    WHY(REPEATED_ENOUGH) = { "“{message}”[（下一次应于 {at}）]：到 {decided} 已重复到规定次数，不再发",
                             "\"{message}\"[ of {at}]: suppressed at {decided}, repeated as often as the policy says" },
    WHY(TOLD_LATELY) = { "“{message}”（发给{who}）：上一次送达得晚，间隔未到，{decided} 不重复，{at} 再发",
                         "\"{message}\" to {who}: the one before arrived late, so that the repeat of {decided} waits until {at}" },
    WHY(NOT_REACHED) = { "“{message}”（发给{who}）：{decided} 事情了结时，此前的催办、预警没有送达本人，不必解除；若随后送达，即补发",
                         "\"{message}\" to {who}: what would have called him in had not reached him when it was over at {decided}; "
                         "should it still do so, he is told then" },
    WHY(NOTHING) = { "没有应发而未发的通知", "nothing was to be told" },
};

/* Of DIGEST, where no digest has it: it left with others of its kind. */
static const struct words TOGETHER = {
    "“{message}”（发给{who}）：本人刚收到过同类消息，{decided} 没有单独发，与其他同类的合成一条，{at} 发出[（通知 {notice}）]",
    "\"{message}\" to {who}: not by itself at {decided}, one like it had just gone out; told in one notice with others like it at "
    "{at}[ (notice {notice})]",
};

/* A reason of a newer version has none. */
static struct words template_of(const Duban__WhyNotRow *row)
{
    if (row->why == DUBAN__WHY_NOT__WHY_NOT_DIGEST && strcmp(row->reason, "together") == 0)
        return TOGETHER;
    if ((size_t) row->why < sizeof REASONS / sizeof REASONS[0] && REASONS[row->why].zh != NULL)
        return REASONS[row->why];
    return (struct words){ "", "" };
}

/* ---------------------------------------------------------------- what stands in the gaps */

static const char *in_language(struct words words, bool english)
{
    return english && words.en[0] != '\0' ? words.en : words.zh;
}

static const char *titles(struct cli *cli, char *const *accounts, size_t count, bool english)
{
    const char *text = "";

    for (size_t i = 0; i < count; i++)
        text = text_of(&cli->arena, "%s%s%s", text, i == 0 ? "" : english ? ", " : "、",
                       in_language(title_of(cli, accounts[i]), english));
    return text;
}

static const char *values(struct cli *cli, const Duban__WhyNotRow *row, bool english)
{
    const char *text = "";

    for (size_t i = 0; i < row->n_value_words; i++)
        text = text_of(&cli->arena, "%s%s%s", text, i == 0 ? "" : english ? "; " : "；",
                       in_language(words_of_text(row->value_words[i]), english));
    return text;
}

static const char *time_or_nothing(struct cli *cli, int64_t at_s)
{
    return at_s == 0 ? "" : show_time(&cli->show, at_s);
}

static const char *number_or_nothing(struct cli *cli, uint64_t number)
{
    return number == 0 ? "" : number_text(cli, number);
}

static struct words unit_of(const Duban__WhyNotRow *row)
{
    return row->counted == NULL ? (struct words){ "", "" } : name_of_unit(row->counted->unit);
}

static struct words kind_of(const Duban__WhyNotRow *row)
{
    if (row->task_kind == DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED)
        return (struct words){ "", "" };
    return name_of_task_kind(row->task_kind);
}

static const char *value_at(struct cli *cli, const Duban__WhyNotRow *row) { return time_or_nothing(cli, row->at_s); }
static const char *value_heard(struct cli *cli, const Duban__WhyNotRow *row) { return time_or_nothing(cli, row->heard_s); }
static const char *value_decided(struct cli *cli, const Duban__WhyNotRow *row) { return time_or_nothing(cli, row->decided_s); }
static const char *value_due(struct cli *cli, const Duban__WhyNotRow *row) { return time_or_nothing(cli, row->due_s); }
static const char *value_notice(struct cli *cli, const Duban__WhyNotRow *row) { return number_or_nothing(cli, row->notice); }
static const char *value_entry(struct cli *cli, const Duban__WhyNotRow *row) { return number_or_nothing(cli, row->entry_sequence); }
static const char *value_times(struct cli *cli, const Duban__WhyNotRow *row) { return number_text(cli, row->times); }
static const char *value_year(struct cli *cli, const Duban__WhyNotRow *row) { return number_or_nothing(cli, row->times); }
static const char *value_most(struct cli *cli, const Duban__WhyNotRow *row) { return number_text(cli, row->of); }

static struct words words_message(struct cli *cli, const Duban__WhyNotRow *row)
{
    (void) cli;
    return name_of_message(row->message);
}

static struct words words_who(struct cli *cli, const Duban__WhyNotRow *row) { return title_of(cli, row->recipient); }

static struct words words_to(struct cli *cli, const Duban__WhyNotRow *row)
{
    return (struct words){ titles(cli, row->to, row->n_to, false), titles(cli, row->to, row->n_to, true) };
}

static struct words words_role(struct cli *cli, const Duban__WhyNotRow *row)
{
    (void) cli;
    return name_of_selector(row->selector);
}

static struct words words_reason(struct cli *cli, const Duban__WhyNotRow *row)
{
    (void) cli;
    return name_of_reason(row->reason);
}

static struct words words_kind(struct cli *cli, const Duban__WhyNotRow *row)
{
    (void) cli;
    return kind_of(row);
}

static struct words words_unit(struct cli *cli, const Duban__WhyNotRow *row)
{
    (void) cli;
    return unit_of(row);
}

static struct words words_day(struct cli *cli, const Duban__WhyNotRow *row)
{
    return row->at_s == 0 ? (struct words){ "", "" } : show_day(&cli->show, row->at_s);
}

static struct words words_condition(struct cli *cli, const Duban__WhyNotRow *row)
{
    (void) cli;
    return words_of_text(row->condition);
}

static struct words words_values(struct cli *cli, const Duban__WhyNotRow *row)
{
    return (struct words){ values(cli, row, false), values(cli, row, true) };
}

/* One of the two says it: the same in both languages, or words. */
static const struct {
    const char *name;
    const char *(*same)(struct cli *cli, const Duban__WhyNotRow *row);
    struct words (*words)(struct cli *cli, const Duban__WhyNotRow *row);
} VALUES[] = {
    { "at", value_at, NULL },           { "heard", value_heard, NULL },     { "decided", value_decided, NULL },
    { "due", value_due, NULL },         { "notice", value_notice, NULL },   { "entry", value_entry, NULL },
    { "times", value_times, NULL },     { "year", value_year, NULL },       { "of", value_most, NULL },
    { "message", NULL, words_message }, { "who", NULL, words_who },         { "to", NULL, words_to },
    { "role", NULL, words_role },       { "reason", NULL, words_reason },   { "kind", NULL, words_kind },
    { "unit", NULL, words_unit },       { "day", NULL, words_day },         { "condition", NULL, words_condition },
    { "values", NULL, words_values },
};

static const char *value_of(struct cli *cli, const void *of, const char *name, size_t size, bool english)
{
    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++) {
        if (strlen(VALUES[i].name) != size || memcmp(VALUES[i].name, name, size) != 0)
            continue;
        return VALUES[i].same != NULL ? VALUES[i].same(cli, of) : in_language(VALUES[i].words(cli, of), english);
    }
    return "";
}

/* ---------------------------------------------------------------- one row */

static struct words by_rule(struct cli *cli, const Duban__WhyNotRow *row)
{
    struct words now = row->as_registered_now ? (struct words){ "（按现在的登记）", " (as registered now)" } : (struct words){ "", "" };
    struct words line = { "", "" }, rule = name_of_rule(cli, row->rule);

    if (row->file[0] != '\0')
        line = words_of(&cli->arena, "，%s 第 %u 行", ", %s line %u", row->file, row->line);
    if (row->rule[0] == '\0')
        return now;
    return (struct words){ text_of(&cli->arena, "%s［依据：%s%s］", now.zh, rule.zh, line.zh),
                           text_of(&cli->arena, "%s [by rule: %s%s]", now.en, rule.en[0] == '\0' ? rule.zh : rule.en, line.en) };
}

/* A reason of a newer version is shown by its number. */
struct words words_of_why_not(struct cli *cli, const Duban__WhyNotRow *row)
{
    struct words words = template_of(row);
    struct words rule = by_rule(cli, row);

    if (words.zh[0] == '\0')
        words = words_of(&cli->arena, "（未知原因 %d）", "(unknown reason %d)", (int) row->why);
    return (struct words){ text_of(&cli->arena, "%s%s", template_fill(cli, words.zh, value_of, row, false), rule.zh),
                           text_of(&cli->arena, "%s%s", template_fill(cli, words.en, value_of, row, true), rule.en) };
}

/* ---------------------------------------------------------------- what notify still has */

struct words words_of_waiting(struct cli *cli, const Duban__Delivery *delivery, bool holding)
{
    struct words message = name_of_message(delivery->what->kind);
    struct words who = title_of(cli, delivery->what->recipient->account);
    const char *number = number_text(cli, delivery->notice);
    struct words expected = holding ? (struct words){ "", "" } : words_of_expected(cli, delivery);
    const char *next = expected.zh[0] != '\0' ? "" : show_time_ms(&cli->show, delivery->next_attempt_ms);
    struct words why = holding ? (struct words){ "规则引擎还没有跟上日志，不紧急的先不发",
                                                 "rules is behind the journal, what is not urgent is held" }
                               : (struct words){ "还在发送队列里", "it is still queued" };

    if (expected.zh[0] != '\0')
        why = expected;

    return (struct words){
        text_of(&cli->arena, "“%s”（发给%s，通知 %s）：%s%s%s", message.zh, who.zh, number, why.zh, next[0] == '\0' ? "" : "，下次尝试 ", next),
        text_of(&cli->arena, "\"%s\" to %s (notice %s): %s%s%s", in_language(message, true), in_language(who, true), number, why.en,
                next[0] == '\0' ? "" : ", next attempt ", next),
    };
}
