/* plan.c - duban plan: the stops of each group on a day, what comes next; duban plan confirm: settle them. */
#include <string.h>

#include "civil.h"
#include "cli.h"
#include "day_words.h"
#include "names.h"
#include "wanted.h"

enum { MOST_CODES = 100 };

/* ---------------------------------------------------------------- words */

static struct words words_of_reason(Duban__StopReasonKind kind)
{
    struct day_words words = day_words_of_reason(kind);

    return (struct words){ words.zh, words.en };
}

static struct words words_of_state(Duban__StopState state)
{
    struct day_words words = day_words_of_stop(state);

    return (struct words){ words.zh, words.en };
}

/* Behind what stands there already, "" or more. */
static struct words joined(struct cli *cli, struct words before, struct words more)
{
    if (before.zh[0] == '\0')
        return more;
    return words_of(&cli->arena, "%1$s、%3$s%2$.0s%4$.0s", "%2$s, %4$s%1$.0s%3$.0s", before.zh, before.en, more.zh, more.en);
}

static struct words why_there(struct cli *cli, const Duban__PlanStop *stop)
{
    struct words all = { "", "" };

    for (size_t i = 0; i < stop->n_reasons; i++) {
        struct words kind = words_of_reason(stop->reasons[i]->kind);

        if (stop->reasons[i]->number[0] != '\0')
            kind = words_of(&cli->arena, "%1$s %3$s%2$.0s", "%2$s %3$s%1$.0s", kind.zh, kind.en, stop->reasons[i]->number);
        all = joined(cli, all, kind);
    }
    if (stop->carried_from_day != 0)
        all = joined(cli, all, words_of(&cli->arena, "%s 未完成转来", "carried over from %s", cli_day_text(cli, stop->carried_from_day)));
    if (stop->carried_from_day != 0 && stop->carried_reason[0] != '\0')
        all = joined(cli, all, words_of(&cli->arena, "当时未去：%s", "left then: %s", stop->carried_reason));
    else if (stop->carried_from_day != 0 && stop->carried_attempted)
        all = joined(cli, all, (struct words){ "到过，未能检查", "was there in vain" });
    if (stop->moved_in)
        all = joined(cli, all, (struct words){ "今天转入", "moved in today" });
    if (stop->left_reason[0] != '\0')
        all = joined(cli, all, words_of(&cli->arena, "未去：%s", "left: %s", stop->left_reason));
    if (stop->reason[0] != '\0')
        all = joined(cli, all, words_of_text(&(Duban__Text){ .base = PROTOBUF_C_MESSAGE_INIT(&duban__text__descriptor),
                                                             .zh = stop->reason, .en = stop->reason }));
    return all;
}

static struct words standing_of(struct cli *cli, const Duban__PlanRow *row)
{
    const Duban__DayPlan *plan = row->plan;

    if (plan->state == DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN)
        return (struct words){ "已撤回：政策包不再排路线", "withdrawn: the policy plans no days any more" };
    if (plan->state == DUBAN__PLAN_STATE__PLAN_STATE_CONFIRMED) {
        struct words by = title_of(cli, plan->confirmed_by);

        return words_of(&cli->arena, "%1$s 已确认（%2$s%3$.0s）", "confirmed at %1$s (%3$s%2$.0s)", show_time(&cli->show, plan->confirmed_s), by.zh,
                        by.en[0] == '\0' ? by.zh : by.en);
    }
    if (row->stands)
        return (struct words){ "未确认，按草案执行", "not confirmed: it stands as drafted" };
    return words_of(&cli->arena, "草案，请在 %s 前确认", "a draft: confirm it by %s", show_time(&cli->show, plan->stands_s));
}

/* ---------------------------------------------------------------- tables */

static void add_stop(struct show_table *table, struct cli *cli, const Duban__PlanRow *row, size_t i)
{
    const Duban__PlanStop *stop = row->plan->stops[i];
    bool is_late = stop->state == DUBAN__STOP_STATE__STOP_STATE_NOT_DONE;

    table_text(table, number_text(cli, i + 1));
    table_text(table, stop->site);
    table_words(table, words_of_text(row->site_names[i]));
    table_words(table, why_there(cli, stop));
    table_words(table, title_of(cli, stop->person));
    table_coloured(table, is_late ? COLOUR_RED : COLOUR_NONE, show_label(&cli->show, words_of_state(stop->state)));
}

static const struct show_column COLUMNS[] = {
    { { "站", "stop" }, 0 }, { { "点位", "site" }, 0 }, { { "名称", "name" }, 28 }, { { "事由", "why" }, 48 },
    { { "责任人", "person" }, 24 }, { { "状态", "state" }, 0 },
};

static void print_plan(struct cli *cli, const Duban__PlanRow *row)
{
    struct show_table table;
    struct words standing = standing_of(cli, row), zone = title_of_zone(cli, row->plan->zone);

    show_line(&cli->show, "片区 %1$s：%3$s%2$.0s%4$.0s", "zone %2$s: %4$s%1$.0s%3$.0s", zone.zh, zone.en, standing.zh, standing.en);
    if (row->nobody)
        show_line(&cli->show, "片区 %1$s 没有组长：草案已报专班组长，请指定%2$.0s", "zone %2$s has no group leader: the draft has gone to the lead; appoint one%1$.0s",
                  zone.zh, zone.en);
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < row->plan->n_stops; i++)
        add_stop(&table, cli, row, i);
    table_print(&table);
    show_line(&cli->show, "待去 %u，已去 %u，未完成 %u，取消 %u", "to go %u, done %u, not done %u, dropped %u", row->planned, row->done,
              row->not_done, row->dropped);
    for (size_t i = 0; i < row->plan->n_left_out; i++) {
        struct words rank = words_of_reason(row->plan->left_out[i]->rank);

        show_line(&cli->show, "排不下：%1$s %3$u 处%2$.0s", "no room for: %2$s, %3$u sites%1$.0s", rank.zh, rank.en, row->plan->left_out[i]->sites);
    }
}

/* Why there is no plan, and what to do. */
static void say_none(struct cli *cli, const Duban__PlanRows *reply)
{
    const char *day = cli_day_text(cli, reply->day);

    if (!reply->has_plan)
        show_line(&cli->show, "现行政策包没有 plan 一节，不排路线；请在 policy.yaml 补上再启用",
                  "the policy in force has no section plan: days are not planned; add it to policy.yaml and activate it");
    else if (reply->draft_s != 0 && civil_day(reply->draft_s, cli->show.offset_s) == reply->day)
        show_line(&cli->show, "%1$s 的路线还没有排：%2$s 排出草案", "the stops of %1$s are not drafted yet: they will be at %2$s", day,
                  show_time(&cli->show, reply->draft_s));
    else
        show_line(&cli->show, "%s 没有路线：那天没有排过，或没有要去的点位", "there is no plan of %s: it was not planned, or nothing was due", day);
}

/* ---------------------------------------------------------------- what comes next */

static bool has_role(const Duban__Holder *holder, Duban__Role role, const char *zone)
{
    for (size_t i = 0; i < holder->n_roles; i++)
        if (holder->roles[i]->role == role && (zone == NULL || strcmp(holder->roles[i]->scope, zone) == 0))
            return true;
    return false;
}

/* zone: NULL = has none. False: cannot be asked, has been said. */
static bool own_zone(struct cli *cli, struct listing *holders, const char **zone)
{
    struct fault fault = { .field = "" };

    *zone = NULL;
    if (!ask_holders(cli, holders, &fault)) {
        cli_refuse(cli, &fault);
        return false;
    }
    for (size_t i = 0; i < holders->count; i++) {
        const Duban__Holder *holder = holders->rows[i];

        for (size_t k = 0; strcmp(holder->account, cli->account) == 0 && k < holder->n_roles; k++)
            if (holder->roles[k]->role == DUBAN__ROLE__ROLE_INSPECTOR || holder->roles[k]->role == DUBAN__ROLE__ROLE_GROUP_LEADER)
                *zone = holder->roles[k]->scope;
    }
    return true;
}

/* What falls to the leader is anybody's of the group; what has an owner of its own is his. */
static bool is_given_to_another(const struct cli *cli, const struct listing *holders, const char *zone, const char *person)
{
    if (person[0] == '\0' || strcmp(person, cli->account) == 0)
        return false;
    for (size_t i = 0; i < holders->count; i++) {
        const Duban__Holder *holder = holders->rows[i];

        if (strcmp(holder->account, person) == 0)
            return !has_role(holder, DUBAN__ROLE__ROLE_GROUP_LEADER, zone);
    }
    return false;
}

struct next_stop {
    const Duban__PlanRow *row;   /* NULL = none */
    size_t place;
};

/* The first that is to go to; holders: leaving out what is given to others, NULL = all alike. */
static struct next_stop find_next(const struct cli *cli, const struct listing *rows, const struct listing *holders)
{
    for (size_t r = 0; r < rows->count; r++) {
        const Duban__PlanRow *row = rows->rows[r];

        for (size_t i = 0; i < row->plan->n_stops; i++) {
            const Duban__PlanStop *stop = row->plan->stops[i];

            if (stop->state == DUBAN__STOP_STATE__STOP_STATE_PLANNED &&
                (holders == NULL || !is_given_to_another(cli, holders, row->plan->zone, stop->person)))
                return (struct next_stop){ row, i };
        }
    }
    return (struct next_stop){ .row = NULL };
}

static enum exit_code print_next(struct cli *cli, const struct listing *rows, const struct listing *holders)
{
    struct next_stop next = find_next(cli, rows, holders);
    struct show_table table;

    if (next.row == NULL && find_next(cli, rows, NULL).row != NULL) {
        show_line(&cli->show, "剩下的各站都有别的责任人，全部见 duban plan", "every stop that is left is somebody else's; all of them: duban plan");
        return EXIT_FINE;
    }
    if (next.row == NULL) {
        show_line(&cli->show, "今天的各站都去过了", "every stop of today is done");
        return EXIT_FINE;
    }
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    add_stop(&table, cli, next.row, next.place);
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- shown */

static enum exit_code show_plans(struct cli *cli)
{
    Duban__PlanQuery which = DUBAN__PLAN_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT, first = DUBAN__QUERY__INIT;
    const char *day = cli_option(cli, "day"), *zone = cli_option(cli, "zone");
    bool by_person = cli_has(cli, "next") && zone == NULL;
    struct listing rows, holders;
    Duban__Reply *reply;

    if (day != NULL && !cli_day(cli, "--day", day, &which.day))
        return EXIT_WRONG_USE;
    if (day != NULL)
        which.day_presence_case = DUBAN__PLAN_QUERY__DAY_PRESENCE_DAY;
    if (by_person && !own_zone(cli, &holders, &zone))
        return cli->failure;
    if (cli_has(cli, "next") && zone == NULL)
        return cli_wrong_use(cli, "请写明片区：--zone（%s 不是巡查员，也不是组长）", "say which zone: --zone (%s is neither inspector nor group leader)", cli->account);
    which.zone = zone == NULL ? "" : (char *) zone;
    query.body_case = first.body_case = DUBAN__QUERY__BODY_PLAN;
    query.plan = first.plan = &which;
    first.limit = 1;
    reply = ask(cli, RULES_QUERY, &first, DUBAN__REPLY__BODY_PLAN);
    if (reply == NULL || !ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_PLAN, &rows))
        return cli->failure;
    if (rows.count == 0 && !filters_name_something(cli))
        return cli->failure;
    if (cli->json)
        return listing_json(cli, &rows);
    listing_head(cli, &rows);
    if (rows.count == 0)
        say_none(cli, reply->plan);
    else if (cli_has(cli, "next"))
        return print_next(cli, &rows, by_person ? &holders : NULL);
    for (size_t i = 0; i < rows.count; i++)
        print_plan(cli, rows.rows[i]);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- confirmed */

/* The codes of "a,b,c", as many as there may be; how many there are. */
static size_t codes_of(struct cli *cli, const char *text, char *codes[MOST_CODES])
{
    char *rest = text_of(&cli->arena, "%s", text == NULL ? "" : text), *code;
    size_t count = 0;

    while ((code = strsep(&rest, ",")) != NULL)
        if (code[0] != '\0' && count++ < MOST_CODES)
            codes[count - 1] = code;
    return count;
}

/* False, with a word, when the option names too many sites. */
static bool codes_fit(struct cli *cli, const char *option)
{
    char *codes[MOST_CODES];
    size_t count = codes_of(cli, cli_option(cli, option), codes);

    if (count <= MOST_CODES)
        return true;
    cli_wrong_use(cli, "--%s 写了 %zu 个点位，最多 %d 个；请分几次确认", "--%s names %zu sites, at most %d may be named; confirm it in several goes",
                  option, count, MOST_CODES);
    return false;
}

static Duban__StopChange **changes_of(struct cli *cli, const char *option, size_t *count)
{
    char *codes[MOST_CODES];
    Duban__StopChange **changes;

    *count = codes_of(cli, cli_option(cli, option), codes);
    changes = arena_take_pointers(&cli->arena, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        changes[i] = cli_take(cli, sizeof **changes);
        duban__stop_change__init(changes[i]);
        changes[i]->site = codes[i];
        changes[i]->reason = cli_text(cli, "reason");
    }
    return changes;
}

static enum exit_code confirm(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__PlanConfirmation confirmation = DUBAN__PLAN_CONFIRMATION__INIT;
    const char *day = cli_option(cli, "day");
    char *first[MOST_CODES];

    if (day != NULL && !cli_day(cli, "--day", day, &confirmation.day))
        return EXIT_WRONG_USE;
    if (!codes_fit(cli, "first") || !codes_fit(cli, "drop") || !codes_fit(cli, "add"))
        return EXIT_WRONG_USE;
    if ((cli_has(cli, "drop") || cli_has(cli, "add")) && !cli_needs(cli, "plan confirm", "reason"))
        return EXIT_WRONG_USE;
    confirmation.zone = (char *) cli->arguments[1];
    confirmation.n_first = codes_of(cli, cli_option(cli, "first"), first);
    confirmation.first = first;
    confirmation.drops = changes_of(cli, "drop", &confirmation.n_drops);
    confirmation.adds = changes_of(cli, "add", &confirmation.n_adds);
    entry.body_case = DUBAN__ENTRY__BODY_PLAN_CONFIRMATION;
    entry.plan_confirmation = &confirmation;
    return send_act(cli, &entry);
}

/* ---------------------------------------------------------------- left undone */

static enum exit_code left(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__StopLeft stop_left = DUBAN__STOP_LEFT__INIT;

    if (!cli_needs(cli, "plan left", "reason"))
        return EXIT_WRONG_USE;
    stop_left.site = (char *) cli->arguments[1];
    stop_left.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_STOP_LEFT;
    entry.stop_left = &stop_left;
    return send_act(cli, &entry);
}

enum exit_code command_plan(struct cli *cli)
{
    static const struct verb VERBS[] = { { "confirm", 1, 1, confirm }, { "left", 1, 1, left }, { 0 } };

    return cli->argument_count == 0 ? show_plans(cli) : cli_run_verb(cli, VERBS);
}
