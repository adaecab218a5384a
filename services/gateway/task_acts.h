/* task_acts.h - what can be done about a task from its page: one row for each act, one function that makes its entry.
 *
 * Which acts are offered goes by the kind of the task alone; whether somebody may do them is judged by rules, from the entry.
 */
#ifndef DUBAN_GATEWAY_TASK_ACTS_H
#define DUBAN_GATEWAY_TASK_ACTS_H

#include "arena.h"
#include "fault.h"
#include "form.h"
#include "query.pb-c.h"

/* One act that somebody does. */
struct doing {
    struct arena *arena;
    const Duban__TaskRow *row;
    const char *text;                  /* of the form; "" = none */
    int64_t until_s;                   /* likewise; 0 = none */
};

struct task_act {
    const char *name;                  /* in the form */
    uint64_t kinds;                    /* bit per TaskKind */
    bool once_overdue;                 /* offered only then */
    const char *zh, *en;               /* on its button */
    const char *text_zh, *text_en;     /* what is to be written with it; NULL = nothing is */
    bool needs_text;
    const char *until_zh, *until_en;   /* which time is to be given; NULL = none is */
    const char *done_zh, *done_en;     /* once it is applied */
    bool (*make)(const struct doing *doing, Duban__Entry *entry);   /* false: memory is out */
};

/* That row; NULL behind the last. */
const struct task_act *task_act_at(size_t place);

/* NULL: no such act fits that task. */
const struct task_act *task_act_named(const Duban__TaskRow *row, const char *name, int64_t now_s);

bool task_act_fits(const struct task_act *act, const Duban__TaskRow *row, int64_t now_s);

/* What the form says of it, into doing. False with the fault naming the field. offset_s: of the zone in which times are given. */
bool task_act_read(const struct task_act *act, const struct form *form, int32_t offset_s, struct doing *doing, struct fault *fault);

#endif
