/* activations.c - duban policy list, revoke: which policy is in force, which will be, and taking that back. */
#include <string.h>

#include "cli.h"
#include "digest.h"
#include "names.h"
#include "policy.h"

enum { SHORTEST_VERSION = 4, SHOWN_BYTES = 8 };

static bool ask_activations_quietly(struct cli *cli, struct listing *listing, struct fault *fault)
{
    Duban__ActivationsQuery which = DUBAN__ACTIVATIONS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    query.body_case = DUBAN__QUERY__BODY_ACTIVATIONS;
    query.activations = &which;
    return ask_all_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_ACTIVATIONS, listing, fault);
}

static bool ask_activations(struct cli *cli, struct listing *listing)
{
    struct fault fault = { .field = "" };

    if (ask_activations_quietly(cli, listing, &fault))
        return true;
    cli_refuse(cli, &fault);
    return false;
}

bool pack_was_accepted(struct cli *cli, const uint8_t version[32])
{
    struct listing listing;
    struct fault fault;

    if (!ask_activations_quietly(cli, &listing, &fault))
        return false;
    for (size_t i = 0; i < listing.count; i++) {
        const Duban__Activation *row = listing.rows[i];

        if (row->pack_sha256.len == 32 && memcmp(row->pack_sha256.data, version, 32) == 0)
            return true;
    }
    return false;
}

/* ---------------------------------------------------------------- list */

static struct words remark_on(struct cli *cli, const Duban__Activation *row)
{
    struct words who = title_of(cli, row->ended_by);

    if (row->state != DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_REVOKED)
        return (struct words){ "", "" };
    return (struct words){ text_of(&cli->arena, "%s撤销：%s", who.zh, row->reason),
                           text_of(&cli->arena, "by %s: %s", who.en[0] == '\0' ? who.zh : who.en, row->reason) };
}

static void add_activation(struct show_table *table, struct cli *cli, const Duban__Activation *row)
{
    char version[2 * SHOWN_BYTES + 1] = "";

    if (row->pack_sha256.len >= SHOWN_BYTES)
        hex_of(version, row->pack_sha256.data, SHOWN_BYTES);
    table_words(table, name_of_activation_state(row->state));
    table_text(table, row->name);
    table_text(table, version);
    table_time(table, row->effective_s);
    table_words(table, title_of(cli, row->approver));
    table_time(table, row->accepted_s);
    table_words(table, title_of(cli, row->account));
    table_time(table, row->ended_s);
    table_words(table, remark_on(cli, row));
}

enum exit_code policy_list(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "状态", "state" }, 0 }, { { "政策包", "policy" }, 30 }, { { "版本", "version" }, 0 },
        { { "生效", "takes effect" }, 0 }, { { "批准人", "approver" }, 22 }, { { "提交", "submitted" }, 0 },
        { { "提交人", "by" }, 22 }, { { "终止", "ended" }, 0 }, { { "备注", "remark" }, 36 },
    };
    struct show_table table;
    struct listing listing;

    if (!ask_activations(cli, &listing) || !listing_begin(cli, &listing))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < listing.count; i++)
        add_activation(&table, cli, listing.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- revoke */

static bool has_version(const Duban__Activation *row, const char *prefix)
{
    char version[2 * POLICY_VERSION_BYTES + 1] = "";

    if (row->pack_sha256.len == POLICY_VERSION_BYTES)
        hex_of(version, row->pack_sha256.data, POLICY_VERSION_BYTES);
    return strncasecmp(version, prefix, strlen(prefix)) == 0;
}

static enum exit_code cannot_revoke(struct cli *cli, const Duban__Activation *known, const char *version)
{
    struct words state;

    if (known == NULL)
        return cli_fail(cli, "没有版本以 %s 开头的政策包；见 duban policy list",
                        "no policy has a version that begins with %s; see duban policy list", version);
    state = name_of_activation_state(known->state);
    return cli_fail(cli, "政策包 %1$s 不在等待生效（%2$s%3$.0s）：只能在生效前撤销；要换回别的，请重新启用那个政策包",
                    "policy %1$s does not wait for its time (%2$.0s%3$s): it can be revoked before that only; to go "
                    "back to another, activate that one again",
                    known->name, state.zh, state.en);
}

/* The one that waits, if the version is its; only one can wait at a time. Under --id, the last one of that
 * version. NULL after saying why. */
static const Duban__Activation *scheduled_of(struct cli *cli, const char *version)
{
    const Duban__Activation *known = NULL;
    struct listing listing;

    if (!ask_activations(cli, &listing))
        return NULL;
    for (size_t i = 0; i < listing.count; i++) {
        const Duban__Activation *row = listing.rows[i];

        if (!has_version(row, version))
            continue;
        if (row->state == DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_SCHEDULED)
            return row;
        known = row;
    }
    if (known != NULL && cli_has(cli, "id"))   /* said again after a time-out: it may be revoked by then */
        return known;
    cli->failure = cannot_revoke(cli, known, version);
    return NULL;
}

enum exit_code policy_revoke(struct cli *cli)
{
    const char *version = cli->arguments[1];
    Duban__PolicyRevocation revocation = DUBAN__POLICY_REVOCATION__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    const Duban__Activation *scheduled;

    if (!cli_has(cli, "reason"))
        return cli_wrong_use(cli, "撤销须写明理由：--reason", "a revocation needs its reason: --reason");
    if (strlen(version) < SHORTEST_VERSION)
        return cli_wrong_use(cli, "版本至少写前 %d 位，见 duban policy list",
                             "a version is given by its first %d digits at least; see duban policy list", SHORTEST_VERSION);
    scheduled = scheduled_of(cli, version);
    if (scheduled == NULL)
        return cli->failure;
    revocation.pack_sha256 = scheduled->pack_sha256;
    revocation.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_POLICY_REVOCATION;
    entry.policy_revocation = &revocation;
    return send_act(cli, &entry);
}
