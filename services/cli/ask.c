/* ask.c - questions to the daemons: one, page after page, and the few that many commands ask. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "digest.h"
#include "engine_kind.h"
#include "json.h"
#include "log.h"
#include "system_error.h"

static const char *const ENDPOINTS[ENDPOINT_COUNT] = {
    [INGEST_SUBMIT] = "ingest.submit",
    [INGEST_QUERY] = "ingest.query",
    [RULES_QUERY] = "rules.query",
    [NOTIFY_QUERY] = "notify.query",
    [GATEWAY_QUERY] = "gateway.query",
};

enum { PAGE_ROWS = 500, CLOCKS_APART_MS = 10 * 60 * 1000 };

const char *endpoint_of(struct cli *cli, const char *name)
{
    return text_of(&cli->arena, "ipc://%s/%s", cli->run_directory, name);
}

/* A connection to a folder that is not there is made all the same, and nobody ever answers. */
bool run_folder_is_usable(struct cli *cli, struct fault *fault)
{
    struct stat status;

    if (stat(cli->run_directory, &status) == 0 && !S_ISDIR(status.st_mode))
        return fault_set(fault, "", "%s 不是目录：--run、环境变量 DUBAN_RUN 写的应是套接字所在的目录",
                         "%s is no folder: --run or DUBAN_RUN should name the one in which the sockets are", cli->run_directory);
    if (access(cli->run_directory, X_OK) == 0)
        return true;
    if (errno == EACCES)
        return fault_set(fault, "", "没有进入 %s 的权限：请管理员把您加入 duban 组，重新登录后再试",
                         "you may not enter %s: ask the administrator to add you to the group duban, then log in again",
                         cli->run_directory);
    return fault_set(fault, "", "没有 %s 这个目录：环境变量 DUBAN_RUN 设了吗，--run 写对了吗？也可能守护进程都没有启动",
                     "there is no folder %s: is DUBAN_RUN set, is --run right? Or none of the daemons was started",
                     cli->run_directory);
}

static bool socket_is_open_to_us(struct cli *cli, const char *name, struct fault *fault)
{
    const char *path = text_of(&cli->arena, "%s/%s", cli->run_directory, name);

    if (access(path, R_OK | W_OK) == 0 || errno != EACCES)
        return true;
    return fault_set(fault, "", "没有使用 %s 的权限：请管理员把您加入 duban 组，重新登录后再试",
                     "you may not use %s: ask the administrator to add you to the group duban, then log in again", path);
}

static bool folder_is_open_to_us(struct cli *cli)
{
    struct stat status;

    if (access(cli->run_directory, X_OK) == 0 || errno != EACCES)
        return true;
    return stat(cli->run_directory, &status) == 0 ? !S_ISDIR(status.st_mode) : errno != EACCES;
}

bool sockets_are_open_to_us(struct cli *cli, struct fault *fault)
{
    bool open = folder_is_open_to_us(cli);

    for (size_t i = 0; open && i < ENDPOINT_COUNT; i++)
        open = socket_is_open_to_us(cli, ENDPOINTS[i], fault);
    return open || fault_set(fault, "", "无权访问套接字目录 %s（须在 duban 组），守护进程是否正常因此看不到：请管理员把您加入该组，重新登录后再试",
                             "no right to the socket directory %s (it takes the group duban), so nothing is known of the daemons: ask the "
                             "administrator to add you to that group, then log in again", cli->run_directory);
}

struct client *cli_client(struct cli *cli, enum endpoint endpoint, struct fault *fault)
{
    struct client *client = &cli->clients[endpoint];
    const char *address;
    struct words why;

    if (client->socket != NULL)
        return client;
    cli->failure = EXIT_NO_ANSWER;
    if (!run_folder_is_usable(cli, fault) || !socket_is_open_to_us(cli, ENDPOINTS[endpoint], fault))
        return NULL;
    address = endpoint_of(cli, ENDPOINTS[endpoint]);
    if (client_open(client, cli->zmq, address) == 0)
        return client;
    why = system_error(errno);
    fault_set(fault, "", "连不上 %1$s：%2$s%3$.0s；请检查 --run", "cannot connect to %1$s: %3$s%2$.0s; check --run", address, why.zh, why.en);
    return NULL;
}

/* ---------------------------------------------------------------- one question */

static enum exit_code code_of(enum client_status status)
{
    return status == CLIENT_OK ? EXIT_FINE : status == CLIENT_TIMEOUT ? EXIT_NO_ANSWER : EXIT_REFUSED;
}

/* A daemon that has begun has its socket there: one that is busy is another matter. */
static void say_never_started(struct cli *cli, const char *name, struct fault *fault)
{
    int daemon = (int) strcspn(name, ".");

    if (access(text_of(&cli->arena, "%s/%s", cli->run_directory, name), F_OK) == -1 && errno == ENOENT)
        fault_set(fault, "", "duban-%1$.*2$s 没有启动：%3$s 里没有它的套接字；请启动它，或核对 --run",
                  "duban-%1$.*2$s was not started: its socket is not in %3$s; start it, or check --run", name, daemon,
                  cli->run_directory);
}

Duban__Reply *ask_quietly(struct cli *cli, enum endpoint endpoint, Duban__Query *query,
                          Duban__Reply__BodyCase expected, int timeout_ms, struct fault *fault)
{
    struct client *client = cli_client(cli, endpoint, fault);
    Duban__Reply *reply = NULL;
    enum client_status status;

    cli->later = cli->other_journal = false;
    if (client == NULL)
        return NULL;
    if (endpoint == RULES_QUERY && query->min_sequence > 0)
        query->lineage = cli->lineage;
    status = client_ask(client, &cli->arena, query, timeout_ms, &reply, fault);
    if (status == CLIENT_TIMEOUT)
        say_never_started(cli, ENDPOINTS[endpoint], fault);
    cli->failure = code_of(status);
    if (endpoint == RULES_QUERY)
        cli->rules_was_silent = status == CLIENT_TIMEOUT;
    cli->later = status == CLIENT_LATER;
    cli->other_journal = status == CLIENT_REFUSED && strcmp(fault->field, "journal") == 0;
    if (status != CLIENT_OK)
        return NULL;
    if (expected != ANY_REPLY && reply->body_case != expected) {
        cli->failure = EXIT_REFUSED;
        fault_set(fault, "", "%s 的应答不是所问的内容；各程序版本是否一致？",
                  "%s answered something else than was asked; are all programs of one version?", ENDPOINTS[endpoint]);
        return NULL;
    }
    return reply;
}

Duban__Reply *ask(struct cli *cli, enum endpoint endpoint, Duban__Query *query, Duban__Reply__BodyCase expected)
{
    struct fault fault = { .field = "" };
    Duban__Reply *reply = ask_quietly(cli, endpoint, query, expected, cli->timeout_ms, &fault);

    if (reply == NULL)
        cli_refuse(cli, &fault);
    return reply;
}

Duban__IngestStatus *ask_ingest(struct cli *cli)
{
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    reply = ask(cli, INGEST_QUERY, &query, DUBAN__REPLY__BODY_INGEST);
    return reply == NULL ? NULL : reply->ingest;
}

bool cli_has_come(struct cli *cli, const char *what, int64_t at_ms)
{
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault ignored;
    const Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    reply = ask_quietly(cli, INGEST_QUERY, &query, DUBAN__REPLY__BODY_INGEST, cli->timeout_ms, &ignored);
    if (reply == NULL || at_ms <= reply->ingest->clock_ms + CLOCKS_APART_MS)
        return true;
    cli->failure = cli_wrong_use(cli, "%1$s 写的是 %2$s，现在才 %3$s：还没有到的时间不能写，请核对年月日；就是现在，可以不写 %1$s",
                                 "%1$s says %2$s, and it is only %3$s: a time that has not come cannot be meant, check the date; if it is "
                                 "now, leave %1$s out", what, show_time_ms(&cli->show, at_ms),
                                 show_time_ms(&cli->show, reply->ingest->clock_ms));
    return false;
}

Duban__RulesStatus *ask_rules(struct cli *cli, uint64_t min_sequence)
{
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    query.min_sequence = min_sequence;
    query.wait_ms = min_sequence > 0 ? (uint32_t) cli->timeout_ms / 2 : 0;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_RULES);
    return reply == NULL ? NULL : reply->rules;
}

/* ---------------------------------------------------------------- listings */

static void add_rows(struct cli *cli, struct listing *listing, void *const *more, size_t count)
{
    void **rows = arena_take(&cli->arena, (listing->count + count + 1) * sizeof *rows);

    if (rows == NULL)
        die("内存不足：结果太大 / out of memory: the result is too large");
    if (listing->count > 0)
        memcpy(rows, listing->rows, listing->count * sizeof *rows);
    if (count > 0)
        memcpy(rows + listing->count, more, count * sizeof *rows);
    listing->rows = rows;
    listing->count += count;
}

void listing_add(struct cli *cli, struct listing *listing, const struct listing *more)
{
    add_rows(cli, listing, more->rows, more->count);
}

/* The reply's rows: the field of that name of whatever listing it is. */
static void add_reply(struct cli *cli, struct listing *listing, const ProtobufCMessage *body)
{
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(body->descriptor, "rows");
    size_t count;
    void **rows;

    memcpy(&count, (const char *) body + field->quantifier_offset, sizeof count);
    memcpy(&rows, (const char *) body + field->offset, sizeof rows);
    add_rows(cli, listing, rows, count);
}

bool ask_all_quietly(struct cli *cli, enum endpoint endpoint, Duban__Query *query, Duban__Reply__BodyCase expected,
                     struct listing *listing, struct fault *fault)
{
    *listing = (struct listing){ .count = 0 };
    query->limit = PAGE_ROWS;
    do {
        Duban__Reply *reply = ask_quietly(cli, endpoint, query, expected, cli->timeout_ms, fault);

        if (reply == NULL)
            return false;
        add_reply(cli, listing, &reply->cases->base);   /* a union: any of its messages */
        listing->as_of_ms = reply->as_of_ms;
        listing->applied_sequence = reply->applied_sequence;
        listing->rehearsal = reply->rehearsal;
        query->after = reply->next;
    } while (query->after.len > 0);
    return true;
}

bool ask_all(struct cli *cli, enum endpoint endpoint, Duban__Query *query, Duban__Reply__BodyCase expected,
             struct listing *listing)
{
    struct fault fault = { .field = "" };

    if (ask_all_quietly(cli, endpoint, query, expected, listing, &fault))
        return true;
    cli_refuse(cli, &fault);
    return false;
}

json_t *json_of_rows(const struct listing *listing)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < listing->count; i++)
        if (json_array_append_new(rows, json_of_message(listing->rows[i])) == -1)
            die("内存不足 / out of memory");
    return rows;
}

json_t *listing_document(struct cli *cli, const struct listing *listing)
{
    return json_pack("{s:o, s:o, s:o}", "asOfMs", number_json(cli, (uint64_t) listing->as_of_ms),
                     "appliedSequence", number_json(cli, listing->applied_sequence), "rows", json_of_rows(listing));
}

enum exit_code listing_json(struct cli *cli, const struct listing *listing)
{
    return cli_print_json(cli, listing_document(cli, listing));
}

void listing_head(struct cli *cli, const struct listing *listing)
{
    struct words drill = listing->rehearsal ? (struct words){ "【演练】", "[drill] " } : (struct words){ "", "" };
    const char *time = show_time_ms(&cli->show, listing->as_of_ms);
    struct words head = {
        text_of(&cli->arena, "%s截至 %s（%s），共 %zu 条", drill.zh, time, cli->time_zone, listing->count),
        text_of(&cli->arena, "%sas of %s (%s), %zu in all", drill.en, time, cli->time_zone, listing->count),
    };

    fprintf(cli->show.out, "%s\n\n", show_label(&cli->show, head));
}

/* ---------------------------------------------------------------- cases */

bool rules_is_silent(const struct cli *cli)
{
    return cli->failure == EXIT_NO_ANSWER && cli->clients[RULES_QUERY].socket != NULL;
}

static Duban__CaseRow *the_case_of(struct cli *cli, const Duban__Reply *reply)
{
    if (reply->cases->n_rows > 0)
        return reply->cases->rows[0];
    cli->failure = cli_fail(cli, "没有这个问题；用 duban cases --all 查看台账", "no such case; see duban cases --all");
    return NULL;
}

static Duban__CaseRow *ask_one_case(struct cli *cli, Duban__CaseQuery *which)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_CASE_;
    query.case_ = which;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CASES);
    return reply == NULL ? NULL : the_case_of(cli, reply);
}

static Duban__CaseQuery case_with_id(const uint8_t id[16])
{
    Duban__CaseQuery which = DUBAN__CASE_QUERY__INIT;

    which.by_case = DUBAN__CASE_QUERY__BY_ID;
    which.id = (ProtobufCBinaryData){ ID_BYTES, (uint8_t *) id };
    return which;
}

Duban__CaseRow *ask_case_by_id(struct cli *cli, const uint8_t id[16])
{
    Duban__CaseQuery which = case_with_id(id);

    return ask_one_case(cli, &which);
}

Duban__CaseRow *find_case(struct cli *cli, const uint8_t id[16])
{
    Duban__CaseQuery which = case_with_id(id);
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault ignored;
    Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_CASE_;
    query.case_ = &which;
    reply = ask_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CASES, cli->timeout_ms, &ignored);
    return reply == NULL || reply->cases->n_rows == 0 ? NULL : reply->cases->rows[0];
}

/* What a Chinese keyboard types for ASCII, U+FF01 to U+FF5E, as ASCII. */
static char *without_full_width(struct cli *cli, const char *text)
{
    char *plain = text_of(&cli->arena, "%s", text);
    char *out = plain;

    for (const unsigned char *at = (const unsigned char *) text; *at != '\0'; at++) {
        if (at[0] == 0xef && (at[1] == 0xbc || at[1] == 0xbd) && at[2] >= 0x80) {
            unsigned code = (at[1] == 0xbc ? 0xff00u : 0xff40u) + (at[2] & 0x3fu);

            if (code >= 0xff01 && code <= 0xff5e) {
                *out++ = (char) (code - 0xff01 + '!');
                at += 2;
                continue;
            }
        }
        *out++ = (char) *at;
    }
    *out = '\0';
    return plain;
}

/* 12, DB-0012, DB0012 */
static const char *digits_of_label(const char *reference)
{
    if (strncasecmp(reference, "DB", 2) != 0)
        return reference;
    return reference[2] == '-' ? reference + 3 : reference + 2;
}

static void read_place(struct cli *cli, const char *text, const char *slash, Duban__CaseReference *reference)
{
    Duban__Place *place = arena_take(&cli->arena, sizeof *place);

    duban__place__init(place);
    place->site = text_of(&cli->arena, "%.*s", (int) (slash - text), text);
    place->item = text_of(&cli->arena, "%s", slash + 1);
    reference->by_case = DUBAN__CASE_REFERENCE__BY_PLACE;
    reference->place = place;
}

static bool read_number(struct cli *cli, const char *text, Duban__CaseReference *reference)
{
    uint64_t number;

    if (!number_of(text, &number) || number > UINT32_MAX) {
        cli->failure = cli_wrong_use(cli, "“%s”不是问题编号；应写 DB-0002、32 位十六进制编号，或 点位/检查项；duban cases --all 列出全部",
                                     "\"%s\" names no case: write DB-0002, its id of 32 hex digits, or SITE/ITEM; "
                                     "duban cases --all lists them", text);
        return false;
    }
    reference->by_case = DUBAN__CASE_REFERENCE__BY_NUMBER;
    reference->number = (uint32_t) number;
    return true;
}

bool read_case(struct cli *cli, const char *written, Duban__CaseReference *reference)
{
    const char *text = without_full_width(cli, written), *slash = strchr(text, '/');
    uint8_t *id = arena_take(&cli->arena, ID_BYTES);

    duban__case_reference__init(reference);
    if (slash != NULL) {
        read_place(cli, text, slash, reference);
    } else if (hex_parse(text, id, ID_BYTES)) {
        reference->by_case = DUBAN__CASE_REFERENCE__BY_ID;
        reference->id = (ProtobufCBinaryData){ ID_BYTES, id };
    } else {
        return read_number(cli, digits_of_label(text), reference);
    }
    return true;
}

static Duban__CaseQuery query_of_case(const Duban__CaseReference *reference)
{
    Duban__CaseQuery which = DUBAN__CASE_QUERY__INIT;

    switch (reference->by_case) {
    case DUBAN__CASE_REFERENCE__BY_ID:
        which.by_case = DUBAN__CASE_QUERY__BY_ID;
        which.id = reference->id;
        break;
    case DUBAN__CASE_REFERENCE__BY_PLACE:
        which.by_case = DUBAN__CASE_QUERY__BY_PLACE;
        which.place = reference->place;
        break;
    case DUBAN__CASE_REFERENCE__BY_NUMBER:
        which.by_case = DUBAN__CASE_QUERY__BY_NUMBER;
        which.number = reference->number;
        break;
    case DUBAN__CASE_REFERENCE__BY__NOT_SET:
    case _DUBAN__CASE_REFERENCE__BY__CASE_IS_INT_SIZE:
        break;
    }
    return which;
}

Duban__CaseRow *ask_case(struct cli *cli, const char *written)
{
    Duban__CaseReference reference;
    Duban__CaseQuery which;

    if (!read_case(cli, written, &reference))
        return NULL;
    which = query_of_case(&reference);
    return ask_one_case(cli, &which);
}

Duban__CaseRow *ask_case_unless_silent(struct cli *cli, const Duban__CaseReference *reference, bool *is_silent)
{
    Duban__CaseQuery which = query_of_case(reference);
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault fault;
    Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_CASE_;
    query.case_ = &which;
    reply = ask_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CASES, cli->timeout_ms, &fault);
    *is_silent = reply == NULL && rules_is_silent(cli);
    if (reply == NULL && !*is_silent)
        cli_refuse(cli, &fault);
    return reply == NULL ? NULL : the_case_of(cli, reply);
}

/* ---------------------------------------------------------------- subjects */

Duban__SubjectRow *ask_subject(struct cli *cli, const char *written)
{
    const char *number = without_full_width(cli, written);
    Duban__SubjectsQuery which = DUBAN__SUBJECTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    uint8_t id[ID_BYTES];
    Duban__Reply *reply;

    which.by_case = DUBAN__SUBJECTS_QUERY__BY_NUMBER;
    which.number = text_of(&cli->arena, "%s", number);
    for (char *letter = which.number; *letter != '\0'; letter++)
        if (*letter >= 'a' && *letter <= 'z')
            *letter = (char) (*letter - 'a' + 'A');
    if (hex_parse(number, id, sizeof id)) {
        which.by_case = DUBAN__SUBJECTS_QUERY__BY_ID;
        which.id = (ProtobufCBinaryData){ sizeof id, id };
    }
    query.body_case = DUBAN__QUERY__BODY_SUBJECTS;
    query.subjects = &which;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_SUBJECTS);
    return reply == NULL ? NULL : reply->subjects->rows[0];
}

Duban__SubjectRow *find_subject(struct cli *cli, const uint8_t id[16])
{
    Duban__SubjectsQuery which = DUBAN__SUBJECTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault ignored;
    Duban__Reply *reply;

    which.by_case = DUBAN__SUBJECTS_QUERY__BY_ID;
    which.id = (ProtobufCBinaryData){ ID_BYTES, (uint8_t *) id };
    query.body_case = DUBAN__QUERY__BODY_SUBJECTS;
    query.subjects = &which;
    reply = ask_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_SUBJECTS, cli->timeout_ms, &ignored);
    return reply == NULL ? NULL : reply->subjects->rows[0];
}

bool is_number_of_subject(struct cli *cli, const char *written)
{
    const char *reference = without_full_width(cli, written);

    for (int kind = subject_kind_after(0); kind != 0; kind = subject_kind_after(kind)) {
        size_t size = strlen(subject_kind(kind)->prefix);

        if (strncasecmp(reference, subject_kind(kind)->prefix, size) == 0 && reference[size] == '-')
            return true;
    }
    return false;
}

bool ask_about(struct cli *cli, const char *reference, ProtobufCBinaryData *id)
{
    bool is_subject = is_number_of_subject(cli, reference);
    const Duban__SubjectRow *subject = is_subject ? ask_subject(cli, reference) : NULL;
    const Duban__CaseRow *row = is_subject ? NULL : ask_case(cli, reference);

    if (subject != NULL)
        *id = subject->subject->id;
    if (row != NULL)
        *id = row->case_->id;
    return subject != NULL || row != NULL;
}

/* ---------------------------------------------------------------- registry */

/* All rows of one kind, which is all that the question says. */
static bool ask_registry(struct cli *cli, Duban__Query__BodyCase kind, void *which, Duban__Reply__BodyCase expected,
                         struct listing *listing, struct fault *fault)
{
    Duban__Query query = DUBAN__QUERY__INIT;

    query.body_case = kind;
    query.areas = which;   /* a union: any of its messages */
    return ask_all_quietly(cli, RULES_QUERY, &query, expected, listing, fault);
}

bool ask_areas(struct cli *cli, struct listing *areas, struct fault *fault)
{
    Duban__AreasQuery which = DUBAN__AREAS_QUERY__INIT;

    return ask_registry(cli, DUBAN__QUERY__BODY_AREAS, &which, DUBAN__REPLY__BODY_AREAS, areas, fault);
}

bool ask_sites(struct cli *cli, struct listing *sites, struct fault *fault)
{
    Duban__SitesQuery which = DUBAN__SITES_QUERY__INIT;

    return ask_registry(cli, DUBAN__QUERY__BODY_SITES, &which, DUBAN__REPLY__BODY_SITES, sites, fault);
}

bool ask_units(struct cli *cli, struct listing *units, struct fault *fault)
{
    Duban__UnitsQuery which = DUBAN__UNITS_QUERY__INIT;

    return ask_registry(cli, DUBAN__QUERY__BODY_UNITS, &which, DUBAN__REPLY__BODY_UNITS, units, fault);
}

bool ask_holders(struct cli *cli, struct listing *holders, struct fault *fault)
{
    Duban__HoldersQuery which = DUBAN__HOLDERS_QUERY__INIT;

    return ask_registry(cli, DUBAN__QUERY__BODY_HOLDERS, &which, DUBAN__REPLY__BODY_HOLDERS, holders, fault);
}

bool ask_items(struct cli *cli, const char *site, const char *kind, Duban__Purpose purpose, struct listing *items,
               struct fault *fault)
{
    Duban__ItemsQuery which = DUBAN__ITEMS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.site = (char *) site;
    which.kind = (char *) kind;
    which.purpose = purpose;
    query.body_case = DUBAN__QUERY__BODY_ITEMS;
    query.items = &which;
    return ask_all_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_ITEMS, items, fault);
}

Duban__Codes *ask_codes(struct cli *cli, struct fault *fault)
{
    Duban__CodesQuery which = DUBAN__CODES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_CODES;
    query.codes = &which;
    reply = ask_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CODES, cli->timeout_ms, fault);
    return reply == NULL ? NULL : reply->codes;
}

static void read_holders(struct cli *cli)
{
    struct fault fault = { .field = "" };

    if (cli->holders_read)
        return;
    cli->holders_read = ask_holders(cli, &cli->holders, &fault);
    if (!cli->holders_read)
        cli_refuse(cli, &fault);
}

const struct listing *find_holders(struct cli *cli)
{
    struct fault ignored;

    if (!cli->holders_read && !cli->rules_was_silent)
        cli->holders_read = ask_holders(cli, &cli->holders, &ignored);
    return cli->holders_read ? &cli->holders : NULL;
}

struct words title_of(struct cli *cli, const char *account)
{
    if (account[0] == '\0')
        return (struct words){ "", "" };
    read_holders(cli);
    for (size_t i = 0; i < cli->holders.count; i++) {
        const Duban__Holder *holder = cli->holders.rows[i];

        if (strcmp(holder->account, account) == 0)
            return words_or(words_of_text(holder->title), account);
    }
    return (struct words){ account, "" };
}

static bool is_called(const Duban__Holder *holder, const char *written)
{
    struct words title = words_of_text(holder->title);

    return written[0] != '\0' && (strcmp(title.zh, written) == 0 || strcmp(title.en, written) == 0);
}

const char *office_of(struct cli *cli, const char *written)
{
    read_holders(cli);
    for (size_t i = 0; i < cli->holders.count; i++) {
        const Duban__Holder *holder = cli->holders.rows[i];

        for (size_t k = 0; is_called(holder, written) && k < holder->n_roles; k++)
            if (holder->roles[k]->role == DUBAN__ROLE__ROLE_OFFICE)
                return holder->roles[k]->scope;
    }
    return written;
}

struct words title_of_office(struct cli *cli, const char *office)
{
    if (office[0] == '\0')
        return (struct words){ "", "" };
    read_holders(cli);
    for (size_t i = 0; i < cli->holders.count; i++) {
        const Duban__Holder *holder = cli->holders.rows[i];

        for (size_t k = 0; k < holder->n_roles; k++)
            if (holder->roles[k]->role == DUBAN__ROLE__ROLE_OFFICE && strcmp(holder->roles[k]->scope, office) == 0)
                return words_or(words_of_text(holder->title), office);
    }
    return (struct words){ office, "" };
}

/* ---------------------------------------------------------------- names of places */

static void read_areas(struct cli *cli)
{
    struct fault ignored;

    if (!cli->areas_read && !ask_areas(cli, &cli->areas, &ignored))
        cli->areas.count = 0;
    cli->areas_read = true;
}

struct words name_with_code(struct cli *cli, struct words name, const char *code)
{
    const char *en = name.en[0] == '\0' ? name.zh : name.en;

    if (name.zh[0] == '\0' || strcmp(name.zh, code) == 0)
        return (struct words){ code, code };
    return (struct words){ text_of(&cli->arena, "%s %s", name.zh, code), text_of(&cli->arena, "%s %s", en, code) };
}

struct words code_with_name(struct cli *cli, const char *code, struct words name)
{
    if (name.zh[0] == '\0')
        return (struct words){ code, code };
    return (struct words){ text_of(&cli->arena, "%s %s", code, name.zh),
                           text_of(&cli->arena, "%s %s", code, name.en[0] == '\0' ? name.zh : name.en) };
}

struct words name_of_zone(struct cli *cli, const char *zone)
{
    read_areas(cli);
    for (size_t i = 0; i < cli->areas.count; i++) {
        const Duban__Area *area = cli->areas.rows[i];

        if (area->zone_name != NULL && strcmp(area->zone, zone) == 0)
            return words_or(words_of_text(area->zone_name), zone);
    }
    return (struct words){ zone, zone };
}

struct words name_of_area(struct cli *cli, const char *code)
{
    read_areas(cli);
    for (size_t i = 0; i < cli->areas.count; i++) {
        const Duban__Area *area = cli->areas.rows[i];

        if (area->name != NULL && strcmp(area->code, code) == 0)
            return words_or(words_of_text(area->name), code);
    }
    return (struct words){ code, code };
}

struct words title_of_zone(struct cli *cli, const char *zone)
{
    return name_with_code(cli, name_of_zone(cli, zone), zone);
}

struct words title_of_area(struct cli *cli, const char *code)
{
    return name_with_code(cli, name_of_area(cli, code), code);
}
