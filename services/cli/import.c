/* import.c - duban import: areas, sites and role holders from a clerk's table.
 *
 *   read the table -> make an entry of each row, noting every fault -> only then submit
 *   -> say what became of it, and what will bite later
 *
 * A row's client id is made of the account and what the row says, so that the same table
 * imported again is known already and changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "log.h"

/* ---------------------------------------------------------------- rows and their ids */

static int by_code(const void *left, const void *right)
{
    const struct csv_cell *a = left, *b = right;
    int order = strcmp(a->text, b->text);

    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* The first column is the key of every kind: the same twice in one file is a slip. */
static void check_repeats(struct import *import)
{
    struct csv_cell *keys = import_made(import, (import->table.count + 1) * sizeof *keys);

    for (size_t i = 0; i < import->table.count; i++)
        keys[i] = csv_at(&import->table.rows[i], import->columns[0]);
    qsort(keys, import->table.count, sizeof *keys, by_code);
    for (size_t i = 1; i < import->table.count; i++)
        if (keys[i].text[0] != '\0' && strcmp(keys[i].text, keys[i - 1].text) == 0)
            import_fault(import, keys[i], "“%1$s”列写的是“%3$s”：第 %4$u 行已有，请删去一行，或改编号%2$.0s",
                         "column \"%2$s\" says \"%3$s\": that is on line %4$u already; remove one, or give it another code%1$.0s",
                         import_heading(import, 0).zh, import_heading(import, 0).en, keys[i].text, keys[i - 1].line);
}

/* A spreadsheet leaves empty columns behind: nothing may stand in them. */
static void check_width(struct import *import, const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->cells[i].text[0] != '\0' && csv_at(&import->table.header, (int) i).text[0] == '\0')
            import_fault(import, row->cells[i], "多出一格“%s”，没有对应的列；内容里有逗号时要加引号",
                         "the cell \"%s\" has no column; a comma inside a cell needs quotes around it",
                         text_excerpt(&import->cli->arena, row->cells[i].text));
}

static struct submission *submissions_of(struct import *import)
{
    struct submission *submissions = import_made(import, (import->table.count + 1) * sizeof *submissions);

    import->entries = import_made(import, (import->table.count + 1) * sizeof(void *));
    for (size_t i = 0; i < import->table.count; i++) {
        const struct csv_row *row = &import->table.rows[i];
        Duban__Entry *entry = import->kind->entry_of(import, row);
        struct fault fault;

        import->entries[i] = entry;
        check_width(import, row);
        submissions[i].account = import->cli->account;
        submissions[i].place = text_of(&import->cli->arena, "%s:%u", import->path, row->line);
        if (!entry_pack(import->cli, entry, &submissions[i].entry, &fault))
            import_fault(import, row->cells[0], "%1$s%2$.0s", "%1$.0s%2$s", fault.zh, fault.en);
        submission_derive_id(&submissions[i], entry, "import", import->salt);
    }
    return submissions;
}

/* ---------------------------------------------------------------- what became of it */

struct import_result {
    size_t changed;
    size_t known;
    size_t held;
    size_t refused_full;     /* for want of space */
    uint64_t last_sequence;
    enum exit_code code;
};

/* While intake is stopped each row is refused for the same reason. */
static bool is_said_already(const struct submission *submission, struct import_result *result)
{
    bool again = submission->state == SEND_REFUSED && submission->code == DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL &&
                 result->refused_full > 0;

    if (submission->state == SEND_REFUSED && submission->code == DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL)
        result->refused_full++;
    return again;
}

static void count_result(struct cli *cli, const struct submission *submission, struct import_result *result)
{
    if (is_said_already(submission, result))
        return;
    if (submission->state != SEND_RECEIVED) {
        if (submission->state != SEND_WAITING)
            fprintf(cli->errors.out, "%s: ", submission->place);
        if (submission->state != SEND_WAITING || result->code == EXIT_FINE)
            result->code = say_not_received(cli, submission);
        return;
    }
    result->known += submission->duplicate ? 1 : 0;
    result->changed += submission->duplicate ? 0 : 1;
    if (submission->sequence > result->last_sequence)
        result->last_sequence = submission->sequence;
}

static const struct submission *find_sequence(const struct submission *submissions, size_t count, uint64_t sequence)
{
    for (size_t i = 0; i < count; i++)
        if (submissions[i].state == SEND_RECEIVED && submissions[i].sequence == sequence)
            return &submissions[i];
    return NULL;
}

/* Rules judges meaning: what it does not take is held. */
static bool tell_held(struct cli *cli, const struct submission *submissions, size_t count, struct import_result *result)
{
    Duban__QuarantineQuery which = DUBAN__QUARANTINE_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing listing;

    query.body_case = DUBAN__QUERY__BODY_QUARANTINE;
    query.quarantine = &which;
    query.min_sequence = result->last_sequence;
    query.wait_ms = (uint32_t) cli->timeout_ms / 2;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_QUARANTINE, &listing))
        return false;
    for (size_t i = 0; i < listing.count; i++) {
        const Duban__Quarantined *row = listing.rows[i];
        const struct submission *submission = find_sequence(submissions, count, row->sequence);

        if (submission == NULL)
            continue;
        result->held++;
        fprintf(cli->errors.out, "%s: ", submission->place);
        result->code = say_held(cli, HELD_IN_QUARANTINE, row);
    }
    return true;
}

static void print_result(struct cli *cli, size_t count, const struct import_result *result, const struct gaps *gaps)
{
    if (cli->json)
        cli_print_json(cli, json_pack("{s:I, s:I, s:I, s:I, s:o}", "rows", (json_int_t) count,
                                      "changed", (json_int_t) result->changed, "known", (json_int_t) result->known,
                                      "quarantined", (json_int_t) result->held, "gaps", import_gaps_json(gaps)));
    else
        show_line(&cli->show, "共 %zu 行：新提交 %zu，以前已导入 %zu，待核 %zu",
                  "%zu rows: %zu submitted, %zu known already, %zu held in quarantine",
                  count, result->changed, result->known, result->held);
}

/* Whatever was imported, gaps are looked for in the registry as rules has it now. */
static enum exit_code tell_result(struct import *import, const struct submission *submissions)
{
    struct cli *cli = import->cli;
    size_t count = import->table.count;
    struct import_result result = { .code = EXIT_FINE };
    struct gaps gaps = { .checked = false };
    bool answered = true;

    for (size_t i = 0; i < count; i++)
        count_result(cli, &submissions[i], &result);
    if (result.refused_full > 1)
        show_line(&cli->errors, "另有 %zu 行因同样的原因没有收下", "%zu rows more were refused for the same reason",
                  result.refused_full - 1);
    if (result.last_sequence > 0)
        answered = tell_held(cli, submissions, count, &result);
    if (!answered)
        show_line(&cli->errors, "规则引擎没有应答；是否全部采用，请稍后用 duban quarantine 查看",
                  "rules did not answer; see duban quarantine later whether all was applied");
    if (answered && result.code == EXIT_FINE)
        gaps = import_gaps(import, false);
    print_result(cli, count, &result, &gaps);
    if (result.code == EXIT_FINE)
        import_tell_gaps(cli, &gaps);
    if (result.code == EXIT_FINE)
        import_tell_channels(import);
    if (answered && result.changed > 0)
        import_tell_releasable(cli);
    return result.code;
}

static enum exit_code tell_checked(struct import *import)
{
    struct import_result none = { .code = EXIT_FINE };
    struct gaps gaps = import_gaps(import, true);

    if (import->cli->json)
        print_result(import->cli, import->table.count, &none, &gaps);
    else
        show_line(&import->cli->show, "检查通过：%zu 行，没有提交", "all is fine: %zu rows, nothing submitted",
                  import->table.count);
    if (!import->cli->json)
        import_tell_headings(import);
    import_tell_gaps(import->cli, &gaps);
    import_tell_channels(import);
    return EXIT_FINE;
}

const struct import_kind *import_kind_named(const char *name)
{
    for (const struct import_kind *kind = IMPORT_KINDS; kind->name != NULL; kind++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

/* .xlsx is a zip archive, .xls an OLE file. */
static bool is_workbook(struct bytes text)
{
    return (text.size >= 4 && memcmp(text.data, "PK\3\4", 4) == 0) ||
           (text.size >= 4 && memcmp(text.data, "\xd0\xcf\x11\xe0", 4) == 0);
}

static bool read_table(struct import *import)
{
    struct bytes text = file_read(import->cli, import->path);
    struct fault fault;

    if (text.data == NULL)
        return false;
    if (is_workbook(text)) {
        import->cli->failure = cli_fail(import->cli, "%s 是 Excel 文件：请另存为 CSV（UTF-8，逗号分隔）再导入",
                                        "%s is an Excel file: save it as CSV (UTF-8, separated by commas) and import that",
                                        import->path);
        return false;
    }
    if (!import_to_utf8(import, &text))
        return false;
    if (csv_read(&import->table, &import->cli->arena, text, &fault)) {
        if (import->table.count == 0)
            show_line(&import->cli->errors, "duban: %s 里只有表头，没有一行内容", "duban: %s has its header and no rows", import->path);
        return true;
    }
    fault_set(&fault, text_of(&import->cli->arena, "%s:%s", import->path, fault.field), "%1$s%2$.0s", "%1$.0s%2$s",
              text_of(&import->cli->arena, "%s", fault.zh), text_of(&import->cli->arena, "%s", fault.en));
    import->cli->failure = cli_refuse(import->cli, &fault);
    return false;
}

enum exit_code command_import(struct cli *cli)
{
    struct import import = { .cli = cli, .kind = import_kind_named(cli->arguments[0]), .path = cli->arguments[1], .salt = "" };
    struct submission *submissions = NULL;

    if (import.kind == NULL)
        return cli_wrong_use(cli, "只能导入 areas、sites、holders、households 或 units，不能是“%s”",
                             "import takes areas, sites, holders, households or units, not \"%s\"", cli->arguments[0]);
    if (cli_has(cli, "again"))
        import.salt = submission_new_salt(cli);
    if (!read_table(&import))
        return cli->failure;
    import_check_headings(&import);
    if (import.fault_count == 0) {
        import_make_plain(&import);
        check_repeats(&import);
        submissions = submissions_of(&import);
    }
    if (import.fault_count > 0)
        return import_refused(&import);
    if (!cli_has(cli, "hold") && !import_check_references(&import) && cli_has(cli, "dry-run"))
        show_line(&cli->errors, "规则引擎没有应答：表中写到的社区（村）、点位、组织是否登记过，没有核对",
                  "rules did not answer: whether the areas, sites and units that the table names are registered was not checked");
    if (import.fault_count > 0)
        return import_refused(&import);
    if (cli_has(cli, "dry-run"))
        return tell_checked(&import);
    send_all(cli, submissions, import.table.count, true);
    return tell_result(&import, submissions);
}
