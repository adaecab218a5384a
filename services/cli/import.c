/* import.c - duban import: areas, sites and role holders from a clerk's table.
 *
 *   read the table -> make an entry of each row, noting every fault -> only then submit
 *
 * A row's client id is made of the account and what the row says, so that the same table
 * imported again is known already and changes nothing.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "csv.h"
#include "digest.h"
#include "log.h"
#include "message.h"

enum { MAX_HEADINGS = 13, MAX_FAULTS_SHOWN = 200, MAX_ROLES = 32 };

struct import {
    struct cli *cli;
    const char *path;
    struct csv_table table;
    int columns[MAX_HEADINGS];       /* by place in the kind's headings; -1 = not in the file */
    size_t fault_count;
    const char *salt;                /* --again: makes new ids */
};

struct import_kind {
    const char *name;
    const char *headings[MAX_HEADINGS];
    size_t needed;                   /* of the headings: the first ones */
    Duban__Entry *(*entry_of)(struct import *import, const struct csv_row *row);
};

/* ---------------------------------------------------------------- cells */

static void add_fault(struct import *import, struct csv_cell cell, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

static void add_fault(struct import *import, struct csv_cell cell, const char *zh, const char *en, ...)
{
    struct arena *arena = &import->cli->arena;
    struct words words;
    va_list list;

    if (import->fault_count++ >= MAX_FAULTS_SHOWN)
        return;
    va_start(list, en);
    words = words_of_list(arena, zh, en, list);
    va_end(list);
    show_words(&import->cli->errors, 0, COLOUR_NONE,
               (struct words){ text_of(arena, "%s:%u:%u: %s", import->path, cell.line, cell.column, words.zh),
                               text_of(arena, "%s:%u:%u: %s", import->path, cell.line, cell.column, words.en) });
}

static struct csv_cell cell(const struct import *import, const struct csv_row *row, int heading)
{
    return csv_at(row, import->columns[heading]);
}

/* A code that must be there; the empty text and a fault when it is not one. */
static char *code(struct import *import, const struct csv_row *row, int heading, const char *what)
{
    struct csv_cell at = cell(import, row, heading);

    if (!is_code(at.text))
        add_fault(import, at, "%s“%s”不是编号：应为 1 到 32 个字母、数字、点、横线或下划线",
                  "%s \"%s\" is not a code: 1 to 32 letters, digits, dots, hyphens or underscores", what, at.text);
    return (char *) at.text;
}

static char *code_or_nothing(struct import *import, const struct csv_row *row, int heading, const char *what)
{
    return cell(import, row, heading).text[0] == '\0' ? "" : code(import, row, heading, what);
}

struct choice {
    const char *zh;
    const char *en;
    int value;
};

/* The value of a cell that may say one of a few words; empty takes the first. */
static int choose(struct import *import, struct csv_cell at, const struct choice *choices, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(at.text, choices[i].en) == 0 || strcmp(at.text, choices[i].zh) == 0)
            return choices[i].value;
    add_fault(import, at, "“%s”不在可选范围，例如 %s", "\"%s\" is none of the choices, such as %s", at.text,
              choices[0].en[0] != '\0' ? choices[0].en : choices[1].en);
    return choices[0].value;
}

static bool yes(struct import *import, const struct csv_row *row, int heading)
{
    static const struct choice CHOICES[] = { { "", "", 0 }, { "是", "yes", 1 }, { "否", "no", 0 } };

    return choose(import, cell(import, row, heading), CHOICES, 3) != 0;
}

static void *made(struct import *import, size_t size)
{
    void *memory = arena_clear(&import->cli->arena, size);

    if (memory == NULL)
        die("内存不足 / out of memory: %s", import->path);
    return memory;
}

/* Chinese is needed, unless the row only removes; English may be empty. */
static Duban__Text *text(struct import *import, const struct csv_row *row, int zh, int en, bool needed)
{
    Duban__Text *text = made(import, sizeof *text);

    duban__text__init(text);
    text->zh = (char *) cell(import, row, zh).text;
    text->en = (char *) cell(import, row, en).text;
    if (needed && text->zh[0] == '\0')
        add_fault(import, cell(import, row, zh), "缺少中文名称", "the Chinese name is missing");
    return text;
}

static Duban__Personal *personal(struct import *import, const struct csv_row *row, int heading)
{
    const char *clear = cell(import, row, heading).text;
    Duban__Personal *personal;

    if (clear[0] == '\0')
        return NULL;
    personal = made(import, sizeof *personal);
    duban__personal__init(personal);
    personal->value_case = DUBAN__PERSONAL__VALUE_CLEAR;
    personal->clear = (char *) clear;
    return personal;
}

static Duban__Entry *new_entry(struct import *import, Duban__Entry__BodyCase body_case)
{
    Duban__Entry *entry = made(import, sizeof *entry);

    duban__entry__init(entry);
    entry->body_case = body_case;
    return entry;
}

/* ---------------------------------------------------------------- rows */

enum { AREA_CODE, AREA_KIND, AREA_ZONE, AREA_ZH, AREA_EN, AREA_REMOVED };

static Duban__Entry *entry_of_area(struct import *import, const struct csv_row *row)
{
    static const struct choice KINDS[] = {
        { "社区", "community", DUBAN__AREA_KIND__AREA_KIND_COMMUNITY }, { "村", "village", DUBAN__AREA_KIND__AREA_KIND_VILLAGE },
    };
    Duban__Entry *entry = new_entry(import, DUBAN__ENTRY__BODY_AREA_CHANGE);
    Duban__AreaChange *change = made(import, sizeof *change);

    duban__area_change__init(change);
    entry->area_change = change;
    change->code = code(import, row, AREA_CODE, "code");
    change->removed = yes(import, row, AREA_REMOVED);
    change->kind = (Duban__AreaKind) choose(import, cell(import, row, AREA_KIND), KINDS, 2);
    change->zone = code(import, row, AREA_ZONE, "zone");
    change->name = text(import, row, AREA_ZH, AREA_EN, !change->removed);
    return entry;
}

enum { SITE_CODE, SITE_KIND, SITE_AREA, SITE_ZH, SITE_EN, SITE_STATE, SITE_REMOVED };

static Duban__Entry *entry_of_site(struct import *import, const struct csv_row *row)
{
    static const struct choice STATES[] = {
        { "", "", DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING },
        { "营业", "operating", DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING },
        { "停业", "suspended", DUBAN__OPERATING_STATE__OPERATING_STATE_SUSPENDED },
        { "关闭", "closed", DUBAN__OPERATING_STATE__OPERATING_STATE_CLOSED },
    };
    Duban__Entry *entry = new_entry(import, DUBAN__ENTRY__BODY_SITE_CHANGE);
    Duban__SiteChange *change = made(import, sizeof *change);

    duban__site_change__init(change);
    entry->site_change = change;
    change->code = code(import, row, SITE_CODE, "code");
    change->removed = yes(import, row, SITE_REMOVED);
    change->kind = code(import, row, SITE_KIND, "kind");
    change->area = code(import, row, SITE_AREA, "area");
    change->name = text(import, row, SITE_ZH, SITE_EN, !change->removed);
    change->operating_state = (Duban__OperatingState) choose(import, cell(import, row, SITE_STATE), STATES, 4);
    return entry;
}

enum {
    HOLDER_ACCOUNT, HOLDER_ROLES, HOLDER_ZH, HOLDER_EN, HOLDER_CHANNEL, HOLDER_ADDRESS, HOLDER_PHONE, HOLDER_NAME,
    HOLDER_DEPUTY, HOLDER_AWAY, HOLDER_LANGUAGE, HOLDER_REMOVED
};

/* Which roles exist, and whether one has a scope. */
static const struct {
    const char *name;
    Duban__Role role;
    bool scoped;
} ROLES[] = {
    { "lead", DUBAN__ROLE__ROLE_LEAD, false },
    { "duty_clerk", DUBAN__ROLE__ROLE_DUTY_CLERK, false },
    { "group_leader", DUBAN__ROLE__ROLE_GROUP_LEADER, true },
    { "inspector", DUBAN__ROLE__ROLE_INSPECTOR, true },
    { "area_contact", DUBAN__ROLE__ROLE_AREA_CONTACT, true },
    { "area_staff", DUBAN__ROLE__ROLE_AREA_STAFF, true },
    { "office", DUBAN__ROLE__ROLE_OFFICE, true },
    { "site_contact", DUBAN__ROLE__ROLE_SITE_CONTACT, true },
    { "committee", DUBAN__ROLE__ROLE_COMMITTEE, false },
    { "auditor", DUBAN__ROLE__ROLE_AUDITOR, false },
    { "administrator", DUBAN__ROLE__ROLE_ADMINISTRATOR, false },
};

static void grant_role(struct import *import, struct csv_cell at, const char *word, Duban__RoleGrant *grant)
{
    size_t size = strcspn(word, ":");
    const char *scope = word[size] == ':' ? word + size + 1 : "";

    duban__role_grant__init(grant);
    grant->scope = (char *) scope;
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        if (strlen(ROLES[i].name) != size || memcmp(ROLES[i].name, word, size) != 0)
            continue;
        grant->role = ROLES[i].role;
        if (ROLES[i].scoped && !is_code(scope))
            add_fault(import, at, "岗位 %s 要写明范围，如 %s:north", "role %s needs its scope, as in %s:north", ROLES[i].name, ROLES[i].name);
        if (!ROLES[i].scoped && word[size] == ':')
            add_fault(import, at, "岗位 %s 没有范围", "role %s has no scope", ROLES[i].name);
        return;
    }
    add_fault(import, at, "没有“%s”这种岗位；可用 lead duty_clerk group_leader inspector area_contact area_staff office "
              "site_contact committee auditor administrator",
              "there is no role \"%s\"; there are lead duty_clerk group_leader inspector area_contact area_staff office "
              "site_contact committee auditor administrator", word);
}

/* Words separated by spaces: group_leader:north lead */
static void grant_roles(struct import *import, const struct csv_row *row, Duban__RoleHolderChange *change)
{
    struct csv_cell at = cell(import, row, HOLDER_ROLES);
    char *words = text_of(&import->cli->arena, "%s", at.text);
    char *rest = NULL;

    change->roles = made(import, MAX_ROLES * sizeof *change->roles);
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        if (change->n_roles == MAX_ROLES) {
            add_fault(import, at, "岗位最多 %d 个", "%d roles at most", MAX_ROLES);
            return;
        }
        change->roles[change->n_roles] = made(import, sizeof **change->roles);
        grant_role(import, at, word, change->roles[change->n_roles++]);
    }
    if (change->n_roles == 0 && !change->removed)
        add_fault(import, at, "缺少岗位", "the roles are missing");
}

static char *language(struct import *import, const struct csv_row *row)
{
    static const struct choice LANGUAGES[] = { { "", "", 0 }, { "中文", "zh", 1 }, { "英文", "en", 2 }, { "双语", "zh+en", 3 } };
    static char *const CODES[] = { "", "zh", "en", "zh+en" };

    return CODES[choose(import, cell(import, row, HOLDER_LANGUAGE), LANGUAGES, 4)];
}

static Duban__Entry *entry_of_holder(struct import *import, const struct csv_row *row)
{
    Duban__Entry *entry = new_entry(import, DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE);
    Duban__RoleHolderChange *change = made(import, sizeof *change);

    duban__role_holder_change__init(change);
    entry->role_holder_change = change;
    change->account = code(import, row, HOLDER_ACCOUNT, "account");
    change->removed = yes(import, row, HOLDER_REMOVED);
    grant_roles(import, row, change);
    change->title = text(import, row, HOLDER_ZH, HOLDER_EN, !change->removed);
    change->channel = code_or_nothing(import, row, HOLDER_CHANNEL, "channel");
    change->address = personal(import, row, HOLDER_ADDRESS);
    change->phone = personal(import, row, HOLDER_PHONE);
    change->name = personal(import, row, HOLDER_NAME);
    change->deputy = code_or_nothing(import, row, HOLDER_DEPUTY, "deputy");
    change->away = yes(import, row, HOLDER_AWAY);
    change->language = language(import, row);
    return entry;
}

static const struct import_kind KINDS[] = {
    { "areas", { "code", "kind", "zone", "name_zh", "name_en", "removed" }, 5, entry_of_area },
    { "sites", { "code", "kind", "area", "name_zh", "name_en", "state", "removed" }, 5, entry_of_site },
    { "holders", { "account", "roles", "title_zh", "title_en", "channel", "address", "phone", "name", "deputy", "away",
                   "language", "removed" }, 4, entry_of_holder },
};

/* ---------------------------------------------------------------- the table as a whole */

static int place_of_heading(const struct import_kind *kind, const char *heading)
{
    for (int i = 0; i < MAX_HEADINGS && kind->headings[i] != NULL; i++)
        if (strcmp(kind->headings[i], heading) == 0)
            return i;
    return -1;
}

static void check_headings(struct import *import, const struct import_kind *kind)
{
    for (size_t i = 0; i < MAX_HEADINGS && kind->headings[i] != NULL; i++) {
        import->columns[i] = csv_column(&import->table, kind->headings[i]);
        if (import->columns[i] == -1 && i < kind->needed)
            add_fault(import, (struct csv_cell){ "", import->table.header.line, 1 }, "缺少“%s”一列；见 duban help import",
                      "column \"%s\" is missing; see duban help import", kind->headings[i]);
    }
    for (size_t i = 0; i < import->table.header.count; i++)
        if (place_of_heading(kind, import->table.header.cells[i].text) == -1)
            add_fault(import, import->table.header.cells[i], "没有“%s”这一列；见 duban help import",
                      "there is no column \"%s\"; see duban help import", import->table.header.cells[i].text);
}

static int by_code(const void *left, const void *right)
{
    const struct csv_cell *a = left, *b = right;
    int order = strcmp(a->text, b->text);

    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* The first column is the key of every kind: the same twice in one file is a slip. */
static void check_repeats(struct import *import)
{
    struct csv_cell *keys = made(import, (import->table.count + 1) * sizeof *keys);

    for (size_t i = 0; i < import->table.count; i++)
        keys[i] = csv_at(&import->table.rows[i], import->columns[0]);
    qsort(keys, import->table.count, sizeof *keys, by_code);
    for (size_t i = 1; i < import->table.count; i++)
        if (keys[i].text[0] != '\0' && strcmp(keys[i].text, keys[i - 1].text) == 0)
            add_fault(import, keys[i], "“%s”与第 %u 行重复", "\"%s\" is on line %u already", keys[i].text, keys[i - 1].line);
}

static void check_width(struct import *import, const struct csv_row *row)
{
    for (size_t i = import->table.header.count; i < row->count; i++)
        if (row->cells[i].text[0] != '\0')
            add_fault(import, row->cells[i], "这一格没有对应的列；内容里有逗号时要加引号",
                      "this cell has no column; a comma inside a cell needs quotes around it");
}

/* The journal keeps client ids for ever, and must not let anybody find a phone number by
 * trying them all: a row with personal fields gets its id from a slow hash. */
static void slow_hash(uint8_t id[ID_BYTES], const uint8_t salt[crypto_pwhash_SALTBYTES], struct bytes data)
{
    enum { PASSES = 1, MEMORY_BYTES = 16 * 1024 * 1024 };

    if (crypto_pwhash(id, ID_BYTES, data.data, data.size, salt, PASSES, MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) != 0)
        die("内存不足 / out of memory");
}

static void client_id_of(struct import *import, const Duban__Entry *entry, struct submission *submission)
{
    const struct bytes parts[] = {
        bytes_of_text("import"), bytes_of_text(import->salt), bytes_of_text(submission->account), submission->entry,
    };

    if (entry->body_case == DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE) {
        const Duban__RoleHolderChange *change = entry->role_holder_change;
        const struct bytes whose[] = { parts[0], parts[1], parts[2], bytes_of_text(change->account) };
        uint8_t salt[crypto_pwhash_SALTBYTES];

        if (change->address != NULL || change->phone != NULL || change->name != NULL) {
            digest_of_parts(salt, sizeof salt, bytes_of(NULL, 0), whose, 4);
            slow_hash(submission->client_id, salt, submission->entry);
            return;
        }
    }
    digest_of_parts(submission->client_id, sizeof submission->client_id, bytes_of(NULL, 0), parts, 4);
}

static struct submission *submissions_of(struct import *import, const struct import_kind *kind)
{
    struct submission *submissions = made(import, (import->table.count + 1) * sizeof *submissions);

    for (size_t i = 0; i < import->table.count; i++) {
        const struct csv_row *row = &import->table.rows[i];
        Duban__Entry *entry = kind->entry_of(import, row);
        struct fault fault;

        check_width(import, row);
        submissions[i].account = import->cli->account;
        submissions[i].place = text_of(&import->cli->arena, "%s:%u", import->path, row->line);
        if (!entry_pack(import->cli, entry, &submissions[i].entry, &fault))
            add_fault(import, row->cells[0], "%1$s%2$.0s", "%1$.0s%2$s", fault.zh, fault.en);
        client_id_of(import, entry, &submissions[i]);
    }
    return submissions;
}

/* ---------------------------------------------------------------- what became of it */

struct import_result {
    size_t changed;
    size_t known;
    size_t held;
    uint64_t last_sequence;
    enum exit_code code;
};

static void count_result(struct cli *cli, const struct submission *submission, struct import_result *result)
{
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

/* Rules judges meaning: a site of an unknown area, say, is held. */
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

static enum exit_code tell_result(struct cli *cli, const struct submission *submissions, size_t count)
{
    struct import_result result = { .code = EXIT_FINE };

    for (size_t i = 0; i < count; i++)
        count_result(cli, &submissions[i], &result);
    if (result.last_sequence > 0 && !tell_held(cli, submissions, count, &result))
        show_line(&cli->errors, "规则引擎没有应答；是否全部采用，请稍后用 duban quarantine 查看",
                  "rules did not answer; see duban quarantine later whether all was applied");
    if (cli->json)
        cli_print_json(cli, json_pack("{s:I, s:I, s:I, s:I}", "rows", (json_int_t) count, "changed", (json_int_t) result.changed,
                                      "known", (json_int_t) result.known, "quarantined", (json_int_t) result.held));
    else
        show_line(&cli->show, "共 %zu 行：新提交 %zu，以前已导入 %zu，待核 %zu", "%zu rows: %zu submitted, %zu known already, %zu held in quarantine",
                  count, result.changed, result.known, result.held);
    return result.code;
}

static const struct import_kind *find_kind(const char *name)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (strcmp(KINDS[i].name, name) == 0)
            return &KINDS[i];
    return NULL;
}

static const char *new_salt(struct cli *cli)
{
    uint8_t id[16];
    char *salt = arena_take(&cli->arena, 33);

    client_new_id(id);
    return hex_of(salt, id, sizeof id);
}

static bool read_table(struct import *import)
{
    struct bytes text = file_read(import->cli, import->path);
    struct fault fault;

    if (text.data == NULL)
        return false;
    if (csv_read(&import->table, &import->cli->arena, text, &fault))
        return true;
    fault_set(&fault, text_of(&import->cli->arena, "%s:%s", import->path, fault.field), "%1$s%2$.0s", "%1$.0s%2$s",
              text_of(&import->cli->arena, "%s", fault.zh), text_of(&import->cli->arena, "%s", fault.en));
    import->cli->failure = cli_refuse(import->cli, &fault);
    return false;
}

enum exit_code command_import(struct cli *cli)
{
    const struct import_kind *kind = find_kind(cli->arguments[0]);
    struct import import = { .cli = cli, .path = cli->arguments[1], .salt = "" };
    struct submission *submissions = NULL;

    if (kind == NULL)
        return cli_wrong_use(cli, "只能导入 areas、sites 或 holders，不能是“%s”", "import takes areas, sites or holders, not \"%s\"", cli->arguments[0]);
    if (cli_has(cli, "again"))
        import.salt = new_salt(cli);
    if (!read_table(&import))
        return cli->failure;
    check_headings(&import, kind);
    if (import.fault_count == 0) {
        check_repeats(&import);
        submissions = submissions_of(&import, kind);
    }
    if (import.fault_count > 0)
        return cli_fail(cli, "共 %zu 处错误，一行也没有提交", "%zu faults in all; nothing was submitted", import.fault_count);
    if (cli_has(cli, "dry-run")) {
        show_line(&cli->show, "检查通过：%zu 行，没有提交", "all is fine: %zu rows, nothing submitted", import.table.count);
        return EXIT_FINE;
    }
    send_all(cli, submissions, import.table.count, true);
    return tell_result(cli, submissions, import.table.count);
}
