/* referral.c - duban referrals, and the acts: referral receive, return, result, send. */
#include <string.h>

#include "cli.h"
#include "names.h"

/* ---------------------------------------------------------------- shown */

static void print_referral(struct cli *cli, const Duban__Subject *subject)
{
    const Duban__ReferralRecord *referral = subject->referral;

    print_field(cli, (struct words){ "检查项", "item" }, referral->item);
    print_words_field(cli, (struct words){ "发现人", "found by" }, title_of(cli, referral->found_by));
    print_field(cli, (struct words){ "巡查记录", "report" }, text_of(&cli->arena, "%llu", (unsigned long long) referral->found_sequence));
    print_field(cli, (struct words){ "照片", "photos" }, text_of(&cli->arena, "%u", referral->photos));
    print_words_field(cli, (struct words){ "承办科室", "office" }, title_of_office(cli, referral->office));
    if (referral->returns > 0) {
        print_field(cli, (struct words){ "退回次数", "handed back" }, text_of(&cli->arena, "%u", referral->returns));
        print_field(cli, (struct words){ "退回原因", "returned because" }, referral->returned_because);
    }
    if (referral->seen_again > 0)
        print_field(cli, (struct words){ "又见次数", "seen again" }, text_of(&cli->arena, "%u", referral->seen_again));
    if (referral->answered_s == 0)
        return;
    print_field(cli, (struct words){ "反馈时间", "answered at" }, show_time(&cli->show, referral->answered_s));
    print_field(cli, (struct words){ "办理结果", "result" }, referral->result);
}

static const char *returns(struct cli *cli, const Duban__Subject *subject)
{
    return subject->referral->returns == 0 ? "" : text_of(&cli->arena, "%u", subject->referral->returns);
}

enum exit_code command_referrals(struct cli *cli)
{
    static const struct show_column RETURNS = { { "退回次数", "handed back" }, 0 };

    return list_subjects_with(cli, DUBAN__SUBJECT_KIND__SUBJECT_KIND_REFERRAL, print_referral, &RETURNS, returns);
}

/* ---------------------------------------------------------------- acts */

static enum exit_code step(struct cli *cli, Duban__ReferralAct act, const char *office)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__ReferralStep message = DUBAN__REFERRAL_STEP__INIT;
    Duban__SubjectReference referral;

    if (!ask_reference(cli, cli->arguments[1], &referral))
        return cli->failure;
    message.referral = &referral;
    message.act = act;
    message.office = (char *) office;
    message.text = cli_text(cli, "text");
    entry.body_case = DUBAN__ENTRY__BODY_REFERRAL_STEP;
    entry.referral_step = &message;
    return send_act(cli, &entry);
}

static enum exit_code receive(struct cli *cli)
{
    return step(cli, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RECEIVED, "");
}

static enum exit_code hand_back(struct cli *cli)
{
    if (!cli_needs(cli, "referral", "text"))
        return EXIT_WRONG_USE;
    return step(cli, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RETURNED, "");
}

static enum exit_code result(struct cli *cli)
{
    if (!cli_needs(cli, "referral", "text"))
        return EXIT_WRONG_USE;
    return step(cli, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RESULT, "");
}

static enum exit_code send_on(struct cli *cli)
{
    return step(cli, DUBAN__REFERRAL_ACT__REFERRAL_ACT_SENT, office_of(cli, cli->arguments[2]));
}

enum exit_code command_referral(struct cli *cli)
{
    static const struct verb VERBS[] = {
        { "receive", 1, 1, receive }, { "return", 1, 1, hand_back }, { "result", 1, 1, result }, { "send", 2, 2, send_on }, { 0 }
    };

    return cli_run_verb(cli, VERBS);
}
