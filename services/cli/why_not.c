/* why_not.c - duban explain --why-not: what is asked about, and the whole answer, from rules and notify.
 *
 *   CASE, NUMBER  what was decided about it, and what is still to come
 *   SITE          which duties are not open there, and what its cases wait for
 *   ROLE          an account, or a post: what would have come to it, and what waits for it in notify
 */
#include <string.h>
#include <strings.h>

#include "about.h"
#include "names.h"

/* ---------------------------------------------------------------- one row */

static const char *english(struct words words)
{
    return words.en[0] != '\0' ? words.en : words.zh;
}

/* Which case or the like it is about, where the question named none. */
static struct words with_subject(struct cli *cli, const Duban__WhyNotRow *row, bool is_named, struct words sentence)
{
    struct words what = words_of_text(row->what);

    if (is_named || row->number[0] == '\0')
        return sentence;
    return (struct words){ text_of(&cli->arena, "%s %s：%s", row->number, what.zh, sentence.zh),
                           text_of(&cli->arena, "%s %s: %s", row->number, english(what), sentence.en) };
}

/* ---------------------------------------------------------------- what is asked about */

struct asked {
    Duban__WhyNotQuery which;
    Duban__RoleGrant post;
    struct words name;
};

static bool is_name_of(const char *text, size_t size, struct words name, const char *code)
{
    return (strlen(name.zh) == size && memcmp(name.zh, text, size) == 0) || (strlen(code) == size && strncasecmp(code, text, size) == 0);
}

/* ROLE_GROUP_LEADER: group_leader, or 片组组长. */
static bool find_post(struct cli *cli, const char *text, struct asked *asked)
{
    const ProtobufCEnumDescriptor *roles = &duban__role__descriptor;
    size_t size = strcspn(text, ":");

    for (unsigned i = 0; i < roles->n_values; i++) {
        Duban__Role role = (Duban__Role) roles->values[i].value;
        struct words name = name_of_role(role);

        if (role == DUBAN__ROLE__ROLE_UNSPECIFIED || !is_name_of(text, size, name, roles->values[i].name + strlen("ROLE_")))
            continue;
        duban__role_grant__init(&asked->post);
        asked->post.role = role;
        asked->post.scope = text_of(&cli->arena, "%s", text[size] == ':' ? text + size + 1 : "");
        asked->which.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_POST;
        asked->which.post = &asked->post;
        asked->name = (struct words){ text_of(&cli->arena, "%s %s", name.zh, asked->post.scope),
                                      text_of(&cli->arena, "%s %s", name.en, asked->post.scope) };
        return true;
    }
    return false;
}

static bool is_case_reference(struct cli *cli, const char *text)
{
    const char *digits = strncasecmp(text, "DB", 2) == 0 ? text + 2 + (text[2] == '-') : text;
    size_t hex = strspn(text, "0123456789abcdefABCDEF");

    return strchr(text, '/') != NULL || is_number_of_subject(cli, text) || (unsigned char) text[0] >= 0x80 ||
           (digits[0] != '\0' && digits[strspn(digits, "0123456789")] == '\0') || (hex == (size_t) 2 * ID_BYTES && text[hex] == '\0');
}

static bool find_site(struct cli *cli, const char *code, struct asked *asked, struct fault *fault)
{
    struct listing sites;

    if (!ask_sites(cli, &sites, fault))
        return false;
    for (size_t i = 0; i < sites.count; i++) {
        const Duban__Site *site = sites.rows[i];

        if (strcmp(site->code, code) != 0)
            continue;
        asked->which.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_SITE;
        asked->which.site = site->code;
        asked->name = words_or(words_of_text(site->name), code);
    }
    return true;
}

static bool find_account(struct cli *cli, const char *account, struct asked *asked, struct fault *fault)
{
    struct listing holders;

    if (!ask_holders(cli, &holders, fault))
        return false;
    for (size_t i = 0; i < holders.count; i++) {
        const Duban__Holder *holder = holders.rows[i];

        if (strcmp(holder->account, account) != 0)
            continue;
        asked->which.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_ACCOUNT;
        asked->which.account = holder->account;
        asked->name = words_or(words_of_text(holder->title), account);
    }
    return true;
}

static bool find_case_or_subject(struct cli *cli, const char *text, struct asked *asked)
{
    const Duban__SubjectRow *subject;
    const Duban__CaseRow *row;

    if (!ask_about(cli, text, &asked->which.id))
        return false;
    asked->which.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_ID;
    row = is_id_of_case(&asked->which.id) ? find_case(cli, asked->which.id.data) : NULL;
    subject = row == NULL ? find_subject(cli, asked->which.id.data) : NULL;
    if (row != NULL)
        asked->name = words_of_case(cli, row);
    else if (subject != NULL)
        asked->name = words_of_subject_row(cli, subject);
    return true;
}

static bool nothing_of_that_name(struct cli *cli, const char *text)
{
    cli->failure = cli_fail(cli, "没有“%s”这个问题、事项、点位、账号或岗位；见 duban cases --all、duban sites、duban holders",
                            "there is no case, site, account or post \"%s\"; see duban cases --all, duban sites, duban holders", text);
    return false;
}

/* False after saying why. */
static bool find(struct cli *cli, const char *text, struct asked *asked)
{
    struct fault fault = { .field = "" };

    if (strchr(text, ':') != NULL && find_post(cli, text, asked))
        return true;
    if (is_case_reference(cli, text) && !find_post(cli, text, asked))
        return find_case_or_subject(cli, text, asked);
    if (!find_site(cli, text, asked, &fault) || !find_account(cli, text, asked, &fault)) {
        cli_refuse(cli, &fault);
        return false;
    }
    return asked->which.about_case != DUBAN__WHY_NOT_QUERY__ABOUT__NOT_SET || find_post(cli, text, asked) ||
           nothing_of_that_name(cli, text);
}

/* ---------------------------------------------------------------- what notify still has */

static bool is_for(const struct cli *cli, const struct asked *asked, const Duban__Notice *notice)
{
    (void) cli;
    if (asked->which.about_case == DUBAN__WHY_NOT_QUERY__ABOUT_ACCOUNT)
        return strcmp(notice->recipient->account, asked->which.account) == 0;
    return asked->which.about_case == DUBAN__WHY_NOT_QUERY__ABOUT_POST && notice->recipient->role == asked->post.role &&
           strcmp(notice->recipient->scope, asked->post.scope) == 0;
}

static bool is_about(const struct asked *asked, const Duban__Notice *notice)
{
    for (size_t i = 0; i < notice->n_items; i++) {
        const ProtobufCBinaryData *about = item_about(notice->items[i]);

        if (about->len == ID_BYTES && asked->which.id.len == ID_BYTES && memcmp(about->data, asked->which.id.data, ID_BYTES) == 0)
            return true;
    }
    return false;
}

static bool waits(const Duban__Delivery *delivery)
{
    return delivery->what != NULL && delivery->what->recipient != NULL &&
           (delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED ||
            delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING);
}

/* Those that wait and are meant, in front. */
static void keep_meant(struct cli *cli, const struct asked *asked, struct listing *deliveries)
{
    size_t kept = 0;

    for (size_t i = 0; i < deliveries->count; i++) {
        Duban__Delivery *delivery = deliveries->rows[i];

        if (!waits(delivery))
            continue;
        if (asked->which.about_case == DUBAN__WHY_NOT_QUERY__ABOUT_ID ? is_about(asked, delivery->what)
                                                                     : is_for(cli, asked, delivery->what))
            deliveries->rows[kept++] = delivery;
    }
    deliveries->count = kept;
}

/* Nothing when notify does not answer: rules' answer stands without it. */
static struct listing ask_waiting(struct cli *cli, const struct asked *asked)
{
    Duban__DeliveriesQuery which = DUBAN__DELIVERIES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing deliveries = { .count = 0 };
    struct fault ignored = { .field = "" };

    if (asked->which.at_s != 0 || asked->which.about_case == DUBAN__WHY_NOT_QUERY__ABOUT_SITE)
        return deliveries;
    query.body_case = DUBAN__QUERY__BODY_DELIVERIES;
    query.deliveries = &which;
    if (!ask_all_quietly(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_DELIVERIES, &deliveries, &ignored))
        deliveries.count = 0;
    keep_meant(cli, asked, &deliveries);
    return deliveries;
}

static bool is_holding(struct cli *cli)
{
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault ignored = { .field = "" };
    const Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    reply = ask_quietly(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_NOTIFY, cli->timeout_ms, &ignored);
    return reply != NULL && reply->notify->holding;
}

/* ---------------------------------------------------------------- the whole */

struct lines {
    struct words *of;
    size_t count;
};

static struct lines lines_of(struct cli *cli, const struct asked *asked, const struct listing *rows, const struct listing *waiting)
{
    struct lines lines = { .of = cli_take(cli, (rows->count + waiting->count + 1) * sizeof *lines.of) };
    bool is_named = asked->which.about_case == DUBAN__WHY_NOT_QUERY__ABOUT_ID;
    bool holding = waiting->count > 0 && is_holding(cli);

    for (size_t i = 0; i < rows->count; i++) {
        const Duban__WhyNotRow *row = rows->rows[i];

        if (row->why == DUBAN__WHY_NOT__WHY_NOT_NOTHING && waiting->count > 0)
            continue;
        lines.of[lines.count++] = with_subject(cli, row, is_named, words_of_why_not(cli, row));
    }
    for (size_t i = 0; i < waiting->count; i++)
        lines.of[lines.count++] = words_of_waiting(cli, waiting->rows[i], holding);
    return lines;
}

static void print_half(const struct show *show, struct words head, const struct lines *lines, bool english)
{
    show_words(show, 0, COLOUR_NONE, (struct words){ english ? head.en : head.zh, "" });
    for (size_t i = 0; i < lines->count; i++)
        show_words(show, 2, COLOUR_NONE, (struct words){ english ? lines->of[i].en : lines->of[i].zh, "" });
}

static void print(struct cli *cli, const struct asked *asked, int64_t at_s, const struct lines *lines)
{
    const struct show *show = &cli->show;
    const char *time = show_time(show, at_s);
    struct words head = { text_of(&cli->arena, "%s：截至 %s，为什么没有通知", asked->name.zh, time),
                          text_of(&cli->arena, "%s: why not told, as of %s", english(asked->name), time) };

    if (show->language != LANGUAGE_EN)
        print_half(show, head, lines, false);
    if (show->language == LANGUAGE_BOTH)
        fputc('\n', show->out);
    if (show->language != LANGUAGE_ZH)
        print_half(show, head, lines, true);
}

static enum exit_code print_json(struct cli *cli, const struct listing *rows, const struct listing *waiting)
{
    json_t *document = listing_document(cli, rows);

    if (json_object_set_new(document, "waiting", json_of_rows(waiting)) == -1)
        return cli_fail(cli, "内存不足", "out of memory");
    return cli_print_json(cli, document);
}

enum exit_code explain_why_not(struct cli *cli)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    struct asked asked = { .which = DUBAN__WHY_NOT_QUERY__INIT, .name = { "", "" } };
    struct listing rows, waiting;
    struct lines lines;
    int64_t at_ms = 0;

    if (cli_has(cli, "at") && !cli_time(cli, "--at", cli_option(cli, "at"), &at_ms))
        return EXIT_WRONG_USE;
    if (!find(cli, cli_option(cli, "why-not"), &asked))
        return cli->failure;
    asked.which.at_s = at_ms / 1000;
    query.body_case = DUBAN__QUERY__BODY_WHY_NOT;
    query.why_not = &asked.which;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_WHY_NOT, &rows))
        return cli->failure;
    waiting = ask_waiting(cli, &asked);
    if (cli->json)
        return print_json(cli, &rows, &waiting);
    lines = lines_of(cli, &asked, &rows, &waiting);
    print(cli, &asked, asked.which.at_s != 0 ? asked.which.at_s : rows.as_of_ms / 1000, &lines);
    return EXIT_FINE;
}
