/* delivery_words.c - how far a notice came, in words: attempts, grades, what it waits for. */
#include <string.h>

#include "detail.h"
#include "ledger_walk.h"
#include "names.h"

#define COUNT_OF(list) (sizeof (list) / sizeof (list)[0])

static struct words label(const struct words *labels, size_t count, int value)
{
    return value >= 0 && (size_t) value < count && labels[value].zh != NULL ? labels[value] : (struct words){ "", "" };
}

struct words name_of_verdict(Duban__AttemptVerdict verdict)
{
#define VERDICT(name) [DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_##name]
    static const struct words LABELS[] = {
        VERDICT(ACCEPTED) = { "接收", "taken" },
        VERDICT(LATER) = { "暂不接收", "not now" },
        VERDICT(THROTTLED) = { "限流", "too many" },
        VERDICT(UNCERTAIN) = { "没有答复", "no answer" },
        VERDICT(DEAD) = { "拒收", "refused" },
        VERDICT(GONE) = { "地址已停用", "address gone" },
        VERDICT(UNUSABLE) = { "地址不可用", "address unusable" },
    };
#undef VERDICT

    return label(LABELS, COUNT_OF(LABELS), (int) verdict);
}

struct words words_of_ledger_fault(int fault)
{
    static const struct words LABELS[] = {
        [LEDGER_GAP] = { "缺了回执", "receipts are left out" },
        [LEDGER_CHANGED] = { "内容与摘要不符，被改过", "it does not follow from the one before: it was changed" },
        [LEDGER_UNREADABLE] = { "读不出来", "it cannot be read" },
        [LEDGER_CUT] = { "末尾与台账记录的不符，后面的被截去", "that is not where the ledger ends: what follows was cut off" },
    };

    return label(LABELS, COUNT_OF(LABELS), fault);
}

struct words words_of_counted(struct cli *cli, uint64_t counted_in)
{
    if (counted_in == 0)
        return (struct words){ "", "" };
    return words_of(&cli->arena, "，只计入第 %llu 号通知的合并消息，没有列出内容",
                    ", only counted in the message of notice %llu, not spelled out", (unsigned long long) counted_in);
}

struct words words_of_detail(struct cli *cli, const char *detail)
{
    char zh[1024];

    detail_in_chinese(zh, sizeof zh, detail);
    return (struct words){ text_of(&cli->arena, "%s", zh), detail };
}

/* ---------------------------------------------------------------- waiting */

static struct words reason_of_wait(Duban__WaitReason reason)
{
#define REASON(name) [DUBAN__WAIT_REASON__WAIT_REASON_##name]
    static const struct words LABELS[] = {
        REASON(TURN) = { "轮到即发", "its turn comes" },
        REASON(TIME) = { "定在那时发", "set for then" },
        REASON(RETRY) = { "前次未成，届时再试", "it failed before and is tried again then" },
        REASON(BUDGET) = { "对方这段时间的额度已用完", "its far end takes no more for now" },
        REASON(FAR_END) = { "对方暂不接收或没有应答", "its far end does not answer well or asked for a pause" },
        REASON(RULES) = { "规则引擎还没有跟上日志，不紧急的先不发", "rules is behind the journal, what is not urgent is held" },
    };
#undef REASON

    return label(LABELS, COUNT_OF(LABELS), (int) reason);
}

/* A robot's limits are by the minute, and its users call it so. */
static struct words reason_for(const Duban__Delivery *delivery)
{
    bool is_robot = strcmp(delivery->channel, "wecom") == 0 || strcmp(delivery->channel, "dingtalk") == 0 ||
                    strcmp(delivery->channel, "feishu") == 0;

    if (delivery->waits_for == DUBAN__WAIT_REASON__WAIT_REASON_BUDGET && is_robot)
        return (struct words){ "该机器人本分钟额度已用完", "this robot's budget of the minute is used up" };
    return reason_of_wait(delivery->waits_for);
}

struct words words_of_expected(struct cli *cli, const Duban__Delivery *delivery)
{
    const char *at = show_time_ms(&cli->show, delivery->expected_ms);
    struct words why = reason_for(delivery);

    if (delivery->state != DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED || at[0] == '\0')
        return (struct words){ "", "" };
    if (why.zh[0] == '\0')
        return words_of(&cli->arena, "排队中，预计 %s 发出", "queued, expected to leave at %s", at);
    return (struct words){ text_of(&cli->arena, "排队中，预计 %s 发出（%s）", at, why.zh),
                           text_of(&cli->arena, "queued, expected to leave at %s (%s)", at, why.en) };
}
