/* open.c - what is open, added up over the pages of rules' answers. */
#include "open.h"

#include <assert.h>

#include "engine_kind.h"

/* ---------------------------------------------------------------- asking */

/* 0 = cases. */
static bool ask_kind(struct cli *cli, int timeout_ms, int kind, struct open_kind *counted)
{
    Duban__OpenQuery which = DUBAN__OPEN_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault fault;

    which.kind = (Duban__SubjectKind) kind;
    query.body_case = DUBAN__QUERY__BODY_OPEN;
    query.open = &which;
    do {
        Duban__Reply *reply = ask_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_OPEN, timeout_ms, &fault);

        if (reply == NULL)
            return false;
        for (size_t i = 0; i < reply->open->n_rows; i++) {
            counted->open += reply->open->rows[i]->open;
            counted->overdue += reply->open->rows[i]->overdue;
            counted->overdue_unfixed += reply->open->rows[i]->overdue_unfixed;
        }
        query.after = reply->next;
    } while (query.after.len > 0);
    return true;
}

static struct open_kind named(int kind)
{
    const struct subject_kind *subject = subject_kind(kind);

    if (subject == NULL)
        return (struct open_kind){ .prefix = "DB", .label = { "问题", "case" } };
    return (struct open_kind){ .prefix = subject->prefix, .label = { subject->label.zh, subject->label.en } };
}

bool open_ask(struct cli *cli, int timeout_ms, struct open_kinds *open)
{
    int kind = 0;

    open->count = 0;
    do {
        assert(open->count < OPEN_MOST_KINDS);
        open->kinds[open->count] = named(kind);
        if (!ask_kind(cli, timeout_ms, kind, &open->kinds[open->count++]))
            return false;
        kind = subject_kind_after(kind);
    } while (kind != 0);
    return true;
}

/* ---------------------------------------------------------------- telling */

static void table_count(struct show_table *table, struct cli *cli, enum colour colour, uint64_t count)
{
    table_coloured(table, count == 0 ? COLOUR_NONE : colour, number_text(cli, count));
}

/* So that this number and the figure `overdue`, which is smaller, are not taken for each other. */
static void say_what_is_overdue(struct cli *cli, const struct open_kind *cases)
{
    unsigned long long unfixed = cases->overdue_unfixed, others = cases->overdue - cases->overdue_unfixed;

    if (cases->overdue > cases->overdue_unfixed)
        show_line(&cli->show, "问题逾期的，%1$llu 件是整改逾期（指标 overdue、早报晚报的“逾期未整改”只计这些），%2$llu 件已报整改，是我方复查或审批逾期：见 duban cases --overdue",
                  "cases overdue: %1$llu not fixed in time (the figure overdue, brief and summary count these alone); %2$llu said to be "
                  "fixed, with our revisit or approval overdue: see duban cases --overdue", unfixed, others);
}

void open_print(struct cli *cli, const struct open_kinds *open)
{
    static const struct show_column COLUMNS[] = {
        { { "种类", "kind" }, 0 }, { { "编号", "numbers" }, 0 }, { { "未结", "open" }, 0 }, { { "逾期", "overdue" }, 0 },
    };
    struct show_table table;

    show_heading(&cli->show, (struct words){ "未结事项", "what is open" });
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < open->count; i++) {
        const struct open_kind *kind = &open->kinds[i];

        table_text(&table, show_label(&cli->show, kind->label));
        table_text(&table, text_of(&cli->arena, "%s-", kind->prefix));
        table_count(&table, cli, COLOUR_NONE, kind->open);
        table_count(&table, cli, COLOUR_RED, kind->overdue);
    }
    table_print(&table);
    say_what_is_overdue(cli, &open->kinds[0]);
}

json_t *open_json(const struct open_kinds *open)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < open->count; i++)
        json_array_append_new(rows, json_pack("{s:s, s:I, s:I, s:I}", "kind", open->kinds[i].prefix, "open",
                                              (json_int_t) open->kinds[i].open, "overdue", (json_int_t) open->kinds[i].overdue,
                                              "overdueUnfixed", (json_int_t) open->kinds[i].overdue_unfixed));
    return rows;
}
