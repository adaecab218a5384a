/* recompute.c - duban recompute: list old and new dues, then ask for the act that moves them. */
#include <string.h>

#include "digest.h"
#include "names.h"
#include "recompute.h"

enum { MIN_VERSION_DIGITS = 8, VERSION_BYTES = 32 };

/* ---------------------------------------------------------------- old and new */

/* An even number of digits, eight at least: status shows sixteen. */
static bool read_prefix(struct cli *cli, const char *text, ProtobufCBinaryData *prefix)
{
    size_t digits = strspn(text, "0123456789abcdef");
    uint8_t *bytes = arena_take(&cli->arena, VERSION_BYTES);

    if (text[digits] != '\0' || digits < MIN_VERSION_DIGITS || digits > (size_t) 2 * VERSION_BYTES || digits % 2 != 0 || bytes == NULL) {
        cli->failure = cli_wrong_use(cli, "政策版本写作 8 至 64 位十六进制数字（偶数位），如 duban status 所示，不能是“%s”",
                                     "a policy version is written in 8 to 64 hexadecimal digits, an even number of them, as duban "
                                     "status shows it, not \"%s\"", text);
        return false;
    }
    for (size_t i = 0; i < digits / 2; i++)
        bytes[i] = (uint8_t) strtoul(text_of(&cli->arena, "%.2s", text + 2 * i), NULL, 16);
    *prefix = (ProtobufCBinaryData){ digits / 2, bytes };
    return true;
}

static bool is_one_version(struct cli *cli, const struct listing *rows)
{
    const Duban__RecomputeRow *first = rows->count > 0 ? rows->rows[0] : NULL;

    if (first == NULL) {
        cli->failure = cli_fail(cli, "没有按这个政策版本立案而未了结的问题或事项", "nothing that is open was opened under that policy version");
        return false;
    }
    for (size_t i = 1; i < rows->count; i++) {
        const Duban__RecomputeRow *row = rows->rows[i];

        if (memcmp(row->policy_version.data, first->policy_version.data, VERSION_BYTES) == 0)
            continue;
        cli->failure = cli_fail(cli, "有两个政策版本都以此开头，请多写几位", "two policy versions begin like that; give more digits");
        return false;
    }
    return true;
}

static bool ask_rows(struct cli *cli, Duban__RecomputeQuery *which, bool subjects, struct listing *rows)
{
    Duban__Query query = DUBAN__QUERY__INIT;

    which->subjects = subjects;
    query.body_case = DUBAN__QUERY__BODY_RECOMPUTE;
    query.recompute = which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_RECOMPUTE, rows);
}

bool recompute_ask(struct cli *cli, const char *reference, const char *version, struct listing *rows)
{
    Duban__RecomputeQuery which = DUBAN__RECOMPUTE_QUERY__INIT;
    struct listing subjects = { .count = 0 };

    if (reference != NULL)
        return ask_about(cli, reference, &which.id) && ask_rows(cli, &which, is_number_of_subject(cli, reference), rows);
    if (!read_prefix(cli, version, &which.version_prefix) || !ask_rows(cli, &which, false, rows) ||
        !ask_rows(cli, &which, true, &subjects))
        return false;
    listing_add(cli, rows, &subjects);
    return is_one_version(cli, rows);
}

static const char *due_or_none(struct cli *cli, int64_t due_s)
{
    return due_s == 0 ? show_label(&cli->show, (struct words){ "未定", "none yet" }) : show_time(&cli->show, due_s);
}

static bool is_case(const Duban__RecomputeRow *row)
{
    return row->subject_number[0] == '\0';
}

void recompute_print(struct cli *cli, const struct listing *rows)
{
    static const struct show_column COLUMNS[] = {
        { { "编号", "number" }, 0 }, { { "点位", "site" }, 28 }, { { "检查项", "item" }, 0 }, { { "现时限", "old due" }, 0 },
        { { "新时限", "new due" }, 0 }, { { "不变的原因", "why it stays" }, 40 },
    };
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < rows->count; i++) {
        const Duban__RecomputeRow *row = rows->rows[i];
        bool moves = row->kept[0] == '\0';

        table_text(&table, is_case(row) ? case_label(cli, row->number) : row->subject_number);
        table_words(&table, words_or(words_of_text(row->site_name), row->site));
        table_text(&table, row->item);
        table_text(&table, due_or_none(cli, row->old_s));
        table_coloured(&table, moves ? COLOUR_YELLOW : COLOUR_GREY, due_or_none(cli, row->new_s));
        table_words(&table, moves ? (struct words){ "", "" } : name_of_reason(row->kept));
    }
    table_print(&table);
}

/* ---------------------------------------------------------------- the request */

static enum exit_code send_request(struct cli *cli, const struct listing *rows, bool of_version)
{
    const Duban__RecomputeRow *first = rows->rows[0];
    Duban__Recompute recompute = DUBAN__RECOMPUTE__INIT;
    Duban__CaseReference case_ = DUBAN__CASE_REFERENCE__INIT;
    Duban__SubjectReference about = DUBAN__SUBJECT_REFERENCE__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;

    if (of_version) {
        recompute.subject_case = DUBAN__RECOMPUTE__SUBJECT_POLICY_VERSION;
        recompute.policy_version = first->policy_version;
    } else if (is_case(first)) {
        case_.by_case = DUBAN__CASE_REFERENCE__BY_ID;
        case_.id = first->id;
        recompute.subject_case = DUBAN__RECOMPUTE__SUBJECT_CASE_;
        recompute.case_ = &case_;
    } else {
        about.by_case = DUBAN__SUBJECT_REFERENCE__BY_ID;
        about.id = first->id;
        recompute.subject_case = DUBAN__RECOMPUTE__SUBJECT_ABOUT;
        recompute.about = &about;
    }
    recompute.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_RECOMPUTE;
    entry.recompute = &recompute;
    return send_act(cli, &entry);
}

enum exit_code command_recompute(struct cli *cli)
{
    const char *version = cli_option(cli, "policy");
    bool only_lists = cli_has(cli, "dry-run");
    struct listing rows = { .count = 0 };

    if ((version != NULL) == (cli->argument_count > 0))
        return cli_wrong_use(cli, "须指明一个问题或一件事项，或用 --policy 指明政策版本，二者取一",
                             "name a case or a subject, or a policy version by --policy: one of them");
    if (!only_lists && cli_text(cli, "reason")[0] == '\0')
        return cli_wrong_use(cli, "须写明理由 --reason；只看新旧时限用 --dry-run",
                             "it needs its reason, --reason; --dry-run only lists old and new");
    if (!recompute_ask(cli, version == NULL ? cli->arguments[0] : NULL, version, &rows))
        return cli->failure;
    if (only_lists && cli->json)
        return listing_json(cli, &rows);
    if (!cli->json)
        recompute_print(cli, &rows);
    return only_lists ? EXIT_FINE : send_request(cli, &rows, version != NULL);
}
