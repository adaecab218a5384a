/* queries_why_not_rows.c - one row of the answer: what it is about, what would have been said, by which line. */
#include "queries_why_not.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { VALUE_BYTES = 400 };

static struct engine *engine_of(const struct why_not *why)
{
    return &why->question->rules->engine;
}

/* ---------------------------------------------------------------- what it is about */

static const char *site_and_finding(struct why_not *why, const char *site, const char *finding)
{
    return engine_joined(engine_of(why), site, engine_joined(engine_of(why), " · ", finding));
}

static void fill_case(struct why_not *why, Duban__WhyNotRow *row, const Duban__Case *case_)
{
    const Duban__Text *finding = engine_finding_text(engine_of(why), case_);
    const Duban__Text *site = query_site_name(why->question, case_->site);
    const char *zh = site == NULL ? case_->site : site->zh;

    row->number = state_case_label(why->question->arena, case_->number);
    row->what = engine_text(engine_of(why), site_and_finding(why, zh, finding->zh),
                            site_and_finding(why, site == NULL || site->en[0] == '\0' ? zh : site->en, finding->en));
}

static void fill_about(struct why_not *why, Duban__WhyNotRow *row)
{
    struct state *state = &why->question->rules->state;
    const Duban__Case *case_ = is_id_of_case(&row->about) ? state_case(state, row->about.data) : NULL;
    const Duban__Subject *subject = is_id_of_subject(&row->about) ? state_subject(state, row->about.data) : NULL;

    if (case_ != NULL)
        fill_case(why, row, case_);
    if (subject == NULL)
        return;
    row->number = (char *) engine_subject_number(engine_of(why), subject);
    row->what = subject_kind((int) subject->kind)->what(engine_of(why), subject);
}

Duban__WhyNotRow *why_not_add(struct why_not *why, Duban__WhyNot reason, const ProtobufCBinaryData *about)
{
    Duban__WhyNotRow *row = arena_take(why->question->arena, sizeof *row);

    assert(row != NULL && why->count < why->question->limit + MOST_ROWS_OF_ONE);
    duban__why_not_row__init(row);
    row->why = reason;
    row->about = *about;
    fill_about(why, row);
    why->rows[why->count++] = row;
    return row;
}

/* ---------------------------------------------------------------- by which line of the policy */

void why_not_fill_place(Duban__WhyNotRow *row, const struct policy *policy, const char *rule, const struct file_place *where)
{
    row->rule = (char *) rule;
    row->policy_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) policy->version };
    if (where == NULL)
        return;
    row->file = (char *) where->file;
    row->line = where->line;
}

static const struct policy_row *row_named(const struct policy_row *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

const struct policy_row *why_not_find_row(const struct policy *policy, int kind, const char *name)
{
    size_t levels = sizeof policy->plans[0] / sizeof policy->plans[0][0];
    const struct policy_row *found = NULL;

    if (kind < 0 || kind >= POLICY_TASK_KINDS)
        return NULL;
    for (size_t i = 0; i < levels && found == NULL; i++) {
        const struct policy_plan *plan = &policy->plans[kind][i];

        found = row_named(plan->reminders, plan->reminder_count, name);
        if (found == NULL)
            found = row_named(plan->ladder, plan->ladder_count, name);
    }
    return found;
}

static const Duban__Task *task_of(struct why_not *why, const ProtobufCBinaryData *id)
{
    return id->len == ID_BYTES ? state_task(&why->question->rules->state, id->data) : NULL;
}

/* Built in: a case's severity says when and to whom; what stands elsewhere is named by the notice that was sent. */
static const struct file_place *place_built_in(const struct policy *policy, const Duban__Case *case_)
{
    const struct policy_severity *severity = case_ == NULL ? NULL : policy_severity(policy, case_->level);

    return severity == NULL ? NULL : &severity->place;
}

static void fill_rule(struct why_not *why, Duban__WhyNotRow *row, const Duban__Fact *fact, const Duban__Task *task)
{
    const Duban__Case *case_ = is_id_of_case(&fact->subject) ? state_case(&why->question->rules->state, fact->subject.data) : NULL;
    const struct policy *policy = engine_of(why)->policy;
    const struct policy_row *plan_row;

    if (fact->rule[0] == '\0')
        return;
    if (case_ != NULL)
        policy = engine_policy_of(engine_of(why), &case_->policy_version);
    else if (task != NULL)
        policy = engine_policy_of(engine_of(why), &task->policy_version);
    plan_row = task == NULL ? NULL : why_not_find_row(policy, (int) task->kind, fact->rule);
    why_not_fill_place(row, policy, fact->rule, plan_row != NULL ? &plan_row->place : place_built_in(policy, case_));
}

void why_not_fill_task(Duban__WhyNotRow *row, Duban__Task *task)
{
    row->task_kind = task->kind;
    row->due_s = task->due_s;
    row->counted = task->counted;
}

Duban__WhyNotRow *why_not_add_fact(struct why_not *why, Duban__WhyNot reason, const Duban__Fact *fact)
{
    Duban__WhyNotRow *row = why_not_add(why, reason, &fact->subject);
    const Duban__Task *task = task_of(why, &fact->task);
    Duban__Task *then = task == NULL ? NULL : why_not_task_then(why, task);

    row->message = fact->message_kind;
    row->recipient = fact->recipient;
    row->decided_s = fact->at_s;
    row->at_s = fact->new_s;
    row->notice = fact->outbox_sequence;
    row->entry_sequence = fact->entry_sequence;
    row->reason = fact->reason;
    fill_rule(why, row, fact, task);
    if (then != NULL)
        why_not_fill_task(row, then);
    return row;
}

/* ---------------------------------------------------------------- whom it would reach */

void why_not_add_to(struct why_not *why, Duban__WhyNotRow *row, const char *account)
{
    for (size_t i = 0; i < row->n_to; i++)
        if (strcmp(row->to[i], account) == 0)
            return;
    if (row->n_to == MAX_RECIPIENTS)
        return;
    if (row->to == NULL)
        row->to = arena_take_pointers(why->question->arena, MAX_RECIPIENTS);
    assert(row->to != NULL);
    row->to[row->n_to++] = (char *) account;
}

static struct telling telling_of(struct why_not *why, Duban__Task *task, const struct policy_row *plan_row)
{
    return (struct telling){
        .row = plan_row, .task = task, .message = plan_row->message, .rule = plan_row->name,
        .case_ = task->case_id.len == ID_BYTES ? state_case(&why->question->rules->state, task->case_id.data) : NULL,
    };
}

static void fill_to(struct why_not *why, Duban__WhyNotRow *row, Duban__Task *task, const struct policy_row *plan_row)
{
    struct telling telling = telling_of(why, task, plan_row);
    struct recipient found[MAX_RECIPIENTS];

    for (size_t i = 0; i < plan_row->to_count; i++) {
        size_t count = engine_audience(engine_of(why), &telling, plan_row->to[i], found, MAX_RECIPIENTS);

        for (size_t k = 0; k < count; k++)
            why_not_add_to(why, row, found[k].holder->account);
        if (count == 0 && row->selector[0] == '\0')
            row->selector = (char *) engine_selector_name(plan_row->to[i]);
    }
}

void why_not_fill_plan_row(struct why_not *why, Duban__WhyNotRow *row, Duban__Task *task, const struct policy_row *plan_row)
{
    const struct policy *policy = engine_policy_of(engine_of(why), &task->policy_version);
    bool is_quiet = policy_is_quiet(engine_of(why)->policy, row->at_s) && !engine_is_exempt_from_quiet(policy, task);

    why_not_fill_task(row, task);
    why_not_fill_place(row, policy, plan_row->name, &plan_row->place);
    row->message = (char *) plan_row->message;
    if (plan_row->fold || is_quiet)
        row->heard_s = policy_next_digest(engine_of(why)->policy, row->at_s - 1);
    fill_to(why, row, task, plan_row);
}

static bool is_among(const struct recipient *found, size_t found_count, const char *const *accounts, size_t count)
{
    for (size_t i = 0; i < found_count; i++)
        for (size_t k = 0; k < count; k++)
            if (strcmp(found[i].holder->account, accounts[k]) == 0 ||
                (found[i].stands_in_for != NULL && strcmp(found[i].stands_in_for->account, accounts[k]) == 0))
                return true;
    return false;
}

bool why_not_reaches(struct why_not *why, Duban__Task *task, const struct policy_row *plan_row, const char *const *accounts,
                     size_t count)
{
    struct telling telling = telling_of(why, task, plan_row);
    struct recipient found[MAX_RECIPIENTS];

    for (size_t i = 0; i < plan_row->to_count; i++) {
        size_t found_count = engine_audience(engine_of(why), &telling, plan_row->to[i], found, MAX_RECIPIENTS);

        if (is_among(found, found_count, accounts, count))
            return true;
    }
    return false;
}

/* ---------------------------------------------------------------- conditions */

static char *value_words(struct why_not *why, int variable, const struct condition_value *value, const struct policy *policy, bool chinese)
{
    char *text = arena_take(why->question->arena, VALUE_BYTES);

    assert(text != NULL);
    condition_value_sentence((enum condition_variable) variable, value, policy, chinese, text, VALUE_BYTES);
    return text;
}

static char *condition_words(struct why_not *why, const struct condition *condition, const struct policy *policy, bool chinese)
{
    enum { SENTENCE_BYTES = 1000 };
    char *text = arena_take(why->question->arena, SENTENCE_BYTES);

    assert(text != NULL);
    condition_sentence(condition, policy, chinese, text, SENTENCE_BYTES);
    return text;
}

void why_not_fill_condition(struct why_not *why, Duban__WhyNotRow *row, const struct policy *policy,
                            const struct condition *condition, const struct condition_values *values)
{
    struct engine *engine = engine_of(why);

    row->condition = engine_text(engine, condition_words(why, condition, policy, true), condition_words(why, condition, policy, false));
    row->values = (Duban__ConditionValue **) arena_take_pointers(why->question->arena, CONDITION_VARIABLES);
    row->value_words = (Duban__Text **) arena_take_pointers(why->question->arena, CONDITION_VARIABLES);
    assert(row->values != NULL && row->value_words != NULL);
    for (int variable = 0; variable < CONDITION_VARIABLES; variable++) {
        const struct condition_value *value = &values->of[variable];

        if (!condition_reads(condition, (enum condition_variable) variable))
            continue;
        row->values[row->n_values++] = engine_condition_value(engine, (enum condition_variable) variable, value);
        row->value_words[row->n_value_words++] =
            engine_text(engine, value_words(why, variable, value, policy, true), value_words(why, variable, value, policy, false));
    }
}
