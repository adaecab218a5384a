/* replay.c - duban replay --verify: the journal applied from nothing by the code of rules,
 * then compared with the running rules: digests first, then every row of every table.
 *
 *   ingest.log ==scratch.c==> rules_apply ==> scratch state
 *   rules.query --status, rows--> compare
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "json.h"
#include "log.h"
#include "scratch.h"

enum { MOST_ROUNDS = 10, PAGE_ROWS = 500, PAGE_BYTES = 16 * 1024 * 1024 };

struct replay {
    struct cli *cli;
    struct rules rules;
    uint64_t target;              /* stop when this has been applied */
    uint64_t rows_compared;
    struct arena page_arena;      /* one page of rows */
};

static int apply(void *self, const struct link_record *records, size_t count)
{
    struct replay *replay = self;

    return rules_apply(&replay->rules, records, count);
}

static int greet(void *self, const Duban__HelloOk *hello_ok)
{
    struct replay *replay = self;

    return rules_greet(&replay->rules, hello_ok);
}

static uint64_t applied(const struct replay *replay)
{
    return replay->rules.state.meta.cursor;
}

/* Apply up to the target. False after saying why. */
static bool catch_up(struct replay *replay)
{
    struct feed feed = { .cli = replay->cli, .rules = &replay->rules, .self = replay, .greet = greet, .apply = apply,
                         .target = replay->target };

    return feed_run(&feed);
}

/* ---------------------------------------------------------------- comparing */

static bool same(const ProtobufCBinaryData *a, const ProtobufCBinaryData *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static const char *in_hex(struct cli *cli, struct bytes bytes)
{
    char *hex = arena_take(&cli->arena, 2 * bytes.size + 1);

    if (hex == NULL)
        die("内存不足 / out of memory");
    return hex_of(hex, bytes.data, bytes.size);
}

static const char *digest_in_hex(struct cli *cli, const ProtobufCBinaryData *digest)
{
    return in_hex(cli, bytes_of(digest->data, digest->len));
}

static bool digests_equal(struct cli *cli, const Duban__RulesStatus *theirs, const Duban__RulesStatus *ours)
{
    bool state = same(&theirs->state_digest, &ours->state_digest);
    bool outbox = same(&theirs->outbox_digest, &ours->outbox_digest);

    if (!state)
        cli_fail(cli, "状态摘要不同：规则引擎 %s，重放 %s", "state digests differ: rules has %s, the replay %s",
                 digest_in_hex(cli, &theirs->state_digest), digest_in_hex(cli, &ours->state_digest));
    if (!outbox)
        cli_fail(cli, "通知摘要不同：规则引擎 %s，重放 %s", "outbox digests differ: rules has %s, the replay %s",
                 digest_in_hex(cli, &theirs->outbox_digest), digest_in_hex(cli, &ours->outbox_digest));
    return state && outbox;
}

/* How the values of a table read; others are shown as bytes. */
static const ProtobufCMessageDescriptor *type_of_table(const char *table)
{
    static const struct { const char *table; const ProtobufCMessageDescriptor *type; } TYPES[] = {
        { "meta", &duban__meta__descriptor },
        { "policy", &duban__policy_state__descriptor },
        { "policy_file", &duban__policy_file__descriptor },
        { "area", &duban__area__descriptor },
        { "site", &duban__site__descriptor },
        { "holder", &duban__holder__descriptor },
        { "case", &duban__case__descriptor },
        { "task", &duban__task__descriptor },
        { "fact", &duban__fact__descriptor },
        { "outcome", &duban__outcome__descriptor },
        { "visit", &duban__visit__descriptor },
        { "quarantine", &duban__quarantined__descriptor },
        { "waiting", &duban__notice__descriptor },
        { "digest_line", &duban__notice__descriptor },
        { "activation", &duban__activation__descriptor },
        { "subject", &duban__subject__descriptor },
        { "household", &duban__household__descriptor },
        { "area_households", &duban__area_households__descriptor },
        { "campaign_area", &duban__campaign_area__descriptor },
        { "campaign_tally", &duban__campaign_tally__descriptor },
        { "door", &duban__door__descriptor },
        { "door_draw", &duban__door_draw__descriptor },
        { "presence", &duban__presence__descriptor },
        { "on_call", &duban__on_call__descriptor },
        { "checked", &duban__checked__descriptor },
        { "look_back_round", &duban__look_back_round__descriptor },
        { "unit", &duban__unit__descriptor },
        { "entrance", &duban__site_entrance__descriptor },
        { "roster_work", &duban__roster_work__descriptor },
        { "coverage", &duban__coverage_count__descriptor },
        { "day_book", &duban__day_book__descriptor },
        { "day_plan", &duban__day_plan__descriptor },
        { "counting", &duban__counting__descriptor },
        { "last_position", &duban__last_position__descriptor },
        { "silence", &duban__kept_silence__descriptor },
        { "silence_book", &duban__silence_book__descriptor },
        { "silenced", &duban__notice__descriptor },
        { "meeting", &duban__meeting__descriptor },
        { "meeting_book", &duban__meeting_book__descriptor },
        { "agenda", &duban__agenda_item__descriptor },
        { "remark", &duban__remark_record__descriptor },
        { "stand_down_awaited", &duban__stand_down_awaited__descriptor },
        { "gate_post", &duban__site_gate_post__descriptor },
        { "together", &duban__notice__descriptor },
        { "told_lately", &duban__told_lately__descriptor },
        { "contact", &duban__contacts__descriptor },
        { "alerting", &duban__alerting_book__descriptor },
    };

    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++)
        if (strcmp(TYPES[i].table, table) == 0)
            return TYPES[i].type;
    return NULL;
}

static const char *row_in_words(struct cli *cli, const char *table, struct bytes value)
{
    const ProtobufCMessageDescriptor *type = type_of_table(table);
    const void *message = type == NULL ? NULL : state_unpack(&cli->arena, type, value);
    json_t *json = message == NULL ? NULL : json_of_message(message);
    char *dumped = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    const char *words = dumped == NULL ? in_hex(cli, value) : text_of(&cli->arena, "%s", dumped);

    free(dumped);
    json_decref(json);
    return words;
}

/* One side of a comparison; key without data = no such row. */
struct side {
    struct bytes key;
    struct bytes value;
    bool there;
};

static void say_difference(struct cli *cli, const char *table, const struct side *theirs, const struct side *ours)
{
    const struct side *either = theirs->there ? theirs : ours;

    cli_fail(cli, "第一处不同：表 %s，键 %s", "first difference: table %s, key %s", table, in_hex(cli, either->key));
    show_line(&cli->errors, "  规则引擎：%s", "  rules: %s", theirs->there ? row_in_words(cli, table, theirs->value) : "—");
    show_line(&cli->errors, "  重放：%s", "  replay: %s", ours->there ? row_in_words(cli, table, ours->value) : "—");
}

/* Which of the two comes first when their keys differ; rows of one side only are missing in
 * the other. */
static void keep_first(struct side *theirs, struct side *ours)
{
    size_t size = theirs->key.size < ours->key.size ? theirs->key.size : ours->key.size;
    int order = theirs->there && ours->there ? memcmp(theirs->key.data, ours->key.data, size) : 0;

    if (!theirs->there || !ours->there)
        return;
    if (order == 0)
        order = (theirs->key.size > ours->key.size) - (theirs->key.size < ours->key.size);
    if (order < 0)
        ours->there = false;
    if (order > 0)
        theirs->there = false;
}

static bool rows_equal(struct cli *cli, const char *table, struct side theirs, struct side ours)
{
    if (!theirs.there && !ours.there)
        return true;
    keep_first(&theirs, &ours);
    if (theirs.there && ours.there && bytes_equal(theirs.value, ours.value))
        return true;
    say_difference(cli, table, &theirs, &ours);
    return false;
}

enum comparison { SAME, DIFFERENT, MOVED_ON, NOT_ANSWERED };

/* In an arena of its own: the state may be larger than anything else that is asked. */
static Duban__Reply *ask_rows(struct replay *replay, const char *table, const ProtobufCBinaryData *after)
{
    Duban__RowsQuery which = DUBAN__ROWS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct cli *cli = replay->cli;
    uint8_t key[STATE_KEY_BYTES];
    struct fault fault;
    struct client *client = cli_client(cli, RULES_QUERY, &fault);
    Duban__Reply *reply = NULL;
    enum client_status status;

    assert(after->len <= sizeof key);
    if (after->len > 0)
        memcpy(key, after->data, after->len);   /* it lies in the page before */
    arena_reset(&replay->page_arena);
    which.table = (char *) table;
    query.body_case = DUBAN__QUERY__BODY_ROWS;
    query.rows = &which;
    query.limit = PAGE_ROWS;
    query.after = (ProtobufCBinaryData){ after->len, key };
    status = client == NULL ? CLIENT_TIMEOUT
                            : client_ask(client, &replay->page_arena, &query, cli->timeout_ms, &reply, &fault);
    if (status == CLIENT_OK && reply->body_case == DUBAN__REPLY__BODY_ROWS)
        return reply;
    cli->failure = EXIT_REFUSED;
    if (status != CLIENT_OK)
        cli_refuse(cli, &fault);
    if (status == CLIENT_TIMEOUT)
        cli->failure = EXIT_NO_ANSWER;
    return NULL;
}

/* The rows of one page against those at our cursor. */
static enum comparison compare_page(struct replay *replay, const char *table, const Duban__Rows *page,
                                    struct store_cursor *cursor,
                                    bool *more, struct side *ours)
{
    for (size_t i = 0; i < page->n_rows; i++) {
        const Duban__Row *row = page->rows[i];
        struct side theirs = { bytes_of(row->key.data, row->key.len), bytes_of(row->value.data, row->value.len), true };

        ours->there = *more;
        if (!rows_equal(replay->cli, table, theirs, *ours))
            return DIFFERENT;
        replay->rows_compared++;
        *more = store_next(cursor, &ours->key, &ours->value);
    }
    return SAME;
}

static enum comparison compare_table(struct replay *replay, const char *table, int place, struct store_txn *txn)
{
    ProtobufCBinaryData after = { 0, NULL };
    struct store_cursor cursor;
    struct side ours = { .there = false };
    enum comparison result = SAME;
    bool more;

    store_cursor_open(&cursor, txn, place);
    more = store_seek(&cursor, bytes_of("", 0), &ours.key, &ours.value);
    do {
        Duban__Reply *reply = ask_rows(replay, table, &after);

        if (reply == NULL) {
            result = NOT_ANSWERED;
        } else if (reply->applied_sequence != replay->target) {
            result = MOVED_ON;
        } else {
            result = compare_page(replay, table, reply->rows, &cursor, &more, &ours);
            after = reply->next;
        }
    } while (result == SAME && after.len > 0);
    if (result == SAME && more) {
        ours.there = true;
        result = rows_equal(replay->cli, table, (struct side){ .there = false }, ours) ? SAME : DIFFERENT;
    }
    store_cursor_close(&cursor);
    return result;
}

static enum comparison compare_tables(struct replay *replay)
{
    const struct store *store = &replay->rules.state.store;
    enum comparison result = SAME;
    struct store_txn txn;

    state_read(&replay->rules.state, &txn);
    for (size_t i = 0; result == SAME && i < store->table_count; i++)
        result = compare_table(replay, store->names[i], (int) i, &txn);
    store_abort(&txn);
    return result;
}

/* Everything, at the place where rules stands now. */
static enum comparison compare(struct replay *replay)
{
    struct cli *cli = replay->cli;
    Duban__RulesStatus *theirs = ask_rules(cli, 0);
    Duban__RulesStatus ours;
    enum comparison rows;
    bool digests;

    if (theirs == NULL)
        return NOT_ANSWERED;
    replay->target = theirs->cursor;
    replay->rows_compared = 0;
    if (applied(replay) < replay->target && !catch_up(replay))
        return NOT_ANSWERED;
    rules_status(&replay->rules, &ours);
    digests = digests_equal(cli, theirs, &ours);
    rows = compare_tables(replay);
    if (rows == SAME && !digests)
        return DIFFERENT;
    return digests || rows != MOVED_ON ? rows : DIFFERENT;
}

/* Rules may go on while it is compared: then once more, at its new place. */
static enum comparison compare_until_still(struct replay *replay)
{
    enum comparison result = MOVED_ON;

    for (int round = 0; result == MOVED_ON && round < MOST_ROUNDS; round++)
        result = compare(replay);
    return result;
}

/* ---------------------------------------------------------------- the command */

static enum exit_code say_result(struct replay *replay, enum comparison result)
{
    struct cli *cli = replay->cli;
    const Duban__Meta *meta = &replay->rules.state.meta;
    const char *digest = digest_in_hex(cli, &meta->state_digest);

    switch (result) {
    case SAME:
        break;
    case DIFFERENT:
        return cli_fail(cli, "核对不一致：重放结果与规则引擎不同", "not the same: the replay differs from rules");
    case MOVED_ON:
        return cli_fail(cli, "规则引擎一直在处理新记录，没法核对；请在空闲时再试", "rules kept moving on; try again when it is quiet");
    case NOT_ANSWERED:
        return cli->failure;
    }
    if (cli->json)
        return cli_print_json(cli, json_pack("{s:b, s:o, s:o, s:o, s:s}", "same", 1,
                                             "entries", number_json(cli, meta->cursor),
                                             "notices", number_json(cli, meta->outbox_last),
                                             "rows", number_json(cli, replay->rows_compared), "stateDigest", digest));
    show_line(&cli->show, "重放一致：%s 条记录，发件箱 %s 条，%s 行逐行相同；状态摘要 %.16s",
              "the replay is the same: %s entries, %s outbox records, %s rows, one by one; state digest %.16s",
              number_text(cli, meta->cursor), number_text(cli, meta->outbox_last),
              number_text(cli, replay->rows_compared), digest);
    return EXIT_FINE;
}

enum exit_code command_replay(struct cli *cli)
{
    struct replay replay = { .cli = cli };
    enum exit_code code;
    uint64_t map_bytes;

    if (!cli_has(cli, "verify"))
        return cli_wrong_use(cli, "用法：duban replay --verify", "usage: duban replay --verify");
    if (!scratch_map(cli, &map_bytes) || !scratch_open(cli, &replay.rules, map_bytes))
        return cli->failure;
    arena_open(&replay.page_arena, PAGE_BYTES);
    code = say_result(&replay, compare_until_still(&replay));
    arena_close(&replay.page_arena);
    rules_close(&replay.rules);
    return code;
}
