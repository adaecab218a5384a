/* registry.c - duban registry: what is registered, as the table that duban import takes; or that table with its headings alone.
 *
 * So a clerk changes lines of what is there instead of writing it anew, and what he imports again unchanged changes nothing. Of
 * holders that takes names, phones and addresses, which ingest's vault gives out by name of who asks. As with every export, the
 * journal has it first who takes what and why. A file that is there may be a table that somebody has changed and not yet
 * imported: it is not replaced without being told to.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "csv_write.h"
#include "duty_window.h"
#include "import.h"
#include "message.h"
#include "state.pb-c.h"

enum { WAYS_IN_TABLE = 2 };            /* beside the first */

struct registering {
    struct cli *cli;
    const struct import_kind *kind;
    FILE *out;
    bool failed;                       /* the vault did not answer, and that was said */
    size_t rows;
};

/* ---------------------------------------------------------------- cells */

/* The cells of one row, from left to right, ended by a NULL. */
static void put_row(struct registering *registering, const char *const *cells)
{
    for (size_t i = 0; cells[i] != NULL; i++) {
        if (i > 0)
            fputc(',', registering->out);
        csv_write_cell(registering->out, cells[i]);
    }
    fputs("\r\n", registering->out);
    registering->rows++;
}

static const char *zh_of(const Duban__Text *text)
{
    return text == NULL ? "" : text->zh;
}

static const char *en_of(const Duban__Text *text)
{
    return text == NULL ? "" : text->en;
}

static const char *yes_or_no(bool is)
{
    return is ? "yes" : "no";
}

/* What is behind a token; empty for none, and for what was forgotten. */
static const char *personal_of(struct registering *registering, ProtobufCBinaryData token)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__VaultRead read = DUBAN__VAULT_READ__INIT;
    const Duban__Reply *reply;

    if (token.len == 0 || registering->failed)
        return "";
    read.tokens = &token;
    read.n_tokens = 1;
    read.purpose = DUBAN__VAULT_PURPOSE__VAULT_PURPOSE_SHOW;
    read.on_behalf_of = (char *) registering->cli->account;
    query.body_case = DUBAN__QUERY__BODY_VAULT_READ;
    query.vault_read = &read;
    reply = ask(registering->cli, INGEST_QUERY, &query, DUBAN__REPLY__BODY_VAULT);
    registering->failed = reply == NULL;
    return reply == NULL || reply->vault->n_rows == 0 ? "" : reply->vault->rows[0]->clear;
}

/* ---------------------------------------------------------------- a function for each table, as its kind in import_rows.c has it */

static void put_area(struct registering *registering, const void *row)
{
    const Duban__Area *area = row;

    put_row(registering, (const char *const[]){
        area->code, area->kind == DUBAN__AREA_KIND__AREA_KIND_VILLAGE ? "village" : "community", area->zone, zh_of(area->name),
        en_of(area->name), zh_of(area->zone_name), en_of(area->zone_name), "", yes_or_no(area->has_branch), NULL });
}

static const char *state_name(Duban__OperatingState state)
{
    return state == DUBAN__OPERATING_STATE__OPERATING_STATE_SUSPENDED ? "suspended"
           : state == DUBAN__OPERATING_STATE__OPERATING_STATE_CLOSED ? "closed" : "operating";
}

static void put_site(struct registering *registering, const void *row)
{
    const Duban__Site *site = row;
    bool counted = site->headcount_presence_case == DUBAN__SITE__HEADCOUNT_PRESENCE_HEADCOUNT;

    put_row(registering, (const char *const[]){
        site->code, site->kind, site->area, zh_of(site->name), en_of(site->name), state_name(site->operating_state), "",
        counted ? number_text(registering->cli, site->headcount) : "", site->site_class, NULL });
}

static const char *roles_text(struct cli *cli, const Duban__Holder *holder)
{
    const char *all = "";

    for (size_t i = 0; i < holder->n_roles; i++) {
        const Duban__RoleGrant *grant = holder->roles[i];

        all = text_of(&cli->arena, "%s%s%s%s%s", all, i == 0 ? "" : " ", import_role_name(grant->role), grant->scope[0] == '\0' ? "" : ":",
                      grant->scope);
    }
    return all;
}

static const char *units_text(struct cli *cli, const Duban__Holder *holder)
{
    const char *all = "";

    for (size_t i = 0; i < holder->n_units; i++)
        all = text_of(&cli->arena, "%s%s%s", all, i == 0 ? "" : " ", holder->units[i]);
    return all;
}

static void put_holder(struct registering *registering, const void *row)
{
    struct cli *cli = registering->cli;
    const Duban__Holder *holder = row;
    const char *ways[2 * WAYS_IN_TABLE] = { "", "", "", "" };

    if (holder->n_other_ways > WAYS_IN_TABLE)
        show_line(&cli->errors, "%1$s 有 %2$zu 种联系方式，表里只有三种，其余没有写出：照此导入就会没有", "%1$s has %2$zu ways, the table three: the "
                  "others are left out, and gone when it is imported", holder->account, holder->n_other_ways + 1);
    for (size_t i = 0; i < holder->n_other_ways && i < WAYS_IN_TABLE; i++) {
        ways[2 * i] = holder->other_ways[i]->channel;
        ways[2 * i + 1] = personal_of(registering, holder->other_ways[i]->address_token);
    }
    put_row(registering, (const char *const[]){
        holder->account, roles_text(cli, holder), zh_of(holder->title), en_of(holder->title), holder->channel,
        personal_of(registering, holder->address_token), personal_of(registering, holder->phone_token),
        personal_of(registering, holder->name_token), holder->deputy, yes_or_no(holder->away), holder->language, "", units_text(cli, holder),
        holder->home_office, words_of_duty_windows(&cli->arena, holder->duty_windows, holder->n_duty_windows).en, ways[0], ways[1], ways[2],
        ways[3], NULL });
}

static void put_household(struct registering *registering, const void *row)
{
    const Duban__Row *stored = row;
    const Duban__Household *household = message_unpack_own(&registering->cli->arena, &duban__household__descriptor,
                                                           bytes_of(stored->value.data, stored->value.len));

    if (household != NULL)
        put_row(registering, (const char *const[]){ household->code, household->area, "", NULL });
}

static void put_unit(struct registering *registering, const void *row)
{
    const Duban__Unit *unit = ((const Duban__UnitRow *) row)->unit;

    put_row(registering, (const char *const[]){
        unit->code, unit->kind == DUBAN__UNIT_KIND__UNIT_KIND_BRANCH ? "branch" : "task_force", zh_of(unit->name), en_of(unit->name),
        unit->secretary, unit->focus_group, unit->zone, unit->area, "", NULL });
}

static bool ask_households(struct cli *cli, struct listing *households, struct fault *fault)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__RowsQuery rows = DUBAN__ROWS_QUERY__INIT;

    rows.table = "household";
    query.body_case = DUBAN__QUERY__BODY_ROWS;
    query.rows = &rows;
    return ask_all_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_ROWS, households, fault);
}

static const struct registered {
    const char *kind;
    bool (*ask)(struct cli *cli, struct listing *listing, struct fault *fault);
    void (*put)(struct registering *registering, const void *row);
} REGISTERED[] = {
    { "areas", ask_areas, put_area }, { "sites", ask_sites, put_site }, { "holders", ask_holders, put_holder },
    { "households", ask_households, put_household }, { "units", ask_units, put_unit },
};

/* ---------------------------------------------------------------- the file */

/* Names and phones may stand in it: nobody but whoever asked may read it. */
static FILE *open_table(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd == -1 ? NULL : fdopen(fd, "w");

    if (file == NULL && fd != -1)
        close(fd);
    return file;
}

static void put_headings(struct registering *registering)
{
    const char *headings[IMPORT_MAX_HEADINGS + 1] = { NULL };

    for (size_t i = 0; i < IMPORT_MAX_HEADINGS; i++)
        headings[i] = registering->kind->headings[i].en;
    fputs("\xef\xbb\xbf", registering->out);
    put_row(registering, headings);
    registering->rows = 0;
}

/* False after saying why. */
static bool put_all(struct registering *registering)
{
    struct fault fault = { .field = "" };
    struct listing listing;

    for (size_t i = 0; i < sizeof REGISTERED / sizeof REGISTERED[0]; i++) {
        if (strcmp(REGISTERED[i].kind, registering->kind->name) != 0)
            continue;
        if (!REGISTERED[i].ask(registering->cli, &listing, &fault)) {
            cli_refuse(registering->cli, &fault);
            return false;
        }
        for (size_t k = 0; k < listing.count; k++)
            REGISTERED[i].put(registering, listing.rows[k]);
    }
    return !registering->failed;
}

static enum exit_code cannot_write(struct cli *cli, const char *path)
{
    return cli_fail_system(cli, errno, "写不了 %s", "cannot write %s", path);
}

/* reason NULL: the headings alone, which say nothing of anybody. */
static enum exit_code write_table(struct registering *registering, const char *path, const char *reason)
{
    struct cli *cli = registering->cli;
    const char *part = text_of(&cli->arena, "%s.part", path);
    bool right;

    registering->out = open_table(part);
    if (registering->out == NULL)
        return cannot_write(cli, part);
    put_headings(registering);
    right = reason == NULL || (access_note_export(cli, registering->kind->name, reason) && put_all(registering));
    if (fclose(registering->out) == 0 && right && rename(part, path) == 0) {
        show_line(&cli->show, "已写入 %1$s：%2$zu 行；改好后 duban import %3$s %1$s", "%1$s is written: %2$zu rows; change it, then duban import %3$s "
                  "%1$s", path, registering->rows, registering->kind->name);
        return EXIT_FINE;
    }
    if (right)
        cli->failure = cannot_write(cli, path);
    (void) unlink(part);
    return cli->failure;
}

enum exit_code command_registry(struct cli *cli)
{
    struct registering registering = { .cli = cli, .kind = import_kind_named(cli->arguments[0]) };
    const char *reason = NULL;

    if (registering.kind == NULL)
        return cli_wrong_use(cli, "应为 areas、sites、holders、households 或 units，不能是“%s”", "it is areas, sites, holders, households or units, "
                             "not \"%s\"", cli->arguments[0]);
    if (!cli_has(cli, "template") && (reason = access_reason(cli)) == NULL)
        return cli->failure;
    if (!access_may_write(cli, cli->arguments[1]))
        return cli->failure;
    return write_table(&registering, cli->arguments[1], reason);
}
