/* household.c - duban household: what was done at a door, and what somebody else found there. */
#include <string.h>

#include "word.h"

static bool read_time(struct cli *cli, int64_t *at_ms)
{
    return !cli_has(cli, "at") || cli_time(cli, "--at", cli_option(cli, "at"), at_ms);
}

/* ---------------------------------------------------------------- acts */

static const struct word ACTS[] = {
    { "notice", "送达", DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_NOTICE },
    { "sign", "签订", DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_PLEDGE },
    { "refuse", "拒签", DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_REFUSAL },
    { "no-answer", "无人应", DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_NO_ANSWER },
    { "vacant", "空户", DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_VACANCY },
};

static const struct word MANNERS[] = {
    { "in-person", "当面", DUBAN__HOUSEHOLD_MANNER__HOUSEHOLD_MANNER_IN_PERSON },
    { "at-door", "张贴", DUBAN__HOUSEHOLD_MANNER__HOUSEHOLD_MANNER_AT_DOOR },
    { "phone", "电话", DUBAN__HOUSEHOLD_MANNER__HOUSEHOLD_MANNER_PHONE },
    { "online", "线上", DUBAN__HOUSEHOLD_MANNER__HOUSEHOLD_MANNER_ONLINE },
};

/* Of a notice, and of nothing else. */
static bool read_manner(struct cli *cli, Duban__HouseholdAct *act)
{
    bool is_notice = act->kind == DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_NOTICE;
    int manner = 0;

    if (is_notice != cli_has(cli, "how")) {
        cli_wrong_use(cli, "送达告知书要写 --how（in-person、at-door、phone、online），其他登记不写",
                      "a notice needs --how (in-person, at-door, phone, online); nothing else takes it");
        return false;
    }
    if (is_notice)
        manner = WORD_VALUE(cli, MANNERS, cli_option(cli, "how"), ((struct words){ "送达方式", "the manner" }));
    act->manner = (Duban__HouseholdManner) manner;
    return !is_notice || manner != 0;
}

static enum exit_code enter(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__HouseholdAct act = DUBAN__HOUSEHOLD_ACT__INIT;

    act.kind = (Duban__HouseholdActKind) WORD_VALUE(cli, ACTS, cli->arguments[0], ((struct words){ "登记", "the act" }));
    act.household = (char *) cli->arguments[1];
    act.member = cli_text(cli, "member");
    act.text = cli_text(cli, "text");
    if (act.kind == 0 || !read_manner(cli, &act) || !read_time(cli, &act.at_ms))
        return EXIT_WRONG_USE;
    entry.body_case = DUBAN__ENTRY__BODY_HOUSEHOLD_ACT;
    entry.household_act = &act;
    return send_act(cli, &entry);
}

/* ---------------------------------------------------------------- checks */

static const struct word FINDINGS[] = {
    { "signed", "已签", DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_SIGNED },
    { "refused", "拒签", DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_REFUSED },
    { "notice-only", "只有告知书", DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_NOTICE_ONLY },
    { "untouched", "没人来过", DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_UNTOUCHED },
    { "vacant", "空户", DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_VACANT },
    { "nobody", "敲门无人应", DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_NOBODY },
};

static enum exit_code check(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__HouseholdCheck message = DUBAN__HOUSEHOLD_CHECK__INIT;

    message.household = (char *) cli->arguments[1];
    message.finding = (Duban__HouseholdFinding) WORD_VALUE(cli, FINDINGS, cli->arguments[2], ((struct words){ "核查结果", "the finding" }));
    message.member = cli_text(cli, "member");
    message.text = cli_text(cli, "text");
    if (message.finding == 0 || !read_time(cli, &message.at_ms))
        return EXIT_WRONG_USE;
    entry.body_case = DUBAN__ENTRY__BODY_HOUSEHOLD_CHECK;
    entry.household_check = &message;
    return send_act(cli, &entry);
}

enum exit_code command_household(struct cli *cli)
{
    static const struct verb VERBS[] = {
        { "notice", 1, 1, enter }, { "sign", 1, 1, enter }, { "refuse", 1, 1, enter }, { "no-answer", 1, 1, enter },
        { "vacant", 1, 1, enter }, { "check", 2, 2, check }, { 0 },
    };

    return cli_run_verb(cli, VERBS);
}
