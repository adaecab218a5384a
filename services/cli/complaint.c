/* complaint.c - duban complaints, and the acts: complaint enter, result, receipt. */
#include <string.h>

#include "cli.h"
#include "entry_words.h"
#include "names.h"
#include "word.h"

/* ---------------------------------------------------------------- shown */

static const char *prior_visit(struct cli *cli, const Duban__PriorVisit *visit)
{
    const ProtobufCEnumValue *purpose = protobuf_c_enum_descriptor_get_value(&duban__purpose__descriptor, (int) visit->purpose);
    const char *name = purpose == NULL ? "" : show_label(&cli->show, name_of_value(&duban__purpose__descriptor, purpose));
    struct words failed = words_of(&cli->arena, "%u 项不合格", "%u failed", visit->failed);

    return text_of(&cli->arena, "%s %s, %s", show_time(&cli->show, visit->at_s), name, show_label(&cli->show, failed));
}

/* What was known of the site when the complaint came. */
static void print_prior(struct cli *cli, const Duban__ComplaintRecord *complaint)
{
    for (size_t i = 0; i < complaint->n_prior_visits; i++)
        print_field(cli, i == 0 ? (struct words){ "此前到访", "visits before" } : (struct words){ " ", " " },
                    prior_visit(cli, complaint->prior_visits[i]));
    if (complaint->n_prior_visits == 0)
        print_words_field(cli, (struct words){ "此前到访", "visits before" }, (struct words){ "无", "none" });
    for (size_t i = 0; i < complaint->n_prior_cases; i++)
        print_field(cli, i == 0 ? (struct words){ "当时未销号", "open cases then" } : (struct words){ " ", " " },
                    case_label(cli, complaint->prior_cases[i]));
}

static void print_complaint(struct cli *cli, const Duban__Subject *subject)
{
    const Duban__ComplaintRecord *complaint = subject->complaint;

    print_field(cli, (struct words){ "来源", "source" }, complaint->source);
    print_field(cli, (struct words){ "检查项", "item" }, complaint->matter);
    print_field(cli, (struct words){ "受理时间", "received at" }, show_time_ms(&cli->show, complaint->received_ms));
    if (complaint->danger)
        print_words_field(cli, (struct words){ "危险或发热", "danger or fever" }, (struct words){ "是", "yes" });
    print_prior(cli, complaint);
    if (complaint->concluded_s == 0)
        return;
    print_words_field(cli, (struct words){ "核实结论", "result" }, name_of_complaint_outcome(complaint->outcome));
    print_field(cli, (struct words){ "情况", "what was seen" }, complaint->result);
    print_words_field(cli, (struct words){ "核实人", "found by" }, title_of(cli, complaint->concluded_by));
    print_field(cli, (struct words){ "反馈科室", "office" }, complaint->office);
}

enum exit_code command_complaints(struct cli *cli)
{
    return list_subjects(cli, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT, print_complaint);
}

/* ---------------------------------------------------------------- acts */

static bool read_where(struct cli *cli, Duban__Complaint *complaint)
{
    if (cli_has(cli, "site") == cli_has(cli, "area")) {
        cli_wrong_use(cli, "须指明点位 --site；不清楚点位的，用 --area 指明社区(村)；二者取一",
                      "name the site by --site, or the area by --area when the site is not known: one of them");
        return false;
    }
    if (cli_has(cli, "site")) {
        complaint->where_case = DUBAN__COMPLAINT__WHERE_SITE;
        complaint->site = cli_text(cli, "site");
    } else {
        complaint->where_case = DUBAN__COMPLAINT__WHERE_AREA;
        complaint->area = cli_text(cli, "area");
    }
    return true;
}

static enum exit_code enter(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Complaint complaint = DUBAN__COMPLAINT__INIT;
    Duban__Personal complainant = DUBAN__PERSONAL__INIT;

    if (!cli_needs(cli, "complaint", "matter") || !cli_needs(cli, "complaint", "text") || !read_where(cli, &complaint))
        return EXIT_WRONG_USE;
    if (cli_has(cli, "received") && !cli_time(cli, "--received", cli_option(cli, "received"), &complaint.received_at_ms))
        return EXIT_WRONG_USE;
    complaint.source = cli_has(cli, "source") ? cli_text(cli, "source") : "12345";
    complaint.place = cli_text(cli, "place");
    complaint.matter = cli_text(cli, "matter");
    complaint.text = cli_text(cli, "text");
    complaint.danger = cli_has(cli, "danger");
    if (cli_has(cli, "complainant")) {
        complainant.value_case = DUBAN__PERSONAL__VALUE_CLEAR;
        complainant.clear = cli_text(cli, "complainant");
        complaint.complainant = &complainant;
    }
    entry.body_case = DUBAN__ENTRY__BODY_COMPLAINT;
    entry.complaint = &complaint;
    return send_act(cli, &entry);
}

static const struct word OUTCOMES[] = {
    { "substantiated", "属实", DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_SUBSTANTIATED },
    { "partly", "部分属实", DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_PARTLY },
    { "unfounded", "不属实", DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNFOUNDED },
    { "unverifiable", "无法核实", DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNVERIFIABLE },
};

static enum exit_code result(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__ComplaintResult message = DUBAN__COMPLAINT_RESULT__INIT;
    Duban__SubjectReference complaint;

    message.outcome = (Duban__ComplaintOutcome) WORD_VALUE(cli, OUTCOMES, cli->arguments[2], ((struct words){ "核实结论", "the result" }));
    if (message.outcome == 0 || !cli_needs(cli, "complaint", "text") || !cli_needs(cli, "complaint", "office"))
        return EXIT_WRONG_USE;
    if (cli_has(cli, "visit") && !cli_number(cli, "--visit", cli_option(cli, "visit"), &message.report_sequence))
        return EXIT_WRONG_USE;
    if (!ask_reference(cli, cli->arguments[1], &complaint))
        return cli->failure;
    message.complaint = &complaint;
    message.text = cli_text(cli, "text");
    message.office = (char *) office_of(cli, cli_text(cli, "office"));
    message.site = cli_text(cli, "site");
    entry.body_case = DUBAN__ENTRY__BODY_COMPLAINT_RESULT;
    entry.complaint_result = &message;
    return send_act(cli, &entry);
}

static enum exit_code receipt(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__FeedbackReceipt message = DUBAN__FEEDBACK_RECEIPT__INIT;
    Duban__SubjectReference complaint;

    if (!ask_reference(cli, cli->arguments[1], &complaint))
        return cli->failure;
    message.complaint = &complaint;
    message.text = cli_text(cli, "text");
    entry.body_case = DUBAN__ENTRY__BODY_FEEDBACK_RECEIPT;
    entry.feedback_receipt = &message;
    return send_act(cli, &entry);
}

enum exit_code command_complaint(struct cli *cli)
{
    static const struct verb VERBS[] = { { "enter", 0, 0, enter }, { "result", 2, 2, result }, { "receipt", 1, 1, receipt }, { 0 } };

    return cli_run_verb(cli, VERBS);
}
