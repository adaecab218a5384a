/* acts.c - what people do with a case, each a command: claim, acknowledge, assign, approve, extend,
 * explain-overdue, edit, suspend, resume.
 *
 * A row of ACTS for each: what it cannot do without, the function that makes its entry of what was
 * typed, and where it is needed one that looks at the case as rules knows it. Rules is asked before
 * anything is submitted, so that a slip of the pen is told here and never becomes an entry;
 * whether the act is right at all, only rules can say. While rules is silent the act goes in as it was typed.
 */
#include <string.h>

#include "civil.h"
#include "cli.h"
#include "recompute.h"
#include "word.h"

/* One act being made; the entry's parts stand beside it. */
struct act_entry {
    Duban__Entry entry;
    Duban__CaseReference case_;
    Duban__SubjectReference about;
    union {
        Duban__Claim claim;
        Duban__Acknowledgement acknowledgement;
        Duban__Assignment assignment;
        Duban__Approval approval;
        Duban__Extension extension;
        Duban__OverdueExplanation overdue_explanation;
        Duban__CaseEdit case_edit;
        Duban__Suspension suspension;
        Duban__Resumption resumption;
        Duban__Appeal appeal;
    };
};

struct act {
    const char *name;             /* of the command */
    const char *needs[2];         /* options that it cannot do without */
    bool (*make)(struct cli *cli, struct act_entry *act);   /* of what was typed; false after saying why */
    bool (*look)(struct cli *cli, struct act_entry *act, const Duban__Case *case_);   /* NULL: nothing to look at; a silent
                                                                                         rules: case_ NULL */
};

/* The time of an option, 0 when it was not given. False after saying why. */
static bool time_option(struct cli *cli, const char *name, int64_t *at_ms)
{
    const char *text = cli_option(cli, name);

    *at_ms = 0;
    if (text == NULL || cli_time(cli, text_of(&cli->arena, "--%s", name), text, at_ms))
        return true;
    cli->failure = EXIT_WRONG_USE;
    return false;
}

/* ---------------------------------------------------------------- claim, acknowledge, assign */

/* The same of something to be done by then: a day alone means to its end. */
static bool due_option(struct cli *cli, const char *name, int64_t *at_ms)
{
    const char *text = cli_option(cli, name);
    int64_t at_s;

    if (text == NULL || !civil_parse(text_of(&cli->arena, "%sT23:59", text), cli->show.offset_s, &at_s))
        return time_option(cli, name, at_ms);
    *at_ms = at_s * 1000;
    return true;
}

static bool make_claim(struct cli *cli, struct act_entry *act)
{
    duban__claim__init(&act->claim);
    act->claim.case_ = &act->case_;
    act->claim.text = cli_text(cli, "text");
    act->entry.body_case = DUBAN__ENTRY__BODY_CLAIM;
    act->entry.claim = &act->claim;
    return time_option(cli, "fixed", &act->claim.fixed_at_ms);
}

static bool look_at_the_clock(struct cli *cli, struct act_entry *act, const Duban__Case *case_)
{
    (void) case_;
    return act->claim.fixed_at_ms == 0 || cli_has_come(cli, "--fixed", act->claim.fixed_at_ms);
}

/* Of what is no case, by its number. */
static bool acknowledge_about(struct cli *cli, struct act_entry *act)
{
    const Duban__SubjectRow *row = ask_subject(cli, cli->arguments[0]);

    if (row == NULL)
        return false;
    duban__subject_reference__init(&act->about);
    act->about.by_case = DUBAN__SUBJECT_REFERENCE__BY_ID;
    act->about.id = row->subject->id;
    act->acknowledgement.subject = &act->about;
    return true;
}

static bool make_acknowledgement(struct cli *cli, struct act_entry *act)
{
    duban__acknowledgement__init(&act->acknowledgement);
    if (!is_number_of_subject(cli, cli->arguments[0]))
        act->acknowledgement.case_ = &act->case_;
    else if (!acknowledge_about(cli, act))
        return false;
    act->entry.body_case = DUBAN__ENTRY__BODY_ACKNOWLEDGEMENT;
    act->entry.acknowledgement = &act->acknowledgement;
    return true;
}

static bool make_assignment(struct cli *cli, struct act_entry *act)
{
    duban__assignment__init(&act->assignment);
    act->assignment.case_ = &act->case_;
    act->assignment.owner = (char *) cli->arguments[1];
    act->assignment.text = cli_text(cli, "text");
    act->entry.body_case = DUBAN__ENTRY__BODY_ASSIGNMENT;
    act->entry.assignment = &act->assignment;
    return true;
}

static bool look_for_owner(struct cli *cli, struct act_entry *act, const Duban__Case *case_)
{
    const char *account = act->assignment.owner;
    Duban__HoldersQuery which = DUBAN__HOLDERS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    if (case_ == NULL)
        return true;
    which.account = act->assignment.owner;
    query.body_case = DUBAN__QUERY__BODY_HOLDERS;
    query.holders = &which;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_HOLDERS);
    if (reply != NULL && reply->holders->n_rows == 0)
        cli->failure = cli_fail(cli, "账号 %s 不在登记册中；用 duban holders 查看", "account %s is not in the registry; see duban holders",
                                account);
    return reply != NULL && reply->holders->n_rows > 0;
}

/* ---------------------------------------------------------------- approve */

/* What waits for approval: what stops the case comes first. */
static Duban__Matter matter_that_waits(const Duban__Case *case_)
{
    if (case_->state == DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE)
        return DUBAN__MATTER__MATTER_CLOSURE;
    if (case_->extension_asked_s != 0)
        return DUBAN__MATTER__MATTER_EXTENSION;
    if (case_->recompute_task.len > 0)
        return DUBAN__MATTER__MATTER_RECOMPUTE;
    return case_->appeal != NULL && case_->appeal->task.len > 0 ? DUBAN__MATTER__MATTER_APPEAL
                                                                : DUBAN__MATTER__MATTER_UNSPECIFIED;
}

static const struct word MATTERS[] = {
    { "closure", "销号", DUBAN__MATTER__MATTER_CLOSURE },
    { "extension", "延期", DUBAN__MATTER__MATTER_EXTENSION },
    { "recompute", "重新计算时限", DUBAN__MATTER__MATTER_RECOMPUTE },
    { "appeal", "申诉", DUBAN__MATTER__MATTER_APPEAL },
};

/* Nothing was written: unspecified. */
static bool read_matter(struct cli *cli, Duban__Matter *matter)
{
    const char *text = cli->argument_count > 1 ? cli->arguments[1] : "";

    if (text[0] == '\0')
        return true;
    *matter = (Duban__Matter) WORD_VALUE(cli, MATTERS, text, ((struct words){ "审批事项", "the matter" }));
    if (*matter == DUBAN__MATTER__MATTER_UNSPECIFIED)
        cli->failure = EXIT_WRONG_USE;
    return *matter != DUBAN__MATTER__MATTER_UNSPECIFIED;
}

/* All open cases of a version: whoever approves has seen what moves. */
static bool approve_version(struct cli *cli, Duban__Approval *approval)
{
    struct listing rows = { .count = 0 };

    if (!recompute_ask(cli, NULL, cli_option(cli, "policy"), &rows))
        return false;
    if (!cli->json)
        recompute_print(cli, &rows);
    approval->policy_version = ((const Duban__RecomputeRow *) rows.rows[0])->policy_version;
    approval->matter = DUBAN__MATTER__MATTER_RECOMPUTE;
    return true;
}

/* A complaint, a referral or the like: of those only a recompute is approved. */
static bool approve_about(struct cli *cli, struct act_entry *act)
{
    Duban__Matter matter = DUBAN__MATTER__MATTER_RECOMPUTE;
    struct listing rows = { .count = 0 };

    if (!read_matter(cli, &matter))
        return false;
    if (matter != DUBAN__MATTER__MATTER_RECOMPUTE) {
        cli->failure = cli_wrong_use(cli, "投诉、移交等事项只有 recompute（重新计算时限）须审批，不能是“%s”",
                                     "of complaints, referrals and the like only a recompute is approved, not \"%s\"", cli->arguments[1]);
        return false;
    }
    if (!recompute_ask(cli, cli->arguments[0], NULL, &rows))
        return false;
    if (!cli->json)
        recompute_print(cli, &rows);
    duban__subject_reference__init(&act->about);
    act->about.by_case = DUBAN__SUBJECT_REFERENCE__BY_ID;
    act->about.id = ((const Duban__RecomputeRow *) rows.rows[0])->id;
    act->approval.about = &act->about;
    act->approval.matter = DUBAN__MATTER__MATTER_RECOMPUTE;
    return true;
}

/* An amendment is about a report, and about no case. */
static bool approve_amendment(struct cli *cli, Duban__Approval *approval)
{
    if (!cli_number(cli, "--report", cli_option(cli, "report"), &approval->report_sequence)) {
        cli->failure = EXIT_WRONG_USE;
        return false;
    }
    approval->matter = DUBAN__MATTER__MATTER_AMENDMENT;
    return true;
}

static bool make_approval(struct cli *cli, struct act_entry *act)
{
    bool refused = cli_has(cli, "refuse");
    bool is_subject = cli->argument_count > 0 && is_number_of_subject(cli, cli->arguments[0]);

    duban__approval__init(&act->approval);
    if (cli_has(cli, "policy") && !approve_version(cli, &act->approval))
        return false;
    if (cli_has(cli, "report") && !approve_amendment(cli, &act->approval))
        return false;
    if (is_subject && !approve_about(cli, act))
        return false;
    if (!cli_has(cli, "policy") && !cli_has(cli, "report") && !is_subject)
        act->approval.case_ = &act->case_;
    act->approval.decision = refused ? DUBAN__DECISION__DECISION_REFUSED : DUBAN__DECISION__DECISION_GRANTED;
    act->approval.reason = cli_text(cli, "reason");
    act->entry.body_case = DUBAN__ENTRY__BODY_APPROVAL;
    act->entry.approval = &act->approval;
    if (!refused || act->approval.reason[0] != '\0')
        return read_matter(cli, &act->approval.matter);
    cli->failure = cli_wrong_use(cli, "不同意须写明理由：--reason", "a refusal needs its reason: --reason");
    return false;
}

static bool look_for_matter(struct cli *cli, struct act_entry *act, const Duban__Case *case_)
{
    if (act->approval.matter == DUBAN__MATTER__MATTER_UNSPECIFIED && case_ != NULL)
        act->approval.matter = matter_that_waits(case_);
    if (act->approval.matter != DUBAN__MATTER__MATTER_UNSPECIFIED)
        return true;
    if (case_ == NULL) {
        cli->failure = cli_wrong_use(cli, "规则引擎没有应答，查不到等待审批的是什么：请写明 closure、extension、recompute 或 appeal",
                                     "rules does not answer, so what waits for approval is not known: write closure, extension, "
                                     "recompute or appeal");
        return false;
    }
    cli->failure = cli_fail(cli, "这个问题没有等待审批的事项；用 duban tasks --kind approval 查看",
                            "nothing of this case waits for approval; see duban tasks --kind approval");
    return false;
}

/* ---------------------------------------------------------------- extend, explain, edit */

static bool make_extension(struct cli *cli, struct act_entry *act)
{
    duban__extension__init(&act->extension);
    act->extension.case_ = &act->case_;
    act->extension.reason = cli_text(cli, "reason");
    act->entry.body_case = DUBAN__ENTRY__BODY_EXTENSION;
    act->entry.extension = &act->extension;
    return due_option(cli, "until", &act->extension.new_due_ms);
}

static bool make_overdue_explanation(struct cli *cli, struct act_entry *act)
{
    duban__overdue_explanation__init(&act->overdue_explanation);
    act->overdue_explanation.case_ = &act->case_;
    act->overdue_explanation.reason = cli_text(cli, "reason");
    act->entry.body_case = DUBAN__ENTRY__BODY_OVERDUE_EXPLANATION;
    act->entry.overdue_explanation = &act->overdue_explanation;
    return due_option(cli, "expected", &act->overdue_explanation.expected_at_ms);
}

static bool make_edit(struct cli *cli, struct act_entry *act)
{
    duban__case_edit__init(&act->case_edit);
    act->case_edit.case_ = &act->case_;
    act->case_edit.level = cli_text(cli, "level");
    act->case_edit.finding = cli_text(cli, "finding");
    act->case_edit.voided = cli_has(cli, "void");
    act->case_edit.reason = cli_text(cli, "reason");
    act->entry.body_case = DUBAN__ENTRY__BODY_CASE_EDIT;
    act->entry.case_edit = &act->case_edit;
    if (cli_has(cli, "revisit-at"))
        return time_option(cli, "revisit-at", &act->case_edit.revisit_at_ms);
    if (act->case_edit.voided || act->case_edit.level[0] != '\0' || act->case_edit.finding[0] != '\0')
        return true;
    cli->failure = cli_wrong_use(cli, "没有写要改什么：--level、--finding、--revisit-at 或 --void",
                                 "it does not say what to change: --level, --finding, --revisit-at or --void");
    return false;
}

/* ---------------------------------------------------------------- suspend, resume */

static bool make_suspension(struct cli *cli, struct act_entry *act)
{
    duban__suspension__init(&act->suspension);
    act->suspension.subject_case = DUBAN__SUSPENSION__SUBJECT_SITE;
    act->suspension.site = cli_text(cli, "site");
    if (cli->argument_count > 0) {
        act->suspension.subject_case = DUBAN__SUSPENSION__SUBJECT_CASE_;
        act->suspension.case_ = &act->case_;
    }
    act->suspension.reason = cli_text(cli, "reason");
    act->suspension.interim_measure = cli_text(cli, "measure");
    act->entry.body_case = DUBAN__ENTRY__BODY_SUSPENSION;
    act->entry.suspension = &act->suspension;
    return due_option(cli, "review", &act->suspension.review_at_ms);
}

static bool make_resumption(struct cli *cli, struct act_entry *act)
{
    duban__resumption__init(&act->resumption);
    act->resumption.subject_case = DUBAN__RESUMPTION__SUBJECT_SITE;
    act->resumption.site = cli_text(cli, "site");
    if (cli->argument_count > 0) {
        act->resumption.subject_case = DUBAN__RESUMPTION__SUBJECT_CASE_;
        act->resumption.case_ = &act->case_;
    }
    act->resumption.reason = cli_text(cli, "reason");
    act->entry.body_case = DUBAN__ENTRY__BODY_RESUMPTION;
    act->entry.resumption = &act->resumption;
    return true;
}

/* ---------------------------------------------------------------- appeal */

static bool make_appeal(struct cli *cli, struct act_entry *act)
{
    duban__appeal__init(&act->appeal);
    act->appeal.case_ = &act->case_;
    act->appeal.reason = cli_text(cli, "reason");
    act->entry.body_case = DUBAN__ENTRY__BODY_APPEAL;
    act->entry.appeal = &act->appeal;
    return true;
}

/* ---------------------------------------------------------------- the table */

static const struct act ACTS[] = {
    { "claim", { NULL }, make_claim, look_at_the_clock },
    { "acknowledge", { NULL }, make_acknowledgement, NULL },
    { "assign", { NULL }, make_assignment, look_for_owner },
    { "approve", { NULL }, make_approval, look_for_matter },
    { "extend", { "until", "reason" }, make_extension, NULL },
    { "explain-overdue", { "expected", "reason" }, make_overdue_explanation, NULL },
    { "edit", { "reason" }, make_edit, NULL },
    { "suspend", { "reason" }, make_suspension, NULL },
    { "resume", { NULL }, make_resumption, NULL },
    { "appeal", { "reason" }, make_appeal, NULL },
};

static const struct act *find_act(const char *name)
{
    const struct act *act = ACTS;

    while (strcmp(act->name, name) != 0)
        act++;
    return act;
}

static bool has_what_it_needs(struct cli *cli, const struct act *act)
{
    for (size_t i = 0; i < sizeof act->needs / sizeof act->needs[0] && act->needs[i] != NULL; i++) {
        if (cli_text(cli, act->needs[i])[0] != '\0')
            continue;
        cli_wrong_use(cli, "须写明 --%1$s；见 duban help %2$s", "it needs --%1$s; see duban help %2$s", act->needs[i], act->name);
        return false;
    }
    return true;
}

/* A case, or where the act allows it a site instead. */
static bool has_one_subject(struct cli *cli)
{
    size_t count = (size_t) cli_has(cli, "site") + cli_has(cli, "policy") + cli_has(cli, "report") + (cli->argument_count > 0);

    if (count == 1)
        return true;
    if (strcmp(cli->command->name, "approve") == 0)
        cli_wrong_use(cli, "须指明一个问题或一件事项，或用 --policy 指明政策版本，或用 --report 指明要更正的记录，取其一",
                      "name a case or a subject, or a policy version by --policy, or a report to be amended by --report: one of them");
    else
        cli_wrong_use(cli, "须指明一个问题，或用 --site 指明点位，二者取一", "name a case, or a site by --site: one of them");
    return false;
}

static void say_unlooked(struct cli *cli)
{
    cli_fail(cli, "规则引擎没有应答：有没有 %1$s 这个问题、现在能不能这样办，这次都没有核对，照交；若有写错，规则引擎恢复后会退给您，见 duban quarantine",
             "rules does not answer: neither whether there is a case %1$s nor whether this may be done now was looked at; it goes in "
             "all the same, and what is wrong in it comes back to you when rules is there again: see duban quarantine",
             cli->arguments[0]);
}

static bool look(struct cli *cli, const struct act *act, struct act_entry *made)
{
    const Duban__CaseRow *row;
    bool is_silent;

    if (cli->argument_count == 0 || made->about.id.len > 0)
        return true;
    if (!read_case(cli, cli->arguments[0], &made->case_))
        return false;
    row = ask_case_unless_silent(cli, &made->case_, &is_silent);
    if (row == NULL && !is_silent)
        return false;
    if (act->look != NULL && !act->look(cli, made, row == NULL ? NULL : row->case_))
        return false;
    if (row == NULL) {
        say_unlooked(cli);
    } else {
        made->case_.by_case = DUBAN__CASE_REFERENCE__BY_ID;
        made->case_.id = row->case_->id;
    }
    return true;
}

enum exit_code command_act(struct cli *cli)
{
    const struct act *act = find_act(cli->command->name);
    struct act_entry made = { .entry = DUBAN__ENTRY__INIT, .case_ = DUBAN__CASE_REFERENCE__INIT };

    if (!has_one_subject(cli) || !has_what_it_needs(cli, act))
        return EXIT_WRONG_USE;
    if (!act->make(cli, &made))
        return cli->failure;
    if (!look(cli, act, &made)) {
        cli_fail(cli, "什么也没有提交", "nothing was submitted");
        return cli->failure;
    }
    return send_act(cli, &made.entry);
}
