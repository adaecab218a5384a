/* what_if_cases.c - cases of both runs side by side: those of one entry, place and item are the same. */
#include "what_if.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "names.h"

enum { MOST_CASES_OF_ENTRY = 1024 };   /* one for each item of a report: no more than a pack may have */

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

const struct case_field CASE_FIELDS[] = {
    { "level", { "级别", "level" }, differs_in_level, level_text },
    { "state", { "状态", "state" }, differs_in_state, state_text },
    { "due", { "时限", "due" }, differs_in_due, due_text },
    { "overdue", { "逾期次数", "times overdue" }, differs_in_overdue, overdue_text },
    { "passes", { "复查合格", "passes" }, differs_in_passes, passes_text },
    { "recurrences", { "反弹次数", "recurrences" }, differs_in_recurrences, recurrences_text },
    { "owner", { "跟进人", "follow-up owner" }, differs_in_owner, owner_text },
    { "closed", { "销号", "closed" }, differs_in_closing, closing_text },
    { 0 },
};

static bool is_changed(const Duban__Case *before, const Duban__Case *after)
{
    if (before == NULL || after == NULL)
        return true;
    for (const struct case_field *field = CASE_FIELDS; field->name != NULL; field++)
        if (field->differs(before, after))
            return true;
    return false;
}

/* ---------------------------------------------------------------- those of one entry */

struct reading {
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key;
    struct bytes value;
    bool there;
};

struct cases {
    const Duban__Case *cases[MOST_CASES_OF_ENTRY];
    bool paired[MOST_CASES_OF_ENTRY];
    size_t count;
};

struct comparison {
    struct what_if *what_if;
    struct reading readings[RUN_COUNT];
    struct cases of[RUN_COUNT];
    case_shown *shown;
    void *self;
    bool wanted;
};

static void begin_reading(struct comparison *comparison, enum run run)
{
    struct reading *reading = &comparison->readings[run];

    state_read(&comparison->what_if->runs[run].state, &reading->txn);
    store_cursor_open(&reading->cursor, &reading->txn, TABLE_CASE);
    reading->there = store_seek(&reading->cursor, bytes_of("", 0), &reading->key, &reading->value);
}

static void end_reading(struct reading *reading)
{
    store_cursor_close(&reading->cursor);
    store_abort(&reading->txn);
}

static void read_cases(struct comparison *comparison, enum run run, uint64_t sequence)
{
    struct reading *reading = &comparison->readings[run];
    struct cases *cases = &comparison->of[run];

    for (cases->count = 0; reading->there && get_u64(reading->key.data) == sequence && cases->count < MOST_CASES_OF_ENTRY;
         reading->there = store_next(&reading->cursor, &reading->key, &reading->value)) {
        const Duban__Case *case_ = state_unpack(&comparison->what_if->arena, &duban__case__descriptor, reading->value);

        if (case_ == NULL)
            continue;
        cases->paired[cases->count] = false;
        cases->cases[cases->count++] = case_;
    }
}

static const Duban__Case *take_partner(struct cases *cases, const Duban__Case *case_)
{
    for (size_t i = 0; i < cases->count; i++)
        if (!cases->paired[i] && strcmp(cases->cases[i]->site, case_->site) == 0 && strcmp(cases->cases[i]->item, case_->item) == 0) {
            cases->paired[i] = true;
            return cases->cases[i];
        }
    return NULL;
}

static void show_pair(struct comparison *comparison, const Duban__Case *before, const Duban__Case *after)
{
    const Duban__Case *pair[RUN_COUNT] = { before, after };

    if (comparison->wanted && is_changed(before, after))
        comparison->wanted = comparison->shown(comparison->self, pair);
}

static void compare_cases(struct comparison *comparison)
{
    struct cases *before = &comparison->of[BEFORE], *after = &comparison->of[AFTER];

    for (size_t i = 0; i < before->count; i++)
        show_pair(comparison, before->cases[i], take_partner(after, before->cases[i]));
    for (size_t i = 0; i < after->count; i++)
        if (!after->paired[i])
            show_pair(comparison, NULL, after->cases[i]);
}

/* ---------------------------------------------------------------- all */

static bool next_entry(const struct comparison *comparison, uint64_t *sequence)
{
    bool found = false;

    for (int run = 0; run < RUN_COUNT; run++) {
        const struct reading *reading = &comparison->readings[run];

        if (reading->there && (!found || get_u64(reading->key.data) < *sequence)) {
            *sequence = get_u64(reading->key.data);
            found = true;
        }
    }
    return found;
}

static void walk(struct what_if *what_if, case_shown *shown, void *self, uint64_t counts[RUN_COUNT])
{
    struct comparison *comparison = calloc(1, sizeof *comparison);
    uint64_t sequence;

    if (comparison == NULL)
        die("内存不足 / out of memory");
    *comparison = (struct comparison){ .what_if = what_if, .shown = shown, .self = self, .wanted = true };
    for (int run = 0; run < RUN_COUNT; run++)
        begin_reading(comparison, (enum run) run);
    while (comparison->wanted && next_entry(comparison, &sequence)) {
        arena_reset(&what_if->arena);
        for (int run = 0; run < RUN_COUNT; run++) {
            read_cases(comparison, (enum run) run, sequence);
            counts[run] += comparison->of[run].count;
        }
        compare_cases(comparison);
    }
    for (int run = 0; run < RUN_COUNT; run++)
        end_reading(&comparison->readings[run]);
    free(comparison);
}

static bool count_change(void *self, const Duban__Case *cases[RUN_COUNT])
{
    struct what_if *what_if = self;

    what_if->cases_changed++;
    for (int run = 0; run < RUN_COUNT; run++)
        what_if->cases_alone[run] += cases[run] != NULL && cases[1 - run] == NULL ? 1 : 0;
    return true;
}

void cases_compare(struct what_if *what_if)
{
    walk(what_if, count_change, what_if, what_if->cases);
}

void cases_show(struct what_if *what_if, case_shown *shown, void *self)
{
    uint64_t unused[RUN_COUNT] = { 0 };

    walk(what_if, shown, self, unused);
}
