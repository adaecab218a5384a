/* held.c - whether rules holds an entry in quarantine, and what to do then. */
#include "cli.h"
#include "message.h"

static enum held ask_held_at(struct cli *cli, uint64_t sequence, int64_t stamp_ms, Duban__Quarantined **quarantined)
{
    Duban__QuarantineQuery which = DUBAN__QUARANTINE_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault fault;
    Duban__Reply *reply;

    which.sequence = sequence;
    which.settled_too = true;
    query.body_case = DUBAN__QUERY__BODY_QUARANTINE;
    query.quarantine = &which;
    query.min_sequence = sequence;
    query.stamp_ms = stamp_ms;
    query.wait_ms = (uint32_t) cli->timeout_ms / 2;
    reply = ask_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_QUARANTINE, cli->timeout_ms, &fault);
    if (reply == NULL)
        return cli->other_journal ? HELD_ELSEWHERE : HELD_UNKNOWN;
    if (reply->quarantine->n_rows == 0)
        return HELD_NOT;
    *quarantined = reply->quarantine->rows[0];
    if ((*quarantined)->state == DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_RELEASED)
        return HELD_RELEASED;
    if ((*quarantined)->state == DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_REJECTED)
        return HELD_REJECTED;
    return HELD_IN_QUARANTINE;
}

enum held ask_held(struct cli *cli, uint64_t sequence, Duban__Quarantined **quarantined)
{
    return ask_held_at(cli, sequence, 0, quarantined);
}

enum held ask_held_of(struct cli *cli, const struct submission *submission, Duban__Quarantined **quarantined)
{
    return ask_held_at(cli, submission->sequence, submission->stamp_ms, quarantined);
}

static bool is_release(struct cli *cli, const Duban__Quarantined *row)
{
    const Duban__Entry *entry = message_unpack_own(&cli->arena, &duban__entry__descriptor,
                                                   bytes_of(row->entry.data, row->entry.len));

    return entry != NULL && entry->body_case == DUBAN__ENTRY__BODY_RELEASE;
}

static enum exit_code say_in_quarantine(struct cli *cli, const Duban__Quarantined *row)
{
    unsigned long long sequence = row->sequence;
    struct fault fault;

    if (is_release(cli, row))
        fault_set(&fault, row->field,
                  "这次处理没有成功：%1$s%2$.0s。原记录仍待核；先退回这次处理（duban release %3$llu --reject --reason 理由），再处理原记录",
                  "this settlement did not work: %1$.0s%2$s. The entry itself is still held; reject this one first (duban "
                  "release %3$llu --reject --reason TEXT), then settle the entry anew", row->zh, row->en, sequence);
    else
        fault_set(&fault, row->field,
                  "已入账，但暂不采用（待核）：%1$s%2$.0s。不要再交一次；内勤可用 duban quarantine %3$llu 细看，用 duban release %3$llu 处理",
                  "in the journal but held in quarantine: %1$.0s%2$s. Do not submit it again; the duty clerk looks at "
                  "it with duban quarantine %3$llu and settles it with duban release %3$llu", row->zh, row->en, sequence);
    return cli_refuse(cli, &fault);
}

enum exit_code say_held(struct cli *cli, enum held held, const Duban__Quarantined *quarantined)
{
    cli->nobody_told_yet = held == HELD_UNKNOWN || held == HELD_ELSEWHERE || held == HELD_IN_QUARANTINE;
    switch (held) {
    case HELD_IN_QUARANTINE:
        return say_in_quarantine(cli, quarantined);
    case HELD_REJECTED:
        return cli_fail(cli, "这条记录已被退回，没有采用", "this entry has been rejected and was not applied");
    case HELD_RELEASED:
        show_line(&cli->show, "这条记录曾待核，已由第 %llu 号记录核实采用", "this entry was held and has been released by entry %llu",
                  (unsigned long long) quarantined->settled_by_sequence);
        return EXIT_FINE;
    case HELD_UNKNOWN:
        show_line(&cli->errors,
                  "duban: 回执有效，记录不会丢；规则引擎尚未应答。结果请稍后查看：duban case 编号（有什么变化），duban quarantine（是否待核）",
                  "duban: the receipt stands, nothing is lost; rules has not answered yet. Look later: duban case NUMBER "
                  "(what changed), duban quarantine (whether it is held)");
        return EXIT_FINE;
    case HELD_ELSEWHERE:
        show_line(&cli->errors,
                  "duban: 回执有效，记录不会丢；但规则引擎处理的不是这份日志，这条记录还没有人处理。怎么办见 duban status",
                  "duban: the receipt stands, nothing is lost; but rules does not follow this journal, and nobody acts on "
                  "the entry yet. duban status says what to do");
        return EXIT_FINE;
    case HELD_NOT:
        break;
    }
    return EXIT_FINE;
}
