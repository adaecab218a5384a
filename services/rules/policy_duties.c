/* policy_duties.c - what a pack must have words for before it is put in force.
 *
 * policy_check.c asks every pack for the texts without which it could never be used. What is asked for here came
 * later: a pack that was in force before has frozen files, is loaded without these texts, and the engine says
 * nothing where it would need one. A pack that is checked, or put in force for the first time, has them all; an entry of
 * an era that did not ask for a duty's words yet is judged without it, so that its journal is replayed as it went.
 *
 * Recipe: a message that the engine names itself gets a row in its duty here, since the era that says it first (or in the lists of policy_check.c,
 * where no pack of before can have the duty); test_duties.c reads the engine's sources and finds what has none.
 */
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { MAX_MESSAGES_OF_DUTY = 4 };

static const struct duty {
    struct policy_text name;
    const char *messages[MAX_MESSAGES_OF_DUTY];   /* those that it says, up to NULL */
    size_t given;                                 /* offset in struct policy of what says that the pack has it; 0 = every pack */
    uint32_t since;                               /* the engine era that asks for it first; 0 = all that ask (ERA_OF_WHOLE_PACKS) */
} DUTIES[] = {
    { .name = { "更正巡查记录", "amending a report" }, .messages = { "case_amended", "amendment_kept" } },
    { .name = { "申诉", "an appeal" }, .messages = { "appeal_granted", "appeal_refused" } },
    { .name = { "重新计算时限", "counting dues anew" }, .messages = { "due_recomputed" } },
    { .name = { "不予受理的操作", "an act that is declined" }, .messages = { "act_declined" } },
    { .name = { "延期申请终止", "a request for more time that is not decided any more" }, .messages = { "extension_over" }, .since = 6 },
    { .name = { "居家观察立案", "a case that an isolation opens" }, .messages = { "isolation_case" },
      .given = offsetof(struct policy, isolation.cases.given), .since = 6 },
    { .name = { "不合格而没有写明的情况", "a fail that does not say what was seen" }, .messages = { "note_missing" },
      .given = offsetof(struct policy, asks_for_notes), .since = 7 },
    { .name = { "没有回答的必答项", "an item that had to be answered" }, .messages = { "item_not_answered" },
      .given = offsetof(struct policy, asks_for_answers), .since = 8 },
    { .name = { "当天的路线", "the stops of a day" }, .messages = { "todays_stops" }, .given = offsetof(struct policy, plan.given), .since = 7 },
    { .name = { "死角", "blind spots" }, .messages = { "blind_spot" }, .given = offsetof(struct policy, plan.given), .since = 8 },
    { .name = { "核对联系方式", "testing how somebody is reached" }, .messages = { "contact_test" }, .since = 7 },
    { .name = { "点位负责人不在位", "a site's contact who is away" }, .messages = { "contact_absent" } },
};

static void check_duty(struct loading *loading, const struct policy *policy, const struct duty *duty)
{
    if (duty->given != 0 && !*(const bool *) ((const char *) policy + duty->given))
        return;
    for (size_t i = 0; i < MAX_MESSAGES_OF_DUTY && duty->messages[i] != NULL; i++)
        if (policy_message(policy, duty->messages[i]) == NULL)
            policy_complain(loading, policy_place_at(POLICY_MESSAGES_FILE, 0, 0),
                            "缺少消息“%1$s”，%2$s%3$.0s要用它告知；请补上一行",
                            "message \"%1$s\" is missing, which tells of %3$s%2$.0s; add a row for it", duty->messages[i],
                            duty->name.zh, duty->name.en);
}

void policy_check_duties(struct loading *loading)
{
    for (size_t i = 0; loading->messages_known && i < COUNT(DUTIES); i++)
        check_duty(loading, loading->policy, &DUTIES[i]);
}

bool policy_says_everything(const struct policy *policy, uint32_t era, struct file_faults *faults)
{
    struct loading loading = { .faults = faults };

    for (size_t i = 0; i < COUNT(DUTIES); i++)
        if (DUTIES[i].since <= era)
            check_duty(&loading, policy, &DUTIES[i]);
    return faults->total == 0;
}
