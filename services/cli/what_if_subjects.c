/* what_if_subjects.c - in what a complaint, a referral or the like may be otherwise. */
#include "what_if.h"

#include <string.h>

#include "engine.h"
#include "names.h"

/* Of one run. */
struct seen {
    const Duban__Subject *subject;
    const Duban__Task *task;       /* the open one; NULL = none */
};

static struct seen look_at(struct what_if *what_if, struct store_txn *txn, const Duban__Subject *subject)
{
    struct seen seen = { .subject = subject };
    struct bytes value;

    if (subject->task.len > 0 && store_get(txn, TABLE_TASK, bytes_of(subject->task.data, subject->task.len), &value))
        seen.task = state_unpack(&what_if->arena, &duban__task__descriptor, value);
    return seen;
}

/* ---------------------------------------------------------------- in what they may differ */

static bool differ_in_state(const struct seen *one, const struct seen *other)
{
    return strcmp(engine_subject_state(one->subject).zh, engine_subject_state(other->subject).zh) != 0;
}

static const char *state_text(struct cli *cli, const struct seen *seen)
{
    struct policy_text state = engine_subject_state(seen->subject);

    return show_label(&cli->show, (struct words){ state.zh, state.en });
}

static Duban__TaskKind kind_of(const struct seen *seen)
{
    return seen->task == NULL ? DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED : seen->task->kind;
}

static bool differ_in_task(const struct seen *one, const struct seen *other)
{
    return kind_of(one) != kind_of(other);
}

static const char *task_text(struct cli *cli, const struct seen *seen)
{
    return seen->task == NULL ? "" : show_label(&cli->show, name_of_task_kind(seen->task->kind));
}

static int64_t due_of(const struct seen *seen)
{
    return seen->task == NULL ? 0 : seen->task->due_s;
}

static bool differ_in_due(const struct seen *one, const struct seen *other)
{
    return due_of(one) != due_of(other);
}

static const char *due_text(struct cli *cli, const struct seen *seen)
{
    return due_of(seen) == 0 ? "" : show_time(&cli->show, due_of(seen));
}

static const char *office_text(struct cli *cli, const struct seen *seen)
{
    (void) cli;
    return seen->subject->of_case == DUBAN__SUBJECT__OF_REFERRAL ? seen->subject->referral->office : "";
}

static bool differ_in_office(const struct seen *one, const struct seen *other)
{
    return strcmp(office_text(NULL, one), office_text(NULL, other)) != 0;
}

static bool differ_in_finishing(const struct seen *one, const struct seen *other)
{
    return one->subject->finished_s != other->subject->finished_s;
}

static const char *finished_text(struct cli *cli, const struct seen *seen)
{
    return seen->subject->finished_s == 0 ? "" : show_time(&cli->show, seen->subject->finished_s);
}

static const struct {
    const char *name;
    struct words words;
    bool (*differ)(const struct seen *one, const struct seen *other);
    const char *(*text)(struct cli *cli, const struct seen *seen);
} FIELDS[] = {
    { "state", { "状态", "state" }, differ_in_state, state_text },
    { "task", { "在办", "what is open" }, differ_in_task, task_text },
    { "due", { "时限", "due" }, differ_in_due, due_text },
    { "office", { "科室", "office" }, differ_in_office, office_text },
    { "finished", { "办结", "finished" }, differ_in_finishing, finished_text },
};

static void compare(struct what_if *what_if, struct store_txn *const txns[RUN_COUNT], const void *const rows[RUN_COUNT],
                    struct differing *differing)
{
    const struct seen before = look_at(what_if, txns[BEFORE], rows[BEFORE]), after = look_at(what_if, txns[AFTER], rows[AFTER]);
    struct cli *cli = what_if->cli;

    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++)
        if (FIELDS[i].differ(&before, &after))
            differing_add(differing, FIELDS[i].name, FIELDS[i].words, FIELDS[i].text(cli, &before), FIELDS[i].text(cli, &after));
}

static void name(struct what_if *what_if, const void *const rows[RUN_COUNT], struct differing *differing)
{
    const Duban__Subject *before = rows[BEFORE], *either = before != NULL ? before : rows[AFTER];
    const struct subject_kind *kind = subject_kind((int) either->kind);

    differing->number = before == NULL ? "" : text_of(&what_if->cli->arena, "%s-%04u", kind->prefix, before->number);
    differing->kind = (struct words){ kind->label.zh, kind->label.en };
    differing->site = either->site[0] != '\0' ? either->site : either->area;
    differing->item = kind->item == NULL ? "" : kind->item(either);
}

const struct compared SUBJECTS_COMPARED = {
    .table = TABLE_SUBJECT, .type = &duban__subject__descriptor, .content = content_of_subject, .compare = compare, .name = name,
};
