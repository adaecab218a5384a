/* names.h - what things are called, in both languages: enum values, message kinds, tokens.
 *
 * Facts are told by templates, one row each, filled from the fact's own fields.
 */
#ifndef DUBAN_CLI_NAMES_H
#define DUBAN_CLI_NAMES_H

#include "cli.h"
#include "labels.h"
#include "state.pb-c.h"

struct words name_of_task_kind(Duban__TaskKind kind);
struct words name_of_grade(Duban__Grade grade);

/* What has become of it so far, of all that is known; UNSPECIFIED = nothing yet. */
Duban__Grade grade_of_notice(const Duban__NoticeRow *row);

struct words name_of_delivery_state(Duban__DeliveryState state);

/* What a far end's answer meant; empty for no attempt. */
struct words name_of_verdict(Duban__AttemptVerdict verdict);

/* enum ledger_fault, of ledger_walk.h. */
struct words words_of_ledger_fault(int fault);

/* "排队中，预计 2020-02-04 09:03 发出（该机器人本分钟额度已用完）"; empty when it does not wait. */
struct words words_of_expected(struct cli *cli, const Duban__Delivery *delivery);

/* Behind what became of a notice: it was only counted in the message of another; nothing where it was spelled out. */
struct words words_of_counted(struct cli *cli, uint64_t counted_in);

/* What notify says of an attempt: its own words in both languages, those of a far end as they came. */
struct words words_of_detail(struct cli *cli, const char *detail);

struct words name_of_availability(Duban__Availability availability);
/* What notify says of one: the far end's own words where a channel is dead; of one of before, as it was written. */
struct words detail_of_alarm(const Duban__HouseAlarm *alarm);
struct words name_of_alarm(Duban__AlarmKind kind);
struct words name_of_activation_state(Duban__ActivationState state);
struct words name_of_appeal_state(Duban__AppealState state);
struct words name_of_complaint_outcome(Duban__ComplaintOutcome outcome);
struct words name_of_area_kind(Duban__AreaKind kind);
struct words name_of_entrance_state(Duban__EntranceState state);
struct words name_of_manning(Duban__Manning manning);
struct words name_of_unit_kind(Duban__UnitKind kind);
struct words name_of_quarantine_state(Duban__QuarantineState state);

/* claim: "报整改完成", "claim"; the token itself when unknown. */
struct words name_of_act(const char *act);

/* near_due: "临近到期", "near due"; the kind itself when unknown. */
struct words name_of_message(const char *kind);

/* All of these kinds, one after the other; NULL = there is no more. */
const char *message_at(size_t place);

/* Why something was not sent or not counted: a token of the rules, or a person's own words. */
struct words name_of_reason(const char *reason);

/* group_leader: "片组组长", "the group leader"; the token itself when unknown. */
struct words name_of_selector(const char *selector);

/* How a recipient was found: "group_leader zone=north" in words. */
struct words name_of_lookup(struct cli *cli, const char *lookup);

/* visit.notice: "一次到访发现的问题合成一份告知"; reminders.rectification.B[1]: "整改（B 级）提醒计划第 2 行"; the rule itself
 * when it is of a newer version. */
struct words name_of_rule(struct cli *cli, const char *rule);

enum colour colour_of_light(Duban__Light light);

/* When something is due; with none yet, why: "2021年放假安排未公布". */
const char *due_label(struct cli *cli, int64_t due_s, const Duban__Counted *counted);

/* "working day"; empty for none. */
struct words name_of_unit(Duban__TimeUnit unit);

/* The task kind that a person types, in either language: revisit. UNSPECIFIED when there is none. */
Duban__TaskKind task_kind_of(const char *text);

/* "DB-0012" */
const char *case_label(struct cli *cli, uint32_t number);

/* "第 18 号记录", "report 18" */
struct words report_label(struct cli *cli, uint64_t sequence);

/* "待核记录 65（duban quarantine 65）": what is held has no other name, and that is where it is looked up. */
struct words held_label(struct cli *cli, uint64_t sequence);

/* Its number, or that of the report that it is about; empty when it has neither. */
struct words number_of_item(struct cli *cli, const Duban__NoticeItem *item);

/* ---------------------------------------------------------------- facts.c */

/* What happened, as a sentence without its subject and time. */
struct words words_of_fact(struct cli *cli, const Duban__Fact *fact);

/* What it happened to: "DB-0002 site · finding", "TS-0001 site · ...", a kind of task, or a report. Asks rules. */
struct words words_of_subject(struct cli *cli, const Duban__Fact *fact);
struct words words_of_case(struct cli *cli, const Duban__CaseRow *row);
/* Its site, or its area where there is none. */
struct words place_of_subject(const Duban__SubjectRow *row);
struct words words_of_subject_row(struct cli *cli, const Duban__SubjectRow *row);
bool same_subject(const Duban__Fact *a, const Duban__Fact *b);

/* Is it only about telling (sent, not sent, folded, taken back)? */
bool fact_is_about_telling(Duban__FactKind kind);

/* ---------------------------------------------------------------- why_not_words.c */

/* Why a notice was not sent, and by which line of the policy, as a sentence. */
struct words words_of_why_not(struct cli *cli, const Duban__WhyNotRow *row);

/* A notice that has not left notify yet. holding: what is not urgent waits until rules has caught up with the journal. */
struct words words_of_waiting(struct cli *cli, const Duban__Delivery *delivery, bool holding);

#endif
