/* listings.c - what there is: cases, tasks, areas, sites, holders. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "engine_kind.h"
#include "entry_words.h"
#include "names.h"
#include "wanted.h"

#define COUNT_OF(columns) (sizeof (columns) / sizeof (columns)[0])

bool listing_begin(struct cli *cli, const struct listing *listing)
{
    if (listing->count == 0 && !filters_name_something(cli))
        return false;
    if (cli->json) {
        cli->failure = listing_json(cli, listing);
        return false;
    }
    listing_head(cli, listing);
    return true;
}

bool ask_table(struct cli *cli, enum endpoint endpoint, Duban__Query *query, Duban__Reply__BodyCase expected,
               struct listing *listing)
{
    return ask_all(cli, endpoint, query, expected, listing) && listing_begin(cli, listing);
}

/* The only argument, or empty. */
static char *argument_text(const struct cli *cli)
{
    return cli->argument_count == 0 ? "" : (char *) cli->arguments[0];
}

/* ---------------------------------------------------------------- cases */

static void add_case(struct show_table *table, struct cli *cli, const Duban__CaseRow *row)
{
    const Duban__Case *case_ = row->case_;
    const char *state = show_label(&cli->show, name_of_case_state(case_->state));

    table_coloured(table, colour_of_light(row->light), case_label(cli, case_->number));
    table_words(table, name_of_light(row->light));
    table_text(table, case_->level);
    table_words(table, words_or(words_of_text(row->site_name), case_->site));
    table_words(table, words_or(words_of_text(row->finding), case_->item));
    table_words(table, words_or(words_of_text(row->state_label), state));
    table_words(table, title_of(cli, case_->owner));
    table_coloured(table, row->overdue ? COLOUR_RED : COLOUR_NONE, row->case_->rectification_task.len > 0 ? due_label(cli, row->next_s, row->case_->counted)
                                                          : show_time(&cli->show, row->next_s));
    table_words(table, words_of_text(row->overdue_label));
}

enum exit_code command_cases(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "编号", "number" }, 0 }, { { "灯", "light" }, 0 }, { { "级", "level" }, 0 }, { { "点位", "site" }, 28 },
        { { "问题", "finding" }, 40 }, { { "状态", "state" }, 20 }, { { "跟进人", "owner" }, 22 },
        { { "下一期限", "next due" }, 0 }, { { "", "" }, 0 },
    };
    Duban__CasesQuery which = DUBAN__CASES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct show_table table;
    struct listing listing;

    which.closed_too = cli_has(cli, "all");
    which.site = cli_text(cli, "site");
    which.zone = cli_text(cli, "zone");
    which.focus_group = cli_text(cli, "focus-group");
    which.owner = cli_text(cli, "owner");
    which.level = cli_text(cli, "level");
    which.overdue_only = cli_has(cli, "overdue");
    query.body_case = DUBAN__QUERY__BODY_CASES;
    query.cases = &which;
    if (!ask_table(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CASES, &listing))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < listing.count; i++)
        add_case(&table, cli, listing.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- tasks */

static bool is_open(const Duban__Task *task)
{
    return task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN || task->state == DUBAN__TASK_STATE__TASK_STATE_CLAIMED ||
           task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED;
}

static bool is_overdue(const Duban__Task *task)
{
    return task->overdue_told && is_open(task);
}

/* What is due first comes first; what has no due, and what is over, last. */
static int by_due(const void *left, const void *right)
{
    const Duban__Task *a = (*(Duban__TaskRow *const *) left)->task, *b = (*(Duban__TaskRow *const *) right)->task;

    if (is_open(a) != is_open(b))
        return is_open(a) ? -1 : 1;
    if ((a->due_s == 0) != (b->due_s == 0))
        return a->due_s == 0 ? 1 : -1;
    if (a->due_s != b->due_s)
        return (a->due_s > b->due_s) - (a->due_s < b->due_s);
    return memcmp(a->id.data, b->id.data, a->id.len < b->id.len ? a->id.len : b->id.len);
}

static void keep_overdue(struct listing *tasks)
{
    size_t kept = 0;

    for (size_t i = 0; i < tasks->count; i++)
        if (is_overdue(((const Duban__TaskRow *) tasks->rows[i])->task))
            tasks->rows[kept++] = tasks->rows[i];
    tasks->count = kept;
}

/* With why its site is being watched, for whoever goes there. */
static struct words finding_and_risk(struct cli *cli, const Duban__TaskRow *row)
{
    struct words finding = words_of_text(row->finding);

    if (row->risk[0] == '\0' || strcmp(finding.zh, row->risk) == 0)
        return finding;
    return (struct words){ text_of(&cli->arena, "%s（盯守：%s）", finding.zh, row->risk),
                           text_of(&cli->arena, "%s (watched: %s)", finding.en[0] != '\0' ? finding.en : finding.zh,
                                   row->risk_en[0] != '\0' ? row->risk_en : row->risk) };
}

/* What whoever has the task sends to end it. */
static struct words act_of(Duban__TaskKind kind)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(&duban__entry__descriptor, (unsigned) task_kind_act((int) kind));

    return field == NULL ? (struct words){ "", "" } : name_of_field(field);
}

/* With the time that was agreed for a revisit. */
static const char *due_of(struct cli *cli, const Duban__Task *task)
{
    const char *due = due_label(cli, task->due_s, task->counted);

    if (!is_open(task) || task->appointed_s == 0)
        return due;
    return text_of(&cli->arena, "%s %s", due, show_label(&cli->show, words_of(&cli->arena, "（约定 %s）", "(agreed: %s)", show_time(&cli->show, task->appointed_s))));
}

static void add_task(struct show_table *table, struct cli *cli, const Duban__TaskRow *row)
{
    const Duban__Task *task = row->task;

    table_words(table, words_or(words_of_text(row->kind_label), show_label(&cli->show, name_of_task_kind(task->kind))));
    if (task->quarantined_sequence != 0)
        table_words(table, held_label(cli, task->quarantined_sequence));
    else if (row->number[0] == '\0' && task->report_sequence != 0)
        table_words(table, report_label(cli, task->report_sequence));
    else
        table_text(table, row->number);
    table_words(table, words_or(words_of_text(row->site_name != NULL ? row->site_name : row->area_name), task->site));
    table_words(table, finding_and_risk(cli, row));
    table_words(table, task->owner[0] != '\0' ? title_of(cli, task->owner) : name_of_role(task->owner_role));
    table_words(table, is_overdue(task) ? (struct words){ "逾期", "overdue" } : name_of_task_state(task->state));
    table_coloured(table, colour_of_light(row->light), due_of(cli, task));
    table_words(table, is_open(task) ? act_of(task->kind) : (struct words){ "", "" });
}

void print_tasks(struct cli *cli, const struct listing *tasks)
{
    static const struct show_column COLUMNS[] = {
        { { "任务", "task" }, 20 }, { { "编号", "case" }, 0 }, { { "点位", "site" }, 28 }, { { "问题", "finding" }, 40 },
        { { "责任人", "owner" }, 22 }, { { "状态", "state" }, 0 }, { { "期限", "due" }, 0 }, { { "办结方式", "ended by" }, 20 },
    };
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < tasks->count; i++)
        add_task(&table, cli, tasks->rows[i]);
    table_print(&table);
}

enum exit_code command_tasks(struct cli *cli)
{
    Duban__TasksQuery which = DUBAN__TASKS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const char *kind = cli_option(cli, "kind");
    struct listing listing;

    which.closed_too = cli_has(cli, "all");
    which.owner = cli_text(cli, "owner");
    which.kind = kind == NULL ? DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED : task_kind_of(kind);
    query.body_case = DUBAN__QUERY__BODY_TASKS;
    query.tasks = &which;
    if (!ask_table(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_TASKS, &listing))
        return cli->failure;
    if (cli_has(cli, "overdue"))
        keep_overdue(&listing);
    if (listing.count > 0)
        qsort(listing.rows, listing.count, sizeof *listing.rows, by_due);
    print_tasks(cli, &listing);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- registry */

static struct words title_of_scope(struct cli *cli, const Duban__RoleGrant *grant)
{
    switch ((int) grant->role) {
    case DUBAN__ROLE__ROLE_INSPECTOR:
    case DUBAN__ROLE__ROLE_GROUP_LEADER:
        return title_of_zone(cli, grant->scope);
    case DUBAN__ROLE__ROLE_AREA_CONTACT:
    case DUBAN__ROLE__ROLE_AREA_STAFF:
        return title_of_area(cli, grant->scope);
    default:
        return (struct words){ grant->scope, grant->scope };
    }
}

struct words roles_of(struct cli *cli, const Duban__Holder *holder)
{
    struct words all = { "", "" };

    for (size_t i = 0; i < holder->n_roles; i++) {
        struct words role = name_of_role(holder->roles[i]->role);
        struct words scope = title_of_scope(cli, holder->roles[i]);
        const char *gap = i == 0 ? "" : ", ";

        all = (struct words){
            text_of(&cli->arena, "%s%s%s%s%s", all.zh, gap, role.zh, scope.zh[0] == '\0' ? "" : " ", scope.zh),
            text_of(&cli->arena, "%s%s%s%s%s", all.en, gap, role.en, scope.en[0] == '\0' ? "" : " ", scope.en),
        };
    }
    return all;
}

enum exit_code command_holders(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "账号", "account" }, 0 }, { { "称谓", "title" }, 30 }, { { "岗位", "roles" }, 40 }, { { "渠道", "channel" }, 0 },
        { { "代理人", "deputy" }, 0 }, { { "在岗", "present" }, 0 },
    };
    Duban__HoldersQuery which = DUBAN__HOLDERS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct show_table table;
    struct listing listing;

    which.account = argument_text(cli);
    query.body_case = DUBAN__QUERY__BODY_HOLDERS;
    query.holders = &which;
    if (!ask_table(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_HOLDERS, &listing))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < listing.count; i++) {
        const Duban__Holder *holder = listing.rows[i];

        table_text(&table, holder->account);
        table_words(&table, words_of_text(holder->title));
        table_words(&table, roles_of(cli, holder));
        table_text(&table, holder->channel[0] == '\0' ? "spool" : holder->channel);
        table_text(&table, holder->deputy);
        table_words(&table, holder->away ? (struct words){ "不在岗", "away" } : (struct words){ "在岗", "present" });
    }
    table_print(&table);
    return EXIT_FINE;
}
