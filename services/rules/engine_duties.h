/* engine_duties.h - what the rows of engine_kind.c name, and what a visit does beside opening and answering cases.
 * Included by engine.h. */
#ifndef DUBAN_RULES_ENGINE_DUTIES_H
#define DUBAN_RULES_ENGINE_DUTIES_H

#include "engine.h"

/* ---------------------------------------------------------------- engine_condition.c
 *
 * Each gives the variables of what it is about (condition.h); texts live as long as what they were taken from. */

void engine_values_of_site(struct engine *engine, const Duban__Site *site, struct condition_values *values);
/* Site, item and answer; looks at the site's last visits. */
void engine_values_of_finding(struct engine *engine, const struct finding *finding, struct condition_values *values);
void engine_values_of_report(const Duban__Report *report, const Duban__Visit *visit, struct condition_values *values);
/* What is going on at the site: looks at its cases and watches. */
void engine_values_of_standing(struct engine *engine, const Duban__Site *site, struct condition_values *values);
/* The condition in words, by the policy in force; in the state's arena. */
Duban__Text *engine_condition_words(struct engine *engine, const struct condition *condition);

/* What a variable was, as a row; in the state's arena, borrowing the texts. And back: values of a row's name and type. */
Duban__ConditionValue *engine_condition_value(struct engine *engine, enum condition_variable variable,
                                              const struct condition_value *value);
void engine_condition_values(Duban__ConditionValue *const *rows, size_t count, struct condition_values *values);

/* engine_uplift.c: the first of the pack's uplifts that holds for a failed answer; NULL = none, or no level is above
 * the item's. values (zeroed) are what they were decided by, where any was. */
const struct policy_uplift *engine_uplift(struct engine *engine, const struct finding *finding, struct condition_values *values);
/* The case was opened at its item's level, because of these values. */
void engine_note_no_uplift(struct engine *engine, const Duban__Case *case_, const struct finding *finding,
                           const struct condition_values *values);
/* The case was opened one level above its item's. */
void engine_note_uplift(struct engine *engine, const Duban__Case *case_, const struct finding *finding,
                        const struct policy_uplift *uplift);

/* ---------------------------------------------------------------- engine_doubt.c
 *
 * Photos shown twice or taken at another time, a way too far for its time, a clock that is ahead: what a visit shows is
 * asked about, not refused. By the policy in force; of a report with neither photos nor a position nothing is asked. */

/* Looks at the report, once: fills the visit's doubts and their score, with a fact for each. The caller puts the visit. */
void engine_doubt_visit(struct engine *engine, const Duban__Report *report, Duban__Visit *visit);

/* A photo has come whose digest was not declared: is it one that was shown before? Tells as engine_tell_doubts where that makes
 * the visit one that is told. The caller puts the visit. */
void engine_doubt_photo(struct engine *engine, Duban__Visit *visit, const Duban__Evidence *photo);

/* Where the score calls for it, tells whoever supervises the reporter, never himself. */
void engine_tell_doubts(struct engine *engine, const Duban__Visit *visit);

/* ---------------------------------------------------------------- engine_cadence.c
 *
 * How often a site is inspected and when next, by the policy in force. (15) of the domain. */

/* An inspection, or a check-in at which something was looked at, and not merely attempted. */
bool engine_is_inspection(const Duban__Visit *visit);

/* The site's visit has been reported: the caller puts the site. */
void engine_inspected(const Duban__Visit *visit, Duban__Site *site);

/* engine_night.c: sites of a kind of which some inspections must be at night. A visit of the site; one has been amended; the
 * caller puts the site. */
void engine_inspected_at_night(struct engine *engine, const Duban__Visit *visit, Duban__Site *site);
void engine_night_amended(struct engine *engine, Duban__Site *site);

struct night_inspection {
    bool is_wanted;              /* else the rest says nothing */
    bool is_due;
    int64_t last_day;            /* on whose evening the last such night began; 0 = never */
    int64_t day;                 /* on whose evening the next one is wanted; that day where there was none */
};
struct night_inspection engine_next_night(struct engine *engine, const Duban__Site *site, int64_t day);
/* What the visit found has been amended: puts the site, and its area. */
void engine_inspection_amended(struct engine *engine, const Duban__Visit *visit);

/* visit_at of the site's last inspection; 0 = never, or not among its MAX_VISITS_BACK latest visits where it was not kept
 * (a row of an earlier version, an amended visit). */
int64_t engine_last_inspection_ms(struct engine *engine, const Duban__Site *site);

struct cadence {
    const struct policy_cadence *row;      /* NULL = the interval of the site's kind */
    const struct policy_site_kind *kind;   /* NULL = not in the policy in force: no interval */
    struct policy_limit every;             /* calendar or working days; 0 days = no routine inspection */
};
struct cadence engine_cadence(struct engine *engine, const Duban__Site *site);

/* On which day it is to be inspected next, and is that so on this day (civil_day)? */
struct inspection {
    int64_t last_ms;                       /* 0 = never inspected */
    bool is_due;                           /* its day has come, or it was never inspected: it belongs to 应查 of the day */
    bool has_day;
    int64_t day;                           /* civil_day; for those that have one */
    int32_t missing_year;                  /* that the calendar would have to publish; 0 = none */
};
struct inspection engine_next_inspection(struct engine *engine, const Duban__Site *site, const struct cadence *cadence,
                                         int64_t day);

/* The level with what follows from it (passes and their spacing), and its limit: the item's
 * own at the item's own level. */
void engine_set_level(struct engine *engine, Duban__Case *case_, const struct policy_severity *severity);
const struct policy_limit *engine_limit_of(struct engine *engine, const Duban__Case *case_,
                                           const struct policy_severity *severity);

/* The limit that counted names, in that pack; NULL when the pack has no such level. */
const struct policy_limit *engine_limit_by(const struct policy *policy, const char *item_code, const Duban__Counted *counted);

/* Stop the task that a field of the case names, if any, and clear the field. */
void engine_end_task(struct engine *engine, ProtobufCBinaryData *id, Duban__TaskState state);

/* Severity in force of a case, under its own policy. */
const struct policy_severity *engine_severity(struct engine *engine, const Duban__Case *case_);

/* ---------------------------------------------------------------- what the kinds do (engine_kind.h) */

int64_t engine_window_opens_s(const Duban__Task *task);
const struct policy_limit *engine_rectification_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                                      const Duban__Case *case_);
const struct policy_limit *engine_complaint_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                                  const Duban__Case *case_);
void engine_fire_window(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
void engine_rectification_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact);
void engine_revisit_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact);
int64_t engine_missed_revisit_by_s(struct engine *engine, const Duban__Task *task);   /* by when it is wanted once it was missed */
void engine_fill_revisit(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_);
void engine_fill_missed_revisit(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task);
void engine_fill_approval(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                          const Duban__Case *case_);
void engine_fill_settlement(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                            const Duban__Case *case_);
void engine_fill_complaint_check(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                                 const Duban__Case *case_);
void engine_fill_feedback(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                          const Duban__Case *case_);
void engine_fill_complaint(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_complaint_state(const Duban__Subject *subject);
Duban__Text *engine_complaint_words(struct engine *engine, const Duban__Subject *subject);
void engine_fill_check_in(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_);
void engine_fill_watch(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_watch_state(const Duban__Subject *subject);
Duban__Text *engine_watch_words(struct engine *engine, const Duban__Subject *subject);
int64_t engine_check_in_midnight_s(const Duban__Task *task);
void engine_fire_check_in_midnight(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
void engine_check_in_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact);
void engine_fill_isolation_contact(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                                   const Duban__Case *case_);
void engine_fill_isolation(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_isolation_state(const Duban__Subject *subject);
Duban__Text *engine_isolation_words(struct engine *engine, const Duban__Subject *subject);
void engine_isolation_count(struct engine *engine, Duban__Subject *subject, int64_t now_s);
int64_t engine_isolation_contact_closes_s(const Duban__Task *task);
void engine_fire_isolation_contact(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
void engine_isolation_contact_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact);
int64_t engine_door_check_closes_s(const Duban__Task *task);
void engine_fire_door_check(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
int64_t engine_isolation_ends_s(const Duban__Task *task);
void engine_fire_isolation_end(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);

int64_t engine_promise_passes_s(const Duban__Task *task);
void engine_fire_promise(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
const struct policy_limit *engine_confirmation_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                                     const Duban__Case *case_);
void engine_fill_coordination(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_coordination_state(const Duban__Subject *subject);
Duban__Text *engine_coordination_words(struct engine *engine, const Duban__Subject *subject);
void engine_fill_referral_task(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                               const Duban__Case *case_);
void engine_fill_referral(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_referral_state(const Duban__Subject *subject);
Duban__Text *engine_referral_words(struct engine *engine, const Duban__Subject *subject);
const struct policy_limit *engine_urgent_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                               const Duban__Case *case_);
void engine_fill_urgent_task(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                             const Duban__Case *case_);
/* What of an urgent report is late; task: the first of it to be due, NULL = nothing is. In words: 隔离确认、转诊反馈. */
struct late_duties {
    const Duban__Task *task;
    Duban__Text *words;
};
struct late_duties engine_urgent_late_duties(struct engine *engine, const Duban__Subject *subject);
void engine_fill_urgent(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_urgent_state(const Duban__Subject *subject);
Duban__Text *engine_urgent_words(struct engine *engine, const Duban__Subject *subject);
int64_t engine_campaign_draws_s(const Duban__Task *task);
void engine_fire_draw(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
void engine_fill_households(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_);
void engine_fill_look_back(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_);
void engine_fill_household_check(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                                 const Duban__Case *case_);
void engine_fill_campaign(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_campaign_state(const Duban__Subject *subject);
Duban__Text *engine_campaign_words(struct engine *engine, const Duban__Subject *subject);
const char *engine_coordination_item(const Duban__Subject *subject);
void engine_coordination_withdraw(struct engine *engine, Duban__Subject *subject, const Duban__Fact *caused);
const char *engine_referral_item(const Duban__Subject *subject);
void engine_referral_withdraw(struct engine *engine, Duban__Subject *subject, const Duban__Fact *caused);
const char *engine_urgent_item(const Duban__Subject *subject);
/* The alert is over: those who had been called in are told. */
void engine_urgent_over(struct engine *engine, const Duban__Subject *subject);
void engine_urgent_withdraw(struct engine *engine, Duban__Subject *subject, const Duban__Fact *caused);
void engine_complaint_amended(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, const char *reason);
void engine_watch_amended(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, const char *reason);

/* ---------------------------------------------------------------- engine_forget.c */

/* The text of the token is to leave the vault from at_s on; a fact about that id says so once it has. An empty
 * token: there is none. */
void engine_forget_from(struct engine *engine, int64_t at_s, const ProtobufCBinaryData *token, const uint8_t about[ID_BYTES]);

/* An entry that was refused for good: what it says of people is of no use to anybody. about: its settlement. */
void engine_forget_rejected(struct engine *engine, const Duban__Entry *entry, const ProtobufCBinaryData *about);

/* Somebody was at the site, or the last photo of that visit has come: complaints there take note. */
void engine_complaints_visited(struct engine *engine, const Duban__Visit *visit);

/* Somebody was at the site: its watch takes note; or the last photo of that visit has come. */
void engine_watches_visited(struct engine *engine, const Duban__Visit *visit);
void engine_watches_completed(struct engine *engine, const Duban__Visit *visit);

/* By the pack's watch.begins_when a watch begins by itself: asked before something changes at the site, and called once it has,
 * it begins where what it asks for has become so. A watch that somebody has ended does not begin anew while it stays so. */
bool engine_watch_is_called_for(struct engine *engine, const Duban__Site *site);
void engine_watch_call(struct engine *engine, const Duban__Site *site, bool was_called_for);

/* A case of the site is over: a watch that only waited for that ends. */
void engine_watches_relieved(struct engine *engine, const char *site);

/* The site stops operating: its watch stands still; it operates again: the watch goes on. */
void engine_watches_operate(struct engine *engine, const Duban__Site *site, bool operates, const char *reason);

/* Until when and why the site is being watched; NULL when it is not. The state's own. */
const Duban__WatchRecord *engine_watch_of_site(struct engine *engine, const char *site);

/* ---------------------------------------------------------------- engine_elsewhere.c */

/* What the site has nothing of now. */
struct none_there engine_none_there(struct engine *engine, const char *site);

/* A failed answer that is urgent, another office's, or known as a difficulty. True: it opens no case.
 * case_ is the one of that place and item, NULL = none; while it is open it goes on. */
bool engine_failed_elsewhere(struct engine *engine, Duban__Case *case_, const struct finding *finding);

/* On coaching visits too, which judge nothing else. */
void engine_failed_side_item(struct engine *engine, const struct finding *finding);

/* A pass may be what such a thing waits for; case_ as above; defect: why it does not count as one, NULL = it does. True:
 * a look-back has judged it (engine_look_back_passed). */
bool engine_passed_elsewhere(struct engine *engine, Duban__Case *case_, const struct finding *finding, const char *defect);

/* Must a report from the site, of which values tells the site and the report, answer the item? */
bool engine_must_be_answered(struct engine *engine, const struct policy_item *item, const Duban__Site *site,
                             const struct condition_values *values);

/* Fails without the words that their items ask for: facts, and one notice to the reporter. */
void engine_fails_unsaid(struct engine *engine, const struct finding *findings, size_t count, const Duban__Visit *visit,
                         const Duban__Site *site);

/* The list of what items ask, with this one behind it; NULL = none yet. */
Duban__Text *engine_with_item(struct engine *engine, const Duban__Text *list, const struct policy_item *item);

/* ---------------------------------------------------------------- engine_side_items.c */

/* Side-items that the policy lets nobody skip there: what was left out goes back to the reporter, with a task where the policy
 * has a limit for it; what was left out before is over with its answer. The caller puts the site. */
void engine_side_items_unanswered(struct engine *engine, const Duban__Report *report, const Duban__Visit *visit, Duban__Site *site);
/* These were answered there, by an amendment. The caller puts the site. */
void engine_side_items_answered(struct engine *engine, Duban__Site *site, Duban__Answer *const *answers, size_t count);
/* Nothing is asked for there any more. The caller puts the site. */
void engine_end_side_items(struct engine *engine, Duban__Site *site, Duban__TaskState state);
void engine_fill_side_items(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_);

/* What each of the three makes of it; true when it has one open at that place and item. */
bool engine_coordination_failed(struct engine *engine, const struct finding *finding);
void engine_coordination_passed(struct engine *engine, const struct finding *finding, const char *defect);
void engine_referral_found(struct engine *engine, const struct finding *finding, const struct policy_route *route);
void engine_referral_passed(struct engine *engine, const struct finding *finding, const char *defect);
void engine_urgent_found(struct engine *engine, const struct finding *finding);

/* Somebody goes there and sees that it is as it was said to be; it becomes the subject's open task. */
void engine_subject_confirm(struct engine *engine, Duban__Subject *subject, const char *message, const char *rule);

/* When the next of it is due: its fixing, or once it is said to be fixed, its revisit. */
int64_t engine_next_due_s(struct engine *engine, const Duban__Case *case_);

/* Tell site and owner what was decided about the case. */
void engine_tell_decision(struct engine *engine, const char *message, Duban__Case *case_, const char *reason);

/* A site stops or starts operating: its cases pause or go on. */
void engine_site_operates(struct engine *engine, Duban__Site *site, Duban__OperatingState state, const char *reason,
                          int64_t review_s);

/* A pack's effective time has come. */
void engine_policy_due(struct engine *engine);

/* Resolve a reference; NULL with the fault filled. */
Duban__Case *engine_referenced_case(struct engine *engine, const Duban__CaseReference *reference, struct fault *fault);

/* An attempted visit at the site was the second in a row: ask the area contact. Changes the
 * site; the caller puts it. */
void engine_ask_site_check(struct engine *engine, Duban__Site *site);

/* Somebody has been there or said how it is. Changes the site; the caller puts it. */
void engine_end_site_check(struct engine *engine, Duban__Site *site);

/* ---------------------------------------------------------------- engine_other_kind.c */

/* Those of a visit's answers that are judged, *count of them, in the state's arena; a fact for each of the others.
 * site NULL: it is not in the registry any more. */
Duban__Answer **engine_judged_only(struct engine *engine, const Duban__Site *site, const Duban__Visit *visit,
                                   Duban__Answer **answers, size_t *count);

/* ---------------------------------------------------------------- engine_entrance.c, engine_unit.c */

/* The report with what its entrances mean for the check item that the policy names for them: an entrance with a problem
 * fails it, and its note names the entrance. The report itself where that changes nothing. */
const Duban__Report *engine_with_entrances(struct engine *engine, const Duban__Report *report);

/* Note how the visit found the site's entrances, but for those that a later visit has seen. */
void engine_entrances_seen(struct engine *engine, const Duban__Report *report, const Duban__Visit *visit);

/* The same of the posts of a gate: one that nobody is at fails its item, and its note names the post and its shift. */
const Duban__Report *engine_with_gate_posts(struct engine *engine, const Duban__Report *report);
/* Note how the visit found the posts, and how many volunteers; the caller puts the site. */
void engine_gate_posts_seen(struct engine *engine, const Duban__Report *report, const Duban__Visit *visit, Duban__Site *site);
void engine_gate_posts_amended(struct engine *engine, const Duban__Visit *visit, Duban__Answer *const *answers, size_t count);

/* engine_returnees.c: the same of people who came back: where not as many are isolated as should be, the answer that has the
 * counts fails, and its note has them. */
const Duban__Report *engine_with_returnees(struct engine *engine, const Duban__Report *report);
bool engine_returnees_agree(const Duban__Answer *answer);

/* For all of these: the report with the item failed and that note; what was noted on the item; the note with
 * "；name：what" behind it, NULL where it would be too long; whether one of the answers passes the item (NULL: none does). */
const Duban__Report *engine_failing(struct engine *engine, const Duban__Report *report, const char *item, char *note);
char *engine_note_on(const Duban__Report *report, const char *item);
char *engine_longer_note(struct engine *engine, char *note, const char *name, const char *what);

/* With so many left out, of which there was no room. */
char *engine_cut_note(struct engine *engine, char *note, size_t left_out);
bool engine_is_passed_of(struct engine *engine, const char *item, const Duban__Visit *visit, Duban__Answer *const *answers,
                         size_t count);

/* engine_supplies.c: the answer fails and is none of an open case; where it says that there is too little of a supply, that
 * is told. */
void engine_supplies_failed(struct engine *engine, const struct finding *finding);

/* Some answers of the visit are others now. Where the item that the policy names for entrances is a pass, what this visit
 * found to be a problem is none. Not restored: how an entrance was seen before that visit, and a problem of which the
 * answer is amended back to a fail; the next visit says how it is. */
void engine_entrances_amended(struct engine *engine, const Duban__Visit *visit, Duban__Answer *const *answers, size_t count);

/* The site's visit, if it is an inspection (engine_is_inspection): its area has been inspected on that day. */
void engine_area_inspected(struct engine *engine, const Duban__Site *site, const Duban__Visit *visit);
/* The site's visit was its last inspection and is none any more: its area has been inspected when a site of it was. The
 * site has been put. */
void engine_area_not_inspected(struct engine *engine, const Duban__Site *site, const Duban__Visit *visit);

#endif
