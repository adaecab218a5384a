/* what_if_show.c - what would be otherwise: figures first, then each difference, as many as are wanted. */
#include "what_if.h"

#include <inttypes.h>
#include <string.h>

#include "digest.h"
#include "log.h"
#include "names.h"

enum { VERSION_DIGITS = 16 };

static const struct words HEADINGS[TELLING_CHANGE_COUNT] = {
    [TELLING_ADDED] = { "会多发的", "would be told besides" },
    [TELLING_DROPPED] = { "不再发的", "would not be told" },
    [TELLING_MOVED] = { "改时间的", "would be told at another time" },
    [TELLING_READDRESSED] = { "改收件人的", "would be told to somebody else" },
    [TELLING_CHANGED] = { "级别或时限不同的", "would name another level or due" },
};

static struct words role_words(int role)
{
    return role == DUBAN__ROLE__ROLE_UNSPECIFIED ? (struct words){ "其他", "others" } : name_of_role((Duban__Role) role);
}

/* ---------------------------------------------------------------- figures */

static void show_period(struct what_if *what_if)
{
    struct show *show = &what_if->cli->show;
    char version[2 * POLICY_VERSION_BYTES + 1];

    if (what_if->runs[BEFORE].engine.rehearsal)
        show_line(show, "【演练】", "[drill]");
    show_line(show, "假如 %s 起用的是 %s（版本 %.16s）：至 %s，%s 条记录", "what if from %s on it had been %s (version %.16s): until %s, %s entries",
              show_time(show, what_if->begun_s), what_if->runs[AFTER].engine.policy->name,
              hex_of(version, what_if->pack.version, POLICY_VERSION_BYTES), show_time(show, what_if->ended_s),
              number_text(what_if->cli, what_if->entries));
}

static void show_notices(struct what_if *what_if)
{
    struct show *show = &what_if->cli->show;

    show_line(show, "通知：%" PRIu64 " → %" PRIu64 " 条，所说的事 %" PRIu64 " → %" PRIu64 " 件（一条消息可说几件）",
              "notices: %" PRIu64 " -> %" PRIu64 ", which tell %" PRIu64 " -> %" PRIu64 " things (a message may tell several)",
              what_if->notices[BEFORE], what_if->notices[AFTER], what_if->tellings[BEFORE], what_if->tellings[AFTER]);
    show_line(show, "  其中 多发 %" PRIu64 "，不再发 %" PRIu64 "，改时间 %" PRIu64 "，改收件人 %" PRIu64 "，级别或时限不同 %" PRIu64,
              "  of these %" PRIu64 " added, %" PRIu64 " dropped, %" PRIu64 " moved, %" PRIu64 " re-addressed, %" PRIu64
              " of another level or due",
              what_if->changes[TELLING_ADDED], what_if->changes[TELLING_DROPPED], what_if->changes[TELLING_MOVED],
              what_if->changes[TELLING_READDRESSED], what_if->changes[TELLING_CHANGED]);
}

static void show_cases(struct what_if *what_if)
{
    show_line(&what_if->cli->show,
              "问题：%" PRIu64 " → %" PRIu64 " 件，有差别的 %" PRIu64 " 件（不再立案 %" PRIu64 "，只在新政策下立案 %" PRIu64 "）",
              "cases: %" PRIu64 " -> %" PRIu64 ", %" PRIu64 " of them otherwise (%" PRIu64 " not opened, %" PRIu64
              " opened under the new pack alone)",
              what_if->cases[BEFORE], what_if->cases[AFTER], what_if->cases_changed, what_if->cases_alone[BEFORE],
              what_if->cases_alone[AFTER]);
}

static void show_subjects(struct what_if *what_if)
{
    if (what_if->subjects[BEFORE] + what_if->subjects[AFTER] > 0)
        show_line(&what_if->cli->show,
                  "投诉、移交等事项：%" PRIu64 " → %" PRIu64 " 件，有差别的 %" PRIu64 " 件（不再有 %" PRIu64 "，只在新政策下有 %" PRIu64 "）",
                  "complaints, referrals and the like: %" PRIu64 " -> %" PRIu64 ", %" PRIu64 " of them otherwise (%" PRIu64
                  " not there, %" PRIu64 " under the new pack alone)",
                  what_if->subjects[BEFORE], what_if->subjects[AFTER], what_if->subjects_changed, what_if->subjects_alone[BEFORE],
                  what_if->subjects_alone[AFTER]);
}

static void show_references(struct what_if *what_if)
{
    struct show *show = &what_if->cli->show;

    if (what_if->references_missing > 0)
        show_line(show, "日志里有 %" PRIu64 " 次处理，其对象在新政策下没有产生，已略过",
                  "%" PRIu64 " acts of the journal are on what the new pack never opens: passed over", what_if->references_missing);
    if (what_if->references_unknown > 0)
        show_line(show, "日志里有 %" PRIu64 " 次处理写的编号当时没有，两边都留待核实",
                  "%" PRIu64 " acts of the journal name a number that nobody had: held under both", what_if->references_unknown);
    if (what_if->references_refused > 0)
        show_line(show, "日志里有 %" PRIu64 " 次处理，在新政策下情形已不同，不起作用",
                  "%" PRIu64 " acts of the journal do not fit what stands under the new pack: without effect",
                  what_if->references_refused);
}

/* ---------------------------------------------------------------- load */

static uint64_t load_of_role(const struct what_if *what_if, enum run run, int role)
{
    uint64_t sum = 0;

    for (int hour = 0; hour < WHAT_IF_HOURS; hour++)
        sum += what_if->load[run][role][hour];
    return sum;
}

static uint64_t load_of_hour(const struct what_if *what_if, enum run run, int hour)
{
    uint64_t sum = 0;

    for (int role = 0; role < WHAT_IF_ROLES; role++)
        sum += what_if->load[run][role][hour];
    return sum;
}

static bool has_load(const struct what_if *what_if, int role)
{
    return load_of_role(what_if, BEFORE, role) + load_of_role(what_if, AFTER, role) > 0;
}

static void add_load(struct show_table *table, struct cli *cli, uint64_t before, uint64_t after)
{
    if (before == after)
        table_text(table, before == 0 ? "" : number_text(cli, before));
    else
        table_coloured(table, COLOUR_YELLOW, text_of(&cli->arena, "%" PRIu64 "→%" PRIu64, before, after));
}

static void add_load_row(struct show_table *table, struct what_if *what_if, int hour)
{
    table_text(table, text_of(&what_if->cli->arena, "%02d", hour));
    for (int role = 0; role < WHAT_IF_ROLES; role++)
        if (has_load(what_if, role))
            add_load(table, what_if->cli, what_if->load[BEFORE][role][hour], what_if->load[AFTER][role][hour]);
}

static void add_load_sums(struct show_table *table, struct what_if *what_if)
{
    table_words(table, (struct words){ "合计", "in all" });
    for (int role = 0; role < WHAT_IF_ROLES; role++)
        if (has_load(what_if, role))
            add_load(table, what_if->cli, load_of_role(what_if, BEFORE, role), load_of_role(what_if, AFTER, role));
}

static void show_load(struct what_if *what_if)
{
    struct show_column columns[1 + WHAT_IF_ROLES] = { { { "时", "hour" }, 0 } };
    struct show_table table;
    size_t count = 1;

    for (int role = 0; role < WHAT_IF_ROLES; role++)
        if (has_load(what_if, role))
            columns[count++] = (struct show_column){ role_words(role), 14 };
    show_heading(&what_if->cli->show, (struct words){ "各岗位各时段的通知条数", "notices by post and hour" });
    table_open(&table, &what_if->cli->show, columns, count);
    for (int hour = 0; hour < WHAT_IF_HOURS; hour++)
        if (load_of_hour(what_if, BEFORE, hour) + load_of_hour(what_if, AFTER, hour) > 0)
            add_load_row(&table, what_if, hour);
    add_load_sums(&table, what_if);
    table_print(&table);
}

/* ---------------------------------------------------------------- tellings */

struct showing {
    struct what_if *what_if;
    struct show_table table;
    enum telling_change change;
    uint64_t left;                 /* that may still be shown */
};

static struct words recipient_words(const Duban__Notice *notice)
{
    return words_or(words_of_text(notice->recipient->title), notice->recipient->account);
}

static const char *level_and_due(struct showing *showing, const Duban__NoticeItem *item)
{
    return text_of(&showing->what_if->cli->arena, "%s %s", item->level, show_time(&showing->what_if->cli->show, item->due_s));
}

static void add_becomes(struct showing *showing, const struct difference *difference)
{
    struct cli *cli = showing->what_if->cli;

    if (showing->change == TELLING_MOVED)
        table_time(&showing->table, difference->notice[AFTER]->due_at_s);
    if (showing->change == TELLING_READDRESSED)
        table_words(&showing->table, recipient_words(difference->notice[AFTER]));
    if (showing->change == TELLING_CHANGED)
        table_text(&showing->table, text_of(&cli->arena, "%s → %s", level_and_due(showing, difference->item[BEFORE]),
                                            level_and_due(showing, difference->item[AFTER])));
}

static bool add_telling(void *self, const struct telling_place places[RUN_COUNT])
{
    struct showing *showing = self;
    struct difference difference = telling_difference(showing->what_if, places);
    const Duban__Notice *notice = difference.notice[difference.first];
    const Duban__NoticeItem *item = difference.item[difference.first];

    if (item == NULL)
        return true;
    table_time(&showing->table, notice->due_at_s);
    table_words(&showing->table, name_of_message(item->kind[0] != '\0' ? item->kind : notice->kind));
    table_words(&showing->table, recipient_words(notice));
    table_words(&showing->table, number_of_item(showing->what_if->cli, item));
    table_words(&showing->table, words_or(words_of_text(item->site_name), item->site));
    add_becomes(showing, &difference);
    return --showing->left > 0;
}

static void say_more(struct what_if *what_if, uint64_t all, uint64_t limit)
{
    if (all > limit)
        show_line(&what_if->cli->show, "……还有 %" PRIu64 " 件：--limit 多列几件，--json 全列", "... and %" PRIu64 " more: --limit lists more, --json all",
                  all - limit);
}

static void show_tellings(struct what_if *what_if, enum telling_change change, uint64_t limit)
{
    static const struct show_column COLUMNS[] = {
        { { "时间", "time" }, 0 }, { { "消息", "message" }, 24 }, { { "收件人", "recipient" }, 22 }, { { "编号", "number" }, 0 },
        { { "点位", "site" }, 24 }, { { "改为", "becomes" }, 44 },
    };
    struct showing showing = { .what_if = what_if, .change = change, .left = limit };
    bool stands_alone = change == TELLING_ADDED || change == TELLING_DROPPED;

    if (what_if->changes[change] == 0 || limit == 0)
        return;
    show_heading(&what_if->cli->show, HEADINGS[change]);
    table_open(&showing.table, &what_if->cli->show, COLUMNS, stands_alone ? 5 : 6);
    tellings_show(what_if, change, add_telling, &showing);
    table_print(&showing.table);
    say_more(what_if, what_if->changes[change], limit);
}

/* ---------------------------------------------------------------- cases, subjects */

static const char *what_text(struct showing *showing, const struct differing *differing)
{
    struct show *show = &showing->what_if->cli->show;

    if (differing->kind.zh == NULL)
        return differing->item;
    return text_of(&showing->what_if->cli->arena, "%s %s", show_label(show, differing->kind), differing->item);
}

static void begin_row(struct showing *showing, const struct differing *differing)
{
    table_text(&showing->table, differing->number);
    table_text(&showing->table, differing->site);
    table_text(&showing->table, what_text(showing, differing));
}

static void add_alone(struct showing *showing, const struct differing *differing)
{
    struct words none = { "没有", "not there" }, there = { "有", "there" };

    if (differing->kind.zh == NULL) {
        none = (struct words){ "不立案", "not opened" };
        there = (struct words){ "立案", "opened" };
    }
    begin_row(showing, differing);
    table_text(&showing->table, "");
    table_words(&showing->table, differing->there[BEFORE] ? there : none);
    table_words(&showing->table, differing->there[AFTER] ? there : none);
}

static bool add_differing(void *self, const struct differing *differing)
{
    struct showing *showing = self;

    if (!differing->there[BEFORE] || !differing->there[AFTER])
        add_alone(showing, differing);
    for (size_t i = 0; i < differing->field_count; i++) {
        begin_row(showing, differing);
        table_words(&showing->table, differing->fields[i].words);
        table_text(&showing->table, differing->fields[i].text[BEFORE]);
        table_text(&showing->table, differing->fields[i].text[AFTER]);
    }
    return --showing->left > 0;
}

static void show_differing(struct what_if *what_if, const struct compared *compared, struct words heading, uint64_t all, uint64_t limit)
{
    static const struct show_column COLUMNS[] = {
        { { "编号", "number" }, 0 }, { { "点位", "site" }, 0 }, { { "检查项", "item" }, 0 }, { { "", "" }, 0 },
        { { "现", "now" }, 28 }, { { "改后", "then" }, 28 },
    };
    struct showing showing = { .what_if = what_if, .left = limit };
    uint64_t unused[RUN_COUNT] = { 0 };

    if (all == 0 || limit == 0)
        return;
    show_heading(&what_if->cli->show, heading);
    table_open(&showing.table, &what_if->cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    rows_compare(what_if, compared, add_differing, &showing, unused);
    table_print(&showing.table);
    say_more(what_if, all, limit);
}

enum exit_code what_if_show(struct what_if *what_if, uint64_t limit)
{
    show_period(what_if);
    show_notices(what_if);
    show_cases(what_if);
    show_subjects(what_if);
    show_references(what_if);
    if (what_if_is_the_same(what_if))
        show_line(&what_if->cli->show, "没有差别", "nothing would be otherwise");
    show_load(what_if);
    for (int change = 0; change < TELLING_CHANGE_COUNT; change++)
        show_tellings(what_if, (enum telling_change) change, limit);
    show_differing(what_if, &CASES_COMPARED, (struct words){ "有差别的问题", "cases that would be otherwise" }, what_if->cases_changed, limit);
    show_differing(what_if, &SUBJECTS_COMPARED, (struct words){ "有差别的投诉、移交等事项", "complaints, referrals and the like that would be otherwise" },
                   what_if->subjects_changed, limit);
    return EXIT_FINE;
}
