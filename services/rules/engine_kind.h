/* engine_kind.h - what is different from one kind of task to another, and from one kind of
 * subject to another: a row each. Everything else is the same for all of them.
 *
 * A new kind of duty is a row in engine_kind.c; the functions that it names stand in the
 * kind's own file. NULL always means: nothing special.
 */
#ifndef DUBAN_RULES_ENGINE_KIND_H
#define DUBAN_RULES_ENGINE_KIND_H

#include "entry.pb-c.h"
#include "outbox.pb-c.h"
#include "policy.h"
#include "state.pb-c.h"

struct engine;

struct task_kind {
    const char *name;             /* in policy.yaml and on the command line: site_check */
    struct policy_text label;
    bool is_chased;               /* others must fix something: after the due they are chased, and may explain */
    bool is_visit;                /* somebody must go there: not for who is not for the field */
    bool is_missed_for_good;      /* once overdue nothing makes up for it: that it was missed is said though the task is over */
    bool has_sender;              /* it is about an entry: TO_SENDER is whoever submitted that */

    /* Has the pack this duty at all? NULL = every pack has. */
    bool (*is_in)(const struct policy *policy);

    /* The pack's limit for it at a level (severity: NULL where the limit goes by no level); NULL = no limit sets its due. */
    const struct policy_limit *(*limit)(const struct policy *policy, const struct policy_severity *severity);
    bool has_item_limit;          /* a check item may have a limit of its own instead */

    /* ... of this very task by that pack, where that is not simply the one of its level; case_ may be NULL. */
    const struct policy_limit *(*limit_of)(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                           const Duban__Case *case_);

    /* Where a case names its open task of this kind; NULL = reminders of one site do not go together. */
    const ProtobufCBinaryData *(*in_case)(const Duban__Case *case_);

    /* What only this kind has to say; case_ may be NULL. */
    void (*fill)(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_);

    /* ... and once its due has passed. */
    void (*fill_overdue)(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task);

    /* When its first step of its own (STEP_OWN) fires, as the task is planned; 0 = not. */
    int64_t (*own_step_s)(const Duban__Task *task);

    /* A step of its own has fired; it may add others by engine_step_add. */
    void (*fire_own)(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);

    /* Its due has passed: what that does to the case, and to the fact that says so. */
    void (*overdue)(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact);
};

/* NULL for a number that is no kind. */
const struct task_kind *task_kind(int kind);

/* The next kind after that number, 0 before the first; 0 when there is none. Numbers may be left free. */
int task_kind_after(int kind);

/* The entry that ends a task of the kind; NOT_SET for a number that is no kind. A new kind: its row in engine_kind_act.c. */
Duban__Entry__BodyCase task_kind_act(int kind);

/* UNSPECIFIED when there is none of that name. */
Duban__TaskKind task_kind_named(const char *name);

struct subject_kind {
    const char *prefix;           /* of its numbers: TS-0001 */
    const char *listing;          /* the command that lists them: complaints */
    struct policy_text label;
    bool has_limits;              /* limits of the pack set its dues: they can be counted anew */

    /* What it says in a notice beside number and place. */
    void (*fill)(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);

    struct policy_text (*state)(const Duban__Subject *subject);

    /* Fill figures that depend on the moment at which somebody asks; nothing of it is written. */
    void (*count)(struct engine *engine, Duban__Subject *subject, int64_t now_s);

    /* What it is about, in words. */
    Duban__Text *(*what)(struct engine *engine, const Duban__Subject *subject);

    /* The check item whose answers it lives by; beside withdraw only. */
    const char *(*item)(const Duban__Subject *subject);

    /* An answer that had told the subject what the fact says is another one now, and nobody has acted on it since
     * (engine_withdrawn.c judges that and adds UNDONE): what came of it is taken back. NULL: nothing comes of answers. */
    void (*withdraw)(struct engine *engine, Duban__Subject *subject, const Duban__Fact *caused);

    /* Answers of a visit that had told the subject something are others now: what goes by the whole visit. */
    void (*visit_amended)(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, const char *reason);
};

/* NULL for a number that is no kind. */
const struct subject_kind *subject_kind(int kind);

/* As task_kind_after. */
int subject_kind_after(int kind);

#endif
