/* engine_people.h - who is told, who may, who is there, who decides. Included by engine.h. */
#ifndef DUBAN_RULES_ENGINE_PEOPLE_H
#define DUBAN_RULES_ENGINE_PEOPLE_H

#include "engine.h"

/* ---------------------------------------------------------------- engine_people.c */

/* Who is meant, in order of account; 0 = nobody. case_ and task may be NULL. Of inspectors asked to go somewhere, those
 * whose duty windows let them go now (their deputies for them); else those whom they let go before it is due. */
size_t engine_recipients(struct engine *engine, enum policy_selector selector, const struct telling *telling,
                         struct recipient *recipients, size_t most);

/* Whom the telling means and does not reach. */
struct passed_over {
    const char *account;
    const char *why;                      /* away, on_leave, remote_only, isolating, not_on_shift */
};

/* Of those who are meant, who is not there and is not among those found, himself or by his deputy; at most `most`. */
size_t engine_passed_over(struct engine *engine, enum policy_selector selector, const struct telling *telling,
                          const struct recipient *found, size_t count, struct passed_over *passed, size_t most);

/* Is somebody named who hears what is for him while he is not there, and is there himself? */
bool engine_has_stand_in(struct engine *engine, const Duban__Holder *holder);

/* Its name in policy.yaml: group_leader. */
const char *engine_selector_name(enum policy_selector selector);

/* One level up for a selector that nobody holds or that would supervise himself. */
enum policy_selector engine_one_up(enum policy_selector selector);

/* 0 owner and site, 1 group leader and area contact, 3 lead, 4 committee: up to which step of the ladder somebody stands,
 * of what is at that place. */
uint32_t engine_rank(struct engine *engine, const char *account, struct place place);

/* May the submitting account do this, or whoever adopts its entry? By the registry as it is
 * now (domain: roles and rights). False with the fault filled. case_ and site may be NULL. */
enum right {
    RIGHT_VISIT, RIGHT_CLAIM, RIGHT_ACKNOWLEDGE, RIGHT_ACKNOWLEDGE_TASK, RIGHT_ASSIGN, RIGHT_APPROVE_CLOSURE, RIGHT_APPROVE_EXTENSION,
    RIGHT_ASK_EXTENSION, RIGHT_EXPLAIN, RIGHT_EDIT, RIGHT_SUSPEND, RIGHT_SUSPEND_SITE, RIGHT_EVIDENCE,
    RIGHT_ASK_RECOMPUTE, RIGHT_APPROVE_RECOMPUTE, RIGHT_SETTLE, RIGHT_ENTER_COMPLAINT, RIGHT_CONCLUDE, RIGHT_RECEIPT,
    RIGHT_WATCH, RIGHT_END_WATCH, RIGHT_REPORT_ABSENCE, RIGHT_ISOLATE, RIGHT_CONTACT, RIGHT_RELEASE_PERSON, RIGHT_EXEMPT,
    RIGHT_RAISE_DIFFICULTY, RIGHT_COORDINATE, RIGHT_GIVE_UP, RIGHT_REFER, RIGHT_TAKE_REFERRAL, RIGHT_CONFIRM_ISOLATION,
    RIGHT_ANSWER_URGENT,
    RIGHT_REGISTER_HOUSEHOLD, RIGHT_CAMPAIGN, RIGHT_ENTER_HOUSEHOLD, RIGHT_CHECK_HOUSEHOLD,
    RIGHT_SET_AVAILABILITY, RIGHT_SET_ON_CALL, RIGHT_PLAN, RIGHT_LEAVE_STOP,
    RIGHT_RESOLVE, RIGHT_FINISH_RESOLUTION, RIGHT_REMARK,
    RIGHT_APPROVE_AMENDMENT, RIGHT_APPEAL, RIGHT_SUPPORT_APPEAL, RIGHT_DECIDE_APPEAL,
    RIGHT_SILENCE, RIGHT_TEST_CONTACT, RIGHT_CONFIRM_CONTACT,
    RIGHT_OPERATE, RIGHT_ADMINISTER, RIGHT_APPROVE_POLICY, RIGHT_COUNT
};
bool engine_may(struct engine *engine, enum right right, const Duban__Case *case_, const Duban__Site *site,
                struct fault *fault);

/* May that account, whoever submits? False with the fault filled for that field. */
bool engine_account_may(struct engine *engine, const char *account, enum right right, const Duban__Case *case_,
                        const Duban__Site *site, const char *field, struct fault *fault);

/* Is a post registered that brings the right for the whole house? */
bool engine_right_is_held(struct engine *engine, enum right right);

/* The same where there is no case: for what is at that place, and owed by that office ("" = none). */
bool engine_may_at(struct engine *engine, enum right right, struct place place, const char *office, struct fault *fault);
/* The same of a task: its owner may too where the right says so, and whoever holds the office that owes it. */
bool engine_may_on_task(struct engine *engine, enum right right, const Duban__Task *task, struct fault *fault);
bool engine_account_may_at(struct engine *engine, const char *account, enum right right, struct place place,
                           const char *field, struct fault *fault);

/* The same about a member: he himself may too where his own right says so. "": about nobody. */
bool engine_may_for(struct engine *engine, enum right right, const char *account, struct fault *fault);

/* Has he a post of that role, of whatever scope? */
bool engine_holds(const Duban__Holder *holder, Duban__Role role);

/* Who acts in that role for that account: he himself when he is there (an inspector: can be sent), else his deputy when
 * that one is. Fills holder and stands_in_for; false when neither is, or he is not registered. */
bool engine_who_is_there(struct engine *engine, const char *account, Duban__Role role, struct recipient *recipient);

/* Is there one who does? Is there of anybody who holds the post, but for that account (NULL: anybody at all)? */
bool engine_is_told(struct engine *engine, const char *account, Duban__Role role);
bool engine_post_is_held(struct engine *engine, const Duban__RoleGrant *post, const char *but_for);

/* The selector that means holders of the role; TO_NONE when no row can name them. The scope in which it looks:
 * "" when it has none there. */
enum policy_selector engine_selector_of(Duban__Role role);
const char *engine_scope_of(struct engine *engine, enum policy_selector selector, const struct telling *telling);

/* Where a case, task or subject is, or what is told; never NULL inside. */
struct place engine_place_of_site(const char *code);
struct place engine_place_of_task(const Duban__Task *task);
struct place engine_place_of_subject(const Duban__Subject *subject);
struct place engine_place_of_telling(const struct telling *telling);

/* Its area as the registry has it now, and that one's zone; "" when not known. */
const char *engine_area_of(struct engine *engine, struct place place);
const char *engine_zone_of(struct engine *engine, struct place place);

/* ---------------------------------------------------------------- engine_presence.c */

/* On duty when nothing else is known. */
Duban__Availability engine_availability(struct engine *engine, const char *account);

/* What is known of him day by day; a new row, not put yet, when nothing is. */
Duban__Presence *engine_presence_of(struct engine *engine, const char *account);

/* His group leader is told that he has that many open tasks, too many; the lead where he has none. */
void engine_tell_overload(struct engine *engine, const char *account, uint32_t tasks);

/* Registered, not away and on duty: can be sent somewhere. His duty windows do not count here. */
bool engine_is_for_the_field(struct engine *engine, const char *account);

/* Is he on call at that time? */
bool engine_is_on_call(struct engine *engine, const char *account, int64_t at_s);

/* House timer: what was planned begins, what has ended ends. */
void engine_presence_due(struct engine *engine);

/* He was somewhere: his days in a row. What an inspector who cannot be sent has found goes to another. */
void engine_presence_visited(struct engine *engine, const Duban__Visit *visit);

/* Whom the telling reaches beside its rows, at night, because it is urgent; 0 by day. */
size_t engine_on_call(struct engine *engine, const struct telling *telling, struct recipient *recipients, size_t most);

/* ---------------------------------------------------------------- engine_duty.c */

/* When some field work can be done: [from_s, until_s). Until_s is 0 where it has no end. */
struct span {
    int64_t from_s;
    int64_t until_s;
};

/* The first moment from from_s on at which he is there: from_s itself where he is in one of his duty windows, has none,
 * or is on call then. */
int64_t engine_duty_begins_s(struct engine *engine, const char *account, int64_t from_s);

/* Is he there at some moment of what is left of it? True of what has no end, and when nothing is left: late work is
 * anybody's. */
bool engine_serves(struct engine *engine, const char *account, const struct span *span);

/* ---------------------------------------------------------------- engine_contact.c */

/* An account has been registered, changed or removed: what leads elsewhere now is not verified any more. */
void engine_contacts_changed(struct engine *engine, const Duban__RoleHolderChange *change);
/* A new engine era begins: those registered before have their ways known, too. */
void engine_contacts_of_before(struct engine *engine);

/* ---------------------------------------------------------------- engine_roster.c */

enum { MAX_POSTS = 32 };                  /* of one account: ingest's bound */

/* What an account was before a change. */
struct roster {
    const Duban__Holder *holder;          /* NULL: not registered */
    bool told[MAX_POSTS];                 /* was anybody of that post told? */
};

/* Around every change of an account's posts or availability: his cases go to somebody who can be sent; a post that
 * is empty now is told one up for all that waits for it, one that was empty hears what waits. */
void engine_roster_before(struct engine *engine, const char *account, struct roster *roster);
void engine_roster_after(struct engine *engine, const char *account, const struct roster *roster);

/* Its first revisit begins now. When its owner is not there at any moment of it (his duty windows), the case goes to his
 * deputy, the next inspector of the zone, or its group leader who is; to nobody: it stays his, and that goes one up. */
void engine_hand_over_for_duty(struct engine *engine, Duban__Case *case_);

/* Open cases of the site that he follows up and cannot any more, to his deputy, the next inspector of the zone, or
 * its group leader. */
void engine_hand_over_at(struct engine *engine, const char *site, const char *account);

/* ---------------------------------------------------------------- engine_post.c */

/* Nobody holds the post any more, or somebody does again: what waits for it is told, one up or to him, a notice for each
 * MAX_DIGEST_ITEMS of it. Of much, the rest follows in links of its own (house timer). */
void engine_post_vacant(struct engine *engine, Duban__RoleGrant *post);
void engine_post_filled(struct engine *engine, Duban__RoleGrant *post);
void engine_post_goes_on(struct engine *engine);

/* A new engine era begins: tasks that an earlier version has stored are listed, some in each link. */
void engine_list_tasks(struct engine *engine);

/* The site lies in another area now: its tasks are listed there. Loads no others of the old one. */
void engine_list_tasks_anew(struct engine *engine, const char *site, const char *old_area);

/* ---------------------------------------------------------------- engine_decider.c */

/* What waits for a decision. Who asked, and for whom it may have been asked, never decide it: another holder of the post
 * does; else the lead, a lead's deputy, the committee, in this order. */
struct request {
    enum right right;                    /* that deciding it takes */
    Duban__Role role;                    /* GROUP_LEADER or LEAD: who decides it where nobody is barred */
    const Duban__Case *case_;            /* NULL: about no case */
    const char *asked_by;                /* account; of a closing: who made the last pass; "" = not known */
    const char *asked_for;               /* account: the case's follow-up owner, the report's reporter; "" = nobody */
};

/* Before it starts: the approval belongs to whoever may decide it. */
void engine_give_to_decider(struct engine *engine, const struct request *request, Duban__Task *task);

/* Tell them of telling->task, given to them by engine_give_to_decider; whom else the telling names does not count. When
 * nobody is left, that is a fact, and duty clerk and lead hear it at once. The caller puts task and case. */
void engine_ask_decider(struct engine *engine, const struct request *request, struct telling *telling);

/* May the submitting account decide it? False with the fault filled, which names who may. */
bool engine_may_decide(struct engine *engine, const struct request *request, struct fault *fault);

/* engine_approval.c: that a case is closed at a level where this takes a second person. Whoever follows it up or made its
 * last pass has as good as asked for it. */
struct request engine_closure_request(const Duban__Case *case_);

/* ---------------------------------------------------------------- engine_load.c */

/* At the end of each link: whose open tasks have just passed the policy's number, or fallen below it again? */
void engine_heed_loads(struct engine *engine);

#endif
