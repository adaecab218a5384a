/* what_if_cases.c - in what a case may be otherwise. */
#include "what_if.h"

#include <string.h>

#include "names.h"

/* ---------------------------------------------------------------- in what they may differ */

static bool differs_in_level(const Duban__Case *one, const Duban__Case *other)
{
    return strcmp(one->level, other->level) != 0;
}

static const char *level_text(struct cli *cli, const Duban__Case *case_)
{
    (void) cli;
    return case_->level;
}

static bool differs_in_state(const Duban__Case *one, const Duban__Case *other)
{
    return one->state != other->state;
}

static const char *state_text(struct cli *cli, const Duban__Case *case_)
{
    return show_label(&cli->show, name_of_case_state(case_->state));
}

static bool differs_in_due(const Duban__Case *one, const Duban__Case *other)
{
    return one->due_s != other->due_s;
}

static const char *due_text(struct cli *cli, const Duban__Case *case_)
{
    return show_time(&cli->show, case_->due_s);
}

static bool differs_in_overdue(const Duban__Case *one, const Duban__Case *other)
{
    return one->overdue_rounds != other->overdue_rounds;
}

static const char *overdue_text(struct cli *cli, const Duban__Case *case_)
{
    return text_of(&cli->arena, "%u", case_->overdue_rounds);
}

static bool differs_in_passes(const Duban__Case *one, const Duban__Case *other)
{
    return one->passes != other->passes || one->passes_needed != other->passes_needed;
}

static const char *passes_text(struct cli *cli, const Duban__Case *case_)
{
    return text_of(&cli->arena, "%u/%u", case_->passes, case_->passes_needed);
}

static bool differs_in_recurrences(const Duban__Case *one, const Duban__Case *other)
{
    return one->recurrences != other->recurrences;
}

static const char *recurrences_text(struct cli *cli, const Duban__Case *case_)
{
    return text_of(&cli->arena, "%u", case_->recurrences);
}

static bool differs_in_owner(const Duban__Case *one, const Duban__Case *other)
{
    return strcmp(one->owner, other->owner) != 0;
}

static const char *owner_text(struct cli *cli, const Duban__Case *case_)
{
    (void) cli;
    return case_->owner;
}

static bool differs_in_closing(const Duban__Case *one, const Duban__Case *other)
{
    return one->closed_ms != other->closed_ms;
}

static const char *closing_text(struct cli *cli, const Duban__Case *case_)
{
    return show_time_ms(&cli->show, case_->closed_ms);
}

struct case_field {
    const char *name;              /* as in JSON */
    struct words words;
    bool (*differs)(const Duban__Case *one, const Duban__Case *other);
    const char *(*text)(struct cli *cli, const Duban__Case *case_);
};

static const struct case_field FIELDS[] = {
    { "level", { "级别", "level" }, differs_in_level, level_text },
    { "state", { "状态", "state" }, differs_in_state, state_text },
    { "due", { "时限", "due" }, differs_in_due, due_text },
    { "overdue", { "逾期次数", "times overdue" }, differs_in_overdue, overdue_text },
    { "passes", { "复查合格", "passes" }, differs_in_passes, passes_text },
    { "recurrences", { "反弹次数", "recurrences" }, differs_in_recurrences, recurrences_text },
    { "owner", { "跟进人", "follow-up owner" }, differs_in_owner, owner_text },
    { "closed", { "销号", "closed" }, differs_in_closing, closing_text },
};

static void compare(struct what_if *what_if, struct store_txn *const txns[RUN_COUNT], const void *const rows[RUN_COUNT],
                    struct differing *differing)
{
    const Duban__Case *before = rows[BEFORE], *after = rows[AFTER];
    struct cli *cli = what_if->cli;

    (void) txns;
    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++)
        if (FIELDS[i].differs(before, after))
            differing_add(differing, FIELDS[i].name, FIELDS[i].words, FIELDS[i].text(cli, before), FIELDS[i].text(cli, after));
}

static void name(struct what_if *what_if, const void *const rows[RUN_COUNT], struct differing *differing)
{
    const Duban__Case *before = rows[BEFORE], *either = before != NULL ? before : rows[AFTER];

    differing->number = before == NULL ? "" : case_label(what_if->cli, before->number);
    differing->site = either->site;
    differing->item = either->item;
}

const struct compared CASES_COMPARED = {
    .table = TABLE_CASE, .type = &duban__case__descriptor, .content = content_of_case, .compare = compare, .name = name,
};
